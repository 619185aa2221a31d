/* Memory that runs out, sizes that get out of hand, and texts that mean harm. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

static const char *const everything[] = {
    MODULE(
        "p, n",
        "parameter real a = 1 from (0:inf) exclude 5; parameter integer n2 = 3; parameter string s = \"x\"; aliasparam "
        "b = a; electrical x, y; branch (p, x) br;\n"
        "analog function real f; input u; output v; real u, v, l[0:29]; integer i; begin for (i = 0; i < u; i = i + 1) "
        "l[i] = u; v = l[2]; f = 2*u; end endfunction\n"
        "(* desc=\"d\" *) real w; real q, h[0:49], z[0:n2]; integer k, fd; genvar g;",
        "@(initial_step) begin fd = $fopen(\"f\"); k = 1; end @(cross(V(p) - 1, +1)) k = k + 1; @(timer(0, 1n)) q = q "
        "+ 1;\n"
        "w = idt(V(p), a); V(x) <+ idt(V(br), 1); if (V(p,n) > 0) I(p,n) <+ ddt(q*V(p)); else V(p,n) <+ f(V(n), q);\n"
        "h[k] = V(p); for (g = 0; g < n2; g = g + 1) z[g] = h[g]; while (q > 1) q = q/2; case (k) 1: w = 2; default: w "
        "= 3; endcase\n"
        "I(br) <+ transition(k, 1n, 1n) + laplace_nd(V(p), '{1}, '{1, 1n}) + white_noise(1) + $rdist_normal(k, 0, 1) + "
        "slew(q, 1) + absdelay(q, 1n);\n"
        "I(y) <+ $table_model(V(p), '{0, 1}, '{0, 2}, \"1L\") + limexp(w) + $simparam(\"gmin\", 0) + idtmod(V(p), 0, "
        "1);\n"
        "$fstrobe(fd, \"%g %s\", w, s); $bound_step(1n); V(y, n) : V(p) == 0;"),
    "module sub(a, b); inout a, b; electrical a, b; parameter real r = 1; analog I(a,b) <+ V(a,b)/r; endmodule\n"
    "module top(p, n); inout p, n; electrical p, n; electrical [0:2] v; genvar i; parameter integer m = 2;\n"
    "generate for (i = 0; i < m; i = i + 1) begin : g electrical t; sub #(.r(i+1)) u(v[i], t); sub w(.a(t), "
    ".b(v[i+1])); end endgenerate\n"
    "sub e[0:1](p, v[0:1]); endmodule",
    MODULE("p", "real y;",
           "y = treshold + sin(1, 2) + V(q); I(p) <+ y; y = $foo; k = 3;"), /* diagnostics allocate too */
};

typedef struct job {
    const char *text;
    hys_status want;
} job;

static hys_status build_text(hys_ctx *ctx, void *arg) {
    const job *j = arg;
    va_front front;
    va_model model;
    va_front_init(&front, ctx);
    hys_status status = va_front_parse_text(&front, "m.va", j->text, strlen(j->text));
    if (status == HYS_OK) status = va_build(&front, NULL, &model);
    va_front_free(&front);
    return status == j->want ? HYS_OK : status;
}

static void each_allocation_may_fail(void **state) {
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        job j = {everything[i], HYS_OK};
        hys_test_each_failure(build_text, &j, true);
        hys_test_each_failure(build_text, &j, false);
    }
}

static void the_texts_above_build(void **state) {
    (void)state;
    build_rig r;
    build_rig_open(&r, everything[0]);
    build_rig_close(&r);
}

/* ---- sizes ---- */

static hys_status status_of(const char *text) {
    build_rig r;
    build_rig_try(&r, text, NULL);
    hys_status status = r.status;
    if (status != HYS_OK) assert_true(build_rig_count(&r, HYS_ERROR) > 0);
    build_rig_close(&r);
    return status;
}

static void sizes_out_of_hand_are_refused(void **state) {
    (void)state;
    assert_int_equal(status_of(MODULE("p", "real a[0:2000000000];", "I(p) <+ a[0];")), HYS_SEMANTIC);
    assert_int_equal(status_of(MODULE("p", "real a[0:9999][0:9999];", "I(p) <+ a[0][0];")), HYS_SEMANTIC);
    assert_int_equal(status_of(MODULE("p", "electrical [0:100000000] a;", "I(a[0]) <+ 1;")), HYS_SEMANTIC);
    assert_int_equal(status_of(MODULE("p", "real a[0:1e300];", "I(p) <+ a[0];")), HYS_SEMANTIC);
    assert_int_equal(status_of("module u(a); inout a; electrical a; analog I(a) <+ 1; endmodule module m(p); inout p; "
                               "electrical p; u x[0:1000000](p); endmodule"),
                     HYS_SEMANTIC);
    assert_int_equal(status_of("module m(p); inout p; electrical p; genvar i; for (i = 0; i < 1000000; i = i + 1) "
                               "begin electrical x; end analog I(p) <+ 1; endmodule"),
                     HYS_SEMANTIC);
}

