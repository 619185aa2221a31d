/* Periodic steady state: a transient until the circuit has nearly settled, then Newton's method on the whole cycle. */
#include "circuit/pss.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

#define SETTLE_PERIODS 10 /* of TSTAB where it is not given: driven ... */
#define SETTLE_GUESSES 20 /* ... and of 1/FGUESS where not */
#define WINDOW         6  /* periods of the guess in which an oscillator must have come back */
#define TRIES          3  /* with TSTAB and four and sixteen times that */
#define LONGER         4
#define PERIODS_MOST   1e7
#define STEPS_MOST     200000 /* of a transient after which no longer one is tried */
#define EFFORT_MOST    3e7    /* of the collocation of an oscillator: some ten seconds, see hys__colloc_effort */
#define ERROR          1e-8   /* of interpolation, as part of each range */
#define INTERVALS_MOST 600    /* of an oscillator's mesh */

hys_status hys__pss_fail(hys__pss *p, hys_status status, const char *hint, const char *fmt, ...) {
    char text[700];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return hys__report(p->ctx, HYS_ERROR, status, p->c->flat->sources, p->span, hint, "%s", text);
}

/* ---- what it cannot be done for ---- */

static hys_status refuse(hys__pss *p, uint32_t elem, const char *what) {
    return hys__circuit_fail(p->c, HYS_SEMANTIC, elem, "run a long .tran instead",
                             "%s: .pss cannot find its periodic steady state", what);
}

/* What only events change is held in between; shooting knows it. */
static bool is_stepped(const hys_kernel *k) {
    for (hys_u32 i = 0; i < k->n_retained; i++)
        if (k->retained[i].flags & HYS_R_STEPPED) return true;
    return (k->flags & HYS_K_STEPPED) != 0;
}

static hys_status check_kind(hys__pss *p) {
    const hys__circuit *c = p->c;
    for (size_t k = 0; k < c->groups.n; k++) {
        const hys__group *g = &c->groups.at[k];
        if (g->kernel->flags & HYS_K_DRAWS) return refuse(p, g->elems[0], "this device draws random numbers");
        if (is_stepped(g->kernel))
            return refuse(p, g->elems[0], "this device integrates by hand, from step to step, what is no unknown");
        if (g->kernel->n_delays) return refuse(p, g->elems[0], "this device uses absdelay");
    }
    if (c->lines.n) return refuse(p, c->lines.at[0].elem, "a line is a delay");
    for (size_t k = 0; k < c->sources.n; k++)
        if (hys__circuit_elem(c, c->sources.at[k])->wave && c->waves[k].kind == HYS__WAVE_NOISE)
            return refuse(p, c->sources.at[k], "noise never repeats");
    if (c->n > HYS__EIGEN_MAX)
        return hys__pss_fail(p, HYS_LIMIT, "run a long .tran instead", "%u unknowns: .pss takes at most %u", c->n,
                             HYS__EIGEN_MAX);
    return HYS_OK;
}

/* ---- transients ---- */

static bool put(hys__arena *arena, double **at, size_t *n, size_t *cap, const double *from, size_t count) {
    if (!hys__grow(arena, (void **)at, cap, *n + count, sizeof **at)) return false;
    memcpy(*at + *n, from, count * sizeof **at);
    *n += count;
    return true;
}

static int keep(void *user, double t, const double *y, const double *yp) {
    hys__pss *p = user;
    (void)yp;
    /* What a restart adds at the same instant counts: the value behind a jump. */
    if (!put(&p->arena, &p->times.at, &p->times.n, &p->times.cap, &t, 1) ||
        !put(&p->arena, &p->values.at, &p->values.n, &p->values.cap, y, p->n))
        p->status = HYS_NOMEM;
    return p->status != HYS_OK;
}

static int pass_progress(void *user, double done) {
    hys__pss *p = user;
    return p->progress && !p->progress(p->progress_user, 0.5 * done);
}

