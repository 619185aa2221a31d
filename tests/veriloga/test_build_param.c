/* Parameters: types, dependent defaults, ranges, structural and string ones, aliases. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

static const va_param *param(const build_rig *r, const char *name) {
    for (size_t i = 0; i < r->model.params.n; i++)
        if (!strcmp(r->model.params.at[i].name, name)) return &r->model.params.at[i];
    fail_msg("there is no parameter %s", name);
    return NULL;
}

static void defaults_follow_older_parameters(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter real RP = 2k; parameter real TMR = 1.5; parameter real RAP = RP*(1+TMR);",
                              "I(p) <+ V(p)/RAP;"));
    assert_near(param(&r, "RAP")->def, 5000, 1e-15);
    va_eval_x(&r.e, "p", 1);
    assert_near(build_rig_row(&r, "p"), 1.0 / 5000, 1e-15);
    va_eval_param(&r.e, "TMR", 0);
    assert_near(build_rig_row(&r, "p"), 1.0 / 2000, 1e-15);
    build_rig_close(&r);
}

static void types_come_from_the_declaration_or_the_default(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p",
                              "parameter T = 300; parameter x = 1.5; parameter integer n = 2.5; parameter real y = 1; "
                              "(* desc=\"z\" *) real z;",
                              "z = T/7 + y/4; I(p) <+ x*n;"));
    assert_int_equal(param(&r, "T")->type, VA_TYPE_INTEGER);
    assert_int_equal(param(&r, "x")->type, VA_TYPE_REAL);
    assert_int_equal(param(&r, "n")->type, VA_TYPE_INTEGER);
    assert_same_double(param(&r, "n")->def, 3.0);
    assert_same_double(build_rig_show(&r, "z"), 42.25);
    build_rig_close(&r);
}

/* LRM 3.4.1: without a type, the value that is given decides. */
static void an_untyped_parameter_takes_the_type_of_what_is_given(void **state) {
    static const char text[] = MODULE("p", "parameter T = 300;", "I(p) <+ V(p)*T;");
    build_rig r;
    (void)state;
    build_rig_set(&r, text, "T", "300.5");
    assert_int_equal(param(&r, "T")->type, VA_TYPE_REAL);
    build_rig_close(&r);
    build_rig_set(&r, text, "T", "301");
    assert_int_equal(param(&r, "T")->type, VA_TYPE_INTEGER);
    build_rig_close(&r);
}

static void attributes_give_units_description_and_spread(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p",
                              "(* desc=\"on resistance\", units=\"ohm\", type=\"instance\", d2d=\"lognormal 0.1\", "
                              "c2c=\"normal 0.05\" *)\n"
                              "parameter real ron = 100;\nparameter real k = 1 (* info=\"slope\" *);",
                              "I(p) <+ V(p)*k/ron;"));
    const va_param *ron = param(&r, "ron");
    assert_string_equal(ron->desc, "on resistance");
    assert_string_equal(ron->units, "ohm");
    assert_true(ron->is_instance);
    assert_string_equal(ron->d2d, "lognormal 0.1");
    assert_string_equal(ron->c2c, "normal 0.05");
    assert_string_equal(param(&r, "k")->desc, "slope");
    assert_false(param(&r, "k")->is_instance);
    build_rig_close(&r);
}

static void ranges_keep_their_brackets_and_may_name_later_parameters(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p",
                              "parameter real g = 2e-10 from [gmin:L) exclude 3e-10 exclude (4e-10:5e-10]; parameter "
                              "real gmin = 1e-10; parameter real L = 1e-9; parameter integer mode = 1 from '{0, 1, 4};",
                              "I(p) <+ V(p)*g*gmin*L*mode;"));
    const va_param *g = param(&r, "g");
    assert_int_equal(g->bounds.n, 3);
    va_eval_run(&r.e);
    assert_false(g->bounds.at[0].lo_open);
    assert_true(g->bounds.at[0].hi_open);
    assert_same_double(va_eval_value(&r.e, g->bounds.at[0].lo), 1e-10);
    assert_same_double(va_eval_value(&r.e, g->bounds.at[0].hi), 1e-9);
    assert_true(g->bounds.at[1].is_exclude && g->bounds.at[1].is_value);
    assert_same_double(va_eval_value(&r.e, g->bounds.at[1].lo), 3e-10);
    assert_true(g->bounds.at[2].is_exclude && g->bounds.at[2].lo_open && !g->bounds.at[2].hi_open);
    assert_int_equal(param(&r, "mode")->bounds.n, 3);
    assert_true(param(&r, "mode")->bounds.at[2].is_value);
    build_rig_close(&r);
}

static void infinite_bounds_are_infinite(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter real a = 1 from (-inf:inf);", "I(p) <+ a;"));
    va_eval_run(&r.e);
    assert_same_double(va_eval_value(&r.e, param(&r, "a")->bounds.at[0].lo), -(double)INFINITY);
    assert_same_double(va_eval_value(&r.e, param(&r, "a")->bounds.at[0].hi), (double)INFINITY);
    build_rig_close(&r);
}

