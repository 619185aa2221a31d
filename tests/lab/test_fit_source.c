/* Fits of what an instrument measures: through a series resistance, with the current held, driven by current, at
 * several temperatures.  Data come from the bench, whose circuit and adaptive integration the fit does not share. */
#include "base/random.h"
#include "hys_test.h"
#include <hysteron/fit.h>
#include <hysteron/lab.h>

typedef struct made {
    const char *wave, *series, *compliance, *temp;
    int32_t points;
    bool is_current; /* the source drives current: noise is on the voltage */
    double column;   /* T; 0: no such column */
} made;

typedef struct lab {
    hys_ctx *ctx;
    hys_model *model;
} lab;

static lab open_lab(const char *name) {
    lab l = {.ctx = hys_test_ctx()};
    assert_int_equal(hys_model_load(l.ctx, name, NULL, &l.model), HYS_OK);
    return l;
}

static void close_lab(const lab *l) {
    hys_model_free(l->model);
    hys_ctx_free(l->ctx);
}

/* time, v of the source, i, with noise of a part of the largest value. */
static hys_table *make(const lab *l, const made *m, double noise, uint64_t seed) {
    static const char *const names[][2] = {{"time", "s"}, {"v", "V"}, {"i", "A"}, {"T", "K"}};
    hys_bench_opts bench = hys_bench_opts_default();
    hys_run *run = NULL;
    hys_table *table = NULL;
    bench.wave = m->wave;
    bench.series = m->series;
    bench.compliance = m->compliance;
    bench.temp = m->temp;
    bench.points = m->points;
    bench.rtol = 1e-8;
    assert_int_equal(hys_iv(l->ctx, l->model, &bench, &run), HYS_OK);
    const hys_table *clean = hys_run_table(run);
    const double *t = hys_table_column(clean, "time"), *v = hys_table_column(clean, "vs"),
                 *i = hys_table_column(clean, "i");
    if (!v) v = hys_table_column(clean, "v");
    double most = 0;
    size_t n = hys_table_n_rows(clean);
    for (size_t k = 0; k < n; k++) most = fmax(most, fabs(m->is_current ? v[k] : i[k]));
    assert_int_equal(hys_table_new(l->ctx, &table), HYS_OK);
    for (int k = 0; k < (m->column > 0 ? 4 : 3); k++)
        assert_int_equal(hys_table_add_column(table, names[k][0], names[k][1]), HYS_OK);
    for (size_t k = 0; k < n; k++) {
        uint64_t key[2] = {seed, 2}, ctr[2] = {k, 0};
        double error = noise * most * hys__normal(key, ctr);
        double row[4] = {t[k], v[k] + (m->is_current ? error : 0), i[k] + (m->is_current ? 0 : error), m->column};
        assert_int_equal(hys_table_add_row(table, row), HYS_OK);
    }
    hys_run_free(run);
    return table;
}

static hys_fit_opts free_opts(const char *const *names, size_t n) {
    hys_fit_opts opts = hys_fit_opts_default();
    opts.free = names;
    opts.n_free = n;
    opts.level = 0.999;
    return opts;
}

static hys_fit *fit_data(const lab *l, const hys_fit_data *data, size_t n, const hys_fit_opts *opts) {
    hys_fit *fit = NULL;
    hys_status status = hys_fit_run(l->ctx, l->model, data, n, opts, &fit);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(l->ctx, 0));
    assert_int_equal(status, HYS_OK);
    return fit;
}

static hys_fit *fit_made(const lab *l, const made *m, double noise, uint64_t seed, const hys_fit_opts *opts) {
    hys_table *table = make(l, m, noise, seed);
    const hys_fit_data data = {.name = "made.csv", .table = table};
    hys_fit *fit = fit_data(l, &data, 1, opts);
    hys_table_free(table);
    return fit;
}

static const hys_fit_param *param(const hys_fit *fit, const char *name) {
    for (size_t k = 0; k < hys_fit_n_params(fit); k++)
        if (!strcmp(hys_fit_get_param(fit, k)->name, name)) return hys_fit_get_param(fit, k);
    fail_msg("%s was not fitted", name);
    return NULL;
}

/* Not further from the truth than `within`, relative, and limited on both sides, with the truth between them. */
static void assert_holds(const hys_fit *fit, const char *name, double truth, double within) {
    const hys_fit_param *p = param(fit, name);
    if (!(p->lo <= truth && truth <= p->hi)) print_error("%s: %g, %g to %g\n", name, p->value, p->lo, p->hi);
    assert_true(p->is_identified && p->lo <= truth && truth <= p->hi);
    assert_near(p->value, truth, within);
}

