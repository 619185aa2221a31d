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

/* A wire of 0 ohm gets so little resistance that all of a line change little in the eighth digit, even beside its
 * best cells; of resistors it gets none (array/lumped.h).  Elimination along a line takes no differences, so it does
 * not mind. */
#define NOTHING     1e-9
#define GOOD_DEVICE 1e-3 /* S */

static double largest(const double *a, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++) most = fmax(most, a[k]);
    return most > 0 ? most : 1;
}

static double conductance(const hys_array *a, double ohm) {
    if (ohm > 0) return 1 / ohm;
    const double length = (double)(a->opts.rows > a->opts.columns ? a->opts.rows : a->opts.columns);
    return (a->devices ? GOOD_DEVICE : largest(a->cells, a->opts.rows * a->opts.columns)) * length / NOTHING;
}

static void fill(double *at, size_t n, double value) {
    for (size_t k = 0; k < n; k++) at[k] = value;
}

static void set_ends(hys_array *a) {
    const hys_array_opts *o = &a->opts;
    const double word = conductance(a, o->word_wire + o->driver), bit = conductance(a, o->bit_wire + o->sense);
    for (int k = 0; k < 4; k++)
        for (size_t i = 0; i < (k < HYS__TOP ? hys__array_n_words(a) : o->columns); i++)
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
        const bool is_parallel = hys__array_is_parallel(a);
        double *row = own_row(a, a->word_rows, a->word_row, is_parallel ? c.at : c.line);
        if (!row) return HYS_NOMEM;
        if (c.at) row[is_parallel ? c.line : c.at] = 0;
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

/* Resistors: lines without resistance are nodes.  Other cells are solved with so little of it that it is none. */
static void set_lumped(hys_array *a) {
    const hys_array_opts *o = &a->opts;
    if (a->law.evaluate || a->devices || a->keeps_wires || hys__array_is_parallel(a)) return;
    a->grid.word_lumped = o->word_wire == 0;
    a->grid.bit_lumped = o->bit_wire == 0;
    a->grid.word_ideal = o->word_wire + o->driver == 0;
    a->grid.bit_ideal = o->bit_wire + o->sense == 0;
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
    a->grid = (hys__grid){.m = m,
                          .n = n,
                          .word = a->word_rows,
                          .bit = a->bit_rows,
                          .left = a->ends[0],
                          .right = a->ends[1],
                          .top = a->ends[2],
                          .bottom = a->ends[3],
                          .is_parallel = hys__array_is_parallel(a)};
    set_lumped(a);
    return status;
}

hys_status hys__array_need_crossed(const hys_array *a) {
    if (!hys__array_is_parallel(a)) return HYS_OK;
    return hys__fail(a->ctx, HYS_ARG, "hys_array_solve, hys_array_run and hys_array_apply take them",
                     "word lines beside the bit lines are not for this");
}

static hys_status add_descent(hys_array *a) {
    hys_status status = hys__descent_new(a->ctx, &a->linear, &a->descent);
    if (status != HYS_OK) return status;
    a->has_descent = true;
    a->descent.law = &a->law;
    a->descent.cells = a->cells;
    a->descent.is_stuck = a->is_stuck;
    return HYS_OK;
}

static hys_status renew_cells(hys_array *a) {
    const hys_status status = hys__linear_set_cells(&a->linear, a->cells);
    a->needs_cells = false;
    if (status != HYS_OK) hys__array_forget(a);
    return status;
}

hys_status hys__array_prepare(hys_array *a) {
    if (a->needs_cells) return renew_cells(a);
    if (a->has_linear || (a->has_general && a->grid.is_parallel)) return HYS_OK;
    if (a->bridges.n && hys__array_is_parallel(a)) return hys__array_need_crossed(a);
    if (a->bridges.n && (a->law.evaluate || a->devices))
        return hys__fail(a->ctx, HYS_ARG, "without the bridges, or with resistors for cells",
                         "shorts between lines are solved for arrays of resistors only");
    hys_status status = make_grid(a);
    if (hys__array_is_parallel(a)) return status;
    if (status == HYS_OK) status = hys__linear_new_on(a->ctx, &a->grid, a->opts.threads, &a->linear);
    if (status != HYS_OK) return status;
    a->has_linear = true;
    if (!a->devices) status = hys__linear_set_cells(&a->linear, a->cells);
    if (status == HYS_OK && a->law.evaluate && !a->devices) status = add_descent(a);
    if (status != HYS_OK) hys__array_forget(a);
    return status;
}

/* ---- currents and power ---- */

static double potential(const double *v, size_t k) {
    return v ? v[k] : 0;
}

double hys__array_cell_current(const hys_array *a, size_t k) {
    return a->into_word ? a->into_word[k] : a->cells[k] * (a->u[k] - a->w[k]);
}

static double into_bit(const hys_array *a, size_t k) {
    return a->into_bit ? a->into_bit[k] : -hys__array_cell_current(a, k);
}

/* Through the cells: at a good conductor's end the difference of potentials has few digits left. */
void hys__array_sum_cells(hys_array *a) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    const bool is_parallel = hys__array_is_parallel(a);
    memset(a->bit_currents, 0, n * sizeof(double));
    memset(a->word_currents, 0, hys__array_n_words(a) * sizeof(double));
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            a->word_currents[is_parallel ? j : i] += hys__array_cell_current(a, i * n + j);
            a->bit_currents[j] -= into_bit(a, i * n + j);
        }
    hys__bridges_add_currents(&a->bridges, n, a->u, a->w, a->word_currents, a->bit_currents);
}

