/* Pulses and reads of an array's cells through its wires. */
#include "array/array_impl.h"
#include "array/cells_impl.h"
#include "array/program.h"
#include "base/diag.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct hys__array_target {
    hys_array *array;
    hys_program_opts o;
    hys__arena arena;
    double *words, *bits, *gates; /* V: of lines; gates [the longer of rows, columns] */
    hys_array *copy;              /* of a cell, to predict with; NULL: there is none yet */
    double *state;                /* [rows columns] */
};

/* ---- levels of all lines ---- */

typedef struct lines {
    const hys_array *array;
    double *words, *bits, *gates; /* V */
} lines;

static double largest(const double *v, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++)
        if (fabs(v[k]) > fabs(most)) most = v[k];
    return most;
}

/* Parts of the voltage at the chosen word line, the other word lines, the other bit lines.  Bit lines of chosen cells
 * are the cell's voltage below the word line. */
static const struct {
    double word, other_words, other_bits;
} levels[HYS_N_WRITE_SCHEMES] = {
    [HYS_WRITE_HALF] = {0.5, 0, 0}, [HYS_WRITE_THIRD] = {1, 1 / 3.0, 2 / 3.0},
    [HYS_WRITE_FLOAT] = {1, 0, 0},  [HYS_WRITE_GROUND] = {1, 0, 0},
    [HYS_WRITE_GATE] = {1, 0, 1},
};

/* A transistor conducts as far as its gate is above the lower of its ends: for negative voltages the bit lines rise
 * and the word line stays at 0 V. */
static void set_crossed(const lines *l, const hys_write *w) {
    const hys_array_opts *o = &l->array->opts;
    const double v = largest(w->voltages, w->n);
    const bool is_lifted = w->scheme == HYS_WRITE_GATE && v < 0;
    const double word = is_lifted ? 0 : v * levels[w->scheme].word;
    const double other_bits = is_lifted ? 0 : v * levels[w->scheme].other_bits;
    /* gates along bit lines are on for all cells of a column: other word lines are where the bit line is */
    const bool is_beside = is_lifted && w->gates.along == HYS_GATES_ALONG_BITS;
    const double other_words = is_beside ? -v : v * levels[w->scheme].other_words;
    for (size_t i = 0; i < o->rows; i++) l->words[i] = i == w->row ? word : other_words;
    for (size_t j = 0; j < o->columns; j++) l->bits[j] = other_bits;
    for (size_t c = 0; c < w->n; c++) l->bits[w->columns[c]] = word - w->voltages[c];
}

/* Both lines of a cell are its column's: gates choose the row. */
static void set_parallel(const lines *l, const hys_write *w) {
    for (size_t j = 0; j < l->array->opts.columns; j++) l->words[j] = l->bits[j] = 0;
    for (size_t c = 0; c < w->n; c++) {
        l->words[w->columns[c]] = fmax(w->voltages[c], 0);
        l->bits[w->columns[c]] = fmax(-w->voltages[c], 0);
    }
}

static void set_levels(const lines *l, const hys_write *w) {
    if (hys__array_is_parallel(l->array)) set_parallel(l, w);
    else set_crossed(l, w);
}

void hys__write_levels(const hys_array *a, const hys_write *w, double *words, double *bits) {
    const lines l = {a, words, bits, NULL};
    set_levels(&l, w);
}

/* Parallel lines leave the choice of a row to its gates. */
static hys_status check_choice(const hys_array *a, hys_write_scheme scheme, const hys_write_gates *gates) {
    if (scheme == HYS_WRITE_GATE && a->devices && hys_model_n_ports(a->devices->model) < 3)
        return hys__fail(a->ctx, HYS_ARG, "a selector of three ports; or another scheme", "these cells have no gates");
    if (!hys__array_is_parallel(a) || (scheme == HYS_WRITE_GATE && gates->along == HYS_GATES_ALONG_WORDS))
        return HYS_OK;
    return hys__fail(a->ctx, HYS_ARG, "the scheme gate, gates along words",
                     "word lines that run beside the bit lines choose no row");
}

