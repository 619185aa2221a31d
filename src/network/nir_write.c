/* Networks written as NIR. */
#include "base/memory.h"
#include "io/nir.h"
#include "network/weights.h"
#include <hysteron/nir.h>
#include <string.h>

typedef struct writer {
    hys_ctx *ctx;
    hys__arena arena;
    hys__nir graph;
    bool is_flat, has_notes;
    size_t last; /* node that was added */
} writer;

static hys__nir_node *add_node(writer *w, const char *name, const char *type) {
    const size_t k = w->graph.nodes.n;
    hys__nir_edge *edge = k ? HYS_PUSH(&w->arena, &w->graph.edges) : NULL;
    if (edge) *edge = (hys__nir_edge){k - 1, k};
    return edge || !k ? hys__nir_add(&w->arena, &w->graph, name, type) : NULL;
}

/* A list of whole numbers; n 0: one alone. */
static bool put_numbers(writer *w, hys__nir_node *node, const char *name, size_t n, const size_t *values) {
    const size_t size = n ? n : 1;
    double *copy = HYS_NEW_N(&w->arena, double, size);
    for (size_t k = 0; copy && k < size; k++) copy[k] = (double)values[k];
    const hys__nir_param p = {.name = name, .kind = HYS__NIR_INT64, .n_axes = n > 0, .shape = {n}, .values = copy};
    return copy && hys__nir_add_values(&w->arena, node, &p);
}

static bool put_pair(writer *w, hys__nir_node *node, const char *name, size_t first, size_t second) {
    return put_numbers(w, node, name, 2, (const size_t[]){first, second});
}

/* Images keep their axes, rows of numbers have one. */
static bool put_shape(writer *w, hys__nir_node *node, const char *name, const size_t shape[3]) {
    if (w->is_flat) return put_numbers(w, node, name, 1, (const size_t[]){shape[0] * shape[1] * shape[2]});
    return put_numbers(w, node, name, 3, shape);
}

/* [rows columns] -> weight [columns, shape of a row ...] */
static bool put_weights(writer *w, hys__nir_node *node, const hys_layer_info *info, hys__nir_param like) {
    double *values = HYS_NEW_N(&w->arena, double, info->rows * info->columns);
    for (size_t j = 0; values && j < info->columns; j++)
        for (size_t i = 0; i < info->rows; i++)
            values[j * info->rows + i] = (double)info->weights[i * info->columns + j];
    like.name = "weight";
    like.kind = HYS__NIR_FLOAT32;
    like.values = values;
    return values && hys__nir_add_values(&w->arena, node, &like);
}

static bool put_biases(writer *w, hys__nir_node *node, const hys_layer_info *info) {
    double *values = HYS_NEW_N(&w->arena, double, info->columns);
    for (size_t k = 0; values && info->biases && k < info->columns; k++) values[k] = (double)info->biases[k];
    const hys__nir_param p = {
        .name = "bias", .kind = HYS__NIR_FLOAT32, .n_axes = 1, .shape = {info->columns}, .values = values};
    return values && hys__nir_add_values(&w->arena, node, &p);
}

/* ---- layers ---- */

static bool put_flatten(writer *w, const hys_layer_info *info) {
    const char *name = hys__arena_printf(&w->arena, "flatten_%s", info->name);
    hys__nir_node *node = name ? add_node(w, name, "Flatten") : NULL;
    const size_t zero = 0;
    const double last = -1;
    double *end = HYS_NEW(&w->arena, double);
    if (!node || !end) return false;
    *end = last;
    const hys__nir_param p = {.name = "end_dim", .kind = HYS__NIR_INT64, .values = end};
    return put_numbers(w, node, "input_type", 3,
                       (const size_t[]){info->in_channels, info->in_height, info->in_width}) &&
           put_numbers(w, node, "start_dim", 0, &zero) && hys__nir_add_values(&w->arena, node, &p);
}

static bool put_dense(writer *w, const hys_layer_info *info) {
    if (!w->is_flat && !put_flatten(w, info)) return false;
    const bool has_bias = info->biases != NULL;
    hys__nir_node *node = add_node(w, info->name, has_bias ? "Affine" : "Linear");
    w->is_flat = true;
    return node && put_weights(w, node, info, (hys__nir_param){.n_axes = 2, .shape = {info->columns, info->rows}}) &&
           (!has_bias || put_biases(w, node, info));
}

