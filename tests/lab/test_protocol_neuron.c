/* Protocols of threshold switches, noise, temperature and scatter, against published numbers and closed forms. */
#include "base/random.h"
#include "device/model.h"
#include "hys_test.h"
#include "lab/analyse.h"
#include "lab/kernels.h"
#include "lab/protocol_fixture.h"

/* Pearson and Anson's circuit with the two switches, by an independent integration of the same equations: VO2 (channel
 * alone, 297 K) 1.2 V, 5 kohm, 100 pF: 1.0242 MHz, 0.0858 to 1.0091 V; NbO2 (296 K) 1.5 V: 1.8628 MHz, 0.4366 to
 * 1.0043 V. */
static void relaxation_oscillators_have_the_frequency_of_an_independent_integration(void **state) {
    (void)state;
    static const char *const circuit[] = {"series=5kohm", "parallel=100pF", "points=2"};
    fixture f = measure((asked){"oscillation", "vo2", WORDS("source=1.2V", circuit[0], circuit[1], circuit[2]),
                                WORDS("R_e=0"), NULL, "297K"});
    assert_near(number(&f, "frequency"), 1.0242e6, 5e-4);
    assert_near(number(&f, "v_low"), 0.0858, 2e-3);
    assert_near(number(&f, "v_high"), 1.0091, 5e-4);
    assert_near(number(&f, "v_threshold"), 1.007, 2e-3); /* thirty currents a decade */
    release(&f);
    f = measure(
        (asked){"oscillation", "nbo2", WORDS("source=1.5V", circuit[0], circuit[1], circuit[2]), NULL, NULL, "296K"});
    assert_near(number(&f, "frequency"), 1.8628e6, 2e-3);
    assert_near(number(&f, "v_low"), 0.4366, 2e-3);
    assert_near(number(&f, "v_high"), 1.0043, 1e-3);
    release(&f);
}

/* In a period the source gives what the resistance and the device take; the charge through both is the same. */
static void oscillation_finds_circuit_and_range_by_itself(void **state) {
    (void)state;
    fixture f = measure((asked){"oscillation", "vo2", WORDS("points=5"), NULL, NULL, NULL});
    assert_string_equal(feature(&f, "oscillates")->text, "yes");
    double from = number(&f, "v_threshold") + number(&f, "r_series") * number(&f, "i_threshold");
    double to = number(&f, "v_hold") + number(&f, "r_series") * number(&f, "i_hold");
    /* load lines that cut the branch between the folds alone; inertia moves the upper end */
    assert_near(number(&f, "drive_least"), from, 0.05);
    assert_near(number(&f, "drive_most"), to, 0.25);
    /* less than all that the capacitance holds, more than half of what it gives */
    double c = number(&f, "c_parallel"), high = number(&f, "v_high"), low = number(&f, "v_low");
    assert_true(number(&f, "energy_per_event") > 0.5 * c * (high * high - low * low));
    release(&f);
    f = measure((asked){"oscillation", "hp_linear", WORDS("points=2"), NULL, NULL, NULL});
    assert_string_equal(feature(&f, "oscillates")->text, "no");
    assert_true(remarks(&f, "cannot be told"));
    release(&f);
}

/* A switch of two resistances between its thresholds has the period of two exponentials (Maffezzoni et al. 2015), where
 * both are a hundred times slower than the switch; no curve under a current folds in it.  One that keeps its state
 * between hold and threshold comes to rest there. */
static void switches_of_events_oscillate_between_the_thresholds_of_a_slow_voltage(void **state) {
    (void)state;
    fixture f = measure((asked){"oscillation", "mott_switch", WORDS("parallel=10nF", "points=2"), NULL, NULL, NULL});
    const double r = number(&f, "r_series"), a = number(&f, "v_source"), v_i = 1.99, v_m = 1, r_i = 100.2e3, r_m = 990;
    double full = a * r_i / (r + r_i), low = a * r_m / (r + r_m);
    double period = 1e-8 * (r * r_i / (r + r_i) * log((full - v_m) / (full - v_i)) +
                            r * r_m / (r + r_m) * log((v_i - low) / (v_m - low)));
    assert_near(number(&f, "frequency"), 1 / period, 0.01); /* its own times, 40 ns of 45 us, are left out */
    assert_near(number(&f, "v_threshold"), v_i, 0.02);      /* rows of the ramp: 10 mV */
    assert_near(number(&f, "v_hold"), v_m, 0.02);
    release(&f);
    f = measure((asked){"oscillation", "and_ts", WORDS("points=2"), NULL, NULL, NULL});
    assert_string_equal(feature(&f, "oscillates")->text, "no");
    assert_true(remarks(&f, "keeps"));
    release(&f);
}

