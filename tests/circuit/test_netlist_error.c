/* What is wrong is said once, with its place; memory that fails is an error like others. */
#include "circuit/netlist_rig.h"

typedef struct wrong {
    const char *text;
    hys_status status;
    int line, col;
    const char *message, *hint;
} wrong;

static void check(const wrong *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        netlist_rig rig = netlist_read(cases[i].text);
        const hys_diag *d = hys_diag_get(rig.ctx, 0);
        if (!d) print_error("no diagnostic: %s\n", cases[i].text);
        assert_non_null(d);
        assert_string_equal(d->message, cases[i].message);
        assert_string_equal(d->hint, cases[i].hint);
        assert_int_equal(d->line, cases[i].line);
        assert_int_equal(d->col, cases[i].col);
        assert_int_equal(rig.status, cases[i].status);
        assert_null(rig.flat);
        netlist_free(&rig);
    }
}

static void names_that_are_not_there(void **state) {
    static const wrong cases[] = {
        {"R1 a 0 rval\n.param rvall=1\n", HYS_SYNTAX, 2, 8, "there is no parameter 'rval'", "did you mean 'rvall'?"},
        {"R1 a 0 {sinn(1)}\n", HYS_SYNTAX, 2, 9, "there is no function 'sinn'", "did you mean 'sin'?"},
        {"X1 a b foo\n.subckt fo a b\n.ends\n", HYS_SYNTAX, 2, 8,
         "there is no subcircuit and no Verilog-A module 'foo'", "did you mean 'fo'?"},
        {"D1 a 0 dx\n.model dm d\n", HYS_SYNTAX, 2, 8, "there is no model 'dx'", "did you mean 'dm'?"},
        {"R1 a 0 1\n.foo\n", HYS_SYNTAX, 3, 1, "there is no directive '.foo'", "did you mean '.eom'?"},
        {"R1 abc 0 1\nB1 abc 0 I=V(abd)\n", HYS_SYNTAX, 3, 12, "no element of the top level has a node 'abd'",
         "did you mean 'abc'?"},
        {"R1 a 0 1\nB1 a 0 I=I(R2)\n", HYS_SYNTAX, 3, 10, "there is no element 'r2' in the top level",
         "did you mean 'r1'?"},
        {"R1 a 0 1\nF1 a 0 V9 1\n", HYS_SEMANTIC, 3, 8, "there is no element 'v9'", ""},
        {"R1 a 0 1\n.save v(q)\n", HYS_SEMANTIC, 3, 9, "there is no node 'q'", "did you mean 'a'?"},
        {"R1 a 0 1\n.include nothere\n", HYS_IO, 3, 10, "there is no file 'nothere'", ""},
        {"D1 a 0 dm\n.model dm vdmos\n", HYS_SYNTAX, 3, 8, "models of type 'vdmos' are not known to this program",
         "write it in Verilog-A and load it with .hdl"},
        {"M1 a a 0 0 m\n.model m nmos level=3\n", HYS_SYNTAX, 3, 15,
         "of models of type nmos this program has level 1 only",
         "load a Verilog-A model with .hdl and make its module the type"},
    };
    (void)state;
    /* "a" is one letter: of so short a word nothing is near */
    wrong fixed[sizeof cases / sizeof cases[0]];
    memcpy(fixed, cases, sizeof cases);
    fixed[8].hint = "";
    check(fixed, sizeof cases / sizeof cases[0]);
}

static void what_is_missing_or_too_much(void **state) {
    static const wrong cases[] = {
        {"R1 a 0\n", HYS_SYNTAX, 2, 1, "this element has no value", ""},
        {"R1 a\n", HYS_SYNTAX, 2, 1, "this element needs 2 nodes; 1 is given", ""},
        {"R1 a 0 1 foo=2\n", HYS_SYNTAX, 2, 10, "this element has no parameter 'foo'", ""},
        {"B1 a 0\n", HYS_SYNTAX, 2, 1, "this element has no formula", "write I={...} or V={...}"},
        {"B1 a 0 I=V(a\n", HYS_SYNTAX, 2, 12, "')' is missing at the end of this line", ""},
        {"B1 a 0 I=2*(3+\n", HYS_SYNTAX, 2, 14, "a number, a name or '(' is missing at the end of this line", ""},
        {"X1 a s\n.subckt s a b\n.ends\n", HYS_SYNTAX, 2, 1,
         "the subcircuit 's' has 2 terminals, but 1 node is given here", ""},
        {"X1 a s q=1\n.subckt s a p=1\n.ends\n", HYS_SYNTAX, 2, 8, "the subcircuit 's' has no parameter 'q'", ""},
        {"R1 a 0 1\n.subckt s a\n", HYS_SYNTAX, 3, 9, "the subcircuit 's' has no .ends", ""},
        {"R1 a 0 1\n.ends\n", HYS_SYNTAX, 3, 1, "there is no subcircuit to end here", ""},
        {"R1 a 0 1\n.if (1)\n", HYS_SYNTAX, 3, 1, "this .if has no .endif", ""},
        {"V1 a 0 pwl(0 0 1)\n", HYS_SYNTAX, 2, 8, "a pwl wave is made of pairs, a time and a value; here are 3 numbers",
         ""},
        {"V1 a 0 sin(0 1) sin(0 1)\n", HYS_SYNTAX, 2, 17, "this source has two waves", ""},
        {"E1 a 0 LAPLACE {V(a)} = {1/s}\n", HYS_SYNTAX, 2, 8,
         "'laplace' of controlled sources is not known to this program",
         "write it in Verilog-A (laplace_nd, absdelay ...) and load it with .hdl"},
        {"A1 a 0 x\n", HYS_SYNTAX, 2, 1, "XSPICE code models (A) are not known to this program",
         "write it in Verilog-A and load it with .hdl"},
        {"T1 a 0 b 0 z0=50\n", HYS_SYNTAX, 2, 1, "a line needs its impedance and its delay", "write Z0=50 TD=1n"},
    };
    (void)state;
    check(cases, sizeof cases / sizeof cases[0]);
}

