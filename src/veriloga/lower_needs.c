/* For which parameters the equations need what is kept from step to step.
 *
 * Large compact models hold many variants: a variable may keep its value in a variant that a given device does not
 * use.  From the equations back to the kept variables each dependence has a condition, as far as it follows from
 * parameters alone; where none of them holds the module is an ordinary set of equations. */
#include "veriloga/ir_ops.h"
#include "veriloga/lower.h"

#define MOST_PASSES 16
#define MOST_DEPTH  6  /* of conditions looked into */
#define MOST_NESTED 24 /* of two conditions that are compared */
#define MOST_TERMS  96 /* of a condition; longer ones count as always true */

typedef struct needs {
    va_program *program;
    va_model *model;
    va_ir *ir;
    va_val n;             /* values that there were */
    const uint8_t *fixed; /* depends on parameters only */
    uint8_t *kept;        /* depends on something kept */
    va_val *need;         /* condition under which the equations depend on it; 0: they do not */
    va_val *slot;         /* the same for each retained slot */
    bool changed;
} needs;

static bool is_kept(const va_ins *ins) {
    return ins->op == VA_OP_RETAINED || ins->op == VA_OP_ARRAY;
}

static void find_kept(needs *s) {
    for (bool changed = true; changed;) {
        changed = false;
        for (va_val v = 1; v < s->n; v++) {
            size_t n_args;
            const va_val *args = va_args(s->ir, v, &n_args);
            bool kept = is_kept(va_get(s->ir, v));
            for (size_t k = 0; k < n_args && !kept; k++) kept = s->kept[args[k]];
            changed = changed || (kept && !s->kept[v]);
            s->kept[v] = kept;
        }
        changed = changed && s->ir->loops.n > 1; /* without loops one walk settles it */
    }
}

/* What of parameters must hold for v to be `is`. */
static va_val possible(const needs *s, va_val v, bool is, int depth) {
    const va_ins ins = *va_get(s->ir, v);
    if (v < s->n && s->fixed[v]) return is ? v : va_op1(s->ir, VA_OP_NOT, v);
    if (depth == 0) return va_bool(s->ir, true);
    if (ins.op == VA_OP_NOT) return possible(s, ins.a, !is, depth - 1);
    if (ins.op != VA_OP_AND && ins.op != VA_OP_OR) return va_bool(s->ir, true);
    va_val a = possible(s, ins.a, is, depth - 1), b = possible(s, ins.b, is, depth - 1);
    return va_op2(s->ir, (ins.op == VA_OP_AND) == is ? VA_OP_AND : VA_OP_OR, a, b);
}

/* Under which condition v depends on its k-th operand. */
static va_val guard(const needs *s, va_val v, size_t k) {
    const va_ins ins = *va_get(s->ir, v);
    if (ins.op == VA_OP_SELECT && k > 0) return possible(s, ins.a, k == 1, MOST_DEPTH);
    if (ins.op == VA_OP_AND || ins.op == VA_OP_OR) return possible(s, ins.args[1 - k], ins.op == VA_OP_AND, MOST_DEPTH);
    return va_bool(s->ir, true);
}

/* Where `by` holds `wide` does, as the two are written. */
static bool covers(const va_ir *ir, va_val wide, va_val by, int depth) {
    const va_ins *w = va_get(ir, wide), *b = va_get(ir, by);
    if (wide == by || w->op == VA_OP_TRUE || b->op == VA_OP_FALSE) return true;
    if (depth == 0) return false;
    if (b->op == VA_OP_OR) return covers(ir, wide, b->a, depth - 1) && covers(ir, wide, b->b, depth - 1);
    if (w->op == VA_OP_OR && (covers(ir, w->a, by, depth - 1) || covers(ir, w->b, by, depth - 1))) return true;
    return b->op == VA_OP_AND && (covers(ir, wide, b->a, depth - 1) || covers(ir, wide, b->b, depth - 1));
}

static unsigned n_terms(const va_ir *ir, va_val v, unsigned most) {
    const va_ins *ins = va_get(ir, v);
    if ((ins->op != VA_OP_OR && ins->op != VA_OP_AND) || most == 0) return 1;
    unsigned n = n_terms(ir, ins->a, most - 1);
    return n >= most ? n : n + n_terms(ir, ins->b, most - n);
}

