/* The inside of an experiment on a network: what its file says. */
#ifndef HYS_NETWORK_EXPERIMENT_H
#define HYS_NETWORK_EXPERIMENT_H
#include "base/file.h"
#include "io/yaml.h"
#include <hysteron/network_experiment.h>

typedef struct hys__said_data {
    const char *name; /* or a path */
    hys_dataset_opts opts;
    hys__yaml_reals crop, scale; /* height, width */
} hys__said_data;

typedef struct hys__said_training {
    int kind, rule, coding;
    hys_train_opts software, tune;
    int software_optimizer, tune_optimizer;
    hys_pulsed_opts pulsed;
    double noise;
    size_t wires_every;
    bool has_exact_gradient;
} hys__said_training;

typedef struct hys__said_synapse {
    const char *model, *measured, *selector;
    hys__yaml_texts set, selector_set, spread;
    bool is_turned, is_complementary;
    double temperature;
    hys_synapse_opts opts;
} hys__said_synapse;

typedef struct hys__said_arrays {
    int fidelity, encoding, inputs, adc_range;
    hys__yaml_reals tile; /* rows, columns */
    double wire;          /* ohm; NaN: not said */
    size_t dac, adc;
    hys_mapping_opts opts;
} hys__said_arrays;

typedef struct hys__said_choice {
    const char *layer;
    int fidelity;
} hys__said_choice;

typedef struct hys__said_sweep {
    int what;
    hys__yaml_texts values;
} hys__said_sweep;

typedef struct hys__said_expected {
    const char *name, *source, *data;
    double value, tolerance;
} hys__said_expected;

typedef struct hys__said_spikes {
    int training, code, readout, neuron, surrogate, rule; /* rule -1: not said */
    size_t steps, neurons;
    double dt, rate, tau, refractory, part, slope, neuron_energy, threshold, rise;
    bool is_subtracted;
    hys__yaml_reals at;
    hys_spike_shape spike;
    const char *from, *nir;
} hys__said_spikes;

typedef struct hys__said_network {
    const char *title, *network, *weights, *folder, *checkpoints;
    hys__said_spikes spikes;
    const char *law;
    hys__yaml_reals times;
    bool has_figures;
    size_t seed, seeds, compare_exact;
    hys__said_data data;
    hys__said_training training;
    hys__said_synapse device;
    hys__said_arrays arrays;
    hys__yaml_sections layers, sweeps, expected;
    hys__yaml_texts missing;
} hys__said_network;

struct hys_network_experiment {
    hys_ctx *ctx;
    hys__arena arena;
    hys__yaml yaml;
    const char *path;
    hys__said_network said;
    hys_accuracy_opts opts;
    bool is_spiking;
    hys_spiking_study_opts study;
    hys__hash hash;
    hys_network_expectation *expected;
};

extern const hys__yaml_schema hys__network_schema;
extern const hys__yaml_schema hys__expected_schema, hys__data_schema, hys__software_schema, hys__device_schema,
    hys__arrays_schema;
void hys__network_preset(hys__said_network *said);

/* Beside the experiment's file; NULL stays NULL. */
const char *hys__network_beside(hys_network_experiment *experiment, const char *name);
/* Reports at a key of the file's root. */
hys_status hys__network_fail_at(hys_network_experiment *experiment, const char *key, const char *hint,
                                const char *what);

/* experiment_spiking.c: what a file with spikes says, then what it asks for, behind all that others ask for */
hys_status hys__network_take_spikes(hys_network_experiment *experiment);
hys_status hys__network_ask_spikes(hys_network_experiment *experiment);

#endif
