/* hysteron array margin: how large a crossbar can be. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- which arrays ---- */

static const char *const schemes[] = {"half", "third", "float", "ground"};

static int read_scheme(invocation *in, hys_margin_opts *o) {
    const char *scheme = option_text(in, "scheme"), *read = option_text(in, "read");
    o->reads_voltage = read && !strcmp(read, "voltage");
    if (read && !o->reads_voltage && strcmp(read, "current") != 0)
        return refuse(in, "there is no read of a", read, "current, voltage");
    if (!scheme) scheme = o->reads_voltage ? "float" : "half";
    for (int k = 0; k < 4; k++)
        if (!strcmp(scheme, schemes[k])) {
            o->scheme = (hys_array_scheme)k;
            return EXIT_GOOD;
        }
    return refuse(in, "there is no scheme", scheme, "half, third, float, ground");
}

static hys_status read_quantity(invocation *in, const char *name, const char *unit, double *value) {
    char label[32];
    const char *text = option_text(in, name);
    snprintf(label, sizeof label, "--%s", name);
    return text ? hys_quantity_read(in->ctx, label, text, unit, value) : HYS_OK;
}

static int read_opts(invocation *in, hys_margin_opts *o) {
    *o = hys_margin_opts_default();
    int result = array_opts(in, &o->lines);
    if (result == EXIT_GOOD) result = array_law(in, &o->law);
    if (result == EXIT_GOOD) result = read_scheme(in, o);
    if (result != EXIT_GOOD) return result;
    hys_status status = read_quantity(in, "ron", "ohm", &o->on);
    if (status == HYS_OK) status = read_quantity(in, "roff", "ohm", &o->off);
    if (status == HYS_OK) status = read_quantity(in, "voltage", "V", &o->voltage);
    if (option_get(in, "margin")->is_set) o->least = option_get(in, "margin")->number;
    if (option_get(in, "shape")->is_set) o->shape = option_get(in, "shape")->number;
    if (option_get(in, "shape")->is_set && !(o->shape > 0)) return refuse(in, "a shape is above 0", NULL, "--shape 2");
    o->most = (size_t)option_int(in, "most", (int32_t)o->most);
    if (status == HYS_OK && option_text(in, "voltage") && !(o->voltage > 0))
        return refuse(in, "a read is at more than 0 V, not at", option_text(in, "voltage"), NULL);
    return exit_status(status);
}

/* ---- margins of arrays of 2, 4, 8 ... lines ---- */

static const struct {
    const char *name, *unit;
    size_t at; /* in hys_margin; SIZE_MAX: n */
} columns[] = {{"n", "", SIZE_MAX},
               {"margin", "", offsetof(hys_margin, margin)},
               {"ideal_margin", "", offsetof(hys_margin, ideal_margin)},
               {"on_current", "A", offsetof(hys_margin, on_current)},
               {"off_current", "A", offsetof(hys_margin, off_current)},
               {"sneak_current", "A", offsetof(hys_margin, sneak_current)},
               {"power", "W", offsetof(hys_margin, power)},
               {"write", "V", offsetof(hys_margin, write)},
               {"disturb", "V", offsetof(hys_margin, disturb)},
               {"resistor", "ohm", offsetof(hys_margin, resistor)}};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static double value_of(const hys_margin *m, size_t c) {
    if (columns[c].at == SIZE_MAX) return (double)m->n;
    double value;
    memcpy(&value, (const char *)m + columns[c].at, sizeof value);
    return value;
}

static hys_status make_table(invocation *in, const hys_margin_curve *curve, hys_table **table) {
    hys_status status = hys_table_new(in->ctx, table);
    double row[N_COLUMNS];
    for (size_t c = 0; c < N_COLUMNS && status == HYS_OK; c++)
        status = hys_table_add_column(*table, columns[c].name, columns[c].unit);
    for (size_t k = 0; k < curve->n_points && status == HYS_OK; k++) {
        for (size_t c = 0; c < N_COLUMNS; c++) row[c] = value_of(&curve->points[k], c);
        status = hys_table_add_row(*table, row);
    }
    return status;
}

