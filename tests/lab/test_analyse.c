/* Protocols on measured data: columns, records of pulses, and the numbers that models of known answers leave behind. */
#include "hys_test.h"
#include <hysteron/hysteron.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys_table *tables[8];
    size_t n;
    hys_protocol_result *result;
} fixture;

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->ctx = hys_test_ctx();
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys_protocol_result_free(f->result);
    for (size_t k = 0; k < f->n; k++) hys_table_free(f->tables[k]);
    hys_ctx_free(f->ctx);
    free(f);
    return 0;
}

/* Pairs of name and unit, ended by NULL. */
static hys_table *new_table(fixture *f, const char *const *columns) {
    hys_table *table = NULL;
    assert_int_equal(hys_table_new(f->ctx, &table), HYS_OK);
    for (size_t k = 0; columns[k]; k += 2)
        assert_int_equal(hys_table_add_column(table, columns[k], columns[k + 1]), HYS_OK);
    f->tables[f->n++] = table;
    return table;
}

#define WORDS(...)      ((const char *const[]){__VA_ARGS__, NULL})
#define NONE            ((const char *const[]){NULL})
#define ADD(table, ...) assert_int_equal(hys_table_add_row((table), (double[]){__VA_ARGS__}), HYS_OK)
#define COLUMNS(f, ...) new_table((f), WORDS(__VA_ARGS__))

static hys_status analyse(fixture *f, const char *protocol, const char *const *opt) {
    static const char *const names[] = {"a.csv", "b.csv", "c.csv", "d.csv", "e.csv", "f.csv", "g.csv", "h.csv"};
    hys_protocol_opts opts = hys_protocol_opts_default();
    opts.opt = opt;
    while (opt[opts.n_opt]) opts.n_opt++;
    opts.names = names;
    hys_protocol_result_free(f->result);
    f->result = NULL;
    return hys_protocol_analyse(f->ctx, hys_protocol_find(protocol), (const hys_table *const *)f->tables, f->n, &opts,
                                &f->result);
}

static void expect(fixture *f, const char *protocol, const char *const *opt) {
    hys_status status = analyse(f, protocol, opt);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(f->ctx, 0));
    assert_int_equal(status, HYS_OK);
}

static const hys_feature *feature(const fixture *f, const char *name) {
    const hys_feature *found = hys_protocol_find_feature(f->result, name);
    if (!found) fail_msg("no feature %s", name);
    return found;
}

static double number(const fixture *f, const char *name) {
    return feature(f, name)->value;
}

static bool remarks(const fixture *f, const char *text) {
    for (size_t k = 0; k < hys_protocol_n_remarks(f->result); k++)
        if (strstr(hys_protocol_remark(f->result, k), text)) return true;
    return false;
}

/* Even scatter of size 1, the same on every machine. */
static double scatter(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / (double)(1u << 24) - 0.5;
}

/* ---- staircases ---- */

#define N 50 /* pulses of one way */

/* The curve of which NeuroSim's label is known: A = 0.25 of all pulses gives 4.2170, A = 0.5 gives 2.3965 (largest
 * distance of f from the diagonal over 0.07 sqrt 2, found on a grid of 1e5 points). */
static double curve(double a, double x) {
    return (1 - exp(-x / a)) / (1 - exp(-1 / a));
}

static double staircase(size_t pulse) { /* 1 to 5 uS and back */
    double up = curve(0.25, (double)pulse / N);
    double back = curve(0.5, ((double)pulse - N) / N);
    return 1e-6 + 4e-6 * (pulse <= N ? up : 1 - back);
}

static void expect_staircase(const fixture *f, double within) {
    assert_near(number(f, "nl_potentiation"), 4.2170, within);
    assert_near(number(f, "nl_depression"), -2.3965, within);
    assert_near(number(f, "g_min"), 1e-6, within);
    assert_near(number(f, "g_max"), 5e-6, within);
    assert_near(number(f, "step_up"), 1.0 / N, 10 * within);
}

static void a_staircase_of_conductances_has_the_label_of_its_curve(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "Pulse number", "", "Conductance", "uS");
    for (size_t k = 0; k <= 2 * N; k++) ADD(table, (double)k, 1e6 * staircase(k));
    expect(f, "potentiation", NONE);
    expect_staircase(f, 1e-3);
}

