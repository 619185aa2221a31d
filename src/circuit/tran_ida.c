/* A transient by IDA: steps are free, outputs are read off the interpolant, what makes the equations jump is landed on
 * and restarted from. */
#include "base/units.h"
#include "circuit/tran_impl.h"
#include <math.h>
#include <string.h>

static bool roots(void *user, double t, const double *y, const double *yp, double *g) {
    (void)yp;
    return hys__circuit_roots(user, t, y, g);
}

/* Measured on crossbars, amplifiers, ring oscillators and neuristor lines: against IDA's 0.25 it saves 30 % of the
 * factorisations and costs 5 % more iterations. */
#define JACOBIAN_DRIFT 0.5

/* Large models whose kernels make up most of the equations. */
static bool has_free_jacobian(const hys__circuit *c) {
    size_t n = 0;
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        if (g->kernel->flags & HYS_K_FREE_JACOBIAN) n += g->n * g->kernel->n_unknowns;
    }
    return 2 * n > c->n;
}

static hys_status make_dae(hys__tran *tr) {
    hys__circuit *c = tr->c;
    int *dir = HYS_NEW_N(&tr->arena, int, c->n_roots + 1);
    if (!dir) return HYS_NOMEM;
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (hys_u32 e = 0; e < g->kernel->n_events; e++)
            for (size_t i = 0; i < g->n; i++) dir[g->first_root + e * g->n + i] = g->kernel->events[e].dir;
    }
    hys__dae_opts opts = {.rtol = tr->rtol,
                          .abstol = tr->abstol,
                          .is_differential = c->is_tested,
                          .no_algebraic_test = true,
                          .max_norm = true,
                          .has_free_jacobian = has_free_jacobian(c),
                          .jacobian_drift = JACOBIAN_DRIFT,
                          .n_roots = c->n_roots,
                          .root_dir = dir,
                          .roots = c->n_roots ? roots : NULL};
    return hys__dae_new(tr->ctx, &c->system, &opts, &tr->dae);
}

static bool at_present(hys__tran *tr, double t, double *y, double *yp) {
    (void)t;
    memcpy(y, tr->y, tr->c->n * sizeof *y);
    memcpy(yp, tr->yp, tr->c->n * sizeof *yp);
    return true;
}

static bool by_interpolation(hys__tran *tr, double t, double *y, double *yp) {
    return hys__dae_interpolate(tr->dae, t, y, yp);
}

/* Consistent values behind the present point, then IDA anew. */
static hys_status begin_anew(hys__tran *tr, bool jumped) {
    hys__circuit *c = tr->c;
    double first_step, *y_before = tr->before, *yp_before = tr->before + c->n;
    hys__circuit_project(c, tr->y);
    memcpy(y_before, tr->y, c->n * sizeof *y_before);
    memcpy(yp_before, tr->yp, c->n * sizeof *yp_before);
    tr->corner_at = tr->t;
    hys_status status = hys__tran_begin(tr, jumped, &first_step);
    if (status == HYS_OK && !tr->dae) status = make_dae(tr);
    if (status != HYS_OK) return status;
    if (c->lines.n) {
        status = hys__tran_corner_on_lines(tr, y_before, yp_before);
        if (status == HYS_OK) status = hys__lines_push(c, tr->corner_at, tr->y);
        if (status == HYS_OK) status = hys__lines_push(c, tr->t, tr->y);
    }
    if (status == HYS_OK) status = hys__circuit_delays_corner(c, tr->corner_at, tr->t, tr->y);
    if (status == HYS_OK) status = hys__tran_outputs(tr, tr->t, at_present);
    hys__tran_energies(tr, tr->t, tr->y, tr->yp, NULL);
    if (status == HYS_OK && jumped) status = hys__tran_put(tr, tr->t, tr->y, tr->yp);
    if (status != HYS_OK) return status;
    tr->last_step = 0;
    double left = hys__tran_next_stop(tr) - tr->t;
    return hys__dae_restart(tr->dae, tr->t, tr->y, tr->yp, fmin(first_step, 0.1 * left));
}

/* What jumps at a restart may carry a root function over zero, and the event's consequences another one. */
#define RESTARTS_MAX 20

