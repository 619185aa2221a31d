/* hys_fit_run: data in, parameters with their intervals out. */
#include "lab/fit.h"
#include "base/random.h"
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#define STARTS        8u
#define FINALS        2u   /* starts that are finished on all points */
#define APART         0.05 /* of the window: starts that lie nearer are one */
#define HOPS          2u
#define HOP           0.2 /* of the window: rms of the largest steps away from the best */
#define ROUNDS        60u
#define ROUNDS_QUICK  15u
#define STARTS_QUICK  3u
#define REFINES       12u
#define ERROR_MOST    0.02 /* of the integration against the residuals */
#define ERROR_NOTHING 1e-6 /* of the range: good enough whatever the residuals */

hys_fit_opts hys_fit_opts_default(void) {
    return (hys_fit_opts){.size = sizeof(hys_fit_opts), .level = 0.95};
}

/* Callers built against an older header give a shorter struct: what it lacks stays at the default. */
hys_fit_opts hys__fit_complete_opts(const hys_fit_opts *given) {
    hys_fit_opts opts = hys_fit_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    if (!(opts.level > 0 && opts.level < 1)) opts.level = 0.95;
    return opts;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

hys_status hys__fit_remark(hys_fit *fit, const char *fmt, ...) {
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char **place = HYS_PUSH(&fit->arena, &fit->remarks);
    if (!place) return HYS_NOMEM;
    *place = hys__arena_strndup(&fit->arena, text, strlen(text));
    return *place ? HYS_OK : HYS_NOMEM;
}

static hys_status make_sims(hys_fit *fit) {
    size_t n = (size_t)(fit->opts.n_threads > 0 ? fit->opts.n_threads : hys__ctx_n_threads(fit->ctx));
    if (n > STARTS) n = STARTS;
    fit->sims = HYS_NEW_N(&fit->arena, hys__fit_sim, n);
    if (!fit->sims) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        fit->n_sims = k + 1;
        hys_status status = hys__fit_sim_new(fit, &fit->sims[k]);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

/* ---- scales that follow from the data ---- */

/* Windows of currents, conductances and resistances move with the ratio of the measured current to the default's. */
static void rescale(hys_fit *fit) {
    static const struct {
        const char *unit;
        int power;
    } scaled[] = {{"A", 1}, {"S", 1}, {"ohm", -1}};
    double most = 0, range = 0, u[HYS__FIT_MOST], sense = fit->coarse.curves[0].drive.is_current ? -1 : 1;
    double *current = HYS_NEW_N(&fit->arena, double, fit->coarse.n_points);
    if (!current) return;
    for (size_t j = 0; j < fit->n; j++)
        u[j] = (fit->axes[j].start - fit->axes[j].lo) / (fit->axes[j].hi - fit->axes[j].lo);
    if (!hys__fit_sim_values(fit, &fit->sims[0], &fit->coarse, u, current)) return;
    for (size_t k = 0; k < fit->coarse.n_points; k++) most = fmax(most, fabs(current[k]));
    for (size_t c = 0; c < fit->coarse.n_curves; c++) range = fmax(range, fit->coarse.curves[c].range);
    for (size_t c = 0; c < fit->coarse.n_curves; c++)
        if (fit->coarse.curves[c].drive.is_current != fit->coarse.curves[0].drive.is_current) return;
    if (!(most > 0) || !isfinite(range / most)) return;
    for (size_t j = 0; j < fit->n; j++)
        for (size_t k = 0; k < sizeof scaled / sizeof *scaled; k++) {
            hys__fit_axis *a = &fit->axes[j];
            double shift = sense * scaled[k].power * log(range / most);
            if (!a->is_log || strcmp(a->units, scaled[k].unit)) continue;
            if (a->hi + shift <= a->hard_lo || a->lo + shift >= a->hard_hi) continue;
            a->start = fmin(a->hard_hi, fmax(a->hard_lo, a->start + shift));
            a->lo = fmax(a->hard_lo, a->lo + shift);
            a->hi = fmin(a->hard_hi, a->hi + shift);
        }
}

/* ---- local searches, shared by the threads ---- */

typedef struct locals {
    const hys_fit *fit;
    const hys__fit_level *level;
    double *starts, *costs; /* [n][fit->n], [n] */
    size_t n;
} locals;

typedef struct share {
    const locals *job;
    size_t worker;
    hys__fit_work *work;
} share;

static void *descend(void *user) {
    share *mine = user;
    const locals *l = mine->job;
    const hys_fit *fit = l->fit;
    for (size_t k = mine->worker; k < l->n; k += fit->n_sims)
        if (!hys_ctx_is_cancelled(fit->ctx))
            l->costs[k] =
                hys__fit_descend(fit, &fit->sims[mine->worker], l->level, fit->opts.is_quick ? ROUNDS_QUICK : ROUNDS,
                                 mine->work, l->starts + k * fit->n);
    return NULL;
}

/* n, at least 1, workers; each has its own of the works. */
static void descend_all(const locals *job, hys__fit_work *works, size_t n) {
    pthread_t threads[STARTS];
    share shares[STARTS];
    bool is_started[STARTS] = {false};
    for (size_t k = 0; k < n || !k; k++) shares[k] = (share){job, k, &works[k]};
    for (size_t k = 1; k < n; k++) is_started[k] = !pthread_create(&threads[k], NULL, descend, &shares[k]);
    descend(&shares[0]);
    for (size_t k = 1; k < n; k++) {
        if (is_started[k]) pthread_join(threads[k], NULL);
        else descend(&shares[k]);
    }
}

/* Members of the population that lie apart, best first; how many. */
static size_t pick(const hys_fit *fit, const double *population, const double *cost, size_t n, double *starts) {
    size_t picked = 0;
    for (size_t k = 0; k < n && picked < STARTS && isfinite(cost[k]); k++) {
        const double *u = population + k * fit->n;
        bool is_new = true;
        for (size_t p = 0; p < picked && is_new; p++) {
            double far = 0;
            for (size_t j = 0; j < fit->n; j++) far = fmax(far, fabs(u[j] - starts[p * fit->n + j]));
            is_new = far > APART;
        }
        if (is_new) memcpy(starts + picked++ * fit->n, u, fit->n * sizeof *u);
    }
    return picked;
}

/* By cost, best first; ties keep their order. */
static void order(const hys_fit *fit, double *starts, double *costs, size_t n) {
    double u[HYS__FIT_MOST];
    size_t bytes = fit->n * sizeof *u;
    for (size_t k = 1; k < n; k++) {
        double cost = costs[k];
        size_t at = k;
        memcpy(u, starts + k * fit->n, bytes);
        for (; at > 0 && costs[at - 1] > cost; at--) {
            costs[at] = costs[at - 1];
            memcpy(starts + at * fit->n, starts + (at - 1) * fit->n, bytes);
        }
        costs[at] = cost;
        memcpy(starts + at * fit->n, u, bytes);
    }
}

static hys_status poll(const hys_fit *fit, double done) {
    if (hys_ctx_is_cancelled(fit->ctx)) return HYS_CANCEL;
    if (fit->opts.progress && fit->opts.progress(fit->opts.progress_user, done)) return HYS_CANCEL;
    return HYS_OK;
}

/* Points around the first start into the second half of the starts. */
static void scatter(const hys_fit *fit, unsigned round, double size, double *starts) {
    uint64_t key[2] = {fit->opts.has_seed ? fit->opts.seed : hys__ctx_seed(fit->ctx), 0x686f70ull};
    for (size_t k = 0; k < STARTS; k++)
        for (size_t j = 0; j < fit->n; j++) {
            uint64_t ctr[2] = {(uint64_t)round << 32 | k, j};
            double u = starts[j] + size * hys__normal(key, ctr) / (1 << (k & 3));
            starts[(STARTS + k) * fit->n + j] =
                fmin(hys__fit_end(&fit->axes[j], 1), fmax(hys__fit_end(&fit->axes[j], -1), u));
        }
}

/* Local searches from around the best of job->n starts, whose number becomes STARTS: where a device switches, valleys
 * lie beside each other, a sample apart. */
static hys_status hop(const hys_fit *fit, locals *job, hys__fit_work *works, unsigned round, double size) {
    double *fresh = job->starts + STARTS * fit->n;
    locals hops = {fit, job->level, fresh, job->costs + STARTS, STARTS};
    scatter(fit, round, size, job->starts);
    descend_all(&hops, works, fit->n_sims);
    memmove(job->starts + job->n * fit->n, fresh, STARTS * fit->n * sizeof *fresh);
    memmove(job->costs + job->n, job->costs + STARTS, STARTS * sizeof *job->costs);
    order(fit, job->starts, job->costs, job->n + STARTS);
    job->n = STARTS;
    return poll(fit, 0.7 + 0.05 * round);
}

static hys_status no_solution(const hys_fit *fit) {
    return hys__fail(fit->ctx, HYS_NOCONV, "--range NAME=LOW,HIGH narrows the search; is the unit of the data right?",
                     "%s has no solution along these data for any parameters that were tried",
                     hys_model_name(fit->model));
}

/* ---- steps fine enough ---- */

/* rms change of the current when steps are halved, against the rms of the residual current. */
static hys_status integration_error(hys_fit *fit, double *scratch) {
    size_t m = fit->fine.n_points, at = 0;
    double change = 0, residual = 0, range = 0;
    hys__fit_level twice = fit->fine;
    twice.n_sub *= 2;
    fit->stats.integration_error = INFINITY;
    if (!hys__fit_sim_values(fit, &fit->sims[0], &fit->fine, fit->best, scratch) ||
        !hys__fit_sim_values(fit, &fit->sims[0], &twice, fit->best, scratch + m))
        return HYS_OK;
    for (size_t c = 0; c < fit->fine.n_curves; at += fit->fine.curves[c++].n)
        for (size_t k = 0; k < fit->fine.curves[c].n; k++) {
            double scale = fit->fine.curves[c].range, d = (scratch[m + at + k] - scratch[at + k]) / scale;
            double r = (scratch[at + k] - fit->fine.curves[c].y[k]) / scale;
            change += d * d;
            residual += r * r;
            range += 1;
        }
    fit->stats.integration_error = sqrt(change / residual);
    if (sqrt(change / range) < ERROR_NOTHING) fit->stats.integration_error = fmin(fit->stats.integration_error, 0.01);
    return HYS_OK;
}

static hys_status refine(hys_fit *fit, hys__fit_work *work) {
    double *scratch = HYS_NEW_N(&fit->arena, double, 2 * fit->fine.n_points);
    if (!scratch) return HYS_NOMEM;
    hys_status status = integration_error(fit, scratch);
    while (status == HYS_OK && fit->stats.integration_error > ERROR_MOST && fit->fine.n_sub < HYS__FIT_SUB_MOST) {
        fit->fine.n_sub *= 2;
        fit->best_cost = hys__fit_descend(fit, &fit->sims[0], &fit->fine, REFINES, work, fit->best);
        if (!isfinite(fit->best_cost)) return no_solution(fit);
        status = poll(fit, 0.95);
        if (status == HYS_OK) status = integration_error(fit, scratch);
    }
    return status;
}

/* ---- the whole ---- */

/* Ends of local searches, and how far they are above the best; they agree where the data cannot tell them from it:
 * the sum of squares rises by less than chi2 of one degree of freedom at 95 %, 3.84 of the noise. */
static hys_status keep_equals(hys_fit *fit, const locals *job) {
    double noise = job->costs[0] / fmax(1, (double)job->level->n_points - (double)fit->n);
    fit->stats.n_starts = (uint32_t)job->n;
    for (size_t k = 0; k < job->n; k++) fit->stats.n_agree += job->costs[k] <= job->costs[0] + 3.84 * noise;
    fit->n_equals = job->n;
    fit->equals = HYS_NEW_N(&fit->arena, double, fit->n_equals * fit->n);
    fit->equal_costs = HYS_NEW_N(&fit->arena, double, fit->n_equals);
    if (!fit->equals || !fit->equal_costs) return HYS_NOMEM;
    for (size_t k = 0; k < job->n; k++) fit->equal_costs[k] = (job->costs[k] - job->costs[0]) / fmax(noise, 1e-24);
    memcpy(fit->equals, job->starts, fit->n_equals * fit->n * sizeof *fit->equals);
    return HYS_OK;
}

/* The best few at a finer level. */
static void finish(const hys_fit *fit, locals *job, hys__fit_work *works, const hys__fit_level *level) {
    job->level = level;
    job->n = job->n < FINALS ? job->n : FINALS;
    descend_all(job, works, fit->n_sims);
    order(fit, job->starts, job->costs, job->n);
}

static hys_status take_best(hys_fit *fit, const locals *job) {
    if (!isfinite(job->costs[0])) return no_solution(fit);
    fit->best = HYS_NEW_N(&fit->arena, double, fit->n);
    if (!fit->best) return HYS_NOMEM;
    memcpy(fit->best, job->starts, fit->n * sizeof *fit->best);
    fit->best_cost = job->costs[0];
    return poll(fit, 0.9);
}

static hys_status search(hys_fit *fit, hys__fit_work *works) {
    double *population, *cost, starts[2 * STARTS * HYS__FIT_MOST], costs[2 * STARTS] = {0};
    size_t n;
    hys_status status = hys__fit_search(fit, &population, &cost, &n);
    if (status != HYS_OK) return status;
    locals job = {.fit = fit, .level = &fit->coarse, .starts = starts, .costs = costs};
    job.n = pick(fit, population, cost, n, starts);
    if (!job.n) return no_solution(fit);
    if (fit->opts.is_quick && job.n > STARTS_QUICK) job.n = STARTS_QUICK;
    descend_all(&job, works, fit->n_sims);
    order(fit, starts, costs, job.n);
    status = poll(fit, 0.7);
    if (fit->opts.is_quick) return take_best(fit, &job);
    unsigned round = 0, hops = job.n > 1 ? HOPS : 1; /* a population that ended in one place needs fewer */
    for (; round < hops && status == HYS_OK; round++) status = hop(fit, &job, works, round, HOP);
    if (status != HYS_OK) return status;
    if (fit->coarse.n_points < fit->middle.n_points || hops > 1) finish(fit, &job, works, &fit->middle);
    for (; round < 2 * hops && status == HYS_OK; round++) status = hop(fit, &job, works, round, HOP / 4);
    if (status != HYS_OK) return status;
    status = keep_equals(fit, &job);
    if (status != HYS_OK) return status;
    finish(fit, &job, works, &fit->fine);
    return take_best(fit, &job);
}

static hys_status run(hys_fit *fit, const hys_fit_data *data, size_t n_data) {
    hys__fit_work works[STARTS];
    hys_status status = hys__fit_read(fit, data, n_data);
    if (status == HYS_OK) status = make_sims(fit);
    if (status == HYS_OK) status = hys__fit_axes(fit);
    if (status != HYS_OK) return status;
    if (fit->fine.n_points < 2 * fit->n)
        return hys__fail(fit->ctx, HYS_ARG, "--free A,B,... names fewer", "%zu points are too few for %zu parameters",
                         fit->fine.n_points, fit->n);
    for (size_t k = 0; k < fit->n_sims; k++)
        if (!hys__fit_work_new(fit, &works[k])) return HYS_NOMEM;
    rescale(fit);
    status = search(fit, works);
    if (status == HYS_OK && !fit->opts.is_quick) status = refine(fit, &works[0]);
    if (status == HYS_OK && fit->opts.n_blocks > 0) status = hys__fit_cross(fit, &works[0]);
    return status == HYS_OK ? hys__fit_report(fit, works) : status;
}

hys_status hys_fit_run(hys_ctx *ctx, const hys_model *model, const hys_fit_data *data, size_t n_data,
                       const hys_fit_opts *opts, hys_fit **result) {
    double begin = seconds();
    if (!n_data) return hys__fail(ctx, HYS_ARG, "", "there are no data to fit");
    hys_fit *fit = hys__realloc(ctx, NULL, 0, sizeof *fit);
    if (!fit) return HYS_NOMEM;
    memset(fit, 0, sizeof *fit);
    fit->ctx = ctx;
    fit->model = model;
    fit->opts = hys__fit_complete_opts(opts);
    hys__arena_init(&fit->arena, ctx, 0);
    hys_status status = run(fit, data, n_data);
    for (size_t k = 0; k < fit->n_sims; k++) {
        fit->stats.evaluations += fit->sims[k].n_evaluations;
        hys__fit_sim_free(ctx, &fit->sims[k]);
    }
    fit->n_sims = 0;
    fit->stats.seconds = seconds() - begin;
    if (status == HYS_OK) *result = fit;
    else hys_fit_free(fit);
    return status;
}

void hys_fit_free(hys_fit *fit) {
    if (!fit) return;
    hys_ctx *ctx = fit->ctx;
    hys_table_free(fit->table);
    hys__arena_free(&fit->arena);
    hys__free(ctx, fit, sizeof *fit);
}

size_t hys_fit_n_params(const hys_fit *fit) {
    return fit->n;
}
const hys_fit_param *hys_fit_get_param(const hys_fit *fit, size_t i) {
    return &fit->params[i];
}
double hys_fit_correlation(const hys_fit *fit, size_t i, size_t j) {
    return fit->correlation[i * fit->n + j];
}
const hys_fit_stats *hys_fit_statistics(const hys_fit *fit) {
    return &fit->stats;
}
size_t hys_fit_n_blocks(const hys_fit *fit) {
    return fit->n_blocks;
}
double hys_fit_block(const hys_fit *fit, size_t block) {
    return fit->blocks[block];
}
const hys_table *hys_fit_table(const hys_fit *fit) {
    return fit->table;
}
size_t hys_fit_n_remarks(const hys_fit *fit) {
    return fit->remarks.n;
}
const char *hys_fit_remark(const hys_fit *fit, size_t i) {
    return fit->remarks.at[i];
}
