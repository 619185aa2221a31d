/* Folding of comparisons, logic and selects.  not(a < b) is b <= a: NaN does not count. */
#include "veriloga/ir_ops.h"
#include <math.h>

/* ---- what one condition tells about another ---- */

typedef struct relation {
    va_opcode op; /* LT, LE, EQ, NE */
    va_val a, b;
} relation;

/* The comparison, or its complement, as a true relation. */
static relation relation_of(const va_ins *ins, bool is_true) {
    relation as_is = {(va_opcode)ins->op, ins->a, ins->b};
    if (is_true) return as_is;
    switch (ins->op) {
    case VA_OP_LT:
        return (relation){VA_OP_LE, ins->b, ins->a};
    case VA_OP_LE:
        return (relation){VA_OP_LT, ins->b, ins->a};
    case VA_OP_EQ:
        return (relation){VA_OP_NE, ins->a, ins->b};
    default:
        return (relation){VA_OP_EQ, ins->a, ins->b};
    }
}

/* Both relations are between the same two values; swapped: in the other order. */
static int implied_by_same(va_opcode fact, va_opcode value, bool swapped) {
    switch (fact) {
    case VA_OP_LT:
        return value == VA_OP_NE ? 1 : value == VA_OP_EQ ? 0 : !swapped;
    case VA_OP_LE:
        return value == VA_OP_LT && swapped ? 0 : value == VA_OP_LE && !swapped ? 1 : -1;
    case VA_OP_EQ:
        return value == VA_OP_LE || value == VA_OP_EQ;
    default:
        return value == VA_OP_NE ? 1 : value == VA_OP_EQ ? 0 : -1;
    }
}

typedef struct interval {
    double lo, hi;
    bool lo_open, hi_open;
} interval;

/* The set of x for which "x op k" (k first if swapped) holds; NE gives false. */
static bool interval_of(va_opcode op, bool swapped, double k, interval *set) {
    bool open = op == VA_OP_LT;
    if (op == VA_OP_NE) return false;
    *set = (interval){-INFINITY, INFINITY, false, false};
    if (op == VA_OP_EQ || swapped) {
        set->lo = k;
        set->lo_open = open;
    }
    if (op == VA_OP_EQ || !swapped) {
        set->hi = k;
        set->hi_open = open;
    }
    return true;
}

static bool is_subset(const interval *in, const interval *out) {
    bool lo = in->lo > out->lo || (in->lo == out->lo && (in->lo_open || !out->lo_open));
    bool hi = in->hi < out->hi || (in->hi == out->hi && (in->hi_open || !out->hi_open));
    return lo && hi;
}

static bool is_disjoint(const interval *a, const interval *b) {
    return a->hi < b->lo || b->hi < a->lo || (a->hi == b->lo && (a->hi_open || b->lo_open)) ||
           (b->hi == a->lo && (b->hi_open || a->lo_open));
}

/* Relations of one value with two constants. */
static int implied_by_range(const va_ir *ir, relation fact, relation value) {
    double k_fact, k_value;
    bool fact_swapped = va_is_const(ir, fact.a, &k_fact), value_swapped = va_is_const(ir, value.a, &k_value);
    if (!fact_swapped && !va_is_const(ir, fact.b, &k_fact)) return -1;
    if (!value_swapped && !va_is_const(ir, value.b, &k_value)) return -1;
    if ((fact_swapped ? fact.b : fact.a) != (value_swapped ? value.b : value.a)) return -1;
    interval known, asked;
    if (!interval_of(fact.op, fact_swapped, k_fact, &known)) return -1;
    if (value.op == VA_OP_NE) {
        interval point = {k_value, k_value, false, false};
        return is_disjoint(&known, &point) ? 1 : -1;
    }
    interval_of(value.op, value_swapped, k_value, &asked);
    return is_subset(&known, &asked) ? 1 : is_disjoint(&known, &asked) ? 0 : -1;
}

static int implied_by_relation(const va_ir *ir, relation fact, relation value) {
    if (fact.a == value.a && fact.b == value.b) return implied_by_same(fact.op, value.op, false);
    if (fact.a == value.b && fact.b == value.a) return implied_by_same(fact.op, value.op, true);
    return implied_by_range(ir, fact, value);
}

static int implied(const va_ir *ir, va_val fact, bool fact_is, va_val value, int depth);

