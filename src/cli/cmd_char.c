/* hysteron char: protocols of device laboratories, each a row of a table of the library. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

/* ---- what there is ---- */

static void print_protocols(void) {
    for (size_t k = 0; k < hys_protocol_count(); k++) {
        const hys_protocol *p = hys_protocol_get(k);
        put_shown(stdout, p->name, 16);
        put_wrapped(stdout, p->summary, 16, 16);
        if (*p->aliases) printf("%-16salso: %s\n", "", p->aliases);
    }
    puts("hysteron char PROTOCOL shows its options.");
}

static void print_data_options(const hys_protocol_data *data) {
    if (!data) return;
    printf("on measured data (--data FILE ...): ");
    put_wrapped(stdout, data->columns, 36, 4);
    for (size_t k = 0; k < data->n_options; k++) {
        const hys_protocol_option *o = &data->options[k];
        printf("  %-14s%-16s", o->name, o->value);
        put_wrapped(stdout, o->desc, 32, 32);
    }
}

static void print_options(const hys_protocol *p) {
    printf("%s: %s\n", p->name, p->summary);
    if (*p->aliases) printf("also: %s\n", p->aliases);
    puts("options, as --opt NAME=VALUE (numbers take units; bare ones are SI):");
    for (size_t k = 0; k < p->n_options; k++) {
        const hys_protocol_option *o = &p->options[k];
        printf("  %-14s%-16s", o->name, o->value);
        put_wrapped(stdout, o->desc, 32, 32);
    }
    print_data_options(hys_protocol_data_of(p));
}

static json_t *options_json(const hys_protocol_option *options, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) {
        const hys_protocol_option *o = &options[k];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "name", o->name, "unit", o->unit, "default",
                                              o->value, "description", o->desc));
    }
    return list;
}

static json_t *protocol_json(const hys_protocol *p) {
    const hys_protocol_data *data = hys_protocol_data_of(p);
    json_t *root = json_pack("{s:s, s:s, s:s, s:o}", "name", p->name, "aliases", p->aliases, "summary", p->summary,
                             "options", options_json(p->options, p->n_options));
    json_object_set_new(root, "data",
                        data ? json_pack("{s:s, s:o}", "columns", data->columns, "options",
                                         options_json(data->options, data->n_options))
                             : json_null());
    return root;
}

static int list_protocols(invocation *in, const hys_protocol *only) {
    if (!option_flag(in, "json")) {
        if (only) print_options(only);
        else print_protocols();
        return EXIT_GOOD;
    }
    json_t *root = json_document(), *list = json_array();
    for (size_t k = 0; k < hys_protocol_count(); k++)
        if (!only || only == hys_protocol_get(k)) json_array_append_new(list, protocol_json(hys_protocol_get(k)));
    json_object_set_new(root, "protocols", list);
    return json_finish(in, root, HYS_OK);
}

/* ---- results ---- */

static void print_result(const hys_protocol_result *result) {
    int width = 0;
    for (size_t k = 0; k < hys_protocol_n_features(result); k++) {
        int n = shown_width(hys_protocol_feature(result, k)->name);
        if (n > width) width = n;
    }
    for (size_t k = 0; k < hys_protocol_n_features(result); k++)
        print_feature(stdout, hys_protocol_feature(result, k), width);
    for (size_t k = 0; k < hys_protocol_n_remarks(result); k++) {
        fputs("note: ", stderr);
        put_shown(stderr, hys_protocol_remark(result, k), 0);
        fputc('\n', stderr);
    }
}

static json_t *feature_json(const hys_feature *f) {
    return json_pack("{s:s, s:o, s:s, s:s}", "name", f->name, "value",
                     f->text ? json_text(f->text) : json_number(f->value), "unit", f->unit, "description", f->desc);
}

static json_t *table_json(const hys_protocol_table *t) {
    json_t *values = json_object();
    for (size_t c = 0; c < hys_table_n_columns(t->table); c++) {
        json_t *column = json_array();
        for (size_t r = 0; r < hys_table_n_rows(t->table); r++)
            json_array_append_new(column, json_number(hys_table_column_at(t->table, c)[r]));
        json_object_set_new(values, hys_table_name(t->table, c), column);
    }
    return json_pack("{s:s, s:s, s:o, s:o}", "name", t->name, "figure", t->figure, "columns",
                     json_table_columns(t->table), "values", values);
}

