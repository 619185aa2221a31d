/* What an experiment can do with its array. */
#include "array/array_impl.h"
#include "array/experiment.h"
#include "array/program.h"
#include "base/random.h"
#include <math.h>
#include <string.h>

static const hys__yaml_node *place(const hys__found *f, const char *key) {
    const hys__yaml_node *node = hys__yaml_find(f->node, key);
    return node ? node : f->node;
}

static hys_status put(hys_experiment *e, hys__found *f, const char *name, const char *unit, double value,
                      hys_status before) {
    return before == HYS_OK ? hys__found_number(e, f, name, unit, value) : before;
}

static bool has_gates(const hys_experiment *e) {
    return e->said.array.scheme == HYS_WRITE_GATE;
}

static hys_status need_devices(hys_experiment *e, const hys__found *f) {
    if (e->cell.memory) return HYS_OK;
    return hys__yaml_fail(&e->yaml, f->node, "cell: {device: NAME}", "conductances cannot be changed by voltages");
}

static hys_status need_positive(hys_experiment *e, const hys__found *f, const char *key, double value) {
    if (value > 0 && isfinite(value)) return HYS_OK;
    return hys__yaml_fail(&e->yaml, place(f, key), "more than 0", "%s cannot be %g", key, value);
}

static hys_status need_line(hys_experiment *e, const hys__found *f, const char *key, double line, size_t n) {
    if (line >= 0 && line < (double)n && line == floor(line)) return HYS_OK;
    return hys__yaml_fail(&e->yaml, place(f, key), "lines count from 0", "%s %g is not among the %zu lines", key, line,
                          n);
}

/* ---- conductances of all cells alone ---- */

static hys_status look(hys_experiment *e, double voltage, double *g) {
    hys_array *a = e->array;
    if (!e->cell.memory) {
        memcpy(g, a->cells, hys__experiment_count(e) * sizeof *g);
        return HYS_OK;
    }
    hys_program_opts o = hys_program_opts_default();
    hys__array_target *t = NULL;
    hys__target on;
    o.scheme = (hys_write_scheme)e->said.array.scheme;
    o.gates = hys__experiment_gates(e);
    o.read_voltage = voltage;
    hys_status status = hys__array_target_new(a, &o, &t, &on);
    if (status == HYS_OK) status = on.look(on.user, g);
    hys__array_target_free(t);
    return status;
}

/* ---- read: row by row through the wires ---- */

static hys_status prepare_read(hys_experiment *e, hys__found *f) {
    const hys__said_read *s = &f->said->read;
    if (s->voltage == 0) return need_positive(e, f, "voltage", 0);
    if (s->noise < 0) return hys__yaml_fail(&e->yaml, place(f, "noise"), "0 or more", "noise cannot be %g", s->noise);
    return HYS_OK;
}

typedef struct spread {
    double mean, least, most, rms; /* rms: about the mean */
} spread;

static spread spread_of(const double *v, size_t n) {
    spread s = {.least = INFINITY, .most = -INFINITY};
    for (size_t k = 0; k < n; k++) {
        s.mean += v[k] / (double)n;
        s.least = fmin(s.least, v[k]);
        s.most = fmax(s.most, v[k]);
    }
    for (size_t k = 0; k < n; k++) s.rms += (v[k] - s.mean) * (v[k] - s.mean) / (double)n;
    s.rms = sqrt(s.rms);
    return s;
}

static hys_status read_rows(hys_experiment *e, const hys__said_read *s, double *g, double *power) {
    hys_program_opts o = hys_program_opts_default();
    hys__array_target *t = NULL;
    hys__target on;
    o.scheme = (hys_write_scheme)e->said.array.scheme;
    o.gates = hys__experiment_gates(e);
    o.read_voltage = s->voltage;
    hys_status status = hys__array_target_new(e->array, &o, &t, &on);
    for (size_t i = 0; i < e->lines.rows && status == HYS_OK; i++) {
        double of_row = 0;
        status = hys__experiment_progress(e, (double)i / (double)e->lines.rows) ? HYS_CANCEL : HYS_OK;
        if (status == HYS_OK) status = on.read(on.user, i, g + i * e->lines.columns, &of_row);
        *power += of_row;
    }
    hys__array_target_free(t);
    const uint64_t key[2] = {e->said.seed, hys__name_hash("experiment read")};
    for (size_t k = 0; k < hys__experiment_count(e) && s->noise > 0; k++) {
        const uint64_t draw[2] = {k, e->step};
        g[k] *= 1 + s->noise * hys__normal(key, draw);
    }
    return status;
}

