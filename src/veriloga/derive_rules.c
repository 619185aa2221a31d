/* The chain rule for each operation.
 *
 * Derivatives are finite wherever the function is differentiable from one side, and where its slope is
 * infinite (a root at 0) they are large but finite, so that 0 times it is 0: an arm of a select that is
 * not taken, or a window function that closes, must not turn into NaN. */
#include "veriloga/derive.h"
#include "veriloga/ir_ops.h"
#include <float.h>
#include <math.h>

#define TINY  0x1p-511 /* its square and its inverse are normal numbers */
#define STEEP 0x1p511  /* an infinite slope */

typedef struct rule {
    va_ir *ir;
    const va_ins *ins;
    va_val y;
    const va_val *x, *dx;
} rule;

static va_val num(const rule *r, double number) {
    return va_const(r->ir, number);
}
static va_val op1(const rule *r, va_opcode op, va_val a) {
    return va_op1(r->ir, op, a);
}
static va_val op2(const rule *r, va_opcode op, va_val a, va_val b) {
    return va_op2(r->ir, op, a, b);
}
static va_val add(const rule *r, va_val a, va_val b) {
    return op2(r, VA_OP_ADD, a, b);
}
static va_val sub(const rule *r, va_val a, va_val b) {
    return op2(r, VA_OP_SUB, a, b);
}
static va_val mul(const rule *r, va_val a, va_val b) {
    return op2(r, VA_OP_MUL, a, b);
}
static va_val divide(const rule *r, va_val a, va_val b) {
    return op2(r, VA_OP_DIV, a, b);
}

/* factor * dx, none if there is no dx. */
static va_val chain(const rule *r, va_val factor, va_val dx) {
    return dx ? mul(r, factor, dx) : 0;
}

static va_val sum(const rule *r, va_val da, va_val db) {
    return !da ? db : !db ? da : add(r, da, db);
}

static va_val difference(const rule *r, va_val da, va_val db) {
    return !db ? da : !da ? op1(r, VA_OP_NEG, db) : sub(r, da, db);
}

static va_val or_zero(const rule *r, va_val d) {
    return d ? d : num(r, 0);
}

static va_val choose(const rule *r, va_val cond, va_val da, va_val db) {
    if (!da && !db) return 0;
    return va_op3(r->ir, VA_OP_SELECT, cond, or_zero(r, da), or_zero(r, db));
}

/* Of MIN and MAX.  A variable limited on both sides: c2 ? 0 : (c1 ? 0 : d) is (c1 or c2) ? 0 : d. */
static va_val limited(const rule *r, va_val cond, va_val da, va_val db) {
    const va_ins inner = *va_get(r->ir, db);
    double number;
    bool is_flat = !da && db && inner.op == VA_OP_SELECT && va_is_const(r->ir, inner.b, &number) && number == 0;
    return is_flat ? choose(r, op2(r, VA_OP_OR, inner.a, cond), 0, inner.c) : choose(r, cond, da, db);
}

static va_val at_least(const rule *r, va_val a, double least) {
    return op2(r, VA_OP_MAX, a, num(r, least));
}

static va_val d_mul(const rule *r) {
    if (r->x[0] == r->x[1]) return chain(r, mul(r, r->x[0], num(r, 2)), r->dx[0]);
    return sum(r, chain(r, r->x[1], r->dx[0]), chain(r, r->x[0], r->dx[1]));
}

static va_val d_div(const rule *r) {
    va_val top = difference(r, r->dx[0], chain(r, r->y, r->dx[1]));
    return top ? divide(r, top, r->x[1]) : 0;
}

/* One over sqrt(inner), held finite. */
static va_val over_root(const rule *r, va_val inner, va_val da) {
    va_val root = op1(r, VA_OP_SQRT, at_least(r, inner, TINY * TINY));
    return da ? divide(r, da, root) : 0;
}

/* (1 - x) (1 + x): no cancellation near 1. */
static va_val one_minus_square(const rule *r, va_val x) {
    return mul(r, sub(r, num(r, 1), x), add(r, x, num(r, 1)));
}

