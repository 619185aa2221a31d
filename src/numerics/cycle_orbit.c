/* A cycle from samples of an orbit: its last turn, between two upward passages of one unknown through its middle where
 * the whole state is nearly the same, is a start for Newton's method on the collocation. */
#include "numerics/cycle_impl.h"
#include <math.h>
#include <string.h>

#define M             HYS__STAGES
#define FIRST_MESH    100
#define RETURN_TOL    0.02 /* of the ranges: a state has come back */
#define RETURN_MOST   0.1  /* further away it has not */
#define N_REFINEMENTS 8

struct turn { /* of the samples: from a + fa of the way to the next one, until b + fb */
    size_t a, b;
    double fa, fb;
};

static void find_ranges(hys__ride *w, const hys__samples *s) {
    for (size_t k = 0; k < w->n; k++) w->low[k] = INFINITY, w->high[k] = -INFINITY;
    for (size_t i = s->n_times / 2; i < s->n_times; i++)
        for (size_t k = 0; k < w->n; k++) {
            w->low[k] = fmin(w->low[k], s->y[i * w->n + k]);
            w->high[k] = fmax(w->high[k], s->y[i * w->n + k]);
        }
    for (size_t k = 0; k < w->n; k++) {
        w->scale[k] = fmax(fmax(fabs(w->low[k]), fabs(w->high[k])), 1e3 * w->family->abstol[k]);
        w->range[k] = fmax(w->high[k] - w->low[k], 1e-4 * w->scale[k]);
    }
}

/* The unknown that moves most; it passes its middle upwards between sample i and the next. */
static size_t find_mover(const hys__ride *w) {
    size_t best = 0;
    for (size_t k = 1; k < w->n; k++)
        if (w->range[k] / w->scale[k] > w->range[best] / w->scale[best]) best = k;
    return best;
}

static double value_at(const hys__ride *w, const hys__samples *s, size_t i, double f, size_t k) {
    double a = s->y[i * w->n + k];
    return f > 0 ? a + f * (s->y[(i + 1) * w->n + k] - a) : a;
}

static double distance(const hys__ride *w, const hys__samples *s, const struct turn *t) {
    double worst = 0;
    for (size_t k = 0; k < w->n; k++)
        worst = fmax(worst, fabs(value_at(w, s, t->a, t->fa, k) - value_at(w, s, t->b, t->fb, k)) / w->range[k]);
    return worst;
}

/* The last turn after which the state is back, or comes nearest to that. */
static bool find_turn(const hys__ride *w, const hys__samples *s, struct turn *best) {
    size_t k = find_mover(w), found = 0;
    double middle = 0.5 * (w->low[k] + w->high[k]), nearest = INFINITY;
    struct turn t = {0};
    for (size_t i = s->n_times - 1; i-- > 0 && nearest > RETURN_TOL;) {
        double a = s->y[i * w->n + k], b = s->y[(i + 1) * w->n + k];
        if (!(a < middle && b >= middle)) continue;
        double f = (middle - a) / (b - a);
        if (found++ == 0) {
            t.b = i, t.fb = f;
            continue;
        }
        t.a = i, t.fa = f;
        double d = distance(w, s, &t);
        if (d < nearest) nearest = d, *best = t;
    }
    return nearest < RETURN_MOST;
}

static double time_at(const hys__samples *s, size_t i, double f) {
    return s->t[i] + f * (s->t[i + 1] - s->t[i]);
}

/* Length of the path over the samples, in ranges, time, and number of samples, as whoever made them took more where
 * more happens: the mesh shares the sum of the three evenly. */
static double path(const hys__ride *w, const hys__samples *s, const struct turn *t, size_t i) {
    double sum = (s->t[i + 1] - s->t[i]) / (time_at(s, t->b, t->fb) - time_at(s, t->a, t->fa));
    sum += 4 / (double)(t->b - t->a + 1);
    for (size_t k = 0; k < w->n; k++)
        sum += fabs(s->y[(i + 1) * w->n + k] - s->y[i * w->n + k]) / w->range[k] / (double)w->n;
    return sum;
}

/* False: samples that stand still in time. */
static bool make_mesh(hys__ride *w, const hys__samples *s, const struct turn *t) {
    hys__orbit *o = &w->last.o;
    double start = time_at(s, t->a, t->fa), period = time_at(s, t->b, t->fb) - start, total = 0, done = 0;
    for (size_t i = t->a; i <= t->b; i++) total += path(w, s, t, i);
    size_t q = 1;
    o->mesh[0] = 0;
    for (size_t i = t->a; i <= t->b && q < o->n_int; i++) {
        double part = path(w, s, t, i);
        for (; q < o->n_int && done + part >= total * (double)q / (double)o->n_int; q++) {
            double f = (total * (double)q / (double)o->n_int - done) / part;
            o->mesh[q] = fmin(fmax((time_at(s, i, f) - start) / period, 0), 1);
        }
        done += part;
    }
    for (; q <= o->n_int; q++) o->mesh[q] = 1;
    for (q = 0; q < o->n_int; q++)
        if (!(o->mesh[q + 1] > o->mesh[q])) return false;
    return true;
}

