/* Nodes, nets and declared branches. */
#include "veriloga/build.h"
#include <string.h>

/* ---- nodes ---- */

uint32_t vb_node_new(vb *b, const char *name, hys__span span) {
    vb_node *node = HYS_PUSH(b->arena, &b->nodes);
    if (!node) return 0;
    uint32_t index = (uint32_t)(b->nodes.n - 1);
    *node = (vb_node){.name = name, .span = span, .unknown = VB_NONE};
    return index;
}

static void ground(vb *b, uint32_t node, hys__span span) {
    if (b->nodes.at[node].is_terminal) {
        vb_error(b, span, "remove it from the ports, or from ground", "the port '%s' cannot be ground",
                 b->nodes.at[node].name);
        return;
    }
    b->nodes.at[node].is_ground = true;
    b->nodes.at[node].unknown = VA_GROUND;
}

static bool is_same_disc(const vb_disc *a, const vb_disc *c) {
    return (!a->potential || !c->potential || a->potential == c->potential) &&
           (!a->flow || !c->flow || a->flow == c->flow);
}

static void set_disc(vb *b, uint32_t node, const vb_disc *disc, hys__span span) {
    vb_node *n = &b->nodes.at[node];
    if (disc->is_discrete) {
        vb_error(b, span, "only analog nets are simulated here",
                 "'%s' has the discrete discipline '%s', which needs a digital simulator", n->name, disc->name);
        return;
    }
    if (!n->disc || (!n->disc->flow && disc->flow && disc->potential)) {
        if (n->disc && !is_same_disc(n->disc, disc)) goto conflict;
        n->disc = disc;
        return;
    }
    if (is_same_disc(n->disc, disc)) return;
conflict:
    vb_error(b, span, "a node has one discipline", "'%s' is %s here, but %s elsewhere", n->name, disc->name,
             n->disc->name);
}

/* ---- nets ---- */

static vb_net *net_new(vb *b, vb_scope *scope, const va_decl *decl) {
    vb_net *net = HYS_NEW(b->arena, vb_net);
    if (!net) return NULL;
    *net = (vb_net){.name = decl->name, .n = 1};
    const va_dims *dims = decl->bus ? decl->bus : decl->dims;
    if (dims) {
        net->is_vector = true;
        if (!vb_dims_read(b, dims, "a net's range", &net->left, &net->right)) return NULL;
        net->n = vb_dims_count(net->left, net->right);
        if (net->n > VB_MAX_INSTANCES) {
            vb_error(b, decl->span, NULL, "'%s' has more than %u elements", decl->name, VB_MAX_INSTANCES);
            return NULL;
        }
    }
    net->nodes = HYS_NEW_N(b->arena, uint32_t, net->n);
    if (!net->nodes) return NULL;
    for (uint32_t i = 0; i < net->n; i++) {
        int64_t at = net->left <= net->right ? net->left + i : net->left - i;
        const char *name = net->is_vector ? vb_printf(b, "%s%s[%lld]", scope->path, decl->name, (long long)at)
                                          : vb_printf(b, "%s%s", scope->path, decl->name);
        net->nodes[i] = vb_node_new(b, name, decl->span);
    }
    vb_sym *sym = vb_declare(b, scope, VB_SYM_NET, decl->name, decl->span);
    if (!sym) return NULL;
    sym->net = net;
    return vb_failed(b) ? NULL : net;
}

static void net_check_width(vb *b, const vb_net *net, const va_decl *decl) {
    const va_dims *dims = decl->bus ? decl->bus : decl->dims;
    int64_t left, right;
    if (!dims || !vb_dims_read(b, dims, "a net's range", &left, &right)) return;
    if (!net->is_vector || left != net->left || right != net->right)
        vb_error(b, decl->span, "give the same range in both", "'%s' is declared with two ranges", decl->name);
}

static void net_initial(vb *b, vb_inst *inst, const vb_net *net, const va_decl *decl) {
    if (!decl->init) return;
    if (net->is_vector)
        vb_warn(b, decl->init->span, "use @(initial_step) or idt(x, ic) to start from a value",
                "the initial values of the vector '%s' are not used: the operating point decides", decl->name);
    b->nodes.at[net->nodes[0]].init_expr = net->is_vector ? NULL : decl->init;
    b->nodes.at[net->nodes[0]].init_inst = inst;
}

void vb_nets_start(vb *b) {
    for (size_t i = 0; i < b->nodes.n && !vb_failed(b); i++) {
        const va_expr *init = b->nodes.at[i].init_expr;
        if (!init) continue;
        vb_inst *inst = b->nodes.at[i].init_inst;
        vb_place place = vb_enter(b, inst, inst->scope);
        b->nodes.at[i].init = vb_eval_real(b, init);
        vb_leave(b, place);
    }
}

