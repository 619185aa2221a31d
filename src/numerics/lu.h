/* Solution of J x = b: dense with partial pivoting for small systems, KLU above. */
#ifndef HYS_NUMERICS_LU_H
#define HYS_NUMERICS_LU_H
#include "base/diag.h"
#include "numerics/system.h"

/* Below this size a dense factorisation of a device's Jacobian is faster than KLU's bookkeeping: at
 * n = 30 both take about 5 us on a Zen 4 core. */
#define HYS__DENSE_MAX 30u

typedef struct hys__lu hys__lu;
hys_status hys__lu_new(hys_ctx *ctx, const hys__system *system, hys__lu **result);
void hys__lu_free(hys__lu *lu);
/* jac [nnz].  False: singular; *bad (if not NULL) is then the unknown without a pivot. */
bool hys__lu_factor(hys__lu *lu, const double *jac, size_t *bad);
void hys__lu_solve(hys__lu *lu, double *b); /* in place; after a successful factor */

/* The sparse half, in lu_klu.c. */
typedef struct hys__klu hys__klu;
hys_status hys__klu_new(hys_ctx *ctx, const hys__system *system, hys__klu **result);
void hys__klu_free(hys__klu *klu);
bool hys__klu_factor(hys__klu *klu, const double *jac, size_t *bad);
void hys__klu_solve(hys__klu *klu, double *b);

#endif
