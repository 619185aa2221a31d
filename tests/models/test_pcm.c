/* The phase-change cells under stress: states stay in their ranges, energy is only taken up, noise is as strong as
 * said. */
#include "hys_test.h"
#include <hysteron/hysteron.h>

static hys_sim *run(hys_ctx *ctx, const char *netlist) {
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "a.cir");
    hys_sim_opts opts = hys_sim_opts_default();
    hys_sim *sim = NULL;
    hys_test_write(path, netlist, strlen(netlist));
    if (hys_sim_run(ctx, path, &opts, &sim) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    hys_test_dir_remove(dir);
    return sim;
}

static const double *column(const hys_sim *sim, size_t result, const char *name, size_t *n) {
    const hys_table *table = hys_sim_get_result(sim, result)->table;
    const double *values = hys_table_column(table, name);
    if (!values) fail_msg("no column %s", name);
    *n = hys_table_n_rows(table);
    return values;
}

static void assert_between(const hys_sim *sim, const char *name, double low, double high) {
    size_t n = 0;
    const double *values = column(sim, 0, name, &n);
    for (size_t k = 0; k < n; k++)
        if (!(values[k] >= low && values[k] <= high)) fail_msg("%s is %g in row %zu", name, values[k], k);
}

/* Pulses of +-5 V straight onto the cell, of 1 ps to 1 s, at both ends of the temperatures. */
static void states_stay_in_their_ranges(void **state) {
    static const double widths[] = {1e-12, 1e-9, 1e-6, 1e-3, 1};
    static const double temps[] = {4, 400};
    (void)state;
    for (size_t k = 0; k < 10; k++) {
        double w = widths[k % 5], temp = temps[k / 5];
        char text[512];
        snprintf(text, sizeof text,
                 "stress\n.temp %g\nV1 a 0 pwl(0 0 %g 5 %g 5 %g 0 %g 0 %g -5 %g -5 %g 0)\nX1 a 0 pcm f0=0.5\n"
                 ".save @x1[f] @x1[on] @x1[T] e(x1)\n.tran %g %g\n.end\n",
                 temp - 273.15, 0.01 * w, w, 1.01 * w, 2 * w, 2.01 * w, 3 * w, 3.01 * w, w / 20, 4 * w);
        hys_ctx *ctx = hys_test_ctx();
        hys_sim *sim = run(ctx, text);
        assert_between(sim, "@x1[f]", -1e-4, 1 + 1e-4);
        assert_between(sim, "@x1[on]", -1e-4, 1 + 1e-4);
        assert_between(sim, "@x1[t]", temp - 0.1, 1e6);
        assert_between(sim, "e(x1)", -1e-21, INFINITY);
        hys_sim_free(sim);
        hys_ctx_free(ctx);
    }
}

/* 1/f: the spectral density of the relative voltage is Q^2/f. */
static void read_noise_is_one_over_f(void **state) {
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = run(ctx, "noise\nI1 0 a dc 10n ac 1\nX1 a 0 pcm Q=0.02\n.op\n.noise v(a) I1 dec 1 1 100\n.end\n");
    size_t n = 0;
    double v = NAN;
    const double *noise = NULL, *f = NULL;
    (void)state;
    for (size_t k = 0; k < hys_sim_n_results(sim); k++) {
        bool is_op = strcmp(hys_sim_get_result(sim, k)->analysis, "op") == 0;
        if (is_op) v = column(sim, k, "v(a)", &n)[0];
        else {
            noise = column(sim, k, "onoise", &n);
            f = column(sim, k, "frequency", &n);
        }
    }
    assert_non_null(noise);
    assert_int_equal(n, 3);
    for (size_t k = 0; k < n; k++) assert_near(noise[k], 0.02 * v / sqrt(f[k]), 1e-6);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_stay_in_their_ranges),
        cmocka_unit_test(read_noise_is_one_over_f),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
