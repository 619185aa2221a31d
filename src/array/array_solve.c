/* From lines, ends and faults to the network; its solution; what flows at the terminals. */
#include "array/array_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the network ---- */

/* A wire of 0 ohm gets so little resistance that all of a line change nothing in the eighth digit, even beside its
 * best cells.  Elimination along a line takes no differences, so it does not mind. */
#define NOTHING 1e-9

static double largest(const double *a, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++) most = fmax(most, a[k]);
    return most > 0 ? most : 1;
}

static double conductance(const hys_array *a, double ohm) {
    if (ohm > 0) return 1 / ohm;
    const double length = (double)(a->opts.rows > a->opts.columns ? a->opts.rows : a->opts.columns);
    return largest(a->cells, a->opts.rows * a->opts.columns) * length / NOTHING;
}

static void fill(double *at, size_t n, double value) {
    for (size_t k = 0; k < n; k++) at[k] = value;
}

static void set_ends(hys_array *a) {
    const hys_array_opts *o = &a->opts;
    const double word = conductance(a, o->word_wire + o->driver), bit = conductance(a, o->bit_wire + o->sense);
    for (int k = 0; k < 4; k++)
        for (size_t i = 0; i < (k < HYS__TOP ? o->rows : o->columns); i++)
            a->ends[k][i] = a->is_on[k][i] ? (k < HYS__TOP ? word : bit) : 0;
}

/* A row of its own for what is cut in it. */
static double *own_row(hys_array *a, const double **rows, const double *shared, size_t at) {
    const size_t n = a->opts.columns;
    if (rows[at] != shared) return (double *)(uintptr_t)rows[at]; /* made here before */
    double *row = HYS_NEW_N(&a->arena, double, n);
    if (!row) return NULL;
    memcpy(row, shared, n * sizeof *row);
    rows[at] = row;
    return row;
}

static hys_status cut_words(hys_array *a) {
    for (size_t k = 0; k < a->word_cuts.n; k++) {
        const hys__cut c = a->word_cuts.at[k];
        double *row = own_row(a, a->word_rows, a->word_row, c.line);
        if (!row) return HYS_NOMEM;
        if (c.at) row[c.at] = 0;
        else a->ends[HYS__LEFT][c.line] = 0;
    }
    return HYS_OK;
}

static hys_status cut_bits(hys_array *a) {
    for (size_t k = 0; k < a->bit_cuts.n; k++) {
        const hys__cut c = a->bit_cuts.at[k];
        double *row = own_row(a, a->bit_rows, a->bit_row, c.at);
        if (!row) return HYS_NOMEM;
        if (c.at) row[c.line] = 0;
        else a->ends[HYS__TOP][c.line] = 0;
    }
    return HYS_OK;
}

static hys_status make_grid(hys_array *a) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    fill(a->word_row, n, conductance(a, a->opts.word_wire));
    fill(a->bit_row, n, conductance(a, a->opts.bit_wire));
    for (size_t i = 0; i < m; i++) {
        a->word_rows[i] = a->word_row;
        a->bit_rows[i] = a->bit_row;
    }
    set_ends(a);
    hys_status status = cut_words(a);
    if (status == HYS_OK) status = cut_bits(a);
    a->grid = (hys__grid){m, n, a->word_rows, a->bit_rows, a->ends[0], a->ends[1], a->ends[2], a->ends[3]};
    return status;
}

static hys_status add_descent(hys_array *a) {
    hys_status status = hys__descent_new(a->ctx, &a->linear, &a->descent);
    if (status != HYS_OK) return status;
    a->has_descent = true;
    a->descent.law = &a->law;
    a->descent.cells = a->cells;
    return HYS_OK;
}

hys_status hys__array_prepare(hys_array *a) {
    if (a->has_linear) return HYS_OK;
    hys_status status = make_grid(a);
    if (status == HYS_OK) status = hys__linear_new(a->ctx, &a->grid, &a->linear);
    if (status != HYS_OK) return status;
    a->has_linear = true;
    status = hys__linear_set_cells(&a->linear, a->cells);
    if (status == HYS_OK && a->law.evaluate) status = add_descent(a);
    if (status != HYS_OK) hys__array_forget(a);
    return status;
}

/* ---- currents and power ---- */

static double potential(const double *v, size_t k) {
    return v ? v[k] : 0;
}

double hys__array_cell_current(const hys_array *a, size_t k) {
    return a->has_descent ? a->descent.current[k] : a->cells[k] * (a->linear.u[k] - a->linear.w[k]);
}

/* Through its cells: at a good conductor's end the difference of potentials has few digits left. */
static void sum_cells(hys_array *a) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    memset(a->bit_currents, 0, n * sizeof(double));
    for (size_t i = 0; i < m; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++) {
            const double current = hys__array_cell_current(a, i * n + j);
            sum += current;
            a->bit_currents[j] += current;
        }
        a->word_currents[i] = sum;
    }
}

