/* What holds a layer's weights, multiplies with them and changes them: floats in software, crossbars, devices. */
#ifndef HYS_NETWORK_WEIGHTS_H
#define HYS_NETWORK_WEIGHTS_H
#include "base/team.h"
#include "io/npz.h"
#include <hysteron/network.h>

typedef struct hys__weights hys__weights;

/* A block of inputs that one thread works on.  Draws of noise are keyed by seed, `first` and the row, never by thread
 * or block; `pass` counts calls on the same samples (epochs, repeats), so that no draw comes twice. */
typedef struct hys__block {
    size_t n;     /* rows */
    size_t first; /* number of the first row among all rows of this layer: sample * products + place */
    uint64_t pass;
    unsigned thread; /* below hys__team_size of the network: which buffers may be used */
} hys__block;

/* Numbers that a checkpoint keeps: written from where they lie, and filled from the file. */
typedef struct hys__weights_part {
    const char *name;
    hys__npz_type type;
    size_t n;
    void *values;
} hys__weights_part;
enum { HYS__MOST_PARTS = 12 };

typedef struct hys__weights_kind {
    const char *name; /* "software", "linear" */
    /* y [n columns] = x [n rows] W */
    hys_status (*multiply)(hys__weights *weights, const hys__block *block, const float *x, float *y);
    /* dx [n rows] = dy [n columns] W^T, with what the optimiser takes for W; NULL: its weights are never trained */
    hys_status (*multiply_back)(hys__weights *weights, const hys__block *block, const float *dy, float *dx);
    /* In-place training: changes the weights by -rate x^T dy, with what its devices can; called by one thread, samples
     * in their order, a batch in several calls.  NULL: the optimiser of the network adds up x^T dy and calls set. */
    hys_status (*update)(hys__weights *weights, const hys__block *block, double rate, const float *x, const float *dy);
    /* Behind the last update of a batch; NULL: nothing is left to be done. */
    hys_status (*end_batch)(hys__weights *weights, double rate);
    /* What it holds now, as a perfect reader sees it: [rows columns]. */
    hys_status (*get)(const hys__weights *weights, float *values);
    /* Other weights are to be held (programmed); NULL: cannot. */
    hys_status (*set)(hys__weights *weights, const float *values);
    /* gradient [rows columns] with respect to what get gives -> what set takes (straight through, or exactly through
     * wires); in place.  NULL: the same. */
    hys_status (*gradient)(hys__weights *weights, float *gradient);
    /* In-place training that goes on from a checkpoint: all that it takes for the same bits, and their number; 0, or
     * NULL: nothing can be kept.  restored: they were filled from a file, which may hold anything. */
    size_t (*parts)(hys__weights *weights, hys__weights_part parts[HYS__MOST_PARTS]);
    hys_status (*restored)(hys__weights *weights);
    void (*free)(hys__weights *weights);
} hys__weights_kind;

struct hys__weights { /* the first member of each kind's struct */
    const hys__weights_kind *kind;
    hys_ctx *ctx;
    size_t rows, columns;
};

/* weights.c: in software.  Copies values. */
hys_status hys__weights_software(hys_ctx *ctx, size_t rows, size_t columns, const float *values, hys__weights **result);
/* NULL is fine. */
void hys__weights_free(hys__weights *weights);

/* network.c: what holds layer k; the layer owns it from then on, and frees what was there.  Only between calls. */
hys_status hys__network_hold(hys_network *network, size_t k, hys__weights *weights);
hys__weights *hys__network_held(const hys_network *network, size_t k);
hys__team *hys__network_team(const hys_network *network);
hys_ctx *hys__network_ctx(const hys_network *network);
/* Inputs of layer k for these samples, from 0: [n products, rows], behind all layers before it. */
hys_status hys__network_inputs(hys_network *network, size_t k, const hys_samples *samples, size_t first, size_t n,
                               float *inputs);

#endif
