/* A network's layers, and what one thread needs to take a block of samples through them. */
#ifndef HYS_NETWORK_IMPL_H
#define HYS_NETWORK_IMPL_H
#include "network/weights.h"
#include "numerics/blas.h"

/* Samples that one thread takes through all layers at once.  Nothing that is computed may depend on how many threads
 * share the blocks out, so this is the same everywhere. */
#define HYS__BLOCK_SAMPLES 32

#define HYS__MOST_LAYERS 1000
/* In all layers together, so that a text that was mistyped does not ask for all the memory there is. */
#define HYS__MOST_WEIGHTS ((size_t)1 << 28)
#define HYS__MOST_VALUES  ((size_t)1 << 24) /* of a sample: what goes in, and what comes out of the layers */
#define HYS__MOST_PATCHES ((size_t)1 << 26) /* values of the patches that a sample is laid out in, of a layer */

typedef struct hys__shape {
    size_t channels, height, width;
} hys__shape;

static inline size_t hys__shape_size(const hys__shape *shape) {
    return shape->channels * shape->height * shape->width;
}

typedef struct hys__layer {
    hys_layer spec;
    size_t number; /* as the user counts them, from 1 */
    char name[32]; /* "conv2": the second of its kind */
    hys__shape in, out;
    size_t rows, columns, products; /* rows 0: has no weights */
    hys__weights *weights;
    float *held;   /* [rows columns], for hys_layer_info */
    float *params; /* [n_params]: biases; of norm: scales, then shifts; always digital */
    size_t n_params;
    float *running;  /* of norm [2 features]: means, variances of what went by; NULL */
    size_t features; /* of norm */
} hys__layer;

struct hys_network {
    hys_ctx *ctx;
    hys__team *team;
    hys__blas blas;
    hys__shape in;
    hys__layer *layers;
    size_t n_layers, cap; /* cap: that were allocated */
    uint64_t seed, pass;
    unsigned threads; /* as asked for; 0: as many as the context has */
};

/* One layer's work on one block. */
typedef struct hys__visit {
    const hys__blas *blas;
    size_t n, first; /* samples; the number of the first among all */
    uint64_t pass;
    unsigned thread;
    bool is_training; /* norm: by the block's own statistics */
    float *patches;   /* conv: room for hys__patch_samples of them */
    float *places;    /* conv: room for as many outputs */
    float *stats;     /* norm [2 features]: the block's means and variances; NULL where it is not training */
    /* Backwards; each NULL where it is not asked for.  All of them are overwritten. */
    float *weight_gradient; /* [rows columns] */
    float *param_gradient;  /* [n_params] */
    float *kept_inputs,
        *kept_errors; /* [n products, rows], [n products, columns], for weights that update themselves */
} hys__visit;

/* What each kind of layer does; x, y: [n, values of a sample]. */
typedef struct hys__layer_ops {
    /* in -> out, rows, columns, products, n_params, features; false: does not fit. */
    bool (*fit)(hys__layer *layer);
    hys_status (*forward)(const hys__layer *layer, const hys__visit *visit, const float *x, float *y);
    /* dx NULL: is not needed.  dy may be changed.  NULL: only at the end. */
    hys_status (*backward)(const hys__layer *layer, const hys__visit *visit, const float *x, const float *y, float *dy,
                           float *dx);
} hys__layer_ops;
const hys__layer_ops *hys__layer_ops_of(hys_layer_kind kind);
extern const hys__layer_ops hys__dense_ops, hys__conv_ops, hys__max_pool_ops, hys__mean_pool_ops, hys__norm_ops,
    hys__relu_ops, hys__sigmoid_ops, hys__tanh_ops, hys__softmax_ops;

/* layer.c */
bool hys__layer_is_weighted(hys_layer_kind kind); /* dense, conv */
/* Fits a layer to what it gets; HYS_ARG with "layer 3 (conv 5x5) does not fit into 4x4". */
hys_status hys__layer_fit(hys_ctx *ctx, hys__layer *layer);
/* "layer 3 (dense 64) makes the network too large" */
hys_status hys__network_limit(hys_ctx *ctx, const hys__layer *layer);
/* "conv 5x5", "dense 64"; buf holds 64. */
const char *hys__layer_text(const hys__layer *layer, char *buf);

/* layer_activation.c */
void hys__softmax(const float *x, size_t n, float *y);

/* layer_conv.c: samples whose patches are laid out at once */
size_t hys__patch_samples(const hys__layer *layer);
/* patches [n products, rows] of n samples */
void hys__patches(const hys__layer *layer, size_t n, const float *x, float *patches);

/* pass.c: forward through the layers */
typedef struct hys__worker { /* of one thread */
    float **values;          /* [n_layers + 1]: what goes into each layer for a block; [0] is not its own */
    float *patches, *places;
} hys__worker;
typedef struct hys__workers {
    const hys_network *network;
    hys__arena arena;
    hys__worker *workers; /* [n_workers] */
    unsigned n_workers;
} hys__workers;
hys_status hys__workers_init(const hys_network *network, hys__workers *crew);
void hys__workers_free(hys__workers *crew);
hys__visit hys__visit_new(const hys__workers *crew, unsigned thread, size_t n, size_t first, uint64_t pass);
/* The first n_layers layers; values[0] is set by the caller. */
hys_status hys__forward(const hys__workers *crew, const hys__visit *visit, size_t n_layers);
/* All samples in blocks: each is handed to `done` behind n_layers layers, by any thread. */
typedef struct hys__walk {
    const hys_samples *samples;
    size_t first, n, n_layers;
    void (*done)(void *user, const hys__workers *crew, const hys__visit *visit);
    void *user;
} hys__walk;
hys_status hys__network_walk(hys_network *network, const hys__walk *walk);
/* Do they fit, and their labels to the outputs? */
hys_status hys__network_check(const hys_network *network, const hys_samples *samples, bool with_labels);
/* What a team's part failed with, told if it was not. */
hys_status hys__network_told(const hys_network *network, size_t n_errors, hys_status status);

/* network.c */
/* numbers [n_layers]: as the user counts the layers; NULL: 1, 2, ... */
hys_status hys__network_make(hys_ctx *ctx, const hys_network_opts *opts, const size_t *numbers, hys_network **result);
size_t hys__network_outputs(const hys_network *network);
void hys__layer_free(hys_network *network, hys__layer *layer);
void hys__network_name_layers(hys_network *network);

/* evaluate.c: -log of what the network gives the class, of one row of outputs of which the last layer is `last`. */
double hys__loss(hys_layer_kind last, const float *outputs, size_t n, size_t label);
size_t hys__argmax(const float *values, size_t n);

#endif
