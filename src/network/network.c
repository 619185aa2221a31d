/* Networks: made, copied, asked, and given weights. */
#include "base/diag.h"
#include "base/random.h"
#include "network/network_impl.h"
#include <math.h>
#include <string.h>

static void free_floats(hys_ctx *ctx, float *values, size_t n) {
    if (values) hys__free(ctx, values, n * sizeof *values);
}

static hys_status new_floats(hys_ctx *ctx, size_t n, float **values) {
    *values = hys__realloc(ctx, NULL, 0, n * sizeof **values);
    if (!*values) return HYS_NOMEM;
    memset(*values, 0, n * sizeof **values);
    return HYS_OK;
}

void hys__layer_free(hys_network *network, hys__layer *l) {
    hys__weights_free(l->weights);
    free_floats(network->ctx, l->held, l->rows * l->columns);
    free_floats(network->ctx, l->params, l->n_params);
    free_floats(network->ctx, l->running, l->n_params);
}

void hys_network_free(hys_network *network) {
    if (!network) return;
    for (size_t k = 0; k < network->n_layers; k++) hys__layer_free(network, &network->layers[k]);
    hys__team_free(network->team);
    if (network->layers) hys__free(network->ctx, network->layers, network->cap * sizeof *network->layers);
    hys__free(network->ctx, network, sizeof *network);
}

/* ---- threads ---- */

static unsigned threads_of(const hys_network *network) {
    return network->threads ? network->threads : (unsigned)hys__ctx_n_threads(network->ctx);
}

static hys_status new_team(hys_network *network) {
    const unsigned n = threads_of(network);
    return n > 1 ? hys__team_new(network->ctx, n, &network->team) : HYS_OK;
}

void hys_network_set_threads(hys_network *network, unsigned threads) {
    const unsigned before = threads_of(network);
    network->threads = threads;
    if (threads_of(network) == before) return;
    hys__team_free(network->team);
    network->team = NULL;
    (void)new_team(network); /* without one, the caller works alone */
}

/* ---- the weights at the start ---- */

/* A wide normal draw for relu (He et al. 2015), a uniform one otherwise (Glorot and Bengio 2010). */
static void draw_weights(const hys_network *network, size_t k, bool feeds_relu, float *values) {
    const hys__layer *l = &network->layers[k];
    const uint64_t key[2] = {network->seed, hys__name_hash("weights")};
    const size_t window = l->spec.kind == HYS_LAYER_CONV ? l->spec.height * l->spec.width : 1;
    const double he = sqrt(2 / (double)l->rows), glorot = sqrt(6 / (double)(l->rows + l->columns * window));
    for (size_t i = 0; i < l->rows * l->columns; i++) {
        const uint64_t ctr[2] = {k, i};
        uint64_t bits[2];
        hys__threefry2x64(key, ctr, bits);
        const double u = hys__uniform(bits[0]);
        values[i] = (float)(feeds_relu ? he * hys__normal_quantile(u) : glorot * (2 * u - 1));
    }
}

/* Is relu what comes behind, but for a normalisation? */
static bool feeds_relu(const hys_network *network, size_t k) {
    do k++;
    while (k < network->n_layers && network->layers[k].spec.kind == HYS_LAYER_NORM);
    return k < network->n_layers && network->layers[k].spec.kind == HYS_LAYER_RELU;
}

static hys_status start_layer(hys_network *network, size_t k) {
    hys__layer *l = &network->layers[k];
    hys_status status = HYS_OK;
    if (l->n_params) status = new_floats(network->ctx, l->n_params, &l->params);
    if (status == HYS_OK && l->features) status = new_floats(network->ctx, l->n_params, &l->running);
    for (size_t f = 0; status == HYS_OK && f < l->features; f++) l->params[f] = l->running[l->features + f] = 1;
    if (status != HYS_OK || !l->rows) return status;
    status = new_floats(network->ctx, l->rows * l->columns, &l->held);
    if (status != HYS_OK) return status;
    draw_weights(network, k, feeds_relu(network, k), l->held);
    return hys__weights_software(network->ctx, l->rows, l->columns, l->held, &l->weights);
}

/* ---- its layers ---- */

void hys__network_name_layers(hys_network *network) {
    size_t count[HYS_N_LAYER_KINDS] = {0};
    for (size_t k = 0; k < network->n_layers; k++) {
        hys__layer *l = &network->layers[k];
        snprintf(l->name, sizeof l->name, "%s%zu", hys_layer_kind_name(l->spec.kind), ++count[l->spec.kind]);
    }
}

