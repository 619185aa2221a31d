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

/* Elements are variables of their own, loops over them are written out, the other file's text stands in its place. */
static void arrays_and_loops_are_written_out(void **state) {
    hys_nmodl *m = import("shells.mod", true);
    (void)state;
    assert_string_equal(hys_nmodl_remark(m, 0),
                        "LONGITUDINAL_DIFFUSION is left out: a compartment by itself has no neighbours");
    assert_holds(m, "        flux_4 = way_3*ca_2 - way_3*ca_3;\n");
    assert_holds(m, "        out = k3*pumpca - 0.0*pump;\n"); /* f_flux - b_flux */
    assert_holds(m, "        Conc(ca_3_state) <+ idt((flux_4 - flux_8)/vol_3/ms, ca_3_0);\n");
    assert_holds(m, "            way_3 = D/width;\n");
    assert_holds(m, "        cai = cai_init;\n");
    assert_holds(m, "        Conc(cai_port) <+ cai;\n");
    hys_nmodl_free(m);
}

static void a_pointer_is_a_terminal(void **state) {
    hys_nmodl *m = import("gapj.mod", false);
    (void)state;
    assert_holds(m, "module gapj(inside, outside, vgap_port);");
    assert_holds(m, "        vgap = V(vgap_port, outside)/mV;\n");
    hys_nmodl_free(m);
}

/* INITIAL twice is one, as in NEURON; BEFORE stands before it. */
static void blocks_of_a_kind_are_one(void **state) {
    static const char text[] =
        "NEURON { NONSPECIFIC_CURRENT i }\nASSIGNED { v i a }\nBREAKPOINT { i = a*v }\nBEFORE BREAKPOINT { a = 2 }\n"
        "BREAKPOINT { i = i + 1 }";
    hys_nmodl *m = NULL;
    (void)state;
    assert_int_equal(hys_nmodl_parse(ctx, "dir/no suffix.mod", text, strlen(text), NULL, &m), HYS_OK);
    assert_string_equal(hys_nmodl_module(m), "no_suffix");
    assert_holds(m, "        a = 2.0;\n        i = a*v;\n        i = i + 1.0;\n");
    hys_nmodl_free(m);
}

/* n_0 is where n starts: a file that has that name too keeps it. */
static void names_do_not_clash(void **state) {
    static const char text[] = "NEURON { SUFFIX x NONSPECIFIC_CURRENT i }\nPARAMETER { n_0 = 2 }\nASSIGNED { v i }\n"
                               "STATE { n }\nINITIAL { n = n_0 }\nBREAKPOINT { SOLVE s METHOD cnexp i = n*v }\n"
                               "DERIVATIVE s { n' = -n }";
    hys_nmodl *m = NULL;
    (void)state;
    assert_int_equal(hys_nmodl_parse(ctx, "x.mod", text, strlen(text), NULL, &m), HYS_OK);
    assert_holds(m, "        n_own = n_0;\n        n_own_0 = n_own;\n");
    hys_nmodl_free(m);
}

/* Reactions that rest at each moment: no states, but the same elimination as in INITIAL. */
static void reactions_may_rest_always(void **state) {
    static const char text[] = "NEURON { SUFFIX x NONSPECIFIC_CURRENT i }\nASSIGNED { v i }\nSTATE { a b }\n"
                               "INITIAL { a = 1 b = 0 }\nBREAKPOINT { SOLVE k STEADYSTATE sparse i = b*v }\n"
                               "KINETIC k { ~ a <-> b (exp(v/20), 1) CONSERVE a + b = 1 }";
    char *dir = hys_test_dir();
    const char *va = hys_test_path(dir, "it.va");
    hys_model *model = NULL;
    hys_nmodl *m = NULL;
    (void)state;
    assert_int_equal(hys_nmodl_parse(ctx, "x.mod", text, strlen(text), NULL, &m), HYS_OK);
    assert_holds(m, "        // k, at rest\n");
    assert_int_equal(hys_nmodl_write(m, va), HYS_OK);
    hys_nmodl_free(m);
    assert_int_equal(hys_model_load(ctx, va, NULL, &model), HYS_OK);
    hys_test_dir_remove(dir);
    assert_int_equal(hys_model_n_states(model), 0);
    assert_near(current_of(model, 20, "300K"), 20 / (1 + exp(-1)), 1e-9);
    hys_model_free(model);
}

/* A pump's own current flows beside that of others; what BREAKPOINT wants of it runs before. */
static void a_pump_reads_the_sum_of_currents(void **state) {
    static const char text[] =
        "NEURON { SUFFIX x USEION ca READ ica WRITE ica, cai }\nASSIGNED { ica cai ip last }\nSTATE { c }\n"
        "BREAKPOINT { SOLVE k METHOD sparse last = ip ica = ip }\n"
        "KINETIC k { ~ c -> (0.1)\nip = f_flux ~ c << (-(ica - last)) cai = c }";
    hys_nmodl *m = NULL;
    (void)state;
    assert_int_equal(hys_nmodl_parse(ctx, "x.mod", text, strlen(text), NULL, &m), HYS_OK);
    assert_string_equal(hys_nmodl_remark(m, 1), "ica_others, the current of other mechanisms, is a parameter: 0");
    assert_holds(m, "        // k, for BREAKPOINT\n        ip = 0.1*c;\n        cai = c;\n        // BREAKPOINT\n"
                    "        last = ip;\n        ica = ip;\n        // k\n");
    assert_holds(m, "        flux_2 = -(ica + ica_others - last);\n");
    hys_nmodl_free(m);
}

