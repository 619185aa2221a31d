/* A transient as written: implicit Euler steps for circuits with devices that integrate by hand (a retained variable
 * changes at ordinary accepted points).  Steps stop at every corner and output; their length follows the change of the
 * rates of what is retained and, where the circuit has capacitances, of what they hold.  At an event the trial is
 * dropped, solved once at the event's time, committed.
 *
 * Circuits whose devices only draw, more often than restarts of IDA would pay, have true states, which two stages of
 * order 2 advance.
 *
 * A device that counts steps instead of time (its own dt parameter) makes all steps of that length. */
#include "circuit/tran_impl.h"
#include <math.h>
#include <string.h>

/* Local error of one step, relative to the largest value so far, at rtol 1e-6: see lab/run_stepped.c. */
#define STEP_TOL 1e-4
/* Shortest step, against the time to the next stop. */
#define STEP_MIN 1e-12
/* Steps between two outputs after which the error asks for no shorter ones. */
#define STEPS_A_ROW 1000

typedef struct stepped {
    hys__tran *tr;
    hys__be *be;
    double h, h_last, tol; /* s: next step; last step */
    double fixed;          /* s: length of every step; 0: free */
    uint64_t n_fixed;
    bool has_states;  /* true ones, unclamped: order 2 */
    bool has_history; /* rates of the last step are those of a smooth piece */
    size_t n_tracks;
    double *rate, *largest, *error; /* [n_tracks] retained values: last rate, size, sum of local errors */
    double *y_rate, *y_largest;     /* [n] differential unknowns: the same */
    double *g_old, *g_new;          /* [n_roots] */
    double *y_start;                /* [n] */
    unsigned n_since_output;
    bool is_crowded;
    double t_step, h_step; /* of the step that outputs are read off */
} stepped;

/* ---- trials ---- */

/* Retained values after the trial, in each batch's r_next, without committing or saying anything. */
static void look_ahead(stepped *s, double t) {
    hys__circuit *c = s->tr->c;
    hys__circuit_gather(c, t, s->tr->y);
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        if (!g->kernel->n_retained) continue;
        hys_out out = g->batch->out;
        out.effect = NULL;
        g->batch->in.event = NULL;
        g->kernel->accept(&g->batch->env, &g->batch->in, &out);
    }
}

/* Slots whose stepping is watched: not counters, not the time that a file stores to form its own dt. */
static bool is_watched(const stepped *s, const hys__group *g, hys_u32 k, size_t i) {
    const hys_retained_info *info = &g->kernel->retained[k];
    return info->flags & HYS_R_STEPPED && !(info->flags & (HYS_R_INTEGER | HYS_R_HIDDEN)) &&
           g->batch->r_next[k][i] != s->tr->c->time;
}

/* Whether a step ends where a timer of a device fires: what jumps there is no error of stepping. */
static bool is_timed(const stepped *s, double h) {
    double t = s->tr->t + h;
    return fabs(t - s->tr->c->next_time) <= 1e-12 * fabs(t);
}

typedef struct slot_visitor {
    double h;
    bool is_keeping; /* the step is accepted: rates, sizes and errors are kept */
    double worst;
} slot_visitor;

static void visit_slot(stepped *s, slot_visitor *v, const hys__group *g, hys_u32 k, size_t i, size_t at) {
    double next = g->batch->r_next[k][i], rate = (next - g->batch->r[k][i]) / v->h;
    if (is_watched(s, g, k, i)) {
        double e = s->has_history ? hys__be_local_error(s->rate[at], s->h_last, rate, v->h) : 0;
        double scale = fmax(s->largest[at], fabs(next));
        if (scale > 0) v->worst = fmax(v->worst, e / (s->tol * scale));
        if (v->is_keeping) s->largest[at] = scale, s->error[at] += e;
    }
    if (v->is_keeping) s->rate[at] = rate;
}

static void visit_slots(stepped *s, slot_visitor *v) {
    size_t at = 0;
    const hys__circuit *c = s->tr->c;
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (hys_u32 k = 0; k < g->kernel->n_retained; k++)
            for (size_t i = 0; i < g->n; i++) visit_slot(s, v, g, k, i, at++);
    }
}

