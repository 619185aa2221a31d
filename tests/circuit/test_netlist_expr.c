/* Numbers, operators and functions.  Values marked ngspice are those of ngspice 39.3 (B sources and .param). */
#include "circuit/expr_functions.h"
#include "circuit/netlist_rig.h"

static double value_of(const char *expr) {
    char text[500];
    snprintf(text, sizeof text, ".param p=3 n=-2\nR1 a 0 1\n.param x={%s}\n", expr);
    netlist_rig rig = netlist_good(text);
    double value = netlist_param(&rig, "x");
    netlist_free(&rig);
    return value;
}

static void numbers_carry_scales_and_units(void **state) {
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"1t", 1e12},
        {"1g", 1e9},
        {"1meg", 1e6},
        {"1MEG", 1e6},
        {"1k", 1e3},
        {"1m", 1e-3},
        {"1u", 1e-6},
        {"1n", 1e-9},
        {"1p", 1e-12},
        {"1f", 1e-15},
        {"1a", 1e-18},
        {"1mil", 25.4e-6},
        {"10kohm", 1e4},
        {"1uF", 1e-6},
        {"5V", 5},
        {"1Hz", 1},
        {"4k7", 4.7e3},
        {"2n2", 2.2e-9},
        {"1.5e3", 1500},
        {"1e-3k", 1},
        {".5", 0.5},
        {"5.", 5},
        {"1x", 1e6},
        {"1\xc2\xb5", 1e-6},
        {"1e0", 1},
        {"1d-3", 1e-3},
        {"0.1", 0.1},
        {"4.7u", 4.7e-6},
        {"1e-15meg", 1e-9},
        {"100nF", 100e-9},
        {"1.7976931348623157e308", 1.7976931348623157e308},
        {"4.9406564584124654e-324", 4.9406564584124654e-324},
        {"0.10331488940889111", 0.10331488940889111},
        {"123456789012345678901234567890", 123456789012345678901234567890.},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "R1 a 0 %s\nC1 a 0 {%s}\n", cases[i].text, cases[i].text);
        netlist_rig rig = netlist_good(text);
        assert_same_double(netlist_value(&rig, "r1"), cases[i].value);
        assert_same_double(netlist_value(&rig, "c1"), cases[i].value);
        netlist_free(&rig);
    }
}

static void operators_bind_as_in_ngspice(void **state) {
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"1+2*3", 7},
        {"(1+2)*3", 9},
        {"2^3^2", 64 /* ngspice */},
        {"2**3**2", 64},
        {"-2^2", -4 /* ngspice */},
        {"2^-1", 0.5},
        {"7%3", 1},
        {"-7%3", -1},
        {"8/4/2", 1},
        {"1-2-3", -4},
        {"1<2", 1},
        {"2<=1", 0},
        {"1==1", 1},
        {"1!=1", 0},
        {"1<>2", 1},
        {"(1=1)", 1},
        {"1>2||3>2", 1},
        {"1&&0", 0},
        {"1|0", 1},
        {"1&2", 1},
        {"!0", 1},
        {"!3", 0},
        {"1?2:3", 2},
        {"0?2:0?3:4", 4},
        {"1 ? 2 : 3+10", 2},
        {"p*n", -6},
        {"-n", 2},
        {"+p", 3},
        {"'p'+{n}", 1},
        {"2*-3", -6},
        {"1+2 == 3", 1},
        {"1<2==1", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = value_of(cases[i].text);
        if (value != cases[i].value) print_error("%s\n", cases[i].text);
        assert_same_double(value, cases[i].value);
    }
}