static hys_status restart(hys__tran *tr, bool jumped) {
    hys_status status = begin_anew(tr, jumped);
    for (int round = 0; round < RESTARTS_MAX && status == HYS_OK; round++) {
        bool moved;
        memset(tr->fired, 0, tr->c->n_roots);
        if (!hys__tran_missed(tr)) break;
        tr->stats->n_events++;
        status = hys__tran_accept(tr, true, &moved);
        if (status == HYS_OK) status = begin_anew(tr, true);
    }
    hys__root_signs_wake(&tr->signs);
    return status;
}

/* ---- events ---- */

#define TOGETHER 1e-6 /* of the thresholds: nearer controls cross together */

/* The root finder tells of one switch where several cross at one instant (oscillators in step). */
static bool follow_switch(const hys__tran *tr, hys__switch *s) {
    double control = hys__switch_control(tr->c, s, tr->y), near = TOGETHER * (fabs(s->on) + fabs(s->off));
    bool was_on = s->is_on;
    if (was_on ? control < s->off + near : control > s->on - near) s->is_on = !was_on;
    return s->is_on != was_on;
}

/* Which events fired at a root; switches change their state here. */
static bool read_roots(hys__tran *tr, bool *has_fired) {
    hys__circuit *c = tr->c;
    const int *info = hys__dae_root_info(tr->dae);
    size_t n_events = c->n_roots - c->switches.n;
    bool any = false;
    *has_fired = hys__root_signs_told(&tr->signs, info, tr->fired);
    for (size_t k = 0; k < c->switches.n; k++) {
        hys__switch *s = &c->switches.at[k];
        int way = info[n_events + k];
        if (!way) {
            any = follow_switch(tr, s) || any;
            continue;
        }
        any = any || s->is_on != (way > 0);
        s->is_on = way > 0;
    }
    return any || *has_fired;
}

/* ---- failure ---- */

static hys_status fail(hys__tran *tr, hys_status status) {
    char name[300], when[48];
    double ratio;
    if (status != HYS_NOCONV && status != HYS_SINGULAR) return status;
    size_t worst = hys__dae_worst(tr->dae, &ratio);
    hys__circuit_unknown(tr->c, worst, name, sizeof name);
    hys__quantity_format(tr->t, "s", 9, when);
    hys__point at = {tr->t, 0, tr->y, tr->yp};
    hys__circuit_eval(tr->c, &at, tr->y_out, NULL);
    char device[500];
    hys__circuit_device_at(tr->c, worst, device, sizeof device);
    return hys__fail(tr->ctx, status,
                     "a jump in the equations without an event, or NDR without the capacitance across it that every "
                     "device has: add it",
                     "no step from %s converges; worst is %s%s (estimated error %.3g times its tolerance)", when, name,
                     device, ratio);
}

#define STUCK_MAX 200

/* How far a nudge goes, against the time and the longest step. */
#define NUDGE_LEAST 1e-15
#define NUDGE_MOST  1e-9

/* Where the equations jump without an event no step is short enough: the jump is crossed by an explicit step of a few
 * units in the last place of the time, longer when that was not enough. */
static hys_status nudge(hys__tran *tr, hys_status status) {
    double least = NUDGE_LEAST * fmax(tr->t, tr->max_step), most = NUDGE_MOST * fmax(tr->t, tr->max_step);
    tr->nudge = tr->nudge > 0 && tr->t - tr->nudged_at < 1e3 * tr->nudge ? 4 * tr->nudge : least;
    if (tr->nudge > most || tr->nudge > hys__tran_next_stop(tr) - tr->t) return fail(tr, status);
    for (uint32_t i = 0; i < tr->c->n; i++)
        if (tr->c->is_differential[i] && tr->c->is_tested[i]) tr->y[i] += tr->nudge * tr->yp[i];
    tr->t += tr->nudge;
    status = restart(tr, true);
    tr->nudged_at = tr->t;
    return status;
}

/* From order 1 first: the history may mislead.  Its last steps, that shrank towards a jump, say nothing of how long
 * those of the restart should be: where a derivative is formed (ddt of a source) they leave it no digit. */
