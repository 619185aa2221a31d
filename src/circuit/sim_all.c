/* All runs of a netlist: one in the caller's context; many side by side, each worker in a context of its own, and
 * put together in the order of the runs, so that nothing depends on the number of threads. */
#include "circuit/sim_runs.h"
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define MAX_RUNS 1000000u

/* ---- putting together ---- */

static bool add_remark(hys_sim *sim, const char *text) {
    for (size_t k = 0; k < sim->remarks.n; k++)
        if (!strcmp(sim->remarks.at[k], text)) return true;
    const char **place = HYS_PUSH(&sim->arena, &sim->remarks);
    if (place) *place = hys__arena_strndup(&sim->arena, text, strlen(text));
    return place && *place;
}

static bool keep_measures(hys_sim *sim, const hys__sim_run *run, size_t index) {
    for (size_t k = 0; k < run->n_measures; k++) {
        hys_sim_measure *measure = HYS_PUSH(&sim->arena, &sim->measures);
        if (!measure) return false;
        *measure = run->measures[k];
        measure->run = index;
        measure->name = hys__arena_printf(&sim->arena, "%s", measure->name);
        measure->analysis = hys__arena_printf(&sim->arena, "%s", measure->analysis);
        measure->unit = hys__arena_printf(&sim->arena, "%s", measure->unit);
        measure->why = hys__arena_printf(&sim->arena, "%s", measure->why);
    }
    for (size_t k = 0; k < run->n_remarks; k++)
        if (!add_remark(sim, run->remarks[k])) return false;
    return !sim->arena.failed;
}

static hys_sim_result *keep_result(hys_sim *sim, const hys_sim_result *from, const hys_table *table) {
    hys_sim_result *result = HYS_PUSH(&sim->arena, &sim->results);
    if (!result) return NULL;
    *result = *from;
    result->table = table;
    result->name = hys__arena_printf(&sim->arena, "%s", from->name);
    result->method = hys__arena_printf(&sim->arena, "%s", from->method);
    result->x = hys_table_n_columns(table) ? hys_table_name(table, 0) : "";
    return sim->arena.failed ? NULL : result;
}

/* The table of all runs: that of a run, then the run's number and the values of .step. */
static hys_status open_joint(hys_sim *sim, const hys__sim_place *place, const hys__sim_output *output) {
    hys_table *table = NULL;
    hys_status status = hys_table_new(sim->ctx, &table);
    for (size_t c = 0; status == HYS_OK && c < hys_table_n_columns(output->table); c++)
        status = hys_table_add_column(table, hys_table_name(output->table, c), hys_table_unit(output->table, c));
    if (status == HYS_OK) status = hys_table_add_column(table, "run", "1");
    for (size_t k = 0; status == HYS_OK && k < place->n_steps; k++)
        status = hys_table_add_column(table, place->flat->steps[k].sweep[0].target.name, "");
    if (status == HYS_OK && keep_result(sim, &output->result, table)) return HYS_OK;
    hys_table_free(table);
    return status == HYS_OK ? HYS_NOMEM : status;
}

static hys_status append_rows(const hys_sim *sim, const hys__sim_place *place, const hys__sim_run *run, size_t index,
                              size_t k) {
    const hys_table *from = run->outputs[k].table;
    hys_table *to = (hys_table *)sim->results.at[k].table;
    size_t n = hys_table_n_columns(from), width = hys_table_n_columns(to);
    double *row = hys__realloc(sim->ctx, NULL, 0, width * sizeof *row);
    hys_status status = row ? HYS_OK : HYS_NOMEM;
    for (size_t r = 0; status == HYS_OK && r < hys_table_n_rows(from); r++) {
        for (size_t c = 0; c < n; c++) row[c] = hys_table_column_at(from, c)[r];
        row[n] = (double)index;
        for (size_t s = 0; s < place->n_steps; s++) row[n + 1 + s] = run->steps[s];
        status = hys_table_add_row(to, row);
    }
    hys__free(sim->ctx, row, width * sizeof *row);
    return status;
}

