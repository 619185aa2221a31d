/* Gates one after the other on the cells of a row; cells whose value is not needed any more are taken again.
 *
 * With IMPLY, !a + b can stand where b stood: where the gate NAND(a, NOT b) is all that reads b any more and all that
 * reads NOT b, one step takes the place of five.  So can b !a, by a NOR onto a cell that was not set before. */
#include "array/logic_schedule.h"

typedef struct plan {
    hys__row *row;
    const hys__family_gates *gates;
    const hys_logic_map_opts *opts;
    uint32_t *uses;  /* of each signal, still to come */
    uint32_t *cells; /* of each signal */
    uint32_t *order; /* gates, depth first from the outputs */
    size_t n_order;
    bool *is_deferred; /* NOTs that may turn out not to be needed */
    uint32_t constants[2];
} plan;

static const hys__family_gate *gate_of(const plan *p, uint32_t signal) {
    return signal < p->gates->n_inputs || signal >= HYS__SIGNAL_1 ? NULL
                                                                  : &p->gates->gates.at[signal - p->gates->n_inputs];
}

/* ---- order ---- */

/* marks: 1 + the operand that is looked at next. */
static void visit(plan *p, uint32_t root, uint32_t *stack, uint8_t *marks) {
    size_t depth = 0;
    stack[depth++] = root;
    marks[root] = 1;
    while (depth) {
        const uint32_t k = stack[depth - 1];
        const hys__family_gate *g = &p->gates->gates.at[k];
        if (marks[k] > g->n_in) {
            p->order[p->n_order++] = k;
            depth--;
            continue;
        }
        const uint32_t in = g->in[marks[k]++ - 1];
        if (!gate_of(p, in) || marks[in - p->gates->n_inputs]) continue;
        stack[depth++] = (uint32_t)(in - p->gates->n_inputs);
        marks[in - p->gates->n_inputs] = 1;
    }
}

static hys_status order_gates(plan *p) {
    const size_t n = p->gates->gates.n;
    uint32_t *stack = HYS_NEW_N(p->row->arena, uint32_t, n + 1);
    uint8_t *marks = HYS_NEW_N(p->row->arena, uint8_t, n + 1);
    p->order = HYS_NEW_N(p->row->arena, uint32_t, n + 1);
    if (!stack || !marks || !p->order) return HYS_NOMEM;
    for (size_t k = 0; k < p->gates->n_outputs; k++) {
        const uint32_t out = p->gates->outputs[k];
        if (gate_of(p, out) && !marks[out - p->gates->n_inputs])
            visit(p, (uint32_t)(out - p->gates->n_inputs), stack, marks);
    }
    return HYS_OK;
}

static void count_uses(plan *p) {
    for (size_t k = 0; k < p->n_order; k++) {
        const hys__family_gate *g = &p->gates->gates.at[p->order[k]];
        for (uint32_t i = 0; i < g->n_in; i++)
            if (g->in[i] < HYS__SIGNAL_1) p->uses[g->in[i]]++;
    }
    for (size_t k = 0; k < p->gates->n_outputs; k++)
        if (p->gates->outputs[k] < HYS__SIGNAL_1) p->uses[p->gates->outputs[k]]++;
    for (size_t k = 0; k < p->gates->n_inputs && !p->opts->overwrites_inputs; k++) p->uses[k]++;
}

/* ---- cells ---- */

static uint32_t cell_of(plan *p, uint32_t signal) {
    if (signal < HYS__SIGNAL_1) return p->cells[signal];
    uint32_t *cell = &p->constants[signal == HYS__SIGNAL_1];
    if (*cell == HYS__CELL_NONE) *cell = hys__row_take(p->row, signal == HYS__SIGNAL_1);
    return *cell;
}

static bool release(plan *p, uint32_t signal) {
    if (signal >= HYS__SIGNAL_1 || --p->uses[signal]) return true;
    return hys__row_give(p->row, p->cells[signal]);
}

/* ---- gates ---- */

static int value_before(const plan *p, const hys__family_gate *g) {
    switch (g->op) {
    case HYS_LOGIC_OP_IMPLY:
    case HYS_LOGIC_OP_OR:
        return 0;
    case HYS_LOGIC_OP_NOR:
    case HYS_LOGIC_OP_NAND:
    case HYS_LOGIC_OP_MINORITY:
        return 1;
    default:
        return p->opts->family->is_stateful ? g->n_in == 3 : -1;
    }
}

static bool put_xor(plan *p, const hys__family_gate *g, uint32_t out, const uint32_t in[3]) {
    const uint32_t first[2] = {in[0], in[g->n_in - 1]}, second[2] = {in[1], g->n_in == 3 ? in[2] : in[0]};
    return hys__row_step(p->row, g->n_in == 3 ? HYS_LOGIC_OP_NAND : HYS_LOGIC_OP_OR, out, 2, first) &&
           hys__row_step(p->row, HYS_LOGIC_OP_NAND, out, 2, second);
}

static bool put_gate(plan *p, const hys__family_gate *g, uint32_t out, const uint32_t in[3]) {
    if (g->op == HYS_LOGIC_OP_READ_XOR && p->opts->family->is_stateful) return put_xor(p, g, out, in);
    if (g->op != HYS_LOGIC_OP_IMPLY) return hys__row_step(p->row, g->op, out, g->n_in, in);
    for (uint32_t k = 0; k < g->n_in; k++)
        if (!hys__row_step(p->row, g->op, out, 1, &in[k])) return false;
    return true;
}

