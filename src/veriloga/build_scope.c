/* Scopes and symbols: names of a module, of its named blocks and of its functions; variables. */
#include "veriloga/build.h"
#include <string.h>

/* ---- tables ---- */

static size_t name_hash(const char *name) {
    return (size_t)(((uint64_t)(uintptr_t)name * 0x9e3779b97f4a7c15u) >> 32);
}

vb_scope *vb_scope_new(vb *b, vb_scope *parent, const char *path) {
    vb_scope *scope = HYS_NEW(b->arena, vb_scope);
    if (!scope) return NULL;
    scope->parent = parent;
    scope->path = path;
    scope->n_slots = 16;
    scope->slots = HYS_NEW_N(b->arena, vb_sym *, scope->n_slots);
    return scope->slots ? scope : NULL;
}

static bool grow(vb *b, vb_scope *scope) {
    uint32_t n_slots = scope->n_slots * 2;
    vb_sym **slots = HYS_NEW_N(b->arena, vb_sym *, n_slots);
    if (!slots) return false;
    for (uint32_t i = 0; i < scope->n_slots; i++)
        for (vb_sym *sym = scope->slots[i], *next; sym; sym = next) {
            next = sym->chain;
            vb_sym **slot = &slots[name_hash(sym->name) & (n_slots - 1)];
            sym->chain = *slot;
            *slot = sym;
        }
    scope->slots = slots;
    scope->n_slots = n_slots;
    return true;
}

vb_sym *vb_lookup_local(const vb_scope *scope, const char *name) {
    vb_sym *sym = scope->slots[name_hash(name) & (scope->n_slots - 1)];
    while (sym && sym->name != name) sym = sym->chain;
    return sym;
}

vb_sym *vb_lookup(const vb_scope *scope, const char *name) {
    for (; scope; scope = scope->parent) {
        vb_sym *sym = vb_lookup_local(scope, name);
        if (sym) return sym;
    }
    return NULL;
}

vb_sym *vb_declare(vb *b, vb_scope *scope, vb_sym_kind kind, const char *name, hys__span span) {
    if (!scope || vb_failed(b)) return NULL;
    vb_sym *old = vb_lookup_local(scope, name);
    if (old) {
        vb_error(b, span, "give one of them another name", "'%s' is declared twice", name);
        vb_note(b, old->span, "the first declaration is here");
        return NULL;
    }
    if (scope->n >= scope->n_slots && !grow(b, scope)) return NULL;
    vb_sym *sym = HYS_NEW(b->arena, vb_sym);
    if (!sym) return NULL;
    *sym = (vb_sym){.name = name, .kind = kind, .span = span};
    vb_sym **slot = &scope->slots[name_hash(name) & (scope->n_slots - 1)];
    sym->chain = *slot;
    *slot = sym;
    scope->n++;
    return sym;
}

/* ---- resolving ---- */

static const char *nearest_visible(vb *b, const char *name, const char *fallback) {
    size_t n = 0, cap = 0;
    for (const vb_scope *scope = b->scope; scope; scope = scope->parent) cap += scope->n;
    const char **names = HYS_NEW_N(b->arena, const char *, cap + 1);
    if (!names) return fallback;
    for (const vb_scope *scope = b->scope; scope; scope = scope->parent)
        for (uint32_t i = 0; i < scope->n_slots; i++)
            for (const vb_sym *sym = scope->slots[i]; sym; sym = sym->chain) names[n++] = sym->name;
    return vb_hint_nearest(b, name, names, n, fallback);
}

/* a.b.c: instances and named blocks, then a name of theirs. */
static vb_sym *resolve_path(vb *b, const va_expr *e) {
    const vb_scope *scope = b->scope;
    vb_sym *sym = NULL;
    for (const char *at = e->name; at;) {
        const char *dot = strchr(at, '.');
        size_t n = dot ? (size_t)(dot - at) : strlen(at);
        const char *part = hys__intern_add(&b->front->names, at, n);
        if (!part) return NULL;
        sym = sym ? vb_lookup_local(scope, part) : vb_lookup(scope, part);
        if (!sym || (dot && sym->kind != VB_SYM_SCOPE)) {
            vb_error(b, e->span, "a path goes through instances and named blocks", "'%s' in '%s' is not declared", part,
                     e->name);
            return NULL;
        }
        if (sym->kind == VB_SYM_SCOPE) scope = sym->scope;
        at = dot ? dot + 1 : NULL;
    }
    return sym;
}

vb_sym *vb_resolve(vb *b, const va_expr *e, const char *what) {
    if (e->is_path) return resolve_path(b, e);
    if (vb_is_lost(b, e->name)) return NULL;
    vb_sym *sym = vb_lookup(b->scope, e->name);
    if (!sym) {
        const char *fallback = vb_printf(b, "declare it, for example \"%s %s;\"", what, e->name);
        vb_error(b, e->span, nearest_visible(b, e->name, fallback), "'%s' is not declared", e->name);
    }
    return sym;
}

