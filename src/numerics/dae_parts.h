/* What IDA is given here in place of its own parts: vectors whose operations run at the machine's full width, a linear
 * solver on hys__lu, and Newton's iteration with a new Jacobian in every turn. */
#ifndef HYS_NUMERICS_DAE_PARTS_H
#define HYS_NUMERICS_DAE_PARTS_H
#include "numerics/lu.h"
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>
#include <sundials/sundials_nonlinearsolver.h>
#include <sundials/sundials_nvector.h>

/* Puts the operations into a serial vector; its clones inherit them.  is_max_norm: errors are judged by the worst
 * unknown instead of the mean. */
void hys__dae_vector_ops(N_Vector v, bool is_max_norm);

/* A matrix that is no more than [nnz] values on the system's pattern; values are borrowed. */
SUNMatrix hys__dae_matrix(double *values, SUNContext sun);
double *hys__dae_matrix_values(SUNMatrix matrix);
/* lu is borrowed. */
SUNLinearSolver hys__dae_linear(hys__lu *lu, SUNContext sun);

/* Asks for the residual, then for a factorisation at the same point, in every turn. */
SUNNonlinearSolver hys__dae_newton(hys_ctx *ctx, N_Vector like, SUNContext sun);

#endif
