/* Module instances, generate blocks, messages, and the choice of the module. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

#define RES                                                                                                            \
    "module res(a, b); inout a, b; electrical a, b; parameter real r = 1 from (0:inf); parameter real tc = 0; "        \
    "aliasparam rr = r;\n"                                                                                             \
    "analog I(a,b) <+ V(a,b)/(r*(1 + tc)); endmodule\n"

static void instances_are_flattened(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, RES "module top(p, n); inout p, n; electrical p, n, mid; parameter real rp = 4;\n"
                           "res #(.r(rp)) r1(p, mid); res #(2*rp, 1) r2(.b(n), .a(mid)); res r3(mid, n); endmodule");
    assert_string_equal(r.model.name, "top");
    assert_int_equal(r.model.unknowns.n, 3);
    va_eval_x(&r.e, "p", 10);
    va_eval_x(&r.e, "mid", 2);
    assert_near(build_rig_row(&r, "p"), 8.0 / 4, 1e-15);
    assert_near(va_eval_row(&r.e, "mid"), -8.0 / 4 + 2.0 / 16 + 2.0, 1e-15);
    va_eval_param(&r.e, "rp", 8);
    assert_near(build_rig_row(&r, "p"), 1.0, 1e-15);
    build_rig_close(&r);
}

static void internals_of_instances_carry_their_path(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, "module unit(a); inout a; electrical a, x; real w; real k; analog begin k = k + 1; w = "
                       "idt(V(a), 0.5); V(x) <+ 3*w; I(a) <+ V(x) + k; end endmodule\n"
                       "module top(p); inout p; electrical p; unit c1(p); unit c2(p); endmodule");
    assert_true(va_eval_has_slot(&r.e, "c1.k"));
    assert_true(va_eval_has_slot(&r.e, "c2.k"));
    va_eval_x(&r.e, "c1.x", 1);
    va_eval_x(&r.e, "c2.x", 10);
    va_eval_x(&r.e, "c1.w", 2);
    assert_same_double(build_rig_row(&r, "p"), 13.0);
    assert_same_double(va_eval_row(&r.e, "c1.x"), 1.0 - 6.0);
    build_rig_close(&r);
}

static void arrays_of_instances_share_or_split_their_nets(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, RES "module top(a, g); inout [0:2] a; inout g; electrical [0:2] a; electrical g; res #(.r(2)) "
                           "x[0:2](a, g); endmodule");
    va_eval_x(&r.e, "a[1]", 4);
    assert_same_double(build_rig_row(&r, "a[1]"), 2.0);
    assert_same_double(va_eval_row(&r.e, "a[0]"), 0.0);
    assert_same_double(va_eval_row(&r.e, "g"), -2.0);
    build_rig_close(&r);
}

static const char ladder[] =
    RES "module top(p, n); inout p, n; electrical p, n; parameter integer k = 3; electrical [0:k] x; genvar i;\n"
        "generate for (i = 0; i < k; i = i + 1) begin : seg electrical y; res #(.r(i + 1)) r1(x[i], y); res r2(y, "
        "x[i+1]); analog I(y) <+ (i+1)*1e-3*V(y); end\n"
        "if (k > 2) res #(.r(100)) extra(p, n); else res #(.r(1000)) extra(p, n); endgenerate\n"
        "analog begin V(p, x[0]) <+ 0; V(x[k], n) <+ 0; end endmodule";

static void generate_makes_what_its_genvar_says(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, ladder);
    assert_true(r.model.params.at[0].is_structural);
    va_eval_x(&r.e, "x[1]", 6);
    va_eval_x(&r.e, "seg[1].y", 2);
    assert_near(build_rig_row(&r, "seg[1].y"), -2.0 + 2.0 + 2e-3 * 2, 1e-14);
    va_eval_x(&r.e, "p", 1);
    assert_near(build_rig_row(&r, "p") - r.e.x[va_eval_unknown(&r.e, "I(p,x[0])")], 0.01, 1e-14);
    build_rig_close(&r);
    build_rig_set(&r, ladder, "k", "2");
    va_eval_x(&r.e, "p", 1);
    assert_near(build_rig_row(&r, "p"), 0.001, 1e-14);
    build_rig_close(&r);
}

static void ports_may_be_left_open(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, "module dev(a, t); inout a, t; electrical a, t; analog begin if ($port_connected(t)) I(a) <+ "
                       "V(t); else I(a) <+ 7; I(t) <+ V(t) - 3; end endmodule\n"
                       "module top(p); inout p; electrical p; dev d(p, ); endmodule");
    va_eval_x(&r.e, "d.t", 3);
    assert_same_double(build_rig_row(&r, "p"), 7.0);
    assert_same_double(va_eval_row(&r.e, "d.t"), 0.0);
    build_rig_close(&r);
    build_rig_open(&r, MODULE("a, t", "", "if ($port_connected(t)) I(a) <+ V(t); else I(a) <+ 7;"));
    r.e.connected[1] = false;
    assert_same_double(build_rig_row(&r, "a"), 7.0);
    build_rig_close(&r);
}

static void nets_of_connections_need_no_declaration(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, RES "module top(p, n); inout p, n; electrical p, n; res a(p, w); res b(w, n); endmodule");
    va_eval_x(&r.e, "w", 3);
    assert_same_double(build_rig_row(&r, "w"), 6.0);
    build_rig_close(&r);
}

static void the_flow_of_an_instance_s_port_is_its_own(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   "module m2(a); inout a; electrical a; analog begin I(a) <+ V(a); I(a) <+ 0.5*I(<a>); end endmodule\n"
                   "module top(p); inout p; electrical p; m2 x(p); analog I(p) <+ 100; endmodule");
    va_eval_x(&r.e, "p", 3);
    va_eval_x(&r.e, "I(<p>)", 6);
    assert_same_double(build_rig_row(&r, "I(<p>)"), 0.0); /* 6 = 3 + 0.5 * 6: the 100 do not pass it */
    assert_same_double(va_eval_row(&r.e, "p"), 106.0);
    build_rig_close(&r);
}

