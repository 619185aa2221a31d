/* Regions and values in the order of the text.
 *
 * A value is written as soon as all that it uses is there, older ones first; arms are entered when nothing
 * is left to do around them.  So an arm is entered once where its values do not need each other through
 * something outside of it.  Values used outside the block that computes them are declared before it. */
#include "veriloga/emit.h"

static void add_item(va_emitter *e, va_stage stage, va_item_kind kind, uint32_t at) {
    va_item *item = HYS_PUSH(&e->arena, &e->items[stage]);
    if (item) *item = (va_item){kind, at};
    else e->failed = true;
}

static uint32_t add_block(va_emitter *e, uint32_t parent, uint32_t region) {
    va_block *block = HYS_PUSH(&e->arena, &e->blocks);
    if (!block) {
        e->failed = true;
        return 0;
    }
    uint32_t index = (uint32_t)(e->blocks.n - 1);
    *block = (va_block){.parent = parent, .region = region};
    block->depth = index == 0 ? 0 : e->blocks.at[parent].depth + 1;
    return index;
}

/* ---- what waits for what ---- */

static void add_edge(va_emitter *e, va_val from, va_val to) {
    va_edge *edge = HYS_PUSH(&e->arena, &e->edges);
    if (!edge) {
        e->failed = true;
        return;
    }
    *edge = (va_edge){to, e->first_edge[from]};
    e->first_edge[from] = (uint32_t)(e->edges.n - 1);
    e->waits[to]++;
}

/* v, and the loops around it that do not hold `on` too, cannot come before it. */
static void wait_for(va_emitter *e, va_val v, va_val on) {
    on = va_emit_rep(e, on);
    if (va_emit_is_literal(e, on) || e->stamp[on] != e->now || e->stage[on] != e->stage[v]) return;
    uint32_t outer = va_get(e->ir, on)->loop;
    add_edge(e, on, v);
    for (uint32_t l = va_get(e->ir, v)->loop; l && l != outer; l = e->ir->loops.at[l])
        add_edge(e, on, e->loops.at[l].end);
}

static bool is_arm(const va_emitter *e, uint32_t r) {
    return e->regions.at[r].kind == VA_REGION_ARM || e->regions.at[r].kind == VA_REGION_EITHER;
}

/* An arm is entered when its condition, and those of the arms around it, are known. */
static void wait_for_conditions(va_emitter *e, va_val v) {
    va_stage stage = (va_stage)e->stage[v];
    for (uint32_t r = e->region[v]; is_arm(e, r); r = va_emit_home_parent(e, r, stage)) {
        const va_region *at = &e->regions.at[r];
        if (at->kind == VA_REGION_ARM) wait_for(e, v, at->cond);
        for (int side = 0; at->kind == VA_REGION_EITHER && side < 2; side++)
            for (uint32_t up = at->either[side]; up != at->parent; up = e->regions.at[up].parent)
                wait_for(e, v, e->regions.at[up].cond);
    }
}

static void find_waits(va_emitter *e, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    size_t n = ins->op == VA_OP_RESULT ? 0 : va_emit_n_operands(e, v);
    for (size_t i = 0; i < n; i++) wait_for(e, v, va_emit_operand(e, v, i));
    if (ins->op == VA_OP_RESULT) wait_for(e, v, e->loops.at[ins->imm].end);
    bool next_is_outside = ins->op == VA_OP_PHI && va_get(e->ir, ins->b)->loop != ins->imm;
    if (next_is_outside) wait_for(e, v, ins->b);
    if (va_emit_is_pinned(e, v)) {
        va_val *last = &e->loops.at[ins->loop].last_pinned;
        if (*last) wait_for(e, v, *last);
        *last = v;
    }
    wait_for_conditions(e, v);
}

static void build_graph(va_emitter *e) {
    e->edges.n = 0;
    for (size_t l = 0; l < e->loops.n; l++) e->loops.at[l].last_pinned = 0;
    for (size_t i = 0; i < e->live.n; i++) {
        va_val v = e->live.at[i];
        e->first_edge[v] = UINT32_MAX;
        e->waits[v] = 0;
    }
    for (size_t i = 0; i < e->live.n && !e->failed; i++) find_waits(e, e->live.at[i]);
}

/* ---- ready values: a pairing heap for each region, oldest value first ---- */

