/* What generated kernels are made of: vectors of lanes, mathematics, random draws, tables, local solvers.
 *
 * A kernel is compiled with HYS_LANES 1 (a circuit's single devices) or 8 (batches; the default).  With 8 the
 * code works on HYS_W lanes at a time, as many as a register of the machine holds.  Every operation below is
 * the same sequence of IEEE operations at every width, so that an instance's bits do not depend on lanes,
 * place in the batch or compiler.  They do depend on one thing: whether the machine multiplies and adds in one
 * rounding (HYS_FMA 1: x86-64-v3 and later, aarch64).  Compile with -ffp-contract=off -fno-math-errno, never
 * with -ffast-math.
 *
 * Nothing is included but the contract, so that both can be stored as text and compiled in milliseconds.
 * Coefficients come from scripts/minimax.py; the largest error of each function, in units in the last place,
 * stands beside it and is asserted in tests/abi/test_math.c. */
#ifndef HYS_KERNEL_H
#define HYS_KERNEL_H
#include "abi/hys_abi.h"

/* ---- lanes ---- */

#ifndef HYS_LANES
#define HYS_LANES 8
#endif
#ifndef HYS_OWN_PARAMS
#define HYS_OWN_PARAMS 0
#endif
#if HYS_LANES == 1
#define HYS_W 1
#elif defined(__AVX512F__) && defined(__AVX512DQ__)
#define HYS_W 8
#elif defined(__AVX2__)
#define HYS_W 4
#else
#define HYS_W 2
#endif
#if defined(__FMA__) || defined(__AVX512F__) || defined(__FP_FAST_FMA) || defined(__aarch64__)
#define HYS_FMA 1
#else
#define HYS_FMA 0
#endif

/* In wide loops gcc should order instructions before it gives out registers too: 3 to 12 % faster. */
#if HYS_W > 1 && defined(__GNUC__) && !defined(__clang__) && !defined(HYS_LARGE)
#pragma GCC optimize("schedule-insns", "sched-pressure")
#endif

#define HYS_FN   static inline __attribute__((always_inline, unused))
#define HYS_SLOW static __attribute__((noinline, unused, cold))
/* Elementary functions: inlined where few are called, functions of their own in large kernels. */
#ifdef HYS_OUTLINE
#define HYS_MATH static __attribute__((noinline, unused))
#else
#define HYS_MATH HYS_FN
#endif
#define HYS_BULKY static __attribute__((noinline, unused)) /* never worth inlining */
/* Functions of large kernels that are seldom called: not worth the compiler's time. */
#if !defined(HYS_LARGE)
#define HYS_SELDOM
#elif defined(__clang__)
#define HYS_SELDOM __attribute__((optnone, noinline))
#else
#define HYS_SELDOM __attribute__((optimize("O0")))
#endif

#if HYS_W == 1
typedef double hys_v;
typedef long long hys_i;
typedef unsigned long long hys_w;
typedef double hys_va;
typedef unsigned long long hys_wa;
#else
#define HYS_VECTOR(alias) __attribute__((vector_size(8 * HYS_W) alias))
typedef double hys_v __attribute__((vector_size(8 * HYS_W)));
typedef long long hys_i __attribute__((vector_size(8 * HYS_W)));
typedef unsigned long long hys_w __attribute__((vector_size(8 * HYS_W)));
/* As they lie in memory, where they are plain doubles. */
typedef double hys_va __attribute__((vector_size(8 * HYS_W), may_alias));
typedef unsigned long long hys_wa __attribute__((vector_size(8 * HYS_W), may_alias));
#endif
typedef union hys_lanes {
    hys_v v;
    double d[HYS_W];
} hys_lanes;
typedef union hys_word_lanes {
    hys_w v;
    hys_u64 u[HYS_W];
} hys_word_lanes;

/* A truth value for each lane. */
#if HYS_W == 1
typedef int hys_m;
#elif HYS_W == 8
typedef unsigned char hys_m;
#else
typedef hys_i hys_m;
#endif

#define HYS_INF __builtin_inf()
#define HYS_NAN __builtin_nan("")

HYS_FN hys_v hys_k(double value) {
#if HYS_W == 1
    return value;
#else
    return value - (hys_v){0}; /* x - 0 is x for -0 and NaN too: a plain broadcast */
#endif
}

HYS_FN hys_w hys_bits(hys_v a) {
    union {
        hys_v v;
        hys_w w;
    } both = {.v = a};
    return both.w;
}

HYS_FN hys_v hys_unbits(hys_w a) {
    union {
        hys_w w;
        hys_v v;
    } both = {.w = a};
    return both.v;
}

HYS_FN hys_v hys_load(const double *at) {
    return *(const hys_va *)at;
}

HYS_FN void hys_store(double *at, hys_v a) {
    *(hys_va *)at = a;
}

HYS_FN hys_w hys_load_key(const hys_u64 *at) {
    return *(const hys_wa *)at;
}

/* ---- comparison, masks ---- */

#if HYS_W == 1
#define HYS_COMPARE(name, op, code)                                                                                    \
    HYS_FN hys_m name(hys_v a, hys_v b) {                                                                              \
        return a op b;                                                                                                 \
    }
#elif HYS_W == 8
#define HYS_COMPARE(name, op, code)                                                                                    \
    HYS_FN hys_m name(hys_v a, hys_v b) {                                                                              \
        return (hys_m)__builtin_ia32_cmppd512_mask(a, b, code, (hys_m)-1, 4);                                          \
    }
#else
#define HYS_COMPARE(name, op, code)                                                                                    \
    HYS_FN hys_m name(hys_v a, hys_v b) {                                                                              \
        return (hys_m)(a op b);                                                                                        \
    }
#endif
HYS_COMPARE(hys_lt, <, 17)
HYS_COMPARE(hys_le, <=, 18)
HYS_COMPARE(hys_eq, ==, 0)
HYS_COMPARE(hys_ne, !=, 4)

HYS_FN hys_m hys_mask(int value) {
#if HYS_W == 1
    return value != 0;
#elif HYS_W == 8
    return (hys_m)(value ? 0xff : 0);
#else
    return (value ? -1LL : 0LL) + (hys_i){0};
#endif
}

HYS_FN hys_m hys_and(hys_m a, hys_m b) {
    return (hys_m)(a & b);
}

HYS_FN hys_m hys_or(hys_m a, hys_m b) {
    return (hys_m)(a | b);
}

HYS_FN hys_m hys_not(hys_m a) {
#if HYS_W == 1
    return !a;
#else
    return (hys_m)~a;
#endif
}

HYS_FN int hys_any(hys_m a) {
#if HYS_W == 1 || HYS_W == 8
    return a != 0;
#elif HYS_W == 4
    return __builtin_ia32_movmskpd256((hys_v)a) != 0;
#else
    return (a[0] | a[1]) != 0;
#endif
}

HYS_FN int hys_all(hys_m a) {
    return !hys_any(hys_not(a));
}

HYS_FN int hys_lane_is(hys_m a, hys_u32 lane) {
#if HYS_W == 1
    return a & (lane == 0);
#elif HYS_W == 8
    return (a >> lane) & 1;
#else
    return a[lane] != 0;
#endif
}

/* Lanes that stand for instances: the first `left` ones. */
HYS_FN hys_m hys_live(hys_u32 left) {
#if HYS_W == 1
    return left > 0;
#elif HYS_W == 8
    return (hys_m)(left >= 8 ? 0xff : (1u << left) - 1u);
#elif HYS_W == 4
    return (hys_m)((hys_i){0, 1, 2, 3} < (long long)left);
#else
    return (hys_m)((hys_i){0, 1} < (long long)left);
#endif
}

/* mask ? yes : no */
HYS_FN hys_v hys_sel(hys_m mask, hys_v yes, hys_v no) {
#if HYS_W == 1
    return mask ? yes : no;
#elif HYS_W == 8 && defined(__clang__)
    return __builtin_ia32_selectpd_512(mask, yes, no);
#elif HYS_W == 8
    return __builtin_ia32_blendmpd_512_mask(no, yes, mask);
#elif HYS_W == 4
    return __builtin_ia32_blendvpd256(no, yes, (hys_v)mask);
#else
    return (hys_v)((mask & (hys_i)yes) | (~mask & (hys_i)no));
#endif
}

HYS_FN hys_m hys_sel_mask(hys_m mask, hys_m yes, hys_m no) {
    return hys_or(hys_and(mask, yes), hys_and(hys_not(mask), no));
}

/* ---- arithmetic ---- */

/* a < b ? a : b; the second where they do not compare. */
HYS_FN hys_v hys_min(hys_v a, hys_v b) {
#if HYS_W == 8 && defined(__clang__)
    return __builtin_ia32_minpd512(a, b, 4);
#elif HYS_W == 8
    return __builtin_ia32_minpd512_mask(a, b, a, (hys_m)-1, 4);
#elif HYS_W == 4
    return __builtin_ia32_minpd256(a, b);
#else
    return hys_sel(hys_lt(a, b), a, b);
#endif
}

HYS_FN hys_v hys_max(hys_v a, hys_v b) {
#if HYS_W == 8 && defined(__clang__)
    return __builtin_ia32_maxpd512(a, b, 4);
#elif HYS_W == 8
    return __builtin_ia32_maxpd512_mask(a, b, a, (hys_m)-1, 4);
#elif HYS_W == 4
    return __builtin_ia32_maxpd256(a, b);
#else
    return hys_sel(hys_lt(b, a), a, b);
#endif
}

#if HYS_W > 1 && HYS_FMA && !defined(__x86_64__) && !defined(__i386__)
HYS_FN hys_v hys_fma_lanes(hys_v a, hys_v b, hys_v c) {
    for (int l = 0; l < HYS_W; l++) c[l] = __builtin_fma(a[l], b[l], c[l]);
    return c;
}
#endif

/* a * b + c in one rounding where the machine can. */
HYS_FN hys_v hys_fma(hys_v a, hys_v b, hys_v c) {
#if !HYS_FMA
    return a * b + c;
#elif HYS_W == 1
    return __builtin_fma(a, b, c);
#elif HYS_W == 8
    return __builtin_ia32_vfmaddpd512_mask(a, b, c, (hys_m)-1, 4);
#elif HYS_W == 4
    return __builtin_ia32_vfmaddpd256(a, b, c);
#elif defined(__x86_64__) || defined(__i386__)
    return __builtin_ia32_vfmaddpd(a, b, c);
#else
    return hys_fma_lanes(a, b, c);
#endif
}

HYS_FN hys_v hys_fms(hys_v a, hys_v b, hys_v c) /* a * b - c */
{
#if HYS_W == 8 && !defined(__clang__) /* gcc folds no negation into the masked form */
    return __builtin_ia32_vfmsubpd512_mask(a, b, c, (hys_m)-1, 4);
#else
    return hys_fma(a, b, -c);
#endif
}

HYS_FN hys_v hys_fnma(hys_v a, hys_v b, hys_v c) /* c - a * b */
{
#if HYS_W == 8 && !defined(__clang__)
    return __builtin_ia32_vfnmaddpd512_mask(a, b, c, (hys_m)-1, 4);
#else
    return hys_fma(-a, b, c);
#endif
}

HYS_FN hys_v hys_abs(hys_v a) {
    return hys_unbits(hys_bits(a) & 0x7fffffffffffffffULL);
}

HYS_FN hys_v hys_copysign(hys_v size, hys_v sign) {
    return hys_unbits((hys_bits(size) & 0x7fffffffffffffffULL) | (hys_bits(sign) & 0x8000000000000000ULL));
}

HYS_FN hys_v hys_sqrt(hys_v a) {
#if HYS_W == 1
    return __builtin_sqrt(a);
#elif HYS_W == 8 && defined(__clang__)
    return __builtin_ia32_sqrtpd512(a, 4);
#elif HYS_W == 8
    return __builtin_ia32_sqrtpd512_mask(a, a, (hys_m)-1, 4);
#elif HYS_W == 4
    return __builtin_ia32_sqrtpd256(a);
#else
    for (int l = 0; l < HYS_W; l++) a[l] = __builtin_sqrt(a[l]);
    return a;
#endif
}

/* What a product lost in rounding: a * b - p exactly, for p = a * b rounded. */
HYS_FN hys_v hys_mul_low(hys_v a, hys_v b, hys_v p) {
#if HYS_FMA
    return hys_fms(a, b, p);
#else /* T. J. Dekker, Numer. Math. 18 (1971) 224: halves of 26 bits */
    const hys_v ca = a * 134217729.0, cb = b * 134217729.0;
    const hys_v ah = ca - (ca - a), al = a - ah, bh = cb - (cb - b), bl = b - bh;
    return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
#endif
}

/* ---- rounding ---- */

