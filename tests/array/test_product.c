/* Products with a matrix on arrays: exact where nothing is in the way, codings that agree, digits that lose nothing,
 * converters' closed forms, noise that adds up, what is refused. */
#include "hys_test.h"
#include <hysteron/array_product.h>

/* A draw that does not depend on the machine: -1 to 1. */
static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 8388608.0 - 1;
}

static hys_matrix matrix(hys_ctx *ctx, size_t rows, size_t columns, unsigned seed) {
    hys_matrix m;
    assert_int_equal(hys_matrix_new(ctx, rows, columns, &m), HYS_OK);
    for (size_t k = 0; k < rows * columns; k++) m.values[k] = draw(&seed);
    return m;
}

static hys_matrix whole(hys_ctx *ctx, size_t rows, size_t columns, unsigned seed, int most) {
    hys_matrix m = matrix(ctx, rows, columns, seed);
    for (size_t k = 0; k < rows * columns; k++) m.values[k] = rint(most * m.values[k]);
    m.values[0] = most; /* so that the range is known */
    return m;
}

typedef struct fixture {
    hys_ctx *ctx;
    hys_matrix w, x;
} fixture;

static fixture start(size_t inputs, size_t outputs, size_t count) {
    fixture f = {.ctx = hys_test_ctx()};
    f.w = matrix(f.ctx, inputs, outputs, 1);
    f.x = matrix(f.ctx, count, inputs, 2);
    return f;
}

static fixture start_whole(size_t inputs, size_t outputs, size_t count, int weight, int input) {
    fixture f = {.ctx = hys_test_ctx()};
    f.w = whole(f.ctx, inputs, outputs, 1, weight);
    f.x = whole(f.ctx, count, inputs, 2, input);
    return f;
}

static void finish(fixture *f) {
    hys_matrix_free(f->ctx, &f->w);
    hys_matrix_free(f->ctx, &f->x);
    hys_ctx_free(f->ctx);
}

