/* NEURON's mechanisms as Verilog-A: what is translated gives the currents of its closed form, what is not is told. */
#include "hys_test.h"
#include <hysteron/lab.h>
#include <hysteron/nmodl.h>

#define FIXTURES HYS_TEST_SOURCE "/tests/io/data/nmodl/"

static hys_ctx *ctx;

static int set_up(void **state) {
    (void)state;
    ctx = hys_test_ctx();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    hys_ctx_free(ctx);
    return 0;
}

static hys_nmodl *import(const char *name, bool ion_ports) {
    hys_nmodl_opts opts = hys_nmodl_opts_default();
    hys_nmodl *m = NULL;
    opts.ion_ports = ion_ports;
    const hys_status status = hys_nmodl_import(ctx, hys_test_path(FIXTURES, name), &opts, &m);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    return m;
}

/* ---- currents ---- */

#define V_0     (-65.0) /* mV, where INITIAL runs */
#define HELD    3.0     /* ms at V_0, then the step */
#define STEPPED 5.0     /* ms */

static hys_model *load(const char *name) {
    char *dir = hys_test_dir();
    const char *va = hys_test_path(dir, "it.va");
    hys_model *model = NULL;
    hys_nmodl *m = import(name, false);
    assert_int_equal(hys_nmodl_write(m, va), HYS_OK);
    hys_nmodl_free(m);
    const hys_status status = hys_model_load(ctx, va, NULL, &model);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    hys_test_dir_remove(dir);
    return model;
}

/* Current at the end of the step in mA/cm2. */
static double current_of(const hys_model *model, double v, const char *temp) {
    char *dir = hys_test_dir(), wave[512], drive[128];
    const char *csv = hys_test_path(dir, "wave.csv");
    hys_bench_opts opts = hys_bench_opts_default();
    hys_run *run = NULL;
    snprintf(wave, sizeof wave, "time[ms],v[mV]\n0,%g\n%g,%g\n%.12g,%g\n%g,%g\n", V_0, HELD, V_0, HELD + 1e-9, v,
             HELD + STEPPED, v);
    hys_test_write(csv, wave, strlen(wave));
    snprintf(drive, sizeof drive, "csv:%s", csv);
    opts.wave = drive;
    opts.cycles = 1;
    opts.points = 16;
    opts.temp = temp;
    opts.rtol = 1e-8;
    const hys_status status = hys_iv(ctx, model, &opts, &run);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    const hys_table *table = hys_run_table(run);
    const double i = hys_table_column(table, "i")[hys_table_n_rows(table) - 1];
    hys_run_free(run);
    hys_test_dir_remove(dir);
    return 1e3 * i; /* the area is 1 cm2 */
}

/* A gate that has settled at V_0 and relaxes at the step. */
static double relaxed(double inf_0, double inf, double tau) {
    return inf + (inf_0 - inf) * exp(-STEPPED / tau);
}

static double opening(double x, double y) {
    return fabs(x / y) < 1e-6 ? y * (1 - x / y / 2) : x / (exp(x / y) - 1);
}

typedef struct rates {
    double a, b;
} rates;

static rates m_rates(double v) {
    return (rates){0.1 * opening(-(v + 40), 10), 4 * exp(-(v + 65) / 18)};
}

static rates h_rates(double v) {
    return (rates){0.07 * exp(-(v + 65) / 20), 1 / (exp(-(v + 35) / 10) + 1)};
}

static rates n_rates(double v) {
    return (rates){0.01 * opening(-(v + 55), 10), 0.125 * exp(-(v + 65) / 80)};
}

static double gate(rates (*of)(double), double v, double speed) {
    const rates r = of(v), r_0 = of(V_0);
    return relaxed(r_0.a / (r_0.a + r_0.b), r.a / (r.a + r.b), 1 / (speed * (r.a + r.b)));
}