vb_scope *vb_block_scope(vb *b, const va_stmt *stmt) {
    if (!stmt->decls) return NULL;
    for (size_t i = 0; i < b->inst->blocks.n; i++) {
        vb_scope *scope = b->inst->blocks.at[i];
        if (scope->key == stmt && scope->parent == b->scope) return scope;
    }
    return NULL;
}

/* ---- dimensions ---- */

uint32_t vb_dims_count(int64_t left, int64_t right) {
    int64_t n = (left <= right ? right - left : left - right) + 1;
    return n > (int64_t)VB_MAX_ELEMENTS ? VB_MAX_ELEMENTS + 1 : (uint32_t)n;
}

bool vb_dims_read(vb *b, const va_dims *dims, const char *what, int64_t *left, int64_t *right) {
    *left = *right = 0;
    bool ok = vb_constant_int(b, dims->left, what, left);
    if (dims->right) return vb_constant_int(b, dims->right, what, right) && ok;
    *right = *left - 1; /* [n]: n elements from 0 */
    *left = 0;
    if (*right < 0 && ok) vb_error(b, dims->left->span, "write for example [0:3]", "%s of no element", what);
    return ok && *right >= 0;
}

uint32_t vb_element(vb *b, int64_t left, int64_t right, int64_t index, const char *name, hys__span span) {
    int64_t low = left <= right ? left : right, high = left <= right ? right : left;
    if (index >= low && index <= high) return (uint32_t)(left <= right ? index - left : left - index);
    vb_error(b, span, vb_printf(b, "it is declared from %lld to %lld", (long long)left, (long long)right),
             "'%s' has no element %lld", name, (long long)index);
    return VB_NONE;
}

/* ---- variables ---- */

static bool var_dims(vb *b, vb_var *var, const va_decl *decl) {
    uint64_t n = 1;
    for (const va_dims *d = decl->dims; d; d = d->next) var->n_dims++;
    var->is_array = var->n_dims > 0;
    var->dims = HYS_NEW_N(b->arena, vb_dim, var->n_dims + 1);
    if (!var->dims) return false;
    uint32_t k = 0;
    for (const va_dims *d = decl->dims; d; d = d->next, k++) {
        if (!vb_dims_read(b, d, "an array bound", &var->dims[k][0], &var->dims[k][1])) {
            var->dims[k][0] = var->dims[k][1] = 0;
            continue;
        }
        n *= vb_dims_count(var->dims[k][0], var->dims[k][1]);
        if (n > VB_MAX_ELEMENTS) {
            vb_error(b, decl->span, "a smaller array will do for a device model",
                     "array '%s' has more than %u elements", decl->name, VB_MAX_ELEMENTS);
            var->dims[k][0] = var->dims[k][1] = 0;
            n = 1;
        }
    }
    var->n = (uint32_t)n;
    return true;
}

static void init_element(vb *b, vb_var *var, uint32_t elem, const va_expr *e) {
    var->init[elem] = vb_convert(b, vb_eval(b, e), var->type, e->span, var->name);
}

static void var_init(vb *b, vb_var *var, const va_decl *decl) {
    if (!decl->init) return;
    var->init = HYS_NEW_N(b->arena, va_val, var->n);
    if (!var->init) return;
    int was = (int)b->where;
    b->where = VB_IN_VAR_INIT;
    if (decl->init->kind == VA_ARRAY) {
        if (decl->init->n_args != var->n)
            vb_error(b, decl->init->span, NULL, "'%s' has %u elements, but %zu initial values are given", decl->name,
                     var->n, decl->init->n_args);
        for (uint32_t i = 0; i < var->n; i++)
            if (i < decl->init->n_args) init_element(b, var, i, decl->init->args[i]);
    } else if (var->is_array) {
        vb_error(b, decl->init->span, "write '{a, b, c}", "an array needs a list of initial values");
    } else {
        init_element(b, var, 0, decl->init);
    }
    b->where = was;
}

static bool is_in_memory(const vb *b, const va_decl *decl) {
    for (size_t i = 0; i < b->keep->in_memory.n; i++)
        if (b->keep->in_memory.at[i] == decl) return true;
    return false;
}

static void var_slots(vb *b, vb_var *var) {
    var->is_memory = var->n > VB_SELECT_ELEMENTS && is_in_memory(b, var->decl);
    uint32_t n = var->is_memory ? 1 : var->n;
    var->slots = vb_slots_new(b, n, VB_UNSET);
    if (vb_failed(b)) return;
    for (uint32_t i = 0; i < n; i++) {
        vb_slot *slot = &b->slots.at[var->slots + i];
        slot->var = var;
        slot->elem = i;
        slot->is_memory = var->is_memory;
    }
}