static hys_status run_read(hys_experiment *e, hys__found *f) {
    const hys__said_read *s = &f->said->read;
    double power = 0, *read = hys__found_map(e, f, "read", "S"), *alone = hys__found_map(e, f, "alone", "S");
    if (!read || !alone) return HYS_NOMEM;
    hys_status status = read_rows(e, s, read, &power);
    if (status == HYS_OK) status = look(e, s->voltage, alone);
    const spread g = spread_of(read, hys__experiment_count(e));
    double error = 0;
    for (size_t k = 0; k < hys__experiment_count(e); k++)
        if (alone[k] > 0) error = fmax(error, fabs(read[k] / alone[k] - 1));
    status = put(e, f, "mean", "S", g.mean, status);
    status = put(e, f, "least", "S", g.least, status);
    status = put(e, f, "most", "S", g.most, status);
    status = put(e, f, "worst_wire_error", "", error, status);
    return put(e, f, "power_of_rows", "W", power, status);
}

/* ---- write: one pulse, and whom it disturbs ---- */

static hys_status prepare_write(hys_experiment *e, hys__found *f) {
    const hys__said_write *s = &f->said->write;
    hys_status status = need_devices(e, f);
    if (status == HYS_OK) status = need_positive(e, f, "width", s->width);
    if (status == HYS_OK) status = need_positive(e, f, "rise", s->rise);
    if (status == HYS_OK) status = need_line(e, f, "row", (double)s->row, e->lines.rows);
    for (size_t k = 0; k < s->columns.n && status == HYS_OK; k++) {
        status = need_line(e, f, "columns", s->columns.at[k], e->lines.columns);
        if (status == HYS_OK && k && !(s->columns.at[k] > s->columns.at[k - 1]))
            status = hys__yaml_fail(&e->yaml, place(f, "columns"), "each once", "columns do not ascend");
    }
    if (status == HYS_OK && !s->columns.n)
        status = hys__yaml_fail(&e->yaml, place(f, "columns"), "at least one", "no cell is written");
    return status;
}

static hys_status run_write(hys_experiment *e, hys__found *f) {
    const hys__said_write *s = &f->said->write;
    double *change = hys__found_map(e, f, "change", "S"), *disturb = hys__found_map(e, f, "disturb", "S");
    double *voltages = HYS_NEW_N(&e->arena, double, s->columns.n);
    size_t *columns = HYS_NEW_N(&e->arena, size_t, s->columns.n);
    hys_write_report r = {.size = sizeof r};
    if (!change || !disturb || !voltages || !columns) return HYS_NOMEM;
    for (size_t k = 0; k < s->columns.n; k++) {
        columns[k] = (size_t)s->columns.at[k];
        voltages[k] = s->voltage;
    }
    const hys_write w = {.size = sizeof w,
                         .scheme = (hys_write_scheme)e->said.array.scheme,
                         .row = s->row,
                         .columns = columns,
                         .voltages = voltages,
                         .n = s->columns.n,
                         .width = s->width,
                         .rise = s->rise,
                         .gate = s->gate,
                         .gates = hys__experiment_gates(e)};
    hys_status status = hys_array_write(e->array, &w, NULL, change, &r);
    memcpy(disturb, change, hys__experiment_count(e) * sizeof *disturb);
    for (size_t k = 0; k < w.n; k++) disturb[w.row * e->lines.columns + columns[k]] = 0; /* they were meant */
    status = put(e, f, "energy", "J", r.energy, status);
    status = put(e, f, "cell_energy", "J", r.cell_energy, status);
    status = put(e, f, "time", "s", r.time, status);
    status = put(e, f, "disturb", "S", r.disturb, status);
    status = put(e, f, "relative_disturb", "", r.relative_disturb, status);
    status = put(e, f, "worst_row", "", (double)r.worst_row, status);
    return put(e, f, "worst_column", "", (double)r.worst_column, status);
}

