/* Branches: access functions, probes and contributions. */
#include "veriloga/build.h"
#include <string.h>

static const vb_x nothing = {VA_TYPE_REAL, 0};

/* ---- unknowns of nodes and branches ---- */

uint32_t vb_node_unknown(vb *b, uint32_t node) {
    if (node == VB_NONE || vb_failed(b)) return VA_GROUND;
    vb_node *n = &b->nodes.at[node];
    if (n->unknown != VB_NONE || n->is_ground) return n->unknown;
    uint32_t unknown = vb_unknown_new(b, VA_UNK_NODE, n->name, n->span);
    if (unknown == VA_GROUND) return unknown;
    n->unknown = unknown;
    va_unknown *u = &b->model->unknowns.at[unknown];
    u->has_init = n->init != 0;
    u->init = n->init;
    if (!n->disc) return unknown;
    const vb_nature *nature = n->disc->potential ? n->disc->potential : n->disc->flow;
    if (!nature) return unknown;
    u->units = nature->units;
    u->abstol = n->disc->potential ? n->disc->potential_abstol : n->disc->flow_abstol;
    return unknown;
}

uint32_t vb_probe_index(vb *b, uint32_t pos, uint32_t neg) {
    for (size_t i = 0; i < b->model->probes.n; i++)
        if (b->model->probes.at[i].pos == pos && b->model->probes.at[i].neg == neg) return (uint32_t)i;
    va_probe *probe = HYS_PUSH(b->arena, &b->model->probes);
    if (probe) *probe = (va_probe){pos, neg};
    return (uint32_t)(b->model->probes.n - 1);
}

/* One orientation for both, so that V(a,b) and V(b,a) share their value. */
va_val vb_probe(vb *b, uint32_t pos, uint32_t neg) {
    if (vb_failed(b)) return 0;
    if (pos == neg) return vb_num(b, 0);
    if (pos > neg && neg != VA_GROUND && pos != VA_GROUND) return vb_op1(b, VA_OP_NEG, vb_probe(b, neg, pos));
    if (pos == VA_GROUND) return vb_op1(b, VA_OP_NEG, vb_probe(b, neg, pos));
    return va_leaf(b->ir, VA_OP_PROBE, vb_probe_index(b, pos, neg));
}

const char *vb_branch_label(vb *b, const vb_branch *branch) {
    if (branch->name) return branch->name;
    if (branch->b == VB_NONE) return b->nodes.at[branch->a].name;
    return vb_printf(b, "%s,%s", b->nodes.at[branch->a].name, b->nodes.at[branch->b].name);
}

static const vb_disc *branch_disc(const vb *b, const vb_branch *branch) {
    const vb_disc *disc = branch->a == VB_NONE ? NULL : b->nodes.at[branch->a].disc;
    return disc || branch->b == VB_NONE ? disc : b->nodes.at[branch->b].disc;
}

uint32_t vb_branch_flow(vb *b, vb_branch *branch) {
    if (branch->flow != VB_NONE || vb_failed(b)) return branch->flow;
    const vb_disc *disc = branch_disc(b, branch);
    const vb_nature *nature = disc ? disc->flow : NULL;
    const char *name = vb_printf(b, "%s(%s)", nature ? nature->access : "flow", vb_branch_label(b, branch));
    branch->flow = vb_unknown_new(b, VA_UNK_FLOW, vb_unique_unknown(b, name), branch->span);
    if (branch->flow == VA_GROUND) return branch->flow;
    va_unknown *u = &b->model->unknowns.at[branch->flow];
    u->units = nature ? nature->units : "";
    u->abstol = disc && nature ? disc->flow_abstol : 1e-12;
    return branch->flow;
}

