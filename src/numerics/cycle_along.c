/* Steps in p along a branch of stable relaxation cycles: at each p the system runs from a point of the cycle before
 * until it repeats itself, and Newton's method on the collocation does the rest. */
#include "numerics/cycle_impl.h"
#include <math.h>
#include <string.h>

#define SHARP      0.02 /* shortest interval of the mesh against the mean: jumps are this much faster than the rest */
#define FIRST_STEP 5e-3 /* of the range of p */
#define LONGEST    0.02
#define SHORTEST   1e-4

bool hys__ride_is_sharp(const hys__ride *w) {
    const hys__orbit *o = &w->last.o;
    double shortest = 1;
    for (size_t i = 0; i < o->n_int; i++) shortest = fmin(shortest, o->mesh[i + 1] - o->mesh[i]);
    return w->steps > 0 && w->last.is_trusted && w->last.n_unstable == 0 && shortest * (double)o->n_int < SHARP;
}

static int keep(void *user, const hys__cycle *c) {
    hys__ride *w = user;
    hys__stop *s = &w->next;
    s->o.n_int = c->orbit->n_int;
    memcpy(s->o.mesh, c->orbit->mesh, (s->o.n_int + 1) * sizeof *s->o.mesh);
    memcpy(s->o.x, c->orbit->x, (hys__orbit_size(c->orbit) + 2) * sizeof *s->o.x);
    memcpy(s->multiplier, c->multiplier, w->n * sizeof *s->multiplier);
    s->n_unstable = c->n_unstable;
    s->is_trusted = c->is_trusted;
    return 0;
}

/* The cycle at p, into `next`. */
static hys_status attempt(hys__ride *w, double p) {
    const hys__orbit *o = &w->last.o;
    double period = o->x[hys__orbit_size(o)];
    size_t slowest = 0;
    for (size_t i = 1; i < o->n_int; i++)
        if (o->mesh[i + 1] - o->mesh[i] > o->mesh[slowest + 1] - o->mesh[slowest]) slowest = i;
    const hys__cycle_start start = {p, hys__orbit_at(o, o->x, slowest, 2), 1e-6 * period};
    const hys__cycle_sink sink = {w, keep, NULL};
    hys_status status = hys__cycle_run(w->ctx, w->family, &w->opts, &start, &sink);
    if (status != HYS_OK) return status;
    double longer = w->next.o.x[hys__orbit_size(&w->next.o)] / period;
    return longer < 1.8 && longer > 0.55 && w->next.n_unstable == 0 ? HYS_OK : HYS_NOCONV;
}

static hys_status accept(hys__ride *w) {
    bool is_same = w->last.o.n_int == w->next.o.n_int;
    hys__stop s = w->last;
    w->last = w->next;
    w->next = s;
    w->steps++;
    hys__ride_measure(w, &w->last.o);
    hys_status status = hys__ride_give_out(w, &w->last);
    return status == HYS_OK && !is_same ? hys__ride_set_intervals(w, w->last.o.n_int) : status;
}

hys_status hys__ride_along(hys__ride *w, int direction) {
    double range = fabs(w->opts.to - w->opts.from), length = FIRST_STEP * range;
    double end = (w->opts.to > w->opts.from) == (direction > 0) ? w->opts.to : w->opts.from;
    while (length > SHORTEST * range && w->report->n_points < w->opts.max_points && !hys__ride_is_tired(w)) {
        double p = w->last.o.x[hys__orbit_size(&w->last.o) + 1] + direction * length;
        bool is_end = (end - p) * direction <= 0;
        hys_status status = attempt(w, is_end ? end : p);
        if (status == HYS_NOCONV || status == HYS_SINGULAR || status == HYS_LIMIT) {
            w->report->n_rejected++;
            length *= 0.3;
            continue;
        }
        if (status == HYS_OK) status = accept(w);
        if (is_end && status == HYS_OK) w->report->end = HYS__CYCLE_END_RANGE;
        if (is_end || status != HYS_OK) return status;
        length = fmin(length * 1.6, LONGEST * range);
    }
    return HYS_OK;
}