hys_status hys__pss_sample(hys__pss *p, double from, double stop) {
    const hys__tran_opts opts = {.step = p->c->wave_step,
                                 .stop = stop,
                                 .start = from,
                                 .max_step = (stop - from) / 50,
                                 .every_step = true,
                                 .uic = p->analysis->uic,
                                 .rtol = p->rtol,
                                 .progress = pass_progress,
                                 .progress_user = p};
    const hys__tran_sink sink = {p, keep};
    hys__tran_stats stats;
    p->times.n = p->values.n = 0;
    p->status = HYS_OK;
    hys__circuit_set_mode(p->c, HYS__MODE_TRAN);
    hys_status status = hys__circuit_tran(p->c, &opts, &sink, &stats);
    p->n_steps = stats.n_steps;
    if (p->status != HYS_OK) return p->status;
    if (status == HYS_OK && p->times.n < 8)
        return hys__pss_fail(p, HYS_NOCONV, "", "the transient ends before %g s: a device finishes it", stop);
    return status;
}

/* ---- the system ---- */

static bool eval(void *user, const hys__point *at, double *f, double *jac) {
    const hys__pss *p = user;
    hys__point here = *at;
    if (!p->is_driven) here.t = p->t0;
    const hys__system *s = hys__circuit_system(p->c);
    return s->eval(s->user, &here, f, jac);
}

static bool set_param(void *user, double value) {
    (void)user;
    (void)value;
    return true;
}

static void make_family(hys__pss *p) {
    p->family = (hys__family){.system = *hys__circuit_system(p->c),
                              .mass = hys__circuit_mass(p->c),
                              .abstol = hys__circuit_abstol(p->c),
                              .user = p,
                              .set_param = set_param};
    p->family.system.user = p;
    p->family.system.eval = eval;
}

static hys__samples samples_of(const hys__pss *p) {
    return (hys__samples){p->times.n, p->times.at, p->values.at};
}

static bool copy_orbit(hys__pss *p, const hys__orbit *o) {
    size_t size = hys__orbit_size(o) + 2;
    p->orbit = (hys__orbit){.n = o->n, .n_int = o->n_int};
    p->orbit.mesh = HYS_NEW_N(&p->arena, double, o->n_int + 1);
    p->orbit.x = HYS_NEW_N(&p->arena, double, size);
    if (!p->orbit.mesh || !p->orbit.x) return false;
    memcpy(p->orbit.mesh, o->mesh, (o->n_int + 1) * sizeof *o->mesh);
    memcpy(p->orbit.x, o->x, size * sizeof *o->x);
    p->n_intervals = o->n_int;
    p->period = o->x[size - 2];
    return true;
}

/* What is not smooth enough for polynomials may still be for transients. */
static bool is_lost(hys_status status) {
    return status == HYS_NOCONV || status == HYS_SINGULAR;
}

static bool must_shoot(const hys__pss *p) {
    return hys__pss_must_shoot(p) || hys__pss_leaves_bounds(p, p->values.at, p->times.n);
}

/* ---- oscillators ---- */

static int on_cycle(void *user, const hys__cycle *cycle) {
    hys__pss *p = user;
    p->multiplier = HYS_NEW_N(&p->arena, double complex, p->n);
    if (!p->multiplier || !copy_orbit(p, cycle->orbit)) {
        p->status = HYS_NOMEM;
        return 1;
    }
    memcpy(p->multiplier, cycle->multiplier, p->n * sizeof *p->multiplier);
    p->n_multipliers = p->n;
    p->n_unstable = cycle->n_unstable;
    p->is_trusted = cycle->is_trusted;
    p->error = cycle->error;
    p->step = cycle->step;
    return 0;
}