#define HYS_MAGIC 0x1.8p52 /* adding it rounds to an integer, which then stands in the low bits */

/* Nearest integer, ties to even, of |a| < 2^51. */
HYS_FN hys_v hys_near(hys_v a) {
    return (a + HYS_MAGIC) - HYS_MAGIC;
}

HYS_FN hys_v hys_trunc(hys_v a) {
    const hys_v size = hys_abs(a);
    const hys_v near = (size + 0x1p52) - 0x1p52;
    const hys_v cut = near - hys_sel(hys_lt(size, near), hys_k(1.0), hys_k(0.0));
    return hys_sel(hys_lt(size, hys_k(0x1p52)), hys_copysign(cut, a), a);
}

HYS_FN hys_v hys_floor(hys_v a) {
    const hys_v cut = hys_trunc(a);
    return hys_sel(hys_lt(a, cut), cut - 1.0, cut);
}

HYS_FN hys_v hys_ceil(hys_v a) {
    const hys_v cut = hys_trunc(a);
    return hys_copysign(hys_sel(hys_lt(cut, a), cut + 1.0, cut), a);
}

/* Half away from zero, as Verilog turns reals into integers. */
HYS_FN hys_v hys_round(hys_v a) {
    const hys_v cut = hys_trunc(a), rest = hys_abs(a - cut);
    return hys_sel(hys_le(hys_k(0.5), rest), cut + hys_copysign(hys_k(1.0), a), cut);
}

/* a * 2^k in one rounding, for integral |k| <= 2100; |a| < 2 where k < -1075. */
HYS_FN hys_v hys_scale(hys_v a, hys_v k) {
#if HYS_W == 8 && !defined(HYS_NO_SCALEF)
    return __builtin_ia32_scalefpd512_mask(a, k, a, (hys_m)-1, 4);
#else
    const hys_v half = hys_near(k * 0.5), rest = k - half;
    const hys_v first = hys_unbits(hys_bits(half + (HYS_MAGIC + 1023.0)) << 52);
    const hys_v power = hys_unbits(hys_bits(rest + (HYS_MAGIC + 1023.0)) << 52);
    /* a product that is sure to vanish would cost a trap into microcode */
    const hys_v second = hys_sel(hys_lt(k, hys_k(-1075.5)), hys_k(0.0), power);
    return a * first * second; /* the first product is exact */
#endif
}

/* ---- exponentials ---- */

#define HYS_INV_LN2 0x1.71547652b82fep+0
#define HYS_LN2_HI  0x1.62e42fee00000p-1 /* 32 bits: its product with an exponent is exact */
#define HYS_LN2_LO  0x1.a39ef35793c76p-33

/* (cosh r - 1) / r^2 and (sinh r - r) / r^3 in z = r^2, |r| <= ln2 / 2. */
HYS_FN hys_v hys_exp_even(hys_v z) {
    hys_v p = hys_fma(hys_k(0x1.28b06f7042167p-22), z, hys_k(0x1.a019966116736p-16));
    p = hys_fma(p, z, hys_k(0x1.6c16c185bef77p-10));
    p = hys_fma(p, z, hys_k(0x1.555555554ff9fp-5));
    return hys_fma(p, z, hys_k(0x1.000000000000cp-1));
}

HYS_FN hys_v hys_exp_odd(hys_v z) {
    hys_v p = hys_fma(hys_k(0x1.af5eb32c12165p-26), z, hys_k(0x1.71ddf859cecf9p-19));
    p = hys_fma(p, z, hys_k(0x1.a01a01afe2f4fp-13));
    p = hys_fma(p, z, hys_k(0x1.111111110f6b3p-7));
    return hys_fma(p, z, hys_k(0x1.5555555555559p-3));
}

/* e^r - 1 - r for a reduced r. */
HYS_FN hys_v hys_exp_tail(hys_v r) {
    const hys_v z = r * r;
    return hys_fma(r, hys_exp_odd(z), hys_exp_even(z)) * z;
}

HYS_FN hys_v hys_exp_clamp(hys_v a) /* beyond: overflow or zero; NaN passes */
{
    return hys_max(hys_k(-746.0), hys_min(hys_k(720.0), a));
}

/* 0.8 ulp; of |a| < 700 */
HYS_MATH hys_v hys_exp_within(hys_v a) {
    const hys_v k = hys_fma(a, hys_k(HYS_INV_LN2), hys_k(HYS_MAGIC)) - HYS_MAGIC;
    hys_v r = hys_fnma(k, hys_k(HYS_LN2_HI), a);
    r = hys_fnma(k, hys_k(HYS_LN2_LO), r);
    const hys_v z = r * r;
    const hys_v u = hys_fma(r, hys_exp_odd(z), hys_exp_even(z));
    return hys_scale(hys_fma(u, z, r) + 1.0, k);
}

HYS_FN hys_v hys_exp(hys_v a) {
    return hys_exp_within(hys_exp_clamp(a));
}

/* a = k ln2 + r + low */
HYS_FN hys_v hys_exp_reduce(hys_v a, hys_v *r, hys_v *low) {
    const hys_v k = hys_fma(a, hys_k(HYS_INV_LN2), hys_k(HYS_MAGIC)) - HYS_MAGIC;
    const hys_v high = hys_fnma(k, hys_k(HYS_LN2_HI), a); /* exact */
    const hys_v cut = k * HYS_LN2_LO;
    *r = high - cut;
    *low = (high - *r) - cut;
    return k;
}

/* 1.6 ulp */
HYS_MATH hys_v hys_expm1(hys_v a) {
    hys_v r, low;
    const hys_v x = hys_exp_clamp(a);
    const hys_v k = hys_exp_reduce(x, &r, &low);
    const hys_v tail = hys_exp_tail(r) + hys_fma(r, low, low);
    /* 2^k (1 + r + tail) - 1; beyond 2^60 the 1 is lost */
    const hys_v few = hys_min(hys_k(60.0), k);
    const hys_v s = hys_scale(hys_k(1.0), few);
    const hys_v near = hys_fma(s, r, s - 1.0) + s * tail;
    const hys_v far = hys_scale(1.0 + (r + tail), k);
    const hys_v e = hys_sel(hys_lt(hys_k(56.0), k), far, near);
    return hys_sel(hys_eq(a, hys_k(0.0)), a, e); /* keeps -0 */
}

/* ---- logarithms ---- */

typedef struct hys_log_parts {
    hys_v k, m; /* a = 2^k m, sqrt(1/2) <= m < sqrt(2) */
} hys_log_parts;

/* Of a positive number, subnormal ones included. */
HYS_FN hys_log_parts hys_log_split(hys_v a) {
    const hys_m tiny = hys_lt(a, hys_k(0x1p-1022));
    const hys_w bits = hys_bits(hys_sel(tiny, a * 0x1p54, a));
    const hys_w t = bits + (0x3ff0000000000000ULL - 0x3fe6a09e667f3bcdULL);
    hys_log_parts parts;
    parts.m = hys_unbits((t & 0x000fffffffffffffULL) + 0x3fe6a09e667f3bcdULL);
    parts.k =
        hys_unbits((t >> 52) | 0x4330000000000000ULL) - hys_sel(tiny, hys_k(0x1p52 + 1077.0), hys_k(0x1p52 + 1023.0));
    return parts;
}

/* s^2-series of (log((1+s)/(1-s)) - 2s) / s */
HYS_FN hys_v hys_log_series(hys_v z) {
    hys_v p = hys_fma(hys_k(0x1.2f0563674a9bdp-3), z, hys_k(0x1.39a1babababa7p-3));
    p = hys_fma(p, z, hys_k(0x1.74663ee846c11p-3));
    p = hys_fma(p, z, hys_k(0x1.c71c52095dfa3p-3));
    p = hys_fma(p, z, hys_k(0x1.24924941f123ap-2));
    p = hys_fma(p, z, hys_k(0x1.999999997fdb8p-2));
    return hys_fma(p, z, hys_k(0x1.5555555555592p-1)) * z;
}

/* k ln2 + log(1 + f + low), low a correction far below f */
HYS_FN hys_v hys_log_sum(hys_v k, hys_v f, hys_v low) {
    const hys_v s = f / (2.0 + f), half = 0.5 * f * f;
    const hys_v rest = hys_fma(s, half + hys_log_series(s * s), k * HYS_LN2_LO + low);
    return k * HYS_LN2_HI - ((half - rest) - f);
}

/* What logarithms give outside of 0 < a < inf. */
HYS_FN hys_v hys_log_edges(hys_v a, hys_v result) {
    result = hys_sel(hys_lt(a, hys_k(HYS_INF)), result, a); /* inf, NaN */
    result = hys_sel(hys_eq(a, hys_k(0.0)), hys_k(-HYS_INF), result);
    return hys_sel(hys_lt(a, hys_k(0.0)), hys_k(HYS_NAN), result);
}

/* 0.9 ulp */
HYS_MATH hys_v hys_log(hys_v a) {
    const hys_log_parts parts = hys_log_split(a);
    return hys_log_edges(a, hys_log_sum(parts.k, parts.m - 1.0, hys_k(0.0)));
}

/* log(1 + a + low) */
HYS_FN hys_v hys_log1p_sum(hys_v a, hys_v low) {
    const hys_v u = 1.0 + a;
    const hys_log_parts parts = hys_log_split(u);
    /* what 1 + a lost, as a share of m; the larger term stands first */
    const hys_v lost = hys_sel(hys_lt(hys_k(1.0), a), 1.0 - (u - a), a - (u - 1.0)) + low;
    const hys_m whole = hys_eq(parts.k, hys_k(0.0));
    const hys_v f = hys_sel(whole, a, parts.m - 1.0);
    const hys_v share = hys_sel(whole, low, hys_scale(lost, -parts.k));
    return hys_log_sum(parts.k, f, share / (1.0 + f));
}

/* 1.1 ulp */
HYS_MATH hys_v hys_log1p(hys_v a) {
    const hys_v result = hys_log_edges(1.0 + a, hys_log1p_sum(a, hys_k(0.0)));
    return hys_sel(hys_lt(hys_abs(a), hys_k(0x1p-54)), a, result); /* keeps -0, subnormals */
}

/* 0.9 ulp; exact for powers of ten */
HYS_MATH hys_v hys_log10(hys_v a) {
    const hys_log_parts parts = hys_log_split(a);
    const hys_v k = parts.k, f = parts.m - 1.0;
    const hys_v s = f / (2.0 + f), half = 0.5 * f * f;
    /* log(m) = high + low, high of 21 bits */
    const hys_v high = hys_unbits(hys_bits(f - half) & 0xffffffff00000000ULL);
    const hys_v low = ((f - high) - half) + s * (half + hys_log_series(s * s));
    const hys_v base = k * 0x1.34413509f0000p-2;   /* log10(2), 37 bits: exact */
    const hys_v top = high * 0x1.bcb7b00000000p-2; /* 1 / log(10), 21 bits: exact */
    const hys_v sum = base + top;
    const hys_v lost = (base - sum) + top;
    const hys_v rest = k * 0x1.e7fbcc47c4acdp-40 + ((low + high) * 0x1.526e50e32a6abp-26 + low * 0x1.bcb7b00000000p-2);
    const hys_v swapped = (top - sum) + base; /* where |top| > |base|: k = 0 */
    const hys_v error = hys_sel(hys_eq(k, hys_k(0.0)), swapped, lost);
    return hys_log_edges(a, sum + (rest + error));
}

/* ---- powers ---- */

typedef struct hys_pair {
    hys_v high, low; /* an unevaluated sum */
} hys_pair;

/* a + b for |a| >= |b| or a = 0 */
HYS_FN hys_pair hys_sum(hys_v a, hys_v b) {
    const hys_v s = a + b;
    return (hys_pair){s, b - (s - a)};
}

HYS_FN hys_v hys_log_long_series(hys_v z) /* behind 2s + 2/3 s^3 */
{
    hys_v p = hys_fma(hys_k(0x1.c31aad799c40cp-4), z, hys_k(0x1.aaec1a9ce3170p-4));
    p = hys_fma(p, z, hys_k(0x1.e20b7cbd715ddp-4));
    p = hys_fma(p, z, hys_k(0x1.11109463395fcp-3));
    p = hys_fma(p, z, hys_k(0x1.3b13b3114d0ebp-3));
    p = hys_fma(p, z, hys_k(0x1.745d17418040cp-3));
    p = hys_fma(p, z, hys_k(0x1.c71c71c722750p-3));
    p = hys_fma(p, z, hys_k(0x1.249249249246fp-2));
    return hys_fma(p, z, hys_k(0x1.999999999999ap-2));
}

