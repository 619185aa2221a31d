/* A batch forward and back.  Its blocks are of one size but for a sample, whatever the threads. */
#include "base/diag.h"
#include "network/layer_norm.h"
#include "network/train_impl.h"
#include <math.h>
#include <string.h>

static size_t block_first(const hys__training *t, size_t block) {
    return block * t->batch_n / t->n_blocks;
}

static hys__visit visit_layer(const hys__training *t, const hys__slot *slot, size_t k, unsigned thread) {
    hys__visit v = hys__visit_new(&t->crew, thread, slot->n, slot->first, t->pass);
    v.is_training = k >= t->opts.first_layer;
    v.stats = slot->stats[k];
    return v;
}

static void gather(const hys__training *t, const hys__slot *slot, float *values) {
    const size_t width = hys__shape_size(&t->network->in);
    for (size_t s = 0; s < slot->n; s++)
        memcpy(values + s * width, t->train->values + t->order[slot->first + s] * width, width * sizeof *values);
}

static hys_status forward(const hys__training *t, const hys__slot *slot, unsigned thread) {
    float *const *values = t->crew.workers[thread].values;
    hys_status status = HYS_OK;
    gather(t, slot, values[0]);
    for (size_t k = 0; k < t->network->n_layers && status == HYS_OK; k++) {
        const hys__visit v = visit_layer(t, slot, k, thread);
        const hys__layer *l = &t->network->layers[k];
        status = hys__layer_ops_of(l->spec.kind)->forward(l, &v, values[k], values[k + 1]);
    }
    return status;
}

static hys_layer_kind last_kind(const hys_network *network) {
    return network->layers[network->n_layers - 1].spec.kind;
}

/* Losses, and their derivative by what goes into the last layer where that is softmax or sigmoid, by its outputs
 * otherwise (softmax is then part of the loss): in each case outputs - target. */
static void judge(const hys__training *t, hys__slot *slot, const float *outputs, float *delta) {
    const hys_layer_kind last = last_kind(t->network);
    const size_t width = hys__network_outputs(t->network);
    const bool is_probability = last == HYS_LAYER_SOFTMAX || last == HYS_LAYER_SIGMOID;
    slot->loss = 0;
    slot->n_right = 0;
    for (size_t s = 0; s < slot->n; s++, outputs += width, delta += width) {
        const size_t label = t->train->labels[t->order[slot->first + s]];
        slot->loss += hys__loss(last, outputs, width, label);
        slot->n_right += hys__argmax(outputs, width) == label;
        if (is_probability) memcpy(delta, outputs, width * sizeof *delta);
        else hys__softmax(outputs, width, delta);
        delta[label] -= 1;
        for (size_t k = 0; k < width; k++) delta[k] /= (float)t->batch_n;
    }
}

static hys_status back_layer(const hys__training *t, hys__slot *slot, size_t k, unsigned thread) {
    const hys__layer *l = &t->network->layers[k];
    float *const *values = t->crew.workers[thread].values;
    float **deltas = t->deltas[thread], *dx = k > t->lowest ? deltas[1] : NULL;
    const size_t at = hys__training_at(t, k, true), biases_at = hys__training_at(t, k, false);
    hys__visit v = visit_layer(t, slot, k, thread);
    v.weight_gradient = at == SIZE_MAX ? NULL : slot->gradient + at;
    v.param_gradient = biases_at == SIZE_MAX ? NULL : slot->gradient + biases_at;
    v.kept_inputs = slot->inputs[k];
    v.kept_errors = slot->errors[k];
    hys_status status = hys__layer_ops_of(l->spec.kind)->backward(l, &v, values[k], values[k + 1], deltas[0], dx);
    deltas[1] = deltas[0];
    deltas[0] = dx;
    return status;
}

static hys_status go_slot(const hys__training *t, hys__slot *slot, unsigned thread) {
    const hys_layer_kind last = last_kind(t->network);
    const bool is_joined = last == HYS_LAYER_SOFTMAX || last == HYS_LAYER_SIGMOID;
    size_t k = t->network->n_layers - is_joined;
    float *deltas[2] = {t->deltas[thread][0], t->deltas[thread][1]};
    hys_status status = forward(t, slot, thread);
    if (status == HYS_OK) judge(t, slot, t->crew.workers[thread].values[t->network->n_layers], deltas[0]);
    while (status == HYS_OK && k-- > t->lowest) status = back_layer(t, slot, k, thread);
    memcpy(t->deltas[thread], deltas, sizeof deltas);
    return status;
}

