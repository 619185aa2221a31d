/* hysteron bifurcation: where a circuit's equilibrium turns or starts to oscillate, and its cycles. */
#include "cli/cli.h"
#include <math.h>
#include <string.h>

static int report_progress(void *user, const char *what, double done) {
    (void)what;
    return progress_report(user, done);
}

static void print_point(FILE *out, const hys_bifurcation_point *p) {
    fprintf(out, "  %-15s %16.10g  %s", p->type, p->param, p->is_stable ? "stable before" : "unstable before");
    if (!isnan(p->frequency)) fprintf(out, "  %.6g Hz", p->frequency);
    if (*p->criticality) fprintf(out, "  %s (%.4g 1/s)", p->criticality, p->lyapunov);
    if (*p->note) fprintf(out, "  %s", p->note);
    fputc('\n', out);
}

static void print_bifurcation(FILE *out, const hys_bifurcation *b) {
    const hys_table *table = hys_bifurcation_table(b);
    size_t rows = hys_table_n_rows(table);
    const double *branch = hys_table_column_at(table, 0), *p = hys_table_column_at(table, 1);
    double least = p[0], most = p[0];
    for (size_t k = 0; k < rows; k++) least = fmin(least, p[k]), most = fmax(most, p[k]);
    fprintf(out, "%s from %g to %g %s: %zu points of equilibria and cycles on %g branch%s\n", hys_table_name(table, 1),
            least, most, hys_table_unit(table, 1), rows, branch[rows - 1] + 1, branch[rows - 1] > 0 ? "es" : "");
    if (!hys_bifurcation_n_points(b)) fputs("  nothing happens there\n", out);
    for (size_t k = 0; k < hys_bifurcation_n_points(b); k++) print_point(out, hys_bifurcation_get_point(b, k));
    for (size_t k = 0; k < hys_bifurcation_n_remarks(b); k++) {
        fputs("note: ", out);
        put_shown(out, hys_bifurcation_remark(b, k), 0);
        fputc('\n', out);
    }
}

static json_t *point_json(const hys_bifurcation_point *p) {
    return json_pack("{s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:I}", "type", json_text(p->type), "param",
                     json_number(p->param), "stable", (int)p->is_stable, "frequency", json_number(p->frequency),
                     "lyapunov", json_number(p->lyapunov), "criticality",
                     json_text(*p->criticality ? p->criticality : NULL), "note", json_text(*p->note ? p->note : NULL),
                     "branch", (json_int_t)p->branch);
}

/* The table's branches, rows of which follow each other. */
static json_t *branches_json(const hys_table *table) {
    json_t *branches = json_array();
    size_t rows = hys_table_n_rows(table), columns = hys_table_n_columns(table);
    const double *branch = hys_table_column_at(table, 0), *p = hys_table_column_at(table, 1);
    const double *period = hys_table_column_at(table, columns - 2);
    for (size_t first = 0, end; first < rows; first = end) {
        double least = p[first], most = p[first];
        for (end = first; end < rows && branch[end] == branch[first]; end++)
            least = fmin(least, p[end]), most = fmax(most, p[end]);
        bool is_cycles = !isnan(period[end - 1]);
        json_array_append_new(branches,
                              json_pack("{s:I, s:s, s:I, s:o, s:o}", "branch", (json_int_t)branch[first], "kind",
                                        is_cycles ? "cycles" : "equilibria", "rows", (json_int_t)(end - first), "from",
                                        json_number(least), "to", json_number(most)));
    }
    return branches;
}

static void add_bifurcation(json_t *root, const hys_bifurcation *b) {
    json_t *points = json_array(), *remarks = json_array();
    for (size_t k = 0; k < hys_bifurcation_n_points(b); k++)
        json_array_append_new(points, point_json(hys_bifurcation_get_point(b, k)));
    for (size_t k = 0; k < hys_bifurcation_n_remarks(b); k++)
        json_array_append_new(remarks, json_text(hys_bifurcation_remark(b, k)));
    json_object_set_new(root, "points", points);
    json_object_set_new(root, "branches", branches_json(hys_bifurcation_table(b)));
    json_object_set_new(root, "rows", json_integer((json_int_t)hys_table_n_rows(hys_bifurcation_table(b))));
    json_object_set_new(root, "columns", json_table_columns(hys_bifurcation_table(b)));
    json_object_set_new(root, "remarks", remarks);
}

