/* Branches of equilibria, eigenvalues and first Lyapunov coefficients, against closed forms and published values. */
#include "numerics/eigen.h"
#include "numerics/families.h"

static void parabola(const double complex *y, double p, double complex *f) {
    f[0] = p - y[0] * y[0];
}

static void branch_goes_round_a_fold(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_record r;
    const double y = 1;
    test_family_init(&t, 1, parabola, NULL, 1e-12);
    test_follow(ctx, &t, 1, -1, &y, &r);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.at[0].kind, HYS__EVENT_FOLD);
    assert_within(r.at[0].p, 0, 1e-12);
    assert_int_equal(r.at[0].n_unstable_before, 0);
    assert_near(r.y_last[0], -1, 1e-9); /* the other end of the parabola, at p = 1 again */
    assert_int_equal(r.n_unstable_last, 1);
    hys_ctx_free(ctx);
}

static void pitchfork(const double complex *y, double p, double complex *f) {
    f[0] = p * y[0] - y[0] * y[0] * y[0];
}

static void pitchfork_is_a_branch_point(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_record r;
    const double y = 0;
    test_family_init(&t, 1, pitchfork, NULL, 1e-12);
    test_follow(ctx, &t, -1.03, 1, &y, &r);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.at[0].kind, HYS__EVENT_BRANCH);
    assert_within(r.at[0].p, 0, 1e-10);
    assert_int_equal(r.n_unstable_last, 1);
    hys_ctx_free(ctx);
}

/* z' = (p + 2 i) z + (-0.3 + 0.7 i) z |z|^2 with z = x + i y: the eigenvector of norm 1 is (1, -i) / sqrt(2), so that
 * z is sqrt(2) times the normal form's, whose coefficient is 2 * -0.3. */
static void normal_form(const double complex *y, double p, double complex *f) {
    double complex r = y[0] * y[0] + y[1] * y[1];
    f[0] = p * y[0] - 2 * y[1] - 0.3 * r * y[0] - 0.7 * r * y[1];
    f[1] = 2 * y[0] + p * y[1] + 0.7 * r * y[0] - 0.3 * r * y[1];
}

static void hopf_normal_form_gives_its_coefficient(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_record r;
    const double y[2] = {0, 0};
    test_family_init(&t, 2, normal_form, NULL, 1e-12);
    test_follow(ctx, &t, -1, 1.3, y, &r);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.at[0].kind, HYS__EVENT_HOPF);
    assert_within(r.at[0].p, 0, 1e-10);
    assert_near(r.at[0].omega, 2, 1e-10);
    assert_near(r.at[0].lyapunov, -0.6, 1e-8);
    assert_true(r.at[0].lyapunov_error < 1e-8);
    hys_ctx_free(ctx);
}

/* The same, with y read through an algebraic unknown and an unknown whose derivative is a third one: index 1 and 2. The
 * finite eigenvalues and the Hopf point stay; |q| = 1 counts the unknowns more: (1, -i, -i, 1) / 2 makes z the normal
 * form's, and the coefficient -0.3. */
static void normal_form_as_dae(const double complex *y, double p, double complex *f) {
    double complex u[2] = {y[3], y[2]}, r[2];
    normal_form(u, p, r);
    f[0] = r[0];
    f[1] = r[1];
    f[2] = 1e6 * (y[2] - y[1]);
    f[3] = 1e-6 * (y[3] - y[0]);
}

static void algebraic_equations_change_nothing(void **state) {
    (void)state;
    static const double mass[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_record r;
    const double y[4] = {0};
    test_family_init(&t, 4, normal_form_as_dae, mass, 1e-12);
    test_follow(ctx, &t, -1, 1.3, y, &r);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.at[0].kind, HYS__EVENT_HOPF);
    assert_within(r.at[0].p, 0, 1e-10);
    assert_near(r.at[0].omega, 2, 1e-10);
    assert_near(r.at[0].lyapunov, -0.3, 1e-8);
    hys_ctx_free(ctx);
}

/* A capacitance across a source (index 2): u' - i = 0, u - p = 0, beside v' = -v. */
static void source_across_capacitance(const double complex *y, double p, double complex *f) {
    f[0] = y[1];
    f[1] = y[0] - p;
    f[2] = -3 * y[2] + y[1];
}

static void infinite_eigenvalues_of_index_2_are_left_out(void **state) {
    (void)state;
    static const double mass[9] = {1e-9, 0, 0, 0, 0, 0, 0, 0, 1};
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_family_init(&t, 3, source_across_capacitance, mass, 1e-12);
    const double y[3] = {1, 0, 0};
    const hys__point at = {.y = y};
    double f[3], jac[9];
    assert_true(t.family.system.eval(t.family.system.user, &at, f, jac));
    hys__eigen *e;
    assert_int_equal(hys__eigen_new(ctx, &t.family, &e), HYS_OK);
    double complex lambda[3];
    size_t n;
    assert_int_equal(hys__eigen_solve(e, jac, lambda, &n), HYS_OK);
    assert_int_equal(n, 1);
    assert_near(creal(lambda[0]), -3, 1e-13);
    assert_within(cimag(lambda[0]), 0, 0);
    hys__eigen_free(e);
    hys_ctx_free(ctx);
}