/* What capacitances and inductors hold, and true states. */
static void visit_unknowns(stepped *s, slot_visitor *v) {
    const hys__circuit *c = s->tr->c;
    const double *rate = hys__be_rate(s->be);
    for (uint32_t i = 0; i < c->n; i++) {
        if (!c->is_differential[i] || !c->is_tested[i]) continue;
        double e = s->has_history ? hys__be_local_error(s->y_rate[i], s->h_last, rate[i], v->h) : 0;
        double size = fmax(s->y_largest[i], fabs(s->tr->y[i]));
        v->worst = fmax(v->worst, e / (s->tol * size + 1e2 * c->abstol[i]));
        if (v->is_keeping) s->y_largest[i] = size, s->y_rate[i] = rate[i];
    }
}

static double trial_error(stepped *s, double h) {
    slot_visitor v = {.h = h};
    if (!s->has_history || is_timed(s, h)) return 0;
    visit_slots(s, &v);
    visit_unknowns(s, &v);
    return v.worst;
}

static void keep_rates(stepped *s, double h) {
    slot_visitor v = {.h = h, .is_keeping = true};
    s->has_history = s->has_history && !is_timed(s, h);
    visit_slots(s, &v);
    visit_unknowns(s, &v);
}

static hys_status solve_step(stepped *s, double h) {
    hys__tran *tr = s->tr;
    memcpy(tr->y, s->y_start, tr->c->n * sizeof *tr->y);
    return s->has_states ? hys__be_step_2(s->be, tr->t, h, tr->y) : hys__be_step(s->be, tr->t, h, tr->y);
}

/* ---- events ---- */

static bool crosses(const stepped *s, const hys_event_info *info, size_t k) {
    double a = s->g_old[k], b = s->g_new[k];
    if (info->kind == HYS_E_CLAMP || a == b || a == 0) return false;
    return (a < 0 && b >= 0 && info->dir >= 0) || (a > 0 && b <= 0 && info->dir <= 0);
}

/* Marks what crosses; true when anything does.  time_tol: the least that an event asks for. */
static bool find_crossings(stepped *s, double *time_tol) {
    hys__tran *tr = s->tr;
    hys__circuit *c = tr->c;
    bool any = false;
    memset(tr->fired, 0, c->n_roots);
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (size_t k = 0; k < g->kernel->n_events * g->n; k++) {
            const hys_event_info *info = &g->kernel->events[k / g->n];
            if (!crosses(s, info, g->first_root + k)) continue;
            tr->fired[g->first_root + k] = 1;
            if (info->time_tol > 0) *time_tol = fmin(*time_tol, info->time_tol);
            any = true;
        }
    }
    for (size_t k = c->n_roots - c->switches.n; k < c->n_roots; k++) {
        tr->fired[k] = (s->g_old[k] < 0 && s->g_new[k] > 0) || (s->g_old[k] > 0 && s->g_new[k] < 0);
        any = any || tr->fired[k];
    }
    return any;
}

/* Shortens a step that passes an event to the event's time: bisection on the solved step, so that the point at which
 * the event fires is itself a solution. */
static hys_status locate_event(stepped *s, double *h) {
    hys__tran *tr = s->tr;
    double lo = 0, hi = *h, tol = 1e-9 * *h;
    find_crossings(s, &tol);
    tol = fmax(tol, 4e-16 * (tr->t + *h));
    while (hi - lo > tol) {
        double mid = lo + 0.5 * (hi - lo), unused = 1;
        hys_status status = solve_step(s, mid);
        if (status != HYS_OK) return status;
        hys__circuit_roots(tr->c, tr->t + mid, tr->y, s->g_new);
        if (find_crossings(s, &unused)) hi = mid;
        else lo = mid;
    }
    *h = hi;
    hys_status status = solve_step(s, hi);
    hys__circuit_roots(tr->c, tr->t + hi, tr->y, s->g_new);
    find_crossings(s, &tol);
    return status;
}

/* ---- steps ---- */

static hys_status give_up(stepped *s, hys_status status) {
    hys__tran *tr = s->tr;
    memcpy(tr->y, s->y_start, tr->c->n * sizeof *tr->y);
    return hys__circuit_no_solution(tr->c, status, tr->t, "step", tr->y);
}

