/* Variables that keep their values, arms and what they know, events, hidden states. */
#include "hys_test.h"
#include "veriloga/build_rig.h"

#define INIT   (1u << VA_FLAG_INIT)
#define STATIC (1u << VA_FLAG_STATIC)
#define TRAN   (1u << VA_FLAG_TRAN)

/* ---- retained variables ---- */

static void a_variable_read_before_it_is_written_keeps_its_value(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real x, y;", "y = x; x = x + 2; I(p) <+ y;"));
    assert_true(va_eval_has_slot(&r.e, "x"));
    assert_false(va_eval_has_slot(&r.e, "y"));
    assert_same_double(build_rig_row(&r, "p"), 0.0);
    assert_same_double(build_rig_row(&r, "p"), 0.0); /* an evaluation commits nothing */
    va_eval_accept(&r.e);
    assert_same_double(build_rig_row(&r, "p"), 2.0);
    va_eval_accept(&r.e);
    assert_same_double(build_rig_row(&r, "p"), 4.0);
    build_rig_close(&r);
}

static void a_variable_written_on_one_path_only_is_kept(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "integer on;", "if (V(p) > 1) on = 1; else if (V(p) < -1) on = 0; I(p) <+ on;"));
    assert_int_equal(r.model.retained.n, 1);
    assert_true(r.model.retained.at[0].is_integer);
    va_eval_x(&r.e, "p", 2);
    assert_same_double(build_rig_row(&r, "p"), 1.0);
    va_eval_accept(&r.e);
    va_eval_x(&r.e, "p", 0);
    assert_same_double(build_rig_row(&r, "p"), 1.0);
    va_eval_accept(&r.e);
    va_eval_x(&r.e, "p", -2);
    assert_same_double(build_rig_row(&r, "p"), 0.0);
    build_rig_close(&r);
}

static size_t n_retained(const char *analog) {
    char text[2000];
    snprintf(text, sizeof text,
             "module m(p); inout p; electrical p; parameter integer mode = 0; real x, y, z; analog begin %s I(p) <+ y; "
             "end endmodule",
             analog);
    va_build_opts opts = {.pure = true};
    build_rig r;
    build_rig_try(&r, text, &opts);
    size_t n = build_rig_count(&r, HYS_ERROR);
    build_rig_close(&r);
    return n;
}

/* Paths that exclude each other are not confused. */
static void what_is_surely_written_before_is_not_kept(void **state) {
    (void)state;
    assert_int_equal(n_retained("x = V(p); y = x;"), 0);
    assert_int_equal(n_retained("if (V(p) > 0) x = 1; else x = 2; y = x;"), 0);
    assert_int_equal(n_retained("if (V(p) > 0) x = 1; if (V(p) > 0) y = 2*x; else y = 0;"), 0);
    assert_int_equal(n_retained("if (V(p) > 0) x = 1; if (!(V(p) > 0)) x = 3; y = x;"), 0);
    assert_int_equal(n_retained("if (V(p) > 0) x = 1; else if (V(p) < 0) x = 2; else if (V(p) == 0) x = 3; y = x;"), 0);
    assert_int_equal(
        n_retained("if (mode == 1) x = 1; y = 0; if (mode == 1) begin y = x; if (V(p) > x) y = y + x*x; end"), 0);
    /* every path below an open condition sets x where mode is 1 */
    assert_int_equal(n_retained("if (V(p) > 1) begin if (mode == 1) x = 1; end else if (V(p) > 0) begin if (mode == 1) "
                                "x = 2; end else begin if (mode == 1) x = 3; end y = 0; if (mode == 1) y = x;"),
                     0);
    assert_int_equal(n_retained("case (mode) 0: x = 1; 1, 2: x = 2; default: x = 3; endcase y = x;"), 0);
    assert_int_equal(n_retained("x = 1; y = V(p) > 0 ? x : 2;"), 0);
}