static void the_module_that_no_other_contains_is_the_device(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, "module top(p); inout p; electrical p; leaf x(p); endmodule module leaf(a); inout a; electrical "
                       "a; analog I(a) <+ 1; endmodule");
    assert_string_equal(r.model.name, "top");
    build_rig_close(&r);
    va_build_opts opts = {.module = "leaf"};
    build_rig_open_with(&r,
                        "module top(p); inout p; electrical p; leaf x(p); endmodule module leaf(a); inout a; "
                        "electrical a; analog I(a) <+ 1; endmodule",
                        &opts);
    assert_string_equal(r.model.name, "leaf");
    build_rig_close(&r);
    build_rig_refuses("module a(p); inout p; electrical p; analog I(p) <+ 1; endmodule module b(p); inout p; "
                      "electrical p; analog I(p) <+ 1; endmodule",
                      1, 72, "the file has several modules that could be the device");
    opts.module = "leef";
    build_rig_try(&r, "module leaf(a); inout a; electrical a; analog I(a) <+ 1; endmodule", &opts);
    assert_true(build_rig_says(&r, HYS_ERROR, 0, 0, "the file has no module 'leef'"));
    assert_string_equal(hys_diag_get(r.ctx, 0)->hint, "did you mean 'leaf'?");
    build_rig_close(&r);
}

static void mistakes_in_the_hierarchy_are_told(void **state) {
    (void)state;
#define TOP(inst) RES "module top(p, n); inout p, n; electrical p, n;\n" inst " endmodule"
    build_rig_refuses(TOP("res r0(p, n); rez r1(p, n);"), 4, 15, "there is no module 'rez'");
    build_rig_refuses(TOP("res #(.rho(2)) r1(p, n);"), 4, 7, "'res' has no parameter 'rho'");
    build_rig_refuses(TOP("res #(1, 2, 3) r1(p, n);"), 4, 13, "'res' has 2 parameters, but more are given");
    build_rig_refuses(TOP("res r1(p, n, p);"), 4, 14, "'res' has 2 ports, but more are connected");
    build_rig_refuses(TOP("res r1(.a(p), .c(n));"), 4, 15, "'res' has no port 'c'");
    build_rig_refuses(TOP("res #(.r(0)) r1(p, n);"), 4, 7, "0 is not a value that 'r' may have");
    build_rig_refuses(TOP("electrical [0:1] v; res r1(v, n);"), 4, 28,
                      "port 'a' of 'res' has 1 element, but 2 are connected");
    build_rig_refuses("module a(p); inout p; electrical p; a x(p); endmodule", 1, 37, "module 'a' contains itself");
    build_rig_refuses("module a(p); inout p; electrical p; analog I(p) <+ 1; endmodule\nmodule a(p); inout p; "
                      "electrical p; endmodule",
                      2, 8, "module 'a' is defined twice");
}

/* ---- messages ---- */

