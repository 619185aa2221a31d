/* Linear read-outs, in pieces. */
#ifndef HYS_NETWORK_RESERVOIR_READOUT_H
#define HYS_NETWORK_RESERVOIR_READOUT_H
#include <hysteron/reservoir.h>

/* As hys_ridge_fit; ridge NaN: chosen, *used tells. */
hys_status hys__readout_fit(hys_ctx *ctx, const hys_matrix *x, const hys_matrix *y, double ridge, hys_matrix *weights,
                            double *used);

/* Of whoever made it. */
hys_ctx *hys__echo_ctx(const hys_echo *echo);

#endif