static bool do_gate(plan *p, uint32_t signal) {
    const hys__family_gate *g = gate_of(p, signal);
    uint32_t in[3] = {0, 0, 0};
    for (uint32_t k = 0; k < g->n_in; k++) {
        in[k] = cell_of(p, g->in[k]);
        if (in[k] == HYS__CELL_NONE) return false;
    }
    const uint32_t out = hys__row_take(p->row, value_before(p, g));
    if (out == HYS__CELL_NONE) return false;
    p->cells[signal] = out;
    if (!put_gate(p, g, out, in)) return false;
    for (uint32_t k = 0; k < g->n_in; k++)
        if (!release(p, g->in[k])) return false;
    return true;
}

/* A NOT that one gate alone reads. */
static bool can_wait(const plan *p, uint32_t signal) {
    const hys__family_gate *g = gate_of(p, signal);
    const bool is_kind = g->op == HYS_LOGIC_OP_IMPLY || g->op == HYS_LOGIC_OP_NOR;
    return is_kind && g->n_in == 1 && p->uses[signal] == 1 && g->in[0] < HYS__SIGNAL_1;
}

static bool is_deferred(const plan *p, uint32_t signal) {
    return gate_of(p, signal) && p->is_deferred[signal - p->gates->n_inputs];
}

/* Whether the k-th operand is NOT b, b being free then, and the others are there. */
static bool can_stand(const plan *p, const hys__family_gate *g, uint32_t k) {
    if (!is_deferred(p, g->in[k])) return false;
    const uint32_t b = gate_of(p, g->in[k])->in[0];
    bool can = p->uses[b] == 1;
    for (uint32_t i = 0; i < g->n_in; i++) can = can && (i == k || (g->in[i] != b && !is_deferred(p, g->in[i])));
    return can;
}

static bool stand(plan *p, const hys__family_gate *g, uint32_t k, uint32_t out) {
    uint32_t in[3] = {0, 0, 0}, n = 0;
    for (uint32_t i = 0; i < g->n_in; i++) {
        if (i == k) continue;
        in[n++] = cell_of(p, g->in[i]);
        if (in[n - 1] == HYS__CELL_NONE) return false;
    }
    if (!hys__row_step(p->row, g->op, out, n, in)) return false;
    for (uint32_t i = 0; i < g->n_in; i++)
        if (i != k && !release(p, g->in[i])) return false;
    return true;
}

/* !a + b, or b !a, where b stood. */
static bool try_in_place(plan *p, uint32_t signal, bool *done) {
    const hys__family_gate *g = gate_of(p, signal);
    const bool is_kind = (g->op == HYS_LOGIC_OP_IMPLY && g->n_in == 2) || (g->op == HYS_LOGIC_OP_NOR && g->n_in > 1);
    uint32_t k = 0;
    while (is_kind && k < g->n_in && !can_stand(p, g, k)) k++;
    *done = is_kind && k < g->n_in;
    if (!*done) return true;
    p->is_deferred[g->in[k] - p->gates->n_inputs] = false;
    p->cells[signal] = p->cells[gate_of(p, g->in[k])->in[0]];
    return stand(p, g, k, p->cells[signal]);
}

static bool do_deferred(plan *p, const hys__family_gate *g) {
    for (uint32_t k = 0; k < g->n_in; k++) {
        if (!is_deferred(p, g->in[k])) continue;
        p->is_deferred[g->in[k] - p->gates->n_inputs] = false;
        if (!do_gate(p, g->in[k])) return false;
    }
    return true;
}

static bool is_output(const plan *p, uint32_t signal) {
    for (size_t k = 0; k < p->gates->n_outputs; k++)
        if (p->gates->outputs[k] == signal) return true;
    return false;
}

static bool do_all(plan *p) {
    for (size_t k = 0; k < p->n_order; k++) {
        const uint32_t signal = (uint32_t)(p->gates->n_inputs + p->order[k]);
        bool done;
        if (can_wait(p, signal) && !is_output(p, signal)) {
            p->is_deferred[p->order[k]] = true;
            continue;
        }
        if (!try_in_place(p, signal, &done)) return false;
        if (!done && (!do_deferred(p, gate_of(p, signal)) || !do_gate(p, signal))) return false;
    }
    return true;
}

static bool place_outputs(plan *p, hys__places *places) {
    for (size_t k = 0; k < p->gates->n_outputs; k++) {
        places->outputs[k] = cell_of(p, p->gates->outputs[k]);
        if (places->outputs[k] == HYS__CELL_NONE) return false;
    }
    return true;
}

hys_status hys__schedule_gates(hys__row *row, const hys__family_gates *gates, const hys_logic_map_opts *opts,
                               hys__places *places) {
    const size_t n = gates->n_inputs + gates->gates.n + 1;
    plan p = {.row = row, .gates = gates, .opts = opts, .constants = {HYS__CELL_NONE, HYS__CELL_NONE}};
    p.uses = HYS_NEW_N(row->arena, uint32_t, n);
    p.cells = HYS_NEW_N(row->arena, uint32_t, n);
    p.is_deferred = HYS_NEW_N(row->arena, bool, n);
    if (!p.uses || !p.cells || !p.is_deferred || order_gates(&p) != HYS_OK) return HYS_NOMEM;
    if (row->most < gates->n_inputs) return HYS_LIMIT;
    count_uses(&p);
    for (uint32_t k = 0; k < gates->n_inputs; k++) {
        places->inputs[k] = p.cells[k] = k;
        row->n_cells++;
    }
    for (uint32_t k = 0; k < gates->n_inputs; k++)
        if (!p.uses[k] && !hys__row_give(row, k)) return HYS_NOMEM;
    const bool done = do_all(&p) && place_outputs(&p, places) && hys__row_finish(row);
    return done ? HYS_OK : row->is_full ? HYS_LIMIT : HYS_NOMEM;
}
