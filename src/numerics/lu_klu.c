/* Sparse LU: a thin hand on SuiteSparse KLU, with 32-bit indices: factors and solutions are bound by memory traffic. */
#include "numerics/lu.h"
#include <klu.h>
#include <limits.h>

struct hys__klu {
    hys_ctx *ctx;
    const hys__system *system;
    klu_common common;
    klu_symbolic *symbolic;
    klu_numeric *numeric;
    int *start, *row;
    size_t size;
};

hys_status hys__klu_new(hys_ctx *ctx, const hys__system *system, hys__klu **result) {
    size_t size = sizeof(hys__klu) + (system->n + 1 + system->nnz) * sizeof(int);
    if (system->nnz >= INT_MAX)
        return hys__fail(ctx, HYS_LIMIT, "", "the equations have %zu entries, more than can be solved", system->nnz);
    hys__klu *klu = hys__realloc(ctx, NULL, 0, size);
    if (!klu) return HYS_NOMEM;
    *klu = (hys__klu){.ctx = ctx, .system = system, .size = size};
    klu->start = (int *)(klu + 1);
    klu->row = klu->start + system->n + 1;
    for (size_t k = 0; k <= system->n; k++) klu->start[k] = (int)system->col_start[k];
    for (size_t k = 0; k < system->nnz; k++) klu->row[k] = (int)system->row[k];
    klu_defaults(&klu->common);
    klu->symbolic = klu_analyze((int)system->n, klu->start, klu->row, &klu->common);
    if (!klu->symbolic) {
        hys_status status = klu->common.status == KLU_OUT_OF_MEMORY ? HYS_NOMEM : HYS_SINGULAR;
        hys__klu_free(klu);
        return hys__fail(ctx, status, "", "the equations of the device cannot be ordered");
    }
    *result = klu;
    return HYS_OK;
}

void hys__klu_free(hys__klu *klu) {
    if (!klu) return;
    klu_free_numeric(&klu->numeric, &klu->common);
    klu_free_symbolic(&klu->symbolic, &klu->common);
    hys__free(klu->ctx, klu, klu->size);
}

/* Refactors with the old pivots while that is stable enough. */
bool hys__klu_factor(hys__klu *klu, const double *jac, size_t *bad) {
    double *values = (double *)(uintptr_t)jac; /* not written */
    if (klu->numeric) {
        bool good = klu_refactor(klu->start, klu->row, values, klu->symbolic, klu->numeric, &klu->common) &&
                    klu_rcond(klu->symbolic, klu->numeric, &klu->common) && klu->common.rcond > 1e-14;
        if (good) return true;
        klu_free_numeric(&klu->numeric, &klu->common);
    }
    klu->numeric = klu_factor(klu->start, klu->row, values, klu->symbolic, &klu->common);
    if (klu->numeric && klu->common.status == KLU_OK) return true;
    if (bad) *bad = (size_t)(klu->common.singular_col < 0 ? 0 : klu->common.singular_col);
    klu_free_numeric(&klu->numeric, &klu->common);
    return false;
}

void hys__klu_solve(hys__klu *klu, double *b) {
    klu_solve(klu->symbolic, klu->numeric, (int)klu->system->n, 1, b, &klu->common);
}