static void go_block(void *data, size_t part, unsigned thread) {
    const hys__training *t = data;
    hys__slot *slot = &t->slots[part];
    const size_t block = t->wave + part, first = block_first(t, block);
    slot->first = t->batch_first + first;
    slot->n = block_first(t, block + 1) - first;
    slot->status = hys_ctx_is_cancelled(t->network->ctx) ? HYS_CANCEL : go_slot(t, slot, thread);
}

/* ---- what a batch leaves ---- */

/* The batch's statistics are those of its blocks together: their means, with the spread of these. */
static void follow_norm(hys__training *t, size_t k, size_t n_slots) {
    hys__layer *l = &t->network->layers[k];
    const size_t inner = hys__shape_size(&l->in) / l->features, features = l->features;
    size_t n = 0;
    memset(t->stats, 0, 2 * features * sizeof *t->stats);
    for (size_t s = 0; s < n_slots; s++) {
        const hys__slot *slot = &t->slots[s];
        if (slot->n * inner < 2) continue; /* had no statistics of its own */
        const size_t more = slot->n * inner;
        const float part = (float)more / (float)(n + more);
        for (size_t f = 0; f < features; f++) {
            const float step = slot->stats[k][f] - t->stats[f];
            float *variance = &t->stats[features + f];
            *variance += part * (slot->stats[k][features + f] - *variance + (1 - part) * step * step);
            t->stats[f] += part * step;
        }
        n += more;
    }
    if (n) hys__norm_follow(l, t->stats, n);
}

/* Samples in their order; on the caller's thread. */
static hys_status update_layer(const hys__training *t, size_t k, size_t n_slots) {
    const hys__layer *l = &t->network->layers[k];
    hys_status status = HYS_OK;
    for (size_t s = 0; s < n_slots && status == HYS_OK; s++) {
        const hys__slot *slot = &t->slots[s];
        const hys__block block = {slot->n * l->products, slot->first * l->products, t->pass, 0};
        status = l->weights->kind->update(l->weights, &block, hys__training_rate(t), slot->inputs[k], slot->errors[k]);
    }
    return status;
}

static hys_status end_wave(hys__training *t, size_t n_slots, double *loss, size_t *n_right) {
    hys_status status = HYS_OK;
    for (size_t s = 0; s < n_slots && status == HYS_OK; s++) {
        status = t->slots[s].status;
        *loss += t->slots[s].loss;
        *n_right += t->slots[s].n_right;
    }
    if (status != HYS_OK) return status;
    hys__optimizer_sum(t, n_slots, t->wave > 0);
    for (size_t k = t->opts.first_layer; k < t->network->n_layers && status == HYS_OK; k++) {
        const hys__layer *l = &t->network->layers[k];
        if (l->features) follow_norm(t, k, n_slots);
        if (hys__updates_itself(l)) status = update_layer(t, k, n_slots);
    }
    return status;
}

static hys_status end_updates(const hys__training *t) {
    hys_status status = HYS_OK;
    for (size_t k = t->opts.first_layer; k < t->network->n_layers && status == HYS_OK; k++) {
        const hys__layer *l = &t->network->layers[k];
        if (hys__updates_itself(l) && l->weights->kind->end_batch)
            status = l->weights->kind->end_batch(l->weights, hys__training_rate(t));
    }
    return status;
}

hys_status hys__training_batch(hys__training *t, double *loss, size_t *n_right) {
    hys_status status = HYS_OK;
    t->n_blocks = (t->batch_n + t->block - 1) / t->block;
    for (t->wave = 0; t->wave < t->n_blocks && status == HYS_OK; t->wave += t->n_slots) {
        const size_t left = t->n_blocks - t->wave, n = left < t->n_slots ? left : t->n_slots;
        if (n == 1) go_block(t, 0, 0);
        else hys__team_run(t->network->team, n, go_block, t);
        status = end_wave(t, n, loss, n_right);
    }
    if (status == HYS_OK) status = end_updates(t);
    return status == HYS_OK ? hys__optimizer_step(t) : status;
}
