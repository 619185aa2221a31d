/* Networks as gates of a family.
 *
 * Each family makes its gates in one polarity more cheaply than in the other.  From the outputs to the inputs it is
 * settled which polarities of each node are needed, and of which of its operands; then gates are made in order.
 *
 * Rows of NOR are rows of NAND with all values inverted: a "key" is a value, or with NOR as base its inverse, and the
 * base gate makes !(k1 k2) of keys in both. */
#include "array/logic_lower.h"
#include "base/hash64.h"
#include <string.h>

typedef struct lowering {
    const hys__network *net;
    const hys_logic_family *family;
    hys__family_gates *to;
    hys__arena *arena;
    hys_logic_op base;      /* IMPLY, NOR, NAND; READ_AND, READ_MAJORITY: what is read */
    uint32_t fan_in, flip;  /* flip: keys are inverse values */
    uint32_t *order;        /* nodes by level, of one level XOR first */
    uint32_t *fanout;       /* of nodes that outputs reach */
    uint8_t *need;          /* of each node: 1 the key, 2 its inverse */
    uint8_t *choice;        /* of each node: bit k: operand k inverted */
    uint32_t (*signals)[2]; /* of keys: as they are, inverted */
    uint32_t *slots;
    size_t n_slots;
} lowering;

static bool has(const lowering *l, hys_logic_op op) {
    return (l->family->ops >> op) & 1;
}

/* ---- which nodes, in which order ---- */

static void count_fanout(lowering *l) {
    const hys__network *net = l->net;
    for (size_t k = 0; k < net->n_outputs; k++) l->fanout[net->outputs[k] / 2]++;
    for (size_t id = net->nodes.n - 1; id > net->n_inputs; id--) {
        const hys__node *node = &net->nodes.at[id];
        for (int k = 0; l->fanout[id] && k < (node->kind == HYS__NODE_MAJ ? 3 : 2); k++) l->fanout[node->in[k] / 2]++;
    }
}

/* By counting: levels twice, for XOR and others. */
static hys_status sort_nodes(lowering *l) {
    const hys__network *net = l->net;
    const size_t n = net->nodes.n;
    uint32_t *level = HYS_NEW_N(l->arena, uint32_t, n);
    size_t *starts = HYS_NEW_N(l->arena, size_t, 2 * n + 3);
    if (!level || !starts) return HYS_NOMEM;
    for (size_t id = net->n_inputs + 1; id < n; id++) {
        const hys__node *node = &net->nodes.at[id];
        for (int k = 0; k < (node->kind == HYS__NODE_MAJ ? 3 : 2); k++)
            if (level[node->in[k] / 2] + 1 > level[id]) level[id] = level[node->in[k] / 2] + 1;
    }
    for (size_t id = 0; id < n; id++) level[id] = 2 * level[id] + (net->nodes.at[id].kind != HYS__NODE_XOR);
    for (size_t id = 0; id < n; id++) starts[level[id] + 1]++;
    for (size_t k = 1; k < 2 * n + 3; k++) starts[k] += starts[k - 1];
    for (uint32_t id = 0; id < n; id++) l->order[starts[level[id]]++] = id;
    return HYS_OK;
}

/* ---- what is needed ---- */

static void want(lowering *l, hys__lit key) {
    l->need[key / 2] |= (uint8_t)(1u << (key & 1));
}

static bool is_wanted(const lowering *l, hys__lit key) {
    return (l->need[key / 2] >> (key & 1)) & 1;
}

/* Whether the family makes ANDs in both polarities. */
static bool is_flexible(const lowering *l, hys__node_kind kind) {
    return kind != HYS__NODE_AND || has(l, HYS_LOGIC_OP_READ_AND) || has(l, HYS_LOGIC_OP_READ_MAJORITY) ||
           (l->base == HYS_LOGIC_OP_NAND && has(l, HYS_LOGIC_OP_NOR));
}

/* NANDs make !(a ^ b) = !(a g) !(b g), g = !(a b), in three steps: the last two on the same cell. */
static bool makes_xnor(const lowering *l) {
    return l->base == HYS_LOGIC_OP_NAND && !has(l, HYS_LOGIC_OP_OR);
}

