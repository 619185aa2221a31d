/* Calls: analog functions of the user are inlined; the other names are access functions, mathematics and
 * analog operators. */
#include "veriloga/build.h"
#include <string.h>

static const vb_x nothing = {VA_TYPE_REAL, 0};

/* ---- declarations ---- */

static vb_var *local_var(vb *b, vb_func *func, const va_decl *decl) {
    vb_var *var = vb_var_declare(b, func->scope, decl);
    if (!var || vb_failed(b)) return NULL;
    var->is_local = var->is_assigned = true;
    uint32_t n = var->is_memory ? 1 : var->n;
    for (uint32_t i = 0; i < n; i++) b->slots.at[var->slots + i].func = func;
    if (var->is_memory) vb_memory_start(b, var);
    return var;
}

static void result_declare(vb *b, vb_func *func) {
    va_decl *decl = HYS_NEW(b->arena, va_decl);
    if (!decl) return;
    *decl = (va_decl){.kind = VA_VAR,
                      .name = func->ast->name,
                      .span = func->ast->span,
                      .type = func->ast->type == VA_TYPE_NONE ? VA_TYPE_REAL : func->ast->type};
    func->result = local_var(b, func, decl);
}

static void args_declare(vb *b, vb_func *func) {
    for (const va_decl *arg = func->ast->args; arg; arg = arg->next) func->n_args++;
    func->args = HYS_NEW_N(b->arena, vb_var *, func->n_args + 1);
    if (!func->args) return;
    uint32_t k = 0;
    for (const va_decl *arg = func->ast->args; arg && !vb_failed(b); arg = arg->next)
        func->args[k++] = local_var(b, func, arg);
}

static void func_read(vb *b, vb_inst *inst, const va_func *ast) {
    for (const vb_func *old = inst->funcs; old; old = old->next)
        if (old->ast->name == ast->name) {
            vb_error(b, ast->span, NULL, "function '%s' is declared twice", ast->name);
            return;
        }
    vb_func *func = HYS_NEW(b->arena, vb_func);
    vb_scope *scope = vb_scope_new(b, inst->scope, vb_printf(b, "%s%s.", inst->path, ast->name));
    if (!func || !scope) return;
    func->ast = ast;
    func->scope = scope;
    func->next = inst->funcs;
    inst->funcs = func;
    vb_place place = vb_enter(b, inst, scope);
    b->func = func;
    for (const va_decl *decl = ast->locals; decl; decl = decl->next)
        if (decl->kind != VA_VAR && decl->kind != VA_LOCALPARAM && decl->kind != VA_PARAM)
            vb_error(b, decl->span, NULL, "a function declares variables and parameters, not '%s'", decl->name);
    vb_params_read(b, inst, scope, ast->locals);
    result_declare(b, func);
    args_declare(b, func);
    for (const va_decl *decl = ast->locals; decl && !vb_failed(b); decl = decl->next)
        if (decl->kind == VA_VAR) local_var(b, func, decl);
    b->func = NULL;
    vb_leave(b, place);
}

void vb_funcs_read(vb *b, vb_inst *inst) {
    for (const va_func *ast = inst->module->funcs; ast && !vb_failed(b); ast = ast->next) func_read(b, inst, ast);
    for (vb_func *func = inst->funcs; func && !vb_failed(b); func = func->next) vb_func_blocks(b, inst, func);
}

/* Scopes of the blocks of a function; their variables are its locals. */
void vb_func_blocks(vb *b, vb_inst *inst, vb_func *func) {
    size_t first = b->vars.n;
    b->func = func;
    vb_blocks_read(b, inst, func->scope, func->ast->body);
    b->func = NULL;
    for (size_t i = first; i < b->vars.n; i++) {
        vb_var *var = b->vars.at[i];
        var->is_local = var->is_assigned = true;
        for (uint32_t k = 0; k < (var->is_memory ? 1 : var->n); k++) b->slots.at[var->slots + k].func = func;
        if (var->is_memory) vb_memory_start(b, var);
        vb_var **kept = HYS_PUSH(b->arena, &func->block_vars);
        if (kept) *kept = var;
    }
    b->vars.n = first;
}

/* ---- inlining ---- */

/* One argument as the caller gives it. */
typedef struct actual {
    vb_x value;
    vb_target target;
    vb_var *array;
    va_val *elements;
} actual;