/* Events from outside are sent at once, and run with those that are due. */
static void a_module_sends_events_to_itself(void **state) {
    hys_nmodl *m = import("pulsed.mod", false);
    (void)state;
    assert_holds(m, "            self_first_2 = del;\n            self_first_flag_2 = (-1.0);\n");
    assert_holds(m, "@(cross(v - vlow, -1)) if (self_watch_2 > 0.5) begin\n");
    assert_holds(m, " or timer(self_next*ms)) begin\n");
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
    {"NEURON { SUFFIX x POINTER p }\nASSIGNED { p }\nBREAKPOINT { p = 1 }",
     "'p', a variable of another mechanism, is written", 2, 12},
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
    {HEAD "INCLUDE \"no/such.inc\"", "no/such.inc cannot be read", 4, 9},
    {HEAD "INCLUDE other", "INCLUDE without the name of a file", 4, 1},
    {HEAD "BREAKPOINT { SOLVE k METHOD sparse }\nKINETIC k { ~ a << (f_flux) }", "f_flux", 5, 21},
    {HEAD "ASSIGNED { c[3] }\nBREAKPOINT { i = c[3] }", "'c' has the elements 0 to 2, not 3", 5, 18},
    {HEAD "ASSIGNED { c[3] }\nBREAKPOINT { i = c }", "'c' is an array", 5, 18},
    {HEAD "BREAKPOINT { i = v[0] }", "'v' is no array", 4, 18},
    {HEAD "ASSIGNED { c[3] }\nBREAKPOINT { i = c[v] }", "an index that is no number before the model runs", 5, 20},
    {HEAD "ASSIGNED { c[0] }", "an array has 1 to 1000 elements, not 0", 4, 14},
    {HEAD "ASSIGNED { c[2] }\nBREAKPOINT { FROM k = 0 TO 1e9 { c[0] = k } }", "loops become more than", 5, 14},
    {HEAD "FUNCTION_TABLE f(x)\nBREAKPOINT { i = f(v) }", "FUNCTION_TABLE is not translated", 4, 1},
    {"NEURON { SUFFIX x USEION ca READ ica WRITE ica }\nASSIGNED { ica b }\nSTATE { a }\nBREAKPOINT { SOLVE s METHOD "
     "cnexp ica = a }\nDERIVATIVE s { p() a' = b }\nPROCEDURE p() { b = ica }",
     "ica is read and written", 2, 12},
    {HEAD "ASSIGNED { x y }\nBREAKPOINT { SOLVE s METHOD cnexp x = y i = v }\nDERIVATIVE s { y = x a' = -x }",
     "x goes from BREAKPOINT to what it solves, and y back", 5, 1},
    {HEAD "INITIAL { SOLVE k STEADYSTATE sparse }\nKINETIC k { ~ a + a <-> b (1, 1) }", "not of first order", 5, 13},
    {HEAD "INITIAL { SOLVE k METHOD sparse }\nKINETIC k { ~ a <-> b (1, 1) }", "a step of the solver in INITIAL", 4,
     11},
    {HEAD "PROCEDURE p() { net_send(1, 1) }\nBREAKPOINT { p() }\nNET_RECEIVE(w) { }",
     "net_send in this block is not translated", 4, 17},
    {HEAD "BREAKPOINT { i = v }\nNET_RECEIVE(w) { v = -65 }", "an event sets v", 2, 12},
    {HEAD "INITIAL { net_send(1, 1) }", "there is no NET_RECEIVE to take it", 4, 11},
    {HEAD "NET_RECEIVE(w) { WATCH (v) 1 }", "WATCH wants a comparison", 4, 25},
    {HEAD "NET_RECEIVE(w) { net_move(1) }", "net_move is not translated", 4, 18},
    {HEAD "BREAKPOINT { i = exprand(1) }", "draws random numbers", 4, 18},
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

static hys_status parse_again(hys_ctx *own, void *arg) {
    hys_nmodl *m = NULL;
    const hys_status status = hys_nmodl_parse(own, "x.mod", arg, strlen(arg), NULL, &m);
    hys_nmodl_free(m);
    return status;
}

static void without_memory_it_says_so(void **state) {
    (void)state;
    hys_test_each_failure(import_again, (void *)(FIXTURES "twoexp.mod"), false);
    hys_test_each_failure(import_again, (void *)(FIXTURES "kca.mod"), true);
    hys_test_each_failure(import_again, (void *)(FIXTURES "chain.mod"), true);
    hys_test_each_failure(
        parse_again,
        (void *)"NEURON { SUFFIX x NONSPECIFIC_CURRENT i }\nDEFINE N 2\nASSIGNED { v i c[N] }\nSTATE { a[N] }\n"
                "BREAKPOINT { SOLVE k METHOD sparse i = c[1]*a[0] }\nKINETIC k { COMPARTMENT j, j + 1 { a }\n"
                "FROM j = 0 TO N-2 { ~ a[j] <-> a[j+1] (1, 2) }\nc[1] = f_flux }",
        true);
    hys_test_each_failure(parse_again, (void *)(HEAD "INITIAL { net_send(1, 2) }\nNET_RECEIVE(w) { WATCH (v > 0) 3 }"),
                          true);
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
        cmocka_unit_test_setup_teardown(arrays_and_loops_are_written_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pointer_is_a_terminal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blocks_of_a_kind_are_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_do_not_clash, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reactions_may_rest_always, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pump_reads_the_sum_of_currents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_module_sends_events_to_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_value_that_neuron_ignores_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_translated_is_told_with_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nesting_has_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_memory_it_says_so, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
