/* Blocks of samples go through the layers, each with one thread. */
#include "base/diag.h"
#include "network/network_impl.h"
#include <stdatomic.h>
#include <string.h>

/* ---- room for what a thread computes ---- */

static size_t most_patches(const hys_network *network, bool places) {
    size_t most = 1;
    for (size_t k = 0; k < network->n_layers; k++) {
        const hys__layer *l = &network->layers[k];
        if (l->spec.kind != HYS_LAYER_CONV) continue;
        const size_t n = hys__patch_samples(l) * l->products * (places ? l->columns : l->rows);
        if (n > most) most = n;
    }
    return most;
}

static hys_status init_worker(hys__workers *crew, hys__worker *w) {
    const hys_network *network = crew->network;
    w->values = HYS_NEW_N(&crew->arena, float *, network->n_layers + 1);
    w->patches = HYS_NEW_N(&crew->arena, float, most_patches(network, false));
    w->places = HYS_NEW_N(&crew->arena, float, most_patches(network, true));
    if (!w->values || !w->patches || !w->places) return HYS_NOMEM;
    for (size_t k = 0; k < network->n_layers; k++) {
        const size_t width = hys__shape_size(&network->layers[k].out);
        w->values[k + 1] = HYS_NEW_N(&crew->arena, float, HYS__BLOCK_SAMPLES *width);
        if (!w->values[k + 1]) return HYS_NOMEM;
    }
    return HYS_OK;
}

hys_status hys__workers_init(const hys_network *network, hys__workers *crew) {
    *crew = (hys__workers){.network = network};
    hys__arena_init(&crew->arena, network->ctx, 0);
    const unsigned n = hys__team_size(network->team);
    crew->workers = HYS_NEW_N(&crew->arena, hys__worker, n);
    hys_status status = crew->workers ? HYS_OK : HYS_NOMEM;
    for (; crew->n_workers < n && status == HYS_OK; crew->n_workers++)
        status = init_worker(crew, &crew->workers[crew->n_workers]);
    if (status != HYS_OK) hys__workers_free(crew);
    return status;
}

void hys__workers_free(hys__workers *crew) {
    hys__arena_free(&crew->arena);
}

hys__visit hys__visit_new(const hys__workers *crew, unsigned thread, size_t n, size_t first, uint64_t pass) {
    return (hys__visit){.blas = &crew->network->blas,
                        .n = n,
                        .first = first,
                        .pass = pass,
                        .thread = thread,
                        .patches = crew->workers[thread].patches,
                        .places = crew->workers[thread].places};
}

hys_status hys__forward(const hys__workers *crew, const hys__visit *visit, size_t n_layers) {
    float *const *values = crew->workers[visit->thread].values;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n_layers && status == HYS_OK; k++) {
        const hys__layer *l = &crew->network->layers[k];
        status = hys__layer_ops_of(l->spec.kind)->forward(l, visit, values[k], values[k + 1]);
    }
    return status;
}

/* ---- checks ---- */

hys_status hys__network_check(const hys_network *network, const hys_samples *samples, bool with_labels) {
    const hys__shape *in = &network->in;
    const size_t outputs = hys__network_outputs(network);
    const bool is_row = in->channels == 1 && in->height == 1;
    const bool fits = samples->channels == in->channels && samples->height == in->height && samples->width == in->width;
    if (!fits && !(is_row && samples->channels * samples->height * samples->width == in->width))
        return hys__fail(network->ctx, HYS_ARG, "", "samples are of %zux%zux%zu; the network takes %zux%zux%zu",
                         samples->channels, samples->height, samples->width, in->channels, in->height, in->width);
    if (!with_labels) return HYS_OK;
    if (samples->n == 0) return hys__fail(network->ctx, HYS_ARG, "", "there are no samples");
    if (samples->n_classes > outputs)
        return hys__fail(network->ctx, HYS_ARG, "", "there are %zu classes, but the network has %zu outputs",
                         samples->n_classes, outputs);
    for (size_t k = 0; k < samples->n; k++)
        if (samples->labels[k] >= samples->n_classes)
            return hys__fail(network->ctx, HYS_ARG, "", "sample %zu is of class %u; there are %zu, from 0", k + 1,
                             samples->labels[k], samples->n_classes);
    return HYS_OK;
}

