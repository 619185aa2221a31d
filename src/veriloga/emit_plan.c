/* What a function needs: reachable values and the stage each belongs to; products fused into sums. */
#include "veriloga/emit.h"
#include <stdlib.h>
#include <string.h>

/* ---- operands, as the text will use them ---- */

static const va_draw *draw_of(const va_emitter *e, const va_ins *ins) {
    return &e->model->draws.at[ins->imm];
}

static size_t n_phis(const va_emitter *e, uint32_t loop) {
    va_val head = e->loops.at[loop].head;
    size_t n = 0;
    while (va_get(e->ir, head + 1 + (va_val)n)->op == VA_OP_PHI) n++;
    return n;
}

/* Products fused into sums are seen through; END stands for the loop and has what must be known before it:
 * whether it runs, and where its PHIs start. */
size_t va_emit_n_operands(const va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    size_t n;
    va_args(e->ir, v, &n);
    if (e->twin[v].other) return 2 * n + 1;
    if (e->product[v] || e->slope[v]) return 3;
    if (ins->op == VA_OP_DRAW) return n + 2;
    if (ins->op == VA_OP_END) return 1 + n_phis(e, ins->imm);
    if (ins->op == VA_OP_PHI || ins->op == VA_OP_LOOP) return 0;
    return n;
}

/* Of a fused sum: the factors, then the other term. */
static va_val sum_operand(const va_emitter *e, const va_ins *ins, va_val product, size_t i) {
    const va_ins *mul = va_get(e->ir, product);
    if (i < 2) return i == 0 ? mul->a : mul->b;
    return ins->a == product ? ins->b : ins->a;
}

/* x, n, x^n */
static va_val slope_operand(const va_emitter *e, va_val power, size_t i) {
    const va_ins *pow = va_get(e->ir, power);
    return i == 0 ? pow->a : i == 1 ? pow->b : power;
}

/* Its own operands, those of the other, the condition. */
static va_val twin_operand(const va_emitter *e, va_val v, size_t i) {
    size_t n;
    const va_val *args = va_args(e->ir, v, &n);
    if (i < n) return args[i];
    return i < 2 * n ? va_args(e->ir, e->twin[v].other, &n)[i - n] : e->twin[v].cond;
}

static va_val raw_operand(const va_emitter *e, va_val v, size_t i) {
    const va_ins *ins = va_get(e->ir, v);
    size_t n;
    const va_val *args = va_args(e->ir, v, &n);
    if (e->twin[v].other) return twin_operand(e, v, i);
    if (e->product[v]) return sum_operand(e, ins, e->product[v], i);
    if (e->slope[v]) return slope_operand(e, e->slope[v], i);
    if (ins->op == VA_OP_DRAW && i >= n) return draw_of(e, ins)->args[i - n];
    if (ins->op == VA_OP_END) {
        va_val head = e->loops.at[ins->imm].head;
        return i == 0 ? va_get(e->ir, head)->a : va_get(e->ir, head + (va_val)i)->a;
    }
    return args[i];
}

va_val va_emit_operand(const va_emitter *e, va_val v, size_t i) {
    return va_emit_rep(e, raw_operand(e, v, i));
}

/* Versions of an array, stores, PHIs and results, all name the one place that is updated: the ARRAY instruction. */
va_val va_emit_array_of(const va_emitter *e, va_val version) {
    size_t n;
    while (va_get(e->ir, version)->op != VA_OP_ARRAY && version != 0) version = va_args(e->ir, version, &n)[0];
    return version;
}

bool va_emit_is_literal(const va_emitter *e, va_val v) {
    double number;
    return v == 0 || va_is_const(e->ir, v, &number);
}

/* ---- reachability ---- */

static void push(va_emitter *e, va_val v) {
    v = va_emit_rep(e, v);
    if (va_emit_is_literal(e, v) || e->stamp[v] == e->now) return;
    va_val *place = HYS_PUSH(&e->arena, &e->stack);
    if (!place) {
        e->failed = true;
        return;
    }
    e->stamp[v] = e->now;
    *place = v;
}