static void add_effort(hys_sim_result *sum, const hys_sim_result *one) {
    sum->n_points += one->n_points;
    sum->n_steps += one->n_steps;
    sum->n_rejected += one->n_rejected;
    sum->n_evals += one->n_evals;
    sum->n_jacobians += one->n_jacobians;
    sum->n_newton += one->n_newton;
    sum->solver_s += one->solver_s;
    sum->step_error = fmax(sum->step_error, one->step_error);
    sum->check_difference = fmax(sum->check_difference, one->check_difference);
}

static hys_status join(hys_sim *sim, const hys__sim_place *place, const hys__sim_run *run, size_t index) {
    for (size_t k = 0; k < run->n_outputs; k++) {
        bool is_new = k >= sim->results.n;
        hys_status status = is_new ? open_joint(sim, place, &run->outputs[k]) : HYS_OK;
        /* What a pole-zero analysis or a failed run writes can differ from run to run. */
        if (status == HYS_OK && hys_table_n_columns(sim->results.at[k].table) ==
                                    hys_table_n_columns(run->outputs[k].table) + 1 + place->n_steps)
            status = append_rows(sim, place, run, index, k);
        if (status != HYS_OK) return status;
        if (!is_new) add_effort(&sim->results.at[k], &run->outputs[k].result);
    }
    return keep_measures(sim, run, index) ? HYS_OK : HYS_NOMEM;
}

/* ---- workers ---- */

typedef struct runner {
    hys_sim *sim;
    const char *path;
    const hys_sim_opts *opts;
    size_t n_runs;
    atomic_size_t next, n_done;
    hys__sim_run *runs;
    pthread_mutex_t progress;
} runner;

typedef struct worker {
    runner *job;
    pthread_t thread;
    bool is_started;
    hys_ctx *ctx;
    hys__sim_place place;
    hys_sim_opts opts;
} worker;

/* Called by all workers; the user's function sees one at a time, and the part of all runs that is done. */
static int joint_progress(void *user, const char *what, double done) {
    runner *job = user;
    (void)done;
    if (hys_ctx_is_cancelled(job->sim->ctx)) return 1;
    if (!job->opts->progress) return 0;
    pthread_mutex_lock(&job->progress);
    double part = (double)atomic_load(&job->n_done) / (double)job->n_runs;
    int stop = job->opts->progress(job->opts->progress_user, what, part);
    pthread_mutex_unlock(&job->progress);
    return stop;
}

static void *work(void *user) {
    worker *self = user;
    runner *job = self->job;
    for (;;) {
        size_t index = atomic_fetch_add(&job->next, 1);
        if (index >= job->n_runs || hys_ctx_is_cancelled(job->sim->ctx)) return NULL;
        hys__sim_place_run(&self->place, index, &job->runs[index]);
        atomic_fetch_add(&job->n_done, 1);
    }
}

static hys_status start_worker(runner *job, worker *self) {
    hys_ctx_opts ctx_opts = hys_ctx_opts_default();
    ctx_opts.seed = hys__ctx_seed(job->sim->ctx);
    ctx_opts.n_threads = 1;
    self->job = job;
    self->opts = *job->opts;
    self->opts.progress = joint_progress;
    self->opts.progress_user = job;
    hys_status status = hys_ctx_new(&ctx_opts, &self->ctx);
    if (status != HYS_OK) return status;
    hys__sim_place_init(&self->place, self->ctx, job->path, &self->opts);
    return HYS_OK;
}

/* Diagnostics of the runs' contexts, once each. */
static void repeat_diagnostics(hys_ctx *to, const hys_ctx *from) {
    for (size_t k = 0; k < hys_diag_count(from); k++) {
        const hys_diag *diag = hys_diag_get(from, k);
        bool is_known = false;
        for (size_t i = 0; i < hys_diag_count(to) && !is_known; i++) {
            const hys_diag *other = hys_diag_get(to, i);
            is_known =
                other->line == diag->line && !strcmp(other->message, diag->message) && !strcmp(other->file, diag->file);
        }
        if (!is_known) hys__report_again(to, diag);
    }
}

