/* hysteron sim: a netlist, all its analyses, the results as files. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SHOWN 40 /* rows of an operating point on the screen */

typedef enum output_format { FORMAT_CSV, FORMAT_RAW, FORMAT_HDF5 } output_format;

static int report_progress(void *user, const char *what, double done) {
    (void)what;
    return progress_report(user, done);
}

/* ---- files ---- */

static bool read_format(invocation *in, output_format *format) {
    const char *text = option_text(in, "format");
    *format = FORMAT_CSV;
    if (!text || !strcmp(text, "csv")) return true;
    *format = !strcmp(text, "raw") ? FORMAT_RAW : FORMAT_HDF5;
    if (!strcmp(text, "raw") || !strcmp(text, "hdf5")) return true;
    refuse(in, "there is no format", text, "csv, raw or hdf5");
    return false;
}

static char *file_name(const char *folder, const char *name, const char *ending) {
    size_t n = strlen(folder) + strlen(name) + strlen(ending) + 2;
    char *path = malloc(n);
    if (path) snprintf(path, n, "%s/%s%s", folder, name, ending);
    return path;
}

static hys_status write_one(invocation *in, const hys_sim_result *result, const char *folder) {
    char *path = file_name(folder, result->name, ".csv");
    hys_status status = path ? write_table(in, result->table, path) : HYS_NOMEM;
    free(path);
    return status;
}

static hys_status draw_one(invocation *in, const hys_sim_result *result, const char *folder, const char *title) {
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = figure_kind_of(result);
    opts.title = title;
    if (!opts.kind) return HYS_OK;
    char *path = file_name(folder, result->name, ".svg");
    hys_status status = path ? hys_figure_write(in->ctx, result->table, &opts, path) : HYS_NOMEM;
    free(path);
    return status;
}

static hys_status write_joint(invocation *in, const hys_sim *sim, const char *folder, output_format format) {
    char *path = file_name(folder, "results", format == FORMAT_RAW ? ".raw" : ".h5");
    hys_status status = HYS_NOMEM;
    if (path)
        status = format == FORMAT_RAW ? hys_sim_write_raw(sim, in->ctx, path) : hys_sim_write_hdf5(sim, in->ctx, path);
    free(path);
    return status;
}

static hys_status write_results(invocation *in, const hys_sim *sim, const char *folder, output_format format) {
    hys_status status = make_folder(in, folder);
    if (status == HYS_OK && format != FORMAT_CSV) status = write_joint(in, sim, folder, format);
    for (size_t k = 0; status == HYS_OK && k < hys_sim_n_results(sim); k++) {
        const hys_sim_result *result = hys_sim_get_result(sim, k);
        if (!hys_table_n_rows(result->table)) continue;
        if (format == FORMAT_CSV) status = write_one(in, result, folder);
        if (status == HYS_OK && option_flag(in, "figure"))
            status = draw_one(in, result, folder, option_text(in, "title"));
    }
    return status;
}

/* ---- report ---- */

static void print_point(FILE *out, const hys_table *table) {
    size_t n = hys_table_n_columns(table);
    char text[64];
    for (size_t c = 0; c < n && c < MOST_SHOWN; c++) {
        snprintf(text, sizeof text, "%.6g", hys_table_column_at(table, c)[0]);
        fputs("  ", out);
        put_shown(out, hys_table_name(table, c), 24);
        fprintf(out, " %s %s\n", text, hys_table_unit(table, c));
    }
    if (n > MOST_SHOWN) fprintf(out, "  ... and %zu more\n", n - MOST_SHOWN);
}

static bool is_shown_as_point(const char *analysis) {
    return !strcmp(analysis, "op") || !strcmp(analysis, "tf") || !strcmp(analysis, "pss");
}