static void net_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decl) {
    vb_sym *sym = vb_lookup_local(scope, decl->name);
    if (sym && sym->kind != VB_SYM_NET) {
        vb_declare(b, scope, VB_SYM_NET, decl->name, decl->span); /* reports */
        return;
    }
    if (!sym && decl->kind == VA_PORT_DIR) {
        vb_error(b, decl->span, "add it to the list behind the module's name",
                 "'%s' has a direction, but is not a port of '%s'", decl->name, inst->module->name);
        return;
    }
    vb_net *net = sym ? sym->net : net_new(b, scope, decl);
    if (!net) return;
    if (sym) net_check_width(b, net, decl);
    if (decl->dir != VA_DIR_NONE) net->dir = decl->dir;
    net_initial(b, inst, net, decl);
    const vb_disc *disc = decl->disc ? vb_disc_named(b, decl->disc, decl->span) : NULL;
    for (uint32_t i = 0; i < net->n; i++) {
        if (disc) set_disc(b, net->nodes[i], disc, decl->span);
        if (decl->is_ground) ground(b, net->nodes[i], decl->span);
    }
}

void vb_nets_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decls) {
    for (const va_decl *decl = decls; decl && !vb_failed(b); decl = decl->next)
        if (decl->kind == VA_NET || decl->kind == VA_PORT_DIR || decl->is_ground) net_read(b, inst, scope, decl);
}

/* What no declaration said: electrical. */
void vb_disc_default(vb *b, uint32_t node, bool is_port) {
    if (node == VB_NONE || b->nodes.at[node].disc || b->nodes.at[node].is_ground) return;
    const char *name = b->front->file->default_discipline;
    if (!name) name = "electrical";
    if (is_port && !b->front->file->default_discipline)
        vb_warn(b, b->nodes.at[node].span, vb_printf(b, "write \"electrical %s;\"", b->nodes.at[node].name),
                "the port '%s' has no discipline: taken as electrical", b->nodes.at[node].name);
    const vb_disc *disc = vb_disc_named(b, name, b->nodes.at[node].span);
    b->nodes.at[node].disc = disc;
}

/* ---- net expressions ---- */

static vb_net *net_named(vb *b, const va_expr *e) {
    vb_sym *sym = vb_resolve(b, e, "electrical");
    if (!sym) return NULL;
    if (sym->kind == VB_SYM_NET) return sym->net;
    vb_error(b, e->span, "access functions take nets or branches", "'%s' is not a net", e->name);
    vb_note(b, sym->span, "'%s' is declared here", sym->name);
    return NULL;
}

/* a[l:r]: its nodes in the order of the declaration. */
static const uint32_t *net_slice(vb *b, const va_expr *e, const vb_net *net, uint32_t *n) {
    int64_t left, right;
    if (!vb_constant_int(b, e->args[1], "the left end of a slice", &left)) return NULL;
    if (!vb_constant_int(b, e->args[2], "the right end of a slice", &right)) return NULL;
    uint32_t from = vb_element(b, net->left, net->right, left, net->name, e->args[1]->span);
    uint32_t to = from == VB_NONE ? VB_NONE : vb_element(b, net->left, net->right, right, net->name, e->args[2]->span);
    if (to == VB_NONE) return NULL;
    if (from > to) {
        vb_error(b, e->span, "write it in the direction of its declaration", "the slice of '%s' runs backwards",
                 net->name);
        return NULL;
    }
    *n = to - from + 1;
    return &net->nodes[from];
}

static const uint32_t *net_element(vb *b, const va_expr *e, uint32_t *n) {
    int64_t index;
    if (e->args[0]->kind != VA_NAME) {
        vb_error(b, e->span, NULL, "this is not a net");
        return NULL;
    }
    vb_net *net = net_named(b, e->args[0]);
    if (!net) return NULL;
    if (!net->is_vector) {
        vb_error(b, e->span, NULL, "'%s' is a single net: it takes no index", net->name);
        return NULL;
    }
    if (e->n_args == 3) return net_slice(b, e, net, n);
    if (!vb_constant_int(b, e->args[1], "the index of a net", &index)) return NULL;
    uint32_t at = vb_element(b, net->left, net->right, index, net->name, e->args[1]->span);
    *n = 1;
    return at == VB_NONE ? NULL : &net->nodes[at];
}

static const uint32_t *net_concat(vb *b, const va_expr *e, uint32_t *n) {
    uint32_t total = 0;
    uint32_t *nodes = NULL;
    for (size_t i = 0; i < e->n_args; i++) {
        uint32_t n_part;
        const uint32_t *part = vb_net_nodes(b, e->args[i], &n_part);
        if (!part) return NULL;
        uint32_t *longer = HYS_NEW_N(b->arena, uint32_t, (size_t)total + n_part);
        if (!longer) return NULL;
        if (total) memcpy(longer, nodes, total * sizeof *nodes);
        memcpy(longer + total, part, n_part * sizeof *part);
        nodes = longer;
        total += n_part;
    }
    *n = total;
    return nodes;
}

