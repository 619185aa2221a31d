/* Kuznetsov, Elements of Applied Bifurcation Theory, section 5.4 (the projection method), for M y' = f(y) = -g(y): as M
 * is constant the homological equation keeps its form with M, also where M is singular:
 *
 *     h11 = -A^-1 B(q, q*)      h20 = (2 i w M - A)^-1 B(q, q)      A = -G
 *     c = p^H [C(q, q, q*) + 2 B(q, h11) + B(q*, h20)] / 2
 *
 * The multilinear forms are differences of exact Jacobians along a line, extrapolated to step 0 (Ridders 1982). */
#include "numerics/lyapunov.h"
#include <math.h>
#include <string.h>

#define N_STEPS 12
#define SHRINK  1.5

struct forms {
    const hys__family *family;
    const hys__hopf *hopf;
    size_t n;
    double *row_scale;                        /* [n] */
    double *y, *f, *jac;                      /* [n], [n], [nnz] */
    double *a, *b;                            /* [n] real and imaginary part of q */
    double *c, *d, *h11;                      /* [n] of h20 */
    double *tableau[N_STEPS], *next[N_STEPS]; /* [n] */
    double *at0, *form, *result;              /* [n] */
    double complex *sum, *solve;              /* [n] */
    double error;                             /* of the forms so far, in scaled rows */
};

static bool make_room(struct forms *s, hys__arena *arena) {
    size_t n = s->n;
    double *room = HYS_NEW_N(arena, double, (11 + 2 * N_STEPS) * n + s->family->system.nnz);
    s->sum = HYS_NEW_N(arena, double complex, 2 * n);
    if (!room || !s->sum) return false;
    s->solve = s->sum + n;
    double **const parts[] = {&s->row_scale, &s->y,   &s->f,   &s->a,    &s->b,     &s->c,
                              &s->d,         &s->h11, &s->at0, &s->form, &s->result};
    for (size_t k = 0; k < 11; k++) *parts[k] = room + k * n;
    for (size_t k = 0; k < N_STEPS; k++) {
        s->tableau[k] = room + (11 + k) * n;
        s->next[k] = room + (11 + N_STEPS + k) * n;
    }
    s->jac = room + (11 + 2 * N_STEPS) * n;
    return true;
}

static void set_scales(struct forms *s) {
    const hys__system *sys = &s->family->system;
    for (size_t j = 0; j < s->n; j++)
        for (int64_t k = sys->col_start[j]; k < sys->col_start[j + 1]; k++)
            s->row_scale[sys->row[k]] += fabs(s->hopf->g[k]) * s->hopf->scale[j];
    for (size_t i = 0; i < s->n; i++) s->row_scale[i] = s->row_scale[i] > 0 ? s->row_scale[i] : 1;
}

/* out = -J(y0 + e u) v */
static bool product(struct forms *s, double e, const double *u, const double *v, double *out) {
    const hys__system *sys = &s->family->system;
    for (size_t i = 0; i < s->n; i++) s->y[i] = s->hopf->y[i] + e * u[i], out[i] = 0;
    const hys__point at = {.y = s->y};
    if (!sys->eval(sys->user, &at, s->f, s->jac)) return false;
    for (size_t j = 0; j < s->n; j++)
        for (int64_t k = sys->col_start[j]; k < sys->col_start[j + 1]; k++) out[sys->row[k]] -= s->jac[k] * v[j];
    return true;
}

/* The difference quotient of order 1 or 2 at step e, into out. */
static bool quotient(struct forms *s, int order, double e, const double *u, const double *v, double *out) {
    if (!product(s, e, u, v, out) || !product(s, -e, u, v, s->form)) return false;
    for (size_t i = 0; i < s->n; i++)
        out[i] = order == 1 ? (out[i] - s->form[i]) / (2 * e) : (out[i] - 2 * s->at0[i] + s->form[i]) / (e * e);
    return true;
}

static double distance(const struct forms *s, const double *x, const double *y) {
    double worst = 0;
    for (size_t i = 0; i < s->n; i++) worst = fmax(worst, fabs(x[i] - y[i]) / s->row_scale[i]);
    return worst;
}

static double largest_step(const struct forms *s, const double *u) {
    double worst = 0;
    for (size_t i = 0; i < s->n; i++) worst = fmax(worst, fabs(u[i]) / s->hopf->scale[i]);
    return worst > 0 ? 0.5 / worst : 0;
}

