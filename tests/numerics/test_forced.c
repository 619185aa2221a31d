/* Periodic solutions of driven systems against closed forms. */
#include "numerics/families.h"
#include "numerics/forced.h"

#define PI     3.14159265358979323846
#define PERIOD 2.0
#define N_MAX  3

/* M y' + g = 0, M = diag(1, .. 1, 0 ..). */
typedef struct driven {
    size_t n, n_mass;
    void (*g)(double t, const double *y, double *f, double jac[N_MAX * N_MAX]); /* by rows */
    double mass[N_MAX * N_MAX], abstol[N_MAX];
    int64_t col_start[N_MAX + 1], row[N_MAX * N_MAX];
    hys__family family;
} driven;

static bool eval(void *user, const hys__point *at, double *f, double *jac) {
    driven *d = user;
    double rows[N_MAX * N_MAX] = {0};
    d->g(at->t, at->y, f, rows);
    for (size_t r = 0; jac && r < d->n; r++)
        for (size_t c = 0; c < d->n; c++) jac[c * d->n + r] = rows[r * d->n + c];
    return true;
}

static void init(driven *d, size_t n, size_t n_mass, void (*g)(double, const double *, double *, double *)) {
    *d = (driven){.n = n, .n_mass = n_mass, .g = g};
    for (size_t c = 0; c < n; c++) {
        d->abstol[c] = 1e-12;
        d->col_start[c] = (int64_t)(c * n);
        for (size_t r = 0; r < n; r++) d->row[c * n + r] = (int64_t)r;
        d->mass[c * n + c] = c < n_mass;
    }
    d->col_start[n] = (int64_t)(n * n);
    d->family =
        (hys__family){.system = {n, n * n, d->col_start, d->row, d, eval}, .mass = d->mass, .abstol = d->abstol};
}

/* A start that is far off: a straight line. */
static hys_status solve(hys_ctx *ctx, driven *d, const double *corners, size_t n_corners, hys__forced **f,
                        hys__forced_report *report) {
    const hys__forced_opts opts = {.t0 = 3, .period = PERIOD, .corners = corners, .n_corners = n_corners};
    double t[9], y[9 * N_MAX];
    for (size_t k = 0; k < 9; k++) {
        t[k] = 3 + PERIOD * (double)k / 8;
        for (size_t i = 0; i < d->n; i++) y[k * d->n + i] = 0.3 + 0.1 * (double)k;
    }
    const hys__samples samples = {9, t, y};
    assert_int_equal(hys__forced_new(ctx, &d->family, &opts, f), HYS_OK);
    return hys__forced_solve(*f, &samples, report);
}

/* y' = -2 y + cos(pi t), and z = y^2 as an algebraic equation. */
static void damped(double t, const double *y, double *f, double *jac) {
    f[0] = 2 * y[0] - cos(PI * t);
    f[1] = y[1] - y[0] * y[0];
    jac[0] = 2;
    jac[2] = -2 * y[0];
    jac[3] = 1;
}

static void damped_motion_is_its_phasor(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__forced *f;
    hys__forced_report report;
    driven d;
    init(&d, 2, 1, damped);
    assert_int_equal(solve(ctx, &d, NULL, 0, &f, &report), HYS_OK);
    const hys__orbit *o = hys__forced_orbit(f);
    hys__radau r;
    hys__radau_init(&r);
    double complex z = 1 / (2 + I * PI), mu[2];
    for (size_t i = 0; i < o->n_int; i++)
        for (size_t j = 1; j <= HYS__STAGES; j++) {
            double t = 3 + PERIOD * (o->mesh[i] + r.c[j] * (o->mesh[i + 1] - o->mesh[i]));
            double want = creal(z * cexp(I * PI * t));
            assert_within(hys__orbit_at(o, o->x, i, j)[0], want, 5e-9); /* 1e-8 of the range */
            assert_within(hys__orbit_at(o, o->x, i, j)[1], want * want, 5e-9);
        }
    assert_int_equal(hys__forced_multipliers(f, mu), HYS_OK);
    assert_near(creal(mu[0]), exp(-4), 1e-10);
    assert_true(mu[1] == 0);
    assert_int_equal(report.n_neutral, 0);
    hys__forced_free(f);
    hys_ctx_free(ctx);
}