/* log(a) to 65 bits for positive finite a: the artanh series in double-double where it matters. */
HYS_FN hys_pair hys_log_pair(hys_v a) {
    const hys_log_parts parts = hys_log_split(a);
    const hys_v k = parts.k, f = parts.m - 1.0;
    const hys_v d = 2.0 + f, d_low = f - (d - 2.0), inv = 1.0 / d;
    const hys_v s = f * inv, sd = s * d;
    const hys_v s_low = (((f - sd) - hys_mul_low(s, d, sd)) - s * d_low) * inv;
    const hys_v z = s * s, z_low = hys_mul_low(s, s, z) + 2.0 * s * s_low;
    const hys_v cube = s * z, cube_low = (hys_mul_low(s, z, cube) + s * z_low) + s_low * z;
    const hys_v tail = z * hys_log_long_series(z);
    const hys_pair c = hys_sum(hys_k(0x1.5555555555555p-1), tail);
    const hys_v c_low = c.low + 0x1.5555555555555p-55;
    const hys_v q = cube * c.high;
    const hys_v q_low = (hys_mul_low(cube, c.high, q) + cube * c_low) + cube_low * c.high;
    const hys_pair first = hys_sum(k * HYS_LN2_HI, 2.0 * s);
    const hys_pair second = hys_sum(first.high, q);
    const hys_v low = ((first.low + second.low) + (2.0 * s_low + q_low)) + k * HYS_LN2_LO;
    return hys_sum(second.high, low);
}

/* C17 annex F.10.4.4 where a <= 0 or something is not finite; r = |a|^b. */
HYS_SLOW hys_v hys_pow_edges(hys_v a, hys_v b, hys_v r) {
    const hys_v zero = hys_k(0.0), one = hys_k(1.0), inf = hys_k(HYS_INF), size = hys_abs(a);
    const hys_m whole = hys_eq(b, hys_trunc(b));
    const hys_v half = b * 0.5;
    const hys_m odd = hys_and(whole, hys_ne(half, hys_trunc(half)));
    const hys_m negative = hys_lt(hys_copysign(one, a), zero);
    const hys_m up = hys_lt(zero, b);
    r = hys_sel(hys_eq(size, zero), hys_sel(up, zero, inf), r);
    r = hys_sel(hys_eq(size, inf), hys_sel(up, inf, zero), r);
    const hys_m grows = hys_or(hys_and(up, hys_lt(one, size)), hys_and(hys_not(up), hys_lt(size, one)));
    r = hys_sel(hys_eq(hys_abs(b), inf), hys_sel(hys_eq(size, one), one, hys_sel(grows, inf, zero)), r);
    r = hys_sel(hys_and(negative, odd), -r, r);
    const hys_m no_real = hys_and(hys_and(hys_lt(a, zero), hys_lt(size, inf)), hys_not(whole));
    r = hys_sel(no_real, hys_k(HYS_NAN), r);
    r = hys_sel(hys_or(hys_ne(a, a), hys_ne(b, b)), a + b, r);
    return hys_sel(hys_or(hys_eq(b, zero), hys_eq(a, one)), one, r);
}

/* Of any numbers, by way of the logarithm. */
HYS_BULKY hys_v hys_pow_general(hys_v a, hys_v b) {
    if (hys_all(hys_eq(a, hys_k(1.0)))) return a; /* factors that are switched off */
    const hys_pair log = hys_log_pair(hys_abs(a));
    /* beyond 2^70 only 1 does not overflow or vanish, and products would */
    const hys_v y = hys_max(hys_k(-0x1p70), hys_min(hys_k(0x1p70), b)), high = y * log.high;
    const hys_m in_range = hys_lt(hys_abs(high), hys_k(800.0));
    const hys_v low = hys_sel(in_range, hys_mul_low(y, log.high, high) + y * log.low, hys_k(0.0));
    const hys_v x = hys_exp_clamp(high), k = hys_near(x * HYS_INV_LN2);
    const hys_v r = (x - k * HYS_LN2_HI) + (low - k * HYS_LN2_LO);
    const hys_v result = hys_scale(1.0 + (r + hys_exp_tail(r)), k);
    const hys_m plain =
        hys_and(hys_and(hys_lt(hys_k(0.0), a), hys_lt(a, hys_k(HYS_INF))), hys_lt(hys_abs(b), hys_k(HYS_INF)));
    return hys_all(plain) ? result : hys_pow_edges(a, b, result);
}

/* 1.1 ulp.  Exponents 1 to 4 are products: models take them as parameters, the same for all lanes. */
HYS_MATH hys_v hys_pow(hys_v a, hys_v b) {
    const hys_m two = hys_eq(b, hys_k(2.0)), three = hys_eq(b, hys_k(3.0));
    const hys_m four = hys_eq(b, hys_k(4.0)), one = hys_eq(b, hys_k(1.0));
    const hys_m easy = hys_or(hys_or(one, two), hys_or(three, four));
    const hys_v square = a * a;
    const hys_v odd = hys_sel(three, square * a, a);
    const hys_v product = hys_sel(four, square * square, hys_sel(two, square, odd));
    return hys_all(easy) ? product : hys_sel(easy, product, hys_pow_general(a, b));
}

/* a^b where all lanes share the exponent: the same bits as hys_pow. */
HYS_FN hys_v hys_pow_shared(hys_v a, hys_v b) {
    const hys_lanes exponent = {.v = b};
    const double n = exponent.d[0];
    if (n == 1.0) return a;
    if (n == 2.0) return a * a;
    if (n == 3.0) return a * a * a;
    if (n == 4.0) return (a * a) * (a * a);
    return hys_pow_general(a, b);
}

/* b a^(b-1), given power = a^b: without a division where the power is a product. */
HYS_FN hys_v hys_pow_slope(hys_v a, hys_v b, hys_v power) {
    const hys_m one = hys_eq(b, hys_k(1.0)), two = hys_eq(b, hys_k(2.0));
    const hys_m three = hys_eq(b, hys_k(3.0)), four = hys_eq(b, hys_k(4.0));
    const hys_v low = hys_sel(two, a, hys_k(1.0)), square = a * a;
    const hys_v product = b * hys_sel(four, square * a, hys_sel(three, square, low));
    const hys_m easy = hys_or(hys_or(one, two), hys_or(three, four));
    return hys_all(easy) ? product : hys_sel(easy, product, b * power / a);
}

HYS_FN hys_v hys_pow_slope_shared(hys_v a, hys_v b, hys_v power) {
    const hys_lanes exponent = {.v = b};
    const double n = exponent.d[0];
    if (n == 1.0) return b * 1.0;
    if (n == 2.0) return b * a;
    if (n == 3.0) return b * (a * a);
    if (n == 4.0) return b * (a * a * a);
    return b * power / a;
}

/* ---- sine, cosine, tangent ---- */

typedef struct hys_angle { /* a = quadrant pi/2 + r + low, |r| <= pi/4 */
    hys_v r, low;
    hys_w quadrant; /* its two lowest bits count */
} hys_angle;

static const hys_u64 hys_two_over_pi[20] __attribute__((unused)) = {
    0xa2f9836e4e441529u, 0xfc2757d1f534ddc0u, 0xdb6295993c439041u, 0xfe5163abdebbc561u, 0xb7246e3a424dd2e0u,
    0x06492eea09d1921cu, 0xfe1deb1cb129a73eu, 0xe88235f52ebb4484u, 0xe99c7026b45f7e41u, 0x3991d639835339f4u,
    0x9c845f8bbdf9283bu, 0x1ff897ffde05980fu, 0xef2f118b5a0a6d1fu, 0x6d367ecf27cb09b7u, 0x4f463f669e5fea2du,
    0x7527bac7ebe5f17bu, 0x3d0739f78a5292eau, 0x6bfb5fb11f8d5d08u, 0x56033046fc7b6babu, 0xf0cfbc209af4361du};

typedef struct hys_fraction { /* of a quarter turn, in [-1/2, 1/2), in units of 2^-128 */
    __int128 value;
    hys_u64 quadrant;
} hys_fraction;

/* size * 2/pi modulo 4, by multiplication with those words of 2/pi that matter (M. H. Payne and R. N. Hanek,
 * SIGNUM Newsletter 18 (1983) 19). */
HYS_SLOW hys_fraction hys_quarter_turns(double size) {
    union {
        double d;
        hys_u64 u;
    } both = {.d = size};
    const int e = (int)(both.u >> 52) - 1075; /* size = m 2^e */
    const hys_u64 m = (both.u & 0x000fffffffffffffULL) | 0x0010000000000000ULL;
    const int first = e < 2 ? 0 : (e - 2) / 64; /* words before it give multiples of 4 */
    hys_u64 p[5], carry = 0;
    for (int i = 0; i < 4; i++) {
        const unsigned __int128 t = (unsigned __int128)m * hys_two_over_pi[first + 3 - i] + carry;
        p[i] = (hys_u64)t;
        carry = (hys_u64)(t >> 64);
    }
    p[4] = carry;
    /* The binary point stands at bit 256 - shift; the two bits above it count quadrants. */
    const int top = 258 - (e - 64 * first), word = top / 64, bit = top % 64;
    hys_u64 w[3];
    for (int i = 0; i < 3; i++) {
        const int at = word - i;
        const hys_u64 high = at > 4 ? 0 : p[at];
        w[i] = bit ? high << (64 - bit) | p[at - 1] >> bit : p[at - 1];
    }
    const unsigned __int128 turns = (unsigned __int128)w[0] << 64 | w[1];
    hys_fraction f;
    f.value = (__int128)(turns << 2 | w[2] >> 62);
    f.quadrant = (hys_u64)(turns >> 126) + (f.value < 0);
    return f;
}

/* fraction of a quarter turn -> radians, to 100 bits or so */
HYS_SLOW void hys_reduce_lane(double a, double *r, double *low, hys_u64 *quadrant) {
    const hys_fraction f = hys_quarter_turns(a < 0 ? -a : a);
    const double sign = (f.value < 0) != (a < 0) ? -1.0 : 1.0;
    unsigned __int128 size = (unsigned __int128)(f.value < 0 ? -f.value : f.value);
    double unit = 0x1p-128;
    while (size >> 127 == 0 && unit > 0x1p-256) {
        size <<= 1;
        unit *= 0.5;
    }
    /* 20 + 53 bits, so that the product with the first 33 bits of pi/2 is exact */
    const double high = (double)(hys_u64)(size >> 108) * 0x1p108 * unit;
    const double rest = (double)(hys_u64)((size >> 55) & 0x1fffffffffffffULL) * 0x1p55 * unit;
    const double main = high * 0x1.921fb54400000p+0;
    const double tail = high * 0x1.0b4611a626331p-34 + rest * 0x1.921fb54442d18p+0;
    *r = sign * (main + tail);
    *low = sign * ((main - (main + tail)) + tail);
    *quadrant = a < 0 ? 0 - f.quadrant : f.quadrant;
}

HYS_SLOW hys_angle hys_reduce_far(hys_v a, hys_m far, hys_angle near) {
    hys_lanes from = {.v = a}, r = {.v = near.r}, low = {.v = near.low};
    hys_word_lanes quadrant = {.v = near.quadrant};
    for (hys_u32 l = 0; l < HYS_W; l++) {
        if (!hys_lane_is(far, l)) continue;
        if (from.d[l] - from.d[l] != 0.0) r.d[l] = HYS_NAN;
        else hys_reduce_lane(from.d[l], &r.d[l], &low.d[l], &quadrant.u[l]);
    }
    return (hys_angle){r.v, low.v, quadrant.v};
}

HYS_FN hys_pair hys_two_sum(hys_v a, hys_v b) /* D. E. Knuth: exact in any order */
{
    const hys_v s = a + b, b_part = s - a;
    return (hys_pair){s, (a - (s - b_part)) + (b - b_part)};
}

/* W. J. Cody and W. Waite's reduction with pi/2 in parts of 33, 33, 33 and 53 bits: exact products for
 * |quadrant| < 2^20. */
HYS_FN hys_angle hys_angle_of(hys_v a) {
    const hys_v n = hys_near(a * 0x1.45f306dc9c883p-1);
    const hys_pair b = hys_two_sum(a - n * 0x1.921fb54400000p+0, n * -0x1.0b4611a600000p-34);
    const hys_pair c = hys_two_sum(b.high, n * -0x1.3198a2e000000p-69);
    const hys_v low = (b.low + c.low) - n * 0x1.b839a252049c1p-104;
    hys_angle angle;
    angle.r = c.high + low;
    angle.low = (c.high - angle.r) + low;
    angle.quadrant = hys_bits(n + HYS_MAGIC);
    const hys_m far = hys_not(hys_le(hys_abs(a), hys_k(1.6e6)));
    return hys_any(far) ? hys_reduce_far(a, far, angle) : angle;
}

