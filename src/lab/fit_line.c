/* A device behind a load line: v + Rs i = vs with |i| held at the instrument's limit, or a given current.  The voltage
 * is one more unknown, found together with the internal ones: so steps go around folds of v(i) and of i(v), where the
 * device alone has no solution beside the last one. */
#include "lab/fit.h"
#include <math.h>
#include <string.h>

#define TURNS_MOST 40u
#define TOL        1e-10 /* of v, relative */
#define ABSTOL     1e-12 /* V */
#define MOVE_MOST  0.3   /* of the largest voltage of the curve: longest change of v in one turn */

/* The change of v that the linearised device asks for; *is_limited: the instrument holds the current. */
static double change(const hys__fit_drive *d, double series, double v, double i, double g, double aim,
                     bool *is_limited) {
    *is_limited = false;
    if (d->is_current) return (aim - i) / g;
    double dv = (aim - v - series * i) / (1 + series * g), next = i + g * dv;
    int side = next < 0;
    double most = side ? -d->limit[1] : d->limit[0];
    if (!(side ? next < most : next > most)) return dv;
    *is_limited = true;
    return (most - i) / g;
}

/* One turn of Newton's iteration on v and the internal unknowns; internals first see the new v, which differs from the
 * joint step in second order only.  Marks what has converged. */
static void turn(hys__fit_sim *s, const hys_step_args *args, size_t n, double aim, bool *is_done) {
    hys__batch *b = s->batch;
    const hys__fit_drive *d = &s->drive;
    bool is_limited[HYS__FIT_LANES], is_close[HYS__FIT_LANES];
    b->kernel->reduce(&b->env, &b->in, args);
    for (size_t l = 0; l < n; l++) {
        double v = b->x[0][l], longest = MOVE_MOST * d->range;
        double dv = change(d, s->series[l], v, s->i[0][l], s->g[0][l], aim, &is_limited[l]);
        is_close[l] = fabs(dv) <= ABSTOL + TOL * fabs(v);
        b->x[0][l] = v + (isfinite(dv) ? fmin(longest, fmax(-longest, dv)) : 0);
    }
    b->kernel->step(&b->env, &b->in, args);
    for (size_t l = 0; l < n; l++) {
        if (is_done[l] || !is_close[l] || s->ok[l] == 0 || !isfinite(s->i[0][l])) continue;
        is_done[l] = true;
        s->solved.i[l] = is_limited[l] ? copysign(d->limit[s->i[0][l] < 0], s->i[0][l]) : s->i[0][l];
        for (hys_u32 u = 0; u < b->kernel->n_unknowns; u++) s->solved.x0[u][l] = b->x[u][l];
    }
}

size_t hys__fit_line(hys__fit_sim *s, size_t n, double h, double aim, double *const *x_old, bool *is_failed) {
    hys__batch *b = s->batch;
    hys_step_args args = {.h = h, .rtol = TOL, .max_iter = 1, .x = b->x, .i = s->i, .g = s->g, .ok = s->ok};
    bool is_done[HYS__FIT_LANES] = {false};
    size_t n_failed = 0;
    args.x_old = (const double *const *)x_old;
    for (unsigned k = 0; k < TURNS_MOST; k++) {
        turn(s, &args, n, aim, is_done);
        bool is_all = true;
        for (size_t l = 0; l < n && is_all; l++) is_all = is_done[l] || s->is_dead[l];
        if (is_all) break;
    }
    for (size_t l = 0; l < n; l++) {
        if (!is_done[l]) {
            is_failed[l] = true;
            n_failed++;
            continue;
        }
        s->i[0][l] = s->solved.i[l];
        for (hys_u32 u = 0; u < b->kernel->n_unknowns; u++) b->x[u][l] = s->solved.x0[u][l];
    }
    return n_failed;
}
