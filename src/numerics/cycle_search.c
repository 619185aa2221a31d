/* A stable cycle found by letting the system run: extrapolated implicit Euler steps from a point near an unstable
 * equilibrium, until the orbit repeats.  It bridges what continuation cannot follow: in the canard explosion of a stiff
 * oscillator p would have to be resolved to exp(-1 / stiffness). */
#include "numerics/cycle.h"
#include "numerics/newton.h"
#include <math.h>
#include <string.h>

#define TOL         1e-3 /* of each step, as part of the range so far: a start for Newton's method is wanted, no more */
#define FIRST_CHECK 500
#define MOST_STEPS  16000

struct runner {
    hys_ctx *ctx;
    const hys__family *family;
    hys__arena arena;
    hys__system system; /* with M y' */
    hys__newton *newton;
    size_t n;
    double *y, *coarse, *fine, *old, *scale; /* [n] */
    double t, h, h_first;
    struct {
        double *at;
        size_t n, cap;
    } times, values;
};

static bool eval(void *user, const hys__point *at, double *f, double *jac) {
    struct runner *r = user;
    const hys__system *s = &r->family->system;
    const hys__point here = {.y = at->y};
    if (!s->eval(s->user, &here, f, jac)) return false;
    for (size_t j = 0; j < s->n; j++)
        for (int64_t k = s->col_start[j]; k < s->col_start[j + 1]; k++) {
            if (at->yp) f[s->row[k]] += r->family->mass[k] * at->yp[j];
            if (jac) jac[k] += at->c * r->family->mass[k];
        }
    return true;
}

static hys_status open_runner(struct runner *r) {
    hys__arena_init(&r->arena, r->ctx, 0);
    r->system = r->family->system;
    r->system.user = r;
    r->system.eval = eval;
    r->y = HYS_NEW_N(&r->arena, double, 5 * r->n);
    if (!r->y) return HYS_NOMEM;
    r->coarse = r->y + r->n;
    r->fine = r->coarse + r->n;
    r->old = r->fine + r->n;
    r->scale = r->old + r->n;
    const hys__newton_opts opts = {1e-6, r->family->abstol, 25};
    return hys__newton_new(r->ctx, &r->system, &opts, &r->newton);
}

static void close_runner(struct runner *r) {
    hys__newton_free(r->newton);
    hys__arena_free(&r->arena);
}

static bool euler(struct runner *r, double h, const double *from, double *to) {
    memcpy(to, from, r->n * sizeof *to);
    const hys__newton_task task = {.c = 1 / h, .y_old = from};
    return hys__newton_solve(r->newton, &task, to) == HYS_OK;
}

static double compare(struct runner *r) {
    double worst = 0;
    for (size_t k = 0; k < r->n; k++) {
        r->scale[k] = fmax(r->scale[k], fabs(r->fine[k] - r->old[k]) + 1e3 * r->family->abstol[k]);
        worst = fmax(worst, fabs(r->fine[k] - r->coarse[k]) / (TOL * r->scale[k]));
    }
    return worst;
}

static bool keep(struct runner *r) {
    if (!hys__grow(&r->arena, (void **)&r->times.at, &r->times.cap, r->times.n + 1, sizeof(double)) ||
        !hys__grow(&r->arena, (void **)&r->values.at, &r->values.cap, r->values.n + r->n, sizeof(double)))
        return false;
    r->times.at[r->times.n++] = r->t;
    memcpy(r->values.at + r->values.n, r->y, r->n * sizeof *r->y);
    r->values.n += r->n;
    return true;
}

/* One step of h and two of h / 2: their difference is the error of the first-order result, 2 fine - coarse is of second
 * order. */
static hys_status step(struct runner *r) {
    for (int tries = 0; tries < 60; tries++) {
        if (hys_ctx_is_cancelled(r->ctx)) return HYS_CANCEL;
        double error = INFINITY;
        if (euler(r, r->h, r->y, r->coarse) && euler(r, r->h / 2, r->y, r->fine)) {
            memcpy(r->old, r->fine, r->n * sizeof *r->old);
            const hys__newton_task task = {.c = 2 / r->h, .y_old = r->old};
            if (hys__newton_solve(r->newton, &task, r->fine) == HYS_OK) {
                memcpy(r->old, r->values.at, r->n * sizeof *r->old); /* ranges are counted from the start */
                error = compare(r);
            }
        }
        double factor = fmin(fmax(0.8 / sqrt(error), 0.2), 1.6);
        if (error > 1) {
            r->h *= factor;
            continue;
        }
        r->t += r->h;
        r->h *= factor;
        for (size_t k = 0; k < r->n; k++) r->y[k] = 2 * r->fine[k] - r->coarse[k];
        return keep(r) ? HYS_OK : HYS_NOMEM;
    }
    return HYS_NOCONV;
}

static hys_status run(struct runner *r, const hys__cycle_opts *opts, double p, const hys__cycle_sink *sink) {
    hys_status status = keep(r) ? HYS_OK : HYS_NOMEM;
    for (size_t check = FIRST_CHECK; check <= MOST_STEPS && status == HYS_OK; check *= 2) {
        while (r->times.n < check && status == HYS_OK) {
            status = step(r);
            if (r->h > 1e7 * r->h_first) return HYS_NOCONV; /* it rests */
        }
        if (status != HYS_OK) break;
        size_t from = check / 3;
        const hys__samples samples = {check - from, r->times.at + from, r->values.at + from * r->n};
        status = hys__cycle_from_orbit(r->ctx, r->family, opts, p, &samples, sink);
        if (status != HYS_NOCONV && status != HYS_SINGULAR) return status;
        status = HYS_OK;
    }
    return status == HYS_OK ? HYS_NOCONV : status;
}

hys_status hys__cycle_run(hys_ctx *ctx, const hys__family *family, const hys__cycle_opts *opts,
                          const hys__cycle_start *start, const hys__cycle_sink *sink) {
    struct runner r = {.ctx = ctx, .family = family, .n = family->system.n};
    hys_status status = family->set_param(family->user, start->p) ? open_runner(&r) : HYS_NOCONV;
    if (status == HYS_OK) {
        for (size_t k = 0; k < r.n; k++) r.scale[k] = fmax(0.01 * fabs(start->y[k]), 1e3 * family->abstol[k]);
        memcpy(r.y, start->y, r.n * sizeof *r.y);
        r.h = r.h_first = start->step;
        status = run(&r, opts, start->p, sink);
    }
    close_runner(&r);
    return status;
}

hys_status hys__cycle_search(hys_ctx *ctx, const hys__family *family, const hys__cycle_opts *opts,
                             const hys__cycle_seed *seed, const hys__cycle_sink *sink) {
    size_t n = family->system.n;
    double largest = 0, *y = hys__realloc(ctx, NULL, 0, n * sizeof *y);
    if (!y) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++)
        largest = fmax(largest, fabs(creal(seed->q[k])) / fmax(fabs(seed->y[k]), 1e3 * family->abstol[k]));
    for (size_t k = 0; k < n; k++) y[k] = seed->y[k] + 0.02 / largest * creal(seed->q[k]);
    const hys__cycle_start start = {seed->p, y, 1e-3 / seed->omega};
    hys_status status = hys__cycle_run(ctx, family, opts, &start, sink);
    hys__free(ctx, y, n * sizeof *y);
    return status;
}