static bool has_remark(const hys_fit *fit, const char *text) {
    for (size_t k = 0; k < hys_fit_n_remarks(fit); k++)
        if (strstr(hys_fit_remark(fit, k), text)) return true;
    return false;
}

static const char *const with_series[] = {"a1", "Vp", "series"};

/* Of the voltage 9/10 fall on the resistance: half a percent of noise leaves a fiftieth of it at most. */
static void test_series_resistance_comes_back(void **state) {
    (void)state;
    const made m = {.wave = "triangle:2V,-1V,1Hz", .series = "1kohm", .points = 150};
    lab l = open_lab("yakopcic");
    hys_fit_opts opts = free_opts(with_series, 3);
    hys_fit *fit = fit_made(&l, &m, 0.005, 1, &opts);
    assert_holds(fit, "series", 1000, 0.02);
    assert_holds(fit, "a1", 0.17, 0.1);
    assert_holds(fit, "Vp", 0.16, 0.1);
    hys_fit_free(fit);
    opts.n_free = 2;
    opts.series = "1kohm";
    fit = fit_made(&l, &m, 0.005, 1, &opts);
    assert_holds(fit, "a1", 0.17, 0.1);
    hys_fit_free(fit);
    /* and without it the current would be larger by far: a1 takes it up */
    opts.series = NULL;
    fit = fit_made(&l, &m, 0.005, 1, &opts);
    assert_true(param(fit, "a1")->hi < 0.17);
    hys_fit_free(fit);
    close_lab(&l);
}

/* The device has 2 V / 17 mA = 117 ohm where it conducts best. */
static void test_no_series_resistance_is_seen_as_such(void **state) {
    (void)state;
    const made m = {.wave = "triangle:2V,-1V,1Hz", .points = 60};
    lab l = open_lab("yakopcic");
    hys_fit_opts opts = free_opts(with_series + 1, 2);
    hys_fit *fit = fit_made(&l, &m, 0.005, 1, &opts);
    const hys_fit_param *p = param(fit, "series");
    assert_false(p->lo > 0);
    assert_true(p->hi < 20);
    assert_true(p->value < 10);
    assert_string_equal(p->note, "cannot be told from 0");
    hys_fit_free(fit);
    close_lab(&l);
}

static void test_held_current_misleads_nobody(void **state) {
    (void)state;
    static const char *const names[] = {"a1", "Vp", "Ap"};
    static const double truth[] = {0.17, 0.16, 4000};
    const made m = {.wave = "triangle:2V,-1V,1Hz", .compliance = "6.8mA,none", .points = 150};
    lab l = open_lab("yakopcic");
    hys_fit_opts opts = free_opts(names, 3);
    hys_fit *fit = fit_made(&l, &m, 0.0005, 1, &opts);
    for (int k = 0; k < 3; k++) assert_holds(fit, names[k], truth[k], 0.1);
    assert_true(has_remark(fit, "the instrument held the current at 0.0068"));
    assert_true(hys_fit_statistics(fit)->r2 > 0.999);
    hys_fit_free(fit);
    opts.compliance = "none";
    opts.no_intervals = true;
    fit = fit_made(&l, &m, 0.0005, 1, &opts);
    assert_true(fabs(param(fit, "a1")->value / 0.17 - 1) > 0.1);
    assert_true(hys_fit_statistics(fit)->rms_relative > 0.05);
    hys_fit_free(fit);
    close_lab(&l);
}

/* v falls from 0.98 to 0.49 V while i rises: no function of v.  rho_ins is the slope at the origin, kappa where it
 * folds. */
static void test_an_s_shaped_device_is_driven_by_current(void **state) {
    (void)state;
    static const char *const names[] = {"rho_ins", "kappa"};
    const made m = {.wave = "sine:1mA,1kHz", .points = 200, .is_current = true};
    lab l = open_lab("nbo2");
    hys_fit_opts opts = free_opts(names, 2);
    hys_fit *fit = fit_made(&l, &m, 0.005, 1, &opts);
    assert_holds(fit, "rho_ins", 0.00356, 0.05);
    assert_holds(fit, "kappa", 1.5, 0.05);
    assert_true(has_remark(fit, "the current was swept"));
    assert_string_equal(hys_fit_statistics(fit)->rms_unit, "V");
    const double *v = hys_table_column(hys_fit_table(fit), "v"), *v_fit = hys_table_column(hys_fit_table(fit), "v_fit");
    assert_non_null(v_fit);
    for (size_t k = 0; k < hys_table_n_rows(hys_fit_table(fit)); k++)
        assert_true(fabs(v[k] - v_fit[k]) < 0.03); /* six standard deviations of half a percent of 0.98 V */
    hys_fit_free(fit);
    close_lab(&l);
}

