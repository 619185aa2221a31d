/* Locally: Levenberg and Marquardt on the currents under the clamp, derivatives by differences (two runs: instances
 * differ in voltage and offset, not in time), and the curvature that tells which scales the clamp determines. */
#include "lab/screen_impl.h"
#include "numerics/least_squares.h"
#include <math.h>
#include <string.h>

#define N_SCALES   4
#define N_LANES    3 /* as it is, voltage moved, offset moved */
#define DIFFERENCE 1e-4
#define ROUNDS     40
#define ENOUGH     1e-6 /* relative fall of the square at which it ends */

typedef struct fit {
    const hys__scaling *q;
    hys__arena arena;
    hys__dut *dut;
    size_t n;                /* residuals */
    double *lane[N_LANES];   /* [n] current of the device times weight */
    double *residual;        /* [n] relative to the size of what is wanted */
    double *trial;           /* [n] that of the scale tried last */
    double *slope[N_SCALES]; /* [n] of the residual against hys__scale_move's steps */
    double *a, *b;           /* [(n + N_SCALES) N_SCALES], [n + N_SCALES] */
    size_t index[N_SCALES], n_free;
    bool is_bad;
} fit;

static void collect(void *user, size_t step, const double *i) {
    fit *f = user;
    for (int k = 0; k < N_LANES; k++) f->lane[k][step] = f->q->weight[step] * i[k];
}

static hys_status measure(fit *f, const hys_screen_scale *scales) {
    hys_status status = hys__clamp_run(f->dut, &f->q->clamp, f->q->subject->channel, scales, collect, f);
    f->is_bad = false;
    for (int k = 0; k < N_LANES; k++) f->is_bad = f->is_bad || f->dut->is_bad[k];
    return status;
}

static double square(const fit *f, const double *residual) {
    double sum = 0;
    for (size_t k = 0; k < f->n; k++) sum += residual[k] * residual[k];
    return f->is_bad || !isfinite(sum) ? INFINITY : sum;
}

/* The residual at a scale, into f->trial, and what slopes there need but for the time's. */
static hys_status try_scale(fit *f, const hys_screen_scale *at, double *sum) {
    const double by_voltage[N_SCALES] = {0, DIFFERENCE, 0, 0}, by_offset[N_SCALES] = {0, 0, 0, DIFFERENCE};
    const hys_screen_scale scales[N_LANES] = {*at, hys__scale_move(at, by_voltage), hys__scale_move(at, by_offset)};
    const double g = at->conductance / f->q->size;
    hys_status status = measure(f, scales);
    for (size_t k = 0; k < f->n; k++) f->trial[k] = g * f->lane[0][k] - f->q->wanted[k] / f->q->size;
    *sum = square(f, f->trial);
    return status;
}

/* The scale that was tried last becomes the one of the residual and its slopes. */
static hys_status settle(fit *f, const hys_screen_scale *at) {
    const double by_time[N_SCALES] = {DIFFERENCE, 0, 0, 0};
    const double g = at->conductance / f->q->size;
    memcpy(f->residual, f->trial, f->n * sizeof *f->trial);
    for (size_t k = 0; k < f->n; k++) {
        f->slope[1][k] = g * (f->lane[1][k] - f->lane[0][k]) / DIFFERENCE;
        f->slope[2][k] = g * f->lane[0][k];
        f->slope[3][k] = g * (f->lane[2][k] - f->lane[0][k]) / DIFFERENCE;
        f->slope[0][k] = f->lane[0][k];
    }
    if (!f->q->is_free[0]) return HYS_OK;
    const hys_screen_scale later = hys__scale_move(at, by_time);
    hys_status status = measure(f, (hys_screen_scale[N_LANES]){later, later, later});
    for (size_t k = 0; k < f->n; k++) f->slope[0][k] = g * (f->lane[0][k] - f->slope[0][k]) / DIFFERENCE;
    return status;
}

/* One damped step: min |J d + r|^2 + damping |D d|^2 with D the norms of J's columns. */
static hys_status damped_step(fit *f, double damping, double step[N_SCALES]) {
    const size_t rows = f->n + f->n_free;
    double x[N_SCALES] = {0};
    memset(f->a, 0, rows * f->n_free * sizeof *f->a);
    for (size_t c = 0; c < f->n_free; c++) {
        const double *slope = f->slope[f->index[c]];
        double norm = 0;
        for (size_t k = 0; k < f->n; k++) {
            f->a[c * rows + k] = slope[k];
            norm += slope[k] * slope[k];
        }
        f->a[c * rows + f->n + c] = sqrt(damping * norm) + 1e-300;
    }
    for (size_t k = 0; k < f->n; k++) f->b[k] = -f->residual[k];
    for (size_t k = 0; k < f->n_free; k++) f->b[f->n + k] = 0;
    hys_status status = hys__least_squares(f->q->subject->ctx, rows, f->n_free, f->a, f->b, 1e-12, x, NULL);
    for (int k = 0; k < N_SCALES; k++) step[k] = 0;
    for (size_t c = 0; c < f->n_free; c++) step[f->index[c]] = fmax(fmin(x[c], 1), -1);
    return status;
}

/* Beyond these the currents say nothing any more, and the descent would run away along a flat valley. */
static bool is_sane(const hys_screen_scale *s) {
    const double voltage = fabs(s->voltage);
    return s->time > 1e-9 && s->time < 1e6 && voltage > 1e-3 && voltage < 1e4 && fabs(s->offset) < 10 * voltage;
}

