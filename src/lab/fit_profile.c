/* Intervals by profile likelihood (D. J. Venzon, S. H. Moolgavkar, Appl. Statist. 37 (1988) 87): a parameter is moved
 * away from its best value, all others are fitted again, until the sum of squares has risen by as much as the level
 * asks.  It needs no straight valley: it is right where parameters trade off along curves, sit at bounds, or where the
 * curve has kinks in them. */
#include "lab/fit.h"
#include <math.h>
#include <pthread.h>
#include <string.h>

#define MET          96u /* sets kept of a side */
#define NEARLY       1.5
#define STEPS        24u
#define ROUNDS       8u
#define CLOSE        0.12 /* of 1, within which the root of the rise is interpolated */
#define GROW         3.0
#define WIDEST       0.25  /* of the window: first step where nothing is known */
#define WORK_MOST    24000 /* points times steps between them */
#define BETTER       0.05  /* of the rise: a lower cost that counts */
#define DECREASE     1e-3  /* of the rise: below it a search ends */
#define DOUBT        0.3   /* of 1: first step that tells a side where the linear estimate misleads */
#define CLOUD_WORK   2500  /* points times steps, on which thousands of sets are tried */
#define LOW          0.8   /* of 1: what is not nearly an end */
#define FINE         0.02  /* of the distance from the best: where a cliff is has been found */
#define JUMPS        3u
#define WAVE         0.05 /* of the rise: a smaller fall on the way to an end is none */
#define WAVES        2u   /* turns: a valley that bends has one */
#define WORKERS_MOST 8u

typedef struct survey {
    const hys_fit *fit;
    hys__fit_level level;
    const hys__fit_profile_from *from;
    double *at;        /* [n] u: the best at this level */
    double cost, rise; /* at it; of the cost at an end */
    bool is_second;    /* ends are known: there may be more beyond them */
    bool is_wider;     /* they are of a smaller rise */
    hys__fit_cloud cloud;
} survey;

/* What one side of one parameter gave. */
typedef struct end {
    double u;
    bool is_open, is_doubtful, has_jumped;
    double *path;   /* [n] u of all where it was left */
    double *lowest; /* [n] u of the lowest cost */
    double least;
    double *met, *met_cost; /* [MET][n] u, [MET]: sets on the way that are allowed, or nearly */
    size_t n_met;
} end;

typedef struct share {
    const survey *task;
    end *ends; /* [2 n] */
    hys__fit_work *work;
    size_t worker, n_workers;
} share;

/* ---- one side ---- */

/* A point of the profile: u [n] goes to the best others with u[j] = x.  The root of the rise over that of the level;
 * infinite where there is no solution. */
static double profile_at(const share *s, size_t j, double x, double *u, end *e) {
    const survey *task = s->task;
    const hys_fit *fit = task->fit;
    for (size_t i = 0; i < fit->n; i++)
        u[i] = fmin(hys__fit_end(&fit->axes[i], 1), fmax(hys__fit_end(&fit->axes[i], -1), u[i]));
    u[j] = x;
    s->work->kept = j + 1;
    s->work->decrease = DECREASE * task->rise / task->cost;
    double cost = hys__fit_descend(fit, &fit->sims[s->worker], &task->level, ROUNDS, s->work, u);
    s->work->kept = 0;
    if (cost < e->least) {
        e->least = cost;
        memcpy(e->lowest, u, fit->n * sizeof *u);
    }
    const double q = isfinite(cost) ? sqrt(fmax(0, cost - task->cost) / task->rise) : INFINITY;
    if (q < NEARLY && e->n_met < MET) {
        memcpy(e->met + e->n_met * fit->n, u, fit->n * sizeof *u);
        e->met_cost[e->n_met++] = cost;
    }
    return q;
}

/* The direction in which the others follow, by the linear estimate: covariances with j. */
static double direction(const survey *task, size_t j, double *slope) {
    size_t n = task->fit->n;
    for (size_t i = 0; i < n; i++) {
        slope[i] = 0;
        for (size_t k = 0; k < n; k++) slope[i] += task->from->z[k * n + i] * task->from->z[k * n + j];
    }
    double own = slope[j];
    for (size_t i = 0; i < n; i++) slope[i] = own > 0 ? slope[i] / own : i == j;
    return own > 0 ? task->from->t * sqrt(own) : INFINITY;
}

typedef struct walk {
    double in, q_in, out, q_out; /* positions and roots of the rise within and beyond the end */
    double *u_in, *slope;        /* [n] */
    double gap;                  /* from how far `out` was found */
} walk;

