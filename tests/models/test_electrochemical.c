/* Three-terminal cells: the state of charge keeps its range whatever the pulses, also when draws turn them over. */
#include "hys_test.h"
#include <hysteron/hysteron.h>

static void assert_range(const char *settings, double volts, double low, double high) {
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "a.cir");
    char text[512];
    hys_ctx *ctx = hys_test_ctx();
    hys_sim_opts opts = hys_sim_opts_default();
    hys_sim *sim = NULL;
    snprintf(text, sizeof text,
             "many pulses\nV1 g 0 pulse(%g %g 1m 1u 1u 30m 60m)\nVd d 0 0.1\nX1 g d 0 ecram %s\n.save @x1[w]\n"
             ".tran 5m 0.6\n.end\n",
             -volts, volts, settings);
    hys_test_write(path, text, strlen(text));
    if (hys_sim_run(ctx, path, &opts, &sim) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    const hys_table *table = hys_sim_get_result(sim, 0)->table;
    const double *w = hys_table_column(table, "@x1[w]");
    double least = INFINITY, most = -INFINITY;
    for (size_t k = 0; k < hys_table_n_rows(table); k++) {
        least = fmin(least, w[k]);
        most = fmax(most, w[k]);
    }
    assert_true(least >= low - 1e-3 * (high - low) && most <= high + 1e-3 * (high - low));
    assert_true(most - least > 0.5 * (high - low)); /* the drive is strong enough to try */
    hys_sim_free(sim);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

static void state_of_charge_keeps_its_range(void **state) {
    (void)state;
    assert_range("w_min=-0.8 w_max=1.2 dw=0.05", 1.3, -0.8, 1.2);
    assert_range("w_min=-0.8 w_max=1.2 gamma_up=0.4 gamma_down=0.7 c2c=2", 5, -0.8, 1.2);
    assert_range("w_min=-1 w_max=1 rim=0.2 E_1=0.1 n_g=0.5", 5, -1, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(state_of_charge_keeps_its_range)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
