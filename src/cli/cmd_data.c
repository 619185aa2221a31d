/* hysteron data FILE: what an instrument's file holds, and figures of merit of a measured I-V curve. */
#include "cli/cli.h"
#include <math.h>
#include <string.h>

typedef struct data {
    hys_imported *file;
    size_t measurement;
    hys_table *cycle, *smooth;
    const hys_table *table; /* the curve: as read, one cycle, smoothed */
    hys_curve_info curve;
    int32_t cycles;
    hys_run *run;
} data;

hys_import_opts import_opts(const invocation *in) {
    hys_import_opts opts = hys_import_opts_default();
    const option_value *units = option_get(in, "unit"), *columns = option_get(in, "column");
    opts.format = option_text(in, "format");
    opts.units = units->list;
    opts.n_units = units->n_list;
    opts.columns = columns->list;
    opts.names = option_text(in, "columns");
    opts.skip = option_int(in, "skip", 0);
    opts.sheet = option_text(in, "sheet");
    opts.n_columns = columns->n_list;
    return opts;
}

/* The first that is long enough to be a curve or a spectrum; where none is, the first. */
static size_t usual_measurement(const hys_imported *file) {
    for (size_t k = 0; k < hys_imported_n(file); k++)
        if (hys_table_n_rows(hys_imported_table(file, k)) >= 3) return k;
    return 0;
}

bool find_measurement(invocation *in, const hys_imported *file, size_t *k) {
    size_t n = hys_imported_n(file);
    *k = usual_measurement(file);
    if (option_text(in, "measurement")) *k = (size_t)option_int(in, "measurement", 1) - 1;
    if (*k < n) return true;
    char hint[80];
    snprintf(hint, sizeof hint, n == 1 ? "it holds one" : "--measurement 1 to %zu", n);
    refuse(in, "the file has no such measurement", option_text(in, "measurement"), hint);
    return false;
}

#define MOST_LISTED 20

static void list_measurements(FILE *out, const hys_imported *file) {
    size_t n = hys_imported_n(file);
    for (size_t k = 0; n > 1 && k < n && k < MOST_LISTED; k++) {
        fprintf(out, "%18s%zu: ", k ? "" : "measurements      ", k + 1);
        put_shown(out, hys_imported_title(file, k), 40);
        fprintf(out, " %zu row%s\n", hys_table_n_rows(hys_imported_table(file, k)),
                hys_table_n_rows(hys_imported_table(file, k)) == 1 ? "" : "s");
    }
    if (n > MOST_LISTED) fprintf(out, "%18sand %zu more\n", "", n - MOST_LISTED);
}

void print_import(FILE *out, const hys_imported *file, size_t measurement) {
    size_t n = hys_imported_n(file);
    fprintf(out, "format            %s\n", hys_imported_format(file));
    list_measurements(out, file);
    if (n > 1) fprintf(out, "shown             %zu of %zu; --measurement K shows another\n", measurement + 1, n);
    for (size_t k = 0; k < hys_imported_n_assumed(file); k++) {
        fputs(k ? "                  " : "assumed           ", out);
        put_shown(out, hys_imported_assumed(file, k), 0);
        fputc('\n', out);
    }
}

void add_import(json_t *root, const hys_imported *file, size_t measurement) {
    json_t *assumed = json_array(), *titles = json_array();
    for (size_t k = 0; k < hys_imported_n_assumed(file); k++)
        json_array_append_new(assumed, json_text(hys_imported_assumed(file, k)));
    for (size_t k = 0; k < hys_imported_n(file); k++)
        json_array_append_new(titles, json_text(hys_imported_title(file, k)));
    json_object_set_new(root, "format", json_text(hys_imported_format(file)));
    json_object_set_new(root, "assumed", assumed);
    json_object_set_new(root, "measurement", json_integer((json_int_t)measurement + 1));
    json_object_set_new(root, "measurements", titles);
}

/* ---- the curve ---- */

static hys_status measure(invocation *in, data *d) {
    int32_t points = option_int(in, "smooth", 0);
    d->table = hys_imported_table(d->file, d->measurement);
    if (hys_imported_is_impedance(d->file)) return HYS_OK;
    int32_t cycle = option_int(in, "cycle", 0), cycles = option_int(in, "cycles", 0);
    hys_status status = cycle ? hys_curve_cycle(in->ctx, d->table, cycles, cycle, &d->cycle) : HYS_OK;
    if (d->cycle) d->table = d->cycle;
    if (status == HYS_OK && points) {
        status = hys_curve_smooth(in->ctx, d->table, points, &d->smooth);
        if (status == HYS_OK) d->table = d->smooth;
    }
    if (status == HYS_OK) status = hys_curve_inspect(in->ctx, d->table, &d->curve);
    d->cycles = cycle ? 1 : cycles ? cycles : d->curve.cycles;
    return status == HYS_OK ? hys_loop_features(in->ctx, d->table, d->cycles, &d->run) : status;
}

static hys_status write_results(invocation *in, const data *d) {
    const char *csv = option_text(in, "output"), *figure = option_text(in, "figure"),
               *kind = option_text(in, "figure-kind");
    hys_status status = csv ? write_table(in, d->table, csv) : HYS_OK;
    if (status != HYS_OK || !figure) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    if (kind) opts.kind = kind;
    opts.title = option_text(in, "title");
    opts.cycles = d->cycles;
    return hys_figure_write(in->ctx, d->table, &opts, figure);
}