static void functions_have_the_values_of_mathematics(void **state) {
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"abs(n)", 2},
        {"min(3,n,7)", -2},
        {"max(1,p,2)", 3},
        {"limit(5,-1,1)", 1},
        {"limit(-5,1,-1)", -1},
        {"limit_(0.5,0,1)", 0.5},
        {"pow(n,3)", -8 /* ngspice */},
        {"pow(2,0.5)", 1.4142135623730951},
        {"pow(n,2.5)", 5.656854249492381 /* |x|^y */},
        {"pwr(n,3)", -8},
        {"pwrs(n,2)", -4},
        {"sqrt(2)", 1.4142135623730951},
        {"exp(1)", 2.718281828459045},
        {"ln(10)", 2.302585092994046},
        {"log(10)", 2.302585092994046 /* ngspice */},
        {"log10(1000)", 3},
        {"sin(1)", 0.8414709848078965},
        {"cos(1)", 0.5403023058681398},
        {"tan(1)", 1.5574077246549023},
        {"asin(0.5)", 0.5235987755982989},
        {"acos(0.5)", 1.0471975511965979},
        {"atan(1)", 0.7853981633974483},
        {"arctan(1)", 0.7853981633974483},
        {"atan2(1,-1)", 2.356194490192345},
        {"sinh(1)", 1.1752011936438014},
        {"cosh(1)", 1.5430806348152437},
        {"tanh(1)", 0.7615941559557649},
        {"asinh(1)", 0.881373587019543},
        {"acosh(2)", 1.3169578969248166},
        {"atanh(0.5)", 0.5493061443340549},
        {"hypot(3,4)", 5},
        {"floor(-2.5)", -3},
        {"ceil(2.1)", 3},
        {"int(-2.7)", -2 /* ngspice */},
        {"nint(-2.5)", -2 /* ngspice */},
        {"round(2.5)", 3},
        {"sgn(n)", -1},
        {"sgn(0)", 0},
        {"sign(3,n)", -3},
        {"u(1)", 1},
        {"u(0)", 0.5 /* ngspice */},
        {"stp(-1)", 0},
        {"u2(0.3)", 0.3},
        {"u2(7)", 1},
        {"uramp(n)", 0},
        {"uramp(3)", 3},
        {"buf(0.6)", 1},
        {"inv(0.6)", 0},
        {"if(0,1,2)", 2},
        {"ternary_fcn(1,2,3)", 2},
        {"table(n,-3,0,-1,2,5,5)", 1 /* ngspice: pwl */},
        {"table(-9,0,1,1,2)", 1},
        {"pwl(9,0,1,1,2)", 2},
        {"poly(1,2,1,2,3)", 17},
        {"poly(2,2,3,1,10,100,1000,10000,100000)", 1 + 10 * 2 + 100 * 3 + 1000 * 4 + 10000 * 6 + 100000 * 9},
        {"pi", 3.141592653589793},
        {"e", 2.718281828459045},
        {"boltz", 1.380649e-23},
        {"echarge", 1.602176634e-19},
        {"temper", 27},
        {"true+yes", 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = value_of(cases[i].text);
        if (!(fabs(value - cases[i].value) <= 4e-16 * fabs(cases[i].value))) print_error("%s\n", cases[i].text);
        assert_near(value, cases[i].value, 4e-16); /* two roundings of libm */
    }
}

static void every_function_has_a_row_that_is_found(void **state) {
    (void)state;
    for (unsigned i = 0; i < HYS__FN_N; i++) {
        const hys__function *f = &hys__functions[i];
        assert_int_equal(hys__function_find(f->name, f->least), i);
        assert_true(f->least <= f->most);
        assert_true((f->eval == NULL) == (f->kind == HYS__FN_STATE));
    }
    assert_int_equal(hys__function_find("limit", 2), HYS__FN_worst);
    assert_int_equal(hys__function_find("nothing", 1), HYS__FN_N);
}

static void polynomials_take_their_terms_in_the_order_of_spice(void **state) {
    /* SPICE 2: f(x, y, z) = p0 + p1 x + p2 y + p3 z + p4 x^2 + p5 xy + p6 xz + p7 y^2 + p8 yz + p9 z^2 + p10 x^3 ... */
    double a[4 + 20] = {3, 2, 3, 5};
    static const double terms[] = {1, 2, 3, 5, 4, 6, 10, 9, 15, 25, 8, 12, 20, 18, 30, 50, 27, 45, 75, 125};
    (void)state;
    for (size_t k = 0; k < 20; k++) {
        for (size_t i = 0; i < 20; i++) a[4 + i] = i == k;
        assert_same_double(hys__functions[HYS__FN_poly].eval(a, 24), terms[k]);
    }
}

static void parameters_may_stand_in_any_order(void **state) {
    (void)state;
    netlist_rig rig = netlist_good(".param a={b*2} b='c + 1'\nR1 x 0 {a}\n.param c=3 d = a + b e=4\n.param f 5\n");
    assert_true(netlist_value(&rig, "r1") == 8);
    assert_true(netlist_param(&rig, "d") == 12 && netlist_param(&rig, "e") == 4 && netlist_param(&rig, "f") == 5);
    netlist_free(&rig);
}

static void functions_of_the_user_are_put_in(void **state) {
    (void)state;
    netlist_rig rig =
        netlist_good(".func f(x,y) {x*y+k}\n.func g(x) = f(x,2)\n.param h(x)='g(x)^2' k=1\nR1 a 0 {h(3)}\n"
                     "B1 a 0 I=f(V(a),2)\n");
    assert_true(netlist_value(&rig, "r1") == 49);
    const hys__expr *e = netlist_elem(&rig, "b1")->card->expr;
    assert_int_equal(e->op, HYS__EXPR_ADD);
    assert_int_equal(e->args[0]->op, HYS__EXPR_MUL);
    assert_int_equal(e->args[0]->args[0]->op, HYS__EXPR_V);
    assert_int_equal(e->args[1]->op, HYS__EXPR_PARAM);
    netlist_free(&rig);
}

