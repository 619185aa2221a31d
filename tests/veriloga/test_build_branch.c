/* Nets, branches, contributions and the equations made of them. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

static const va_unknown *unknown(const build_rig *r, const char *name) {
    return &r->model.unknowns.at[va_eval_unknown(&r->e, name)];
}

/* ---- flows ---- */

static void a_flow_leaves_one_node_and_enters_the_other(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "parameter real g = 2;", "I(p,n) <+ g * V(p,n);"));
    assert_int_equal(r.model.n_terminals, 2);
    assert_int_equal(r.model.unknowns.n, 2);
    va_eval_x(&r.e, "p", 3);
    va_eval_x(&r.e, "n", 1);
    assert_same_double(build_rig_row(&r, "p"), 4.0);
    assert_same_double(va_eval_row(&r.e, "n"), -4.0);
    build_rig_close(&r);
}

static void contributions_add_and_reversed_ones_subtract(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "", "I(p,n) <+ 1; I(n,p) <+ 0.25; I(p,n) <+ V(n,p); I(p) <+ 10;"));
    va_eval_x(&r.e, "p", 3);
    assert_same_double(build_rig_row(&r, "p"), 1 - 0.25 - 3 + 10);
    assert_same_double(va_eval_row(&r.e, "n"), -(1 - 0.25 - 3));
    build_rig_close(&r);
}

static void terminals_come_first_in_the_order_of_the_header(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, "module m(b, a); electrical x; inout a; electrical a, b; inout b;\n"
                       "analog begin I(x,a) <+ V(x,a); I(x,b) <+ V(x,b); end endmodule");
    assert_string_equal(r.model.unknowns.at[0].name, "b");
    assert_string_equal(r.model.unknowns.at[1].name, "a");
    assert_string_equal(r.model.unknowns.at[2].name, "x");
    assert_true(r.model.unknowns.at[1].is_terminal);
    assert_false(r.model.unknowns.at[2].is_terminal);
    build_rig_close(&r);
}

static void unknowns_carry_the_tolerance_of_their_nature(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, "nature distance; access = Metr; units = \"m\"; abstol = 0.01n; endnature\n"
                       "discipline Distance; potential distance; enddiscipline\n"
                       "module m(p, w); inout p, w; electrical p; Distance w;\n"
                       "analog begin V(p) <+ 2*I(p); Metr(w) <+ 3e-9; end endmodule");
    assert_near(unknown(&r, "w")->abstol, 1e-11, 1e-12);
    assert_string_equal(unknown(&r, "w")->units, "m");
    assert_near(unknown(&r, "p")->abstol, 1e-6, 1e-12);
    assert_near(unknown(&r, "I(p)")->abstol, 1e-12, 1e-12);
    assert_string_equal(unknown(&r, "I(p)")->units, "A");
    va_eval_x(&r.e, "w", 5e-9);
    assert_near(build_rig_row(&r, "flow(w)"), 2e-9, 1e-12);
    build_rig_close(&r);
}

static void a_flow_that_is_read_is_an_unknown(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "real t;", "t = 300 + abs(I(p,n)*V(p,n)); I(p,n) <+ V(p,n)/t;"));
    va_eval_x(&r.e, "p", 3);
    va_eval_x(&r.e, "I(p,n)", 0.5);
    assert_near(build_rig_row(&r, "I(p,n)"), 0.5 - 3 / 301.5, 1e-14);
    assert_same_double(va_eval_row(&r.e, "p"), 0.5);
    assert_same_double(va_eval_row(&r.e, "n"), -0.5);
    build_rig_close(&r);
}

/* The current of a device that warms itself: read, but given by the voltages. */
static void a_flow_that_is_read_but_explicit_needs_no_unknown(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "real t; (* desc=\"w\" *) real w;",
                              "I(p,n) <+ V(p,n)/t; w = V(p,n)*I(p,n); t = 300 + 2*w; I(p) <+ I(n,p);"));
    assert_int_equal(r.model.unknowns.n, 2);
    r.e.retained[va_eval_slot(&r.e, "t")] = 50;
    va_eval_x(&r.e, "p", 3);
    va_eval_x(&r.e, "n", 1);
    assert_near(build_rig_show(&r, "w"), 2 * 0.04, 1e-14);
    assert_near(va_eval_next(&r.e, "t"), 300.16, 1e-14);
    assert_near(va_eval_row(&r.e, "p"), 0.04 - 0.04, 1e-17);
    assert_near(va_eval_row(&r.e, "n"), -0.04, 1e-14);
    build_rig_close(&r);
}

