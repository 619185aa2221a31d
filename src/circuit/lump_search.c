/* The fit of a circuit: from many starts, the best by Levenberg and Marquardt's method in logarithms. */
#include "base/random.h"
#include "circuit/lump.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_STARTS   1000 /* are looked at */
#define N_BEST     30   /* are followed a little */
#define N_FIRST    25   /* rounds of those */
#define N_LAST     6    /* are followed to their end */
#define N_ROUNDS   200
#define N_DAMPINGS 12
#define DELTA      1e-5 /* of u, for differences */
#define STEP_MOST  2.0  /* of a logarithm */
#define POWER_STEP 0.2  /* of an exponent */
#define NO_GAIN    1e-10
#define POWER_LO   0.05
#define U_MOST     200.0 /* |ln p| */

double hys__lump_residuals(const hys__lump_problem *pr, const double *p, double *r) {
    const hys__spectrum *s = pr->spectrum;
    double square = 0;
    for (size_t k = 0; k < s->n; k++) {
        double complex z = 1 / s->y[k];
        double complex d = (hys__lump_z(pr->lump, p, 2 * acos(-1.0) * s->f[k]) - z) / (pr->is_uniform ? 1 : cabs(z));
        r[2 * k] = creal(d);
        r[2 * k + 1] = cimag(d);
        square += creal(d) * creal(d) + cimag(d) * cimag(d);
    }
    return isfinite(square) ? square : INFINITY;
}

static double shifted(const hys__lump_problem *pr, const double *p, size_t k, double by) {
    if (!pr->lump->symbols[k]->is_exponent)
        return copysign(exp(fmin(fmax(log(fabs(p[k])) + by, -U_MOST), U_MOST)), p[k]);
    return fmin(fmax(p[k] + by, POWER_LO), 1);
}

size_t hys__lump_jacobian(const hys__lump_problem *pr, const double *p, size_t *which, double *jacobian) {
    size_t n = 0, m = 2 * pr->spectrum->n;
    double moved[HYS__LUMP_PARAMS], *low = pr->residuals;
    memcpy(moved, p, sizeof moved);
    for (size_t k = 0; k < pr->lump->n; k++) {
        if (pr->is_fixed[k]) continue;
        double *column = jacobian + n * m, step = 2 * DELTA;
        moved[k] = shifted(pr, p, k, -DELTA);
        if (pr->lump->symbols[k]->is_exponent) step = fmin(p[k] + DELTA, 1) - moved[k];
        hys__lump_residuals(pr, moved, low);
        moved[k] = shifted(pr, p, k, DELTA);
        hys__lump_residuals(pr, moved, column);
        moved[k] = p[k];
        for (size_t i = 0; i < m; i++) column[i] = (column[i] - low[i]) / step;
        which[n++] = k;
    }
    return n;
}

bool hys__lump_solve(size_t n, double *a, double *b) {
    for (size_t j = 0; j < n; j++) {
        double d = a[j * n + j];
        for (size_t k = 0; k < j; k++) d -= a[j * n + k] * a[j * n + k];
        if (!(d > 1e-14 * a[j * n + j])) return false;
        a[j * n + j] = sqrt(d);
        for (size_t i = j + 1; i < n; i++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = sum / a[j * n + j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++) b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
    return true;
}

typedef struct local {
    const hys__lump_problem *pr;
    double *residuals, *trial, *jacobian; /* [2 n], [2 n], [free 2 n] */
    double normal[HYS__LUMP_PARAMS * HYS__LUMP_PARAMS], gradient[HYS__LUMP_PARAMS];
    size_t which[HYS__LUMP_PARAMS], n;
    double damping;
} local;

static void linearise(local *l, const double *p) {
    size_t m = 2 * l->pr->spectrum->n;
    l->n = hys__lump_jacobian(l->pr, p, l->which, l->jacobian);
    for (size_t i = 0; i < l->n; i++) {
        l->gradient[i] = 0;
        for (size_t k = 0; k < m; k++) l->gradient[i] -= l->jacobian[i * m + k] * l->residuals[k];
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t k = 0; k < m; k++) sum += l->jacobian[i * m + k] * l->jacobian[j * m + k];
            l->normal[i * l->n + j] = l->normal[j * l->n + i] = sum;
        }
    }
}

/* A damped step from p to moved; false: no equations. */
static bool step(const local *l, const double *p, double *moved) {
    double a[HYS__LUMP_PARAMS * HYS__LUMP_PARAMS], d[HYS__LUMP_PARAMS], most = 0;
    memcpy(a, l->normal, l->n * l->n * sizeof *a);
    memcpy(d, l->gradient, l->n * sizeof *d);
    for (size_t i = 0; i < l->n; i++) most = fmax(most, a[i * l->n + i]);
    for (size_t i = 0; i < l->n; i++) a[i * l->n + i] += l->damping * (a[i * l->n + i] + 1e-9 * most);
    if (!(most > 0) || !hys__lump_solve(l->n, a, d)) return false;
    memcpy(moved, p, HYS__LUMP_PARAMS * sizeof *p);
    for (size_t i = 0; i < l->n; i++) {
        size_t k = l->which[i];
        double limit = l->pr->lump->symbols[k]->is_exponent ? POWER_STEP : STEP_MOST;
        moved[k] = shifted(l->pr, p, k, fmin(fmax(d[i], -limit), limit));
    }
    return true;
}

