/* Which slots are states: the greatest set whose updates vanish with the step and whose rates depend on
 * nothing else that is advanced step by step. */
#include "veriloga/ir_ops.h"
#include "veriloga/lift.h"

/* ---- updates as functions of h ---- */

static bool is_eligible(const va_lifter *l, size_t i) {
    const va_retained *slot = &l->model->retained.at[i];
    return l->slots[i].is_stepped && l->slots[i].role != VA_LIFT_STAMP && !slot->is_hidden && !slot->is_integer;
}

/* Rewrites next into `moved` (events off) and `updated` (events kept). */
static bool move_updates(va_lifter *l) {
    size_t n = l->model->retained.n;
    va_places moved = {.at = HYS_NEW_N(l->arena, va_val *, n + 1)};
    va_places kept = {.at = HYS_NEW_N(l->arena, va_val *, n + 1)};
    if (!moved.at || !kept.at) return false;
    for (size_t i = 0; i < n; i++) {
        va_lift_slot *slot = &l->slots[i];
        if (!slot->is_stepped || slot->role == VA_LIFT_STAMP) continue;
        slot->moved = slot->updated = l->model->retained.at[i].next;
        moved.at[moved.n++] = &slot->moved;
        kept.at[kept.n++] = &slot->updated;
    }
    l->settles = l->drops_events = true;
    if (!va_lift_rewrite(l, &moved)) return false;
    l->drops_events = false;
    return va_lift_rewrite(l, &kept);
}

static bool put_h_to_zero(va_lifter *l, const va_hooks *hooks, const va_places *places) {
    return va_rewrite_all(l->ir, hooks, l, places->at, places->n);
}

static va_val zero_subst(void *user, const va_rewrite *rw, va_val old) {
    const va_lifter *l = user;
    (void)rw;
    return old == l->h ? va_const(l->ir, 0) : VA_KEEP;
}

