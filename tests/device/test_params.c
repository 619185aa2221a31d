/* Parameters of instances: settings with units, ranges, spread. */
#include "base/random.h"
#include "device/params.h"
#include "hys_test.h"
#include "lab/kernels.h"

typedef struct rig {
    hys_ctx *ctx;
    hys_model *model;
    hys__batch *batch;
    hys__params *params;
} rig;

static rig rig_new(const hys_kernel *kernel, size_t n, bool own) {
    rig r = {.ctx = hys_test_ctx()};
    hys__batch_opts opts = {.n = n, .own_params = own, .temp = 300.15};
    assert_int_equal(hys__model_of_kernel(r.ctx, kernel, "drift.va", &r.model), HYS_OK);
    assert_int_equal(hys__batch_new(r.ctx, r.model, &opts, &r.batch), HYS_OK);
    return r;
}

static void rig_free(rig *r) {
    hys__params_free(r->params);
    hys__batch_free(r->batch);
    hys_model_free(r->model);
    hys_ctx_free(r->ctx);
}

static hys_status set(rig *r, const char *one) {
    const hys__settings settings = {.set = &one, .n_set = 1};
    hys__params_free(r->params);
    r->params = NULL;
    hys_diag_clear(r->ctx);
    return hys__params_new(r->batch, &settings, &r->params);
}

static double value(const rig *r, const char *name) {
    long i = hys__model_find_param(r->model, name, strlen(name));
    assert_true(i >= 0);
    return r->batch->p[i][0];
}

/* Ron in ohm, D in nm, mu without unit. */
static void values_arrive_in_the_files_own_unit(void **state) {
    (void)state;
    rig r = rig_new(&kernel_drift, 1, false);
    static const struct {
        const char *text, *name;
        double want;
    } list[] = {
        {"Ron=2.5kohm", "Ron", 2500}, {"Ron = 47", "Ron", 47}, {"Ron=4.7k", "Ron", 4700},      {"D=12", "D", 12},
        {"D=12nm", "D", 12},          {"D=0.02um", "D", 20},   {"Roff=1.7Mohm", "Roff", 1.7e6}};
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        assert_int_equal(set(&r, list[k].text), HYS_OK);
        assert_near(value(&r, list[k].name), list[k].want, 1e-15);
        assert_int_equal(hys_diag_count(r.ctx), 0);
    }
    rig_free(&r);
}

static void a_unit_for_a_parameter_without_one_is_si_and_warned_about(void **state) {
    (void)state;
    rig r = rig_new(&kernel_drift, 1, false);
    assert_int_equal(set(&r, "mu=2m^2/V/s"), HYS_OK);
    assert_near(value(&r, "mu"), 2, 0);
    assert_diag(r.ctx, 0,
                "--set:1:4: warning: mu declares no unit; the value is taken in SI: 2\nmu=2m^2/V/s\n   ^\n"
                "hint: check the equations of the file, or give a bare number\n");
    rig_free(&r);
}

