/* A system of differential-algebraic equations, as every solver of this room sees it:
 *
 *     F(t, y, y') = 0,    Jacobian  J = dF/dy + c dF/dy'    in compressed columns.
 *
 * Stationary problems pass y' = NULL and c = 0.  One implicit Euler step of length h has
 * y' = (y - y_old) / h and c = 1 / h. */
#ifndef HYS_NUMERICS_SYSTEM_H
#define HYS_NUMERICS_SYSTEM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct hys__point {
    double t;         /* s */
    double c;         /* 1/s */
    const double *y;  /* [n] */
    const double *yp; /* [n]; NULL: zero */
} hys__point;

typedef struct hys__system {
    size_t n, nnz;
    const int64_t *col_start; /* [n + 1] */
    const int64_t *row;       /* [nnz], ascending in each column */
    void *user;
    /* Writes f [n] and, where jac is not NULL, jac [nnz].  False: a value is not finite there. */
    bool (*eval)(void *user, const hys__point *at, double *f, double *jac);
} hys__system;

#endif
