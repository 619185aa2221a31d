/* What dense layers and filters have in common. */
#ifndef HYS_NETWORK_LAYER_WEIGHTED_H
#define HYS_NETWORK_LAYER_WEIGHTED_H
#include "network/network_impl.h"
#include <string.h>

/* The products of n samples of a visit's, from `skipped` on. */
static inline hys__block hys__block_of(const hys__layer *l, const hys__visit *v, size_t skipped, size_t n) {
    return (hys__block){n * l->products, (v->first + skipped) * l->products, v->pass, v->thread};
}

static inline void hys__keep(float *kept, size_t at, const float *values, size_t n) {
    if (kept) memcpy(kept + at, values, n * sizeof *values);
}

/* x^T dy and the column sums of dy; adds to what the visit's first blocks left. */
static inline void hys__weighted_gradients(const hys__layer *l, const hys__visit *v, const hys__block *block,
                                           const float *x, const float *dy) {
    const size_t row0 = block->first - v->first * l->products;
    if (v->weight_gradient) {
        const hys__gemm shape = {l->rows, l->columns, block->n, .a_transposed = true, .adds = row0 > 0};
        hys__blas_sgemm(v->blas, &shape, x, dy, v->weight_gradient);
    }
    hys__keep(v->kept_inputs, row0 * l->rows, x, block->n * l->rows);
    hys__keep(v->kept_errors, row0 * l->columns, dy, block->n * l->columns);
    if (!v->param_gradient || !l->n_params) return;
    if (row0 == 0) memset(v->param_gradient, 0, l->columns * sizeof(float));
    for (size_t s = 0; s < block->n; s++)
        for (size_t c = 0; c < l->columns; c++) v->param_gradient[c] += dy[s * l->columns + c];
}

#endif
