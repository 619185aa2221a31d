/* Equations: one row per unknown, from the branches as the analog blocks left them.
 *
 *     a flow source          its flow enters the sums of its two nodes; if the flow is read it is an unknown
 *                            i with the row  i - flow
 *     a potential source     an unknown i, row  V(a) - V(b) - potential
 *     either, by condition   an unknown i, row  cond ? V(a) - V(b) - potential : i - flow
 *     indirectly assigned    an unknown i, row  the residual
 *     read only              a short: row  V(a) - V(b)
 *
 * A potential source from an internal node to ground whose flow nobody reads needs no i: its row replaces
 * the sum of flows at the node. */
#include "veriloga/build.h"
#include <string.h>

/* ---- unknowns ---- */

uint32_t vb_unknown_new(vb *b, va_unknown_kind kind, const char *name, hys__span span) {
    va_unknown *u = HYS_PUSH(b->arena, &b->model->unknowns);
    vb_row *row = HYS_PUSH(b->arena, &b->rows);
    if (!u || !row) return VA_GROUND;
    *u = (va_unknown){.kind = kind, .name = name, .units = "", .abstol = 1e-6, .span = span};
    *row = (vb_row){.kcl = vb_num(b, 0), .alias = VB_NONE};
    return (uint32_t)(b->model->unknowns.n - 1);
}

static bool is_taken(const vb *b, const char *name) {
    for (size_t i = 0; i < b->model->unknowns.n; i++)
        if (!strcmp(b->model->unknowns.at[i].name, name)) return true;
    for (size_t i = 0; i < b->nodes.n; i++)
        if (!strcmp(b->nodes.at[i].name, name) && !b->nodes.at[i].is_ground) return true;
    return false;
}

const char *vb_unique_unknown(vb *b, const char *name) {
    const char *unique = name;
    for (unsigned k = 2; is_taken(b, unique) && !vb_failed(b); k++) unique = vb_printf(b, "%s.%u", name, k);
    return unique;
}

/* ---- the current of each branch ---- */

typedef struct source { /* a branch at the end of the evaluation */
    vb_branch *branch;
    va_val flow, pot, is_pot, is_ind, ind;
    va_val is_source; /* of a potential, or indirectly assigned */
    uint32_t a, b;    /* unknowns */
} source;

static va_val branch_slot(vb *b, const vb_branch *branch, int which) {
    return vb_get(b, branch->slots + (uint32_t)which);
}

static source source_of(vb *b, vb_branch *branch) {
    source s = {.branch = branch};
    s.flow = branch_slot(b, branch, VB_FLOW);
    s.pot = branch_slot(b, branch, VB_POT);
    s.is_pot = va_to_bool(b->ir, branch_slot(b, branch, VB_IS_POT));
    s.is_ind = va_to_bool(b->ir, branch_slot(b, branch, VB_IS_IND));
    s.ind = branch_slot(b, branch, VB_IND);
    s.is_source = vb_op2(b, VA_OP_OR, s.is_pot, s.is_ind);
    s.a = vb_node_unknown(b, branch->a);
    s.b = vb_node_unknown(b, branch->b);
    return s;
}

static bool is_below(const vb_inst *inst, const vb_inst *top) {
    while (inst && inst != top) inst = inst->parent;
    return inst != NULL;
}

static void accumulate(vb *b, va_val *sum, va_opcode op, va_val flow) {
    *sum = vb_op2(b, op, *sum, flow);
}

/* The flow leaves a and enters b. */
static void add_flow(vb *b, const vb_branch *branch, va_val flow) {
    b->ir->span = branch->span;
    uint32_t pos = vb_node_unknown(b, branch->a), neg = vb_node_unknown(b, branch->b);
    if (vb_failed(b)) return;
    if (pos != VA_GROUND) accumulate(b, &b->rows.at[pos].kcl, VA_OP_ADD, flow);
    if (neg != VA_GROUND) accumulate(b, &b->rows.at[neg].kcl, VA_OP_SUB, flow);
    for (size_t i = 0; i < b->port_flows.n; i++) {
        const vb_port_flow *port = &b->port_flows.at[i];
        if (!is_below(branch->inst, port->inst)) continue;
        if (port->node == branch->a) accumulate(b, &b->rows.at[port->unknown].kcl, VA_OP_ADD, flow);
        if (port->node == branch->b) accumulate(b, &b->rows.at[port->unknown].kcl, VA_OP_SUB, flow);
    }
}

static void set_own(vb *b, uint32_t unknown, va_val row) {
    if (unknown >= b->rows.n) return;
    b->rows.at[unknown].own = row;
    b->rows.at[unknown].has_own = true;
}

/* ---- potential sources to ground at internal nodes ---- */

