/* The inside of an experiment on accuracy. */
#ifndef HYS_NETWORK_ACCURACY_IMPL_H
#define HYS_NETWORK_ACCURACY_IMPL_H
#include "base/memory.h"
#include <hysteron/network_accuracy.h>

struct hys_accuracy {
    hys_ctx *ctx;
    hys__arena arena;
    hys_accuracy_opts opts;
    hys_accuracy_result result;
    hys_dataset *dataset;
    hys_synapse *synapse;
    hys_network *network;      /* of the first seed */
    double *software, *device; /* [seeds] */
    size_t *confusion;
    hys_mapping_report *layers;
    hys_fidelity_error *errors;
    hys_accuracy_point **points; /* of each sweep */
    double *swept;               /* [seeds] of each of their values, one after the other */
    size_t n_swept;
    double from, to; /* of the progress: what is being done */
};

/* A seed at work. */
typedef struct hys__trial {
    hys_accuracy *accuracy;
    size_t number;
    uint64_t seed;
    hys_network *software; /* trained */
    hys_network *aware;    /* trained further for its arrays; NULL: it was not */
    hys_network *device;   /* on its arrays */
} hys__trial;

/* What is done from now on is this part of all. */
void hys__accuracy_part(hys_accuracy *accuracy, double from, double to);
int hys__accuracy_tell(void *user, double done);
/* How this seed's network lies on its arrays. */
hys_mapping_opts hys__trial_mapping(const hys__trial *trial);
/* A copy of a network of software, on arrays: mapping for all layers but those that are chosen otherwise. */
hys_status hys__trial_map(const hys__trial *trial, const hys_network *software, const hys_mapping_opts *mapping,
                          hys_network **device);
/* accuracy_sweep.c: all sweeps of a seed, into swept. */
hys_status hys__trial_sweep(const hys__trial *trial, const hys_network *trained);
size_t hys__accuracy_n_swept(const hys_accuracy_opts *opts);
hys_status hys__accuracy_check_sweeps(hys_ctx *ctx, const hys_accuracy_opts *opts);
/* Whether the device tells of as many cycles as are asked for. */
hys_status hys__accuracy_check_wear(const hys_accuracy *accuracy);
/* Of all seeds. */
hys_status hys__accuracy_join_sweeps(hys_accuracy *accuracy);
/* Mean and standard deviation (n - 1; 0 of one). */
double hys__mean_of(const double *values, size_t n, double *std);

#endif