/* The shortest step that the error may ask for.  Where a file's own updates do not become smooth however short the step
 * is, refining would never end. */
static hys_status least_for_error(stepped *s, double *least) {
    hys__tran *tr = s->tr;
    double out = tr->opts->step > 0 ? tr->opts->step : tr->opts->stop / 1000;
    hys_status status = HYS_OK;
    *least = STEP_MIN * tr->opts->stop;
    if (s->n_since_output < STEPS_A_ROW) return HYS_OK;
    if (!s->is_crowded)
        status = hys__circuit_remarkf(tr->c,
                                      "near %g s more than %d steps between two outputs would be needed: the result "
                                      "depends on the steps there",
                                      tr->t, STEPS_A_ROW);
    s->is_crowded = true;
    *least = out / STEPS_A_ROW;
    return status;
}

/* A trial of length *h: shortened until it converges and its error is small; then to an event. */
static hys_status try_step(stepped *s, double *h, bool *has_fired) {
    hys__tran *tr = s->tr;
    double least = STEP_MIN * tr->opts->stop, enough, unused = 1;
    hys_status status = least_for_error(s, &enough);
    memcpy(s->y_start, tr->y, tr->c->n * sizeof *s->y_start);
    *has_fired = false;
    while (status == HYS_OK) {
        hys_status solved = solve_step(s, *h);
        if (solved == HYS_OK) {
            look_ahead(s, tr->t + *h);
            double error = s->fixed > 0 ? 0 : trial_error(s, *h);
            if (error <= 1 || *h <= enough) {
                s->h = *h * fmin(2, 0.9 / sqrt(fmax(error, 1e-3)));
                if (s->is_crowded && s->n_since_output >= STEPS_A_ROW) s->h = fmax(s->h, enough);
                break;
            }
            *h = fmax(*h * fmax(0.2, 0.9 / sqrt(error)), enough);
        } else if (*h <= least || s->fixed > 0) {
            return give_up(s, solved);
        } else {
            *h *= 0.25;
        }
        tr->stats->n_rejected++;
    }
    if (status != HYS_OK || !tr->c->n_roots || s->fixed > 0) return status;
    hys__circuit_roots(tr->c, tr->t + *h, tr->y, s->g_new);
    if (!find_crossings(s, &unused)) return HYS_OK;
    *has_fired = true;
    status = locate_event(s, h);
    if (status != HYS_OK) return give_up(s, status);
    look_ahead(s, tr->t + *h);
    return HYS_OK;
}

static double next_stop(const stepped *s) {
    return fmin(hys__tran_next_stop(s->tr), hys__tran_next_output(s->tr));
}

/* Never leaves a sliver before a stop. */
static double choose_step(const stepped *s, double stop) {
    hys__tran *tr = s->tr;
    double left = stop - tr->t, h = fmin(s->h, fmin(tr->max_step, tr->c->bound_step));
    h = fmin(h, tr->least_delay);
    if (h >= left * (1 - 1e-9)) return left;
    return h > 0.5 * left ? 0.5 * left : h;
}

static void flip_switches(stepped *s) {
    hys__circuit *c = s->tr->c;
    size_t first = c->n_roots - c->switches.n;
    for (size_t k = 0; k < c->switches.n; k++)
        if (s->tr->fired[first + k]) c->switches.at[k].is_on = s->g_new[first + k] > 0 || s->g_old[first + k] < 0;
}

