/* The hierarchy: ports and their connections, instances, parameter overrides, generate. */
#include "veriloga/build.h"
#include <string.h>

vb_place vb_enter(vb *b, vb_inst *inst, vb_scope *scope) {
    vb_place place = {b->scope, b->inst};
    b->scope = scope;
    b->inst = inst;
    return place;
}

void vb_leave(vb *b, vb_place place) {
    b->scope = place.scope;
    b->inst = place.inst;
}

/* ---- ports ---- */

static const va_dims *port_dims(const va_module *module, const char *name) {
    for (const va_decl *decl = module->decls; decl; decl = decl->next) {
        bool is_net = decl->kind == VA_NET || decl->kind == VA_PORT_DIR;
        if (is_net && decl->name == name && (decl->bus || decl->dims)) return decl->bus ? decl->bus : decl->dims;
    }
    return NULL;
}

static vb_net *port_net(vb *b, vb_inst *inst, const va_port *port) {
    vb_sym *sym = vb_declare(b, inst->scope, VB_SYM_NET, port->name, port->span);
    vb_net *net = sym ? HYS_NEW(b->arena, vb_net) : NULL;
    if (!net) return NULL;
    sym->net = net;
    *net = (vb_net){.name = port->name, .n = 1, .is_port = true};
    const va_dims *dims = port_dims(inst->module, port->name);
    if (dims && vb_dims_read(b, dims, "a port's range", &net->left, &net->right)) {
        net->is_vector = true;
        net->n = vb_dims_count(net->left, net->right);
        if (net->n > VB_MAX_INSTANCES) {
            vb_error(b, port->span, NULL, "the port '%s' has more than %u elements", port->name, VB_MAX_INSTANCES);
            net->n = 1;
        }
    }
    net->nodes = HYS_NEW_N(b->arena, uint32_t, net->n);
    return net->nodes ? net : NULL;
}

static void port_nodes_new(vb *b, const vb_inst *inst, vb_net *net, const va_port *port) {
    for (uint32_t i = 0; i < net->n && !vb_failed(b); i++) {
        int64_t at = net->left <= net->right ? net->left + i : net->left - i;
        const char *name = net->is_vector ? vb_printf(b, "%s%s[%lld]", inst->path, port->name, (long long)at)
                                          : vb_printf(b, "%s%s", inst->path, port->name);
        net->nodes[i] = vb_node_new(b, name, port->span);
        if (!inst->parent && !vb_failed(b)) b->nodes.at[net->nodes[i]].is_terminal = true;
    }
}

/* ---- connections ---- */

static const va_conn *conn_find(const va_conn *conns, const char *name, size_t position) {
    size_t k = 0;
    for (const va_conn *conn = conns; conn; conn = conn->next, k++)
        if (conn->name ? conn->name == name : k == position) return conn;
    return NULL;
}

/* A name in a connection that nothing declares is a new net. */
static void implicit_net(vb *b, const va_expr *e) {
    if (e->kind != VA_NAME || e->is_path || vb_lookup(b->scope, e->name)) return;
    vb_sym *sym = vb_declare(b, b->inst->scope, VB_SYM_NET, e->name, e->span);
    vb_net *net = sym ? HYS_NEW(b->arena, vb_net) : NULL;
    uint32_t *node = net ? HYS_NEW(b->arena, uint32_t) : NULL;
    if (!node) return;
    *node = vb_node_new(b, vb_printf(b, "%s%s", b->inst->path, e->name), e->span);
    *net = (vb_net){.name = e->name, .n = 1, .nodes = node};
    sym->net = net;
}

static void bind_port(vb *b, vb_inst *inst, vb_net *net, const va_port *port, const va_conn *conn) {
    uint32_t n;
    port_nodes_new(b, inst, net, port);
    if (!conn || !conn->value || vb_failed(b)) return;
    vb_place place = vb_enter(b, inst->parent, inst->outer);
    implicit_net(b, conn->value);
    const uint32_t *nodes = vb_net_nodes(b, conn->value, &n);
    vb_leave(b, place);
    if (!nodes) return;
    uint32_t first = 0;
    if (n == net->n * inst->n_copies && inst->n_copies > 1) first = inst->copy * net->n;
    else if (n != net->n) {
        vb_error(b, conn->span, NULL, "port '%s' of '%s' has %u element%s, but %u are connected", port->name,
                 inst->module->name, net->n, net->n == 1 ? "" : "s", n);
        return;
    }
    net->is_connected = true;
    for (uint32_t i = 0; i < net->n; i++) net->nodes[i] = nodes[first + i];
}

