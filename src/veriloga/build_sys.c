/* System functions that give a value. */
#include "veriloga/build.h"
#include <string.h>

static const vb_x nothing = {VA_TYPE_REAL, 0};

/* ---- the analysis ---- */

va_val vb_flag(vb *b, va_flag flag) {
    return va_leaf(b->ir, VA_OP_FLAG, (uint32_t)flag);
}

static const struct analysis_name {
    const char *name;
    va_flag flag;
} analyses[] = {
    {"static", VA_FLAG_STATIC}, {"dc", VA_FLAG_DC}, {"tran", VA_FLAG_TRAN},       {"ac", VA_FLAG_AC},
    {"noise", VA_FLAG_NOISE},   {"ic", VA_FLAG_IC}, {"nodeset", VA_FLAG_NODESET}, {"pss", VA_FLAG_PSS},
};

va_val vb_analysis_flag(vb *b, const char *name, hys__span span) {
    size_t n = sizeof analyses / sizeof *analyses;
    const char *names[sizeof analyses / sizeof *analyses];
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(analyses[i].name, name)) return vb_flag(b, analyses[i].flag);
        names[i] = analyses[i].name;
    }
    vb_warn(b, span, vb_hint_nearest(b, name, names, n, "known are static, dc, tran, ac, noise, ic, nodeset, pss"),
            "no analysis is called \"%s\": this is never true", name);
    return va_bool(b->ir, false);
}

static vb_x sys_analysis(vb *b, const va_expr *e) {
    va_val any = va_bool(b->ir, false);
    if (!vb_n_args(b, e, 1, 16)) return nothing;
    for (size_t i = 0; i < e->n_args; i++) {
        const char *name;
        if (!vb_constant_text(b, e->args[i], "the name of an analysis", &name)) return nothing;
        any = vb_op2(b, VA_OP_OR, any, vb_analysis_flag(b, name, e->args[i]->span));
    }
    return vb_integer(any);
}

/* ---- time and temperature ---- */

static bool is_running(vb *b, const va_expr *e) {
    if (b->where == VB_IN_ANALOG || b->where == VB_IN_INITIAL) return true;
    vb_error(b, e->span, "compute it in the analog block", "%s cannot stand in a declaration", e->name);
    return false;
}

static vb_x sys_time(vb *b, const va_expr *e) {
    return is_running(b, e) ? vb_real_x(va_leaf(b->ir, VA_OP_TIME, 0)) : nothing;
}

static vb_x sys_temperature(vb *b, const va_expr *e) {
    (void)e;
    return vb_real_x(va_leaf(b->ir, VA_OP_TEMP, 0));
}

static vb_x sys_vt(vb *b, const va_expr *e) {
    const double k = 1.380649e-23, q = 1.602176634e-19; /* J/K, C; exact since 2019 */
    if (!vb_n_args(b, e, 0, 1)) return nothing;
    va_val temp = vb_has_arg(e, 0) ? vb_eval_real(b, e->args[0]) : va_leaf(b->ir, VA_OP_TEMP, 0);
    return vb_real_x(vb_op2(b, VA_OP_MUL, vb_num(b, k / q), temp));
}

/* ---- the simulator ---- */

static uint32_t simparam_index(vb *b, const char *name) {
    for (size_t i = 0; i < b->model->simparams.n; i++)
        if (!strcmp(b->model->simparams.at[i], name)) return (uint32_t)i;
    const char **added = HYS_PUSH(b->arena, &b->model->simparams);
    if (added) *added = name;
    return (uint32_t)(b->model->simparams.n - 1);
}

static vb_x sys_simparam(vb *b, const va_expr *e) {
    const char *name;
    if (!vb_n_args(b, e, 1, 2) || !vb_constant_text(b, e->args[0], "the name of a $simparam", &name)) return nothing;
    uint32_t index = simparam_index(b, name);
    if (vb_failed(b)) return nothing;
    va_val v = va_leaf(b->ir, VA_OP_SIMPARAM, index);
    if (!vb_has_arg(e, 1)) return vb_real_x(v);
    va_val fallback = vb_eval_real(b, e->args[1]);
    return vb_real_x(vb_select(b, va_leaf(b->ir, VA_OP_SIMPARAM_KNOWN, index), v, fallback));
}

static vb_x sys_one(vb *b, const va_expr *e) {
    (void)e;
    return vb_number(b, 1);
}

static vb_x sys_zero(vb *b, const va_expr *e) {
    (void)e;
    return vb_number(b, 0);
}

/* ---- the instance ---- */

static vb_sym *named_argument(vb *b, const va_expr *e, const char *what) {
    if (!vb_n_args(b, e, 1, 1)) return NULL;
    if (e->args[0]->kind == VA_NAME) return vb_resolve(b, e->args[0], "parameter real");
    vb_error(b, e->args[0]->span, NULL, "%s takes the name of a %s", e->name, what);
    return NULL;
}

static vb_x sys_param_given(vb *b, const va_expr *e) {
    vb_sym *sym = named_argument(b, e, "parameter");
    if (!sym) return nothing;
    if (sym->kind != VB_SYM_PARAM || !sym->param) {
        vb_error(b, e->args[0]->span, NULL, "'%s' is not a parameter", sym->name);
        return nothing;
    }
    vb_param *param = sym->param;
    if (param->model >= b->model->params.n || b->model->params.at[param->model].is_structural)
        return vb_integer(va_bool(b->ir, param->is_given));
    return vb_integer(va_leaf(b->ir, VA_OP_GIVEN, param->model));
}

