/* One implicit Euler step at a time, for modules that integrate by hand: no history, so that what changes
 * between steps (retained variables) needs no restart. */
#ifndef HYS_NUMERICS_BE_STEPPER_H
#define HYS_NUMERICS_BE_STEPPER_H
#include "numerics/newton.h"

typedef struct hys__be hys__be;
hys_status hys__be_new(hys_ctx *ctx, const hys__system *system, hys__newton *newton, hys__be **result);
void hys__be_free(hys__be *be);
/* From y at t to y at t + h.  When it fails y is as before. */
hys_status hys__be_step(hys__be *be, double t, double h, double *y);
/* The same by the L-stable method of order 2 that has two such stages (Alexander, SIAM J. Numer. Anal. 14, 1977).
 * Implicit Euler damps what turns at omega at a rate of omega^2 h / 2, this by terms of omega^4 h^3: under thermal
 * noise the first leaves a magnet too cold. */
hys_status hys__be_step_2(hys__be *be, double t, double h, double *y);
/* y' of the last step, [n]. */
const double *hys__be_rate(const hys__be *be);
/* Worst residual of the last step against its tolerance: see hys__newton_residual. */
double hys__be_residual(hys__be *be, const double *y);

/* Local error of first-order stepping of one quantity, from two steps with rates r0 over h0, then r1 over
 * h1:  h1^2 x'' / 2  with  x'' = (r1 - r0) / ((h0 + h1) / 2). */
double hys__be_local_error(double r0, double h0, double r1, double h1);

#endif