static hys_status gather(runner *job, const hys__sim_place *place) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < job->n_runs; k++) {
        hys__sim_run *run = &job->runs[k];
        hys_status one = run->outputs ? join(job->sim, place, run, k) : HYS_OK;
        for (size_t i = 0; run->outputs && i < run->n_outputs; i++) hys_table_free(run->outputs[i].table);
        if (status == HYS_OK) status = run->status != HYS_OK ? run->status : one;
    }
    return hys_ctx_is_cancelled(job->sim->ctx) ? HYS_CANCEL : status;
}

static hys_status run_workers(runner *job, worker *workers, size_t n_workers, const hys__sim_place *place) {
    hys_status status = HYS_OK;
    size_t n = 0;
    while (n < n_workers && status == HYS_OK) {
        status = start_worker(job, &workers[n]);
        if (status == HYS_OK) n++;
    }
    for (size_t k = 1; k < n; k++) workers[k].is_started = !pthread_create(&workers[k].thread, NULL, work, &workers[k]);
    if (n) work(&workers[0]);
    for (size_t k = 1; k < n; k++)
        if (workers[k].is_started) pthread_join(workers[k].thread, NULL);
    for (size_t k = 0; k < n; k++) repeat_diagnostics(job->sim->ctx, workers[k].ctx);
    if (n) status = gather(job, place);
    for (size_t k = 0; k < n; k++) {
        hys__sim_place_free(&workers[k].place);
        hys_ctx_free(workers[k].ctx);
    }
    return status;
}

static hys_status run_many(hys_sim *sim, const hys__sim_place *place, size_t n_runs) {
    runner job = {.sim = sim, .path = place->path, .opts = place->opts, .n_runs = n_runs};
    size_t n_workers = (size_t)hys__ctx_n_threads(sim->ctx);
    if (n_workers > n_runs) n_workers = n_runs;
    job.runs = HYS_NEW_N(&sim->arena, hys__sim_run, n_runs);
    worker *workers = HYS_NEW_N(&sim->arena, worker, n_workers);
    if (!job.runs || !workers) return HYS_NOMEM;
    pthread_mutex_init(&job.progress, NULL);
    hys_status status = run_workers(&job, workers, n_workers, place);
    pthread_mutex_destroy(&job.progress);
    return status;
}

/* One run needs no joint table: its own are handed on. */
static hys_status run_one(hys_sim *sim, hys__sim_place *place) {
    hys__sim_run run;
    hys__sim_place_run(place, 0, &run);
    bool ok = run.outputs != NULL || run.status != HYS_OK;
    for (size_t k = 0; run.outputs && k < run.n_outputs; k++) {
        if (keep_result(sim, &run.outputs[k].result, run.outputs[k].table)) continue;
        hys_table_free(run.outputs[k].table);
        ok = false;
    }
    if (!keep_measures(sim, &run, 0)) ok = false;
    return run.status == HYS_OK && !ok ? HYS_NOMEM : run.status;
}

hys_status hys__sim_run_all(hys_sim *sim, const char *path, const hys_sim_opts *opts) {
    hys__sim_place place;
    hys__sim_place_init(&place, sim->ctx, path, opts);
    hys_status status = hys__sim_place_load(&place, 0);
    if (status == HYS_OK) {
        const char *title = place.flat->title ? place.flat->title : "";
        sim->title = hys__arena_strndup(&sim->arena, title, strlen(title));
        size_t n_runs = hys__sim_place_n_runs(&place);
        if (n_runs > MAX_RUNS)
            status = hys__fail(sim->ctx, HYS_LIMIT, "take fewer points in .step or .mc", "more than %u runs", MAX_RUNS);
        else if (n_runs == 1 && !place.flat->n_steps) status = run_one(sim, &place);
        else status = run_many(sim, &place, n_runs);
    }
    hys__sim_place_free(&place);
    return status;
}
