/* hysteron array op: the potentials of a crossbar with its wires. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

/* ---- which array ---- */

/* A draw a cell: splitmix64 of seed and cell, so that a cell's state does not depend on the size of the array's rest.
 */
static bool is_on(uint64_t seed, uint64_t cell) {
    uint64_t z = seed * 0x9e3779b97f4a7c15ull + (cell + 1) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return ((z ^ (z >> 31)) >> 63) != 0;
}

static const char *const patterns[] = {"random", "on", "off", "checkerboard", "diagonal"};

static int read_pattern(invocation *in, int *pattern) {
    const char *text = option_text(in, "pattern");
    for (*pattern = 0; *pattern < 5; ++*pattern)
        if (!text || !strcmp(text, patterns[*pattern])) return EXIT_GOOD;
    return refuse(in, "there is no pattern", text, "random, on, off, checkerboard, diagonal");
}

static bool cell_is_on(int pattern, uint64_t seed, size_t i, size_t j, size_t columns) {
    switch (pattern) {
    case 0:
        return is_on(seed, (uint64_t)i * columns + j);
    case 1:
        return true;
    case 2:
        return false;
    case 3:
        return (i + j) % 2 == 0;
    default:
        return i == j;
    }
}

static int make_cells(invocation *in, const hys_array_opts *opts, hys_matrix *cells) {
    double on = 10e3, off = 1e6;
    int pattern;
    const char *r_on = option_text(in, "ron"), *r_off = option_text(in, "roff");
    int result = read_pattern(in, &pattern);
    if (result != EXIT_GOOD) return result;
    hys_status status = r_on ? hys_quantity_read(in->ctx, "--ron", r_on, "ohm", &on) : HYS_OK;
    if (status == HYS_OK && r_off) status = hys_quantity_read(in->ctx, "--roff", r_off, "ohm", &off);
    if (status == HYS_OK && (!(on > 0) || !(off > 0)))
        return refuse(in, "a cell's resistance is above 0 ohm", NULL, "");
    if (status == HYS_OK) status = hys_matrix_new(in->ctx, opts->rows, opts->columns, cells);
    if (status != HYS_OK) return exit_status(status);
    const uint64_t seed = (uint64_t)option_int(in, "seed", 0);
    for (size_t i = 0; i < opts->rows; i++)
        for (size_t j = 0; j < opts->columns; j++)
            cells->values[i * opts->columns + j] = 1 / (cell_is_on(pattern, seed, i, j, opts->columns) ? on : off);
    return EXIT_GOOD;
}

static int read_cells(invocation *in, hys_array_opts *opts, hys_matrix *cells) {
    hys_status status = hys_matrix_read(in->ctx, option_text(in, "conductances"), cells);
    opts->rows = cells->rows;
    opts->columns = cells->columns;
    return exit_status(status);
}

/* ---- what came out ---- */

static size_t n_words(const hys_array_opts *opts) {
    return opts->lines == HYS_LINES_PARALLEL ? opts->columns : opts->rows;
}

static double *filled(size_t n, double value) {
    double *v = malloc((n ? n : 1) * sizeof *v);
    for (size_t k = 0; k < n && v; k++) v[k] = value;
    return v;
}

static void print_line(const char *name, double value, const char *unit, const char *desc) {
    char text[48];
    hys_quantity_format(value, unit, 4, text);
    printf("  %-18s %14s  %s\n", name, text, desc);
}

static void span_of(const double *a, size_t n, double *least, double *most) {
    *least = *most = a[0];
    for (size_t k = 1; k < n; k++) {
        if (a[k] < *least) *least = a[k];
        if (a[k] > *most) *most = a[k];
    }
}

static double worst_cell(const hys_array *array, size_t count) {
    const double *u = hys_array_word_potentials(array), *w = hys_array_bit_potentials(array);
    double least = u[0] - w[0];
    for (size_t k = 1; k < count; k++)
        if (u[k] - w[k] < least) least = u[k] - w[k];
    return least;
}

static hys_status volts_of(const invocation *in, double *volts) {
    const char *text = option_text(in, "voltage");
    return text ? hys_quantity_read(in->ctx, "--voltage", text, "V", volts) : HYS_OK;
}

