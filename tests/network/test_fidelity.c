/* Layers at three fidelities: the software result where devices are perfect, wires as a solution has them, nonlinear
 * cells solved by hand, noise of the variance that it has, and the cheap ways beside the exact one. */
#include "hys_test.h"
#include "network/mapping.h"
#include <hysteron/network_array.h>

static float draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(*seed >> 8) / 8388608.0F - 1;
}

static hys_synapse *synapse_of(hys_ctx *ctx, const hys_synapse_law *law) {
    hys_synapse *s = NULL;
    if (hys_synapse_of_law(ctx, law, &s) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return s;
}

/* A kernel with little to distil. */
static hys_synapse *device(hys_ctx *ctx, const char *name) {
    hys_synapse_opts o = hys_synapse_opts_default();
    hys_synapse *s = NULL;
    o.cell.memory = name;
    if (hys_synapse_new(ctx, &o, &s) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return s;
}

#define ROWS    4
#define COLUMNS 3

typedef struct small {
    float w[ROWS * COLUMNS], x[2 * ROWS], y[2 * COLUMNS];
} small;

static small small_new(void) {
    small s;
    unsigned seed = 5;
    for (size_t k = 0; k < ROWS * COLUMNS; k++) s.w[k] = draw(&seed);
    for (size_t k = 0; k < 2 * ROWS; k++) s.x[k] = draw(&seed);
    return s;
}

static hys_mapping_opts opts_of(const hys_synapse *synapse, hys_fidelity fidelity) {
    hys_mapping_opts o = hys_mapping_opts_default();
    o.synapse = synapse;
    o.fidelity = fidelity;
    o.is_perfect = true;
    return o;
}

static hys__mapped *mapped(hys_ctx *ctx, const small *s, const hys_mapping_opts *o) {
    hys__mapped *m = NULL;
    const hys__mapped_request request = {
        .rows = ROWS, .columns = COLUMNS, .weights = s->w, .opts = o, .inputs = s->x, .n_inputs = 2, .threads = 1};
    if (hys__mapped_new(ctx, &request, &m) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return m;
}

static void multiply(hys_ctx *ctx, small *s, const hys_mapping_opts *o) {
    hys__mapped *m = mapped(ctx, s, o);
    const hys__block block = {.n = 2};
    if (m->base.kind->multiply(&m->base, &block, s->x, s->y) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    hys__weights_free(&m->base);
}

static double product(const small *s, size_t k, size_t j) {
    double sum = 0;
    for (size_t i = 0; i < ROWS; i++) sum += (double)s->x[k * ROWS + i] * s->w[i * COLUMNS + j];
    return sum;
}

/* ---- perfect ---- */

static void every_fidelity_gives_the_product_of_perfect_cells(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse *s = device(ctx, "hp_linear");
    for (int f = 0; f < HYS_N_FIDELITIES; f++) {
        const hys_mapping_opts o = opts_of(s, (hys_fidelity)f);
        small c = small_new();
        multiply(ctx, &c, &o);
        /* Floats; states are found to 1e-9 of the window. */
        for (size_t k = 0; k < 2; k++)
            for (size_t j = 0; j < COLUMNS; j++) assert_within(c.y[k * COLUMNS + j], product(&c, k, j), 1e-6);
    }
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

static void exact_layers_have_all_codings(void **state) {
    (void)state;
    static const hys_weight_coding codings[] = {HYS_WEIGHTS_DIFFERENTIAL, HYS_WEIGHTS_REFERENCE, HYS_WEIGHTS_OFFSET};
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse *s = device(ctx, "stanford_rram");
    for (int q = 0; q < 6; q++) {
        small exact = small_new(), linear = small_new();
        hys_mapping_opts o = opts_of(s, HYS_FIDELITY_EXACT);
        o.product.weights = codings[q / 2];
        o.product.converts_each = q % 2;
        o.product.inputs = HYS_INPUTS_PULSES; /* of one voltage, at which cells are what they are as resistors */
        o.product.input_bits = 3;
        o.product.tile_rows = 3;
        o.product.tile_columns = 4;
        multiply(ctx, &exact, &o);
        o.fidelity = HYS_FIDELITY_LINEAR;
        multiply(ctx, &linear, &o);
        for (size_t k = 0; k < 2 * COLUMNS; k++) assert_within(exact.y[k], linear.y[k], 2e-6);
    }
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

static void devices_that_are_resistors_make_exact_linear(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse *s = device(ctx, "hp_linear");
    small linear = small_new(), exact = small_new();
    hys_mapping_opts o = opts_of(s, HYS_FIDELITY_LINEAR);
    o.product.lines.word_wire = o.product.lines.bit_wire = 50;
    o.product.lines.driver = 200;
    multiply(ctx, &linear, &o);
    o.fidelity = HYS_FIDELITY_EXACT;
    multiply(ctx, &exact, &o);
    for (size_t k = 0; k < 2 * COLUMNS; k++) assert_within(exact.y[k], linear.y[k], 1e-6);
    assert_true(fabs(linear.y[0] - product(&linear, 0, 0)) > 1e-3); /* wires that are seen */
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* ---- a nonlinear cell, by hand ---- */

/* The same cells through the array room alone: pairs of columns, and what comes out of them. */
static void solve_by_hand(hys_ctx *ctx, const hys_synapse *s, const hys_mapping_opts *o, const small *c, float *y) {
    const hys_synapse_law *law = hys_synapse_get_law(s);
    hys__mapped *m = mapped(ctx, c, o); /* for its states alone */
    const hys__tile *t = &m->product->tiles[0];
    hys_array_opts lines = o->product.lines;
    hys_array *array = NULL;
    double range = 0, largest = 0, states[2 * ROWS * COLUMNS];
    lines.rows = ROWS;
    lines.columns = 2 * COLUMNS;
    assert_int_equal(hys_array_new(ctx, &lines, &array), HYS_OK);
    assert_int_equal(hys_array_set_device(array, hys_synapse_cell(s)), HYS_OK);
    /* Its own search for the states: halving, cell by cell at once, of the first state between its ends. */
    double low[2 * ROWS * COLUMNS], high[2 * ROWS * COLUMNS], g[2 * ROWS * COLUMNS];
    for (size_t k = 0; k < 2 * ROWS * COLUMNS; k++) {
        const double first = m->states[0], last = m->states[m->n_rungs - 1];
        low[k] = first - 0.05 * (last - first);
        high[k] = last + 0.05 * (last - first);
    }
    for (int look = 0; look < 60; look++) {
        for (size_t k = 0; k < 2 * ROWS * COLUMNS; k++) states[k] = 0.5 * (low[k] + high[k]);
        assert_int_equal(hys_array_set_state(array, hys_array_state(array, 0), states), HYS_OK);
        assert_int_equal(hys_array_cell_conductances(array, law->read.voltage, g), HYS_OK);
        for (size_t k = 0; k < 2 * ROWS * COLUMNS; k++) *(g[k] < t->g[k] ? &low[k] : &high[k]) = states[k];
    }
    for (size_t k = 0; k < ROWS * COLUMNS; k++) largest = fmax(largest, fabsf(c->w[k]));
    for (size_t k = 0; k < 2 * ROWS; k++) range = fmax(range, fabsf(c->x[k]));
    for (size_t k = 0; k < 2; k++) {
        double words[ROWS];
        for (size_t i = 0; i < ROWS; i++) words[i] = c->x[k * ROWS + i] / range * law->read.voltage;
        assert_int_equal(hys_array_solve(array, words, NULL), HYS_OK);
        const double *bits = hys_array_bit_currents(array);
        for (size_t j = 0; j < COLUMNS; j++)
            y[k * COLUMNS + j] = (float)((bits[2 * j] - bits[2 * j + 1]) * largest * range /
                                         (law->read.voltage * (law->g_max - law->g_min)));
    }
    hys_array_free(array);
    hys__weights_free(&m->base);
}

static void nonlinear_cells_are_what_the_array_makes_of_them(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse *s = device(ctx, "stanford_rram");
    hys_mapping_opts o = opts_of(s, HYS_FIDELITY_EXACT);
    small exact = small_new(), linear = small_new();
    float y[2 * COLUMNS];
    o.product.lines.word_wire = o.product.lines.bit_wire = 100;
    multiply(ctx, &exact, &o);
    solve_by_hand(ctx, s, &o, &exact, y);
    o.fidelity = HYS_FIDELITY_LINEAR;
    multiply(ctx, &linear, &o);
    double most = 0;
    for (size_t k = 0; k < 2 * COLUMNS; k++) {
        assert_within(exact.y[k], y[k], 2e-6); /* floats; states to 1e-9 of the window */
        most = fmax(most, fabs((double)exact.y[k] - linear.y[k]));
    }
    assert_true(most > 2e-5); /* ten times what is allowed above */
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* Without wires every cell is at its input's voltage: what is left is that curves differ with the conductance. */
static void inputs_are_bent_as_cells_are(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse *s = device(ctx, "stanford_rram");
    hys_mapping_opts o = opts_of(s, HYS_FIDELITY_EXACT);
    small exact = small_new(), bent = small_new();
    double straight = 0;
    multiply(ctx, &exact, &o);
    o.fidelity = HYS_FIDELITY_DISTILLED;
    multiply(ctx, &bent, &o);
    for (size_t k = 0; k < 2 * COLUMNS; k++) {
        straight = fmax(straight, fabs(exact.y[k] - product(&exact, k / COLUMNS, k % COLUMNS)));
        assert_within(bent.y[k], exact.y[k], 1e-5);
    }
    assert_true(straight > 1e-3); /* a sinh, which takes 0.6 % off small inputs */
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* ---- noise ---- */

#define MANY 20000

static void variance_of(hys_ctx *ctx, const hys_mapping_opts *o, const small *c, double *variance, double *mean) {
    hys__mapped *m = mapped(ctx, c, o);
    float y[COLUMNS];
    double sum[COLUMNS] = {0}, squares[COLUMNS] = {0}, first[COLUMNS];
    for (uint64_t n = 0; n < MANY; n++) {
        const hys__block block = {.n = 1, .first = n, .pass = 3};
        assert_int_equal(m->base.kind->multiply(&m->base, &block, c->x, y), HYS_OK);
        for (size_t j = 0; j < COLUMNS; j++) {
            if (!n) first[j] = y[j];
            sum[j] += y[j] - first[j];
            squares[j] += (y[j] - first[j]) * (y[j] - first[j]);
        }
    }
    for (size_t j = 0; j < COLUMNS; j++) {
        mean[j] = first[j] + sum[j] / MANY;
        variance[j] = squares[j] / MANY - sum[j] * sum[j] / MANY / MANY;
    }
    hys__weights_free(&m->base);
}

/* sum x^2 (s g)^2 of both columns of a pair, in weights. */
static void read_noise_has_the_variance_of_its_cells(void **state) {
    (void)state;
    static const hys_weight_coding codings[] = {HYS_WEIGHTS_DIFFERENTIAL, HYS_WEIGHTS_REFERENCE, HYS_WEIGHTS_OFFSET};
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_law law = hys_synapse_law_ideal();
    law.read_noise = 0.05;
    hys_synapse *s = synapse_of(ctx, &law);
    for (size_t q = 0; q < 3; q++) {
        hys_mapping_opts o = opts_of(s, HYS_FIDELITY_DISTILLED);
        double variance[COLUMNS], mean[COLUMNS];
        const small c = small_new();
        o.has_read_noise = true;
        o.product.weights = codings[q];
        hys__mapped *m = mapped(ctx, &c, &o);
        const hys__tile *t = &m->product->tiles[0];
        variance_of(ctx, &o, &c, variance, mean);
        for (size_t j = 0; j < COLUMNS; j++) {
            const double scale = hys__coding_weight(&m->product->weight, 0) / (law.g_max - law.g_min);
            double want = 0;
            for (size_t i = 0; i < ROWS; i++) {
                const double *g = t->g + i * t->columns, x = c.x[i];
                const double a = q ? g[j] : g[2 * j], b = q == 0 ? g[2 * j + 1] : q == 1 ? g[COLUMNS] : 0;
                want += x * x * law.read_noise * law.read_noise * (a * a + b * b) * scale * scale;
            }
            /* A variance of n draws is known to sqrt(2/n) = 1 %. */
            assert_near(variance[j], want, 0.05);
            assert_within(mean[j], product(&c, 0, j), 5 * sqrt(want / MANY));
        }
        hys__weights_free(&m->base);
    }
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* Each read solved with other conductances, beside one draw for an output. */
static void noise_through_wires_is_that_of_solutions(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_law law = hys_synapse_law_ideal();
    law.read_noise = 0.05;
    hys_synapse *s = synapse_of(ctx, &law);
    hys_mapping_opts o = opts_of(s, HYS_FIDELITY_LINEAR);
    double drawn[COLUMNS], solved[COLUMNS], mean[COLUMNS];
    small c = small_new();
    for (size_t k = 0; k < 2 * ROWS; k++) c.x[k] = 0.5F + 0.5F * fabsf(c.x[k]); /* lines driven much alike */
    o.has_read_noise = true;
    o.product.lines.word_wire = o.product.lines.bit_wire = 30;
    variance_of(ctx, &o, &c, drawn, mean);
    o.product.solves_each = true;
    variance_of(ctx, &o, &c, solved, mean);
    for (size_t j = 0; j < COLUMNS; j++) assert_near(drawn[j], solved[j], 0.08); /* 2 % each, and what inputs differ */
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* A device's own noise, from its own current, beside that of the conductance that it has. */
static void exact_layers_have_the_noise_of_their_cells(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse *s = device(ctx, "hp_linear");
    hys_mapping_opts o = opts_of(s, HYS_FIDELITY_LINEAR);
    const small c = small_new();
    float exact[COLUMNS], quiet[COLUMNS], linear[COLUMNS];
    const hys__block block = {.n = 1, .first = 5, .pass = 1};
    o.product.read_noise = 0.05;
    hys__mapped *m = mapped(ctx, &c, &o);
    assert_int_equal(m->base.kind->multiply(&m->base, &block, c.x, linear), HYS_OK);
    hys__weights_free(&m->base);
    o.fidelity = HYS_FIDELITY_EXACT;
    m = mapped(ctx, &c, &o);
    assert_int_equal(m->base.kind->multiply(&m->base, &block, c.x, exact), HYS_OK);
    hys__weights_free(&m->base);
    o.product.read_noise = 0;
    m = mapped(ctx, &c, &o);
    assert_int_equal(m->base.kind->multiply(&m->base, &block, c.x, quiet), HYS_OK);
    hys__weights_free(&m->base);
    for (size_t j = 0; j < COLUMNS; j++) { /* the same draws */
        assert_within(exact[j], linear[j], 1e-6);
        assert_true(fabsf(exact[j] - quiet[j]) > 1e-4F);
    }
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* ---- cells that are kernels ---- */

static void kernels_are_programmed_put_and_wait(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse *s = device(ctx, "vteam");
    const hys_synapse_law *law = hys_synapse_get_law(s);
    hys_mapping_opts o = opts_of(s, HYS_FIDELITY_LINEAR);
    small linear = small_new(), exact = small_new();
    o.is_kernel = true;
    o.product.lines.word_wire = o.product.lines.bit_wire = 1;
    hys__mapped *m = mapped(ctx, &linear, &o);
    double most = 0;
    for (size_t c = 0; c < m->first_cell[1]; c++) most = fmax(most, fabs(m->programmed[c] - m->targets[c]));
    assert_true(most > 0 && most < 0.011 * (law->g_max - law->g_min)); /* write-verify to 1 % */
    assert_true(m->programming.pulses > 1 && m->programming.energy > 0);
    multiply(ctx, &linear, &o);
    o.fidelity = HYS_FIDELITY_EXACT;
    multiply(ctx, &exact, &o);
    for (size_t k = 0; k < 2 * COLUMNS; k++) assert_within(exact.y[k], linear.y[k], 1e-6);
    assert_int_equal(hys__mapped_wait(m, 1, 0), HYS_OK);
    assert_true(m->waited == 1);
    hys__weights_free(&m->base);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* ---- beside the exact one ---- */

static void compared_with_exact_layers_say_how_far_they_are(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse *s = device(ctx, "stanford_rram");
    hys_network *network = NULL;
    float values[20 * 12];
    uint16_t labels[20] = {0};
    unsigned seed = 3;
    for (size_t k = 0; k < 20 * 12; k++) values[k] = fabsf(draw(&seed));
    const hys_samples samples = {20, 1, 1, 12, values, labels, 4};
    assert_int_equal(hys_network_parse(ctx, "12-8-4", 1, &network), HYS_OK);
    hys_mapping_opts o = opts_of(s, HYS_FIDELITY_LINEAR);
    o.calibration = &samples;
    o.has_read_noise = true;
    o.product.lines.word_wire = o.product.lines.bit_wire = 20;
    if (hys_network_map_all(network, &o) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    hys_fidelity_error errors[2];
    size_t n = 0;
    if (hys_network_compare_exact(network, &samples, 20, errors, &n) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    assert_int_equal(n, 2);
    assert_int_equal(errors[1].layer, 2);
    for (size_t k = 0; k < 2; k++) {
        assert_true(errors[k].rms > 0 && errors[k].rms < 0.01);
        assert_true(errors[k].most >= errors[k].rms && errors[k].most < 0.05);
        assert_true(errors[k].agreement >= 0.9 && errors[k].agreement <= 1);
        assert_true(errors[k].exact_seconds > 0);
    }
    assert_string_equal(hys_network_layer(network, 0).held_by, "linear"); /* as before */
    hys_network_free(network);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

static void exact_networks_have_the_same_bits_with_any_number_of_threads(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse *s = device(ctx, "stanford_rram");
    float values[70 * 12], outputs[3][70 * 3];
    unsigned seed = 3;
    for (size_t k = 0; k < 70 * 12; k++) values[k] = fabsf(draw(&seed));
    const hys_samples samples = {70, 1, 1, 12, values, NULL, 0};
    for (unsigned threads = 1; threads <= 3; threads++) {
        hys_network *network = NULL;
        hys_mapping_opts o = opts_of(s, HYS_FIDELITY_EXACT);
        o.product.lines.word_wire = o.product.lines.bit_wire = 20;
        o.product.tile_rows = 7;
        o.product.read_noise = 0.02;
        assert_int_equal(hys_network_parse(ctx, "12-3", 1, &network), HYS_OK);
        hys_network_set_threads(network, threads);
        if (hys_network_map_all(network, &o) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
        assert_int_equal(hys_network_predict(network, &samples, outputs[threads - 1]), HYS_OK);
        hys_network_free(network);
    }
    assert_memory_equal(outputs[0], outputs[1], sizeof outputs[0]);
    assert_memory_equal(outputs[0], outputs[2], sizeof outputs[0]);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fidelity_gives_the_product_of_perfect_cells),
        cmocka_unit_test(exact_layers_have_all_codings),
        cmocka_unit_test(devices_that_are_resistors_make_exact_linear),
        cmocka_unit_test(nonlinear_cells_are_what_the_array_makes_of_them),
        cmocka_unit_test(inputs_are_bent_as_cells_are),
        cmocka_unit_test(read_noise_has_the_variance_of_its_cells),
        cmocka_unit_test(noise_through_wires_is_that_of_solutions),
        cmocka_unit_test(exact_layers_have_the_noise_of_their_cells),
        cmocka_unit_test(kernels_are_programmed_put_and_wait),
        cmocka_unit_test(exact_networks_have_the_same_bits_with_any_number_of_threads),
        cmocka_unit_test(compared_with_exact_layers_say_how_far_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
