/* hysteron classify: what a device or a measured curve is, from what it does. */
#include "cli/cli.h"
#include <math.h>
#include <string.h>

/* ---- text ---- */

#define TRAIT_WIDTH    21
#define ANSWER_WIDTH   20
#define EVIDENCE_START (TRAIT_WIDTH + ANSWER_WIDTH + 6)

static void print_finding(const hys_finding *f) {
    put_shown(stdout, f->trait->name, TRAIT_WIDTH);
    put_shown(stdout, f->answer, ANSWER_WIDTH);
    if (f->is_told) printf("%3.0f %% ", 100 * f->confidence);
    else printf("      ");
    put_wrapped(stdout, f->evidence, EVIDENCE_START, EVIDENCE_START);
}

static void print_class(const hys_class *c) {
    printf("%-*s%-*s%s\n", TRAIT_WIDTH, "trait", ANSWER_WIDTH, "answer", "sure  evidence");
    for (size_t k = 0; k < hys_class_n_findings(c); k++) print_finding(hys_class_finding(c, k));
    for (size_t k = 0; k < hys_class_n_contradictions(c); k++) {
        fputs("contradiction: ", stdout);
        put_wrapped(stdout, hys_class_contradiction(c, k), 15, 15);
    }
    for (size_t k = 0; k < hys_class_n_remarks(c); k++) {
        fputs("note: ", stderr);
        put_shown(stderr, hys_class_remark(c, k), 0);
        fputc('\n', stderr);
    }
}

/* ---- JSON ---- */

static json_t *finding_json(const hys_finding *f) {
    return json_pack("{s:s, s:o, s:o, s:s, s:b, s:o, s:o, s:s}", "trait", f->trait->name, "answer",
                     json_text(f->answer), "value", json_number(f->value), "unit", f->trait->unit, "told",
                     (int)f->is_told, "confidence", json_number(f->confidence), "evidence", json_text(f->evidence),
                     "table", f->table);
}

static void add_class(json_t *root, const hys_class *c) {
    json_t *findings = json_array(), *contradictions = json_array(), *remarks = json_array();
    for (size_t k = 0; k < hys_class_n_findings(c); k++)
        json_array_append_new(findings, finding_json(hys_class_finding(c, k)));
    for (size_t k = 0; k < hys_class_n_contradictions(c); k++)
        json_array_append_new(contradictions, json_text(hys_class_contradiction(c, k)));
    for (size_t k = 0; k < hys_class_n_remarks(c); k++)
        json_array_append_new(remarks, json_text(hys_class_remark(c, k)));
    json_object_set_new(root, "findings", findings);
    json_object_set_new(root, "contradictions", contradictions);
    json_object_set_new(root, "remarks", remarks);
}

/* ---- files ---- */

static hys_status write_one(invocation *in, const hys_protocol_table *t, const char *folder) {
    char path[4200];
    snprintf(path, sizeof path, "%.4000s/%s.csv", folder, t->name);
    hys_status status = write_table(in, t->table, path);
    if (status != HYS_OK || !option_flag(in, "figure") || strcmp(t->figure, "iv") != 0) return status;
    if (hys_table_n_rows(t->table) < 2) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = t->figure;
    snprintf(path, sizeof path, "%.4000s/%s.svg", folder, t->name);
    return hys_figure_write(in->ctx, t->table, &opts, path);
}

static hys_status write_files(invocation *in, const hys_class *c) {
    const char *folder = option_text(in, "output");
    if (!folder && !option_flag(in, "figure")) return HYS_OK;
    if (!folder) folder = ".";
    hys_status status = make_folder(in, folder);
    for (size_t k = 0; k < hys_class_n_tables(c) && status == HYS_OK; k++)
        status = write_one(in, hys_class_table(c, k), folder);
    return status;
}

/* ---- the command ---- */

/* A file that is no Verilog-A. */
static bool is_data(const char *path) {
    size_t n = strlen(path);
    if ((n > 3 && !strcmp(path + n - 3, ".va")) || (n > 5 && !strcmp(path + n - 5, ".vams"))) return false;
    if (!strchr(path, '.') && !strchr(path, '/')) return false;
    return true;
}

static hys_class_opts class_opts(const invocation *in, const hys_bench_opts *bench, struct progress *progress) {
    hys_class_opts opts = hys_class_opts_default();
    opts.bench = bench;
    opts.range = option_text(in, "range");
    opts.progress = progress_report;
    opts.progress_user = progress;
    return opts;
}

