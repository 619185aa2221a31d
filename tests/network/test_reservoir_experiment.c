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

/* Zhong et al. 2021: 0.046 in experiment, 25 devices with masks of 4.  At what examples/networks/reservoir_henon.yaml
 * chooses. */
static void henon_is_foretold_as_well_as_by_the_published_devices(void **state) {
    double std = 0;
    hys_reservoir_experiment *e = read_text(*state,
                                            "seeds: 2\n"
                                            "reservoir: {device: wox, spread: [tau=lognormal 0.1], devices: 25, "
                                            "mask: binary, mask_length: 4, frames: 20ms, low: 0.2V, high: 0.5V, "
                                            "input_low: -1.3, input_high: 1.3, read_time: 0s, noise: 0.01}\n"
                                            "task: {kind: henon, length: 2000, train: 1000}\n",
                                            true);
    assert_near(number_of(e, "nodes", NULL), 100, 0);
    assert_true(number_of(e, "nrmse", &std) < 0.046);
    assert_true(std > 0 && std < 0.01);
    assert_true(number_of(e, "input_nrmse", NULL) > 0.9);
    assert_near(number_of(e, "latency", NULL), 80e-3, 1e-9);
    const hys_matrix s = hys_reservoir_experiment_series(e);
    assert_int_equal(s.rows, 2000);
    assert_same_double(s.values[1], s.values[3]); /* what is to come out is the next that goes in */
    hys_reservoir_experiment_free(e);
}

static void the_examples_can_be_read(void **state) {
    static const char *const names[] = {"henon", "second_order", "images", "mnist"};
    hys_reservoir_experiment *e = NULL;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/examples/networks/reservoir_%s.yaml", HYS_TEST_SOURCE, names[k]);
        assert_int_equal(hys_reservoir_experiment_read(*state, path, &e), HYS_OK);
        hys_reservoir_experiment_free(e);
    }
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "x.yaml"), *text = hys_reservoir_experiment_example();
    hys_test_write(path, text, strlen(text));
    assert_int_equal(hys_reservoir_experiment_read(*state, path, &e), HYS_OK);
    hys_reservoir_experiment_free(e);
    hys_test_dir_remove(dir);
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

/* ---- choices ---- */

enum { LENGTH = 200, WASHOUT = 20, TRAIN = 100 };

/* y is u two steps back; behind `same` steps u is another. */
static void write_series(const char *path, size_t n, size_t same) {
    char text[64 * LENGTH];
    size_t at = 0;
    double u[LENGTH], x = 0.3;
    for (size_t t = 0; t < n; t++) {
        x = 3.9 * x * (1 - x);
        u[t] = t < same ? x : 1 - x;
        at += (size_t)snprintf(text + at, sizeof text - at, "%.6f,%.6f\n", u[t], t > 1 ? u[t - 2] : 0);
    }
    hys_test_write(path, text, at);
}

static hys_reservoir_experiment *run_with_series(hys_ctx *ctx, const char *text, size_t n, size_t same) {
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "x.yaml");
    hys_reservoir_experiment *e = NULL;
    write_series(hys_test_path(dir, "u.csv"), n, same);
    hys_test_write(path, text, strlen(text));
    assert_int_equal(hys_reservoir_experiment_read(ctx, path, &e), HYS_OK);
    assert_int_equal(hys_reservoir_experiment_run(e, NULL), HYS_OK);
    hys_test_dir_remove(dir);
    return e;
}

/* Inputs are scaled by their range before the test. */
#define WITH_CHOICE(train, choose)                                                                                     \
    "reservoir: {device: wox, devices: 3, frames: 10ms, low: 0.1V, high: 0.5V, unchecked: true}\n"                     \
    "echo: {nodes: 8, density: 1}\ntask: {file: u.csv, washout: 20, train: " train "}\n" choose

#define CHOICE "choose: {part: 0.25, high: [0.3V, 0.5V, 0.7V], stretch: [1, 2], radius: [0.2, 0.9]}\n"

static void the_test_has_no_say_in_what_is_chosen(void **state) {
    hys_reservoir_experiment *a = run_with_series(*state, WITH_CHOICE("100", CHOICE), LENGTH, LENGTH),
                             *b = run_with_series(*state, WITH_CHOICE("100", CHOICE), LENGTH, WASHOUT + TRAIN);
    for (int is_echo = 0; is_echo < 2; is_echo++) {
        const hys_matrix m = hys_reservoir_experiment_tried(a, is_echo), n = hys_reservoir_experiment_tried(b, is_echo);
        assert_int_equal(m.rows, is_echo ? 2 : 6);
        assert_int_equal(m.columns, is_echo ? 3 : 4);
        assert_memory_equal(m.values, n.values, m.rows * m.columns * sizeof(double));
    }
    assert_same_double(number_of(a, "nrmse_train", NULL), number_of(b, "nrmse_train", NULL));
    assert_true(number_of(a, "nrmse", NULL) != number_of(b, "nrmse", NULL));
    hys_reservoir_experiment_free(a);
    hys_reservoir_experiment_free(b);
}

