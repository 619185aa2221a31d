#include "numerics/consistent.h"
#include <math.h>
#include <string.h>

/* The inner problem: unknown z_i is y'_i for differential i, y_i for algebraic i. */
struct hys__consistent {
    hys_ctx *ctx;
    const hys__system *outer;
    hys__newton *outer_newton, *newton;
    hys__system system;
    const unsigned char *is_differential;
    double *abstol, *weight;  /* [n] of y, of z */
    double *y, *yp, *z, *jac; /* [n], [n], [n], [nnz] */
    size_t size;
};

/* dF/dy' = J(c = 1) - J(c = 0), exactly, since F is linear in y'. */
static bool eval_inner(void *user, const hys__point *at, double *f, double *jac) {
    hys__consistent *s = user;
    const hys__system *o = s->outer;
    for (size_t i = 0; i < o->n; i++) *(s->is_differential[i] ? &s->yp[i] : &s->y[i]) = at->y[i];
    hys__point with = {at->t, 1, s->y, s->yp}, without = {at->t, 0, s->y, s->yp};
    if (!o->eval(o->user, &without, f, s->jac)) return false;
    if (!jac) return true;
    if (!o->eval(o->user, &with, f, jac)) return false;
    for (size_t j = 0; j < o->n; j++)
        for (int64_t k = o->col_start[j]; k < o->col_start[j + 1]; k++)
            jac[k] = s->is_differential[j] ? jac[k] - s->jac[k] : s->jac[k];
    return true;
}

hys_status hys__consistent_new(hys_ctx *ctx, const hys__system *system, const double *abstol, hys__newton *newton,
                               hys__consistent **result) {
    size_t n = system->n, size = sizeof(hys__consistent) + (5 * n + system->nnz) * sizeof(double);
    hys__consistent *s = hys__realloc(ctx, NULL, 0, size);
    if (!s) return HYS_NOMEM;
    memset(s, 0, size);
    s->ctx = ctx;
    s->outer = system;
    s->outer_newton = newton;
    s->size = size;
    s->system = *system;
    s->system.user = s;
    s->system.eval = eval_inner;
    s->abstol = (double *)(s + 1);
    s->weight = s->abstol + n;
    s->y = s->weight + n;
    s->yp = s->y + n;
    s->z = s->yp + n;
    s->jac = s->z + n;
    memcpy(s->abstol, abstol, n * sizeof *abstol);
    hys__newton_opts opts = {.rtol = 1e-9, .abstol = s->weight, .max_iter = 60};
    hys_status status = hys__newton_new(ctx, &s->system, &opts, &s->newton);
    if (status != HYS_OK) {
        hys__free(ctx, s, size);
        return status;
    }
    *result = s;
    return HYS_OK;
}

void hys__consistent_free(hys__consistent *s) {
    if (!s) return;
    hys__newton_free(s->newton);
    hys__free(s->ctx, s, s->size);
}

static hys_status by_newton(hys__consistent *s, double t, double time_scale, double *y, double *yp) {
    size_t n = s->outer->n;
    for (size_t i = 0; i < n; i++) {
        bool d = s->is_differential[i];
        s->weight[i] = d ? s->abstol[i] / time_scale : s->abstol[i];
        s->y[i] = y[i];
        s->yp[i] = d ? yp[i] : 0;
        s->z[i] = d ? yp[i] : y[i];
    }
    hys__newton_task task = {.t = t};
    hys_status status = hys__newton_solve(s->newton, &task, s->z);
    if (status != HYS_OK) return status;
    for (size_t i = 0; i < n; i++) {
        if (!s->is_differential[i]) y[i] = s->z[i];
        yp[i] = s->is_differential[i] ? s->z[i] : 0;
    }
    return HYS_OK;
}

/* The step is so short that nothing else moves in it, yet long enough for nine digits of y to leave four
 * of y'. */
#define STEP_PART 1e-5

static hys_status by_step(hys__consistent *s, double t, double time_scale, double *y, double *yp) {
    size_t n = s->outer->n;
    hys_status status = HYS_NOCONV;
    for (double part = STEP_PART; part > 1e-12 && status != HYS_OK; part *= 1e-2) {
        double h = part * time_scale;
        memcpy(s->y, y, n * sizeof *y);
        memcpy(s->z, y, n * sizeof *y);
        hys__newton_task task = {.t = t + h, .c = 1 / h, .y_old = s->y};
        status = hys__newton_solve(s->outer_newton, &task, s->z);
        for (size_t i = 0; status == HYS_OK && i < n; i++) {
            yp[i] = (s->z[i] - y[i]) / h;
            if (!s->is_differential[i]) y[i] = s->z[i], yp[i] = 0;
        }
    }
    return status;
}

hys_status hys__consistent_solve(hys__consistent *s, double t, const unsigned char *is_differential, double time_scale,
                                 double *y, double *yp, bool *is_index_1) {
    s->is_differential = is_differential;
    *is_index_1 = by_newton(s, t, time_scale, y, yp) == HYS_OK;
    return *is_index_1 ? HYS_OK : by_step(s, t, time_scale, y, yp);
}
