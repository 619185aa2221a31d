/* Gradients of read-outs.  With the network A v = b, and currents I_j = g (w - V_j) out of bit lines at their ends, a
 * read-out L has the adjoint A l = sum over ends g dL/dI_j, as A is symmetric: what the array does when its bit lines
 * are driven to dL/dI_j and its word lines held at 0 V.  With the adjoint's potentials p and q of word and bit lines
 *
 *     dL/dG_ij = dI_ij/dG_ij (q_ij - p_ij),   dL/dV_i = g p at the word line's ends: what flows there;
 *
 * dI/dG is the voltage across a resistor.  Cells with a law are resistors of their slopes to the adjoint.  With
 * devices, whose Jacobians need not be symmetric, A is transposed, and dL/dG is that of a resistor beside each of them.
 */
#include "array/small_signal.h"
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
    const bool is_general = a->devices || hys__array_is_parallel(a);
    if (!a->u || (!is_general && a->u != a->linear.u))
        return hys__fail(a->ctx, HYS_ARG, "hys_array_solve first", "gradients are those of a solution");
    for (size_t j = 0; j < a->opts.columns; j++)
        if (!isfinite(by_current[j]))
            return hys__fail(a->ctx, HYS_ARG, "", "dL/dI of bit line %zu is %g", j, by_current[j]);
    return HYS_OK;
}

/* ---- of devices, and of parallel lines ---- */

static void by_each(const hys__signal *g, double *by_g) {
    const double *u = g->s->u, *w = g->s->w, *p = g->x, *q = g->x + g->s->count;
    for (size_t k = 0; k < g->s->count; k++) by_g[k] = (u[k] - w[k]) * (q[k] - p[k]);
}

static hys_status by_lines(const hys__signal *g, double *by_word, double *by_bit) {
    const size_t m = hys__n_words(g->s->grid), n = g->s->grid->n;
    double *words = hys__realloc(g->a->ctx, NULL, 0, 2 * (m + n) * sizeof *words);
    if (!words) return HYS_NOMEM;
    double *bits = words + 2 * m;
    hys__signal_sum(g, words, bits);
    for (size_t i = 0; i < m && by_word; i++) by_word[i] = -words[2 * i];
    for (size_t j = 0; j < n && by_bit; j++) by_bit[j] = bits[2 * j];
    hys__free(g->a->ctx, words, 2 * (m + n) * sizeof *words);
    return HYS_OK;
}

static hys_status by_transpose(hys_array *a, const double *by_current, double *by_g, double *by_word, double *by_bit) {
    hys__signal g;
    hys_status status = hys__signal_begin(a, &g);
    if (status == HYS_OK) {
        hys__signal_turn(&g);
        status = hys__signal_solve(&g, 0, NULL, by_current);
        if (status == HYS_OK) status = by_lines(&g, by_word, by_bit);
        if (status == HYS_OK && by_g) by_each(&g, by_g);
        hys__signal_turn(&g);
    }
    hys__signal_end(&g);
    return status;
}

hys_status hys_array_gradient(hys_array *a, const double *by_current, double *by_conductance, double *by_word,
                              double *by_bit) {
    kept k;
    double *const slopes = a->has_descent ? a->descent.slope : a->cells;
    hys_status status = check(a, by_current);
    if (status == HYS_OK && (a->devices || hys__array_is_parallel(a)))
        return by_transpose(a, by_current, by_conductance, by_word, by_bit);
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
