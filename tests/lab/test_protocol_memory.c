/* Protocols of memory and of timing, on devices with closed forms: Arrhenius, kinetics, rate and timing windows. */
#include "lab/protocol_fixture.h"

/* Written above 0.5 V, it decays with tau = 1e-14 s exp(1 eV/kT): 617 s at 300 K. */
static const char arrhenius[] = "parameter real ea = 1.0;\nreal tau;\nanalog begin\nv = V(p, n);\n"
                                "tau = 1e-14*exp(ea*`P_Q/(`P_K*$temperature));\n"
                                "w = idt((v > 0.5 ? 1e4*(1.0 - w) : 0.0) - w/tau, 0.0);\ng = 1e-6 + 1e-5*w;\n";

static void retention_finds_the_activation_energy(void **state) {
    (void)state;
    fixture f = measure((asked){
        "RET", arrhenius, WORDS("amplitude=1V", "width=10ms", "temperatures=300K,330K,360K", "times=10ms:10ks:37"),
        NULL, NULL, NULL});
    double tau = 1e-14 * exp(1 / (8.617333262e-5 * 300));
    assert_near(number(&f, "activation_energy"), 1, 1e-3); /* of fits with rest and stretching free */
    assert_near(number(&f, "tau"), tau, 1e-2);
    assert_near(number(&f, "tau_85degC"), 1e-14 * exp(1 / (8.617333262e-5 * 358.15)), 2e-2);
    assert_near(number(&f, "lifetime"), tau * log(2), 2e-2); /* between reads */
    release(&f);
    f = measure((asked){"retention", "vteam", WORDS("times=1s:1e9s:10"), NULL, NULL, NULL});
    assert_near(number(&f, "kept"), 1, 1e-6);
    assert_true(remarks(&f, "more than ten years"));
    release(&f);
    f = measure((asked){"retention", "vteam", WORDS("amplitude=0.1V", "width=10ms"), NULL, NULL, NULL});
    assert_true(remarks(&f, "writes nothing"));
    release(&f);
}

/* Each set leaves a tenth less: on = 1e-6 + 1e-5 0.9^n. */
static void endurance_counts_the_cycles_of_a_device_that_wears_out(void **state) {
    (void)state;
    static const char wearing[] =
        "real worn;\nanalog begin\nv = V(p, n);\n"
        "worn = idt(v < -0.5 ? -ln(0.9)*1e3 : 0.0, 0.0);\n"
        "w = idt((v > 0.5 ? 1e5*(exp(-worn) - w) : 0.0) - (v < -0.5 ? 1e5*w : 0.0), 0.0);\ng = 1e-6 + 1e-5*w;\n";
    fixture f =
        measure((asked){"EN", wearing, WORDS("set=1V", "reset=-1V", "width=1ms", "cycles=40"), NULL, NULL, NULL});
    const double *on = column(&f, 0, "g_on");
    for (int k = 0; k < 40; k++) assert_near(on[k], 1e-6 + 1e-5 * pow(0.9, k), 1e-3);
    /* 1 + 10 0.9^k < 2 from k = 22 on, which is cycle 23 */
    assert_near(number(&f, "first_failure"), 23, 1e-12);
    assert_near(number(&f, "window_first"), 11, 1e-3);
    release(&f);
    f = measure((asked){"endurance", "vteam", WORDS("cycles=5"), NULL, NULL, NULL});
    assert_true(isnan(number(&f, "first_failure")));
    assert_true(number(&f, "g_on") > number(&f, "g_off"));
    assert_true(remarks(&f, "cannot be told"));
    release(&f);
}

/* 1 % a millisecond at the reading voltage: 10 % after 10 reads and something. */
static void reads_disturb_by_what_they_drift(void **state) {
    (void)state;
    static const char drifting[] = "analog begin\nv = V(p, n);\nw = idt(v > 0.05 && v < 0.5 ? 10.0*v/0.1 : 0.0, 0.0);\n"
                                   "g = 1e-6*(1.0 + w);\n";
    fixture f =
        measure((asked){"read-disturb", drifting, WORDS("amplitude=1V", "width=1ms", "reads=21"), NULL, NULL, NULL});
    /* g[0] is at the end of the first read: 1.01; then 0.01 a read */
    assert_near(number(&f, "change"), 0.20 / 1.01, 1e-2);
    assert_near(number(&f, "reads_to_10_percent"), 11, 1e-9);
    assert_near(number(&f, "energy_per_event"), 1e-6 * 1.205 * 0.01 * 1e-3, 2e-2); /* edges */
    release(&f);
}

