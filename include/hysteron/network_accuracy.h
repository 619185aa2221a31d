/* hysteron/network_accuracy.h -- what accuracy, energy and lifetime a device gives a network: training, mapping and
 * testing, over seeds, and against what may vary. */
#ifndef HYSTERON_NETWORK_ACCURACY_H
#define HYSTERON_NETWORK_ACCURACY_H
#include <hysteron/network_train.h>
HYS_DECLS_BEGIN

#define HYS_TRAININGS(X)                                                                                               \
    X(OFFLINE, "offline", "trained in software, then programmed by write-verify")                                      \
    X(AWARE, "aware", "trained in software as if on the arrays, with their noise and wires, then programmed")          \
    X(INPLACE, "inplace", "trained by pulses on its own devices, from scratch")                                        \
    X(HYBRID, "hybrid", "trained in software, programmed, then the last layer trained in place")
#define HYS_X(id, name, what) HYS_TRAINING_##id,
typedef enum hys_training { HYS_TRAININGS(HYS_X) HYS_N_TRAININGS } hys_training;
#undef HYS_X
const char *hys_training_name(hys_training training);
const char *hys_training_text(hys_training training);

#define HYS_SWEEPS(X)                                                                                                  \
    X(TIME, "time", "s", "since programming")                                                                          \
    X(CYCLES, "cycles", "", "that cells have behind them when they are programmed; of laws that tell of wear")         \
    X(TEMPERATURE, "temperature", "K", "since programming")                                                            \
    X(WIRE, "wire", "ohm", "of a segment of both lines")                                                               \
    X(TILE, "tile", "", "word lines, and bit lines, of an array at most")                                              \
    X(LEVELS, "levels", "", "of a cell")                                                                               \
    X(ADC, "adc", "", "bits of the converters of currents")                                                            \
    X(DAC, "dac", "", "bits of inputs, with their sign")                                                               \
    X(STUCK_OFF, "stuck-off", "", "part of the cells")                                                                 \
    X(STUCK_ON, "stuck-on", "", "part of the cells")                                                                   \
    X(READ_NOISE, "read-noise", "", "standard deviation of a cell in a read, part of its conductance")                 \
    X(SPREAD, "spread", "", "factor on the errors that programming leaves")
#define HYS_X(id, name, unit, what) HYS_SWEEP_##id,
typedef enum hys_sweep { HYS_SWEEPS(HYS_X) HYS_N_SWEEPS } hys_sweep;
#undef HYS_X
const char *hys_sweep_name(hys_sweep sweep);
const char *hys_sweep_unit(hys_sweep sweep);
const char *hys_sweep_text(hys_sweep sweep);

typedef struct hys_sweep_opts {
    hys_sweep what;
    const double *values;
    size_t n;
} hys_sweep_opts;

typedef struct hys_layer_choice { /* a layer that is mapped otherwise than the rest */
    const char *layer;            /* "dense1" */
    hys_fidelity fidelity;
} hys_layer_choice;

typedef struct hys_accuracy_opts {
    size_t size;
    const char *data; /* a name or a path; NULL: "fashion-mnist" */
    hys_dataset_opts dataset;
    const char *network; /* NULL: "784-64-10" */
    const char *weights; /* a file instead of training in software; NULL: none */
    hys_training training;
    hys_train_opts train; /* in software */
    /* aware and hybrid: behind it; in place: all there is.  Rate NaN: 0.001 aware, 0.1 by pulses, times sqrt(batch/50)
     * in batches below 50.  Biases go with the pulses, straight down: no optimizer, no momentum. */
    hys_train_opts tune;
    hys_aware_opts aware; /* its mapping is not looked at */
    hys_pulsed_opts pulsed;
    bool has_device; /* false: ideal cells */
    hys_synapse_opts device;
    const char *law;          /* instead: a file of a synapse's law, YAML; NULL: none */
    hys_mapping_opts mapping; /* its synapse is made of the device */
    const hys_layer_choice *choices;
    size_t n_choices;
    const hys_sweep_opts *sweeps;
    size_t n_sweeps;
    size_t seeds;            /* whole experiments; 0: 5 */
    uint64_t seed;           /* of the first */
    size_t compare_exact;    /* samples that are solved exactly beside, with the first seed; 0: none */
    const char *checkpoints; /* a folder that finished parts are kept in, and taken from; NULL: none */
    unsigned threads;
    int (*progress)(void *user, double done);
    void *progress_user;
    void (*epoch)(void *user, size_t seed, bool is_device, const hys_epoch *epoch);
    void *epoch_user;
} hys_accuracy_opts;
hys_accuracy_opts hys_accuracy_opts_default(void);

typedef struct hys_accuracy_point {
    double value;
    double accuracy, std; /* over seeds */
} hys_accuracy_point;

typedef struct hys_accuracy_result {
    size_t size;
    size_t n_seeds;
    double software_accuracy, software_std; /* mean and standard deviation over seeds */
    double accuracy, accuracy_std;
    const double *software, *device; /* [n_seeds] */
    size_t n_classes, n_test;
    const size_t *confusion;             /* [n_classes n_classes]: of all seeds */
    hys_network_cost cost;               /* of an inference */
    double program_energy, program_time; /* J, s: to program all arrays once, one cell after the other */
    double train_energy, train_time;     /* J, s: pulses of a training step (sample) in place; NaN: none */
    double pulses;                       /* most that a cell took in training in place; NaN */
    const hys_mapping_report *layers;    /* [n_layers] with weights, of the first seed */
    size_t n_layers;
    const hys_fidelity_error *errors; /* [n_errors] against exact */
    size_t n_errors;
    const hys_accuracy_point *const *points; /* of each sweep */
    /* s that a seed took, mean: training in software; what follows it (programming, training on the device); a pass of
     * the test samples through the device */
    double software_s, device_s, inference_s;
} hys_accuracy_result;

typedef struct hys_accuracy hys_accuracy;
hys_status hys_accuracy_run(hys_ctx *ctx, const hys_accuracy_opts *given, hys_accuracy **result);
void hys_accuracy_free(hys_accuracy *accuracy);
const hys_accuracy_result *hys_accuracy_get(const hys_accuracy *accuracy);
const hys_synapse *hys_accuracy_synapse(const hys_accuracy *accuracy);
const hys_dataset *hys_accuracy_dataset(const hys_accuracy *accuracy);
const hys_network *hys_accuracy_network(const hys_accuracy *accuracy); /* of the first seed, as it lies on its device */

HYS_DECLS_END
#endif
