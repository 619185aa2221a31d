/* Functions and loops: inlined, unrolled, or run at run time; arrays in memory. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

/* ---- functions ---- */

static void functions_are_inlined_with_their_own_variables(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p",
                              "analog function real clip; input x, lo, hi; real x, lo, hi; begin if (x > hi) clip = "
                              "hi; else if (x < lo) clip = lo; else clip = x; end endfunction\n"
                              "analog function real twice; input x; real x; twice = clip(x, -1, 1) + clip(x, -10, 10); "
                              "endfunction real x;",
                              "x = 3; I(p) <+ twice(V(p)) + 100*x;"));
    const double in[] = {0.5, 4, 40, -40}, out[] = {1, 5, 11, -11};
    for (int k = 0; k < 4; k++) {
        va_eval_x(&r.e, "p", in[k]);
        assert_same_double(build_rig_row(&r, "p"), out[k] + 300);
    }
    build_rig_close(&r);
}

static void outputs_and_inouts_come_back(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p",
                              "analog function real cross3; output c; input a, b; inout n; real a, b, c; integer n; "
                              "begin c = a*b; n = n + 1; end endfunction\n"
                              "real c, dummy; integer n;",
                              "n = 5; dummy = cross3(c, V(p), 3, n); cross3(c, c, 2, n); I(p) <+ c + 100*n + dummy;"));
    va_eval_x(&r.e, "p", 2);
    assert_same_double(build_rig_row(&r, "p"), 12.0 + 700.0);
    build_rig_close(&r);
}

static void locals_start_at_zero_in_each_call(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p",
                              "analog function real f; input x; real x, s; real k = 2; real a[0:1]; begin s = s + x*k; "
                              "k = 9; a[0] = a[0] + s; f = f + a[0]; end endfunction",
                              "I(p) <+ f(V(p)) + 10*f(1);"));
    va_eval_x(&r.e, "p", 3);
    assert_same_double(build_rig_row(&r, "p"), 26.0);
    assert_int_equal(r.model.retained.n, 0);
    build_rig_close(&r);
}

static void integer_arguments_and_results_round(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(
        &r, MODULE("p", "analog function integer f; input x; integer x; f = x / 2.0; endfunction", "I(p) <+ f(V(p));"));
    va_eval_x(&r.e, "p", 4.6); /* 5 / 2.0 = 2.5, rounded 3 */
    assert_same_double(build_rig_row(&r, "p"), 3.0);
    build_rig_close(&r);
}

/* "real g = a / 2;" in a function means the arguments of that call, and what is declared before it. */
static void locals_of_functions_start_from_the_arguments(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p",
                              "analog function real f; input a, b; real a, b; real g = a / b; integer k = 3 * g; "
                              "begin f = g + 100*k; g = 0; end endfunction",
                              "I(p) <+ f(6, 3) + f(V(p), 4);"));
    va_eval_x(&r.e, "p", 12);
    assert_same_double(build_rig_row(&r, "p"), 602.0 + 903.0);
    build_rig_close(&r);
}

static void arrays_are_passed_by_value(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(
        &r,
        MODULE("p",
               "analog function real sum; input a; inout b; real a[0:2], b[0:1]; integer i; begin for (i = 0; i < 3; i "
               "= i + 1) begin sum = sum + a[i]; a[i] = 0; end b[1] = sum; end endfunction\n"
               "real x[1:3], y[0:1]; real s;",
               "x = '{V(p), 2, 3}; y = '{0, 0}; s = sum(x, y); I(p) <+ s + 10*y[1] + 100*x[3] + sum('{1, 1, 1}, y);"));
    va_eval_x(&r.e, "p", 5);
    assert_same_double(build_rig_row(&r, "p"), 10.0 + 100 + 300 + 3);
    build_rig_close(&r);
}

static void functions_read_parameters_without_warning(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter real k = 3; analog function f; input x; real x; f = k*x; endfunction",
                              "I(p) <+ f(V(p));"));
    assert_int_equal(hys_diag_count(r.ctx), 0);
    va_eval_x(&r.e, "p", 2);
    va_eval_param(&r.e, "k", 4);
    assert_same_double(build_rig_row(&r, "p"), 8.0);
    build_rig_close(&r);
}

