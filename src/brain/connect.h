/* How projections are drawn. */
#ifndef HYS_BRAIN_CONNECT_H
#define HYS_BRAIN_CONNECT_H
#include "brain/draw.h"
#include "brain/network_impl.h"

typedef struct hys__drawing {
    hys_connect_opts opts;
    hys__arena scratch;
    hys__wire wire;
    hys__dist weight;
    hys__steps delay;
    size_t site;
    hys__projection *projection;
} hys__drawing;

hys_connect_opts hys__connect_complete(const hys_connect_opts *opts);
/* Groups and rule. */
hys_status hys__connect_check(const hys_brain *brain, const hys_connect_opts *opts);
/* How many there will be, in the mean; of DISTANCE: from pairs of cells. */
double hys__connect_expected(const hys_connect_opts *opts, double n_sources, double n_targets, bool not_self);
/* Of synapses, and of the index of sources of each bunch of targets. */
double hys__connect_bytes(const hys_connect_opts *opts, size_t n_sources, size_t n_targets, size_t n_bunches);
/* How many sources each target of TOTAL has. */
hys_status hys__connect_total(hys__drawing *drawing);
/* Fills the projection's bundles. */
hys_status hys__connect_place(hys_brain *brain, hys__drawing *drawing);

#endif
