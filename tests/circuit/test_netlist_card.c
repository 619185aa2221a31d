/* Directives: analyses, sweeps, probes, measurements, options, control blocks, files. */
#include "circuit/netlist_rig.h"

static const char circuit[] = ".param p=1\nV1 a 0 1\nR1 a b 1k\nC1 b 0 1n\nD1 b 0 dm\nX1 a b vteam\nX2 a s\n"
                              ".subckt s q\nR1 q i 1\nR2 i 0 1\n.ends\n.model dm d\n";

static netlist_rig with(const char *cards) {
    char text[2000];
    snprintf(text, sizeof text, "%s%s\n", circuit, cards);
    return netlist_good(text);
}

static void analyses_have_their_numbers(void **state) {
    (void)state;
    netlist_rig rig =
        with(".op\n.dc V1 0 1 0.1 temp 0 50 25\n.ac dec 10 1 1meg\n.ac list 1 2 3\n.tran 1n 1u 2n 3n uic\n.tran 5u\n"
             ".noise v(b,a) V1 oct 3 1 8\n.tf i(V1) V1\n.sens v(b)\n.pz a 0 b 0 cur pol\n.tran {p*1n} '2u'\n.dc R1 dec "
             "5 1 100\n");
    const hys__analysis *a = rig.flat->analyses;
    static const hys__analysis_kind kinds[] = {HYS__AN_OP,   HYS__AN_DC,   HYS__AN_AC,    HYS__AN_AC,
                                               HYS__AN_TRAN, HYS__AN_TRAN, HYS__AN_NOISE, HYS__AN_TF,
                                               HYS__AN_SENS, HYS__AN_PZ,   HYS__AN_TRAN,  HYS__AN_DC};
    assert_int_equal(rig.flat->n_analyses, 12);
    for (size_t i = 0; i < 12; i++) assert_int_equal(a[i].kind, kinds[i]);
    assert_true(a[1].n_sweeps == 2 && a[1].sweep[0].grid.step == 0.1 && a[1].sweep[1].grid.to == 50);
    assert_true(a[1].sweep[0].target.kind == HYS__TARGET_ELEM && a[1].sweep[1].target.kind == HYS__TARGET_TEMP);
    assert_true(a[2].grid.kind == HYS__GRID_DEC && a[2].grid.n == 10 && a[2].grid.from == 1 && a[2].grid.to == 1e6);
    assert_true(a[3].grid.kind == HYS__GRID_LIST && a[3].grid.n == 3 && a[3].grid.at[2] == 3);
    assert_true(a[4].step == 1e-9 && a[4].stop == 1e-6 && a[4].start == 2e-9 && a[4].max_step == 3e-9 && a[4].uic);
    assert_true(a[5].step == 0 && a[5].stop == 5e-6 && !a[5].uic); /* LTspice: the end alone */
    assert_true(a[6].grid.kind == HYS__GRID_OCT && a[6].out.kind == HYS__PROBE_V && a[7].out.kind == HYS__PROBE_I);
    assert_ptr_equal(&rig.flat->elems[a[6].input], netlist_elem(&rig, "v1"));
    assert_true(a[9].is_current && a[9].wants_poles && !a[9].wants_zeros && a[9].port[1] == 0);
    assert_true(a[10].stop == 2e-6 && a[10].step == 1e-9);
    assert_true(a[11].sweep[0].grid.kind == HYS__GRID_DEC && a[11].sweep[0].grid.n == 5 &&
                a[11].sweep[0].grid.to == 100);
    netlist_free(&rig);
}

static void steps_repeat_everything(void **state) {
    (void)state;
    netlist_rig rig = with(".step param p 1 2 0.5\n.step R1 list 1 2 3\n.step dec param p 1 100 5\n.step D dm(is) 1f "
                           "3f 1f\n.mc 7\n.temp 0 25 50\n"
                           ".tran 1n 1u sweep p 1 3 1\n");
    const hys__analysis *s = rig.flat->steps;
    assert_int_equal(rig.flat->n_steps, 6);
    assert_true(s[0].sweep[0].target.kind == HYS__TARGET_PARAM && s[0].sweep[0].grid.step == 0.5);
    assert_true(s[1].sweep[0].target.kind == HYS__TARGET_ELEM && s[1].sweep[0].grid.n == 3);
    assert_true(s[2].sweep[0].grid.kind == HYS__GRID_DEC && s[2].sweep[0].grid.to == 100 && s[2].sweep[0].grid.n == 5);
    assert_true(s[3].sweep[0].target.kind == HYS__TARGET_MODEL_PARAM);
    assert_string_equal(s[3].sweep[0].target.param, "is");
    assert_true(s[5].sweep[0].target.kind == HYS__TARGET_TEMP && s[5].sweep[0].grid.at[2] == 50);
    assert_true(s[4].sweep[0].grid.to == 3);
    assert_int_equal(rig.flat->n_runs, 7);
    netlist_free(&rig);
}

