/* The runs behind the reproduced values, side by side: each in a context of its own, which is why nothing depends on
 * the number of threads. */
#include "lab/reproduce.h"
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

typedef struct job {
    hys_reproduction *r;
    const hys_reproduce_opts *opts;
    size_t *order; /* [n] runs that rows name */
    size_t n, n_threads, n_workers;
    atomic_size_t next, n_done;
    atomic_int status; /* the first that ends everything: out of memory, cancelled */
    pthread_mutex_t progress;
} job;

/* Called by all workers; the user's function sees one at a time. */
static int watch(void *user, const char *what, double done) {
    job *j = user;
    (void)what;
    (void)done;
    if (hys_ctx_is_cancelled(j->r->ctx) || atomic_load(&j->status) != HYS_OK) return 1;
    if (!j->opts->progress) return 0;
    pthread_mutex_lock(&j->progress);
    int stop = j->opts->progress(j->opts->progress_user, (double)atomic_load(&j->n_done) / (double)j->n);
    pthread_mutex_unlock(&j->progress);
    if (stop) atomic_store(&j->status, HYS_CANCEL);
    return stop;
}

/* The first error: "pulse.cir:12: there is no element 'r9'". */
static void explain(const hys_ctx *ctx, hys_status status, char why[HYS__WHY_SIZE]) {
    for (size_t k = 0; k < hys_diag_count(ctx); k++) {
        const hys_diag *d = hys_diag_get(ctx, k);
        if (d->severity != HYS_ERROR) continue;
        const char *slash = strrchr(d->file, '/'), *file = slash ? slash + 1 : d->file;
        if (d->line) snprintf(why, HYS__WHY_SIZE, "%s:%d: %s", file, (int)d->line, d->message);
        else snprintf(why, HYS__WHY_SIZE, "%s%s%s", file, *file ? ": " : "", d->message);
        return;
    }
    snprintf(why, HYS__WHY_SIZE, "%s", hys_status_text(status));
}

typedef struct outcome {
    hys_status status;
    hys_sim *sim;
    hys_bifurcation *bifurcation;
} outcome;

static outcome carry_out(job *j, hys_ctx *ctx, const hys__reproduce_run *run) {
    outcome o = {0};
    hys_bifurcation_opts opts = hys_bifurcation_opts_default();
    opts.sim.cache_dir = j->opts->cache_dir;
    opts.sim.progress = watch;
    opts.sim.progress_user = j;
    if (!run->param) {
        o.status = hys_sim_run(ctx, run->netlist, &opts.sim, &o.sim);
        return o;
    }
    opts.param = run->param;
    opts.from = run->from;
    opts.to = run->to;
    o.status = hys_bifurcation_run(ctx, run->netlist, &opts, &o.bifurcation);
    return o;
}

/* Rows belong to one run each, and a run to one worker: nothing is written twice. */
static hys_status fill_rows(job *j, hys_ctx *ctx, size_t index, const outcome *o) {
    hys__arena scratch;
    hys__arena_init(&scratch, ctx, 0);
    for (size_t k = 0; k < j->r->rows.n; k++) {
        hys__reproduce_row *row = &j->r->rows.at[k];
        if (row->run != index) continue;
        if (o->status != HYS_OK) explain(ctx, o->status, row->why);
        else if (o->sim) row->shown.got = hys__measurand_of_sim(&row->measurand, &scratch, o->sim, row->why);
        else row->shown.got = hys__measurand_of_bifurcation(&row->measurand, o->bifurcation, row->why);
        hys__reproduce_judge(row);
    }
    hys_status status = scratch.failed ? HYS_NOMEM : HYS_OK;
    hys__arena_free(&scratch);
    return status;
}

static hys_status run_one(job *j, size_t index) {
    hys_ctx_opts ctx_opts = hys_ctx_opts_default();
    hys_ctx *ctx = NULL;
    ctx_opts.seed = hys__ctx_seed(j->r->ctx);
    ctx_opts.n_threads = (int32_t)(j->n_threads / j->n_workers);
    hys_status status = hys_ctx_new(&ctx_opts, &ctx);
    if (status != HYS_OK) return status;
    outcome o = carry_out(j, ctx, &j->r->runs.at[index]);
    bool is_over = o.status == HYS_CANCEL || o.status == HYS_NOMEM;
    status = is_over ? o.status : fill_rows(j, ctx, index, &o);
    hys_ctx_free(ctx);
    return status;
}

static void *work(void *user) {
    job *j = user;
    for (;;) {
        size_t k = atomic_fetch_add(&j->next, 1);
        if (k >= j->n || watch(j, "", 0)) return NULL;
        hys_status status = run_one(j, j->order[k]);
        if (status != HYS_OK) atomic_store(&j->status, (int)status);
        atomic_fetch_add(&j->n_done, 1);
    }
}

static hys_status run_all(job *j) {
    pthread_t *threads = HYS_NEW_N(&j->r->arena, pthread_t, j->n_workers);
    bool *is_started = HYS_NEW_N(&j->r->arena, bool, j->n_workers);
    if (!threads || !is_started) return HYS_NOMEM;
    pthread_mutex_init(&j->progress, NULL);
    for (size_t k = 1; k < j->n_workers; k++) is_started[k] = !pthread_create(&threads[k], NULL, work, j);
    work(j);
    for (size_t k = 1; k < j->n_workers; k++)
        if (is_started[k]) pthread_join(threads[k], NULL);
    pthread_mutex_destroy(&j->progress);
    hys_status status = (hys_status)atomic_load(&j->status);
    if (hys_ctx_is_cancelled(j->r->ctx)) status = HYS_CANCEL;
    /* It happened in a worker's context, which is gone. */
    return status == HYS_NOMEM ? hys__fail(j->r->ctx, status, "", "out of memory") : status;
}

hys_status hys__reproduce_runs(hys_reproduction *r, const hys_reproduce_opts *opts) {
    job j = {.r = r, .opts = opts};
    j.order = HYS_NEW_N(&r->arena, size_t, r->runs.n + 1);
    bool *is_wanted = HYS_NEW_N(&r->arena, bool, r->runs.n + 1);
    if (!j.order || !is_wanted) return HYS_NOMEM;
    for (size_t k = 0; k < r->rows.n; k++)
        if (r->rows.at[k].run != SIZE_MAX) is_wanted[r->rows.at[k].run] = true;
    for (size_t k = 0; k < r->runs.n; k++)
        if (is_wanted[k]) j.order[j.n++] = k;
    if (j.n == 0) return HYS_OK;
    j.n_threads = opts->n_threads > 0 ? (size_t)opts->n_threads : (size_t)hys__ctx_n_threads(r->ctx);
    j.n_workers = j.n_threads < j.n ? j.n_threads : j.n;
    return run_all(&j);
}
