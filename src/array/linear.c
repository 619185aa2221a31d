/* Conjugate gradients on what is left for the bit lines when the word lines are eliminated,
 *
 *     S = L_b + D - D (L_w + D)^-1 D,
 *
 * preconditioned by the bit lines, B = (L_b + D)^-1, and by the coarse space, whose matrix is that of the wires:
 *
 *     z = B (r + D P C^-1 P^T D B r)
 *
 * B alone needs a number of steps that grows with n (R_wire G)^1/2; with the coarse space it stays near ten.  The word
 * lines' equations hold exactly at each step, so the residual of S is that of the whole. */
#include "array/linear.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

#define MOST_STEPS 2000
#define SMALL      48 /* arrays up to this need no coarse space */

/* Wide enough that factorising costs less than a step of the iteration, no wider: steps grow with it. */
static size_t spacing_of(size_t m, size_t n) {
    const size_t most = m > n ? m : n;
    return most <= 512 ? 8 : most <= 2048 ? 16 : 32;
}

double hys__linear_size(size_t m, size_t n) {
    return 9.0 * (double)m * (double)n * sizeof(double) + hys__coarse_size(m, n, spacing_of(m, n));
}

static hys_status take_fields(hys__linear *l) {
    const size_t count = l->grid->m * l->grid->n;
    double **const all[] = {&l->residual,           &l->direction,        &l->image, &l->step, &l->u, &l->w,
                            &l->factor.word_pivots, &l->factor.bit_pivots};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) *all[k] = HYS_NEW_N(&l->arena, double, count);
    l->factor.reach = HYS_NEW_N(&l->arena, double, l->grid->n);
    return l->arena.failed ? HYS_NOMEM : HYS_OK;
}

hys_status hys__linear_new(hys_ctx *ctx, const hys__grid *grid, hys__linear *l) {
    *l = (hys__linear){.ctx = ctx, .grid = grid};
    l->factor.grid = grid;
    hys__arena_init(&l->arena, ctx, 0);
    hys_status status = take_fields(l);
    l->has_coarse = grid->m > SMALL || grid->n > SMALL;
    if (status == HYS_OK && l->has_coarse) {
        status = hys__coarse_new(&l->arena, grid, spacing_of(grid->m, grid->n), &l->coarse);
        if (status == HYS_OK) l->coarse_field = HYS_NEW_N(&l->arena, double, l->coarse.rows * l->coarse.columns);
        /* No wire leads anywhere: cells may still. */
        if (status == HYS_NOCONV) {
            l->has_coarse = false;
            status = HYS_OK;
        }
        if (l->arena.failed) status = HYS_NOMEM;
    }
    if (status != HYS_OK) hys__linear_free(l);
    return status;
}

void hys__linear_free(hys__linear *l) {
    if (l->ctx) hys__arena_free(&l->arena);
    l->ctx = NULL;
}

hys_status hys__linear_set_cells(hys__linear *l, const double *cells) {
    l->factor.cells = cells;
    if (hys__grid_factorise(&l->factor)) return HYS_OK;
    return hys__fail(l->ctx, HYS_ARG, "each line needs an end that is driven, or a cell that leads to one",
                     "part of the array is connected to nothing");
}

/* ---- the right side ---- */

static void put_ends(const hys__grid *g, const hys__linear_source *s, double *into_words, double *into_bits) {
    for (size_t i = 0; i < g->m && into_words; i++) {
        if (s->left) into_words[i * g->n] += g->left[i] * s->left[i];
        if (s->right) into_words[i * g->n + g->n - 1] += g->right[i] * s->right[i];
    }
    for (size_t j = 0; j < g->n && into_bits; j++) {
        if (s->top) into_bits[j] += g->top[j] * s->top[j];
        if (s->bottom) into_bits[(g->m - 1) * g->n + j] += g->bottom[j] * s->bottom[j];
    }
}

static void fill(const hys__linear *l, const hys__linear_source *s, double *into_words, double *into_bits) {
    const size_t bytes = l->grid->m * l->grid->n * sizeof(double);
    if (into_words && s->word_in) memcpy(into_words, s->word_in, bytes);
    else if (into_words) memset(into_words, 0, bytes);
    if (into_bits && s->bit_in) memcpy(into_bits, s->bit_in, bytes);
    else if (into_bits) memset(into_bits, 0, bytes);
    put_ends(l->grid, s, into_words, into_bits);
}

/* ---- conjugate gradients ---- */

/* u <- (L_w + D)^-1 (b_u + D w) */
static void solve_words(hys__linear *l, const hys__linear_source *s) {
    const size_t count = l->grid->m * l->grid->n;
    fill(l, s, l->u, NULL);
    for (size_t k = 0; k < count; k++) l->u[k] += l->factor.cells[k] * l->w[k];
    hys__grid_solve_words(&l->factor, l->u);
}

/* residual <- b_w + D u - (L_b + D) w with u from the word lines. */
static void start(hys__linear *l, const hys__linear_source *s) {
    const size_t count = l->grid->m * l->grid->n;
    solve_words(l, s);
    hys__grid_apply_bits(l->grid, l->factor.cells, l->w, l->u, l->image);
    fill(l, s, NULL, l->residual);
    for (size_t k = 0; k < count; k++) l->residual[k] -= l->image[k];
}

