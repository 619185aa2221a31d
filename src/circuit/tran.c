/* Transients: what both ways of running share. */
#include "circuit/tran_impl.h"
#include "veriloga/ir.h"
#include <math.h>
#include <string.h>
#include <time.h>

static double option(const hys__circuit *c, const char *name, double otherwise) {
    const hys__option *o = hys__flat_option(c->flat, name);
    return o && o->value > 0 && isfinite(o->value) ? o->value : otherwise;
}

/* SPICE's default of 1e-3 bounds the error of a step only loosely; its programs take some ten times as many steps as
 * that asks for. */
#define RTOL_MOST 1e-4
/* Steps at least: a device that rests must not be stepped over when it would wake. */
#define LEAST_STEPS      50
#define STEPS_PER_PERIOD 20

static double period_of(const hys__wave *wave) {
    double f = 0;
    if (wave->kind == HYS__WAVE_SIN) f = wave->p[2];
    if (wave->kind == HYS__WAVE_SFFM) f = wave->p[2] + wave->p[3] * wave->p[4];
    if (wave->kind == HYS__WAVE_AM) f = wave->p[3] + wave->p[2];
    return f > 0 ? 1 / f : INFINITY;
}

static double longest_step(const hys__tran *tr) {
    const hys__tran_opts *o = tr->opts;
    double most = o->max_step > 0 ? o->max_step : option(tr->c, "maxstep", o->stop / LEAST_STEPS);
    for (size_t i = 0; i < tr->c->sources.n; i++) {
        if (hys__circuit_elem(tr->c, tr->c->sources.at[i])->wave)
            most = fmin(most, period_of(&tr->c->waves[i]) / STEPS_PER_PERIOD);
    }
    return most;
}

static double least_delay(const hys__circuit *c) {
    double least = INFINITY;
    for (size_t k = 0; k < c->lines.n; k++) least = fmin(least, c->lines.at[k].td);
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (hys_u32 k = 0; k < g->kernel->n_delays; k++)
            for (size_t i = 0; i < g->n; i++)
                if (g->batch->delay_td[k][i] > 0) least = fmin(least, g->batch->delay_td[k][i]);
    }
    return least;
}

/* The state of another run, with the switches as they are. */
static hys_status resume(hys__tran *tr) {
    hys__circuit *c = tr->c;
    bool jumped;
    c->is_finished = false;
    memcpy(tr->y, tr->opts->from, c->n * sizeof *tr->y);
    hys__circuit_project(c, tr->y);
    return hys__circuit_accept(c, tr->t, tr->y, NULL, &jumped);
}

static hys_status take_memory(hys__tran *tr) {
    const hys__circuit *c = tr->c;
    double **arrays[] = {&tr->abstol, &tr->y, &tr->yp, &tr->y_out, &tr->yp_out, &tr->y_old, &tr->y_mid, &tr->yp_mid};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
        *arrays[k] = HYS_NEW_N(&tr->arena, double, (size_t)c->n + 1);
    tr->before = HYS_NEW_N(&tr->arena, double, 2 * (size_t)c->n + 1);
    tr->fired = HYS_NEW_N(&tr->arena, unsigned char, c->n_roots + 1);
    tr->g_before = HYS_NEW_N(&tr->arena, double, c->n_roots + 1);
    tr->g_after = HYS_NEW_N(&tr->arena, double, c->n_roots + 1);
    return tr->arena.failed ? HYS_NOMEM : HYS_OK;
}

/* Exact equilibria last for ever, unstable ones too, which in no real circuit do: what stores charge is moved by a
 * thousandth of its tolerance, a nanovolt. */
#define NUDGE 1e-3

static void leave_equilibrium(hys__tran *tr) {
    for (uint32_t i = 0; i < tr->c->n; i++)
        if (tr->c->is_differential[i] && tr->c->is_node[i])
            tr->y[i] += (i % 3 == 0 ? -NUDGE : NUDGE) * tr->c->abstol[i];
}

/* .options start=: "held" (the default) or "equilibrium". */
static hys_status starts_held(const hys__circuit *c, bool *is_held) {
    const hys__option *o = hys__flat_option(c->flat, "start");
    *is_held = true;
    if (!o || (o->text && strcmp(o->text, "held") == 0)) return HYS_OK;
    *is_held = !(o->text && strcmp(o->text, "equilibrium") == 0);
    if (!*is_held) return HYS_OK;
    return hys__report(c->ctx, HYS_ERROR, HYS_SEMANTIC, c->flat->sources, o->span, "start=held or start=equilibrium",
                       "a transient cannot start there");
}

/* The point at t = 0, what devices say there and remember of it. */
static hys_status operate(hys__tran *tr) {
    hys__circuit *c = tr->c;
    bool jumped;
    c->first_instant = 1e-9 * fmin(tr->opts->step > 0 ? tr->opts->step : INFINITY, tr->max_step);
    hys__op_opts op = {.uic = tr->opts->uic, .is_transient = true};
    c->is_finished = false;
    hys_status status = starts_held(c, &op.is_held);
    if (status == HYS_OK) status = hys__circuit_op(c, &op, tr->y);
    if (status != HYS_OK) return status;
    hys__circuit_flags(c, 1u << VA_FLAG_INIT | 1u << VA_FLAG_STATIC | 1u << VA_FLAG_TRAN | 1u << VA_FLAG_IC);
    status = hys__circuit_accept(c, 0, tr->y, NULL, &jumped);
    for (size_t j = 0; j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        if (!g->kernel->n_retained || !g->kernel->init) continue;
        g->kernel->init(&g->batch->env, &g->batch->in, &g->batch->out);
        hys__batch_commit(g->batch);
    }
    double bound = c->bound_step, next = c->next_time;
    hys__circuit_set_mode(c, HYS__MODE_TRAN);
    c->bound_step = bound;
    c->next_time = next;
    hys__circuit_project(c, tr->y);
    if (!tr->opts->uic) leave_equilibrium(tr);
    if (status == HYS_OK) status = hys__lines_start(c, 0, tr->opts->uic ? NULL : tr->y);
    return status == HYS_OK ? hys__groups_push_delays(c, 0, true) : status;
}

