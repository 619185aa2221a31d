/* Mathematical functions, with and without '$'. */
#include "veriloga/build.h"
#include <string.h>

typedef enum shape { UNARY, BINARY, ABS, MINMAX, LIMEXP, TO_INTEGER, TO_REAL, CLOG2 } shape;

static const struct math {
    const char *name;
    shape shape;
    va_opcode op;
} maths[] = {
    {"exp", UNARY, VA_OP_EXP},      {"expm1", UNARY, VA_OP_EXPM1},     {"ln", UNARY, VA_OP_LOG},
    {"log", UNARY, VA_OP_LOG10},    {"log10", UNARY, VA_OP_LOG10},     {"ln1p", UNARY, VA_OP_LOG1P},
    {"log1p", UNARY, VA_OP_LOG1P},  {"sqrt", UNARY, VA_OP_SQRT},       {"abs", ABS, VA_OP_ABS},
    {"fabs", UNARY, VA_OP_ABS},     {"min", MINMAX, VA_OP_MIN},        {"max", MINMAX, VA_OP_MAX},
    {"pow", BINARY, VA_OP_POW},     {"hypot", BINARY, VA_OP_HYPOT},    {"sin", UNARY, VA_OP_SIN},
    {"cos", UNARY, VA_OP_COS},      {"tan", UNARY, VA_OP_TAN},         {"asin", UNARY, VA_OP_ASIN},
    {"acos", UNARY, VA_OP_ACOS},    {"atan", UNARY, VA_OP_ATAN},       {"arctan", UNARY, VA_OP_ATAN},
    {"atan2", BINARY, VA_OP_ATAN2}, {"sinh", UNARY, VA_OP_SINH},       {"cosh", UNARY, VA_OP_COSH},
    {"tanh", UNARY, VA_OP_TANH},    {"asinh", UNARY, VA_OP_ASINH},     {"acosh", UNARY, VA_OP_ACOSH},
    {"atanh", UNARY, VA_OP_ATANH},  {"floor", UNARY, VA_OP_FLOOR},     {"ceil", UNARY, VA_OP_CEIL},
    {"limexp", LIMEXP, VA_OP_EXP},  {"rtoi", TO_INTEGER, VA_OP_TRUNC}, {"itor", TO_REAL, VA_OP_ADD},
    {"clog2", CLOG2, VA_OP_CEIL},
};

const char *vb_math_name(size_t i) {
    return i < sizeof maths / sizeof *maths ? maths[i].name : NULL;
}

bool vb_has_arg(const va_expr *e, size_t i) {
    return i < e->n_args && e->args[i]->kind != VA_EMPTY;
}

bool vb_n_args(vb *b, const va_expr *e, size_t least, size_t most) {
    if (e->n_args >= least && e->n_args <= most) return true;
    if (least == most)
        vb_error(b, e->span, NULL, "%s takes %zu argument%s, but %zu %s given", e->name, least, least == 1 ? "" : "s",
                 e->n_args, e->n_args == 1 ? "is" : "are");
    else
        vb_error(b, e->span, NULL, "%s takes %zu to %zu arguments, but %zu %s given", e->name, least, most, e->n_args,
                 e->n_args == 1 ? "is" : "are");
    return false;
}

/* exp(x), continued by its tangent above 80. */
static va_val limexp(vb *b, va_val x) {
    va_val most = vb_num(b, 80), top = vb_op1(b, VA_OP_EXP, most);
    va_val line = vb_op2(b, VA_OP_MUL, top, vb_op2(b, VA_OP_ADD, vb_num(b, 1), vb_op2(b, VA_OP_SUB, x, most)));
    return vb_select(b, vb_op2(b, VA_OP_LT, x, most), vb_op1(b, VA_OP_EXP, vb_op2(b, VA_OP_MIN, x, most)), line);
}

/* Bits needed to address n things. */
static va_val clog2(vb *b, va_val n) {
    va_val count = vb_num(b, 0);
    for (int bit = 0; bit < 31; bit++)
        count = vb_op2(b, VA_OP_ADD, count, va_to_real(b->ir, vb_op2(b, VA_OP_LT, vb_num(b, (double)(1u << bit)), n)));
    return count;
}

static vb_x one_argument(vb *b, const struct math *math, const va_expr *e) {
    vb_x x = vb_eval(b, e->args[0]);
    va_val v = vb_real(b, x, e->args[0]->span);
    b->ir->span = e->span;
    switch (math->shape) {
    case ABS:
        v = vb_op1(b, VA_OP_ABS, v);
        return (vb_x){x.type, x.type == VA_TYPE_INTEGER ? vb_wrap(b, v) : v};
    case LIMEXP:
        return vb_real_x(limexp(b, v));
    case TO_INTEGER:
        return vb_integer(vb_wrap(b, vb_op1(b, VA_OP_TRUNC, v)));
    case TO_REAL:
        return vb_real_x(v);
    case CLOG2:
        return vb_integer(clog2(b, v));
    default:
        return vb_real_x(vb_op1(b, math->op, v));
    }
}

static vb_x two_arguments(vb *b, const struct math *math, const va_expr *e) {
    vb_x x = vb_eval(b, e->args[0]), y = vb_eval(b, e->args[1]);
    va_val p = vb_real(b, x, e->args[0]->span), q = vb_real(b, y, e->args[1]->span);
    b->ir->span = e->span;
    bool is_int = math->shape == MINMAX && x.type == VA_TYPE_INTEGER && y.type == VA_TYPE_INTEGER;
    return (vb_x){is_int ? VA_TYPE_INTEGER : VA_TYPE_REAL, vb_op2(b, math->op, p, q)};
}

bool vb_math_call(vb *b, const va_expr *e, const char *name, vb_x *result) {
    const struct math *math = NULL;
    for (size_t i = 0; i < sizeof maths / sizeof *maths && !math; i++)
        if (!strcmp(maths[i].name, name)) math = &maths[i];
    if (!math) return false;
    size_t n = math->shape == BINARY || math->shape == MINMAX ? 2 : 1;
    *result = (vb_x){VA_TYPE_REAL, 0};
    if (vb_n_args(b, e, n, n)) *result = n == 2 ? two_arguments(b, math, e) : one_argument(b, math, e);
    return true;
}
