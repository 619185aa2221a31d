/* Subcircuits: instances, parameters, nodes, conditions, names. */
#include "circuit/netlist_rig.h"

static void instances_have_their_own_parameters(void **state) {
    (void)state;
    netlist_rig rig = netlist_good(
        ".param g=7\nX1 a b s r=2k\nX2 b 0 s\nX3 a 0 s PARAMS: r={g*1k} c=1n\nR0 a 0 {g}\n"
        ".subckt s p q PARAMS: r=1k c={r*1p}\n.param t={2*r+g}\nR1 p m {r}\nC1 m q {c}\nR2 m q {t}\n.ends s\n");
    assert_true(netlist_value(&rig, "x1.r1") == 2e3 && netlist_value(&rig, "x2.r1") == 1e3);
    assert_true(netlist_value(&rig, "x3.r1") == 7e3 && netlist_value(&rig, "x3.c1") == 1e-9);
    assert_near(netlist_value(&rig, "x1.c1"), 2e-9, 1e-15);
    assert_true(netlist_value(&rig, "x1.r2") == 4007);
    assert_string_equal(netlist_nodes(&rig, "x1.r1"), "a x1.m");
    assert_string_equal(netlist_nodes(&rig, "x2.r1"), "b x2.m");
    assert_ptr_equal(netlist_elem(&rig, "x1.r1")->card, netlist_elem(&rig, "x2.r1")->card);
    assert_int_equal(rig.flat->n_scopes, 4);
    netlist_free(&rig);
}

static void definitions_nest_and_see_outwards(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("X1 a 0 outer r=3\nX2 a 0 in2\nR1 a 0 1\n"
                                   ".subckt outer p q r=1\n.param k={r*10}\n.func f(x) {x+k}\n.model dm d is={k}\n"
                                   "X1 p q inner s={r}\n.subckt inner a b s=5\nR1 a b {k+s}\nR2 a b {f(s)}\nD1 a b dm\n"
                                   "B1 a b I=V(a)*k\n.ends inner\n.ends outer\n"
                                   ".subckt in2 a b\nX1 a b inner\n.ends\n.subckt inner a b\nR1 a b 99\n.ends\n");
    assert_true(netlist_value(&rig, "x1.x1.r1") == 33 && netlist_value(&rig, "x1.x1.r2") == 33);
    assert_true(netlist_value(&rig, "x2.x1.r1") == 99);
    assert_true(netlist_setting(&rig, "x1.x1.d1", "is") == 30);
    const hys__elem *b = netlist_elem(&rig, "x1.x1.b1");
    const hys__expr *k = b->card->expr->args[1];
    assert_true(k->op == HYS__EXPR_PARAM && k->scope_up == 1);
    assert_true(hys__flat_expr_param(rig.flat, b->scope, k) == 30);
    netlist_free(&rig);
}

static void a_default_may_be_called_like_a_parameter_outside(void **state) {
    (void)state;
    netlist_rig rig =
        netlist_good(".param w=4\nX1 a s w={w+1}\nX2 a s\n.subckt s a w={w}\nR1 a 0 {w}\n.ends\nR1 a 0 1\n");
    assert_true(netlist_value(&rig, "x1.r1") == 5 && netlist_value(&rig, "x2.r1") == 4);
    netlist_free(&rig);
}

static void global_nodes_and_ground_are_the_same_everywhere(void **state) {
    (void)state;
    netlist_rig rig =
        netlist_good(".global vdd\nV1 vdd 0 1\nX1 a s\nX2 a t\nR1 a 0 1\n.subckt s p\nR1 p vdd 1\nR2 p gnd 1\n"
                     "B1 p 0 I=V(vdd)\n.ends\n.subckt t vdd\nR1 vdd 0 1\n.ends\n");
    assert_string_equal(netlist_nodes(&rig, "x1.r1"), "a vdd");
    assert_string_equal(netlist_nodes(&rig, "x1.r2"), "a 0");
    assert_string_equal(netlist_nodes(&rig, "x2.r1"), "a 0"); /* a terminal of that name is the terminal */
    const hys__elem *b = netlist_elem(&rig, "x1.b1");
    assert_int_equal(hys__flat_expr_node(rig.flat, b->scope, b->card->expr, false), netlist_elem(&rig, "v1")->nodes[0]);
    netlist_free(&rig);
}

