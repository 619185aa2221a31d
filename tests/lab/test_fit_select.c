/* Choice of models: data of one of them are recognised, noise is a resistor's. */
#include "base/random.h"
#include "hys_test.h"
#include <hysteron/fit.h>
#include <hysteron/lab.h>

static const char *const candidates[] = {"hp_linear", "vteam", "yakopcic", "mms", "rram_generic", "diode"};

static hys_table *new_table(hys_ctx *ctx) {
    hys_table *table = NULL;
    assert_int_equal(hys_table_new(ctx, &table), HYS_OK);
    assert_int_equal(hys_table_add_column(table, "time", "s"), HYS_OK);
    assert_int_equal(hys_table_add_column(table, "v", "V"), HYS_OK);
    assert_int_equal(hys_table_add_column(table, "i", "A"), HYS_OK);
    return table;
}

static hys_table *make(hys_ctx *ctx, const char *name, const char *wave, double noise) {
    hys_bench_opts bench = hys_bench_opts_default();
    hys_model *model = NULL;
    hys_run *run = NULL;
    bench.wave = wave;
    bench.points = 200;
    assert_int_equal(hys_model_load(ctx, name, NULL, &model), HYS_OK);
    assert_int_equal(hys_iv(ctx, model, &bench, &run), HYS_OK);
    const hys_table *clean = hys_run_table(run);
    const double *t = hys_table_column(clean, "time"), *v = hys_table_column(clean, "v"),
                 *i = hys_table_column(clean, "i");
    double most = 0;
    hys_table *table = new_table(ctx);
    for (size_t k = 0; k < hys_table_n_rows(clean); k++) most = fmax(most, fabs(i[k]));
    for (size_t k = 0; k < hys_table_n_rows(clean); k++) {
        uint64_t key[2] = {7, 1}, ctr[2] = {k, 0};
        double row[3] = {t[k], v[k], i[k] + noise * most * hys__normal(key, ctr)};
        assert_int_equal(hys_table_add_row(table, row), HYS_OK);
    }
    hys_run_free(run);
    hys_model_free(model);
    return table;
}

static hys_fit_selection *choose(hys_ctx *ctx, const hys_table *table, int32_t n_threads) {
    hys_fit_opts fit = hys_fit_opts_default();
    hys_fit_select_opts opts = hys_fit_select_opts_default();
    hys_fit_data data = {.name = "made.csv", .table = table};
    hys_fit_selection *selection = NULL;
    fit.n_threads = n_threads;
    opts.fit = &fit;
    opts.models = candidates;
    opts.n_models = sizeof candidates / sizeof *candidates;
    opts.is_quick = true;
    hys_status status = hys_fit_select(ctx, &data, 1, &opts, &selection);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    assert_int_equal(hys_fit_selection_count(selection), opts.n_models + 1);
    return selection;
}

static const hys_fit_candidate *find(const hys_fit_selection *s, const char *name) {
    for (size_t k = 0; k < hys_fit_selection_count(s); k++)
        if (!strcmp(hys_fit_selection_get(s, k)->name, name)) return hys_fit_selection_get(s, k);
    fail_msg("%s is not listed", name);
    return NULL;
}

/* Quick fits; the numbers do not depend on the threads. */
static void test_a_model_is_recognised(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_table *table = make(ctx, "yakopcic", "sine:0.45V,100Hz", 0.01);
    hys_fit_selection *s = choose(ctx, table, 2), *again = choose(ctx, table, 1);
    if (!find(s, "yakopcic")->is_equal) print_error("%s\n", hys_fit_selection_statement(s));
    assert_true(find(s, "yakopcic")->is_equal);
    assert_false(find(s, "resistor")->is_equal);
    assert_non_null(strstr(hys_fit_selection_statement(s), "yakopcic"));
    assert_non_null(hys_fit_selection_best(s));
    assert_non_null(hys_fit_selection_model(s));
    /* to the noise, which is 0.01 of the largest current before two neighbours are averaged */
    assert_true(find(s, "yakopcic")->rms_relative < 0.015);
    for (size_t k = 0; k < hys_fit_selection_count(s); k++) {
        const hys_fit_candidate *a = hys_fit_selection_get(s, k), *b = hys_fit_selection_get(again, k);
        assert_string_equal(a->name, b->name);
        if (!*a->skipped) assert_same_double(a->rms_relative, b->rms_relative);
        if (!*a->skipped) assert_same_double(a->left_out, b->left_out);
    }
    hys_fit_selection_free(s);
    hys_fit_selection_free(again);
    hys_table_free(table);
    hys_ctx_free(ctx);
}

