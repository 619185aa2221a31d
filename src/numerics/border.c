/* See border.h.  The bordered matrix is factored as a whole: at folds dg/dy alone is singular. */
#include "numerics/border.h"
#include <math.h>
#include <string.h>

#define MAX_ITER 12

struct hys__border {
    hys_ctx *ctx;
    const hys__family *family;
    hys__border_opts opts;
    hys__arena arena;
    hys__system system; /* n + 1, pattern only */
    hys__lu *lu;
    int64_t *col_start, *row;
    double *values, *jac, *f, *slope, *room, *start, *dx, *last_row;
    uint64_t n_evals;
};

static bool make_room(hys__border *b) {
    size_t n = b->family->system.n, nnz = b->family->system.nnz;
    b->col_start = HYS_NEW_N(&b->arena, int64_t, n + 2);
    b->row = HYS_NEW_N(&b->arena, int64_t, nnz + 2 * n + 1);
    b->values = HYS_NEW_N(&b->arena, double, nnz + 2 * n + 1);
    b->jac = HYS_NEW_N(&b->arena, double, nnz);
    b->f = HYS_NEW_N(&b->arena, double, 6 * (n + 1));
    if (!b->col_start || !b->row || !b->values || !b->jac || !b->f) return false;
    b->slope = b->f + n + 1;
    b->room = b->slope + n + 1;
    b->start = b->room + n + 1;
    b->dx = b->start + n + 1;
    b->last_row = b->dx + n + 1;
    return true;
}

static void make_pattern(hys__border *b) {
    const hys__system *s = &b->family->system;
    int64_t at = 0, n = (int64_t)s->n;
    for (size_t j = 0; j < s->n; j++) {
        b->col_start[j] = at;
        for (int64_t k = s->col_start[j]; k < s->col_start[j + 1]; k++) b->row[at++] = s->row[k];
        b->row[at++] = n;
    }
    b->col_start[n] = at;
    for (int64_t i = 0; i <= n; i++) b->row[at++] = i;
    b->col_start[n + 1] = at;
    b->system = (hys__system){.n = s->n + 1, .nnz = (size_t)at, .col_start = b->col_start, .row = b->row};
}

hys_status hys__border_new(hys_ctx *ctx, const hys__family *family, const hys__border_opts *opts,
                           hys__border **result) {
    hys__border *b = hys__realloc(ctx, NULL, 0, sizeof *b);
    if (!b) return HYS_NOMEM;
    *b = (hys__border){.ctx = ctx, .family = family, .opts = *opts};
    hys__arena_init(&b->arena, ctx, 0);
    if (!make_room(b)) {
        hys__border_free(b);
        return HYS_NOMEM;
    }
    make_pattern(b);
    hys_status status = hys__lu_new(ctx, &b->system, &b->lu);
    if (status == HYS_OK) *result = b;
    else hys__border_free(b);
    return status;
}

void hys__border_free(hys__border *b) {
    if (!b) return;
    hys__lu_free(b->lu);
    hys__arena_free(&b->arena);
    hys__free(b->ctx, b, sizeof *b);
}

uint64_t hys__border_n_evals(const hys__border *b) {
    return b->n_evals;
}

double hys__border_dot(const hys__border *b, const double *s, const double *t) {
    size_t n = b->family->system.n;
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += s[i] * t[i] / (b->opts.scale[i] * b->opts.scale[i]);
    return sum / (double)n + s[n] * t[n] / (b->opts.p_scale * b->opts.p_scale);
}

static bool eval_at(const hys__family *family, double p, const double *y, double *f) {
    const hys__point at = {.y = y};
    return family->set_param(family->user, p) && family->system.eval(family->system.user, &at, f, NULL);
}

/* Central differences; one-sided at the edge of what the parameter may be.  g is mostly linear in p (a source), and
 * smooth over a hundred-thousandth of it else: the quotient is good to 1e-9 or so, and only steps depend on it. */
bool hys__family_slope(const hys__family *family, double p_scale, const double *x, double *room, double *slope) {
    size_t n = family->system.n;
    double p = x[n], h = 1e-5 * fmax(fabs(p), 0.01 * p_scale), up = p + h, down = p - h;
    if (!eval_at(family, up, x, slope)) {
        up = p;
        if (!eval_at(family, up, x, slope)) return false;
    }
    if (!eval_at(family, down, x, room)) {
        down = p;
        if (up == p || !eval_at(family, down, x, room)) return false;
    }
    for (size_t i = 0; i < n; i++) slope[i] = (slope[i] - room[i]) / (up - down);
    return family->set_param(family->user, p);
}

