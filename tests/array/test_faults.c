/* Cells that are stuck, lines that are shorted or cut, at places named or drawn; the effective matrix then. */
#include "hys_test.h"
#include <hysteron/array.h>

static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0;
}

static hys_array *array_of(hys_ctx *ctx, size_t m, size_t n, double wire) {
    hys_array_opts o = hys_array_opts_default();
    hys_array *array;
    unsigned seed = 9;
    o.rows = m;
    o.columns = n;
    o.word_wire = o.bit_wire = wire;
    o.tolerance = 1e-12;
    double *g = malloc(m * n * sizeof *g);
    for (size_t k = 0; k < m * n; k++) g[k] = draw(&seed) < 0.5 ? 1e-3 : 1e-5;
    assert_int_equal(hys_array_new(ctx, &o, &array), HYS_OK);
    assert_int_equal(hys_array_set_conductances(array, g), HYS_OK);
    free(g);
    return array;
}

static double *ramp(size_t n) {
    double *v = malloc(n * sizeof *v);
    for (size_t k = 0; k < n; k++) v[k] = 0.1 + 0.9 * (double)k / (double)n;
    return v;
}

static void test_a_stuck_cell_keeps_its_resistance(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_array *a = array_of(ctx, 3, 3, 1e-4);
    const double one[3] = {1, 0, 0}, all[9] = {1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3};
    assert_int_equal(hys_array_stick(a, 0, 1, 50e3), HYS_OK);
    assert_int_equal(hys_array_stick(a, 0, 2, INFINITY), HYS_OK);
    assert_int_equal(hys_array_set_conductances(a, all), HYS_OK);
    assert_int_equal(hys_array_solve(a, one, NULL), HYS_OK);
    assert_near(hys_array_bit_currents(a)[0], 1e-3, 1e-5);
    assert_near(hys_array_bit_currents(a)[1], 2e-5, 1e-5);
    assert_within(hys_array_bit_currents(a)[2], 0, 1e-9);
    /* where all other cells have a selector's law: at half the voltage half the current, and theirs falls hundredfold
     */
    const hys_array_law law = {sizeof law, 100, 1};
    const double half[3] = {0.5, 0, 0};
    assert_int_equal(hys_array_set_law(a, &law), HYS_OK);
    assert_int_equal(hys_array_solve(a, half, NULL), HYS_OK);
    assert_near(hys_array_bit_currents(a)[0], 1e-5, 1e-4);
    assert_near(hys_array_bit_currents(a)[1], 1e-5, 1e-4);
    assert_true(hys_array_get_report(a).power_balance < 1e-6);
    hys_array_free(a);
    hys_ctx_free(ctx);
}

/* A cell of 0 S between two lines of 2 segments each: the bridge is a resistor in a network of five, by hand. */
static void test_a_short_between_word_lines_is_a_resistor(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = hys_array_opts_default();
    hys_array *a;
    const double g[2] = {1e-3, 0}, volts[2] = {1, 0};
    o.rows = 2;
    o.columns = 1;
    o.word_wire = 100;
    o.bit_wire = 10;
    assert_int_equal(hys_array_new(ctx, &o, &a), HYS_OK);
    assert_int_equal(hys_array_set_conductances(a, g), HYS_OK);
    assert_int_equal(hys_array_bridge_words(a, 0, 0, 300), HYS_OK);
    assert_int_equal(hys_array_solve(a, volts, NULL), HYS_OK);
    /* node: 100 ohm to 1 V, 300 + 100 ohm to 0 V, 1000 + 2 * 10 ohm to 0 V */
    const double v = (1 / 100.0) / (1 / 100.0 + 1 / 400.0 + 1 / 1020.0);
    assert_near(hys_array_word_potentials(a)[0], v, 1e-9);
    assert_near(hys_array_bit_currents(a)[0], v / 1020, 1e-9);
    assert_near(hys_array_word_currents(a)[0], (1 - v) / 100, 1e-9);
    assert_near(hys_array_word_currents(a)[1], -v / 400, 1e-9);
    assert_true(hys_array_get_report(a).power_balance < 1e-9);
    hys_array_free(a);
    hys_ctx_free(ctx);
}

