/* Networks by out = maj(p, !q, out), where p and q come as voltages and out is the cell's own state:
 *
 *     keep x y        (out is 0, then)  p = x, q = 1 on out = y
 *     x !y            p = x, q = y on 0             !x !y          p = 0, q = x, then q = y on 1
 *     x + !y          p = x, q = y on 1             x ^ y          x !y + y !x
 *     maj(x, !y, z)   p = x, q = y on z
 *
 * An operand that nothing reads any more gives its own cell away. */
#include "array/logic_schedule.h"

typedef struct plan {
    hys__row *row;
    const hys__network *net;
    const hys_logic_map_opts *opts;
    bool is_sequential; /* inputs are voltages, operands may be inverted */
    uint32_t *uses, *cells, *order;
    size_t n_order;
    uint32_t constants[2];
} plan;

static int n_operands(const hys__node *node) {
    return node->kind == HYS__NODE_MAJ ? 3 : node->kind >= HYS__NODE_AND ? 2 : 0;
}

static hys_status order_nodes(plan *p) {
    const size_t n = p->net->nodes.n;
    uint32_t *stack = HYS_NEW_N(p->row->arena, uint32_t, n);
    uint8_t *marks = HYS_NEW_N(p->row->arena, uint8_t, n);
    p->order = HYS_NEW_N(p->row->arena, uint32_t, n);
    if (!stack || !marks || !p->order) return HYS_NOMEM;
    for (size_t k = 0; k < p->net->n_outputs; k++) {
        size_t depth = 0;
        const uint32_t root = p->net->outputs[k] / 2;
        if (marks[root]) continue;
        marks[root] = 1;
        stack[depth++] = root;
        while (depth) {
            const uint32_t id = stack[depth - 1];
            const hys__node *node = &p->net->nodes.at[id];
            if (marks[id] > n_operands(node)) {
                p->order[p->n_order++] = id;
                depth--;
                continue;
            }
            const uint32_t in = node->in[marks[id]++ - 1] / 2;
            if (marks[in]) continue;
            marks[in] = 1;
            stack[depth++] = in;
        }
    }
    return HYS_OK;
}

static void count_uses(plan *p) {
    for (size_t k = 0; k < p->n_order; k++) {
        const hys__node *node = &p->net->nodes.at[p->order[k]];
        for (int i = 0; i < n_operands(node); i++) p->uses[node->in[i] / 2]++;
    }
    for (size_t k = 0; k < p->net->n_outputs; k++) p->uses[p->net->outputs[k] / 2]++;
    for (size_t k = 1; k <= p->net->n_inputs && !p->opts->overwrites_inputs; k++) p->uses[k]++;
}

static bool release(plan *p, hys__lit lit) {
    if (--p->uses[lit / 2] || p->cells[lit / 2] & HYS_LOGIC_INPUT) return true;
    return hys__row_give(p->row, p->cells[lit / 2]);
}

static bool rm3(plan *p, uint32_t a, uint32_t b, uint32_t out) {
    return hys__row_step(p->row, HYS_LOGIC_OP_MAJORITY_WRITE, out, 2, (uint32_t[]){a, b});
}

/* What stands on an electrode for x. */
static uint32_t operand(const plan *p, hys__lit x) {
    return p->cells[x / 2] | (x & 1 ? (uint32_t)HYS_LOGIC_INVERTED : 0);
}

/* out = x, whose polarity is free: on 0, p = x, q = 0; on 0, p = 1, q = !x. */
static uint32_t copy(plan *p, hys__lit x) {
    const uint32_t out = hys__row_take(p->row, 0), one = operand(p, x & ~1u);
    if (out == HYS__CELL_NONE) return out;
    const bool done = x & 1 ? rm3(p, HYS_LOGIC_ONE, one, out) : rm3(p, one, HYS_LOGIC_ZERO, out);
    return done ? out : HYS__CELL_NONE;
}

/* A cell that holds x, to be changed: x's own where this was its last use. */
static uint32_t take_over(plan *p, hys__lit x) {
    if (!(x & 1) && p->uses[x / 2] == 1 && !(p->cells[x / 2] & HYS_LOGIC_INPUT)) {
        p->uses[x / 2] = 0;
        return p->cells[x / 2];
    }
    const uint32_t out = copy(p, x);
    return out != HYS__CELL_NONE && release(p, x) ? out : HYS__CELL_NONE;
}

/* out = out x */
static bool and_onto(plan *p, hys__lit x, uint32_t out) {
    const uint32_t v = operand(p, x & ~1u);
    return (x & 1 ? rm3(p, HYS_LOGIC_ZERO, v, out) : rm3(p, v, HYS_LOGIC_ONE, out)) && release(p, x);
}