static void print_cell(double value, const char *unit) {
    char text[48];
    hys_quantity_format(value, unit, 4, text);
    printf(" %11s", text);
}

static void print_points(const hys_margin_curve *curve) {
    puts("     n   margin    ideal  bit line on      off       sneak       power       write     disturb");
    for (size_t k = 0; k < curve->n_points; k++) {
        const hys_margin *m = &curve->points[k];
        printf("%6zu %7.2f%% %7.2f%%", m->n, 100 * m->margin, 100 * m->ideal_margin);
        print_cell(m->on_current, "A");
        print_cell(m->off_current, "A");
        print_cell(m->sneak_current, "A");
        print_cell(m->power, "W");
        print_cell(m->write, "V");
        print_cell(m->disturb, "V");
        putchar('\n');
    }
}

static void print_largest(const hys_margin_curve *curve, const hys_margin_opts *o) {
    char ideal[48] = "any";
    if (isfinite(curve->ideal_largest)) snprintf(ideal, sizeof ideal, "%.0f", curve->ideal_largest);
    printf("largest array with a margin of %g%%: %s%zu lines of each kind; without wires %s\n", 100 * o->least,
           curve->is_more ? "more than " : "", curve->largest, ideal);
}

static json_t *curve_json(const hys_margin_curve *curve) {
    json_t *root = json_document(), *points = json_array();
    for (size_t k = 0; k < curve->n_points; k++) {
        json_t *point = json_object();
        for (size_t c = 0; c < N_COLUMNS; c++) {
            char name[48];
            snprintf(name, sizeof name, "%s%s%s", columns[c].name, *columns[c].unit ? "_" : "", columns[c].unit);
            const double value = value_of(&curve->points[k], c);
            json_object_set_new(point, name, c ? json_number(value) : json_integer((json_int_t)value));
        }
        json_array_append_new(points, point);
    }
    json_object_set_new(root, "largest", json_integer((json_int_t)curve->largest));
    json_object_set_new(root, "is_more", json_boolean(curve->is_more));
    json_object_set_new(root, "ideal_largest", json_number(curve->ideal_largest));
    json_object_set_new(root, "points", points);
    return root;
}

/* ---- files ---- */

static hys_status draw(invocation *in, hys_table *table, const char *y, const char *path) {
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "scatter";
    hys_status status = hys_table_set_note(table, "y", y);
    return status == HYS_OK ? hys_figure_write(in->ctx, table, &opts, path) : status;
}

/* What is drawn, under names that are read: x, with wires, without. */
static hys_status start_drawing(invocation *in, const char *x, const char *unit, hys_table **table) {
    hys_status status = hys_table_new(in->ctx, table);
    if (status == HYS_OK) status = hys_table_add_column(*table, x, unit);
    if (status == HYS_OK) status = hys_table_add_column(*table, "with wires", "");
    return status == HYS_OK ? hys_table_add_column(*table, "without wires", "") : status;
}

static hys_status draw_curve(invocation *in, const hys_margin_curve *curve, const char *path) {
    hys_table *table = NULL;
    hys_status status = start_drawing(in, "Lines of each kind", "", &table);
    for (size_t k = 0; k < curve->n_points && status == HYS_OK; k++) {
        const hys_margin *m = &curve->points[k];
        status = hys_table_add_row(table, (double[]){(double)m->n, m->margin, m->ideal_margin});
    }
    if (status == HYS_OK) status = draw(in, table, "Read margin", path);
    hys_table_free(table);
    return status;
}

static hys_status write_curve(invocation *in, const hys_margin_curve *curve) {
    const char *csv = option_text(in, "output"), *figure = option_text(in, "figure");
    hys_table *all = NULL;
    hys_status status = csv ? make_table(in, curve, &all) : HYS_OK;
    if (status == HYS_OK && csv) status = write_table(in, all, csv);
    if (status == HYS_OK && figure) status = draw_curve(in, curve, figure);
    hys_table_free(all);
    return status;
}

