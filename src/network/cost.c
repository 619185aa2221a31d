/* What layers on arrays cost: a product of one, an inference of a network. */
#include "base/diag.h"
#include "network/mapping_network.h"
#include <hysteron/array_layout.h>
#include <math.h>
#include <string.h>

/* ---- a layer ---- */

#define AREA_PLAIN      "cells of 4 F^2 at F = 28 nm; converters: see adc_source"
#define AREA_TRANSISTOR "cells of 12 F^2, with a transistor each, at F = 28 nm; converters: see adc_source"

/* A cell with a gate has a transistor, which takes three times the room of a crossing. */
static bool has_transistor(const hys__mapped *m) {
    const hys_synapse_law *law = hys_synapse_get_law(m->opts.synapse);
    const hys_cell_opts *cell = law->is_kernel ? hys_synapse_cell(m->opts.synapse) : NULL;
    const bool is_gated = law->up.gate != 0 || law->read.gate != 0;
    return cell && cell->selector && isfinite(law->read.gate) && is_gated;
}

static hys_status find_area(const hys__mapped *m, const hys_product_cost *cost, hys_mapping_report *r) {
    hys_layout_opts o = hys_layout_opts_default();
    hys_layout layout = {.size = sizeof layout};
    o.cell = has_transistor(m) ? "12F2" : "4F2";
    const hys_status status = hys_layout_make(m->base.ctx, &o, &layout);
    r->area = (double)m->first_cell[m->product->n_tiles] * layout.cell_area + cost->adc_area;
    r->area_source = has_transistor(m) ? AREA_TRANSISTOR : AREA_PLAIN;
    return status;
}

static void take_cost(const hys_product_cost *c, hys_mapping_report *r) {
    r->energy = c->energy;
    r->latency = c->latency;
    r->cells = c->cells;
    r->wires = c->wires;
    r->drivers = c->drivers;
    r->dac = c->dac;
    r->adc = c->adc;
    r->adding = c->adding;
    r->charging = c->charging;
    r->adc_source = c->adc_source;
    r->dac_source = c->dac_source;
    r->add_source = c->add_source;
}

static hys_status bill(hys__mapped *m, const hys__inputs *in, hys_mapping_report *r) {
    const size_t n = in->taken * in->rows;
    hys_product_cost cost = {.size = sizeof cost};
    hys_matrix inputs = {0};
    hys_status status = hys_matrix_new(m->base.ctx, in->taken, in->rows, &inputs);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < n; k++) inputs.values[k] = (double)in->values[k];
    status = hys_product_get_cost(m->product, &inputs, &cost);
    hys_matrix_free(m->base.ctx, &inputs);
    if (status == HYS_OK) take_cost(&cost, r);
    return status == HYS_OK ? find_area(m, &cost, r) : status;
}

static hys_status find_error(const hys__mapped *m, double *error) {
    const size_t n = m->base.rows * m->base.columns;
    double sum = 0, most = 0;
    float *held = hys__realloc(m->base.ctx, NULL, 0, n * sizeof *held);
    if (!held) return HYS_NOMEM;
    const hys_status status = hys__mapped_get(&m->base, held);
    for (size_t k = 0; k < n; k++) {
        const double away = (double)held[k] - m->asked[k];
        sum += away * away;
        most = fmax(most, fabs((double)m->asked[k]));
    }
    *error = most > 0 ? sqrt(sum / (double)n) / most : 0;
    hys__free(m->base.ctx, held, n * sizeof *held);
    return status;
}

#define BILLED 16 /* products that a cost is the mean of */

hys_status hys_network_mapping(hys_network *network, size_t k, const hys_samples *inputs, hys_mapping_report *report) {
    hys__mapped *m = hys__network_mapped(network, k);
    hys__inputs in = {0};
    if (!m) return HYS_ARG;
    const double cells = (double)m->first_cell[m->product->n_tiles];
    hys_mapping_report r = {.size = sizeof r, .fidelity = m->opts.fidelity};
    r.shape = hys_product_get_shape(m->product);
    r.n_failed = m->programming.n_failed;
    r.program_energy = m->programming.energy * cells;
    r.program_time = m->programming.time * cells;
    hys_status status = find_error(m, &r.weight_error);
    if (status == HYS_OK) status = hys__inputs_new(network, k, inputs, BILLED, &in);
    if (status == HYS_OK) hys__inputs_thin(&in, BILLED);
    if (status == HYS_OK) status = bill(m, &in, &r);
    hys__inputs_free(network->ctx, &in);
    if (status == HYS_OK) *report = r;
    return status;
}

/* ---- NeuroBench's numbers ---- */

static bool is_activation(hys_layer_kind kind) {
    return kind == HYS_LAYER_RELU || kind == HYS_LAYER_SIGMOID || kind == HYS_LAYER_TANH;
}

typedef struct tally {
    double zeros, activations; /* of the outputs of activations */
    double macs;
    double zero_weights, weights, bytes;
} tally;

