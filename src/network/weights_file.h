/* The numbers of a network by name, as they lie in files. */
#ifndef HYS_NETWORK_WEIGHTS_FILE_H
#define HYS_NETWORK_WEIGHTS_FILE_H
#include "io/npz.h"
#include "network/network_impl.h"

/* "dense1.weight": of weights in software or not, biases, normalisations. */
typedef struct hys__named {
    const char *name;
    size_t layer;
    bool is_weight;
    float *values;        /* [rows columns]; the network's own, but of weights a copy */
    size_t rows, columns; /* rows 0: a row of numbers */
} hys__named;

typedef struct hys__named_list {
    hys__named *at;
    size_t n, cap;
} hys__named_list;

/* With what is held now. */
hys_status hys__network_list(const hys_network *network, hys__arena *arena, hys__named_list *list);
hys__npz_array hys__named_array(const hys__named *named);
/* All that the network has from this layer on; other arrays of the file are passed over.  On failure nothing is
 * changed. */
hys_status hys__network_take(hys_network *network, size_t first_layer, hys__arena *arena, const hys__npz *file);

#endif