const uint32_t *vb_net_nodes(vb *b, const va_expr *e, uint32_t *n) {
    *n = 0;
    switch (e->kind) {
    case VA_NAME: {
        vb_net *net = net_named(b, e);
        if (!net) return NULL;
        *n = net->n;
        return net->nodes;
    }
    case VA_INDEX:
        return net_element(b, e, n);
    case VA_ARRAY:
        return net_concat(b, e, n);
    default:
        vb_error(b, e->span, "name a net", "this is not a net");
        return NULL;
    }
}

/* ---- declared branches ---- */

static bool bus_ends(vb *b, const va_decl *decl, const uint32_t **ends, uint32_t *n) {
    uint32_t counts[2] = {1, 1};
    ends[0] = vb_net_nodes(b, decl->ends[0], &counts[0]);
    ends[1] = decl->ends[1] ? vb_net_nodes(b, decl->ends[1], &counts[1]) : NULL;
    if (!ends[0] || (decl->ends[1] && !ends[1])) return false;
    *n = counts[0] > counts[1] ? counts[0] : counts[1];
    if ((counts[0] != *n && counts[0] != 1) || (counts[1] != *n && counts[1] != 1)) {
        vb_error(b, decl->span, NULL, "the ends of branch '%s' have %u and %u elements", decl->name, counts[0],
                 counts[1]);
        return false;
    }
    for (int i = 0; i < 2; i++) {
        if (!ends[i] || counts[i] == *n) continue;
        uint32_t *repeated = HYS_NEW_N(b->arena, uint32_t, *n);
        if (!repeated) return false;
        for (uint32_t k = 0; k < *n; k++) repeated[k] = ends[i][0];
        ends[i] = repeated;
    }
    return true;
}

static void bus_make(vb *b, vb_scope *scope, const va_decl *decl, vb_bus *bus, const uint32_t **ends) {
    for (uint32_t i = 0; i < bus->n && !vb_failed(b); i++) {
        int64_t at = bus->left <= bus->right ? bus->left + i : bus->left - i;
        const char *name = bus->is_vector ? vb_printf(b, "%s%s[%lld]", scope->path, decl->name, (long long)at)
                                          : vb_printf(b, "%s%s", scope->path, decl->name);
        vb_branch *branch = vb_branch_new(b, name, ends[0][i], ends[1] ? ends[1][i] : VB_NONE, decl->span);
        bus->branches[i] = branch;
    }
}

/* branch (<p>) name; */
static void port_bus(vb *b, vb_scope *scope, const va_decl *decl, vb_bus *bus) {
    uint32_t n;
    va_expr port = *decl->ends[0];
    port.kind = VA_NAME;
    const uint32_t *nodes = vb_net_nodes(b, &port, &n);
    bus->branches = HYS_NEW_N(b->arena, vb_branch *, 1);
    if (!nodes || !bus->branches) return;
    if (n != 1) {
        vb_error(b, decl->span, NULL, "a port branch takes a single port");
        return;
    }
    bus->name = decl->name;
    bus->n = 1;
    const char *name = vb_printf(b, "%s%s", scope->path, decl->name);
    bus->branches[0] = vb_branch_new(b, name, nodes[0], VB_NONE, decl->span);
    if (bus->branches[0]) bus->branches[0]->is_port = true;
}

static void bus_read(vb *b, vb_scope *scope, const va_decl *decl) {
    vb_sym *sym = vb_declare(b, scope, VB_SYM_BUS, decl->name, decl->span);
    vb_bus *bus = sym ? HYS_NEW(b->arena, vb_bus) : NULL;
    if (!bus) return;
    sym->bus = bus;
    const uint32_t *ends[2] = {NULL, NULL};
    uint32_t n = 1;
    const va_expr *first = decl->ends[0];
    if (!first) return;
    if (first->kind == VA_PORT_FLOW) {
        port_bus(b, scope, decl, bus);
        return;
    }
    if (!bus_ends(b, decl, ends, &n)) return;
    bus->name = decl->name;
    bus->left = 0;
    bus->right = (int64_t)n - 1;
    bus->is_vector = n > 1 || decl->dims || decl->bus;
    const va_dims *dims = decl->dims ? decl->dims : decl->bus;
    if (dims && (!vb_dims_read(b, dims, "a branch's range", &bus->left, &bus->right) ||
                 vb_dims_count(bus->left, bus->right) != n)) {
        vb_error(b, decl->span, NULL, "the range of branch '%s' does not fit its %u elements", decl->name, n);
        return;
    }
    bus->branches = HYS_NEW_N(b->arena, vb_branch *, n);
    if (!bus->branches) return;
    bus->n = n;
    bus_make(b, scope, decl, bus, ends);
}

void vb_buses_read(vb *b, vb_scope *scope, const va_decl *decls) {
    for (const va_decl *decl = decls; decl && !vb_failed(b); decl = decl->next)
        if (decl->kind == VA_BRANCH) bus_read(b, scope, decl);
}
