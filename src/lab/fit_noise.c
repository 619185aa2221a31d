/* How much the residuals say: neighbours that err alike count less than as many points on their own. */
#include "lab/fit.h"
#include <math.h>

#define LAG_MOST 3u /* lags up to this part of the points */

/* Sum of products of residuals `lag` apart, within curves. */
static double covariance(const hys__fit_level *level, const double *residuals, size_t lag) {
    double sum = 0;
    for (size_t c = 0; c < level->n_curves; residuals += level->curves[c++].n)
        for (size_t k = lag; k < level->curves[c].n; k++) sum += residuals[k] * residuals[k - lag];
    return sum;
}

/* 1 + 2 sum of the autocorrelation, up to the first that does not rise above twice what white noise has (C. J. Geyer,
 * Statist. Sci. 7 (1992) 473, cuts where sums of neighbours turn negative). */
double hys__fit_memory(const hys__fit_level *level, const double *residuals) {
    double all = covariance(level, residuals, 0), time = 1, n = (double)level->n_points;
    if (!(all > 0)) return 1;
    for (size_t lag = 1; lag < level->n_points / LAG_MOST; lag++) {
        double rho = covariance(level, residuals, lag) / all * n / (n - (double)lag);
        if (rho < 2 / sqrt(n)) break;
        time += 2 * rho;
    }
    return time;
}

/* Each parameter takes as much of correlated noise as `memory` of white noise. */
void hys__fit_noise_of(const hys__fit_level *level, const double *residuals, size_t n_params, hys__fit_noise *noise) {
    double cost = 0, n = 0, p = (double)n_params;
    for (size_t k = 0; k < level->n_points; k++) {
        cost += residuals[k] * residuals[k];
        n += residuals[k] != 0;
    }
    noise->memory = hys__fit_memory(level, residuals);
    noise->n_counted = n;
    noise->dof = fmax(n / noise->memory - p, fmin(5, fmax(1, n - p)));
    noise->variance = cost / fmax(n - p * noise->memory, fmax(1, (n - p) / 3)) * noise->memory;
}
