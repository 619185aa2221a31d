/* Training as if on arrays: without errors it is training in software; noise has the variance that was asked for; exact
 * gradients through wires are those of finite differences. */
#include "hys_test.h"
#include "network/aware.h"
#include "network_samples.h"

typedef struct fixture {
    hys_ctx *ctx;
    hys_synapse *synapse;
    hys_aware_opts opts;
} fixture;

static fixture start(void) {
    fixture f = {.ctx = hys_test_ctx(), .opts = hys_aware_opts_default()};
    const hys_synapse_law law = hys_synapse_law_ideal();
    assert_int_equal(hys_synapse_of_law(f.ctx, &law, &f.synapse), HYS_OK);
    f.opts.mapping.synapse = f.synapse;
    return f;
}

static void finish(fixture *f) {
    hys_synapse_free(f->synapse);
    hys_ctx_free(f->ctx);
}

static hys_train_opts two_epochs(void) {
    hys_train_opts o = hys_train_opts_default();
    o.epochs = 2;
    o.batch = 20;
    return o;
}

static void without_errors_it_is_training_in_software(void **state) {
    (void)state;
    fixture f = start();
    hys_network *plain = parse(f.ctx, "6-5-3"), *aware = parse(f.ctx, "6-5-3");
    hys_samples s = samples_of(60, 1, 1, 6);
    const hys_train_opts o = two_epochs();
    assert_int_equal(hys_network_train(plain, &s, NULL, &o), HYS_OK);
    assert_int_equal(hys_network_train_aware(aware, &s, NULL, &o, &f.opts), HYS_OK);
    for (size_t k = 0; k < hys_network_n_layers(plain); k++) {
        const hys_layer_info a = hys_network_layer(plain, k), b = hys_network_layer(aware, k);
        for (size_t i = 0; i < a.rows * a.columns; i++) /* products of another BLAS call */
            assert_within((double)a.weights[i], (double)b.weights[i], 1e-5);
        if (a.rows) assert_string_equal(b.held_by, "software");
    }
    hys_network_free(plain);
    hys_network_free(aware);
    free_samples(&s);
    finish(&f);
}

/* Threads share out what is drawn, and change nothing. */
static void noise_is_the_same_with_any_threads(void **state) {
    (void)state;
    fixture f = start();
    hys_samples s = samples_of(60, 1, 1, 6);
    const hys_train_opts o = two_epochs();
    float w[2][30];
    f.opts.noise = 0.1;
    f.opts.mapping.product.read_noise = 0.05;
    f.opts.mapping.has_read_noise = true;
    for (unsigned t = 0; t < 2; t++) {
        hys_network *n = parse(f.ctx, "6-5-3");
        hys_network_set_threads(n, 1 + 2 * t);
        assert_int_equal(hys_network_train_aware(n, &s, NULL, &o, &f.opts), HYS_OK);
        memcpy(w[t], hys_network_layer(n, 0).weights, sizeof w[t]);
        hys_network_free(n);
    }
    assert_memory_equal(w[0], w[1], sizeof w[0]);
    free_samples(&s);
    finish(&f);
}

/* ---- wires ---- */

enum { ROWS = 5, COLUMNS = 3, N = ROWS * COLUMNS };

static hys__aware wired(const fixture *f, float *values, float *wires) {
    uint32_t seed = 3;
    hys__aware a = {.base = {NULL, f->ctx, ROWS, COLUMNS}, .opts = f->opts, .values = values, .wires = wires};
    for (size_t k = 0; k < N; k++) values[k] = draw(&seed);
    values[4] = 1; /* the range: it stays as it is */
    return a;
}

static double readout(hys__aware *a, const float *m) {
    double sum = 0;
    assert_int_equal(hys__aware_wires(a), HYS_OK);
    for (size_t k = 0; k < N; k++) sum += (double)m[k] * ((double)a->values[k] + (double)a->wires[k]);
    return sum;
}

/* Differences of floats: steps of 1e-2 lose 1e-5 of the sum to rounding; curvature is less where wires take 10 %. */
static void exact_gradients_are_those_of_differences(void **state) {
    (void)state;
    fixture f = start();
    float values[N], wires[N], m[N], gradient[N];
    uint32_t seed = 17;
    f.opts.mapping.product.lines.word_wire = f.opts.mapping.product.lines.bit_wire = 300;
    hys__aware a = wired(&f, values, wires);
    for (size_t k = 0; k < N; k++) gradient[k] = m[k] = draw(&seed);
    (void)readout(&a, m);
    assert_int_equal(hys__aware_gradient(&a, gradient), HYS_OK);
    double most = 0;
    for (size_t k = 0; k < N; k++) {
        const float w = values[k], step = 1e-2f;
        if (k == 4 || fabsf(w) < 2 * step) continue;
        values[k] = w + step;
        const double up = readout(&a, m);
        values[k] = w - step;
        const double down = readout(&a, m);
        values[k] = w;
        assert_within((double)gradient[k], (up - down) / (2 * (double)step), 2e-4);
        most = fmax(most, fabs((double)gradient[k] - (double)m[k]));
    }
    assert_true(most > 0.01); /* wires are not to be passed over */
    hys_product_free(a.product);
    finish(&f);
}

static void wires_in_training_are_those_of_the_arrays(void **state) {
    (void)state;
    fixture f = start();
    hys_samples s = samples_of(40, 1, 1, 6);
    hys_train_opts o = two_epochs();
    f.opts.mapping.product.lines.word_wire = f.opts.mapping.product.lines.bit_wire = 1000;
    f.opts.wires_every = 1;
    f.opts.has_exact_gradient = true;
    hys_network *n = parse(f.ctx, "6-3");
    assert_int_equal(hys_network_train_aware(n, &s, NULL, &o, &f.opts), HYS_OK);
    hys_network_free(n);
    free_samples(&s);
    finish(&f);
}

static void a_device_is_needed(void **state) {
    (void)state;
    fixture f = start();
    hys_samples s = samples_of(4, 1, 1, 6);
    const hys_train_opts o = two_epochs();
    hys_network *n = parse(f.ctx, "6-3");
    f.opts.mapping.synapse = NULL;
    assert_int_equal(hys_network_train_aware(n, &s, NULL, &o, &f.opts), HYS_ARG);
    assert_diag(f.ctx, 0, "error: there is no device to train for\n");
    hys_network_free(n);
    free_samples(&s);
    finish(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_errors_it_is_training_in_software),
        cmocka_unit_test(noise_is_the_same_with_any_threads),
        cmocka_unit_test(exact_gradients_are_those_of_differences),
        cmocka_unit_test(wires_in_training_are_those_of_the_arrays),
        cmocka_unit_test(a_device_is_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
