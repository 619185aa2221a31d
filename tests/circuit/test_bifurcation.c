/* Bifurcation diagrams of circuits against closed forms and published values. */
#include "base/file.h"
#include "hys_test.h"
#include <hysteron/circuit.h>

#define PI 3.14159265358979323846

static hys_status run(hys_ctx *ctx, const char *netlist, const char *param, const char *from, const char *to,
                      hys_bifurcation **b) {
    char path[256];
    char *dir = hys_test_dir();
    snprintf(path, sizeof path, "%s/circuit.cir", dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(netlist, file);
    fclose(file);
    hys_bifurcation_opts opts = hys_bifurcation_opts_default();
    opts.param = param;
    opts.from = from;
    opts.to = to;
    hys_status status = hys_bifurcation_run(ctx, path, &opts, b);
    hys_test_dir_remove(dir);
    return status;
}

static hys_bifurcation *must_run(hys_ctx *ctx, const char *netlist, const char *param, const char *from,
                                 const char *to) {
    hys_bifurcation *b = NULL;
    hys_status status = run(ctx, netlist, param, from, to, &b);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    return b;
}

/* The first point of a type, from number `first` on. */
static const hys_bifurcation_point *find(const hys_bifurcation *b, const char *type, size_t which) {
    for (size_t k = 0; k < hys_bifurcation_n_points(b); k++) {
        const hys_bifurcation_point *p = hys_bifurcation_get_point(b, k);
        if (strcmp(p->type, type) == 0 && which-- == 0) return p;
    }
    return NULL;
}

static const char fitzhugh_nagumo[] = "FitzHugh-Nagumo: a cubic conductance, C, and L with R and a battery\n"
                                      "ibias 0 v 0\n"
                                      "c1 v 0 1\n"
                                      "b1 v 0 i=v(v)^3/3-v(v)\n"
                                      "l1 v a 12.5\n"
                                      "r1 a b 0.8\n"
                                      "vx b 0 -0.7\n"
                                      ".end\n";

/* v = -+sqrt(1 - 0.064), w = (v + 0.7) / 0.8, I = w - v + v^3 / 3; period at I = 0.5 by an integrator. */
static void hopf_points_of_fitzhugh_nagumo_are_those_of_the_closed_form(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_bifurcation *b = must_run(ctx, fitzhugh_nagumo, "ibias", "0", "2A");
    for (size_t k = 0; k < 2; k++) {
        double v = (k ? 1 : -1) * sqrt(1 - 0.064), w = (v + 0.7) / 0.8;
        const hys_bifurcation_point *p = find(b, "hopf", k);
        assert_non_null(p);
        assert_near(p->param, w - v + v * v * v / 3, 1e-9);
        assert_near(p->frequency, sqrt(0.08 - 0.064 * 0.064) / (2 * PI), 1e-9);
        assert_string_equal(p->criticality, "subcritical");
        assert_int_equal(p->is_stable, k == 0);
    }
    assert_null(find(b, "hopf", 2));
    assert_non_null(find(b, "cycle-fold", 1));                                                  /* one at either end */
    assert_near(find(b, "cycle-fold", 0)->param + find(b, "cycle-fold", 1)->param, 1.75, 1e-6); /* symmetry */
    hys_bifurcation_free(b);
    b = must_run(ctx, fitzhugh_nagumo, "ibias", "0", "500mA");
    const hys_table *table = hys_bifurcation_table(b);
    size_t last = hys_table_n_rows(table) - 1;
    assert_near(hys_table_column(table, "ibias")[last], 0.5, 1e-12);
    assert_near(hys_table_column(table, "period")[last], 39.4744144, 1e-7);
    assert_near(hys_table_column(table, "v(v).min")[last], -1.970398, 1e-5);
    assert_near(hys_table_column(table, "v(v).max")[last], 1.852117, 1e-5);
    assert_true(hys_table_column(table, "is_stable")[last] == 1);
    hys_bifurcation_free(b);
    hys_ctx_free(ctx);
}

/* 1 cm2 of squid axon.  Hopf points by the eigenvalues of the 4 x 4 Jacobian in another program, the fold of cycles by
 * single shooting with an integrator of order 8 at 1e-12. */
static const char hodgkin_huxley[] = "Hodgkin-Huxley\n"
                                     "ibias 0 m 0\n"
                                     "cm m 0 1u\n"
                                     "rl m el {1/0.3m}\n"
                                     "vl el 0 -54.387m\n"
                                     "vk ek 0 -77m\n"
                                     "vna ena 0 50m\n.nodeset v(m)=-65m\n"
                                     "xk m ek hh_k\n"
                                     "xna m ena hh_na\n"
                                     ".end\n";

static void hodgkin_huxley_axon_has_its_hopf_points_and_cycle_fold(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_bifurcation *b = must_run(ctx, hodgkin_huxley, "ibias", "0", "200uA");
    const hys_bifurcation_point *first = find(b, "hopf", 0), *second = find(b, "hopf", 1);
    assert_non_null(first);
    assert_non_null(second);
    assert_near(first->param, 9.775438e-6, 1e-7);
    assert_near(first->frequency, 93.3020, 1e-6);
    assert_string_equal(first->criticality, "subcritical");
    assert_near(second->param, 154.522434e-6, 1e-8);
    assert_near(second->frequency, 169.1693, 1e-6);
    assert_string_equal(second->criticality, "supercritical");
    assert_near(find(b, "cycle-fold", 2)->param, 6.26032127e-6, 1e-7);
    assert_null(find(b, "cycle-fold", 3));
    hys_bifurcation_free(b);
    hys_ctx_free(ctx);
}

/* Parallel R (negative), C and L: poles cross where R changes sign; C a .param.  Linear: the coefficient is zero. */
static void linear_resonator_is_degenerate(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_bifurcation *b =
        must_run(ctx, "resonator\n.param g=1m\ng1 v 0 v 0 {g}\nc1 v 0 1n\nl1 v 0 1m\nl2 v w 1m\nr2 w 0 1k\n.end\n", "g",
                 "1m", "-1m");
    const hys_bifurcation_point *p = find(b, "hopf", 0);
    assert_non_null(p);
    assert_string_equal(p->criticality, "");
    assert_true(strlen(p->note) > 0);
    hys_bifurcation_free(b);
    hys_ctx_free(ctx);
}

/* A tunnel-diode-like cubic behind a resistance: both folds from the closed form i'(v) = -1 / R. */
static void folds_of_a_load_line_are_those_of_the_closed_form(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_bifurcation *b =
        must_run(ctx, "latch\nvs s 0 0\nr1 s v 1\nb1 v 0 i=v(v)^3-6*v(v)^2+9*v(v)\nc1 v 0 1\n.end\n", "vs", "0", "10V");
    for (size_t k = 0; k < 2; k++) { /* 3 v^2 - 12 v + 10 = 0 */
        double v = 2 + (k ? 1 : -1) * sqrt(24) / 6, vs = v + v * v * v - 6 * v * v + 9 * v;
        const hys_bifurcation_point *p = find(b, "fold", k);
        assert_non_null(p);
        assert_near(p->param, vs, 1e-9);
        assert_int_equal(p->is_stable, k == 0);
    }
    assert_int_equal(hys_bifurcation_n_points(b), 2);
    hys_bifurcation_free(b);
    hys_ctx_free(ctx);
}

static void refuse(const char *netlist, const char *param, const char *from, const char *to, hys_status want,
                   const char *words) {
    hys_ctx *ctx = hys_test_ctx();
    hys_bifurcation *b = NULL;
    hys_status status = run(ctx, netlist, param, from, to, &b);
    if (status != want || !strstr(hys_test_diag_text(ctx, 0), words)) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, want);
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), words));
    assert_null(b);
    hys_ctx_free(ctx);
}

