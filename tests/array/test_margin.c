/* Margins of crossbars against closed forms: where wires are good, and the ladder where they are not. */
#include "hys_test.h"
#include <hysteron/array.h>

static hys_margin_opts opts_of(hys_array_scheme scheme, double ratio, double nonlinearity, double wire) {
    hys_margin_opts o = hys_margin_opts_default();
    o.scheme = scheme;
    o.off = ratio * o.on;
    o.law.nonlinearity = nonlinearity;
    o.lines.word_wire = o.lines.bit_wire = wire;
    return o;
}

static hys_margin margin_of(hys_ctx *ctx, const hys_margin_opts *o, size_t n) {
    hys_margin m;
    if (hys_array_margin(ctx, o, n, &m) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return m;
}

/* (I_on - I_off) / (I_on + leak): the leak of a V/2 read is (n - 1) / NL, of V/3 (n - 1) I(V/3), of ground none. */
static void test_current_reads_without_wires_have_their_closed_forms(void **state) {
    (void)state;
    static const double ratios[] = {10, 1000}, nonlinear[] = {2, 3, 1e3, 1e6};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t r = 0; r < 2; r++)
        for (size_t l = 0; l < 4; l++) {
            const double k = 2 * acosh(nonlinear[l] / 2), good = 1 - 1 / ratios[r];
            const double third = k > 0 ? sinh(k / 3) / sinh(k) : 1 / 3.0;
            const double leak[] = {1 / nonlinear[l], third, 0, 0};
            for (size_t n = 2; n <= 20; n += 9) {
                for (int s = 0; s < 4; s++) {
                    if (s == HYS_SCHEME_FLOAT) continue;
                    const hys_margin_opts o = opts_of((hys_array_scheme)s, ratios[r], nonlinear[l], 0);
                    const hys_margin m = margin_of(ctx, &o, n);
                    /* wires of 0 ohm are that to 1e-8 a cell */
                    assert_near(m.margin, good / (1 + (double)(n - 1) * leak[s]), 3e-6);
                    assert_near(m.ideal_margin, good / (1 + (double)(n - 1) * leak[s]), 1e-12);
                }
            }
        }
    hys_ctx_free(ctx);
}

/* R_s = R/(n-1) + R/(n-1) + R/(n-1)^2 beside a linear cell; its best resistor. */
static void test_floating_reads_of_resistors_have_their_closed_form(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    for (size_t n = 2; n <= 40; n += 6)
        for (int reads = 0; reads < 2; reads++) {
            hys_margin_opts o = opts_of(HYS_SCHEME_FLOAT, 100, 2, 0);
            o.reads_voltage = reads;
            const double p = (double)n - 1, sneak = o.on * (2 / p + 1 / (p * p));
            const double a = o.on * sneak / (o.on + sneak), b = o.off * sneak / (o.off + sneak);
            const double want = reads ? (sqrt(b) - sqrt(a)) / (sqrt(b) + sqrt(a)) : 1 - a / b;
            const hys_margin m = margin_of(ctx, &o, n);
            assert_near(m.margin, want, 1e-5);
            assert_near(m.ideal_margin, want, 1e-9);
            assert_near(m.on_current, 1 / a, 1e-6);
            if (reads) assert_near(m.resistor, sqrt(a * b), 1e-6);
        }
    hys_ctx_free(ctx);
}

/* Nonlinear sneak paths: the solver and the scalar equation of the closed form. */
static void test_floating_reads_of_selectors_agree_with_the_scalar_equation(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    for (size_t n = 3; n <= 30; n += 9)
        for (int reads = 0; reads < 2; reads++) {
            hys_margin_opts o = opts_of(HYS_SCHEME_FLOAT, 50, 100, 0);
            o.reads_voltage = reads;
            const hys_margin m = margin_of(ctx, &o, n);
            assert_near(m.margin, m.ideal_margin, 1e-5);
        }
    hys_ctx_free(ctx);
}

/* 4 m bit lines or m / 4: a V/2 read leaks through the word lines' cells alone; R/(n-1) + R/(m-1) + R/((m-1)(n-1)). */
static void test_long_arrays_have_their_closed_forms(void **state) {
    (void)state;
    static const double shapes[] = {4, 0.25};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < 2; k++) {
        const double m = 12, n = shapes[k] * m;
        hys_margin_opts o = opts_of(HYS_SCHEME_HALF, 100, 2, 0);
        o.shape = shapes[k];
        hys_margin got = margin_of(ctx, &o, 12);
        assert_int_equal(got.columns, (size_t)n);
        assert_near(got.margin, 0.99 / (1 + (m - 1) / 2), 1e-9); /* resistors: 0 ohm is that */
        assert_near(got.ideal_margin, 0.99 / (1 + (m - 1) / 2), 1e-12);
        o = opts_of(HYS_SCHEME_FLOAT, 100, 2, 0);
        o.shape = shapes[k];
        got = margin_of(ctx, &o, 12);
        const double sneak = o.on * (1 / (n - 1) + 1 / (m - 1) + 1 / ((m - 1) * (n - 1)));
        assert_near(got.on_current, 1 / o.on + 1 / sneak, 1e-9);
        assert_near(got.margin, got.ideal_margin, 1e-9);
        o = opts_of(HYS_SCHEME_FLOAT, 50, 100, 0);
        o.shape = shapes[k];
        got = margin_of(ctx, &o, 12);
        assert_near(got.margin, got.ideal_margin, 1e-5);
    }
    hys_ctx_free(ctx);
}

