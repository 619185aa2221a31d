/* See collocation.h.  The whole Jacobian, with the columns of T and p and the rows of the phase and the arclength, is
 * one sparse matrix. */
#include "numerics/collocation.h"
#include <math.h>
#include <string.h>

#define M HYS__STAGES

struct hys__colloc {
    hys_ctx *ctx;
    const hys__family *family;
    hys__arena arena;
    hys__radau radau;
    hys__system system; /* pattern only */
    hys__lu *lu;
    size_t n, n_int, size;
    int64_t *col_start, *row;
    unsigned char *has_mass; /* [nnz] */
    double *values, *jac, *g, *f, *slope, *phase, *along, *start, *dx, *room;
    uint64_t n_evals, n_factors;
    double last_step;
};

double hys__orbit_dot(const hys__orbit *o, const hys__radau *r, const hys__weights *w, const double *a,
                      const double *b) {
    double sum = 0;
    for (size_t i = 0; i < o->n_int; i++)
        for (size_t j = 1; j <= M; j++) {
            const double *u = hys__orbit_at(o, a, i, j), *v = hys__orbit_at(o, b, i, j);
            double here = 0;
            for (size_t k = 0; k < o->n; k++) here += u[k] * v[k] / (w->scale[k] * w->scale[k]);
            sum += (o->mesh[i + 1] - o->mesh[i]) * r->weight[j] * here;
        }
    size_t size = hys__orbit_size(o);
    return sum / (double)o->n + a[size] * b[size] / (w->period * w->period) + a[size + 1] * b[size + 1] / (w->p * w->p);
}

/* ---- the pattern ---- */

/* Goes through the matrix column by column, rows ascending. */
struct cursor {
    int64_t *row;   /* to be written, or NULL */
    double *values; /* the same */
    size_t at;
};

static void put(struct cursor *c, size_t row, double value) {
    if (c->row) c->row[c->at] = (int64_t)row;
    if (c->values) c->values[c->at] = value;
    c->at++;
}

/* Rows of interval i in the column of unknown `col` at point k (0: the left end) of that interval. */
static void put_block(const hys__colloc *c, struct cursor *at, size_t i, size_t k, size_t col, double ht) {
    const hys__system *s = &c->family->system;
    for (size_t j = 1; j <= M; j++) {
        const double *jac = c->jac + (i * M + j - 1) * s->nnz;
        for (int64_t e = s->col_start[col]; e < s->col_start[col + 1]; e++) {
            if (j != k && !c->has_mass[e]) continue;
            double v = c->radau.d[j][k] * c->family->mass[e] + (j == k ? ht * jac[e] : 0);
            put(at, (i * M + j - 1) * c->n + (size_t)s->row[e], v);
        }
    }
}

static void put_matrix(hys__colloc *c, struct cursor *at, const hys__orbit *o) {
    double period = o ? o->x[c->size] : 0;
    for (size_t i = 0; i < c->n_int; i++)
        for (size_t k = 1; k <= M; k++)
            for (size_t col = 0; col < c->n; col++) {
                size_t unknown = (i * M + k - 1) * c->n + col;
                double ht = o ? (o->mesh[i + 1] - o->mesh[i]) * period : 0;
                c->col_start[unknown] = (int64_t)at->at;
                if (k == M && i + 1 == c->n_int) put_block(c, at, 0, 0, col, 0);
                put_block(c, at, i, k, col, ht);
                if (k == M && i + 1 < c->n_int) put_block(c, at, i + 1, 0, col, 0);
                put(at, c->size, c->phase[unknown]);
                put(at, c->size + 1, c->along[unknown]);
            }
    for (size_t border = 0; border < 2; border++) {
        c->col_start[c->size + border] = (int64_t)at->at;
        for (size_t k = 0; k < c->size; k++) {
            double h = o ? o->mesh[k / (M * c->n) + 1] - o->mesh[k / (M * c->n)] : 0;
            put(at, k, border == 0 ? h * c->g[k] : c->slope[k]);
        }
        put(at, c->size, 0);
        put(at, c->size + 1, c->along[c->size + border]);
    }
    c->col_start[c->size + 2] = (int64_t)at->at;
}

/* Where M has entries. */
static void find_mass(hys__colloc *c) {
    for (size_t e = 0; e < c->family->system.nnz; e++) c->has_mass[e] |= c->family->mass[e] != 0;
}

static bool make_room(hys__colloc *c) {
    size_t nnz = c->family->system.nnz, size = c->size + 2;
    c->col_start = HYS_NEW_N(&c->arena, int64_t, size + 1);
    c->has_mass = HYS_NEW_N(&c->arena, unsigned char, nnz);
    c->jac = HYS_NEW_N(&c->arena, double, c->n_int *M *nnz);
    c->g = HYS_NEW_N(&c->arena, double, 8 * size);
    if (!c->col_start || !c->has_mass || !c->jac || !c->g) return false;
    double **const parts[] = {&c->f, &c->slope, &c->phase, &c->along, &c->start, &c->dx, &c->room};
    for (size_t k = 0; k < 7; k++) *parts[k] = c->g + (k + 1) * size;
    find_mass(c);
    struct cursor count = {0};
    put_matrix(c, &count, NULL);
    c->row = HYS_NEW_N(&c->arena, int64_t, count.at);
    c->values = HYS_NEW_N(&c->arena, double, count.at);
    if (!c->row || !c->values) return false;
    struct cursor pattern = {.row = c->row};
    put_matrix(c, &pattern, NULL);
    c->system = (hys__system){.n = size, .nnz = count.at, .col_start = c->col_start, .row = c->row};
    return true;
}

