/* Spikes of a neuron before and one behind a device, which sees their difference (Zamarreno-Ramos et al., Front.
 * Neurosci. 5:26, 2011). */
#ifndef HYS_LAB_SPIKE_H
#define HYS_LAB_SPIKE_H
#include "lab/protocol.h"

#define HYS__SPIKE_KNOTS 122

typedef struct hys__spike {
    double head, tail;         /* V: of the head before t = 0, of the tail behind it (positive: opposite sign) */
    double t_head, t_tail;     /* s: their lengths */
    double tau_head, tau_tail; /* s: of the exponential shape */
    double t[HYS__SPIKE_KNOTS], v[HYS__SPIKE_KNOTS]; /* straight between them; 0 outside */
} hys__spike;
hys_status hys__spike_read(hys__protocol *p, hys__spike *spike);

typedef struct hys__spikes {  /* when the neurons fire; rising */
    const double *pre, *post; /* s */
    size_t n_pre, n_post;
} hys__spikes;
typedef struct hys__pairing {
    double before, after, energy; /* S, S, J of all */
    double peak;                  /* V: largest |post - pre| */
} hys__pairing;
hys_status hys__spike_lay(hys__script *script, const hys__spike *spike, const hys__spikes *all, double *peak);
hys_status hys__spike_take(hys__protocol *p, const hys__spike *spike, const hys__spikes *all, hys__pairing *seen);

#define HYS__SPIKE_OPTIONS                                                                                             \
    {"shape", "", "exponential", "exponential, triangle, square or sine"},                                             \
        {"head", "V", "auto", "height of a spike before its time; auto: a tenth below what changes the device"},       \
        {"tail", "V", "auto", "depth of its tail behind; auto: a quarter of the head"},                                \
        {"t-head", "s", "5ms", "length of the head"}, {"t-tail", "s", "75ms", "length of the tail"},                   \
        {"tau-head", "s", "3ms", "time constant of the exponential head"}, {                                           \
        "tau-tail", "s", "40ms", "time constant of the exponential tail"                                               \
    }

#endif