/* dw/dt = k exp(|v|/v0), g doubles at w = 1: t = exp(-v/v0)/k. */
static void kinetics_give_the_law_of_the_rate(void **state) {
    (void)state;
    static const char rate[] = "analog begin\nv = V(p, n);\nw = idt(1e-3*exp(abs(v)/0.05)*tanh(1e3*abs(v)), 0.0);\n"
                               "g = 1e-6*(1.0 + min(w, 10.0));\n";
    fixture f =
        measure((asked){"kinetics", rate, WORDS("voltages=0.1,0.3,0.5,0.7", "polarity=negative"), NULL, NULL, NULL});
    const double *t = column(&f, 0, "t_switch");
    static const double v[] = {0.1, 0.3, 0.5, 0.7};
    for (int k = 0; k < 4; k++) assert_near(t[k], 1e3 * exp(-v[k] / 0.05), 2e-2); /* 40 points a decade */
    assert_near(number(&f, "v_per_decade"), 0.05 * log(10), 2e-3);
    assert_true(number(&f, "rms_exponential") < 0.01 && number(&f, "rms_power") > 0.1);
    /* until then the conductance grows to the double: 1.5 uS (0.7 V)^2 t */
    assert_near(number(&f, "energy_per_event"), 1.5e-6 * 0.49 * 1e3 * exp(-14), 5e-2);
    release(&f);
    f = measure((asked){"kinetics", "vteam", WORDS("voltages=0.1,0.2", "polarity=positive"), NULL, NULL, NULL});
    assert_true(isnan(number(&f, "v_per_decade")));
    assert_true(remarks(&f, "cannot be told"));
    release(&f);
}

/* The threshold is drawn: 0.6 V, 5 %. */
static void thresholds_have_the_spread_that_was_drawn(void **state) {
    (void)state;
    static const char relay[] = "parameter real vt = 0.6;\nanalog begin\nv = V(p, n);\n"
                                "w = idt((v > vt ? 1e5*(1.0 - w) : 0.0) - (v < -vt ? 1e5*w : 0.0), 0.0);\n"
                                "g = 1e-6 + 1e-5*w;\n";
    fixture f = measure((asked){"thresholds", relay, WORDS("positive=1V", "negative=-1V", "frequency=1Hz", "runs=60"),
                                NULL, WORDS("vt=normal 0.05"), NULL});
    assert_near(number(&f, "n_set"), 60, 1e-12);
    assert_near(number(&f, "v_set"), 0.6,
                3 * 0.05 / sqrt(60) + 0.01);        /* three standard errors, and 2 mV of resolution */
    assert_near(number(&f, "v_set_cv"), 0.05, 0.3); /* three standard errors of a deviation of 60 */
    assert_near(number(&f, "v_reset"), -0.6, 3 * 0.05 / sqrt(60) + 0.01);
    assert_near(column(&f, 0, "probability")[0], 0.5 / 60, 1e-12);
    release(&f);
    f = measure((asked){"thresholds", relay, WORDS("positive=1V", "negative=-1V", "frequency=1Hz", "runs=3"), NULL,
                        NULL, NULL});
    assert_true(remarks(&f, "alike"));
    release(&f);
}

/* The n-th response of the linear device is (1 - r^n)/(1 - r) times the first, r = exp(-T/tau). */
static void rates_sum_as_a_geometric_series(void **state) {
    (void)state;
    fixture f = measure((asked){"srdp", "volatile_linear",
                                WORDS("amplitude=1V", "width=5ms", "frequencies=1,10,50", "pulses=10"),
                                WORDS("G_min=0"), NULL, NULL});
    static const double rate[] = {1, 10, 50};
    for (int k = 0; k < 3; k++) {
        double r = exp(-1 / (rate[k] * 0.1));
        assert_near(column(&f, 0, "gain")[k], (1 - pow(r, 10)) / (1 - r), 5e-3); /* edges of pulses */
    }
    release(&f);
}

/* tau = tau_max - (tau_max - tau_min) exp(-N b t_p): 9.6 s behind 10 and 69.9 s behind 120 pulses. */
static void memory_lasts_longer_the_more_pulses_wrote_it(void **state) {
    (void)state;
    fixture f = measure((asked){"stp-ltp", "stp_ltp", WORDS("amplitude=1V", "width=10ms", "duration=300s", "read=10mV"),
                                WORDS("tau_f=1e6"), NULL, NULL});
    assert_string_equal(feature(&f, "conversion")->text, "yes");
    const double *n = column(&f, 0, "pulses"), *tau = column(&f, 0, "tau");
    for (int k = 0; k < 5; k++) assert_near(tau[k], 100 - 99.9 * exp(-n[k] * 0.01), 2e-2);
    release(&f);
    f = measure((asked){"stp-ltp", "wox", WORDS("amplitude=0.5V", "width=10ms", "numbers=2,20", "duration=1s"), NULL,
                        NULL, NULL});
    assert_string_equal(feature(&f, "conversion")->text, "no");
    release(&f);
}

