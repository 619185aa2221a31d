/* Parameters: types, defaults, ranges, structural and string ones, aliases; overrides of instances. */
#include "base/units.h"
#include "veriloga/build.h"
#include <math.h>
#include <string.h>

/* ---- settings of the top module ---- */

static const va_setting *setting_find(const vb *b, const char *name) {
    const va_setting *found = NULL;
    for (size_t i = 0; i < b->opts->n_settings; i++)
        if (!strcmp(b->opts->settings[i].name, name)) found = &b->opts->settings[i];
    return found;
}

/* By its name or one of its aliases. */
static const va_setting *setting_of(const vb *b, const char *name, const va_decl *decls) {
    const va_setting *found = setting_find(b, name);
    for (const va_decl *decl = decls; decl && !found; decl = decl->next)
        if (decl->kind == VA_ALIASPARAM && decl->init && decl->init->name == name) found = setting_find(b, decl->name);
    return found;
}

static bool setting_number(vb *b, const va_setting *setting, double *number) {
    hys__unit unit;
    bool has_unit;
    if (hys__quantity_parse(setting->value, strlen(setting->value), number, &unit, &has_unit)) return true;
    hys__report(b->ctx, HYS_ERROR, HYS_SEMANTIC, &b->front->sources, setting->span, "give a number, for example 2.5k",
                "'%s' is not a value for parameter '%s'", setting->value, setting->name);
    b->had_error = true;
    return false;
}

/* ---- one parameter ---- */

static bool is_in(const vb_keep *keep, const char *name) {
    for (size_t i = 0; i < keep->structural.n; i++)
        if (keep->structural.at[i] == name) return true;
    return false;
}

static bool is_top(const vb *b, const vb_inst *inst, const vb_scope *scope) {
    return inst == b->insts && scope == inst->scope;
}

static va_type param_type(const va_decl *decl, vb_x init, const va_setting *setting) {
    if (decl->type != VA_TYPE_NONE) return decl->type;
    if (init.type != VA_TYPE_INTEGER || !setting) return init.type;
    /* Without a type, the value that is given decides. */
    return strspn(setting->value, "+-0123456789") == strlen(setting->value) ? VA_TYPE_INTEGER : VA_TYPE_REAL;
}

static va_val text_value(vb *b, const va_decl *decl, const va_setting *setting, vb_x init, va_param *param) {
    const char *text = setting ? setting->value : vb_text_of(b, init.v);
    param->is_structural = true;
    if (!text) {
        if (init.v && !vb_make_structural(b, init.v))
            vb_error(b, decl->span, NULL, "the default of '%s' must be a constant string", decl->name);
        return 0;
    }
    param->text = hys__arena_strndup(b->arena, text, strlen(text));
    return vb_text(b, param->text ? param->text : "").v;
}

/* A number that is baked in. */
static va_val structural_value(vb *b, const va_decl *decl, const va_setting *setting, va_val init, va_type type) {
    double number;
    if (setting && setting_number(b, setting, &number))
        return vb_num(b, type == VA_TYPE_INTEGER ? round(number) : number);
    vb_constant_value(b, init, decl->span, "the value of a structural parameter", &number);
    return vb_failed(b) ? 0 : init;
}

static void param_facts(vb *b, va_param *param, const va_decl *decl) {
    param->units = vb_attr_text(b, decl->attrs, "units");
    param->desc = vb_attr_text(b, decl->attrs, "desc");
    if (!param->desc) param->desc = vb_attr_text(b, decl->attrs, "info"); /* as ADMS files write it */
    if (!param->units) param->units = "";
    if (!param->desc) param->desc = "";
    const char *type = vb_attr_text(b, decl->attrs, "type");
    param->is_instance = type && !strcmp(type, "instance");
    param->d2d = vb_attr_text(b, decl->attrs, "d2d");
    param->c2c = vb_attr_text(b, decl->attrs, "c2c");
    param->span = decl->span;
}

