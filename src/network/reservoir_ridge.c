/* Ridge regression by the normal equations: columns are scaled first, so that they are as well conditioned as they can
 * be, and the ridge has the same meaning for currents in nA and for numbers about 1. */
#include "base/diag.h"
#include "network/reservoir_readout.h"
#include "numerics/blas.h"
#include <math.h>
#include <string.h>

#define STILL 1e-13 /* standard deviation beside the mean: a column that never changes */

typedef struct normal { /* equations */
    hys_ctx *ctx;
    hys__arena arena;
    size_t m, k;                   /* columns of x, of y */
    double *mean, *scale, *middle; /* [m], 1 / standard deviation or 0; [k] of y */
    double *gram, *cross;          /* Z'Z/n [m m], Z'(y - middle)/n [m k] */
    double *factor, *solution;     /* [m m], [m k] */
} normal;

static void find_scales(normal *q, const hys_matrix *x, const hys_matrix *y) {
    const double n = (double)x->rows;
    for (size_t t = 0; t < x->rows; t++) {
        for (size_t j = 0; j < q->m; j++) q->mean[j] += x->values[t * q->m + j] / n;
        for (size_t j = 0; j < q->k; j++) q->middle[j] += y->values[t * q->k + j] / n;
    }
    for (size_t t = 0; t < x->rows; t++)
        for (size_t j = 0; j < q->m; j++) {
            const double off = x->values[t * q->m + j] - q->mean[j];
            q->scale[j] += off * off / n;
        }
    for (size_t j = 0; j < q->m; j++) {
        const double sd = sqrt(q->scale[j]);
        q->scale[j] = sd > STILL * fabs(q->mean[j]) && sd > 0 ? 1 / sd : 0;
    }
}

/* z [n m], its transpose [m n], y - middle [n k]. */
static hys_status add_products(normal *q, const hys_matrix *x, const hys_matrix *y) {
    const size_t n = x->rows, m = q->m, k = q->k;
    hys__arena scratch;
    hys__arena_init(&scratch, q->ctx, 0);
    double *z = HYS_NEW_N(&scratch, double, n *m), *turned = HYS_NEW_N(&scratch, double, n *m),
           *target = HYS_NEW_N(&scratch, double, n *k);
    const hys_status status = scratch.failed ? HYS_NOMEM : HYS_OK;
    for (size_t t = 0; t < n && status == HYS_OK; t++) {
        for (size_t j = 0; j < m; j++) {
            z[t * m + j] = (x->values[t * m + j] - q->mean[j]) * q->scale[j];
            turned[j * n + t] = z[t * m + j] / (double)n;
        }
        for (size_t j = 0; j < k; j++) target[t * k + j] = y->values[t * k + j] - q->middle[j];
    }
    if (status == HYS_OK) {
        hys__blas_multiply(m, n, m, turned, z, q->gram);
        hys__blas_multiply(m, n, k, turned, target, q->cross);
    }
    hys__arena_free(&scratch);
    return status;
}

static hys_status set_up(normal *q, hys_ctx *ctx, const hys_matrix *x, const hys_matrix *y) {
    *q = (normal){.ctx = ctx, .m = x->columns, .k = y->columns};
    hys__arena_init(&q->arena, ctx, 0);
    q->mean = HYS_NEW_N(&q->arena, double, q->m);
    q->scale = HYS_NEW_N(&q->arena, double, q->m);
    q->middle = HYS_NEW_N(&q->arena, double, q->k);
    q->gram = HYS_NEW_N(&q->arena, double, q->m * q->m);
    q->cross = HYS_NEW_N(&q->arena, double, q->m * q->k);
    q->factor = HYS_NEW_N(&q->arena, double, q->m * q->m);
    q->solution = HYS_NEW_N(&q->arena, double, q->m * q->k);
    if (q->arena.failed) return HYS_NOMEM;
    find_scales(q, x, y);
    return add_products(q, x, y);
}

/* Cholesky's factor of gram + ridge I, rows; columns that are still stand alone.  False: not positive. */
static bool factorise(normal *q, double ridge) {
    const size_t m = q->m;
    double *l = q->factor;
    memcpy(l, q->gram, m * m * sizeof *l);
    for (size_t i = 0; i < m; i++) l[i * m + i] = q->scale[i] > 0 ? l[i * m + i] + ridge : 1;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = l[i * m + j];
            for (size_t p = 0; p < j; p++) sum -= l[i * m + p] * l[j * m + p];
            if (i == j && !(sum > 0)) return false;
            l[i * m + j] = i == j ? sqrt(sum) : sum / l[j * m + j];
        }
    return true;
}