static void flows_that_need_each_other_keep_one_unknown(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "", "I(p) <+ V(p) + 0.5*I(n); I(n) <+ V(n) - 0.25*I(p);"));
    assert_int_equal(r.model.unknowns.n, 3);
    va_eval_x(&r.e, "p", 1);
    va_eval_x(&r.e, "n", 2);
    double i_n = (2 - 0.25) / (1 + 0.125); /* i_p = 1 + i_n/2, i_n = 2 - i_p/4 */
    va_eval_x(&r.e, "I(n)", i_n);
    assert_within(build_rig_row(&r, "I(n)"), 0, 1e-15);
    assert_near(va_eval_row(&r.e, "p"), 1 + i_n / 2, 1e-14);
    assert_near(va_eval_row(&r.e, "n"), i_n, 1e-14);
    build_rig_close(&r);
}

static void a_flow_with_charge_keeps_its_unknown(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   MODULE("p", "", "I(p) <+ V(p) + ddt(V(p)); I(p) <+ 0*V(p); if (I(p) > 1) $strobe(\"%g\", I(p));"));
    assert_int_equal(r.model.unknowns.n, 2);
    build_rig_close(&r);
}

static void both_orientations_of_a_flow_are_one_unknown(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "(* desc=\"y\" *) real y;", "y = I(n,p); I(p,n) <+ V(p,n)*(1 + I(p,n));"));
    assert_int_equal(r.model.unknowns.n, 3);
    r.e.x[2] = 0.5;
    assert_same_double(build_rig_show(&r, "y"), strcmp(r.model.unknowns.at[2].name, "I(n,p)") == 0 ? 0.5 : -0.5);
    build_rig_close(&r);
}

/* ---- potentials ---- */

static void a_potential_source_has_its_current_as_unknown(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "parameter real ron = 50;", "V(p,n) <+ ron * I(p,n);"));
    va_eval_x(&r.e, "p", 2);
    va_eval_x(&r.e, "n", 0.5);
    va_eval_x(&r.e, "I(p,n)", 0.02);
    assert_near(build_rig_row(&r, "I(p,n)"), 1.5 - 50 * 0.02, 1e-14);
    assert_same_double(va_eval_row(&r.e, "p"), 0.02);
    assert_same_double(va_eval_row(&r.e, "n"), -0.02);
    build_rig_close(&r);
}

/* V(x) <+ ... at an internal node whose current nobody reads: the node's own equation. */
static void a_probe_node_costs_no_current(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "electrical x;", "V(x) <+ 3 * V(p); I(p) <+ V(x); I(x) <+ 17;"));
    assert_int_equal(r.model.unknowns.n, 2);
    va_eval_x(&r.e, "p", 2);
    va_eval_x(&r.e, "x", 7);
    assert_same_double(build_rig_row(&r, "p"), 7.0);
    build_rig_close(&r);
}

static void a_probe_node_whose_current_is_read_has_one(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "electrical x;", "V(x) <+ 3 * V(p); I(p) <+ I(x);"));
    assert_int_equal(r.model.unknowns.n, 3);
    va_eval_x(&r.e, "p", 2);
    va_eval_x(&r.e, "x", 7);
    va_eval_x(&r.e, "I(x)", 0.1);
    assert_same_double(build_rig_row(&r, "I(x)"), 1.0);
    assert_same_double(va_eval_row(&r.e, "x"), 0.1);
    assert_same_double(va_eval_row(&r.e, "p"), 0.1);
    build_rig_close(&r);
}

static void two_sources_at_a_node_are_refused(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "electrical x; branch (x) b, c;", "V(b) <+ 1; V(c) <+ 2; I(p) <+ V(x);"), 6, 12,
                      "the potential of 'x' is set twice");
}

/* ---- switch branches ---- */

static const char switch_text[] =
    MODULE("p, n", "parameter integer closed = 1;", "if (closed) V(p,n) <+ 0.25; else I(p,n) <+ 3;");