static void refusals_name_the_place_and_the_range(void **state) {
    (void)state;
    rig r = rig_new(&kernel_drift, 1, false);
    static const struct {
        const char *text;
        hys_status status;
        const char *words;
    } list[] = {
        {"Ron=-47.3", HYS_ARG, "--set:1:5: error: Ron is -47.3 ohm; it must lie in (0, inf)\nRon=-47.3\n    ^\n"},
        {"Ron=0", HYS_ARG, "--set:1:5: error: Ron is 0 ohm; it must lie in (0, inf)\nRon=0\n    ^\n"},
        {"w0=12", HYS_ARG, "--set:1:4: error: w0 is 12 nm; it must lie in [0, 10]\nw0=12\n   ^\n"},
        {"Ron=5V", HYS_UNIT, "--set:1:5: error: Ron is in ohm\nRon=5V\n    ^\n"},
        {"Ron=abc", HYS_ARG, "--set:1:5: error: the value of Ron is not a number\nRon=abc\n    ^\n"},
        {"Ron=", HYS_ARG, "--set:1:5: error: the value of Ron is not a number\nRon=\n    ^\n"},
        {"Ron", HYS_ARG, "--set:1:1: error: 'NAME=VALUE' is needed\nRon\n^\n"},
        {"", HYS_ARG, "--set:1:1: error: 'NAME=VALUE' is needed\n"},
        {"Rom=5", HYS_ARG, "--set:1:1: error: drift has no parameter 'Rom'\nRom=5\n^\nhint: did you mean 'Ron'?\n"},
        {"Ron=nan", HYS_ARG, "--set:1:5: error: the value of Ron is not a number\nRon=nan\n    ^\n"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        assert_int_equal(set(&r, list[k].text), list[k].status);
        assert_diag(r.ctx, 0, list[k].words);
        assert_int_equal(hys_diag_count(r.ctx), 1);
        assert_null(r.params);
    }
    rig_free(&r);
}

/* The upper bound of w0 is D: it moves with it. */
static void bounds_follow_other_parameters(void **state) {
    (void)state;
    rig r = rig_new(&kernel_drift, 1, false);
    static const char *const both[] = {"w0=12nm", "D=15nm"};
    const hys__settings settings = {.set = both, .n_set = 2};
    assert_int_equal(hys__params_new(r.batch, &settings, &r.params), HYS_OK);
    assert_near(value(&r, "w0"), 12, 1e-15);
    assert_int_equal(set(&r, "D=2nm"), HYS_ARG); /* the default of w0 no longer fits */
    assert_diag(r.ctx, 0,
                "drift.va:3: error: w0 is 3 nm; it must lie in [0, 2]\n"
                "hint: its default depends on other parameters\n");
    rig_free(&r);
}

#define N 4000
static void spread_has_the_asked_distribution(void **state) {
    (void)state;
    static char names[N][8];
    static const char *list[N];
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "x%d", i);
        list[i] = names[i];
    }
    static const char *const spread[] = {"Ron=lognormal 0.3", "Roff = normal 5%", "D=uniform 2nm"};
    rig r = rig_new(&kernel_drift, N, true);
    const hys__settings settings = {.spread = spread, .n_spread = 3, .names = list, .seed = 7};
    assert_int_equal(hys__params_new(r.batch, &settings, &r.params), HYS_OK);
    double sum[3] = {0}, squares[3] = {0}, most = 0;
    for (size_t i = 0; i < N; i++) {
        double z[3] = {log(r.batch->p[0][i] / 100) / 0.3, (r.batch->p[1][i] / 16e3 - 1) / 0.05,
                       (r.batch->p[2][i] - 10) / 2};
        for (int k = 0; k < 3; k++) sum[k] += z[k], squares[k] += z[k] * z[k];
        most = fmax(most, fabs(z[2]));
    }
    for (int k = 0; k < 3; k++) assert_within(sum[k] / N, 0, 4 / sqrt(N)); /* four standard errors */
    for (int k = 0; k < 2; k++) assert_within(squares[k] / N, 1, 4 * sqrt(2.0 / N));
    assert_within(squares[2] / N, 1.0 / 3, 0.03);
    assert_true(most < 1 && most > 0.99);
    rig_free(&r);
}

/* An instance's draw depends on its name and the seed, not on where it stands or how many there are. */
static void an_instance_draws_the_same_in_any_batch(void **state) {
    (void)state;
    static const char *const spread[] = {"Ron=lognormal 0.3"};
    static const char *const many[] = {"a", "b", "cell7", "d"}, *const alone[] = {"cell7"};
    rig r = rig_new(&kernel_drift, 4, true), s = rig_new(&kernel_drift, 1, false);
    hys__settings settings = {.spread = spread, .n_spread = 1, .names = many, .seed = 42};
    assert_int_equal(hys__params_new(r.batch, &settings, &r.params), HYS_OK);
    settings.names = alone;
    assert_int_equal(hys__params_new(s.batch, &settings, &s.params), HYS_OK);
    assert_same_double(s.batch->p[0][0], r.batch->p[0][2]);
    assert_true(r.batch->p[0][2] != r.batch->p[0][1]);
    settings.seed = 43;
    hys__params_free(s.params);
    assert_int_equal(hys__params_new(s.batch, &settings, &s.params), HYS_OK);
    assert_true(s.batch->p[0][0] != r.batch->p[0][2]);
    rig_free(&r);
    rig_free(&s);
}

static void cycles_draw_anew_and_leave_retained_values_alone(void **state) {
    (void)state;
    static const char *const spread[] = {"v_on=c2c normal 0.1"};
    rig r = rig_new(&kernel_relay, 1, false);
    const hys__settings settings = {.spread = spread, .n_spread = 1, .seed = 1};
    assert_int_equal(hys__params_new(r.batch, &settings, &r.params), HYS_OK);
    double first = value(&r, "v_on");
    r.batch->r[0][0] = 0.317;
    assert_true(hys__params_cycle(r.params, 0, 1));
    assert_true(value(&r, "v_on") != first);
    assert_true(r.batch->r[0][0] == 0.317);
    assert_true(hys__params_cycle(r.params, 0, 0));
    assert_same_double(value(&r, "v_on"), first);
    rig_free(&r);
}

