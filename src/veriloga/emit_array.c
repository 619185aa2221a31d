/* Arrays in memory: what they hold at entry, and what is kept of them at the end.
 *
 * Each element that is kept is a load at the end of the function; thousands of them are written as one loop over the
 * array. */
#include "veriloga/emit.h"

static const va_array *info(const va_emitter *e, va_val array) {
    return &e->model->arrays.at[va_get(e->ir, array)->imm];
}

/* The slot of the first element, if those of the others follow it; else, or if nothing is kept, UINT32_MAX. */
static uint32_t first_slot(const va_emitter *e, const va_array *a) {
    const uint32_t *slots = e->program->retained_slot + a->first_slot;
    if (!a->is_retained) return UINT32_MAX;
    for (size_t i = 0; i < a->n; i++)
        if (slots[i] == UINT32_MAX || slots[i] != slots[0] + i) return UINT32_MAX;
    return slots[0];
}

void va_emit_array_entry(va_emitter *e, va_val array, int spaces) {
    const va_array *a = info(e, array);
    uint32_t first = first_slot(e, a);
    hys__text *out = e->out;
    hys__text_printf(out, "%*shys_v a%u[%zu];\n%*sfor (hys_u32 i = 0; i < %zuu; i++) a%u[i] = ", spaces, "",
                     (unsigned)array, a->n, spaces, "", a->n, (unsigned)array);
    if (first != UINT32_MAX) {
        hys__text_printf(out, "hys_load(batch->r[%uu + i] + at);\n", (unsigned)first);
        return;
    }
    hys__text_puts(out, "hys_k(");
    va_emit_number(out, a->init);
    hys__text_puts(out, ");\n");
    for (uint32_t i = 0; a->is_retained && i < a->n; i++) {
        uint32_t slot = e->program->retained_slot[a->first_slot + i];
        if (slot != UINT32_MAX)
            hys__text_printf(out, "%*sa%u[%u] = hys_load(batch->r[%u] + at);\n", spaces, "", (unsigned)array,
                             (unsigned)i, (unsigned)slot);
    }
}

/* ---- at the end ---- */

static bool is_exit_root(const va_emitter *e, const va_root *root) {
    const va_ins *ins = va_get(e->ir, root->val);
    double index;
    return root->target == VA_TO_RETAINED && ins->op == VA_OP_ALOAD && !ins->loop &&
           va_is_const(e->ir, ins->b, &index) && e->program->retained_slot[root->index] != UINT32_MAX;
}

static va_val last_store(const va_emitter *e, va_val array) {
    va_val last = 0;
    for (size_t i = 0; i < e->stores.n; i++) {
        va_val v = e->stores.at[i];
        if (e->stamp[v] == e->now && v > last && va_emit_array_of(e, v) == array) last = v;
    }
    return last;
}

void va_emit_find_exits(va_emitter *e) {
    va_val array = 0, last = 0;
    for (size_t i = 0; i < e->live.n; i++) e->is_exit[e->live.at[i]] = 0;
    for (size_t i = 0; i < e->n_roots; i++) {
        if (!is_exit_root(e, &e->roots[i])) continue;
        va_val of = va_emit_array_of(e, va_get(e->ir, e->roots[i].val)->a);
        if (of != array) last = last_store(e, of);
        array = of;
        e->is_exit[e->roots[i].val] = e->roots[i].val > last;
    }
    for (size_t i = 0; i < e->n_roots; i++)
        if (!is_exit_root(e, &e->roots[i])) e->is_exit[e->roots[i].val] = 0;
    for (size_t i = 0; i < e->live.n; i++) {
        size_t n = va_emit_n_operands(e, e->live.at[i]);
        for (size_t k = 0; k < n; k++) e->is_exit[va_emit_operand(e, e->live.at[i], k)] = 0;
    }
}

static double exit_index(const va_emitter *e, const va_root *root) {
    double index = -1;
    va_is_const(e->ir, va_get(e->ir, root->val)->b, &index);
    return index;
}

static bool is_next(const va_emitter *e, const va_root *a, const va_root *b) {
    const uint32_t *slot = e->program->retained_slot;
    return b->target == VA_TO_RETAINED && e->is_exit[b->val] && slot[b->index] == slot[a->index] + 1 &&
           exit_index(e, b) == exit_index(e, a) + 1 &&
           va_emit_array_of(e, va_get(e->ir, b->val)->a) == va_emit_array_of(e, va_get(e->ir, a->val)->a);
}

void va_emit_array_exits(va_emitter *e) {
    for (size_t i = 0, n; i < e->n_roots; i += n) {
        const va_root *root = &e->roots[i];
        n = 1;
        if (root->target != VA_TO_RETAINED || !e->is_exit[root->val]) continue;
        while (i + n < e->n_roots && is_next(e, &root[n - 1], &root[n])) n++;
        hys__text_printf(e->out,
                         "        for (hys_u32 i = 0; out->r && i < %zuu; i++)\n"
                         "            hys_put(out->r[%uu + i], at, a%u[%uu + i]);\n",
                         n, (unsigned)e->program->retained_slot[root->index],
                         (unsigned)va_emit_array_of(e, va_get(e->ir, root->val)->a), (unsigned)exit_index(e, root));
    }
}