static void print_result(const invocation *in, const hys_array *array, const hys_array_opts *opts) {
    const hys_array_report r = hys_array_get_report(array);
    double least, most, volts = 1;
    char text[48];
    if (volts_of(in, &volts) != HYS_OK) return;
    hys_quantity_format(volts, "V", 4, text);
    printf("%zu x %zu crossbar, %s on all word lines, 0 V on all bit lines\n", opts->rows, opts->columns, text);
    span_of(hys_array_bit_currents(array), opts->columns, &least, &most);
    print_line("least current", least, "A", "of a bit line");
    print_line("largest current", most, "A", "of a bit line");
    print_line("worst cell", worst_cell(array, opts->rows * opts->columns), "V", "that is left across it");
    print_line("power", r.source_power, "W", "from the sources");
    if (!option_flag(in, "report")) return;
    printf("  %-18s %14u  steps of the linear iteration\n", "iterations", r.iterations);
    if (r.newton_steps) printf("  %-18s %14u  steps of Newton's method\n", "Newton", r.newton_steps);
    if (r.newton_steps) printf("  %-18s %14.2e  kept by a node / largest of a cell\n", "current", r.current_residual);
    printf("  %-18s %14.2e  |b - A v| / |b|\n", "residual", r.relative_residual);
    printf("  %-18s %14.2e  |sources - dissipated| / sources\n", "power balance", r.power_balance);
    printf("  %-18s %14.4g  wires' resistance times all conductances\n", "screening", r.screening);
    print_line("time", r.solve_s, "s", "with the set-up");
    print_line("memory", r.memory_B, "B", "of the array");
}

static json_t *result_json(const hys_array *array, const hys_array_opts *opts, const array_noise *noise) {
    const hys_array_report r = hys_array_get_report(array);
    double least, most;
    json_t *root = json_document();
    span_of(hys_array_bit_currents(array), opts->columns, &least, &most);
    json_object_set_new(root, "rows", json_integer((json_int_t)opts->rows));
    json_object_set_new(root, "columns", json_integer((json_int_t)opts->columns));
    json_object_set_new(root, "solve_s", json_number(r.solve_s));
    json_object_set_new(root, "iterations", json_integer(r.iterations));
    json_object_set_new(root, "newton_steps", json_integer(r.newton_steps));
    json_object_set_new(root, "current_residual", json_number(r.current_residual));
    json_object_set_new(root, "relative_residual", json_number(r.relative_residual));
    json_object_set_new(root, "power_balance", json_number(r.power_balance));
    json_object_set_new(root, "memory_B", json_number(r.memory_B));
    json_object_set_new(root, "source_power_W", json_number(r.source_power));
    json_object_set_new(root, "screening", json_number(r.screening));
    json_object_set_new(root, "least_bit_current_A", json_number(least));
    json_object_set_new(root, "largest_bit_current_A", json_number(most));
    json_object_set_new(root, "worst_cell_V", json_number(worst_cell(array, opts->rows * opts->columns)));
    array_noise_json(root, array, noise);
    return root;
}

static hys_status write_maps(invocation *in, const hys_array *array, const hys_array_opts *opts) {
    const char *folder = option_text(in, "output");
    if (!folder) return HYS_OK;
    const struct {
        const char *name;
        hys_matrix matrix;
    } all[] = {{"word_potentials", {opts->rows, opts->columns, (double *)(uintptr_t)hys_array_word_potentials(array)}},
               {"bit_potentials", {opts->rows, opts->columns, (double *)(uintptr_t)hys_array_bit_potentials(array)}},
               {"word_currents", {1, n_words(opts), (double *)(uintptr_t)hys_array_word_currents(array)}},
               {"bit_currents", {1, opts->columns, (double *)(uintptr_t)hys_array_bit_currents(array)}}};
    hys_status status = make_folder(in, folder);
    for (size_t k = 0; k < sizeof all / sizeof *all && status == HYS_OK; k++) {
        char path[4200];
        snprintf(path, sizeof path, "%.4000s/%s.npy", folder, all[k].name);
        status = hys_matrix_write(in->ctx, &all[k].matrix, path, NULL);
    }
    return status;
}

/* ---- a map of it ---- */

#define MOST_PLACES 64 /* across and down; of larger arrays means are drawn */