/* Synaptic operations whose input and weight are both other than 0. */
static hys_status count_macs(hys_network *network, size_t k, const hys_samples *samples, const float *weights,
                             tally *t) {
    const hys__layer *l = &network->layers[k];
    hys__inputs in = {0};
    const hys_status status = hys__inputs_new(network, k, samples, samples->n, &in);
    double sum = 0;
    for (size_t i = 0; i < l->rows && status == HYS_OK; i++) {
        double inputs = 0, connections = 0;
        for (size_t n = 0; n < in.n; n++) inputs += in.values[n * in.rows + i] != 0;
        for (size_t j = 0; j < l->columns; j++) connections += weights[i * l->columns + j] != 0;
        sum += inputs * connections;
        t->zero_weights += (double)l->columns - connections;
    }
    t->weights += (double)(l->rows * l->columns);
    if (status == HYS_OK) t->macs += sum / (double)in.samples;
    hys__inputs_free(network->ctx, &in);
    return status;
}

/* A weight on arrays takes its bits where it has a number of them, otherwise 4 bytes as in software. */
static double bytes_of(const hys__layer *l) {
    const hys__mapped *m = hys__mapped_of(l->weights);
    const int bits = m && m->product->opts.weight_bits ? m->product->opts.weight_bits : 32;
    return (double)(l->rows * l->columns) * bits / 8 + 4 * (double)l->n_params;
}

static hys_status count_layer(hys_network *network, size_t k, const hys_samples *samples, tally *t) {
    const hys__layer *l = &network->layers[k];
    const hys__mapped *m = hys__mapped_of(l->weights);
    const size_t bytes = l->rows * l->columns * sizeof(float);
    float *weights = hys__realloc(network->ctx, NULL, 0, bytes);
    if (!weights) return HYS_NOMEM;
    hys_status status = HYS_OK;
    if (m) memcpy(weights, m->asked, bytes);
    else status = l->weights->kind->get(l->weights, weights);
    if (status == HYS_OK) status = count_macs(network, k, samples, weights, t);
    t->bytes += bytes_of(l);
    hys__free(network->ctx, weights, bytes);
    return status;
}

/* By the thread that has them, sample by sample: [samples] of zeros, so that sums do not depend on threads. */
static void count_zeros(void *user, const hys__workers *crew, const hys__visit *visit) {
    double *zeros = user;
    for (size_t k = 0; k < crew->network->n_layers; k++) {
        const hys__layer *l = &crew->network->layers[k];
        const size_t width = hys__shape_size(&l->out);
        const float *values = crew->workers[visit->thread].values[k + 1];
        for (size_t n = 0; n < visit->n && is_activation(l->spec.kind); n++)
            for (size_t i = 0; i < width; i++) zeros[visit->first + n] += values[n * width + i] == 0;
    }
}

static hys_status count_activations(hys_network *network, const hys_samples *samples, tally *t) {
    const size_t n = samples->n;
    double *zeros = hys__realloc(network->ctx, NULL, 0, n * sizeof *zeros);
    if (!zeros) return HYS_NOMEM;
    memset(zeros, 0, n * sizeof *zeros);
    const hys__walk walk = {samples, 0, n, network->n_layers, count_zeros, zeros};
    const hys_status status = hys__network_walk(network, &walk);
    for (size_t k = 0; k < n; k++) t->zeros += zeros[k];
    for (size_t k = 0; k < network->n_layers; k++)
        if (is_activation(network->layers[k].spec.kind))
            t->activations += (double)(n * hys__shape_size(&network->layers[k].out));
    hys__free(network->ctx, zeros, n * sizeof *zeros);
    return status;
}

/* ---- an inference ---- */

/* Arrays of a layer work at the same time, places of a filter and layers one after the other. */
static void add_layer(const hys_mapping_report *r, double products, hys_network_cost *c) {
    c->energy += products * r->energy;
    c->latency += products * r->latency;
    c->area += r->area;
    c->cells += products * r->cells;
    c->wires += products * r->wires;
    c->drivers += products * r->drivers;
    c->dac += products * r->dac;
    c->adc += products * r->adc;
    c->adding += products * r->adding;
    c->charging += products * r->charging;
}

#define COUNTED 500 /* samples that NeuroBench's numbers are means of */

static hys_status make_cost(hys_network *network, const hys_samples *samples, hys_network_cost *c) {
    hys_samples first = *samples;
    tally t = {0};
    if (first.n > COUNTED) first.n = COUNTED;
    hys_status status = hys__network_check(network, samples, false);
    if (status == HYS_OK && !first.n) status = hys__fail(network->ctx, HYS_ARG, "", "there are no samples");
    for (size_t k = 0; k < network->n_layers && status == HYS_OK; k++) {
        hys_mapping_report r;
        if (network->layers[k].rows) status = count_layer(network, k, &first, &t);
        if (status != HYS_OK || !hys__mapped_of(network->layers[k].weights)) continue;
        status = hys_network_mapping(network, k, samples, &r);
        if (status == HYS_OK) add_layer(&r, (double)network->layers[k].products, c);
    }
    if (status == HYS_OK) status = count_activations(network, &first, &t);
    c->macs = t.macs;
    c->activation_sparsity = t.activations > 0 ? t.zeros / t.activations : 0;
    c->connection_sparsity = t.weights > 0 ? t.zero_weights / t.weights : 0;
    c->footprint_B = t.bytes;
    return status;
}

hys_status hys_network_get_cost(hys_network *network, const hys_samples *inputs, hys_network_cost *cost) {
    hys_network_cost c = {.size = sizeof c};
    hys__network_be_rough(network, true);
    const hys_status status = make_cost(network, inputs, &c);
    hys__network_be_rough(network, false);
    if (status == HYS_OK) *cost = c;
    return status;
}