static void what_cannot_be_done_is_said(void **state) {
    (void)state;
    refuse("line\nv1 a 0 1\nt1 a 0 b 0 z0=50 td=1n\nr1 b 0 50\n.end\n", "v1", "0", "1V", HYS_SEMANTIC,
           "a line is a delay");
    refuse("switch\nv1 a 0 1\ns1 a b a 0 sw\nr1 b 0 50\n.model sw sw vt=0.5\n.end\n", "v1", "0", "1V", HYS_SEMANTIC,
           "a switch jumps");
    refuse("r\nv1 a 0 1\nr1 a 0 50\n.end\n", "v1", "1V", "1V", HYS_ARG, "the range of v1 is empty");
    refuse("r\nv1 a 0 1\nr1 a 0 50\n.end\n", "v1", "1A", "2A", HYS_UNIT, "");
    refuse("r\nv1 a 0 1\nr1 a 0 50\n.end\n", "v1", "x", "2", HYS_ARG, "");
    refuse("r\nv1 a 0 1\nr1 a 0 50\n.end\n", NULL, "0", "2", HYS_ARG, "the parameter is missing");
}

static hys_status run_small(hys_ctx *ctx, void *arg) {
    hys_bifurcation *b = NULL;
    hys_bifurcation_opts opts = hys_bifurcation_opts_default();
    opts.param = "g";
    opts.from = "0.1m";
    opts.to = "-0.1m";
    opts.no_cycles = true; /* whose memory is tested with numerics */
    hys_status status = hys_bifurcation_run(ctx, arg, &opts, &b);
    hys_bifurcation_free(b);
    return status;
}

