/* hysteron device show NAME_OR_FILE: the equations' source, parameters, units, ranges, reference. */
#include "cli/cli.h"
#include <string.h>

static const hys_library_entry *library_entry(const char *name) {
    for (size_t k = 0; k < hys_library_count(); k++)
        if (!strcmp(hys_library_get(k)->name, name)) return hys_library_get(k);
    return NULL;
}

static void print_params(const hys_model *model) {
    printf("%-16s %-12s %-10s %-16s %s\n", "parameter", "default", "unit", "range", "meaning");
    for (size_t k = 0; k < hys_model_n_params(model); k++) {
        const hys_param *p = hys_model_param(model, k);
        char value[64];
        if (p->text) snprintf(value, sizeof value, "\"%.50s\"", p->text);
        else snprintf(value, sizeof value, "%.6g", p->value);
        printf("%-16s %-12s %-10s %-16s %s\n", p->name, value, *p->units ? p->units : "-", p->range, p->desc);
    }
}

static int show(invocation *in, const hys_model *model, const char *text, size_t len) {
    const hys_library_entry *entry = library_entry(in->args[0]);
    printf("%s - %s\n", hys_model_name(model), hys_model_desc(model));
    if (entry) printf("reference: %s\nparameters: %s\n", entry->reference, entry->label);
    printf("file: %s\nterminals:", hys_model_file(model));
    for (size_t k = 0; k < hys_model_n_ports(model); k++) printf(" %s", hys_model_port(model, k));
    printf("\nstates:");
    for (size_t k = 0; k < hys_model_n_states(model); k++) {
        const hys_state *s = hys_model_state(model, k);
        printf(" %s[%s]", s->name, *s->units ? s->units : "1");
    }
    puts("\n");
    print_params(model);
    if (!option_flag(in, "no-source")) {
        puts("");
        fwrite(text, 1, len, stdout);
    }
    return fflush(stdout) ? EXIT_INTERNAL : EXIT_GOOD;
}

static int run(invocation *in) {
    hys_model *model = NULL;
    const char *text = "";
    size_t len = 0;
    hys_model_opts opts = model_opts(in);
    hys_status status = hys_device_source(in->ctx, in->args[0], &text, &len);
    if (status == HYS_OK) status = hys_model_load(in->ctx, in->args[0], &opts, &model);
    int result = status == HYS_OK ? show(in, model, text, len) : exit_status(status);
    hys_model_free(model);
    return result;
}

static const option_info options[] = {
    MODEL_OPTIONS,
    {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a parameter that shapes the module"},
    {"no-source", 0, OPTION_FLAG, NULL, "leave the file's text out"},
};
static const char *const examples[] = {"hysteron device show vteam",
                                       "parameters with units and ranges, and the equations' source", NULL};

const command_info command_device_show = {
    .name = "device show",
    .args = "NAME|FILE.va",
    .summary = "Show a device: equations, parameters, units, ranges, reference.",
    .text = "",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