static void a_branch_may_switch_by_parameter(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, switch_text);
    va_eval_x(&r.e, "p", 2);
    va_eval_x(&r.e, "I(p,n)", 0.5);
    assert_same_double(build_rig_row(&r, "I(p,n)"), 1.75);
    va_eval_param(&r.e, "closed", 0);
    assert_same_double(build_rig_row(&r, "I(p,n)"), -2.5);
    assert_same_double(va_eval_row(&r.e, "p"), 0.5);
    build_rig_close(&r);
}

static void a_branch_may_switch_by_the_solution(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n, c", "", "if (V(c) > 1) V(p,n) <+ 0; else I(p,n) <+ 1e-9*V(p,n);"));
    va_eval_x(&r.e, "p", 2);
    va_eval_x(&r.e, "I(p,n)", 0.5);
    assert_near(build_rig_row(&r, "I(p,n)"), 0.5 - 2e-9, 1e-15);
    va_eval_x(&r.e, "c", 2);
    assert_same_double(build_rig_row(&r, "I(p,n)"), 2.0);
    build_rig_close(&r);
}

static void the_last_kind_of_contribution_decides(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(
        &r, MODULE("p, n", "parameter integer k = 0;", "I(p,n) <+ 7; if (k) V(p,n) <+ 1; if (k == 2) I(p,n) <+ 5;"));
    va_eval_x(&r.e, "I(p,n)", 0);
    va_eval_x(&r.e, "p", 3);
    assert_same_double(build_rig_row(&r, "I(p,n)"), -7.0);
    va_eval_param(&r.e, "k", 1);
    assert_same_double(build_rig_row(&r, "I(p,n)"), 2.0);
    va_eval_param(&r.e, "k", 2);
    assert_same_double(build_rig_row(&r, "I(p,n)"), -5.0); /* not -12: the 7 was discarded */
    build_rig_close(&r);
}

static void discarding_a_contribution_is_warned_of(void **state) {
    (void)state;
    build_rig_warns(MODULE("p, n", "", "I(p,n) <+ V(p,n); V(p,n) <+ 2;"), 6, 19,
                    "this discards the flow contributed to the same branch");
    build_rig_warns(MODULE("p, n", "", "V(p,n) <+ 2; I(p,n) <+ V(p,n);"), 6, 14,
                    "this discards the potential contributed");
}

static void a_branch_without_contribution_on_a_path_is_open(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "parameter integer k = 0;", "if (k) V(p,n) <+ 1;"));
    va_eval_x(&r.e, "I(p,n)", 0.5);
    assert_same_double(build_rig_row(&r, "I(p,n)"), 0.5);
    build_rig_close(&r);
}

static void shorts_by_parameter_offer_to_collapse(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "parameter real rs = 0; electrical x;",
                              "I(x,n) <+ V(x,n); if (rs > 1e-3) I(p,x) <+ V(p,x)/rs; else V(p,x) <+ 0;"));
    assert_int_equal(r.model.collapses.n, 1);
    const va_collapse *c = &r.model.collapses.at[0];
    assert_string_equal(r.model.unknowns.at[c->a].name, "p");
    assert_string_equal(r.model.unknowns.at[c->b].name, "x");
    assert_string_equal(r.model.unknowns.at[c->flow].name, "I(p,x)");
    va_eval_run(&r.e);
    assert_true(va_eval_value(&r.e, c->when) != 0);
    va_eval_param(&r.e, "rs", 2);
    va_eval_run(&r.e);
    assert_false(va_eval_value(&r.e, c->when) != 0);
    build_rig_close(&r);
}

static void shorts_by_the_solution_or_between_terminals_do_not_collapse(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, switch_text);
    assert_int_equal(r.model.collapses.n, 0);
    build_rig_close(&r);
    build_rig_open(&r, MODULE("p, n", "electrical x;", "I(x,n) <+ V(x,n); if (V(p) > 0) V(p,x) <+ 0;"));
    assert_int_equal(r.model.collapses.n, 0);
    build_rig_close(&r);
}

/* ---- probes without contribution ---- */

