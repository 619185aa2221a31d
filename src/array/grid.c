/* Sweeps along the lines of a crossbar. */
#include "array/lanes.h"
#include <float.h>
#include <math.h>
#include <stdatomic.h>

/* ---- elimination ---- */

/* What lies behind a node: its cell, and the wire to the node before in series with what lies behind that.  No
 * difference is taken, so nothing cancels, however good the wires are against the cells. */
HYS__INLINE double behind(double cell, double wire, double before) {
    const double sum = wire + before;
    return cell + wire * before / (sum > 0 ? sum : 1);
}

typedef struct factor_pass {
    const hys__grid_factor *f;
    atomic_bool is_bad;
} factor_pass;

/* The smallest pivot. */
HYS__INLINE double factorise_lanes(const hys__grid_factor *f, size_t first, size_t lanes) {
    const hys__grid *g = f->grid;
    const double *d = f->cells + first * g->n;
    double *restrict inverse = f->word_pivots + first * g->n;
    double reach[HYS__LANES], least = INFINITY;
    for (size_t j = 0; j < g->n; j++)
        for (size_t k = 0; k < lanes; k++) {
            const double *wire = g->word[first + k], cell = d[k * g->n + j] + g->word_ground;
            reach[k] = j ? behind(cell, wire[j], reach[k]) : cell + g->left[first + k];
            const double pivot = reach[k] + (j + 1 < g->n ? wire[j + 1] : g->right[first + k]);
            least = pivot < least ? pivot : least;
            inverse[j * lanes + k] = 1 / pivot;
        }
    return least;
}

HYS__INLINE void factorise_words_body(void *data, size_t part, unsigned thread) {
    factor_pass *p = data;
    const size_t m = p->f->grid->m, first = hys__lanes_first(m, part);
    const double least =
        hys__lanes_count(m, part) == 1 ? factorise_lanes(p->f, first, 1) : factorise_lanes(p->f, first, HYS__LANES);
    (void)thread;
    if (!(least > 0)) atomic_store(&p->is_bad, true);
}
HYS__WORK(factorise_words)

#define COLUMNS 256 /* of a part */

/* A row's columns from..to; the smallest pivot. */
HYS__INLINE double factorise_row(const hys__grid_factor *f, size_t i, size_t from, size_t to) {
    const hys__grid *g = f->grid;
    const double *d = f->cells + i * g->n, *on = i + 1 < g->m ? g->bit[i + 1] : g->bottom;
    const double *back = i ? g->bit[i] : g->top, ground = g->bit_ground;
    double *restrict inverse = f->bit_pivots + i * g->n, *restrict reach = f->reach, least = INFINITY;
    for (size_t j = from; j < to; j++) {
        reach[j] = i ? behind(d[j] + ground, back[j], reach[j]) : d[j] + ground + back[j];
        const double pivot = reach[j] + on[j];
        least = pivot < least ? pivot : least;
        inverse[j] = 1 / pivot;
    }
    return least;
}

HYS__INLINE void factorise_bits_body(void *data, size_t part, unsigned thread) {
    factor_pass *p = data;
    const hys__grid *g = p->f->grid;
    const size_t from = part * COLUMNS, to = from + COLUMNS < g->n ? from + COLUMNS : g->n;
    (void)thread;
    for (size_t i = 0; i < g->m; i++)
        if (!(factorise_row(p->f, i, from, to) > 0)) atomic_store(&p->is_bad, true);
}
HYS__WORK(factorise_bits)

bool hys__grid_factorise(hys__grid_factor *f) {
    factor_pass pass = {.f = f};
    hys__team_run(f->team, hys__lanes_parts(f->grid->m), factorise_words(), &pass);
    hys__team_run(f->team, (f->grid->n + COLUMNS - 1) / COLUMNS, factorise_bits(), &pass);
    return !atomic_load(&pass.is_bad);
}

/* ---- solution ---- */

void hys__grid_solve_words(const hys__grid_factor *f, double *x) {
    const size_t m = f->grid->m, n = f->grid->n;
    for (size_t part = 0; part < hys__lanes_parts(m); part++) {
        const size_t first = hys__lanes_first(m, part), lanes = hys__lanes_count(m, part);
        const hys__lanes_wire wire = hys__lanes_wires(f->grid, first, lanes, f->lanes + n * HYS__LANES);
        for (size_t k = 0; k < lanes; k++)
            for (size_t j = 0; j < n; j++) f->lanes[j * lanes + k] = x[(first + k) * n + j];
        hys__lanes_solve(f->word_pivots + first * n, wire, n, lanes, f->lanes);
        for (size_t k = 0; k < lanes; k++)
            for (size_t j = 0; j < n; j++) x[(first + k) * n + j] = f->lanes[j * lanes + k];
    }
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
    for (size_t i = 0; i < g->m; i++) hys__row_of_words(g, cells, x, other, i, y + i * g->n);
}

void hys__grid_apply_bits(const hys__grid *g, const double *cells, const double *x, const double *other, double *y) {
    for (size_t i = 0; i < g->m; i++) hys__row_of_bits(g, cells, x, other, i, y + i * g->n);
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
