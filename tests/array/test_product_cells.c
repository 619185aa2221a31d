/* Published statistics of cells and converters against the values that their sources give; what they do to arrays. */
#include "hys_test.h"
#include <hysteron/array_product.h>

static hys_product_cell_law law(const char *name, double part, double time) {
    hys_ctx *ctx = hys_test_ctx();
    hys_product_cell_law l;
    assert_int_equal(hys_product_cell(ctx, name, part, time, &l), HYS_OK);
    hys_ctx_free(ctx);
    return l;
}

/* Evaluated from the equations of Nandakumar et al., ICECS 2019, printed to four digits. */
static void test_phase_change_cells_are_those_of_nandakumar(void **state) {
    (void)state;
    static const double golden[5][7] = {
        /* g_r, sigma_prog uS, mu_nu, s_nu, Q, drift after a day, sigma_read/g */
        {0.05, 0.3588, 0.0708, 0.0315, 0.0617, 0.553, 0.314}, {0.1, 0.4482, 0.0601, 0.0229, 0.0393, 0.605, 0.200},
        {0.25, 0.6814, 0.049, 0.0114, 0.0217, 0.664, 0.110},  {0.5, 0.9527, 0.049, 0.008, 0.0138, 0.664, 0.070},
        {1, 1.0554, 0.049, 0.008, 0.0088, 0.664, 0.045},
    };
    for (size_t k = 0; k < 5; k++) {
        const double *want = golden[k];
        const hys_product_cell_law l = law("pcm", want[0], 86400);
        assert_within(l.program * 25, want[1], 6e-5);
        assert_within(l.nu, want[2], 6e-5);
        assert_within(l.nu_spread, want[3], 6e-5);
        assert_within(l.flicker / sqrt(log((86420 + 250e-9) / 500e-9)), want[4], 6e-5);
        assert_within(l.drift, want[5], 6e-4);
        assert_within(l.flicker, want[6], 6e-4);
    }
    const hys_product_cell_law now = law("pcm", 0.5, -1);
    assert_true(now.drift == 1 && now.flicker == 0);
}

/* Worked out by hand from the polynomials. */
static void test_other_cells_are_those_of_their_polynomials(void **state) {
    (void)state;
    assert_near(law("pcm-joshi", 1, -1).program * 25, 0.28638599 + 0.07585724 * 25 - 0.00178767 * 625, 1e-12);
    assert_near(law("hermes1", 1, -1).program * 10.35, 0.15781817 + 2.32443916 - 2.16310839 + 0.68841818, 1e-12);
    assert_near(law("hermes2", 1, -1).program * 20.7, 0.16603222 + 4.71806468 - 8.48101252 + 4.68961419, 1e-12);
    assert_near(law("hermes2", 0.5, 0).nu, 0.0736 - 0.0063 - 0.0109, 1e-12);
    assert_near(law("hermes2", 0.5, 0).nu_spread, 0.0073 + 0.00465 - 0.00295, 1e-12);
    assert_near(law("hermes1", 0.5, 0).nu_spread, 0.0104 + 0.0058 - 0.004125, 1e-12);
    assert_near(law("reram-wan", 1, 1).program * 40, 1.103, 1e-9); /* sums of the coefficients */
    assert_near(law("reram-wan", 1, 86400).program * 40, 2.651, 1e-9);
    assert_near(law("reram-wan", 1, 1e9).program * 40, 2.677, 1e-9);
    assert_near(law("reram-wan", 1, sqrt(86400)).program * 40, 0.5 * (1.103 + 2.651), 1e-9);
    assert_near(law("reram-wan-1s", 0.5, -1).program * 39.26,
                1.536e-4 * pow(19.63, 3) - 1.167e-2 * pow(19.63, 2) + 2.374e-1 * 19.63 + 1.053, 1e-12);
    assert_near(law("reram-milo", 50.0 / 225, -1).program * 225, 4.326971, 1e-12);
    assert_near(law("reram-cmo-0.2", 0.5, -1).program * 88.19, 0.00081107 + 0.00106879 * 44.095, 1e-12);
    assert_near(law("reram-cmo-2", 0.5, 100).shift * 88.19, -0.08900206 * log(100), 1e-12);
    assert_near(law("sonos", 1, -1).program * 1600, 19.88665 * (1 - exp(-1600 / 176.3115)), 1e-12);
    assert_near(law("sonos", 0.5, 432000).program * 1600, 34.57909 * (1 - exp(-800 / 207.34309)), 1e-12);
}

