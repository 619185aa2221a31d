/* Local minimisation without derivatives: a thin hand on NLopt, which is loaded when it is first needed. */
#ifndef HYS_NUMERICS_MINIMISE_H
#define HYS_NUMERICS_MINIMISE_H
#include "base/diag.h"

typedef struct hys__minimise {
    size_t n;
    double (*value)(void *user, const double *x); /* may be infinite */
    void *user;
    bool (*is_over)(void *user); /* asked behind each value: true ends the search; NULL: never */
    double step;                 /* first change of each variable */
    double enough;               /* a value that is good enough */
    double still;                /* relative change of the value at which it ends */
    unsigned most;               /* values */
} hys__minimise;

/* x [n]: the start, then the best point found; *least its value.  Simplex: J. A. Nelder, R. Mead, Comput. J. 7 (1965)
 * 308, in the form of S. G. Johnson's NLopt. */
hys_status hys__minimise_run(hys_ctx *ctx, const hys__minimise *problem, double *x, double *least);

#endif
