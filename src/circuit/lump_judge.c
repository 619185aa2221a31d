/* What a fit determines: standard errors, intervals, correlations, Bayes' information criterion. */
#include "base/random.h"
#include "circuit/lump.h"
#include <math.h>
#include <string.h>

#define EXACT 1e-22 /* mean square of weighted residuals: nothing is left to explain */

/* Of Student's distribution: Cornish and Fisher's expansion, good to 1 % from 3 degrees of freedom on. */
static double t_quantile(double p, double dof) {
    double z = hys__normal_quantile(p), z3 = z * z * z, z5 = z3 * z * z;
    return z + (z3 + z) / (4 * dof) + (5 * z5 + 16 * z3 + 3 * z) / (96 * dof * dof);
}

/* The inverse of a by its columns; false: singular. */
static bool invert(size_t n, const double *a, double *inverse) {
    double copy[HYS__LUMP_PARAMS * HYS__LUMP_PARAMS];
    for (size_t j = 0; j < n; j++) {
        memcpy(copy, a, n * n * sizeof *a);
        for (size_t i = 0; i < n; i++) inverse[j * n + i] = i == j;
        if (!hys__lump_solve(n, copy, inverse + j * n)) return false;
    }
    return true;
}

/* Normal equations, each parameter in units of its own effect; size [n]. */
static void make_normal(size_t n, size_t m, const double *jacobian, double *size, double *normal) {
    for (size_t i = 0; i < n; i++) {
        double square = 0;
        for (size_t k = 0; k < m; k++) square += jacobian[i * m + k] * jacobian[i * m + k];
        size[i] = sqrt(square);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t k = 0; k < m; k++) sum += jacobian[i * m + k] * jacobian[j * m + k];
            normal[i * n + j] = size[i] > 0 && size[j] > 0 ? sum / (size[i] * size[j]) : i == j;
        }
}

static void put_interval(const hys__lump_problem *pr, hys__lump_solution *s, size_t k, double t) {
    double p = s->p[k], width = t * s->spread[k];
    if (pr->lump->symbols[k]->is_exponent) {
        s->low[k] = fmax(p - width, 0);
        s->high[k] = fmin(p + width, 1);
        return;
    }
    double a = p * exp(-width), b = p * exp(width);
    s->low[k] = fmin(a, b);
    s->high[k] = fmax(a, b);
}

/* Directions without an effect make the equations singular: a ridge of rounding error leaves their spread huge. */
static bool invert_near(size_t n, double *normal, double *inverse) {
    static const double ridges[] = {0, 1e-14, 1e-13, 1e-12, 1e-10, 1e-8};
    for (size_t k = 0; k < sizeof ridges / sizeof *ridges; k++) {
        for (size_t i = 0; i < n; i++) normal[i * n + i] = 1 + ridges[k];
        if (invert(n, normal, inverse)) return true;
    }
    return false;
}

static void put_covariance(const hys__lump_problem *pr, hys__lump_solution *s, double noise, double t) {
    double normal[HYS__LUMP_PARAMS * HYS__LUMP_PARAMS], inverse[HYS__LUMP_PARAMS * HYS__LUMP_PARAMS];
    double size[HYS__LUMP_PARAMS];
    size_t which[HYS__LUMP_PARAMS], m = 2 * pr->spectrum->n;
    double *jacobian = pr->residuals + 3 * m;
    size_t n = hys__lump_jacobian(pr, s->p, which, jacobian);
    make_normal(n, m, jacobian, size, normal);
    if (!n || !invert_near(n, normal, inverse)) return;
    for (size_t i = 0; i < n; i++) {
        size_t k = which[i];
        s->spread[k] = size[i] > 0 ? noise * sqrt(inverse[i * n + i]) / size[i] : INFINITY;
        put_interval(pr, s, k, t);
        for (size_t j = 0; j < n; j++)
            s->correlation[k][which[j]] = inverse[i * n + j] / sqrt(inverse[i * n + i] * inverse[j * n + j]);
    }
}

void hys__lump_judge(const hys__lump_problem *pr, hys__lump_solution *s) {
    double m = 2 * (double)pr->spectrum->n;
    s->n_free = 0;
    for (size_t k = 0; k < HYS__LUMP_PARAMS; k++) {
        s->low[k] = s->high[k] = s->spread[k] = NAN;
        for (size_t j = 0; j < HYS__LUMP_PARAMS; j++) s->correlation[k][j] = NAN;
        s->n_free += k < pr->lump->n && !pr->is_fixed[k];
    }
    double dof = m - (double)s->n_free, scale = pr->is_uniform ? 1 / cabs(pr->spectrum->y[0]) : 1;
    s->rms = sqrt(s->square / m);
    s->bic = m * log(fmax(s->square / m, EXACT * scale * scale)) + (double)s->n_free * log(m);
    if (dof < 1) return;
    put_covariance(pr, s, sqrt(s->square / dof), t_quantile(0.5 + pr->level / 2, dof));
}