static void two_columns_hold_the_two_ways(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "LTP", "uS", "LTD", "uS");
    for (size_t k = 0; k <= N; k++) ADD(table, 1e6 * staircase(k), 1e6 * staircase(N + k));
    expect(f, "potentiation", NONE);
    expect_staircase(f, 1e-3);
}

/* Time, v and i at 20 rows a pulse: 1 ms of 2 V, 1 ms of rest, 1 ms of 0.1 V, 1 ms of rest; noise of 1 mV. */
static void record(fixture *f, double offset) {
    hys_table *table = COLUMNS(f, "time", "s", "v", "V", "i", "A");
    uint32_t seed = 1;
    double t = 0;
    for (size_t k = 0; k <= 4 * (2 * N) + 3; k++) {
        size_t pulse = k / 4, part = k % 4;
        double g = staircase(part >= 2 ? pulse : pulse ? pulse - 1 : 0), height = pulse <= N ? 2 : -2;
        double level = part == 0 && pulse ? height : part == 2 ? 0.1 : 0;
        for (size_t m = 0; m < 20; m++, t += 5e-5) {
            double v = level + offset;
            ADD(table, t, v + 2e-3 * scatter(&seed), v * g);
        }
    }
}

static void pulses_and_reads_are_found_in_a_record(void **state) {
    fixture *f = *state;
    record(f, 0);
    expect(f, "potentiation", NONE);
    expect_staircase(f, 1e-2);
    assert_near(number(f, "v_up"), 2, 1e-3);
    assert_near(number(f, "v_down"), -2, 1e-3);
    /* v^2 g t of the first 50 pulses: the mean of g before each */
    double g = 0;
    for (size_t k = 0; k < N; k++) g += staircase(k) / N;
    assert_near(number(f, "energy_potentiation"), 4 * g * 1e-3, 2e-2);
    assert_true(remarks(f, "201 pulses, 101 of them reads"));
    assert_int_equal(hys_table_n_rows(hys_protocol_table_at(f->result, 0)->table), 2 * N + 1);
}

static void the_size_of_reads_can_be_said(void **state) {
    fixture *f = *state;
    record(f, 0);
    expect(f, "potentiation", WORDS("read=0.1V"));
    assert_true(remarks(f, "201 pulses, 101 of them reads"));
    expect(f, "potentiation", WORDS("read=10mV"));
    assert_true(remarks(f, "no reads were found"));
    assert_int_not_equal(analyse(f, "potentiation", WORDS("read=10s")), HYS_OK);
}

/* ---- decays, pairs, rates ---- */

static void a_decay_behind_a_pulse_has_its_time_constants(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "t", "ms", "V", "V", "Current", "nA");
    for (size_t k = 0; k <= 2000; k++) {
        double t = (double)k - 50, v = t >= 0 && t < 10 ? 2 : 0.1; /* ms */
        double i = t < 0 ? 1 : t < 10 ? 40 : 1 + 8 * exp(-(t - 10) / 20) + 4 * exp(-(t - 10) / 400);
        ADD(table, (double)k, v, i);
    }
    expect(f, "epsc", NONE);
    assert_string_equal(feature(f, "decay")->text, "double");
    assert_near(number(f, "tau1"), 0.02, 0.02);
    assert_near(number(f, "tau2"), 0.4, 0.02);
    assert_near(number(f, "i_before"), 1e-9, 1e-6);
    assert_near(number(f, "energy_per_event"), 2 * 40e-9 * 0.01, 0.1);
}

static void a_decay_without_a_voltage_begins_at_its_peak(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "time", "s", "i", "A");
    uint32_t seed = 7;
    for (size_t k = 0; k < 1000; k++) {
        double t = 1e-3 * ((double)k - 20);
        ADD(table, 1e-3 * (double)k, 1e-9 + 1e-11 * scatter(&seed) + (t >= 0 ? 5e-9 * exp(-t / 0.1) : 0));
    }
    expect(f, "epsc", NONE);
    assert_string_equal(feature(f, "decay")->text, "single");
    assert_near(number(f, "tau1"), 0.1, 0.01);
}

static double index_at(double dt) {
    return 1 + 0.6 * exp(-dt / 0.05);
}