static void widen(needs *s, va_val *need, va_val by) {
    if (va_get(s->ir, by)->op == VA_OP_FALSE || (*need && covers(s->ir, *need, by, MOST_NESTED))) return;
    va_val wide = *need ? va_op2(s->ir, VA_OP_OR, *need, by) : by;
    if (wide == *need) return;
    *need = n_terms(s->ir, wide, MOST_TERMS) < MOST_TERMS ? wide : va_bool(s->ir, true);
    s->changed = true;
}

static void pass_on(needs *s, va_val v) {
    const va_ins ins = *va_get(s->ir, v);
    va_val need = s->need[v];
    size_t n_args;
    if (ins.op == VA_OP_RETAINED) widen(s, &s->slot[ins.imm], need);
    if (ins.op == VA_OP_ARRAY) {
        const va_array *array = &s->model->arrays.at[ins.imm];
        for (size_t k = 0; array->is_retained && k < array->n; k++) widen(s, &s->slot[array->first_slot + k], need);
    }
    va_args(s->ir, v, &n_args);
    for (size_t k = 0; k < n_args; k++) {
        va_val arg = va_args(s->ir, v, &n_args)[k]; /* the graph moves as it grows */
        if (s->kept[arg]) widen(s, &s->need[arg], va_op2(s->ir, VA_OP_AND, need, guard(s, v, k)));
    }
}

static bool is_asked(const va_root *root) {
    return root->target == VA_TO_F || root->target == VA_TO_ROOT || root->target == VA_TO_BOUND_STEP ||
           root->target == VA_TO_NEXT_TIME || root->target == VA_TO_DELAY_IN || root->target == VA_TO_DELAY_TD;
}

static void ask(needs *s) {
    static const va_func_id funcs[] = {VA_FUNC_EVAL_F, VA_FUNC_EVENTS, VA_FUNC_ACCEPT};
    for (size_t f = 0; f < sizeof funcs / sizeof *funcs; f++)
        for (size_t i = 0; i < s->program->roots[funcs[f]].n; i++) {
            const va_root *root = &s->program->roots[funcs[f]].at[i];
            va_val need = root->target == VA_TO_RETAINED ? s->slot[root->index]
                          : is_asked(root)               ? va_bool(s->ir, true)
                                                         : 0;
            if (need) widen(s, &s->need[root->val], need);
        }
}

/* False when the conditions do not settle. */
static bool walk(needs *s) {
    s->changed = true;
    for (int pass = 0; pass < MOST_PASSES && s->changed; pass++) {
        s->changed = false;
        ask(s);
        for (va_val v = s->n; v-- > 1;)
            if (s->need[v] && s->kept[v]) pass_on(s, v);
    }
    return !s->changed;
}

static bool conclude(needs *s) {
    va_val any = va_bool(s->ir, false);
    for (size_t i = 0; i < s->model->retained.n; i++) {
        va_retained *slot = &s->model->retained.at[i];
        slot->needed = s->slot[i];
        if (slot->is_stepped && !slot->is_reported && s->slot[i]) any = va_op2(s->ir, VA_OP_OR, any, s->slot[i]);
    }
    if (va_get(s->ir, any)->op == VA_OP_TRUE) return true;
    s->program->is_stepped = va_get(s->ir, any)->op != VA_OP_FALSE;
    return !s->program->is_stepped || va_push_stepped(s->program, any);
}

bool va_find_needs(va_model *model, va_program *program) {
    hys__arena arena;
    needs s = {.program = program, .model = model, .ir = &model->ir, .n = (va_val)model->ir.ins.n};
    if (!program->is_stepped) return true;
    hys__arena_init(&arena, model->ctx, 0);
    s.fixed = va_fixed_map(s.ir, &arena);
    s.kept = HYS_NEW_N(&arena, uint8_t, s.n);
    s.need = HYS_NEW_N(&arena, va_val, s.n);
    s.slot = HYS_NEW_N(&arena, va_val, model->retained.n + 1);
    bool ok = s.fixed && s.kept && s.need && s.slot;
    if (ok) find_kept(&s);
    if (ok && walk(&s)) ok = conclude(&s);
    hys__arena_free(&arena);
    return ok && !model->ir.failed;
}