static hys_matrix multiply(const fixture *f, const hys_product_opts *o) {
    hys_product *p = NULL;
    hys_matrix y = {0};
    if (hys_product_new(f->ctx, &f->w, o, &p) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    if (hys_product_multiply(p, &f->x, &y) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    hys_product_free(p);
    return y;
}

/* Of all outputs. */
static hys_product_column error_of(const fixture *f, const hys_product_opts *o) {
    hys_product_error e = {0};
    hys_matrix y = multiply(f, o);
    assert_int_equal(hys_product_compare(f->ctx, &f->w, &f->x, &y, &e), HYS_OK);
    const hys_product_column all = e.all;
    hys_product_error_free(f->ctx, &e);
    hys_matrix_free(f->ctx, &y);
    return all;
}

/* ---- nothing in the way ---- */

static void test_without_any_step_a_product_is_exact(void **state) {
    (void)state;
    fixture f = start(37, 11, 5);
    for (int coding = HYS_WEIGHTS_DIFFERENTIAL; coding <= HYS_WEIGHTS_OFFSET; coding++)
        for (int passes = 0; passes < 2; passes++) {
            hys_product_opts o = hys_product_opts_default();
            o.weights = (hys_weight_coding)coding;
            o.has_sign_passes = passes;
            assert_true(error_of(&f, &o).most < 1e-13);
        }
    hys_product_opts o = hys_product_opts_default();
    for (size_t k = 0; k < 37 * 11; k++) f.w.values[k] = fabs(f.w.values[k]);
    o.weights = HYS_WEIGHTS_UNSIGNED;
    assert_true(error_of(&f, &o).most < 1e-13);
    finish(&f);
}

/* Inputs go through the arrays in blocks. */
static void test_many_inputs_are_as_exact_as_few(void **state) {
    (void)state;
    fixture f = start(5, 3, 1300);
    hys_product_opts o = hys_product_opts_default();
    o.input_bits = 4;
    o.dac_bits = 1;
    f.x.values[1299 * 5] = 3; /* the range is that of all */
    hys_matrix y = multiply(&f, &o);
    const double step = 3.0 / 7;
    for (size_t k = 0; k < 1300; k++)
        for (size_t j = 0; j < 3; j++) {
            double want = 0;
            for (size_t i = 0; i < 5; i++) want += step * rint(f.x.values[k * 5 + i] / step) * f.w.values[i * 3 + j];
            assert_within(y.values[k * 3 + j], want, 1e-12);
        }
    hys_matrix_free(f.ctx, &y);
    finish(&f);
}

static void test_tiles_are_their_whole(void **state) {
    (void)state;
    fixture f = start(37, 11, 5);
    for (int coding = HYS_WEIGHTS_DIFFERENTIAL; coding <= HYS_WEIGHTS_OFFSET; coding++) {
        hys_product_opts o = hys_product_opts_default();
        o.weights = (hys_weight_coding)coding;
        o.cells = "pcm";
        o.weight_bits = 6;
        o.cell_bits = 2;
        o.seed = 5;
        if (coding == HYS_WEIGHTS_REFERENCE) o.cells = NULL; /* each array has a reference column of its own */
        hys_matrix whole_one = multiply(&f, &o);
        o.tile_rows = 8;
        o.tile_columns = 6;
        hys_matrix tiled = multiply(&f, &o);
        for (size_t k = 0; k < 55; k++) assert_within(tiled.values[k], whole_one.values[k], 1e-12);
        hys_matrix_free(f.ctx, &whole_one);
        hys_matrix_free(f.ctx, &tiled);
    }
    finish(&f);
}

static void test_an_array_has_the_lines_that_it_may_have(void **state) {
    (void)state;
    fixture f = start(37, 11, 1);
    hys_product_opts o = hys_product_opts_default();
    hys_product *p;
    o.weight_bits = 8;
    o.cell_bits = 2;
    o.tile_rows = 16;
    o.tile_columns = 9; /* four pairs */
    o.input_bits = 8;
    o.dac_bits = 1;
    assert_int_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
    const hys_product_shape s = hys_product_get_shape(p);
    assert_int_equal(s.slices, 4); /* 7 bits of magnitude */
    assert_int_equal(s.row_tiles, 3);
    assert_int_equal(s.column_tiles, 3);
    assert_int_equal(s.arrays, 36);
    assert_int_equal(s.rows, 16);
    assert_int_equal(s.columns, 8);
    assert_int_equal(s.cells, 4 * 37 * 22);
    assert_int_equal(s.passes, 7);
    assert_int_equal(s.conversions, 4 * 3 * 11 * 7);
    size_t rows, columns;
    const double *g;
    assert_true(hys_product_array(p, 35, &rows, &columns, &g));
    assert_int_equal(rows, 5);
    assert_int_equal(columns, 6);
    assert_false(hys_product_array(p, 36, &rows, &columns, &g));
    hys_product_free(p);
    finish(&f);
}

/* ---- digits ---- */

static void test_slices_of_whole_numbers_lose_nothing(void **state) {
    (void)state;
    fixture f = start_whole(33, 7, 4, 127, 31);
    for (int coding = HYS_WEIGHTS_DIFFERENTIAL; coding <= HYS_WEIGHTS_OFFSET; coding++)
        for (int cell = 1; cell <= 7; cell++)
            for (int dac = 1; dac <= 5; dac += 2) {
                hys_product_opts o = hys_product_opts_default();
                o.weights = (hys_weight_coding)coding;
                o.weight_bits = 8;
                o.cell_bits = cell;
                o.input_bits = 6;
                o.dac_bits = dac;
                o.has_sign_passes = cell % 2;
                assert_true(error_of(&f, &o).most < 1e-7); /* of sums up to 1e5 */
            }
    finish(&f);
}

/* The converter counts units: with codes enough it is a counter, and products are whole numbers. */
static void test_a_converter_of_units_makes_no_error_where_it_has_all_codes(void **state) {
    (void)state;
    fixture f = start_whole(16, 5, 6, 7, 3);
    hys_product_opts o = hys_product_opts_default();
    o.weight_bits = 4;
    o.cell_bits = 1;
    o.input_bits = 3;
    o.dac_bits = 1;
    o.g_max = 100e-6;
    o.adc_range = HYS_ADC_UNIT;
    o.adc_bits = 6; /* -31 to 31 holds the 16 lines of an array */
    assert_true(error_of(&f, &o).most < 1e-9);
    o.adc_bits = 3; /* -3 to 3 does not */
    assert_true(error_of(&f, &o).most > 1);
    finish(&f);
}

static void test_a_weight_of_few_bits_errs_by_less_than_half_a_step(void **state) {
    (void)state;
    fixture f = {.ctx = hys_test_ctx()};
    hys_product_opts o = hys_product_opts_default();
    f.w = matrix(f.ctx, 1, 2000, 3);
    f.x = matrix(f.ctx, 1, 1, 4);
    f.x.values[0] = 1;
    o.weight_bits = 5;
    o.weight_range = 1;
    const hys_product_column e = error_of(&f, &o);
    assert_true(e.most <= 0.5 / 15 + 1e-12);
    assert_near(e.rms, 1.0 / 15 / sqrt(12), 0.05); /* of 2000 draws */
    finish(&f);
}

/* ---- converters ---- */

/* One weight of 1: the output is the input, and a converter of n bits errs by its step / sqrt(12). */
static void test_a_converter_errs_by_its_step_over_the_root_of_twelve(void **state) {
    (void)state;
    fixture f = {.ctx = hys_test_ctx()};
    f.w = matrix(f.ctx, 1, 1, 3);
    f.w.values[0] = 1;
    f.x = matrix(f.ctx, 20000, 1, 4);
    for (int bits = 4; bits <= 10; bits += 3)
        for (int range = HYS_ADC_FULL; range <= HYS_ADC_GIVEN; range++) {
            hys_product_opts o = hys_product_opts_default();
            o.input_range = 1;
            o.adc_bits = bits;
            o.adc_range = (hys_adc_range)range;
            o.adc_full = 0.2 * 99e-6;
            const hys_product_column e = error_of(&f, &o);
            const double step = 2.0 / (ldexp(1, bits) - 1);
            assert_near(e.rms, step / sqrt(12), 0.02); /* of 20000 draws */
            assert_true(e.most <= 0.5 * step * (1 + 1e-9));
            assert_within(e.bits, bits, 0.15); /* 2^n - 1 codes, and the span of what was drawn */
            assert_within(e.snr_dB, 20 * log10(sqrt(1.0 / 3) * sqrt(12) / step), 0.3);
        }
    finish(&f);
}

/* Of a sine the effective bits are (SNR - 1.76 dB) / 6.02 dB, IEEE 1241. */
static void test_effective_bits_of_a_full_sine_are_those_of_the_converter(void **state) {
    (void)state;
    fixture f = {.ctx = hys_test_ctx()};
    hys_product_opts o = hys_product_opts_default();
    f.w = matrix(f.ctx, 1, 1, 3);
    f.w.values[0] = 1;
    f.x = matrix(f.ctx, 10000, 1, 4);
    for (size_t k = 0; k < 10000; k++) f.x.values[k] = sin(0.61803398875 * (double)k);
    o.adc_bits = 8;
    const hys_product_column e = error_of(&f, &o);
    assert_within(e.bits, 8, 0.1);
    assert_within(e.bits, (e.snr_dB - 1.7609) / 6.0206, 1e-3);
    finish(&f);
}

static void test_a_calibrated_range_clips_what_is_rare(void **state) {
    (void)state;
    fixture f = start(64, 8, 200);
    hys_product_opts o = hys_product_opts_default();
    o.adc_bits = 6;
    const double full = error_of(&f, &o).rms;
    o.adc_range = HYS_ADC_CALIBRATED;
    const double all = error_of(&f, &o).rms;
    o.adc_part = 0.5;
    const double half = error_of(&f, &o).rms;
    assert_true(all < 0.5 * full); /* sums of 64 random terms stay far below 64 */
    assert_true(half > all);
    finish(&f);
}

static void test_ranges_stay_after_a_calibration(void **state) {
    (void)state;
    fixture f = start(16, 4, 50);
    hys_product_opts o = hys_product_opts_default();
    hys_product *p;
    hys_matrix y, small = matrix(f.ctx, 1, 16, 9);
    o.adc_bits = 5;
    o.adc_range = HYS_ADC_CALIBRATED;
    for (size_t k = 0; k < 16; k++) small.values[k] *= 1e-6;
    assert_int_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
    assert_int_equal(hys_product_calibrate(p, &f.x), HYS_OK);
    assert_int_equal(hys_product_multiply(p, &small, &y), HYS_OK);
    for (size_t k = 0; k < 4; k++) assert_true(y.values[k] == 0); /* below half a step of the range of f.x */
    hys_matrix_free(f.ctx, &y);
    hys_matrix_free(f.ctx, &small);
    hys_product_free(p);
    finish(&f);
}

/* ---- wires and laws ---- */

static void test_wires_are_those_of_the_array(void **state) {
    (void)state;
    fixture f = start(12, 5, 12);
    hys_product_opts o = hys_product_opts_default();
    hys_product *p;
    size_t rows, columns;
    const double *g;
    o.lines.word_wire = o.lines.bit_wire = 20;
    o.lines.driver = 100;
    o.input_range = 1;
    assert_int_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
    assert_true(hys_product_array(p, 0, &rows, &columns, &g));
    hys_array_opts lines = o.lines;
    hys_array *array;
    lines.rows = rows;
    lines.columns = columns;
    assert_int_equal(hys_array_new(f.ctx, &lines, &array), HYS_OK);
    assert_int_equal(hys_array_set_conductances(array, g), HYS_OK);
    hys_matrix y;
    assert_int_equal(hys_product_multiply(p, &f.x, &y), HYS_OK);
    for (size_t k = 0; k < 12; k++) { /* as many as lines: worth a matrix */
        double words[12];
        for (size_t i = 0; i < 12; i++) words[i] = 0.2 * f.x.values[k * 12 + i];
        assert_int_equal(hys_array_solve(array, words, NULL), HYS_OK);
        const double *i = hys_array_bit_currents(array);
        double range = 0;
        for (size_t c = 0; c < 60; c++) range = fmax(range, fabs(f.w.values[c]));
        for (size_t j = 0; j < 5; j++)
            assert_within(y.values[k * 5 + j], range * (i[2 * j] - i[2 * j + 1]) / (0.2 * 99e-6), 1e-8);
    }
    hys_array_free(array);
    hys_product_free(p);
    /* the same for a single input, which is not worth a matrix, and when each read is solved */
    const hys_matrix one = {1, 12, f.x.values};
    hys_matrix alone;
    assert_int_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
    assert_int_equal(hys_product_multiply(p, &one, &alone), HYS_OK);
    for (size_t j = 0; j < 5; j++) assert_within(alone.values[j], y.values[j], 1e-8);
    hys_matrix_free(f.ctx, &alone);
    hys_product_free(p);
    o.solves_each = true;
    hys_matrix solved = multiply(&f, &o);
    for (size_t k = 0; k < 60; k++) assert_within(solved.values[k], y.values[k], 1e-8);
    hys_matrix_free(f.ctx, &solved);
    hys_matrix_free(f.ctx, &y);
    finish(&f);
}

/* What a write-verify loop left takes the place of the conductances that were asked for. */
static void test_an_array_can_be_given_other_conductances(void **state) {
    (void)state;
    for (int wire = 0; wire < 2; wire++) {
        fixture f = start(6, 3, 2);
        hys_product_opts o = hys_product_opts_default();
        hys_product *p;
        hys_matrix y, z;
        size_t rows, columns;
        const double *g;
        double half[36];
        o.lines.word_wire = wire ? 1e-3 : 0;
        o.read_noise = 1e-12;
        assert_int_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
        assert_int_equal(hys_product_multiply(p, &f.x, &y), HYS_OK);
        assert_true(hys_product_array(p, 0, &rows, &columns, &g));
        for (size_t k = 0; k < 36; k++) half[k] = 0.5 * g[k];
        assert_int_equal(hys_product_set_array(p, 0, half), HYS_OK);
        assert_int_equal(hys_product_multiply(p, &f.x, &z), HYS_OK);
        for (size_t k = 0; k < 6; k++) assert_within(z.values[k], 0.5 * y.values[k], 1e-5);
        half[5] = -1;
        assert_int_equal(hys_product_set_array(p, 0, half), HYS_ARG);
        assert_int_equal(hys_product_set_array(p, 1, half), HYS_ARG);
        hys_matrix_free(f.ctx, &y);
        hys_matrix_free(f.ctx, &z);
        hys_product_free(p);
        finish(&f);
    }
}

/* Reciprocity: what word line i gives to bit line j is what j would give to i. */
static void test_the_effective_matrix_is_reciprocal(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    enum { M = 9, N = 6 };
    double g[M * N], turned[N * M], w[M * N] = {0}, v[N * M] = {0};
    unsigned seed = 11;
    for (size_t k = 0; k < M * N; k++) g[k] = 1e-4 * fabs(draw(&seed)) + 1e-6;
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++) turned[j * M + i] = g[i * N + j];
    for (int k = 0; k < 2; k++) {
        hys_array_opts o = hys_array_opts_default();
        hys_array *array;
        o.rows = k ? N : M;
        o.columns = k ? M : N;
        o.word_wire = k ? 50 : 30;
        o.bit_wire = k ? 30 : 50;
        o.words = k ? HYS_ENDS_LAST : HYS_ENDS_FIRST; /* the array turned over: word lines are bit lines */
        o.bits = k ? HYS_ENDS_FIRST : HYS_ENDS_LAST;
        assert_int_equal(hys_array_new(ctx, &o, &array), HYS_OK);
        assert_int_equal(hys_array_set_conductances(array, k ? turned : g), HYS_OK);
        assert_int_equal(hys_array_effective(array, k ? v : w), HYS_OK);
        hys_array_free(array);
    }
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++) assert_near(v[j * M + i], w[i * N + j], 1e-7);
    hys_ctx_free(ctx);
}

