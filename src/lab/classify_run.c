/* Plans of drives, and runs of them that keep what they have when the device stops them. */
#include "lab/classify_run.h"
#include <math.h>
#include <string.h>

#define EDGE       (0.01 * HYS__LOOK_FIRST)
#define DRAWS_MOST 250     /* random draws are held no shorter than this part of a plan */
#define MOST_POLLS 120     /* each 64 steps: a device that spikes by itself for ever is left alone */
#define ENDED      1000000 /* polls: asked to end */
#define RTOL       1e-5

double hys__look_time(size_t k) {
    return HYS__LOOK_FIRST * pow(10, (double)k / HYS__LOOK_PER_DECADE);
}

hys__plan hys__plan_new(const hys__tester *t, bool is_current) {
    hys__plan p = {.drive = {.arena = t->arena, .cycles = 1, .n_rows = 1, .is_current = is_current}};
    double *start = HYS_PUSH(t->arena, &p.time);
    p.failed = !start;
    return p;
}

static void add_line(hys__plan *p, double length, double to, size_t n) {
    double from = p->level;
    hys__section *section = p->failed ? NULL : hys__drive_line(&p->drive, length, from, to);
    if (!section) {
        p->failed = true;
        return;
    }
    const hys__section *before = p->drive.sections.n > 1 ? section - 1 : NULL;
    section->is_smooth = before && from == to && before->from == from && before->to == from;
    section->n_out = n;
    section->out_step = n ? length / (double)n : length;
    section->out_first = 1;
    p->drive.n_rows += n;
    p->level = to;
}

static size_t begin_leg(hys__plan *p) {
    hys__leg *leg = HYS_PUSH(p->drive.arena, &p->legs);
    if (!leg) {
        p->failed = true;
        return 0;
    }
    leg->first = p->time.n;
    leg->n = 0;
    return p->legs.n - 1;
}

static void add_row(hys__plan *p, double t) {
    double *time = HYS_PUSH(p->drive.arena, &p->time);
    if (!time) p->failed = true;
    else *time = t;
    if (!p->failed) p->legs.at[p->legs.n - 1].n++;
}

size_t hys__plan_look(hys__plan *p, double level, double last) {
    size_t leg = begin_leg(p);
    double gone = 0;
    if (level != p->level) add_line(p, EDGE, level, 0);
    for (size_t k = 0; k < HYS__LOOKS && !p->failed; k++) {
        double t = hys__look_time(k);
        if (t > last * (1 + 1e-9)) break;
        add_line(p, t - gone, level, 1);
        add_row(p, t);
        gone = t;
    }
    return leg;
}

size_t hys__plan_hold(hys__plan *p, double level, double length) {
    size_t leg = begin_leg(p);
    if (level != p->level) add_line(p, fmin(EDGE, 1e-3 * length), level, 0);
    add_line(p, length, level, 1);
    add_row(p, length);
    return leg;
}

size_t hys__plan_ramp(hys__plan *p, double level, double length, size_t n) {
    size_t leg = begin_leg(p);
    add_line(p, length, level, n);
    for (size_t k = 0; k < n && !p->failed; k++) add_row(p, length * (double)(k + 1) / (double)n);
    return leg;
}

/* Effort is counted in steps, not in seconds, so that answers do not depend on the machine. */
static int count_polls(void *user, double done) {
    hys__tester *t = user;
    (void)done;
    if (t->progress && t->polls % 64 == 0 && t->progress(t->progress_user, t->done)) t->polls = ENDED;
    return ++t->polls > MOST_POLLS * (1 + t->patience);
}

/* ---- linearisation ---- */

static long place(const hys__bench *b, uint32_t unknown) {
    if (b->same_as[unknown] == b->plus) return (long)b->n;
    return b->to_y[unknown] >= 0 && b->to_y[unknown] != b->current_y ? (long)b->to_y[unknown] : -1;
}

/* Rows and columns that nothing couples to, that of the current among them, get a one in the diagonal. */
static void fill_empty(hys__linear *l) {
    for (size_t r = 0; r + 1 < l->n; r++) {
        bool has_row = false, has_column = false;
        for (size_t c = 0; c < l->n; c++) {
            has_row = has_row || l->a[c * l->n + r] != 0 || l->m[c * l->n + r] != 0;
            has_column = has_column || l->a[r * l->n + c] != 0 || l->m[r * l->n + c] != 0;
        }
        if (!has_row || !has_column) l->a[r * l->n + r] = 1;
    }
}

