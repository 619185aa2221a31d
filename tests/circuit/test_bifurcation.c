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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hopf_points_of_fitzhugh_nagumo_are_those_of_the_closed_form),
        cmocka_unit_test(hodgkin_huxley_axon_has_its_hopf_points_and_cycle_fold),
        cmocka_unit_test(linear_resonator_is_degenerate),
        cmocka_unit_test(folds_of_a_load_line_are_those_of_the_closed_form),
        cmocka_unit_test(what_cannot_be_done_is_said),
        cmocka_unit_test(failing_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