static va_val meld(va_emitter *e, va_val a, va_val b) {
    if (!a || !b) return a ? a : b;
    va_val top = a < b ? a : b, below = a < b ? b : a;
    e->heap_sibling[below] = e->heap_child[top];
    e->heap_child[top] = below;
    return top;
}

/* Melds neighbours in pairs, then the pairs from the last to the first. */
static va_val meld_children(va_emitter *e, va_val first) {
    va_val pairs = 0, all = 0;
    while (first) {
        va_val second = e->heap_sibling[first], rest = second ? e->heap_sibling[second] : 0;
        e->heap_sibling[first] = 0;
        if (second) e->heap_sibling[second] = 0;
        va_val pair = meld(e, first, second);
        e->heap_sibling[pair] = pairs;
        pairs = pair;
        first = rest;
    }
    while (pairs) {
        va_val rest = e->heap_sibling[pairs];
        e->heap_sibling[pairs] = 0;
        all = meld(e, all, pairs);
        pairs = rest;
    }
    return all;
}

static void count_ready(va_emitter *e, uint32_t region, va_stage stage, uint32_t change) {
    uint32_t r = region;
    for (; is_arm(e, r); r = va_emit_home_parent(e, r, stage)) e->regions.at[r].n_ready += change;
    e->regions.at[r].n_ready += change;
}

static void make_ready(va_emitter *e, va_val v) {
    va_region *r = &e->regions.at[e->region[v]];
    e->heap_child[v] = e->heap_sibling[v] = 0;
    r->ready = meld(e, r->ready, v);
    count_ready(e, e->region[v], (va_stage)e->stage[v], 1);
}

static va_val take_ready(va_emitter *e, uint32_t region) {
    va_region *r = &e->regions.at[region];
    va_val v = r->ready;
    if (!v) return 0;
    r->ready = meld_children(e, e->heap_child[v]);
    count_ready(e, region, (va_stage)e->stage[v], UINT32_MAX); /* one fewer */
    return v;
}

/* ---- writing ---- */

typedef struct position { /* where the text is being written */
    va_stage stage;
    uint32_t region, block;
} position;

static void write_region(va_emitter *e, position at);

static void enter(va_emitter *e, position at, uint32_t region) {
    uint32_t block = add_block(e, at.block, region);
    const va_region *r = &e->regions.at[region];
    if (r->kind == VA_REGION_BODY) e->loops.at[r->loop].block = block;
    add_item(e, at.stage, VA_ITEM_OPEN, block);
    write_region(e, (position){at.stage, region, block});
    add_item(e, at.stage, VA_ITEM_CLOSE, block);
}

static void write_value(va_emitter *e, position at, va_val v) {
    const va_ins *ins = va_get(e->ir, v);
    if (ins->op == VA_OP_END) enter(e, at, e->loops.at[ins->imm].region);
    e->block[v] = at.block;
    bool is_written = ins->op != VA_OP_END && ins->op != VA_OP_LOOP && ins->op != VA_OP_PHI;
    if (is_written) add_item(e, at.stage, VA_ITEM_VALUE, v);
    for (uint32_t i = e->first_edge[v]; i != UINT32_MAX; i = e->edges.at[i].next)
        if (--e->waits[e->edges.at[i].to] == 0) make_ready(e, e->edges.at[i].to);
}

/* All that can be known in the region itself comes first, so that its arms are entered with as much as
 * possible to do, and seldom twice. */
static void write_region(va_emitter *e, position at) {
    while (!e->failed) {
        va_val v = take_ready(e, at.region);
        if (v) {
            write_value(e, at, v);
            continue;
        }
        uint32_t arm = e->regions.at[at.region].first_child;
        while (arm != VA_NO_REGION && e->regions.at[arm].n_ready == 0) arm = e->regions.at[arm].sibling;
        if (arm == VA_NO_REGION) return;
        enter(e, at, arm);
    }
}

/* Lists the arms of each region; the newest regions hold the oldest values and come first. */
static void start_stage(va_emitter *e, va_stage stage) {
    e->items[stage].n = 0;
    for (uint32_t r = 0; r < e->regions.n; r++) {
        va_region *at = &e->regions.at[r];
        at->first_child = at->sibling = VA_NO_REGION;
        at->ready = 0;
        at->n_ready = 0;
    }
    for (uint32_t r = 1; r < e->regions.n; r++) {
        va_region *at = &e->regions.at[r];
        if (at->home[stage] != r || !is_arm(e, r)) continue;
        va_region *parent = &e->regions.at[va_emit_home_parent(e, r, stage)];
        at->sibling = parent->first_child;
        parent->first_child = r;
    }
    for (size_t i = 0; i < e->live.n; i++) {
        va_val v = e->live.at[i];
        if (e->stage[v] == stage && e->waits[v] == 0) make_ready(e, v);
    }
}

