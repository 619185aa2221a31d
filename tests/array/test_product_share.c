/* Products on many arrays: threads, what is solved once, what breaks off; drift made up for through wires. */
#include "hys_test.h"
#include <hysteron/array_product.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys_matrix w, x;
} fixture;

/* Numbers from -1 to 1 that do not depend on the machine. */
static hys_matrix matrix(hys_ctx *ctx, size_t rows, size_t columns, unsigned seed) {
    hys_matrix m;
    assert_int_equal(hys_matrix_new(ctx, rows, columns, &m), HYS_OK);
    for (size_t k = 0; k < rows * columns; k++) {
        seed = seed * 1664525u + 1013904223u;
        m.values[k] = (double)(seed >> 8) / 8388608.0 - 1;
    }
    return m;
}

static fixture start(size_t inputs, size_t outputs, size_t count) {
    fixture f = {.ctx = hys_test_ctx()};
    f.w = matrix(f.ctx, inputs, outputs, 1);
    f.x = matrix(f.ctx, count, inputs, 2);
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
    assert_int_equal(hys_product_new(f->ctx, &f->w, o, &p), HYS_OK);
    assert_int_equal(hys_product_multiply(p, &f->x, &y), HYS_OK);
    hys_product_free(p);
    return y;
}

static double rms_of(const fixture *f, const hys_product_opts *o) {
    hys_matrix y = multiply(f, o);
    hys_product_error e = {0};
    assert_int_equal(hys_product_compare(f->ctx, &f->w, &f->x, &y, &e), HYS_OK);
    const double rms = e.all.rms;
    hys_product_error_free(f->ctx, &e);
    hys_matrix_free(f->ctx, &y);
    return rms;
}

/* Only what wires change is solved anew: the effective matrices of the others are the product's. */
static void test_steps_are_those_of_products_of_their_own(void **state) {
    (void)state;
    fixture f = start(24, 6, 40);
    hys_product_opts o = hys_product_opts_default();
    hys_product_stage s[16];
    hys_product *p = NULL;
    o.lines.word_wire = o.lines.bit_wire = 10;
    o.tile_rows = 10;
    o.adc_bits = 6;
    o.weight_bits = 4;
    o.cells = "pcm";
    o.read_noise = 0.01;
    assert_int_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
    assert_int_equal(hys_product_stages(p, &f.w, &f.x, s), HYS_OK);
    for (size_t k = 0; k < hys_product_n_stages(); k++) {
        hys_product_opts without = o;
        if (!strcmp(s[k].name, "outputs")) without.adc_bits = 0;
        else if (!strcmp(s[k].name, "read noise")) without.read_noise = 0;
        else if (!strcmp(s[k].name, "weights")) without.weight_bits = 0;
        else if (!strcmp(s[k].name, "wires")) without.lines.word_wire = without.lines.bit_wire = 0;
        else continue;
        assert_true(s[k].is_on);
        assert_true(s[k].without == rms_of(&f, &without));
    }
    assert_int_equal(hys_product_stages(p, &f.x, &f.x, s), HYS_ARG);
    hys_product_free(p);
    finish(&f);
}

/* ---- threads ---- */

static int count_calls(void *user, double done) {
    assert_true(done >= 0 && done <= 1);
    return ++*(int *)user < 0;
}

static int break_off(void *user, double done) {
    (void)user;
    return done >= 0.25;
}

typedef struct found {
    double y[30 * 20];
    hys_product_cost cost;
} found;

static void find(const fixture *f, unsigned threads, found *r) {
    hys_product_opts o = hys_product_opts_default();
    hys_product *p = NULL;
    hys_matrix y = {0};
    int n_calls = 0;
    o.lines.word_wire = o.lines.bit_wire = 4;
    o.lines.threads = threads;
    o.tile_rows = o.tile_columns = 16;
    o.cells = "pcm";
    o.time = 1000;
    o.compensates_drift = true;
    o.read_noise = 0.01;
    o.adc_bits = 7;
    o.adc_range = HYS_ADC_CALIBRATED;
    o.adc_part = 0.99;
    o.progress = count_calls;
    o.progress_user = &n_calls;
    assert_int_equal(hys_product_new(f->ctx, &f->w, &o, &p), HYS_OK);
    assert_int_equal(hys_product_calibrate(p, &f->x), HYS_OK);
    assert_int_equal(hys_product_multiply(p, &f->x, &y), HYS_OK);
    assert_int_equal(hys_product_get_cost(p, &f->x, &r->cost), HYS_OK);
    assert_true(n_calls > 0);
    memcpy(r->y, y.values, sizeof r->y);
    hys_matrix_free(f->ctx, &y);
    hys_product_free(p);
}

