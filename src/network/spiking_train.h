/* The inside of training through surrogate gradients. */
#ifndef HYS_NETWORK_SPIKING_TRAIN_H
#define HYS_NETWORK_SPIKING_TRAIN_H
#include "network/spiking_impl.h"

#define HYS__MOST_BATCH 1024u

typedef struct hys__bptt_stage { /* a dense layer, and the neurons behind it */
    size_t layer, rows, columns;
    const hys__neurons *neurons; /* NULL: none */
    float *weights, *biases;     /* [rows columns], [columns]; in `values`; biases NULL: none */
    size_t at_weights, at_biases;
} hys__bptt_stage;

/* Of a block of samples, all steps: [steps block width]. */
typedef struct hys__bptt_slot {
    float *x;                   /* into the first stage */
    float **currents, **u, **s; /* [stages]: currents; potentials before resets; spikes, or currents without neurons */
    float *dy, *ds, *dv;
    float *gradient; /* [n_values] */
    double loss;
    size_t n_right;
} hys__bptt_slot;

typedef struct hys__bptt {
    hys_spiking *spiking;
    hys_surrogate_opts opts;
    hys__arena arena;
    hys__bptt_stage *stages;
    size_t n_stages, widest;
    size_t n_values;
    float *values, *gradient, *moment_1, *moment_2; /* [n_values] */
    double steps;                                   /* of the optimiser */
    hys__bptt_slot *slots;
    size_t n_slots;
    hys__code code;
    /* of the batch at work */
    const hys_samples *samples;
    const uint32_t *order; /* NULL: as they lie */
    size_t first, n;
    uint64_t epoch;
} hys__bptt;

/* spiking_bptt.c */
hys_status hys__bptt_init(hys__bptt *b, size_t batch);
/* Loss (sum), right answers, and the gradient of the mean loss, of samples first .. first + n. */
void hys__bptt_batch(hys__bptt *b, double *loss, size_t *n_right);

#endif
