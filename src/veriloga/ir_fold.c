/* Folding of arithmetic.  An identity is applied when it holds for all finite values, in floating point,
 * not only in algebra: (x + 1) + 2 stays as it is.  Signs of zeros and NaN do not count. */
#include "veriloga/ir_ops.h"
#include <float.h>
#include <math.h>

typedef double (*unary_fn)(double);
typedef double (*binary_fn)(double, double);

static double negate(double x) {
    return -x;
}
static double add(double x, double y) {
    return x + y;
}
static double sub(double x, double y) {
    return x - y;
}
static double mul(double x, double y) {
    return x * y;
}
static double divide(double x, double y) {
    return x / y;
}
static double min(double x, double y) {
    return y < x ? y : x;
}
static double max(double x, double y) {
    return x < y ? y : x;
}

static const unary_fn unary_fns[VA_OP_COUNT] = {
    [VA_OP_NEG] = negate,       [VA_OP_ABS] = fabs,    [VA_OP_SQRT] = sqrt,   [VA_OP_EXP] = exp,
    [VA_OP_EXPM1] = expm1,      [VA_OP_LOG] = log,     [VA_OP_LOG1P] = log1p, [VA_OP_LOG10] = log10,
    [VA_OP_SIN] = sin,          [VA_OP_COS] = cos,     [VA_OP_TAN] = tan,     [VA_OP_ASIN] = asin,
    [VA_OP_ACOS] = acos,        [VA_OP_ATAN] = atan,   [VA_OP_SINH] = sinh,   [VA_OP_COSH] = cosh,
    [VA_OP_TANH] = tanh,        [VA_OP_ASINH] = asinh, [VA_OP_ACOSH] = acosh, [VA_OP_ATANH] = atanh,
    [VA_OP_FLOOR] = floor,      [VA_OP_CEIL] = ceil,   [VA_OP_TRUNC] = trunc, [VA_OP_ROUND] = round,
    [VA_OP_WRAP32] = va_wrap32,
};

static const binary_fn binary_fns[VA_OP_COUNT] = {
    [VA_OP_ADD] = add, [VA_OP_SUB] = sub, [VA_OP_MUL] = mul,     [VA_OP_DIV] = divide,  [VA_OP_MIN] = min,
    [VA_OP_MAX] = max, [VA_OP_POW] = pow, [VA_OP_ATAN2] = atan2, [VA_OP_HYPOT] = hypot, [VA_OP_FMOD] = fmod,
};

double va_wrap32(double a) {
    if (!isfinite(a)) return 0;
    double low = fmod(trunc(a), 4294967296.0);
    return (double)(int32_t)(uint32_t)(int64_t)low;
}

double va_int_op2(va_opcode op, double a, double b) {
    int32_t x = (int32_t)va_wrap32(a), y = (int32_t)va_wrap32(b);
    bool in_word = y >= 0 && y < 32;
    switch (op) {
    case VA_OP_IAND:
        return x & y;
    case VA_OP_IOR:
        return x | y;
    case VA_OP_IXOR:
        return x ^ y;
    case VA_OP_SHL:
        return in_word ? (int32_t)((uint32_t)x << y) : 0;
    case VA_OP_SHR:
        return in_word ? (int32_t)((uint32_t)x >> y) : 0;
    default: /* ASHR; gcc and clang define >> of a negative number as arithmetic */
        return in_word ? x >> y : x < 0 ? -1 : 0;
    }
}

static bool is_int_op(va_opcode op) {
    return op >= VA_OP_IAND && op <= VA_OP_ASHR;
}

static bool is_number(const va_ir *ir, va_val a, double number) {
    const va_ins *ins = va_get(ir, a);
    return ins->op == VA_OP_CONST && ins->number == number;
}

static va_val neg(va_ir *ir, va_val a) {
    return va_op1(ir, VA_OP_NEG, a);
}