static const char *const map_names[] = {"cells", "words", "bits", "currents"};
static const char *const map_titles[] = {"Voltage across the cell", "Potential of the word line",
                                         "Potential of the bit line", "Current through the cell"};

static double map_value(const hys_array *array, const double *currents, int kind, size_t k) {
    const double *u = hys_array_word_potentials(array), *w = hys_array_bit_potentials(array);
    if (currents) return currents[k];
    return kind == 0 ? u[k] - w[k] : kind == 1 ? u[k] : w[k];
}

/* The mean over the crossings of a place. */
static hys_status add_place(hys_table *table, const hys_array *array, const double *currents, int kind,
                            const size_t at[4], size_t columns) {
    double sum = 0, count = 0;
    for (size_t i = at[0]; i < at[1]; i++)
        for (size_t j = at[2]; j < at[3]; j++, count++) sum += map_value(array, currents, kind, i * columns + j);
    const double row[] = {0.5 * (double)(at[2] + at[3] - 1), 0.5 * (double)(at[0] + at[1] - 1), sum / count};
    return hys_table_add_row(table, row);
}

static hys_status fill_map(hys_table *table, const hys_array *array, const double *currents, int kind,
                           const hys_array_opts *o) {
    const size_t most = o->rows > o->columns ? o->rows : o->columns, side = (most + MOST_PLACES - 1) / MOST_PLACES;
    hys_status status = hys_table_add_column(table, "Bit line", "");
    if (status == HYS_OK) status = hys_table_add_column(table, "Word line", "");
    if (status == HYS_OK) status = hys_table_add_column(table, map_titles[kind], kind == 3 ? "A" : "V");
    for (size_t i = 0; i < o->rows; i += side)
        for (size_t j = 0; j < o->columns && status == HYS_OK; j += side) {
            const size_t at[4] = {i, i + side < o->rows ? i + side : o->rows, j,
                                  j + side < o->columns ? j + side : o->columns};
            status = add_place(table, array, currents, kind, at, o->columns);
        }
    return status;
}

/* --map of --figure; -1: there is none. */
static int find_map(invocation *in) {
    const char *text = option_text(in, "map");
    for (int kind = 0; kind < 4; kind++)
        if (!text || !strcmp(text, map_names[kind])) return kind;
    refuse(in, "there is no map of", text, "cells, words, bits, currents");
    return -1;
}

static hys_status draw_map(invocation *in, const hys_array *array, const hys_array_opts *o) {
    const char *path = option_text(in, "figure");
    hys_figure_opts opts = hys_figure_opts_default();
    hys_table *table = NULL;
    opts.kind = "map";
    if (!path) return HYS_OK;
    const int kind = find_map(in);
    double *currents = kind == 3 ? malloc(o->rows * o->columns * sizeof *currents) : NULL;
    hys_status status = kind == 3 && !currents ? HYS_NOMEM : HYS_OK;
    if (status == HYS_OK && currents) status = hys_array_cell_currents(array, currents);
    if (status == HYS_OK) status = hys_table_new(in->ctx, &table);
    if (status == HYS_OK) status = fill_map(table, array, currents, kind, o);
    if (status == HYS_OK) status = hys_figure_write(in->ctx, table, &opts, path);
    hys_table_free(table);
    free(currents);
    return status;
}

/* ---- the command ---- */

static hys_status read_ohm(invocation *in, const char *label, double *ohm) {
    const char *text = option_text(in, label + 2);
    return text ? hys_quantity_read(in->ctx, label, text, "ohm", ohm) : HYS_OK;
}

/* Faults drawn by --seed. */
static hys_status add_faults(invocation *in, hys_array *array) {
    static const struct {
        const char *option;
        size_t at; /* in hys_fault_opts */
    } all[] = {{"stuck-on", offsetof(hys_fault_opts, stuck_on)},
               {"stuck-off", offsetof(hys_fault_opts, stuck_off)},
               {"cut-words", offsetof(hys_fault_opts, cut_word)},
               {"cut-bits", offsetof(hys_fault_opts, cut_bit)}};
    hys_fault_opts o = hys_fault_opts_default();
    bool is_any = false;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (option_get(in, all[k].option)->is_set) {
            memcpy((char *)&o + all[k].at, &option_get(in, all[k].option)->number, sizeof(double));
            is_any = true;
        }
    if (!is_any) return HYS_OK;
    hys_status status = read_ohm(in, "--ron", &o.on);
    if (status == HYS_OK) status = read_ohm(in, "--roff", &o.off);
    o.seed = (uint64_t)option_int(in, "seed", 0);
    return status == HYS_OK ? hys_array_random_faults(array, &o, NULL) : status;
}