/* A decision that depends on h and is one of the clamps' does not bite inside the bounds. */
static va_val interior_value(void *user, va_rewrite *rw, va_val old, va_val image) {
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
static bool find_candidates(va_lifter *l) {
    static const va_hooks hooks = {.subst = zero_subst};
    size_t n = l->model->retained.n;
    va_places places = {.at = HYS_NEW_N(l->arena, va_val *, n + 1)};
    if (!places.at) return false;
    for (size_t i = 0; i < n; i++) {
        l->slots[i].at_zero = l->slots[i].updated;
        if (l->slots[i].updated) places.at[places.n++] = &l->slots[i].at_zero;
    }
    if (!put_h_to_zero(l, &hooks, &places)) return false;
    if (!va_lift_find_fixed(l)) return false;
    for (size_t i = 0; i < n; i++)
        if (is_eligible(l, i) && va_lift_parse_clamp(l, (uint32_t)i)) l->slots[i].role = VA_LIFT_STATE;
    return true;
}

/* ---- rates ---- */

static bool find_slopes(va_lifter *l) {
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

/* ---- what values depend on ---- */

va_val *va_lift_spread(const va_lifter *l, va_lift_source is_source) {
    va_val *sources = HYS_NEW_N(l->arena, va_val, l->ir->ins.n);
    for (bool again = sources != NULL; again;) {
        again = false;
        for (va_val v = 1; v < l->ir->ins.n; v++) {
            size_t n;
            const va_val *args = va_args(l->ir, v, &n);
            if (sources[v]) continue;
            if (is_source(l, v)) sources[v] = v;
            for (size_t i = 0; i < n && !sources[v]; i++) sources[v] = sources[args[i]];
            again = again || (sources[v] && l->ir->loops.n > 1);
        }
    }
    return sources;
}

bool va_lift_divides(const va_lifter *l, va_val v) {
    const va_ins *ins = va_get(l->ir, v);
    double number;
    return ins->op == VA_OP_DIV && va_is_const(l->ir, ins->b, &number) && number == 0;
}

/* ---- followers and echoes: functions of states, and of the present solution ---- */

/* The update without the old value, where parameters alone decide whether that is kept: it is then the
 * initialiser for ever. */
static va_val without_old(va_lifter *l, uint32_t k, va_val v, int depth) {
    const va_ins ins = *va_get(l->ir, v);
    if (ins.op == VA_OP_RETAINED && ins.imm == k) return l->model->retained.at[k].init;
    if (depth == 0 || ins.op != VA_OP_SELECT || !va_lift_is_fixed(l, ins.a)) return v;
    va_val yes = without_old(l, k, ins.b, depth - 1);
    return va_op3(l->ir, VA_OP_SELECT, ins.a, yes, without_old(l, k, ins.c, depth - 1));
}

/* What moves continuously keeps its value over a vanishing step: an accepted value is the present one. */
static bool is_continuous(const va_lifter *l, const va_ins *ins) {
    const va_probe *probe = &l->model->probes.at[ins->imm];
    const uint32_t ends[2] = {probe->pos, probe->neg};
    for (int i = 0; i < 2; i++)
        if (ends[i] != VA_GROUND && l->model->unknowns.at[ends[i]].kind != VA_UNK_STATE) return false;
    return true;
}

static bool is_leaf(const va_ins *ins) {
    return va_op_facts((va_opcode)ins->op)->n == 0 || ins->op == VA_OP_DRAW;
}

/* What makes a value more than a function of states and the present solution. */
static bool keeps(const va_lifter *l, va_val v) {
    const va_ins *ins = va_get(l->ir, v);
    if (!is_leaf(ins) || ins->op == VA_OP_PROBE || ins->op == VA_OP_TIME || ins->op == VA_OP_END) return false;
    if (ins->op == VA_OP_RETAINED) return l->slots[ins->imm].role != VA_LIFT_STATE;
    return v >= l->n_fixed || !l->fixed[v];
}

static bool echoes(const va_lifter *l, va_val v) {
    const va_ins *ins = va_get(l->ir, v);
    return ins->op == VA_OP_TIME || (ins->op == VA_OP_PROBE && !is_continuous(l, ins));
}

/* Gives roles to the slots that have a value: followers, echoes, kept. */
static bool find_roles(va_lifter *l, bool *changed) {
    if (!va_lift_find_fixed(l)) return false;
    const va_val *kept = va_lift_spread(l, keeps), *echo = va_lift_spread(l, echoes);
    if (!kept || !echo) return false;
    for (size_t k = 0; k < l->model->retained.n; k++) {
        va_lift_slot *slot = &l->slots[k];
        if (slot->value == 0 || slot->role == VA_LIFT_STATE) continue;
        va_lift_role role = kept[slot->value] ? VA_LIFT_KEPT : echo[slot->value] ? VA_LIFT_ECHO : VA_LIFT_FOLLOWER;
        *changed = *changed || role != slot->role;
        slot->role = role;
    }
    return true;
}

static bool is_open(const va_lifter *l, size_t k) {
    return l->slots[k].role == VA_LIFT_KEPT && l->slots[k].updated;
}

static bool find_followers(va_lifter *l) {
    static const va_hooks hooks = {.subst = zero_subst};
    size_t n = l->model->retained.n;
    va_places places = {.at = HYS_NEW_N(l->arena, va_val *, n + 1)};
    if (!places.at) return false;
    for (uint32_t k = 0; k < n; k++) {
        if (!is_open(l, k)) continue;
        l->slots[k].value = without_old(l, k, l->slots[k].updated, 12);
        places.at[places.n++] = &l->slots[k].value;
    }
    bool changed = false;
    return put_h_to_zero(l, &hooks, &places) && find_roles(l, &changed);
}

/* ---- the fixpoint ---- */

/* Why a rate must not depend on this; NULL: it may. */
static const char *refuse(const va_lifter *l, va_val v) {
    const va_ins *ins = va_get(l->ir, v);
    if (ins->op == VA_OP_DRAW) return "its rate contains random numbers";
    if (va_lift_divides(l, v)) return "the time step divides in its rate";
    if (ins->op == VA_OP_ARRAY && l->model->arrays.at[ins->imm].is_retained)
        return "its rate depends on an array that is advanced step by step";
    if (v == l->h) return "the time step enters its rate";
    if (ins->op != VA_OP_RETAINED) return NULL;
    const va_lift_slot *other = &l->slots[ins->imm];
    if (other->role == VA_LIFT_STAMP) return "the time of the last step enters its rate";
    return other->role == VA_LIFT_KEPT && other->is_stepped ? "its rate depends on" : NULL;
}

static bool is_refused(const va_lifter *l, va_val v) {
    return refuse(l, v) != NULL;
}

static bool check_rate(va_lifter *l, va_lift_slot *slot, const va_val *refused) {
    double number;
    va_val source = refused[slot->slope];
    if (va_lift_divides(l, source) && va_lift_divides(l, refused[slot->moved])) source = 0; /* so says the text */
    if (source) slot->why = refuse(l, source);
    const va_ins *ins = va_get(l->ir, source);
    slot->is_consequence = ins->op == VA_OP_RETAINED && l->slots[ins->imm].role == VA_LIFT_KEPT;
    if (slot->is_consequence)
        slot->why = hys__arena_printf(l->model->arena, "its rate depends on '%s', which is not lifted",
                                      l->model->retained.at[ins->imm].name);
    if (source && !slot->why) return false;
    if (va_is_const(l->ir, slot->slope, &number) && number == 0)
        slot->why = "what it changes by is not proportional to a time step";
    if (slot->why) slot->role = VA_LIFT_KEPT;
    return true;
}

static bool drop_refuted(va_lifter *l, bool *changed) {
    const va_val *refused = va_lift_spread(l, is_refused);
    *changed = false;
    for (size_t i = 0; refused && i < l->model->retained.n; i++) {
        va_lift_slot *slot = &l->slots[i];
        if (slot->role != VA_LIFT_STATE) continue;
        if (!check_rate(l, slot, refused)) return false;
        *changed = *changed || slot->role != VA_LIFT_STATE;
    }
    return refused && find_roles(l, changed);
}

static void forget(va_lifter *l) {
    l->facts.n = 0;
    for (size_t i = 0; i < l->model->retained.n; i++) {
        va_lift_slot *slot = &l->slots[i];
        slot->moved = slot->updated = slot->at_zero = slot->value = slot->slope = slot->lo = slot->hi = 0;
        slot->why = NULL;
        slot->is_consequence = false;
        slot->role = VA_LIFT_KEPT;
    }
}

bool va_lift_find(va_lifter *l) {
    forget(l);
    if (!va_lift_find_stamps(l) || !move_updates(l) || !find_candidates(l) || !find_followers(l)) return false;
    /* a slot that is dropped takes its facts with it, so the slopes are found anew */
    const int most_rounds = 100;
    bool changed = true;
    for (int round = 0; changed && round < most_rounds; round++)
        if (!find_slopes(l) || !drop_refuted(l, &changed)) return false;
    if (changed) forget(l);
    return true;
}
