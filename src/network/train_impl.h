/* Training: what the optimiser changes, and the batch that it looks at. */
#ifndef HYS_NETWORK_TRAIN_IMPL_H
#define HYS_NETWORK_TRAIN_IMPL_H
#include "network/network_impl.h"

/* A layer's weights, or its biases, among all numbers that are trained. */
typedef struct hys__group {
    size_t layer;
    bool is_weights;
    size_t first, n;
    float limit; /* of magnitudes; 0: none */
} hys__group;

/* Blocks of a batch are worked on at once, each with sums of its own; a slot is what one of them leaves. */
#define HYS__SLOTS 16
/* Samples of a block where there is much to compute and few sums to be added up: filters. */
#define HYS__SMALL_BLOCK 8

typedef struct hys__slot {
    float *gradient; /* [n_params] */
    float **stats;   /* [n_layers][2 features]; NULL: no normalisation that learns */
    float **inputs;  /* [n_layers]: kept for weights that update themselves; NULL: others */
    float **errors;  /* [n_layers] */
    size_t n, first; /* samples of it; number of the first within the epoch */
    double loss;     /* sum */
    size_t n_right;
    hys_status status;
} hys__slot;

typedef struct hys__training {
    hys_network *network;
    hys_train_opts opts;
    const hys_samples *train, *test;
    hys__workers crew;
    hys__arena *arena;
    float *(*deltas)[2]; /* of each worker: errors at a layer's outputs, and at its inputs */
    size_t lowest;       /* layer that is trained */
    size_t block;        /* samples of a block, at most */
    hys__group *groups;
    size_t n_groups, n_params;
    float *values, *gradient, *first_moment, *second_moment; /* [n_params] */
    float *stats;                                            /* room for a normalisation's of a batch */
    hys__slot *slots;
    size_t n_slots;
    uint32_t *order; /* [train->n] of this epoch */
    size_t epoch;    /* that were finished */
    size_t steps;    /* of the optimiser */
    /* The batch at hand. */
    size_t batch_first, batch_n, n_blocks;
    size_t wave; /* number of the first of the blocks that are being worked on */
    uint64_t pass;
} hys__training;

/* train_setup.c */
hys_status hys__training_init(hys__training *training);
/* Weights that change themselves, by pulses. */
bool hys__updates_itself(const hys__layer *layer);
/* Where a layer's gradients are to be put in all; SIZE_MAX: nowhere. */
size_t hys__training_at(const hys__training *training, size_t layer, bool is_weights);

/* train_batch.c: losses and hits of the batch are added to what epoch has */
hys_status hys__training_batch(hys__training *training, double *loss, size_t *n_right);

/* optimizer.c */
/* gradient = (gradient +) those of the first n slots */
void hys__optimizer_sum(hys__training *training, size_t n_slots, bool adds);
/* One step with the gradient, then all that holds weights gets them. */
hys_status hys__optimizer_step(hys__training *training);
/* All that holds weights gets the optimiser's. */
hys_status hys__optimizer_hand_out(hys__training *training);
double hys__training_rate(const hys__training *training);

/* checkpoint.c */
hys_status hys__checkpoint_write(const hys__training *training);
/* Goes on from it where there is one. */
hys_status hys__checkpoint_read(hys__training *training);

#endif