void vb_branch_slots(vb *b, vb_branch *branch) {
    if (branch->slots != VB_NONE) return;
    uint32_t slots = vb_slots_new(b, VB_BRANCH_SLOTS, vb_num(b, 0));
    if (vb_failed(b)) return;
    branch->slots = slots;
    b->slots.at[slots + VB_IS_POT].cur = va_bool(b->ir, false);
    b->slots.at[slots + VB_IS_IND].cur = va_bool(b->ir, false);
}

vb_branch *vb_branch_new(vb *b, const char *name, uint32_t a, uint32_t b_node, hys__span span) {
    vb_branch *branch = HYS_NEW(b->arena, vb_branch);
    vb_branch **kept = HYS_PUSH(b->arena, &b->branches);
    if (!branch || !kept) return NULL;
    *kept = branch;
    if (b_node != VB_NONE && b->nodes.at[b_node].is_ground) b_node = VB_NONE;
    *branch = (vb_branch){
        .name = name, .inst = b->inst, .a = a, .b = b_node, .slots = VB_NONE, .flow = VB_NONE, .span = span};
    return branch;
}

/* The unnamed branch of this instance between two nodes. */
static vb_branch *branch_between(vb *b, uint32_t p, uint32_t n, bool *is_reversed, hys__span span) {
    if (p != VB_NONE && b->nodes.at[p].is_ground) p = VB_NONE;
    if (n != VB_NONE && b->nodes.at[n].is_ground) n = VB_NONE;
    *is_reversed = p == VB_NONE;
    if (*is_reversed) {
        p = n;
        n = VB_NONE;
    }
    if (p == n) {
        vb_error(b, span, NULL, "both ends of this branch are the same node");
        return NULL;
    }
    for (size_t i = 0; i < b->branches.n; i++) {
        vb_branch *branch = b->branches.at[i];
        if (branch->name || branch->inst != b->inst) continue;
        bool same = branch->a == p && branch->b == n, reversed = branch->a == n && branch->b == p;
        if (!same && !reversed) continue;
        *is_reversed ^= reversed;
        return branch;
    }
    return vb_branch_new(b, NULL, p, n, span);
}

/* ---- what an access function names ---- */

static const uint32_t *one_node(vb *b, const va_expr *e) {
    uint32_t n;
    const uint32_t *nodes = vb_net_nodes(b, e, &n);
    if (!nodes || n == 1) return nodes;
    vb_error(b, e->span, "give an index, for example [0]", "a vector of %u nets stands where one is needed", n);
    return NULL;
}

static vb_bus *bus_named(vb *b, const va_expr *e) {
    const va_expr *base = e->kind == VA_INDEX ? e->args[0] : e;
    if (base->kind != VA_NAME || base->is_path) return NULL;
    vb_sym *sym = vb_lookup(b->scope, base->name);
    return sym && sym->kind == VB_SYM_BUS ? sym->bus : NULL;
}

static vb_branch *bus_branch(vb *b, const vb_bus *bus, const va_expr *e) {
    int64_t index;
    if (bus->n == 0) return NULL; /* its declaration was wrong */
    if (e->kind == VA_NAME && !bus->is_vector) return bus->branches[0];
    if (e->kind == VA_NAME || !bus->is_vector) {
        vb_error(b, e->span, NULL,
                 bus->is_vector ? "branch '%s' is a vector: give an index" : "branch '%s' is not a vector", bus->name);
        return NULL;
    }
    if (!vb_constant_int(b, e->args[1], "the index of a branch", &index)) return NULL;
    uint32_t at = vb_element(b, bus->left, bus->right, index, bus->name, e->args[1]->span);
    return at == VB_NONE ? NULL : bus->branches[at];
}

static vb_branch *port_branch(vb *b, const va_expr *e) {
    va_expr port = *e;
    port.kind = VA_NAME;
    const uint32_t *node = one_node(b, &port);
    if (!node) return NULL;
    for (size_t i = 0; i < b->branches.n; i++) {
        vb_branch *branch = b->branches.at[i];
        if (branch->is_port && branch->a == *node && branch->inst == b->inst) return branch;
    }
    const char *name = vb_printf(b, "<%s>", b->nodes.at[*node].name);
    vb_branch *branch = vb_branch_new(b, name, *node, VB_NONE, e->span);
    if (branch) branch->is_port = true;
    return branch;
}

