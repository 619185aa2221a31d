/* One function of a kernel: its loads, its values stage by stage, its stores and effects. */
#include "veriloga/emit.h"

static void indent(va_emitter *e, unsigned depth) {
    hys__text_printf(e->out, "%*s", (int)(4 * (depth < 12 ? depth : 12)), "");
}

static const char *type_of(const va_emitter *e, va_val v) {
    return va_get(e->ir, v)->kind == VA_KIND_BOOL ? "hys_m" : "hys_v";
}

/* ---- blocks ---- */

/* What marks masks of the second of two groups. */
static const char *mark_of(const va_emitter *e) {
    return e->is_second ? "b" : "";
}

static void block_mask(va_emitter *e, uint32_t block, va_stage stage) {
    static const char *const roots[] = {"hys_mask(1)", "live_params", "live"};
    if (block < VA_FIRST_BLOCK) hys__text_puts(e->out, roots[stage]);
    else hys__text_printf(e->out, "m%u%s", (unsigned)block, mark_of(e));
}

static void declare_early(va_emitter *e, const va_block *block, unsigned depth) {
    for (va_val v = block->first_early; v; v = e->next[v]) {
        if (e->is_again && !e->again[v]) continue;
        bool is_mask = va_get(e->ir, v)->kind == VA_KIND_BOOL;
        indent(e, depth);
        hys__text_printf(e->out, "%s t%u%s = %s;\n", type_of(e, v), (unsigned)v, mark_of(e),
                         is_mask ? "hys_mask(0)" : "hys_k(0.0)");
        if (!e->has_inverse[v]) continue;
        indent(e, depth);
        hys__text_printf(e->out, "hys_v i%u%s = hys_k(0.0);\n", (unsigned)v, mark_of(e));
    }
}

/* The next PHI of a loop that is needed and has a value: versions of arrays have none. */
static bool next_phi(const va_emitter *e, va_val *phi) {
    for (;;) {
        const va_ins *ins = va_get(e->ir, ++*phi);
        if (ins->op != VA_OP_PHI) return false;
        if (e->stamp[*phi] == e->now && ins->kind != VA_KIND_NONE) return true;
    }
}

static void start_phis(va_emitter *e, va_val head, unsigned depth) {
    for (va_val phi = head; next_phi(e, &phi);) {
        bool is_early = e->declared[phi] != e->block[phi];
        indent(e, depth);
        hys__text_printf(e->out, "%s%st%u = ", is_early ? "" : type_of(e, phi), is_early ? "" : " ", (unsigned)phi);
        va_emit_ref(e, va_get(e->ir, phi)->a);
        hys__text_puts(e->out, ";\n");
    }
}

static void open_loop(va_emitter *e, uint32_t block, va_stage stage, unsigned depth) {
    uint32_t loop = e->regions.at[e->blocks.at[block].region].loop;
    va_val head = e->loops.at[loop].head;
    start_phis(e, head, depth);
    indent(e, depth);
    hys__text_printf(e->out, "hys_m m%u = hys_and(", (unsigned)block);
    block_mask(e, e->blocks.at[block].parent, stage);
    hys__text_puts(e->out, ", ");
    va_emit_ref(e, va_get(e->ir, head)->a);
    hys__text_puts(e->out, ");\n");
    indent(e, depth);
    hys__text_printf(e->out, "for (hys_u32 n%u = 0; hys_any(m%u); n%u++) {\n", (unsigned)block, (unsigned)block,
                     (unsigned)block);
    indent(e, depth + 1);
    hys__text_printf(e->out, "if (n%u == HYS_LOOP_MAX) {\n", (unsigned)block);
    for (va_val phi = head; next_phi(e, &phi);) {
        if (va_get(e->ir, phi)->kind == VA_KIND_BOOL) continue;
        indent(e, depth + 2);
        hys__text_printf(e->out, "t%u = hys_sel(m%u, hys_k(HYS_NAN), t%u);\n", (unsigned)phi, (unsigned)block,
                         (unsigned)phi);
    }
    indent(e, depth + 2);
    hys__text_puts(e->out, "break;\n");
    indent(e, depth + 1);
    hys__text_puts(e->out, "}\n");
}

