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

/* Fills the projection's bundles. */
hys_status hys__connect_place(hys_brain *brain, hys__drawing *drawing);

#endif