static bool has_port_flow(const vb *b, uint32_t node) {
    for (size_t i = 0; i < b->port_flows.n; i++)
        if (b->port_flows.at[i].node == node) return true;
    return false;
}

static bool is_eliminable(vb *b, const source *s) {
    const vb_branch *branch = s->branch;
    double always;
    if (branch->b != VB_NONE || s->a == VA_GROUND || b->nodes.at[branch->a].is_terminal) return false;
    if (branch->is_flow_probed || has_port_flow(b, branch->a)) return false;
    return va_is_const(b->ir, s->is_source, &always) && always != 0;
}

/* V(x) <+ idt(...): the state is the node. */
static bool merge_state(vb *b, const source *s) {
    const va_ins *pot = va_get(b->ir, s->pot);
    double always;
    if (pot->op != VA_OP_PROBE || !va_is_const(b->ir, s->is_pot, &always) || always == 0) return false;
    va_probe probe = b->model->probes.at[pot->imm];
    if (probe.neg != VA_GROUND || b->model->unknowns.at[probe.pos].kind != VA_UNK_STATE) return false;
    vb_row *state = &b->rows.at[probe.pos];
    if (state->alias != VB_NONE) return false;
    state->alias = s->a;
    set_own(b, s->a, state->own);
    va_unknown *node = &b->model->unknowns.at[s->a];
    const va_unknown *old = &b->model->unknowns.at[probe.pos];
    node->is_state = true;
    node->has_init = node->has_init || old->has_init;
    if (old->has_init) node->init = old->init;
    return true;
}

static void eliminate(vb *b, const source *s) {
    if (b->rows.at[s->a].has_own) {
        vb_error(b, s->branch->pot_span, "remove one of them, or put a resistance between",
                 "the potential of '%s' is set twice", b->nodes.at[s->branch->a].name);
        return;
    }
    if (merge_state(b, s)) return;
    va_val row = vb_op2(b, VA_OP_SUB, vb_probe(b, s->a, VA_GROUND), s->pot);
    set_own(b, s->a, vb_select(b, s->is_ind, s->ind, row));
}

/* ---- all branches ---- */

/* V(a,b) <+ 0 under a condition on parameters: the two nodes may become one. */
static void offer_collapse(vb *b, const source *s) {
    double pot, ind;
    const vb_branch *branch = s->branch;
    bool a_inside = !b->nodes.at[branch->a].is_terminal;
    bool b_inside = branch->b != VB_NONE && !b->nodes.at[branch->b].is_terminal;
    if (!va_is_const(b->ir, s->pot, &pot) || pot != 0 || branch->is_flow_probed) return;
    if (!va_is_const(b->ir, s->is_ind, &ind) || ind != 0 || !vb_is_fixed(b, s->is_pot)) return;
    if (!a_inside && !b_inside) return;
    va_collapse *collapse = HYS_PUSH(b->arena, &b->model->collapses);
    if (collapse) *collapse = (va_collapse){.a = s->a, .b = s->b, .flow = branch->flow, .when = s->is_pot};
}

static void make_source(vb *b, const source *s) {
    uint32_t flow = vb_branch_flow(b, s->branch);
    if (vb_failed(b)) return;
    va_val i = vb_probe(b, flow, VA_GROUND);
    va_val as_pot = vb_op2(b, VA_OP_SUB, vb_probe(b, s->a, s->b), s->pot);
    va_val as_flow = vb_op2(b, VA_OP_SUB, i, s->flow);
    va_val row = vb_select(b, s->is_ind, s->ind, vb_select(b, s->is_pot, as_pot, as_flow));
    set_own(b, flow, row);
    add_flow(b, s->branch, i);
    double is_source;
    if (va_is_const(b->ir, s->is_source, &is_source) && is_source == 0) s->branch->flow_value = s->flow;
    offer_collapse(b, s);
}

static void make_branch(vb *b, vb_branch *branch) {
    double is_source;
    if (branch->is_port) return;
    if (branch->slots == VB_NONE) {
        if (branch->flow == VB_NONE) return;
        set_own(b, branch->flow, vb_probe(b, vb_node_unknown(b, branch->a), vb_node_unknown(b, branch->b)));
        add_flow(b, branch, vb_probe(b, branch->flow, VA_GROUND));
        if (branch->is_pot_probed)
            vb_warn(b, branch->probe_span, "contribute a current or a voltage to this branch",
                    "nothing is contributed to '%s', whose flow is read: it is a short circuit",
                    vb_branch_label(b, branch));
        return;
    }
    source s = source_of(b, branch);
    if (vb_failed(b)) return;
    b->ir->span = branch->span;
    if (va_is_const(b->ir, s.is_source, &is_source) && is_source == 0 && !branch->is_flow_probed)
        add_flow(b, branch, s.flow);
    else if (is_eliminable(b, &s)) eliminate(b, &s);
    else make_source(b, &s);
}