/* Pulses of one voltage do not see that a cell's current is no straight line, amplitudes do. */
static void test_pulses_are_linear_whatever_the_cells_are(void **state) {
    (void)state;
    fixture f = start_whole(10, 3, 4, 7, 7);
    hys_product_opts o = hys_product_opts_default();
    o.weight_bits = o.input_bits = 4;
    o.law.nonlinearity = 10;
    o.law.voltage = o.voltage;
    assert_true(error_of(&f, &o).most > 1);
    o.inputs = HYS_INPUTS_PULSES;
    assert_true(error_of(&f, &o).most < 1e-9);
    /* with wires of next to nothing the network says the same */
    o.lines.word_wire = o.lines.bit_wire = 1e-6;
    assert_true(error_of(&f, &o).most < 1e-6);
    o.inputs = HYS_INPUTS_AMPLITUDE;
    hys_matrix solved = multiply(&f, &o);
    o.lines.word_wire = o.lines.bit_wire = 0;
    hys_matrix ideal = multiply(&f, &o);
    for (size_t k = 0; k < 12; k++) assert_within(solved.values[k], ideal.values[k], 1e-5);
    hys_matrix_free(f.ctx, &solved);
    hys_matrix_free(f.ctx, &ideal);
    finish(&f);
}

/* ---- noise ---- */

