/* Equivalent circuits of measured spectra: closed forms come back as the elements that they are made of. */
#include "hys_test.h"
#include <complex.h>
#include <hysteron/circuit.h>

static int set_up(void **state) {
    *state = hys_test_ctx();
    return 0;
}

static int tear_down(void **state) {
    hys_ctx_free(*state);
    return 0;
}

static double complex two_arcs(double complex s) {
    return 10 + 100 / (1 + s * 100 * 1e-6) + 1000 / (1 + s * 1000 * 1e-5);
}

/* A conductance and a capacitance beside a branch of R and L: what an inductive loop is. */
static double complex inductive(double complex s) {
    return 1 / (1e-3 + s * 1e-9 + 1 / (500 + s * 2));
}

/* A tank of C beside L and R, with R and L before it. */
static double complex resonance(double complex s) {
    return 5 + s * 1e-3 + 1 / (s * 1e-6 + 1 / (200 + s * 1e-2));
}

/* An arc that is run through the wrong way, of positive resistances: no causal, stable port has it. */
static double complex acausal(double complex s) {
    return conj(two_arcs(s));
}

/* A constant phase element beside R and a Warburg line. */
static double complex depressed(double complex s) {
    return 20 + 1 / (1 / (300 + 100 / csqrt(s)) + 2e-6 * cpow(s, 0.85));
}

/* R and its time grow from the highest frequency, which is measured first, to the lowest. */
static double complex drifting(double complex s) {
    double part = 1 - log10(cimag(s) / (0.2 * acos(-1.0))) / 6;
    return 10 + 1000 * (1 + 0.5 * part) / (1 + s * 1e-2 * (1 + 2 * part));
}

typedef struct spectrum {
    double complex (*z)(double complex s);
    double from, to; /* Hz */
    size_t n;
    double noise;
    bool falls, is_parallel;
} spectrum;

static hys_status make(hys_ctx *ctx, const spectrum *s, hys_table **table) {
    uint32_t random = 1;
    hys_status status = hys_table_new(ctx, table);
    if (status == HYS_OK) status = hys_table_add_column(*table, s->falls ? "f" : "frequency", "Hz");
    if (status == HYS_OK) status = hys_table_add_column(*table, "Z.re", "ohm");
    if (status == HYS_OK) status = hys_table_add_column(*table, "Z.im", "ohm");
    for (size_t k = 0; status == HYS_OK && k < s->n; k++) {
        double part = (double)k / (double)(s->n - 1), draws[2];
        double f = s->from * pow(s->to / s->from, s->falls ? 1 - part : part);
        double complex z = s->z(I * 2 * acos(-1.0) * f);
        for (size_t d = 0; d < 2; d++) {
            random = random * 1664525u + 1013904223u;
            draws[d] = s->noise * (random / 2147483648.0 - 1);
        }
        z += cabs(z) * (draws[0] + I * draws[1]);
        status = hys_table_add_row(*table, (double[]){f, creal(z), cimag(z)});
    }
    return status;
}