/* Where a line is connected at both ends, what flows from one to the other without passing a cell counts in neither:
 * the net current of a line is that of its cells. */
double hys__array_power_of_sources(const hys_array *a, const double *words, const double *bits) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    const double *u = a->u, *w = a->w;
    double power = 0;
    for (size_t i = 0; i < hys__array_n_words(a); i++) {
        const double v = potential(words, i);
        const double first = u[hys__word_first(&a->grid, i)], last = u[hys__word_last(&a->grid, i)];
        if (a->grid.word_ideal) power += v * a->word_currents[i];
        else power += v * (a->ends[HYS__LEFT][i] * (v - first) + a->ends[HYS__RIGHT][i] * (v - last));
    }
    for (size_t j = 0; j < n; j++) {
        const double v = potential(bits, j);
        if (a->grid.bit_ideal) power -= v * a->bit_currents[j];
        else power += v * (a->ends[HYS__TOP][j] * (v - w[j]) + a->ends[HYS__BOTTOM][j] * (v - w[(m - 1) * n + j]));
    }
    return power;
}

static double square(double x) {
    return x * x;
}

/* Sums over rows, each by a thread, added in order. */
typedef struct row_sum {
    const hys_array *a;
    const double *const *wire; /* [rows] S */
    const double *v;           /* V */
    double (*of_row)(const struct row_sum *sum, size_t i);
    double *sums; /* [rows] */
} row_sum;

static void sum_row(void *data, size_t i, unsigned thread) {
    const row_sum *s = data;
    (void)thread;
    s->sums[i] = s->of_row(s, i);
}

static double sum_rows(row_sum s) {
    const hys_array *a = s.a;
    double sum = 0;
    if (!a->has_linear) {
        for (size_t i = 0; i < a->opts.rows; i++) sum += s.of_row(&s, i);
        return sum;
    }
    s.sums = a->linear.sums;
    hys__team_run(a->linear.factor.team, a->opts.rows, sum_row, &s);
    for (size_t i = 0; i < a->opts.rows; i++) sum += s.sums[i];
    return sum;
}

static double power_of_row(const row_sum *s, size_t i) {
    const hys_array *a = s->a;
    const size_t n = a->opts.columns;
    double sum = 0;
    for (size_t k = i * n; k < (i + 1) * n; k++)
        sum += hys__array_cell_current(a, k) * a->u[k] + into_bit(a, k) * a->w[k];
    return sum;
}

