#include "numerics/families.h"

static bool eval(void *user, const hys__point *at, double *f, double *jac) {
    test_family *t = user;
    double complex y[FAMILY_MAX], r[FAMILY_MAX];
    for (size_t i = 0; i < t->n; i++) y[i] = at->y[i];
    t->n_evals++;
    t->rhs(y, t->p, r);
    for (size_t i = 0; i < t->n; i++) {
        f[i] = -creal(r[i]);
        if (!isfinite(f[i])) return false;
    }
    for (size_t j = 0; jac && j < t->n; j++) {
        y[j] = HYS__COMPLEX(at->y[j], 1e-30);
        t->rhs(y, t->p, r);
        y[j] = at->y[j];
        for (size_t i = 0; i < t->n; i++) jac[j * t->n + i] = -cimag(r[i]) / 1e-30;
    }
    return true;
}

static bool set_param(void *user, double p) {
    ((test_family *)user)->p = p;
    return true;
}

void test_family_init(test_family *t, size_t n, void (*rhs)(const double complex *, double, double complex *),
                      const double *mass, double abstol) {
    *t = (test_family){.n = n, .rhs = rhs};
    for (size_t j = 0; j < n; j++) {
        t->col_start[j + 1] = (int64_t)((j + 1) * n);
        t->abstol[j] = abstol;
        for (size_t i = 0; i < n; i++) {
            t->row[j * n + i] = (int64_t)i;
            t->mass[j * n + i] = mass ? mass[i * n + j] : i == j;
        }
    }
    t->family = (hys__family){.system = {n, n * n, t->col_start, t->row, t, eval},
                              .mass = t->mass,
                              .abstol = t->abstol,
                              .user = t,
                              .set_param = set_param};
}

static int on_point(void *user, const hys__equilibrium *point) {
    test_record *r = user;
    r->n_points++;
    r->n_unstable_last = point->n_unstable;
    r->p_last = point->p;
    memcpy(r->y_last, point->y, r->dim * sizeof *point->y);
    return 0;
}

static int on_crossing(void *user, const hys__crossing *c) {
    test_record *r = user;
    assert_true(r->n < 16);
    r->at[r->n] = *c;
    memcpy(r->y[r->n], c->y, r->dim * sizeof *c->y);
    if (c->q) memcpy(r->q[r->n], c->q, r->dim * sizeof *c->q);
    r->n++;
    return 0;
}

void test_follow(hys_ctx *ctx, test_family *t, double from, double to, const double *y, test_record *record) {
    *record = (test_record){.dim = t->n};
    const hys__follow_opts opts = {.from = from, .to = to};
    const hys__follow_sink sink = {record, on_point, on_crossing};
    hys__follow_report report;
    assert_int_equal(hys__equilibria_follow(ctx, &t->family, &opts, y, &sink, &report), HYS_OK);
}

/* x / (exp(x) - 1) */
static double complex exprelr(double complex x) {
    if (cabs(x) < 1e-5) return 1 - x / 2 + x * x / 12;
    return x / (cexp(x) - 1);
}

void test_hodgkin_huxley(const double complex *y, double p, double complex *f) {
    double complex v = y[0], m = y[1], h = y[2], n = y[3];
    double complex am = exprelr(-0.1 * v - 4), bm = 4 * cexp(-(v + 65) / 18);
    double complex ah = 0.07 * cexp(-(v + 65) / 20), bh = 1 / (cexp(-0.1 * v - 3.5) + 1);
    double complex an = 0.1 * exprelr(-0.1 * v - 5.5), bn = 0.125 * cexp(-(v + 65) / 80);
    f[0] = p - 120 * m * m * m * h * (v - 50) - 36 * n * n * n * n * (v + 77) - 0.3 * (v + 54.387);
    f[1] = am * (1 - m) - bm * m;
    f[2] = ah * (1 - h) - bh * h;
    f[3] = an * (1 - n) - bn * n;
}

void test_brusselator(const double complex *y, double p, double complex *f) {
    f[0] = 1 - (p + 1) * y[0] + y[0] * y[0] * y[1];
    f[1] = p * y[0] - y[0] * y[0] * y[1];
}

void test_fitzhugh_nagumo(const double complex *y, double p, double complex *f) {
    f[0] = y[0] - y[0] * y[0] * y[0] / 3 - y[1] + p;
    f[1] = 0.08 * (y[0] + 0.7 - 0.8 * y[1]);
}

void test_morris_lecar(const double complex *y, double p, double complex *f) {
    double complex v = y[0], w = y[1];
    double complex m = 0.5 * (1 + ctanh((v + 1.2) / 18)), winf = 0.5 * (1 + ctanh((v - 2) / 30));
    f[0] = (p - 2 * (v + 60) - 4.4 * m * (v - 120) - 8 * w * (v + 84)) / 20;
    f[1] = 0.04 * ccosh((v - 2) / 60) * (winf - w);
}
