/* The parser: the tree of every construct of the analog subset, in the spelling of front_text.c. */
#include "front_text.h"

#define TREE(text, want)  assert_string_equal(front_tree(text), want)
#define ITEMS(text, want) assert_string_equal(front_items(text), want)
#define STMTS(text, want) assert_string_equal(front_stmts(text), want)
#define EXPR(text, want)  assert_string_equal(front_expr(text), want)

/* ---- expressions ---- */

static void operators_bind_as_in_table_4_14_of_the_manual(void **state) {
    (void)state;
    EXPR("a || b && c | d ^ e & f == g < h << i + j * k ** l",
         "(a || (b && (c | (d ^ (e & (f == (g < (h << (i + (j * (k ** l)))))))))))");
    EXPR("l ** k * j + i << h < g == f & e ^ d | c && b || a",
         "(((((((((((l ** k) * j) + i) << h) < g) == f) & e) ^ d) | c) && b) || a)");
}

static void binary_operators_associate_to_the_left(void **state) {
    (void)state;
    EXPR("a - b - c", "((a - b) - c)");
    EXPR("a / b * c % d", "(((a / b) * c) % d)");
    EXPR("2 ** 3 ** 2", "((2 ** 3) ** 2)");
    EXPR("a < b < c", "((a < b) < c)");
    EXPR("a >> b >>> c <<< d", "(((a >> b) >>> c) <<< d)");
}

static void unary_operators_bind_tighter_than_power(void **state) {
    (void)state;
    EXPR("-a ** b", "((-a) ** b)");
    EXPR("2 ** -1", "(2 ** (-1))");
    EXPR("!a && ~b", "((!a) && (~b))");
    EXPR("- - +a", "(-(-(+a)))");
    EXPR("a--b", "(a - (-b))");
    EXPR("&a | ~&b", "((&a) | (~&b))");
    EXPR("|a ^ ~|b", "((|a) ^ (~|b))");
    EXPR("^a ^~ ~^b", "((^a) ^~ (~^b))");
}

static void comparison_by_case_reads_as_plain_comparison(void **state) {
    (void)state;
    EXPR("a === b", "(a == b)");
    EXPR("a !== b", "(a != b)");
    EXPR("a ~^ b", "(a ^~ b)");
}

static void the_conditional_operator_nests_to_the_right(void **state) {
    (void)state;
    EXPR("a ? b : c ? d : e", "(a ? b : (c ? d : e))");
    EXPR("a ? b ? c : d : e", "(a ? (b ? c : d) : e)");
    EXPR("a > 0 ? -a : a + 1", "((a > 0) ? (-a) : (a + 1))");
}

static void brackets_order_operations(void **state) {
    (void)state;
    EXPR("(a + b) * (c)", "((a + b) * c)");
}

static void references_have_paths_arguments_and_indices(void **state) {
    (void)state;
    EXPR("a[1][i + 1]", "a[1][(i + 1)]");
    EXPR("top.sub.x", "\\top.sub.x");
    EXPR("sub[2].x", "\\sub[2].x");
    EXPR("V(a.b, c)", "V(\\a.b, c)");
    EXPR("a.potential.abstol", "\\a.potential.abstol");
    EXPR("f()", "f()");
    EXPR("f(a,, b)", "f(a, , b)");
    EXPR("I(<p>)", "I(<p>)");
    EXPR("$temperature", "$temperature()");
    EXPR("$vt($temperature)", "$vt($temperature())");
    EXPR("ddx(I(a, b), V(a))", "ddx(I(a, b), V(a))");
    EXPR("\\a+b + c", "(a+b + c)");
    EXPR("V(bus[0:3])", "V(bus[0:3])");
}

static void literals_keep_their_type(void **state) {
    (void)state;
    EXPR("1", "1");
    EXPR("1.0", "1.0");
    EXPR("5k", "5000.0");
    EXPR("2147483648", "2147483648.0");
    EXPR("8'h1F", "31");
    EXPR("\"a,b\"", "\"a,b\"");
    EXPR("-inf", "(-inf)");
}

static void arrays_are_read_with_and_without_quote(void **state) {
    (void)state;
    EXPR("'{1, 2.5, a}", "'{1, 2.5, a}");
    EXPR("{1, 2}", "'{1, 2}");
    EXPR("'{}", "'{}");
    EXPR("'{'{1, 2}, '{3, 4}}", "'{'{1, 2}, '{3, 4}}");
    EXPR("laplace_nd(V(a), {1}, {1, tau})", "laplace_nd(V(a), '{1}, '{1, tau})");
}

