/* hysteron data FILE.csv: figures of merit of a measured I-V curve. */
#include "cli/cli.h"

static hys_status write_results(invocation *in, const hys_table *table, int32_t cycles) {
    const char *csv = option_text(in, "output"), *figure = option_text(in, "figure"),
               *kind = option_text(in, "figure-kind");
    hys_status status = csv ? write_table(in, table, csv) : HYS_OK;
    if (status != HYS_OK || !figure) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    if (kind) opts.kind = kind;
    opts.title = option_text(in, "title");
    opts.cycles = cycles;
    return hys_figure_write(in->ctx, table, &opts, figure);
}

static void add_curve(json_t *root, const hys_table *table, const hys_run *run) {
    json_object_set_new(root, "rows", json_integer((json_int_t)hys_table_n_rows(table)));
    json_object_set_new(root, "columns", json_table_columns(table));
    json_object_set_new(root, "features", json_features(run));
}

static int run(invocation *in) {
    hys_table *table = NULL;
    hys_run *run = NULL;
    int32_t cycles = option_int(in, "cycles", 1);
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    hys_status status = hys_table_read_csv(in->ctx, in->args[0], &table);
    if (status == HYS_OK) status = hys_loop_features(in->ctx, table, cycles, &run);
    if (status == HYS_OK) status = write_results(in, table, cycles);
    int result = exit_status(status);
    if (option_flag(in, "json")) {
        json_t *root = json_document();
        json_object_set_new(root, "file", json_text(in->args[0]));
        if (status == HYS_OK) add_curve(root, table, run);
        result = json_finish(in, root, status);
    } else if (status == HYS_OK) {
        print_features(report_stream(in), run);
    }
    hys_run_free(run);
    hys_table_free(table);
    return result;
}

static const option_info options[] = {
    {"cycles", 'n', OPTION_NUMBER, "N", "cycles that the file holds (1)"},
    {"output", 'o', OPTION_TEXT, "FILE.csv", "write the curve as plain CSV with units; - is standard output"},
    {"figure", 'f', OPTION_TEXT, "FILE.svg", "draw it: .svg, .pdf or .png; its script and data lie beside it"},
    {"figure-kind", 0, OPTION_TEXT, "iv|iv-semilog|time", "what the figure shows"},
    {"title", 0, OPTION_TEXT, "TEXT", "title of the figure"},
    JSON_OPTION,
};
static const char *const examples[] = {"hysteron data sweep.csv --figure sweep.svg",
                                       "a journal-ready figure and figures of merit of a measured curve", NULL};

const command_info command_data = {
    .name = "data",
    .args = "FILE.csv",
    .summary = "Figures of merit of a measured I-V curve.",
    .text = "Reads CSV with columns v and i (a header with units is welcome), and Keysight EasyEXPERT text exports.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