static int run_curve(invocation *in, const hys_margin_opts *o) {
    hys_margin_curve curve = {0};
    hys_status status = hys_array_margins(in->ctx, o, &curve);
    if (status == HYS_OK) status = write_curve(in, &curve);
    int result = exit_status(status);
    if (option_flag(in, "json"))
        result = json_finish(in, status == HYS_OK ? curve_json(&curve) : json_document(), status);
    else if (status == HYS_OK && !wants_both_on_stdout(in) &&
             !(option_text(in, "output") && !strcmp(option_text(in, "output"), "-"))) {
        print_points(&curve);
        print_largest(&curve, o);
    }
    hys_margin_curve_free(in->ctx, &curve);
    return result;
}

/* ---- the largest array against what the user varies ---- */

/* sweep = ("ratio" | "nonlinearity" | "rwire") "=" value {"," value} */
static const struct {
    const char *name, *unit, *key, *title; /* key: of JSON; title: of a figure's axis */
} swept[] = {{"ratio", "", "ratio", "On/off ratio"},
             {"nonlinearity", "", "nonlinearity", "Nonlinearity I(V)/I(V/2)"},
             {"rwire", "ohm", "rwire_ohm", "Wire resistance of a segment"}};

static int find_swept(invocation *in, const char *text) {
    for (int k = 0; k < 3; k++) {
        const size_t length = strlen(swept[k].name);
        if (!strncmp(text, swept[k].name, length) && text[length] == '=') return k;
    }
    refuse(in, "nothing is swept by", text, "--sweep ratio=10,100, nonlinearity=2,100,1e4, or rwire=1ohm,5ohm");
    return -1;
}

static void set_swept(hys_margin_opts *o, int k, double value) {
    if (k == 0) o->off = value * o->on;
    else if (k == 1) o->law.nonlinearity = value;
    else o->lines.word_wire = o->lines.bit_wire = value;
}

static hys_status add_value(invocation *in, const hys_margin_opts *given, int k, const char *text, hys_table *table) {
    hys_margin_opts o = *given;
    hys_margin_curve curve = {0};
    double row[3];
    hys_status status = hys_quantity_read(in->ctx, "--sweep", text, swept[k].unit, row);
    if (status != HYS_OK) return status;
    set_swept(&o, k, row[0]);
    status = hys_array_margins(in->ctx, &o, &curve);
    row[1] = (double)curve.largest;
    row[2] = isfinite(curve.ideal_largest) ? curve.ideal_largest : NAN;
    hys_margin_curve_free(in->ctx, &curve);
    return status == HYS_OK ? hys_table_add_row(table, row) : status;
}

static hys_status sweep(invocation *in, const hys_margin_opts *o, int k, hys_table **table) {
    char *values = strdup(strchr(option_text(in, "sweep"), '=') + 1), *rest = values;
    hys_status status = values ? hys_table_new(in->ctx, table) : HYS_NOMEM;
    if (status == HYS_OK) status = hys_table_add_column(*table, swept[k].name, swept[k].unit);
    if (status == HYS_OK) status = hys_table_add_column(*table, "largest", "");
    if (status == HYS_OK) status = hys_table_add_column(*table, "ideal_largest", "");
    while (status == HYS_OK && rest) {
        const char *value = strsep(&rest, ",");
        status = add_value(in, o, k, value, *table);
    }
    free(values);
    return status;
}

static void print_sweep(const hys_table *table, const hys_margin_opts *o) {
    printf("%14s %9s %14s   lines of each kind, for a margin of %g%%\n", hys_table_name(table, 0), "largest",
           "without wires", 100 * o->least);
    for (size_t k = 0; k < hys_table_n_rows(table); k++) {
        const double largest = hys_table_column_at(table, 1)[k], ideal = hys_table_column_at(table, 2)[k];
        printf("%14g %9.0f ", hys_table_column_at(table, 0)[k], largest);
        if (isfinite(ideal)) printf("%14.0f", ideal);
        else printf("%14s", "any");
        puts(largest == (double)o->most ? "   more were not tried" : "");
    }
}

