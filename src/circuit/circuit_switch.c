/* Switches S and W: a resistance that changes where a control passes a threshold, with hysteresis. */
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
        s->on = threshold + half;
        s->off = threshold - half;
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

void hys__switches_eval(hys__circuit *c, const double *y, double *f, double *jac) {
    for (size_t i = 0; i < c->switches.n; i++) {
        const hys__switch *s = &c->switches.at[i];
        double r = s->is_on ? s->ron : s->roff;
        if (s->branch != c->n) {
            f[s->branch] -= r * y[s->branch];
            if (jac) jac[s->at_branch] -= r;
            continue;
        }
        double i_ab = (y[s->a] - y[s->b]) / r;
        f[s->a] += i_ab;
        f[s->b] -= i_ab;
        if (!jac) continue;
        jac[s->at[0]] += 1 / r;
        jac[s->at[1]] += 1 / r;
        jac[s->at[2]] -= 1 / r;
        jac[s->at[3]] -= 1 / r;
    }
}
