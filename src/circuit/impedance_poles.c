/* Vector fitting.  sigma(s) f(s) and sigma(s) have the same poles; both are fitted at once, linearly, with poles that
 * are guessed, and the zeros of sigma are better poles of f.  Repeated, sigma goes to 1.
 *
 * A real pole p has the basis  |p| / (s - p);  a pair, with w = |p| and q = (s - p)(s - p*), has  w s / q  and  w^2 /
 * q. */
#include "circuit/impedance.h"
#include "numerics/lapack.h"
#include "numerics/least_squares.h"
#include <math.h>
#include <string.h>

#define MOST_POLES   10
#define N_TURNS      15
#define EXACT        1e-22 /* mean square of the relative residual: nothing is left to explain */
#define MOST_OFF     1e2   /* poles stay within this factor of the measured frequencies */
#define NOISE        3.0   /* of the residual's root mean square: what is smaller is not named */
#define MOST_WITHOUT 2     /* so many more poles without a gain end the search */

typedef struct pole_set {
    double complex at[MOST_POLES]; /* of pairs the upper */
    size_t n, order;               /* order: a pair counts two */
} pole_set;

typedef struct search {
    hys_impedance *result;
    hys__arena arena; /* of one least-squares problem */
    const hys__spectrum *spectrum;
    hys__lapack lapack;
    double lo, hi; /* 1/s, of the measured frequencies */
} search;

static bool is_real(double complex p) {
    return cimag(p) == 0;
}

static double complex laplace(const search *s, size_t k) {
    return I * 2 * acos(-1.0) * s->spectrum->f[k];
}

static double complex measured(const hys__spectrum *s, size_t k) {
    return s->is_series ? 1 / s->y[k] : s->y[k];
}

/* The basis functions of all poles at s, then 1 and s. */
static void put_basis(const search *f, const pole_set *poles, double complex s, double complex *into) {
    size_t at = 0;
    for (size_t k = 0; k < poles->n; k++) {
        double complex p = poles->at[k];
        double w = cabs(p);
        if (is_real(p)) {
            into[at++] = w / (s - p);
            continue;
        }
        double complex q = (s - p) * (s - conj(p));
        into[at++] = w * s / q;
        into[at++] = w * w / q;
    }
    into[at] = 1;
    into[at + 1] = s / f->hi;
}

/* x of the least squares of  basis x = f,  with_sigma: and of  - f basis x'  behind it; *square: mean square of what is
 * left, relative. */
static hys_status fit(search *f, const pole_set *poles, bool with_sigma, double *x, double *square) {
    const hys__spectrum *s = f->spectrum;
    size_t n = poles->order + 2, all = n + (with_sigma ? poles->order : 0), m = 2 * s->n;
    double complex basis[MOST_POLES + 2];
    double residual = 0;
    hys__arena_init(&f->arena, f->result->ctx, 0);
    double *a = HYS_NEW_N(&f->arena, double, m *all), *b = HYS_NEW_N(&f->arena, double, m);
    hys_status status = a && b ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; status == HYS_OK && k < s->n; k++) {
        double complex z = measured(s, k);
        put_basis(f, poles, laplace(f, k), basis);
        for (size_t c = 0; c < all; c++) {
            double complex entry = c < n ? basis[c] / cabs(z) : -basis[c - n] * z / cabs(z);
            a[c * m + 2 * k] = creal(entry);
            a[c * m + 2 * k + 1] = cimag(entry);
        }
        b[2 * k] = creal(z) / cabs(z);
        b[2 * k + 1] = cimag(z) / cabs(z);
    }
    if (status == HYS_OK) status = hys__least_squares(f->result->ctx, m, all, a, b, 1e-14, x, &residual);
    hys__arena_free(&f->arena);
    *square = residual * residual / (double)m;
    return status;
}

/* sigma = 1 + c (s - A)^-1 b  has its zeros at the eigenvalues of  A - b c. */
static void put_zeros_matrix(const pole_set *poles, const double *x, double *a) {
    size_t n = poles->order, at = 0;
    double row[MOST_POLES];
    memset(a, 0, n * n * sizeof *a);
    for (size_t k = 0; k < poles->n; k++) {
        double complex p = poles->at[k];
        double w = cabs(p);
        if (is_real(p)) {
            row[at] = w * x[at];
            at++;
            continue;
        }
        row[at] = w * w * x[at + 1];
        row[at + 1] = w * x[at];
        at += 2;
    }
    at = 0;
    for (size_t k = 0; k < poles->n; k++) {
        double complex p = poles->at[k];
        size_t driven = is_real(p) ? at : at + 1;
        for (size_t c = 0; c < n; c++) a[c * n + driven] = -row[c];
        if (is_real(p)) {
            a[at * n + at] += creal(p);
            at++;
            continue;
        }
        a[(at + 1) * n + at] += 1;
        a[at * n + at + 1] -= creal(p * conj(p));
        a[(at + 1) * n + at + 1] += 2 * creal(p);
        at += 2;
    }
}

