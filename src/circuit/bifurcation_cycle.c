/* The cycles of a circuit's Hopf points. */
#include "circuit/bifurcation_impl.h"
#include <math.h>
#include <string.h>

/* Of all cycles of a run: a minute or so. */
#define EFFORT_MOST 5e7

static int on_cycle(void *user, const hys__cycle *c) {
    hys__study *s = user;
    double multiplier = s->n > 1 ? cabs(c->multiplier[1]) : NAN;
    const hys__study_row row = {c->p, c->low, c->high, c->period, multiplier, c->n_unstable, 0};
    s->status = hys__study_add_row(s, &row);
    return s->status != HYS_OK || !hys__study_progress(s, (c->p - s->from) / (s->to - s->from));
}

static int on_event(void *user, const hys__cycle_event *e) {
    hys__study *s = user;
    const hys_bifurcation_point point = {.type = hys__event_name(e->kind),
                                         .param = e->p,
                                         .is_stable = e->n_unstable_before == 0,
                                         .frequency = 1 / e->period,
                                         .lyapunov = NAN,
                                         .criticality = "",
                                         .note = e->kind == HYS__EVENT_HOMOCLINIC ? "the period grows without bound"
                                                 : e->kind == HYS__EVENT_BRANCH   ? "of cycles"
                                                                                  : ""};
    const hys__study_row row = {e->p, e->low, e->high, e->period, NAN, e->n_unstable_before, 1 + (double)e->kind};
    s->status = hys__study_add_point(s, &point);
    if (s->status == HYS_OK) s->status = hys__study_add_row(s, &row);
    return s->status != HYS_OK;
}

/* The cycle of no size at a Hopf point. */
static hys_status add_birth(hys__study *s, const hys__hopf_spot *h) {
    const hys__study_row row = {h->p, h->y, h->y, 2 * M_PI / h->omega, 1, h->n_unstable, 0};
    return hys__study_add_row(s, &row);
}

/* The Hopf point at which a branch of cycles ended. */
static hys_status mark_other_end(hys__study *s, size_t k, const hys__cycle_report *report) {
    size_t nearest = SIZE_MAX;
    for (size_t i = 0; i < s->hopfs.n; i++) {
        if (i == k) continue;
        if (nearest == SIZE_MAX || fabs(s->hopfs.at[i].p - report->p) < fabs(s->hopfs.at[nearest].p - report->p))
            nearest = i;
    }
    if (nearest == SIZE_MAX) return HYS_OK;
    hys__hopf_spot *h = &s->hopfs.at[nearest];
    double period = 2 * M_PI / h->omega;
    if (fabs(h->p - report->p) >= 0.05 * fabs(s->to - s->from) || fabs(period / report->period - 1) >= 0.1)
        return HYS_OK;
    h->is_done = true;
    return add_birth(s, h);
}

static hys_status tell_end(hys__study *s, const hys__cycle_report *report) {
    hys_bifurcation *r = s->result;
    if (report->end == HYS__CYCLE_END_LOST)
        return hys__bifurcation_remark(
            r,
            "the branch of cycles %zu was lost at %s = %.8g (period %.4g s): its shape or its "
            "parameter changes too fast there",
            s->branch, s->opts->param, report->p, report->period);
    if (report->end == HYS__CYCLE_END_CANARD)
        return hys__bifurcation_remark(r,
                                       "the branch of cycles %zu ends in a canard explosion at %s = %.10g: there a "
                                       "relaxation cycle collapses",
                                       s->branch, s->opts->param, report->p);
    if (report->end == HYS__CYCLE_END_POINTS)
        return hys__bifurcation_remark(r, "the branch of cycles %zu was left at %s = %.8g after %llu points", s->branch,
                                       s->opts->param, report->p, (unsigned long long)report->n_points);
    return HYS_OK;
}

static hys_status follow(hys__study *s, const hys__hopf_spot *hopf, const hys__cycle_seed *seed,
                         hys__cycle_report *report) {
    const hys__cycle_opts opts = {.from = s->from, .to = s->to, .effort = &s->effort, .max_effort = EFFORT_MOST};
    const hys__cycle_sink sink = {s, on_cycle, on_event};
    s->branch++;
    s->status = hopf ? add_birth(s, hopf) : HYS_OK;
    if (s->status != HYS_OK) return s->status;
    hys_status status = hys__cycles_follow(s->ctx, &s->family, &opts, seed, &sink, report);
    if (status == HYS_OK) status = s->status;
    if (status == HYS_OK && report->end == HYS__CYCLE_END_STOPPED) status = HYS_CANCEL;
    return status == HYS_OK ? tell_end(s, report) : status;
}

/* ---- cycles that cannot be reached from their Hopf point ---- */