static hys_status fit_layers(hys_network *network, const hys_layer *specs, size_t n, const size_t *numbers) {
    hys__shape shape = network->in;
    size_t weights = 0, values = hys__shape_size(&shape);
    for (size_t k = 0; k < n; k++) {
        hys__layer *l = &network->layers[k];
        *l = (hys__layer){.spec = specs[k], .number = numbers ? numbers[k] : k + 1, .in = shape};
        if ((unsigned)specs[k].kind >= HYS_N_LAYER_KINDS)
            return hys__fail(network->ctx, HYS_ARG, "", "layer %zu is of no kind that there is", l->number);
        if (specs[k].kind == HYS_LAYER_SOFTMAX && k + 1 < n)
            return hys__fail(network->ctx, HYS_ARG, "", "layer %zu (softmax) must be the last", l->number);
        hys_status status = hys__layer_fit(network->ctx, l);
        if (status != HYS_OK) return status;
        weights += l->rows * l->columns;
        values += hys__shape_size(&l->out);
        if (weights > HYS__MOST_WEIGHTS || values > HYS__MOST_VALUES) return hys__network_limit(network->ctx, l);
        shape = l->out;
    }
    network->n_layers = n;
    hys__network_name_layers(network);
    return HYS_OK;
}

static hys_status check_input(hys_ctx *ctx, const hys__shape *in) {
    const size_t most = HYS__MOST_VALUES;
    if (!in->channels || !in->height || !in->width)
        return hys__fail(ctx, HYS_ARG, "", "a sample of %zux%zux%zu holds no values", in->channels, in->height,
                         in->width);
    if (in->channels > most / in->height || in->channels * in->height > most / in->width)
        return hys__fail(ctx, HYS_LIMIT, "", "a sample of %zux%zux%zu is too large: at most %zu values", in->channels,
                         in->height, in->width, most);
    return HYS_OK;
}

#define BLAS_WORTH 32 /* weights; of fewer, loops take no longer */

static hys_status build(hys_network *network, const hys_network_opts *o, const size_t *numbers) {
    hys_status status = check_input(network->ctx, &network->in);
    if (status != HYS_OK) return status;
    if (o->n_layers == 0 || o->n_layers > HYS__MOST_LAYERS)
        return hys__fail(network->ctx, HYS_ARG, "", "a network has 1 to %d layers, not %zu", HYS__MOST_LAYERS,
                         o->n_layers);
    network->layers = hys__realloc(network->ctx, NULL, 0, o->n_layers * sizeof *network->layers);
    if (!network->layers) return HYS_NOMEM;
    network->cap = o->n_layers;
    status = fit_layers(network, o->layers, o->n_layers, numbers);
    bool is_large = false;
    for (size_t k = 0; k < network->n_layers && status == HYS_OK; k++) {
        status = start_layer(network, k);
        is_large = is_large || network->layers[k].rows * network->layers[k].columns >= BLAS_WORTH;
    }
    if (is_large) hys__blas_open(&network->blas);
    return status == HYS_OK ? new_team(network) : status;
}

hys_status hys__network_make(hys_ctx *ctx, const hys_network_opts *opts, const size_t *numbers, hys_network **result) {
    hys_network_opts o = {0};
    memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    hys_network *network = hys__realloc(ctx, NULL, 0, sizeof *network);
    if (!network) return HYS_NOMEM;
    *network = (hys_network){.ctx = ctx, .in = {o.channels, o.height, o.width}, .seed = o.seed, .threads = o.threads};
    hys_status status = build(network, &o, numbers);
    if (status == HYS_OK) *result = network;
    else hys_network_free(network);
    return status;
}

hys_status hys_network_new(hys_ctx *ctx, const hys_network_opts *opts, hys_network **result) {
    return hys__network_make(ctx, opts, NULL, result);
}

/* ---- copies ---- */

static hys_status copy_layer(hys_network *to, const hys__layer *from, size_t k) {
    hys__layer *l = &to->layers[k];
    if (from->n_params) memcpy(l->params, from->params, from->n_params * sizeof *l->params);
    if (from->running) memcpy(l->running, from->running, from->n_params * sizeof *l->running);
    if (!from->rows) return HYS_OK;
    hys_status status = from->weights->kind->get(from->weights, l->held);
    return status == HYS_OK ? l->weights->kind->set(l->weights, l->held) : status;
}

