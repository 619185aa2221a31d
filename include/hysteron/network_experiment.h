/* hysteron/network_experiment.h -- experiments on networks, from a YAML file: data, a network, a device, its arrays,
 * how it is trained, and what is asked.
 *
 * Files that the experiment names are looked for beside it.  Same file, same inputs, same seed: same result. */
#ifndef HYSTERON_NETWORK_EXPERIMENT_H
#define HYSTERON_NETWORK_EXPERIMENT_H
#include <hysteron/spiking.h>
HYS_DECLS_BEGIN

typedef enum hys_network_kind {
    HYS_NETWORK_LAYERED,
    HYS_NETWORK_RESERVOIR, /* hysteron/reservoir_experiment.h: its root has "reservoir" or "echo" */
    HYS_NETWORK_SPIKING    /* its root has "spiking" */
} hys_network_kind;
hys_status hys_network_experiment_kind(hys_ctx *ctx, const char *path, hys_network_kind *kind);

typedef struct hys_network_experiment hys_network_experiment;

/* Reads and checks the file; nothing is computed yet. */
hys_status hys_network_experiment_read(hys_ctx *ctx, const char *path, hys_network_experiment **result);
void hys_network_experiment_free(hys_network_experiment *experiment);
/* All that can be said, as a file with comments; of spikes. */
const char *hys_network_experiment_example(void);
const char *hys_network_experiment_example_spiking(void);

typedef struct hys_network_expectation { /* what a publication gives, for the table of what came out */
    const char *name;                    /* "accuracy", "software_accuracy" ... */
    double value, tolerance;
    const char *source;
    const char *data; /* the set that it was found with; NULL: it holds of any */
} hys_network_expectation;

typedef struct hys_network_experiment_info {
    size_t size;
    const char *title;  /* "" */
    const char *folder; /* that the file asks its results to be written to; NULL: none */
    bool has_figures;
    const char *hash; /* of the file: BLAKE2b-256 in hexadecimal */
    const hys_network_expectation *expected;
    size_t n_expected;
    const char *const *missing; /* what the source does not say, and what was taken instead */
    size_t n_missing;
} hys_network_experiment_info;
hys_network_experiment_info hys_network_experiment_get_info(const hys_network_experiment *experiment);
/* What it asks for; progress and epoch are the caller's to set in a copy. */
const hys_accuracy_opts *hys_network_experiment_accuracy(const hys_network_experiment *experiment);
/* Of spikes: a study; NULL: it is none of spikes. */
const hys_spiking_study_opts *hys_network_experiment_spiking(const hys_network_experiment *experiment);

HYS_DECLS_END
#endif
