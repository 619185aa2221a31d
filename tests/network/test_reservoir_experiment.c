/* Reservoirs from files: what experiments say of devices, and what they refuse. */
#include "hys_test.h"
#include <hysteron/reservoir_experiment.h>

static hys_reservoir_experiment *read_text(hys_ctx *ctx, const char *text, bool is_good) {
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "x.yaml");
    hys_reservoir_experiment *e = NULL;
    char series[240];
    for (size_t k = 0; k < 240; k++) series[k] = k % 2 ? '\n' : "12"[k / 2 % 2];
    hys_test_write(hys_test_path(dir, "u.csv"), series, sizeof series);
    hys_test_write(path, text, strlen(text));
    assert_int_equal(hys_reservoir_experiment_read(ctx, path, &e) == HYS_OK, is_good);
    if (e) assert_int_equal(hys_reservoir_experiment_run(e, NULL), HYS_OK);
    hys_test_dir_remove(dir);
    return e;
}

static double number_of(const hys_reservoir_experiment *e, const char *name, double *std) {
    for (size_t k = 0; k < hys_reservoir_experiment_n_numbers(e); k++) {
        const hys_reservoir_number x = hys_reservoir_experiment_number(e, k);
        if (strcmp(x.name, name) != 0) continue;
        if (std) *std = x.std;
        return x.mean;
    }
    return NAN;
}

static hys_reservoir_experiment *run_example(hys_ctx *ctx, const char *name) {
    char path[4096];
    hys_reservoir_experiment *e = NULL;
    snprintf(path, sizeof path, "%s/examples/networks/%s", HYS_TEST_SOURCE, name);
    assert_int_equal(hys_reservoir_experiment_read(ctx, path, &e), HYS_OK);
    assert_int_equal(hys_reservoir_experiment_run(e, NULL), HYS_OK);
    return e;
}

/* Zhong et al. 2021: 0.046 in experiment, 25 devices with masks of 4. */
static void henon_is_foretold_as_well_as_by_the_published_devices(void **state) {
    double std = 0;
    hys_reservoir_experiment *e = run_example(*state, "reservoir_henon.yaml");
    assert_near(number_of(e, "nodes", NULL), 100, 0);
    assert_true(number_of(e, "nrmse", &std) < 0.046);
    assert_true(std > 0 && std < 0.01);
    assert_true(number_of(e, "input_nrmse", NULL) > 0.9);
    assert_near(number_of(e, "latency", NULL), 20e-3, 1e-9);
    const hys_matrix s = hys_reservoir_experiment_series(e);
    assert_int_equal(s.rows, 2000);
    assert_same_double(s.values[1], s.values[3]); /* what is to come out is the next that goes in */
    hys_reservoir_experiment_free(e);
}

/* Du et al. 2017: all ten, from five devices. */
static void five_devices_tell_ten_digits_apart(void **state) {
    hys_reservoir_experiment *e = run_example(*state, "reservoir_digits.yaml");
    assert_near(number_of(e, "nodes", NULL), 5, 0);
    assert_true(number_of(e, "accuracy", NULL) > 0.98);
    const hys_matrix c = hys_reservoir_experiment_confusion(e);
    double sum = 0;
    for (size_t k = 0; k < c.rows * c.columns; k++) sum += c.values[k];
    assert_near(sum, 10, 0);
    hys_reservoir_experiment_free(e);
}

/* A series that repeats itself, from a file: once the start is forgotten (12 time constants), the state after 1
 * foretells 2. */
static void a_series_of_two_values_is_foretold_to_rounding(void **state) {
    hys_reservoir_experiment *e =
        read_text(*state,
                  "title: two\nreservoir: {device: wox, devices: 2, frames: 10ms, high: 0.5V, read_time: 0s}\n"
                  "task: {file: u.csv, washout: 60, train: 20, ridge: 1e-9}\n",
                  true);
    assert_string_equal(hys_reservoir_experiment_title(e), "two");
    assert_true(number_of(e, "nrmse", NULL) < 1e-3);
    assert_true(number_of(e, "energy_per_inference", NULL) > 0);
    const char *path, *hash;
    assert_int_equal(hys_reservoir_experiment_n_inputs(e), 3);
    assert_true(hys_reservoir_experiment_input(e, 1, &path, &hash));
    assert_string_equal(path, "wox");
    assert_int_equal(strlen(hash), 64);
    assert_true(hys_reservoir_experiment_input(e, 2, &path, &hash) && strstr(path, "u.csv"));
    assert_false(hys_reservoir_experiment_input(e, 3, &path, &hash));
    hys_reservoir_experiment_free(e);
}

static void files_that_make_no_sense_are_refused_at_their_place(void **state) {
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"reservoir: {device: wox}\n", "one of both"},
        {"task: {kind: henon}\n", "there are no devices"},
        {"reservoir: {device: wox, devices: 2}\ntask: {kind: henon, file: u.csv}\n", "a task is of a kind"},
        {"reservoir: {device: wox, frames: [1ms, 2ms], pulses: [1ms], devices: 2}\ntask: {kind: henon}\n",
         "2 frames, 1 pulses"},
        {"reservoir: {device: wox, frames: 1V}\ntask: {kind: henon}\n", ":1:34"},
        {"reservoir: {device: wox, mask: ternary}\ntask: {kind: henon}\n", "ternary"},
        {"reservoir: {device: wox}\ntask: {kind: henon}\nseeds: 0\n", "0 seeds"},
        {"reservoir: {device: wox}\ntask: {kind: henon}\n", "a series needs a number of devices"},
        {"echo: {nodes: 10}\ntask: {length: 9, delays: 10}\n", "10 delays in 9 steps"},
        {"echo: {nodes: 10}\nimages: {data: digits}\n", "there are no devices"},
        {"reservoir: {devise: wox}\ntask: {kind: henon}\n", "devise"},
    };
    hys_ctx *ctx = *state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_null(read_text(ctx, cases[k].text, false));
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        if (!strstr(hys_test_diag_text(ctx, 0), cases[k].says)) print_error("%s\n", hys_test_diag_text(ctx, 0));
        assert_non_null(strstr(hys_test_diag_text(ctx, 0), cases[k].says));
        hys_diag_clear(ctx);
    }
}

static hys_status job(hys_ctx *ctx, void *path) {
    hys_reservoir_experiment *e = NULL;
    hys_status status = hys_reservoir_experiment_read(ctx, path, &e);
    if (status == HYS_OK) status = hys_reservoir_experiment_run(e, NULL);
    hys_reservoir_experiment_free(e);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    static const char text[] = "echo: {nodes: 4, density: 1}\ntask: {length: 40, washout: 4, delays: 2}\n";
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "x.yaml");
    hys_test_write(path, text, strlen(text));
    hys_test_each_failure(job, (void *)path, false);
    hys_test_dir_remove(dir);
}

static int new_ctx(void **state) {
    *state = hys_test_ctx();
    return 0;
}

static int free_ctx(void **state) {
    hys_ctx_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, new_ctx, free_ctx)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(henon_is_foretold_as_well_as_by_the_published_devices),
        TEST(five_devices_tell_ten_digits_apart),
        TEST(a_series_of_two_values_is_foretold_to_rounding),
        TEST(files_that_make_no_sense_are_refused_at_their_place),
        TEST(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
