/* The largest, or the mean, of each patch. */
#include "network/network_impl.h"
#include <string.h>

static bool fit(hys__layer *l) {
    hys_layer *s = &l->spec;
    if (s->height > l->in.height || s->width > l->in.width) return false;
    const size_t down = s->stride ? s->stride : s->height, across = s->stride ? s->stride : s->width;
    s->padding = 0;
    l->out = (hys__shape){l->in.channels, (l->in.height - s->height) / down + 1, (l->in.width - s->width) / across + 1};
    return true;
}

/* Where the patches behind a row of outputs begin, of rows of all channels of all samples; and how far they are
 * from each other. */
static size_t row_start(const hys__layer *l, size_t row) {
    const size_t down = l->spec.stride ? l->spec.stride : l->spec.height;
    return (row / l->out.height * l->in.height + row % l->out.height * down) * l->in.width;
}

static size_t distance(const hys__layer *l) {
    return l->spec.stride ? l->spec.stride : l->spec.width;
}

static size_t n_rows(const hys__layer *l, const hys__visit *v) {
    return v->n * l->out.channels * l->out.height;
}

/* The first of the largest; a NaN counts as the largest, so that it is not lost. */
static inline size_t largest(const hys__layer *l, const float *x, size_t first) {
    size_t best = first;
    for (size_t r = 0; r < l->spec.height; r++)
        for (size_t c = 0; c < l->spec.width; c++) {
            const size_t at = first + r * l->in.width + c;
            if (!(x[at] <= x[best])) best = at;
        }
    return best;
}

static hys_status max_forward(const hys__layer *l, const hys__visit *v, const float *x, float *y) {
    const size_t rows = n_rows(l, v), across = distance(l);
    for (size_t row = 0; row < rows; row++) {
        const size_t first = row_start(l, row);
        for (size_t k = 0; k < l->out.width; k++) *y++ = x[largest(l, x, first + k * across)];
    }
    return HYS_OK;
}

static hys_status max_backward(const hys__layer *l, const hys__visit *v, const float *x, const float *y, float *dy,
                               float *dx) {
    const size_t rows = n_rows(l, v), across = distance(l);
    (void)y;
    if (!dx) return HYS_OK;
    memset(dx, 0, v->n * hys__shape_size(&l->in) * sizeof *dx);
    for (size_t row = 0; row < rows; row++) {
        const size_t first = row_start(l, row);
        for (size_t k = 0; k < l->out.width; k++) dx[largest(l, x, first + k * across)] += *dy++;
    }
    return HYS_OK;
}

static float patch_sum(const hys__layer *l, const float *first) {
    float sum = 0;
    for (size_t r = 0; r < l->spec.height; r++)
        for (size_t c = 0; c < l->spec.width; c++) sum += first[r * l->in.width + c];
    return sum;
}

static void add_to_patch(const hys__layer *l, float *first, float value) {
    for (size_t r = 0; r < l->spec.height; r++)
        for (size_t c = 0; c < l->spec.width; c++) first[r * l->in.width + c] += value;
}

static hys_status mean_forward(const hys__layer *l, const hys__visit *v, const float *x, float *y) {
    const size_t rows = n_rows(l, v), across = distance(l);
    const float part = 1.0F / (float)(l->spec.height * l->spec.width);
    for (size_t row = 0; row < rows; row++) {
        const float *first = x + row_start(l, row);
        for (size_t k = 0; k < l->out.width; k++) *y++ = part * patch_sum(l, first + k * across);
    }
    return HYS_OK;
}

static hys_status mean_backward(const hys__layer *l, const hys__visit *v, const float *x, const float *y, float *dy,
                                float *dx) {
    const size_t rows = n_rows(l, v), across = distance(l);
    const float part = 1.0F / (float)(l->spec.height * l->spec.width);
    (void)x, (void)y;
    if (!dx) return HYS_OK;
    memset(dx, 0, v->n * hys__shape_size(&l->in) * sizeof *dx);
    for (size_t row = 0; row < rows; row++) {
        float *first = dx + row_start(l, row);
        for (size_t k = 0; k < l->out.width; k++) add_to_patch(l, first + k * across, part * *dy++);
    }
    return HYS_OK;
}

const hys__layer_ops hys__max_pool_ops = {fit, max_forward, max_backward};
const hys__layer_ops hys__mean_pool_ops = {fit, mean_forward, mean_backward};
