/* Running as written: implicit Euler steps for modules that integrate by hand (a retained variable changes at
 * ordinary accepted points).  Steps stop at every breakpoint and output; their length follows the change of
 * the rates of what is retained; at an event the trial is dropped, solved once at the event's time, committed.
 *
 * Modules that only draw, more often than restarts of IDA would pay, have states of their own, which two stages of
 * order 2 advance.
 *
 * A file that counts steps instead of time (its own dt parameter) runs on a fixed grid: see fixed_step. */
#include "lab/run.h"
#include "numerics/be_stepper.h"
#include <math.h>
#include <string.h>

/* Local error of one step, relative to the largest value so far, at rtol 1e-6.  A first-order method of 1000
 * steps a cycle is then good to about a percent where a state crosses its range once. */
#define STEP_TOL 1e-4
/* Shortest step, against the section's length. */
#define STEP_MIN 1e-12
/* Steps between two outputs after which the error asks for no shorter ones. */
#define STEPS_A_ROW 1000

typedef struct track {           /* of one quantity whose stepping error is watched */
    double rate, largest, error; /* of the last step; |value|; sum of local errors */
} track;

typedef struct stepped_run {
    hys__runner *r;
    hys__bench *b;
    hys__be *be;
    const hys__section *section;
    double t, h, h_last, tol; /* s local; next step; last step */
    double fixed;             /* s: length of every step; 0: free */
    uint64_t n_fixed;         /* of them in this section */
    double first_fixed;       /* s: where the section's first one starts */
    bool has_states;          /* true ones, unclamped: order 2 */
    bool has_jumped;          /* the trial was an explicit step */
    bool has_history;         /* rates of the last step are those of a smooth piece */
    size_t n_out;
    unsigned char *fired;
    double *g_old, *g_new;     /* [n_events] */
    double *y_start;           /* [n] */
    track *tracks;             /* [n_retained] */
    double *next;              /* [n_retained] of the trial */
    double *row_old, *row_new; /* fixed steps: rows at their ends */
    unsigned n_since_row;      /* steps since the last output */
    bool is_crowded;
} stepped_run;

/* Solves the step, with the limiter in the mode that its solution respects. */
static hys_status solve_step(stepped_run *s, double h) {
    hys__bench *b = s->b;
    double *y = s->r->y;
    hys__limiter tried[3] = {b->limiter, HYS__LIMIT_OFF, HYS__LIMIT_OFF};
    for (int k = 0; k < 3; k++) {
        memcpy(y, s->y_start, b->n * sizeof *y);
        b->limiter = tried[k];
        hys_status status = s->has_states ? hys__be_step_2(s->be, s->t, h, y) : hys__be_step(s->be, s->t, h, y);
        if (status != HYS_OK || !b->has_limit) return status;
        hys__bench_current(b, s->t + h, y, hys__be_rate(s->be));
        double i = b->i, limit = b->limiter == HYS__LIMIT_POS ? b->i_pos : -b->i_neg;
        double lost = b->source - b->series * limit - b->batch->x[b->plus][0];
        if (b->limiter == HYS__LIMIT_OFF && i > b->i_pos * (1 + 1e-9)) tried[2] = tried[1] = HYS__LIMIT_POS;
        else if (b->limiter == HYS__LIMIT_OFF && i < -b->i_neg * (1 + 1e-9)) tried[2] = tried[1] = HYS__LIMIT_NEG;
        else if (b->limiter == HYS__LIMIT_OFF || lost * limit >= 0) return HYS_OK;
    }
    return HYS_OK;
}

static void count_step(stepped_run *s, bool accepted) {
    hys_run_stats *stats = &s->r->run->stats;
    if (accepted) stats->n_steps++;
    else stats->n_rejected++;
}

/* The device's retained values after the trial, without committing or saying anything. */
static void look_ahead(stepped_run *s, double t) {
    hys__bench *b = s->b;
    hys__batch *batch = b->batch;
    void (*effect)(void *, hys_u32, hys_u32, const double *, hys_u32) = batch->out.effect;
    hys__bench_scatter(b, t, s->r->y);
    batch->in.event = NULL;
    batch->out.effect = NULL;
    b->kernel->accept(&batch->env, &batch->in, &batch->out);
    batch->out.effect = effect;
    for (hys_u32 k = 0; k < b->kernel->n_retained; k++) s->next[k] = batch->r_next[k][0];
}

