/* The environment: what each variable holds at the point reached, arms of an `if` and their merging. */
#include "veriloga/build.h"

uint32_t vb_slots_new(vb *b, uint32_t n, va_val start) {
    size_t first = b->slots.n;
    if (first + n > VB_MAX_SLOTS) {
        vb_error(b, HYS_NO_SPAN, "make arrays smaller", "the module has more than %u variables", VB_MAX_SLOTS);
        b->out_of_work = true;
        return 0;
    }
    if (!hys__grow(b->arena, (void **)&b->slots.at, &b->slots.cap, first + n + 1, sizeof *b->slots.at)) return 0;
    b->slots.n += n;
    for (size_t i = first; i < b->slots.n; i++) b->slots.at[i] = (vb_slot){.cur = start};
    return (uint32_t)first;
}

/* ---- what is retained ---- */

va_val vb_initial(vb *b, const vb_var *var, uint32_t elem) {
    return var->init ? var->init[elem] : vb_num(b, 0);
}

/* "x", or "x[3][1]" for an element. */
static const char *element_name(vb *b, const vb_var *var, uint32_t elem) {
    const char *name = var->name;
    uint32_t below = var->n;
    for (uint32_t d = 0; var->is_array && d < var->n_dims; d++) {
        int64_t left = var->dims[d][0], right = var->dims[d][1];
        below /= vb_dims_count(left, right);
        int64_t at = elem / below;
        elem %= below;
        name = vb_printf(b, "%s[%lld]", name, (long long)(left <= right ? left + at : left - at));
    }
    return name;
}

va_retained *vb_retained_new(vb *b, uint32_t slot, uint32_t elem) {
    va_retained *retained = HYS_PUSH(b->arena, &b->model->retained);
    if (!retained) return NULL;
    const vb_var *var = b->slots.at[slot].var;
    retained->units = retained->desc = "";
    if (!var) return retained;
    retained->name = element_name(b, var, elem);
    retained->array = var->is_array ? var->name : NULL;
    retained->n_elements = var->is_array ? var->n : 0;
    retained->is_integer = var->type == VA_TYPE_INTEGER;
    retained->init = va_to_real(b->ir, vb_initial(b, var, elem));
    retained->units = var->units;
    retained->desc = var->desc;
    retained->span = var->span;
    return retained;
}

uint32_t vb_retained_of(vb *b, uint32_t slot) {
    if (!b->slots.at[slot].retained && vb_retained_new(b, slot, b->slots.at[slot].elem))
        b->slots.at[slot].retained = (uint32_t)b->model->retained.n;
    return b->slots.at[slot].retained - 1;
}

uint32_t vb_hidden_new(vb *b, const char *name, va_val init, hys__span span) {
    uint32_t slot = vb_slots_new(b, 1, VB_UNSET);
    va_retained *retained = vb_failed(b) ? NULL : vb_retained_new(b, slot, 0);
    if (!retained) return slot;
    retained->name = name;
    retained->is_hidden = true;
    retained->init = va_to_real(b->ir, init);
    retained->span = span;
    vb_slot *s = &b->slots.at[slot];
    s->retained = (uint32_t)b->model->retained.n;
    s->cur = va_leaf(b->ir, VA_OP_RETAINED, s->retained - 1);
    return slot;
}

/* The value before the first write of this evaluation. */
static va_val entry_value(vb *b, uint32_t slot) {
    vb_slot *s = &b->slots.at[slot];
    if (!s->var) return vb_num(b, 0);
    if (!s->var->is_assigned) return vb_initial(b, s->var, s->elem);
    uint32_t retained = vb_retained_of(b, slot);
    return vb_failed(b) ? 0 : va_leaf(b->ir, VA_OP_RETAINED, retained);
}

void vb_retained_finish(vb *b) {
    for (uint32_t slot = 0; slot < b->slots.n && !vb_failed(b); slot++) {
        uint32_t retained = b->slots.at[slot].retained;
        if (!retained) continue;
        va_val next = va_to_real(b->ir, vb_get(b, slot));
        b->model->retained.at[retained - 1].next = next;
    }
    for (size_t i = 0; i < b->vars.n; i++) {
        const vb_var *var = b->vars.at[i];
        if (!var->is_memory || vb_failed(b)) continue;
        const va_array *array = &b->model->arrays.at[var->array];
        for (uint32_t k = 0; array->is_retained && k < array->n; k++)
            b->model->retained.at[array->first_slot + k].next =
                va_op2(b->ir, VA_OP_ALOAD, b->slots.at[var->slots].cur, vb_num(b, k));
    }
}

/* ---- reading and writing ---- */

/* Whether one of the values that v chooses from is the one that the slot had at entry. */
static bool may_keep(const vb *b, const vb_slot *slot, va_val v, unsigned *left) {
    const va_ins *ins = va_get(b->ir, v);
    if (ins->op == VA_OP_RETAINED) return ins->imm + 1 == slot->retained;
    if (ins->op != VA_OP_SELECT || *left == 0) return false;
    --*left;
    return may_keep(b, slot, ins->b, left) || may_keep(b, slot, ins->c, left);
}

/* Drops what cannot be chosen on this path, below conditions that are open too: so that a variable which every path to
 * here has set is not taken for one that keeps its value. */
