/* What networks on arrays cost: parts add up, a layer costs what its product does, and NeuroBench's numbers are
 * counted.
 */
#include "hys_test.h"
#include <hysteron/array_layout.h>
#include <hysteron/network_array.h>

static float draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(*seed >> 8) / 8388608.0F - 1;
}

typedef struct fixture {
    hys_ctx *ctx;
    hys_synapse *synapse;
    hys_network *network;
    float values[30 * 36];
    uint16_t labels[30];
    hys_samples samples;
} fixture;

static fixture *start(const char *text, size_t height, size_t width) {
    fixture *f = calloc(1, sizeof *f);
    const hys_synapse_law law = hys_synapse_law_ideal();
    unsigned seed = 9;
    f->ctx = hys_test_ctx();
    assert_int_equal(hys_synapse_of_law(f->ctx, &law, &f->synapse), HYS_OK);
    for (size_t k = 0; k < 30 * 36; k++) {
        const float x = draw(&seed);
        f->values[k] = x > 0 ? x : 0;
    }
    f->samples = (hys_samples){30, 1, height, width, f->values, f->labels, 4};
    if (hys_network_parse(f->ctx, text, 1, &f->network) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    return f;
}

static hys_mapping_opts opts_of(const fixture *f) {
    hys_mapping_opts o = hys_mapping_opts_default();
    o.synapse = f->synapse;
    o.calibration = &f->samples;
    o.product.input_bits = o.product.adc_bits = 8;
    o.product.weight_bits = 5;
    o.product.lines.word_wire = o.product.lines.bit_wire = 2.5;
    o.product.lines.driver = 50;
    o.product.lines.word_capacitance = 1e-16;
    return o;
}

static void map_all(fixture *f) {
    const hys_mapping_opts o = opts_of(f);
    if (hys_network_map_all(f->network, &o) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
}

static void finish(fixture *f) {
    hys_network_free(f->network);
    hys_synapse_free(f->synapse);
    hys_ctx_free(f->ctx);
    free(f);
}

static double parts_of(const hys_mapping_report *r) {
    return r->cells + r->wires + r->drivers + r->dac + r->adc + r->adding + r->charging;
}

static void energies_of_parts_and_layers_add_up(void **state) {
    (void)state;
    fixture *f = start("6x6-conv3@3x3-maxpool2-4", 6, 6);
    hys_mapping_report conv, dense;
    hys_network_cost c;
    map_all(f);
    assert_int_equal(hys_network_mapping(f->network, 0, &f->samples, &conv), HYS_OK);
    assert_int_equal(hys_network_mapping(f->network, 3, &f->samples, &dense), HYS_OK);
    if (hys_network_get_cost(f->network, &f->samples, &c) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    assert_near(parts_of(&conv), conv.energy, 1e-12);
    assert_near(parts_of(&dense), dense.energy, 1e-12);
    assert_true(conv.cells > 0 && conv.wires > 0 && conv.drivers > 0 && conv.dac > 0 && conv.adc > 0);
    assert_near(c.energy, 16 * conv.energy + dense.energy, 1e-12); /* 4 x 4 places of the filter */
    assert_near(c.cells + c.wires + c.drivers + c.dac + c.adc + c.adding + c.charging, c.energy, 1e-12);
    assert_near(c.latency, 16 * conv.latency + dense.latency, 1e-12);
    assert_near(c.area, conv.area + dense.area, 1e-12);
    finish(f);
}

/* The array room's own account of the same weights. */
static void a_layer_costs_what_its_product_does(void **state) {
    (void)state;
    fixture *f = start("36-4", 1, 36);
    const hys_mapping_opts o = opts_of(f);
    const hys_synapse_law *law = hys_synapse_get_law(f->synapse);
    hys_mapping_report r;
    hys_matrix w, x;
    hys_product *p = NULL;
    hys_product_cost cost;
    assert_int_equal(hys_matrix_new(f->ctx, 36, 4, &w), HYS_OK);
    assert_int_equal(hys_matrix_new(f->ctx, 16, 36, &x), HYS_OK);
    for (size_t k = 0; k < 36 * 4; k++) w.values[k] = (double)hys_network_layer(f->network, 0).weights[k];
    for (size_t k = 0; k < 16 * 36; k++) x.values[k] = (double)f->values[k];
    hys_product_opts as = o.product;
    as.g_min = law->g_min;
    as.g_max = law->g_max;
    as.voltage = law->read.voltage;
    double most = 0;
    for (size_t k = 0; k < 30 * 36; k++) most = fmax(most, (double)f->values[k]);
    as.input_range = most;
    assert_int_equal(hys_product_new(f->ctx, &w, &as, &p), HYS_OK);
    assert_int_equal(hys_product_get_cost(p, &x, &cost), HYS_OK);
    map_all(f);
    assert_int_equal(hys_network_mapping(f->network, 0, &f->samples, &r), HYS_OK);
    assert_near(r.energy, cost.energy, 1e-9);
    assert_near(r.latency, cost.latency, 1e-12);
    hys_layout_opts lo = hys_layout_opts_default();
    hys_layout layout;
    assert_int_equal(hys_layout_make(f->ctx, &lo, &layout), HYS_OK);
    assert_near(r.area, 36 * 8 * 4 * 28e-9 * 28e-9 + cost.adc_area, 1e-12);
    assert_int_equal(r.shape.cells, 36 * 8);
    assert_int_equal(r.n_failed, 0);
    /* Weights of 5 bits are up to 1/30 of the largest away, evenly: 1/30/sqrt(3). */
    assert_near(r.weight_error, 1 / (30 * sqrt(3)), 0.15);
    hys_product_free(p);
    hys_matrix_free(f->ctx, &w);
    hys_matrix_free(f->ctx, &x);
    finish(f);
}

static void operations_and_zeros_are_counted(void **state) {
    (void)state;
    fixture *f = start("36-4", 1, 36);
    hys_network_cost c;
    float weights[36 * 4] = {0};
    double macs = 0, nonzero = 0;
    unsigned seed = 4;
    for (size_t k = 0; k < 36 * 4; k++) {
        const float x = draw(&seed);
        weights[k] = x > -0.5F ? x : 0;
        nonzero += weights[k] != 0;
    }
    assert_int_equal(hys_network_set_weights(f->network, 0, weights, NULL), HYS_OK);
    for (size_t n = 0; n < 30; n++)
        for (size_t i = 0; i < 36; i++)
            for (size_t j = 0; j < 4; j++) macs += f->values[n * 36 + i] != 0 && weights[i * 4 + j] != 0;
    assert_int_equal(hys_network_get_cost(f->network, &f->samples, &c), HYS_OK);
    assert_near(c.macs, macs / 30, 1e-12);
    assert_near(c.connection_sparsity, 1 - nonzero / 144, 1e-12);
    assert_true(c.energy == 0 && c.area == 0); /* nothing lies on arrays */
    assert_near(c.footprint_B, 4 * (36 * 4 + 4), 1e-12);
    finish(f);
    f = start("36-40-4", 1, 36);
    map_all(f);
    assert_int_equal(hys_network_get_cost(f->network, &f->samples, &c), HYS_OK);
    assert_true(c.activation_sparsity > 0.2 && c.activation_sparsity < 0.8); /* relu of sums of either sign */
    assert_near(c.footprint_B, (36 * 40 + 40 * 4) * 5 / 8.0 + 4 * 44, 1e-12);
    finish(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(energies_of_parts_and_layers_add_up),
        cmocka_unit_test(a_layer_costs_what_its_product_does),
        cmocka_unit_test(operations_and_zeros_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
