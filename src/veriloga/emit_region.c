/* Which values only one arm of a select needs.
 *
 * Walking the live values backwards, each value has seen all its uses when its turn comes: its region is the
 * innermost one that holds them all.  A select's arm is used in the region "its own, where the condition is
 * true (false)"; everything else is used where its user lies. */
#include "veriloga/emit.h"

/* A region must save this much, in additions, to be worth its branch. */
#define WORTH 30
/* Of the lanes of a channel's loop some nearly always take an arm that depends on them; a branch there only keeps the
 * processor from working on what is before it and behind it at once. */
#define WORTH_OF_LANES 80
/* Deeper nesting is not written: C compilers limit it. */
#define MAX_DEPTH 60

static uint32_t cost_of(va_opcode op) {
    switch (op) {
    case VA_OP_POW:
    case VA_OP_DRAW:
    case VA_OP_TABLE:
    case VA_OP_TABLE_D:
        return 90;
    case VA_OP_DIV:
    case VA_OP_SQRT:
    case VA_OP_HYPOT:
        return 6;
    case VA_OP_PARAM:
    case VA_OP_CONST:
    case VA_OP_TRUE:
    case VA_OP_FALSE:
        return 0;
    default:
        break;
    }
    bool is_function = op >= VA_OP_EXP && op <= VA_OP_ATANH;
    return is_function ? 30 : 1;
}

/* ---- the tree ---- */

static va_region *region_at(const va_emitter *e, uint32_t r) {
    return &e->regions.at[r];
}

uint32_t va_emit_region_add(va_emitter *e, va_region like) {
    va_region *r = HYS_PUSH(&e->arena, &e->regions);
    if (!r) {
        e->failed = true;
        return VA_ROOT_REGION;
    }
    *r = like;
    r->same_cond = VA_NO_REGION;
    r->depth = like.kind == VA_REGION_ROOT ? 0 : region_at(e, like.parent)->depth + 1;
    return (uint32_t)(e->regions.n - 1);
}

static uint32_t arm_region(va_emitter *e, uint32_t parent, va_val cond, bool when) {
    if (va_emit_is_literal(e, cond) || region_at(e, parent)->depth >= MAX_DEPTH) return parent;
    for (uint32_t r = e->first_region[cond]; r != VA_NO_REGION; r = region_at(e, r)->same_cond)
        if (region_at(e, r)->parent == parent && region_at(e, r)->when == when) return r;
    uint32_t r = va_emit_region_add(
        e,
        (va_region){
            .kind = VA_REGION_ARM, .parent = parent, .cond = cond, .when = when, .loop = region_at(e, parent)->loop});
    if (e->failed) return parent;
    region_at(e, r)->same_cond = e->first_region[cond];
    e->first_region[cond] = r;
    return r;
}

static uint32_t common(const va_emitter *e, uint32_t a, uint32_t b) {
    while (a != b) {
        uint32_t *deeper = region_at(e, a)->depth >= region_at(e, b)->depth ? &a : &b;
        *deeper = region_at(e, *deeper)->parent;
    }
    return a;
}

/* The part of the path to r on which every condition is known at that stage. */
static uint32_t known_part(const va_emitter *e, uint32_t r, va_stage stage) {
    uint32_t kept = r;
    for (uint32_t up = r; up != VA_ROOT_REGION; up = region_at(e, up)->parent) {
        const va_region *at = region_at(e, up);
        bool is_unknown = at->kind == VA_REGION_ARM && e->stage[at->cond] > stage;
        if (is_unknown || (at->kind == VA_REGION_EITHER && stage < VA_STAGE_LANES)) kept = at->parent;
    }
    return kept;
}

static uint32_t body_of(const va_emitter *e, uint32_t loop) {
    return loop ? e->loops.at[loop].region : VA_ROOT_REGION;
}

/* ---- uses ---- */

/* v is needed in region r: out of r as far as the loops that v does not lie in. */
static void use(va_emitter *e, va_val v, uint32_t r) {
    v = va_emit_rep(e, v);
    if (v == 0 || e->stamp[v] != e->now || e->twin[v].other) return; /* twins have their region already */
    uint32_t loop = va_get(e->ir, v)->loop;
    while (region_at(e, r)->loop != loop && r != VA_ROOT_REGION) r = region_at(e, r)->parent;
    if (region_at(e, r)->loop != loop) return; /* an effect in a loop, wanted as a root: it lies in the body */
    e->region[v] = e->region[v] == VA_NO_REGION ? r : common(e, e->region[v], r);
}

bool va_emit_is_pinned(const va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    switch (ins->op) {
    case VA_OP_ARRAY:
    case VA_OP_ALOAD:
    case VA_OP_ASTORE:
    case VA_OP_EFFECT:
    case VA_OP_COND:
        return true;
    case VA_OP_END:
        return e->loops.at[ins->imm].is_pinned;
    default:
        return false;
    }
}

static bool is_in_body(const va_emitter *e, va_val v) {
    uint16_t op = va_get(e->ir, v)->op;
    return op == VA_OP_LOOP || op == VA_OP_PHI || va_emit_is_pinned(e, v);
}

uint32_t va_emit_home_parent(const va_emitter *e, uint32_t region, va_stage stage) {
    return e->regions.at[e->regions.at[region].parent].home[stage];
}

