/* Crossbars of nonlinear cells against scalar equations, resistors, and the conservation of current and power. */
#include "hys_test.h"
#include <hysteron/array.h>

#define R_ON 1e4 /* ohm */

typedef struct sine {
    double k, ratio;
} sine;

static sine law_of(double ratio) {
    return (sine){2 * acosh(ratio / 2), ratio}; /* 1/V, at 1 V */
}

static double *filled(size_t n, double value) {
    double *a = malloc(n * sizeof *a);
    for (size_t k = 0; k < n; k++) a[k] = value;
    return a;
}

static hys_array *array_of(hys_ctx *ctx, const hys_array_opts *opts, const double *g, double ratio) {
    hys_array *array = NULL;
    assert_int_equal(hys_array_new(ctx, opts, &array), HYS_OK);
    assert_int_equal(hys_array_set_conductances(array, g), HYS_OK);
    const hys_array_law given = {.size = sizeof given, .nonlinearity = ratio, .voltage = 1};
    assert_int_equal(hys_array_set_law(array, &given), HYS_OK);
    return array;
}

static hys_array_opts opts_of(size_t m, size_t n, double wire) {
    hys_array_opts o = hys_array_opts_default();
    o.rows = m;
    o.columns = n;
    o.word_wire = o.bit_wire = wire;
    return o;
}

static void solve(hys_ctx *ctx, hys_array *array, const double *words, const double *bits) {
    if (hys_array_solve(array, words, bits) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
}

/* A driver's resistance in front of n cells side by side:  V - u = R sum g_j sinh(k u) / sinh(k). */
static void test_a_divider_agrees_with_its_scalar_equation(void **state) {
    (void)state;
    static const double ratios[] = {2, 2.5, 10, 1e3, 1e6, 1e12};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t r = 0; r < sizeof ratios / sizeof *ratios; r++) {
        const sine l = law_of(ratios[r]);
        double g[20], sum = 0, low = 0, high = 1.5;
        for (size_t j = 0; j < 20; j++) sum += g[j] = (1 + (double)j) * 1e-5;
        hys_array_opts o = opts_of(1, 20, 0);
        o.driver = 3e3;
        hys_array *array = array_of(ctx, &o, g, ratios[r]);
        const double v = 1.5;
        solve(ctx, array, &v, NULL);
        while (high - low > 1e-15) {
            const double u = 0.5 * (low + high);
            *(v - u > o.driver * sum * (l.k > 0 ? sinh(l.k * u) / sinh(l.k) : u) ? &low : &high) = u;
            if (u == 0.5 * (low + high)) break;
        }
        /* the wires of 0 ohm are that to 1e-8 */
        assert_near(hys_array_word_potentials(array)[7], low, 1e-8);
        assert_near(hys_array_word_currents(array)[0], (v - low) / o.driver, 1e-7);
        assert_near(hys_array_bit_currents(array)[4] / hys_array_bit_currents(array)[0], 5, 1e-7);
        hys_array_free(array);
    }
    hys_ctx_free(ctx);
}