static bool eval(hys__border *b, const double *x) {
    const hys__system *s = &b->family->system;
    const hys__point at = {.y = x};
    b->n_evals++;
    return b->family->set_param(b->family->user, x[s->n]) && s->eval(s->user, &at, b->f, b->jac);
}

const double *hys__border_jacobian(hys__border *b, const double *x) {
    return eval(b, x) ? b->jac : NULL;
}

/* The row that belongs to <along, .>, or to p. */
static void set_row(hys__border *b, const double *along) {
    size_t n = b->family->system.n;
    const double *d = b->opts.scale;
    for (size_t i = 0; i < n; i++) b->last_row[i] = along ? along[i] / (d[i] * d[i] * (double)n) : 0;
    b->last_row[n] = along ? along[n] / (b->opts.p_scale * b->opts.p_scale) : 1;
}

static bool factor(hys__border *b) {
    const hys__system *s = &b->family->system;
    size_t at = 0;
    for (size_t j = 0; j < s->n; j++) {
        for (int64_t k = s->col_start[j]; k < s->col_start[j + 1]; k++) b->values[at++] = b->jac[k];
        b->values[at++] = b->last_row[j];
    }
    for (size_t i = 0; i < s->n; i++) b->values[at++] = b->slope[i];
    b->values[at++] = b->last_row[s->n];
    return hys__lu_factor(b->lu, b->values, NULL);
}

static double weighed(const hys__border *b, const double *x, const double *dx) {
    size_t n = b->family->system.n;
    double worst = 0;
    for (size_t i = 0; i <= n; i++) {
        double w = i < n ? b->opts.rtol * fabs(x[i]) + b->family->abstol[i] : b->opts.rtol * b->opts.p_scale;
        double r = fabs(dx[i]) / w;
        if (!(r <= worst)) worst = r;
    }
    return worst;
}

static bool make_step(hys__border *b, const double *x) {
    size_t n = b->family->system.n;
    if (!hys__family_slope(b->family, b->opts.p_scale, x, b->room, b->slope) || !eval(b, x) || !factor(b)) return false;
    double off = 0;
    for (size_t i = 0; i <= n; i++) off += b->last_row[i] * (x[i] - b->start[i]);
    for (size_t i = 0; i < n; i++) b->dx[i] = -b->f[i];
    b->dx[n] = -off;
    hys__lu_solve(b->lu, b->dx);
    return true;
}

/* Undamped: the caller starts nearby, and takes a shorter step when this does not contract.  After the step below
 * tolerance one more is taken, so that what is located with these points is as good as rounding allows. */
hys_status hys__border_solve(hys__border *b, const double *along, double *x, unsigned *n_iter) {
    size_t n = b->family->system.n;
    double last = INFINITY;
    memcpy(b->start, x, (n + 1) * sizeof *x);
    set_row(b, along);
    bool is_last = false;
    for (unsigned k = 1; k <= MAX_ITER; k++) {
        *n_iter = k;
        if (!make_step(b, x)) return HYS_NOCONV;
        double step = weighed(b, x, b->dx);
        if (!isfinite(step) || (k > 2 && step > 1 && step > 0.7 * last)) return HYS_NOCONV;
        for (size_t i = 0; i <= n; i++) x[i] += b->dx[i];
        if (is_last) return HYS_OK;
        is_last = step <= 1;
        last = step;
    }
    return HYS_NOCONV;
}

hys_status hys__border_tangent(hys__border *b, const double *along, const double *x, double *tangent) {
    size_t n = b->family->system.n;
    set_row(b, along);
    if (!hys__family_slope(b->family, b->opts.p_scale, x, b->room, b->slope) || !eval(b, x) || !factor(b))
        return HYS_SINGULAR;
    memset(b->dx, 0, (n + 1) * sizeof *b->dx);
    b->dx[n] = 1;
    hys__lu_solve(b->lu, b->dx);
    double size = sqrt(hys__border_dot(b, b->dx, b->dx));
    if (!(size > 0) || !isfinite(size)) return HYS_SINGULAR;
    for (size_t i = 0; i <= n; i++) tangent[i] = b->dx[i] / size;
    return HYS_OK;
}
