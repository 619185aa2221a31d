/* Building the graph: instructions are hash-consed within the loop they live in and the loops around
 * it, so that nothing made inside a loop is ever used from outside it except through RESULT. */
#include "veriloga/ir_ops.h"
#include <string.h>

static const va_ins poison = {.op = VA_OP_POISON};

static const va_op_info op_infos[VA_OP_COUNT] = {
#define VA_KIND_OF_R      VA_KIND_REAL
#define VA_KIND_OF_B      VA_KIND_BOOL
#define VA_KIND_OF_N      VA_KIND_NONE
#define VA_X(op, n, type) {#op, n, VA_KIND_OF_##type},
    VA_OP_LIST(VA_X)
#undef VA_X
};

const va_op_info *va_op_facts(va_opcode op) {
    return &op_infos[op];
}

bool va_op_is_comparison(va_opcode op) {
    return op >= VA_OP_LT && op <= VA_OP_NE;
}

bool va_op_is_shared(va_opcode op) {
    return op < VA_OP_ARRAY;
}

/* ---- hash-consing ---- */

static uint64_t mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u; /* Fibonacci hashing */
    return hash ^ (hash >> 29);
}

static uint64_t number_bits(double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static uint64_t hash_ins(const va_ins *ins, const va_val *args, size_t n, uint32_t loop) {
    uint64_t hash = mix(ins->op, ((uint64_t)loop << 32) | ins->imm);
    hash = mix(hash, number_bits(ins->number));
    for (size_t i = 0; i < n; i++) hash = mix(hash, args[i]);
    return hash;
}

static bool is_same(const va_ir *ir, va_val old, const va_ins *ins, const va_val *args, size_t n) {
    const va_ins *other = va_get(ir, old);
    if (other->op != ins->op || other->imm != ins->imm || number_bits(other->number) != number_bits(ins->number))
        return false;
    size_t n_other;
    const va_val *others = va_args(ir, old, &n_other);
    return n == n_other && (n == 0 || memcmp(args, others, n * sizeof *args) == 0);
}

/* A slot is two words: the value, 0 for none, and the upper half of its hash, so that most that differ are
 * told apart without a look at the instruction. */
enum { SLOT_VALUE, SLOT_TAG, SLOT_WORDS };

/* The slot that holds an equal instruction of that loop, or the empty one where it belongs. */
static uint32_t *find_slot(const va_ir *ir, const va_ins *ins, const va_val *args, size_t n, uint32_t loop) {
    uint64_t hash = hash_ins(ins, args, n, loop);
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = (size_t)hash & (ir->n_slots - 1);
    for (;; at = (at + 1) & (ir->n_slots - 1)) {
        uint32_t *slot = ir->slots + at * SLOT_WORDS;
        if (slot[SLOT_VALUE] == 0) {
            slot[SLOT_TAG] = tag;
            return slot;
        }
        if (slot[SLOT_TAG] == tag && va_get(ir, slot[SLOT_VALUE])->loop == loop &&
            is_same(ir, slot[SLOT_VALUE], ins, args, n))
            return slot;
    }
}

static bool grow_slots(va_ir *ir) {
    size_t n_slots = ir->n_slots ? ir->n_slots * 2 : 1024;
    uint32_t *slots = HYS_NEW_N(ir->arena, uint32_t, n_slots * SLOT_WORDS);
    if (!slots) return false;
    ir->slots = slots;
    ir->n_slots = n_slots;
    for (va_val v = 1; v < ir->ins.n; v++) {
        const va_ins *ins = &ir->ins.at[v];
        if (!va_op_is_shared(ins->op)) continue;
        size_t n;
        const va_val *args = va_args(ir, v, &n);
        find_slot(ir, ins, args, n, ins->loop)[SLOT_VALUE] = v;
    }
    return true;
}

/* ---- making instructions ---- */

static va_val fail(va_ir *ir) {
    ir->failed = true;
    return 0;
}

static va_val append(va_ir *ir, const va_ins *ins) {
    if (ir->ins.n >= ir->max_ins) {
        if (!ir->failed)
            hys__fail(ir->ctx, HYS_LIMIT, "unrolled loops and large arrays are the usual reason",
                      "the module needs more than %zu operations", ir->max_ins);
        return fail(ir);
    }
    va_ins *new_ins = HYS_PUSH(ir->arena, &ir->ins);
    if (!new_ins) return fail(ir);
    *new_ins = *ins;
    return (va_val)(ir->ins.n - 1);
}

static bool pool_args(va_ir *ir, va_ins *ins, const va_val *args, size_t n) {
    ins->a = (va_val)ir->pool.n;
    ins->b = (va_val)n;
    for (size_t i = 0; i < n; i++) {
        va_val *arg = HYS_PUSH(ir->arena, &ir->pool);
        if (!arg) return false;
        *arg = args[i];
    }
    return true;
}

static va_val append_with(va_ir *ir, va_ins *ins, const va_val *args, size_t n) {
    ins->loop = ir->loop;
    ins->span = ir->span;
    if (va_op_facts(ins->op)->n == VA_POOLED) {
        if (!pool_args(ir, ins, args, n)) return fail(ir);
    } else {
        for (size_t i = 0; i < n; i++) ins->args[i] = args[i];
    }
    return append(ir, ins);
}

static va_val make(va_ir *ir, va_ins ins, const va_val *args, size_t n) {
    if (ir->failed) return 0;
    if (!va_op_is_shared(ins.op)) return append_with(ir, &ins, args, n);
    if (ir->ins.n * 2 >= ir->n_slots && !grow_slots(ir)) return fail(ir);
    uint32_t *slot = find_slot(ir, &ins, args, n, ir->loop);
    for (uint32_t loop = ir->loop; slot[SLOT_VALUE] == 0 && loop != 0;) {
        loop = ir->loops.at[loop];
        slot = find_slot(ir, &ins, args, n, loop);
    }
    if (slot[SLOT_VALUE] == 0) {
        if (ir->loop) slot = find_slot(ir, &ins, args, n, ir->loop);
        slot[SLOT_VALUE] = append_with(ir, &ins, args, n);
    }
    return slot[SLOT_VALUE];
}

void va_ir_init(va_ir *ir, hys__arena *arena, size_t max_ins) {
    *ir = (va_ir){.ctx = arena->ctx, .arena = arena, .max_ins = max_ins};
    uint32_t *no_loop = HYS_PUSH(arena, &ir->loops);
    va_ins *first = HYS_PUSH(arena, &ir->ins);
    ir->failed = !no_loop || !first || !grow_slots(ir);
}

const va_ins *va_get(const va_ir *ir, va_val a) {
    return a < ir->ins.n ? &ir->ins.at[a] : &poison;
}

const va_val *va_args(const va_ir *ir, va_val a, size_t *n) {
    const va_ins *ins = va_get(ir, a);
    *n = va_op_facts(ins->op)->n;
    if (*n != VA_POOLED) return ins->args;
    *n = ins->b;
    return ir->pool.at + ins->a;
}

va_val va_const(va_ir *ir, double number) {
    return make(ir, (va_ins){.op = VA_OP_CONST, .kind = VA_KIND_REAL, .number = number}, NULL, 0);
}

va_val va_bool(va_ir *ir, bool value) {
    return make(ir, (va_ins){.op = value ? VA_OP_TRUE : VA_OP_FALSE, .kind = VA_KIND_BOOL}, NULL, 0);
}

va_val va_leaf(va_ir *ir, va_opcode op, uint32_t imm) {
    return make(ir, (va_ins){.op = (uint16_t)op, .kind = va_op_facts(op)->kind, .imm = imm}, NULL, 0);
}

bool va_is_const(const va_ir *ir, va_val a, double *number) {
    const va_ins *ins = va_get(ir, a);
    bool is_const = ins->op == VA_OP_CONST || ins->op == VA_OP_TRUE || ins->op == VA_OP_FALSE;
    if (is_const) *number = ins->op == VA_OP_CONST ? ins->number : ins->op == VA_OP_TRUE;
    return is_const;
}

va_val va_to_bool(va_ir *ir, va_val a) {
    return va_get(ir, a)->kind == VA_KIND_REAL ? va_op2(ir, VA_OP_NE, a, va_const(ir, 0)) : a;
}

va_val va_to_real(va_ir *ir, va_val a) {
    if (va_get(ir, a)->kind != VA_KIND_BOOL) return a;
    return va_op3(ir, VA_OP_SELECT, a, va_const(ir, 1), va_const(ir, 0));
}

static va_val to_kind(va_ir *ir, va_val a, va_kind kind) {
    return kind == VA_KIND_BOOL ? va_to_bool(ir, a) : kind == VA_KIND_REAL ? va_to_real(ir, a) : a;
}

static va_kind operand_kind(va_opcode op) {
    return op == VA_OP_AND || op == VA_OP_OR || op == VA_OP_NOT ? VA_KIND_BOOL : VA_KIND_REAL;
}

va_val va_op1(va_ir *ir, va_opcode op, va_val a) {
    a = to_kind(ir, a, operand_kind(op));
    if (!a || ir->failed) return 0;
    va_val known = va_fold1(ir, op, a);
    if (known != VA_UNFOLDED) return known;
    return make(ir, (va_ins){.op = (uint16_t)op, .kind = va_op_facts(op)->kind}, &a, 1);
}

va_val va_op2(va_ir *ir, va_opcode op, va_val a, va_val b) {
    va_val args[2] = {to_kind(ir, a, operand_kind(op)), to_kind(ir, b, operand_kind(op))};
    if (!args[0] || !args[1] || ir->failed) return 0;
    va_val known = va_fold2(ir, op, &args[0], &args[1]);
    if (known != VA_UNFOLDED) return known;
    return make(ir, (va_ins){.op = (uint16_t)op, .kind = va_op_facts(op)->kind}, args, 2);
}

va_val va_op3(va_ir *ir, va_opcode op, va_val a, va_val b, va_val c) {
    va_val args[3] = {va_to_bool(ir, a), b, c};
    if (va_get(ir, b)->kind != va_get(ir, c)->kind) {
        args[1] = va_to_real(ir, b);
        args[2] = va_to_real(ir, c);
    }
    if (!args[0] || !args[1] || !args[2] || ir->failed) return 0;
    va_val known = va_fold_select(ir, &args[0], &args[1], &args[2]);
    if (known != VA_UNFOLDED) return known;
    return make(ir, (va_ins){.op = (uint16_t)op, .kind = va_get(ir, args[1])->kind}, args, 3);
}

va_val va_opn(va_ir *ir, va_opcode op, uint32_t imm, const va_val *args, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!args[i]) return 0;
    if (op == VA_OP_ASTORE && va_get(ir, args[3])->op == VA_OP_FALSE) return args[0];
    return make(ir, (va_ins){.op = (uint16_t)op, .kind = va_op_facts(op)->kind, .imm = imm}, args, n);
}