static void sample(hys__ride *w, const hys__samples *s, const struct turn *t, double p) {
    hys__orbit *o = &w->last.o;
    double start = time_at(s, t->a, t->fa), period = time_at(s, t->b, t->fb) - start;
    size_t at = t->a, size = hys__orbit_size(o);
    for (size_t i = 0; i < o->n_int; i++)
        for (size_t j = 1; j <= M; j++) {
            double when = start + period * (o->mesh[i] + w->radau.c[j] * (o->mesh[i + 1] - o->mesh[i]));
            while (at < t->b && s->t[at + 1] < when) at++;
            double f = (when - s->t[at]) / (s->t[at + 1] - s->t[at]);
            for (size_t k = 0; k < w->n; k++)
                o->x[(i * M + j - 1) * w->n + k] = value_at(w, s, at, fmin(fmax(f, 0), 1), k);
        }
    o->x[size] = period;
    o->x[size + 1] = p;
    w->weights.period = period;
}

hys_status hys__cycle_last_turn(hys_ctx *ctx, const hys__family *family, const hys__samples *samples, double *begin,
                                double *end) {
    size_t n = family->system.n;
    hys__ride w = {.ctx = ctx, .family = family, .n = n};
    struct turn t = {0};
    double *room = hys__realloc(ctx, NULL, 0, 4 * n * sizeof *room);
    if (!room) return HYS_NOMEM;
    w.low = room;
    w.high = room + n;
    w.range = room + 2 * n;
    w.scale = room + 3 * n;
    find_ranges(&w, samples);
    bool found = find_turn(&w, samples, &t);
    *begin = found ? time_at(samples, t.a, t.fa) : NAN;
    *end = found ? time_at(samples, t.b, t.fb) : NAN;
    hys__free(ctx, room, 4 * n * sizeof *room);
    return found && *end > *begin ? HYS_OK : HYS_NOCONV;
}

static hys_status refine(hys__ride *w) {
    hys__colloc_task task = {&w->weights, w->opts.rtol, NULL, 30, true};
    unsigned n_iter;
    for (int k = 0; k < N_REFINEMENTS; k++) {
        if (hys__ride_is_tired(w)) return HYS_LIMIT;
        hys_status status = hys__colloc_solve(w->colloc, &task, &w->last.o, &n_iter);
        if (status != HYS_OK) return status;
        hys__ride_measure(w, &w->last.o);
        if (w->error <= w->opts.error || k == N_REFINEMENTS - 1) return HYS_OK;
        status = hys__ride_remesh(w);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

static hys_status find_cycle(hys__ride *w, double p, const hys__samples *samples) {
    struct turn t = {0};
    find_ranges(w, samples);
    if (!find_turn(w, samples, &t) || !(time_at(samples, t.b, t.fb) > time_at(samples, t.a, t.fa))) return HYS_NOCONV;
    size_t n = w->opts.max_intervals < FIRST_MESH ? w->opts.max_intervals : FIRST_MESH;
    w->last.o.n_int = n;
    hys_status status = hys__ride_set_intervals(w, n);
    if (status != HYS_OK) return status;
    if (!make_mesh(w, samples, &t)) return HYS_NOCONV;
    sample(w, samples, &t, p);
    status = refine(w);
    if (status == HYS_OK) status = hys__ride_multipliers(w, &w->last);
    if (status == HYS_OK) status = hys__ride_give_out(w, &w->last);
    return status == HYS_DONE ? HYS_OK : status;
}

hys_status hys__cycle_from_orbit(hys_ctx *ctx, const hys__family *family, const hys__cycle_opts *opts, double p,
                                 const hys__samples *samples, const hys__cycle_sink *sink) {
    hys__cycle_report report = {0};
    hys__ride w = {.ctx = ctx, .family = family, .opts = *opts, .sink = sink, .report = &report};
    w.n = family->system.n;
    if (samples->n_times < 8) return HYS_ARG;
    hys__cycle_set_defaults(&w.opts);
    hys_status status = family->set_param(family->user, p) ? hys__ride_open(&w) : HYS_NOCONV;
    if (status == HYS_OK && !(w.weights.p > 0)) w.weights.p = fmax(fabs(p), 1);
    if (status == HYS_OK) status = find_cycle(&w, p, samples);
    hys__ride_close(&w);
    return status;
}