/* f(select(c, 1, 2)) = select(c, f(1), f(2)): conditions coded as numbers stay conditions. */
static va_val fold_choice1(va_ir *ir, va_opcode op, va_val a) {
    const va_ins ins = *va_get(ir, a);
    if (ins.op != VA_OP_SELECT) return va_op1(ir, op, a);
    va_val yes = fold_choice1(ir, op, ins.b);
    return va_op3(ir, VA_OP_SELECT, ins.a, yes, fold_choice1(ir, op, ins.c));
}

static va_val fold_choice2(va_ir *ir, va_opcode op, va_val a, va_val b) {
    bool first = va_get(ir, a)->op == VA_OP_SELECT;
    const va_ins ins = *va_get(ir, first ? a : b);
    if (ins.op != VA_OP_SELECT) return va_op2(ir, op, a, b);
    va_val yes = fold_choice2(ir, op, first ? ins.b : a, first ? b : ins.b);
    va_val no = fold_choice2(ir, op, first ? ins.c : a, first ? b : ins.c);
    return va_op3(ir, VA_OP_SELECT, ins.a, yes, no);
}

static va_val fold_neg(va_ir *ir, va_val a) {
    const va_ins *ins = va_get(ir, a);
    double number;
    if (ins->op == VA_OP_NEG) return ins->a;
    if (ins->op == VA_OP_SUB) return va_op2(ir, VA_OP_SUB, ins->b, ins->a);
    if (ins->op == VA_OP_MUL && va_is_const(ir, ins->b, &number))
        return va_op2(ir, VA_OP_MUL, ins->a, va_const(ir, -number));
    return VA_UNFOLDED;
}

static va_val fold_abs(va_ir *ir, va_val a) {
    const va_ins *ins = va_get(ir, a);
    if (va_bounds_of(ir, a).lo >= 0) return a;
    if (ins->op == VA_OP_NEG) return va_op1(ir, VA_OP_ABS, ins->a);
    return VA_UNFOLDED;
}

va_val va_fold1(va_ir *ir, va_opcode op, va_val a) {
    if (op == VA_OP_NOT) return va_fold_not(ir, a);
    double number;
    unary_fn fn = unary_fns[op];
    if (fn && va_is_const(ir, a, &number)) {
        double value = fn(number);
        return isfinite(value) ? va_const(ir, value) : VA_UNFOLDED;
    }
    /* a sign can be moved out of products; another set of numbers could not */
    if (fn && op != VA_OP_NEG && va_is_choice(ir, a)) return fold_choice1(ir, op, a);
    switch (op) {
    case VA_OP_NEG:
        return fold_neg(ir, a);
    case VA_OP_ABS:
        return fold_abs(ir, a);
    case VA_OP_FLOOR:
    case VA_OP_CEIL:
    case VA_OP_TRUNC:
    case VA_OP_ROUND:
        return va_is_integral(ir, a) ? a : VA_UNFOLDED;
    case VA_OP_WRAP32: {
        va_bounds range = va_bounds_of(ir, a);
        bool fits = va_is_integral(ir, a) && range.lo >= INT32_MIN && range.hi <= INT32_MAX;
        return fits ? a : VA_UNFOLDED;
    }
    default:
        return VA_UNFOLDED;
    }
}

static bool is_commutative(va_opcode op) {
    switch (op) {
    case VA_OP_ADD:
    case VA_OP_MUL:
    case VA_OP_MIN:
    case VA_OP_MAX:
    case VA_OP_HYPOT:
    case VA_OP_IAND:
    case VA_OP_IOR:
    case VA_OP_IXOR:
        return true;
    default:
        return false;
    }
}

/* Older operand first, constants last. */
static void put_in_order(const va_ir *ir, va_val *a, va_val *b) {
    bool a_is_const = va_get(ir, *a)->op == VA_OP_CONST, b_is_const = va_get(ir, *b)->op == VA_OP_CONST;
    if (a_is_const == b_is_const ? *a <= *b : b_is_const) return;
    va_val swap = *a;
    *a = *b;
    *b = swap;
}

