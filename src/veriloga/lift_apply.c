/* Makes the states that were found: unknowns with rows, and what reads them. */
#include "veriloga/ir_ops.h"
#include "veriloga/lift.h"
#include <math.h>
#include <string.h>

/* ---- unknowns ---- */

/* The value with all parameters at their defaults, if it is fixed and folds. */
static bool default_value(va_lifter *l, va_val value, double *number) {
    va_subst subst = {.arena = l->arena};
    va_val *place = &value;
    va_places places = {.at = &place, .n = 1};
    if (!value) return false;
    for (size_t i = 0; i < l->model->params.n; i++)
        va_subst_put(&subst, VA_OP_PARAM, (uint32_t)i, va_const(l->ir, l->model->params.at[i].def));
    if (!va_subst_apply(l->model, &subst, &places)) l->failed = true;
    return va_is_const(l->ir, value, number) && isfinite(*number);
}

/* A millionth of the range, or of the initial value: states come in metres as well as in 0 to 1. */
static double abstol_of(va_lifter *l, const va_lift_slot *slot, va_val init) {
    const double part = 1e-6;
    double lo, hi, start;
    if (default_value(l, slot->lo, &lo) && default_value(l, slot->hi, &hi) && hi > lo) return part * (hi - lo);
    if (default_value(l, init, &start) && start != 0) return part * fabs(start);
    return default_value(l, slot->hi, &hi) && hi != 0 ? part * fabs(hi) : part;
}

static const char *unique_name(const va_lifter *l, const char *name) {
    for (size_t i = 0; i < l->model->unknowns.n; i++)
        if (strcmp(l->model->unknowns.at[i].name, name) == 0)
            return unique_name(l, hys__arena_printf(l->model->arena, "%s.state", name));
    return name;
}

static bool add_state(va_lifter *l, uint32_t k) {
    const va_retained *retained = &l->model->retained.at[k];
    va_lift_slot *slot = &l->slots[k];
    va_unknown state = {.kind = VA_UNK_STATE, .name = unique_name(l, retained->name), .span = retained->span};
    state.units = retained->units ? retained->units : "";
    state.is_state = state.is_lifted = true;
    state.lo = slot->lo;
    state.hi = slot->hi;
    state.clamp_lo = slot->lo != 0;
    state.clamp_hi = slot->hi != 0;
    slot->unknown = (uint32_t)l->model->unknowns.n;
    va_unknown *place = HYS_PUSH(l->model->arena, &l->model->unknowns);
    if (!place) return false;
    *place = state;
    uint32_t probe = va_add_probe(l->model, slot->unknown);
    if (probe == VA_GROUND) return false;
    slot->state = va_leaf(l->ir, VA_OP_PROBE, probe);
    if (slot->hi) slot->state = va_op2(l->ir, VA_OP_MIN, slot->state, slot->hi);
    if (slot->lo) slot->state = va_op2(l->ir, VA_OP_MAX, slot->state, slot->lo);
    return slot->state != 0;
}

/* ---- reads ---- */

/* Old values of states become the states; in rates, those of followers and echoes what they repeat. */
static bool fill_subst(va_lifter *l, va_subst *subst, bool for_rates) {
    size_t n = l->model->retained.n;
    subst->arena = l->arena;
    va_places places = {.at = HYS_NEW_N(l->arena, va_val *, n + 1)};
    for (uint32_t k = 0; k < n; k++)
        if (l->slots[k].role == VA_LIFT_STATE) va_subst_put(subst, VA_OP_RETAINED, k, l->slots[k].state);
    for (uint32_t k = 0; k < n && places.at; k++)
        if (l->slots[k].role == VA_LIFT_FOLLOWER || (for_rates && l->slots[k].role == VA_LIFT_ECHO))
            places.at[places.n++] = &l->slots[k].value;
    if (!places.at || !va_subst_apply(l->model, subst, &places)) return false;
    for (uint32_t k = 0; k < n; k++)
        if (l->slots[k].role == VA_LIFT_FOLLOWER || (for_rates && l->slots[k].role == VA_LIFT_ECHO))
            va_subst_put(subst, VA_OP_RETAINED, k, l->slots[k].value);
    return !subst->failed;
}

