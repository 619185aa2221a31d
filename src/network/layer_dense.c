/* All inputs to all outputs. */
#include "network/layer_weighted.h"

static bool fit(hys__layer *l) {
    l->rows = hys__shape_size(&l->in);
    l->columns = l->spec.units;
    l->products = 1;
    l->n_params = l->spec.has_no_bias ? 0 : l->columns;
    l->out = (hys__shape){l->columns, 1, 1};
    return true;
}

static hys_status forward(const hys__layer *l, const hys__visit *v, const float *x, float *y) {
    const hys__block block = hys__block_of(l, v, 0, v->n);
    hys_status status = l->weights->kind->multiply(l->weights, &block, x, y);
    if (status == HYS_OK && l->n_params)
        for (size_t s = 0; s < v->n; s++)
            for (size_t c = 0; c < l->columns; c++) y[s * l->columns + c] += l->params[c];
    return status;
}

static hys_status backward(const hys__layer *l, const hys__visit *v, const float *x, const float *y, float *dy,
                           float *dx) {
    const hys__block block = hys__block_of(l, v, 0, v->n);
    (void)y;
    hys__weighted_gradients(l, v, &block, x, dy);
    return dx ? l->weights->kind->multiply_back(l->weights, &block, dy, dx) : HYS_OK;
}

const hys__layer_ops hys__dense_ops = {fit, forward, backward};
