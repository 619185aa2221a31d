/* Kernels with inner unknowns that are no states: their own implicit steps at fixed potentials, two of Alexander's
 * method of order 2 (gamma = 1 - 1/sqrt 2),
 *
 *     x_1 = x_n + gamma h f(x_1),     x_2 = x_n + (1 - gamma) h f(x_1) + gamma h f(x_2),     x_(n+1) = x_2,
 *
 * with the error of the method of order 1 embedded in it, |(x_2 - x_old) - (x_old - x_n)/ahead|, and shorter steps of
 * the piece where it is too large. */
#include "brain/brain_impl.h"
#include <math.h>
#include <string.h>

#define LOCAL_TOL    1e-10
#define LOCAL_NEWTON 40u
#define LEAST_PART   1e-6 /* of the step */

static const double gamma_of = 0.29289321881345248, ahead_of = 2.41421356237309505; /* (1 - gamma) / gamma */

/* Lanes that found no solution; SIZE_MAX: none. */
static size_t step(const hys__piece *q, double h, double *const *x, double *const *old) {
    hys__work *w = q->work;
    const hys__channel *c = q->channel;
    const hys_batch in = hys__piece_batch(q, x);
    const hys_step_args args = {.h = h,
                                .rtol = LOCAL_TOL,
                                .max_iter = LOCAL_NEWTON,
                                .x = x,
                                .x_old = (const double *const *)old,
                                .i = w->i_out,
                                .g = w->g_out,
                                .ok = w->ok};
    c->kernel->step(&c->plain->env, &in, &args);
    for (size_t j = 0; j < q->n; j++)
        if (w->ok[j] == 0 || !isfinite(w->i_out[0][j] + w->g_out[0][j])) return j;
    return SIZE_MAX;
}

static double error_of(const hys__piece *q) {
    const hys__channel *c = q->channel;
    const hys__work *w = q->work;
    const hys_u32 nt = c->nt;
    double worst = 0;
    for (hys_u32 r = 0; r < c->n_inner; r++) {
        if (!c->has_mass[r]) continue;
        const double *x = w->x[nt + r], *old = w->old[nt + r], *start = w->middle[nt + r];
        for (size_t j = 0; j < q->n; j++) {
            const double error = fabs((x[j] - old[j]) - (old[j] - start[j]) / ahead_of);
            const double tolerance = q->rtol * fmax(fabs(x[j]), fabs(start[j])) + c->scale_of[r];
            worst = fmax(worst, error / tolerance);
        }
    }
    return worst;
}

/* x: the unknowns, which move; middle: where the step began; old: where its second stage begins. */
static double try_step(const hys__piece *q, double h, size_t *bad) {
    hys__work *w = q->work;
    const hys_u32 n = q->channel->n_inner, nt = q->channel->nt;
    const size_t size = q->n * sizeof(double);
    for (hys_u32 r = 0; r < n; r++) memcpy(w->middle[nt + r], w->x[nt + r], size);
    *bad = step(q, gamma_of * h, w->x, w->middle);
    if (*bad != SIZE_MAX) return INFINITY;
    for (hys_u32 r = 0; r < n; r++)
        for (size_t j = 0; j < q->n; j++) {
            const double start = w->middle[nt + r][j];
            w->old[nt + r][j] = start + ahead_of * (w->x[nt + r][j] - start);
        }
    *bad = step(q, gamma_of * h, w->x, w->old);
    return *bad == SIZE_MAX ? error_of(q) : INFINITY;
}

bool hys__advance_local(const hys__piece *q, size_t *bad) {
    hys__work *w = q->work;
    const hys_u32 n = q->channel->n_inner, nt = q->channel->nt;
    const size_t size = q->n * sizeof(double);
    double left = q->h, h = left;
    hys__piece_terminals(q, w->x);
    hys__piece_terminals(q, w->old);
    hys__piece_terminals(q, w->middle);
    for (hys_u32 r = 0; r < n; r++) {
        w->x[nt + r] = q->states[r] + q->at;
        w->old[nt + r] = w->room[0][r];
        w->middle[nt + r] = w->room[1][r];
        memcpy(q->states[n + r] + q->at, w->x[nt + r], size);
    }
    if (!(q->h > 0)) { /* the currents alone, as in a step too short to matter */
        for (hys_u32 r = 0; r < n; r++) memcpy(w->middle[nt + r], w->x[nt + r], size);
        const size_t lane = step(q, 1e-30, w->x, w->middle);
        if (lane != SIZE_MAX) return *bad = q->at + lane, false;
        hys__piece_add(q, w->i_out[0], w->g_out[0]);
        return true;
    }
    while (left > 0) {
        size_t lane;
        const double now = h < left ? h : left, error = try_step(q, now, &lane);
        if (error <= 1) {
            left = now < left ? left - now : 0;
            h = now * fmin(4, 0.9 / sqrt(fmax(error, 1e-4)));
            continue;
        }
        for (hys_u32 r = 0; r < n; r++) memcpy(w->x[nt + r], w->middle[nt + r], size);
        h = now * (isfinite(error) ? fmax(0.1, 0.9 / sqrt(error)) : 0.1);
        if (h < LEAST_PART * q->h) return *bad = q->at + (lane == SIZE_MAX ? 0 : lane), false;
    }
    hys__piece_add(q, w->i_out[0], w->g_out[0]);
    return true;
}