/* Lines of one kind that float leave three cells in series beside the chosen one: v = asinh(I sinh(k) / g) / k. */
static void test_a_sneak_path_agrees_with_its_scalar_equation(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double g[4] = {1e-6, 1e-4, 3e-4, 2e-5}, ratio = 1e3, words[2] = {1, 0};
    const sine l = law_of(ratio);
    const hys_array_opts o = opts_of(2, 2, 0);
    hys_array *array = array_of(ctx, &o, g, ratio);
    assert_int_equal(hys_array_float_word(array, 1, true), HYS_OK);
    assert_int_equal(hys_array_float_bit(array, 1, true), HYS_OK);
    solve(ctx, array, words, NULL);
    double low = 0, high = 1e-4;
    for (int k = 0; k < 200; k++) {
        const double i = 0.5 * (low + high);
        double sum = 0;
        for (int c = 1; c < 4; c++) sum += asinh(i * sinh(l.k) / g[c]) / l.k;
        *(sum < 1 ? &low : &high) = i;
    }
    assert_near(hys_array_bit_currents(array)[0], g[0] + low, 1e-7);
    assert_near(hys_array_word_currents(array)[0], g[0] + low, 1e-7);
    assert_within(hys_array_word_currents(array)[1], 0, 1e-9 * low);
    const double across = hys_array_word_potentials(array)[1] - hys_array_bit_potentials(array)[1];
    assert_near(across, asinh(low * sinh(l.k) / g[1]) / l.k, 1e-7);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* A cell is chosen at V, lines that are not at V/2; half of the cells are 100 times worse. */
static hys_array *half_select(hys_ctx *ctx, size_t n, double wire, double ratio, double **words, double **bits) {
    double *g = filled(n * n, 1 / R_ON);
    for (size_t k = 0; k < n * n; k++)
        if (k * 2654435761u >> 7 & 1) g[k] /= 100;
    *words = filled(n, 0.5);
    *bits = filled(n, 0.5);
    (*words)[0] = 1;
    (*bits)[n - 1] = 0;
    const hys_array_opts o = opts_of(n, n, wire);
    hys_array *array = array_of(ctx, &o, g, ratio);
    free(g);
    return array;
}

static void test_a_half_select_read_conserves_current_and_power(void **state) {
    (void)state;
    static const struct {
        size_t n;
        double wire, ratio;
        bool floats;
        double tolerance; /* of currents: potentials of 1 V have 1e-16 V, which a wire of 1 ohm makes 1e-16 A */
    } cases[] = {{128, 2.5, 1e3, false, 1e-10}, {128, 2.5, 1e3, true, 1e-10}, {128, 10, 3, false, 1e-10},
                 {128, 10, 3, true, 1e-10},     {200, 1, 1e6, false, 1e-9},   {200, 1, 1e6, true, 1e-9}};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const size_t n = cases[c].n;
        double *words, *bits, into = 0, out = 0;
        hys_array *array = half_select(ctx, n, cases[c].wire, cases[c].ratio, &words, &bits);
        for (size_t k = 0; k < n && cases[c].floats; k++) {
            if (k) hys_array_float_word(array, k, true);
            if (k != n - 1) hys_array_float_bit(array, k, true);
        }
        solve(ctx, array, words, bits);
        const hys_array_report r = hys_array_get_report(array);
        assert_true(r.relative_residual <= 1e-10);
        assert_true(r.current_residual <= cases[c].tolerance);
        assert_true(r.power_balance < 10 * cases[c].tolerance);
        assert_in_range(r.newton_steps, 2, 40);
        for (size_t i = 0; i < n; i++) into += hys_array_word_currents(array)[i];
        for (size_t j = 0; j < n; j++) out += hys_array_bit_currents(array)[j];
        assert_near(into, out, 1e-9);
        /* A line that floats carries nothing to a terminal. */
        if (cases[c].floats) assert_within(hys_array_word_currents(array)[n / 2], 0, 1e-9 * fabs(into));
        hys_array_free(array);
        free(words);
        free(bits);
    }
    hys_ctx_free(ctx);
}

/* I(V)/I(V/2) = 2 + 1e-9 is a resistor to that order. */
static void test_cells_that_are_hardly_nonlinear_are_resistors(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double *words, *bits;
    hys_array *curved = half_select(ctx, 60, 5, 2 + 1e-9, &words, &bits);
    solve(ctx, curved, words, bits);
    free(words);
    free(bits);
    hys_array *straight = half_select(ctx, 60, 5, 2, &words, &bits);
    solve(ctx, straight, words, bits);
    assert_int_equal(hys_array_get_report(straight).newton_steps, 0);
    assert_true(hys_array_get_report(curved).newton_steps > 0);
    for (size_t k = 0; k < 60; k++)
        assert_within(hys_array_bit_currents(curved)[k], hys_array_bit_currents(straight)[k], 1e-11);
    hys_array_free(curved);
    hys_array_free(straight);
    free(words);
    free(bits);
    hys_ctx_free(ctx);
}