/* One better point; false: there is none. */
static bool improve(local *l, double *p, double *square) {
    double moved[HYS__LUMP_PARAMS];
    linearise(l, p);
    for (int k = 0; k < N_DAMPINGS; k++) {
        double found = step(l, p, moved) ? hys__lump_residuals(l->pr, moved, l->trial) : INFINITY;
        if (!(found < *square)) {
            l->damping *= 5;
            continue;
        }
        bool gains = found < *square * (1 - NO_GAIN);
        memcpy(p, moved, sizeof moved);
        double *swap = l->residuals;
        l->residuals = l->trial;
        l->trial = swap;
        *square = found;
        l->damping = fmax(l->damping / 8, 1e-12);
        return gains;
    }
    return false;
}

static double follow(const hys__lump_problem *pr, double *p, int rounds) {
    size_t m = 2 * pr->spectrum->n;
    local l = {.pr = pr, .residuals = pr->residuals + m, .trial = pr->residuals + 2 * m, .damping = 1e-2};
    l.jacobian = pr->residuals + 3 * m;
    double square = hys__lump_residuals(pr, p, l.residuals);
    for (int k = 0; k < rounds && isfinite(square) && improve(&l, p, &square); k++) {
    }
    return square;
}

/* ---- starts ---- */

typedef struct dice {
    uint64_t key[2], count[2];
    double z_lo, z_hi, w_lo, w_hi; /* logarithms */
} dice;

static double throw_one(dice *d) {
    uint64_t out[2];
    d->count[0]++;
    hys__threefry2x64(d->key, d->count, out);
    return hys__uniform(out[0]);
}

static void draw(void *user, double *z, double *w, double *n) {
    dice *d = user;
    *z = exp(d->z_lo + (d->z_hi - d->z_lo) * throw_one(d));
    *w = exp(d->w_lo + (d->w_hi - d->w_lo) * throw_one(d));
    *n = 0.5 + 0.5 * throw_one(d);
}

static dice new_dice(const hys__lump_problem *pr) {
    const hys__spectrum *s = pr->spectrum;
    double lo = INFINITY, hi = DBL_MIN, turn = 2 * acos(-1.0);
    for (size_t k = 0; k < s->n; k++) {
        lo = fmin(lo, 1 / cabs(s->y[k]));
        hi = fmax(hi, 1 / cabs(s->y[k]));
    }
    return (dice){.key = {pr->seed, hys__name_hash(pr->lump->text)},
                  .z_lo = log(lo / 3),
                  .z_hi = log(hi * 3),
                  .w_lo = log(turn * s->f[0]),
                  .w_hi = log(turn * s->f[s->n - 1])};
}

typedef struct start {
    double p[HYS__LUMP_PARAMS], square;
} start;

static void keep_best(start *best, size_t *n, const start *s) {
    size_t at = *n < N_BEST ? (*n)++ : N_BEST - 1;
    if (at == N_BEST - 1 && *n == N_BEST && best[at].square <= s->square && best[at].square > 0) return;
    for (; at > 0 && best[at - 1].square > s->square; at--) best[at] = best[at - 1];
    best[at] = *s;
}

static void throw_start(const hys__lump_problem *pr, const hys__lump_solution *held, dice *d, start *s) {
    memset(s, 0, sizeof *s);
    hys__lump_start(pr->lump, draw, d, s->p);
    for (size_t j = 0; j < pr->lump->n; j++) {
        if (pr->is_signed[j] && throw_one(d) < 0.5) s->p[j] = -s->p[j];
        if (pr->is_fixed[j]) s->p[j] = held->p[j];
    }
    s->square = hys__lump_residuals(pr, s->p, pr->residuals);
}

static int by_square(const void *a, const void *b) {
    const start *p = a, *q = b;
    return (p->square > q->square) - (p->square < q->square);
}

hys_status hys__lump_search(const hys__lump_problem *pr, hys__lump_solution *solution) {
    start best[N_BEST] = {{.square = 0}};
    size_t n = 0;
    dice d = new_dice(pr);
    for (int k = 0; k < N_STARTS; k++) {
        start s;
        throw_start(pr, solution, &d, &s);
        if (isfinite(s.square)) keep_best(best, &n, &s);
    }
    for (size_t k = 0; k < n; k++) {
        best[k].square = follow(pr, best[k].p, N_FIRST);
        if (hys_ctx_is_cancelled(pr->ctx)) return HYS_CANCEL;
    }
    qsort(best, n, sizeof *best, by_square);
    solution->square = INFINITY;
    for (size_t k = 0; k < n && k < N_LAST; k++) {
        double square = follow(pr, best[k].p, N_ROUNDS);
        if (!(square < solution->square)) continue;
        solution->square = square;
        memcpy(solution->p, best[k].p, sizeof solution->p);
    }
    if (isfinite(solution->square)) return HYS_OK;
    return hys__fail(pr->ctx, HYS_NOCONV, "another circuit", "no values of the circuit's elements give an impedance");
}
