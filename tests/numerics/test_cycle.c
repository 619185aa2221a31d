/* Branches of limit cycles: folds, ends, periods and multipliers against published values and other programs. */
#include "numerics/cycle.h"
#include "numerics/families.h"

typedef struct cycle_record {
    hys__cycle_event at[16];
    size_t n, n_points, n_unstable_first, n_unstable_last;
    double p_last, period_last, low_last, high_last, multiplier_last, trivial_worst;
    double mesh[401], x[400 * 4 * FAMILY_MAX + 2];
    hys__orbit orbit; /* the last one */
} cycle_record;

static int on_point(void *user, const hys__cycle *c) {
    cycle_record *r = user;
    if (r->n_points++ == 0) r->n_unstable_first = c->n_unstable;
    r->n_unstable_last = c->n_unstable;
    r->p_last = c->p;
    r->period_last = c->period;
    r->low_last = c->low[0];
    r->high_last = c->high[0];
    r->multiplier_last = creal(c->multiplier[1]);
    r->trivial_worst = fmax(r->trivial_worst, cabs(c->multiplier[0] - 1));
    assert_true(c->orbit->n_int <= 400);
    r->orbit = (hys__orbit){c->orbit->n, c->orbit->n_int, r->mesh, r->x};
    memcpy(r->mesh, c->orbit->mesh, (c->orbit->n_int + 1) * sizeof *r->mesh);
    memcpy(r->x, c->orbit->x, (hys__orbit_size(c->orbit) + 2) * sizeof *r->x);
    return 0;
}

static int on_event(void *user, const hys__cycle_event *e) {
    cycle_record *r = user;
    assert_true(r->n < 16);
    r->at[r->n++] = *e;
    return 0;
}

/* Follows the equilibrium from `from` to `to`, then the cycles of its Hopf point number `which`. */
static hys__cycle_report run(hys_ctx *ctx, test_family *t, const double *y, double from, double to, size_t which,
                             cycle_record *r) {
    test_record eq;
    *r = (cycle_record){0};
    test_follow(ctx, t, from, to, y, &eq);
    assert_true(which < eq.n);
    assert_int_equal(eq.at[which].kind, HYS__EVENT_HOPF);
    const hys__cycle_opts opts = {.from = from, .to = to};
    const hys__cycle_seed seed = {eq.at[which].p, eq.at[which].omega, eq.y[which], eq.q[which], NULL, 0};
    const hys__cycle_sink sink = {r, on_point, on_event};
    hys__cycle_report report;
    assert_int_equal(hys__cycles_follow(ctx, &t->family, &opts, &seed, &sink, &report), HYS_OK);
    return report;
}

static const double hh_rest[4] = {-64.99638, .0529551, .5959941, .3177324};

/* The fold at 6.26032127 (period 19.8952407 ms) is by single shooting with an integrator of order 8 at 1e-12 (SciPy's
 * DOP853); Rinzel and Miller (Math. Biosci. 49 (1980) 27, with E_L -54.4) found the three folds at 7.92, 7.84 and 6.26
 * and the period doubling beside the second. */
static void hodgkin_huxley_has_three_folds_of_cycles(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    cycle_record r;
    test_family_init(&t, 4, test_hodgkin_huxley, NULL, 1e-9);
    hys__cycle_report report = run(ctx, &t, hh_rest, 0, 200, 0, &r);
    assert_int_equal(r.n, 4);
    assert_int_equal(r.n_unstable_first, 1); /* subcritical */
    assert_int_equal(r.at[0].kind, HYS__EVENT_CYCLE_FOLD);
    assert_near(r.at[0].p, 7.8423471, 1e-7);
    assert_int_equal(r.at[1].kind, HYS__EVENT_PERIOD_DOUBLING);
    assert_near(r.at[1].p, 7.8453374, 1e-7);
    assert_int_equal(r.at[2].kind, HYS__EVENT_CYCLE_FOLD);
    assert_near(r.at[2].p, 7.9177855, 1e-7);
    assert_int_equal(r.at[3].kind, HYS__EVENT_CYCLE_FOLD);
    assert_near(r.at[3].p, 6.26032127, 1e-8);
    assert_near(r.at[3].period, 19.8952407, 1e-6);
    /* ... up to the other Hopf point, where it is stable. */
    assert_int_equal(report.end, HYS__CYCLE_END_HOPF);
    assert_near(report.p, 154.522434, 5e-3);
    assert_near(report.period, 1 / 0.1691693, 5e-3);
    assert_int_equal(r.n_unstable_last, 0);
    assert_true(r.trivial_worst < 1e-2);
    hys_ctx_free(ctx);
}

