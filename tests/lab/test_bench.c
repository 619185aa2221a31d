/* Devices with known solutions on the bench, integrated by IDA. */
#include "hys_test.h"
#include "lab/bench_rig.h"

#define TWO_PI 6.283185307179586

/* Without a window the doped part x = w/D of linear ion drift follows the flux phi = integral of v dt:
 * Roff x - (Roff - Ron) x^2 / 2 = Roff x0 - (Roff - Ron) x0^2 / 2 + mu Ron / D^2 phi. */
static double drift_x(double phi) {
    double ron = 100, roff = 16e3, d = roff - ron, k = 1e-14 * ron / 1e-16, x0 = 0.3;
    double c = roff * x0 - d * x0 * x0 / 2 + k * phi;
    return (roff - sqrt(roff * roff - 2 * d * c)) / d;
}

static double drift_error(rig *r) {
    const double *w = rig_column(r, "w");
    double worst = 0;
    for (size_t k = 0; k < r->n; k++) {
        double x = drift_x((1 - cos(TWO_PI * r->t[k])) / TWO_PI);
        worst = fmax(worst, fabs(w[k] / 1e-8 - x));
        assert_within(r->v[k], sin(TWO_PI * r->t[k]), 1e-14);
        assert_near(r->i[k], r->v[k] / (16e3 + (100 - 16e3) * (w[k] / 1e-8)), 1e-12);
    }
    return worst;
}

static void linear_drift_follows_its_closed_form(void **state) {
    (void)state;
    rig r = rig_new(&kernel_drift);
    r.opts.wave = "sine:1V,1Hz";
    r.opts.points = 100;
    static const double rtol[] = {1e-4, 1e-6, 1e-8, 1e-10};
    double before = 1;
    for (int k = 0; k < 4; k++) {
        r.opts.rtol = rtol[k];
        rig_run(&r, HYS_OK);
        assert_int_equal(r.n, 201);
        double error = drift_error(&r);
        assert_true(error < 200 * rtol[k]); /* global error: some hundred steps of rtol */
        assert_true(error < before / 5);
        before = error;
        assert_string_equal(hys_run_statistics(r.run)->mode, "ida");
    }
    rig_free(&r);
}

static void a_memristor_is_pinched_and_turns_as_it_sets(void **state) {
    (void)state;
    rig r = rig_new(&kernel_drift);
    r.opts.wave = "sine:1V,1Hz";
    rig_run(&r, HYS_OK);
    assert_true(rig_feature(&r, "pinch") < 1e-12);
    assert_string_equal(rig_word(&r, "direction_pos"), "counter-clockwise");
    assert_string_equal(rig_word(&r, "direction_neg"), "clockwise");
    assert_string_equal(rig_word(&r, "ndr"), "none"); /* the reset lowers i while -v rises, but only once */
    /* Read at 0.1 V on the way up and down; the flux then is the same number of the closed form. */
    double up = asin(0.1), phi_up = (1 - cos(up)) / TWO_PI, phi_down = (1 + cos(up)) / TWO_PI;
    double r_high = 16e3 - 15.9e3 * drift_x(phi_up), r_low = 16e3 - 15.9e3 * drift_x(phi_down);
    assert_near(rig_feature(&r, "r_high_pos"), r_high, 1e-4); /* points are joined by lines */
    assert_near(rig_feature(&r, "r_low_pos"), r_low, 1e-4);
    assert_near(rig_feature(&r, "on_off_pos"), r_high / r_low, 1e-4);
    rig_free(&r);
}

/* Cap C behind Rs, the diode off (Is = 0): v_c' = (v - v_c) / (Rs C), v = V sin(w t). */
static double rc_charge(double t, double w, double rc) {
    double a = 1 + w * w * rc * rc;
    return (sin(w * t) - w * rc * cos(w * t) + w * rc * exp(-t / rc)) / a;
}