static void print_curve(FILE *out, const invocation *in, const data *d) {
    const hys_curve_info *c = &d->curve;
    fprintf(out, "rows              %zu, %s is swept, %zu turning point%s\n", hys_table_n_rows(d->table), c->swept,
            c->n_turns, c->n_turns == 1 ? "" : "s");
    if (d->cycle) fprintf(out, "cycle             %d alone\n", (int)option_int(in, "cycle", 1));
    else
        fprintf(out, "cycles            %d, %s\n", (int)d->cycles,
                option_text(in, "cycles") ? "as --cycles says" : "by the turning points; --cycles overrides");
    for (int k = 0; k < 2; k++)
        if (!isnan(c->compliance[k].i))
            fprintf(out, "compliance        i stays at %.4g A over %zu rows, v from %.4g to %.4g V\n",
                    c->compliance[k].i, c->compliance[k].n_rows, c->compliance[k].v_from, c->compliance[k].v_to);
    if (d->smooth)
        fprintf(out, "smoothed          %s, over %d points\n", !strcmp(c->swept, "v") ? "i" : "v",
                (int)option_int(in, "smooth", 0));
    print_features(out, d->run);
}

static json_t *json_compliance(const hys_curve_info *c) {
    json_t *list = json_array();
    for (int k = 0; k < 2; k++)
        if (!isnan(c->compliance[k].i))
            json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:I}", "i", json_number(c->compliance[k].i),
                                                  "v_from", json_number(c->compliance[k].v_from), "v_to",
                                                  json_number(c->compliance[k].v_to), "rows",
                                                  (json_int_t)c->compliance[k].n_rows));
    return list;
}

static void add_curve(json_t *root, const data *d) {
    add_import(root, d->file, d->measurement);
    json_object_set_new(root, "rows", json_integer((json_int_t)hys_table_n_rows(d->table)));
    json_object_set_new(root, "columns", json_table_columns(d->table));
    if (!d->run) return;
    json_object_set_new(root, "swept", json_text(d->curve.swept));
    json_object_set_new(root, "cycles", json_integer(d->cycles));
    json_object_set_new(root, "compliance", json_compliance(&d->curve));
    json_object_set_new(root, "features", json_features(d->run));
}

static void print_data(FILE *out, const invocation *in, const data *d) {
    print_import(out, d->file, d->measurement);
    if (d->run) {
        print_curve(out, in, d);
        return;
    }
    fprintf(out, "rows              %zu: a spectrum; 'hysteron impedance --data FILE' fits it\n",
            hys_table_n_rows(d->table));
}

static int run(invocation *in) {
    data d = {0};
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    hys_import_opts opts = import_opts(in);
    hys_status status = hys_import(in->ctx, in->args[0], &opts, &d.file);
    if (status == HYS_OK && !find_measurement(in, d.file, &d.measurement)) {
        hys_imported_free(d.file);
        return EXIT_USAGE;
    }
    if (status == HYS_OK) status = measure(in, &d);
    if (status == HYS_OK) status = write_results(in, &d);
    int result = exit_status(status);
    if (option_flag(in, "json")) {
        json_t *root = json_document();
        json_object_set_new(root, "file", json_text(in->args[0]));
        if (status == HYS_OK) add_curve(root, &d);
        result = json_finish(in, root, status);
    } else if (status == HYS_OK) {
        print_data(report_stream(in), in, &d);
    }
    hys_run_free(d.run);
    hys_table_free(d.smooth);
    hys_table_free(d.cycle);
    hys_imported_free(d.file);
    return result;
}

static const option_info options[] = {
    IMPORT_OPTIONS,
    {"cycles", 'n', OPTION_NUMBER, "N", "cycles that the curve holds (counted by its turning points)"},
    {"cycle", 0, OPTION_NUMBER, "K", "look at one cycle alone"},
    {"smooth", 0, OPTION_NUMBER, "N", "pass what is not swept through a Savitzky-Golay filter of N points, odd (off)"},
    {"output", 'o', OPTION_TEXT, "FILE.csv", "write the curve as plain CSV with units; - is standard output"},
    {"figure", 'f', OPTION_TEXT, "FILE.svg", "draw it: .svg, .pdf or .png; its script and data lie beside it"},
    {"figure-kind", 0, OPTION_TEXT, "iv|iv-semilog|time", "what the figure shows"},
    {"title", 0, OPTION_TEXT, "TEXT", "title of the figure"},
    JSON_OPTION,
};
static const char *const examples[] = {"hysteron data sweep.csv --figure sweep.svg",
                                       "a journal-ready figure and figures of merit of a measured curve",
                                       "hysteron data b1500.csv --measurement 3 --column v=DrainV",
                                       "the third measurement of an instrument's file; v is the drain's",
                                       "hysteron data knowm.csv --unit i=uA -o loop.csv",
                                       "numbers without units, with their unit said",
                                       NULL};

const command_info command_data = {
    .name = "data",
    .args = "FILE",
    .summary = "What an instrument's file holds; figures of merit of a measured I-V curve.",
    .text =
        "Finds out which program wrote the file: Keysight EasyEXPERT (two dialects) and Quick IV, HP 4155, Keithley "
        "Clarius (.xlsx, CSV) and scripts, ArC ONE and TWO, Knowm, impedance of Gamry, BioLogic, ZPlot, Autolab and CH "
        "Instruments, or CSV of any kind. What was assumed on the way is told and can be overridden.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
