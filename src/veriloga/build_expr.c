/* Expressions: operators with their types.
 *
 *     integer op integer   32-bit, wrapping; division truncates
 *     real op any          real
 *     relations, logic     integer in type, boolean in the graph
 */
#include "veriloga/build.h"

static const vb_x nothing = {VA_TYPE_REAL, 0};

/* ---- arithmetic ---- */

static vb_x arithmetic(vb *b, va_opcode op, vb_x x, vb_x y, const va_expr *e) {
    va_val p = vb_real(b, x, e->args[0]->span), q = vb_real(b, y, e->args[1]->span);
    if (op == VA_OP_ADD || op == VA_OP_SUB)
        vb_check_same_units(b, p, q, e->span, "values of different units are added");
    va_val v = vb_op2(b, op, p, q);
    if (x.type != VA_TYPE_INTEGER || y.type != VA_TYPE_INTEGER) return vb_real_x(v);
    if (op == VA_OP_DIV) v = vb_op1(b, VA_OP_TRUNC, v);
    return vb_integer(vb_wrap(b, v));
}

static void check_divisor(vb *b, vb_x y, const va_expr *e) {
    double number;
    if (va_is_const(b->ir, y.v, &number) && number == 0) vb_warn(b, e->args[1]->span, NULL, "this divides by zero");
}

static vb_x divide(vb *b, va_opcode op, vb_x x, vb_x y, const va_expr *e) {
    check_divisor(b, y, e);
    if (op == VA_OP_DIV && x.type == VA_TYPE_INTEGER && y.type == VA_TYPE_INTEGER) {
        double p, q;
        if (va_is_const(b->ir, x.v, &p) && va_is_const(b->ir, y.v, &q) && q != 0 && p != 0 && p > -q && p < q)
            vb_warn(b, e->span, vb_printf(b, "write %g.0/%g for a real number", p, q), "%g/%g of two integers is 0", p,
                    q);
    }
    return arithmetic(b, op, x, y, e);
}

static vb_x power(vb *b, vb_x x, vb_x y, const va_expr *e) {
    bool is_int = x.type == VA_TYPE_INTEGER && y.type == VA_TYPE_INTEGER;
    va_val v = vb_op2(b, VA_OP_POW, vb_real(b, x, e->args[0]->span), vb_real(b, y, e->args[1]->span));
    if (!is_int) return vb_real_x(v);
    return vb_integer(vb_wrap(b, vb_op1(b, VA_OP_TRUNC, v))); /* 2 ** -1 is 0 */
}

/* ---- relations ---- */

static vb_x relation(vb *b, va_op op, vb_x x, vb_x y, const va_expr *e) {
    if (x.type == VA_TYPE_STRING && y.type == VA_TYPE_STRING && (op == VA_EQ || op == VA_NE))
        return vb_integer(vb_op2(b, op == VA_EQ ? VA_OP_EQ : VA_OP_NE, x.v, y.v));
    if ((x.type == VA_TYPE_STRING) != (y.type == VA_TYPE_STRING)) {
        vb_error(b, e->span, NULL, "a string and a number are compared");
        return nothing;
    }
    va_val p = vb_real(b, x, e->args[0]->span), q = vb_real(b, y, e->args[1]->span);
    vb_check_same_units(b, p, q, e->span, "values of different units are compared");
    switch (op) {
    case VA_LT:
        return vb_integer(vb_op2(b, VA_OP_LT, p, q));
    case VA_LE:
        return vb_integer(vb_op2(b, VA_OP_LE, p, q));
    case VA_GT:
        return vb_integer(vb_op2(b, VA_OP_LT, q, p));
    case VA_GE:
        return vb_integer(vb_op2(b, VA_OP_LE, q, p));
    case VA_EQ:
        return vb_integer(vb_op2(b, VA_OP_EQ, p, q));
    default:
        return vb_integer(vb_op2(b, VA_OP_NE, p, q));
    }
}

/* ---- bits ---- */

static bool is_bool(const vb *b, va_val v) {
    return va_get(b->ir, v)->kind == VA_KIND_BOOL;
}

static va_val need_integer(vb *b, vb_x x, hys__span span) {
    if (x.type == VA_TYPE_REAL && x.v)
        vb_error(b, span, "for conditions use && and ||; else assign to an integer first",
                 "bit operators need integers");
    return x.type == VA_TYPE_INTEGER ? x.v : 0;
}

static vb_x bits_of_bools(vb *b, va_op op, va_val x, va_val y) {
    switch (op) {
    case VA_BITAND:
        return vb_integer(vb_op2(b, VA_OP_AND, x, y));
    case VA_BITOR:
        return vb_integer(vb_op2(b, VA_OP_OR, x, y));
    default:
        return vb_integer(vb_select(b, x, vb_op1(b, VA_OP_NOT, y), y));
    }
}

