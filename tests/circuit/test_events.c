/* Events of devices in transients: none is lost at stops and restarts, nor where time is coarse. */
#include "circuit/circuit_rig.h"
#include "hys_test.h"
#include "numerics/root_signs.h"

#define FIXTURE HYS_TEST_SOURCE "/tests/circuit/fixtures/events.va"

static double last_of(circuit_rig *r, const char *elem, const char *state) {
    const hys__probe probe = {
        .kind = HYS__PROBE_STATE, .a = hys__flat_find_elem(r->flat, elem, strlen(elem)), .state = state};
    double x = 0;
    size_t last = r->n_points - 1;
    assert_int_equal(hys__circuit_probe(r->circuit, &probe, r->t[last], r->rows + last * r->n, NULL, &x), HYS_OK);
    return x;
}

/* The line from 0.1 V to -0.1 V is zero at its middle, at an output and at the end of an interval of draws. */
static void a_zero_at_a_stop_is_an_event(void **state) {
    (void)state;
    static const char *const lines[] = {"pwl(0 0.1 1m -0.1 2m -0.1)", "pwl(0 0.1 0.5m 0 1m -0.1)",
                                        "pwl(0 0.1 0.5m 0.1 0.5m -0.1)"};
    for (size_t k = 0; k < 3; k++) {
        char text[400];
        snprintf(text, sizeof text, "zero\n.hdl \"" FIXTURE "\"\nV1 a 0 %s\nX1 a 0 zeros\n.tran 0.5m 2m uic\n.end\n",
                 lines[k]);
        circuit_rig r = circuit_rig_open(text);
        circuit_rig_tran(&r, 0);
        assert_true(last_of(&r, "x1", "count") == 1);
        assert_within(last_of(&r, "x1", "t"), 0.5e-3, 1e-8);
        circuit_rig_free(&r);
    }
}

/* A capacitance of 1 nF fills from V = 0.2 V to 0.7 V in a tenth of the run and empties by 0.5 ohm in 0.63 ns. */
static void nanosecond_events_are_found_in_runs_of_any_length(void **state) {
    (void)state;
    static const double ends[] = {1e-3, 2, 1e3};
    for (size_t k = 0; k < 3; k++) {
        char text[400];
        snprintf(text, sizeof text,
                 "relaxation\n.hdl \"" FIXTURE "\"\nI1 0 a %.17g\nC1 a 0 1n\nX1 a 0 discharge\n.tran %g %g uic\n.end\n",
                 1e-9 * 0.5 * 10 / ends[k], ends[k] / 100, ends[k]);
        circuit_rig r = circuit_rig_open(text);
        circuit_rig_tran(&r, 0);
        /* at 1.4, 2.4 ... 9.4 tenths */
        assert_true(last_of(&r, "x1", "count") == 9);
        assert_within(last_of(&r, "x1", "t") / ends[k], 0.94, 1e-3);
        circuit_rig_free(&r);
    }
}

static void a_step_of_a_source_crosses_both_thresholds(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("step\n.hdl \"" FIXTURE "\"\nV1 a 0 pulse(-1 1 1m 0 0 1m 2m)\nX1 a 0 zeros\n"
                                     "X2 a 0 zeros at=0.5\n.tran 0.1m 2.5m uic\n.end\n");
    circuit_rig_tran(&r, 0);
    assert_true(last_of(&r, "x1", "count") == 2 && last_of(&r, "x2", "count") == 2);
    circuit_rig_free(&r);
}

/* A formula jumps, which is no event, and holds the derivative of a source: steps that shrink towards the jump lose the
 * digits of the derivative, those behind it must not begin as short. */
static void a_jump_beside_a_derivative_is_passed(void **state) {
    (void)state;
    static const double gains[] = {1e-9, 1e-6}, thresholds[] = {0.31, 0.5, 0.9};
    const double omega = 6283.185307179586;
    for (size_t k = 0; k < 6; k++) {
        char text[300];
        double g = gains[k % 2], threshold = thresholds[k / 2];
        snprintf(text, sizeof text,
                 "jump\n.param th=%g g=%g\nV1 a 0 sin(0 1 1k)\nB1 b 0 v=if(v(a)>th,1,0)+g*ddt(v(a))\nR1 b 0 1k\n.tran "
                 "10u 1m\n.end\n",
                 threshold, g);
        circuit_rig r = circuit_rig_open(text);
        circuit_rig_tran(&r, 0);
        /* Far from the jumps; a derivative is known to a hundredth where the source is to the tolerance, 1e-4. */
        for (double t = 5e-6; t < 1e-3; t += 50e-6)
            if (fabs(sin(omega * t) - threshold) > 0.1)
                assert_within(circuit_rig_at(&r, "b", t), (sin(omega * t) > threshold) + g * omega * cos(omega * t),
                              1e-2 * g * omega + 1e-6);
        circuit_rig_free(&r);
    }
}