/* A scalar of the top module, or an element of an array. */
static va_val top_value(vb *b, vb_inst *inst, vb_param *p, const char *name, vb_x init) {
    const va_decl *decl = p->decl;
    const va_setting *setting = decl->kind == VA_LOCALPARAM ? NULL : setting_of(b, name, inst->module->decls);
    va_param *param = HYS_PUSH(b->arena, &b->model->params);
    vb_param **kept = HYS_PUSH(b->arena, &b->params);
    if (!param || !kept) return 0;
    uint32_t index = (uint32_t)(b->model->params.n - 1);
    *kept = p;
    param_facts(b, param, decl);
    param->name = name;
    param->type = p->type;
    param->is_local = decl->kind == VA_LOCALPARAM;
    p->is_given |= setting != NULL;
    if (p->type == VA_TYPE_STRING) return text_value(b, decl, setting, init, param);
    param->init = va_to_real(b->ir, vb_convert(b, init, p->type, decl->span, name));
    double number;
    if (is_in(b->keep, name)) {
        param->is_structural = true;
        param->init = structural_value(b, decl, setting, param->init, p->type);
        return param->init;
    }
    if (param->is_local && va_is_const(b->ir, param->init, &number)) return param->init;
    return va_leaf(b->ir, VA_OP_PARAM, index);
}

static vb_x element_init(vb *b, const vb_param *p, const va_expr *init, uint32_t elem) {
    if (!p->is_array || init->kind != VA_ARRAY) return vb_eval(b, init);
    return elem < init->n_args ? vb_eval(b, init->args[elem]) : vb_number(b, 0);
}

static bool param_shape(vb *b, vb_param *p) {
    p->n = 1;
    if (!p->decl->dims) return true;
    p->is_array = true;
    if (!vb_dims_read(b, p->decl->dims, "an array bound", &p->left, &p->right)) return false;
    p->n = vb_dims_count(p->left, p->right);
    if (p->n > VB_MAX_ELEMENTS || p->decl->dims->next) {
        vb_error(b, p->decl->span, NULL, "an array of parameters has one dimension and a sensible length");
        return false;
    }
    const va_expr *init = p->decl->init;
    if (init && init->kind == VA_ARRAY && init->n_args == p->n) return true;
    vb_error(b, init ? init->span : p->decl->span, "write '{a, b, c}", "array '%s' needs %u default values", p->name,
             p->n);
    return false;
}

static void param_values(vb *b, vb_inst *inst, vb_scope *scope, vb_param *p) {
    const va_decl *decl = p->decl;
    for (uint32_t i = 0; i < p->n && !vb_failed(b); i++) {
        vb_x init = decl->init ? element_init(b, p, decl->init, i) : vb_number(b, 0);
        const char *name = decl->name;
        int64_t at = p->left <= p->right ? p->left + i : p->left - i;
        if (p->is_array) name = vb_intern(b, vb_printf(b, "%s[%lld]", decl->name, (long long)at));
        if (i == 0) p->type = param_type(decl, init, setting_find(b, name));
        if (is_top(b, inst, scope)) p->values[i] = top_value(b, inst, p, name, init);
        else p->values[i] = vb_convert(b, init, p->type, decl->span, name);
    }
}

static void param_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decl) {
    vb_sym *sym = vb_declare(b, scope, VB_SYM_PARAM, decl->name, decl->span);
    vb_param *p = sym ? HYS_NEW(b->arena, vb_param) : NULL;
    if (!p) return;
    *p = (vb_param){.name = decl->name, .decl = decl, .inst = inst, .model = VB_NONE};
    if (is_top(b, inst, scope)) p->model = (uint32_t)b->model->params.n;
    if (!decl->init)
        vb_error(b, decl->span, vb_printf(b, "write \"parameter real %s = 1;\"", decl->name),
                 "parameter '%s' needs a default value", decl->name);
    if (!param_shape(b, p)) p->n = 1;
    p->values = HYS_NEW_N(b->arena, va_val, p->n);
    if (!p->values) return;
    int was = (int)b->where;
    b->where = VB_IN_PARAM;
    if (!vb_override(b, inst, scope, p)) param_values(b, inst, scope, p);
    sym->param = p; /* last: a default cannot use itself */
    b->where = was;
}