hys_status hys__colloc_new(hys_ctx *ctx, const hys__family *family, size_t n_int, hys__colloc **result) {
    hys__colloc *c = hys__realloc(ctx, NULL, 0, sizeof *c);
    if (!c) return HYS_NOMEM;
    *c = (hys__colloc){.ctx = ctx, .family = family, .n = family->system.n, .n_int = n_int};
    c->size = n_int * M * c->n;
    hys__arena_init(&c->arena, ctx, 0);
    hys__radau_init(&c->radau);
    if (!make_room(c)) {
        hys__colloc_free(c);
        return HYS_NOMEM;
    }
    hys_status status = hys__lu_new(ctx, &c->system, &c->lu);
    if (status == HYS_OK) *result = c;
    else hys__colloc_free(c);
    return status;
}

void hys__colloc_free(hys__colloc *c) {
    if (!c) return;
    hys__lu_free(c->lu);
    hys__arena_free(&c->arena);
    hys__free(c->ctx, c, sizeof *c);
}

const hys__radau *hys__colloc_radau(const hys__colloc *c) {
    return &c->radau;
}

const double *hys__colloc_jacobian(const hys__colloc *c, size_t i, size_t j) {
    return c->jac + (i * M + j - 1) * c->family->system.nnz;
}

uint64_t hys__colloc_n_evals(const hys__colloc *c) {
    return c->n_evals;
}

double hys__colloc_last_step(const hys__colloc *c) {
    return c->last_step;
}

double hys__colloc_effort(const hys__colloc *c) {
    return (double)c->n_factors * (double)c->n_int * (double)c->n * (double)c->n;
}

/* ---- values ---- */

/* f += M d, with d the derivative at point j. */
static void add_rate(const hys__colloc *c, const hys__orbit *o, size_t i, size_t j, double *f) {
    const hys__system *s = &c->family->system;
    for (size_t col = 0; col < c->n; col++) {
        double d = 0;
        for (size_t k = 0; k <= M; k++) d += c->radau.d[j][k] * hys__orbit_at(o, o->x, i, k)[col];
        for (int64_t e = s->col_start[col]; e < s->col_start[col + 1]; e++) f[s->row[e]] += c->family->mass[e] * d;
    }
}

/* g and the residual; with Jacobians or without. */
static bool eval_all(hys__colloc *c, const hys__orbit *o, double p, double *g, double *f, bool wants_jac) {
    const hys__system *s = &c->family->system;
    double period = o->x[c->size];
    if (!c->family->set_param(c->family->user, p)) return false;
    for (size_t i = 0; i < c->n_int; i++)
        for (size_t j = 1; j <= M; j++) {
            size_t at = (i * M + j - 1) * c->n;
            const hys__point point = {.y = o->x + at};
            double h = o->mesh[i + 1] - o->mesh[i];
            c->n_evals++;
            if (!s->eval(s->user, &point, g + at, wants_jac ? c->jac + (i * M + j - 1) * s->nnz : NULL)) return false;
            for (size_t k = 0; k < c->n; k++) f[at + k] = h * period * g[at + k];
            add_rate(c, o, i, j, f + at);
        }
    return true;
}

/* The column of p: only steps depend on it, so that a one-sided difference will do. */
static bool find_slope(hys__colloc *c, const hys__orbit *o, const hys__weights *w) {
    double p = o->x[c->size + 1], h = 1e-6 * fmax(fabs(p), 0.01 * w->p);
    if (!eval_all(c, o, p + h, c->room, c->slope, false)) {
        h = -h;
        if (!eval_all(c, o, p + h, c->room, c->slope, false)) return false;
    }
    for (size_t k = 0; k < c->size; k++) c->slope[k] = (c->slope[k] - c->f[k]) / h;
    return c->family->set_param(c->family->user, p);
}

bool hys__colloc_eval(hys__colloc *c, const hys__orbit *o) {
    return eval_all(c, o, o->x[c->size + 1], c->g, c->f, true);
}

/* Integral of <y - y_start, dy_start/ds>, so that the solution is not shifted along itself. */
static void set_phase(hys__colloc *c, const hys__orbit *o, const hys__weights *w) {
    double sum = 0;
    for (size_t i = 0; i < c->n_int; i++)
        for (size_t j = 1; j <= M; j++)
            for (size_t col = 0; col < c->n; col++) {
                double d = 0;
                for (size_t k = 0; k <= M; k++) d += c->radau.d[j][k] * hys__orbit_at(o, o->x, i, k)[col];
                double v = c->radau.weight[j] * d / (w->scale[col] * w->scale[col]);
                c->phase[(i * M + j - 1) * c->n + col] = v;
                sum += fabs(v) * w->scale[col];
            }
    for (size_t k = 0; sum > 0 && k < c->size; k++) c->phase[k] /= sum;
}

