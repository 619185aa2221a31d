/* .meas of analyses without probes: noise against closed forms, transfer functions; measures without an analysis; and
 * waves told by what is measured of them. */
#include "hys_test.h"
#include <hysteron/circuit.h>

#define BOLTZMANN 1.380649e-23 /* J/K */
#define PI        3.14159265358979323846

static hys_sim *run(hys_ctx *ctx, const char *netlist, hys_status want) {
    char path[256];
    char *dir = hys_test_dir();
    hys_sim *sim = NULL;
    snprintf(path, sizeof path, "%s/circuit.cir", dir);
    hys_test_write(path, netlist, strlen(netlist));
    hys_sim_opts opts = hys_sim_opts_default();
    hys_status status = hys_sim_run(ctx, path, &opts, &sim);
    if (status != want) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, want);
    hys_test_dir_remove(dir);
    return sim;
}

static double measure(const hys_sim *sim, const char *name) {
    for (size_t k = 0; k < hys_sim_n_measures(sim); k++)
        if (!strcmp(hys_sim_get_measure(sim, k)->name, name)) return hys_sim_get_measure(sim, k)->value;
    fail_msg("no measure %s", name);
    return 0;
}

/* 1 kohm and 1 nF at 300.15 K: density sqrt(4 k T R) / sqrt(1 + (f/f_c)^2), and over all frequencies k T / C. */
static void noise_of_an_rc_is_measured(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = run(
        ctx,
        "rc\nv1 in 0 dc 0 ac 1\nr1 in out 1k\nc1 out 0 1n\n.noise v(out) v1 dec 40 1m 1g\n"
        ".meas noise total integ v(onoise)\n.meas noise last find onoise_total at=1g\n.meas noise rms integ onoise\n"
        ".meas noise low find onoise_spectrum at=1\n.meas noise db find vdb(onoise) at=1\n"
        ".meas noise part max v(r1)\n.meas noise own max onoise.r1\n.meas noise squared param='total*total'\n"
        ".meas noise corner when onoise='low/sqrt(2)'\n.meas noise band integ inoise from=10k to=100k\n",
        HYS_OK);
    double kt = BOLTZMANN * 300.15, white = sqrt(4 * kt * 1e3), corner = 1 / (2 * PI * 1e-6);
    /* beyond 1 GHz lies 1e-4 of it; a power law between 40 points a decade is good to 1e-4 */
    assert_near(measure(sim, "total"), sqrt(kt / 1e-9 * 2 / PI * atan(1e9 / corner)), 1e-4);
    assert_near(measure(sim, "rms"), measure(sim, "total"), 1e-15);
    assert_near(measure(sim, "last"), measure(sim, "total"), 1e-9);
    assert_near(measure(sim, "low"), white, 1e-9);
    assert_near(measure(sim, "db"), 20 * log10(white), 1e-9);
    assert_near(measure(sim, "part"), white, 1e-9);
    assert_near(measure(sim, "own"), white, 1e-9);
    assert_near(measure(sim, "squared"), measure(sim, "total") * measure(sim, "total"), 1e-12);
    assert_near(measure(sim, "corner"), corner, 1e-3); /* straight between points 6 % apart */
    assert_near(measure(sim, "band"), white * sqrt(90e3), 1e-6);
    assert_int_equal(hys_diag_count(ctx), 0);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

static void transfer_function_is_measured(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = run(ctx,
                       "divider\nv1 in 0 1\nr1 in out 3k\nr2 out 0 1k\nv2 free 0 1\n.tf v(out) v1\n.tf v(free) v2\n"
                       ".meas tf g max gain\n.meas tf rin max input_resistance\n.meas tf other max nothing\n",
                       HYS_OK);
    assert_near(hys_sim_get_measure(sim, 0)->value, 0.25, 1e-12);
    assert_near(hys_sim_get_measure(sim, 1)->value, 4e3, 1e-12);
    assert_true(isnan(hys_sim_get_measure(sim, 2)->value));
    assert_true(hys_sim_get_measure(sim, 4)->value > 1e300); /* nothing flows: not -inf */
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

static void one_row_needs_no_place(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = run(ctx,
                       "divider\nv1 in 0 2\nr1 in out 3k\nr2 out 0 1k\n.op\n.tf v(out) v1\n.meas op v find v(out)\n"
                       ".meas op w find v(out) at=0\n.meas tf g find gain\n.meas op z param='v+w'\n",
                       HYS_OK);
    assert_near(measure(sim, "v"), 0.5, 1e-12);
    assert_near(measure(sim, "w"), 0.5, 1e-12);
    assert_near(measure(sim, "g"), 0.25, 1e-12);
    assert_near(measure(sim, "z"), 1, 1e-12);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

static void measures_without_their_analysis_are_told(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim =
        run(ctx, "rc\nv1 in 0 1\nr1 in 0 1k\n.op\n.meas tran top max v(in)\n.meas op v find v(in) at=0\n", HYS_OK);
    assert_int_equal(hys_sim_n_measures(sim), 1);
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), "the netlist has no .tran"));
    hys_sim_free(sim);
    hys_ctx_free(ctx);
    ctx = hys_test_ctx();
    sim = run(ctx, "rc\nv1 in 0 1\nr1 in 0 1k\n.tf v(in) v1\n.meas top max v(in)\n", HYS_OK);
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), "it names no analysis"));
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* 1 V at 0.5 ms of each 1 ms, in the words of LTspice and without them. */
static void pwl_waves_are_repeated_in_every_order(void **state) {
    (void)state;
    static const char *const waves[] = {"pwl repeat forever (0 0 0.5m 1 1m 0) endrepeat",
                                        "pwl(0 0 0.5m 1 1m 0) repeat forever", "pwl(0 0 0.5m 1 1m 0) r=0 ac 1"};
    for (size_t k = 0; k < 3; k++) {
        char netlist[300];
        snprintf(netlist, sizeof netlist, "wave\nv1 a 0 %s\nr1 a 0 1k\n.tran 50u 4m\n.meas tran v find v(a) at=3.5m\n",
                 waves[k]);
        hys_ctx *ctx = hys_test_ctx();
        hys_sim *sim = run(ctx, netlist, HYS_OK);
        assert_near(measure(sim, "v"), 1, 1e-6);
        hys_sim_free(sim);
        hys_ctx_free(ctx);
    }
}

static void brackets_of_columns_are_closed(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = run(
        ctx, "rc\nv1 a 0 1\nr1 a b 1k\nr2 b 0 1\n.noise v(b) v1 dec 1 1 10\n.meas noise x max v(onoise\n", HYS_SYNTAX);
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), "a ')' is missing"));
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_of_an_rc_is_measured),
        cmocka_unit_test(transfer_function_is_measured),
        cmocka_unit_test(one_row_needs_no_place),
        cmocka_unit_test(measures_without_their_analysis_are_told),
        cmocka_unit_test(pwl_waves_are_repeated_in_every_order),
        cmocka_unit_test(brackets_of_columns_are_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