static void what_makes_no_sense(void **state) {
    static const wrong cases[] = {
        {"R1 a 0 1\nR1 b 0 1\n", HYS_SYNTAX, 3, 1, "there are two elements 'r1' in the top level", ""},
        {".param a={b} b={a}\nR1 a 0 1\n", HYS_SYNTAX, 2, 8, "the value of the parameter 'a' depends on itself", ""},
        {".param a={V(x)}\nR1 x 0 1\n", HYS_SYNTAX, 2, 8, "the parameter 'a' would change with the solution",
         "give the formula to a B source"},
        {".func f(x) {f(x)}\nR1 a 0 {f(1)}\n", HYS_SYNTAX, 2, 13, "the function 'f' uses itself", ""},
        {"X1 a s\n.subckt s a\nX1 a s\n.ends\n", HYS_SYNTAX, 4, 1, "the subcircuit 's' contains itself", ""},
        {"R1 a 0 {1/0}\n", HYS_SEMANTIC, 2, 1, "the value of 'r1' is inf", ""},
        {"R1 a 0 {sqrt(-1)}\n", HYS_SEMANTIC, 2, 1, "the value of 'r1' is not a number", ""},
        {"R1 a 0 1e999\n", HYS_SYNTAX, 2, 8, "this number is too large", ""},
        {"R1 a 0 1 m=0\n", HYS_SEMANTIC, 2, 1, "the multiplicity m of 'r1' is 0", ""},
        {"V1 a 0 pwl(0 0 1 1 0.5 2)\n", HYS_SEMANTIC, 2, 8, "the times of a pwl wave go up; 0.5 s stands behind 1 s",
         ""},
        {"L1 a 0 1\nL2 a 0 1\nK1 L1 L2 2\n", HYS_SEMANTIC, 4, 1, "the coupling of 'k1' is 2", ""},
        {"R1 a 0 1\n.tran 1n 0\n", HYS_SEMANTIC, 3, 1, "the end time of a transient must be above 0 s; here it is 0",
         ""},
        {"R1 a 0 1\n.ac dec 10 0 1\n", HYS_SEMANTIC, 3, 5, "frequencies go up from above 0; here from 0 Hz to 1 Hz",
         ""},
        {"V1 a 0 1\n.dc V1 0 1 0\n", HYS_SEMANTIC, 3, 8, "the step of this sweep is 0", ""},
        {"R1 a 0 1\n.temp -300\n", HYS_SYNTAX, 3, 7, "-300 degC is not above absolute zero", ""},
        {"R1 a 0 1\n.alter\n", HYS_SYNTAX, 3, 1, ".alter is not known to this program, and results would depend on it",
         "take it out, or write what it does in another way"},
    };
    (void)state;
    check(cases, sizeof cases / sizeof cases[0]);
}

static void a_short_of_zero_ohm_is_pointed_out(void **state) {
    (void)state;
    netlist_warned("R1 a 0 0\n",
                   "a.cir:2:1: warning: this resistance is 0; it is taken as 1 mohm, as ngspice does\nR1 a 0 0\n^~\n"
                   "hint: a source of 0 V is a short\n");
    netlist_rig rig = netlist_good("R1 a 0 0\n");
    assert_true(netlist_value(&rig, "r1") == 1e-3);
    netlist_free(&rig);
}

static void all_errors_are_reported_in_one_go(void **state) {
    (void)state;
    netlist_rig rig = netlist_read("R1 a 0\nR2 a 0 {x}\nQ1 a b\nR3 a 0 1\nR3 a 0 1\n");
    assert_int_equal(hys_diag_n_errors(rig.ctx), 4);
    netlist_free(&rig);
}