static void what_depends_on_the_solution_is_behavioural(void **state) {
    static const char *const solutions[] = {"V(a)",      "I(V1)",  "1+V(a,b)",      "time",
                                            "ddt(V(a))", "idt(1)", "V(a)>1 ? 1 : 2"};
    (void)state;
    for (size_t i = 0; i < sizeof solutions / sizeof solutions[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "V1 a b 1\nB1 b 0 I=%s\n", solutions[i]);
        netlist_rig rig = netlist_good(text);
        assert_true(hys__expr_is_behavioural(netlist_elem(&rig, "b1")->card->expr));
        netlist_free(&rig);
    }
    netlist_rig rig = netlist_good("B1 b 0 I={2*p+temper}\n.param p=1\n");
    assert_false(hys__expr_is_behavioural(netlist_elem(&rig, "b1")->card->expr));
    assert_true(hys__flat_expr_value(rig.flat, 0, netlist_elem(&rig, "b1")->card->expr) == 29);
    netlist_free(&rig);
}

static void nodes_and_elements_of_expressions_are_bound(void **state) {
    (void)state;
    netlist_rig rig =
        netlist_good("B1 0 x1.c I=V(b,a)*I(V2)+V(x1.i)+I(x1.V9)\nV1 a 0 1\nV2 b 0 1\nR1 x1.c 0 1\nX1 a s\n"
                     ".subckt s p\nV9 p i 0\nR1 i 0 1\n.ends\n");
    const hys__expr *e = netlist_elem(&rig, "b1")->card->expr; /* ((V I) + V) + I */
    const hys__expr *v = e->args[0]->args[0]->args[0], *i = e->args[0]->args[0]->args[1];
    char name[50];
    hys__flat_node_name(rig.flat, hys__flat_expr_node(rig.flat, 0, v, false), name, sizeof name);
    assert_string_equal(name, "b");
    hys__flat_node_name(rig.flat, hys__flat_expr_node(rig.flat, 0, v, true), name, sizeof name);
    assert_string_equal(name, "a");
    assert_ptr_equal(&rig.flat->elems[hys__flat_expr_elem(rig.flat, 0, i)], netlist_elem(&rig, "v2"));
    hys__flat_node_name(rig.flat, hys__flat_expr_node(rig.flat, 0, e->args[0]->args[1], false), name, sizeof name);
    assert_string_equal(name, "x1.i");
    assert_ptr_equal(&rig.flat->elems[hys__flat_expr_elem(rig.flat, 0, e->args[1])], netlist_elem(&rig, "x1.v9"));
    netlist_free(&rig);
}

static void draws_depend_on_the_run_and_the_name_only(void **state) {
    static const char text[] =
        ".param a=agauss(1,0.3,3) b=unif(10,0.1) c={gauss(2,0.1,1)}\nR1 x 0 {a}\nR2 x 0 {agauss(1,0.3,3)}\n";
    static const char turned[] = "R2 x 0 {agauss(1,0.3,3)}\n.param c={gauss(2,0.1,1)}\n.param b=unif(10,0.1)\n* more\n"
                                 "R1 x 0 {a}\n.param a=agauss(1,0.3,3)\n";
    (void)state;
    netlist_rig one = netlist_good(text), two = netlist_good(turned);
    double a = netlist_value(&one, "r1"), sum = 0, squares = 0;
    assert_same_double(netlist_value(&two, "r1"), a);
    assert_same_double(netlist_value(&two, "r2"), netlist_value(&one, "r2"));
    assert_true(netlist_value(&one, "r2") != a);
    assert_within(netlist_param(&one, "b"), 10, 1);
    for (uint64_t run = 1; run <= 2000; run++) {
        assert_int_equal(hys__flat_set_run(one.flat, run), HYS_OK);
        double x = (netlist_value(&one, "r1") - 1) / 0.1;
        sum += x;
        squares += x * x;
    }
    assert_within(sum / 2000, 0, 0.09);     /* four standard errors of the mean of 2000 draws */
    assert_within(squares / 2000, 1, 0.13); /* and of their variance */
    assert_int_equal(hys__flat_set_run(one.flat, 0), HYS_OK);
    assert_same_double(netlist_value(&one, "r1"), a);
    netlist_free(&one);
    netlist_free(&two);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_carry_scales_and_units),
        cmocka_unit_test(operators_bind_as_in_ngspice),
        cmocka_unit_test(functions_have_the_values_of_mathematics),
        cmocka_unit_test(every_function_has_a_row_that_is_found),
        cmocka_unit_test(polynomials_take_their_terms_in_the_order_of_spice),
        cmocka_unit_test(parameters_may_stand_in_any_order),
        cmocka_unit_test(functions_of_the_user_are_put_in),
        cmocka_unit_test(what_depends_on_the_solution_is_behavioural),
        cmocka_unit_test(nodes_and_elements_of_expressions_are_bound),
        cmocka_unit_test(draws_depend_on_the_run_and_the_name_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
