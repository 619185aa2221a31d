/* Steps along a branch of equilibria; see continuation.h. */
#include "numerics/continuation.h"
#include "numerics/continuation_impl.h"
#include <math.h>
#include <string.h>

#define SHORTEST 1e-8 /* step, as part of the range */

#define HYS_X(name, text) text,
static const char *const event_names[] = {HYS__EVENT_LIST(HYS_X)};
#undef HYS_X

const char *hys__event_name(hys__event_kind kind) {
    return event_names[kind];
}

static bool make_station(hys__walk *w, hys__station *s) {
    s->x = HYS_NEW_N(&w->arena, double, 2 * (w->n + 1));
    s->lambda = HYS_NEW_N(&w->arena, double complex, w->n);
    if (!s->x || !s->lambda) return false;
    s->t = s->x + w->n + 1;
    return true;
}

static hys_status open_walk(hys__walk *w) {
    hys__arena_init(&w->arena, w->ctx, 0);
    w->scale = HYS_NEW_N(&w->arena, double, w->n);
    w->g = HYS_NEW_N(&w->arena, double, w->family->system.nnz);
    w->q = HYS_NEW_N(&w->arena, double complex, 2 * w->n);
    w->other = HYS_NEW_N(&w->arena, double, w->n + 1);
    if (!w->scale || !w->g || !w->q || !w->other || !make_station(w, &w->last) || !make_station(w, &w->next) ||
        !make_station(w, &w->trial))
        return HYS_NOMEM;
    w->p = w->q + w->n;
    const hys__border_opts opts = {w->opts.rtol, w->scale, fabs(w->opts.to - w->opts.from)};
    hys_status status = hys__border_new(w->ctx, w->family, &opts, &w->border);
    return status == HYS_OK ? hys__eigen_new(w->ctx, w->family, &w->eigen) : status;
}

static void close_walk(hys__walk *w) {
    hys__border_free(w->border);
    hys__eigen_free(w->eigen);
    hys__arena_free(&w->arena);
}

/* What is far above the tolerance, or was the largest value so far. */
static void widen_scales(hys__walk *w, const double *y) {
    for (size_t i = 0; i < w->n; i++) w->scale[i] = fmax(w->scale[i], fmax(fabs(y[i]), 1e3 * w->family->abstol[i]));
}

hys_status hys__walk_reach(hys__walk *w, const hys__station *from, double s, hys__station *to, unsigned *n_iter) {
    for (size_t i = 0; i <= w->n; i++) to->x[i] = from->x[i] + s * from->t[i];
    hys_status status = hys__border_solve(w->border, from->t, to->x, n_iter);
    return status == HYS_OK ? hys__border_tangent(w->border, from->t, to->x, to->t) : status;
}

hys_status hys__walk_spectrum(hys__walk *w, hys__station *at) {
    const double *g = hys__border_jacobian(w->border, at->x);
    if (!g) return HYS_NOCONV;
    memcpy(w->g, g, w->family->system.nnz * sizeof *g);
    hys_status status = hys__eigen_solve(w->eigen, w->g, at->lambda, &at->n_lambda);
    at->n_unstable = 0;
    while (status == HYS_OK && at->n_unstable < at->n_lambda && creal(at->lambda[at->n_unstable]) > 0) at->n_unstable++;
    return status;
}

static hys_status give_out(hys__walk *w, const hys__station *s) {
    const hys__equilibrium point = {s->x[w->n], s->x, s->lambda, s->n_lambda, s->n_unstable};
    w->report->n_points++;
    w->report->p = s->x[w->n];
    return w->sink->point && w->sink->point(w->sink->user, &point) ? HYS_DONE : HYS_OK;
}

static hys_status start(hys__walk *w, const double *y) {
    unsigned n_iter;
    memcpy(w->last.x, y, w->n * sizeof *y);
    w->last.x[w->n] = w->opts.from;
    widen_scales(w, y);
    hys_status status = hys__border_solve(w->border, NULL, w->last.x, &n_iter);
    if (status != HYS_OK) return status;
    widen_scales(w, w->last.x);
    status = hys__border_tangent(w->border, NULL, w->last.x, w->last.t);
    if (status != HYS_OK) return status;
    if (w->last.t[w->n] * (w->opts.to - w->opts.from) < 0)
        for (size_t i = 0; i <= w->n; i++) w->last.t[i] = -w->last.t[i];
    status = hys__walk_spectrum(w, &w->last);
    return status == HYS_OK ? give_out(w, &w->last) : status;
}

/* Which end of the range lies behind a point: 1 `to`, -1 `from`, 0 none. */
static int which_end(const hys__walk *w, double p) {
    double part = (p - w->opts.from) / (w->opts.to - w->opts.from);
    return part >= 1 ? 1 : part < -1e-9 ? -1 : 0;
}

/* Brings `next`, which lies outside, back to the end of the range; *ds becomes its distance. */
static hys_status clip(hys__walk *w, int end, double *ds) {
    size_t n = w->n;
    unsigned n_iter;
    double p = end > 0 ? w->opts.to : w->opts.from;
    double part = (p - w->last.x[n]) / (w->next.x[n] - w->last.x[n]);
    for (size_t i = 0; i < n; i++) w->next.x[i] = w->last.x[i] + part * (w->next.x[i] - w->last.x[i]);
    w->next.x[n] = p;
    hys_status status = hys__border_solve(w->border, NULL, w->next.x, &n_iter);
    if (status == HYS_OK) status = hys__border_tangent(w->border, w->last.t, w->next.x, w->next.t);
    double *dx = w->trial.x;
    for (size_t i = 0; i <= n; i++) dx[i] = w->next.x[i] - w->last.x[i];
    *ds = hys__border_dot(w->border, w->last.t, dx);
    return status;
}

