/* Kinds of layers: their names, their shapes. */
#include "base/diag.h"
#include "network/network_impl.h"
#include <string.h>

const char *hys_layer_kind_name(hys_layer_kind kind) {
#define HYS_X(id, name, what) name,
    static const char *const names[] = {HYS_LAYER_KINDS(HYS_X)};
#undef HYS_X
    return (unsigned)kind < HYS_N_LAYER_KINDS ? names[kind] : "?";
}

const hys__layer_ops *hys__layer_ops_of(hys_layer_kind kind) {
    static const hys__layer_ops *const all[HYS_N_LAYER_KINDS] = {
        [HYS_LAYER_DENSE] = &hys__dense_ops,       [HYS_LAYER_CONV] = &hys__conv_ops,
        [HYS_LAYER_MAX_POOL] = &hys__max_pool_ops, [HYS_LAYER_MEAN_POOL] = &hys__mean_pool_ops,
        [HYS_LAYER_NORM] = &hys__norm_ops,         [HYS_LAYER_RELU] = &hys__relu_ops,
        [HYS_LAYER_SIGMOID] = &hys__sigmoid_ops,   [HYS_LAYER_TANH] = &hys__tanh_ops,
        [HYS_LAYER_SOFTMAX] = &hys__softmax_ops};
    return all[kind];
}

bool hys__layer_is_weighted(hys_layer_kind kind) {
    return kind == HYS_LAYER_DENSE || kind == HYS_LAYER_CONV;
}

static bool has_patch(hys_layer_kind kind) {
    return kind == HYS_LAYER_CONV || kind == HYS_LAYER_MAX_POOL || kind == HYS_LAYER_MEAN_POOL;
}

const char *hys__layer_text(const hys__layer *l, char *buf) {
    const char *name = hys_layer_kind_name(l->spec.kind);
    if (l->spec.kind == HYS_LAYER_DENSE) snprintf(buf, 64, "%s %zu", name, l->spec.units);
    else if (has_patch(l->spec.kind)) snprintf(buf, 64, "%s %zux%zu", name, l->spec.height, l->spec.width);
    else snprintf(buf, 64, "%s", name);
    return buf;
}

/* a b > limit, where all are at least 1 */
static bool exceeds(size_t a, size_t b, size_t limit) {
    return a > limit / b;
}

hys_status hys__network_limit(hys_ctx *ctx, const hys__layer *l) {
    char text[64];
    return hys__fail(ctx, HYS_LIMIT, "",
                     "layer %zu (%s) makes the network too large: it may have %zu weights, and compute %zu values",
                     l->number, hys__layer_text(l, text), HYS__MOST_WEIGHTS, HYS__MOST_VALUES);
}

static hys_status check_numbers(hys_ctx *ctx, const hys__layer *l) {
    const hys_layer *s = &l->spec;
    char text[64];
    if (hys__layer_is_weighted(s->kind) && (s->units == 0 || s->units > HYS__MOST_WEIGHTS))
        return hys__fail(ctx, HYS_ARG, "", "layer %zu (%s) has %zu outputs; there must be 1 to %zu", l->number,
                         hys__layer_text(l, text), s->units, HYS__MOST_WEIGHTS);
    if (!has_patch(s->kind)) return HYS_OK;
    if (s->height == 0 || s->width == 0)
        return hys__fail(ctx, HYS_ARG, "", "layer %zu (%s) is empty", l->number, hys__layer_text(l, text));
    if (s->padding >= s->height || s->padding >= s->width)
        return hys__fail(ctx, HYS_ARG, "", "layer %zu (%s) has a padding of %zu, which must be less than its size",
                         l->number, hys__layer_text(l, text), s->padding);
    const bool is_large = exceeds(s->height, s->width, HYS__MOST_WEIGHTS) || s->stride > HYS__MOST_VALUES ||
                          exceeds(l->in.channels, s->height * s->width, HYS__MOST_WEIGHTS);
    return is_large ? hys__network_limit(ctx, l) : HYS_OK;
}

static bool is_too_large(const hys__layer *l) {
    const hys__shape *o = &l->out;
    return exceeds(o->height, o->width, HYS__MOST_VALUES) ||
           exceeds(o->channels, o->height * o->width, HYS__MOST_VALUES) ||
           (l->rows && exceeds(l->rows, l->columns, HYS__MOST_WEIGHTS)) ||
           (l->spec.kind == HYS_LAYER_CONV && exceeds(l->rows, l->products, HYS__MOST_PATCHES));
}

hys_status hys__layer_fit(hys_ctx *ctx, hys__layer *l) {
    char text[64];
    hys_status status = check_numbers(ctx, l);
    if (status != HYS_OK) return status;
    if (!hys__layer_ops_of(l->spec.kind)->fit(l))
        return hys__fail(ctx, HYS_ARG, "", "layer %zu (%s) does not fit into %zux%zu", l->number,
                         hys__layer_text(l, text), l->in.height, l->in.width);
    if (is_too_large(l)) return hys__network_limit(ctx, l);
    return HYS_OK;
}
