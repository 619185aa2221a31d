/* The inside of plasticity by the times of spikes. */
#ifndef HYS_NETWORK_STDP_IMPL_H
#define HYS_NETWORK_STDP_IMPL_H
#include "base/memory.h"
#include <hysteron/spiking.h>

hys_status hys__stdp_check(hys_ctx *ctx, const hys_stdp_rule *rule);
hys_status hys__trains_check(hys_ctx *ctx, const hys_spike_trains *trains);
double hys__stdp_window_reach(const hys_stdp_window *window); /* s: largest |dt| that changes anything */

#endif
