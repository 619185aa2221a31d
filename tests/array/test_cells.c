/* Devices as cells of arrays against their published laws, scalar equations, finite differences, recurrences. */
#include "array/cells.h"
#include "hys_test.h"
#include <hysteron/array_device.h>

typedef struct point { /* of one cell */
    double i[2], g[4];
} point;

static hys_cell_opts memory_of(const char *name) {
    hys_cell_opts o = hys_cell_opts_default();
    o.memory = name;
    return o;
}

static hys__cells *cells_of(hys_ctx *ctx, const hys_cell_opts *opts, size_t rows, size_t columns) {
    hys__cells *cells = NULL;
    if (hys__cells_new(ctx, opts, rows, columns, &cells) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return cells;
}

static hys_array *empty_array(hys_ctx *ctx, size_t rows, size_t columns) {
    hys_array_opts o = hys_array_opts_default();
    hys_array *array = NULL;
    o.rows = rows;
    o.columns = columns;
    assert_int_equal(hys_array_new(ctx, &o, &array), HYS_OK);
    return array;
}

static hys_array *array_of(hys_ctx *ctx, const hys_cell_opts *opts, size_t rows, size_t columns) {
    hys_array *array = empty_array(ctx, rows, columns);
    if (hys_array_set_device(array, opts) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return array;
}

#define MOST 8

/* All cells, of which there are at most MOST, at the same potentials; what the last one answers. */
static point evaluate(hys__cells *cells, size_t n, double u, double w) {
    double us[MOST], ws[MOST], a[6][MOST];
    size_t worst;
    for (size_t k = 0; k < MOST; k++) {
        us[k] = u;
        ws[k] = w;
    }
    const hys__cell_answer answer = {a[0], a[1], a[2], a[3], a[4], a[5]};
    assert_int_equal(hys__cells_evaluate(cells, us, ws, &answer, &worst), HYS_OK);
    return (point){{a[0][n - 1], a[1][n - 1]}, {a[2][n - 1], a[3][n - 1], a[4][n - 1], a[5][n - 1]}};
}

static point evaluate_one(hys__cells *cells, double u, double w) {
    return evaluate(cells, 1, u, w);
}

static void hold(hys__cells *cells) {
    const hys__cell_stage stage = {.mode = HYS__CELLS_HELD};
    hys__cells_begin(cells, &stage);
}

/* Implicit Euler. */
static point step_one(hys__cells *cells, double time, double h, double u) {
    const hys__cell_stage stage = {HYS__CELLS_STEP, time, h, 0};
    hys__cells_begin(cells, &stage);
    const point p = evaluate_one(cells, u, 0);
    assert_int_equal(hys__cells_accept(cells), HYS_OK);
    return p;
}

/* ---- one memory ---- */

static void test_a_read_of_a_memory_is_its_published_law(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_cell_opts o = memory_of("vteam");
    for (int turn = 0; turn < 2; turn++) {
        o.is_turned = turn;
        hys__cells *cells = cells_of(ctx, &o, 1, 1);
        hold(cells);
        const double r = 10e3 + (1e6 - 10e3) * 0.5;
        const point p = evaluate_one(cells, 0.3, 0.1);
        assert_near(p.i[0], 0.2 / r, 1e-14);
        assert_near(p.i[1], -0.2 / r, 1e-14);
        assert_near(p.g[0], 1 / r, 1e-14);
        assert_near(p.g[1], -1 / r, 1e-14);
        assert_true(hys__cells_are_two_terminal(cells));
        hys__cells_free(cells);
    }
    hys_ctx_free(ctx);
}

/* dx/dt of Yakopcic et al. 2011, parameters of the file's defaults, v > 0 beyond the threshold. */
static double yakopcic_rate(double v, double x) {
    const double g = 4000 * (exp(v) - exp(0.16));
    return g * (x >= 0.3 ? exp(-(x - 0.3)) * ((0.3 - x) / 0.7 + 1) : 1);
}

static double yakopcic_by_hand(double v, double x, double h, int n) {
    for (int k = 0; k < n; k++) { /* Runge and Kutta, order 4 */
        const double a = yakopcic_rate(v, x), b = yakopcic_rate(v, x + 0.5 * h * a),
                     c = yakopcic_rate(v, x + 0.5 * h * b), d = yakopcic_rate(v, x + h * c);
        x += h / 6 * (a + 2 * b + 2 * c + d);
    }
    return x;
}

/* Two stages of the method of R. Alexander (1977) with gamma = 1 - 1/sqrt(2): of order 2. */
static void step_twice(hys__cells *cells, double time, double h, double u) {
    const double gamma = 1 - sqrt(0.5);
    const hys__cell_stage first = {HYS__CELLS_STEP, time - h + gamma * h, gamma * h, 0};
    const hys__cell_stage second = {HYS__CELLS_STEP, time, gamma * h, (1 - gamma) / gamma};
    hys__cells_begin(cells, &first);
    evaluate_one(cells, u, 0);
    hys__cells_begin(cells, &second);
    evaluate_one(cells, u, 0);
    assert_int_equal(hys__cells_accept(cells), HYS_OK);
}

static double written(hys_ctx *ctx, int n) {
    const hys_cell_opts o = memory_of("yakopcic");
    hys__cells *cells = cells_of(ctx, &o, 1, 1);
    const double h = 1e-3 / n;
    for (int k = 1; k <= n; k++) step_twice(cells, k * h, h, 0.3);
    hold(cells);
    const double x = evaluate_one(cells, 0.1, 0).i[0] / (0.17 * sinh(0.05 * 0.1));
    hys__cells_free(cells);
    return x;
}

static void test_a_pulse_moves_a_state_as_its_published_equation(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double exact = yakopcic_by_hand(0.3, 0.11, 1e-7, 10000);
    assert_true(exact > 0.6 && exact < 0.99);
    assert_near(written(ctx, 100), exact, 1e-4);
    assert_near(written(ctx, 1000), exact, 1e-6); /* order 2 */
    hys_ctx_free(ctx);
}

/* Of a method of order 2 with one of order 1 in it. */
static void test_the_error_of_a_step_falls_with_its_square(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_cell_opts o = memory_of("yakopcic");
    const double gamma = 1 - sqrt(0.5);
    double error[2];
    for (int k = 0; k < 2; k++) {
        const double h = k ? 1e-6 : 2e-6;
        hys__cells *cells = cells_of(ctx, &o, 1, 1);
        step_one(cells, 1e-3, 1e-3, 0.2); /* to where growth slows */
        const hys__cell_stage first = {HYS__CELLS_STEP, 1e-3 + gamma * h, gamma * h, 0};
        const hys__cell_stage second = {HYS__CELLS_STEP, 1e-3 + h, gamma * h, (1 - gamma) / gamma};
        hys__cells_begin(cells, &first);
        evaluate_one(cells, 0.5, 0);
        hys__cells_begin(cells, &second);
        evaluate_one(cells, 0.5, 0);
        error[k] = hys__cells_change(cells, 1e-3);
        hys__cells_free(cells);
    }
    assert_near(error[0] / error[1], 4, 0.05);
    hys_ctx_free(ctx);
}

static void test_reads_leave_states_as_they_are(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_cell_opts o = memory_of("yakopcic");
    hys_array *array = array_of(ctx, &o, 3, 100);
    double x[300], after[300], g[300];
    for (size_t k = 0; k < 300; k++) x[k] = (k + 0.5) / 300;
    assert_int_equal(hys_array_n_states(array), 1);
    assert_string_equal(hys_array_state(array, 0), "x");
    assert_int_equal(hys_array_set_state(array, "x", x), HYS_OK);
    for (int k = 0; k < 3; k++) assert_int_equal(hys_array_cell_conductances(array, 0.9, g), HYS_OK);
    assert_int_equal(hys_array_get_state(array, "x", after), HYS_OK);
    assert_memory_equal(x, after, sizeof x);
    for (size_t k = 0; k < 300; k++) assert_near(g[k], 0.17 * x[k] * sinh(0.05 * 0.9) / 0.9, 1e-13);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static void written_by(int32_t n_threads, double *x) {
    hys_ctx_opts opts = hys_ctx_opts_default();
    hys_ctx *ctx = NULL;
    opts.n_threads = n_threads;
    assert_int_equal(hys_ctx_new(&opts, &ctx), HYS_OK);
    const hys_cell_opts o = memory_of("yakopcic");
    hys__cells *cells = cells_of(ctx, &o, 30, 70);
    static double u[2100], w[2100], g[2100];
    size_t worst;
    const hys__cell_answer answer = {.word_word = g};
    for (size_t k = 0; k < 2100; k++) u[k] = -1 + 2 * (double)k / 2100;
    for (int k = 1; k <= 5; k++) {
        const hys__cell_stage stage = {HYS__CELLS_STEP, k * 1e-4, 1e-4, 0};
        hys__cells_begin(cells, &stage);
        assert_int_equal(hys__cells_evaluate(cells, u, w, &answer, &worst), HYS_OK);
        assert_int_equal(hys__cells_accept(cells), HYS_OK);
    }
    memcpy(x, g, sizeof g);
    hys__cells_free(cells);
    hys_ctx_free(ctx);
}

static void test_any_number_of_threads_gives_the_same_bits(void **state) {
    (void)state;
    static double one[2100], four[2100];
    written_by(1, one);
    written_by(4, four);
    assert_memory_equal(one, four, sizeof one);
    assert_true(one[0] != one[2099]);
}

static void test_a_rejected_step_leaves_no_trace(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_cell_opts o = memory_of("yakopcic");
    hys__cells *cells[2];
    for (int k = 0; k < 2; k++) {
        cells[k] = cells_of(ctx, &o, 1, 1);
        step_one(cells[k], 1e-4, 1e-4, 0.3);
    }
    const hys__cell_stage tried = {HYS__CELLS_STEP, 3e-4, 2e-4, 0};
    hys__cells_begin(cells[1], &tried);
    evaluate_one(cells[1], 0.9, 0);
    assert_true(hys__cells_change(cells[1], 1e-3) > 100);
    hys__cells_reject(cells[1]);
    const point a = step_one(cells[0], 2e-4, 1e-4, 0.3), b = step_one(cells[1], 2e-4, 1e-4, 0.3);
    assert_memory_equal(&a, &b, sizeof a);
    for (int k = 0; k < 2; k++) hys__cells_free(cells[k]);
    hys_ctx_free(ctx);
}

/* dw/dt of the vteam of vteam.va at 1.2 V. */
static double vteam_rate(double w) {
    const double u = (3e-9 - w) / 3e-12, c = fmax(fmin(u, 1), 0);
    return 1e-2 * pow(1.2 / 0.7 - 1, 3) * exp(-exp((w - 3e-9) / 107e-12)) * c * c * (3 - 2 * c);
}

/* w - w0 = h dw/dt, with steps far longer than the state takes to the rim, a thousandth of the range, where drift
 * fades. */
static void test_steps_longer_than_all_times_of_a_device_have_solutions(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_cell_opts o = memory_of("vteam");
    for (double h = 1e-7; h < 1e3; h *= 10) {
        double low = 1.5e-9, high = 3e-9;
        for (int k = 0; k < 100; k++) {
            const double w = 0.5 * (low + high);
            *(w - 1.5e-9 < h * vteam_rate(w) ? &low : &high) = w;
        }
        hys__cells *cells = cells_of(ctx, &o, 1, 1);
        step_one(cells, h, h, 1.2);
        hold(cells);
        const double r = 0.1 / evaluate_one(cells, 0.1, 0).i[0];
        assert_within(3e-9 * (r - 1e4) / 0.99e6, low, 1e-14); /* the state's abstol */
        hys__cells_free(cells);
    }
    hys_ctx_free(ctx);
}

/* ---- selectors ---- */

static double
selector_current(double v) { /* selector_exponential at 300.15 K: v = u + R_s i, i = 2 I_s sinh(u / V_0) */
    double low = -fabs(v), high = fabs(v);
    for (int k = 0; k < 200; k++) {
        const double u = 0.5 * (low + high);
        *(u + 1e3 * 2 * 1.5e-17 * sinh(u / 36.9e-3) < v ? &low : &high) = u;
    }
    return 2 * 1.5e-17 * sinh(low / 36.9e-3);
}

static double series_current(double v, double r) { /* with a resistance behind it */
    double low = fmin(v, 0), high = fmax(v, 0);
    for (int k = 0; k < 200; k++) {
        const double u = 0.5 * (low + high);
        *(selector_current(v - u) > u / r ? &low : &high) = u;
    }
    return low / r;
}

static void test_a_selector_in_series_agrees_with_both_laws(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_cell_opts o = memory_of("vteam");
    o.selector = "selector_exponential";
    hys__cells *cells = cells_of(ctx, &o, 1, MOST);
    static const double v[] = {0.2, 1.1, -1.3, 2.5, -0.6};
    assert_true(hys__cells_are_two_terminal(cells));
    hold(cells);
    for (size_t k = 0; k < sizeof v / sizeof *v; k++) {
        const point p = evaluate(cells, MOST, 0.4 + v[k], 0.4), q = evaluate(cells, MOST, 0.4 + v[k] + 1e-6, 0.4);
        /* the difference of potentials has an error of 1e-16 V, e-fold over 37 mV */
        assert_near(p.i[0], series_current(v[k], 505e3), 1e-8);
        assert_near(p.g[0], (q.i[0] - p.i[0]) / 1e-6, 1e-4);
        assert_within(p.i[1], -p.i[0], 1e-12 * fabs(p.i[0]) + 1e-18);
        assert_within(p.g[3], p.g[0], 1e-9 * p.g[0] + 1e-18); /* beside a good conductor */
    }
    hys__cells_free(cells);
    hys_ctx_free(ctx);
}

static void test_a_transistor_makes_the_jacobian_unsymmetric(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_cell_opts o = memory_of("vteam");
    o.selector = "access_transistor_n180";
    const double u = 1.0, w = 0.1, d = 1e-5;
    hys__cells *cells = cells_of(ctx, &o, 1, 1);
    assert_false(hys__cells_are_two_terminal(cells));
    double before = 0;
    for (double gate = 0.6; gate < 2; gate += 0.4) {
        hys__cells_set_gates(cells, &gate);
        hold(cells);
        const point p = evaluate_one(cells, u, w);
        const point right = evaluate_one(cells, u + d, w), left = evaluate_one(cells, u - d, w);
        const point up = evaluate_one(cells, u, w + d), down = evaluate_one(cells, u, w - d);
        for (int k = 0; k < 2; k++) {
            assert_near(p.g[2 * k], (right.i[k] - left.i[k]) / (2 * d), 1e-5);
            assert_near(p.g[2 * k + 1], (up.i[k] - down.i[k]) / (2 * d), 1e-5);
        }
        if (gate < 0.7) assert_true(fabs(p.g[1] + p.g[0]) > 0.1 * p.g[0]);
        assert_true(p.i[0] > before);
        before = p.i[0];
    }
    hys__cells_free(cells);
    hys_ctx_free(ctx);
}

static void test_two_memories_in_anti_series_have_states_of_their_own(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_cell_opts o = memory_of("vteam");
    o.is_complementary = true;
    hys_array *array = array_of(ctx, &o, 1, 2);
    const double first[2] = {0, 3e-9}, second[2] = {3e-9, 1.5e-9};
    double g[2];
    assert_int_equal(hys_array_n_states(array), 2);
    assert_int_equal(hys_array_set_state(array, "w", first), HYS_OK);
    assert_int_equal(hys_array_set_state(array, "second.w", second), HYS_OK);
    assert_int_equal(hys_array_cell_conductances(array, 0.1, g), HYS_OK);
    assert_near(1 / g[0], 1.01e6, 1e-9);
    assert_near(1 / g[1], 1.505e6, 1e-9);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* ---- parameters ---- */

/* Of what lies behind a selector_exponential without much resistance of its own: v = u + R i, i = 2 I_s sinh(u / V_0).
 */
static double resistance_behind(double v, double g) {
    return (v - 36.9e-3 * asinh(v * g / 3e-17)) / (v * g);
}

static void test_spread_belongs_to_the_cell_and_to_the_seed(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    static const char *const spread[] = {"Ron=normal 0.1"}, *const set[] = {"w0=0"}, *const of_selector[] = {"R_s=1"};
    hys_cell_opts o = memory_of("vteam");
    o.selector = "selector_exponential";
    o.selector_set = of_selector;
    o.spread = spread;
    o.memory_set = set;
    o.n_spread = o.n_memory_set = o.n_selector_set = 1;
    o.seed = 7;
    hys_array *small = array_of(ctx, &o, 3, 5), *large = array_of(ctx, &o, 20, 50);
    double a[15], b[1000], sum = 0, square = 0;
    assert_int_equal(hys_array_cell_conductances(small, 3, a), HYS_OK);
    assert_int_equal(hys_array_cell_conductances(large, 3, b), HYS_OK);
    for (size_t k = 0; k < 15; k++) assert_same_double(a[k], b[k / 5 * 50 + k % 5]);
    for (size_t k = 0; k < 1000; k++) {
        const double z = ((resistance_behind(3, b[k]) - 1) / 1e4 - 1) / 0.1;
        sum += z / 1000;
        square += z * z / 1000;
    }
    assert_within(sum, 0, 4 / sqrt(1000)); /* four deviations */
    assert_within(square, 1, 4 * sqrt(2 / 1000.0));
    o.seed = 8;
    assert_int_equal(hys_array_set_device(small, &o), HYS_OK);
    assert_int_equal(hys_array_cell_conductances(small, 3, a), HYS_OK);
    assert_true(a[0] != b[0]);
    hys_array_free(small);
    hys_array_free(large);
    hys_ctx_free(ctx);
}

/* Drawn once a cycle: from the first reversal of the voltage on it differs, and stays until the next. */
static void test_spread_from_cycle_to_cycle_is_drawn_at_reversals(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    static const char *const spread[] = {"Ron=c2c normal 0.1"}, *const set[] = {"w0=0", "k_on=0", "k_off=0"};
    static const double v[] = {0.1, 0.2, 0, 0.1, -0.1, 1e-6, -0.2, 0.1}; /* two reversals */
    hys_cell_opts o = memory_of("vteam");
    o.selector = "selector_exponential";
    o.spread = spread;
    o.memory_set = set;
    o.n_spread = 1;
    o.n_memory_set = 3;
    hys__cells *cells = cells_of(ctx, &o, 1, MOST);
    double r[9], once;
    for (int k = 0; k < 9; k++) {
        hold(cells);
        r[k] = resistance_behind(3, evaluate(cells, MOST, 3, 0).i[0] / 3) - 1e3;
        hys__cells_reject(cells);
        if (k == 8) break;
        const hys__cell_stage stage = {HYS__CELLS_STEP, (k + 1) * 1e-6, 1e-6, 0};
        hys__cells_begin(cells, &stage);
        evaluate(cells, MOST, v[k], 0);
        assert_int_equal(hys__cells_accept(cells), HYS_OK);
    }
    once = r[0];
    for (int k = 1; k <= 4; k++) assert_same_double(r[k], once);
    for (int k = 6; k <= 7; k++) assert_same_double(r[k], r[5]);
    assert_true(fabs(r[5] - once) > 1 && fabs(r[8] - r[5]) > 1 && fabs(r[8] - once) > 1);
    for (int k = 0; k < 9; k++) assert_within(r[k], 1e4, 5e3); /* five deviations */
    hys__cells_free(cells);
    hys_ctx_free(ctx);
}

static void test_a_parameter_may_differ_from_cell_to_cell(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    static const char *const set[] = {"w0=0"};
    hys_cell_opts o = memory_of("vteam");
    o.memory_set = set;
    o.n_memory_set = 1;
    o.selector = "selector_exponential";
    double r[300], g[300], series[300];
    for (size_t k = 0; k < 300; k++) {
        r[k] = 1e3 * (k + 1.0);
        series[k] = 10.0 * (k + 1.0);
    }
    hys_array *array = array_of(ctx, &o, 100, 3);
    assert_int_equal(hys_array_set_param(array, "Ron", r), HYS_OK);
    assert_int_equal(hys_array_set_param(array, "selector.R_s", series), HYS_OK);
    assert_int_equal(hys_array_cell_conductances(array, 3, g), HYS_OK);
    for (size_t k = 0; k < 300; k++) assert_near(resistance_behind(3, g[k]), r[k] + series[k], 1e-8);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* Steps of a device with random draws; what its cells conduct then. */
static void draw(uint64_t seed, size_t rows, size_t columns, double *g) {
    hys_ctx *ctx = hys_test_ctx();
    hys_cell_opts o = memory_of("pcm_statistical");
    o.seed = seed;
    hys__cells *cells = cells_of(ctx, &o, rows, columns);
    double u[MOST], w[MOST] = {0};
    size_t worst;
    const hys__cell_answer answer = {.word_word = g};
    for (size_t k = 0; k < rows * columns; k++) u[k] = 1.2;
    for (int k = 1; k <= 30; k++) {
        const hys__cell_stage stage = {HYS__CELLS_STEP, k * 1e-8, 1e-8, 0};
        hys__cells_begin(cells, &stage);
        assert_int_equal(hys__cells_evaluate(cells, u, w, &answer, &worst), HYS_OK);
        assert_int_equal(hys__cells_accept(cells), HYS_OK);
    }
    hold(cells);
    assert_int_equal(hys__cells_evaluate(cells, u, w, &answer, &worst), HYS_OK);
    hys__cells_free(cells);
    hys_ctx_free(ctx);
}

static void test_draws_belong_to_the_cell_and_to_the_seed(void **state) {
    (void)state;
    double a[4], b[4], other[4], wide[8];
    draw(1, 2, 2, a);
    draw(1, 2, 2, b);
    draw(2, 2, 2, other);
    draw(1, 2, 4, wide);
    assert_memory_equal(a, b, sizeof a);
    for (size_t k = 0; k < 4; k++) {
        assert_same_double(wide[k / 2 * 4 + k % 2], a[k]);
        assert_true(other[k] != a[k]);
        if (k) assert_true(a[k] != a[0]);
    }
}

/* ---- files of one's own ---- */

static const char *dir_of_test;
static hys_model_opts own_file; /* kernels go where the file does */

static const char *file(const char *name, const char *text) {
    const char *path = hys_test_path(dir_of_test, name);
    hys_test_write(path, text, strlen(text));
    return path;
}

static hys_cell_opts memory_in(const char *path) {
    hys_cell_opts o = memory_of(path);
    o.model = &own_file;
    return o;
}

static const char by_hand[] = "`include \"disciplines.vams\"\n"
                              "module by_hand(p, n);\n"
                              "    inout p, n; electrical p, n;\n"
                              "    parameter real rate = 1e3;\n"
                              "    real x = 1, before = 0;\n"
                              "    integer times = 0;\n"
                              "    analog begin\n"
                              "        x = x - rate*x*($abstime - before);\n"
                              "        before = $abstime;\n"
                              "        @(cross(V(p, n) - 0.5, 1)) times = times + 1;\n"
                              "        I(p, n) <+ (1e-3*x + times)*V(p, n);\n"
                              "    end\n"
                              "endmodule\n";

static hys__cells *cells_by_hand(hys_ctx *ctx) {
    hys_model_opts as_written = own_file;
    as_written.as_written = true;
    hys_cell_opts o = memory_in(file("by_hand.va", by_hand));
    o.model = &as_written;
    return cells_of(ctx, &o, 1, 1);
}

/* Files that integrate by themselves: x (1 - rate h) in each accepted step, however often it is evaluated, and whatever
 * clock the runs have. */
static void test_what_is_integrated_by_hand_moves_at_accepted_points_alone(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__cells *cells = cells_by_hand(ctx);
    double x = 1;
    for (int run = 0; run < 2; run++)
        for (int k = 1; k <= 5; k++) {
            const hys__cell_stage stage = {HYS__CELLS_STEP, k * 1e-4, 1e-4, 0};
            hys__cells_begin(cells, &stage);
            x *= 0.9;
            for (int n = 0; n < 3; n++) assert_near(evaluate_one(cells, 0.4, 0).i[0], 4e-4 * x, 1e-12);
            assert_near(hys__cells_change(cells, 1e-2), 0.5 * pow(0.1 * x / 0.9, 2) / 1e-2, 1e-9);
            assert_int_equal(hys__cells_accept(cells), HYS_OK);
            hold(cells);
            assert_near(evaluate_one(cells, 0.4, 0).i[0], 4e-4 * x, 1e-12);
        }
    hys__cells_free(cells);
    hys_ctx_free(ctx);
}

static void test_events_happen_at_the_end_of_their_step(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__cells *cells = cells_by_hand(ctx);
    static const double v[] = {0.4, 0.6, 0.7, 0.2, 0.8}, times[] = {0, 0, 1, 1, 1};
    for (int k = 0; k < 5; k++)
        assert_near(floor(step_one(cells, (k + 1) * 1e-6, 1e-6, v[k]).i[0] / v[k]), times[k], 1e-12);
    hold(cells);
    assert_near(floor(evaluate_one(cells, 0.1, 0).i[0] / 0.1), 2, 1e-12);
    hys__cells_free(cells);
    hys_ctx_free(ctx);
}

/* Both files have a macro, a nature and a module of the same names that mean other things. */
static void test_names_of_two_files_do_not_meet(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_cell_opts o = memory_in(file("one.va", "`include \"disciplines.vams\"\n`include \"constants.vams\"\n"
                                               "`define SIZE 1e-3\n"
                                               "nature Level access = L; units = \"1\"; abstol = 1e-6; endnature\n"
                                               "discipline level potential Level; enddiscipline\n"
                                               "module part(p, n); inout p, n; electrical p, n;\n"
                                               "    parameter real k = 1;\n"
                                               "    analog I(p, n) <+ k*`SIZE*V(p, n);\nendmodule\n"
                                               "module one(p, n); inout p, n; electrical p, n; level x;\n"
                                               "    parameter real k = 2;\n"
                                               "    part #(.k(k)) inner(p, n);\n"
                                               "    analog L(x) <+ idt(0, 0.5);\nendmodule\n"));
    o.selector = file("two.va", "`include \"disciplines.vams\"\n"
                                "`define SIZE 1e3\n"
                                "nature Level access = M; units = \"m\"; abstol = 1e-9; endnature\n"
                                "discipline level potential Level; enddiscipline\n"
                                "module part(p, n); inout p, n; electrical p, n;\n"
                                "    analog V(p, n) <+ `SIZE*I(p, n);\nendmodule\n"
                                "module two(p, n); inout p, n; electrical p, n; level x;\n"
                                "    (* d2d = \"uniform 0.5\" *) parameter real size = 0.25;\n"
                                "    part inner(p, n);\n"
                                "    analog M(x) <+ idt(0, size);\nendmodule\n");
    hys_array *array = array_of(ctx, &o, 2, 2);
    double g[4], x[4];
    assert_int_equal(hys_array_cell_conductances(array, 1, g), HYS_OK);
    assert_near(1 / g[3], 1500, 1e-9);
    assert_int_equal(hys_array_get_state(array, "x", x), HYS_OK);
    assert_near(x[3], 0.5, 1e-12);
    assert_int_equal(hys_array_get_state(array, "selector.x", x), HYS_OK);
    for (size_t k = 0; k < 4; k++) assert_within(x[k], 0.25, 0.125); /* spread as its attribute says */
    assert_true(x[0] != x[1] && x[2] != x[3]);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* ---- what is refused ---- */

static void refused(const hys_cell_opts *opts, const char *text) {
    hys_ctx *ctx = hys_test_ctx();
    hys_array *array = empty_array(ctx, 2, 2);
    assert_int_not_equal(hys_array_set_device(array, opts), HYS_OK);
    assert_diag(ctx, 0, text);
    assert_int_equal(hys_diag_count(ctx), 1);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static void test_what_cannot_be_a_cell_is_refused_with_the_reason(void **state) {
    (void)state;
    static const char *const lost[] = {"selector.R_s=1"}, *const bad[] = {"Rom=1"};
    hys_cell_opts o = hys_cell_opts_default();
    refused(&o, "error: cells need a memory\n"
                "hint: a file, or a name that hysteron device list shows\n");
    o = memory_of("access_transistor");
    refused(&o, "error: access_transistor has 4 ports; the memory of a cell has two, to the word line and to the bit "
                "line\nhint: wrap it in a module of two ports that ties the others\n");
    o = memory_of("vteam");
    o.memory_set = lost;
    o.n_memory_set = 1;
    refused(&o, "error: 'selector.R_s=1': these cells have no selector\n");
    o.memory_set = bad;
    refused(&o, "--set:1:1: error: vteam has no parameter 'Rom'\nRom=1\n^\nhint: did you mean 'Ron'?\n");
    o = memory_in(file("late.va", "`include \"disciplines.vams\"\n"
                                  "module late(p, n); inout p, n; electrical p, n;\n"
                                  "    analog I(p, n) <+ absdelay(V(p, n), 1e-9);\nendmodule\n"));
    refused(&o, "error: cells of late cannot work in an array: they use absdelay\n"
                "hint: absdelay() needs the history of each cell\n");
}

static void test_names_and_values_of_cells_are_checked(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_cell_opts o = memory_of("vteam");
    hys_array *array = array_of(ctx, &o, 2, 2);
    double values[4] = {1e3, 1e3, -1e3, 1e3}, bad[4] = {0, NAN, 0, 0}, g[4];
    assert_int_equal(hys_array_set_state(array, "ww", values), HYS_ARG);
    assert_int_equal(hys_array_set_state(array, "w", bad), HYS_ARG);
    assert_int_equal(hys_array_set_param(array, "Rom", values), HYS_ARG);
    assert_int_equal(hys_array_set_param(array, "Ron", values), HYS_ARG);
    assert_int_equal(hys_array_set_param(array, "Ron", bad), HYS_ARG);
    assert_int_equal(hys_array_cell_conductances(array, 0, g), HYS_ARG);
    static const char *const texts[] = {
        "error: these cells have no state 'ww'\nhint: did you mean 'w'?\n",
        "error: w of the cell of word line 0 and bit line 1 is to be nan\nhint: a finite number\n",
        "error: vteam has no parameter 'Rom'\nhint: did you mean 'Ron'?\n",
        "error: in the cell of word line 1 and bit line 0 Ron is -1000 ohm; it must lie in (0, inf)\n",
        "error: Ron of the cell of word line 0 and bit line 1 is not a number\nhint: a number\n",
        "error: there is no conductance I/V at 0 V\nhint: for example 0.1 V\n"};
    for (size_t k = 0; k < 6; k++) assert_diag(ctx, k, texts[k]);
    assert_int_equal(hys_array_cell_conductances(array, 0.1, g), HYS_OK); /* as before */
    assert_near(1 / g[2], 505e3, 1e-12);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* ---- memory that fails ---- */

static hys_status everything(hys_ctx *ctx, void *arg) {
    static const char *const spread[] = {"Ron=normal 0.1"};
    (void)arg;
    hys_array_opts lines = hys_array_opts_default();
    hys_array *array = NULL;
    lines.rows = lines.columns = 3;
    hys_cell_opts o = memory_of("vteam");
    o.selector = "selector_exponential";
    o.spread = spread;
    o.n_spread = 1;
    double values[9], g[9];
    for (size_t k = 0; k < 9; k++) values[k] = 1e6 + k;
    hys_status status = hys_array_new(ctx, &lines, &array);
    if (status == HYS_OK) status = hys_array_set_device(array, &o);
    if (status == HYS_OK) status = hys_array_set_param(array, "Roff", values);
    if (status == HYS_OK) status = hys_array_cell_conductances(array, 0.5, g);
    hys_array_free(array);
    return status;
}

static void test_each_allocation_may_fail(void **state) {
    (void)state;
    hys_test_each_failure(everything, NULL, true);
}

static int make_dir(void **state) {
    (void)state;
    dir_of_test = hys_test_dir();
    own_file = hys_model_opts_default();
    own_file.cache_dir = dir_of_test;
    return 0;
}

static int remove_dir(void **state) {
    (void)state;
    hys_test_dir_remove(dir_of_test);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_read_of_a_memory_is_its_published_law),
        cmocka_unit_test(test_a_pulse_moves_a_state_as_its_published_equation),
        cmocka_unit_test(test_the_error_of_a_step_falls_with_its_square),
        cmocka_unit_test(test_reads_leave_states_as_they_are),
        cmocka_unit_test(test_any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(test_a_rejected_step_leaves_no_trace),
        cmocka_unit_test(test_steps_longer_than_all_times_of_a_device_have_solutions),
        cmocka_unit_test(test_a_selector_in_series_agrees_with_both_laws),
        cmocka_unit_test(test_a_transistor_makes_the_jacobian_unsymmetric),
        cmocka_unit_test(test_two_memories_in_anti_series_have_states_of_their_own),
        cmocka_unit_test(test_spread_belongs_to_the_cell_and_to_the_seed),
        cmocka_unit_test(test_spread_from_cycle_to_cycle_is_drawn_at_reversals),
        cmocka_unit_test(test_a_parameter_may_differ_from_cell_to_cell),
        cmocka_unit_test(test_draws_belong_to_the_cell_and_to_the_seed),
        cmocka_unit_test(test_what_is_integrated_by_hand_moves_at_accepted_points_alone),
        cmocka_unit_test(test_events_happen_at_the_end_of_their_step),
        cmocka_unit_test(test_names_of_two_files_do_not_meet),
        cmocka_unit_test(test_what_cannot_be_a_cell_is_refused_with_the_reason),
        cmocka_unit_test(test_names_and_values_of_cells_are_checked),
        cmocka_unit_test(test_each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
