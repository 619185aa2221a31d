/* Sparse complex LU. */
#include "numerics/lu_complex.h"
#include <klu.h>
#include <string.h>

struct hys__zlu {
    hys_ctx *ctx;
    size_t n;
    klu_l_common common;
    klu_l_symbolic *symbolic;
    klu_l_numeric *numeric;
    SuiteSparse_long *start, *row; /* KLU wants pointers to non-const */
    size_t size;
};

hys_status hys__zlu_new(hys_ctx *ctx, const hys__system *system, hys__zlu **result) {
    size_t size = sizeof(hys__zlu) + (system->n + 1 + system->nnz) * sizeof(SuiteSparse_long);
    hys__zlu *lu = hys__realloc(ctx, NULL, 0, size);
    if (!lu) return HYS_NOMEM;
    *lu = (hys__zlu){.ctx = ctx, .n = system->n, .size = size};
    lu->start = (SuiteSparse_long *)(lu + 1);
    lu->row = lu->start + system->n + 1;
    for (size_t k = 0; k <= system->n; k++) lu->start[k] = system->col_start[k];
    for (size_t k = 0; k < system->nnz; k++) lu->row[k] = system->row[k];
    klu_l_defaults(&lu->common);
    lu->symbolic = klu_l_analyze((SuiteSparse_long)system->n, lu->start, lu->row, &lu->common);
    if (!lu->symbolic) {
        hys_status status = lu->common.status == KLU_OUT_OF_MEMORY ? HYS_NOMEM : HYS_SINGULAR;
        hys__zlu_free(lu);
        return hys__fail(ctx, status, "", "the linearised equations cannot be ordered");
    }
    *result = lu;
    return HYS_OK;
}

void hys__zlu_free(hys__zlu *lu) {
    if (!lu) return;
    klu_zl_free_numeric(&lu->numeric, &lu->common);
    klu_l_free_symbolic(&lu->symbolic, &lu->common);
    hys__free(lu->ctx, lu, lu->size);
}

/* Pivots are chosen anew: over decades of frequency the old ones go bad. */
bool hys__zlu_factor(hys__zlu *lu, const double *jac, size_t *bad) {
    double *values = (double *)(uintptr_t)jac; /* not written */
    klu_zl_free_numeric(&lu->numeric, &lu->common);
    lu->numeric = klu_zl_factor(lu->start, lu->row, values, lu->symbolic, &lu->common);
    if (lu->numeric && lu->common.status == KLU_OK) return true;
    if (bad) *bad = (size_t)(lu->common.singular_col < 0 ? 0 : lu->common.singular_col);
    klu_zl_free_numeric(&lu->numeric, &lu->common);
    return false;
}

void hys__zlu_solve(hys__zlu *lu, double *b) {
    klu_zl_solve(lu->symbolic, lu->numeric, (SuiteSparse_long)lu->n, 1, b, &lu->common);
}

void hys__zlu_solve_transposed(hys__zlu *lu, double *b) {
    klu_zl_tsolve(lu->symbolic, lu->numeric, (SuiteSparse_long)lu->n, 1, b, 0, &lu->common);
}