double hys__array_power_of_cells(const hys_array *a) {
    return sum_rows((row_sum){.a = a, .of_row = power_of_row});
}

static double power_to_next(const row_sum *s, size_t i) {
    const size_t n = s->a->opts.columns;
    double sum = 0;
    for (size_t j = 0; j < n && i; j++) sum += s->wire[i][j] * square(s->v[i * n + j] - s->v[i * n + j - n]);
    return sum;
}

/* Wires between rows. */
static double power_of_columns(const hys_array *a, const double *const *wire, const double *v) {
    return sum_rows((row_sum){.a = a, .wire = wire, .v = v, .of_row = power_to_next});
}

static double power_of_parallel(const hys_array *a, const double *words) {
    const size_t n = a->opts.columns, last = (a->opts.rows - 1) * n;
    double power = 0;
    for (size_t j = 0; j < n; j++)
        power += a->ends[HYS__LEFT][j] * square(potential(words, j) - a->u[j]) +
                 a->ends[HYS__RIGHT][j] * square(potential(words, j) - a->u[last + j]);
    return power + power_of_columns(a, a->grid.word, a->u);
}

static double power_along(const row_sum *s, size_t i) {
    const hys_array *a = s->a;
    const size_t n = a->opts.columns;
    const double *u = a->u + i * n, *g = s->wire[i], v = potential(s->v, i);
    double sum = a->ends[HYS__LEFT][i] * square(v - u[0]) + a->ends[HYS__RIGHT][i] * square(v - u[n - 1]);
    for (size_t j = 1; j < n; j++) sum += g[j] * square(u[j] - u[j - 1]);
    return sum;
}

static double power_of_words(const hys_array *a, const double *words) {
    if (a->grid.is_parallel) return power_of_parallel(a, words);
    return sum_rows((row_sum){.a = a, .wire = a->grid.word, .v = words, .of_row = power_along});
}

static double power_of_bits(const hys_array *a, const double *bits) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    const double *w = a->w;
    double power = 0;
    for (size_t j = 0; j < n; j++)
        power += a->ends[HYS__TOP][j] * square(potential(bits, j) - w[j]) +
                 a->ends[HYS__BOTTOM][j] * square(potential(bits, j) - w[(m - 1) * n + j]);
    return power + power_of_columns(a, a->grid.bit, w);
}

double hys__array_power_of_wires(const hys_array *a, const double *words, const double *bits) {
    return power_of_words(a, words) + power_of_bits(a, bits) + hys__bridges_power(&a->bridges, a->u, a->w);
}

void hys__array_measure(hys_array *a, const double *words, const double *bits) {
    hys_array_report *r = &a->report;
    const size_t m = a->opts.rows, n = a->opts.columns;
    hys__array_sum_cells(a);
    r->source_power = hys__array_power_of_sources(a, words, bits);
    r->dissipated_power = hys__array_power_of_cells(a) + hys__array_power_of_wires(a, words, bits);
    r->power_balance = r->source_power != 0 ? fabs(r->source_power - r->dissipated_power) / fabs(r->source_power) : 0;
    double sum = 0;
    const double *g = a->devices ? a->general.answer.word_word : a->cells;
    for (size_t k = 0; k < m * n; k++) sum += g[k];
    r->screening = sum * 0.5 * (a->opts.word_wire + a->opts.bit_wire);
}

/* ---- solution ---- */

hys_status hys__array_solve_linear(hys_array *a, const hys__linear_source *source) {
    return a->bridges.n ? hys__bridges_solve(&a->bridges, &a->linear, source, a->opts.tolerance)
                        : hys__linear_solve(&a->linear, source, a->opts.tolerance);
}

