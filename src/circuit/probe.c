/* What is read off a solution: potentials, currents, powers, energies, states, formulas of these. */
#include "circuit/probe.h"
#include "circuit/circuit_impl.h"
#include "circuit/expr_functions.h"
#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- evaluation at the point, once for all probes of it ---- */

static hys_status visit(hys__circuit *c, const hys__probe_at *at) {
    if (c->probe_evals == c->n_evals && c->n_evals && c->probe_t == at->t && c->probe_has_rates == (at->yp != NULL) &&
        memcmp(c->y, at->y, c->n * sizeof *at->y) == 0)
        return HYS_OK;
    hys__point point = {at->t, 0, at->y, at->yp};
    hys__circuit_eval(c, &point, c->room, NULL);
    c->probe_evals = c->n_evals;
    c->probe_t = at->t;
    c->probe_has_rates = at->yp != NULL;
    c->has_opvars = false;
    return HYS_OK;
}

static void visit_opvars(hys__circuit *c) {
    for (size_t j = 0; !c->has_opvars && j < c->groups.n; j++) {
        hys__group *g = &c->groups.at[j];
        if (g->kernel->n_opvars) g->kernel->opvars_fn(&g->batch->env, &g->batch->in, &g->batch->out);
    }
    c->has_opvars = true;
}

/* ---- currents ---- */

static double at_y(const hys__circuit *c, const double *y, uint32_t i) {
    return y && i != c->n ? y[i] : 0;
}

static double across(const hys__circuit *c, const hys__elem *e, const double *y, unsigned a, unsigned b) {
    return at_y(c, y, hys__circuit_node(c, e, a)) - at_y(c, y, hys__circuit_node(c, e, b));
}

void hys__group_rows(const hys__group *g, size_t instance, uint32_t terminal, unsigned char *is_in) {
    const hys_kernel *k = g->kernel;
    memset(is_in, 0, k->n_unknowns);
    is_in[terminal] = 1;
    for (bool grew = true; grew;) {
        grew = false;
        for (hys_u32 e = 0; e < k->n_collapses; e++) {
            hys_u32 a = k->collapses[e].a, b = k->collapses[e].b;
            if (g->collapse[e * g->n + instance] == 0 || a == HYS_NONE || b == HYS_NONE || is_in[a] == is_in[b])
                continue;
            hys_u32 fresh = is_in[a] ? b : a;
            if (fresh < k->n_terminals) continue;
            is_in[fresh] = 1;
            grew = true;
        }
    }
}

static double kernel_current(hys__circuit *c, const hys__probe_at *at, uint32_t elem, uint32_t terminal) {
    const hys__where *w = &c->where[elem];
    const hys__group *g = &c->groups.at[w->group];
    const hys_kernel *k = g->kernel;
    unsigned char *is_in = c->marks;
    double sum = 0;
    visit(c, at);
    hys__group_rows(g, w->at, terminal, is_in);
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        if (is_in[u]) sum += g->batch->f[u][w->at];
    for (hys_u32 e = 0; at->yp && e < k->n_mass; e++)
        if (is_in[k->mass_row[e]])
            sum += g->batch->mass[e][w->at] * at_y(c, at->yp, g->to_y[k->mass_col[e] * g->n_pad + w->at]);
    return g->m ? g->m[w->at] * sum : sum;
}

static double behavioural_current(hys__circuit *c, const hys__probe_at *at, uint32_t elem) {
    const hys__where *w = &c->where[elem];
    if (w->group == HYS__NO_PLACE) return NAN;
    const hys__group *g = &c->groups.at[w->group];
    const hys__behavioural_part *part = &g->behavioural->parts[w->part];
    if (part->unknown != HYS__NO_UNKNOWN) return at_y(c, at->y, g->to_y[part->unknown * g->n_pad + w->at]);
    visit(c, at);
    visit_opvars(c);
    return part->opvar < g->kernel->n_opvars ? g->batch->opvar[part->opvar][w->at] : NAN;
}

