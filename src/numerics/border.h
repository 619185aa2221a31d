/* Newton steps for a family in (y, p): its Jacobian with one column more, dg/dp, and one row more, which says along
 * what to solve.  x [n + 1] is y and then p. */
#ifndef HYS_NUMERICS_BORDER_H
#define HYS_NUMERICS_BORDER_H
#include "numerics/family.h"
#include "numerics/lu.h"

typedef struct hys__border_opts {
    double rtol;
    const double *scale; /* [n] natural size of each unknown; borrowed, may change */
    double p_scale;
} hys__border_opts;

typedef struct hys__border hys__border;
hys_status hys__border_new(hys_ctx *ctx, const hys__family *family, const hys__border_opts *opts, hys__border **result);
void hys__border_free(hys__border *b);

/* sum_i a_i b_i / scale_i^2 / n + a_p b_p / p_scale^2 */
double hys__border_dot(const hys__border *b, const double *s, const double *t);

/* Solves g(y; p) = 0 with <along, x - x_start> = 0, or with p kept where along is NULL.  *n_iter: iterations taken. */
hys_status hys__border_solve(hys__border *b, const double *along, double *x, unsigned *n_iter);
/* The tangent at a solution just found, of norm 1 with <tangent, along> > 0. */
hys_status hys__border_tangent(hys__border *b, const double *along, const double *x, double *tangent);
/* dg/dy [nnz] at x; NULL: not finite there. */
const double *hys__border_jacobian(hys__border *b, const double *x);
uint64_t hys__border_n_evals(const hys__border *b);

/* dg/dp [n] at x by differences; the parameter is p again afterwards. */
bool hys__family_slope(const hys__family *family, double p_scale, const double *x, double *room, double *slope);

#endif
