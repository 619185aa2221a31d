#include "array/blocks.h"
#include "array/lanes.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

static size_t count_of(const hys__blocks *b) {
    return b->grid->m * b->grid->n;
}

hys_status hys__blocks_new(hys__arena *arena, hys__linear *linear, hys__blocks *b) {
    *b = (hys__blocks){.grid = linear->grid, .linear = linear, .words = linear->factor};
    const size_t count = count_of(b);
    b->words.word_pivots = HYS_NEW_N(arena, double, count);
    b->words.bit_pivots = HYS_NEW_N(arena, double, count);
    b->word_diagonal = HYS_NEW_N(arena, double, count);
    b->bit_diagonal = HYS_NEW_N(arena, double, count);
    b->rest = HYS_NEW_N(arena, double, 2 * count);
    return arena->failed ? HYS_NOMEM : HYS_OK;
}

#define LEAST 1e-9 /* of the best cell: lines that float are held by their cells */

static void take_diagonal(const double *from, double *to, size_t count) {
    double most = 0;
    for (size_t k = 0; k < count; k++) most = from[k] > most ? from[k] : most;
    for (size_t k = 0; k < count; k++) to[k] = from[k] > LEAST * most ? from[k] : LEAST * most;
}

hys_status hys__blocks_set(hys__blocks *b, const hys__cell_answer *cells) {
    b->cells = cells;
    take_diagonal(cells->word_word, b->word_diagonal, count_of(b));
    take_diagonal(cells->bit_bit, b->bit_diagonal, count_of(b));
    b->words.cells = b->word_diagonal;
    if (!hys__grid_factorise(&b->words))
        return hys__fail(b->linear->ctx, HYS_ARG, "each line needs an end that is driven, or a cell that leads to one",
                         "part of the array is connected to nothing");
    return hys__linear_set_cells(b->linear, b->bit_diagonal);
}

void hys__blocks_apply(const hys__blocks *b, const double *x, double *y) {
    const size_t count = count_of(b);
    const hys__cell_answer *a = b->cells;
    const double *u = x, *w = x + count, *g = b->word_diagonal;
    hys__grid_apply_words(b->grid, g, u, w, y);
    hys__grid_apply_bits(b->grid, g, w, u, y + count);
    for (size_t k = 0; k < count; k++) {
        y[k] += (a->word_word[k] - g[k]) * u[k] + (a->word_bit[k] + g[k]) * w[k];
        y[k + count] += (a->bit_word[k] + g[k]) * u[k] + (a->bit_bit[k] - g[k]) * w[k];
    }
}

/* ---- the coarse space ---- */

/* Sums of both kinds of nodes, shared out to the coarse nodes around them. */
static void restrict_rest(const hys__blocks *b) {
    const hys__coarse *c = &b->linear->coarse;
    const size_t count = count_of(b);
    double *field = b->linear->coarse_field;
    memset(field, 0, c->rows * c->columns * sizeof *field);
    for (size_t i = 0; i < b->grid->m; i++) {
        const hys__place p = c->down[i];
        double *row = field + p.node * c->down_step, *next = row + (p.part > 0 ? c->down_step : 0);
        for (size_t j = 0; j < b->grid->n; j++) {
            const size_t k = i * b->grid->n + j;
            const hys__place q = c->along[j];
            const size_t at = q.node * c->along_step, beside = at + (q.part > 0 ? c->along_step : 0);
            const double flow = b->rest[k] + b->rest[k + count], far = p.part * flow, near = flow - far;
            row[at] += (1 - q.part) * near;
            row[beside] += q.part * near;
            next[at] += (1 - q.part) * far;
            next[beside] += q.part * far;
        }
    }
}

static void add_coarse(const hys__blocks *b, double *y) {
    const hys__coarse *c = &b->linear->coarse;
    const size_t count = count_of(b);
    const double *field = b->linear->coarse_field;
    for (size_t i = 0; i < b->grid->m; i++) {
        const hys__place p = c->down[i];
        const double *row = field + p.node * c->down_step, *next = row + (p.part > 0 ? c->down_step : 0);
        for (size_t j = 0; j < b->grid->n; j++) {
            const size_t k = i * b->grid->n + j;
            const hys__place q = c->along[j];
            const size_t at = q.node * c->along_step, beside = at + (q.part > 0 ? c->along_step : 0);
            const double here = (1 - q.part) * row[at] + q.part * row[beside];
            const double v = here + p.part * ((1 - q.part) * next[at] + q.part * next[beside] - here);
            y[k] += v;
            y[k + count] += v;
        }
    }
}

/* ---- the sweeps ---- */

static void take_rest(const hys__blocks *b, const double *x, const double *y) {
    hys__blocks_apply(b, y, b->rest);
    for (size_t k = 0; k < 2 * count_of(b); k++) b->rest[k] = x[k] - b->rest[k];
}

/* Word lines, then bit lines. */
static void sweep_forward(const hys__blocks *b, const double *x, double *y) {
    const size_t count = count_of(b);
    memcpy(y, x, count * sizeof *y);
    hys__grid_solve_words(&b->words, y);
    for (size_t k = 0; k < count; k++) y[k + count] = x[k + count] - b->cells->bit_word[k] * y[k];
    hys__grid_solve_bits(&b->linear->factor, y + count);
}

/* Bit lines, then word lines, of what is left. */
static void sweep_back(const hys__blocks *b, double *y) {
    const size_t count = count_of(b);
    double *u = b->rest, *w = u + count;
    hys__grid_solve_bits(&b->linear->factor, w);
    for (size_t k = 0; k < count; k++) u[k] -= b->cells->word_bit[k] * w[k];
    hys__grid_solve_words(&b->words, u);
    for (size_t k = 0; k < 2 * count; k++) y[k] += b->rest[k];
}

void hys__blocks_precondition(const hys__blocks *b, const double *x, double *y) {
    sweep_forward(b, x, y);
    take_rest(b, x, y);
    if (b->linear->has_coarse) {
        restrict_rest(b);
        hys__coarse_solve(&b->linear->coarse, b->linear->coarse_field);
        add_coarse(b, y);
        take_rest(b, x, y);
    }
    sweep_back(b, y);
}