/* The solver's tolerance is 1e-8 a step; 1e-6 in all. */
static void squid_axon_follows_hodgkin_and_huxley(void **state) {
    static const struct {
        double v, celsius; /* -40 mV is the hole of m's opening rate */
    } at[] = {{-40, 6.3}, {20, 6.3}, {-100, 6.3}, {-20, 16.3}};
    hys_model *squid = load("squid.mod");
    (void)state;
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        char temp[32];
        const double v = at[k].v, speed = pow(3, (at[k].celsius - 6.3) / 10);
        const double m = gate(m_rates, v, speed), h = gate(h_rates, v, speed), n = gate(n_rates, v, speed);
        const double i = 0.12 * m * m * m * h * (v - 50) + 0.036 * pow(n, 4) * (v + 77) + 0.0003 * (v + 54.3);
        snprintf(temp, sizeof temp, "%gdegC", at[k].celsius);
        assert_near(current_of(squid, v, temp), i, 1e-6);
    }
    hys_model_free(squid);
}

/* F and R of 2018, as NEURON 9 has them. */
static void calcium_is_driven_by_goldman_hodgkin_and_katz(void **state) {
    const double v = -30, kelvin = 297.15, z = 2e-3 * 96485.33212331001 * v / (8.31446261815324 * kelvin);
    const double drive = 2e-3 * 96485.33212331001 * (5e-5 * opening(-z, 1) - 2.0 * opening(z, 1));
    const double m = relaxed(1 / (1 + exp(-(V_0 + 57) / 6.2)), 1 / (1 + exp(-(v + 57) / 6.2)),
                             0.6 + 1 / (exp(-(v + 132) / 16.7) + exp((v + 16.8) / 18.2)));
    const double h = relaxed(1 / (1 + exp((V_0 + 81) / 4)), 1 / (1 + exp((v + 81) / 4)), 28 + exp(-(v + 22) / 10.5));
    hys_model *cat = load("cat.mod");
    (void)state;
    assert_near(current_of(cat, v, "24degC"), 2e-4 * m * m * h * drive, 1e-6);
    hys_model_free(cat);
}

static void leak_is_a_line(void **state) {
    hys_model *leak = load("leak.mod");
    (void)state;
    assert_near(current_of(leak, 30, "300K"), 0.001 * (30 + 70), 1e-12);
    hys_model_free(leak);
}

/* Three closed states and an open one in a compartment of 2.5 times the volume: INITIAL puts them at rest at V_0, where
 * each reaction is balanced; amounts sum up to those that INITIAL began with. */
static void reactions_start_at_rest(void **state) {
    const double a = 0.02 * opening(-(V_0 + 35), 9), b = 0.3 * exp(-(V_0 + 45) / 60);
    const double c2 = 3 * a / b, c3 = c2 * a / b, o = c3 * a / (3 * b);
    hys_model *chain = load("chain.mod");
    (void)state;
    assert_near(current_of(chain, V_0, "300K"), 0.02 * o / (1 + c2 + c3 + 2.5 * o) * (V_0 + 77), 1e-6);
    hys_model_free(chain);
}

/* ---- all of them ---- */

static void states_and_jumps_are_those_of_the_device(void **state) {
    static const struct {
        const char *name, *states; /* in order */
    } all[] = {{"capool.mod", "cai_state "}, {"twoexp.mod", "A_state B_state A_jump B_jump "}};
    char *dir = hys_test_dir();
    const char *va = hys_test_path(dir, "it.va");
    (void)state;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        char states[256] = "";
        hys_model *model = NULL;
        hys_nmodl *m = import(all[k].name, false);
        assert_int_equal(hys_nmodl_write(m, va), HYS_OK);
        hys_nmodl_free(m);
        assert_int_equal(hys_model_check(ctx, va, NULL, &model), HYS_OK);
        for (size_t s = 0; s < hys_model_n_states(model); s++) {
            strcat(states, hys_model_state(model, s)->name);
            strcat(states, " ");
        }
        assert_string_equal(states, all[k].states);
        hys_model_free(model);
    }
    hys_test_dir_remove(dir);
}

static void assert_holds(const hys_nmodl *m, const char *text) {
    if (strstr(hys_nmodl_text(m), text)) return;
    print_error("this is not there:\n%s\nbut this:\n%s\n", text, hys_nmodl_text(m));
    fail();
}

