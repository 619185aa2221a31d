/* gates(): states move, and what they carry is summed, in the loop that evaluates them. */
#include "veriloga/emit.h"

static bool is_root_of(const va_emitter *e, const va_root *root, va_target target, va_entry wanted) {
    if (root->target != target) return false;
    const va_entry at = target == VA_TO_F ? (va_entry){root->index, 0} : e->program->jac.at[root->index];
    return at.row == wanted.row && at.col == wanted.col;
}

static void root_or_zero(va_emitter *e, va_target target, uint32_t row, uint32_t col) {
    for (size_t i = 0; i < e->n_roots; i++) {
        if (!is_root_of(e, &e->roots[i], target, (va_entry){row, col})) continue;
        va_emit_ref(e, e->roots[i].val);
        return;
    }
    hys__text_puts(e->out, "hys_k(0.0)");
}

static bool reads(const va_emitter *e, va_val v, uint32_t unknown) {
    const va_ins *ins = va_get(e->ir, v);
    if (ins->op != VA_OP_PROBE) return false;
    const va_probe p = e->model->probes.at[ins->imm];
    return p.pos == unknown || p.neg == unknown;
}

/* A rate is linear in its state if its derivative does not depend on that. */
void va_emit_find_curved(va_emitter *e) {
    const va_root *roots = e->roots;
    const size_t n_roots = e->n_roots;
    e->curved = 0;
    for (size_t i = 0; i < n_roots && !e->failed; i++) {
        const va_entry at = roots[i].target == VA_TO_JAC ? e->program->jac.at[roots[i].index] : (va_entry){0, 0};
        if (at.row < e->model->n_terminals) continue;
        e->roots = &roots[i];
        e->n_roots = 1;
        if (!va_emit_reach(e)) return;
        for (size_t k = 0; k < e->live.n; k++)
            if (reads(e, e->live.at[k], at.row)) e->curved |= 1u << (at.row - e->model->n_terminals);
    }
    e->roots = roots;
    e->n_roots = n_roots;
}

bool va_emit_is_again_state(const va_emitter *e, va_val v, uint32_t *state) {
    const va_ins *ins = va_get(e->ir, v);
    const uint32_t nt = e->model->n_terminals;
    if (ins->op != VA_OP_PROBE) return false;
    const va_probe p = e->model->probes.at[ins->imm];
    *state = p.pos;
    return p.pos != VA_GROUND && p.pos >= nt && p.neg == VA_GROUND;
}

static bool has_moved_operand(const va_emitter *e, va_val v) {
    const size_t n = va_emit_n_operands(e, v);
    for (size_t i = 0; i < n; i++)
        if (e->again[va_emit_operand(e, v, i)]) return true;
    return false;
}

/* Of the values that are written, in order; that some of them are not needed is seen by the C compiler.  What stands in
 * a branch is not known behind it. */
void va_emit_find_again(va_emitter *e) {
    uint32_t state;
    for (size_t i = 0; i < e->live.n; i++) e->again[e->live.at[i]] = 0;
    for (size_t i = 0; i < e->live.n; i++) {
        const va_val v = e->live.at[i];
        const bool is_state = va_emit_is_again_state(e, v, &state);
        const bool is_inside = e->declared[v] >= VA_FIRST_BLOCK;
        e->again[v] = e->stage[v] == VA_STAGE_LANES && (is_state || is_inside || has_moved_operand(e, v));
    }
}

/* Loops of two groups are written where there are no arrays and loops inside. */
bool va_emit_can_pair(const va_emitter *e) {
    for (size_t i = 0; i < e->items[VA_STAGE_LANES].n; i++) {
        const va_item item = e->items[VA_STAGE_LANES].at[i];
        if (item.kind != VA_ITEM_VALUE) continue;
        if (va_emit_is_pinned(e, item.at) || va_get(e->ir, item.at)->loop) return false;
    }
    return true;
}

void va_emit_gates_entry(va_emitter *e) {
    const uint32_t nt = e->model->n_terminals;
    hys__text_puts(e->out, "    const hys_v lead = hys_k(args->lead);\n"
                           "    const hys_gates_sum sum = hys_gates_sum_of(args);\n");
    for (uint32_t s = nt; s < e->model->unknowns.n; s++)
        hys__text_printf(e->out, "    const hys_gate gate%u = hys_gate_of(args, %uu);\n", (unsigned)s,
                         (unsigned)(s - nt));
}

/* mark: what marks the names of the second group. */
typedef void line_fn(va_emitter *e, uint32_t s, const char *mark);

static void each_group(va_emitter *e, uint32_t s, line_fn *line) {
    line(e, s, "");
    if (!e->is_pair) return;
    e->is_second = true;
    line(e, s, "b");
    e->is_second = false;
}

static void each_state(va_emitter *e, line_fn *line) {
    for (uint32_t s = e->model->n_terminals; s < e->model->unknowns.n; s++) each_group(e, s, line);
}

static void put_phi(va_emitter *e, uint32_t s, const char *mark) {
    hys__text_printf(e->out, "        const hys_v z%u%s = ", (unsigned)s, mark);
    root_or_zero(e, VA_TO_JAC, s, s);
    hys__text_printf(e->out, ";\n        hys_v phi%u%s = hys_phi1_series(z%u%s);\n", (unsigned)s, mark, (unsigned)s,
                     mark);
}

