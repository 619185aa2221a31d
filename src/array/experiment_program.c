/* Steps that program: targets, strategies, what was reached. */
#include "array/experiment.h"
#include "array/program.h"
#include "base/random.h"
#include <math.h>
#include <string.h>

static const hys__yaml_node *place(const hys__found *f, const char *key) {
    const hys__yaml_node *node = hys__yaml_find(f->node, key);
    return node ? node : f->node;
}

/* ---- targets: a file, or drawn ---- */

static double drawn(const hys_experiment *e, const hys__said_program *s, size_t cell, bool has_levels) {
    const uint64_t key[2] = {e->said.seed, hys__name_hash("target")}, at[2] = {cell, 0};
    uint64_t bits[2];
    hys__threefry2x64(key, at, bits);
    double part = hys__uniform(bits[0]);
    if (has_levels) part = floor(part * (double)s->levels) / (double)(s->levels - 1);
    return s->g_min + part * (s->g_max - s->g_min);
}

static hys_status draw_targets(hys_experiment *e, hys__found *f, const hys__said_program *s) {
    const bool has_levels = !strcmp(s->target, "levels");
    const size_t count = hys__experiment_count(e);
    if (!(s->g_min >= 0 && s->g_max > s->g_min))
        return hys__yaml_fail(&e->yaml, place(f, "target"), "0 S <= g_min < g_max",
                              "targets from g_min %g S to g_max %g S cannot be drawn", s->g_min, s->g_max);
    if (has_levels && s->levels < 2)
        return hys__yaml_fail(&e->yaml, place(f, "levels"), "2 or more", "%zu levels are none", s->levels);
    double *g = HYS_NEW_N(&e->arena, double, count);
    for (size_t k = 0; k < count && g; k++) g[k] = drawn(e, s, k, has_levels);
    f->given = (hys_matrix){e->lines.rows, e->lines.columns, g};
    return g ? HYS_OK : HYS_NOMEM;
}

static hys_status take_targets(hys_experiment *e, hys__found *f, const hys__said_program *s) {
    if (!strcmp(s->target, "random") || !strcmp(s->target, "levels")) return draw_targets(e, f, s);
    return hys__experiment_matrix(e, place(f, "target"), s->target, e->lines.rows, e->lines.columns, &f->given);
}

static hys_program_opts opts_of(hys_experiment *e, const hys__said_program *s) {
    hys_program_opts o = s->opts;
    o.scheme = (hys_write_scheme)e->said.array.scheme;
    o.gates = hys__experiment_gates(e);
    o.seed = e->said.seed;
    o.cell = &e->cell;
    o.progress = hys__experiment_progress;
    o.progress_user = e;
    o.run = s->steps ? &s->run : NULL;
    return o;
}

static hys_status prepare(hys_experiment *e, hys__found *f, hys__said_program *s) {
    s->run = hys_array_run_opts_default();
    s->run.n_steps = s->steps;
    if (!e->cell.memory)
        return hys__yaml_fail(&e->yaml, f->node, "cell: {device: NAME}", "conductances cannot be programmed");
    const hys_program_opts o = opts_of(e, s);
    hys_program_opts complete;
    hys_status status = hys__experiment_blame(e, f->node, hys__program_opts_take(e->ctx, &o, &complete));
    return status == HYS_OK ? take_targets(e, f, s) : status;
}

/* Files hold numbers alone: what is below 0 stands for a cell that is left as it is. */
hys_status hys__program_prepare(hys_experiment *e, hys__found *f) {
    hys_status status = prepare(e, f, &f->said->program);
    for (size_t k = 0; k < hys__experiment_count(e) && status == HYS_OK; k++)
        if (f->given.values[k] < 0) f->given.values[k] = NAN;
    return status;
}

/* ---- results ---- */

static hys_status add_maps(hys_experiment *e, hys__found *f, const hys_program_cell *cells) {
    double *read = hys__found_map(e, f, "read", "S"), *alone = hys__found_map(e, f, "alone", "S");
    double *error = hys__found_map(e, f, "error", "S"), *pulses = hys__found_map(e, f, "pulses", "");
    double *disturb = hys__found_map(e, f, "disturb", "S"), *outcome = hys__found_map(e, f, "outcome", "");
    if (!read || !alone || !error || !pulses || !disturb || !outcome) return HYS_NOMEM;
    for (size_t k = 0; k < hys__experiment_count(e); k++) {
        read[k] = cells[k].read;
        alone[k] = cells[k].alone;
        error[k] = cells[k].read - cells[k].target;
        pulses[k] = (double)(cells[k].sets + cells[k].resets);
        disturb[k] = cells[k].disturb;
        outcome[k] = (double)cells[k].outcome;
    }
    return HYS_OK;
}