static hys_status descend(fit *f, hys_screen_scale *scale, double *error) {
    double sum, damping = 1e-3, step[N_SCALES];
    hys_status status = try_scale(f, scale, &sum);
    if (status == HYS_OK) status = settle(f, scale);
    for (int round = 0; round < ROUNDS && status == HYS_OK && isfinite(sum) && damping <= 1e8; round++) {
        double trial = INFINITY;
        status = damped_step(f, damping, step);
        if (status != HYS_OK) break;
        const hys_screen_scale next = hys__scale_move(scale, step);
        if (is_sane(&next)) status = try_scale(f, &next, &trial);
        const double fall = sum - trial;
        damping = fall > 0 ? fmax(damping / 10, 1e-12) : damping * 10;
        if (!(fall > 0) || status != HYS_OK) continue;
        *scale = next;
        sum = trial;
        if (fall < ENOUGH * sum) break;
        status = settle(f, scale);
    }
    *error = sqrt(sum);
    return status;
}

static hys_status fit_new(const hys__scaling *q, fit *f) {
    *f = (fit){.q = q, .n = q->clamp.n};
    hys__arena_init(&f->arena, q->subject->ctx, 0);
    for (int k = 0; k < N_LANES; k++) f->lane[k] = HYS_NEW_N(&f->arena, double, f->n);
    for (int k = 0; k < N_SCALES; k++) f->slope[k] = HYS_NEW_N(&f->arena, double, f->n);
    f->residual = HYS_NEW_N(&f->arena, double, f->n);
    f->trial = HYS_NEW_N(&f->arena, double, f->n);
    f->a = HYS_NEW_N(&f->arena, double, (f->n + N_SCALES) * N_SCALES);
    f->b = HYS_NEW_N(&f->arena, double, f->n + N_SCALES);
    for (size_t k = 0; k < N_SCALES; k++)
        if (q->is_free[k]) f->index[f->n_free++] = k;
    hys__dut_opts opts = q->subject->dut;
    opts.n = N_LANES;
    if (f->arena.failed) return HYS_NOMEM;
    return hys__dut_new(q->subject->ctx, q->subject->model, &opts, &f->dut);
}

static void fit_free(fit *f) {
    hys__dut_free(f->dut);
    hys__arena_free(&f->arena);
}

hys_status hys__scaling_fit(const hys__scaling *q, hys_screen_scale *scale, double *error) {
    fit f;
    hys_status status = fit_new(q, &f);
    if (status == HYS_OK) status = descend(&f, scale, error);
    fit_free(&f);
    return status;
}

/* ---- curvature ---- */

/* Eigenvalues of a symmetric matrix by Jacobi's rotations; columns of v are the vectors. */
static void diagonalise(size_t n, double m[N_SCALES][N_SCALES], double v[N_SCALES][N_SCALES]) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) v[i][j] = i == j;
    for (int sweep = 0; sweep < 50; sweep++)
        for (size_t p = 0; p < n; p++)
            for (size_t q = p + 1; q < n; q++) {
                if (m[p][q] == 0) continue;
                const double theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
                const double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1));
                const double c = 1 / sqrt(t * t + 1), s = t * c;
                for (size_t k = 0; k < n; k++) {
                    const double a = m[k][p], b = m[k][q];
                    m[k][p] = c * a - s * b;
                    m[k][q] = s * a + c * b;
                }
                for (size_t k = 0; k < n; k++) {
                    const double a = m[p][k], b = m[q][k], d = v[k][p], e = v[k][q];
                    m[p][k] = c * a - s * b;
                    m[q][k] = s * a + c * b;
                    v[k][p] = c * d - s * e;
                    v[k][q] = s * d + c * e;
                }
            }
}

#define SPREAD_ERROR 0.01

static hys_status add_direction(hys_screen *s, const fit *f, double curvature, size_t column,
                                double v[N_SCALES][N_SCALES]) {
    hys_screen_direction *d = HYS_PUSH(&s->arena, &s->directions);
    if (!d) return HYS_NOMEM;
    d->curvature = fmax(curvature, 0);
    d->spread = d->curvature > 0 ? SPREAD_ERROR / sqrt(d->curvature) : INFINITY;
    for (size_t k = 0; k < f->n_free; k++) d->part[f->index[k]] = v[k][column];
    return HYS_OK;
}

/* How many eigenvalues come before that of a column. */
static size_t rank_of(double m[N_SCALES][N_SCALES], size_t n, size_t column) {
    size_t rank = 0;
    for (size_t i = 0; i < n; i++) rank += m[i][i] > m[column][column] || (i < column && m[i][i] == m[column][column]);
    return rank;
}

hys_status hys__scaling_curvature(hys_screen *s, const hys__scaling *q, const hys_screen_scale *scale) {
    fit f;
    double sum, m[N_SCALES][N_SCALES] = {{0}}, v[N_SCALES][N_SCALES];
    hys_status status = fit_new(q, &f);
    if (status == HYS_OK) status = try_scale(&f, scale, &sum);
    if (status == HYS_OK) status = settle(&f, scale);
    for (size_t i = 0; i < f.n_free && status == HYS_OK; i++)
        for (size_t j = 0; j < f.n_free; j++)
            for (size_t k = 0; k < f.n; k++) m[i][j] += f.slope[f.index[i]][k] * f.slope[f.index[j]][k];
    diagonalise(f.n_free, m, v);
    for (size_t k = 0; k < f.n_free && status == HYS_OK; k++) {
        size_t column = 0;
        while (column + 1 < f.n_free && rank_of(m, f.n_free, column) != k) column++;
        status = add_direction(s, &f, m[column][column], column, v);
    }
    fit_free(&f);
    return status;
}
