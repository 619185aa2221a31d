/* Newton's method and its continuations. */
#include "hys_test.h"
#include "numerics/newton.h"

static const int64_t one_start[] = {0, 1}, one_row[] = {0};

/* Is (exp(v / Vt) - 1) + (v - E) / R = 0: a diode behind a resistance; user: E. */
static bool diode(void *user, const hys__point *at, double *f, double *jac) {
    double e = *(const double *)user, v = at->y[0];
    *f = 1e-14 * (exp(v / 0.025) - 1) + (v - e) / 1e3;
    if (jac) *jac = 1e-14 * exp(v / 0.025) / 0.025 + 1e-3;
    return isfinite(*f) && (!jac || isfinite(*jac));
}

static hys__newton *newton_of(hys_ctx *ctx, const hys__system *system) {
    static const double abstol[4] = {1e-12, 1e-12, 1e-12, 1e-12};
    const hys__newton_opts opts = {1e-12, abstol, 60};
    hys__newton *newton;
    assert_int_equal(hys__newton_new(ctx, system, &opts, &newton), HYS_OK);
    return newton;
}

/* Values by bisection in decimal arithmetic of 40 digits. */
static void diode_is_solved_from_zero(void **state) {
    (void)state;
    static const struct {
        double e, v;
    } cases[] = {{0.3, 0.299998372568031302}, {1.0, 0.609690517812090345}, {25.0, 0.712959472984368306}};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < 3; k++) {
        double e = cases[k].e, y = 0;
        const hys__system system = {1, 1, one_start, one_row, &e, diode};
        hys__newton *newton = newton_of(ctx, &system);
        const hys__newton_task task = {.t = 0};
        assert_int_equal(hys__newton_solve(newton, &task, &y), HYS_OK);
        assert_near(y, cases[k].v, 1e-10);
        assert_true(hys__newton_residual(newton, &task, &y) <= 1);
        hys__newton_free(newton);
    }
    hys_ctx_free(ctx);
}

/* v^2 + 1: no root. */
static bool no_root(void *user, const hys__point *at, double *f, double *jac) {
    (void)user;
    *f = at->y[0] * at->y[0] + 1;
    if (jac) *jac = 2 * at->y[0];
    return true;
}

static void what_has_no_root_is_not_converged(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys__system system = {1, 1, one_start, one_row, NULL, no_root};
    hys__newton *newton = newton_of(ctx, &system);
    const hys__newton_task task = {.t = 0};
    double y = 0.7;
    assert_int_not_equal(hys__newton_solve(newton, &task, &y), HYS_OK);
    y = 0;
    assert_int_equal(hys__newton_solve(newton, &task, &y), HYS_SINGULAR);
    assert_true(hys__newton_last(newton)->is_singular);
    hys__newton_free(newton);
    hys_ctx_free(ctx);
}

static bool nowhere_finite(void *user, const hys__point *at, double *f, double *jac) {
    (void)user, (void)at;
    *f = NAN;
    if (jac) *jac = 1;
    return false;
}

static void values_that_are_not_finite_are_named(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys__system system = {1, 1, one_start, one_row, NULL, nowhere_finite};
    hys__newton *newton = newton_of(ctx, &system);
    const unsigned char is_node = 1;
    const hys__dc_opts opts = {.is_node = &is_node};
    double y = 0.3;
    assert_int_equal(hys__dc_solve(newton, &opts, 0, &y), HYS_NOCONV);
    assert_true(hys__newton_last(newton)->is_nonfinite);
    hys__newton_free(newton);
    hys_ctx_free(ctx);
}

static const int64_t two_start[] = {0, 2, 4}, two_row[] = {0, 1, 0, 1};

/* Rows and columns scaled by the numbers in user. */
static bool scaled(void *user, const hys__point *at, double *f, double *jac) {
    const double *s = user;
    double x = at->y[0] / s[2], y = at->y[1] / s[3];
    f[0] = s[0] * (x * x + y - 11);
    f[1] = s[1] * (x + y * y - 7);
    if (!jac) return true;
    jac[0] = s[0] * 2 * x / s[2];
    jac[1] = s[1] / s[2];
    jac[2] = s[0] / s[3];
    jac[3] = s[1] * 2 * y / s[3];
    return true;
}