/* Periods by an integrator at tight tolerances; ms. */
static void hodgkin_huxley_fires_with_the_known_periods(void **state) {
    (void)state;
    static const double cases[][2] = {{10, 14.636210}, {15, 12.714699}, {50, 8.544380}};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < 3; k++) {
        test_family t;
        cycle_record r;
        test_family_init(&t, 4, test_hodgkin_huxley, NULL, 1e-9);
        hys__cycle_report report = run(ctx, &t, hh_rest, 0, cases[k][0], 0, &r);
        assert_int_equal(report.end, HYS__CYCLE_END_RANGE);
        assert_same_double(report.p, cases[k][0]);
        assert_near(report.period, cases[k][1], 1e-7);
        assert_int_equal(r.n_unstable_last, 0);
    }
    hys_ctx_free(ctx);
}

/* Period and extremes by an integrator at tight tolerances. */
static void fitzhugh_nagumo_has_its_period(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    cycle_record r;
    const double y[2] = {-1.2, -0.62};
    test_family_init(&t, 2, test_fitzhugh_nagumo, NULL, 1e-10);
    hys__cycle_report report = run(ctx, &t, y, 0, 0.5, 0, &r);
    assert_int_equal(report.end, HYS__CYCLE_END_RANGE);
    assert_near(report.period, 39.4744144, 1e-7);
    assert_near(r.low_last, -1.970398, 1e-5); /* to the mesh's error, 1e-6 of the range */
    assert_near(r.high_last, 1.852117, 1e-5);
    assert_int_equal(r.n, 1); /* in the canard explosion p stands still: one fold all the same */
    assert_int_equal(r.at[0].kind, HYS__EVENT_CYCLE_FOLD);
    hys_ctx_free(ctx);
}

/* A circuit: C = 1 and L = 1 beside an element with i = v^3 / 3 - p v, whose current is an algebraic unknown.  This is
 * van der Pol's equation, with periods by integrators at tight tolerances (SciPy). */
static void van_der_pol(const double complex *y, double p, double complex *f) {
    f[0] = -y[1] - y[2];
    f[1] = y[0];
    f[2] = y[2] - (y[0] * y[0] * y[0] / 3 - p * y[0]);
}

static void cycles_of_a_dae_are_those_of_its_ode(void **state) {
    (void)state;
    static const double mass[9] = {1, 0, 0, 0, 1, 0, 0, 0, 0};
    static const double cases[][2] = {{1, 6.6632868593231}, {10, 19.07836957}};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < 2; k++) {
        test_family t;
        cycle_record r;
        const double y[3] = {0};
        test_family_init(&t, 3, van_der_pol, mass, 1e-10);
        hys__cycle_report report = run(ctx, &t, y, -1, cases[k][0], 0, &r);
        assert_int_equal(report.end, HYS__CYCLE_END_RANGE);
        assert_near(report.period, cases[k][1], 1e-9);
        assert_int_equal(r.n_unstable_last, 0);
    }
    hys_ctx_free(ctx);
}

/* Liouville: for a planar system the nontrivial multiplier is exp of the integral of the divergence; here, at a circle
 * of radius sqrt(p) with period pi, exp(-2 p pi). */
static void circle(const double complex *y, double p, double complex *f) {
    double complex r = y[0] * y[0] + y[1] * y[1];
    f[0] = p * y[0] - 2 * y[1] - r * y[0];
    f[1] = 2 * y[0] + p * y[1] - r * y[1];
}

static void multiplier_of_a_circle_is_known(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    cycle_record r;
    const double y[2] = {0};
    test_family_init(&t, 2, circle, NULL, 1e-10);
    hys__cycle_report report = run(ctx, &t, y, -1, 0.5, 0, &r);
    assert_int_equal(report.end, HYS__CYCLE_END_RANGE);
    assert_near(report.period, M_PI, 1e-9);
    assert_near(r.high_last, sqrt(0.5), 1e-6);
    assert_near(r.low_last, -sqrt(0.5), 1e-6);
    assert_near(r.multiplier_last, exp(-M_PI), 1e-7);
    hys_ctx_free(ctx);
}

/* Rossler's system (a = b = 0.2, p = c): the first cycle doubles its period at c = 2.8324450 (by single shooting with
 * an integrator of order 8 at 1e-12, SciPy's DOP853). */
