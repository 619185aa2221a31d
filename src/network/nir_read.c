/* Networks read from NIR: a chain of nodes becomes a list of layers. */
#include "base/memory.h"
#include "io/nir.h"
#include <float.h>
#include <hysteron/nir.h>
#include <math.h>
#include <string.h>

#define LARGEST 65535 /* of strides and paddings */

typedef struct held {
    float *weights, *biases; /* [rows columns], [columns]; of a layer that has them */
} held;

typedef struct chain {
    hys_ctx *ctx;
    hys__arena arena;
    hys__nir graph;
    const hys__nir_node *node; /* that is read */
    size_t in[3], shape[3];    /* channels, height, width: of the input, behind the nodes so far */
    bool is_flat;
    double gain; /* what the next weights are multiplied with, for sums that became means */
    struct {
        hys_layer *at;
        size_t n, cap;
    } layers;
    struct {
        held *at;
        size_t n, cap;
    } held; /* one a layer */
} chain;

static hys_status refuse(const chain *c, const char *hint, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static hys_status refuse(const chain *c, const char *hint, const char *fmt, ...) {
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return hys__report_at(c->ctx, HYS_ERROR, HYS_SEMANTIC, c->graph.path, 0, 0, "", hint, "node '%.80s': %s",
                          c->node->name, text);
}

static hys_status add_layer(chain *c, const hys_layer *layer, const held *weights) {
    hys_layer *place = HYS_PUSH(&c->arena, &c->layers);
    held *kept = HYS_PUSH(&c->arena, &c->held);
    if (!place || !kept) return HYS_NOMEM;
    *place = *layer;
    if (weights) *kept = *weights;
    return HYS_OK;
}

/* ---- parameters ---- */

static const hys__nir_param *numbers_of(const chain *c, const char *name) {
    const hys__nir_param *p = hys__nir_param_of(c->node, name);
    return p && p->kind != HYS__NIR_TEXT ? p : NULL;
}

/* One whole number for both axes, or two. */
static bool read_pair(const chain *c, const char *name, size_t least, size_t pair[2]) {
    const hys__nir_param *p = numbers_of(c, name);
    if (!p || (p->n != 1 && p->n != 2)) return false;
    for (size_t k = 0; k < 2; k++) {
        const double value = p->values[p->n == 2 ? k : 0];
        if (!(value >= (double)least && value <= LARGEST) || value != floor(value)) return false;
        pair[k] = (size_t)value;
    }
    return true;
}

static hys_status read_biases(chain *c, size_t n, float **biases) {
    const hys__nir_param *p = numbers_of(c, "bias");
    if (!p || p->n != n) return refuse(c, "", "its bias is missing, or has not one value an output");
    *biases = HYS_NEW_N(&c->arena, float, n);
    for (size_t k = 0; *biases && k < n; k++) (*biases)[k] = (float)p->values[k];
    return *biases ? HYS_OK : HYS_NOMEM;
}

/* weight [outputs, inputs ...] -> [inputs ... outputs] */
static hys_status read_weights(chain *c, const hys__nir_param *p, held *h) {
    const size_t columns = p->shape[0], rows = p->n / columns;
    h->weights = HYS_NEW_N(&c->arena, float, p->n);
    if (!h->weights) return HYS_NOMEM;
    for (size_t j = 0; j < columns; j++)
        for (size_t i = 0; i < rows; i++) {
            const double value = p->values[j * rows + i] * c->gain;
            if (!(fabs(value) <= (double)FLT_MAX)) return refuse(c, "", "a weight is too large");
            h->weights[i * columns + j] = (float)value;
        }
    c->gain = 1;
    return HYS_OK;
}

/* ---- nodes ---- */

static void set_flat(chain *c, size_t n) {
    c->shape[0] = c->shape[1] = 1;
    c->shape[2] = n;
    c->is_flat = true;
}

static hys_status take_input(chain *c) {
    const hys__nir_param *p = numbers_of(c, "shape");
    if (!p || p->n < 1 || p->n > 3)
        return refuse(c, "[n], [rows, columns] or [channels, rows, columns]", "its shape is missing");
    size_t n = 1;
    set_flat(c, 1);
    for (size_t k = 0; k < p->n; k++) {
        const double value = p->values[p->n - 1 - k];
        if (!(value >= 1 && value <= 1e6 && n * value <= 1e8) || value != floor(value))
            return refuse(c, "", "its shape is not one of an image");
        c->shape[2 - k] = (size_t)value;
        n *= (size_t)value;
    }
    c->is_flat = p->n == 1;
    memcpy(c->in, c->shape, sizeof c->in);
    return HYS_OK;
}

static hys_status take_nothing(chain *c) {
    (void)c;
    return HYS_OK;
}

static size_t size_of(const chain *c) {
    return c->shape[0] * c->shape[1] * c->shape[2];
}

static hys_status take_flatten(chain *c) {
    set_flat(c, size_of(c));
    return HYS_OK;
}

static hys_status take_dense(chain *c) {
    const hys__nir_param *p = numbers_of(c, "weight");
    held h = {0};
    if (!p || p->n_axes != 2 || !p->n)
        return refuse(c, "weight [outputs, inputs]", "its weight is missing, or no matrix");
    if (!c->is_flat && size_of(c) != c->shape[2]) return refuse(c, "", "images must pass a Flatten before it");
    if (p->shape[1] != size_of(c))
        return refuse(c, "", "its weight takes %zu inputs, but there are %zu", p->shape[1], size_of(c));
    const bool has_bias = !strcmp(c->node->type, "Affine");
    hys_status status = read_weights(c, p, &h);
    if (status == HYS_OK && has_bias) status = read_biases(c, p->shape[0], &h.biases);
    if (status != HYS_OK) return status;
    set_flat(c, p->shape[0]);
    return add_layer(c, &(hys_layer){.kind = HYS_LAYER_DENSE, .units = p->shape[0], .has_no_bias = !has_bias}, &h);
}

/* What is left of an axis: places of a window. */
static size_t places(size_t length, size_t padding, size_t window, size_t stride) {
    return length + 2 * padding < window ? 0 : (length + 2 * padding - window) / stride + 1;
}

/* padding = number [ number ] | "valid" | "same" */
static hys_status read_padding(const chain *c, const hys_layer *l, size_t *padding) {
    const hys__nir_param *p = hys__nir_param_of(c->node, "padding");
    size_t pair[2] = {0, 0};
    *padding = 0;
    if (p && p->kind == HYS__NIR_TEXT) {
        if (!strcmp(p->text, "valid")) return HYS_OK;
        if (strcmp(p->text, "same") != 0 || l->height != l->width || l->height % 2 == 0 || l->stride != 1)
            return refuse(c, "a number", "the padding '%.20s' cannot be had with its filters", p->text);
        *padding = (l->height - 1) / 2;
        return HYS_OK;
    }
    if (!read_pair(c, "padding", 0, pair) || pair[0] != pair[1])
        return refuse(c, "", "its padding is missing, or differs between rows and columns");
    if (pair[0] >= l->height || pair[0] >= l->width) return refuse(c, "", "its padding is wider than its filters");
    *padding = pair[0];
    return HYS_OK;
}

static hys_status check_conv(const chain *c, const hys__nir_param *p) {
    size_t dilation[2] = {1, 1}, groups[2] = {1, 1};
    if (c->is_flat) return refuse(c, "Input [channels, rows, columns]", "its input is no image");
    if (!p || p->n_axes != 4 || !p->n)
        return refuse(c, "[filters, channels, rows, columns]", "its weight has other axes");
    if (hys__nir_param_of(c->node, "dilation") &&
        (!read_pair(c, "dilation", 1, dilation) || dilation[0] * dilation[1] != 1))
        return refuse(c, "", "only a dilation of 1 is read");
    if (hys__nir_param_of(c->node, "groups") && (!read_pair(c, "groups", 1, groups) || groups[0] != 1))
        return refuse(c, "", "only one group is read");
    if (p->shape[1] != c->shape[0])
        return refuse(c, "", "its weight takes %zu channels, but there are %zu", p->shape[1], c->shape[0]);
    return HYS_OK;
}

static hys_status take_conv(chain *c) {
    const hys__nir_param *p = numbers_of(c, "weight");
    hys_layer l = {.kind = HYS_LAYER_CONV};
    size_t stride[2];
    held h = {0};
    hys_status status = check_conv(c, p);
    if (status != HYS_OK) return status;
    if (!read_pair(c, "stride", 1, stride) || stride[0] != stride[1])
        return refuse(c, "", "its stride is missing, or differs between rows and columns");
    l.units = p->shape[0];
    l.height = p->shape[2];
    l.width = p->shape[3];
    l.stride = stride[0];
    status = read_padding(c, &l, &l.padding);
    if (status == HYS_OK) status = read_weights(c, p, &h);
    if (status == HYS_OK) status = read_biases(c, l.units, &h.biases);
    if (status != HYS_OK) return status;
    c->shape[0] = l.units;
    c->shape[1] = places(c->shape[1], l.padding, l.height, l.stride);
    c->shape[2] = places(c->shape[2], l.padding, l.width, l.stride);
    if (!size_of(c)) return refuse(c, "", "its filters are larger than the image");
    return add_layer(c, &l, &h);
}

static hys_status take_pool(chain *c) {
    size_t window[2], stride[2], padding[2] = {0, 0};
    if (c->is_flat) return refuse(c, "Input [channels, rows, columns]", "its input is no image");
    if (!read_pair(c, "kernel_size", 1, window) || !read_pair(c, "stride", 1, stride))
        return refuse(c, "", "its kernel_size or stride is missing, or not whole");
    if (hys__nir_param_of(c->node, "padding") && (!read_pair(c, "padding", 0, padding) || padding[0] + padding[1] > 0))
        return refuse(c, "", "pools are read without padding only");
    const bool is_patch = stride[0] == window[0] && stride[1] == window[1];
    if (!is_patch && stride[0] != stride[1]) return refuse(c, "", "its stride differs between rows and columns");
    const hys_layer l = {
        .kind = HYS_LAYER_MEAN_POOL, .height = window[0], .width = window[1], .stride = is_patch ? 0 : stride[0]};
    if (!strcmp(c->node->type, "SumPool2d")) c->gain *= (double)(window[0] * window[1]);
    for (size_t k = 0; k < 2; k++) c->shape[1 + k] = places(c->shape[1 + k], 0, window[k], stride[k]);
    if (!size_of(c)) return refuse(c, "", "its kernel is larger than the image");
    return add_layer(c, &l, NULL);
}

static const struct type {
    const char *name;
    hys_status (*take)(chain *c);
} types[] = {
    {"Input", take_input},  {"Output", take_nothing}, {"Flatten", take_flatten}, {"Linear", take_dense},
    {"Affine", take_dense}, {"Conv2d", take_conv},    {"SumPool2d", take_pool},  {"AvgPool2d", take_pool},
};

static hys_status take_activation(chain *c) {
    const hys__nir_param *p = hys__nir_param_of(c->node, "metadata/activation");
    static const hys_layer_kind kinds[] = {HYS_LAYER_RELU, HYS_LAYER_SIGMOID, HYS_LAYER_TANH, HYS_LAYER_SOFTMAX};
    if (!p || p->kind != HYS__NIR_TEXT) return HYS_OK;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        if (strcmp(p->text, hys_layer_kind_name(kinds[k])) != 0) continue;
        if (c->gain != 1 && kinds[k] != HYS_LAYER_RELU)
            return refuse(c, "AvgPool2d", "sums before a %s cannot be read", p->text);
        return add_layer(c, &(hys_layer){.kind = kinds[k]}, NULL);
    }
    return refuse(c, "relu, sigmoid, tanh, softmax", "the activation '%.40s' in its metadata is unknown", p->text);
}