static void a_default_outside_its_range_is_warned_of(void **state) {
    (void)state;
    build_rig_warns(MODULE("p", "parameter real a = 0 from (0:inf);", "I(p) <+ a*V(p);"), 4, 16,
                    "the default of 'a', 0, lies outside its own range");
    build_rig_warns(MODULE("p", "parameter real a = 3 exclude 3;", "I(p) <+ a*V(p);"), 4, 16,
                    "lies outside its own range");
    build_rig_refuses(MODULE("p", "parameter real a = 3 from [5:1];", "I(p) <+ a*V(p);"), 4, 16,
                      "the range of 'a', 5 to 1, is empty");
}

static void aliases_are_other_names(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter real rth = 2; aliasparam rtherm = rth; aliasparam r = rth;",
                              "I(p) <+ rtherm*V(p) + r;"));
    assert_int_equal(r.model.params.n, 1);
    assert_int_equal(param(&r, "rth")->n_aliases, 2);
    assert_string_equal(param(&r, "rth")->aliases[0], "rtherm");
    va_eval_x(&r.e, "p", 5);
    assert_same_double(build_rig_row(&r, "p"), 12.0);
    build_rig_close(&r);
}

static void localparams_cannot_be_set_but_follow(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   MODULE("p", "parameter real a = 2; localparam real b = 3*a; localparam c = 4;", "I(p) <+ b + c;"));
    assert_true(param(&r, "b")->is_local);
    va_eval_param(&r.e, "a", 10);
    assert_same_double(build_rig_row(&r, "p"), 34.0);
    build_rig_close(&r);
}

static void arrays_of_parameters_are_one_parameter_an_element(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter real c[0:2] = '{1, 20, 300}; parameter integer k = 1; integer i;",
                              "i = k; I(p) <+ c[0] + c[i];"));
    assert_same_double(build_rig_row(&r, "p"), 21.0);
    va_eval_param(&r.e, "c[2]", 7);
    va_eval_param(&r.e, "k", 2);
    assert_same_double(build_rig_row(&r, "p"), 8.0);
    build_rig_close(&r);
}

/* A parameter that an array length depends on is baked in, and so is what it depends on. */
static void lengths_make_parameters_structural(void **state) {
    static const char text[] =
        MODULE("p",
               "parameter integer m = 2; parameter integer n = 2*m; parameter real other = 1; real a[0:n-1]; integer "
               "i; (* desc=\"s\" *) real s;",
               "s = 0; for (i = 0; i < n; i = i + 1) begin a[i] = i + 1; s = s + a[i]; end I(p) <+ s*other;");
    build_rig r;
    (void)state;
    build_rig_open(&r, text);
    assert_true(param(&r, "n")->is_structural);
    assert_true(param(&r, "m")->is_structural);
    assert_false(param(&r, "other")->is_structural);
    assert_same_double(build_rig_show(&r, "s"), 10.0);
    build_rig_close(&r);
    build_rig_set(&r, text, "m", "5");
    assert_same_double(param(&r, "n")->def, 10.0);
    assert_same_double(build_rig_show(&r, "s"), 55.0);
    build_rig_close(&r);
    build_rig_set(&r, text, "n", "3"); /* then m has no influence on the shape */
    assert_same_double(build_rig_show(&r, "s"), 6.0);
    build_rig_close(&r);
}

static void string_parameters_are_baked_in(void **state) {
    static const char text[] =
        MODULE("p", "parameter string kind = \"n\" from '{\"n\", \"p\"}; (* desc=\"s\" *) real s; string t;",
               "t = kind; if (t == \"n\") s = 1; else s = -1; I(p) <+ s;");
    build_rig r;
    (void)state;
    build_rig_open(&r, text);
    assert_string_equal(param(&r, "kind")->text, "n");
    assert_true(param(&r, "kind")->is_structural);
    assert_same_double(build_rig_show(&r, "s"), 1.0);
    build_rig_close(&r);
    build_rig_set(&r, text, "kind", "p");
    assert_same_double(build_rig_show(&r, "s"), -1.0);
    build_rig_close(&r);
    va_setting setting = {.name = "kind", .value = "q"};
    va_build_opts opts = {.settings = &setting, .n_settings = 1};
    build_rig_try(&r, text, &opts);
    assert_int_equal(r.status, HYS_SEMANTIC);
    assert_true(build_rig_says(&r, HYS_ERROR, 4, 0, "\"q\" is not a value that 'kind' may have"));
    build_rig_close(&r);
}