/* sin(r + low) and cos(r + low) as a large term and a correction */
HYS_FN hys_pair hys_sin_near(hys_v r, hys_v low) {
    const hys_v z = r * r;
    hys_v p = hys_fma(hys_k(0x1.5d932f77d11fcp-33), z, hys_k(-0x1.ae5e66d585f23p-26));
    p = hys_fma(p, z, hys_k(0x1.71de3578752fbp-19));
    p = hys_fma(p, z, hys_k(-0x1.a01a019c126c0p-13));
    p = hys_fma(p, z, hys_k(0x1.111111110f881p-7));
    p = hys_fma(p, z, hys_k(-0x1.5555555555549p-3));
    return (hys_pair){r, hys_fma(z * r, p, hys_fnma(z * 0.5, low, low))};
}

HYS_FN hys_pair hys_cos_near(hys_v r, hys_v low) {
    const hys_v z = r * r, half = 0.5 * z, w = 1.0 - half;
    hys_v p = hys_fma(hys_k(-0x1.8faecf64737cdp-37), z, hys_k(0x1.1ee9ec4814b9ap-29));
    p = hys_fma(p, z, hys_k(-0x1.27e4f80a76e2cp-22));
    p = hys_fma(p, z, hys_k(0x1.a01a019cb26fbp-16));
    p = hys_fma(p, z, hys_k(-0x1.6c16c16c15184p-10));
    p = hys_fma(p, z, hys_k(0x1.555555555554cp-5));
    return (hys_pair){w, ((1.0 - w) - half) + hys_fnma(r, low, z * z * p)};
}

/* +-1 with the sign of bit `bit` */
HYS_FN hys_v hys_bit_sign(hys_w bits, int bit) {
    return hys_unbits(((bits << (63 - bit)) & 0x8000000000000000ULL) | 0x3ff0000000000000ULL);
}

/* cosine and sine */
HYS_BULKY hys_pair hys_cos_sin(hys_v a) {
    const hys_angle x = hys_angle_of(a);
    const hys_m odd = hys_lt(hys_bit_sign(x.quadrant, 0), hys_k(0.0));
    const hys_pair s = hys_sin_near(x.r, x.low), c = hys_cos_near(x.r, x.low);
    const hys_v sine = s.high + s.low, cosine = c.high + c.low;
    hys_pair wave;
    wave.high = hys_sel(odd, sine, cosine) * hys_bit_sign(x.quadrant + 1, 1);
    wave.low = hys_sel(odd, cosine, sine) * hys_bit_sign(x.quadrant, 1);
    wave.low = hys_sel(hys_eq(a, hys_k(0.0)), a, wave.low); /* keeps -0 */
    return wave;
}

/* 0.8 ulp */
HYS_BULKY hys_v hys_sin(hys_v a) {
    return hys_cos_sin(a).low;
}

/* 0.8 ulp */
HYS_BULKY hys_v hys_cos(hys_v a) {
    return hys_cos_sin(a).high;
}

/* 0.9 ulp: sin / cos or -cos / sin, with both corrections carried through the division */
HYS_BULKY hys_v hys_tan(hys_v a) {
    const hys_angle x = hys_angle_of(a);
    const hys_m odd = hys_lt(hys_bit_sign(x.quadrant, 0), hys_k(0.0));
    hys_pair s = hys_sin_near(x.r, x.low), c = hys_cos_near(x.r, x.low);
    s = hys_sum(s.high, s.low);
    c = hys_sum(c.high, c.low);
    const hys_v n = hys_sel(odd, -c.high, s.high), n_low = hys_sel(odd, -c.low, s.low);
    const hys_v d = hys_sel(odd, s.high, c.high), d_low = hys_sel(odd, s.low, c.low);
    const hys_v inv = 1.0 / d, q = n * inv, p = q * d;
    const hys_v rest = ((n - p) - hys_mul_low(q, d, p)) + (n_low - q * d_low);
    return hys_sel(hys_eq(a, hys_k(0.0)), a, q + rest * inv);
}

/* ---- inverse trigonometric functions ---- */

#define HYS_PI_2     0x1.921fb54442d18p+0
#define HYS_PI_2_LOW 0x1.1a62633145c07p-54

/* atan(y / x) for 0 <= y <= x, x > 0 */
HYS_FN hys_v hys_atan_octant(hys_v y, hys_v x) {
    const hys_m upper = hys_lt(x * 0x1.a827999fcef32p-2, y); /* tan(pi/8) */
    const hys_v t = hys_sel(upper, y - x, y) / hys_sel(upper, y + x, x), z = t * t;
    hys_v p = hys_fma(hys_k(-0x1.25a3821509754p-6), z, hys_k(0x1.37f0095d31064p-5));
    p = hys_fma(p, z, hys_k(-0x1.9cdd3993cfc1dp-5));
    p = hys_fma(p, z, hys_k(0x1.df11a30b15ba8p-5));
    p = hys_fma(p, z, hys_k(-0x1.10ebe19ab391ep-4));
    p = hys_fma(p, z, hys_k(0x1.3b111cbbaef28p-4));
    p = hys_fma(p, z, hys_k(-0x1.745cf90fd71aep-4));
    p = hys_fma(p, z, hys_k(0x1.c71c70e7cad44p-4));
    p = hys_fma(p, z, hys_k(-0x1.24924922b183bp-3));
    p = hys_fma(p, z, hys_k(0x1.99999999958fap-3));
    p = hys_fma(p, z, hys_k(-0x1.555555555553dp-2));
    const hys_v tail = t * z * p;
    const hys_v turned = 0.5 * HYS_PI_2 + (t + (tail + 0.5 * HYS_PI_2_LOW));
    return hys_sel(upper, turned, t + tail);
}

/* 1.5 ulp */
HYS_MATH hys_v hys_atan(hys_v a) {
    const hys_v size = hys_abs(a), one = hys_k(1.0);
    const hys_m steep = hys_lt(one, size);
    const hys_v r = hys_atan_octant(hys_sel(steep, one, size), hys_sel(steep, size, one));
    return hys_copysign(hys_sel(steep, HYS_PI_2 - (r - HYS_PI_2_LOW), r), a);
}

/* 2.0 ulp; zeros and infinities as in C17 annex F.10.1.4 */
HYS_BULKY hys_v hys_atan2(hys_v y, hys_v x) {
    const hys_v ay = hys_abs(y), ax = hys_abs(x), zero = hys_k(0.0), one = hys_k(1.0);
    const hys_v inf = hys_k(HYS_INF);
    const hys_m steep = hys_lt(ax, ay);
    const hys_v big = hys_sel(steep, ay, ax), small = hys_sel(steep, ax, ay);
    const hys_v factor = hys_sel(hys_lt(hys_k(0x1p1000), big), hys_k(0x1p-30), one);
    const hys_m endless = hys_eq(big, inf);
    hys_v den = hys_sel(endless, one, big * factor);
    den = hys_sel(hys_eq(big, zero), one, den);
    const hys_v num = hys_sel(endless, hys_sel(hys_eq(small, inf), one, zero), small * factor);
    hys_v r = hys_atan_octant(num, den);
    r = hys_sel(steep, HYS_PI_2 - (r - HYS_PI_2_LOW), r);
    const hys_m left = hys_lt(hys_copysign(one, x), zero);
    r = hys_sel(left, 2.0 * HYS_PI_2 - (r - 2.0 * HYS_PI_2_LOW), r);
    r = hys_sel(hys_or(hys_ne(x, x), hys_ne(y, y)), hys_k(HYS_NAN), r);
    return hys_copysign(r, y);
}

/* (asin t - t) / t in z = t^2 <= 1/4 */
HYS_FN hys_v hys_asin_series(hys_v z) {
    hys_v p = hys_fma(hys_k(0x1.05cecc235c019p-5), z, hys_k(-0x1.0af64870fd26fp-6));
    p = hys_fma(p, z, hys_k(0x1.40b2eb0221a77p-6));
    p = hys_fma(p, z, hys_k(0x1.aab1f4ccaa317p-8));
    p = hys_fma(p, z, hys_k(0x1.8ee4e092ee615p-7));
    p = hys_fma(p, z, hys_k(0x1.c6f8738a87fb9p-7));
    p = hys_fma(p, z, hys_k(0x1.1c6c28588731bp-6));
    p = hys_fma(p, z, hys_k(0x1.6e89ef6dc3848p-6));
    p = hys_fma(p, z, hys_k(0x1.f1c72c6dea272p-6));
    p = hys_fma(p, z, hys_k(0x1.6db6db41d186cp-5));
    p = hys_fma(p, z, hys_k(0x1.333333336f8d3p-4));
    return hys_fma(p, z, hys_k(0x1.5555555555387p-3)) * z;
}

typedef struct hys_chord { /* |a| > 1/2: acos |a| = 2 asin(t + low), t^2 = (1 - |a|) / 2 */
    hys_m outer;
    hys_v t, low, rest; /* rest = asin(t) - t - low, or asin(a) - a */
} hys_chord;

HYS_FN hys_chord hys_chord_of(hys_v a) {
    const hys_v size = hys_abs(a);
    hys_chord c;
    c.outer = hys_lt(hys_k(0.5), size);
    const hys_v z = hys_sel(c.outer, 0.5 * (1.0 - size), a * a);
    const hys_v root = hys_sqrt(z);
    c.t = hys_sel(c.outer, hys_unbits(hys_bits(root) & 0xffffffff00000000ULL), a);
    const hys_v cut = (z - c.t * c.t) / (root + c.t);
    c.low = hys_sel(hys_and(c.outer, hys_lt(hys_k(0.0), z)), cut, hys_k(0.0));
    c.rest = hys_sel(c.outer, root, a) * hys_asin_series(z);
    return c;
}

/* 1.5 ulp */
HYS_BULKY hys_v hys_asin(hys_v a) {
    const hys_chord c = hys_chord_of(a);
    const hys_v fall = 2.0 * c.rest - (HYS_PI_2_LOW - 2.0 * c.low);
    const hys_v outer = 0.5 * HYS_PI_2 - (fall - (0.5 * HYS_PI_2 - 2.0 * c.t));
    return hys_sel(c.outer, hys_copysign(outer, a), a + c.rest);
}

/* 1.5 ulp */
HYS_BULKY hys_v hys_acos(hys_v a) {
    const hys_chord c = hys_chord_of(a);
    const hys_v inner = HYS_PI_2 - (a - (HYS_PI_2_LOW - c.rest));
    const hys_v right = 2.0 * (c.t + (c.rest + c.low));
    const hys_v left = 2.0 * (HYS_PI_2 - (c.t + ((c.rest + c.low) - HYS_PI_2_LOW)));
    return hys_sel(c.outer, hys_sel(hys_lt(a, hys_k(0.0)), left, right), inner);
}

/* ---- hyperbolic functions ---- */

typedef struct hys_hyper { /* |a| = k ln2 + r: e^a and e^-a from one cosh r = 1 + even, sinh r = r + odd */
    hys_v r, even, odd;
    hys_v up, down; /* 2^(near-1) + 2^(-near-1), 2^(near-1) - 2^(-near-1) */
    hys_v far;      /* k = near + far; beyond 2^32 the smaller exponential is lost */
} hys_hyper;

HYS_FN hys_hyper hys_hyper_of(hys_v a) {
    hys_hyper h;
    hys_v low;
    const hys_v k = hys_exp_reduce(hys_min(hys_k(720.0), hys_abs(a)), &h.r, &low);
    const hys_v z = h.r * h.r, near = hys_min(hys_k(40.0), k);
    h.far = k - near;
    h.even = hys_fma(h.r, low, hys_exp_even(z) * z);
    h.odd = hys_fma(h.r * z, hys_exp_odd(z), low);
    const hys_v p = hys_scale(hys_k(0.5), near), m = hys_scale(hys_k(0.5), -near);
    h.up = p + m;
    h.down = p - m;
    return h;
}

HYS_FN hys_v hys_hyper_sinh(hys_hyper h, hys_v a) {
    const hys_v tail = hys_fma(h.down, h.even, h.up * h.odd);
    return hys_copysign(hys_scale(hys_fma(h.up, h.r, h.down) + tail, h.far), a);
}

HYS_FN hys_v hys_hyper_cosh(hys_hyper h) {
    const hys_v tail = hys_fma(h.up, h.even, h.down * (h.r + h.odd));
    return hys_scale(h.up + tail, h.far);
}

/* 1.8 ulp */
HYS_MATH hys_v hys_sinh(hys_v a) {
    return hys_hyper_sinh(hys_hyper_of(a), a);
}

/* 1.6 ulp */
HYS_MATH hys_v hys_cosh(hys_v a) {
    return hys_hyper_cosh(hys_hyper_of(a));
}

HYS_MATH hys_pair hys_cosh_sinh(hys_v a) {
    const hys_hyper h = hys_hyper_of(a);
    return (hys_pair){hys_hyper_cosh(h), hys_hyper_sinh(h, a)};
}

