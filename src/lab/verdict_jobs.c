/* The measurements behind the verdicts, side by side: each in a context of its own, which is why nothing depends on
 * the number of threads. */
#include "base/diag.h"
#include "base/units.h"
#include "device/model.h"
#include "lab/verdict_impl.h"
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define TEN_YEARS    3.15576e8 /* s */
#define MOST_POLLS   4000      /* of a measurement, each 64 steps: what changes by itself for ever is given up */
#define MOST_SPIKING 20000     /* where spiking is what is looked for */

#define HYS__X(id, of_protocol, its_name) {.name = its_name, .protocol = of_protocol},
static const hys__job templates[HYS__N_JOBS] = {HYS__JOBS(HYS__X)};
#undef HYS__X

/* ---- options ---- */

static void opt_text(hys_verdicts *v, int job, const char *text) {
    hys__job *j = &v->jobs[job];
    if (j->n_opt < HYS__JOB_OPTIONS) j->opt[j->n_opt++] = text; /* NULL: out of memory, which the arena remembers */
}

static void opt(hys_verdicts *v, int job, const char *name, double value) {
    char number[32];
    hys__number_format(value, number);
    opt_text(v, job, hys__arena_printf(&v->arena, "%s=%s", name, number));
}

static void opt_range(hys_verdicts *v, int job, const char *name, double from, double to, int n) {
    char a[32], b[32];
    hys__number_format(from, a);
    hys__number_format(to, b);
    opt_text(v, job, hys__arena_printf(&v->arena, "%s=%s:%s:%d", name, a, b, n));
}

static void opt_read(hys_verdicts *v, int job, double width) {
    opt(v, job, "read", v->plan.read);
    opt(v, job, "read-width", fmin(1e-3, width));
}

/* ---- what each use needs ---- */

static void lay_train(hys_verdicts *v, int job, double up, double down, double width) {
    v->jobs[job].is_on = true;
    opt(v, job, "up", up);
    opt(v, job, "down", down);
    opt(v, job, "width", width);
    opt(v, job, "rest", width);
    opt(v, job, "pulses", HYS__LEARN_PULSES);
    opt_read(v, job, width);
}

/* Through the whole range, and through a part of it, where a curve is straighter. */
static void lay_learning(hys_verdicts *v) {
    static const double spans[2] = {1, 0.1};
    const hys__plan *p = &v->plan;
    for (size_t k = 0; k < 2 * p->n_ways; k++) {
        const hys__way *w = &p->ways[k / 2];
        lay_train(v, HYS__JOB_LEARN_0 + (int)k, w->up, w->down, spans[k % 2] * w->width / HYS__LEARN_PULSES);
    }
    if (!p->n_ways && p->brief != 0) lay_train(v, HYS__JOB_LEARN_0, p->brief, -p->brief, 0.1 * p->brief_width);
}

static void lay_cycles(hys_verdicts *v, int job, const hys__way *w, const char *cycles) {
    v->jobs[job].is_on = true;
    opt(v, job, "set", HYS__OVERDRIVE * w->up);
    opt(v, job, "reset", HYS__OVERDRIVE * w->down);
    opt(v, job, "width", w->up_width);
    opt(v, job, "reset-width", w->down_width);
    opt(v, job, "rest", w->width);
    opt_text(v, job, cycles);
    opt_read(v, job, w->width);
}

/* Several devices, several cycles each: both kinds of spread. */
static void lay_scatter(hys_verdicts *v) {
    static const char *const names[HYS__N_SCATTER] = {"x1", "x2", "x3", "x4", "x5", "x6"};
    for (int k = 0; k < HYS__N_SCATTER && v->plan.n_ways; k++) {
        lay_cycles(v, HYS__JOB_SCATTER_0 + k, &v->plan.kept_by, "cycles=5");
        v->jobs[HYS__JOB_SCATTER_0 + k].instance = names[k];
    }
}

static void lay_keeping(hys_verdicts *v) {
    const hys__way *p = &v->plan.kept_by;
    double first = fmax(3 * (p->width + fmin(1e-3, p->width)), 1e-6);
    for (size_t k = 0; k < v->plan.n_ways; k++) lay_cycles(v, HYS__JOB_WRITE_0 + (int)k, &v->plan.ways[k], "cycles=20");
    v->jobs[HYS__JOB_RETENTION].is_on = v->jobs[HYS__JOB_DISTURB].is_on = true;
    opt(v, HYS__JOB_RETENTION, "amplitude", HYS__OVERDRIVE * v->plan.leave);
    opt(v, HYS__JOB_RETENTION, "width", v->plan.leave_width);
    v->jobs[HYS__JOB_RETENTION].noise_step = "1e6s"; /* ten years are not cut into microseconds */
    opt_range(v, HYS__JOB_RETENTION, "times", first, 1.01 * TEN_YEARS, 30);
    opt_read(v, HYS__JOB_RETENTION, p->width);
    opt(v, HYS__JOB_DISTURB, "amplitude", HYS__OVERDRIVE * v->plan.leave);
    opt(v, HYS__JOB_DISTURB, "width", v->plan.leave_width);
    opt_text(v, HYS__JOB_DISTURB, "reads=100");
    opt_read(v, HYS__JOB_DISTURB, p->width);
}

