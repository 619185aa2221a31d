/* The network of a crossbar against exact solutions: the spectral one of a uniform array, the ladder's cosh, the sneak
 * path's formula, a dense elimination; reciprocity; arrays that are connected to nothing. */
#include "array/linear.h"
#include "hys_test.h"

typedef struct fixture {
    hys_ctx *ctx;
    size_t m, n;
    hys__grid grid;
    hys__linear linear;
    double *cells;
    double *ends[4]; /* left, right, top, bottom: S */
    double *row;
    const double **rows;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f = (fixture){.ctx = hys_test_ctx()};
    *state = &f;
    return 0;
}

static void drop(fixture *f) {
    hys__linear_free(&f->linear);
    free(f->cells);
    free(f->row);
    free(f->rows);
    for (int k = 0; k < 4; k++) free(f->ends[k]);
    f->cells = NULL;
}

static int tear_down(void **state) {
    fixture *f = *state;
    if (f->cells) drop(f);
    hys_ctx_free(f->ctx);
    return 0;
}

static double *filled(size_t n, double value) {
    double *a = malloc(n * sizeof *a);
    for (size_t k = 0; k < n; k++) a[k] = value;
    return a;
}

/* Word lines driven on the left, bit lines held at the bottom, each through one segment g; cells d. */
static void make(fixture *f, size_t m, size_t n, double g, double d) {
    if (f->cells) drop(f);
    const size_t most = m > n ? m : n;
    f->m = m;
    f->n = n;
    f->row = filled(most, g);
    f->rows = malloc(most * sizeof *f->rows);
    for (size_t k = 0; k < most; k++) f->rows[k] = f->row;
    for (int k = 0; k < 4; k++) f->ends[k] = filled(most, k == 0 || k == 3 ? g : 0);
    f->grid = (hys__grid){.m = m,
                          .n = n,
                          .word = f->rows,
                          .bit = f->rows,
                          .left = f->ends[0],
                          .right = f->ends[1],
                          .top = f->ends[2],
                          .bottom = f->ends[3]};
    f->cells = filled(m * n, d);
}

/* A draw that does not depend on the machine. */
static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0;
}

static void make_random(fixture *f, size_t m, size_t n, double g, double on, double off) {
    unsigned seed = 7;
    make(f, m, n, g, on);
    for (size_t k = 0; k < m * n; k++)
        if (draw(&seed) < 0.5) f->cells[k] = off;
}