/* All within one interval of draws: the mean and variance of uniform numbers, none twice.  500 draws: the mean is
 * within 4 standard deviations, 4 sqrt(1/12/500) = 0.052; the mean square within 4 sqrt(4/45/500) = 0.053. */
static void every_event_draws_anew(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("dice\n.hdl \"" FIXTURE "\"\nV1 a 0 sin(0 1 250k 0.3u)\nX1 a 0 dice\n"
                                     ".tran 1m 1m uic\n.end\n");
    double sum[2];
    for (int k = 0; k < 2; k++) {
        circuit_rig_tran(&r, 0);
        double n = last_of(&r, "x1", "count");
        assert_within(n, 500, 2);
        assert_true(last_of(&r, "x1", "repeats") == 0);
        sum[k] = last_of(&r, "x1", "sum");
        assert_within(sum[k] / n, 0.5, 0.052);
        assert_within(last_of(&r, "x1", "sum2") / n, 1.0 / 3, 0.053);
    }
    assert_same_double(sum[0], sum[1]); /* another run of the same is the same */
    circuit_rig_free(&r);
}

/* 1 kohm and a conductance of 1 mS halve the voltage while the clock is on.  The resistor's capacitance, 0.1 ns, has
 * settled 0.1 us behind an edge. */
static void a_clock_sets_its_own_next_edge(void **state) {
    static const double firsts[] = {0.7e-6, 0};
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        char text[300];
        snprintf(text, sizeof text,
                 "clock\n.hdl \"" FIXTURE "\"\nV1 in 0 1\nR1 in a 1k\nC1 a 0 0.1p\nX1 a 0 clock first=%g half=0.7u\n"
                 "X2 a 0 late\nX3 a 0 late by=0.3u\n.tran 20n 10u\n.end\n",
                 firsts[k]);
        circuit_rig r = circuit_rig_open(text);
        circuit_rig_tran(&r, 0);
        assert_string_equal(r.stats.method, "ida"); /* an event is no reason to step by hand */
        int edges = k == 0 ? 14 : 15;               /* 10 us / 0.7 us = 14.3, and one at 0 s */
        assert_true(last_of(&r, "x1", "count") == edges);
        assert_within(last_of(&r, "x1", "t"), 14 * 0.7e-6, 1e-15);
        assert_true(last_of(&r, "x1", "beats") == (k == 0 ? 7 : 8));
        assert_true(last_of(&r, "x2", "count") == 1 && last_of(&r, "x3", "count") == 1);
        for (int edge = 2; edge < 13; edge++) {
            double late = 4, on = (edge + (int)k) % 2; /* mS: both others, each with 2 mS */
            assert_within(circuit_rig_at(&r, "a", edge * 0.7e-6 + 0.1e-6), 1 / (1 + late + on), 1e-4);
            assert_within(circuit_rig_at(&r, "a", edge * 0.7e-6 + 0.69e-6), 1 / (1 + late + on), 1e-4);
        }
        circuit_rig_free(&r);
    }
}

static void signs_are_kept_where_a_function_is_zero(void **state) {
    (void)state;
    static const int dir[4] = {0, 1, -1, HYS__ROOT_NEVER};
    signed char last[4] = {0};
    unsigned char quiet[4] = {0}, fired[4] = {0};
    hys__root_signs s = {.n = 4, .dir = dir, .last = last, .is_quiet = quiet};
    assert_false(hys__root_signs_look(&s, (const double[]){-1, -1, -1, -1}, fired));
    assert_false(hys__root_signs_look(&s, (const double[]){0, 0, 0, 0}, fired));
    assert_true(hys__root_signs_differ(&s, (const double[]){1, 1, 1, 1}));
    assert_true(hys__root_signs_look(&s, (const double[]){1, 1, 1, 1}, fired));
    assert_memory_equal(fired, ((const unsigned char[]){1, 1, 0, 0}), 4);
    /* just fired: on which side they are is rounding, until woken */
    memset(fired, 0, sizeof fired);
    assert_true(hys__root_signs_look(&s, (const double[]){-1e-18, -1e-18, -1, -1}, fired));
    assert_memory_equal(fired, ((const unsigned char[]){0, 0, 1, 0}), 4);
    hys__root_signs_wake(&s);
    /* told again of what is known */
    assert_false(hys__root_signs_told(&s, (const int[]){1, 1, -1, 0}, fired));
    assert_true(hys__root_signs_told(&s, (const int[]){-1, 0, 0, 1}, fired));
    assert_memory_equal(fired, ((const unsigned char[]){1, 0, 0, 1}), 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zero_at_a_stop_is_an_event),
        cmocka_unit_test(nanosecond_events_are_found_in_runs_of_any_length),
        cmocka_unit_test(a_step_of_a_source_crosses_both_thresholds),
        cmocka_unit_test(a_jump_beside_a_derivative_is_passed),
        cmocka_unit_test(every_event_draws_anew),
        cmocka_unit_test(a_clock_sets_its_own_next_edge),
        cmocka_unit_test(signs_are_kept_where_a_function_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