/* The conditions between a region and one around it, all of which hold. */
static void path_mask(va_emitter *e, uint32_t region, uint32_t outer) {
    const va_region *r = &e->regions.at[region];
    bool is_last = r->parent == outer;
    if (!is_last) {
        hys__text_puts(e->out, "hys_and(");
        path_mask(e, r->parent, outer);
        hys__text_puts(e->out, ", ");
    }
    hys__text_puts(e->out, r->when ? "" : "hys_not(");
    va_emit_ref(e, r->cond);
    hys__text_puts(e->out, r->when ? "" : ")");
    if (!is_last) hys__text_puts(e->out, ")");
}

static void open_either(va_emitter *e, uint32_t block, va_stage stage, unsigned depth) {
    const va_region *region = &e->regions.at[e->blocks.at[block].region];
    indent(e, depth);
    hys__text_printf(e->out, "const hys_m m%u%s = hys_and(", (unsigned)block, mark_of(e));
    block_mask(e, e->blocks.at[block].parent, stage);
    hys__text_puts(e->out, ", hys_or(");
    path_mask(e, region->either[0], region->parent);
    hys__text_puts(e->out, ", ");
    path_mask(e, region->either[1], region->parent);
    hys__text_puts(e->out, "));\n");
}

static void open_arm(va_emitter *e, uint32_t block, va_stage stage, unsigned depth) {
    const va_region *region = &e->regions.at[e->blocks.at[block].region];
    indent(e, depth);
    bool is_common = stage == VA_STAGE_LANES && e->stage[region->cond] < VA_STAGE_LANES;
    hys__text_printf(e->out, "const hys_m m%u%s = %s(", (unsigned)block, mark_of(e), is_common ? "HYS_ARM" : "hys_and");
    block_mask(e, e->blocks.at[block].parent, stage);
    hys__text_puts(e->out, region->when ? ", " : ", hys_not(");
    va_emit_ref(e, region->cond);
    hys__text_puts(e->out, region->when ? ");\n" : "));\n");
}

static void open_branch(va_emitter *e, uint32_t block, va_stage stage, unsigned depth) {
    declare_early(e, &e->blocks.at[block], depth);
    if (e->regions.at[e->blocks.at[block].region].kind == VA_REGION_EITHER) open_either(e, block, stage, depth);
    else open_arm(e, block, stage, depth);
}

static bool is_side_by_side(const va_emitter *e) {
    return e->is_pair && !e->is_again;
}

static void open_region(va_emitter *e, uint32_t block, va_stage stage, unsigned depth) {
    const unsigned n = (unsigned)block;
    if (e->regions.at[e->blocks.at[block].region].kind == VA_REGION_BODY) {
        declare_early(e, &e->blocks.at[block], depth);
        open_loop(e, block, stage, depth);
        return;
    }
    open_branch(e, block, stage, depth);
    if (is_side_by_side(e)) {
        e->is_second = true;
        open_branch(e, block, stage, depth);
        e->is_second = false;
    }
    indent(e, depth);
    if (is_side_by_side(e)) hys__text_printf(e->out, "if (hys_any(hys_or(m%u, m%ub))) {\n", n, n);
    else hys__text_printf(e->out, "if (hys_any(m%u%s)) {\n", n, mark_of(e));
}

/* All PHIs move at once: the new values are complete before the first is replaced. */
static void close_loop(va_emitter *e, uint32_t block, unsigned depth) {
    va_val head = e->loops.at[e->regions.at[e->blocks.at[block].region].loop].head;
    for (va_val phi = head; next_phi(e, &phi);) {
        bool is_mask = va_get(e->ir, phi)->kind == VA_KIND_BOOL;
        indent(e, depth + 1);
        hys__text_printf(e->out, "const %s u%u = %s(m%u, ", type_of(e, phi), (unsigned)phi,
                         is_mask ? "hys_sel_mask" : "hys_sel", (unsigned)block);
        va_emit_ref(e, va_get(e->ir, phi)->b);
        hys__text_printf(e->out, ", t%u);\n", (unsigned)phi);
    }
    for (va_val phi = head; next_phi(e, &phi);) {
        indent(e, depth + 1);
        hys__text_printf(e->out, "t%u = u%u;\n", (unsigned)phi, (unsigned)phi);
    }
}

/* ---- values ---- */