/* 1.0 ulp: below 0.55 a - a^3 P/Q, Lambert's continued fraction; above 1 - 2 / (e^2a + 1) */
HYS_MATH hys_v hys_tanh(hys_v a) {
    const hys_v x = hys_min(hys_k(22.0), hys_abs(a)), z = x * x;
    hys_v p = z + 0x1.2900000000000p+9;
    p = hys_fma(p, z, hys_k(0x1.5fea000000000p+15));
    p = hys_fma(p, z, hys_k(0x1.49eb600000000p+19));
    hys_v q = z + 0x1.3b00000000000p+9;
    q = hys_fma(q, z, hys_k(0x1.960e000000000p+15));
    q = hys_fma(q, z, hys_k(0x1.cde3200000000p+19));
    q = hys_fma(q, z, hys_k(0x1.eee1100000000p+20));
    const hys_m small = hys_lt(x, hys_k(0.55));
    const hys_v num = hys_sel(small, x * z * p, hys_k(2.0));
    const hys_v den = hys_sel(small, q, hys_exp(2.0 * x) + 1.0);
    return hys_copysign(hys_sel(small, x, hys_k(1.0)) - num / den, a);
}

#define HYS_HUGE 0x1p60 /* beyond: a + sqrt(a^2 +- 1) is 2a */

/* log(1 + high + low), or log(2 a) where a is huge */
HYS_FN hys_v hys_area(hys_v a, hys_v high, hys_v low) {
    const hys_m huge = hys_lt(hys_k(HYS_HUGE), a), whole = hys_lt(a, hys_k(HYS_INF));
    const hys_v log = hys_log1p_sum(hys_sel(huge, a, high), hys_sel(huge, hys_k(0.0), low));
    return hys_sel(whole, hys_sel(huge, log + HYS_LN2_LO + HYS_LN2_HI, log), a);
}

/* 2.0 ulp */
HYS_BULKY hys_v hys_asinh(hys_v a) {
    const hys_v x = hys_abs(a), z = x * x;
    const hys_v q = z / (1.0 + hys_sqrt(z + 1.0)), high = x + q;
    const hys_v area = hys_area(x, high, (x - high) + q);
    return hys_sel(hys_lt(x, hys_k(0x1p-28)), a, hys_copysign(area, a));
}

/* 2.0 ulp; NaN below 1 */
HYS_BULKY hys_v hys_acosh(hys_v a) {
    const hys_v t = a - 1.0, root = hys_sqrt(hys_fma(t, t, 2.0 * t)), high = t + root;
    const hys_m root_first = hys_lt(t, root);
    const hys_v low = hys_sel(root_first, (root - high) + t, (t - high) + root);
    return hys_sel(hys_lt(a, hys_k(1.0)), hys_k(HYS_NAN), hys_area(a, high, low));
}

/* 2.0 ulp */
HYS_BULKY hys_v hys_atanh(hys_v a) {
    const hys_v x = hys_abs(a), d = 1.0 - x, d_low = (1.0 - d) - x, q = 2.0 * x / d;
    const hys_v p = q * d, low = (((2.0 * x - p) - hys_mul_low(q, d, p)) - q * d_low) / d;
    const hys_v log = hys_log_edges(1.0 + q, hys_log1p_sum(q, low));
    const hys_v area = hys_copysign(0.5 * log, a);
    return hys_sel(hys_lt(x, hys_k(0x1p-28)), a, hys_sel(hys_lt(hys_k(1.0), x), hys_k(HYS_NAN), area));
}

/* ---- other real functions ---- */

/* 1.0 ulp */
HYS_MATH hys_v hys_hypot(hys_v a, hys_v b) {
    const hys_v x = hys_abs(a), y = hys_abs(b), inf = hys_k(HYS_INF), one = hys_k(1.0);
    const hys_v big = hys_max(x, y), small = hys_min(x, y);
    const hys_m huge = hys_lt(hys_k(0x1p500), big), tiny = hys_lt(big, hys_k(0x1p-400));
    const hys_v factor = hys_sel(huge, hys_k(0x1p-600), hys_sel(tiny, hys_k(0x1p600), one));
    const hys_v back = hys_sel(huge, hys_k(0x1p600), hys_sel(tiny, hys_k(0x1p-600), one));
    const hys_v u = big * factor, w = small * factor;
    const hys_v r = hys_sqrt(hys_fma(u, u, w * w)) * back;
    const hys_v known = hys_sel(hys_or(hys_ne(a, a), hys_ne(b, b)), a + b, r);
    return hys_sel(hys_or(hys_eq(x, inf), hys_eq(y, inf)), inf, known);
}

/* Long division of positive finite numbers, bit by bit. */
HYS_SLOW double hys_fmod_lane(double x, double y) {
    union {
        double d;
        hys_u64 u;
    } a = {.d = x}, b = {.d = y};
    const hys_u64 unit = 0x0010000000000000ULL; /* 2^52 */
    const int ea = (int)(a.u >> 52), eb = (int)(b.u >> 52);
    hys_u64 m = ea ? (a.u & (unit - 1)) | unit : a.u, n = eb ? (b.u & (unit - 1)) | unit : b.u;
    m %= n; /* both in units of their exponents, a subnormal's being 1 */
    for (int e = (ea ? ea : 1) - (eb ? eb : 1); e > 0 && m > 0; e--) {
        m <<= 1;
        if (m >= n) m -= n;
    }
    int e = eb ? eb : 1;
    if (m == 0) return 0.0;
    for (; m < unit && e > 1; e--) m <<= 1;
    a.u = m < unit ? m : ((hys_u64)e << 52 | (m & (unit - 1)));
    return a.d;
}

HYS_SLOW hys_v hys_fmod_far(hys_v x, hys_v y, hys_m near, hys_v r) {
    hys_lanes from = {.v = x}, by = {.v = y}, result = {.v = r};
    for (hys_u32 l = 0; l < HYS_W; l++) {
        if (hys_lane_is(near, l)) continue;
        const int is_number = from.d[l] < HYS_INF && by.d[l] > 0.0;
        if (!is_number) result.d[l] = HYS_NAN;
        else result.d[l] = from.d[l] < by.d[l] ? from.d[l] : hys_fmod_lane(from.d[l], by.d[l]);
    }
    return result.v;
}

/* Exact; the sign of the dividend. */
HYS_BULKY hys_v hys_fmod(hys_v a, hys_v b) {
    const hys_v x = hys_abs(a), y = hys_abs(b);
    const hys_v n = hys_trunc(x / y), p = n * y;
    hys_v r = (x - p) - hys_mul_low(n, y, p);
    r = hys_sel(hys_lt(r, hys_k(0.0)), r + y, r); /* the quotient may have been rounded up */
    const hys_m near = hys_and(hys_and(hys_lt(n, hys_k(0x1p52)), hys_lt(x, hys_k(0x1p900))),
                               hys_and(hys_lt(hys_k(0x1p-900), y), hys_lt(y, hys_k(0x1p900))));
    if (!hys_all(near)) r = hys_fmod_far(x, y, near, r);
    return hys_copysign(r, a);
}

/* ---- 32-bit integers carried in doubles ---- */

HYS_FN hys_w hys_word(hys_v a) /* low 32 bits of the truncated number; 0 if it is not finite */
{
    const hys_v whole = hys_trunc(a);
    const hys_v low = whole - hys_trunc(whole * 0x1p-32) * 0x1p32;
    return hys_bits(hys_sel(hys_eq(low, low), low, hys_k(0.0)) + HYS_MAGIC) & 0xffffffffULL;
}

HYS_FN hys_v hys_signed(hys_w word) /* of 32 bits */
{
    const hys_w flipped = (word & 0xffffffffULL) ^ 0x80000000ULL;
    return hys_unbits(flipped | 0x4330000000000000ULL) - (0x1p52 + 0x1p31);
}

HYS_FN hys_v hys_wrap32(hys_v a) {
    return hys_signed(hys_word(a));
}

HYS_FN hys_v hys_iand(hys_v a, hys_v b) {
    return hys_signed(hys_word(a) & hys_word(b));
}

HYS_FN hys_v hys_ior(hys_v a, hys_v b) {
    return hys_signed(hys_word(a) | hys_word(b));
}

HYS_FN hys_v hys_ixor(hys_v a, hys_v b) {
    return hys_signed(hys_word(a) ^ hys_word(b));
}

HYS_FN hys_m hys_in_word(hys_v count) {
    const hys_v n = hys_wrap32(count);
    return hys_and(hys_le(hys_k(0.0), n), hys_lt(n, hys_k(32.0)));
}

HYS_FN hys_v hys_shl(hys_v a, hys_v count) {
    const hys_v r = hys_signed(hys_word(a) << (hys_word(count) & 31u));
    return hys_sel(hys_in_word(count), r, hys_k(0.0));
}

HYS_FN hys_v hys_shr(hys_v a, hys_v count) {
    const hys_v r = hys_signed(hys_word(a) >> (hys_word(count) & 31u));
    return hys_sel(hys_in_word(count), r, hys_k(0.0));
}

HYS_FN hys_v hys_ashr(hys_v a, hys_v count) {
    const hys_v x = hys_wrap32(a);
    /* a shift is a division that rounds down */
    const hys_v power = hys_scale(hys_k(1.0), hys_signed(0u - (hys_word(count) & 31u)));
    const hys_v beyond = hys_sel(hys_lt(x, hys_k(0.0)), hys_k(-1.0), hys_k(0.0));
    return hys_sel(hys_in_word(count), hys_floor(x * power), beyond);
}

/* ---- random draws: counters, not state ---- */

/* A draw depends on the instance's key, the value of the seed argument, the interval, the call site and its
 * count within the interval, and on nothing else. */
typedef struct hys_draw {
    hys_w key, seed, counter; /* counter: site and count */
    hys_u64 interval;
} hys_draw;

HYS_FN hys_draw hys_draw_of(hys_w key, const hys_env *env, hys_u32 site, hys_v count, hys_v seed) {
    hys_draw d;
    d.key = key;
    d.seed = hys_bits(seed);
    d.interval = env->interval;
    d.counter = (hys_bits(count + HYS_MAGIC) & 0xffffffffULL) | (hys_u64)site << 32;
    return d;
}

HYS_FN hys_w hys_rotate(hys_w x, int n) {
    return x << n | x >> (64 - n);
}

HYS_FN void hys_mix_four(hys_w x[2], const int turns[4]) {
    for (int i = 0; i < 4; i++) {
        x[0] += x[1];
        x[1] = hys_rotate(x[1], turns[i]) ^ x[0];
    }
}

/* Threefry2x64-20 (Salmon, Moraes, Dror and Shaw, SC11), first word; as in base/random.c.  `nth` tells apart
 * the words that one draw needs; integral seeds leave the low bits of their double free. */
HYS_BULKY hys_w hys_random_word(const hys_draw *d, hys_u32 nth) {
    static const int even[4] = {16, 42, 12, 31}, odd[4] = {16, 32, 24, 21};
    const hys_w k1 = d->seed ^ (hys_u64)nth;
    const hys_w words[3] = {d->key, k1, d->key ^ k1 ^ 0x1bd11bdaa9fc1a22ULL};
    hys_w x[2] = {words[0] + d->interval, words[1] + d->counter};
    for (hys_u32 i = 1; i <= 5; i++) {
        hys_mix_four(x, i % 2 ? even : odd);
        x[0] += words[i % 3];
        x[1] += words[(i + 1) % 3] + (hys_u64)i;
    }
    return x[0];
}

/* In (0,1): the middle of one of 2^52 equal pieces. */
HYS_FN hys_v hys_uniform_nth(const hys_draw *d, hys_u32 nth) {
    return hys_unbits((hys_random_word(d, nth) >> 12) | 0x3ff0000000000000ULL) - (1.0 - 0x1p-53);
}

HYS_FN hys_v hys_poly7(const double a[8], hys_v x) {
    hys_v y = hys_k(a[7]);
    for (int i = 6; i >= 0; i--) y = hys_fma(y, x, hys_k(a[i]));
    return y;
}

static const double hys_normal_middle[2][8] __attribute__((unused)) = {
    {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
    {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
     3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3}};
static const double hys_normal_tail[2][8] __attribute__((unused)) = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
     1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}};
static const double hys_normal_far[2][8] __attribute__((unused)) = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
     1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}};