static void a_potential_probe_is_free_and_a_flow_probe_is_a_short(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n, s", "", "I(p,n) <+ 2*V(s); I(p) <+ 3*I(s,n);"));
    assert_int_equal(r.model.unknowns.n, 4);
    va_eval_x(&r.e, "s", 0.75);
    va_eval_x(&r.e, "I(s,n)", 0.5);
    assert_same_double(build_rig_row(&r, "I(s,n)"), 0.75);
    assert_same_double(va_eval_row(&r.e, "s"), 0.5);
    assert_same_double(va_eval_row(&r.e, "p"), 1.5 + 1.5);
    build_rig_close(&r);
}

static void a_node_without_current_is_held_at_zero(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "electrical x;", "I(p) <+ V(p) + V(x);"));
    assert_true(build_rig_says(&r, HYS_WARNING, 4, 12, "no current flows into the node 'x': it is held at 0"));
    va_eval_x(&r.e, "x", 0.3);
    assert_same_double(build_rig_row(&r, "x"), 0.3);
    build_rig_close(&r);
}

static void unused_nets_are_no_unknowns(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "electrical x, y, z; ground g;", "I(p,g) <+ V(p,g);"));
    assert_int_equal(r.model.unknowns.n, 1);
    build_rig_close(&r);
}

/* ---- names of branches, ports, vectors ---- */

static void named_branches_are_apart_from_unnamed_ones(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "branch (p, n) top, bot; branch (p) only;",
                              "V(top) <+ 5*I(top); I(bot) <+ V(bot); I(p,n) <+ 2*V(top); I(only) <+ 0.125;"));
    va_eval_x(&r.e, "p", 1);
    va_eval_x(&r.e, "I(top)", 0.1);
    assert_near(build_rig_row(&r, "I(top)"), 0.5, 1e-14);
    assert_near(va_eval_row(&r.e, "p"), 0.1 + 1 + 2 + 0.125, 1e-14);
    build_rig_close(&r);
}

static void the_flow_of_a_port_is_the_terminal_s_row(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "(* desc=\"i\" *) real i;", "I(p,n) <+ 2*V(p,n); I(p) <+ 1; i = I(<p>);"));
    va_eval_x(&r.e, "p", 3);
    va_eval_x(&r.e, "I(<p>)", 0.5);
    assert_same_double(build_rig_row(&r, "I(<p>)"), 0.5 - 7);
    assert_same_double(va_eval_opvar(&r.e, "i"), 0.5);
    assert_int_equal(unknown(&r, "I(<p>)")->kind, VA_UNK_AUX);
    build_rig_close(&r);
}

static void vectors_of_nets_and_branches_have_elements(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, "module m(a, b); parameter integer w = 3; inout [0:w-1] a; inout [2:0] b; electrical [0:w-1] a; "
                       "electrical [2:0] b;\n"
                       "branch (a, b) pair; genvar i;\n"
                       "analog begin for (i = 0; i < w; i = i + 1) I(pair[i]) <+ (i+1)*V(pair[i]); I(a[0], b[0]) <+ "
                       "100; end endmodule");
    assert_int_equal(r.model.n_terminals, 6);
    va_eval_x(&r.e, "a[1]", 2);
    va_eval_x(&r.e, "b[1]", 0.5);
    va_eval_x(&r.e, "a[2]", 1);
    assert_same_double(build_rig_row(&r, "a[1]"), 3.0); /* a[1] faces b[1] */
    assert_same_double(va_eval_row(&r.e, "b[1]"), -3.0);
    assert_same_double(va_eval_row(&r.e, "a[2]"), 3.0); /* a[2] faces b[0] */
    assert_same_double(va_eval_row(&r.e, "b[0]"), -103.0);
    assert_same_double(va_eval_row(&r.e, "a[0]"), 100.0);
    build_rig_close(&r);
}

static void a_discipline_with_a_flow_only_carries_it_as_its_value(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, "module m(p, n, s); inout p, n, s; electrical p, n; current s, t;\n"
                       "analog begin I(t) <+ 2*V(p,n); I(p,n) <+ I(t) + I(s); end endmodule");
    va_eval_x(&r.e, "p", 1);
    va_eval_x(&r.e, "t", 5);
    va_eval_x(&r.e, "s", 0.5);
    assert_same_double(build_rig_row(&r, "t"), 3.0);
    assert_same_double(va_eval_row(&r.e, "p"), 5.5);
    build_rig_close(&r);
}

