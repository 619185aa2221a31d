/* hysteron reproduce: what the literature says of the library's models, run again and compared. */
#include "cli/cli.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *verdict_word(hys_reproduced_verdict verdict) {
    static const char *const words[] = {"-", "ok", "FAILED", "missing"};
    return words[verdict];
}

static size_t count_verdict(const hys_reproduction *r, hys_reproduced_verdict verdict) {
    size_t n = 0;
    for (size_t k = 0; k < hys_reproduction_count(r); k++) n += hys_reproduction_get(r, k)->verdict == verdict;
    return n;
}

/* ---- text ---- */

static int widest_name(const hys_reproduction *r) {
    int width = 0;
    for (size_t k = 0; k < hys_reproduction_count(r); k++) {
        int n = shown_width(hys_reproduction_get(r, k)->name);
        if (n > width) width = n;
    }
    return width < 48 ? width : 48;
}

static void print_value(FILE *out, const hys_reproduced *v, int width) {
    char expected[32], got[32];
    hys_reproduced_format(v, v->expected, expected);
    hys_reproduced_format(v, v->got, got);
    fputs("  ", out);
    put_shown(out, v->name, width + 1);
    fprintf(out, " %12s %12s ", expected, got);
    put_shown(out, strcmp(v->unit, "1") ? v->unit : "", 7);
    putc(' ', out);
    put_shown(out, v->tolerance_text, 10);
    putc(' ', out);
    put_shown(out, v->label, 10);
    fprintf(out, " %s\n", verdict_word(v->verdict));
    const char *why = v->verdict == HYS_VERDICT_MISSING ? v->note : v->why;
    if (!*why) return;
    fputs("      ", out);
    put_shown(out, why, 0);
    putc('\n', out);
}

static void print_heading(FILE *out, const char *family, int width) {
    put_shown(out, family, width + 3);
    fprintf(out, " %12s %12s %-7s %-10s %-10s\n", "expected", "got", "unit", "tolerance", "label");
}

static void print_all(FILE *out, const hys_reproduction *r) {
    int width = widest_name(r);
    const char *family = "";
    for (size_t k = 0; k < hys_reproduction_count(r); k++) {
        const hys_reproduced *v = hys_reproduction_get(r, k);
        if (strcmp(v->family, family) != 0) {
            if (k) putc('\n', out);
            print_heading(out, v->family, width);
        }
        family = v->family;
        print_value(out, v, width);
    }
    fprintf(out, "%s%zu reproduced, %zu failed, %zu missing in the literature\n", hys_reproduction_count(r) ? "\n" : "",
            count_verdict(r, HYS_VERDICT_PASS), count_verdict(r, HYS_VERDICT_FAIL),
            count_verdict(r, HYS_VERDICT_MISSING));
}

/* ---- JSON ---- */

static json_t *value_json(const hys_reproduced *v) {
    json_t *pass = v->verdict == HYS_VERDICT_MISSING ? json_null() : json_boolean(v->verdict == HYS_VERDICT_PASS);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", json_text(v->name),
                     "family", json_text(v->family), "model", json_text(v->model), "expected", json_number(v->expected),
                     "got", json_number(v->got), "tolerance", json_number(v->tolerance), "unit", json_text(v->si_unit),
                     "pass", pass, "source", json_text(v->source), "label", json_text(v->label), "note",
                     json_text(v->note), "why", json_text(v->why));
}

static void add_all(json_t *root, const hys_reproduction *r) {
    json_t *values = json_array();
    for (size_t k = 0; k < hys_reproduction_count(r); k++)
        json_array_append_new(values, value_json(hys_reproduction_get(r, k)));
    json_object_set_new(root, "values", values);
    json_object_set_new(root, "reproduced", json_integer((json_int_t)count_verdict(r, HYS_VERDICT_PASS)));
    json_object_set_new(root, "failed", json_integer((json_int_t)count_verdict(r, HYS_VERDICT_FAIL)));
    json_object_set_new(root, "missing", json_integer((json_int_t)count_verdict(r, HYS_VERDICT_MISSING)));
}