static hys_status write_results(invocation *in, const hys_bifurcation *b) {
    const char *csv = option_text(in, "output"), *figure = option_text(in, "figure");
    hys_status status = csv ? write_table(in, hys_bifurcation_table(b), csv) : HYS_OK;
    if (status != HYS_OK || !figure) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "bifurcation";
    opts.title = option_text(in, "title");
    return hys_figure_write(in->ctx, hys_bifurcation_table(b), &opts, figure);
}

static bool ends_early(const hys_bifurcation *b) {
    for (size_t k = 0; k < hys_bifurcation_n_points(b); k++)
        if (!strcmp(hys_bifurcation_get_point(b, k)->type, "end")) return true;
    return false;
}

static int run_bifurcation(invocation *in) {
    hys_bifurcation *b = NULL;
    hys_bifurcation_opts opts = hys_bifurcation_opts_default();
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    opts.sim = sim_opts(in);
    opts.param = option_text(in, "param");
    opts.from = option_text(in, "from");
    opts.to = option_text(in, "to");
    opts.no_cycles = option_flag(in, "no-cycles");
    opts.max_step = option_get(in, "max-step")->number;
    if (!opts.param || !opts.from || !opts.to)
        return refuse(in, "--param, --from and --to are needed", NULL, "--param ibias --from 0 --to 10uA");
    struct progress *progress = progress_new("bifurcation");
    opts.sim.progress = report_progress;
    opts.sim.progress_user = progress;
    hys_status status = hys_bifurcation_run(in->ctx, in->args[0], &opts, &b);
    progress_free(progress);
    if (status == HYS_OK) status = write_results(in, b);
    int result = exit_status(status);
    if (option_flag(in, "json")) {
        json_t *root = json_document();
        json_object_set_new(root, "file", json_text(in->args[0]));
        json_object_set_new(root, "param", json_text(opts.param));
        if (status == HYS_OK) add_bifurcation(root, b);
        result = json_finish(in, root, status);
    } else if (status == HYS_OK) {
        print_bifurcation(report_stream(in), b);
    }
    if (result == EXIT_GOOD && ends_early(b)) result = EXIT_NO;
    hys_bifurcation_free(b);
    return result;
}

static const option_info options[] = {
    {"param", 'p', OPTION_TEXT, "NAME", "what changes: an element (its value), a .param, ELEMENT:PARAMETER, TEMP"},
    {"from", 0, OPTION_TEXT, "A", "start of the range, with its unit: 0, 5uA, 300K"},
    {"to", 0, OPTION_TEXT, "B", "its end"},
    {"no-cycles", 0, OPTION_FLAG, NULL, "equilibria only"},
    {"max-step", 0, OPTION_REAL, "X", "longest step, as part of the range (0.02)"},
    {"output", 'o', OPTION_TEXT, "FILE.csv", "write all points of all branches; - is standard output"},
    {"figure", 'f', OPTION_TEXT, "FILE.svg", "bifurcation diagram; script and data lie beside it"},
    {"title", 0, OPTION_TEXT, "TEXT", "title of the figure"},
    JSON_OPTION,
    SIM_OPTIONS,
};
#define EXAMPLE_RESISTANCE "hysteron bifurcation oscillator.cir --param rs --from 1k --to 50k -o rs.csv --figure rs.svg"
#define EXAMPLE_DEVICE     "hysteron bifurcation cell.cir --param x1:tau --from 1us --to 1ms --no-cycles --json"
static const char *const examples[] = {"hysteron bifurcation neuron.cir --param ibias --from 0 --to 200uA",
                                       "where the neuron starts and stops to fire, and whether softly or with a jump",
                                       EXAMPLE_RESISTANCE,
                                       "a diagram over a resistance",
                                       EXAMPLE_DEVICE,
                                       "Hopf points and folds over a parameter of a device",
                                       NULL};

const command_info command_bifurcation = {
    .name = "bifurcation",
    .args = "FILE.cir",
    .summary = "Follow a circuit's equilibrium and its limit cycles in a parameter.",
    .text = "Starts at the operating point at --from, follows it through folds to --to, and locates folds, branch "
            "points (from "
            "which the other branch is followed too) and Hopf points; at each Hopf point it says how the oscillation "
            "begins (supercritical: softly, stable; "
            "subcritical: "
            "with a jump) and follows the cycles, with their folds, period doublings and torus points.\n"
            "Column branch of the output counts from 0, the equilibria from the operating point; others hold further "
            "equilibria "
            "(no period) or cycles; .min and .max are the least and the largest "
            "value of "
            "an unknown over a cycle, and multiplier is the largest nontrivial Floquet multiplier. Exit status 1: a "
            "branch of "
            "equilibria was lost before the end of the range.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run_bifurcation,
};
