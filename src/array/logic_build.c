/* Netlists as networks.  Small gates by their truth tables, split at one input after the other (Shannon), where a part
 * that vanishes or repeats makes an AND, an OR or an XOR; large ones by their cubes. */
#include "array/logic_network.h"

#define MOST_TABLE 6 /* inputs of a truth table in one word */

/* Of input v: where it is 1. */
static const uint64_t columns[MOST_TABLE] = {0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc, 0xf0f0f0f0f0f0f0f0,
                                             0xff00ff00ff00ff00, 0xffff0000ffff0000, 0xffffffff00000000};

static uint64_t cofactor(uint64_t table, int v, bool value) {
    const int shift = 1 << v;
    const uint64_t half = table & (value ? columns[v] : ~columns[v]);
    return value ? half | half >> shift : half | half << shift;
}

/* How a function splits at an input; the first that fits is the cheapest. */
typedef enum split { SPLIT_NONE, SPLIT_AND, SPLIT_AND_NOT, SPLIT_OR, SPLIT_OR_NOT, SPLIT_XOR, SPLIT_MUX } split;

static split split_at(uint64_t zero, uint64_t one) {
    if (zero == one) return SPLIT_NONE;
    if (zero == 0) return SPLIT_AND;
    if (one == 0) return SPLIT_AND_NOT;
    if (~one == 0) return SPLIT_OR;
    if (~zero == 0) return SPLIT_OR_NOT;
    return one == ~zero ? SPLIT_XOR : SPLIT_MUX;
}

static bool is_majority(uint64_t table, const int vars[3], hys__lit *literals) {
    for (uint32_t flips = 0; flips < 8; flips++) {
        uint64_t c[3];
        for (int k = 0; k < 3; k++) c[k] = columns[vars[k]] ^ ((flips >> k) & 1 ? ~(uint64_t)0 : 0);
        if (table != ((c[0] & c[1]) | (c[0] & c[2]) | (c[1] & c[2]))) continue;
        for (uint32_t k = 0; k < 3; k++) literals[k] ^= (flips >> k) & 1;
        return true;
    }
    return false;
}

static hys__lit from_table(hys__network *net, uint64_t table, const hys__lit *in);

static hys__lit split_table(hys__network *net, uint64_t table, const hys__lit *in, int v) {
    const uint64_t zero = cofactor(table, v, false), one = cofactor(table, v, true);
    switch (split_at(zero, one)) {
    case SPLIT_AND:
        return hys__network_and(net, in[v], from_table(net, one, in));
    case SPLIT_AND_NOT:
        return hys__network_and(net, in[v] ^ 1, from_table(net, zero, in));
    case SPLIT_OR:
        return hys__network_or(net, in[v], from_table(net, zero, in));
    case SPLIT_OR_NOT:
        return hys__network_or(net, in[v] ^ 1, from_table(net, one, in));
    case SPLIT_XOR:
        return hys__network_xor(net, in[v], from_table(net, zero, in));
    default:
        return hys__network_or(net, hys__network_and(net, in[v], from_table(net, one, in)),
                               hys__network_and(net, in[v] ^ 1, from_table(net, zero, in)));
    }
}

/* At most six levels deep. */
static hys__lit from_table(hys__network *net, uint64_t table, const hys__lit *in) {
    int support[MOST_TABLE], n = 0, best = 0;
    split best_split = SPLIT_MUX;
    if (table == 0 || ~table == 0) return table ? HYS__LIT_1 : HYS__LIT_0;
    for (int v = 0; v < MOST_TABLE; v++) {
        const split s = split_at(cofactor(table, v, false), cofactor(table, v, true));
        if (s == SPLIT_NONE) continue;
        support[n++] = v;
        if (n == 1 || s < best_split) {
            best = v;
            best_split = s;
        }
    }
    if (n == 3 && best_split == SPLIT_MUX) {
        hys__lit literals[3] = {in[support[0]], in[support[1]], in[support[2]]};
        if (is_majority(table, support, literals)) return hys__network_maj(net, literals[0], literals[1], literals[2]);
    }
    return split_table(net, table, in, best);
}

static uint64_t table_of(const hys__logic_gate *g) {
    uint64_t any = 0;
    for (size_t c = 0; c < g->n_cubes; c++) {
        uint64_t all = ~(uint64_t)0;
        for (uint32_t k = 0; k < g->n_in; k++) {
            const char bit = g->cubes[c * g->n_in + k];
            if (bit != '-') all &= bit == '1' ? columns[k] : ~columns[k];
        }
        any |= all;
    }
    return g->is_off_set ? ~any : any;
}

static hys__lit from_cubes(hys__network *net, const hys__logic_gate *g, const hys__lit *literals) {
    hys__lit any = HYS__LIT_0;
    for (size_t c = 0; c < g->n_cubes; c++) {
        hys__lit all = HYS__LIT_1;
        for (uint32_t k = 0; k < g->n_in; k++) {
            const char bit = g->cubes[c * g->n_in + k];
            if (bit != '-') all = hys__network_and(net, all, literals[g->in[k]] ^ (bit == '0'));
        }
        any = hys__network_or(net, any, all);
    }
    return any == HYS__LIT_NONE ? any : any ^ g->is_off_set;
}

static hys__lit from_gate(hys__network *net, const hys__logic_gate *g, const hys__lit *literals) {
    hys__lit in[MOST_TABLE] = {0};
    if (g->n_in > MOST_TABLE) return from_cubes(net, g, literals);
    for (uint32_t k = 0; k < g->n_in; k++) in[k] = literals[g->in[k]];
    return from_table(net, table_of(g), in);
}

hys_status hys__network_build(hys__network *net, hys__arena *arena, const hys_logic *l) {
    hys__lit *literals = HYS_NEW_N(arena, hys__lit, l->signals.n);
    if (!literals || !hys__network_init(net, arena, l->inputs.n, l->outputs.n)) return HYS_NOMEM;
    for (uint32_t k = 0; k < l->inputs.n; k++) literals[l->inputs.at[k]] = 2 * (k + 1);
    for (size_t k = 0; k < l->gates.n; k++) {
        const hys__lit lit = from_gate(net, &l->gates.at[k], literals);
        if (lit == HYS__LIT_NONE) return HYS_NOMEM;
        literals[l->gates.at[k].out] = lit;
    }
    for (size_t k = 0; k < l->outputs.n; k++) net->outputs[k] = literals[l->outputs.at[k]];
    return HYS_OK;
}