static hys_impedance *fit(hys_ctx *ctx, const spectrum *s) {
    hys_table *table = NULL;
    hys_impedance *z = NULL;
    assert_int_equal(make(ctx, s, &table), HYS_OK);
    hys_status status = hys_impedance_of_table(ctx, table, s->is_parallel, &z);
    if (status != HYS_OK) print_error("%s", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    hys_table_free(table);
    return z;
}

/* The nearest of the elements of that kind. */
static void assert_element(const hys_impedance *z, const char *kind, double want, double rel) {
    double nearest = INFINITY;
    for (size_t k = 0; k < hys_impedance_n_elements(z); k++) {
        const hys_circuit_element *e = hys_impedance_get_element(z, k);
        if (!strcmp(e->kind, kind) && fabs(e->value - want) < fabs(nearest - want)) nearest = e->value;
    }
    assert_near(nearest, want, rel);
}

static void two_arcs_are_two_branches(void **state) {
    hys_impedance *z = fit(*state, &(spectrum){.z = two_arcs, .from = 0.1, .to = 1e5, .n = 61, .falls = true});
    assert_int_equal(hys_impedance_n_elements(z), 5);
    /* exact but for rounding, which the poles' condition makes 1e-9 */
    assert_element(z, "R", 10, 1e-8);
    assert_element(z, "R", 100, 1e-8);
    assert_element(z, "R", 1000, 1e-8);
    assert_element(z, "C", 1e-6, 1e-8);
    assert_element(z, "C", 1e-5, 1e-8);
    assert_true(hys_impedance_fit_error(z) < 1e-10);
    assert_true(hys_impedance_kramers_kronig(z) < 0.01); /* three relaxations a decade follow arcs this well */
    hys_impedance_free(z);
}

static void an_inductive_loop_is_a_branch_with_an_inductor(void **state) {
    spectrum s = {.z = inductive, .from = 0.1, .to = 1e6, .n = 71, .is_parallel = true};
    hys_impedance *z = fit(*state, &s);
    assert_element(z, "R", 1000, 1e-8);
    assert_element(z, "R", 500, 1e-8);
    assert_element(z, "L", 2, 1e-8);
    assert_element(z, "C", 1e-9, 1e-8);
    hys_impedance_free(z);
    s.is_parallel = false; /* the same as R and C in series: one of the arcs is negative */
    z = fit(*state, &s);
    assert_true(hys_impedance_fit_error(z) < 1e-8);
    assert_int_equal(hys_impedance_n_elements(z), 4);
    assert_true(hys_impedance_get_element(z, 0)->value < 0);
    hys_impedance_free(z);
}

static void a_resonance_has_a_pair_of_poles(void **state) {
    hys_impedance *z = fit(*state, &(spectrum){.z = resonance, .from = 1, .to = 1e6, .n = 121});
    assert_element(z, "R", 5, 1e-6);
    assert_element(z, "L", 1e-3, 1e-6);
    assert_element(z, "C", 1e-6, 1e-6);
    assert_element(z, "R", 200, 1e-6);
    assert_element(z, "L", 1e-2, 1e-6);
    hys_impedance_free(z);
}

/* Of 122 numbers with noise of 0.1 % the elements come back within ten times that. */
static void noise_adds_no_branches(void **state) {
    hys_impedance *z = fit(*state, &(spectrum){.z = two_arcs, .from = 0.1, .to = 1e5, .n = 61, .noise = 1e-3});
    assert_int_equal(hys_impedance_n_elements(z), 5);
    assert_element(z, "R", 10, 0.01);
    assert_element(z, "R", 100, 0.01);
    assert_element(z, "R", 1000, 0.01);
    assert_element(z, "C", 1e-6, 0.01);
    assert_element(z, "C", 1e-5, 0.01);
    assert_true(hys_impedance_kramers_kronig(z) < 0.01);
    hys_impedance_free(z);
}

/* Number of relaxations, mu and residual are those of impedance.py 1.7.1 (linKK, complex, with a capacitance) on this
 * very spectrum. */
static void the_test_of_kramers_and_kronig_ends_where_schoenleber_says(void **state) {
    hys_impedance *z = fit(*state, &(spectrum){.z = depressed, .from = 0.1, .to = 1e5, .n = 61});
    const hys_kramers_kronig *kk = hys_impedance_test(z);
    assert_int_equal(kk->n_relaxations, 24);
    assert_int_equal(kk->n_criterion, 24);
    assert_near(kk->mu, 0.81836721, 1e-6);
    assert_near(kk->largest, 0.00116483064, 1e-6);
    assert_string_equal(kk->verdict, "pass");
    const hys_table *table = hys_impedance_table(z);
    const double *re = hys_table_column(table, "kk.re"), *im = hys_table_column(table, "kk.im");
    double largest = 0;
    for (size_t k = 0; k < 61; k++) largest = fmax(largest, hypot(re[k], im[k]));
    assert_near(largest, kk->largest, 1e-9);
    hys_impedance_free(z);
}

static void of_few_frequencies_nothing_is_told(void **state) {
    hys_impedance *z = fit(*state, &(spectrum){.z = two_arcs, .from = 0.1, .to = 1e5, .n = 8});
    assert_string_equal(hys_impedance_test(z)->verdict, "cannot be told");
    assert_true(strstr(hys_impedance_remark(z, 0), "too few") != NULL);
    hys_impedance_free(z);
}

static void a_device_that_drifts_does_not_pass_the_test(void **state) {
    hys_impedance *z = fit(*state, &(spectrum){.z = drifting, .from = 0.1, .to = 1e5, .n = 61});
    assert_string_equal(hys_impedance_test(z)->verdict, "marginal");
    assert_int_equal(hys_impedance_test(z)->n_criterion, 5); /* impedance.py */
    hys_impedance_free(z);
}

static void what_no_causal_port_has_fails_the_test_of_kramers_and_kronig(void **state) {
    hys_impedance *z = fit(*state, &(spectrum){.z = acausal, .from = 0.1, .to = 1e5, .n = 61});
    assert_true(hys_impedance_kramers_kronig(z) > 0.05);
    hys_impedance_free(z);
}

static void what_is_no_spectrum_is_refused(void **state) {
    static const struct {
        double rows[4][3];
        const char *message;
    } tables[] = {
        {{{1, 1, 1}, {2, 1, 1}, {0, 1, 1}, {4, 1, 1}}, "row 3 of the spectrum: the frequency is not above zero"},
        {{{1, 1, 1}, {2, 0, 0}, {3, 1, 1}, {4, 1, 1}}, "row 2 of the spectrum: the impedance is zero or not finite"},
        {{{5, 1, 1}, {5, 1, 1}, {5, 1, 1}, {5, 1, 1}}, "a spectrum needs at least 4 frequencies"},
    };
    hys_ctx *ctx = *state;
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++) {
        hys_table *table = NULL;
        hys_impedance *z = NULL;
        assert_int_equal(make(ctx, &(spectrum){.z = two_arcs, .from = 1, .to = 2, .n = 0}, &table), HYS_OK);
        for (size_t r = 0; r < 4; r++) assert_int_equal(hys_table_add_row(table, tables[k].rows[r]), HYS_OK);
        hys_diag_clear(ctx);
        assert_int_equal(hys_impedance_of_table(ctx, table, false, &z), HYS_SYNTAX);
        assert_string_equal(hys_diag_get(ctx, 0)->message, tables[k].message);
        hys_table_free(table);
    }
}

static hys_status fit_job(hys_ctx *ctx, void *arg) {
    hys_table *table = NULL;
    hys_impedance *z = NULL;
    hys_status status = make(ctx, arg, &table);
    if (status == HYS_OK) status = hys_impedance_of_table(ctx, table, false, &z);
    hys_impedance_free(z);
    hys_table_free(table);
    return status;
}

static void each_allocation_may_fail(void **state) {
    spectrum s = {.z = two_arcs, .from = 1, .to = 1e4, .n = 12};
    (void)state;
    hys_test_each_failure(fit_job, &s, false);
    hys_test_each_failure(fit_job, &s, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(two_arcs_are_two_branches),
        TEST(an_inductive_loop_is_a_branch_with_an_inductor),
        TEST(a_resonance_has_a_pair_of_poles),
        TEST(noise_adds_no_branches),
        TEST(the_test_of_kramers_and_kronig_ends_where_schoenleber_says),
        TEST(of_few_frequencies_nothing_is_told),
        TEST(a_device_that_drifts_does_not_pass_the_test),
        TEST(what_no_causal_port_has_fails_the_test_of_kramers_and_kronig),
        TEST(what_is_no_spectrum_is_refused),
        TEST(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