/* The unit circle with period 2 pi drives a resonator of its own frequency 0.3 and damping -p: multipliers
 * exp(2 pi (p +- 0.3 i)), which leave the unit circle at p = 0. */
static void driven_resonator(const double complex *y, double p, double complex *f) {
    double complex grow = 1 - y[0] * y[0] - y[1] * y[1];
    f[0] = grow * y[0] - y[1];
    f[1] = grow * y[1] + y[0];
    f[2] = p * y[2] - 0.3 * y[3] + y[0];
    f[3] = p * y[3] + 0.3 * y[2];
}

static void torus_is_born_where_a_pair_leaves_the_unit_circle(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    cycle_record r = {0};
    const double y[4] = {0};
    const double complex q[4] = {1, HYS__COMPLEX(0, -1), 0, 0};
    test_family_init(&t, 4, driven_resonator, NULL, 1e-10);
    const hys__cycle_sink sink = {&r, on_point, on_event};
    const hys__cycle_opts opts = {.from = -0.4, .to = 0.2};
    const hys__cycle_seed near = {.p = -0.3, .omega = 1, .y = y, .q = q};
    assert_int_equal(hys__cycle_search(ctx, &t.family, &opts, &near, &sink), HYS_OK);
    assert_near(r.period_last, 2 * 3.14159265358979323846, 1e-9);
    const hys__orbit found = r.orbit;
    const hys__cycle_seed seed = {.p = -0.3, .orbit = &found, .direction = 1};
    hys__cycle_report report;
    assert_int_equal(hys__cycles_follow(ctx, &t.family, &opts, &seed, &sink, &report), HYS_OK);
    assert_int_equal(report.end, HYS__CYCLE_END_RANGE);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.at[0].kind, HYS__EVENT_TORUS);
    assert_within(r.at[0].p, 0, 1e-7);
    assert_int_equal(r.at[0].n_unstable_before, 0);
    assert_int_equal(r.n_unstable_last, 2);
    assert_near(r.multiplier_last, exp(2 * 3.14159265358979323846 * 0.2) * cos(2 * 3.14159265358979323846 * 0.3), 1e-6);
    hys_ctx_free(ctx);
}

static void rossler(const double complex *y, double p, double complex *f) {
    f[0] = -y[1] - y[2];
    f[1] = y[0] + 0.2 * y[1];
    f[2] = 0.2 + y[2] * (y[0] - p);
}

static void rossler_doubles_its_period(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    cycle_record r = {0};
    const double y[3] = {0, 0, 0.08};
    const double complex q[3] = {1, HYS__COMPLEX(0, -1), 0};
    test_family_init(&t, 3, rossler, NULL, 1e-10);
    const hys__cycle_sink sink = {&r, on_point, on_event};
    const hys__cycle_opts opts = {.from = 2, .to = 3};
    const hys__cycle_seed near = {.p = 2.5, .omega = 1, .y = y, .q = q};
    assert_int_equal(hys__cycle_search(ctx, &t.family, &opts, &near, &sink), HYS_OK);
    assert_int_equal(r.n_unstable_last, 0);
    assert_near(r.period_last, 5.74899118, 1e-7);
    const hys__orbit found = r.orbit;
    const hys__cycle_seed seed = {.p = 2.5, .orbit = &found, .direction = 1};
    hys__cycle_report report;
    assert_int_equal(hys__cycles_follow(ctx, &t.family, &opts, &seed, &sink, &report), HYS_OK);
    assert_int_equal(report.end, HYS__CYCLE_END_RANGE);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.at[0].kind, HYS__EVENT_PERIOD_DOUBLING);
    assert_near(r.at[0].p, 2.8324450279, 1e-6);
    assert_near(r.at[0].period, 5.76982002, 1e-6);
    assert_int_equal(r.n_unstable_last, 1);
    hys_ctx_free(ctx);
}

/* A saddle-node on the cycle: the period grows without bound where two equilibria are born, at 39.963153 uA/cm2. */
static void morris_lecar_snic(const double complex *y, double p, double complex *f) {
    double complex v = y[0], w = y[1];
    double complex m = 0.5 * (1 + ctanh((v + 1.2) / 18)), winf = 0.5 * (1 + ctanh((v - 12) / 17.4));
    f[0] = (p - 2 * (v + 60) - 4 * m * (v - 120) - 8 * w * (v + 84)) / 20;
    f[1] = ccosh((v - 12) / 34.8) / 15 * (winf - w);
}