/* Does the fact, a comparison or a conjunction that holds one, decide this relation? */
static int decides(const va_ir *ir, va_val fact, bool fact_is, relation value, int depth) {
    const va_ins *f = va_get(ir, fact);
    if (va_op_is_comparison((va_opcode)f->op)) return implied_by_relation(ir, relation_of(f, fact_is), value);
    if (f->op != (fact_is ? VA_OP_AND : VA_OP_OR) || depth == 0) return -1;
    int known = decides(ir, f->a, fact_is, value, depth - 1);
    return known >= 0 ? known : decides(ir, f->b, fact_is, value, depth - 1);
}

static int implied_by_parts(const va_ir *ir, const va_ins *fact, bool fact_is, va_val value, int depth) {
    if (fact->op == VA_OP_NOT) return implied(ir, fact->a, !fact_is, value, depth);
    if (fact->op == (fact_is ? VA_OP_AND : VA_OP_OR)) {
        int known = implied(ir, fact->a, fact_is, value, depth);
        return known >= 0 ? known : implied(ir, fact->b, fact_is, value, depth);
    }
    return -1;
}

static int implied_parts(const va_ir *ir, va_val fact, bool fact_is, const va_ins *value, int depth) {
    int first = implied(ir, fact, fact_is, value->a, depth);
    if (value->op == VA_OP_NOT) return first < 0 ? -1 : !first;
    int decides = value->op == VA_OP_OR;
    if (first == decides) return decides;
    int second = implied(ir, fact, fact_is, value->b, depth);
    if (second == decides) return decides;
    return first >= 0 && second >= 0 ? !decides : -1;
}

static int implied(const va_ir *ir, va_val fact, bool fact_is, va_val value, int depth) {
    const va_ins *f = va_get(ir, fact), *v = va_get(ir, value);
    if (fact == value) return fact_is;
    if (v->op == VA_OP_TRUE || v->op == VA_OP_FALSE) return v->op == VA_OP_TRUE;
    if (depth == 0) return -1;
    if (va_op_is_comparison(f->op) && va_op_is_comparison(v->op))
        return implied_by_relation(ir, relation_of(f, fact_is), relation_of(v, true));
    int known = implied_by_parts(ir, f, fact_is, value, depth - 1);
    if (known >= 0) return known;
    if (v->op == VA_OP_AND || v->op == VA_OP_OR || v->op == VA_OP_NOT)
        return implied_parts(ir, fact, fact_is, v, depth - 1);
    return -1;
}

int va_implied(const va_ir *ir, va_val fact, bool fact_is, va_val value) {
    return implied(ir, fact, fact_is, value, 5);
}

/* ---- logic ---- */

va_val va_fold_not(va_ir *ir, va_val a) {
    const va_ins *ins = va_get(ir, a);
    if (ins->op == VA_OP_TRUE || ins->op == VA_OP_FALSE) return va_bool(ir, ins->op == VA_OP_FALSE);
    if (ins->op == VA_OP_NOT) return ins->a;
    if (!va_op_is_comparison(ins->op)) return VA_UNFOLDED;
    relation inverse = relation_of(ins, false);
    return va_op2(ir, inverse.op, inverse.a, inverse.b);
}

va_val va_fold_logic(va_ir *ir, va_opcode op, va_val *a, va_val *b) {
    bool neutral = op == VA_OP_AND; /* a and b: b matters only where a is true */
    for (int side = 0; side < 2; side++) {
        va_val first = side ? *b : *a, second = side ? *a : *b;
        const va_ins *ins = va_get(ir, first);
        if (ins->op == (neutral ? VA_OP_TRUE : VA_OP_FALSE)) return second;
        if (ins->op == (neutral ? VA_OP_FALSE : VA_OP_TRUE)) return first;
        int known = va_implied(ir, first, neutral, second);
        if (known >= 0) return known == neutral ? first : va_bool(ir, !neutral);
    }
    if (*b < *a) {
        va_val swap = *a;
        *a = *b;
        *b = swap;
    }
    return VA_UNFOLDED;
}

/* ---- comparisons ---- */

bool va_is_choice(const va_ir *ir, va_val a) {
    const int most = 6; /* values of a coded condition */
    const va_ins *ins = va_get(ir, a);
    if (ins->op != VA_OP_SELECT) return false;
    for (int i = 0; i < most && ins->op == VA_OP_SELECT; i++) {
        if (va_get(ir, ins->b)->op != VA_OP_CONST) return false;
        ins = va_get(ir, ins->c);
    }
    return ins->op == VA_OP_CONST;
}

