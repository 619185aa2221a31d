/* A crossbar as its users see it: lines, ends, faults, cells. */
#include "array/array_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>
#include <time.h>

#define LEAST_TOLERANCE 1e-14

hys_array_opts hys_array_opts_default(void) {
    return (hys_array_opts){.size = sizeof(hys_array_opts), .word_wire = 2.5, .bit_wire = 2.5};
}

/* Callers built against an older header give a shorter struct. */
static hys_array_opts complete_opts(const hys_array_opts *given) {
    hys_array_opts opts = hys_array_opts_default();
    if (given) memcpy(&opts, given, given->size < sizeof opts ? given->size : sizeof opts);
    if (!opts.words) opts.words = HYS_ENDS_FIRST;
    if (!opts.bits) opts.bits = HYS_ENDS_LAST;
    if (opts.tolerance == 0) opts.tolerance = 1e-10;
    return opts;
}

double hys_array_memory(const hys_array_opts *opts) {
    return hys__linear_size(opts->rows, opts->columns, opts->threads) +
           sizeof(double) * ((double)opts->rows * (double)opts->columns + 8 * (double)(opts->rows + opts->columns));
}

/* Beyond this no machine of today has the memory; rows columns is then no number to compute with either. */
#define MOST_CELLS 1e9

static bool is_resistance(double r) { /* or a capacitance */
    return isfinite(r) && r >= 0;
}

static hys_status check(hys_ctx *ctx, const hys_array_opts *o) {
    char memory[48];
    if (!o->rows || !o->columns)
        return hys__fail(ctx, HYS_ARG, "at least one word line and one bit line", "an array without cells");
    if ((double)o->rows * (double)o->columns > MOST_CELLS) {
        hys_quantity_format(hys_array_memory(o), "B", 3, memory);
        return hys__fail(ctx, HYS_LIMIT, "tiles with partial sums are how large matrices are stored",
                         "%zu x %zu cells would take %s; at most 10^9 cells", o->rows, o->columns, memory);
    }
    if (!is_resistance(o->word_wire) || !is_resistance(o->bit_wire) || !is_resistance(o->driver) ||
        !is_resistance(o->sense))
        return hys__fail(ctx, HYS_ARG, "0 ohm or more", "a resistance of the wires that is none");
    if (!is_resistance(o->word_capacitance) || !is_resistance(o->bit_capacitance))
        return hys__fail(ctx, HYS_ARG, "0 F or more", "a capacitance of the wires that is none");
    if (o->words > HYS_ENDS_BOTH || o->bits > HYS_ENDS_BOTH)
        return hys__fail(ctx, HYS_ARG, "HYS_ENDS_FIRST, HYS_ENDS_LAST or HYS_ENDS_BOTH", "no such ends");
    if (o->lines > HYS_LINES_PARALLEL)
        return hys__fail(ctx, HYS_ARG, "HYS_LINES_CROSSED or HYS_LINES_PARALLEL", "no such lines");
    if (!(o->tolerance >= LEAST_TOLERANCE && o->tolerance < 1))
        return hys__fail(ctx, HYS_ARG, "from 1e-14, as doubles have 16 digits", "no relative residual can be %g",
                         o->tolerance);
    return HYS_OK;
}

/* ---- memory ---- */

static hys_status take(hys_array *a) {
    const size_t m = a->opts.rows, n = a->opts.columns;
    for (int k = 0; k < 4; k++) {
        a->is_on[k] = HYS_NEW_N(&a->arena, bool, k < HYS__TOP ? hys__array_n_words(a) : n);
        a->ends[k] = HYS_NEW_N(&a->arena, double, k < HYS__TOP ? hys__array_n_words(a) : n);
    }
    a->cells = HYS_NEW_N(&a->arena, double, m *n);
    a->word_row = HYS_NEW_N(&a->arena, double, n);
    a->bit_row = HYS_NEW_N(&a->arena, double, n);
    a->word_currents = HYS_NEW_N(&a->arena, double, hys__array_n_words(a));
    a->bit_currents = HYS_NEW_N(&a->arena, double, n);
    a->word_rows = HYS_NEW_N(&a->arena, const double *, m);
    a->bit_rows = HYS_NEW_N(&a->arena, const double *, m);
    return a->arena.failed ? HYS_NOMEM : HYS_OK;
}

static void connect_word(hys_array *a, size_t i, bool floats) {
    a->is_on[HYS__LEFT][i] = !floats && a->opts.words & HYS_ENDS_FIRST;
    a->is_on[HYS__RIGHT][i] = !floats && a->opts.words & HYS_ENDS_LAST;
}

static void connect_bit(hys_array *a, size_t j, bool floats) {
    a->is_on[HYS__TOP][j] = !floats && a->opts.bits & HYS_ENDS_FIRST;
    a->is_on[HYS__BOTTOM][j] = !floats && a->opts.bits & HYS_ENDS_LAST;
}

hys_status hys_array_check(hys_ctx *ctx, const hys_array_opts *opts) {
    const hys_array_opts complete = complete_opts(opts);
    return check(ctx, &complete);
}