/* Charging through R towards the pulse's height: pulses of half a time constant each, with rests that discharge as
 * long.  The insulating device draws little: the count follows from exponentials. */
static void neurons_fire_after_the_pulses_that_charging_needs(void **state) {
    (void)state;
    fixture f =
        measure((asked){"integrate-fire", "vo2",
                        WORDS("series=5kohm", "parallel=100pF", "width=100ns", "amplitudes=4,8"), NULL, NULL, NULL});
    const double *n = hys_table_column(hys_protocol_table_at(f.result, 1)->table, "pulses");
    const double vth = number(&f, "v_threshold"), g = number(&f, "i_threshold") / vth, tau = 5e-7 / (1 + 5e3 * g);
    for (int k = 0; k < 2; k++) {
        double v = 0, full = (k ? 8 : 4) / (1 + 5e3 * g), part = exp(-1e-7 / tau), want = 0;
        while (want < 100) {
            v = full + (v - full) * part;
            want++;
            if (v > vth) break;
            v *= part;
        }
        assert_near(n[k], want, 1e-9);
    }
    assert_true(number(&f, "pulses_to_fire") >= 1);
    release(&f);
}

/* ---- noise ---- */

#define N_READS 8000

/* Two levels, dwell times 20 and 5 reads, Gaussian noise of a tenth of their distance. */
static void make_telegraph(double *i) {
    const uint64_t key[2] = {7, 11};
    int high = 0;
    for (uint64_t k = 0; k < N_READS; k++) {
        uint64_t out[2];
        hys__threefry2x64(key, (const uint64_t[]){k, 0}, out);
        double p = high ? -expm1(-1 / 5.0) : -expm1(-1 / 20.0); /* leaves at once, without coming back within a read */
        if (hys__uniform(out[0]) < p) high = !high;
        i[k] = 1e-6 + (high ? 1e-7 : 0) + 1e-8 * hys__normal(key, (const uint64_t[]){k, 1});
    }
}

static hys_protocol_result *analyse(hys_ctx *ctx, const double *i, hys__protocol *p) {
    hys_protocol_opts opts = hys_protocol_opts_default();
    *p = (hys__protocol){.shown = hys_protocol_find("rtn")};
    assert_int_equal(hys__protocol_open(ctx, &opts, p), HYS_OK);
    assert_int_equal(hys__tell_rtn(p, &(hys__rtn){i, N_READS, 1e-3, 1e-12}), HYS_OK);
    return p->result;
}

static void telegraph_noise_is_told_with_its_times(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__protocol p;
    static double i[N_READS];
    make_telegraph(i);
    fixture f = {.ctx = ctx, .result = analyse(ctx, i, &p)};
    assert_string_equal(feature(&f, "levels")->text, "two");
    assert_near(number(&f, "i_low"), 1e-6, 1e-3);
    assert_near(number(&f, "i_high"), 1.1e-6, 1e-3);
    /* 320 changes each way: three standard errors of a mean of exponentials are 17 %; a chain in discrete time leaves
     * with 1 - exp(-1/n), and the times are those of a process in time that could also come back */
    assert_near(number(&f, "tau_low"), 20e-3, 0.2);
    assert_near(number(&f, "tau_high"), 5e-3, 0.2);
    assert_near(number(&f, "corner"), (1 / number(&f, "tau_low") + 1 / number(&f, "tau_high")) / 6.283185307, 1e-6);
    assert_true(number(&f, "psd_slope") < -0.5); /* a Lorentzian: 0 below the corner at 40 Hz, -2 above */
    hys_protocol_result_free(f.result);
    for (int k = 0; k < N_READS; k++)
        i[k] = 1e-6 + 1e-8 * hys__normal((const uint64_t[]){3, 5}, (const uint64_t[]){(uint64_t)k, 0});
    f.result = analyse(ctx, i, &p);
    assert_string_equal(feature(&f, "levels")->text, "not two");
    assert_within(number(&f, "psd_slope"), 0, 0.25); /* white */
    assert_near(number(&f, "noise"), 0.01, 0.05);
    hys_protocol_result_free(f.result);
    hys_ctx_free(ctx);
}

/* ---- temperature ---- */