static void multiplicities_multiply(void **state) {
    (void)state;
    netlist_rig rig = netlist_good(
        "X1 a o m=3\nR1 a 0 1\n.subckt o a\nX1 a i m=2\nR1 a 0 1\n.ends\n.subckt i a\nR1 a 0 1 m=5\n.ends\n");
    assert_true(netlist_elem(&rig, "x1.r1")->m == 3 && netlist_elem(&rig, "x1.x1.r1")->m == 30);
    netlist_free(&rig);
}

static void behavioural_elements_of_a_scope_follow_each_other(void **state) {
    (void)state;
    netlist_rig rig = netlist_good(
        "X1 a s\nX2 a s\nB9 a 0 I=V(a)\nR9 a 0 1\n.subckt s a\nB1 a 0 I=V(a)\nR1 a 0 1\nB2 a 0 I=2*V(a)\nX1 a t\n"
        ".ends\n.subckt t a\nB1 a 0 I=1\nR1 a 0 1\n.ends\n");
    for (uint32_t s = 0; s < rig.flat->n_scopes; s++) {
        const hys__scope *scope = &rig.flat->scopes[s];
        for (size_t i = 0; i < scope->definition->n_behavioural; i++) {
            const hys__elem *e = &rig.flat->elems[scope->first_behavioural + i];
            assert_ptr_equal(e->card, scope->definition->behavioural[i]);
            assert_int_equal(e->scope, s);
        }
    }
    assert_int_equal(rig.flat->scopes[1].definition->n_behavioural, 2);
    netlist_free(&rig);
}

static void names_lead_there_and_back(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("X1 a s\nX2 a s\nR1 a 0 1\n.subckt s a\nX1 a t\nR.1 a x.y 1\nR2 x.y 0 "
                                   "1\n.ends\n.subckt t a\nR1 a i 1\nR2 i 0 1\n.ends\n");
    char name[64];
    for (uint32_t i = 0; i < rig.flat->n_elems; i++) {
        size_t n = hys__flat_elem_name(rig.flat, i, name, sizeof name);
        assert_int_equal(hys__flat_find_elem(rig.flat, name, n), i);
    }
    for (uint32_t i = 0; i < rig.flat->n_nodes; i++) {
        size_t n = hys__flat_node_name(rig.flat, i, name, sizeof name);
        assert_int_equal(hys__flat_find_node(rig.flat, name, n), i);
    }
    assert_int_equal(hys__flat_find_elem(rig.flat, "X2:X1:R1", 8), hys__flat_find_elem(rig.flat, "x2.x1.r1", 8));
    assert_int_equal(hys__flat_find_elem(rig.flat, "r.x2.x1.r1", 10), hys__flat_find_elem(rig.flat, "x2.x1.r1", 8));
    uint32_t scope = hys__flat_find_scope(rig.flat, "x2.x1", 5);
    assert_string_equal(rig.flat->scopes[scope].name, "x1");
    assert_string_equal(rig.flat->scopes[rig.flat->scopes[scope].parent].name, "x2");
    assert_int_equal(hys__flat_find_node(rig.flat, "nothing", 7), HYS__GLOBAL);
    assert_int_equal(hys__flat_find_elem(rig.flat, "x1.nothing", 10), HYS__GLOBAL);
    assert_int_equal(hys__flat_find_scope(rig.flat, "x9", 2), HYS__GLOBAL);
    assert_int_equal(hys__flat_elem_name(rig.flat, hys__flat_find_elem(rig.flat, "x2.x1.r1", 8), name, 4), 8);
    assert_string_equal(name, "x2.");
    netlist_free(&rig);
}

static void conditions_choose_lines(void **state) {
    (void)state;
    netlist_rig rig =
        netlist_good(".if (mode == 2)\nR1 a 0 {late}\n.param late=5\n.if (late>4)\nR2 a 0 2\n.else\nR2 a 0 3\n.endif\n"
                     ".elseif (mode)\nR1 a 0 6\n.else\nR1 a 0 7\n.endif\n.param mode={1+1}\n");
    assert_true(netlist_value(&rig, "r1") == 5 && netlist_value(&rig, "r2") == 2 && rig.flat->n_elems == 2);
    netlist_free(&rig);
}