/* kappa (T_c - T) is all that one temperature tells; two tell both. */
static void test_temperatures_belong_to_files(void **state) {
    (void)state;
    static const char *const names[] = {"kappa", "T_c"};
    const made cold = {.wave = "sine:1mA,1kHz", .temp = "250K", .points = 100, .is_current = true};
    const made hot = {.wave = "sine:1mA,1kHz", .temp = "650K", .points = 100, .is_current = true, .column = 650};
    lab l = open_lab("nbo2");
    hys_table *tables[] = {make(&l, &cold, 0.002, 1), make(&l, &hot, 0.002, 2)};
    const hys_fit_data data[] = {{.name = "cold.csv", .table = tables[0], .temp = "250K"},
                                 {.name = "hot.csv", .table = tables[1]}};
    hys_fit_opts opts = free_opts(names, 2);
    hys_fit *fit = fit_data(&l, data, 2, &opts);
    assert_holds(fit, "kappa", 1.5, 0.05);
    assert_holds(fit, "T_c", 1080, 0.05);
    assert_true(has_remark(fit, "hot.csv: at 650 K, by column T"));
    hys_fit_free(fit);
    hys_table_free(tables[0]);
    hys_table_free(tables[1]);
    close_lab(&l);
}

static void test_threads_do_not_change_a_bit(void **state) {
    (void)state;
    const made m = {.wave = "triangle:2V,-1V,1Hz", .series = "1kohm", .compliance = "1.2mA", .points = 60};
    lab l = open_lab("yakopcic");
    hys_fit *fits[2];
    hys_fit_opts opts = free_opts(with_series, 3);
    opts.no_intervals = true;
    for (int k = 0; k < 2; k++) {
        opts.n_threads = 1 + k;
        fits[k] = fit_made(&l, &m, 0.001, 1, &opts);
    }
    for (size_t j = 0; j < 3; j++) {
        assert_same_double(hys_fit_get_param(fits[1], j)->value, hys_fit_get_param(fits[0], j)->value);
        assert_same_double(hys_fit_get_param(fits[1], j)->hi, hys_fit_get_param(fits[0], j)->hi);
    }
    hys_fit_free(fits[0]);
    hys_fit_free(fits[1]);
    close_lab(&l);
}

static void test_bad_wishes_are_refused(void **state) {
    (void)state;
    static const char *const range[] = {"series=5,1"};
    const made m = {.wave = "triangle:2V,-1V,1Hz", .points = 50};
    const hys_fit_opts plain = free_opts(with_series, 2), series = free_opts(with_series, 3);
    hys_fit_opts bad[7];
    static const char *const messages[] = {"the series resistance is negative",
                                           "its unit must be ohm",
                                           "not what a source drives",
                                           "the compliance must be above 0",
                                           "the temperature is -1 K",
                                           "held at a value or named twice",
                                           "the range is empty"};
    for (int k = 0; k < 7; k++) bad[k] = k < 5 ? plain : series;
    bad[0].series = "-1ohm";
    bad[1].series = "1V";
    bad[2].drive = "w";
    bad[3].compliance = "-1mA";
    bad[4].temp = "-1K";
    bad[5].series = "1ohm";
    bad[6].range = range;
    bad[6].n_range = 1;
    lab l = open_lab("yakopcic");
    hys_table *table = make(&l, &m, 0, 1);
    const hys_fit_data data = {.name = "made.csv", .table = table};
    for (int k = 0; k < 7; k++) {
        hys_fit *fit = NULL;
        hys_diag_clear(l.ctx);
        assert_int_not_equal(hys_fit_run(l.ctx, l.model, &data, 1, &bad[k], &fit), HYS_OK);
        assert_null(fit);
        assert_int_equal(hys_diag_n_errors(l.ctx), 1);
        if (!strstr(hys_test_diag_text(l.ctx, 0), messages[k])) print_error("%s\n", hys_test_diag_text(l.ctx, 0));
        assert_non_null(strstr(hys_test_diag_text(l.ctx, 0), messages[k]));
    }
    hys_table_free(table);
    close_lab(&l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_series_resistance_comes_back),
        cmocka_unit_test(test_no_series_resistance_is_seen_as_such),
        cmocka_unit_test(test_held_current_misleads_nobody),
        cmocka_unit_test(test_an_s_shaped_device_is_driven_by_current),
        cmocka_unit_test(test_temperatures_belong_to_files),
        cmocka_unit_test(test_threads_do_not_change_a_bit),
        cmocka_unit_test(test_bad_wishes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