static void set_along(hys__colloc *c, const hys__orbit *o, const hys__weights *w, const double *along) {
    for (size_t k = 0; k < c->size; k++) {
        size_t i = k / (M * c->n), j = k / c->n % M + 1;
        double scale = w->scale[k % c->n], h = o->mesh[i + 1] - o->mesh[i];
        c->along[k] = along ? along[k] * h * c->radau.weight[j] / (scale * scale * (double)c->n) : 0;
    }
    c->along[c->size] = along ? along[c->size] / (w->period * w->period) : 0;
    c->along[c->size + 1] = along ? along[c->size + 1] / (w->p * w->p) : 1 / w->p;
}

/* An entry of M that was 0 when the pattern was made has no place in it. */
static bool mass_fits(const hys__colloc *c) {
    for (size_t e = 0; e < c->family->system.nnz; e++)
        if (c->family->mass[e] != 0 && !c->has_mass[e]) return false;
    return true;
}

static bool factor(hys__colloc *c, const hys__orbit *o) {
    if (!mass_fits(c)) return false;
    c->n_factors++;
    struct cursor at = {.values = c->values};
    put_matrix(c, &at, o);
    return hys__lu_factor(c->lu, c->values, NULL);
}

static double weighed(const hys__colloc *c, const hys__colloc_task *task, const hys__orbit *o) {
    double worst = 0;
    for (size_t k = 0; k < c->size + 2; k++) {
        double w = k < c->size    ? task->rtol * task->weights->scale[k % c->n] + c->family->abstol[k % c->n]
                   : k == c->size ? task->rtol * fabs(o->x[k])
                                  : task->rtol * task->weights->p;
        double r = fabs(c->dx[k]) / w;
        if (!(r <= worst)) worst = r;
    }
    return worst;
}

static void set_rhs(hys__colloc *c, const hys__orbit *o) {
    double phase = 0, along = 0;
    for (size_t k = 0; k < c->size; k++) {
        c->dx[k] = -c->f[k];
        phase += c->phase[k] * (o->x[k] - c->start[k]);
    }
    for (size_t k = 0; k < c->size + 2; k++) along += c->along[k] * (o->x[k] - c->start[k]);
    c->dx[c->size] = -phase;
    c->dx[c->size + 1] = -along;
}

static double clamp_part(const hys__colloc *c, const hys__colloc_task *task, const hys__orbit *o) {
    if (!task->is_damped) return 1;
    double worst = fabs(c->dx[c->size]) / (0.1 * o->x[c->size]);
    for (size_t k = 0; k < c->size; k++) worst = fmax(worst, fabs(c->dx[k]) / (0.2 * task->weights->scale[k % c->n]));
    return worst > 1 ? 1 / worst : 1;
}

hys_status hys__colloc_solve(hys__colloc *c, const hys__colloc_task *task, hys__orbit *o, unsigned *n_iter) {
    double last = INFINITY;
    bool is_last = false;
    memcpy(c->start, o->x, (c->size + 2) * sizeof *o->x);
    set_phase(c, o, task->weights);
    set_along(c, o, task->weights, task->along);
    for (unsigned k = 1; k <= task->max_iter; k++) {
        *n_iter = k;
        if (hys_ctx_is_cancelled(c->ctx)) return HYS_CANCEL;
        if (!hys__colloc_eval(c, o) || !find_slope(c, o, task->weights) || !factor(c, o)) return HYS_NOCONV;
        set_rhs(c, o);
        hys__lu_solve(c->lu, c->dx);
        double step = weighed(c, task, o), part = clamp_part(c, task, o);
        if (!isfinite(step) || (!task->is_damped && k > 2 && step > 1 && step > 0.8 * last)) return HYS_NOCONV;
        for (size_t i = 0; i < c->size + 2; i++) o->x[i] += part * c->dx[i];
        c->last_step = step * task->rtol;
        if (!(o->x[c->size] > 0)) return HYS_NOCONV;
        if (is_last || step < 1e-3) return HYS_OK;
        is_last = step <= 1;
        last = step;
    }
    return HYS_NOCONV;
}

hys_status hys__colloc_tangent(hys__colloc *c, const hys__colloc_task *task, const hys__orbit *o, double *tangent) {
    set_phase(c, o, task->weights);
    set_along(c, o, task->weights, task->along);
    if (!hys__colloc_eval(c, o) || !find_slope(c, o, task->weights) || !factor(c, o)) return HYS_SINGULAR;
    memset(c->dx, 0, (c->size + 2) * sizeof *c->dx);
    c->dx[c->size + 1] = 1;
    hys__lu_solve(c->lu, c->dx);
    double size = sqrt(hys__orbit_dot(o, &c->radau, task->weights, c->dx, c->dx));
    if (!(size > 0) || !isfinite(size)) return HYS_SINGULAR;
    for (size_t k = 0; k < c->size + 2; k++) tangent[k] = c->dx[k] / size;
    return HYS_OK;
}