static void check_ports(vb *b, const vb_inst *inst) {
    size_t n_ports = 0, k = 0;
    for (const va_port *port = inst->module->ports; port; port = port->next) n_ports++;
    const char **names = HYS_NEW_N(b->arena, const char *, n_ports + 1);
    if (!names) return;
    size_t n = 0;
    for (const va_port *port = inst->module->ports; port; port = port->next) names[n++] = port->name;
    for (const va_conn *conn = inst->ast->ports; conn; conn = conn->next, k++) {
        if (!conn->name && k >= n_ports)
            vb_error(b, conn->span, NULL, "'%s' has %zu ports, but more are connected", inst->module->name, n_ports);
        bool found = !conn->name;
        for (size_t i = 0; i < n; i++) found |= names[i] == conn->name;
        if (!found)
            vb_error(b, conn->span, vb_hint_nearest(b, conn->name, names, n, NULL), "'%s' has no port '%s'",
                     inst->module->name, conn->name);
    }
}

static void ports_read(vb *b, vb_inst *inst) {
    size_t k = 0;
    if (inst->ast) check_ports(b, inst);
    for (const va_port *port = inst->module->ports; port && !vb_failed(b); port = port->next, k++) {
        vb_net *net = port_net(b, inst, port);
        if (!net) continue;
        if (inst->ast) bind_port(b, inst, net, port, conn_find(inst->ast->ports, port->name, k));
        else port_nodes_new(b, inst, net, port);
    }
}

/* The terminals are the first unknowns, in the order of the header. */
static void terminals_make(vb *b, const vb_inst *top) {
    for (const va_port *port = top->module->ports; port && !vb_failed(b); port = port->next) {
        vb_sym *sym = vb_lookup_local(top->scope, port->name);
        if (!sym || sym->kind != VB_SYM_NET || !sym->net) continue;
        for (uint32_t i = 0; i < sym->net->n; i++) {
            uint32_t node = sym->net->nodes[i];
            vb_disc_default(b, node, true);
            uint32_t unknown = vb_node_unknown(b, node);
            if (unknown == VA_GROUND) continue;
            b->model->unknowns.at[unknown].is_terminal = true;
            b->model->n_terminals++;
        }
    }
    if (b->model->n_terminals == 0)
        vb_error(b, top->module->span, "a device has at least one port", "module '%s' has no ports", top->module->name);
}

/* ---- overrides of parameters ---- */

static bool is_alias(const vb_inst *inst, const char *alias, const char *name) {
    for (const va_decl *decl = inst->module->decls; decl; decl = decl->next)
        if (decl->kind == VA_ALIASPARAM && decl->name == alias && decl->init && decl->init->name == name) return true;
    return false;
}

static const va_conn *override_of(const vb_inst *inst, const vb_param *p) {
    size_t position = 0;
    for (const va_decl *decl = inst->module->decls; decl && decl != p->decl; decl = decl->next)
        position += decl->kind == VA_PARAM;
    size_t k = 0;
    for (const va_conn *conn = inst->ast->params; conn; conn = conn->next, k++)
        if (conn->name ? conn->name == p->name || is_alias(inst, conn->name, p->name) : k == position) return conn;
    return NULL;
}

bool vb_override(vb *b, vb_inst *inst, vb_scope *scope, vb_param *p) {
    if (!inst->ast || scope != inst->scope || p->decl->kind == VA_LOCALPARAM) return false;
    const va_conn *conn = override_of(inst, p);
    if (!conn || !conn->value) return false;
    vb_place place = vb_enter(b, inst->parent, inst->outer);
    for (uint32_t i = 0; i < p->n && !vb_failed(b); i++) {
        const va_expr *value = conn->value;
        if (p->is_array && (value->kind != VA_ARRAY || value->n_args != p->n)) {
            vb_error(b, conn->span, NULL, "parameter '%s' is an array of %u values", p->name, p->n);
            break;
        }
        vb_x x = vb_eval(b, p->is_array ? value->args[i] : value);
        p->type = p->decl->type == VA_TYPE_NONE ? x.type : p->decl->type;
        p->values[i] = vb_convert(b, x, p->type, conn->span, p->name);
    }
    vb_leave(b, place);
    p->is_given = true;
    p->given_span = conn->span;
    return true;
}