/* y' = cos(pi t) + 0.1 or 0: every start returns, or none does. */
static void free_motion(double t, const double *y, double *f, double *jac) {
    (void)y;
    f[0] = -cos(PI * t);
    jac[0] = 0;
}

static void drifting(double t, const double *y, double *f, double *jac) {
    free_motion(t, y, f, jac);
    f[0] -= 0.1;
}

static void neutral_state_is_kept_where_it_was(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__forced *f;
    hys__forced_report report;
    driven d;
    init(&d, 1, 1, free_motion);
    assert_int_equal(solve(ctx, &d, NULL, 0, &f, &report), HYS_OK);
    assert_int_equal(report.n_neutral, 1);
    const hys__orbit *o = hys__forced_orbit(f);
    double most = 0, least = 10, start = hys__orbit_at(o, o->x, 0, 0)[0];
    for (size_t k = 0; k < o->n_int * HYS__STAGES; k++) {
        most = fmax(most, o->x[k]);
        least = fmin(least, o->x[k]);
    }
    assert_within(most - least, 2 / PI, 1e-3);
    assert_within(start, 1.1, 1e-9); /* the end of the samples */
    hys__forced_free(f);
    hys_ctx_free(ctx);
}

static void drift_is_measured(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__forced *f;
    hys__forced_report report;
    driven d;
    init(&d, 1, 1, drifting);
    assert_int_equal(solve(ctx, &d, NULL, 0, &f, &report), HYS_NOCONV);
    assert_near(report.worst_gap, 0.1 * PERIOD, 1e-9);
    hys__forced_free(f);
    hys_ctx_free(ctx);
}

/* y' = -y + s, s = 1 for the first half of a period, else -1, and z = s: y is +-tanh(1/2) at the jumps, z jumps. */
static void jumping(double t, const double *y, double *f, double *jac) {
    double s = fmod(t - 3, PERIOD) <= 1 ? 1 : -1;
    f[0] = y[0] - s;
    f[1] = y[1] - s;
    jac[0] = jac[3] = 1;
}

static void jump_at_a_corner_is_no_obstacle(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__forced *f;
    hys__forced_report report;
    const double corners[] = {3, 4};
    driven d;
    init(&d, 2, 1, jumping);
    assert_int_equal(solve(ctx, &d, corners, 2, &f, &report), HYS_OK);
    const hys__orbit *o = hys__forced_orbit(f);
    assert_within(hys__orbit_at(o, o->x, 0, 0)[0], -tanh(0.5), 1e-10);
    for (size_t i = 0; i < o->n_int; i++) {
        assert_int_equal(hys__forced_is_corner(f, i), o->mesh[i] == 0 || o->mesh[i] == 0.5);
        if (o->mesh[i + 1] == 0.5) assert_within(hys__orbit_at(o, o->x, i, HYS__STAGES)[0], tanh(0.5), 1e-10);
    }
    assert_true(o->n_int < 100);
    hys__forced_free(f);
    hys_ctx_free(ctx);
}

/* y' = -1000 (y - sin(pi t)^3): stiff; the fast response follows. */
static void stiff(double t, const double *y, double *f, double *jac) {
    double s = sin(PI * t);
    f[0] = 1000 * (y[0] - s * s * s);
    jac[0] = 1000;
}

/* sin^3 = (3 sin x - sin 3x) / 4, each through 1 / (1 + i w / 1000). */
static void stiff_motion_is_followed(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__forced *f;
    hys__forced_report report;
    driven d;
    init(&d, 1, 1, stiff);
    assert_int_equal(solve(ctx, &d, NULL, 0, &f, &report), HYS_OK);
    const hys__orbit *o = hys__forced_orbit(f);
    for (size_t i = 0; i < o->n_int; i++) {
        double t = 3 + PERIOD * o->mesh[i + 1];
        double complex z =
            0.75 * cexp(I * PI * t) / (1 + I * PI / 1000) - 0.25 * cexp(I * 3 * PI * t) / (1 + I * 3 * PI / 1000);
        assert_within(hys__orbit_at(o, o->x, i, HYS__STAGES)[0], cimag(z), 2e-8);
    }
    hys__forced_free(f);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damped_motion_is_its_phasor), cmocka_unit_test(neutral_state_is_kept_where_it_was),
        cmocka_unit_test(drift_is_measured),           cmocka_unit_test(jump_at_a_corner_is_no_obstacle),
        cmocka_unit_test(stiff_motion_is_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
