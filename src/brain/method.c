/* Channels in one step.  Potentials stay; states move over the step; then currents and conductances are added.
 *
 * Gates take one evaluation a step: at (V, x), where x is the state that the last two steps let expect at the step's
 * end.  F(s) = F(x) + J (s - x) is exact for a rate that is linear in s, so the new state is exact,
 *     s' = s + h phi1(h J) F(s),   phi1(z) = (exp(z) - 1)/z,
 * and the current at s' is that at x and dI/ds (s' - x), wrong by O(dt^4): s' - x is O(dt^2).  Instances of which a
 * state ends further than LEAP from where it was expected have both evaluated again, at s': their conductance would be
 * that of other states than their current, and potentials would be carried beyond the reversal. */
#include "brain/brain_impl.h"
#include "brain/phi.h"
#include "device/flags.h"
#include <math.h>
#include <string.h>

#define LEAP 0.05 /* of a state between 0 and 1; of others, of itself */

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
    if (q->reversals) {
        q->work->p[c->reversal_param] = q->reversals;
        q->work->p_stride[c->reversal_param] = 1;
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

HYS__CLONES static void add_own(double *restrict i, double *restrict g, const double *restrict di,
                                const double *restrict dg, const double *restrict w, double voltage, size_t n) {
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

/* ---- kinds of channels ---- */

HYS__CLONES static void scale_voltage(const double *restrict v, const double *restrict e, const hys_screen_scale *s,
                                      double *restrict to, size_t n) {
    for (size_t j = 0; j < n; j++) to[j] = s->voltage * (v[j] - e[j]) + s->offset;
}

void hys__piece_voltage(hys__piece *q, const double *v) {
    const hys__channel *c = q->channel;
    const hys__work *w = q->work;
    const bool is_followed = c->ion >= 0 && !c->is_absolute;
    double *e = is_followed ? w->nernst[c->ion] : c->reversals;
    if (c->ion >= 0 && c->reversal_param != HYS_NONE)
        q->reversals = c->is_mv ? w->nernst_mv[c->ion] : w->nernst[c->ion];
    if (c->scale.voltage == 1 && c->scale.offset == 0) {
        q->v = (double *)(uintptr_t)v; /* kernels read terminals */
        q->e = e;
        return;
    }
    scale_voltage(v, e, &c->scale, w->v, q->n);
    q->v = w->v;
    q->e = w->zero;
}

void hys__piece_terminals(const hys__piece *q, double **x) {
    x[0] = q->v;
    x[1] = q->e;
    for (hys_u32 t = 2; t < q->channel->nt; t++) x[t] = hys__ion_row(q, t - 2);
}

void hys__advance_gates(const hys__piece *q) {
    const hys__channel *c = q->channel;
    hys__work *w = q->work;
    const hys_u32 n = c->n_inner;
    const double *s[HYS_STEP_MAX];
    double *to[HYS_STEP_MAX];
    hys__piece_terminals(q, w->x);
    for (hys_u32 k = 0; k < n; k++) {
        s[k] = q->states[k] + q->at;
        w->x[c->nt + k] = q->states[n + k] + q->at;
        to[k] = q->repeats ? w->room[0][k] : q->states[k] + q->at;
    }
    const hys_batch in = hys__piece_batch(q, w->x);
    const hys_gates_args args = {.h = q->h,
                                 .rate = c->rate,
                                 .lo = c->lo,
                                 .hi = c->hi,
                                 .s = s,
                                 .to = to,
                                 .x = w->x + c->nt,
                                 .lead = q->repeats ? 1 : 2, /* states that do not move stay where they are */
                                 .i = q->repeats ? w->left : q->i,
                                 .g = q->repeats ? w->h : q->g,
                                 .weight = q->weight,
                                 .weight_one = q->weight_one,
                                 .slope = c->scale.voltage,
                                 .tolerance = 0.2 * sqrt(q->rtol), /* 1e-4 of the state at most */
                                 .abstol = c->scale_of,
                                 .leap = q->repeats ? INFINITY : LEAP,
                                 .fails = w->ok};
    c->kernel->gates(&c->plain->env, &in, &args);
}

static void advance_static(const hys__piece *q) {
    const hys__channel *c = q->channel;
    hys__work *w = q->work;
    if (q->repeats) return;
    hys__piece_terminals(q, w->x);
    const hys_batch in = hys__piece_batch(q, w->x);
    const hys_out out = hys__piece_out(q, 0);
    c->kernel->eval_fj(&c->plain->env, &in, &out);
    hys__piece_add(q, w->f[0][0], c->jac_vv == HYS_NONE ? w->zero : w->jac[0][c->jac_vv]);
}

bool hys__channel_advance(const hys__piece *q, size_t *bad) {
    switch (q->channel->kind) {
    case HYS__CHANNEL_STATIC:
        advance_static(q);
        return true;
    case HYS__CHANNEL_GATES:
        hys__advance_gates(q);
        return true;
    case HYS__CHANNEL_CURVED:
        return hys__advance_curved(q, bad);
    case HYS__CHANNEL_SMOOTH:
        return q->repeats || hys__advance_smooth(q, bad);
    default:
        return q->repeats || hys__advance_local(q, bad);
    }
}
