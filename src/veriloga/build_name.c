/* Names and indices: what they read, and what an assignment may write. */
#include "veriloga/build.h"

static const vb_x nothing = {VA_TYPE_REAL, 0};

static const char *net_hint(vb *b, const vb_sym *sym) {
    return vb_printf(b, "write V(%s) for its voltage or I(%s) for its current", sym->name, sym->name);
}

/* ---- who may see which variable ---- */

static bool is_visible(vb *b, const vb_var *var, hys__span span) {
    if (b->where == VB_IN_PARAM) {
        vb_error(b, span, "use parameters and constants only", "a declaration cannot depend on the variable '%s'",
                 var->name);
        return false;
    }
    if (!b->func || var->is_local) return true;
    vb_error(b, span, "pass it as an argument: \"input\", and \"output\" to change it",
             "function '%s' cannot use the module's variable '%s'", b->func->ast->name, var->name);
    return false;
}

static va_val var_value(vb *b, vb_var *var, uint32_t elem) {
    var->is_read = true;
    return b->where == VB_IN_VAR_INIT ? vb_initial(b, var, elem) : vb_var_get(b, var, elem);
}

/* ---- names ---- */

static vb_x param_value(vb *b, vb_param *param, const va_expr *e) {
    if (!param) {
        vb_error(b, e->span, "declare it before it is used", "'%s' is used in its own default", e->name);
        return nothing;
    }
    if (!param->is_array) return (vb_x){param->type, param->values[0]};
    vb_error(b, e->span, vb_printf(b, "write %s[i]", e->name), "'%s' is an array", e->name);
    return nothing;
}

static vb_x genvar_value(vb *b, const vb_genvar *genvar, const va_expr *e) {
    if (genvar->value) return vb_integer(genvar->value);
    vb_error(b, e->span, NULL, "the genvar '%s' has a value only inside its loop", e->name);
    return nothing;
}

vb_x vb_name_value(vb *b, const va_expr *e) {
    vb_sym *sym = vb_resolve(b, e, "real");
    if (!sym) return nothing;
    switch (sym->kind) {
    case VB_SYM_PARAM:
        return param_value(b, sym->param, e);
    case VB_SYM_GENVAR:
        return genvar_value(b, sym->genvar, e);
    case VB_SYM_VAR:
        break;
    case VB_SYM_NET:
    case VB_SYM_BUS:
        vb_error(b, e->span, net_hint(b, sym), "'%s' is a %s, not a number", e->name,
                 sym->kind == VB_SYM_NET ? "net" : "branch");
        return nothing;
    default:
        vb_error(b, e->span, NULL, "'%s' has no value", e->name);
        return nothing;
    }
    if (!sym->var || !is_visible(b, sym->var, e->span)) return nothing;
    if (sym->var->is_array) {
        vb_error(b, e->span, vb_printf(b, "write %s[i]", e->name), "'%s' is an array", e->name);
        return nothing;
    }
    return (vb_x){sym->var->type, var_value(b, sym->var, 0)};
}

/* ---- indices ---- */

/* a[i][j]: the base name; its indices into at[], outermost first. */
static const va_expr *index_base(const va_expr *e, const va_expr **at, uint32_t most, uint32_t *n) {
    *n = 0;
    for (const va_expr *i = e; i->kind == VA_INDEX; i = i->args[0]) ++*n;
    uint32_t k = *n;
    for (; e->kind == VA_INDEX; e = e->args[0])
        if (--k < most) at[k] = e->args[1];
    return e;
}

#define MAX_DIMS 8

static vb_sym *index_resolve(vb *b, const va_expr *e, const va_expr **at, uint32_t *n) {
    const va_expr *base = index_base(e, at, MAX_DIMS, n);
    for (const va_expr *i = e; i->kind == VA_INDEX; i = i->args[0])
        if (i->n_args == 3) {
            vb_error(b, i->span, "take the elements one by one", "variables have no slices");
            return NULL;
        }
    if (base->kind != VA_NAME || *n > MAX_DIMS) {
        vb_error(b, e->span, NULL, "only names have elements");
        return NULL;
    }
    return vb_resolve(b, base, "real");
}