static vb_x bits(vb *b, va_op op, vb_x x, vb_x y, const va_expr *e) {
    va_val p = need_integer(b, x, e->args[0]->span), q = need_integer(b, y, e->args[1]->span);
    if (!p || !q) return nothing;
    if (is_bool(b, p) && is_bool(b, q) && (op == VA_BITAND || op == VA_BITOR || op == VA_BITXOR))
        return bits_of_bools(b, op, p, q);
    p = va_to_real(b->ir, p);
    q = va_to_real(b->ir, q);
    switch (op) {
    case VA_BITAND:
        return vb_integer(vb_op2(b, VA_OP_IAND, p, q));
    case VA_BITOR:
        return vb_integer(vb_op2(b, VA_OP_IOR, p, q));
    case VA_BITXOR:
        return vb_integer(vb_op2(b, VA_OP_IXOR, p, q));
    case VA_BITXNOR:
        return vb_integer(vb_op2(b, VA_OP_IXOR, vb_op2(b, VA_OP_IXOR, p, q), vb_num(b, -1)));
    case VA_SHR:
        return vb_integer(vb_op2(b, VA_OP_SHR, p, q));
    case VA_ASHR:
        return vb_integer(vb_op2(b, VA_OP_ASHR, p, q));
    default:
        return vb_integer(vb_op2(b, VA_OP_SHL, p, q));
    }
}

/* ---- logic ---- */

typedef struct arms {
    vb_arm yes, no;
} arms;

/* e with the condition known; what e assigns (output arguments) happens only then. */
static vb_x eval_under(vb *b, va_val cond, bool is, const va_expr *e, vb_arm *arm) {
    *arm = vb_arm_begin(b, cond, is);
    vb_x x = vb_eval(b, e);
    vb_arm_end(b, arm);
    return x;
}

static vb_x logic(vb *b, const va_expr *e) {
    bool is_and = e->op == VA_AND;
    va_val x = vb_eval_bool(b, e->args[0]);
    double number;
    if (!x || vb_failed(b)) return nothing;
    if (va_is_const(b->ir, x, &number)) {
        if ((number != 0) != is_and) return vb_integer(va_bool(b->ir, !is_and));
        return vb_integer(vb_eval_bool(b, e->args[1]));
    }
    arms a;
    va_val y = vb_bool(b, eval_under(b, x, is_and, e->args[1], is_and ? &a.yes : &a.no), e->args[1]->span);
    if (!is_and) { /* the arms in the order that merging wants */
        a.yes = a.no;
        a.no = vb_arm_begin(b, x, true);
        vb_arm_end(b, &a.no);
        vb_arms_merge(b, vb_op1(b, VA_OP_NOT, x), &a.yes, &a.no);
    } else {
        a.no = vb_arm_begin(b, x, false);
        vb_arm_end(b, &a.no);
        vb_arms_merge(b, x, &a.yes, &a.no);
    }
    return vb_integer(vb_op2(b, is_and ? VA_OP_AND : VA_OP_OR, x, y));
}

static vb_x ternary(vb *b, const va_expr *e) {
    va_val cond = vb_eval_bool(b, e->args[0]);
    double number;
    if (!cond || vb_failed(b)) return nothing;
    int known = vb_known(b, cond);
    if (va_is_const(b->ir, cond, &number)) known = number != 0;
    if (known >= 0) return vb_eval(b, e->args[known ? 1 : 2]);
    arms a;
    vb_x x = eval_under(b, cond, true, e->args[1], &a.yes);
    vb_x y = eval_under(b, cond, false, e->args[2], &a.no);
    vb_arms_merge(b, cond, &a.yes, &a.no);
    if ((x.type == VA_TYPE_STRING) != (y.type == VA_TYPE_STRING)) {
        vb_error(b, e->span, NULL, "one choice is a string, the other a number");
        return nothing;
    }
    va_type type = x.type == y.type ? x.type : VA_TYPE_REAL;
    return (vb_x){type, vb_select(b, cond, x.v, y.v)};
}

/* ---- unary ---- */

static vb_x reduction(vb *b, const va_expr *e, vb_x x) {
    va_val v = need_integer(b, x, e->span);
    if (!v) return nothing;
    v = va_to_real(b->ir, v);
    va_val all = vb_num(b, -1), zero = vb_num(b, 0), parity = v;
    switch (e->op) {
    case VA_RED_AND:
        return vb_integer(vb_op2(b, VA_OP_EQ, v, all));
    case VA_RED_NAND:
        return vb_integer(vb_op2(b, VA_OP_NE, v, all));
    case VA_RED_OR:
        return vb_integer(vb_op2(b, VA_OP_NE, v, zero));
    case VA_RED_NOR:
        return vb_integer(vb_op2(b, VA_OP_EQ, v, zero));
    default:
        break;
    }
    for (int shift = 16; shift >= 1; shift /= 2)
        parity = vb_op2(b, VA_OP_IXOR, parity, vb_op2(b, VA_OP_SHR, parity, vb_num(b, shift)));
    parity = vb_op2(b, VA_OP_IAND, parity, vb_num(b, 1));
    return vb_integer(vb_op2(b, e->op == VA_RED_XOR ? VA_OP_NE : VA_OP_EQ, parity, zero));
}