vb_var *vb_var_declare(vb *b, vb_scope *scope, const va_decl *decl) {
    vb_sym *sym = vb_declare(b, scope, VB_SYM_VAR, decl->name, decl->span);
    vb_var *var = sym ? HYS_NEW(b->arena, vb_var) : NULL;
    if (!var) return NULL;
    sym->var = var;
    *var = (vb_var){
        .type = decl->type == VA_TYPE_NONE ? VA_TYPE_REAL : decl->type, .decl = decl, .span = decl->span, .n = 1};
    var->name = vb_printf(b, "%s%s", scope->path, decl->name);
    var->units = vb_attr_text(b, decl->attrs, "units");
    var->desc = vb_attr_text(b, decl->attrs, "desc");
    if (!var->units) var->units = "";
    if (!var->desc) var->desc = "";
    if (!var_dims(b, var, decl)) return NULL;
    bool is_anew = b->func && scope == b->func->scope && !var->is_array; /* at each call: see start_locals */
    if (!is_anew) var_init(b, var, decl);
    var_slots(b, var);
    return vb_failed(b) ? NULL : var;
}

/* ---- declarations of a module or a block ---- */

static void genvar_declare(vb *b, vb_scope *scope, const va_decl *decl) {
    vb_sym *sym = vb_declare(b, scope, VB_SYM_GENVAR, decl->name, decl->span);
    vb_genvar *genvar = sym ? HYS_NEW(b->arena, vb_genvar) : NULL;
    if (!genvar) return;
    sym->genvar = genvar;
    genvar->name = decl->name;
}

void vb_decls_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decls) {
    vb_place place = vb_enter(b, inst, scope);
    vb_nets_read(b, inst, scope, decls);
    vb_buses_read(b, scope, decls);
    for (const va_decl *decl = decls; decl && !vb_failed(b); decl = decl->next) {
        if (decl->kind == VA_GENVAR) genvar_declare(b, scope, decl);
        if (decl->kind == VA_EVENT_DECL) vb_declare(b, scope, VB_SYM_EVENT, decl->name, decl->span);
        if (decl->kind != VA_VAR) continue;
        vb_var *var = vb_var_declare(b, scope, decl);
        vb_var **kept = var ? HYS_PUSH(b->arena, &b->vars) : NULL;
        if (kept) *kept = var;
    }
    vb_leave(b, place);
}

static void block_declare(vb *b, vb_inst *inst, vb_scope *parent, const va_stmt *stmt) {
    const char *path = stmt->name ? vb_printf(b, "%s%s.", parent->path, stmt->name) : parent->path;
    vb_scope *scope = vb_scope_new(b, parent, path);
    vb_scope **kept = scope ? HYS_PUSH(b->arena, &inst->blocks) : NULL;
    if (!kept) return;
    *kept = scope;
    scope->key = stmt;
    if (stmt->name && !vb_lookup_local(parent, stmt->name)) { /* published models use a name twice */
        vb_sym *sym = vb_declare(b, parent, VB_SYM_SCOPE, stmt->name, stmt->span);
        if (sym) sym->scope = scope;
    }
    for (const va_decl *decl = stmt->decls; decl; decl = decl->next)
        if (decl->kind != VA_VAR && decl->kind != VA_LOCALPARAM && decl->kind != VA_PARAM)
            vb_error(b, decl->span, "move it to the module", "a block may declare variables and parameters, not '%s'",
                     decl->name);
    vb_place place = vb_enter(b, inst, scope);
    vb_params_read(b, inst, scope, stmt->decls);
    vb_leave(b, place);
    vb_decls_read(b, inst, scope, stmt->decls);
    vb_blocks_read(b, inst, scope, stmt->stmts);
}

/* Makes the scopes of all blocks below that declare something. */
void vb_blocks_read(vb *b, vb_inst *inst, vb_scope *scope, const va_stmt *stmt) {
    for (; stmt && !vb_failed(b); stmt = stmt->next) {
        if (stmt->decls) {
            block_declare(b, inst, scope, stmt);
            continue;
        }
        vb_blocks_read(b, inst, scope, stmt->stmts);
        vb_blocks_read(b, inst, scope, stmt->body);
        vb_blocks_read(b, inst, scope, stmt->other);
        for (const va_case_item *item = stmt->items; item; item = item->next)
            vb_blocks_read(b, inst, scope, item->body);
    }
}

vb_func *vb_func_find(vb *b, const char *name) {
    for (vb_func *func = b->inst ? b->inst->funcs : NULL; func; func = func->next)
        if (func->ast->name == name) return func;
    return NULL;
}