typedef struct reader {
    va_lifter *l;
    va_subst leaves;
    va_val *updated; /* [n_updated] of a value that is some slot's update: its state */
    bool *is_state;  /* [n_updated] */
    size_t n_updated;
    bool steps_vanish; /* the step goes to 0 here */
} reader;

static va_val read_subst(void *user, const va_rewrite *rw, va_val old) {
    reader *r = user;
    if (old < r->n_updated && r->updated[old]) return r->updated[old];
    va_val leaf = va_subst_leaf(&r->leaves, rw, old);
    if (leaf != VA_KEEP || !r->steps_vanish) return leaf;
    return va_lift_subst(r->l, rw, old);
}

/* (first step ? fixed start : state) is the state: it starts there. */
static va_val read_value(void *user, va_rewrite *rw, va_val old, va_val image) {
    const reader *r = user;
    const va_ins ins = *va_get(rw->ir, image);
    if (image != old && ins.op == VA_OP_SELECT && ins.c < r->n_updated && r->is_state[ins.c] &&
        va_lift_is_fixed(r->l, ins.b) &&
        va_implied(rw->ir, ins.a, true, va_leaf(rw->ir, VA_OP_FLAG, VA_FLAG_INIT)) == 1)
        return ins.c;
    return r->steps_vanish ? va_lift_value(r->l, rw, old, image) : image;
}

static bool find_updated(reader *r) {
    va_lifter *l = r->l;
    r->n_updated = l->ir->ins.n;
    r->updated = HYS_NEW_N(l->arena, va_val, r->n_updated);
    r->is_state = HYS_NEW_N(l->arena, bool, r->n_updated);
    if (!r->updated || !r->is_state) return false;
    for (uint32_t k = 0; k < l->model->retained.n; k++) {
        if (l->slots[k].role != VA_LIFT_STATE) continue;
        r->updated[l->model->retained.at[k].next] = l->slots[k].state;
        r->is_state[l->slots[k].state] = true;
    }
    return true;
}

static va_val vanish(void *user, const va_rewrite *rw, va_val old) {
    const va_lifter *l = user;
    (void)rw;
    return old == l->h ? va_const(l->ir, 0) : VA_KEEP;
}

/* Reads the places through the reader; where steps vanish, h goes to 0. */
static bool read_places(reader *r, const va_places *places) {
    static const va_hooks hooks = {.subst = read_subst, .value = read_value};
    static const va_hooks zero = {.subst = vanish};
    va_ir *ir = r->l->ir;
    if (!va_rewrite_all(ir, &hooks, r, places->at, places->n)) return false;
    return !r->steps_vanish || va_rewrite_all(ir, &zero, r->l, places->at, places->n);
}

/* ---- rows ---- */

static va_val stop_at(va_lifter *l, va_val rate, va_val at_bound, va_val outward) {
    va_val zero = va_const(l->ir, 0);
    return va_op3(l->ir, VA_OP_SELECT, va_op2(l->ir, VA_OP_AND, at_bound, outward), zero, rate);
}

static bool add_clamp_event(va_lifter *l, va_val x, va_val bound, hys__span span) {
    va_event_src *event = HYS_PUSH(l->model->arena, &l->model->events);
    if (!event) return false;
    *event = (va_event_src){.kind = VA_EVENT_CLAMP, .expr = va_op2(l->ir, VA_OP_SUB, x, bound), .span = span};
    event->enable = va_bool(l->ir, true);
    return true;
}

/* x' = rate, but not outward at a bound. */
static bool add_row(va_lifter *l, const va_lift_slot *slot) {
    va_unknown *state = &l->model->unknowns.at[slot->unknown];
    va_val x = va_leaf(l->ir, VA_OP_PROBE, va_add_probe(l->model, slot->unknown)), zero = va_const(l->ir, 0);
    va_val rate = slot->slope, rises = va_op2(l->ir, VA_OP_LT, zero, rate), falls = va_op2(l->ir, VA_OP_LT, rate, zero);
    if (slot->hi) rate = stop_at(l, rate, va_op2(l->ir, VA_OP_LE, slot->hi, x), rises);
    if (slot->lo) rate = stop_at(l, rate, va_op2(l->ir, VA_OP_LE, x, slot->lo), falls);
    va_ddt *ddt = HYS_PUSH(l->model->arena, &l->model->ddts);
    if (!ddt) return false;
    *ddt = (va_ddt){.operand = x, .span = state->span, .units = state->units};
    va_val rise = va_leaf(l->ir, VA_OP_DDT, (uint32_t)l->model->ddts.n - 1);
    state->row = va_op2(l->ir, VA_OP_SUB, rise, rate);
    hys__span span = state->span;
    if (slot->hi && !add_clamp_event(l, x, slot->hi, span)) return false;
    return !slot->lo || add_clamp_event(l, x, slot->lo, span);
}

