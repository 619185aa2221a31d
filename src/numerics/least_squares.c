/* Linear least squares by LAPACK. */
#include "numerics/least_squares.h"
#include "numerics/lapack.h"
#include <math.h>
#include <string.h>

typedef struct workspace {
    double *at, *tau, *column_norm;
    int *pivot;
    int n_work;
    size_t size;
} workspace;

static bool take(hys_ctx *ctx, size_t m, size_t n, workspace *w) {
    w->n_work = (int)(64 * (m + n) + 4 * n + 64);
    w->size = ((size_t)w->n_work + 2 * n) * sizeof(double) + n * sizeof(int);
    w->at = hys__realloc(ctx, NULL, 0, w->size);
    if (!w->at) return false;
    memset(w->at, 0, w->size);
    w->tau = w->at + w->n_work;
    w->column_norm = w->tau + n;
    w->pivot = (int *)(w->column_norm + n);
    return true;
}

/* Columns of very different size would make the rank a matter of units. */
static void scale_columns(size_t m, size_t n, double *a, double *norm) {
    for (size_t j = 0; j < n; j++) {
        double square = 0;
        for (size_t i = 0; i < m; i++) square += a[j * m + i] * a[j * m + i];
        norm[j] = square > 0 ? sqrt(square) : 1;
        for (size_t i = 0; i < m; i++) a[j * m + i] /= norm[j];
    }
}

static void back_substitute(size_t m, size_t n, const double *a, const double *b, double rcond, const workspace *w,
                            double *x) {
    size_t rank = 0;
    while (rank < n && fabs(a[rank * m + rank]) > rcond * fabs(a[0])) rank++;
    memset(x, 0, n * sizeof *x);
    double *y = w->at;
    for (size_t i = rank; i-- > 0;) {
        y[i] = b[i];
        for (size_t j = i + 1; j < rank; j++) y[i] -= a[j * m + i] * y[j];
        y[i] /= a[i * m + i];
    }
    for (size_t i = 0; i < rank; i++) x[w->pivot[i] - 1] = y[i] / w->column_norm[w->pivot[i] - 1];
}

static int solve(const hys__lapack *lapack, size_t m, size_t n, double *a, double *b, workspace *w) {
    int rows = (int)m, columns = (int)n, one = 1, info = 0;
    lapack->dgeqp3(&rows, &columns, a, &rows, w->pivot, w->tau, w->at, &w->n_work, &info);
    if (info == 0)
        lapack->dormqr("L", "T", &rows, &one, &columns, a, &rows, w->tau, b, &rows, w->at, &w->n_work, &info, 1, 1);
    return info;
}

hys_status hys__least_squares(hys_ctx *ctx, size_t m, size_t n, double *a, double *b, double rcond, double *x,
                              double *residual) {
    hys__lapack lapack;
    workspace w;
    if (n == 0) return HYS_OK;
    hys_status status = hys__lapack_open(ctx, &lapack);
    if (status != HYS_OK) return status;
    if (!take(ctx, m, n, &w)) status = HYS_NOMEM;
    if (status == HYS_OK) {
        scale_columns(m, n, a, w.column_norm);
        if (solve(&lapack, m, n, a, b, &w)) status = HYS_BUG_HERE(ctx, "a least-squares problem has bad dimensions");
        else back_substitute(m, n, a, b, rcond, &w, x);
        double square = 0;
        for (size_t i = n; i < m; i++) square += b[i] * b[i];
        if (residual) *residual = sqrt(square);
        hys__free(ctx, w.at, w.size);
    }
    hys__lapack_close(&lapack);
    return status;
}
