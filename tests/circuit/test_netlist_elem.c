/* Elements: what their lines say. */
#include "circuit/netlist_rig.h"

static void passive_elements_have_their_values(void **state) {
    (void)state;
    netlist_rig rig =
        netlist_good(".param p=3\n"
                     "R1 a b 4k7\nR2 (a b) 10kohm\nR3 a 0 R={p*1k}\nR4 a 0 p\nR5 a 0 '1/p' m=2\n"
                     "R6 a 0 1k temp=127 tc=1m,2u\nR7 a 0 1k tc1=1m dtemp=10\nR8 a 0 1k scale=2\nR9 a 0 -50\n"
                     "C1 a 0 1uF IC=2\nC2 a 0 cap=2n\nL1 a 0 1mH ic=1m\nL2 a c 2m\nK1 L1 L2 0.5\nR10 c 0 1\n");
    assert_true(netlist_value(&rig, "r1") == 4700 && netlist_value(&rig, "r2") == 1e4);
    assert_true(netlist_value(&rig, "r3") == 3e3 && netlist_value(&rig, "r4") == 3);
    assert_same_double(netlist_value(&rig, "r5"), 1 / 3.);
    assert_true(netlist_elem(&rig, "r5")->m == 2 && netlist_elem(&rig, "r1")->m == 1);
    assert_near(netlist_value(&rig, "r6"), 1e3 * (1 + 0.1 + 2e-6 * 1e4), 1e-15);
    assert_near(netlist_elem(&rig, "r6")->temp, 400.15, 1e-15);
    assert_near(netlist_value(&rig, "r7"), 1e3 * 1.01, 1e-15);
    assert_true(netlist_value(&rig, "r8") == 2e3 && netlist_value(&rig, "r9") == -50);
    assert_true(netlist_value(&rig, "c1") == 1e-6 && netlist_elem(&rig, "c1")->ic == 2);
    assert_true(isnan(netlist_elem(&rig, "c2")->ic) && netlist_value(&rig, "c2") == 2e-9);
    assert_true(netlist_value(&rig, "l1") == 1e-3 && netlist_elem(&rig, "l1")->ic == 1e-3);
    const hys__elem *k = netlist_elem(&rig, "k1");
    assert_true(k->value == 0.5 && &rig.flat->elems[k->control[0]] == netlist_elem(&rig, "l1") &&
                &rig.flat->elems[k->control[1]] == netlist_elem(&rig, "l2"));
    netlist_free(&rig);
}

static void models_of_passive_elements_count(void **state) {
    (void)state;
    netlist_rig rig =
        netlist_good("R1 a 0 rm l=10u w=1u\nR2 a 0 2 rf\nR3 a 0 rm2\nC1 a 0 cm l=10u w=2u\n"
                     ".model rm R rsh=100 narrow=0.1u tc1=1m\n.model rf res(r=3 tc1=2m)\n.model rm2 r r=7\n"
                     ".model cm c cj=1m cjsw=1n\n.temp 37\n");
    /* SPICE 3: rsh (l - narrow) / (w - narrow) */
    assert_near(netlist_value(&rig, "r1"), 100 * 9.9 / 0.9 * 1.01, 1e-14);
    assert_near(netlist_value(&rig, "r2"), 6 * 1.02, 1e-14);
    assert_true(netlist_value(&rig, "r3") == 7);
    assert_near(netlist_value(&rig, "c1"), 1e-3 * 20e-12 + 2 * 1e-9 * 12e-6, 1e-14);
    netlist_free(&rig);
}

static void three_coupled_inductors_are_three_couplings(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("L1 a 0 1\nL2 b 0 1\nL3 c 0 1\nK1 L1 L2 L3 0.9\n");
    assert_int_equal(rig.flat->n_elems, 6);
    const hys__elem *k = netlist_elem(&rig, "k1#3");
    assert_ptr_equal(&rig.flat->elems[k->control[0]], netlist_elem(&rig, "l2"));
    assert_ptr_equal(&rig.flat->elems[k->control[1]], netlist_elem(&rig, "l3"));
    netlist_free(&rig);
}