static void failing_memory_is_said(void **state) {
    (void)state;
    char path[256];
    char *dir = hys_test_dir();
    snprintf(path, sizeof path, "%s/circuit.cir", dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("resonator\n.param g=1m\ng1 v 0 v 0 {g}\nc1 v 0 1n\nl1 v 0 1m\nr1 v 0 1g\n.end\n", file);
    fclose(file);
    hys_test_each_failure(run_small, path, false);
    hys_test_each_failure(run_small, path, true);
    hys_test_dir_remove(dir);
}

/* ---- branch points ---- */

static const double *column(const hys_bifurcation *b, const char *name) {
    const hys_table *t = hys_bifurcation_table(b);
    for (size_t c = 0; c < hys_table_n_columns(t); c++)
        if (!strcmp(hys_table_name(t, c), name)) return hys_table_column_at(t, c);
    fail_msg("no column %s", name);
    return NULL;
}

static size_t n_branches(const hys_bifurcation *b) {
    return (size_t)column(b, "branch")[hys_table_n_rows(hys_bifurcation_table(b)) - 1] + 1;
}

typedef struct normal_form {
    const char *right; /* of dx/dt = ... */
    size_t n_branches, n_points;
    double (*off)(double p, double x);   /* how far from its branches */
    double (*slope)(double p, double x); /* d right / dx: stable below 0 */
} normal_form;

static double off_pitchfork(double p, double x) {
    return fmin(fabs(x), fabs(x * x - p));
}
static double slope_pitchfork(double p, double x) {
    return p - 3 * x * x;
}
static double off_transcritical(double p, double x) {
    return fmin(fabs(x), fabs(x - p));
}
static double slope_transcritical(double p, double x) {
    return p - 2 * x;
}
static double off_imperfect(double p, double x) {
    return fabs(p * x - x * x * x + 0.01);
}
/* The circle touches the axis at both branch points: it is closed, and followed once. */
static double off_circle(double p, double x) {
    return fmin(fabs(x), fabs(x * x + p * p - 0.25));
}
static double slope_circle(double p, double x) {
    return 0.25 - p * p - 3 * x * x;
}
/* The second tangent is neither the axis nor upright. */
static double off_bent(double p, double x) {
    return fmin(fabs(x), fabs(p - 2 * x + x * x));
}
static double slope_bent(double p, double x) {
    return p - 4 * x + 3 * x * x;
}

static void check_form(const normal_form *form, const char *format) {
    hys_ctx *ctx = hys_test_ctx();
    char netlist[400];
    snprintf(netlist, sizeof netlist, format, form->right);
    hys_bifurcation *b = must_run(ctx, netlist, "p", "-1", "0.9");
    const double *p = column(b, "p"), *x = column(b, "v(x).min"), *stable = column(b, "is_stable");
    size_t n_branch = 0;
    for (size_t k = 0; k < hys_table_n_rows(hys_bifurcation_table(b)); k++) {
        assert_within(form->off(p[k], x[k]), 0, 1e-9);
        if (fabs(form->slope(p[k], x[k])) > 1e-3) assert_int_equal(stable[k] == 1, form->slope(p[k], x[k]) < 0);
    }
    while (find(b, "branch", n_branch)) n_branch++;
    assert_int_equal(n_branch, form->n_points);
    assert_int_equal(n_branches(b), form->n_branches);
    hys_bifurcation_free(b);
    hys_ctx_free(ctx);
}

static const normal_form forms[] = {
    {"p*v(x)-v(x)^3", 3, 1, off_pitchfork, slope_pitchfork},
    {"p*v(x)-v(x)^2", 3, 1, off_transcritical, slope_transcritical},
    {"p*v(x)-2*v(x)^2+v(x)^3", 3, 1, off_bent, slope_bent},
    {"v(x)*(0.25-p*p-v(x)^2)", 2, 2, off_circle, slope_circle},
    {"p*v(x)-v(x)^3+0.01", 1, 0, off_imperfect, slope_pitchfork},
};

static void branches_that_cross_are_those_of_the_normal_forms(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
        check_form(&forms[k], "normal form\n.param p=-1\nc1 x 0 1\nb1 0 x i=%s\n.nodeset v(x)=0\n.end\n");
}

/* The same with the current through a source and a resistor: algebraic unknowns beside x. */
static void branches_cross_behind_algebraic_equations_too(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
        check_form(&forms[k], "normal form\n.param p=-1\nc1 x 0 1\nvs y x 0\nb1 0 z i=%s\nr1 z y 1\n"
                              ".nodeset v(x)=0\n.end\n");
}

/* A symmetric flip-flop: each of two amplifiers drives the other's node, dv1/dt = -v1 + tanh(-a v2).  At a = 1 the
 * symmetric state becomes unstable; behind it v1 = -v2 = tanh(a v1). */
static void symmetric_flip_flop_falls_to_either_side(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_bifurcation *b = must_run(ctx,
                                  "flip-flop\n.param a=0\nc1 x 0 1\nr1 x 0 1\nb1 0 x i=tanh(-a*v(y))\n"
                                  "c2 y 0 1\nr2 y 0 1\nb2 0 y i=tanh(-a*v(x))\n.nodeset v(x)=0 v(y)=0\n.end\n",
                                  "a", "0", "2");
    assert_within(find(b, "branch", 0)->param, 1, 1e-9);
    assert_int_equal(n_branches(b), 3);
    const double *branch = column(b, "branch"), *a = column(b, "a"), *x = column(b, "v(x).min"),
                 *y = column(b, "v(y).min");
    int sides = 0;
    for (size_t k = 0; k < hys_table_n_rows(hys_bifurcation_table(b)); k++) {
        if (branch[k] == 0) continue;
        assert_within(x[k], -y[k], 1e-9);
        assert_within(x[k], tanh(a[k] * x[k]), 1e-9);
        if (a[k] == 2) sides |= x[k] > 0.9 ? 1 : x[k] < -0.9 ? 2 : 0;
    }
    assert_int_equal(sides, 3);
    hys_bifurcation_free(b);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hopf_points_of_fitzhugh_nagumo_are_those_of_the_closed_form),
        cmocka_unit_test(hodgkin_huxley_axon_has_its_hopf_points_and_cycle_fold),
        cmocka_unit_test(linear_resonator_is_degenerate),
        cmocka_unit_test(folds_of_a_load_line_are_those_of_the_closed_form),
        cmocka_unit_test(what_cannot_be_done_is_said),
        cmocka_unit_test(failing_memory_is_said),
        cmocka_unit_test(branches_that_cross_are_those_of_the_normal_forms),
        cmocka_unit_test(branches_cross_behind_algebraic_equations_too),
        cmocka_unit_test(symmetric_flip_flop_falls_to_either_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
