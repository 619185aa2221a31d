/* Spiking networks: made from a network, given neurons, balanced. */
#include "base/diag.h"
#include "network/spiking_impl.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const readout_names[] = {
#define HYS_X(id, name, what) name,
    HYS_SPIKE_READOUTS(HYS_X)
#undef HYS_X
};

const char *hys_spike_readout_name(hys_spike_readout readout) {
    return (unsigned)readout < HYS_N_SPIKE_READOUTS ? readout_names[readout] : "";
}

hys_spiking_opts hys_spiking_opts_default(void) {
    return (hys_spiking_opts){.size = sizeof(hys_spiking_opts),
                              .dt = 1e-3,
                              .steps = 100,
                              .code = HYS_CODE_POISSON,
                              .readout = HYS_READOUT_SUM,
                              .neuron = hys_neuron_default(HYS_NEURON_LIF)};
}

/* ---- what can be ---- */

static hys_status check_opts(hys_ctx *ctx, const hys_spiking_opts *o) {
    if (!(o->dt > 0 && isfinite(o->dt)))
        return hys__fail(ctx, HYS_ARG, "more than 0 s", "a step cannot be %g s", o->dt);
    if (o->steps > HYS__MOST_STEPS)
        return hys__fail(ctx, HYS_LIMIT, "", "%zu steps are too many: at most %u", o->steps, HYS__MOST_STEPS);
    if ((unsigned)o->code >= HYS_N_SPIKE_CODES)
        return hys__fail(ctx, HYS_ARG, "poisson, regular, latency, current", "there is no code %d", (int)o->code);
    if ((unsigned)o->readout >= HYS_N_SPIKE_READOUTS)
        return hys__fail(ctx, HYS_ARG, "sum, count, first", "there is no readout %d", (int)o->readout);
    if (!(o->rate >= 0 && o->rate * o->dt <= 1 + 1e-9))
        return hys__fail(ctx, HYS_ARG, "shorter steps, or a lower rate",
                         "a rate of %g Hz is no rate of at most one spike in a step of %g s", o->rate, o->dt);
    if (!(fabs(o->input_spike) < 1e30 && o->input_spike >= 0))
        return hys__fail(ctx, HYS_ARG, "0 or more", "a spike of the input cannot be worth %g", o->input_spike);
    if (!(o->neuron_energy >= 0 && isfinite(o->neuron_energy)))
        return hys__fail(ctx, HYS_ARG, "0 J or more", "a spike cannot take %g J", o->neuron_energy);
    return hys__neuron_check(ctx, &o->neuron, o->dt);
}

static bool passes(hys_layer_kind kind) {
    return kind == HYS_LAYER_DENSE || kind == HYS_LAYER_CONV || kind == HYS_LAYER_MEAN_POOL || kind == HYS_LAYER_RELU;
}

static hys_status check_layers(hys_spiking *s) {
    const hys_network *network = s->network;
    for (size_t k = 0; k < s->n_layers; k++) {
        const hys__layer *l = &network->layers[k];
        if (passes(l->spec.kind)) continue;
        const char *hint = l->spec.kind == HYS_LAYER_NORM       ? "hys_network_fold takes it into the weights before it"
                           : l->spec.kind == HYS_LAYER_MAX_POOL ? "meanpool"
                                                                : "relu";
        return hys__fail(s->ctx, HYS_ARG, hint, "layer %zu (%s) has no counterpart in spikes", l->number, l->name);
    }
    return HYS_OK;
}

/* ---- neurons ---- */

static hys_status new_neurons(hys_spiking *s, size_t k, size_t n) {
    hys__neurons *l = &s->neurons[k];
    float **const arrays[] = {&l->keep,      &l->rest,  &l->in,         &l->keep_i,          &l->in_i,  &l->from_i,
                              &l->threshold, &l->reset, &l->adaptation, &l->keep_adaptation, &l->spike, &l->start};
    l->n = n;
    l->given = HYS_NEW_N(&s->arena, hys_neuron, n);
    l->refractory = HYS_NEW_N(&s->arena, uint32_t, n);
    for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) *arrays[a] = HYS_NEW_N(&s->arena, float, n);
    return s->arena.failed ? HYS_NOMEM : hys_spiking_set_neurons(s, k, &s->opts.neuron, 1);
}

hys_status hys_spiking_set_neurons(hys_spiking *s, size_t k, const hys_neuron *neurons, size_t n) {
    hys__neurons *l = k <= s->n_layers ? &s->neurons[k] : NULL;
    hys_status status = HYS_OK;
    if (!l || !l->n) return hys__fail(s->ctx, HYS_ARG, "", "there are no neurons behind layer %zu", k);
    if (n != 1 && n != l->n)
        return hys__fail(s->ctx, HYS_ARG, "one for all, or one each", "%zu neurons are given for %zu", n, l->n);
    for (size_t i = 0; i < n && status == HYS_OK; i++) {
        status = hys__neuron_check(s->ctx, &neurons[i], s->opts.dt);
        if (status == HYS_OK &&
            (neurons[i].kind != neurons[0].kind || neurons[i].is_subtracted != neurons[0].is_subtracted))
            status = hys__fail(s->ctx, HYS_ARG, "", "neurons of a layer must be of one kind, with one kind of reset");
    }
    if (status != HYS_OK) return status;
    for (size_t i = 0; i < l->n; i++) l->given[i] = neurons[n == 1 ? 0 : i];
    hys__neurons_fill(l, s->opts.dt);
    return HYS_OK;
}

hys_status hys__spiking_take_neurons(hys_spiking *s, const hys_spiking *from) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k <= s->n_layers && status == HYS_OK; k++) {
        const hys__neurons *other = &from->neurons[k];
        if (!other->n) continue;
        status = hys_spiking_set_neurons(s, k, other->given, other->n);
        memcpy(s->neurons[k].start, other->start, other->n * sizeof *other->start);
    }
    return status;
}