static void solve(fixture *f, const hys__linear_source *source, double tolerance) {
    hys__linear_free(&f->linear);
    assert_int_equal(hys__linear_new(f->ctx, &f->grid, &f->linear), HYS_OK);
    assert_int_equal(hys__linear_set_cells(&f->linear, f->cells), HYS_OK);
    if (hys__linear_solve(&f->linear, source, tolerance) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
    assert_true(f->linear.relative_residual <= tolerance);
}

#define PI 3.14159265358979323846

/* Along a line that is driven at one end through one segment: eigenvector k at node j, and eigenvalue. */
static double mode(size_t n, size_t k, size_t j) {
    return sin(PI * (2.0 * (double)k + 1) * ((double)j + 1) / (2.0 * (double)n + 1)) * 2 / sqrt(2.0 * (double)n + 1);
}
static double eigenvalue(size_t n, size_t k, double g) {
    const double s = sin(PI * (2.0 * (double)k + 1) / (2 * (2.0 * (double)n + 1)));
    return 4 * g * s * s;
}

/* u of the word lines' far ends (i, n - 1) when all word lines are at 1 V, by the double series. */
static double spectral(size_t m, size_t n, double g, double d, size_t i, size_t j) {
    double sum = 0;
    for (size_t p = 0; p < m; p++) {
        double one = 0; /* of the source, the same on all word lines; bit lines end at i = m - 1 */
        for (size_t r = 0; r < m; r++) one += mode(m, p, m - 1 - r);
        for (size_t q = 0; q < n; q++) {
            const double a = eigenvalue(n, q, g), b = eigenvalue(m, p, g), source = g * mode(n, q, 0) * one;
            sum += (b + d) / ((a + d) * (b + d) - d * d) * source * mode(m, p, m - 1 - i) * mode(n, q, j);
        }
    }
    return sum;
}

static void test_a_uniform_array_agrees_with_its_spectral_solution(void **state) {
    fixture *f = *state;
    static const struct {
        size_t m, n;
        double wire, cell; /* ohm */
    } cases[] = {{12, 12, 2.5, 1e4}, {40, 25, 10, 1e3}, {100, 150, 2.5, 1e4}, {150, 64, 10, 1e3}, {256, 256, 0.1, 1e5}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        make(f, cases[c].m, cases[c].n, 1 / cases[c].wire, 1 / cases[c].cell);
        double *one = filled(f->m, 1);
        solve(f, &(hys__linear_source){.left = one}, 1e-13);
        free(one);
        const size_t at[][2] = {{0, f->n - 1}, {f->m - 1, 0}, {f->m / 2, f->n / 3}};
        for (size_t k = 0; k < 3; k++)
            assert_within(f->linear.u[at[k][0] * f->n + at[k][1]],
                          spectral(f->m, f->n, 1 / cases[c].wire, 1 / cases[c].cell, at[k][0], at[k][1]), 1e-9);
        assert_true(f->linear.iterations < 40);
    }
}

/* Bit lines held at each crossing (one row): a ladder.  64 cells, 2.5 ohm, 10 kohm: the far cell sees 0.63831. */
static void test_a_word_line_falls_as_the_ladder_says(void **state) {
    fixture *f = *state;
    const size_t n = 64;
    make(f, 1, n, 1 / 2.5, 1e-4);
    for (size_t j = 0; j < n; j++) f->ends[2][j] = f->ends[3][j] = 1e12;
    const double one = 1, theta = 2 * asinh(sqrt(2.5 / 1e4) / 2);
    solve(f, &(hys__linear_source){.left = &one}, 1e-13);
    for (size_t j = 0; j < n; j++)
        assert_near(f->linear.u[j], cosh(theta * ((double)(n - 1 - j) + 0.5)) / cosh(theta * ((double)n + 0.5)), 1e-8);
    assert_within(f->linear.u[n - 1], 0.63831, 1e-5);
}

/* All lines but one of each kind float, wires are good: R/(n-1) + R/(m-1) + R/((m-1)(n-1)) beside the chosen cell. */
static void test_sneak_paths_have_the_closed_form(void **state) {
    fixture *f = *state;
    const size_t m = 30, n = 70;
    const double r = 1e4;
    make(f, m, n, 1e9, 1 / r);
    for (size_t i = 1; i < m; i++) f->ends[0][i] = 0;
    for (size_t j = 1; j < n; j++) f->ends[3][j] = 0;
    f->cells[0] = 0; /* the chosen cell */
    double *one = filled(m, 1);
    solve(f, &(hys__linear_source){.left = one}, 1e-12);
    free(one);
    const double sneak = r / (double)(n - 1) + r / (double)(m - 1) + r / ((double)(m - 1) * (double)(n - 1));
    assert_near(f->ends[3][0] * f->linear.w[(m - 1) * n], 1 / sneak, 1e-4);
}

/* What flows out of bit line j for a volt on word line i flows out of word line i for a volt on bit line j. */
static void test_transfer_is_reciprocal(void **state) {
    fixture *f = *state;
    make_random(f, 70, 90, 0.4, 1e-3, 1e-6);
    double *v = filled(90, 0);
    v[11] = 1;
    solve(f, &(hys__linear_source){.left = v}, 1e-13);
    const double forth = f->ends[3][37] * f->linear.w[69 * 90 + 37];
    v[11] = 0;
    v[37] = 1;
    solve(f, &(hys__linear_source){.bottom = v}, 1e-13);
    const double back = f->ends[0][11] * f->linear.u[(size_t)11 * 90];
    assert_near(forth, back, 1e-9);
    free(v);
}

/* Gauss without pivoting on the full matrix. */
static void dense(const fixture *f, const double *b, double *x) {
    const size_t count = f->m * f->n, size = 2 * count;
    double *a = calloc(size * size, sizeof *a), *e = calloc(count, sizeof *e), *y = malloc(count * sizeof *y);
    double *zero = calloc(count, sizeof *zero);
    for (size_t k = 0; k < count; k++) {
        e[k] = 1;
        hys__grid_apply_words(&f->grid, f->cells, e, zero, y);
        for (size_t r = 0; r < count; r++) a[r * size + k] = y[r];
        hys__grid_apply_bits(&f->grid, f->cells, e, zero, y);
        for (size_t r = 0; r < count; r++) a[(count + r) * size + count + k] = y[r];
        a[k * size + count + k] = a[(count + k) * size + k] = -f->cells[k];
        e[k] = 0;
    }
    memcpy(x, b, size * sizeof *x);
    for (size_t p = 0; p < size; p++)
        for (size_t r = p + 1; r < size; r++) {
            const double factor = a[r * size + p] / a[p * size + p];
            for (size_t c = p; c < size && factor != 0; c++) a[r * size + c] -= factor * a[p * size + c];
            x[r] -= factor * x[p];
        }
    for (size_t r = size; r-- > 0;) {
        for (size_t c = r + 1; c < size; c++) x[r] -= a[r * size + c] * x[c];
        x[r] /= a[r * size + r];
    }
    free(a);
    free(e);
    free(y);
    free(zero);
}

/* Segments and ends of every size, currents into every node. */
static void test_any_array_agrees_with_dense_elimination(void **state) {
    fixture *f = *state;
    make_random(f, 7, 60, 0.1, 1e-2, 1e-5); /* the longer side has a coarse space */
    const size_t m = 7, n = 60, count = m * n;
    double *wires = malloc(2 * count * sizeof *wires), *b = malloc(2 * count * sizeof *b),
           *x = malloc(2 * count * sizeof *x);
    const double *word[7], *bit[7];
    unsigned seed = 3;
    for (size_t k = 0; k < 2 * count; k++) wires[k] = pow(10, -2 + 3 * draw(&seed));
    for (size_t k = 0; k < 2 * count; k++) b[k] = draw(&seed) - 0.5;
    for (size_t i = 0; i < m; i++) {
        word[i] = wires + i * n;
        bit[i] = wires + count + i * n;
    }
    for (int k = 0; k < 4; k++)
        for (size_t j = 0; j < n; j++) f->ends[k][j] = draw(&seed) < 0.5 ? 0 : draw(&seed);
    f->grid.word = word;
    f->grid.bit = bit;
    solve(f, &(hys__linear_source){.word_in = b, .bit_in = b + count}, 1e-13);
    dense(f, b, x);
    for (size_t k = 0; k < count; k++) {
        assert_within(f->linear.u[k], x[k], 1e-9 * (1 + fabs(x[k])));
        assert_within(f->linear.w[k], x[count + k], 1e-9 * (1 + fabs(x[count + k])));
    }
    free(wires);
    free(b);
    free(x);
}

static void test_an_array_that_nothing_drives_is_refused(void **state) {
    fixture *f = *state;
    make(f, 5, 6, 0.4, 0);
    f->ends[0][3] = 0; /* word line 3 has neither an end nor a cell */
    assert_int_equal(hys__linear_new(f->ctx, &f->grid, &f->linear), HYS_OK);
    assert_int_equal(hys__linear_set_cells(&f->linear, f->cells), HYS_ARG);
    hys__linear_free(&f->linear);
    make(f, 60, 60, 0.4, 1e-4); /* cells join all, but there is no end at all */
    for (int k = 0; k < 4; k++) memset(f->ends[k], 0, 60 * sizeof(double));
    assert_int_equal(hys__linear_new(f->ctx, &f->grid, &f->linear), HYS_OK);
    double *b = filled(3600, 1);
    if (hys__linear_set_cells(&f->linear, f->cells) == HYS_OK)
        assert_int_equal(hys__linear_solve(&f->linear, &(hys__linear_source){.word_in = b}, 1e-10), HYS_NOCONV);
    free(b);
}

static void test_steps_stay_few_where_wires_are_bad(void **state) {
    fixture *f = *state;
    make_random(f, 300, 300, 0.1, 1e-3, 1e-6); /* n^2 R_wire G = 450 */
    double *one = filled(300, 1);
    solve(f, &(hys__linear_source){.left = one}, 1e-10);
    free(one);
    assert_true(f->linear.iterations <= 15);
}

static void test_memory_may_fail(void **state) {
    (void)state;
    for (size_t k = 1;; k++) {
        hys_test_memory memory = {.fail_at = k};
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        fixture f = {.ctx = ctx};
        hys_status status = ctx ? HYS_OK : HYS_NOMEM;
        if (ctx) {
            make(&f, 50, 50, 0.4, 1e-4);
            status = hys__linear_new(ctx, &f.grid, &f.linear);
            drop(&f);
        }
        hys_ctx_free(ctx);
        assert_int_equal(memory.n_live, 0);
        assert_false(memory.wrong_size);
        assert_int_equal(status, memory.n_failed ? HYS_NOMEM : HYS_OK);
        if (!memory.n_failed) break;
    }
}

#define LINEAR_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        LINEAR_TEST(test_a_uniform_array_agrees_with_its_spectral_solution),
        LINEAR_TEST(test_a_word_line_falls_as_the_ladder_says),
        LINEAR_TEST(test_sneak_paths_have_the_closed_form),
        LINEAR_TEST(test_transfer_is_reciprocal),
        LINEAR_TEST(test_any_array_agrees_with_dense_elimination),
        LINEAR_TEST(test_an_array_that_nothing_drives_is_refused),
        LINEAR_TEST(test_steps_stay_few_where_wires_are_bad),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