#define FUNCTION(body) "analog function real f; input x; real x; " body " endfunction"
static void mistakes_in_functions_are_told(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", FUNCTION("f = f(x - 1);"), "I(p) <+ f(1);"), 4, 46, "function 'f' calls itself");
    build_rig_refuses(MODULE("p", "real q; " FUNCTION("f = x*q;"), "I(p) <+ f(1);"), 4, 56,
                      "function 'f' cannot use the module's variable 'q'");
    build_rig_refuses(MODULE("p", FUNCTION("f = V(p);"), "I(p) <+ f(1);"), 4, 46,
                      "an access function cannot stand in a function");
    build_rig_refuses(MODULE("p", FUNCTION("f = ddt(x);"), "I(p) <+ f(1);"), 4, 46, "ddt cannot stand in a function");
    build_rig_refuses(MODULE("p", FUNCTION("I(p) <+ x;"), "I(p) <+ f(1);"), 4, 42,
                      "a function cannot contribute to a branch");
    build_rig_refuses(MODULE("p", FUNCTION("f = x;"), "I(p) <+ f(1, 2);"), 6, 9,
                      "function 'f' has 1 argument, but 2 are given");
    build_rig_refuses(MODULE("p", "analog function real f; output y; real y; y = 1; endfunction", "I(p) <+ f(3);"), 6,
                      11, "argument 'y' is an output of the function");
    build_rig_refuses(MODULE("p", FUNCTION("f = x;") " " FUNCTION("f = 2;"), "I(p) <+ f(1);"), 4, 82,
                      "function 'f' is declared twice");
}

/* ---- loops whose length is known ---- */

static void loops_over_constants_leave_no_loop(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "integer i, n; real s, t; (* desc=\"y\" *) real y;",
                              "s = 0; for (i = 0; i < 5; i = i + 1) s = s*V(p) + i;\n"
                              "t = 1; while (t < 100) t = 2*t; n = 3; repeat (n) t = t + 1; y = s; I(p) <+ t + i;"));
    assert_int_equal(r.model.ir.loops.n, 1);
    va_eval_x(&r.e, "p", 10);
    assert_same_double(build_rig_show(&r, "y"), 1234.0);
    assert_same_double(build_rig_row(&r, "p"), 136.0);
    build_rig_close(&r);
}

static void genvar_loops_hold_contributions_and_operators(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(
        &r, MODULE("p", "parameter integer n = 3; electrical [0:n-1] x; genvar k;",
                   "for (k = 0; k < n; k = k + 1) begin I(x[k]) <+ ddt(V(x[k])) + k*V(x[k]); I(p) <+ V(x[k]); end"));
    assert_true(r.model.params.at[0].is_structural);
    va_eval_x(&r.e, "x[2]", 5);
    va_eval_x(&r.e, "x[1]", 1);
    assert_same_double(build_rig_row(&r, "p"), 6.0);
    assert_same_double(va_eval_row(&r.e, "x[2]"), 10.0);
    build_rig_close(&r);
}

static void a_loop_around_a_contribution_makes_its_length_structural(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter integer n = 3; integer k;", "for (k = 0; k < n; k = k + 1) I(p) <+ k;"));
    assert_true(r.model.params.at[0].is_structural);
    assert_same_double(build_rig_row(&r, "p"), 3.0);
    build_rig_close(&r);
    build_rig_refuses(MODULE("p", "integer k;", "for (k = 0; k < V(p); k = k + 1) I(p) <+ k;"), 6, 1,
                      "the length of this loop must be known when the model is compiled");
    build_rig_refuses(MODULE("p", "integer k;", "for (k = 0; k < 5000; k = k + 1) I(p) <+ k;"), 6, 1,
                      "this loop is run more than 4096 times");
}

/* ---- loops at run time ---- */

static void newton_s_loop_runs_until_it_converges(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real x, err; integer n;",
                              "x = V(p); err = 1; n = 0; while (err > 1e-12 && n < 50) begin err = abs(x*x - V(p)); x "
                              "= 0.5*(x + V(p)/x); n = n + 1; end I(p) <+ x;"));
    assert_int_equal(r.model.ir.loops.n, 2);
    assert_int_equal(r.model.retained.n, 0);
    va_eval_x(&r.e, "p", 7);
    assert_near(build_rig_row(&r, "p"), sqrt(7), 1e-14);
    assert_in_range(r.e.n_iterations, 4, 8);
    build_rig_close(&r);
}

