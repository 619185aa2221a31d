/* The local search: Levenberg-Marquardt with the damped steps of all trial dampings computed side by side.  The kernel
 * has no derivatives by parameters: columns of the sensitivity are differences, all of them one batch. */
#include "lab/fit.h"
#include <math.h>
#include <string.h>

/* Of u.  Where a device switches within a step the curve is a little rough in the parameters: the differences for the
 * intervals, which are central, look across that. */
#define DELTA          1e-4
#define DELTA_CENTRAL  1e-3
#define TRIALS         8u
#define STEP_MOST      0.3
#define DECREASE_LEAST 1e-8 /* of the cost, relative */

bool hys__fit_work_new(hys_fit *fit, hys__fit_work *w) {
    size_t n = fit->n, m = fit->fine.n_points;
    w->residuals = HYS_NEW_N(&fit->arena, double, (2 * n + 1) * m);
    w->sets = HYS_NEW_N(&fit->arena, double, (2 * n + 1 + TRIALS) * n);
    w->a = HYS_NEW_N(&fit->arena, double, n *n);
    w->vectors = HYS_NEW_N(&fit->arena, double, n *n);
    w->values = HYS_NEW_N(&fit->arena, double, 3 * n);
    w->is_fixed = HYS_NEW_N(&fit->arena, bool, n);
    if (!w->residuals || !w->sets || !w->a || !w->vectors || !w->values || !w->is_fixed) return false;
    w->gradient = w->values + n;
    w->scale = w->gradient + n;
    w->decrease = DECREASE_LEAST;
    w->kept = 0;
    return true;
}

/* ---- the symmetric eigenproblem, by Jacobi's rotations ---- */

static void rotate(size_t n, double *a, double *vectors, size_t p, size_t q) {
    double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
    double t = copysign(1, theta) / (fabs(theta) + sqrt(theta * theta + 1));
    double c = 1 / sqrt(t * t + 1), s = t * c;
    for (size_t k = 0; k < n; k++) {
        double x = a[k * n + p], y = a[k * n + q];
        a[k * n + p] = c * x - s * y;
        a[k * n + q] = s * x + c * y;
    }
    for (size_t k = 0; k < n; k++) {
        double x = a[p * n + k], y = a[q * n + k];
        a[p * n + k] = c * x - s * y;
        a[q * n + k] = s * x + c * y;
        x = vectors[k * n + p];
        y = vectors[k * n + q];
        vectors[k * n + p] = c * x - s * y;
        vectors[k * n + q] = s * x + c * y;
    }
}

/* Columns of vectors belong to values; a is spoilt. */
void hys__fit_eigen(size_t n, double *a, double *values, double *vectors) {
    for (size_t k = 0; k < n * n; k++) vectors[k] = k % (n + 1) == 0;
    for (int sweep = 0; sweep < 60; sweep++) {
        double off = 0;
        for (size_t p = 0; p < n; p++)
            for (size_t q = p + 1; q < n; q++) {
                off = fmax(off, fabs(a[p * n + q]));
                if (fabs(a[p * n + q]) > 1e-300) rotate(n, a, vectors, p, q);
            }
        if (off < 1e-17 * (double)n) break;
    }
    for (size_t k = 0; k < n; k++) values[k] = a[k * n + k];
}

/* ---- sensitivity ---- */

/* Where a search must stop: the end of the range, and of open ranges half a window beyond the window, where logarithms
 * would run off to 0 and to infinity. */
double hys__fit_end(const hys__fit_axis *a, int side) {
    double z = side < 0 ? a->hard_lo : a->hard_hi;
    double u = (z - a->lo) / (a->hi - a->lo);
    return side < 0 ? fmax(u, -0.5) : fmin(u, 1.5);
}

/* Sets u, u + delta e_j (towards the inside), and u - delta e_j where central. */
static size_t spread_sets(const hys_fit *fit, hys__fit_work *w, const double *u, bool is_central) {
    size_t n = fit->n, count = is_central ? 2 * n + 1 : n + 1;
    for (size_t k = 0; k < count; k++) memcpy(w->sets + k * n, u, n * sizeof *u);
    double delta = is_central ? DELTA_CENTRAL : DELTA;
    for (size_t j = 0; j < n; j++) {
        bool is_high = u[j] + delta > hys__fit_end(&fit->axes[j], 1);
        w->sets[(1 + j) * n + j] += is_high ? -delta : delta;
        if (is_central) w->sets[(1 + n + j) * n + j] -= is_high ? -delta : delta;
    }
    return count;
}

/* Column j of J into place 1 + j of the residuals; a side without a solution is done without. */
static void difference(const hys_fit *fit, hys__fit_work *w, size_t m, size_t j, const double *cost, bool is_central) {
    size_t n = fit->n;
    double *plus = w->residuals + (1 + j) * m;
    const double *at = w->residuals, *minus = w->residuals + (1 + n + j) * m;
    double step = w->sets[(1 + j) * n + j] - w->sets[j];
    bool has_plus = isfinite(cost[1 + j]), has_minus = is_central && isfinite(cost[1 + n + j]);
    if (is_central && fabs(w->sets[(1 + n + j) * n + j] - w->sets[j]) == 0) has_minus = false;
    for (size_t k = 0; k < m; k++) {
        double hi = has_plus ? plus[k] : at[k], lo = has_minus ? minus[k] : at[k];
        double width = (has_plus ? step : 0) + (has_minus ? step : 0);
        plus[k] = width != 0 ? (hi - lo) / width : 0;
    }
}

