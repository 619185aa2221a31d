/* Networks from text: "28x28-conv8@3x3-maxpool2-10". */
#include "base/diag.h"
#include "network/network_impl.h"
#include <string.h>

#define MOST_NUMBER 1000000000 /* a size; more is refused where it is read */

typedef struct parser {
    hys_ctx *ctx;
    const char *text, *at;
    hys_layer layers[HYS__MOST_LAYERS];
    size_t numbers[HYS__MOST_LAYERS]; /* of the word in the text that each came from; the shape is 0 */
    size_t n, n_words;
    bool is_linear; /* the layer before is to have no activation */
} parser;

static hys_status fail(parser *p, const char *at, const char *hint, const char *what) {
    return hys__report_at(p->ctx, HYS_ERROR, HYS_SYNTAX, "network", 1, (int32_t)(at - p->text) + 1, p->text, hint, "%s",
                          what);
}

static bool take(parser *p, const char *word) {
    const size_t n = strlen(word);
    if (strncmp(p->at, word, n) != 0) return false;
    p->at += n;
    return true;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* number = digit {digit}; from 1, of padding from 0 */
static hys_status number(parser *p, size_t least, size_t *value) {
    const char *start = p->at;
    if (!is_digit(*p->at)) return fail(p, p->at, "", "a number is expected here");
    for (*value = 0; is_digit(*p->at); p->at++) {
        *value = *value * 10 + (size_t)(*p->at - '0');
        if (*value > MOST_NUMBER) return fail(p, start, "", "this number is too large");
    }
    return *value < least ? fail(p, start, "", "this number must be 1 or more") : HYS_OK;
}

/* size = number ["x" number]; one alone is both */
static hys_status size(parser *p, size_t *height, size_t *width) {
    hys_status status = number(p, 1, height);
    *width = *height;
    return status == HYS_OK && take(p, "x") ? number(p, 1, width) : status;
}

/* shape = number ["x" number ["x" number]]: values in a row, height x width, or channels x height x width */
static hys_status shape(parser *p, hys_network_opts *o) {
    size_t sizes[3] = {0};
    size_t n = 0;
    hys_status status;
    do status = number(p, 1, &sizes[n++]);
    while (status == HYS_OK && n < 3 && take(p, "x"));
    o->channels = n == 3 ? sizes[0] : 1;
    o->height = n == 1 ? 1 : sizes[n - 2];
    o->width = sizes[n - 1];
    return status;
}

static hys_status push(parser *p, hys_layer layer) {
    if (p->n == HYS__MOST_LAYERS) return fail(p, p->at, "", "there are too many layers");
    p->layers[p->n] = layer;
    p->numbers[p->n++] = p->n_words;
    return HYS_OK;
}

/* no_bias = ["/nobias"] */
static hys_status weighted(parser *p, hys_layer layer) {
    layer.has_no_bias = take(p, "/nobias");
    return push(p, layer);
}

/* conv = "conv" number "@" size ["s" number] ["p" number] no_bias */
static hys_status conv(parser *p) {
    hys_layer layer = {.kind = HYS_LAYER_CONV};
    hys_status status = number(p, 1, &layer.units);
    if (status == HYS_OK && !take(p, "@"))
        return fail(p, p->at, "eight filters of 3 x 3 are written conv8@3x3",
                    "\"@\" and the filters' size are expected");
    if (status == HYS_OK) status = size(p, &layer.height, &layer.width);
    if (status == HYS_OK && take(p, "s")) status = number(p, 1, &layer.stride);
    if (status == HYS_OK && take(p, "p")) status = number(p, 0, &layer.padding);
    return status == HYS_OK ? weighted(p, layer) : status;
}

/* pool = ("maxpool" | "meanpool") size ["s" number] */
static hys_status pool(parser *p, hys_layer_kind kind) {
    hys_layer layer = {.kind = kind};
    hys_status status = size(p, &layer.height, &layer.width);
    if (status == HYS_OK && take(p, "s")) status = number(p, 1, &layer.stride);
    return status == HYS_OK ? push(p, layer) : status;
}

/* dense = ["dense"] number no_bias */
static hys_status dense(parser *p) {
    hys_layer layer = {.kind = HYS_LAYER_DENSE};
    hys_status status = number(p, 1, &layer.units);
    return status == HYS_OK ? weighted(p, layer) : status;
}

static hys_status unknown(parser *p) {
    static const char *const words[] = {"dense", "conv",    "maxpool", "meanpool", "norm",
                                        "relu",  "sigmoid", "tanh",    "softmax",  "linear"};
    char word[32] = "", hint[64] = "";
    size_t n = 0;
    while (n + 1 < sizeof word && ((p->at[n] >= 'a' && p->at[n] <= 'z') || (p->at[n] >= 'A' && p->at[n] <= 'Z'))) {
        word[n] = p->at[n];
        n++;
    }
    word[n] = 0;
    const char *near = n ? hys__nearest(word, words, sizeof words / sizeof *words) : NULL;
    if (near) snprintf(hint, sizeof hint, "did you mean %s?", near);
    return fail(p, p->at, hint,
                "a layer is expected here: a number of outputs, conv, maxpool, meanpool, norm, relu, "
                "sigmoid, tanh, softmax or linear");
}

/* layer = dense | conv | pool | "norm" | "relu" | "sigmoid" | "tanh" | "softmax" | "linear" */
static hys_status layer(parser *p) {
    static const hys_layer_kind plain[] = {HYS_LAYER_NORM, HYS_LAYER_RELU, HYS_LAYER_SIGMOID, HYS_LAYER_TANH,
                                           HYS_LAYER_SOFTMAX};
    if (is_digit(*p->at) || take(p, "dense")) return dense(p);
    if (take(p, "conv")) return conv(p);
    if (take(p, "maxpool")) return pool(p, HYS_LAYER_MAX_POOL);
    if (take(p, "meanpool")) return pool(p, HYS_LAYER_MEAN_POOL);
    for (size_t k = 0; k < sizeof plain / sizeof *plain; k++)
        if (take(p, hys_layer_kind_name(plain[k]))) return push(p, (hys_layer){.kind = plain[k]});
    if (!take(p, "linear")) return unknown(p);
    p->is_linear = true;
    return HYS_OK;
}

static bool is_activation(hys_layer_kind kind) {
    return kind == HYS_LAYER_RELU || kind == HYS_LAYER_SIGMOID || kind == HYS_LAYER_TANH || kind == HYS_LAYER_SOFTMAX;
}

/* Is an activation still due behind the layers so far? */
static bool lacks_activation(const parser *p) {
    size_t k = p->n;
    while (k > 0 && p->layers[k - 1].kind == HYS_LAYER_NORM) k--;
    return k > 0 && hys__layer_is_weighted(p->layers[k - 1].kind);
}

/* relu goes before the word that was just read, unless that is an activation or a normalisation. */
static hys_status complete_before(parser *p, size_t first) {
    if (p->n == first) return HYS_OK;
    const hys_layer fresh = p->layers[first];
    const size_t number = p->numbers[first];
    p->n = first;
    const bool is_due =
        lacks_activation(p) && !p->is_linear && !is_activation(fresh.kind) && fresh.kind != HYS_LAYER_NORM;
    if (fresh.kind != HYS_LAYER_NORM) p->is_linear = false;
    hys_status status = is_due ? push(p, (hys_layer){.kind = HYS_LAYER_RELU}) : HYS_OK;
    if (status == HYS_OK) status = push(p, fresh);
    if (status == HYS_OK) p->numbers[p->n - 1] = number;
    return status;
}

/* network = shape "-" layer {"-" layer} */
static hys_status network(parser *p, hys_network_opts *o) {
    hys_status status = shape(p, o);
    if (status == HYS_OK && *p->at != '-')
        return fail(p, p->at, "784-64-10 takes 784 values and has a layer of 64 and one of 10",
                    *p->at ? "\"-\" is expected here" : "there are no layers");
    while (status == HYS_OK && take(p, "-")) {
        const size_t first = p->n;
        p->n_words++;
        status = layer(p);
        if (status == HYS_OK) status = complete_before(p, first);
    }
    if (status == HYS_OK && *p->at) return fail(p, p->at, "", "\"-\" is expected here");
    if (status == HYS_OK && lacks_activation(p) && !p->is_linear)
        status = push(p, (hys_layer){.kind = HYS_LAYER_SOFTMAX});
    if (status == HYS_OK && p->n == 0) return fail(p, p->at, "", "there are no layers");
    o->layers = p->layers;
    o->n_layers = p->n;
    return status;
}

hys_status hys_network_parse(hys_ctx *ctx, const char *text, uint64_t seed, hys_network **result) {
    parser *p = hys__realloc(ctx, NULL, 0, sizeof *p);
    if (!p) return HYS_NOMEM;
    memset(p, 0, sizeof *p);
    p->ctx = ctx;
    p->text = p->at = text;
    hys_network_opts opts = {.size = sizeof opts, .seed = seed};
    hys_status status = network(p, &opts);
    if (status == HYS_OK) status = hys__network_make(ctx, &opts, p->numbers, result);
    hys__free(ctx, p, sizeof *p);
    return status;
}