static hys_status take_node(chain *c) {
    for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
        if (strcmp(c->node->type, types[k].name) != 0) continue;
        if (!size_of(c) && k > 0) return refuse(c, "", "an Input must come before it");
        /* those of a graph in the graph are passed */
        hys_status status = k == 0 && size_of(c) ? HYS_OK : types[k].take(c);
        return status == HYS_OK ? take_activation(c) : status;
    }
    return refuse(c, "Input, Flatten, Linear, Affine, Conv2d, SumPool2d, AvgPool2d, Output",
                  "a %.40s is no layer of a network without spikes", c->node->type);
}

/* ---- the chain ---- */

typedef struct link {
    size_t n_in, n_out, next;
} link;

static link *list_links(chain *c) {
    link *links = HYS_NEW_N(&c->arena, link, c->graph.nodes.n + 1);
    for (size_t k = 0; links && k < c->graph.edges.n; k++) {
        const hys__nir_edge *e = &c->graph.edges.at[k];
        links[e->from].n_out++;
        links[e->from].next = e->to;
        links[e->to].n_in++;
    }
    return links;
}

static hys_status check_chain(chain *c, const link *links, size_t *first) {
    size_t n_first = 0;
    for (size_t k = 0; k < c->graph.nodes.n; k++) {
        c->node = &c->graph.nodes.at[k];
        if (links[k].n_in > 1 || links[k].n_out > 1)
            return refuse(c, "one edge to each node, one from it", "the graph branches or joins here: it is no chain");
        if (links[k].n_in) continue;
        n_first++;
        *first = k;
    }
    if (n_first == 1) return HYS_OK;
    return hys__report_at(c->ctx, HYS_ERROR, HYS_SEMANTIC, c->graph.path, 0, 0, "",
                          "one edge to each node, one from it",
                          "this graph is no chain: edges lead from nowhere to %zu of its nodes", n_first);
}