/* Slots whose stepping is watched: not counters, not the time that a file stores to form its own dt. */
static bool is_watched(const stepped_run *s, hys_u32 k) {
    const hys_retained_info *info = &s->b->kernel->retained[k];
    return info->flags & HYS_R_STEPPED && !(info->flags & (HYS_R_INTEGER | HYS_R_HIDDEN)) &&
           s->next[k] != s->b->batch->env.time;
}

/* Whether a step ends where a timer of the file fires: what jumps there is no error of stepping. */
static bool is_timed(const stepped_run *s, double h) {
    double time = s->b->origin + s->t + h;
    return fabs(time - s->b->next_time) <= 1e-12 * fabs(time);
}

/* Largest local error of the trial over its tolerance. */
static double trial_error(stepped_run *s, double h) {
    double worst = 0;
    bool counts = s->has_history && !is_timed(s, h);
    for (hys_u32 k = 0; k < s->b->kernel->n_retained && counts; k++) {
        if (!is_watched(s, k)) continue;
        track *tr = &s->tracks[k];
        double rate = (s->next[k] - s->b->batch->r[k][0]) / h;
        double e = hys__be_local_error(tr->rate, s->h_last, rate, h);
        double scale = fmax(tr->largest, fabs(s->next[k]));
        if (scale > 0) worst = fmax(worst, e / (s->tol * scale));
    }
    return worst;
}

static void keep_rates(stepped_run *s, double h) {
    s->has_history = s->has_history && !is_timed(s, h);
    for (hys_u32 k = 0; k < s->b->kernel->n_retained; k++) {
        track *tr = &s->tracks[k];
        double rate = (s->next[k] - s->b->batch->r[k][0]) / h;
        if (is_watched(s, k)) {
            tr->largest = fmax(tr->largest, fabs(s->next[k]));
            if (s->has_history) tr->error += hys__be_local_error(tr->rate, s->h_last, rate, h);
        }
        tr->rate = rate;
    }
}

static bool crosses(const stepped_run *s, hys_u32 e) {
    const hys_event_info *info = &s->b->kernel->events[e];
    double a = s->g_old[e], b = s->g_new[e];
    if (info->kind == HYS_E_CLAMP || a == b) return false;
    bool rises = a <= 0 && b > 0 && a != 0, falls = a >= 0 && b < 0 && a != 0;
    rises = rises || (a < 0 && b == 0);
    falls = falls || (a > 0 && b == 0);
    return (rises && info->dir >= 0) || (falls && info->dir <= 0);
}

static bool any_crossing(const stepped_run *s) {
    for (hys_u32 e = 0; e < s->b->kernel->n_events; e++)
        if (crosses(s, e)) return true;
    return false;
}

/* Shortens a step that passes an event to the event's time: bisection on the solved step, so that the
 * point at which the event fires is itself a solution.  On return r->y, g_new belong to *h. */
static hys_status locate_event(stepped_run *s, double *h) {
    double lo = 0, hi = *h, tol = 1e-9 * *h;
    for (hys_u32 e = 0; e < s->b->kernel->n_events; e++)
        if (crosses(s, e) && s->b->kernel->events[e].time_tol > 0) tol = fmin(tol, s->b->kernel->events[e].time_tol);
    tol = fmax(tol, 4e-16 * (s->b->origin + s->t + *h));
    while (hi - lo > tol) {
        double mid = lo + 0.5 * (hi - lo);
        hys_status status = solve_step(s, mid);
        if (status != HYS_OK) return status;
        hys__bench_roots(s->b, s->t + mid, s->r->y, s->g_new);
        if (any_crossing(s)) hi = mid;
        else lo = mid;
    }
    *h = hi;
    hys_status status = solve_step(s, hi);
    hys__bench_roots(s->b, s->t + hi, s->r->y, s->g_new);
    return status;
}

static hys_status give_up(stepped_run *s, hys_status status) {
    const hys__newton_report *report = hys__newton_last(s->b->newton);
    bool is_jump = status == HYS_NOCONV && !report->is_nonfinite && s->fixed == 0;
    memcpy(s->r->y, s->y_start, s->b->n * sizeof *s->r->y);
    if (!is_jump) return hys__bench_no_solution(s->b, status, s->t, "step");
    return hys__fail(s->r->run->ctx, status,
                     "let an event (@(cross(...))) change the variable that makes them jump, or make the change smooth",
                     "%s: no step from %.9g s has a solution, however short: the equations jump there; worst is %s",
                     hys_model_name(s->b->model), s->b->origin + s->t, hys__bench_unknown(s->b, report->worst_row));
}