static hys_status classify_model(invocation *in, const hys_class_opts *opts, hys_class **result) {
    hys_model *model = NULL;
    hys_model_opts options = model_opts(in);
    hys_status status = hys_model_load(in->ctx, in->args[0], &options, &model);
    if (status == HYS_OK) status = hys_classify_model(in->ctx, model, opts, result);
    hys_model_free(model);
    return status;
}

#define FILES_MOST 64

static hys_status classify_data(invocation *in, const hys_class_opts *opts, hys_class **result) {
    hys_imported *files[FILES_MOST] = {NULL};
    hys_class_data data[FILES_MOST];
    size_t n = (size_t)in->n_args;
    hys_status status = HYS_OK;
    hys_import_opts import = import_opts(in);
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        size_t measurement;
        status = hys_import(in->ctx, in->args[k], &import, &files[k]);
        if (status != HYS_OK) break;
        if (!find_measurement(in, files[k], &measurement)) status = HYS_ARG;
        else data[k] = (hys_class_data){in->args[k], hys_imported_table(files[k], measurement)};
    }
    if (status == HYS_OK) status = hys_classify_data(in->ctx, data, n, opts, result);
    for (size_t k = 0; k < n; k++) hys_imported_free(files[k]);
    return status;
}

static int run(invocation *in) {
    hys_class *c = NULL;
    bool has_data = in->n_args > 1 || is_data(in->args[0]);
    if (in->n_args > FILES_MOST) return refuse(in, "too many files at once", NULL, "at most 64");
    for (int k = 0; k < in->n_args && has_data; k++)
        if (!is_data(in->args[k]))
            return refuse(in, "several devices at once: this is none of a measurement's files", in->args[k],
                          "one device, or files of measurements");
    struct progress *progress = progress_new(in->command->name);
    hys_bench_opts bench = bench_set_up(in);
    hys_class_opts opts = class_opts(in, &bench, progress);
    hys_status status = has_data ? classify_data(in, &opts, &c) : classify_model(in, &opts, &c);
    progress_free(progress);
    if (status == HYS_OK) status = write_files(in, c);
    int code = *in->refusal ? EXIT_USAGE : exit_status(status);
    if (option_flag(in, "json") && !*in->refusal) {
        json_t *root = json_document();
        json_object_set_new(root, has_data ? "data" : "device", json_text(in->args[0]));
        if (status == HYS_OK) add_class(root, c);
        code = json_finish(in, root, status);
    } else if (status == HYS_OK) {
        print_class(c);
    }
    hys_class_free(c);
    return code;
}

static const option_info options[] = {
    {"range", 'r', OPTION_TEXT, "V[,V]|A", "explore so far: 1.5V, -2V,1.5V, 1mA (found, and stated)"},
    {"output", 'o', OPTION_TEXT, "FOLDER", "write the tables behind the answers there"},
    {"figure", 'f', OPTION_FLAG, NULL, "draw the curves too"},
    JSON_OPTION,
    DEVICE_BENCH_OPTIONS,
    {"rtol", 0, OPTION_REAL, "X", "relative tolerance (1e-5)"},
    IMPORT_OPTIONS,
    MODEL_OPTIONS,
};
static const char *const examples[] = {"hysteron classify nbox_kchannel",
                                       "control, polarity, volatility, order, NDR ... with the numbers that decided",
                                       "hysteron classify mine.va --range 1.5V -o out --figure",
                                       "no further than 1.5 V; the tables and curves behind the answers",
                                       "hysteron classify loop.csv pulses.csv --json",
                                       "the same questions of measurements: columns v, i and, where known, time",
                                       NULL};

const command_info command_classify = {
    .name = "classify",
    .args = "NAME|FILE.va|DATA...",
    .summary = "Tell what a device is from what it does.",
    .text = "A device is measured like a sample: levels of voltage and current are held on fresh devices from 1 ps to "
            "10^4 s, pulses are given and what they leave is read, loops are run. Nothing is taken from the name, the "
            "family or the equations; only the file's claim of a bias bounds the range. Every answer has its evidence; "
            "\"cannot be told\" is an answer, and says what would tell.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = FILES_MOST,
    .run = run,
};
