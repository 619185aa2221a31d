/* Generalised minimal residuals (Saad and Schultz 1986), preconditioned from the right so that the residual it sees is
 * that of the system itself, restarted.  For networks whose matrix is not symmetric or not definite. */
#ifndef HYS_ARRAY_GMRES_H
#define HYS_ARRAY_GMRES_H
#include "base/memory.h"

#define HYS__GMRES_DIRECTIONS 40 /* between restarts */

typedef struct hys__gmres_system {
    void *user;
    void (*apply)(void *user, const double *x, double *y);        /* y <- A x */
    void (*precondition)(void *user, const double *x, double *y); /* y <- about A^-1 x */
} hys__gmres_system;

typedef struct hys__gmres {
    hys_ctx *ctx;
    hys__arena arena;
    size_t n;
    double *basis[HYS__GMRES_DIRECTIONS + 1]; /* [n] each, made when first needed */
    double *better, *rest;                    /* [n] */
    unsigned iterations;                      /* of the last solution */
    double relative_residual;                 /* of it, measured */
} hys__gmres;

hys_status hys__gmres_new(hys_ctx *ctx, size_t n, hys__gmres *gmres);
void hys__gmres_free(hys__gmres *gmres);
/* From x = 0 to |b - A x| <= tolerance |b|.  HYS_NOCONV, without a word, where it comes no further: x is the best that
 * was found. */
hys_status hys__gmres_solve(hys__gmres *gmres, const hys__gmres_system *system, const double *b, double *x,
                            double tolerance);

#endif