static void draws_outside_a_range_are_repeated(void **state) {
    (void)state;
    static const char *const spread[] = {"w0=normal 4nm"}; /* 3 nm, must lie in [0, 10] nm: 27 % do not */
    static const char *list[200];
    static char names[200][8];
    for (int i = 0; i < 200; i++) {
        snprintf(names[i], sizeof names[i], "y%d", i);
        list[i] = names[i];
    }
    rig r = rig_new(&kernel_drift, 200, true);
    const hys__settings settings = {.spread = spread, .n_spread = 1, .names = list, .seed = 3};
    assert_int_equal(hys__params_new(r.batch, &settings, &r.params), HYS_OK);
    for (size_t i = 0; i < 200; i++) assert_true(r.batch->p[4][i] >= 0 && r.batch->p[4][i] <= 10);
    rig_free(&r);
}

static void malformed_spreads_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        hys_status status;
        const char *head;
    } list[] = {{"Ron=gauss 0.1", HYS_ARG, "--spread:1:5: error: a spread is normal, lognormal or uniform"},
                {"Ron=normal", HYS_ARG, "--spread:1:5: error: the size of the spread is missing"},
                {"Ron=normal x", HYS_ARG, "--spread:1:12: error: the size of a spread must be a number"},
                {"Ron=normal -1", HYS_ARG, "--spread:1:12: error: the size of a spread must be a number"},
                {"Ron=normal 3V", HYS_UNIT, "--spread:1:12: error: the parameter is in ohm"},
                {"Ron=lognormal 3ohm", HYS_UNIT, "--spread:1:15: error: the size of a lognormal spread has no unit"},
                {"X=normal 1", HYS_ARG, "--spread:1:1: error: drift has no parameter 'X'"}};
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        rig r = rig_new(&kernel_drift, 1, false);
        const hys__settings settings = {.spread = &list[k].text, .n_spread = 1};
        assert_int_equal(hys__params_new(r.batch, &settings, &r.params), list[k].status);
        assert_memory_equal(hys_test_diag_text(r.ctx, 0), list[k].head, strlen(list[k].head));
        rig_free(&r);
    }
}

static void models_tell_what_their_kernel_says(void **state) {
    (void)state;
    rig r = rig_new(&kernel_drift, 1, false);
    assert_string_equal(hys_model_name(r.model), "drift");
    assert_int_equal(hys_model_n_ports(r.model), 2);
    assert_string_equal(hys_model_port(r.model, 1), "n");
    assert_int_equal(hys_model_n_params(r.model), 5);
    assert_string_equal(hys_model_param(r.model, 4)->range, "[0:10]");
    assert_string_equal(hys_model_param(r.model, 0)->range, "(0:inf)");
    assert_string_equal(hys_model_param(r.model, 3)->range, "");
    assert_int_equal(hys_model_n_states(r.model), 1);
    assert_string_equal(hys_model_state(r.model, 0)->name, "w");
    assert_false(hys_model_state(r.model, 0)->is_retained);
    rig s = rig_new(&kernel_euler, 1, false);
    assert_true(hys_model_is_stepped(s.model) && hys_model_state(s.model, 0)->is_retained);
    rig_free(&r);
    rig_free(&s);
}

static hys_status make(hys_ctx *ctx, void *arg) {
    (void)arg;
    static const char *const spread[] = {"Ron=lognormal 0.3"}, *const set_[] = {"D=12nm"};
    const hys__settings settings = {.set = set_, .n_set = 1, .spread = spread, .n_spread = 1};
    hys__batch_opts opts = {.n = 3, .own_params = true, .temp = 300};
    hys_model *model;
    hys__batch *batch;
    hys__params *params;
    hys_status status = hys__model_of_kernel(ctx, &kernel_drift, "x.va", &model);
    if (status != HYS_OK) return status;
    status = hys__batch_new(ctx, model, &opts, &batch);
    if (status == HYS_OK) {
        status = hys__params_new(batch, &settings, &params);
        if (status == HYS_OK) hys__params_free(params);
        hys__batch_free(batch);
    }
    hys_model_free(model);
    return status;
}

static void failing_memory_is_reported(void **state) {
    (void)state;
    hys_test_each_failure(make, NULL, false);
    hys_test_each_failure(make, NULL, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_arrive_in_the_files_own_unit),
        cmocka_unit_test(a_unit_for_a_parameter_without_one_is_si_and_warned_about),
        cmocka_unit_test(refusals_name_the_place_and_the_range),
        cmocka_unit_test(bounds_follow_other_parameters),
        cmocka_unit_test(spread_has_the_asked_distribution),
        cmocka_unit_test(an_instance_draws_the_same_in_any_batch),
        cmocka_unit_test(cycles_draw_anew_and_leave_retained_values_alone),
        cmocka_unit_test(draws_outside_a_range_are_repeated),
        cmocka_unit_test(malformed_spreads_are_refused),
        cmocka_unit_test(models_tell_what_their_kernel_says),
        cmocka_unit_test(failing_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
