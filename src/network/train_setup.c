/* What is trained, and room for it. */
#include "base/diag.h"
#include "network/train_impl.h"
#include <math.h>
#include <string.h>

bool hys__updates_itself(const hys__layer *l) {
    return l->weights && l->weights->kind->update;
}

static bool is_trained(const hys__training *t, size_t k) {
    const hys__layer *l = &t->network->layers[k];
    return k >= t->opts.first_layer &&
           (l->n_params || (l->rows && (l->weights->kind->update || l->weights->kind->set)));
}

static bool has_weights_to_step(const hys__training *t, size_t k) {
    const hys__layer *l = &t->network->layers[k];
    return k >= t->opts.first_layer && l->rows && !l->weights->kind->update && l->weights->kind->set;
}

size_t hys__training_at(const hys__training *t, size_t layer, bool is_weights) {
    for (size_t g = 0; g < t->n_groups; g++)
        if (t->groups[g].layer == layer && t->groups[g].is_weights == is_weights) return t->groups[g].first;
    return SIZE_MAX;
}

/* ---- checks ---- */

static hys_status check_opts(const hys__training *t) {
    const hys_train_opts *o = &t->opts;
    const struct {
        const char *name;
        double value, least;
        bool is_open; /* least itself is refused */
    } numbers[] = {{"rate", o->rate, 0, true},
                   {"decay", o->decay, 0, true},
                   {"momentum", o->momentum, 0, false},
                   {"weight decay", o->weight_decay, 0, false},
                   {"clip", o->clip, 0, false}};
    hys_ctx *ctx = t->network->ctx;
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        if (!(isfinite(numbers[k].value) && numbers[k].value >= numbers[k].least &&
              !(numbers[k].is_open && numbers[k].value == numbers[k].least)))
            return hys__fail(ctx, HYS_ARG, "", "%s is %g; it must be %s", numbers[k].name, numbers[k].value,
                             numbers[k].is_open ? "above 0" : "0 or more");
    if (o->momentum >= 1) return hys__fail(ctx, HYS_ARG, "", "momentum is %g; it must be below 1", o->momentum);
    if (o->batch == 0) return hys__fail(ctx, HYS_ARG, "", "a batch has at least one sample");
    if (o->optimizer != HYS_OPTIMIZER_ADAM && o->optimizer != HYS_OPTIMIZER_SGD)
        return hys__fail(ctx, HYS_ARG, "", "there is no such optimizer");
    return HYS_OK;
}

/* Errors must reach all that is trained. */
static hys_status check_layers(hys__training *t) {
    const hys_network *network = t->network;
    t->lowest = 0;
    while (t->lowest < network->n_layers && !is_trained(t, t->lowest)) t->lowest++;
    if (t->lowest == network->n_layers) return hys__fail(network->ctx, HYS_ARG, "", "there is nothing to train");
    for (size_t k = t->lowest + 1; k < network->n_layers; k++) {
        const hys__layer *l = &network->layers[k];
        if (l->rows && !l->weights->kind->multiply_back)
            return hys__fail(network->ctx, HYS_ARG, "train from this layer on, or behind it",
                             "layer %zu (%s) is held by \"%s\", which passes no errors back to layer %zu (%s)",
                             l->number, l->name, l->weights->kind->name, network->layers[t->lowest].number,
                             network->layers[t->lowest].name);
    }
    return HYS_OK;
}

/* ---- room ---- */

static void add_group(hys__training *t, size_t layer, bool is_weights, size_t n) {
    if (!n) return;
    t->groups[t->n_groups++] = (hys__group){.layer = layer, .is_weights = is_weights, .first = t->n_params, .n = n};
    t->n_params += n;
}

static hys_status init_groups(hys__training *t) {
    const hys_network *network = t->network;
    t->groups = HYS_NEW_N(t->arena, hys__group, 2 * network->n_layers);
    if (!t->groups) return HYS_NOMEM;
    for (size_t k = t->opts.first_layer; k < network->n_layers; k++) {
        const hys__layer *l = &network->layers[k];
        if (has_weights_to_step(t, k)) add_group(t, k, true, l->rows * l->columns);
        add_group(t, k, false, l->n_params);
    }
    t->values = HYS_NEW_N(t->arena, float, t->n_params + 1);
    t->gradient = HYS_NEW_N(t->arena, float, t->n_params + 1);
    t->first_moment = HYS_NEW_N(t->arena, float, t->n_params + 1);
    t->second_moment = HYS_NEW_N(t->arena, float, t->n_params + 1);
    return t->values && t->gradient && t->first_moment && t->second_moment ? HYS_OK : HYS_NOMEM;
}

