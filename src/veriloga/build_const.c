/* Constants of the translation, what a value depends on, and parameters that become structural. */
#include "veriloga/build.h"
#include <math.h>
#include <string.h>

/* ---- dependence ---- */

static uint32_t leaf_deps(const va_ins *ins) {
    switch (ins->op) {
    case VA_OP_PARAM:
        return VB_DEP_PARAM;
    case VA_OP_GIVEN:
        return VB_DEP_GIVEN;
    case VA_OP_CONNECTED:
        return VB_DEP_CONNECTED;
    case VA_OP_TEMP:
        return VB_DEP_TEMP;
    case VA_OP_TIME:
        return VB_DEP_TIME;
    case VA_OP_FLAG:
        return VB_DEP_FLAG;
    case VA_OP_SIMPARAM:
    case VA_OP_SIMPARAM_KNOWN:
        return VB_DEP_SIM;
    case VA_OP_EVENT:
    case VA_OP_TIMER:
        return VB_DEP_EVENT;
    case VA_OP_PROBE:
        return VB_DEP_PROBE;
    case VA_OP_RETAINED:
    case VA_OP_ARRAY:
    case VA_OP_DELAYED:
        return VB_DEP_RETAINED;
    case VA_OP_DDT:
        return VB_DEP_DDT;
    case VA_OP_NOISE:
        return VB_DEP_NOISE;
    case VA_OP_DRAW:
        return VB_DEP_DRAW;
    case VA_OP_PHI:
    case VA_OP_RESULT:
        return VB_DEP_LOOP;
    default:
        return 0;
    }
}

uint32_t vb_deps(vb *b, va_val v) {
    size_t n = b->ir->ins.n;
    if (v >= n || !hys__grow(b->arena, (void **)&b->deps.at, &b->deps.cap, n, sizeof *b->deps.at)) return 0;
    for (; b->deps.n < n; b->deps.n++) {
        va_val i = (va_val)b->deps.n;
        uint32_t deps = leaf_deps(va_get(b->ir, i));
        size_t n_args;
        const va_val *args = va_args(b->ir, i, &n_args);
        for (size_t k = 0; k < n_args; k++)
            if (args[k] < i) deps |= b->deps.at[args[k]];
        b->deps.at[i] = deps;
    }
    return b->deps.at[v];
}

bool vb_is_fixed(vb *b, va_val v) {
    return !(vb_deps(b, v) & ~(uint32_t)(VB_DEP_PARAM | VB_DEP_GIVEN | VB_DEP_CONNECTED | VB_DEP_TEMP));
}

/* ---- structural parameters ---- */

static bool is_structural(const vb *b, const char *name) {
    for (size_t i = 0; i < b->keep->structural.n; i++)
        if (b->keep->structural.at[i] == name) return true;
    return false;
}

static bool add_structural(vb *b, uint32_t param) {
    const char *name = b->model->params.at[param].name;
    if (is_structural(b, name)) return false;
    const char **added = HYS_PUSH(b->arena, &b->keep->structural);
    if (added) *added = name;
    return added != NULL;
}

bool vb_make_structural(vb *b, va_val v) {
    if (!v || (vb_deps(b, v) & ~(uint32_t)(VB_DEP_PARAM | VB_DEP_GIVEN))) return false;
    bool is_news = false;
    unsigned char *is_used = HYS_NEW_N(b->arena, unsigned char, v + 1);
    if (!is_used) return false;
    is_used[v] = 1;
    for (va_val i = v; i > 0; i--) {
        if (!is_used[i]) continue;
        const va_ins *ins = va_get(b->ir, i);
        if (ins->op == VA_OP_PARAM || ins->op == VA_OP_GIVEN) is_news |= add_structural(b, ins->imm);
        size_t n;
        const va_val *args = va_args(b->ir, i, &n);
        for (size_t k = 0; k < n; k++) is_used[args[k]] = 1;
    }
    if (is_news) b->keep->restart = b->stopped = true;
    return is_news;
}

/* ---- with all parameters at their defaults ---- */

static va_val default_leaf(vb *b, const va_ins *ins, const va_val *known, const va_val *inits, size_t n_params) {
    switch (ins->op) {
    case VA_OP_PARAM:
        return ins->imm < n_params ? known[inits[ins->imm]] : 0;
    case VA_OP_GIVEN:
    case VA_OP_FLAG:
    case VA_OP_SIMPARAM_KNOWN:
        return va_bool(b->ir, false);
    case VA_OP_CONNECTED:
        return va_bool(b->ir, true);
    case VA_OP_TEMP:
        return vb_num(b, 300.15);
    case VA_OP_TIME:
        return vb_num(b, 0);
    default:
        return 0;
    }
}