static void paired_pulses_have_a_time_constant(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "interval", "ms", "PPF index", "%");
    for (size_t k = 0; k < 12; k++) ADD(table, 10.0 * (double)(k + 1), 100 * index_at(0.01 * (double)(k + 1)));
    expect(f, "ppf", NONE);
    assert_string_equal(feature(f, "kind")->text, "facilitation");
    assert_near(number(f, "tau1"), 0.05, 1e-3);
    assert_near(number(f, "c1"), 0.6, 1e-3);
    assert_near(number(f, "index_most"), index_at(0.01), 1e-9);
}

/* Pairs of 1 ms, 0.2 s apart from each other. */
static void pairs_are_found_in_a_record(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "time", "s", "v", "V", "i", "A");
    for (size_t k = 0; k < 8; k++)
        for (size_t m = 0; m < 3200; m++) {
            double t = 1e-4 * (double)m, dt = 0.01 * (double)(k + 1), start = 0.001 + dt;
            bool first = t < 0.001, second = t >= start && t < start + 0.001;
            ADD(table, 0.32 * (double)k + t, first || second ? 1 : 0, first ? 1e-6 : second ? 1e-6 * index_at(dt) : 0);
        }
    expect(f, "ppf", NONE);
    assert_near(number(f, "tau1"), 0.05, 0.02);
    assert_near(number(f, "interval_most"), 0.01, 0.02);
    assert_int_equal(hys_table_n_rows(hys_protocol_table_at(f->result, 0)->table), 8);
}

static void trains_of_several_rates_are_one_a_record(void **state) {
    fixture *f = *state;
    static const double rates[] = {50, 5, 20}; /* not in order */
    for (size_t k = 0; k < 3; k++) {
        hys_table *table = COLUMNS(f, "time", "s", "v", "V", "i", "A");
        for (size_t m = 0; m < 10 * (size_t)(1e4 / rates[k]); m++) {
            double t = 1e-4 * (double)m + 1e-5, phase = t * rates[k], pulse = floor(phase);
            bool on = (phase - pulse) / rates[k] < 2e-3;
            ADD(table, t, on ? 1 : 0, on ? 1e-6 * (1 + 0.1 * pulse * rates[k] / 50) : 0);
        }
    }
    expect(f, "srdp", NONE);
    const hys_table *table = hys_protocol_table_at(f->result, 0)->table;
    assert_near(hys_table_column(table, "frequency")[0], 5, 1e-2);
    assert_near(hys_table_column(table, "frequency")[2], 50, 1e-2);
    assert_near(number(f, "gain_high"), 1.9, 1e-6);
    assert_near(number(f, "gain_low"), 1.09, 1e-6);
    assert_string_equal(feature(f, "kind")->text, "potentiation by rate");
}

/* 50 + 20 ln N percent is kept in the end. */
static void records_of_more_pulses_are_kept_longer(void **state) {
    fixture *f = *state;
    static const double pulses[] = {30, 10};
    for (size_t k = 0; k < 2; k++) {
        hys_table *table = COLUMNS(f, "time", "s", "v", "V", "i", "A");
        double end = 0.002 * pulses[k] - 0.001, kept = 0.2 * log(pulses[k]);
        for (size_t m = 0; m < 4000; m++) {
            double t = 1e-4 * (double)m - 0.05, phase = fmod(t, 0.002);
            bool on = t > 0 && t < end && phase < 0.001;
            double i = t < 0     ? 1e-8
                       : on      ? 1e-5
                       : t < end ? 2e-8
                                 : 1e-8 + 1e-7 * (kept + (1 - kept) * exp(-(t - end) / 0.02));
            ADD(table, t, on ? 1 : 0.05, i);
        }
    }
    expect(f, "stp-ltp", NONE);
    const hys_table *table = hys_protocol_table_at(f->result, 0)->table;
    assert_near(hys_table_column(table, "pulses")[0], 10, 0);
    assert_near(hys_table_column(table, "pulses")[1], 30, 0);
    assert_near(number(f, "kept_first"), 0.2 * log(10), 0.05);
    assert_near(number(f, "kept_last"), 0.2 * log(30), 0.05);
    assert_string_equal(feature(f, "conversion")->text, "yes");
    assert_int_equal(analyse(f, "stp-ltp", WORDS("numbers=10,30,60")), HYS_ARG);
}

