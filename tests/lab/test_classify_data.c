/* Measured curves: what they tell, and that "cannot be told" is said where they do not. */
#include "hys_test.h"
#include <hysteron/hysteron.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys_table *table;
    hys_class *class;
    double t;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f = (fixture){.ctx = hys_test_ctx()};
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_class_free(f->class);
    hys_table_free(f->table);
    hys_ctx_free(f->ctx);
    return 0;
}

static void begin(fixture *f, bool has_time) {
    assert_int_equal(hys_table_new(f->ctx, &f->table), HYS_OK);
    if (has_time) assert_int_equal(hys_table_add_column(f->table, "time", "s"), HYS_OK);
    assert_int_equal(hys_table_add_column(f->table, "v", "V"), HYS_OK);
    assert_int_equal(hys_table_add_column(f->table, "i", "A"), HYS_OK);
}

static void put(fixture *f, double v, double i) {
    double row[] = {f->t += 1e-3, v, i};
    bool has_time = hys_table_n_columns(f->table) == 3;
    assert_int_equal(hys_table_add_row(f->table, has_time ? row : row + 1), HYS_OK);
}

static void classify(fixture *f) {
    const hys_class_data data = {"curve.csv", f->table};
    if (hys_classify_data(f->ctx, &data, 1, NULL, &f->class) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    assert_int_equal(hys_class_n_findings(f->class), hys_trait_count());
}

static void assert_answer(const fixture *f, const char *trait, const char *want) {
    const hys_finding *found = hys_class_find(f->class, trait);
    if (strcmp(found->answer, want) != 0)
        fail_msg("%s is '%s', not '%s': %s", trait, found->answer, want, found->evidence);
    if (!found->is_told) assert_true(found->evidence[0] != 0); /* says why, or what would tell */
}

/* A bipolar resistive switch of 1 kohm and 100 kohm that sets at +0.7 V and resets at -0.5 V. */
static void put_cycle(fixture *f, bool *is_on, int from, int to) {
    static const double corners[] = {0, 1, 0, -1, 0};
    for (int leg = from; leg < to; leg++)
        for (int k = 1; k <= 50; k++) {
            double v = corners[leg] + (corners[leg + 1] - corners[leg]) * k / 50;
            if (v > 0.7) *is_on = true;
            if (v < -0.5) *is_on = false;
            put(f, v, *is_on ? v / 1e3 : v / 1e5);
        }
}

static void a_bipolar_switch_is_told_from_its_loop_in_time(void **state) {
    fixture *f = *state;
    bool is_on = false;
    begin(f, true);
    for (int cycle = 0; cycle < 3; cycle++) put_cycle(f, &is_on, 0, 4);
    classify(f);
    assert_answer(f, "polarity", "bipolar");
    assert_answer(f, "volatility", "non-volatile");
    assert_answer(f, "loop-positive", "counter-clockwise");
    assert_answer(f, "loop-negative", "clockwise"); /* more current on the way out: the lobe turns the other way */
    assert_answer(f, "crossing", "crossing");
    assert_answer(f, "pinched", "pinched");
    assert_near(hys_class_find(f->class, "on-off")->value, 100, 0.01);
    assert_within(hys_class_find(f->class, "threshold-positive")->value, 0.7, 0.03);
    assert_within(hys_class_find(f->class, "threshold-negative")->value, -0.5, 0.03);
    assert_answer(f, "order", "cannot be told");
    assert_answer(f, "reactance", "cannot be told");
}

static void without_time_nothing_is_told_of_times(void **state) {
    fixture *f = *state;
    bool is_on = false;
    begin(f, false);
    for (int cycle = 0; cycle < 3; cycle++) put_cycle(f, &is_on, 0, 4);
    classify(f);
    assert_answer(f, "polarity", "bipolar");
    static const char *const untold[] = {"volatility", "order", "time-set", "time-reset", "time-constant", "energy"};
    for (size_t k = 0; k < sizeof untold / sizeof *untold; k++) assert_answer(f, untold[k], "cannot be told");
}

static void half_a_loop_tells_no_direction(void **state) {
    fixture *f = *state;
    bool is_on = false;
    begin(f, true);
    put_cycle(f, &is_on, 0, 1);
    classify(f);
    static const char *const untold[] = {"loop-positive", "loop-negative", "volatility", "polarity", "ndr",
                                         "pinched",       "crossing",      "on-off",     "hold"};
    for (size_t k = 0; k < sizeof untold / sizeof *untold; k++) assert_answer(f, untold[k], "cannot be told");
}

static void one_loop_of_one_sign_tells_no_polarity(void **state) {
    fixture *f = *state;
    bool is_on = false;
    begin(f, true);
    put_cycle(f, &is_on, 0, 2);
    classify(f);
    assert_answer(f, "loop-positive", "counter-clockwise");
    assert_answer(f, "polarity", "cannot be told");
    assert_answer(f, "volatility", "cannot be told"); /* whether it would have gone by itself is not seen */
}

static void noise_tells_nothing(void **state) {
    fixture *f = *state;
    uint64_t x = 1;
    begin(f, true);
    for (int k = 0; k < 400; k++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        put(f, sin(0.05 * k), 1e-6 * ((double)(x >> 11) / 9007199254740992.0 - 0.5));
    }
    classify(f);
    for (size_t k = 0; k < hys_trait_count(); k++) assert_answer(f, hys_trait_get(k)->name, "cannot be told");
}

static void a_volatile_switch_closes_its_loop_before_zero(void **state) {
    fixture *f = *state;
    static const double corners[] = {0, 1, 0, -1, 0};
    bool is_on = false;
    begin(f, true);
    for (int leg = 0; leg < 8; leg++)
        for (int k = 1; k <= 60; k++) {
            double v = corners[leg % 4] + (corners[leg % 4 + 1] - corners[leg % 4]) * k / 60;
            if (fabs(v) > 0.8) is_on = true;
            if (fabs(v) < 0.3) is_on = false;
            put(f, v, is_on ? v / 1e3 : v / 1e6);
        }
    classify(f);
    assert_answer(f, "volatility", "volatile");
    assert_answer(f, "polarity", "unipolar");
    assert_answer(f, "crossing", "tangential");
    assert_within(hys_class_find(f->class, "hold")->value, 0.3, 0.04);
    assert_answer(f, "ndr", "cannot be told"); /* swept by voltage it jumps: an S is hidden */
}

static void a_measured_vo2_curve_is_s_shaped(void **state) {
    fixture *f = *state;
    assert_int_equal(
        hys_table_read_csv(f->ctx, HYS_TEST_SOURCE "/examples/data/vo2_ndr/b1500_easyexpert_30C_1.5mA.csv", &f->table),
        HYS_OK);
    classify(f);
    assert_answer(f, "ndr", "S");
    assert_answer(f, "control", "current");
    assert_answer(f, "volatility", "volatile");
    /* The instrument's file: the voltage peaks at 5.704 V, 0.405 mA. */
    assert_near(hys_class_find(f->class, "threshold-current")->value, 0.405e-3, 1e-6);
}

static hys_status classify_small(hys_ctx *ctx, void *arg) {
    static const double rows[][2] = {{0, 0},  {.2, 1}, {.4, 2}, {.6, 3},   {.8, 4},  {1, 5},    {.8, 5}, {.6, 4},
                                     {.4, 3}, {.2, 2}, {0, 0},  {-.4, -2}, {-1, -5}, {-.5, -3}, {0, 0}};
    (void)arg;
    hys_table *table = NULL;
    hys_class *c = NULL;
    hys_status status = hys_table_new(ctx, &table);
    if (status == HYS_OK) status = hys_table_add_column(table, "v", "V");
    if (status == HYS_OK) status = hys_table_add_column(table, "i", "A");
    for (size_t k = 0; k < sizeof rows / sizeof *rows && status == HYS_OK; k++)
        status = hys_table_add_row(table, rows[k]);
    const hys_class_data data = {"curve.csv", table};
    if (status == HYS_OK) status = hys_classify_data(ctx, &data, 1, NULL, &c);
    hys_class_free(c);
    hys_table_free(table);
    return status;
}

static void memory_that_fails_is_told(void **state) {
    (void)state;
    hys_test_each_failure(classify_small, NULL, false);
}

/* 50 mV between and behind ten pulses of 1 V; 5 uS that the pulses have made goes with 50 ms. */
static void a_record_of_pulses_tells_its_decay(void **state) {
    fixture *f = *state;
    begin(f, true);
    for (int k = 0; k < 100; k++) put(f, 0.05, 0.05 * 1e-6);
    for (int pulse = 0; pulse < 10; pulse++)
        for (int k = 0; k < 20; k++) put(f, k < 10 ? 1 : 0.05, (k < 10 ? 1 : 0.05) * (1e-6 + 5e-7 * (pulse + 1)));
    for (int k = 1; k <= 500; k++) put(f, 0.05, 0.05 * (1e-6 + 5e-6 * exp(-k / 50.0)));
    classify(f);
    assert_answer(f, "volatility", "volatile");
    assert_answer(f, "order", "cannot be told");
    const hys_finding *tau = hys_class_find(f->class, "time-constant");
    assert_true(tau->is_told);
    assert_true(fabs(tau->value - 0.05) < 0.005);
    assert_non_null(strstr(hys_class_find(f->class, "order")->evidence, "exponential"));
}

static void sentences_name_the_file_without_its_folder(void **state) {
    fixture *f = *state;
    bool is_on = false;
    begin(f, true);
    put_cycle(f, &is_on, 0, 4);
    const hys_class_data data = {"/home/anna/runs/loop.csv", f->table};
    assert_int_equal(hys_classify_data(f->ctx, &data, 1, NULL, &f->class), HYS_OK);
    const char *text = hys_class_find(f->class, "polarity")->evidence;
    assert_int_equal(strncmp(text, "loop.csv: ", 10), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_bipolar_switch_is_told_from_its_loop_in_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_time_nothing_is_told_of_times, set_up, tear_down),
        cmocka_unit_test_setup_teardown(half_a_loop_tells_no_direction, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_loop_of_one_sign_tells_no_polarity, set_up, tear_down),
        cmocka_unit_test_setup_teardown(noise_tells_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_volatile_switch_closes_its_loop_before_zero, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_measured_vo2_curve_is_s_shaped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_of_pulses_tells_its_decay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sentences_name_the_file_without_its_folder, set_up, tear_down),
        cmocka_unit_test(memory_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
