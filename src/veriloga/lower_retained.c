/* Retained slots: their first values, those that become constant, those that something depends on. */
#include "veriloga/ir_ops.h"
#include "veriloga/lower.h"

bool va_first_values(va_model *model) {
    hys__arena arena;
    va_subst subst = {.arena = &arena};
    va_places places = {0};
    hys__arena_init(&arena, model->ctx, 0);
    for (size_t i = 0; i < model->retained.n; i++) {
        va_retained *slot = &model->retained.at[i];
        if (slot->at_init == 0) slot->at_init = slot->next;
    }
    bool ok = va_subst_first(model, &subst) && va_places_of(model, &arena, VA_IN_INITS, &places) &&
              va_expand_timers(model, &arena, &places) && va_subst_apply(model, &subst, &places);
    hys__arena_free(&arena);
    return ok;
}

/* ---- slots that become constant ---- */

/* Assumes that from the second evaluation on, each `kept` slot holds what the first one gave it (a value
 * of the parameters); drops those whose next value then says otherwise. */
static bool refute_constants(va_model *model, hys__arena *arena, bool *kept, bool *changed) {
    va_subst subst = {.arena = arena};
    size_t n = model->retained.n;
    va_val *nexts = HYS_NEW_N(arena, va_val, n + 1);
    va_places places = {.at = HYS_NEW_N(arena, va_val *, n + 1)};
    if (!nexts || !places.at) return false;
    va_subst_put(&subst, VA_OP_FLAG, VA_FLAG_INIT, va_bool(&model->ir, false));
    va_subst_put(&subst, VA_OP_FLAG, VA_FLAG_FINAL, va_bool(&model->ir, false));
    for (size_t i = 0; i < n; i++) {
        if (!kept[i]) continue;
        va_subst_put(&subst, VA_OP_RETAINED, (uint32_t)i, model->retained.at[i].at_init);
        nexts[i] = model->retained.at[i].next;
        places.at[places.n++] = &nexts[i];
    }
    if (!va_subst_apply(model, &subst, &places)) return false;
    *changed = false;
    for (size_t i = 0; i < n; i++) {
        if (!kept[i] || nexts[i] == model->retained.at[i].at_init) continue;
        kept[i] = false;
        *changed = true;
    }
    return true;
}

/* What a slot holds that starts with `init` and has another value from the second evaluation on. */
static va_val after_first(va_ir *ir, va_val init, va_val later) {
    return va_op3(ir, VA_OP_SELECT, va_leaf(ir, VA_OP_FLAG, VA_FLAG_INIT), init, later);
}

static bool apply_constants(va_model *model, hys__arena *arena, const bool *kept) {
    va_subst subst = {.arena = arena};
    va_places places = {0};
    bool any = false;
    for (size_t i = 0; i < model->retained.n; i++) {
        va_retained *slot = &model->retained.at[i];
        if (!kept[i]) continue;
        any = true;
        va_subst_put(&subst, VA_OP_RETAINED, (uint32_t)i, after_first(&model->ir, slot->init, slot->at_init));
        slot->next = slot->at_init;
    }
    if (!any) return true;
    return va_places_of(model, arena, VA_IN_ALL, &places) && va_subst_apply(model, &subst, &places);
}

static bool drop_constants(va_model *model, hys__arena *arena) {
    const uint8_t *fixed = va_fixed_map(&model->ir, arena);
    bool *kept = HYS_NEW_N(arena, bool, model->retained.n + 1);
    const int most_rounds = 64; /* a longer chain of slots is not worth it: then none is taken for constant */
    bool ok = kept && fixed, changed = true;
    for (size_t i = 0; ok && i < model->retained.n; i++) {
        const va_retained *slot = &model->retained.at[i];
        kept[i] = slot->init && slot->at_init && fixed[slot->at_init];
    }
    for (int round = 0; ok && changed && round < most_rounds; round++)
        ok = refute_constants(model, arena, kept, &changed);
    return ok && (changed || apply_constants(model, arena, kept));
}

/* ---- slots that are always equal ---- */

static bool is_read(const va_model *model, size_t slot) {
    const va_retained *r = &model->retained.at[slot];
    return r->next && r->next != r->at_init && va_get(&model->ir, r->next)->op != VA_OP_ALOAD;
}

/* Slots with the same next value are one from the second evaluation on. */
static bool merge_equal(va_model *model, hys__arena *arena, bool *merged) {
    va_subst subst = {.arena = arena};
    va_places places = {0};
    va_ir *ir = &model->ir;
    va_val *first = HYS_NEW_N(arena, va_val, ir->ins.n); /* 1 + the first slot with that next value */
    if (!first) return false;
    *merged = false;
    for (size_t i = 0; i < model->retained.n; i++) {
        va_retained *slot = &model->retained.at[i];
        if (!is_read(model, i)) continue;
        va_val *seen = &first[slot->next];
        if (*seen == 0) {
            *seen = (va_val)i + 1;
            continue;
        }
        const va_retained *other = &model->retained.at[*seen - 1];
        va_val same = va_leaf(ir, VA_OP_RETAINED, *seen - 1);
        if (other->init != slot->init) same = after_first(ir, slot->init, same);
        va_subst_put(&subst, VA_OP_RETAINED, (uint32_t)i, same);
        slot->next = slot->at_init; /* not read any more */
        *merged = true;
    }
    if (!*merged) return true;
    return va_places_of(model, arena, VA_IN_ALL, &places) && va_subst_apply(model, &subst, &places);
}

