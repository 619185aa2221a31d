/* Dense LU with row scaling and partial pivoting, and the choice between it and KLU. */
#include "numerics/lu.h"
#include "base/clones.h"
#include <float.h>
#include <math.h>
#include <string.h>

struct hys__lu {
    hys_ctx *ctx;
    const hys__system *system;
    hys__klu *klu; /* NULL: dense */
    size_t n, size;
    double *a;      /* [n * n] by columns, factored in place */
    double *scale;  /* [n] of each row */
    double *weight; /* [n] of each column */
    size_t *pivot;  /* [n] */
};

hys_status hys__lu_new(hys_ctx *ctx, const hys__system *system, hys__lu **result) {
    size_t n = system->n;
    bool is_dense = n <= HYS__DENSE_MAX;
    size_t size = sizeof(hys__lu) + (is_dense ? (n * n + 2 * n) * sizeof(double) + n * sizeof(size_t) : 0);
    hys__lu *lu = hys__realloc(ctx, NULL, 0, size);
    if (!lu) return HYS_NOMEM;
    *lu = (hys__lu){.ctx = ctx, .system = system, .n = n, .size = size};
    if (!is_dense) {
        hys_status status = hys__klu_new(ctx, system, &lu->klu);
        if (status != HYS_OK) {
            hys__free(ctx, lu, size);
            return status;
        }
    } else {
        lu->a = (double *)(lu + 1);
        lu->scale = lu->a + n * n;
        lu->weight = lu->scale + n;
        lu->pivot = (size_t *)(lu->weight + n);
    }
    *result = lu;
    return HYS_OK;
}

void hys__lu_free(hys__lu *lu) {
    if (!lu) return;
    hys__klu_free(lu->klu);
    hys__free(lu->ctx, lu, lu->size);
}

static void scatter(hys__lu *lu, const double *jac) {
    const hys__system *s = lu->system;
    size_t n = lu->n;
    memset(lu->a, 0, n * n * sizeof *lu->a);
    for (size_t col = 0; col < n; col++)
        for (int64_t k = s->col_start[col]; k < s->col_start[col + 1]; k++) lu->a[col * n + (size_t)s->row[k]] = jac[k];
}

