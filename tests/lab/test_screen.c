/* The screening: the membrane's numbers from an independent integration of the published equations, channels that are
 * perfect channels, factors that come back, devices that are none, mismatch that lowers the score. */
#include "hys_test.h"
#include "lab/screen_impl.h"
#include <hysteron/lab.h>

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
    hys_model *model;
    hys_screen *screen;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f = (fixture){.ctx = hys_test_ctx(), .dir = hys_test_dir()};
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_screen_free(f->screen);
    hys_model_free(f->model);
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

static hys_status try_screen(fixture *f, const char *device, const hys_screen_opts *opts) {
    hys_screen_free(f->screen);
    hys_model_free(f->model);
    f->screen = NULL;
    f->model = NULL;
    hys_status status = hys_model_load(f->ctx, device, NULL, &f->model);
    return status == HYS_OK ? hys_screen_run(f->ctx, f->model, opts, &f->screen) : status;
}

static void screen(fixture *f, const char *device, const hys_screen_opts *opts) {
    if (try_screen(f, device, opts) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
}

static const hys_screen_criterion *criterion(const fixture *f, const char *name) {
    for (size_t k = 0; k < hys_screen_n_criteria(f->screen); k++)
        if (!strcmp(hys_screen_get_criterion(f->screen, k)->name, name)) return hys_screen_get_criterion(f->screen, k);
    fail_msg("there is no criterion %s", name);
    return NULL;
}

/* The channels of the library with 1 m^2 of membrane: the scale's conductance is then 1. */
static const char *const whole_area[] = {"area=1"};

static hys_screen_opts opts_for(const char *channel, const char *free) {
    hys_screen_opts opts = hys_screen_opts_default();
    opts.channel = channel;
    opts.free = free;
    opts.set = whole_area;
    opts.n_set = 1;
    return opts;
}

/* S/m^2 of a column of the table of trains at a time. */
static double train_at(const fixture *f, const char *column, double time) {
    const hys_table *table = hys_screen_table(f->screen, "train");
    const double *t = hys_table_column(table, "time");
    for (size_t k = 0; k < hys_table_n_rows(table); k++)
        if (fabs(t[k] - time) < 1e-9) return hys_table_column(table, column)[k];
    return NAN;
}

/* Conductances at the end of pulses and gaps, computed independently (adaptive Runge-Kutta of the published equations),
 * given to 4 digits. */
static void test_trains_give_the_published_channels_conductances(void **state) {
    fixture *f = *state;
    const hys_screen_opts k = opts_for("K", "none"), na = opts_for("Na", "none");
    screen(f, "hh_k", &k);
    static const double on[] = {98.62, 187.7, 225.0, 237.6, 241.7, 242.9, 243.3, 243.5};
    static const double off[] = {66.48, 120.6, 142.7, 150.2, 152.6, 153.3, 153.5};
    for (size_t p = 0; p < 8; p++) assert_near(train_at(f, "g_device", 1e-3 + 2e-3 * (double)p), on[p], 5e-4);
    for (size_t p = 0; p < 7; p++) assert_near(train_at(f, "g_device", 2e-3 + 2e-3 * (double)p), off[p], 5e-4);
    assert_near(train_at(f, "g_device", 23.2e-3), 304.5, 5e-4);
    assert_near(train_at(f, "g_device", 24e-3), 207.8, 5e-4);
    screen(f, "hh_na", &na);
    static const double on_na[] = {262.1, 115.0, 66.92, 51.18, 46.03, 44.34, 43.79, 43.61};
    /* Just behind the edges the gates move by a part in a thousand within a step. */
    for (size_t p = 0; p < 8; p++) assert_near(train_at(f, "g_device", 1e-3 + 2e-3 * (double)p), on_na[p], 1.5e-3);
    assert_near(train_at(f, "g_device", 23.2e-3), 5.22, 3e-3);
    assert_within(criterion(f, "train_peak_time")->value, 0.396e-3, 10e-6); /* steps of 10 us */
}

static void sine_span(fixture *f, hys__channel channel, double *least, double *most) {
    hys__arena arena;
    hys__clamp clamp;
    hys__arena_init(&arena, f->ctx, 0);
    assert_int_equal(hys__clamp_sine(&arena, channel, &clamp), HYS_OK);
    double *g = HYS_NEW_N(&arena, double, clamp.n);
    hys__clamp_channel(&clamp, channel, NULL, g);
    *least = INFINITY;
    *most = 0;
    for (size_t k = clamp.n - clamp.n / 30; k < clamp.n; k++) {
        *least = fmin(*least, g[k]);
        *most = fmax(*most, g[k]);
    }
    hys__arena_free(&arena);
}

/* 50 mV, 200 Hz across the isolated channel: mS/cm^2 0.17472 to 1.5793 and 0.019051 to 0.19156. */
static void test_a_sine_swings_the_conductance_as_computed_elsewhere(void **state) {
    fixture *f = *state;
    double least, most;
    sine_span(f, HYS__HH_K, &least, &most);
    assert_near(least, 1.7472, 1e-3);
    assert_near(most, 15.793, 1e-3);
    sine_span(f, HYS__HH_NA, &least, &most);
    assert_near(least, 0.19051, 1e-2); /* sodium inactivates slowly: 30 cycles leave half a percent */
    assert_near(most, 1.9156, 1e-2);
}

/* f-I curve, peak and ratio of conductances of the membrane, converged elsewhere. */
static void test_the_membrane_fires_as_the_published_one(void **state) {
    fixture *f = *state;
    const hys_screen_opts k = opts_for("K", "none");
    screen(f, "hh_k", &k);
    const double *rate = hys_table_column(hys_screen_table(f->screen, "rate"), "device");
    static const double want[] = {62.47, 68.33, 78.65, 86.47};
    for (size_t i = 0; i < 4; i++) assert_near(rate[i], want[i], 2e-3);
    assert_within(criterion(f, "peak")->value, 40.51e-3, 0.05e-3);
    assert_near(pow(10, criterion(f, "on_off")->value), 38, 0.03);
    assert_within(criterion(f, "rest")->value, -64.9964e-3, 1e-6);
    assert_string_equal(hys_screen_verdict(f->screen), "pass");
    assert_true(hys_screen_score(f->screen) > 0.99);
}

/* The search ends where what is left is the difference of two ways to integrate, 1e-4 of the current. */
static void test_channels_are_perfect_channels_at_scale_one(void **state) {
    fixture *f = *state;
    static const char *const names[3][2] = {{"hh_k", "K"}, {"hh_na", "Na"}, {"ca_l", "Ca"}};
    for (int c = 0; c < 3; c++) {
        const hys_screen_opts opts = opts_for(names[c][1], NULL);
        screen(f, names[c][0], &opts);
        const hys_screen_scale scale = hys_screen_best_scale(f->screen);
        assert_within(scale.time, 1, 0.01);
        assert_within(scale.voltage, 1, 0.01);
        assert_within(scale.conductance, 1, 0.02);
        assert_within(scale.offset, 0, 0.2e-3);
        assert_string_equal(hys_screen_verdict(f->screen), "pass");
        assert_int_equal(hys_screen_n_directions(f->screen), 4);
    }
}

/* Rates, peak and rest of the Morris-Lecar membrane from an independent Runge-Kutta integration with steps of 20 us. */
static void test_the_calcium_membrane_fires_as_the_published_one(void **state) {
    fixture *f = *state;
    const hys_screen_opts opts = opts_for("Ca", "none");
    screen(f, "ca_l", &opts);
    const double *rate = hys_table_column(hys_screen_table(f->screen, "rate"), "device");
    static const double want[] = {10.9676, 12.8078, 14.2345, 15.1145, 15.6184};
    for (size_t i = 0; i < 5; i++) assert_near(rate[i], want[i], 2e-3);
    assert_within(criterion(f, "peak")->value, 36.267e-3, 0.1e-3);
    assert_within(criterion(f, "rest")->value, -60.8554e-3, 1e-6);
    assert_same_double(criterion(f, "order")->value, 0);
    assert_same_double(criterion(f, "propagation")->value, 1);
    assert_string_equal(hys_screen_verdict(f->screen), "pass");
    assert_true(hys_screen_score(f->screen) > 0.98);
}

/* Calcium channels that close again, and channels of potassium, are not what this membrane needs. */
static void test_calcium_wants_a_persistent_current_with_negative_slope(void **state) {
    fixture *f = *state;
    hys_screen_opts opts = opts_for("Ca", "none");
    screen(f, "ca_t", &opts);
    assert_string_equal(hys_screen_verdict(f->screen), "fail");
    assert_false(criterion(f, "inactivation")->pass);
    opts.start.offset = 0.197; /* so that it sees the voltages that it is made for */
    screen(f, "hh_k", &opts);
    assert_string_equal(hys_screen_verdict(f->screen), "fail");
    assert_false(criterion(f, "ndr")->pass);
}

/* The potassium channel, ten times slower, at half the voltage, with 1/1000 of the current. */
static const char scaled[] = "`include \"disciplines.vams\"\n"
                             "module slow_k(p, n);\n"
                             "  inout p, n;\n  electrical p, n;\n  electrical x;\n  real V, z, a, b;\n"
                             "  analog begin\n"
                             "    V = 1e3*(2*V(p, n) - 0.077);\n"
                             "    V = max(min(V, 500.0), -500.0);\n"
                             "    z = -0.1*V - 5.5;\n"
                             "    a = 100.0*(abs(z) < 1e-4 ? 1.0 - z/2.0 : z/(exp(z) - 1.0));\n"
                             "    b = 125.0*exp(-0.0125*(V + 65.0));\n"
                             "    V(x) <+ idt((a*(1.0 - V(x)) - b*V(x))/10.0, 0.3);\n"
                             "    I(p, n) <+ 360.0e-3*pow(V(x), 4)*2*V(p, n);\n"
                             "  end\n"
                             "endmodule\n";

static void test_known_factors_come_back(void **state) {
    fixture *f = *state;
    const char *path = hys_test_path(f->dir, "slow_k.va");
    hys_test_write(path, scaled, strlen(scaled));
    hys_screen_opts opts = hys_screen_opts_default();
    opts.channel = "K";
    screen(f, path, &opts);
    const hys_screen_scale scale = hys_screen_best_scale(f->screen);
    assert_near(scale.time, 10, 0.01);
    assert_near(scale.voltage, 0.5, 0.01);
    assert_near(scale.conductance, 1000, 0.02);
    assert_within(scale.offset, 0, 0.2e-3);
    assert_string_equal(hys_screen_verdict(f->screen), "pass");
}

/* What is not free stays as it was given. */
static void test_scales_that_are_not_free_stay(void **state) {
    fixture *f = *state;
    hys_screen_opts opts = opts_for("K", "conductance");
    opts.start.time = 1.01;
    screen(f, "hh_k", &opts);
    const hys_screen_scale scale = hys_screen_best_scale(f->screen);
    assert_same_double(scale.time, 1.01);
    assert_same_double(scale.voltage, 1);
    assert_same_double(scale.offset, 0);
    assert_int_equal(hys_screen_n_directions(f->screen), 1);
}

static void test_devices_of_another_class_fail_by_that_criterion(void **state) {
    fixture *f = *state;
    hys_screen_opts opts = opts_for("K", "none");
    screen(f, "hh_leak", &opts); /* a resistor */
    assert_string_equal(hys_screen_verdict(f->screen), "fail");
    assert_false(criterion(f, "order")->pass);
    assert_same_double(criterion(f, "order")->value, 0);
    opts.n_set = 0;
    opts.start = (hys_screen_scale){.time = 1, .voltage = 10, .conductance = 1000};
    screen(f, "hp_linear", &opts); /* it does not forget */
    assert_string_equal(hys_screen_verdict(f->screen), "fail");
    assert_false(criterion(f, "volatility")->pass);
    assert_within(criterion(f, "volatility")->value, 1, 0.05);
    opts = opts_for("Na", "none");
    opts.start.offset = 0.127; /* so that it sees the voltages that it is made for */
    screen(f, "hh_k", &opts);  /* first order, without inactivation */
    assert_string_equal(hys_screen_verdict(f->screen), "fail");
    assert_same_double(criterion(f, "order")->value, 1);
    assert_false(criterion(f, "order")->pass);
    assert_false(criterion(f, "inactivation")->pass);
    assert_false(criterion(f, "ndr")->pass);
    opts = opts_for("K", "none");
    opts.start.offset = -0.127;
    screen(f, "hh_na", &opts);
    assert_same_double(criterion(f, "order")->value, 2);
    assert_false(criterion(f, "inactivation")->pass);
}

static void test_mismatch_lowers_the_score_step_by_step(void **state) {
    fixture *f = *state;
    static const double slower[] = {1, 1.1, 1.3, 2};
    double before = 2;
    for (size_t k = 0; k < 4; k++) {
        hys_screen_opts opts = opts_for("K", "none");
        opts.start.time = 1 / slower[k];
        screen(f, "hh_k", &opts);
        assert_true(hys_screen_score(f->screen) < before - 0.01);
        before = hys_screen_score(f->screen);
    }
    assert_true(before < 0.5);
    assert_false(!strcmp(hys_screen_verdict(f->screen), "pass"));
}

static void test_what_cannot_be_screened_is_refused(void **state) {
    fixture *f = *state;
    hys_screen_opts opts = hys_screen_opts_default();
    assert_int_equal(try_screen(f, "hh_k", &opts), HYS_ARG);
    opts.channel = "Cl";
    assert_int_equal(try_screen(f, "hh_k", &opts), HYS_ARG);
    opts.channel = "K";
    opts.free = "time,volts";
    assert_int_equal(try_screen(f, "hh_k", &opts), HYS_ARG);
    opts.free = "none";
    opts.start.time = 0;
    assert_int_equal(try_screen(f, "hh_k", &opts), HYS_ARG);
    opts.start.time = NAN;
    assert_int_equal(try_screen(f, "hh_k", &opts), HYS_ARG);
    opts.start.time = 1;
    hys_diag_clear(f->ctx);
    assert_int_equal(try_screen(f, "ecram", &opts), HYS_ARG);
    assert_non_null(strstr(hys_test_diag_text(f->ctx, 0), "terminals, not two"));
}

static hys_status load_and_screen(hys_ctx *ctx) {
    hys_model *model = NULL;
    hys_screen *result = NULL;
    const hys_screen_opts opts = opts_for("K", "conductance");
    hys_status status = hys_model_load(ctx, "hh_k", NULL, &model);
    if (status == HYS_OK) status = hys_screen_run(ctx, model, &opts, &result);
    hys_screen_free(result);
    hys_model_free(model);
    return status;
}

/* One in so many allocations: each takes a screening. */
static void test_memory_may_fail(void **state) {
    (void)state;
    for (size_t k = 1;; k += 1 + k / 3) {
        hys_test_memory memory = {.fail_at = k};
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        const hys_status status = ctx ? load_and_screen(ctx) : HYS_NOMEM;
        hys_ctx_free(ctx);
        assert_int_equal(memory.n_live, 0);
        assert_false(memory.wrong_size);
        assert_int_equal(status, memory.n_failed ? HYS_NOMEM : HYS_OK);
        if (!memory.n_failed) break;
    }
}

#define SCREEN_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_trains_give_the_published_channels_conductances),
        SCREEN_TEST(test_a_sine_swings_the_conductance_as_computed_elsewhere),
        SCREEN_TEST(test_the_membrane_fires_as_the_published_one),
        SCREEN_TEST(test_the_calcium_membrane_fires_as_the_published_one),
        SCREEN_TEST(test_calcium_wants_a_persistent_current_with_negative_slope),
        SCREEN_TEST(test_channels_are_perfect_channels_at_scale_one),
        SCREEN_TEST(test_known_factors_come_back),
        SCREEN_TEST(test_scales_that_are_not_free_stay),
        SCREEN_TEST(test_devices_of_another_class_fail_by_that_criterion),
        SCREEN_TEST(test_mismatch_lowers_the_score_step_by_step),
        SCREEN_TEST(test_what_cannot_be_screened_is_refused),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
