/* The inside of reservoirs. */
#ifndef HYS_NETWORK_RESERVOIR_IMPL_H
#define HYS_NETWORK_RESERVOIR_IMPL_H
#include "base/memory.h"
#include "network/reservoir_nodes.h"
#include <hysteron/reservoir.h>
#include <stdbool.h>

#define HYS__RESERVOIR_RATES 16u

struct hys_reservoir {
    hys_ctx *ctx;
    hys__arena arena;
    hys_reservoir_opts opts; /* complete; cell as given, which has to live as long */
    hys_reservoir_rate rates[HYS__RESERVOIR_RATES];
    double *mask; /* [devices mask_length]; NULL: devices are not known yet */
    hys_reservoir_report report;
    uint64_t n_noises; /* runs that have got noise: each draws anew */
};

/* reservoir_fading.c */
hys_status hys__reservoir_test(hys_reservoir *reservoir);
/* Devices for these traces; see hys__nodes_opts. */
hys_status hys__reservoir_nodes(hys_reservoir *reservoir, size_t devices, size_t n, const size_t *device_of,
                                hys__nodes **nodes);
/* Noise of states. */
void hys__reservoir_add_noise(hys_reservoir *reservoir, hys_matrix *states);
/* s, of one sample: `frames` of each rate, `reads` reads. */
double hys__reservoir_time(const hys_reservoir *reservoir, size_t frames, size_t reads);
/* Of a rate, so much is done. */
hys_status hys__reservoir_tell(const hys_reservoir *reservoir, size_t rate, double done);
double hys__reservoir_clock(void); /* s */

#endif
