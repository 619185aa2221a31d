/* What all commands say in the same way: diagnostics, figures of merit, exit status. */
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

void print_diagnostic(const hys_diag *diag) {
    size_t n = hys_diag_format(diag, NULL, 0);
    char *text = malloc(n + 1);
    if (!text) return;
    hys_diag_format(diag, text, n + 1);
    fputs(text, stderr);
    if (n > 0 && text[n - 1] != '\n') fputc('\n', stderr);
    free(text);
}

void print_diagnostics(hys_ctx *ctx) {
    for (size_t k = 0; k < hys_diag_count(ctx); k++) print_diagnostic(hys_diag_get(ctx, k));
}

void print_refusal(const invocation *in) {
    fprintf(stderr, "hysteron %s: error: ", in->command->name);
    put_shown(stderr, in->refusal, 0);
    if (*in->hint) fputs("\nhint: ", stderr);
    put_shown(stderr, in->hint, 0);
    fprintf(stderr, "\nhint: 'hysteron %s --help' shows the options\n", in->command->name);
}

static bool data_on_stdout(const invocation *in) {
    const char *output = option_text(in, "output");
    return output && !strcmp(output, "-");
}

FILE *report_stream(const invocation *in) {
    return data_on_stdout(in) ? stderr : stdout;
}

bool wants_both_on_stdout(const invocation *in) {
    return data_on_stdout(in) && option_flag(in, "json");
}

void print_feature(FILE *out, const hys_feature *f, int name_width) {
    char number[32];
    if (!f->text && isnan(f->value)) return;
    snprintf(number, sizeof number, "%.6g", f->value);
    put_shown(out, f->name, name_width + 2);
    put_shown(out, f->text ? f->text : number, f->text ? 19 : 13);
    if (!f->text) put_shown(out, strcmp(f->unit, "1") ? f->unit : "", 6);
    put_wrapped(out, f->desc, name_width + 21, name_width + 21);
}

void print_features(FILE *out, const hys_run *run) {
    int width = 0;
    for (size_t k = 0; k < hys_run_n_features(run); k++) {
        int n = shown_width(hys_run_feature(run, k)->name);
        if (n > width) width = n;
    }
    for (size_t k = 0; k < hys_run_n_features(run); k++) print_feature(out, hys_run_feature(run, k), width);
    for (size_t k = 0; k < hys_run_n_remarks(run); k++) {
        fputs("note: ", stderr);
        put_shown(stderr, hys_run_remark(run, k), 0);
        fputc('\n', stderr);
    }
}