static void conditions_in_subcircuits_are_those_of_the_instance(void **state) {
    (void)state;
    netlist_rig rig = netlist_good(
        "X1 a s\nX2 a s n=2\nX3 a s n=2 r=3\nR1 a 0 1\n.subckt s a n=1 r=2\n.param q={r*2}\n"
        ".if (n==1)\nR1 a 0 {q}\n.else\n.param z={q+1}\nR2 a m {z}\nR3 m 0 1\n.if (r>2)\nR4 a 0 1\n.endif\n.endif\n"
        "B1 a 0 I=V(a)*q\n.ends\n");
    assert_true(netlist_value(&rig, "x1.r1") == 4 && netlist_value(&rig, "x2.r2") == 5 &&
                netlist_value(&rig, "x3.r2") == 7);
    assert_true(netlist_value(&rig, "x3.r4") == 1);
    assert_int_equal(rig.flat->n_elems, 1 + 2 + 3 + 4);
    assert_ptr_not_equal(rig.flat->scopes[1].definition, rig.flat->scopes[2].definition);
    assert_ptr_not_equal(rig.flat->scopes[2].definition, rig.flat->scopes[3].definition);
    netlist_free(&rig);
}

static void changing_a_parameter_changes_all_that_depends_on_it(void **state) {
    (void)state;
    netlist_rig rig = netlist_good(
        ".param p=1 q={2*p}\nR1 a 0 {q}\nV1 a 0 pulse(0 {p} 1n)\nX1 a s r={q}\n.subckt s a r=1\nR1 a 0 {r+1}\n"
        "D1 a 0 dm\n.ic v(a)={r}\n.ends\n.model dm d is={p*1f}\n.ic v(a)={p}\n.nodeset v(a)=3\n");
    hys__target target;
    uint32_t n_elems = (uint32_t)rig.flat->n_elems;
    assert_int_equal(hys__flat_target(rig.flat, "P", HYS_NO_SPAN, &target), HYS_OK);
    assert_int_equal(target.kind, HYS__TARGET_PARAM);
    assert_true(hys__flat_param(rig.flat, target.slot) == 1 && rig.flat->presets[1].value == 3);
    assert_int_equal(hys__flat_set_param(rig.flat, target.slot, 5), HYS_OK);
    assert_true(hys__flat_param(rig.flat, target.slot) == 5 && netlist_param(&rig, "q") == 10);
    assert_true(netlist_value(&rig, "r1") == 10 && netlist_value(&rig, "x1.r1") == 11);
    assert_true(netlist_elem(&rig, "v1")->wave->p[1] == 5);
    assert_near(netlist_setting(&rig, "x1.d1", "is"), 5e-15, 1e-15);
    assert_int_equal(rig.flat->n_presets, 3);
    assert_true(rig.flat->presets[0].value == 5 && rig.flat->presets[2].value == 10 && rig.flat->presets[1].is_nodeset);
    assert_int_equal(rig.flat->n_elems, n_elems);
    netlist_free(&rig);
}

static void changing_the_temperature_changes_values(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("R1 a 0 1k tc1=1m\nR2 a 0 {temper}\nR3 a 0 1k tc1=1m temp=37\n");
    assert_int_equal(hys__flat_set_temp(rig.flat, 310.15), HYS_OK);
    assert_near(netlist_value(&rig, "r1"), 1010, 1e-14);
    assert_near(netlist_value(&rig, "r2"), 37, 1e-14);
    assert_near(netlist_value(&rig, "r3"), 1010, 1e-14);
    netlist_free(&rig);
}

