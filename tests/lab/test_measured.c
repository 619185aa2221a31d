/* Measured curves: how often they run to and fro, where the current was held, what smoothing leaves as it is. */
#include "hys_test.h"
#include <hysteron/measured.h>

static int set_up(void **state) {
    *state = hys_test_ctx();
    return 0;
}

static int tear_down(void **state) {
    hys_ctx_free(*state);
    return 0;
}

static hys_table *new_curve(hys_ctx *ctx) {
    hys_table *table = NULL;
    assert_int_equal(hys_table_new(ctx, &table), HYS_OK);
    assert_int_equal(hys_table_add_column(table, "v", "V"), HYS_OK);
    assert_int_equal(hys_table_add_column(table, "i", "A"), HYS_OK);
    return table;
}

static void add(hys_table *table, double v, double i) {
    assert_int_equal(hys_table_add_row(table, (double[]){v, i}), HYS_OK);
}

/* v runs through the corners in n steps each; i = f(v). */
static hys_table *sweep(hys_ctx *ctx, const double *corners, size_t n_corners, size_t n, double (*f)(double v)) {
    hys_table *table = new_curve(ctx);
    for (size_t c = 0; c + 1 < n_corners; c++)
        for (size_t k = 0; k < n; k++) {
            double v = corners[c] + (corners[c + 1] - corners[c]) * (double)k / (double)n;
            add(table, v, f(v));
        }
    add(table, corners[n_corners - 1], f(corners[n_corners - 1]));
    return table;
}

static double cubic(double v) {
    return 1e-3 * v * v * v;
}

static double held(double v) {
    return fmin(1e-3, 2e-3 * v);
}

static hys_curve_info inspect(hys_ctx *ctx, hys_table *table) {
    hys_curve_info info;
    assert_int_equal(hys_curve_inspect(ctx, table, &info), HYS_OK);
    hys_table_free(table);
    return info;
}

static void cycles_are_counted_by_turning_points(void **state) {
    static const struct {
        double corners[12];
        size_t n, n_turns;
        int32_t cycles;
    } sweeps[] = {
        {{0, 1}, 2, 0, 1},
        {{0, 1, 0}, 3, 1, 1},
        {{0, 1, -1, 0}, 4, 2, 1},
        {{-1, 1, -1}, 3, 1, 1},
        {{0, 1, -1, 1, -1, 0}, 6, 4, 2},
        {{0, 1, 0, 1, 0}, 5, 3, 2},
        {{0, 1, -1, 1, -1, 1, -1, 0}, 8, 6, 3},
    };
    for (size_t k = 0; k < sizeof sweeps / sizeof *sweeps; k++) {
        hys_curve_info info = inspect(*state, sweep(*state, sweeps[k].corners, sweeps[k].n, 40, cubic));
        assert_int_equal(info.n_turns, sweeps[k].n_turns);
        assert_int_equal(info.cycles, sweeps[k].cycles);
        assert_string_equal(info.swept, "v");
    }
}

/* A ripple of 2 % of the range turns a hundred times; none of it is a turning point. */
static void noise_makes_no_turning_points(void **state) {
    hys_table *table = new_curve(*state);
    for (int k = 0; k <= 400; k++) {
        double v = 1 - fabs(k / 200.0 - 1);
        add(table, v + (k % 2 ? 0.02 : 0), 1e-3 * v);
    }
    hys_curve_info info = inspect(*state, table);
    assert_int_equal(info.n_turns, 1);
}

/* S-shaped: v = 2 i - i^3 / 3 of an i in even steps goes back while i goes on. */
static void what_is_swept_goes_in_even_steps(void **state) {
    hys_table *table = new_curve(*state);
    for (int k = 0; k <= 100; k++) {
        double i = 0.03 * k;
        add(table, 2 * i - i * i * i / 3, i);
    }
    hys_curve_info info = inspect(*state, table);
    assert_string_equal(info.swept, "i");
    assert_int_equal(info.n_turns, 0);
    assert_true(isnan(info.compliance[0].i) && isnan(info.compliance[1].i));
}

