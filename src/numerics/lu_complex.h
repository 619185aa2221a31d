/* Solution of (G + z M) x = b for complex z: small signals, noise, poles.  A thin hand on SuiteSparse KLU. */
#ifndef HYS_NUMERICS_LU_COMPLEX_H
#define HYS_NUMERICS_LU_COMPLEX_H
#include "base/diag.h"
#include "numerics/system.h"

typedef struct hys__zlu hys__zlu;
/* On the pattern of a system. */
hys_status hys__zlu_new(hys_ctx *ctx, const hys__system *system, hys__zlu **result);
void hys__zlu_free(hys__zlu *lu);
/* jac [2 nnz]: real and imaginary parts in turn.  False: singular; *bad (if not NULL) is the unknown without pivot. */
bool hys__zlu_factor(hys__zlu *lu, const double *jac, size_t *bad);
/* b [2 n] in place; after a successful factor. */
void hys__zlu_solve(hys__zlu *lu, double *b);
/* The same of the transpose (not conjugated): adjoints. */
void hys__zlu_solve_transposed(hys__zlu *lu, double *b);

#endif
