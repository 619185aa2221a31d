/* The integrator: SUNDIALS IDA as the lab uses it. */
#include "hys_test.h"
#include "numerics/consistent.h"
#include "numerics/dae_ida.h"

/* Robertson's reactions with the conservation law as the third, algebraic equation. */
static bool robertson(void *user, const hys__point *at, double *f, double *jac) {
    (void)user;
    const double *y = at->y;
    double p0 = at->yp ? at->yp[0] : 0, p1 = at->yp ? at->yp[1] : 0;
    f[0] = p0 + 0.04 * y[0] - 1e4 * y[1] * y[2];
    f[1] = p1 - 0.04 * y[0] + 1e4 * y[1] * y[2] + 3e7 * y[1] * y[1];
    f[2] = y[0] + y[1] + y[2] - 1;
    if (!jac) return true;
    jac[0] = at->c + 0.04, jac[1] = -0.04, jac[2] = 1;
    jac[3] = -1e4 * y[2], jac[4] = at->c + 1e4 * y[2] + 6e7 * y[1], jac[5] = 1;
    jac[6] = -1e4 * y[1], jac[7] = 1e4 * y[1], jac[8] = 1;
    return true;
}
static const int64_t three_start[] = {0, 3, 6, 9}, three_row[] = {0, 1, 2, 0, 1, 2, 0, 1, 2};
static const hys__system robertson_system = {3, 9, three_start, three_row, NULL, robertson};

/* Reference at t = 40 and 4e4: Hairer and Wanner's test set for stiff problems (RADAU5, 1e-18). */
static void check_robertson(bool has_free_jacobian, hys__dae_stats *stats) {
    static const double abstol[] = {1e-12, 1e-16, 1e-12};
    static const unsigned char is_differential[] = {1, 1, 0};
    hys_ctx *ctx = hys_test_ctx();
    const hys__dae_opts opts = {
        .rtol = 1e-9, .abstol = abstol, .is_differential = is_differential, .has_free_jacobian = has_free_jacobian};
    hys__dae *dae;
    double y[3] = {1, 0, 0}, yp[3] = {-0.04, 0.04, 0}, t = 0;
    assert_int_equal(hys__dae_new(ctx, &robertson_system, &opts, &dae), HYS_OK);
    assert_int_equal(hys__dae_restart(dae, 0, y, yp, 0), HYS_OK);
    hys__dae_event event = HYS__DAE_STEP;
    while (event != HYS__DAE_STOP) assert_int_equal(hys__dae_step(dae, 40, &t, &event), HYS_OK);
    assert_true(t == 40);
    assert_near(hys__dae_y(dae)[0], 0.7158270688, 1e-7);
    assert_near(hys__dae_y(dae)[1], 9.185534765e-6, 1e-7);
    assert_near(hys__dae_y(dae)[2], 0.2841637457, 1e-7);
    hys__dae_statistics(dae, stats);
    hys__dae_free(dae);
    hys_ctx_free(ctx);
}

static void robertson_agrees_with_the_reference(void **state) {
    (void)state;
    hys__dae_stats stats;
    check_robertson(false, &stats);
}

/* Where a Jacobian comes with each residual it is new in every turn, which saves turns. */
static void new_jacobians_in_every_turn_agree_and_take_fewer_turns(void **state) {
    (void)state;
    hys__dae_stats kept, fresh;
    check_robertson(false, &kept);
    check_robertson(true, &fresh);
    assert_int_equal(fresh.n_evals, fresh.n_jacobians);
    assert_true(fresh.n_evals < kept.n_evals);
    assert_true(fresh.n_newton >= fresh.n_steps && fresh.n_newton < kept.n_newton);
}

/* y' = -k (y - cos t): y -> (k^2 cos t + k sin t) / (k^2 + 1). */
static bool forced(void *user, const hys__point *at, double *f, double *jac) {
    double k = *(const double *)user;
    f[0] = (at->yp ? at->yp[0] : 0) + k * (at->y[0] - cos(at->t));
    if (jac) jac[0] = at->c + k;
    return true;
}
static const int64_t one_start[] = {0, 1}, one_row[] = {0};
static bool forced_root(void *user, double t, const double *y, const double *yp, double *g) {
    (void)user, (void)t, (void)yp;
    g[0] = y[0] - 0.5;
    return true;
}
static double forced_exact(double k, double t) {
    double a = (k * k * cos(t) + k * sin(t)) / (k * k + 1), a0 = k * k / (k * k + 1);
    return a + (1 - a0) * exp(-k * t);
}