/* Conductances of an array of 4000 cells of one weight, after a product was made. */
static void spread_of(hys_product_opts *o, double *mean, double *deviation) {
    hys_ctx *ctx = hys_test_ctx();
    hys_matrix w;
    hys_product *p;
    size_t rows, columns;
    const double *g;
    enum { N = 4000 };
    hys_matrix_new(ctx, N, 1, &w);
    for (size_t k = 0; k < N; k++) w.values[k] = 1;
    o->weights = HYS_WEIGHTS_UNSIGNED;
    o->weight_range = 2;
    assert_int_equal(hys_product_new(ctx, &w, o, &p), HYS_OK);
    assert_true(hys_product_array(p, 0, &rows, &columns, &g));
    *mean = *deviation = 0;
    for (size_t k = 0; k < N; k++) *mean += g[k] / N;
    for (size_t k = 0; k < N; k++) *deviation += (g[k] - *mean) * (g[k] - *mean) / N;
    *deviation = sqrt(*deviation);
    hys_product_free(p);
    hys_matrix_free(ctx, &w);
    hys_ctx_free(ctx);
}

static void test_programmed_cells_spread_as_published(void **state) {
    (void)state;
    hys_product_opts o = hys_product_opts_default();
    double mean, deviation;
    o.cells = "pcm";
    spread_of(&o, &mean, &deviation);
    assert_near(mean, 12.5e-6, 0.004);
    assert_near(deviation, 0.9527e-6, 0.04); /* of 4000 draws: 1.1 % */
    o.program_scale = 0;
    o.flicker_scale = 0;
    o.time = 86400;
    spread_of(&o, &mean, &deviation);
    assert_near(mean, 0.664 * 12.5e-6, 0.006);
    assert_near(deviation, mean * 0.008 * log(86420.0 / 20), 0.05); /* nu's spread, to first order */
    o.drift_scale = 0;
    o.flicker_scale = 1;
    spread_of(&o, &mean, &deviation);
    assert_near(deviation, 0.070 * 12.5e-6, 0.05);
}

static void test_plain_drift_is_a_power_of_time(void **state) {
    (void)state;
    hys_product_opts o = hys_product_opts_default();
    double mean, deviation;
    o.drift = 0.05;
    o.time = 999;
    spread_of(&o, &mean, &deviation);
    assert_near(mean, 50.5e-6 * pow(1000, -0.05), 1e-9);
    assert_true(deviation < 1e-15);
}

static void test_stuck_cells_are_as_many_as_were_asked_for(void **state) {
    (void)state;
    hys_product_opts o = hys_product_opts_default();
    double mean, deviation;
    o.stuck_on = 0.1;
    o.stuck_off = 0.2;
    spread_of(&o, &mean, &deviation);
    assert_near(mean, 0.1 * 100e-6 + 0.2 * 1e-6 + 0.7 * 50.5e-6, 0.03);
}

/* All cells lose the same part, so that one factor brings the product back. */
static void test_compensation_undoes_what_all_cells_lose(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_product_opts o = hys_product_opts_default();
    hys_matrix w, x;
    hys_matrix_new(ctx, 8, 3, &w);
    hys_matrix_new(ctx, 2, 8, &x);
    for (size_t k = 0; k < 24; k++) w.values[k] = cos((double)k);
    for (size_t k = 0; k < 16; k++) x.values[k] = sin((double)k);
    o.drift = 0.1;
    o.time = 1e6;
    for (int compensates = 0; compensates < 2; compensates++) {
        hys_product *p;
        hys_matrix y;
        hys_product_error e;
        o.compensates_drift = compensates;
        assert_int_equal(hys_product_new(ctx, &w, &o, &p), HYS_OK);
        assert_int_equal(hys_product_multiply(p, &x, &y), HYS_OK);
        assert_int_equal(hys_product_compare(ctx, &w, &x, &y, &e), HYS_OK);
        if (compensates) assert_true(e.all.most < 1e-12);
        else assert_near(e.all.rms, e.all.signal * (1 - pow(1e6 + 1, -0.1)), 1e-9);
        hys_product_error_free(ctx, &e);
        hys_matrix_free(ctx, &y);
        hys_product_free(p);
    }
    hys_matrix_free(ctx, &w);
    hys_matrix_free(ctx, &x);
    hys_ctx_free(ctx);
}

/* ---- converters and costs ---- */

static void test_converters_cost_what_the_surveys_say(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double e;
    assert_int_equal(hys_product_adc_energy(ctx, "survey", 8, &e), HYS_OK);
    assert_near(e, 36.5e-15 * 256, 1e-12);
    assert_int_equal(hys_product_adc_energy(ctx, "survey", 16, &e), HYS_OK);
    assert_near(10 * log10(0.5 / e) + 6.02 * 16 + 1.76, 166.7, 1e-12); /* Schreier: SNDR + 10 log(f_s / 2 / P) */
    assert_int_equal(hys_product_adc_energy(ctx, "survey-best", 8, &e), HYS_OK);
    assert_near(e, 0.2672e-12 + 1.4456e-19 * 65536, 1e-12);
    assert_int_equal(hys_product_adc_energy(ctx, "isaac", 8, &e), HYS_OK);
    assert_near(e, 1.6667e-12, 1e-4);
    assert_int_equal(hys_product_adc_energy(ctx, "isaac", 0, &e), HYS_ARG);
    assert_int_equal(hys_product_adc_energy(ctx, "none", 8, &e), HYS_ARG);
    hys_ctx_free(ctx);
}