static void set_gates(const lines *l, const hys_write_gates *gates, size_t row, const size_t *columns, size_t n,
                      double on) {
    const bool is_word = gates->along == HYS_GATES_ALONG_WORDS;
    const size_t count = is_word ? l->array->opts.rows : l->array->opts.columns;
    for (size_t k = 0; k < count; k++) l->gates[k] = gates->off;
    if (is_word) l->gates[row] = on;
    for (size_t c = 0; c < n && !is_word; c++) l->gates[columns[c]] = on;
}

/* ---- a pulse ---- */

hys_status hys__write_float(hys_array *a, const hys_write *w, bool floats) {
    hys_status status = HYS_OK;
    for (size_t i = 0; i < a->opts.rows && status == HYS_OK; i++)
        if (i != w->row) status = hys_array_float_word(a, i, floats);
    for (size_t j = 0, c = 0; j < a->opts.columns && status == HYS_OK; j++) {
        if (c < w->n && w->columns[c] == j) c++;
        else status = hys_array_float_bit(a, j, floats);
    }
    return status;
}

#define EDGE_STEPS 4
#define LONGEST    0.2 /* of the width: what moves meanwhile is under the error's control */

/* Where nothing is asked for. */
static hys_array_run_opts run_opts_of(const hys_array_run_opts *given, double width) {
    hys_array_run_opts o = hys_array_run_opts_default();
    if (given) memcpy(&o, given, given->size && given->size < sizeof o ? given->size : sizeof o);
    if (o.max_step != 0 || o.edge_steps || o.n_steps) return o;
    o.edge_steps = EDGE_STEPS;
    o.max_step = LONGEST * width;
    return o;
}

static hys_status apply(const lines *l, const hys_write *w, const hys_array_run_opts *given,
                        hys_array_run_report *report) {
    const hys_array_run_opts run = run_opts_of(given, w->width);
    hys_array *a = (hys_array *)l->array;
    const bool has_gates = w->scheme == HYS_WRITE_GATE, floats = w->scheme == HYS_WRITE_FLOAT;
    hys_status status = HYS_OK;
    set_levels(l, w);
    if (has_gates) {
        set_gates(l, &w->gates, w->row, w->columns, w->n, w->gate);
        status = hys_array_set_gates(a, w->gates.along, l->gates);
    }
    if (floats) status = hys__write_float(a, w, true);
    const hys_array_pulse pulse = {.size = sizeof pulse,
                                   .words = l->words,
                                   .bits = l->bits,
                                   .gates = has_gates ? l->gates : NULL,
                                   .width = w->width,
                                   .rise = w->rise};
    report->size = sizeof *report;
    if (status == HYS_OK) status = hys_array_apply(a, &pulse, &run, report);
    if (!floats) return status;
    const hys_status again = hys__write_float(a, w, false);
    return status == HYS_OK ? again : status;
}

/* ---- what a perfect reader sees ---- */

static size_t n_gates(const hys_array *a, const hys_write_gates *gates) {
    return gates->along == HYS_GATES_ALONG_WORDS ? a->opts.rows : a->opts.columns;
}

/* room [rows or columns]: of gates. */
static hys_status look(hys_array *a, const hys_write_gates *gates, double voltage, double *room, double *g) {
    hys_status status = HYS_OK;
    if (gates) {
        for (size_t k = 0; k < n_gates(a, gates); k++) room[k] = gates->read;
        status = hys_array_set_gates(a, gates->along, room);
    }
    if (status == HYS_OK) status = hys_array_cell_conductances(a, voltage, g);
    for (size_t k = 0; k < a->opts.rows * a->opts.columns && status == HYS_OK; k++)
        if ((a->is_stuck && a->is_stuck[k]) || (a->has_conductances && a->cells[k] == 0)) g[k] = a->cells[k];
    return status;
}

/* ---- a write by itself ---- */

