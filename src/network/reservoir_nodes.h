/* Devices side by side, each under a voltage of its own: what reservoirs are simulated with. */
#ifndef HYS_NETWORK_RESERVOIR_NODES_H
#define HYS_NETWORK_RESERVOIR_NODES_H
#include <hysteron/array_device.h>

typedef struct hys__nodes hys__nodes;

typedef struct hys__nodes_opts {
    const hys_cell_opts *cell;
    size_t devices;          /* that differ by spread */
    size_t n;                /* traces */
    const size_t *device_of; /* [n] which of them each trace is of; NULL: n is devices, in order */
    size_t substeps;
    unsigned threads;
} hys__nodes_opts;

/* All at their start.  A device has the same parameters whatever the number of traces. */
hys_status hys__nodes_new(hys_ctx *ctx, const hys__nodes_opts *opts, hys__nodes **result);
void hys__nodes_free(hys__nodes *bench);
/* Traces differ even where device and input are the same. */
bool hys__nodes_is_random(const hys__nodes *bench);

/* Spread from cycle to cycle. */
bool hys__nodes_has_cycles(const hys__nodes *bench);
/* No device differs from another one. */
bool hys__nodes_are_alike(const hys__nodes *bench);

/* From now on. */
void hys__nodes_set_substeps(hys__nodes *bench, size_t substeps);
/* A flat piece: v [n] V for `time` s. */
hys_status hys__nodes_hold(hys__nodes *bench, const double *v, double time);
/* At the end of the last piece, A [n]; integral of v i so far, J [n]. */
const double *hys__nodes_currents(const hys__nodes *bench);
const double *hys__nodes_energies(const hys__nodes *bench);

#endif