static double noise_of(size_t inputs, bool solves, double wire) {
    fixture f = {.ctx = hys_test_ctx()};
    hys_product_opts o = hys_product_opts_default();
    hys_matrix_new(f.ctx, inputs, 1, &f.w);
    hys_matrix_new(f.ctx, solves ? 400 : 3000, inputs, &f.x);
    for (size_t i = 0; i < inputs; i++) f.w.values[i] = 1;
    for (size_t k = 0; k < f.x.rows * inputs; k++) f.x.values[k] = 1;
    o.weights = HYS_WEIGHTS_UNSIGNED;
    o.g_min = 0;
    o.g_max = 100e-6;
    o.read_noise = 0.02;
    o.solves_each = solves;
    o.lines.word_wire = o.lines.bit_wire = wire;
    hys_matrix y = multiply(&f, &o);
    double mean = 0, square = 0;
    for (size_t k = 0; k < f.x.rows; k++) mean += y.values[k] / (double)f.x.rows;
    for (size_t k = 0; k < f.x.rows; k++) square += (y.values[k] - mean) * (y.values[k] - mean) / (double)f.x.rows;
    hys_matrix_free(f.ctx, &y);
    finish(&f);
    return sqrt(square);
}

static void test_noise_of_many_cells_grows_with_their_root(void **state) {
    (void)state;
    /* of 3000 draws: 1.3 %, three of them */
    assert_near(noise_of(1, false, 0), 0.02, 0.04);
    assert_near(noise_of(16, false, 0), 0.08, 0.04);
    assert_near(noise_of(256, false, 0), 0.32, 0.04);
}

