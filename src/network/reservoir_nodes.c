/* Devices side by side.  A piece is so many steps of the singly diagonally implicit method of order 2 that crossbars
 * take too (Alexander 1977), each of two stages that end gamma h and h behind the step's start. */
#include "network/reservoir_nodes.h"
#include "array/cells_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

static const double gamma_of = 0.29289321881345248, /* 1 - 1/sqrt 2 */
    ahead_of = 2.41421356237309505;                 /* (1 - gamma) / gamma */

#define LEAST_PART 1e-7 /* of a step: none is shorter */

struct hys__nodes {
    hys_ctx *ctx;
    hys__arena arena;
    hys__cells *cells;
    size_t n, substeps;
    double time;              /* s */
    size_t worst;             /* trace without a solution */
    const double *v;          /* [n] V: of the piece */
    double *zero;             /* [n] V */
    double *first, *currents; /* [n] A: of a step's stages */
    double *energies;         /* [n] J */
};

/* ---- the same device in many traces ---- */

static double param_of(const hys__cells *c, hys_u32 param, size_t lane) {
    for (size_t o = 0; o < c->n_own; o++)
        if (c->own_params[o] == param) return c->now.p[param][lane];
    return c->batch->p[param][0];
}

/* What spread has made of each device: parameters that `to` has cell by cell, then retained values; [devices width] */
static void gather(hys__cells *from, const hys__cells *to, double *table) {
    const size_t width = to->n_own + to->kernel->n_retained;
    for (size_t chunk = 0; chunk < from->n_chunks; chunk++) {
        hys__cells_view(from, chunk);
        for (size_t j = 0; j < from->now.n; j++) {
            double *row = table + (chunk * from->chunk + j) * width;
            for (size_t o = 0; o < to->n_own; o++) row[o] = param_of(from, to->own_params[o], j);
            for (hys_u32 r = 0; r < to->kernel->n_retained; r++) row[to->n_own + r] = from->now.r[r][j];
        }
    }
}

static void scatter(hys__cells *to, const size_t *device_of, const double *table) {
    const size_t width = to->n_own + to->kernel->n_retained;
    for (size_t chunk = 0; chunk < to->n_chunks; chunk++) {
        hys__cells_view(to, chunk);
        for (size_t j = 0; j < to->stride; j++) {
            const size_t lane = j < to->now.n ? j : to->now.n - 1; /* what lies behind is evaluated as well */
            const double *row = table + device_of[chunk * to->chunk + lane] * width;
            for (size_t o = 0; o < to->n_own; o++) to->now.p[to->own_params[o]][j] = row[o];
            for (hys_u32 r = 0; r < to->kernel->n_retained && j < to->now.n; r++) to->now.r[r][j] = row[to->n_own + r];
        }
    }
}

static hys_status same_devices(hys__nodes *b, const hys__nodes_opts *o) {
    hys__cells *to = b->cells, *from = NULL;
    if (!to->n_own) return HYS_OK;
    hys_status status = hys__cells_new(b->ctx, o->cell, o->devices, 1, &from);
    const size_t width = to->n_own + to->kernel->n_retained;
    double *table = status == HYS_OK ? HYS_NEW_N(&b->arena, double, o->devices *width) : NULL;
    if (status == HYS_OK && !table) status = HYS_NOMEM;
    if (status == HYS_OK) {
        gather(from, to, table);
        scatter(to, o->device_of, table);
        status = hys__cells_start(to);
    }
    hys__cells_free(from);
    return status;
}

/* ---- making one ---- */

static hys_status make(hys__nodes *b, const hys__nodes_opts *o) {
    b->zero = HYS_NEW_N(&b->arena, double, o->n);
    b->first = HYS_NEW_N(&b->arena, double, o->n);
    b->currents = HYS_NEW_N(&b->arena, double, o->n);
    b->energies = HYS_NEW_N(&b->arena, double, o->n);
    if (b->arena.failed) return HYS_NOMEM;
    hys_status status = hys__cells_new(b->ctx, o->cell, o->n, 1, &b->cells);
    if (status == HYS_OK && o->device_of) status = same_devices(b, o);
    return status == HYS_OK ? hys__cells_set_threads(b->cells, o->threads) : status;
}