static va_val fold_add(va_ir *ir, va_val a, va_val b) {
    const va_ins *x = va_get(ir, a), *y = va_get(ir, b);
    if (is_number(ir, b, 0)) return a;
    if (y->op == VA_OP_NEG) return va_op2(ir, VA_OP_SUB, a, y->a);
    if (x->op == VA_OP_NEG) return va_op2(ir, VA_OP_SUB, b, x->a);
    return VA_UNFOLDED;
}

static va_val fold_sub(va_ir *ir, va_val a, va_val b) {
    const va_ins *y = va_get(ir, b);
    if (a == b) return va_const(ir, 0);
    if (is_number(ir, a, 0)) return neg(ir, b);
    if (y->op == VA_OP_CONST) return va_op2(ir, VA_OP_ADD, a, va_const(ir, -y->number));
    if (y->op == VA_OP_NEG) return va_op2(ir, VA_OP_ADD, a, y->a);
    return VA_UNFOLDED;
}

/* x * (c ? k : 0), as published code writes switches: (c ? k * x : 0). */
static va_val fold_gate(va_ir *ir, va_val x, va_val gate) {
    const va_ins ins = *va_get(ir, gate);
    if (ins.op != VA_OP_SELECT) return VA_UNFOLDED;
    double yes, no;
    if (!va_is_const(ir, ins.b, &yes) || !va_is_const(ir, ins.c, &no)) return VA_UNFOLDED;
    if (yes != 0 && no != 0) return VA_UNFOLDED;
    return va_op3(ir, VA_OP_SELECT, ins.a, va_op2(ir, VA_OP_MUL, x, ins.b), va_op2(ir, VA_OP_MUL, x, ins.c));
}

static va_val fold_mul(va_ir *ir, va_val a, va_val b) {
    const va_ins *x = va_get(ir, a), *y = va_get(ir, b);
    if (is_number(ir, b, 0)) return b;
    if (is_number(ir, b, 1)) return a;
    if (is_number(ir, b, -1)) return neg(ir, a);
    if (x->op == VA_OP_NEG && y->op == VA_OP_CONST) return va_op2(ir, VA_OP_MUL, x->a, va_const(ir, -y->number));
    if (x->op == VA_OP_NEG) return neg(ir, va_op2(ir, VA_OP_MUL, x->a, b));
    if (y->op == VA_OP_NEG) return neg(ir, va_op2(ir, VA_OP_MUL, a, y->a));
    va_val gated = fold_gate(ir, a, b);
    return gated != VA_UNFOLDED ? gated : fold_gate(ir, b, a);
}

/* Is 1/c exact? */
static bool is_power_of_two(double c) {
    int exponent;
    return isfinite(c) && fabs(frexp(c, &exponent)) == 0.5 && isnormal(1 / c);
}

static va_val fold_div(va_ir *ir, va_val a, va_val b) {
    const va_ins *x = va_get(ir, a), *y = va_get(ir, b);
    if (is_number(ir, a, 0) && !is_number(ir, b, 0)) return va_const(ir, 0);
    if (y->op == VA_OP_CONST && is_power_of_two(y->number))
        return va_op2(ir, VA_OP_MUL, a, va_const(ir, 1 / y->number));
    if (y->op == VA_OP_CONST && x->op == VA_OP_NEG) return va_op2(ir, VA_OP_DIV, x->a, va_const(ir, -y->number));
    if (x->op == VA_OP_NEG) return neg(ir, va_op2(ir, VA_OP_DIV, x->a, b));
    if (y->op == VA_OP_NEG) return neg(ir, va_op2(ir, VA_OP_DIV, a, y->a));
    return VA_UNFOLDED;
}

/* x^n by squaring: the rounding error stays below n/2 ulp, so n is kept small. */
static va_val power(va_ir *ir, va_val x, unsigned n) {
    if (n == 1) return x;
    va_val half = power(ir, x, n / 2);
    va_val square = va_op2(ir, VA_OP_MUL, half, half);
    return n % 2 ? va_op2(ir, VA_OP_MUL, square, x) : square;
}

