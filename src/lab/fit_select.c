/* hys_fit_select: quick fits of all models, side by side, then full ones of the best. */
#include "lab/fit_select.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define BEST         4
#define POINTS_QUICK 200 /* of a curve, in quick fits */
#define WORKERS_MOST 64u

hys_fit_select_opts hys_fit_select_opts_default(void) {
    return (hys_fit_select_opts){.size = sizeof(hys_fit_select_opts)};
}

typedef struct job {
    hys_fit_selection *s;
    size_t n; /* entries that are fitted: the first ones */
    bool is_full, has_intervals;
    double begin, end; /* of the progress of the whole */
    atomic_size_t next, n_done;
    atomic_int status;
    pthread_mutex_t progress;
} job;

/* Called by all workers; the user's function sees one at a time. */
static int watch(void *user, double done) {
    job *j = user;
    const hys_fit_opts *opts = &j->s->fit_opts;
    (void)done;
    if (hys_ctx_is_cancelled(j->s->ctx) || atomic_load(&j->status) != HYS_OK) return 1;
    if (!opts->progress) return 0;
    double part = (double)atomic_load(&j->n_done) / (double)j->n;
    pthread_mutex_lock(&j->progress);
    int stop = opts->progress(opts->progress_user, j->begin + part * (j->end - j->begin));
    pthread_mutex_unlock(&j->progress);
    if (stop) atomic_store(&j->status, HYS_CANCEL);
    return stop;
}

/* ---- one model ---- */

static void explain(hys__fit_entry *e, hys_status status) {
    snprintf(e->why, sizeof e->why, "%s", hys_status_text(status));
    for (size_t k = 0; k < hys_diag_count(e->ctx); k++) {
        const hys_diag *d = hys_diag_get(e->ctx, k);
        if (d->severity != HYS_ERROR) continue;
        const char *text = strstr(d->message, " cannot be fitted: ");
        snprintf(e->why, sizeof e->why, "%s", text ? text + strlen(" cannot be fitted: ") : d->message);
        return;
    }
}

hys_fit_opts hys__fit_select_opts(const hys_fit_selection *s, bool is_full) {
    hys_fit_opts opts = s->fit_opts;
    opts.n_threads = 1;
    opts.has_seed = true;
    opts.adds_series = opts.adds_series || opts.n_free;
    opts.free = opts.set = NULL;
    opts.n_free = opts.n_set = 0;
    opts.is_quick = !is_full;
    opts.n_blocks = HYS__FIT_BLOCKS;
    if (!is_full && !(opts.most_points > 0 && opts.most_points < POINTS_QUICK)) opts.most_points = POINTS_QUICK;
    return opts;
}

static void take_numbers(hys__fit_entry *e) {
    const hys_fit_stats *stats = hys_fit_statistics(e->fit);
    e->cost = e->fit->best_cost;
    e->n_counted = e->fit->noise.n_counted;
    e->memory = e->fit->noise.memory;
    e->shown.n_params = stats->n_determined;
    e->shown.rms_relative = stats->rms_relative;
    memcpy(e->blocks, e->fit->blocks, sizeof e->blocks);
}

static hys_status fit_one(job *j, hys__fit_entry *e) {
    hys_ctx_opts ctx_opts = hys_ctx_opts_default();
    hys_fit_opts opts = hys__fit_select_opts(j->s, j->is_full);
    opts.no_intervals = !j->has_intervals;
    opts.progress = watch;
    opts.progress_user = j;
    ctx_opts.seed = opts.seed;
    ctx_opts.n_threads = 1;
    hys_status status = e->ctx ? HYS_OK : hys_ctx_new(&ctx_opts, &e->ctx);
    if (status == HYS_OK && !e->model) status = hys_model_load(e->ctx, e->name, j->s->opts.model, &e->model);
    hys_fit_free(e->fit);
    e->fit = NULL;
    if (status == HYS_OK) status = hys_fit_run(e->ctx, e->model, j->s->data, j->s->n_data, &opts, &e->fit);
    if (status == HYS_OK) take_numbers(e);
    if (status == HYS_CANCEL || status == HYS_NOMEM) return status;
    if (status != HYS_OK) explain(e, status);
    e->shown.is_finalist = status == HYS_OK && j->is_full;
    return HYS_OK;
}

static void *work(void *user) {
    job *j = user;
    for (;;) {
        size_t k = atomic_fetch_add(&j->next, 1);
        if (k >= j->n || watch(j, 0)) return NULL;
        hys__fit_entry *e = &j->s->entries[k];
        hys_status status = e->name ? fit_one(j, e) : HYS_OK;
        if (status != HYS_OK) atomic_store(&j->status, (int)status);
        atomic_fetch_add(&j->n_done, 1);
    }
}