static vb_branch *branch_of(vb *b, const va_expr *e, bool *is_reversed) {
    *is_reversed = false;
    if (e->n_args < 1 || e->n_args > 2) {
        vb_error(b, e->span, "write V(a), V(a, b) or V(branch)", "%s takes one or two nets, or a branch", e->name);
        return NULL;
    }
    const va_expr *first = e->args[0];
    if (first->kind == VA_PORT_FLOW) return port_branch(b, first);
    vb_bus *bus = bus_named(b, first);
    if (bus && e->n_args == 1) return bus_branch(b, bus, first);
    const uint32_t *p = one_node(b, first);
    const uint32_t *n = e->n_args == 2 ? one_node(b, e->args[1]) : NULL;
    if (!p || (e->n_args == 2 && !n)) return NULL;
    uint32_t pos = *p, neg = n ? *n : VB_NONE;
    vb_disc_default(b, pos, false);
    vb_disc_default(b, neg, false);
    return branch_between(b, pos, neg, is_reversed, e->span);
}

static bool is_called(const vb_nature *nature, const char *name) {
    return nature && nature->access && !strcmp(nature->access, name);
}

static const char *accesses(vb *b, const vb_disc *disc) {
    const char *p = disc->potential ? disc->potential->access : NULL;
    const char *f = disc->flow ? disc->flow->access : NULL;
    if (p && f) return vb_printf(b, "its access functions are %s and %s", p, f);
    return vb_printf(b, "its access function is %s", p ? p : f ? f : "none");
}

/* Which of the two natures; a net that has a flow only carries it as its value. */
static bool access_nature(vb *b, const va_expr *e, const vb_disc *disc, vb_access *access) {
    bool generic_pot = !strcmp(e->name, "potential"), generic_flow = !strcmp(e->name, "flow");
    if (disc->potential && (generic_pot || is_called(disc->potential, e->name))) return true;
    if (disc->flow && (generic_flow || is_called(disc->flow, e->name))) {
        access->is_flow = disc->potential != NULL || access->branch->is_port;
        return true;
    }
    const char *net = vb_branch_label(b, access->branch);
    vb_error(b, e->span, accesses(b, disc), "%s is not an access function of '%s', which is %s", e->name, net,
             disc->name);
    return false;
}

bool vb_access_resolve(vb *b, const va_expr *e, vb_access *access) {
    *access = (vb_access){0};
    access->branch = branch_of(b, e, &access->is_reversed);
    if (!access->branch || vb_failed(b)) return false;
    vb_branch *branch = access->branch;
    vb_disc_default(b, branch->a, false);
    vb_disc_default(b, branch->b, false);
    const vb_disc *disc = branch_disc(b, branch);
    if (!disc) { /* all ground, or an unknown discipline already reported */
        disc = vb_disc_find(b, "electrical");
        if (!disc) return false;
    }
    const vb_disc *other = branch->b == VB_NONE ? NULL : b->nodes.at[branch->b].disc;
    if (other && other->potential != disc->potential) {
        vb_error(b, e->span, "a branch joins nets of one discipline", "'%s' is %s, but '%s' is %s",
                 b->nodes.at[branch->a].name, disc->name, b->nodes.at[branch->b].name, other->name);
        return false;
    }
    if (!access_nature(b, e, disc, access)) return false;
    if (branch->is_port && !access->is_flow) {
        vb_error(b, e->span, NULL, "a port branch has a flow only");
        return false;
    }
    return true;
}

/* ---- probes ---- */