/* A search that began far off may have missed what is allowed: where the rise stays low on the way, the place beyond
 * the end is looked at again from half as far. */
static double next_place(const walk *w, double from, double limit) {
    const double gap = w->out - w->in;
    if (isfinite(w->q_out)) {
        if (w->q_in < LOW && fabs(gap) <= 0.5001 * w->gap) return w->out;
        const double part = w->q_in < LOW ? 0.5 : (1 - w->q_in) / (w->q_out - w->q_in);
        return w->in + gap * fmin(0.85, fmax(0.15, part));
    }
    if (isfinite(w->out)) return w->in + gap / 2;
    double far = from + (w->in - from) * fmin(GROW, fmax(1.3, 1 / fmax(w->q_in, 1e-9)));
    return limit > from ? fmin(far, limit) : fmax(far, limit);
}

/* Moves the inner point to u; the others go on as they went from the best. */
static void step_in(const survey *task, walk *w, double x, double q, const double *u) {
    double from = w->in;
    for (size_t i = 0; i < task->fit->n; i++) {
        w->slope[i] = (u[i] - w->u_in[i]) / (x - from);
        w->u_in[i] = u[i];
    }
    w->in = x;
    w->q_in = q;
    if (x == w->out) w->out = w->q_out = INFINITY;
}

static void step_out(walk *w, double x, double q) {
    w->out = x;
    w->q_out = q;
    w->gap = fabs(x - w->in);
}

/* Where the others start at x, of several guesses: on as in the last step, as since the best, as the linear estimate
 * says, as they are.  Where the cost is rough a last short step says little. */
static void guess(const share *s, size_t j, const walk *w, double x, double *u) {
    enum { ON, SINCE_BEST, LINEAR, STILL, N_GUESSES };
    const survey *task = s->task;
    const hys_fit *fit = task->fit;
    const double from = task->at[j], step = x - w->in, gone = w->in - from;
    double sets[N_GUESSES * HYS__FIT_MOST], cost[N_GUESSES], linear[HYS__FIT_MOST] = {0};
    size_t n = fit->n, best = 0;
    direction(task, j, linear);
    for (size_t i = 0; i < n; i++) {
        const double chord = gone != 0 ? (w->u_in[i] - task->at[i]) / gone : linear[i];
        const double slopes[N_GUESSES] = {w->slope[i], chord, linear[i], 0};
        for (size_t k = 0; k < N_GUESSES; k++) {
            const double to = w->u_in[i] + slopes[k] * step;
            sets[k * n + i] = fmin(hys__fit_end(&fit->axes[i], 1), fmax(hys__fit_end(&fit->axes[i], -1), to));
        }
    }
    for (size_t k = 0; k < N_GUESSES; k++) sets[k * n + j] = x;
    hys__fit_sim_run(fit, &fit->sims[s->worker], &task->level, N_GUESSES, sets, cost, NULL);
    for (size_t k = 1; k < N_GUESSES; k++)
        if (cost[k] < cost[best]) best = k;
    memcpy(u, sets + best * n, n * sizeof *u);
}

/* Outwards from what is within, in steps, until the rise is that of the level. */
static void go(const share *s, size_t j, int side, walk *w, double x, end *e) {
    const survey *task = s->task;
    size_t n = task->fit->n;
    double u[HYS__FIT_MOST], from = task->at[j], limit = hys__fit_end(&task->fit->axes[j], side);
    for (unsigned step = 0; step < STEPS && !hys_ctx_is_cancelled(task->fit->ctx); step++) {
        guess(s, j, w, x, u);
        double q = profile_at(s, j, x, u, e);
        if (!step && fabs(q - 1) > DOUBT) e->is_doubtful = true;
        e->is_open = q < 1 && x == limit;
        e->u = fabs(q - 1) < CLOSE ? from + (x - from) / q : x;
        if (q < 1 + CLOSE) memcpy(e->path, u, n * sizeof *u);
        if (e->is_open || fabs(q - 1) < CLOSE) return;
        if (q < 1) step_in(task, w, x, q, u);
        else step_out(w, x, q);
        if (fabs(w->out - w->in) < FINE * fabs(w->in - from) + 1e-6) break;
        x = next_place(w, from, limit);
    }
    e->u = isfinite(w->out) ? w->out : x;
    e->is_open = false;
}

