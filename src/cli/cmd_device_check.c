/* hysteron device check FILE.va: compiles every module and says what was found. */
#include "cli/cli.h"
#include <string.h>

static json_t *ports_json(const hys_model *model) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_model_n_ports(model); k++)
        json_array_append_new(list, json_string(hys_model_port(model, k)));
    return list;
}

static json_t *params_json(const hys_model *model) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_model_n_params(model); k++) {
        const hys_param *p = hys_model_param(model, k);
        json_t *value = p->text         ? json_string(p->text)
                        : p->is_integer ? json_integer((json_int_t)p->value)
                                        : json_number(p->value);
        json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:s, s:s, s:b, s:i}", "name", p->name, "default", value,
                                              "unit", p->units, "description", p->desc, "range", p->range, "structural",
                                              (int)p->is_structural, "line", (int)p->line));
    }
    return list;
}

static json_t *states_json(const hys_model *model, bool retained) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_model_n_states(model); k++) {
        const hys_state *s = hys_model_state(model, k);
        if (s->is_retained == retained)
            json_array_append_new(list, json_pack("{s:s, s:s, s:i}", "name", s->name, "unit",
                                                  *s->units ? s->units : "1", "line", (int)s->line));
    }
    return list;
}

static json_t *lifts_json(const hys_model *model, bool lifted) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_model_n_lifts(model); k++) {
        const hys_lift *l = hys_model_lift(model, k);
        if (l->is_lifted == lifted)
            json_array_append_new(list,
                                  json_pack("{s:s, s:i, s:s}", "name", l->name, "line", (int)l->line, "why", l->why));
    }
    return list;
}

static json_t *module_json(hys_ctx *ctx, const hys_model *model) {
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "name", hys_model_name(model), "description",
                     hys_model_desc(model), "ports", ports_json(model), "parameters", params_json(model), "states",
                     states_json(model, false), "lifted", lifts_json(model, true), "not_lifted",
                     lifts_json(model, false), "retained", states_json(model, true), "as_written",
                     (int)hys_model_is_stepped(model), "warnings", diagnostics_json(ctx));
}

static void print_states(const hys_model *model, bool retained) {
    size_t n = 0;
    for (size_t k = 0; k < hys_model_n_states(model); k++) {
        const hys_state *s = hys_model_state(model, k);
        if (s->is_retained != retained) continue;
        printf("%s%s[%s]%s",
               n++        ? ", "
               : retained ? "  retained  "
                          : "  states    ",
               s->name, *s->units ? s->units : "1", s->is_lifted ? " (lifted)" : "");
    }
    if (n) putchar('\n');
}

static void print_module(const hys_model *model) {
    printf("%s: module %s(", hys_model_file(model), hys_model_name(model));
    for (size_t k = 0; k < hys_model_n_ports(model); k++) printf("%s%s", k ? ", " : "", hys_model_port(model, k));
    puts(")");
    if (*hys_model_desc(model)) printf("  %s\n", hys_model_desc(model));
    for (size_t k = 0; k < hys_model_n_params(model); k++) {
        const hys_param *p = hys_model_param(model, k);
        if (p->text) printf("  %-14s = \"%s\"", p->name, p->text);
        else printf("  %-14s = %-10g %-8s", p->name, p->value, p->units);
        printf(" %-14s %s%s\n", p->range, p->desc, p->is_structural ? " (a change compiles anew)" : "");
    }
    print_states(model, false);
    print_states(model, true);
    for (size_t k = 0; k < hys_model_n_lifts(model); k++) {
        const hys_lift *l = hys_model_lift(model, k);
        printf("  %s: line %d: %s%s%s\n", l->is_lifted ? "lifted" : "kept as written", (int)l->line, l->name,
               *l->why ? ": " : "", l->why);
    }
    if (hys_model_is_stepped(model)) puts("  runs as written: first-order steps, committed at accepted points");
}

/* Checks one module; adds it to the list or prints it. */
static hys_status check_one(invocation *in, const char *module, json_t *list, hys_model **model) {
    hys_model_opts opts = model_opts(in);
    if (module) opts.module = module;
    hys_status status = hys_model_check(in->ctx, in->args[0], &opts, model);
    if (status != HYS_OK) return status;
    if (list) json_array_append_new(list, module_json(in->ctx, *model));
    else print_module(*model);
    return HYS_OK;
}

static hys_status check_others(invocation *in, const hys_model *first, json_t *list) {
    hys_status worst = HYS_OK;
    if (option_text(in, "module")) return HYS_OK;
    for (size_t k = 0; k < hys_model_n_modules(first); k++) {
        const char *name = hys_model_module(first, k);
        hys_model *model = NULL;
        if (!strcmp(name, hys_model_name(first))) continue;
        if (list) hys_diag_clear(in->ctx);
        else print_diagnostics(in->ctx), hys_diag_clear(in->ctx);
        hys_status status = check_one(in, name, list, &model);
        if (status != HYS_OK) worst = status;
        hys_model_free(model);
    }
    return worst;
}

static int run(invocation *in) {
    hys_model *model = NULL;
    bool json = option_flag(in, "json");
    json_t *list = json ? json_array() : NULL;
    hys_status status = check_one(in, NULL, list, &model);
    if (status == HYS_OK) status = check_others(in, model, list);
    if (json) {
        json_t *root = json_pack("{s:s, s:s, s:o}", "hysteron", hys_version(), "file", in->args[0], "modules", list);
        if (status != HYS_OK) json_object_set_new(root, "errors", diagnostics_json(in->ctx));
        print_json(root);
    }
    hys_model_free(model);
    return exit_status(status);
}

static const option_info options[] = {
    {"json", 0, OPTION_FLAG, NULL, "print machine-readable JSON"},
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