/* stage 0: quick, 1: full, 2: with intervals. */
static hys_status fit_first(hys_fit_selection *s, size_t n, int stage) {
    static const double begin[] = {0, 0.5, 0.8, 1};
    pthread_t threads[WORKERS_MOST];
    bool is_started[WORKERS_MOST] = {false};
    job j = {.s = s, .n = n, .is_full = stage > 0, .has_intervals = stage > 1};
    j.begin = begin[stage];
    j.end = s->opts.is_quick ? 1 : begin[stage + 1];
    size_t n_workers = (size_t)(s->fit_opts.n_threads > 0 ? s->fit_opts.n_threads : hys__ctx_n_threads(s->ctx));
    if (n_workers > n) n_workers = n;
    if (n_workers > WORKERS_MOST) n_workers = WORKERS_MOST;
    pthread_mutex_init(&j.progress, NULL);
    for (size_t k = 1; k < n_workers; k++) is_started[k] = !pthread_create(&threads[k], NULL, work, &j);
    work(&j);
    for (size_t k = 1; k < n_workers; k++)
        if (is_started[k]) pthread_join(threads[k], NULL);
    pthread_mutex_destroy(&j.progress);
    hys_status status = (hys_status)atomic_load(&j.status);
    if (hys_ctx_is_cancelled(s->ctx)) status = HYS_CANCEL;
    return status == HYS_NOMEM ? hys__fail(s->ctx, status, "", "out of memory") : status;
}

/* ---- the whole ---- */

static hys_status list(hys_fit_selection *s) {
    bool is_library = !s->opts.n_models;
    size_t n = is_library ? hys_library_count() : s->opts.n_models;
    s->entries = HYS_NEW_N(&s->arena, hys__fit_entry, n + 1);
    if (!s->entries) return HYS_NOMEM;
    s->n = n + 1;
    for (size_t k = 0; k < n; k++) {
        const char *name = is_library ? hys_library_get(k)->name : s->opts.models[k];
        s->entries[k + 1].name = hys__arena_strndup(&s->arena, name, strlen(name));
        if (!s->entries[k + 1].name) return HYS_NOMEM;
    }
    return HYS_OK;
}

static hys_status run(hys_fit_selection *s) {
    hys_status status = list(s);
    if (status == HYS_OK) status = hys__fit_resistor(s, false);
    if (status == HYS_OK) status = fit_first(s, s->n, 0);
    if (status != HYS_OK) return status;
    hys__fit_rank(s, false);
    size_t best = (size_t)(s->opts.n_best > 0 ? s->opts.n_best : BEST), n = 0;
    while (n < s->n && n < best && (s->entries[n].fit || !s->entries[n].name)) n++;
    if (!s->opts.is_quick && n) {
        status = fit_first(s, n, 1);
        if (status == HYS_OK) status = hys__fit_resistor(s, true);
        if (status == HYS_OK) hys__fit_rank(s, true);
        if (status == HYS_OK) status = fit_first(s, 1, 2);
    }
    if (status == HYS_OK) hys__fit_state(s);
    return status;
}

static hys_fit_select_opts complete(const hys_fit_select_opts *given) {
    hys_fit_select_opts opts = hys_fit_select_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    return opts;
}

/* A name of a parameter would mean something else in every model. */
static hys_status check_free(const hys_fit_selection *s) {
    for (size_t k = 0; k < s->fit_opts.n_free; k++) {
        const char *name = s->fit_opts.free[k];
        if (strcmp(name, "series"))
            return hys__fail(s->ctx, HYS_ARG, "--model NAME; --free series is for all of them",
                             "'%.40s' is a parameter of one model, not of a choice of models", name);
    }
    return HYS_OK;
}

hys_status hys_fit_select(hys_ctx *ctx, const hys_fit_data *data, size_t n_data, const hys_fit_select_opts *opts,
                          hys_fit_selection **result) {
    if (!n_data) return hys__fail(ctx, HYS_ARG, "", "there are no data to fit");
    hys_fit_selection *s = hys__realloc(ctx, NULL, 0, sizeof *s);
    if (!s) return HYS_NOMEM;
    memset(s, 0, sizeof *s);
    s->ctx = ctx;
    s->data = data;
    s->n_data = n_data;
    s->opts = complete(opts);
    s->fit_opts = hys__fit_complete_opts(s->opts.fit);
    if (!s->fit_opts.has_seed) s->fit_opts.seed = hys__ctx_seed(ctx);
    hys__arena_init(&s->arena, ctx, 0);
    hys_status status = check_free(s);
    if (status == HYS_OK) status = run(s);
    s->data = NULL;
    if (status == HYS_OK) *result = s;
    else hys_fit_selection_free(s);
    return status;
}

void hys_fit_selection_free(hys_fit_selection *s) {
    if (!s) return;
    for (size_t k = 0; k < s->n; k++) {
        hys_fit_free(s->entries[k].fit);
        hys_model_free(s->entries[k].model);
        hys_ctx_free(s->entries[k].ctx);
    }
    hys_ctx *ctx = s->ctx;
    hys__arena_free(&s->arena);
    hys__free(ctx, s, sizeof *s);
}

size_t hys_fit_selection_count(const hys_fit_selection *s) {
    return s->n;
}
const hys_fit_candidate *hys_fit_selection_get(const hys_fit_selection *s, size_t i) {
    return &s->entries[i].shown;
}
const hys_fit *hys_fit_selection_best(const hys_fit_selection *s) {
    return s->entries[0].fit;
}
const hys_model *hys_fit_selection_model(const hys_fit_selection *s) {
    return s->entries[0].fit ? s->entries[0].model : NULL;
}
const char *hys_fit_selection_statement(const hys_fit_selection *s) {
    return s->statement;
}