/* M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988) 477: relative error 1e-16. */
HYS_BULKY hys_v hys_normal_quantile(hys_v p) {
    const hys_v q = p - 0.5, z = 0.180625 - q * q;
    hys_v y = q * hys_poly7(hys_normal_middle[0], z) / hys_poly7(hys_normal_middle[1], z);
    const hys_m outer = hys_lt(hys_k(0.425), hys_abs(q));
    if (!hys_any(outer)) return y;
    const hys_v r = hys_sqrt(-hys_log(hys_sel(hys_lt(q, hys_k(0.0)), p, 1.0 - p))), t = r - 1.6;
    hys_v tail = hys_poly7(hys_normal_tail[0], t) / hys_poly7(hys_normal_tail[1], t);
    const hys_m far = hys_and(outer, hys_lt(hys_k(5.0), r));
    if (hys_any(far)) {
        const hys_v u = r - 5.0;
        const hys_v end = hys_poly7(hys_normal_far[0], u) / hys_poly7(hys_normal_far[1], u);
        tail = hys_sel(far, end, tail);
    }
    y = hys_sel(outer, hys_copysign(tail, q), y);
    return y;
}

HYS_FN hys_v hys_draw_uniform(hys_draw d) {
    return hys_uniform_nth(&d, 0);
}

HYS_FN hys_v hys_draw_normal(hys_draw d) {
    return hys_normal_quantile(hys_uniform_nth(&d, 0));
}

HYS_FN hys_v hys_draw_int32(hys_draw d) {
    return hys_signed(hys_random_word(&d, 0) >> 32);
}

HYS_FN hys_v hys_draw_exponential(hys_draw d) /* mean 1 */
{
    return -hys_log(hys_uniform_nth(&d, 0));
}

#define HYS_DRAW_MANY 1024.0 /* beyond, a transformed normal deviate replaces the exact loop */

/* Counts of a unit-rate process by inversion in pieces of mean 32.  Beyond HYS_DRAW_MANY: the normal
 * quantile with its first Cornish-Fisher correction. */
HYS_BULKY hys_v hys_draw_poisson(hys_draw d, hys_m live, hys_v mean) {
    const hys_v zero = hys_k(0.0), one = hys_k(1.0);
    const hys_m many = hys_lt(hys_k(HYS_DRAW_MANY), mean);
    hys_v left = hys_sel(hys_and(live, hys_and(hys_lt(zero, mean), hys_not(many))), mean, zero);
    hys_v count = zero;
    for (hys_u32 nth = 0; hys_any(hys_lt(zero, left)); nth++) {
        const hys_v part = hys_min(hys_k(32.0), left), u = hys_uniform_nth(&d, nth);
        hys_v p = hys_exp(-part), sum = p, n = zero;
        hys_m on = hys_and(hys_lt(zero, left), hys_lt(sum, u));
        for (int i = 0; i < 400 && hys_any(on); i++) {
            n = hys_sel(on, n + one, n);
            p = p * part / hys_max(n, one);
            sum += p;
            on = hys_and(on, hys_lt(sum, u));
        }
        count += n;
        left -= part;
    }
    if (!hys_any(hys_and(live, many))) return count;
    const hys_v z = hys_normal_quantile(hys_uniform_nth(&d, 0));
    const hys_v about = mean + hys_sqrt(mean) * z + (z * z - 1.0) / 6.0;
    return hys_sel(many, hys_max(zero, hys_round(about)), count);
}

/* Gamma deviate of shape n or n + 1/2, mean that: exponentials, and half a squared normal.  Beyond
 * HYS_DRAW_MANY: E. B. Wilson and M. M. Hilferty's cube. */
HYS_BULKY hys_v hys_draw_gamma(hys_draw d, hys_m live, hys_v shape) {
    const hys_v zero = hys_k(0.0), one = hys_k(1.0);
    const hys_m many = hys_lt(hys_k(HYS_DRAW_MANY), shape);
    const hys_v whole = hys_floor(shape);
    const hys_v n = hys_sel(hys_and(live, hys_not(many)), whole, zero);
    const hys_v z = hys_normal_quantile(hys_uniform_nth(&d, 0));
    hys_v sum = hys_sel(hys_lt(whole, shape), 0.5 * z * z, zero);
    for (hys_u32 nth = 1; nth <= 1024; nth++) {
        const hys_m on = hys_le(hys_k((double)nth), n);
        if (!hys_any(on)) break;
        sum = hys_sel(on, sum - hys_log(hys_uniform_nth(&d, nth)), sum);
    }
    const hys_v part = 1.0 / (9.0 * hys_max(shape, one));
    const hys_v root = hys_max(zero, 1.0 - part + z * hys_sqrt(part));
    return hys_sel(many, shape * (root * root * root), sum);
}

HYS_FN hys_v hys_draw_chi_square(hys_draw d, hys_m live, hys_v freedom) {
    return 2.0 * hys_draw_gamma(d, live, 0.5 * hys_round(freedom));
}

HYS_FN hys_v hys_draw_t(hys_draw d, hys_m live, hys_v freedom) {
    const hys_v z = hys_normal_quantile(hys_uniform_nth(&d, 0x8000u));
    return z / hys_sqrt(hys_draw_chi_square(d, live, freedom) / hys_round(freedom));
}

/* The sum of `stages` exponentials, with that mean. */
HYS_FN hys_v hys_draw_erlang(hys_draw d, hys_m live, hys_v stages, hys_v mean) {
    const hys_v n = hys_round(stages);
    return mean * (hys_draw_gamma(d, live, n) / n);
}

/* ---- tables ---- */

#define HYS_TABLE_DIMS 6

/* A regular grid.  Natural cubic splines keep second derivatives beside the values: coef[s] is the table
 * differentiated twice along those cubic dimensions whose bits are set in s. */
typedef struct hys_axis {
    const double *at;
    hys_u32 n, stride;
    char degree; /* '1', '3', or 'D': the nearest point */
    char beyond; /* 'C' constant, 'L' linear, 'E' refused: NaN */
} hys_axis;
typedef struct hys_table {
    hys_u32 n_dims, n_cubic;
    const hys_axis *axes;
    const double *const *coef;
} hys_table;

typedef struct hys_weights { /* of the two neighbours, and of their second derivatives */
    double w[4];
    hys_u32 k;
} hys_weights;

HYS_FN hys_u32 hys_axis_find(const hys_axis *axis, double x) {
    hys_u32 low = 0, high = axis->n - 1;
    while (high - low > 1) {
        const hys_u32 middle = (low + high) / 2;
        if (x < axis->at[middle]) high = middle;
        else low = middle;
    }
    return low;
}

/* The weights of the value (order 0) or of the first derivative (order 1) inside the grid. */
HYS_FN hys_weights hys_axis_inside(const hys_axis *axis, hys_u32 k, double x, int order) {
    const double h = axis->at[k + 1] - axis->at[k];
    const double b = (x - axis->at[k]) / h, a = 1.0 - b;
    const int cubic = axis->degree == '3';
    hys_weights r = {{0}, k};
    if (axis->degree == 'D') {
        r.w[0] = order == 0 && b < 0.5;
        r.w[1] = order == 0 && b >= 0.5;
    } else if (order == 0) {
        r.w[0] = a;
        r.w[1] = b;
        r.w[2] = cubic ? (a * a * a - a) * h * h / 6.0 : 0.0;
        r.w[3] = cubic ? (b * b * b - b) * h * h / 6.0 : 0.0;
    } else {
        r.w[0] = -1.0 / h;
        r.w[1] = 1.0 / h;
        r.w[2] = cubic ? (1.0 - 3.0 * a * a) * h / 6.0 : 0.0;
        r.w[3] = cubic ? (3.0 * b * b - 1.0) * h / 6.0 : 0.0;
    }
    return r;
}

HYS_SLOW hys_weights hys_axis_weights(const hys_axis *axis, double x, int order) {
    const double first = axis->at[0], last = axis->at[axis->n - 1];
    const double edge = x < first ? first : x > last ? last : x;
    const hys_u32 k = hys_axis_find(axis, edge);
    hys_weights r = hys_axis_inside(axis, k, edge, order);
    if (edge == x || axis->degree == 'D') return r;
    if (axis->beyond == 'L' && order == 0) {
        const hys_weights slope = hys_axis_inside(axis, k, edge, 1);
        for (int i = 0; i < 4; i++) r.w[i] += (x - edge) * slope.w[i];
    } else if (axis->beyond != 'L') {
        const double factor = axis->beyond == 'E' || x != x ? HYS_NAN : order == 0 ? 1.0 : 0.0;
        for (int i = 0; i < 4; i++) r.w[i] *= factor;
    }
    return r;
}

/* Sum over the corners of the cell, and for each over the values and their second derivatives. */
HYS_SLOW double hys_table_lane(const hys_table *t, const double *x, int by) {
    hys_weights w[HYS_TABLE_DIMS];
    for (hys_u32 i = 0; i < t->n_dims; i++) w[i] = hys_axis_weights(&t->axes[i], x[i], (int)i == by);
    double sum = 0.0;
    for (hys_u32 corner = 0; corner < 1u << t->n_dims; corner++) {
        hys_u32 at = 0;
        for (hys_u32 i = 0; i < t->n_dims; i++) at += (w[i].k + (corner >> i & 1u)) * t->axes[i].stride;
        for (hys_u32 s = 0; s < 1u << t->n_cubic; s++) {
            double weight = t->coef[s][at];
            for (hys_u32 i = 0, bit = 0; i < t->n_dims; i++) {
                const hys_u32 twice = t->axes[i].degree == '3' ? s >> bit++ & 1u : 0u;
                weight *= w[i].w[2 * twice + (corner >> i & 1u)];
            }
            sum += weight;
        }
    }
    return sum;
}

/* The table at x[0...], or its derivative by coordinate `by` (-1: the value). */
HYS_SLOW hys_v hys_table_at(const hys_table *t, const hys_v *x, int by) {
    hys_lanes r;
    for (hys_u32 l = 0; l < HYS_W; l++) {
        double point[HYS_TABLE_DIMS];
        for (hys_u32 i = 0; i < t->n_dims; i++) point[i] = ((const hys_lanes *)&x[i])->d[l];
        r.d[l] = hys_table_lane(t, point, by);
    }
    return r.v;
}

/* ---- the frame of a kernel's functions ---- */

/* Values that depend on parameters alone are computed once a call where these are shared, and for each group
 * where instances have their own: the loop over instances opens before them or behind them. */
