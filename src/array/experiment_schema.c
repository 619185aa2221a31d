/* What the file of an experiment may say. */
#include "array/experiment.h"
#include "io/yaml_fields.h"
#include <math.h>
#include <stddef.h>

/* ---- array, cell, faults ---- */

static const hys__yaml_field layout_fields[] = {
    REAL(hys__said_layout, "half_pitch", half_pitch, "m"),
    REAL(hys__said_layout, "thickness", thickness, "m"),
    PLAIN(hys__said_layout, "metal", TEXT, metal),
    PLAIN(hys__said_layout, "cell", TEXT, cell),
};
static const hys__yaml_schema layout_schema = {"a layout", layout_fields, COUNT_OF(layout_fields),
                                               sizeof(hys__said_layout), NULL};

static const hys__yaml_field array_fields[] = {
    NEEDED(hys__said_array, "rows", COUNT, rows, NULL),
    NEEDED(hys__said_array, "columns", COUNT, columns, NULL),
    REAL(hys__said_array, "wire", wire, "ohm"),
    REAL(hys__said_array, "word_wire", word_wire, "ohm"),
    REAL(hys__said_array, "bit_wire", bit_wire, "ohm"),
    REAL(hys__said_array, "driver", driver, "ohm"),
    REAL(hys__said_array, "sense", sense, "ohm"),
    REAL(hys__said_array, "word_capacitance", word_capacitance, "F"),
    REAL(hys__said_array, "bit_capacitance", bit_capacitance, "F"),
    CHOICE(hys__said_array, "lines", lines, "crossed|parallel"),
    CHOICE(hys__said_array, "word_ends", word_ends, "left|right|both"),
    CHOICE(hys__said_array, "bit_ends", bit_ends, "bottom|top|both"),
    CHOICE(hys__said_array, "scheme", scheme, "half|third|float|ground|gate"),
    CHOICE(hys__said_array, "gates", gates_along, "words|bits"),
    REAL(hys__said_array, "gate_read", gate_read, "V"),
    REAL(hys__said_array, "gate_off", gate_off, "V"),
    REAL(hys__said_array, "tolerance", tolerance, ""),
    SECTION(hys__said_array, "layout", layout, &layout_schema),
};
static const hys__yaml_schema array_schema = {"an array", array_fields, COUNT_OF(array_fields), sizeof(hys__said_array),
                                              NULL};

static const hys__yaml_field cell_fields[] = {
    PLAIN(hys__said_cell, "device", TEXT, device),
    PLAIN(hys__said_cell, "set", TEXTS, set),
    PLAIN(hys__said_cell, "selector", TEXT, selector),
    PLAIN(hys__said_cell, "selector_set", TEXTS, selector_set),
    PLAIN(hys__said_cell, "complementary", FLAG, is_complementary),
    PLAIN(hys__said_cell, "turned", FLAG, is_turned),
    PLAIN(hys__said_cell, "spread", TEXTS, spread),
    PLAIN(hys__said_cell, "states", TEXTS, states),
    REAL(hys__said_cell, "temperature", temperature, "K"),
    PLAIN(hys__said_cell, "conductances", TEXT, conductances),
    REAL(hys__said_cell, "nonlinearity", nonlinearity, ""),
    REAL(hys__said_cell, "law_voltage", law_voltage, "V"),
};
static const hys__yaml_schema cell_schema = {"a cell", cell_fields, COUNT_OF(cell_fields), sizeof(hys__said_cell),
                                             NULL};

