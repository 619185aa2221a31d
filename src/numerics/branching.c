/* Where two branches of equilibria cross: the second tangent, from the algebraic branching equation (Keller 1977).
 *
 * At such a point dg/dy has a null vector q and p a left one, psi, and dg/dp is in its range.  Tangents are
 * alpha t + beta (q, 0), with t the known one, for which
 *
 *     2 alpha beta psi g''(t, q) + beta^2 psi g''(q, q) = 0,
 *
 * as psi g''(t, t) = 0.  The one that is not t has alpha / beta = - g''(q, q) / 2 g''(t, q). */
#include "numerics/continuation_impl.h"
#include <math.h>
#include <string.h>

/* Of central differences, in natural sizes: an error of its square in the direction, which is only a start. */
#define STEP 3e-4
/* Where alpha / beta exceeds this the other tangent is the known one: a degenerate point. */
#define STEEP 1e4

/* psi dg/d(y, p) v at x + e u, or NaN. */
static double product(hys__walk *w, const double *x, double e, const double *u, const double *v, const double *psi,
                      double *room) {
    const hys__system *s = &w->family->system;
    double *at = room, *slope = room + w->n + 1, sum = 0;
    for (size_t i = 0; i <= w->n; i++) at[i] = x[i] + e * u[i];
    const double *g = hys__border_jacobian(w->border, at);
    if (!g) return NAN;
    for (size_t j = 0; j < w->n; j++)
        for (int64_t k = s->col_start[j]; k < s->col_start[j + 1]; k++) sum += psi[s->row[k]] * g[k] * v[j];
    if (v[w->n] == 0) return sum;
    if (!hys__family_slope(w->family, fabs(w->opts.to - w->opts.from), at, slope + w->n, slope)) return NAN;
    for (size_t i = 0; i < w->n; i++) sum += psi[i] * slope[i] * v[w->n];
    return sum;
}

/* Turns both so that the largest entry of q is real, as all others then are. */
static void make_real(const hys__walk *w, double *q, double *psi) {
    size_t largest = 0;
    for (size_t i = 1; i < w->n; i++)
        if (cabs(w->q[i]) > cabs(w->q[largest])) largest = i;
    double complex turn = conj(w->q[largest]) / cabs(w->q[largest]);
    for (size_t i = 0; i < w->n; i++) {
        q[i] = creal(w->q[i] * turn);
        psi[i] = creal(w->p[i] * turn);
    }
    q[w->n] = 0;
}

static bool combine(hys__walk *w, const hys__station *at, double *room) {
    double *q = room, *psi = q + w->n + 1, *rest = psi + w->n + 1;
    make_real(w, q, psi);
    double size = sqrt(hys__border_dot(w->border, q, q));
    if (!(size > 0)) return false;
    for (size_t i = 0; i < w->n; i++) q[i] /= size;
    double c12 = product(w, at->x, STEP, q, at->t, psi, rest) - product(w, at->x, -STEP, q, at->t, psi, rest);
    double c22 = product(w, at->x, STEP, q, q, psi, rest) - product(w, at->x, -STEP, q, q, psi, rest);
    double alpha = -c22 / (2 * c12);
    if (!(fabs(alpha) < STEEP)) return false;
    for (size_t i = 0; i <= w->n; i++) w->other[i] = alpha * at->t[i] + q[i];
    size = sqrt(hys__border_dot(w->border, w->other, w->other));
    for (size_t i = 0; i <= w->n; i++) w->other[i] /= size;
    return isfinite(size) && size > 0;
}

bool hys__walk_branch(hys__walk *w, const hys__station *at, size_t index) {
    const double *g = hys__border_jacobian(w->border, at->x);
    if (!g || index >= at->n_lambda) return false;
    double complex lambda = 0; /* near which no other is, or the point would not be simple */
    memcpy(w->g, g, w->family->system.nnz * sizeof *g);
    if (hys__eigen_mode(w->eigen, w->g, &lambda, w->q, w->p) != HYS_OK) return false;
    double *room = HYS_NEW_N(&w->arena, double, 5 * (w->n + 1));
    bool found = room && combine(w, at, room);
    w->family->set_param(w->family->user, at->x[w->n]);
    return found;
}
