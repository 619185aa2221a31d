/* The inside of an experiment with reservoirs. */
#ifndef HYS_NETWORK_RESERVOIR_RUN_H
#define HYS_NETWORK_RESERVOIR_RUN_H
#include "base/file.h"
#include "network/reservoir_choose.h"

#define HYS__MOST_RATES 16u

typedef struct hys__mean {
    const char *name, *unit;
    double sum, squares; /* of differences to the first */
    double first;
    size_t n;
} hys__mean;

typedef struct hys__computing_input {
    const char *path;
    hys__hash hash;
} hys__computing_input;

struct hys_reservoir_experiment {
    hys_ctx *ctx;
    hys__arena arena;
    const char *path;
    hys__yaml yaml;
    hys__said_computing said;
    const hys__yaml_node *reservoir, *echo, *task, *images, *choose; /* NULL: the file has none */
    hys_cell_opts cell;
    hys_dataset *data;
    hys_samples digits; /* where those are the data */
    struct {
        hys__mean *at;
        size_t n, cap;
    } numbers;
    struct {
        hys__computing_input *at;
        size_t n, cap;
    } inputs;
    hys_matrix series, confusion;
    hys_network_expectation *expected;
    hys__choices choices[2]; /* of devices, of the echo-state network */
    hys_reservoir_experiment_opts opts;
    size_t n_learnt;       /* of the series: what is before the test */
    size_t seed;           /* in turn, from 0 */
    size_t n_done, n_runs; /* training and scoring, once a run */
    bool is_done;
};

/* Names of the library and of data sets have no slash and no ending; others are beside the file. */
const char *hys__computing_path(hys_reservoir_experiment *e, const char *name);
/* Says which part of the file asked for what failed. */
hys_status hys__computing_blame(hys_reservoir_experiment *e, const hys__yaml_node *node, hys_status status);

/* Of the seed that has its turn. */
uint64_t hys__computing_seed(const hys_reservoir_experiment *e);
hys_status hys__computing_reservoir(hys_reservoir_experiment *e, hys_reservoir **r);
hys_status hys__computing_echo(hys_reservoir_experiment *e, hys_echo **echo);
hys_status hys__computing_task(hys_reservoir_experiment *e, hys_task *task);
hys_readout_opts hys__computing_readout(const hys_reservoir_experiment *e);
/* Without the comparison. */
hys_reservoir_classify_opts hys__computing_classify(const hys_reservoir_experiment *e);

#endif
