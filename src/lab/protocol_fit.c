/* Fits of protocols: decays (linear parts solved for, time constants searched) and NeuroSim's nonlinearity. */
#include "lab/protocol.h"
#include "numerics/least_squares.h"
#include <float.h>
#include <math.h>
#include <string.h>

const char *const hys__decay_names[HYS__DECAY_KINDS] = {"single", "double", "stretched"};

#define N_GRID     28 /* time constants tried, a range of which the search then refines */
#define N_MOVES    200
#define BETA_LEAST 0.1
#define BETA_MOST  2.0

typedef struct decay_problem {
    hys_ctx *ctx;
    const double *t, *y;
    size_t n;
    hys__decay_kind kind;
    double *a, *b;    /* [3 n], [n] scratch */
    double low, high; /* of ln tau */
    hys_status status;
} decay_problem;

static size_t n_shapes(hys__decay_kind kind) { /* searched: ln tau1, then ln tau2 or beta */
    return kind == HYS__DECAY_SINGLE ? 1 : 2;
}

static size_t n_linear(hys__decay_kind kind) {
    return kind == HYS__DECAY_DOUBLE ? 3 : 2;
}

/* |residual| at shape x; *linear: rest and amplitudes. */
static double misfit(decay_problem *d, const double *x, double *linear) {
    bool is_stretched = d->kind == HYS__DECAY_STRETCHED;
    double tau[2] = {exp(x[0]), d->kind == HYS__DECAY_DOUBLE ? exp(x[1]) : 1}, beta = is_stretched ? x[1] : 1;
    if (x[0] < d->low || x[0] > d->high || d->status != HYS_OK) return INFINITY;
    if (d->kind == HYS__DECAY_DOUBLE && !(x[1] >= x[0] + 0.1 && x[1] <= d->high)) return INFINITY;
    if (is_stretched && !(beta >= BETA_LEAST && beta <= BETA_MOST)) return INFINITY;
    size_t columns = n_linear(d->kind);
    for (size_t k = 0; k < d->n; k++) {
        d->a[k] = 1;
        d->a[d->n + k] = exp(is_stretched ? -pow(d->t[k] / tau[0], beta) : -d->t[k] / tau[0]);
        if (columns == 3) d->a[2 * d->n + k] = exp(-d->t[k] / tau[1]);
        d->b[k] = d->y[k];
    }
    double residual = INFINITY;
    d->status = hys__least_squares(d->ctx, d->n, columns, d->a, d->b, 1e-13, linear, &residual);
    return d->status == HYS_OK ? residual : INFINITY;
}

static void grid(decay_problem *d, double *best) {
    double linear[3], least = INFINITY, x[2];
    size_t second = n_shapes(d->kind) == 2 ? N_GRID : 1;
    best[0] = best[1] = 0.5 * (d->low + d->high);
    for (size_t i = 0; i < N_GRID; i++)
        for (size_t j = 0; j < second; j++) {
            double part = (double)j / (N_GRID - 1);
            x[0] = d->low + (d->high - d->low) * (double)i / (N_GRID - 1);
            x[1] = d->kind == HYS__DECAY_STRETCHED ? BETA_LEAST + (BETA_MOST - BETA_LEAST) * part
                                                   : d->low + (d->high - d->low) * part;
            double r = misfit(d, x, linear);
            if (r < least) least = r, best[0] = x[0], best[1] = x[1];
        }
}

typedef struct corner {
    double x[2], r;
} corner;

static void sort_corners(corner *c, size_t n) {
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && c[j].r < c[j - 1].r; j--) {
            corner swap = c[j];
            c[j] = c[j - 1];
            c[j - 1] = swap;
        }
}

static corner try_corner(decay_problem *d, const corner *c, size_t dim, double factor) {
    corner made = {{0, 0}, 0};
    double linear[3];
    for (size_t k = 0; k < dim; k++) {
        double middle = 0;
        for (size_t m = 0; m < dim; m++) middle += c[m].x[k] / (double)dim;
        made.x[k] = middle + factor * (c[dim].x[k] - middle);
    }
    made.r = misfit(d, made.x, linear);
    return made;
}

/* Nelder and Mead's simplex from the best point of the grid. */
static void refine(decay_problem *d, double *x) {
    corner c[3];
    double linear[3], step = 0.5 * (d->high - d->low) / (N_GRID - 1);
    size_t dim = n_shapes(d->kind);
    for (size_t m = 0; m <= dim; m++) {
        c[m] = (corner){{x[0], x[1]}, 0};
        if (m > 0) c[m].x[m - 1] += m == 2 && d->kind == HYS__DECAY_STRETCHED ? 0.05 : step;
        c[m].r = misfit(d, c[m].x, linear);
    }
    for (int move = 0; move < N_MOVES; move++) {
        sort_corners(c, dim + 1);
        corner far = try_corner(d, c, dim, -1);
        if (far.r < c[0].r) {
            corner farther = try_corner(d, c, dim, -2);
            c[dim] = farther.r < far.r ? farther : far;
        } else if (far.r < c[dim - (dim > 1)].r) {
            c[dim] = far;
        } else {
            corner near = try_corner(d, c, dim, 0.5);
            if (near.r < c[dim].r) {
                c[dim] = near;
                continue;
            }
            for (size_t m = 1; m <= dim; m++) {
                for (size_t k = 0; k < dim; k++) c[m].x[k] = 0.5 * (c[m].x[k] + c[0].x[k]);
                c[m].r = misfit(d, c[m].x, linear);
            }
        }
    }
    sort_corners(c, dim + 1);
    memcpy(x, c[0].x, sizeof c[0].x);
}