static void formulas_stay_as_a_reader_knows_them(void **state) {
    hys_nmodl *m = import("squid.mod", false);
    (void)state;
    assert_string_equal(hys_nmodl_module(m), "squid");
    assert_holds(m, "        Frac(m_gate) <+ idt((minf - m)/mtau/ms, m_0);\n");
    assert_holds(m, "        ik = gkbar*(n*n*n*n)*(v - ek);\n");
    assert_holds(
        m, "(* desc = \"all sodium channels open\", units = \"S/cm^2\" *)\n    parameter real gnabar = 0.12 from");
    assert_int_equal(hys_nmodl_n_remarks(m), 1);
    assert_string_equal(hys_nmodl_remark(m, 0),
                        "TABLE is left out: functions are evaluated exactly, also beyond its ends");
    hys_nmodl_free(m);
}

static void assert_rate(const char *rate, const char *text) {
    char file[512];
    hys_nmodl *m = NULL;
    snprintf(file, sizeof file,
             "NEURON { SUFFIX x NONSPECIFIC_CURRENT i RANGE a }\nPARAMETER { vh s }\nASSIGNED { v i a }\n"
             "BREAKPOINT { %s i = a*v }",
             rate);
    assert_int_equal(hys_nmodl_parse(ctx, "x.mod", file, strlen(file), NULL, &m), HYS_OK);
    assert_holds(m, text);
    hys_nmodl_free(m);
}

/* exprelr(z) = z/(exp(z) - 1).  -(v + 40)/10 is -0.1 times v + 40. */
static void holes_are_filled(void **state) {
    (void)state;
    assert_rate("a = 0.1*(v + 40)/(1 - exp(-(v + 40)/10))", "a = 0.1*10.0*exprelr(-(v + 40.0)/10.0);");
    assert_rate("a = (v - vh)/(exp((v - vh)/s) - 1)", "a = s*exprelr((v - vh)/s);");
    assert_rate("a = -2*(vh - v)/(1 - exp((v - vh)/s))", "a = -2.0*s*exprelr((v - vh)/s);");
    assert_rate("a = -0.01*(v + 55)/(exp(-0.1*(v + 55)) - 1)", "a = -0.01*(-10.0)*exprelr(-0.1*(v + 55.0));");
    assert_rate("a = (v + 40)/(1 - exp(-(v + 41)/10))", "a = (v + 40.0)/(1.0 - exp(-(v + 41.0)/10.0));");
    assert_rate("IF (fabs(v) < 1e-4) { a = 1 } ELSE { a = v/(exp(v) - 1) }", "a = v/(exp(v) - 1.0);");
}

/* One state of a CONSERVE is no state; reactions are fluxes. */
static void reactions_become_fluxes(void **state) {
    hys_nmodl *m = import("nakin.mod", false);
    (void)state;
    assert_holds(m, "        i = 1.0 - c1 - c2 - o;\n");
    assert_holds(m, "        flux_1 = 2.0*ao*c1 - bo*c2;\n");
    assert_holds(m, "        Frac(c1_gate) <+ idt((-flux_1 - flux_4)/ms, c1_0);\n");
    hys_nmodl_free(m);
}

static void ions_are_parameters_or_terminals(void **state) {
    hys_nmodl *m = import("kca.mod", false);
    (void)state;
    assert_holds(m, "units = \"mol/m^3\" *)\n    parameter real cai = 5e-5;\n");
    hys_nmodl_free(m);
    m = import("capool.mod", false);
    assert_string_equal(hys_nmodl_remark(m, 1),
                        "cai stays inside: --ion-ports makes it a terminal, for other mechanisms");
    hys_nmodl_free(m);
    m = import("capool.mod", true);
    assert_holds(m, "module capool(inside, outside, ica_port, cai_port);");
    assert_int_equal(hys_nmodl_n_remarks(m), 0);
    hys_nmodl_free(m);
    m = import("kca.mod", true);
    assert_holds(m, "        cai = cai_init;\n");
    assert_holds(m, "module kca(inside, outside, cai_port);");
    assert_holds(m, "        cai = Conc(cai_port);\n");
    hys_nmodl_free(m);
}

