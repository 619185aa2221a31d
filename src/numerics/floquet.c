/* On each interval the stages are eliminated, u_{i+1} = T_i u_i.  The product of the T_i is not formed: it loses the
 * multipliers near 1 where a cycle passes a fast unstable phase.  The bordered chain T_i u_i - u_{i+1} = 0 is reduced
 * by orthogonal steps to A u_0 + B u_N = 0 (Wright 1992), and the pencil (A, -B) gives the multipliers. */
#include "numerics/floquet.h"
#include "numerics/lapack.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define M HYS__STAGES

struct hys__floquet {
    hys_ctx *ctx;
    const hys__family *family;
    hys__arena arena;
    hys__lapack lapack;
    size_t n;
    hys__system stages; /* of one interval, pattern only: 4 n */
    hys__lu *lu;
    int64_t *col_start, *row;
    double *values, *rhs;   /* [4 n] */
    double *transfer;       /* [n n], by columns */
    double *a, *b;          /* [n n]: A u_0 + B u_i = 0 */
    double *stack, *beside; /* [2n n], [2n 2n], by columns */
    double *re, *im, *beta; /* [n] */
    int *pivot;             /* [n] */
    double *work;
    int n_work;
};

static bool make_room(hys__floquet *f) {
    size_t n = f->n, nnz = f->family->system.nnz;
    f->n_work = (int)(70 * n + 4300); /* what dormqr asks for blocks of 32 and its own table */
    f->pivot = HYS_NEW_N(&f->arena, int, n);
    f->col_start = HYS_NEW_N(&f->arena, int64_t, M * n + 1);
    f->row = HYS_NEW_N(&f->arena, int64_t, M * M * nnz);
    f->values = HYS_NEW_N(&f->arena, double, M *M *nnz);
    f->rhs = HYS_NEW_N(&f->arena, double, M *n);
    f->transfer = HYS_NEW_N(&f->arena, double, 9 * n * n);
    f->re = HYS_NEW_N(&f->arena, double, 3 * n + (size_t)f->n_work);
    if (!f->col_start || !f->row || !f->values || !f->rhs || !f->transfer || !f->re || !f->pivot) return false;
    f->a = f->transfer + n * n;
    f->b = f->a + n * n;
    f->stack = f->b + n * n;
    f->beside = f->stack + 2 * n * n;
    f->im = f->re + n;
    f->beta = f->im + n;
    f->work = f->beta + n;
    return true;
}

/* Every stage sees every other: the pattern of g, 4 x 4 times. */
static void make_pattern(hys__floquet *f) {
    const hys__system *s = &f->family->system;
    int64_t at = 0;
    for (size_t k = 0; k < M; k++)
        for (size_t col = 0; col < f->n; col++) {
            f->col_start[k * f->n + col] = at;
            for (size_t j = 0; j < M; j++)
                for (int64_t e = s->col_start[col]; e < s->col_start[col + 1]; e++)
                    f->row[at++] = s->row[e] + (int64_t)(j * f->n);
        }
    f->col_start[M * f->n] = at;
    f->stages = (hys__system){.n = M * f->n, .nnz = (size_t)at, .col_start = f->col_start, .row = f->row};
}

hys_status hys__floquet_new(hys_ctx *ctx, const hys__family *family, hys__floquet **result) {
    hys__floquet *f = hys__realloc(ctx, NULL, 0, sizeof *f);
    if (!f) return HYS_NOMEM;
    *f = (hys__floquet){.ctx = ctx, .family = family, .n = family->system.n};
    hys__arena_init(&f->arena, ctx, 0);
    hys_status status = make_room(f) ? hys__lapack_open(ctx, &f->lapack) : HYS_NOMEM;
    if (status == HYS_OK) {
        make_pattern(f);
        status = hys__lu_new(ctx, &f->stages, &f->lu);
    }
    if (status == HYS_OK) *result = f;
    else hys__floquet_free(f);
    return status;
}

void hys__floquet_free(hys__floquet *f) {
    if (!f) return;
    hys__lu_free(f->lu);
    hys__lapack_close(&f->lapack);
    hys__arena_free(&f->arena);
    hys__free(f->ctx, f, sizeof *f);
}

static bool factor_stages(hys__floquet *f, const hys__colloc *c, const hys__orbit *o, size_t i) {
    const hys__system *s = &f->family->system;
    const hys__radau *r = hys__colloc_radau(c);
    double ht = (o->mesh[i + 1] - o->mesh[i]) * o->x[hys__orbit_size(o)];
    size_t at = 0;
    for (size_t k = 1; k <= M; k++)
        for (size_t col = 0; col < f->n; col++)
            for (size_t j = 1; j <= M; j++) {
                const double *jac = hys__colloc_jacobian(c, i, j);
                for (int64_t e = s->col_start[col]; e < s->col_start[col + 1]; e++)
                    f->values[at++] = r->d[j][k] * f->family->mass[e] + (j == k ? ht * jac[e] : 0);
            }
    return hys__lu_factor(f->lu, f->values, NULL);
}

