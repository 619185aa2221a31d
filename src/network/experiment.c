/* Experiments on networks: from what a file says to what is asked for. */
#include "network/experiment.h"
#include "base/file.h"
#include "base/units.h"
#include <math.h>
#include <string.h>

/* ---- paths ---- */

/* Beside the file. */
const char *hys__network_beside(hys_network_experiment *e, const char *name) {
    const char *slash = strrchr(e->path, '/');
    if (!name || *name == '/' || !slash) return name;
    return hys__arena_printf(&e->arena, "%.*s/%s", (int)(slash - e->path), e->path, name);
}

/* Names of the library have no slash and no ending. */
static const char *device_path(hys_network_experiment *e, const char *device) {
    const size_t n = device ? strlen(device) : 0;
    const bool is_file = device && (strchr(device, '/') || (n > 3 && !strcmp(device + n - 3, ".va")));
    return is_file ? hys__network_beside(e, device) : device;
}

static const char *data_path(hys_network_experiment *e, const char *name) {
    return strchr(name, '/') || strchr(name, '.') ? hys__network_beside(e, name) : name;
}

/* ---- parts ---- */

hys_status hys__network_fail_at(hys_network_experiment *e, const char *key, const char *hint, const char *what) {
    const hys__yaml_node *node = hys__yaml_find(e->yaml.root, key);
    return hys__yaml_fail(&e->yaml, node ? node : e->yaml.root, hint, "%s", what);
}

static hys_status take_pair(hys_network_experiment *e, const char *section, const hys__yaml_reals *pair, size_t *first,
                            size_t *second) {
    if (pair->n == 0) return HYS_OK;
    for (size_t k = 0; k < pair->n; k++)
        if (!(pair->at[k] >= 1 && pair->at[k] <= 1e6 && pair->at[k] == floor(pair->at[k])))
            return hys__network_fail_at(e, section, "[128, 128]", "sizes are whole numbers from 1 to a million");
    if (pair->n > 2) return hys__network_fail_at(e, section, "[128, 128]", "a size has two numbers");
    *first = (size_t)pair->at[0];
    *second = (size_t)pair->at[pair->n - 1];
    return HYS_OK;
}

static hys_status take_data(hys_network_experiment *e) {
    hys__said_data *s = &e->said.data;
    hys_accuracy_opts *o = &e->opts;
    o->data = data_path(e, s->name);
    o->dataset = s->opts;
    o->dataset.seed = e->said.seed;
    hys_status status = take_pair(e, "data", &s->crop, &o->dataset.crop_height, &o->dataset.crop_width);
    if (status == HYS_OK) status = take_pair(e, "data", &s->scale, &o->dataset.height, &o->dataset.width);
    return status == HYS_OK && !o->data ? HYS_NOMEM : status;
}

static void take_training(hys_network_experiment *e) {
    const hys__said_training *s = &e->said.training;
    hys_accuracy_opts *o = &e->opts;
    o->training = (hys_training)s->kind;
    o->train = s->software;
    o->tune = s->tune;
    o->train.optimizer = s->software_optimizer ? HYS_OPTIMIZER_SGD : HYS_OPTIMIZER_ADAM;
    o->tune.optimizer = s->tune_optimizer ? HYS_OPTIMIZER_SGD : HYS_OPTIMIZER_ADAM;
    o->pulsed = s->pulsed;
    o->pulsed.rule = (hys_pulsed_rule)s->rule;
    o->pulsed.coding = (hys_pulsed_coding)s->coding;
    o->aware.noise = s->noise;
    o->aware.wires_every = s->wires_every;
    o->aware.has_exact_gradient = s->has_exact_gradient;
}