static void probes_are_nodes_elements_states_and_formulas(void **state) {
    static const struct {
        const char *text, *label;
        hys__probe_kind kind;
        const char *unit;
        bool is_scope;
    } cases[] = {
        {"V(a)", "v(a)", HYS__PROBE_V, "V", false},
        {"v(a, b)", "v(a,b)", HYS__PROBE_V, "V", false},
        {"I(V1)", "i(v1)", HYS__PROBE_I, "A", false},
        {"@r1[i]", "@r1[i]", HYS__PROBE_I, "A", false},
        {"@x1[w]", "@x1[w]", HYS__PROBE_STATE, "", false},
        {"x1:w", "x1:w", HYS__PROBE_STATE, "", false},
        {"P(R1)", "p(r1)", HYS__PROBE_P, "W", false},
        {"p(x2)", "p(x2)", HYS__PROBE_P, "W", true},
        {"E(C1)", "e(c1)", HYS__PROBE_ENERGY, "J", false},
        {"energy(x2)", "energy(x2)", HYS__PROBE_ENERGY, "J", true},
        {"v(x2.i)", "v(x2.i)", HYS__PROBE_V, "V", false},
        {"x2.i", "v(x2.i)", HYS__PROBE_V, "V", false},
        {"v1#branch", "v1#branch", HYS__PROBE_I, "A", false},
        {"v(a)*i(v1)", "v(a)*i(v1)", HYS__PROBE_EXPR, "", false},
        {"{v(x2.i)-1}", "{v(x2.i)-1}", HYS__PROBE_EXPR, "", false},
        {"vdb(b)", "vdb(b)", HYS__PROBE_V, "V", false},
        {"@d1[id]", "@d1[id]", HYS__PROBE_I, "A", false},
        {"i(x2.r1)", "i(x2.r1)", HYS__PROBE_I, "A", false},
        {"@r1[p]", "@r1[p]", HYS__PROBE_P, "W", false},
        {"ix(x2:q)", "ix(x2:q)", HYS__PROBE_I, "A", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char card[100];
        snprintf(card, sizeof card, ".save %s", cases[i].text);
        netlist_rig rig = with(card);
        assert_int_equal(rig.flat->n_probes, 1);
        const hys__probe *p = rig.flat->probes;
        assert_string_equal(p->label, cases[i].label);
        assert_int_equal(p->kind, cases[i].kind);
        assert_string_equal(p->unit, cases[i].unit);
        assert_int_equal(p->is_scope, cases[i].is_scope);
        netlist_free(&rig);
    }
}

static void probes_come_from_all_cards_once(void **state) {
    (void)state;
    netlist_rig rig = with(
        ".save v(a)\n.print tran v(a) v(b)\n.probe i(V1)\n.plot ac v(b)\n.print power=par('v(a)*i(v1)')\n.tran 1n 1u");
    assert_int_equal(rig.flat->n_probes, 4);
    assert_string_equal(rig.flat->probes[3].label, "power");
    netlist_free(&rig);
    rig = with(".save all @r1[i]\n.op");
    assert_int_equal(rig.flat->n_probes, 1 + 3 + 1); /* a, b, x2.i and v1 */
    netlist_free(&rig);
}

static void measurements_options_and_presets_are_kept(void **state) {
    (void)state;
    netlist_rig rig = with(".meas tran t0 when v(b)=0.5\n+ rise=1\n.measure m2 param='t0*2'\n.options reltol=1e-5 "
                           "method=gear noacct abstol={p*1p}\n"
                           ".ic v(a)=1 V(b) = {p*2}\n.nodeset v(x2.i)=3\n.temp 50");
    assert_int_equal(rig.flat->n_measures, 2);
    assert_string_equal(rig.flat->measures[0].analysis, "tran");
    assert_string_equal(rig.flat->measures[0].name, "t0");
    assert_string_equal(rig.flat->measures[0].text, "when v(b)=0.5  rise=1 ");
    assert_string_equal(rig.flat->measures[1].analysis, "");
    assert_true(hys__flat_option(rig.flat, "reltol")->value == 1e-5 &&
                hys__flat_option(rig.flat, "abstol")->value == 1e-12);
    assert_string_equal(hys__flat_option(rig.flat, "method")->text, "gear");
    assert_true(isnan(hys__flat_option(rig.flat, "noacct")->value));
    assert_null(hys__flat_option(rig.flat, "nothing"));
    assert_true(rig.flat->n_presets == 3 && rig.flat->presets[1].value == 2 && rig.flat->presets[2].is_nodeset);
    assert_near(rig.flat->temp, 323.15, 1e-15);
    netlist_free(&rig);
}

static void a_control_block_is_skipped_line_by_line(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("R1 a 0 1\n.op\n.control\nrun\nset x=1\nalter r1=2\nmeas tran t find v(a) "
                                   "at=1\nprint v(a)\ntran 1n 1u\n.endc\n");
    assert_int_equal(hys_diag_count(rig.ctx), 3);
    assert_string_equal(hys_diag_get(rig.ctx, 2)->message, ".meas t is not done: the netlist has no .tran");
    assert_diag(rig.ctx, 0, "a.cir:7:1: warning: 'alter' in a control block is not obeyed\nalter r1=2\n^~~~~~~~~~\n");
    assert_string_equal(hys_diag_get(rig.ctx, 1)->message, "'tran' in a control block is not obeyed");
    assert_int_equal(rig.flat->n_analyses, 1);
    assert_int_equal(rig.flat->n_measures, 1);
    netlist_free(&rig);
}

static void analyses_of_a_control_block_are_done_where_there_are_no_others(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("R1 a 0 1\n.control\ntran 1n 1u uic\nop\n.endc\n");
    assert_int_equal(hys_diag_count(rig.ctx), 1);
    assert_string_equal(hys_diag_get(rig.ctx, 0)->message,
                        "the netlist has no analysis of its own; the 'tran' of the control block is done");
    assert_true(rig.flat->n_analyses == 2 && rig.flat->analyses[0].uic && rig.flat->analyses[0].stop == 1e-6);
    netlist_free(&rig);
}

static void files_are_included_and_sections_chosen(void **state) {
    (void)state;
    const char *dir = hys_test_dir();
    static const char deck[] =
        "t\n.include sub/a.inc\n.lib 'lib.l' fast\nR1 a 0 {r}\nX1 a s\n.hdl \"m.va\"\nXm a 0 MEM k=2\n.end\n";
    static const char inc[] = "* inner\n.include b.inc\n.end\n", inc2[] = ".subckt s a\nR1 a 0 7\n.ends\n";
    static const char lib[] = ".lib slow\n.param r=1\n.endl\n.lib fast\n.param r=2\n.lib 'lib.l' more\n.endl "
                              "fast\n.lib more\nR9 a 0 9\n.endl\n";
    static const char va[] = "module Mem(p, n);\ninout p, n; electrical p, n;\nparameter real k = 1;\nanalog I(p, n) "
                             "<+ k * V(p, n);\nendmodule\n";
    char sub[300];
    snprintf(sub, sizeof sub, "mkdir '%s/sub'", dir);
    assert_int_equal(system(sub), 0);
    hys_test_write(hys_test_path(dir, "a.cir"), deck, sizeof deck - 1);
    hys_test_write(hys_test_path(dir, "sub/a.inc"), inc, sizeof inc - 1);
    hys_test_write(hys_test_path(dir, "sub/b.inc"), inc2, sizeof inc2 - 1);
    hys_test_write(hys_test_path(dir, "lib.l"), lib, sizeof lib - 1);
    hys_test_write(hys_test_path(dir, "m.va"), va, sizeof va - 1);
    netlist_rig rig = netlist_load(hys_test_path(dir, "a.cir"), NULL);
    if (rig.status != HYS_OK) print_error("%s\n", hys_test_diag_text(rig.ctx, 0));
    assert_int_equal(rig.status, HYS_OK);
    assert_true(netlist_value(&rig, "r1") == 2 && netlist_value(&rig, "x1.r1") == 7 && netlist_value(&rig, "r9") == 9);
    assert_string_equal(netlist_elem(&rig, "xm")->card->model->module, "Mem");
    assert_string_equal(netlist_elem(&rig, "xm")->card->model->file, hys_test_path(dir, "m.va"));
    assert_true(netlist_setting(&rig, "xm", "k") == 2);
    netlist_free(&rig);
    hys_test_dir_remove(dir);
}

static void parameters_are_set_from_outside(void **state) {
    (void)state;
    const char *dir = hys_test_dir();
    static const char deck[] = "t\n.param a=1 b={2*a}\nR1 x 0 {b}\n";
    const char *const good[] = {"A=4k"}, *const bad[] = {"aa=1"};
    hys_test_write(hys_test_path(dir, "a.cir"), deck, sizeof deck - 1);
    netlist_rig rig = netlist_load(hys_test_path(dir, "a.cir"), &(hys__flat_opts){.set = good, .n_set = 1});
    assert_int_equal(rig.status, HYS_OK);
    assert_true(netlist_value(&rig, "r1") == 8e3);
    netlist_free(&rig);
    rig = netlist_load(hys_test_path(dir, "a.cir"), &(hys__flat_opts){.set = bad, .n_set = 1});
    assert_int_equal(rig.status, HYS_ARG);
    assert_string_equal(hys_diag_get(rig.ctx, 0)->message, "the netlist has no parameter 'aa'");
    netlist_free(&rig);
    hys_test_dir_remove(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(analyses_have_their_numbers),
        cmocka_unit_test(steps_repeat_everything),
        cmocka_unit_test(probes_are_nodes_elements_states_and_formulas),
        cmocka_unit_test(probes_come_from_all_cards_once),
        cmocka_unit_test(measurements_options_and_presets_are_kept),
        cmocka_unit_test(a_control_block_is_skipped_line_by_line),
        cmocka_unit_test(analyses_of_a_control_block_are_done_where_there_are_no_others),
        cmocka_unit_test(files_are_included_and_sections_chosen),
        cmocka_unit_test(parameters_are_set_from_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
