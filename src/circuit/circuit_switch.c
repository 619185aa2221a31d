/* Switches S and W: a resistance that changes where a control passes a threshold, with hysteresis; or, as LTspice has
 * it for vh < 0 and PSpice for von and voff, one whose logarithm goes from off to on along a cubic:
 *
 *     ln G = (ln Gon + ln Goff) / 2 + (ln Gon - ln Goff) / 4 (3 u - u^3),    u = (control - vt) / |vh| within -1 and 1
 */
#include "circuit/circuit_impl.h"
#include <math.h>

#define DEFAULT_ROFF 1e12 /* ohm, as ngspice */

static hys_status make_switch(hys__circuit *c, uint32_t elem) {
    const hys__elem *e = hys__circuit_elem(c, elem);
    hys__switch *s = HYS_PUSH(&c->layout, &c->switches);
    if (!s) return HYS_NOMEM;
    *s = (hys__switch){.elem = elem, .a = hys__circuit_node(c, e, 0), .b = hys__circuit_node(c, e, 1)};
    bool is_voltage = e->card->kind == HYS__ELEM_S;
    s->ca = is_voltage ? hys__circuit_node(c, e, 2) : hys__circuit_current(c, e->control[0]);
    s->cb = is_voltage ? hys__circuit_node(c, e, 3) : c->n;
    s->branch = hys__circuit_current(c, elem);
    s->is_smooth = e->values[1] < 0;
    uint32_t rows[2] = {s->branch != c->n ? s->branch : s->a, s->branch != c->n ? c->n : s->b};
    for (unsigned k = 0; k < 4; k++) s->by[k] = hys__circuit_entry(c, rows[k / 2], k % 2 ? s->cb : s->ca);
    if (s->branch != c->n) {
        s->at_branch = hys__circuit_entry(c, s->branch, s->branch);
        return HYS_OK;
    }
    s->at[0] = hys__circuit_entry(c, s->a, s->a);
    s->at[1] = hys__circuit_entry(c, s->b, s->b);
    s->at[2] = hys__circuit_entry(c, s->a, s->b);
    s->at[3] = hys__circuit_entry(c, s->b, s->a);
    return HYS_OK;
}

hys_status hys__switches_make(hys__circuit *c) {
    hys_status status = HYS_OK;
    for (uint32_t i = 0; i < c->flat->n_elems && status == HYS_OK; i++) {
        hys__elem_kind kind = c->flat->elems[i].card->kind;
        if (kind == HYS__ELEM_S || kind == HYS__ELEM_W) status = make_switch(c, i);
    }
    hys__switches_values(c);
    return status;
}

void hys__switches_values(hys__circuit *c) {
    for (size_t i = 0; i < c->switches.n; i++) {
        hys__switch *s = &c->switches.at[i];
        const hys__elem *e = hys__circuit_elem(c, s->elem);
        double threshold = e->values[0], half = fabs(e->values[1]);
        s->on = s->is_smooth ? INFINITY : threshold + half;
        s->off = s->is_smooth ? -INFINITY : threshold - half;
        s->middle = threshold;
        s->half = half;
        s->ron = (e->values[2] > 0 ? e->values[2] : 1) / e->m;
        s->roff = (e->values[3] > 0 ? e->values[3] : DEFAULT_ROFF) / e->m;
    }
}

double hys__switch_control(const hys__circuit *c, const hys__switch *s, const double *y) {
    double a = s->ca == c->n ? 0 : y[s->ca], b = s->cb == c->n ? 0 : y[s->cb];
    return a - b;
}

bool hys__switches_update(hys__circuit *c, const double *y) {
    bool changed = false;
    for (size_t i = 0; i < c->switches.n; i++) {
        hys__switch *s = &c->switches.at[i];
        double control = hys__switch_control(c, s, y);
        bool is_on = control > s->on || (s->is_on && control >= s->off);
        changed = changed || is_on != s->is_on;
        s->is_on = is_on;
    }
    return changed;
}

double hys__switch_conductance(const hys__circuit *c, const hys__switch *s, const double *y, double *slope) {
    if (slope) *slope = 0;
    if (!s->is_smooth) return 1 / (s->is_on ? s->ron : s->roff);
    double u = (hys__switch_control(c, s, y) - s->middle) / s->half, span = log(s->roff / s->ron);
    if (u >= 1) return 1 / s->ron;
    if (u <= -1) return 1 / s->roff;
    double g = exp(0.25 * span * u * (3 - u * u)) / sqrt(s->ron * s->roff);
    if (slope) *slope = 0.75 * g * span * (1 - u * u) / s->half;
    return g;
}

/* With its current as an unknown: v - i / G = 0. */
static void eval_branch(const hys__switch *s, double g, double slope, const double *y, double *f, double *jac) {
    f[s->branch] -= y[s->branch] / g;
    if (!jac) return;
    jac[s->at_branch] -= 1 / g;
    if (!s->is_smooth) return;
    jac[s->by[0]] += y[s->branch] / (g * g) * slope;
    jac[s->by[1]] -= y[s->branch] / (g * g) * slope;
}

void hys__switches_eval(hys__circuit *c, const double *y, double *f, double *jac) {
    for (size_t i = 0; i < c->switches.n; i++) {
        const hys__switch *s = &c->switches.at[i];
        double slope, g = hys__switch_conductance(c, s, y, &slope);
        if (s->branch != c->n) {
            eval_branch(s, g, slope, y, f, jac);
            continue;
        }
        double v = y[s->a] - y[s->b];
        f[s->a] += g * v;
        f[s->b] -= g * v;
        if (!jac) continue;
        for (unsigned k = 0; k < 4; k++) jac[s->at[k]] += k < 2 ? g : -g;
        for (unsigned k = 0; s->is_smooth && k < 4; k++) jac[s->by[k]] += (k == 0 || k == 3 ? 1 : -1) * slope * v;
    }
}
