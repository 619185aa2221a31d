/* A run of samples through a spiking network. */
#ifndef HYS_NETWORK_SPIKING_RUN_H
#define HYS_NETWORK_SPIKING_RUN_H
#include "network/spiking_impl.h"

#define HYS__MOST_MARKS 32

typedef struct hys__tally { /* of a block */
    size_t right[HYS__MOST_MARKS];
    size_t input_spikes, spikes, first_steps, n_first;
    double acs, macs; /* whole numbers, so that their order is of no matter */
} hys__tally;

typedef struct hys__desk {    /* of a thread */
    float *x;                 /* [block inputs] */
    float *fixed;             /* [block outputs of the first layer]: of a constant current */
    float *last;              /* [block outputs]: of the neurons at the outputs */
    double *sums;             /* [block outputs] */
    uint32_t *first;          /* [block outputs]: step of the first spike */
    hys__membrane *membranes; /* [n_layers + 1] */
} hys__desk;

typedef struct hys__spiking_run {
    const hys_spiking *spiking;
    const hys_samples *samples;
    size_t n;
    float *outputs;    /* [n outputs]; NULL */
    uint16_t *classes; /* [n] answers; NULL */
    const size_t *at;  /* [n_at] steps behind which answers are judged */
    size_t n_at;
    const float *currents;      /* [steps inputs], of one sample, instead of a code; NULL */
    size_t heard;               /* layer whose neurons are listened to */
    float *potentials, *spikes; /* [steps n] of them; NULL */
    /* made here */
    hys__arena arena;
    hys__workers crew;
    hys__code code;
    hys__desk *desks;
    float **rows, **fan_out; /* [layers]: weights as floats; live weights of an input; NULL */
    hys__spiking_taken *taken;
    hys__tally *tallies; /* [n_parts] */
    size_t n_parts;
    uint64_t pass;
} hys__spiking_run;
/* Where it fails, its arena is left to be freed, and the crew is not. */
hys_status hys__spiking_run_init(hys__spiking_run *run);
hys_status hys__spiking_go(hys__spiking_run *run);

#endif