static hys_status check_write(hys_array *a, const hys_write *w) {
    if ((unsigned)w->scheme >= HYS_N_WRITE_SCHEMES) return hys__fail(a->ctx, HYS_ARG, "", "no such write scheme");
    if (w->row >= a->opts.rows)
        return hys__fail(a->ctx, HYS_ARG, "lines count from 0", "there is no word line %zu of %zu", w->row,
                         a->opts.rows);
    if (!w->n) return hys__fail(a->ctx, HYS_ARG, "at least one column", "a pulse for no cell");
    for (size_t c = 0; c < w->n; c++) {
        if (w->columns[c] >= a->opts.columns || (c && w->columns[c] <= w->columns[c - 1]))
            return hys__fail(a->ctx, HYS_ARG, "ascending, and lines count from 0", "no bit line %zu of %zu can be next",
                             w->columns[c], a->opts.columns);
        if (!isfinite(w->voltages[c]) || w->voltages[c] * w->voltages[0] < 0)
            return hys__fail(a->ctx, HYS_ARG, "pulses of the other sign go one after the other",
                             "cells of one pulse at %g V and %g V", w->voltages[0], w->voltages[c]);
    }
    return check_choice(a, w->scheme, &w->gates);
}

static void compare(const hys_array *a, const hys_write *w, const double *before, const double *after,
                    hys_write_report *r) {
    const size_t n = a->opts.columns;
    for (size_t k = 0, c = 0; k < a->opts.rows * n; k++) {
        if (c < w->n && k == w->row * n + w->columns[c]) {
            c++;
            continue;
        }
        const double by = after[k] - before[k], relative = before[k] != 0 ? by / before[k] : 0;
        if (fabs(by) > fabs(r->disturb)) r->disturb = by;
        if (fabs(relative) <= fabs(r->relative_disturb)) continue;
        r->relative_disturb = relative;
        r->worst_row = k / n;
        r->worst_column = k % n;
    }
}

static hys_status write_and_compare(const lines *l, const hys_write *w, const hys_array_run_opts *run, double *before,
                                    double *after, hys_write_report *r) {
    hys_array *a = (hys_array *)l->array;
    const hys_write_gates *gates = w->scheme == HYS_WRITE_GATE ? &w->gates : NULL;
    hys_array_run_report report;
    hys_status status = look(a, gates, w->read_voltage, l->gates, before);
    if (status == HYS_OK) status = apply(l, w, run, &report);
    if (status == HYS_OK) status = look(a, gates, w->read_voltage, l->gates, after);
    if (status != HYS_OK) return status;
    *r = (hys_write_report){.size = sizeof *r,
                            .time = w->width + 2 * w->rise,
                            .energy = report.source_energy,
                            .cell_energy = report.cell_energy};
    compare(a, w, before, after, r);
    return HYS_OK;
}

static size_t longer(size_t a, size_t b) {
    return a > b ? a : b;
}

static lines take_lines(hys__arena *arena, const hys_array *a) {
    return (lines){.array = a,
                   .words = HYS_NEW_N(arena, double, hys__array_n_words(a)),
                   .bits = HYS_NEW_N(arena, double, a->opts.columns),
                   .gates = HYS_NEW_N(arena, double, longer(a->opts.rows, a->opts.columns))};
}

hys_status hys_array_write(hys_array *a, const hys_write *given, const hys_array_run_opts *run, double *change,
                           hys_write_report *report) {
    hys_write w = {.read_voltage = 0};
    hys_write_report r;
    hys__arena arena;
    const size_t count = a->opts.rows * a->opts.columns;
    memcpy(&w, given, given->size < sizeof w ? given->size : sizeof w);
    if (w.read_voltage == 0) w.read_voltage = 0.1;
    hys_status status = check_write(a, &w);
    if (status != HYS_OK) return status;
    hys__arena_init(&arena, a->ctx, 0);
    const lines l = take_lines(&arena, a);
    double *before = HYS_NEW_N(&arena, double, count), *after = HYS_NEW_N(&arena, double, count);
    status = arena.failed ? HYS_NOMEM : write_and_compare(&l, &w, run, before, after, &r);
    for (size_t k = 0; k < count && status == HYS_OK && change; k++) change[k] = after[k] - before[k];
    hys__arena_free(&arena);
    if (status == HYS_OK && report)
        memcpy(report, &r, report->size && report->size < sizeof r ? report->size : sizeof r);
    return status;
}

/* ---- as strategies need it ---- */

static lines lines_of(const hys__array_target *t) {
    return (lines){t->array, t->words, t->bits, t->gates};
}

