/* Elimination along word lines, LANES of them side by side, so that one need not wait for the other: nodes of the
 * same crossing lie next to each other.  Rows that are left over go alone, with one lane.
 *
 * The bodies are compiled for the processors that every program runs on, and for those with AVX2; both give the same
 * bits, as no sum is taken in another order and nothing is contracted. */
#ifndef HYS_ARRAY_LANES_H
#define HYS_ARRAY_LANES_H
#include "array/grid.h"

#define HYS__LANES  8
#define HYS__INLINE static inline __attribute__((always_inline))

#if defined __x86_64__ && defined __GNUC__
#define HYS__WIDE       __attribute__((target("avx2")))
#define HYS__HAS_WIDE() (__builtin_cpu_supports("avx2") != 0)
#else
#define HYS__WIDE
#define HYS__HAS_WIDE() false
#endif

/* name_body becomes a hys__team_work that is chosen when it is asked for. */
#define HYS__WORK(name)                                                                                                \
    HYS__WIDE static void name##_wide(void *data, size_t part, unsigned thread) {                                      \
        name##_body(data, part, thread);                                                                               \
    }                                                                                                                  \
    static void name##_plain(void *data, size_t part, unsigned thread) {                                               \
        name##_body(data, part, thread);                                                                               \
    }                                                                                                                  \
    static hys__team_work name(void) {                                                                                 \
        return HYS__HAS_WIDE() ? name##_wide : name##_plain;                                                           \
    }

/* The parts that word lines fall into: groups of LANES, then single rows. */
HYS__INLINE size_t hys__lanes_parts(size_t m) {
    return m / HYS__LANES + m % HYS__LANES;
}
HYS__INLINE size_t hys__lanes_first(size_t m, size_t part) {
    const size_t groups = m / HYS__LANES;
    return part < groups ? part * HYS__LANES : groups * HYS__LANES + (part - groups);
}
HYS__INLINE size_t hys__lanes_count(size_t m, size_t part) {
    return part < m / HYS__LANES ? HYS__LANES : 1;
}

/* Wires of the part, node by node; `beside` [n lanes] is used where its lines differ. */
typedef struct hys__lanes_wire {
    const double *at;
    bool is_shared; /* [n], else [n lanes] */
} hys__lanes_wire;

HYS__INLINE hys__lanes_wire hys__lanes_wires(const hys__grid *g, size_t first, size_t lanes, double *beside) {
    bool is_shared = true;
    for (size_t k = 1; k < lanes; k++) is_shared = is_shared && g->word[first + k] == g->word[first];
    if (is_shared) return (hys__lanes_wire){g->word[first], true};
    for (size_t k = 0; k < lanes; k++)
        for (size_t j = 0; j < g->n; j++) beside[j * lanes + k] = g->word[first + k][j];
    return (hys__lanes_wire){beside, false};
}

/* Four lanes.  Without AVX the compiler makes them of two halves. */
typedef double hys__quad __attribute__((vector_size(32), aligned(8), may_alias));

HYS__INLINE void hys__lanes_forth_back(const double *inverse, hys__lanes_wire wire, size_t n, double *x) {
    const size_t step = wire.is_shared ? 1 : HYS__LANES;
    hys__quad low = {0}, high = {0};
    for (size_t j = 0; j < n; j++) {
        const double *at = wire.at + j * step;
        const hys__quad *back = (const hys__quad *)(inverse + j * HYS__LANES);
        hys__quad *here = (hys__quad *)(x + j * HYS__LANES);
        const hys__quad shared = {at[0], at[0], at[0], at[0]};
        low = (here[0] + (wire.is_shared ? shared : ((const hys__quad *)at)[0]) * low) * back[0];
        high = (here[1] + (wire.is_shared ? shared : ((const hys__quad *)at)[1]) * high) * back[1];
        here[0] = low;
        here[1] = high;
    }
    for (size_t j = n - 1; j-- > 0;) {
        const double *at = wire.at + (j + 1) * step;
        const hys__quad *back = (const hys__quad *)(inverse + j * HYS__LANES);
        hys__quad *here = (hys__quad *)(x + j * HYS__LANES);
        const hys__quad shared = {at[0], at[0], at[0], at[0]};
        low = here[0] + (wire.is_shared ? shared : ((const hys__quad *)at)[0]) * back[0] * low;
        high = here[1] + (wire.is_shared ? shared : ((const hys__quad *)at)[1]) * back[1] * high;
        here[0] = low;
        here[1] = high;
    }
}