static bool is_complete(const va_emitter *e) {
    for (size_t i = 0; i < e->live.n; i++)
        if (e->block[e->live.at[i]] == UINT32_MAX) return false;
    return true;
}

/* ---- declarations ---- */

static bool is_within(const va_emitter *e, uint32_t block, uint32_t outer) {
    while (e->blocks.at[block].depth > e->blocks.at[outer].depth) block = e->blocks.at[block].parent;
    return block == outer;
}

/* The value is used in that block: it must be declared in a block around both. */
static void reach_block(va_emitter *e, va_val v, uint32_t block) {
    v = va_emit_rep(e, v);
    if (v == 0 || e->stamp[v] != e->now) return;
    while (!is_within(e, block, e->declared[v])) e->declared[v] = e->blocks.at[e->declared[v]].parent;
}

/* PHIs live in the block around their loop. */
static void start_declared(va_emitter *e) {
    for (size_t i = 0; i < e->live.n; i++) {
        va_val v = e->live.at[i];
        bool is_phi = va_get(e->ir, v)->op == VA_OP_PHI;
        if (is_phi) e->block[v] = e->blocks.at[e->block[v]].parent;
        e->declared[v] = e->block[v];
    }
}

static void reach_uses(va_emitter *e, va_val v) {
    uint32_t block = e->block[v];
    const va_ins *ins = va_get(e->ir, v);
    size_t n = va_emit_n_operands(e, v);
    for (size_t i = 0; i < n; i++) reach_block(e, va_emit_operand(e, v, i), block);
    if (ins->op == VA_OP_PHI) reach_block(e, ins->b, e->loops.at[ins->imm].block);
}

/* Conditions of regions are used where the region is entered. */
static void reach_conditions(va_emitter *e) {
    for (size_t b = 2; b < e->blocks.n; b++) {
        const va_block *block = &e->blocks.at[b];
        const va_region *r = &e->regions.at[block->region];
        if (r->kind == VA_REGION_ARM) reach_block(e, r->cond, block->parent);
        for (int side = 0; r->kind == VA_REGION_EITHER && side < 2; side++)
            for (uint32_t up = r->either[side]; up != r->parent; up = e->regions.at[up].parent)
                reach_block(e, e->regions.at[up].cond, block->parent);
    }
}

/* Puts each value that is used outside its block on the list of the block before which it is declared. */
static void list_declarations(va_emitter *e) {
    for (size_t i = e->live.n; i-- > 0;) {
        va_val v = e->live.at[i];
        uint32_t block = e->block[v];
        if (block == e->declared[v] || va_get(e->ir, v)->kind == VA_KIND_NONE) continue;
        while (e->blocks.at[block].parent != e->declared[v]) block = e->blocks.at[block].parent;
        e->next[v] = e->blocks.at[block].first_early;
        e->blocks.at[block].first_early = v;
    }
}

/* Block 0 is the function, block 1 the loop over instances. */
bool va_emit_order(va_emitter *e) {
    e->blocks.n = 0;
    add_block(e, 0, VA_ROOT_REGION);
    add_block(e, 0, VA_ROOT_REGION);
    for (size_t i = 0; i < e->live.n; i++) e->block[e->live.at[i]] = UINT32_MAX;
    build_graph(e);
    for (int s = 0; s < VA_STAGE_COUNT && !e->failed; s++) {
        start_stage(e, (va_stage)s);
        write_region(e, (position){(va_stage)s, VA_ROOT_REGION, s == VA_STAGE_LANES ? 1 : 0});
    }
    if (e->failed) return false;
    e->is_stuck = !is_complete(e);
    if (e->is_stuck) return false;
    start_declared(e);
    for (size_t i = 0; i < e->live.n; i++) reach_uses(e, e->live.at[i]);
    reach_conditions(e);
    for (size_t i = 0; i < e->n_roots; i++) reach_block(e, e->roots[i].val, 1);
    list_declarations(e);
    return true;
}