static double switch_current(const hys__circuit *c, uint32_t elem, const double *y, double v) {
    for (size_t k = 0; k < c->switches.n; k++)
        if (c->switches.at[k].elem == elem) return v * hys__switch_conductance(c, &c->switches.at[k], y, NULL);
    return NAN;
}

/* Into the first node, through the element. */
static double two_pole_current(hys__circuit *c, const hys__probe_at *at, uint32_t elem) {
    const hys__elem *e = hys__circuit_elem(c, elem);
    uint32_t branch = hys__circuit_current(c, elem);
    if (e->card->kind == HYS__ELEM_B) return behavioural_current(c, at, elem);
    if (branch != c->n) return at->y[branch];
    switch (e->card->kind) {
    case HYS__ELEM_R:
        return across(c, e, at->y, 0, 1) * e->m / e->value;
    case HYS__ELEM_C:
        return across(c, e, at->yp, 0, 1) * e->m * e->value;
    case HYS__ELEM_G:
        return across(c, e, at->y, 2, 3) * e->m * e->value;
    case HYS__ELEM_F:
        return at_y(c, at->y, hys__circuit_current(c, e->control[0])) * e->m * e->value;
    case HYS__ELEM_I:
        return c->source_scale * hys__circuit_source_value(c, c->where[elem].at, at->t);
    case HYS__ELEM_S:
    case HYS__ELEM_W:
        return switch_current(c, elem, at->y, across(c, e, at->y, 0, 1));
    default:
        return NAN;
    }
}

static uint32_t n_terminals(const hys__elem *e) {
    hys__elem_kind kind = e->card->kind;
    return kind == HYS__ELEM_KERNEL ? e->card->n_nodes : kind == HYS__ELEM_K ? 0 : kind == HYS__ELEM_T ? 4 : 2;
}

double hys__probe_current(hys__circuit *c, const hys__probe_at *at, uint32_t elem, uint32_t terminal) {
    const hys__elem *e = hys__circuit_elem(c, elem);
    if (terminal >= n_terminals(e)) return NAN;
    if (e->card->kind == HYS__ELEM_KERNEL) return kernel_current(c, at, elem, terminal);
    double i = e->card->kind == HYS__ELEM_T && terminal >= 2 ? at->y[c->y_of[c->where[elem].branch + 1]]
                                                             : two_pole_current(c, at, elem);
    return terminal & 1 ? -i : i;
}

/* ---- power and energy ---- */

static double elem_power(hys__circuit *c, const hys__probe_at *at, uint32_t elem) {
    const hys__elem *e = hys__circuit_elem(c, elem);
    double sum = 0;
    for (uint32_t t = 0; t < n_terminals(e); t++) {
        uint32_t y = hys__circuit_node(c, e, t);
        if (y == c->n || strcmp(hys__circuit_unit(c, y), "V") != 0) continue;
        sum += at->y[y] * hys__probe_current(c, at, elem, t);
    }
    return sum;
}

static bool lies_in(const hys__circuit *c, uint32_t scope, uint32_t outer) {
    while (scope != outer && scope != 0) scope = c->flat->scopes[scope].parent;
    return scope == outer;
}

double hys__probe_power(hys__circuit *c, const hys__probe_at *at, uint32_t a, bool is_scope) {
    double sum = 0;
    if (!is_scope) return elem_power(c, at, a);
    for (uint32_t i = 0; i < c->flat->n_elems; i++)
        if (lies_in(c, c->flat->elems[i].scope, a)) sum += elem_power(c, at, i);
    return sum;
}

/* An energy is summed from the first time that it is asked for. */
static double energy(hys__circuit *c, const hys__probe_at *at, const hys__probe *probe) {
    hys__energy *e = hys__circuit_energy(c, probe);
    (void)at;
    return e ? e->sum : NAN;
}

