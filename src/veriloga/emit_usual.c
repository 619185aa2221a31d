/* The loop over instances for the usual parameters.
 *
 * A parameter that chooses a window function, or an exponent of 3, is the same for all instances; but branches on
 * it cut the loop into pieces that the C compiler orders one by one, and a superscalar processor then waits for
 * each.  So the loop of the Jacobian is written twice: with the conditions and exponents that the defaults give as
 * constants, for calls whose parameters give just these, and as it is, for all others.  The operations, and so
 * the bits, are the same in both. */
#include "veriloga/emit.h"
#include "veriloga/ir_ops.h"
#include <math.h>

/* Instructions beyond which a second text costs more of the C compiler's time than it is worth. */
#define MOST_VALUES 1000

static double compare(va_opcode op, double a, double b) {
    return op == VA_OP_LT ? a < b : op == VA_OP_LE ? a <= b : op == VA_OP_EQ ? a == b : a != b;
}

static double calculate(va_opcode op, double a, double b, double c) {
    switch (op) {
    case VA_OP_ADD:
        return a + b;
    case VA_OP_SUB:
        return a - b;
    case VA_OP_MUL:
        return a * b;
    case VA_OP_DIV:
        return a / b;
    case VA_OP_AND:
        return a * b;
    case VA_OP_OR:
        return fmax(a, b);
    case VA_OP_SELECT:
        return a != 0 ? b : c;
    default:
        return compare(op, a, b);
    }
}

/* With the defaults of all parameters; NaN: it takes more than this to know. */
static double default_of(const va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    double args[3] = {0, 0, 0};
    bool is_param = ins->op == VA_OP_PARAM;
    if (is_param && e->model->params.at[ins->imm].type != VA_TYPE_STRING) return e->model->params.at[ins->imm].def;
    bool is_simple = (ins->op >= VA_OP_ADD && ins->op <= VA_OP_DIV) || ins->op == VA_OP_SELECT ||
                     va_op_is_comparison(ins->op) || ins->op == VA_OP_AND || ins->op == VA_OP_OR;
    size_t n = va_emit_n_operands(e, v);
    if (ins->op == VA_OP_NOT) return !e->usual[va_emit_operand(e, v, 0)];
    if (!is_simple || n > 3 || e->product[v]) return NAN;
    for (size_t i = 0; i < n; i++) {
        va_val operand = va_emit_operand(e, v, i);
        if (!va_is_const(e->ir, operand, &args[i])) args[i] = e->usual[operand];
        if (isnan(args[i])) return NAN;
    }
    return calculate((va_opcode)ins->op, args[0], args[1], args[2]);
}

/* 1: entered, 0: not, NaN: not known.  What is computed in a region that is not entered stays 0. */
static double is_entered(const va_emitter *e, uint32_t region) {
    for (uint32_t r = region; r != VA_ROOT_REGION; r = e->regions.at[r].parent) {
        const va_region *at = &e->regions.at[r];
        if (at->kind != VA_REGION_ARM || isnan(e->usual[at->cond])) return NAN;
        if ((e->usual[at->cond] != 0) != at->when) return 0;
    }
    return 1;
}

static void find_defaults(va_emitter *e) {
    for (size_t i = 0; i < e->live.n; i++) {
        va_val v = e->live.at[i];
        e->usual[v] = NAN;
        if (e->stage[v] == VA_STAGE_LANES || va_get(e->ir, v)->loop) continue;
        double entered = is_entered(e, e->region[v]);
        e->usual[v] = entered == 1 ? default_of(e, v) : entered;
    }
}

/* No instance comes there with the usual parameters. */
static bool is_never_entered(const va_emitter *e, uint32_t region) {
    for (uint32_t r = region; r != VA_ROOT_REGION; r = e->regions.at[r].parent) {
        const va_region *at = &e->regions.at[r];
        bool is_known = at->kind == VA_REGION_ARM && !isnan(e->usual[at->cond]);
        if (is_known && (e->usual[at->cond] != 0) != at->when) return true;
    }
    return false;
}

/* Exponents for which hys_pow_shared multiplies. */
static bool is_easy(double exponent) {
    return exponent == 1 || exponent == 2 || exponent == 3 || exponent == 4;
}

static bool is_worth(const va_emitter *e, va_val user, size_t i) {
    va_val v = va_emit_operand(e, user, i);
    if (va_emit_is_literal(e, v) || e->stage[v] == VA_STAGE_LANES || isnan(e->usual[v])) return false;
    if (va_get(e->ir, v)->kind == VA_KIND_BOOL) return true;
    return va_get(e->ir, user)->op == VA_OP_POW && i == 1 && is_easy(e->usual[v]);
}

static bool mark_assumed(va_emitter *e, va_val *assumed, size_t *n) {
    *n = 0;
    for (size_t i = 0; i < e->live.n; i++) e->is_assumed[e->live.at[i]] = 0;
    for (size_t i = 0; i < e->live.n; i++) {
        va_val user = e->live.at[i];
        if (e->stage[user] != VA_STAGE_LANES || is_never_entered(e, e->region[user])) continue;
        size_t n_operands = va_emit_n_operands(e, user);
        for (size_t k = 0; k < n_operands; k++) {
            va_val v = va_emit_operand(e, user, k);
            if (!is_worth(e, user, k) || e->is_assumed[v]) continue;
            if (*n == VA_MOST_ASSUMED) return false;
            e->is_assumed[v] = 1;
            assumed[(*n)++] = v;
        }
    }
    return *n > 0;
}

size_t va_emit_find_usual(va_emitter *e, va_val assumed[VA_MOST_ASSUMED]) {
    size_t n = 0;
    if (e->live.n > MOST_VALUES) return 0;
    find_defaults(e);
    return mark_assumed(e, assumed, &n) ? n : 0;
}