/* What was measured at rest is stable: poles of the right half-plane are mirrored. */
static double complex tame(const search *f, double re, double im) {
    double size = hypot(re, im), least = f->lo / MOST_OFF, most = f->hi * MOST_OFF;
    double scale = size < least ? least / fmax(size, 1e-300) : size > most ? most / size : 1;
    if (size == 0) return -least;
    re = -fabs(re * scale);
    im = fabs(im * scale);
    return re == 0 && im == 0 ? -least : re - (im > 0 && -re < 1e-9 * im ? 1e-9 * im : 0) + I * im;
}

static hys_status move(search *f, pole_set *poles, const double *x) {
    double a[MOST_POLES * MOST_POLES], re[MOST_POLES], im[MOST_POLES], work[8 * MOST_POLES];
    int n = (int)poles->order, one = 1, n_work = 8 * MOST_POLES, info = 0;
    put_zeros_matrix(poles, x, a);
    for (int k = 0; k < n * n; k++)
        if (!isfinite(a[k])) return HYS_NOCONV;
    f->lapack.dgeev("N", "N", &n, a, &n, re, im, NULL, &one, NULL, &one, work, &n_work, &info, 1, 1);
    if (info != 0) return HYS_NOCONV;
    poles->n = 0;
    for (int k = 0; k < n; k++)
        if (im[k] >= 0) poles->at[poles->n++] = tame(f, re[k], im[k]);
    return HYS_OK;
}

static void guess(const search *f, size_t order, pole_set *poles) {
    poles->n = poles->order = order;
    for (size_t k = 0; k < order; k++) poles->at[k] = -f->lo * pow(f->hi / f->lo, ((double)k + 0.5) / (double)order);
}

/* The best poles of that order that the iteration comes by. */
static hys_status relocate(search *f, size_t order, pole_set *best, double *square) {
    pole_set poles;
    double x[2 * MOST_POLES + 2], now = 0;
    guess(f, order, &poles);
    *best = poles;
    hys_status status = fit(f, &poles, false, x, square);
    for (int turn = 0; status == HYS_OK && order && turn<N_TURNS && * square> EXACT; turn++) {
        status = fit(f, &poles, true, x, &now);
        if (status == HYS_OK) status = move(f, &poles, x + order + 2);
        if (status == HYS_OK) status = fit(f, &poles, false, x, &now);
        if (status != HYS_OK || !(now < *square)) continue;
        *best = poles;
        *square = now;
    }
    return status == HYS_NOCONV ? HYS_OK : status;
}

/* Bayes' information criterion: poles and residues are parameters. */
static hys_status search_order(search *f, pole_set *best, double *noise) {
    double least = INFINITY, square = 0, n_data = 2 * (double)f->spectrum->n;
    size_t without = 0;
    for (size_t order = 0; order <= MOST_POLES && 2 * order + 2 < f->spectrum->n && without < MOST_WITHOUT; order++) {
        pole_set poles;
        hys_status status = relocate(f, order, &poles, &square);
        if (status != HYS_OK) return status;
        double criterion = n_data * log(fmax(square, EXACT)) + (2 * (double)order + 2) * log(n_data);
        without++;
        if (criterion < least) {
            least = criterion;
            *best = poles;
            *noise = sqrt(square);
            without = 0;
        }
        if (square <= EXACT) break;
        if (hys_ctx_is_cancelled(f->result->ctx)) return HYS_CANCEL;
    }
    return HYS_OK;
}

hys_status hys__impedance_poles(hys_impedance *result, hys__spectrum *spectrum) {
    const double turn = 2 * acos(-1.0);
    pole_set best = {.n = 0};
    search f = {
        .result = result, .spectrum = spectrum, .lo = turn * spectrum->f[0], .hi = turn * spectrum->f[spectrum->n - 1]};
    spectrum->poles = HYS_NEW_N(&result->arena, double complex, MOST_POLES);
    if (!spectrum->poles) return HYS_NOMEM;
    hys_status status = hys__lapack_open(result->ctx, &f.lapack);
    double noise = 0;
    if (status == HYS_OK) status = search_order(&f, &best, &noise);
    spectrum->least_part = NOISE * noise;
    hys__lapack_close(&f.lapack);
    memcpy(spectrum->poles, best.at, best.n * sizeof *best.at);
    spectrum->n_poles = best.n;
    return status;
}
