/* What expressions mean: types, rounding, wrapping, logic. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

/* The value of an expression, once with folded constants and once with a, b, c as parameters. */
static double value_of(const char *type, const char *expr) {
    char text[2000];
    snprintf(text, sizeof text,
             "module m(p); inout p; electrical p; parameter real a = 7.6; parameter integer i = 7, j = -2; "
             "(* desc=\"y\" *) %s y; analog begin y = %s; I(p) <+ V(p); end endmodule",
             type, expr);
    build_rig rig;
    build_rig_open(&rig, text);
    double y = build_rig_show(&rig, "y");
    build_rig_close(&rig);
    return y;
}

static const struct {
    const char *expr;
    double value;
} numbers[] = {
    {"1/2", 0},
    {"-7/2", -3},
    {"i/2", 3},
    {"i/j", -3},
    {"1/2.0", 0.5},
    {"a/2", 3.8},
    {"7 % 3", 1},
    {"-7 % 3", -1},
    {"i % j", 1},
    {"7.5 % 2", 1.5},
    {"a % 2", 1.6},
    {"2 ** 3", 8},
    {"2 ** -1", 0},
    {"2.0 ** -1", 0.5},
    {"(-2) ** 3", -8},
    {"a ** 0", 1},
    {"i > 3", 1},
    {"i < 3", 0},
    {"i >= 7", 1},
    {"i <= 6", 0},
    {"i == 7", 1},
    {"i != 7", 0},
    {"(i > 3) + (j < 0)", 2},
    {"(i > 3) * a", 7.6},
    {"-(i > 3)", -1},
    {"!i", 0},
    {"!(i < 3)", 1},
    {"i > 3 && j > 0", 0},
    {"i > 3 || j > 0", 1},
    {"i & 3", 3},
    {"i | 8", 15},
    {"i ^ 2", 5},
    {"~i", -8},
    {"i ~^ 2", -6},
    {"(i > 3) & (j < 0)", 1},
    {"(i > 3) ^ (j < 0)", 0},
    {"1 << 4", 16},
    {"i << 2", 28},
    {"-1 >> 28", 15},
    {"j >>> 1", -1},
    {"i > 3 ? a : 0", 7.6},
    {"i < 3 ? 1 : j < 0 ? 2 : 3", 2},
    {"2147483647 + i - 7", 2147483647},
    {"2147483647 + i - 6", -2147483648.0},
    {"i * 1000000000", -1589934592.0},
    {"abs(j)", 2},
    {"abs(-a)", 7.6},
    {"min(i, j)", -2},
    {"max(i, a)", 7.6},
    {"min(i, 2)/4", 0},
    {"min(i, 2.0)/4", 0.5},
    {"&(-1)", 1},
    {"|i", 1},
    {"^i", 1},
    {"~^i", 0},
    {"^3", 0},
    {"$rtoi(7.9)", 7},
    {"$rtoi(-a)", -7},
    {"$itor(i)/2", 3.5},
    {"$clog2(1)", 0},
    {"$clog2(5)", 3},
    {"$clog2(8)", 3},
    {"\"on\" == \"on\"", 1},
    {"\"on\" != \"off\"", 1},
    {"floor(-1.5)", -2},
    {"ceil(-1.5)", -1},
    {"i + 1u", 7.000001},
    {"3k", 3000},
    {"1.5M", 1.5e6},
};

static void integers_and_reals_follow_their_types(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        double got = value_of("real", numbers[k].expr);
        if (fabs(got - numbers[k].value) > 1e-12 * fabs(numbers[k].value) + 1e-15)
            fail_msg("%s is %.17g, not %.17g", numbers[k].expr, got, numbers[k].value);
    }
}

/* LRM 4.2.1.1: real to integer rounds half away from zero. */
static void assignment_to_an_integer_rounds(void **state) {
    (void)state;
    assert_same_double(value_of("integer", "2.5"), 3.0);
    assert_same_double(value_of("integer", "-2.5"), -3.0);
    assert_same_double(value_of("integer", "a"), 8.0);
    assert_same_double(value_of("integer", "-a + 0.2"), -7.0);
    assert_same_double(value_of("integer", "i"), 7.0);
}