static vb_x unary(vb *b, const va_expr *e) {
    vb_x x = vb_eval(b, e->args[0]);
    if (!x.v) return nothing;
    switch (e->op) {
    case VA_PLUS:
        return (vb_x){x.type, vb_real(b, x, e->span)};
    case VA_NEG: {
        va_val v = vb_op1(b, VA_OP_NEG, vb_real(b, x, e->span));
        return (vb_x){x.type, x.type == VA_TYPE_INTEGER ? vb_wrap(b, v) : v};
    }
    case VA_NOT:
        return vb_integer(vb_op1(b, VA_OP_NOT, vb_bool(b, x, e->span)));
    case VA_BITNOT: {
        va_val v = need_integer(b, x, e->span);
        return vb_integer(vb_op2(b, VA_OP_IXOR, va_to_real(b->ir, v), vb_num(b, -1)));
    }
    default:
        return reduction(b, e, x);
    }
}

/* ---- all ---- */

static vb_x binary(vb *b, const va_expr *e) {
    if (e->op == VA_AND || e->op == VA_OR) return logic(b, e);
    vb_x x = vb_eval(b, e->args[0]), y = vb_eval(b, e->args[1]);
    if (!x.v || !y.v || vb_failed(b)) return nothing;
    b->ir->span = e->span;
    switch (e->op) {
    case VA_ADD:
        return arithmetic(b, VA_OP_ADD, x, y, e);
    case VA_SUB:
        return arithmetic(b, VA_OP_SUB, x, y, e);
    case VA_MUL:
        return arithmetic(b, VA_OP_MUL, x, y, e);
    case VA_DIV:
        return divide(b, VA_OP_DIV, x, y, e);
    case VA_MOD:
        return divide(b, VA_OP_FMOD, x, y, e);
    case VA_POW:
        return power(b, x, y, e);
    case VA_LT:
    case VA_LE:
    case VA_GT:
    case VA_GE:
    case VA_EQ:
    case VA_NE:
        return relation(b, e->op, x, y, e);
    default:
        return bits(b, e->op, x, y, e);
    }
}

static vb_x literal(vb *b, const va_expr *e) {
    switch (e->kind) {
    case VA_REAL:
        return vb_number(b, e->number);
    case VA_INT:
        return vb_integer(vb_num(b, e->number));
    case VA_INF:
        return vb_number(b, __builtin_inf());
    default: {
        const char *text = hys__arena_strndup(b->arena, e->text, e->n_text);
        return vb_text(b, text ? text : "");
    }
    }
}

static vb_x misplaced(vb *b, const va_expr *e) {
    switch (e->kind) {
    case VA_PORT_FLOW:
        vb_error(b, e->span, vb_printf(b, "write I(<%s>)", e->name), "<%s> belongs into a flow access", e->name);
        break;
    case VA_EMPTY:
        vb_error(b, e->span, NULL, "an argument is missing here");
        break;
    default:
        vb_error(b, e->span, "lists are for arrays, laplace filters and tables",
                 "a list stands where a number is needed");
    }
    return nothing;
}

bool vb_nest(vb *b, hys__span span) {
    const char *what = ++b->nesting > VB_MAX_NESTING ? "it is nested too deeply" : NULL;
    if (++b->work > VB_MAX_WORK) what = "it has too many operations";
    if (!what) return true;
    vb_error(b, span, "shorten loops whose length is known when the model is compiled, and chains of functions",
             "the module is too large: %s", what);
    b->out_of_work = true;
    return false;
}

static vb_x eval(vb *b, const va_expr *e) {
    b->ir->span = e->span;
    switch (e->kind) {
    case VA_REAL:
    case VA_INT:
    case VA_INF:
    case VA_STRING:
        return literal(b, e);
    case VA_NAME:
        return vb_name_value(b, e);
    case VA_INDEX:
        return vb_index_value(b, e);
    case VA_CALL:
        return vb_call(b, e);
    case VA_SYSCALL:
        return vb_syscall(b, e);
    case VA_UNARY:
        return unary(b, e);
    case VA_BINARY:
        return binary(b, e);
    case VA_TERNARY:
        return ternary(b, e);
    default:
        return misplaced(b, e);
    }
}

vb_x vb_eval(vb *b, const va_expr *e) {
    if (vb_failed(b)) return nothing;
    vb_x x = vb_nest(b, e->span) ? eval(b, e) : nothing;
    b->nesting--;
    return x;
}
