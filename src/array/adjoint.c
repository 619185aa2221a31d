/* Gradients of read-outs.  With the network A v = b, and currents I_j = g (w - V_j) out of bit lines at their ends, a
 * read-out L has the adjoint A l = sum over ends g dL/dI_j, as A is symmetric: what the array does when its bit lines
 * are driven to dL/dI_j and its word lines held at 0 V.  With the adjoint's potentials p and q of word and bit lines
 *
 *     dL/dG_ij = (u_ij - w_ij) (q_ij - p_ij),   dL/dV_i = g p at the word line's ends: what flows there. */
#include "array/array_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

/* Both fields of a solution. */
typedef struct kept {
    double *u, *w;
    size_t bytes; /* of one */
} kept;

static hys_status keep(const hys_array *a, kept *k) {
    k->bytes = a->opts.rows * a->opts.columns * sizeof(double);
    k->u = hys__realloc(a->ctx, NULL, 0, 2 * k->bytes);
    if (!k->u) return HYS_NOMEM;
    k->w = k->u + k->bytes / sizeof(double);
    memcpy(k->u, a->linear.u, k->bytes);
    memcpy(k->w, a->linear.w, k->bytes);
    return HYS_OK;
}

static void give_back(hys_array *a, kept *k) {
    memcpy(a->linear.u, k->u, k->bytes);
    memcpy(a->linear.w, k->w, k->bytes);
    hys__free(a->ctx, k->u, 2 * k->bytes);
}

static void by_cells(const hys_array *a, const kept *k, double *g) {
    const double *p = a->linear.u, *q = a->linear.w;
    for (size_t i = 0; i < a->opts.rows * a->opts.columns; i++) g[i] = (k->u[i] - k->w[i]) * (q[i] - p[i]);
}

/* What flows out of the adjoint's lines: of word lines dL/dV, of bit lines too, as L sees -g of V_j itself. */
static void by_terminals(hys_array *a, double *words, double *bits) {
    const double *u = a->u, *w = a->w;
    a->u = a->linear.u;
    a->w = a->linear.w;
    hys__array_sum_cells(a);
    for (size_t i = 0; i < a->opts.rows && words; i++) words[i] = -a->word_currents[i];
    for (size_t j = 0; j < a->opts.columns && bits; j++) bits[j] = a->bit_currents[j];
    a->u = u;
    a->w = w;
}

hys_status hys_array_gradient(hys_array *a, const double *by_current, double *by_conductance, double *by_word,
                              double *by_bit) {
    kept k;
    if (a->law.evaluate || a->devices)
        return hys__fail(a->ctx, HYS_ARG, "", "gradients are those of arrays of resistors");
    if (hys__array_is_parallel(a)) return hys__array_need_crossed(a);
    if (!a->u || a->u != a->linear.u)
        return hys__fail(a->ctx, HYS_ARG, "hys_array_solve first", "gradients are those of a solution");
    for (size_t j = 0; j < a->opts.columns; j++)
        if (!isfinite(by_current[j]))
            return hys__fail(a->ctx, HYS_ARG, "", "dL/dI of bit line %zu is %g", j, by_current[j]);
    hys_status status = keep(a, &k);
    if (status != HYS_OK) return status;
    memset(a->linear.w, 0, k.bytes);
    status = hys__array_solve_linear(a, &(hys__linear_source){.top = by_current, .bottom = by_current});
    if (status == HYS_OK && by_conductance) by_cells(a, &k, by_conductance);
    if (status == HYS_OK) by_terminals(a, by_word, by_bit);
    give_back(a, &k);
    hys__array_sum_cells(a);
    return status;
}