static void loops_nest(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter integer n = 4; integer i, j; real s;",
                              "s = 0; for (i = 0; i < n; i = i + 1) for (j = 0; j <= i; j = j + 1) if (j != 1) s = s + "
                              "V(p)*j; I(p) <+ s;"));
    assert_false(r.model.params.at[0].is_structural);
    va_eval_x(&r.e, "p", 2);
    assert_same_double(build_rig_row(&r, "p"), 14.0); /* i = 2: 0 + 2, i = 3: 0 + 2 + 3 */
    va_eval_param(&r.e, "n", 3);
    assert_same_double(build_rig_row(&r, "p"), 4.0);
    va_eval_param(&r.e, "n", 0);
    assert_same_double(build_rig_row(&r, "p"), 0.0);
    build_rig_close(&r);
}

static void a_loop_in_an_arm_runs_only_there(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(
        &r, MODULE("p", "integer i; real s;",
                   "s = 1; if (V(p) > 0) begin for (i = 0; i < V(p); i = i + 1) s = 2*s; end else s = -1; I(p) <+ s;"));
    va_eval_x(&r.e, "p", 3.5);
    assert_same_double(build_rig_row(&r, "p"), 16.0);
    va_eval_x(&r.e, "p", -3);
    assert_same_double(build_rig_row(&r, "p"), -1.0);
    assert_int_equal(r.e.n_iterations, 0);
    build_rig_close(&r);
}

static void repeat_counts_at_run_time(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real s;", "s = 1; repeat (V(p)) s = 3*s; I(p) <+ s;"));
    va_eval_x(&r.e, "p", 2.4);
    assert_same_double(build_rig_row(&r, "p"), 9.0);
    build_rig_close(&r);
}

static void a_loop_that_may_not_end_is_stopped_and_told(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real x;", "x = V(p); while (x > 0) x = x - 1; I(p) <+ x;"));
    assert_int_equal(r.model.effects.n, 1);
    assert_int_equal(r.model.effects.at[0].kind, VA_EFFECT_FATAL);
    va_eval_x(&r.e, "p", 20);
    assert_same_double(build_rig_row(&r, "p"), 0.0);
    assert_false(va_eval_happens(&r.e, 0));
    va_eval_x(&r.e, "p", 1e30);
    va_eval_run(&r.e);
    assert_true(va_eval_happens(&r.e, 0));
    assert_int_equal(r.e.n_iterations, 10000000);
    build_rig_close(&r);
}

static void endless_loops_of_constants_end_too(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real x;", "while (1) x = x + 1; I(p) <+ V(p);"));
    va_eval_run(&r.e);
    assert_true(va_eval_happens(&r.e, 0));
    build_rig_close(&r);
}

static void operators_in_loops_at_run_time_are_refused(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "real x; integer i;", "for (i = 0; i < V(p); i = i + 1) x = ddt(V(p)); I(p) <+ x;"),
                      6, 1, "the length of this loop must be known");
}

/* ---- arrays with an index at run time ---- */

static void short_arrays_choose_among_their_elements(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real a[3:1]; integer i;",
                              "a = '{30, 20, 10}; i = V(p); a[i] = a[i] + 1; I(p) <+ a[1] + a[2] + a[3];"));
    assert_int_equal(r.model.arrays.n, 0);
    for (int i = 1; i <= 3; i++) {
        va_eval_x(&r.e, "p", i);
        assert_same_double(build_rig_row(&r, "p"), 61.0);
    }
    va_eval_x(&r.e, "p", 7); /* there is none: nothing is written */
    assert_same_double(build_rig_row(&r, "p"), 60.0);
    build_rig_close(&r);
}

static const char history[] = MODULE("p", "parameter integer n = 40; real h[0:n-1]; integer k, i; real s;",
                                     "@(initial_step) begin k = 0; for (i = 0; i < n; i = i + 1) h[i] = i; end\n"
                                     "if (V(p) > 0) begin h[k] = V(p); k = k + 1; end else if (k > 0) h[k-1] = -1;\n"
                                     "s = 0; for (i = 0; i < n; i = i + 1) s = s + h[i]; I(p) <+ s;");

