/* What the file of an experiment on a network may say. */
#include "io/yaml_fields.h"
#include "network/experiment.h"
#include <math.h>
#include <stddef.h>

#define SECTIONS(type, name, member, schema)                                                                           \
    { name, HYS__FIELD_SECTIONS, offsetof(type, member), NULL, schema, false }

#define FIDELITIES "distilled|linear|exact"

/* ---- data ---- */

static const hys__yaml_field data_fields[] = {
    PLAIN(hys__said_data, "name", TEXT, name),
    PLAIN(hys__said_data, "train", COUNT, opts.n_train),
    PLAIN(hys__said_data, "test", COUNT, opts.n_test),
    {"crop", HYS__FIELD_REALS, offsetof(hys__said_data, crop), "", NULL, false},
    {"scale", HYS__FIELD_REALS, offsetof(hys__said_data, scale), "", NULL, false},
    PLAIN(hys__said_data, "binary", FLAG, opts.is_binary),
    REAL(hys__said_data, "test_part", opts.test_part, ""),
};
const hys__yaml_schema hys__data_schema = {"data", data_fields, COUNT_OF(data_fields), sizeof(hys__said_data), NULL};

/* ---- training ---- */

#define TRAIN_FIELDS(part)                                                                                             \
    CHOICE(hys__said_training, "optimizer", part##_optimizer, "adam|sgd"),                                             \
        PLAIN(hys__said_training, "epochs", COUNT, part.epochs),                                                       \
        PLAIN(hys__said_training, "batch", COUNT, part.batch), REAL(hys__said_training, "rate", part.rate, ""),        \
        REAL(hys__said_training, "decay", part.decay, ""), REAL(hys__said_training, "momentum", part.momentum, ""),    \
        REAL(hys__said_training, "weight_decay", part.weight_decay, ""),                                               \
        REAL(hys__said_training, "clip", part.clip, "")

static const hys__yaml_field software_fields[] = {TRAIN_FIELDS(software)};
const hys__yaml_schema hys__software_schema = {"training in software", software_fields, COUNT_OF(software_fields),
                                               sizeof(hys__said_training), NULL};
static const hys__yaml_field tune_fields[] = {TRAIN_FIELDS(tune)};
static const hys__yaml_schema tune_schema = {"training on the device", tune_fields, COUNT_OF(tune_fields),
                                             sizeof(hys__said_training), NULL};

static const hys__yaml_field pulsed_fields[] = {
    CHOICE(hys__said_training, "rule", rule, "stochastic|sign|counted|two-arrays"),
    CHOICE(hys__said_training, "cells", coding, "auto|reference|pairs|one-way"),
    PLAIN(hys__said_training, "train_length", COUNT, pulsed.train_length),
    REAL(hys__said_training, "weight_range", pulsed.weight_range, ""),
    REAL(hys__said_training, "stuck_on", pulsed.stuck_on, ""),
    REAL(hys__said_training, "stuck_off", pulsed.stuck_off, ""),
    REAL(hys__said_training, "read_noise", pulsed.read_noise, ""),
    REAL(hys__said_training, "threshold", pulsed.threshold, ""),
    PLAIN(hys__said_training, "transfer_every", COUNT, pulsed.transfer_every),
    REAL(hys__said_training, "transfer_rate", pulsed.transfer_rate, ""),
};
static const hys__yaml_schema pulsed_schema = {"pulses", pulsed_fields, COUNT_OF(pulsed_fields),
                                               sizeof(hys__said_training), NULL};

static const hys__yaml_field aware_fields[] = {
    REAL(hys__said_training, "noise", noise, ""),
    PLAIN(hys__said_training, "wires_every", COUNT, wires_every),
    PLAIN(hys__said_training, "exact_gradient", FLAG, has_exact_gradient),
};
static const hys__yaml_schema aware_schema = {"training that is aware", aware_fields, COUNT_OF(aware_fields),
                                              sizeof(hys__said_training), NULL};

/* Its parts fill the same struct. */
static const hys__yaml_field training_fields[] = {
    CHOICE(hys__said_training, "kind", kind, "offline|aware|inplace|hybrid"),
    {"software", HYS__FIELD_SECTION, 0, NULL, &hys__software_schema, false},
    {"device", HYS__FIELD_SECTION, 0, NULL, &tune_schema, false},
    {"pulses", HYS__FIELD_SECTION, 0, NULL, &pulsed_schema, false},
    {"aware", HYS__FIELD_SECTION, 0, NULL, &aware_schema, false},
};
static const hys__yaml_schema training_schema = {"training", training_fields, COUNT_OF(training_fields),
                                                 sizeof(hys__said_training), NULL};

/* ---- the device ---- */

static const hys__yaml_field pulse_fields[] = {
    NEEDED(hys_synapse_pulse, "voltage", REAL, voltage, "V"),
    NEEDED(hys_synapse_pulse, "width", REAL, width, "s"),
    REAL(hys_synapse_pulse, "gate", gate, "V"),
};
static const hys__yaml_schema pulse_schema = {"a pulse", pulse_fields, COUNT_OF(pulse_fields),
                                              sizeof(hys_synapse_pulse), NULL};

static const hys__yaml_field device_fields[] = {
    PLAIN(hys__said_synapse, "model", TEXT, model),
    PLAIN(hys__said_synapse, "measured", TEXT, measured),
    REAL(hys__said_synapse, "measured_unit", opts.measured_unit, "S"),
    PLAIN(hys__said_synapse, "set", TEXTS, set),
    PLAIN(hys__said_synapse, "selector", TEXT, selector),
    PLAIN(hys__said_synapse, "selector_set", TEXTS, selector_set),
    PLAIN(hys__said_synapse, "complementary", FLAG, is_complementary),
    PLAIN(hys__said_synapse, "turned", FLAG, is_turned),
    PLAIN(hys__said_synapse, "spread", TEXTS, spread),
    REAL(hys__said_synapse, "temperature", temperature, "K"),
    SECTION(hys__said_synapse, "up", opts.up, &pulse_schema),
    SECTION(hys__said_synapse, "down", opts.down, &pulse_schema),
    SECTION(hys__said_synapse, "read", opts.read, &pulse_schema),
    PLAIN(hys__said_synapse, "pulses", COUNT, opts.pulses),
    REAL(hys__said_synapse, "read_noise", opts.read_noise, ""),
    REAL(hys__said_synapse, "tolerance", opts.tolerance, ""),
    REAL(hys__said_synapse, "variation", opts.variation, ""),
};
const hys__yaml_schema hys__device_schema = {"a device", device_fields, COUNT_OF(device_fields),
                                             sizeof(hys__said_synapse), NULL};

/* ---- arrays ---- */

#define OF_PRODUCT(name, member, unit) REAL(hys__said_arrays, name, opts.product.member, unit)
static const hys__yaml_field arrays_fields[] = {
    CHOICE(hys__said_arrays, "fidelity", fidelity, FIDELITIES),
    CHOICE(hys__said_arrays, "encoding", encoding, "differential|reference|offset"),
    {"tile", HYS__FIELD_REALS, offsetof(hys__said_arrays, tile), "", NULL, false},
    REAL(hys__said_arrays, "wire", wire, "ohm"),
    OF_PRODUCT("word_wire", lines.word_wire, "ohm"),
    OF_PRODUCT("bit_wire", lines.bit_wire, "ohm"),
    OF_PRODUCT("driver", lines.driver, "ohm"),
    OF_PRODUCT("sense", lines.sense, "ohm"),
    PLAIN(hys__said_arrays, "levels", COUNT, opts.levels),
    PLAIN(hys__said_arrays, "dac", COUNT, dac),
    PLAIN(hys__said_arrays, "adc", COUNT, adc),
    CHOICE(hys__said_arrays, "inputs", inputs, "amplitude|pulses"),
    OF_PRODUCT("read_noise", read_noise, ""),
    PLAIN(hys__said_arrays, "reads_are_noisy", FLAG, opts.has_read_noise),
    OF_PRODUCT("stuck_on", stuck_on, ""),
    OF_PRODUCT("stuck_off", stuck_off, ""),
    OF_PRODUCT("program_scale", program_scale, ""),
    PLAIN(hys__said_arrays, "by_kernel", FLAG, opts.is_kernel),
    PLAIN(hys__said_arrays, "perfect", FLAG, opts.is_perfect),
    REAL(hys__said_arrays, "clip", opts.weight_clip, ""),
    REAL(hys__said_arrays, "time", opts.time, "s"),
    REAL(hys__said_arrays, "temperature", opts.temp, "K"),
};
const hys__yaml_schema hys__arrays_schema = {"arrays", arrays_fields, COUNT_OF(arrays_fields), sizeof(hys__said_arrays),
                                             NULL};

static const hys__yaml_field choice_fields[] = {
    NEEDED(hys__said_choice, "layer", TEXT, layer, NULL),
    {"fidelity", HYS__FIELD_CHOICE, offsetof(hys__said_choice, fidelity), FIDELITIES, NULL, true},
};
static const hys__yaml_schema choice_schema = {"a layer", choice_fields, COUNT_OF(choice_fields),
                                               sizeof(hys__said_choice), NULL};

/* ---- what is asked ---- */

#define HYS_X(id, name, unit, what) name "|"
static const char sweep_names[] = HYS_SWEEPS(HYS_X);
#undef HYS_X
static const hys__yaml_field sweep_fields[] = {
    {"what", HYS__FIELD_CHOICE, offsetof(hys__said_sweep, what), sweep_names, NULL, true},
    NEEDED(hys__said_sweep, "values", TEXTS, values, NULL),
};
static const hys__yaml_schema sweep_schema = {"a sweep", sweep_fields, COUNT_OF(sweep_fields), sizeof(hys__said_sweep),
                                              NULL};

static const hys__yaml_field expected_fields[] = {
    NEEDED(hys__said_expected, "name", TEXT, name, NULL), NEEDED(hys__said_expected, "value", REAL, value, ""),
    REAL(hys__said_expected, "tolerance", tolerance, ""), PLAIN(hys__said_expected, "source", TEXT, source),
    PLAIN(hys__said_expected, "data", TEXT, data),
};
static void preset_expected(void *data) {
    hys__said_expected *e = data;
    e->source = "";
    e->tolerance = NAN;
}
const hys__yaml_schema hys__expected_schema = {"an expected value", expected_fields, COUNT_OF(expected_fields),
                                               sizeof(hys__said_expected), preset_expected};

static const hys__yaml_field fields[] = {
    PLAIN(hys__said_network, "title", TEXT, title),
    PLAIN(hys__said_network, "seed", COUNT, seed),
    PLAIN(hys__said_network, "seeds", COUNT, seeds),
    SECTION(hys__said_network, "data", data, &hys__data_schema),
    NEEDED(hys__said_network, "network", TEXT, network, NULL),
    PLAIN(hys__said_network, "weights", TEXT, weights),
    SECTION(hys__said_network, "training", training, &training_schema),
    SECTION(hys__said_network, "device", device, &hys__device_schema),
    SECTION(hys__said_network, "arrays", arrays, &hys__arrays_schema),
    SECTIONS(hys__said_network, "layers", layers, &choice_schema),
    SECTIONS(hys__said_network, "sweeps", sweeps, &sweep_schema),
    PLAIN(hys__said_network, "exact", COUNT, compare_exact),
    SECTIONS(hys__said_network, "expected", expected, &hys__expected_schema),
    PLAIN(hys__said_network, "source_does_not_say", TEXTS, missing),
    PLAIN(hys__said_network, "folder", TEXT, folder),
    PLAIN(hys__said_network, "figures", FLAG, has_figures),
    PLAIN(hys__said_network, "checkpoints", TEXT, checkpoints),
};
const hys__yaml_schema hys__network_schema = {"an experiment", fields, COUNT_OF(fields), sizeof(hys__said_network),
                                              NULL};

void hys__network_preset(hys__said_network *s) {
    const hys_accuracy_opts o = hys_accuracy_opts_default();
    *s = (hys__said_network){.title = "", .network = o.network, .seeds = o.seeds};
    s->data.name = o.data;
    s->data.opts = o.dataset;
    s->training.software = o.train;
    s->training.tune = o.tune;
    s->training.tune.rate = NAN; /* as the kind of training has it */
    s->training.tune_optimizer = o.tune.optimizer == HYS_OPTIMIZER_SGD;
    s->training.software_optimizer = o.train.optimizer == HYS_OPTIMIZER_SGD;
    s->training.pulsed = o.pulsed;
    s->training.noise = o.aware.noise;
    s->training.wires_every = o.aware.wires_every;
    s->device.opts = o.device;
    s->arrays.opts = o.mapping;
    s->arrays.wire = NAN;
}
