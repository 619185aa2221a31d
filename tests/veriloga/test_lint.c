/* Warnings about what is legal, but seldom meant. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

typedef struct lint_rig {
    hys_ctx *ctx;
    va_front front;
    va_model model;
    va_program program;
} lint_rig;

/* Builds and lowers without lifting, so that variables stay as written; then the warnings. */
static void lint_open_as(lint_rig *r, const char *text, bool lifts) {
    *r = (lint_rig){.ctx = hys_test_ctx()};
    va_front_init(&r->front, r->ctx);
    assert_int_equal(va_front_parse_text(&r->front, "m.va", text, strlen(text)), HYS_OK);
    assert_int_equal(va_build(&r->front, NULL, &r->model), HYS_OK);
    if (lifts) assert_int_equal(va_lift(&r->model), HYS_OK);
    assert_int_equal(va_lower(&r->model, &r->program), HYS_OK);
    hys_diag_clear(r->ctx);
    va_lint(&r->model, &r->program);
}

static void lint_open(lint_rig *r, const char *text) {
    lint_open_as(r, text, false);
}

static void lint_close(lint_rig *r) {
    va_front_free(&r->front);
    hys_ctx_free(r->ctx);
}

static bool says(const lint_rig *r, int line, int col, const char *words) {
    for (size_t i = 0; i < hys_diag_count(r->ctx); i++) {
        const hys_diag *diag = hys_diag_get(r->ctx, i);
        if (diag->line == line && diag->col == col && strstr(diag->message, words)) return true;
    }
    for (size_t i = 0; i < hys_diag_count(r->ctx); i++) print_error("%s\n", hys_test_diag_text(r->ctx, i));
    return false;
}

static void expect(const char *text, int line, int col, const char *words) {
    lint_rig r;
    lint_open(&r, text);
    assert_true(says(&r, line, col, words));
    assert_int_equal(hys_diag_n_errors(r.ctx), 0);
    lint_close(&r);
}

static void a_sound_model_hears_nothing(void **state) {
    lint_rig r;
    (void)state;
    lint_open(&r, MODULE("p, n", "parameter real ron = 100 from (0:inf), roff = 16k; real w;",
                         "w = idt(V(p,n)*(1 - pow(2*V(p,n), 2)), 0.1); I(p,n) <+ V(p,n)/(ron*w + roff*(1 - w));"));
    for (size_t i = 0; i < hys_diag_count(r.ctx); i++) print_error("%s\n", hys_test_diag_text(r.ctx, i));
    assert_int_equal(hys_diag_count(r.ctx), 0);
    lint_close(&r);
}

static void division_by_what_starts_at_zero(void **state) {
    (void)state;
    expect(MODULE("p", "real r;", "I(p) <+ V(p)/r; r = 100 + V(p);"), 6, 9, "this divides by 'r', which starts at 0");
    expect(MODULE("p", "real w;", "w = idt(V(p), 0); I(p) <+ V(p)/w;"), 6, 27,
           "this divides by 'w', which starts at 0");
}

static void integrals_limited_afterwards_wind_up(void **state) {
    (void)state;
    expect(MODULE("p", "parameter real top = 1; real w;", "w = idt(V(p), 0.5); if (w > top) w = top; I(p) <+ w*V(p);"),
           6, 34, "'w' is limited here, but its integral runs on beyond the limit (wind-up)");
}

static void jumps_in_the_equations(void **state) {
    (void)state;
    expect(MODULE("p", "parameter real vth = 1; real r;", "if (V(p) > vth) r = 10; else r = 1000; I(p) <+ V(p)/r;"), 6,
           5, "the equations jump where this condition changes");
}

static void currents_that_are_read(void **state) {
    (void)state;
    expect(MODULE("p, n", "real t;", "t = 1 + abs(I(p,n)); I(p,n) <+ V(p,n)/t;"), 6, 13,
           "I(p,n) is read and contributed: it is one more unknown");
}

static void parameters_without_influence(void **state) {
    (void)state;
    expect(MODULE("p", "parameter real version = 1.0; parameter real g = 1;", "I(p) <+ g*V(p);"), 4, 16,
           "parameter 'version' has no influence");
}

static void idle_parameters_are_named_together(void **state) {
    (void)state;
    expect(MODULE("p", "parameter real a = 1, b = 1, c = 1; parameter real g = 1;", "I(p) <+ g*V(p);"), 4, 16,
           "parameters 'a', 'b', 'c' have no influence");
}

static void what_only_follows_a_kept_variable_is_not_told(void **state) {
    lint_rig r;
    (void)state;
    lint_open_as(&r,
                 MODULE("p", "real y, x, t_prev;",
                        "y = 1 - y; x = x + y*($abstime - t_prev); t_prev = $abstime; I(p) <+ x*V(p);"),
                 true);
    assert_true(says(&r, 4, 6, "'y' changes from step to step: it is run as written"));
    assert_int_equal(hys_diag_count(r.ctx), 1);
    lint_close(&r);
}

static void states_without_initial_value(void **state) {
    (void)state;
    expect(MODULE("p", "real w;", "w = idt(V(p) - w); I(p) <+ w;"), 6, 5, "the state 'w' has no initial value");
}

static void variables_that_step(void **state) {
    (void)state;
    expect(MODULE("p", "real x;", "x = x + 1e-12*V(p); I(p) <+ x;"), 4, 6,
           "'x' changes from step to step: it is run as written");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_model_hears_nothing),
        cmocka_unit_test(division_by_what_starts_at_zero),
        cmocka_unit_test(integrals_limited_afterwards_wind_up),
        cmocka_unit_test(jumps_in_the_equations),
        cmocka_unit_test(currents_that_are_read),
        cmocka_unit_test(parameters_without_influence),
        cmocka_unit_test(idle_parameters_are_named_together),
        cmocka_unit_test(what_only_follows_a_kept_variable_is_not_told),
        cmocka_unit_test(states_without_initial_value),
        cmocka_unit_test(variables_that_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