static void push_loop(va_emitter *e, uint32_t loop) {
    const va_loop *l = &e->loops.at[loop];
    push(e, l->head);
    push(e, l->cond);
    push(e, l->end);
}

/* What else an instruction needs beside its operands. */
static void push_context(va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    if (ins->loop) push_loop(e, ins->loop);
    if (ins->op == VA_OP_ARRAY)
        for (size_t i = 0; i < e->stores.n; i++)
            if (va_emit_array_of(e, e->stores.at[i]) == v) push(e, e->stores.at[i]);
}

static void push_operands(va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    if (ins->op == VA_OP_END) return; /* only the PHIs that are needed: each pushes its own */
    if (ins->op == VA_OP_PHI || ins->op == VA_OP_LOOP) {
        push(e, ins->a);
        if (ins->op == VA_OP_PHI) push(e, ins->b);
        return;
    }
    size_t n = va_emit_n_operands(e, v);
    for (size_t i = 0; i < n; i++) push(e, va_emit_operand(e, v, i));
}

static int by_index(const void *a, const void *b) {
    va_val x = *(const va_val *)a, y = *(const va_val *)b;
    return (x > y) - (x < y);
}

bool va_emit_reach(va_emitter *e) {
    e->now++;
    e->live.n = 0;
    e->stack.n = 0;
    for (size_t i = 0; i < e->n_roots; i++)
        if (!e->exact_only || e->roots[i].target != VA_TO_JAC) push(e, e->roots[i].val);
    for (size_t i = 0; i < e->stack.n && !e->failed; i++) {
        va_val v = e->stack.at[i];
        push_operands(e, v);
        push_context(e, v);
    }
    if (e->failed || !hys__grow(&e->arena, (void **)&e->live.at, &e->live.cap, e->stack.n + 1, sizeof(va_val)))
        return false;
    e->live.n = e->stack.n;
    if (e->live.n) memcpy(e->live.at, e->stack.at, e->live.n * sizeof(va_val));
    if (e->live.n) qsort(e->live.at, e->live.n, sizeof(va_val), by_index);
    return true;
}

/* ---- the whole program: loops, uses, fusing ---- */

static bool find_loops(va_emitter *e) {
    size_t n = e->ir->loops.n;
    if (!hys__grow(&e->arena, (void **)&e->loops.at, &e->loops.cap, n + 1, sizeof(va_loop))) return false;
    e->loops.n = n;
    for (va_val v = 1; v < e->n; v++) {
        const va_ins *ins = va_get(e->ir, v);
        va_loop *l = &e->loops.at[ins->imm < n ? ins->imm : 0];
        if (ins->op == VA_OP_LOOP) l->head = v;
        if (ins->op == VA_OP_COND) l->cond = v;
        if (ins->op == VA_OP_END) l->end = v;
        bool is_pinned = ins->op == VA_OP_ASTORE || ins->op == VA_OP_ALOAD || ins->op == VA_OP_EFFECT;
        for (uint32_t up = ins->loop; is_pinned && up; up = e->ir->loops.at[up]) e->loops.at[up].is_pinned = true;
        va_val *store = ins->op == VA_OP_ASTORE ? HYS_PUSH(&e->arena, &e->stores) : NULL;
        if (ins->op == VA_OP_ASTORE && !store) return false;
        if (store) *store = v;
    }
    return true;
}

static bool is_call(va_opcode op) {
    return op >= VA_OP_EXP && op <= VA_OP_HYPOT;
}

static bool mark_exact(va_emitter *e) {
    e->exact_only = true;
    for (int f = 0; f < VA_FUNC_GATES; f++) {
        e->roots = e->program->roots[f].at;
        e->n_roots = e->program->roots[f].n;
        if (!va_emit_reach(e)) return false;
        for (size_t i = 0; i < e->live.n; i++) e->is_exact[e->live.at[i]] = 1;
    }
    e->exact_only = false;
    return true;
}

bool va_emit_is_loose(const va_emitter *e, va_val v) {
    return va_get(e->ir, v)->op == VA_OP_DIV && !e->is_exact[v] && !e->slope[v];
}