/* END comes first in the walk: makes the body's region and uses what the next turn of the loop needs. */
static void open_loop(va_emitter *e, va_val end) {
    uint32_t loop = va_get(e->ir, end)->imm;
    uint32_t r = va_emit_region_add(e, (va_region){.kind = VA_REGION_BODY, .parent = e->region[end], .loop = loop});
    e->loops.at[loop].region = r;
    use(e, va_get(e->ir, e->loops.at[loop].cond)->a, r);
    for (va_val phi = e->loops.at[loop].head + 1; va_get(e->ir, phi)->op == VA_OP_PHI; phi++)
        if (e->stamp[phi] == e->now) use(e, va_get(e->ir, phi)->b, r);
}

static void use_operands(va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    uint32_t r = e->region[v];
    size_t n = va_emit_n_operands(e, v);
    if (ins->op == VA_OP_SELECT) {
        va_val cond = va_emit_rep(e, ins->a);
        use(e, cond, r);
        use(e, ins->b, arm_region(e, r, cond, true));
        use(e, ins->c, arm_region(e, r, cond, false));
        return;
    }
    for (size_t i = 0; i < n; i++) {
        va_val operand = va_emit_operand(e, v, i);
        bool is_arm = ins->op == VA_OP_EFFECT && i > 0;
        use(e, operand, is_arm ? arm_region(e, r, va_emit_operand(e, v, 0), true) : r);
    }
}

/* What decides whether an arm of a pair is taken must be known before either. */
static void use_path(va_emitter *e, uint32_t r, uint32_t outer) {
    for (; r != outer; r = region_at(e, r)->parent) use(e, region_at(e, r)->cond, outer);
}

static void place_twin(va_emitter *e, va_val v) {
    uint32_t r = e->twin[v].region;
    e->region[v] = r;
    if (region_at(e, r)->kind == VA_REGION_EITHER)
        for (int i = 0; i < 2; i++) use_path(e, region_at(e, r)->either[i], region_at(e, r)->parent);
    use_operands(e, v);
}

/* Results are used through END, so that the loop lies where all of them are needed. */
static void place_value(va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    if (e->twin[v].other) {
        place_twin(e, v);
        return;
    }
    if (is_in_body(e, v)) e->region[v] = body_of(e, ins->loop);
    if (e->region[v] == VA_NO_REGION) e->region[v] = body_of(e, ins->loop); /* a loop without results */
    e->region[v] = known_part(e, e->region[v], (va_stage)e->stage[v]);
    if (ins->op == VA_OP_END) open_loop(e, v);
    if (ins->op == VA_OP_RESULT) use(e, e->loops.at[ins->imm].end, e->region[v]);
    else use_operands(e, v);
}

/* ---- costs ---- */

static uint32_t worth(const va_emitter *e, const va_region *at, int stage) {
    const bool is_lanes = va_emit_is_gates(e->func) && stage == VA_STAGE_LANES && at->kind == VA_REGION_ARM;
    return is_lanes && e->stage[at->cond] == VA_STAGE_LANES ? WORTH_OF_LANES : WORTH;
}

/* Regions that save too little give their values to the region around them. */
static void settle_homes(va_emitter *e) {
    for (size_t i = 0; i < e->live.n; i++) {
        va_val v = e->live.at[i];
        region_at(e, e->region[v])->cost[e->stage[v]] += cost_of(va_get(e->ir, v)->op);
    }
    for (uint32_t r = (uint32_t)e->regions.n; r-- > 1;)
        for (int s = 0; s < VA_STAGE_COUNT; s++)
            region_at(e, region_at(e, r)->parent)->cost[s] += region_at(e, r)->cost[s];
    for (uint32_t r = 0; r < e->regions.n; r++)
        for (int s = 0; s < VA_STAGE_COUNT; s++) {
            va_region *at = region_at(e, r);
            bool stays = at->kind == VA_REGION_ROOT || at->kind == VA_REGION_BODY || at->cost[s] >= worth(e, at, s);
            at->home[s] = stays ? r : region_at(e, at->parent)->home[s];
        }
}

static void move_home(va_emitter *e) {
    for (size_t i = 0; i < e->live.n; i++) {
        va_val v = e->live.at[i];
        e->region[v] = region_at(e, e->region[v])->home[e->stage[v]];
    }
}

static void place_values(va_emitter *e) {
    for (size_t i = 0; i < e->live.n; i++) e->region[e->live.at[i]] = VA_NO_REGION;
    for (size_t i = 0; i < e->n_roots && !e->failed; i++) use(e, e->roots[i].val, VA_ROOT_REGION);
    for (size_t i = e->live.n; i-- > 0 && !e->failed;) place_value(e, e->live.at[i]);
}

bool va_emit_regions(va_emitter *e) {
    e->regions.n = 0;
    va_emit_region_add(e, (va_region){.kind = VA_REGION_ROOT});
    for (size_t i = 0; i < e->live.n; i++) e->first_region[e->live.at[i]] = VA_NO_REGION;
    place_values(e);
    if (!e->failed && va_emit_find_twins(e) && va_emit_reach(e)) place_values(e);
    if (e->failed) return false;
    settle_homes(e);
    move_home(e);
    return true;
}
