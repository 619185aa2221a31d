/* Crossbars with wires of 0 ohm, which are nodes, against dense elimination with one unknown a node and the exact
 * product.
 */
#include "hys_test.h"
#include <hysteron/array.h>

enum { M = 6, N = 8, COUNT = M * N, MOST = 2 * COUNT };

static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0;
}

typedef struct fixture {
    hys_ctx *ctx;
    double g[COUNT], words[M], bits[N];
} fixture;

static int set_up(void **state) {
    static fixture f;
    unsigned seed = 21;
    f = (fixture){.ctx = hys_test_ctx()};
    for (size_t k = 0; k < COUNT; k++) f.g[k] = pow(10, -3 - 3 * draw(&seed));
    for (size_t i = 0; i < M; i++) f.words[i] = draw(&seed);
    for (size_t j = 0; j < N; j++) f.bits[j] = 0.3 * draw(&seed);
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    hys_ctx_free(((fixture *)*state)->ctx);
    return 0;
}

static hys_array *array_of(fixture *f, const hys_array_opts *given) {
    hys_array_opts o = *given;
    hys_array *a;
    o.rows = M;
    o.columns = N;
    o.tolerance = 1e-13;
    assert_int_equal(hys_array_new(f->ctx, &o, &a), HYS_OK);
    assert_int_equal(hys_array_set_conductances(a, f->g), HYS_OK);
    return a;
}

static void solve(fixture *f, hys_array *a) {
    if (hys_array_solve(a, f->words, f->bits) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    const hys_array_report r = hys_array_get_report(a);
    assert_true(r.relative_residual <= 1e-13);
    assert_true(r.power_balance < 1e-12);
}

/* I_j = sum_i (V_i - V_j) G_ij to the last digits, and the effective matrix is G. */
static void test_an_array_without_any_resistance_is_its_conductances(void **state) {
    fixture *f = *state;
    double w[COUNT];
    hys_array_opts o = hys_array_opts_default();
    o.word_wire = o.bit_wire = 0;
    hys_array *a = array_of(f, &o);
    solve(f, a);
    for (size_t j = 0; j < N; j++) {
        double sum = 0;
        for (size_t i = 0; i < M; i++) sum += f->g[i * N + j] * (f->words[i] - f->bits[j]);
        assert_near(hys_array_bit_currents(a)[j], sum, 1e-14);
    }
    assert_int_equal(hys_array_effective(a, w), HYS_OK);
    for (size_t k = 0; k < COUNT; k++) assert_near(w[k], f->g[k], 1e-14);
    hys_array_free(a);
}

/* ---- dense elimination ---- */

typedef struct dense {
    size_t n, u[COUNT], w[COUNT]; /* unknowns of nodes */
    double a[MOST][MOST], b[MOST];
} dense;

static void resistor(dense *d, size_t p, size_t q, double ohm) {
    d->a[p][p] += 1 / ohm;
    d->a[q][q] += 1 / ohm;
    d->a[p][q] -= 1 / ohm;
    d->a[q][p] -= 1 / ohm;
}

static void source(dense *d, size_t p, double ohm, double v) {
    d->a[p][p] += 1 / ohm;
    d->b[p] += v / ohm;
}

static void eliminate(dense *d) {
    for (size_t p = 0; p < d->n; p++)
        for (size_t r = p + 1; r < d->n; r++) {
            const double factor = d->a[r][p] / d->a[p][p];
            for (size_t c = p; c < d->n; c++) d->a[r][c] -= factor * d->a[p][c];
            d->b[r] -= factor * d->b[p];
        }
    for (size_t r = d->n; r-- > 0;) {
        for (size_t c = r + 1; c < d->n; c++) d->b[r] -= d->a[r][c] * d->b[c];
        d->b[r] /= d->a[r][r];
    }
}

/* Word line 2 is cut before crossing 3, bit line 5 before crossing 4; word line 1 floats. */
static void number(dense *d, bool words_are_nodes, bool bits_are_nodes) {
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++)
            d->u[i * N + j] = words_are_nodes && j && !(i == 2 && j == 3) ? d->u[i * N + j - 1] : d->n++;
    for (size_t j = 0; j < N; j++)
        for (size_t i = 0; i < M; i++)
            d->w[i * N + j] = bits_are_nodes && i && !(j == 5 && i == 4) ? d->w[(i - 1) * N + j] : d->n++;
}

