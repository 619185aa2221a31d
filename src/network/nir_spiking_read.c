/* Spiking networks read from NIR: chains of weights and neurons. */
#include "io/nir.h"
#include "network/spiking_impl.h"
#include <float.h>
#include <math.h>
#include <string.h>

typedef struct part { /* a layer, and what it holds */
    float *weights, *biases;
    hys_neuron *neurons; /* [units] */
    size_t units;
} part;

typedef struct chain {
    hys_ctx *ctx;
    hys__arena arena;
    hys__nir graph;
    const hys__nir_node *node; /* that is read */
    size_t in, width;          /* values of the input, behind the nodes so far */
    bool has_ended;            /* with LI */
    struct {
        hys_layer *at;
        size_t n, cap;
    } layers;
    struct {
        part *at;
        size_t n, cap;
    } parts; /* one a layer */
} chain;

static hys_status refuse(const chain *c, const char *hint, const char *what) {
    return hys__report_at(c->ctx, HYS_ERROR, HYS_SEMANTIC, c->graph.path, 0, 0, "", hint, "node '%.80s': %s",
                          c->node->name, what);
}

static hys_status add(chain *c, const hys_layer *layer, const part *held) {
    hys_layer *place = HYS_PUSH(&c->arena, &c->layers);
    part *kept = HYS_PUSH(&c->arena, &c->parts);
    if (!place || !kept) return HYS_NOMEM;
    *place = *layer;
    *kept = *held;
    return HYS_OK;
}

/* ---- nodes ---- */

static const hys__nir_param *numbers_of(const chain *c, const char *name) {
    const hys__nir_param *p = hys__nir_param_of(c->node, name);
    return p && p->kind != HYS__NIR_TEXT && p->n > 0 ? p : NULL;
}

static hys_status take_input(chain *c) {
    const hys__nir_param *p = numbers_of(c, "shape");
    double n = 1;
    for (size_t k = 0; p && k < p->n; k++) n *= p->values[k];
    if (!p || !(n >= 1 && n <= 1e7) || n != floor(n))
        return refuse(c, "[n]", "its shape is missing, or none of inputs");
    c->in = c->width = (size_t)n;
    return HYS_OK;
}

static hys_status take_nothing(chain *c) {
    (void)c;
    return HYS_OK;
}

static hys_status read_floats(chain *c, const hys__nir_param *p, float **values) {
    *values = HYS_NEW_N(&c->arena, float, p->n);
    if (!*values) return HYS_NOMEM;
    const size_t rows = p->n_axes == 2 ? p->shape[1] : 1, columns = p->n / rows;
    for (size_t i = 0; i < p->n; i++) {
        if (!(fabs(p->values[i]) <= (double)FLT_MAX)) return refuse(c, "", "a weight is too large");
        (*values)[i % rows * columns + i / rows] = (float)p->values[i];
    }
    return HYS_OK;
}

static hys_status take_dense(chain *c) {
    const hys__nir_param *w = numbers_of(c, "weight"), *b = numbers_of(c, "bias");
    const bool has_bias = !strcmp(c->node->type, "Affine");
    part held = {0};
    if (!w || w->n_axes != 2) return refuse(c, "[outputs, inputs]", "its weight is missing, or no matrix");
    if (w->shape[1] != c->width) return refuse(c, "", "its weight takes another number of inputs than there are");
    if (has_bias && (!b || b->n != w->shape[0]))
        return refuse(c, "", "its bias is missing, or has not one value an output");
    hys_status status = read_floats(c, w, &held.weights);
    if (status == HYS_OK && has_bias) status = read_floats(c, b, &held.biases);
    if (status != HYS_OK) return status;
    c->width = w->shape[0];
    return add(c, &(hys_layer){.kind = HYS_LAYER_DENSE, .units = c->width, .has_no_bias = !has_bias}, &held);
}

static const struct neuron_type {
    const char *name;
    hys_neuron_kind kind;
} neuron_types[] = {
    {"IF", HYS_NEURON_IF}, {"LIF", HYS_NEURON_LIF}, {"LI", HYS_NEURON_LI}, {"CubaLIF", HYS_NEURON_CUBA_LIF}};

static const struct field {
    const char *name;
    size_t at;
    bool is_needed[HYS_N_NEURON_KINDS];
} fields[] = {
    {"tau", offsetof(hys_neuron, tau), {[HYS_NEURON_LIF] = true, [HYS_NEURON_LI] = true}},
    {"tau_mem", offsetof(hys_neuron, tau), {[HYS_NEURON_CUBA_LIF] = true}},
    {"tau_syn", offsetof(hys_neuron, tau_synapse), {[HYS_NEURON_CUBA_LIF] = true}},
    {"r", offsetof(hys_neuron, r), {true, true, true, true}},
    {"w_in", offsetof(hys_neuron, w_in), {false}},
    {"v_leak",
     offsetof(hys_neuron, v_leak),
     {[HYS_NEURON_LIF] = true, [HYS_NEURON_LI] = true, [HYS_NEURON_CUBA_LIF] = true}},
    {"v_threshold",
     offsetof(hys_neuron, threshold),
     {[HYS_NEURON_IF] = true, [HYS_NEURON_LIF] = true, [HYS_NEURON_CUBA_LIF] = true}},
    {"v_reset", offsetof(hys_neuron, reset), {false}},
};

