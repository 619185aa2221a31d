/* For which parameters a module needs what it keeps from step to step. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

/* 1 as written, 0 not, with the parameter at that value; -1: the same for all values of it. */
static int is_stepped_with(const char *analog, double choice, bool *is_ever) {
    char text[1000];
    snprintf(
        text, sizeof text,
        "module m(p); inout p; electrical p; parameter real choice = 0; real x, y, z;\nanalog begin %s I(p) <+ V(p) "
        "+ y; end endmodule",
        analog);
    build_rig r;
    va_program program;
    int stepped = -1;
    build_rig_open(&r, text);
    assert_int_equal(va_lower(&r.model, &program), HYS_OK);
    *is_ever = program.is_stepped;
    va_eval e;
    va_eval_init(&e, &r.model);
    va_eval_param(&e, "choice", choice);
    va_eval_run(&e);
    for (size_t i = 0; i < program.roots[VA_FUNC_FIXED].n; i++) {
        const va_root *root = &program.roots[VA_FUNC_FIXED].at[i];
        if (root->target == VA_TO_STEPPED) stepped = va_eval_value(&e, root->val) != 0;
    }
    va_eval_free(&e);
    build_rig_close(&r);
    return stepped;
}

static void what_one_variant_keeps_does_not_step_the_others(void **state) {
    bool is_ever;
    (void)state;
    static const char guarded[] = "y = 0; if (choice > 1.5) begin y = x; x = x + V(p); end";
    assert_int_equal(is_stepped_with(guarded, 0, &is_ever), 0);
    assert_true(is_ever);
    assert_int_equal(is_stepped_with(guarded, 2, &is_ever), 1);
}

static void a_condition_of_parameters_and_voltages_counts_as_far_as_it_is_known(void **state) {
    bool is_ever;
    (void)state;
    static const char mixed[] =
        "if (V(p) > 0 && choice > 1) x = V(p); y = 0; if (choice > 3 || V(p) > 2) y = 1; else if "
        "(choice > 1) y = x;";
    assert_int_equal(is_stepped_with(mixed, 0, &is_ever), 0);
    assert_int_equal(is_stepped_with(mixed, 2, &is_ever), 1);
    assert_int_equal(is_stepped_with(mixed, 4, &is_ever), 0);
}

/* x is kept for z, and z for y. */
static void the_condition_goes_along_a_chain(void **state) {
    bool is_ever;
    (void)state;
    static const char chain[] = "y = 0; if (choice > 1) y = z; if (choice > 2) z = x; x = x + V(p);";
    assert_int_equal(is_stepped_with(chain, 0, &is_ever), 0);
    assert_int_equal(is_stepped_with(chain, 3, &is_ever), 1);
}

static void what_is_always_needed_has_no_condition(void **state) {
    bool is_ever;
    (void)state;
    assert_int_equal(is_stepped_with("y = x; x = x + V(p);", 0, &is_ever), -1);
    assert_true(is_ever);
    assert_int_equal(is_stepped_with("y = x; if (choice > 1) x = x + V(p);", 0, &is_ever), -1);
    assert_int_equal(is_stepped_with("y = choice > 1 ? V(p) : 0;", 0, &is_ever), -1);
    assert_false(is_ever);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_one_variant_keeps_does_not_step_the_others),
        cmocka_unit_test(a_condition_of_parameters_and_voltages_counts_as_far_as_it_is_known),
        cmocka_unit_test(the_condition_goes_along_a_chain),
        cmocka_unit_test(what_is_always_needed_has_no_condition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
