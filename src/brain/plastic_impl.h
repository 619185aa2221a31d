/* Plasticity by the times of spikes.  A delay is that of the dendrite: a synapse sees its sender's spike when it
 * leaves, and that of its target a delay later. */
#ifndef HYS_BRAIN_PLASTIC_IMPL_H
#define HYS_BRAIN_PLASTIC_IMPL_H
#include "brain/network_impl.h"

/* A spike of a target, with what was left of those before it. */
typedef struct hys__post {
    uint64_t step;
    double slow;         /* trace of tau_y before it */
    double trace;        /* trace of tau_minus behind it */
    double learning;     /* factor of what it changes */
    uint32_t cell, next; /* of the bunch; of the same cell, in the order of steps, or HYS__LAST */
} hys__post;
#define HYS__LAST UINT32_MAX

/* Spikes of the targets in a bunch, as far as some synapse may still need them. */
typedef struct hys__past {
    hys__post *at;
    size_t n, cap, n_new;
    struct hys__tail {
        uint32_t first, last;
        double trace, slow; /* behind the newest spike */
        uint64_t step;
        bool has_any, has_base;
        hys__post base; /* the newest one that was forgotten */
    } * tails;          /* [cells] */
    uint64_t flushed;
    /* DEVICE */
    hys__group *devices; /* in the order of synapses; NULL: none */
    uint64_t *pre;       /* [sources] step of the newest spike */
    uint32_t *source;    /* [synapses] */
    double *before;      /* states */
    uint64_t done, on_until;
    bool is_stuck;
} hys__past;

typedef struct hys__pre { /* of a sender, behind its newest spike */
    uint64_t step;
    double trace, slow; /* of tau_plus, tau_x */
    bool has_any;
} hys__pre;

typedef struct hys__plastic {
    hys_plasticity of;
    double dt;
    hys__pre *senders; /* [sources] as of all spikes that were handed out */
    hys__pre *before;  /* [n_before] of each emission: of its sender, before it */
    size_t n_before;
    hys__past *pasts; /* [bunches of the target] */
} hys__plastic;

/* plastic_device.c */
hys_status hys__device_check(const hys_brain *brain, const hys_plasticity *plasticity);
hys_status hys__device_take(hys_brain *brain, hys__projection *projection);
void hys__device_spike(const hys_brain *brain, hys__bunch *bunch, const hys__end *end, size_t spike, hys__work *work);
void hys__device_finish(const hys_brain *brain, hys__bunch *bunch, const hys__end *end, hys__work *work, uint64_t now,
                        bool is_end);

hys_status hys__past_room(hys_brain *brain, hys__past *past, size_t need);
/* Lists of cells anew, without spikes that all synapses saw before the step `now`. */
void hys__past_link(hys__past *past, size_t n_cells, uint32_t longest, uint64_t now);

#endif
