/* The inside of hys__newton, for newton.c and newton_dc.c. */
#ifndef HYS_NUMERICS_NEWTON_IMPL_H
#define HYS_NUMERICS_NEWTON_IMPL_H
#include "numerics/newton.h"

struct hys__newton {
    hys_ctx *ctx;
    const hys__system *system;
    hys__newton_opts opts;
    hys__lu *lu;
    hys__newton_report report;
    size_t size;
    double *factored; /* [nnz] the Jacobian in lu */
    double *f, *jac, *dx, *dx_next, *y_try, *yp, *w;
    double *room;                 /* [4 n] for the continuations */
    const unsigned char *is_node; /* [n]; NULL: none is */
    int64_t *diagonal;            /* [n] place of (i, i) in jac, -1: none */
};

#endif