static void a_capacitance_charges_as_rc(void **state) {
    (void)state;
    rig r = rig_new(&kernel_diode);
    static const char *const set[] = {"Is=0", "Rs=1kohm", "C=1nF"};
    r.opts.set = set;
    r.opts.n_set = 3;
    r.opts.wave = "sine:1V,100kHz";
    r.opts.points = 50;
    rig_run(&r, HYS_OK);
    for (size_t k = 0; k < r.n; k++) {
        double v_c = rc_charge(r.t[k], TWO_PI * 1e5, 1e-6);
        assert_within(r.i[k], (r.v[k] - v_c) / 1e3, 3e-8); /* rtol 1e-6 of 1 mA, 30 steps in phase */
    }
    rig_free(&r);
}

/* x' = (v - x) / tau from x0, under v from v0 to v1 within `length`, at t of it. */
static double gate_after(double x0, double v0, double v1, double length, double t) {
    const double tau = 1e-3;
    double slope = (v1 - v0) / length, lag = v0 - slope * tau;
    return lag + slope * t + (x0 - lag) * exp(-t / tau);
}

/* C at the terminals of an ideal source carries C dv/dt, which jumps at every corner, whatever conducts beside it. */
static void a_capacitance_at_the_source_carries_the_slope(void **state) {
    (void)state;
    static const char *const trains[] = {"1V,1ms,1ms", "1V,1000s,1000s"};
    for (size_t k = 0; k < sizeof trains / sizeof *trains; k++) {
        double width = k ? 1000 : 1e-3, edge = width / 100, ends[] = {edge, width, width + edge, 2 * width + edge};
        double levels[] = {0, 1, 1, 0, 0}, x0 = 0, start = 0;
        size_t part = 0;
        rig r = rig_new(&kernel_gate);
        r.opts.train = trains[k];
        r.opts.points = 20;
        rig_run(&r, HYS_OK);
        for (size_t row = 1; row < r.n; row++) {
            double length = ends[part] - start, v0 = levels[part], v1 = levels[part + 1], t = r.t[row] - start;
            double x = gate_after(x0, v0, v1, length, t);
            assert_within(r.i[row], 1e-3 * x + 1e-6 * (v1 - v0) / length, 3e-8); /* rtol 1e-6 of x, 30 steps in phase */
            if (r.t[row] < ends[part] * (1 - 1e-12)) continue;
            x0 = x, start = ends[part++];
        }
        assert_int_equal(part, 4);
        rig_free(&r);
    }
}

/* Under a current source the same charge is the integral of the current. */
static void a_current_source_charges_a_capacitance_linearly(void **state) {
    (void)state;
    rig r = rig_new(&kernel_diode);
    static const char *const set[] = {"Is=0", "Rs=1kohm", "C=1nF"};
    r.opts.set = set;
    r.opts.n_set = 3;
    r.opts.wave = "triangle:1mA,100kHz";
    r.opts.cycles = 1;
    r.opts.points = 40;
    rig_run(&r, HYS_OK);
    for (size_t k = 0; k <= 10; k++) { /* the first rise: q = I t^2 / (2 T/4) */
        double q = 1e-3 * r.t[k] * r.t[k] / (2 * 2.5e-6);
        assert_within(r.i[k], 1e-3 * (double)k / 10, 1e-17);
        assert_within(r.v[k], q / 1e-9 + r.i[k] * 1e3, 1e-5);
    }
    assert_within(r.v[40], 0, 1e-5); /* all charge has gone back */
    rig_free(&r);
}

static void a_volatile_state_decays_with_its_time_constant(void **state) {
    (void)state;
    rig r = rig_new(&kernel_volatile);
    r.opts.train = "1V,5ms; wait 4ms";
    r.opts.points = 100;
    rig_run(&r, HYS_OK);
    const double *x = rig_column(&r, "x");
    size_t from = 0;
    for (size_t k = 0; k < r.n; k++)
        if (r.t[k] <= 5.05e-3 * (1 + 1e-12)) from = k; /* the end of the falling edge */
    assert_within(x[from], 0.96, 0.04);                /* 1 - e^-5, less what the edge took */
    for (size_t k = from; k < r.n; k++) assert_near(x[k], x[from] * exp(-(r.t[k] - r.t[from]) / 1e-3), 1e-4);
    rig_free(&r);
}

