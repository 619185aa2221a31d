/* Is N(x, 0) = x, up to clamps?
 *
 * It is a tree of min, max and selects over x.  Bounds come from comparisons of x with fixed values, in any
 * order and nesting.  What the comparisons say while x lies strictly between the bounds is kept as facts:
 * N's slope is that of the unclamped update. */
#include "veriloga/ir_ops.h"
#include "veriloga/lift.h"
#include <math.h>

#define MOST_TERMS 24

typedef struct term {
    va_val atom;
    double coef;
} term;
typedef struct sum {
    term terms[MOST_TERMS];
    int n;
    bool overflows;
} sum;

typedef struct clamp {
    bool ok;
    va_val lo, hi;
} clamp;

static bool is_fixed_new(const va_lifter *l, va_val v) {
    const va_ins *ins = va_get(l->ir, v);
    size_t n;
    const va_val *args = va_args(l->ir, v, &n);
    if (!va_op_is_shared((va_opcode)ins->op) || ins->op == VA_OP_DRAW) return false;
    if (n == 0) return ins->op == VA_OP_CONST || ins->op == VA_OP_TRUE || ins->op == VA_OP_FALSE;
    for (size_t i = 0; i < n; i++)
        if (!l->fixed[args[i]]) return false;
    return true;
}

bool va_lift_find_fixed(va_lifter *l) {
    l->fixed = va_fixed_map(l->ir, l->arena);
    l->n_fixed = l->cap_fixed = l->ir->ins.n;
    return l->fixed != NULL;
}

/* Values made since the map was are added to it. */
bool va_lift_is_fixed(va_lifter *l, va_val v) {
    if (v >= l->n_fixed && !hys__grow(l->arena, (void **)&l->fixed, &l->cap_fixed, (size_t)v + 1, 1)) return false;
    for (; l->n_fixed <= v; l->n_fixed++) l->fixed[l->n_fixed] = is_fixed_new(l, (va_val)l->n_fixed);
    return l->fixed[v];
}

/* ---- linear combinations ---- */

static void add_term(sum *s, va_val atom, double coef) {
    for (int i = 0; i < s->n; i++)
        if (s->terms[i].atom == atom) {
            s->terms[i].coef += coef;
            return;
        }
    if (s->n == MOST_TERMS) s->overflows = true;
    else s->terms[s->n++] = (term){atom, coef};
}

/* Adds coef * v, taking sums apart.  Constants count as multiples of atom 0. */
static void add_value(const va_ir *ir, sum *s, va_val v, double coef, int depth) {
    const va_ins *ins = va_get(ir, v);
    double number;
    if (va_is_const(ir, v, &number)) {
        add_term(s, 0, coef * number);
        return;
    }
    bool scaled = (ins->op == VA_OP_MUL || ins->op == VA_OP_DIV) && va_is_const(ir, ins->b, &number);
    if (depth > 0 && (ins->op == VA_OP_ADD || ins->op == VA_OP_SUB)) {
        add_value(ir, s, ins->a, coef, depth - 1);
        add_value(ir, s, ins->b, ins->op == VA_OP_ADD ? coef : -coef, depth - 1);
    } else if (depth > 0 && ins->op == VA_OP_NEG) {
        add_value(ir, s, ins->a, -coef, depth - 1);
    } else if (depth > 0 && scaled) {
        add_value(ir, s, ins->a, ins->op == VA_OP_MUL ? coef * number : coef / number, depth - 1);
    } else {
        add_term(s, v, coef);
    }
}

static bool is_slot(const va_ir *ir, va_val v, uint32_t k) {
    const va_ins *ins = va_get(ir, v);
    return ins->op == VA_OP_RETAINED && ins->imm == k;
}

/* v = 1 * RETAINED(k), exactly in algebra; coefficients of the text may be rounded. */
static bool is_identity(const va_ir *ir, va_val v, uint32_t k) {
    const double rounding = 1e-12;
    sum s = {.n = 0};
    if (is_slot(ir, v, k)) return true;
    add_value(ir, &s, v, 1, 24);
    bool found = false;
    for (int i = 0; i < s.n; i++) {
        bool mine = s.terms[i].atom != 0 && is_slot(ir, s.terms[i].atom, k);
        if (!(fabs(s.terms[i].coef - mine) <= rounding)) return false;
        found = found || mine;
    }
    return found && !s.overflows;
}

/* ---- bounds ---- */

static clamp parse(va_lifter *l, uint32_t k, va_val v, int depth);

static void add_fact(va_lifter *l, uint32_t k, va_val cond, bool is) {
    va_lift_fact *fact = HYS_PUSH(l->arena, &l->facts);
    if (fact) *fact = (va_lift_fact){k, cond, is};
}

static va_val tighter(va_lifter *l, va_opcode op, va_val a, va_val b) {
    return !a ? b : !b ? a : va_op2(l->ir, op, a, b);
}