/* That leads to this exit status. */
static hys_status status_of(int result) {
    switch (result) {
    case EXIT_GOOD:
        return HYS_OK;
    case EXIT_INPUT:
        return HYS_SYNTAX;
    case EXIT_INTERNAL:
        return HYS_TOOL;
    case EXIT_NO:
        return HYS_NOCONV;
    default:
        return HYS_ARG;
    }
}

static hys_status solve(invocation *in, const hys_array_opts *opts, hys_matrix *cells, hys_array **array) {
    hys_array_law law = {.voltage = 1};
    double volts = 1;
    hys_status status = volts_of(in, &volts);
    if (status == HYS_OK) status = hys_array_new(in->ctx, opts, array);
    if (status == HYS_OK) status = hys_array_set_conductances(*array, cells->values);
    if (status == HYS_OK && array_law(in, &law) != EXIT_GOOD) status = HYS_ARG;
    if (status == HYS_OK) status = hys_array_set_law(*array, &law);
    if (status == HYS_OK) status = add_faults(in, *array);
    hys_matrix_free(in->ctx, cells);
    if (status == HYS_OK) status = status_of(array_cell(in, *array, opts));
    double *v = filled(n_words(opts), volts);
    if (status == HYS_OK) status = v ? hys_array_solve(*array, v, NULL) : HYS_NOMEM;
    free(v);
    if (status == HYS_OK) status = write_maps(in, *array, opts);
    return status == HYS_OK ? draw_map(in, *array, opts) : status;
}

static int read_lines(invocation *in, hys_array_opts *opts) {
    const char *text = option_text(in, "lines");
    if (!text || !strcmp(text, "crossed")) return EXIT_GOOD;
    if (strcmp(text, "parallel") != 0) return refuse(in, "lines are not", text, "crossed or parallel");
    opts->lines = HYS_LINES_PARALLEL;
    return EXIT_GOOD;
}

/* Whether the size can be had is asked before any memory is touched. */
static int prepare(invocation *in, hys_array_opts *opts, array_noise *noise, hys_matrix *cells) {
    int result = find_map(in) < 0 ? EXIT_USAGE : array_opts(in, opts);
    if (result == EXIT_GOOD) result = read_lines(in, opts);
    if (result == EXIT_GOOD) result = array_noise_opts(in, opts, noise);
    if (result != EXIT_GOOD) return result;
    if (option_text(in, "conductances")) return read_cells(in, opts, cells);
    result = array_size(in, opts);
    if (result != EXIT_GOOD) return result;
    result = exit_status(hys_array_check(in->ctx, opts));
    return result == EXIT_GOOD ? make_cells(in, opts, cells) : result;
}

/* What would not be looked at is told, not passed over. */
static int refuse_idle(invocation *in) {
    static const struct {
        const char *idle, *beside, *why;
    } pairs[] = {{"size", "conductances", "the file of conductances says how many lines there are"},
                 {"pattern", "conductances", "the file of conductances says which cells are on"},
                 {"ron", "conductances", "the file holds the cells' conductances"},
                 {"roff", "conductances", "the file holds the cells' conductances"},
                 {"pattern", "cell", "the device's states say what it conducts: --init"},
                 {"ron", "cell", "the device's states say what it conducts: --init"},
                 {"roff", "cell", "the device's states say what it conducts: --init"}};
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        if (option_get(in, pairs[k].idle)->is_set && option_get(in, pairs[k].beside)->is_set)
            return refuse(in, "there is no use here for", pairs[k].idle, pairs[k].why);
    if (option_get(in, "map")->is_set && !option_get(in, "figure")->is_set)
        return refuse(in, "nothing draws the map", option_text(in, "map"), "-f map.svg");
    return EXIT_GOOD;
}

