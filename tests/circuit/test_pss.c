/* Periodic steady states of circuits against closed forms, published periods and long transients. */
#include "hys_test.h"
#include <complex.h>
#include <hysteron/circuit.h>

#define PI       3.14159265358979323846
#define FIXTURES HYS_TEST_SOURCE "/tests/circuit/fixtures/"

static hys_status run(hys_ctx *ctx, const char *netlist, hys_sim **sim) {
    char path[256];
    char *dir = hys_test_dir();
    snprintf(path, sizeof path, "%s/circuit.cir", dir);
    hys_test_write(path, netlist, strlen(netlist));
    hys_sim_opts opts = hys_sim_opts_default();
    hys_status status = hys_sim_run(ctx, path, &opts, sim);
    hys_test_dir_remove(dir);
    return status;
}

static hys_sim *must_run(hys_ctx *ctx, const char *netlist) {
    hys_sim *sim = NULL;
    hys_status status = run(ctx, netlist, &sim);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    return sim;
}

/* One diagnostic with these words. */
static void must_fail(const char *netlist, hys_status want, const char *words) {
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = NULL;
    assert_int_equal(run(ctx, netlist, &sim), want);
    if (!strstr(hys_test_diag_text(ctx, 0), words)) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), words));
    assert_int_equal(hys_diag_count(ctx), 1);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

static const hys_table *table(const hys_sim *sim, const char *name) {
    for (size_t k = 0; k < hys_sim_n_results(sim); k++)
        if (!strcmp(hys_sim_get_result(sim, k)->name, name)) return hys_sim_get_result(sim, k)->table;
    fail_msg("no table %s", name);
    return NULL;
}

static const double *column(const hys_table *t, const char *name) {
    for (size_t c = 0; c < hys_table_n_columns(t); c++)
        if (!strcmp(hys_table_name(t, c), name)) return hys_table_column_at(t, c);
    fail_msg("no column %s", name);
    return NULL;
}

static double cell(const hys_sim *sim, const char *name) {
    return column(table(sim, "pss1_cycle"), name)[0];
}

static const char *method(const hys_sim *sim) {
    return hys_sim_get_result(sim, 0)->method;
}

/* The largest difference of a column from the sine mean + size cos(2 pi f t + phase). */
static double off_sine(const hys_table *t, const char *name, double f, double mean, double complex z) {
    const double *time = column(t, "time"), *v = column(t, name);
    double worst = 0;
    for (size_t k = 0; k < hys_table_n_rows(t); k++) {
        double want = mean + creal(z * cexp(I * 2 * PI * f * time[k]));
        worst = fmax(worst, fabs(v[k] - want));
    }
    return worst;
}

/* ---- driven, linear ---- */