static void temperature_series_finds_the_activation_energy(void **state) {
    (void)state;
    static const char hopping[] = "analog begin\nv = V(p, n);\nw = 0;\n"
                                  "g = 1e-3*exp(-0.3*`P_Q/(`P_K*$temperature));\n";
    fixture f = measure((asked){"temperature", hopping,
                                WORDS("temperatures=250K:400K:4", "positive=1V", "negative=-1V", "frequency=1Hz"), NULL,
                                NULL, NULL});
    assert_near(number(&f, "activation_fresh"), 0.3, 1e-6);
    assert_near(number(&f, "r2_fresh"), 1, 1e-9);
    assert_near(number(&f, "g_first"), 1e-3 * exp(-0.3 / (8.617333262e-5 * 250)), 1e-6);
    release(&f);
    f = measure((asked){"temperature", "hp_linear",
                        WORDS("temperatures=280K,320K", "positive=1V", "negative=-1V", "frequency=1Hz"), NULL, NULL,
                        NULL});
    assert_true(remarks(&f, "nothing depends on temperature"));
    release(&f);
}

/* ---- scatter ---- */

/* g is drawn once a device, 20 %: resistances are lognormal, the same in all cycles. */
static void spread_is_split_between_devices_and_cycles(void **state) {
    (void)state;
    static const char relay[] = "parameter real s = 1.0;\nanalog begin\nv = V(p, n);\n"
                                "w = idt((v > 0.6 ? 1e3*(1.0 - w) : 0.0) - (v < -0.6 ? 1e3*w : 0.0), 0.0);\n"
                                "g = s*(1e-6 + 1e-5*w);\n";
    fixture f = measure((asked){"spread", relay,
                                WORDS("features=r_low_pos", "positive=1V", "negative=-1V", "frequency=1Hz", "runs=60",
                                      "cycles=2", "points=100"),
                                NULL, WORDS("s=lognormal 0.2"), NULL});
    assert_near(number(&f, "r_low_pos.ln_sd"), 0.2, 0.3); /* three standard errors of a deviation of 60 */
    assert_within(number(&f, "r_low_pos.ln_mean"), log(1 / 1.1e-5), 0.2 * 3 / sqrt(60) + 0.02);
    assert_true(number(&f, "r_low_pos.ln_r2") > 0.94);
    assert_true(number(&f, "r_low_pos.c2c") < 1e-3 * number(&f, "r_low_pos.d2d"));
    assert_near(number(&f, "r_low_pos.d2d"), number(&f, "r_low_pos.sd"), 0.05);
    release(&f);
    f = measure((asked){"spread", relay,
                        WORDS("features=v_set", "positive=1V", "negative=-1V", "frequency=1Hz", "runs=3"), NULL, NULL,
                        NULL});
    assert_true(remarks(&f, "alike"));
    release(&f);
}

/* ---- testers ---- */

/* A relay of 0.8 V, at once. */
static const char relay[] = "analog begin\nv = V(p, n);\n"
                            "w = idt((v > 0.8 ? 1e6*(1.0 - w) : 0.0) - (v < -0.6 ? 1e6*w : 0.0), 0.0);\n"
                            "g = 1e-6 + 1e-5*w;\n";

static void ramps_of_pulses_stop_at_the_threshold(void **state) {
    (void)state;
    fixture f = measure((asked){"FF", relay, WORDS("vstep=0.1V"), NULL, NULL, NULL});
    assert_near(number(&f, "v_forming"), 0.85, 1e-6); /* the first of 0.25, 0.35 ... above */
    assert_near(number(&f, "width_forming"), 101e-6, 1e-3);
    release(&f);
    f = measure((asked){"SwitchSeeker", relay, WORDS("cycles=2"), NULL, NULL, NULL});
    assert_near(number(&f, "v_positive"), 0.9, 1e-6);
    assert_near(number(&f, "v_negative"), -0.7, 1e-6);
    assert_near(number(&f, "factor_positive"), 1 / 11.0, 1e-3);
    assert_near(number(&f, "switches"), 4, 1e-9);
    release(&f);
    f = measure((asked){"MultiBias", relay, WORDS("amplitude=1V", "width=1ms", "pulses=10"), NULL, NULL, NULL});
    assert_within(number(&f, "disturb"), 0, 1e-9); /* half of it is below the threshold */
    assert_near(number(&f, "change_whole"), 10, 1e-3);
    release(&f);
}

