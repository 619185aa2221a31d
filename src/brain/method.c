/* Channels in one step.  Potentials stay; states move over the step; then currents and conductances are added.
 *
 * Gates take one evaluation a step: at (V, x), where x is the state that the last two steps let expect at the step's
 * end.  F(s) = F(x) + J (s - x) is exact for a rate that is linear in s, so the new state is exact,
 *     s' = s + h phi1(h J) F(s),   phi1(z) = (exp(z) - 1)/z,
 * and the current at s' is that at x and dI/ds (s' - x), wrong by O(dt^4): s' - x is O(dt^2). */
#include "brain/brain_impl.h"
#include "brain/phi.h"
#include "device/flags.h"
#include <math.h>
#include <string.h>

/* ---- calls of kernels ---- */

hys_batch hys__piece_batch(const hys__piece *q, double *const *x) {
    const hys__channel *c = q->channel;
    hys_batch b = c->plain->in;
    b.n = (hys_u32)q->n;
    b.x = (const double *const *)x;
    b.key = NULL;
    if (!c->has_own) return b;
    const hys__group *g = q->chunk->group;
    const size_t first = g->own_first[c - g->cell->channels.at];
    for (hys_u32 p = 0; p < c->kernel->n_params; p++) {
        double *mine = q->chunk->own[first + p];
        q->work->p[p] = mine ? mine + q->at : c->plain->p[p];
        q->work->p_stride[p] = mine != NULL;
    }
    b.p_stride = q->work->p_stride;
    b.p = (const double *const *)q->work->p;
    return b;
}

hys_out hys__piece_out(const hys__piece *q, int out) {
    return (hys_out){.f = q->work->f[out], .jac = q->work->jac[out]};
}

HYS__CLONES static void add_same(double *restrict i, double *restrict g, const double *restrict di,
                            const double *restrict dg, double w, double wg, size_t n) {
    for (size_t j = 0; j < n; j++) {
        i[j] += w * di[j];
        g[j] += wg * dg[j];
    }
}

HYS__CLONES static void add_own(double *restrict i, double *restrict g, const double *restrict di, const double *restrict dg,
                           const double *restrict w, double voltage, size_t n) {
    for (size_t j = 0; j < n; j++) {
        i[j] += w[j] * di[j];
        g[j] += w[j] * voltage * dg[j];
    }
}

void hys__piece_add(const hys__piece *q, const double *i, const double *g) {
    const double voltage = q->channel->scale.voltage;
    if (q->weight) add_own(q->i, q->g, i, g, q->weight, voltage, q->n);
    else add_same(q->i, q->g, i, g, q->weight_one, q->weight_one * voltage, q->n);
}

/* ---- gates ---- */

typedef struct gate {
    const double *f, *jac, *slope; /* of its rate, of that by itself, of the current by it; slope NULL: 0 */
    double *x, *s, *i;             /* expected and true state; current */
    double per_mass, h;
    double lo, hi;
} gate;

#define STRIDE 8 /* entries of a vector: pieces are whole ones */

HYS__CLONES static void move_gate(const gate *a, size_t n) {
    const double m = -a->per_mass, h = a->h;
    for (size_t j = 0; j < n; j += STRIDE) {
        const hys__v8 rate = m * hys__v8_at(a->f + j), slow = m * hys__v8_at(a->jac + j);
        const hys__v8 was = hys__v8_at(a->s + j), guess = hys__v8_at(a->x + j);
        const hys__v8 now = was + h * hys__phi1(h * slow) * (rate + slow * (was - guess));
        hys__v8_put(a->i + j, hys__v8_at(a->i + j) + hys__v8_at(a->slope + j) * (now - guess));
        hys__v8_put(a->x + j, 2 * now - was);
        hys__v8_put(a->s + j, now);
    }
}

HYS__CLONES static void try_gate(const gate *a, size_t n) {
    const double m = -a->per_mass, h = a->h;
    for (size_t j = 0; j < n; j += STRIDE) {
        const hys__v8 rate = m * hys__v8_at(a->f + j), slow = m * hys__v8_at(a->jac + j), was = hys__v8_at(a->s + j);
        hys__v8_put(a->x + j, was + h * hys__phi1(h * slow) * (rate + slow * (was - hys__v8_at(a->x + j))));
    }
}

static void limit(const gate *a, size_t n) {
    for (size_t j = 0; j < n && (a->lo > -INFINITY || a->hi < INFINITY); j++) {
        a->s[j] = fmin(fmax(a->s[j], a->lo), a->hi);
        a->x[j] = fmin(fmax(a->x[j], a->lo), a->hi);
    }
}

static double *or_zero(const hys__piece *q, double **jac, hys_u32 at) {
    return at == HYS_NONE ? q->work->zero : jac[at];
}

static void put_terminals(const hys__piece *q, double **x) {
    x[0] = q->v;
    x[1] = q->e;
}

static void advance_gates(const hys__piece *q) {
    const hys__channel *c = q->channel;
    hys__work *w = q->work;
    const hys_u32 n = c->n_inner;
    put_terminals(q, w->x);
    for (hys_u32 s = 0; s < n; s++) w->x[2 + s] = q->states[n + s] + q->at;
    const hys_batch in = hys__piece_batch(q, w->x);
    const hys_out out = hys__piece_out(q, 0);
    c->kernel->eval_fj(&c->plain->env, &in, &out);
    for (hys_u32 s = 0; s < n; s++) {
        const gate a = {.f = w->f[0][2 + s],
                        .jac = or_zero(q, w->jac[0], c->jac_ss[s * n + s]),
                        .slope = or_zero(q, w->jac[0], c->jac_is[s]),
                        .x = w->x[2 + s],
                        .s = q->states[s] + q->at,
                        .i = w->f[0][0],
                        .per_mass = c->per_mass[s],
                        .h = q->h,
                        .lo = c->lo[s],
                        .hi = c->hi[s]};
        if (q->repeats) try_gate(&a, q->n);
        else move_gate(&a, q->n);
        limit(&a, q->n);
    }
    if (!q->repeats) hys__piece_add(q, w->f[0][0], or_zero(q, w->jac[0], c->jac_vv));
}

static void advance_static(const hys__piece *q) {
    const hys__channel *c = q->channel;
    hys__work *w = q->work;
    if (q->repeats) return;
    put_terminals(q, w->x);
    const hys_batch in = hys__piece_batch(q, w->x);
    const hys_out out = hys__piece_out(q, 0);
    c->kernel->eval_fj(&c->plain->env, &in, &out);
    hys__piece_add(q, w->f[0][0], or_zero(q, w->jac[0], c->jac_vv));
}

bool hys__channel_advance(const hys__piece *q, size_t *bad) {
    switch (q->channel->kind) {
    case HYS__CHANNEL_STATIC:
        advance_static(q);
        return true;
    case HYS__CHANNEL_GATES:
        advance_gates(q);
        return true;
    case HYS__CHANNEL_SMOOTH:
        return q->repeats || hys__advance_smooth(q, bad);
    default:
        return q->repeats || hys__advance_local(q, bad);
    }
}