static void targets_are_what_can_be_changed(void **state) {
    static const struct {
        const char *name;
        hys__target_kind kind;
        const char *param;
    } cases[] = {
        {"R1", HYS__TARGET_ELEM, NULL},
        {"x1.r1", HYS__TARGET_ELEM, NULL},
        {"p", HYS__TARGET_PARAM, NULL},
        {"temp", HYS__TARGET_TEMP, NULL},
        {"d1:area", HYS__TARGET_ELEM_PARAM, "area"},
        {"@d1[is]", HYS__TARGET_ELEM_PARAM, "is"},
        {"dm(is)", HYS__TARGET_MODEL_PARAM, "is"},
        {"D dm(is)", HYS__TARGET_MODEL_PARAM, "is"},
    };
    (void)state;
    netlist_rig rig =
        netlist_good(".param p=1\nR1 a 0 1\nD1 a 0 dm\n.model dm d\nX1 a s\n.subckt s a\nR1 a 0 1\n.ends\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        hys__target target;
        assert_int_equal(hys__flat_target(rig.flat, cases[i].name, HYS_NO_SPAN, &target), HYS_OK);
        assert_int_equal(target.kind, cases[i].kind);
        if (cases[i].param) assert_string_equal(target.param, cases[i].param);
        assert_string_equal(target.name, cases[i].name);
    }
    hys__target target;
    assert_int_equal(hys__flat_target(rig.flat, "r11", HYS_NO_SPAN, &target), HYS_ARG);
    assert_diag(rig.ctx, 0, "error: there is nothing called 'r11' to change\nhint: did you mean 'r1'?\n");
    netlist_free(&rig);
}

static void the_order_of_lines_changes_no_value(void **state) {
    (void)state;
    netlist_rig one = netlist_good(".param a=2\nR1 x 0 {a}\nX1 x s\n.subckt s p\nR1 p 0 {b}\n.param b={a+1}\n.ends\n");
    netlist_rig two = netlist_good(".subckt s p\n.param b={a+1}\nR1 p 0 {b}\n.ends\nX1 x s\nR1 x 0 {a}\n.param a=2\n");
    assert_same_double(netlist_value(&one, "x1.r1"), netlist_value(&two, "x1.r1"));
    assert_same_double(netlist_value(&one, "r1"), netlist_value(&two, "r1"));
    netlist_free(&one);
    netlist_free(&two);
}

/* 10^5 elements in a fraction of a second, also under the sanitizers: nothing is quadratic. */
static void many_elements_are_read_in_linear_time(void **state) {
    (void)state;
    hys__text text;
    hys_ctx *ctx = hys_test_ctx();
    hys__text_init(&text, ctx);
    for (int i = 0; i < 100000; i++) hys__text_printf(&text, "R%d n%d n%d %d\n", i, i, i + 1, i + 1);
    for (int i = 0; i < 20000; i++) hys__text_printf(&text, "X%d n%d s r=%d\n", i, i, i + 1);
    hys__text_puts(&text, ".subckt s a r=1\nR1 a i {r}\nR2 i 0 1\n.ends\n");
    netlist_rig rig = netlist_good(text.at);
    assert_int_equal(rig.flat->n_elems, 140000);
    assert_int_equal(rig.flat->n_nodes, 1 + 100001 + 20000);
    assert_true(netlist_value(&rig, "r99999") == 1e5 && netlist_value(&rig, "x19999.r1") == 2e4);
    netlist_free(&rig);
    hys__text_free(&text);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instances_have_their_own_parameters),
        cmocka_unit_test(definitions_nest_and_see_outwards),
        cmocka_unit_test(a_default_may_be_called_like_a_parameter_outside),
        cmocka_unit_test(global_nodes_and_ground_are_the_same_everywhere),
        cmocka_unit_test(multiplicities_multiply),
        cmocka_unit_test(behavioural_elements_of_a_scope_follow_each_other),
        cmocka_unit_test(names_lead_there_and_back),
        cmocka_unit_test(conditions_choose_lines),
        cmocka_unit_test(conditions_in_subcircuits_are_those_of_the_instance),
        cmocka_unit_test(changing_a_parameter_changes_all_that_depends_on_it),
        cmocka_unit_test(changing_the_temperature_changes_values),
        cmocka_unit_test(targets_are_what_can_be_changed),
        cmocka_unit_test(the_order_of_lines_changes_no_value),
        cmocka_unit_test(many_elements_are_read_in_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