static void a_window_of_spike_timing_has_two_sides(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "delta_t", "ms", "dG", "%");
    for (int k = -20; k <= 20; k++) {
        double t = 4.0 * k;
        if (k) ADD(table, t, k > 0 ? 80 * exp(-t / 15) : -40 * exp(t / 30));
    }
    expect(f, "stdp", NONE);
    assert_string_equal(feature(f, "window")->text, "Hebbian");
    assert_near(number(f, "a_plus"), 0.8, 1e-3);
    assert_near(number(f, "tau_plus"), 0.015, 1e-3);
    assert_near(number(f, "a_minus"), -0.4, 1e-3);
    assert_near(number(f, "tau_minus"), 0.03, 1e-3);
}

/* ---- states ---- */

/* tau = 1e-8 s exp(1.0 eV/kT): at 400 K and 450 K. */
static void temperatures_give_an_activation_energy(void **state) {
    fixture *f = *state;
    for (size_t k = 0; k < 2; k++) {
        double temperature = k ? 400 : 450, tau = 1e-8 * exp(1.0 / (8.617333262e-5 * temperature));
        hys_table *table = COLUMNS(f, "time", "s", "R", "kohm");
        for (size_t m = 0; m < 40; m++) {
            double t = 1e-2 * tau * pow(10, 3 * (double)m / 39);
            ADD(table, t, 1e-3 / (1e-6 + 9e-6 * exp(-t / tau)));
        }
    }
    expect(f, "retention", WORDS("temperatures=450K,400K"));
    assert_near(number(f, "activation_energy"), 1.0, 0.01);
    assert_near(number(f, "tau_85degC"), 1e-8 * exp(1.0 / (8.617333262e-5 * 358.15)), 0.1);
    expect(f, "retention", WORDS("temperatures=450K,400K", "before=1uS"));
    assert_near(number(f, "lifetime"), log(2) * 1e-8 * exp(1.0 / (8.617333262e-5 * 400)), 0.05);
    assert_int_equal(analyse(f, "retention", WORDS("temperatures=450K")), HYS_ARG);
}

static void resistances_of_two_states_fail_where_they_meet(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "Cycle", "", "HRS", "ohm", "LRS", "ohm");
    for (size_t k = 0; k < 100; k++) ADD(table, (double)k + 1, k < 70 ? 1e6 : 1.5e4, 1e4);
    expect(f, "endurance", NONE);
    assert_near(number(f, "g_on"), 1e-4, 1e-12);
    assert_near(number(f, "g_off"), 1e-6, 1e-12);
    assert_near(number(f, "window_first"), 100, 1e-12);
    assert_near(number(f, "first_failure"), 71, 0);
}

static void reads_show_what_reading_does(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "v", "V", "i", "A");
    for (size_t k = 0; k <= 200; k++) ADD(table, 0.1, 1e-7 * (1 - 1e-3 * (double)k));
    expect(f, "read-disturb", NONE);
    assert_near(number(f, "change"), -0.2, 1e-9);
    assert_near(number(f, "reads_to_10_percent"), 101, 0);
}

static void levels_have_a_spread_each(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "target", "uS", "g", "uS");
    for (size_t k = 0; k < 4; k++)
        for (size_t m = 0; m < 11; m++)
            ADD(table, 10.0 * (double)(k + 1), 10.0 * (double)(k + 1) + 0.1 * ((double)m - 5));
    expect(f, "levels", WORDS("tolerance=0.0101"));
    assert_near(number(f, "levels"), 4, 0);
    assert_near(number(f, "error_most"), 0.5 / 30, 1e-9);
    assert_near(number(f, "success"), 7.0 / 11, 1e-9); /* 0.3 of 30 */
}

/* ---- switching ---- */

static void times_to_switch_follow_a_law(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "voltage", "V", "t_switch", "us");
    for (size_t k = 0; k < 8; k++) ADD(table, 1 + 0.1 * (double)k, 1e6 * exp(-(1 + 0.1 * (double)k) / 0.05));
    ADD(table, 0.5, NAN);
    expect(f, "kinetics", NONE);
    assert_near(number(f, "v_per_decade"), 0.05 * log(10), 1e-6);
    assert_true(remarks(f, "1 of 9 voltages"));
}