static void what_may_be_read_first_is_kept(void **state) {
    (void)state;
    assert_int_equal(n_retained("y = x; x = V(p);"), 1);
    assert_int_equal(n_retained("if (V(p) > 0) x = 1; y = x;"), 1);
    assert_int_equal(n_retained("if (V(p) > 0) x = 1; else if (V(p) < 0) x = 2; y = x;"), 1);
    assert_int_equal(n_retained("case (mode) 0: x = 1; 1: x = 2; endcase y = x;"), 1);
    assert_int_equal(
        n_retained("if (V(p) > 1) begin if (mode == 1) x = 1; end else begin if (mode == 2) x = 3; end y = "
                   "0; if (mode == 1) y = x;"),
        1);
    assert_int_equal(n_retained("y = 1; if (x > 2) y = 2; z = z + 1; x = z;"), 2);
}

/* A variable that only feeds itself influences nothing. */
static void what_no_output_depends_on_does_not_count(void **state) {
    (void)state;
    assert_int_equal(n_retained("z = z + 1; y = V(p);"), 0);
}

static void pure_models_are_told_which_variable_is_kept(void **state) {
    va_build_opts opts = {.pure = true};
    build_rig r;
    (void)state;
    build_rig_try(&r, MODULE("p", "real x;", "I(p) <+ x; x = V(p);"), &opts);
    assert_int_equal(r.status, HYS_SEMANTIC);
    assert_true(build_rig_says(&r, HYS_ERROR, 4, 6, "'x' keeps its value between evaluations"));
    build_rig_close(&r);
}

static void the_flag_habit_of_team_starts_from_its_parameter(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter real w0 = 0.25; real first, w;",
                              "if (first == 0) w = w0; w = w + 0.5; first = 1; I(p) <+ w;"));
    assert_same_double(build_rig_row(&r, "p"), 0.75);
    va_eval_accept(&r.e);
    assert_same_double(build_rig_row(&r, "p"), 1.25);
    build_rig_close(&r);
}

static void variables_of_named_blocks_are_kept_under_their_path(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real x;", "begin : blk real x; x = x + 1; I(p) <+ x; end x = 5; I(p) <+ blk.x;"));
    assert_true(va_eval_has_slot(&r.e, "blk.x"));
    assert_false(va_eval_has_slot(&r.e, "x"));
    va_eval_run(&r.e);
    va_eval_accept(&r.e);
    assert_same_double(build_rig_row(&r, "p"), 4.0);
    build_rig_close(&r);
}

static void elements_of_arrays_are_kept_one_by_one(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real a[1:3]; real m[0:1][0:1];",
                              "I(p) <+ a[2] + m[1][0]; a[2] = 7; a[1] = 3; m[1][0] = a[1];"));
    assert_true(va_eval_has_slot(&r.e, "a[2]"));
    assert_true(va_eval_has_slot(&r.e, "m[1][0]"));
    assert_false(va_eval_has_slot(&r.e, "a[1]"));
    va_eval_run(&r.e);
    va_eval_accept(&r.e);
    assert_same_double(build_rig_row(&r, "p"), 10.0);
    build_rig_close(&r);
}

/* ---- case ---- */

static void case_takes_the_first_match_and_the_default_last(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter integer k = 0; (* desc=\"y\" *) real y;",
                              "case (k) default: y = -1; 1, 2: y = 10; 2: y = 20; k > 4: y = 99; endcase I(p) <+ 0;"));
    const double want[] = {99, 10, 10, -1}; /* k > 4 is 0, and so is k */
    for (int k = 0; k < 4; k++) {
        va_eval_param(&r.e, "k", k);
        assert_same_double(build_rig_show(&r, "y"), want[k]);
    }
    build_rig_close(&r);
}

/* ---- initial_step and its kin ---- */

static void initial_step_runs_under_its_flags(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   MODULE("p", "real a, b, c, d; (* desc=\"y\" *) real y;",
                          "@(initial_step) a = 1; @(initial_step(\"tran\", \"ac\")) b = 10; @(final_step) c = 100;\n"
                          "@(initial_instance or initial_step(\"static\")) d = 1000; y = a + b + c + d; I(p) <+ 0;"));
    assert_same_double(build_rig_show(&r, "y"), 0.0);
    r.e.flags = INIT;
    assert_same_double(build_rig_show(&r, "y"), 1001.0);
    r.e.flags = INIT | TRAN;
    assert_same_double(build_rig_show(&r, "y"), 1011.0);
    r.e.flags = 1u << VA_FLAG_FINAL;
    assert_same_double(build_rig_show(&r, "y"), 100.0);
    build_rig_close(&r);
}

