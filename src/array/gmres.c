#include "array/gmres.h"
#include "array/grid.h"
#include <math.h>
#include <string.h>

#define DIRECTIONS HYS__GMRES_DIRECTIONS
#define RESTARTS   25

hys_status hys__gmres_new(hys_ctx *ctx, size_t n, hys__gmres *s) {
    *s = (hys__gmres){.ctx = ctx, .n = n};
    hys__arena_init(&s->arena, ctx, 0);
    s->basis[0] = HYS_NEW_N(&s->arena, double, n);
    s->better = HYS_NEW_N(&s->arena, double, n);
    s->rest = HYS_NEW_N(&s->arena, double, n);
    if (!s->arena.failed) return HYS_OK;
    hys__gmres_free(s);
    return HYS_NOMEM;
}

void hys__gmres_free(hys__gmres *s) {
    if (s->ctx) hys__arena_free(&s->arena);
    s->ctx = NULL;
}

/* The Hessenberg matrix as Givens rotations leave it, column by column, and the right side that they turn with it. */
typedef struct small_system {
    double r[DIRECTIONS][DIRECTIONS + 1], cosine[DIRECTIONS], sine[DIRECTIONS], right[DIRECTIONS + 1];
} small_system;

static double norm_of(const double *a, size_t n) {
    return sqrt(hys__grid_dot(a, a, n));
}

static double *need_direction(hys__gmres *s, size_t k) {
    if (!s->basis[k]) s->basis[k] = HYS_NEW_N(&s->arena, double, s->n);
    return s->basis[k];
}

/* next <- next - sum of its parts along those before; the parts go into the column. */
static void orthogonalise(const hys__gmres *s, size_t k, double *column) {
    double *next = s->basis[k + 1];
    for (size_t i = 0; i <= k; i++) {
        const double *v = s->basis[i], part = hys__grid_dot(next, v, s->n);
        for (size_t j = 0; j < s->n; j++) next[j] -= part * v[j];
        column[i] = part;
    }
    column[k + 1] = norm_of(next, s->n);
}

static void rotate(small_system *t, size_t k) {
    double *c = t->r[k];
    for (size_t i = 0; i < k; i++) {
        const double up = t->cosine[i] * c[i] + t->sine[i] * c[i + 1];
        c[i + 1] = t->cosine[i] * c[i + 1] - t->sine[i] * c[i];
        c[i] = up;
    }
    const double length = hypot(c[k], c[k + 1]);
    t->cosine[k] = length > 0 ? c[k] / length : 1;
    t->sine[k] = length > 0 ? c[k + 1] / length : 0;
    c[k] = length;
    t->right[k + 1] = -t->sine[k] * t->right[k];
    t->right[k] *= t->cosine[k];
}

/* x <- x + M^-1 sum y_i v_i of the first k directions. */
static void add_best(hys__gmres *s, const hys__gmres_system *system, const small_system *t, size_t k, double *x) {
    double y[DIRECTIONS] = {0};
    for (size_t i = k; i-- > 0;) {
        y[i] = t->right[i];
        for (size_t j = i + 1; j < k; j++) y[i] -= t->r[j][i] * y[j];
        y[i] = t->r[i][i] > 0 ? y[i] / t->r[i][i] : 0;
    }
    memset(s->rest, 0, s->n * sizeof *s->rest);
    for (size_t i = 0; i < k; i++) {
        const double *v = s->basis[i];
        for (size_t j = 0; j < s->n; j++) s->rest[j] += y[i] * v[j];
    }
    system->precondition(system->user, s->rest, s->better);
    for (size_t j = 0; j < s->n; j++) x[j] += s->better[j];
}

/* Directions from the residual in the first of them, whose norm that is, until it is `enough`. */
static size_t extend(hys__gmres *s, const hys__gmres_system *system, small_system *t, double enough) {
    size_t k = 0;
    while (k < DIRECTIONS && fabs(t->right[k]) > enough && !hys_ctx_is_cancelled(s->ctx)) {
        double *next = need_direction(s, k + 1);
        if (!next) return k;
        system->precondition(system->user, s->basis[k], s->better);
        system->apply(system->user, s->better, next);
        orthogonalise(s, k, t->r[k]);
        const double length = t->r[k][k + 1];
        if (!isfinite(length)) return k;
        rotate(t, k++);
        s->iterations++;
        if (length == 0) return k;
        for (size_t j = 0; j < s->n; j++) next[j] /= length;
    }
    return k;
}

#define LEAST_GAIN 0.9 /* of the residual, from one restart to the next */

hys_status hys__gmres_solve(hys__gmres *s, const hys__gmres_system *system, const double *b, double *x,
                            double tolerance) {
    const double size = norm_of(b, s->n);
    double before = INFINITY, *first = s->basis[0];
    small_system t;
    memset(x, 0, s->n * sizeof *x);
    memcpy(first, b, s->n * sizeof *b);
    s->iterations = 0;
    s->relative_residual = 0;
    for (int round = 0; round < RESTARTS && size > 0; round++) {
        const double norm = norm_of(first, s->n);
        s->relative_residual = norm / size;
        if (norm <= tolerance * size) return HYS_OK;
        if (!(norm <= LEAST_GAIN * before)) return HYS_NOCONV;
        before = norm;
        for (size_t j = 0; j < s->n; j++) first[j] /= norm;
        t.right[0] = norm;
        add_best(s, system, &t, extend(s, system, &t, 0.9 * tolerance * size), x);
        if (s->arena.failed) return HYS_NOMEM;
        if (hys_ctx_is_cancelled(s->ctx)) return HYS_CANCEL;
        system->apply(system->user, x, first);
        for (size_t j = 0; j < s->n; j++) first[j] = b[j] - first[j];
    }
    return size > 0 ? HYS_NOCONV : HYS_OK;
}
