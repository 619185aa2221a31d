/* Which slots are states: the greatest set whose updates vanish with the step and whose rates depend on
 * nothing else that is advanced step by step. */
#include "veriloga/ir_ops.h"
#include "veriloga/lift.h"

size_t va_lift_count(const va_lifter *l, va_lift_role role)
{
    size_t n = 0;
    for (size_t i = 0; i < l->model->retained.n; i++) n += l->slots[i].role == role;
    return n;
}

/* ---- updates as functions of h ---- */

static bool is_eligible(const va_lifter *l, size_t i)
{
    const va_retained *slot = &l->model->retained.at[i];
    return l->slots[i].is_stepped && l->slots[i].role != VA_LIFT_STAMP && !slot->is_hidden && !slot->is_integer;
}

/* Rewrites next into `moved` (events off) and `at_zero` (h still in it, events kept). */
static bool move_updates(va_lifter *l)
{
    size_t n = l->model->retained.n;
    va_places moved = {.at = HYS_NEW_N(l->arena, va_val *, n + 1)};
    va_places kept = {.at = HYS_NEW_N(l->arena, va_val *, n + 1)};
    if (!moved.at || !kept.at) return false;
    for (size_t i = 0; i < n; i++) {
        va_lift_slot *slot = &l->slots[i];
        if (!slot->is_stepped || slot->role == VA_LIFT_STAMP) continue;
        slot->moved = slot->at_zero = l->model->retained.at[i].next;
        moved.at[moved.n++] = &slot->moved;
        kept.at[kept.n++] = &slot->at_zero;
    }
    l->settles = l->drops_events = true;
    if (!va_lift_rewrite(l, &moved)) return false;
    l->drops_events = false;
    return va_lift_rewrite(l, &kept);
}

static bool put_h_to_zero(va_lifter *l, const va_hooks *hooks, const va_places *places)
{
    return va_rewrite_all(l->ir, hooks, l, places->at, places->n);
}

static va_val zero_subst(void *user, const va_rewrite *rw, va_val old)
{
    const va_lifter *l = user;
    (void)rw;
    return old == l->h ? va_const(l->ir, 0) : VA_KEEP;
}

/* A decision that depends on h and is one of the clamps' does not bite inside the bounds. */
static va_val interior_value(void *user, va_rewrite *rw, va_val old, va_val image)
{
    const va_lifter *l = user;
    if (image == old || va_get(rw->ir, image)->kind != VA_KIND_BOOL) return image;
    for (size_t i = 0; i < l->facts.n; i++) {
        if (l->slots[l->facts.at[i].slot].role != VA_LIFT_STATE) continue;
        int known = va_implied(rw->ir, l->facts.at[i].cond, l->facts.at[i].is, image);
        if (known >= 0) return va_bool(rw->ir, known);
    }
    return image;
}

/* Updates at h = 0; those that are their slot up to clamps make states. */
static bool find_candidates(va_lifter *l)
{
    static const va_hooks hooks = {.subst = zero_subst};
    size_t n = l->model->retained.n;
    va_places places = {.at = HYS_NEW_N(l->arena, va_val *, n + 1)};
    if (!places.at) return false;
    for (size_t i = 0; i < n; i++)
        if (l->slots[i].at_zero) places.at[places.n++] = &l->slots[i].at_zero;
    if (!put_h_to_zero(l, &hooks, &places)) return false;
    l->fixed = va_fixed_map(l->ir, l->arena);
    l->n_fixed = l->ir->ins.n;
    if (!l->fixed) return false;
    for (size_t i = 0; i < n; i++)
        if (is_eligible(l, i) && va_lift_parse_clamp(l, (uint32_t)i)) l->slots[i].role = VA_LIFT_STATE;
    return true;
}

/* ---- rates ---- */

static bool find_slopes(va_lifter *l)
{
    static const va_hooks hooks = {.subst = zero_subst, .value = interior_value};
    size_t n = l->model->retained.n;
    va_vals roots = {0};
    va_places places = {.at = HYS_NEW_N(l->arena, va_val *, n + 1)};
    va_seed seed = {VA_OP_DELAYED, va_get(l->ir, l->h)->imm};
    va_derive derive;
    for (size_t i = 0; i < n && places.at; i++) {
        va_val *root = l->slots[i].role == VA_LIFT_STATE ? HYS_PUSH(l->arena, &roots) : NULL;
        if (root) *root = l->slots[i].moved;
    }
    va_derive_job job = {roots.at, roots.at, roots.n, roots.n, &seed, 1, false};
    bool ok = va_derive_run(&derive, l->model, &job) && places.at;
    for (size_t i = 0; ok && i < n; i++) {
        if (l->slots[i].role != VA_LIFT_STATE) continue;
        l->slots[i].slope = va_derive_by(&derive, l->slots[i].moved, 0);
        places.at[places.n++] = &l->slots[i].slope;
    }
    va_derive_free(&derive);
    return ok && put_h_to_zero(l, &hooks, &places);
}

bool va_lift_divides_by_zero(va_lifter *l, const va_val *roots, size_t n, bool *divides)
{
    va_cone cone;
    *divides = false;
    if (!va_cone_of(l->ir, l->arena, roots, n, &cone)) return false;
    for (va_val v = 1; v < cone.n; v++) {
        const va_ins *ins = va_get(l->ir, v);
        double number;
        if (cone.has[v] && ins->op == VA_OP_DIV && va_is_const(l->ir, ins->b, &number) && number == 0)
            *divides = true;
    }
    return true;
}

