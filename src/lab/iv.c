/* hys_iv and hys_pulse: options in, a run out. */
#include "lab/run.h"
#include <math.h>
#include <string.h>
#include <time.h>

hys_bench_opts hys_bench_opts_default(void) {
    return (hys_bench_opts){.size = sizeof(hys_bench_opts), .cycles = 2, .points = 1000};
}

/* Callers built against an older header give a shorter struct: what it lacks stays at the default. */
static hys_bench_opts complete_opts(const hys_bench_opts *given) {
    hys_bench_opts opts = hys_bench_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    return opts;
}

static hys_status new_run(hys_ctx *ctx, hys_run **result) {
    hys_run *run = hys__realloc(ctx, NULL, 0, sizeof *run);
    if (!run) return HYS_NOMEM;
    memset(run, 0, sizeof *run);
    run->ctx = ctx;
    run->stats.step_error = NAN;
    run->stats.max_residual = NAN;
    hys__arena_init(&run->arena, ctx, 0);
    hys_status status = hys_table_new(ctx, &run->table);
    if (status != HYS_OK) {
        hys_run_free(run);
        return status;
    }
    *result = run;
    return HYS_OK;
}

void hys_run_free(hys_run *run) {
    if (!run) return;
    hys_ctx *ctx = run->ctx;
    hys_table_free(run->table);
    hys_table_free(run->pulses);
    hys__arena_free(&run->arena);
    hys__free(ctx, run, sizeof *run);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What was chosen for the user. */
static hys_status remark_choices(hys_run *run, const hys__bench *b) {
    const hys_kernel *k = b->kernel;
    hys_status status = HYS_OK;
    for (hys_u32 i = 0; i < k->n_terminals && status == HYS_OK; i++)
        if (!b->batch->connected[i]) status = hys__run_remark(run, "port %s is left open", k->unknowns[i].name);
    if (status == HYS_OK && b->minus == HYS_NONE)
        status = hys__run_remark(run, "the current returns through the reference node");
    if (status == HYS_OK && hys__params_n_spread(b->params))
        status = hys__run_remark(run, "%zu parameter(s) drawn from their spread, instance %s",
                                 hys__params_n_spread(b->params), b->opts->instance ? b->opts->instance : "x1");
    return status;
}

static hys_status run_bench(hys_run *run, hys__bench *bench, const hys__drive *drive) {
    hys__runner runner;
    hys_status status = hys__runner_new(run, bench, drive, &runner);
    if (status == HYS_OK) status = remark_choices(run, bench);
    if (status != HYS_OK) return status;
    double start = seconds();
    if (drive->is_quasi_static) status = hys__run_static(&runner);
    else if (hys__bench_is_stepped(bench)) status = hys__run_stepped(&runner);
    else status = hys__run_ida(&runner);
    run->stats.solver_s = seconds() - start;
    run->stats.n_evals = bench->n_evals;
    run->stats.n_events = bench->n_events;
    if (status == HYS_OK && bench->n_jumps)
        status = hys__run_remark(run, "the equations jump without an event; %llu explicit steps went over such places",
                                 (unsigned long long)bench->n_jumps);
    return status;
}

typedef struct protocol {
    hys_status (*drive)(hys_ctx *, hys__arena *, const hys_bench_opts *, hys__drive *);
    hys_status (*features)(hys_run *run, const hys__drive *drive);
} protocol;

static hys_status loop_features(hys_run *run, const hys__drive *drive) {
    hys__loop_source source = {drive->is_current ? HYS__IMPOSED_I : HYS__IMPOSED_V, drive->is_quasi_static};
    return hys__features_loop(run, run->table, drive->cycles, source);
}
static hys_status pulse_features(hys_run *run, const hys__drive *drive) {
    return hys__features_pulse(run, run->table, drive);
}
static const protocol iv = {hys__drive_wave, loop_features};
static const protocol pulse = {hys__drive_train, pulse_features};

/* drive: NULL where the protocol lays it out. */
static hys_status measure(const hys_model *model, const hys_bench_opts *given, const protocol *p,
                          const hys__drive *drive, hys_run *run) {
    hys_bench_opts opts = complete_opts(given);
    hys__drive own = {0};
    hys__bench *bench = NULL;
    if (opts.rtol < 0 || opts.rtol > 0.1 || isnan(opts.rtol))
        return hys__fail(run->ctx, HYS_ARG, "1e-6 is the default", "the relative tolerance %g must lie in (0, 0.1]",
                         opts.rtol);
    hys_status status = drive || !p->drive ? HYS_OK : p->drive(run->ctx, &run->arena, &opts, &own);
    if (status != HYS_OK) return status;
    if (!drive) drive = &own;
    /* The model is constant to its users; its kernels are compiled when first needed. */
    hys_model *m = (hys_model *)(uintptr_t)model;
    status = hys__bench_new(run->ctx, m, &opts, drive, &bench);
    if (status == HYS_OK) status = run_bench(run, bench, drive);
    if (status == HYS_OK && p->features) status = p->features(run, drive);
    if (status == HYS_OK) status = hys__outputs_commit(&bench->outputs);
    hys__bench_free(bench);
    return status;
}

/* A finished run goes to the caller, one that failed is freed. */
static hys_status hand_out(hys_run *run, hys_status status, hys_run **result) {
    if (status == HYS_OK) *result = run;
    else hys_run_free(run);
    return status;
}

static hys_status start(hys_ctx *ctx, const hys_model *model, const hys_bench_opts *opts, const protocol *p,
                        hys_run **result) {
    hys_run *run;
    hys_status status = new_run(ctx, &run);
    if (status != HYS_OK) return status;
    return hand_out(run, measure(model, opts, p, NULL, run), result);
}

hys_status hys_iv(hys_ctx *ctx, const hys_model *model, const hys_bench_opts *opts, hys_run **run) {
    return start(ctx, model, opts, &iv, run);
}

hys_status hys_pulse(hys_ctx *ctx, const hys_model *model, const hys_bench_opts *opts, hys_run **run) {
    return start(ctx, model, opts, &pulse, run);
}

hys_status hys__run_drive(hys_ctx *ctx, const hys_model *model, const hys_bench_opts *opts, const hys__drive *drive,
                          hys_run **run) {
    static const protocol bare = {NULL, NULL};
    hys_run *made;
    hys_status status = new_run(ctx, &made);
    return status == HYS_OK ? hand_out(made, measure(model, opts, &bare, drive, made), run) : status;
}

hys_status hys_loop_features(hys_ctx *ctx, const hys_table *table, int32_t cycles, hys_run **run) {
    hys_run *made;
    hys_status status = new_run(ctx, &made);
    if (status != HYS_OK) return status;
    made->stats.mode = "";
    hys__loop_source source = {HYS__IMPOSED_UNKNOWN, false};
    return hand_out(made, hys__features_loop(made, table, cycles, source), run);
}

const hys_table *hys_run_table(const hys_run *run) {
    return run->table;
}
const hys_table *hys_run_pulses(const hys_run *run) {
    return run->pulses;
}
size_t hys_run_n_features(const hys_run *run) {
    return run->features.n;
}
const hys_feature *hys_run_feature(const hys_run *run, size_t i) {
    return &run->features.at[i];
}
const hys_run_stats *hys_run_statistics(const hys_run *run) {
    return &run->stats;
}
size_t hys_run_n_remarks(const hys_run *run) {
    return run->remarks.n;
}
const char *hys_run_remark(const hys_run *run, size_t i) {
    return run->remarks.at[i];
}
