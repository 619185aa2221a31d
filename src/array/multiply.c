/* Products of vectors with an array. */
#include "array/array_impl.h"
#include "array/condense.h"
#include "base/diag.h"
#include "numerics/blas.h"
#include <math.h>
#include <string.h>

/* ---- the effective matrix ---- */

/* Where shorts, or lines that are one node, are in the way: a volt on one line alone gives the currents out of the
 * lines of the other kind. */
static hys_status drive(hys_array *a, const hys__linear_source *source) {
    hys_array_report *r = &a->report;
    memset(a->linear.w, 0, a->opts.rows * a->opts.columns * sizeof(double)); /* the line before is no better guess */
    const hys_status status = hys__array_solve_linear(a, source);
    if (status != HYS_OK) return status;
    a->u = a->linear.u;
    a->w = a->linear.w;
    a->into_word = a->into_bit = NULL;
    r->relative_residual = fmax(r->relative_residual, a->linear.relative_residual);
    r->iterations += a->linear.iterations;
    hys__array_sum_cells(a);
    return HYS_OK;
}

/* By reciprocity what flows out of word line i for a volt on bit line j is W_ij too. */
static hys_status by_columns(hys_array *a, double *v, double *w) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    hys_status status = HYS_OK;
    for (size_t j = 0; j < n && status == HYS_OK; j++) {
        v[j] = 1;
        status = drive(a, &(hys__linear_source){.top = v, .bottom = v});
        v[j] = 0;
        for (size_t i = 0; i < m && status == HYS_OK; i++) w[i * n + j] = -a->word_currents[i];
    }
    return status;
}

static hys_status by_rows(hys_array *a, double *v, double *w) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    hys_status status = HYS_OK;
    for (size_t i = 0; i < m && status == HYS_OK; i++) {
        v[i] = 1;
        status = drive(a, &(hys__linear_source){.left = v, .right = v});
        v[i] = 0;
        if (status == HYS_OK) memcpy(w + i * n, a->bit_currents, n * sizeof *w);
    }
    return status;
}

/* One after the other, from the shorter side; v: of zeros. */
static hys_status by_lines(hys_array *a, double *v, double *w) {
    return a->opts.columns < a->opts.rows ? by_columns(a, v, w) : by_rows(a, v, w);
}

/* The report tells how far a solution with all word lines at 1 V is from what the matrix says. */
static hys_status condense(hys_array *a, double *v, double *w) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    double worst = 0, most = 0;
    hys_status status = hys__condense(a->ctx, &a->grid, a->cells, a->opts.threads, w);
    for (size_t i = 0; i < m; i++) v[i] = 1;
    if (status == HYS_OK) status = drive(a, &(hys__linear_source){.left = v, .right = v});
    if (status != HYS_OK) return status;
    memset(v, 0, n * sizeof *v);
    for (size_t k = 0; k < m * n; k++) v[k % n] += w[k];
    for (size_t j = 0; j < n; j++) {
        worst = fmax(worst, fabs(v[j] - a->bit_currents[j]));
        most = fmax(most, fabs(v[j]));
    }
    if (most > 0) a->report.relative_residual = fmax(a->report.relative_residual, worst / most);
    return HYS_OK;
}

hys_status hys_array_effective(hys_array *a, double *w) {
    if (a->law.evaluate || a->devices)
        return hys__fail(a->ctx, HYS_ARG, "hys_array_solve and hys_array_multiply take each input for itself",
                         "an array of nonlinear cells is no matrix");
    const size_t size = (a->opts.columns > a->opts.rows ? a->opts.columns : a->opts.rows) * sizeof(double);
    hys_status status = hys__array_need_crossed(a);
    if (status == HYS_OK) status = hys__array_prepare(a);
    double *v = status == HYS_OK ? hys__realloc(a->ctx, NULL, 0, size) : NULL;
    if (!v) return status == HYS_OK ? HYS_NOMEM : status;
    memset(v, 0, size);
    a->report.relative_residual = 0;
    a->report.iterations = 0;
    const bool has_nodes = a->bridges.n || a->grid.word_lumped || a->grid.bit_lumped;
    const bool is_best = !has_nodes && hys__condense_is_best(a->opts.rows, a->opts.columns);
    status = is_best ? condense(a, v, w) : by_lines(a, v, w);
    hys__free(a->ctx, v, size);
    return status;
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

static hys_status multiply(hys_array *a, const hys_matrix *inputs, hys_matrix *currents, hys_matrix *effective) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    hys_matrix own = {0}, *w = effective ? effective : &own;
    if (!effective && (a->law.evaluate || a->devices || !hys__matrix_is_worth(m, n, inputs->rows)))
        return solve_each(a, inputs, currents);
    hys_status status = hys_matrix_new(a->ctx, m, n, w);
    if (status == HYS_OK) status = hys_array_effective(a, w->values);
    if (status == HYS_OK) hys__blas_multiply(inputs->rows, m, n, inputs->values, w->values, currents->values);
    hys_matrix_free(a->ctx, &own);
    if (status != HYS_OK && effective) hys_matrix_free(a->ctx, effective);
    return status;
}

hys_status hys_array_multiply(hys_array *a, const hys_matrix *inputs, hys_matrix *currents, hys_matrix *effective) {
    if (hys__array_is_parallel(a)) return hys__array_need_crossed(a);
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

hys_status hys_array_multiply_by(hys_ctx *ctx, const hys_matrix *effective, const hys_matrix *inputs,
                                 hys_matrix *currents) {
    if (inputs->columns != effective->rows || currents->rows != inputs->rows || currents->columns != effective->columns)
        return hys__fail(
            ctx, HYS_ARG, "a row of inputs for each row of currents, as many columns as the matrix has rows",
            "a matrix of %zu x %zu makes no currents of %zu x %zu from inputs of %zu x %zu", effective->rows,
            effective->columns, currents->rows, currents->columns, inputs->rows, inputs->columns);
    hys__blas_multiply(inputs->rows, effective->rows, effective->columns, inputs->values, effective->values,
                       currents->values);
    return HYS_OK;
}