static void sources_have_dc_ac_and_wave(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("V1 a 0 5\nV2 b 0 DC 2 AC 3 90\nV3 c 0 AC SIN(1 2 1k)\nV4 d 0 dc=1 pulse(0 1) ac=2\n"
                                   "I1 0 a 1mA\nI2 a 0 pulse 0 1 1n\nV5 e 0\n");
    assert_true(netlist_value(&rig, "v1") == 5 && netlist_elem(&rig, "v1")->wave == NULL);
    assert_true(netlist_value(&rig, "v2") == 2 && netlist_elem(&rig, "v2")->ac_mag == 3);
    assert_near(netlist_elem(&rig, "v2")->ac_phase, acos(0), 1e-15);
    const hys__elem *v3 = netlist_elem(&rig, "v3"), *v4 = netlist_elem(&rig, "v4");
    assert_true(isnan(v3->value) && v3->ac_mag == 1 && v3->wave->kind == HYS__WAVE_SIN && v3->wave->p[1] == 2);
    assert_true(v4->value == 1 && v4->ac_mag == 2 && v4->wave->kind == HYS__WAVE_PULSE);
    assert_string_equal(netlist_nodes(&rig, "i1"), "0 a");
    assert_true(netlist_value(&rig, "i1") == 1e-3 && netlist_elem(&rig, "i2")->wave->p[2] == 1e-9);
    assert_true(netlist_value(&rig, "v5") == 0);
    netlist_free(&rig);
}

static void controlled_sources_are_linear_or_behavioural(void **state) {
    (void)state;
    netlist_rig rig =
        netlist_good("V1 a 0 1\nE1 b 0 a 0 10\nG1 c 0 (a,0) 1m\nF1 c 0 V1 2\nH1 d 0 V1 {3}\n"
                     "E2 e 0 VALUE={V(a)*2}\nG2 e 0 cur='V(a)' m=3\nE3 f 0 vol='2*V(a)'\n"
                     "E4 g 0 POLY(1) a 0 5\nF2 g 0 POLY(2) V1 V1 0 1 2\nG3 g 0 TABLE {V(a)} = (0,0) (1,2)\n"
                     "E5 h 0 VCVS a 0 7\nH2 i 0 CCVS V1 8\n");
    assert_true(netlist_elem(&rig, "e1")->card->kind == HYS__ELEM_E && netlist_value(&rig, "e1") == 10);
    assert_string_equal(netlist_nodes(&rig, "e1"), "b 0 a 0");
    assert_true(netlist_elem(&rig, "g1")->card->kind == HYS__ELEM_G && netlist_value(&rig, "g1") == 1e-3);
    assert_true(netlist_value(&rig, "f1") == 2 && netlist_value(&rig, "h1") == 3);
    assert_ptr_equal(&rig.flat->elems[netlist_elem(&rig, "f1")->control[0]], netlist_elem(&rig, "v1"));
    assert_true(netlist_value(&rig, "e5") == 7 && netlist_value(&rig, "h2") == 8);
    static const struct {
        const char *name;
        hys__behaviour behaviour;
    } cases[] = {{"e2", HYS__IS_VOLTAGE}, {"g2", HYS__IS_CURRENT}, {"e3", HYS__IS_VOLTAGE},
                 {"e4", HYS__IS_VOLTAGE}, {"f2", HYS__IS_CURRENT}, {"g3", HYS__IS_CURRENT}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const hys__elem *e = netlist_elem(&rig, cases[i].name);
        assert_true(e->card->kind == HYS__ELEM_B && e->card->behaviour == cases[i].behaviour && e->card->n_nodes == 2);
    }
    const hys__expr *poly = netlist_elem(&rig, "e4")->card->expr; /* a single coefficient is that of x */
    assert_string_equal(poly->name, "poly");
    assert_true(poly->n_args == 4 && poly->args[2]->number == 0 && poly->args[3]->number == 5);
    const hys__expr *table = netlist_elem(&rig, "g3")->card->expr;
    assert_string_equal(table->name, "table");
    assert_true(table->n_args == 5 && table->args[4]->number == 2);
    assert_true(netlist_elem(&rig, "g2")->m == 3);
    netlist_free(&rig);
}