bool va_simplify_slots(va_model *model) {
    hys__arena arena;
    bool ok = true, merged = true;
    hys__arena_init(&arena, model->ctx, 0);
    while (ok && merged) ok = drop_constants(model, &arena) && merge_equal(model, &arena, &merged);
    hys__arena_free(&arena);
    return ok;
}

/* ---- liveness ---- */

typedef struct live {
    va_model *model;
    va_program *program;
    va_rewrite rw;   /* only its marks are used: the cone of all that is live */
    va_vals pending; /* leaves that were reached and stand for more */
} live;

static va_val on_reached(void *user, const va_rewrite *rw, va_val old) {
    live *l = user;
    switch (va_get(rw->ir, old)->op) {
    case VA_OP_RETAINED:
    case VA_OP_ARRAY:
    case VA_OP_DDT:
    case VA_OP_DRAW: {
        va_val *place = HYS_PUSH(l->model->arena, &l->pending);
        if (place) *place = old;
        break;
    }
    case VA_OP_DELAYED:
        l->program->has_delays = true;
        break;
    default:
        break;
    }
    return VA_KEEP;
}

static void revive(live *l, uint32_t slot) {
    va_retained *retained = &l->model->retained.at[slot];
    if (retained->is_live) return;
    retained->is_live = true;
    va_rewrite_mark(&l->rw, &retained->next, 1);
}

static void revive_array(live *l, const va_array *array) {
    for (size_t k = 0; array->is_retained && k < array->n; k++) revive(l, array->first_slot + (uint32_t)k);
}

static void revive_behind(live *l, const va_ins *ins) {
    switch (ins->op) {
    case VA_OP_RETAINED:
        revive(l, ins->imm);
        break;
    case VA_OP_ARRAY:
        revive_array(l, &l->model->arrays.at[ins->imm]);
        break;
    case VA_OP_DDT:
        va_rewrite_mark(&l->rw, &l->model->ddts.at[ins->imm].operand, 1);
        break;
    default:
        l->program->has_draws = true;
        va_rewrite_mark(&l->rw, l->model->draws.at[ins->imm].args, 2);
        break;
    }
}

static bool revive_from(live *l, unsigned which) {
    va_places places = {0};
    va_vals values = {0};
    if (!va_places_of(l->model, &l->rw.arena, which, &places) || !va_places_read(&l->rw.arena, &places, &values))
        return false;
    va_rewrite_mark(&l->rw, values.at, values.n);
    while (l->pending.n > 0 && !l->rw.failed) revive_behind(l, va_get(l->rw.ir, l->pending.at[--l->pending.n]));
    return !l->rw.failed;
}

/* Live from equations first: only what these read decides how the module is run. */
bool va_find_live(va_model *model, va_program *program) {
    static const va_hooks hooks = {.subst = on_reached};
    live l = {.model = model, .program = program};
    for (size_t i = 0; i < model->retained.n; i++) model->retained.at[i].is_live = false;
    bool ok =
        va_rewrite_init(&l.rw, &model->ir, &hooks, &l) && revive_from(&l, VA_IN_ROWS | VA_IN_OUTPUTS | VA_IN_STEPS);
    for (size_t i = 0; i < model->retained.n; i++) model->retained.at[i].is_reported = !model->retained.at[i].is_live;
    ok = ok && revive_from(&l, VA_IN_REPORTS) && !model->arena->failed;
    va_rewrite_free(&l.rw);
    return ok;
}

/* ---- stepping ---- */

static bool is_unchanged(const va_model *model, uint32_t slot, va_val next) {
    const va_ins *ins = va_get(&model->ir, next);
    if (ins->op == VA_OP_RETAINED) return ins->imm == slot;
    if (ins->op != VA_OP_ALOAD) return false;
    const va_ins *version = va_get(&model->ir, ins->a);
    double index;
    if (version->op != VA_OP_ARRAY || !va_is_const(&model->ir, ins->b, &index)) return false;
    const va_array *array = &model->arrays.at[version->imm];
    return array->is_retained && array->first_slot + index == slot;
}

static bool stepped_values(va_model *model, hys__arena *arena, va_val *nexts) {
    va_ir *ir = &model->ir;
    va_subst subst = {.arena = arena};
    va_places places = {.at = HYS_NEW_N(arena, va_val *, model->retained.n + 1)};
    if (!places.at) return false;
    va_subst_no_event(model, &subst);
    va_subst_put(&subst, VA_OP_FLAG, VA_FLAG_INIT, va_bool(ir, false));
    va_subst_put(&subst, VA_OP_FLAG, VA_FLAG_FINAL, va_bool(ir, false));
    for (size_t i = 0; i < model->retained.n; i++) {
        if (!model->retained.at[i].is_live) continue;
        nexts[i] = model->retained.at[i].next;
        places.at[places.n++] = &nexts[i];
    }
    return va_subst_apply(model, &subst, &places);
}

bool va_find_stepped(va_model *model, va_program *program) {
    hys__arena arena;
    hys__arena_init(&arena, model->ctx, 0);
    va_val *nexts = HYS_NEW_N(&arena, va_val, model->retained.n + 1);
    bool ok = nexts && stepped_values(model, &arena, nexts);
    for (size_t i = 0; ok && i < model->retained.n; i++) {
        va_retained *slot = &model->retained.at[i];
        slot->is_stepped = slot->is_live && !is_unchanged(model, (uint32_t)i, nexts[i]);
        program->is_stepped = program->is_stepped || (slot->is_stepped && !slot->is_reported);
    }
    hys__arena_free(&arena);
    return ok;
}