static void print_result(FILE *out, const hys_sim_result *result) {
    size_t rows = hys_table_n_rows(result->table);
    fprintf(out, "%-8s %zu point%s of %zu quantities", result->name, rows, rows == 1 ? "" : "s",
            hys_table_n_columns(result->table));
    if (result->n_steps) fprintf(out, ", %llu steps", (unsigned long long)result->n_steps);
    if (result->solver_s > 0) fprintf(out, ", %.3g s", result->solver_s);
    if (*result->method) fprintf(out, " (%s)", result->method);
    if (!isnan(result->step_error)) fprintf(out, ", estimated error %.1e", result->step_error);
    if (!isnan(result->check_difference))
        fprintf(out, ", at a tenth of the tolerance: %.1e of the range", result->check_difference);
    fputc('\n', out);
    if (rows == 1 && is_shown_as_point(result->analysis)) print_point(out, result->table);
}

static void print_measures(FILE *out, const hys_sim *sim) {
    for (size_t k = 0; k < hys_sim_n_measures(sim); k++) {
        const hys_sim_measure *m = hys_sim_get_measure(sim, k);
        put_shown(out, m->name, 20);
        if (isnan(m->value)) fprintf(out, " = failed (%s)", m->why);
        else fprintf(out, " = %.8g", m->value);
        if (*m->unit && !isnan(m->value)) fprintf(out, " %s", m->unit);
        if (m->run) fprintf(out, "   run %zu", m->run);
        fputc('\n', out);
    }
}

static void print_sim(FILE *out, const hys_sim *sim) {
    if (hys_sim_title(sim)) {
        put_shown(out, hys_sim_title(sim), 0);
        fputc('\n', out);
    }
    for (size_t k = 0; k < hys_sim_n_results(sim); k++) print_result(out, hys_sim_get_result(sim, k));
    print_measures(out, sim);
    for (size_t k = 0; k < hys_sim_n_remarks(sim); k++) {
        fputs("note: ", out);
        put_shown(out, hys_sim_remark(sim, k), 0);
        fputc('\n', out);
    }
}

static json_t *result_json(const hys_sim_result *r) {
    return json_pack("{s:o, s:o, s:I, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "name", json_text(r->name),
                     "analysis", json_text(r->analysis), "rows", (json_int_t)hys_table_n_rows(r->table), "columns",
                     json_table_columns(r->table), "method", json_text(r->method), "steps", (json_int_t)r->n_steps,
                     "rejected", (json_int_t)r->n_rejected, "evaluations", (json_int_t)r->n_evals, "jacobians",
                     (json_int_t)r->n_jacobians, "newton_iterations", (json_int_t)r->n_newton, "solver_s",
                     json_number(r->solver_s), "step_error", json_number(r->step_error), "check_difference",
                     json_number(r->check_difference));
}

/* An operating point as names and values. */
static json_t *point_json(const hys_table *table) {
    json_t *values = json_object();
    for (size_t c = 0; c < hys_table_n_columns(table); c++)
        json_object_set_new(values, hys_table_name(table, c), json_number(hys_table_column_at(table, c)[0]));
    return values;
}

static void add_sim(json_t *root, const hys_sim *sim) {
    json_t *results = json_array(), *measures = json_array(), *remarks = json_array();
    for (size_t k = 0; k < hys_sim_n_results(sim); k++) {
        const hys_sim_result *r = hys_sim_get_result(sim, k);
        json_t *one = result_json(r);
        if (hys_table_n_rows(r->table) == 1) json_object_set_new(one, "values", point_json(r->table));
        json_array_append_new(results, one);
    }
    for (size_t k = 0; k < hys_sim_n_measures(sim); k++) {
        const hys_sim_measure *m = hys_sim_get_measure(sim, k);
        json_array_append_new(measures, json_pack("{s:o, s:o, s:o, s:o, s:I}", "name", json_text(m->name), "analysis",
                                                  json_text(m->analysis), "value", json_number(m->value), "why",
                                                  json_text(m->why), "run", (json_int_t)m->run));
    }
    for (size_t k = 0; k < hys_sim_n_remarks(sim); k++)
        json_array_append_new(remarks, json_text(hys_sim_remark(sim, k)));
    json_object_set_new(root, "title", json_text(hys_sim_title(sim)));
    json_object_set_new(root, "results", results);
    json_object_set_new(root, "measures", measures);
    json_object_set_new(root, "remarks", remarks);
}