static vb_x sys_port_connected(vb *b, const va_expr *e) {
    vb_sym *sym = named_argument(b, e, "port");
    if (!sym) return nothing;
    if (sym->kind != VB_SYM_NET || !sym->net->is_port) {
        vb_error(b, e->args[0]->span, NULL, "'%s' is not a port", sym->name);
        return nothing;
    }
    const vb_node *node = &b->nodes.at[sym->net->nodes[0]];
    if (b->inst->parent) return vb_integer(va_bool(b->ir, sym->net->is_connected));
    return vb_integer(va_leaf(b->ir, VA_OP_CONNECTED, node->unknown));
}

/* ---- files ---- */

/* The handle carries no meaning of its own: build_effect.c finds the file by the variable. */
static vb_x sys_fopen(vb *b, const va_expr *e) {
    const char *name;
    if (!vb_n_args(b, e, 1, 2) || !vb_constant_text(b, e->args[0], "the name of a file", &name)) return nothing;
    double number = 0;
    va_is_const(b->ir, vb_text(b, name).v, &number);
    return vb_integer(vb_num(b, 2 + number));
}

/* $limit is advice for Newton's iteration; ours limits the step by itself. */
static vb_x sys_limit(vb *b, const va_expr *e) {
    if (!vb_n_args(b, e, 1, 16)) return nothing;
    vb_x x = vb_eval(b, e->args[0]);
    for (size_t i = 2; i < e->n_args; i++)
        if (e->args[i]->kind != VA_EMPTY) vb_eval(b, e->args[i]);
    return x;
}

typedef vb_x (*handler)(vb *b, const va_expr *e);
static const struct sys {
    const char *name;
    handler run;
} functions[] = {
    {"$abstime", sys_time},
    {"$realtime", sys_time},
    {"$temperature", sys_temperature},
    {"$vt", sys_vt},
    {"$simparam", sys_simparam},
    {"$analysis", sys_analysis},
    {"analysis", sys_analysis},
    {"$param_given", sys_param_given},
    {"$port_connected", sys_port_connected},
    {"$limit", sys_limit},
    {"$mfactor", sys_one},
    {"$hflip", sys_one},
    {"$vflip", sys_one},
    {"$xposition", sys_zero},
    {"$yposition", sys_zero},
    {"$angle", sys_zero},
    {"$analog_node_alias", sys_zero},
    {"$analog_port_alias", sys_zero},
    {"$fopen", sys_fopen},
    {"$table_model", vb_table_model},
};

/* ---- what is refused, and why ---- */

static const char *const readers[] = {"$fscanf", "$fgets",  "$fgetc", "$fread", "$readmemb", "$readmemh", "$sscanf",
                                      "$feof",   "$ferror", "$ftell", "$fseek", "$rewind",   "$ungetc"};
static const char *const digital[] = {
    "$time",          "$stime",          "$dumpfile", "$dumpvars",   "$dumpon",         "$dumpoff",
    "$test$plusargs", "$value$plusargs", "$signed",   "$unsigned",   "$bits",           "$realtobits",
    "$bitstoreal",    "$setup",          "$hold",     "$timeformat", "$printtimescale", "$cds_get_analog_value",
    "$q_initialize"};

static bool is_one_of(const char *const *names, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (!strcmp(names[i], name)) return true;
    return false;
}

static vb_x refuse(vb *b, const va_expr *e) {
    if (is_one_of(readers, sizeof readers / sizeof *readers, e->name)) {
        vb_error(b, e->span, "use $table_model for data, parameters for numbers",
                 "%s is refused: a model may not read files", e->name);
        return nothing;
    }
    if (is_one_of(digital, sizeof digital / sizeof *digital, e->name)) {
        vb_error(b, e->span, !strcmp(e->name, "$time") ? "the analog time is $abstime" : NULL,
                 "%s needs a digital simulator", e->name);
        return nothing;
    }
    size_t n = 0;
    const char *names[160];
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) names[n++] = functions[i].name;
    for (size_t i = 0; vb_draw_name(i); i++) names[n++] = vb_draw_name(i);
    for (size_t i = 0; vb_effect_name(i); i++) names[n++] = vb_effect_name(i);
    for (size_t i = 0; vb_math_name(i); i++) names[n++] = vb_printf(b, "$%s", vb_math_name(i));
    vb_error(b, e->span, vb_hint_nearest(b, e->name, names, n, "see the list of system functions in the manual"),
             "there is no system function '%s'", e->name);
    return nothing;
}

bool vb_sys_call(vb *b, const va_expr *e, vb_x *result) {
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (strcmp(functions[i].name, e->name)) continue;
        *result = functions[i].run(b, e);
        return true;
    }
    return false;
}

vb_x vb_syscall(vb *b, const va_expr *e) {
    vb_x result;
    if (vb_sys_call(b, e, &result) || vb_math_call(b, e, e->name + 1, &result) || vb_draw_call(b, e, &result))
        return result;
    va_expr plain = *e; /* $idt, $limexp ...: as some files write them */
    plain.name = e->name + 1;
    if (vb_filter_call(b, &plain, &result)) return result;
    if (vb_is_effect(e->name)) {
        vb_error(b, e->span, "write it as a statement of its own", "%s has no value", e->name);
        return nothing;
    }
    return refuse(b, e);
}