static void array_store(va_emitter *e, va_val v, unsigned depth) {
    va_val array = va_emit_array_of(e, v);
    indent(e, depth);
    hys__text_printf(e->out, "hys_array_set(a%u, %zuu, ", (unsigned)array,
                     e->model->arrays.at[va_get(e->ir, array)->imm].n);
    va_emit_ref(e, va_emit_operand(e, v, 1));
    hys__text_puts(e->out, ", ");
    va_emit_ref(e, va_emit_operand(e, v, 2));
    hys__text_puts(e->out, ", hys_and(");
    block_mask(e, e->block[v], VA_STAGE_LANES);
    hys__text_puts(e->out, ", ");
    va_emit_ref(e, va_emit_operand(e, v, 3));
    hys__text_puts(e->out, "));\n");
}

static void leave_loop(va_emitter *e, va_val v, unsigned depth) {
    unsigned block = (unsigned)e->block[v];
    indent(e, depth);
    hys__text_printf(e->out, "m%u = hys_and(m%u, ", block, block);
    va_emit_ref(e, va_get(e->ir, v)->a);
    hys__text_puts(e->out, ");\n");
    indent(e, depth);
    hys__text_printf(e->out, "if (!hys_any(m%u)) break;\n", block);
}

/* In the lane's turn: `if (lane) out->effect(...)`. */
static void effect_call(va_emitter *e, va_val v, const char *lane) {
    size_t n = va_emit_n_operands(e, v);
    hys__text_puts(e->out, "if (hys_lane_is(hys_and(");
    block_mask(e, e->block[v], VA_STAGE_LANES);
    hys__text_puts(e->out, ", ");
    va_emit_ref(e, va_emit_operand(e, v, 0));
    hys__text_printf(e->out, "), %s)) out->effect(out->effect_user, %uu, at + %s, ", lane,
                     (unsigned)va_get(e->ir, v)->imm, lane);
    hys__text_puts(e->out, n > 1 ? "(const double[]){" : "0");
    for (size_t i = 1; i < n; i++) {
        hys__text_puts(e->out, i > 1 ? ", hys_lane(" : "hys_lane(");
        va_emit_ref(e, va_emit_operand(e, v, i));
        hys__text_printf(e->out, ", %s)", lane);
    }
    hys__text_printf(e->out, "%s, %zuu);\n", n > 1 ? "}" : "", n - 1);
}

static void effect_in_loop(va_emitter *e, va_val v, unsigned depth) {
    if (va_get(e->ir, v)->loop == 0) return; /* those outside of loops come last, lane by lane */
    indent(e, depth);
    hys__text_puts(e->out, "for (hys_u32 l = 0; out->effect && l < HYS_W; l++)\n");
    indent(e, depth + 1);
    effect_call(e, v, "l");
}

/* cosh and sinh, cos and sin of the same operand: the older of the two computes both. */
static void paired_value(va_emitter *e, va_val v, va_val partner, unsigned depth) {
    uint16_t op = va_get(e->ir, v)->op;
    bool is_trig = op == VA_OP_SIN || op == VA_OP_COS, is_first = op == VA_OP_COS || op == VA_OP_COSH;
    va_val older = v < partner ? v : partner;
    if (v == older) {
        hys__text_printf(e->out, "const hys_pair q%u%s = %s(", (unsigned)v, va_emit_suffix(e, v),
                         is_trig ? "hys_cos_sin" : "hys_cosh_sinh");
        va_emit_ref(e, va_get(e->ir, v)->a);
        hys__text_puts(e->out, ");\n");
        indent(e, depth);
    }
    if (e->declared[v] == e->block[v]) hys__text_puts(e->out, "const hys_v ");
    const char *suffix = va_emit_suffix(e, v);
    hys__text_printf(e->out, "t%u%s = q%u%s.%s;\n", (unsigned)v, suffix, (unsigned)older, suffix,
                     is_first ? "high" : "low");
}

static void moved_state(va_emitter *e, va_val v, uint32_t state, unsigned depth) {
    const char *suffix = va_emit_suffix(e, v);
    indent(e, depth);
    hys__text_printf(e->out, "const hys_v t%u%s = now%u%s;\n", (unsigned)v, suffix, (unsigned)state, suffix);
}

