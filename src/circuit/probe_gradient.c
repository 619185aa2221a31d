/* Derivatives of probes with respect to the unknowns and their rates. */
#include "circuit/probe.h"
#include <float.h>
#include <math.h>
#include <string.h>

typedef struct target { /* where derivatives are added */
    hys__circuit *c;
    hys__probe_at at;
    double *y, *rate;
} target;

static void add(const hys__circuit *c, double *to, uint32_t i, double value) {
    if (i != c->n) to[i] += value;
}

static void add_across(const target *t, double *to, const hys__elem *e, unsigned a, double value) {
    add(t->c, to, hys__circuit_node(t->c, e, a), value);
    add(t->c, to, hys__circuit_node(t->c, e, a + 1), -value);
}

static void add_kernel(const target *t, uint32_t elem, uint32_t terminal, double scale) {
    const hys__where *w = &t->c->where[elem];
    const hys__group *g = &t->c->groups.at[w->group];
    const hys_kernel *k = g->kernel;
    if (g->m) scale *= g->m[w->at];
    for (hys_u32 e = 0; e < k->n_jac; e++)
        if (k->jac_row[e] == terminal)
            add(t->c, t->y, g->to_y[k->jac_col[e] * g->n_pad + w->at], scale * g->batch->jac[e][w->at]);
    for (hys_u32 e = 0; e < k->n_mass; e++)
        if (k->mass_row[e] == terminal)
            add(t->c, t->rate, g->to_y[k->mass_col[e] * g->n_pad + w->at], scale * g->batch->mass[e][w->at]);
}

/* Behavioural currents without an unknown, by differences along each port: smooth enough for small signals. */
static void add_behavioural(target *t, uint32_t elem, double scale) {
    const hys__where *w = &t->c->where[elem];
    const hys__group *g = &t->c->groups.at[w->group];
    hys__probe_at at = t->at;
    double *y = t->c->room + t->c->n;
    memcpy(y, t->at.y, t->c->n * sizeof *y);
    at.y = y;
    for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++) {
        uint32_t i = g->to_y[u * g->n_pad + w->at];
        if (i == t->c->n) continue;
        double h = cbrt(DBL_EPSILON) * fmax(fabs(y[i]), 1e3 * t->c->abstol[i]), middle = y[i];
        y[i] = middle + h;
        double above = hys__probe_current(t->c, &at, elem, 0), top = y[i];
        y[i] = middle - h;
        double below = hys__probe_current(t->c, &at, elem, 0);
        add(t->c, t->y, i, scale * (above - below) / (top - y[i]));
        y[i] = middle;
    }
}

static void add_switch(const target *t, const hys__switch *s, double scale) {
    double slope, v = 0, g = hys__switch_conductance(t->c, s, t->at.y, &slope);
    if (s->a != t->c->n) v += t->at.y[s->a];
    if (s->b != t->c->n) v -= t->at.y[s->b];
    add(t->c, t->y, s->a, scale * g);
    add(t->c, t->y, s->b, -scale * g);
    add(t->c, t->y, s->ca, scale * slope * v);
    add(t->c, t->y, s->cb, -scale * slope * v);
}

static void add_current(target *t, uint32_t elem, uint32_t terminal, double scale) {
    hys__circuit *c = t->c;
    const hys__elem *e = hys__circuit_elem(c, elem);
    uint32_t branch = hys__circuit_current(c, elem);
    hys__elem_kind kind = e->card->kind;
    if (kind == HYS__ELEM_KERNEL) {
        add_kernel(t, elem, terminal, scale);
        return;
    }
    if (terminal & 1) scale = -scale;
    if (kind == HYS__ELEM_T && terminal >= 2) branch = c->y_of[c->where[elem].branch + 1];
    if (branch != c->n) add(c, t->y, branch, scale);
    else if (kind == HYS__ELEM_R) add_across(t, t->y, e, 0, scale * e->m / e->value);
    else if (kind == HYS__ELEM_C) add_across(t, t->rate, e, 0, scale * e->m * e->value);
    else if (kind == HYS__ELEM_G) add_across(t, t->y, e, 2, scale * e->m * e->value);
    else if (kind == HYS__ELEM_F) add(c, t->y, hys__circuit_current(c, e->control[0]), scale * e->m * e->value);
    else if (kind == HYS__ELEM_B) add_behavioural(t, elem, scale);
    else if (kind == HYS__ELEM_S || kind == HYS__ELEM_W)
        for (size_t k = 0; k < c->switches.n; k++)
            if (c->switches.at[k].elem == elem) add_switch(t, &c->switches.at[k], scale);
}