/* Ten years between two pulses do not blur the nanoseconds of the second. */
static void time_is_exact_after_years(void **state) {
    (void)state;
    rig r = rig_new(&kernel_volatile);
    static const char *const set[] = {"tau=10ns"};
    r.opts.set = set;
    r.opts.n_set = 1;
    r.opts.train = "1V,50ns; wait 315360000s; read 1V,50ns";
    r.opts.points = 100;
    rig_run(&r, HYS_OK);
    const double *x = rig_column(&r, "x");
    size_t first = 0, last = r.n - 1;
    for (size_t k = 0; k < r.n; k++)
        if (r.t[k] < 60e-9) first = k;
    double most = 0, again = 0;
    for (size_t k = 0; k <= first; k++) most = fmax(most, x[k]);
    for (size_t k = last - 30; k <= last; k++) again = fmax(again, x[k]);
    assert_within(most, 1 - exp(-5), 2e-3);
    assert_near(again, most, 1e-4);
    rig_free(&r);
}

/* Energy taken up in a cycle = heat given off + change of what is stored: integral of v i = integral of
 * (T - Tamb) / Rth + Cth (T_end - T_start). */
static void a_device_that_heats_itself_balances_its_energy(void **state) {
    (void)state;
    rig r = rig_new(&kernel_thermal);
    r.opts.wave = "sine:5mA,100Hz";
    r.opts.cycles = 1;
    r.opts.points = 20000;
    rig_run(&r, HYS_OK);
    const double *T = rig_column(&r, "T");
    double in = 0, out = 0;
    for (size_t k = 0; k + 1 < r.n; k++) {
        double h = r.t[k + 1] - r.t[k];
        in += 0.5 * h * (r.v[k] * r.i[k] + r.v[k + 1] * r.i[k + 1]);
        out += 0.5 * h * ((T[k] - 300.15) + (T[k + 1] - 300.15)) / 1e6;
    }
    assert_near(in, out + 1e-12 * (T[r.n - 1] - T[0]), 1e-4); /* trapezoids of 20000 points */
    assert_near(rig_feature(&r, "energy_per_cycle"), in, 1e-12);
    assert_string_equal(rig_word(&r, "ndr"), "S");
    rig_free(&r);
}

/* Steady S-NDR: v = sqrt(P / g(T)), P = (T - Tamb) / Rth, i = P / v.  The fold is where dv/dT = 0:
 * (T - Tamb) Ta = T^2. */
static void quasi_static_current_traces_the_whole_s(void **state) {
    (void)state;
    rig r = rig_new(&kernel_thermal);
    r.opts.wave = "dc:0,1mA,201";
    r.opts.cycles = 1;
    rig_run(&r, HYS_OK);
    const double *T = rig_column(&r, "T");
    assert_int_equal(r.n, 401);
    for (size_t k = 1; k < 400; k++) {
        double p = (T[k] - 300.15) / 1e6;
        assert_near(r.v[k], sqrt(p / exp(-3000 / T[k])), 1e-6);
        assert_near(r.i[k] * r.v[k], p, 1e-6);
    }
    double fold = (3000 - sqrt(3000.0 * 3000 - 4 * 3000 * 300.15)) / 2;
    double v_fold = sqrt((fold - 300.15) / 1e6 / exp(-3000 / fold));
    assert_near(rig_feature(&r, "v_fold"), v_fold, 1e-3); /* 200 points in current */
    rig_free(&r);
}