static va_val fold_pow(va_ir *ir, va_val a, va_val b) {
    const double largest = 8;
    const va_ins *y = va_get(ir, b);
    if (is_number(ir, a, 1)) return a;
    if (y->op != VA_OP_CONST) return VA_UNFOLDED;
    double n = y->number;
    if (n == 0) return va_const(ir, 1);
    if (n == 0.5) return va_op1(ir, VA_OP_SQRT, a);
    if (n != trunc(n) || fabs(n) > largest) return VA_UNFOLDED;
    va_val product = power(ir, a, (unsigned)fabs(n));
    return n > 0 ? product : va_op2(ir, VA_OP_DIV, va_const(ir, 1), product);
}

static va_val fold_minmax(va_ir *ir, va_opcode op, va_val a, va_val b) {
    va_bounds x = va_bounds_of(ir, a), y = va_bounds_of(ir, b);
    if (a == b) return a;
    if (x.hi <= y.lo) return op == VA_OP_MIN ? a : b;
    if (y.hi <= x.lo) return op == VA_OP_MIN ? b : a;
    const va_ins *inner = va_get(ir, a);
    if (inner->op == op && (inner->a == b || inner->b == b)) return a;
    const va_ins *other = va_get(ir, b);
    if (other->op == op && (other->a == a || other->b == a)) return b;
    double number;
    if (inner->op == op && va_is_const(ir, inner->b, &number) && va_is_const(ir, b, &number))
        return va_op2(ir, op, inner->a, va_op2(ir, op, inner->b, b));
    return VA_UNFOLDED;
}

static va_val fold_arith2(va_ir *ir, va_opcode op, va_val a, va_val b) {
    switch (op) {
    case VA_OP_ADD:
        return fold_add(ir, a, b);
    case VA_OP_SUB:
        return fold_sub(ir, a, b);
    case VA_OP_MUL:
        return fold_mul(ir, a, b);
    case VA_OP_DIV:
        return fold_div(ir, a, b);
    case VA_OP_POW:
        return fold_pow(ir, a, b);
    case VA_OP_MIN:
    case VA_OP_MAX:
        return fold_minmax(ir, op, a, b);
    default:
        return VA_UNFOLDED;
    }
}

va_val va_fold2(va_ir *ir, va_opcode op, va_val *a, va_val *b) {
    if (va_op_is_comparison(op)) return va_fold_compare(ir, op, a, b);
    if (op == VA_OP_AND || op == VA_OP_OR) return va_fold_logic(ir, op, a, b);
    if (!binary_fns[op] && !is_int_op(op)) return VA_UNFOLDED;
    double x, y;
    bool a_is_const = va_is_const(ir, *a, &x), b_is_const = va_is_const(ir, *b, &y);
    if (a_is_const && b_is_const) {
        double value = is_int_op(op) ? va_int_op2(op, x, y) : binary_fns[op](x, y);
        return isfinite(value) ? va_const(ir, value) : VA_UNFOLDED;
    }
    if ((a_is_const && va_is_choice(ir, *b)) || (b_is_const && va_is_choice(ir, *a)))
        return fold_choice2(ir, op, *a, *b);
    if (is_commutative(op)) put_in_order(ir, a, b);
    return fold_arith2(ir, op, *a, *b);
}

/* ---- what is known of a value ---- */

static bool is_integral_within(const va_ir *ir, va_val a, int depth) {
    const va_ins *ins = va_get(ir, a);
    if (depth == 0) return false;
    switch (ins->op) {
    case VA_OP_CONST:
        return ins->number == trunc(ins->number) && isfinite(ins->number);
    case VA_OP_FLOOR:
    case VA_OP_CEIL:
    case VA_OP_TRUNC:
    case VA_OP_ROUND:
    case VA_OP_WRAP32:
        return true;
    case VA_OP_NEG:
    case VA_OP_ABS:
        return is_integral_within(ir, ins->a, depth - 1);
    case VA_OP_ADD:
    case VA_OP_SUB:
    case VA_OP_MUL:
    case VA_OP_MIN:
    case VA_OP_MAX:
    case VA_OP_FMOD:
        return is_integral_within(ir, ins->a, depth - 1) && is_integral_within(ir, ins->b, depth - 1);
    case VA_OP_SELECT:
        return is_integral_within(ir, ins->b, depth - 1) && is_integral_within(ir, ins->c, depth - 1);
    default:
        return is_int_op(ins->op);
    }
}