static hys_status take_device(hys_network_experiment *e) {
    const hys__said_synapse *s = &e->said.device;
    hys_synapse_opts *d = &e->opts.device;
    *d = s->opts;
    e->opts.has_device = s->model || s->measured;
    if (s->model && s->measured)
        return hys__network_fail_at(e, "device", "one of the two", "a device has a model, or was measured");
    d->measured = hys__network_beside(e, s->measured);
    d->cell.memory = device_path(e, s->model);
    d->cell.memory_set = s->set.at;
    d->cell.n_memory_set = s->set.n;
    d->cell.selector = device_path(e, s->selector);
    d->cell.selector_set = s->selector_set.at;
    d->cell.n_selector_set = s->selector_set.n;
    d->cell.spread = s->spread.at;
    d->cell.n_spread = s->spread.n;
    d->cell.is_turned = s->is_turned;
    d->cell.is_complementary = s->is_complementary;
    d->cell.temp = s->temperature;
    d->seed = d->cell.seed = e->said.seed;
    return e->arena.failed ? HYS_NOMEM : HYS_OK;
}

static hys_status take_arrays(hys_network_experiment *e) {
    const hys__said_arrays *s = &e->said.arrays;
    hys_mapping_opts *m = &e->opts.mapping;
    *m = s->opts;
    m->fidelity = (hys_fidelity)s->fidelity;
    m->product.weights = (hys_weight_coding)s->encoding;
    m->product.inputs = s->inputs ? HYS_INPUTS_PULSES : HYS_INPUTS_AMPLITUDE;
    if (!isnan(s->wire)) m->product.lines.word_wire = m->product.lines.bit_wire = s->wire;
    if (s->dac > 24 || s->adc > 24)
        return hys__network_fail_at(e, "arrays", "dac: 8", "converters have at most 24 bits");
    m->product.input_bits = (int32_t)s->dac;
    m->product.adc_bits = (int32_t)s->adc;
    return take_pair(e, "arrays", &s->tile, &m->product.tile_rows, &m->product.tile_columns);
}

/* ---- lists ---- */

static hys_status take_choices(hys_network_experiment *e) {
    const size_t n = e->said.layers.n;
    const hys__said_choice *s = e->said.layers.at;
    hys_layer_choice *choices = HYS_NEW_N(&e->arena, hys_layer_choice, n + 1);
    if (!choices) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) choices[k] = (hys_layer_choice){s[k].layer, (hys_fidelity)s[k].fidelity};
    e->opts.choices = choices;
    e->opts.n_choices = n;
    return HYS_OK;
}

static hys_status take_values(hys_network_experiment *e, size_t k, hys_sweep_opts *sweep) {
    const hys__said_sweep *s = (const hys__said_sweep *)e->said.sweeps.at + k;
    double *values = HYS_NEW_N(&e->arena, double, s->values.n + 1);
    const char *unit = hys_sweep_unit((hys_sweep)s->what);
    if (!values) return HYS_NOMEM;
    for (size_t i = 0; i < s->values.n; i++) {
        const hys_status status = hys_quantity_read(e->ctx, hys_sweep_name((hys_sweep)s->what), s->values.at[i],
                                                    *unit ? unit : "1", &values[i]);
        if (status == HYS_OK) continue;
        hys__note(e->ctx, &e->yaml.sources, e->said.sweeps.nodes[k]->span, "asked for here");
        return HYS_SEMANTIC;
    }
    *sweep = (hys_sweep_opts){(hys_sweep)s->what, values, s->values.n};
    return HYS_OK;
}

static hys_status take_sweeps(hys_network_experiment *e) {
    const size_t n = e->said.sweeps.n;
    hys_sweep_opts *sweeps = HYS_NEW_N(&e->arena, hys_sweep_opts, n + 1);
    hys_status status = sweeps ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < n && status == HYS_OK; k++) status = take_values(e, k, &sweeps[k]);
    e->opts.sweeps = sweeps;
    e->opts.n_sweeps = n;
    return status;
}