static int run(invocation *in) {
    hys_array_opts opts;
    hys_matrix cells = {0};
    array_noise noise = {.lines = NULL};
    hys_array *array = NULL;
    int result = refuse_idle(in);
    if (result == EXIT_GOOD) result = prepare(in, &opts, &noise, &cells);
    hys_status status = HYS_OK;
    if (result == EXIT_GOOD) {
        status = solve(in, &opts, &cells, &array);
        if (status == HYS_OK) status = array_noise_find(in, array, &opts, &noise);
        result = exit_status(status);
    }
    hys_matrix_free(in->ctx, &cells);
    if (result != EXIT_USAGE && option_flag(in, "json"))
        result = json_finish(in, result == EXIT_GOOD ? result_json(array, &opts, &noise) : json_document(),
                             status == HYS_OK && result != EXIT_GOOD ? HYS_ARG : status);
    else if (result == EXIT_GOOD) {
        print_result(in, array, &opts);
        array_noise_print(in, array, &noise);
    }
    free(noise.lines);
    hys_array_free(array);
    return result;
}

static const option_info options[] = {
    {"size", 'n', OPTION_TEXT, "N|MxN", "word lines and bit lines"},
    {"conductances", 'g', OPTION_TEXT, "FILE...", "cells from a .csv or .npy file instead, in S; rows are word lines"},
    {"ron", 0, OPTION_TEXT, "R", "resistance of cells that are on (10kohm)"},
    {"roff", 0, OPTION_TEXT, "R", "of cells that are off (1Mohm)"},
    {"pattern", 'p', OPTION_TEXT, "random|on|off|checkerboard|diagonal", "which cells are on (random: half of them)"},
    {"seed", 0, OPTION_COUNT, "N", "seed of the random pattern and of faults (0)"},
    {"stuck-on", 0, OPTION_REAL, "P", "probability of a cell to be stuck at --ron"},
    {"stuck-off", 0, OPTION_REAL, "P", "at --roff"},
    {"cut-words", 0, OPTION_REAL, "P", "probability of a word line's segment to be cut"},
    {"cut-bits", 0, OPTION_REAL, "P", "of a bit line's"},
    ARRAY_OPTIONS,
    LAW_OPTIONS,
    CELL_OPTIONS,
    {"lines", 0, OPTION_TEXT, "crossed|parallel",
     "parallel: word lines run down the columns, as source lines do (crossed)"},
    {"voltage", 0, OPTION_TEXT, "V", "of all word lines (1V)"},
    {"output", 'o', OPTION_TEXT, "FOLDER", "write potentials and currents there, as .npy"},
    {"figure", 'f', OPTION_TEXT, "FILE...", "draw a map: .svg, .pdf or .png"},
    {"map", 'm', OPTION_TEXT, "cells|words|bits|currents", "of voltages across cells, potentials, or currents (cells)"},
    NOISE_OPTIONS,
    {"report", 0, OPTION_FLAG, NULL, "say how it was solved: steps, residual, power balance, time, memory"},
    JSON_OPTION,
};

static const char *const examples[] = {"hysteron array op --size 64 --rwire 2.5ohm --ron 10kohm --roff 1Mohm --report",
                                       "what the wires leave of 1 V",
                                       "hysteron array op -n 1024 --pattern on --json",
                                       "all cells on: time, residual, memory",
                                       "hysteron array op -g weights.npy --rwire 1ohm -o maps",
                                       "potentials and currents of your own conductances",
                                       "hysteron array op -n 128 --pattern on -f map.svg",
                                       "a map of the voltages across the cells",
                                       "hysteron array op -n 64 --cell vteam --selector mos1 --gate 2V --voltage 0.2V",
                                       "a read of devices behind transistors",
                                       "hysteron array op -n 64 --voltage 0.1V --noise 1Hz:1MHz --cwire 0.2fF",
                                       "thermal noise of a read, and how many levels it leaves",
                                       NULL};

const command_info command_array_op = {
    .name = "array op",
    .args = "",
    .summary = "Solve a crossbar with the resistance of its wires.",
    .text = "All word lines are driven to 1 V from the left, all bit lines held at 0 V at the bottom, each through one "
            "segment of "
            "wire; the options move that. The equations are solved to a relative residual of 1e-10, which is measured.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