/* Reads of 10 % across a resistor: 4 lines at an on/off ratio of 10, 5 at 100 and 1000, with resistors for cells. */
static void test_arrays_without_selectors_have_four_or_five_lines(void **state) {
    (void)state;
    static const double ratios[] = {10, 100, 1000};
    static const size_t largest[] = {4, 5, 5};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t r = 0; r < 3; r++) {
        hys_margin_opts o = opts_of(HYS_SCHEME_FLOAT, ratios[r], 2, 1e-3);
        o.reads_voltage = true;
        hys_margin_curve c;
        assert_int_equal(hys_array_margins(ctx, &o, &c), HYS_OK);
        assert_int_equal(c.largest, largest[r]);
        assert_within(c.ideal_largest, (double)largest[r], 0);
        assert_false(c.is_more);
        hys_margin_curve_free(ctx, &c);
    }
    hys_ctx_free(ctx);
}

/* N = 1 + NL ((1 - 1/r)/M - 1): 19 lines of resistors at 10 %, and 1000 on/off. */
static void test_the_largest_array_of_a_half_select_read_has_its_closed_form(void **state) {
    (void)state;
    static const double nonlinear[] = {2, 5, 12.5}, least[] = {0.1, 0.25, 0.1};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < 3; k++) {
        hys_margin_opts o = opts_of(HYS_SCHEME_HALF, 1000, nonlinear[k], 1e-4);
        o.least = least[k];
        const double want = floor(1 + nonlinear[k] * ((1 - 1e-3) / least[k] - 1));
        hys_margin_curve c;
        assert_int_equal(hys_array_margins(ctx, &o, &c), HYS_OK);
        assert_within((double)c.largest, want, 0);
        assert_within(c.ideal_largest, want, 0);
        hys_margin_curve_free(ctx, &c);
    }
    hys_margin_opts o = opts_of(HYS_SCHEME_HALF, 1000, 1e3, 1);
    o.most = 4;
    hys_margin_curve c;
    assert_int_equal(hys_array_margins(ctx, &o, &c), HYS_OK);
    assert_int_equal(c.largest, 4);
    assert_true(c.is_more);
    assert_within(c.ideal_largest, floor(1 + 1e3 * (0.999 / 0.1 - 1)), 0);
    hys_margin_curve_free(ctx, &c);
    hys_ctx_free(ctx);
}

/* V/2 leaves V/2 across half-selected cells, V/3 V/3 across all, ground V across those of the word line. */
static void test_writes_without_wires_disturb_as_the_scheme_says(void **state) {
    (void)state;
    static const double disturb[] = {0.5, 1 / 3.0, 0, 1};
    hys_ctx *ctx = hys_test_ctx();
    for (int s = 0; s < 4; s++) {
        hys_margin_opts o = opts_of((hys_array_scheme)s, 100, 50, 0);
        o.law.voltage = 3;
        const hys_margin m = margin_of(ctx, &o, 12);
        assert_near(m.write, 3, 1e-6);
        if (s != HYS_SCHEME_FLOAT) assert_near(m.disturb, 3 * disturb[s], 1e-6);
    }
    hys_ctx_free(ctx);
}

/* To first order in n^2 wire / R the wires of a V/2 write take what the currents of good wires take: segment k of the
 * chosen word line carries the chosen cell's V / R and (n - k) half-selected V / 2 R; the bit line the same. */
static void test_wires_take_from_a_write_what_the_currents_say(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double wire = 1e-3;
    const size_t n = 40;
    const hys_margin_opts o = opts_of(HYS_SCHEME_HALF, 100, 2, wire);
    const hys_margin m = margin_of(ctx, &o, n);
    double drop = 0;
    for (size_t k = 1; k <= n; k++) drop += 1 + 0.5 * (double)(n - k);
    assert_near(1 - m.write, 2 * wire / o.on * drop, 2e-3); /* n^2 wire / R = 1.6e-4 */
    hys_ctx_free(ctx);
}

/* Worse wires, lower ratios and less nonlinear cells never make an array better. */
static void test_margins_fall_with_wires_and_rise_with_selectors(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double last = 1;
    for (double wire = 0.1; wire < 200; wire *= 10) {
        const hys_margin_opts o = opts_of(HYS_SCHEME_HALF, 100, 100, wire);
        const hys_margin m = margin_of(ctx, &o, 64);
        assert_true(m.margin < last);
        assert_true(m.margin < m.ideal_margin);
        last = m.margin;
    }
    last = 0;
    for (double nonlinearity = 2; nonlinearity < 1e5; nonlinearity *= 10) {
        const hys_margin_opts o = opts_of(HYS_SCHEME_HALF, 100, nonlinearity, 5);
        const hys_margin m = margin_of(ctx, &o, 64);
        assert_true(m.margin > last);
        last = m.margin;
    }
    hys_ctx_free(ctx);
}