/* The position of an element, counted from the left end of each dimension. */
static bool element_of(vb *b, vb_var *var, const va_expr *e, const va_expr **at, uint32_t n, vb_target *target) {
    if (!var->is_array || n != var->n_dims) {
        vb_error(b, e->span, NULL,
                 var->is_array ? "'%s' has %u dimensions, but %u indices are given"
                               : "'%s' is not an array (it has %u dimensions, %u indices are given)",
                 var->name, var->n_dims, n);
        return false;
    }
    va_val index = vb_num(b, 0), inside = va_bool(b->ir, true);
    for (uint32_t d = 0; d < n; d++) {
        int64_t left = var->dims[d][0], right = var->dims[d][1];
        uint32_t count = vb_dims_count(left, right);
        va_val i = vb_eval_int(b, at[d]);
        double number;
        if (!i) return false;
        if (va_is_const(b->ir, i, &number) &&
            vb_element(b, left, right, (int64_t)number, var->name, at[d]->span) == VB_NONE)
            return false;
        va_val from = vb_num(b, (double)left);
        i = left <= right ? vb_op2(b, VA_OP_SUB, i, from) : vb_op2(b, VA_OP_SUB, from, i);
        inside = vb_op2(b, VA_OP_AND, inside, vb_op2(b, VA_OP_LE, vb_num(b, 0), i));
        inside = vb_op2(b, VA_OP_AND, inside, vb_op2(b, VA_OP_LT, i, vb_num(b, count)));
        index = vb_op2(b, VA_OP_ADD, vb_op2(b, VA_OP_MUL, index, vb_num(b, count)), i);
    }
    double known;
    if (!index) return false;
    target->var = var;
    target->is_dynamic = !va_is_const(b->ir, index, &known);
    target->elem = target->is_dynamic ? 0 : (uint32_t)known;
    target->index = n > 1 ? vb_select(b, inside, index, vb_num(b, -1)) : index;
    return true;
}

static vb_x param_element(vb *b, vb_param *param, const va_expr *e, const va_expr **at, uint32_t n) {
    if (!param || !param->is_array || n != 1) {
        vb_error(b, e->span, NULL, "this parameter has no such element");
        return nothing;
    }
    va_val i = vb_eval_int(b, at[0]);
    double number;
    if (!i) return nothing;
    if (va_is_const(b->ir, i, &number)) {
        uint32_t k = vb_element(b, param->left, param->right, (int64_t)number, param->name, at[0]->span);
        return k == VB_NONE ? nothing : (vb_x){param->type, param->values[k]};
    }
    va_val v = vb_num(b, 0);
    for (uint32_t k = 0; k < param->n; k++) {
        int64_t where = param->left <= param->right ? param->left + k : param->left - k;
        va_val is_it = vb_op2(b, VA_OP_EQ, i, vb_num(b, (double)where));
        v = vb_select(b, is_it, param->values[k], v);
    }
    return (vb_x){param->type, v};
}

vb_x vb_index_value(vb *b, const va_expr *e) {
    const va_expr *at[MAX_DIMS];
    uint32_t n;
    vb_sym *sym = index_resolve(b, e, at, &n);
    if (!sym) return nothing;
    if (sym->kind == VB_SYM_PARAM) return param_element(b, sym->param, e, at, n);
    if (sym->kind != VB_SYM_VAR) {
        vb_error(b, e->span, sym->kind == VB_SYM_NET ? net_hint(b, sym) : NULL, "'%s' is not an array of numbers",
                 sym->name);
        return nothing;
    }
    vb_target target;
    if (!sym->var || !is_visible(b, sym->var, e->span) || !element_of(b, sym->var, e, at, n, &target)) return nothing;
    if (!target.is_dynamic) return (vb_x){sym->var->type, var_value(b, sym->var, target.elem)};
    sym->var->is_read = true;
    return (vb_x){sym->var->type, vb_var_get_at(b, sym->var, target.index)};
}

