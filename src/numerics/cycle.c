/* Steps along a branch of cycles; see cycle.h. */
#include "numerics/cycle_impl.h"
#include <math.h>
#include <string.h>

#define M            HYS__STAGES
#define SHORTEST     1e-9
#define FIRST_STEP   0.01 /* the first cycle's size, in natural sizes */
#define PERIOD_MANY  10   /* times the shortest period: from there on it may be growing without bound ... */
#define PERIOD_QUIET 1e-8 /* ... and is where p changes by less than this part of the range while it grows by 2 % */
#define PERIOD_MOST  3000
#define ALONG_AGAIN  60   /* steps after which running is tried again */
#define STILL_POINTS 100  /* as many points over which p stays within ... */
#define STILL        1e-6 /* ... this part of the range: a canard explosion that cannot be passed */

/* y + eps Re(q exp(2 pi i s)) */
static void start(hys__ride *w, const hys__cycle_seed *seed) {
    hys__orbit *o = &w->last.o;
    o->n_int = 20;
    size_t size = hys__orbit_size(o);
    for (size_t i = 0; i <= o->n_int; i++) o->mesh[i] = (double)i / (double)o->n_int;
    for (size_t k = 0; k < w->n; k++) w->scale[k] = fmax(fabs(seed->y[k]), 1e3 * w->family->abstol[k]);
    for (size_t i = 0; i < o->n_int; i++)
        for (size_t j = 1; j <= M; j++) {
            double s = (o->mesh[i] + w->radau.c[j] * (o->mesh[i + 1] - o->mesh[i]));
            double complex turn = cexp(HYS__COMPLEX(0, 2 * M_PI * s));
            size_t at = (i * M + j - 1) * w->n;
            for (size_t k = 0; k < w->n; k++) {
                o->x[at + k] = seed->y[k];
                w->last.t[at + k] = creal(seed->q[k] * turn);
            }
        }
    o->x[size] = 2 * M_PI / seed->omega;
    o->x[size + 1] = seed->p;
    w->last.t[size] = w->last.t[size + 1] = 0;
    w->weights.period = o->x[size];
    double norm = sqrt(hys__orbit_dot(o, &w->radau, &w->weights, w->last.t, w->last.t));
    for (size_t k = 0; k < size; k++) w->last.t[k] /= norm;
}

/* From a cycle: its tangent along p. */
static hys_status start_from_orbit(hys__ride *w, const hys__cycle_seed *seed) {
    hys__orbit *o = &w->last.o;
    size_t size = hys__orbit_size(seed->orbit);
    unsigned n_iter;
    if (seed->orbit->n_int > w->opts.max_intervals) return HYS_ARG;
    o->n_int = seed->orbit->n_int;
    memcpy(o->mesh, seed->orbit->mesh, (o->n_int + 1) * sizeof *o->mesh);
    memcpy(o->x, seed->orbit->x, (size + 2) * sizeof *o->x);
    hys_status status = hys__ride_set_intervals(w, o->n_int);
    if (status != HYS_OK) return status;
    hys__ride_measure(w, o);
    const hys__colloc_task task = {&w->weights, w->opts.rtol, NULL, 15, false};
    status = hys__colloc_solve(w->colloc, &task, o, &n_iter);
    if (status == HYS_OK) status = hys__colloc_tangent(w->colloc, &task, o, w->last.t);
    if (status == HYS_OK) status = hys__ride_multipliers(w, &w->last);
    if (status != HYS_OK) return status;
    double sign = w->last.t[size + 1] * seed->direction < 0 ? -1 : 1;
    for (size_t k = 0; k < size + 2; k++) w->last.t[k] *= sign;
    w->steps = 1;
    return hys__ride_give_out(w, &w->last);
}

/* <y0 - mean, y1 - mean>: below 0 when the cycle has shrunk to a point and come out on the other side. */
static double overlap(const hys__ride *w, const hys__orbit *a, const hys__orbit *b) {
    double sum = 0;
    for (size_t k = 0; k < w->n; k++) {
        double mean_a = 0, mean_b = 0, both = 0;
        for (size_t i = 0; i < a->n_int; i++)
            for (size_t j = 1; j <= M; j++) {
                double f = (a->mesh[i + 1] - a->mesh[i]) * w->radau.weight[j];
                double u = hys__orbit_at(a, a->x, i, j)[k], v = hys__orbit_at(b, b->x, i, j)[k];
                mean_a += f * u;
                mean_b += f * v;
                both += f * u * v;
            }
        sum += (both - mean_a * mean_b) / (w->scale[k] * w->scale[k]);
    }
    return sum;
}

static bool is_outside(const hys__ride *w, double p) {
    double part = (p - w->opts.from) / (w->opts.to - w->opts.from);
    return part > 1 || part < 0;
}