static void add_result(json_t *root, const hys_protocol_result *result) {
    json_t *features = json_array(), *tables = json_array(), *remarks = json_array();
    for (size_t k = 0; k < hys_protocol_n_features(result); k++)
        json_array_append_new(features, feature_json(hys_protocol_feature(result, k)));
    for (size_t k = 0; k < hys_protocol_n_tables(result); k++)
        json_array_append_new(tables, table_json(hys_protocol_table_at(result, k)));
    for (size_t k = 0; k < hys_protocol_n_remarks(result); k++)
        json_array_append_new(remarks, json_text(hys_protocol_remark(result, k)));
    json_object_set_new(root, "features", features);
    json_object_set_new(root, "tables", tables);
    json_object_set_new(root, "remarks", remarks);
}

static hys_status write_one(invocation *in, const hys_protocol *protocol, const hys_protocol_table *t) {
    const char *folder = option_text(in, "output");
    char path[4200];
    hys_status status = HYS_OK;
    snprintf(path, sizeof path, "%s/%s-%s.csv", folder ? folder : ".", protocol->name, t->name);
    if (folder) status = write_table(in, t->table, path);
    if (status != HYS_OK || !option_flag(in, "figure") || !*t->figure) return status;
    snprintf(path, sizeof path, "%s/%s-%s.svg", folder ? folder : ".", protocol->name, t->name);
    return draw_protocol_table(in, t, path);
}

static hys_status write_results(invocation *in, const hys_protocol *protocol, const hys_protocol_result *result) {
    const char *folder = option_text(in, "output");
    hys_status status = folder ? make_folder(in, folder) : HYS_OK;
    for (size_t k = 0; k < hys_protocol_n_tables(result) && status == HYS_OK; k++)
        status = write_one(in, protocol, hys_protocol_table_at(result, k));
    return status;
}

/* ---- the command ---- */

typedef struct work {
    const hys_protocol *protocol;
    const char **files; /* of --data; the words behind the protocol are further ones */
    size_t n_files;
    data_set data;
    hys_protocol_result *result;
} work;

static hys_protocol_opts protocol_opts(const invocation *in) {
    hys_protocol_opts opts = hys_protocol_opts_default();
    opts.opt = option_get(in, "opt")->list;
    opts.n_opt = option_get(in, "opt")->n_list;
    return opts;
}

static hys_status analyse(invocation *in, work *w) {
    hys_protocol_opts opts = protocol_opts(in);
    hys_status status = data_set_read(in, w->files, w->n_files, w->protocol->aliases, &w->data);
    opts.names = w->data.names;
    if (status == HYS_OK)
        status = hys_protocol_analyse(in->ctx, w->protocol, w->data.tables, w->data.n, &opts, &w->result);
    return status == HYS_OK ? write_results(in, w->protocol, w->result) : status;
}

static hys_status measure(invocation *in, const hys_protocol *protocol, hys_protocol_result **result) {
    hys_model *model = NULL;
    hys_model_opts options = model_opts(in);
    hys_bench_opts bench = bench_set_up(in);
    hys_protocol_opts opts = protocol_opts(in);
    struct progress *progress = progress_new(protocol->name);
    bench.progress = progress_report;
    bench.progress_user = progress;
    opts.bench = &bench;
    hys_status status = hys_model_load(in->ctx, in->args[1], &options, &model);
    if (status == HYS_OK) status = hys_protocol_run(in->ctx, protocol, model, &opts, result);
    progress_free(progress);
    hys_model_free(model);
    return status == HYS_OK ? write_results(in, protocol, *result) : status;
}

static int refuse_protocol(invocation *in) {
    const char *names[64], *near;
    size_t n = hys_protocol_count() < 64 ? hys_protocol_count() : 64;
    char hint[128];
    for (size_t k = 0; k < n; k++) names[k] = hys_protocol_get(k)->name;
    near = hys_nearest(in->args[0], names, n);
    snprintf(hint, sizeof hint, "did you mean '%s'?", near ? near : "");
    return refuse(in, "there is no protocol", in->args[0], near ? hint : "hysteron char --list");
}