static void put_near(va_emitter *e, uint32_t s, const char *mark) {
    hys__text_printf(e->out, "        is_near = hys_and(is_near, hys_phi1_is_near(z%u%s));\n", (unsigned)s, mark);
}

static void put_far_phi(va_emitter *e, uint32_t s, const char *mark) {
    const unsigned n = (unsigned)s;
    hys__text_printf(e->out, "            phi%u%s = hys_phi1_from(z%u%s, phi%u%s);\n", n, mark, n, mark, n, mark);
}

/* z and phi1(z) of each state; few steps are so long that one of them needs more than the series. */
static void put_phis(va_emitter *e) {
    each_state(e, put_phi);
    hys__text_puts(e->out, "        hys_m is_near = hys_mask(1);\n");
    each_state(e, put_near);
    hys__text_puts(e->out, "        if (hys_any(hys_and(live, hys_not(is_near)))) {\n");
    each_state(e, put_far_phi);
    hys__text_puts(e->out, "        }\n");
}

static void put_sums(va_emitter *e, uint32_t s, const char *mark) {
    (void)s;
    hys__text_printf(e->out, "        hys_v i%s = ", mark);
    root_or_zero(e, VA_TO_F, 0, 0);
    hys__text_printf(e->out, ", g%s = ", mark);
    root_or_zero(e, VA_TO_JAC, 0, 0);
    hys__text_puts(e->out, ";\n");
}

static void put_move(va_emitter *e, uint32_t s, const char *mark) {
    const va_unknown *unknown = &e->model->unknowns.at[s];
    const bool is_limited = unknown->clamp_lo || unknown->clamp_hi;
    const unsigned n = (unsigned)s;
    hys__text_printf(e->out,
                     "        hys_v miss%u%s;\n        const hys_v now%u%s = hys_move_gate(&gate%u, lead, %d, at%s, ",
                     n, mark, n, mark, n, is_limited, mark);
    hys__text_printf(e->out, "phi%u%s, ", n, mark);
    root_or_zero(e, VA_TO_F, s, 0);
    hys__text_printf(e->out, ", z%u%s", n, mark);
    hys__text_printf(e->out, ", &miss%u%s);\n        i%s = hys_fma(", n, mark, mark);
    root_or_zero(e, VA_TO_JAC, 0, s);
    hys__text_printf(e->out, ", miss%u%s, i%s);\n", n, mark, mark);
    if (e->curved >> (s - e->model->n_terminals) & 1u)
        hys__text_printf(e->out, "        hys_judge_gate(args, &gate%u, at%s, z%u%s);\n", n, mark, n, mark);
}

static void put_may_leap(va_emitter *e, uint32_t s, const char *mark) {
    hys__text_printf(e->out, "        may_leap = hys_or(may_leap, hys_may_leap(args, miss%u%s));\n", (unsigned)s, mark);
}

static void put_leap(va_emitter *e, uint32_t s, const char *mark) {
    hys__text_printf(e->out, "            is_far%s = hys_or(is_far%s, hys_leaps(args, now%u%s, miss%u%s));\n", mark,
                     mark, (unsigned)s, mark, (unsigned)s, mark);
}

static void put_far(va_emitter *e, uint32_t s, const char *mark) {
    (void)s;
    hys__text_printf(e->out, "            hys_m is_far%s = hys_mask(0);\n", mark);
}

/* Current and conductance of other states than were expected, in a scope of their own: names are those of before. */
static void put_again(va_emitter *e, uint32_t s, const char *mark) {
    (void)s;
    hys__text_printf(e->out, "            if (hys_any(is_far%s)) {\n", mark);
    e->is_again = true;
    va_emit_stage(e, VA_STAGE_LANES);
    e->is_again = false;
    hys__text_printf(e->out, "                i%s = hys_sel(is_far%s, ", mark, mark);
    root_or_zero(e, VA_TO_F, 0, 0);
    hys__text_printf(e->out, ", i%s);\n                g%s = hys_sel(is_far%s, ", mark, mark, mark);
    root_or_zero(e, VA_TO_JAC, 0, 0);
    hys__text_printf(e->out, ", g%s);\n            }\n", mark);
}

static void put_fail(va_emitter *e, uint32_t s, const char *mark) {
    (void)s;
    hys__text_printf(e->out, "            if (hys_any(is_far%s)) hys_fail_gates(args, at%s, is_far%s, &i%s, &g%s);\n",
                     mark, mark, mark, mark, mark);
}

static void put_add(va_emitter *e, uint32_t s, const char *mark) {
    (void)s;
    hys__text_printf(e->out, "        hys_add_gates(&sum, at%s, i%s, g%s);\n", mark, mark, mark);
}

/* States move one after the other; what this changes of the current is summed. */
void va_emit_move_gates(va_emitter *e) {
    put_phis(e);
    each_group(e, 0, put_sums);
    each_state(e, put_move);
    hys__text_puts(e->out, "        hys_m may_leap = hys_mask(0);\n");
    each_state(e, put_may_leap);
    hys__text_puts(e->out, "        if (hys_any(may_leap)) {\n");
    each_group(e, 0, put_far);
    each_state(e, put_leap);
    each_group(e, 0, e->curved ? put_fail : put_again);
    hys__text_puts(e->out, "        }\n");
    each_group(e, 0, put_add);
}
