/* Lifts hand-written integration to differential states. */
#include "veriloga/lift.h"
#include "veriloga/ir_ops.h"
#include <string.h>

static bool start(va_lifter *l) {
    va_model *model = l->model;
    va_program program = {.model = model};
    if (!va_first_values(model) || !va_simplify_slots(model) || !va_find_live(model, &program) ||
        !va_find_stepped(model, &program))
        return false;
    l->slots = HYS_NEW_N(l->arena, va_lift_slot, model->retained.n + 1);
    l->is_step_param = HYS_NEW_N(l->arena, bool, model->params.n + 1);
    l->h = va_leaf(l->ir, VA_OP_DELAYED, (uint32_t)model->delays.n); /* an index that no delay has */
    if (!l->slots || !l->is_step_param || !l->h) return false;
    for (size_t i = 0; i < model->retained.n; i++) l->slots[i].is_stepped = model->retained.at[i].is_stepped;
    return va_lift_find_fixed(l);
}

static size_t count_kept(const va_lifter *l) {
    size_t n = 0;
    for (size_t i = 0; i < l->model->retained.n; i++) n += l->slots[i].role == VA_LIFT_KEPT && l->slots[i].is_stepped;
    return n;
}

/* Tries the sets of step parameters in turn, and settles on the first that leaves the least; where none
 * helps, on the parameters named like a step, because it explains the most. */
static bool find_best(va_lifter *l) {
    size_t best = 0, fewest = SIZE_MAX;
    for (size_t attempt = 0; va_lift_step_params(l, attempt); attempt++) {
        if (!va_lift_find(l)) return false;
        size_t kept = count_kept(l);
        if (kept < fewest || (attempt == 1 && kept == fewest)) best = attempt;
        if (kept < fewest) fewest = kept;
        if (kept == 0) return true;
    }
    va_lift_step_params(l, best);
    return va_lift_find(l);
}

/* ---- why not ---- */

static bool is_event(const va_lifter *l, va_val v) {
    va_opcode op = (va_opcode)va_get(l->ir, v)->op;
    return op == VA_OP_EVENT || op == VA_OP_TIMER;
}
static bool is_draw(const va_lifter *l, va_val v) {
    return va_get(l->ir, v)->op == VA_OP_DRAW;
}
static bool is_step(const va_lifter *l, va_val v) {
    return v == l->h;
}

typedef struct reasons {
    const va_val *events, *draws, *steps;
} reasons;

static const char held[] = "it holds a value of the last step; an internal node would give the present one";
static const char not_proved[] =
    "it is not proved that it only integrates: with a time step of 0 its update does not leave it as it is (it is also "
    "set, or switched, or limited by what varies); what is written x = x + rate*dt alone is lifted";
static const char no_step[] = "no time step enters its update: it is a memory, not an integral";

static void explain(va_lifter *l, const reasons *on, size_t i) {
    va_retained *retained = &l->model->retained.at[i];
    const va_lift_slot *slot = &l->slots[i];
    retained->why_not = slot->why;
    retained->is_consequence = slot->is_consequence;
    if (!slot->is_stepped || slot->why) return;
    if (slot->role == VA_LIFT_ECHO) retained->why_not = held;
    if (slot->role == VA_LIFT_STAMP) retained->why_not = "it is the time of the last step, which others need";
    retained->is_consequence = slot->role == VA_LIFT_STAMP;
    if (slot->role != VA_LIFT_KEPT) return;
    retained->why_not = retained->is_hidden         ? "it belongs to an operator of the language"
                        : retained->is_integer      ? "it is an integer: it counts or switches"
                        : on->events[slot->at_zero] ? "an event assigns it"
                        : on->draws[slot->moved]    ? "it is set to random numbers"
                        : on->steps[slot->moved]    ? not_proved
                                                    : no_step;
}

static bool explain_all(va_lifter *l, const char *refused) {
    reasons on = {va_lift_spread(l, is_event), va_lift_spread(l, is_draw), va_lift_spread(l, is_step)};
    if (!on.events || !on.draws || !on.steps) return false;
    for (size_t i = 0; i < l->model->retained.n; i++) {
        if (refused && l->slots[i].role == VA_LIFT_STATE) l->model->retained.at[i].why_not = refused;
        else explain(l, &on, i);
    }
    return true;
}

static bool lift(va_lifter *l) {
    const char *refused = NULL;
    if (!start(l) || !find_best(l)) return false;
    bool any = false;
    for (size_t i = 0; i < l->model->retained.n; i++) any = any || l->slots[i].role >= VA_LIFT_STATE;
    if (any && !va_lift_apply(l, &refused)) return false;
    return explain_all(l, refused);
}

hys_status va_lift(va_model *model) {
    hys_status status = va_ddx(model);
    if (status != HYS_OK || model->retained.n == 0) return status;
    hys__arena arena;
    hys__arena_init(&arena, model->ctx, 0);
    va_lifter l = {.model = model, .ir = &model->ir, .arena = &arena};
    bool ok = lift(&l) && !l.failed && !model->ir.failed && !arena.failed && !model->arena->failed;
    hys__arena_free(&arena);
    return ok ? HYS_OK : va_lower_status(model);
}