/* Values from Python's math module. */
static void mathematics_agrees_with_another_program(void **state) {
    static const struct {
        const char *expr;
        double value;
    } maths[] = {
        {"exp(a)", 1998.1958951041172},
        {"ln(a)", 2.028148247292285},
        {"log(a)", 0.8808135922807914},
        {"$ln(a)", 2.028148247292285},
        {"$log10(a)", 0.8808135922807914},
        {"sqrt(a)", 2.756809750418044},
        {"$sqrt(a)", 2.756809750418044},
        {"pow(a, 1.5)", 20.951754103177137},
        {"$pow(a, 2)", 57.76},
        {"sin(a)", 0.9679196720314863},
        {"cos(a)", 0.2512598425822557},
        {"tan(a)", 3.8522656946846388},
        {"asin(a/8)", 1.253235897503375},
        {"acos(a/8)", 0.3175604292915215},
        {"atan(a)", 1.4399689307208396},
        {"atan2(a, -1)", 1.7016237228689535},
        {"sinh(a)", 999.0976973263419},
        {"cosh(a)", 999.0981977777753},
        {"tanh(a/8)", 0.7397830512740042},
        {"asinh(a)", 2.72559584926382},
        {"acosh(a)", 2.7169387989278397},
        {"atanh(a/8)", 1.8317808230648227},
        {"hypot(a, i)", 10.332473082471592},
        {"expm1(1e-9)", 1.0000000005e-9},
        {"ln1p(1e-9)", 9.999999995e-10},
        {"limexp(1)", 2.718281828459045},
        {"limexp(81)", 1.108124476878702e+35},
    };
    (void)state;
    for (size_t k = 0; k < sizeof maths / sizeof *maths; k++) {
        double got = value_of("real", maths[k].expr);
        if (fabs(got - maths[k].value) > 1e-11 * fabs(maths[k].value))
            fail_msg("%s is %.17g, not %.17g", maths[k].expr, got, maths[k].value);
    }
}

static void the_temperature_gives_the_thermal_voltage(void **state) {
    build_rig rig;
    (void)state;
    build_rig_open(
        &rig, MODULE("p", "(* desc=\"y\" *) real y, z, t;", "y = $vt; z = $vt(300); t = $temperature; I(p) <+ 0;"));
    rig.e.temp = 350;
    assert_near(build_rig_show(&rig, "y"), 350 * 1.380649e-23 / 1.602176634e-19, 1e-15);
    assert_near(va_eval_opvar(&rig.e, "z"), 0.025851999786435535, 1e-12);
    assert_same_double(va_eval_opvar(&rig.e, "t"), 350.0);
    build_rig_close(&rig);
}

/* The right side of && is not looked at where the left is false: no division by zero there. */
static void logic_knows_its_left_side(void **state) {
    build_rig rig;
    (void)state;
    build_rig_open(&rig, MODULE("p", "parameter integer n = 0; real a[0:3]; (* desc=\"y\" *) real y;",
                                "a[0] = 5; y = 1; if (0 && a[4] > 0) y = 2; I(p) <+ 0;"));
    assert_same_double(build_rig_show(&rig, "y"), 1.0);
    build_rig_close(&rig);
}

static void outputs_of_a_function_in_an_arm_count_in_that_arm(void **state) {
    build_rig rig;
    (void)state;
    build_rig_open(
        &rig,
        MODULE("p",
               "analog function real set; input v; output to; real v, to; begin to = v; set = 1; end endfunction\n"
               "(* desc=\"y\" *) real y; real dummy;",
               "y = 10; dummy = V(p) > 0 ? set(V(p), y) : 0; if (V(p) > 2 && set(99, y) > 0) dummy = 1; I(p) <+ 0;"));
    va_eval_x(&rig.e, "p", 1);
    assert_same_double(build_rig_show(&rig, "y"), 1.0);
    va_eval_x(&rig.e, "p", -1);
    assert_same_double(build_rig_show(&rig, "y"), 10.0);
    va_eval_x(&rig.e, "p", 3);
    assert_same_double(build_rig_show(&rig, "y"), 99.0);
    build_rig_close(&rig);
}

static void mistakes_in_expressions_are_told_where_they_stand(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "real y;", "y = Vth + 1;"), 6, 5, "'Vth' is not declared");
    build_rig_refuses(MODULE("p", "real threshold, y;", "y = treshold;"), 6, 5, "'treshold' is not declared");
    build_rig_refuses(MODULE("p", "real y;", "y = sinn(1);"), 6, 5, "there is no function 'sinn'");
    build_rig_refuses(MODULE("p", "real y;", "y = $absime;"), 6, 5, "there is no system function '$absime'");
    build_rig_refuses(MODULE("p", "real y;", "y = sin(1, 2);"), 6, 5, "sin takes 1 argument, but 2 are given");
    build_rig_refuses(MODULE("p", "real y;", "y = atan2(1);"), 6, 5, "atan2 takes 2 arguments, but 1 is given");
    build_rig_refuses(MODULE("p", "real y;", "y = p + 1;"), 6, 5, "'p' is a net, not a number");
    build_rig_refuses(MODULE("p", "real y, a[0:2];", "y = a;"), 6, 5, "'a' is an array");
    build_rig_refuses(MODULE("p", "real y, a[0:2];", "y = a[3];"), 6, 7, "'a' has no element 3");
    build_rig_refuses(MODULE("p", "real y;", "y = \"on\" + 1;"), 6, 5, "a string stands where a number is needed");
    build_rig_refuses(MODULE("p", "real y;", "y = 1.5 & 2;"), 6, 5, "bit operators need integers");
    build_rig_refuses(MODULE("p", "string s;", "s = 1;"), 6, 1, "'s' is a string, but this is a number");
    build_rig_refuses(MODULE("p", "real y;", "y = $time;"), 6, 5, "$time needs a digital simulator");
    build_rig_refuses(MODULE("p", "integer i;", "i = $fscanf(3, \"%d\", i);"), 6, 5, "a model may not read files");
    build_rig_refuses(MODULE("p", "real y;", "y = cross(V(p));"), 6, 5, "cross is an event, not a function");
}