va_val va_opi(va_ir *ir, va_opcode op, uint32_t imm, va_val a, va_val b) {
    va_val args[2] = {a, b};
    size_t n = va_op_facts(op)->n;
    if (!a || (n > 1 && !b)) return 0;
    double number;
    if (op == VA_OP_DDX && va_is_const(ir, a, &number)) return va_const(ir, 0);
    return make(ir, (va_ins){.op = (uint16_t)op, .kind = va_op_facts(op)->kind, .imm = imm}, args, n);
}

/* ---- loops ---- */

uint32_t va_loop_begin(va_ir *ir, va_val runs, const va_val *inits, size_t n, va_val *phis) {
    uint32_t loop = (uint32_t)ir->loops.n;
    va_val entry = runs ? va_to_bool(ir, runs) : va_bool(ir, false);
    make(ir, (va_ins){.op = VA_OP_LOOP, .kind = VA_KIND_NONE, .imm = loop}, &entry, 1);
    uint32_t *parent = HYS_PUSH(ir->arena, &ir->loops);
    if (!parent) fail(ir);
    for (size_t i = 0; i < n; i++) phis[i] = 0;
    if (ir->failed) return 0;
    *parent = ir->loop;
    ir->loop = loop;
    for (size_t i = 0; i < n; i++) {
        va_val args[2] = {inits[i], inits[i]};
        va_ins phi = {.op = VA_OP_PHI, .kind = va_get(ir, inits[i])->kind, .imm = loop};
        phis[i] = inits[i] && runs ? make(ir, phi, args, 2) : 0;
    }
    return loop;
}