static void follow(const share *s, size_t j, int side, end *e) {
    const survey *task = s->task;
    double slope[HYS__FIT_MOST] = {0}, u_in[HYS__FIT_MOST];
    double from = task->at[j], limit = hys__fit_end(&task->fit->axes[j], side);
    double half = fmin(direction(task, j, slope), WIDEST);
    walk w = {.in = from, .out = INFINITY, .q_out = INFINITY, .u_in = u_in, .slope = slope};
    memcpy(u_in, task->at, task->fit->n * sizeof *u_in);
    e->u = limit;
    e->is_open = true;
    if (side * (limit - from) < 1e-9) return;
    go(s, j, side, &w, side > 0 ? fmin(limit, from + half) : fmax(limit, from - half), e);
}

typedef struct choice {
    const double *u; /* NULL: none */
    double cost;
} choice;

/* The set of the lowest cost that lies further out than x. */
static void choose(const hys__fit_cloud *cloud, size_t n, size_t j, double x, double margin, choice *best) {
    for (size_t k = 0; k < cloud->n; k++) {
        const double *u = cloud->u + k * n;
        const bool is_beyond = margin > 0 ? u[j] > x + margin : u[j] < x + margin;
        if (!is_beyond || cloud->cost[k] >= best->cost) continue;
        *best = (choice){u, cloud->cost[k]};
    }
}

/* Of the cloud, or of sets that were met when other parameters were moved. */
static const double *beyond(const survey *task, size_t j, int side, double x) {
    choice best = {NULL, task->cost + task->rise};
    choose(task->from->met, task->fit->n, j, x, side * fmax(1e-4, FINE * fabs(x - task->at[j])), &best);
    if (!best.u) best.cost = INFINITY;
    choose(&task->cloud, task->fit->n, j, x, side * 1e-4, &best);
    return best.u;
}

/* Goes on beyond an end where the walk has found sets that are allowed. */
static void jump(const share *s, size_t j, int side, end *e) {
    const survey *task = s->task;
    double slope[HYS__FIT_MOST] = {0}, u[HYS__FIT_MOST], limit = hys__fit_end(&task->fit->axes[j], side);
    double tried = e->u;
    for (unsigned k = 0; k < JUMPS && !e->is_open; k++) {
        const double *to = beyond(task, j, side, tried);
        if (!to) return;
        memcpy(u, to, task->fit->n * sizeof *u);
        tried = u[j];
        double q = profile_at(s, j, tried, u, e);
        if (q >= 1) continue;
        e->has_jumped = true;
        walk w = {.in = tried, .q_in = q, .out = INFINITY, .q_out = INFINITY, .u_in = u, .slope = slope};
        double x = tried + side * fmax(0.02, 0.3 * fabs(tried - task->at[j]));
        memcpy(e->path, u, task->fit->n * sizeof *u);
        go(s, j, side, &w, side > 0 ? fmin(limit, x) : fmax(limit, x), e);
        tried = side > 0 ? fmax(tried, e->u) : fmin(tried, e->u);
    }
}

/* Further out from an end, to a greater rise. */
static void go_on(const share *s, size_t j, int side, end *e) {
    const survey *task = s->task;
    size_t n = task->fit->n;
    double slope[HYS__FIT_MOST] = {0}, u[HYS__FIT_MOST], limit = hys__fit_end(&task->fit->axes[j], side);
    double from = task->at[j], at = e->path[j];
    if (e->is_open || at == from) return;
    memcpy(u, e->path, n * sizeof *u);
    for (size_t i = 0; i < n; i++) slope[i] = (u[i] - task->at[i]) / (at - from);
    double q = profile_at(s, j, at, u, e), x = at + 0.5 * (at - from);
    if (q >= 1) return;
    walk w = {.in = at, .q_in = q, .out = INFINITY, .q_out = INFINITY, .u_in = u, .slope = slope};
    go(s, j, side, &w, side > 0 ? fmin(limit, x) : fmax(limit, x), e);
}

/* Straight from the best to an end the cost goes up, or over one hill where the valley bends.  Where it goes up and
 * down, the walk may have ended at a hill behind which more is allowed. */
static bool is_wavy(const share *s, const end *e) {
    const survey *task = s->task;
    const size_t n = task->fit->n;
    double sets[HYS__FIT_LANES * HYS__FIT_MOST], cost[HYS__FIT_LANES], extreme = 0;
    unsigned turns = 0;
    for (size_t k = 0; k < HYS__FIT_LANES; k++)
        for (size_t i = 0; i < n; i++) {
            const double part = (double)(k + 1) / HYS__FIT_LANES;
            sets[k * n + i] = task->at[i] + part * (e->path[i] - task->at[i]);
        }
    hys__fit_sim_run(task->fit, &task->fit->sims[s->worker], &task->level, HYS__FIT_LANES, sets, cost, NULL);
    for (size_t k = 0; k < HYS__FIT_LANES; k++) {
        const double sign = turns % 2 ? -1 : 1, now = sign * (cost[k] - task->cost) / task->rise;
        if (now >= sign * extreme) extreme = sign * now;
        else if (now < sign * extreme - WAVE) {
            extreme = sign * now;
            turns++;
        }
    }
    return turns >= WAVES;
}

