/* What a device does under voltages of many heights, for times from 1 ns to 10 s: from there come polarity, pulses, and
 * whether it remembers at all. */
#ifndef HYS_NETWORK_SYNAPSE_SCAN_H
#define HYS_NETWORK_SYNAPSE_SCAN_H
#include "network/synapse_impl.h"

#define HYS__SCAN_HEIGHTS 40u /* of each polarity */
#define HYS__SCAN_TIMES   21u
#define HYS__SCAN_CELLS   (2 * HYS__SCAN_HEIGHTS)
#define HYS__SHORTEST     1e-9 /* s: shorter pulses are hardly made */

typedef struct hys__exposure {
    double g[HYS__SCAN_TIMES][HYS__SCAN_CELLS]; /* S; NaN: the cell was lost */
    double *states;                             /* [times][n_states][cells] */
} hys__exposure;

typedef struct hys__scan {
    hys__distil *d;
    hys__stand *stand;
    size_t n_states;
    double read, gate; /* V: at which conductances are compared */
    double volts[HYS__SCAN_CELLS], gates[HYS__SCAN_CELLS], times[HYS__SCAN_TIMES];
    double *start, *low_state, *high_state; /* [n_states] of one cell */
    double low, high, first, began;         /* S; began: of the exposure in view */
    hys__exposure from_low, from_high;
} hys__scan;

hys_status hys__scan_new(hys__distil *d, hys__scan *scan);
void hys__scan_free(hys__scan *scan);
/* Finds the ends of what the device can be; refuses what has no memory. */
hys_status hys__scan_run(hys__scan *scan);
/* The pulse that goes through the window in about so many steps. */
hys_synapse_pulse hys__scan_choose(const hys__scan *scan, bool is_up, double pulses);
/* The largest voltage that nothing comes of. */
double hys__scan_quiet(const hys__scan *scan);

#endif
