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
#include "array/lanes.h"
#include "array/lumped.h"
#include "array/sweep.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>
#include <sys/mman.h>

#define MOST_STEPS 2000
#define PAGE       ((uintptr_t)4096)
#define LARGE      ((size_t)8 << 20) /* B: worth large pages */
#define SMALL      48                /* arrays up to this need no coarse space */

/* Wide enough that factorising costs less than a step of the iteration, no wider: steps grow with it. */
static size_t spacing_of(size_t m, size_t n) {
    const size_t most = m > n ? m : n;
    return most <= 512 ? 8 : most <= 4096 ? 16 : 32;
}

/* Where the passes over the fields take less time than threads need to meet. */
#define FEW_CELLS 50000.0

static unsigned threads_of(const hys_ctx *ctx, unsigned asked, size_t m, size_t n) {
    const unsigned most = asked ? asked : (unsigned)hys__ctx_n_threads(ctx);
    return (double)m * (double)n < FEW_CELLS ? 1 : most;
}

double hys__linear_size(size_t m, size_t n, unsigned n_threads) {
    return sizeof(double) * (8.0 * (double)m * (double)n + (2.0 * HYS__LANES + 1) * (double)n) +
           (m > SMALL || n > SMALL ? hys__coarse_size(m, n, spacing_of(m, n)) : 0) +
           hys__sweep_size(m, n, n_threads ? n_threads : 1);
}

#define GAP                                                                                                            \
    136 /* entries between fields: were they a power of two apart, they would push one another out of the cache */

/* Not zeroed: threads touch first what they work on.  In large pages, as panels of columns go from page to page. */
static double *take_block(hys__linear *l, size_t n_fields) {
    const double size = (double)sizeof(double) * (double)n_fields * ((double)l->grid->m * (double)l->grid->n + GAP);
    if (size > (double)PTRDIFF_MAX) return NULL;
    l->block_size = n_fields * (l->grid->m * l->grid->n + GAP) * sizeof(double);
    l->block = hys__realloc(l->ctx, NULL, 0, l->block_size);
    if (l->block && l->block_size >= LARGE) {
        const uintptr_t first = ((uintptr_t)l->block + PAGE - 1) / PAGE * PAGE;
        const uintptr_t last = ((uintptr_t)l->block + l->block_size) / PAGE * PAGE;
        madvise((char *)l->block + (first - (uintptr_t)l->block), last - first, MADV_HUGEPAGE); /* a wish */
    }
    return l->block;
}

static hys_status take_fields(hys__linear *l) {
    const size_t count = l->grid->m * l->grid->n;
    double **const all[] = {&l->w,     &l->u,    &l->residual,           &l->direction,
                            &l->image, &l->step, &l->factor.word_pivots, &l->factor.bit_pivots};
    double *block = take_block(l, sizeof all / sizeof *all);
    for (size_t k = 0; k < sizeof all / sizeof *all && block; k++) *all[k] = block + k * (count + GAP);
    l->factor.reach = HYS_NEW_N(&l->arena, double, l->grid->n);
    l->factor.lanes = HYS_NEW_N(&l->arena, double, 2 * HYS__LANES * l->grid->n);
    return !block || l->arena.failed ? HYS_NOMEM : HYS_OK;
}

static hys_status take_coarse(hys__linear *l) {
    const hys__grid *g = l->grid;
    l->has_coarse = g->m > SMALL || g->n > SMALL;
    if (!l->has_coarse) return HYS_OK;
    const hys_status status = hys__coarse_new(&l->arena, g, spacing_of(g->m, g->n), l->factor.team, &l->coarse);
    if (l->arena.failed) return HYS_NOMEM;
    l->coarse_field = HYS_NEW_N(&l->arena, double, l->coarse.rows * l->coarse.columns);
    /* No wire leads anywhere: cells may still. */
    if (status == HYS_NOCONV) l->has_coarse = false;
    return l->arena.failed ? HYS_NOMEM : HYS_OK;
}

hys_status hys__linear_new_on(hys_ctx *ctx, const hys__grid *grid, unsigned n_threads, hys__linear *l) {
    *l = (hys__linear){.ctx = ctx, .grid = grid};
    const unsigned threads = threads_of(ctx, n_threads, grid->m, grid->n);
    l->factor.grid = grid;
    hys__arena_init(&l->arena, ctx, 0);
    hys_status status = threads > 1 ? hys__team_new(ctx, threads, &l->factor.team) : HYS_OK;
    if (status == HYS_OK) status = take_fields(l);
    if (status == HYS_OK) status = take_coarse(l);
    if (status == HYS_OK) status = hys__sweep_new(l);
    if (status == HYS_OK) hys__sweep_clear(l);
    if (status != HYS_OK) hys__linear_free(l);
    return status;
}

hys_status hys__linear_new(hys_ctx *ctx, const hys__grid *grid, hys__linear *l) {
    return hys__linear_new_on(ctx, grid, 0, l);
}

void hys__linear_free(hys__linear *l) {
    if (l->ctx) {
        hys__team_free(l->factor.team);
        hys__arena_free(&l->arena);
        hys__free(l->ctx, l->block, l->block_size);
    }
    l->ctx = NULL;
}

