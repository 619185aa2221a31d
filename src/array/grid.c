/* Sweeps along the lines of a crossbar. */
#include "array/grid.h"
#include <float.h>
#include <math.h>

/* Rows that are swept side by side, so that one need not wait for the other. */
#define LANES 8

/* ---- elimination ---- */

/* What lies behind a node: its cell, and the wire to the node before in series with what lies behind that.  No
 * difference is taken, so nothing cancels, however good the wires are against the cells. */
static double behind(double cell, double wire, double before) {
    const double sum = wire + before;
    return cell + (sum > 0 ? wire * before / sum : 0);
}

static bool factorise_word(const hys__grid_factor *f, size_t i) {
    const hys__grid *g = f->grid;
    const double *wire = g->word[i], *d = f->cells + i * g->n;
    double *inverse = f->word_pivots + i * g->n, reach = d[0] + g->left[i];
    bool is_good = true;
    for (size_t j = 0; j < g->n; j++) {
        if (j) reach = behind(d[j], wire[j], reach);
        const double pivot = reach + (j + 1 < g->n ? wire[j + 1] : g->right[i]);
        is_good = is_good && pivot > 0;
        inverse[j] = 1 / pivot;
    }
    return is_good;
}

static bool factorise_bits(const hys__grid_factor *f, size_t i) {
    const hys__grid *g = f->grid;
    const double *d = f->cells + i * g->n, *on = i + 1 < g->m ? g->bit[i + 1] : g->bottom;
    double *inverse = f->bit_pivots + i * g->n, *reach = f->reach, least = INFINITY;
    for (size_t j = 0; j < g->n; j++) {
        reach[j] = i ? behind(d[j], g->bit[i][j], reach[j]) : d[j] + g->top[j];
        const double pivot = reach[j] + on[j];
        least = pivot < least ? pivot : least;
        inverse[j] = 1 / pivot;
    }
    return least > 0;
}

bool hys__grid_factorise(hys__grid_factor *f) {
    bool is_good = true;
    for (size_t i = 0; i < f->grid->m; i++) is_good = factorise_word(f, i) && is_good;
    for (size_t i = 0; i < f->grid->m; i++) is_good = factorise_bits(f, i) && is_good;
    return is_good;
}

/* ---- solution ---- */

/* A tile of LANES rows, turned so that the rows lie side by side: rows of a field may be a power of two apart, and
 * would push one another out of the cache. */
#define TILE 64

typedef struct tile {
    double x[TILE][LANES], inverse[TILE][LANES], wire[TILE + 1][LANES]; /* wire: one more, to the next tile */
} tile;

static void load(const hys__grid_factor *f, size_t first, size_t from, size_t width, const double *x, tile *t) {
    const size_t n = f->grid->n;
    for (size_t k = 0; k < LANES; k++) {
        const double *row = x + (first + k) * n + from, *inverse = f->word_pivots + (first + k) * n + from;
        const double *wire = f->grid->word[first + k] + from;
        for (size_t j = 0; j < width; j++) t->x[j][k] = row[j];
        for (size_t j = 0; j < width; j++) t->inverse[j][k] = inverse[j];
        for (size_t j = 0; j < width; j++) t->wire[j][k] = wire[j];
        t->wire[width][k] = from + width < n ? wire[width] : 0;
    }
}

static void store(size_t n, size_t first, size_t from, size_t width, const tile *t, double *x) {
    for (size_t k = 0; k < LANES; k++) {
        double *row = x + (first + k) * n + from;
        for (size_t j = 0; j < width; j++) row[j] = t->x[j][k];
    }
}

static void solve_lanes(const hys__grid_factor *f, size_t first, double *x) {
    const size_t n = f->grid->n;
    double carry[LANES] = {0};
    tile t;
    for (size_t from = 0; from < n; from += TILE) {
        const size_t width = n - from < TILE ? n - from : TILE;
        load(f, first, from, width, x, &t);
        for (size_t k = 0; k < LANES && from == 0; k++) t.wire[0][k] = 0;
        for (size_t j = 0; j < width; j++)
            for (size_t k = 0; k < LANES; k++)
                carry[k] = t.x[j][k] = (t.x[j][k] + t.wire[j][k] * carry[k]) * t.inverse[j][k];
        store(n, first, from, width, &t, x);
    }
    for (size_t k = 0; k < LANES; k++) carry[k] = 0;
    for (size_t from = (n - 1) / TILE * TILE + TILE; from > 0;) {
        from -= TILE;
        const size_t width = n - from < TILE ? n - from : TILE;
        load(f, first, from, width, x, &t);
        for (size_t j = width; j-- > 0;)
            for (size_t k = 0; k < LANES; k++)
                carry[k] = t.x[j][k] = t.x[j][k] + t.wire[j + 1][k] * t.inverse[j][k] * carry[k];
        store(n, first, from, width, &t, x);
    }
}