/* Under voltage the lower branch is left at the fold and the limiter then holds the current. */
static void the_limiter_holds_the_current_of_a_threshold_switch(void **state) {
    (void)state;
    static const char *const waves[] = {"triangle:1V,100Hz", "sine:1V,100Hz", "square:1V,100Hz"};
    for (size_t w = 0; w < 3; w++) {
        rig r = rig_new(&kernel_thermal);
        r.opts.wave = waves[w];
        r.opts.compliance = "100uA,250uA";
        rig_run(&r, HYS_OK);
        const double *vs = rig_column(&r, "vs");
        size_t n_held = 0;
        for (size_t k = 0; k < r.n; k++) {
            assert_true(r.i[k] <= 100e-6 * (1 + 1e-6) && r.i[k] >= -250e-6 * (1 + 1e-6));
            bool held = r.i[k] == 100e-6 || r.i[k] == -250e-6;
            n_held += held;
            /* A limiter takes voltage away, never adds; without it the source is across the device. */
            assert_true(fabs(r.v[k]) <= fabs(vs[k]) + 1e-9);
            if (!held) assert_within(r.v[k], vs[k], 1e-12);
        }
        assert_true(n_held > r.n / 5);
        rig_free(&r);
    }
}

static void a_one_sided_limiter_leaves_the_other_side_alone(void **state) {
    (void)state;
    rig r = rig_new(&kernel_resistor);
    r.opts.wave = "sine:1V,1Hz";
    r.opts.compliance = "0.3mA,none";
    r.opts.series = "500ohm";
    r.opts.points = 360;
    rig_run(&r, HYS_OK);
    const double *vs = rig_column(&r, "vs");
    for (size_t k = 0; k < r.n; k++) {
        double free_i = vs[k] / 1500;
        assert_within(r.i[k], fmin(free_i, 0.3e-3), 1e-9);
        assert_within(r.v[k], 1e3 * fmin(free_i, 0.3e-3), 1e-6);
    }
    rig_free(&r);
}

static void a_series_resistance_divides(void **state) {
    (void)state;
    rig r = rig_new(&kernel_resistor);
    static const char *const set[] = {"R=2.385kohm"};
    r.opts.set = set;
    r.opts.n_set = 1;
    r.opts.wave = "triangle:1V,1kHz";
    r.opts.series = "1kohm";
    rig_run(&r, HYS_OK);
    const double *vs = rig_column(&r, "vs");
    for (size_t k = 0; k < r.n; k++) assert_within(r.v[k], vs[k] * 2.385 / 3.385, 1e-9);
    assert_string_equal(rig_word(&r, "direction_pos"), "none");
    assert_string_equal(rig_word(&r, "ndr"), "none");
    rig_free(&r);
}

static void events_fire_where_the_wave_crosses(void **state) {
    (void)state;
    rig r = rig_new(&kernel_relay);
    r.opts.wave = "triangle:1V,1Hz";
    r.opts.points = 37; /* no output near an event */
    rig_run(&r, HYS_OK);
    const double *on = rig_column(&r, "on"), *at = rig_column(&r, "t_last"), *count = rig_column(&r, "count");
    /* Rising through 0.7 V at 0.175 s, falling through 0.2 V at 0.45 s, each cycle anew. */
    assert_true(count[r.n - 1] == 4);
    for (size_t k = 0; k < r.n; k++) {
        double phase = r.t[k] - floor(r.t[k]), cycle = floor(r.t[k]);
        bool is_on = phase > 0.175 && phase < 0.45;
        assert_true(on[k] == is_on);
        assert_near(r.i[k] + 1, r.v[k] * (is_on ? 1e-3 : 1e-6) + 1, 1e-15);
        if (is_on) assert_within(at[k], cycle + 0.175, 1e-9);
        if (phase > 0.45) assert_within(at[k], cycle + 0.45, 1e-9);
    }
    assert_int_equal(hys_run_statistics(r.run)->n_events, 4);
    rig_free(&r);
}

static void results_do_not_depend_on_outputs_or_restarts(void **state) {
    (void)state;
    rig a = rig_new(&kernel_drift), b = rig_new(&kernel_drift);
    a.opts.wave = b.opts.wave = "triangle:1V,1Hz";
    a.opts.rtol = b.opts.rtol = 1e-9;
    a.opts.points = 8;
    b.opts.points = 1000;
    b.opts.max_step = "3ms";
    rig_run(&a, HYS_OK);
    rig_run(&b, HYS_OK);
    for (size_t k = 0; k < a.n; k++) assert_within(a.i[k], b.i[125 * k], 1e-11);
    rig_free(&a);
    rig_free(&b);
}