static hys_status commit(stepped *s, double h, bool has_fired, double stop) {
    hys__tran *tr = s->tr;
    hys__circuit *c = tr->c;
    bool jumped, was_timed = is_timed(s, h);
    keep_rates(s, h);
    memcpy(tr->yp, hys__be_rate(s->be), c->n * sizeof *tr->yp);
    double t = tr->t + h >= stop - tr->tiny ? stop : tr->t + h;
    if (has_fired) flip_switches(s);
    hys_status status = hys__circuit_accept(c, t, tr->y, has_fired ? tr->fired : NULL, &jumped);
    if (status == HYS_OK) status = hys__lines_push(c, t, tr->y);
    if (status == HYS_OK) status = hys__groups_push_delays(c, t, false);
    if (status != HYS_OK) return status;
    tr->t = t;
    bool turned = false;
    status = hys__tran_turn(tr, &turned);
    if (status != HYS_OK) return status;
    s->h_last = h;
    s->has_history = !has_fired && !was_timed && !turned;
    s->n_since_output++;
    tr->stats->n_steps++;
    if (c->n_roots) hys__circuit_roots(c, t, tr->y, s->g_old);
    if (t >= tr->corner - tr->tiny) {
        s->has_history = false;
        hys__tran_find_corner(tr);
    }
    if (isfinite(tr->draw_step) && t >= (double)(tr->interval + 1) * tr->draw_step - tr->tiny) {
        hys__tran_set_interval(tr, tr->interval + 1);
        s->has_history = false;
    }
    return HYS_OK;
}

static bool at_end(hys__tran *tr, double t, double *y, double *yp) {
    (void)t;
    memcpy(y, tr->y, tr->c->n * sizeof *y);
    memcpy(yp, tr->yp, tr->c->n * sizeof *yp);
    return true;
}

/* On the line between the ends of the last step. */
static bool between(hys__tran *tr, double t, double *y, double *yp) {
    double back = tr->t - t;
    for (uint32_t i = 0; i < tr->c->n; i++) y[i] = tr->y[i] - back * tr->yp[i];
    memcpy(yp, tr->yp, tr->c->n * sizeof *yp);
    return true;
}

/* The left side of an event: what devices remember jumps there.  No two rows have the same time. */
static hys_status put_left(stepped *s, double h) {
    hys__tran *tr = s->tr;
    return hys__tran_put(tr, nextafter(tr->t + h, 0), tr->y, hys__be_rate(s->be));
}

static hys_status advance(stepped *s) {
    hys__tran *tr = s->tr;
    bool has_fired;
    double stop = next_stop(s), h = choose_step(s, stop);
    hys_status status = try_step(s, &h, &has_fired);
    if (status == HYS_OK) {
        double residual = hys__be_residual(s->be, tr->y);
        if ((tr->stats->n_steps & 63) == 0) tr->stats->max_residual = fmax(tr->stats->max_residual, residual);
        if (has_fired) status = put_left(s, h);
        if (status == HYS_OK) status = commit(s, h, has_fired, stop);
    }
    if (status != HYS_OK) return status;
    hys__tran_energies(tr, tr->t, tr->y, tr->yp, NULL);
    if (tr->opts->every_step || has_fired) status = hys__tran_put(tr, tr->t, tr->y, tr->yp);
    if (tr->opts->every_step || status != HYS_OK) return status;
    uint64_t n_before = tr->n_out;
    status = hys__tran_outputs(tr, tr->t + tr->tiny, at_end);
    if (tr->n_out != n_before) s->n_since_output = 0;
    return status;
}

/* Steps of one length, whatever corners and outputs there are. */
static hys_status advance_fixed(stepped *s) {
    hys__tran *tr = s->tr;
    double t = (double)++s->n_fixed * s->fixed; /* no rounding adds up */
    memcpy(s->y_start, tr->y, tr->c->n * sizeof *tr->y);
    hys_status status = solve_step(s, t - tr->t);
    if (status != HYS_OK) return give_up(s, status);
    look_ahead(s, t);
    status = commit(s, t - tr->t, false, t);
    if (status != HYS_OK) return status;
    hys__tran_energies(tr, t, tr->y, tr->yp, NULL);
    return tr->opts->every_step ? hys__tran_put(tr, t, tr->y, tr->yp) : hys__tran_outputs(tr, t, between);
}

/* The step of a device without $abstime: what the user says by max_step, else its $bound_step, else its parameter named
 * dt. */
static double own_step(const stepped *s, const hys__group *g) {
    static const char *const names[] = {"dt", "Dt", "DT", "delta_t", "tstep", "Ts", "timestep", "h"};
    if (s->tr->opts->max_step > 0) return s->tr->opts->max_step;
    if (isfinite(s->tr->c->bound_step)) return s->tr->c->bound_step;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        long at = hys__model_find_param(g->model, names[i], strlen(names[i]));
        if (at >= 0 && g->batch->p[at][0] > 0) return g->batch->p[at][0];
    }
    return 0;
}