hys__energy *hys__circuit_energy(hys__circuit *c, const hys__probe *probe) {
    for (size_t k = 0; k < c->energies.n; k++)
        if (c->energies.at[k].a == probe->a && c->energies.at[k].is_scope == probe->is_scope) return &c->energies.at[k];
    hys__energy *e = HYS_PUSH(&c->arena, &c->energies);
    if (e) *e = (hys__energy){.a = probe->a, .is_scope = probe->is_scope, .t = NAN};
    return e;
}

/* ---- states ---- */

static double own_quantity(hys__circuit *c, const hys__probe_at *at, uint32_t elem, const char *name) {
    if (strcasecmp(name, "i") == 0) return hys__probe_current(c, at, elem, 0);
    if (strcasecmp(name, "p") == 0) return elem_power(c, at, elem);
    if (strcasecmp(name, "v") == 0 && n_terminals(hys__circuit_elem(c, elem)) > 1)
        return across(c, hys__circuit_elem(c, elem), at->y, 0, 1);
    return NAN;
}

static bool named(const char *a, const char *b) {
    return a && strcasecmp(a, b) == 0;
}

typedef enum quantity_kind { NOT_THERE, STATE, OUTPUT, UNKNOWN, PARAMETER } quantity_kind;
typedef struct quantity {
    quantity_kind kind;
    uint32_t at;
} quantity;

static quantity unknown_named(const hys_kernel *k, hys_u32 from, hys_u32 to, const char *name) {
    for (hys_u32 u = from; u < to; u++)
        if (named(k->unknowns[u].name, name)) return (quantity){UNKNOWN, u};
    return (quantity){NOT_THERE, 0};
}

/* What a model computes comes before its terminals, whose potentials and currents have names of their own. */
static quantity quantity_named(const hys__group *g, const char *name) {
    const hys_kernel *k = g->kernel;
    for (uint32_t s = 0; s < g->model->n_states; s++)
        if (named(g->model->states[s].name, name)) return (quantity){STATE, s};
    for (hys_u32 o = 0; o < k->n_opvars; o++)
        if (named(k->opvars[o].name, name)) return (quantity){OUTPUT, o};
    quantity found = unknown_named(k, k->n_terminals, k->n_unknowns, name);
    if (found.kind) return found;
    for (hys_u32 p = 0; p < k->n_params; p++)
        if (named(k->params[p].name, name)) return (quantity){PARAMETER, p};
    return unknown_named(k, 0, k->n_terminals, name);
}

static bool is_kernel(const hys__circuit *c, uint32_t elem) {
    hys__elem_kind kind = c->flat->elems[elem].card->kind;
    return c->where[elem].group != HYS__NO_PLACE && kind != HYS__ELEM_V && kind != HYS__ELEM_I;
}

bool hys__probe_is_known(const hys__circuit *c, uint32_t elem, const char *name) {
    if (!is_kernel(c, elem) || named("i", name) || named("p", name) || named("v", name)) return true;
    return quantity_named(&c->groups.at[c->where[elem].group], name).kind != NOT_THERE;
}

static double state(hys__circuit *c, const hys__probe_at *at, uint32_t elem, const char *name) {
    const hys__where *w = &c->where[elem];
    if (!is_kernel(c, elem)) return own_quantity(c, at, elem, name);
    hys__group *g = &c->groups.at[w->group];
    quantity q = quantity_named(g, name);
    visit(c, at);
    switch (q.kind) {
    case STATE:
        if (g->model->states[q.at].is_retained) return g->batch->r[g->model->state_index[q.at]][w->at];
        return at_y(c, at->y, g->to_y[g->model->state_index[q.at] * g->n_pad + w->at]);
    case OUTPUT:
        visit_opvars(c);
        return g->batch->opvar[q.at][w->at];
    case UNKNOWN:
        return at_y(c, at->y, g->to_y[q.at * g->n_pad + w->at]);
    case PARAMETER:
        return g->batch->p[q.at][g->batch->has_own_params ? w->at : 0];
    default:
        return own_quantity(c, at, elem, name);
    }
}