void va_loop_cond(va_ir *ir, va_val go_on) {
    va_val cond = go_on ? va_to_bool(ir, go_on) : va_bool(ir, false);
    make(ir, (va_ins){.op = VA_OP_COND, .imm = ir->loop}, &cond, 1);
}

static bool loop_never_runs(const va_ir *ir, uint32_t loop, va_val phi) {
    va_val head = phi;
    while (va_get(ir, head)->op == VA_OP_PHI) head--;
    const va_ins *ins = va_get(ir, head);
    return ins->op == VA_OP_LOOP && ins->imm == loop && va_get(ir, ins->a)->op == VA_OP_FALSE;
}

static va_val loop_result(va_ir *ir, uint32_t loop, va_val phi) {
    const va_ins *ins = va_get(ir, phi);
    if (!phi || !ins->b) return 0;
    if (ins->b == phi || ins->b == ins->a || loop_never_runs(ir, loop, phi)) return ins->a;
    return make(ir, (va_ins){.op = VA_OP_RESULT, .kind = ins->kind, .imm = loop}, &phi, 1);
}

void va_loop_end(va_ir *ir, const va_val *phis, const va_val *nexts, size_t n, va_val *results) {
    uint32_t loop = ir->loop;
    for (size_t i = 0; i < n; i++) results[i] = 0;
    if (ir->failed || loop == 0) return;
    for (size_t i = 0; i < n; i++) {
        va_val next = to_kind(ir, nexts[i], va_get(ir, phis[i])->kind);
        if (phis[i]) ir->ins.at[phis[i]].b = next;
    }
    ir->loop = ir->loops.at[loop];
    make(ir, (va_ins){.op = VA_OP_END, .imm = loop}, NULL, 0);
    for (size_t i = 0; i < n; i++) results[i] = loop_result(ir, loop, phis[i]);
}
