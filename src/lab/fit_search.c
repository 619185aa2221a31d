/* The global search: differential evolution (R. Storn, K. Price, J. Global Optim. 11 (1997) 341) towards one of the
 * best (J. Zhang, A. C. Sanderson, IEEE Trans. Evol. Comput. 13 (2009) 945), with step and crossover of each member
 * inherited where they helped (J. Brest et al., IEEE Trans. Evol. Comput. 10 (2006) 646).  A generation is integrated
 * as batches, which threads share; no number depends on which thread does what. */
#include "base/random.h"
#include "lab/fit.h"
#include <math.h>
#include <pthread.h>
#include <string.h>

#define GENERATIONS       250
#define GENERATIONS_QUICK 40
#define MEMBERS           64u /* at least */
#define EACH              16u /* a parameter */
#define EACH_QUICK        6u
#define BEST_PART         0.15
#define AGREED            0.01

typedef struct member {
    double *u;
    double cost, step, cross;
} member;

typedef struct search {
    hys_fit *fit;
    member *members, *trials;
    size_t n;
    double *sets, *costs; /* [n][fit->n], [n] */
    uint64_t seed;
} search;

/* In (0, 1): a function of who asks when for what. */
static double draw(const search *s, uint64_t generation, uint64_t who, uint64_t what) {
    uint64_t key[2] = {s->seed, 0x66697473ull}, ctr[2] = {generation << 32 | who, what}, out[2];
    hys__threefry2x64(key, ctr, out);
    return hys__uniform(out[0]);
}

/* ---- costs, on all threads ---- */

typedef struct share {
    const search *s;
    size_t worker;
} share;

static void *work(void *user) {
    const share *mine = user;
    const search *s = mine->s;
    const hys_fit *fit = s->fit;
    for (size_t k = mine->worker * HYS__FIT_LANES; k < s->n; k += fit->n_sims * HYS__FIT_LANES) {
        size_t n = s->n - k < HYS__FIT_LANES ? s->n - k : HYS__FIT_LANES;
        hys__fit_sim_run(fit, &fit->sims[mine->worker], &fit->coarse, n, s->sets + k * fit->n, s->costs + k, NULL);
    }
    return NULL;
}

static void evaluate(const search *s, share *shares, pthread_t *threads, bool *is_started) {
    size_t n = s->fit->n_sims;
    for (size_t k = 1; k < n; k++) is_started[k] = !pthread_create(&threads[k], NULL, work, &shares[k]);
    work(&shares[0]);
    for (size_t k = 1; k < n; k++) {
        if (is_started[k]) pthread_join(threads[k], NULL);
        else work(&shares[k]);
    }
}

/* ---- a generation ---- */

/* Insertion: members stay nearly sorted, and ties keep their order. */
static void sort(member *m, size_t n) {
    for (size_t k = 1; k < n; k++) {
        member moving = m[k];
        size_t at = k;
        while (at > 0 && m[at - 1].cost > moving.cost) m[at] = m[at - 1], at--;
        m[at] = moving;
    }
}

static size_t other(const search *s, uint64_t generation, size_t who, uint64_t what) {
    size_t k = (size_t)(draw(s, generation, who, what) * (double)(s->n - 1));
    return k >= who ? k + 1 : k;
}

/* Outside the window: half way back to it. */
static double inside(double u, double from) {
    if (u < 0) return from / 2;
    return u > 1 ? (1 + from) / 2 : u;
}

static void make_trial(const search *s, uint64_t generation, size_t who) {
    const member *m = &s->members[who];
    member *t = &s->trials[who];
    size_t n = s->fit->n, best = (size_t)(draw(s, generation, who, 0) * BEST_PART * (double)s->n);
    const double *a = s->members[other(s, generation, who, 1)].u, *b = s->members[other(s, generation, who, 2)].u;
    t->step = draw(s, generation, who, 3) < 0.1 ? 0.1 + 0.9 * draw(s, generation, who, 4) : m->step;
    t->cross = draw(s, generation, who, 5) < 0.1 ? draw(s, generation, who, 6) : m->cross;
    size_t always = (size_t)(draw(s, generation, who, 7) * (double)n);
    for (size_t j = 0; j < n; j++) {
        t->u[j] = m->u[j];
        if (j != always && draw(s, generation, who, 8 + j) > t->cross) continue;
        t->u[j] += t->step * (s->members[best].u[j] - m->u[j] + a[j] - b[j]);
        t->u[j] = inside(t->u[j], m->u[j]);
    }
    memcpy(s->sets + who * n, t->u, n * sizeof *t->u);
}

static void select_better(search *s) {
    for (size_t k = 0; k < s->n; k++) {
        s->trials[k].cost = s->costs[k];
        if (!(s->trials[k].cost <= s->members[k].cost)) continue;
        member was = s->members[k];
        s->members[k] = s->trials[k];
        s->trials[k] = was;
    }
    sort(s->members, s->n);
}

