/* hysteron device list: the shipped library. */
#include "cli/cli.h"

static int run(invocation *in) {
    size_t n = hys_library_count();
    if (option_flag(in, "json")) {
        json_t *list = json_array();
        for (size_t k = 0; k < n; k++) {
            const hys_library_entry *e = hys_library_get(k);
            json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", e->name, "family",
                                                  e->family, "description", e->desc, "reference", e->reference, "label",
                                                  e->label, "path", e->path));
        }
        return print_json(json_pack("{s:s, s:o}", "hysteron", hys_version(), "models", list));
    }
    for (size_t k = 0; k < n; k++) {
        const hys_library_entry *e = hys_library_get(k);
        printf("%-16s %-10s %s\n", e->name, e->family, e->desc);
    }
    return EXIT_GOOD;
}

static const option_info options[] = {{"json", 0, OPTION_FLAG, NULL, "print machine-readable JSON"}};
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