static hys__dae *forced_new(hys_ctx *ctx, double *k, size_t n_roots, int dir) {
    static const double abstol[] = {1e-12};
    static const unsigned char is_differential[] = {1};
    const hys__system system = {1, 1, one_start, one_row, k, forced};
    static hys__system kept;
    kept = system;
    const hys__dae_opts opts = {.rtol = 1e-9,
                                .abstol = abstol,
                                .is_differential = is_differential,
                                .n_roots = n_roots,
                                .root_dir = &dir,
                                .roots = forced_root};
    hys__dae *dae;
    double y = 1, yp = 0;
    assert_int_equal(hys__dae_new(ctx, &kept, &opts, &dae), HYS_OK);
    assert_int_equal(hys__dae_restart(dae, 0, &y, &yp, 0), HYS_OK);
    return dae;
}

static void values_between_steps_are_as_exact_as_steps(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double k = 3.7, t = 0, last = 0;
    hys__dae *dae = forced_new(ctx, &k, 0, 0);
    hys__dae_event event = HYS__DAE_STEP;
    while (event != HYS__DAE_STOP) {
        assert_int_equal(hys__dae_step(dae, 7.3, &t, &event), HYS_OK);
        for (double part = 0.17; part < 1; part += 0.29) {
            double at = last + part * (t - last), y, yp;
            assert_true(hys__dae_interpolate(dae, at, &y, &yp));
            assert_within(y, forced_exact(k, at), 3e-8); /* 500 steps of 1e-9, most of them cancel */
            assert_within(yp, -k * (forced_exact(k, at) - cos(at)), 3e-6);
        }
        last = t;
    }
    hys__dae_free(dae);
    hys_ctx_free(ctx);
}

/* Every time at which the exact solution passes 0.5 falling, found by bisection on it. */
static void roots_of_the_asked_direction_are_found_where_they_are(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double k = 3.7, t = 0;
    hys__dae *dae = forced_new(ctx, &k, 1, -1);
    hys__dae_event event = HYS__DAE_STEP;
    int found = 0;
    while (event != HYS__DAE_STOP) {
        assert_int_equal(hys__dae_step(dae, 20, &t, &event), HYS_OK);
        if (event != HYS__DAE_ROOT) continue;
        found++;
        assert_int_equal(hys__dae_root_info(dae)[0], -1);
        double lo = t - 0.1, hi = t + 0.1;
        while (hi - lo > 1e-14 * hi) {
            double mid = 0.5 * (lo + hi);
            if (forced_exact(k, mid) > 0.5) lo = mid;
            else hi = mid;
        }
        assert_within(t, lo, 1e-7); /* the error of y, 3e-8, over its slope */
    }
    assert_int_equal(found, 3); /* 1.3 + 2 pi n below 20 */
    hys__dae_free(dae);
    hys_ctx_free(ctx);
}

/* C v' + g v = i, z = C v: charge z differential, v algebraic; user: i. */
static bool rc(void *user, const hys__point *at, double *f, double *jac) {
    double i = *(const double *)user, zp = at->yp ? at->yp[1] : 0;
    f[0] = 1e-3 * at->y[0] + zp - i;
    f[1] = at->y[1] - 1e-9 * at->y[0];
    if (!jac) return true;
    jac[0] = 1e-3, jac[1] = -1e-9;
    jac[2] = at->c, jac[3] = 1;
    return true;
}
static const int64_t two_start[] = {0, 2, 4}, two_row[] = {0, 1, 0, 1};

static void consistent_values_keep_the_charge_and_find_its_rate(void **state) {
    (void)state;
    static const double abstol[] = {1e-9, 1e-18};
    static const unsigned char is_differential[] = {0, 1};
    double i = 2e-3, y[2] = {99, 0.7e-9}, yp[2] = {0, 0};
    hys_ctx *ctx = hys_test_ctx();
    const hys__system system = {2, 4, two_start, two_row, &i, rc};
    const hys__newton_opts opts = {1e-12, abstol, 60};
    hys__newton *newton;
    hys__consistent *consistent;
    bool is_index_1 = false;
    assert_int_equal(hys__newton_new(ctx, &system, &opts, &newton), HYS_OK);
    assert_int_equal(hys__consistent_new(ctx, &system, abstol, newton, &consistent), HYS_OK);
    assert_int_equal(hys__consistent_solve(consistent, 0, is_differential, 1e-6, y, yp, &is_index_1), HYS_OK);
    assert_true(is_index_1);
    assert_near(y[0], 0.7, 1e-12);
    assert_near(y[1], 0.7e-9, 1e-15);
    assert_near(yp[1], 2e-3 - 0.7e-3, 1e-12);
    hys__consistent_free(consistent);
    hys__newton_free(newton);
    hys_ctx_free(ctx);
}