static uint32_t do_and(plan *p, hys__lit x, hys__lit y) {
    if ((x ^ y) & 1 && !(p->uses[(x & 1 ? y : x) / 2] == 1)) { /* x !y on 0 */
        const hys__lit plus = x & 1 ? y : x, minus = x & 1 ? x : y;
        const uint32_t out = hys__row_take(p->row, 0);
        if (out == HYS__CELL_NONE || !rm3(p, operand(p, plus), operand(p, minus ^ 1), out)) return HYS__CELL_NONE;
        return release(p, plus) && release(p, minus) ? out : HYS__CELL_NONE;
    }
    if (p->uses[y / 2] == 1 && !(y & 1)) {
        const hys__lit t = x;
        x = y;
        y = t;
    }
    const uint32_t out = take_over(p, x);
    return out != HYS__CELL_NONE && and_onto(p, y, out) ? out : HYS__CELL_NONE;
}

static uint32_t do_xor(plan *p, hys__lit x, hys__lit y) {
    const uint32_t out = hys__row_take(p->row, 0), other = hys__row_take(p->row, 0);
    if (out == HYS__CELL_NONE || other == HYS__CELL_NONE) return HYS__CELL_NONE;
    const uint32_t a = operand(p, x), b = operand(p, y);
    const bool done = rm3(p, a, b, out) && rm3(p, b, a, other) && rm3(p, other, HYS_LOGIC_ZERO, out);
    return done && hys__row_give(p->row, other) && release(p, x) && release(p, y) ? out : HYS__CELL_NONE;
}

static uint32_t do_maj(plan *p, const hys__lit in[3]) {
    uint32_t minus = 3, inverse = HYS__CELL_NONE, keep;
    for (uint32_t k = 0; k < 3; k++)
        if (in[k] & 1) minus = k;
    const bool is_plain = minus == 3;
    if (is_plain) minus = 2;
    keep = (minus + 1) % 3;
    if (p->uses[in[(minus + 2) % 3] / 2] == 1) keep = (minus + 2) % 3;
    const hys__lit q = in[minus], other = in[3 - minus - keep];
    uint32_t on = operand(p, q & ~1u);
    if (is_plain && p->is_sequential) on = operand(p, q | 1);
    else if (is_plain) on = inverse = copy(p, q ^ 1);
    if (is_plain && on == HYS__CELL_NONE) return on;
    const uint32_t out = take_over(p, in[keep]);
    if (out == HYS__CELL_NONE || !rm3(p, operand(p, other), on, out)) return HYS__CELL_NONE;
    if (inverse != HYS__CELL_NONE && !hys__row_give(p->row, inverse)) return HYS__CELL_NONE;
    return release(p, q) && release(p, other) ? out : HYS__CELL_NONE;
}

static bool do_nodes(plan *p) {
    for (size_t k = 0; k < p->n_order; k++) {
        const uint32_t id = p->order[k];
        const hys__node *node = &p->net->nodes.at[id];
        if (node->kind < HYS__NODE_AND) continue;
        p->cells[id] = node->kind == HYS__NODE_AND   ? do_and(p, node->in[0], node->in[1])
                       : node->kind == HYS__NODE_XOR ? do_xor(p, node->in[0], node->in[1])
                                                     : do_maj(p, node->in);
        if (p->cells[id] == HYS__CELL_NONE) return false;
    }
    return true;
}

/* Results stand in cells of their own, also those that are inputs. */
static uint32_t place_output(plan *p, hys__lit lit) {
    if (lit > HYS__LIT_1) return lit & 1 || lit / 2 <= p->net->n_inputs ? copy(p, lit) : p->cells[lit / 2];
    if (p->constants[lit] == HYS__CELL_NONE) p->constants[lit] = hys__row_take(p->row, (int)lit);
    return p->constants[lit];
}

static bool place_all(plan *p, hys__places *places) {
    for (size_t k = 0; k < p->net->n_outputs; k++) {
        places->outputs[k] = place_output(p, p->net->outputs[k]);
        if (places->outputs[k] == HYS__CELL_NONE) return false;
    }
    return true;
}

hys_status hys__schedule_majority(hys__row *row, const hys__network *net, const hys_logic_map_opts *opts,
                                  hys__places *places) {
    const size_t n = net->nodes.n;
    plan p = {.row = row, .net = net, .opts = opts, .constants = {HYS__CELL_NONE, HYS__CELL_NONE}};
    p.is_sequential = opts->family == hys_logic_family_find("sequential");
    p.uses = HYS_NEW_N(row->arena, uint32_t, n);
    p.cells = HYS_NEW_N(row->arena, uint32_t, n);
    if (!p.uses || !p.cells || order_nodes(&p) != HYS_OK) return HYS_NOMEM;
    if (!p.is_sequential && row->most < net->n_inputs) return HYS_LIMIT;
    count_uses(&p);
    for (uint32_t k = 0; k < net->n_inputs; k++) {
        places->inputs[k] = p.is_sequential ? (uint32_t)HYS_LOGIC_NOWHERE : k;
        p.cells[k + 1] = p.is_sequential ? k | (uint32_t)HYS_LOGIC_INPUT : k;
        row->n_cells += !p.is_sequential;
    }
    for (uint32_t k = 0; k < net->n_inputs && !p.is_sequential; k++)
        if (!p.uses[k + 1] && !hys__row_give(row, k)) return HYS_NOMEM;
    const bool done = do_nodes(&p) && place_all(&p, places) && hys__row_finish(row);
    return done ? HYS_OK : row->is_full ? HYS_LIMIT : HYS_NOMEM;
}
