/* XOR and majority in networks of AND gates: each node's function of each of its cuts with at most three leaves. */
#include "array/logic_network.h"
#include <string.h>

#define MOST_CUTS 12

typedef struct cut {
    uint32_t leaves[3]; /* ascending */
    uint32_t n;
    uint8_t table; /* of the leaves: bit (l0 + 2 l1 + 4 l2) */
} cut;

typedef struct cuts {
    cut at[MOST_CUTS];
    uint32_t n;
} cuts;

static const uint8_t columns[3] = {0xaa, 0xcc, 0xf0};

/* The leaves of both; false: more than three. */
static bool join_leaves(const cut *a, const cut *b, cut *both) {
    uint32_t i = 0, j = 0;
    both->n = 0;
    while (i < a->n || j < b->n) {
        if (both->n == 3) return false;
        const uint32_t x = i < a->n ? a->leaves[i] : UINT32_MAX, y = j < b->n ? b->leaves[j] : UINT32_MAX;
        both->leaves[both->n++] = x < y ? x : y;
        i += x <= y;
        j += y <= x;
    }
    return true;
}

/* A cut's table over the leaves of a larger one. */
static uint8_t widen(const cut *c, const cut *to, bool flip) {
    uint8_t table = 0;
    for (uint32_t p = 0; p < 8; p++) {
        uint32_t q = 0;
        for (uint32_t k = 0; k < c->n; k++)
            for (uint32_t m = 0; m < to->n; m++)
                if (to->leaves[m] == c->leaves[k]) q |= ((p >> m) & 1) << k;
        if (((c->table >> q) & 1) != flip) table |= (uint8_t)(1u << p);
    }
    return table;
}

static void add_cut(cuts *set, const cut *c) {
    for (uint32_t k = 0; k < set->n; k++)
        if (set->at[k].n == c->n && memcmp(set->at[k].leaves, c->leaves, c->n * sizeof *c->leaves) == 0) return;
    if (set->n < MOST_CUTS) set->at[set->n++] = *c;
}

static void join_pair(const hys__node *node, const cut *a, const cut *b, cuts *set) {
    cut both = {{0}, 0, 0};
    if (!join_leaves(a, b, &both)) return;
    const uint8_t x = widen(a, &both, node->in[0] & 1), y = widen(b, &both, node->in[1] & 1);
    both.table = node->kind == HYS__NODE_XOR ? x ^ y : x & y;
    add_cut(set, &both);
}

static void find_cuts(const hys__network *net, uint32_t id, cuts *all) {
    const hys__node *node = &net->nodes.at[id];
    cuts *own = &all[id];
    if (node->kind == HYS__NODE_AND || node->kind == HYS__NODE_XOR) {
        const cuts *a = &all[node->in[0] / 2], *b = &all[node->in[1] / 2];
        for (uint32_t i = 0; i < a->n; i++)
            for (uint32_t j = 0; j < b->n; j++) join_pair(node, &a->at[i], &b->at[j], own);
    }
    add_cut(own, &(cut){{id}, 1, columns[0]});
}

static hys__lit as_xor(hys__network *net, const cut *c, const hys__lit *literals) {
    const uint8_t want = columns[0] ^ columns[1], other = 0xff ^ want;
    if (c->n != 2 || (c->table != want && c->table != other)) return HYS__LIT_0;
    const hys__lit lit = hys__network_xor(net, literals[c->leaves[0]], literals[c->leaves[1]]);
    return lit == HYS__LIT_NONE ? lit : lit ^ (c->table != want);
}

static hys__lit as_majority(hys__network *net, const cut *c, const hys__lit *literals) {
    for (uint32_t flips = 0; flips < 8 && c->n == 3; flips++) {
        hys__lit in[3];
        uint8_t t[3];
        for (uint32_t k = 0; k < 3; k++) {
            t[k] = (uint8_t)(columns[k] ^ ((flips >> k) & 1 ? 0xff : 0));
            in[k] = literals[c->leaves[k]] ^ ((flips >> k) & 1);
        }
        if (c->table == ((t[0] & t[1]) | (t[0] & t[2]) | (t[1] & t[2])))
            return hys__network_maj(net, in[0], in[1], in[2]);
    }
    return HYS__LIT_0;
}

static hys__lit remake(hys__network *net, const hys__node *node, const cuts *own, const hys__lit *literals) {
    const hys__lit in[3] = {literals[node->in[0] / 2] ^ (node->in[0] & 1),
                            literals[node->in[1] / 2] ^ (node->in[1] & 1),
                            literals[node->in[2] / 2] ^ (node->in[2] & 1)};
    if (node->kind == HYS__NODE_MAJ) return hys__network_maj(net, in[0], in[1], in[2]);
    if (node->kind == HYS__NODE_XOR) return hys__network_xor(net, in[0], in[1]);
    for (uint32_t k = 0; k < own->n; k++) {
        const hys__lit lit = as_xor(net, &own->at[k], literals);
        if (lit != HYS__LIT_0) return lit;
    }
    for (uint32_t k = 0; k < own->n; k++) {
        const hys__lit lit = as_majority(net, &own->at[k], literals);
        if (lit != HYS__LIT_0) return lit;
    }
    return hys__network_and(net, in[0], in[1]);
}

hys_status hys__network_recognise(hys__network *net, hys__arena *arena, const hys__network *old) {
    cuts *all = HYS_NEW_N(arena, cuts, old->nodes.n);
    hys__lit *literals = HYS_NEW_N(arena, hys__lit, old->nodes.n);
    if (!all || !literals || !hys__network_init(net, arena, old->n_inputs, old->n_outputs)) return HYS_NOMEM;
    for (uint32_t id = 1; id < old->nodes.n; id++) {
        find_cuts(old, id, all);
        literals[id] = id <= old->n_inputs ? 2 * id : remake(net, &old->nodes.at[id], &all[id], literals);
        if (literals[id] == HYS__LIT_NONE) return HYS_NOMEM;
    }
    for (size_t k = 0; k < old->n_outputs; k++) {
        const hys__lit lit = old->outputs[k];
        net->outputs[k] = literals[lit / 2] ^ (lit & 1);
    }
    return HYS_OK;
}