static double next_stop(const stepped_run *s) {
    double stop = fmin(s->section->length, hys__runner_draw_end(s->r));
    stop = fmin(stop, s->b->next_time - s->b->origin);
    if (s->n_out < s->section->n_out) stop = fmin(stop, hys__section_output(s->section, s->n_out));
    return stop;
}

/* Lengths of an explicit step over a jump of the equations, against the section's: the first, and how many, each ten
 * times as long as the one before. */
#define JUMP    1e-9
#define N_JUMPS 5

/* No step from here has a solution: the equations jump.  An explicit one goes over the jump. */
static hys_status jump_over(stepped_run *s, hys_status why, double *h) {
    hys__runner *r = s->r;
    double length = s->section->length, left = next_stop(s) - s->t, part = JUMP;
    memcpy(r->y, s->y_start, s->b->n * sizeof *r->y);
    for (int k = 0; k < N_JUMPS; k++, part *= 10) {
        *h = fmin(part * length, left);
        if (hys__bench_jump(s->b, s->t, *h, length, r->y, r->yp) == HYS_OK) {
            s->h = *h;
            s->has_jumped = true;
            look_ahead(s, s->t + *h);
            return HYS_OK;
        }
        memcpy(r->y, s->y_start, s->b->n * sizeof *r->y);
    }
    return give_up(s, why);
}

/* The shortest step that the error may ask for.  Where a file's own updates do not become smooth however short the step
 * is (a soft limiter applied in each step, a bounce), refining would never end. */
static double least_for_error(stepped_run *s) {
    if (s->n_since_row < STEPS_A_ROW) return STEP_MIN * s->section->length;
    if (!s->is_crowded)
        hys__run_remark(s->r->run,
                        "near %g s more than %d steps between two outputs would be needed: the result "
                        "depends on the steps there; see what --max-step changes",
                        s->b->origin + s->t, STEPS_A_ROW);
    s->is_crowded = true;
    return s->r->drive->out_step / STEPS_A_ROW;
}

/* A trial of length *h: shortened until it converges and its error is small; then to an event. */
static hys_status try_step(stepped_run *s, double *h, bool *has_fired) {
    const hys_kernel *k = s->b->kernel;
    double least = STEP_MIN * s->section->length, enough = least_for_error(s);
    memcpy(s->y_start, s->r->y, s->b->n * sizeof *s->y_start);
    for (;;) {
        hys_status status = solve_step(s, *h);
        if (status == HYS_OK) {
            look_ahead(s, s->t + *h);
            double error = s->fixed > 0 ? 0 : trial_error(s, *h);
            if (error <= 1 || *h <= enough) {
                s->h = *h * fmin(2, 0.9 / sqrt(fmax(error, 1e-3)));
                if (s->is_crowded && s->n_since_row >= STEPS_A_ROW) s->h = fmax(s->h, enough);
                break;
            }
            *h = fmax(*h * fmax(0.2, 0.9 / sqrt(error)), enough);
        } else if (*h <= least) {
            status = jump_over(s, status, h);
            if (status != HYS_OK) return status;
            break;
        } else {
            *h *= 0.25;
        }
        count_step(s, false);
    }
    *has_fired = false;
    if (!k->n_events) return HYS_OK;
    hys__bench_roots(s->b, s->t + *h, s->r->y, s->g_new);
    if (!any_crossing(s)) return HYS_OK;
    *has_fired = true;
    hys_status status = locate_event(s, h);
    if (status != HYS_OK) return give_up(s, status);
    for (hys_u32 e = 0; e < k->n_events; e++) s->fired[e] = crosses(s, e);
    look_ahead(s, s->t + *h);
    return HYS_OK;
}

/* Length of the next step: never leaves a sliver before a stop. */
static double choose_step(const stepped_run *s, double stop) {
    double left = stop - s->t;
    double h = fmin(s->h, fmin(s->r->max_step, s->b->bound_step));
    h = fmin(h, hys__bench_least_delay(s->b));
    if (h >= left * (1 - 1e-9)) return left;
    return h > 0.5 * left ? 0.5 * left : h;
}

