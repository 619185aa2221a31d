#include "array/coarse.h"
#include "array/lanes.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

static size_t n_nodes(size_t length, size_t spacing) {
    return (length - 1) / spacing + 1;
}

/* Behind the last node potentials stay level. */
static hys__place place_of(size_t at, size_t spacing, size_t nodes) {
    const size_t node = at / spacing;
    return (hys__place){node, node + 1 < nodes ? (double)(at % spacing) / (double)spacing : 0};
}

/* ---- the matrix ---- */

/* A tridiagonal symmetric matrix of one line in the coarse space. */
typedef struct line_matrix {
    double *diagonal, *beside; /* [nodes]: beside[k] couples k and k + 1 */
    size_t nodes;
} line_matrix;

/* Adds g (x_a - x_b)^2 or, for an end, g x_a^2; only neighbours couple. */
static void add_wire(line_matrix *t, double g, hys__place a, const hys__place *b) {
    double weight[3] = {0};
    const size_t first = b && b->node < a.node ? b->node : a.node;
    weight[a.node - first] += 1 - a.part;
    weight[a.node - first + 1] += a.part;
    if (b) {
        weight[b->node - first] -= 1 - b->part;
        weight[b->node - first + 1] -= b->part;
    }
    for (size_t k = 0; k < 3 && first + k < t->nodes; k++) {
        t->diagonal[first + k] += g * weight[k] * weight[k];
        if (k < 2 && first + k + 1 < t->nodes) t->beside[first + k] += g * weight[k] * weight[k + 1];
    }
}

static double *entry(const hys__coarse *c, size_t row, size_t column) {
    return &c->factor[row * (c->band + 1) + c->band - (row - column)];
}

/* Adds weight t to the coarse rows a and b (of the other direction): word lines couple columns, bit lines rows. */
static void add_line(hys__coarse *c, const line_matrix *t, bool is_word, const size_t at[2], double weight) {
    const size_t step = is_word ? c->along_step : c->down_step, across = is_word ? c->down_step : c->along_step;
    for (size_t k = 0; k < t->nodes; k++) {
        const size_t a = at[0] * across + k * step, b = at[1] * across + k * step;
        *entry(c, a > b ? a : b, a > b ? b : a) += weight * t->diagonal[k];
        if (k + 1 == t->nodes) continue;
        *entry(c, a > b + step ? a : b + step, a > b + step ? b + step : a) += weight * t->beside[k];
        if (at[0] == at[1]) continue;
        /* The other corner of the square. */
        *entry(c, a + step > b ? a + step : b, a + step > b ? b : a + step) += weight * t->beside[k];
    }
}

static void spread_line(hys__coarse *c, const line_matrix *t, bool is_word, size_t at) {
    const hys__place p = is_word ? c->down[at] : c->along[at];
    add_line(c, t, is_word, (size_t[2]){p.node, p.node}, (1 - p.part) * (1 - p.part));
    if (p.part == 0) return;
    add_line(c, t, is_word, (size_t[2]){p.node + 1, p.node + 1}, p.part * p.part);
    add_line(c, t, is_word, (size_t[2]){p.node, p.node + 1}, p.part * (1 - p.part));
}

/* A line's segments g [length], its ends, and the ground of its nodes. */
typedef struct line {
    double first, last, ground; /* S */
    const double *segments;     /* S; [0] is not used */
} line;

static void fill_line(line_matrix *t, const line *of, const hys__place *places, size_t length) {
    memset(t->diagonal, 0, t->nodes * sizeof *t->diagonal);
    memset(t->beside, 0, t->nodes * sizeof *t->beside);
    for (size_t k = 0; k < length; k++) {
        add_wire(t, k ? of->segments[k] : of->first, places[k], k ? &places[k - 1] : NULL);
        if (of->ground != 0) add_wire(t, of->ground, places[k], NULL);
    }
    add_wire(t, of->last, places[length - 1], NULL);
}

/* Most lines are like the one before. */
static void add_words(hys__coarse *c, const hys__grid *g, line_matrix *t) {
    t->nodes = c->columns;
    for (size_t i = 0; i < g->m; i++) {
        const line of = {g->left[i], g->right[i], g->word_ground, g->word[i]};
        if (!i || of.segments != g->word[i - 1] || of.first != g->left[i - 1] || of.last != g->right[i - 1])
            fill_line(t, &of, c->along, g->n);
        spread_line(c, t, true, i);
    }
}

/* Rows of bit lines' segments are shared, but for a few. */
static bool is_like_before(const hys__grid *g, size_t j) {
    if (!j || g->top[j] != g->top[j - 1] || g->bottom[j] != g->bottom[j - 1]) return false;
    for (size_t i = 1; i < g->m; i++)
        if ((i == 1 || g->bit[i] != g->bit[i - 1]) && g->bit[i][j] != g->bit[i][j - 1]) return false;
    return true;
}

