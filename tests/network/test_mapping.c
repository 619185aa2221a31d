/* Layers on arrays: exact where nothing is in the way, the same as products of the array room where something is, cells
 * as their law says, the same bits with any number of threads, and what is refused. */
#include "base/random.h"
#include "hys_test.h"
#include "network/analog_normals.h"
#include "network/mapping.h"
#include <hysteron/network_array.h>

static float draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(*seed >> 8) / 8388608.0F - 1;
}

static float *floats(size_t n, unsigned seed) {
    float *values = malloc(n * sizeof *values);
    for (size_t k = 0; k < n; k++) values[k] = draw(&seed);
    return values;
}

typedef struct fixture {
    hys_ctx *ctx;
    hys_synapse *synapse;
    size_t rows, columns, n;
    float *w, *x, *y;
} fixture;

static fixture start_with(const hys_synapse_law *law, size_t rows, size_t columns, size_t n) {
    fixture f = {.ctx = hys_test_ctx(), .rows = rows, .columns = columns, .n = n};
    if (hys_synapse_of_law(f.ctx, law, &f.synapse) != HYS_OK) fail_msg("%s", hys_test_diag_text(f.ctx, 0));
    f.w = floats(rows * columns, 1);
    f.x = floats(n * rows, 2);
    f.y = malloc(n * columns * sizeof *f.y);
    return f;
}

static fixture start(size_t rows, size_t columns, size_t n) {
    const hys_synapse_law law = hys_synapse_law_ideal();
    return start_with(&law, rows, columns, n);
}

static void finish(fixture *f) {
    free(f->w);
    free(f->x);
    free(f->y);
    hys_synapse_free(f->synapse);
    hys_ctx_free(f->ctx);
}

static hys_mapping_opts opts_of(const fixture *f, hys_fidelity fidelity) {
    hys_mapping_opts o = hys_mapping_opts_default();
    o.synapse = f->synapse;
    o.fidelity = fidelity;
    o.seed = 7;
    return o;
}

