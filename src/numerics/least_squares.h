/* min |A x - b|, by QR with column pivoting: columns that say nothing new get zero. */
#ifndef HYS_NUMERICS_LEAST_SQUARES_H
#define HYS_NUMERICS_LEAST_SQUARES_H
#include "base/diag.h"

/* a [m n] by columns, m >= n, and b [m] are overwritten; x [n].  rcond: what counts as dependent, 1e-12 or so.
 * *residual (if not NULL): |A x - b|. */
hys_status hys__least_squares(hys_ctx *ctx, size_t m, size_t n, double *a, double *b, double rcond, double *x,
                              double *residual);

#endif
