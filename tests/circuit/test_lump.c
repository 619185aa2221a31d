/* Circuits fitted to spectra: what they are made of comes back, intervals cover it, and what the data leave open is
 * said. */
#include "hys_test.h"
#include <complex.h>
#include <hysteron/circuit.h>

#define TURN 6.283185307179586

typedef struct spectrum {
    double complex (*z)(double complex s);
    double from, to; /* Hz */
    size_t n;
    double noise;
    uint32_t seed;
} spectrum;

/* Sum of twelve uniform numbers less six: nearly normal. */
static double draw(uint32_t *state) {
    double sum = -6;
    for (int k = 0; k < 12; k++) {
        *state = *state * 1664525u + 1013904223u;
        sum += *state / 4294967296.0;
    }
    return sum;
}

static hys_status make(hys_ctx *ctx, const spectrum *s, hys_table **table) {
    uint32_t random = s->seed * 2654435761u + 1;
    hys_status status = hys_table_new(ctx, table);
    if (status == HYS_OK) status = hys_table_add_column(*table, "f", "Hz");
    if (status == HYS_OK) status = hys_table_add_column(*table, "Z.re", "ohm");
    if (status == HYS_OK) status = hys_table_add_column(*table, "Z.im", "ohm");
    for (size_t k = 0; status == HYS_OK && k < s->n; k++) {
        double f = s->from * pow(s->to / s->from, (double)k / (double)(s->n - 1));
        double complex z = s->z(I * TURN * f);
        double re = draw(&random), im = draw(&random);
        z += s->noise * cabs(z) * (re + I * im);
        status = hys_table_add_row(*table, (double[]){f, creal(z), cimag(z)});
    }
    return status;
}

