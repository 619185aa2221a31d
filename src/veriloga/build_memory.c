/* Elements of variables, and arrays in memory: those that are indexed at run time.
 *
 * An array in memory is one place that is updated in order; its slot holds the newest version.  A load behind a store
 * to the same index takes the stored value itself, so that an array that a loop only uses as scratch space is never
 * read, and nothing of it is kept from one evaluation to the next. */
#include "veriloga/build.h"

/* Stores looked through from one load. */
#define MAX_LOOK 256

void vb_memory_start(vb *b, vb_var *var) {
    va_array *array = HYS_PUSH(b->arena, &b->model->arrays);
    if (!array) return;
    var->array = (uint32_t)(b->model->arrays.n - 1);
    *array = (va_array){.name = var->name,
                        .n = var->n,
                        .is_retained = !var->is_local && var->is_assigned,
                        .first_slot = (uint32_t)b->model->retained.n};
    bool is_retained = array->is_retained;
    for (uint32_t k = 0; is_retained && k < var->n && !vb_failed(b); k++) vb_retained_new(b, var->slots, k);
    if (!vb_failed(b)) b->slots.at[var->slots].cur = va_leaf(b->ir, VA_OP_ARRAY, var->array);
}

static void store(vb *b, vb_var *var, va_val index, va_val v, va_val cond) {
    vb_slot *s = &b->slots.at[var->slots];
    va_val args[4] = {s->cur, index, va_to_real(b->ir, v), cond};
    double known;
    if (va_is_const(b->ir, cond, &known) && !known) return;
    va_val version = va_opn(b->ir, VA_OP_ASTORE, var->array, args, 4);
    if (version) s->cur = version;
}

/* a[0 ... n-1] = 0 at run time. */
static void store_zeros(vb *b, vb_var *var) {
    vb_slot *s = &b->slots.at[var->slots];
    va_val inits[2] = {vb_num(b, 0), s->cur}, phis[2], nexts[2], results[2];
    va_loop_begin(b->ir, b->pred, inits, 2, phis);
    va_val go_on = vb_op2(b, VA_OP_LT, phis[0], vb_num(b, var->n));
    va_loop_cond(b->ir, go_on);
    s->cur = phis[1];
    store(b, var, phis[0], vb_num(b, 0), vb_op2(b, VA_OP_AND, b->pred, go_on));
    nexts[0] = vb_op2(b, VA_OP_ADD, phis[0], vb_num(b, 1));
    nexts[1] = s->cur;
    va_loop_end(b->ir, phis, nexts, 2, results);
    b->slots.at[var->slots].cur = results[1];
}

/* ---- loads ---- */

/* What is left of a condition on this path. */
static va_val on_path(vb *b, va_val cond) {
    const va_ins ins = *va_get(b->ir, cond);
    int known = cond == b->pred ? 1 : va_implied(b->ir, b->pred, true, cond);
    if (known < 0) known = vb_known(b, cond);
    if (known >= 0) return va_bool(b->ir, known == 1);
    return ins.op == VA_OP_AND ? vb_op2(b, VA_OP_AND, on_path(b, ins.a), on_path(b, ins.b)) : cond;
}

static bool is_elsewhere(const vb *b, va_val one, va_val other) {
    double x, y;
    return va_is_const(b->ir, one, &x) && va_is_const(b->ir, other, &y) && x != y;
}

/* The value at index in a version, where the newest stores tell; else 0.  An older version cannot be loaded from: the
 * stores have been done. */
static va_val stored(vb *b, va_val version, va_val index, unsigned look) {
    size_t n;
    if (look == 0 || va_get(b->ir, version)->op != VA_OP_ASTORE) return 0;
    const va_val *args = va_args(b->ir, version, &n);
    va_val before = args[0], at = args[1], value = args[2], cond = args[3];
    if (is_elsewhere(b, at, index)) return stored(b, before, index, look - 1);
    if (at != index) return 0;
    double known;
    cond = on_path(b, cond);
    if (!va_is_const(b->ir, cond, &known)) {
        va_val other = stored(b, before, index, look - 1);
        return other ? vb_select(b, cond, value, other) : 0;
    }
    return known ? value : stored(b, before, index, look - 1);
}

static va_val load(vb *b, const vb_var *var, va_val index) {
    va_val version = b->slots.at[var->slots].cur, value = stored(b, version, index, MAX_LOOK);
    return value ? value : va_op2(b->ir, VA_OP_ALOAD, version, index);
}

/* ---- elements ---- */

va_val vb_var_get(vb *b, vb_var *var, uint32_t elem) {
    if (vb_failed(b)) return 0;
    return var->is_memory ? load(b, var, vb_num(b, elem)) : vb_get(b, var->slots + elem);
}

void vb_var_set(vb *b, vb_var *var, uint32_t elem, va_val v) {
    if (vb_failed(b)) return;
    if (var->is_memory) store(b, var, vb_num(b, elem), v, b->pred);
    else vb_set(b, var->slots + elem, v);
}

static bool is_moved_to_memory(vb *b, vb_var *var) {
    if (var->n <= VB_SELECT_ELEMENTS) return false;
    for (size_t i = 0; i < b->keep->in_memory.n; i++)
        if (b->keep->in_memory.at[i] == var->decl) return true;
    const va_decl **moved = HYS_PUSH(b->arena, &b->keep->in_memory);
    if (moved) *moved = var->decl;
    b->keep->restart = true;
    return true;
}

bool vb_var_to_memory(vb *b, vb_var *var) {
    return var->is_memory || is_moved_to_memory(b, var);
}

va_val vb_var_get_at(vb *b, vb_var *var, va_val index) {
    if (vb_failed(b)) return 0;
    if (var->is_memory) return load(b, var, index);
    if (is_moved_to_memory(b, var)) return 0;
    va_val v = vb_num(b, 0);
    for (uint32_t k = 0; k < var->n; k++)
        v = vb_select(b, vb_op2(b, VA_OP_EQ, index, vb_num(b, k)), vb_var_get(b, var, k), v);
    return v;
}

void vb_var_set_at(vb *b, vb_var *var, va_val index, va_val v) {
    if (vb_failed(b)) return;
    if (var->is_memory) {
        store(b, var, index, v, b->pred);
        return;
    }
    if (is_moved_to_memory(b, var)) return;
    for (uint32_t k = 0; k < var->n; k++) {
        va_val is_it = vb_op2(b, VA_OP_EQ, index, vb_num(b, k));
        vb_var_set(b, var, k, vb_select(b, is_it, v, vb_var_get(b, var, k)));
    }
}

void vb_var_clear(vb *b, vb_var *var) {
    const uint32_t few = 64; /* stores in a row */
    if (var->is_memory && !var->init && var->n > few) {
        store_zeros(b, var);
        return;
    }
    for (uint32_t k = 0; k < var->n && !vb_failed(b); k++) vb_var_set(b, var, k, vb_initial(b, var, k));
}