/* scale[i] = 1 / max_j |a_ij| weight_j, weight NULL: 1.  False when a row is empty or an entry not finite. */
HYS__CLONES static bool scale_rows(const double *a, size_t n, const double *weight, double *scale, size_t *bad) {
    double sum = 0;
    memset(scale, 0, n * sizeof *scale);
    for (size_t j = 0; j < n; j++) {
        const double *column = a + j * n, r = weight ? weight[j] : 1;
        for (size_t i = 0; i < n; i++) {
            double v = fabs(column[i]) * r;
            scale[i] = v > scale[i] ? v : scale[i];
            sum += column[i] * 0;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (!(scale[i] > 0) || sum != 0) {
            *bad = i;
            return false;
        }
        scale[i] = 1 / scale[i];
    }
    return true;
}

/* weight[j] = 1 / max_i |a_ij| scale_i */
HYS__CLONES static bool scale_columns(const double *a, size_t n, const double *scale, double *weight, size_t *bad) {
    for (size_t j = 0; j < n; j++) {
        double largest = 0;
        for (size_t i = 0; i < n; i++) {
            double v = fabs(a[j * n + i]) * scale[i];
            largest = v > largest ? v : largest;
        }
        if (!(largest > 0)) {
            *bad = j;
            return false;
        }
        weight[j] = 1 / largest;
    }
    return true;
}

/* Rows of one system are amperes, volts and metres a second, and so are its columns; where charges over a short step
 * stand beside conductances, the entries of one row differ by thirty orders.  Pivots are compared after rows, columns
 * and rows again are scaled to 1. */
static bool scale(hys__lu *lu, size_t *bad) {
    return scale_rows(lu->a, lu->n, NULL, lu->scale, bad) && scale_columns(lu->a, lu->n, lu->scale, lu->weight, bad) &&
           scale_rows(lu->a, lu->n, lu->weight, lu->scale, bad);
}

static size_t choose_pivot(const hys__lu *lu, size_t k) {
    size_t best = k;
    double size = -1;
    for (size_t i = k; i < lu->n; i++) {
        double v = fabs(lu->a[k * lu->n + i]) * lu->scale[i];
        if (v > size) size = v, best = i;
    }
    return best;
}

/* A pivot is a_kk less a sum of l_kj u_jk: against that sum of magnitudes it tells how much of it is rounding, however
 * rows and columns are scaled. */
static double significance(const hys__lu *lu, size_t row, size_t k) {
    double sum = 0, pivot = fabs(lu->a[k * lu->n + row]);
    for (size_t j = 0; j < k; j++) sum += fabs(lu->a[j * lu->n + row]) * fabs(lu->a[k * lu->n + j]);
    return sum > 0 ? pivot / sum : pivot > 0 ? INFINITY : 0;
}

#define NOISE 1e-3 /* in rounding units: products that cancel leave nothing or more than this */

static bool find_pivot(const hys__lu *lu, size_t k, size_t *pivot) {
    double least = NOISE * (double)lu->n * DBL_EPSILON, best = least;
    *pivot = choose_pivot(lu, k);
    if (significance(lu, *pivot, k) > least) return true;
    for (size_t i = k; i < lu->n; i++) {
        double s = significance(lu, i, k);
        if (s > best) best = s, *pivot = i;
    }
    return best > least;
}

static void swap_rows(hys__lu *lu, size_t i, size_t k) {
    for (size_t j = 0; j < lu->n; j++) {
        double *column = lu->a + j * lu->n, v = column[i];
        column[i] = column[k];
        column[k] = v;
    }
    double s = lu->scale[i];
    lu->scale[i] = lu->scale[k];
    lu->scale[k] = s;
}

HYS__CLONES static void eliminate(double *a, size_t n, size_t k) {
    double *pivot = a + k * n, r = 1 / pivot[k];
    for (size_t i = k + 1; i < n; i++) pivot[i] *= r;
    for (size_t j = k + 1; j < n; j++) {
        double *column = a + j * n, m = column[k];
        if (m == 0) continue;
        for (size_t i = k + 1; i < n; i++) column[i] -= pivot[i] * m;
    }
}

static bool factor_dense(hys__lu *lu, size_t *bad) {
    size_t where = 0;
    if (!scale(lu, &where)) {
        if (bad) *bad = where;
        return false;
    }
    for (size_t k = 0; k < lu->n; k++) {
        size_t p;
        if (!find_pivot(lu, k, &p)) {
            if (bad) *bad = k;
            return false;
        }
        lu->pivot[k] = p;
        if (p != k) swap_rows(lu, p, k);
        eliminate(lu->a, lu->n, k);
    }
    return true;
}

HYS__CLONES static void substitute(const double *a, size_t n, double *b) {
    for (size_t j = 0; j < n; j++) {
        const double *column = a + j * n, v = b[j];
        if (v == 0) continue;
        for (size_t i = j + 1; i < n; i++) b[i] -= column[i] * v;
    }
    for (size_t j = n; j-- > 0;) {
        const double *column = a + j * n, v = b[j] /= column[j];
        for (size_t i = 0; i < j; i++) b[i] -= column[i] * v;
    }
}

bool hys__lu_factor(hys__lu *lu, const double *jac, size_t *bad) {
    if (lu->klu) return hys__klu_factor(lu->klu, jac, bad);
    scatter(lu, jac);
    return factor_dense(lu, bad);
}

void hys__lu_solve(hys__lu *lu, double *b) {
    size_t n = lu->n;
    if (lu->klu) {
        hys__klu_solve(lu->klu, b);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        double v = b[lu->pivot[k]];
        b[lu->pivot[k]] = b[k];
        b[k] = v;
    }
    substitute(lu->a, n, b);
}