static va_val default_op(vb *b, const va_ins *ins, const va_val *args, size_t n, const va_val *known) {
    va_val a[3] = {0, 0, 0};
    for (size_t k = 0; k < n && k < 3; k++) a[k] = known[args[k]];
    if (ins->op == VA_OP_SELECT && a[0]) { /* the arm not taken may be unknown */
        double is;
        if (!va_is_const(b->ir, a[0], &is)) return 0;
        return is != 0 ? a[1] : a[2];
    }
    for (size_t k = 0; k < n; k++)
        if (!a[k]) return 0;
    switch (n) {
    case 1:
        return va_op1(b->ir, ins->op, a[0]);
    case 2:
        return va_op2(b->ir, ins->op, a[0], a[1]);
    default:
        return va_op3(b->ir, ins->op, a[0], a[1], a[2]);
    }
}

va_val *vb_defaults(vb *b, const va_val *inits, size_t n_params) {
    size_t n = b->ir->ins.n;
    va_val *known = HYS_NEW_N(b->arena, va_val, n);
    for (va_val i = 1; known && i < n; i++) {
        const va_ins ins = *va_get(b->ir, i);
        size_t n_args;
        const va_val *args = va_args(b->ir, i, &n_args);
        double number;
        if (va_is_const(b->ir, i, &number)) known[i] = i;
        else if (ins.op < VA_OP_DRAW) known[i] = default_leaf(b, &ins, known, inits, n_params);
        else if (n_args >= 1 && n_args <= 3 && va_op_is_shared(ins.op) && ins.op != VA_OP_DRAW && ins.op != VA_OP_DDX &&
                 ins.op != VA_OP_TABLE && ins.op != VA_OP_TABLE_D && ins.op != VA_OP_PHI && ins.op != VA_OP_RESULT)
            known[i] = default_op(b, &ins, args, n_args, known);
        if (known[i] && !va_is_const(b->ir, known[i], &number)) known[i] = 0;
    }
    return vb_failed(b) ? NULL : known;
}

/* ---- constants ---- */

static const char *what_varies(uint32_t deps) {
    if (deps & (VB_DEP_PROBE | VB_DEP_DDT | VB_DEP_NOISE)) return "the solution";
    if (deps & VB_DEP_RETAINED) return "a variable that keeps its value between evaluations";
    if (deps & VB_DEP_LOOP) return "a loop whose length is not known when the model is compiled";
    if (deps & VB_DEP_TIME) return "the time";
    if (deps & VB_DEP_TEMP) return "the temperature";
    if (deps & VB_DEP_DRAW) return "a random number";
    return "the analysis";
}

bool vb_constant_value(vb *b, va_val v, hys__span span, const char *what, double *number) {
    *number = 0;
    if (vb_failed(b) || !v) return false;
    if (va_is_const(b->ir, v, number)) {
        if (isfinite(*number)) return true;
    }
    if (vb_make_structural(b, v)) return false;
    if (!vb_deps(b, v)) { /* what is not finite is not folded */
        vb_error(b, span, NULL, "%s is not finite", what);
        return false;
    }
    vb_error(b, span, "only constants and parameters can stand here",
             "%s must be known when the model is compiled, but this depends on %s", what, what_varies(vb_deps(b, v)));
    return false;
}

bool vb_constant(vb *b, const va_expr *e, const char *what, double *number) {
    return vb_constant_value(b, vb_eval_real(b, e), e->span, what, number);
}

bool vb_constant_int(vb *b, const va_expr *e, const char *what, int64_t *number) {
    const double largest = 1e9; /* array bounds, indices, counts */
    double value;
    *number = 0;
    if (!vb_constant(b, e, what, &value)) return false;
    if (fabs(value) > largest) {
        vb_error(b, e->span, NULL, "%s is too large: %g", what, value);
        return false;
    }
    if (value != floor(value))
        vb_warn(b, e->span, "write an integer", "%s is not an integer: %g is rounded", what, value);
    *number = llround(value);
    return true;
}

bool vb_constant_text(vb *b, const va_expr *e, const char *what, const char **text) {
    vb_x x = vb_eval(b, e);
    *text = "";
    if (vb_failed(b) || !x.v) return false;
    if (x.type != VA_TYPE_STRING) {
        vb_error(b, e->span, "write it in double quotes", "%s must be a string", what);
        return false;
    }
    const char *known = vb_text_of(b, x.v);
    if (known) *text = known;
    else if (!vb_make_structural(b, x.v))
        vb_error(b, e->span, "strings are constants of the model", "%s must be known when the model is compiled", what);
    return known != NULL;
}
