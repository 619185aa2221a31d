/* hysteron passport: all that is known of a device in one report. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct source { /* measured files that were read */
    hys_imported **files;
    hys_class_data *data;
    size_t n;
} source;

/* ---- what it is of ---- */

/* A file of measurements: it exists, and is no device. */
static bool is_data(const char *name) {
    const char *dot = strrchr(name, '.');
    bool is_device = dot && (!strcmp(dot, ".va") || !strcmp(dot, ".vams"));
    return !is_device && access(name, F_OK) == 0 && strchr(name, '.') != NULL;
}

static void free_source(source *s) {
    for (size_t k = 0; s->files && k < s->n; k++) hys_imported_free(s->files[k]);
    free(s->files);
    free(s->data);
}

static hys_status read_data(invocation *in, source *s) {
    hys_import_opts opts = import_opts(in);
    hys_status status = HYS_OK;
    s->files = calloc((size_t)in->n_args, sizeof *s->files);
    s->data = calloc((size_t)in->n_args, sizeof *s->data);
    if (!s->files || !s->data) return HYS_NOMEM;
    for (int k = 0; k < in->n_args && status == HYS_OK; k++) {
        size_t which = 0;
        status = hys_import(in->ctx, in->args[k], &opts, &s->files[s->n]);
        if (status != HYS_OK) return status;
        s->n++;
        if (!find_measurement(in, s->files[k], &which)) return HYS_ARG;
        s->data[k] = (hys_class_data){.name = in->args[k], .table = hys_imported_table(s->files[k], which)};
    }
    return status;
}

/* ---- one report ---- */

static hys_passport_opts passport_opts(const invocation *in, const hys_bench_opts *bench, const char *command) {
    hys_passport_opts opts = hys_passport_opts_default();
    opts.only = option_text(in, "only");
    opts.bench = bench;
    opts.command = command;
    opts.n_threads = option_int(in, "threads", 0);
    return opts;
}

static hys_status make(invocation *in, const hys_passport_opts *opts, source *s, hys_passport **passport) {
    hys_model *model = NULL;
    hys_model_opts model_options = model_opts(in);
    hys_status status;
    if (is_data(in->args[0])) {
        status = read_data(in, s);
        return status == HYS_OK ? hys_passport_data(in->ctx, s->data, s->n, opts, passport) : status;
    }
    status = hys_model_load(in->ctx, in->args[0], &model_options, &model);
    if (status == HYS_OK) status = hys_passport_model(in->ctx, model, opts, passport);
    hys_model_free(model);
    return status;
}

static hys_status find_out(invocation *in, source *s, hys_passport **passport) {
    hys_bench_opts bench = bench_set_up(in);
    static const char *const no_matter[] = {"threads", "output", "pdf", "json", NULL}; /* to the report */
    char *command = command_line_without(in, no_matter);
    if (!command) return HYS_NOMEM;
    struct progress *progress = progress_new(in->command->name);
    hys_passport_opts opts = passport_opts(in, &bench, command);
    opts.progress = progress_report;
    opts.progress_user = progress;
    hys_status status = make(in, &opts, s, passport);
    progress_free(progress);
    free(command);
    return status;
}

/* NAME.html for the device, the last part of a path without its ending. */
static void default_path(const invocation *in, char *path, size_t size) {
    const char *slash = strrchr(in->args[0], '/'), *name = slash ? slash + 1 : in->args[0];
    const char *dot = strrchr(name, '.');
    snprintf(path, size, "%.*s.html", dot && dot > name ? (int)(dot - name) : (int)strlen(name), name);
}

static hys_status write_all(invocation *in, const hys_passport *passport) {
    const char *out = option_text(in, "output"), *pdf = option_text(in, "pdf");
    char path[4200];
    hys_status status = HYS_OK;
    default_path(in, path, sizeof path);
    bool wants_html = out || (!pdf && !option_flag(in, "json"));
    if (wants_html) status = hys_passport_write(passport, in->ctx, out ? out : path);
    if (status == HYS_OK && pdf) status = hys_passport_write(passport, in->ctx, pdf);
    if (status != HYS_OK || option_flag(in, "json")) return status;
    if (wants_html) printf("%s\n", out ? out : path);
    if (pdf) printf("%s\n", pdf);
    return status;
}

