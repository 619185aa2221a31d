/* Running by IDA: devices whose state is a true state.  Steps are free; outputs are read off the
 * interpolant; what makes the right-hand side jump (events, draws, corners, the limiter) is landed on and
 * restarted from. */
#include "lab/run.h"
#include "numerics/dae_ida.h"
#include "numerics/root_signs.h"
#include <math.h>
#include <string.h>

/* Where the source is smooth, the step still may not pass over a part of it in which a device that
 * rests would wake: 1/64 of a sine's period, 1/20 of a line. */
#define STEPS_PER_PERIOD 64
#define STEPS_PER_LINE   20

/* Parts of the time or period that a nudge is long. */
#define NUDGE_LEAST 1e-15
#define NUDGE_MOST  1e-10

/* Restarts without progress after which a run gives up. */
#define STUCK_MAX 200

typedef struct ida_run {
    hys__runner *r;
    hys__bench *b;
    hys__dae *dae;
    size_t n_roots;
    unsigned char *fired;       /* [n_events] */
    double *g_before, *g_after; /* [n_events] around a jump */
    hys__root_signs signs;      /* of the events */
    double t;                   /* local time of the accepted point */
    const hys__section *section;
    double section_start; /* local */
    size_t n_out;         /* outputs of the section already written */
    double tiny;          /* s: times closer than this are one */
    unsigned stuck;
    double nudge, nudged_at; /* s: the last one, and the time after it */
    bool bound_is_dropped;   /* the file's $bound_step is not followed; said once */
    bool takes_full_newton;  /* see FEW_STEPS */
    unsigned n_since_out;    /* steps since the last output or restart */
    bool goes_by_steps;      /* so many draw intervals, or such equations, that one-step integration does better */
} ida_run;

/* How far the limiter is from switching: i to its bounds when off; the voltage it takes away when on. */
static double limiter_margin(const hys__bench *b) {
    if (b->limiter == HYS__LIMIT_OFF) return fmin(b->i_pos - b->i, b->i_neg + b->i);
    double v = b->batch->x[b->plus][0], i = b->limiter == HYS__LIMIT_POS ? b->i_pos : -b->i_neg;
    double lost = b->source - b->series * i - v;
    return b->limiter == HYS__LIMIT_POS ? lost : -lost;
}

static bool roots(void *user, double t, const double *y, const double *yp, double *g) {
    hys__bench *b = user;
    size_t n = b->kernel->n_events;
    if (!hys__bench_roots(b, t, y, g)) return false;
    if (b->has_limit) {
        hys__bench_current(b, t, y, yp);
        g[n] = limiter_margin(b);
    }
    return true;
}

/* Between two outputs.  Where a rate has a kink that the state is driven along (at a melting point) Newton's iteration
 * with a Jacobian of the other side passes points that are good to the tolerance, yet their rates are noise, and the
 * step never grows again.  A new Jacobian in every turn, dearer otherwise, ends that. */
#define FEW_STEPS 20000

static hys_status make_dae(ida_run *s) {
    hys__bench *b = s->b;
    int *dir = HYS_NEW_N(&s->r->run->arena, int, s->n_roots + 1);
    if (!dir) return HYS_NOMEM;
    for (hys_u32 e = 0; e < b->kernel->n_events; e++) dir[e] = b->kernel->events[e].dir;
    if (b->has_limit) dir[b->kernel->n_events] = -1;
    hys__dae_opts opts = {.rtol = b->rtol,
                          .abstol = b->abstol,
                          .is_differential = b->is_differential,
                          .no_algebraic_test = !b->is_index_1,
                          .has_free_jacobian = s->takes_full_newton,
                          .n_roots = s->n_roots,
                          .root_dir = dir,
                          .roots = s->n_roots ? roots : NULL};
    return hys__dae_new(s->r->run->ctx, &b->system, &opts, &s->dae);
}

static double time_scale(const ida_run *s) {
    return s->section->kind == HYS__SINE ? 1 / s->section->frequency : s->section->length;
}

static void leave_dae(ida_run *s) {
    hys_run_stats *to = &s->r->run->stats;
    if (!s->dae) return;
    hys__dae_stats stats;
    hys__dae_statistics(s->dae, &stats);
    to->n_steps += stats.n_steps;
    to->n_rejected += stats.n_rejected;
    to->n_jacobians += stats.n_jacobians;
    to->n_newton += stats.n_newton;
    to->n_restarts += stats.n_restarts;
    hys__dae_free(s->dae);
    s->dae = NULL;
}