static va_val one_plus_square(const rule *r, va_val x) {
    return add(r, mul(r, x, x), num(r, 1));
}

/* d x^p / dx at x = 0: 0 for p > 1 or p = 0, 1 for p = 1, infinite else. */
static va_val pow_slope_at_0(const rule *r, va_val p) {
    va_val root = va_op3(r->ir, VA_OP_SELECT, op2(r, VA_OP_EQ, p, num(r, 0)), num(r, 0), num(r, STEEP));
    va_val one = va_op3(r->ir, VA_OP_SELECT, op2(r, VA_OP_EQ, p, num(r, 1)), num(r, 1), num(r, 0));
    return va_op3(r->ir, VA_OP_SELECT, op2(r, VA_OP_LT, p, num(r, 1)), root, one);
}

static va_val d_pow(const rule *r) {
    va_val x = r->x[0], p = r->x[1], by_x = 0, by_p = 0;
    if (r->dx[0]) {
        va_val at_0 = op2(r, VA_OP_EQ, x, num(r, 0));
        va_val slope = divide(r, mul(r, r->y, p), x);
        by_x = mul(r, va_op3(r->ir, VA_OP_SELECT, at_0, pow_slope_at_0(r, p), slope), r->dx[0]);
    }
    if (r->dx[1]) {
        va_val is_positive = op2(r, VA_OP_LT, num(r, 0), x);
        va_val slope = mul(r, r->y, op1(r, VA_OP_LOG, x));
        by_p = mul(r, va_op3(r->ir, VA_OP_SELECT, is_positive, slope, num(r, 0)), r->dx[1]);
    }
    return sum(r, by_x, by_p);
}

/* atan2(a, b)' = (b a' - a b') / (a^2 + b^2) */
static va_val d_atan2(const rule *r) {
    va_val a = r->x[0], b = r->x[1];
    va_val top = difference(r, chain(r, b, r->dx[0]), chain(r, a, r->dx[1]));
    va_val square = add(r, mul(r, a, a), mul(r, b, b));
    return top ? divide(r, top, at_least(r, square, TINY * TINY)) : 0;
}

static va_val d_hypot(const rule *r) {
    va_val length = at_least(r, r->y, TINY);
    return sum(r, chain(r, divide(r, r->x[0], length), r->dx[0]), chain(r, divide(r, r->x[1], length), r->dx[1]));
}

/* fmod(a, b) = a - n b with n the whole number (a - y) / b */
static va_val d_fmod(const rule *r) {
    if (!r->dx[1]) return r->dx[0];
    va_val times = op1(r, VA_OP_ROUND, divide(r, sub(r, r->x[0], r->y), r->x[1]));
    return difference(r, r->dx[0], mul(r, times, r->dx[1]));
}

static va_val d_table(const rule *r, size_t n) {
    const size_t most = 8;
    va_val args[9], total = 0;
    for (size_t k = 0; k < n && n <= most; k++) {
        if (!r->dx[k]) continue;
        args[0] = num(r, (double)k);
        for (size_t i = 0; i < n; i++) args[i + 1] = r->x[i];
        total = sum(r, total, chain(r, va_opn(r->ir, VA_OP_TABLE_D, r->ins->imm, args, n + 1), r->dx[k]));
    }
    return total;
}

static va_val d_binary(const rule *r) {
    const va_val *x = r->x, *dx = r->dx;
    switch (r->ins->op) {
    case VA_OP_ADD:
        return sum(r, dx[0], dx[1]);
    case VA_OP_SUB:
        return difference(r, dx[0], dx[1]);
    case VA_OP_MUL:
        return d_mul(r);
    case VA_OP_DIV:
        return d_div(r);
    case VA_OP_MIN:
        return limited(r, op2(r, VA_OP_LT, x[1], x[0]), dx[1], dx[0]);
    case VA_OP_MAX:
        return limited(r, op2(r, VA_OP_LT, x[0], x[1]), dx[1], dx[0]);
    case VA_OP_POW:
        return d_pow(r);
    case VA_OP_ATAN2:
        return d_atan2(r);
    case VA_OP_HYPOT:
        return d_hypot(r);
    default:
        return d_fmod(r);
    }
}