#define HYS_EACH_GROUP for (hys_u32 at = 0; at < batch->n; at += HYS_W)
#define HYS_EACH_PAIR  for (; at + 2 * HYS_W <= batch->n; at += 2 * HYS_W)
#define HYS_EACH_OTHER for (; at < batch->n; at += HYS_W)
#define HYS_LIVE       hys_live(batch->n - at)
#define HYS_UNUSED     __attribute__((unused))
#if HYS_OWN_PARAMS
#define HYS_BEGIN_PARAMS                                                                                               \
    HYS_EACH_GROUP {                                                                                                   \
        HYS_UNUSED const hys_m live_params = HYS_LIVE;
#define HYS_BEGIN_LANES                                                                                                \
    {                                                                                                                  \
        HYS_UNUSED const hys_m live = live_params;
#define HYS_PARAM(i) (batch->p_stride[i] ? hys_load(batch->p[i] + at) : hys_k(*batch->p[i]))
#else
#define HYS_BEGIN_PARAMS                                                                                               \
    {                                                                                                                  \
        HYS_UNUSED const hys_m live_params = hys_mask(1);
#define HYS_BEGIN_LANES                                                                                                \
    HYS_EACH_GROUP {                                                                                                   \
        HYS_UNUSED const hys_m live = HYS_LIVE;
#define HYS_PARAM(i) hys_k(*batch->p[i])
#endif
#define HYS_END                                                                                                        \
    }                                                                                                                  \
    }

/* ---- states that move by themselves: see hys_gates_args ---- */

/* (exp(z) - 1)/z for |z| <= 0.34, wrong by 2.4e-15 at most: 1 + z p(z), p fitted at the nodes of Chebyshev's
 * polynomial. */
HYS_FN hys_v hys_phi1_series(hys_v z) {
    const hys_v y = z * z;
    hys_v even = hys_fma(hys_k(0x1.287a626f6ee66p-22), y, hys_k(0x1.a019cdcc13265p-16));
    hys_v odd = hys_fma(hys_k(0x1.72be5de605e09p-19), y, hys_k(0x1.a019b3dde7e41p-13));
    even = hys_fma(even, y, hys_k(0x1.6c16c172bf2dfp-10));
    odd = hys_fma(odd, y, hys_k(0x1.1111111b0e4a8p-7));
    even = hys_fma(even, y, hys_k(0x1.5555555554df2p-5));
    odd = hys_fma(odd, y, hys_k(0x1.5555555553f29p-3));
    even = hys_fma(even, y, hys_k(0.5));
    return hys_fma(hys_fma(odd, z, even), z, hys_k(1.0));
}

HYS_FN hys_m hys_phi1_is_near(hys_v z) {
    return hys_lt(hys_abs(z), hys_k(0.34));
}

/* phi1(2y) = phi1(y) (1 + y phi1(y)/2): an error of phi1(y) is not larger in it. */
HYS_FN hys_v hys_phi1_twice(hys_v y, hys_v phi) {
    return phi * hys_fma(0.5 * y, phi, hys_k(1.0));
}

/* The same for |z| <= 1.36. */
HYS_FN hys_v hys_phi1_doubled(hys_v z) {
    const hys_v y = 0.25 * z;
    return hys_phi1_twice(2.0 * y, hys_phi1_twice(y, hys_phi1_series(y)));
}

/* For all z; each lane is halved and doubled as often as it needs itself, and is -1/z below -40. */
HYS_FN hys_v hys_phi1_far(hys_v z) {
    const hys_v end = hys_max(hys_k(-40.0), z);
    hys_v y = end;
    for (int k = 0; k < 12 && !hys_all(hys_phi1_is_near(y)); k++) y = hys_sel(hys_phi1_is_near(y), y, 0.5 * y);
    hys_v phi = hys_phi1_series(y);
    for (int k = 0; k < 12 && hys_any(hys_ne(y, end)); k++) {
        const hys_m is_done = hys_eq(y, end);
        phi = hys_sel(is_done, phi, hys_phi1_twice(y, phi));
        y = hys_sel(is_done, y, 2.0 * y);
    }
    phi = hys_sel(hys_lt(hys_k(700.0), z), hys_k(HYS_INF), phi);
    return hys_sel(hys_lt(z, hys_k(-40.0)), -1.0 / z, phi);
}

/* near: hys_phi1_series(z).  In line, since a call would have all registers written to memory.
 * 24 ulp; 24 z ulp where z > 1.36: doubling a growing function doubles its error. */
HYS_FN hys_v hys_phi1_from(hys_v z, hys_v near) {
    const hys_m is_middle = hys_lt(hys_abs(z), hys_k(1.36));
    const hys_v middle = hys_sel(hys_phi1_is_near(z), near, hys_phi1_doubled(z));
    if (__builtin_expect(hys_all(is_middle), 1)) return middle;
    return hys_sel(is_middle, middle, hys_phi1_far(z));
}

HYS_FN hys_v hys_phi1(hys_v z) {
    return hys_phi1_from(z, hys_phi1_series(z));
}

/* What is the same for all instances is read once. */
typedef struct hys_gate {
    const double *s;
    double *to, *x;
    hys_v rate, lo, hi; /* rate: h times that of the state */
    double abstol;
} hys_gate;

HYS_FN hys_gate hys_gate_of(const hys_gates_args *args, hys_u32 s) {
    return (hys_gate){args->s[s],         args->to[s],        args->x[s],     hys_k(args->h * args->rate[s]),
                      hys_k(args->lo[s]), hys_k(args->hi[s]), args->abstol[s]};
}

HYS_FN hys_v hys_hold_within(hys_v a, hys_v lo, hys_v hi) {
    return hys_max(lo, hys_min(hi, a));
}

/* change, slope: h f(x), h J; miss: of s' from where it was expected. */
HYS_FN hys_v hys_move_gate(const hys_gate *gate, hys_v lead, int is_limited, hys_u32 at, hys_v phi, hys_v change,
                           hys_v slope, hys_v *miss) {
    const hys_v was = hys_load(gate->s + at), guess = hys_load(gate->x + at);
    hys_v now = hys_fma(phi, hys_fma(slope, was - guess, change), was);
    if (is_limited) now = hys_hold_within(now, gate->lo, gate->hi);
    hys_v next = hys_fma(lead, now - was, was);
    if (is_limited) next = hys_hold_within(next, gate->lo, gate->hi);
    *miss = now - guess;
    hys_store(gate->x + at, next);
    hys_store(gate->to + at, now);
    return now;
}

/* Few instances leap at all: what leap is times |s'| above 1 is asked of these. */
HYS_FN hys_m hys_may_leap(const hys_gates_args *args, hys_v miss) {
    return hys_lt(hys_k(args->leap), hys_abs(miss));
}

HYS_FN hys_m hys_leaps(const hys_gates_args *args, hys_v now, hys_v miss) {
    return hys_lt(hys_k(args->leap) * hys_max(hys_abs(now), hys_k(1.0)), hys_abs(miss));
}

/* With x between s and s' the rate's curvature costs half of h f'' (s' - s)^2 at most; f'' is taken for J over s'. */
HYS_FN void hys_judge_gate(const hys_gates_args *args, const hys_gate *gate, hys_u32 at, hys_v z) {
    const hys_v now = hys_load(gate->to + at), next = hys_load(gate->x + at);
    const hys_v size = hys_abs(now) + gate->abstol, change = next - now;
    const hys_m is_good = hys_le(hys_abs(z) * change * change, hys_k(args->tolerance) * size * size);
    hys_store(args->fails + at, hys_sel(is_good, hys_load(args->fails + at), hys_k(1.0)));
}

HYS_FN void hys_fail_gates(const hys_gates_args *args, hys_u32 at, hys_m is_far, hys_v *i, hys_v *g) {
    hys_store(args->fails + at, hys_sel(is_far, hys_k(1.0), hys_load(args->fails + at)));
    *i = hys_sel(is_far, hys_k(0.0), *i);
    *g = hys_sel(is_far, hys_k(0.0), *g);
}

typedef struct hys_gates_sum {
    double *i, *g;
    const double *weight;
    hys_v weight_i, weight_g, slope;
} hys_gates_sum;

HYS_FN hys_gates_sum hys_gates_sum_of(const hys_gates_args *args) {
    const double one = args->weight_one;
    return (hys_gates_sum){args->i, args->g, args->weight, hys_k(one), hys_k(one * args->slope), hys_k(args->slope)};
}

HYS_FN void hys_add_gates(const hys_gates_sum *sum, hys_u32 at, hys_v i, hys_v g) {
    const hys_v weight = sum->weight ? hys_load(sum->weight + at) : sum->weight_i;
    const hys_v weight_g = sum->weight ? weight * sum->slope : sum->weight_g;
    hys_store(sum->i + at, hys_fma(weight, i, hys_load(sum->i + at)));
    hys_store(sum->g + at, hys_fma(weight_g, g, hys_load(sum->g + at)));
}

/* What depends on parameters is the same in all lanes where these are shared: a plain branch does. */
HYS_FN int hys_first(hys_m a) {
    return hys_lane_is(a, 0);
}

HYS_FN hys_v hys_choose(hys_m all, hys_v yes, hys_v no) {
    return hys_first(all) ? yes : no;
}

HYS_FN hys_m hys_choose_mask(hys_m all, hys_m yes, hys_m no) {
    return hys_first(all) ? yes : no;
}

#if HYS_OWN_PARAMS
#define HYS_CHOOSE      hys_sel
#define HYS_CHOOSE_MASK hys_sel_mask
#define HYS_ARM         hys_and
#define HYS_POW         hys_pow
#define HYS_POW_SLOPE   hys_pow_slope
#else
#define HYS_CHOOSE      hys_choose
#define HYS_CHOOSE_MASK hys_choose_mask
#define HYS_ARM(m, all) hys_choose_mask(all, m, hys_mask(0))
#define HYS_POW         hys_pow_shared
#define HYS_POW_SLOPE   hys_pow_slope_shared
#endif

#define HYS_LOOP_MAX 1000000u /* turns; a loop that goes on gives NaN */

HYS_FN double hys_lane(hys_v a, hys_u32 lane) {
    const hys_lanes lanes = {.v = a};
    return lanes.d[lane];
}

HYS_FN hys_v hys_simparam(const hys_env *env, hys_u32 index) /* NaN: not known */
{
    return hys_k(env->simparam ? env->simparam[index] : HYS_NAN);
}

HYS_FN hys_m hys_event(const hys_batch *batch, hys_u32 event, hys_u32 at) {
    if (!batch->event) return hys_mask(0);
    return hys_ne(hys_load(batch->event[event] + at), hys_k(0.0));
}

HYS_FN void hys_put(double *to, hys_u32 at, hys_v a) /* outputs that nobody asked for are null */
{
    if (to) hys_store(to + at, a);
}

HYS_FN hys_v hys_flag(hys_m a) {
    return hys_sel(a, hys_k(1.0), hys_k(0.0));
}

/* ---- arrays with an index for each lane ---- */

HYS_FN hys_v hys_array_get(const hys_v *array, hys_u32 n, hys_v index) {
    const hys_lanes at = {.v = index};
    hys_lanes r;
    for (hys_u32 l = 0; l < HYS_W; l++) {
        const int is_in = at.d[l] >= 0.0 && at.d[l] < (double)n;
        r.d[l] = is_in ? ((const hys_lanes *)&array[(hys_u32)at.d[l]])->d[l] : 0.0;
    }
    return r.v;
}

HYS_FN void hys_array_set(hys_v *array, hys_u32 n, hys_v index, hys_v value, hys_m when) {
    const hys_lanes at = {.v = index}, from = {.v = value};
    for (hys_u32 l = 0; l < HYS_W; l++)
        if (hys_lane_is(when, l) && at.d[l] >= 0.0 && at.d[l] < (double)n)
            ((hys_lanes *)&array[(hys_u32)at.d[l]])->d[l] = from.d[l];
}

/* ---- local solves: step() and reduce() of a kernel ---- */

#define HYS_STEP_TERMINALS 8u
#define HYS_STEP_ROWS      (HYS_STEP_MAX + HYS_STEP_TERMINALS)
#define HYS_BLOCK          32u /* instances solved together: what they need stays in the first cache */

typedef struct hys_local { /* what the solver knows of a module; all constant */
    hys_u32 n_terminals, n_unknowns, n_params, n_retained, n_delays, n_jac, n_mass;
    const hys_u32 *jac_row, *jac_col, *mass_row, *mass_col;
    const hys_unknown_info *unknowns;
    void (*eval_fj)(const hys_env *, const hys_batch *, const hys_out *);
    void (*fixed)(const hys_env *, const hys_batch *, const hys_out *);
} hys_local;

/* Doubles and pointers that a solve needs. */
#define HYS_LOCAL_ROWS(nu, nj, nm)                 (5u * (nu) + (nj) + (nm) + 2u)
#define HYS_LOCAL_POINTERS(nu, nj, nm, np, nr, nd) (4u * (nu) + (nj) + (nm) + (np) + (nr) + (nd) + 1u)

typedef struct hys_solve { /* one block; arrays by unknown or entry, HYS_BLOCK doubles each */
    const hys_local *m;
    const hys_step_args *args;
    hys_batch view;
    hys_out out;
    double **x, **f, **jac, **mass, **lo, **hi;
    double *dx; /* [internal] last Newton correction */
    double inv_h;
    hys_u32 start; /* first instance of the block */
} hys_solve;

typedef struct hys_system { /* (A x = b) for a group of lanes: internal rows and columns first */
    hys_v a[HYS_STEP_ROWS][HYS_STEP_ROWS + 1];
} hys_system;

HYS_FN hys_u32 hys_place(const hys_local *m, hys_u32 unknown) {
    const hys_u32 n_internal = m->n_unknowns - m->n_terminals;
    return unknown < m->n_terminals ? n_internal + unknown : unknown - m->n_terminals;
}

/* 1/h of an unknown. */
HYS_FN double hys_rate(const hys_solve *s, hys_u32 unknown) {
    return s->args->rate ? s->args->rate[unknown] : s->inv_h;
}

/* A = J + M / h, b = f + M (x - x_old) / h */
HYS_FN void hys_assemble(const hys_solve *s, hys_u32 at, hys_system *sys) {
    const hys_local *m = s->m;
    const hys_u32 n = m->n_unknowns;
    for (hys_u32 i = 0; i < n; i++)
        for (hys_u32 j = 0; j < n; j++) sys->a[i][j] = hys_k(0.0);
    for (hys_u32 i = 0; i < n; i++) sys->a[hys_place(m, i)][n] = hys_load(s->f[i] + at);
    for (hys_u32 k = 0; k < m->n_jac; k++)
        sys->a[hys_place(m, m->jac_row[k])][hys_place(m, m->jac_col[k])] = hys_load(s->jac[k] + at);
    for (hys_u32 k = 0; k < m->n_mass; k++) {
        const hys_u32 row = hys_place(m, m->mass_row[k]), col = m->mass_col[k];
        if (hys_rate(s, col) == 0.0) continue;
        const hys_v rate = hys_load(s->mass[k] + at) * hys_rate(s, col);
        const hys_v moved = hys_load(s->x[col] + at) - hys_load(s->args->x_old[col] + s->start + at);
        sys->a[row][hys_place(m, col)] += rate;
        sys->a[row][n] += rate * moved;
    }
}

/* A clamped state obeys x = clamp(x - b / rate, lo, hi) for any positive rate: where that lies outside, its
 * row becomes x = bound.  The diagonal of A, where it is steeper than M / h, foresees the free solution and so
 * avoids cycles between the bounds. */
HYS_FN void hys_clamp_row(const hys_solve *s, hys_u32 at, hys_u32 unknown, hys_system *sys) {
    const hys_local *m = s->m;
    const hys_u32 flags = m->unknowns[unknown].flags, row = hys_place(m, unknown);
    const hys_u32 n = m->n_unknowns;
    hys_v rate = hys_k(0.0);
    for (hys_u32 k = 0; k < m->n_mass; k++)
        if (m->mass_row[k] == unknown && m->mass_col[k] == unknown)
            rate = hys_load(s->mass[k] + at) * (hys_rate(s, unknown) > 0.0 ? hys_rate(s, unknown) : 1.0);
    rate = hys_sel(hys_eq(rate, hys_k(0.0)), hys_k(1.0), rate);
    const hys_v diagonal = sys->a[row][row];
    const hys_m steeper = hys_and(hys_lt(hys_abs(rate), hys_abs(diagonal)),
                                  hys_lt(hys_k(0.0), hys_copysign(hys_k(1.0), rate) * diagonal));
    rate = hys_sel(steeper, diagonal, rate);
    const hys_v x = hys_load(s->x[unknown] + at), aim = x - sys->a[row][n] / rate;
    hys_v bound = x;
    hys_m outside = hys_mask(0);
    if (flags & HYS_U_CLAMP_LO) {
        const hys_v lo = hys_load(s->lo[unknown] + at);
        outside = hys_lt(aim, lo);
        bound = hys_sel(outside, lo, bound);
    }
    if (flags & HYS_U_CLAMP_HI) {
        const hys_v hi = hys_load(s->hi[unknown] + at);
        const hys_m over = hys_lt(hi, aim);
        bound = hys_sel(over, hi, bound);
        outside = hys_or(outside, over);
    }
    for (hys_u32 j = 0; j < n; j++) sys->a[row][j] = hys_sel(outside, hys_k(j == row ? 1.0 : 0.0), sys->a[row][j]);
    sys->a[row][n] = hys_sel(outside, x - bound, sys->a[row][n]);
}

/* Brings the largest of column k into row k, each lane for itself. */
HYS_FN void hys_pivot(hys_system *sys, hys_u32 k, hys_u32 n_internal, hys_u32 n) {
    for (hys_u32 i = k + 1; i < n_internal; i++) {
        const hys_m larger = hys_lt(hys_abs(sys->a[k][k]), hys_abs(sys->a[i][k]));
        if (!hys_any(larger)) continue;
        for (hys_u32 j = k; j <= n; j++) {
            const hys_v up = sys->a[k][j], down = sys->a[i][j];
            sys->a[k][j] = hys_sel(larger, down, up);
            sys->a[i][j] = hys_sel(larger, up, down);
        }
    }
}

/* Eliminates the internal unknowns.  The terminal rows then hold the conductance seen from outside and the
 * current; dx solves A dx = b for the internal unknowns at fixed terminals. */
HYS_FN void hys_eliminate(hys_system *sys, hys_u32 n_internal, hys_u32 n, hys_v *dx) {
    for (hys_u32 k = 0; k < n_internal; k++) {
        hys_pivot(sys, k, n_internal, n);
        for (hys_u32 i = k + 1; i < n; i++) {
            const hys_v factor = sys->a[i][k] / sys->a[k][k];
            for (hys_u32 j = k + 1; j <= n; j++) sys->a[i][j] = hys_fnma(factor, sys->a[k][j], sys->a[i][j]);
        }
    }
    for (hys_u32 k = n_internal; k-- > 0;) {
        hys_v sum = sys->a[k][n];
        for (hys_u32 j = k + 1; j < n_internal; j++) sum = hys_fnma(sys->a[k][j], dx[j], sum);
        dx[k] = sum / sys->a[k][k];
    }
}

HYS_FN hys_m hys_finite(hys_v a) {
    return hys_lt(hys_abs(a), hys_k(HYS_INF));
}

HYS_FN void hys_keep(double *at, hys_m when, hys_v value) {
    hys_store(at, hys_sel(when, value, hys_load(at)));
}

/* Stores current and conductance where `when`. */
HYS_FN void hys_store_terminals(const hys_solve *s, hys_u32 at, hys_m when, const hys_system *sys) {
    const hys_u32 nt = s->m->n_terminals, n = s->m->n_unknowns, n_internal = n - nt;
    const hys_u32 to = s->start + at;
    for (hys_u32 i = 0; i < nt; i++) {
        if (s->args->i) hys_keep(s->args->i[i] + to, when, sys->a[n_internal + i][n]);
        for (hys_u32 j = 0; s->args->g && j < nt; j++)
            hys_keep(s->args->g[i * nt + j] + to, when, sys->a[n_internal + i][n_internal + j]);
    }
}

HYS_FN void hys_group_system(const hys_solve *s, hys_u32 at, hys_system *sys, hys_v *dx) {
    const hys_local *m = s->m;
    hys_assemble(s, at, sys);
    for (hys_u32 k = m->n_terminals; k < m->n_unknowns; k++)
        if (m->unknowns[k].flags & (HYS_U_CLAMP_LO | HYS_U_CLAMP_HI)) hys_clamp_row(s, at, k, sys);
    hys_eliminate(sys, m->n_unknowns - m->n_terminals, m->n_unknowns, dx);
}

/* One Newton iteration of the lanes that are not done; returns those still not done.  Where the functions
 * are not finite the last correction is halved. */
HYS_FN hys_m hys_newton_group(const hys_solve *s, hys_u32 at, hys_m todo) {
    const hys_local *m = s->m;
    const hys_u32 nt = m->n_terminals, n_internal = m->n_unknowns - nt;
    hys_system sys;
    hys_v dx[HYS_STEP_MAX];
    hys_group_system(s, at, &sys, dx);
    hys_m good = hys_mask(1), close = hys_mask(1);
    for (hys_u32 k = 0; k < n_internal; k++) good = hys_and(good, hys_finite(dx[k]));
    for (hys_u32 i = 0; i < nt; i++) good = hys_and(good, hys_finite(sys.a[n_internal + i][m->n_unknowns]));
    for (hys_u32 k = 0; k < n_internal; k++) {
        double *const to = s->x[nt + k] + at, *const last = s->dx + k * HYS_BLOCK + at;
        const hys_v x = hys_load(to), back = 0.5 * hys_load(last);
        const hys_v next = hys_sel(good, x - dx[k], x + back);
        const hys_v size = hys_max(hys_abs(x), hys_abs(next));
        const hys_v bound = m->unknowns[nt + k].abstol + s->args->rtol * size;
        close = hys_and(close, hys_le(hys_abs(dx[k]), bound));
        hys_keep(to, todo, next);
        hys_keep(last, todo, hys_sel(good, dx[k], back));
    }
    const hys_m done = hys_and(todo, hys_and(good, close));
    if (hys_any(done)) hys_store_terminals(s, at, done, &sys);
    return hys_and(todo, hys_not(done));
}

/* Pointers to rows of the work space. */
HYS_FN double **hys_rows(double ***pointers, double **rows, hys_u32 n) {
    double **const first = *pointers;
    for (hys_u32 i = 0; i < n; i++) first[i] = *rows + i * HYS_BLOCK;
    *pointers += n;
    *rows += n * HYS_BLOCK;
    return first;
}

HYS_FN double *const *hys_shifted(double ***pointers, const double *const *from, hys_u32 n, hys_u32 start,
                                  const unsigned char *stride) {
    double **const first = *pointers;
    if (!from) return 0;
    for (hys_u32 i = 0; i < n; i++) first[i] = (double *)from[i] + (!stride || stride[i] ? start : 0u);
    *pointers += n;
    return first;
}

/* The view of instances start...start + n of the batch, x copied, mass and clamps evaluated. */
HYS_FN void hys_block_begin(hys_solve *s, const hys_env *env, const hys_batch *batch, double *rows, double **pointers) {
    const hys_local *m = s->m;
    const hys_u32 nu = m->n_unknowns, left = batch->n - s->start;
    s->x = hys_rows(&pointers, &rows, nu);
    s->f = hys_rows(&pointers, &rows, nu);
    s->jac = hys_rows(&pointers, &rows, m->n_jac);
    s->mass = hys_rows(&pointers, &rows, m->n_mass);
    s->lo = hys_rows(&pointers, &rows, nu);
    s->hi = hys_rows(&pointers, &rows, nu);
    s->dx = rows;
    s->view = *batch;
    s->view.n = left < HYS_BLOCK ? left : HYS_BLOCK;
    s->view.x = (const double *const *)s->x;
    const hys_u32 start = s->start;
#if HYS_OWN_PARAMS
    s->view.p = (const double *const *)hys_shifted(&pointers, batch->p, m->n_params, start, batch->p_stride);
#endif
    s->view.r = (const double *const *)hys_shifted(&pointers, batch->r, m->n_retained, start, 0);
    s->view.delayed = (const double *const *)hys_shifted(&pointers, batch->delayed, m->n_delays, start, 0);
    s->view.key = batch->key ? batch->key + start : 0;
    s->view.event = 0;
    s->out = (hys_out){.f = s->f, .jac = s->jac, .mass = s->mass, .clamp_lo = s->lo, .clamp_hi = s->hi};
    for (hys_u32 k = 0; k < nu; k++)
        for (hys_u32 at = 0; at < s->view.n; at += HYS_W) {
            hys_store(s->x[k] + at, hys_load(s->args->x[k] + start + at));
            if (k >= m->n_terminals) hys_store(s->dx + (k - m->n_terminals) * HYS_BLOCK + at, hys_k(0.0));
        }
    m->fixed(env, &s->view, &s->out);
}

HYS_FN void hys_step_block(hys_solve *s, const hys_env *env) {
    const hys_local *m = s->m;
    const hys_u32 n = s->view.n;
    hys_m todo[HYS_BLOCK / HYS_W];
    for (hys_u32 at = 0; at < n; at += HYS_W) todo[at / HYS_W] = hys_live(n - at);
    int any = 1;
    for (hys_u32 it = 0; any && it < s->args->max_iter; it++) {
        any = 0;
        m->eval_fj(env, &s->view, &s->out);
        for (hys_u32 at = 0; at < n; at += HYS_W) {
            if (!hys_any(todo[at / HYS_W])) continue;
            todo[at / HYS_W] = hys_newton_group(s, at, todo[at / HYS_W]);
            any |= hys_any(todo[at / HYS_W]);
        }
    }
    for (hys_u32 at = 0; at < n; at += HYS_W) {
        for (hys_u32 k = m->n_terminals; k < m->n_unknowns; k++)
            hys_store(s->args->x[k] + s->start + at, hys_load(s->x[k] + at));
        hys_store(s->args->ok + s->start + at, hys_sel(todo[at / HYS_W], hys_k(0.0), hys_k(1.0)));
    }
}

HYS_FN void hys_reduce_block(hys_solve *s, const hys_env *env) {
    const hys_local *m = s->m;
    const hys_u32 nt = m->n_terminals, n_internal = m->n_unknowns - nt;
    m->eval_fj(env, &s->view, &s->out);
    for (hys_u32 at = 0; at < s->view.n; at += HYS_W) {
        hys_system sys;
        hys_v dx[HYS_STEP_MAX];
        hys_group_system(s, at, &sys, dx);
        hys_m good = hys_mask(1);
        for (hys_u32 i = 0; i < nt; i++) good = hys_and(good, hys_finite(sys.a[n_internal + i][m->n_unknowns]));
        hys_store_terminals(s, at, hys_mask(1), &sys);
        if (s->args->ok) hys_store(s->args->ok + s->start + at, hys_sel(good, hys_k(1.0), hys_k(0.0)));
    }
}

typedef struct hys_work { /* HYS_LOCAL_ROWS * HYS_BLOCK doubles, aligned to 64; HYS_LOCAL_POINTERS */
    double *rows;
    double **pointers;
} hys_work;

HYS_FN void hys_local_solve(const hys_local *m, const hys_env *env, const hys_batch *batch, const hys_step_args *args,
                            hys_work work, int is_step) {
    const double inv_h = args->h < HYS_INF ? 1.0 / args->h : 0.0;
    for (hys_u32 start = 0; start < batch->n; start += HYS_BLOCK) {
        hys_solve s = {.m = m, .args = args, .inv_h = inv_h, .start = start};
        hys_block_begin(&s, env, batch, work.rows, work.pointers);
        if (is_step) hys_step_block(&s, env);
        else hys_reduce_block(&s, env);
    }
}

#endif