/* Held at 1 mA from 0.5 V to 1 V and back; the other side is free. */
static void compliance_is_where_the_current_stays(void **state) {
    hys_curve_info info = inspect(*state, sweep(*state, (double[]){0, 1, -1, 0}, 4, 100, held));
    assert_near(info.compliance[0].i, 1e-3, 1e-12);
    assert_within(info.compliance[0].v_from, 0.5, 0.011); /* one step of 0.01 V, and 0.5 % of the current */
    assert_same_double(info.compliance[0].v_to, 1);
    assert_true(info.compliance[0].n_rows >= 70);
    assert_true(isnan(info.compliance[1].i));
    info = inspect(*state, sweep(*state, (double[]){0, 1, -1, 0}, 4, 100, cubic));
    assert_true(isnan(info.compliance[0].i));
}

/* The filter passes parabolas as they are, and takes noise down by sqrt(0.4857) at five points (Savitzky and Golay). */
static double parabola(double v) {
    return 1e-3 * (v + v * v);
}

static void smoothing_passes_parabolas_and_turning_points(void **state) {
    hys_table *table = sweep(*state, (double[]){0, 1, -1, 0}, 4, 30, parabola), *smooth = NULL;
    assert_int_equal(hys_curve_smooth(*state, table, 7, &smooth), HYS_OK);
    assert_int_equal(hys_table_n_rows(smooth), hys_table_n_rows(table));
    for (size_t k = 0; k < hys_table_n_rows(table); k++) {
        assert_same_double(hys_table_column(smooth, "v")[k], hys_table_column(table, "v")[k]);
        assert_within(hys_table_column(smooth, "i")[k], hys_table_column(table, "i")[k], 1e-16); /* rounding of 2e-3 */
    }
    hys_table_free(smooth);
    hys_table_free(table);
}

static void one_point_spreads_by_the_filters_weights(void **state) {
    static const double weights[] = {0, -3, 12, 17, 12, -3, 0}; /* / 35, five points (Savitzky and Golay, table I) */
    hys_table *table = new_curve(*state), *smooth = NULL;
    for (int k = 0; k <= 20; k++) add(table, 0.1 * k, k == 10 ? 35 : 0);
    assert_int_equal(hys_curve_smooth(*state, table, 5, &smooth), HYS_OK);
    for (size_t k = 0; k < 7; k++) assert_within(hys_table_column(smooth, "i")[7 + k], weights[k], 1e-13);
    hys_table_free(smooth);
    hys_table_free(table);
}

static void what_is_no_curve_is_refused(void **state) {
    hys_ctx *ctx = *state;
    hys_table *table = new_curve(ctx), *smooth = NULL;
    hys_curve_info info;
    assert_int_equal(hys_curve_smooth(ctx, table, 4, &smooth), HYS_ARG);
    assert_int_equal(hys_curve_inspect(ctx, table, &info), HYS_ARG);
    add(table, 0, 0);
    add(table, NAN, 1);
    add(table, 1, 1);
    hys_diag_clear(ctx);
    assert_int_equal(hys_curve_inspect(ctx, table, &info), HYS_ARG);
    assert_string_equal(hys_diag_get(ctx, 0)->message, "v or i of row 2 is not a finite number");
    hys_table_free(table);
}

static hys_status smooth_job(hys_ctx *ctx, void *arg) {
    hys_table *table = NULL, *smooth = NULL;
    (void)arg;
    hys_status status = hys_table_new(ctx, &table);
    if (status == HYS_OK) status = hys_table_add_column(table, "v", "V");
    if (status == HYS_OK) status = hys_table_add_column(table, "i", "A");
    for (int k = 0; status == HYS_OK && k < 40; k++) status = hys_table_add_row(table, (double[]){k % 8, cubic(k % 8)});
    if (status == HYS_OK) status = hys_curve_smooth(ctx, table, 5, &smooth);
    hys_table_free(smooth);
    hys_table_free(table);
    return status;
}

static void each_allocation_may_fail(void **state) {
    (void)state;
    hys_test_each_failure(smooth_job, NULL, false);
    hys_test_each_failure(smooth_job, NULL, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(cycles_are_counted_by_turning_points),
        TEST(noise_makes_no_turning_points),
        TEST(what_is_swept_goes_in_even_steps),
        TEST(compliance_is_where_the_current_stays),
        TEST(smoothing_passes_parabolas_and_turning_points),
        TEST(one_point_spreads_by_the_filters_weights),
        TEST(what_is_no_curve_is_refused),
        TEST(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
