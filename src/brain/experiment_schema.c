/* What the file of an experiment on cells may say. */
#include "brain/experiment.h"
#include "io/yaml_fields.h"
#include <math.h>
#include <stddef.h>

#define PART(type, name, kind, member, schema)                                                                         \
    { name, HYS__FIELD_##kind, offsetof(type, member), NULL, schema, false }
/* Its schema is of the same struct. */
#define SAME(name, schema)                                                                                             \
    { name, HYS__FIELD_SECTION, 0, NULL, schema, false }
#define SCHEMA(what, fields, type, preset)                                                                             \
    { what, fields, COUNT_OF(fields), sizeof(type), preset }

/* ---- places ---- */

#define PLACE(type, place)                                                                                             \
    PLAIN(type, "compartment", TEXT, place.compartment), PLAIN(type, "region", TEXT, place.region),                    \
        PLAIN(type, "section", COUNT, place.section), REAL(type, "at", place.at, ""),                                  \
        REAL(type, "path", place.path, "m")

static const hys__said_place nowhere = {.section = SIZE_MAX, .at = NAN, .path = NAN};

static const hys__yaml_field place_fields[] = {PLACE(hys__said_group, watch)};
static const hys__yaml_schema watch_schema = SCHEMA("a place", place_fields, hys__said_group, NULL);

/* ---- cells ---- */

static const hys__yaml_field scale_fields[] = {
    REAL(hys__said_channel, "time", scale.time, ""),
    REAL(hys__said_channel, "voltage", scale.voltage, ""),
    REAL(hys__said_channel, "conductance", scale.conductance, "1/m^2"),
    REAL(hys__said_channel, "offset", scale.offset, "V"),
};
static const hys__yaml_schema scale_schema = SCHEMA("a scale", scale_fields, hys__said_channel, NULL);

static const hys__yaml_field channel_fields[] = {
    NEEDED(hys__said_channel, "device", TEXT, device, NULL),
    PLAIN(hys__said_channel, "ion", TEXT, ion),
    PLAIN(hys__said_channel, "set", TEXTS, set),
    PLAIN(hys__said_channel, "spread", TEXTS, spread),
    PLAIN(hys__said_channel, "hold", TEXTS, hold),
    REAL(hys__said_channel, "density", density, "1/m^2"),
    REAL(hys__said_channel, "step", step, "s"),
    {"densities", HYS__FIELD_AMOUNTS, offsetof(hys__said_channel, densities), "1/m^2", NULL, false},
    REAL(hys__said_channel, "reversal", reversal, "V"),
    SAME("scale", &scale_schema),
};
static void preset_channel(void *data) {
    *(hys__said_channel *)data = (hys__said_channel){.density = 1, .reversal = NAN, .scale = {1, 1, 1, 0}};
}
static const hys__yaml_schema channel_schema = SCHEMA("a channel", channel_fields, hys__said_channel, preset_channel);

static const hys__yaml_field cable_fields[] = {
    NEEDED(hys__said_cell, "length", REAL, cable.length, "m"),
    NEEDED(hys__said_cell, "diameter", REAL, cable.diameter, "m"),
};
static const hys__yaml_schema cable_schema = SCHEMA("a cable", cable_fields, hys__said_cell, NULL);

static const hys__yaml_field branch_fields[] = {
    PLAIN(hys__said_branch, "parent", COUNT, parent),
    PLAIN(hys__said_branch, "region", TEXT, region),
    NEEDED(hys__said_branch, "length", REAL, length, "m"),
    NEEDED(hys__said_branch, "diameter", REAL, diameter, "m"),
    REAL(hys__said_branch, "diameter_far", diameter_far, "m"),
};
static void preset_branch(void *data) {
    *(hys__said_branch *)data = (hys__said_branch){.region = "basal", .diameter_far = NAN};
}
static const hys__yaml_schema branch_schema = SCHEMA("a branch", branch_fields, hys__said_branch, preset_branch);

static const hys__yaml_field label_fields[] = {
    PLAIN(hys__said_label, "of", TEXT, of),
    REAL(hys__said_label, "path_from", path_from, "m"),
    REAL(hys__said_label, "path_to", path_to, "m"),
    REAL(hys__said_label, "radius_from", radius_from, "m"),
    REAL(hys__said_label, "radius_to", radius_to, "m"),
};
static const hys__yaml_schema label_schema = SCHEMA("a region", label_fields, hys__said_label, NULL);

static const hys__yaml_field leak_fields[] = {
    NEEDED(hys__said_cell, "conductance", REAL, leak.conductance, "S/m^2"),
    NEEDED(hys__said_cell, "reversal", REAL, leak.reversal, "V"),
};
static const hys__yaml_schema leak_schema = SCHEMA("a leak", leak_fields, hys__said_cell, NULL);

static const hys__yaml_field cell_fields[] = {
    PLAIN(hys__said_cell, "morphology", TEXT, morphology),
    REAL(hys__said_cell, "least_radius", least_radius, "m"),
    PLAIN(hys__said_cell, "tree", COUNT, tree),
    REAL(hys__said_cell, "soma", soma, "m"),
    SAME("cable", &cable_schema),
    PART(hys__said_cell, "branches", SECTIONS, branches, &branch_schema),
    PART(hys__said_cell, "regions", NAMED, regions, &label_schema),
    REAL(hys__said_cell, "area", area, "m^2"),
    REAL(hys__said_cell, "diameter", diameter, "m"),
    REAL(hys__said_cell, "length", length, "m"),
    REAL(hys__said_cell, "capacitance", capacitance, "F/m^2"),
    REAL(hys__said_cell, "resistivity", resistivity, "ohm m"),
    REAL(hys__said_cell, "d_lambda", d_lambda, ""),
    REAL(hys__said_cell, "lambda_f", lambda_f, "Hz"),
    REAL(hys__said_cell, "max_length", max_length, "m"),
    PLAIN(hys__said_cell, "per_section", COUNT, per_section),
    PLAIN(hys__said_cell, "any_number", FLAG, any_number),
    PLAIN(hys__said_cell, "terminals", FLAG, terminals),
    SAME("leak", &leak_schema),
    SAME("lif", &hys__brain_point_schemas[HYS_POINT_LIF]),
    SAME("adex", &hys__brain_point_schemas[HYS_POINT_ADEX]),
    SAME("izhikevich", &hys__brain_point_schemas[HYS_POINT_IZHIKEVICH]),
    PART(hys__said_cell, "ions", NAMED, ions, &hys__brain_ion_schema),
    PART(hys__said_cell, "ports", NAMED, ports, &hys__brain_port_schema),
    REAL(hys__said_cell, "start", start, "V"),
    REAL(hys__said_cell, "temperature", temperature, "K"),
    PART(hys__said_cell, "channels", NAMED, channels, &channel_schema),
};
static void preset_cell(void *data) {
    *(hys__said_cell *)data = (hys__said_cell){
        .soma = NAN,
        .area = NAN,
        .diameter = NAN,
        .length = NAN,
        .cable = {NAN, NAN},
        .capacitance = 0.01,
        .resistivity = 1,
        .d_lambda = NAN,
        .max_length = NAN,
        .lambda_f = 100,
        .start = -65e-3,
        .temperature = NAN,
    };
    for (int k = 0; k < HYS_N_POINT_KINDS; k++)
        ((hys__said_cell *)data)->points[k] = hys_point_default((hys_point_kind)k);
}
static const hys__yaml_schema cell_schema = SCHEMA("a cell", cell_fields, hys__said_cell, preset_cell);

/* ---- groups ---- */

static const hys__yaml_field group_fields[] = {
    PLAIN(hys__said_group, "cell", TEXT, cell),
    PLAIN(hys__said_group, "n", COUNT, n),
    REAL(hys__said_group, "threshold", threshold, "V"),
    SAME("watch", &watch_schema),
    SAME("poisson", &hys__brain_poisson_schema),
    SAME("replay", &hys__brain_replay_schema),
    SAME("background", &hys__brain_background_schema),
    REAL(hys__said_group, "start_noise", start_noise, "V"),
    {"box", HYS__FIELD_REALS, offsetof(hys__said_group, box), "m", NULL, false},
    PLAIN(hys__said_group, "keep_spikes", FLAG, keeps_spikes),
    PLAIN(hys__said_group, "meter", TEXTS, meter),
};
static void preset_group(void *data) {
    *(hys__said_group *)data = (hys__said_group){.n = 1, .threshold = -20e-3, .keeps_spikes = true};
    ((hys__said_group *)data)->watch = nowhere;
}
static const hys__yaml_schema group_schema = SCHEMA("a group", group_fields, hys__said_group, preset_group);

/* ---- electrodes ---- */

const char hys__brain_wave_keys[4][20] = {"current", "current_density", "conductance", "voltage"};

#define SHAPES "step|ramp|sine|table|noise"
#define WAVE(k, unit)                                                                                                  \
    CHOICE(hys__said_electrode, "shape", waves[k].shape, SHAPES),                                                      \
        REAL(hys__said_electrode, "start", waves[k].start, "s"),                                                       \
        REAL(hys__said_electrode, "stop", waves[k].stop, "s"),                                                         \
        REAL(hys__said_electrode, "value", waves[k].from, unit),                                                       \
        REAL(hys__said_electrode, "from", waves[k].from, unit),                                                        \
        REAL(hys__said_electrode, "mean", waves[k].from, unit), REAL(hys__said_electrode, "to", waves[k].to, unit),    \
        REAL(hys__said_electrode, "amplitude", waves[k].to, unit),                                                     \
        REAL(hys__said_electrode, "deviation", waves[k].to, unit),                                                     \
        REAL(hys__said_electrode, "frequency", waves[k].frequency, "Hz"),                                              \
        REAL(hys__said_electrode, "tau", waves[k].tau, "s"), PLAIN(hys__said_electrode, "file", TEXT, waves[k].file)

static const hys__yaml_field current_fields[] = {WAVE(0, "A")};
static const hys__yaml_schema current_schema = SCHEMA("a current", current_fields, hys__said_electrode, NULL);
static const hys__yaml_field density_fields[] = {WAVE(1, "A/m^2")};
static const hys__yaml_schema density_schema = SCHEMA("a current density", density_fields, hys__said_electrode, NULL);
static const hys__yaml_field conductance_fields[] = {
    WAVE(2, "S"),
    REAL(hys__said_electrode, "reversal", waves[2].reversal, "V"),
};
static const hys__yaml_schema conductance_schema =
    SCHEMA("a conductance", conductance_fields, hys__said_electrode, NULL);
static const hys__yaml_field voltage_fields[] = {
    WAVE(3, "V"),
    REAL(hys__said_electrode, "resistance", waves[3].resistance, "ohm"),
};
static const hys__yaml_schema voltage_schema = SCHEMA("a voltage", voltage_fields, hys__said_electrode, NULL);

static const hys__yaml_field electrode_fields[] = {
    NEEDED(hys__said_electrode, "group", TEXT, group, NULL),
    PLAIN(hys__said_electrode, "cells", TEXTS, cells),
    PLACE(hys__said_electrode, place),
    SAME("current", &current_schema),
    SAME("current_density", &density_schema),
    SAME("conductance", &conductance_schema),
    SAME("voltage", &voltage_schema),
};
static void preset_electrode(void *data) {
    hys__said_electrode *e = data;
    *e = (hys__said_electrode){.waves[3].resistance = 1e6};
    e->place = nowhere;
}
static const hys__yaml_schema electrode_schema =
    SCHEMA("an electrode", electrode_fields, hys__said_electrode, preset_electrode);

/* ---- what is told ---- */

static const hys__yaml_field record_fields[] = {
    NEEDED(hys__said_record, "group", TEXT, group, NULL),  PLAIN(hys__said_record, "what", TEXT, what),
    PLAIN(hys__said_record, "cells", TEXTS, cells),        PLACE(hys__said_record, place),
    CHOICE(hys__said_record, "of", fold, "each|sum|mean"), REAL(hys__said_record, "every", every, "s"),
};
static void preset_record(void *data) {
    *(hys__said_record *)data = (hys__said_record){.what = "v"};
    ((hys__said_record *)data)->place = nowhere;
}
static const hys__yaml_schema record_schema = SCHEMA("a record", record_fields, hys__said_record, preset_record);

static const hys__yaml_field measure_fields[] = {
    NEEDED(hys__said_measure, "kind", CHOICE, kind, "delay|speed"),
    NEEDED(hys__said_measure, "from", TEXT, from, NULL),
    NEEDED(hys__said_measure, "to", TEXT, to, NULL),
    REAL(hys__said_measure, "level", level, "V"),
};
static const hys__yaml_schema measure_schema = SCHEMA("a measure", measure_fields, hys__said_measure, NULL);

static const hys__yaml_field expected_fields[] = {
    NEEDED(hys__said_expectation, "name", TEXT, name, NULL),
    NEEDED(hys__said_expectation, "value", TEXT, value, NULL),
    PLAIN(hys__said_expectation, "tolerance", TEXT, tolerance),
    PLAIN(hys__said_expectation, "source", TEXT, source),
};
static void preset_expected(void *data) {
    *(hys__said_expectation *)data = (hys__said_expectation){.source = ""};
}
static const hys__yaml_schema expected_schema =
    SCHEMA("what is expected", expected_fields, hys__said_expectation, preset_expected);

/* ---- the whole ---- */

static const hys__yaml_field fields[] = {
    PLAIN(hys__said_brain, "title", TEXT, title),
    PLAIN(hys__said_brain, "folder", TEXT, folder),
    PLAIN(hys__said_brain, "figures", FLAG, has_figures),
    REAL(hys__said_brain, "dt", dt, "s"),
    CHOICE(hys__said_brain, "method", method, "crank-nicolson|backward-euler|adaptive"),
    REAL(hys__said_brain, "tolerance", tolerance, ""),
    NEEDED(hys__said_brain, "duration", REAL, duration, "s"),
    REAL(hys__said_brain, "after", after, "s"),
    REAL(hys__said_brain, "slice", slice, "s"),
    REAL(hys__said_brain, "temperature", temperature, "K"),
    PLAIN(hys__said_brain, "seed", COUNT, seed),
    PLAIN(hys__said_brain, "threads", COUNT, threads),
    PLAIN(hys__said_brain, "settle", FLAG, settles),
    PART(hys__said_brain, "cells", NAMED, cells, &cell_schema),
    PART(hys__said_brain, "groups", NAMED, groups, &group_schema),
    PART(hys__said_brain, "connect", SECTIONS, connect, &hys__brain_connect_schema),
    PART(hys__said_brain, "couple", SECTIONS, couple, &hys__brain_couple_schema),
    PART(hys__said_brain, "join", SECTIONS, joins, &hys__brain_join_schema),
    PART(hys__said_brain, "electrodes", SECTIONS, electrodes, &electrode_schema),
    PART(hys__said_brain, "record", NAMED, records, &record_schema),
    PART(hys__said_brain, "measure", NAMED, measures, &measure_schema),
    PART(hys__said_brain, "expected", SECTIONS, expected, &expected_schema),
    PLAIN(hys__said_brain, "source_does_not_say", TEXTS, missing),
};
const hys__yaml_schema hys__brain_schema = SCHEMA("an experiment on cells", fields, hys__said_brain, NULL);

void hys__brain_preset(hys__said_brain *said) {
    const hys_brain_opts o = hys_brain_opts_default();
    *said = (hys__said_brain){.title = "",
                              .dt = o.dt,
                              .tolerance = o.rtol,
                              .slice = NAN,
                              .temperature = hys_brain_cell_opts_default().temp,
                              .settles = true};
}