/* Whether nothing moves any more in the samples. */
static bool is_at_rest(const hys__pss *p) {
    for (size_t k = 0; k < p->n; k++) {
        double low = INFINITY, high = -INFINITY, size;
        for (size_t i = p->times.n / 2; i < p->times.n; i++) {
            low = fmin(low, p->values.at[i * p->n + k]);
            high = fmax(high, p->values.at[i * p->n + k]);
        }
        size = fmax(fabs(low), fabs(high));
        if (high - low > 1e-3 * size + 1e3 * p->family.abstol[k]) return false;
    }
    return true;
}

static hys_status oscillate(hys__pss *p) {
    double effort = 0;
    const hys__cycle_opts opts = {.from = 0,
                                  .to = 1,
                                  .error = ERROR,
                                  .max_intervals = INTERVALS_MOST,
                                  .rtol = p->analysis->pss.coefficient,
                                  .effort = &effort,
                                  .max_effort = EFFORT_MOST};
    const hys__cycle_sink sink = {p, on_cycle, NULL};
    const hys__samples samples = samples_of(p);
    p->status = HYS_OK;
    hys_status status = hys__cycle_from_orbit(p->ctx, &p->family, &opts, 0, &samples, &sink);
    if (status == HYS_LIMIT) status = HYS_NOCONV;
    return p->status != HYS_OK ? p->status : status;
}

/* What was shot is made as exact as collocation can, where that is possible. */
static hys_status polish(hys__pss *p, hys_status (*improve)(hys__pss *p)) {
    const hys__pss_wave rows = p->rows;
    size_t turns = p->is_driven ? 1 : 3;
    p->times.n = p->values.n = 0;
    for (size_t k = 0; k < turns * (rows.n - 1) + 1; k++) {
        size_t turn = k / (rows.n - 1);
        double t = p->t0 + p->period * (double)turn + rows.t[k % (rows.n - 1)];
        if (!put(&p->arena, &p->times.at, &p->times.n, &p->times.cap, &t, 1) ||
            !put(&p->arena, &p->values.at, &p->values.n, &p->values.cap, rows.y + k % (rows.n - 1) * p->n, p->n))
            return HYS_NOMEM;
    }
    const hys__pss shot = *p;
    hys_status status = improve(p);
    if (status == HYS_OK) p->rows.n = 0;
    if (status == HYS_OK) p->method = "collocation";
    if (!is_lost(status)) return status;
    p->period = shot.period;
    p->multiplier = shot.multiplier;
    p->n_unstable = shot.n_unstable;
    p->n_neutral = shot.n_neutral;
    p->is_trusted = shot.is_trusted;
    p->step = shot.step;
    p->error = shot.error;
    return HYS_OK;
}

static hys_status shoot_and_polish(hys__pss *p, hys_status (*improve)(hys__pss *p)) {
    hys_status status = hys__pss_shoot(p);
    return status == HYS_OK ? polish(p, improve) : status;
}

static hys_status no_oscillation(hys__pss *p, double stop) {
    if (is_at_rest(p))
        return hys__pss_fail(p, HYS_NOCONV,
                             "start it away from rest (.ic and uic, or a short pulse), or ask hysteron bifurcation "
                             "where it oscillates",
                             "the circuit comes to rest: at %.4g s nothing moves, and no source is periodic", stop);
    return hys__pss_fail(p, HYS_NOCONV,
                         "a larger TSTAB, a better FGUESS; look at it with .tran; if it is chaotic or quasi-periodic "
                         "there is no period to be found",
                         "no cycle was found: until %.4g s the circuit does not come back to where it was, or Newton's "
                         "method on its last turn does not converge",
                         stop);
}

/* ---- driven circuits ---- */

#define LOOK_HINT                                                                                                      \
    "a larger TSTAB; FGUESS at a half or a third of the drive's frequency, if the response is subharmonic; if it is "  \
    "chaotic or quasi-periodic there is no period to be found"