static uint32_t port_flow(vb *b, vb_branch *branch) {
    if (branch->flow != VB_NONE) return branch->flow;
    uint32_t flow = vb_branch_flow(b, branch);
    vb_port_flow *port = HYS_PUSH(b->arena, &b->port_flows);
    if (!port || flow == VA_GROUND) return flow;
    b->model->unknowns.at[flow].kind = VA_UNK_AUX;
    *port = (vb_port_flow){branch->inst, branch->a, flow};
    return flow;
}

/* "I(out) <+ i" in one module and I(in) in another, on one net of a discipline with flow only: the flows out of the
 * net add up to 0, so what the reader takes is -i. */
static bool takes_flow(const vb *b, const va_expr *e) {
    if (!b->inst || !b->inst->parent || e->n_args != 1 || e->args[0]->kind != VA_NAME) return false;
    const vb_sym *sym = vb_lookup(b->scope, e->args[0]->name);
    if (!sym || sym->kind != VB_SYM_NET || !sym->net->is_port || sym->net->dir != VA_INPUT) return false;
    const vb_disc *disc = b->nodes.at[sym->net->nodes[0]].disc;
    return disc && disc->flow && !disc->potential;
}

vb_x vb_access_value(vb *b, const va_expr *e) {
    vb_access access;
    if (!vb_allowed(b, e->span, "an access function")) return nothing;
    if (!vb_access_resolve(b, e, &access)) return nothing;
    vb_branch *branch = access.branch;
    va_val v;
    b->ir->span = e->span;
    if (access.is_flow) {
        branch->is_flow_probed = true;
        branch->probe_span = e->span;
        v = vb_probe(b, branch->is_port ? port_flow(b, branch) : vb_branch_flow(b, branch), VA_GROUND);
    } else {
        branch->is_pot_probed = true;
        uint32_t pos = vb_node_unknown(b, branch->a), neg = vb_node_unknown(b, branch->b);
        v = vb_probe(b, pos, neg);
    }
    if (takes_flow(b, e)) access.is_reversed = !access.is_reversed;
    return vb_real_x(access.is_reversed ? vb_op1(b, VA_OP_NEG, v) : v);
}

/* ---- contributions ---- */

static bool may_contribute(vb *b, hys__span span) {
    if (b->func) {
        vb_error(b, span, "return a value and contribute it in the analog block",
                 "a function cannot contribute to a branch");
        return false;
    }
    if (b->where != VB_IN_ANALOG) {
        vb_error(b, span, "move it to the analog block", "\"analog initial\" cannot contribute to a branch");
        return false;
    }
    return true;
}

static bool target_resolve(vb *b, const va_expr *lhs, vb_access *access) {
    if (lhs->kind != VA_CALL || !vb_is_access(b, lhs->name)) {
        vb_error(b, lhs->span, "the left side of <+ is for example I(a, b) or V(a, b)",
                 "this cannot take a contribution");
        return false;
    }
    if (!vb_access_resolve(b, lhs, access)) return false;
    if (access->branch->is_port) {
        vb_error(b, lhs->span, "contribute to I(p) instead", "a port flow can only be read");
        return false;
    }
    vb_branch_slots(b, access->branch);
    vb_node_unknown(b, access->branch->a);
    vb_node_unknown(b, access->branch->b);
    return !vb_failed(b);
}

static void set_branch(vb *b, const vb_branch *branch, int which, va_val v) {
    vb_set(b, branch->slots + (uint32_t)which, v);
}

static void warn_discarded(vb *b, const vb_branch *branch, bool is_flow, hys__span span) {
    double number, is_pot;
    if (b->facts.n > 0 || !va_is_const(b->ir, vb_get(b, branch->slots + VB_IS_POT), &is_pot)) return;
    va_val lost = vb_get(b, branch->slots + (is_flow ? VB_POT : VB_FLOW));
    bool has_lost = !va_is_const(b->ir, lost, &number) || (is_flow && is_pot != 0);
    if (!has_lost) return;
    vb_warn(b, span, "a branch is a voltage source or a current source; the last contribution decides",
            "this discards the %s contributed to the same branch before", is_flow ? "potential" : "flow");
}