static int finish(invocation *in, work *w, hys_status status) {
    int code = exit_status(status);
    if (option_flag(in, "json")) {
        json_t *root = json_document();
        json_object_set_new(root, "protocol", json_text(w->protocol->name));
        if (w->n_files) json_object_set_new(root, "data", json_data_set(&w->data, w->files));
        else json_object_set_new(root, "device", json_text(in->args[1]));
        if (status == HYS_OK) add_result(root, w->result);
        code = json_finish(in, root, status);
    } else if (status == HYS_OK) {
        print_data_set(stderr, &w->data);
        print_result(w->result);
    }
    hys_protocol_result_free(w->result);
    return code;
}

static int run_data(invocation *in, work *w) {
    const option_value *data = option_get(in, "data");
    w->files = calloc(data->n_list + (size_t)in->n_args, sizeof *w->files);
    if (!w->files) return EXIT_INTERNAL;
    for (size_t k = 0; k < data->n_list; k++) w->files[w->n_files++] = data->list[k];
    for (int k = 1; k < in->n_args; k++) w->files[w->n_files++] = in->args[k];
    hys_status status = analyse(in, w);
    int code = in->refusal[0] ? EXIT_USAGE : finish(in, w, status);
    data_set_free(&w->data);
    free(w->files);
    return code;
}

static int run(invocation *in) {
    if (option_flag(in, "list") || in->n_args == 0) return list_protocols(in, NULL);
    const hys_protocol *protocol = hys_protocol_find(in->args[0]);
    if (!protocol) return refuse_protocol(in);
    work w = {.protocol = protocol};
    if (option_get(in, "data")->n_list) return run_data(in, &w);
    if (in->n_args == 1) return list_protocols(in, protocol);
    if (in->n_args > 2) return refuse(in, "unexpected argument", in->args[2], "--data FILE ... for measured data");
    hys_status status = measure(in, protocol, &w.result);
    return finish(in, &w, status);
}

static const option_info options[] = {
    {"list", 'l', OPTION_FLAG, NULL, "name the protocols, with their aliases"},
    {"opt", 'O', OPTION_LIST, "NAME=VALUE", "an option of the protocol: --opt pulses=100"},
    {"output", 'o', OPTION_TEXT, "FOLDER", "write the tables as FOLDER/PROTOCOL-TABLE.csv"},
    {"figure", 'f', OPTION_FLAG, NULL, "draw the tables, in the folder of -o or the working directory"},
    JSON_OPTION,
    {"data", 'd', OPTION_LIST, "FILE...", "look at measured data instead of a device, of one or several files"},
    IMPORT_OPTIONS,
    DEVICE_BENCH_OPTIONS,
    {"rtol", 0, OPTION_REAL, "X", "relative tolerance (1e-6)"},
    MODEL_OPTIONS,
};
static const char *const examples[] = {
    "hysteron char --list",
    "what there is",
    "hysteron char ppf",
    "the options of a protocol, with units and defaults",
    "hysteron char ppf wox --opt amplitude=0.5V --opt intervals=5ms:1s:20 -o out --figure",
    "paired pulses, as numbers, CSV and figure",
    "hysteron char potentiation interface_analog --opt up=-3V --opt down=2.7V --json",
    "nonlinearity, asymmetry, levels and energy of a synapse",
    "hysteron char retention --data 85C.csv 125C.csv --opt temperatures=85degC,125degC",
    "the same of measured data, here one file a temperature",
    NULL};

const command_info command_char = {
    .name = "char",
    .args = "[PROTOCOL] [NAME|FILE.va | --data FILE...]",
    .summary = "Characterise a device by a protocol of device laboratories.",
    .text =
        "Without a device the options of the protocol are shown, without a protocol the protocols. The device keeps "
        "its state through all steps of a protocol, unless an option says that each begins with a fresh device. "
        "What cannot be told is said, and why. Energies are integrals of |v i|.\n\n"
        "With --data the same numbers are told of what was measured. A record of time, v and i is cut into pulses; "
        "smaller ones that take turns with larger ones are reads. Columns are known by their names and units, and "
        "--column and --unit say otherwise.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .max_args = 10000,
    .run = run,
};
