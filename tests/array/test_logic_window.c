/* Thresholds, windows and yields of gates on device models against closed forms. */
#include "array/logic_bench.h"
#include "hys_test.h"

static hys_logic_bench *bench(hys_ctx *ctx, const char *device) {
    hys_logic_bench_opts o = hys_logic_bench_opts_default();
    hys_logic_bench *b = NULL;
    o.cell.memory = device;
    if (hys_logic_bench_new(ctx, &o, &b) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return b;
}

/* dw/dt = k (v/v_t - 1)^4 (1 - s^4) with Biolek's window: from s = 0, s = tanh-like in time; t = 3 nm F(s)/(k (v/v_t -
 * 1)^4), F = (atanh s + atan s)/2.  Levels are logarithms of conductance, so that 5 % of the way is s = (300^x -
 * 1)/299. */
static double threshold(double volt, double speed, double part) {
    const double s = (pow(300, part) - 1) / 299;
    return volt * (1 + pow(3e-9 * (atanh(s) + atan(s)) / 2 / (speed * 1e-6), 0.25));
}

static double set_threshold(double part) {
    const double u = 1 - (pow(300, 1 - part) - 1) / 299;
    return 1.5 * (1 + pow(3e-9 * (atanh(u) + atan(u)) / 2 / (216.2 * 1e-6), 0.25));
}

static void test_thresholds_of_a_pulse_are_those_of_the_equation(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench *b = bench(ctx, "vteam_fit");
    const hys_logic_levels l = hys_logic_bench_levels(b);
    const double step = 3.0 / 64 / 64; /* between the voltages that are tried; the edges of a pulse add little */
    assert_near(l.on, 1e-3, 1e-6);
    assert_near(l.off, 1 / 300e3, 1e-3);
    assert_within(l.reset_hold, threshold(0.3, 0.091, 0.05), 2 * step);
    assert_within(l.reset_full, threshold(0.3, 0.091, 0.95), 2 * step);
    assert_within(l.set_hold, set_threshold(0.05), 2 * step);
    assert_within(l.set_full, set_threshold(0.95), 3 * step);
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

static void test_windows_lie_where_dividers_put_thresholds(void **state) {
    (void)state;
    static const hys_logic_gate_kind gates[] = {
        {HYS_LOGIC_OP_NOR, 1}, {HYS_LOGIC_OP_NOR, 2}, {HYS_LOGIC_OP_NAND, 2}, {HYS_LOGIC_OP_MINORITY, 3}};
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench *b = bench(ctx, "vteam_fit");
    for (int k = 0; k < 4; k++) {
        hys_logic_window w;
        assert_int_equal(hys_logic_bench_window(b, gates[k], &w), HYS_OK);
        assert_true(w.is_open && !w.is_limited);
        /* The closed form has the threshold of a voltage that stays; across a cell that moves it grows. */
        assert_near(w.low, w.estimate_low, 0.06);
        assert_near(w.high, w.estimate_high, 0.06);
        assert_true(w.margin > 0.9);
        hys_logic_drive d = hys_logic_bench_drive(b);
        double margin;
        d.gate = d.gate_of_two = w.high * 1.05;
        assert_int_equal(hys_logic_bench_margin(b, gates[k], &d, &margin), HYS_OK);
        assert_true(margin < 0.3);
        d.gate = d.gate_of_two = w.low * 0.95;
        assert_int_equal(hys_logic_bench_margin(b, gates[k], &d, &margin), HYS_OK);
        assert_true(margin < 0.3);
    }
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

/* With a threshold of voltage q stops where V_SET R_q/(R_q + R_G) is at the threshold; with one of current it goes on.
 */
static void test_implication_asks_for_a_threshold_of_current(void **state) {
    (void)state;
    const hys_logic_gate_kind imply = {HYS_LOGIC_OP_IMPLY, 1};
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench *b = bench(ctx, "vteam_fit");
    hys_logic_window w;
    assert_int_equal(hys_logic_bench_window(b, imply, &w), HYS_OK);
    assert_false(w.is_open);
    assert_int_equal(hys_logic_bench_choose(b, 1u << HYS_LOGIC_OP_IMPLY), HYS_NOCONV);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    hys_diag_clear(ctx);
    hys_logic_bench_free(b);
    b = bench(ctx, "team_logic");
    assert_int_equal(hys_logic_bench_window(b, imply, &w), HYS_OK);
    assert_true(w.is_open && w.margin > 0.9);
    assert_near(w.low, w.estimate_low, 0.02);
    assert_near(w.high, w.estimate_high, 0.1);
    assert_true(w.condition_low < w.low && w.condition_high < w.high);
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

/* The window scales with v_off of the cell that is reset: with V_0 held, a gate works where V_0/high < r < V_0/low, r
 * the factor that is drawn, whose logarithm is normal. */
static void test_yield_is_the_share_of_thresholds_whose_window_holds_the_voltage(void **state) {
    (void)state;
    static const char *const spread = "v_off=lognormal 0.2";
    const hys_logic_gate_kind nand = {HYS_LOGIC_OP_NAND, 2};
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench_opts o = hys_logic_bench_opts_default();
    hys_logic_bench *b = NULL;
    hys_logic_window w;
    hys_logic_yield y;
    o.cell.memory = "vteam_fit";
    o.cell.spread = &spread;
    o.cell.n_spread = 1;
    assert_int_equal(hys_logic_bench_new(ctx, &o, &b), HYS_OK);
    assert_int_equal(hys_logic_bench_window(b, nand, &w), HYS_OK);
    assert_int_equal(hys_logic_bench_yield(b, nand, 100, &y), HYS_OK);
    const double volt = hys_logic_bench_drive(b).gate_of_two, root = sqrt(2) * 0.2;
    const double want = (erf(log(volt / w.low) / root) - erf(log(volt / w.high) / root)) / 2;
    assert_true(want > 0.4 && want < 0.6);
    assert_within((double)y.good / 100, want, 3 * sqrt(0.25 / 100));
    assert_true(y.low < (double)y.good / 100 && y.high > (double)y.good / 100);
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

/* R. G. Newcombe, Stat. Med. 17, 857 (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29. */
static void test_intervals_of_shares_are_published_ones(void **state) {
    (void)state;
    static const struct {
        size_t good, n;
        double low, high;
    } all[] = {{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
    for (int k = 0; k < 4; k++) {
        double low, high;
        hys__wilson(all[k].good, all[k].n, &low, &high);
        assert_within(low, all[k].low, 6e-5);
        assert_within(high, all[k].high, 6e-5);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thresholds_of_a_pulse_are_those_of_the_equation),
        cmocka_unit_test(test_windows_lie_where_dividers_put_thresholds),
        cmocka_unit_test(test_implication_asks_for_a_threshold_of_current),
        cmocka_unit_test(test_yield_is_the_share_of_thresholds_whose_window_holds_the_voltage),
        cmocka_unit_test(test_intervals_of_shares_are_published_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