static void long_arrays_live_in_memory_and_keep_their_contents(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, history);
    assert_int_equal(r.model.arrays.n, 1);
    assert_true(r.model.arrays.at[0].is_retained);
    assert_int_equal(r.model.arrays.at[0].n, 40);
    va_eval_start(&r.e); /* V = 0: nothing but the initial values, 0 + ... + 39 */
    assert_same_double(va_eval_row(&r.e, "p"), 780.0);
    va_eval_x(&r.e, "p", 100);
    assert_same_double(build_rig_row(&r, "p"), 880.0);
    va_eval_accept(&r.e);
    assert_same_double(build_rig_row(&r, "p"), 979.0);
    assert_same_double(build_rig_row(&r, "p"), 979.0); /* a trial writes nothing that lasts */
    va_eval_accept(&r.e);
    va_eval_x(&r.e, "p", -1);
    assert_same_double(build_rig_row(&r, "p"), 878.0);
    va_eval_accept(&r.e);
    assert_same_double(r.e.retained[r.model.arrays.at[0].first_slot], 100.0);
    assert_same_double(r.e.retained[r.model.arrays.at[0].first_slot + 1], -1.0);
    build_rig_close(&r);
}

static void arrays_in_memory_are_carried_through_loops(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(
        &r, MODULE("p", "parameter integer n = 30; real f[0:99]; integer i, j; real s;",
                   "f[0] = 1; f[1] = 1; for (i = 2; i < n; i = i + 1) f[i] = f[i-1] + f[i-2];\n"
                   "for (i = 0; i < n; i = i + 1) for (j = 0; j < 2; j = j + 1) f[i] = 0.5*f[i]; I(p) <+ f[n-1];"));
    assert_same_double(build_rig_row(&r, "p"), 832040.0 / 4);
    build_rig_close(&r);
}

static bool loads_from_memory(const build_rig *r) {
    for (va_val v = 1; v < r->model.ir.ins.n; v++)
        if (va_get(&r->model.ir, v)->op == VA_OP_ALOAD && va_get(&r->model.ir, v)->loop) return true;
    return false;
}

/* What a step of the loop has stored it takes from there: such an array is never read, and keeps nothing. */
static void scratch_arrays_are_not_read(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter integer n = 30; real a[0:29], b[0:29], s; integer i;",
                              "s = 0; for (i = 0; i < n; i = i + 1) begin a[i] = i*V(p); b[i] = a[i] + 1;\n"
                              "if (a[i] > 20) a[i] = 20; else if (a[i] < 2) a[i] = -a[i];\n"
                              "s = s + a[i]*b[i]; end I(p) <+ s;"));
    va_eval_x(&r.e, "p", 1);
    double sum = 0;
    for (int i = 0; i < 30; i++) sum += (i > 20 ? 20 : i < 2 ? -i : i) * (i + 1.0);
    assert_near(build_rig_row(&r, "p"), sum, 1e-14);
    assert_false(loads_from_memory(&r));
    build_rig_close(&r);
}

static void a_store_elsewhere_hides_what_lies_there(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter integer n = 30; real a[0:29], s; integer i, j;",
                              "s = 0; for (i = 0; i < n; i = i + 1) begin j = (7*i) % n; a[i] = i; a[j] = 100 + i;\n"
                              "s = s + a[i]; end I(p) <+ s;"));
    double a[30] = {0}, sum = 0;
    for (int i = 0; i < 30; i++) {
        a[i] = i;
        a[7 * i % 30] = 100 + i;
        sum += a[i];
    }
    assert_same_double(build_rig_row(&r, "p"), sum);
    assert_true(loads_from_memory(&r));
    build_rig_close(&r);
}

static void local_arrays_in_memory_start_empty_in_each_call(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p",
                              "parameter integer n = 80; parameter integer m = 3; analog function real f; input k; "
                              "integer k; real a[0:99]; integer i; begin for (i = 0; i < n; i = i + 1) a[i] = a[i] + "
                              "i; f = a[k]; end endfunction integer j; real s;",
                              "s = f(5); for (j = 0; j < m; j = j + 1) s = s + f(j + 10); I(p) <+ s;"));
    assert_same_double(build_rig_row(&r, "p"), 5.0 + 10 + 11 + 12);
    build_rig_close(&r);
}

/* ---- draws ---- */

static void draws_become_what_was_asked_for(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   MODULE("p", "integer seed; (* desc=\"y\" *) real a, b, c, d, e; integer i;",
                          "a = $rdist_normal(seed, 2, 0.5); b = $rdist_uniform(seed, -1, 3); c = $dist_uniform(seed, "
                          "1, 6); d = $rdist_exponential(seed, 4); i = $random; e = i; I(p) <+ a+b+c+d+e;"));
    assert_int_equal(r.model.draws.n, 5);
    const double z[] = {1.5, 0.25, 0.999, 0.7, -12345};
    memcpy(r.e.draw, z, sizeof z);
    assert_same_double(build_rig_show(&r, "a"), 2.75);
    assert_same_double(va_eval_opvar(&r.e, "b"), 0.0);
    assert_same_double(va_eval_opvar(&r.e, "c"), 6.0);
    assert_near(va_eval_opvar(&r.e, "d"), 2.8, 1e-15);
    assert_same_double(va_eval_opvar(&r.e, "e"), -12345.0);
    assert_int_equal(r.model.draws.at[0].dist, VA_DIST_NORMAL);
    assert_string_equal(r.model.draws.at[0].name, "a:$rdist_normal");
    build_rig_close(&r);
}