void hys__tran_set_interval(hys__tran *tr, uint64_t interval) {
    tr->interval = interval;
    for (size_t j = 0; j < tr->c->groups.n; j++) tr->c->groups.at[j].batch->env.interval = interval;
}

/* Random draws are held over the devices' own $bound_step, else the output step. */
static hys_status plan_draws(hys__tran *tr) {
    hys__circuit *c = tr->c;
    bool any = false;
    tr->draw_step = INFINITY;
    for (size_t j = 0; j < c->groups.n; j++) any = any || c->groups.at[j].kernel->flags & HYS_K_DRAWS;
    if (!any) return HYS_OK;
    tr->draw_step = isfinite(c->bound_step) ? c->bound_step : tr->opts->step;
    return hys__circuit_remarkf(c, "random draws are held for %g s", tr->draw_step);
}

/* Every interval of draws is a restart at first order: with more than this many, steps of one interval each cost less
 * and lose nothing. */
#define DRAW_INTERVALS_MAX 2e4

static bool runs_stepped(const hys__tran *tr) {
    for (size_t j = 0; j < tr->c->groups.n; j++)
        if (tr->c->groups.at[j].kernel->flags & HYS_K_STEPPED) return true;
    return tr->opts->stop / tr->draw_step > DRAW_INTERVALS_MAX;
}

static hys_status finish(hys__tran *tr) {
    bool jumped;
    if (tr->c->is_finished) return HYS_OK;
    hys__circuit_flags(tr->c, 1u << VA_FLAG_TRAN | 1u << VA_FLAG_FINAL);
    hys_status status = hys__circuit_accept(tr->c, tr->t, tr->y, NULL, &jumped);
    hys__circuit_flags(tr->c, 1u << VA_FLAG_TRAN);
    return status;
}

#define DERIVED 1e30 /* tolerance of what follows from the rest */

static hys_status run(hys__tran *tr) {
    hys_status status = take_memory(tr);
    if (status != HYS_OK) return status;
    double scale = tr->opts->abstol_scale > 0 ? tr->opts->abstol_scale : 1;
    for (uint32_t i = 0; i < tr->c->n; i++) tr->abstol[i] = tr->c->is_derived[i] ? DERIVED : scale * tr->c->abstol[i];
    if (!tr->opts->from) hys__sources_finish(tr->c, tr->opts->step, tr->opts->stop);
    tr->max_step = longest_step(tr);
    tr->tiny = 1e-13 * tr->opts->stop;
    tr->t = tr->opts->begin;
    status = tr->opts->from ? resume(tr) : operate(tr);
    if (status == HYS_OK) status = plan_draws(tr);
    if (status == HYS_OK) status = hys__tran_plan_cycles(tr);
    if (status != HYS_OK) return status;
    tr->least_delay = least_delay(tr->c);
    tr->last_out = -INFINITY;
    tr->corner = hys__circuit_corner(tr->c, tr->t, &tr->corner_jumps);
    status = hys__tran_start_energies(tr);
    if (status == HYS_OK) status = hys__tran_put(tr, tr->t, tr->y, tr->yp);
    if (tr->opts->start <= tr->t) tr->n_out = 1;
    if (status == HYS_OK) status = runs_stepped(tr) ? hys__tran_stepped(tr) : hys__tran_ida(tr);
    return status == HYS_OK ? finish(tr) : status;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

hys_status hys__circuit_tran(hys__circuit *c, const hys__tran_opts *opts, const hys__tran_sink *sink,
                             hys__tran_stats *stats) {
    if (!(opts->stop > 0 && isfinite(opts->stop)) || !(opts->step > 0 || opts->every_step))
        return hys__fail(c->ctx, HYS_ARG, "as in .tran 1n 1u", "a transient needs a positive step and end");
    double started = seconds();
    uint64_t evals = c->n_evals;
    hys__tran tr = {.ctx = c->ctx, .c = c, .opts = opts, .sink = sink, .stats = stats};
    *stats = (hys__tran_stats){.method = "ida", .step_error = NAN};
    tr.rtol = opts->rtol > 0 ? opts->rtol : fmin(option(c, "reltol", 1e-3), RTOL_MOST);
    hys__arena_init(&tr.arena, c->ctx, 0);
    c->message = opts->message;
    c->message_user = opts->message_user;
    hys__tran_set_interval(&tr, 0);
    for (size_t j = 0; j < c->groups.n; j++)
        memset(c->groups.at[j].batch->n_fired, 0, c->groups.at[j].n * sizeof(uint64_t));
    hys_status status = run(&tr);
    hys__tran_set_interval(&tr, 0); /* what comes next draws as if nothing had been before */
    c->message = NULL;
    c->has_line_history = false;
    hys__arena_free(&tr.arena);
    stats->solver_s = seconds() - started;
    stats->n_evals = c->n_evals - evals;
    return status;
}