static void thermal_nets_have_their_own_access_functions(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   "module m(p, n, t); inout p, n, t; electrical p, n; thermal t;\n"
                   "analog begin I(p,n) <+ V(p,n)*(1 + 0.1*Temp(t)); Pwr(t) <+ Temp(t)/50 - V(p,n)*2; end endmodule");
    va_eval_x(&r.e, "p", 1);
    va_eval_x(&r.e, "t", 10);
    assert_same_double(build_rig_row(&r, "p"), 2.0);
    assert_near(va_eval_row(&r.e, "t"), 10.0 / 50 - 2, 1e-15);
    assert_string_equal(unknown(&r, "t")->units, "K");
    build_rig_close(&r);
}

static void natures_may_be_made_from_others(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, "nature Small : Voltage; access = VS; abstol = 1e-9; endnature\n"
                       "discipline tiny; potential Small; flow Current; flow.abstol = 1e-15; enddiscipline\n"
                       "module m(p); inout p; tiny p; analog VS(p) <+ 2*I(p); endmodule");
    assert_near(unknown(&r, "p")->abstol, 1e-9, 1e-12);
    assert_string_equal(unknown(&r, "p")->units, "V");
    assert_near(unknown(&r, "I(p)")->abstol, 1e-15, 1e-12);
    build_rig_close(&r);
}

static void generic_access_names_work(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p, n", "", "flow(p,n) <+ 3*potential(p,n);"));
    va_eval_x(&r.e, "p", 2);
    assert_same_double(build_rig_row(&r, "p"), 6.0);
    build_rig_close(&r);
}

/* ---- indirect assignment ---- */

static void an_indirect_assignment_is_the_branch_s_equation(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("o, p, n", "", "V(o) : V(p,n) == 0.25;"));
    va_eval_x(&r.e, "p", 1);
    va_eval_x(&r.e, "I(o)", 0.5);
    assert_same_double(build_rig_row(&r, "I(o)"), 0.75);
    assert_same_double(va_eval_row(&r.e, "o"), 0.5);
    build_rig_close(&r);
}

/* The LLG habit: V(mx) : ddt(V(mx)) == ... in the transient, nothing otherwise. */
static void indirect_ddt_is_an_ode_in_the_transient(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("mx", "", "if (analysis(\"tran\")) V(mx) : ddt(V(mx)) == -3*V(mx);"));
    va_eval_x(&r.e, "mx", 2);
    va_eval_ddt(&r.e, "mx", 0.5);
    va_eval_x(&r.e, "I(mx)", 0.125);
    assert_same_double(build_rig_row(&r, "I(mx)"), 0.125);
    r.e.flags = 1u << VA_FLAG_TRAN;
    assert_same_double(build_rig_row(&r, "I(mx)"), 6.5);
    build_rig_close(&r);
}

/* ---- mistakes ---- */

static void mistakes_in_branches_are_told_where_they_stand(void **state) {
    (void)state;
    build_rig_refuses("module m(p); inout p; electrical p; thermal t;\nanalog I(p) <+ V(t); endmodule", 2, 16,
                      "V is not an access function of 't', which is thermal");
    build_rig_refuses("module m(p, t); inout p, t; electrical p; thermal t;\nanalog I(p,t) <+ 1; endmodule", 2, 8,
                      "'p' is electrical, but 't' is thermal");
    build_rig_refuses(MODULE("p", "", "I(q) <+ 1;"), 6, 3, "'q' is not declared");
    build_rig_refuses(MODULE("p", "real x;", "x(p) <+ 1;"), 6, 1, "this cannot take a contribution");
    build_rig_refuses(MODULE("p", "real x;", "I(x) <+ 1;"), 6, 3, "'x' is not a net");
    build_rig_refuses(MODULE("p", "", "p = 1;"), 6, 1, "'p' is a net: it takes contributions, not assignments");
    build_rig_refuses(MODULE("p", "", "I(p,p) <+ 1;"), 6, 1, "both ends of this branch are the same node");
    build_rig_refuses(MODULE("p", "electrical [0:1] a;", "I(a) <+ 1;"), 6, 3,
                      "a vector of 2 nets stands where one is needed");
    build_rig_refuses(MODULE("p", "electrical [0:1] a;", "I(a[2]) <+ 1;"), 6, 5, "'a' has no element 2");
    build_rig_refuses(MODULE("p", "integer i;", "i = V(p); I(p[i]) <+ 1;"), 6, 13,
                      "'p' is a single net: it takes no index");
    build_rig_refuses(MODULE("p", "integer i; electrical [0:1] a;", "i = V(p); I(a[i]) <+ 1;"), 6, 15,
                      "the index of a net must be known when the model is compiled");
    build_rig_refuses(MODULE("p", "", "I(<p>) <+ 1;"), 6, 1, "a port flow can only be read");
    build_rig_refuses("module m(p); inout p; elektrical p;\nanalog I(p) <+ 1; endmodule", 1, 34,
                      "discipline 'elektrical' is not declared");
    build_rig_refuses("module m(p); inout p; electrical p; logic d;\nanalog I(p) <+ 1; endmodule", 1, 43,
                      "needs a digital simulator");
    build_rig_refuses("module m(p); inout p, q; electrical p;\nanalog I(p) <+ 1; endmodule", 1, 23,
                      "'q' has a direction, but is not a port");
    build_rig_refuses("module m(p); inout p; electrical p; ground p;\nanalog I(p) <+ 1; endmodule", 1, 44,
                      "the port 'p' cannot be ground");
    build_rig_refuses("module m; real x; analog x = 1; endmodule", 1, 8, "module 'm' has no ports");
}