static json_t *sweep_json(const hys_table *table, const hys_margin_opts *o, int swept_at) {
    json_t *root = json_document(), *rows = json_array();
    for (size_t k = 0; k < hys_table_n_rows(table); k++) {
        json_t *row = json_object();
        const double largest = hys_table_column_at(table, 1)[k];
        json_object_set_new(row, swept[swept_at].key, json_number(hys_table_column_at(table, 0)[k]));
        json_object_set_new(row, "largest", json_integer((json_int_t)largest));
        json_object_set_new(row, "ideal_largest", json_number(hys_table_column_at(table, 2)[k]));
        json_object_set_new(row, "is_more", json_boolean(largest == (double)o->most));
        json_array_append_new(rows, row);
    }
    json_object_set_new(root, "sweep", rows);
    return root;
}

static hys_status draw_sweep(invocation *in, const hys_table *swept_table, int k, const char *path) {
    hys_table *table = NULL;
    hys_status status = start_drawing(in, swept[k].title, swept[k].unit, &table);
    for (size_t r = 0; r < hys_table_n_rows(swept_table) && status == HYS_OK; r++) {
        double row[3];
        for (size_t c = 0; c < 3; c++) row[c] = hys_table_column_at(swept_table, c)[r];
        status = hys_table_add_row(table, row);
    }
    if (status == HYS_OK) status = draw(in, table, "Largest array (lines of each kind)", path);
    hys_table_free(table);
    return status;
}

static int run_sweep(invocation *in, const hys_margin_opts *o) {
    const char *csv = option_text(in, "output"), *figure = option_text(in, "figure");
    hys_table *table = NULL;
    const int k = find_swept(in, option_text(in, "sweep"));
    if (k < 0) return EXIT_USAGE;
    hys_status status = sweep(in, o, k, &table);
    if (status == HYS_OK && csv) status = write_table(in, table, csv);
    if (status == HYS_OK && figure) status = draw_sweep(in, table, k, figure);
    int result = exit_status(status);
    if (option_flag(in, "json"))
        result = json_finish(in, status == HYS_OK ? sweep_json(table, o, k) : json_document(), status);
    else if (status == HYS_OK && !(csv && !strcmp(csv, "-"))) print_sweep(table, o);
    hys_table_free(table);
    return result;
}

/* ---- maps of an array of --most word lines ---- */

#define MOST_PLACES 32 /* across and down: each is a solution of a map of writes */

static hys_status fill_map(const hys_margin_opts *o, size_t bit_lines, size_t every, const double *v,
                           hys_table *table) {
    hys_status status = HYS_OK;
    for (size_t i = 0; i < o->most; i += every)
        for (size_t j = 0; j < bit_lines && status == HYS_OK; j += every)
            status = hys_table_add_row(table, (double[]){(double)j, (double)i, *v++});
    return status;
}

static hys_status make_map(invocation *in, const hys_margin_opts *o, hys_margin_map map, hys_table **table) {
    const size_t bit_lines = o->shape > 0 ? (size_t)fmax(2, round(o->shape * (double)o->most)) : o->most;
    const size_t longest = o->most > bit_lines ? o->most : bit_lines, every = (longest + MOST_PLACES - 1) / MOST_PLACES;
    double *v = calloc((o->most / every + 1) * (bit_lines / every + 1), sizeof *v);
    hys_status status = v ? hys_array_margin_map(in->ctx, o, o->most, map, every, v) : HYS_NOMEM;
    if (status == HYS_OK) status = hys_table_new(in->ctx, table);
    if (status == HYS_OK) status = hys_table_add_column(*table, "Bit line", "");
    if (status == HYS_OK) status = hys_table_add_column(*table, "Word line", "");
    if (status == HYS_OK)
        status =
            hys_table_add_column(*table, map == HYS_MAP_WRITE ? "Left of a write" : "Voltage across the cell", "V");
    if (status == HYS_OK) status = fill_map(o, bit_lines, every, v, *table);
    free(v);
    return status;
}