static int print_json(invocation *in, const hys_passport *passport) {
    char *json = NULL;
    hys_status status = hys_passport_json(passport, in->ctx, &json);
    if (status == HYS_OK) fputs(json, stdout);
    hys_passport_text_free(json);
    return exit_status(status);
}

static int run_one(invocation *in) {
    hys_passport *passport = NULL;
    source s = {0};
    hys_status status = find_out(in, &s, &passport);
    if (status == HYS_OK) status = write_all(in, passport);
    int code = exit_status(status);
    if (option_flag(in, "json"))
        code = status == HYS_OK ? print_json(in, passport) : json_finish(in, json_document(), status);
    hys_passport_free(passport);
    free_source(&s);
    return *in->refusal ? EXIT_USAGE : code;
}

/* ---- the library ---- */

static int run_all(invocation *in) {
    const char *folder = option_text(in, "output");
    hys_bench_opts bench = bench_set_up(in);
    if (in->n_args) return refuse(in, "--all takes no device, not", in->args[0], NULL);
    if (!folder) return refuse(in, "--all needs a folder", NULL, "--all -o passports");
    hys_passport_opts opts = passport_opts(in, &bench, NULL);
    hys_status status = make_folder(in, folder);
    struct progress *progress = progress_new(in->command->name);
    opts.progress = progress_report;
    opts.progress_user = progress;
    if (status == HYS_OK) status = hys_passport_library(in->ctx, folder, &opts);
    progress_free(progress);
    if (status == HYS_OK) printf("%s/index.html\n", folder);
    return exit_status(status);
}

static int run(invocation *in) {
    if (option_flag(in, "all")) return run_all(in);
    if (!in->n_args) return refuse(in, "which device?", NULL, "hysteron device list names those of the library");
    if (in->n_args > 1 && !is_data(in->args[0]))
        return refuse(in, "a passport is of one device; see also hysteron compare:", in->args[1], NULL);
    return run_one(in);
}

static const option_info options[] = {
    {"output", 'o', OPTION_TEXT, "FILE.html", "the report (NAME.html); with --all the folder of the reports"},
    {"pdf", 0, OPTION_TEXT, "FILE.pdf", "print it, through Chromium or WeasyPrint"},
    JSON_OPTION,
    {"only", 0, OPTION_TEXT, "A,B,...",
     "these sections: class, iv, impedance, use, channel-K, channel-Na, fit, catalogue, model, methods"},
    {"all", 0, OPTION_FLAG, NULL, "of every device of the library, with an index"},
    {"threads", 0, OPTION_NUMBER, "N", "threads (all cores); the report does not depend on it"},
    DEVICE_BENCH_OPTIONS,
    {"rtol", 0, OPTION_REAL, "X", "relative tolerance (1e-6)"},
    IMPORT_OPTIONS,
    MODEL_OPTIONS,
};
static const char *const examples[] = {"hysteron passport vteam -o vteam.html",
                                       "what the device is, what it is good for, and how that was found out",
                                       "hysteron passport loop.csv -o loop.html --pdf loop.pdf",
                                       "of measured data; printed too",
                                       "hysteron passport mine.va --set area=1e-12 --json",
                                       "for scripts",
                                       "hysteron passport --all -o passports",
                                       "the whole library, with an index",
                                       NULL};

const command_info command_passport = {
    .name = "passport",
    .args = "[NAME|FILE.va|DATA...]",
    .summary = "Everything about a device in one report.",
    .text =
        "The report is one HTML file that needs no network: what the device is, by its behaviour, with the evidence; "
        "its curves; what it is good for, criterion by criterion, beside published devices; whether it can be an ion "
        "channel; of data the models that fit; parameters, source, methods, and the command that makes it again. "
        "Figures show values under the pointer, zoom, and hold their data. The same input and seed give the same "
        "bytes, whatever the number of threads. What could not be found out is said, with the reason.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 0,
    .max_args = 64,
    .run = run,
};
