/* Eigenvalues by the staircase and QR; see eigen.h. */
#include "numerics/eigen.h"
#include "numerics/eigen_shift.h"
#include "numerics/lapack.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Diagonal entries of a rank-revealing R below this part of the first, in equilibrated rows and columns, are zero. */
#define RANK_TOL 1e-11

struct hys__eigen {
    hys_ctx *ctx;
    const hys__family *family;
    hys__arena arena;
    hys__lapack lapack;
    hys__shift *direct, *adjoint;
    size_t n;
    double *g, *m, *q;                 /* [n n], by columns */
    double *tau, *wr, *wi;             /* [n] */
    double complex *x, *q_try, *p_try; /* [n] */
    int *pivot;                        /* [n] */
    double *work;
    int n_work;
};

static bool make_room(hys__eigen *e) {
    size_t n = e->n;
    e->n_work = (int)(66 * n + 64);
    e->g = HYS_NEW_N(&e->arena, double, 3 * n * n);
    e->tau = HYS_NEW_N(&e->arena, double, 3 * n);
    e->x = HYS_NEW_N(&e->arena, double complex, 3 * n);
    e->pivot = HYS_NEW_N(&e->arena, int, n);
    e->work = HYS_NEW_N(&e->arena, double, (size_t)e->n_work);
    if (!e->g || !e->tau || !e->x || !e->pivot || !e->work) return false;
    e->m = e->g + n * n;
    e->q = e->m + n * n;
    e->wr = e->tau + n;
    e->wi = e->wr + n;
    e->q_try = e->x + n;
    e->p_try = e->q_try + n;
    return true;
}

hys_status hys__eigen_new(hys_ctx *ctx, const hys__family *family, hys__eigen **result) {
    size_t n = family->system.n;
    if (n == 0 || n > HYS__EIGEN_MAX)
        return hys__fail(ctx, HYS_LIMIT, "", "%zu unknowns: eigenvalues are computed for at most %u", n,
                         HYS__EIGEN_MAX);
    hys__eigen *e = hys__realloc(ctx, NULL, 0, sizeof *e);
    if (!e) return HYS_NOMEM;
    *e = (hys__eigen){.ctx = ctx, .family = family, .n = n};
    hys__arena_init(&e->arena, ctx, 0);
    hys_status status = make_room(e) ? hys__lapack_open(ctx, &e->lapack) : HYS_NOMEM;
    if (status == HYS_OK) status = hys__shift_new(ctx, family, false, &e->direct);
    if (status == HYS_OK) status = hys__shift_new(ctx, family, true, &e->adjoint);
    if (status == HYS_OK) *result = e;
    else hys__eigen_free(e);
    return status;
}

void hys__eigen_free(hys__eigen *e) {
    if (!e) return;
    hys__shift_free(e->direct);
    hys__shift_free(e->adjoint);
    hys__lapack_close(&e->lapack);
    hys__arena_free(&e->arena);
    hys__free(e->ctx, e, sizeof *e);
}

static void scatter(hys__eigen *e, const double *values, double *dense) {
    const hys__system *s = &e->family->system;
    memset(dense, 0, e->n * e->n * sizeof *dense);
    for (size_t j = 0; j < e->n; j++)
        for (int64_t k = s->col_start[j]; k < s->col_start[j + 1]; k++) dense[j * e->n + (size_t)s->row[k]] = values[k];
}

/* Rows are amperes, volts, kelvin a second, and so are columns: each is scaled by its largest entry in M, or in G where
 * M has none, so that ranks can be told. */
static void scale_rows(hys__eigen *e, size_t k) {
    for (size_t i = 0; i < k; i++) {
        double m = 0, g = 0;
        for (size_t j = 0; j < k; j++) m = fmax(m, fabs(e->m[j * k + i])), g = fmax(g, fabs(e->g[j * k + i]));
        double r = m > 0 ? 1 / m : g > 0 ? 1 / g : 1;
        for (size_t j = 0; j < k; j++) e->m[j * k + i] *= r, e->g[j * k + i] *= r;
    }
}