/* Accepts the point with the events that fired, and those that their consequences fire in turn. */
static hys_status accept(ida_run *s, bool has_fired, bool *jumped) {
    hys__bench *b = s->b;
    hys__runner *r = s->r;
    bool more = true;
    *jumped = false;
    for (int round = 0; round < 20 && more; round++) {
        bool moved;
        if (b->kernel->n_events && has_fired) hys__bench_roots(b, s->t, r->y, s->g_before);
        hys_status status = hys__bench_accept(b, s->t, r->y, has_fired ? s->fired : NULL, &moved);
        if (status != HYS_OK) return status;
        *jumped = *jumped || moved;
        more = false;
        if (moved && has_fired && b->kernel->n_events) {
            status = hys__bench_consistent(b, s->t, time_scale(s), r->y, r->yp);
            if (status != HYS_OK) return status;
            hys__bench_roots(b, s->t, r->y, s->g_after);
            more = hys__root_signs_jump(&s->signs, s->g_before, s->g_after, s->fired);
        }
    }
    return HYS_OK;
}

/* Whether a root function has changed its sign, which the root finder did not tell. */
static bool has_missed(ida_run *s) {
    if (!s->signs.n) return false;
    hys__bench_roots(s->b, s->t, s->r->y, s->g_after);
    return hys__root_signs_look(&s->signs, s->g_after, s->fired);
}

/* Consistent values at s->t, then IDA anew. */
static hys_status begin_anew(ida_run *s) {
    hys__runner *r = s->r;
    s->n_since_out = 0;
    hys__bench_project(s->b, r->y);
    hys_status status = hys__bench_consistent(s->b, s->t, time_scale(s), r->y, r->yp);
    if (status == HYS_OK && !s->dae) status = make_dae(s);
    if (status != HYS_OK) return status;
    return hys__dae_restart(s->dae, s->t, r->y, r->yp, 0);
}

/* What jumps at a restart may carry a root function over zero, and the event's consequences another one. */
#define RESTARTS_MAX 20

static hys_status restart(ida_run *s) {
    hys_status status = begin_anew(s);
    for (int round = 0; round < RESTARTS_MAX && status == HYS_OK; round++) {
        bool moved;
        memset(s->fired, 0, s->signs.n);
        if (!has_missed(s)) break;
        status = accept(s, true, &moved);
        if (status == HYS_OK) status = begin_anew(s);
    }
    hys__root_signs_wake(&s->signs);
    return status;
}

static double section_end(const ida_run *s) {
    return s->section_start + s->section->length;
}

/* A file sets $bound_step to be accurate, which error control does here better; it is followed as long as that costs no
 * more than this many steps. */
#define BOUNDED_STEPS_MAX 2e5

static double file_bound(ida_run *s) {
    double bound = s->b->bound_step, duration = s->r->drive->duration;
    if (!(duration / bound > BOUNDED_STEPS_MAX)) return bound;
    if (!s->bound_is_dropped)
        hys__run_remark(s->r->run,
                        "the file's $bound_step of %g s would cost %.1g steps: error control chooses the step instead "
                        "(--max-step %g follows the file)",
                        bound, duration / bound, bound);
    s->bound_is_dropped = true;
    return INFINITY;
}

static double step_bound(ida_run *s) {
    double shape = s->section->kind == HYS__SINE ? 1 / s->section->frequency / STEPS_PER_PERIOD
                                                 : s->section->length / STEPS_PER_LINE;
    double bound = fmin(shape, fmin(s->r->max_step, file_bound(s)));
    /* Without a test of the algebraic unknowns nothing else bounds the error of interpolating them. */
    if (!s->b->is_index_1) bound = fmin(bound, s->r->drive->out_step);
    return fmin(bound, hys__bench_least_delay(s->b));
}

/* Next point that must be landed on: end of the section, of the draw interval, the device's timer. */
static double next_stop(const ida_run *s) {
    double end = section_end(s), stop = fmin(end, hys__runner_draw_end(s->r));
    stop = fmin(stop, s->b->next_time - s->b->origin);
    return fabs(stop - end) <= s->tiny ? end : stop;
}

/* A step, or none where the stop is already reached but for rounding. */
static hys_status step_to(ida_run *s, double stop, double *t, hys__dae_event *event) {
    if (stop - s->t <= s->tiny) {
        *t = stop;
        *event = HYS__DAE_STOP;
        return HYS_OK;
    }
    hys__dae_set_max_step(s->dae, step_bound(s));
    return hys__dae_step(s->dae, stop, t, event);
}

/* Outputs in (previous, t]. */
static hys_status write_outputs(ida_run *s, double t) {
    hys__runner *r = s->r;
    double *yp = s->b->current_has_rate ? r->yp_out : NULL; /* reading it costs as much as y */
    while (s->n_out < s->section->n_out) {
        double at = s->section_start + hys__section_output(s->section, s->n_out);
        if (at > t) break;
        if (!hys__dae_interpolate(s->dae, at, r->y_out, yp))
            return HYS_BUG_HERE(r->run->ctx, "output outside the step");
        hys_status status = hys__runner_record(r, at, r->y_out, yp);
        if (status != HYS_OK) return status;
        s->n_out++;
        s->n_since_out = 0;
    }
    return HYS_OK;
}

