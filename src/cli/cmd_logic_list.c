/* hysteron logic list: families of logic and their operations. */
#include "cli/cli.h"

#define INDENT 4

static json_t *family_json(const hys_logic_family *f) {
    json_t *ops = json_array();
    for (int k = 0; k < HYS_LOGIC_N_OPS; k++)
        if ((f->ops >> k) & 1)
            json_array_append_new(ops, json_pack("{s:o, s:o}", "name", json_text(hys_logic_op_name((hys_logic_op)k)),
                                                 "function", json_text(hys_logic_op_function((hys_logic_op)k))));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "name", json_text(f->name), "summary",
                     json_text(f->summary), "drive", json_text(f->drive), "source", json_text(f->source), "doi",
                     json_text(f->doi), "is_stateful", f->is_stateful, "operations", ops);
}

static void print_family(const hys_logic_family *f) {
    printf("%s: %s%s\n", f->name, f->summary, f->is_stateful ? "" : " (cells are read in between)");
    printf("%*s", INDENT, "");
    put_wrapped(stdout, f->drive, INDENT, INDENT);
    for (int k = 0; k < HYS_LOGIC_N_OPS; k++)
        if ((f->ops >> k) & 1)
            printf("%*s%-10s %s\n", INDENT, "", hys_logic_op_name((hys_logic_op)k),
                   hys_logic_op_function((hys_logic_op)k));
    printf("%*s%s%s%s\n\n", INDENT, "", f->source, *f->doi ? ", doi " : "", f->doi);
}

static int run(invocation *in) {
    const size_t n = hys_logic_family_count();
    if (!option_flag(in, "json")) {
        for (size_t k = 0; k < n; k++) print_family(hys_logic_family_get(k));
        return EXIT_GOOD;
    }
    json_t *root = json_document(), *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, family_json(hys_logic_family_get(k)));
    json_object_set_new(root, "families", list);
    return json_finish(in, root, HYS_OK);
}

static const option_info options[] = {JSON_OPTION};
static const char *const examples[] = {"hysteron logic list", "families, what their gates do and how lines are driven",
                                       NULL};

const command_info command_logic_list = {
    .name = "logic list",
    .args = "",
    .summary = "List families of logic in memristors, their gates and their sources.",
    .text = "Low resistance is 1, high resistance 0. out is the cell that changes; where its own value stands on the "
            "right, it must be written first, or takes part.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .max_args = 0,
    .run = run,
};
