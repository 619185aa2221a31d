/* Implicit Euler. */
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

static double error_at_1(hys_ctx *ctx, int n, double *estimate) {
    static const double abstol = 1e-13;
    const hys__newton_opts opts = {1e-13, &abstol, 60};
    hys__newton *newton;
    hys__be *be;
    assert_int_equal(hys__newton_new(ctx, &system_, &opts, &newton), HYS_OK);
    assert_int_equal(hys__be_new(ctx, &system_, newton, &be), HYS_OK);
    double y = 1, h = 1.0 / n, rate = 0;
    *estimate = 0;
    for (int k = 0; k < n; k++) {
        assert_int_equal(hys__be_step(be, k * h, h, &y), HYS_OK);
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
    for (int k = 0; k < 3; k++) error[k] = error_at_1(ctx, 100 << k, &estimate[k]);
    for (int k = 1; k < 3; k++) {
        assert_near(error[k - 1] / error[k], 2, 0.02); /* the next term, h, is 1 % */
        assert_near(estimate[k - 1] / estimate[k], 2, 0.05);
    }
    for (int k = 0; k < 3; k++) assert_true(error[k] < estimate[k] && estimate[k] < 20 * error[k]);
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
    assert_int_equal(hys__be_step(be, 0.35, 0.1, &y), HYS_OK);
    assert_near(y, 0.417, 1e-12);
    hys__be_free(be);
    hys__newton_free(newton);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_halves_with_the_step_and_stays_below_its_estimate),
        cmocka_unit_test(local_error_of_a_parabola_is_exact),
        cmocka_unit_test(a_failed_step_leaves_the_point_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
