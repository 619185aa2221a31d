/* Boolean networks of AND, XOR and MAJ with inverters on their edges, each function made once. */
#ifndef HYS_ARRAY_LOGIC_NETWORK_H
#define HYS_ARRAY_LOGIC_NETWORK_H
#include "array/logic_netlist.h"

typedef uint32_t hys__lit; /* 2 node + 1 if inverted; node 0 is the constant 0 */
#define HYS__LIT_0    0u
#define HYS__LIT_1    1u
#define HYS__LIT_NONE UINT32_MAX /* no memory: goes through everything below */

typedef enum hys__node_kind {
    HYS__NODE_CONSTANT,
    HYS__NODE_INPUT,
    HYS__NODE_AND,
    HYS__NODE_XOR,
    HYS__NODE_MAJ
} hys__node_kind;

typedef struct hys__node {
    hys__node_kind kind;
    hys__lit in[3]; /* ascending; of XOR never inverted, of MAJ at most one; in[0] of an input: which */
} hys__node;

typedef struct hys__network {
    hys__arena *arena;
    struct {
        hys__node *at;
        size_t n, cap;
    } nodes;         /* each behind those that it reads */
    uint32_t *slots; /* 1 + node */
    size_t n_slots;
    size_t n_inputs, n_outputs;
    hys__lit *outputs;
} hys__network;

/* Inputs become nodes 1 ... n_inputs. */
bool hys__network_init(hys__network *net, hys__arena *arena, size_t n_inputs, size_t n_outputs);
hys__lit hys__network_and(hys__network *net, hys__lit a, hys__lit b);
hys__lit hys__network_xor(hys__network *net, hys__lit a, hys__lit b);
hys__lit hys__network_maj(hys__network *net, hys__lit a, hys__lit b, hys__lit c);
/* That XOR if it is there; HYS__LIT_0: it is not. */
hys__lit hys__network_find_xor(const hys__network *net, hys__lit a, hys__lit b);
static inline hys__lit hys__network_or(hys__network *net, hys__lit a, hys__lit b) {
    const hys__lit nor = hys__network_and(net, a ^ 1, b ^ 1);
    return nor == HYS__LIT_NONE ? nor : nor ^ 1;
}

/* The netlist as a network. */
hys_status hys__network_build(hys__network *net, hys__arena *arena, const hys_logic *logic);
/* The same with the XOR and MAJ that its AND gates form, by looking at all cuts of three leaves. */
hys_status hys__network_recognise(hys__network *net, hys__arena *arena, const hys__network *old);

#endif