static hys_status find_corners(hys__pss *p, const double **corners, size_t *n) {
    struct {
        double *at;
        size_t n, cap;
    } list = {0};
    bool jumps;
    double t = p->t0;
    while ((t = hys__circuit_corner(p->c, t, &jumps)) < p->t0 + p->period) {
        double *slot = HYS_PUSH(&p->arena, &list);
        if (!slot) return HYS_NOMEM;
        *slot = t;
        if (list.n > 100000)
            return hys__pss_fail(p, HYS_LIMIT, "", "the sources have more than 100000 corners in a period of %g s",
                                 p->period);
    }
    *corners = list.at;
    *n = list.n;
    return HYS_OK;
}

static hys_status take_forced(hys__pss *p, hys__forced *f, const hys__forced_report *report) {
    p->multiplier = HYS_NEW_N(&p->arena, double complex, p->n);
    if (!p->multiplier || !copy_orbit(p, hys__forced_orbit(f))) return HYS_NOMEM;
    p->is_corner = HYS_NEW_N(&p->arena, bool, p->orbit.n_int);
    if (!p->is_corner) return HYS_NOMEM;
    for (size_t i = 0; i < p->orbit.n_int; i++) p->is_corner[i] = hys__forced_is_corner(f, i);
    p->n_multipliers = p->n;
    p->n_neutral = report->n_neutral;
    p->step = report->step;
    p->error = report->error;
    p->n_iter = report->n_iter;
    p->is_trusted = true;
    hys_status status = hys__forced_multipliers(f, p->multiplier);
    for (size_t k = 0; k < p->n; k++) p->n_unstable += cabs(p->multiplier[k]) > 1 + 1e-6;
    return status;
}

static hys_status drive(hys__pss *p) {
    hys__forced_report *report = &p->report;
    hys__forced_opts opts = {
        .t0 = p->t0, .period = p->period, .rtol = p->analysis->pss.coefficient, .max_iter = p->analysis->pss.most_iter};
    hys__forced *f = NULL;
    const hys__samples samples = samples_of(p);
    hys_status status = find_corners(p, &opts.corners, &opts.n_corners);
    p->n_unstable = 0;
    if (status == HYS_OK) status = hys__forced_new(p->ctx, &p->family, &opts, &f);
    if (status == HYS_OK) status = hys__forced_solve(f, &samples, report);
    if (status == HYS_OK) status = take_forced(p, f, report);
    hys__forced_free(f);
    return status;
}

static hys_status missed(hys__pss *p) {
    char name[300], device[500];
    if (p->held_name) {
        hys__flat_elem_name(p->c->flat, p->held_elem, name, sizeof name);
        return hys__pss_fail(p, HYS_NOCONV, LOOK_HINT,
                             "no periodic steady state of %.6g s was found: what %s retains in %s is another value "
                             "after each period",
                             p->period, name, p->held_name);
    }
    hys__circuit_unknown(p->c, p->worst, name, sizeof name);
    hys__circuit_device_at(p->c, p->worst, device, sizeof device);
    return hys__pss_fail(p, HYS_NOCONV, LOOK_HINT,
                         "no periodic steady state of %.6g s was found: from period to period %s%s still changes by "
                         "%.3g of its size",
                         p->period, name, device, p->gap);
}

static hys_status no_steady_state(hys__pss *p, double stop) {
    const hys__forced_report *report = &p->report;
    char name[300], device[500];
    hys__circuit_unknown(p->c, report->worst, name, sizeof name);
    hys__circuit_device_at(p->c, report->worst, device, sizeof device);
    if (p->gap > 0 || p->held_name) return missed(p);
    if (report->gap > 0)
        return hys__pss_fail(p, HYS_NOCONV,
                             "make the drive symmetric, or give the state something that restores it (a "
                             "window, a leak)",
                             "there is no periodic steady state: %s%s drifts, by %.3g %s a period of %.6g s", name,
                             device, report->worst_gap, hys__circuit_unit(p->c, report->worst), p->period);
    return hys__pss_fail(p, HYS_NOCONV, LOOK_HINT,
                         "no periodic steady state of %.6g s was found: after a transient of %.4g s Newton's method "
                         "does not converge; worst is %s%s: the last step is %.3g of its size",
                         p->period, stop, name, device, report->step);
}