/* T_i, in unknowns divided by their scale. */
static bool find_transfer(hys__floquet *f, const hys__colloc *c, const hys__orbit *o, size_t i, const double *scale) {
    const hys__system *s = &f->family->system;
    const hys__radau *r = hys__colloc_radau(c);
    if (!factor_stages(f, c, o, i)) return false;
    for (size_t col = 0; col < f->n; col++) {
        double *to = f->transfer + col * f->n, any = 0;
        memset(f->rhs, 0, M * f->n * sizeof *f->rhs);
        for (int64_t e = s->col_start[col]; e < s->col_start[col + 1]; e++) {
            double m = f->family->mass[e];
            any = fmax(any, fabs(m));
            for (size_t j = 1; j <= M; j++) f->rhs[(j - 1) * f->n + (size_t)s->row[e]] = -r->d[j][0] * m;
        }
        if (any > 0) hys__lu_solve(f->lu, f->rhs);
        for (size_t k = 0; k < f->n; k++) to[k] = f->rhs[(M - 1) * f->n + k] * scale[col] / scale[k];
    }
    return true;
}

/* Householder reduction of the stack [B; T] to upper triangular, carried out beside it on [A 0; 0 -1]. */
static void reflect_few(hys__floquet *f) {
    size_t n = f->n, m = 2 * n;
    for (size_t k = 0; k < n; k++) {
        double *v = f->stack + k * m, size = 0;
        for (size_t i = k; i < m; i++) size = hypot(size, v[i]);
        if (size == 0) continue;
        double alpha = v[k] > 0 ? -size : size, head = v[k] - alpha, norm2 = -2 * alpha * head;
        v[k] = head;
        for (size_t col = k + 1; col < 3 * n; col++) {
            double *x = col < n ? f->stack + col * m : f->beside + (col - n) * m, dot = 0;
            for (size_t i = k; i < m; i++) dot += v[i] * x[i];
            dot *= 2 / norm2;
            for (size_t i = k; i < m; i++) x[i] -= dot * v[i];
        }
        v[k] = alpha;
    }
}

#define FEW 16 /* unknowns: for so few LAPACK's calls cost more than its blocks save */

static void reflect(hys__floquet *f) {
    int n = (int)f->n, m = 2 * n, info;
    if (n <= FEW) {
        reflect_few(f);
        return;
    }
    memset(f->pivot, 0, f->n * sizeof *f->pivot);
    f->lapack.dgeqp3(&m, &n, f->stack, &m, f->pivot, f->re, f->work, &f->n_work, &info);
    f->lapack.dormqr("L", "T", &m, &m, &n, f->stack, &m, f->re, f->beside, &m, f->work, &f->n_work, &info, 1, 1);
}

static void append(hys__floquet *f) {
    size_t n = f->n, m = 2 * n;
    memset(f->beside, 0, 4 * n * n * sizeof *f->beside);
    for (size_t col = 0; col < n; col++) {
        memcpy(f->stack + col * m, f->b + col * n, n * sizeof *f->b);
        memcpy(f->stack + col * m + n, f->transfer + col * n, n * sizeof *f->b);
        memcpy(f->beside + col * m, f->a + col * n, n * sizeof *f->a);
        f->beside[(n + col) * m + n + col] = -1;
    }
    reflect(f);
    for (size_t col = 0; col < n; col++) {
        memcpy(f->a + col * n, f->beside + col * m + n, n * sizeof *f->a);
        memcpy(f->b + col * n, f->beside + (n + col) * m + n, n * sizeof *f->b);
    }
}

static int by_size(const void *a, const void *b) {
    double complex x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (cabs(x) != cabs(y)) return cabs(x) > cabs(y) ? -1 : 1;
    return (cimag(x) < cimag(y)) - (cimag(x) > cimag(y));
}

static hys_status find_multipliers(hys__floquet *f, double complex *multiplier) {
    int n = (int)f->n, one = 1, info;
    for (size_t k = 0; k < f->n * f->n; k++) f->b[k] = -f->b[k];
    for (size_t k = 0; k < f->n * f->n; k++)
        if (!isfinite(f->a[k]) || !isfinite(f->b[k])) return HYS_NOCONV;
    f->lapack.dggev("N", "N", &n, f->a, &n, f->b, &n, f->re, f->im, f->beta, NULL, &one, NULL, &one, f->work,
                    &f->n_work, &info, 1, 1);
    if (info != 0) return HYS_NOCONV;
    size_t trivial = 0;
    for (size_t k = 0; k < f->n; k++) {
        multiplier[k] = f->beta[k] != 0 ? HYS__COMPLEX(f->re[k] / f->beta[k], f->im[k] / f->beta[k]) : INFINITY;
        if (cabs(multiplier[k] - 1) < cabs(multiplier[trivial] - 1)) trivial = k;
    }
    double complex one_of_them = multiplier[trivial];
    multiplier[trivial] = multiplier[0];
    multiplier[0] = one_of_them;
    qsort(multiplier + 1, f->n - 1, sizeof *multiplier, by_size);
    return HYS_OK;
}

hys_status hys__floquet_solve(hys__floquet *f, const hys__colloc *c, const hys__orbit *o, const double *scale,
                              double complex *multiplier) {
    size_t n = f->n;
    for (size_t i = 0; i < o->n_int; i++) {
        if (!find_transfer(f, c, o, i, scale)) return HYS_SINGULAR;
        if (i > 0) {
            append(f);
            continue;
        }
        memcpy(f->a, f->transfer, n * n * sizeof *f->a);
        memset(f->b, 0, n * n * sizeof *f->b);
        for (size_t k = 0; k < n; k++) f->b[k * n + k] = -1;
    }
    return find_multipliers(f, multiplier);
}