/* Rates from 1e-3 to 1e12 in one matrix, mixed: the slow ones keep their sign and digits. */
static void stiff(const double complex *y, double p, double complex *f) {
    (void)p;
    f[0] = -1e12 * (y[0] - y[1]);
    f[1] = -1e3 * (y[1] - y[2]) - 1e5 * (y[1] - y[0]);
    f[2] = 1e-3 * y[3] + 1e-3 * (y[1] - y[2]) * 1e-9;
    f[3] = -1e-3 * y[2] + 1e-9 * y[3];
}

static void slow_modes_are_told_beside_fast_ones(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_family_init(&t, 4, stiff, NULL, 1e-12);
    const double y[4] = {0};
    const hys__point at = {.y = y};
    double f[4], jac[16];
    assert_true(t.family.system.eval(t.family.system.user, &at, f, jac));
    hys__eigen *e;
    assert_int_equal(hys__eigen_new(ctx, &t.family, &e), HYS_OK);
    double complex lambda[4];
    size_t n;
    assert_int_equal(hys__eigen_solve(e, jac, lambda, &n), HYS_OK);
    assert_int_equal(n, 4);
    /* trace of the slow block: 1e-9 over two, less what the fast part takes, of relative size 1e-9 */
    assert_near(cimag(lambda[0]), 1e-3, 1e-6);
    assert_near(creal(lambda[0]), 5e-10, 2e-3);
    assert_near(creal(lambda[2]), -1e3, 1e-6);
    assert_near(creal(lambda[3]), -1e12, 1e-6);
    hys__eigen_free(e);
    hys_ctx_free(ctx);
}

/* Hopf at B = 1 + A^2 = 2, omega = A = 1.  Kuramoto, Chemical Oscillations, Waves, and Turbulence (1984), appendix B:
 * the coefficient is -(2 + A^2) / (2 A^2) = -3/2 for the eigenvector (1, -1 + i / A), whose norm squared is 3. */
static void brusselator_has_its_hopf_point(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_record r;
    const double y[2] = {1, 0.5};
    test_family_init(&t, 2, test_brusselator, NULL, 1e-12);
    test_follow(ctx, &t, 0.5, 3, y, &r);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.at[0].kind, HYS__EVENT_HOPF);
    assert_near(r.at[0].p, 2, 1e-10);
    assert_near(r.at[0].omega, 1, 1e-10);
    assert_near(r.at[0].lyapunov, -0.5, 1e-8);
    hys_ctx_free(ctx);
}

/* The eigenvalue jumps from -0.5 to 1.5 at p = 0.01. */
static void kink(const double complex *y, double p, double complex *f) {
    f[0] = (p > 0.01 ? 1.5 : -0.5) * y[0];
}

static void eigenvalue_that_jumps_is_no_branch_point(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_record r;
    const double y = 0;
    test_family_init(&t, 1, kink, NULL, 1e-12);
    test_follow(ctx, &t, -1, 1, &y, &r);
    assert_int_equal(r.n, 1);
    assert_true(r.at[0].is_jump);
    assert_within(r.at[0].p, 0.01, 1e-9);
    hys_ctx_free(ctx);
}

/* Neutral saddles (a real pair +-a, here at p = 0) are no Hopf points. */
static void neutral_saddle(const double complex *y, double p, double complex *f) {
    f[0] = (p + 1) * y[0];
    f[1] = (p - 1) * y[1];
}

static void neutral_saddle_is_no_hopf_point(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_record r;
    const double y[2] = {0, 0};
    test_family_init(&t, 2, neutral_saddle, NULL, 1e-12);
    test_follow(ctx, &t, -0.5, 0.5, y, &r);
    assert_int_equal(r.n, 0);
    hys_ctx_free(ctx);
}

/* Values by an eigenvalue computation in another program (SciPy); the textbooks give 9.78 and 154.5 (Rinzel and Miller,
 * Math. Biosci. 49 (1980) 27, with E_L -54.4).  Subcritical below, supercritical above (Hassard, J. Theor. Biol. 71
 * (1978) 401). */
