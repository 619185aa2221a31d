/* JSON out: always one valid document, whatever the names in the user's file. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that are no UTF-8 become U+FFFD, the replacement character. */
json_t *json_text(const char *text) {
    if (!text) return json_null();
    json_t *plain = json_string(text);
    if (plain) return plain;
    char *clean = malloc(3 * strlen(text) + 1), *to = clean;
    if (!clean) return NULL;
    while (*text) {
        size_t n = utf8_length(text);
        memcpy(to, n ? text : "\357\277\275", n ? n : 3);
        to += n ? n : 3;
        text += n ? n : 1;
    }
    *to = 0;
    json_t *result = json_string(clean);
    free(clean);
    return result;
}

json_t *json_number(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_document(void) {
    return json_pack("{s:s}", "hysteron", hys_version());
}

static const char *severity_name(hys_severity severity) {
    static const char *const names[] = {"note", "warning", "error"};
    return names[severity];
}

static json_t *json_diagnostic(const hys_diag *d) {
    return json_pack("{s:s, s:o, s:i, s:i, s:o, s:o}", "severity", severity_name(d->severity), "file",
                     json_text(d->file), "line", (int)d->line, "column", (int)d->col, "message", json_text(d->message),
                     "hint", json_text(d->hint));
}

json_t *json_diagnostics(hys_ctx *ctx, bool errors) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_diag_count(ctx); k++) {
        const hys_diag *d = hys_diag_get(ctx, k);
        const hys_diag *of = d->severity == HYS_NOTE && d->parent >= 0 ? hys_diag_get(ctx, (size_t)d->parent) : d;
        if ((of->severity == HYS_ERROR) == errors) json_array_append_new(list, json_diagnostic(d));
    }
    return list;
}

static json_t *json_error(const char *message, const char *hint) {
    hys_diag diag = {.severity = HYS_ERROR, .file = "", .message = message, .hint = hint};
    return json_diagnostic(&diag);
}

int json_print(json_t *root) {
    int failed = json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    fputc('\n', stdout);
    json_decref(root);
    if (failed) fputs("hysteron: error: out of memory for the JSON\n", stderr);
    return failed ? EXIT_INTERNAL : EXIT_GOOD;
}

int json_finish(invocation *in, json_t *root, hys_status status) {
    if (!json_object_get(root, "errors")) json_object_set_new(root, "errors", json_diagnostics(in->ctx, true));
    json_t *errors = json_object_get(root, "errors");
    if (status != HYS_OK && json_array_size(errors) == 0)
        json_array_append_new(errors, json_error(hys_status_text(status), ""));
    json_object_set_new(root, "warnings", json_diagnostics(in->ctx, false));
    int printed = json_print(root);
    return status == HYS_OK ? printed : exit_status(status);
}

int json_refusal(invocation *in) {
    json_t *root = json_document();
    json_object_set_new(root, "errors", json_pack("[o]", json_error(in->refusal, in->hint)));
    json_object_set_new(root, "warnings", json_array());
    json_print(root);
    return EXIT_USAGE;
}

json_t *json_features(const hys_run *run) {
    json_t *features = json_object();
    for (size_t k = 0; k < hys_run_n_features(run); k++) {
        const hys_feature *f = hys_run_feature(run, k);
        json_t *value = f->text ? json_text(f->text) : json_number(f->value);
        json_object_set_new(features, f->name,
                            json_pack("{s:o, s:o, s:o}", "value", value, "unit", json_text(f->unit), "description",
                                      json_text(f->desc)));
    }
    return features;
}

json_t *json_table_columns(const hys_table *table) {
    json_t *columns = json_array();
    for (size_t c = 0; c < hys_table_n_columns(table); c++) {
        const char *unit = hys_table_unit(table, c);
        json_array_append_new(columns, json_pack("{s:o, s:o}", "name", json_text(hys_table_name(table, c)), "unit",
                                                 json_text(*unit ? unit : "1")));
    }
    return columns;
}