/* What flows into a node of the network, by its wires, cell and bridges: Kirchhoff's law, without the solver. */
static void test_shorted_lines_of_a_large_array_keep_the_law_of_currents(void **state) {
    (void)state;
    enum { M_ = 70, N_ = 90 };
    hys_ctx *ctx = hys_test_ctx();
    hys_array *a = array_of(ctx, M_, N_, 5), *sound = array_of(ctx, M_, N_, 5);
    double *volts = ramp(M_);
    static const double ohms[] = {1e-2, 1, 30, 1e3, 2, 7};
    for (size_t k = 0; k < 6; k++) {
        if (k % 2) assert_int_equal(hys_array_bridge_words(a, 7 + k, 50 - k, ohms[k]), HYS_OK);
        else assert_int_equal(hys_array_bridge_bits(a, 33 + k / 2, 20, ohms[k]), HYS_OK);
    }
    assert_int_equal(hys_array_solve(a, volts, NULL), HYS_OK);
    assert_int_equal(hys_array_solve(sound, volts, NULL), HYS_OK);
    const hys_array_report r = hys_array_get_report(a);
    assert_true(r.relative_residual <= 1e-12);
    assert_true(r.power_balance < 1e-9);
    const double *w = hys_array_bit_potentials(a);
    assert_true(fabs(w[20 * N_ + 33] - w[20 * N_ + 34]) < 1e-6); /* 10 mohm */
    assert_true(fabs(hys_array_bit_potentials(sound)[20 * N_ + 33] - hys_array_bit_potentials(sound)[20 * N_ + 34]) >
                1e-4);
    double in = 0, out = 0, terminals = 0;
    for (size_t i = 0; i < M_; i++) in += hys_array_word_currents(a)[i];
    for (size_t j = 0; j < N_; j++) {
        out += hys_array_bit_currents(a)[j];
        terminals += w[(M_ - 1) * N_ + j] / 5; /* through the last segment */
        assert_within(hys_array_bit_currents(a)[j], w[(M_ - 1) * N_ + j] / 5, 1e-9);
    }
    assert_near(in, out, 1e-9);
    assert_near(terminals, out, 1e-9);
    free(volts);
    hys_array_free(a);
    hys_array_free(sound);
    hys_ctx_free(ctx);
}

static void test_an_effective_matrix_holds_the_shorts(void **state) {
    (void)state;
    enum { M_ = 6, N_ = 9 };
    hys_ctx *ctx = hys_test_ctx();
    hys_array *a = array_of(ctx, M_, N_, 20);
    double *volts = ramp(M_), w[M_ * N_];
    assert_int_equal(hys_array_bridge_bits(a, 3, 2, 10), HYS_OK);
    assert_int_equal(hys_array_bridge_words(a, 1, 5, 10), HYS_OK);
    assert_int_equal(hys_array_effective(a, w), HYS_OK);
    assert_int_equal(hys_array_solve(a, volts, NULL), HYS_OK);
    for (size_t j = 0; j < N_; j++) {
        double sum = 0;
        for (size_t i = 0; i < M_; i++) sum += volts[i] * w[i * N_ + j];
        assert_near(sum, hys_array_bit_currents(a)[j], 1e-8);
    }
    /* and products through it */
    double currents[N_];
    hys_matrix of = {M_, N_, w}, in = {1, M_, volts}, out = {1, N_, currents}, wrong = {1, M_ - 1, volts};
    assert_int_equal(hys_array_multiply_by(ctx, &of, &in, &out), HYS_OK);
    for (size_t j = 0; j < N_; j++) assert_near(currents[j], hys_array_bit_currents(a)[j], 1e-8);
    assert_int_equal(hys_array_multiply_by(ctx, &of, &wrong, &out), HYS_ARG);
    free(volts);
    hys_array_free(a);
    hys_ctx_free(ctx);
}

/* 200 x 200 x 200 numbers go to BLAS, where there is one. */
static void test_large_products_are_those_of_loops(void **state) {
    (void)state;
    enum { SIDE = 200 };
    hys_ctx *ctx = hys_test_ctx();
    double *a = malloc(SIDE * SIDE * sizeof *a), *b = malloc(SIDE * SIDE * sizeof *b),
           *c = malloc(SIDE * SIDE * sizeof *c);
    unsigned seed = 2;
    for (size_t k = 0; k < SIDE * SIDE; k++) a[k] = draw(&seed) - 0.5, b[k] = draw(&seed);
    hys_matrix left = {SIDE, SIDE, a}, right = {SIDE, SIDE, b}, product = {SIDE, SIDE, c};
    assert_int_equal(hys_array_multiply_by(ctx, &right, &left, &product), HYS_OK);
    for (size_t i = 0; i < SIDE; i += 13)
        for (size_t j = 0; j < SIDE; j += 17) {
            double sum = 0;
            for (size_t k = 0; k < SIDE; k++) sum += a[i * SIDE + k] * b[k * SIDE + j];
            assert_within(c[i * SIDE + j], sum, 1e-12);
        }
    free(a);
    free(b);
    free(c);
    hys_ctx_free(ctx);
}