/* z - q(t) = 0 and z' - i = 0: i is a derivative, the index is 2. */
static bool index_two(void *user, const hys__point *at, double *f, double *jac) {
    (void)user;
    f[0] = at->y[0] - sin(3 * at->t);
    f[1] = (at->yp ? at->yp[0] : 0) - at->y[1];
    if (!jac) return true;
    jac[0] = 1, jac[1] = at->c;
    jac[2] = 0, jac[3] = -1;
    return true;
}

static void a_higher_index_is_noticed_and_started_by_a_short_step(void **state) {
    (void)state;
    static const double abstol[] = {1e-12, 1e-12};
    static const unsigned char is_differential[] = {1, 0};
    double y[2] = {sin(0.6), 0}, yp[2] = {0, 0};
    hys_ctx *ctx = hys_test_ctx();
    const hys__system system = {2, 4, two_start, two_row, NULL, index_two};
    const hys__newton_opts opts = {1e-13, abstol, 60};
    hys__newton *newton;
    hys__consistent *consistent;
    bool is_index_1 = true;
    assert_int_equal(hys__newton_new(ctx, &system, &opts, &newton), HYS_OK);
    assert_int_equal(hys__consistent_new(ctx, &system, abstol, newton, &consistent), HYS_OK);
    assert_int_equal(hys__consistent_solve(consistent, 0.2, is_differential, 1, y, yp, &is_index_1), HYS_OK);
    assert_false(is_index_1);
    assert_near(yp[0], 3 * cos(0.6), 1e-4); /* a step of 1e-5: h q''/2 = 3e-5 */
    assert_near(y[1], 3 * cos(0.6), 1e-4);
    hys__consistent_free(consistent);
    hys__newton_free(newton);
    hys_ctx_free(ctx);
}

/* A rod of CELLS cells between two cold ends, y_i' = y_(i-1) - 2 y_i + y_(i+1): its k-th mode sin(pi k i / (CELLS + 1))
 * decays with 4 sin^2(pi k / 2 (CELLS + 1)). */
#define CELLS 80
static bool rod(void *user, const hys__point *at, double *f, double *jac) {
    (void)user;
    for (size_t i = 0; i < CELLS; i++) {
        double left = i ? at->y[i - 1] : 0, right = i + 1 < CELLS ? at->y[i + 1] : 0;
        f[i] = (at->yp ? at->yp[i] : 0) - (left - 2 * at->y[i] + right);
    }
    for (size_t j = 0, e = 0; jac && j < CELLS; j++) {
        if (j) jac[e++] = -1;
        jac[e++] = at->c + 2;
        if (j + 1 < CELLS) jac[e++] = -1;
    }
    return true;
}

static void sparse_systems_go_through_klu(void **state) {
    (void)state;
    static int64_t start[CELLS + 1], row[3 * CELLS];
    static double abstol[CELLS], y[CELLS], yp[CELLS];
    static unsigned char is_differential[CELLS];
    const double pi = acos(-1), mode = 7, rate = 4 * pow(sin(pi * mode / 2 / (CELLS + 1)), 2);
    int64_t nnz = 0;
    for (int64_t j = 0; j < CELLS; j++) {
        start[j] = nnz;
        for (int64_t i = j ? j - 1 : 0; i <= j + 1 && i < CELLS; i++) row[nnz++] = i;
        abstol[j] = 1e-12;
        is_differential[j] = 1;
        y[j] = sin(pi * mode * (double)(j + 1) / (CELLS + 1));
        yp[j] = -rate * y[j];
    }
    start[CELLS] = nnz;
    const hys__system system = {CELLS, (size_t)nnz, start, row, NULL, rod};
    const hys__dae_opts opts = {.rtol = 1e-9, .abstol = abstol, .is_differential = is_differential};
    hys_ctx *ctx = hys_test_ctx();
    hys__dae *dae;
    double t = 0;
    assert_int_equal(hys__dae_new(ctx, &system, &opts, &dae), HYS_OK);
    assert_int_equal(hys__dae_restart(dae, 0, y, yp, 0), HYS_OK);
    hys__dae_event event = HYS__DAE_STEP;
    while (event != HYS__DAE_STOP) assert_int_equal(hys__dae_step(dae, 30, &t, &event), HYS_OK);
    for (size_t j = 0; j < CELLS; j++) assert_within(hys__dae_y(dae)[j], y[j] * exp(-rate * 30), 1e-7);
    hys__dae_free(dae);
    hys_ctx_free(ctx);
}

static bool breaks_down(void *user, const hys__point *at, double *f, double *jac) {
    (void)user;
    if (at->t > 0.5) return false;
    f[0] = (at->yp ? at->yp[0] : 0) - 1;
    if (jac) jac[0] = at->c;
    return true;
}