static hys_status run_driven(hys__pss *p) {
    double settle = p->analysis->pss.settle > 0 ? p->analysis->pss.settle : SETTLE_PERIODS * p->period;
    hys_status status = HYS_NOCONV;
    for (int k = 0; k < TRIES && is_lost(status) && p->n_steps < STEPS_MOST; k++) {
        p->t0 = fmax(1, ceil(settle / p->period - 1e-9)) * p->period;
        status = hys__pss_sample(p, p->t0, p->t0 + p->period);
        if (status == HYS_OK) status = hys__pss_check_drive(p);
        if (status != HYS_OK) return status;
        bool shoots = must_shoot(p);
        status = shoots ? hys__pss_shoot(p) : drive(p);
        if (status == HYS_NOCONV && p->report.gap > 0) break;
        if (!shoots && is_lost(status)) status = shoot_and_polish(p, drive);
        settle *= LONGER;
    }
    return is_lost(status) ? no_steady_state(p, p->t0) : status;
}

static hys_status run_autonomous(hys__pss *p) {
    double guess = p->analysis->pss.guess, stop = 0;
    if (!(guess > 0))
        return hys__pss_fail(p, HYS_SEMANTIC,
                             "as in .pss 1meg 10u: the frequency to be expected, and the time it takes "
                             "to settle",
                             "no source is periodic: the circuit oscillates by itself if at all, and needs a guess of "
                             "its frequency");
    double settle = p->analysis->pss.settle > 0 ? p->analysis->pss.settle : SETTLE_GUESSES / guess;
    hys_status status = HYS_NOCONV;
    for (int k = 0; k < TRIES && is_lost(status) && p->n_steps < STEPS_MOST; k++) {
        double window = WINDOW / guess * (k ? LONGER : 1);
        stop = settle + window;
        p->t0 = settle;
        status = hys__pss_sample(p, settle, stop);
        if (status == HYS_OK) status = hys__pss_check_drive(p);
        if (status == HYS_DONE) return run_driven(p);
        if (status != HYS_OK) return status;
        bool shoots = must_shoot(p);
        status = shoots ? hys__pss_shoot(p) : oscillate(p);
        if (!shoots && is_lost(status) && !is_at_rest(p)) status = shoot_and_polish(p, oscillate);
        settle *= LONGER;
    }
    return is_lost(status) ? no_oscillation(p, stop) : status;
}

/* A transient of more periods would take days. */
static hys_status check_settle(hys__pss *p) {
    double guess = p->analysis->pss.guess, period = p->is_driven ? p->period : guess > 0 ? 1 / guess : INFINITY;
    if (!(p->analysis->pss.settle > PERIODS_MOST * period)) return HYS_OK;
    return hys__pss_fail(p, HYS_LIMIT, "a smaller TSTAB",
                         "TSTAB, %g s, is %.3g periods of %g s; a limit of this program is %g", p->analysis->pss.settle,
                         p->analysis->pss.settle / period, period, PERIODS_MOST);
}

hys_status hys__pss_run(hys__pss *p) {
    p->n = p->c->n;
    p->n_held = hys__pss_n_held(p->c);
    p->span = p->analysis->span;
    p->method = "collocation";
    hys__arena_init(&p->arena, p->ctx, 0);
    hys_status status = check_kind(p);
    if (status == HYS_OK) status = hys__pss_drive(p);
    if (status == HYS_OK) status = check_settle(p);
    if (status != HYS_OK) return status;
    make_family(p);
    status = p->is_driven ? run_driven(p) : run_autonomous(p);
    if (status == HYS_OK && !p->rows.n) status = hys__pss_waves(p);
    return status;
}

void hys__pss_close(hys__pss *p) {
    hys__arena_free(&p->arena);
}