hys_status hys__nodes_new(hys_ctx *ctx, const hys__nodes_opts *o, hys__nodes **result) {
    hys__nodes *b = hys__realloc(ctx, NULL, 0, sizeof *b);
    if (!b) return HYS_NOMEM;
    *b = (hys__nodes){.ctx = ctx, .n = o->n, .substeps = o->substeps};
    hys__arena_init(&b->arena, ctx, 0);
    hys_status status = make(b, o);
    if (status == HYS_OK) *result = b;
    else hys__nodes_free(b);
    return status;
}

void hys__nodes_free(hys__nodes *b) {
    if (!b) return;
    hys_ctx *ctx = b->ctx;
    hys__cells_free(b->cells);
    hys__arena_free(&b->arena);
    hys__free(ctx, b, sizeof *b);
}

bool hys__nodes_is_random(const hys__nodes *b) {
    return (b->cells->kernel->flags & HYS_K_DRAWS) != 0;
}

bool hys__nodes_has_cycles(const hys__nodes *b) {
    return b->cells->has_cycles;
}

bool hys__nodes_are_alike(const hys__nodes *b) {
    return b->cells->n_own == 0;
}

void hys__nodes_set_substeps(hys__nodes *b, size_t substeps) {
    b->substeps = substeps;
}

/* ---- time ---- */

static hys_status solve_stage(hys__nodes *b, double end, double h, double ahead, double *currents) {
    const hys__cell_answer answer = {.into_word = currents};
    hys__cells_begin(b->cells,
                     &(hys__cell_stage){.mode = HYS__CELLS_STEP, .time = end, .h = gamma_of * h, .ahead = ahead});
    return hys__cells_evaluate(b->cells, b->v, b->zero, &answer, &b->worst);
}

static hys_status try_step(hys__nodes *b, double h) {
    hys_status status = solve_stage(b, b->time + gamma_of * h, h, 0, b->first);
    return status == HYS_OK ? solve_stage(b, b->time + h, h, ahead_of, b->currents) : status;
}

static hys_status no_solution(const hys__nodes *b) {
    return hys__fail(b->ctx, HYS_NOCONV, "try smaller voltages, or more substeps",
                     "trace %zu of the reservoir has no solution at %g V and %.6g s", b->worst, b->v[b->worst],
                     b->time);
}

static hys_status step(hys__nodes *b, double h) {
    hys_status status = try_step(b, h);
    if (status == HYS_OK) {
        for (size_t k = 0; k < b->n; k++)
            b->energies[k] += h * b->v[k] * ((1 - gamma_of) * b->first[k] + gamma_of * b->currents[k]);
        b->time += h;
        return hys__cells_accept(b->cells);
    }
    if (status != HYS_NOCONV) return status;
    hys__cells_reject(b->cells);
    return status;
}

/* Equal steps; one that does not converge, or that devices ask to be shorter, is cut. */
hys_status hys__nodes_hold(hys__nodes *b, const double *v, double time) {
    const double end = b->time + time, longest = time / (double)b->substeps;
    double h = longest, left = time;
    b->v = v;
    while (left > 0) {
        const double most = fmin(h, hys__cells_bound(b->cells));
        const double next = most >= left * (1 - 1e-9) ? left : most;
        if (hys_ctx_is_cancelled(b->ctx)) return HYS_CANCEL;
        if (!(next > LEAST_PART * longest)) return no_solution(b);
        const hys_status status = step(b, next);
        if (status != HYS_OK && status != HYS_NOCONV) return status;
        if (status == HYS_OK) left -= next;
        h = status == HYS_OK ? fmin(longest, 2 * next) : next / 4;
    }
    b->time = end;
    return HYS_OK;
}

const double *hys__nodes_currents(const hys__nodes *b) {
    return b->currents;
}

const double *hys__nodes_energies(const hys__nodes *b) {
    return b->energies;
}
