/* The rarer constructs, and what is said where they are wrong. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

/* ---- constructs ---- */

static void blocks_in_functions_have_locals(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p",
                              "analog function real f; input x; real x; begin : body real s; s = s + x; begin : inner "
                              "real t; t = 2*s; f = t + s; end end endfunction",
                              "I(p) <+ f(V(p)) + f(10);"));
    va_eval_x(&r.e, "p", 1);
    assert_same_double(build_rig_row(&r, "p"), 33.0);
    assert_int_equal(r.model.retained.n, 0);
    build_rig_close(&r);
}

static void arrays_copy_as_a_whole(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real a[0:2]; integer b[1:3];",
                              "a = '{V(p), 2.6, 3}; b = a; I(p) <+ b[1] + 10*b[2] + 100*b[3];"));
    va_eval_x(&r.e, "p", 0.4);
    assert_same_double(build_rig_row(&r, "p"), 330.0);
    build_rig_close(&r);
}

static void connections_may_join_nets(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(
        &r, "module two(v); inout [1:0] v; electrical [1:0] v; analog I(v[1], v[0]) <+ 3*V(v[1], v[0]); endmodule\n"
            "module top(p, n); inout p, n; electrical p, n; two x({p, n}); endmodule");
    va_eval_x(&r.e, "p", 2);
    va_eval_x(&r.e, "n", 1);
    assert_same_double(build_rig_row(&r, "p"), 3.0);
    build_rig_close(&r);
}

static void a_branch_may_end_all_its_elements_at_one_node(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   "module m(a, g); inout [0:2] a; inout g; electrical [0:2] a; electrical g; branch (a, g) b [5:3];\n"
                   "analog begin I(b[5]) <+ 1; I(b[3]) <+ 3; end endmodule");
    assert_same_double(build_rig_row(&r, "a[0]"), 1.0);
    assert_same_double(va_eval_row(&r.e, "a[2]"), 3.0);
    assert_same_double(va_eval_row(&r.e, "g"), -4.0);
    build_rig_close(&r);
}

static void a_port_branch_has_a_name(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   MODULE("p, n", "branch (<p>) into; (* desc=\"i\" *) real i;", "I(p,n) <+ 2*V(p,n); i = I(into);"));
    va_eval_x(&r.e, "p", 3);
    va_eval_x(&r.e, "I(into)", 0.5);
    assert_same_double(build_rig_row(&r, "I(into)"), -5.5);
    assert_same_double(va_eval_opvar(&r.e, "i"), 0.5);
    build_rig_close(&r);
}

static void generate_chooses_by_case(void **state) {
    static const char text[] =
        "module r(a); inout a; electrical a; parameter real g = 1; analog I(a) <+ g*V(a); endmodule\n"
        "module top(p); inout p; electrical p; parameter integer k = 2;\n"
        "generate case (k) 1: r #(.g(10)) x(p); 2, 3: begin : two r #(.g(20)) x(p); r y(p); end default: r x(p); "
        "endcase endgenerate endmodule";
    build_rig r;
    (void)state;
    build_rig_open(&r, text);
    va_eval_x(&r.e, "p", 1);
    assert_same_double(build_rig_row(&r, "p"), 21.0);
    build_rig_close(&r);
    build_rig_set(&r, text, "k", "9");
    va_eval_x(&r.e, "p", 1);
    assert_same_double(build_rig_row(&r, "p"), 1.0);
    build_rig_close(&r);
}

static void natures_of_disciplines_may_be_parents(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, "discipline base; potential Voltage; flow Current; enddiscipline\n"
                       "nature Fine : base.potential; access = VF; abstol = 1e-9; endnature\n"
                       "discipline fine; potential Fine; flow Current; enddiscipline\n"
                       "module m(p); inout p; fine p; analog I(p) <+ VF(p); endmodule");
    assert_near(r.model.unknowns.at[0].abstol, 1e-9, 1e-12);
    build_rig_close(&r);
}

static void instances_are_scaled_by_nothing(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "", "I(p) <+ $mfactor*V(p) + $xposition + $angle;"));
    va_eval_x(&r.e, "p", 2);
    assert_same_double(build_rig_row(&r, "p"), 2.0);
    build_rig_close(&r);
}

static void strings_may_be_chosen_at_run_time_but_not_printed(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   MODULE("p", "string s; real y;",
                          "if (V(p) > 0) s = \"a\"; else s = \"b\"; if (s == \"a\") y = 1; else y = 2; I(p) <+ y;"));
    va_eval_x(&r.e, "p", 1);
    assert_same_double(build_rig_row(&r, "p"), 1.0);
    va_eval_x(&r.e, "p", -1);
    assert_same_double(build_rig_row(&r, "p"), 2.0);
    build_rig_close(&r);
    build_rig_refuses(
        MODULE("p", "string s;", "if (V(p) > 0) s = \"a\"; else s = \"b\"; $strobe(\"%s\", s); I(p) <+ 1;"), 6, 52,
        "must be known when the model is compiled");
}