static void where_no_step_is_possible_none_is_claimed(void **state) {
    (void)state;
    static const double abstol[] = {1e-9};
    static const unsigned char is_differential[] = {1};
    const hys__system system = {1, 1, one_start, one_row, NULL, breaks_down};
    const hys__dae_opts opts = {.rtol = 1e-6, .abstol = abstol, .is_differential = is_differential};
    hys_ctx *ctx = hys_test_ctx();
    hys__dae *dae;
    double y = 0, yp = 1, t = 0;
    assert_int_equal(hys__dae_new(ctx, &system, &opts, &dae), HYS_OK);
    assert_int_equal(hys__dae_restart(dae, 0, &y, &yp, 0), HYS_OK);
    hys__dae_event event = HYS__DAE_STEP;
    hys_status status = HYS_OK;
    for (int k = 0; k < 10000 && status == HYS_OK && event != HYS__DAE_STOP; k++)
        status = hys__dae_step(dae, 1, &t, &event);
    assert_int_equal(status, HYS_NOCONV);
    assert_true(t <= 0.5);
    hys__dae_free(dae);
    hys_ctx_free(ctx);
}

/* The VTEAM memristor of the literature's parameters under 2 V at 1 MHz: w is driven to 1 with time constants down to
 * 10 ps, then rests while the voltage lies between the thresholds, then goes to 0.  Unit of time: 1 us. */
static double vteam_rate(double t, double w, double *dw) {
    double v = 2 * sin(2 * 3.14159265358979323846 * t), on = v / -1.5 - 1, off = v / 0.3 - 1, rate = 0;
    *dw = 0;
    if (off > 0) {
        rate = 0.091 / 3e-3 * pow(off, 4);
        *dw = -4 * rate * w * w * w;
        return rate * (1 - w * w * w * w);
    }
    if (on > 0) {
        rate = -216.2 / 3e-3 * pow(on, 4);
        *dw = 4 * rate * (1 - w) * (1 - w) * (1 - w);
        return rate * (1 - (1 - w) * (1 - w) * (1 - w) * (1 - w));
    }
    return 0;
}
static bool vteam(void *user, const hys__point *at, double *f, double *jac) {
    (void)user;
    double dw, v = 2 * sin(2 * 3.14159265358979323846 * at->t), w = at->y[0], r = 1 + 299 * w; /* kohm */
    f[0] = (at->yp ? at->yp[0] : 0) - vteam_rate(at->t, w, &dw);
    f[1] = at->y[1] - v / r; /* mA */
    if (!jac) return true;
    jac[0] = at->c - dw, jac[1] = v / r / r * 299;
    jac[2] = 0, jac[3] = 1;
    return true;
}

static void a_state_rests_when_its_drive_ends(void **state) {
    (void)state;
    static const double abstol[] = {1e-7, 1e-9};
    static const unsigned char is_differential[] = {1, 0};
    const hys__system system = {2, 4, two_start, two_row, NULL, vteam};
    for (double rtol = 1e-7; rtol < 2e-4; rtol *= 10) {
        hys_ctx *ctx = hys_test_ctx();
        const hys__dae_opts opts = {.rtol = rtol, .abstol = abstol, .is_differential = is_differential};
        hys__dae *dae;
        double y[2] = {0.5, 0}, yp[2] = {0, 0.0837}, t = 0, worst = 0;
        assert_int_equal(hys__dae_new(ctx, &system, &opts, &dae), HYS_OK);
        assert_int_equal(hys__dae_restart(dae, 0, y, yp, 0), HYS_OK);
        hys__dae_set_max_step(dae, 1.0 / 64);
        for (hys__dae_event event = HYS__DAE_STEP; event != HYS__DAE_STOP;) {
            assert_int_equal(hys__dae_step(dae, 10, &t, &event), HYS_OK);
            double phase = t - floor(t);
            if (phase > 0.45 && phase < 0.63) worst = fmax(worst, fabs(hys__dae_y(dae)[0] - 1));
        }
        assert_true(worst < 100 * rtol); /* a Jacobian of the stiff part that is kept gives 1e-2 and more */
        hys__dae_free(dae);
        hys_ctx_free(ctx);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(robertson_agrees_with_the_reference),
        cmocka_unit_test(new_jacobians_in_every_turn_agree_and_take_fewer_turns),
        cmocka_unit_test(values_between_steps_are_as_exact_as_steps),
        cmocka_unit_test(roots_of_the_asked_direction_are_found_where_they_are),
        cmocka_unit_test(consistent_values_keep_the_charge_and_find_its_rate),
        cmocka_unit_test(a_higher_index_is_noticed_and_started_by_a_short_step),
        cmocka_unit_test(sparse_systems_go_through_klu),
        cmocka_unit_test(where_no_step_is_possible_none_is_claimed),
        cmocka_unit_test(a_state_rests_when_its_drive_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