static void replications_are_expanded_when_their_count_is_a_number(void **state) {
    (void)state;
    EXPR("'{3{1.5}}", "'{1.5, 1.5, 1.5}");
    EXPR("{2{a, b}}", "'{a, b, a, b}");
    EXPR("{1, {2{0}}, 3}", "'{1, 0, 0, 3}");
    EXPR("'{2{'{2{1}}}}", "'{'{1, 1}, '{1, 1}}");
    EXPR("{2{{2{1}}}}", "'{1, 1, 1, 1}");
    EXPR("{0{1}}", "'{}");
    EXPR("'{n{0}}", "'{n{0}}");
}

static void attributes_may_stand_in_expressions(void **state) {
    (void)state;
    EXPR("a + (* x *) b", "(a + (* x *) b)");
    EXPR("f (* y=1 *) (a)", "f (* y=1 *) (a)");
    EXPR("a ? (* z *) b : c", "(a ? (* z *) b : c)");
    EXPR("- (* u *) a", "(- (* u *) a)");
}

/* ---- modules ---- */

static void ports_are_declared_in_the_old_and_in_the_new_way(void **state) {
    (void)state;
    TREE("module m(a, b, c); parameter real r = 1; inout a, b; electrical a, b, c; input c; endmodule",
         "module m(a, b, c); parameter real r = 1; inout a; inout b; net electrical a; net electrical "
         "b; net electrical c; input c; endmodule");
    TREE("module m(inout electrical a, b, input voltage c, output [0:3] d); endmodule",
         "module m(a, b, c, d); net inout electrical a; net inout electrical b; net input voltage c; "
         "output [0:3] d; endmodule");
    TREE("module m(inout a, electrical b); endmodule", "module m(a, b); inout a; net inout electrical b; endmodule");
    TREE("module m(electrical a, electrical b); endmodule",
         "module m(a, b); net electrical a; net electrical b; endmodule");
    TREE("module m(inout electrical [0:1] a, b); endmodule",
         "module m(a, b); net inout electrical [0:1] a; net inout electrical [0:1] b; endmodule");
    TREE("module m; endmodule", "module m(); endmodule");
    TREE("module m(); endmodule : m", "module m(); endmodule");
    TREE("macromodule m(a); endmodule", "module m(a); endmodule");
}

static void a_module_may_have_parameters_in_its_head(void **state) {
    (void)state;
    TREE("module m #(parameter real r = 1, s = 2 from (0:inf), parameter integer n = 3)(a); endmodule",
         "module m(a); parameter real r = 1; parameter real s = 2 from (0:inf); parameter integer n = "
         "3; endmodule");
    TREE("module m #(real r = 1, integer n = 2)(); endmodule",
         "module m(); parameter real r = 1; parameter integer n = 2; endmodule");
}

static void a_file_may_hold_several_modules(void **state) {
    (void)state;
    TREE("module a; endmodule\nmodule b(p); inout p; endmodule",
         "module a(); endmodule module b(p); inout p; endmodule");
}

static void attributes_stand_wherever_authors_put_them(void **state) {
    (void)state;
    TREE("(* desc=\"x\", n=1 *) module m((* p *) a) (* q *); endmodule",
         "(* desc=\"x\", n=1, q *) module m(a); endmodule");
    TREE("module m((* port *) inout electrical a); endmodule",
         "module m(a); (* port *) net inout electrical a; endmodule");
    ITEMS("(* desc=\"r\" *) (* units=\"Ohm\" *) parameter real r = 1;",
          "(* desc=\"r\", units=\"Ohm\" *) parameter real r = 1;");
    ITEMS("parameter real r = 1 from (0:inf) (* info=\"x\" unit=\"y\" *), s = 2;", /* ADMS */
          "(* info=\"x\", unit=\"y\" *) parameter real r = 1 from (0:inf); parameter real s = 2;");
    ITEMS("(* a *) parameter real r = 1 (* b *), s = 2;",
          "(* a, b *) parameter real r = 1; (* a *) parameter real s = 2;");
    ITEMS("real x (* desc=\"opvar\" *);", "(* desc=\"opvar\" *) real x;");
    ITEMS("electrical n (* desc=\"node\" *);", "(* desc=\"node\" *) net electrical n;");
    ITEMS("branch (a, b) br (* d *);", "(* d *) branch (a, b) br;");
    ITEMS("aliasparam q = r (* d *);", "(* d *) aliasparam q = r;");
    ITEMS("(* d *) analog begin end", "analog (* d *) begin end");
    STMTS("(* s *) x = 1;", "(* s *) x = 1;");
    STMTS("(* s *) if (x) y = 1;", "(* s *) if (x) y = 1;");
    STMTS("x = 1; (* trailing *)", "x = 1;");
    ITEMS("`define attr(txt) (*txt*)\nparameter real r = 1 from [0:1] `attr(info=\"i\" type=\"instance\");",
          "(* info=\"i\", type=\"instance\" *) parameter real r = 1 from [0:1];");
}

