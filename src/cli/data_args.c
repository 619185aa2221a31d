/* Files of measurements that a command is given, as tables. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

/* Whether one of the words, which blanks separate, stands in the title as a word. */
static bool is_titled(const char *title, const char *words) {
    while (*words) {
        size_t n = strcspn(words, " ");
        for (const char *at = strchr(title, ' '); at; at = strchr(at + 1, ' '))
            if (n && !strncmp(at + 1, words, n) && (at[1 + n] == 0 || at[1 + n] == ' ')) return true;
        words += n + (words[n] == ' ');
    }
    return false;
}

typedef struct choice { /* of the measurements of a file */
    bool by_title;
    size_t least_rows;
} choice;

static choice choose(const hys_imported *file, const char *words) {
    choice c = {false, 0};
    for (size_t k = 0; k < hys_imported_n(file); k++) {
        if (is_titled(hys_imported_title(file, k), words)) c.by_title = true;
        if (hys_table_n_rows(hys_imported_table(file, k)) >= 3) c.least_rows = 3;
    }
    return c;
}

static bool is_chosen(const hys_imported *file, size_t k, choice c, const char *words) {
    if (c.by_title && !is_titled(hys_imported_title(file, k), words)) return false;
    return hys_table_n_rows(hys_imported_table(file, k)) >= c.least_rows;
}

static hys_status add(data_set *d, const hys_table *table, const char *name) {
    const hys_table **tables = realloc(d->tables, (d->n + 1) * sizeof *tables);
    if (!tables) return HYS_NOMEM;
    d->tables = tables;
    const char **names = realloc(d->names, (d->n + 1) * sizeof *names);
    if (!names) return HYS_NOMEM;
    d->names = names;
    tables[d->n] = table;
    names[d->n++] = name;
    return HYS_OK;
}

static hys_status add_file(invocation *in, data_set *d, const char *path, const char *words) {
    const hys_imported *file = d->files[d->n_files - 1];
    if (hys_imported_is_impedance(file)) {
        refuse(in, "this file holds impedance, not curves of current and voltage", path,
               "hysteron impedance --data FILE");
        return HYS_ARG;
    }
    if (option_text(in, "measurement")) {
        size_t k = 0;
        if (!find_measurement(in, file, &k)) return HYS_ARG;
        return add(d, hys_imported_table(file, k), path);
    }
    choice c = choose(file, words);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < hys_imported_n(file) && status == HYS_OK; k++)
        if (is_chosen(file, k, c, words)) status = add(d, hys_imported_table(file, k), path);
    return status;
}

hys_status data_set_read(invocation *in, const char *const *paths, size_t n, const char *words, data_set *d) {
    hys_import_opts opts = import_opts(in);
    opts.by_word = true;
    d->files = calloc(n + 1, sizeof *d->files);
    if (!d->files) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        hys_imported *file = NULL;
        hys_status status = hys_import(in->ctx, paths[k], &opts, &file);
        if (status != HYS_OK) return status;
        d->files[d->n_files++] = file;
        status = add_file(in, d, paths[k], words);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

void data_set_free(data_set *d) {
    for (size_t k = 0; k < d->n_files; k++) hys_imported_free(d->files[k]);
    free(d->files);
    free(d->tables);
    free(d->names);
    *d = (data_set){0};
}

json_t *json_data_set(const data_set *d, const char *const *paths) {
    json_t *list = json_array();
    for (size_t k = 0; k < d->n_files; k++) {
        json_t *assumed = json_array();
        for (size_t m = 0; m < hys_imported_n_assumed(d->files[k]); m++)
            json_array_append_new(assumed, json_text(hys_imported_assumed(d->files[k], m)));
        json_array_append_new(list, json_pack("{s:o, s:o, s:I, s:o}", "file", json_text(paths[k]), "format",
                                              json_text(hys_imported_format(d->files[k])), "measurements",
                                              (json_int_t)hys_imported_n(d->files[k]), "assumed", assumed));
    }
    return list;
}

void print_data_set(FILE *out, const data_set *d) {
    for (size_t k = 0; k < d->n_files; k++)
        for (size_t m = 0; m < hys_imported_n_assumed(d->files[k]); m++) {
            fputs("assumed: ", out);
            put_shown(out, hys_imported_assumed(d->files[k], m), 0);
            fputc('\n', out);
        }
}