static hys_status read_neurons(chain *c, hys_neuron_kind kind, hys_neuron *neurons) {
    const hys__nir_param *reset = hys__nir_param_of(c->node, "metadata/reset");
    const bool is_subtracted = reset && reset->kind == HYS__NIR_TEXT && !strcmp(reset->text, "subtract");
    for (size_t i = 0; i < c->width; i++) {
        neurons[i] = hys_neuron_default(kind);
        neurons[i].is_subtracted = is_subtracted;
    }
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
        const hys__nir_param *p = numbers_of(c, fields[f].name);
        char what[64];
        snprintf(what, sizeof what, "its %s is missing, or has not one value a neuron", fields[f].name);
        if (!p && !fields[f].is_needed[kind]) continue;
        if (!p || (p->n != 1 && p->n != c->width)) return refuse(c, "", what);
        for (size_t i = 0; i < c->width; i++)
            memcpy((char *)&neurons[i] + fields[f].at, &p->values[p->n == 1 ? 0 : i], sizeof(double));
    }
    return HYS_OK;
}

static hys_status take_neurons(chain *c) {
    size_t k = 0;
    while (strcmp(c->node->type, neuron_types[k].name) != 0) k++;
    part held = {.neurons = HYS_NEW_N(&c->arena, hys_neuron, c->width), .units = c->width};
    if (!held.neurons) return HYS_NOMEM;
    if (!c->layers.n || c->layers.at[c->layers.n - 1].kind != HYS_LAYER_DENSE)
        return refuse(c, "Linear, Affine", "there are no weights before it");
    const hys_status status = read_neurons(c, neuron_types[k].kind, held.neurons);
    c->has_ended = neuron_types[k].kind == HYS_NEURON_LI;
    return status == HYS_OK ? add(c, &(hys_layer){.kind = HYS_LAYER_RELU}, &held) : status;
}

static const struct type {
    const char *name;
    hys_status (*take)(chain *c);
} types[] = {{"Input", take_input},  {"Output", take_nothing}, {"Flatten", take_nothing},
             {"Linear", take_dense}, {"Affine", take_dense},   {"IF", take_neurons},
             {"LIF", take_neurons},  {"LI", take_neurons},     {"CubaLIF", take_neurons}};

static hys_status take_node(chain *c) {
    for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
        if (strcmp(c->node->type, types[k].name) != 0) continue;
        if (!c->width && k > 0) return refuse(c, "", "an Input must come before it");
        if (c->has_ended && k > 1) return refuse(c, "LI at the end only", "it lies behind neurons that do not spike");
        return k == 0 && c->width ? HYS_OK : types[k].take(c);
    }
    return refuse(c, "Input, Flatten, Linear, Affine, IF, LIF, LI, CubaLIF, Output",
                  "its type cannot be read into spikes");
}

/* ---- the chain ---- */

/* The one node that follows; SIZE_MAX: none.  False: there are several. */
static bool next_of(const chain *c, size_t k, size_t *next) {
    *next = SIZE_MAX;
    for (size_t e = 0; e < c->graph.edges.n; e++) {
        if (c->graph.edges.at[e].from != k) continue;
        if (*next != SIZE_MAX) return false;
        *next = c->graph.edges.at[e].to;
    }
    return true;
}

static size_t first_of(const chain *c) {
    for (size_t k = 0; k < c->graph.nodes.n; k++) {
        bool has_edge = false;
        for (size_t e = 0; e < c->graph.edges.n; e++) has_edge = has_edge || c->graph.edges.at[e].to == k;
        if (!has_edge) return k;
    }
    return SIZE_MAX;
}

static hys_status walk(chain *c) {
    size_t at = first_of(c), next, n = 0;
    if (at == SIZE_MAX)
        return hys__report_at(c->ctx, HYS_ERROR, HYS_SEMANTIC, c->graph.path, 0, 0, "", "",
                              "no node of this graph is its first");
    for (; at != SIZE_MAX; at = next, n++) {
        c->node = &c->graph.nodes.at[at];
        if (n == c->graph.nodes.n) return refuse(c, "", "the graph comes back here: it is no chain");
        if (!next_of(c, at, &next)) return refuse(c, "", "the graph branches here: it is no chain");
        const hys_status status = take_node(c);
        if (status != HYS_OK) return status;
    }
    if (n != c->graph.nodes.n) return refuse(c, "", "the chain ends here, and there are nodes beside it");
    if (!c->layers.n) return refuse(c, "", "there is no layer in this graph");
    return HYS_OK;
}

static hys_status fill(const chain *c, hys_network *network, hys_spiking *s) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < c->parts.n && status == HYS_OK; k++) {
        const part *p = &c->parts.at[k];
        if (p->weights) status = hys_network_set_weights(network, k, p->weights, p->biases);
        else status = hys_spiking_set_neurons(s, k, p->neurons, p->units);
    }
    return status;
}

static hys_status make(chain *c, const hys_spiking_opts *opts, hys_spiking **result) {
    const hys_network_opts o = {
        .size = sizeof o, .channels = 1, .height = 1, .width = c->in, .layers = c->layers.at, .n_layers = c->layers.n};
    hys_network *network = NULL;
    hys_spiking *s = NULL;
    hys_status status = hys_network_new(c->ctx, &o, &network);
    if (status == HYS_OK) status = hys_spiking_new(network, opts, &s);
    if (status == HYS_OK) status = fill(c, network, s);
    if (status == HYS_OK) {
        s->owns_network = true;
        *result = s;
        return HYS_OK;
    }
    hys_spiking_free(s);
    hys_network_free(network);
    return status;
}

hys_status hys_spiking_read_nir(hys_ctx *ctx, const char *path, const hys_spiking_opts *opts, hys_spiking **result) {
    chain c = {.ctx = ctx};
    hys__arena_init(&c.arena, ctx, 0);
    hys_status status = hys__nir_read(&c.arena, path, &c.graph);
    if (status == HYS_OK) status = walk(&c);
    if (status == HYS_OK) status = make(&c, opts, result);
    hys__arena_free(&c.arena);
    return status;
}