static void nearest_names_are_offered(void **state) {
    build_rig rig;
    (void)state;
    build_rig_try(&rig, MODULE("p", "real threshold, y;", "y = treshold;"), NULL);
    assert_string_equal(hys_diag_get(rig.ctx, 0)->hint, "did you mean 'threshold'?");
    build_rig_close(&rig);
    build_rig_try(&rig, MODULE("p", "real y;", "y = $absime;"), NULL);
    assert_string_equal(hys_diag_get(rig.ctx, 0)->hint, "did you mean '$abstime'?");
    build_rig_close(&rig);
}

static void suspicious_arithmetic_is_warned_of(void **state) {
    (void)state;
    build_rig_warns(MODULE("p", "real y;", "y = 1/2 * V(p); I(p) <+ y;"), 6, 5, "1/2 of two integers is 0");
    build_rig_warns(MODULE("p", "real y;", "y = V(p)/0; I(p) <+ y;"), 6, 10, "this divides by zero");
}

static void units_that_are_declared_are_compared(void **state) {
    (void)state;
    build_rig_warns(MODULE("p", "(* units=\"A\" *) parameter real i0 = 1;", "I(p) <+ 2*V(p) + 3*(V(p) + i0);"), 6, 21,
                    "values of different units are added: V and A");
    build_rig_warns(MODULE("p", "(* units=\"mA\" *) parameter real i0 = 1;", "if (V(p) > i0) I(p) <+ V(p)/50;"), 6, 5,
                    "values of different units are compared: V and A");
    build_rig_warns(MODULE("p", "(* units=\"ohm\" *) parameter real r = 1;", "I(p) <+ V(p)*r;"), 6, 1,
                    "this contributes a value of another unit");
    build_rig_warns(
        MODULE("p", "(* units=\"A\" *) parameter real i0 = 1; (* units=\"m\" *) real x;", "x = i0; I(p) <+ x;"), 6, 1,
        "this assigns a value of another unit: A and m");
    build_rig r;
    build_rig_open(&r,
                   MODULE("p",
                          "(* units=\"ohm\" *) parameter real r = 1; (* units=\"mV\" *) parameter real v0 = 1; (* "
                          "units=\"A\" *) real i;",
                          "i = (V(p) - v0)/r; if (V(p) > 0.3) i = i + 1e-3*V(p); I(p) <+ i + V(p)/r; V(p) <+ r*I(p);"));
    assert_false(build_rig_says(&r, HYS_WARNING, 0, 0, "unit"));
    build_rig_close(&r);
}

/* 1 V stands for 1 m, or 1: so models keep their states on nodes. */
static void voltages_may_stand_for_other_quantities(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "electrical x; (* units=\"m\" *) parameter real d = 1; (* units=\"m\" *) real w;",
                              "w = V(x); if (V(x) > d) w = d; I(x) <+ V(x)*V(x) - V(x) + ddt(V(x)); I(p) <+ w;"));
    assert_false(build_rig_says(&r, HYS_WARNING, 0, 0, "unit"));
    build_rig_close(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_and_reals_follow_their_types),
        cmocka_unit_test(assignment_to_an_integer_rounds),
        cmocka_unit_test(mathematics_agrees_with_another_program),
        cmocka_unit_test(the_temperature_gives_the_thermal_voltage),
        cmocka_unit_test(logic_knows_its_left_side),
        cmocka_unit_test(outputs_of_a_function_in_an_arm_count_in_that_arm),
        cmocka_unit_test(mistakes_in_expressions_are_told_where_they_stand),
        cmocka_unit_test(nearest_names_are_offered),
        cmocka_unit_test(suspicious_arithmetic_is_warned_of),
        cmocka_unit_test(units_that_are_declared_are_compared),
        cmocka_unit_test(voltages_may_stand_for_other_quantities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