static void solve_word(const hys__grid_factor *f, size_t i, double *x) {
    const size_t n = f->grid->n;
    const double *wire = f->grid->word[i], *inverse = f->word_pivots + i * n;
    double *row = x + i * n;
    row[0] *= inverse[0];
    for (size_t j = 1; j < n; j++) row[j] = (row[j] + wire[j] * row[j - 1]) * inverse[j];
    for (size_t j = n - 1; j-- > 0;) row[j] += wire[j + 1] * inverse[j] * row[j + 1];
}

void hys__grid_solve_words(const hys__grid_factor *f, double *x) {
    size_t i = 0;
    for (; i + LANES <= f->grid->m; i += LANES) solve_lanes(f, i, x);
    for (; i < f->grid->m; i++) solve_word(f, i, x);
}

void hys__grid_solve_bits(const hys__grid_factor *f, double *x) {
    const size_t m = f->grid->m, n = f->grid->n;
    for (size_t j = 0; j < n; j++) x[j] *= f->bit_pivots[j];
    for (size_t i = 1; i < m; i++) {
        const double *restrict wire = f->grid->bit[i], *restrict inverse = f->bit_pivots + i * n;
        const double *restrict before = x + (i - 1) * n;
        double *restrict row = x + i * n;
        for (size_t j = 0; j < n; j++) row[j] = (row[j] + wire[j] * before[j]) * inverse[j];
    }
    for (size_t i = m - 1; i-- > 0;) {
        const double *restrict wire = f->grid->bit[i + 1], *restrict inverse = f->bit_pivots + i * n;
        const double *restrict behind = x + (i + 1) * n;
        double *restrict row = x + i * n;
        for (size_t j = 0; j < n; j++) row[j] += wire[j] * inverse[j] * behind[j];
    }
}

/* ---- products ---- */

void hys__grid_apply_words(const hys__grid *g, const double *cells, const double *x, const double *other, double *y) {
    for (size_t i = 0; i < g->m; i++) {
        const double *wire = g->word[i], *a = x + i * g->n, *b = other + i * g->n, *d = cells + i * g->n;
        double *out = y + i * g->n;
        for (size_t j = 0; j < g->n; j++) out[j] = d[j] * (a[j] - b[j]);
        for (size_t j = 1; j < g->n; j++) {
            const double flow = wire[j] * (a[j] - a[j - 1]);
            out[j] += flow;
            out[j - 1] -= flow;
        }
        out[0] += g->left[i] * a[0];
        out[g->n - 1] += g->right[i] * a[g->n - 1];
    }
}

/* One row of bit lines' nodes: what flows to the row before, and on to the next. */
static void apply_bit_row(const hys__grid *g, size_t i, const double *x, double *out) {
    const size_t n = g->n;
    const double *a = x + i * n;
    for (size_t j = 0; j < n && i == 0; j++) out[j] += g->top[j] * a[j];
    for (size_t j = 0; j < n && i > 0; j++) out[j] += g->bit[i][j] * (a[j] - a[j - n]);
    for (size_t j = 0; j < n && i + 1 < g->m; j++) out[j] += g->bit[i + 1][j] * (a[j] - a[j + n]);
    for (size_t j = 0; j < n && i + 1 == g->m; j++) out[j] += g->bottom[j] * a[j];
}

void hys__grid_apply_bits(const hys__grid *g, const double *cells, const double *x, const double *other, double *y) {
    for (size_t i = 0; i < g->m; i++) {
        const double *a = x + i * g->n, *b = other + i * g->n, *d = cells + i * g->n;
        double *out = y + i * g->n;
        for (size_t j = 0; j < g->n; j++) out[j] = d[j] * (a[j] - b[j]);
        apply_bit_row(g, i, x, out);
    }
}

#define DOT_BLOCK 4096
#define DOT_LANES 8

double hys__grid_dot(const double *a, const double *b, size_t count) {
    double total = 0;
    for (size_t start = 0; start < count; start += DOT_BLOCK) {
        const size_t end = start + DOT_BLOCK < count ? start + DOT_BLOCK : count;
        double part[DOT_LANES] = {0}, sum = 0;
        size_t k = start;
        for (; k + DOT_LANES <= end; k += DOT_LANES)
            for (size_t l = 0; l < DOT_LANES; l++) part[l] += a[k + l] * b[k + l];
        for (; k < end; k++) sum += a[k] * b[k];
        for (size_t l = 0; l < DOT_LANES; l++) sum += part[l];
        total += sum;
    }
    return total;
}

/* ---- rounding ---- */

static double best_wire(const hys__grid *g) {
    double most = 0;
    for (size_t i = 0; i < g->m; i++) {
        most = fmax(most, fmax(g->left[i], g->right[i]));
        for (size_t j = 1; j < g->n; j++) most = fmax(most, g->word[i][j]);
        for (size_t j = 0; j < g->n && i; j++) most = fmax(most, g->bit[i][j]);
    }
    for (size_t j = 0; j < g->n; j++) most = fmax(most, fmax(g->top[j], g->bottom[j]));
    return most;
}

double hys__grid_rounding(const hys__grid *g, const double *u, const double *w) {
    const size_t count = g->m * g->n;
    return 4 * DBL_EPSILON * best_wire(g) * sqrt(hys__grid_dot(u, u, count) + hys__grid_dot(w, w, count));
}