/* ---- words ---- */

static void mistakes_in_natures_and_disciplines_are_told(void **state) {
    (void)state;
#define M "module m(p); inout p; electrical p; analog I(p) <+ V(p); endmodule"
    build_rig_refuses("nature N; units = \"m\"; endnature " M, 1, 8, "nature 'N' has no access function");
    build_rig_refuses("nature N; access = NN; abstol = 0; endnature " M, 1, 8,
                      "the abstol of nature 'N' must be positive");
    build_rig_refuses("nature N : Nope; access = NN; endnature " M, 1, 8,
                      "nature 'N' is made from 'Nope', which is not declared");
    build_rig_refuses("discipline d; potential Nope; enddiscipline " M, 1, 12,
                      "discipline 'd' uses nature 'Nope', which is not declared");
}

static void mistakes_in_nets_are_told(void **state) {
    (void)state;
    build_rig_refuses("module m(p); inout p; electrical p; thermal p;\nanalog I(p) <+ 1; endmodule", 1, 45,
                      "'p' is thermal here, but electrical elsewhere");
    build_rig_refuses("module m(p); inout [0:1] p; electrical [0:2] p;\nanalog I(p[0]) <+ 1; endmodule", 1, 46,
                      "'p' is declared with two ranges");
    build_rig_refuses(MODULE("p", "real x; electrical x;", "I(p) <+ 1;"), 4, 6, "'x' is declared twice");
    build_rig_refuses(MODULE("p", "electrical [0:1] a; electrical [0:2] b; branch (a, b) c;", "I(p) <+ 1;"), 4, 55,
                      "the ends of branch 'c' have 2 and 3 elements");
    build_rig_refuses(MODULE("p", "electrical [0:1] a; branch (a) c [0:4];", "I(p) <+ 1;"), 4, 32,
                      "the range of branch 'c' does not fit its 2 elements");
    build_rig_refuses(MODULE("p", "branch (p) b;", "I(b[0]) <+ 1;"), 6, 3, "branch 'b' is not a vector");
    build_rig_refuses(MODULE("p", "electrical [0:1] a; branch (a) b;", "I(b) <+ 1;"), 6, 3,
                      "branch 'b' is a vector: give an index");
    build_rig_refuses(MODULE("p", "branch (<p>) b;", "I(p) <+ V(b);"), 6, 9, "a port branch has a flow only");
    build_rig_refuses(MODULE("p", "", "I(p, p, p) <+ 1;"), 6, 1, "I takes one or two nets, or a branch");
}

static void mistakes_in_names_are_told(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "real a[0:1][0:1], y;", "y = a[0]; I(p) <+ y;"), 6, 5,
                      "'a' has 2 dimensions, but 1 indices are given");
    build_rig_refuses(MODULE("p", "real a, y;", "y = a[0]; I(p) <+ y;"), 6, 5, "'a' is not an array");
    build_rig_refuses(MODULE("p", "genvar i; real y;", "y = i; I(p) <+ y;"), 6, 5,
                      "the genvar 'i' has a value only inside its loop");
    build_rig_refuses(MODULE("p", "genvar i;", "i = 1; I(p) <+ 1;"), 6, 1,
                      "the genvar 'i' changes only in the head of its loop");
    build_rig_refuses(MODULE("p", "event e; real y;", "y = e; I(p) <+ y;"), 6, 5, "'e' has no value");
    build_rig_refuses(MODULE("p", "parameter real c[0:1] = '{1, 2}; real y;", "y = c; I(p) <+ y;"), 6, 5,
                      "'c' is an array");
    build_rig_refuses(MODULE("p", "parameter real c[0:1] = '{1, 2}; real y;", "y = c[2]; I(p) <+ y;"), 6, 7,
                      "'c' has no element 2");
    build_rig_refuses(MODULE("p", "parameter real c = 1; real y;", "y = c[0]; I(p) <+ y;"), 6, 5,
                      "this parameter has no such element");
    build_rig_refuses(MODULE("p", "real y;", "y = p[0]; I(p) <+ y;"), 6, 5, "'p' is not an array of numbers");
    build_rig_refuses(MODULE("p", "real a[0:1];", "a = 3; I(p) <+ a[0];"), 6, 1,
                      "an array is assigned from a list or an array of its length");
    build_rig_refuses(MODULE("p", "real y;", "y = x.z; I(p) <+ y;"), 6, 5, "'x' in 'x.z' is not declared");
    build_rig_refuses(MODULE("p", "real y;", "y = I(<q>); I(p) <+ y;"), 6, 7, "'q' is not declared");
}