static void an_empty_item_is_nothing(void **state) {
    (void)state;
    ITEMS("real x;; analog begin end; ;", "real x; analog begin end");
}

/* ---- declarations ---- */

static void parameters_have_types_ranges_and_defaults(void **state) {
    (void)state;
    ITEMS("parameter real r = 1k from (0:inf);", "parameter real r = 1000.0 from (0:inf);");
    ITEMS("parameter integer n = -1 from [-3:3] exclude 0;", "parameter integer n = (-1) from [(-3):3] exclude 0;");
    ITEMS("parameter real x = 1 from (-inf:a*2) exclude (0:1] exclude [5:6);",
          "parameter real x = 1 from ((-inf):(a * 2)) exclude (0:1] exclude [5:6);");
    ITEMS("parameter real x = 1 from (0:c ? d : e);", "parameter real x = 1 from (0:(c ? d : e));");
    ITEMS("parameter real x = 1 exclude (0);", "parameter real x = 1 exclude 0;");
    ITEMS("parameter T = 300, U = T / 2;", "parameter T = 300; parameter U = (T / 2);");
    ITEMS("parameter string s = \"nmos\" from '{\"nmos\", \"pmos\"};",
          "parameter string s = \"nmos\" from '{\"nmos\", \"pmos\"};");
    ITEMS("parameter string s = \"a\" from {\"a\"} exclude '{\"b\"};",
          "parameter string s = \"a\" from '{\"a\"} exclude '{\"b\"};");
    ITEMS("parameter string s = \"a\" exclude \"b\";", "parameter string s = \"a\" exclude \"b\";");
    ITEMS("parameter real v[0:2] = '{1, 2, 3};", "parameter real v[0:2] = '{1, 2, 3};");
    ITEMS("parameter real [0:1] v = {1, 2};", "parameter real [0:1] v = '{1, 2};");
    ITEMS("localparam real x = 2*r;", "localparam real x = (2 * r);");
    ITEMS("localparam n = 4;", "localparam n = 4;");
    ITEMS("aliasparam q = r; aliasparam m = $mfactor;", "aliasparam q = r; aliasparam m = $mfactor;");
}

static void variables_have_initialisers_and_dimensions(void **state) {
    (void)state;
    ITEMS("real x, y = 2*x, z[0:3] = '{1, 2, 3, 4};", "real x; real y = (2 * x); real z[0:3] = '{1, 2, 3, 4};");
    ITEMS("integer i[0:n-1][1:2];", "integer i[0:(n - 1)][1:2];");
    ITEMS("real [0:1] x, y[0:2];", "real x[0:1]; real y[0:2];");
    ITEMS("string s = \"a\", t;", "string s = \"a\"; string t;");
    ITEMS("genvar i, j;", "genvar i; genvar j;");
    ITEMS("event e;", "event e;");
}

static void nets_have_disciplines_buses_and_initialisers(void **state) {
    (void)state;
    ITEMS("electrical n1, n2;", "net electrical n1; net electrical n2;");
    ITEMS("electrical [0:3] bus;", "net electrical [0:3] bus;");
    ITEMS("electrical n[0:1];", "net electrical n[0:1];");
    ITEMS("electrical n = 0.5;", "net electrical n = 0.5;");
    ITEMS("wire w, v;", "net w; net v;");
    ITEMS("inout [0:1] a;", "inout [0:1] a;");
    ITEMS("inout electrical a, b;", "net inout electrical a; net inout electrical b;");
    ITEMS("inout wire a;", "net inout a;");
    ITEMS("my_own_discipline x;", "net my_own_discipline x;");
    ITEMS("ground gnd;", "ground gnd;");
    ITEMS("electrical gnd; ground gnd, b;", "net electrical gnd; ground gnd; ground b;");
    ITEMS("ground electrical gnd;", "ground net electrical gnd;");
}