/* A column's noise drawn at once is that of its cells drawn one by one, network and all. */
static void test_noise_to_first_order_is_that_of_networks_solved_anew(void **state) {
    (void)state;
    const double at_once = noise_of(16, false, 30), solved = noise_of(16, true, 30);
    assert_true(at_once < 0.079);       /* wires take from it */
    assert_near(solved, at_once, 0.12); /* of 400 draws: 3.5 % */
}

static void test_the_same_seed_gives_the_same_bits_and_no_read_twice(void **state) {
    (void)state;
    fixture f = start(9, 4, 3);
    hys_product_opts o = hys_product_opts_default();
    o.cells = "hermes2";
    o.read_noise = 0.01;
    o.time = 3600;
    o.seed = 3;
    hys_matrix a = multiply(&f, &o), b = multiply(&f, &o), c, d;
    assert_memory_equal(a.values, b.values, 12 * sizeof(double));
    hys_product *p;
    assert_int_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
    assert_int_equal(hys_product_multiply(p, &f.x, &c), HYS_OK);
    assert_int_equal(hys_product_multiply(p, &f.x, &d), HYS_OK);
    assert_memory_equal(a.values, c.values, 12 * sizeof(double));
    assert_memory_not_equal(c.values, d.values, 12 * sizeof(double));
    hys_product_free(p);
    hys_matrix *const all[] = {&a, &b, &c, &d};
    for (size_t k = 0; k < 4; k++) hys_matrix_free(f.ctx, all[k]);
    finish(&f);
}