/* ---- formulas ---- */

#define ARGS_MAX 64

static double formula(hys__circuit *c, const hys__probe_at *at, const hys__expr *e);

static double call(hys__circuit *c, const hys__probe_at *at, const hys__expr *e) {
    double args[ARGS_MAX];
    if (e->n_args > ARGS_MAX || e->index >= HYS__FN_N || !hys__functions[e->index].eval) return NAN;
    for (uint32_t k = 0; k < e->n_args; k++) args[k] = formula(c, at, e->args[k]);
    return hys__functions[e->index].eval(args, e->n_args);
}

static double leaf(hys__circuit *c, const hys__probe_at *at, const hys__expr *e) {
    if (at->leaf == e) return at->leaf_value;
    uint32_t elem = e->op == HYS__EXPR_I ? hys__flat_expr_elem(c->flat, 0, e) : 0;
    if (e->op == HYS__EXPR_I && elem >= c->flat->n_elems) return NAN;
    if (e->op == HYS__EXPR_I) return hys__probe_current(c, at, elem, hys__circuit_terminal(c, elem, e->name2));
    double b = e->name2 ? at_y(c, at->y, c->y_of[hys__flat_expr_node(c->flat, 0, e, true)]) : 0;
    return at_y(c, at->y, c->y_of[hys__flat_expr_node(c->flat, 0, e, false)]) - b;
}

static double formula(hys__circuit *c, const hys__probe_at *at, const hys__expr *e) {
    switch (e->op) {
    case HYS__EXPR_NUMBER:
        return e->number;
    case HYS__EXPR_PARAM:
        return hys__flat_expr_param(c->flat, 0, e);
    case HYS__EXPR_V:
    case HYS__EXPR_I:
        return leaf(c, at, e);
    case HYS__EXPR_TIME:
        return at->t;
    case HYS__EXPR_TEMPER:
        return c->temp - 273.15;
    case HYS__EXPR_NEG:
        return -formula(c, at, e->args[0]);
    case HYS__EXPR_NOT:
        return formula(c, at, e->args[0]) == 0;
    case HYS__EXPR_COND:
        return formula(c, at, e->args[0]) != 0 ? formula(c, at, e->args[1]) : formula(c, at, e->args[2]);
    case HYS__EXPR_CALL:
        return call(c, at, e);
    case HYS__EXPR_ARG:
    case HYS__EXPR_HERTZ:
        return NAN;
    default:
        return hys__expr_of_two(e->op, formula(c, at, e->args[0]), formula(c, at, e->args[1]));
    }
}

double hys__probe_value(hys__circuit *c, const hys__probe_at *at, const hys__probe *p) {
    switch (p->kind) {
    case HYS__PROBE_V:
        return at_y(c, at->y, c->y_of[p->a]) - at_y(c, at->y, c->y_of[p->b]);
    case HYS__PROBE_I:
        return hys__probe_current(c, at, p->a, p->state ? hys__circuit_terminal(c, p->a, p->state) : p->b);
    case HYS__PROBE_P:
        return hys__probe_power(c, at, p->a, p->is_scope);
    case HYS__PROBE_ENERGY:
        return energy(c, at, p);
    case HYS__PROBE_STATE:
        return state(c, at, p->a, p->state);
    case HYS__PROBE_EXPR:
        return formula(c, at, p->expr);
    }
    return NAN;
}

hys_status hys__circuit_probe(hys__circuit *c, const hys__probe *probe, double t, const double *y, const double *yp,
                              double *value) {
    const hys__probe_at at = {.t = t, .y = y, .yp = yp};
    *value = hys__probe_value(c, &at, probe);
    return c->arena.failed ? HYS_NOMEM : HYS_OK;
}