/* Industry models contribute the noise current of a resistance whether or not V(a,b) <+ 0 has removed it: noise
 * alone does not turn a voltage source into a current source. */
static bool is_noise(const vb *b, va_val v) {
    const va_ins *ins = va_get(b->ir, v);
    if (ins->op == VA_OP_NEG) return is_noise(b, ins->a);
    if (ins->op == VA_OP_MUL) return is_noise(b, ins->a) || is_noise(b, ins->b);
    return ins->op == VA_OP_NOISE;
}

static void add(vb *b, const vb_branch *branch, bool is_flow, va_val v) {
    int sum = is_flow ? VB_FLOW : VB_POT, lost = is_flow ? VB_POT : VB_FLOW;
    va_val before = vb_get(b, branch->slots + (uint32_t)sum);
    set_branch(b, branch, sum, vb_op2(b, VA_OP_ADD, before, v));
    if (is_flow && is_noise(b, v)) return;
    set_branch(b, branch, lost, vb_num(b, 0));
    set_branch(b, branch, VB_IS_POT, va_bool(b->ir, !is_flow));
    set_branch(b, branch, VB_IS_IND, va_bool(b->ir, false));
}

void vb_contribute(vb *b, const va_stmt *s) {
    vb_access access;
    if (!may_contribute(b, s->lhs->span)) return;
    if (!target_resolve(b, s->lhs, &access)) {
        vb_eval(b, s->rhs); /* for its own mistakes */
        return;
    }
    vb_branch *branch = access.branch;
    bool is_node = !access.is_flow && branch->b == VB_NONE;
    b->target = access.is_flow ? NULL : is_node ? b->nodes.at[branch->a].name : vb_branch_label(b, branch);
    b->target_node = is_node ? branch->a : VB_NONE;
    const vb_disc *disc = branch_disc(b, branch);
    b->source_nature = !disc ? NULL : access.is_flow ? disc->flow : disc->potential;
    va_val v = vb_eval_real(b, s->rhs);
    b->target = NULL;
    b->source_nature = NULL;
    b->target_node = VB_NONE;
    b->ir->span = s->lhs->span;
    if (access.is_reversed) v = vb_op1(b, VA_OP_NEG, v);
    if (vb_failed(b)) return;
    const vb_nature *nature = !disc ? NULL : access.is_flow || !disc->potential ? disc->flow : disc->potential;
    if (nature) vb_check_units(b, v, nature->units, true, s->span, "this contributes a value of another unit");
    if (!(access.is_flow && is_noise(b, v))) warn_discarded(b, branch, access.is_flow, s->lhs->span);
    *(access.is_flow ? &branch->flow_span : &branch->pot_span) = s->lhs->span;
    add(b, branch, access.is_flow, v);
}

/* lhs : cond == rhs.  The branch carries whatever flow makes the equation hold. */
void vb_indirect(vb *b, const va_stmt *s) {
    vb_access access;
    if (!may_contribute(b, s->lhs->span)) return;
    bool ok = target_resolve(b, s->lhs, &access);
    va_val left = vb_eval_real(b, s->cond), right = vb_eval_real(b, s->rhs);
    if (!ok || vb_failed(b)) return;
    vb_branch *branch = access.branch;
    b->ir->span = s->lhs->span;
    branch->pot_span = s->lhs->span;
    set_branch(b, branch, VB_FLOW, vb_num(b, 0));
    set_branch(b, branch, VB_POT, vb_num(b, 0));
    set_branch(b, branch, VB_IS_POT, va_bool(b->ir, false));
    set_branch(b, branch, VB_IS_IND, va_bool(b->ir, true));
    set_branch(b, branch, VB_IND, vb_op2(b, VA_OP_SUB, left, right));
}
