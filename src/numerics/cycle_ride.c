/* What the continuation of cycles and the search for single ones share. */
#include "numerics/cycle_impl.h"
#include <math.h>
#include <string.h>

#define M             HYS__STAGES
#define FEW_INTERVALS 20

void hys__cycle_set_defaults(hys__cycle_opts *o) {
    if (!(o->max_step > 0)) o->max_step = 0.1;
    if (!(o->rtol > 0)) o->rtol = 1e-9;
    if (!(o->error > 0)) o->error = 1e-6;
    if (o->max_points == 0) o->max_points = 1000;
    if (o->max_intervals < 20) o->max_intervals = 200;
}

static bool make_stop(hys__ride *w, hys__stop *s) {
    size_t most = w->opts.max_intervals;
    s->o.n = w->n;
    s->o.mesh = HYS_NEW_N(&w->arena, double, most + 1);
    s->o.x = HYS_NEW_N(&w->arena, double, most *M * w->n + 2);
    s->t = HYS_NEW_N(&w->arena, double, most *M * w->n + 2);
    s->multiplier = HYS_NEW_N(&w->arena, double complex, w->n);
    return s->o.mesh && s->o.x && s->t && s->multiplier;
}

hys_status hys__ride_open(hys__ride *w) {
    size_t most = w->opts.max_intervals;
    hys__arena_init(&w->arena, w->ctx, 0);
    hys__radau_init(&w->radau);
    w->scale = HYS_NEW_N(&w->arena, double, 8 * w->n);
    w->room = HYS_NEW_N(&w->arena, double, 2 * (w->n + 1) * most);
    w->monitor = HYS_NEW_N(&w->arena, double, 2 * most + 1);
    if (!w->scale || !w->room || !w->monitor || !make_stop(w, &w->last) || !make_stop(w, &w->next) ||
        !make_stop(w, &w->trial))
        return HYS_NOMEM;
    w->place = w->monitor + most;
    w->low = w->scale + w->n;
    w->high = w->low + w->n;
    w->range = w->high + w->n;
    w->event_low = w->range + w->n;
    w->event_high = w->event_low + w->n;
    w->fold_low = w->event_high + w->n;
    w->fold_high = w->fold_low + w->n;
    w->weights = (hys__weights){w->scale, 1, fabs(w->opts.to - w->opts.from)};
    hys_status status = hys__floquet_new(w->ctx, w->family, &w->floquet);
    return status == HYS_OK ? hys__ride_set_intervals(w, FEW_INTERVALS) : status;
}

bool hys__ride_is_tired(const hys__ride *w) {
    if (!w->opts.effort) return false;
    return *w->opts.effort + (w->colloc ? hys__colloc_effort(w->colloc) : 0) > w->opts.max_effort;
}

static void drop_colloc(hys__ride *w) {
    if (!w->colloc) return;
    w->report->n_evals += hys__colloc_n_evals(w->colloc);
    if (w->opts.effort) *w->opts.effort += hys__colloc_effort(w->colloc);
    hys__colloc_free(w->colloc);
    w->colloc = NULL;
}

void hys__ride_close(hys__ride *w) {
    drop_colloc(w);
    hys__floquet_free(w->floquet);
    hys__arena_free(&w->arena);
}

hys_status hys__ride_set_intervals(hys__ride *w, size_t n_int) {
    drop_colloc(w);
    if (n_int > w->report->max_intervals) w->report->max_intervals = n_int;
    return hys__colloc_new(w->ctx, w->family, n_int, &w->colloc);
}

/* The trivial multiplier is 1: what it is instead says how far the others can be trusted.  Where a cycle passes a phase
 * that grows and one that shrinks by more than 1e15 they cannot, and nothing is read from them. */
static bool is_trusted(const hys__ride *w, const double complex *multiplier) {
    return cabs(multiplier[0] - 1) < 0.05 && (w->n < 2 || cabs(multiplier[1]) < 1e8);
}

hys_status hys__ride_multipliers(hys__ride *w, hys__stop *at) {
    if (!hys__colloc_eval(w->colloc, &at->o)) return HYS_NOCONV;
    hys_status status = hys__floquet_solve(w->floquet, w->colloc, &at->o, w->scale, at->multiplier);
    at->n_unstable = 0;
    if (status != HYS_OK) return status;
    at->is_trusted = is_trusted(w, at->multiplier);
    while (at->n_unstable + 1 < w->n && cabs(at->multiplier[at->n_unstable + 1]) > 1) at->n_unstable++;
    return HYS_OK;
}