static hys_status commit(stepped_run *s, double h, bool has_fired, double stop) {
    hys__runner *r = s->r;
    bool jumped;
    bool was_timed = is_timed(s, h);
    keep_rates(s, h);
    if (!s->has_jumped) memcpy(r->yp, hys__be_rate(s->be), s->b->n * sizeof *r->yp);
    bool lands = s->t + h >= stop - 1e-12 * fmax(stop, s->section->length);
    double t = lands ? stop : s->t + h;
    hys_status status = hys__bench_accept(s->b, t, r->y, has_fired ? s->fired : NULL, &jumped);
    if (status != HYS_OK) return status;
    s->t = t;
    s->h_last = h;
    s->has_history = !has_fired && !s->b->wants_restart && !s->has_jumped && !was_timed;
    s->has_jumped = false;
    count_step(s, true);
    if (s->b->kernel->n_events) hys__bench_roots(s->b, t, r->y, s->g_old);
    if (t >= hys__runner_draw_end(r) - 1e-12 * fmax(t, s->section->length)) {
        hys__runner_draw_next(r);
        s->has_history = false;
    }
    if (hys__runner_reversal(r, t)) s->has_history = false;
    return HYS_OK;
}

static bool output_is_due(const stepped_run *s, double t) {
    return s->n_out < s->section->n_out && hys__section_output(s->section, s->n_out) <= t + 1e-12 * s->section->length;
}

/* The row of a trial: its current was solved with the retained values before it, and they move to `next`. */
static void trial_row(stepped_run *s, double t, double *row) {
    hys__row_from from = {s->r->y, s->has_jumped ? s->r->yp : hys__be_rate(s->be), s->next};
    hys__runner_row(s->r, t, &from, row);
}

static void check_residual(stepped_run *s) {
    hys_run_stats *to = &s->r->run->stats;
    to->max_residual = fmax(to->max_residual, hys__be_residual(s->be, s->r->y)); /* not the first NaN */
}

static hys_status advance(stepped_run *s) {
    bool has_fired;
    double stop = next_stop(s), h = choose_step(s, stop);
    hys_status status = try_step(s, &h, &has_fired);
    if (status != HYS_OK) return status;
    bool is_due = output_is_due(s, s->t + h);
    if (is_due && !s->has_jumped) check_residual(s);
    if (is_due) trial_row(s, s->t + h, s->r->row);
    status = commit(s, h, has_fired, stop);
    s->n_since_row = is_due ? 0 : s->n_since_row + 1;
    for (; status == HYS_OK && output_is_due(s, s->t); s->n_out++) status = hys__runner_put(s->r, s->r->row);
    return status;
}

/* Steps of one length whatever the outputs are; a row between two steps is read off the line between
 * their rows. */
static hys_status advance_fixed(stepped_run *s) {
    hys__runner *r = s->r;
    double h = s->fixed, t = s->first_fixed + (double)++s->n_fixed * h; /* no rounding adds up */
    memcpy(s->y_start, r->y, s->b->n * sizeof *r->y);
    hys_status status = solve_step(s, h);
    if (status != HYS_OK) return give_up(s, status);
    look_ahead(s, t);
    trial_row(s, t, s->row_new);
    status = commit(s, h, false, t);
    for (; status == HYS_OK && output_is_due(s, t); s->n_out++) {
        double at = hys__section_output(s->section, s->n_out), part = fmin(1, 1 - (t - at) / h);
        for (size_t c = 0; c < r->n_columns; c++) r->row[c] = s->row_old[c] + part * (s->row_new[c] - s->row_old[c]);
        status = hys__runner_put(r, r->row);
    }
    memcpy(s->row_old, s->row_new, r->n_columns * sizeof *s->row_old);
    return status;
}

/* A file without $abstime advances by its own dt at each accepted step: the step is what the user says by
 * --max-step, else the file's $bound_step, else its parameter named dt. */
static hys_status find_fixed(stepped_run *s) {
    const hys_kernel *k = s->b->kernel;
    static const char *const names[] = {"dt", "Dt", "DT", "delta_t", "tstep", "Ts", "timestep", "h"};
    if (!(k->flags & HYS_K_STEPPED) || k->flags & HYS_K_USES_TIME) return HYS_OK;
    s->fixed = isfinite(s->r->max_step) ? s->r->max_step : isfinite(s->b->bound_step) ? s->b->bound_step : 0;
    for (size_t i = 0; i < sizeof names / sizeof *names && s->fixed == 0; i++) {
        long at = hys__model_find_param(s->b->model, names[i], strlen(names[i]));
        if (at >= 0 && s->b->batch->p[at][0] > 0) s->fixed = s->b->batch->p[at][0];
    }
    if (s->fixed == 0)
        return hys__run_remark(s->r->run, "the file counts accepted steps, not time: its result "
                                          "depends on --max-step");
    if (s->r->drive->duration / s->fixed > 1e9)
        return hys__fail(s->r->run->ctx, HYS_LIMIT, "choose a longer step by --max-step",
                         "%g s in steps of %g s are more than 1e9 steps", s->r->drive->duration, s->fixed);
    return hys__run_remark(s->r->run, "steps of %g s, as the file integrates by itself", s->fixed);
}

