/* Polynomials on one interval of a collocation: values at 0 and at the four Radau points, the last of which is 1.
 *
 * Radau IIA rather than the usual Gauss points, as the families are differential-algebraic: with Gauss points the
 * algebraic unknowns of a periodic solution are not determined at all where the number of points is even, and stiff
 * modes do not die out; Radau IIA is L-stable, meets algebraic equations at the ends of intervals, and is of order 7
 * there (Hairer and Wanner, Solving Ordinary Differential Equations II, IV.5, VI.1). */
#ifndef HYS_NUMERICS_RADAU_H
#define HYS_NUMERICS_RADAU_H

#define HYS__STAGES 4

typedef struct hys__radau {
    double c[HYS__STAGES + 1];                  /* nodes, 0 first */
    double weight[HYS__STAGES + 1];             /* of quadrature over 0 .. 1; that of 0 is 0 */
    double d[HYS__STAGES + 1][HYS__STAGES + 1]; /* d[j][k]: derivative at node j of the polynomial that is 1 at k */
    double top[HYS__STAGES + 1];                /* the derivative of order HYS__STAGES, which is constant */
} hys__radau;

void hys__radau_init(hys__radau *r);
/* Values at x of the polynomials that are 1 at one node and 0 at the others. */
void hys__radau_basis(const hys__radau *r, double x, double basis[HYS__STAGES + 1]);

#endif