/* ---- steps ---- */

static void test_each_step_is_seen_alone_and_left_out(void **state) {
    (void)state;
    fixture f = start(24, 6, 20);
    hys_product_opts o = hys_product_opts_default();
    hys_product_stage s[16];
    assert_true(hys_product_n_stages() <= 16);
    o.adc_bits = 5;
    o.read_noise = 0.001;
    hys_product *p = NULL;
    assert_int_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
    assert_int_equal(hys_product_stages(p, &f.w, &f.x, s), HYS_OK);
    hys_product_free(p);
    double squares = 0;
    for (size_t k = 0; k < hys_product_n_stages(); k++) {
        assert_true(s[k].is_on == (!strcmp(s[k].name, "outputs") || !strcmp(s[k].name, "read noise")));
        if (!strcmp(s[k].name, "outputs")) assert_true(s[k].without < 0.1 * s[k].alone);
        squares += s[k].alone * s[k].alone;
    }
    assert_near(error_of(&f, &o).rms, sqrt(squares), 0.1); /* they know nothing of each other */
    finish(&f);
}

/* ---- what is refused ---- */

static void refused(const char *want, void (*spoil)(hys_product_opts *)) {
    fixture f = start(3, 2, 1);
    hys_product_opts o = hys_product_opts_default();
    hys_product *p = NULL;
    spoil(&o);
    assert_int_not_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
    assert_null(p);
    assert_int_equal(hys_diag_count(f.ctx), 1);
    if (!strstr(hys_test_diag_text(f.ctx, 0), want)) fail_msg("%s, not %s", hys_test_diag_text(f.ctx, 0), want);
    finish(&f);
}
#define SPOIL(name, code)                                                                                              \
    static void name(hys_product_opts *o) {                                                                            \
        code;                                                                                                          \
    }