static void branches_join_nodes_or_name_a_port(void **state) {
    (void)state;
    ITEMS("branch (a, b) x, y;", "branch (a, b) x; branch (a, b) y;");
    ITEMS("branch (a) x;", "branch (a) x;");
    ITEMS("branch (<a>) x;", "branch (<a>) x;");
    ITEMS("branch (a[0], b[i]) x;", "branch (a[0], b[i]) x;");
    ITEMS("branch (p[0:3], q[0:3]) x[0:3];", "branch (p[0:3], q[0:3]) x[0:3];");
    ITEMS("branch (p, q) [0:3] x;", "branch (p, q) [0:3] x;");
}

static void harmless_words_of_digital_verilog_are_names(void **state) {
    (void)state;
    ITEMS("real a, q, state, gamma, version, file, switch;",
          "real a; real q; real state; real gamma; real version; real file; real switch;");
    assert_string_equal(front_item_errors("real time, edge;\nanalog begin time = 1; x = time; end"),
                        "2:6: warning: 'time' is a keyword of Verilog-AMS; it is read as an ordinary "
                        "name\n"
                        "2:12: warning: 'edge' is a keyword of Verilog-AMS; it is read as an ordinary "
                        "name\n");
    assert_string_equal(front_stmt_errors("strong0[1] = 2;"),
                        "2:1: warning: 'strong0' is a keyword of Verilog-AMS; it is read as an "
                        "ordinary name\n");
}

/* ---- statements ---- */

static void assignments_and_contributions(void **state) {
    (void)state;
    STMTS("x = 1; y[i] = 2; z[1][2] = 3;", "x = 1; y[i] = 2; z[1][2] = 3;");
    STMTS("I(a, b) <+ g*V(a, b);", "I(a, b) <+ (g * V(a, b));");
    STMTS("V(br) <+ 0;", "V(br) <+ 0;");
    STMTS("V(x) : ddt(V(x)) == -V(x);", "V(x) : ddt(V(x)) == (-V(x));");
    STMTS("V(x) : V(a) < 2 == 0;", "V(x) : (V(a) < 2) == 0;");
    STMTS(";", ";");
}

static void calls_for_their_effect(void **state) {
    (void)state;
    STMTS("$strobe(\"x = \", x); $finish; $bound_step(1n);", "$strobe(\"x = \", x); $finish(); $bound_step(1e-9);");
    STMTS("f(x, y);", "f(x, y);");
    STMTS("$discontinuity(0);", "$discontinuity(0);");
}

static void conditions_and_else_chains(void **state) {
    (void)state;
    STMTS("if (a) x = 1;", "if (a) x = 1;");
    STMTS("if (a) x = 1; else x = 2;", "if (a) x = 1; else x = 2;");
    STMTS("if (a) x = 1; else if (b) x = 2; else if (c) x = 3; else x = 4;",
          "if (a) x = 1; else if (b) x = 2; else if (c) x = 3; else x = 4;");
    STMTS("if (a) if (b) x = 1; else x = 2;", "if (a) if (b) x = 1; else x = 2;");
    STMTS("if (a) begin if (b) x = 1; end else x = 2;", "if (a) begin if (b) x = 1; end else x = 2;");
    STMTS("if (a) ; else ;", "if (a) ; else ;");
}

static void cases_have_values_and_a_default(void **state) {
    (void)state;
    STMTS("case (n) 1: x = 1; 2, 3: begin end default: x = 0; endcase",
          "case (n) 1: x = 1; 2, 3: begin end default: x = 0; endcase");
    STMTS("case (n) default x = 0; endcase", "case (n) default: x = 0; endcase");
    STMTS("case (n) a ? b : c: x = 1; endcase", "case (n) (a ? b : c): x = 1; endcase");
    STMTS("case (n) 1: case (m) 2: x = 1; endcase endcase", "case (n) 1: case (m) 2: x = 1; endcase endcase");
}

