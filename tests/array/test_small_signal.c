/* Small signals of crossbars against the input admittance of an RC ladder, differences of static solutions, Kirchhoff.
 */
#include "hys_test.h"
#include <complex.h>
#include <hysteron/array_device.h>

#define TURN 6.28318530717958648

static hys_array_opts opts_of(size_t m, size_t n, double wire, double farad) {
    hys_array_opts o = hys_array_opts_default();
    o.rows = m;
    o.columns = n;
    o.word_wire = o.bit_wire = wire;
    o.word_capacitance = farad;
    o.bit_capacitance = 0.5 * farad;
    o.threads = 1;
    return o;
}

static hys_array *array_of(hys_ctx *ctx, const hys_array_opts *o, double g) {
    hys_array *array = NULL;
    double *cells = malloc(o->rows * o->columns * sizeof *cells);
    for (size_t k = 0; k < o->rows * o->columns; k++) cells[k] = g;
    assert_int_equal(hys_array_new(ctx, o, &array), HYS_OK);
    assert_int_equal(hys_array_set_conductances(array, cells), HYS_OK);
    free(cells);
    return array;
}

static void ask(hys_ctx *ctx, hys_array *array, double frequency, const double *words, double *into, double *out) {
    const hys_array_signal s = {.size = sizeof s, .frequency = frequency, .words = words};
    if (hys_array_small_signal(array, &s, into, out) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
}

/* Of n nodes with C and g to ground behind a resistor each, from the far end. */
static double complex ladder(size_t n, double ohm, double complex y) {
    double complex sum = 0;
    for (size_t k = 0; k < n; k++) sum = 1 / (ohm + 1 / (sum + y));
    return sum;
}

/* One word line, cells to bit lines that are next to ground. */
static void test_a_word_line_has_the_admittance_of_its_ladder(void **state) {
    (void)state;
    static const double cells[] = {0, 1e-4};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t c = 0; c < 2; c++)
        for (double f = 1e6; f < 1e13; f *= 10) {
            hys_array_opts o = opts_of(1, 40, 25, 2e-15);
            o.bit_wire = 1e-7;
            o.bit_capacitance = 0;
            hys_array *array = array_of(ctx, &o, cells[c]);
            const double one = 1;
            double into[2], out[80], sum[2] = {0};
            assert_int_equal(hys_array_solve(array, NULL, NULL), HYS_OK);
            ask(ctx, array, f, &one, into, out);
            const double complex y = ladder(40, 25, cells[c] + I * TURN * f * 2e-15);
            assert_within(into[0], creal(y), 1e-8 * cabs(y));
            assert_within(into[1], cimag(y), 1e-8 * cabs(y));
            for (size_t j = 0; j < 80; j++) sum[j % 2] += out[j];
            if (c == 0) assert_within(hypot(sum[0], sum[1]), 0, 1e-12 * cabs(y));
            hys_array_free(array);
        }
    hys_ctx_free(ctx);
}

/* Without a frequency small signals are differences of static solutions; with one, currents that do not come out went
 * into capacitances, which take none in phase with the potentials. */
static void agree_with_differences(const char *selector, hys_array_lines lines) {
    enum { M = 60, C = 50 };
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = opts_of(M, C, 5, 1e-15);
    o.lines = lines;
    const size_t n_words = lines == HYS_LINES_PARALLEL ? C : M;
    hys_cell_opts c = hys_cell_opts_default();
    c.memory = "yakopcic"; /* sinh */
    c.selector = selector;
    hys_array *array = NULL;
    assert_int_equal(hys_array_new(ctx, &o, &array), HYS_OK);
    if (hys_array_set_device(array, &c) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    double words[M], gates[M], moves[M], before[C] = {0}, after[C] = {0}, into[2 * M], out[2 * C];
    for (size_t i = 0; i < M; i++) {
        words[i] = 0.4 + 0.005 * (double)i;
        moves[i] = sin((double)i);
        gates[i] = 1.5;
    }
    if (selector) assert_int_equal(hys_array_set_gates(array, HYS_GATES_ALONG_WORDS, gates), HYS_OK);
    const double step = 1e-4;
    for (int side = -1; side <= 1; side += 2) {
        double moved[M];
        for (size_t i = 0; i < n_words; i++) moved[i] = words[i] + side * step * moves[i];
        assert_int_equal(hys_array_solve(array, moved, NULL), HYS_OK);
        memcpy(side < 0 ? before : after, hys_array_bit_currents(array), sizeof after);
    }
    assert_int_equal(hys_array_solve(array, words, NULL), HYS_OK);
    ask(ctx, array, 0, moves, into, out);
    double scale = 0;
    for (size_t j = 0; j < C; j++) scale = fmax(scale, fabs(out[2 * j]));
    for (size_t j = 0; j < C; j++) {
        assert_within(out[2 * j], (after[j] - before[j]) / (2 * step), 1e-5 * scale);
        assert_within(out[2 * j + 1], 0, 1e-12 * scale);
    }
    ask(ctx, array, 1e9, moves, into, out);
    double turned = 0;
    for (size_t j = 0; j < C; j++) turned = fmax(turned, fabs(out[2 * j + 1]));
    assert_true(turned > 1e-6 * scale);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static void test_small_signals_are_differences_of_solutions(void **state) {
    (void)state;
    agree_with_differences(NULL, HYS_LINES_CROSSED);
    agree_with_differences("access_transistor", HYS_LINES_CROSSED);
    agree_with_differences("access_transistor", HYS_LINES_PARALLEL);
}

static void test_what_cannot_be_is_said(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(2, 2, 5, 1e-15);
    hys_array *array = array_of(ctx, &o, 1e-4);
    double into[4], out[4];
    hys_array_signal s = {.size = sizeof s, .frequency = 1};
    assert_int_equal(hys_array_small_signal(array, &s, into, out), HYS_ARG);
    assert_diag(ctx, 0, "error: small signals are those about a solution\nhint: hys_array_solve first\n");
    hys_diag_clear(ctx);
    assert_int_equal(hys_array_solve(array, NULL, NULL), HYS_OK);
    s.frequency = NAN;
    assert_int_equal(hys_array_small_signal(array, &s, into, out), HYS_ARG);
    assert_diag(ctx, 0, "error: small signals at nan Hz\nhint: 0 Hz or more\n");
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static hys_status job(hys_ctx *ctx, void *arg) {
    const hys_array_opts o = opts_of(2, 3, 50, 1e-15);
    const hys_array_signal s = {.size = sizeof s, .frequency = 1e9};
    const double cells[] = {1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4};
    double into[4], out[6];
    hys_array *array = NULL;
    (void)arg;
    hys_status status = hys_array_new(ctx, &o, &array);
    if (status == HYS_OK) status = hys_array_set_conductances(array, cells);
    if (status == HYS_OK) status = hys_array_solve(array, NULL, NULL);
    if (status == HYS_OK) status = hys_array_small_signal(array, &s, into, out);
    hys_array_free(array);
    return status;
}

static void test_memory_may_fail(void **state) {
    (void)state;
    hys_test_each_failure(job, NULL, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_word_line_has_the_admittance_of_its_ladder),
        cmocka_unit_test(test_small_signals_are_differences_of_solutions),
        cmocka_unit_test(test_what_cannot_be_is_said),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