/* ---- where they start ---- */

/* The update in the first evaluation, no time having passed. */
static bool add_starts(va_lifter *l) {
    va_subst subst = {.arena = l->arena};
    va_places places = {.at = HYS_NEW_N(l->arena, va_val *, l->model->retained.n + 1)};
    if (!places.at || !va_subst_first(l->model, &subst)) return false;
    for (uint32_t k = 0; k < l->model->retained.n; k++)
        if (l->slots[k].role == VA_LIFT_STAMP) va_subst_put(&subst, VA_OP_RETAINED, k, l->slots[k].ordinary);
    for (uint32_t i = 0; i < l->model->params.n; i++)
        if (l->is_step_param[i]) va_subst_put(&subst, VA_OP_PARAM, i, va_const(l->ir, 0));
    for (uint32_t k = 0; k < l->model->retained.n; k++) {
        if (l->slots[k].role != VA_LIFT_STATE) continue;
        va_unknown *state = &l->model->unknowns.at[l->slots[k].unknown];
        state->has_init = true;
        state->init = l->model->retained.at[k].next;
        places.at[places.n++] = &state->init;
    }
    if (!va_subst_apply(l->model, &subst, &places)) return false;
    for (uint32_t k = 0; k < l->model->retained.n; k++) {
        if (l->slots[k].role != VA_LIFT_STATE) continue;
        va_unknown *state = &l->model->unknowns.at[l->slots[k].unknown];
        state->abstol = abstol_of(l, &l->slots[k], state->init);
    }
    return true;
}

/* ---- all together ---- */

/* Copies of what the places hold, so that nothing is changed until all is well. */
static bool copy_places(va_lifter *l, const va_places *places, va_places *copies) {
    va_val *values = HYS_NEW_N(l->arena, va_val, places->n + 1);
    copies->at = HYS_NEW_N(l->arena, va_val *, places->n + 1);
    copies->n = places->n;
    for (size_t i = 0; values && copies->at && i < places->n; i++) {
        values[i] = *places->at[i];
        copies->at[i] = &values[i];
    }
    return values && copies->at;
}

static bool push_place(va_lifter *l, va_places *places, va_val *place) {
    va_val **at = *place ? HYS_PUSH(l->arena, places) : NULL;
    if (at) *at = place;
    return at || !*place;
}

/* Where an old value must be exact: all equations but those of states. */
static bool places_of_equations(va_lifter *l, va_places *places) {
    bool ok = va_places_of(l->model, l->arena, VA_IN_OUTPUTS | VA_IN_LEAVES, places);
    for (size_t i = 0; i < l->model->unknowns.n; i++) {
        va_unknown *unknown = &l->model->unknowns.at[i];
        if (unknown->kind != VA_UNK_STATE) ok = ok && push_place(l, places, &unknown->row);
    }
    return ok;
}

/* Where the delay of one step vanishes with it: rates, and what is only reported. */
static bool places_of_rates(va_lifter *l, va_places *places) {
    bool ok = va_places_of(l->model, l->arena, VA_IN_REPORTS, places);
    for (size_t i = 0; i < l->model->unknowns.n; i++) {
        va_unknown *unknown = &l->model->unknowns.at[i];
        if (unknown->kind == VA_UNK_STATE) ok = ok && push_place(l, places, &unknown->row);
    }
    for (uint32_t k = 0; k < l->model->retained.n; k++)
        if (l->slots[k].role == VA_LIFT_STATE) ok = ok && push_place(l, places, &l->slots[k].slope);
    return ok;
}