/* ---- files ---- */

static hys_status draw_page(invocation *in, const hys_reproduction *r, const char *folder, const char *family,
                            size_t page) {
    size_t n = strlen(folder) + strlen(family) + 32;
    char *path = malloc(n);
    if (!path) return HYS_NOMEM;
    if (page) snprintf(path, n, "%s/%s_%zu.svg", folder, family, page);
    else snprintf(path, n, "%s/%s.svg", folder, family);
    hys_status status = hys_reproduction_figure(r, in->ctx, family, page, path);
    free(path);
    return status;
}

static hys_status draw_family(invocation *in, const hys_reproduction *r, const char *folder, const char *family) {
    hys_status status = HYS_OK;
    for (size_t page = 0; status == HYS_OK && page <= hys_reproduction_n_pages(r, family); page++)
        status = draw_page(in, r, folder, family, page);
    return status;
}

static hys_status write_files(invocation *in, const hys_reproduction *r) {
    const char *csv = option_text(in, "output"), *folder = option_text(in, "figure"), *family = "";
    hys_status status = folder ? make_folder(in, folder) : HYS_OK;
    if (status == HYS_OK && csv) status = write_reproduction(in, r, csv);
    for (size_t k = 0; folder && status == HYS_OK && k < hys_reproduction_count(r); k++) {
        const hys_reproduced *v = hys_reproduction_get(r, k);
        if (strcmp(v->family, family) != 0) status = draw_family(in, r, folder, v->family);
        family = v->family;
    }
    return status;
}

static int run(invocation *in) {
    hys_reproduction *r = NULL;
    hys_reproduce_opts opts = hys_reproduce_opts_default();
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    opts.names = (const char *const *)in->args;
    opts.n_names = (size_t)in->n_args;
    opts.n_threads = option_int(in, "threads", 0);
    opts.models_dir = option_text(in, "models");
    struct progress *progress = progress_new("reproduce");
    opts.progress = progress_report;
    opts.progress_user = progress;
    hys_status status = hys_reproduce(in->ctx, &opts, &r);
    progress_free(progress);
    if (status == HYS_OK) status = write_files(in, r);
    int result = exit_status(status);
    if (option_flag(in, "json")) {
        json_t *root = json_document();
        if (r) add_all(root, r);
        result = json_finish(in, root, status);
    } else if (r) {
        print_all(report_stream(in), r);
    }
    if (result == EXIT_GOOD && r && count_verdict(r, HYS_VERDICT_FAIL)) result = EXIT_NO;
    hys_reproduction_free(r);
    return result;
}

static const option_info options[] = {
    {"output", 'o', OPTION_TEXT, "FILE.csv", "write the values as CSV; - is standard output"},
    {"figure", 'f', OPTION_TEXT, "FOLDER", "draw a figure a family; script and data lie beside it"},
    {"threads", 0, OPTION_NUMBER, "N", "netlists that run side by side (all cores)"},
    {"models", 0, OPTION_TEXT, "FOLDER", "a folder of families instead of the shipped library"},
    JSON_OPTION,
};
static const char *const examples[] = {"hysteron reproduce",
                                       "all published, computed and derived values of the library",
                                       "hysteron reproduce yakopcic --json",
                                       "those of one model, in SI units",
                                       "hysteron reproduce \"mott\" \"hh_*.rest*\" --figure out -o out/values.csv",
                                       "a family, and values by a pattern; figures and numbers as files",
                                       NULL};

const command_info command_reproduce = {
    .name = "reproduce",
    .args = "[NAME...]",
    .summary = "Run again what the literature says of the library's models, and compare.",
    .text = "NAME is a family, a model, or a value; * stands for anything. Without a name all are run. The exit "
            "status is 1 if a value is not reproduced. What the literature does not give is said to be missing; it "
            "is not counted as failed. Labels: published (printed in a paper), computed (by an independent program), "
            "derived (closed form), memory (remembered, not looked up again), missing.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .max_args = 1000,
    .run = run,
};