static void a_run_can_be_cancelled(void **state) {
    (void)state;
    rig r = rig_new(&kernel_drift);
    r.opts.wave = "sine:1V,1Hz";
    r.opts.cycles = 1000;
    hys_ctx_cancel(r.ctx);
    rig_run(&r, HYS_CANCEL);
    rig_free(&r);
}

static void initial_values_are_taken_with_their_unit(void **state) {
    (void)state;
    rig r = rig_new(&kernel_drift);
    static const char *const init[] = {"w=7nm"};
    r.opts.init = init;
    r.opts.n_init = 1;
    r.opts.wave = "sine:1mV,1Hz";
    rig_run(&r, HYS_OK);
    assert_near(rig_column(&r, "w")[0], 7e-9, 1e-12);
    static const char *const wrong[] = {"w=7V"};
    r.opts.init = wrong;
    rig_run(&r, HYS_UNIT);
    assert_diag(r.ctx, 0, "--init:1:3: error: w is in m\nw=7V\n  ^\n");
    static const char *const unknown[] = {"W=7"};
    r.opts.init = unknown;
    rig_run(&r, HYS_ARG);
    assert_diag(r.ctx, 0, "--init:1:1: error: drift has no state 'W'\nW=7\n^\nhint: did you mean 'w'?\n");
    rig_free(&r);
}

static void what_cannot_be_solved_is_said_with_place_and_unknown(void **state) {
    (void)state;
    rig r = rig_new(&kernel_diode);
    static const char *const set[] = {"Is=0", "C=0"};
    r.opts.set = set;
    r.opts.n_set = 2;
    r.opts.wave = "sine:1mA,1kHz"; /* a current into nothing */
    rig_run(&r, HYS_SINGULAR);
    assert_non_null(strstr(hys_diag_get(r.ctx, 0)->message, "nothing determines"));
    assert_non_null(strstr(hys_diag_get(r.ctx, 0)->hint, "--port"));
    rig_free(&r);
}

static hys_status run_once(hys_ctx *ctx, void *arg) {
    hys_model *model;
    hys_run *run;
    hys_status status = hys__model_of_kernel(ctx, &kernel_thermal, "x.va", &model);
    if (status != HYS_OK) return status;
    status = hys_iv(ctx, model, arg, &run);
    if (status == HYS_OK) hys_run_free(run);
    hys_model_free(model);
    return status;
}

static void failing_memory_is_reported(void **state) {
    (void)state;
    hys_bench_opts opts = hys_bench_opts_default();
    opts.wave = "sine:1V,100Hz";
    opts.compliance = "100uA";
    opts.cycles = 1;
    opts.points = 10;
    hys_test_each_failure(run_once, &opts, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_drift_follows_its_closed_form),
        cmocka_unit_test(a_memristor_is_pinched_and_turns_as_it_sets),
        cmocka_unit_test(a_capacitance_charges_as_rc),
        cmocka_unit_test(a_capacitance_at_the_source_carries_the_slope),
        cmocka_unit_test(a_current_source_charges_a_capacitance_linearly),
        cmocka_unit_test(a_volatile_state_decays_with_its_time_constant),
        cmocka_unit_test(time_is_exact_after_years),
        cmocka_unit_test(a_device_that_heats_itself_balances_its_energy),
        cmocka_unit_test(quasi_static_current_traces_the_whole_s),
        cmocka_unit_test(the_limiter_holds_the_current_of_a_threshold_switch),
        cmocka_unit_test(a_one_sided_limiter_leaves_the_other_side_alone),
        cmocka_unit_test(a_series_resistance_divides),
        cmocka_unit_test(events_fire_where_the_wave_crosses),
        cmocka_unit_test(results_do_not_depend_on_outputs_or_restarts),
        cmocka_unit_test(a_run_can_be_cancelled),
        cmocka_unit_test(initial_values_are_taken_with_their_unit),
        cmocka_unit_test(what_cannot_be_solved_is_said_with_place_and_unknown),
        cmocka_unit_test(failing_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