static void strobe_formats_its_values(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "integer n; string s;",
                              "n = 3; s = \"50%\"; $strobe(\"v=%g n=%5d %s at %m: 100%%\", V(p), n, s); if (V(p) > 1) "
                              "$warning(\"high\"); $display(\"x = \", V(p), \"n is %d\", n, n/2);\n"
                              "$debug(\"%R %h\", V(p), n); $write(n); $finish; I(p) <+ 0;"));
    assert_int_equal(r.model.effects.n, 6);
    assert_string_equal(r.model.effects.at[0].format, "v=%g n=%5d 50%% at %m: 100%%");
    assert_int_equal(r.model.effects.at[0].n_values, 2);
    assert_string_equal(r.model.effects.at[2].format, "x = %gn is %d %d");
    assert_string_equal(r.model.effects.at[3].format, "%g %h");
    assert_string_equal(r.model.effects.at[4].format, "%d");
    assert_int_equal(r.model.effects.at[5].kind, VA_EFFECT_FINISH);
    va_eval_x(&r.e, "p", 2);
    va_eval_run(&r.e);
    assert_true(va_eval_happens(&r.e, 0));
    assert_same_double(va_eval_shown(&r.e, 0, 0), 2.0);
    assert_same_double(va_eval_shown(&r.e, 0, 1), 3.0);
    assert_true(va_eval_happens(&r.e, 1));
    assert_same_double(va_eval_shown(&r.e, 2, 2), 1.0);
    va_eval_x(&r.e, "p", 0);
    va_eval_run(&r.e);
    assert_false(va_eval_happens(&r.e, 1));
    build_rig_close(&r);
}

static void files_are_known_by_their_variable(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "integer fd;",
                              "@(initial_step) fd = $fopen(\"out.txt\"); $fstrobe(fd, \"%g\", V(p)); $fwrite(1, "
                              "\"console\"); @(final_step) $fclose(fd); I(p) <+ 0;"));
    assert_int_equal(r.model.effects.n, 3);
    assert_int_equal(r.model.effects.at[0].kind, VA_EFFECT_FSTROBE);
    assert_string_equal(r.model.effects.at[0].file, "out.txt");
    assert_int_equal(r.model.effects.at[1].kind, VA_EFFECT_WRITE);
    assert_int_equal(r.model.effects.at[2].kind, VA_EFFECT_FCLOSE);
    build_rig_close(&r);
}

static void mistakes_in_messages_are_told(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "", "$strobe(\"%g %g\", V(p));"), 6, 1,
                      "$strobe: there is no value for %g in the format");
    build_rig_refuses(MODULE("p", "", "$strobe(\"%q\", V(p));"), 6, 1,
                      "$strobe: \"%q\" in the format is not a conversion");
    build_rig_refuses(MODULE("p", "", "$strobe(\"%s\", V(p));"), 6, 15, "must be a string");
    build_rig_refuses(MODULE("p", "integer f;", "$fstrobe(f, \"x\");"), 6, 10, "this is not a file opened with $fopen");
    build_rig_refuses(MODULE("p", "real x;", "x = $strobe(\"x\");"), 6, 5, "$strobe has no value");
    build_rig_refuses(MODULE("p", "", "$bound_step(0);"), 6, 13, "a step of 0 cannot be taken");
    build_rig_warns(MODULE("p", "", "sin(V(p)); I(p) <+ V(p);"), 6, 1, "the value of sin is not used");
}

/* ---- output variables ---- */

static void variables_with_units_or_description_are_shown(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(
        &r, MODULE("p", "(* desc=\"conductance\", units=\"S\" *) real g; (* units=\"V\" *) real unused; real plain;",
                   "g = 2; plain = g; I(p) <+ plain*V(p); g = 3;"));
    assert_int_equal(r.model.opvars.n, 1);
    assert_string_equal(r.model.opvars.at[0].name, "g");
    assert_string_equal(r.model.opvars.at[0].units, "S");
    assert_string_equal(r.model.opvars.at[0].desc, "conductance");
    assert_same_double(build_rig_show(&r, "g"), 3.0);
    build_rig_close(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instances_are_flattened),
        cmocka_unit_test(internals_of_instances_carry_their_path),
        cmocka_unit_test(arrays_of_instances_share_or_split_their_nets),
        cmocka_unit_test(generate_makes_what_its_genvar_says),
        cmocka_unit_test(ports_may_be_left_open),
        cmocka_unit_test(nets_of_connections_need_no_declaration),
        cmocka_unit_test(the_flow_of_an_instance_s_port_is_its_own),
        cmocka_unit_test(the_module_that_no_other_contains_is_the_device),
        cmocka_unit_test(mistakes_in_the_hierarchy_are_told),
        cmocka_unit_test(strobe_formats_its_values),
        cmocka_unit_test(files_are_known_by_their_variable),
        cmocka_unit_test(mistakes_in_messages_are_told),
        cmocka_unit_test(variables_with_units_or_description_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
