/* Batch normalisation (Ioffe and Szegedy 2015): y = scale (x - mean) / sqrt(variance + EPSILON) + shift, of each
 * channel, or each value of a plain row.  In training the statistics are those of a block of samples ("ghost"
 * normalisation, Hoffer et al. 2017), so that blocks need not wait for each other; later those that went by. */
#include "network/layer_norm.h"
#include <math.h>

static bool fit(hys__layer *l) {
    l->out = l->in;
    l->features = l->in.channels > 1 ? l->in.channels : l->in.height == 1 ? l->in.width : 1;
    l->n_params = 2 * l->features;
    return true;
}

typedef struct channel {
    size_t n, image, inner; /* samples, values of one, values of a channel in it */
    size_t feature;
} channel;

static channel channel_of(const hys__layer *l, const hys__visit *v, size_t feature) {
    const size_t image = hys__shape_size(&l->in);
    return (channel){v->n, image, image / l->features, feature};
}

/* Of deviations from `from`, so that a large mean does not eat them up. */
static double sum(const channel *c, const float *x, double from, bool squared) {
    double total = 0;
    for (size_t s = 0; s < c->n; s++)
        for (size_t k = 0; k < c->inner; k++) {
            const double d = x[s * c->image + c->feature * c->inner + k] - from;
            total += squared ? d * d : d;
        }
    return total;
}

static void measure(const hys__layer *l, const hys__visit *v, const float *x) {
    for (size_t f = 0; f < l->features; f++) {
        const channel c = channel_of(l, v, f);
        const double n = (double)(c.n * c.inner), mean = sum(&c, x, 0, false) / n;
        v->stats[f] = (float)mean;
        v->stats[l->features + f] = (float)(sum(&c, x, mean, true) / n);
    }
}

/* A lone value has no spread. */
static bool is_measured(const hys__layer *l, const hys__visit *v) {
    return v->is_training && v->stats && v->n * (hys__shape_size(&l->in) / l->features) > 1;
}

static hys_status forward(const hys__layer *l, const hys__visit *v, const float *x, float *y) {
    if (is_measured(l, v)) measure(l, v, x);
    const float *stats = is_measured(l, v) ? v->stats : l->running;
    for (size_t f = 0; f < l->features; f++) {
        const channel c = channel_of(l, v, f);
        const float factor = l->params[f] / sqrtf(stats[l->features + f] + HYS__NORM_EPSILON);
        const float shift = l->params[l->features + f] - factor * stats[f];
        for (size_t s = 0; s < c.n; s++)
            for (size_t k = 0; k < c.inner; k++) {
                const size_t at = s * c.image + f * c.inner + k;
                y[at] = factor * x[at] + shift;
            }
    }
    return HYS_OK;
}

/* With h = (x - mean) / deviation and means over the block: dx = factor (dy - mean dy - h mean (dy h)); without the
 * means where the statistics are fixed. */
static void back_feature(const hys__layer *l, const hys__visit *v, const channel *c, const float *x, const float *dy,
                         float *dx) {
    const bool is_own = is_measured(l, v);
    const float *stats = is_own ? v->stats : l->running;
    const size_t f = c->feature, n = c->n * c->inner;
    const float mean = stats[f], inverse = 1 / sqrtf(stats[l->features + f] + HYS__NORM_EPSILON);
    double sum_dy = 0, sum_dyh = 0;
    for (size_t s = 0; s < c->n; s++)
        for (size_t k = 0; k < c->inner; k++) {
            const size_t at = s * c->image + f * c->inner + k;
            sum_dy += dy[at];
            sum_dyh += (double)dy[at] * ((x[at] - mean) * inverse);
        }
    if (v->param_gradient) {
        v->param_gradient[f] = (float)sum_dyh;
        v->param_gradient[l->features + f] = (float)sum_dy;
    }
    if (!dx) return;
    const float mean_dy = is_own ? (float)(sum_dy / (double)n) : 0,
                mean_dyh = is_own ? (float)(sum_dyh / (double)n) : 0;
    for (size_t s = 0; s < c->n; s++)
        for (size_t k = 0; k < c->inner; k++) {
            const size_t at = s * c->image + f * c->inner + k;
            dx[at] = l->params[f] * inverse * (dy[at] - mean_dy - (x[at] - mean) * inverse * mean_dyh);
        }
}

static hys_status backward(const hys__layer *l, const hys__visit *v, const float *x, const float *y, float *dy,
                           float *dx) {
    (void)y;
    for (size_t f = 0; f < l->features; f++) {
        const channel c = channel_of(l, v, f);
        back_feature(l, v, &c, x, dy, dx);
    }
    return HYS_OK;
}

#define KEPT 0.9F /* of what went by, at each batch */

void hys__norm_follow(hys__layer *l, const float *stats, size_t n) {
    const float spread = n > 1 ? (float)n / (float)(n - 1) : 1; /* of the whole from that of a sample of it */
    for (size_t f = 0; f < l->features; f++) {
        float *mean = &l->running[f], *variance = &l->running[l->features + f];
        *mean = KEPT * *mean + (1 - KEPT) * stats[f];
        *variance = KEPT * *variance + (1 - KEPT) * spread * stats[l->features + f];
    }
}

const hys__layer_ops hys__norm_ops = {fit, forward, backward};