static va_val drop_kept(vb *b, const vb_slot *slot, va_val v, unsigned *left) {
    unsigned most = *left;
    v = vb_simplify(b, v);
    const va_ins ins = *va_get(b->ir, v);
    if (ins.op != VA_OP_SELECT || !may_keep(b, slot, v, &most) || *left == 0) return v;
    --*left;
    va_val yes = drop_kept(b, slot, ins.b, left), no = drop_kept(b, slot, ins.c, left);
    return yes == ins.b && no == ins.c ? v : vb_select(b, ins.a, yes, no);
}

va_val vb_get(vb *b, uint32_t slot) {
    if (vb_failed(b) || slot >= b->slots.n) return 0;
    const vb_slot *s = &b->slots.at[slot];
    unsigned most = 64; /* values looked at */
    if (s->cur != VB_UNSET) return s->retained && b->facts.n ? drop_kept(b, s, s->cur, &most) : vb_simplify(b, s->cur);
    va_val entry = entry_value(b, slot);
    if (!b->ir->loop) b->slots.at[slot].cur = entry; /* what is made in a loop cannot be used behind it */
    return entry;
}

void vb_set(vb *b, uint32_t slot, va_val v) {
    if (vb_failed(b) || slot >= b->slots.n) return;
    vb_slot *s = &b->slots.at[slot];
    if (s->arm != b->arm && !s->is_memory) {
        vb_log *entry = HYS_PUSH(b->arena, &b->log);
        if (!entry) return;
        *entry = (vb_log){slot, s->arm, s->cur};
        s->arm = b->arm;
    }
    s->cur = v;
}

/* ---- conditions known on the path ---- */

static int known_by_one(const vb *b, va_val cond) {
    for (size_t i = b->facts.n; i-- > 0;) {
        int known = va_implied(b->ir, b->facts.at[i].cond, b->facts.at[i].is, cond);
        if (known >= 0) return known;
    }
    return -1;
}

int vb_known(vb *b, va_val cond) {
    if (b->facts.n == 0) return -1;
    int known = known_by_one(b, cond);
    const va_ins ins = *va_get(b->ir, cond);
    if (known >= 0 || (ins.op != VA_OP_EQ && ins.op != VA_OP_NE)) return known;
    /* if (x > 0) ... else if (x < 0) ... else if (x == 0): nothing is left */
    bool not_below = known_by_one(b, vb_op2(b, VA_OP_LT, ins.a, ins.b)) == 0;
    bool not_above = not_below && known_by_one(b, vb_op2(b, VA_OP_LT, ins.b, ins.a)) == 0;
    return not_above ? ins.op == VA_OP_EQ : -1;
}

va_val vb_simplify(vb *b, va_val v) {
    if (b->facts.n == 0) return v;
    for (;;) {
        const va_ins *ins = va_get(b->ir, v);
        if (ins->op != VA_OP_SELECT) return v;
        int known = vb_known(b, ins->a);
        if (known < 0) return v;
        v = known ? ins->b : ins->c;
    }
}

/* ---- arms ---- */

vb_arm vb_arm_begin(vb *b, va_val cond, bool is) {
    vb_arm arm = {b->log.n, b->changes.n, b->arm, b->facts.n, b->pred};
    b->arm = ++b->n_arms;
    vb_fact *fact = HYS_PUSH(b->arena, &b->facts);
    if (fact) *fact = (vb_fact){cond, is};
    b->pred = vb_op2(b, VA_OP_AND, b->pred, is ? cond : vb_op1(b, VA_OP_NOT, cond));
    return arm;
}

void vb_arm_end(vb *b, const vb_arm *arm) {
    for (size_t i = arm->log; i < b->log.n; i++) {
        vb_change *change = HYS_PUSH(b->arena, &b->changes);
        if (!change) break;
        *change = (vb_change){b->log.at[i].slot, b->slots.at[b->log.at[i].slot].cur};
    }
    for (size_t i = b->log.n; i-- > arm->log;) {
        const vb_log *entry = &b->log.at[i];
        b->slots.at[entry->slot].cur = entry->old;
        b->slots.at[entry->slot].arm = entry->arm;
    }
    b->log.n = arm->log;
    b->arm = arm->outer;
    b->facts.n = arm->n_facts;
    b->pred = arm->pred;
}

static bool is_dead(const vb *b, uint32_t slot) {
    const vb_func *func = b->slots.at[slot].func;
    return func && !func->is_active;
}

/* The changes of `then` lie from then->first_change, those of `other` from other->first_change. */
void vb_arms_merge(vb *b, va_val cond, const vb_arm *then, const vb_arm *other) {
    uint32_t mark = ++b->n_marks;
    for (size_t i = then->first_change; i < other->first_change; i++) {
        vb_slot *s = &b->slots.at[b->changes.at[i].slot];
        s->mark = mark;
        s->in_then = b->changes.at[i].v;
    }
    for (size_t i = other->first_change; i < b->changes.n && !vb_failed(b); i++) {
        uint32_t slot = b->changes.at[i].slot;
        if (is_dead(b, slot)) continue;
        bool in_both = b->slots.at[slot].mark == mark;
        va_val yes = in_both ? b->slots.at[slot].in_then : vb_get(b, slot);
        vb_set(b, slot, vb_select(b, cond, yes, b->changes.at[i].v));
        b->slots.at[slot].mark = 0;
    }
    for (size_t i = then->first_change; i < other->first_change && !vb_failed(b); i++) {
        uint32_t slot = b->changes.at[i].slot;
        if (b->slots.at[slot].mark != mark || is_dead(b, slot)) continue;
        vb_set(b, slot, vb_select(b, cond, b->changes.at[i].v, vb_get(b, slot)));
    }
    b->changes.n = then->first_change;
}
