/* hysteron device list: the shipped library. */
#include "cli/cli.h"

#define NAME_WIDTH   32
#define FAMILY_WIDTH 15

static json_t *entry_json(const hys_library_entry *e) {
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "name", json_text(e->name), "family", json_text(e->family),
                     "description", json_text(e->desc), "reference", json_text(e->reference), "label",
                     json_text(e->label), "path", json_text(e->path));
}

static void put_line(const char *name, const char *family, const char *desc) {
    put_shown(stdout, name, NAME_WIDTH);
    putchar(' ');
    put_shown(stdout, family, FAMILY_WIDTH);
    putchar(' ');
    put_wrapped(stdout, desc, NAME_WIDTH + FAMILY_WIDTH + 2, NAME_WIDTH + FAMILY_WIDTH + 2);
}

/* A library file that cannot be read is told of when it is used. */
static void print_variants(const invocation *in, const hys_library_entry *e) {
    const hys_variant *variants = NULL;
    size_t n = 0;
    if (hys_device_variants(in->ctx, e->name, &variants, &n) != HYS_OK) return;
    for (size_t k = 0; k < n; k++) {
        char name[128];
        snprintf(name, sizeof name, "  %.100s", variants[k].name);
        put_line(name, "", variants[k].desc);
    }
}

static json_t *variants_json(const invocation *in, const hys_library_entry *e) {
    json_t *list = json_array();
    const hys_variant *variants = NULL;
    size_t n = 0;
    if (hys_device_variants(in->ctx, e->name, &variants, &n) != HYS_OK) n = 0;
    for (size_t k = 0; k < n; k++)
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "name", json_text(variants[k].name),
                                              "description", json_text(variants[k].desc), "reference",
                                              json_text(variants[k].reference), "label", json_text(variants[k].label)));
    return list;
}

static int run(invocation *in) {
    size_t n = hys_library_count();
    if (option_flag(in, "json")) {
        json_t *root = json_document(), *list = json_array();
        for (size_t k = 0; k < n; k++) {
            json_t *entry = entry_json(hys_library_get(k));
            json_object_set_new(entry, "variants", variants_json(in, hys_library_get(k)));
            json_array_append_new(list, entry);
        }
        json_object_set_new(root, "models", list);
        return json_finish(in, root, HYS_OK);
    }
    for (size_t k = 0; k < n; k++) {
        const hys_library_entry *e = hys_library_get(k);
        put_line(e->name, e->family, e->desc);
        print_variants(in, e);
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