static void loops_of_three_kinds(void **state) {
    (void)state;
    STMTS("for (i = 0; i < n; i = i + 1) x = x + i;", "for (i = 0; (i < n); i = (i + 1)) x = (x + i);");
    STMTS("while (x < 1) x = x + 1;", "while ((x < 1)) x = (x + 1);");
    STMTS("repeat (3) x = 2*x;", "repeat (3) x = (2 * x);");
}

static void blocks_have_names_and_declarations(void **state) {
    (void)state;
    STMTS("begin : blk real y = 1; integer i; parameter real p = 1; y = 2; end",
          "begin : blk real y = 1; integer i; parameter real p = 1; y = 2; end");
    STMTS("begin : blk x = 1; end : blk", "begin : blk x = 1; end");
    STMTS("begin x = 1; real late; x = 2; end", "begin real late; x = 1; x = 2; end");
}

static void events_guard_statements(void **state) {
    (void)state;
    STMTS("@(initial_step) x = 1;", "@(initial_step) x = 1;");
    STMTS("@(initial_step or initial_step(\"static\", \"tran\")) begin end",
          "@(initial_step or initial_step(\"static\", \"tran\")) begin end");
    STMTS("@(cross(V(a) - 1, +1, , 1n), timer(0, dt)) x = 1;",
          "@(cross((V(a) - 1), (+1), , 1e-9) or timer(0, dt)) x = 1;");
    STMTS("@(above(x)) ;", "@(above(x)) ;");
    STMTS("@(final_step) ;", "@(final_step) ;");
    STMTS("@(initial_instance) ; @(initial_model) ;", "@(initial_instance) ; @(initial_model) ;");
    STMTS("@initial_step x = 1;", "@(initial_step) x = 1;");
    STMTS("@(posedge clk or negedge rst) x = 1;", "@((>clk) or (<rst)) x = 1;");
    STMTS("disable blk;", "disable blk;");
}

static void analog_blocks_may_be_many_and_initial(void **state) {
    (void)state;
    ITEMS("analog x = 1; analog initial begin x = 0; end analog begin end",
          "analog x = 1; analog initial begin x = 0; end analog begin end");
}

/* ---- functions ---- */

static void functions_declare_their_arguments_in_each_style(void **state) {
    (void)state;
    ITEMS("analog function real f; input a, b; output c; real a, b, c; begin f = a; end endfunction",
          "function real f(input real a; input real b; output real c; ) begin f = a; end");
    ITEMS("analog function real f; input real a, b; inout integer c; f = a; endfunction",
          "function real f(input real a; input real b; inout integer c; ) f = a;");
}

static void functions_declare_their_arguments_in_the_head(void **state) {
    (void)state;
    ITEMS("analog function real f(input real a, b, inout integer c); f = a; endfunction",
          "function real f(input real a; input real b; inout integer c; ) f = a;");
    ITEMS("analog function integer f(x); input x; integer x; f = x; endfunction",
          "function integer f(input integer x; ) f = x;");
    ITEMS("analog function real f(); f = 1; endfunction", "function real f() f = 1;");
}

static void functions_may_lack_types_and_hold_locals(void **state) {
    (void)state;
    ITEMS("analog function f; input x; f = x; endfunction", "function f(input x; ) f = x;");
    ITEMS("analog function real f; input x; real x, y; localparam k = 2; begin y = x; f = y; end "
          "endfunction",
          "function real f(input real x; ) real y; localparam k = 2; begin y = x; f = y; end");
    ITEMS("analog function real f; real x; input x; f = x; endfunction", "function real f(input real x; ) f = x;");
    ITEMS("analog function real f; input a; real a[0:1]; f = a[0]; endfunction",
          "function real f(input real a[0:1]; ) f = a[0];");
    ITEMS("analog function real f; input [0:1] a; real [0:1] a; f = a[0]; endfunction",
          "function real f(input real [0:1] a[0:1]; ) f = a[0];");
    ITEMS("analog function string f; input s; string s; f = s; endfunction",
          "function string f(input string s; ) f = s;");
    ITEMS("analog function real f; input x; y = x; f = y; endfunction : f",
          "function real f(input x; ) begin y = x; f = y; end");
}

/* ---- hierarchy ---- */