static void what_initial_step_sets_is_kept(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter real g0 = 4; real g;", "@(initial_step) g = 2*g0; I(p) <+ g*V(p);"));
    va_eval_x(&r.e, "p", 1);
    va_eval_start(&r.e);
    assert_same_double(build_rig_row(&r, "p"), 8.0);
    build_rig_close(&r);
}

static void analog_initial_comes_first(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, "module m(p); inout p; electrical p; real g; analog I(p) <+ g; analog initial g = 3; endmodule");
    va_eval_start(&r.e);
    assert_same_double(build_rig_row(&r, "p"), 3.0);
    build_rig_close(&r);
}

static void analysis_asks_the_flags(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "", "if (analysis(\"tran\", \"ac\")) I(p) <+ 1; if (analysis(\"ic\")) I(p) <+ 10;"));
    assert_same_double(build_rig_row(&r, "p"), 0.0);
    r.e.flags = TRAN;
    assert_same_double(build_rig_row(&r, "p"), 1.0);
    r.e.flags = 1u << VA_FLAG_AC | 1u << VA_FLAG_IC;
    assert_same_double(build_rig_row(&r, "p"), 11.0);
    build_rig_close(&r);
    build_rig_warns(MODULE("p", "", "if (analysis(\"trans\")) I(p) <+ 1;"), 6, 14, "no analysis is called \"trans\"");
}

/* ---- cross, above ---- */

static void cross_runs_its_body_where_the_event_fires(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   MODULE("p", "parameter real vset = 0.8; real n; integer on;",
                          "@(cross(V(p) - vset, +1, 1e-9, 1e-3)) begin n = n + 1; on = 1; end I(p) <+ n + 100*on;"));
    assert_int_equal(r.model.events.n, 1);
    const va_event_src *event = &r.model.events.at[0];
    assert_int_equal(event->kind, VA_EVENT_CROSS);
    assert_int_equal(event->dir, 1);
    va_eval_x(&r.e, "p", 2);
    assert_same_double(build_rig_row(&r, "p"), 0.0);
    assert_near(va_eval_value(&r.e, event->expr), 1.2, 1e-15);
    assert_same_double(va_eval_value(&r.e, event->time_tol), 1e-9);
    assert_true(va_eval_value(&r.e, event->enable) != 0);
    r.e.event[0] = true;
    va_eval_run(&r.e);
    va_eval_accept(&r.e);
    r.e.event[0] = false;
    assert_same_double(build_rig_row(&r, "p"), 101.0);
    build_rig_close(&r);
}

static void an_event_in_an_arm_is_enabled_there(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(
        &r, MODULE("p", "parameter integer k = 0; real n;", "if (k) @(cross(V(p))) n = n + 1; I(p) <+ n + 0.5*k;"));
    va_eval_run(&r.e);
    assert_false(va_eval_value(&r.e, r.model.events.at[0].enable) != 0);
    va_eval_param(&r.e, "k", 1);
    va_eval_run(&r.e);
    assert_true(va_eval_value(&r.e, r.model.events.at[0].enable) != 0);
    build_rig_close(&r);
}

static void above_fires_at_the_start_too(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real n;", "@(above(V(p) - 1)) n = n + 1; I(p) <+ n;"));
    va_eval_x(&r.e, "p", 2);
    r.e.flags = INIT;
    assert_same_double(build_rig_row(&r, "p"), 1.0);
    va_eval_x(&r.e, "p", 0.5);
    assert_same_double(build_rig_row(&r, "p"), 0.0);
    build_rig_close(&r);
}