/* The conductance doubles at t = 2e-3 s exp(-v/0.2) of each of three records. */
static void times_to_switch_are_found_in_records(void **state) {
    fixture *f = *state;
    for (size_t k = 0; k < 3; k++) {
        hys_table *table = COLUMNS(f, "time", "s", "v", "V", "i", "A");
        double v = 0.6 + 0.2 * (double)k, rate = log(2) / (2e-3 * exp(-v / 0.2));
        for (size_t m = 0; m < 600; m++) {
            double t = 1e-6 * ((double)m - 300);
            ADD(table, t, t < 0 ? 0 : v, t < 0 ? 0 : v * 1e-6 * exp(rate * t));
        }
    }
    expect(f, "kinetics", NONE);
    assert_near(number(f, "v_per_decade"), 0.2 * log(10), 0.02);
    assert_near(number(f, "t_slowest"), 2e-3 * exp(-3.0), 0.02);
}

/* Leaves the upper level with 1/20, the lower with 1/50 a row: about 140 stays in each, so 9 % of scatter. */
static void levels_of_telegraph_noise_have_their_times(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "time", "ms", "i", "nA");
    uint32_t seed = 11;
    bool is_high = false;
    for (size_t k = 0; k < 10000; k++) {
        if (scatter(&seed) + 0.5 < (is_high ? 1.0 / 20 : 1.0 / 50)) is_high = !is_high;
        ADD(table, 2 * (double)k, (is_high ? 12 : 10) + 0.5 * scatter(&seed));
    }
    expect(f, "rtn", NONE);
    assert_string_equal(feature(f, "levels")->text, "two");
    assert_near(number(f, "i_high"), 12e-9, 1e-2);
    assert_near(number(f, "i_low"), 10e-9, 1e-2);
    assert_near(number(f, "tau_high"), 20 * 2e-3, 0.3);
    assert_near(number(f, "tau_low"), 50 * 2e-3, 0.3);
    ADD(table, 1e6, 10);
    assert_int_equal(analyse(f, "rtn", NONE), HYS_SYNTAX);
    assert_non_null(strstr(hys_test_diag_text(f->ctx, 0), "not even in time"));
}

/* Cycle k sets at 0.8 + 0.02 k V and resets at -0.6 V. */
static void add_loops(fixture *f, size_t n) {
    hys_table *table = COLUMNS(f, "V", "V", "I", "mA");
    bool is_on = false;
    for (size_t k = 0; k < n; k++)
        for (size_t m = 0; m < 400; m++) {
            double v = m < 100 ? 0.01 * (double)m : m < 300 ? 2 - 0.01 * (double)m : 0.01 * (double)m - 4;
            if (v >= 0.8 + 0.02 * (double)k - 1e-9) is_on = true;
            if (v <= -0.6) is_on = false;
            ADD(table, v, v * (is_on ? 1 : 0.01));
        }
    ADD(table, 0, 0);
}

static void switching_voltages_scatter_from_cycle_to_cycle(void **state) {
    fixture *f = *state;
    add_loops(f, 5);
    expect(f, "iv", NONE);
    assert_near(number(f, "cycles"), 5, 0);
    assert_near(number(f, "v_set_mean"), 0.84, 0.02);
    assert_near(number(f, "v_set_sd"), 0.02 * sqrt(2.5), 0.2);
    assert_within(number(f, "v_reset"), -0.6, 0.02); /* two rows */
    expect(f, "thresholds", NONE);
    assert_near(number(f, "runs"), 5, 0);
    assert_near(number(f, "v_set_median"), 0.84, 0.02);
    assert_near(number(f, "ratio_least"), 100, 1e-3);
    expect(f, "iv", WORDS("cycles=1"));
    assert_near(number(f, "cycles"), 1, 0);
    assert_int_equal(analyse(f, "iv", WORDS("cycles=1000")), HYS_ARG);
}

static void a_list_of_switching_voltages_is_enough(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "device", "", "V_set", "V", "V_reset", "V");
    for (size_t k = 0; k < 9; k++) ADD(table, (double)k, 1 + 0.1 * (double)k, -2);
    expect(f, "thresholds", NONE);
    assert_near(number(f, "v_set_median"), 1.4, 1e-12);
    assert_near(number(f, "v_reset"), -2, 1e-12);
}

