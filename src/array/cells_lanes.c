/* Memory of an array's cells, and calls of their kernel. */
#include "array/cells_impl.h"
#include "device/flags.h"
#include <math.h>
#include <string.h>

#define ALIGN        64u
#define LOCAL_TOL    1e-10 /* of a cell's own Newton iteration */
#define LOCAL_NEWTON 40u

/* ---- memory ---- */

static double *aligned(void *block) {
    return (double *)(((uintptr_t)block + ALIGN - 1) / ALIGN * ALIGN);
}

static double *row_at(const hys__cells *c, size_t chunk, size_t row) {
    return aligned(c->block) + (chunk * c->n_rows + row) * c->stride;
}

static bool take_pointers(hys__cells *c, hys__cell_lanes *l) {
    const hys_kernel *k = c->kernel;
    hys__arena *a = &c->arena;
    const size_t nt = k->n_terminals;
    l->x = HYS_NEW_N(a, double *, k->n_unknowns + 1);
    l->old = HYS_NEW_N(a, double *, k->n_unknowns + 1);
    l->start = HYS_NEW_N(a, double *, k->n_unknowns + 1);
    l->r = HYS_NEW_N(a, double *, k->n_retained + 1);
    l->p = HYS_NEW_N(a, double *, k->n_params + 1);
    l->root = HYS_NEW_N(a, double *, k->n_events + 1);
    l->i = HYS_NEW_N(a, double *, nt);
    l->g = HYS_NEW_N(a, double *, nt *nt);
    return !a->failed;
}

/* Points at rows of n doubles one behind the other; returns what is behind them. */
static double *point(double **rows, size_t count, double *first, size_t stride) {
    for (size_t k = 0; k < count; k++) rows[k] = first + k * stride;
    return first + count * stride;
}

hys_status hys__cells_take_lanes(hys__cells *c, hys__cell_lanes *now, hys__cell_lanes *spare) {
    const hys_kernel *k = c->kernel;
    const size_t nt = k->n_terminals, out = nt + nt * nt + 1;
    const size_t count = 2 * out + 3 * k->n_unknowns + k->n_retained + k->n_params + 1;
    char *block = hys__arena_calloc(&c->arena, count * c->stride + ALIGN / sizeof(double), sizeof(double));
    if (!take_pointers(c, now) || !take_pointers(c, spare) || !block) return HYS_NOMEM;
    double *at = aligned(block);
    hys__cell_lanes *both[2] = {now, spare};
    for (int b = 0; b < 2; b++) {
        at = point(both[b]->i, nt, at, c->stride);
        at = point(both[b]->g, nt * nt, at, c->stride);
        both[b]->ok = at;
        at += c->stride;
    }
    at = point(spare->x, k->n_unknowns, at, c->stride);
    at = point(spare->old, k->n_unknowns, at, c->stride);
    at = point(spare->start, k->n_unknowns, at, c->stride);
    at = point(spare->r, k->n_retained, at, c->stride);
    at = point(spare->p, k->n_params, at, c->stride);
    if (k->flags & HYS_K_DRAWS) spare->key = (uint64_t *)(void *)at;
    return HYS_OK;
}

static size_t lay_rows(hys__cells *c) {
    const hys_kernel *k = c->kernel;
    size_t row = 0, n_old = 0;
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        c->old_row[u] = k->unknowns[u].flags & HYS_U_DIFFERENTIAL ? (hys_u32)n_old++ : HYS_NONE;
    c->row_now = row, row += k->n_unknowns;
    c->row_start = row, row += k->n_unknowns;
    c->row_old = row, row += n_old;
    c->row_r = row, row += k->n_retained;
    c->row_root = row, row += k->n_events;
    c->row_key = row, row += k->flags & HYS_K_DRAWS ? 2 : 0;
    c->row_cycle = row, row += c->has_cycles ? 2 : 0;
    return row;
}

hys_status hys__cells_take(hys__cells *c) {
    const hys_kernel *k = c->kernel;
    c->old_row = HYS_NEW_N(&c->arena, hys_u32, k->n_unknowns + 1);
    c->lane_of = HYS_NEW_N(&c->arena, size_t, c->stride);
    c->r_scale = HYS_NEW_N(&c->arena, double, k->n_retained + 1);
    c->chunk_change = HYS_NEW_N(&c->arena, double, c->n_chunks);
    if (c->arena.failed || hys__cells_take_lanes(c, &c->now, &c->spare) != HYS_OK) return HYS_NOMEM;
    c->n_rows = lay_rows(c);
    c->block_size = c->n_chunks * c->n_rows * c->stride * sizeof(double) + ALIGN;
    c->block = hys__realloc(c->ctx, NULL, 0, c->block_size);
    if (!c->block) return HYS_NOMEM;
    memset(c->block, 0, c->block_size);
    return HYS_OK;
}

