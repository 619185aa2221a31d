/* Lifts hand-written integration to differential states. */
#include "veriloga/ir_ops.h"
#include "veriloga/lift.h"
#include <string.h>

static bool start(va_lifter *l)
{
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
    l->fixed = va_fixed_map(l->ir, l->arena);
    l->n_fixed = l->ir->ins.n;
    return l->fixed && va_lift_find_stamps(l);
}

static size_t count_kept(const va_lifter *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->model->retained.n; i++)
        n += l->slots[i].role == VA_LIFT_KEPT && l->slots[i].is_stepped;
    return n;
}

/* Tries the sets of step parameters in turn, and settles on the first that leaves the least. */
static bool find_best(va_lifter *l)
{
    size_t best = 0, fewest = SIZE_MAX, attempt = 0;
    for (; va_lift_step_params(l, attempt); attempt++) {
        if (!va_lift_find(l)) return false;
        if (count_kept(l) < fewest) {
            fewest = count_kept(l);
            best = attempt;
        }
        if (fewest == 0) return true;
    }
    if (attempt == best + 1) return true;
    va_lift_step_params(l, best);
    return va_lift_find(l);
}

/* ---- why not ---- */

static bool depends_on(va_lifter *l, va_val value, va_opcode op, bool *result)
{
    va_cone cone;
    *result = false;
    if (!va_cone_of(l->ir, l->arena, &value, 1, &cone)) return false;
    for (va_val v = 1; v < cone.n; v++)
        if (cone.has[v] && va_get(l->ir, v)->op == op) *result = true;
    return true;
}

static bool explain(va_lifter *l, size_t i)
{
    va_retained *retained = &l->model->retained.at[i];
    va_lift_slot *slot = &l->slots[i];
    bool events, draws, steps;
    if (slot->why || slot->role != VA_LIFT_KEPT || !slot->is_stepped) {
        retained->why_not = slot->why;
        return true;
    }
    if (!depends_on(l, slot->at_zero, VA_OP_EVENT, &events) || !depends_on(l, slot->moved, VA_OP_DRAW, &draws) ||
        !depends_on(l, slot->moved, VA_OP_DELAYED, &steps))
        return false;
    retained->why_not = retained->is_hidden   ? "it belongs to an operator of the language"
                        : retained->is_integer ? "it is an integer"
                        : events               ? "an event assigns it"
                        : draws                ? "it is set to random numbers"
                        : steps ? "it also changes, or is set, when no time passes"
                                : "no time step enters its update";
    return true;
}

static bool explain_all(va_lifter *l, const char *refused)
{
    for (size_t i = 0; i < l->model->retained.n; i++) {
        if (refused && l->slots[i].role == VA_LIFT_STATE) l->model->retained.at[i].why_not = refused;
        else if (!explain(l, i)) return false;
    }
    return true;
}

static bool lift(va_lifter *l)
{
    const char *refused = NULL;
    if (!start(l) || !find_best(l)) return false;
    if (va_lift_count(l, VA_LIFT_STATE) > 0 && !va_lift_apply(l, &refused)) return false;
    return explain_all(l, refused);
}

hys_status va_lift(va_model *model)
{
    hys_status status = va_ddx(model);
    if (status != HYS_OK || model->retained.n == 0) return status;
    hys__arena arena;
    hys__arena_init(&arena, model->ctx, 0);
    va_lifter l = {.model = model, .ir = &model->ir, .arena = &arena};
    bool ok = lift(&l) && !model->ir.failed;
    hys__arena_free(&arena);
    return ok ? HYS_OK : va_lower_status(model);
}