/* Himmelblau's function has a stationary point at (3, 2). */
static void iterates_do_not_depend_on_the_units_of_rows_and_unknowns(void **state) {
    (void)state;
    const double scales[2][4] = {{1, 1, 1, 1}, {0x1p-40, 0x1p20, 0x1p-30, 0x1p10}};
    hys_ctx *ctx = hys_test_ctx();
    uint64_t n_iter[2];
    for (int k = 0; k < 2; k++) {
        double s[4], abstol[2], y[2];
        memcpy(s, scales[k], sizeof s);
        abstol[0] = 1e-12 * s[2], abstol[1] = 1e-12 * s[3];
        y[0] = 4.1 * s[2], y[1] = 0.9 * s[3];
        const hys__system system = {2, 4, two_start, two_row, s, scaled};
        const hys__newton_opts opts = {1e-12, abstol, 60};
        const hys__newton_task task = {.t = 0};
        hys__newton *newton;
        assert_int_equal(hys__newton_new(ctx, &system, &opts, &newton), HYS_OK);
        assert_int_equal(hys__newton_solve(newton, &task, y), HYS_OK);
        assert_near(y[0] / s[2], 3, 1e-14);
        assert_near(y[1] / s[3], 2, 1e-14);
        n_iter[k] = hys__newton_last(newton)->n_iter;
        hys__newton_free(newton);
    }
    assert_int_equal(n_iter[0], n_iter[1]);
    hys_ctx_free(ctx);
}

/* A chain of 20 diodes in series across a source, each node also tied to 0 V by 1e-12 S: far from linear, and
 * its start at 0 is flat. */
#define CHAIN 20
static bool chain(void *user, const hys__point *at, double *f, double *jac) {
    double e = *(const double *)user * 12;
    for (size_t k = 0; k < CHAIN; k++) f[k] = 1e-12 * at->y[k];
    if (jac) memset(jac, 0, CHAIN * CHAIN * sizeof *jac);
    for (size_t k = 0; jac && k < CHAIN; k++) jac[k * CHAIN + k] = 1e-12;
    for (size_t k = 0; k <= CHAIN; k++) {
        double a = k ? at->y[k - 1] : e, b = k < CHAIN ? at->y[k] : 0;
        double x = exp((a - b) / 0.025), i = 1e-14 * (x - 1), g = 1e-14 * x / 0.025;
        if (!isfinite(i)) return false;
        if (k) f[k - 1] += i;
        if (k < CHAIN) f[k] -= i;
        if (jac && k) jac[(k - 1) * CHAIN + k - 1] += g;
        if (jac && k < CHAIN) jac[k * CHAIN + k] += g;
        if (jac && k && k < CHAIN) jac[(k - 1) * CHAIN + k] -= g, jac[k * CHAIN + k - 1] -= g;
    }
    return true;
}

static void chain_of_diodes_is_solved_by_some_continuation(void **state) {
    (void)state;
    static int64_t start[CHAIN + 1], row[CHAIN * CHAIN];
    unsigned char is_node[CHAIN];
    double y[CHAIN] = {0}, scale = 1, abstol[CHAIN];
    for (int64_t j = 0; j <= CHAIN; j++) start[j] = j * CHAIN;
    for (int64_t k = 0; k < CHAIN * CHAIN; k++) row[k] = k % CHAIN;
    memset(is_node, 1, sizeof is_node);
    for (size_t k = 0; k < CHAIN; k++) abstol[k] = 1e-9;
    hys_ctx *ctx = hys_test_ctx();
    const hys__system system = {CHAIN, CHAIN * CHAIN, start, row, &scale, chain};
    const hys__newton_opts newton_opts = {1e-9, abstol, 60};
    const hys__dc_opts opts = {.is_node = is_node, .source_scale = &scale};
    hys__newton *newton;
    assert_int_equal(hys__newton_new(ctx, &system, &newton_opts, &newton), HYS_OK);
    assert_int_equal(hys__dc_solve(newton, &opts, 0, y), HYS_OK);
    assert_true(scale == 1);
    /* All diodes carry nearly the same current, so that the voltage falls in 21 equal parts. */
    for (size_t k = 0; k < CHAIN; k++) assert_within(y[k], 12 * (20.0 - (double)k) / 21, 1e-3);
    hys__newton_free(newton);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diode_is_solved_from_zero),
        cmocka_unit_test(what_has_no_root_is_not_converged),
        cmocka_unit_test(values_that_are_not_finite_are_named),
        cmocka_unit_test(iterates_do_not_depend_on_the_units_of_rows_and_unknowns),
        cmocka_unit_test(chain_of_diodes_is_solved_by_some_continuation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