/* Where a line is connected at both ends, what flows from one to the other without passing a cell counts in neither:
 * the net current of a line is that of its cells. */
static double power_of_sources(const hys_array *a, const double *words, const double *bits) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    const double *u = a->linear.u, *w = a->linear.w;
    double power = 0;
    for (size_t i = 0; i < m; i++) {
        const double v = potential(words, i);
        power += v * (a->ends[HYS__LEFT][i] * (v - u[i * n]) + a->ends[HYS__RIGHT][i] * (v - u[i * n + n - 1]));
    }
    for (size_t j = 0; j < n; j++) {
        const double v = potential(bits, j);
        power += v * (a->ends[HYS__TOP][j] * (v - w[j]) + a->ends[HYS__BOTTOM][j] * (v - w[(m - 1) * n + j]));
    }
    return power;
}

static double square(double x) {
    return x * x;
}

static double power_of_words(const hys_array *a, const double *words) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    double power = 0;
    for (size_t i = 0; i < m; i++) {
        const double *u = a->linear.u + i * n, *w = a->linear.w + i * n, *g = a->grid.word[i];
        double sum = a->ends[HYS__LEFT][i] * square(potential(words, i) - u[0]) +
                     a->ends[HYS__RIGHT][i] * square(potential(words, i) - u[n - 1]);
        for (size_t j = 0; j < n; j++) sum += hys__array_cell_current(a, i * n + j) * (u[j] - w[j]);
        for (size_t j = 1; j < n; j++) sum += g[j] * square(u[j] - u[j - 1]);
        power += sum;
    }
    return power;
}

static double power_of_bits(const hys_array *a, const double *bits) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    const double *w = a->linear.w;
    double power = 0;
    for (size_t j = 0; j < n; j++)
        power += a->ends[HYS__TOP][j] * square(potential(bits, j) - w[j]) +
                 a->ends[HYS__BOTTOM][j] * square(potential(bits, j) - w[(m - 1) * n + j]);
    for (size_t i = 1; i < m; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++) sum += a->grid.bit[i][j] * square(w[i * n + j] - w[i * n + j - n]);
        power += sum;
    }
    return power;
}

void hys__array_measure(hys_array *a, const double *words, const double *bits) {
    hys_array_report *r = &a->report;
    const size_t m = a->opts.rows, n = a->opts.columns;
    sum_cells(a);
    r->iterations = a->has_descent ? a->descent.iterations : a->linear.iterations;
    r->relative_residual = a->has_descent ? a->descent.relative_residual : a->linear.relative_residual;
    r->newton_steps = a->has_descent ? a->descent.steps : 0;
    r->current_residual = a->has_descent ? a->descent.current_residual : 0;
    r->source_power = power_of_sources(a, words, bits);
    r->dissipated_power = power_of_words(a, words) + power_of_bits(a, bits);
    r->power_balance = r->source_power != 0 ? fabs(r->source_power - r->dissipated_power) / fabs(r->source_power) : 0;
    double sum = 0;
    for (size_t k = 0; k < m * n; k++) sum += a->cells[k];
    r->screening = sum * 0.5 * (a->opts.word_wire + a->opts.bit_wire);
    r->memory_B = (double)(a->arena.total + a->linear.arena.total + (a->has_descent ? a->descent.arena.total : 0));
}

hys_status hys_array_solve(hys_array *a, const double *words, const double *bits) {
    const double start = now();
    for (size_t i = 0; i < a->opts.rows && words; i++)
        if (!isfinite(words[i])) return hys__fail(a->ctx, HYS_ARG, "", "word line %zu is driven to %g V", i, words[i]);
    for (size_t j = 0; j < a->opts.columns && bits; j++)
        if (!isfinite(bits[j])) return hys__fail(a->ctx, HYS_ARG, "", "bit line %zu is driven to %g V", j, bits[j]);
    hys_status status = hys__array_prepare(a);
    const hys__linear_source source = {.left = words, .right = words, .top = bits, .bottom = bits};
    if (status == HYS_OK)
        status = a->has_descent ? hys__descent_solve(&a->descent, &source, a->opts.tolerance)
                                : hys__linear_solve(&a->linear, &source, a->opts.tolerance);
    if (status != HYS_OK) return status;
    a->report.solve_s = now() - start;
    hys__array_measure(a, words, bits);
    return HYS_OK;
}

const double *hys_array_word_potentials(const hys_array *a) {
    return a->has_linear ? a->linear.u : NULL;
}
const double *hys_array_bit_potentials(const hys_array *a) {
    return a->has_linear ? a->linear.w : NULL;
}
const double *hys_array_word_currents(const hys_array *a) {
    return a->word_currents;
}
const double *hys_array_bit_currents(const hys_array *a) {
    return a->bit_currents;
}
hys_array_report hys_array_get_report(const hys_array *a) {
    hys_array_report report = a->report;
    report.size = sizeof report;
    return report;
}