SPOIL(bits_of_weights, o->weight_bits = 1)
SPOIL(bits_of_converter, o->adc_bits = 99)
SPOIL(bits_negative, o->dac_bits = -1)
SPOIL(no_range, (o->g_min = 1e-4, o->g_max = 1e-4))
SPOIL(nan_range, o->g_max = NAN)
SPOIL(no_voltage, o->voltage = 0)
SPOIL(negative_weights, o->weights = HYS_WEIGHTS_UNSIGNED)
SPOIL(one_column, o->tile_columns = 1)
SPOIL(too_stuck, o->stuck_on = o->stuck_off = 0.6)
SPOIL(no_cells, o->cells = "pmc")
SPOIL(no_converter, o->adc = "murmann")
SPOIL(bad_noise, o->read_noise = NAN)
SPOIL(bad_wire, o->lines.word_wire = -1)
SPOIL(bad_law, o->law.nonlinearity = 1)
SPOIL(bad_unit, (o->adc_range = HYS_ADC_UNIT, o->adc_bits = 8))
SPOIL(bad_pulses, o->inputs = HYS_INPUTS_PULSES)
SPOIL(bad_full, (o->adc_range = HYS_ADC_GIVEN, o->adc_bits = 8))
SPOIL(bad_time, o->time = NAN)

static void test_what_cannot_be_is_refused_in_one_sentence(void **state) {
    (void)state;
    refused("weights of 1 bits; from 2 to 24", bits_of_weights);
    refused("the converter of currents of 99 bits", bits_of_converter);
    refused("the converter of inputs of -1 bits", bits_negative);
    refused("are no range", no_range);
    refused("are no range", nan_range);
    refused("the largest input is 0 V", no_voltage);
    refused("is negative", negative_weights);
    refused("one bit line", one_column);
    refused("are stuck", too_stuck);
    refused("did you mean 'pcm'?", no_cells);
    refused("no model of converters 'murmann'", no_converter);
    refused("no such noise", bad_noise);
    refused("a resistance of the wires", bad_wire);
    refused("no nonlinearity", bad_law);
    refused("they have any value", bad_unit);
    refused("no number of pulses", bad_pulses);
    refused("a converter's range of 0 A", bad_full);
    refused("no time since programming can be nan s", bad_time);
}

static void test_data_that_cannot_be_are_refused(void **state) {
    (void)state;
    fixture f = start(3, 2, 2);
    hys_product *p = NULL;
    hys_matrix y = {0}, wide = matrix(f.ctx, 1, 4, 1);
    hys_product_error e = {0};
    assert_int_equal(hys_product_new(f.ctx, &f.w, NULL, &p), HYS_OK);
    assert_int_equal(hys_product_multiply(p, &wide, &y), HYS_ARG);
    f.x.values[3] = NAN;
    assert_int_equal(hys_product_multiply(p, &f.x, &y), HYS_ARG);
    assert_non_null(strstr(hys_test_diag_text(f.ctx, 1), "the input of row 2 and column 1 is nan"));
    assert_int_equal(hys_product_calibrate(p, &f.x), HYS_ARG);
    hys_product_cost cost;
    assert_int_equal(hys_product_get_cost(p, &wide, &cost), HYS_ARG);
    assert_int_equal(hys_product_compare(f.ctx, &f.w, &wide, &wide, &e), HYS_ARG);
    hys_product_free(p);
    f.w.values[4] = INFINITY;
    assert_int_equal(hys_product_new(f.ctx, &f.w, NULL, &p), HYS_ARG);
    for (size_t k = 0; k < 6; k++) f.w.values[k] = 0;
    assert_int_equal(hys_product_new(f.ctx, &f.w, NULL, &p), HYS_ARG);
    hys_matrix_free(f.ctx, &wide);
    finish(&f);
}