static hys_status copy_specs(const hys_network *network, hys__arena *arena, hys_network_opts *opts, size_t **numbers) {
    hys_layer *specs = HYS_NEW_N(arena, hys_layer, network->n_layers);
    *numbers = HYS_NEW_N(arena, size_t, network->n_layers);
    if (!specs || !*numbers) return HYS_NOMEM;
    for (size_t k = 0; k < network->n_layers; k++) {
        specs[k] = network->layers[k].spec;
        (*numbers)[k] = network->layers[k].number;
    }
    *opts = (hys_network_opts){.size = sizeof *opts,
                               .channels = network->in.channels,
                               .height = network->in.height,
                               .width = network->in.width,
                               .layers = specs,
                               .n_layers = network->n_layers,
                               .seed = network->seed,
                               .threads = network->threads};
    return HYS_OK;
}

hys_status hys_network_copy(const hys_network *network, hys_network **result) {
    hys__arena arena;
    hys__arena_init(&arena, network->ctx, 0);
    hys_network_opts opts;
    size_t *numbers = NULL;
    hys_network *copy = NULL;
    hys_status status = copy_specs(network, &arena, &opts, &numbers);
    if (status == HYS_OK) status = hys__network_make(network->ctx, &opts, numbers, &copy);
    for (size_t k = 0; status == HYS_OK && k < copy->n_layers; k++) status = copy_layer(copy, &network->layers[k], k);
    hys__arena_free(&arena);
    if (status == HYS_OK) {
        copy->pass = network->pass;
        *result = copy;
    } else hys_network_free(copy);
    return status;
}

/* ---- questions ---- */

size_t hys_network_n_layers(const hys_network *network) {
    return network->n_layers;
}

size_t hys__network_outputs(const hys_network *network) {
    return hys__shape_size(&network->layers[network->n_layers - 1].out);
}

hys_layer_info hys_network_layer(const hys_network *network, size_t k) {
    if (k >= network->n_layers) return (hys_layer_info){.size = sizeof(hys_layer_info), .name = ""};
    const hys__layer *l = &network->layers[k];
    const bool is_held = l->weights && l->weights->kind->get(l->weights, l->held) == HYS_OK;
    return (hys_layer_info){.size = sizeof(hys_layer_info),
                            .layer = l->spec,
                            .in_channels = l->in.channels,
                            .in_height = l->in.height,
                            .in_width = l->in.width,
                            .out_channels = l->out.channels,
                            .out_height = l->out.height,
                            .out_width = l->out.width,
                            .rows = l->rows,
                            .columns = l->columns,
                            .products = l->products,
                            .weights = is_held ? l->held : NULL,
                            .biases = l->rows ? l->params : NULL,
                            .name = l->name,
                            .held_by = l->weights ? l->weights->kind->name : ""};
}

hys__weights *hys__network_held(const hys_network *network, size_t k) {
    return k < network->n_layers ? network->layers[k].weights : NULL;
}

hys__team *hys__network_team(const hys_network *network) {
    return network->team;
}

hys_ctx *hys__network_ctx(const hys_network *network) {
    return network->ctx;
}

/* ---- changes ---- */

/* NULL: told why not. */
static hys__layer *find_weighted(const hys_network *network, size_t k) {
    hys__layer *l = k < network->n_layers ? &network->layers[k] : NULL;
    if (l && l->rows) return l;
    if (!l)
        (void)hys__fail(network->ctx, HYS_ARG, "", "the network has %zu layers; there is no layer %zu",
                        network->n_layers, k + 1);
    else (void)hys__fail(network->ctx, HYS_ARG, "", "layer %zu (%s) has no weights", l->number, l->name);
    return NULL;
}

hys_status hys__network_hold(hys_network *network, size_t k, hys__weights *weights) {
    hys__layer *l = find_weighted(network, k);
    if (!l) return HYS_ARG;
    if (weights->rows != l->rows || weights->columns != l->columns)
        return HYS_BUG_HERE(network->ctx, "weights of another shape");
    hys__weights_free(l->weights);
    l->weights = weights;
    return HYS_OK;
}

hys_status hys_network_set_weights(hys_network *network, size_t k, const float *weights, const float *biases) {
    hys__layer *l = find_weighted(network, k);
    if (!l) return HYS_ARG;
    if (!l->weights->kind->set)
        return hys__fail(network->ctx, HYS_ARG, "", "layer %zu (%s) is held by \"%s\", which takes no other weights",
                         l->number, l->name, l->weights->kind->name);
    for (size_t i = 0; i < l->rows * l->columns; i++)
        if (!isfinite(weights[i]))
            return hys__fail(network->ctx, HYS_ARG, "", "a weight of layer %zu (%s) is not finite", l->number, l->name);
    hys_status status = l->weights->kind->set(l->weights, weights);
    if (status == HYS_OK && biases && l->n_params) memcpy(l->params, biases, l->n_params * sizeof *biases);
    return status;
}
