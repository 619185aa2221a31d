/* The matrix that an array is for its terminals, by elimination of all nodes. */
#include "array/condense.h"
#include "hys_test.h"
#include <hysteron/array.h>
#include <math.h>

static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0;
}

/* m x n cells of 1 mS and about 1 uS. */
static hys_array *array_of(hys_ctx *ctx, const hys_array_opts *o, double *g) {
    unsigned seed = 9;
    hys_array *a;
    assert_int_equal(hys_array_new(ctx, o, &a), HYS_OK);
    for (size_t k = 0; k < o->rows * o->columns; k++) g[k] = draw(&seed) < 0.5 ? 1e-3 : 1e-6 * (1 + draw(&seed));
    assert_int_equal(hys_array_set_conductances(a, g), HYS_OK);
    return a;
}

static hys_array_opts opts_of(size_t m, size_t n, double ohm) {
    hys_array_opts o = hys_array_opts_default();
    o.rows = m;
    o.columns = n;
    o.word_wire = o.bit_wire = ohm;
    o.tolerance = 1e-13;
    return o;
}

static void test_one_cell_is_three_resistors_in_series(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = opts_of(1, 1, 5);
    o.driver = 70;
    o.sense = 200;
    hys_array *a;
    const double g = 1e-3;
    double w;
    assert_int_equal(hys_array_new(ctx, &o, &a), HYS_OK);
    assert_int_equal(hys_array_set_conductances(a, &g), HYS_OK);
    assert_int_equal(hys_array_effective(a, &w), HYS_OK);
    assert_within(w, 1 / (1000.0 + 5 + 70 + 5 + 200), 1e-18);
    hys_array_free(a);
    hys_ctx_free(ctx);
}

/* A ladder of two word lines on one bit line: both as by hand, though the wire is twelve orders better than a cell. */
static void test_numbers_keep_their_digits(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double r = 1e-3, cells[2] = {1e-9, 2e-9};
    const hys_array_opts o = opts_of(2, 1, r);
    hys_array *a;
    double w[2];
    assert_int_equal(hys_array_new(ctx, &o, &a), HYS_OK);
    assert_int_equal(hys_array_set_conductances(a, cells), HYS_OK);
    assert_int_equal(hys_array_effective(a, w), HYS_OK);
    /* word line 0 sees its cell, then the bit line's upper node: r to the lower one, which r and cell 1 lead on */
    const long double one = 1 / (1e9L + r), two = 1 / (0.5e9L + r), bit = 1 / (long double)r;
    const long double lower = bit + bit + two - bit * bit / (bit + one);
    const long double upper = bit + one;
    assert_near(w[1], (double)(two * bit / lower), 1e-13);
    assert_near(w[0], (double)(one * bit / upper * bit / lower), 1e-13);
    hys_array_free(a);
    hys_ctx_free(ctx);
}

/* Whatever is driven: cut wires, lines that float, both ends, shapes that are not halved evenly. */
static void test_it_says_what_solutions_say(void **state) {
    (void)state;
    static const size_t shapes[][2] = {{1, 9}, {11, 1}, {13, 30}, {37, 21}};
    static double g[37 * 30], w[37 * 30], v[37];
    hys_ctx *ctx = hys_test_ctx();
    for (unsigned k = 0; k < 12; k++) {
        hys_array_opts o = opts_of(shapes[k % 4][0], shapes[k % 4][1], k < 4 ? 0.5 : 20);
        o.words = k % 3 == 0 ? HYS_ENDS_LAST : k % 3 == 1 ? HYS_ENDS_BOTH : HYS_ENDS_FIRST;
        o.bits = k % 3 == 1 ? HYS_ENDS_FIRST : k % 3 == 2 ? HYS_ENDS_BOTH : HYS_ENDS_LAST;
        o.sense = k;
        hys_array *a = array_of(ctx, &o, g);
        if (o.rows > 2 && o.columns > 2) {
            assert_int_equal(hys_array_cut_word(a, 2, o.columns / 2), HYS_OK);
            assert_int_equal(hys_array_cut_bit(a, 1, o.rows / 2), HYS_OK);
            assert_int_equal(hys_array_float_word(a, 4, true), HYS_OK);
        }
        assert_int_equal(hys_array_effective(a, w), HYS_OK);
        assert_true(hys_array_get_report(a).relative_residual < 1e-11);
        for (size_t i = 0; i < o.rows; i += 3) {
            for (size_t q = 0; q < o.rows; q++) v[q] = q == i;
            assert_int_equal(hys_array_solve(a, v, NULL), HYS_OK);
            for (size_t j = 0; j < o.columns; j++)
                assert_within(w[i * o.columns + j], hys_array_bit_currents(a)[j],
                              1e-9 * g[0] + 1e-9 * w[i * o.columns]);
        }
        hys_array_free(a);
    }
    hys_ctx_free(ctx);
}