static int run_map(invocation *in, const hys_margin_opts *o) {
    const char *csv = option_text(in, "output"), *figure = option_text(in, "figure"), *kind = option_text(in, "map");
    hys_figure_opts opts = hys_figure_opts_default();
    hys_table *table = NULL;
    opts.kind = "map";
    if (strcmp(kind, "write") != 0 && strcmp(kind, "disturb") != 0)
        return refuse(in, "there is no map of", kind, "write, disturb");
    if (!csv && !figure) return refuse(in, "where does the map go?", NULL, "-f map.svg, -o map.csv");
    hys_status status = make_map(in, o, *kind == 'w' ? HYS_MAP_WRITE : HYS_MAP_DISTURB, &table);
    if (status == HYS_OK && csv) status = write_table(in, table, csv);
    if (status == HYS_OK && figure) status = hys_figure_write(in->ctx, table, &opts, figure);
    hys_table_free(table);
    return option_flag(in, "json") ? json_finish(in, json_document(), status) : exit_status(status);
}

/* ---- the command ---- */

static int run(invocation *in) {
    hys_margin_opts opts;
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    const int result = read_opts(in, &opts);
    if (result != EXIT_GOOD) return result;
    if (option_text(in, "map")) return run_map(in, &opts);
    return option_text(in, "sweep") ? run_sweep(in, &opts) : run_curve(in, &opts);
}

static const option_info options[] = {
    {"scheme", 's', OPTION_TEXT, "half|third|float|ground", "where lines are that are not chosen (half: V/2)"},
    {"read", 0, OPTION_TEXT, "current|voltage", "at virtual ground, or across the best resistor with floating lines"},
    {"ron", 0, OPTION_TEXT, "R", "resistance of cells that are on (10kohm)"},
    {"roff", 0, OPTION_TEXT, "R", "of cells that are off (1Mohm)"},
    {"voltage", 'v', OPTION_TEXT, "V", "between the chosen lines (--read-voltage)"},
    {"margin", 'm', OPTION_REAL, "X", "the margin that is enough (0.1)"},
    {"most", 'n', OPTION_NUMBER, "N", "word lines of the largest array that is tried (512)"},
    {"shape", 0, OPTION_REAL, "X", "bit lines for each word line (1)"},
    {"sweep", 0, OPTION_TEXT, "NAME=X,X...", "the largest array against ratio (off/on), nonlinearity or rwire"},
    {"map", 0, OPTION_TEXT, "write|disturb",
     "of an array of --most word lines: what is left across each cell when it "
     "is written, or across all when the worst is"},
    ARRAY_OPTIONS,
    LAW_OPTIONS,
    {"output", 'o', OPTION_TEXT, "FILE...", "write the table there, as CSV (-: standard output)"},
    {"figure", 'f', OPTION_TEXT, "FILE...", "draw it: .svg, .pdf or .png"},
    JSON_OPTION,
};

static const char *const examples[] = {
    "hysteron array margin --rwire 2.5ohm --nonlinearity 1e3",
    "a V/2 read of cells with a selector: margins, and the largest array at 10 %",
    "hysteron array margin --read voltage --roff 100kohm",
    "floating lines, the bit line across a resistor: without a selector five lines",
    "hysteron array margin --sweep nonlinearity=2,10,100,1e3 --rwire 1ohm -f largest.svg",
    "what a better selector gains, with wires and without",
    "hysteron array margin --map write --most 64 --rwire 2.5ohm --nonlinearity 100 --voltage 2V -f write.svg",
    "what the wires leave of a 2 V write, cell by cell",
    NULL};

const command_info command_array_margin = {
    .name = "array margin",
    .args = "",
    .summary = "How large a crossbar can be: margins of reads and writes.",
    .text =
        "A cell in the corner farthest from driver and sense circuit is read while all others are on. The margin is "
        "(I_on - I_off)/I_on of its bit line's current with the cell on and off, or (V_on - V_off)/V across a "
        "resistor; write is what is left across the cell, disturb the most across any other. Wires are exact; "
        "beside each margin stands the closed form without wires.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
