/* Gradients of read-outs through wires, faults and all against differences of solutions. */
#include "hys_test.h"
#include <hysteron/array_device.h>

enum { M = 9, N = 60, COUNT = M * N }; /* the longer side has a coarse space */

typedef struct fixture {
    hys_ctx *ctx;
    hys_array *array;
    double g[COUNT], volts[M], bits[N], weights[N];
} fixture;

static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0;
}

static int set_up(void **state) {
    static fixture f;
    unsigned seed = 3;
    hys_array_opts o = hys_array_opts_default();
    f = (fixture){.ctx = hys_test_ctx()};
    o.rows = M;
    o.columns = N;
    o.word_wire = 10;
    o.bit_wire = 25;
    o.driver = 100;
    o.words = HYS_ENDS_BOTH;
    o.tolerance = 1e-14;
    assert_int_equal(hys_array_new(f.ctx, &o, &f.array), HYS_OK);
    for (size_t k = 0; k < COUNT; k++) f.g[k] = draw(&seed) < 0.5 ? 1e-3 : 1e-4 * draw(&seed);
    for (size_t i = 0; i < M; i++) f.volts[i] = draw(&seed);
    for (size_t j = 0; j < N; j++) f.bits[j] = 0.2 * draw(&seed), f.weights[j] = draw(&seed) - 0.5;
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_array_free(f->array);
    hys_ctx_free(f->ctx);
    return 0;
}

/* A read-out: weighted currents, and a square. */
static double read_out(fixture *f, double *slopes) {
    assert_int_equal(hys_array_set_conductances(f->array, f->g), HYS_OK);
    assert_int_equal(hys_array_solve(f->array, f->volts, f->bits), HYS_OK);
    const double *i = hys_array_bit_currents(f->array);
    double sum = 0;
    for (size_t j = 0; j < N; j++) {
        sum += f->weights[j] * i[j] + 1e3 * i[j] * i[j];
        if (slopes) slopes[j] = f->weights[j] + 2e3 * i[j];
    }
    return sum;
}

/* By central differences; a step of 1e-4 leaves an error of about 1e-8 of L'' and 1e-10 of rounding. */
static double difference(fixture *f, double *at, double step) {
    const double middle = *at;
    *at = middle + step;
    const double above = read_out(f, NULL);
    *at = middle - step;
    const double below = read_out(f, NULL);
    *at = middle;
    return (above - below) / (2 * step);
}

static void check(fixture *f) {
    double slopes[N], by_g[COUNT], by_word[M], by_bit[N];
    read_out(f, slopes);
    const double before = hys_array_word_potentials(f->array)[17];
    assert_int_equal(hys_array_gradient(f->array, slopes, by_g, by_word, by_bit), HYS_OK);
    assert_same_double(hys_array_word_potentials(f->array)[17], before);
    double most = 0;
    for (size_t k = 0; k < COUNT; k++) most = fmax(most, fabs(by_g[k]));
    for (size_t k = 0; k < COUNT; k += 37) assert_within(by_g[k], difference(f, &f->g[k], 1e-4 * f->g[k]), 1e-6 * most);
    for (size_t i = 0; i < M; i++)
        assert_within(by_word[i], difference(f, &f->volts[i], 1e-4), 1e-6 * fabs(by_word[i]) + 1e-9);
    for (size_t j = 0; j < N; j += 7)
        assert_within(by_bit[j], difference(f, &f->bits[j], 1e-4), 1e-6 * fabs(by_bit[j]) + 1e-9);
}

static void test_gradients_through_wires_are_those_of_differences(void **state) {
    check(*state);
}

static void test_gradients_hold_where_lines_float_and_are_shorted(void **state) {
    fixture *f = *state;
    assert_int_equal(hys_array_float_word(f->array, 4, true), HYS_OK);
    assert_int_equal(hys_array_cut_bit(f->array, 21, 5), HYS_OK);
    assert_int_equal(hys_array_bridge_bits(f->array, 30, 2, 50), HYS_OK);
    assert_int_equal(hys_array_bridge_words(f->array, 6, 40, 200), HYS_OK);
    check(f);
}

/* I ~ G sinh(k V) in all cells but one. */
static void test_gradients_of_nonlinear_cells_are_those_of_differences(void **state) {
    fixture *f = *state;
    const hys_array_law law = {sizeof law, 20, 0.8};
    assert_int_equal(hys_array_set_law(f->array, &law), HYS_OK);
    assert_int_equal(hys_array_stick(f->array, 3, 17, 2e3), HYS_OK);
    check(f);
}

/* Without wires I_j = sum V_i G_ij: dI_j/dG_ij = V_i, dI_j/dV_i = G_ij. */
static void test_a_gradient_without_wires_is_the_inputs(void **state) {
    fixture *f = *state;
    hys_array_opts o = hys_array_opts_default();
    hys_array *array;
    double by_current[N] = {0}, by_g[COUNT], by_word[M];
    o.rows = M;
    o.columns = N;
    o.word_wire = o.bit_wire = 1e-6;
    assert_int_equal(hys_array_new(f->ctx, &o, &array), HYS_OK);
    assert_int_equal(hys_array_set_conductances(array, f->g), HYS_OK);
    assert_int_equal(hys_array_solve(array, f->volts, NULL), HYS_OK);
    by_current[8] = 1;
    assert_int_equal(hys_array_gradient(array, by_current, by_g, by_word, NULL), HYS_OK);
    for (size_t i = 0; i < M; i++) {
        assert_within(by_g[i * N + 8], f->volts[i], 1e-6);
        assert_within(by_g[i * N + 9], 0, 1e-6);
        assert_near(by_word[i], f->g[i * N + 8], 1e-5);
    }
    hys_array_free(array);
}