static hys_status find_fixed(stepped *s) {
    hys__circuit *c = s->tr->c;
    bool counts = false;
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        if (!(g->kernel->flags & HYS_K_STEPPED) || g->kernel->flags & HYS_K_USES_TIME) continue;
        counts = true;
        double step = own_step(s, g);
        if (step > 0) s->fixed = s->fixed > 0 ? fmin(s->fixed, step) : step;
    }
    if (!counts) return HYS_OK;
    if (s->fixed == 0)
        return hys__circuit_remarkf(c, "a device counts accepted steps, not time: its result depends on the longest "
                                       "step given in .tran");
    if (s->tr->opts->stop / s->fixed > 1e9)
        return hys__fail(c->ctx, HYS_LIMIT, "choose a longer step by the fourth number of .tran",
                         "%g s in steps of %g s are more than 1e9 steps", s->tr->opts->stop, s->fixed);
    return hys__circuit_remarkf(c, "steps of %g s, as a device integrates by itself", s->fixed);
}

static hys_status take_memory(stepped *s) {
    hys__tran *tr = s->tr;
    const hys__circuit *c = tr->c;
    for (size_t j = 0; j < c->groups.n; j++) s->n_tracks += c->groups.at[j].kernel->n_retained * c->groups.at[j].n;
    s->rate = HYS_NEW_N(&tr->arena, double, s->n_tracks + 1);
    s->largest = HYS_NEW_N(&tr->arena, double, s->n_tracks + 1);
    s->error = HYS_NEW_N(&tr->arena, double, s->n_tracks + 1);
    s->y_rate = HYS_NEW_N(&tr->arena, double, (size_t)c->n + 1);
    s->y_largest = HYS_NEW_N(&tr->arena, double, (size_t)c->n + 1);
    s->y_start = HYS_NEW_N(&tr->arena, double, (size_t)c->n + 1);
    s->g_old = HYS_NEW_N(&tr->arena, double, c->n_roots + 1);
    s->g_new = HYS_NEW_N(&tr->arena, double, c->n_roots + 1);
    return tr->arena.failed ? HYS_NOMEM : HYS_OK;
}

static void report(stepped *s) {
    hys__tran_stats *to = s->tr->stats;
    const hys__newton_report *newton = hys__newton_last(s->tr->c->newton);
    to->n_newton = newton->n_iter;
    to->n_jacobians = newton->n_jacobians;
    to->step_error = 0;
    for (size_t k = 0; k < s->n_tracks; k++)
        if (s->largest[k] > 0) to->step_error = fmax(to->step_error, s->error[k] / s->largest[k]);
}

/* An extrapolation would leave the bounds of a clamped state. */
static bool has_states(const hys__circuit *c) {
    for (size_t j = 0; j < c->groups.n; j++)
        if (c->groups.at[j].has_clamps || c->groups.at[j].kernel->flags & HYS_K_STEPPED) return false;
    return true;
}

hys_status hys__tran_stepped(hys__tran *tr) {
    stepped s = {.tr = tr, .has_states = has_states(tr->c), .tol = STEP_TOL * sqrt(tr->rtol / 1e-6)};
    s.h = 1e-3 * (tr->opts->step > 0 ? tr->opts->step : tr->max_step);
    tr->stats->method = "as-written";
    hys_status status = take_memory(&s);
    if (status == HYS_OK) status = hys__be_new(tr->ctx, &tr->c->system, tr->c->newton, &s.be);
    if (status != HYS_OK) return status;
    status = find_fixed(&s);
    if (tr->c->n_roots) hys__circuit_roots(tr->c, 0, tr->y, s.g_old);
    uint64_t calls = 0;
    while (status == HYS_OK && tr->t < tr->opts->stop - tr->tiny && !tr->c->is_finished && !tr->is_stopped) {
        status = s.fixed > 0 ? advance_fixed(&s) : advance(&s);
        if ((++calls & 63) == 0 && status == HYS_OK) status = hys__tran_poll(tr);
    }
    report(&s);
    hys__be_free(s.be);
    return status;
}
