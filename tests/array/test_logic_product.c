/* Products of probabilities by junctions that switch at random. */
#include "hys_test.h"
#include <hysteron/logic_device.h>

static void test_junctions_multiply(void **state) {
    (void)state;
    static const char *const sets[] = {"start_ap=1", "stochastic=1", "dt_noise=10ps"};
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_product_opts o = hys_logic_product_opts_default();
    hys_logic_product p;
    o.cell.memory = "mtj_stt";
    o.cell.memory_set = sets;
    o.cell.n_memory_set = 3;
    o.bits = 128;
    o.width = 3e-9;
    o.steps = 330;
    o.factors[0] = 0.4;
    o.factors[1] = 0.8;
    if (hys_logic_multiply(ctx, &o, &p) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    assert_near(p.exact, 0.32, 1e-12);
    assert_near(p.deviation, sqrt(0.32 * 0.68 / 128), 1e-12);
    /* Three deviations of the draws, and as much of the fit of the voltages. */
    assert_within(p.estimate, p.exact, 6 * p.deviation);
    assert_within((double)p.ones[0] / 128, 0.4, 6 * sqrt(0.24 / 128));
    assert_within((double)p.ones[1] / 128, 0.8, 6 * sqrt(0.16 / 128));
    /* Independent streams: the share of both is the product of the shares. */
    assert_within(p.estimate, (double)p.ones[0] / 128 * (double)p.ones[1] / 128, 4 * p.deviation);
    assert_true(p.low < p.estimate && p.estimate < p.high);
    hys_logic_product_free(ctx, &p);
    hys_ctx_free(ctx);
}

/* mtj_behavioural: P = 1 - exp(-t/tau), 1/tau the sum of the two laws' times in series, i = V/R_AP(V); edges of a
 * twentieth of the pulse each add a little. */
static double probability(double volt, double width) {
    const double delta = 72.88778, critical = 52.444812e-6, spin = 0.35, moment = 1.2e6 * 1.9634954e-24;
    const double c = 2 / (0.5772156649 + log(M_PI * M_PI * delta / 4)) * 9.2740100783e-24 * spin /
                     (1.602176634e-19 * moment * (1 + spin * spin));
    const double k = volt / (6e3 * (1 + 1 / (1 + volt * volt / 0.25))) / critical;
    const double s = 0.5 * (k - 1 + sqrt((k - 1) * (k - 1) + 0.01));
    return 1 - exp(-width / (1e-9 * exp(delta * (1 - k)) + 1 / (c * critical * s)));
}

static void test_voltages_are_those_of_the_law_of_the_device(void **state) {
    (void)state;
    static const char *const sets[] = {"start_ap=1"};
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_product_opts o = hys_logic_product_opts_default();
    hys_logic_product p;
    o.cell.memory = "mtj_behavioural";
    o.cell.memory_set = sets;
    o.cell.n_memory_set = 1;
    o.bits = 512;
    o.most = 1.5;
    o.factors[0] = 0.3;
    o.factors[1] = 0.6;
    if (hys_logic_multiply(ctx, &o, &p) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    for (int k = 0; k < 2; k++) {
        const double law = probability(p.volts[k], 5e-9 * 1.03);
        /* The fit has seen 2048 junctions near the voltage; the streams have 512. */
        assert_within(law, o.factors[k], 0.08);
        assert_within((double)p.ones[k] / 512, law, 4 * sqrt(0.25 / 512) + 0.01);
    }
    assert_within(p.estimate, (double)p.ones[0] / 512 * (double)p.ones[1] / 512, 4 * p.deviation);
    hys_logic_product_free(ctx, &p);
    hys_ctx_free(ctx);
}

static void test_devices_without_two_levels_are_refused(void **state) {
    (void)state;
    static const char *const quiet[] = {"start_ap=1"};
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench_opts o = hys_logic_bench_opts_default();
    hys_logic_bench *b = NULL;
    hys_logic_product_opts m = hys_logic_product_opts_default();
    hys_logic_product p;
    o.cell.memory = "vteam_fit";
    o.most = 0.1;
    assert_int_equal(hys_logic_bench_new(ctx, &o, &b), HYS_NOCONV);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    hys_diag_clear(ctx);
    o.drive.width = -1;
    assert_int_equal(hys_logic_bench_new(ctx, &o, &b), HYS_ARG);
    hys_diag_clear(ctx);
    m.cell.memory = "vteam_fit";
    m.factors[0] = 1;
    assert_int_equal(hys_logic_multiply(ctx, &m, &p), HYS_ARG);
    hys_diag_clear(ctx);
    m.factors[0] = 0.5;
    m.cell.memory_set = quiet;
    m.cell.n_memory_set = 0;
    assert_int_equal(hys_logic_multiply(ctx, &m, &p), HYS_NOCONV);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_junctions_multiply),
        cmocka_unit_test(test_voltages_are_those_of_the_law_of_the_device),
        cmocka_unit_test(test_devices_without_two_levels_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