HYS__INLINE void hys__row_forth_back(const double *inverse, const double *wire, size_t n, double *x) {
    x[0] *= inverse[0];
    for (size_t j = 1; j < n; j++) x[j] = (x[j] + wire[j] * x[j - 1]) * inverse[j];
    for (size_t j = n - 1; j-- > 0;) x[j] += wire[j + 1] * inverse[j] * x[j + 1];
}

/* x <- (L_w + D)^-1 x of a part, x [n lanes].  The compiler sees each case with its constants. */
HYS__INLINE void hys__lanes_solve(const double *inverse, hys__lanes_wire wire, size_t n, size_t lanes, double *x) {
    if (lanes == 1) hys__row_forth_back(inverse, wire.at, n, x);
    else if (wire.is_shared) hys__lanes_forth_back(inverse, (hys__lanes_wire){wire.at, true}, n, x);
    else hys__lanes_forth_back(inverse, (hys__lanes_wire){wire.at, false}, n, x);
}

/* ---- products of one row ---- */

/* D (a - b) + ground a; cells NULL: ground a. */
HYS__INLINE void hys__row_of_cells(const double *cells, double ground, const double *a, const double *b, size_t n,
                                   double *restrict out) {
    if (!cells)
        for (size_t j = 0; j < n; j++) out[j] = ground * a[j];
    else
        for (size_t j = 0; j < n; j++) out[j] = cells[j] * (a[j] - b[j]) + ground * a[j];
}

/* Row i of L_w x + D (x - other). */
HYS__INLINE void hys__row_of_words(const hys__grid *g, const double *cells, const double *x, const double *other,
                                   size_t i, double *restrict out) {
    const size_t n = g->n;
    const double *restrict wire = g->word[i], *restrict a = x + i * n;
    hys__row_of_cells(cells ? cells + i * n : NULL, g->word_ground, a, cells ? other + i * n : NULL, n, out);
    for (size_t j = 1; j < n; j++) out[j] += wire[j] * (a[j] - a[j - 1]);
    for (size_t j = 1; j < n; j++) out[j - 1] -= wire[j] * (a[j] - a[j - 1]);
    out[0] += g->left[i] * a[0];
    out[n - 1] += g->right[i] * a[n - 1];
}

/* Row i of L_b x + D (x - other): what flows to the row before, and on to the next. */
HYS__INLINE void hys__row_of_bits(const hys__grid *g, const double *cells, const double *x, const double *other,
                                  size_t i, double *restrict out) {
    const size_t n = g->n;
    const double *restrict a = x + i * n;
    const double *restrict up = i ? g->bit[i] : g->top, *restrict down = i + 1 < g->m ? g->bit[i + 1] : g->bottom;
    hys__row_of_cells(cells ? cells + i * n : NULL, g->bit_ground, a, cells ? other + i * n : NULL, n, out);
    if (i) {
        const double *restrict above = x + (i - 1) * n;
        for (size_t j = 0; j < n; j++) out[j] += up[j] * (a[j] - above[j]);
    } else
        for (size_t j = 0; j < n; j++) out[j] += up[j] * a[j];
    if (i + 1 < g->m) {
        const double *restrict below = x + (i + 1) * n;
        for (size_t j = 0; j < n; j++) out[j] += down[j] * (a[j] - below[j]);
    } else
        for (size_t j = 0; j < n; j++) out[j] += down[j] * a[j];
}

#endif
