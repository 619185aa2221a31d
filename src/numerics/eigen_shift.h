/* Solution of (G + s M) x = b, s complex, as a real system of twice the size on its own pattern:
 *
 *     [G + a M    -b M  ] [Re x]   [Re b]
 *     [ b M      G + a M] [Im x] = [Im b]        s = a + i b */
#ifndef HYS_NUMERICS_EIGEN_SHIFT_H
#define HYS_NUMERICS_EIGEN_SHIFT_H
#include "numerics/complex.h"
#include "numerics/family.h"
#include "numerics/lu.h"

typedef struct hys__shift hys__shift;
/* transposed: of G^T and M^T. */
hys_status hys__shift_new(hys_ctx *ctx, const hys__family *family, bool transposed, hys__shift **result);
void hys__shift_free(hys__shift *shift);
/* g [nnz]; the mass is the family's.  False: singular. */
bool hys__shift_factor(hys__shift *s, const double *g, double complex shift);
void hys__shift_solve(hys__shift *shift, double complex *b); /* in place */

#endif