static hys_status linearise(hys__tester *t, hys__runner *r, hys__linear *l) {
    hys__bench *b = r->bench;
    const hys_kernel *k = b->kernel;
    size_t n = b->n + 1;
    double *jac = HYS_NEW_N(t->arena, double, b->system.nnz + 1);
    *l = (hys__linear){.a = HYS_NEW_N(t->arena, double, n *n), .m = HYS_NEW_N(t->arena, double, n *n)};
    if (!jac || !l->a || !l->m) return HYS_NOMEM;
    /* The run's last section is a line that has just ended. */
    hys__point at = {b->section_start + b->section->length, 0, r->y, NULL};
    if (k->n_delays || !hys__bench_eval(b, &at, b->scratch, jac)) return HYS_OK;
    l->n = n;
    for (hys_u32 e = 0; e < k->n_jac; e++) {
        long row = place(b, k->jac_row[e]), col = place(b, k->jac_col[e]);
        if (row >= 0 && col >= 0) l->a[(size_t)col * n + (size_t)row] += b->batch->jac[e][0];
    }
    for (hys_u32 e = 0; e < k->n_mass; e++) {
        long row = place(b, k->mass_row[e]), col = place(b, k->mass_col[e]);
        if (row >= 0 && col >= 0) l->m[(size_t)col * n + (size_t)row] += b->mass[e];
    }
    fill_empty(l);
    return HYS_OK;
}

/* ---- running ---- */

static hys_status carry_out(hys__tester *t, hys__plan *plan, hys_run *run, hys__linear *l) {
    hys__bench *bench = NULL;
    hys__runner runner;
    hys_bench_opts opts = t->bench;
    if (plan->instance) opts.instance = plan->instance;
    /* The model is constant to its users; its kernels are compiled when first needed. */
    hys_model *m = (hys_model *)(uintptr_t)t->model;
    hys_status status = hys__bench_new(t->ctx, m, &opts, &plan->drive, &bench);
    if (status == HYS_OK) status = hys__runner_new(run, bench, &plan->drive, &runner);
    if (status == HYS_OK) status = hys__bench_is_stepped(bench) ? hys__run_stepped(&runner) : hys__run_ida(&runner);
    if (status == HYS_OK && plan->wants_linear) status = linearise(t, &runner, l);
    hys__bench_free(bench);
    return status;
}

static const double *copy(hys__arena *arena, const hys_table *table, const char *name, size_t n) {
    double *values = HYS_NEW_N(arena, double, n + 1);
    const double *from = hys_table_column(table, name);
    if (values && from && n) memcpy(values, from, n * sizeof *values);
    return values;
}

static hys_status take(hys__tester *t, const hys__plan *plan, const hys_table *table, hys__trace *trace) {
    size_t n = hys_table_n_rows(table);
    if (n > plan->time.n) n = plan->time.n;
    trace->t = plan->time.at;
    trace->legs = plan->legs.at;
    trace->v = copy(t->arena, table, "v", n);
    trace->i = copy(t->arena, table, "i", n);
    if (!trace->v || !trace->i) return HYS_NOMEM;
    if (hys_table_column(table, "i_sense")) trace->i_sense = copy(t->arena, table, "i_sense", n);
    while (trace->n < n && isfinite(trace->v[trace->n]) && isfinite(trace->i[trace->n])) trace->n++;
    trace->is_whole = trace->is_whole && trace->n == plan->time.n;
    if (!trace->is_whole || !trace->n) return HYS_OK;
    const hys__leg *last = &plan->legs.at[plan->legs.n - 1];
    trace->linear.v = trace->v[trace->n - 1];
    trace->linear.i = trace->i[trace->n - 1];
    trace->linear.t = plan->time.at[last->first + last->n - 1];
    return HYS_OK;
}

/* What a device may do to a run, against what is wrong with how it was asked for. */
static bool is_answer(const hys__tester *t, hys_status status) {
    return status == HYS_NOCONV || status == HYS_SINGULAR || status == HYS_LIMIT ||
           (status == HYS_CANCEL && !hys_ctx_is_cancelled(t->ctx) && t->polls < ENDED);
}

hys_status hys__tester_run(hys__tester *t, hys__plan *plan, hys__trace *trace) {
    *trace = (hys__trace){0};
    if (plan->failed) return HYS_NOMEM;
    hys_run run = {.ctx = t->ctx};
    size_t n_before = hys_diag_count(t->ctx);
    plan->drive.period = plan->drive.duration;
    plan->drive.out_step = plan->drive.duration / DRAWS_MOST;
    t->polls = 0;
    t->n_runs++;
    t->bench.progress = count_polls;
    t->bench.progress_user = t;
    if (!(t->bench.rtol > 0)) t->bench.rtol = RTOL;
    hys__arena_init(&run.arena, t->ctx, 0);
    hys_status status = hys_table_new(t->ctx, &run.table);
    if (status == HYS_OK) status = carry_out(t, plan, &run, &trace->linear);
    trace->is_whole = status == HYS_OK;
    if (is_answer(t, status)) {
        hys__diag_rewind(t->ctx, n_before);
        status = HYS_OK;
    }
    if (status == HYS_OK) status = take(t, plan, run.table, trace);
    hys_table_free(run.table);
    hys__arena_free(&run.arena);
    return status;
}

size_t hys__trace_n(const hys__trace *trace, size_t leg) {
    const hys__leg *l = &trace->legs[leg];
    if (trace->n <= l->first) return 0;
    return trace->n - l->first < l->n ? trace->n - l->first : l->n;
}