static void instances_connect_by_order_and_by_name(void **state) {
    (void)state;
    ITEMS("res r1(a, b);", "res r1(a, b);");
    ITEMS("res #(.r(1k), .n(2)) r1(.p(a), .q());", "res #(.r(1000.0), .n(2)) r1(.p(a), .q());");
    ITEMS("res #(1, 2) r1(a, , b), r2(b, a);", "res #(1, 2) r1(a, , b); res #(1, 2) r2(b, a);");
    ITEMS("res r[0:3](bus, b);", "res r[0:3](bus, b);");
    ITEMS("res r1();", "res r1();");
    ITEMS("res r1(bus[1:2], {a, b});", "res r1(bus[1:2], '{a, b});");
}

static void generate_constructs_hold_items(void **state) {
    (void)state;
    ITEMS("genvar i; generate for (i = 0; i < 3; i = i + 1) begin : g res r(a[i], b); end endgenerate",
          "genvar i; generate for (i = 0; (i < 3); i = (i + 1)) begin : g { res r(a[i], b); } end");
    ITEMS("if (n > 1) real x; else if (n) begin electrical y; end else analog z = 1;",
          "generate if ((n > 1)) { real x; } else if (n) begin { net electrical y; } end else { analog "
          "z = 1; }");
    ITEMS("case (n) 1: real x; default: begin real y; end endcase",
          "generate case (n) 1: { real x; } default: begin { real y; } end endcase");
    ITEMS("begin : blk real x; end", "generate begin : blk { real x; } end");
    ITEMS("generate real x; electrical y; endgenerate", "real x; net electrical y;");
    ITEMS("for (i = 0; i < 2; i = i + 1) for (j = 0; j < 2; j = j + 1) res r(a, b);",
          "generate for (i = 0; (i < 2); i = (i + 1)) for (j = 0; (j < 2); j = (j + 1)) { res r(a, b); "
          "}");
    ITEMS("begin if (n) begin real x; end end", "generate begin { generate if (n) begin { real x; } end } end");
}

/* ---- natures and disciplines ---- */

static void natures_are_read_with_and_without_semicolon(void **state) {
    (void)state;
    TREE("nature Gap; units = \"m\"; access = G; abstol = 0.01n; my_own = 3; endnature",
         "nature Gap (* units=\"m\", access=G, abstol=1e-11, my_own=3 *);");
    TREE("nature Gap units = \"m\"; access = Gap; endnature", "nature Gap (* units=\"m\", access=Gap *);");
    TREE("nature Fine : Voltage; abstol = 1n; endnature", "nature Fine : Voltage (* abstol=1e-9 *);");
    TREE("nature Fine : electrical.potential; abstol = 1n; endnature",
         "nature Fine : electrical.potential (* abstol=1e-9 *);");
    TREE("nature Fine : electrical.flow endnature", "nature Fine : electrical.flow;");
}

static void disciplines_are_read_with_and_without_semicolon(void **state) {
    (void)state;
    TREE("discipline Distance; potential Gap; enddiscipline", "discipline Distance potential Gap;");
    TREE("discipline e potential V; flow I; domain continuous; enddiscipline",
         "discipline e potential V flow I domain continuous;");
    TREE("discipline e; potential V; potential.abstol = 1u; flow.units = \"x\"; own = 1; enddiscipline",
         "discipline e potential V (* potential.abstol=1e-6, flow.units=\"x\", own=1 *);");
    TREE("discipline none enddiscipline", "discipline none;");
}

/* ---- places ---- */

/* The piece of the text that a span covers. */
static const char *covered(const char *text, hys__span span) {
    static char piece[200];
    assert_true(span.len < sizeof piece);
    memcpy(piece, text + span.offset, span.len);
    piece[span.len] = '\0';
    return piece;
}

