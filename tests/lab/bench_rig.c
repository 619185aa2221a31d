#include "lab/bench_rig.h"
#include "hys_test.h"

rig rig_new(const hys_kernel *kernel) {
    rig r = {.ctx = hys_test_ctx(), .opts = hys_bench_opts_default()};
    assert_int_equal(hys__model_of_kernel(r.ctx, kernel, kernel->file, &r.model), HYS_OK);
    return r;
}

void rig_run(rig *r, hys_status want) {
    hys_run_free(r->run);
    r->run = NULL;
    hys_diag_clear(r->ctx);
    hys_status status =
        r->opts.train ? hys_pulse(r->ctx, r->model, &r->opts, &r->run) : hys_iv(r->ctx, r->model, &r->opts, &r->run);
    if (status != want)
        for (size_t k = 0; k < hys_diag_count(r->ctx); k++) print_error("%s\n", hys_test_diag_text(r->ctx, k));
    assert_int_equal(status, want);
    if (status != HYS_OK) {
        assert_null(r->run);
        return;
    }
    const hys_table *table = hys_run_table(r->run);
    r->n = hys_table_n_rows(table);
    r->t = rig_column(r, "time");
    r->v = rig_column(r, "v");
    r->i = rig_column(r, "i");
}

void rig_free(rig *r) {
    hys_run_free(r->run);
    hys_model_free(r->model);
    hys_ctx_free(r->ctx);
}

const double *rig_column(const rig *r, const char *name) {
    const double *values = hys_table_column(hys_run_table(r->run), name);
    assert_non_null(values);
    return values;
}

static const hys_feature *find(const rig *r, const char *name) {
    for (size_t k = 0; k < hys_run_n_features(r->run); k++)
        if (strcmp(hys_run_feature(r->run, k)->name, name) == 0) return hys_run_feature(r->run, k);
    fail_msg("no feature %s", name);
    return NULL;
}

double rig_feature(const rig *r, const char *name) {
    return find(r, name)->value;
}

const char *rig_word(const rig *r, const char *name) {
    return find(r, name)->text;
}
