/* hysteron device check FILE.va: compiles every module and says what was found. */
#include "cli/cli.h"
#include <string.h>

struct check {
    invocation *in;
    json_t *modules, *errors; /* NULL: as text */
};

/* Hands over what was diagnosed of one module, so that the next starts clean. */
static void close_module(struct check *check, json_t *module) {
    hys_ctx *ctx = check->in->ctx;
    if (check->modules) {
        json_t *errors = json_diagnostics(ctx, true);
        json_array_extend(check->errors, errors);
        json_decref(errors);
        if (module) json_object_set_new(module, "warnings", json_diagnostics(ctx, false));
        if (module) json_array_append_new(check->modules, module);
    }
    if (!check->modules || hys_diag_n_errors(ctx)) print_diagnostics(ctx);
    hys_diag_clear(ctx);
}

/* name NULL: the file's main module */
static hys_status check_module(struct check *check, const char *name, hys_model **model) {
    hys_model_opts opts = model_opts(check->in);
    if (name) opts.module = name;
    hys_status status = hys_model_check(check->in->ctx, check->in->args[0], &opts, model);
    if (status == HYS_OK && !check->modules) print_model(*model);
    close_module(check, status == HYS_OK && check->modules ? json_model(*model) : NULL);
    return status;
}

static hys_status check_others(struct check *check, const hys_model *first) {
    hys_status worst = HYS_OK;
    for (size_t k = 0; k < hys_model_n_modules(first); k++) {
        hys_model *model = NULL;
        if (!strcmp(hys_model_module(first, k), hys_model_name(first))) continue;
        hys_status status = check_module(check, hys_model_module(first, k), &model);
        hys_model_free(model);
        if (status != HYS_OK) worst = status;
        if (status == HYS_CANCEL || status == HYS_NOMEM) break;
    }
    return worst;
}

static int run(invocation *in) {
    hys_model *model = NULL;
    bool json = option_flag(in, "json");
    struct check check = {.in = in, .modules = json ? json_array() : NULL, .errors = json ? json_array() : NULL};
    hys_status status = check_module(&check, NULL, &model);
    if (status == HYS_OK && !option_text(in, "module")) status = check_others(&check, model);
    hys_model_free(model);
    if (!json) return exit_status(status);
    json_t *root = json_document();
    json_object_set_new(root, "file", json_text(in->args[0]));
    json_object_set_new(root, "modules", check.modules);
    json_object_set_new(root, "errors", check.errors);
    return json_finish(in, root, status);
}

static const option_info options[] = {
    JSON_OPTION,
    MODEL_OPTIONS,
    {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a parameter that shapes the module (array sizes, strings)"},
};
static const char *const examples[] = {"hysteron device check that.va",
                                       "modules, ports, parameters, states, what was lifted, warnings",
                                       "hysteron device check that.va --json", "the same for scripts", NULL};

const command_info command_device_check = {
    .name = "device check",
    .args = "FILE.va",
    .summary = "Compile a Verilog-A file and say what it holds.",
    .text = "Exit status 3 with diagnostics if the file is invalid.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