static void mistakes_in_events_are_told(void **state) {
    (void)state;
    build_rig_refuses(MODULE("p", "real n;", "@(crosss(V(p))) n = 1; I(p) <+ n;"), 6, 3, "'crosss' is not an event");
    build_rig_refuses(MODULE("p", "real n;", "@(cross()) n = 1; I(p) <+ n;"), 6, 3,
                      "cross takes 1 to 5 arguments, but 0 are given");
    build_rig_refuses(MODULE("p", "event e; real n;", "@(e) n = 1; I(p) <+ n;"), 6, 3,
                      "the named event 'e' needs a digital simulator");
    build_rig_refuses(MODULE("p", "real n;", "@(cross(V(p), n)) n = 1; I(p) <+ n;"), 6, 15,
                      "the direction of cross must be known");
    build_rig_warns(MODULE("p", "real n;", "@(cross(2)) n = 1; I(p) <+ n;"), 6, 9, "this never crosses zero");
}

/* ---- timer ---- */

static double run_at(build_rig *r, double time) {
    r->e.time = time;
    double row = build_rig_row(r, "p");
    va_eval_accept(&r->e);
    return row;
}

static void a_timer_fires_at_its_times_once_each(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real n;", "@(timer(1u, 0.1u)) n = n + 1; I(p) <+ n;"));
    assert_same_double(run_at(&r, 0), 0.0);
    assert_near(va_eval_value(&r.e, r.model.next_time), 1e-6, 1e-12);
    assert_same_double(run_at(&r, 0.99e-6), 0.0);
    assert_same_double(run_at(&r, 1e-6), 1.0);
    assert_near(va_eval_value(&r.e, r.model.next_time), 1.1e-6, 1e-12);
    assert_same_double(run_at(&r, 1.05e-6), 1.0);
    assert_same_double(run_at(&r, 1.1e-6 * (1 - 1e-15)), 2.0); /* as rounding may give it */
    assert_same_double(run_at(&r, 1.1e-6), 2.0);
    assert_same_double(run_at(&r, 1.2e-6), 3.0);
    assert_near(va_eval_value(&r.e, r.model.next_time), 1.3e-6, 1e-12);
    build_rig_close(&r);
}

static void a_timer_without_period_fires_once(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real n;", "@(timer(2)) n = n + 1; I(p) <+ n;"));
    assert_same_double(run_at(&r, 1), 0.0);
    assert_same_double(va_eval_value(&r.e, r.model.next_time), 2.0);
    assert_same_double(run_at(&r, 2), 1.0);
    assert_same_double(va_eval_value(&r.e, r.model.next_time), (double)INFINITY);
    assert_same_double(run_at(&r, 3), 1.0);
    build_rig_close(&r);
}

/* 0.1 is not a binary fraction: after a million firings a sum of periods would be off by more than the slack. */
static void timers_do_not_drift(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real n;", "@(timer(0, 0.1)) n = n + 1; I(p) <+ n;"));
    r.e.retained[va_eval_slot(&r.e, "timer0.last")] = 99999.9;
    r.e.time = 100000.0 - 1e-4;
    assert_same_double(build_rig_row(&r, "p"), 0.0);
    r.e.time = 100000.0;
    assert_same_double(build_rig_row(&r, "p"), 1.0);
    assert_near(va_eval_value(&r.e, r.model.next_time), 100000.1, 1e-15);
    build_rig_close(&r);
}

static double next_time(const build_rig *r) {
    return va_eval_value(&r->e, r->model.next_time);
}

/* A square wave whose body sets the time of the next edge, which is asked for at the edge itself. */
static void a_timer_is_armed_again_by_its_body(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "parameter real half = 1; real t, s;",
                              "@(initial_step) t = half; @(timer(t)) begin s = 1 - s; t = t + half; end I(p) <+ s;"));
    va_eval_param(&r.e, "half", 0.7); /* no binary fraction */
    va_eval_start(&r.e);
    for (int k = 1; k < 100; k++) {
        assert_near(next_time(&r), k * 0.7, 1e-13);
        assert_same_double(run_at(&r, (k - 0.3) * 0.7), (double)((k - 1) % 2));
        assert_same_double(run_at(&r, next_time(&r)), (double)(k % 2));
    }
    build_rig_close(&r);
}

/* LRM 2.4, 5.10.3.3: a start fires if it is in the future.  The time of the last firing and what lies before it is not,
 * so that nothing fires without end. */
