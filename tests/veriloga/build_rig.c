#include "veriloga/build_rig.h"
#include "hys_test.h"

void build_rig_try(build_rig *rig, const char *text, const va_build_opts *opts) {
    *rig = (build_rig){.status = HYS_BUG};
    rig->ctx = hys_test_ctx();
    va_front_init(&rig->front, rig->ctx);
    rig->status = va_front_parse_text(&rig->front, "m.va", text, strlen(text));
    if (rig->status != HYS_OK) {
        for (size_t i = 0; i < hys_diag_count(rig->ctx); i++) print_error("%s\n", hys_test_diag_text(rig->ctx, i));
        fail_msg("the test's own text does not parse");
    }
    rig->status = va_build(&rig->front, opts, &rig->model);
    if (rig->status != HYS_OK) return;
    va_eval_init(&rig->e, &rig->model);
    rig->has_eval = true;
}

void build_rig_open_with(build_rig *rig, const char *text, const va_build_opts *opts) {
    build_rig_try(rig, text, opts);
    if (rig->status == HYS_OK) return;
    for (size_t i = 0; i < hys_diag_count(rig->ctx); i++) print_error("%s\n", hys_test_diag_text(rig->ctx, i));
    fail_msg("this should build");
}

void build_rig_open(build_rig *rig, const char *text) {
    build_rig_open_with(rig, text, NULL);
}

void build_rig_set(build_rig *rig, const char *text, const char *name, const char *value) {
    va_setting setting = {.name = name, .value = value};
    va_build_opts opts = {.settings = &setting, .n_settings = 1};
    build_rig_open_with(rig, text, &opts);
}

void build_rig_close(build_rig *rig) {
    if (rig->has_eval) va_eval_free(&rig->e);
    va_front_free(&rig->front);
    hys_ctx_free(rig->ctx);
}

double build_rig_row(build_rig *rig, const char *unknown) {
    va_eval_run(&rig->e);
    return va_eval_row(&rig->e, unknown);
}

double build_rig_show(build_rig *rig, const char *opvar) {
    va_eval_run(&rig->e);
    return va_eval_opvar(&rig->e, opvar);
}

bool build_rig_says(const build_rig *rig, hys_severity severity, int line, int col, const char *words) {
    for (size_t i = 0; i < hys_diag_count(rig->ctx); i++) {
        const hys_diag *diag = hys_diag_get(rig->ctx, i);
        bool here = (line == 0 || diag->line == line) && (col == 0 || diag->col == col);
        if (diag->severity == severity && here && strstr(diag->message, words)) return true;
    }
    return false;
}

size_t build_rig_count(const build_rig *rig, hys_severity severity) {
    size_t n = 0;
    for (size_t i = 0; i < hys_diag_count(rig->ctx); i++) n += hys_diag_get(rig->ctx, i)->severity == severity;
    return n;
}

static void expect(build_rig *rig, hys_severity severity, int line, int col, const char *words) {
    if (build_rig_says(rig, severity, line, col, words) && build_rig_count(rig, severity) == 1) return;
    print_error("expected at %d:%d: %s\n", line, col, words);
    for (size_t i = 0; i < hys_diag_count(rig->ctx); i++) print_error("%s\n", hys_test_diag_text(rig->ctx, i));
    fail_msg("other diagnostics than expected");
}

void build_rig_refuses(const char *text, int line, int col, const char *words) {
    build_rig rig;
    build_rig_try(&rig, text, NULL);
    assert_int_equal(rig.status, HYS_SEMANTIC);
    expect(&rig, HYS_ERROR, line, col, words);
    build_rig_close(&rig);
}

void build_rig_warns(const char *text, int line, int col, const char *words) {
    build_rig rig;
    build_rig_open(&rig, text);
    expect(&rig, HYS_WARNING, line, col, words);
    build_rig_close(&rig);
}
