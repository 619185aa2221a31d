/* Normal numbers from counters, many at once. */
#ifndef HYS_NETWORK_ANALOG_NORMALS_H
#define HYS_NETWORK_ANALOG_NORMALS_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The square root of x from 0, to 2e-7 of it: three of Newton's steps for 1 / sqrt x, from the usual guess.  sqrtf has
 * to set errno, which keeps compilers from doing many at once. */
static inline float hys__root(float x) {
    uint32_t bits;
    float y;
    memcpy(&bits, &x, sizeof bits);
    bits = 0x5f3759dfU - (bits >> 1);
    memcpy(&y, &bits, sizeof y);
    y *= 1.5F - 0.5F * x * y * y;
    y *= 1.5F - 0.5F * x * y * y;
    y *= 1.5F - 0.5F * x * y * y;
    return x * y;
}

enum { HYS__COUNTERS = 16 };
/* Bits of so many counters from `first` on: Threefry's two words of each. */
void hys__random_words(const uint64_t key[2], uint64_t first, uint64_t *low, uint64_t *high);

/* Numbers `first` to `first + n` of the row that the key has, mean 0, standard deviation 1: each depends on key and
 * place alone. */
void hys__normals(const uint64_t key[2], uint64_t first, size_t n, float *numbers);

#endif