/* An extrapolation would leave the bounds of a clamped state. */
static bool has_states(const hys_kernel *k) {
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        if (k->unknowns[u].flags & (HYS_U_CLAMP_LO | HYS_U_CLAMP_HI)) return false;
    return !(k->flags & HYS_K_STEPPED);
}

static hys_status start(stepped_run *s) {
    hys__runner *r = s->r;
    hys_status status = hys__bench_operate(s->b, r->y);
    if (status == HYS_OK) status = hys__runner_draws(r);
    if (status == HYS_OK) status = find_fixed(s);
    if (status != HYS_OK) return status;
    memset(r->yp, 0, s->b->n * sizeof *r->yp);
    if (s->b->kernel->n_events) hys__bench_roots(s->b, 0, r->y, s->g_old);
    hys__runner_reversal(r, 0);
    s->h = 1e-3 * r->drive->out_step;
    for (hys_u32 k = 0; k < s->b->kernel->n_retained; k++) s->tracks[k].largest = fabs(s->b->batch->r[k][0]);
    hys__row_from from = {r->y, NULL, NULL};
    hys__runner_row(r, 0, &from, s->row_old);
    return hys__runner_put(r, s->row_old);
}

static hys_status run_sections(stepped_run *s) {
    const hys__drive *d = s->r->drive;
    hys_status status = HYS_OK;
    uint64_t calls = 0;
    double over = 0; /* how far a fixed step has run into the next section */
    for (size_t k = 0; k < d->sections.n && status == HYS_OK && !s->b->is_finished; k++) {
        s->section = &d->sections.at[k];
        hys__bench_origin(s->b, s->section);
        s->t = s->first_fixed = over;
        s->n_fixed = 0;
        s->n_out = 0;
        if (k == 0) status = start(s);
        while (status == HYS_OK && s->t < s->section->length * (1 - 1e-12) && !s->b->is_finished) {
            status = s->fixed > 0 ? advance_fixed(s) : advance(s);
            if ((++calls & 63) == 0 && status == HYS_OK)
                status = hys__runner_poll(s->r, (s->b->origin + s->t) / d->duration, s->fixed > 0 ? 0 : calls);
        }
        over = s->fixed > 0 ? s->t - s->section->length : 0;
    }
    return status;
}

static void report(stepped_run *s) {
    hys_run_stats *to = &s->r->run->stats;
    const hys__newton_report *newton = hys__newton_last(s->b->newton);
    to->n_newton = newton->n_iter;
    to->n_jacobians = newton->n_jacobians;
    to->step_error = 0;
    for (hys_u32 k = 0; k < s->b->kernel->n_retained; k++)
        if (s->tracks[k].largest > 0) to->step_error = fmax(to->step_error, s->tracks[k].error / s->tracks[k].largest);
}

hys_status hys__run_stepped(hys__runner *r) {
    const hys_kernel *k = r->bench->kernel;
    hys__arena *arena = &r->run->arena;
    stepped_run s = {.r = r, .b = r->bench, .has_states = has_states(k)};
    s.tol = STEP_TOL * sqrt(r->bench->rtol / 1e-6);
    s.fired = HYS_NEW_N(arena, unsigned char, k->n_events + 1);
    s.g_old = HYS_NEW_N(arena, double, k->n_events + 1);
    s.g_new = HYS_NEW_N(arena, double, k->n_events + 1);
    s.y_start = HYS_NEW_N(arena, double, r->bench->n);
    s.tracks = HYS_NEW_N(arena, track, k->n_retained + 1);
    s.next = HYS_NEW_N(arena, double, k->n_retained + 1);
    s.row_old = HYS_NEW_N(arena, double, r->n_columns);
    s.row_new = HYS_NEW_N(arena, double, r->n_columns);
    if (arena->failed) return HYS_NOMEM;
    hys_status status = hys__be_new(r->run->ctx, &r->bench->system, r->bench->newton, &s.be);
    if (status != HYS_OK) return status;
    r->run->stats.mode = "as-written";
    status = run_sections(&s);
    report(&s);
    if (status == HYS_OK) status = hys__runner_finish(r, s.t, r->y);
    hys__be_free(s.be);
    return status;
}