/* A time in which part of what is fleeting goes. */
static double gap(const hys__plan *p) {
    return p->t_forget > 0 ? p->t_forget : p->brief_width;
}

static void lay_plasticity(hys_verdicts *v) {
    const hys__plan *p = &v->plan;
    hys__way l = p->kept_by;
    l.width /= 4;
    if (p->brief == 0) return;
    v->jobs[HYS__JOB_PPF].is_on = true;
    opt(v, HYS__JOB_PPF, "amplitude", p->brief);
    opt(v, HYS__JOB_PPF, "width", p->brief_width);
    opt_range(v, HYS__JOB_PPF, "intervals", 0.3 * gap(p), 30 * gap(p), 9);
    if (!p->n_ways) return;
    v->jobs[HYS__JOB_STDP].is_on = true;
    opt(v, HYS__JOB_STDP, "head", 0.8 * fabs(l.up));
    opt(v, HYS__JOB_STDP, "tail", 0.4 * fabs(l.up));
    opt(v, HYS__JOB_STDP, "t-head", l.width);
    opt(v, HYS__JOB_STDP, "t-tail", 15 * l.width);
    opt(v, HYS__JOB_STDP, "tau-head", 0.6 * l.width);
    opt(v, HYS__JOB_STDP, "tau-tail", 8 * l.width);
    opt_range(v, HYS__JOB_STDP, "intervals", 0.2 * l.width, 12 * l.width, 4);
    opt_read(v, HYS__JOB_STDP, l.width);
}

static void lay_selecting(hys_verdicts *v) {
    for (int s = 0; s < 2; s++) {
        int job = s ? HYS__JOB_SELECT_NEG : HYS__JOB_SELECT_POS;
        if (isnan(v->plan.select[s])) continue;
        v->jobs[job].is_on = true;
        opt(v, job, "amplitude", v->plan.select[s]);
        opt(v, job, "width", v->plan.t_select);
    }
}

static void lay_trains(hys_verdicts *v) {
    const hys__plan *p = &v->plan;
    if (p->brief == 0) return;
    v->jobs[HYS__JOB_TRAINS].is_on = true;
    opt(v, HYS__JOB_TRAINS, "amplitude", p->brief);
    opt(v, HYS__JOB_TRAINS, "width", p->brief_width);
    opt(v, HYS__JOB_TRAINS, "rest", fmax(gap(p) - p->brief_width, 0.2 * gap(p))); /* weights of halves: a binary code */
    opt(v, HYS__JOB_TRAINS, "forget", fmin(100 * gap(p), 1e3));
    opt(v, HYS__JOB_TRAINS, "read", p->up * p->read);
    opt(v, HYS__JOB_TRAINS, "read-width", fmin(1e-3, 0.1 * p->brief_width));
}

static void lay_out(hys_verdicts *v) {
    const bool *is_wanted = v->is_wanted;
    memcpy(v->jobs, templates, sizeof templates);
    if (is_wanted[HYS__USE_SELECTOR] || is_wanted[HYS__USE_NEURON]) lay_selecting(v);
    if (is_wanted[HYS__USE_NEURON]) v->jobs[HYS__JOB_OSCILLATION].is_on = v->jobs[HYS__JOB_FIRE].is_on = true;
    if (!v->plan.answers) return;
    if (is_wanted[HYS__USE_SYNAPSE]) {
        lay_learning(v);
        lay_plasticity(v);
    }
    if (v->plan.can_scatter && (is_wanted[HYS__USE_SYNAPSE] || is_wanted[HYS__USE_MEMORY])) lay_scatter(v);
    if (v->plan.n_ways && (is_wanted[HYS__USE_SYNAPSE] || is_wanted[HYS__USE_MEMORY])) lay_keeping(v);
    if (is_wanted[HYS__USE_RESERVOIR]) lay_trains(v);
}

/* ---- carrying them out ---- */

typedef struct crew {
    hys_verdicts *v;
    atomic_size_t next, n_done;
    atomic_int status;
    pthread_mutex_t progress;
} crew;

typedef struct watcher { /* of one measurement */
    crew *c;
    long polls, most;
} watcher;

/* Steps are counted, not seconds: the answer does not depend on the machine. */
static int watch(void *user, double done) {
    watcher *w = user;
    crew *c = w->c;
    (void)done;
    if (hys_ctx_is_cancelled(c->v->ctx) || atomic_load(&c->status) != HYS_OK) return 1;
    return ++w->polls > w->most;
}

static int report(crew *c) {
    int stop = 0;
    if (!c->v->progress) return 0;
    pthread_mutex_lock(&c->progress);
    stop = c->v->progress(c->v->progress_user, 0.2 + 0.6 * (double)atomic_load(&c->n_done) / HYS__N_JOBS);
    pthread_mutex_unlock(&c->progress);
    if (stop) atomic_store(&c->status, HYS_CANCEL);
    return stop;
}

