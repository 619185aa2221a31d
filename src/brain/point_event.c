/* Neurons whose spikes fall within steps: the adaptive exponential one, and that of Izhikevich.
 *
 *     C v' = g_leak (e_leak - v + slope exp((v - threshold)/slope)) - w + I(v),  tau_w w' = a (v - e_leak) - w
 *     v' = .04 v^2 + 5 v + 140 - u + I(v)/unit,  u' = a (b v - u)                              (mV, ms)
 *
 * I(v) is what sites and electrodes do over the step, a line of v.  Runge and Kutta's method of order 4 takes sub-steps
 * in which v moves by little, so that the upswing of a spike is followed; the time of the cut is that of the cubic line
 * through both ends.  The rest of the step begins at the reset. */
#include "brain/network_impl.h"
#include <math.h>

#define ADEX_MOVE     0.5  /* of the slope, in a sub-step */
#define IZH_MOVE      2e-3 /* V */
#define IZH_CUT       30e-3
#define MOST_PARTS    4096u /* sub-steps of a step: of a cell that is driven beyond all sense */
#define MOST_EXPONENT 60.0

typedef struct neuron {
    const hys_point *p;
    double i, g;      /* I(v) = i - g v */
    double cut, move; /* V */
} neuron;

typedef struct state {
    double v, w;
} state;

static state rate(const neuron *n, state s) {
    const hys_point *p = n->p;
    const double in = n->i - n->g * s.v + p->bias;
    if (p->kind == HYS_POINT_IZHIKEVICH) {
        const double x = 1e3 * s.v;
        return (state){0.04 * x * x + 5 * x + 140 - s.w + in / p->unit, 1e3 * p->a * (p->b * x - s.w)};
    }
    const double upswing = p->slope * exp(fmin((s.v - p->threshold) / p->slope, MOST_EXPONENT));
    return (state){(p->leak * (p->leak_reversal - s.v + upswing) - s.w + in) / p->capacitance,
                   (p->a * (s.v - p->leak_reversal) - s.w) / p->tau_w};
}

static state along(state s, state r, double h) {
    return (state){s.v + h * r.v, s.w + h * r.w};
}

static state runge_kutta(const neuron *n, state s, state k1, double h) {
    const state k2 = rate(n, along(s, k1, h / 2)), k3 = rate(n, along(s, k2, h / 2)), k4 = rate(n, along(s, k3, h));
    return (state){s.v + h / 6 * (k1.v + 2 * (k2.v + k3.v) + k4.v), s.w + h / 6 * (k1.w + 2 * (k2.w + k3.w) + k4.w)};
}

/* At x from 0 to 1 of the cubic line from a to z with the slopes da, dz. */
static double cubic(double a, double da, double z, double dz, double x) {
    const double y = 1 - x;
    return y * y * ((1 + 2 * x) * a + x * da) + x * x * ((1 + 2 * y) * z - y * dz);
}

static double crossing(double a, double da, double z, double dz, double cut) {
    double lo = 0, hi = 1;
    for (int k = 0; k < 40; k++) {
        const double x = 0.5 * (lo + hi);
        if (cubic(a, da, z, dz, x) < cut) lo = x;
        else hi = x;
    }
    return 0.5 * (lo + hi);
}

/* Goes on by h at most, or to the cut: returns how far it came. */
static double advance(const neuron *n, state *s, double h, bool *is_fired) {
    double left = h;
    *is_fired = s->v >= n->cut;
    for (unsigned k = 0; left > 0 && k < MOST_PARTS && !*is_fired; k++) {
        const state k1 = rate(n, *s);
        const double fit = n->move / fabs(k1.v), part = k + 1 == MOST_PARTS || fit > left ? left : fit;
        state next = runge_kutta(n, *s, k1, part);
        *is_fired = next.v >= n->cut;
        if (*is_fired) {
            const state k2 = rate(n, next);
            const double x = crossing(s->v, part * k1.v, next.v, part * k2.v, n->cut);
            next.w = cubic(s->w, part * k1.w, next.w, part * k2.w, x);
            left += part * (1 - x);
        }
        left = part == left ? 0 : left - part;
        *s = next;
    }
    return h - left;
}

/* While v stays, w goes on towards a line of it. */
static double hold(const hys_point *p, double v, double w, double h) {
    const bool is_izhikevich = p->kind == HYS_POINT_IZHIKEVICH;
    const double target = is_izhikevich ? p->b * 1e3 * v : p->a * (v - p->leak_reversal);
    return target + (w - target) * exp(is_izhikevich ? -1e3 * h * p->a : -h / p->tau_w);
}

static void fire(const hys_brain *b, hys__cohort *c, const neuron *n, size_t j, state *s, double t, double rest) {
    const hys_point *p = n->p;
    const double steps = hys__rest_steps(b, p);
    bool is_again;
    hys__chunk_spike(c, t, j);
    s->v = p->reset;
    s->w += p->kind == HYS_POINT_IZHIKEVICH ? p->d : p->b;
    hys__chunk_row(c, HYS__ROW_LEFT)[j] = steps;
    if (steps > 0) s->w = hold(p, s->v, s->w, rest);
    else advance(n, s, rest, &is_again); /* a second spike comes at the beginning of the next step */
}

void hys__point_event(const hys_brain *b, hys__cohort *c, const double *diagonal, const double *rhs, double t) {
    const hys_point *p = &c->group->cell->firing->point;
    const bool is_izhikevich = p->kind == HYS_POINT_IZHIKEVICH;
    const double h = b->opts.dt;
    double *v = hys__chunk_row(c, HYS__ROW_V), *w = hys__chunk_row(c, HYS__ROW_W);
    double *left = hys__chunk_row(c, HYS__ROW_LEFT);
    for (size_t j = 0; j < c->n_cells; j++) {
        if (left[j] > 0) {
            w[j] = hold(p, v[j], w[j], h);
            left[j]--;
            continue;
        }
        const neuron n = {.p = p,
                          .i = rhs[j] + diagonal[j] * v[j],
                          .g = diagonal[j],
                          .cut = is_izhikevich ? IZH_CUT : p->cut,
                          .move = is_izhikevich ? IZH_MOVE : ADEX_MOVE * p->slope};
        state s = {v[j], w[j]};
        bool is_fired;
        const double gone = advance(&n, &s, h, &is_fired);
        if (is_fired) fire(b, c, &n, j, &s, t + gone, h - gone);
        v[j] = s.v;
        w[j] = s.w;
    }
}