static hys_status recover(hys__tran *tr, hys_status status) {
    if (status != HYS_NOCONV && status != HYS_SINGULAR) return status;
    tr->last_step = 0;
    return tr->stuck == 1 ? restart(tr, true) : nudge(tr, status);
}

/* ---- steps ---- */

/* A file sets $bound_step to be accurate, which error control does here better; it is followed as long as that costs no
 * more than this many steps. */
#define BOUNDED_STEPS_MAX 2e5

/* Where nothing moves within an output step, long steps would also keep an unstable equilibrium at rest: what grows and
 * oscillates there is damped by any stiff method whose step does not resolve it.  The user's output step says what time
 * scale counts, unless a longest step is given. */
static bool is_at_rest(const hys__tran *tr) {
    for (uint32_t i = 0; i < tr->c->n; i++)
        if (fabs(tr->yp[i]) * tr->opts->step > tr->rtol * fabs(tr->y[i]) + tr->abstol[i]) return false;
    return true;
}

static hys_status step_bound(hys__tran *tr, double *bound) {
    double files = tr->c->bound_step;
    *bound = fmin(tr->max_step, tr->least_delay);
    bool is_free = !(tr->opts->max_step > 0) && tr->opts->step > 0 && *bound > tr->opts->step;
    if (is_free && is_at_rest(tr)) *bound = tr->opts->step;
    if (!(tr->opts->stop / files > BOUNDED_STEPS_MAX)) {
        *bound = fmin(*bound, files);
        return HYS_OK;
    }
    if (tr->bound_is_dropped) return HYS_OK;
    tr->bound_is_dropped = true;
    return hys__circuit_remarkf(tr->c,
                                "a device's $bound_step of %g s would cost %.1g steps: error control chooses the step "
                                "instead (the fourth number of .tran bounds it)",
                                files, tr->opts->stop / files);
}

static hys_status step_to(hys__tran *tr, double stop, double *t, hys__dae_event *event) {
    double bound;
    hys_status status = step_bound(tr, &bound);
    if (status != HYS_OK) return status;
    if (stop - tr->t <= tr->tiny) {
        *t = stop;
        *event = HYS__DAE_STOP;
        return HYS_OK;
    }
    hys__dae_set_max_step(tr->dae, isfinite(bound) ? bound : 0);
    return hys__dae_step(tr->dae, stop, t, event);
}

static hys_status take_point(hys__tran *tr, double t) {
    size_t size = tr->c->n * sizeof *tr->y;
    memcpy(tr->y, hys__dae_y(tr->dae), size);
    memcpy(tr->yp, hys__dae_yp(tr->dae), size);
    tr->last_step = hys__dae_last_step(tr->dae);
    tr->t = t;
    hys__tran_energies(tr, t, tr->y, tr->yp, by_interpolation);
    return tr->opts->every_step ? hys__tran_put(tr, t, tr->y, tr->yp) : HYS_OK;
}

/* The left side of a jump: without it the edge would slope from the output before. */
static hys_status put_edge(hys__tran *tr) {
    bool is_out = tr->opts->every_step || fabs(tr->last_out - tr->t) <= tr->tiny;
    return is_out ? HYS_OK : hys__tran_put(tr, tr->t, tr->y, tr->yp);
}

static bool has_drawn(const hys__tran *tr) {
    return isfinite(tr->draw_step) && tr->t >= (double)(tr->interval + 1) * tr->draw_step - tr->tiny;
}

/* Before what devices remember is changed: by an event, a timer, new draws. */
static bool may_jump(const hys__tran *tr, hys__dae_event event) {
    return event == HYS__DAE_ROOT || tr->t >= tr->c->next_time - tr->tiny || has_drawn(tr);
}

/* What follows from a corner of the sources. */
static hys_status at_corner(hys__tran *tr, bool *jumped, bool *bent) {
    if (tr->t < tr->corner - tr->tiny) return HYS_OK;
    *jumped = *jumped || tr->corner_jumps;
    *bent = true;
    hys__tran_find_corner(tr);
    return put_edge(tr);
}

