/* What a bad circuit is told, and what is mended with a remark. */
#include "circuit/circuit_rig.h"
#include "hys_test.h"

static bool has_remark(const circuit_rig *r, const char *words) {
    for (size_t k = 0; k < hys__circuit_n_remarks(r->circuit); k++)
        if (strstr(hys__circuit_remark(r->circuit, k), words)) return true;
    return false;
}

static void loops_of_sources_are_refused_by_name(void **state) {
    (void)state;
    circuit_rig_fails("loop\nV1 a 0 1\nV2 a 0 2\nR1 a 0 1k\n.op\n.end\n", HYS_SEMANTIC, "v2 closes a loop of sources");
    circuit_rig_fails("loop\nV1 a 0 1\nE1 a b c 0 2\nV3 b 0 1\nR1 a c 1k\nR2 c 0 1k\n.op\n.end\n", HYS_SEMANTIC,
                      "closes a loop of sources");
}

static void floating_nodes_get_a_remark(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("float\nV1 a 0 1\nC1 a b 1n\nC2 b 0 1n\nR1 a 0 1k\n.op\n.end\n");
    circuit_rig_op(&r);
    assert_true(has_remark(&r, "no direct current path from v(b) to ground"));
    assert_within(circuit_rig_v(&r, "b"), 0, 1e-9);
    circuit_rig_free(&r);
}

static void a_current_without_a_way_is_named(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("cut\nI1 0 b 1p\nC2 b 0 1n\nV1 a 0 1\nR1 a 0 1k\n.op\n.end\n");
    assert_true(has_remark(&r, "the current of i1 has no way from v(b) to ground"));
    circuit_rig_free(&r);
}

static void inductors_in_a_loop_share_current(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("loop\nI1 0 a 1\nL1 a 0 1m\nL2 a 0 1m\n.op\n.end\n");
    r.skips_balance = true; /* no power at all but that of the small resistance */
    circuit_rig_op(&r);
    assert_within(circuit_rig_v(&r, "a"), 0, 1e-5);
    assert_near(circuit_rig_i(&r, "l1") + circuit_rig_i(&r, "l2"), 1, 1e-6);
    assert_true(has_remark(&r, "closes a loop of inductors"));
    circuit_rig_free(&r);
}

static void zero_valued_elements_work(void **state) {
    (void)state;
    circuit_rig r =
        circuit_rig_open("zero\nV1 in 0 2\nR0 in a 0\nR1 a b 1k\nC1 b 0 0\nL1 b c 0\nR2 c 0 1k\nV0 c d 0\nR3 d 0 1k\n"
                         ".op\n.tran 1u 10u\n.end\n");
    circuit_rig_op(&r);
    /* a resistance of zero is read as 1 mohm, as ngspice does */
    assert_near(circuit_rig_v(&r, "b"), 2.0 / 3, 1e-6);
    assert_near(circuit_rig_i(&r, "r0"), 2.0 / 1500, 1e-6);
    circuit_rig_tran(&r, 1e-6);
    assert_near(circuit_rig_at(&r, "b", 5e-6), 2.0 / 3, 2e-6);
    circuit_rig_free(&r);
}

static void a_source_that_is_swept_follows(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("sweep\n.param load=2k\nV1 in 0 3\nR1 in a 1k\nR2 a 0 {load}\n.op\n.end\n");
    circuit_rig_op(&r);
    assert_near(circuit_rig_v(&r, "a"), 2, 1e-9);
    static const char *const names[] = {"V1", "R1", "load"};
    static const double values[] = {6, 2e3, 8e3}, want[] = {4, 3, 4.8};
    for (int k = 0; k < 3; k++) {
        hys__target target;
        assert_int_equal(hys__flat_target(r.flat, names[k], HYS_NO_SPAN, &target), HYS_OK);
        assert_int_equal(hys__circuit_set_target(r.circuit, &target, values[k]), HYS_OK);
        assert_near(hys__circuit_target(r.circuit, &target), values[k], 1e-12);
        circuit_rig_op(&r);
        assert_near(circuit_rig_v(&r, "a"), want[k], 1e-9);
    }
    circuit_rig_free(&r);
}

static void a_resistor_may_become_a_short(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("short\nV1 in 0 3\nR1 in a 1k\nR2 a 0 2k\n.op\n.end\n");
    hys__target target;
    assert_int_equal(hys__flat_target(r.flat, "R1", HYS_NO_SPAN, &target), HYS_OK);
    assert_int_equal(hys__circuit_set_target(r.circuit, &target, 0), HYS_OK);
    r.n = hys__circuit_system(r.circuit)->n;
    r.y = realloc(r.y, (r.n + 1) * sizeof *r.y);
    circuit_rig_op(&r);
    assert_near(circuit_rig_v(&r, "a"), 3, 1e-9);
    circuit_rig_free(&r);
}

static int take_nothing(void *user, double t, const double *y, const double *yp) {
    (void)user, (void)t, (void)y, (void)yp;
    return 0;
}

static void memory_that_fails_is_reported(void **state) {
    (void)state;
    static const char text[] =
        "rc\nV1 in 0 SIN(0 1 1k)\nR1 in a 1k\nC1 a 0 1u\nL1 a 0 1m\nT1 a 0 b 0 z0=50 td=1u\nR2 b 0 50\n"
        "S1 a 0 b 0 sm\n.model sm sw(vt=5 vh=2)\n.tran 10u 1m\n.end\n";
    for (size_t fail_at = 1; fail_at < 4000; fail_at += 1 + fail_at / 16) {
        hys_test_memory memory = {.fail_at = fail_at, .fail_after = true};
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        if (!ctx) continue;
        hys__arena arena;
        hys__arena_init(&arena, ctx, 0);
        hys__flat *flat;
        hys__circuit *circuit = NULL;
        hys__flat_opts opts = {.n_set = 0};
        hys__circuit_opts circuit_opts = {.seed = 1};
        hys_status status = hys__flat_read(ctx, &arena, "test.cir", text, strlen(text), &opts, &flat);
        if (status == HYS_OK) status = hys__circuit_new(ctx, flat, &circuit_opts, &circuit);
        if (status == HYS_OK) {
            const hys__tran_opts tran = {.step = 1e-5, .stop = 2e-4};
            const hys__tran_sink sink = {NULL, take_nothing};
            hys__tran_stats stats;
            status = hys__circuit_tran(circuit, &tran, &sink, &stats);
        }
        if (memory.n_failed) assert_int_not_equal(status, HYS_OK);
        hys__circuit_free(circuit);
        hys__arena_free(&arena);
        hys_ctx_free(ctx);
        assert_int_equal(memory.n_live, 0);
        assert_false(memory.wrong_size);
        if (!memory.n_failed) return;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_of_sources_are_refused_by_name),
        cmocka_unit_test(floating_nodes_get_a_remark),
        cmocka_unit_test(a_current_without_a_way_is_named),
        cmocka_unit_test(inductors_in_a_loop_share_current),
        cmocka_unit_test(zero_valued_elements_work),
        cmocka_unit_test(a_source_that_is_swept_follows),
        cmocka_unit_test(a_resistor_may_become_a_short),
        cmocka_unit_test(memory_that_fails_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