static void check_overrides(vb *b, const vb_inst *inst) {
    size_t n = 0, k = 0, n_decls = 0, n_params = 0;
    for (const va_decl *decl = inst->module->decls; decl; decl = decl->next) n_decls++;
    const char **names = HYS_NEW_N(b->arena, const char *, n_decls + 1);
    if (!names) return;
    for (const va_decl *decl = inst->module->decls; decl; decl = decl->next)
        if (decl->kind == VA_PARAM || decl->kind == VA_ALIASPARAM) {
            names[n++] = decl->name;
            n_params += decl->kind == VA_PARAM;
        }
    for (const va_conn *conn = inst->ast->params; conn; conn = conn->next, k++) {
        bool found = conn->name ? false : k < n_params;
        for (size_t i = 0; i < n && conn->name; i++) found |= names[i] == conn->name;
        if (found) continue;
        if (conn->name)
            vb_error(b, conn->span, vb_hint_nearest(b, conn->name, names, n, NULL), "'%s' has no parameter '%s'",
                     inst->module->name, conn->name);
        else vb_error(b, conn->span, NULL, "'%s' has %zu parameters, but more are given", inst->module->name, n_params);
    }
}

/* ---- instances ---- */

static const va_module *module_find(const vb *b, const char *name) {
    for (const va_module *module = b->front->file->modules; module; module = module->next)
        if (module->name == name) return module;
    return NULL;
}

static vb_inst *inst_new(vb *b, const va_module *module, vb_inst *parent, const char *path) {
    vb_inst *inst = HYS_NEW(b->arena, vb_inst);
    vb_scope *scope = vb_scope_new(b, NULL, path);
    if (!inst || !scope) return NULL;
    *inst = (vb_inst){.parent = parent, .module = module, .path = path, .scope = scope, .n_copies = 1};
    b->n_insts++;
    if (!b->insts_end) b->insts_end = &b->insts;
    *b->insts_end = inst;
    b->insts_end = &inst->next;
    return inst;
}

static void unknown_module(vb *b, const va_inst *ast) {
    size_t n = 0, cap = 0;
    for (const va_module *module = b->front->file->modules; module; module = module->next) cap++;
    const char **names = HYS_NEW_N(b->arena, const char *, cap + 1);
    if (!names) return;
    for (const va_module *module = b->front->file->modules; module; module = module->next) names[n++] = module->name;
    vb_error(b, ast->module_span,
             vb_hint_nearest(b, ast->module, names, n,
                             "include the file that defines it; built-in parts of a simulator are not known here"),
             "there is no module '%s'", ast->module);
}

static bool is_recursive(vb *b, const va_inst *ast, const va_module *module) {
    uint32_t depth = 0;
    for (const vb_inst *up = b->inst; up; up = up->parent, depth++)
        if (up->module == module) {
            vb_error(b, ast->module_span, NULL, "module '%s' contains itself", ast->module);
            return true;
        }
    if (depth > VB_MAX_DEPTH) vb_error(b, ast->module_span, NULL, "instances are nested deeper than %u", VB_MAX_DEPTH);
    return depth > VB_MAX_DEPTH;
}

static void inst_elaborate(vb *b, vb_inst *inst);

static void inst_copy(vb *b, const va_inst *ast, const va_module *module, const char *name, uint32_t copy,
                      uint32_t n_copies) {
    if (b->n_insts >= VB_MAX_INSTANCES) {
        vb_error(b, ast->span, NULL, "there are more than %u instances", VB_MAX_INSTANCES);
        return;
    }
    vb_inst *inst = inst_new(b, module, b->inst, vb_printf(b, "%s%s.", b->scope->path, name));
    if (!inst) return;
    inst->ast = ast;
    inst->outer = b->scope;
    inst->copy = copy;
    inst->n_copies = n_copies;
    vb_sym *sym = vb_declare(b, b->scope, VB_SYM_SCOPE, vb_intern(b, name), ast->span);
    if (sym) sym->scope = inst->scope;
    inst_elaborate(b, inst);
}

static void inst_read(vb *b, const va_inst *ast) {
    const va_module *module = module_find(b, ast->module);
    if (!module) {
        unknown_module(b, ast);
        return;
    }
    if (is_recursive(b, ast, module)) return;
    if (!ast->dims) {
        inst_copy(b, ast, module, ast->name, 0, 1);
        return;
    }
    int64_t left, right;
    if (!vb_dims_read(b, ast->dims, "the range of an instance", &left, &right)) return;
    uint32_t n = vb_dims_count(left, right);
    for (uint32_t i = 0; i < n && i < VB_MAX_INSTANCES && !vb_failed(b); i++) {
        int64_t at = left <= right ? left + i : left - i;
        inst_copy(b, ast, module, vb_printf(b, "%s[%lld]", ast->name, (long long)at), i, n);
    }
}