/* ---- pulse: every line as the file says ---- */

static hys_status need_levels(hys_experiment *e, const hys__found *f, const char *key, size_t n, size_t lines) {
    if (n == 0 || n == 1 || n == lines) return HYS_OK;
    return hys__yaml_fail(&e->yaml, place(f, key), "one for all, or one each", "%zu voltages for %zu lines", n, lines);
}

static size_t n_gates(const hys_experiment *e) {
    return e->said.array.gates_along ? e->lines.columns : e->lines.rows;
}

static size_t n_words(const hys_experiment *e) {
    return e->lines.lines == HYS_LINES_PARALLEL ? e->lines.columns : e->lines.rows;
}

static hys_status need_crossed(hys_experiment *e, const hys__found *f) {
    if (e->lines.lines == HYS_LINES_CROSSED) return HYS_OK;
    return hys__yaml_fail(&e->yaml, f->node, "lines: crossed", "word lines beside the bit lines cannot do this");
}

static hys_status prepare_pulse(hys_experiment *e, hys__found *f) {
    const hys__said_pulse *s = &f->said->pulse;
    hys_status status = need_devices(e, f);
    if (status == HYS_OK) status = need_positive(e, f, "width", s->width);
    if (status == HYS_OK) status = need_positive(e, f, "rise", s->rise);
    if (status == HYS_OK) status = need_levels(e, f, "words", s->words.n, n_words(e));
    if (status == HYS_OK) status = need_levels(e, f, "bits", s->bits.n, e->lines.columns);
    return status == HYS_OK ? need_levels(e, f, "gates", s->gates.n, n_gates(e)) : status;
}

static const double *levels_of(hys_experiment *e, const hys__yaml_reals *said, size_t lines) {
    if (said->n == lines || !said->n) return said->n ? said->at : NULL;
    double *v = HYS_NEW_N(&e->arena, double, lines);
    for (size_t k = 0; k < lines && v; k++) v[k] = said->at[0];
    return v;
}

static hys_status run_pulse(hys_experiment *e, hys__found *f) {
    const hys__said_pulse *s = &f->said->pulse;
    double *change = hys__found_map(e, f, "change", "S"), *after = hys__found_map(e, f, "alone", "S");
    hys_array_run_report r = {.size = sizeof r};
    if (!change || !after) return HYS_NOMEM;
    const hys_array_pulse p = {.size = sizeof p,
                               .words = levels_of(e, &s->words, n_words(e)),
                               .bits = levels_of(e, &s->bits, e->lines.columns),
                               .gates = levels_of(e, &s->gates, n_gates(e)),
                               .width = s->width,
                               .rise = s->rise};
    if (e->arena.failed) return HYS_NOMEM;
    hys_status status = look(e, s->read_voltage, change);
    if (status == HYS_OK && has_gates(e) && p.gates)
        status = hys_array_set_gates(e->array, hys__experiment_gates(e).along, p.gates);
    if (status == HYS_OK) status = hys_array_apply(e->array, &p, NULL, &r);
    if (status == HYS_OK) status = look(e, s->read_voltage, after);
    for (size_t k = 0; k < hys__experiment_count(e); k++) change[k] = after[k] - change[k];
    status = put(e, f, "energy", "J", r.source_energy, status);
    status = put(e, f, "cell_energy", "J", r.cell_energy, status);
    status = put(e, f, "wire_energy", "J", r.wire_energy, status);
    status = put(e, f, "energy_balance", "", r.energy_balance, status);
    return put(e, f, "steps", "", (double)r.steps, status);
}

/* ---- multiply ---- */

static hys_status prepare_multiply(hys_experiment *e, hys__found *f) {
    hys_status status = need_crossed(e, f);
    if (status != HYS_OK) return status;
    return hys__experiment_matrix(e, place(f, "inputs"), f->said->multiply.inputs, 0, e->lines.rows, &f->given);
}

/* Each input through the wires and the cells as they are. */
static hys_status multiply(hys_experiment *e, const hys__found *f, double *currents) {
    hys_status status = HYS_OK;
    const size_t n = e->lines.columns;
    for (size_t k = 0; k < f->given.rows && status == HYS_OK; k++) {
        if (hys__experiment_progress(e, (double)k / (double)f->given.rows)) return HYS_CANCEL;
        status = hys_array_solve(e->array, f->given.values + k * f->given.columns, NULL);
        if (status == HYS_OK) memcpy(currents + k * n, hys_array_bit_currents(e->array), n * sizeof *currents);
    }
    return status;
}