/* The default first, then the window at random, each part of it once along every axis (Latin hypercube). */
static void first_generation(search *s) {
    size_t n = s->fit->n;
    for (size_t k = 0; k < s->n; k++) {
        s->members[k].step = 0.5;
        s->members[k].cross = 0.9;
    }
    for (size_t j = 0; j < n; j++) {
        const hys__fit_axis *axis = &s->fit->axes[j];
        double *row = s->costs; /* scratch: the order of the parts */
        for (size_t k = 0; k < s->n; k++) row[k] = (double)k;
        for (size_t k = s->n - 1; k > 0; k--) {
            size_t with = (size_t)(draw(s, 0, k, 2 * j) * (double)(k + 1));
            double swap = row[k];
            row[k] = row[with];
            row[with] = swap;
        }
        for (size_t k = 0; k < s->n; k++) s->members[k].u[j] = (row[k] + draw(s, 0, k, 2 * j + 1)) / (double)s->n;
        s->members[0].u[j] = fmin(1, fmax(0, (axis->start - axis->lo) / (axis->hi - axis->lo)));
    }
    for (size_t k = 0; k < s->n; k++) memcpy(s->sets + k * n, s->members[k].u, n * sizeof *s->sets);
}

static hys_status poll(const hys_fit *fit, double done) {
    if (hys_ctx_is_cancelled(fit->ctx)) return HYS_CANCEL;
    if (fit->opts.progress && fit->opts.progress(fit->opts.progress_user, done)) return HYS_CANCEL;
    return HYS_OK;
}

/* All lie within a hundredth of what the noise of a parameter costs: local searches do the rest. */
static bool is_converged(const search *s) {
    double least = s->members[0].cost, most = s->members[s->n - 1].cost;
    double noise = least / fmax(1, (double)s->fit->coarse.n_points - (double)s->fit->n);
    return most - least <= fmax(1e-6 * least, AGREED * noise);
}

static hys_status evolve(search *s, share *shares, pthread_t *threads, bool *is_started) {
    uint64_t generations = s->fit->opts.is_quick ? GENERATIONS_QUICK : GENERATIONS;
    first_generation(s);
    evaluate(s, shares, threads, is_started);
    for (size_t k = 0; k < s->n; k++) s->members[k].cost = s->costs[k];
    sort(s->members, s->n);
    for (uint64_t g = 1; g <= generations; g++) {
        hys_status status = poll(s->fit, 0.7 * (double)g / (double)generations);
        if (status != HYS_OK) return status;
        for (size_t k = 0; k < s->n; k++) make_trial(s, g, k);
        evaluate(s, shares, threads, is_started);
        select_better(s);
        if (is_converged(s)) break;
    }
    return HYS_OK;
}

static bool take_members(search *s) {
    hys__arena *arena = &s->fit->arena;
    size_t n = s->fit->n;
    double *u = HYS_NEW_N(arena, double, 2 * s->n * n);
    s->members = HYS_NEW_N(arena, member, s->n);
    s->trials = HYS_NEW_N(arena, member, s->n);
    s->sets = HYS_NEW_N(arena, double, s->n *n);
    s->costs = HYS_NEW_N(arena, double, s->n);
    if (!u || !s->members || !s->trials || !s->sets || !s->costs) return false;
    for (size_t k = 0; k < s->n; k++) {
        s->members[k].u = u + 2 * k * n;
        s->trials[k].u = u + (2 * k + 1) * n;
    }
    return true;
}

hys_status hys__fit_search(hys_fit *fit, double **population, double **cost, size_t *n) {
    search s = {.fit = fit, .seed = fit->opts.has_seed ? fit->opts.seed : hys__ctx_seed(fit->ctx)};
    size_t each = fit->opts.is_quick ? EACH_QUICK : EACH;
    s.n = (each * fit->n > MEMBERS ? each * fit->n + HYS__FIT_LANES - 1 : MEMBERS) / HYS__FIT_LANES * HYS__FIT_LANES;
    share *shares = HYS_NEW_N(&fit->arena, share, fit->n_sims);
    pthread_t *threads = HYS_NEW_N(&fit->arena, pthread_t, fit->n_sims);
    bool *is_started = HYS_NEW_N(&fit->arena, bool, fit->n_sims);
    if (!shares || !threads || !is_started || !take_members(&s)) return HYS_NOMEM;
    for (size_t k = 0; k < fit->n_sims; k++) shares[k] = (share){&s, k};
    hys_status status = evolve(&s, shares, threads, is_started);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < s.n; k++) {
        memcpy(s.sets + k * fit->n, s.members[k].u, fit->n * sizeof *s.sets);
        s.costs[k] = s.members[k].cost;
    }
    *population = s.sets;
    *cost = s.costs;
    *n = s.n;
    return HYS_OK;
}