/* dw/dt = sgn(v) (exp(7 |v|) - exp(7)) above 1 V: windows of the exponential spike by numerical quadrature (in ms). */
static void spikes_that_overlap_make_the_window(void **state) {
    (void)state;
    static const char synapse[] =
        "analog begin\nv = V(p, n);\n"
        "w = idt(abs(v) > 1.0 ? (v > 0.0 ? 1.0 : -1.0)*(exp(7.0*min(abs(v), 2.0)) - exp(7.0)) : 0.0, 0.0);\n"
        "g = 1e-6*(1.0 + 0.1*w);\n";
    fixture f = measure((asked){
        "stdp", synapse, WORDS("head=1V", "tail=0.25V", "intervals=1ms,5ms,10ms,20ms,40ms,80ms"), NULL, NULL, NULL});
    static const double want[] = {1147.8, 825.3, 550.5, 247.2, 45.3, 0};
    const double *change = column(&f, 0, "change");
    for (int k = 0; k < 6; k++) {
        assert_within(change[6 + k], 1e-4 * want[k], 1e-4 * (0.01 * want[k] + 0.5)); /* straight pieces, edge */
        assert_within(change[5 - k], -1e-4 * want[k], 1e-4 * (0.01 * want[k] + 0.5));
    }
    assert_string_equal(feature(&f, "window")->text, "Hebbian");
    assert_within(number(&f, "alone"), 0, 1e-9);
    release(&f);
    static const char *const shapes[] = {"shape=triangle", "shape=square", "shape=sine"};
    for (int k = 0; k < 3; k++) {
        f = measure((asked){"stdp", synapse, WORDS("head=1V", "tail=0.25V", shapes[k], "intervals=30ms,40ms"), NULL,
                            NULL, NULL});
        assert_string_equal(feature(&f, "window")->text, "Hebbian");
        release(&f);
    }
    /* 5 ms at 1.25 V, 7 e-folds a volt */
    f = measure((asked){"stdp", synapse, WORDS("head=1V", "tail=0.25V", "shape=square", "intervals=30ms,40ms"), NULL,
                        NULL, NULL});
    assert_near(number(&f, "change_plus"), 0.1 * 5e-3 * (exp(8.75) - exp(7)), 1e-2);
    release(&f);
}

/* A linear synapse, in either direction: every target within the range is reached, and the energies are those of
 * the pulses. */
static void levels_are_written_within_the_tolerance(void **state) {
    (void)state;
    static const char synapse[] =
        "parameter real sign = 1.0;\nanalog begin\nv = V(p, n);\n"
        "w = idt((sign*v > 0.5 ? 50.0*(1.0 - w) : 0.0) - (sign*v < -0.5 ? 50.0*w : 0.0), 0.0);\ng = 1e-6 + 9e-6*w;\n";
    static const char *const signs[] = {"sign=1", "sign=-1"};
    for (int k = 0; k < 2; k++) {
        fixture f =
            measure((asked){"CTS", synapse, WORDS("up=1V", "down=-1V", "width=1ms", "levels=6", "tolerance=0.005"),
                            WORDS(signs[k]), NULL, NULL});
        assert_near(number(&f, "success"), 1, 1e-12);
        assert_true(number(&f, "error_most") <= 0.005);
        const double *target = column(&f, 0, "target"), *g = column(&f, 0, "g"), *energy = column(&f, 0, "energy");
        double range = number(&f, "g_high") - number(&f, "g_low");
        /* 100 pulses of a twentieth leave exp(-5); the mirrored device falls from there */
        if (k == 0) assert_near(number(&f, "g_high"), 1e-6 + 9e-6 * (1 - exp(-5)), 1e-3);
        for (int m = 0; m < 6; m++) {
            assert_within(g[m], target[m], 0.005 * range);
            assert_true(energy[m] <= column(&f, 0, "pulses")[m] * 1e-5 * 1e-3 * 1.01);
        }
        release(&f);
    }
    fixture f = measure((asked){"levels", synapse, WORDS("up=0.1V", "down=-0.1V", "width=1ms"), NULL, NULL, NULL});
    assert_true(remarks(&f, "cannot be told"));
    release(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retention_finds_the_activation_energy),
        cmocka_unit_test(endurance_counts_the_cycles_of_a_device_that_wears_out),
        cmocka_unit_test(reads_disturb_by_what_they_drift),
        cmocka_unit_test(kinetics_give_the_law_of_the_rate),
        cmocka_unit_test(thresholds_have_the_spread_that_was_drawn),
        cmocka_unit_test(rates_sum_as_a_geometric_series),
        cmocka_unit_test(memory_lasts_longer_the_more_pulses_wrote_it),
        cmocka_unit_test(levels_are_written_within_the_tolerance),
        cmocka_unit_test(spikes_that_overlap_make_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