static void hodgkin_huxley_has_two_hopf_points(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_record r;
    const double y[4] = {-64.99638, .0529551, .5959941, .3177324};
    test_family_init(&t, 4, test_hodgkin_huxley, NULL, 1e-9);
    test_follow(ctx, &t, 0, 200, y, &r);
    assert_int_equal(r.n, 2);
    assert_near(r.at[0].p, 9.775438, 1e-7);
    assert_near(r.at[0].omega / (2 * M_PI), 0.0933020, 1e-6);
    assert_near(r.y[0][0], -59.65414, 1e-7);
    assert_true(r.at[0].lyapunov > 0);
    assert_near(r.at[1].p, 154.522434, 1e-8);
    assert_near(r.at[1].omega / (2 * M_PI), 0.1691693, 1e-6);
    assert_near(r.y[1][0], -43.05809, 1e-7);
    assert_true(r.at[1].lyapunov < 0);
    hys_ctx_free(ctx);
}

/* Closed form: v = -+sqrt(1 - 0.064), w = (v + 0.7) / 0.8. */
static void fitzhugh_nagumo_has_two_hopf_points(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_record r;
    const double y[2] = {-1.2, -0.62};
    test_family_init(&t, 2, test_fitzhugh_nagumo, NULL, 1e-10);
    test_follow(ctx, &t, 0, 2, y, &r);
    assert_int_equal(r.n, 2);
    for (size_t k = 0; k < 2; k++) {
        double v = (k ? 1 : -1) * sqrt(1 - 0.064), w = (v + 0.7) / 0.8;
        assert_near(r.at[k].p, w - v + v * v * v / 3, 1e-9);
        assert_near(r.at[k].omega, sqrt(0.08 - 0.064 * 0.064), 1e-9);
    }
    hys_ctx_free(ctx);
}

/* Values by continuation in another program; p in uA/cm2. */
static void morris_lecar_has_two_hopf_points(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    test_record r;
    const double y[2] = {-60, 0.015};
    test_family_init(&t, 2, test_morris_lecar, NULL, 1e-9);
    test_follow(ctx, &t, 0, 300, y, &r);
    assert_int_equal(r.n, 2);
    assert_near(r.at[0].p, 93.857618, 1e-8);
    assert_near(r.y[0][0], -25.27010, 1e-6);
    assert_near(r.at[0].omega / (2 * M_PI), 0.0126973, 1e-5);
    assert_true(r.at[0].lyapunov > 0);
    assert_near(r.at[1].p, 212.018816, 1e-8);
    hys_ctx_free(ctx);
}

static hys_status follow_brusselator(hys_ctx *ctx, void *arg) {
    (void)arg;
    test_family t;
    const double y[2] = {1, 0.5};
    test_family_init(&t, 2, test_brusselator, NULL, 1e-12);
    const hys__follow_opts opts = {.from = 1.5, .to = 2.5};
    const hys__follow_sink sink = {NULL, NULL, NULL};
    hys__follow_report report;
    return hys__equilibria_follow(ctx, &t.family, &opts, y, &sink, &report);
}

static void failing_memory_is_said(void **state) {
    (void)state;
    hys_test_each_failure(follow_brusselator, NULL, false);
    hys_test_each_failure(follow_brusselator, NULL, true);
}

static void no_equilibrium(const double complex *y, double p, double complex *f) {
    f[0] = y[0] * y[0] + 1 + p * p;
}

static void what_is_no_equilibrium_is_not_followed(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    const double y = 1;
    test_family_init(&t, 1, no_equilibrium, NULL, 1e-12);
    const hys__follow_opts opts = {.from = 0, .to = 1};
    const hys__follow_sink sink = {NULL, NULL, NULL};
    hys__follow_report report;
    assert_int_equal(hys__equilibria_follow(ctx, &t.family, &opts, &y, &sink, &report), HYS_NOCONV);
    assert_string_equal(report.end, "no convergence");
    hys_ctx_cancel(ctx);
    test_family_init(&t, 1, parabola, NULL, 1e-12);
    assert_int_equal(
        hys__equilibria_follow(ctx, &t.family, &(hys__follow_opts){.from = 1, .to = 2}, &y, &sink, &report),
        HYS_CANCEL);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(branch_goes_round_a_fold),
        cmocka_unit_test(pitchfork_is_a_branch_point),
        cmocka_unit_test(hopf_normal_form_gives_its_coefficient),
        cmocka_unit_test(algebraic_equations_change_nothing),
        cmocka_unit_test(infinite_eigenvalues_of_index_2_are_left_out),
        cmocka_unit_test(slow_modes_are_told_beside_fast_ones),
        cmocka_unit_test(brusselator_has_its_hopf_point),
        cmocka_unit_test(neutral_saddle_is_no_hopf_point),
        cmocka_unit_test(eigenvalue_that_jumps_is_no_branch_point),
        cmocka_unit_test(hodgkin_huxley_has_two_hopf_points),
        cmocka_unit_test(fitzhugh_nagumo_has_two_hopf_points),
        cmocka_unit_test(morris_lecar_has_two_hopf_points),
        cmocka_unit_test(failing_memory_is_said),
        cmocka_unit_test(what_is_no_equilibrium_is_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