hys_status hys__cells_take_own(hys__cells *c) {
    if (c->own_block) hys__free(c->ctx, c->own_block, c->own_size);
    c->own_block = NULL;
    c->own_size = 0;
    if (!c->n_own) return HYS_OK;
    const size_t size = c->n_chunks * c->n_own * c->stride * sizeof(double) + ALIGN;
    c->own_block = hys__realloc(c->ctx, NULL, 0, size);
    if (!c->own_block) return HYS_NOMEM;
    c->own_size = size;
    memset(c->own_block, 0, size);
    return HYS_OK;
}

/* ---- views ---- */

void hys__cells_view(hys__cells *c, size_t chunk) {
    const hys_kernel *k = c->kernel;
    hys__cell_lanes *l = &c->now;
    const size_t first = chunk * c->chunk;
    l->n = c->n - first < c->chunk ? c->n - first : c->chunk;
    point(l->x, k->n_unknowns, row_at(c, chunk, c->row_now), c->stride);
    point(l->start, k->n_unknowns, row_at(c, chunk, c->row_start), c->stride);
    for (hys_u32 u = 0; u < k->n_unknowns; u++) {
        const bool is_own = c->stage.ahead != 0 && c->old_row[u] != HYS_NONE;
        l->old[u] = is_own ? row_at(c, chunk, c->row_old + c->old_row[u]) : l->start[u];
    }
    point(l->r, k->n_retained, row_at(c, chunk, c->row_r), c->stride);
    point(l->root, k->n_events, row_at(c, chunk, c->row_root), c->stride);
    if (k->flags & HYS_K_DRAWS) {
        l->key = (uint64_t *)(void *)row_at(c, chunk, c->row_key);
        l->fired = (uint64_t *)(void *)row_at(c, chunk, c->row_key + 1);
    }
    if (c->has_cycles) {
        l->cycle = (uint64_t *)(void *)row_at(c, chunk, c->row_cycle);
        l->sign = row_at(c, chunk, c->row_cycle + 1);
    }
    memcpy(l->p, c->batch->p, k->n_params * sizeof *l->p);
    for (size_t o = 0; o < c->n_own; o++)
        l->p[c->own_params[o]] = aligned(c->own_block) + (chunk * c->n_own + o) * c->stride;
}

hys_batch hys__cells_batch(const hys__cells *c, const hys__cell_lanes *l) {
    hys_batch b = c->batch->in;
    b.n = (hys_u32)l->n;
    b.x = (const double *const *)l->x;
    b.p = (const double *const *)l->p;
    b.r = (const double *const *)l->r;
    b.key = (const hys_u64 *)l->key;
    b.event = NULL;
    return b;
}

size_t hys__cells_step(hys__cells *c, const hys__cell_lanes *l, const double *rate) {
    const hys_batch batch = hys__cells_batch(c, l);
    const hys_step_args args = {.h = c->stage.mode == HYS__CELLS_STEP ? c->stage.h : INFINITY,
                                .rtol = LOCAL_TOL,
                                .max_iter = LOCAL_NEWTON,
                                .x = l->x,
                                .x_old = (const double *const *)l->old,
                                .i = l->i,
                                .g = l->g,
                                .ok = l->ok,
                                .rate = rate};
    c->kernel->step(&c->batch->env, &batch, &args);
    const hys_u32 w = c->word_at, b = c->bit_at, nt = c->kernel->n_terminals;
    const double *const i[2] = {l->i[w], l->i[b]};
    const double *const g[4] = {l->g[w * nt + w], l->g[w * nt + b], l->g[b * nt + w], l->g[b * nt + b]};
    size_t n_bad = 0;
    for (size_t j = 0; j < l->n; j++) {
        const bool is_finite = isfinite(i[0][j] + i[1][j] + (g[0][j] + g[1][j]) + (g[2][j] + g[3][j]));
        const bool is_good = l->ok[j] != 0 && is_finite;
        l->ok[j] = is_good;
        n_bad += !is_good;
    }
    return n_bad;
}