/* step <- M^-1 residual */
static void precondition(hys__linear *l) {
    const size_t count = l->grid->m * l->grid->n;
    memcpy(l->step, l->residual, count * sizeof *l->step);
    hys__grid_solve_bits(&l->factor, l->step);
    if (!l->has_coarse) return;
    hys__coarse_restrict(&l->coarse, l->factor.cells, l->step, l->coarse_field);
    hys__coarse_solve(&l->coarse, l->coarse_field);
    memcpy(l->step, l->residual, count * sizeof *l->step);
    hys__coarse_add(&l->coarse, l->factor.cells, l->coarse_field, l->step);
    hys__grid_solve_bits(&l->factor, l->step);
}

/* u <- S step, by way of the word lines. */
static void apply_schur(hys__linear *l) {
    const size_t count = l->grid->m * l->grid->n;
    double *field = l->u; /* of no use until the end */
    for (size_t k = 0; k < count; k++) field[k] = l->factor.cells[k] * l->step[k];
    hys__grid_solve_words(&l->factor, field);
    hys__grid_apply_bits(l->grid, l->factor.cells, l->step, field, field);
}

static void advance(hys__linear *l, double beta, double *slope) {
    const size_t count = l->grid->m * l->grid->n;
    for (size_t k = 0; k < count; k++) {
        l->direction[k] = l->step[k] + beta * l->direction[k];
        l->image[k] = l->u[k] + beta * l->image[k];
    }
    *slope = hys__grid_dot(l->direction, l->image, count);
}

static double descend(hys__linear *l, double length) {
    const size_t count = l->grid->m * l->grid->n;
    for (size_t k = 0; k < count; k++) {
        l->w[k] += length * l->direction[k];
        l->residual[k] -= length * l->image[k];
    }
    return sqrt(hys__grid_dot(l->residual, l->residual, count));
}

/* Until the norm of the residual is at most `enough`; how many steps it took. */
static hys_status iterate(hys__linear *l, double enough) {
    const size_t count = l->grid->m * l->grid->n;
    double norm = sqrt(hys__grid_dot(l->residual, l->residual, count)), before = 1;
    memset(l->direction, 0, count * sizeof *l->direction);
    memset(l->image, 0, count * sizeof *l->image);
    for (unsigned k = 0; k < MOST_STEPS && norm > enough; k++, l->iterations++) {
        precondition(l);
        apply_schur(l);
        double slope;
        const double now = hys__grid_dot(l->residual, l->step, count);
        advance(l, k ? now / before : 0, &slope);
        if (!(slope > 0) || !isfinite(slope)) return HYS_NOCONV;
        norm = descend(l, now / slope);
        before = now;
        if (hys_ctx_is_cancelled(l->ctx)) return HYS_CANCEL;
    }
    return norm <= enough ? HYS_OK : HYS_NOCONV;
}

/* The norm of b, and that of what is left of both blocks with the solution as it stands. */
static void measure(hys__linear *l, const hys__linear_source *s, double *of_source, double *of_rest) {
    const size_t count = l->grid->m * l->grid->n;
    double rest = 0, source = 0;
    fill(l, s, l->residual, NULL);
    source += hys__grid_dot(l->residual, l->residual, count);
    hys__grid_apply_words(l->grid, l->factor.cells, l->u, l->w, l->image);
    for (size_t k = 0; k < count; k++) l->residual[k] -= l->image[k];
    rest += hys__grid_dot(l->residual, l->residual, count);
    fill(l, s, NULL, l->residual);
    source += hys__grid_dot(l->residual, l->residual, count);
    hys__grid_apply_bits(l->grid, l->factor.cells, l->w, l->u, l->image);
    for (size_t k = 0; k < count; k++) l->residual[k] -= l->image[k];
    rest += hys__grid_dot(l->residual, l->residual, count);
    *of_source = sqrt(source);
    *of_rest = sqrt(rest);
}

static double norm_of_source(hys__linear *l, const hys__linear_source *s) {
    const size_t count = l->grid->m * l->grid->n;
    fill(l, s, l->residual, l->image);
    return sqrt(hys__grid_dot(l->residual, l->residual, count) + hys__grid_dot(l->image, l->image, count));
}

/* The residual that iteration updates drifts from the true one: it is measured, and iteration goes on from there. */
#define ROUNDS 3
#define AIM    0.5 /* of the tolerance */

hys_status hys__linear_approach(hys__linear *l, const hys__linear_source *s, double tolerance) {
    const double size = norm_of_source(l, s);
    hys_status status = HYS_OK;
    l->iterations = 0;
    l->relative_residual = 0;
    if (size == 0) {
        memset(l->w, 0, l->grid->m * l->grid->n * sizeof *l->w);
        memset(l->u, 0, l->grid->m * l->grid->n * sizeof *l->u);
        return HYS_OK;
    }
    for (int round = 0; round < ROUNDS && status == HYS_OK; round++) {
        double source, rest;
        start(l, s);
        status = iterate(l, AIM * tolerance * size);
        solve_words(l, s);
        measure(l, s, &source, &rest);
        l->relative_residual = rest / size;
        if (l->relative_residual <= tolerance) return HYS_OK;
    }
    if (status == HYS_CANCEL) return status;
    return l->relative_residual * size <= hys__grid_rounding(l->grid, l->u, l->w) ? HYS_OK : HYS_NOCONV;
}

hys_status hys__linear_solve(hys__linear *l, const hys__linear_source *s, double tolerance) {
    const hys_status status = hys__linear_approach(l, s, tolerance);
    if (status != HYS_NOCONV) return status;
    return hys__fail(l->ctx, HYS_NOCONV, "are conductances thirty orders apart? --tolerance X asks for less",
                     "the array's equations were solved to a relative residual of %.2e, not %.0e, in %u steps",
                     l->relative_residual, tolerance, l->iterations);
}