static size_t count_elements(const va_emitter *e) {
    size_t n = 0;
    for (size_t i = 0; i < e->live.n; i++) {
        const va_ins *ins = va_get(e->ir, e->live.at[i]);
        if (ins->op == VA_OP_ARRAY) n += e->model->arrays.at[ins->imm].n;
    }
    return n;
}

static bool reach_function(va_emitter *e, int func) {
    e->roots = e->program->roots[func].at;
    e->n_roots = e->program->roots[func].n;
    return va_emit_reach(e);
}

static void see_live(va_emitter *e) {
    for (size_t i = 0; i < e->live.n; i++) e->seen[e->live.at[i]] = 1;
    for (size_t i = 0; i < e->n_roots; i++) e->uses[e->roots[i].val]++;
}

static void count_operands(va_emitter *e) {
    for (va_val v = 1; v < e->n; v++) {
        if (!e->seen[v]) continue;
        size_t n = va_get(e->ir, v)->op == VA_OP_END ? 0 : va_emit_n_operands(e, v);
        for (size_t i = 0; i < n; i++) e->uses[va_emit_operand(e, v, i)]++;
        const va_ins *ins = va_get(e->ir, v);
        if (ins->op != VA_OP_PHI && ins->op != VA_OP_LOOP) continue;
        e->uses[ins->a] += 2; /* never fused */
        if (ins->op == VA_OP_PHI) e->uses[ins->b] += 2;
    }
}

/* Uses over all functions, so that a product is fused in all of them or in none, and a residual has the
 * same bits with and without its Jacobian.  Those of channels have a plan of their own. */
static bool count_uses(va_emitter *e) {
    for (int f = 0; f < VA_FUNC_GATES; f++) {
        if (!reach_function(e, f)) return false;
        e->n_live_total += e->live.n;
        size_t n_elements = count_elements(e);
        if (n_elements > e->n_elements) e->n_elements = n_elements;
        for (size_t i = 0; i < e->live.n; i++) {
            const va_ins *ins = va_get(e->ir, e->live.at[i]);
            if (is_call(ins->op)) e->n_calls++;
            if (ins->op == VA_OP_TIME && f != VA_FUNC_ACCEPT) e->uses_time = true;
        }
        see_live(e);
    }
    count_operands(e);
    return true;
}

/* a*b + c becomes one rounding where the product has no other use.  Not where c is a product too: a*a - b*b
 * must be zero for equal operands, but in loops over channels, which say nothing of such. */
static void fuse_products(va_emitter *e) {
    for (va_val v = 1; v < e->n; v++) {
        const va_ins *ins = va_get(e->ir, v);
        if (!e->seen[v] || (ins->op != VA_OP_ADD && ins->op != VA_OP_SUB)) continue;
        bool first = va_get(e->ir, ins->a)->op == VA_OP_MUL, second = va_get(e->ir, ins->b)->op == VA_OP_MUL;
        if (!first && !second) continue;
        if (first && second && !va_emit_is_gates(e->func)) continue;
        va_val product = first ? ins->a : ins->b;
        if (e->uses[product] != 1) continue;
        e->product[v] = product;
    }
}

/* The derivative of x^n comes as n x^n / x. */
static void find_slopes(va_emitter *e) {
    for (va_val v = 1; v < e->n; v++) {
        const va_ins *ins = va_get(e->ir, v), *product = va_get(e->ir, ins->a);
        if (!e->seen[v] || !va_emit_is_loose(e, v) || product->op != VA_OP_MUL) continue;
        for (int second = 0; second < 2 && !e->slope[v]; second++) {
            va_val power = second ? product->b : product->a, n = second ? product->a : product->b;
            const va_ins *pow = va_get(e->ir, power);
            if (pow->op != VA_OP_POW || pow->a != ins->b || pow->b != n) continue;
            e->slope[v] = power;
            e->uses[ins->a]--;
        }
    }
}

bool va_emit_plan_program(va_emitter *e) {
    if (!find_loops(e) || !mark_exact(e) || !count_uses(e)) return false;
    find_slopes(e);
    fuse_products(e);
    return true;
}

