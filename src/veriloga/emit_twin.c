/* Functions that both arms of a condition call.
 *
 * Where neighbouring instances take different arms, both are computed for all lanes; `exp` in one and `exp` in
 * the other then cost twice.  Such a pair becomes one call of the operand that counts in each lane, in a region
 * for lanes that take either arm. */
#include "veriloga/emit.h"

/* Operands are computed for both arms: that must be cheap beside the call. */
#define MAX_OPERAND_COST 10

static bool is_candidate_op(va_opcode op) {
    switch (op) {
    case VA_OP_EXP:
    case VA_OP_EXPM1:
    case VA_OP_LOG:
    case VA_OP_LOG1P:
    case VA_OP_LOG10:
    case VA_OP_TAN:
    case VA_OP_ASIN:
    case VA_OP_ACOS:
    case VA_OP_ATAN:
    case VA_OP_TANH:
    case VA_OP_ASINH:
    case VA_OP_ACOSH:
    case VA_OP_ATANH:
        return true;
    default:
        return false; /* sinh and cosh are paired with each other; exponents of powers are mostly shared */
    }
}

static bool is_candidate(const va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    return is_candidate_op((va_opcode)ins->op) && e->stage[v] == VA_STAGE_LANES && ins->loop == 0 &&
           e->regions.at[e->region[v]].kind == VA_REGION_ARM;
}

static bool is_inside(const va_emitter *e, uint32_t r, uint32_t outer) {
    while (e->regions.at[r].depth > e->regions.at[outer].depth) r = e->regions.at[r].parent;
    return r == outer;
}

static bool is_plain(va_opcode op) {
    return (op >= VA_OP_NEG && op <= VA_OP_ABS) || (op >= VA_OP_LT && op <= VA_OP_SELECT) || op == VA_OP_PROBE ||
           op == VA_OP_RETAINED;
}

/* Whether a value can be had in region `outer`, cheaply, from values older than `than` that lie there: the cost
 * counts down.  With older values only, no two pairs can wait for each other. */
static bool can_lift(const va_emitter *e, va_val v, uint32_t outer, va_val than, unsigned *left) {
    if (va_emit_is_literal(e, v) || e->stage[v] < VA_STAGE_LANES) return true;
    if (e->alias[v] || e->twin[v].other || va_emit_is_pinned(e, v)) return false;
    uint32_t r = e->region[v];
    if (r == outer || !is_inside(e, r, outer)) return v < than;
    va_opcode op = (va_opcode)va_get(e->ir, v)->op;
    unsigned cost = op == VA_OP_DIV ? 6 : 1;
    if (!is_plain(op) || *left < cost) return false;
    *left -= cost;
    size_t n = va_emit_n_operands(e, v);
    for (size_t i = 0; i < n; i++)
        if (!can_lift(e, va_emit_operand(e, v, i), outer, than, left)) return false;
    return true;
}

/* The same of all that a call needs: its operand, and the conditions under which it is wanted. */
static bool can_lift_call(const va_emitter *e, va_val v, uint32_t outer, va_val than) {
    unsigned left = MAX_OPERAND_COST;
    for (uint32_t r = e->region[v]; r != outer; r = e->regions.at[r].parent)
        if (!can_lift(e, e->regions.at[r].cond, outer, than, &left)) return false;
    return can_lift(e, va_emit_operand(e, v, 0), outer, than, &left);
}

/* The region of lanes that take one arm or the other; all lanes of the region around them where these are the
 * arms of one condition themselves. */
static uint32_t either_region(va_emitter *e, uint32_t a, uint32_t b, uint32_t outer) {
    if (e->regions.at[a].parent == outer && e->regions.at[b].parent == outer) return outer;
    for (uint32_t r = (uint32_t)e->regions.n; r-- > 0 && e->regions.at[r].kind == VA_REGION_EITHER;)
        if (e->regions.at[r].either[0] == a && e->regions.at[r].either[1] == b) return r;
    return va_emit_region_add(
        e, (va_region){.kind = VA_REGION_EITHER, .parent = outer, .either = {a, b}, .loop = e->regions.at[outer].loop});
}

static bool pair(va_emitter *e, va_val older, va_val v, uint32_t arm) {
    const va_region split = e->regions.at[arm];
    if (!can_lift_call(e, v, split.parent, older) || !can_lift_call(e, older, split.parent, older)) return false;
    uint32_t region = either_region(e, e->region[older], e->region[v], split.parent);
    va_val *place = HYS_PUSH(&e->arena, &e->twins);
    if (!place || e->failed) {
        e->failed = true;
        return false;
    }
    *place = v;
    e->twin[v] = (va_twin){.other = older, .cond = split.cond, .when = split.when, .region = region};
    e->alias[older] = v;
    return true;
}

static uint32_t other_arm(const va_emitter *e, uint32_t arm) {
    const va_region *at = &e->regions.at[arm];
    for (uint32_t r = e->first_region[at->cond]; r != VA_NO_REGION; r = e->regions.at[r].same_cond)
        if (e->regions.at[r].parent == at->parent && e->regions.at[r].when != at->when) return r;
    return VA_NO_REGION;
}

/* ---- candidates, listed by each arm that they lie in ---- */

static void list_candidate(va_emitter *e, va_val v) {
    for (uint32_t r = e->region[v]; e->regions.at[r].kind == VA_REGION_ARM; r = e->regions.at[r].parent) {
        va_edge *edge = HYS_PUSH(&e->arena, &e->edges);
        if (!edge) {
            e->failed = true;
            return;
        }
        *edge = (va_edge){v, e->regions.at[r].first_child};
        e->regions.at[r].first_child = (uint32_t)(e->edges.n - 1);
    }
}

/* The oldest free call of that function in the arm, or 0. */
static va_val oldest_like(const va_emitter *e, uint32_t arm, va_val v) {
    va_val found = 0;
    for (uint32_t i = e->regions.at[arm].first_child; i != VA_NO_REGION; i = e->edges.at[i].next) {
        va_val w = e->edges.at[i].to;
        bool is_free = !e->alias[w] && !e->twin[w].other;
        if (is_free && va_get(e->ir, w)->op == va_get(e->ir, v)->op) found = w;
    }
    return found;
}

/* Nearest condition first. */
static bool find_pair(va_emitter *e, va_val v) {
    for (uint32_t r = e->region[v]; e->regions.at[r].kind == VA_REGION_ARM; r = e->regions.at[r].parent) {
        uint32_t other = other_arm(e, r);
        va_val w = other == VA_NO_REGION ? 0 : oldest_like(e, other, v);
        if (w && pair(e, w, v, r)) return true;
    }
    return false;
}

bool va_emit_find_twins(va_emitter *e) {
    e->edges.n = 0;
    for (size_t r = 0; r < e->regions.n; r++) e->regions.at[r].first_child = VA_NO_REGION;
    for (size_t i = 0; i < e->live.n && !e->failed; i++) {
        va_val v = e->live.at[i];
        if (is_candidate(e, v) && !find_pair(e, v)) list_candidate(e, v);
    }
    return e->twins.n > 0;
}

void va_emit_forget_twins(va_emitter *e) {
    for (size_t i = 0; i < e->twins.n; i++) {
        va_twin *twin = &e->twin[e->twins.at[i]];
        e->alias[twin->other] = 0;
        *twin = (va_twin){.other = 0};
    }
    e->twins.n = 0;
}