static hys_status add_cells(hys_experiment *e, hys__found *f, const hys_program_cell *cells) {
    static const char *const columns[] = {"target", "S", "read",   "S", "alone",   "S", "error", "", "sets", "",
                                          "resets", "",  "energy", "J", "disturb", "S", NULL};
    static const char *const drawn_columns[] = {"target", "S", "read", "S", NULL};
    hys_table *table = hys__found_table(e, f, "cells", "", columns);
    hys_table *drawn_table = hys__found_table(e, f, "achieved", "scatter", drawn_columns);
    hys_status status = table && drawn_table ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < hys__experiment_count(e) && status == HYS_OK; k++) {
        const hys_program_cell *c = &cells[k];
        if (c->outcome == HYS_PROGRAM_IDLE) continue;
        const double relative = c->target > 0 ? c->read / c->target - 1 : 0;
        status = hys_table_add_row(table, (const double[]){c->target, c->read, c->alone, relative, (double)c->sets,
                                                           (double)c->resets, c->energy, c->disturb});
        if (status == HYS_OK) status = hys_table_add_row(drawn_table, (const double[]){c->target, c->read});
    }
    return status;
}

enum { BINS = 41 };

/* Errors of all cells, in parts of the window: -2 to 2 tolerances, further ones in the outermost bins. */
static hys_status add_histogram(hys_experiment *e, hys__found *f, const hys_program_cell *cells, double span) {
    static const char *const columns[] = {"error", "S", "cells", "", NULL};
    double count[BINS] = {0};
    hys_table *table = hys__found_table(e, f, "errors", "scatter", columns);
    if (!table) return HYS_NOMEM;
    for (size_t k = 0; k < hys__experiment_count(e); k++) {
        if (cells[k].outcome == HYS_PROGRAM_IDLE) continue;
        const double at = (cells[k].read - cells[k].target) / span;
        count[(size_t)fmin(fmax(floor((at + 1) / 2 * BINS), 0), BINS - 1)]++;
    }
    hys_status status = hys_table_set_note(table, "drawn", "bars");
    for (int b = 0; b < BINS && status == HYS_OK; b++)
        status = hys_table_add_row(table, (const double[]){span * ((2 * b + 1) / (double)BINS - 1), count[b]});
    return status;
}

enum { MOST_NAMED = 20 };

static hys_status name_failures(hys_experiment *e, hys__found *f, const hys_program_cell *cells) {
    const size_t count = hys__experiment_count(e), columns = e->lines.columns;
    size_t *at = HYS_NEW_N(&e->arena, size_t, count);
    if (!at) return HYS_NOMEM;
    const size_t n = hys_program_failures(cells, count, at);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && k < MOST_NAMED && status == HYS_OK; k++) {
        const hys_program_cell *c = &cells[at[k]];
        char read[48], target[48];
        hys_quantity_format(c->read, "S", 4, read);
        hys_quantity_format(c->target, "S", 4, target);
        status = hys__found_remark(e, f, "cell %zu,%zu: %s of %s after %zu pulses: %s (%s)", at[k] / columns,
                                   at[k] % columns, read, target, c->sets + c->resets,
                                   hys_program_outcome_name(c->outcome), hys_program_outcome_text(c->outcome));
    }
    if (status == HYS_OK && n > MOST_NAMED)
        status = hys__found_remark(e, f, "and %zu more cells were not reached", n - MOST_NAMED);
    f->step.has_failed = f->step.has_failed || n > 0;
    return status;
}

static hys_status add_report(hys_experiment *e, hys__found *f, const hys_program_report *r) {
    const size_t n = e->lines.columns, row = r->worst_cell / n, disturbed = r->worst_disturb / n;
    const struct {
        const char *name, *unit;
        double value;
    } all[] = {{"cells", "", (double)r->n_cells},
               {"reached", "", (double)r->n_reached},
               {"pulses", "", (double)r->pulses},
               {"pulses_per_cell", "", r->n_cells ? (double)r->pulses / (double)r->n_cells : 0},
               {"most_pulses", "", (double)r->most_pulses},
               {"reads", "", (double)r->reads},
               {"rounds", "", (double)r->rounds},
               {"rms_error", "S", r->rms},
               {"worst_error", "S", r->worst},
               {"worst_row", "", (double)row},
               {"worst_column", "", (double)(r->worst_cell % n)},
               {"time", "s", r->time},
               {"time_serial", "s", r->time_serial},
               {"waited", "s", r->waited},
               {"write_energy", "J", r->energy},
               {"read_energy", "J", r->read_energy},
               {"disturb", "S", r->disturb},
               {"relative_disturb", "", r->relative_disturb},
               {"disturbed_row", "", (double)disturbed},
               {"disturbed_column", "", (double)(r->worst_disturb % n)},
               {"endurance_used", "", r->endurance_used}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof all / sizeof *all && status == HYS_OK; k++)
        status = hys__found_number(e, f, all[k].name, all[k].unit, all[k].value);
    return status;
}