static void each_node_covers_its_text(void **state) {
    (void)state;
    static const char text[] = "module m(p);\n"
                               "branch (p) br;\n"
                               "parameter real r = 1 from (0:2*inf);\n"
                               "analog if (p > 1) begin I(p) <+ f(a, -b [1]) ; end\n"
                               "sub #(.r(2)) s1 (.p(p));\n"
                               "endmodule";
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    assert_int_equal(va_front_parse_text(&front, "t.va", text, strlen(text)), HYS_OK);
    const va_module *m = front.file->modules;
    assert_string_equal(covered(text, m->span), "m");
    assert_string_equal(covered(text, m->ports->span), "p");
    assert_string_equal(covered(text, m->decls->span), "br");
    const va_decl *r = m->decls->next;
    assert_string_equal(covered(text, r->span), "r");
    assert_string_equal(covered(text, r->ranges->span), "from (0:2*inf)");
    const va_stmt *stmt = m->analogs->body;
    assert_string_equal(covered(text, stmt->span), "if (p > 1) begin I(p) <+ f(a, -b [1]) ; end");
    assert_string_equal(covered(text, stmt->cond->span), "p > 1");
    stmt = stmt->body->stmts;
    assert_string_equal(covered(text, stmt->span), "I(p) <+ f(a, -b [1]) ;");
    assert_string_equal(covered(text, stmt->rhs->span), "f(a, -b [1])");
    assert_string_equal(covered(text, stmt->rhs->args[1]->span), "-b [1]");
    assert_string_equal(covered(text, stmt->rhs->args[1]->args[0]->span), "b [1]");
    assert_string_equal(covered(text, m->insts->span), "s1");
    assert_string_equal(covered(text, m->insts->module_span), "sub");
    assert_string_equal(covered(text, m->insts->ports->span), ".p(p)");
    va_front_free(&front);
    hys_ctx_free(ctx);
}

static void equal_names_have_equal_pointers(void **state) {
    (void)state;
    static const char text[] = "module m(x); electrical x; analog V(x) <+ 1; endmodule";
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    assert_int_equal(va_front_parse_text(&front, "t.va", text, strlen(text)), HYS_OK);
    const va_module *m = front.file->modules;
    assert_ptr_equal(m->ports->name, m->decls->name);
    assert_ptr_equal(m->ports->name, m->analogs->body->lhs->args[0]->name);
    assert_ptr_equal(m->ports->name, hys__intern_add(&front.names, "x", 1));
    va_front_free(&front);
    hys_ctx_free(ctx);
}

/* ---- depth and length ---- */

/* head, then n times part, then tail, read in a fresh context; the status. */
static hys_status parse_repeated(const char *head, const char *part, size_t n, const char *tail, hys_ctx *ctx) {
    size_t n_head = strlen(head), n_part = strlen(part), n_tail = strlen(tail);
    char *text = malloc(n_head + n * n_part + n_tail + 1);
    assert_non_null(text);
    char *to = stpcpy(text, head);
    for (size_t i = 0; i < n; i++) to = stpcpy(to, part);
    stpcpy(to, tail);
    va_front front;
    va_front_init(&front, ctx);
    hys_status status = va_front_parse_text(&front, "t.va", text, n_head + n * n_part + n_tail);
    va_front_free(&front);
    free(text);
    return status;
}

#define BODY "module m; analog begin "

static void sensible_depth_is_read(void **state) {
    (void)state;
    static const struct {
        const char *head, *part, *tail;
    } list[] = {{BODY "x = 1", " + a*b", "; end endmodule"},
                {BODY "if (a) x = 1; ", "else if (a) x = 1; ", "end endmodule"},
                {BODY "x = 1", "? 1 : 1", "; end endmodule"},
                {BODY, "if (a) ", "x = 1; end endmodule"}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        hys_ctx *ctx = hys_test_ctx();
        assert_int_equal(parse_repeated(list[i].head, list[i].part, 400, list[i].tail, ctx), HYS_OK);
        hys_ctx_free(ctx);
    }
}

static void senseless_depth_is_refused_with_one_message(void **state) {
    (void)state;
    static const struct {
        const char *head, *part;
    } list[] = {{BODY "x = ", "("},
                {BODY "x = ", "-"},
                {BODY "x = ", "{"},
                {BODY "x = ", "f("},
                {BODY "x = 1", "?1"},
                {BODY "x = 1", "?1:1"},
                {BODY "x = a", "[a"},
                {BODY, "begin "},
                {BODY, "if (1) "},
                {BODY, "case (1) 1: "},
                {BODY, "@(a) "},
                {BODY, "while (1) "},
                {"module m; ", "begin "},
                {"module m; ", "if (1) "},
                {"module m; ", "case (1) 1: "},
                {BODY "if (a); ", "else if (a); "},
                {"module m; if (1); ", "else if (1); "},
                {BODY "x = ", "'{1{"}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        hys_ctx *ctx = hys_test_ctx();
        assert_int_equal(parse_repeated(list[i].head, list[i].part, 100000, "", ctx), HYS_SYNTAX);
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        const char *message = hys_diag_get(ctx, 0)->message;
        if (!strstr(message, "1000")) print_error("%s%s...: %s\n", list[i].head, list[i].part, message);
        assert_non_null(strstr(message, "1000"));
        hys_ctx_free(ctx);
    }
}