/* sin x is cos (x - pi/2); the meshes aim at 1e-8 of the range. */
static void rc_is_its_phasor(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim =
        must_run(ctx, "rc\nv1 in 0 sin(0.5 1 1k)\nr1 in out 1k\nc1 out 0 1u\n.pss\n.meas pss top max v(out)\n"
                      ".end\n");
    double complex z = -I / (1 + I * 2 * PI * 1e3 * 1e-3);
    assert_within(off_sine(table(sim, "pss1"), "v(out)", 1e3, 0.5, z), 0, 1e-8);
    const hys_table *h = table(sim, "pss1_harmonics");
    assert_int_equal(hys_table_n_rows(h), 11);
    assert_within(column(h, "v(out).magnitude")[0], 0.5, 1e-9);
    assert_within(column(h, "v(out).magnitude")[1], cabs(z), 1e-9);
    assert_within(column(h, "v(out).phase")[1], carg(z) * 180 / PI, 1e-6);
    assert_within(column(h, "v(out).magnitude")[2], 0, 1e-9);
    assert_near(column(h, "frequency")[10], 1e4, 1e-12);
    assert_near(cell(sim, "multiplier1.re"), exp(-1), 1e-10);
    assert_true(cell(sim, "is_stable") == 1);
    assert_true(cell(sim, "newton_step") < 1e-9);
    assert_near(hys_sim_get_measure(sim, 0)->value, 0.5 + cabs(z), 1e-5); /* of 1024 points */
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* lambda of L C lambda^2 + R C lambda + 1 */
static void rlc_has_the_multipliers_of_its_poles(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "rlc\nv1 in 0 sin(0 1 1k)\nr1 in a 10\nl1 a out 10m\nc1 out 0 1u\n.pss 1k 1m\n.end\n");
    double complex s = I * 2 * PI * 1e3, z = -I / (1 + s * 10 * 1e-6 + s * s * 1e-8);
    double complex lambda = -500 + I * sqrt(1e8 - 500 * 500), mu = cexp(lambda * 1e-3);
    assert_within(off_sine(table(sim, "pss1"), "v(out)", 1e3, 0, z), 0, 1e-8 * cabs(z));
    assert_within(off_sine(table(sim, "pss1"), "i(l1)", 1e3, 0, z * s * 1e-6), 0, 1e-8 * cabs(z * s * 1e-6) * 10);
    assert_within(cell(sim, "multiplier1.re"), creal(mu), 1e-9);
    assert_within(fabs(cell(sim, "multiplier1.im")), fabs(cimag(mu)), 1e-9);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* tau v' = u - v with u = a + b t over a time h. */
static double ramp(double v, double a, double b, double h, double tau) {
    double at_start = a - b * tau;
    return at_start + b * h + (v - at_start) * exp(-h / tau);
}

static double pulse_rc(double v, double t, double tau) {
    static const double length[] = {1e-4, 3e-4, 2e-4, 4e-4}, from[] = {0, 1, 1, 0}, slope[] = {1e4, 0, -5e3, 0};
    for (size_t k = 0; k < 4; k++) {
        double h = fmin(t, length[k]);
        v = ramp(v, from[k], slope[k], h, tau);
        t -= h;
        if (!(t > 0)) break;
    }
    return v;
}

static void corners_of_a_pulse_cost_no_accuracy(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim =
        must_run(ctx, "pulse\nv1 in 0 pulse(0 1 0 0.1m 0.2m 0.3m 1m)\nr1 in out 1k\nc1 out 0 0.7u\n.pss\n.end\n");
    const hys_table *t = table(sim, "pss1");
    double tau = 0.7e-3, offset = pulse_rc(0, 1e-3, tau), start = offset / (1 - exp(-1e-3 / tau));
    for (size_t k = 0; k < hys_table_n_rows(t); k++)
        assert_within(column(t, "v(out)")[k], pulse_rc(start, column(t, "time")[k], tau), 1e-8);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* 5 harmonics of 1 kHz and 3 of 1.5 kHz ... repeat after 2 ms. */
static void sources_share_the_common_period(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "two\nv1 a 0 sin(0 1 1k)\nv2 b a sin(0 2 1.5k)\nr1 b 0 1k\n.pss\n.end\n");
    assert_near(cell(sim, "period"), 2e-3, 1e-12);
    assert_within(column(table(sim, "pss1_harmonics"), "v(b).magnitude")[2], 1, 1e-8);
    assert_within(column(table(sim, "pss1_harmonics"), "v(b).magnitude")[3], 2, 1e-8);
    hys_sim_free(sim);
    sim = must_run(ctx, "half\nv1 a 0 sin(0 1 1k)\nr1 a b 1k\nc1 b 0 1u\n.pss 500\n.end\n");
    assert_near(cell(sim, "period"), 2e-3, 1e-12);
    assert_near(cell(sim, "multiplier1.re"), exp(-2), 1e-9);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

static void energy_is_counted_over_the_period(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "e\nv1 a 0 sin(0 2 1k)\nr1 a 0 50\n.save e(r1) p(r1)\n.pss\n.end\n");
    const hys_table *t = table(sim, "pss1");
    assert_near(column(t, "e(r1)")[hys_table_n_rows(t) - 1], 0.5 * 4 / 50 * 1e-3, 1e-8);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* ---- driven, nonlinear ---- */

/* The last period of a transient in which all has settled (tau = 20 ms, 1 s): twice the limit of its steps' error. */
static void rectifier_is_the_end_of_a_long_transient(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim =
        must_run(ctx, "rectifier\nv1 in 0 sin(0 10 50)\nrs in a 5\n.model dd d(is=1e-12 n=1.5)\nd1 a out dd\n"
                      "r1 out 0 1k\nc1 out 0 20u\n.options reltol=1e-7\n.pss points=200\n"
                      ".tran 0.1m 1 0.98\n.end\n");
    const hys_table *pss = table(sim, "pss1"), *tran = table(sim, "tran1");
    assert_int_equal(hys_table_n_rows(pss), 201);
    const double *time = column(tran, "time"), *want = column(tran, "v(out)");
    size_t n_checked = 0;
    for (size_t k = 0; k < hys_table_n_rows(tran); k++) {
        double row = (time[k] - 0.98) / 1e-4;
        if (fabs(row - nearbyint(row)) > 1e-6) continue;
        assert_within(column(pss, "v(out)")[(size_t)nearbyint(row)], want[k], 1e-5);
        n_checked++;
    }
    assert_true(n_checked >= 201);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* M^2 = M(0)^2 - 2 (Roff - Ron) (muv Ron / D^2) flux: a cycle for each M(0). */
static void memristor_without_a_window_has_a_cycle_for_every_state(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "hp\nv1 a 0 sin(0 1 1)\nx1 a 0 hp_linear\n.pss\n.end\n");
    const hys_table *t = table(sim, "pss1");
    const double *time = column(t, "time"), *v = column(t, "v(a)"), *i = column(t, "i(v1)");
    double square0 = 0;
    for (size_t k = 100; k <= 900; k += 50) {
        if (fabs(v[k]) < 0.1) continue;
        double m = -v[k] / i[k], square = m * m + 2 * 1.59e8 * (1 - cos(2 * PI * time[k])) / (2 * PI);
        if (square0 == 0) square0 = square;
        assert_near(square, square0, 1e-6); /* 1e-8 of the current's range, squared, at small voltages */
    }
    assert_near(sqrt(square0), 11e3, 1e-2); /* where it was; the transient's tolerance lets it drift a little */
    assert_within(cell(sim, "multiplier1.re"), 1, 1e-8);
    assert_true(cell(sim, "n_neutral") == 1);
    assert_non_null(strstr(hys_sim_remark(sim, hys_sim_n_remarks(sim) - 1), "a cycle for each value"));
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* Its state runs into its rims, steeply. */
static void switching_memristor_is_the_end_of_a_transient(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "vteam\nv1 a 0 sin(0 1 1k)\nx1 a 0 vteam\n.options reltol=1e-7\n.pss points=100\n"
                                 ".tran 10u 20m 19m\n.end\n");
    const double *pss = column(table(sim, "pss1"), "i(v1)"), *tran = column(table(sim, "tran1"), "i(v1)");
    for (size_t k = 0; k <= 100; k++) assert_within(pss[k], tran[k], 2e-8); /* of 1e-4 A */
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* A switch, on for 0.4 ms (between the middles of the ramps) of each 1 ms: two exponentials. */
static void chopper_is_two_exponentials(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim =
        must_run(ctx, "chopper\nvin in 0 10\ns1 in out g 0 sm\n.model sm sw(vt=0.5 vh=0 ron=100 roff=1meg)\n"
                      "vg g 0 pulse(0 1 0 1u 1u 0.399m 1m)\nr1 out 0 1k\nc1 out 0 1u\n.pss points=1000\n.end\n");
    double g_on = 1e-2 + 1e-3, g_off = 1e-6 + 1e-3, top = 0.1 / g_on, bottom = 1e-5 / g_off;
    double on = exp(-4e-4 * g_on / 1e-6), off = exp(-6e-4 * g_off / 1e-6);
    /* v1 at the end of on, v0 at the end of off */
    double v0 = ((top * (1 - on)) * off + bottom * (1 - off)) / (1 - on * off), v1 = top + (v0 - top) * on;
    const double *v = column(table(sim, "pss1"), "v(out)");
    assert_string_equal(method(sim), "shooting");
    /* 0.7 ms is 0.2995 ms behind the switch-off. */
    assert_within(v[700], bottom + (v1 - bottom) * exp(-2.995e-4 * g_off / 1e-6), 1e-5);
    assert_within(v[0], bottom + (v1 - bottom) * exp(-5.995e-4 * g_off / 1e-6), 1e-5);
    assert_within(cell(sim, "multiplier1.re"), on * off, 1e-4); /* by differences */
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* ---- oscillators ---- */

/* mu = 1: 6.6632868593231301897 (computed to many digits; Andersen and Geer, SIAM J. Appl. Math. 42 (1982) 678, from
 * their series); mu = 0.1: the series 2 pi (1 + mu^2/16 - 5 mu^4/3072). */
static void van_der_pol_has_the_published_periods(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "vdp\n.param mu=1\nc1 v 0 1 ic=2\nl1 v 0 1\nb1 v 0 i=mu*(v(v)^3/3-v(v))\n"
                                 ".step param mu list 0.1 1\n.pss 0.15 60 v uic\n.end\n");
    const hys_table *t = table(sim, "pss1_cycle");
    assert_int_equal(hys_table_n_rows(t), 2);
    assert_near(column(t, "period")[0], 2 * PI * (1 + 0.01 / 16 - 5e-4 / 3072), 1e-8);
    assert_near(column(t, "period")[1], 6.6632868593231301897, 1e-10);
    assert_near(column(t, "frequency")[1], 1 / 6.6632868593231301897, 1e-10);
    assert_within(column(t, "multiplier1.re")[1], 1, 1e-9);
    assert_true(column(t, "is_driven")[1] == 0 && column(t, "is_stable")[1] == 1);
    assert_near(column(table(sim, "pss1_harmonics"), "frequency")[12], column(t, "frequency")[1], 1e-12);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* From rest, which a nanovolt disturbs: the growth takes longer than the given TSTAB. */
static void van_der_pol_is_found_from_rest(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "vdp\nc1 v 0 1\nl1 v 0 1\nb1 v 0 i=v(v)^3/3-v(v)\n.pss 0.15 20\n.end\n");
    assert_near(cell(sim, "period"), 6.6632868593231301897, 1e-9);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* The frequency of tests/circuit/example_values.csv. */
static void pearson_anson_oscillator_has_the_reference_frequency(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "vo2\n.temp 23.85\nv1 in 0 1.2\nr1 in a 5k\nc1 a 0 100p ic=0\nx1 a 0 vo2 R_e=0\n"
                                 ".pss 1meg 10u a uic\n.end\n");
    assert_near(cell(sim, "frequency"), 1024210.1, 1e-6);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* 14.636210 ms at 10 uA/cm2, as in docs/theory-bifurcation.md; 68.33 Hz. */
static void hodgkin_huxley_fires_at_the_reference_rate(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "hh\ncm v 0 1u\nxk v ek hh_k\nvk ek 0 -77m\nxna v ena hh_na\nvna ena 0 50m\n"
                                 "rl v el {1/0.3m}\nvl el 0 -54.387m\niext 0 v 10u\n.ic v(v)=-65m\n"
                                 ".pss 60 100m v uic\n.end\n");
    assert_near(cell(sim, "period"), 14.636210e-3, 1e-7);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* tau ln ratio of the distances to where each exponential goes, between the thresholds 1 V and 3 V. */
static void relaxation_oscillator_with_a_switch_has_its_closed_form(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "switch\nv1 in 0 5\nr1 in a 10k\nc1 a 0 10n ic=0\ns1 a 0 a 0 sm\n"
                                 ".model sm sw(vt=2 vh=1 ron=100 roff=1g)\n.pss 10k 1m a uic\n.end\n");
    double g_off = 1e-4 + 1e-9, g_on = 1e-4 + 1e-2, up = 5e-4 / g_off, down = 5e-4 / g_on;
    double period = 1e-8 / g_off * log((up - 1) / (up - 3)) + 1e-8 / g_on * log((3 - down) / (1 - down));
    assert_string_equal(method(sim), "shooting");
    assert_near(cell(sim, "period"), period, 2e-6);
    assert_true(cell(sim, "is_stable") == 1);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* The same by a device that remembers which resistance it has: 10 kohm to 3 V up, 100 ohm down to 1 V.  What it
 * remembers belongs to each row of the wave. */
static void relaxation_oscillator_with_a_remembered_state_has_its_closed_form(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "device\n.hdl \"" FIXTURES "threshold.va\"\nv1 in 0 5\nr1 in a 10k\n"
                                 "c1 a 0 10n ic=0\nx1 a 0 threshold ron=100 roff=1g vset=3 vreset=1\n"
                                 ".save v(a) i(x1)\n.pss 10k 1m a uic\n.end\n");
    double g_off = 1e-4 + 1e-9, g_on = 1e-4 + 1e-2, up = 5e-4 / g_off, down = 5e-4 / g_on;
    double period = 1e-8 / g_off * log((up - 1) / (up - 3)) + 1e-8 / g_on * log((3 - down) / (1 - down));
    assert_string_equal(method(sim), "shooting");
    assert_near(cell(sim, "period"), period, 2e-6);
    assert_true(cell(sim, "is_stable") == 1);
    const double *v = column(table(sim, "pss1"), "v(a)"), *i = column(table(sim, "pss1"), "i(x1)");
    size_t n_on = 0, n = hys_table_n_rows(table(sim, "pss1"));
    for (size_t k = 0; k < n; k++) {
        bool is_on = i[k] > 1e-6;
        assert_near(i[k], v[k] / (is_on ? 100 : 1e9), 1e-9);
        n_on += is_on;
    }
    /* 1.109 us of 70.4 us, within the rows beside the two edges */
    assert_within((double)n_on / (double)n, 1e-8 / g_on * log((3 - down) / (1 - down)) / period, 2.0 / (double)n);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* Driven by a sine: thresholds are met where the sine has them. */
static void remembered_state_follows_its_drive(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "driven\n.hdl \"" FIXTURES "threshold.va\"\nv1 a 0 sin(0 1 1k)\n"
                                 "x1 a 0 threshold ron=100 roff=10k vset=0.7 vreset=-0.5\n.save v(a) i(x1)\n"
                                 ".pss points=1000\n.end\n");
    double set = asin(0.7) / (2 * PI), reset = 0.5 + asin(0.5) / (2 * PI);
    const double *v = column(table(sim, "pss1"), "v(a)"), *i = column(table(sim, "pss1"), "i(x1)");
    for (size_t k = 1; k < 1000; k++) {
        double s = (double)k / 1000;
        if (fabs(s - set) < 1e-3 || fabs(s - reset) < 1e-3 || k == 500) continue;
        assert_near(i[k], v[k] / (s > set && s < reset ? 100 : 10e3), 1e-6);
    }
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* What only counts may go on: the current does not know it. */
static void counters_may_count(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "tally\n.hdl \"" FIXTURES "threshold.va\"\nv1 a 0 sin(0.5 1 1k)\nx1 b 0 tally\n"
                                 "r1 a b 1k\nc1 b 0 1u\n.pss 1k 30m\n.end\n");
    assert_near(column(table(sim, "pss1_harmonics"), "v(b).magnitude")[0], 0.25, 1e-5);
    assert_near(column(table(sim, "pss1_harmonics"), "v(b).magnitude")[1], 1 / cabs(2 + 2 * PI * I), 1e-5);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* ---- what there is not ---- */

static void what_is_remembered_and_does_not_come_back_is_named(void **state) {
    (void)state;
    must_fail("counter\n.hdl \"" FIXTURES "threshold.va\"\nv1 a 0 sin(0 1 1k)\nx1 a 0 wear\n.pss\n.end\n", HYS_NOCONV,
              "what x1 retains in count is another value");
}

static void incommensurate_sources_are_both_named(void **state) {
    (void)state;
    must_fail("i\nv1 a 0 sin(0 1 1k)\nv2 b a sin(0 1 1414.2135623731)\nr1 b 0 1k\n.pss\n.end\n", HYS_SEMANTIC,
              "the periods of v1 (0.001 s) and v2 (0.0007071067812 s) have no common multiple");
}

static void drift_is_told_with_its_size(void **state) {
    (void)state;
    must_fail("d\nv1 x 0 sin(0 1 1k)\nb1 0 a i=1u*(v(x)+0.5)\nc1 a 0 1u\n.pss uic\n.end\n", HYS_NOCONV,
              "v(a), at b1 drifts, by 0.0005 V a period of 0.001 s");
}

static void circuits_without_a_cycle_are_refused(void **state) {
    (void)state;
    must_fail("l\nv1 a 0 sin(0 1 1k)\nr1 a 0 1k\n.pss 1k 1e30\n.end\n", HYS_LIMIT, "is 1e+33 periods of 0.001 s");
    must_fail("r\nv1 a 0 1\nr1 a b 1k\nc1 b 0 1n\n.pss 1meg\n.end\n", HYS_NOCONV, "comes to rest");
    must_fail("g\nv1 a 0 1\nr1 a b 1k\nc1 b 0 1n\n.pss\n.end\n", HYS_SEMANTIC, "needs a guess of its frequency");
    must_fail("n\nv1 a 0 trnoise(1 1n)\nr1 a b 1k\n.pss 1k\n.end\n", HYS_SEMANTIC, "noise never repeats");
    must_fail("t\nv1 a 0 sin(0 1 1k)\nt1 a 0 b 0 z0=50 td=1u\nr1 b 0 50\n.pss\n.end\n", HYS_SEMANTIC,
              "a line is a delay");
    must_fail("d\nv1 a 0 sin(0 1 1k)\nv2 b a pwl(0 0 1 1)\nr1 b 0 50\n.pss\n.end\n", HYS_SEMANTIC,
              "v2 is not periodic from 0.01 s on");
    must_fail("b\nb1 a 0 v=time\nr1 a b 50\nc1 b 0 1u\n.pss 1k\n.end\n", HYS_SEMANTIC, "depends on time");
}

/* The time itself in a formula: with FGUESS its period. */
static void formula_of_time_drives_with_the_guess(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "b\nb1 a 0 v=sin(2*pi*1k*time)\nr1 a b 1k\nc1 b 0 1u\n.pss 1k 20m\n.end\n");
    double complex z = -I / (1 + I * 2 * PI);
    assert_within(column(table(sim, "pss1_harmonics"), "v(b).magnitude")[1], cabs(z), 1e-8);
    assert_true(cell(sim, "is_driven") == 1);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* A source that changes once an hour, and an oscillation within a minute of it. */
static void oscillation_between_slow_pulses_is_found(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = must_run(ctx, "slow\nc1 v 0 1 ic=2\nl1 v 0 1\nb1 v 0 i=v(v)^3/3-v(v)\n"
                                 "v1 a 0 pulse(0 1 1 1m 1m 1800 3600)\nr1 a 0 1\n.pss 0.15 60 v uic\n.end\n");
    assert_near(cell(sim, "period"), 6.6632868593231301897, 1e-9);
    assert_true(cell(sim, "is_driven") == 0);
    hys_sim_free(sim);
    hys_ctx_free(ctx);
    must_fail("slow\nc1 v 0 1 ic=2\nl1 v 0 1\nb1 v 0 i=v(v)^3/3-v(v)\nv1 a 0 pulse(0 1 75 1m 1m 1800 3600)\n"
              "r1 a 0 1\n.pss 0.15 60 v uic\n.end\n",
              HYS_SEMANTIC, "v1 is not constant from 60 s on");
}

static void cards_are_checked(void **state) {
    (void)state;
    static const struct {
        const char *card, *words;
    } cases[] = {{"0", "fguess of .pss is between"},        {"1k -1", "tstab of .pss is between"},
                 {"1k 1m x", "there is no node 'x'"},       {"1k 1m a 1e99", "points of .pss is between"},
                 {"1k tsatb=2", "nothing that .pss knows"}, {"points=10 harmonics=6", "need at least 12 points"},
                 {"1 2 a 64 4 5 1e-3 8", "at most seven"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char netlist[200];
        snprintf(netlist, sizeof netlist, "card\nv1 a 0 sin(0 1 1k)\nr1 a 0 1\n.pss %s\n.end\n", cases[k].card);
        must_fail(netlist, k == 2 ? HYS_SEMANTIC : k == 4 || k == 6 ? HYS_SYNTAX : HYS_SEMANTIC, cases[k].words);
    }
}

static hys_status once(hys_ctx *ctx, void *netlist) {
    hys_sim *sim = NULL;
    hys_status status = run(ctx, netlist, &sim);
    hys_sim_free(sim);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    char netlist[] =
        "m\nv1 a 0 pulse(0 1 0 0.1m 0.1m 0.3m 1m)\nr1 a b 1k\nc1 b 0 1u\n.pss points=16 harmonics=2\n.end\n";
    hys_test_each_failure(once, netlist, true);
    char chopper[] = "m\nvg g 0 pulse(0 1 0 1u 1u 0.4m 1m)\ns1 g a g 0 sm\n.model sm sw(vt=0.5)\nr1 a 0 1k\n"
                     "c1 a 0 0.1u\n.pss points=16 harmonics=2\n.end\n";
    hys_test_each_failure(once, chopper, true);
    char oscillator[] = "m\nc1 v 0 1 ic=2\nl1 v 0 1\nb1 v 0 i=v(v)^3/3-v(v)\n"
                        ".pss 0.15 10 v points=16 harmonics=2 uic\n.end\n";
    hys_test_each_failure(once, oscillator, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rc_is_its_phasor),
        cmocka_unit_test(rlc_has_the_multipliers_of_its_poles),
        cmocka_unit_test(corners_of_a_pulse_cost_no_accuracy),
        cmocka_unit_test(sources_share_the_common_period),
        cmocka_unit_test(energy_is_counted_over_the_period),
        cmocka_unit_test(rectifier_is_the_end_of_a_long_transient),
        cmocka_unit_test(memristor_without_a_window_has_a_cycle_for_every_state),
        cmocka_unit_test(switching_memristor_is_the_end_of_a_transient),
        cmocka_unit_test(chopper_is_two_exponentials),
        cmocka_unit_test(van_der_pol_has_the_published_periods),
        cmocka_unit_test(van_der_pol_is_found_from_rest),
        cmocka_unit_test(pearson_anson_oscillator_has_the_reference_frequency),
        cmocka_unit_test(hodgkin_huxley_fires_at_the_reference_rate),
        cmocka_unit_test(relaxation_oscillator_with_a_switch_has_its_closed_form),
        cmocka_unit_test(relaxation_oscillator_with_a_remembered_state_has_its_closed_form),
        cmocka_unit_test(remembered_state_follows_its_drive),
        cmocka_unit_test(counters_may_count),
        cmocka_unit_test(what_is_remembered_and_does_not_come_back_is_named),
        cmocka_unit_test(incommensurate_sources_are_both_named),
        cmocka_unit_test(drift_is_told_with_its_size),
        cmocka_unit_test(circuits_without_a_cycle_are_refused),
        cmocka_unit_test(formula_of_time_drives_with_the_guess),
        cmocka_unit_test(oscillation_between_slow_pulses_is_found),
        cmocka_unit_test(cards_are_checked),
        cmocka_unit_test(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
