/* hysteron/reservoir_experiment.h -- reservoir computing from a YAML file: devices or an echo-state network or both, a
 * series or images, a number of seeds.
 *
 *     title: Henon's map with 25 devices
 *     seed: 0                # the first
 *     seeds: 5               # of spread, masks, noise, tasks and the order of training
 *     reservoir: {device: wox, set: [tau=50ms], spread: [tau=lognormal 0.1], temperature: 300K, devices: 25,
 *                 mask: binary, mask_length: 4, frames: [5ms], pulses: [1ms], low: 0V, high: 0.6V, rest: 0V,
 *                 input_low: -1.3, input_high: 1.3, read: 0.3V, read_time: 50us, noise: 0.01, pixels: 5, substeps: 4,
 *                 stretch: 1, unchecked: false}    # stretch: frames and pulses are so much longer
 *     echo: {nodes: 100, radius: 0.9, leak: 1, density: 0.1, input: 0.5, bias: 0, linear: false, ring: false}
 *     task: {kind: henon, length: 2000, horizon: 1, washout: 100, train: 1000, ridge: 1e-6, delays: 0}
 *     images: {data: fashion-mnist, train: 14000, test: 2000, crop_height: 22, crop_width: 20, binary: true,
 *              readout: softmax, ridge: 1e-6, epochs: 30, rate: 0.003, batch: 50, compare: true}
 *     choose: {part: 0.2, seeds: 1, high: [0.6V, 0.7V], stretch: [0.5, 1], radius: [0.7, 0.9], input: [0.1, 0.3]}
 *     expected: [{name: nrmse, value: 0.046, tolerance: 0.01, source: "A. Author, J. 1, 1 (2020)"}]
 *     source_does_not_say: ["the noise of the states: 1 % was taken"]
 *
 * Choose: each combination is trained on the training set without that part (the last of a series; images are drawn),
 * scored on it for the first seeds (or all), and the one with the best mean is trained on all and tested, once.  Of
 * devices: low, high, rest, read, stretch, noise; of the echo-state network: radius, leak, input, bias.
 *
 * Either task or images; `file: u.csv` instead of a task's kind.  Data digits-5x4 are ten digits of twenty pixels, to
 * train and to test.  What is left out is as in hys_reservoir_opts_default and its like.  Files are looked for beside
 * the experiment. */
#ifndef HYSTERON_RESERVOIR_EXPERIMENT_H
#define HYSTERON_RESERVOIR_EXPERIMENT_H
#include <hysteron/network_experiment.h>
#include <hysteron/reservoir.h>
HYS_DECLS_BEGIN

typedef struct hys_reservoir_number {
    const char *name, *unit; /* "nrmse", ""; "energy_per_inference", "J" */
    double mean, std;        /* over the seeds; std 0 of one */
} hys_reservoir_number;

typedef struct hys_reservoir_experiment hys_reservoir_experiment;
/* Reads and checks the file.  Nothing is simulated yet. */
hys_status hys_reservoir_experiment_read(hys_ctx *ctx, const char *path, hys_reservoir_experiment **result);
void hys_reservoir_experiment_free(hys_reservoir_experiment *experiment);
/* All that can be said, as a file with comments. */
const char *hys_reservoir_experiment_example(void);
typedef struct hys_reservoir_experiment_opts {
    size_t size;
    unsigned threads;                         /* 0: as many as the context has */
    int (*progress)(void *user, double done); /* other than 0: HYS_CANCEL */
    void *progress_user;
} hys_reservoir_experiment_opts;
hys_status hys_reservoir_experiment_run(hys_reservoir_experiment *experiment,
                                        const hys_reservoir_experiment_opts *given);

typedef struct hys_reservoir_experiment_info {
    size_t size;
    const hys_network_expectation *expected; /* of these numbers, in JSON's spelling: "nrmse", "latency_s" */
    size_t n_expected;
    const char *const *missing; /* what the source does not say, and what was taken instead */
    size_t n_missing;
} hys_reservoir_experiment_info;
hys_reservoir_experiment_info hys_reservoir_experiment_get_info(const hys_reservoir_experiment *experiment);

const char *hys_reservoir_experiment_title(const hys_reservoir_experiment *experiment); /* "" */
uint64_t hys_reservoir_experiment_seed(const hys_reservoir_experiment *experiment);
/* Files that were read: the experiment first; those of images once it has run.  hash: BLAKE2b-256 in hexadecimal. */
size_t hys_reservoir_experiment_n_inputs(const hys_reservoir_experiment *experiment);
bool hys_reservoir_experiment_input(const hys_reservoir_experiment *experiment, size_t k, const char **path,
                                    const char **hash);
size_t hys_reservoir_experiment_n_numbers(const hys_reservoir_experiment *experiment);
hys_reservoir_number hys_reservoir_experiment_number(const hys_reservoir_experiment *experiment, size_t k);
/* Of the first seed, borrowed: a series' u, y and what was foretold, [n 3]; of images the confusion matrix, rows are
 * true classes.  Empty where there is none. */
hys_matrix hys_reservoir_experiment_series(const hys_reservoir_experiment *experiment);
hys_matrix hys_reservoir_experiment_confusion(const hys_reservoir_experiment *experiment);

typedef struct hys_reservoir_choice {
    const char *name, *unit; /* "high", "V" */
    double value;            /* chosen */
    size_t n;                /* values that were tried */
    bool is_echo;            /* of the echo-state network, not of the devices */
    bool is_at_end;          /* the least or the largest of them: others may be better */
} hys_reservoir_choice;
size_t hys_reservoir_experiment_n_choices(const hys_reservoir_experiment *experiment);
hys_reservoir_choice hys_reservoir_experiment_choice(const hys_reservoir_experiment *experiment, size_t k);
/* Borrowed: a row for each combination: values in the order of the choices, then mean and standard deviation over the
 * seeds of the score on that part: of a series the NRMSE, of images the part that was told right.  NaN: with these
 * settings the device is no node of a reservoir.  Empty where nothing was chosen. */
hys_matrix hys_reservoir_experiment_tried(const hys_reservoir_experiment *experiment, bool is_echo);

HYS_DECLS_END
#endif