static void test_faults_drawn_have_their_frequencies_and_come_again(void **state) {
    (void)state;
    enum { SIDE = 300 };
    hys_ctx *ctx = hys_test_ctx();
    hys_array *a = array_of(ctx, SIDE, SIDE, 1), *b = array_of(ctx, SIDE, SIDE, 1);
    hys_fault_opts o = hys_fault_opts_default();
    hys_fault_counts of_a, of_b;
    double *volts = ramp(SIDE);
    o.stuck_on = 0.02;
    o.stuck_off = 0.1;
    o.cut_word = 1e-4;
    o.cut_bit = 2e-4;
    o.seed = 42;
    assert_int_equal(hys_array_random_faults(a, &o, &of_a), HYS_OK);
    assert_int_equal(hys_array_random_faults(b, &o, &of_b), HYS_OK);
    assert_memory_equal(&of_a, &of_b, sizeof of_a);
    /* five standard deviations of a binomial distribution */
    const double n = SIDE * SIDE;
    assert_within((double)of_a.stuck_on, 0.02 * n, 5 * sqrt(0.02 * n));
    assert_within((double)of_a.stuck_off, 0.1 * n, 5 * sqrt(0.1 * n));
    assert_within((double)of_a.cut_words, 1e-4 * n, 5 * sqrt(1e-4 * n));
    assert_within((double)of_a.cut_bits, 2e-4 * n, 5 * sqrt(2e-4 * n));
    assert_int_equal(hys_array_solve(a, volts, NULL), HYS_OK);
    assert_int_equal(hys_array_solve(b, volts, NULL), HYS_OK);
    assert_memory_equal(hys_array_bit_currents(a), hys_array_bit_currents(b), SIDE * sizeof(double));
    free(volts);
    hys_array_free(a);
    hys_array_free(b);
    hys_ctx_free(ctx);
}

static void test_faults_that_cannot_be_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_array *a = array_of(ctx, 4, 5, 1);
    const double volts[4] = {1, 1, 1, 1};
    assert_int_equal(hys_array_stick(a, 4, 0, 1e3), HYS_ARG);
    assert_int_equal(hys_array_stick(a, 0, 5, 1e3), HYS_ARG);
    assert_int_equal(hys_array_stick(a, 0, 0, 0), HYS_ARG);
    assert_int_equal(hys_array_stick(a, 0, 0, NAN), HYS_ARG);
    assert_int_equal(hys_array_bridge_words(a, 3, 0, 1), HYS_ARG);
    assert_int_equal(hys_array_bridge_words(a, 0, 5, 1), HYS_ARG);
    assert_int_equal(hys_array_bridge_bits(a, 4, 0, 1), HYS_ARG);
    assert_int_equal(hys_array_bridge_bits(a, 0, 0, 0), HYS_ARG);
    assert_int_equal(hys_array_bridge_bits(a, 0, 0, INFINITY), HYS_ARG);
    hys_fault_opts o = hys_fault_opts_default();
    o.stuck_on = 0.6;
    o.stuck_off = 0.6;
    assert_int_equal(hys_array_random_faults(a, &o, NULL), HYS_ARG);
    o = hys_fault_opts_default();
    o.cut_bit = NAN;
    assert_int_equal(hys_array_random_faults(a, &o, NULL), HYS_ARG);
    for (size_t k = 0; k < 256; k++) assert_int_equal(hys_array_bridge_bits(a, k % 4, k % 3, 1), HYS_OK);
    assert_int_equal(hys_array_bridge_bits(a, 0, 0, 1), HYS_LIMIT);
    const hys_array_law law = {sizeof law, 10, 1};
    assert_int_equal(hys_array_set_law(a, &law), HYS_OK);
    assert_int_equal(hys_array_solve(a, volts, NULL), HYS_ARG); /* shorts and selectors */
    hys_array_free(a);
    hys_ctx_free(ctx);
}

static hys_status use(hys_ctx *ctx) {
    hys_array_opts o = hys_array_opts_default();
    hys_fault_opts faults = hys_fault_opts_default();
    hys_array *a = NULL;
    double g[100], volts[10], by_current[10] = {1}, by_g[100];
    for (size_t k = 0; k < 100; k++) g[k] = 1e-4;
    for (size_t k = 0; k < 10; k++) volts[k] = 1;
    o.rows = o.columns = 10;
    faults.stuck_on = 0.1;
    faults.cut_bit = 0.01;
    hys_status status = hys_array_new(ctx, &o, &a);
    if (status == HYS_OK) status = hys_array_set_conductances(a, g);
    if (status == HYS_OK) status = hys_array_random_faults(a, &faults, NULL);
    if (status == HYS_OK) status = hys_array_bridge_bits(a, 3, 3, 1);
    if (status == HYS_OK) status = hys_array_solve(a, volts, NULL);
    if (status == HYS_OK) status = hys_array_gradient(a, by_current, by_g, NULL, NULL);
    hys_array_free(a);
    return status;
}

static void test_memory_may_fail(void **state) {
    (void)state;
    for (size_t k = 1;; k++) {
        hys_test_memory memory = {.fail_at = k};
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        const hys_status status = ctx ? use(ctx) : HYS_NOMEM;
        hys_ctx_free(ctx);
        assert_int_equal(memory.n_live, 0);
        assert_false(memory.wrong_size);
        assert_int_equal(status, memory.n_failed ? HYS_NOMEM : HYS_OK);
        if (!memory.n_failed) break;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stuck_cell_keeps_its_resistance),
        cmocka_unit_test(test_a_short_between_word_lines_is_a_resistor),
        cmocka_unit_test(test_shorted_lines_of_a_large_array_keep_the_law_of_currents),
        cmocka_unit_test(test_an_effective_matrix_holds_the_shorts),
        cmocka_unit_test(test_large_products_are_those_of_loops),
        cmocka_unit_test(test_faults_drawn_have_their_frequencies_and_come_again),
        cmocka_unit_test(test_faults_that_cannot_be_are_refused),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