hys_status hys__ride_reach(hys__ride *w, const hys__stop *from, double s, hys__stop *to, bool wants_multipliers,
                           unsigned *n_iter) {
    size_t size = hys__orbit_size(&from->o);
    to->o.n_int = from->o.n_int;
    memcpy(to->o.mesh, from->o.mesh, (from->o.n_int + 1) * sizeof *to->o.mesh);
    for (size_t k = 0; k < size + 2; k++) to->o.x[k] = from->o.x[k] + s * from->t[k];
    const hys__colloc_task task = {&w->weights, w->opts.rtol, from->t, 10, false};
    hys_status status = hys__colloc_solve(w->colloc, &task, &to->o, n_iter);
    if (status == HYS_OK) status = hys__colloc_tangent(w->colloc, &task, &to->o, to->t);
    if (status == HYS_OK && wants_multipliers) status = hys__ride_multipliers(w, to);
    return status;
}

void hys__ride_measure(hys__ride *w, const hys__orbit *o) {
    hys__orbit_range(o, &w->radau, w->low, w->high);
    for (size_t k = 0; k < w->n; k++) {
        double most = fmax(fabs(w->low[k]), fabs(w->high[k]));
        w->scale[k] = fmax(w->scale[k], fmax(most, 1e3 * w->family->abstol[k]));
        w->range[k] = fmax(w->high[k] - w->low[k], 1e-4 * w->scale[k]);
    }
    w->weights.period = o->x[hys__orbit_size(o)];
    w->error = hys__mesh_monitor(o, &w->radau, w->range, w->room, w->monitor);
    w->report->error = fmax(w->report->error, w->error);
}

/* Intervals that bring the error to what was asked: it goes as n^-5. */
static size_t choose_intervals(const hys__ride *w, size_t now) {
    double total = 0, want = w->opts.error;
    const hys__orbit *o = &w->last.o;
    for (size_t i = 0; i < now; i++) total += w->monitor[i] * (o->mesh[i + 1] - o->mesh[i]);
    double even_error = 1.3e-4 * pow(1.3 * total / (double)now, M + 1); /* on the spread mesh */
    size_t n = (size_t)ceil((double)now * pow(even_error / want, 1.0 / (M + 1)));
    if (n < FEW_INTERVALS) n = FEW_INTERVALS;
    if (n > w->opts.max_intervals) n = w->opts.max_intervals;
    if (n > now) return n + n / 8 < w->opts.max_intervals ? n + n / 8 : w->opts.max_intervals;
    return n * 2 < now ? n : now;
}

static bool is_even(const hys__ride *w) {
    const hys__orbit *o = &w->last.o;
    double most = 0, total = 0;
    for (size_t i = 0; i < o->n_int; i++) {
        double part = w->monitor[i] * (o->mesh[i + 1] - o->mesh[i]);
        total += part;
        most = fmax(most, part);
    }
    return most < 2 * total / (double)o->n_int;
}

hys_status hys__ride_remesh(hys__ride *w) {
    size_t now = w->last.o.n_int, n = choose_intervals(w, now);
    if (n == now && is_even(w) && w->error < w->opts.error) return HYS_OK;
    hys__stop *to = &w->trial;
    to->o.n_int = n;
    hys__mesh_spread(&w->last.o, w->monitor, n, w->place);
    hys__mesh_take(&w->last.o, w->place, n, to->o.mesh);
    hys__mesh_transfer(&w->last.o, &w->radau, w->last.o.x, &to->o, to->o.x);
    hys__mesh_transfer(&w->last.o, &w->radau, w->last.t, &to->o, to->t);
    memcpy(to->multiplier, w->last.multiplier, w->n * sizeof *to->multiplier);
    to->n_unstable = w->last.n_unstable;
    to->is_trusted = w->last.is_trusted;
    hys__stop s = w->last;
    w->last = w->trial;
    w->trial = s;
    return n == now ? HYS_OK : hys__ride_set_intervals(w, n);
}

hys_status hys__ride_give_out(hys__ride *w, const hys__stop *s) {
    size_t size = hys__orbit_size(&s->o);
    const hys__cycle point = {.p = s->o.x[size + 1],
                              .period = s->o.x[size],
                              .orbit = &s->o,
                              .low = w->low,
                              .high = w->high,
                              .multiplier = s->multiplier,
                              .n_unstable = s->n_unstable,
                              .is_trusted = s->is_trusted,
                              .error = w->error,
                              .step = hys__colloc_last_step(w->colloc)};
    w->report->n_points++;
    w->report->p = point.p;
    w->report->period = point.period;
    return w->sink->point && w->sink->point(w->sink->user, &point) ? HYS_DONE : HYS_OK;
}