static va_val d_trig(const rule *r) {
    va_val x = r->x[0], y = r->y, da = r->dx[0];
    switch (r->ins->op) {
    case VA_OP_SIN:
        return mul(r, op1(r, VA_OP_COS, x), da);
    case VA_OP_COS:
        return op1(r, VA_OP_NEG, mul(r, op1(r, VA_OP_SIN, x), da));
    case VA_OP_TAN:
        return mul(r, one_plus_square(r, y), da);
    case VA_OP_ASIN:
        return over_root(r, one_minus_square(r, x), da);
    case VA_OP_ACOS:
        return op1(r, VA_OP_NEG, over_root(r, one_minus_square(r, x), da));
    case VA_OP_ATAN:
        return divide(r, da, one_plus_square(r, x));
    case VA_OP_SINH:
        return mul(r, op1(r, VA_OP_COSH, x), da);
    case VA_OP_COSH:
        return mul(r, op1(r, VA_OP_SINH, x), da);
    case VA_OP_TANH:
        return mul(r, one_minus_square(r, y), da);
    case VA_OP_ASINH:
        return over_root(r, one_plus_square(r, x), da);
    case VA_OP_ACOSH:
        return over_root(r, mul(r, add(r, x, num(r, -1)), add(r, x, num(r, 1))), da);
    default:
        return divide(r, da, one_minus_square(r, x)); /* ATANH */
    }
}

static va_val d_unary(const rule *r) {
    va_val x = r->x[0], y = r->y, da = r->dx[0];
    switch (r->ins->op) {
    case VA_OP_NEG:
        return op1(r, VA_OP_NEG, da);
    case VA_OP_ABS:
        return va_op3(r->ir, VA_OP_SELECT, op2(r, VA_OP_LT, x, num(r, 0)), op1(r, VA_OP_NEG, da), da);
    case VA_OP_SQRT:
        return divide(r, mul(r, da, num(r, 0.5)), at_least(r, y, TINY));
    case VA_OP_EXP:
        return mul(r, y, da);
    case VA_OP_EXPM1:
        return mul(r, add(r, y, num(r, 1)), da);
    case VA_OP_LOG:
        return divide(r, da, x);
    case VA_OP_LOG1P:
        return divide(r, da, add(r, x, num(r, 1)));
    case VA_OP_LOG10:
        return divide(r, mul(r, da, num(r, 0.43429448190325182765)), x); /* 1/ln 10 */
    default:
        return d_trig(r);
    }
}

/* TABLE_D counts as flat: its derivative only matters for ddx of a table, where Newton's matrix then
 * lacks the curvature of splines. */
bool va_derive_is_flat(va_opcode op) {
    switch (op) {
    case VA_OP_FLOOR:
    case VA_OP_CEIL:
    case VA_OP_TRUNC:
    case VA_OP_ROUND:
    case VA_OP_IAND:
    case VA_OP_IOR:
    case VA_OP_IXOR:
    case VA_OP_SHL:
    case VA_OP_SHR:
    case VA_OP_ASHR:
    case VA_OP_WRAP32:
    case VA_OP_TABLE_D:
    case VA_OP_DRAW:
    case VA_OP_EFFECT:
        return true;
    default:
        return va_op_facts(op)->kind == VA_KIND_BOOL;
    }
}

va_val va_derive_rule(va_ir *ir, const va_ins *ins, va_val y, const va_val *x, const va_val *dx, size_t n) {
    const rule r = {ir, ins, y, x, dx};
    bool any = false;
    for (size_t i = 0; i < n; i++) any = any || dx[i];
    if (!any || va_derive_is_flat((va_opcode)ins->op)) return 0;
    va_val d = ins->op == VA_OP_SELECT  ? choose(&r, x[0], dx[1], dx[2])
               : ins->op == VA_OP_TABLE ? d_table(&r, n)
               : n == 1                 ? d_unary(&r)
                                        : d_binary(&r);
    double number;
    return d && va_is_const(ir, d, &number) && number == 0 ? 0 : d;
}
