/* Networks whose layers lie on arrays, for what maps, compares and bills them. */
#ifndef HYS_NETWORK_MAPPING_NETWORK_H
#define HYS_NETWORK_MAPPING_NETWORK_H
#include "network/mapping.h"
#include "network/network_impl.h"

/* Inputs of layer k for the first samples [n rows], rows of the layer;  Free with hys__inputs_free.  Few enough to be
 * held at once, so perhaps of fewer samples than asked for. */
typedef struct hys__inputs {
    float *values;
    size_t n, rows, samples;
    size_t taken; /* the first so many are to be looked at */
} hys__inputs;
hys_status hys__inputs_new(hys_network *network, size_t k, const hys_samples *samples, size_t most_samples,
                           hys__inputs *result);
void hys__inputs_free(hys_ctx *ctx, hys__inputs *inputs);
/* Until it is told otherwise exact layers multiply as linear ones: ranges, zeros and operations need no solution each.
 */
void hys__network_be_rough(hys_network *network, bool is_rough);
/* So many of them, from all over, where there are more. */
void hys__inputs_thin(hys__inputs *inputs, size_t most);

/* The arrays of layer k; NULL, with a word, where it lies on none. */
hys__mapped *hys__network_mapped(const hys_network *network, size_t k);

#endif