static void stepped_sweeps_halt_and_return(void **state) {
    (void)state;
    fixture f = measure((asked){"curve-tracer", relay,
                                WORDS("positive=1.5V", "negative=-1V", "step=0.1V", "width=1ms", "halt=9uA"), NULL,
                                NULL, NULL});
    /* 0.9 V through 11 uS is 9.9 uA: there it turns back */
    assert_near(number(&f, "v_max"), 1, 1e-6); /* of the negative side */
    assert_true(remarks(&f, "turns back at 0.9 V"));
    assert_near(number(&f, "v_set"), 0.85, 0.07);
    release(&f);
    f = measure(
        (asked){"curve-tracer", relay,
                WORDS("positive=1V", "negative=-1V", "step=0.1V", "width=1ms", "shape=pulsed", "span=only-positive"),
                NULL, NULL, NULL});
    assert_near(number(&f, "ratio_max"), 11, 1e-3);
    assert_true(isnan(number(&f, "v_reset")));
    release(&f);
}

/* ---- loops ---- */

/* Behind the peak w is lower by 0.3 and u higher by 0.4: 10 u v makes up for it at 0.075 V, and not any more near 0.5
 * V, where u has yet to rise. */
static void loops_that_cross_away_from_the_origin_are_told(void **state) {
    (void)state;
    static const char two_ways[] = "real u;\nanalog begin\nv = V(p, n);\n"
                                   "w = idt(v > 0.2 && v < 0.6 ? 1.0 : (v > 0.8 ? -5.0 : 0.0), 0.0);\n"
                                   "u = idt(v > 0.2 && v < 0.6 ? 2.0 : 0.0, 0.0);\ng = 1e-6*(1.0 + w + 10.0*u*v);\n";
    fixture f = measure(
        (asked){"iv", two_ways, WORDS("positive=1V", "negative=-1V", "frequency=1Hz", "cycles=1"), NULL, NULL, NULL});
    assert_near(number(&f, "n_crossings"), 2, 1e-9);
    assert_near(number(&f, "v_crossing"), 0.075, 0.05); /* 0.1 V s by the sampled triangle */
    release(&f);
    f = measure((asked){"iv", "hp_linear", WORDS("positive=1V", "negative=-1V", "frequency=1Hz"), NULL, NULL, NULL});
    assert_near(number(&f, "n_crossings"), 0, 1e-9);
    release(&f);
}

/* ---- spikes ---- */

/* A first-order device adds what pairs do: triplets of 5 ms and 5 ms are one pair of each order, trains at 50 Hz and
 * 10 ms n pairs of one order and n - 1 of the other, which undo each other but for one. */
static void triplets_of_a_rule_of_pairs_are_pairs(void **state) {
    (void)state;
    static const char synapse[] =
        "analog begin\nv = V(p, n);\n"
        "w = idt(abs(v) > 1.0 ? (v > 0.0 ? 1.0 : -1.0)*(exp(7.0*min(abs(v), 2.0)) - exp(7.0)) : 0.0, 0.0);\n"
        "g = 1e-6*(1.0 + 0.01*w);\n";
    fixture f = measure(
        (asked){"stdp-triplet", synapse, WORDS("head=1V", "tail=0.25V", "rates=1,50", "pairs=4"), NULL, NULL, NULL});
    assert_within(number(&f, "pairs_together"), 0, 1e-3);
    assert_within(number(&f, "pre_post_pre"), 0, 0.01 * 8.25e-2);
    /* published quadrature: 550.5 (mV ms) of 10 ms; ten times less a second of device time */
    assert_near(number(&f, "low_rate_plus"), 4 * 0.01 * 550.5e-3, 0.01);
    assert_near(number(&f, "low_rate_minus"), -4 * 0.01 * 550.5e-3, 0.01);
    assert_near(number(&f, "high_rate_plus"), 0.01 * 550.5e-3, 0.05); /* a new head ends the tail before */
    release(&f);
}

/* ---- potentiation ---- */

static void growing_pulses_and_turns(void **state) {
    (void)state;
    /* steps that shrink as 1 - w, up, and as w, down: equal at w = 1/2 */
    static const char synapse[] = "analog begin\nv = V(p, n);\n"
                                  "w = idt((v > 0.5 ? 100.0*(1.0 - w) : 0.0) - (v < -0.5 ? 100.0*w : 0.0), 0.0);\n"
                                  "g = 1e-6 + 9e-6*w;\n";
    fixture f = measure(
        (asked){"potentiation", synapse, WORDS("up=1V", "down=-1V", "width=1ms", "pulses=20"), NULL, NULL, NULL});
    assert_near(number(&f, "g_turns"), 5.5e-6, 1e-3);
    release(&f);
    /* widths 1, 1.5, 2 ... ms make the exponential of a straight line's sum */
    f = measure((asked){
        "potentiation", synapse,
        WORDS("up=1V", "down=-1V", "width=1ms", "pulses=4", "scheme=width", "increment=0.5", "cycles=1", "turns=0"),
        NULL, NULL, NULL});
    const double *g = hys_table_column(hys_protocol_table_at(f.result, 0)->table, "g");
    assert_near(g[4], 1e-6 + 9e-6 * (1 - exp(-0.1 * (1 + 1.5 + 2 + 2.5))), 1e-3);
    release(&f);
    /* one pulse does all: no label */
    f = measure(
        (asked){"potentiation", synapse, WORDS("up=1V", "down=-1V", "width=1s", "pulses=20"), NULL, NULL, NULL});
    assert_string_equal(feature(&f, "nl_potentiation")->text, "beyond 9");
    assert_true(remarks(&f, "beyond the end of the table"));
    release(&f);
}