/* Halves are cut at other places, sums come in another order; no number is far from the others' digits. */
static void test_the_turned_array_has_the_turned_matrix(void **state) {
    (void)state;
    enum { M = 40, N = 27 };
    static double g[M * N], turned[M * N], w[M * N], x[M * N];
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = opts_of(M, N, 10);
    hys_array *a = array_of(ctx, &o, g), *b;
    assert_int_equal(hys_array_effective(a, w), HYS_OK);
    hys_array_free(a);
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++) turned[(N - 1 - j) * M + M - 1 - i] = g[i * N + j];
    o.rows = N;
    o.columns = M;
    assert_int_equal(hys_array_new(ctx, &o, &b), HYS_OK);
    assert_int_equal(hys_array_set_conductances(b, turned), HYS_OK);
    assert_int_equal(hys_array_effective(b, x), HYS_OK);
    hys_array_free(b);
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++) assert_near(x[(N - 1 - j) * M + M - 1 - i], w[i * N + j], 1e-12);
    hys_ctx_free(ctx);
}

/* Long, narrow arrays are solved for their few lines: the mesh of 30000 lines would take 7 GB. */
static void test_narrow_arrays_have_no_mesh(void **state) {
    (void)state;
    enum { LONG = 30000 };
    static double g[2 * LONG], w[2 * LONG], v[LONG];
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = opts_of(LONG, 2, 0.1);
    hys_array *a = array_of(ctx, &o, g);
    double sum = 0;
    assert_int_equal(hys_array_effective(a, w), HYS_OK);
    for (size_t i = 0; i < LONG; i++) v[i] = 1;
    assert_int_equal(hys_array_solve(a, v, NULL), HYS_OK);
    for (size_t i = 0; i < LONG; i++) sum += w[2 * i + 1];
    assert_near(sum, hys_array_bit_currents(a)[1], 1e-8);
    hys_array_free(a);
    hys_ctx_free(ctx);
}

static void test_one_may_stop_it(void **state) {
    (void)state;
    static double g[100 * 90], w[100 * 90];
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = opts_of(100, 90, 1);
    hys_array *a = array_of(ctx, &o, g);
    hys_ctx_cancel(ctx);
    assert_int_equal(hys_array_effective(a, w), HYS_CANCEL);
    hys_array_free(a);
    hys_ctx_free(ctx);
}

static void test_threads_change_no_bit(void **state) {
    (void)state;
    enum { M = 150, N = 121 };
    static double g[M * N], w[M * N], x[M * N];
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = opts_of(M, N, 2.5);
    for (unsigned threads = 1; threads <= 4; threads++) {
        o.threads = threads;
        hys_array *a = array_of(ctx, &o, g);
        assert_int_equal(hys_array_effective(a, threads == 1 ? w : x), HYS_OK);
        if (threads > 1) assert_memory_equal(w, x, sizeof w);
        hys_array_free(a);
    }
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_cell_is_three_resistors_in_series),
        cmocka_unit_test(test_numbers_keep_their_digits),
        cmocka_unit_test(test_it_says_what_solutions_say),
        cmocka_unit_test(test_the_turned_array_has_the_turned_matrix),
        cmocka_unit_test(test_narrow_arrays_have_no_mesh),
        cmocka_unit_test(test_one_may_stop_it),
        cmocka_unit_test(test_threads_change_no_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