static void plain_value(va_emitter *e, va_val v, unsigned depth) {
    uint32_t state;
    bool is_early = e->declared[v] != e->block[v];
    if (e->is_again && va_emit_is_again_state(e, v, &state)) {
        moved_state(e, v, state, depth);
        return;
    }
    va_val partner = e->twin[v].other ? 0 : va_emit_partner(e, v);
    indent(e, depth);
    if (partner) {
        paired_value(e, v, partner, depth);
    } else {
        if (!is_early) hys__text_printf(e->out, "const %s ", type_of(e, v));
        hys__text_printf(e->out, "t%u%s = ", (unsigned)v, va_emit_suffix(e, v));
        va_emit_expression(e, v);
        hys__text_puts(e->out, ";\n");
    }
    if (!e->has_inverse[v]) return;
    indent(e, depth);
    const char *suffix = va_emit_suffix(e, v);
    hys__text_printf(e->out, "%si%u%s = 1.0 / t%u%s;\n", is_early ? "" : "const hys_v ", (unsigned)v, suffix,
                     (unsigned)v, suffix);
}

static void value(va_emitter *e, va_val v, unsigned depth) {
    const va_ins *ins = va_get(e->ir, v);
    switch (ins->op) {
    case VA_OP_ARRAY:
        va_emit_array_entry(e, v, (int)(4 * (depth < 12 ? depth : 12)));
        return;
    case VA_OP_ASTORE:
        array_store(e, v, depth);
        return;
    case VA_OP_COND:
        leave_loop(e, v, depth);
        return;
    case VA_OP_EFFECT:
        effect_in_loop(e, v, depth);
        return;
    default:
        if (ins->kind != VA_KIND_NONE && !e->is_exit[v]) plain_value(e, v, depth);
    }
}

/* The next instances' beside the first ones': neither waits for the other. */
static void second_value(va_emitter *e, va_val v, unsigned depth) {
    e->is_second = true;
    value(e, v, depth);
    e->is_second = false;
}

void va_emit_stage(va_emitter *e, va_stage stage) {
    unsigned depth = stage != VA_STAGE_LANES ? 1 : e->is_again ? 4 : 2;
    for (size_t i = 0; i < e->items[stage].n; i++) {
        va_item item = e->items[stage].at[i];
        if (item.kind == VA_ITEM_VALUE) {
            if (e->is_again && !e->again[item.at]) continue;
            value(e, item.at, depth);
            if (is_side_by_side(e)) second_value(e, item.at, depth);
            continue;
        }
        const va_block *block = &e->blocks.at[item.at];
        bool is_loop = e->regions.at[block->region].kind == VA_REGION_BODY;
        if (item.kind == VA_ITEM_OPEN) {
            open_region(e, item.at, stage, depth);
            depth++;
        } else {
            depth--;
            if (is_loop) close_loop(e, item.at, depth);
            indent(e, depth);
            hys__text_puts(e->out, "}\n");
        }
    }
}

/* ---- inputs and outputs ---- */

static const char *const target_fields[] = {
    [VA_TO_F] = "f",
    [VA_TO_JAC] = "jac",
    [VA_TO_MASS] = "mass",
    [VA_TO_X0] = "x0",
    [VA_TO_RETAINED] = "r",
    [VA_TO_ROOT] = "root",
    [VA_TO_BOUND_STEP] = "bound_step",
    [VA_TO_NEXT_TIME] = "next_time",
    [VA_TO_NOISE] = "noise",
    [VA_TO_NOISE_EXP] = "noise_exp",
    [VA_TO_NOISE_COEF] = "noise_coef",
    [VA_TO_DELAY_IN] = "delay_in",
    [VA_TO_DELAY_TD] = "delay_td",
    [VA_TO_COLLAPSE] = "collapse",
    [VA_TO_STEPPED] = "stepped",
    [VA_TO_OPVAR] = "opvar",
    [VA_TO_CLAMP_LO] = "clamp_lo",
    [VA_TO_CLAMP_HI] = "clamp_hi",
    [VA_TO_EFFECT] = NULL,
};

static uint32_t place_of(const va_emitter *e, const va_root *root) {
    return root->target == VA_TO_RETAINED ? e->program->retained_slot[root->index] : root->index;
}

static bool is_stored(const va_emitter *e, const va_root *root) {
    if (root->target == VA_TO_RETAINED && e->is_exit[root->val]) return false; /* with its array */
    return target_fields[root->target] && place_of(e, root) != UINT32_MAX;
}