static int compare_ranges(va_opcode op, va_bounds a, va_bounds b) {
    bool below = a.hi<b.lo, above = a.lo> b.hi;
    switch (op) {
    case VA_OP_LT:
        return below ? 1 : a.lo >= b.hi ? 0 : -1;
    case VA_OP_LE:
        return a.hi <= b.lo ? 1 : above ? 0 : -1;
    case VA_OP_EQ:
        return below || above ? 0 : -1;
    default:
        return below || above ? 1 : -1;
    }
}

static bool compare_numbers(va_opcode op, double a, double b) {
    return op == VA_OP_LT ? a < b : op == VA_OP_LE ? a <= b : op == VA_OP_EQ ? a == b : a != b;
}

static va_val compare(va_ir *ir, va_opcode op, bool swapped, va_val x, va_val k) {
    return swapped ? va_op2(ir, op, k, x) : va_op2(ir, op, x, k);
}

/* "x op k" (k first if swapped), k a constant: looks through selects, signs and differences. */
static va_val fold_compare_const(va_ir *ir, va_opcode op, bool swapped, va_val x, va_val k) {
    const va_ins ins = *va_get(ir, x);
    double number, known;
    va_is_const(ir, k, &number);
    if (ins.op == VA_OP_SELECT && (va_is_const(ir, ins.b, &known) || va_is_const(ir, ins.c, &known))) {
        va_val yes = compare(ir, op, swapped, ins.b, k);
        return va_op3(ir, VA_OP_SELECT, ins.a, yes, compare(ir, op, swapped, ins.c, k));
    }
    if (ins.op == VA_OP_NEG) return compare(ir, op, !swapped, ins.a, va_const(ir, -number));
    if (number != 0) return VA_UNFOLDED;
    if (ins.op == VA_OP_SUB) return compare(ir, op, swapped, ins.a, ins.b);
    if (ins.op == VA_OP_ADD && va_is_const(ir, ins.b, &known))
        return compare(ir, op, swapped, ins.a, va_const(ir, -known));
    return VA_UNFOLDED;
}

va_val va_fold_compare(va_ir *ir, va_opcode op, va_val *a, va_val *b) {
    double x, y;
    bool a_is_const = va_is_const(ir, *a, &x), b_is_const = va_is_const(ir, *b, &y);
    if (a_is_const && b_is_const) return va_bool(ir, compare_numbers(op, x, y));
    if (*a == *b) return va_bool(ir, op == VA_OP_LE || op == VA_OP_EQ);
    int known = compare_ranges(op, va_bounds_of(ir, *a), va_bounds_of(ir, *b));
    if (known >= 0) return va_bool(ir, known);
    if (b_is_const) return fold_compare_const(ir, op, false, *a, *b);
    bool is_symmetric = op == VA_OP_EQ || op == VA_OP_NE;
    if (a_is_const && is_symmetric) return va_op2(ir, op, *b, *a);
    if (a_is_const) return fold_compare_const(ir, op, true, *b, *a);
    if (is_symmetric && *b < *a) return va_op2(ir, op, *b, *a);
    return VA_UNFOLDED;
}

/* ---- select ---- */

/* What is known in an arm of nested selects. */
#define MOST_FACTS 8
typedef struct facts {
    va_val of[MOST_FACTS];
    bool is[MOST_FACTS];
    int n;
} facts;

static int decide(const va_ir *ir, const facts *known, va_val value) {
    int result = -1;
    for (int i = 0; i < known->n && result < 0; i++) result = va_implied(ir, known->of[i], known->is[i], value);
    return result;
}

/* a or b holds and one is refuted: the other holds. */
static void split_fact(const va_ir *ir, facts *known, int i) {
    const va_ins *ins = va_get(ir, known->of[i]);
    if (ins->op != (known->is[i] ? VA_OP_OR : VA_OP_AND)) return;
    for (int side = 0; side < 2 && known->n < MOST_FACTS; side++) {
        va_val part = ins->args[side], other = ins->args[1 - side];
        if (decide(ir, known, part) != !known->is[i] || decide(ir, known, other) >= 0) continue;
        known->of[known->n] = other;
        known->is[known->n++] = known->is[i];
    }
}

static facts facts_with(const va_ir *ir, const facts *known, va_val fact, bool is) {
    facts more = *known;
    if (more.n == MOST_FACTS) return more;
    more.of[more.n] = fact;
    more.is[more.n++] = is;
    for (int i = 0; i < more.n; i++) split_fact(ir, &more, i);
    return more;
}

static int decide_order(const va_ir *ir, const facts *known, va_val a, va_val b) {
    int result = -1;
    for (int i = 0; i < known->n && result < 0; i++)
        result = decides(ir, known->of[i], known->is[i], (relation){VA_OP_LE, a, b}, 3);
    return result;
}