size_t hys_spiking_n_neurons(const hys_spiking *s, size_t k) {
    return k <= s->n_layers ? s->neurons[k].n : 0;
}

hys_neuron hys_spiking_neuron(const hys_spiking *s, size_t k, size_t i) {
    return i < hys_spiking_n_neurons(s, k) ? s->neurons[k].given[i] : (hys_neuron){.kind = HYS_N_NEURON_KINDS};
}

hys_network *hys_spiking_network(const hys_spiking *s) {
    return s->network;
}

/* ---- life ---- */

static hys_status build(hys_spiking *s) {
    const hys_network *network = s->network;
    hys_status status = check_opts(s->ctx, &s->opts);
    if (status != HYS_OK) return status;
    s->n_layers = network->n_layers;
    if (network->layers[s->n_layers - 1].spec.kind == HYS_LAYER_SOFTMAX) s->n_layers--;
    status = check_layers(s);
    s->neurons = HYS_NEW_N(&s->arena, hys__neurons, s->n_layers + 1);
    if (!s->neurons) return HYS_NOMEM;
    for (size_t k = 0; k < s->n_layers && status == HYS_OK; k++)
        if (network->layers[k].spec.kind == HYS_LAYER_RELU)
            status = new_neurons(s, k, hys__shape_size(&network->layers[k].out));
    const bool ends_so = s->n_layers > 0 && network->layers[s->n_layers - 1].spec.kind == HYS_LAYER_RELU;
    if (status == HYS_OK && s->opts.readout != HYS_READOUT_SUM && !ends_so)
        status = new_neurons(s, s->n_layers, hys__network_outputs(network));
    return status;
}

hys_status hys_spiking_new(hys_network *network, const hys_spiking_opts *given, hys_spiking **result) {
    hys_spiking *s = hys__realloc(network->ctx, NULL, 0, sizeof *s);
    if (!s) return HYS_NOMEM;
    *s = (hys_spiking){.ctx = network->ctx, .network = network, .opts = hys_spiking_opts_default()};
    hys__arena_init(&s->arena, s->ctx, 0);
    if (given) memcpy(&s->opts, given, given->size < sizeof s->opts ? given->size : sizeof s->opts);
    if (s->opts.dt == 0) s->opts.dt = 1e-3;
    if (s->opts.steps == 0) s->opts.steps = 100;
    const hys_status status = build(s);
    if (status == HYS_OK) *result = s;
    else hys_spiking_free(s);
    return status;
}

void hys_spiking_free(hys_spiking *s) {
    if (!s) return;
    hys_ctx *ctx = s->ctx;
    if (s->owns_network) hys_network_free(s->network);
    hys__arena_free(&s->arena);
    hys__free(ctx, s, sizeof *s);
}

/* ---- balance ---- */

static int compare(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

typedef struct seeking {
    size_t k, width;
    float *values; /* [samples width] */
} seeking;

static void take_block(void *user, const hys__workers *crew, const hys__visit *visit) {
    const seeking *t = user;
    memcpy(t->values + visit->first * t->width, crew->workers[visit->thread].values[t->k + 1],
           visit->n * t->width * sizeof(float));
}

/* Activations that are 0 say nothing of how large they become. */
static hys_status find_scale(hys_spiking *s, size_t k, const hys_samples *samples, size_t n, double part,
                             double *scale) {
    const size_t last = k < s->n_layers ? k : s->n_layers - 1;
    seeking t = {.k = last, .width = hys__shape_size(&s->network->layers[last].out)};
    const size_t all = n * t.width;
    size_t live = 0;
    t.values = hys__realloc(s->ctx, NULL, 0, all * sizeof *t.values);
    if (!t.values) return HYS_NOMEM;
    const hys_status status = hys__network_walk(s->network, &(hys__walk){samples, 0, n, last + 1, take_block, &t});
    for (size_t i = 0; i < all && status == HYS_OK; i++)
        if (t.values[i] > 0) t.values[live++] = t.values[i];
    if (live) qsort(t.values, live, sizeof *t.values, compare);
    *scale = live ? (double)t.values[(size_t)(part * (double)(live - 1))] : 1;
    hys__free(s->ctx, t.values, all * sizeof *t.values);
    return status;
}

hys_status hys_spiking_balance(hys_spiking *s, const hys_samples *samples, size_t n, double part) {
    const double used = part != 0 ? part : 0.999;
    const size_t most = n ? n : 500, taken = most < samples->n ? most : samples->n;
    hys_status status = hys__network_check(s->network, samples, false);
    if (status != HYS_OK) return status;
    if (!(used > 0 && used <= 1))
        return hys__fail(s->ctx, HYS_ARG, "above 0, up to 1", "no threshold lies above a part of %g", used);
    if (!taken) return hys__fail(s->ctx, HYS_ARG, "", "there are no samples to balance with");
    for (size_t k = 0; k <= s->n_layers && status == HYS_OK; k++) {
        hys_neuron neuron = hys_neuron_default(HYS_NEURON_IF);
        double scale = 1;
        if (!s->neurons[k].n) continue;
        status = find_scale(s, k, samples, taken, used, &scale);
        neuron.r = 1 / s->opts.dt;
        neuron.threshold = neuron.spike = fmax(scale, 1e-20);
        neuron.is_subtracted = true;
        if (status == HYS_OK) status = hys_spiking_set_neurons(s, k, &neuron, 1);
        for (size_t i = 0; i < s->neurons[k].n; i++) s->neurons[k].start[i] = (float)(0.5 * neuron.threshold);
    }
    return status;
}