static void alias_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decl) {
    const va_expr *other = decl->init;
    vb_sym *of = other && other->kind == VA_NAME ? vb_lookup_local(scope, other->name) : NULL;
    if (!of || of->kind != VB_SYM_PARAM || !of->param) {
        vb_error(b, decl->span, "declare the parameter before its alias",
                 "'%s' is an alias of something that is not a parameter", decl->name);
        return;
    }
    vb_sym *sym = vb_declare(b, scope, VB_SYM_PARAM, decl->name, decl->span);
    if (!sym) return;
    sym->param = of->param;
    if (!is_top(b, inst, scope) || of->param->model >= b->model->params.n) return;
    va_param *param = &b->model->params.at[of->param->model];
    const char **aliases = HYS_NEW_N(b->arena, const char *, param->n_aliases + 1);
    if (!aliases) return;
    for (size_t i = 0; i < param->n_aliases; i++) aliases[i] = param->aliases[i];
    aliases[param->n_aliases++] = decl->name;
    param->aliases = aliases;
}

/* ---- ranges ---- */

static bool text_is_in_set(vb *b, const va_expr *set, const char *text) {
    bool found = false;
    for (size_t i = 0; set && i < set->n_args; i++) {
        const char *allowed;
        if (vb_constant_text(b, set->args[i], "a string in a range", &allowed) && !strcmp(allowed, text)) found = true;
    }
    return found;
}

static void text_range_check(vb *b, const vb_param *p, const char *text) {
    for (const va_range *range = p->decl->ranges; range; range = range->next) {
        if (!range->is_set && !range->is_value) {
            vb_error(b, range->span, "write from '{\"a\", \"b\"}", "a string parameter has a set of values");
            continue;
        }
        bool found = range->is_set ? text_is_in_set(b, range->lo, text) : false;
        if (range->is_value && !range->is_set) {
            const char *excluded;
            found = vb_constant_text(b, range->lo, "an excluded value", &excluded) && !strcmp(excluded, text);
        }
        if (found == range->is_exclude)
            vb_error(b, range->span, NULL, "\"%s\" is not a value that '%s' may have", text, p->name);
    }
}

static void bound_add(vb *b, uint32_t param, const va_range *range, const va_expr *lo, const va_expr *hi) {
    va_val lo_val = va_to_real(b->ir, vb_eval_real(b, lo));
    va_val hi_val = hi ? va_to_real(b->ir, vb_eval_real(b, hi)) : lo_val;
    struct va_bound *bound = HYS_PUSH(b->arena, &b->model->params.at[param].bounds);
    if (!bound) return;
    *bound = (struct va_bound){.is_exclude = range->is_exclude,
                               .is_value = !hi,
                               .lo_open = range->lo_open,
                               .hi_open = range->hi_open,
                               .lo = lo_val,
                               .hi = hi_val};
}

static bool is_inside(const struct va_bound *bound, double x, double lo, double hi) {
    if (bound->is_value) return x == lo;
    return (bound->lo_open ? x > lo : x >= lo) && (bound->hi_open ? x < hi : x <= hi);
}

/* A range against a constant: 1 inside, 0 outside, -1 not known now. */
static int constant_in_range(vb *b, const va_range *range, double x) {
    double lo, hi;
    for (size_t i = 0; range->is_set && i < range->lo->n_args; i++) {
        va_val v = vb_eval_real(b, range->lo->args[i]);
        if (!va_is_const(b->ir, v, &lo)) return -1;
        if (lo == x) return 1;
    }
    if (range->is_set || !range->lo) return range->is_set ? 0 : -1;
    va_val low = vb_eval_real(b, range->lo), high = range->is_value ? low : vb_eval_real(b, range->hi);
    if (!va_is_const(b->ir, low, &lo) || !va_is_const(b->ir, high, &hi)) return -1;
    struct va_bound bound = {.is_value = range->is_value, .lo_open = range->lo_open, .hi_open = range->hi_open};
    return is_inside(&bound, x, lo, hi);
}

/* What an instance gives, if that is known already. */
static void check_given(vb *b, const vb_param *p) {
    double x;
    bool has_from = false, is_in_from = false, is_excluded = false;
    if (p->n == 0 || !va_is_const(b->ir, p->values[0], &x)) return;
    for (const va_range *range = p->decl->ranges; range; range = range->next) {
        int inside = constant_in_range(b, range, x);
        if (inside < 0) return;
        has_from |= !range->is_exclude;
        is_in_from |= !range->is_exclude && inside;
        is_excluded |= range->is_exclude && inside;
    }
    if ((!has_from || is_in_from) && !is_excluded) return;
    vb_error(b, p->is_given ? p->given_span : p->decl->span, NULL, "%g is not a value that '%s' may have", x, p->name);
    vb_note(b, p->decl->span, "'%s' is declared here", p->name);
}