static double span_of(const hys__said_program *s, const double *targets, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++)
        if (targets[k] > most) most = targets[k]; /* not NaN */
    const double span = 2 * fmax(s->opts.tolerance * most, s->opts.tolerance_S);
    return span > 0 ? span : 1e-6;
}

hys_status hys__program_step(hys_experiment *e, hys__found *f) {
    const hys__said_program *s = &f->said->program;
    const hys_program_opts o = opts_of(e, s);
    hys_program_report r = {.size = sizeof r};
    hys_program_cell *cells = HYS_NEW_N(&e->arena, hys_program_cell, hys__experiment_count(e));
    if (!cells) return HYS_NOMEM;
    hys_status status = hys_array_program(e->array, f->given.values, &o, cells, &r);
    e->targets = f->given;
    if (status == HYS_OK) status = add_report(e, f, &r);
    if (status == HYS_OK) status = add_maps(e, f, cells);
    if (status == HYS_OK) status = add_cells(e, f, cells);
    if (status == HYS_OK) status = add_histogram(e, f, cells, span_of(s, f->given.values, hys__experiment_count(e)));
    return status == HYS_OK ? name_failures(e, f, cells) : status;
}

/* ---- residual: numbers, which are kept on further arrays of the same kind ---- */

enum { MOST_ARRAYS = 16 };

hys_status hys__residual_prepare(hys_experiment *e, hys__found *f) {
    hys__said_program *s = &f->said->residual;
    if (s->arrays < 1 || s->arrays > MOST_ARRAYS)
        return hys__yaml_fail(&e->yaml, place(f, "arrays"), "1 to 16", "%zu arrays cannot share a matrix", s->arrays);
    if (!(s->g_min >= 0 && s->g_max > s->g_min))
        return hys__yaml_fail(&e->yaml, f->node, "0 S <= g_min < g_max",
                              "numbers cannot lie between g_min %g S and g_max %g S", s->g_min, s->g_max);
    return prepare(e, f, s);
}

/* What was drawn is a conductance; numbers from -1 to 1 are meant. */
static void center(const hys__said_program *s, double *values, size_t n) {
    if (strcmp(s->target, "random") != 0 && strcmp(s->target, "levels") != 0) return;
    for (size_t k = 0; k < n; k++)
        values[k] = (values[k] - 0.5 * (s->g_min + s->g_max)) / (0.5 * (s->g_max - s->g_min));
}

static hys_status add_residuals(hys_experiment *e, hys__found *f, const hys_residual_step *steps, size_t n) {
    static const char *const columns[] = {"array", "",         "scale", "",       "rms", "",  "most",
                                          "",      "true_rms", "",      "failed", "",    NULL};
    hys_table *table = hys__found_table(e, f, "arrays", "", columns);
    hys_status status = table ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (const double[]){(double)(k + 1), steps[k].scale, steps[k].rms, steps[k].most,
                                                           steps[k].true_rms, (double)steps[k].n_failed});
    if (status == HYS_OK) status = hys__found_number(e, f, "first_rms", "", steps[0].true_rms);
    if (status == HYS_OK) status = hys__found_number(e, f, "rms", "", steps[n - 1].true_rms);
    return status;
}

static hys_status run_residual(hys_experiment *e, hys__found *f, hys_array **arrays, hys_residual_step *steps) {
    const hys__said_program *s = &f->said->residual;
    const hys_program_opts program = opts_of(e, s);
    const hys_residual_opts o = {
        .size = sizeof o, .g_min = s->g_min, .g_max = s->g_max, .reads = program.reads, .program = &program};
    double *sum = hys__found_map(e, f, "sum", "");
    hys_status status = sum ? HYS_OK : HYS_NOMEM;
    arrays[0] = e->array;
    for (size_t k = 1; k < s->arrays && status == HYS_OK; k++) {
        const uint64_t seed = e->cell.seed;
        e->cell.seed = seed + k; /* devices of their own */
        status = hys__experiment_make_array(e, &arrays[k]);
        e->cell.seed = seed;
    }
    if (status == HYS_OK) status = hys_array_residual(arrays, s->arrays, f->given.values, &o, steps, sum);
    for (size_t k = 1; k < s->arrays; k++) hys_array_free(arrays[k]);
    return status;
}

hys_status hys__residual_step(hys_experiment *e, hys__found *f) {
    const hys__said_program *s = &f->said->residual;
    hys_array *arrays[MOST_ARRAYS] = {NULL};
    hys_residual_step steps[MOST_ARRAYS];
    center(s, f->given.values, hys__experiment_count(e));
    const hys_status status = run_residual(e, f, arrays, steps);
    return status == HYS_OK ? add_residuals(e, f, steps, s->arrays) : status;
}