static bool array_argument(vb *b, const va_expr *e, const vb_var *formal, actual *a) {
    a->elements = HYS_NEW_N(b->arena, va_val, formal->n);
    if (!a->elements) return false;
    if (e->kind == VA_ARRAY && e->n_args == formal->n && formal->decl->dir == VA_INPUT) {
        for (uint32_t i = 0; i < formal->n; i++) a->elements[i] = vb_eval_real(b, e->args[i]);
        return true;
    }
    a->array = vb_array_named(b, e);
    if (!a->array || a->array->n != formal->n) {
        vb_error(b, e->span, NULL, "argument '%s' is an array of %u elements", formal->decl->name, formal->n);
        return false;
    }
    for (uint32_t i = 0; i < formal->n && formal->decl->dir != VA_OUTPUT; i++)
        a->elements[i] = vb_var_get(b, a->array, i);
    a->array->is_read = true;
    return true;
}

static bool argument(vb *b, const va_expr *e, const vb_var *formal, actual *a) {
    if (!formal) return false;
    va_dir dir = formal->decl->dir;
    if (e->kind == VA_EMPTY) {
        vb_error(b, e->span, NULL, "argument '%s' is missing", formal->decl->name);
        return false;
    }
    if (formal->is_array) return array_argument(b, e, formal, a);
    if (dir == VA_OUTPUT || dir == VA_INOUT) {
        if (e->kind != VA_NAME && e->kind != VA_INDEX) {
            vb_error(b, e->span, "give a variable that receives the value",
                     "argument '%s' is an output of the function", formal->decl->name);
            return false;
        }
        if (!vb_lvalue(b, e, &a->target)) return false;
    }
    if (dir != VA_OUTPUT) a->value = vb_eval(b, e);
    return true;
}

static void bind(vb *b, vb_var *formal, const actual *a, hys__span span) {
    if (formal->decl->dir == VA_OUTPUT) {
        vb_var_clear(b, formal);
    } else if (!formal->is_array) {
        vb_var_set(b, formal, 0, vb_convert(b, a->value, formal->type, span, formal->decl->name));
    } else {
        for (uint32_t i = 0; i < formal->n; i++) vb_var_set(b, formal, i, a->elements[i]);
    }
}

static void give_back(vb *b, vb_var *formal, const actual *a, hys__span span) {
    if (formal->decl->dir != VA_OUTPUT && formal->decl->dir != VA_INOUT) return;
    if (!formal->is_array) {
        vb_assign(b, &a->target, (vb_x){formal->type, vb_var_get(b, formal, 0)}, span);
        return;
    }
    for (uint32_t i = 0; i < formal->n && a->array && !vb_failed(b); i++) {
        vb_x x = {formal->type, vb_var_get(b, formal, i)};
        vb_var_set(b, a->array, i, vb_convert(b, x, a->array->type, span, a->array->name));
    }
}

static void clear_locals(vb *b, const vb_func *func) {
    for (const va_decl *decl = func->ast->locals; decl; decl = decl->next) {
        vb_sym *sym = decl->kind == VA_VAR ? vb_lookup_local(func->scope, decl->name) : NULL;
        if (sym && sym->kind == VB_SYM_VAR && sym->var) vb_var_clear(b, sym->var);
    }
    for (size_t i = 0; i < func->block_vars.n; i++) vb_var_clear(b, func->block_vars.at[i]);
    vb_var_clear(b, func->result);
}

/* "real g0 = gmax / 2;" in a function means its arguments at this call. */
static void start_locals(vb *b, const vb_func *func) {
    for (const va_decl *decl = func->ast->locals; decl && !vb_failed(b); decl = decl->next) {
        vb_sym *sym = decl->kind == VA_VAR && decl->init ? vb_lookup_local(func->scope, decl->name) : NULL;
        if (!sym || sym->kind != VB_SYM_VAR || !sym->var || sym->var->is_array) continue;
        vb_x x = vb_eval(b, decl->init);
        vb_var_set(b, sym->var, 0, vb_convert(b, x, sym->var->type, decl->init->span, decl->name));
    }
}

static vb_x run(vb *b, const va_expr *e, vb_func *func, const actual *actuals) {
    vb_func *caller = b->func;
    vb_place place = vb_enter(b, b->inst, func->scope);
    func->is_active = true;
    b->func = func;
    b->depth++;
    clear_locals(b, func);
    for (uint32_t i = 0; i < func->n_args; i++) bind(b, func->args[i], &actuals[i], e->args[i]->span);
    start_locals(b, func);
    vb_exec(b, func->ast->body);
    vb_x result = {func->result->type, vb_var_get(b, func->result, 0)};
    b->func = caller;
    vb_leave(b, place);
    for (uint32_t i = 0; i < func->n_args; i++) give_back(b, func->args[i], &actuals[i], e->args[i]->span);
    b->depth--;
    func->is_active = false;
    return result;
}