static hys_status open_gates(hys_experiment *e) {
    const hys_write_gates gates = hys__experiment_gates(e);
    if (!has_gates(e)) return HYS_OK;
    double *v = HYS_NEW_N(&e->arena, double, n_gates(e));
    for (size_t k = 0; k < n_gates(e) && v; k++) v[k] = gates.read;
    return v ? hys_array_set_gates(e->array, gates.along, v) : HYS_NOMEM;
}

static hys_status run_multiply(hys_experiment *e, hys__found *f) {
    const size_t m = e->lines.rows, n = e->lines.columns;
    double *currents = hys__found_matrix(e, f, "currents", "A", f->given.rows, n);
    double *g = HYS_NEW_N(&e->arena, double, m *n), error = 0, signal = 0;
    if (!currents || !g) return HYS_NOMEM;
    hys_status status = look(e, f->said->multiply.read_voltage, g);
    if (status == HYS_OK) status = open_gates(e);
    if (status == HYS_OK) status = multiply(e, f, currents);
    for (size_t k = 0; k < f->given.rows * n && status == HYS_OK; k++) {
        double ideal = 0;
        for (size_t i = 0; i < m; i++) ideal += f->given.values[k / n * m + i] * g[i * n + k % n];
        error += (currents[k] - ideal) * (currents[k] - ideal);
        signal += ideal * ideal;
    }
    status = put(e, f, "products", "", (double)f->given.rows, status);
    status = put(e, f, "rms_error", "A", sqrt(error / (double)(f->given.rows * n)), status);
    return put(e, f, "relative_error", "", signal > 0 ? sqrt(error / signal) : 0, status);
}

/* ---- wait ---- */

static hys_status prepare_wait(hys_experiment *e, hys__found *f) {
    const hys__said_wait *s = &f->said->wait;
    hys_status status = need_devices(e, f);
    if (status == HYS_OK && !(s->time >= 0)) status = need_positive(e, f, "time", s->time);
    if (status == HYS_OK && !isnan(s->temperature)) status = need_positive(e, f, "temperature", s->temperature);
    if (status == HYS_OK && s->time == 0 && isnan(s->temperature))
        status = hys__yaml_fail(&e->yaml, f->node, "time: 1h, temperature: 85degC", "nothing is waited for");
    return status;
}

static hys_status run_wait(hys_experiment *e, hys__found *f) {
    const hys__said_wait *s = &f->said->wait;
    double *change = hys__found_map(e, f, "change", "S"),
           *after = HYS_NEW_N(&e->arena, double, hys__experiment_count(e));
    const double times[2] = {0, s->time};
    const hys_array_drive rest = {.size = sizeof rest, .n_corners = 2, .times = times};
    double most = 0;
    if (!change || !after) return HYS_NOMEM;
    hys_status status = look(e, s->read_voltage, change);
    if (status == HYS_OK && !isnan(s->temperature)) status = hys__experiment_set_temp(e, s->temperature);
    if (status == HYS_OK && s->time > 0) status = hys_array_run(e->array, &rest, NULL, NULL);
    if (status == HYS_OK) status = look(e, s->read_voltage, after);
    for (size_t k = 0; k < hys__experiment_count(e) && status == HYS_OK; k++) {
        change[k] = after[k] - change[k];
        most = fmax(most, fabs(change[k]));
    }
    status = put(e, f, "time", "s", s->time, status);
    status = put(e, f, "temperature", "K", e->temp, status);
    return put(e, f, "largest_change", "S", most, status);
}

/* ---- retention ---- */

static hys_status prepare_retention(hys_experiment *e, hys__found *f) {
    const hys__said_retention *s = &f->said->retention;
    for (size_t k = 0; k < s->times.n; k++)
        if (s->times.at[k] < (k ? s->times.at[k - 1] : 0))
            return hys__yaml_fail(&e->yaml, place(f, "times"), "0 s or more, ascending", "a read at %g s",
                                  s->times.at[k]);
    if (!s->times.n) return hys__yaml_fail(&e->yaml, place(f, "times"), "at least one", "no time is given");
    if (e->cell.memory && (s->drift != 0 || s->drift_spread != 0 || s->cells))
        return hys__yaml_fail(&e->yaml, f->node, "leave it out: their file says how they relax",
                              "a law of drift is for conductances, not for devices");
    return HYS_OK;
}