static void test_threads_change_no_bit(void **state) {
    (void)state;
    fixture f = start(40, 20, 30);
    found one, more;
    find(&f, 1, &one);
    for (unsigned threads = 2; threads <= 5; threads++) {
        find(&f, threads, &more);
        assert_memory_equal(one.y, more.y, sizeof one.y);
        assert_true(one.cost.cells == more.cost.cells && one.cost.wires == more.cost.wires);
    }
    finish(&f);
}

/* A context of each thread has its own diagnostics: the caller's says what happened. */
static void test_what_fails_in_a_thread_is_said_once(void **state) {
    (void)state;
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        fixture f = start(40, 20, 30);
        hys_product_opts o = hys_product_opts_default();
        hys_product *p = NULL;
        hys_matrix y = {0};
        double g[256];
        for (size_t k = 0; k < 256; k++) g[k] = k % 2 ? 1e200 : 1e-200;
        o.lines.word_wire = o.lines.bit_wire = 4;
        o.lines.threads = threads;
        o.tile_rows = o.tile_columns = 16;
        assert_int_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
        assert_int_equal(hys_product_set_array(p, 1, g), HYS_OK);
        assert_int_equal(hys_product_multiply(p, &f.x, &y), HYS_NOCONV);
        assert_int_equal(hys_diag_count(f.ctx), 1);
        hys_product_free(p);
        finish(&f);
    }
}

static void test_a_product_can_be_broken_off(void **state) {
    (void)state;
    for (unsigned threads = 1; threads <= 2; threads++) {
        fixture f = start(40, 20, 30);
        hys_product_opts o = hys_product_opts_default();
        hys_product *p = NULL;
        hys_matrix y = {0};
        o.lines.word_wire = o.lines.bit_wire = 4;
        o.lines.threads = threads;
        o.tile_rows = o.tile_columns = 8;
        o.progress = break_off;
        assert_int_equal(hys_product_new(f.ctx, &f.w, &o, &p), HYS_OK);
        assert_int_equal(hys_product_multiply(p, &f.x, &y), HYS_CANCEL);
        hys_product_free(p);
        finish(&f);
    }
}

/* ---- drift made up for ---- */

/* A read of all lines is what compensation looks at: with its wires it gives what it gave before. */
static void test_compensation_sees_the_wires(void **state) {
    (void)state;
    fixture f = start(20, 1, 1);
    hys_product_opts o = hys_product_opts_default();
    for (size_t i = 0; i < 20; i++) f.w.values[i] = f.x.values[i] = 1;
    o.weights = HYS_WEIGHTS_UNSIGNED;
    o.g_min = 0;
    o.g_max = 1e-3;
    o.lines.word_wire = o.lines.bit_wire = 10;
    o.drift = 0.1;
    hys_matrix before = multiply(&f, &o);
    o.time = 1e6;
    hys_matrix drifted = multiply(&f, &o);
    o.compensates_drift = true;
    hys_matrix now = multiply(&f, &o);
    const double drift = pow(1e6 + 1, -0.1);
    assert_near(now.values[0], before.values[0], 1e-9);
    assert_true(drifted.values[0] > 1.2 * drift * before.values[0]); /* wires take less from smaller currents */
    hys_matrix *const all[] = {&before, &drifted, &now};
    for (size_t k = 0; k < 3; k++) hys_matrix_free(f.ctx, all[k]);
    finish(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_are_those_of_products_of_their_own),
        cmocka_unit_test(test_threads_change_no_bit),
        cmocka_unit_test(test_what_fails_in_a_thread_is_said_once),
        cmocka_unit_test(test_a_product_can_be_broken_off),
        cmocka_unit_test(test_compensation_sees_the_wires),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