static hys_status solve_resistors(hys_array *a, const hys__linear_source *source) {
    const hys_status status = hys__array_solve_linear(a, source);
    if (status != HYS_OK) return status;
    a->u = a->linear.u;
    a->w = a->linear.w;
    a->into_word = a->into_bit = NULL;
    a->report.iterations = a->linear.iterations;
    a->report.relative_residual = a->linear.relative_residual;
    a->report.newton_steps = 0;
    a->report.current_residual = 0;
    return HYS_OK;
}

static hys_status solve_law(hys_array *a, const hys__linear_source *source) {
    const hys_status status = hys__descent_solve(&a->descent, source, a->opts.tolerance);
    if (status != HYS_OK) return status;
    a->u = a->linear.u;
    a->w = a->linear.w;
    a->into_word = a->descent.current;
    a->into_bit = NULL;
    a->report.iterations = a->descent.iterations;
    a->report.relative_residual = a->descent.relative_residual;
    a->report.newton_steps = a->descent.steps;
    a->report.current_residual = a->descent.current_residual;
    return HYS_OK;
}

static hys_status solve_general(hys_array *a, const hys__linear_source *source) {
    const hys__general_task task = {.source = *source,
                                    .tolerance = a->opts.tolerance,
                                    .presumed = a->presumed,
                                    .starts_anew = true,
                                    .may_wander = true};
    hys_status status = hys__array_need_general(a);
    if (status != HYS_OK) return status;
    if (a->devices) {
        if (a->presumed) hys__cells_reject(a->devices);
        hys__cells_set_gates(a->devices, a->gates);
        hys__cells_begin(a->devices, &(hys__cell_stage){.mode = HYS__CELLS_HELD});
    }
    hys__array_drop_solution(a);
    status = hys__general_solve(&a->general, &task);
    if (status != HYS_OK) return status;
    hys__array_take_general(a);
    a->report.iterations = a->general.iterations;
    a->report.relative_residual = a->general.relative_residual;
    a->report.newton_steps = a->general.steps;
    a->report.current_residual = hys__general_current_residual(&a->general);
    return HYS_OK;
}

hys_status hys_array_solve(hys_array *a, const double *words, const double *bits) {
    const double start = now();
    for (size_t i = 0; i < hys__array_n_words(a) && words; i++)
        if (!isfinite(words[i])) return hys__fail(a->ctx, HYS_ARG, "", "word line %zu is driven to %g V", i, words[i]);
    for (size_t j = 0; j < a->opts.columns && bits; j++)
        if (!isfinite(bits[j])) return hys__fail(a->ctx, HYS_ARG, "", "bit line %zu is driven to %g V", j, bits[j]);
    hys_status status = hys__array_prepare(a);
    const hys__linear_source source = {.left = words, .right = words, .top = bits, .bottom = bits};
    if (status == HYS_OK)
        status = a->devices || a->grid.is_parallel ? solve_general(a, &source)
                 : a->has_descent                  ? solve_law(a, &source)
                                                   : solve_resistors(a, &source);
    if (status != HYS_OK) return status;
    a->report.solve_s = now() - start;
    hys__array_measure(a, words, bits);
    return HYS_OK;
}

const double *hys_array_word_potentials(const hys_array *a) {
    return a->u;
}
const double *hys_array_bit_potentials(const hys_array *a) {
    return a->w;
}
const double *hys_array_word_currents(const hys_array *a) {
    return a->word_currents;
}
const double *hys_array_bit_currents(const hys_array *a) {
    return a->bit_currents;
}

static double memory_of(const hys_array *a) {
    size_t sum = a->arena.total;
    if (a->has_linear) sum += a->linear.arena.total + a->linear.block_size;
    if (a->has_descent) sum += a->descent.arena.total;
    if (a->has_general) sum += a->general.arena.total + (a->general.has_gmres ? a->general.gmres.arena.total : 0);
    if (a->devices) sum += hys__cells_memory(a->devices);
    return (double)sum;
}

hys_array_report hys_array_get_report(const hys_array *a) {
    hys_array_report report = a->report;
    report.size = sizeof report;
    report.memory_B = memory_of(a);
    return report;
}