static hys_status add_points(hys_experiment *e, hys__found *f, const hys_retention_point *points) {
    static const char *const columns[] = {"time", "s",     "mean", "S",       "rms", "S", "most",
                                          "S",    "ratio", "",     "outside", "",    NULL};
    hys_table *table = hys__found_table(e, f, "points", "", columns);
    hys_status status = table ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < f->said->retention.times.n && status == HYS_OK; k++) {
        const hys_retention_point *p = &points[k];
        status = hys_table_add_row(table, (const double[]){p->time, p->mean, p->rms, p->most, p->ratio, p->outside});
    }
    const hys_retention_point *last = &points[f->said->retention.times.n - 1];
    status = put(e, f, "last_time", "s", last->time, status);
    status = put(e, f, "rms", "S", last->rms, status);
    status = put(e, f, "ratio", "", last->ratio, status);
    return put(e, f, "outside", "", last->outside, status);
}

static hys_status run_retention(hys_experiment *e, hys__found *f) {
    const hys__said_retention *s = &f->said->retention;
    const size_t count = hys__experiment_count(e);
    const hys_write_gates gates = hys__experiment_gates(e);
    hys_retention_point *points = HYS_NEW_N(&e->arena, hys_retention_point, s->times.n);
    double *all = HYS_NEW_N(&e->arena, double, s->times.n *count), *start = HYS_NEW_N(&e->arena, double, count);
    double *last = hys__found_map(e, f, "read", "S");
    if (!points || !all || !start || !last) return HYS_NOMEM;
    const hys_retention_opts o = {.size = sizeof o,
                                  .times = s->times.at,
                                  .n = s->times.n,
                                  .drift = s->drift,
                                  .drift_spread = s->drift_spread,
                                  .start = s->start,
                                  .cells = s->cells,
                                  .g_max = s->g_max,
                                  .read_voltage = s->voltage,
                                  .read_noise = s->noise,
                                  .tolerance = s->tolerance,
                                  .seed = e->said.seed,
                                  .gates = has_gates(e) ? &gates : NULL};
    hys_status status = look(e, s->voltage, start);
    const double *targets = e->targets.values ? e->targets.values : start;
    if (status == HYS_OK) status = hys_array_retention(e->array, targets, &o, points, all);
    if (status != HYS_OK) return status;
    memcpy(last, all + (s->times.n - 1) * count, count * sizeof *last);
    return add_points(e, f, points);
}

/* ---- margin: arrays of these lines, of 2, 4, 8 ... of each kind ---- */

static hys_status prepare_margin(hys_experiment *e, hys__found *f) {
    if (!has_gates(e)) return HYS_OK;
    return hys__yaml_fail(&e->yaml, f->node, "half, third, float or ground",
                          "the scheme gate has no margin of its own");
}

static hys_status run_margin(hys_experiment *e, hys__found *f) {
    static const char *const columns[] = {"n", "",        "margin", "",  "ideal_margin", "", "write",
                                          "V", "disturb", "V",      NULL};
    const hys__said_margin *s = &f->said->margin;
    hys_margin_opts o = hys_margin_opts_default();
    hys_margin_curve curve = {.points = NULL};
    o.lines = e->lines;
    o.on = s->on;
    o.off = s->off;
    o.law = (hys_array_law){sizeof o.law, s->nonlinearity, s->voltage};
    o.least = s->least;
    o.most = s->most;
    o.scheme = (hys_array_scheme)e->said.array.scheme;
    hys_status status = hys_array_margins(e->ctx, &o, &curve);
    hys_table *table = status == HYS_OK ? hys__found_table(e, f, "points", "", columns) : NULL;
    if (status == HYS_OK && !table) status = HYS_NOMEM;
    for (size_t k = 0; k < curve.n_points && status == HYS_OK; k++) {
        const hys_margin *m = &curve.points[k];
        status =
            hys_table_add_row(table, (const double[]){(double)m->n, m->margin, m->ideal_margin, m->write, m->disturb});
    }
    status = put(e, f, "largest", "", (double)curve.largest, status);
    status = put(e, f, "ideal_largest", "", curve.ideal_largest, status);
    hys_margin_curve_free(e->ctx, &curve);
    return status;
}