/* Brings `next` back to the end of the range. */
static hys_status clip(hys__ride *w, double *ds) {
    hys__orbit *o = &w->next.o;
    size_t size = hys__orbit_size(o);
    unsigned n_iter;
    double p0 = w->last.o.x[size + 1], p1 = o->x[size + 1];
    double part = (p1 - w->opts.from) / (w->opts.to - w->opts.from), end = part > 1 ? w->opts.to : w->opts.from;
    double f = (end - p0) / (p1 - p0);
    for (size_t k = 0; k < size + 2; k++) o->x[k] = w->last.o.x[k] + f * (o->x[k] - w->last.o.x[k]);
    o->x[size + 1] = end;
    hys__colloc_task task = {&w->weights, w->opts.rtol, NULL, 10, false};
    hys_status status = hys__colloc_solve(w->colloc, &task, o, &n_iter);
    task.along = w->last.t;
    if (status == HYS_OK) status = hys__colloc_tangent(w->colloc, &task, o, w->next.t);
    if (status == HYS_OK) status = hys__ride_multipliers(w, &w->next);
    *ds *= f;
    return status;
}

struct stride {
    double ds;
    bool is_end, is_hopf;
    unsigned n_iter;
};

static bool attempt(hys__ride *w, double length, struct stride *done) {
    *done = (struct stride){.ds = length};
    if (hys__ride_reach(w, &w->last, length, &w->next, true, &done->n_iter) != HYS_OK) return false;
    double turn = hys__orbit_dot(&w->last.o, &w->radau, &w->weights, w->last.t, w->next.t);
    size_t size = hys__orbit_size(&w->next.o);
    double longer = w->next.o.x[size] / w->last.o.x[size];
    bool shortest = length < 1e-5;
    if (w->steps > 0 && !shortest && (turn < 0.8 || longer > 1.5 || longer < 0.5)) return false;
    done->is_hopf = w->steps > 0 && overlap(w, &w->last.o, &w->next.o) <= 0;
    done->is_end = is_outside(w, w->next.o.x[size + 1]);
    if (done->is_end && clip(w, &done->ds) != HYS_OK) return false;
    if (w->steps == 0 || done->is_hopf) return true;
    return !hys__ride_turned_back(w) && (shortest || hys__ride_is_clear(w));
}

static hys_status step(hys__ride *w, double *length, struct stride *done) {
    for (; *length > SHORTEST; *length *= 0.4, w->report->n_rejected++) {
        if (hys_ctx_is_cancelled(w->ctx)) return HYS_CANCEL;
        if (attempt(w, *length, done)) return HYS_OK;
    }
    return HYS_NOCONV;
}

static hys_status advance(hys__ride *w, double ds) {
    hys_status status = w->steps > 0 ? hys__ride_cross(w, ds) : HYS_OK;
    if (status != HYS_OK) return status;
    hys__stop s = w->last;
    w->last = w->next;
    w->next = s;
    w->steps++;
    hys__ride_measure(w, &w->last.o);
    status = hys__ride_tell_fold(w, w->last.o.x[hys__orbit_size(&w->last.o) + 1]);
    if (status == HYS_OK) status = hys__ride_give_out(w, &w->last);
    if (status == HYS_OK) status = hys__ride_remesh(w);
    double size = sqrt(hys__orbit_dot(&w->last.o, &w->radau, &w->weights, w->last.t, w->last.t));
    for (size_t k = 0; k < hys__orbit_size(&w->last.o) + 2; k++) w->last.t[k] /= size;
    return status;
}

/* Part of the period that is spent within 2 % of where the cycle is slowest: at a canard that is little, however long
 * the period; near a homoclinic orbit it is nearly all. */
static double part_at_rest(const hys__ride *w) {
    const hys__orbit *o = &w->last.o;
    size_t slowest = 0;
    double sum = 0;
    for (size_t i = 1; i < o->n_int; i++)
        if (w->monitor[i] < w->monitor[slowest]) slowest = i;
    const double *rest = hys__orbit_at(o, o->x, slowest, 2);
    for (size_t i = 0; i < o->n_int; i++)
        for (size_t j = 1; j <= M; j++) {
            const double *y = hys__orbit_at(o, o->x, i, j);
            bool is_near = true;
            for (size_t k = 0; k < w->n; k++) is_near = is_near && fabs(y[k] - rest[k]) < 0.02 * w->range[k];
            if (is_near) sum += (o->mesh[i + 1] - o->mesh[i]) * w->radau.weight[j];
        }
    return sum;
}