bool va_is_integral(const va_ir *ir, va_val a) {
    return is_integral_within(ir, a, 5);
}

static va_bounds bounds_within(const va_ir *ir, va_val a, int depth);

static va_bounds bounds_of_product(const va_ir *ir, const va_ins *ins, int depth) {
    double k;
    const va_bounds any = {-INFINITY, INFINITY};
    if (ins->a == ins->b) return (va_bounds){0, INFINITY};
    if (!va_is_const(ir, ins->b, &k)) {
        va_bounds x = bounds_within(ir, ins->a, depth), y = bounds_within(ir, ins->b, depth);
        return x.lo >= 0 && y.lo >= 0 ? (va_bounds){0, INFINITY} : any;
    }
    va_bounds x = bounds_within(ir, ins->a, depth);
    if (!isfinite(k) || k == 0) return any;
    return k > 0 ? (va_bounds){x.lo * k, x.hi * k} : (va_bounds){x.hi * k, x.lo * k};
}

/* Holds in floating point, because rounding is monotone. */
static va_bounds sum_of_bounds(va_bounds x, va_bounds y) {
    double lo = x.lo + y.lo, hi = x.hi + y.hi;
    return (va_bounds){isnan(lo) ? -INFINITY : lo, isnan(hi) ? INFINITY : hi};
}

static va_bounds bounds_of_binary(const va_ir *ir, const va_ins *ins, int depth) {
    bool is_select = ins->op == VA_OP_SELECT;
    va_bounds x = bounds_within(ir, is_select ? ins->b : ins->a, depth);
    va_bounds y = bounds_within(ir, is_select ? ins->c : ins->b, depth);
    switch (ins->op) {
    case VA_OP_MIN:
        return (va_bounds){fmin(x.lo, y.lo), fmin(x.hi, y.hi)};
    case VA_OP_MAX:
        return (va_bounds){fmax(x.lo, y.lo), fmax(x.hi, y.hi)};
    case VA_OP_ADD:
        return sum_of_bounds(x, y);
    case VA_OP_SUB:
        return sum_of_bounds(x, (va_bounds){-y.hi, -y.lo});
    default:
        return (va_bounds){fmin(x.lo, y.lo), fmax(x.hi, y.hi)}; /* SELECT */
    }
}

static va_bounds bounds_within(const va_ir *ir, va_val a, int depth) {
    const va_bounds any = {-INFINITY, INFINITY}, unsign = {0, INFINITY}, unit = {-1, 1};
    const va_ins *ins = va_get(ir, a);
    if (ins->op == VA_OP_CONST) return (va_bounds){ins->number, ins->number};
    if (depth == 0) return any;
    switch (ins->op) {
    case VA_OP_ABS:
    case VA_OP_SQRT:
    case VA_OP_EXP:
    case VA_OP_COSH:
    case VA_OP_ACOSH:
    case VA_OP_HYPOT:
        return unsign;
    case VA_OP_SIN:
    case VA_OP_COS:
    case VA_OP_TANH:
        return unit;
    case VA_OP_NEG: {
        va_bounds x = bounds_within(ir, ins->a, depth - 1);
        return (va_bounds){-x.hi, -x.lo};
    }
    case VA_OP_MUL:
        return bounds_of_product(ir, ins, depth - 1);
    case VA_OP_ADD:
    case VA_OP_SUB:
    case VA_OP_MIN:
    case VA_OP_MAX:
    case VA_OP_SELECT:
        return bounds_of_binary(ir, ins, depth - 1);
    default:
        return any;
    }
}

va_bounds va_bounds_of(const va_ir *ir, va_val a) {
    return bounds_within(ir, a, 4);
}
