/* Gradients of read-outs.  With the network A v = b, and currents I_j = g (w - V_j) out of bit lines at their ends, a
 * read-out L has the adjoint A l = sum over ends g dL/dI_j, as A is symmetric: what the array does when its bit lines
 * are driven to dL/dI_j and its word lines held at 0 V.  With the adjoint's potentials p and q of word and bit lines
 *
 *     dL/dG_ij = dI_ij/dG_ij (q_ij - p_ij),   dL/dV_i = g p at the word line's ends: what flows there;
 *
 * dI/dG is the voltage across a resistor.  Cells with a law are resistors of their slopes to the adjoint. */
#include "array/array_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

/* What the adjoint takes the place of. */
typedef struct kept {
    double *u, *w;           /* [rows columns] */
    double *one, *v, *i, *g; /* [columns]: of a row of cells */
    size_t bytes;
} kept;

static hys_status keep(const hys_array *a, kept *k) {
    const size_t n = a->opts.columns, count = a->opts.rows * n;
    k->bytes = (2 * count + 4 * n) * sizeof(double);
    k->u = hys__realloc(a->ctx, NULL, 0, k->bytes);
    if (!k->u) return HYS_NOMEM;
    k->w = k->u + count;
    k->one = k->w + count;
    k->v = k->one + n;
    k->i = k->v + n;
    k->g = k->i + n;
    for (size_t j = 0; j < n; j++) k->one[j] = 1;
    memcpy(k->u, a->linear.u, count * sizeof(double));
    memcpy(k->w, a->linear.w, count * sizeof(double));
    return HYS_OK;
}

static void give_back(hys_array *a, kept *k) {
    const size_t bytes = a->opts.rows * a->opts.columns * sizeof(double);
    memcpy(a->linear.u, k->u, bytes);
    memcpy(a->linear.w, k->w, bytes);
    hys__free(a->ctx, k->u, k->bytes);
}

static void by_cells(const hys_array *a, const kept *k, double *by_g) {
    const size_t n = a->opts.columns;
    for (size_t row = 0; row < a->opts.rows; row++) {
        const double *u = k->u + row * n, *w = k->w + row * n, *p = a->linear.u + row * n, *q = a->linear.w + row * n;
        for (size_t j = 0; j < n; j++) k->i[j] = k->v[j] = u[j] - w[j];
        if (a->law.evaluate) a->law.evaluate(&a->law, &(hys__law_row){k->one, k->v, n, k->i, k->g});
        for (size_t j = 0; j < n; j++) {
            const double current = a->is_stuck && a->is_stuck[row * n + j] ? k->v[j] : k->i[j];
            by_g[row * n + j] = current * (q[j] - p[j]);
        }
    }
}

/* What flows out of the adjoint's lines: of word lines dL/dV, of bit lines too, as L sees -g of V_j itself. */
static void by_terminals(hys_array *a, double *slopes, double *words, double *bits) {
    const hys_array solved = *a;
    a->u = a->linear.u;
    a->w = a->linear.w;
    a->into_word = a->into_bit = NULL;
    a->cells = slopes;
    hys__array_sum_cells(a);
    for (size_t i = 0; i < a->opts.rows && words; i++) words[i] = -a->word_currents[i];
    for (size_t j = 0; j < a->opts.columns && bits; j++) bits[j] = a->bit_currents[j];
    a->u = solved.u;
    a->w = solved.w;
    a->into_word = solved.into_word;
    a->into_bit = solved.into_bit;
    a->cells = solved.cells;
}

static hys_status check(const hys_array *a, const double *by_current) {
    if (a->devices)
        return hys__fail(a->ctx, HYS_ARG, "hys_array_cell_slopes tells what each cell is to small changes",
                         "gradients are those of arrays of conductances, with a law or without");
    if (hys__array_is_parallel(a)) return hys__array_need_crossed(a);
    if (!a->u || a->u != a->linear.u)
        return hys__fail(a->ctx, HYS_ARG, "hys_array_solve first", "gradients are those of a solution");
    for (size_t j = 0; j < a->opts.columns; j++)
        if (!isfinite(by_current[j]))
            return hys__fail(a->ctx, HYS_ARG, "", "dL/dI of bit line %zu is %g", j, by_current[j]);
    return HYS_OK;
}

hys_status hys_array_gradient(hys_array *a, const double *by_current, double *by_conductance, double *by_word,
                              double *by_bit) {
    kept k;
    double *const slopes = a->has_descent ? a->descent.slope : a->cells;
    hys_status status = check(a, by_current);
    if (status == HYS_OK) status = keep(a, &k);
    if (status != HYS_OK) return status;
    memset(a->linear.w, 0, a->opts.rows * a->opts.columns * sizeof(double));
    if (a->has_descent) status = hys__linear_set_cells(&a->linear, slopes);
    if (status == HYS_OK)
        status = hys__array_solve_linear(a, &(hys__linear_source){.top = by_current, .bottom = by_current});
    if (status == HYS_OK && by_conductance) by_cells(a, &k, by_conductance);
    if (status == HYS_OK) by_terminals(a, slopes, by_word, by_bit);
    give_back(a, &k);
    hys__array_sum_cells(a);
    return status;
}