bool va_emit_plan_gates(va_emitter *e) {
    const size_t n = e->n + 1;
    memset(e->seen, 0, n * sizeof *e->seen);
    memset(e->uses, 0, n * sizeof *e->uses);
    memset(e->product, 0, n * sizeof *e->product);
    memset(e->slope, 0, n * sizeof *e->slope);
    memset(e->is_exact, 0, n * sizeof *e->is_exact);
    if (!reach_function(e, (int)e->func)) return false;
    see_live(e);
    count_operands(e);
    find_slopes(e);
    fuse_products(e);
    return true;
}

/* ---- stages ---- */

static va_stage own_stage(va_opcode op) {
    switch (op) {
    case VA_OP_PARAM:
        return VA_STAGE_PARAMS;
    case VA_OP_EVENT:
    case VA_OP_PROBE:
    case VA_OP_RETAINED:
    case VA_OP_DELAYED:
    case VA_OP_DRAW:
    case VA_OP_ARRAY:
    case VA_OP_ALOAD:
    case VA_OP_ASTORE:
    case VA_OP_EFFECT:
        return VA_STAGE_LANES;
    default:
        return VA_STAGE_BATCH;
    }
}

static bool raise_stage(uint8_t *stage, va_stage to) {
    if (*stage >= to) return false;
    *stage = (uint8_t)to;
    return true;
}

/* A loop is one thing, with all that is in it. */
static bool share_stage(va_emitter *e, va_val v, uint32_t loop) {
    uint8_t stage = (uint8_t)e->loops.at[loop].stage;
    bool changed = raise_stage(&e->stage[v], stage);
    if (raise_stage(&stage, e->stage[v])) changed = true;
    e->loops.at[loop].stage = (va_stage)stage;
    return changed;
}

static bool raise_value(va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    bool changed = raise_stage(&e->stage[v], own_stage(ins->op));
    size_t n = va_emit_n_operands(e, v);
    for (size_t i = 0; i < n; i++) {
        va_val operand = va_emit_operand(e, v, i);
        if (e->stamp[operand] == e->now && raise_stage(&e->stage[v], e->stage[operand])) changed = true;
    }
    bool names_loop = ins->op == VA_OP_LOOP || ins->op == VA_OP_END;
    if (names_loop && share_stage(e, v, ins->imm)) changed = true;
    for (uint32_t l = ins->loop; l; l = e->ir->loops.at[l])
        if (share_stage(e, v, l)) changed = true;
    return changed;
}

static void find_stages(va_emitter *e) {
    for (size_t i = 0; i < e->live.n; i++) e->stage[e->live.at[i]] = VA_STAGE_BATCH;
    for (size_t l = 0; l < e->loops.n; l++) e->loops.at[l].stage = VA_STAGE_BATCH;
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < e->live.n; i++) changed |= raise_value(e, e->live.at[i]);
        changed = changed && e->loops.n > 1; /* without loops one walk settles it */
    }
}

/* Divisors for which one reciprocal saves divisions: those known before the instances, or shared. */
static void find_inverses(va_emitter *e) {
    for (size_t i = 0; i < e->live.n; i++) e->has_inverse[e->live.at[i]] = 0;
    for (size_t i = 0; i < e->live.n; i++) {
        va_val v = e->live.at[i], divisor = va_emit_rep(e, va_get(e->ir, v)->b);
        if (!va_emit_is_loose(e, v) || va_emit_is_literal(e, divisor)) continue;
        if (va_get(e->ir, divisor)->op == VA_OP_PHI || e->stage[v] != VA_STAGE_LANES) continue;
        bool is_shared = e->stage[divisor] < VA_STAGE_LANES, is_here = e->region[v] == e->region[divisor];
        if (is_here || is_shared) e->has_inverse[divisor] += e->has_inverse[divisor] < 2;
        if (is_shared) e->has_inverse[divisor] = 2;
    }
    for (size_t i = 0; i < e->live.n; i++) e->has_inverse[e->live.at[i]] /= 2;
}

bool va_emit_plan_function(va_emitter *e) {
    va_emit_forget_twins(e);
    if (!va_emit_reach(e)) return false;
    find_stages(e);
    if (!va_emit_regions(e)) return false;
    find_inverses(e);
    va_emit_find_exits(e);
    return va_emit_order(e);
}
