/* Spread of parameters: its text, and its draws. */
#ifndef HYS_DEVICE_SPREAD_H
#define HYS_DEVICE_SPREAD_H
#include "device/params.h"
#include "device/word.h"

/* spread = ["d2d" | "c2c"] ("normal" | "lognormal" | "uniform") SIZE
 * SIZE without a unit is relative to the value; with one it is in the parameter's unit. */
hys_status hys__spread_read(hys_ctx *ctx, const hys__word *word, const char *units, hys__spread *spread,
                            bool *is_cycle);
double hys__spread_draw(const hys__spread *spread, double value, const uint64_t key[2], const uint64_t ctr[2]);

#endif