double hys__fit_normal(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, hys__fit_work *w,
                       const double *u, bool is_central) {
    double cost[2 * HYS__FIT_MOST + 1];
    size_t n = fit->n, m = level->n_points, count = spread_sets(fit, w, u, is_central);
    hys__fit_sim_run(fit, sim, level, count, w->sets, cost, w->residuals);
    if (!isfinite(cost[0])) return cost[0];
    for (size_t j = 0; j < n; j++) difference(fit, w, m, j, cost, is_central);
    for (size_t j = 0; j < n; j++) {
        const double *column = w->residuals + (1 + j) * m;
        double square = 0, slope = 0;
        for (size_t k = 0; k < m; k++) square += column[k] * column[k], slope += column[k] * w->residuals[k];
        w->scale[j] = square > 0 ? 1 / sqrt(square) : 0;
        w->gradient[j] = slope * w->scale[j];
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            const double *x = w->residuals + (1 + i) * m, *y = w->residuals + (1 + j) * m;
            double dot = 0;
            for (size_t k = 0; k < m; k++) dot += x[k] * y[k];
            w->a[i * n + j] = w->a[j * n + i] = dot * w->scale[i] * w->scale[j];
        }
    return cost[0];
}

/* ---- descent ---- */

/* Parameters that sit at a bound and want to leave are held there. */
static void hold_bounded(const hys_fit *fit, hys__fit_work *w, const double *u) {
    size_t n = fit->n;
    for (size_t j = 0; j < n; j++) {
        bool is_low = u[j] <= hys__fit_end(&fit->axes[j], -1) + 1e-12 && w->gradient[j] > 0;
        bool is_high = u[j] >= hys__fit_end(&fit->axes[j], 1) - 1e-12 && w->gradient[j] < 0;
        w->is_fixed[j] = is_low || is_high || w->scale[j] == 0 || w->kept == j + 1;
        for (size_t k = 0; w->is_fixed[j] && k < n; k++) w->a[j * n + k] = w->a[k * n + j] = 0;
        if (w->is_fixed[j]) w->a[j * n + j] = 1;
    }
}

/* u - S V (L + lambda)^-1 V^T g, cut at the bounds. */
static void make_step(const hys_fit *fit, const hys__fit_work *w, double lambda, const double *u, double *to) {
    size_t n = fit->n;
    double longest = 0;
    for (size_t j = 0; j < n; j++) to[j] = 0;
    for (size_t k = 0; k < n; k++) {
        double dot = 0;
        for (size_t j = 0; j < n; j++) dot += w->is_fixed[j] ? 0 : w->vectors[j * n + k] * w->gradient[j];
        dot /= fmax(w->values[k], 0) + lambda;
        for (size_t j = 0; j < n; j++) to[j] -= w->vectors[j * n + k] * dot;
    }
    for (size_t j = 0; j < n; j++) {
        to[j] = w->is_fixed[j] ? 0 : to[j] * w->scale[j];
        longest = fmax(longest, fabs(to[j]));
    }
    for (size_t j = 0; j < n; j++) {
        double next = u[j] + to[j] * (longest > STEP_MOST ? STEP_MOST / longest : 1);
        to[j] = fmin(hys__fit_end(&fit->axes[j], 1), fmax(hys__fit_end(&fit->axes[j], -1), next));
    }
}

/* The best of steps with dampings from lambda/100 up; its cost. */
static double best_step(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, hys__fit_work *w,
                        double *lambda, const double *u, double *to) {
    size_t n = fit->n, best = 0;
    double *sets = w->sets + (2 * n + 1) * n, cost[TRIALS];
    for (size_t k = 0; k < TRIALS; k++) make_step(fit, w, *lambda * pow(10, (double)k - 3), u, sets + k * n);
    hys__fit_sim_run(fit, sim, level, TRIALS, sets, cost, NULL);
    for (size_t k = 1; k < TRIALS; k++)
        if (cost[k] < cost[best]) best = k;
    memcpy(to, sets + best * n, n * sizeof *to);
    *lambda = fmin(1e8, fmax(1e-12, *lambda * pow(10, (double)best - 3)));
    return cost[best];
}

double hys__fit_descend(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, unsigned most,
                        hys__fit_work *w, double *u) {
    double lambda = 1e-3, cost = INFINITY, to[HYS__FIT_MOST];
    unsigned n_still = 0;
    for (unsigned round = 0; round < most && n_still < 2; round++) {
        cost = hys__fit_normal(fit, sim, level, w, u, false);
        if (!isfinite(cost) || cost == 0) return cost;
        hold_bounded(fit, w, u);
        hys__fit_eigen(fit->n, w->a, w->values, w->vectors);
        double next = best_step(fit, sim, level, w, &lambda, u, to);
        if (!(next < cost)) {
            lambda = fmin(1e8, lambda * 1e4);
            next = best_step(fit, sim, level, w, &lambda, u, to);
        }
        n_still = next < cost * (1 - w->decrease) ? 0 : n_still + 1;
        if (!(next < cost)) break;
        memcpy(u, to, fit->n * sizeof *u);
        cost = next;
    }
    return cost;
}
