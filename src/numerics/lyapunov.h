/* First Lyapunov coefficient of a Hopf point. */
#ifndef HYS_NUMERICS_LYAPUNOV_H
#define HYS_NUMERICS_LYAPUNOV_H
#include "numerics/eigen.h"

/* A Hopf point: (G + i omega M) q = 0, p^H (G + i omega M) = 0, |q| = 1, p^H M q = 1. */
typedef struct hys__hopf {
    const double *y, *g; /* [n], [nnz] */
    const double *scale; /* [n] changes of each unknown over which the equations are smooth */
    double omega;        /* rad/s */
    const double complex *q, *p;
} hys__hopf;

/* *value: the real part of c in the normal form z' = i omega z + c z |z|^2, y = y0 + 2 Re(z q) + ..., in 1/s; below 0
 * the cycles that are born are stable.  *error: an estimate of what the differences leave of uncertainty. */
hys_status hys__first_lyapunov(hys_ctx *ctx, const hys__family *family, hys__eigen *eigen, const hys__hopf *hopf,
                               double *value, double *error);

#endif
