/* Replacing leaves all over a model. */
#include "veriloga/ir_ops.h"
#include "veriloga/lower.h"
#include <string.h>

void va_subst_put(va_subst *subst, va_opcode op, uint32_t imm, va_val value) {
    size_t n = (size_t)imm + 1;
    if (!hys__grow(subst->arena, (void **)&subst->by[op].at, &subst->by[op].cap, n, sizeof(va_val))) {
        subst->failed = true;
        return;
    }
    for (; subst->by[op].n < n; subst->by[op].n++) subst->by[op].at[subst->by[op].n] = 0;
    subst->by[op].at[imm] = value;
}

va_val va_subst_leaf(void *user, const va_rewrite *rw, va_val old) {
    const va_subst *subst = user;
    const va_ins *ins = va_get(rw->ir, old);
    if (ins->imm >= subst->by[ins->op].n || va_op_facts(ins->op)->n != 0) return VA_KEEP;
    va_val value = subst->by[ins->op].at[ins->imm];
    return value ? value : VA_KEEP;
}

void va_subst_all(va_subst *subst, va_opcode op, size_t n, va_val value) {
    for (size_t i = 0; i < n; i++) va_subst_put(subst, op, (uint32_t)i, value);
}

void va_subst_no_event(va_model *model, va_subst *subst) {
    va_subst_all(subst, VA_OP_EVENT, model->events.n, va_bool(&model->ir, false));
    va_subst_all(subst, VA_OP_TIMER, model->timers.n, va_bool(&model->ir, false));
}

bool va_subst_first(va_model *model, va_subst *subst) {
    va_ir *ir = &model->ir;
    for (size_t i = 0; i < model->retained.n; i++)
        va_subst_put(subst, VA_OP_RETAINED, (uint32_t)i, model->retained.at[i].init);
    va_subst_put(subst, VA_OP_FLAG, VA_FLAG_INIT, va_bool(ir, true));
    va_subst_put(subst, VA_OP_FLAG, VA_FLAG_FINAL, va_bool(ir, false));
    va_subst_all(subst, VA_OP_EVENT, model->events.n, va_bool(ir, false));
    va_subst_all(subst, VA_OP_NOISE, model->noises.n, va_const(ir, 0));
    va_subst_all(subst, VA_OP_DDT, model->ddts.n, va_const(ir, 0));
    return !subst->failed && !ir->failed;
}

/* ---- places ---- */

static bool add(hys__arena *arena, va_places *places, va_val *place) {
    if (*place == 0) return true;
    va_val **at = HYS_PUSH(arena, places);
    if (at) *at = place;
    return at != NULL;
}

static bool add_rows(va_model *model, hys__arena *arena, va_places *places) {
    bool ok = true;
    for (size_t i = 0; i < model->unknowns.n; i++) ok = ok && add(arena, places, &model->unknowns.at[i].row);
    return ok;
}

static bool add_behind_leaves(va_model *model, hys__arena *arena, va_places *places) {
    bool ok = true;
    for (size_t i = 0; i < model->ddts.n; i++) ok = ok && add(arena, places, &model->ddts.at[i].operand);
    for (size_t i = 0; i < model->draws.n; i++) {
        ok = ok && add(arena, places, &model->draws.at[i].args[0]);
        ok = ok && add(arena, places, &model->draws.at[i].args[1]);
    }
    return ok;
}

static bool add_sources(va_model *model, hys__arena *arena, va_places *places) {
    bool ok = true;
    for (size_t i = 0; i < model->noises.n; i++) {
        ok = ok && add(arena, places, &model->noises.at[i].power);
        ok = ok && add(arena, places, &model->noises.at[i].exponent);
    }
    for (size_t i = 0; i < model->delays.n; i++) {
        ok = ok && add(arena, places, &model->delays.at[i].expr);
        ok = ok && add(arena, places, &model->delays.at[i].delay);
        ok = ok && add(arena, places, &model->delays.at[i].max);
    }
    return ok;
}

static bool add_outputs(va_model *model, hys__arena *arena, va_places *places) {
    bool ok = add_sources(model, arena, places);
    for (size_t i = 0; i < model->events.n; i++) {
        ok = ok && add(arena, places, &model->events.at[i].expr);
        ok = ok && add(arena, places, &model->events.at[i].enable);
    }
    for (size_t i = 0; i < model->collapses.n; i++) ok = ok && add(arena, places, &model->collapses.at[i].when);
    return ok;
}

