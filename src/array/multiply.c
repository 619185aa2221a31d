/* Products of vectors with an array. */
#include "array/array_impl.h"
#include "base/diag.h"
#include <string.h>

/* ---- the effective matrix ---- */

/* A volt on one bit line alone: by reciprocity what flows out of word line i is W_ij. */
static hys_status by_columns(hys_array *a, double *w) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    double *v = hys__realloc(a->ctx, NULL, 0, n * sizeof *v);
    hys_status status = v ? HYS_OK : HYS_NOMEM;
    for (size_t j = 0; j < n && v; j++) v[j] = 0;
    for (size_t j = 0; j < n && status == HYS_OK; j++) {
        v[j] = 1;
        status = hys_array_solve(a, NULL, v);
        v[j] = 0;
        for (size_t i = 0; i < m && status == HYS_OK; i++) w[i * n + j] = -a->word_currents[i];
    }
    if (v) hys__free(a->ctx, v, n * sizeof *v);
    return status;
}

static hys_status by_rows(hys_array *a, double *w) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    double *v = hys__realloc(a->ctx, NULL, 0, m * sizeof *v);
    hys_status status = v ? HYS_OK : HYS_NOMEM;
    for (size_t i = 0; i < m && v; i++) v[i] = 0;
    for (size_t i = 0; i < m && status == HYS_OK; i++) {
        v[i] = 1;
        status = hys_array_solve(a, v, NULL);
        v[i] = 0;
        for (size_t j = 0; j < n && status == HYS_OK; j++) w[i * n + j] = a->bit_currents[j];
    }
    if (v) hys__free(a->ctx, v, m * sizeof *v);
    return status;
}

hys_status hys_array_effective(hys_array *a, double *w) {
    if (a->law.evaluate)
        return hys__fail(a->ctx, HYS_ARG, "hys_array_solve and hys_array_multiply take each input for itself",
                         "an array of nonlinear cells is no matrix");
    return a->opts.columns < a->opts.rows ? by_columns(a, w) : by_rows(a, w);
}

/* ---- products ---- */

static hys_status solve_each(hys_array *a, const hys_matrix *inputs, hys_matrix *currents) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < inputs->rows && status == HYS_OK; k++) {
        status = hys_array_solve(a, inputs->values + k * inputs->columns, NULL);
        if (status == HYS_OK)
            memcpy(currents->values + k * currents->columns, a->bit_currents, currents->columns * sizeof(double));
    }
    return status;
}

static void apply(const hys_matrix *inputs, const hys_matrix *w, hys_matrix *currents) {
    for (size_t k = 0; k < inputs->rows; k++) {
        double *out = currents->values + k * w->columns;
        for (size_t i = 0; i < w->rows; i++) {
            const double v = inputs->values[k * w->rows + i], *row = w->values + i * w->columns;
            for (size_t j = 0; j < w->columns; j++) out[j] += v * row[j];
        }
    }
}

static hys_status multiply(hys_array *a, const hys_matrix *inputs, hys_matrix *currents, hys_matrix *effective) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    hys_matrix own = {0}, *w = effective ? effective : &own;
    if (!effective && (a->law.evaluate || inputs->rows <= (m < n ? m : n))) return solve_each(a, inputs, currents);
    hys_status status = hys_matrix_new(a->ctx, m, n, w);
    if (status == HYS_OK) status = hys_array_effective(a, w->values);
    if (status == HYS_OK) apply(inputs, w, currents);
    hys_matrix_free(a->ctx, &own);
    if (status != HYS_OK && effective) hys_matrix_free(a->ctx, effective);
    return status;
}

hys_status hys_array_multiply(hys_array *a, const hys_matrix *inputs, hys_matrix *currents, hys_matrix *effective) {
    if (inputs->columns != a->opts.rows)
        return hys__fail(a->ctx, HYS_ARG, "each row of inputs drives all word lines, which are the rows of the matrix",
                         "the inputs have %zu voltages in a row, but there are %zu word lines", inputs->columns,
                         a->opts.rows);
    hys_status status = hys_matrix_new(a->ctx, inputs->rows, a->opts.columns, currents);
    if (status != HYS_OK) return status;
    status = multiply(a, inputs, currents, effective);
    if (status != HYS_OK) hys_matrix_free(a->ctx, currents);
    return status;
}