/* Inverters that a key will take beyond what is needed anyway. */
static int cost(const lowering *l, hys__lit key) {
    const hys__node_kind kind = l->net->nodes.at[key / 2].kind;
    if (is_wanted(l, key)) return 0;
    if (kind == HYS__NODE_INPUT) return (key & 1) != l->flip;
    if (!is_flexible(l, kind)) return !(key & 1);
    return is_wanted(l, key ^ 1);
}

/* Of the polarities in which a node can be made (bit d) that with the least inverters: operands inverted as flips says
 * make it in that polarity.  costs[d] is that of its operands. */
static uint32_t cheapest(const lowering *l, uint32_t id, const int costs[2]) {
    const uint32_t need = l->need[id], first = need == 3 ? l->flip : need >> 1;
    const int direct = costs[first], other = costs[!first] + (need != 3);
    return direct <= other ? first : !first;
}

/* The operands of an AND, with those of ANDs that nothing else reads. */
static uint32_t and_operands(const lowering *l, uint32_t id, hys__lit ops[3]) {
    const hys__node *node = &l->net->nodes.at[id];
    uint32_t n = 2;
    ops[0] = node->in[0];
    ops[1] = node->in[1];
    for (uint32_t k = 0; k < 2 && n < l->fan_in; k++) {
        const hys__node *inner = &l->net->nodes.at[ops[k] / 2];
        if (inner->kind != HYS__NODE_AND || ops[k] & 1 || l->fanout[ops[k] / 2] != 1) continue;
        ops[k] = inner->in[0];
        ops[n++] = inner->in[1];
    }
    return n;
}

static void need_and(lowering *l, uint32_t id) {
    hys__lit ops[3];
    int costs[2] = {0, 0};
    const uint32_t n = and_operands(l, id, ops);
    uint32_t d = 1, flip = 0;
    for (uint32_t k = 0; k < n; k++) {
        costs[0] += cost(l, ops[k]);
        costs[1] += cost(l, ops[k] ^ 1);
    }
    if (has(l, HYS_LOGIC_OP_OR)) flip = costs[1] < costs[0]; /* NAND of keys, OR of inverse keys */
    else if (is_flexible(l, HYS__NODE_AND)) {
        if (l->base == HYS_LOGIC_OP_NAND) { /* NAND of keys, NOR of inverse keys */
            const int t = costs[0];
            costs[0] = costs[1];
            costs[1] = t;
        }
        d = cheapest(l, id, costs);
        flip = l->base == HYS_LOGIC_OP_NAND ? !d : d;
    }
    l->choice[id] = (uint8_t)(flip | d << 3);
    for (uint32_t k = 0; k < n; k++) want(l, ops[k] ^ flip);
}

static void need_xor(lowering *l, uint32_t id) {
    const hys__node *node = &l->net->nodes.at[id];
    uint32_t p[2] = {0, 0};
    int costs[2] = {99, 99};
    for (uint32_t k = 0; k < 4; k++) { /* operand polarities; first those in which inputs are */
        const uint32_t a = (k & 1) ^ l->flip, b = (k >> 1) ^ l->flip, d = a ^ b ^ makes_xnor(l);
        const int c = cost(l, node->in[0] ^ a) + cost(l, node->in[1] ^ b);
        if (c >= costs[d]) continue;
        costs[d] = c;
        p[d] = a;
    }
    const uint32_t d = cheapest(l, id, costs), q = p[d] ^ d ^ makes_xnor(l);
    l->choice[id] = (uint8_t)(p[d] | q << 1);
    want(l, node->in[0] ^ p[d]);
    want(l, node->in[1] ^ q);
}

/* Which operand is left over when the other two have a XOR in the network; 3: none. */
static uint32_t shared_xor(const lowering *l, const hys__node *node, hys__lit *shared) {
    for (uint32_t last = 0; last < 3; last++) {
        *shared = hys__network_find_xor(l->net, node->in[(last + 1) % 3], node->in[(last + 2) % 3]);
        if (*shared != HYS__LIT_0 && l->fanout[*shared / 2]) return last;
    }
    return 3;
}