static bool put_conv(writer *w, const hys_layer_info *info) {
    const hys_layer *l = &info->layer;
    const size_t one = 1, stride = l->stride ? l->stride : 1;
    const hys__nir_param like = {.n_axes = 4, .shape = {info->columns, info->in_channels, l->height, l->width}};
    hys__nir_node *node = add_node(w, info->name, "Conv2d");
    return node && put_pair(w, node, "input_shape", info->in_height, info->in_width) &&
           put_weights(w, node, info, like) && put_pair(w, node, "stride", stride, stride) &&
           put_pair(w, node, "padding", l->padding, l->padding) && put_pair(w, node, "dilation", 1, 1) &&
           put_numbers(w, node, "groups", 0, &one) && put_biases(w, node, info);
}

static bool put_pool(writer *w, const hys_layer_info *info) {
    const hys_layer *l = &info->layer;
    hys__nir_node *node = add_node(w, info->name, "AvgPool2d");
    return node && put_pair(w, node, "kernel_size", l->height, l->width) &&
           put_pair(w, node, "stride", l->stride ? l->stride : l->height, l->stride ? l->stride : l->width) &&
           put_pair(w, node, "padding", 0, 0);
}

static hys_status put_activation(writer *w, const hys_layer_info *info) {
    hys__nir_node *node = &w->graph.nodes.at[w->graph.nodes.n - 1];
    if (w->graph.nodes.n == 1 || hys__nir_param_of(node, "metadata/activation"))
        return hys__fail(w->ctx, HYS_ARG, "",
                         "NIR has no node for %s, and there is none before it whose metadata could tell", info->name);
    w->has_notes = true;
    return hys__nir_add_text(&w->arena, node, "metadata/activation", hys_layer_kind_name(info->layer.kind)) ? HYS_OK
                                                                                                            : HYS_NOMEM;
}

static hys_status put_layer(writer *w, const hys_layer_info *info) {
    bool ok = false;
    if (info->rows && !info->weights)
        return hys__fail(w->ctx, HYS_ARG, "", "what holds the weights of %s does not tell them", info->name);
    if (info->layer.kind == HYS_LAYER_DENSE) ok = put_dense(w, info);
    else if (info->layer.kind == HYS_LAYER_CONV) ok = put_conv(w, info);
    else if (info->layer.kind == HYS_LAYER_MEAN_POOL) ok = put_pool(w, info);
    else if (info->layer.kind != HYS_LAYER_MAX_POOL) return put_activation(w, info);
    else return hys__fail(w->ctx, HYS_ARG, "meanpool", "%s: NIR has no node for the largest of a patch", info->name);
    return ok ? HYS_OK : HYS_NOMEM;
}

/* ---- a network ---- */

static hys_status put_end(writer *w, const char *name, const char *type, const size_t shape[3]) {
    hys__nir_node *node = add_node(w, name, type);
    return node && put_shape(w, node, "shape", shape) ? HYS_OK : HYS_NOMEM;
}

static hys_status put_network(writer *w, const hys_network *network) {
    const size_t n = hys_network_n_layers(network);
    hys_layer_info info = hys_network_layer(network, 0);
    w->is_flat = info.in_channels == 1 && info.in_height == 1;
    hys_status status = put_end(w, "input", "Input", (const size_t[]){info.in_channels, info.in_height, info.in_width});
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        info = hys_network_layer(network, k);
        status = put_layer(w, &info);
    }
    if (status != HYS_OK) return status;
    return put_end(w, "output", "Output", (const size_t[]){info.out_channels, info.out_height, info.out_width});
}

static hys_status write_folded(writer *w, const hys_network *network, const char *path) {
    hys_status status = put_network(w, network);
    if (status == HYS_OK) status = hys__nir_write(w->ctx, &w->graph, path);
    if (status != HYS_OK || !w->has_notes) return status;
    hys__report_at(
        w->ctx, HYS_WARNING, HYS_OK, path, 0, 0, "", "other programs may not look there",
        "NIR has no node for relu, sigmoid, tanh and softmax: metadata called activation tells where they are");
    return HYS_OK;
}

hys_status hys_network_write_nir(const hys_network *network, const char *path) {
    writer w = {.ctx = hys__network_ctx(network)};
    hys_network *copy = NULL;
    hys_status status = hys_network_copy(network, &copy);
    if (status == HYS_OK) status = hys_network_fold(copy);
    hys__arena_init(&w.arena, w.ctx, 0);
    if (status == HYS_OK) status = write_folded(&w, copy, path);
    hys__arena_free(&w.arena);
    hys_network_free(copy);
    return status;
}