/* ---- all, shared by the threads ---- */

static void *work(void *user) {
    share *s = user;
    for (size_t k = s->worker; k < 2 * s->task->fit->n; k += s->n_workers) {
        int side = k & 1 ? 1 : -1;
        if (!s->task->from->has_effect[k / 2]) continue;
        if (!s->task->is_second) {
            follow(s, k / 2, side, &s->ends[k]);
            s->ends[k].is_doubtful = s->ends[k].is_doubtful || is_wavy(s, &s->ends[k]);
        }
        if (s->task->is_wider) go_on(s, k / 2, side, &s->ends[k]);
        if (s->task->is_second) jump(s, k / 2, side, &s->ends[k]);
    }
    return NULL;
}

static void work_all(const survey *task, hys__fit_work *works, end *ends) {
    pthread_t threads[WORKERS_MOST];
    share shares[WORKERS_MOST];
    bool is_started[WORKERS_MOST] = {false};
    size_t n = task->fit->n_sims < WORKERS_MOST ? task->fit->n_sims : WORKERS_MOST;
    for (size_t k = 0; k < n || !k; k++) shares[k] = (share){task, ends, &works[k], k, n ? n : 1};
    for (size_t k = 1; k < n; k++) is_started[k] = !pthread_create(&threads[k], NULL, work, &shares[k]);
    work(&shares[0]);
    for (size_t k = 1; k < n; k++) {
        if (is_started[k]) pthread_join(threads[k], NULL);
        else work(&shares[k]);
    }
}

/* The finest level that does not take too long, and the best on it. */
static void place(survey *task, hys__fit_work *w) {
    const hys_fit *fit = task->fit;
    task->level = fit->fine;
    if (fit->fine.n_points * fit->fine.n_sub > WORK_MOST) {
        task->level = fit->middle;
        while (2 * task->level.n_sub <= fit->fine.n_sub && 2 * task->level.n_sub * task->level.n_points <= WORK_MOST)
            task->level.n_sub *= 2;
    }
    memcpy(task->at, fit->best, fit->n * sizeof *task->at);
    hys__fit_descend(fit, &fit->sims[0], &task->level, ROUNDS, w, task->at);
}

/* What was met this time joins what was met before. */
static void collect(const survey *task, end *ends) {
    const size_t n = task->fit->n;
    hys__fit_cloud *met = task->from->met;
    for (size_t k = 0; k < 2 * n; k++) {
        for (size_t i = 0; i < ends[k].n_met && met->n < HYS__FIT_MET_MOST * 2 * n; i++) {
            memcpy(met->u + met->n * n, ends[k].met + i * n, n * sizeof *met->u);
            met->cost[met->n++] = ends[k].met_cost[i];
        }
        ends[k].n_met = 0;
    }
}

static bool is_any_beyond(const survey *task, const end *ends) {
    for (size_t k = 0; k < 2 * task->fit->n; k++)
        if (!ends[k].is_open && beyond(task, k / 2, k & 1 ? 1 : -1, ends[k].u)) return true;
    return false;
}

/* Intervals hold all sets that are allowed, wherever they were met. */
static void widen(const survey *task, size_t j, double *lo, double *hi) {
    const hys__fit_cloud *met = task->from->met;
    for (size_t k = 0; k < met->n; k++) {
        const double u = met->u[k * task->fit->n + j];
        if (met->cost[k] >= task->cost + task->rise) continue;
        *lo = fmin(*lo, u);
        *hi = fmax(*hi, u);
    }
}

static void gather(const survey *task, const end *ends, hys__fit_profile *p, size_t j) {
    const hys_fit *fit = task->fit;
    double shift = fit->best[j] - task->at[j];
    const end *lo = &ends[2 * j], *hi = &ends[2 * j + 1];
    const end *far = hi->path[j] - task->at[j] > task->at[j] - lo->path[j] ? hi : lo;
    double least = lo->u, most = hi->u;
    widen(task, j, &least, &most);
    *p = (hys__fit_profile){least + shift, most + shift, lo->is_open, hi->is_open, {0}};
    double moved = far->path[j] - task->at[j];
    for (size_t i = 0; i < fit->n && moved != 0; i++) p->slope[i] = (far->path[i] - task->at[i]) / moved;
}