/* maj(!a, !b, !c) = !maj(a, b, c): all operands inverted, or none. */
static void need_maj(lowering *l, uint32_t id) {
    const hys__node *node = &l->net->nodes.at[id];
    const uint32_t inverts = has(l, HYS_LOGIC_OP_MINORITY);
    int costs[2] = {0, 0};
    hys__lit shared;
    for (uint32_t k = 0; k < 3; k++) {
        costs[inverts] += cost(l, node->in[k]);
        costs[!inverts] += cost(l, node->in[k] ^ 1);
    }
    const uint32_t d = cheapest(l, id, costs), flip = d ^ inverts;
    l->choice[id] = (uint8_t)(flip | d << 3);
    for (uint32_t k = 0; k < 3; k++) want(l, node->in[k] ^ flip);
    if (inverts || has(l, HYS_LOGIC_OP_READ_MAJORITY)) return;
    if (shared_xor(l, node, &shared) < 3) want(l, shared);
}

static void need_all(lowering *l) {
    for (size_t k = 0; k < l->net->n_outputs; k++)
        if (l->net->outputs[k] > HYS__LIT_1) want(l, l->net->outputs[k] ^ l->flip);
    for (size_t k = l->net->nodes.n; k-- > 0;) {
        const uint32_t id = l->order[k];
        if (!l->need[id]) continue;
        if (l->net->nodes.at[id].kind == HYS__NODE_AND) need_and(l, id);
        if (l->net->nodes.at[id].kind == HYS__NODE_XOR) need_xor(l, id);
        if (l->net->nodes.at[id].kind == HYS__NODE_MAJ) need_maj(l, id);
    }
}

/* ---- gates ---- */

static size_t slot_of(const lowering *l, const hys__family_gate *g) {
    const uint32_t key[5] = {g->op, g->n_in, g->in[0], g->in[1], g->in[2]};
    size_t i = (size_t)hys__hash64((const char *)key, sizeof key) & (l->n_slots - 1);
    while (l->slots[i]) {
        const hys__family_gate *o = &l->to->gates.at[l->slots[i] - 1];
        if (o->op == g->op && o->n_in == g->n_in && memcmp(o->in, g->in, sizeof g->in) == 0) break;
        i = (i + 1) & (l->n_slots - 1);
    }
    return i;
}

static bool grow_slots(lowering *l) {
    const size_t n = l->n_slots ? 2 * l->n_slots : 256;
    uint32_t *slots = HYS_NEW_N(l->arena, uint32_t, n);
    if (!slots) return false;
    l->slots = slots;
    l->n_slots = n;
    for (uint32_t k = 0; k < l->to->gates.n; k++) l->slots[slot_of(l, &l->to->gates.at[k])] = k + 1;
    return true;
}

static uint32_t make(lowering *l, hys_logic_op op, uint32_t n, uint32_t a, uint32_t b, uint32_t c) {
    hys__family_gate g = {op, n, {a, b, c}};
    if (a == HYS__SIGNAL_NONE || (n > 1 && b == HYS__SIGNAL_NONE) || (n > 2 && c == HYS__SIGNAL_NONE))
        return HYS__SIGNAL_NONE;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i + 1; j < n; j++)
            if (g.in[j] < g.in[i]) {
                const uint32_t t = g.in[i];
                g.in[i] = g.in[j];
                g.in[j] = t;
            }
    if (2 * l->to->gates.n >= l->n_slots && !grow_slots(l)) return HYS__SIGNAL_NONE;
    const size_t slot = slot_of(l, &g);
    if (!l->slots[slot]) {
        hys__family_gate *own = HYS_PUSH(l->arena, &l->to->gates);
        if (!own) return HYS__SIGNAL_NONE;
        *own = g;
        l->slots[slot] = (uint32_t)l->to->gates.n;
    }
    return (uint32_t)(l->net->n_inputs + l->slots[slot] - 1);
}

static uint32_t invert(lowering *l, uint32_t a) {
    if (has(l, HYS_LOGIC_OP_OR)) return make(l, HYS_LOGIC_OP_NAND, 2, a, HYS__SIGNAL_1, 0);
    const hys_logic_op op =
        l->family->is_stateful ? (l->base == HYS_LOGIC_OP_NAND ? HYS_LOGIC_OP_NOR : l->base) : HYS_LOGIC_OP_READ_NOT;
    return make(l, op, 1, a, 0, 0);
}