static hys_status target_pulse(void *user, const hys__shot *shot, double *energy) {
    hys__array_target *t = user;
    const lines l = lines_of(t);
    hys_array_run_report report;
    const hys_write w = {.scheme = t->o.scheme,
                         .row = shot->row,
                         .columns = shot->columns,
                         .voltages = shot->voltages,
                         .n = shot->n,
                         .width = shot->width,
                         .rise = t->o.rise,
                         .gate = shot->gate,
                         .gates = t->o.gates};
    const hys_status status = apply(&l, &w, t->o.run, &report);
    if (status == HYS_OK) *energy = report.source_energy;
    return status;
}

/* What a read is to the cells. */
static hys_status read_in_time(hys__array_target *t) {
    const hys_array_pulse pulse = {.size = sizeof pulse,
                                   .words = t->words,
                                   .gates = t->o.scheme == HYS_WRITE_GATE ? t->gates : NULL,
                                   .width = t->o.read_time * (double)t->o.reads,
                                   .rise = t->o.rise};
    return hys_array_apply(t->array, &pulse, t->o.run, NULL);
}

/* The row at the read voltage, all other lines at 0 V: bit lines collect what its cells carry. */
static hys_status target_read(void *user, size_t row, double *g, double *power) {
    hys__array_target *t = user;
    const lines l = lines_of(t);
    const hys_array_opts *o = &t->array->opts;
    hys_status status = HYS_OK;
    for (size_t i = 0; i < hys__array_n_words(t->array); i++)
        t->words[i] = i == row || hys__array_is_parallel(t->array) ? t->o.read_voltage : 0;
    if (t->o.scheme == HYS_WRITE_GATE) {
        for (size_t j = 0; j < o->columns; j++) t->bits[j] = 0;
        set_gates(&l, &t->o.gates, row, NULL, 0, t->o.gates.read);
        for (size_t j = 0; j < o->columns && t->o.gates.along == HYS_GATES_ALONG_BITS; j++)
            t->gates[j] = t->o.gates.read;
        status = hys_array_set_gates(t->array, t->o.gates.along, t->gates);
    }
    if (status == HYS_OK) status = hys_array_solve(t->array, t->words, NULL);
    if (status != HYS_OK) return status;
    const double *currents = hys_array_bit_currents(t->array);
    for (size_t j = 0; j < o->columns; j++) g[j] = currents[j] / t->o.read_voltage;
    *power = hys_array_get_report(t->array).source_power;
    return t->o.reads_disturb ? read_in_time(t) : HYS_OK;
}

static hys_status target_look(void *user, double *g) {
    hys__array_target *t = user;
    const hys_write_gates *gates = t->o.scheme == HYS_WRITE_GATE ? &t->o.gates : NULL;
    return look(t->array, gates, t->o.read_voltage, t->gates, g);
}

static hys_status target_wait(void *user, double time) {
    hys__array_target *t = user;
    const double times[2] = {0, time};
    const hys_array_drive rest = {.size = sizeof rest, .n_corners = 2, .times = times};
    return hys_array_run(t->array, &rest, t->o.run, NULL);
}

/* ---- a copy of a cell: an array of one, without wires ---- */

static hys_status make_copy(hys__array_target *t) {
    if (t->copy) return HYS_OK;
    hys_array_opts o = hys_array_opts_default();
    hys_cell_opts cell = *t->o.cell;
    o.rows = o.columns = 1;
    o.word_wire = o.bit_wire = 0;
    o.threads = 1;
    cell.spread = NULL;
    cell.n_spread = 0;
    hys_status status = hys_array_new(t->array->ctx, &o, &t->copy);
    return status == HYS_OK ? hys_array_set_device(t->copy, &cell) : status;
}

static hys_status copy_states(hys__array_target *t, size_t cell) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < hys_array_n_states(t->array) && status == HYS_OK; k++) {
        const char *name = hys_array_state(t->array, k);
        status = hys_array_get_state(t->array, name, t->state);
        if (status == HYS_OK) status = hys_array_set_state(t->copy, name, &t->state[cell]);
    }
    return status;
}