static double aicc(double ssr, double n, double k, double noise) {
    double floor = n * fmax(noise * noise, DBL_MIN);
    if (!(n > k + 1)) return NAN;
    return n * log(fmax(ssr, floor) / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

static void take_fit(decay_problem *d, const double *x, double noise, hys__decay *fit) {
    double linear[3] = {0, 0, 0}, r = misfit(d, x, linear), n = (double)d->n;
    *fit = (hys__decay){.kind = d->kind, .rest = linear[0], .a1 = linear[1], .tau1 = exp(x[0]), .beta = 1};
    if (d->kind == HYS__DECAY_DOUBLE) fit->a2 = linear[2], fit->tau2 = exp(x[1]);
    if (d->kind == HYS__DECAY_STRETCHED) fit->beta = x[1];
    fit->rms = r / sqrt(n);
    fit->aicc = aicc(r * r, n, (double)(n_linear(d->kind) + n_shapes(d->kind) + 1), noise);
}

hys_status hys__decay_fit(hys_ctx *ctx, const double *t, const double *y, size_t n, double noise, hys__decay_kind kind,
                          hys__decay *fit) {
    *fit = (hys__decay){kind, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (n < n_linear(kind) + n_shapes(kind)) return HYS_OK;
    for (size_t k = 0; k < n; k++)
        if (!isfinite(y[k])) return HYS_OK;
    double x[2];
    size_t size = 4 * n * sizeof(double);
    double *scratch = hys__realloc(ctx, NULL, 0, size);
    if (!scratch) return HYS_NOMEM;
    decay_problem d = {.ctx = ctx, .t = t, .y = y, .n = n, .kind = kind, .a = scratch, .b = scratch + 3 * n};
    d.low = log(t[0] > 0 ? t[0] / 3 : t[n - 1] / 1000);
    d.high = log(10 * t[n - 1]);
    grid(&d, x);
    refine(&d, x);
    take_fit(&d, x, noise, fit);
    hys__free(ctx, scratch, size);
    return d.status;
}

hys_status hys__decay_choose(hys_ctx *ctx, const double *t, const double *y, size_t n, double noise, hys__decay *fits,
                             hys__decay_kind *best) {
    *best = HYS__DECAY_SINGLE;
    for (int k = 0; k < HYS__DECAY_KINDS; k++) {
        hys_status status = hys__decay_fit(ctx, t, y, n, noise, (hys__decay_kind)k, &fits[k]);
        if (status != HYS_OK) return status;
        /* A difference of 2 is the least that says anything. */
        if (fits[k].aicc < fits[*best].aicc - 2) *best = (hys__decay_kind)k;
    }
    return HYS_OK;
}

/* ---- nonlinearity: Chen et al., IEEE TCAD 37, 3067 (2018), eqs. 8-10 ---- */

#define C_MOST 60.0 /* 1/A beyond which one pulse does all */

static double shape(double c, double x) {
    return fabs(c) < 1e-9 ? x : expm1(-c * x) / expm1(-c);
}

static double misfit_shape(const double *g, size_t n, double c) {
    double sum = 0, swing = g[n] - g[0];
    for (size_t k = 0; k <= n; k++) {
        double d = (g[k] - g[0]) / swing - shape(c, (double)k / (double)n);
        sum += d * d;
    }
    return sum;
}

static double best_shape(const double *g, size_t n) {
    const double ratio = 0.6180339887498949;
    double best = 0, least = INFINITY, step = 0.5;
    for (int k = 0; k <= (int)(2 * C_MOST / step); k++) {
        double c = step * k - C_MOST;
        double r = misfit_shape(g, n, c);
        if (r < least) least = r, best = c;
    }
    double a = best - step, b = best + step;
    for (int k = 0; k < 60; k++) {
        double low = b - ratio * (b - a), high = a + ratio * (b - a);
        if (misfit_shape(g, n, low) < misfit_shape(g, n, high)) b = high;
        else a = low;
    }
    return 0.5 * (a + b);
}

double hys_nonlinearity(const double *g, size_t n, double *a, double *rms) {
    if (a) *a = NAN;
    if (rms) *rms = NAN;
    for (size_t k = 0; k <= n; k++)
        if (!isfinite(g[k])) return NAN;
    if (n < 2 || fabs(g[n] - g[0]) <= 1e-9 * fmax(fabs(g[n]), fabs(g[0]))) return NAN;
    double c = best_shape(g, n);
    if (a) *a = 1 / c;
    if (rms) *rms = sqrt(misfit_shape(g, n, c) / (double)(n + 1));
    if (fabs(c) < 1e-6) return 0;
    double x = -log(-expm1(-c) / c) / c; /* where the slope of f is 1 */
    return (shape(c, x) - x) / (0.07 * sqrt(2));
}
