/* What states are good for: series that they foretell, inputs that they remember. */
#include "base/diag.h"
#include "network/reservoir_readout.h"
#include <math.h>
#include <string.h>

hys_readout_opts hys_readout_opts_default(void) {
    return (hys_readout_opts){.size = sizeof(hys_readout_opts), .washout = 100, .ridge = NAN};
}

static hys_readout_opts complete(const hys_readout_opts *given) {
    hys_readout_opts o = hys_readout_opts_default();
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    return o;
}

/* Where the training part begins, and the test. */
static hys_status divide(hys_ctx *ctx, size_t n, size_t first, hys_readout_opts *o, size_t *test) {
    if (o->n_train == 0 && n > first) o->n_train = (n - first) / 2;
    if (o->n_train < 2 || first > n || n - first < o->n_train || n - first - o->n_train < 2)
        return hys__fail(ctx, HYS_ARG, "a longer series",
                         "%zu samples are too few for a washout of %zu, %zu to train with, and some to test", n, first,
                         o->n_train);
    *test = first + o->n_train;
    return HYS_OK;
}

static hys_matrix rows_of(const hys_matrix *m, size_t first, size_t n) {
    return (hys_matrix){n, m->columns, m->values + first * m->columns};
}

/* ---- series ---- */

typedef struct sums {
    double error, variance, power;
} sums;

static sums sums_of(const double *p, const double *y, size_t n) {
    sums s = {0, 0, 0};
    double mean = 0;
    for (size_t t = 0; t < n; t++) mean += y[t] / (double)n;
    for (size_t t = 0; t < n; t++) {
        s.error += (p[t] - y[t]) * (p[t] - y[t]);
        s.variance += (y[t] - mean) * (y[t] - mean);
        s.power += y[t] * y[t];
    }
    return s;
}

static double ratio(double a, double b) {
    return b > 0 ? a / b : (a > 0 ? INFINITY : 0);
}

static void score(const double *p, const double *y, size_t first, size_t test, size_t n, hys_series_scores *to) {
    const sums train = sums_of(p + first, y + first, test - first), end = sums_of(p + test, y + test, n - test);
    to->n_train = test - first;
    to->n_test = n - test;
    to->nrmse_train = sqrt(ratio(train.error, train.variance));
    to->nrmse = sqrt(ratio(end.error, end.variance));
    to->nmse_train = ratio(train.error, train.power);
    to->nmse = ratio(end.error, end.power);
}

hys_status hys_readout_series(hys_ctx *ctx, const hys_matrix *states, const double *y, const hys_readout_opts *given,
                              double *predicted, hys_series_scores *scores) {
    hys_readout_opts o = complete(given);
    hys_series_scores found = {.size = sizeof found};
    hys_matrix weights = {0, 0, NULL}, p = {0, 0, NULL};
    size_t test = 0;
    hys_status status = divide(ctx, states->rows, o.washout, &o, &test);
    if (status != HYS_OK) return status;
    const hys_matrix x = rows_of(states, o.washout, o.n_train), target = {o.n_train, 1, (double *)y + o.washout};
    status = hys__readout_fit(ctx, &x, &target, o.ridge, &weights, &found.ridge);
    if (status == HYS_OK) status = hys_ridge_apply(ctx, states, &weights, &p);
    if (status == HYS_OK) {
        score(p.values, y, o.washout, test, states->rows, &found);
        if (predicted) memcpy(predicted, p.values, states->rows * sizeof *predicted);
        *scores = found;
    }
    hys_matrix_free(ctx, &weights);
    hys_matrix_free(ctx, &p);
    return status;
}

/* ---- memory ---- */

#define CHANCE 10 /* r^2 n of two independent series is above it once in 600 times */

static double squared_correlation(const hys_matrix *p, const hys_matrix *y, size_t column) {
    const size_t n = y->rows, k = y->columns;
    double mean_p = 0, mean_y = 0, pp = 0, yy = 0, py = 0;
    for (size_t t = 0; t < n; t++) {
        mean_p += p->values[t * k + column] / (double)n;
        mean_y += y->values[t * k + column] / (double)n;
    }
    for (size_t t = 0; t < n; t++) {
        const double a = p->values[t * k + column] - mean_p, b = y->values[t * k + column] - mean_y;
        pp += a * a;
        yy += b * b;
        py += a * b;
    }
    return pp > 0 && yy > 0 ? py * py / (pp * yy) : 0;
}

static hys_status measure(hys_ctx *ctx, const hys_matrix *states, const hys_matrix *past, const hys_readout_opts *o,
                          size_t first, double *capacities) {
    const size_t test = first + o->n_train, n_test = states->rows - test;
    hys_matrix weights = {0, 0, NULL}, p = {0, 0, NULL};
    double used;
    const hys_matrix x = rows_of(states, first, o->n_train), y = rows_of(past, first, o->n_train),
                     x_test = rows_of(states, test, n_test), y_test = rows_of(past, test, n_test);
    hys_status status = hys__readout_fit(ctx, &x, &y, o->ridge, &weights, &used);
    if (status == HYS_OK) status = hys_ridge_apply(ctx, &x_test, &weights, &p);
    for (size_t d = 0; d < past->columns && status == HYS_OK; d++) capacities[d] = squared_correlation(&p, &y_test, d);
    hys_matrix_free(ctx, &weights);
    hys_matrix_free(ctx, &p);
    return status;
}

hys_status hys_memory_capacity(hys_ctx *ctx, const hys_matrix *states, const double *u, const hys_readout_opts *given,
                               size_t n_delays, double *capacities, double *total) {
    hys_readout_opts o = complete(given);
    const size_t n = states->rows, first = o.washout > n_delays ? o.washout : n_delays;
    hys_matrix past = {0, 0, NULL};
    size_t test = 0;
    if (n_delays == 0) return hys__fail(ctx, HYS_ARG, "at least 1", "no delays to remember inputs over");
    hys_status status = divide(ctx, n, first, &o, &test);
    if (status == HYS_OK) status = hys_matrix_new(ctx, n, n_delays, &past);
    if (status != HYS_OK) return status;
    for (size_t t = 0; t < n; t++)
        for (size_t d = 0; d < n_delays && d < t; d++) past.values[t * n_delays + d] = u[t - d - 1];
    status = measure(ctx, states, &past, &o, first, capacities);
    hys_matrix_free(ctx, &past);
    if (status != HYS_OK) return status;
    *total = 0;
    for (size_t d = 0; d < n_delays; d++)
        if (capacities[d] * (double)(n - test) > CHANCE) *total += capacities[d];
    return HYS_OK;
}
