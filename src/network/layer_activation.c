/* Layers that take each value alone, and softmax. */
#include "network/network_impl.h"
#include <math.h>

static bool fit(hys__layer *l) {
    l->out = l->in;
    return true;
}

static size_t count(const hys__layer *l, const hys__visit *v) {
    return v->n * hys__shape_size(&l->in);
}

static hys_status relu_forward(const hys__layer *l, const hys__visit *v, const float *x, float *y) {
    const size_t n = count(l, v);
    for (size_t k = 0; k < n; k++) y[k] = x[k] < 0 ? 0 : x[k];
    return HYS_OK;
}

static hys_status relu_backward(const hys__layer *l, const hys__visit *v, const float *x, const float *y, float *dy,
                                float *dx) {
    const size_t n = dx ? count(l, v) : 0;
    (void)y;
    for (size_t k = 0; k < n; k++) dx[k] = x[k] > 0 ? dy[k] : 0;
    return HYS_OK;
}

static hys_status sigmoid_forward(const hys__layer *l, const hys__visit *v, const float *x, float *y) {
    const size_t n = count(l, v);
    for (size_t k = 0; k < n; k++) y[k] = 1 / (1 + expf(-x[k]));
    return HYS_OK;
}

static hys_status sigmoid_backward(const hys__layer *l, const hys__visit *v, const float *x, const float *y, float *dy,
                                   float *dx) {
    const size_t n = dx ? count(l, v) : 0;
    (void)x;
    for (size_t k = 0; k < n; k++) dx[k] = dy[k] * y[k] * (1 - y[k]);
    return HYS_OK;
}

static hys_status tanh_forward(const hys__layer *l, const hys__visit *v, const float *x, float *y) {
    const size_t n = count(l, v);
    for (size_t k = 0; k < n; k++) y[k] = tanhf(x[k]);
    return HYS_OK;
}

static hys_status tanh_backward(const hys__layer *l, const hys__visit *v, const float *x, const float *y, float *dy,
                                float *dx) {
    const size_t n = dx ? count(l, v) : 0;
    (void)x;
    for (size_t k = 0; k < n; k++) dx[k] = dy[k] * (1 - y[k] * y[k]);
    return HYS_OK;
}

/* Less the largest, so that nothing overflows. */
void hys__softmax(const float *x, size_t n, float *y) {
    float most = x[0], sum = 0;
    for (size_t k = 1; k < n; k++) most = x[k] > most ? x[k] : most;
    for (size_t k = 0; k < n; k++) sum += y[k] = expf(x[k] - most);
    for (size_t k = 0; k < n; k++) y[k] /= sum;
}

static hys_status softmax_forward(const hys__layer *l, const hys__visit *v, const float *x, float *y) {
    const size_t width = hys__shape_size(&l->in);
    for (size_t s = 0; s < v->n; s++) hys__softmax(x + s * width, width, y + s * width);
    return HYS_OK;
}

const hys__layer_ops hys__relu_ops = {fit, relu_forward, relu_backward};
const hys__layer_ops hys__sigmoid_ops = {fit, sigmoid_forward, sigmoid_backward};
const hys__layer_ops hys__tanh_ops = {fit, tanh_forward, tanh_backward};
const hys__layer_ops hys__softmax_ops = {fit, softmax_forward, NULL}; /* its derivative is the loss's */