static void scale_columns(hys__eigen *e, size_t k) {
    for (size_t j = 0; j < k; j++) {
        double m = 0, g = 0;
        for (size_t i = 0; i < k; i++) m = fmax(m, fabs(e->m[j * k + i])), g = fmax(g, fabs(e->g[j * k + i]));
        double r = m > 0 ? 1 / m : g > 0 ? 1 / g : 1;
        for (size_t i = 0; i < k; i++) e->m[j * k + i] *= r, e->g[j * k + i] *= r;
    }
}

static size_t count_rank(const double *r, size_t lda, size_t n) {
    size_t rank = 0;
    while (rank < n && fabs(r[rank * lda + rank]) > RANK_TOL * fabs(r[0])) rank++;
    return rank;
}

/* q (rows x cols) becomes its pivoted QR; its rank. */
static size_t factor(hys__eigen *e, size_t rows, size_t cols) {
    int m = (int)rows, n = (int)cols, info;
    memset(e->pivot, 0, cols * sizeof *e->pivot);
    e->lapack.dgeqp3(&m, &n, e->q, &m, e->pivot, e->tau, e->work, &e->n_work, &info);
    return count_rank(e->q, rows, rows < cols ? rows : cols);
}

/* c (rows x cols) becomes Q^T c, or c Q, with `count` reflections of length lda in q. */
static void apply(hys__eigen *e, bool left, size_t lda, size_t count, size_t rows, size_t cols, double *c) {
    int m = (int)rows, n = (int)cols, k = (int)count, l = (int)lda, info;
    e->lapack.dormqr(left ? "L" : "R", left ? "T" : "N", &m, &n, &k, e->q, &l, e->tau, c, &m, e->work, &e->n_work,
                     &info, 1, 1);
}

/* Rows r .. k of g, the constraints, normed, transposed into q. */
static void take_constraints(hys__eigen *e, size_t k, size_t r) {
    for (size_t i = r; i < k; i++) {
        double largest = 0;
        for (size_t j = 0; j < k; j++) largest = fmax(largest, fabs(e->g[j * k + i]));
        for (size_t j = 0; j < k; j++) e->q[(i - r) * k + j] = largest > 0 ? e->g[j * k + i] / largest : 0;
    }
}

/* The first r rows of a (k x k), packed to r x k in place. */
static void keep_rows(double *a, size_t k, size_t r) {
    for (size_t j = 0; j < k; j++)
        for (size_t i = 0; i < r; i++) a[j * r + i] = a[j * k + i];
}

/* R P^T of the factored M: its first r rows, as r x k. */
static void unpivot(hys__eigen *e, size_t k, size_t r) {
    for (size_t j = 0; j < k; j++) {
        size_t to = (size_t)e->pivot[j] - 1;
        for (size_t i = 0; i < r; i++) e->m[to * r + i] = i <= j ? e->q[j * k + i] : 0;
    }
}

/* What the projection has left of entries that it should have made zero must not be scaled up by the next stair; the
 * entries of M were at most 1. */
static void clean(hys__eigen *e, size_t r) {
    for (size_t i = 0; i < r * r; i++)
        if (fabs(e->m[i]) < RANK_TOL) e->m[i] = 0;
}

/* One stair: where M (k x k) has rank r < k, Q^T M = [M1; 0] and Q^T G = [G1; G2].  The constraints G2 y = 0 leave the
 * null space of G2, y = Z1 x: the pencil that remains is (M1 Z1, G1 Z1), r x r. */
static hys_status step_down(hys__eigen *e, size_t *size) {
    size_t k = *size;
    scale_rows(e, k);
    scale_columns(e, k);
    scale_rows(e, k);
    memcpy(e->q, e->m, k * k * sizeof *e->q);
    size_t r = factor(e, k, k);
    *size = r;
    if (r == k || r == 0) return HYS_OK;
    apply(e, true, k, k, k, k, e->g);
    unpivot(e, k, r);
    take_constraints(e, k, r);
    keep_rows(e->g, k, r);
    if (factor(e, k, k - r) < k - r) return HYS_SINGULAR;
    apply(e, false, k, k - r, r, k, e->m);
    apply(e, false, k, k - r, r, k, e->g);
    memmove(e->m, e->m + (k - r) * r, r * r * sizeof *e->m);
    clean(e, r);
    memmove(e->g, e->g + (k - r) * r, r * r * sizeof *e->g);
    return HYS_OK;
}

