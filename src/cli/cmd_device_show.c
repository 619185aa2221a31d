/* hysteron device show NAME_OR_FILE: the equations' source, parameters, units, ranges, reference. */
#include "cli/cli.h"
#include <string.h>

static const hys_library_entry *library_entry(const char *name) {
    for (size_t k = 0; k < hys_library_count(); k++)
        if (!strcmp(hys_library_get(k)->name, name)) return hys_library_get(k);
    return NULL;
}

static void show(const invocation *in, const hys_model *model, const char *text, size_t len) {
    const hys_library_entry *entry = library_entry(in->args[0]);
    print_model(model);
    if (entry && *entry->reference) {
        fputs("\n  source: ", stdout);
        put_wrapped(stdout, entry->reference, 10, 10);
    }
    if (entry && *entry->label) {
        fputs("  parameters: ", stdout);
        put_wrapped(stdout, entry->label, 14, 14);
    }
    if (option_flag(in, "no-source")) return;
    putchar('\n');
    fwrite(text, 1, len, stdout);
}

static int show_json(invocation *in, const hys_model *model, hys_status status, const char *text) {
    const hys_library_entry *entry = library_entry(in->args[0]);
    json_t *root = json_document();
    json_object_set_new(root, "device", json_text(in->args[0]));
    if (status == HYS_OK) {
        json_object_set_new(root, "file", json_text(hys_model_file(model)));
        json_object_set_new(root, "module", json_model(model));
        json_object_set_new(root, "reference", json_text(entry ? entry->reference : NULL));
        json_object_set_new(root, "label", json_text(entry ? entry->label : NULL));
        if (!option_flag(in, "no-source")) json_object_set_new(root, "source", json_text(text));
    }
    return json_finish(in, root, status);
}

static int run(invocation *in) {
    hys_model *model = NULL;
    const char *text = "";
    size_t len = 0;
    hys_model_opts opts = model_opts(in);
    hys_status status = hys_model_load(in->ctx, in->args[0], &opts, &model);
    if (status == HYS_OK) status = hys_device_source(in->ctx, in->args[0], &text, &len);
    int result = exit_status(status);
    if (option_flag(in, "json")) result = show_json(in, model, status, text);
    else if (status == HYS_OK) show(in, model, text, len);
    hys_model_free(model);
    return result;
}

static const option_info options[] = {
    JSON_OPTION,
    {"no-source", 0, OPTION_FLAG, NULL, "leave the file's text out"},
    MODEL_OPTIONS,
    {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a parameter that shapes the module"},
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