static const hys__yaml_field fault_fields[] = {
    {"kind", HYS__FIELD_CHOICE, offsetof(hys__said_fault, kind), "stuck|open|cut-word|cut-bit|random", NULL, true},
    PLAIN(hys__said_fault, "row", COUNT, row),
    PLAIN(hys__said_fault, "column", COUNT, column),
    REAL(hys__said_fault, "resistance", resistance, "ohm"),
    REAL(hys__said_fault, "stuck_on", stuck_on, ""),
    REAL(hys__said_fault, "stuck_off", stuck_off, ""),
    REAL(hys__said_fault, "on", on, "ohm"),
    REAL(hys__said_fault, "off", off, "ohm"),
    REAL(hys__said_fault, "cut_word", cut_word, ""),
    REAL(hys__said_fault, "cut_bit", cut_bit, ""),
};
static void preset_fault(void *data) {
    hys__said_fault *f = data;
    f->resistance = f->on = 10e3;
    f->off = 1e6;
}
static const hys__yaml_schema fault_schema = {"a fault", fault_fields, COUNT_OF(fault_fields), sizeof(hys__said_fault),
                                              preset_fault};

/* ---- steps ---- */

static const hys__yaml_field read_fields[] = {
    REAL(hys__said_read, "voltage", voltage, "V"),
    REAL(hys__said_read, "noise", noise, ""),
};
static const hys__yaml_schema read_schema = {"a read", read_fields, COUNT_OF(read_fields), sizeof(hys__said_read),
                                             NULL};

static const hys__yaml_field write_fields[] = {
    NEEDED(hys__said_write, "row", COUNT, row, NULL),
    NEEDED(hys__said_write, "columns", REALS, columns, ""),
    NEEDED(hys__said_write, "voltage", REAL, voltage, "V"),
    REAL(hys__said_write, "width", width, "s"),
    REAL(hys__said_write, "rise", rise, "s"),
    REAL(hys__said_write, "gate", gate, "V"),
};
static const hys__yaml_schema write_schema = {"a write", write_fields, COUNT_OF(write_fields), sizeof(hys__said_write),
                                              NULL};

static const hys__yaml_field pulse_fields[] = {
    {"words", HYS__FIELD_REALS, offsetof(hys__said_pulse, words), "V", NULL, false},
    {"bits", HYS__FIELD_REALS, offsetof(hys__said_pulse, bits), "V", NULL, false},
    {"gates", HYS__FIELD_REALS, offsetof(hys__said_pulse, gates), "V", NULL, false},
    NEEDED(hys__said_pulse, "width", REAL, width, "s"),
    REAL(hys__said_pulse, "rise", rise, "s"),
    REAL(hys__said_pulse, "read_voltage", read_voltage, "V"),
};
static const hys__yaml_schema pulse_schema = {"a pulse", pulse_fields, COUNT_OF(pulse_fields), sizeof(hys__said_pulse),
                                              NULL};

#define OPTION(name, member, unit) REAL(hys__said_program, name, opts.member, unit)
#define PROGRAM_FIELDS                                                                                                 \
    NEEDED(hys__said_program, "target", TEXT, target, NULL), PLAIN(hys__said_program, "levels", COUNT, levels),        \
        REAL(hys__said_program, "g_min", g_min, "S"), REAL(hys__said_program, "g_max", g_max, "S"),                    \
        PLAIN(hys__said_program, "strategy", TEXT, opts.strategy),                                                     \
        PLAIN(hys__said_program, "rows_at_once", FLAG, opts.in_rows), OPTION("set", set, "V"),                         \
        OPTION("set_step", set_step, "V"), OPTION("set_limit", set_limit, "V"), OPTION("reset", reset, "V"),           \
        OPTION("reset_step", reset_step, "V"), OPTION("reset_limit", reset_limit, "V"), OPTION("width", width, "s"),   \
        OPTION("rise", rise, "s"), OPTION("growth", growth, ""), OPTION("width_limit", width_limit, "s"),              \
        OPTION("gate", gate, "V"), OPTION("gate_step", gate_step, "V"), OPTION("gate_limit", gate_limit, "V"),         \
        OPTION("read_voltage", read_voltage, "V"), OPTION("read_time", read_time, "s"),                                \
        OPTION("read_noise", read_noise, ""), PLAIN(hys__said_program, "reads", COUNT, opts.reads),                    \
        PLAIN(hys__said_program, "reads_disturb", FLAG, opts.reads_disturb), OPTION("tolerance", tolerance, ""),       \
        OPTION("tolerance_S", tolerance_S, "S"), OPTION("accept", accept, ""),                                         \
        PLAIN(hys__said_program, "most_pulses", COUNT, opts.most_pulses),                                              \
        PLAIN(hys__said_program, "rounds", COUNT, opts.rounds), PLAIN(hys__said_program, "steps", COUNT, steps),       \
        OPTION("wait", wait, "s"), OPTION("endurance", endurance, "")