static int stop_at_once(void *user, double done) {
    double *last = user;
    assert_true(done >= *last - 1e-12 && done <= 1);
    *last = done;
    return done > 0.3;
}

static void progress_rises_and_can_cancel(void **state) {
    (void)state;
    fixture f = {.ctx = hys_test_ctx()};
    double last = 0;
    hys_bench_opts bench = hys_bench_opts_default();
    hys_protocol_opts opts = hys_protocol_opts_default();
    bench.progress = stop_at_once;
    bench.progress_user = &last;
    opts.bench = &bench;
    opts.opt = WORDS("amplitude=1V", "frequencies=1kHz:1MHz:8", "cycles=20");
    opts.n_opt = 3;
    assert_int_equal(hys_model_load(f.ctx, "hp_linear", NULL, &f.model), HYS_OK);
    assert_int_equal(hys_protocol_run(f.ctx, hys_protocol_find("iv-frequency"), f.model, &opts, &f.result), HYS_CANCEL);
    assert_true(last > 0.3 && last < 0.6);
    release(&f);
}

typedef struct small {
    const char *protocol;
    const char *const *opt;
} small;

static hys_status small_run(hys_ctx *ctx, void *arg) {
    const small *s = arg;
    hys_protocol_opts opts = hys_protocol_opts_default();
    hys_model *model = NULL;
    hys_protocol_result *result = NULL;
    opts.opt = s->opt;
    opts.n_opt = count(s->opt);
    hys_status status = hys__model_of_kernel(ctx, &kernel_volatile, "volatile.va", &model);
    if (status == HYS_OK) status = hys_protocol_run(ctx, hys_protocol_find(s->protocol), model, &opts, &result);
    hys_protocol_result_free(result);
    hys_model_free(model);
    return status;
}

static void memory_that_runs_out_is_said(void **state) {
    (void)state;
    const small list[] = {
        {"rtn", WORDS("reads=64", "duration=1ms")},
        {"curve-tracer", WORDS("positive=1V", "negative=-1V", "step=0.5V", "width=1ms")},
        {"half-select", WORDS("amplitude=1V", "width=1ms", "pulses=1")},
        {"forming", WORDS("vmin=1V", "vmax=1V", "pwmax=100us")},
        {"switch-seeker", WORDS("vmax=0.5V", "pulses=1", "cycles=1")},
        {"chrono", WORDS("bias=1V", "duration=1ms", "reads=2")},
        {"temperature", WORDS("positive=1V", "negative=-1V", "frequency=1kHz", "temperatures=290K,300K")},
        {"spread", WORDS("positive=1V", "negative=-1V", "frequency=1kHz", "runs=2", "cycles=1", "points=20")}};
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        small one = list[k];
        hys_test_each_failure(small_run, &one, false);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relaxation_oscillators_have_the_frequency_of_an_independent_integration),
        cmocka_unit_test(oscillation_finds_circuit_and_range_by_itself),
        cmocka_unit_test(switches_of_events_oscillate_between_the_thresholds_of_a_slow_voltage),
        cmocka_unit_test(neurons_fire_after_the_pulses_that_charging_needs),
        cmocka_unit_test(telegraph_noise_is_told_with_its_times),
        cmocka_unit_test(temperature_series_finds_the_activation_energy),
        cmocka_unit_test(spread_is_split_between_devices_and_cycles),
        cmocka_unit_test(ramps_of_pulses_stop_at_the_threshold),
        cmocka_unit_test(stepped_sweeps_halt_and_return),
        cmocka_unit_test(loops_that_cross_away_from_the_origin_are_told),
        cmocka_unit_test(triplets_of_a_rule_of_pairs_are_pairs),
        cmocka_unit_test(growing_pulses_and_turns),
        cmocka_unit_test(progress_rises_and_can_cancel),
        cmocka_unit_test(memory_that_runs_out_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