static hys_status take_expected(hys_network_experiment *e) {
    const hys__said_expected *s = e->said.expected.at;
    const size_t n = e->said.expected.n;
    e->expected = HYS_NEW_N(&e->arena, hys_network_expectation, n + 1);
    if (!e->expected) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++)
        e->expected[k] = (hys_network_expectation){s[k].name, s[k].value, s[k].tolerance, s[k].source, s[k].data};
    return HYS_OK;
}

static hys_status take_all(hys_network_experiment *e) {
    hys_accuracy_opts *o = &e->opts;
    *o = hys_accuracy_opts_default();
    o->network = e->said.network;
    o->weights = hys__network_beside(e, e->said.weights);
    o->checkpoints = hys__network_beside(e, e->said.checkpoints);
    o->seed = e->said.seed;
    o->seeds = e->said.seeds;
    o->compare_exact = e->said.compare_exact;
    take_training(e);
    hys_status status = take_data(e);
    if (status == HYS_OK) status = take_device(e);
    if (status == HYS_OK) status = take_arrays(e);
    if (status == HYS_OK) status = take_choices(e);
    if (status == HYS_OK) status = take_sweeps(e);
    return status == HYS_OK ? take_expected(e) : status;
}

/* ---- the file ---- */

#define MOST_FILE (1u << 20)

static hys_status read_file(hys_network_experiment *e) {
    const char *text = NULL;
    size_t len = 0;
    hys__hasher hasher;
    hys_status status = hys__file_read(&e->arena, e->path, MOST_FILE, &text, &len);
    if (status != HYS_OK) return status;
    hys__hasher_init(&hasher);
    hys__hasher_add(&hasher, text, len);
    e->hash = hys__hasher_end(&hasher);
    status = hys__yaml_parse(&e->arena, e->path, text, len, &e->yaml);
    hys__network_preset(&e->said);
    if (status != HYS_OK) return status;
    e->is_spiking = hys__yaml_find(e->yaml.root, "spiking");
    status = e->is_spiking ? hys__network_take_spikes(e)
                           : hys__yaml_take(&e->yaml, e->yaml.root, &hys__network_schema, &e->said);
    if (status == HYS_OK) status = take_all(e);
    return status == HYS_OK && e->is_spiking ? hys__network_ask_spikes(e) : status;
}

hys_status hys_network_experiment_read(hys_ctx *ctx, const char *path, hys_network_experiment **result) {
    hys_network_experiment *e = hys__realloc(ctx, NULL, 0, sizeof *e);
    if (!e) return HYS_NOMEM;
    memset(e, 0, sizeof *e);
    e->ctx = ctx;
    hys__arena_init(&e->arena, ctx, 0);
    e->path = hys__arena_printf(&e->arena, "%s", path);
    const hys_status status = e->path ? read_file(e) : HYS_NOMEM;
    if (status == HYS_OK) *result = e;
    else hys_network_experiment_free(e);
    return status;
}

void hys_network_experiment_free(hys_network_experiment *e) {
    if (!e) return;
    hys_ctx *ctx = e->ctx;
    hys__arena_free(&e->arena);
    hys__free(ctx, e, sizeof *e);
}

hys_network_experiment_info hys_network_experiment_get_info(const hys_network_experiment *e) {
    return (hys_network_experiment_info){.size = sizeof(hys_network_experiment_info),
                                         .title = e->said.title,
                                         .folder = e->said.folder,
                                         .has_figures = e->said.has_figures,
                                         .hash = e->hash.hex,
                                         .expected = e->expected,
                                         .n_expected = e->said.expected.n,
                                         .missing = e->said.missing.at,
                                         .n_missing = e->said.missing.n};
}

const hys_accuracy_opts *hys_network_experiment_accuracy(const hys_network_experiment *e) {
    return &e->opts;
}

const hys_spiking_study_opts *hys_network_experiment_spiking(const hys_network_experiment *e) {
    return e->is_spiking ? &e->study : NULL;
}