/* ---- rows ---- */

static void mark_probed(vb *b, bool *is_probed) {
    for (size_t i = 0; i < b->model->probes.n; i++) {
        va_probe probe = b->model->probes.at[i];
        if (probe.pos != VA_GROUND) is_probed[probe.pos] = true;
        if (probe.neg != VA_GROUND) is_probed[probe.neg] = true;
    }
}

static void make_row(vb *b, uint32_t i, bool is_probed) {
    va_unknown *u = &b->model->unknowns.at[i];
    vb_row *row = &b->rows.at[i];
    double number;
    u->row = row->has_own ? row->own : row->kcl;
    if (u->is_terminal) u->row = row->kcl;
    bool is_empty = !row->has_own && va_is_const(b->ir, row->kcl, &number) && number == 0;
    if (u->kind != VA_UNK_NODE || u->is_terminal || !is_empty || row->alias != VB_NONE) return;
    b->ir->span = u->span;
    va_val held = vb_probe(b, i, VA_GROUND); /* as the gmin of a circuit simulator would hold it */
    b->model->unknowns.at[i].row = held;
    if (is_probed)
        vb_warn(b, u->span, "contribute to it, or make it a port",
                "no current flows into the node '%s': it is held at 0", u->name);
}

static void make_port_flow(vb *b, const vb_port_flow *port) {
    va_val i = vb_probe(b, port->unknown, VA_GROUND);
    set_own(b, port->unknown, vb_op2(b, VA_OP_SUB, i, b->rows.at[port->unknown].kcl));
}

/* Internal nodes under a ddt hold state. */
static void mark_states(vb *b) {
    size_t n = b->ir->ins.n;
    bool *is_in = HYS_NEW_N(b->arena, bool, n + 1);
    if (!is_in) return;
    for (size_t i = 0; i < b->model->ddts.n; i++) is_in[b->model->ddts.at[i].operand] = true;
    for (size_t i = n; i-- > 1;) {
        if (!is_in[i]) continue;
        const va_ins *ins = va_get(b->ir, (va_val)i);
        size_t n_args;
        const va_val *args = va_args(b->ir, (va_val)i, &n_args);
        for (size_t k = 0; k < n_args; k++)
            if (args[k] < i) is_in[args[k]] = true;
        if (ins->op != VA_OP_PROBE) continue;
        va_probe probe = b->model->probes.at[ins->imm];
        uint32_t ends[2] = {probe.pos, probe.neg};
        for (int k = 0; k < 2; k++) {
            if (ends[k] == VA_GROUND) continue;
            va_unknown *u = &b->model->unknowns.at[ends[k]];
            if (u->kind == VA_UNK_NODE && !u->is_terminal) u->is_state = true;
        }
    }
}

void vb_rows_make(vb *b) {
    for (size_t i = 0; i < b->branches.n && !vb_failed(b); i++) make_branch(b, b->branches.at[i]);
    for (size_t i = 0; i < b->port_flows.n && !vb_failed(b); i++) make_port_flow(b, &b->port_flows.at[i]);
    bool *is_probed = HYS_NEW_N(b->arena, bool, b->model->unknowns.n + 1);
    if (!is_probed) return;
    mark_probed(b, is_probed);
    for (uint32_t i = 0; i < b->model->unknowns.n && !vb_failed(b); i++) make_row(b, i, is_probed[i]);
    if (!vb_failed(b)) mark_states(b);
}

/* ---- removing the unknowns that became others ---- */

static uint32_t renamed(const vb *b, const uint32_t *place, uint32_t unknown) {
    if (unknown == VA_GROUND) return unknown;
    uint32_t alias = b->rows.at[unknown].alias;
    return place[alias == VB_NONE ? unknown : alias];
}

void vb_unknowns_compact(vb *b) {
    va_model *model = b->model;
    uint32_t *place = HYS_NEW_N(b->arena, uint32_t, model->unknowns.n + 1), n = 0;
    if (!place) return;
    for (uint32_t i = 0; i < model->unknowns.n; i++) {
        if (b->rows.at[i].alias != VB_NONE || b->rows.at[i].is_gone) continue;
        place[i] = n;
        model->unknowns.at[n++] = model->unknowns.at[i];
    }
    for (size_t i = 0; i < model->probes.n; i++) {
        model->probes.at[i].pos = renamed(b, place, model->probes.at[i].pos);
        model->probes.at[i].neg = renamed(b, place, model->probes.at[i].neg);
    }
    for (size_t i = 0; i < model->collapses.n; i++) {
        va_collapse *collapse = &model->collapses.at[i];
        collapse->a = renamed(b, place, collapse->a);
        collapse->b = renamed(b, place, collapse->b);
        collapse->flow = renamed(b, place, collapse->flow);
    }
    model->unknowns.n = n;
}