static void explain(hys__job *j, hys_status status, bool is_given_up) {
    const char *text = is_given_up ? "the device goes on changing by itself; given up" : hys_status_text(status);
    for (size_t k = 0; k < hys_diag_count(j->ctx) && !is_given_up; k++)
        if (hys_diag_get(j->ctx, k)->severity == HYS_ERROR) {
            text = hys_diag_get(j->ctx, k)->message;
            break;
        }
    snprintf(j->why, sizeof j->why, "%s", text);
}

static hys_status run_one(crew *c, hys__job *j) {
    hys_ctx_opts ctx_opts = hys_ctx_opts_default();
    hys_protocol_opts opts = hys_protocol_opts_default();
    hys_bench_opts bench = c->v->bench;
    bool is_spiking = j == &c->v->jobs[HYS__JOB_OSCILLATION] || j == &c->v->jobs[HYS__JOB_FIRE];
    watcher w = {c, 0, is_spiking ? MOST_SPIKING : MOST_POLLS};
    const hys_protocol *protocol = hys_protocol_find(j->protocol);
    if (!protocol) {
        snprintf(j->why, sizeof j->why, "there is no protocol %s", j->protocol);
        return HYS_OK;
    }
    ctx_opts.seed = hys__ctx_seed(c->v->ctx);
    ctx_opts.n_threads = 1;
    hys_status status = hys_ctx_new(&ctx_opts, &j->ctx);
    if (status != HYS_OK) return status;
    bench.progress = watch;
    bench.progress_user = &w;
    if (j->instance) bench.instance = j->instance;
    else bench.n_spread = 0; /* the nominal device; what is spread has criteria of its own */
    if (!bench.noise_step) bench.noise_step = j->noise_step;
    opts.bench = &bench;
    opts.opt = j->opt;
    opts.n_opt = j->n_opt;
    status = hys_protocol_run(j->ctx, protocol, c->v->model, &opts, &j->result);
    if (status == HYS_OK) return HYS_OK;
    bool is_given_up = status == HYS_CANCEL && w.polls > w.most;
    explain(j, status, is_given_up);
    return status == HYS_NOMEM || (status == HYS_CANCEL && !is_given_up) ? status : HYS_OK;
}

static void *work(void *user) {
    crew *c = user;
    for (;;) {
        size_t k = atomic_fetch_add(&c->next, 1);
        if (k >= HYS__N_JOBS || atomic_load(&c->status) != HYS_OK) return NULL;
        hys_status status = c->v->jobs[k].is_on ? run_one(c, &c->v->jobs[k]) : HYS_OK;
        if (status != HYS_OK) atomic_store(&c->status, (int)status);
        atomic_fetch_add(&c->n_done, 1);
        if (report(c)) return NULL;
    }
}

static hys_status run_all(hys_verdicts *v) {
    crew c = {.v = v};
    size_t n = v->n_threads < HYS__N_JOBS ? v->n_threads : HYS__N_JOBS;
    pthread_t threads[HYS__N_JOBS];
    bool is_started[HYS__N_JOBS] = {false};
    pthread_mutex_init(&c.progress, NULL);
    for (size_t k = 1; k < n; k++) is_started[k] = !pthread_create(&threads[k], NULL, work, &c);
    work(&c);
    for (size_t k = 1; k < n; k++)
        if (is_started[k]) pthread_join(threads[k], NULL);
    pthread_mutex_destroy(&c.progress);
    hys_status status = (hys_status)atomic_load(&c.status);
    /* It happened in a worker's context. */
    return status == HYS_NOMEM ? hys__fail(v->ctx, status, "", "out of memory") : status;
}

/* Kernels are built when they are first needed: here, before several threads need them. */
static hys_status build_kernels(hys_verdicts *v) {
    hys_model *model = (hys_model *)(uintptr_t)v->model;
    const hys_kernel *kernel;
    return hys__model_kernel(model, (hys__variant){false, false}, &kernel);
}

hys_status hys__verdict_measure(hys_verdicts *v) {
    lay_out(v);
    if (v->arena.failed) return HYS_NOMEM;
    hys_status status = build_kernels(v);
    return status == HYS_OK ? run_all(v) : status;
}

void hys__verdict_forget(hys_verdicts *v) {
    for (int k = 0; k < HYS__N_JOBS; k++) {
        hys_protocol_result_free(v->jobs[k].result);
        hys_ctx_free(v->jobs[k].ctx);
        v->jobs[k].result = NULL;
        v->jobs[k].ctx = NULL;
    }
}

double hys__job_feature(const hys_verdicts *v, int job, const char *name) {
    const hys_protocol_result *result = v->jobs[job].result;
    const hys_feature *f = result ? hys_protocol_find_feature(result, name) : NULL;
    return f ? f->value : NAN;
}

const hys_table *hys__job_table(const hys_verdicts *v, int job, const char *name) {
    const hys_protocol_result *result = v->jobs[job].result;
    for (size_t k = 0; result && k < hys_protocol_n_tables(result); k++)
        if (!strcmp(hys_protocol_table_at(result, k)->name, name)) return hys_protocol_table_at(result, k)->table;
    return NULL;
}