static void an_event_raises_the_states_of_a_synapse(void **state) {
    hys_nmodl *m = import("twoexp.mod", false);
    (void)state;
    assert_holds(m, "        @(cross(V(spike, outside) - 0.5, +1)) begin\n"
                    "            A = A + weight*factor;\n");
    assert_holds(m, "            A_jump = A - Own(A_state);\n");
    assert_holds(m, "        I(inside, outside) <+ nA*i;\n");
    hys_nmodl_free(m);
}

static void a_value_that_neuron_ignores_is_told(void **state) {
    hys_nmodl *m = import("mtype.mod", false);
    (void)state;
    assert_string_equal(hys_nmodl_remark(m, 0), "ek is -77, as NEURON starts it: it ignores the file's -90");
    hys_nmodl_free(m);
}

/* ---- what is refused ---- */

#define HEAD "NEURON { SUFFIX x NONSPECIFIC_CURRENT i }\nASSIGNED { v i }\nSTATE { a b }\n"

typedef struct mistake {
    const char *text, *says;
    int line, col;
} mistake;

static const mistake mistakes[] = {
    {"", "names no mechanism", 1, 1},
    {"\x7f"
     "ELF\x02",
     "the byte 0x7f has no meaning", 1, 1},
    {"NEURON { SUFFIX", "the mechanism's name is missing at the end of the file", 1, 16},
    {"NEURON { SUFFIX x POINTER p }", "POINTER is not translated", 1, 19},
    {"NEURON { SUFFIX x BBCOREPOINTER p }", "BBCOREPOINTER is not translated", 1, 19},
    {"NEURON { SUFFIX x RANDOM r }", "RANDOM is not translated", 1, 19},
    {"NEURON { ARTIFICIAL_CELL x }", "carries no current", 1, 10},
    {HEAD "BREAKPOINT { i = v", "is never closed", 4, 12},
    {HEAD "BREAKPOINT { i = * v }", "an expression is expected here, not '*'", 4, 18},
    {HEAD "BREAKPOINT { i = u }", "there is no 'u'", 4, 18},
    {HEAD "BREAKPOINT { i = f(v) }", "there is no function 'f'", 4, 18},
    {HEAD "FUNCTION f(x) { f = f(x) }\nBREAKPOINT { i = f(v) }", "'f' calls itself", 4, 21},
    {HEAD "BREAKPOINT {\nVERBATIM\ni = 1;\nENDVERBATIM\n}", "VERBATIM is not translated", 5, 9},
    {HEAD "COMMENT\nno end", "COMMENT without ENDCOMMENT", 4, 1},
    {HEAD "BREAKPOINT { SOLVE s METHOD magic }", "'magic' is no method", 4, 29},
    {HEAD "BREAKPOINT { SOLVE s METHOD cnexp }", "there is no block 's' to solve", 4, 14},
    {HEAD "NONLINEAR s { }", "NONLINEAR is not translated", 4, 1},
    {HEAD "INITIAL { SOLVE s }\nLINEAR s { ~ a*b = 1 ~ a - b = 0 }", "the equation is not linear", 5, 12},
    {HEAD "INITIAL { SOLVE s }\nLINEAR s { ~ a + b = 1 }", "1 equations for 2 states", 4, 11},
    {HEAD "BREAKPOINT { IF (v > 0) { SOLVE s METHOD cnexp } }\nDERIVATIVE s { a' = -a }", "SOLVE within an IF", 4, 27},
    {HEAD "BREAKPOINT { SOLVE s METHOD cnexp }\nDERIVATIVE s { LOCAL a a' = 1 }", "'a' is no state", 5, 24},
    {HEAD "BREAKPOINT { p() }\nPROCEDURE p() { a' = 1 }", "a' stands outside of a DERIVATIVE block", 5, 17},
    {HEAD "INCLUDE \"other.inc\"", "INCLUDE is not translated", 4, 1},
    {HEAD "BREAKPOINT { SOLVE k METHOD sparse }\nKINETIC k { COMPARTMENT n, 2 { a } }", "COMPARTMENT of an array", 5,
     26},
    {HEAD "BREAKPOINT { SOLVE k METHOD sparse }\nKINETIC k { ~ a << (f_flux) }", "f_flux", 5, 21},
    {HEAD "BREAKPOINT { SOLVE k METHOD sparse }\nKINETIC k { LONGITUDINAL_DIFFUSION 2 { a } }",
     "LONGITUDINAL_DIFFUSION is not translated", 5, 13},
    {HEAD "INITIAL { SOLVE k STEADYSTATE sparse }\nKINETIC k { ~ a + a <-> b (1, 1) }", "not of first order", 5, 13},
    {HEAD "INITIAL { SOLVE k METHOD sparse }\nKINETIC k { ~ a <-> b (1, 1) }", "a step of the solver in INITIAL", 4,
     11},
    {HEAD "NET_RECEIVE(w) { net_send(1, 1) }", "net_send is not translated", 4, 18},
    {HEAD "BREAKPOINT { i = exprand(1) }", "draws random numbers", 4, 18},
    {"NEURON { SUFFIX x }\nSTATE { c[3] }", "'c' is an array", 2, 9},
    {HEAD "BREAKPOINT { SOLVE s METHOD cnexp i = a }\nDERIVATIVE s { w' = 1 }", "there is no variable 'w'", 5, 16},
    {HEAD "PARAMETER { g = 1e999 }", "no number that a double holds", 4, 17},
};