/* result = B(u, v) or C(u, u, v): the entry of Ridders' tableau that agrees best with its neighbours. */
static bool derive(struct forms *s, int order, const double *u, const double *v, double *result) {
    double e = largest_step(s, u), best = INFINITY;
    memset(result, 0, s->n * sizeof *result);
    if (e == 0) return true;
    if (!product(s, 0, u, v, s->at0)) return false;
    for (int tries = 0; !quotient(s, order, e, u, v, s->tableau[0]); e /= 4)
        if (++tries == 12) return false;
    for (size_t k = 1; k < N_STEPS; k++) {
        e /= SHRINK;
        if (!quotient(s, order, e, u, v, s->next[0])) return false;
        double factor = SHRINK * SHRINK;
        for (size_t j = 1; j <= k; j++, factor *= SHRINK * SHRINK) {
            for (size_t i = 0; i < s->n; i++)
                s->next[j][i] = s->next[j - 1][i] + (s->next[j - 1][i] - s->tableau[j - 1][i]) / (factor - 1);
            double error = fmax(distance(s, s->next[j], s->next[j - 1]), distance(s, s->next[j], s->tableau[j - 1]));
            if (error < best) {
                best = error;
                memcpy(result, s->next[j], s->n * sizeof *result);
            }
        }
        for (size_t j = 0; j <= k; j++) {
            double *row = s->tableau[j];
            s->tableau[j] = s->next[j];
            s->next[j] = row;
        }
    }
    s->error += best;
    return true;
}

static bool add(struct forms *s, double complex factor, int order, const double *u, const double *v) {
    if (!derive(s, order, u, v, s->result)) return false;
    for (size_t i = 0; i < s->n; i++) s->sum[i] += factor * s->result[i];
    return true;
}

static bool find_h11(struct forms *s, hys__eigen *eigen) {
    memset(s->sum, 0, s->n * sizeof *s->sum);
    if (!add(s, 1, 1, s->a, s->a) || !add(s, 1, 1, s->b, s->b)) return false;
    if (!hys__eigen_shifted_solve(eigen, s->hopf->g, 0, s->sum)) return false;
    for (size_t i = 0; i < s->n; i++) s->h11[i] = creal(s->sum[i]);
    return true;
}

static bool find_h20(struct forms *s, hys__eigen *eigen) {
    memset(s->sum, 0, s->n * sizeof *s->sum);
    if (!add(s, 1, 1, s->a, s->a) || !add(s, -1, 1, s->b, s->b) || !add(s, 2 * HYS__COMPLEX(0, 1), 1, s->a, s->b))
        return false;
    if (!hys__eigen_shifted_solve(eigen, s->hopf->g, HYS__COMPLEX(0, 2 * s->hopf->omega), s->sum)) return false;
    for (size_t i = 0; i < s->n; i++) s->c[i] = creal(s->sum[i]), s->d[i] = cimag(s->sum[i]);
    return true;
}

/* C(q, q, q*) + 2 B(q, h11) + B(q*, h20), with q = a + i b, h20 = c + i d. */
static bool add_cubic(struct forms *s) {
    const double complex i = HYS__COMPLEX(0, 1);
    memset(s->sum, 0, s->n * sizeof *s->sum);
    return add(s, 1, 2, s->a, s->a) && add(s, 1, 2, s->b, s->a) && add(s, i, 2, s->a, s->b) &&
           add(s, i, 2, s->b, s->b) && add(s, 2, 1, s->a, s->h11) && add(s, 2 * i, 1, s->b, s->h11) &&
           add(s, 1, 1, s->a, s->c) && add(s, 1, 1, s->b, s->d) && add(s, i, 1, s->a, s->d) &&
           add(s, -i, 1, s->b, s->c);
}

static hys_status compute(struct forms *s, hys__eigen *eigen, double *value, double *error) {
    for (size_t i = 0; i < s->n; i++) s->a[i] = creal(s->hopf->q[i]), s->b[i] = cimag(s->hopf->q[i]);
    set_scales(s);
    if (!find_h11(s, eigen) || !find_h20(s, eigen) || !add_cubic(s)) return HYS_NOCONV;
    double complex c = 0;
    double weight = 0;
    for (size_t i = 0; i < s->n; i++) {
        c += conj(s->hopf->p[i]) * s->sum[i] / 2;
        weight += cabs(s->hopf->p[i]) * s->row_scale[i] / 2;
    }
    *value = creal(c);
    *error = weight * s->error;
    return isfinite(*value) ? HYS_OK : HYS_NOCONV;
}

hys_status hys__first_lyapunov(hys_ctx *ctx, const hys__family *family, hys__eigen *eigen, const hys__hopf *hopf,
                               double *value, double *error) {
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    struct forms s = {.family = family, .hopf = hopf, .n = family->system.n};
    hys_status status = make_room(&s, &arena) ? compute(&s, eigen, value, error) : HYS_NOMEM;
    hys__arena_free(&arena);
    return status;
}