hys_status hys_array_new(hys_ctx *ctx, const hys_array_opts *given, hys_array **result) {
    const hys_array_opts opts = complete_opts(given);
    hys_status status = check(ctx, &opts);
    if (status != HYS_OK) return status;
    hys_array *a = hys__realloc(ctx, NULL, 0, sizeof *a);
    if (!a) return HYS_NOMEM;
    *a = (hys_array){.ctx = ctx, .opts = opts};
    hys__arena_init(&a->arena, ctx, 0);
    status = take(a);
    if (status != HYS_OK) {
        hys_array_free(a);
        return status;
    }
    for (size_t i = 0; i < hys__array_n_words(a); i++) connect_word(a, i, false);
    for (size_t j = 0; j < opts.columns; j++) connect_bit(a, j, false);
    *result = a;
    return HYS_OK;
}

void hys__array_forget(hys_array *a) {
    if (a->has_general) hys__general_free(&a->general);
    if (a->has_descent) hys__descent_free(&a->descent);
    if (a->has_linear) hys__linear_free(&a->linear);
    a->has_linear = a->has_descent = a->has_general = false;
    a->needs_cells = false;
    hys__bridges_forget(&a->bridges);
    a->u = a->w = a->into_word = a->into_bit = NULL;
}

void hys_array_free(hys_array *a) {
    if (!a) return;
    hys_ctx *ctx = a->ctx;
    hys__array_forget(a);
    hys__cells_free(a->devices);
    hys__arena_free(&a->arena);
    hys__free(ctx, a, sizeof *a);
}

/* ---- cells ---- */

static hys_status bad_cell(const hys_array *a, size_t k, double g) {
    return hys__fail(a->ctx, HYS_ARG, "0 S or more; 0 S is an open cell",
                     "the cell of word line %zu and bit line %zu has the conductance %g S", k / a->opts.columns,
                     k % a->opts.columns, g);
}

/* The network of wires stays where resistors take the place of resistors, and so does its coarse space. */
static void change_cells(hys_array *a) {
    const bool has_words = a->opts.word_wire > 0 || a->grid.word_lumped;
    const bool has_bits = a->opts.bit_wire > 0 || a->grid.bit_lumped;
    if (!a->has_linear || a->has_descent || a->has_general || a->devices || !has_words || !has_bits) {
        hys__array_forget(a);
        return;
    }
    hys__bridges_forget(&a->bridges);
    a->u = a->w = NULL;
    a->needs_cells = true;
}

hys_status hys_array_set_conductances(hys_array *a, const double *g) {
    const size_t count = a->opts.rows * a->opts.columns;
    for (size_t k = 0; k < count; k++)
        if (!(g[k] >= 0) || !isfinite(g[k])) return bad_cell(a, k, g[k]);
    for (size_t k = 0; k < count; k++)
        if (!a->is_stuck || !a->is_stuck[k]) a->cells[k] = g[k];
    a->has_conductances = true;
    change_cells(a);
    return HYS_OK;
}

#define MOST_NONLINEAR 1e12

hys_status hys_array_set_law(hys_array *a, const hys_array_law *law) {
    hys_array_law o = {.nonlinearity = 2, .voltage = 1};
    if (law) memcpy(&o, law, law->size < sizeof o ? law->size : sizeof o);
    if (!(o.nonlinearity >= 2 && o.nonlinearity <= MOST_NONLINEAR))
        return hys__fail(a->ctx, HYS_ARG, "from 2, a resistor, to 1e12", "no nonlinearity I(V)/I(V/2) can be %g",
                         o.nonlinearity);
    if (!(o.voltage > 0) || !isfinite(o.voltage))
        return hys__fail(a->ctx, HYS_ARG, "more than 0 V", "cells have their conductance at %g V", o.voltage);
    a->law = o.nonlinearity > 2 ? hys__law_sinh(o.nonlinearity, o.voltage) : (hys__law){.evaluate = NULL};
    hys__array_forget(a);
    return HYS_OK;
}

/* ---- lines ---- */

static hys_status no_line(const hys_array *a, const char *kind, size_t at, size_t n) {
    return hys__fail(a->ctx, HYS_ARG, "lines count from 0", "there is no %s line %zu of %zu", kind, at, n);
}

hys_status hys_array_float_word(hys_array *a, size_t row, bool floats) {
    if (row >= hys__array_n_words(a)) return no_line(a, "word", row, hys__array_n_words(a));
    connect_word(a, row, floats);
    hys__array_forget(a);
    return HYS_OK;
}

hys_status hys_array_float_bit(hys_array *a, size_t column, bool floats) {
    if (column >= a->opts.columns) return no_line(a, "bit", column, a->opts.columns);
    connect_bit(a, column, floats);
    hys__array_forget(a);
    return HYS_OK;
}

hys_status hys_array_cut_word(hys_array *a, size_t row, size_t at) {
    const size_t crossings = hys__array_is_parallel(a) ? a->opts.rows : a->opts.columns;
    if (row >= hys__array_n_words(a)) return no_line(a, "word", row, hys__array_n_words(a));
    if (at >= crossings) return no_line(a, "crossing", at, crossings);
    hys__cut *cut = HYS_PUSH(&a->arena, &a->word_cuts);
    if (!cut) return HYS_NOMEM;
    *cut = (hys__cut){row, at};
    hys__array_forget(a);
    return HYS_OK;
}

hys_status hys_array_cut_bit(hys_array *a, size_t column, size_t at) {
    if (column >= a->opts.columns) return no_line(a, "bit", column, a->opts.columns);
    if (at >= a->opts.rows) return no_line(a, "word", at, a->opts.rows);
    hys__cut *cut = HYS_PUSH(&a->arena, &a->bit_cuts);
    if (!cut) return HYS_NOMEM;
    *cut = (hys__cut){column, at};
    hys__array_forget(a);
    return HYS_OK;
}