static hys_product_cost cost_of(const hys_product_opts *o, size_t m, size_t n) {
    hys_ctx *ctx = hys_test_ctx();
    hys_matrix w, x;
    hys_product *p;
    hys_product_cost c;
    hys_matrix_new(ctx, m, n, &w);
    hys_matrix_new(ctx, 1, m, &x);
    for (size_t k = 0; k < m * n; k++) w.values[k] = 1;
    for (size_t k = 0; k < m; k++) x.values[k] = 1;
    assert_int_equal(hys_product_new(ctx, &w, o, &p), HYS_OK);
    assert_int_equal(hys_product_get_cost(p, &x, &c), HYS_OK);
    hys_product_free(p);
    hys_matrix_free(ctx, &w);
    hys_matrix_free(ctx, &x);
    hys_ctx_free(ctx);
    return c;
}

static void test_costs_are_counted_by_hand(void **state) {
    (void)state;
    hys_product_opts o = hys_product_opts_default();
    o.weights = HYS_WEIGHTS_UNSIGNED;
    o.g_max = 100e-6;
    o.input_bits = 5;
    o.dac_bits = 1;
    o.adc_bits = 8;
    o.columns_per_adc = 4;
    hys_product_cost c = cost_of(&o, 16, 8);
    assert_near(c.cells, 4 * 16 * 8 * 0.04 * 100e-6 * 100e-9, 1e-9); /* four passes of V^2 G t */
    assert_true(c.wires == 0 && c.drivers == 0 && c.charging == 0);
    assert_near(c.dac, 4 * 16 * 4e-3 * 100e-9 / 1024, 1e-12);
    assert_near(c.adc, 4 * 8 * 36.5e-15 * 256, 1e-12);
    assert_near(c.adding, 4 * 8 * 0.2e-3 / 9.6e9, 1e-12);
    assert_near(c.energy, c.cells + c.dac + c.adc + c.adding, 1e-12);
    assert_near(c.latency, 4 * (100e-9 + 4 / 1e9), 1e-12);
    assert_near(c.operations_per_J, 2 * 16 * 8 / c.energy, 1e-12);
    assert_true(c.converters == 2);
    assert_near(c.adc_area, 2 * 0.07e-6, 1e-12);
    /* pulses: the same charge goes through the cells in 15 reads of one amplitude */
    o.inputs = HYS_INPUTS_PULSES;
    o.dac_bits = 0;
    c = cost_of(&o, 16, 8);
    assert_near(c.cells, 15 * 16 * 8 * 0.04 * 100e-6 * 100e-9, 1e-9);
    assert_near(c.latency, 15 * 100e-9 + 4 / 1e9, 1e-12);
}

/* Two cells of 10 kohm in a row behind 1 kohm of wire each, one bit line a cell: all power is accounted for. */
static void test_wires_take_their_part_of_the_power(void **state) {
    (void)state;
    hys_product_opts o = hys_product_opts_default();
    o.weights = HYS_WEIGHTS_UNSIGNED;
    o.g_max = 100e-6;
    o.lines.word_wire = 1e3;
    o.lines.driver = 500;
    const hys_product_cost c = cost_of(&o, 1, 1);
    const double current = 0.2 / 11500;
    assert_near(c.cells, current * current * 1e4 * 100e-9, 1e-7);
    assert_near(c.wires, current * current * 1e3 * 100e-9, 1e-6);
    assert_near(c.drivers, current * current * 500 * 100e-9, 1e-6);
}

static void test_lines_settle_by_elmore(void **state) {
    (void)state;
    hys_product_opts o = hys_product_opts_default();
    o.weights = HYS_WEIGHTS_UNSIGNED;
    o.g_max = 100e-6;
    o.lines.word_wire = 2;
    o.lines.driver = 1000;
    o.lines.word_capacitance = 1e-13;
    o.adc_bits = 7;
    const hys_product_cost c = cost_of(&o, 4, 10);
    assert_near(c.settling, 1e-13 * (1000 * 10 + 2 * 55) * 8 * log(2), 1e-12);
    assert_near(c.charging, 4 * 10 * 1e-13 * 0.04, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phase_change_cells_are_those_of_nandakumar),
        cmocka_unit_test(test_other_cells_are_those_of_their_polynomials),
        cmocka_unit_test(test_programmed_cells_spread_as_published),
        cmocka_unit_test(test_plain_drift_is_a_power_of_time),
        cmocka_unit_test(test_stuck_cells_are_as_many_as_were_asked_for),
        cmocka_unit_test(test_compensation_undoes_what_all_cells_lose),
        cmocka_unit_test(test_converters_cost_what_the_surveys_say),
        cmocka_unit_test(test_costs_are_counted_by_hand),
        cmocka_unit_test(test_wires_take_their_part_of_the_power),
        cmocka_unit_test(test_lines_settle_by_elmore),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