static void mistakes_in_types_are_told(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "string s; real y;", "y = s == 1; I(p) <+ y;"), 6, 5,
                      "a string and a number are compared");
    build_rig_refuses(MODULE("p", "string s; real y;", "if (s) y = 1; I(p) <+ y;"), 6, 5,
                      "a string stands where a condition is needed");
    build_rig_refuses(MODULE("p", "real y;", "y = V(p) > 0 ? 1 : \"a\"; I(p) <+ y;"), 6, 5,
                      "one choice is a string, the other a number");
    build_rig_refuses(MODULE("p", "real y;", "case (V(p)) \"a\": y = 1; endcase I(p) <+ y;"), 6, 13,
                      "a string and a number are compared");
    build_rig_refuses(MODULE("p", "real y;", "y = $analysis(3); I(p) <+ y;"), 6, 15,
                      "the name of an analysis must be a string");
    build_rig_refuses(MODULE("p", "real y;", "y = $param_given(p); I(p) <+ y;"), 6, 18, "'p' is not a parameter");
    build_rig_refuses(MODULE("p", "real y;", "y = $param_given(3); I(p) <+ y;"), 6, 18,
                      "$param_given takes the name of a parameter");
    build_rig_refuses(MODULE("p", "real y;", "y = $port_connected(y); I(p) <+ y;"), 6, 21, "'y' is not a port");
    build_rig_refuses(
        MODULE("p", "electrical [0:2.5] a;", "I(p) <+ 1/0.0*V(a[0]) + $table_model(V(p), '{0, 1}, '{0, 1/0.0});"), 6,
        53, "a number of the table is not finite");
}

static void mistakes_in_generate_are_told(void **state) {
    (void)state;
    build_rig_refuses("module m(p); inout p; electrical p; integer i;\nfor (i = 0; i < 2; i = i + 1) begin electrical "
                      "x; end analog I(p) <+ 1; endmodule",
                      2, 1, "a generate loop runs over a genvar");
    build_rig_refuses("module m(p); inout p; electrical p; parameter real k = 1;\nif ($temperature > 300) begin "
                      "electrical x; end analog I(p) <+ 1; endmodule",
                      2, 5,
                      "the condition of a generate block must be known when the model is compiled, but this depends on "
                      "the temperature");
}

static void mistakes_in_calls_are_told(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "analog function real f; input a; real a[0:1]; f = a[0]; endfunction real b[0:2];",
                             "I(p) <+ f(b);"),
                      6, 11, "argument 'a' is an array of 2 elements");
    build_rig_refuses(
        MODULE("p", "analog function real f; output y; real y; y = 1; endfunction real z = f(z);", "I(p) <+ z;"), 4, 71,
        "a function with outputs cannot give an initial value");
    build_rig_refuses(MODULE("p",
                             "analog function real f; input x; real x; f = x; endfunction parameter real a = f(2);",
                             "I(p) <+ a;"),
                      4, 80, "a parameter's value cannot call 'f'");
    build_rig_refuses(MODULE("p", "real y;", "y = slew(); I(p) <+ y;"), 6, 5,
                      "slew takes 1 to 3 arguments, but 0 are given");
    build_rig_refuses(
        "module m(p); inout p; electrical p; real g; analog I(p) <+ g; analog initial g = V(p); endmodule", 1, 82,
        "an access function cannot stand in \"analog initial\"");
    build_rig_refuses("module m(p); inout p; electrical p; analog initial I(p) <+ 1; endmodule", 1, 52,
                      "\"analog initial\" cannot contribute to a branch");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_in_functions_have_locals),
        cmocka_unit_test(arrays_copy_as_a_whole),
        cmocka_unit_test(connections_may_join_nets),
        cmocka_unit_test(a_branch_may_end_all_its_elements_at_one_node),
        cmocka_unit_test(a_port_branch_has_a_name),
        cmocka_unit_test(generate_chooses_by_case),
        cmocka_unit_test(natures_of_disciplines_may_be_parents),
        cmocka_unit_test(instances_are_scaled_by_nothing),
        cmocka_unit_test(strings_may_be_chosen_at_run_time_but_not_printed),
        cmocka_unit_test(mistakes_in_natures_and_disciplines_are_told),
        cmocka_unit_test(mistakes_in_nets_are_told),
        cmocka_unit_test(mistakes_in_names_are_told),
        cmocka_unit_test(mistakes_in_types_are_told),
        cmocka_unit_test(mistakes_in_generate_are_told),
        cmocka_unit_test(mistakes_in_calls_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