/* MIN or MAX of two values whose order is known, or 0. */
static va_val ordered_given(const va_ir *ir, const facts *known, const va_ins *ins) {
    bool is_min = ins->op == VA_OP_MIN;
    if (decide_order(ir, known, ins->a, ins->b) == 1) return is_min ? ins->a : ins->b;
    if (decide_order(ir, known, ins->b, ins->a) == 1) return is_min ? ins->b : ins->a;
    return 0;
}

/* One step of simplifying an arm; 0: none. */
static va_val step_given(va_ir *ir, const facts *known, va_val arm) {
    const va_ins *ins = va_get(ir, arm);
    if (ins->op == VA_OP_MIN || ins->op == VA_OP_MAX) return ordered_given(ir, known, ins);
    if (ins->op != VA_OP_SELECT && ins->kind != VA_KIND_BOOL) return 0;
    int is = decide(ir, known, ins->op == VA_OP_SELECT ? ins->a : arm);
    if (is < 0) return 0;
    if (ins->op == VA_OP_SELECT) return is ? ins->b : ins->c;
    va_val value = va_bool(ir, is);
    return value == arm ? 0 : value;
}

static va_val arm_given(va_ir *ir, const facts *known, va_val arm, int depth) {
    for (va_val next; (next = step_given(ir, known, arm)) != 0;) arm = next;
    const va_ins ins = *va_get(ir, arm);
    if (ins.op != VA_OP_SELECT || depth == 0) return arm;
    facts in_yes = facts_with(ir, known, ins.a, true), in_no = facts_with(ir, known, ins.a, false);
    va_val yes = arm_given(ir, &in_yes, ins.b, depth - 1), no = arm_given(ir, &in_no, ins.c, depth - 1);
    return yes == ins.b && no == ins.c ? arm : va_op3(ir, VA_OP_SELECT, ins.a, yes, no);
}

static va_val fold_select_bool(va_ir *ir, va_val cond, va_val yes, va_val no) {
    va_opcode y = (va_opcode)va_get(ir, yes)->op, n = (va_opcode)va_get(ir, no)->op;
    if (y == VA_OP_TRUE) return va_op2(ir, VA_OP_OR, cond, no);
    if (n == VA_OP_FALSE) return va_op2(ir, VA_OP_AND, cond, yes);
    if (y == VA_OP_FALSE) return va_op2(ir, VA_OP_AND, va_op1(ir, VA_OP_NOT, cond), no);
    if (n == VA_OP_TRUE) return va_op2(ir, VA_OP_OR, va_op1(ir, VA_OP_NOT, cond), yes);
    return VA_UNFOLDED;
}

/* a < b ? a : b and its kin. */
static va_val fold_select_minmax(va_ir *ir, const va_ins *cond, va_val yes, va_val no) {
    bool same = yes == cond->a && no == cond->b, crossed = yes == cond->b && no == cond->a;
    if (!same && !crossed) return VA_UNFOLDED;
    if (cond->op == VA_OP_EQ) return no;
    if (cond->op == VA_OP_LT) return va_op2(ir, same ? VA_OP_MIN : VA_OP_MAX, yes, no);
    return VA_UNFOLDED;
}

va_val va_fold_select(va_ir *ir, va_val *cond, va_val *yes, va_val *no) {
    const va_ins ins = *va_get(ir, *cond);
    switch (ins.op) {
    case VA_OP_TRUE:
        return *yes;
    case VA_OP_FALSE:
        return *no;
    case VA_OP_NOT:
        return va_op3(ir, VA_OP_SELECT, ins.a, *no, *yes);
    case VA_OP_LE:
        return va_op3(ir, VA_OP_SELECT, va_op2(ir, VA_OP_LT, ins.b, ins.a), *no, *yes);
    case VA_OP_NE:
        return va_op3(ir, VA_OP_SELECT, va_op2(ir, VA_OP_EQ, ins.a, ins.b), *no, *yes);
    default:
        break;
    }
    const int depth = 4; /* of nested selects that are looked through */
    facts none = {.n = 0}, in_yes = facts_with(ir, &none, *cond, true);
    facts in_no = facts_with(ir, &none, *cond, false);
    *yes = arm_given(ir, &in_yes, *yes, depth);
    *no = arm_given(ir, &in_no, *no, depth);
    if (*yes == *no) return *yes;
    if (va_get(ir, *yes)->kind == VA_KIND_BOOL) return fold_select_bool(ir, *cond, *yes, *no);
    return fold_select_minmax(ir, &ins, *yes, *no);
}