/* ---- what a module or a generate block holds ---- */

static void analogs_read(vb *b, vb_inst *inst, const va_analog *analogs) {
    for (const va_analog *analog = analogs; analog && !vb_failed(b); analog = analog->next) {
        vb_blocks_read(b, inst, b->scope, analog->body);
        struct vb_work *work = HYS_PUSH(b->arena, &inst->analogs);
        if (work) *work = (struct vb_work){analog, b->scope};
    }
}

static void generate_read(vb *b, const va_stmt *s);

static void items_read(vb *b, const va_module *items) {
    vb_params_read(b, b->inst, b->scope, items->decls);
    vb_decls_read(b, b->inst, b->scope, items->decls);
    analogs_read(b, b->inst, items->analogs);
    for (const va_inst *ast = items->insts; ast && !vb_failed(b); ast = ast->next) inst_read(b, ast);
    for (const va_stmt *s = items->generates; s && !vb_failed(b); s = s->next) generate_read(b, s);
}

static void in_new_scope(vb *b, const va_stmt *s, const char *path) {
    vb_scope *outer = b->scope, *scope = vb_scope_new(b, outer, path);
    if (!scope) return;
    b->scope = scope;
    generate_read(b, s);
    b->scope = outer;
}

/* One turn of a generate loop: the genvar is a constant of its scope. */
static void generate_turn(vb *b, const va_stmt *body) {
    vb_genvar *running = b->generating;
    double number = 0;
    va_is_const(b->ir, running->value, &number);
    const char *name = body->kind == VA_BLOCK && body->name ? body->name : "genblk";
    name = vb_printf(b, "%s[%lld]", name, (long long)number);
    vb_scope *outer = b->scope;
    vb_scope *scope = vb_scope_new(b, outer, vb_printf(b, "%s%s.", outer->path, name));
    vb_sym *sym = scope ? vb_declare(b, scope, VB_SYM_GENVAR, running->name, body->span) : NULL;
    vb_genvar *fixed = sym ? HYS_NEW(b->arena, vb_genvar) : NULL;
    if (!fixed) return;
    *fixed = *running;
    sym->genvar = fixed;
    vb_sym *path = vb_declare(b, outer, VB_SYM_SCOPE, vb_intern(b, name), body->span);
    if (path) path->scope = scope;
    b->scope = scope;
    if (body->kind == VA_BLOCK)
        for (const va_stmt *s = body->stmts; s && !vb_failed(b); s = s->next) generate_read(b, s);
    else generate_read(b, body);
    b->scope = outer;
    b->generating = running;
}

static void generate_for(vb *b, const va_stmt *s) {
    vb_sym *sym = s->init->lhs->kind == VA_NAME ? vb_lookup(b->scope, s->init->lhs->name) : NULL;
    vb_genvar local = {.name = s->init->lhs->name}, *genvar = &local;
    if (sym && sym->kind == VB_SYM_GENVAR) genvar = sym->genvar;
    if (!sym || sym->kind != VB_SYM_GENVAR) {
        vb_error(b, s->span, vb_printf(b, "write \"genvar %s;\" before", local.name ? local.name : "i"),
                 "a generate loop runs over a genvar");
        return;
    }
    vb_genvar *outer = b->generating;
    b->generating = genvar;
    vb_genvar_loop(b, s, genvar, generate_turn);
    b->generating = outer;
}

static void generate_if(vb *b, const va_stmt *s) {
    double number;
    va_val cond = vb_eval_bool(b, s->cond);
    if (!vb_constant_value(b, cond, s->cond->span, "the condition of a generate block", &number)) return;
    const va_stmt *taken = number != 0 ? s->body : s->other;
    if (taken) in_new_scope(b, taken, b->scope->path);
}

static void generate_case(vb *b, const va_stmt *s) {
    const va_stmt *taken = NULL;
    bool is_found = false;
    vb_x x = vb_eval(b, s->cond);
    for (const va_case_item *item = s->items; item && !is_found && !vb_failed(b); item = item->next) {
        if (item->n_labels == 0) taken = item->body;
        for (size_t i = 0; i < item->n_labels && !is_found; i++) {
            double equal;
            va_val is_it = vb_op2(b, VA_OP_EQ, x.v, vb_eval(b, item->labels[i]).v);
            if (!vb_constant_value(b, is_it, item->labels[i]->span, "a choice of a generate block", &equal)) return;
            is_found = equal != 0;
            if (is_found) taken = item->body;
        }
    }
    if (taken) in_new_scope(b, taken, b->scope->path);
}

