/* hysteron array layout: what a crossbar's lines are, from their geometry. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *option, *unit;
    size_t at; /* in hys_layout_opts */
} lengths[] = {{"half-pitch", "m", offsetof(hys_layout_opts, half_pitch)},
               {"width", "m", offsetof(hys_layout_opts, line_width)},
               {"thickness", "m", offsetof(hys_layout_opts, line_thickness)},
               {"barrier", "m", offsetof(hys_layout_opts, barrier)},
               {"grain", "m", offsetof(hys_layout_opts, grain)},
               {"dielectric", "m", offsetof(hys_layout_opts, dielectric)},
               {"free-path", "m", offsetof(hys_layout_opts, free_path)}},
  numbers[] = {{"resistivity", "", offsetof(hys_layout_opts, resistivity)},
               {"specularity", "", offsetof(hys_layout_opts, specularity)},
               {"reflection", "", offsetof(hys_layout_opts, reflection)},
               {"permittivity", "", offsetof(hys_layout_opts, permittivity)}};

static hys_status read_length(invocation *in, size_t k, hys_layout_opts *o) {
    char label[32];
    double value;
    const char *text = option_text(in, lengths[k].option);
    if (!text) return HYS_OK;
    snprintf(label, sizeof label, "--%s", lengths[k].option);
    const hys_status status = hys_quantity_read(in->ctx, label, text, lengths[k].unit, &value);
    if (status == HYS_OK) memcpy((char *)o + lengths[k].at, &value, sizeof value);
    return status;
}

static hys_status read_opts(invocation *in, hys_layout_opts *o) {
    hys_status status = HYS_OK;
    *o = hys_layout_opts_default();
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths && status == HYS_OK; k++) status = read_length(in, k, o);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        if (option_get(in, numbers[k].option)->is_set)
            memcpy((char *)o + numbers[k].at, &option_get(in, numbers[k].option)->number, sizeof(double));
    if (option_text(in, "metal")) o->metal = option_text(in, "metal");
    if (option_text(in, "cell")) o->cell = option_text(in, "cell");
    return status;
}

static const struct {
    const char *name, *key, *unit, *desc;
    size_t at; /* in hys_layout */
} rows[] = {
    {"resistivity", "resistivity_ohm_m", "ohm m", "of the line, with scattering at surfaces and grains",
     offsetof(hys_layout, resistivity)},
    {"bulk resistivity", "bulk_resistivity_ohm_m", "ohm m", "of the metal", offsetof(hys_layout, bulk_resistivity)},
    {"word segment", "word_resistance_ohm", "ohm", "from bit line to bit line", offsetof(hys_layout, word_resistance)},
    {"bit segment", "bit_resistance_ohm", "ohm", "from word line to word line", offsetof(hys_layout, bit_resistance)},
    {"word capacitance", "word_capacitance_F", "F", "of a segment", offsetof(hys_layout, word_capacitance)},
    {"bit capacitance", "bit_capacitance_F", "F", "of a segment", offsetof(hys_layout, bit_capacitance)},
    {"cell area", "cell_area_m2", "m^2", "", offsetof(hys_layout, cell_area)},
    {"array area", "array_area_m2", "m^2", "without what drives it", offsetof(hys_layout, array_area)}};
enum { N_ROWS = sizeof rows / sizeof *rows };

static double value_of(const hys_layout *l, size_t k) {
    double value;
    memcpy(&value, (const char *)l + rows[k].at, sizeof value);
    return value;
}

static void print_layout(const hys_layout *l) {
    for (size_t k = 0; k < N_ROWS; k++) {
        char text[48];
        const double value = value_of(l, k);
        if (value == 0) continue; /* no array was asked for */
        if (rows[k].at == offsetof(hys_layout, cell_area) || rows[k].at == offsetof(hys_layout, array_area))
            snprintf(text, sizeof text, "%.4g um^2", 1e12 * value);
        else if (strcmp(rows[k].unit, "ohm m") == 0) snprintf(text, sizeof text, "%.4g uohm cm", 1e8 * value);
        else hys_quantity_format(value, rows[k].unit, 4, text);
        printf("  %-18s %16s  %s\n", rows[k].name, text, rows[k].desc);
    }
}

static json_t *layout_json(const hys_layout *l) {
    json_t *root = json_document();
    for (size_t k = 0; k < N_ROWS; k++) json_object_set_new(root, rows[k].key, json_number(value_of(l, k)));
    return root;
}

static int run(invocation *in) {
    hys_layout_opts opts;
    hys_layout layout;
    hys_status status = read_opts(in, &opts);
    hys_array_opts size = {.rows = 0};
    if (status == HYS_OK && option_text(in, "size")) {
        const int result = array_size(in, &size);
        if (result != EXIT_GOOD) return result;
        opts.rows = size.rows;
        opts.columns = size.columns;
    }
    if (status == HYS_OK) status = hys_layout_make(in->ctx, &opts, &layout);
    if (option_flag(in, "json"))
        return json_finish(in, status == HYS_OK ? layout_json(&layout) : json_document(), status);
    if (status == HYS_OK) print_layout(&layout);
    return exit_status(status);
}

static const option_info options[] = {
    {"half-pitch", 'F', OPTION_TEXT, "LENGTH", "half the distance from line to line (28nm)"},
    {"metal", 'm', OPTION_TEXT, "NAME", "Ag, Cu, Au, Al, Rh, W, Ir, Mo, Ni, Co, Ru (Cu)"},
    {"cell", 'c', OPTION_TEXT, "4F2|6F2|8F2|12F2", "area of a cell (4F2)"},
    {"size", 'n', OPTION_TEXT, "N|MxN", "word lines and bit lines, for the area"},
    {"width", 0, OPTION_TEXT, "LENGTH", "of a line (the half pitch)"},
    {"thickness", 0, OPTION_TEXT, "LENGTH", "of a line (twice the width)"},
    {"barrier", 0, OPTION_TEXT, "LENGTH", "at both sides and the bottom, that does not conduct (0nm)"},
    {"grain", 0, OPTION_TEXT, "LENGTH", "size of grains (the width)"},
    {"specularity", 0, OPTION_REAL, "P", "part of electrons that surfaces reflect like mirrors (0.52)"},
    {"reflection", 0, OPTION_REAL, "R", "part that boundaries of grains reflect (0.43)"},
    {"resistivity", 0, OPTION_REAL, "X", "of the bulk, ohm m (the metal's)"},
    {"free-path", 0, OPTION_TEXT, "LENGTH", "of electrons (the metal's)"},
    {"permittivity", 0, OPTION_REAL, "X", "relative, around the lines (3)"},
    {"dielectric", 0, OPTION_TEXT, "LENGTH", "from a line down to the next plane of lines (the thickness)"},
    JSON_OPTION,
};

static const char *const examples[] = {"hysteron array layout --half-pitch 28nm --metal W",
                                       "tungsten lines: resistance and capacitance of a segment",
                                       "hysteron array layout -F 40nm --cell 12F2 --size 1024 --barrier 3nm",
                                       "an array of cells with a transistor, its area", NULL};

const command_info command_array_layout = {
    .name = "array layout",
    .args = "",
    .summary = "Wires of a crossbar from geometry and metal.",
    .text = "Lines get more resistive than their metal as they get narrow: electrons are scattered at surfaces (Fuchs, "
            "Sondheimer) and at the boundaries of grains (Mayadas, Shatzkes). Metals are those of Gall 2016, the "
            "scattering of copper that of Sun et al. 2010; capacitances by Sakurai and Tamaru 1983. Give --half-pitch "
            "to `array op`, `mvm` or `margin` to solve an array of such lines.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