/* The worst corner's cell has what its margin says; nearer cells keep more; half-selected cells have half. */
static void test_maps_agree_with_margins(void **state) {
    (void)state;
    enum { SIDE = 12 };
    hys_ctx *ctx = hys_test_ctx();
    for (int scheme = 0; scheme < 4; scheme++) {
        double left[SIDE * SIDE], others[SIDE * SIDE], most = 0;
        const hys_margin_opts o = opts_of((hys_array_scheme)scheme, 100, 5, 20);
        const hys_margin m = margin_of(ctx, &o, SIDE);
        assert_int_equal(hys_array_margin_map(ctx, &o, SIDE, HYS_MAP_WRITE, 1, left), HYS_OK);
        assert_int_equal(hys_array_margin_map(ctx, &o, SIDE, HYS_MAP_DISTURB, 1, others), HYS_OK);
        assert_near(left[SIDE - 1], m.write, 1e-6); /* word line 0, the last bit line */
        assert_near(others[SIDE - 1], m.write, 1e-6);
        for (size_t k = 0; k < SIDE * SIDE; k++) {
            assert_true(left[k] > (1 - 1e-6) * left[SIDE - 1]);
            if (k != SIDE - 1) most = fmax(most, fabs(others[k]));
        }
        assert_true(most <= (1 + 1e-6) * m.disturb);
        double some[4 * 4];
        assert_int_equal(hys_array_margin_map(ctx, &o, SIDE, HYS_MAP_WRITE, 3, some), HYS_OK);
        assert_near(some[4 * 2 + 1], left[6 * SIDE + 3], 1e-6);
    }
    hys_ctx_free(ctx);
}

static void test_what_has_no_margin_is_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_margin m;
    hys_margin_curve c;
    hys_margin_opts o = hys_margin_opts_default();
    assert_int_equal(hys_array_margin(ctx, &o, 1, &m), HYS_ARG);
    o.off = o.on;
    assert_int_equal(hys_array_margin(ctx, &o, 4, &m), HYS_ARG);
    o = hys_margin_opts_default();
    o.on = 0;
    assert_int_equal(hys_array_margin(ctx, &o, 4, &m), HYS_ARG);
    o = hys_margin_opts_default();
    o.least = 1;
    assert_int_equal(hys_array_margins(ctx, &o, &c), HYS_ARG);
    o = hys_margin_opts_default();
    o.most = 1;
    assert_int_equal(hys_array_margins(ctx, &o, &c), HYS_ARG);
    o.most = 1000000;
    assert_int_equal(hys_array_margins(ctx, &o, &c), HYS_ARG);
    o = hys_margin_opts_default();
    o.reads_voltage = true; /* where other lines are driven */
    assert_int_equal(hys_array_margins(ctx, &o, &c), HYS_ARG);
    o = hys_margin_opts_default();
    o.voltage = NAN;
    assert_int_equal(hys_array_margin(ctx, &o, 4, &m), HYS_ARG);
    hys_ctx_free(ctx);
}

static void test_memory_may_fail(void **state) {
    (void)state;
    for (size_t k = 1;; k++) {
        hys_test_memory memory = {.fail_at = k};
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        hys_margin_opts o = opts_of(HYS_SCHEME_FLOAT, 100, 10, 1);
        hys_margin_curve c = {0};
        o.reads_voltage = true;
        o.most = 4;
        const hys_status status = ctx ? hys_array_margins(ctx, &o, &c) : HYS_NOMEM;
        if (ctx) hys_margin_curve_free(ctx, &c);
        hys_ctx_free(ctx);
        assert_int_equal(memory.n_live, 0);
        assert_false(memory.wrong_size);
        assert_int_equal(status, memory.n_failed ? HYS_NOMEM : HYS_OK);
        if (!memory.n_failed) break;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_current_reads_without_wires_have_their_closed_forms),
        cmocka_unit_test(test_floating_reads_of_resistors_have_their_closed_form),
        cmocka_unit_test(test_floating_reads_of_selectors_agree_with_the_scalar_equation),
        cmocka_unit_test(test_long_arrays_have_their_closed_forms),
        cmocka_unit_test(test_arrays_without_selectors_have_four_or_five_lines),
        cmocka_unit_test(test_the_largest_array_of_a_half_select_read_has_its_closed_form),
        cmocka_unit_test(test_writes_without_wires_disturb_as_the_scheme_says),
        cmocka_unit_test(test_wires_take_from_a_write_what_the_currents_say),
        cmocka_unit_test(test_margins_fall_with_wires_and_rise_with_selectors),
        cmocka_unit_test(test_maps_agree_with_margins),
        cmocka_unit_test(test_what_has_no_margin_is_refused),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
