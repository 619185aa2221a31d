/* (exp(z) - 1)/z for steps of states, eight at a time. */
#ifndef HYS_BRAIN_PHI_H
#define HYS_BRAIN_PHI_H
#include "base/clones.h"
#include <stdint.h>

/* Vectors of the compiler: it makes them of as many registers as the processor's width asks for, with the same bits. */
typedef double hys__v8 __attribute__((vector_size(64)));
typedef int64_t hys__i8 __attribute__((vector_size(64)));
typedef double hys__v8_there __attribute__((vector_size(64), may_alias)); /* in rows, which are aligned */

#define HYS__V8 static inline __attribute__((always_inline))

HYS__V8 hys__v8 hys__v8_at(const double *row) {
    return *(const hys__v8_there *)row;
}

HYS__V8 void hys__v8_put(double *row, hys__v8 value) {
    *(hys__v8_there *)row = value;
}

HYS__V8 hys__v8 hys__v8_of(double value) {
    return value - (hys__v8){0};
}

/* a where the mask is set, else b. */
HYS__V8 hys__v8 hys__v8_choose(hys__i8 mask, hys__v8 a, hys__v8 b) {
    return (hys__v8)(((hys__i8)a & mask) | ((hys__i8)b & ~mask));
}

/* (exp(r) - 1)/r for |r| <= ln(2)/2, by its series to r^10: wrong by 2e-14 at most, a relative error of one step's
 * change. */
HYS__V8 hys__v8 hys__phi1_near(hys__v8 r) {
    const hys__v8 r2 = r * r, r4 = r2 * r2;
    const hys__v8 low = (1 + r * (1.0 / 2)) + r2 * (1.0 / 6 + r * (1.0 / 24));
    const hys__v8 middle = (1.0 / 120 + r * (1.0 / 720)) + r2 * (1.0 / 5040 + r * (1.0 / 40320));
    const hys__v8 high = (1.0 / 362880 + r * (1.0 / 3628800)) + r2 * (1.0 / 39916800);
    return low + r4 * (middle + r4 * high);
}

/* With z = k ln 2 + r, |r| <= ln(2)/2:  (2^k - 1 + 2^k r q)/z, q = (exp(r) - 1)/r; where k is 0 it is q, so that
 * nothing cancels. */
HYS__V8 hys__v8 hys__phi1(hys__v8 z) {
    const hys__v8 magic = hys__v8_of(0x1.8p52), most = hys__v8_of(700), one = hys__v8_of(1);
    const hys__v8 high_enough = hys__v8_choose(z < -most, -most, z);
    const hys__v8 c = hys__v8_choose(high_enough > most, most, high_enough);
    const hys__v8 turn = c * 1.4426950408889634 + magic, k = turn - magic;
    const hys__v8 r = (c - k * 0x1.62e42fee00000p-1) - k * 0x1.a39ef35793c76p-33;
    const hys__v8 q = hys__phi1_near(r);
    /* 2^k: k stands in the lowest bits of turn */
    const hys__v8 power = (hys__v8)(((hys__i8)turn << 52) + 0x3ff0000000000000);
    const hys__i8 is_near = k == 0;
    return hys__v8_choose(is_near, q, ((power - 1) + power * r * q) / hys__v8_choose(is_near, one, c));
}

#endif
