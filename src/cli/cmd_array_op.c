/* hysteron array op: the potentials of a crossbar with its wires. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

/* ---- which array ---- */

/* size = N | M "x" N */
static int read_size(invocation *in, hys_array_opts *opts) {
    const char *text = option_text(in, "size");
    if (!text) return refuse(in, "how large is the array?", NULL, "--size 64, --size 64x128, or --conductances FILE");
    char *end;
    const unsigned long long m = strtoull(text, &end, 10), n = *end == 'x' ? strtoull(end + 1, &end, 10) : m;
    if (end == text || *end || !m || !n || m > 1000000000ull || n > 1000000000ull || *text == '-')
        return refuse(in, "this is no size of an array:", text, "--size 64, --size 64x128");
    opts->rows = (size_t)m;
    opts->columns = (size_t)n;
    return EXIT_GOOD;
}

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

static double *ones(size_t n) {
    double *v = malloc(n * sizeof *v);
    for (size_t k = 0; k < n && v; k++) v[k] = 1;
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

static void print_result(const hys_array *array, const hys_array_opts *opts, bool is_long) {
    const hys_array_report r = hys_array_get_report(array);
    double least, most;
    printf("%zu x %zu crossbar, 1 V on all word lines, 0 V on all bit lines\n", opts->rows, opts->columns);
    span_of(hys_array_bit_currents(array), opts->columns, &least, &most);
    print_line("least current", least, "A", "of a bit line");
    print_line("largest current", most, "A", "of a bit line");
    print_line("worst cell", worst_cell(array, opts->rows * opts->columns), "V", "that is left across it");
    print_line("power", r.source_power, "W", "from the sources");
    if (!is_long) return;
    printf("  %-18s %14u  steps of conjugate gradients\n", "iterations", r.iterations);
    if (r.newton_steps) printf("  %-18s %14u  steps of Newton's method\n", "Newton", r.newton_steps);
    if (r.newton_steps) printf("  %-18s %14.2e  kept by a node / largest of a cell\n", "current", r.current_residual);
    printf("  %-18s %14.2e  |b - A v| / |b|\n", "residual", r.relative_residual);
    printf("  %-18s %14.2e  |sources - dissipated| / sources\n", "power balance", r.power_balance);
    printf("  %-18s %14.4g  wires' resistance times all conductances\n", "screening", r.screening);
    print_line("time", r.solve_s, "s", "with the set-up");
    print_line("memory", r.memory_B, "B", "of the array");
}

static json_t *result_json(const hys_array *array, const hys_array_opts *opts) {
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
               {"word_currents", {1, opts->rows, (double *)(uintptr_t)hys_array_word_currents(array)}},
               {"bit_currents", {1, opts->columns, (double *)(uintptr_t)hys_array_bit_currents(array)}}};
    hys_status status = make_folder(in, folder);
    for (size_t k = 0; k < sizeof all / sizeof *all && status == HYS_OK; k++) {
        char path[4200];
        snprintf(path, sizeof path, "%.4000s/%s.npy", folder, all[k].name);
        status = hys_matrix_write(in->ctx, &all[k].matrix, path, NULL);
    }
    return status;
}

/* ---- the command ---- */

static hys_status solve(invocation *in, const hys_array_opts *opts, hys_matrix *cells, hys_array **array) {
    hys_array_law law = {.voltage = 1};
    hys_status status = hys_array_new(in->ctx, opts, array);
    if (status == HYS_OK) status = hys_array_set_conductances(*array, cells->values);
    if (status == HYS_OK && array_law(in, &law) != EXIT_GOOD) status = HYS_ARG;
    if (status == HYS_OK) status = hys_array_set_law(*array, &law);
    hys_matrix_free(in->ctx, cells);
    double *v = ones(opts->rows);
    if (status == HYS_OK) status = v ? hys_array_solve(*array, v, NULL) : HYS_NOMEM;
    free(v);
    return status == HYS_OK ? write_maps(in, *array, opts) : status;
}

/* Whether the size can be had is asked before any memory is touched. */
static int prepare(invocation *in, hys_array_opts *opts, hys_matrix *cells) {
    int result = array_opts(in, opts);
    if (result != EXIT_GOOD) return result;
    if (option_text(in, "conductances")) return read_cells(in, opts, cells);
    result = read_size(in, opts);
    if (result != EXIT_GOOD) return result;
    result = exit_status(hys_array_check(in->ctx, opts));
    return result == EXIT_GOOD ? make_cells(in, opts, cells) : result;
}

static int run(invocation *in) {
    hys_array_opts opts;
    hys_matrix cells = {0};
    hys_array *array = NULL;
    int result = prepare(in, &opts, &cells);
    hys_status status = HYS_OK;
    if (result == EXIT_GOOD) {
        status = solve(in, &opts, &cells, &array);
        result = exit_status(status);
    }
    hys_matrix_free(in->ctx, &cells);
    if (result != EXIT_USAGE && option_flag(in, "json"))
        result = json_finish(in, result == EXIT_GOOD ? result_json(array, &opts) : json_document(),
                             status == HYS_OK && result != EXIT_GOOD ? HYS_ARG : status);
    else if (result == EXIT_GOOD) print_result(array, &opts, option_flag(in, "report"));
    hys_array_free(array);
    return result;
}

static const option_info options[] = {
    {"size", 'n', OPTION_TEXT, "N|MxN", "word lines and bit lines"},
    {"conductances", 'g', OPTION_TEXT, "FILE...", "cells from a .csv or .npy file instead, in S; rows are word lines"},
    {"ron", 0, OPTION_TEXT, "R", "resistance of cells that are on (10kohm)"},
    {"roff", 0, OPTION_TEXT, "R", "of cells that are off (1Mohm)"},
    {"pattern", 'p', OPTION_TEXT, "random|on|off|checkerboard|diagonal", "which cells are on (random: half of them)"},
    {"seed", 0, OPTION_COUNT, "N", "seed of the random pattern (0)"},
    ARRAY_OPTIONS,
    LAW_OPTIONS,
    {"output", 'o', OPTION_TEXT, "FOLDER", "write potentials and currents there, as .npy"},
    {"report", 0, OPTION_FLAG, NULL, "say how it was solved: steps, residual, power balance, time, memory"},
    JSON_OPTION,
};

static const char *const examples[] = {"hysteron array op --size 64 --rwire 2.5ohm --ron 10kohm --roff 1Mohm --report",
                                       "what the wires leave of 1 V",
                                       "hysteron array op -n 1024 --pattern on --json",
                                       "all cells on: time, residual, memory",
                                       "hysteron array op -g weights.npy --rwire 1ohm -o maps",
                                       "potentials and currents of your own conductances",
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