/* Which events fired at a root; true also when only the limiter or a clamp did. */
static bool read_roots(ida_run *s, bool *has_fired) {
    const int *info = hys__dae_root_info(s->dae);
    const hys_kernel *k = s->b->kernel;
    *has_fired = hys__root_signs_told(&s->signs, info, s->fired);
    return *has_fired || (s->b->has_limit && info[k->n_events] != 0);
}

/* A limiter that grazed its bound without a root is found here, one step late. */
static bool limiter_is_wrong(const ida_run *s) {
    const hys__bench *b = s->b;
    if (!b->has_limit) return false;
    hys__bench_current(s->b, s->t, s->r->y, s->r->yp);
    double margin = limiter_margin(b);
    double scale = b->limiter == HYS__LIMIT_OFF ? fmin(b->i_pos, b->i_neg) : s->r->drive->peak;
    return margin < -1e-6 * scale;
}

static hys_status fail(ida_run *s, hys_status status) {
    if (status != HYS_NOCONV && status != HYS_SINGULAR) return status;
    double ratio;
    size_t worst = hys__dae_worst(s->dae, &ratio);
    return hys__fail(s->r->run->ctx, status,
                     "a jump in the equations without an event, or a fold (S-shaped NDR under "
                     "voltage): drive a current, or add --series",
                     "%s: no step from %.9g s converges; worst is %s (estimated error %.3g times its "
                     "tolerance)",
                     hys_model_name(s->b->model), s->b->origin + s->t, hys__bench_unknown(s->b, worst), ratio);
}

/* Where the equations jump without an event no step is short enough: the jump is crossed by an explicit step of
 * a few units in the last place of the time, longer when that was not enough. */
static hys_status nudge(ida_run *s, hys_status status) {
    hys__runner *r = s->r;
    double scale = time_scale(s), least = NUDGE_LEAST * fmax(s->t, scale);
    if (status != HYS_NOCONV) return fail(s, status);
    s->nudge = s->nudge > 0 && s->t - s->nudged_at < 1e3 * s->nudge ? 4 * s->nudge : least;
    if (s->nudge > NUDGE_MOST * scale || s->nudge > next_stop(s) - s->t) return fail(s, status);
    status = hys__bench_jump(s->b, s->t, s->nudge, scale, r->y, r->yp);
    s->nudged_at = s->t += s->nudge;
    if (status != HYS_OK) return hys__bench_no_solution(s->b, status, s->t, "after a jump");
    status = hys__dae_restart(s->dae, s->t, r->y, r->yp, 0);
    while (status == HYS_OK && s->n_out < s->section->n_out &&
           s->section_start + hys__section_output(s->section, s->n_out) <= s->t)
        if ((status = hys__runner_record(r, s->t, r->y, r->yp)) == HYS_OK) s->n_out++;
    return status;
}

/* One step of IDA and what follows from it. */
static hys_status advance(ida_run *s) {
    hys__runner *r = s->r;
    hys__dae_event event;
    double t, stop = next_stop(s);
    hys_status status = step_to(s, stop, &t, &event);
    if (status != HYS_OK) {
        if (++s->stuck == 1) return restart(s); /* from order 1: the history was misleading */
        return nudge(s, status);
    }
    s->stuck = t > s->t ? 0 : s->stuck + (event != HYS__DAE_STEP);
    if (s->stuck > STUCK_MAX) return fail(s, HYS_NOCONV);
    status = write_outputs(s, t);
    if (status != HYS_OK) return status;
    memcpy(r->y, hys__dae_y(s->dae), s->b->n * sizeof *r->y);
    memcpy(r->yp, hys__dae_yp(s->dae), s->b->n * sizeof *r->yp);
    s->t = t;
    bool has_fired = false, jumped = false;
    memset(s->fired, 0, s->signs.n);
    bool crossed = event == HYS__DAE_ROOT && read_roots(s, &has_fired);
    if (has_missed(s)) crossed = has_fired = true;
    if (crossed) hys__bench_project(s->b, r->y);
    status = accept(s, has_fired, &jumped);
    if (status != HYS_OK) return status;
    if (event == HYS__DAE_STOP && t >= hys__runner_draw_end(r) - s->tiny) {
        hys__runner_draw_next(r);
        jumped = true;
    }
    if (hys__runner_reversal(r, t)) jumped = true;
    if (jumped || crossed || limiter_is_wrong(s)) return restart(s);
    if (++s->n_since_out < FEW_STEPS || s->takes_full_newton) return HYS_OK;
    leave_dae(s);
    s->takes_full_newton = true;
    return restart(s);
}