static const hys__yaml_field program_fields[] = {PROGRAM_FIELDS};
static const hys__yaml_schema program_schema = {"a program", program_fields, COUNT_OF(program_fields),
                                                sizeof(hys__said_program), NULL};
static const hys__yaml_field residual_fields[] = {
    PROGRAM_FIELDS,
    PLAIN(hys__said_program, "arrays", COUNT, arrays),
};
static const hys__yaml_schema residual_schema = {"a residual", residual_fields, COUNT_OF(residual_fields),
                                                 sizeof(hys__said_program), NULL};

static const hys__yaml_field multiply_fields[] = {
    NEEDED(hys__said_multiply, "inputs", TEXT, inputs, NULL),
    REAL(hys__said_multiply, "read_voltage", read_voltage, "V"),
};
static const hys__yaml_schema multiply_schema = {"a multiply", multiply_fields, COUNT_OF(multiply_fields),
                                                 sizeof(hys__said_multiply), NULL};

static const hys__yaml_field wait_fields[] = {
    REAL(hys__said_wait, "time", time, "s"),
    REAL(hys__said_wait, "temperature", temperature, "K"),
    REAL(hys__said_wait, "read_voltage", read_voltage, "V"),
};
static const hys__yaml_schema wait_schema = {"a wait", wait_fields, COUNT_OF(wait_fields), sizeof(hys__said_wait),
                                             NULL};

static const hys__yaml_field retention_fields[] = {
    NEEDED(hys__said_retention, "times", REALS, times, "s"),
    REAL(hys__said_retention, "voltage", voltage, "V"),
    REAL(hys__said_retention, "noise", noise, ""),
    REAL(hys__said_retention, "tolerance", tolerance, ""),
    REAL(hys__said_retention, "drift", drift, ""),
    REAL(hys__said_retention, "drift_spread", drift_spread, ""),
    REAL(hys__said_retention, "start", start, "s"),
    PLAIN(hys__said_retention, "cells", TEXT, cells),
    REAL(hys__said_retention, "g_max", g_max, "S"),
};
static const hys__yaml_schema retention_schema = {"a retention", retention_fields, COUNT_OF(retention_fields),
                                                  sizeof(hys__said_retention), NULL};

static const hys__yaml_field margin_fields[] = {
    REAL(hys__said_margin, "on", on, "ohm"),
    REAL(hys__said_margin, "off", off, "ohm"),
    REAL(hys__said_margin, "nonlinearity", nonlinearity, ""),
    REAL(hys__said_margin, "voltage", voltage, "V"),
    REAL(hys__said_margin, "least", least, ""),
    PLAIN(hys__said_margin, "most", COUNT, most),
};
static const hys__yaml_schema margin_schema = {"a margin", margin_fields, COUNT_OF(margin_fields),
                                               sizeof(hys__said_margin), NULL};

static const hys__yaml_field map_fields[] = {
    PLAIN(hys__said_map, "row", COUNT, row),
    PLAIN(hys__said_map, "column", COUNT, column),
    NEEDED(hys__said_map, "voltage", REAL, voltage, "V"),
};
static const hys__yaml_schema map_schema = {"a map", map_fields, COUNT_OF(map_fields), sizeof(hys__said_map), NULL};