/* Sets all over what the data allow, where the linear estimate has misled. */
static hys_status explore(hys_fit *fit, survey *task, const end *ends) {
    bool is_doubtful = false;
    for (size_t k = 0; k < 2 * fit->n; k++) is_doubtful = is_doubtful || (ends[k].is_doubtful && !ends[k].is_open);
    if (!is_doubtful) return HYS_OK;
    hys__fit_noise noise;
    hys__fit_level level = fit->fine;
    if (level.n_points * level.n_sub > CLOUD_WORK) level = fit->coarse;
    size_t n = fit->n;
    double cost, *residuals = HYS_NEW_N(&fit->arena, double, level.n_points), reach = (double)n + 4;
    if (!residuals) return HYS_NOMEM;
    hys__fit_sim_run(fit, &fit->sims[0], &level, 1, task->at, &cost, residuals);
    hys__fit_noise_of(&level, residuals, n, &noise);
    double variance = fmax(noise.variance, 1e-24);
    hys__fit_explore_from from = {&level, task->at, task->from->z, cost, variance, reach * reach * variance};
    return hys__fit_explore(fit, &from, &task->cloud);
}

/* Valleys lie beside each other, as where a device switches from one sample to the next: the rise at the truth is
 * then not that of one parameter, chi2 of one degree of freedom, but up to that of all together. */
static bool is_rough(const survey *task, const end *ends) {
    for (size_t k = 0; k < 2 * task->fit->n; k++)
        if (ends[k].has_jumped) return true;
    return false;
}

/* The lowest cost that was met, if it is lower than the best enough to count. */
static bool find_better(const survey *task, const end *ends, double *better) {
    size_t n = task->fit->n;
    double least = task->cost - BETTER * task->rise;
    bool is_better = false;
    for (size_t k = 0; k < 2 * n; k++) {
        if (!(ends[k].least < least)) continue;
        is_better = true;
        least = ends[k].least;
        memcpy(better, ends[k].lowest, n * sizeof *better);
    }
    return is_better;
}

static hys_status take(hys_fit *fit, survey *task, end **ends) {
    size_t n = fit->n;
    double *u = HYS_NEW_N(&fit->arena, double, (4 * n + 1) * n);
    double *met = HYS_NEW_N(&fit->arena, double, 2 * n * MET * (n + 1));
    *ends = HYS_NEW_N(&fit->arena, end, 2 * n);
    if (!u || !met || !*ends) return HYS_NOMEM;
    task->at = u;
    for (size_t k = 0; k < 2 * n; k++)
        (*ends)[k] = (end){.path = u + (1 + 2 * k) * n,
                           .lowest = u + (2 + 2 * k) * n,
                           .least = INFINITY,
                           .met = met + k * MET * (n + 1),
                           .met_cost = met + k * MET * (n + 1) + MET * n};
    return HYS_OK;
}

hys_status hys__fit_profiles(hys_fit *fit, hys__fit_work *works, const hys__fit_profile_from *from,
                             hys__fit_profile *profiles, double *better, bool *is_better) {
    size_t n = fit->n;
    hys__fit_noise noise;
    end *ends;
    survey task = {.fit = fit, .from = from};
    hys_status status = take(fit, &task, &ends);
    if (status != HYS_OK) return status;
    place(&task, &works[0]);
    hys__fit_sim_run(fit, &fit->sims[0], &task.level, 1, task.at, &task.cost, works[0].residuals);
    if (!isfinite(task.cost)) return HYS_BUG_HERE(fit->ctx, "the fitted parameters have no solution");
    hys__fit_noise_of(&task.level, works[0].residuals, n, &noise);
    task.rise = fmax(noise.variance, 1e-24) * from->t * from->t;
    for (size_t k = 0; k < 2 * n; k++) {
        ends[k].u = task.at[k / 2];
        memcpy(ends[k].path, task.at, n * sizeof *task.at);
    }
    work_all(&task, works, ends);
    collect(&task, ends);
    status = explore(fit, &task, ends);
    task.is_second = task.cloud.n || is_any_beyond(&task, ends);
    if (status == HYS_OK && task.is_second) work_all(&task, works, ends);
    collect(&task, ends);
    if (status == HYS_OK && is_rough(&task, ends)) {
        task.rise = task.rise / (from->t * from->t) * fmax(from->t * from->t, from->joint);
        task.is_wider = true;
        work_all(&task, works, ends);
        collect(&task, ends);
    }
    *is_better = status == HYS_OK && find_better(&task, ends, better);
    for (size_t j = 0; j < n; j++) gather(&task, ends, &profiles[j], j);
    return hys_ctx_is_cancelled(fit->ctx) ? HYS_CANCEL : status;
}