/* d(v i) = v di + i dv over the terminals. */
static void add_power(target *t, uint32_t elem, double scale) {
    const hys__elem *e = hys__circuit_elem(t->c, elem);
    uint32_t n = e->card->kind == HYS__ELEM_KERNEL ? e->card->n_nodes : e->card->kind == HYS__ELEM_T ? 4 : 2;
    for (uint32_t k = 0; k < n && e->card->kind != HYS__ELEM_K; k++) {
        uint32_t y = hys__circuit_node(t->c, e, k);
        if (y == t->c->n) continue;
        add(t->c, t->y, y, scale * hys__probe_current(t->c, &t->at, elem, k));
        add_current(t, elem, k, scale * t->at.y[y]);
    }
}

static void add_formula(target *t, const hys__probe *probe, const hys__expr *e) {
    if (e->op != HYS__EXPR_V && e->op != HYS__EXPR_I) {
        for (uint32_t k = 0; k < e->n_args; k++) add_formula(t, probe, e->args[k]);
        return;
    }
    hys__circuit *c = t->c;
    hys__probe_at at = t->at;
    const hys__probe alone = {.kind = HYS__PROBE_EXPR, .expr = e};
    double middle = hys__probe_value(c, &at, &alone), h = cbrt(DBL_EPSILON) * fmax(fabs(middle), 1e-3);
    at.leaf = e;
    at.leaf_value = middle + h;
    double above = hys__probe_value(c, &at, probe);
    at.leaf_value = middle - h;
    double slope = (above - hys__probe_value(c, &at, probe)) / (2 * h);
    if (e->op == HYS__EXPR_I) {
        uint32_t elem = hys__flat_expr_elem(c->flat, 0, e);
        add_current(t, elem, hys__circuit_terminal(c, elem, e->name2), slope);
        return;
    }
    add(c, t->y, c->y_of[hys__flat_expr_node(c->flat, 0, e, false)], slope);
    if (e->name2) add(c, t->y, c->y_of[hys__flat_expr_node(c->flat, 0, e, true)], -slope);
}

static void add_state(const target *t, const hys__probe *probe) {
    const hys__circuit *c = t->c;
    const hys__where *w = &c->where[probe->a];
    if (w->group == HYS__NO_PLACE) return;
    const hys__group *g = &c->groups.at[w->group];
    for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++)
        if (strcmp(g->kernel->unknowns[u].name, probe->state) == 0) add(c, t->y, g->to_y[u * g->n_pad + w->at], 1);
}

hys_status hys__circuit_probe_gradient(hys__circuit *c, const hys__probe *probe, const double *y, double *gradient,
                                       double *rate_gradient) {
    target t = {.c = c, .at = {.y = y}, .y = gradient, .rate = rate_gradient};
    memset(gradient, 0, c->n * sizeof *gradient);
    memset(rate_gradient, 0, c->n * sizeof *rate_gradient);
    hys__point at = {.y = y};
    hys__circuit_eval(c, &at, c->room, c->jac);
    switch (probe->kind) {
    case HYS__PROBE_V:
        add(c, gradient, c->y_of[probe->a], 1);
        add(c, gradient, c->y_of[probe->b], -1);
        break;
    case HYS__PROBE_I:
        add_current(&t, probe->a, probe->state ? hys__circuit_terminal(c, probe->a, probe->state) : probe->b, 1);
        break;
    case HYS__PROBE_P:
        for (uint32_t i = probe->is_scope ? 0 : probe->a; i < (probe->is_scope ? c->flat->n_elems : probe->a + 1); i++)
            if (!probe->is_scope || c->flat->elems[i].scope == probe->a) add_power(&t, i, 1);
        break;
    case HYS__PROBE_STATE:
        add_state(&t, probe);
        break;
    case HYS__PROBE_EXPR:
        add_formula(&t, probe, probe->expr);
        break;
    case HYS__PROBE_ENERGY:
        break;
    }
    return HYS_OK;
}