vb_var *vb_array_named(vb *b, const va_expr *e) {
    if (e->kind != VA_NAME) return NULL;
    vb_sym *sym = e->is_path ? vb_resolve(b, e, "real") : vb_lookup(b->scope, e->name);
    if (!sym || sym->kind != VB_SYM_VAR || !sym->var || !sym->var->is_array) return NULL;
    return is_visible(b, sym->var, e->span) ? sym->var : NULL;
}

bool vb_list_open(vb *b, const va_expr *e, vb_list *list) {
    vb_sym *sym = e->kind == VA_NAME && !e->is_path ? vb_lookup(b->scope, e->name) : NULL;
    *list = (vb_list){.literal = e->kind == VA_ARRAY ? e : NULL};
    if (sym && sym->kind == VB_SYM_PARAM && sym->param && sym->param->is_array) list->param = sym->param;
    list->var = list->literal || list->param ? NULL : vb_array_named(b, e);
    list->n = list->literal ? e->n_args : list->param ? list->param->n : list->var ? list->var->n : 0;
    return list->literal || list->param || list->var;
}

va_val vb_list_get(vb *b, const vb_list *list, size_t i) {
    if (list->literal) return vb_eval_real(b, list->literal->args[i]);
    if (list->param) return va_to_real(b->ir, list->param->values[i]);
    list->var->is_read = true;
    return vb_var_get(b, list->var, (uint32_t)i);
}

/* ---- assignment ---- */

static void not_assignable(vb *b, const vb_sym *sym, const va_expr *e) {
    switch (sym->kind) {
    case VB_SYM_PARAM:
        vb_error(b, e->span,
                 vb_printf(b, "assign to a variable, for example \"real %s_now = %s;\"", sym->name, sym->name),
                 "'%s' is a parameter: it cannot be assigned", sym->name);
        break;
    case VB_SYM_NET:
    case VB_SYM_BUS:
        vb_error(b, e->span, vb_printf(b, "write V(%s) <+ ... or I(%s) <+ ...", sym->name, sym->name),
                 "'%s' is a %s: it takes contributions, not assignments", sym->name,
                 sym->kind == VB_SYM_NET ? "net" : "branch");
        break;
    case VB_SYM_GENVAR:
        vb_error(b, e->span, NULL, "the genvar '%s' changes only in the head of its loop", sym->name);
        break;
    default:
        vb_error(b, e->span, NULL, "'%s' cannot be assigned", sym->name);
    }
    vb_note(b, sym->span, "'%s' is declared here", sym->name);
}

bool vb_lvalue(vb *b, const va_expr *e, vb_target *target) {
    const va_expr *at[MAX_DIMS];
    uint32_t n = 0;
    *target = (vb_target){0};
    if (e->kind != VA_NAME && e->kind != VA_INDEX) {
        vb_error(b, e->span, NULL, "only variables can be assigned");
        return false;
    }
    vb_sym *sym = index_resolve(b, e, at, &n);
    if (!sym) return false;
    if (sym->kind != VB_SYM_VAR || !sym->var) {
        if (sym->kind != VB_SYM_VAR) not_assignable(b, sym, e);
        return false;
    }
    if (!is_visible(b, sym->var, e->span)) return false;
    if (n > 0 || sym->var->is_array) return element_of(b, sym->var, e, at, n, target);
    target->var = sym->var;
    return true;
}

void vb_assign(vb *b, const vb_target *target, vb_x x, hys__span span) {
    va_val v = vb_convert(b, x, target->var->type, span, target->var->name);
    vb_check_units(b, v, target->var->units, false, span, "this assigns a value of another unit");
    b->ir->span = span;
    if (target->is_dynamic) vb_var_set_at(b, target->var, target->index, v);
    else vb_var_set(b, target->var, target->elem, v);
}