/* A loop that narrows with the frequency. */
static void loops_of_several_frequencies_are_one_a_record(void **state) {
    fixture *f = *state;
    static const double frequency[] = {100, 1, 10};
    for (size_t k = 0; k < 3; k++) {
        hys_table *table = COLUMNS(f, "time", "s", "v", "V", "i", "A");
        for (size_t m = 0; m <= 400; m++) {
            double phase = 6.283185307179586 * (double)m / 400, v = sin(phase);
            ADD(table, (double)m / 400 / frequency[k], v, v * (1e-3 - 5e-4 * cos(phase) / frequency[k]));
        }
    }
    expect(f, "iv-frequency", NONE);
    const hys_table *table = hys_protocol_table_at(f->result, 0)->table;
    assert_near(hys_table_column(table, "frequency")[1], 10, 1e-9);
    assert_near(hys_table_column(table, "area")[0] / hys_table_column(table, "area")[1], 10, 1e-3);
    assert_string_equal(feature(f, "fingerprint")->text, "yes");
}

/* ---- what is refused ---- */

static void what_a_table_lacks_is_said(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "x", "", "depth", "nm");
    ADD(table, 1, 2);
    for (size_t k = 0; k < hys_protocol_count(); k++) {
        const hys_protocol *protocol = hys_protocol_get(k);
        const hys_protocol_data *data = hys_protocol_data_of(protocol);
        hys_diag_clear(f->ctx);
        hys_status status = analyse(f, protocol->name, NONE);
        assert_int_not_equal(status, HYS_OK);
        assert_int_equal(hys_diag_count(f->ctx), 1);
        const char *text = hys_test_diag_text(f->ctx, 0);
        if (!data) assert_non_null(strstr(text, "models only"));
        else if (strcmp(protocol->name, "iv-frequency") != 0 && strcmp(protocol->name, "stp-ltp") != 0)
            assert_non_null(strstr(text, data->columns));
        if (data) assert_non_null(strstr(text, "a.csv"));
    }
}

static void rows_that_were_not_measured_are_left_out(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "interval", "s", "index", "1");
    for (size_t k = 0; k < 12; k++) ADD(table, 0.01 * (double)(k + 1), k == 5 ? NAN : index_at(0.01 * (double)(k + 1)));
    expect(f, "ppf", NONE);
    assert_near(number(f, "tau1"), 0.05, 1e-3);
    assert_true(remarks(f, "1 of 12 rows"));
}

static void columns_without_units_are_remarked(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "pulse", "", "g", "");
    for (size_t k = 0; k <= 2 * N; k++) ADD(table, (double)k, staircase(k));
    expect(f, "potentiation", NONE);
    assert_true(remarks(f, "'g' has no unit: S is assumed"));
}

static void a_time_that_falls_is_refused(void **state) {
    fixture *f = *state;
    hys_table *table = COLUMNS(f, "time", "s", "v", "V", "i", "A");
    for (size_t k = 0; k < 20; k++) ADD(table, k == 10 ? 0.5 : (double)k, k % 4 ? 0 : 1, 1e-6);
    assert_int_equal(analyse(f, "ppf", NONE), HYS_SYNTAX);
    assert_non_null(strstr(hys_test_diag_text(f->ctx, 0), "the time of row 11 is before that of row 10"));
}

/* ---- a model's tables told again ---- */

static const struct {
    const char *protocol, *device, *opt[3], *left_out; /* features that tables do not carry */
} runs[] = {
    {"ppf", "volatile_linear", {"intervals=10ms:1s:8"}, " energy_per_event "},
    {"srdp", "volatile_linear", {"frequencies=1Hz:50Hz:4"}, " energy_per_event "},
    {"potentiation", "hp_linear", {"pulses=10", "cycles=1"}, " g_turns "},
    {"endurance", "hp_linear", {"cycles=4"}, " energy_set energy_reset energy_per_event "},
    {"read-disturb", "hp_linear", {"reads=10"}, " energy_per_event "},
    {"kinetics", "hp_linear", {"voltages=0.5V:2V:4"}, ""},
};

static bool is_among(const char *list, const char *name) {
    char padded[80];
    snprintf(padded, sizeof padded, " %s ", name);
    return strstr(list, padded);
}