static void a_timer_does_not_fire_at_times_past(void **state) {
    static const char *const nexts[] = {"t", "$abstime", "t - 1", "-1", "t*(1 + 1e-14)"};
    (void)state;
    for (size_t k = 0; k < sizeof nexts / sizeof *nexts; k++) {
        char text[400];
        build_rig r;
        snprintf(
            text, sizeof text,
            MODULE("p", "real t, n;", "@(initial_step) t = 2; @(timer(t)) begin n = n + 1; t = %s; end I(p) <+ n;"),
            nexts[k]);
        build_rig_open(&r, text);
        va_eval_start(&r.e);
        assert_same_double(run_at(&r, 2), 1.0);
        assert_same_double(next_time(&r), (double)INFINITY);
        assert_same_double(run_at(&r, 2), 1.0);
        assert_same_double(run_at(&r, 3), 1.0);
        build_rig_close(&r);
    }
}

static void what_else_sets_a_start_arms_the_timer(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r,
                   MODULE("p", "real t, n;", "@(cross(V(p))) t = $abstime + V(p); @(timer(t)) n = n + 1; I(p) <+ n;"));
    assert_same_double(run_at(&r, 0), 1.0); /* a start at 0 s */
    const double delay[] = {2, -1, 0.5}, fires[] = {1, 0, 1};
    for (int k = 0; k < 3; k++) {
        double t = 10 * (k + 1), n = r.e.retained[va_eval_slot(&r.e, "n")];
        va_eval_x(&r.e, "p", delay[k]);
        r.e.event[0] = true;
        assert_same_double(run_at(&r, t), n);
        assert_same_double(next_time(&r), fires[k] != 0 ? t + delay[k] : (double)INFINITY);
        r.e.event[0] = false;
        assert_same_double(run_at(&r, t + 3), n + fires[k]);
    }
    build_rig_close(&r);
}

/* A start before 0 s fires no more, but what follows it by periods; a new period counts from the same start. */
static void timers_follow_their_period(void **state) {
    static const double at[] = {0, 0.5, 1, 2.9, 3, 4, 8, 9, 14}, fired[] = {0, 0, 1, 1, 2, 3, 3, 4, 5};
    static const double next[] = {1, 1, 3, 3, 4, 9, 9, 14, 19};
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real w = 2, n, m;",
                              "@(timer(-1, w)) begin n = n + 1; if (n == 2) w = 5; end\n"
                              "@(timer(-1)) m = 1; I(p) <+ n + 100*m;"));
    va_eval_start(&r.e);
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        assert_same_double(run_at(&r, at[k]), fired[k]);
        assert_same_double(next_time(&r), next[k]);
    }
    build_rig_close(&r);
}

/* ---- step bounds ---- */

static void the_smallest_bound_of_the_step_counts(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "", "$bound_step(1n); if (V(p) > 1) $bound_step(2p); bound_step(5n); I(p) <+ 0;"));
    va_eval_run(&r.e);
    assert_same_double(va_eval_value(&r.e, r.model.bound_step), 1e-9);
    va_eval_x(&r.e, "p", 2);
    va_eval_run(&r.e);
    assert_same_double(va_eval_value(&r.e, r.model.bound_step), 2e-12);
    build_rig_close(&r);
    build_rig_open(&r, MODULE("p", "", "if (V(p) > 1) $bound_step(2p); I(p) <+ 0;"));
    va_eval_run(&r.e);
    assert_same_double(va_eval_value(&r.e, r.model.bound_step), (double)INFINITY);
    build_rig_close(&r);
    build_rig_open(&r, MODULE("p", "", "I(p) <+ 0;"));
    assert_int_equal(r.model.bound_step, 0);
    assert_int_equal(r.model.next_time, 0);
    build_rig_close(&r);
}

/* ---- transition, slew ---- */

static double out_at(build_rig *r, double time, double in) {
    va_eval_x(&r->e, "p", in);
    return run_at(r, time);
}