/* ---- devices ---- */

enum { ROWS = 12, LINES = 9 };

typedef struct devices {
    hys_ctx *ctx;
    hys_array *array;
    double words[ROWS], bits[LINES], ohm;
} devices;

/* One cell is stuck: what a conductance does can be seen there. */
static double read_devices(devices *d, double *slopes) {
    double sum = 0;
    assert_int_equal(hys_array_stick(d->array, 4, 5, d->ohm), HYS_OK);
    if (hys_array_solve(d->array, d->words, d->bits) != HYS_OK) fail_msg("%s", hys_test_diag_text(d->ctx, 0));
    const double *i = hys_array_bit_currents(d->array);
    for (size_t j = 0; j < LINES; j++) {
        sum += cos((double)j) * i[j] + 1e3 * i[j] * i[j];
        if (slopes) slopes[j] = cos((double)j) + 2e3 * i[j];
    }
    return sum;
}

static double move(devices *d, double *at, double step) {
    const double middle = *at;
    *at = middle + step;
    const double up = read_devices(d, NULL);
    *at = middle - step;
    const double down = read_devices(d, NULL);
    *at = middle;
    return (up - down) / (2 * step);
}

/* Steps of 1e-4 V leave 1e-8 of the third derivative, and 1e-9 of rounding and of the tolerance. */
static void agree_for_devices(const char *selector, hys_array_lines lines) {
    devices d = {.ctx = hys_test_ctx(), .ohm = 3000};
    hys_array_opts o = hys_array_opts_default();
    hys_cell_opts c = hys_cell_opts_default();
    double gates[ROWS], slopes[LINES], by_g[ROWS * LINES], by_word[ROWS], by_bit[LINES];
    o.rows = ROWS;
    o.columns = LINES;
    o.word_wire = o.bit_wire = 20;
    o.lines = lines;
    o.tolerance = 1e-13;
    c.memory = "yakopcic"; /* sinh */
    c.selector = selector;
    assert_int_equal(hys_array_new(d.ctx, &o, &d.array), HYS_OK);
    if (hys_array_set_device(d.array, &c) != HYS_OK) fail_msg("%s", hys_test_diag_text(d.ctx, 0));
    for (size_t i = 0; i < ROWS; i++) d.words[i] = 0.4 + 0.02 * (double)i, gates[i] = 1.5;
    for (size_t j = 0; j < LINES; j++) d.bits[j] = 0.01 * (double)j;
    if (selector) assert_int_equal(hys_array_set_gates(d.array, HYS_GATES_ALONG_WORDS, gates), HYS_OK);
    read_devices(&d, slopes);
    if (hys_array_gradient(d.array, slopes, by_g, by_word, by_bit) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(d.ctx, 0));
    double most = 0;
    for (size_t j = 0; j < LINES; j++) most = fmax(most, fabs(by_bit[j]));
    for (size_t i = 0; i < LINES; i += 2) {
        assert_within(move(&d, &d.words[i], 1e-4), by_word[i], 1e-6 * most);
        assert_within(move(&d, &d.bits[i], 1e-4), by_bit[i], 1e-6 * most);
    }
    /* dL/dG = -R^2 dL/dR */
    const double by_ohm = move(&d, &d.ohm, 3), by_cell = by_g[4 * LINES + 5];
    assert_within(-d.ohm * d.ohm * by_ohm, by_cell, 1e-5 * fabs(by_cell));
    hys_array_free(d.array);
    hys_ctx_free(d.ctx);
}

static void test_gradients_of_devices_are_those_of_differences(void **state) {
    (void)state;
    agree_for_devices(NULL, HYS_LINES_CROSSED);
    agree_for_devices("access_transistor", HYS_LINES_CROSSED);
    agree_for_devices("access_transistor", HYS_LINES_PARALLEL);
}

static void test_what_has_no_gradient_is_refused(void **state) {
    fixture *f = *state;
    double by_current[N] = {0}, by_g[COUNT];
    assert_int_equal(hys_array_gradient(f->array, by_current, by_g, NULL, NULL), HYS_ARG); /* nothing is solved */
    read_out(f, NULL);
    by_current[3] = NAN;
    assert_int_equal(hys_array_gradient(f->array, by_current, by_g, NULL, NULL), HYS_ARG);
    by_current[3] = 0;
    assert_int_equal(hys_array_gradient(f->array, by_current, by_g, NULL, NULL), HYS_OK);
    assert_int_equal(hys_array_float_bit(f->array, 3, true), HYS_OK); /* forgets the solution */
    assert_int_equal(hys_array_gradient(f->array, by_current, by_g, NULL, NULL), HYS_ARG);
}

#define ADJOINT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ADJOINT_TEST(test_gradients_through_wires_are_those_of_differences),
        ADJOINT_TEST(test_gradients_hold_where_lines_float_and_are_shorted),
        ADJOINT_TEST(test_gradients_of_nonlinear_cells_are_those_of_differences),
        ADJOINT_TEST(test_a_gradient_without_wires_is_the_inputs),
        cmocka_unit_test(test_gradients_of_devices_are_those_of_differences),
        ADJOINT_TEST(test_what_has_no_gradient_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