static void output_pointers(va_emitter *e) {
    for (size_t i = 0; i < e->n_roots; i++) {
        const va_root *root = &e->roots[i];
        if (!is_stored(e, root)) continue;
        const char *field = target_fields[root->target];
        if (root->target == VA_TO_BOUND_STEP || root->target == VA_TO_NEXT_TIME || root->target == VA_TO_STEPPED)
            hys__text_printf(e->out, "    double *const o%zu = out->%s;\n", i, field);
        else
            hys__text_printf(e->out, "    double *const o%zu = out->%s ? out->%s[%u] : 0;\n", i, field, field,
                             (unsigned)place_of(e, root));
    }
}

/* Each array that some value loads from, once. */
static void input_pointers(va_emitter *e) {
    uint32_t n_unknowns = (uint32_t)e->model->unknowns.n, n_retained = (uint32_t)e->model->retained.n;
    uint8_t *x = HYS_NEW_N(&e->arena, uint8_t, n_unknowns + 1), *r = HYS_NEW_N(&e->arena, uint8_t, n_retained + 1);
    if (!x || !r) {
        e->failed = true;
        return;
    }
    for (size_t i = 0; i < e->live.n; i++) {
        const va_ins *ins = va_get(e->ir, e->live.at[i]);
        if (ins->op == VA_OP_PROBE) {
            va_probe p = e->model->probes.at[ins->imm];
            if (p.pos != VA_GROUND) x[p.pos] = 1;
            if (p.neg != VA_GROUND) x[p.neg] = 1;
        }
        if (ins->op == VA_OP_RETAINED) r[ins->imm] = 1;
    }
    for (uint32_t i = 0; i < n_unknowns; i++)
        if (x[i]) hys__text_printf(e->out, "    const double *const x%u = batch->x[%u];\n", i, i);
    for (uint32_t i = 0; i < n_retained; i++) {
        uint32_t slot = e->program->retained_slot[i];
        if (r[i] && slot != UINT32_MAX)
            hys__text_printf(e->out, "    const double *const r%u = batch->r[%u];\n", slot, slot);
    }
}

static void store_root(va_emitter *e, size_t i) {
    const va_root *root = &e->roots[i];
    if (!is_stored(e, root)) return;
    bool is_mask = va_get(e->ir, root->val)->kind == VA_KIND_BOOL;
    bool is_sure = root->target == VA_TO_F || (root->target == VA_TO_JAC && !e->is_large);
    hys__text_printf(e->out, is_sure ? "        hys_store(o%zu + at, " : "        hys_put(o%zu, at, ", i);
    if (is_mask) hys__text_puts(e->out, "hys_flag(");
    va_emit_ref(e, root->val);
    hys__text_puts(e->out, is_mask ? "));\n" : ");\n");
}

/* What accept() must write even where the module says nothing. */
static void store_defaults(va_emitter *e) {
    bool has_bound = false, has_next = false;
    for (size_t i = 0; i < e->n_roots; i++) {
        if (e->roots[i].target == VA_TO_BOUND_STEP) has_bound = true;
        if (e->roots[i].target == VA_TO_NEXT_TIME) has_next = true;
    }
    if (!has_bound) hys__text_puts(e->out, "        hys_put(out->bound_step, at, hys_k(HYS_INF));\n");
    if (!has_next) hys__text_puts(e->out, "        hys_put(out->next_time, at, hys_k(HYS_INF));\n");
}

static void effects(va_emitter *e) {
    bool any = false;
    for (size_t i = 0; i < e->n_roots; i++) {
        va_val v = e->roots[i].val;
        if (e->roots[i].target != VA_TO_EFFECT || va_get(e->ir, v)->loop) continue;
        if (!any) hys__text_puts(e->out, "        for (hys_u32 l = 0; out->effect && l < HYS_W; l++) {\n");
        any = true;
        indent(e, 3);
        effect_call(e, v, "l");
    }
    if (any) hys__text_puts(e->out, "        }\n");
}

/* ---- functions ---- */

static const char *func_name(va_func_id func) {
    static const char *const names[] = {
#define VA_X(name, text) text,
        VA_FUNC_LIST(VA_X)
#undef VA_X
    };
    return names[func];
}

/* Large kernels have the text of their residuals once, with the Jacobian. */
static void residuals_of_large(va_emitter *e) {
    hys__text_puts(e->out, "static void eval_f(const hys_env *env, const hys_batch *batch, const hys_out *out)\n{\n"
                           "    hys_out residuals = *out;\n    residuals.jac = 0;\n"
                           "    eval_fj(env, batch, &residuals);\n}\n\n");
}