static hys_status target_predict(void *user, const hys__guess *guess, double *g) {
    hys__array_target *t = user;
    const hys_write_gates *gates = t->o.scheme == HYS_WRITE_GATE ? &t->o.gates : NULL;
    double word = 0, bit = 0, gate = guess->gate, room;
    const double of_pulse[1] = {guess->voltage};
    const size_t column[1] = {0};
    hys_array_run_report report;
    hys_status status = make_copy(t);
    if (status == HYS_OK) status = copy_states(t, guess->cell);
    const lines l = {t->copy, &word, &bit, &gate};
    const hys_write w = {.scheme = gates ? HYS_WRITE_GATE : HYS_WRITE_GROUND,
                         .columns = column,
                         .voltages = of_pulse,
                         .n = 1,
                         .width = guess->width,
                         .rise = t->o.rise,
                         .gate = guess->gate,
                         .gates = t->o.gates};
    if (status == HYS_OK && guess->voltage != 0) status = apply(&l, &w, t->o.run, &report);
    return status == HYS_OK ? look(t->copy, gates, t->o.read_voltage, &room, g) : status;
}

/* ---- an array as a target ---- */

static hys_status check_gates(hys_ctx *ctx, const hys_program_opts *o) {
    const hys_write_gates *g = &o->gates;
    if (o->scheme != HYS_WRITE_GATE) return HYS_OK;
    if (g->along != HYS_GATES_ALONG_WORDS && g->along != HYS_GATES_ALONG_BITS)
        return hys__fail(ctx, HYS_ARG, "HYS_GATES_ALONG_WORDS or HYS_GATES_ALONG_BITS", "no such direction of gates");
    if (!isfinite(g->read) || !isfinite(g->off) || !isfinite(o->gate) || !isfinite(o->gate_limit))
        return hys__fail(ctx, HYS_ARG, "finite voltages", "gates at no voltage");
    return HYS_OK;
}

static hys_status fill(hys__array_target *t, const hys_program_opts *o, hys__target *target) {
    hys_array *a = t->array;
    const lines l = take_lines(&t->arena, a);
    t->o = *o;
    t->words = l.words;
    t->bits = l.bits;
    t->gates = l.gates;
    t->state = HYS_NEW_N(&t->arena, double, a->opts.rows * a->opts.columns);
    if (t->arena.failed) return HYS_NOMEM;
    *target = (hys__target){.ctx = a->ctx,
                            .user = t,
                            .rows = a->opts.rows,
                            .columns = a->opts.columns,
                            .pulse = target_pulse,
                            .read = target_read,
                            .look = target_look,
                            .wait = target_wait,
                            .predict = o->cell ? target_predict : NULL};
    return HYS_OK;
}

hys_status hys__array_target_new(hys_array *a, const hys_program_opts *o, hys__array_target **result,
                                 hys__target *target) {
    hys_status status = check_gates(a->ctx, o);
    if (status == HYS_OK) status = check_choice(a, o->scheme, &o->gates);
    if (status != HYS_OK) return status;
    hys__array_target *t = hys__realloc(a->ctx, NULL, 0, sizeof *t);
    if (!t) return HYS_NOMEM;
    *t = (hys__array_target){.array = a};
    hys__arena_init(&t->arena, a->ctx, 0);
    status = fill(t, o, target);
    if (status == HYS_OK) *result = t;
    else hys__array_target_free(t);
    return status;
}

void hys__array_target_free(hys__array_target *t) {
    if (!t) return;
    hys_ctx *ctx = t->array->ctx;
    hys_array_free(t->copy);
    hys__arena_free(&t->arena);
    hys__free(ctx, t, sizeof *t);
}

hys_status hys_array_program(hys_array *a, const double *targets, const hys_program_opts *opts, hys_program_cell *cells,
                             hys_program_report *report) {
    hys_program_opts o;
    hys__array_target *t = NULL;
    hys__target target;
    hys_status status = hys__program_opts_take(a->ctx, opts, &o);
    if (status == HYS_OK && !a->devices)
        status = hys__fail(a->ctx, HYS_ARG, "hys_array_set_device", "conductances cannot be programmed, devices can");
    if (status == HYS_OK) status = hys__array_target_new(a, &o, &t, &target);
    if (status == HYS_OK) status = hys__program(&target, targets, &o, cells, report);
    hys__array_target_free(t);
    return status;
}