/* Goes to the next section: at a smooth corner IDA runs on in its own time. */
static hys_status enter(ida_run *s, const hys__section *next, bool is_first) {
    if (is_first || !next->is_smooth) {
        hys__bench_origin(s->b, next);
        s->t = s->section_start = 0;
    } else {
        s->section_start = section_end(s);
        hys__bench_section(s->b, next, s->section_start);
    }
    s->section = next;
    s->tiny = 1e-13 * fmax(next->length, section_end(s));
    s->n_out = 0;
    return is_first || next->is_smooth ? HYS_OK : restart(s);
}

/* Every interval of random draws is a restart at first order: with more than this many, steps of one interval each cost
 * less and lose nothing. */
#define DRAW_INTERVALS_MAX 2e4

static hys_status start(ida_run *s) {
    hys__runner *r = s->r;
    hys_status status = hys__bench_operate(s->b, r->y);
    if (status == HYS_OK) status = hys__runner_draws(r);
    s->goes_by_steps = r->drive->duration / r->draw_step > DRAW_INTERVALS_MAX;
    if (s->goes_by_steps) return status == HYS_OK ? HYS_DONE : status;
    if (status == HYS_OK) has_missed(s); /* the signs at the start */
    if (status == HYS_OK) status = restart(s);
    if (status != HYS_OK) return status;
    /* A module that keeps values in other variants can be stepped too, which a higher index does not mind. */
    s->goes_by_steps = !s->b->is_index_1 && s->b->kernel->flags & HYS_K_STEPPED;
    if (s->goes_by_steps) return HYS_DONE;
    hys__runner_reversal(r, 0);
    return hys__runner_record(r, 0, r->y, r->yp);
}

/* Residual of the accepted point: y_old is chosen so that c (y - y_old) is its y'. */
static void check_residual(ida_run *s) {
    hys__runner *r = s->r;
    double h = hys__dae_last_step(s->dae);
    if (!(h > 0)) return;
    for (size_t i = 0; i < s->b->n; i++) r->y_out[i] = r->y[i] - h * r->yp[i];
    hys__newton_task task = {.t = s->t, .c = 1 / h, .y_old = r->y_out};
    double residual = hys__newton_residual(s->b->newton, &task, r->y) * s->b->fine;
    r->run->stats.max_residual = fmax(r->run->stats.max_residual, residual);
}

static hys_status run_sections(ida_run *s) {
    const hys__drive *d = s->r->drive;
    hys_status status = HYS_OK;
    uint64_t calls = 0;
    for (size_t k = 0; k < d->sections.n && status == HYS_OK && !s->b->is_finished; k++) {
        status = enter(s, &d->sections.at[k], k == 0);
        if (status == HYS_OK && k == 0) status = start(s);
        while (status == HYS_OK && s->t < section_end(s) && !s->b->is_finished) {
            status = advance(s);
            if ((++calls & 63) != 0 || status != HYS_OK) continue;
            check_residual(s);
            status = hys__runner_poll(s->r, (s->b->origin + s->t) / d->duration, calls);
        }
    }
    return status;
}

static bool plan_signs(ida_run *s) {
    const hys_kernel *k = s->b->kernel;
    hys__arena *arena = &s->r->run->arena;
    int *dir = HYS_NEW_N(arena, int, k->n_events + 1);
    s->signs = (hys__root_signs){.n = k->n_events,
                                 .dir = dir,
                                 .last = HYS_NEW_N(arena, signed char, k->n_events + 1),
                                 .is_quiet = HYS_NEW_N(arena, unsigned char, k->n_events + 1)};
    for (hys_u32 e = 0; dir && e < k->n_events; e++)
        dir[e] = k->events[e].kind == HYS_E_CLAMP ? HYS__ROOT_NEVER : k->events[e].dir;
    return dir && s->signs.last && s->signs.is_quiet;
}

hys_status hys__run_ida(hys__runner *r) {
    const hys_kernel *k = r->bench->kernel;
    hys__arena *arena = &r->run->arena;
    ida_run s = {.r = r, .b = r->bench};
    s.n_roots = k->n_events + (r->bench->has_limit ? 1 : 0);
    s.fired = HYS_NEW_N(arena, unsigned char, k->n_events + 1);
    s.g_before = HYS_NEW_N(arena, double, k->n_events + 1);
    s.g_after = HYS_NEW_N(arena, double, k->n_events + 1);
    if (!s.fired || !s.g_before || !s.g_after || !plan_signs(&s)) return HYS_NOMEM;
    r->run->stats.mode = "ida";
    hys_status status = run_sections(&s);
    if (s.goes_by_steps && status == HYS_DONE) {
        hys__dae_free(s.dae);
        return hys__run_stepped(r);
    }
    if (status == HYS_OK) status = hys__runner_finish(r, s.t, r->y);
    leave_dae(&s);
    return status;
}