hys_status hys__linear_refill(hys__linear *l) {
    if (!l->coarse_field) return HYS_OK;
    const hys_status status = hys__coarse_refill(&l->coarse, l->grid);
    l->has_coarse = status == HYS_OK;
    return status == HYS_NOCONV ? HYS_OK : status;
}

hys_status hys__linear_set_cells(hys__linear *l, const double *cells) {
    l->factor.cells = cells;
    if (hys__grid_factorise(&l->factor)) return HYS_OK;
    return hys__fail(l->ctx, HYS_ARG, "each line needs an end that is driven, or a cell that leads to one",
                     "part of the array is connected to nothing");
}

/* ---- conjugate gradients ---- */

/* step <- M^-1 residual; returns residual . step */
static double precondition(hys__linear *l) {
    if (l->has_coarse) {
        hys__sweep_restrict(l);
        hys__coarse_solve(&l->coarse, l->coarse_field);
    }
    return hys__sweep_precondition(l);
}

/* When it is enough: residual A, and the last change of a potential V (inf: any). */
typedef struct goal {
    double residual, change;
} goal;

/* Changes shrink from step to step until only rounding is left. */
static hys_status iterate(hys__linear *l, const goal *enough) {
    const size_t count = l->grid->m * l->grid->n;
    double norm = sqrt(hys__grid_dot(l->residual, l->residual, count)), before = 1, last = INFINITY;
    bool goes_on = norm > enough->residual;
    for (unsigned k = 0; k < MOST_STEPS && goes_on; k++, l->iterations++) {
        double change;
        const double now = precondition(l), slope = hys__sweep_advance(l, k ? now / before : 0, k == 0);
        if (!(slope > 0) || !isfinite(slope)) return HYS_NOCONV;
        norm = sqrt(hys__sweep_descend(l, now / slope, &change));
        goes_on = norm > enough->residual || (change > enough->change && change < last);
        before = now;
        last = change;
        if (hys_ctx_is_cancelled(l->ctx)) return HYS_CANCEL;
    }
    return norm <= enough->residual ? HYS_OK : HYS_NOCONV;
}

/* The residual that iteration updates drifts from the true one: it is measured, and iteration goes on from there. */
#define ROUNDS 3
#define AIM    0.5  /* of the tolerance */
#define WORST  1e-3 /* more is not rounding: potentials without bounds */

static hys_status approach(hys__linear *l, const hys__linear_source *s, double tolerance, double change) {
    const double size = sqrt(hys__sweep_measure(l, s, NULL));
    hys_status status = HYS_OK;
    l->iterations = 0;
    l->relative_residual = 0;
    l->source_norm = size;
    if (size == 0) {
        memset(l->w, 0, l->grid->m * l->grid->n * sizeof *l->w);
        memset(l->u, 0, l->grid->m * l->grid->n * sizeof *l->u);
        return HYS_OK;
    }
    for (int round = 0; round < ROUNDS && status == HYS_OK; round++) {
        double rest;
        hys__sweep_words(l, s);
        hys__sweep_start(l, s);
        status = iterate(l, &(goal){AIM * tolerance * size, change});
        hys__sweep_words(l, s);
        hys__sweep_measure(l, s, &rest);
        l->relative_residual = sqrt(rest) / size;
        if (l->relative_residual <= tolerance) return HYS_OK;
    }
    if (status == HYS_CANCEL) return status;
    const bool is_rounding = l->relative_residual * size <= hys__grid_rounding(l->grid, l->u, l->w);
    return is_rounding && l->relative_residual < WORST ? HYS_OK : HYS_NOCONV;
}

hys_status hys__linear_approach(hys__linear *l, const hys__linear_source *s, double tolerance) {
    return approach(l, s, tolerance, INFINITY);
}

static double largest(const double *v, size_t n, double most) {
    for (size_t k = 0; k < n && v; k++) most = fmax(most, fabs(v[k]));
    return most;
}

#define CHANGE 10 /* times the tolerance, of the largest potential: what is left is a fraction of the last change */

hys_status hys__linear_overflow(hys_ctx *ctx) {
    return hys__fail(ctx, HYS_NOCONV, "smaller voltages; resistances of wires and cells that lie nearer together",
                     "the array's voltages and currents are too large, or too far apart, to compute with");
}

hys_status hys__linear_solve(hys__linear *l, const hys__linear_source *s, double tolerance) {
    const size_t m = l->grid->m, n = l->grid->n;
    const double most = largest(s->left, m, largest(s->right, m, largest(s->top, n, largest(s->bottom, n, 0))));
    const bool is_lumped = l->grid->word_lumped || l->grid->bit_lumped;
    const hys_status status = is_lumped ? hys__lumped_solve(l, s, tolerance)
                                        : approach(l, s, tolerance, most > 0 ? CHANGE * tolerance * most : INFINITY);
    if (status != HYS_NOCONV) return status;
    if (!isfinite(l->relative_residual)) return hys__linear_overflow(l->ctx);
    return hys__fail(l->ctx, HYS_NOCONV, "are conductances thirty orders apart? --tolerance X asks for less",
                     "the array's equations were solved to a relative residual of %.2e, not %.0e, in %u steps",
                     l->relative_residual, tolerance, l->iterations);
}