struct stride {
    double ds;
    int end;
    unsigned n_iter;
};

/* One step to `next`, as long as it may be.  HYS_NOCONV: none helps. */
static hys_status step(hys__walk *w, double *length, struct stride *done) {
    for (; *length > SHORTEST; *length *= 0.4, w->report->n_rejected++) {
        if (hys_ctx_is_cancelled(w->ctx)) return HYS_CANCEL;
        done->ds = *length;
        hys_status status = hys__walk_reach(w, &w->last, done->ds, &w->next, &done->n_iter);
        if (status == HYS_NOMEM) return status;
        bool sharp = status == HYS_OK && hys__border_dot(w->border, w->last.t, w->next.t) < 0.95;
        if (status != HYS_OK || (sharp && *length > 1e-4)) continue;
        done->end = which_end(w, w->next.x[w->n]);
        if (done->end && clip(w, done->end, &done->ds) != HYS_OK) continue;
        if (hys__walk_spectrum(w, &w->next) != HYS_OK) continue;
        if (hys__walk_is_clear(w) || *length < 1e-5) return HYS_OK;
    }
    return HYS_NOCONV;
}

static hys_status advance(hys__walk *w, const struct stride *done) {
    hys_status status = hys__walk_cross(w, done->ds);
    if (status != HYS_OK) return status;
    hys__station s = w->last;
    w->last = w->next;
    w->next = s;
    widen_scales(w, w->last.x);
    double size = sqrt(hys__border_dot(w->border, w->last.t, w->last.t));
    for (size_t i = 0; i <= w->n; i++) w->last.t[i] /= size;
    return give_out(w, &w->last);
}

static hys_status walk(hys__walk *w, hys_status status) {
    double longest = w->opts.max_step, length = longest / 10;
    while (status == HYS_OK) {
        struct stride done;
        if (w->report->n_points >= w->opts.max_points) {
            w->report->end = "too many points";
            return HYS_OK;
        }
        status = step(w, &length, &done);
        if (status == HYS_OK) status = advance(w, &done);
        if (status != HYS_OK) break;
        if (done.end) {
            w->report->end = done.end > 0 ? "end of the range" : "back at the start of the range";
            return HYS_OK;
        }
        if (done.n_iter <= 4) length = fmin(longest, length * 1.6);
        else if (done.n_iter >= 7) length *= 0.6;
    }
    w->report->end = status == HYS_DONE ? "stopped" : "no convergence";
    return status == HYS_DONE ? HYS_OK : status;
}

#define LEAVE_STEPS 3
/* How far from a branch point the first point of another branch is looked for: nearer the two cannot be told apart. */
static const double leave_by[LEAVE_STEPS] = {1e-3, 5e-3, 2e-4};

/* A point whose distance is mostly along t lies on the branch that t belongs to. */
#define ALONG 0.9

static hys_status leave(hys__walk *w, const double *x, const double *t) {
    hys__station from = {.x = (double *)x, .t = (double *)t};
    hys_status status = HYS_NOCONV;
    double *dx = w->trial.x;
    unsigned n_iter;
    widen_scales(w, x);
    for (size_t k = 0; k < LEAVE_STEPS && status == HYS_NOCONV; k++) {
        double size = sqrt(hys__border_dot(w->border, t, t));
        status = hys__walk_reach(w, &from, leave_by[k] / size, &w->last, &n_iter);
        if (status == HYS_SINGULAR) status = HYS_NOCONV;
        if (status != HYS_OK) continue;
        for (size_t i = 0; i <= w->n; i++) dx[i] = w->last.x[i] - x[i];
        double along = hys__border_dot(w->border, dx, t) / size;
        if (along < ALONG * sqrt(hys__border_dot(w->border, dx, dx))) status = HYS_NOCONV;
    }
    if (status == HYS_OK) status = hys__walk_spectrum(w, &w->last);
    return status == HYS_OK ? give_out(w, &w->last) : status;
}

/* From y; or from x along t. */
static hys_status follow(hys_ctx *ctx, const hys__family *family, const hys__follow_opts *opts, const double *x,
                         const double *t, const hys__follow_sink *sink, hys__follow_report *report) {
    *report = (hys__follow_report){.end = "no convergence", .p = opts->from};
    hys__walk w = {.ctx = ctx, .family = family, .opts = *opts, .sink = sink, .report = report};
    w.n = family->system.n;
    if (!(w.opts.max_step > 0)) w.opts.max_step = 0.02;
    if (!(w.opts.rtol > 0)) w.opts.rtol = 1e-9;
    if (w.opts.max_points == 0) w.opts.max_points = 2000;
    hys_status status = opts->from == opts->to ? HYS_ARG : open_walk(&w);
    if (status == HYS_OK) status = walk(&w, t ? leave(&w, x, t) : start(&w, x));
    if (w.border) report->n_evals = hys__border_n_evals(w.border);
    close_walk(&w);
    return status;
}

hys_status hys__equilibria_follow(hys_ctx *ctx, const hys__family *family, const hys__follow_opts *opts,
                                  const double *y, const hys__follow_sink *sink, hys__follow_report *report) {
    return follow(ctx, family, opts, y, NULL, sink, report);
}

hys_status hys__equilibria_branch(hys_ctx *ctx, const hys__family *family, const hys__follow_opts *opts,
                                  const double *x, const double *t, const hys__follow_sink *sink,
                                  hys__follow_report *report) {
    return follow(ctx, family, opts, x, t, sink, report);
}
