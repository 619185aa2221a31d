/* Quasi-static sweeps: at each value of the source, what the device comes to rest at, followed as it would
 * get there: implicit Euler steps that grow until nothing changes.  Jumping to the nearest solution
 * instead could land on a branch that no device stays on. */
#include "lab/run.h"
#include "numerics/be_stepper.h"
#include <math.h>
#include <string.h>

/* A step may change an unknown by this part of its size, so that the path is followed. */
#define CHANGE_MAX 0.1
/* Rest is reached when steps of a growing length, at last this long, change nothing. */
#define REST_STEP 1e12 /* s */
#define STEPS_MAX 20000

typedef struct static_run {
    hys__runner *r;
    hys__bench *b;
    hys__be *be;
    hys__section section;
    double *before, *scale; /* [n] values before a step; largest size so far */
} static_run;

/* Largest change of a step against the size of each unknown. */
static double change(static_run *s) {
    double worst = 0;
    for (size_t i = 0; i < s->b->n; i++) {
        double size = fmax(s->scale[i], s->b->abstol[i] * 1e3);
        worst = fmax(worst, fabs(s->r->y[i] - s->before[i]) / size);
    }
    return worst;
}

static hys_status rest_step(static_run *s, double h) {
    hys__bench *b = s->b;
    memcpy(s->before, s->r->y, b->n * sizeof *s->before);
    hys__limiter start = b->limiter;
    hys_status status = hys__be_step(s->be, 0, h, s->r->y);
    if (status != HYS_OK || !b->has_limit) return status;
    hys__bench_current(b, 0, s->r->y, hys__be_rate(s->be));
    double limit = b->limiter == HYS__LIMIT_POS ? b->i_pos : -b->i_neg;
    double lost = b->source - b->series * limit - b->batch->x[b->plus][0];
    if (start == HYS__LIMIT_OFF && b->i > b->i_pos * (1 + 1e-9)) b->limiter = HYS__LIMIT_POS;
    else if (start == HYS__LIMIT_OFF && b->i < -b->i_neg * (1 + 1e-9)) b->limiter = HYS__LIMIT_NEG;
    else if (start != HYS__LIMIT_OFF && lost * limit < 0) b->limiter = HYS__LIMIT_OFF;
    if (b->limiter == start) return HYS_OK;
    memcpy(s->r->y, s->before, b->n * sizeof *s->before);
    return hys__be_step(s->be, 0, h, s->r->y);
}

static hys_status never_rests(static_run *s) {
    size_t worst = 0;
    double most = -1;
    const double *rate = hys__be_rate(s->be);
    for (size_t i = 0; i < s->b->n; i++) {
        double r = fabs(rate[i]) / fmax(s->scale[i], 1e-300);
        if (r > most) most = r, worst = i;
    }
    return hys__fail(s->r->run->ctx, HYS_NOCONV, "sweep in time instead, slowly: --wave triangle:1V,1mHz",
                     "%s does not come to rest at %g: %s keeps moving", hys_model_name(s->b->model), s->b->source,
                     hys__bench_unknown(s->b, worst));
}

static hys_status come_to_rest(static_run *s) {
    hys_run_stats *stats = &s->r->run->stats;
    double h = 1e-12;
    for (int k = 0; k < STEPS_MAX; k++) {
        hys_status status = rest_step(s, h);
        if (status != HYS_OK) {
            stats->n_rejected++;
            memcpy(s->r->y, s->before, s->b->n * sizeof *s->before);
            h *= 0.1;
            if (h < 1e-30) return hys__bench_no_solution(s->b, status, 0, "quasi-static point");
            continue;
        }
        double moved = change(s);
        if (moved > 3 * CHANGE_MAX && h > 1e-30) {
            memcpy(s->r->y, s->before, s->b->n * sizeof *s->before);
            stats->n_rejected++;
            h *= 0.3;
            continue;
        }
        stats->n_steps++;
        for (size_t i = 0; i < s->b->n; i++) s->scale[i] = fmax(s->scale[i], fabs(s->r->y[i]));
        if (h >= REST_STEP && moved < 1e-6) return HYS_OK;
        if (moved < CHANGE_MAX) h = fmin(h * (moved < 1e-3 ? 10 : 2), REST_STEP);
    }
    return never_rests(s);
}

static hys_status sweep(static_run *s) {
    hys__runner *r = s->r;
    const hys__drive *d = r->drive;
    for (size_t k = 0; k < d->points.n && !s->b->is_finished; k++) {
        s->section.from = s->section.to = d->points.at[k];
        hys_status status = come_to_rest(s);
        if (status != HYS_OK) return status;
        hys_run_stats *stats = &r->run->stats;
        stats->max_residual = fmax(stats->max_residual, hys__be_residual(s->be, r->y));
        bool jumped;
        status = hys__bench_accept(s->b, 0, r->y, NULL, &jumped);
        hys__row_from from = {r->y, NULL, NULL};
        hys__runner_row(r, 0, &from, r->row);
        r->row[0] = (double)k;
        if (status == HYS_OK) status = hys__runner_put(r, r->row);
        if (status == HYS_OK && (k & 7) == 0) status = hys__runner_poll(r, (double)k / (double)d->points.n, 0);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

hys_status hys__run_static(hys__runner *r) {
    static_run s = {.r = r, .b = r->bench};
    s.section =
        (hys__section){.kind = HYS__LINE, .length = 1, .from = r->drive->points.at[0], .to = r->drive->points.at[0]};
    s.before = HYS_NEW_N(&r->run->arena, double, r->bench->n);
    s.scale = HYS_NEW_N(&r->run->arena, double, r->bench->n);
    if (!s.before || !s.scale) return HYS_NOMEM;
    r->run->stats.mode = "quasi-static";
    if (hys__bench_is_stepped(r->bench) || r->bench->kernel->flags & HYS_K_DRAWS)
        return hys__fail(r->run->ctx, HYS_ARG, "sweep in time instead, slowly: --wave triangle:1V,1mHz",
                         "%s changes at time steps: it has no quasi-static curve", hys_model_name(r->bench->model));
    hys__bench_origin(s.b, &s.section);
    hys_status status = hys__bench_operate(s.b, r->y);
    if (status == HYS_OK) status = hys__be_new(r->run->ctx, &s.b->system, s.b->newton, &s.be);
    if (status != HYS_OK) return status;
    for (size_t i = 0; i < s.b->n; i++) s.scale[i] = fabs(r->y[i]);
    status = hys__run_remark(r->run, "quasi-static: the column time counts points");
    if (status == HYS_OK) status = sweep(&s);
    if (status == HYS_OK) status = hys__runner_finish(r, 0, r->y);
    const hys__newton_report *newton = hys__newton_last(s.b->newton);
    r->run->stats.n_newton = newton->n_iter;
    r->run->stats.n_jacobians = newton->n_jacobians;
    hys__be_free(s.be);
    return status;
}