static void test_noise_is_a_resistor(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_table *table = new_table(ctx);
    for (uint64_t k = 0; k < 200; k++) {
        uint64_t key[2] = {3, 9}, ctr[2] = {k, 0};
        double row[3] = {1e-3 * (double)k, sin(2 * 3.141592653589793 * (double)k / 200), 1e-6 * hys__normal(key, ctr)};
        assert_int_equal(hys_table_add_row(table, row), HYS_OK);
    }
    hys_fit_selection *s = choose(ctx, table, 1);
    assert_true(find(s, "resistor")->is_equal);
    assert_string_equal(hys_fit_selection_statement(s), "no model describes these data better than a resistor does");
    hys_fit_selection_free(s);
    hys_table_free(table);
    hys_ctx_free(ctx);
}

static void test_bad_data_are_refused_once(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_table *table = new_table(ctx);
    for (int k = 0; k < 20; k++) {
        double row[3] = {k, k == 7 ? NAN : k, k};
        assert_int_equal(hys_table_add_row(table, row), HYS_OK);
    }
    hys_fit_data data = {.name = "bad.csv", .table = table};
    hys_fit_selection *selection = NULL;
    assert_int_equal(hys_fit_select(ctx, &data, 1, NULL, &selection), HYS_ARG);
    assert_null(selection);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    hys_table_free(table);
    hys_ctx_free(ctx);
}

/* A made curve: a diode of 1 nA and 26 mV behind 100 ohm. */
static hys_table *make_diode_with_series(hys_ctx *ctx) {
    hys_table *table = new_table(ctx);
    for (int k = 0; k <= 100; k++) {
        const double v_diode = 0.0036 * k, i = 1e-9 * expm1(v_diode / 0.02587);
        double row[3] = {1e-3 * k, v_diode + 100 * i, i};
        assert_int_equal(hys_table_add_row(table, row), HYS_OK);
    }
    return table;
}

static hys_status choose_freely(hys_ctx *ctx, const char *model, const char *name, hys_fit_selection **selection) {
    hys_table *table = make_diode_with_series(ctx);
    hys_fit_opts fit = hys_fit_opts_default();
    hys_fit_select_opts opts = hys_fit_select_opts_default();
    hys_fit_data data = {.name = "diode.csv", .table = table};
    fit.free = &name;
    fit.n_free = name != NULL;
    opts.fit = &fit;
    opts.models = &model;
    opts.n_models = 1;
    opts.is_quick = true;
    hys_status status = hys_fit_select(ctx, &data, 1, &opts, selection);
    hys_table_free(table);
    return status;
}

static bool has_param(const hys_fit *fit, const char *name) {
    for (size_t k = 0; k < hys_fit_n_params(fit); k++)
        if (!strcmp(hys_fit_get_param(fit, k)->name, name)) return true;
    return false;
}

static void test_a_series_resistance_is_fitted_beside_all_parameters(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_fit_selection *with = NULL, *without = NULL;
    assert_int_equal(choose_freely(ctx, "diode_selector", "series", &with), HYS_OK);
    assert_int_equal(choose_freely(ctx, "diode_selector", NULL, &without), HYS_OK);
    assert_true(has_param(hys_fit_selection_best(with), "series"));
    assert_true(hys_fit_n_params(hys_fit_selection_best(with)) > 1);
    assert_false(has_param(hys_fit_selection_best(without), "series"));
    hys_fit_selection_free(with);
    hys_fit_selection_free(without);
    hys_ctx_free(ctx);
}

static void test_a_parameter_of_one_model_is_not_free_in_all(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_fit_selection *selection = NULL;
    assert_int_equal(choose_freely(ctx, "diode_selector", "Ron", &selection), HYS_ARG);
    assert_null(selection);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    hys_ctx_free(ctx);
}

/* pershin's alpha: 0, within a range that ends at 1e5 times the other rate: anything in it is faster than any curve. */
static void test_an_effect_that_is_off_and_has_no_scale_is_left_off(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_model *model = NULL;
    hys_fit *fit = NULL;
    hys_table *table = make(ctx, "pershin", "sine:5V,50MHz", 0.01);
    hys_fit_data data = {.name = "made.csv", .table = table};
    hys_fit_opts opts = hys_fit_opts_default();
    opts.is_quick = true;
    assert_int_equal(hys_model_load(ctx, "pershin", NULL, &model), HYS_OK);
    assert_int_equal(hys_fit_run(ctx, model, &data, 1, &opts, &fit), HYS_OK);
    assert_true(has_param(fit, "beta"));
    assert_false(has_param(fit, "alpha"));
    hys_fit_free(fit);
    hys_table_free(table);
    hys_model_free(model);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_model_is_recognised),
        cmocka_unit_test(test_noise_is_a_resistor),
        cmocka_unit_test(test_bad_data_are_refused_once),
        cmocka_unit_test(test_a_series_resistance_is_fitted_beside_all_parameters),
        cmocka_unit_test(test_a_parameter_of_one_model_is_not_free_in_all),
        cmocka_unit_test(test_an_effect_that_is_off_and_has_no_scale_is_left_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