static clamp parse_minmax(va_lifter *l, uint32_t k, const va_ins *ins, int depth) {
    bool is_min = ins->op == VA_OP_MIN;
    for (int side = 0; side < 2; side++) {
        va_val bound = ins->args[side], inner = ins->args[1 - side];
        if (!va_lift_is_fixed(l, bound)) continue;
        clamp c = parse(l, k, inner, depth);
        if (!c.ok) return c;
        add_fact(l, k, va_op2(l->ir, VA_OP_LT, is_min ? inner : bound, is_min ? bound : inner), true);
        if (is_min) c.hi = tighter(l, VA_OP_MIN, c.hi, bound);
        else c.lo = tighter(l, VA_OP_MAX, c.lo, bound);
        return c;
    }
    return (clamp){false, 0, 0};
}

/* What a condition says about x: above or below which fixed value it is. */
typedef struct passing {
    bool is_hi, is_lo;
    va_val bound;
} passing;

static passing find_passing(va_lifter *l, uint32_t k, va_val cond, bool is, int depth) {
    const passing none = {false, false, 0};
    const va_ins ins = *va_get(l->ir, cond);
    if (depth == 0) return none;
    if (ins.op == VA_OP_NOT) return find_passing(l, k, ins.a, !is, depth - 1);
    if (ins.op == (is ? VA_OP_AND : VA_OP_OR)) {
        passing first = find_passing(l, k, ins.a, is, depth - 1);
        return first.bound ? first : find_passing(l, k, ins.b, is, depth - 1);
    }
    if (ins.op != VA_OP_LT && ins.op != VA_OP_LE) return none;
    bool x_is_left = va_lift_is_fixed(l, ins.b);
    if (!x_is_left && !va_lift_is_fixed(l, ins.a)) return none;
    va_val x = x_is_left ? ins.a : ins.b, bound = x_is_left ? ins.b : ins.a;
    if (!parse(l, k, x, depth - 1).ok) return none;
    bool below = x_is_left == is;
    return (passing){!below, below, bound};
}

/* x is put back to the bound itself, or, by numbers, a little inside of it. */
static bool is_put_back(const va_lifter *l, va_val value, va_val bound) {
    double a, b;
    if (value == bound) return true;
    if (!va_is_const(l->ir, value, &a) || !va_is_const(l->ir, bound, &b)) return false;
    return fabs(a - b) <= 0.02 * fmax(fabs(a), fabs(b));
}

/* One arm sets a fixed value where x has passed a bound. */
static clamp parse_reset(va_lifter *l, va_lift_fact where, va_val value, va_val other, int depth) {
    passing p = find_passing(l, where.slot, where.cond, where.is, depth);
    clamp c = parse(l, where.slot, other, depth);
    c.ok = c.ok && p.bound && is_put_back(l, value, p.bound);
    if (!c.ok) return c;
    add_fact(l, where.slot, where.cond, !where.is);
    if (p.is_hi) c.hi = tighter(l, VA_OP_MIN, c.hi, p.bound);
    if (p.is_lo) c.lo = tighter(l, VA_OP_MAX, c.lo, p.bound);
    return c;
}

static va_val choose_bound(va_lifter *l, va_val cond, va_val a, va_val b, double none) {
    if (a == b) return a;
    return va_op3(l->ir, VA_OP_SELECT, cond, a ? a : va_const(l->ir, none), b ? b : va_const(l->ir, none));
}

/* Both arms are x up to clamps: chosen by parameters, or each clamps one end. */
static clamp parse_both(va_lifter *l, va_val cond, clamp a, clamp b) {
    clamp c = {a.ok && b.ok, 0, 0};
    if (!c.ok) return c;
    if (va_lift_is_fixed(l, cond)) {
        c.lo = choose_bound(l, cond, a.lo, b.lo, -INFINITY);
        c.hi = choose_bound(l, cond, a.hi, b.hi, INFINITY);
        return c;
    }
    c.ok = (!a.lo || !b.lo || a.lo == b.lo) && (!a.hi || !b.hi || a.hi == b.hi);
    c.lo = a.lo ? a.lo : b.lo;
    c.hi = a.hi ? a.hi : b.hi;
    return c;
}

static clamp parse_select(va_lifter *l, uint32_t k, const va_ins *ins, int depth) {
    if (va_lift_is_fixed(l, ins->b) && !va_lift_is_fixed(l, ins->a))
        return parse_reset(l, (va_lift_fact){k, ins->a, true}, ins->b, ins->c, depth);
    if (va_lift_is_fixed(l, ins->c) && !va_lift_is_fixed(l, ins->a))
        return parse_reset(l, (va_lift_fact){k, ins->a, false}, ins->c, ins->b, depth);
    clamp a = parse(l, k, ins->b, depth);
    return a.ok ? parse_both(l, ins->a, a, parse(l, k, ins->c, depth)) : a;
}

static clamp parse(va_lifter *l, uint32_t k, va_val v, int depth) {
    const va_ins ins = *va_get(l->ir, v);
    if (is_identity(l->ir, v, k)) return (clamp){true, 0, 0};
    if (depth > 0 && (ins.op == VA_OP_MIN || ins.op == VA_OP_MAX)) return parse_minmax(l, k, &ins, depth - 1);
    if (depth > 0 && ins.op == VA_OP_SELECT) return parse_select(l, k, &ins, depth - 1);
    return (clamp){false, 0, 0};
}

bool va_lift_parse_clamp(va_lifter *l, uint32_t k) {
    clamp c = parse(l, k, l->slots[k].at_zero, 12);
    l->slots[k].lo = c.lo;
    l->slots[k].hi = c.hi;
    return c.ok;
}