/* Results stand in cells of their own, also those that are inputs. */
static uint32_t copy(lowering *l, uint32_t a) {
    return has(l, HYS_LOGIC_OP_READ_COPY) ? make(l, HYS_LOGIC_OP_READ_COPY, 1, a, 0, 0) : invert(l, invert(l, a));
}

static uint32_t base_gate(lowering *l, uint32_t a, uint32_t b) {
    return make(l, l->base, 2, a, b, 0);
}

static uint32_t signal_of(const lowering *l, hys__lit key) {
    return l->signals[key / 2][key & 1];
}

static uint32_t make_and(lowering *l, uint32_t id) {
    hys__lit ops[3];
    const uint32_t n = and_operands(l, id, ops), flip = l->choice[id] & 1, d = l->choice[id] >> 3;
    uint32_t in[3] = {0, 0, 0};
    hys_logic_op op = l->base;
    for (uint32_t k = 0; k < n; k++) in[k] = signal_of(l, ops[k] ^ flip);
    if (l->base == HYS_LOGIC_OP_NAND && flip) op = has(l, HYS_LOGIC_OP_OR) ? HYS_LOGIC_OP_OR : HYS_LOGIC_OP_NOR;
    if (l->base == HYS_LOGIC_OP_READ_AND && flip) op = HYS_LOGIC_OP_READ_OR;
    if (l->base == HYS_LOGIC_OP_READ_MAJORITY) return make(l, op, 3, in[0], in[1], d ? HYS__SIGNAL_1 : HYS__SIGNAL_0);
    return make(l, op, n, in[0], in[1], in[2]);
}

/* XOR, or its inverse where the family makes that. */
static uint32_t make_xor_of(lowering *l, uint32_t a, uint32_t b) {
    if (l->base == HYS_LOGIC_OP_READ_AND || has(l, HYS_LOGIC_OP_OR)) return make(l, HYS_LOGIC_OP_READ_XOR, 2, a, b, 0);
    if (l->base == HYS_LOGIC_OP_READ_MAJORITY) {
        const uint32_t either = make(l, l->base, 3, a, b, HYS__SIGNAL_1);
        const uint32_t not_both = invert(l, make(l, l->base, 3, a, b, HYS__SIGNAL_0));
        return make(l, l->base, 3, either, not_both, HYS__SIGNAL_0);
    }
    const uint32_t g = base_gate(l, a, b);
    if (makes_xnor(l)) return make(l, HYS_LOGIC_OP_READ_XOR, 3, a, b, g);
    return base_gate(l, base_gate(l, a, g), base_gate(l, b, g));
}

/* a b + c (a ^ b), or with the base gate !(!(a b) !(c (a ^ b))). */
static uint32_t make_maj(lowering *l, uint32_t id) {
    const hys__node *node = &l->net->nodes.at[id];
    const uint32_t flip = l->choice[id] & 1;
    uint32_t in[3];
    hys__lit shared;
    for (int k = 0; k < 3; k++) in[k] = signal_of(l, node->in[k] ^ flip);
    if (has(l, HYS_LOGIC_OP_MINORITY)) return make(l, HYS_LOGIC_OP_MINORITY, 3, in[0], in[1], in[2]);
    if (has(l, HYS_LOGIC_OP_READ_MAJORITY)) return make(l, HYS_LOGIC_OP_READ_MAJORITY, 3, in[0], in[1], in[2]);
    const uint32_t found = shared_xor(l, node, &shared), last = found < 3 ? found : 2;
    const uint32_t a = in[(last + 1) % 3], b = in[(last + 2) % 3], c = in[last];
    if (found == 3 && l->fan_in > 2 && l->family->is_stateful)
        return make(l, l->base, 3, base_gate(l, a, b), base_gate(l, a, c), base_gate(l, b, c));
    const uint32_t differ = found < 3 ? signal_of(l, shared) : make_xor_of(l, a, b);
    if (l->base == HYS_LOGIC_OP_READ_AND)
        return make(l, HYS_LOGIC_OP_READ_OR, 2, base_gate(l, a, b), base_gate(l, c, differ), 0);
    return base_gate(l, base_gate(l, a, b), base_gate(l, differ, c));
}

