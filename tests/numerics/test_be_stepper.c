/* Implicit Euler, and two such stages of order 2. */
#include "hys_test.h"
#include "numerics/be_stepper.h"

/* y' = -2 t y^2, y(0) = 1: y = 1 / (1 + t^2). */
static bool rational(void *user, const hys__point *at, double *f, double *jac) {
    (void)user;
    f[0] = (at->yp ? at->yp[0] : 0) + 2 * at->t * at->y[0] * at->y[0];
    if (jac) jac[0] = at->c + 4 * at->t * at->y[0];
    return true;
}
static const int64_t start[] = {0, 1}, row[] = {0};
static const hys__system system_ = {1, 1, start, row, NULL, rational};

typedef hys_status step_fn(hys__be *be, double t, double h, double *y);

static double error_at_1(hys_ctx *ctx, step_fn *step, int n, double *estimate) {
    static const double abstol = 1e-13;
    const hys__newton_opts opts = {1e-13, &abstol, 60};
    hys__newton *newton;
    hys__be *be;
    assert_int_equal(hys__newton_new(ctx, &system_, &opts, &newton), HYS_OK);
    assert_int_equal(hys__be_new(ctx, &system_, newton, &be), HYS_OK);
    double y = 1, h = 1.0 / n, rate = 0;
    *estimate = 0;
    for (int k = 0; k < n; k++) {
        assert_int_equal(step(be, k * h, h, &y), HYS_OK);
        assert_true(hys__be_residual(be, &y) <= 1);
        if (k) *estimate += hys__be_local_error(rate, h, hys__be_rate(be)[0], h);
        rate = hys__be_rate(be)[0];
    }
    hys__be_free(be);
    hys__newton_free(newton);
    return fabs(y - 0.5);
}

static void error_halves_with_the_step_and_stays_below_its_estimate(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double estimate[3], error[3];
    for (int k = 0; k < 3; k++) error[k] = error_at_1(ctx, hys__be_step, 100 << k, &estimate[k]);
    for (int k = 1; k < 3; k++) {
        assert_near(error[k - 1] / error[k], 2, 0.02); /* the next term, h, is 1 % */
        assert_near(estimate[k - 1] / estimate[k], 2, 0.05);
    }
    for (int k = 0; k < 3; k++) assert_true(error[k] < estimate[k] && estimate[k] < 20 * error[k]);
    hys_ctx_free(ctx);
}

static void two_stages_are_of_order_2(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double unused, error[3];
    for (int k = 0; k < 3; k++) error[k] = error_at_1(ctx, hys__be_step_2, 50 << k, &unused);
    for (int k = 1; k < 3; k++) assert_near(error[k - 1] / error[k], 4, 0.05); /* the next term, h, is 2 % */
    hys_ctx_free(ctx);
}

/* x' = -y, y' = x: a turn. */
static bool turning(void *user, const hys__point *at, double *f, double *jac) {
    (void)user;
    f[0] = at->yp[0] + at->y[1];
    f[1] = at->yp[1] - at->y[0];
    if (jac) jac[0] = jac[3] = at->c, jac[1] = -1, jac[2] = 1;
    return true;
}

/* The method's R(z) = (1 + (1 - 2 g) z) / (1 - g z)^2, g = 1 - 1/sqrt 2: at z = 0.066 i, a step of 1 ps at 10.5 GHz,
 * its modulus is 1 - 1.6e-6; implicit Euler's 1 - 2.2e-3. */
static void what_turns_is_hardly_damped(void **state) {
    static const double abstol[] = {1e-13, 1e-13};
    static const int64_t starts[] = {0, 2, 4}, rows[] = {0, 1, 0, 1};
    const hys__newton_opts opts = {1e-13, abstol, 60};
    const hys__system system = {2, 4, starts, rows, NULL, turning};
    const double h = 0.066, g = 1 - sqrt(0.5);
    const double above = 1 + (1 - 2 * g) * (1 - 2 * g) * h * h, below = (1 + g * g * h * h) * (1 + g * g * h * h);
    hys_ctx *ctx = hys_test_ctx();
    hys__newton *newton;
    hys__be *be;
    double y[] = {1, 0};
    (void)state;
    assert_int_equal(hys__newton_new(ctx, &system, &opts, &newton), HYS_OK);
    assert_int_equal(hys__be_new(ctx, &system, newton, &be), HYS_OK);
    for (int k = 0; k < 1000; k++) assert_int_equal(hys__be_step_2(be, k * h, h, y), HYS_OK);
    assert_near(hypot(y[0], y[1]), pow(above / below, 500), 1e-9);
    assert_true(hypot(y[0], y[1]) > 0.998);
    hys__be_free(be);
    hys__newton_free(newton);
    hys_ctx_free(ctx);
}

/* h^2/2 x'' of x = t^2: rates over two unequal steps. */
static void local_error_of_a_parabola_is_exact(void **state) {
    (void)state;
    double h0 = 0.3, h1 = 0.17, r0 = (h0 * h0) / h0, r1 = ((h0 + h1) * (h0 + h1) - h0 * h0) / h1;
    assert_near(hys__be_local_error(r0, h0, r1, h1), h1 * h1, 1e-14);
}

static bool finite_below_half(void *user, const hys__point *at, double *f, double *jac) {
    (void)user;
    if (at->t > 0.5) return false;
    f[0] = at->yp[0] - 1;
    if (jac) jac[0] = at->c;
    return true;
}

static void a_failed_step_leaves_the_point_as_it_was(void **state) {
    (void)state;
    static const double abstol = 1e-13;
    const hys__newton_opts opts = {1e-13, &abstol, 60};
    const hys__system system = {1, 1, start, row, NULL, finite_below_half};
    hys_ctx *ctx = hys_test_ctx();
    hys__newton *newton;
    hys__be *be;
    double y = 0.317;
    assert_int_equal(hys__newton_new(ctx, &system, &opts, &newton), HYS_OK);
    assert_int_equal(hys__be_new(ctx, &system, newton, &be), HYS_OK);
    assert_int_equal(hys__be_step(be, 0.45, 0.1, &y), HYS_NOCONV);
    assert_true(y == 0.317);
    assert_int_equal(hys__be_step_2(be, 0.45, 0.1, &y), HYS_NOCONV); /* in the second stage */
    assert_true(y == 0.317);
    assert_int_equal(hys__be_step(be, 0.35, 0.1, &y), HYS_OK);
    assert_near(y, 0.417, 1e-12);
    hys__be_free(be);
    hys__newton_free(newton);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_halves_with_the_step_and_stays_below_its_estimate),
        cmocka_unit_test(two_stages_are_of_order_2),
        cmocka_unit_test(what_turns_is_hardly_damped),
        cmocka_unit_test(local_error_of_a_parabola_is_exact),
        cmocka_unit_test(a_failed_step_leaves_the_point_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