static void what_cannot_be_translated_is_told_with_its_place(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        const mistake *m = &mistakes[k];
        hys_nmodl *result = NULL;
        hys_diag_clear(ctx);
        assert_true(hys_nmodl_parse(ctx, "x.mod", m->text, strlen(m->text), NULL, &result) < 0);
        assert_null(result);
        const hys_diag *d = hys_diag_get(ctx, 0);
        if (hys_diag_count(ctx) != 1 || !strstr(d->message, m->says) || d->line != m->line || d->col != m->col) {
            print_error("of %s\n%s\nnot %d:%d: %s\n", m->text, hys_test_diag_text(ctx, 0), m->line, m->col, m->says);
            fail();
        }
    }
}

/* Brackets and blocks have a limit of depth, so that no file exhausts the stack. */
static void nesting_has_a_limit(void **state) {
    static char text[40000];
    static const char *const units[] = {"(", "IF (1) {", "-"};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        hys_nmodl *result = NULL;
        strcpy(text, k == 1 ? "BREAKPOINT { " : "BREAKPOINT { i = ");
        for (size_t n = 0; n < 3000; n++) strcat(text, units[k]);
        hys_diag_clear(ctx);
        assert_true(hys_nmodl_parse(ctx, "x.mod", text, strlen(text), NULL, &result) < 0);
        assert_non_null(strstr(hys_diag_get(ctx, 0)->message, "nested"));
    }
}

static hys_status import_again(hys_ctx *own, void *arg) {
    hys_nmodl *m = NULL;
    const hys_status status = hys_nmodl_import(own, arg, NULL, &m);
    hys_nmodl_free(m);
    return status;
}

static void without_memory_it_says_so(void **state) {
    (void)state;
    hys_test_each_failure(import_again, (void *)(FIXTURES "twoexp.mod"), false);
    hys_test_each_failure(import_again, (void *)(FIXTURES "kca.mod"), true);
    hys_test_each_failure(import_again, (void *)(FIXTURES "chain.mod"), true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(squid_axon_follows_hodgkin_and_huxley, set_up, tear_down),
        cmocka_unit_test_setup_teardown(calcium_is_driven_by_goldman_hodgkin_and_katz, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leak_is_a_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reactions_start_at_rest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(holes_are_filled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(states_and_jumps_are_those_of_the_device, set_up, tear_down),
        cmocka_unit_test_setup_teardown(formulas_stay_as_a_reader_knows_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reactions_become_fluxes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ions_are_parameters_or_terminals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_event_raises_the_states_of_a_synapse, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_value_that_neuron_ignores_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_translated_is_told_with_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nesting_has_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_memory_it_says_so, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