/* Each module holds ten of the next: 10^9 instances. */
static void deep_hierarchies_are_refused(void **state) {
    char text[4000] = "module m0(a); inout a; electrical a; analog I(a) <+ 1; endmodule\n";
    (void)state;
    for (int k = 1; k < 10; k++) {
        char module[300];
        snprintf(module, sizeof module, "module m%d(a); inout a; electrical a; m%d x[0:9](a); endmodule\n", k, k - 1);
        strcat(text, module);
    }
    assert_int_equal(status_of(text), HYS_SEMANTIC);
}

/* f9 calls f8 ten times, and so on: 10^9 calls. */
static void exploding_functions_are_refused(void **state) {
    char text[6000] =
        "module m(p); inout p; electrical p;\nanalog function real f0; input x; real x; f0 = x + 1; endfunction\n";
    (void)state;
    for (int k = 1; k < 10; k++) {
        char func[400];
        snprintf(
            func, sizeof func,
            "analog function real f%d; input x; real x; f%d = "
            "f%d(x)+f%d(2*x)+f%d(3*x)+f%d(4*x)+f%d(5*x)+f%d(6*x)+f%d(7*x)+f%d(8*x)+f%d(9*x)+f%d(x*x); endfunction\n",
            k, k, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1);
        strcat(text, func);
    }
    strcat(text, "analog I(p) <+ f9(V(p)); endmodule");
    hys_status status = status_of(text);
    assert_true(status == HYS_SEMANTIC || status == HYS_LIMIT);
}

/* Each function calls the next within many signs: the stack must not grow with their product. */
static void deep_chains_of_functions_are_refused(void **state) {
    (void)state;
    char *text = malloc(200000), *at = text;
    assert_non_null(text);
    at += sprintf(
        at, "module m(p); inout p; electrical p;\nanalog function real f0; input x; real x; f0 = x; endfunction\n");
    for (int k = 1; k <= 60; k++) {
        at += sprintf(at, "analog function real f%d; input x; real x; f%d = ", k, k);
        for (int i = 0; i < 400; i++) at += sprintf(at, "-!");
        at += sprintf(at, "f%d(x); endfunction\n", k - 1);
    }
    sprintf(at, "analog I(p) <+ f60(V(p)); endmodule");
    assert_int_equal(status_of(text), HYS_SEMANTIC);
    free(text);
}

static void deep_chains_of_modules_are_refused(void **state) {
    (void)state;
    char *text = malloc(400000), *at = text;
    assert_non_null(text);
    at += sprintf(at, "module m0(a); inout a; electrical a; analog I(a) <+ 1; endmodule\n");
    for (int k = 1; k < 2000; k++)
        at += sprintf(at, "module m%d(a); inout a; electrical a; m%d x(a); endmodule\n", k, k - 1);
    assert_int_equal(status_of(text), HYS_SEMANTIC);
    free(text);
}

static void nested_loops_are_unrolled_within_limits(void **state) {
    (void)state;
    assert_int_equal(
        status_of(MODULE("p", "integer a, b, c, d; real s;",
                         "s = 0; for (a = 0; a < 12; a = a + 1) for (b = 0; b < 12; b = b + 1) for (c = 0; c < 12; c = "
                         "c + 1) for (d = 0; d < 12; d = d + 1) s = s + V(p)*a*b*c*d; I(p) <+ s;")),
        HYS_OK);
}

/* Conditions within conditions: both arms of each, but linear in the text. */
static void many_conditions_build_fast(void **state) {
    (void)state;
    size_t n = 3000;
    char *text = malloc(n * 80 + 400), *at = text;
    assert_non_null(text);
    at += sprintf(at, "module m(p); inout p; electrical p; real x, y; analog begin\n");
    for (size_t i = 0; i < n; i++)
        at += sprintf(at, "if (V(p) > %zu) begin x = x + %zu*V(p); y = x; end else y = y*x;\n", i, i);
    sprintf(at, "I(p) <+ x + y; end endmodule");
    assert_int_equal(status_of(text), HYS_OK);
    free(text);
}

/* ---- a mistake is told once ---- */

static void unrolled_and_inlined_mistakes_are_told_once(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "analog function real f; input x; real x; f = x*qq; endfunction integer i; real s;",
                             "for (i = 0; i < 9; i = i + 1) s = f(i) + f(2*i); I(p) <+ s;"),
                      4, 48, "'qq' is not declared");
    build_rig_refuses(MODULE("p", "parameter integer n = 3; real a[0:n]; real s;", "s = qq; I(p) <+ s*a[0];"), 6, 5,
                      "'qq' is not declared");
}

static void all_mistakes_are_told_in_one_go(void **state) {
    build_rig r;
    (void)state;
    build_rig_try(&r, everything[2], NULL);
    assert_int_equal(r.status, HYS_SEMANTIC);
    assert_int_equal(build_rig_count(&r, HYS_ERROR), 5);
    build_rig_close(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_texts_above_build),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(sizes_out_of_hand_are_refused),
        cmocka_unit_test(deep_hierarchies_are_refused),
        cmocka_unit_test(exploding_functions_are_refused),
        cmocka_unit_test(deep_chains_of_functions_are_refused),
        cmocka_unit_test(deep_chains_of_modules_are_refused),
        cmocka_unit_test(nested_loops_are_unrolled_within_limits),
        cmocka_unit_test(many_conditions_build_fast),
        cmocka_unit_test(unrolled_and_inlined_mistakes_are_told_once),
        cmocka_unit_test(all_mistakes_are_told_in_one_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
