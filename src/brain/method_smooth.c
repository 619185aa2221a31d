/* States whose rates are not linear, or depend on each other: exponential Rosenbrock-Euler steps
 *
 *     s' = s + h phi1(h J) F(s),   J = dF/ds at s,
 *
 * of second order while V stays.  What is left out, h (F(s') - F(s) - J (s' - s)) / 3, is the error to leading order;
 * an instance whose error is too large takes several shorter steps, each for itself. */
#include "brain/brain_impl.h"
#include "brain/phi.h"
#include <math.h>
#include <string.h>

#define N_MAX      HYS_STEP_MAX
#define MOST_TURNS 20000
#define LEAST_PART 1e-9 /* of the step */

/* ---- one instance ---- */

typedef struct small { /* n x n, row major */
    double a[N_MAX * N_MAX];
} small;

static void multiply(size_t n, const small *a, const small *b, small *c) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t k = 0; k < n; k++) sum += a->a[i * n + k] * b->a[k * n + j];
            c->a[i * n + j] = sum;
        }
}

/* phi1(A): by its series for A / 2^k, whose norm is below 1/2, then phi1(2 A) = phi1(A) (I + A phi1(A) / 2). */
static void phi_matrix(size_t n, small *a, small *phi) {
    double norm = 0;
    int k = 0;
    for (size_t i = 0; i < n; i++) {
        double row = 0;
        for (size_t j = 0; j < n; j++) row += fabs(a->a[i * n + j]);
        norm = fmax(norm, row);
    }
    if (norm > 0.5 && isfinite(norm)) frexp(norm / 0.5, &k);
    const double part = ldexp(1, -k);
    for (size_t i = 0; i < n * n; i++) a->a[i] *= part;
    small term = {{0}}, next;
    memset(phi, 0, sizeof *phi);
    for (size_t i = 0; i < n; i++) phi->a[i * n + i] = term.a[i * n + i] = 1;
    for (int m = 2; m <= 13; m++) { /* 0.5^12 / 13! = 4e-14 */
        multiply(n, &term, a, &next);
        for (size_t i = 0; i < n * n; i++) {
            term.a[i] = next.a[i] / m;
            phi->a[i] += term.a[i];
        }
    }
    for (; k > 0; k--) {
        small half;
        multiply(n, a, phi, &half);
        for (size_t i = 0; i < n * n; i++) half.a[i] *= 0.5;
        for (size_t i = 0; i < n; i++) half.a[i * n + i] += 1;
        multiply(n, phi, &half, &next);
        *phi = next;
        for (size_t i = 0; i < n * n; i++) a->a[i] *= 2;
    }
}

/* to = s + h phi1(h J) F of lane j. */
static void move_one(const hys__piece *q, size_t j, double h, double *const *s, double *const *to) {
    const hys__channel *c = q->channel;
    const hys__work *w = q->work;
    const hys_u32 n = c->n_inner, nt = c->nt;
    double rate[N_MAX];
    small a, phi;
    for (hys_u32 r = 0; r < n; r++) {
        rate[r] = -c->per_mass[r] * w->f[0][nt + r][j];
        for (hys_u32 k = 0; k < n; k++) {
            const hys_u32 at = c->jac_ss[r * n + k];
            a.a[r * n + k] = at == HYS_NONE ? 0 : -h * c->per_mass[r] * w->jac[0][at][j];
        }
    }
    if (n == 1) phi.a[0] = hys__phi1(hys__v8_of(a.a[0]))[0];
    else phi_matrix(n, &a, &phi);
    for (hys_u32 r = 0; r < n; r++) {
        double sum = 0;
        for (hys_u32 k = 0; k < n; k++) sum += phi.a[r * n + k] * rate[k];
        to[r][j] = fmin(fmax(s[r][j] + h * sum, c->lo[r]), c->hi[r]);
    }
}

