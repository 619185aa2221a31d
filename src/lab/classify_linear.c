/* The linearised device: its admittance, and the modes of it that are seen at the terminals. */
#include "lab/classify_run.h"
#include "numerics/complex.h"
#include "numerics/lapack.h"
#include <math.h>
#include <string.h>

/* Solves a x = b by elimination with pivots; both are overwritten.  False: singular. */
static bool solve(size_t n, double complex *a, double complex *b) {
    for (size_t k = 0; k < n; k++) {
        size_t p = k;
        for (size_t r = k + 1; r < n; r++)
            if (cabs(a[k * n + r]) > cabs(a[k * n + p])) p = r;
        if (!(cabs(a[k * n + p]) > 0)) return false;
        for (size_t c = k; c < n && p != k; c++) {
            double complex keep = a[c * n + k];
            a[c * n + k] = a[c * n + p];
            a[c * n + p] = keep;
        }
        double complex keep = b[k];
        b[k] = b[p];
        b[p] = keep;
        for (size_t r = k + 1; r < n; r++) {
            double complex f = a[k * n + r] / a[k * n + k];
            if (f == 0) continue;
            for (size_t c = k + 1; c < n; c++) a[c * n + r] -= f * a[c * n + k];
            b[r] -= f * b[k];
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t c = k + 1; c < n; c++) b[k] -= a[c * n + k] * b[c];
        b[k] /= a[k * n + k];
    }
    return true;
}

/* y = a_pp - a_pr a_rr^-1 a_rp at the complex frequency s.  Rows are scaled by their largest entry. */
static bool admittance(const hys__linear *l, double complex s, double complex *work, double complex *y) {
    size_t n = l->n, inside = n - 1;
    double complex *a = work, *b = work + inside * inside;
    for (size_t r = 0; r < inside; r++) {
        double largest = 0;
        for (size_t c = 0; c < n; c++) largest = fmax(largest, cabs(l->a[c * n + r] + s * l->m[c * n + r]));
        if (!(largest > 0)) return false;
        for (size_t c = 0; c < inside; c++) a[c * inside + r] = (l->a[c * n + r] + s * l->m[c * n + r]) / largest;
        b[r] = (l->a[inside * n + r] + s * l->m[inside * n + r]) / largest;
    }
    if (!solve(inside, a, b)) return false;
    *y = l->a[inside * n + inside] + s * l->m[inside * n + inside];
    for (size_t c = 0; c < inside; c++) *y -= (l->a[c * n + inside] + s * l->m[c * n + inside]) * b[c];
    return isfinite(creal(*y)) && isfinite(cimag(*y));
}

static double complex *new_work(hys__arena *arena, size_t n) {
    return HYS_NEW_N(arena, double complex, n *(n + 1));
}

bool hys__linear_admittance(const hys__linear *l, const double s[2], double y[2]) {
    double complex work[64 * 65], value;
    if (l->n == 0 || l->n > 64) return false;
    if (!admittance(l, HYS__COMPLEX(s[0], s[1]), work, &value)) return false;
    y[0] = creal(value);
    y[1] = cimag(value);
    return true;
}

/* The current becomes the driven quantity: its column takes it off the terminal's row, its row reads the voltage. */
hys_status hys__linear_under_current(hys__tester *t, const hys__linear *l, hys__linear *result) {
    size_t n = l->n + 1;
    *result = (hys__linear){.v = l->i, .t = l->t}; /* the voltage at rest is no answer to the current: i stays 0 */
    if (l->n == 0) return HYS_OK;
    result->a = HYS_NEW_N(t->arena, double, n *n);
    result->m = HYS_NEW_N(t->arena, double, n *n);
    if (!result->a || !result->m) return HYS_NOMEM;
    for (size_t c = 0; c < l->n; c++) {
        memcpy(&result->a[c * n], &l->a[c * l->n], l->n * sizeof *l->a);
        memcpy(&result->m[c * n], &l->m[c * l->n], l->n * sizeof *l->m);
    }
    result->a[(n - 1) * n + l->n - 1] = -1;
    result->a[(l->n - 1) * n + n - 1] = 1;
    result->n = n;
    return HYS_OK;
}

/* ---- modes ---- */

#define SHIFT_FIRST -6 /* decades of 1/s around which modes are looked for */
#define SHIFT_LAST  14
#define NEAR        1e-3 /* modes nearer than this part of their rate are one */
#define CIRCLE      0.05 /* radius around a mode, against its rate, unless another is near */
#define N_CIRCLE    16