static void range_read(vb *b, uint32_t param, const va_range *range) {
    if (!range->lo) return;
    if (range->is_set)
        for (size_t i = 0; i < range->lo->n_args; i++) bound_add(b, param, range, range->lo->args[i], NULL);
    else bound_add(b, param, range, range->lo, range->is_value ? NULL : range->hi);
}

/* Ranges may name parameters that are declared later. */
static void ranges_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decl) {
    vb_sym *sym = vb_lookup_local(scope, decl->name);
    if (!sym || sym->kind != VB_SYM_PARAM || !sym->param || !decl->ranges) return;
    vb_param *p = sym->param;
    if (p->decl != decl) return;
    if (p->type == VA_TYPE_STRING) {
        const char *text = vb_text_of(b, p->values[0]);
        if (text) text_range_check(b, p, text);
        return;
    }
    if (!is_top(b, inst, scope)) {
        check_given(b, p);
        return;
    }
    for (uint32_t i = 0; i < p->n; i++)
        for (const va_range *range = decl->ranges; range && !vb_failed(b); range = range->next)
            range_read(b, p->model + i, range);
}

void vb_params_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decls) {
    for (const va_decl *decl = decls; decl && !vb_failed(b); decl = decl->next) {
        if (decl->kind == VA_PARAM || decl->kind == VA_LOCALPARAM) param_read(b, inst, scope, decl);
        if (decl->kind == VA_ALIASPARAM) alias_read(b, inst, scope, decl);
    }
    int was = (int)b->where;
    b->where = VB_IN_PARAM;
    for (const va_decl *decl = decls; decl && !vb_failed(b); decl = decl->next)
        if (decl->kind == VA_PARAM || decl->kind == VA_LOCALPARAM) ranges_read(b, inst, scope, decl);
    b->where = was;
}

/* ---- the defaults against the ranges ---- */

static void range_check(vb *b, const va_param *param, double def, const va_val *known) {
    bool has_from = false, is_in_from = false, is_excluded = false, is_unknown = false;
    for (size_t i = 0; i < param->bounds.n; i++) {
        const struct va_bound *bound = &param->bounds.at[i];
        double lo, hi;
        if (!known[bound->lo] || !known[bound->hi]) {
            is_unknown = true;
            continue;
        }
        va_is_const(b->ir, known[bound->lo], &lo);
        va_is_const(b->ir, known[bound->hi], &hi);
        if (!bound->is_value && (lo > hi || (lo == hi && (bound->lo_open || bound->hi_open))))
            vb_error(b, param->span, "the smaller value comes first", "the range of '%s', %g to %g, is empty",
                     param->name, lo, hi);
        bool inside = is_inside(bound, def, lo, hi);
        has_from |= !bound->is_exclude;
        is_in_from |= !bound->is_exclude && inside;
        is_excluded |= bound->is_exclude && inside;
    }
    if (!is_unknown && ((has_from && !is_in_from) || is_excluded))
        vb_warn(b, param->span, "each use of the model must set it",
                "the default of '%s', %g, lies outside its own range", param->name, def);
}

/* After all of the module's parameters were read. */
void vb_params_check(vb *b) {
    size_t n = b->model->params.n;
    va_val *inits = HYS_NEW_N(b->arena, va_val, n + 1);
    if (!inits) return;
    for (size_t i = 0; i < n; i++) inits[i] = b->model->params.at[i].init;
    va_val *known = vb_defaults(b, inits, n);
    for (size_t i = 0; known && i < n && !vb_failed(b); i++) {
        va_param *param = &b->model->params.at[i];
        if (param->type == VA_TYPE_STRING) continue;
        param->def = NAN;
        if (!known[param->init]) continue;
        va_is_const(b->ir, known[param->init], &param->def);
        range_check(b, param, param->def, known);
    }
}