/* The series that ends with the training part, of which the last quarter is the test, by hand. */
static void each_combination_is_scored_as_if_it_had_been_asked_for(void **state) {
    hys_reservoir_experiment *a = run_with_series(*state, WITH_CHOICE("100", CHOICE), LENGTH, LENGTH),
                             *b = run_with_series(*state, WITH_CHOICE("75", ""), WASHOUT + TRAIN, LENGTH);
    const hys_matrix devices = hys_reservoir_experiment_tried(a, false), echo = hys_reservoir_experiment_tried(a, true);
    assert_near(devices.values[8], 0.5, 0); /* 0.3 and 1, 0.3 and 2, 0.5 and 1 */
    assert_near(devices.values[9], 1, 0);
    assert_same_double(devices.values[10], number_of(b, "nrmse", NULL));
    assert_same_double(echo.values[4], number_of(b, "echo_nrmse", NULL)); /* 0.9 is what it is if nothing is said */
    hys_reservoir_experiment_free(a);
    hys_reservoir_experiment_free(b);
}

static void the_best_combination_is_tested(void **state) {
    hys_reservoir_experiment *a = run_with_series(*state, WITH_CHOICE("100", CHOICE), LENGTH, LENGTH);
    const hys_matrix m = hys_reservoir_experiment_tried(a, false);
    size_t best = 0;
    for (size_t k = 1; k < m.rows; k++)
        if (m.values[4 * k + 2] < m.values[4 * best + 2]) best = k;
    assert_int_equal(hys_reservoir_experiment_n_choices(a), 3);
    const hys_reservoir_choice high = hys_reservoir_experiment_choice(a, 0),
                               radius = hys_reservoir_experiment_choice(a, 2);
    assert_string_equal(high.name, "high");
    assert_near(high.value, m.values[4 * best], 0);
    assert_int_equal(high.is_at_end, high.value != 0.5);
    assert_true(radius.is_echo && radius.is_at_end);
    assert_near(number_of(a, "chosen_high", NULL), high.value, 0);
    assert_near(number_of(a, "chosen_part_nrmse", NULL), m.values[4 * best + 2], 0);
    char text[400];
    snprintf(text, sizeof text,
             "reservoir: {device: wox, devices: 3, frames: 10ms, low: 0.1V, high: %gV, "
             "stretch: %g, unchecked: true}\ntask: {file: u.csv, washout: 20, train: 100}\n",
             high.value, m.values[4 * best + 1]);
    hys_reservoir_experiment *b = run_with_series(*state, text, LENGTH, LENGTH);
    assert_same_double(number_of(a, "nrmse", NULL), number_of(b, "nrmse", NULL));
    assert_same_double(number_of(a, "energy_per_inference", NULL), number_of(b, "energy_per_inference", NULL));
    hys_reservoir_experiment_free(a);
    hys_reservoir_experiment_free(b);
}

/* At 1 uV a WOx device keeps nothing. */
static void settings_without_memory_are_passed_over(void **state) {
    hys_reservoir_experiment *e =
        run_with_series(*state,
                        "reservoir: {device: wox, devices: 3, frames: 10ms, low: 0V, input_low: 0, input_high: 1}\n"
                        "task: {file: u.csv, washout: 20, train: 100}\nchoose: {high: [1uV, 0.5V]}\n",
                        LENGTH, LENGTH);
    const hys_matrix m = hys_reservoir_experiment_tried(e, false);
    assert_true(isnan(m.values[1]) && isfinite(m.values[4]));
    assert_near(number_of(e, "chosen_high", NULL), 0.5, 0);
    assert_int_equal(hys_diag_count(*state), 0);
    hys_reservoir_experiment_free(e);
}

static void what_cannot_be_chosen_is_said(void **state) {
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"echo: {nodes: 4, density: 1}\ntask: {file: u.csv, washout: 4, train: 32}\n"
         "choose: {radius: [0.1, 0.9], part: 0.25}\n",
         "never changes"},
        {"reservoir: {device: wox, devices: 2, low: 0V, frames: 10ms}\ntask: {file: u.csv, washout: 4, train: 30}\n"
         "choose: {high: [1uV, 2uV]}\n",
         "no node of a reservoir"},
    };
    hys_ctx *ctx = *state;
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "x.yaml");
    char rows[400];
    for (size_t k = 0; k < sizeof rows; k++) {
        const char digit = k / 4 % 2 && k < 80 ? '2' : '1', row[] = {digit, ',', digit, '\n'};
        rows[k] = row[k % 4];
    }
    hys_test_write(hys_test_path(dir, "u.csv"), rows, sizeof rows);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        hys_reservoir_experiment *e = NULL;
        hys_test_write(path, cases[k].text, strlen(cases[k].text));
        assert_int_equal(hys_reservoir_experiment_read(ctx, path, &e), HYS_OK);
        assert_int_not_equal(hys_reservoir_experiment_run(e, NULL), HYS_OK);
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        if (!strstr(hys_test_diag_text(ctx, 0), cases[k].says)) print_error("%s\n", hys_test_diag_text(ctx, 0));
        assert_non_null(strstr(hys_test_diag_text(ctx, 0), cases[k].says));
        hys_diag_clear(ctx);
        hys_reservoir_experiment_free(e);
    }
    hys_test_dir_remove(dir);
}