static void compare(fixture *f, const hys_array_opts *o) {
    static dense d;
    d = (dense){.n = 0};
    number(&d, o->word_wire == 0, o->bit_wire == 0);
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++) {
            const size_t k = i * N + j;
            resistor(&d, d.u[k], d.w[k], 1 / f->g[k]);
            if (j && o->word_wire > 0 && !(i == 2 && j == 3)) resistor(&d, d.u[k], d.u[k - 1], o->word_wire);
            if (i && o->bit_wire > 0 && !(j == 5 && i == 4)) resistor(&d, d.w[k], d.w[k - N], o->bit_wire);
        }
    for (size_t i = 0; i < M; i++)
        if (i != 1) source(&d, d.u[i * N], o->word_wire + o->driver, f->words[i]);
    for (size_t j = 0; j < N; j++) source(&d, d.w[(M - 1) * N + j], o->bit_wire + o->sense, f->bits[j]);
    eliminate(&d);
    hys_array *a = array_of(f, o);
    assert_int_equal(hys_array_float_word(a, 1, true), HYS_OK);
    assert_int_equal(hys_array_cut_word(a, 2, 3), HYS_OK);
    assert_int_equal(hys_array_cut_bit(a, 5, 4), HYS_OK);
    solve(f, a);
    for (size_t k = 0; k < COUNT; k++) {
        assert_within(hys_array_word_potentials(a)[k], d.b[d.u[k]], 1e-12);
        assert_within(hys_array_bit_potentials(a)[k], d.b[d.w[k]], 1e-12);
    }
    hys_array_free(a);
}

static void test_lines_without_resistance_are_nodes(void **state) {
    fixture *f = *state;
    hys_array_opts o = hys_array_opts_default();
    o.driver = 70;
    o.sense = 130;
    o.word_wire = o.bit_wire = 0;
    compare(f, &o);
    o.bit_wire = 25;
    compare(f, &o);
    o.bit_wire = 0;
    o.word_wire = 15;
    compare(f, &o);
    o.driver = 0;
    o.sense = 5;
    compare(f, &o);
}

/* Where the ends have none either, the nodes that are driven are known. */
static void test_ends_without_resistance_fix_their_lines(void **state) {
    fixture *f = *state;
    hys_array_opts o = hys_array_opts_default();
    o.word_wire = 0;
    o.bit_wire = 40;
    hys_array *a = array_of(f, &o);
    assert_int_equal(hys_array_float_word(a, 3, true), HYS_OK);
    solve(f, a);
    const double *u = hys_array_word_potentials(a);
    for (size_t k = 0; k < COUNT; k++) {
        if (k / N != 3) assert_near(u[k], f->words[k / N], 1e-15);
        else assert_same_double(u[k], u[(size_t)3 * N]);
    }
    assert_within(hys_array_word_currents(a)[3], 0, 1e-15);
    /* bit lines are ladders of their own but for line 3: the currents of their ends */
    for (size_t j = 0; j < N; j++)
        assert_near(hys_array_bit_currents(a)[j], (hys_array_bit_potentials(a)[(M - 1) * N + j] - f->bits[j]) / 40,
                    1e-10);
    hys_array_free(a);
}

static void test_gradients_hold_without_resistance(void **state) {
    fixture *f = *state;
    double by_current[N] = {0}, by_g[COUNT], by_word[M], by_bit[N];
    hys_array_opts o = hys_array_opts_default();
    o.word_wire = o.bit_wire = 0;
    hys_array *a = array_of(f, &o);
    solve(f, a);
    by_current[4] = 2;
    assert_int_equal(hys_array_gradient(a, by_current, by_g, by_word, by_bit), HYS_OK);
    double column = 0;
    for (size_t i = 0; i < M; i++) {
        assert_near(by_g[i * N + 4], 2 * (f->words[i] - f->bits[4]), 1e-12);
        assert_within(by_g[i * N + 5], 0, 1e-15);
        assert_near(by_word[i], 2 * f->g[i * N + 4], 1e-12);
        column += f->g[i * N + 4];
    }
    assert_near(by_bit[4], -2 * column, 1e-12);
    hys_array_free(a);
}

#define LUMPED_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        LUMPED_TEST(test_an_array_without_any_resistance_is_its_conductances),
        LUMPED_TEST(test_lines_without_resistance_are_nodes),
        LUMPED_TEST(test_ends_without_resistance_fix_their_lines),
        LUMPED_TEST(test_gradients_hold_without_resistance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