static const hys__yaml_field step_fields[] = {
    PLAIN(hys__said_step, "name", TEXT, name),
    SECTION(hys__said_step, "read", read, &read_schema),
    SECTION(hys__said_step, "write", write, &write_schema),
    SECTION(hys__said_step, "pulse", pulse, &pulse_schema),
    SECTION(hys__said_step, "program", program, &program_schema),
    SECTION(hys__said_step, "residual", residual, &residual_schema),
    SECTION(hys__said_step, "multiply", multiply, &multiply_schema),
    SECTION(hys__said_step, "wait", wait, &wait_schema),
    SECTION(hys__said_step, "retention", retention, &retention_schema),
    SECTION(hys__said_step, "margin", margin, &margin_schema),
    SECTION(hys__said_step, "map", map, &map_schema),
};
static void preset_step(void *data) {
    hys__said_step *s = data;
    s->read.voltage = s->pulse.read_voltage = s->multiply.read_voltage = s->wait.read_voltage = 0.1;
    s->write.width = 1e-6;
    s->write.rise = s->pulse.rise = 1e-9;
    s->program.opts = s->residual.opts = hys_program_opts_default();
    s->program.levels = s->residual.levels = 4;
    s->residual.arrays = 3;
    s->wait.temperature = NAN;
    const hys_retention_opts r = hys_retention_opts_default();
    s->retention.voltage = r.read_voltage;
    s->retention.tolerance = r.tolerance;
    s->retention.start = r.start;
    const hys_margin_opts m = hys_margin_opts_default();
    s->margin = (hys__said_margin){m.on, m.off, m.law.nonlinearity, m.law.voltage, m.least, 128};
}
static const hys__yaml_schema step_schema = {"a step", step_fields, COUNT_OF(step_fields), sizeof(hys__said_step),
                                             preset_step};

/* ---- all ---- */

static const hys__yaml_field output_fields[] = {
    {"folder", HYS__FIELD_TEXT, offsetof(hys__said, outputs.folder) - offsetof(hys__said, outputs), NULL, NULL, false},
    {"csv", HYS__FIELD_FLAG, offsetof(hys__said, outputs.has_csv) - offsetof(hys__said, outputs), NULL, NULL, false},
    {"figures", HYS__FIELD_FLAG, offsetof(hys__said, outputs.has_figures) - offsetof(hys__said, outputs), NULL, NULL,
     false},
};
static const hys__yaml_schema output_schema = {"outputs", output_fields, COUNT_OF(output_fields), 0, NULL};

static const hys__yaml_field fields[] = {
    PLAIN(hys__said, "title", TEXT, title),
    PLAIN(hys__said, "seed", COUNT, seed),
    {"array", HYS__FIELD_SECTION, offsetof(hys__said, array), NULL, &array_schema, true},
    {"cell", HYS__FIELD_SECTION, offsetof(hys__said, cell), NULL, &cell_schema, true},
    {"faults", HYS__FIELD_SECTIONS, offsetof(hys__said, faults), NULL, &fault_schema, false},
    {"steps", HYS__FIELD_SECTIONS, offsetof(hys__said, steps), NULL, &step_schema, true},
    SECTION(hys__said, "outputs", outputs, &output_schema),
};
const hys__yaml_schema hys__experiment_schema = {"an experiment", fields, COUNT_OF(fields), sizeof(hys__said), NULL};

void hys__experiment_preset(hys__said *s) {
    const hys_array_opts a = hys_array_opts_default();
    *s = (hys__said){.title = ""};
    s->array.wire = s->array.word_wire = s->array.bit_wire = NAN;
    s->array.word_capacitance = s->array.bit_capacitance = NAN;
    s->array.tolerance = a.tolerance;
    s->cell.temperature = 300.15;
    s->cell.nonlinearity = 2;
    s->cell.law_voltage = 1;
    s->outputs.has_csv = true;
}