vb_x vb_call_function(vb *b, const va_expr *e, vb_func *func) {
    if (vb_is_lost(b, e->name)) return nothing;
    if (func->is_active) {
        vb_error(b, e->span, "write it as a loop", "function '%s' calls itself", e->name);
        return nothing;
    }
    if (b->depth >= VB_MAX_DEPTH || !func->result) return nothing;
    if (e->n_args != func->n_args) {
        vb_error(b, e->span, NULL, "function '%s' has %u argument%s, but %zu %s given", e->name, func->n_args,
                 func->n_args == 1 ? "" : "s", e->n_args, e->n_args == 1 ? "is" : "are");
        vb_note(b, func->ast->span, "'%s' is declared here", e->name);
        return nothing;
    }
    if (b->where == VB_IN_PARAM || b->where == VB_IN_VAR_INIT) {
        for (uint32_t i = 0; i < func->n_args; i++)
            if (!func->args[i] || func->args[i]->decl->dir != VA_INPUT) {
                vb_error(b, e->span, NULL, "a function with outputs cannot give an initial value");
                return nothing;
            }
    }
    actual *actuals = HYS_NEW_N(b->arena, actual, func->n_args + 1);
    if (!actuals) return nothing;
    bool ok = true;
    for (uint32_t i = 0; i < func->n_args && !vb_failed(b); i++)
        ok = argument(b, e->args[i], func->args[i], &actuals[i]) && ok;
    if (!ok || vb_failed(b)) return nothing;
    int was = (int)b->where;
    if (b->where != VB_IN_INITIAL) b->where = VB_IN_ANALOG;
    vb_x result = run(b, e, func, actuals);
    b->where = was;
    return result;
}

/* ---- names that are not functions of the user ---- */

static const char *const events[] = {"cross", "above", "timer", "absdelta", "initial_step", "final_step"};

static bool is_event(const char *name) {
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (!strcmp(events[i], name)) return true;
    return false;
}

static vb_x unknown_call(vb *b, const va_expr *e) {
    if (is_event(e->name)) {
        vb_error(b, e->span, vb_printf(b, "write @(%s(...)) before a statement", e->name),
                 "%s is an event, not a function", e->name);
        return nothing;
    }
    if (b->where == VB_IN_PARAM && b->inst && b->inst->module->funcs) {
        for (const va_func *func = b->inst->module->funcs; func; func = func->next)
            if (func->name == e->name) {
                vb_error(b, e->span, "compute it in the analog block", "a parameter's value cannot call '%s'", e->name);
                return nothing;
            }
    }
    size_t n = 0, most = 256;
    const char **names = HYS_NEW_N(b->arena, const char *, most);
    if (!names) return nothing;
    for (const vb_func *func = b->inst ? b->inst->funcs : NULL; func && n < most; func = func->next)
        names[n++] = func->ast->name;
    for (size_t i = 0; vb_math_name(i) && n < most; i++) names[n++] = vb_math_name(i);
    for (size_t i = 0; vb_filter_name(i) && n < most; i++) names[n++] = vb_filter_name(i);
    for (size_t i = 0; i < b->natures.n && n < most; i++)
        if (b->natures.at[i].access) names[n++] = b->natures.at[i].access;
    vb_error(b, e->span, vb_hint_nearest(b, e->name, names, n, "declare it with \"analog function\""),
             "there is no function '%s'", e->name);
    return nothing;
}

vb_x vb_call(vb *b, const va_expr *e) {
    vb_x result;
    vb_func *func = vb_func_find(b, e->name);
    if (func) return vb_call_function(b, e, func);
    if (vb_math_call(b, e, e->name, &result)) return result;
    if (vb_filter_call(b, e, &result)) return result;
    if (vb_is_access(b, e->name)) return vb_access_value(b, e);
    for (size_t i = 0; i < e->n_args; i++) /* their own mistakes */
        if (e->args[i]->kind != VA_PORT_FLOW && e->args[i]->kind != VA_EMPTY && e->args[i]->kind != VA_NAME)
            vb_eval(b, e->args[i]);
    return unknown_call(b, e);
}