static void formulas_of_the_solution_make_behavioural_elements(void **state) {
    static const struct {
        const char *line;
        hys__behaviour behaviour;
    } cases[] = {
        {"B1 a 0 I=V(a)", HYS__IS_CURRENT},          {"B1 a 0 V = V(a) + 1", HYS__IS_VOLTAGE},
        {"R1 a 0 R='V(a)*1k'", HYS__IS_RESISTANCE},  {"R1 a 0 {1k+V(a)}", HYS__IS_RESISTANCE},
        {"C1 a 0 C='1n*V(a)'", HYS__IS_CAPACITANCE}, {"C1 a 0 Q='1n*V(a)**2'", HYS__IS_CHARGE},
        {"L1 a 0 L='1n*I(L1)'", HYS__IS_INDUCTANCE}, {"L1 a 0 flux=1m*tanh(x)", HYS__IS_FLUX},
        {"C1 a 0 Q=1n*x*x", HYS__IS_CHARGE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "V9 a 0 1\n%s\n", cases[i].line);
        netlist_rig rig = netlist_good(text);
        const hys__definition *top = rig.flat->scopes[0].definition;
        assert_int_equal(top->n_behavioural, 1);
        assert_int_equal(top->behavioural[0]->behaviour, cases[i].behaviour);
        assert_ptr_equal(rig.flat->elems[rig.flat->scopes[0].first_behavioural].card, top->behavioural[0]);
        netlist_free(&rig);
    }
}

static void temperature_changes_formulas_too(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("B1 a 0 I={2} tc1=1m tc2=1u\n.temp 127\n");
    double value = hys__flat_expr_value(rig.flat, 0, netlist_elem(&rig, "b1")->card->expr);
    assert_near(value, 2 * (1 + 0.1 + 0.01), 1e-14);
    netlist_free(&rig);
}

static void switches_have_thresholds_and_states(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("V1 a 0 1\nS1 a 0 a 0 m1 on\nW1 a 0 V1 m2 OFF\nS2 a 0 a 0 m3\nS3 a 0 a 0 m4\n"
                                   ".model m1 sw vt=0.5 vh=0.1 ron=2 roff=1meg\n.model m2 csw(it=1m)\n"
                                   ".model m3 vswitch(von=3 voff=1 ron=10 roff=1k)\n.model m4 vswitch(von=1 voff=3)\n");
    const double *s1 = netlist_elem(&rig, "s1")->values, *w1 = netlist_elem(&rig, "w1")->values;
    const double *s2 = netlist_elem(&rig, "s2")->values, *s3 = netlist_elem(&rig, "s3")->values;
    assert_true(s1[0] == 0.5 && s1[1] == 0.1 && s1[2] == 2 && s1[3] == 1e6 && netlist_elem(&rig, "s1")->ic == 1);
    assert_true(w1[0] == 1e-3 && w1[1] == 0 && w1[2] == 1 && w1[3] == 1e12 && netlist_elem(&rig, "w1")->ic == 0);
    assert_true(s2[0] == 2 && s2[1] == -1 && s2[2] == 10 && s2[3] == 1e3 && isnan(netlist_elem(&rig, "s2")->ic));
    assert_true(s3[0] == 2 && s3[1] == -1 && s3[2] == 1e6 && s3[3] == 1); /* the other way round */
    netlist_free(&rig);
}

static void lines_have_impedance_and_delay(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("T1 a 0 b 0 Z0=50 TD=10n\nT2 a 0 b 0 Zo=75 F=1g NL=0.5 ic=1,2m,3,4m\nR1 a b 1\n");
    const double *t1 = netlist_elem(&rig, "t1")->values, *t2 = netlist_elem(&rig, "t2")->values;
    assert_true(t1[0] == 50 && t1[1] == 1e-8 && isnan(t1[2]));
    assert_true(t2[0] == 75 && t2[1] == 0.5e-9);
    assert_true(t2[2] == 2e-3 && t2[3] == 1 && t2[4] == 4e-3 && t2[5] == 3); /* i1 v1 i2 v2 of v1 i1 v2 i2 */
    netlist_free(&rig);
}