static int by_real_part(const void *a, const void *b) {
    double complex x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (creal(x) != creal(y)) return creal(x) > creal(y) ? -1 : 1;
    if (fabs(cimag(x)) != fabs(cimag(y))) return fabs(cimag(x)) < fabs(cimag(y)) ? -1 : 1;
    return (cimag(x) < cimag(y)) - (cimag(x) > cimag(y));
}

/* Rounding errors of the dense QR are some eps of the fastest rate: eigenvalues whose sign that leaves open are
 * improved one by one. */
static void improve(hys__eigen *e, const double *g, double complex *lambda, size_t n) {
    double fastest = 0;
    for (size_t i = 0; i < n; i++) fastest = fmax(fastest, cabs(lambda[i]));
    for (size_t i = 0; i < n; i++) {
        if (fabs(creal(lambda[i])) > 1e3 * DBL_EPSILON * fastest) continue;
        double complex better = lambda[i];
        if (hys__eigen_mode(e, g, &better, e->q_try, e->p_try) != HYS_OK) continue;
        bool is_pair = cimag(lambda[i]) > 0 && i + 1 < n;
        lambda[i] = better;
        if (is_pair) lambda[++i] = conj(better);
    }
}

hys_status hys__eigen_solve(hys__eigen *e, const double *g, double complex *lambda, size_t *n_found) {
    size_t k = e->n, before;
    scatter(e, g, e->g);
    scatter(e, e->family->mass, e->m);
    do {
        before = k;
        if (step_down(e, &k) != HYS_OK) return HYS_SINGULAR;
    } while (k < before && k > 0);
    *n_found = k;
    if (k == 0) return HYS_OK;
    int n = (int)k, one = 1, info;
    e->lapack.dgesv(&n, &n, e->m, &n, e->pivot, e->g, &n, &info);
    if (info != 0) return HYS_SINGULAR;
    for (size_t i = 0; i < k * k; i++) e->g[i] = -e->g[i];
    for (size_t i = 0; i < k * k; i++)
        if (!isfinite(e->g[i])) return HYS_NOCONV;
    e->lapack.dgeev("N", "N", &n, e->g, &n, e->wr, e->wi, NULL, &one, NULL, &one, e->work, &e->n_work, &info, 1, 1);
    if (info != 0) return HYS_NOCONV;
    for (size_t i = 0; i < k; i++) lambda[i] = HYS__COMPLEX(e->wr[i], e->wi[i]);
    improve(e, g, lambda, k);
    qsort(lambda, k, sizeof *lambda, by_real_part);
    return HYS_OK;
}

static double norm(const double complex *x, size_t n) {
    double largest = 0, sum = 0;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, cabs(x[i]));
    if (!(largest > 0) || !isfinite(largest)) return largest;
    for (size_t i = 0; i < n; i++) sum += pow(cabs(x[i]) / largest, 2);
    return largest * sqrt(sum);
}

/* a^H V b with V on the pattern. */
static double complex form(const hys__eigen *e, const double complex *a, const double *v, const double complex *b) {
    const hys__system *s = &e->family->system;
    double complex sum = 0;
    for (size_t j = 0; j < e->n; j++)
        for (int64_t k = s->col_start[j]; k < s->col_start[j + 1]; k++) sum += conj(a[s->row[k]]) * v[k] * b[j];
    return sum;
}

/* a = V b, or V^T b. */
static void multiply(const hys__eigen *e, bool transposed, const double *v, const double complex *b,
                     double complex *a) {
    const hys__system *s = &e->family->system;
    for (size_t i = 0; i < e->n; i++) a[i] = 0;
    for (size_t j = 0; j < e->n; j++)
        for (int64_t k = s->col_start[j]; k < s->col_start[j + 1]; k++) {
            size_t i = (size_t)s->row[k];
            if (transposed) a[j] += v[k] * b[i];
            else a[i] += v[k] * b[j];
        }
}