static void substitute(normal *q) {
    const size_t m = q->m, k = q->k;
    const double *l = q->factor;
    double *s = q->solution;
    memcpy(s, q->cross, m * k * sizeof *s);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < k; j++) {
            for (size_t p = 0; p < i; p++) s[i * k + j] -= l[i * m + p] * s[p * k + j];
            s[i * k + j] /= l[i * m + i];
        }
    for (size_t i = m; i-- > 0;)
        for (size_t j = 0; j < k; j++) {
            for (size_t p = i + 1; p < m; p++) s[i * k + j] -= l[p * m + i] * s[p * k + j];
            s[i * k + j] /= l[i * m + i];
        }
}

/* weights [m + 1, k], for x as it is. */
static bool solve(normal *q, double ridge, double *weights) {
    const size_t m = q->m, k = q->k;
    if (!factorise(q, ridge)) return false;
    substitute(q);
    memcpy(weights + m * k, q->middle, k * sizeof *weights);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < k; j++) {
            weights[i * k + j] = q->solution[i * k + j] * q->scale[i];
            weights[m * k + j] -= weights[i * k + j] * q->mean[i];
        }
    return true;
}

static hys_status check(hys_ctx *ctx, const hys_matrix *x, const hys_matrix *y, double ridge) {
    if (x->rows < 2 || x->columns == 0 || y->columns == 0)
        return hys__fail(ctx, HYS_ARG, "", "a read-out of %zu states, learnt from %zu samples", x->columns, x->rows);
    if (x->rows != y->rows)
        return hys__fail(ctx, HYS_ARG, "", "%zu samples of states for %zu of what they should give", x->rows, y->rows);
    if (!isnan(ridge) && !(ridge >= 0 && isfinite(ridge)))
        return hys__fail(ctx, HYS_ARG, "not negative", "no ridge can be %g", ridge);
    for (size_t k = 0; k < x->rows * x->columns; k++)
        if (!isfinite(x->values[k]))
            return hys__fail(ctx, HYS_ARG, "", "state %zu of sample %zu is %g", k % x->columns, k / x->columns,
                             x->values[k]);
    for (size_t k = 0; k < y->rows * y->columns; k++)
        if (!isfinite(y->values[k]))
            return hys__fail(ctx, HYS_ARG, "", "what sample %zu should give is %g", k / y->columns, y->values[k]);
    return HYS_OK;
}

static hys_status fit(hys_ctx *ctx, const hys_matrix *x, const hys_matrix *y, double ridge, hys_matrix *weights) {
    normal q;
    hys_matrix found = {0, 0, NULL};
    hys_status status = set_up(&q, ctx, x, y);
    if (status == HYS_OK) status = hys_matrix_new(ctx, x->columns + 1, y->columns, &found);
    if (status == HYS_OK && !solve(&q, ridge, found.values))
        status = hys__fail(ctx, HYS_SINGULAR, "choose a larger ridge",
                           "some of the %zu states are sums of others to all digits", x->columns);
    hys__arena_free(&q.arena);
    if (status == HYS_OK) *weights = found;
    else hys_matrix_free(ctx, &found);
    return status;
}

/* ---- the choice of the ridge ---- */

#define LEAST_EXPONENT (-8)
#define LEAST_CHOICE   8u /* samples */

static double error_of(const hys_matrix *x, const hys_matrix *y, const double *weights) {
    const size_t m = x->columns, k = y->columns;
    double sum = 0;
    for (size_t t = 0; t < x->rows; t++)
        for (size_t j = 0; j < k; j++) {
            double value = weights[m * k + j];
            for (size_t i = 0; i < m; i++) value += x->values[t * m + i] * weights[i * k + j];
            const double off = value - y->values[t * k + j];
            sum += off * off;
        }
    return sum;
}

#define FOLDS   4u
#define AS_GOOD 1.02
#define CHOICES (1 - LEAST_EXPONENT)