static bool is_seldom(va_func_id func) {
    return func == VA_FUNC_FIXED || func == VA_FUNC_INIT || func == VA_FUNC_NOISE || func == VA_FUNC_OPVARS;
}

static void write_lanes(va_emitter *e) {
    va_emit_stage(e, VA_STAGE_LANES);
    if (va_emit_is_gates(e->func)) {
        va_emit_move_gates(e);
        return;
    }
    for (size_t i = 0; i < e->n_roots; i++) store_root(e, i);
    va_emit_array_exits(e);
    if (e->func == VA_FUNC_ACCEPT) store_defaults(e);
    effects(e);
}

/* Loops over channels take two groups of lanes at a time, so that the processor need not wait for either. */
static void write_loops(va_emitter *e) {
    const bool has_pairs = va_emit_is_gates(e->func) && va_emit_can_pair(e);
    if (has_pairs) {
        hys__text_puts(e->out, "    hys_u32 at = 0;\n    HYS_EACH_PAIR {\n"
                               "        HYS_UNUSED const hys_m live = hys_mask(1);\n"
                               "        const hys_u32 atb = at + HYS_W;\n");
        e->is_pair = true;
        write_lanes(e);
        e->is_pair = false;
        hys__text_puts(e->out, "    }\n    HYS_EACH_OTHER {\n");
    } else {
        hys__text_puts(e->out, "    HYS_EACH_GROUP {\n");
    }
    hys__text_puts(e->out, "        HYS_UNUSED const hys_m live = HYS_LIVE;\n");
    write_lanes(e);
    hys__text_puts(e->out, "    }\n");
}

/* The loop for the usual parameters, before that for all. */
static void usual_lanes(va_emitter *e) {
    va_val assumed[VA_MOST_ASSUMED];
    size_t n = va_emit_find_usual(e, assumed);
    if (n == 0) return;
    hys__text_puts(e->out, "#if HYS_LANES > 1 && !HYS_OWN_PARAMS\n    if (");
    for (size_t i = 0; i < n; i++) {
        bool is_mask = va_get(e->ir, assumed[i])->kind == VA_KIND_BOOL;
        hys__text_printf(e->out, is_mask ? "%shys_first(t%u) == " : "%shys_lane(t%u, 0) == ", i ? " && " : "",
                         (unsigned)assumed[i]);
        va_emit_number(e->out, e->usual[assumed[i]]);
    }
    hys__text_puts(e->out, ") {\n");
    e->is_usual = true;
    write_loops(e);
    e->is_usual = false;
    hys__text_puts(e->out, "    } else\n#endif\n");
}

/* Single devices are no channels. */
static void open_gates(va_emitter *e) {
    hys__text_puts(e->out, e->func == VA_FUNC_GATES ? "#if HYS_LANES > 1 && !HYS_OWN_PARAMS\n"
                                                    : "#if HYS_LANES > 1 && HYS_OWN_PARAMS\n");
    /* values of the second look have the names of those of the first, and not all of them are used */
    hys__text_puts(e->out, "#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"-Wshadow\"\n"
                           "#pragma GCC diagnostic ignored \"-Wunused-variable\"\n");
}

static void signature(va_emitter *e) {
    const bool is_gates = va_emit_is_gates(e->func);
    hys__text_printf(e->out,
                     "%sstatic void %s(HYS_UNUSED const hys_env *env, const hys_batch *batch, "
                     "HYS_UNUSED const %s)\n{\n",
                     is_seldom(e->func) ? "HYS_SELDOM " : "", is_gates ? "gates" : func_name(e->func),
                     is_gates ? "hys_gates_args *args" : "hys_out *out");
}

static bool plan(va_emitter *e) {
    const bool is_gates = va_emit_is_gates(e->func);
    if (is_gates && !va_emit_plan_gates(e)) return false;
    e->roots = e->program->roots[e->func].at;
    e->n_roots = e->program->roots[e->func].n;
    if (is_gates) va_emit_find_curved(e);
    if (e->failed || !va_emit_plan_function(e)) return false;
    if (is_gates) va_emit_find_again(e);
    return true;
}