/* Factors G + s M and its adjoint; near an eigenvalue that may need a nudge. */
static bool factor_near(hys__eigen *e, const double *g, double complex s) {
    for (int k = 0; k < 6; k++) {
        double complex nudged = s * (1 + (k ? 1e-15 * pow(30, k) : 0));
        if (s == 0 && k) nudged = 1e-12 * pow(30, k);
        if (hys__shift_factor(e->direct, g, nudged) && hys__shift_factor(e->adjoint, g, conj(nudged))) return true;
    }
    return false;
}

/* One inverse iteration on both sides. */
static bool iterate(hys__eigen *e, double complex *q, double complex *p) {
    multiply(e, false, e->family->mass, q, e->x);
    memcpy(q, e->x, e->n * sizeof *q);
    hys__shift_solve(e->direct, q);
    multiply(e, true, e->family->mass, p, e->x);
    memcpy(p, e->x, e->n * sizeof *p);
    hys__shift_solve(e->adjoint, p);
    double a = norm(q, e->n), b = norm(p, e->n);
    if (!(a > 0) || !(b > 0) || !isfinite(a) || !isfinite(b)) return false;
    for (size_t i = 0; i < e->n; i++) q[i] /= a, p[i] /= b;
    return true;
}

/* q turned so that its largest entry is real and positive; p so that p^H M q = 1. */
static bool norm_mode(hys__eigen *e, double complex *q, double complex *p) {
    size_t largest = 0;
    for (size_t i = 1; i < e->n; i++)
        if (cabs(q[i]) > cabs(q[largest]) * (1 + 1e-9)) largest = i;
    double complex turn = conj(q[largest]) / cabs(q[largest]) / norm(q, e->n);
    for (size_t i = 0; i < e->n; i++) q[i] *= turn;
    double complex c = form(e, p, e->family->mass, q);
    if (cabs(c) == 0) return false;
    for (size_t i = 0; i < e->n; i++) p[i] /= conj(c);
    return true;
}

hys_status hys__eigen_mode(hys__eigen *e, const double *g, double complex *lambda, double complex *q,
                           double complex *p) {
    double complex s = *lambda;
    for (size_t i = 0; i < e->n; i++) {
        q[i] = HYS__COMPLEX(1 + 0.3 * sin((double)(3 * i + 1)), 0.5 * sin((double)(7 * i + 2)));
        p[i] = HYS__COMPLEX(1 + 0.3 * cos((double)(5 * i + 1)), 0.5 * cos((double)(11 * i + 3)));
    }
    for (int k = 0; k < 8; k++) {
        if (!factor_near(e, g, s)) {
            if (k == 0) return HYS_SINGULAR;
            break; /* it is the eigenvalue, to rounding */
        }
        for (int sweep = 0; sweep < (k == 0 ? 3 : 1); sweep++)
            if (!iterate(e, q, p)) return HYS_NOCONV;
        double complex better = -form(e, p, g, q) / form(e, p, e->family->mass, q);
        if (!isfinite(creal(better)) || !isfinite(cimag(better))) return HYS_NOCONV;
        double change = cabs(better - s);
        if (cabs(better - *lambda) > 0.05 * cabs(*lambda) + 1e-300 && cabs(*lambda) > 0 && k > 0) break;
        s = better;
        if (change <= 1e-14 * cabs(s)) break;
    }
    if (cabs(s - *lambda) > 0.05 * cabs(*lambda)) s = *lambda;
    *lambda = s;
    return norm_mode(e, q, p) ? HYS_OK : HYS_NOCONV;
}

bool hys__eigen_shifted_solve(hys__eigen *e, const double *g, double complex s, double complex *b) {
    if (!hys__shift_factor(e->direct, g, s)) return false;
    hys__shift_solve(e->direct, b);
    return true;
}