/* ---- followers: functions of states ---- */

static bool depends_on_states_only(va_lifter *l, va_val v, bool *result)
{
    va_cone cone;
    *result = va_cone_of(l->ir, l->arena, &v, 1, &cone);
    for (va_val u = 1; u < cone.n; u++) {
        const va_ins *ins = va_get(l->ir, u);
        if (!cone.has[u] || va_op_facts((va_opcode)ins->op)->n != 0 || va_lift_is_fixed(l, u)) continue;
        if (ins->op != VA_OP_RETAINED || l->slots[ins->imm].role != VA_LIFT_STATE) *result = false;
    }
    return cone.has != NULL;
}

static bool with_slot_as(va_lifter *l, uint32_t k, va_val *place, va_val value)
{
    va_subst subst = {.arena = l->arena};
    va_places places = {.at = &place, .n = 1};
    va_subst_put(&subst, VA_OP_RETAINED, k, value);
    return va_subst_apply(l->model, &subst, &places);
}

/* Its value as the step vanishes, its own old value taken for the initialiser, is a function of states,
 * and stays the same when put in for the old value. */
static bool try_follower(va_lifter *l, uint32_t k)
{
    va_lift_slot *slot = &l->slots[k];
    va_val value = slot->at_zero, again = slot->at_zero;
    bool ok = false;
    if (!with_slot_as(l, k, &value, l->model->retained.at[k].init) || !with_slot_as(l, k, &again, value) ||
        !depends_on_states_only(l, value, &ok))
        return false;
    if (!ok || again != value) return true;
    slot->role = VA_LIFT_FOLLOWER;
    slot->at_zero = value;
    return true;
}

/* ---- the fixpoint ---- */

static const char *of_slot(va_lifter *l, const char *format_of, uint32_t slot)
{
    char *text = hys__arena_printf(l->model->arena, "%s '%s', which is advanced step by step", format_of,
                                   l->model->retained.at[slot].name);
    return text ? text : "";
}

static const char *refuse_leaf(va_lifter *l, const va_ins *ins)
{
    if (ins->op == VA_OP_DRAW) return "its rate contains random numbers";
    if (ins->op == VA_OP_ARRAY && l->model->arrays.at[ins->imm].is_retained)
        return "its rate depends on an array that is advanced step by step";
    if (ins->op == VA_OP_DELAYED && ins->imm == va_get(l->ir, l->h)->imm)
        return "the time step enters its rate";
    if (ins->op != VA_OP_RETAINED) return NULL;
    const va_lift_slot *other = &l->slots[ins->imm];
    if (other->role == VA_LIFT_STAMP) return "the time of the last step enters its rate";
    bool is_kept = other->role == VA_LIFT_KEPT && other->is_stepped;
    return is_kept ? of_slot(l, "its rate depends on", ins->imm) : NULL;
}

/* NULL: nothing against it. */
static bool check_rate(va_lifter *l, const va_lift_slot *slot, const char **why)
{
    va_cone cone;
    double number;
    bool divides;
    *why = NULL;
    if (va_is_const(l->ir, slot->slope, &number) && number == 0)
        *why = "what it changes by is not proportional to a time step";
    if (!va_cone_of(l->ir, l->arena, &slot->slope, 1, &cone) ||
        !va_lift_divides_by_zero(l, &slot->slope, 1, &divides))
        return false;
    if (divides) *why = "the time step divides in its rate";
    for (va_val v = 1; v < cone.n && !*why; v++)
        if (cone.has[v]) *why = refuse_leaf(l, va_get(l->ir, v));
    return true;
}

static bool drop_refuted(va_lifter *l, bool *changed)
{
    *changed = false;
    for (size_t i = 0; i < l->model->retained.n; i++) {
        va_lift_slot *slot = &l->slots[i];
        bool follows = true;
        if (slot->role == VA_LIFT_STATE) {
            if (!check_rate(l, slot, &slot->why)) return false;
            if (slot->why) slot->role = VA_LIFT_KEPT;
            *changed = *changed || slot->why;
        } else if (slot->role == VA_LIFT_FOLLOWER) {
            if (!depends_on_states_only(l, slot->at_zero, &follows)) return false;
            if (!follows) slot->role = VA_LIFT_KEPT;
            *changed = *changed || !follows;
        }
    }
    return true;
}

static bool find_followers(va_lifter *l)
{
    for (size_t i = 0; i < l->model->retained.n; i++)
        if (l->slots[i].role == VA_LIFT_KEPT && l->slots[i].at_zero && !try_follower(l, (uint32_t)i))
            return false;
    return true;
}

static void forget(va_lifter *l)
{
    l->facts.n = 0;
    for (size_t i = 0; i < l->model->retained.n; i++) {
        va_lift_slot *slot = &l->slots[i];
        if (slot->role != VA_LIFT_STAMP) slot->role = VA_LIFT_KEPT;
        slot->moved = slot->at_zero = slot->slope = slot->lo = slot->hi = 0;
        slot->why = NULL;
    }
}

bool va_lift_find(va_lifter *l)
{
    forget(l);
    if (!move_updates(l) || !find_candidates(l) || !find_followers(l)) return false;
    /* a slot that is dropped takes its facts with it, so the slopes are found anew */
    for (bool changed = true; changed;)
        if (!find_slopes(l) || !drop_refuted(l, &changed)) return false;
    return true;
}