void va_emit_function(va_emitter *e, va_func_id func) {
    const bool is_gates = va_emit_is_gates(func);
    if ((e->is_large && func == VA_FUNC_EVAL_F) || (is_gates && !va_emit_has_gates(e))) return;
    e->func = func;
    if (!plan(e)) return;
    if (is_gates) open_gates(e);
    signature(e);
    input_pointers(e);
    if (is_gates) va_emit_gates_entry(e);
    else output_pointers(e);
    va_emit_stage(e, VA_STAGE_BATCH);
    hys__text_puts(e->out, "    HYS_BEGIN_PARAMS\n");
    va_emit_stage(e, VA_STAGE_PARAMS);
    if (func == VA_FUNC_EVAL_FJ || func == VA_FUNC_GATES) usual_lanes(e);
    if (func == VA_FUNC_GATES) {
        hys__text_puts(e->out, "    {\n");
        write_loops(e);
    } else {
        hys__text_puts(e->out, "    HYS_BEGIN_LANES\n");
        write_lanes(e);
    }
    hys__text_puts(e->out, func == VA_FUNC_GATES ? "    }\n    }\n}\n#pragma GCC diagnostic pop\n#endif\n\n"
                           : is_gates            ? "    HYS_END\n}\n#pragma GCC diagnostic pop\n#endif\n\n"
                                                 : "    HYS_END\n}\n\n");
    if (e->is_large && func == VA_FUNC_EVAL_FJ) residuals_of_large(e);
}

/* One root in a scope of its own: a default may read only parameters that are complete by then. */
static void emit_param_root(va_emitter *e, const va_root *root) {
    static const char *const arrays[] = {
        [VA_TO_PARAM] = "p", [VA_TO_BOUND_LO] = "lo", [VA_TO_BOUND_HI] = "hi", [VA_TO_RETAINED] = "r0"};
    e->roots = root;
    e->n_roots = 1;
    uint32_t place = place_of(e, root);
    if (place == UINT32_MAX || !va_emit_plan_function(e)) return;
    if (root->target == VA_TO_PARAM) hys__text_printf(e->out, "    if (!env->given[%u]) {\n", (unsigned)root->index);
    else hys__text_puts(e->out, "    {\n");
    va_emit_stage(e, VA_STAGE_BATCH);
    va_emit_stage(e, VA_STAGE_PARAMS);
    hys__text_printf(e->out, "    %s[%u] = hys_lane(", arrays[root->target], (unsigned)place);
    bool is_mask = va_get(e->ir, root->val)->kind == VA_KIND_BOOL;
    if (is_mask) hys__text_puts(e->out, "hys_flag(");
    va_emit_ref(e, root->val);
    hys__text_puts(e->out, is_mask ? "), 0);\n    }\n" : ", 0);\n    }\n");
}

/* How many roots from here on start consecutive slots with one number: elements of an array. */
static size_t like_slots(const va_emitter *e, const va_root *roots, size_t n) {
    size_t k = 1;
    if (roots->target != VA_TO_RETAINED || !va_emit_is_literal(e, roots->val)) return 1;
    while (k < n && roots[k].target == VA_TO_RETAINED && roots[k].val == roots->val &&
           place_of(e, &roots[k]) != UINT32_MAX && place_of(e, &roots[k]) == place_of(e, roots) + k)
        k++;
    return k;
}

static void fill_slots(va_emitter *e, const va_root *root, size_t n) {
    hys__text_printf(e->out, "    for (hys_u32 i = 0; i < %zuu; i++) r0[%uu + i] = hys_lane(", n,
                     (unsigned)place_of(e, root));
    va_emit_ref(e, root->val);
    hys__text_puts(e->out, ", 0);\n");
}

void va_emit_params(va_emitter *e) {
    const va_root *roots = e->program->roots[VA_FUNC_PARAMS].at;
    size_t n = e->program->roots[VA_FUNC_PARAMS].n;
    e->func = VA_FUNC_PARAMS;
    hys__text_puts(e->out, "static void params(HYS_UNUSED const hys_env *env, HYS_UNUSED double *p, HYS_UNUSED double "
                           "*lo,\n                   HYS_UNUSED double *hi, HYS_UNUSED double *r0)\n{\n"
                           "    HYS_UNUSED const hys_m live_params = hys_mask(1);\n");
    for (size_t i = 0, k; i < n && !e->failed; i += k) {
        k = like_slots(e, &roots[i], n - i);
        if (k > 1) fill_slots(e, &roots[i], k);
        else emit_param_root(e, &roots[i]);
    }
    hys__text_puts(e->out, "}\n\n");
}
