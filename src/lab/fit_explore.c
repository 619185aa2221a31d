/* Where the likelihood has ridges, kinks and several peaks: a walk of many chains over what the data allow, by
 * differences between chains (C. J. F. ter Braak, Stat. Comput. 16 (2006) 239), one half moved along those of the
 * other, so that a half is integrated as batches, which threads share.  No number depends on which thread does what. */
#include "base/random.h"
#include "lab/fit.h"
#include <math.h>
#include <pthread.h>
#include <string.h>

#define HALF        (2 * HYS__FIT_LANES)
#define CHAINS      (2 * HALF)
#define GENERATIONS 60
#define JUMP_EVERY  8   /* generations: whole differences, which lead from peak to peak */
#define SPREAD      2.0 /* of the first generation against the linear estimate */
#define FORGET      10  /* generations, during which chains go downhill only */

typedef struct walk {
    const hys_fit *fit;
    const hys__fit_explore_from *from;
    double *u, *cost;         /* [CHAINS][n], [CHAINS] */
    double *trial, *trial_at; /* [HALF][n], [HALF] costs */
    uint64_t seed;
} walk;

static double draw(const walk *w, uint64_t generation, uint64_t who, uint64_t what) {
    uint64_t key[2] = {w->seed, 0x77616c6bull}, ctr[2] = {generation << 32 | who, what}, out[2];
    hys__threefry2x64(key, ctr, out);
    return hys__uniform(out[0]);
}

/* ---- costs, on all threads ---- */

typedef struct share {
    const walk *w;
    size_t worker;
} share;

static void *work(void *user) {
    const share *s = user;
    const walk *w = s->w;
    const hys_fit *fit = w->fit;
    for (size_t k = s->worker * HYS__FIT_LANES; k < HALF; k += fit->n_sims * HYS__FIT_LANES)
        hys__fit_sim_run(fit, &fit->sims[s->worker], w->from->level, HYS__FIT_LANES, w->trial + k * fit->n,
                         w->trial_at + k, NULL);
    return NULL;
}

static void evaluate(const walk *w) {
    pthread_t threads[HALF / HYS__FIT_LANES];
    bool is_started[HALF / HYS__FIT_LANES] = {false};
    share shares[HALF / HYS__FIT_LANES];
    size_t n = w->fit->n_sims < HALF / HYS__FIT_LANES ? w->fit->n_sims : HALF / HYS__FIT_LANES;
    for (size_t k = 0; k < n || !k; k++) shares[k] = (share){w, k};
    for (size_t k = 1; k < n; k++) is_started[k] = !pthread_create(&threads[k], NULL, work, &shares[k]);
    work(&shares[0]);
    for (size_t k = 1; k < n; k++) {
        if (is_started[k]) pthread_join(threads[k], NULL);
        else work(&shares[k]);
    }
}

/* ---- chains ---- */

static double inside(const hys__fit_axis *a, double u, double from) {
    double lo = hys__fit_end(a, -1), hi = hys__fit_end(a, 1);
    if (u < lo) return (from + lo) / 2;
    return u > hi ? (from + hi) / 2 : u;
}

/* The best, spread as the linear estimate says, but not over more than a quarter of a window. */
static void first_generation(walk *w, size_t half) {
    size_t n = w->fit->n;
    uint64_t key[2] = {w->seed, 0x66697273ull};
    for (size_t k = 0; k < HALF; k++) {
        size_t who = half * HALF + k;
        double *u = w->trial + k * n, longest = 0;
        for (size_t j = 0; j < n; j++) u[j] = 0;
        for (size_t d = 0; d < n; d++) {
            uint64_t ctr[2] = {who, d};
            double far = SPREAD * hys__normal(key, ctr);
            for (size_t j = 0; j < n; j++) u[j] += far * w->from->z[d * n + j];
        }
        for (size_t j = 0; j < n; j++) longest = fmax(longest, fabs(u[j]));
        for (size_t j = 0; j < n; j++) {
            double step = u[j] * (longest > 0.25 ? 0.25 / longest : 1);
            u[j] = inside(&w->fit->axes[j], w->from->at[j] + step, w->from->at[j]);
        }
    }
}

static void propose(const walk *w, uint64_t generation, size_t half) {
    size_t n = w->fit->n;
    double usual = 2.38 / sqrt(2.0 * (double)n);
    for (size_t k = 0; k < HALF; k++) {
        size_t who = half * HALF + k;
        const double *others = w->u + (1 - half) * HALF * n, *from = w->u + who * n;
        const double *a = others + (size_t)(draw(w, generation, who, 0) * HALF) * n;
        const double *b = others + (size_t)(draw(w, generation, who, 1) * HALF) * n;
        double step = generation % JUMP_EVERY ? usual * (0.3 + draw(w, generation, who, 2)) : 1;
        for (size_t j = 0; j < n; j++) {
            double u = from[j] + step * (a[j] - b[j]) + 1e-6 * (draw(w, generation, who, 4 + j) - 0.5);
            w->trial[k * n + j] = inside(&w->fit->axes[j], u, from[j]);
        }
    }
}

static void keep(hys__fit_cloud *cloud, size_t n, const double *u, double cost) {
    memcpy(cloud->u + cloud->n * n, u, n * sizeof *u);
    cloud->cost[cloud->n++] = cost;
}

static void accept(walk *w, uint64_t generation, size_t half, hys__fit_cloud *cloud) {
    size_t n = w->fit->n;
    for (size_t k = 0; k < HALF; k++) {
        size_t who = half * HALF + k;
        double rise = (w->trial_at[k] - w->cost[who]) / (2 * w->from->variance);
        bool is_taken = rise <= 0 || (generation > FORGET && draw(w, generation, who, 3) < exp(-rise));
        if (!is_taken || !isfinite(w->trial_at[k])) continue;
        w->cost[who] = w->trial_at[k];
        memcpy(w->u + who * n, w->trial + k * n, n * sizeof *w->u);
        if (w->cost[who] < w->from->cost + w->from->reach) keep(cloud, n, w->u + who * n, w->cost[who]);
    }
}

hys_status hys__fit_explore(hys_fit *fit, const hys__fit_explore_from *from, hys__fit_cloud *cloud) {
    size_t n = fit->n, most = (size_t)CHAINS * (GENERATIONS + 1);
    walk w = {.fit = fit, .from = from, .seed = fit->opts.has_seed ? fit->opts.seed : hys__ctx_seed(fit->ctx)};
    w.u = HYS_NEW_N(&fit->arena, double, (CHAINS + HALF) * n);
    w.cost = HYS_NEW_N(&fit->arena, double, CHAINS + HALF);
    cloud->n = 0;
    cloud->u = HYS_NEW_N(&fit->arena, double, most *n);
    cloud->cost = HYS_NEW_N(&fit->arena, double, most);
    if (!w.u || !w.cost || !cloud->u || !cloud->cost) return HYS_NOMEM;
    w.trial = w.u + CHAINS * n;
    w.trial_at = w.cost + CHAINS;
    for (size_t k = 0; k < CHAINS; k++) w.cost[k] = INFINITY;
    for (uint64_t g = 0; g <= GENERATIONS; g++)
        for (size_t half = 0; half < 2; half++) {
            if (hys_ctx_is_cancelled(fit->ctx)) return HYS_CANCEL;
            if (g) propose(&w, g, half);
            else first_generation(&w, half);
            evaluate(&w);
            accept(&w, g, half, cloud);
        }
    return HYS_OK;
}