static hys_status job(hys_ctx *ctx, void *arg) {
    hys_product_opts *o = arg;
    hys_matrix w = {0}, x = {0}, y = {0};
    hys_product *p = NULL;
    hys_product_error e = {0};
    hys_product_cost cost;
    hys_status status = hys_matrix_new(ctx, 3, 2, &w);
    if (status == HYS_OK) status = hys_matrix_new(ctx, 2, 3, &x);
    for (size_t k = 0; k < 6 && status == HYS_OK; k++) w.values[k] = x.values[k] = 0.1 * (double)k - 0.25;
    if (status == HYS_OK) status = hys_product_new(ctx, &w, o, &p);
    if (status == HYS_OK) status = hys_product_calibrate(p, &x);
    if (status == HYS_OK) status = hys_product_multiply(p, &x, &y);
    if (status == HYS_OK) status = hys_product_compare(ctx, &w, &x, &y, &e);
    if (status == HYS_OK) status = hys_product_get_cost(p, &x, &cost);
    hys_product_error_free(ctx, &e);
    hys_product_free(p);
    hys_matrix *const all[] = {&w, &x, &y};
    for (size_t k = 0; k < 3; k++) hys_matrix_free(ctx, all[k]);
    return status;
}

static void test_memory_may_fail(void **state) {
    (void)state;
    hys_product_opts o = hys_product_opts_default();
    o.tile_rows = 2;
    o.adc_bits = 6;
    o.adc_range = HYS_ADC_CALIBRATED;
    o.adc_part = 0.9;
    o.read_noise = 0.1;
    o.lines.word_wire = 1;
    hys_test_each_failure(job, &o, false);
    o.read_noise = 0; /* reads are fewer than lines, and solved by themselves */
    hys_test_each_failure(job, &o, false);
    o.solves_each = true;
    hys_test_each_failure(job, &o, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_any_step_a_product_is_exact),
        cmocka_unit_test(test_many_inputs_are_as_exact_as_few),
        cmocka_unit_test(test_tiles_are_their_whole),
        cmocka_unit_test(test_an_array_has_the_lines_that_it_may_have),
        cmocka_unit_test(test_slices_of_whole_numbers_lose_nothing),
        cmocka_unit_test(test_a_converter_of_units_makes_no_error_where_it_has_all_codes),
        cmocka_unit_test(test_a_weight_of_few_bits_errs_by_less_than_half_a_step),
        cmocka_unit_test(test_a_converter_errs_by_its_step_over_the_root_of_twelve),
        cmocka_unit_test(test_effective_bits_of_a_full_sine_are_those_of_the_converter),
        cmocka_unit_test(test_a_calibrated_range_clips_what_is_rare),
        cmocka_unit_test(test_ranges_stay_after_a_calibration),
        cmocka_unit_test(test_wires_are_those_of_the_array),
        cmocka_unit_test(test_an_array_can_be_given_other_conductances),
        cmocka_unit_test(test_the_effective_matrix_is_reciprocal),
        cmocka_unit_test(test_pulses_are_linear_whatever_the_cells_are),
        cmocka_unit_test(test_noise_of_many_cells_grows_with_their_root),
        cmocka_unit_test(test_noise_to_first_order_is_that_of_networks_solved_anew),
        cmocka_unit_test(test_the_same_seed_gives_the_same_bits_and_no_read_twice),
        cmocka_unit_test(test_each_step_is_seen_alone_and_left_out),
        cmocka_unit_test(test_what_cannot_be_is_refused_in_one_sentence),
        cmocka_unit_test(test_data_that_cannot_be_are_refused),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
