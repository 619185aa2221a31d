/* Layers of a network are laid on arrays, and taken off them. */
#include "network/mapping_network.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

/* ---- inputs of layers ---- */

#define MOST_INPUTS ((size_t)1 << 22) /* numbers */

hys_status hys__inputs_new(hys_network *network, size_t k, const hys_samples *samples, size_t most_samples,
                           hys__inputs *result) {
    const hys__layer *l = &network->layers[k];
    const size_t each = l->rows * l->products;
    hys__inputs in = {.rows = l->rows, .samples = samples->n < most_samples ? samples->n : most_samples};
    if (in.samples * each > MOST_INPUTS) in.samples = MOST_INPUTS / each ? MOST_INPUTS / each : 1;
    if (!samples->n) return hys__fail(network->ctx, HYS_ARG, "", "there are no samples");
    in.n = in.taken = in.samples * l->products;
    in.values = hys__realloc(network->ctx, NULL, 0, in.n * in.rows * sizeof *in.values);
    if (!in.values) return HYS_NOMEM;
    const hys_status status = hys__network_inputs(network, k, samples, 0, in.samples, in.values);
    if (status == HYS_OK) *result = in;
    else hys__inputs_free(network->ctx, &in);
    return status;
}

void hys__inputs_free(hys_ctx *ctx, hys__inputs *in) {
    if (in->values) hys__free(ctx, in->values, in->n * in->rows * sizeof *in->values);
    in->values = NULL;
}

void hys__network_be_rough(hys_network *network, bool is_rough) {
    for (size_t k = 0; k < network->n_layers; k++) {
        hys__mapped *m = hys__mapped_of(network->layers[k].weights);
        if (m) m->is_rough = is_rough;
    }
}

/* A step that has no factor in common with rows of an image, nearly always. */
static size_t step_of(size_t n, size_t most) {
    const size_t step = n / most;
    return step > 1 && step % 2 == 0 ? step - 1 : step;
}

void hys__inputs_thin(hys__inputs *in, size_t most) {
    if (in->n <= most) return;
    const size_t step = step_of(in->n, most);
    for (size_t k = 0; k < most; k++)
        memmove(in->values + k * in->rows, in->values + k * step * in->rows, in->rows * sizeof *in->values);
    in->taken = most;
}

/* ---- one layer ---- */

static hys_status need_weights(const hys_network *network, size_t k) {
    hys_ctx *ctx = network->ctx;
    if (k >= network->n_layers)
        return hys__fail(ctx, HYS_ARG, "", "the network has %zu layers; there is no layer %zu", network->n_layers,
                         k + 1);
    const hys__layer *l = &network->layers[k];
    if (!l->rows)
        return hys__fail(ctx, HYS_ARG, "dense and conv layers have", "layer %zu (%s) has no weights", l->number,
                         l->name);
    return HYS_OK;
}

static hys_status need_folded(const hys_network *network, size_t k) {
    if (k + 1 >= network->n_layers || network->layers[k + 1].spec.kind != HYS_LAYER_NORM) return HYS_OK;
    return hys__fail(network->ctx, HYS_ARG, "hys_network_fold makes it part of the weights",
                     "layer %zu (%s) normalises what layer %zu gives: it must be folded before that is mapped",
                     network->layers[k + 1].number, network->layers[k + 1].name, network->layers[k].number);
}

/* Of a mapped layer those that it was asked to hold. */
static hys_status asked_weights(const hys_network *network, size_t k, float *values) {
    hys__weights *held = network->layers[k].weights;
    const hys__mapped *m = hys__mapped_of(held);
    if (m) memcpy(values, m->asked, held->rows * held->columns * sizeof *values);
    return m ? HYS_OK : held->kind->get(held, values);
}

#define MOST_CALIBRATION 2000 /* inputs */

/* What layer k is to be held by, with what it sees now for its ranges. */
static hys_status make_mapped(hys_network *network, size_t k, const hys_mapping_opts *given, hys__mapped **result) {
    const hys__layer *l = &network->layers[k];
    hys_mapping_opts opts = hys__mapping_complete(given);
    hys__inputs in = {0};
    const size_t bytes = l->rows * l->columns * sizeof(float);
    opts.seed += UINT64_C(0x9e3779b97f4a7c15) * (k + 1); /* cells of other layers have other draws */
    float *weights = hys__realloc(network->ctx, NULL, 0, bytes);
    hys_status status = weights ? asked_weights(network, k, weights) : HYS_NOMEM;
    hys__network_be_rough(network, true);
    if (status == HYS_OK && opts.calibration)
        status = hys__inputs_new(network, k, opts.calibration, opts.n_calibration, &in);
    hys__network_be_rough(network, false);
    if (in.values) hys__inputs_thin(&in, MOST_CALIBRATION);
    const hys__mapped_request request = {.rows = l->rows,
                                         .columns = l->columns,
                                         .weights = weights,
                                         .opts = &opts,
                                         .inputs = in.values,
                                         .n_inputs = in.taken,
                                         .threads = hys__team_size(network->team)};
    if (status == HYS_OK) status = hys__mapped_new(network->ctx, &request, result);
    hys__inputs_free(network->ctx, &in);
    if (weights) hys__free(network->ctx, weights, bytes);
    return status;
}

