/* Windows of OR beside those of NAND, and what wires leave of windows. */
#include "hys_test.h"
#include <hysteron/logic_device.h>

static hys_logic_bench *bench(hys_ctx *ctx, const char *device) {
    hys_logic_bench_opts o = hys_logic_bench_opts_default();
    hys_logic_bench *b = NULL;
    o.cell.memory = device;
    if (hys_logic_bench_new(ctx, &o, &b) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return b;
}

/* With sharp thresholds the closed forms hold: OR sets above i_set (Roff + Ron), and its input carries half of V_0
 * below v_reset; NAND resets above 1.5 v_reset. */
static void test_or_and_nand_have_windows_side_by_side_on_sharp_thresholds(void **state) {
    (void)state;
    const hys_logic_gate_kind either = {HYS_LOGIC_OP_OR, 2}, nand = {HYS_LOGIC_OP_NAND, 2};
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench *b = bench(ctx, HYS_TEST_SOURCE "/examples/logic/current_set.va");
    hys_logic_window w;
    assert_int_equal(hys_logic_bench_window(b, either, &w), HYS_OK);
    assert_true(w.is_open && w.margin > 0.99);
    assert_near(w.low, 10e-6 * 101e3, 0.005);
    assert_near(w.high, 2 * 0.57, 0.01); /* beyond, a pulse is too short for a while */
    assert_near(w.low, w.estimate_low, 0.01);
    assert_near(w.high, w.estimate_high, 0.01);
    assert_int_equal(hys_logic_bench_window(b, nand, &w), HYS_OK);
    assert_true(w.is_open && w.margin > 0.99);
    assert_near(w.low, 1.5 * 0.57, 0.01);
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

/* 8 segments of bit line to the input, 8 to out, 7 of word line between them, where they are farthest; the upper end
 * is that of cells side by side where all lines begin. */
static void test_wires_raise_the_lower_end_of_windows_by_their_resistance(void **state) {
    (void)state;
    const hys_logic_gate_kind inverter = {HYS_LOGIC_OP_NOR, 1}, nand = {HYS_LOGIC_OP_NAND, 2};
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench_opts o = hys_logic_bench_opts_default();
    hys_logic_window w, ideal;
    o.cell.memory = HYS_TEST_SOURCE "/examples/logic/current_set.va";
    o.cell.memory_set = (const char *const[]){"v_reset=0.4"};
    o.cell.n_memory_set = 1;
    hys_logic_bench *b = NULL;
    for (int k = 0; k < 2; k++) {
        hys_logic_bench_free(b);
        o.wire = 5;
        o.length = k ? 8 : 0;
        assert_int_equal(hys_logic_bench_new(ctx, &o, &b), HYS_OK);
        assert_int_equal(hys_logic_bench_window(b, inverter, k ? &w : &ideal), HYS_OK);
    }
    const double wires = 5 * (8 + 8 + 7);
    assert_true(ideal.is_open && w.is_open);
    assert_near(ideal.low, 0.4 * 2, 0.005);
    assert_near(w.low, 0.4 * (2 + wires / 1e3), 0.005);
    assert_near(w.high, ideal.high, 0.005);
    /* Both inputs at the far end, segments to out shared by both of their currents, but for the last one. */
    assert_int_equal(hys_logic_bench_window(b, nand, &w), HYS_OK);
    const double in = 1e3 + 5 * 8, far = in + 5, both = in * far / (in + far);
    assert_near(w.low, 0.4 * (1 + (both + 5 * (8 + 6)) / 1e3), 0.005);
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_or_and_nand_have_windows_side_by_side_on_sharp_thresholds),
        cmocka_unit_test(test_wires_raise_the_lower_end_of_windows_by_their_resistance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