static void ports_without_discipline_are_electrical(void **state) {
    (void)state;
    build_rig_warns("module m(p); inout p;\nanalog I(p) <+ V(p); endmodule", 1, 10,
                    "the port 'p' has no discipline: taken as electrical");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flow_leaves_one_node_and_enters_the_other),
        cmocka_unit_test(contributions_add_and_reversed_ones_subtract),
        cmocka_unit_test(terminals_come_first_in_the_order_of_the_header),
        cmocka_unit_test(unknowns_carry_the_tolerance_of_their_nature),
        cmocka_unit_test(a_flow_that_is_read_is_an_unknown),
        cmocka_unit_test(a_flow_that_is_read_but_explicit_needs_no_unknown),
        cmocka_unit_test(flows_that_need_each_other_keep_one_unknown),
        cmocka_unit_test(a_flow_with_charge_keeps_its_unknown),
        cmocka_unit_test(both_orientations_of_a_flow_are_one_unknown),
        cmocka_unit_test(a_potential_source_has_its_current_as_unknown),
        cmocka_unit_test(a_probe_node_costs_no_current),
        cmocka_unit_test(a_probe_node_whose_current_is_read_has_one),
        cmocka_unit_test(two_sources_at_a_node_are_refused),
        cmocka_unit_test(a_branch_may_switch_by_parameter),
        cmocka_unit_test(a_branch_may_switch_by_the_solution),
        cmocka_unit_test(the_last_kind_of_contribution_decides),
        cmocka_unit_test(discarding_a_contribution_is_warned_of),
        cmocka_unit_test(a_branch_without_contribution_on_a_path_is_open),
        cmocka_unit_test(shorts_by_parameter_offer_to_collapse),
        cmocka_unit_test(shorts_by_the_solution_or_between_terminals_do_not_collapse),
        cmocka_unit_test(a_potential_probe_is_free_and_a_flow_probe_is_a_short),
        cmocka_unit_test(a_node_without_current_is_held_at_zero),
        cmocka_unit_test(unused_nets_are_no_unknowns),
        cmocka_unit_test(named_branches_are_apart_from_unnamed_ones),
        cmocka_unit_test(the_flow_of_a_port_is_the_terminal_s_row),
        cmocka_unit_test(vectors_of_nets_and_branches_have_elements),
        cmocka_unit_test(a_discipline_with_a_flow_only_carries_it_as_its_value),
        cmocka_unit_test(thermal_nets_have_their_own_access_functions),
        cmocka_unit_test(natures_may_be_made_from_others),
        cmocka_unit_test(generic_access_names_work),
        cmocka_unit_test(an_indirect_assignment_is_the_branch_s_equation),
        cmocka_unit_test(indirect_ddt_is_an_ode_in_the_transient),
        cmocka_unit_test(mistakes_in_branches_are_told_where_they_stand),
        cmocka_unit_test(ports_without_discipline_are_electrical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