static void semiconductors_become_kernels(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("D1 a 0 dm\nD2 a 0 dm 2 temp=127\nD3 a 0 dm area=3 m=4 off ic=0.5\n"
                                   "M1 a b 0 0 nm w=2u l=1u\nM2 a b 0 0 pm\nQ1 a b 0 qn\nQ2 a b 0 s qn 2\nJ1 a b 0 jm\n"
                                   ".model dm D(Is=1e-14 N=1.1 Cj0=2p mfg=Acme)\n.model nm NMOS (level=1 vto=1)\n"
                                   ".model pm pmos\n.model qn npn bf=50\n.model jm njf\n");
    const hys__elem *d1 = netlist_elem(&rig, "d1"), *d3 = netlist_elem(&rig, "d3");
    assert_string_equal(d1->card->model->file, "diode");
    assert_string_equal(d1->card->model->type, "d");
    assert_null(d1->card->model->module);
    assert_true(netlist_setting(&rig, "d1", "is") == 1e-14 && netlist_setting(&rig, "d1", "cjo") == 2e-12);
    assert_ptr_equal(d1->card->model, d3->card->model);
    assert_true(netlist_setting(&rig, "d2", "area") == 2 && netlist_setting(&rig, "d3", "area") == 3 && d3->m == 4);
    assert_near(netlist_elem(&rig, "d2")->temp, 400.15, 1e-15);
    assert_true(netlist_setting(&rig, "m1", "type") == 1 && netlist_setting(&rig, "m2", "type") == -1);
    assert_true(netlist_setting(&rig, "m1", "w") == 2e-6 && netlist_setting(&rig, "m1", "vto") == 1);
    assert_string_equal(netlist_elem(&rig, "m1")->card->model->file, "mos1");
    assert_string_equal(netlist_elem(&rig, "q1")->card->model->file, "bjt");
    assert_string_equal(netlist_elem(&rig, "j1")->card->model->file, "jfet");
    assert_string_equal(netlist_nodes(&rig, "q1"), "a b 0");
    assert_string_equal(netlist_nodes(&rig, "q2"), "a b 0"); /* the substrate has no part in the model */
    assert_true(netlist_setting(&rig, "q2", "area") == 2);
    netlist_free(&rig);
}

static void settings_that_no_parameter_changes_are_shared(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("X1 a s\nX2 a s\nR1 a 0 1\n.subckt s a\nD1 a 0 dm 2\n.ends\n.model dm d is=1f\n");
    assert_ptr_equal(netlist_elem(&rig, "x1.d1")->values, netlist_elem(&rig, "x2.d1")->values);
    netlist_free(&rig);
}

static void shipped_devices_are_elements_and_models(void **state) {
    (void)state;
    netlist_rig rig = netlist_good(
        "X1 a 0 vteam\nX2 a 0 VTEAM ron=2k\nN1 a 0 fast\n.model fast vteam roff=3k Mode=\"x\"\nR1 a 0 1\n");
    const hys__elem *x1 = netlist_elem(&rig, "x1"), *n1 = netlist_elem(&rig, "n1");
    assert_int_equal(x1->card->kind, HYS__ELEM_KERNEL);
    assert_string_equal(x1->card->model->file, "vteam");
    assert_null(x1->card->model->module);
    assert_ptr_equal(x1->card->model, netlist_elem(&rig, "x2")->card->model);
    assert_true(netlist_setting(&rig, "x2", "ron") == 2e3);
    assert_string_equal(n1->card->model->name, "fast");
    assert_true(netlist_setting(&rig, "n1", "roff") == 3e3 && isnan(netlist_setting(&rig, "n1", "Mode")));
    assert_string_equal(n1->card->model->settings[1].text, "x");
    netlist_free(&rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passive_elements_have_their_values),
        cmocka_unit_test(models_of_passive_elements_count),
        cmocka_unit_test(three_coupled_inductors_are_three_couplings),
        cmocka_unit_test(sources_have_dc_ac_and_wave),
        cmocka_unit_test(controlled_sources_are_linear_or_behavioural),
        cmocka_unit_test(formulas_of_the_solution_make_behavioural_elements),
        cmocka_unit_test(temperature_changes_formulas_too),
        cmocka_unit_test(switches_have_thresholds_and_states),
        cmocka_unit_test(lines_have_impedance_and_delay),
        cmocka_unit_test(semiconductors_become_kernels),
        cmocka_unit_test(settings_that_no_parameter_changes_are_shared),
        cmocka_unit_test(shipped_devices_are_elements_and_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