static void transition_is_a_straight_line(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "", "I(p) <+ transition(V(p) > 0.5 ? 2 : 0, 0, 1, 4);"));
    r.e.flags = INIT | STATIC;
    assert_same_double(out_at(&r, 0, 1), 2.0); /* at the operating point the output is the input */
    assert_same_double(out_at(&r, 0, 0), 0.0);
    r.e.flags = TRAN;
    assert_same_double(out_at(&r, 10, 1), 0.0);
    assert_near(va_eval_value(&r.e, r.model.next_time), 11, 1e-15);
    assert_near(out_at(&r, 10.25, 1), 0.5, 1e-12);
    assert_near(out_at(&r, 10.5, 0), 1.0, 1e-12); /* turns: half the way down takes half of 4 s */
    assert_near(va_eval_value(&r.e, r.model.next_time), 12.5, 1e-12);
    assert_near(out_at(&r, 11.5, 0), 0.5, 1e-12);
    assert_near(out_at(&r, 15, 0), 0.0, 1e-12);
    assert_same_double(va_eval_value(&r.e, r.model.next_time), (double)INFINITY);
    build_rig_close(&r);
}

/* LRM 2.4, 4.5.8: the slope is that of the whole way from the first origin in the whole time. */
static void an_interrupted_transition_that_goes_on_keeps_its_origin(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "", "I(p) <+ transition(V(p) > 1.5 ? 4 : V(p) > 0.5 ? 2 : 0, 0, 1);"));
    r.e.flags = INIT | STATIC;
    assert_same_double(out_at(&r, 0, 0), 0.0);
    r.e.flags = TRAN;
    assert_same_double(out_at(&r, 10, 1), 0.0);
    assert_near(out_at(&r, 10.5, 2), 1.0, 1e-12);
    assert_near(va_eval_value(&r.e, r.model.next_time), 11.25, 1e-12);
    assert_near(out_at(&r, 11, 2), 3.0, 1e-12);
    assert_near(out_at(&r, 12, 2), 4.0, 1e-12);
    assert_near(out_at(&r, 13, 1), 4.0, 1e-12); /* at rest: the whole time for a new way */
    assert_near(va_eval_value(&r.e, r.model.next_time), 14, 1e-12);
    build_rig_close(&r);
}

static void default_transition_stands_for_times_that_are_not_given(void **state) {
    static const char *const calls[] = {"transition(k)", "transition(k, 0, 0)", "transition(k, 0, 1, 0)"};
    static const double rises[] = {2, 2, 1};
    (void)state;
    for (int i = 0; i < 3; i++) {
        build_rig r;
        char text[300];
        snprintf(text, sizeof text,
                 "`default_transition 2\nmodule m(p); inout p; electrical p; integer k;\nanalog begin k = V(p) > 0.5; "
                 "I(p) <+ %s; end\nendmodule\n",
                 calls[i]);
        build_rig_open(&r, text);
        r.e.flags = INIT | STATIC;
        assert_same_double(out_at(&r, 0, 0), 0.0);
        r.e.flags = TRAN;
        out_at(&r, 10, 1);
        assert_near(va_eval_value(&r.e, r.model.next_time), 10 + rises[i], 1e-12);
        out_at(&r, 13, 1);
        out_at(&r, 20, 0);
        assert_near(va_eval_value(&r.e, r.model.next_time), 22, 1e-12);
        build_rig_close(&r);
    }
}

static void transition_waits_for_its_delay(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "", "I(p) <+ transition(V(p) > 0.5 ? 2 : 0, 3, 1, 1);"));
    r.e.flags = INIT | STATIC;
    assert_same_double(out_at(&r, 0, 0), 0.0);
    r.e.flags = TRAN;
    assert_same_double(out_at(&r, 10, 1), 0.0);
    assert_near(va_eval_value(&r.e, r.model.next_time), 13, 1e-15);
    assert_same_double(out_at(&r, 12.9, 1), 0.0);
    assert_near(out_at(&r, 13.5, 1), 1.0, 1e-12);
    assert_near(out_at(&r, 13.75, 0), 1.5, 1e-12); /* falls only at 16.75 */
    assert_near(out_at(&r, 15, 0), 2.0, 1e-12);
    assert_near(out_at(&r, 17.25, 0), 1.0, 1e-12);
    assert_near(out_at(&r, 18, 0), 0.0, 1e-12);
    build_rig_close(&r);
}

