/* hysteron/network.h -- layered networks in software: what they compute, how they are trained, how good they are.
 *
 * Numbers are floats.  Images lie channel by channel, row by row.  Results are the same bits with any number of
 * threads: samples are worked on in blocks of a fixed size, whose sums are added in a fixed order. */
#ifndef HYSTERON_NETWORK_H
#define HYSTERON_NETWORK_H
#include <hysteron/dataset.h>
HYS_DECLS_BEGIN

#define HYS_LAYER_KINDS(X)                                                                                             \
    X(DENSE, "dense", "all inputs to all outputs")                                                                     \
    X(CONV, "conv", "the same small dense layer at each place of an image")                                            \
    X(MAX_POOL, "maxpool", "the largest of each patch")                                                                \
    X(MEAN_POOL, "meanpool", "the mean of each patch")                                                                 \
    X(NORM, "norm", "batch normalisation; folded into the weights before it when it is mapped")                        \
    X(RELU, "relu", "max(0, x)")                                                                                       \
    X(SIGMOID, "sigmoid", "1 / (1 + exp(-x))")                                                                         \
    X(TANH, "tanh", "tanh x")                                                                                          \
    X(SOFTMAX, "softmax", "exp(x) / sum exp(x); only at the end")
#define HYS_X(id, name, what) HYS_LAYER_##id,
typedef enum hys_layer_kind { HYS_LAYER_KINDS(HYS_X) HYS_N_LAYER_KINDS } hys_layer_kind;
#undef HYS_X
const char *hys_layer_kind_name(hys_layer_kind kind);

typedef struct hys_layer {
    hys_layer_kind kind;
    size_t units;         /* outputs of a dense layer; filters */
    size_t height, width; /* of a filter, of a pool's patch */
    size_t stride;        /* 0: 1 of filters, as large as the patch of pools */
    size_t padding;       /* of filters, zeros at each edge */
    bool has_no_bias;
} hys_layer;

typedef struct hys_network hys_network;
/* A sample is channels x height x width.  Weights are drawn (He before relu, Glorot otherwise); biases are 0. */
typedef struct hys_network_opts {
    size_t size;
    size_t channels, height, width;
    const hys_layer *layers;
    size_t n_layers;
    uint64_t seed;
    unsigned threads; /* 0: as many as the context has */
} hys_network_opts;
hys_status hys_network_new(hys_ctx *ctx, const hys_network_opts *opts, hys_network **result);
/* "784-64-10"; "28x28-conv8@3x3-maxpool2-conv12@3x3-maxpool2-10"; "3x32x32-...".  relu lies behind each layer with
 * weights but the last (and behind its "norm"), softmax behind that, unless the text names others:
 * "784-64-sigmoid-10-softmax"; "linear" stands for none.  "conv8@5s2p1": every second place, a margin of 1;
 * "64/nobias". */
hys_status hys_network_parse(hys_ctx *ctx, const char *text, uint64_t seed, hys_network **result);
/* All layers in software, with the weights that are held now. */
hys_status hys_network_copy(const hys_network *network, hys_network **result);
void hys_network_free(hys_network *network);
void hys_network_set_threads(hys_network *network, unsigned threads);

typedef struct hys_layer_info {
    size_t size;
    hys_layer layer;
    size_t in_channels, in_height, in_width, out_channels, out_height, out_width;
    size_t rows, columns; /* of its matrix of weights: inputs (of a filter), outputs; 0: it has none */
    size_t products;      /* of that matrix for a sample: 1, or places of a filter */
    const float *weights; /* [rows columns]; y = x W + b; rows of a filter are (channel, row, column) */
    const float *biases;  /* [columns]; NULL: none */
    const char *name;     /* "dense1" */
    const char *held_by;  /* "software", or what took its place: "linear", "in place" */
} hys_layer_info;
size_t hys_network_n_layers(const hys_network *network);
hys_layer_info hys_network_layer(const hys_network *network, size_t k);
/* biases may be NULL: as they are. */
hys_status hys_network_set_weights(hys_network *network, size_t k, const float *weights, const float *biases);
/* NumPy's .npz: arrays "dense1.weight" [in out], "dense1.bias" (the first layer of its kind), "norm2.scale", ".shift",
 * ".mean", ".variance"; also PyTorch's shapes [out in], [filters channels rows columns] are taken where they fit, with
 * its names "norm2.weight", ".bias", ".running_mean", ".running_var", and a lone .npy for a network of one layer. */
hys_status hys_network_read_weights(hys_network *network, const char *path);
hys_status hys_network_write_weights(const hys_network *network, const char *path);
/* Normalisations become part of the weights before them. */
hys_status hys_network_fold(hys_network *network);

/* ---- training ---- */

typedef enum hys_optimizer { HYS_OPTIMIZER_ADAM, HYS_OPTIMIZER_SGD } hys_optimizer;

typedef struct hys_epoch {
    size_t epoch; /* from 1 */
    /* Mean cross-entropy over the training set as it went by; a last sigmoid counts as yes or no of each class, of
     * what ends with neither the softmax is taken. */
    double loss;
    double train_accuracy, test_accuracy; /* the latter NaN without a test set */
    double seconds;
} hys_epoch;

typedef struct hys_train_opts {
    size_t size;
    hys_optimizer optimizer;
    double rate, decay; /* decay: the rate's factor from epoch to epoch */
    double momentum;    /* of HYS_OPTIMIZER_SGD */
    double weight_decay;
    double clip; /* weights stay within that many standard deviations of their layer; 0: no limit */
    size_t batch, epochs;
    size_t first_layer;     /* layers before it stay as they are (hybrid training) */
    uint64_t seed;          /* of the order of samples */
    const char *checkpoint; /* a file that is written after each epoch, and gone on from; NULL: none */
    int (*progress)(void *user, double done); /* other than 0: HYS_CANCEL */
    void *progress_user;
    void (*epoch)(void *user, const hys_epoch *epoch); /* NULL: none */
    void *epoch_user;
} hys_train_opts;
/* Normalisations take the statistics of blocks of up to 32 samples. */
hys_train_opts hys_train_opts_default(void); /* Adam, 0.001, batches of 50, 10 epochs */
/* test may be NULL. */
hys_status hys_network_train(hys_network *network, const hys_samples *train, const hys_samples *test,
                             const hys_train_opts *opts);

/* ---- what it says ---- */

/* outputs [samples' n, outputs]; probabilities where it ends with softmax. */
hys_status hys_network_predict(hys_network *network, const hys_samples *samples, float *outputs);
typedef struct hys_evaluation {
    size_t size;
    size_t n, n_classes;
    double accuracy, loss;
    size_t *confusion; /* [n_classes n_classes]: rows are true classes; free with hys_evaluation_free */
} hys_evaluation;
hys_status hys_network_evaluate(hys_network *network, const hys_samples *samples, hys_evaluation *result);
void hys_evaluation_free(hys_ctx *ctx, hys_evaluation *evaluation);

HYS_DECLS_END
#endif
