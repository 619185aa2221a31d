/* Bytes that groups and networks will take, told without taking them.  Layouts are those of group.c, net.c, window.c,
 * plastic.c; tests compare both. */
#ifndef HYS_BRAIN_FORECAST_H
#define HYS_BRAIN_FORECAST_H
#include "brain/network_impl.h"

typedef struct hys__shape { /* of a group */
    const hys_brain_cell *cell;
    size_t n, lanes, n_chunks, chunk_cells, n_bunches, bunch_cells;
    size_t most;    /* entries of the largest chunk */
    double entries; /* of all chunks, with those between rows */
    double width;   /* entries of a row of all bunches */
} hys__shape;
hys__shape hys__shape_of(const hys_brain_cell *cell, size_t n);
/* spikes: mean number of a cell until they are taken away; no_spikes: none are looked for. */
double hys__group_bytes(const hys__shape *shape, double spikes, bool no_spikes);
/* Of one thread. */
double hys__work_bytes(const hys__shape *shapes, size_t n);
/* slots: steps of rings; rows: of states of all sites. */
double hys__ring_bytes(const hys__shape *target, size_t slots, size_t n_sites, size_t n_rows);
/* What a plastic projection has beside its weights; device: the type of its devices, or NULL. */
double hys__plastic_bytes(const hys__shape *source, const hys__shape *target, double n_synapses,
                          const hys_brain_cell *device);

#endif