static void add_bits(hys__coarse *c, const hys__grid *g, line_matrix *t) {
    t->nodes = c->rows;
    for (size_t j = 0; j < g->n; j++) {
        if (!is_like_before(g, j)) {
            for (size_t i = 1; i < g->m; i++) c->segments[i] = g->bit[i][j];
            fill_line(t, &(line){g->top[j], g->bottom[j], g->bit_ground, c->segments}, c->down, g->m);
        }
        spread_line(c, t, false, j);
    }
}

#define LANES 8

HYS__INLINE double product(const double *a, const double *b, size_t n) {
    double lanes[LANES] = {0}, sum = 0;
    size_t k = 0;
    for (; k + LANES <= n; k += LANES)
        for (size_t l = 0; l < LANES; l++) lanes[l] += a[k + l] * b[k + l];
    for (; k < n; k++) sum += a[k] * b[k];
    for (size_t l = 0; l < LANES; l++) sum += lanes[l];
    return sum;
}

/* Cholesky within the band; the diagonal is kept inverted.  False where it is not positive definite. */
HYS__INLINE bool factorise_band(hys__coarse *c) {
    const size_t count = c->rows * c->columns, band = c->band;
    for (size_t r = 0; r < count; r++) {
        const size_t from = r > band ? r - band : 0;
        double *row = c->factor + r * (band + 1) + band - r;
        for (size_t q = from; q <= r; q++) {
            const double *other = c->factor + q * (band + 1) + band - q;
            const size_t first = q > band && q - band > from ? q - band : from;
            const double rest = row[q] - product(row + first, other + first, q - first);
            if (q == r && !(rest > 0)) return false;
            row[q] = q < r ? rest * other[q] : 1 / sqrt(rest);
        }
    }
    return true;
}

HYS__INLINE void solve_band(const hys__coarse *c, double *x) {
    const size_t count = c->rows * c->columns, band = c->band;
    for (size_t r = 0; r < count; r++) {
        const double *row = c->factor + r * (band + 1) + band - r;
        const size_t first = r > band ? r - band : 0;
        x[r] = (x[r] - product(row + first, x + first, r - first)) * row[r];
    }
    for (size_t r = count; r-- > 0;) {
        const double *restrict row = c->factor + r * (band + 1) + band - r, value = x[r] * row[r];
        double *restrict rest = x;
        rest[r] = value;
        for (size_t k = r > band ? r - band : 0; k < r; k++) rest[k] -= row[k] * value;
    }
}

HYS__WIDE static bool factorise_wide(hys__coarse *c) {
    return factorise_band(c);
}

HYS__WIDE static void solve_wide(const hys__coarse *c, double *x) {
    solve_band(c, x);
}

static bool factorise(hys__coarse *c) {
    return HYS__HAS_WIDE() ? factorise_wide(c) : factorise_band(c);
}

void hys__coarse_solve(const hys__coarse *c, double *x) {
    if (HYS__HAS_WIDE()) solve_wide(c, x);
    else solve_band(c, x);
}

double hys__coarse_size(size_t m, size_t n, size_t spacing) {
    const double rows = (double)n_nodes(m, spacing), columns = (double)n_nodes(n, spacing);
    const double band = rows < columns ? rows : columns;
    return rows * columns * (band + 2) * sizeof(double);
}

hys_status hys__coarse_new(hys__arena *arena, const hys__grid *g, size_t spacing, hys__coarse *c) {
    *c = (hys__coarse){.m = g->m, .n = g->n, .spacing = spacing};
    c->rows = n_nodes(g->m, spacing);
    c->columns = n_nodes(g->n, spacing);
    /* Counted along the shorter side: the band is narrower. */
    const bool is_wide = c->columns > c->rows;
    const size_t most = is_wide ? c->columns : c->rows;
    c->down_step = is_wide ? 1 : c->columns;
    c->along_step = is_wide ? c->rows : 1;
    c->band = (is_wide ? c->rows : c->columns) + 1;
    c->diagonal = HYS_NEW_N(arena, double, most);
    c->beside = HYS_NEW_N(arena, double, most);
    c->factor = HYS_NEW_N(arena, double, c->rows * c->columns * (c->band + 1));
    c->segments = HYS_NEW_N(arena, double, g->m);
    c->down = HYS_NEW_N(arena, hys__place, g->m);
    c->along = HYS_NEW_N(arena, hys__place, g->n);
    if (arena->failed) return HYS_NOMEM;
    for (size_t i = 0; i < g->m; i++) c->down[i] = place_of(i, spacing, c->rows);
    for (size_t j = 0; j < g->n; j++) c->along[j] = place_of(j, spacing, c->columns);
    return hys__coarse_refill(c, g);
}

hys_status hys__coarse_refill(hys__coarse *c, const hys__grid *g) {
    line_matrix t = {.diagonal = c->diagonal, .beside = c->beside};
    memset(c->factor, 0, c->rows * c->columns * (c->band + 1) * sizeof *c->factor);
    add_words(c, g, &t);
    add_bits(c, g, &t);
    return factorise(c) ? HYS_OK : HYS_NOCONV;
}
