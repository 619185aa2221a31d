/* How far the parameters are uncertain: directions in u, each a standard deviation long and independent of the others.
 *
 * Where parameters trade off against each other the columns of the sensitivity are nearly parallel, and their
 * differences are lost in the errors of each.  So the first estimate, from the columns, only chooses directions; the
 * response to a step along each is then computed anew, twice. */
#include "lab/fit.h"
#include <math.h>
#include <string.h>

#define ROUNDS      3
#define STEP_MOST   1e-3 /* of the window */
#define LEAST       1e-5 /* response to a step against the noise, below which it is none */
#define EIGEN_LEAST 1e-12

static void first_directions(const hys_fit *fit, hys__fit_work *w, double sigma, const bool *is_held, double *z) {
    size_t n = fit->n;
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; is_held[j] && k < n; k++) w->a[j * n + k] = w->a[k * n + j] = j == k;
    hys__fit_eigen(n, w->a, w->values, w->vectors);
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < n; j++)
            z[k * n + j] =
                is_held[j] ? 0 : w->scale[j] * w->vectors[j * n + k] * sigma / sqrt(fmax(w->values[k], EIGEN_LEAST));
}

/* Steps that stay where the model is nearly linear. */
static void shorten(size_t n, double *z) {
    for (size_t k = 0; k < n; k++) {
        double longest = 0;
        for (size_t j = 0; j < n; j++) longest = fmax(longest, fabs(z[k * n + j]));
        for (size_t j = 0; j < n && longest > STEP_MOST; j++) z[k * n + j] *= STEP_MOST / longest;
    }
}

/* Responses to the steps, into the first n rows of the residuals. */
static void respond(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, hys__fit_work *w,
                    const double *u, const double *z) {
    double cost[2 * HYS__FIT_MOST + 1];
    size_t n = fit->n, m = level->n_points;
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < n; j++) {
            w->sets[k * n + j] = u[j] + z[k * n + j];
            w->sets[(n + k) * n + j] = u[j] - z[k * n + j];
        }
    memcpy(w->sets + 2 * n * n, u, n * sizeof *u);
    hys__fit_sim_run(fit, sim, level, 2 * n + 1, w->sets, cost, w->residuals);
    const double *at = w->residuals + 2 * n * m;
    for (size_t k = 0; k < n; k++) {
        double *plus = w->residuals + k * m;
        const double *minus = w->residuals + (n + k) * m;
        bool has_plus = isfinite(cost[k]), has_minus = isfinite(cost[n + k]);
        double width = has_plus + has_minus;
        for (size_t i = 0; i < m; i++)
            plus[i] = width > 0 ? ((has_plus ? plus[i] : at[i]) - (has_minus ? minus[i] : at[i])) / width : 0;
    }
}

/* The independent combinations of the steps, a standard deviation long each. */
static void combine(size_t n, size_t m, hys__fit_work *w, double sigma, double *z) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double dot = 0;
            for (size_t k = 0; k < m; k++) dot += w->residuals[i * m + k] * w->residuals[j * m + k];
            w->a[i * n + j] = w->a[j * n + i] = dot / (sigma * sigma);
        }
    hys__fit_eigen(n, w->a, w->values, w->vectors);
    memcpy(w->sets, z, n * n * sizeof *z);
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t l = 0; l < n; l++) sum += w->sets[l * n + j] * w->vectors[l * n + k];
            z[k * n + j] = sum / fmax(sqrt(fmax(w->values[k], 0)), LEAST);
        }
}

void hys__fit_spread(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, hys__fit_work *w,
                     const hys__fit_spread_from *from, double *z) {
    first_directions(fit, w, from->sigma, from->is_held, z);
    for (int round = 0; round < ROUNDS; round++) {
        shorten(fit->n, z);
        respond(fit, sim, level, w, from->u, z);
        combine(fit->n, level->n_points, w, from->sigma, z);
    }
}

void hys__fit_shift(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, hys__fit_work *w,
                    const hys__fit_spread_from *from, const double *z, const double *delta, double *shift) {
    size_t n = fit->n, m = level->n_points;
    double short_z[HYS__FIT_MOST * HYS__FIT_MOST];
    memcpy(short_z, z, n * n * sizeof *z);
    shorten(n, short_z);
    respond(fit, sim, level, w, from->u, short_z);
    for (size_t j = 0; j < n; j++) shift[j] = 0;
    for (size_t k = 0; k < n; k++) {
        double dot = 0, own = 0;
        const double *row = w->residuals + k * m;
        for (size_t i = 0; i < m; i++) dot += row[i] * delta[i], own += row[i] * row[i];
        for (size_t j = 0; j < n && own > 0; j++) shift[j] -= short_z[k * n + j] * dot / own;
    }
}