static void param_given_asks_the_kernel_or_the_settings(void **state) {
    static const char text[] =
        MODULE("p", "parameter real a = 1; parameter integer n = 2; real x[0:n]; (* desc=\"y\" *) real y;",
               "y = ($param_given(a) ? 10 : 0) + ($param_given(n) ? 1 : 0); x[0] = y; I(p) <+ y*a;");
    build_rig r;
    (void)state;
    build_rig_open(&r, text);
    assert_same_double(build_rig_show(&r, "y"), 0.0);
    va_eval_param(&r.e, "a", 3);
    assert_same_double(build_rig_show(&r, "y"), 10.0);
    build_rig_close(&r);
    build_rig_set(&r, text, "n", "4");
    assert_same_double(build_rig_show(&r, "y"), 1.0);
    build_rig_close(&r);
}

static void simparams_have_fallbacks(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "", "I(p) <+ $simparam(\"gmin\", 1e-12) * V(p);"));
    assert_string_equal(r.model.simparams.at[0], "gmin");
    va_eval_x(&r.e, "p", 1);
    assert_same_double(build_rig_row(&r, "p"), 1e-12);
    r.e.simparam[0] = 1e-9;
    assert_same_double(build_rig_row(&r, "p"), 1e-9);
    build_rig_close(&r);
}

static void initialisers_use_those_before_them(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p",
                              "parameter real th = 1.4; parameter real off = 1000k; real Rnow = off; real ith = "
                              "th/Rnow; real mu0 = 4*3*1e-7; (* desc=\"y\" *) real y;",
                              "y = ith; ith = 2; Rnow = 3; I(p) <+ mu0;"));
    assert_near(build_rig_show(&r, "y"), 1.4e-6, 1e-15);
    assert_false(va_eval_has_slot(&r.e, "mu0")); /* never assigned: a constant */
    assert_near(build_rig_row(&r, "p"), 1.2e-6, 1e-15);
    va_eval_param(&r.e, "th", 2);
    assert_near(build_rig_show(&r, "y"), 2e-6, 1e-15);
    build_rig_close(&r);
}

static void mistakes_in_parameters_are_told(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "parameter real a = 1, a = 2;", "I(p) <+ a;"), 4, 23, "'a' is declared twice");
    build_rig_refuses(MODULE("p", "parameter real a = a + 1;", "I(p) <+ 1;"), 4, 20, "'a' is used in its own default");
    build_rig_refuses(MODULE("p", "real x; parameter real a = x;", "I(p) <+ x;"), 4, 28, "'x' is not declared");
    build_rig_refuses(MODULE("p", "parameter real a = V(p);", "I(p) <+ a;"), 4, 20,
                      "an access function cannot stand in a declaration");
    build_rig_refuses(MODULE("p", "parameter real a = $abstime;", "I(p) <+ a;"), 4, 20,
                      "$abstime cannot stand in a declaration");
    build_rig_refuses(MODULE("p", "parameter real a = 1;", "a = 2;"), 6, 1,
                      "'a' is a parameter: it cannot be assigned");
    build_rig_refuses(MODULE("p", "parameter real a[0:1] = '{1};", "I(p) <+ 1;"), 4, 25,
                      "array 'a' needs 2 default values");
    build_rig_refuses(MODULE("p", "real x[0:$rtoi(V(p))];", "I(p) <+ 1;"), 4, 16,
                      "an access function cannot stand in a declaration");
    build_rig_refuses(MODULE("p", "real x[0:$rtoi($temperature)];", "I(p) <+ 1;"), 4, 10,
                      "an array bound must be known when the model is compiled, but this depends on the temperature");
    build_rig_refuses(MODULE("p", "aliasparam b = a;", "I(p) <+ 1;"), 4, 12,
                      "'b' is an alias of something that is not a parameter");
    build_rig_refuses(MODULE("p", "real x = $random;", "I(p) <+ x;"), 4, 10, "$random cannot stand in a declaration");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_follow_older_parameters),
        cmocka_unit_test(types_come_from_the_declaration_or_the_default),
        cmocka_unit_test(an_untyped_parameter_takes_the_type_of_what_is_given),
        cmocka_unit_test(attributes_give_units_description_and_spread),
        cmocka_unit_test(ranges_keep_their_brackets_and_may_name_later_parameters),
        cmocka_unit_test(infinite_bounds_are_infinite),
        cmocka_unit_test(a_default_outside_its_range_is_warned_of),
        cmocka_unit_test(aliases_are_other_names),
        cmocka_unit_test(localparams_cannot_be_set_but_follow),
        cmocka_unit_test(arrays_of_parameters_are_one_parameter_an_element),
        cmocka_unit_test(lengths_make_parameters_structural),
        cmocka_unit_test(string_parameters_are_baked_in),
        cmocka_unit_test(param_given_asks_the_kernel_or_the_settings),
        cmocka_unit_test(simparams_have_fallbacks),
        cmocka_unit_test(initialisers_use_those_before_them),
        cmocka_unit_test(mistakes_in_parameters_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