static hys_status make_node(lowering *l, uint32_t id) {
    const hys__node_kind kind = l->net->nodes.at[id].kind;
    uint32_t d = l->choice[id] >> 3, *own = l->signals[id];
    if (kind == HYS__NODE_INPUT) {
        d = l->flip;
        own[d] = id - 1;
    } else if (kind == HYS__NODE_AND) own[d] = make_and(l, id);
    else if (kind == HYS__NODE_MAJ) own[d] = make_maj(l, id);
    else {
        const hys__node *node = &l->net->nodes.at[id];
        const uint32_t p = l->choice[id] & 1, q = l->choice[id] >> 1 & 1;
        d = p ^ q ^ makes_xnor(l);
        own[d] = make_xor_of(l, signal_of(l, node->in[0] ^ p), signal_of(l, node->in[1] ^ q));
    }
    if (own[d] == HYS__SIGNAL_NONE) return HYS_NOMEM;
    if ((l->need[id] >> !d) & 1) own[!d] = invert(l, own[d]);
    return (l->need[id] >> !d) & 1 && own[!d] == HYS__SIGNAL_NONE ? HYS_NOMEM : HYS_OK;
}

static hys_status make_all(lowering *l) {
    for (size_t k = 0; k < l->net->nodes.n; k++)
        if (l->need[l->order[k]] && make_node(l, l->order[k]) != HYS_OK) return HYS_NOMEM;
    for (size_t k = 0; k < l->net->n_outputs; k++) {
        const hys__lit lit = l->net->outputs[k];
        l->to->outputs[k] = lit == HYS__LIT_0   ? HYS__SIGNAL_0
                            : lit == HYS__LIT_1 ? HYS__SIGNAL_1
                                                : signal_of(l, lit ^ l->flip);
        if (l->to->outputs[k] < l->net->n_inputs) l->to->outputs[k] = copy(l, l->to->outputs[k]);
        if (l->to->outputs[k] == HYS__SIGNAL_NONE) return HYS_NOMEM;
    }
    return HYS_OK;
}

static hys_logic_op base_of(const hys_logic_family *family) {
    static const hys_logic_op bases[] = {HYS_LOGIC_OP_IMPLY, HYS_LOGIC_OP_NAND, HYS_LOGIC_OP_NOR,
                                         HYS_LOGIC_OP_READ_AND};
    for (size_t k = 0; k < sizeof bases / sizeof *bases; k++)
        if ((family->ops >> bases[k]) & 1) return bases[k];
    return HYS_LOGIC_OP_READ_MAJORITY;
}

hys_status hys__lower(hys__arena *arena, const hys__network *net, const hys_logic_map_opts *opts,
                      hys__family_gates *result) {
    const size_t n = net->nodes.n;
    *result = (hys__family_gates){.n_inputs = net->n_inputs, .n_outputs = net->n_outputs};
    lowering l = {.net = net, .family = opts->family, .to = result, .arena = arena, .base = base_of(opts->family)};
    l.fan_in = l.base == HYS_LOGIC_OP_IMPLY ? 3 : l.base == HYS_LOGIC_OP_NOR ? opts->fan_in : 2;
    l.flip = l.base == HYS_LOGIC_OP_NOR;
    l.order = HYS_NEW_N(arena, uint32_t, n);
    l.fanout = HYS_NEW_N(arena, uint32_t, n);
    l.need = HYS_NEW_N(arena, uint8_t, n);
    l.choice = HYS_NEW_N(arena, uint8_t, n);
    l.signals = hys__arena_calloc(arena, n, sizeof *l.signals);
    result->outputs = HYS_NEW_N(arena, uint32_t, net->n_outputs);
    if (arena->failed || sort_nodes(&l) != HYS_OK) return HYS_NOMEM;
    count_fanout(&l);
    need_all(&l);
    return make_all(&l);
}
