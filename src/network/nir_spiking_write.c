/* Spiking networks written as NIR. */
#include "io/nir.h"
#include "network/spiking_impl.h"
#include <string.h>

typedef struct writer {
    const hys_spiking *spiking;
    hys__arena arena;
    hys__nir graph;
} writer;

static hys__nir_node *add_node(writer *w, const char *name, const char *type) {
    const size_t k = w->graph.nodes.n;
    hys__nir_edge *edge = k ? HYS_PUSH(&w->arena, &w->graph.edges) : NULL;
    if (edge) *edge = (hys__nir_edge){k - 1, k};
    return edge || !k ? hys__nir_add(&w->arena, &w->graph, name, type) : NULL;
}

static bool put_end(writer *w, const char *name, const char *type, size_t width) {
    double *value = HYS_NEW(&w->arena, double);
    hys__nir_node *node = value ? add_node(w, name, type) : NULL;
    if (!node) return false;
    *value = (double)width;
    return hys__nir_add_values(
        &w->arena, node,
        &(hys__nir_param){.name = "shape", .kind = HYS__NIR_INT64, .n_axes = 1, .shape = {1}, .values = value});
}

/* What a spike before it was worth becomes part of a weight: spikes of NIR are 1. */
static bool put_dense(writer *w, size_t k, const hys_layer_info *info) {
    const hys__neurons *before = k ? &w->spiking->neurons[k - 1] : NULL;
    hys__nir_node *node = add_node(w, info->name, info->biases ? "Affine" : "Linear");
    double *values = HYS_NEW_N(&w->arena, double, info->rows * info->columns);
    double *biases = HYS_NEW_N(&w->arena, double, info->columns);
    if (!node || !values || !biases) return false;
    for (size_t i = 0; i < info->rows; i++) {
        const double worth = before && before->n ? before->given[i].spike : 1;
        for (size_t j = 0; j < info->columns; j++)
            values[j * info->rows + i] = worth * (double)info->weights[i * info->columns + j];
    }
    hys__nir_param p = {.name = "weight",
                        .kind = HYS__NIR_FLOAT32,
                        .n_axes = 2,
                        .shape = {info->columns, info->rows},
                        .values = values};
    if (!hys__nir_add_values(&w->arena, node, &p)) return false;
    if (!info->biases) return true;
    for (size_t j = 0; j < info->columns; j++) biases[j] = (double)info->biases[j];
    p = (hys__nir_param){
        .name = "bias", .kind = HYS__NIR_FLOAT32, .n_axes = 1, .shape = {info->columns}, .values = biases};
    return hys__nir_add_values(&w->arena, node, &p);
}

/* ---- neurons ---- */

static bool put_field(writer *w, hys__nir_node *node, const char *name, const hys__neurons *l, size_t at) {
    double *values = HYS_NEW_N(&w->arena, double, l->n);
    for (size_t i = 0; values && i < l->n; i++) memcpy(&values[i], (const char *)&l->given[i] + at, sizeof *values);
    return values && hys__nir_add_values(
                         &w->arena, node,
                         &(hys__nir_param){
                             .name = name, .kind = HYS__NIR_FLOAT64, .n_axes = 1, .shape = {l->n}, .values = values});
}

static bool put_neurons(writer *w, size_t k) {
    static const char *const types[] = {"IF", "LIF", "LI", "CubaLIF"};
    const hys__neurons *l = &w->spiking->neurons[k];
    const char *name = hys__arena_printf(&w->arena, "neurons%zu", k);
    hys__nir_node *node = name ? add_node(w, name, types[l->kind]) : NULL;
    const bool leaks = l->kind != HYS_NEURON_IF, spikes = l->kind != HYS_NEURON_LI;
    bool ok = node && put_field(w, node, "r", l, offsetof(hys_neuron, r));
    if (ok && leaks)
        ok = put_field(w, node, l->has_synapse ? "tau_mem" : "tau", l, offsetof(hys_neuron, tau)) &&
             put_field(w, node, "v_leak", l, offsetof(hys_neuron, v_leak));
    if (ok && l->has_synapse)
        ok = put_field(w, node, "tau_syn", l, offsetof(hys_neuron, tau_synapse)) &&
             put_field(w, node, "w_in", l, offsetof(hys_neuron, w_in));
    if (ok && spikes)
        ok = put_field(w, node, "v_threshold", l, offsetof(hys_neuron, threshold)) &&
             put_field(w, node, "v_reset", l, offsetof(hys_neuron, reset));
    if (ok && spikes && l->is_subtracted) ok = hys__nir_add_text(&w->arena, node, "metadata/reset", "subtract");
    return ok;
}

static hys_status refuse(const writer *w, const char *what) {
    return hys__fail(w->spiking->ctx, HYS_ARG, "", "NIR has no node for %s", what);
}

static hys_status put_layers(writer *w) {
    const hys_spiking *s = w->spiking;
    for (size_t k = 0; k <= s->n_layers; k++) {
        const hys__neurons *l = &s->neurons[k];
        bool ok = true;
        if (l->n) {
            if (l->has_refractory) return refuse(w, "neurons with a refractory time");
            if (l->has_adaptation) return refuse(w, "thresholds that adapt");
            ok = put_neurons(w, k);
        } else if (k < s->n_layers) {
            const hys_layer_info info = hys_network_layer(s->network, k);
            if (info.layer.kind != HYS_LAYER_DENSE) return refuse(w, "layers other than dense ones among spikes here");
            if (!info.weights) return refuse(w, "weights that are not told");
            ok = put_dense(w, k, &info);
        }
        if (!ok) return HYS_NOMEM;
    }
    return HYS_OK;
}

hys_status hys_spiking_write_nir(const hys_spiking *s, const char *path) {
    writer w = {.spiking = s};
    hys__arena_init(&w.arena, s->ctx, 0);
    hys_status status = put_end(&w, "input", "Input", hys__shape_size(&s->network->in)) ? HYS_OK : HYS_NOMEM;
    if (status == HYS_OK) status = put_layers(&w);
    if (status == HYS_OK && !put_end(&w, "output", "Output", hys__network_outputs(s->network))) status = HYS_NOMEM;
    if (status == HYS_OK) status = hys__nir_write(s->ctx, &w.graph, path);
    hys__arena_free(&w.arena);
    return status;
}