static void a_transition_of_a_voltage_is_warned_of(void **state) {
    (void)state;
    build_rig_warns(MODULE("p", "", "I(p) <+ transition(V(p), 0, 1n);"), 6, 20, "transition is for values that jump");
}

static void slew_limits_the_speed(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "", "I(p) <+ slew(V(p), 2, -1);"));
    r.e.flags = INIT | STATIC;
    assert_same_double(out_at(&r, 0, 5), 5.0);
    r.e.flags = TRAN;
    assert_near(out_at(&r, 1, 10), 7.0, 1e-12);
    assert_near(out_at(&r, 2, 8), 8.0, 1e-12);
    assert_near(out_at(&r, 4, 0), 6.0, 1e-12);
    build_rig_close(&r);
}

static void last_crossing_remembers_the_time(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "", "I(p) <+ last_crossing(V(p) - 1, +1);"));
    assert_same_double(run_at(&r, 2), -1.0);
    r.e.event[0] = true;
    run_at(&r, 3);
    r.e.event[0] = false;
    assert_same_double(run_at(&r, 4), 3.0);
    build_rig_close(&r);
}

static void absdelta_fires_when_the_value_has_moved(void **state) {
    build_rig r;
    (void)state;
    build_rig_open(&r, MODULE("p", "real n;", "@(absdelta(V(p), 0.5)) n = n + 1; I(p) <+ n;"));
    r.e.flags = INIT;
    assert_same_double(out_at(&r, 0, 0.2), 1.0);
    r.e.flags = TRAN;
    assert_same_double(out_at(&r, 1, 0.6), 1.0);
    assert_same_double(out_at(&r, 2, 0.8), 2.0);
    assert_same_double(out_at(&r, 3, 1.2), 2.0);
    build_rig_close(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_variable_read_before_it_is_written_keeps_its_value),
        cmocka_unit_test(a_variable_written_on_one_path_only_is_kept),
        cmocka_unit_test(what_is_surely_written_before_is_not_kept),
        cmocka_unit_test(what_may_be_read_first_is_kept),
        cmocka_unit_test(what_no_output_depends_on_does_not_count),
        cmocka_unit_test(pure_models_are_told_which_variable_is_kept),
        cmocka_unit_test(the_flag_habit_of_team_starts_from_its_parameter),
        cmocka_unit_test(variables_of_named_blocks_are_kept_under_their_path),
        cmocka_unit_test(elements_of_arrays_are_kept_one_by_one),
        cmocka_unit_test(case_takes_the_first_match_and_the_default_last),
        cmocka_unit_test(initial_step_runs_under_its_flags),
        cmocka_unit_test(what_initial_step_sets_is_kept),
        cmocka_unit_test(analog_initial_comes_first),
        cmocka_unit_test(analysis_asks_the_flags),
        cmocka_unit_test(cross_runs_its_body_where_the_event_fires),
        cmocka_unit_test(an_event_in_an_arm_is_enabled_there),
        cmocka_unit_test(above_fires_at_the_start_too),
        cmocka_unit_test(mistakes_in_events_are_told),
        cmocka_unit_test(a_timer_fires_at_its_times_once_each),
        cmocka_unit_test(a_timer_without_period_fires_once),
        cmocka_unit_test(timers_do_not_drift),
        cmocka_unit_test(a_timer_is_armed_again_by_its_body),
        cmocka_unit_test(a_timer_does_not_fire_at_times_past),
        cmocka_unit_test(what_else_sets_a_start_arms_the_timer),
        cmocka_unit_test(timers_follow_their_period),
        cmocka_unit_test(the_smallest_bound_of_the_step_counts),
        cmocka_unit_test(transition_is_a_straight_line),
        cmocka_unit_test(an_interrupted_transition_that_goes_on_keeps_its_origin),
        cmocka_unit_test(default_transition_stands_for_times_that_are_not_given),
        cmocka_unit_test(transition_waits_for_its_delay),
        cmocka_unit_test(a_transition_of_a_voltage_is_warned_of),
        cmocka_unit_test(slew_limits_the_speed),
        cmocka_unit_test(last_crossing_remembers_the_time),
        cmocka_unit_test(absdelta_fires_when_the_value_has_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