static void files_that_include_themselves_are_one_error(void **state) {
    (void)state;
    const char *dir = hys_test_dir();
    static const char deck[] = "t\nR1 a 0 1\n.include a.cir\n";
    hys_test_write(hys_test_path(dir, "a.cir"), deck, sizeof deck - 1);
    netlist_rig rig = netlist_load(hys_test_path(dir, "a.cir"), NULL);
    assert_int_equal(rig.status, HYS_LIMIT);
    assert_int_equal(hys_diag_count(rig.ctx), 1);
    assert_non_null(strstr(hys_diag_get(rig.ctx, 0)->message, "a.cir' includes itself"));
    netlist_free(&rig);
    rig = netlist_load(hys_test_path(dir, "none.cir"), NULL);
    assert_int_equal(rig.status, HYS_IO);
    assert_int_equal(hys_diag_count(rig.ctx), 1);
    netlist_free(&rig);
    hys_test_dir_remove(dir);
}

static void bombs_end_at_a_limit(void **state) {
    static const char *const bombs[] = {"X1 a s0\n", ".func f0(x) {x+x}\n"};
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        hys_ctx *ctx = hys_test_ctx();
        hys__text text;
        hys__text_init(&text, ctx);
        hys__text_puts(&text, bombs[kind]);
        for (int i = 0; i < 40; i++) {
            if (kind == 0) hys__text_printf(&text, ".subckt s%d a\nX1 a s%d\nX2 a s%d\n.ends\n", i, i + 1, i + 1);
            else hys__text_printf(&text, ".func f%d(x) {f%d(x)+f%d(x)}\n", i + 1, i, i);
        }
        hys__text_puts(&text, kind == 0 ? ".subckt s40 a\nR1 a 0 1\n.ends\n" : "B1 a 0 I=f40(V(a))\n");
        netlist_rig rig = netlist_read(text.at);
        assert_int_equal(rig.status, HYS_LIMIT);
        assert_int_equal(hys_diag_n_errors(rig.ctx), 1);
        netlist_free(&rig);
        hys__text_free(&text);
        hys_ctx_free(ctx);
    }
}

static void deep_brackets_end_at_a_limit(void **state) {
    static char text[20000];
    (void)state;
    strcpy(text, "R1 a 0 {");
    memset(text + 8, '(', 9000);
    netlist_rig rig = netlist_read(text);
    assert_int_equal(rig.status, HYS_LIMIT);
    netlist_free(&rig);
    memset(text + 8, '-', 9000);
    rig = netlist_read(text);
    assert_int_equal(rig.status, HYS_LIMIT);
    netlist_free(&rig);
}

static hys_status read_all(hys_ctx *ctx, void *arg) {
    static const char text[] = "t\n.param a=1 b={f(a)}\n.func f(x) {x+1}\n.global vv\nR1 a 0 {a}\nV1 a 0 pwl(0 0 1 "
                               "{b})\nX1 a s r=2\nD1 a 0 dm\n"
                               "T1 a 0 b 0 z0=1 td=1\nB1 a 0 I=V(x1.i)+table(V(a),0,0,1,1)\n.subckt s a r=1\n.if "
                               "(r==2)\nR1 a i {r}\n+\n.endif\n"
                               "R2 a vv 1\n.ic v(a)=1\n.ends\n.model dm d is=1f\n.op\n.dc V1 0 1 1\n.save v(a) "
                               "{v(a)+1} v(x1.i)\n.meas tran x max v(a)\n"
                               ".options reltol=1\n.control\nalter\n.endc\n";
    hys__arena arena;
    hys__flat *flat = NULL;
    (void)arg;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = hys__flat_read(ctx, &arena, "a.cir", text, sizeof text - 1, NULL, &flat);
    if (status == HYS_OK && hys_diag_n_errors(ctx) > 0) status = HYS_NOMEM; /* a warning that found no room */
    if (status == HYS_OK) status = hys__flat_set_param(flat, 0, 3);
    hys__arena_free(&arena);
    return status;
}

static void each_failing_allocation_is_reported(void **state) {
    (void)state;
    hys_test_each_failure(read_all, NULL, false);
    hys_test_each_failure(read_all, NULL, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_are_not_there),
        cmocka_unit_test(what_is_missing_or_too_much),
        cmocka_unit_test(what_makes_no_sense),
        cmocka_unit_test(a_short_of_zero_ohm_is_pointed_out),
        cmocka_unit_test(all_errors_are_reported_in_one_go),
        cmocka_unit_test(files_that_include_themselves_are_one_error),
        cmocka_unit_test(bombs_end_at_a_limit),
        cmocka_unit_test(deep_brackets_end_at_a_limit),
        cmocka_unit_test(each_failing_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
