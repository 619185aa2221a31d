/* Weights that are trained in software, and go forward as arrays would make them. */
#ifndef HYS_NETWORK_AWARE_H
#define HYS_NETWORK_AWARE_H
#include "network/rooms.h"
#include "network/weights.h"
#include "numerics/blas.h"
#include <hysteron/network_train.h>

enum { HYS__AWARE_PART = 4096 }; /* weights that one thread draws at once */

typedef struct hys__aware {
    hys__weights base;
    hys_aware_opts opts;
    hys__team *team;
    hys__blas blas;
    size_t layer;
    float *values;        /* [rows columns]: what is trained */
    float *forward;       /* what the next batch sees */
    float *squares;       /* of forward */
    float *wires;         /* what wires change in it, when it was last solved; NULL: there are none */
    hys__rooms *rooms;    /* of threads */
    uint64_t sets;        /* batches so far: draws are keyed by it */
    hys_product *product; /* of the values when wires were last solved */
} hys__aware;

typedef struct hys__aware_draw {
    const hys__aware *aware;
    double range; /* the largest weight */
} hys__aware_draw;

/* aware_wires.c: arrays of the values now: what their wires change, into wires. */
hys_status hys__aware_wires(hys__aware *aware);
/* dL/dW of the matrix with its wires -> dL/dW of the weights that are programmed; in place. */
hys_status hys__aware_gradient(hys__aware *aware, float *gradient);

#endif