static void period_that_grows_without_bound_is_told(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    cycle_record r;
    const double y[2] = {-70, 0.01};
    test_family_init(&t, 2, morris_lecar_snic, NULL, 1e-9);
    hys__cycle_report report = run(ctx, &t, y, -20, 150, 2, &r);
    assert_int_equal(report.end, HYS__CYCLE_END_HOMOCLINIC);
    assert_int_equal(r.at[r.n - 1].kind, HYS__EVENT_HOMOCLINIC);
    assert_near(r.at[r.n - 1].p, 39.963153, 1e-6);
    assert_true(r.at[r.n - 1].period > 1e4);
    hys_ctx_free(ctx);
}

/* FitzHugh-Nagumo with a ratio of time scales of 1e4: no continuation in double precision passes its canards, but the
 * relaxation cycle is found by running, and followed from there. */
static void stiff_fitzhugh_nagumo(const double complex *y, double p, double complex *f) {
    f[0] = y[0] - y[0] * y[0] * y[0] / 3 - y[1] + p;
    f[1] = 1e-4 * (y[0] + 0.7 - 0.8 * y[1]);
}

static void relaxation_cycle_is_found_by_running(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    test_family t;
    cycle_record r = {0};
    const double y[2] = {-0.2, 0.62};
    const double complex q[2] = {1, 0};
    test_family_init(&t, 2, stiff_fitzhugh_nagumo, NULL, 1e-9);
    const hys__cycle_seed seed = {.p = 0.8, .omega = 1e-2, .y = y, .q = q};
    const hys__cycle_sink sink = {&r, on_point, on_event};
    const hys__cycle_opts opts = {.from = 0, .to = 2};
    assert_int_equal(hys__cycle_search(ctx, &t.family, &opts, &seed, &sink), HYS_OK);
    assert_near(r.period_last, 18254.259955, 1e-8); /* SciPy's Radau at 1e-9 */
    assert_int_equal(r.n_unstable_last, 0);
    const hys__orbit found = r.orbit;
    static cycle_record r2;
    const hys__cycle_sink sink2 = {&r2, on_point, on_event};
    /* Both ways it ends where it collapses: the canard explosion lies within O(1e-4) of the Hopf point. */
    for (int d = -1; d <= 1; d += 2) {
        const hys__cycle_seed along = {.p = 0.8, .orbit = &found, .direction = d};
        hys__cycle_report report;
        assert_int_equal(hys__cycles_follow(ctx, &t.family, &opts, &along, &sink2, &report), HYS_OK);
        assert_int_equal(report.end, HYS__CYCLE_END_CANARD);
        double v = sqrt(1 - 0.8e-4);
        assert_near(report.p, 0.7 / 0.8 + d * (v / 0.8 - v + v * v * v / 3), 1e-3);
        assert_int_equal(r2.n, 0);
    }
    hys_ctx_free(ctx);
}

static hys_status follow_circle(hys_ctx *ctx, void *arg) {
    (void)arg;
    test_family t;
    const double y[2] = {0};
    const double complex q[2] = {M_SQRT1_2, HYS__COMPLEX(0, -M_SQRT1_2)};
    test_family_init(&t, 2, circle, NULL, 1e-10);
    const hys__cycle_opts opts = {.from = -1, .to = 0.5, .max_points = 8};
    const hys__cycle_seed seed = {.p = 0, .omega = 2, .y = y, .q = q};
    hys__cycle_report report;
    return hys__cycles_follow(ctx, &t.family, &opts, &seed, &(hys__cycle_sink){0}, &report);
}

static void failing_memory_is_said(void **state) {
    (void)state;
    hys_test_each_failure(follow_circle, NULL, false);
    hys_test_each_failure(follow_circle, NULL, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hodgkin_huxley_has_three_folds_of_cycles),
        cmocka_unit_test(hodgkin_huxley_fires_with_the_known_periods),
        cmocka_unit_test(fitzhugh_nagumo_has_its_period),
        cmocka_unit_test(cycles_of_a_dae_are_those_of_its_ode),
        cmocka_unit_test(multiplier_of_a_circle_is_known),
        cmocka_unit_test(torus_is_born_where_a_pair_leaves_the_unit_circle),
        cmocka_unit_test(rossler_doubles_its_period),
        cmocka_unit_test(period_that_grows_without_bound_is_told),
        cmocka_unit_test(relaxation_cycle_is_found_by_running),
        cmocka_unit_test(failing_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