/* Without the rows from `first` on. */
static hys_status leave_out(hys_ctx *ctx, const hys_matrix *m, size_t first, size_t n, hys_matrix *rest) {
    const size_t k = m->columns, behind = first + n;
    hys_status status = hys_matrix_new(ctx, m->rows - n, k, rest);
    if (status != HYS_OK) return status;
    memcpy(rest->values, m->values, first * k * sizeof(double));
    memcpy(rest->values + first * k, m->values + behind * k, (m->rows - behind) * k * sizeof(double));
    return HYS_OK;
}

static hys_status add_errors(normal *q, const hys_matrix *x, const hys_matrix *y, double errors[CHOICES]) {
    double *weights = HYS_NEW_N(&q->arena, double, (q->m + 1) * q->k);
    for (int e = 0; e < CHOICES && weights; e++)
        errors[e] += solve(q, pow(10, -e), weights) ? error_of(x, y, weights) : INFINITY;
    return weights ? HYS_OK : HYS_NOMEM;
}

static hys_status try_fold(hys_ctx *ctx, const hys_matrix *x, const hys_matrix *y, size_t fold,
                           double errors[CHOICES]) {
    const size_t first = fold * x->rows / FOLDS, n = (fold + 1) * x->rows / FOLDS - first;
    const hys_matrix x_out = {n, x->columns, x->values + first * x->columns},
                     y_out = {n, y->columns, y->values + first * y->columns};
    hys_matrix x_in = {0, 0, NULL}, y_in = {0, 0, NULL};
    hys_status status = leave_out(ctx, x, first, n, &x_in);
    if (status == HYS_OK) status = leave_out(ctx, y, first, n, &y_in);
    if (status == HYS_OK) {
        normal q;
        status = set_up(&q, ctx, &x_in, &y_in);
        if (status == HYS_OK) status = add_errors(&q, &x_out, &y_out, errors);
        hys__arena_free(&q.arena);
    }
    hys_matrix_free(ctx, &x_in);
    hys_matrix_free(ctx, &y_in);
    return status;
}

/* The largest by which each quarter is foretold from the others as well as by any, or nearly: small ones may do so by
 * luck, with large weights that what comes later does not bear. */
static hys_status choose(hys_ctx *ctx, const hys_matrix *x, const hys_matrix *y, double *best) {
    double errors[CHOICES] = {0}, least = INFINITY;
    hys_status status = HYS_OK;
    *best = 1;
    if (x->rows < LEAST_CHOICE) return HYS_OK;
    for (size_t fold = 0; fold < FOLDS && status == HYS_OK; fold++) status = try_fold(ctx, x, y, fold, errors);
    for (int e = 0; e < CHOICES; e++) least = fmin(least, errors[e]);
    for (int e = CHOICES - 1; e >= 0 && status == HYS_OK; e--)
        if (errors[e] <= AS_GOOD * least) *best = pow(10, -e);
    return status;
}

hys_status hys__readout_fit(hys_ctx *ctx, const hys_matrix *x, const hys_matrix *y, double ridge, hys_matrix *weights,
                            double *used) {
    hys_status status = check(ctx, x, y, ridge);
    *used = ridge;
    if (status == HYS_OK && isnan(ridge)) status = choose(ctx, x, y, used);
    return status == HYS_OK ? fit(ctx, x, y, *used, weights) : status;
}

hys_status hys_ridge_fit(hys_ctx *ctx, const hys_matrix *x, const hys_matrix *y, double ridge, hys_matrix *weights) {
    double used;
    return hys__readout_fit(ctx, x, y, ridge, weights, &used);
}

hys_status hys_ridge_apply(hys_ctx *ctx, const hys_matrix *x, const hys_matrix *weights, hys_matrix *y) {
    hys_matrix found = {0, 0, NULL};
    if (weights->rows != x->columns + 1)
        return hys__fail(ctx, HYS_ARG, "", "a read-out of %zu states for %zu of them",
                         weights->rows ? weights->rows - 1 : 0, x->columns);
    hys_status status = hys_matrix_new(ctx, x->rows, weights->columns, &found);
    if (status != HYS_OK) return status;
    const size_t k = weights->columns;
    hys__blas_multiply(x->rows, x->columns, k, x->values, weights->values, found.values);
    for (size_t t = 0; t < x->rows * k; t++) found.values[t] += weights->values[x->columns * k + t % k];
    *y = found;
    return HYS_OK;
}