/* What is turned round gives what was, turned round: the law is odd. */
static void test_voltages_turned_round_turn_currents_round(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double *words, *bits, forth[50];
    hys_array *array = half_select(ctx, 50, 5, 100, &words, &bits);
    solve(ctx, array, words, bits);
    memcpy(forth, hys_array_bit_currents(array), sizeof forth);
    for (size_t k = 0; k < 50; k++) words[k] = -words[k], bits[k] = -bits[k];
    solve(ctx, array, words, bits);
    for (size_t k = 0; k < 50; k++) assert_within(hys_array_bit_currents(array)[k], -forth[k], 1e-15);
    hys_array_free(array);
    free(words);
    free(bits);
    hys_ctx_free(ctx);
}

static void test_what_is_no_law_is_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(2, 2, 1);
    const double g[4] = {1e-4, 1e-4, 1e-4, 1e-4};
    hys_array *array = array_of(ctx, &o, g, 100);
    static const double bad[][2] = {{1.9, 1}, {-5, 1},  {NAN, 1},  {INFINITY, 1}, {1e13, 1},
                                    {10, 0},  {10, -1}, {10, NAN}, {10, INFINITY}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        const hys_array_law law = {.size = sizeof law, .nonlinearity = bad[k][0], .voltage = bad[k][1]};
        assert_int_equal(hys_array_set_law(array, &law), HYS_ARG);
    }
    double w[4];
    assert_int_equal(hys_array_effective(array, w), HYS_ARG); /* the law of before still holds */
    assert_int_equal(hys_array_set_law(array, NULL), HYS_OK);
    assert_int_equal(hys_array_effective(array, w), HYS_OK);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* Each input is solved for itself: currents do not add up. */
static void test_products_of_nonlinear_cells_are_solved_each(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(2, 2, 1);
    const double g[4] = {1e-4, 2e-4, 3e-4, 4e-4};
    double v[] = {1, 0, 0.5, 0, 0.25, 0, 0, 1};
    hys_array *array = array_of(ctx, &o, g, 10);
    const hys_matrix inputs = {4, 2, v};
    hys_matrix currents = {0};
    assert_int_equal(hys_array_multiply(array, &inputs, &currents, NULL), HYS_OK);
    assert_within(currents.values[0] / currents.values[2], 10, 0.05); /* wires take 1e-4 of the voltage */
    assert_within(currents.values[7], 4e-4, 4e-6);
    hys_matrix_free(ctx, &currents);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static void test_memory_may_fail(void **state) {
    (void)state;
    for (size_t k = 1;; k++) {
        hys_test_memory memory = {.fail_at = k};
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        hys_array *array = NULL;
        double *g = filled(2500, 1e-4), *v = filled(50, 1);
        hys_status status = ctx ? HYS_OK : HYS_NOMEM;
        if (ctx) {
            const hys_array_opts o = opts_of(50, 50, 1);
            const hys_array_law law = {.size = sizeof law, .nonlinearity = 100, .voltage = 1};
            status = hys_array_new(ctx, &o, &array);
            if (status == HYS_OK) status = hys_array_set_conductances(array, g);
            if (status == HYS_OK) status = hys_array_set_law(array, &law);
            if (status == HYS_OK) status = hys_array_solve(array, v, NULL);
            hys_array_free(array);
        }
        hys_ctx_free(ctx);
        free(g);
        free(v);
        assert_int_equal(memory.n_live, 0);
        assert_false(memory.wrong_size);
        assert_int_equal(status, memory.n_failed ? HYS_NOMEM : HYS_OK);
        if (!memory.n_failed) break;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_divider_agrees_with_its_scalar_equation),
        cmocka_unit_test(test_a_sneak_path_agrees_with_its_scalar_equation),
        cmocka_unit_test(test_a_half_select_read_conserves_current_and_power),
        cmocka_unit_test(test_cells_that_are_hardly_nonlinear_are_resistors),
        cmocka_unit_test(test_voltages_turned_round_turn_currents_round),
        cmocka_unit_test(test_what_is_no_law_is_refused),
        cmocka_unit_test(test_products_of_nonlinear_cells_are_solved_each),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