/* Whether the period grows without bound. */
static bool is_homoclinic(const hys__ride *w, double p, double period, double shortest) {
    size_t size = hys__orbit_size(&w->last.o);
    double now = w->last.o.x[size];
    bool is_quiet = now > PERIOD_MOST * shortest || (now > PERIOD_MANY * shortest && now > 1.02 * period &&
                                                     fabs(w->last.o.x[size + 1] - p) < PERIOD_QUIET * w->weights.p);
    return is_quiet && part_at_rest(w) > 0.6;
}

static hys_status tell_homoclinic(hys__ride *w) {
    size_t size = hys__orbit_size(&w->last.o);
    const hys__cycle_event event = {
        HYS__EVENT_HOMOCLINIC, w->last.o.x[size + 1], w->last.o.x[size], w->last.n_unstable, w->low, w->high};
    w->report->end = HYS__CYCLE_END_HOMOCLINIC;
    return w->sink->event && w->sink->event(w->sink->user, &event) ? HYS_DONE : HYS_OK;
}

/* Relaxation cycles: their jumps move through a mesh by less than their width a step of arclength.  Steps of running
 * are not bound to that; where they end (a fold, a homoclinic orbit, a canard) arclength goes on. */
static hys_status go_along(hys__ride *w) {
    const hys__colloc_task task = {&w->weights, w->opts.rtol, NULL, 15, false};
    int direction = w->last.t[hys__orbit_size(&w->last.o) + 1] < 0 ? -1 : 1;
    hys_status status = hys__ride_along(w, direction);
    if (status != HYS_OK || w->report->end != HYS__CYCLE_END_LOST) return status;
    status = hys__colloc_tangent(w->colloc, &task, &w->last.o, w->last.t);
    size_t size = hys__orbit_size(&w->last.o);
    if (status == HYS_OK && w->last.t[size + 1] * direction < 0)
        for (size_t k = 0; k < size + 2; k++) w->last.t[k] = -w->last.t[k];
    return status;
}

static hys_status ride(hys__ride *w) {
    double length = FIRST_STEP, shortest = INFINITY, p_still = INFINITY;
    size_t n_still = 0;
    while (w->report->n_points < w->opts.max_points && !hys__ride_is_tired(w)) {
        struct stride done;
        size_t size = hys__orbit_size(&w->last.o);
        double p = w->last.o.x[size + 1], period = w->last.o.x[size];
        shortest = fmin(shortest, period);
        hys_status status = HYS_OK;
        if (w->steps >= w->next_along && hys__ride_is_sharp(w)) {
            status = go_along(w);
            if (status != HYS_OK || w->report->end != HYS__CYCLE_END_LOST) return status;
            w->next_along = w->steps + ALONG_AGAIN;
            continue;
        }
        status = step(w, &length, &done);
        if (status != HYS_OK) return status;
        if (done.is_hopf) {
            w->report->end = HYS__CYCLE_END_HOPF;
            return HYS_OK;
        }
        status = advance(w, done.ds);
        if (status != HYS_OK) return status;
        if (done.is_end) {
            w->report->end = HYS__CYCLE_END_RANGE;
            return HYS_OK;
        }
        if (is_homoclinic(w, p, period, shortest)) return tell_homoclinic(w);
        n_still = fabs(p - p_still) < STILL * w->weights.p ? n_still + 1 : 0;
        if (n_still == 0) p_still = p;
        if (n_still > STILL_POINTS) {
            w->report->end = HYS__CYCLE_END_CANARD;
            return HYS_OK;
        }
        if (done.n_iter <= 3) length = fmin(w->opts.max_step, length * 1.5);
        else if (done.n_iter >= 6) length *= 0.6;
    }
    w->report->end = HYS__CYCLE_END_POINTS;
    return HYS_OK;
}

hys_status hys__cycles_follow(hys_ctx *ctx, const hys__family *family, const hys__cycle_opts *opts,
                              const hys__cycle_seed *seed, const hys__cycle_sink *sink, hys__cycle_report *report) {
    *report = (hys__cycle_report){.end = HYS__CYCLE_END_LOST, .p = seed->p};
    hys__ride w = {.ctx = ctx, .family = family, .opts = *opts, .sink = sink, .report = report, .n = family->system.n};
    hys__cycle_set_defaults(&w.opts);
    hys_status status = family->set_param(family->user, seed->p) ? hys__ride_open(&w) : HYS_NOCONV;
    if (status == HYS_OK) {
        if (seed->orbit) status = start_from_orbit(&w, seed);
        else start(&w, seed);
        if (status == HYS_OK) status = ride(&w);
        if (status == HYS_DONE) report->end = HYS__CYCLE_END_STOPPED;
        if (status == HYS_DONE || status == HYS_NOCONV) status = HYS_OK;
    }
    hys__ride_close(&w);
    return status;
}