/* Eigenvalues of (a + shift m)^-1 m, from which those of the pencil near the shift are told best. */
static bool near_shift(const hys__lapack *lapack, const hys__linear *l, double shift, double *work, double *re,
                       double *im) {
    int n = (int)l->n - 1, one = 1, info = 0, n_work = 8 * n;
    size_t inside = (size_t)n;
    double *a = work, *b = a + inside * inside, *more = b + inside * inside;
    int pivots[HYS__MODES_MAX * 2];
    for (size_t r = 0; r < inside; r++) {
        double largest = 0;
        for (size_t c = 0; c < inside; c++)
            largest = fmax(largest, fabs(l->a[c * l->n + r] + shift * l->m[c * l->n + r]));
        if (!(largest > 0)) return false;
        for (size_t c = 0; c < inside; c++) {
            a[c * inside + r] = (l->a[c * l->n + r] + shift * l->m[c * l->n + r]) / largest;
            b[c * inside + r] = l->m[c * l->n + r] / largest;
        }
    }
    lapack->dgesv(&n, &n, a, &n, pivots, b, &n, &info);
    for (size_t k = 0; k < inside * inside && info == 0; k++)
        if (!isfinite(b[k])) return false;
    if (info != 0) return false;
    lapack->dgeev("N", "N", &n, b, &n, re, im, NULL, &one, NULL, &one, more, &n_work, &info, 1, 1);
    return info == 0;
}

/* Poles of the decade around each shift, and of the lowest one all below. */
static size_t find_poles(const hys__lapack *lapack, const hys__linear *l, double *work, double complex *poles) {
    size_t inside = l->n - 1, n = 0;
    double *re = work, *im = work + inside;
    for (int decade = SHIFT_FIRST; decade <= SHIFT_LAST; decade += 2) {
        double shift = 1.2345 * pow(10, decade), lo = pow(10, decade - 1), hi = pow(10, decade + 1);
        if (!near_shift(lapack, l, shift, work + 2 * inside, re, im)) continue;
        for (size_t k = 0; k < inside && n < HYS__MODES_MAX; k++) {
            double complex theta = HYS__COMPLEX(re[k], im[k]);
            if (im[k] > 0 || cabs(theta) * 1e3 * hi < 1) continue; /* of pairs the pole with im > 0 has theta below 0 */
            double complex pole = shift - 1 / theta;
            double size = cabs(pole);
            if (size < hi && (size >= lo || decade == SHIFT_FIRST)) poles[n++] = pole;
        }
    }
    return n;
}

/* The part of the admittance that a pole carries, by Cauchy's integral around it. */
static double part_of(const hys__linear *l, double complex pole, double nearest, double complex *work) {
    double slowest = 1 / l->t, size = fmax(cabs(pole), 1e-3 * slowest), radius = fmin(CIRCLE * size, 0.4 * nearest);
    double complex sum = 0, y = 0, reference = 0;
    for (int k = 0; k < N_CIRCLE; k++) {
        double angle = 2 * acos(-1.0) * (k + 0.5) / N_CIRCLE;
        double complex step = radius * HYS__COMPLEX(cos(angle), sin(angle));
        if (!admittance(l, pole + step, work, &y)) return 0;
        sum += y * step / N_CIRCLE;
    }
    if (!admittance(l, HYS__COMPLEX(0, fmax(cabs(pole), slowest)), work, &reference)) return 0;
    double conductance = l->v != 0 ? fabs(l->i / l->v) : 0;
    double scale = fmax(cabs(reference), conductance);
    return scale > 0 ? cabs(sum) / fmax(cabs(pole), slowest) / scale : 0;
}

static void put_sorted(hys__mode *modes, size_t *n, hys__mode mode) {
    size_t at = *n;
    while (at > 0 && modes[at - 1].part < mode.part) {
        modes[at] = modes[at - 1];
        at--;
    }
    modes[at] = mode;
    ++*n;
}

hys_status hys__linear_modes(hys__tester *t, const hys__linear *l, hys__mode modes[HYS__MODES_MAX], size_t *n) {
    *n = 0;
    if (l->n < 2 || l->n > HYS__MODES_MAX) return HYS_OK;
    hys__lapack lapack;
    hys__arena arena;
    double complex poles[HYS__MODES_MAX];
    size_t inside = l->n - 1, n_poles = 0;
    hys_status status = hys__lapack_open(t->ctx, &lapack);
    if (status != HYS_OK) return status;
    hys__arena_init(&arena, t->ctx, 0);
    double *work = HYS_NEW_N(&arena, double, 2 * inside * inside + 12 * inside);
    double complex *solves = new_work(&arena, l->n);
    if (!work || !solves) status = HYS_NOMEM;
    else n_poles = find_poles(&lapack, l, work, poles);
    for (size_t k = 0; k < n_poles; k++) {
        bool is_known = false;
        double nearest = INFINITY;
        for (size_t j = 0; j < n_poles; j++) {
            double distance = cabs(poles[j] - poles[k]);
            bool is_same = distance <= NEAR * cabs(poles[k]);
            is_known = is_known || (is_same && j < k);
            if (!is_same) nearest = fmin(nearest, distance);
        }
        if (is_known) continue;
        put_sorted(modes, n, (hys__mode){creal(poles[k]), cimag(poles[k]), part_of(l, poles[k], nearest, solves)});
    }
    hys__arena_free(&arena);
    hys__lapack_close(&lapack);
    return status;
}