static int keep(void *user, const hys__cycle *c) {
    hys__study *s = user;
    size_t size = hys__orbit_size(c->orbit) + 2;
    s->kept = (hys__orbit){.n = s->n, .n_int = c->orbit->n_int};
    s->kept.mesh = HYS_NEW_N(&s->arena, double, s->kept.n_int + 1);
    s->kept.x = HYS_NEW_N(&s->arena, double, size);
    if (!s->kept.mesh || !s->kept.x) {
        s->status = HYS_NOMEM;
        return 1;
    }
    memcpy(s->kept.mesh, c->orbit->mesh, (s->kept.n_int + 1) * sizeof *s->kept.mesh);
    memcpy(s->kept.x, c->orbit->x, size * sizeof *s->kept.x);
    return 0;
}

/* A place in the stretch of unstable equilibria that begins or ends at the Hopf point, `part` of it away; NULL: there
 * is none. */
static const hys__spot *find_unstable(const hys__study *s, const hys__hopf_spot *h, double part) {
    size_t a = h->spot, b = h->spot;
    while (b < s->spots.n && s->spots.at[b].n_unstable >= 2) b++;
    if (a < b) return &s->spots.at[a + (size_t)(part * (double)(b - a - 1))];
    while (a > 0 && s->spots.at[a - 1].n_unstable >= 2) a--;
    return a < b ? &s->spots.at[b - 1 - (size_t)(part * (double)(b - a - 1))] : NULL;
}

/* Lets the circuit run from an unstable equilibrium. */
static hys_status search(hys__study *s, const hys__hopf_spot *h, const hys__spot *spot) {
    const hys__cycle_opts opts = {.from = s->from, .to = s->to, .effort = &s->effort, .max_effort = EFFORT_MOST};
    const hys__cycle_seed near = {.p = spot->p, .omega = h->omega, .y = spot->y, .q = h->q};
    const hys__cycle_sink sink = {s, keep, NULL};
    s->status = HYS_OK;
    hys_status status = hys__cycle_search(s->ctx, &s->family, &opts, &near, &sink);
    return s->status != HYS_OK ? s->status : status;
}

/* ... and follows the cycle that it settles on both ways. */
static hys_status bridge(hys__study *s, const hys__hopf_spot *h) {
    static const double parts[] = {0.3, 0.1, 0.6, 0};
    const hys__spot *spot = NULL;
    hys_status status = HYS_NOCONV;
    for (size_t k = 0; k < sizeof parts / sizeof *parts && (status == HYS_NOCONV || status == HYS_SINGULAR); k++) {
        spot = find_unstable(s, h, parts[k]);
        if (!spot) return HYS_OK;
        status = search(s, h, spot);
    }
    if (status == HYS_NOCONV || status == HYS_SINGULAR || status == HYS_LIMIT) return HYS_OK;
    if (status == HYS_OK)
        status = hys__bifurcation_remark(
            s->result, "a cycle was found at %s = %.8g by running, and followed from there", s->opts->param, spot->p);
    for (int direction = -1; direction <= 1 && status == HYS_OK; direction += 2) {
        const hys__cycle_seed seed = {.p = spot->p, .orbit = &s->kept, .direction = direction};
        hys__cycle_report report;
        status = follow(s, NULL, &seed, &report);
    }
    return status;
}

#define MOST_BRANCHES 12 /* Hopf points whose cycles are followed */

hys_status hys__study_cycles(hys__study *s) {
    for (size_t k = 0; k < s->hopfs.n && k < MOST_BRANCHES; k++) {
        hys__hopf_spot *h = &s->hopfs.at[k];
        if (h->is_done || !h->q) continue;
        if (s->effort > EFFORT_MOST)
            return hys__bifurcation_remark(
                s->result,
                "cycles of later Hopf points were not followed: with %zu unknowns that takes "
                "too long",
                s->n);
        const hys__cycle_seed seed = {.p = h->p, .omega = h->omega, .y = h->y, .q = h->q};
        hys__cycle_report report = {0};
        hys_status status = follow(s, h, &seed, &report);
        if (status == HYS_OK && report.end == HYS__CYCLE_END_HOPF) status = mark_other_end(s, k, &report);
        bool is_lost = report.end == HYS__CYCLE_END_LOST || report.end == HYS__CYCLE_END_CANARD;
        if (status == HYS_OK && is_lost) status = bridge(s, h);
        if (status != HYS_OK) return status;
        if (hys_ctx_is_cancelled(s->ctx)) return HYS_CANCEL;
    }
    if (s->hopfs.n > MOST_BRANCHES)
        return hys__bifurcation_remark(s->result, "cycles were followed from the first %d Hopf points only",
                                       MOST_BRANCHES);
    return HYS_OK;
}
