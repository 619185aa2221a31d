/* Evaluation of the bench's equations. */
#include "lab/bench.h"
#include <math.h>

void hys__bench_section(hys__bench *b, const hys__section *section, double at) {
    b->section = section;
    b->section_start = at;
}

void hys__bench_origin(hys__bench *b, const hys__section *section) {
    b->origin = section->start;
    hys__bench_section(b, section, 0);
}

double hys__bench_value(const hys__bench *b, double t) {
    return b->source_scale * hys__section_value(b->section, t - b->section_start);
}

void hys__bench_project(hys__bench *b, double *y) {
    for (hys_u32 u = 0; u < b->kernel->n_unknowns; u++) {
        hys_u32 flags = b->kernel->unknowns[u].flags;
        int64_t i = b->to_y[u];
        b->at_bound[u] = 0;
        if (i < 0 || !(flags & (HYS_U_CLAMP_LO | HYS_U_CLAMP_HI))) continue;
        if (flags & HYS_U_CLAMP_LO && y[i] <= b->batch->clamp_lo[u][0])
            y[i] = b->batch->clamp_lo[u][0], b->at_bound[u] = -1;
        if (flags & HYS_U_CLAMP_HI && y[i] >= b->batch->clamp_hi[u][0])
            y[i] = b->batch->clamp_hi[u][0], b->at_bound[u] = 1;
    }
}

/* A clamped state's rate drops to 0 at its bound.  A step that runs into the bound must not see that, or its
 * equation has no solution: until the crossing is located the state is kept just inside. */
static void keep_inside(const hys__bench *b) {
    double **x = b->batch->x;
    for (hys_u32 u = 0; u < b->kernel->n_unknowns; u++) {
        hys_u32 flags = b->kernel->unknowns[u].flags;
        if (flags & HYS_U_CLAMP_LO) {
            double lo = b->batch->clamp_lo[u][0];
            x[u][0] = fmax(x[u][0], b->at_bound[u] < 0 ? lo : nextafter(lo, INFINITY));
        }
        if (flags & HYS_U_CLAMP_HI) {
            double hi = b->batch->clamp_hi[u][0];
            x[u][0] = fmin(x[u][0], b->at_bound[u] > 0 ? hi : nextafter(hi, -INFINITY));
        }
    }
}

void hys__bench_scatter(hys__bench *b, double t, const double *y) {
    double **x = b->batch->x;
    b->source = hys__bench_value(b, t);
    b->slope = b->is_ideal ? b->source_scale * hys__section_slope(b->section, t - b->section_start) : 0;
    for (hys_u32 u = 0; u < b->kernel->n_unknowns; u++)
        x[u][0] = b->to_y[u] >= 0 ? y[b->to_y[u]] : b->source_scale * b->fixed[u];
    if (b->is_ideal)
        for (hys_u32 u = 0; u < b->kernel->n_unknowns; u++)
            if (b->same_as[u] == b->plus) x[u][0] = b->source;
    double time = b->origin + t;
    /* A timer is due when its time is reached to the last digit: origin + t may fall an ulp short. */
    if (fabs(time - b->next_time) <= 1e-15 * fabs(time)) time = b->next_time;
    b->batch->env.time = time;
    if (b->kernel->n_delays) hys__bench_delays(b, t);
}

/* Sums the kernel's rows into those of the system and the current of plus; c scales the mass matrix
 * into jac. */
static void gather(hys__bench *b, const hys__point *at, double *f, double *jac) {
    const hys_kernel *k = b->kernel;
    double *const *kf = b->batch->f, *const *kj = b->batch->jac;
    double i = 0, charging = 0, sense = 0;
    for (size_t r = 0; r < b->n; r++) f[r] = 0;
    for (hys_u32 u = 0; u < k->n_unknowns; u++) {
        if (b->same_as[u] == b->plus) i += kf[u][0];
        if (b->same_as[u] == b->sense && b->sense != HYS_NONE) sense += kf[u][0];
        if (b->to_y[u] >= 0) f[b->to_y[u]] += kf[u][0];
    }
    for (hys_u32 e = 0; e < k->n_mass && at->yp; e++) {
        uint32_t row = k->mass_row[e], col = k->mass_col[e];
        double rate = b->to_y[col] >= 0 ? at->yp[b->to_y[col]] : b->same_as[col] == b->plus ? b->slope : 0;
        if (b->same_as[row] == b->plus) charging += b->mass[e] * rate;
        if (b->same_as[row] == b->sense && b->sense != HYS_NONE) sense += b->mass[e] * rate;
        if (b->to_y[row] >= 0) f[b->to_y[row]] += b->mass[e] * rate;
    }
    b->i = i + charging;
    b->i_conducted = i;
    b->i_sense = sense;
    if (!jac) return;
    for (size_t e = 0; e < b->system.nnz; e++) jac[e] = 0;
    for (hys_u32 e = 0; e < k->n_jac; e++)
        if (b->jac_at[e] >= 0) jac[b->jac_at[e]] += kj[e][0];
    for (hys_u32 e = 0; e < k->n_mass && at->c != 0; e++)
        if (b->mass_at[e] >= 0) jac[b->mass_at[e]] += at->c * b->mass[e];
}

/* Leakage of an open terminal: gives it a potential where the device leaves it floating (a switch that
 * is off), and is a thousandth of what an electrometer resolves. */
#define OPEN_LEAK 1e-15 /* S */