static hys_lump_fit *fit(hys_ctx *ctx, const spectrum *s, const hys_lump_opts *opts) {
    hys_table *table = NULL;
    hys_lump_fit *made = NULL;
    assert_int_equal(make(ctx, s, &table), HYS_OK);
    hys_status status = hys_lump_fit_table(ctx, table, opts, &made);
    if (status != HYS_OK) print_error("%s", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    hys_table_free(table);
    return made;
}

static const hys_lump_param *param(const hys_lump_fit *f, const char *name) {
    for (size_t k = 0; k < hys_lump_n_params(f); k++)
        if (!strcmp(hys_lump_get_param(f, k)->name, name)) return hys_lump_get_param(f, k);
    fail_msg("no parameter %s", name);
    return NULL;
}

/* ---- elements ---- */

static double complex cpe(double complex s) {
    return 10 + 1 / (1 / 500.0 + 2e-6 * cpow(s, 0.85));
}
static double complex randles(double complex s) { /* A (1 - i)/sqrt(w) */
    double w = cimag(s);
    return 20 + 1 / (s * 1e-6 + 1 / (200 + 300 / sqrt(w) - I * 300 / sqrt(w)));
}
static double complex open_end(double complex s) { /* Z0 coth(x)/x by exponentials */
    double complex x = csqrt(0.5 * s), e = cexp(-2 * x);
    return 5 + 100 * (1 + e) / ((1 - e) * x);
}
static double complex short_end(double complex s) {
    double complex x = csqrt(0.5 * s), e = cexp(-2 * x);
    return 5 + 100 * (1 - e) / ((1 + e) * x);
}
static double complex gerischer(double complex s) {
    return 3 + 70 * cpow(1 + 0.02 * s, -0.5);
}
static double complex two_relaxations(double complex s) {
    return 3 + 70 / (1 + 0.02 * s) + 40 / (1 + cexp(0.7 * clog(2e-4 * s)));
}
static double complex lossy_coil(double complex s) {
    return 3 + 1e-3 * cexp(0.8 * clog(s));
}
static double complex loop(double complex s) {
    return 2 + 1 / (1e-3 + 1e-6 * s + 1 / (300 + 5 * s));
}

static void elements_come_back_from_their_closed_forms(void **state) {
    static const struct {
        double complex (*z)(double complex s);
        const char *circuit;
        struct {
            const char *name;
            double value;
        } want[7];
    } cases[] = {
        {cpe, "R0-p(R1,CPE1)", {{"R0", 10}, {"R1", 500}, {"CPE1.Q", 2e-6}, {"CPE1.n", 0.85}}},
        {randles, "R0-p(R1-W1,C1)", {{"R0", 20}, {"R1", 200}, {"W1", 300}, {"C1", 1e-6}}},
        {open_end, "R-Wo", {{"R", 5}, {"Wo.Z0", 100}, {"Wo.tau", 0.5}}},
        {short_end, "R0 - Ws1", {{"R0", 5}, {"Ws1.Z0", 100}, {"Ws1.tau", 0.5}}},
        {gerischer, "R0-G_a", {{"R0", 3}, {"G_a.R", 70}, {"G_a.tau", 0.02}}},
        {two_relaxations,
         "R0-K1-Zarc1",
         {{"R0", 3}, {"K1.R", 70}, {"K1.tau", 0.02}, {"Zarc1.R", 40}, {"Zarc1.tau", 2e-4}, {"Zarc1.n", 0.7}}},
        {lossy_coil, "R0-La0", {{"R0", 3}, {"La0.L", 1e-3}, {"La0.n", 0.8}}},
        {loop, "R0-p(R1,C1,R2-L2)", {{"R0", 2}, {"R1", 1000}, {"C1", 1e-6}, {"R2", 300}, {"L2", 5}}},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        hys_lump_opts opts = hys_lump_opts_default();
        opts.circuit = cases[k].circuit;
        hys_lump_fit *f = fit(*state, &(spectrum){cases[k].z, 0.1, 1e5, 31, 0, 1}, &opts);
        for (size_t w = 0; cases[k].want[w].name; w++) {
            assert_near(param(f, cases[k].want[w].name)->value, cases[k].want[w].value, 1e-5); /* where it stops */
            assert_true(param(f, cases[k].want[w].name)->is_determined);
        }
        assert_true(hys_lump_rms(f) < 1e-7);
        hys_lump_fit_free(f);
    }
}

/* ---- intervals ---- */

static double complex one_arc(double complex s) {
    return 10 + 1 / (1 / 500.0 + 2e-6 * s);
}

/* Of 90 intervals of 95 %, 85.5 are expected to hold the truth: fewer than 80 have a chance of 1 %. */
static void intervals_cover_the_truth(void **state) {
    int hits = 0;
    for (uint32_t seed = 1; seed <= 30; seed++) {
        static const double truth[] = {10, 500, 2e-6};
        hys_lump_opts opts = hys_lump_opts_default();
        opts.circuit = "R0-p(R1,C1)";
        hys_lump_fit *f = fit(*state, &(spectrum){one_arc, 1, 1e4, 17, 0.01, seed}, &opts);
        for (size_t k = 0; k < 3; k++)
            hits += hys_lump_get_param(f, k)->low < truth[k] && truth[k] < hys_lump_get_param(f, k)->high;
        assert_true(hys_lump_rms(f) > 0.004 && hys_lump_rms(f) < 0.02);
        hys_lump_fit_free(f);
    }
    assert_in_range((uintmax_t)hits, 80, 89);
}

static void what_the_data_leave_open_is_named(void **state) {
    hys_lump_opts opts = hys_lump_opts_default();
    opts.circuit = "R0-p(R1-R2,C1)";
    hys_lump_fit *f = fit(*state, &(spectrum){one_arc, 1, 1e4, 21, 0.01, 1}, &opts);
    assert_false(param(f, "R1")->is_determined);
    assert_true(strstr(param(f, "R1")->note, "trades off against R2") != NULL);
    assert_true(param(f, "C1")->is_determined);
    assert_near(param(f, "R1")->value + param(f, "R2")->value, 500, 0.02);
    hys_lump_fit_free(f);
    /* one of them held */
    opts.fix = (const char *const[]){"R2=0.2kohm"};
    opts.n_fix = 1;
    f = fit(*state, &(spectrum){one_arc, 1, 1e4, 21, 0.01, 1}, &opts);
    assert_true(param(f, "R2")->is_fixed);
    assert_near(param(f, "R2")->value, 200, 1e-12);
    assert_near(param(f, "R1")->value, 300, 0.03);
    assert_true(param(f, "R1")->is_determined);
    assert_true(isnan(hys_lump_correlation(f, 1, 2)));
    hys_lump_fit_free(f);
}

/* Activation of a channel under hyperpolarisation: a negative resistance with a negative inductance. */
static double complex activation(double complex s) {
    return 1 / (1.2e-6 + 1 / (-2.6e5 - 1450 * s));
}

static void negative_elements_are_found_where_they_are_named(void **state) {
    hys_lump_opts opts = hys_lump_opts_default();
    opts.circuit = "p(R1,R2-L2)";
    opts.negative = (const char *const[]){"R1", "R2,L2"};
    opts.n_negative = 2;
    hys_lump_fit *f = fit(*state, &(spectrum){activation, 0.1, 1e4, 31, 1e-3, 3}, &opts);
    assert_near(param(f, "R1")->value, 1 / 1.2e-6, 0.01);
    assert_near(param(f, "R2")->value, -2.6e5, 0.01);
    assert_near(param(f, "L2")->value, -1450, 0.01);
    assert_true(param(f, "R2")->low < -2.6e5 && param(f, "R2")->high > -2.6e5);
    hys_lump_fit_free(f);
}

/* ---- choice ---- */

static void the_circuit_is_chosen_that_made_the_spectrum(void **state) {
    static const struct {
        double complex (*z)(double complex s);
        const char *circuit;
    } cases[] = {{one_arc, "R0-p(R1,C1)"}, {cpe, "R0-p(R1,CPE1)"}, {randles, "R0-p(R1-W1,C1)"}};
    for (size_t k = 0; k < 3; k++) {
        hys_lump_opts opts = hys_lump_opts_default();
        hys_lump_fit *f = fit(*state, &(spectrum){cases[k].z, 0.1, 1e5, 19, 5e-3, 2}, &opts);
        assert_string_equal(hys_lump_circuit(f), cases[k].circuit);
        assert_true(hys_lump_n_choices(f) > 15);
        assert_true(hys_lump_get_choice(f, 0)->bic == hys_lump_bic(f));
        hys_lump_fit_free(f);
    }
}

/* ---- what may go wrong ---- */

static void what_is_no_circuit_is_refused_with_its_place(void **state) {
    static const struct {
        const char *circuit, *fix, *negative, *says;
    } bad[] = {
        {"", NULL, NULL, "an element is missing"},
        {"R0-", NULL, NULL, "an element is missing"},
        {"R0-X1", NULL, NULL, "--circuit:1:4: error: this is no element"},
        {"R0-p(R1,C1", NULL, NULL, "not closed"},
        {"R0)", NULL, NULL, "ends before this"},
        {"R0-R0", NULL, NULL, "two elements of this name"},
        {"p(p(p(p(p(p(p(p(p(p(p(p(p(p(p(p(p(p(p(p(p(R0)))))))))))))))))))))", NULL, NULL, "nested too deeply"},
        {"R0-p(R1,C1)", "R2=1ohm", NULL, "no such parameter"},
        {"R0-p(R1,C1)", "R1=1F", NULL, "value"},
        {"R0-p(R1,C1)", "R1", NULL, "a parameter and its value"},
        {"R0-p(R1,C1)", "R1=0", NULL, "not 0"},
        {"R0-CPE1", NULL, "CPE1.n", "between 0 and 1"},
        {"R0-CPE1", NULL, "CPE1.q", "did you mean 'CPE1.Q'?"},
        {"R0-R1-R2-R3-R4-R5-R6-R7-R8", NULL, NULL, "cannot determine 9 parameters"},
        {NULL, "R0=1ohm", NULL, "a circuit of one's own"},
    };
    hys_ctx *ctx = *state;
    hys_table *table = NULL;
    assert_int_equal(make(ctx, &(spectrum){one_arc, 1, 1e4, 4, 0, 1}, &table), HYS_OK);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        hys_lump_fit *f = NULL;
        hys_lump_opts opts = hys_lump_opts_default();
        opts.circuit = bad[k].circuit;
        opts.fix = &bad[k].fix;
        opts.n_fix = bad[k].fix != NULL;
        opts.negative = &bad[k].negative;
        opts.n_negative = bad[k].negative != NULL;
        hys_diag_clear(ctx);
        assert_true(hys_lump_fit_table(ctx, table, &opts, &f) < 0);
        assert_null(f);
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        if (!strstr(hys_test_diag_text(ctx, 0), bad[k].says))
            fail_msg("%s: %s", bad[k].circuit ? bad[k].circuit : "", hys_test_diag_text(ctx, 0));
    }
    hys_table_free(table);
}

static hys_status fit_job(hys_ctx *ctx, void *arg) {
    hys_table *table = NULL;
    hys_lump_fit *f = NULL;
    hys_lump_opts opts = hys_lump_opts_default();
    opts.circuit = "R0-p(R1-R2,C1)";
    hys_status status = make(ctx, arg, &table);
    if (status == HYS_OK) status = hys_lump_fit_table(ctx, table, &opts, &f);
    hys_lump_fit_free(f);
    hys_table_free(table);
    return status;
}

static void each_allocation_may_fail(void **state) {
    spectrum s = {one_arc, 1, 1e4, 6, 0.01, 1};
    (void)state;
    hys_test_each_failure(fit_job, &s, false);
}

static int set_up(void **state) {
    *state = hys_test_ctx();
    return 0;
}

static int tear_down(void **state) {
    hys_ctx_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(elements_come_back_from_their_closed_forms),
        TEST(intervals_cover_the_truth),
        TEST(what_the_data_leave_open_is_named),
        TEST(negative_elements_are_found_where_they_are_named),
        TEST(the_circuit_is_chosen_that_made_the_spectrum),
        TEST(what_is_no_circuit_is_refused_with_its_place),
        TEST(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
