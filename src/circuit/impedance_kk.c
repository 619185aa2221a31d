/* The linear Kramers-Kronig test.
 *
 * A constant, an s, a 1/s and M relaxations at fixed times, even in the logarithm between the measured frequencies, are
 * fitted to what answers the drive: what obeys the Kramers-Kronig relations is fitted by them, what does not is not
 * (Boukamp, J. Electrochem. Soc. 142 (1995) 1885).  M grows until relaxations of both signs begin to follow the noise:
 * mu = 1 - sum |R_k < 0| / sum |R_k > 0| falls below 0.85 (Schoenleber, Klotz, Ivers-Tiffee, Electrochim. Acta 131
 * (2014) 20).  Single arcs,
 * inductive loops and negative resistance need both signs without any noise: where the criterion ends before they are
 * followed, M is three a decade, which is too few to follow noise. */
#include "circuit/impedance.h"
#include "numerics/least_squares.h"
#include <math.h>

#define MU_LEAST     0.85
#define MOST_M       50
#define PER_DECADE   3.0 /* where the criterion ends too early */
#define PASS         0.01
#define MARGINAL     0.05
#define MOST_FITTED  500 /* frequencies; of more only some are fitted */
#define N_OTHER      3   /* 1, s, 1/s */
#define LEAST_POINTS 4

typedef struct test {
    hys_impedance *result;
    const hys__spectrum *s;
    size_t stride, n, m; /* frequencies fitted: every stride-th; M */
    double *a, *b;       /* scratch of the least squares */
    double *x;           /* [MOST_M + 3] 1, the relaxations, s, 1/s */
    double mu, largest;
} test;

/* What answers the drive: Y a voltage, Z a current.  (The other of the two need not obey: with negative resistance it
 * belongs to an unstable port.) */
static double complex answer(const hys__spectrum *s, size_t k) {
    return s->is_series ? 1 / s->y[k] : s->y[k];
}

static double complex basis(const test *t, size_t column, double f) {
    const double turn = 2 * acos(-1.0);
    double lo = t->s->f[0], hi = t->s->f[t->s->n - 1];
    double complex s = I * f / hi;
    if (column == 0) return 1;
    if (column == t->m + 1) return s;
    if (column == t->m + 2) return 1 / s;
    double part = t->m > 1 ? (double)(column - 1) / (double)(t->m - 1) : 0;
    return 1 / (1 + I * turn * f / (turn * hi) * pow(hi / lo, part));
}

static double complex fitted(const test *t, double f) {
    double complex sum = 0;
    for (size_t c = 0; c < t->m + N_OTHER; c++) sum += t->x[c] * basis(t, c, f);
    return sum;
}

static double mu_of(const test *t) {
    double up = 0, down = 0;
    for (size_t k = 1; k <= t->m; k++) *(t->x[k] < 0 ? &down : &up) += fabs(t->x[k]);
    return up > 0 ? 1 - down / up : down > 0 ? -INFINITY : 1;
}

static hys_status fit(test *t, size_t m) {
    size_t rows = 2 * t->n, columns = m + N_OTHER;
    t->m = m;
    for (size_t k = 0; k < t->n; k++) {
        double complex z = answer(t->s, k * t->stride);
        for (size_t c = 0; c < columns; c++) {
            double complex entry = basis(t, c, t->s->f[k * t->stride]) / cabs(z);
            t->a[c * rows + 2 * k] = creal(entry);
            t->a[c * rows + 2 * k + 1] = cimag(entry);
        }
        t->b[2 * k] = creal(z) / cabs(z);
        t->b[2 * k + 1] = cimag(z) / cabs(z);
    }
    hys_status status = hys__least_squares(t->result->ctx, rows, columns, t->a, t->b, 1e-12, t->x, NULL);
    if (status != HYS_OK) return status;
    t->mu = mu_of(t);
    t->largest = 0;
    for (size_t k = 0; k < t->s->n; k++)
        t->largest = fmax(t->largest, cabs(fitted(t, t->s->f[k]) / answer(t->s, k) - 1));
    return hys_ctx_is_cancelled(t->result->ctx) ? HYS_CANCEL : HYS_OK;
}

static hys_status grow(test *t, size_t most, size_t *ended, bool *are_few) {
    hys_status status = HYS_OK;
    t->mu = 1;
    for (size_t m = 1; m <= most && t->mu > MU_LEAST && status == HYS_OK; m++) status = fit(t, m);
    double decades = log10(t->s->f[t->s->n - 1] / t->s->f[0]);
    size_t enough = (size_t)fmax(2, ceil(PER_DECADE * decades));
    *are_few = enough > most;
    if (*are_few) enough = most;
    *ended = t->m;
    return status == HYS_OK && t->largest > PASS && t->m < enough ? fit(t, enough) : status;
}

static void judge(const test *t, size_t ended, bool are_few, hys_kramers_kronig *kk) {
    double square = 0;
    *kk = (hys_kramers_kronig){.n_relaxations = t->m, .mu = t->mu, .n_criterion = ended};
    for (size_t k = 0; k < t->s->n; k++) {
        double complex residual = t->s->kk[k];
        square += creal(residual) * creal(residual) + cimag(residual) * cimag(residual);
        if (cabs(residual) < kk->largest) continue;
        kk->largest = cabs(residual);
        kk->at = t->s->f[k];
    }
    kk->rms = sqrt(square / (2 * (double)t->s->n));
    kk->verdict = kk->largest <= PASS       ? "pass"
                  : are_few                 ? "cannot be told"
                  : kk->largest <= MARGINAL ? "marginal"
                                            : "fail";
}

hys_status hys__impedance_kk(hys_impedance *result, hys__spectrum *s) {
    test t = {.result = result, .s = s, .stride = s->n / MOST_FITTED + 1};
    hys_kramers_kronig *kk = &result->kk;
    *kk = (hys_kramers_kronig){.mu = NAN, .largest = NAN, .rms = NAN, .at = NAN, .verdict = "cannot be told"};
    s->kk = HYS_NEW_N(&result->arena, double complex, s->n + 1);
    if (!s->kk) return HYS_NOMEM;
    for (size_t k = 0; k < s->n; k++) s->kk[k] = NAN;
    t.n = (s->n + t.stride - 1) / t.stride;
    if (t.n < LEAST_POINTS) return HYS_OK;
    for (size_t k = 0; k < s->n; k++)
        if (!isfinite(cabs(s->y[k])) || s->y[k] == 0) return HYS_OK;
    size_t most = t.n - 2 < MOST_M ? t.n - 2 : MOST_M; /* twice as many numbers as unknowns, nearly */
    t.a = HYS_NEW_N(&result->arena, double, 2 * t.n * (most + N_OTHER));
    t.b = HYS_NEW_N(&result->arena, double, 2 * t.n);
    t.x = HYS_NEW_N(&result->arena, double, most + N_OTHER);
    if (!t.a || !t.b || !t.x) return HYS_NOMEM;
    size_t ended = 0;
    bool are_few = false;
    hys_status status = grow(&t, most, &ended, &are_few);
    if (status != HYS_OK) return status;
    /* of Z, whatever was fitted */
    for (size_t k = 0; k < s->n; k++) {
        double complex ratio = fitted(&t, s->f[k]) / answer(s, k);
        s->kk[k] = 1 - (s->is_series ? ratio : 1 / ratio);
    }
    judge(&t, ended, are_few, kk);
    return HYS_OK;
}
