/* Consistent starting values of a system: given the differential unknowns at t, their derivatives and the
 * algebraic unknowns, so that F(t, y, y') = 0. */
#ifndef HYS_NUMERICS_CONSISTENT_H
#define HYS_NUMERICS_CONSISTENT_H
#include "numerics/newton.h"

typedef struct hys__consistent hys__consistent;
/* abstol [n] is copied.  newton: of the same system, for the way out below. */
hys_status hys__consistent_new(hys_ctx *ctx, const hys__system *system, const double *abstol, hys__newton *newton,
                               hys__consistent **result);
void hys__consistent_free(hys__consistent *s);

/* Changes y where not is_differential, and all of yp (0 there).  time_scale: seconds in which things
 * happen.  Where the system has a higher index, one short implicit Euler step gives yp, and *is_index_1 is
 * false. */
hys_status hys__consistent_solve(hys__consistent *s, double t, const unsigned char *is_differential, double time_scale,
                                 double *y, double *yp, bool *is_index_1);

#endif