static void generate_read(vb *b, const va_stmt *s) {
    if (!s || vb_failed(b)) return;
    switch (s->kind) {
    case VA_GENERATE:
        generate_read(b, s->body);
        break;
    case VA_FOR:
        generate_for(b, s);
        break;
    case VA_IF:
        generate_if(b, s);
        break;
    case VA_CASE:
        generate_case(b, s);
        break;
    case VA_ITEMS:
        items_read(b, s->scope);
        break;
    case VA_EMPTY_STMT:
        break;
    case VA_BLOCK: {
        vb_scope *outer = b->scope;
        const char *path = s->name ? vb_printf(b, "%s%s.", outer->path, s->name) : outer->path;
        vb_scope *scope = vb_scope_new(b, outer, path);
        vb_sym *sym = scope && s->name ? vb_declare(b, outer, VB_SYM_SCOPE, s->name, s->span) : NULL;
        if (sym) sym->scope = scope;
        if (scope) b->scope = scope;
        for (const va_stmt *item = s->stmts; item && !vb_failed(b); item = item->next) generate_read(b, item);
        b->scope = outer;
        break;
    }
    default:
        vb_error(b, s->span, NULL, "this cannot stand in a generate block");
    }
}

static void inst_elaborate(vb *b, vb_inst *inst) {
    vb_place place = vb_enter(b, inst, inst->scope);
    if (inst->ast) check_overrides(b, inst);
    vb_params_read(b, inst, inst->scope, inst->module->decls);
    ports_read(b, inst);
    if (!vb_failed(b)) vb_funcs_read(b, inst);
    if (!vb_failed(b)) vb_decls_read(b, inst, inst->scope, inst->module->decls);
    if (!inst->parent && !vb_failed(b)) terminals_make(b, inst);
    analogs_read(b, inst, inst->module->analogs);
    for (const va_inst *ast = inst->module->insts; ast && !vb_failed(b); ast = ast->next) inst_read(b, ast);
    for (const va_stmt *s = inst->module->generates; s && !vb_failed(b); s = s->next) generate_read(b, s);
    vb_leave(b, place);
}

bool vb_elaborate(vb *b, const va_module *top) {
    vb_inst *inst = inst_new(b, top, NULL, "");
    b->where = VB_IN_PARAM;
    if (inst) inst_elaborate(b, inst);
    b->where = VB_IN_ANALOG;
    return inst && !vb_failed(b);
}

/* ---- running ---- */

static void on_write(vb_walk *walk, vb_var *var, bool is_write) {
    (void)walk;
    if (is_write) var->is_assigned = true;
}

/* Before anything runs: a variable that nothing assigns is a constant. */
void vb_mark_assigned(vb *b) {
    for (vb_inst *inst = b->insts; inst && !vb_failed(b); inst = inst->next)
        for (size_t i = 0; i < inst->analogs.n; i++) {
            vb_place place = vb_enter(b, inst, inst->analogs.at[i].scope);
            vb_walk walk = {.b = b, .on_var = on_write};
            vb_walk_stmt(&walk, inst->analogs.at[i].analog->body);
            vb_files_read(b, inst->analogs.at[i].analog->body);
            vb_leave(b, place);
        }
    for (size_t i = 0; i < b->vars.n && !vb_failed(b); i++)
        if (b->vars.at[i]->is_memory) vb_memory_start(b, b->vars.at[i]);
}

static void run_work(vb *b, vb_inst *inst, const struct vb_work *work) {
    vb_place place = vb_enter(b, inst, work->scope);
    b->where = VB_IN_ANALOG;
    if (work->analog->is_initial) {
        b->where = VB_IN_INITIAL;
        vb_exec_if(b, vb_flag(b, VA_FLAG_INIT), work->analog->body, NULL);
    } else {
        vb_exec(b, work->analog->body);
    }
    vb_leave(b, place);
}

void vb_run_analogs(vb *b) {
    for (int initial = 1; initial >= 0; initial--)
        for (vb_inst *inst = b->insts; inst && !vb_failed(b); inst = inst->next)
            for (size_t i = 0; i < inst->analogs.n && !vb_failed(b); i++)
                if (inst->analogs.at[i].analog->is_initial == (initial == 1)) run_work(b, inst, &inst->analogs.at[i]);
}