static hys_status check(const hys_network *network, size_t k, const hys_mapping_opts *given) {
    const hys_mapping_opts opts = hys__mapping_complete(given);
    hys_status status = need_weights(network, k);
    if (status == HYS_OK) status = need_folded(network, k);
    return status == HYS_OK ? hys__mapping_check(network->ctx, &opts) : status;
}

hys_status hys_network_map(hys_network *network, size_t k, const hys_mapping_opts *given) {
    hys__mapped *m = NULL;
    hys_status status = check(network, k, given);
    if (status == HYS_OK) status = make_mapped(network, k, given, &m);
    return status == HYS_OK ? hys__network_hold(network, k, &m->base) : status;
}

/* ---- all layers ---- */

/* All are made before the first is changed: ranges are those of the network as it was. */
static hys_status make_all(hys_network *network, const hys_mapping_opts *given, hys__mapped **all) {
    const hys_mapping_opts opts = hys__mapping_complete(given);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < network->n_layers && status == HYS_OK; k++) {
        if (network->layers[k].rows) status = check(network, k, given);
        if (status == HYS_OK && network->layers[k].rows) status = make_mapped(network, k, given, &all[k]);
        const double done = (double)(k + 1) / (double)network->n_layers;
        if (status == HYS_OK && opts.progress && opts.progress(opts.progress_user, done)) status = HYS_CANCEL;
    }
    return status;
}

hys_status hys_network_map_all(hys_network *network, const hys_mapping_opts *given) {
    hys__arena arena;
    hys__arena_init(&arena, network->ctx, 0);
    hys__mapped **all = HYS_NEW_N(&arena, hys__mapped *, network->n_layers);
    hys_status status = all ? make_all(network, given, all) : HYS_NOMEM;
    for (size_t k = 0; k < network->n_layers && all; k++) {
        if (!all[k]) continue;
        if (status == HYS_OK) status = hys__network_hold(network, k, &all[k]->base);
        else hys__weights_free(&all[k]->base);
    }
    hys__arena_free(&arena);
    return status;
}

hys__mapped *hys__network_mapped(const hys_network *network, size_t k) {
    if (need_weights(network, k) != HYS_OK) return NULL;
    hys__mapped *m = hys__mapped_of(network->layers[k].weights);
    if (!m)
        hys__fail(network->ctx, HYS_ARG, "map it first", "layer %zu (%s) lies on no arrays: it is held by %s",
                  network->layers[k].number, network->layers[k].name, network->layers[k].weights->kind->name);
    return m;
}

hys_status hys_network_unmap(hys_network *network, size_t k) {
    const hys__mapped *m = hys__network_mapped(network, k);
    hys__weights *software = NULL;
    if (!m) return HYS_ARG;
    const size_t rows = m->base.rows, columns = m->base.columns, bytes = rows * columns * sizeof(float);
    float *values = hys__realloc(network->ctx, NULL, 0, bytes);
    if (!values) return HYS_NOMEM;
    hys_status status = hys__mapped_get(&m->base, values);
    if (status == HYS_OK) status = hys__weights_software(network->ctx, rows, columns, values, &software);
    hys__free(network->ctx, values, bytes);
    return status == HYS_OK ? hys__network_hold(network, k, software) : status;
}

static hys_status check_wait(const hys_network *network, double time, double temp) {
    size_t n = 0;
    hys_status status = HYS_OK;
    if (!(time >= 0) || time > 1e18)
        return hys__fail(network->ctx, HYS_ARG, "0 s or more", "no network waits for %g s", time);
    if (!(temp >= 0) || !isfinite(temp))
        return hys__fail(network->ctx, HYS_ARG, "0: as it was", "no network waits at %g K", temp);
    for (size_t k = 0; k < network->n_layers && status == HYS_OK; k++) {
        const hys__mapped *m = hys__mapped_of(network->layers[k].weights);
        n += m != NULL;
        if (m && !m->cells) status = hys__mapping_check_temp(network->ctx, hys_synapse_get_law(m->opts.synapse), temp);
    }
    if (n || status != HYS_OK) return status;
    return hys__fail(network->ctx, HYS_ARG, "map layers first", "no layer lies on arrays: nothing changes with time");
}

hys_status hys_network_wait(hys_network *network, double time, double temp) {
    hys_status status = check_wait(network, time, temp);
    for (size_t k = 0; k < network->n_layers && status == HYS_OK; k++) {
        hys__mapped *m = hys__mapped_of(network->layers[k].weights);
        if (m) status = hys__mapped_wait(m, time, temp);
    }
    return status;
}