/* 60 images of two pixels: the second tells the class.  Sorted by class, so the part has to be drawn. */
static void a_voltage_is_chosen_for_images(void **state) {
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "x.yaml");
    static const char text[] = "reservoir: {device: wox, frames: 10ms, pulses: 1ms, pixels: 2}\n"
                               "images: {data: d.csv, readout: ridge}\nchoose: {part: 0.3, high: [1uV, 0.7V]}\n";
    char rows[1200];
    size_t at = 0;
    hys_reservoir_experiment *e = NULL;
    for (size_t k = 0; k < 60; k++)
        at += (size_t)snprintf(rows + at, sizeof rows - at, "%zu,%d,%d\n", k % 2, k >= 30, k >= 30);
    hys_test_write(hys_test_path(dir, "d.csv"), rows, at);
    hys_test_write(path, text, strlen(text));
    assert_int_equal(hys_reservoir_experiment_read(*state, path, &e), HYS_OK);
    assert_int_equal(hys_reservoir_experiment_run(e, NULL), HYS_OK);
    assert_near(number_of(e, "chosen_high", NULL), 0.7, 0);
    assert_near(number_of(e, "chosen_part_accuracy", NULL), 1, 0);
    assert_near(number_of(e, "accuracy", NULL), 1, 0);
    hys_reservoir_experiment_free(e);
    hys_test_dir_remove(dir);
}

static void what_a_source_gives_is_kept(void **state) {
    hys_reservoir_experiment *e = read_text(*state,
                                            "echo: {nodes: 4, density: 1}\ntask: {length: 60, washout: 10}\n"
                                            "expected: [{name: echo_nrmse, value: 0.5, source: A}]\n"
                                            "source_does_not_say: [noise]\n",
                                            true);
    const hys_reservoir_experiment_info info = hys_reservoir_experiment_get_info(e);
    assert_int_equal(info.n_expected, 1);
    assert_string_equal(info.expected->name, "echo_nrmse");
    assert_near(info.expected->value, 0.5, 0);
    assert_true(isnan(info.expected->tolerance));
    assert_int_equal(info.n_missing, 1);
    assert_string_equal(info.missing[0], "noise");
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
        {"echo: {nodes: 10}\ntask: {kind: henon}\nchoose: {part: 0.2}\n", "nothing is to be chosen"},
        {"echo: {nodes: 10}\ntask: {kind: henon}\nchoose: {radius: 0.9}\n", "one value"},
        {"echo: {nodes: 10}\ntask: {kind: henon}\nchoose: {radius: [0.1, 0.9], part: 1}\n", ":3:36"},
        {"echo: {nodes: 10}\ntask: {kind: henon}\nchoose: {high: [0.1V, 0.9V]}\n", "there is no reservoir"},
        {"echo: {nodes: 10}\ntask: {kind: henon}\nchoose: {radius: [0.1, 0.9], seeds: 2}\n", "2 seeds"},
        {"echo: {nodes: 10}\ntask: {kind: henon}\nchoose: {voltage: [0.1, 0.9]}\n", "voltage"},
        {"reservoir: {device: wox}\nimages: {data: digits-5x4}\nchoose: {high: [0.1V, 0.9V]}\n", "ten digits"},
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
    static const char text[] = "echo: {nodes: 4, density: 1}\ntask: {length: 40, washout: 4, delays: 2}\n"
                               "choose: {radius: [0.1, 0.9]}\nexpected: [{name: nrmse, value: 1}]\n";
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
        TEST(the_examples_can_be_read),
        TEST(five_devices_tell_ten_digits_apart),
        TEST(a_series_of_two_values_is_foretold_to_rounding),
        TEST(the_test_has_no_say_in_what_is_chosen),
        TEST(each_combination_is_scored_as_if_it_had_been_asked_for),
        TEST(the_best_combination_is_tested),
        TEST(settings_without_memory_are_passed_over),
        TEST(what_cannot_be_chosen_is_said),
        TEST(a_voltage_is_chosen_for_images),
        TEST(what_a_source_gives_is_kept),
        TEST(files_that_make_no_sense_are_refused_at_their_place),
        TEST(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