/* Where one node has no edge to it and none has two, the others are a chain behind it, or rings. */
static hys_status walk(chain *c) {
    const link *links = list_links(c);
    size_t k = 0, n = 1;
    if (!links) return HYS_NOMEM;
    hys_status status = check_chain(c, links, &k);
    for (; status == HYS_OK; k = links[k].next, n++) {
        c->node = &c->graph.nodes.at[k];
        status = take_node(c);
        if (!links[k].n_out) break;
    }
    if (status != HYS_OK) return status;
    if (n != c->graph.nodes.n) return refuse(c, "", "the chain ends here, with %zu of %zu nodes", n, c->graph.nodes.n);
    if (!c->layers.n) return refuse(c, "", "there is no layer in this graph");
    if (c->gain != 1) return refuse(c, "AvgPool2d", "sums without weights behind them cannot be read");
    return HYS_OK;
}

static hys_status make(chain *c, hys_network **result) {
    const hys_network_opts opts = {.size = sizeof opts,
                                   .channels = c->in[0],
                                   .height = c->in[1],
                                   .width = c->in[2],
                                   .layers = c->layers.at,
                                   .n_layers = c->layers.n};
    hys_network *network = NULL;
    hys_status status = hys_network_new(c->ctx, &opts, &network);
    for (size_t k = 0; k < c->held.n && status == HYS_OK; k++)
        if (c->held.at[k].weights)
            status = hys_network_set_weights(network, k, c->held.at[k].weights, c->held.at[k].biases);
    if (status == HYS_OK) *result = network;
    else hys_network_free(network);
    return status;
}

hys_status hys_network_read_nir(hys_ctx *ctx, const char *path, hys_network **result) {
    chain c = {.ctx = ctx, .gain = 1};
    hys__arena_init(&c.arena, ctx, 0);
    hys_status status = hys__nir_read(&c.arena, path, &c.graph);
    if (status == HYS_OK) status = walk(&c);
    if (status == HYS_OK) status = make(&c, result);
    hys__arena_free(&c.arena);
    return status;
}
