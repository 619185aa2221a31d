/* Networks: constants and doubles vanish while gates are made. */
#include "array/logic_network.h"
#include "base/hash64.h"
#include <string.h>

#define MOST_NODES ((size_t)1 << 26)

static size_t slot_of(const hys__network *net, hys__node node) {
    const uint32_t key[4] = {node.kind, node.in[0], node.in[1], node.in[2]};
    size_t i = (size_t)hys__hash64((const char *)key, sizeof key) & (net->n_slots - 1);
    while (net->slots[i]) {
        const hys__node *other = &net->nodes.at[net->slots[i] - 1];
        if (other->kind == node.kind && memcmp(other->in, node.in, sizeof node.in) == 0) break;
        i = (i + 1) & (net->n_slots - 1);
    }
    return i;
}

static bool grow(hys__network *net) {
    const size_t n = net->n_slots ? 2 * net->n_slots : 1024;
    uint32_t *slots = HYS_NEW_N(net->arena, uint32_t, n);
    if (!slots) return false;
    net->slots = slots;
    net->n_slots = n;
    for (uint32_t k = 0; k < net->nodes.n; k++) net->slots[slot_of(net, net->nodes.at[k])] = k + 1;
    return true;
}

static hys__lit node_of(hys__network *net, hys__node node) {
    if (2 * net->nodes.n >= net->n_slots && !grow(net)) return HYS__LIT_NONE;
    const size_t slot = slot_of(net, node);
    if (net->slots[slot]) return 2 * (net->slots[slot] - 1);
    if (net->nodes.n >= MOST_NODES) {
        net->arena->failed = true;
        return HYS__LIT_NONE;
    }
    hys__node *own = HYS_PUSH(net->arena, &net->nodes);
    if (!own) return HYS__LIT_NONE;
    *own = node;
    net->slots[slot] = (uint32_t)net->nodes.n;
    return 2 * (hys__lit)(net->nodes.n - 1);
}

bool hys__network_init(hys__network *net, hys__arena *arena, size_t n_inputs, size_t n_outputs) {
    *net = (hys__network){.arena = arena, .n_inputs = n_inputs, .n_outputs = n_outputs};
    net->outputs = HYS_NEW_N(arena, hys__lit, n_outputs);
    if (!net->outputs || node_of(net, (hys__node){.kind = HYS__NODE_CONSTANT}) == HYS__LIT_NONE) return false;
    for (uint32_t k = 0; k < n_inputs; k++)
        if (node_of(net, (hys__node){HYS__NODE_INPUT, {k}}) == HYS__LIT_NONE) return false;
    return true;
}

static void swap_if(hys__lit *a, hys__lit *b) {
    if (*a <= *b) return;
    const hys__lit t = *a;
    *a = *b;
    *b = t;
}

hys__lit hys__network_and(hys__network *net, hys__lit a, hys__lit b) {
    if (a == HYS__LIT_NONE || b == HYS__LIT_NONE) return HYS__LIT_NONE;
    swap_if(&a, &b);
    if (a == HYS__LIT_0 || a == (b ^ 1)) return HYS__LIT_0;
    if (a == HYS__LIT_1 || a == b) return b;
    return node_of(net, (hys__node){HYS__NODE_AND, {a, b}});
}

hys__lit hys__network_xor(hys__network *net, hys__lit a, hys__lit b) {
    if (a == HYS__LIT_NONE || b == HYS__LIT_NONE) return HYS__LIT_NONE;
    const hys__lit flip = (a ^ b) & 1;
    a &= ~1u;
    b &= ~1u;
    swap_if(&a, &b);
    if (a == b) return HYS__LIT_0 ^ flip;
    if (a == HYS__LIT_0) return b ^ flip;
    const hys__lit node = node_of(net, (hys__node){HYS__NODE_XOR, {a, b}});
    return node == HYS__LIT_NONE ? node : node ^ flip;
}

hys__lit hys__network_find_xor(const hys__network *net, hys__lit a, hys__lit b) {
    hys__node node = {HYS__NODE_XOR, {a & ~1u, b & ~1u}};
    swap_if(&node.in[0], &node.in[1]);
    const size_t slot = slot_of(net, node);
    return net->slots[slot] ? 2 * (net->slots[slot] - 1) + ((a ^ b) & 1) : HYS__LIT_0;
}

/* maj(!a, !b, !c) = !maj(a, b, c), so that one inverted edge is enough. */
hys__lit hys__network_maj(hys__network *net, hys__lit a, hys__lit b, hys__lit c) {
    if (a == HYS__LIT_NONE || b == HYS__LIT_NONE || c == HYS__LIT_NONE) return HYS__LIT_NONE;
    swap_if(&a, &b);
    swap_if(&b, &c);
    swap_if(&a, &b);
    if (a == b || a == (b ^ 1)) return a == b ? a : c;
    if (b == c || b == (c ^ 1)) return b == c ? b : a;
    if (a == HYS__LIT_0) return hys__network_and(net, b, c);
    if (a == HYS__LIT_1) return hys__network_or(net, b, c);
    const hys__lit flip = (a & 1) + (b & 1) + (c & 1) > 1;
    const hys__lit node = node_of(net, (hys__node){HYS__NODE_MAJ, {a ^ flip, b ^ flip, c ^ flip}});
    return node == HYS__LIT_NONE ? node : node ^ flip;
}