/* Error of the step of lane j over its tolerance. */
static double error_of(const hys__piece *q, size_t j, double h, double *const *s, double *const *to) {
    const hys__channel *c = q->channel;
    const hys__work *w = q->work;
    const hys_u32 n = c->n_inner, nt = c->nt;
    double worst = 0;
    for (hys_u32 r = 0; r < n; r++) {
        double rest = w->f[1][nt + r][j] - w->f[0][nt + r][j];
        for (hys_u32 k = 0; k < n; k++) {
            const hys_u32 at = c->jac_ss[r * n + k];
            if (at != HYS_NONE) rest -= w->jac[0][at][j] * (to[k][j] - s[k][j]);
        }
        const double error = fabs(h * c->per_mass[r] * rest) / 3;
        const double tolerance = q->rtol * fmax(fabs(s[r][j]), fabs(to[r][j])) + c->scale_of[r];
        if (!(error <= worst * tolerance)) worst = error / tolerance;
        if (isnan(error) || !isfinite(w->f[1][nt + r][j])) return INFINITY;
    }
    return worst;
}

/* ---- a piece ---- */

static void call(const hys__piece *q, double **x, int set) {
    const hys_batch in = hys__piece_batch(q, x);
    const hys_out out = hys__piece_out(q, set);
    q->channel->kernel->eval_fj(&q->channel->plain->env, &in, &out);
}

/* Lanes that have arrived stay where they are: with h = 0. */
static bool take_or_leave(const hys__piece *q, double *const *s, double *const *to, size_t *bad) {
    hys__work *w = q->work;
    bool is_done = true;
    for (size_t j = 0; j < q->n; j++) {
        const double h = w->h[j], error = h > 0 ? error_of(q, j, h, s, to) : 0;
        if (error <= 1) {
            for (hys_u32 r = 0; r < q->channel->n_inner; r++) s[r][j] = to[r][j];
            w->left[j] = h < w->left[j] ? w->left[j] - h : 0;
            const double grown = h * fmin(4, 0.9 / sqrt(fmax(error, 1e-4)));
            w->h[j] = fmin(grown, w->left[j]);
        } else w->h[j] = h * (isfinite(error) ? fmax(0.1, 0.9 / sqrt(error)) : 0.1);
        if (w->left[j] > 0 && !(w->h[j] >= LEAST_PART * q->h)) return *bad = q->at + j, false;
        is_done = is_done && w->left[j] == 0;
    }
    return is_done;
}

bool hys__advance_smooth(const hys__piece *q, size_t *bad) {
    const hys__channel *c = q->channel;
    hys__work *w = q->work;
    const hys_u32 n = c->n_inner, nt = c->nt;
    double *s[N_MAX];
    hys__piece_terminals(q, w->x);
    hys__piece_terminals(q, w->middle);
    for (hys_u32 r = 0; r < n; r++) {
        s[r] = w->x[nt + r] = q->states[r] + q->at;
        w->middle[nt + r] = w->room[0][r];
        if (c->kind == HYS__CHANNEL_SMOOTH) memcpy(q->states[n + r] + q->at, s[r], q->n * sizeof(double)); /* were */
    }
    for (size_t j = 0; j < q->n; j++) w->left[j] = w->h[j] = q->moves && q->moves[j] == 0 ? 0 : q->h;
    *bad = SIZE_MAX;
    for (int turn = 0; turn < MOST_TURNS; turn++) {
        call(q, w->x, 0);
        for (size_t j = 0; j < q->n; j++) move_one(q, j, w->h[j], s, w->room[0]);
        call(q, w->middle, 1);
        if (take_or_leave(q, s, w->room[0], bad)) {
            hys__piece_add(q, w->f[1][0], c->jac_vv == HYS_NONE ? w->zero : w->jac[1][c->jac_vv]);
            return true;
        }
        if (*bad != SIZE_MAX) return false;
    }
    *bad = q->at;
    return false;
}
