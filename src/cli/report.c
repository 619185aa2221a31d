/* What all commands say in the same way: diagnostics, JSON, exit status. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

int exit_status(hys_status status) {
    switch (status) {
    case HYS_OK:
    case HYS_DONE:
        return EXIT_GOOD;
    case HYS_NOCONV:
    case HYS_SINGULAR:
        return EXIT_NO;
    case HYS_ARG:
    case HYS_UNIT:
        return EXIT_USAGE;
    case HYS_IO:
    case HYS_SYNTAX:
    case HYS_SEMANTIC:
    case HYS_LIMIT:
        return EXIT_INPUT;
    case HYS_CANCEL:
        return EXIT_INTERRUPTED;
    default:
        return EXIT_INTERNAL;
    }
}

void print_diagnostics(hys_ctx *ctx) {
    for (size_t k = 0; k < hys_diag_count(ctx); k++) {
        const hys_diag *diag = hys_diag_get(ctx, k);
        size_t n = hys_diag_format(diag, NULL, 0);
        char *text = malloc(n + 1);
        if (!text) return;
        hys_diag_format(diag, text, n + 1);
        fputs(text, stderr);
        if (n > 0 && text[n - 1] != '\n') fputc('\n', stderr);
        free(text);
    }
}

static const char *severity_name(hys_severity severity) {
    static const char *const names[] = {"note", "warning", "error"};
    return names[severity];
}

json_t *diagnostics_json(hys_ctx *ctx) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_diag_count(ctx); k++) {
        const hys_diag *d = hys_diag_get(ctx, k);
        json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:i, s:s, s:s}", "severity", severity_name(d->severity),
                                              "file", d->file, "line", (int)d->line, "column", (int)d->col, "message",
                                              d->message, "hint", d->hint));
    }
    return list;
}

json_t *json_number(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

int print_json(json_t *root) {
    int failed = json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    fputc('\n', stdout);
    json_decref(root);
    if (failed || fflush(stdout)) {
        fputs("hysteron: error: cannot write the JSON to standard output\n", stderr);
        return EXIT_INTERNAL;
    }
    return EXIT_GOOD;
}

json_t *features_json(const hys_run *run) {
    json_t *features = json_object();
    for (size_t k = 0; k < hys_run_n_features(run); k++) {
        const hys_feature *f = hys_run_feature(run, k);
        json_t *value = f->text ? json_string(f->text) : json_number(f->value);
        json_object_set_new(features, f->name,
                            json_pack("{s:o, s:s, s:s}", "value", value, "unit", f->unit, "description", f->desc));
    }
    return features;
}

void print_features(FILE *out, const hys_run *run) {
    for (size_t k = 0; k < hys_run_n_features(run); k++) {
        const hys_feature *f = hys_run_feature(run, k);
        if (f->text) fprintf(out, "%-22s %-14s          %s\n", f->name, f->text, f->desc);
        else if (!isnan(f->value))
            fprintf(out, "%-22s %-14.6g %-8s %s\n", f->name, f->value, strcmp(f->unit, "1") ? f->unit : "", f->desc);
    }
    for (size_t k = 0; k < hys_run_n_remarks(run); k++) fprintf(stderr, "note: %s\n", hys_run_remark(run, k));
}