hys_status hys__network_told(const hys_network *network, size_t n_errors, hys_status status) {
    if (status == HYS_OK || hys_diag_n_errors(network->ctx) > n_errors) return status;
    if (status == HYS_CANCEL) return status;
    return hys__fail(network->ctx, status, "", "a layer could not be computed: %s", hys_status_text(status));
}

/* ---- all samples ---- */

typedef struct going {
    const hys__walk *is;
    hys__workers crew;
    uint64_t pass;
    atomic_int status; /* the first that failed */
} going;

static void go_block(void *data, size_t part, unsigned thread) {
    going *w = data;
    const hys_samples *samples = w->is->samples;
    const size_t width = samples->channels * samples->height * samples->width, skipped = part * HYS__BLOCK_SAMPLES;
    const size_t n = w->is->n - skipped < HYS__BLOCK_SAMPLES ? w->is->n - skipped : HYS__BLOCK_SAMPLES;
    int expected = HYS_OK, failed;
    if (atomic_load(&w->status) != HYS_OK) return;
    const hys__visit visit = hys__visit_new(&w->crew, thread, n, w->is->first + skipped, w->pass);
    w->crew.workers[thread].values[0] = samples->values + (w->is->first + skipped) * width;
    failed = hys_ctx_is_cancelled(w->crew.network->ctx) ? HYS_CANCEL : hys__forward(&w->crew, &visit, w->is->n_layers);
    if (failed != HYS_OK) atomic_compare_exchange_strong(&w->status, &expected, failed);
    else w->is->done(w->is->user, &w->crew, &visit);
}

hys_status hys__network_walk(hys_network *network, const hys__walk *walk) {
    going w = {.is = walk};
    hys_status status = hys__workers_init(network, &w.crew);
    if (status != HYS_OK) return status;
    const size_t n_errors = hys_diag_n_errors(network->ctx),
                 n_parts = (walk->n + HYS__BLOCK_SAMPLES - 1) / HYS__BLOCK_SAMPLES;
    w.pass = network->pass++;
    if (n_parts == 1) go_block(&w, 0, 0);
    else hys__team_run(network->team, n_parts, go_block, &w);
    hys__workers_free(&w.crew);
    return hys__network_told(network, n_errors, (hys_status)atomic_load(&w.status));
}

/* ---- what comes out ---- */

static void put_outputs(void *user, const hys__workers *crew, const hys__visit *visit) {
    const size_t n_layers = crew->network->n_layers, width = hys__network_outputs(crew->network);
    memcpy((float *)user + visit->first * width, crew->workers[visit->thread].values[n_layers],
           visit->n * width * sizeof(float));
}

hys_status hys_network_predict(hys_network *network, const hys_samples *samples, float *outputs) {
    hys_status status = hys__network_check(network, samples, false);
    if (status != HYS_OK || samples->n == 0) return status;
    return hys__network_walk(network, &(hys__walk){samples, 0, samples->n, network->n_layers, put_outputs, outputs});
}

typedef struct taking {
    const hys__layer *layer;
    size_t k, first;
    float *values;
} taking;

static void put_inputs(void *user, const hys__workers *crew, const hys__visit *visit) {
    const taking *in = user;
    const float *values = crew->workers[visit->thread].values[in->k];
    const size_t width = in->layer->rows * in->layer->products;
    float *out = in->values + (visit->first - in->first) * width;
    if (in->layer->spec.kind == HYS_LAYER_CONV) hys__patches(in->layer, visit->n, values, out);
    else memcpy(out, values, visit->n * width * sizeof *out);
}

hys_status hys__network_inputs(hys_network *network, size_t k, const hys_samples *samples, size_t first, size_t n,
                               float *inputs) {
    hys_status status = hys__network_check(network, samples, false);
    if (status != HYS_OK || n == 0) return status;
    if (k >= network->n_layers || !network->layers[k].rows || first > samples->n || n > samples->n - first)
        return HYS_BUG_HERE(network->ctx, "inputs of what is not there");
    taking in = {&network->layers[k], k, first, inputs};
    return hys__network_walk(network, &(hys__walk){samples, first, n, k, put_inputs, &in});
}