/* ---- map: potentials and currents while a cell is chosen ---- */

static hys_status prepare_map(hys_experiment *e, hys__found *f) {
    hys_status status = need_crossed(e, f);
    if (status == HYS_OK) status = need_line(e, f, "row", (double)f->said->map.row, e->lines.rows);
    return status == HYS_OK ? need_line(e, f, "column", (double)f->said->map.column, e->lines.columns) : status;
}

static hys_status open_gate(hys_experiment *e, const hys_write *w) {
    const hys_write_gates gates = hys__experiment_gates(e);
    if (!has_gates(e)) return HYS_OK;
    double *v = HYS_NEW_N(&e->arena, double, n_gates(e));
    for (size_t k = 0; k < n_gates(e) && v; k++) v[k] = gates.off;
    if (v) v[e->said.array.gates_along ? *w->columns : w->row] = gates.read;
    return v ? hys_array_set_gates(e->array, gates.along, v) : HYS_NOMEM;
}

static hys_status solve_map(hys_experiment *e, const hys_write *w) {
    double *words = HYS_NEW_N(&e->arena, double, e->lines.rows), *bits = HYS_NEW_N(&e->arena, double, e->lines.columns);
    hys_status status = words && bits ? open_gate(e, w) : HYS_NOMEM;
    if (status != HYS_OK) return status;
    hys__write_levels(e->array, w, words, bits);
    if (w->scheme == HYS_WRITE_FLOAT) status = hys__write_float(e->array, w, true);
    return status == HYS_OK ? hys_array_solve(e->array, words, bits) : status;
}

static hys_status run_map(hys_experiment *e, hys__found *f) {
    const hys__said_map *s = &f->said->map;
    const size_t count = hys__experiment_count(e), chosen = s->row * e->lines.columns + s->column;
    double *across = hys__found_map(e, f, "voltage", "V"), *current = hys__found_map(e, f, "current", "A");
    const hys_write w = {.scheme = (hys_write_scheme)e->said.array.scheme,
                         .row = s->row,
                         .columns = &s->column,
                         .voltages = &s->voltage,
                         .n = 1};
    double most = 0;
    if (!across || !current) return HYS_NOMEM;
    hys_status status = solve_map(e, &w);
    for (size_t k = 0; k < count && status == HYS_OK; k++) {
        across[k] = hys_array_word_potentials(e->array)[k] - hys_array_bit_potentials(e->array)[k];
        current[k] = hys__array_cell_current(e->array, k);
        if (k != chosen) most = fmax(most, fabs(across[k]));
    }
    if (status == HYS_OK) {
        const hys_array_report r = hys_array_get_report(e->array);
        const double sensed = hys_array_bit_currents(e->array)[s->column];
        status = put(e, f, "chosen_voltage", "V", across[chosen], status);
        status = put(e, f, "most_of_others", "V", most, status);
        status = put(e, f, "chosen_current", "A", current[chosen], status);
        status = put(e, f, "sneak_current", "A", sensed - current[chosen], status);
        status = put(e, f, "power", "W", r.source_power, status);
    }
    const hys_status again = w.scheme == HYS_WRITE_FLOAT ? hys__write_float(e->array, &w, false) : HYS_OK;
    return status == HYS_OK ? again : status;
}

const hys__step_kind hys__step_kinds[] = {
    {"read", prepare_read, run_read},
    {"write", prepare_write, run_write},
    {"pulse", prepare_pulse, run_pulse},
    {"program", hys__program_prepare, hys__program_step},
    {"residual", hys__residual_prepare, hys__residual_step},
    {"multiply", prepare_multiply, run_multiply},
    {"wait", prepare_wait, run_wait},
    {"retention", prepare_retention, run_retention},
    {"margin", prepare_margin, run_margin},
    {"map", prepare_map, run_map},
};
const size_t hys__n_step_kinds = sizeof hys__step_kinds / sizeof *hys__step_kinds;
