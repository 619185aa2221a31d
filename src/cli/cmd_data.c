/* hysteron data FILE.csv: figures of merit of a measured I-V curve. */
#include "cli/cli.h"
#include <math.h>

static int run(invocation *in) {
    hys_table *table = NULL;
    hys_run *run = NULL;
    const option_value *cycles = option_get(in, "cycles");
    int32_t n = cycles->is_set ? (int32_t)fmin(cycles->number, 1e6) : 1;
    hys_status status = hys_table_read_csv(in->ctx, in->args[0], &table);
    if (status == HYS_OK) status = hys_loop_features(in->ctx, table, n, &run);
    if (status == HYS_OK && option_text(in, "output"))
        status = hys_table_write_csv(table, in->ctx, option_text(in, "output"));
    if (status == HYS_OK && option_text(in, "figure")) {
        hys_figure_opts opts = hys_figure_opts_default();
        opts.kind = option_text(in, "figure-kind") ? option_text(in, "figure-kind") : "iv";
        opts.title = option_text(in, "title");
        opts.cycles = n;
        status = hys_figure_write(in->ctx, table, &opts, option_text(in, "figure"));
    }
    int result = exit_status(status);
    if (status == HYS_OK && option_flag(in, "json"))
        result = print_json(json_pack("{s:s, s:s, s:I, s:o, s:o}", "hysteron", hys_version(), "file", in->args[0],
                                      "rows", (json_int_t)hys_table_n_rows(table), "features", features_json(run),
                                      "warnings", diagnostics_json(in->ctx)));
    else if (status == HYS_OK) print_features(stdout, run);
    hys_run_free(run);
    hys_table_free(table);
    return result;
}

static const option_info options[] = {
    {"cycles", 'n', OPTION_COUNT, "N", "cycles that the file holds (1)"},
    {"output", 'o', OPTION_TEXT, "FILE.csv", "write the curve as plain CSV with units"},
    {"figure", 'f', OPTION_TEXT, "FILE.svg", "draw it: .svg, .pdf or .png"},
    {"figure-kind", 0, OPTION_TEXT, "KIND", "iv or iv-semilog"},
    {"title", 0, OPTION_TEXT, "TEXT", "title of the figure"},
    {"json", 0, OPTION_FLAG, NULL, "print machine-readable JSON"},
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
