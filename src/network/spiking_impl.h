/* The inside of spiking networks. */
#ifndef HYS_NETWORK_SPIKING_IMPL_H
#define HYS_NETWORK_SPIKING_IMPL_H
#include "network/network_impl.h"
#include <hysteron/spiking.h>

#define HYS__MOST_STEPS 100000u /* of a sample */

/* Neurons side by side: what a step of them takes.
 *     i <- keep_i i + in_i x        (of a synapse with a current of its own)
 *     v <- keep v + rest + in x + from_i i
 * A layer's neurons are all of one kind. */
typedef struct hys__neurons {
    size_t n;
    hys_neuron_kind kind;
    bool is_subtracted, has_synapse, has_refractory, has_adaptation;
    hys_neuron *given;                                       /* [n] */
    float *keep, *rest, *in, *keep_i, *in_i, *from_i;        /* [n] */
    float *threshold, *reset, *adaptation, *keep_adaptation; /* [n] */
    float *spike, *start;                                    /* [n] worth of one; potential at the start */
    uint32_t *refractory;                                    /* [n] steps */
} hys__neurons;

/* Of one sample. */
typedef struct hys__membrane {
    float *v, *i, *raised; /* [n] */
    uint32_t *wait;        /* [n] steps that are left */
} hys__membrane;

struct hys_spiking {
    hys_ctx *ctx;
    hys__arena arena;
    hys_network *network;
    bool owns_network;
    hys_spiking_opts opts;
    size_t n_layers;       /* of the network that take part: a last softmax does not */
    hys__neurons *neurons; /* [n_layers + 1]: n 0: none there; the last are those at the outputs */
};

/* spiking.c: the neurons of another one of the same layers, with the potentials that they begin at */
hys_status hys__spiking_take_neurons(hys_spiking *spiking, const hys_spiking *from);

/* spiking_neuron.c */
hys_status hys__neuron_check(hys_ctx *ctx, const hys_neuron *neuron, double dt);
/* All of them from layer->given. */
void hys__neurons_fill(hys__neurons *layer, double dt);
hys_status hys__membrane_new(hys__arena *arena, const hys__neurons *layer, size_t n_samples, hys__membrane *m);
void hys__membrane_start(const hys__neurons *layer, size_t n_samples, hys__membrane *m);
/* Currents x [n] -> out [n]: worth of spikes, or potentials of LI; seen [n]: potentials before resets, NULL.  Number of
 * spikes.  Sample s of the membranes. */
size_t hys__neurons_step(const hys__neurons *layer, hys__membrane *m, size_t s, const float *x, float *out,
                         float *seen);

/* code.c: one step of one sample */
typedef struct hys__code {
    hys_spike_code kind;
    uint64_t seed;
    size_t steps;
    double part; /* spikes a step of a value of 1 */
    float worth; /* of a spike */
} hys__code;
hys__code hys__code_of(const hys_spiking_opts *opts);
/* values [n] -> x [n]; spikes. */
size_t hys__code_step(const hys__code *code, const float *values, size_t n, uint64_t sample, size_t step, float *x);

/* What goes into layer k of the first samples, at some steps, for its costs: [n rows]. */
typedef struct hys__spiking_taken {
    float *inputs;
    size_t n;
} hys__spiking_taken;
#define HYS__SPIKING_TAKEN 16u

#endif