static void a_sum_of_too_many_terms_is_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(parse_repeated(BODY "x = 1", "+1", 100000, "; end endmodule", ctx), HYS_SYNTAX);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    assert_string_equal(hys_diag_get(ctx, 0)->message, "this expression is more than 1000 operators deep");
    hys_ctx_free(ctx);
}

static void a_million_brackets_end_quickly(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(parse_repeated(BODY "x = ", "(", 1000000, "", ctx), HYS_SYNTAX);
    assert_string_equal(hys_diag_get(ctx, 0)->message, "this is nested deeper than 1000 levels");
    hys_ctx_free(ctx);
}

static void replications_cannot_exhaust_memory(void **state) {
    (void)state;
    static const char *const list[] = {"{65537{1}}", "{60000{{60000{1}}}}", "'{1000{'{1000{'{1000{1}}}}}}"};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        char stmt[100];
        snprintf(stmt, sizeof stmt, "x = %s;", list[i]);
        assert_non_null(
            strstr(front_stmt_errors(stmt), "error: a replication makes from 0 to 65536 items, all of a file 1048576"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_as_in_table_4_14_of_the_manual),
        cmocka_unit_test(binary_operators_associate_to_the_left),
        cmocka_unit_test(unary_operators_bind_tighter_than_power),
        cmocka_unit_test(comparison_by_case_reads_as_plain_comparison),
        cmocka_unit_test(the_conditional_operator_nests_to_the_right),
        cmocka_unit_test(brackets_order_operations),
        cmocka_unit_test(references_have_paths_arguments_and_indices),
        cmocka_unit_test(literals_keep_their_type),
        cmocka_unit_test(arrays_are_read_with_and_without_quote),
        cmocka_unit_test(replications_are_expanded_when_their_count_is_a_number),
        cmocka_unit_test(attributes_may_stand_in_expressions),
        cmocka_unit_test(ports_are_declared_in_the_old_and_in_the_new_way),
        cmocka_unit_test(a_module_may_have_parameters_in_its_head),
        cmocka_unit_test(a_file_may_hold_several_modules),
        cmocka_unit_test(attributes_stand_wherever_authors_put_them),
        cmocka_unit_test(an_empty_item_is_nothing),
        cmocka_unit_test(parameters_have_types_ranges_and_defaults),
        cmocka_unit_test(variables_have_initialisers_and_dimensions),
        cmocka_unit_test(nets_have_disciplines_buses_and_initialisers),
        cmocka_unit_test(branches_join_nodes_or_name_a_port),
        cmocka_unit_test(harmless_words_of_digital_verilog_are_names),
        cmocka_unit_test(assignments_and_contributions),
        cmocka_unit_test(calls_for_their_effect),
        cmocka_unit_test(conditions_and_else_chains),
        cmocka_unit_test(cases_have_values_and_a_default),
        cmocka_unit_test(loops_of_three_kinds),
        cmocka_unit_test(blocks_have_names_and_declarations),
        cmocka_unit_test(events_guard_statements),
        cmocka_unit_test(analog_blocks_may_be_many_and_initial),
        cmocka_unit_test(functions_declare_their_arguments_in_each_style),
        cmocka_unit_test(functions_declare_their_arguments_in_the_head),
        cmocka_unit_test(functions_may_lack_types_and_hold_locals),
        cmocka_unit_test(instances_connect_by_order_and_by_name),
        cmocka_unit_test(generate_constructs_hold_items),
        cmocka_unit_test(natures_are_read_with_and_without_semicolon),
        cmocka_unit_test(disciplines_are_read_with_and_without_semicolon),
        cmocka_unit_test(each_node_covers_its_text),
        cmocka_unit_test(equal_names_have_equal_pointers),
        cmocka_unit_test(sensible_depth_is_read),
        cmocka_unit_test(senseless_depth_is_refused_with_one_message),
        cmocka_unit_test(a_sum_of_too_many_terms_is_refused),
        cmocka_unit_test(a_million_brackets_end_quickly),
        cmocka_unit_test(replications_cannot_exhaust_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