static bool has_failed_measure(const hys_sim *sim) {
    for (size_t k = 0; k < hys_sim_n_measures(sim); k++)
        if (isnan(hys_sim_get_measure(sim, k)->value)) return true;
    return false;
}

static int run_sim(invocation *in) {
    output_format format;
    if (!read_format(in, &format)) return EXIT_USAGE;
    hys_sim *sim = NULL;
    hys_sim_opts opts = sim_opts(in);
    opts.check_step = option_flag(in, "check-step");
    bool is_first = hys_ranks_rank(in->ctx) == 0; /* the others have no results, and say nothing */
    struct progress *progress = is_first ? progress_new("sim") : NULL;
    opts.progress = report_progress;
    opts.progress_user = progress;
    hys_status status = hys_sim_run(in->ctx, in->args[0], &opts, &sim);
    progress_free(progress);
    const char *folder = option_text(in, "output") ? option_text(in, "output") : ".";
    /* What was finished before a failure is kept; of a run that was broken off nothing is. */
    if (sim && is_first && status != HYS_CANCEL) {
        hys_status written = write_results(in, sim, folder, format);
        if (status == HYS_OK) status = written;
    }
    int result = exit_status(status);
    if (is_first && option_flag(in, "json")) {
        json_t *root = json_document();
        json_object_set_new(root, "file", json_text(in->args[0]));
        if (sim) add_sim(root, sim);
        result = json_finish(in, root, status);
    } else if (is_first && sim) {
        print_sim(stdout, sim);
    }
    if (result == EXIT_GOOD && sim && has_failed_measure(sim)) result = EXIT_NO;
    hys_sim_free(sim);
    return result;
}

static const option_info options[] = {
    {"output", 'o', OPTION_TEXT, "FOLDER", "where op1.csv, tran1.csv, ... go (here)"},
    {"format", 0, OPTION_TEXT, "csv|raw|hdf5", "one CSV file an analysis, or results.raw, or results.h5"},
    {"figure", 'f', OPTION_FLAG, NULL, "draw each result too; script and data lie beside it"},
    {"title", 0, OPTION_TEXT, "TEXT", "title of the figures"},
    {"check-step", 0, OPTION_FLAG, NULL, "repeat transients at a tenth of the tolerance and tell the difference"},
    JSON_OPTION,
    SIM_OPTIONS,
    RANK_OPTIONS,
};
static const char *const examples[] = {"hysteron sim oscillator.cir -o out --figure",
                                       "run what the netlist asks for; CSV files and figures in out/",
                                       "hysteron sim neuron.cir --set cmem=20p --json",
                                       "override a .param; measures as JSON",
                                       "hysteron sim array.cir --format raw",
                                       "one file for waveform viewers",
                                       "mpirun -n 4 hysteron sim spread.cir -o out",
                                       "share the runs of .step and .mc out over four processes, on one node or many",
                                       NULL};

const command_info command_sim = {
    .name = "sim",
    .args = "FILE.cir",
    .summary = "Simulate a SPICE netlist in which devices are elements.",
    .text =
        "Reads the common dialect of ngspice, LTspice and HSPICE. Verilog-A devices come in by\n"
        "  .hdl \"device.va\"\n"
        "  X1 a b device x0=0.3\n"
        "and library devices by their names (hysteron device list). Each analysis in the file gives one table, named "
        "by its kind and number: op1, dc1, ac1, tran1, noise1, tf1, sens1, pz1, pss1. Its first column is the sweep, "
        "then v(node), i(source) and what .save names. Of a periodic steady state (.pss) there are three: the wave, "
        "pss1_harmonics, and pss1_cycle with period, stability and Floquet multipliers.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run_sim,
};
