/* IDA's linear solver on hys__lu: no copies of the matrix, one ordering, pivots kept as long as they are good. */
#include "numerics/dae_parts.h"
#include <nvector/nvector_serial.h>
#include <string.h>

static SUNMatrix_ID matrix_id(SUNMatrix matrix) {
    (void)matrix;
    return SUNMATRIX_CUSTOM;
}

/* The Jacobian callback writes all values. */
static int matrix_zero(SUNMatrix matrix) {
    (void)matrix;
    return 0;
}

static void matrix_destroy(SUNMatrix matrix) {
    matrix->content = NULL;
    SUNMatFreeEmpty(matrix);
}

SUNMatrix hys__dae_matrix(double *values, SUNContext sun) {
    SUNMatrix matrix = SUNMatNewEmpty(sun);
    if (!matrix) return NULL;
    matrix->content = values;
    matrix->ops->getid = matrix_id;
    matrix->ops->zero = matrix_zero;
    matrix->ops->destroy = matrix_destroy;
    return matrix;
}

double *hys__dae_matrix_values(SUNMatrix matrix) {
    return matrix->content;
}

static SUNLinearSolver_Type solver_type(SUNLinearSolver solver) {
    (void)solver;
    return SUNLINEARSOLVER_DIRECT;
}

static SUNLinearSolver_ID solver_id(SUNLinearSolver solver) {
    (void)solver;
    return SUNLINEARSOLVER_CUSTOM;
}

static int setup(SUNLinearSolver solver, SUNMatrix matrix) {
    return hys__lu_factor(solver->content, hys__dae_matrix_values(matrix), NULL) ? 0 : 1; /* 1: recoverable */
}

static int solve(SUNLinearSolver solver, SUNMatrix matrix, N_Vector x, N_Vector b, double tolerance) {
    (void)matrix, (void)tolerance;
    double *to = N_VGetArrayPointer_Serial(x), *from = N_VGetArrayPointer_Serial(b);
    if (to != from) memcpy(to, from, (size_t)N_VGetLength_Serial(x) * sizeof *to);
    hys__lu_solve(solver->content, to);
    return 0;
}

static int solver_free(SUNLinearSolver solver) {
    solver->content = NULL;
    SUNLinSolFreeEmpty(solver);
    return 0;
}

SUNLinearSolver hys__dae_linear(hys__lu *lu, SUNContext sun) {
    SUNLinearSolver solver = SUNLinSolNewEmpty(sun);
    if (!solver) return NULL;
    solver->content = lu;
    solver->ops->gettype = solver_type;
    solver->ops->getid = solver_id;
    solver->ops->setup = setup;
    solver->ops->solve = solve;
    solver->ops->free = solver_free;
    return solver;
}