/* What the equations read when old and updated values of states are the same. */
static bool mark_reads(va_lifter *l, reader *r, va_rewrite *rw) {
    static const va_hooks hooks = {.subst = read_subst};
    va_places places = {0};
    for (uint32_t k = 0; k < l->model->retained.n; k++)
        if (l->slots[k].role == VA_LIFT_STATE) l->slots[k].state = va_leaf(l->ir, VA_OP_RETAINED, k);
    if (!find_updated(r) || !places_of_equations(l, &places) || !va_rewrite_init(rw, l->ir, &hooks, r)) return false;
    for (size_t i = 0; i < places.n; i++) va_rewrite_mark(rw, places.at[i], 1);
    return !rw->failed;
}

/* Nothing is advanced step by step any more, so nothing needs the step; *draws: random numbers are read. */
static bool check_complete(va_lifter *l, bool *complete, bool *draws) {
    reader r = {.l = l};
    va_rewrite rw = {0};
    *complete = true;
    *draws = false;
    bool ok = mark_reads(l, &r, &rw);
    for (va_val v = 1; ok && v < rw.n; v++) {
        const va_ins *ins = va_get(l->ir, v);
        if (!va_rewrite_is_marked(&rw, v)) continue;
        *draws = *draws || ins->op == VA_OP_DRAW;
        if (ins->op == VA_OP_RETAINED && l->slots[ins->imm].role == VA_LIFT_ECHO) *complete = false;
    }
    if (ok || rw.ir) va_rewrite_free(&rw);
    for (size_t i = 0; i < l->model->retained.n; i++)
        if (l->slots[i].role == VA_LIFT_KEPT && l->slots[i].is_stepped) *complete = false;
    return ok;
}

/* The equations as they are when steps are short, read into copies; *divides: they have no limit. */
static bool check_limit(va_lifter *l, bool *divides) {
    va_places places = {0}, copies = {0};
    reader r = {.l = l, .steps_vanish = true};
    l->settles = l->drops_events = false;
    if (!places_of_equations(l, &places) || !copy_places(l, &places, &copies) || !find_updated(&r) ||
        !read_places(&r, &copies))
        return false;
    const va_val *sources = va_lift_spread(l, va_lift_divides);
    for (size_t i = 0; sources && i < copies.n; i++)
        if (sources[*copies.at[i]] && !sources[*places.at[i]]) *divides = true;
    return sources != NULL;
}

static bool rewrite_model(va_lifter *l, bool complete) {
    va_places equations = {0}, rates = {0}, steps = {0};
    reader exact = {.l = l}, loose = {.l = l, .steps_vanish = complete};
    for (uint32_t k = 0; k < l->model->retained.n; k++)
        if (l->slots[k].role == VA_LIFT_STATE && !add_state(l, k)) return false;
    if (!places_of_equations(l, &equations) || !places_of_rates(l, &rates) ||
        !va_places_of(l->model, l->arena, VA_IN_RETAINED | VA_IN_STEPS, &steps))
        return false;
    l->settles = l->drops_events = false;
    if (!add_starts(l) || !find_updated(&exact) || !find_updated(&loose) || !fill_subst(l, &loose.leaves, true) ||
        !read_places(&loose, &rates) || !fill_subst(l, &exact.leaves, false) || !read_places(&exact, &steps))
        return false;
    exact.steps_vanish = complete;
    return read_places(&exact, &equations);
}

static bool finish(va_lifter *l) {
    for (uint32_t k = 0; k < l->model->retained.n; k++) {
        va_lift_slot *slot = &l->slots[k];
        if (slot->role != VA_LIFT_STATE) continue;
        if (!add_row(l, slot)) return false;
        l->model->retained.at[k].is_lifted = true;
        l->model->retained.at[k].next = va_leaf(l->ir, VA_OP_RETAINED, k);
    }
    return !l->ir->failed;
}

bool va_lift_apply(va_lifter *l, const char **refused) {
    bool complete, draws, divides = false;
    *refused = NULL;
    if (!check_complete(l, &complete, &draws) || (complete && !check_limit(l, &divides))) return false;
    if (divides) {
        *refused = "the time step divides in an equation";
        return true;
    }
    if (!rewrite_model(l, complete) || !finish(l)) return false;
    if (complete && !draws) l->model->bound_step = 0; /* it was there for the update's sake */
    return true;
}