static hys__mapped *mapped(const fixture *f, const hys_mapping_opts *o, const float *inputs) {
    const hys__mapped_request request = {.rows = f->rows,
                                         .columns = f->columns,
                                         .weights = f->w,
                                         .opts = o,
                                         .inputs = inputs,
                                         .n_inputs = f->n,
                                         .threads = 1};
    hys__mapped *m = NULL;
    if (hys__mapped_new(f->ctx, &request, &m) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    return m;
}

static void multiply(const fixture *f, hys__mapped *m, uint64_t pass) {
    const hys__block block = {.n = f->n, .pass = pass};
    if (m->base.kind->multiply(&m->base, &block, f->x, f->y) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
}

/* Product k of row and column in doubles. */
static double exact(const fixture *f, size_t k, size_t j) {
    double sum = 0;
    for (size_t i = 0; i < f->rows; i++) sum += (double)f->x[k * f->rows + i] * f->w[i * f->columns + j];
    return sum;
}

/* ---- nothing in the way ---- */

/* Each of the terms is rounded a few times, by half of 1.2e-7 of the largest that it is a difference of. */
static double rounding(const fixture *f) {
    return 4 * (double)f->rows * 6e-8;
}

static void perfect_cells_give_the_product(void **state) {
    (void)state;
    static const hys_weight_coding codings[] = {HYS_WEIGHTS_DIFFERENTIAL, HYS_WEIGHTS_REFERENCE, HYS_WEIGHTS_OFFSET};
    for (size_t c = 0; c < 6; c++) {
        fixture f = start(37, 11, 5);
        hys_mapping_opts o = opts_of(&f, c % 2 ? HYS_FIDELITY_LINEAR : HYS_FIDELITY_DISTILLED);
        o.product.weights = codings[c / 2];
        o.product.tile_rows = c < 3 ? 0 : 16;
        o.product.tile_columns = c < 3 ? 0 : 9;
        o.product.converts_each = c == 1 || c == 3;
        hys__mapped *m = mapped(&f, &o, NULL);
        multiply(&f, m, 0);
        for (size_t k = 0; k < f.n; k++)
            for (size_t j = 0; j < f.columns; j++) assert_within(f.y[k * f.columns + j], exact(&f, k, j), rounding(&f));
        hys__weights_free(&m->base);
        finish(&f);
    }
}

/* ---- beside products of the array room ---- */

static hys_matrix matrix_of(hys_ctx *ctx, const float *values, size_t rows, size_t columns) {
    hys_matrix m;
    assert_int_equal(hys_matrix_new(ctx, rows, columns, &m), HYS_OK);
    for (size_t k = 0; k < rows * columns; k++) m.values[k] = (double)values[k];
    return m;
}

/* The product takes its ranges from the same inputs.  Currents are floats here: where one is that near to the middle of
 * two codes, it may go to the other. */
static size_t n_different(const fixture *f, const hys_product_opts *o, double tolerance) {
    hys_matrix w = matrix_of(f->ctx, f->w, f->rows, f->columns), x = matrix_of(f->ctx, f->x, f->n, f->rows), y = {0};
    hys_product *p = NULL;
    size_t n = 0;
    if (hys_product_new(f->ctx, &w, o, &p) != HYS_OK || hys_product_multiply(p, &x, &y) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    for (size_t k = 0; k < f->n * f->columns; k++) n += !(fabs(f->y[k] - y.values[k]) < tolerance);
    hys_product_free(p);
    hys_matrix_free(f->ctx, &w);
    hys_matrix_free(f->ctx, &x);
    hys_matrix_free(f->ctx, &y);
    return n;
}

/* With ranges from these inputs before, and from them as they come. */
static void same_as_a_product(const hys_product_opts *given, const char *what) {
    fixture f = start(37, 11, 8);
    hys_mapping_opts o = opts_of(&f, HYS_FIDELITY_LINEAR);
    hys_product_opts as = *given;
    const hys_synapse_law *law = hys_synapse_get_law(f.synapse);
    as.g_min = law->g_min;
    as.g_max = law->g_max;
    as.voltage = law->read.voltage;
    o.product = *given;
    for (int is_before = 0; is_before < 2; is_before++) {
        hys__mapped *m = mapped(&f, &o, is_before ? f.x : NULL);
        multiply(&f, m, 0);
        const size_t n = n_different(&f, &as, 37 * 1e-6);
        if (n > 1) fail_msg("%s: %zu of %zu outputs differ from the product's", what, n, f.n * f.columns);
        hys__weights_free(&m->base);
    }
    finish(&f);
}

static void codings_and_converters_are_those_of_products(void **state) {
    (void)state;
    hys_product_opts o = hys_product_opts_default();
    o.input_bits = o.adc_bits = 8;
    o.weight_bits = 6;
    same_as_a_product(&o, "8 bits");
    o.tile_rows = 16;
    o.tile_columns = 8;
    same_as_a_product(&o, "tiles");
    o.adc_range = HYS_ADC_CALIBRATED;
    same_as_a_product(&o, "calibrated");
    o.adc_part = 0.98;
    same_as_a_product(&o, "a percentile");
    o.converts_each = true;
    same_as_a_product(&o, "each column");
    o.weights = HYS_WEIGHTS_REFERENCE;
    same_as_a_product(&o, "a reference, each column");
    o.converts_each = false;
    same_as_a_product(&o, "a reference");
    o.weights = HYS_WEIGHTS_OFFSET;
    same_as_a_product(&o, "an offset");
    o.dac_bits = 2;
    o.cell_bits = 2;
    o.has_sign_passes = true;
    same_as_a_product(&o, "digits");
    o.adc_range = HYS_ADC_UNIT;
    same_as_a_product(&o, "units");
    o.adc_range = HYS_ADC_GIVEN;
    o.adc_full = 2e-4;
    o.inputs = HYS_INPUTS_PULSES;
    same_as_a_product(&o, "pulses");
}

static void wires_are_those_of_products(void **state) {
    (void)state;
    hys_product_opts o = hys_product_opts_default();
    o.lines.word_wire = o.lines.bit_wire = 5;
    o.lines.driver = 100;
    o.tile_rows = 20;
    same_as_a_product(&o, "wires");
    o.input_bits = 6;
    o.adc_bits = 7;
    same_as_a_product(&o, "wires and converters");
}

/* ---- cells ---- */

/* Mean and standard deviation of what cells are beside what they were asked to be, in parts of the window; of those
 * whose target is not near an end of it. */
static void deviation(const fixture *f, const hys__mapped *m, double *mean, double *sd) {
    const hys_synapse_law *law = hys_synapse_get_law(f->synapse);
    const size_t n = m->first_cell[m->product->n_tiles];
    double sum = 0, squares = 0, count = 0;
    for (size_t c = 0; c < n; c++) {
        const double x = (m->targets[c] - law->g_min) / (law->g_max - law->g_min);
        const double away = (m->programmed[c] - m->targets[c]) / (law->g_max - law->g_min);
        if (x < 0.3 || x > 0.7) continue;
        sum += away;
        squares += away * away;
        count++;
    }
    *mean = sum / count;
    *sd = sqrt(squares / count - *mean * *mean);
}

static void programming_errors_are_those_of_the_law(void **state) {
    (void)state;
    hys_synapse_law law = hys_synapse_law_ideal();
    for (size_t k = 0; k < HYS_SYNAPSE_POINTS; k++) {
        law.program_mean[k] = 0.01;
        law.program_sd[k] = 0.03;
    }
    fixture f = start_with(&law, 200, 100, 1);
    hys_mapping_opts o = opts_of(&f, HYS_FIDELITY_DISTILLED);
    double mean, sd;
    hys__mapped *m = mapped(&f, &o, NULL);
    deviation(&f, m, &mean, &sd);
    /* 8000 cells: 0.03 / sqrt(8000) = 3e-4, and 0.03 / sqrt(16000). */
    assert_within(mean, 0.01, 1.5e-3);
    assert_near(sd, 0.03, 0.04);
    /* Tiles are cut elsewhere, cells are the same. */
    float *first = malloc(200 * 100 * sizeof *first), *second = malloc(200 * 100 * sizeof *second);
    assert_int_equal(m->base.kind->get(&m->base, first), HYS_OK);
    hys__weights_free(&m->base);
    o.product.tile_rows = 64;
    o.product.tile_columns = 50;
    m = mapped(&f, &o, NULL);
    assert_int_equal(m->base.kind->get(&m->base, second), HYS_OK);
    assert_memory_equal(first, second, 200 * 100 * sizeof *first);
    hys__weights_free(&m->base);
    o.is_perfect = true;
    m = mapped(&f, &o, NULL);
    deviation(&f, m, &mean, &sd);
    assert_true(mean == 0 && sd == 0);
    hys__weights_free(&m->base);
    free(first);
    free(second);
    finish(&f);
}

static void levels_and_clips_are_kept(void **state) {
    (void)state;
    fixture f = start(30, 20, 1);
    hys_mapping_opts o = opts_of(&f, HYS_FIDELITY_DISTILLED);
    const hys_synapse_law *law = hys_synapse_get_law(f.synapse);
    o.levels = 5;
    o.weight_clip = 1; /* of weights evenly from -1 to 1: at 1/sqrt(3) */
    hys__mapped *m = mapped(&f, &o, NULL);
    size_t full = 0;
    for (size_t c = 0; c < m->first_cell[1]; c++) {
        const double x = 4 * (m->programmed[c] - law->g_min) / (law->g_max - law->g_min);
        assert_within(x, rint(x), 1e-9);
        full += rint(x) == 4;
    }
    /* Of 600 weights those above 7/8 of 1/sqrt(3): 49 %, give or take 2 %. */
    assert_within(full / 600.0, 1 - 0.875 / sqrt(3), 0.08);
    assert_within(m->product->weight.range, 1 / sqrt(3), 0.03);
    hys__weights_free(&m->base);
    finish(&f);
}

static void stuck_cells_stay_where_they_are(void **state) {
    (void)state;
    hys_synapse_law law = hys_synapse_law_ideal();
    law.stuck_on = 0.05;
    fixture f = start_with(&law, 100, 50, 1);
    hys_mapping_opts o = opts_of(&f, HYS_FIDELITY_LINEAR);
    o.product.stuck_off = 0.1;
    hys__mapped *m = mapped(&f, &o, NULL);
    double on = 0, off = 0, g;
    const hys__tile *t = &m->product->tiles[0];
    for (size_t c = 0; c < t->rows * t->columns; c++) {
        if (!hys__mapped_is_stuck(m, t, c, &g)) continue;
        assert_true(t->g[c] == g && (g == law.g_min || g == law.g_max));
        on += g == law.g_max;
        off += g == law.g_min;
    }
    /* 10000 cells: standard deviations of 22 and 30. */
    assert_within(on, 500, 90);
    assert_within(off, 1000, 120);
    hys__weights_free(&m->base);
    finish(&f);
}

/* ---- threads ---- */

static void blocks_and_threads_do_not_change_a_bit(void **state) {
    (void)state;
    hys_synapse_law law = hys_synapse_law_ideal();
    law.read_noise = 0.02;
    fixture f = start_with(&law, 37, 11, 8);
    hys_mapping_opts o = opts_of(&f, HYS_FIDELITY_LINEAR);
    float parts[8 * 11];
    o.has_read_noise = true;
    o.product.input_bits = o.product.adc_bits = 8;
    hys__mapped *m = mapped(&f, &o, f.x);
    multiply(&f, m, 4);
    for (unsigned k = 0; k < 8; k += 2) { /* by other threads, in other blocks */
        const hys__block block = {.n = 2, .first = k, .pass = 4, .thread = k};
        assert_int_equal(m->base.kind->multiply(&m->base, &block, f.x + k * 37, parts + k * 11), HYS_OK);
    }
    assert_memory_equal(parts, f.y, sizeof parts);
    multiply(&f, m, 5); /* noise is drawn anew */
    assert_memory_not_equal(parts, f.y, sizeof parts);
    hys__weights_free(&m->base);
    finish(&f);
}

/* ---- draws ---- */

/* The generator of base/random.c, and Box and Muller in doubles. */
static void normal_numbers_are_those_of_the_generator(void **state) {
    (void)state;
    const uint64_t key[2] = {123, 456};
    float numbers[256];
    hys__normals(key, 0, 256, numbers);
    for (uint64_t q = 0; q < 64; q++) {
        const uint64_t ctr[2] = {q, 0};
        uint64_t bits[2];
        hys__threefry2x64(key, ctr, bits);
        for (size_t k = 0; k < 2; k++) {
            const double u = (double)((uint32_t)bits[k] >> 1) * 0x1p-31 + 0x1p-32;
            const double turn = (double)(bits[k] >> 33) * 0x1p-31 + 0x1p-32;
            const size_t at = 64 * (q / 16) + q % 16 + 32 * k;
            const double radius = sqrt(-2 * log(u)), angle = 2 * acos(-1) * turn;
            assert_within(numbers[at], radius * cos(angle), 4e-6); /* floats: of 6.6 and of a turn */
            assert_within(numbers[at + 16], radius * sin(angle), 4e-6);
        }
    }
    float some[100]; /* from anywhere */
    hys__normals(key, 77, 100, some);
    assert_memory_equal(some, numbers + 77, sizeof some);
}

static void normal_numbers_have_the_moments_of_normal_numbers(void **state) {
    (void)state;
    enum { N = 1 << 20 };
    const uint64_t key[2] = {7, 8};
    float *x = malloc(N * sizeof *x);
    double mean = 0, square = 0, cube = 0, fourth = 0, beside = 0, beyond = 0;
    hys__normals(key, 0, N, x);
    for (size_t k = 0; k < N; k++) {
        const double v = x[k];
        mean += v / N;
        square += v * v / N;
        cube += v * v * v / N;
        fourth += v * v * v * v / N;
        beside += v * x[(k + 16) % N] / N; /* the other of its pair */
        beyond += fabs(v) > 3;
    }
    /* Five standard deviations of each: sqrt(1/N), sqrt(2/N), sqrt(15/N), sqrt(96/N), sqrt(1/N), sqrt(0.0027 N). */
    assert_within(mean, 0, 0.0049);
    assert_within(square, 1, 0.0069);
    assert_within(cube, 0, 0.019);
    assert_within(fourth, 3, 0.048);
    assert_within(beside, 0, 0.0049);
    assert_within(beyond, 0.0026998 * N, 266);
    free(x);
}

/* ---- networks ---- */

typedef struct whole {
    hys_ctx *ctx;
    hys_synapse *synapse;
    hys_network *network;
    float values[40 * 36];
    uint16_t labels[40];
    hys_samples samples;
} whole;

static whole *whole_new(const hys_synapse_law *law, const char *text, size_t height, size_t width) {
    whole *w = calloc(1, sizeof *w);
    unsigned seed = 9;
    w->ctx = hys_test_ctx();
    if (hys_synapse_of_law(w->ctx, law, &w->synapse) != HYS_OK) fail_msg("%s", hys_test_diag_text(w->ctx, 0));
    for (size_t k = 0; k < 40 * 36; k++) w->values[k] = fabsf(draw(&seed));
    w->samples = (hys_samples){40, 1, height, width, w->values, w->labels, 4};
    if (hys_network_parse(w->ctx, text, 1, &w->network) != HYS_OK) fail_msg("%s", hys_test_diag_text(w->ctx, 0));
    return w;
}

static void whole_free(whole *w) {
    hys_network_free(w->network);
    hys_synapse_free(w->synapse);
    hys_ctx_free(w->ctx);
    free(w);
}

static void whole_networks_stay_what_they_were(void **state) {
    (void)state;
    const hys_synapse_law law = hys_synapse_law_ideal();
    static const char *const texts[] = {"36-12-4", "6x6-conv3@3x3-maxpool2-4"};
    for (size_t k = 0; k < 2; k++) {
        whole *w = whole_new(&law, texts[k], k ? 6 : 1, k ? 6 : 36);
        float before[160], after[160];
        hys_mapping_opts o = hys_mapping_opts_default();
        o.synapse = w->synapse;
        o.calibration = &w->samples;
        assert_int_equal(hys_network_predict(w->network, &w->samples, before), HYS_OK);
        if (hys_network_map_all(w->network, &o) != HYS_OK) fail_msg("%s", hys_test_diag_text(w->ctx, 0));
        assert_string_equal(hys_network_layer(w->network, 0).held_by, "linear");
        assert_int_equal(hys_network_predict(w->network, &w->samples, after), HYS_OK);
        for (size_t i = 0; i < 160; i++)
            assert_within(after[i], before[i], 1e-5); /* probabilities, of sums of 36 floats */
        assert_int_equal(hys_network_unmap(w->network, 0), HYS_OK);
        assert_string_equal(hys_network_layer(w->network, 0).held_by, "software");
        assert_int_equal(hys_network_predict(w->network, &w->samples, after), HYS_OK);
        for (size_t i = 0; i < 160; i++) assert_within(after[i], before[i], 1e-5);
        whole_free(w);
    }
}

static void networks_have_the_same_bits_with_any_number_of_threads(void **state) {
    (void)state;
    hys_synapse_law law = hys_synapse_law_ideal();
    float outputs[3][160];
    law.read_noise = 0.03;
    for (unsigned threads = 1; threads <= 3; threads++) {
        whole *w = whole_new(&law, "36-12-4", 1, 36);
        hys_mapping_opts o = hys_mapping_opts_default();
        o.synapse = w->synapse;
        o.calibration = &w->samples;
        o.has_read_noise = true;
        o.product.input_bits = o.product.adc_bits = 6;
        o.product.adc_range = HYS_ADC_CALIBRATED;
        o.product.lines.word_wire = o.product.lines.bit_wire = 3;
        o.product.tile_rows = 10;
        hys_network_set_threads(w->network, threads);
        if (hys_network_map_all(w->network, &o) != HYS_OK) fail_msg("%s", hys_test_diag_text(w->ctx, 0));
        assert_int_equal(hys_network_predict(w->network, &w->samples, outputs[threads - 1]), HYS_OK);
        whole_free(w);
    }
    assert_memory_equal(outputs[0], outputs[1], sizeof outputs[0]);
    assert_memory_equal(outputs[0], outputs[2], sizeof outputs[0]);
}

static void waiting_loses_what_the_law_says(void **state) {
    (void)state;
    hys_synapse_law law = hys_synapse_law_ideal();
    law.has_retention = true;
    for (size_t t = 0; t < 16; t++)
        for (size_t k = 0; k < HYS_SYNAPSE_POINTS; k++) law.retention_mean[t][k] = -0.02 * (double)t;
    whole *w = whole_new(&law, "36-4", 1, 36);
    float before[36 * 4];
    hys_mapping_opts o = hys_mapping_opts_default();
    o.synapse = w->synapse;
    assert_int_equal(hys_network_wait(w->network, 1, 0), HYS_ARG);
    assert_int_equal(hys_network_map(w->network, 0, &o), HYS_OK);
    memcpy(before, hys_network_layer(w->network, 0).weights, sizeof before);
    assert_int_equal(hys_network_wait(w->network, 1, 0), HYS_OK);
    assert_int_equal(hys_network_wait(w->network, law.times[8] - 1, 0), HYS_OK);
    const float *now = hys_network_layer(w->network, 0).weights;
    for (size_t k = 0; k < 36 * 4; k++) assert_within(now[k], 0.84 * before[k], 1e-6); /* both columns lose 16 % */
    whole_free(w);
}

/* ---- what is refused ---- */

static void impossible_mappings_are_told_once(void **state) {
    (void)state;
    hys_synapse_law law = hys_synapse_law_ideal();
    whole *w = whole_new(&law, "36-12-4", 1, 36);
    hys_mapping_opts o = hys_mapping_opts_default();
    assert_int_equal(hys_network_map(w->network, 0, &o), HYS_ARG);
    o.synapse = w->synapse;
    assert_int_equal(hys_network_map(w->network, 1, &o), HYS_ARG);
    assert_int_equal(hys_network_map(w->network, 9, &o), HYS_ARG);
    o.fidelity = HYS_FIDELITY_EXACT;
    assert_int_equal(hys_network_map(w->network, 0, &o), HYS_ARG);
    o.fidelity = HYS_FIDELITY_LINEAR;
    o.is_kernel = true;
    assert_int_equal(hys_network_map(w->network, 0, &o), HYS_ARG);
    o.is_kernel = false;
    o.levels = 1;
    assert_int_equal(hys_network_map(w->network, 0, &o), HYS_ARG);
    o.levels = 0;
    o.product.tile_columns = 1;
    assert_int_equal(hys_network_map(w->network, 0, &o), HYS_ARG);
    o.product.tile_columns = 0;
    o.product.stuck_on = NAN;
    assert_int_equal(hys_network_map(w->network, 0, &o), HYS_ARG);
    o.product.stuck_on = 0;
    o.product.adc_bits = 99;
    assert_int_equal(hys_network_map(w->network, 0, &o), HYS_ARG);
    assert_int_equal(hys_diag_n_errors(w->ctx), 9);
    assert_diag(w->ctx, 0, "error: a layer on arrays needs a synapse\n");
    assert_diag(w->ctx, 1, "error: layer 2 (relu1) has no weights\nhint: dense and conv layers have\n");
    assert_diag(w->ctx, 3,
                "error: exact layers need the device's equations, and 'ideal' has none\n"
                "hint: linear and distilled layers take any synapse\n");
    assert_int_equal(hys_network_unmap(w->network, 0), HYS_ARG);
    assert_string_equal(hys_network_layer(w->network, 0).held_by, "software");
    whole_free(w);
}

static void a_normalisation_must_be_folded(void **state) {
    (void)state;
    const hys_synapse_law law = hys_synapse_law_ideal();
    whole *w = whole_new(&law, "36-12-norm-relu-4", 1, 36);
    hys_mapping_opts o = hys_mapping_opts_default();
    o.synapse = w->synapse;
    assert_int_equal(hys_network_map_all(w->network, &o), HYS_ARG);
    assert_diag(w->ctx, 0,
                "error: layer 2 (norm1) normalises what layer 1 gives: it must be folded before that is mapped\n"
                "hint: hys_network_fold makes it part of the weights\n");
    assert_int_equal(hys_network_fold(w->network), HYS_OK);
    assert_int_equal(hys_network_map_all(w->network, &o), HYS_OK);
    whole_free(w);
}

/* ---- memory ---- */

static hys_status map_and_predict(hys_ctx *ctx, void *arg) {
    const hys_synapse_law law = hys_synapse_law_ideal();
    float values[12] = {0.5F, 0.25F, 1}, outputs[3];
    uint16_t labels[1] = {0};
    const hys_samples samples = {1, 1, 1, 12, values, labels, 3};
    hys_synapse *synapse = NULL;
    hys_network *network = NULL;
    hys_mapping_opts o = hys_mapping_opts_default();
    (void)arg;
    o.calibration = &samples;
    o.has_read_noise = true;
    o.product.read_noise = 0.01;
    o.product.adc_bits = 6;
    o.product.lines.word_wire = o.product.lines.bit_wire = 3;
    o.product.tile_rows = 5;
    hys_status status = hys_synapse_of_law(ctx, &law, &synapse);
    o.synapse = synapse;
    if (status == HYS_OK) status = hys_network_parse(ctx, "12-3", 1, &network);
    if (status == HYS_OK) status = hys_network_map_all(network, &o);
    if (status == HYS_OK) status = hys_network_predict(network, &samples, outputs);
    if (status == HYS_OK) status = hys_network_wait(network, 1, 0);
    if (status == HYS_OK) status = hys_network_unmap(network, 0);
    hys_network_free(network);
    hys_synapse_free(synapse);
    return status;
}

static void memory_that_fails_is_told_and_given_back(void **state) {
    (void)state;
    hys_test_each_failure(map_and_predict, NULL, false);
    hys_test_each_failure(map_and_predict, NULL, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(perfect_cells_give_the_product),
        cmocka_unit_test(codings_and_converters_are_those_of_products),
        cmocka_unit_test(wires_are_those_of_products),
        cmocka_unit_test(programming_errors_are_those_of_the_law),
        cmocka_unit_test(levels_and_clips_are_kept),
        cmocka_unit_test(stuck_cells_stay_where_they_are),
        cmocka_unit_test(blocks_and_threads_do_not_change_a_bit),
        cmocka_unit_test(normal_numbers_are_those_of_the_generator),
        cmocka_unit_test(normal_numbers_have_the_moments_of_normal_numbers),
        cmocka_unit_test(whole_networks_stay_what_they_were),
        cmocka_unit_test(networks_have_the_same_bits_with_any_number_of_threads),
        cmocka_unit_test(waiting_loses_what_the_law_says),
        cmocka_unit_test(impossible_mappings_are_told_once),
        cmocka_unit_test(a_normalisation_must_be_folded),
        cmocka_unit_test(memory_that_fails_is_told_and_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