static void a_model_s_tables_tell_what_its_run_told(void **state) {
    fixture *f = *state;
    for (size_t k = 0; k < sizeof runs / sizeof *runs; k++) {
        hys_model *model = NULL;
        hys_protocol_result *run = NULL;
        hys_protocol_opts opts = hys_protocol_opts_default();
        opts.opt = runs[k].opt;
        while (opts.n_opt < 3 && opts.opt[opts.n_opt]) opts.n_opt++;
        assert_int_equal(hys_model_load(f->ctx, runs[k].device, NULL, &model), HYS_OK);
        assert_int_equal(hys_protocol_run(f->ctx, hys_protocol_find(runs[k].protocol), model, &opts, &run), HYS_OK);
        f->tables[0] = (hys_table *)(uintptr_t)hys_protocol_table_at(run, 0)->table;
        f->n = 1;
        expect(f, runs[k].protocol, NONE);
        for (size_t m = 0; m < hys_protocol_n_features(run); m++) {
            const hys_feature *want = hys_protocol_feature(run, m), *got = NULL;
            if (is_among(runs[k].left_out, want->name)) continue;
            got = feature(f, want->name);
            if (want->text) assert_string_equal(got->text, want->text);
            else if (!isnan(want->value) && !(fabs(got->value - want->value) <= 1e-6 * fabs(want->value)))
                fail_msg("%s: %s is %g, not %g", runs[k].protocol, want->name, got->value, want->value);
        }
        f->n = 0;
        hys_protocol_result_free(run);
        hys_model_free(model);
    }
}

/* ---- out of memory ---- */

static const struct {
    const char *protocol, *columns[7];
} jobs[] = {
    {"potentiation", {"time", "s", "v", "V", "i", "A"}}, {"epsc", {"time", "s", "v", "V", "i", "A"}},
    {"iv", {"time", "s", "v", "V", "i", "A"}},           {"ppf", {"time", "s", "v", "V", "i", "A"}},
    {"retention", {"time", "s", "r", "ohm", "g", "mS"}}, {"levels", {"level", "1", "x", "1", "g", "mS"}},
    {"stdp", {"dt", "s", "x", "1", "change", "%"}},
};

static hys_status fill(hys_table *table) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < 60 && status == HYS_OK; k++) {
        double v = k % 4 || k > 40 ? 0 : k % 8 ? 0.1 : 1;
        status = hys_table_add_row(table, (double[]){(double)k - 0.5, v, (1 + 0.01 * (double)k) * v});
    }
    return status;
}

static hys_status run_job(hys_ctx *ctx, void *arg) {
    size_t k = *(size_t *)arg;
    hys_table *table = NULL;
    hys_protocol_result *result = NULL;
    hys_status status = hys_table_new(ctx, &table);
    for (size_t c = 0; c < 6 && status == HYS_OK; c += 2)
        status = hys_table_add_column(table, jobs[k].columns[c], jobs[k].columns[c + 1]);
    if (status == HYS_OK) status = fill(table);
    const hys_table *tables[] = {table};
    if (status == HYS_OK)
        status = hys_protocol_analyse(ctx, hys_protocol_find(jobs[k].protocol), tables, 1, NULL, &result);
    hys_protocol_result_free(result);
    hys_table_free(table);
    return status;
}

static void memory_may_run_out(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof jobs / sizeof *jobs; k++) hys_test_each_failure(run_job, &k, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_staircase_of_conductances_has_the_label_of_its_curve),
        TEST(two_columns_hold_the_two_ways),
        TEST(pulses_and_reads_are_found_in_a_record),
        TEST(the_size_of_reads_can_be_said),
        TEST(a_decay_behind_a_pulse_has_its_time_constants),
        TEST(a_decay_without_a_voltage_begins_at_its_peak),
        TEST(paired_pulses_have_a_time_constant),
        TEST(pairs_are_found_in_a_record),
        TEST(trains_of_several_rates_are_one_a_record),
        TEST(records_of_more_pulses_are_kept_longer),
        TEST(a_window_of_spike_timing_has_two_sides),
        TEST(temperatures_give_an_activation_energy),
        TEST(resistances_of_two_states_fail_where_they_meet),
        TEST(reads_show_what_reading_does),
        TEST(levels_have_a_spread_each),
        TEST(times_to_switch_follow_a_law),
        TEST(times_to_switch_are_found_in_records),
        TEST(levels_of_telegraph_noise_have_their_times),
        TEST(switching_voltages_scatter_from_cycle_to_cycle),
        TEST(a_list_of_switching_voltages_is_enough),
        TEST(loops_of_several_frequencies_are_one_a_record),
        TEST(what_a_table_lacks_is_said),
        TEST(rows_that_were_not_measured_are_left_out),
        TEST(columns_without_units_are_remarked),
        TEST(a_time_that_falls_is_refused),
        TEST(a_model_s_tables_tell_what_its_run_told),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
