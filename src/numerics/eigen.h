/* Eigenvalues of the pencil of a family at a point:
 *
 *     (G + lambda M) q = 0,    G = dg/dy    so that y = y0 + q exp(lambda t) solves M y' + g(y) = 0
 *
 * M may be singular, of any index: the infinite eigenvalues are taken out by a staircase of rank-revealing
 * orthogonal reductions (Van Dooren, Lin. Alg. Appl. 27 (1979) 103), so that none comes back as a large finite one.
 * Dense: n is limited by HYS__EIGEN_MAX. */
#ifndef HYS_NUMERICS_EIGEN_H
#define HYS_NUMERICS_EIGEN_H
#include "numerics/complex.h"
#include "numerics/family.h"
#include "numerics/lu.h"

#define HYS__EIGEN_MAX 1500u

typedef struct hys__eigen hys__eigen;
hys_status hys__eigen_new(hys_ctx *ctx, const hys__family *family, hys__eigen **result);
void hys__eigen_free(hys__eigen *e);

/* g [nnz].  lambda [n] receives the *n_found finite ones in 1/s, largest real part first, then by frequency; of a
 * pair the one with the positive imaginary part first.  HYS_SINGULAR: G + lambda M is singular at every lambda. */
hys_status hys__eigen_solve(hys__eigen *e, const double *g, double complex *lambda, size_t *n_found);

/* The mode nearest to *lambda, which is improved to rounding error by two-sided Rayleigh quotients:
 * (G + lambda M) q = 0, p^H (G + lambda M) = 0, |q| = 1, p^H M q = 1.  HYS_NOCONV where it is not simple. */
hys_status hys__eigen_mode(hys__eigen *e, const double *g, double complex *lambda, double complex *q,
                           double complex *p);

/* (G + s M) x = b, in place.  False: singular. */
bool hys__eigen_shifted_solve(hys__eigen *e, const double *g, double complex s, double complex *b);

#endif
