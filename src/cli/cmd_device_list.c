/* hysteron device list: the shipped library. */
#include "cli/cli.h"

static json_t *entry_json(const hys_library_entry *e) {
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "name", json_text(e->name), "family", json_text(e->family),
                     "description", json_text(e->desc), "reference", json_text(e->reference), "label",
                     json_text(e->label), "path", json_text(e->path));
}

static int run(invocation *in) {
    size_t n = hys_library_count();
    if (option_flag(in, "json")) {
        json_t *root = json_document(), *list = json_array();
        for (size_t k = 0; k < n; k++) json_array_append_new(list, entry_json(hys_library_get(k)));
        json_object_set_new(root, "models", list);
        return json_finish(in, root, HYS_OK);
    }
    for (size_t k = 0; k < n; k++) {
        const hys_library_entry *e = hys_library_get(k);
        put_shown(stdout, e->name, 16);
        putchar(' ');
        put_shown(stdout, e->family, 9);
        putchar(' ');
        put_wrapped(stdout, e->desc, 27, 27);
    }
    return EXIT_GOOD;
}

static const option_info options[] = {JSON_OPTION};
static const char *const examples[] = {"hysteron device list", "every model of the library with one line on it", NULL};

const command_info command_device_list = {
    .name = "device list",
    .args = "",
    .summary = "List the models of the shipped library.",
    .text = "",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .max_args = 0,
    .run = run,
};