static hys_status start_values(hys__training *t) {
    hys_status status = HYS_OK;
    for (size_t g = 0; g < t->n_groups && status == HYS_OK; g++) {
        const hys__group *group = &t->groups[g];
        const hys__layer *l = &t->network->layers[group->layer];
        if (group->is_weights) status = l->weights->kind->get(l->weights, t->values + group->first);
        else memcpy(t->values + group->first, l->params, group->n * sizeof(float));
    }
    return status;
}

static float *of_layer(hys__training *t, size_t n, bool *failed) {
    float *values = HYS_NEW_N(t->arena, float, n);
    *failed = *failed || !values;
    return values;
}

static hys_status init_slot(hys__training *t, hys__slot *slot) {
    const size_t n = t->network->n_layers;
    bool failed = false;
    slot->gradient = HYS_NEW_N(t->arena, float, t->n_params + 1);
    slot->stats = HYS_NEW_N(t->arena, float *, n);
    slot->inputs = HYS_NEW_N(t->arena, float *, n);
    slot->errors = HYS_NEW_N(t->arena, float *, n);
    if (!slot->gradient || !slot->stats || !slot->inputs || !slot->errors) return HYS_NOMEM;
    for (size_t k = t->opts.first_layer; k < n; k++) {
        const hys__layer *l = &t->network->layers[k];
        if (l->features) slot->stats[k] = of_layer(t, 2 * l->features, &failed);
        if (!hys__updates_itself(l)) continue;
        slot->inputs[k] = of_layer(t, t->block * l->products * l->rows, &failed);
        slot->errors[k] = of_layer(t, t->block * l->products * l->columns, &failed);
    }
    return failed ? HYS_NOMEM : HYS_OK;
}

/* Small blocks keep more threads busy, where the sums are soon added up.  Normalisations want large ones. */
static size_t block_samples(const hys_network *network) {
    size_t weights = 0, products = 0, features = 0;
    for (size_t k = 0; k < network->n_layers; k++) {
        const hys__layer *l = &network->layers[k];
        weights += l->rows * l->columns;
        products += l->rows * l->columns * l->products;
        features += l->features;
    }
    return !features && products / HYS__SMALL_BLOCK >= weights ? HYS__SMALL_BLOCK : HYS__BLOCK_SAMPLES;
}

/* Weights that update themselves must not do so before the whole batch went by: then each block has a slot. */
static hys_status init_slots(hys__training *t) {
    const size_t batch = t->opts.batch < t->train->n ? t->opts.batch : t->train->n;
    const size_t n_blocks = (batch + t->block - 1) / t->block;
    bool updates = false;
    for (size_t k = t->opts.first_layer; k < t->network->n_layers; k++)
        updates = updates || hys__updates_itself(&t->network->layers[k]);
    const size_t n = updates || n_blocks < HYS__SLOTS ? n_blocks : HYS__SLOTS;
    t->slots = HYS_NEW_N(t->arena, hys__slot, n);
    hys_status status = t->slots ? HYS_OK : HYS_NOMEM;
    for (; t->n_slots < n && status == HYS_OK; t->n_slots++) status = init_slot(t, &t->slots[t->n_slots]);
    return status;
}

static hys_status init_workers(hys__training *t) {
    size_t width = hys__shape_size(&t->network->in), features = 1;
    for (size_t k = 0; k < t->network->n_layers; k++) {
        const hys__layer *l = &t->network->layers[k];
        if (hys__shape_size(&l->out) > width) width = hys__shape_size(&l->out);
        if (l->features > features) features = l->features;
    }
    bool failed = false;
    t->stats = of_layer(t, 2 * features, &failed);
    t->deltas = hys__arena_calloc(t->arena, t->crew.n_workers, sizeof *t->deltas);
    if (!t->deltas) return HYS_NOMEM;
    for (unsigned w = 0; w < t->crew.n_workers; w++) {
        for (int k = 0; k < 2; k++) t->deltas[w][k] = of_layer(t, t->block * width, &failed);
        t->crew.workers[w].values[0] = of_layer(t, t->block * hys__shape_size(&t->network->in), &failed);
    }
    return failed ? HYS_NOMEM : HYS_OK;
}

hys_status hys__training_init(hys__training *t) {
    hys_status status = check_opts(t);
    if (status == HYS_OK) status = check_layers(t);
    if (status == HYS_OK && t->train->n > UINT32_MAX)
        status = hys__fail(t->network->ctx, HYS_LIMIT, "", "%zu samples are too many", t->train->n);
    t->block = block_samples(t->network);
    if (status == HYS_OK) status = init_groups(t);
    if (status == HYS_OK) status = start_values(t);
    if (status == HYS_OK) status = init_slots(t);
    if (status == HYS_OK) status = init_workers(t);
    t->order = status == HYS_OK ? HYS_NEW_N(t->arena, uint32_t, t->train->n) : NULL;
    return status == HYS_OK && !t->order ? HYS_NOMEM : status;
}