static bool add_reports(va_model *model, hys__arena *arena, va_places *places) {
    bool ok = true;
    for (size_t i = 0; i < model->effect_vals.n; i++) ok = ok && add(arena, places, &model->effect_vals.at[i]);
    for (size_t i = 0; i < model->opvars.n; i++) ok = ok && add(arena, places, &model->opvars.at[i].val);
    return ok;
}

static bool add_inits(va_model *model, hys__arena *arena, va_places *places) {
    bool ok = true;
    for (size_t i = 0; i < model->unknowns.n; i++)
        if (model->unknowns.at[i].has_init) ok = ok && add(arena, places, &model->unknowns.at[i].init);
    for (size_t i = 0; i < model->retained.n; i++) ok = ok && add(arena, places, &model->retained.at[i].at_init);
    return ok;
}

bool va_places_of(va_model *model, hys__arena *arena, unsigned which, va_places *places) {
    bool ok = true;
    if (which & VA_IN_ROWS) ok = ok && add_rows(model, arena, places);
    for (size_t i = 0; (which & VA_IN_RETAINED) && i < model->retained.n; i++)
        ok = ok && add(arena, places, &model->retained.at[i].next);
    if (which & VA_IN_OUTPUTS) ok = ok && add_outputs(model, arena, places);
    if (which & VA_IN_REPORTS) ok = ok && add_reports(model, arena, places);
    if (which & VA_IN_STEPS) ok = ok && add(arena, places, &model->bound_step) && add(arena, places, &model->next_time);
    for (size_t i = 0; (which & VA_IN_STEPS) && i < model->timers.n; i++)
        ok = ok && add(arena, places, &model->timers.at[i]);
    if (which & VA_IN_LEAVES) ok = ok && add_behind_leaves(model, arena, places);
    if (which & VA_IN_INITS) ok = ok && add_inits(model, arena, places);
    return ok;
}

bool va_subst_apply(va_model *model, va_subst *subst, const va_places *places) {
    static const va_hooks hooks = {.subst = va_subst_leaf};
    return !subst->failed && va_rewrite_all(&model->ir, &hooks, subst, places->at, places->n);
}

bool va_expand_timers(va_model *model, hys__arena *arena, const va_places *places) {
    va_subst subst = {.arena = arena};
    for (size_t i = 0; i < model->timers.n; i++) va_subst_put(&subst, VA_OP_TIMER, (uint32_t)i, model->timers.at[i]);
    return va_subst_apply(model, &subst, places);
}

bool va_places_read(hys__arena *arena, const va_places *places, va_vals *values) {
    for (size_t i = 0; i < places->n; i++) {
        va_val *value = HYS_PUSH(arena, values);
        if (!value) return false;
        *value = *places->at[i];
    }
    return true;
}

/* ---- what is fixed ---- */

static bool is_fixed_leaf(va_opcode op) {
    switch (op) {
    case VA_OP_CONST:
    case VA_OP_TRUE:
    case VA_OP_FALSE:
    case VA_OP_PARAM:
    case VA_OP_GIVEN:
    case VA_OP_CONNECTED:
    case VA_OP_TEMP:
    case VA_OP_SIMPARAM:
    case VA_OP_SIMPARAM_KNOWN:
    case VA_OP_STEP:
        return true;
    default:
        return false;
    }
}

static bool is_fixed(const va_ir *ir, const uint8_t *fixed, va_val v) {
    const va_ins *ins = va_get(ir, v);
    size_t n;
    const va_val *args = va_args(ir, v, &n);
    if (n == 0) return is_fixed_leaf((va_opcode)ins->op);
    if (ins->op == VA_OP_DRAW || ins->op == VA_OP_EFFECT || ins->op == VA_OP_LOOP) return false;
    for (size_t i = 0; i < n; i++)
        if (!fixed[args[i]]) return false;
    return true;
}

/* Everything is fixed until shown otherwise, and loops feed back: repeat until nothing changes. */
uint8_t *va_fixed_map(va_ir *ir, hys__arena *arena) {
    uint8_t *fixed = HYS_NEW_N(arena, uint8_t, ir->ins.n);
    if (!fixed) return NULL;
    memset(fixed, 1, ir->ins.n);
    for (bool again = true; again;) {
        again = false;
        for (va_val v = 1; v < ir->ins.n; v++) {
            if (!fixed[v] || is_fixed(ir, fixed, v)) continue;
            fixed[v] = 0;
            again = ir->loops.n > 1;
        }
    }
    return fixed;
}