static void the_seed_s_value_and_the_iteration_key_a_draw(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(
        &r, MODULE("p", "parameter integer n = 4; integer seed, i; real s;",
                   "seed = 42; s = 0; for (i = 0; i < n; i = i + 1) s = s + $rdist_normal(seed, 0, 1); I(p) <+ s;"));
    assert_int_equal(r.model.draws.n, 1);
    for (va_val v = 1; v < r.model.ir.ins.n; v++) {
        const va_ins *ins = va_get(&r.model.ir, v);
        double seed;
        if (ins->op != VA_OP_DRAW) continue;
        assert_true(va_is_const(&r.model.ir, ins->b, &seed));
        assert_same_double(seed, 42.0);
        assert_int_equal(va_get(&r.model.ir, ins->a)->op, VA_OP_PHI);
    }
    r.e.draw[0] = 0.5;
    assert_same_double(build_rig_row(&r, "p"), 2.0);
    build_rig_close(&r);
}

static void distributions_with_a_shape_keep_it_with_the_site(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "integer seed; real s;",
                              "s = $rdist_chi_square(seed, 3) + $rdist_erlang(seed, 2, 5); I(p) <+ s;"));
    va_eval_run(&r.e);
    assert_int_equal(r.model.draws.at[0].dist, VA_DIST_CHI_SQUARE);
    assert_same_double(va_eval_value(&r.e, r.model.draws.at[0].args[0]), 3.0);
    assert_same_double(va_eval_value(&r.e, r.model.draws.at[1].args[0]), 2.0);
    assert_same_double(va_eval_value(&r.e, r.model.draws.at[1].args[1]), 5.0);
    build_rig_close(&r);
    build_rig_refuses(MODULE("p", "integer seed; real s;", "s = $rdist_normal(seed); I(p) <+ s;"), 6, 5,
                      "$rdist_normal takes 3 arguments, but 1 is given");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_inlined_with_their_own_variables),
        cmocka_unit_test(outputs_and_inouts_come_back),
        cmocka_unit_test(locals_start_at_zero_in_each_call),
        cmocka_unit_test(integer_arguments_and_results_round),
        cmocka_unit_test(locals_of_functions_start_from_the_arguments),
        cmocka_unit_test(arrays_are_passed_by_value),
        cmocka_unit_test(functions_read_parameters_without_warning),
        cmocka_unit_test(mistakes_in_functions_are_told),
        cmocka_unit_test(loops_over_constants_leave_no_loop),
        cmocka_unit_test(genvar_loops_hold_contributions_and_operators),
        cmocka_unit_test(a_loop_around_a_contribution_makes_its_length_structural),
        cmocka_unit_test(newton_s_loop_runs_until_it_converges),
        cmocka_unit_test(loops_nest),
        cmocka_unit_test(a_loop_in_an_arm_runs_only_there),
        cmocka_unit_test(repeat_counts_at_run_time),
        cmocka_unit_test(a_loop_that_may_not_end_is_stopped_and_told),
        cmocka_unit_test(endless_loops_of_constants_end_too),
        cmocka_unit_test(operators_in_loops_at_run_time_are_refused),
        cmocka_unit_test(short_arrays_choose_among_their_elements),
        cmocka_unit_test(long_arrays_live_in_memory_and_keep_their_contents),
        cmocka_unit_test(arrays_in_memory_are_carried_through_loops),
        cmocka_unit_test(scratch_arrays_are_not_read),
        cmocka_unit_test(a_store_elsewhere_hides_what_lies_there),
        cmocka_unit_test(local_arrays_in_memory_start_empty_in_each_call),
        cmocka_unit_test(draws_become_what_was_asked_for),
        cmocka_unit_test(the_seed_s_value_and_the_iteration_key_a_draw),
        cmocka_unit_test(distributions_with_a_shape_keep_it_with_the_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