static bool has_arrived(const hys__tran *tr) {
    return tr->arrivals.first < tr->arrivals.n && tr->arrivals.at[tr->arrivals.first] <= tr->t + tr->tiny;
}

static hys_status advance(hys__tran *tr) {
    hys__dae_event event;
    double t, stop = hys__tran_next_stop(tr);
    hys_status status = step_to(tr, stop, &t, &event);
    if (status != HYS_OK) {
        tr->stuck++;
        return recover(tr, status);
    }
    tr->stuck = t > tr->t ? 0 : tr->stuck + (event != HYS__DAE_STEP); /* steps may be below the resolution of t */
    if (tr->stuck > STUCK_MAX) return fail(tr, HYS_NOCONV);
    status = hys__tran_outputs(tr, t, by_interpolation);
    if (status == HYS_OK) status = take_point(tr, t);
    if (status != HYS_OK) return status;
    if (may_jump(tr, event)) status = put_edge(tr);
    if (status != HYS_OK) return status;
    bool has_fired = false, jumped = false, bent = has_arrived(tr);
    memset(tr->fired, 0, tr->c->n_roots);
    bool crossed = event == HYS__DAE_ROOT && read_roots(tr, &has_fired);
    if (hys__tran_missed(tr)) crossed = has_fired = true;
    if (has_fired) status = put_edge(tr);
    if (status != HYS_OK) return status;
    tr->stats->n_events += crossed;
    if (crossed) hys__circuit_project(tr->c, tr->y);
    status = hys__tran_accept(tr, has_fired, &jumped);
    if (status == HYS_OK) status = hys__lines_push(tr->c, t, tr->y);
    if (status == HYS_OK) status = hys__groups_push_delays(tr->c, t, false);
    if (status == HYS_OK) status = at_corner(tr, &jumped, &bent);
    if (status == HYS_OK) status = hys__tran_turn(tr, &jumped);
    if (status != HYS_OK) return status;
    if (has_drawn(tr)) {
        hys__tran_set_interval(tr, tr->interval + 1);
        jumped = true;
    }
    if (t >= tr->opts->stop) return HYS_OK;
    /* At a corner of a smooth source IDA could go on with its history; its failed steps then cost three times as many
     * factorisations as a restart does (crossbar 32 x 32: 253 against 93). */
    return jumped || crossed || bent ? restart(tr, jumped || crossed || has_arrived(tr)) : HYS_OK;
}

/* Residual of the accepted point: y_old is chosen so that c (y - y_old) is its y'. */
static void check_residual(hys__tran *tr) {
    double h = tr->last_step;
    if (!(h > 0)) return;
    for (uint32_t i = 0; i < tr->c->n; i++) tr->y_old[i] = tr->y[i] - h * tr->yp[i];
    hys__newton_task task = {.t = tr->t, .c = 1 / h, .y_old = tr->y_old};
    tr->stats->max_residual = fmax(tr->stats->max_residual, hys__newton_residual(tr->c->newton, &task, tr->y));
}

static void report(hys__tran *tr) {
    hys__dae_stats stats;
    if (!tr->dae) return;
    hys__dae_statistics(tr->dae, &stats);
    tr->stats->n_steps = stats.n_steps;
    tr->stats->n_rejected = stats.n_rejected;
    tr->stats->n_jacobians = stats.n_jacobians;
    tr->stats->n_newton = stats.n_newton;
    tr->stats->n_restarts = stats.n_restarts;
}

hys_status hys__tran_ida(hys__tran *tr) {
    tr->stats->method = "ida";
    uint64_t calls = 0;
    hys_status status = hys__tran_plan_events(tr);
    if (status != HYS_OK) return status;
    hys__tran_missed(tr);
    status = restart(tr, true);
    while (status == HYS_OK && tr->t < tr->opts->stop && !tr->c->is_finished && !tr->is_stopped) {
        status = advance(tr);
        if ((++calls & 63) != 0 || status != HYS_OK) continue;
        if ((calls & 1023) == 0) check_residual(tr);
        status = hys__tran_poll(tr);
    }
    if (status == HYS_OK) check_residual(tr);
    report(tr);
    hys__dae_free(tr->dae);
    tr->dae = NULL;
    return status;
}