static void leak(const hys__bench *b, const double *y, double *f, double *jac) {
    for (size_t r = 0; r < b->n; r++) {
        if (!b->is_open[r]) continue;
        f[r] += OPEN_LEAK * y[r];
        if (!jac) continue;
        for (int64_t e = b->system.col_start[r]; e < b->system.col_start[r + 1]; e++)
            if (b->system.row[e] == (int64_t)r) jac[e] += OPEN_LEAK;
    }
}

/* The row of the current: y_r - (what flows into plus, but for charging). */
static void gather_current(const hys__bench *b, const hys__point *at, double *f, double *jac) {
    const hys_kernel *k = b->kernel;
    f[b->current_y] = at->y[b->current_y] - b->i_conducted;
    if (!jac) return;
    jac[b->current_diagonal] = 1;
    for (hys_u32 e = 0; e < k->n_jac; e++)
        if (b->jac_i_at[e] >= 0) jac[b->jac_i_at[e]] -= b->batch->jac[e][0];
}

/* Replaces row r by an unknown minus a value. */
static void pin_to(const hys__bench *b, size_t r, size_t col, double residual, double *f, double *jac) {
    f[r] = residual;
    if (!jac) return;
    for (size_t j = 0; j < b->n; j++)
        for (int64_t e = b->system.col_start[j]; e < b->system.col_start[j + 1]; e++)
            if (b->system.row[e] == (int64_t)r) jac[e] = j == col ? 1 : 0;
}

static void pin(const hys__bench *b, size_t r, double residual, double *f, double *jac) {
    pin_to(b, r, r, residual, f, jac);
}

/* The row of plus: see the head of bench.h. */
static void close_circuit(const hys__bench *b, const hys__point *at, double *f, double *jac) {
    size_t r = (size_t)b->plus_y;
    double v = at->y[r], charging = b->drive->parallel * (at->yp ? at->yp[r] : 0);
    double given = b->limiter == HYS__LIMIT_POS ? b->i_pos : b->limiter == HYS__LIMIT_NEG ? -b->i_neg : b->source;
    if (b->drive->is_current || b->limiter != HYS__LIMIT_OFF) {
        f[r] = b->i + charging - given;
    } else if (b->series > 0) {
        f[r] = b->i + charging - (given - v) / b->series;
        if (jac) jac[b->plus_diagonal] += 1 / b->series;
    } else {
        pin(b, r, v - given, f, jac);
        return;
    }
    if (jac) jac[b->plus_diagonal] += at->c * b->drive->parallel;
}

static bool all_finite(const double *v, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += v[i] * 0;
    return sum == 0;
}

bool hys__bench_eval(void *user, const hys__point *at, double *f, double *jac) {
    hys__bench *b = user;
    hys__batch *batch = b->batch;
    hys__bench_scatter(b, at->t, at->y);
    keep_inside(b);
    (jac ? b->kernel->eval_fj : b->kernel->eval_f)(&batch->env, &batch->in, &batch->out);
    b->n_evals++;
    gather(b, at, f, jac);
    leak(b, at->y, f, jac);
    if (b->current_y >= 0) gather_current(b, at, f, jac);
    if (b->plus_y >= 0) close_circuit(b, at, f, jac);
    if (b->from_y[0] == HYS_NONE) pin(b, 0, at->y[0] + (at->yp ? at->yp[0] : 0), f, jac);
    if (b->from_y[0] == HYS_NONE && jac) jac[0] = 1 + at->c;
    if (b->is_holding)
        for (size_t r = 0; r < b->n; r++)
            if (b->is_held[r]) pin_to(b, b->hold_row[r], r, at->y[r] - b->held[r], f, jac);
    return all_finite(f, b->n) && (!jac || all_finite(jac, b->system.nnz));
}

double hys__bench_current(hys__bench *b, double t, const double *y, const double *yp) {
    hys__point at = {t, 0, y, yp};
    hys__bench_eval(b, &at, b->scratch, NULL);
    return b->i;
}

void hys__bench_mark(hys__bench *b) {
    const hys_kernel *k = b->kernel;
    for (size_t i = 0; i < b->n; i++) b->is_differential[i] = b->from_y[i] == HYS_NONE && (int64_t)i != b->current_y;
    /* With an ideal source between plus and minus the row of plus is the source's, without derivatives. */
    bool plus_is_pinned = b->plus_y >= 0 && !b->drive->is_current && b->limiter == HYS__LIMIT_OFF && b->series == 0;
    for (hys_u32 e = 0; e < k->n_mass; e++) {
        int64_t row = b->to_y[k->mass_row[e]], col = b->to_y[k->mass_col[e]];
        if (row < 0 || col < 0 || (plus_is_pinned && row == b->plus_y) || b->mass[e] == 0) continue;
        b->is_differential[col] = 1;
    }
    if (b->drive->parallel > 0 && b->plus_y >= 0 && !plus_is_pinned) b->is_differential[b->plus_y] = 1;
}

bool hys__bench_roots(hys__bench *b, double t, const double *y, double *g) {
    const hys_kernel *k = b->kernel;
    hys__bench_scatter(b, t, y);
    if (k->n_events) k->roots(&b->batch->env, &b->batch->in, &b->batch->out);
    for (hys_u32 e = 0; e < k->n_events; e++) g[e] = b->batch->root[e][0];
    return all_finite(g, k->n_events);
}
