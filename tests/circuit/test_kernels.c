/* Verilog-A devices in circuits: states, events, integration by hand, energies, parameters. */
#include "circuit/circuit_rig.h"
#include "circuit/small_signal.h"
#include "hys_test.h"

#define FIXTURE HYS_TEST_SOURCE "/tests/circuit/fixtures/threshold.va"
#define MODELS  HYS_TEST_SOURCE "/models"
#define RTOL    1e-6

static void an_event_switches_a_resistance(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("event\n.hdl \"" FIXTURE "\"\nV1 in 0 PWL(0 0 1m 1 3m -1)\nR1 in a 100\n"
                                     "X1 a 0 threshold\nX2 in b threshold vset=0.3\nR2 b 0 100\n.tran 10u 3m\n.end\n");
    circuit_rig_tran(&r, RTOL);
    /* across the device: v in * 10000/10100 reaches 0.7 at 0.707 ms */
    assert_within(circuit_rig_at(&r, "a", 0.70e-3), 0.70 / 1.01, 1e-4);
    assert_within(circuit_rig_at(&r, "a", 0.72e-3), 0.72 / 2, 1e-4);
    assert_within(circuit_rig_at(&r, "b", 0.25e-3), 0.25 / 101, 1e-5); /* its own threshold */
    assert_within(circuit_rig_at(&r, "b", 0.35e-3), 0.35 / 2, 1e-4);
    /* falls: 100 ohm of each 200 until the device sees -0.5 V, at v in = -1 V: never */
    assert_within(circuit_rig_at(&r, "a", 2.9e-3), -0.9 / 2, 1e-4);
    circuit_rig_free(&r);
}

static void a_device_that_integrates_by_hand(void **state) {
    (void)state;
    circuit_rig r =
        circuit_rig_open("walker\n.hdl \"" FIXTURE "\"\nV1 a 0 PWL(0 0 1u 0.5)\nX1 a 0 walker k=1k noise=1e-9\n"
                         ".tran 1u 1m\n.end\n");
    r.skips_balance = true;
    circuit_rig_tran(&r, 1e-6);
    assert_string_equal(r.stats.method, "as-written");
    /* x = 0.3 + 1000 * 0.5 V * 1 ms = 0.8 */
    const hys__probe probe = {.kind = HYS__PROBE_STATE, .a = hys__flat_find_elem(r.flat, "x1", 2), .state = "x"};
    double x = 0;
    assert_int_equal(hys__circuit_probe(r.circuit, &probe, 1e-3, r.rows + (r.n_points - 1) * r.n, NULL, &x), HYS_OK);
    assert_within(x, 0.79975, 1e-3);
    circuit_rig_free(&r);
}

static void the_same_seed_gives_the_same_walk(void **state) {
    (void)state;
    static const char text[] = "walker\n.hdl \"" FIXTURE "\"\nV1 s 0 SIN(0 0.5 1k)\nR1 s a 100\nX1 a 0 walker noise=1\n"
                               "X2 a 0 walker noise=1 x0=0.5\n.tran 10u 1m\n.end\n";
    circuit_rig r[2] = {circuit_rig_open(text), circuit_rig_open(text)};
    for (int k = 0; k < 2; k++) circuit_rig_tran(&r[k], RTOL);
    assert_int_equal(r[0].n_points, r[1].n_points);
    assert_memory_equal(r[0].rows, r[1].rows, r[0].n_points * r[0].n * sizeof(double));
    for (int k = 0; k < 2; k++) circuit_rig_free(&r[k]);
}

static void a_mott_device_oscillates_and_energy_balances(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("Pearson-Anson\n.hdl \"" MODELS
                                     "/mott/nbo2.va\"\nV1 s 0 2\nR1 s a 5k\nC1 a 0 100p\nX1 a 0 nbo2\n"
                                     ".probe energy(V1) energy(R1) energy(X1) energy(C1)\n.tran 10n 5u\n.end\n");
    circuit_rig_tran(&r, 1e-5);
    size_t a = circuit_rig_unknown(&r, "a"), crossings = 0;
    for (size_t k = 1; k < r.n_points; k++) crossings += r.rows[(k - 1) * r.n + a] < 0.7 && r.rows[k * r.n + a] >= 0.7;
    assert_true(crossings > 3);
    double sum = 0, size = 0, value;
    for (uint32_t k = 0; k < r.flat->n_elems; k++) {
        const hys__probe probe = {.kind = HYS__PROBE_ENERGY, .a = k};
        assert_int_equal(hys__circuit_probe(r.circuit, &probe, 5e-6, r.rows + (r.n_points - 1) * r.n, NULL, &value),
                         HYS_OK);
        sum += value;
        size += fabs(value);
    }
    assert_true(size > 1e-10);
    assert_within(sum, 0, 1e-4 * size);
    circuit_rig_free(&r);
}

static void many_devices_with_own_parameters_agree_with_one(void **state) {
    (void)state;
    char many[6000], one[600];
    int n = snprintf(many, sizeof many, "many\n.hdl \"" MODELS "/rram/vteam.va\"\nV1 in 0 SIN(0 2 1k)\n");
    for (int k = 0; k < 20; k++)
        n += snprintf(many + n, sizeof many - (size_t)n, "R%d in a%d 1k\nX%d a%d 0 vteam w0=%gn\n", k, k, k, k,
                      0.1 + 0.1 * k);
    snprintf(many + n, sizeof many - (size_t)n, ".tran 10u 2m\n.end\n");
    circuit_rig r = circuit_rig_open(many);
    circuit_rig_tran(&r, 1e-7);
    for (int k = 0; k < 20; k += 7) {
        char node[8];
        snprintf(node, sizeof node, "a%d", k);
        snprintf(one, sizeof one,
                 "one\n.hdl \"" MODELS "/rram/vteam.va\"\nV1 in 0 SIN(0 2 1k)\nR1 in a 1k\nX1 a 0 vteam w0=%gn\n"
                 ".tran 10u 2m\n.end\n",
                 0.1 + 0.1 * k);
        circuit_rig s = circuit_rig_open(one);
        circuit_rig_tran(&s, 1e-7);
        for (double t = 1e-4; t < 2e-3; t += 1e-4)
            assert_within(circuit_rig_at(&r, node, t), circuit_rig_at(&s, "a", t), 2e-4);
        circuit_rig_free(&s);
    }
    circuit_rig_free(&r);
}

static void a_bad_parameter_is_refused_where_it_stands(void **state) {
    (void)state;
    circuit_rig_fails("bad\n.hdl \"" MODELS "/rram/vteam.va\"\nV1 a 0 1\nX1 a 0 vteam Roff=-5\n.op\n.end\n",
                      HYS_SEMANTIC, "test.cir:4:");
    circuit_rig_fails("bad\n.hdl \"" MODELS "/rram/vteam.va\"\nV1 a 0 1\nX1 a 0 vteam Rof=5\n.op\n.end\n", HYS_SEMANTIC,
                      "no parameter 'Rof'");
}

static void nonvolatile_states_are_held_and_named(void **state) {
    (void)state;
    circuit_rig r =
        circuit_rig_open("held\n.hdl \"" MODELS "/rram/vteam.va\"\nV1 a 0 0\nX1 a 0 vteam w0=1n\n.op\n.end\n");
    circuit_rig_op(&r);
    bool found = false;
    for (size_t k = 0; k < hys__circuit_n_remarks(r.circuit); k++)
        found =
            found || strstr(hys__circuit_remark(r.circuit, k), "x1:w has no resting point of its own: held at 1e-09");
    assert_true(found);
    circuit_rig_free(&r);
}

static void absdelay_echoes(void **state) {
    (void)state;
    /* i = (v - v(t - td)/2) / 1k: a source of 1 k sees v = (2 s + v(t - td)/2)/2 ... */
    circuit_rig r =
        circuit_rig_open("lag\n.hdl \"" FIXTURE "\"\nI1 0 a PWL(0 0 10n 1m)\nR1 a 0 1k\nX1 a 0 lag td=1u\nC1 a 0 1p\n"
                         ".tran 0.05u 5u\n.op\n.end\n");
    r.skips_balance = true;
    circuit_rig_tran(&r, RTOL);
    /* 1 mA = 2 v/1k - v(t - td)/2k:  v = 1/2, 1/2 + 1/8, ... to 2/3 */
    double want = 0;
    for (int k = 0; k < 5; k++) {
        want = 0.5 + want / 4;
        assert_within(circuit_rig_at(&r, "a", (k + 0.6) * 1e-6), want, 1e-4);
    }
    circuit_rig_free(&r);
}

static void absdelay_turns_phases(void **state) {
    (void)state;
    circuit_rig r =
        circuit_rig_open("lag\n.hdl \"" FIXTURE "\"\nI1 0 a 0 AC 1m\nR1 a 0 1k\nX1 a 0 lag td=1u\n.op\n.end\n");
    circuit_rig_op(&r);
    size_t nnz = hys__circuit_system(r.circuit)->nnz, at = circuit_rig_unknown(&r, "a");
    double g[16], jac[32];
    assert_true(nnz <= 16);
    hys__circuit_set_mode(r.circuit, HYS__MODE_SMALL_SIGNAL);
    assert_int_equal(hys__circuit_linearise(r.circuit, r.y, g), HYS_OK);
    assert_true(hys__circuit_has_delays(r.circuit));
    for (size_t k = 0; k < nnz; k++) jac[2 * k] = g[k], jac[2 * k + 1] = 0;
    hys__circuit_delay_stamp(r.circuit, 1e6, jac); /* 1 rad */
    assert_int_equal(at, 0);
    assert_near(jac[0], 2e-3 - 0.5e-3 * cos(1), 1e-6);
    assert_near(jac[1], 0.5e-3 * sin(1), 1e-6);
    circuit_rig_free(&r);
}

static double spread_at_end(const char *spread, uint64_t run) {
    static const char text[] =
        "spread\n.hdl \"" MODELS "/rram/vteam.va\"\nV1 in 0 SIN(0 5m 1k)\nR1 in a 1k\nX1 a 0 vteam\n"
        "X2 a 0 vteam\n.tran 10u 3.3m\n.end\n";
    circuit_rig r = {.ctx = hys_test_ctx()};
    hys__arena arena;
    hys__arena_init(&arena, r.ctx, 0);
    hys__flat_opts opts = {.n_set = 0};
    assert_int_equal(hys__flat_read(r.ctx, &arena, "test.cir", text, strlen(text), &opts, &r.flat), HYS_OK);
    hys__circuit_opts circuit_opts = {.seed = 1, .spread = &spread, .n_spread = 1, .run = run};
    assert_int_equal(hys__circuit_new(r.ctx, r.flat, &circuit_opts, &r.circuit), HYS_OK);
    r.n = hys__circuit_system(r.circuit)->n;
    r.skips_balance = true;
    circuit_rig_tran(&r, RTOL);
    double i = circuit_rig_value(&r, circuit_rig_current(&r, "v1"), 3.25e-3) /
               circuit_rig_value(&r, circuit_rig_current(&r, "v1"), 0.25e-3);
    hys__circuit_free(r.circuit);
    hys__arena_free(&arena);
    hys_ctx_free(r.ctx);
    free(r.t);
    free(r.rows);
    return i;
}

static void spread_is_drawn_once_or_at_each_reversal(void **state) {
    (void)state;
    assert_near(spread_at_end("vteam:Ron=d2d lognormal 0.3", 0), 1, 1e-4); /* the same device all the time */
    double cycle = spread_at_end("X1:Roff=c2c lognormal 0.3", 0);
    assert_true(fabs(cycle - 1) > 1e-3);
    assert_near(spread_at_end("X1:Roff=c2c lognormal 0.3", 0), cycle, 1e-9);
    assert_true(fabs(spread_at_end("X1:Roff=c2c lognormal 0.3", 1) - cycle) > 1e-4); /* another run of Monte Carlo */
}

static void states_rest_at_their_bounds(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("clamp\n.hdl \"" FIXTURE "\"\nV1 a 0 PWL(0 0 1u 1 1m 1 1.001m -1 3m -1)\n"
                                     "X1 a 0 drift x0=0.3\nX2 a 0 drift x0=0.6\n.tran 0.05m 3m\n.end\n");
    circuit_rig_tran(&r, RTOL);
    assert_string_equal(r.stats.method, "ida");
    const double times[] = {0.2e-3, 0.5e-3, 0.9e-3, 1.6e-3, 2.8e-3};
    const double want[2][5] = {{0.5, 0.8, 1, 0.4, 0}, {0.8, 1, 1, 0.4, 0}};
    for (uint32_t k = 0; k < 2; k++)
        for (int j = 0; j < 5; j++) {
            char name[3] = {'x', (char)('1' + k), 0};
            const hys__probe probe = {
                .kind = HYS__PROBE_STATE, .a = hys__flat_find_elem(r.flat, name, 2), .state = "x"};
            size_t at = 0;
            double x = 0;
            while (r.t[at] < times[j] - 1e-9) at++;
            assert_int_equal(hys__circuit_probe(r.circuit, &probe, r.t[at], r.rows + at * r.n, NULL, &x), HYS_OK);
            assert_within(x, want[k][j], 2e-3);
        }
    circuit_rig_free(&r);
}

static void initial_steps_count_at_the_operating_point(void **state) {
    (void)state;
    circuit_rig r =
        circuit_rig_open("op\n.hdl \"" FIXTURE "\"\nV1 in 0 1\nR1 in a 10k\nX1 a 0 threshold\nR2 in b 8050\n"
                         "X2 b 0 walker x0=0.5\n.op\n.end\n");
    circuit_rig_op(&r);
    assert_near(circuit_rig_v(&r, "a"), 0.5, 1e-9);
    assert_near(circuit_rig_v(&r, "b"), 0.5, 1e-9);
    circuit_rig_free(&r);
}

static void behavioural_elements_conserve_charge(void **state) {
    (void)state;
    /* C = 1n (1 + v^2): its charge is 1n (v + v^3/3) */
    circuit_rig r = circuit_rig_open(
        "charge\nI1 0 a 1u\nB1 0 a I=-1n*ddt(V(a)+V(a)**3/3)\nR1 a 0 1t\n.ic v(a)=0\n.tran 10u 1m uic\n.end\n");
    r.skips_balance = true;
    circuit_rig_tran(&r, RTOL);
    double v = circuit_rig_at(&r, "a", 1e-3), q = 1e-9 * (v + v * v * v / 3);
    assert_near(q, 1e-6 * 1e-3, 1e-4);
    circuit_rig_free(&r);
}

/* A low-pass as a state: held it starts at its initial value, at rest at what its input (the wave at t = 0, not the DC
 * value) makes it. */
static void transients_start_held_or_at_rest(void **state) {
    (void)state;
    static const char text[] = "start\n.hdl \"" FIXTURE "\"\n.options start=%s\nV1 a 0 dc 5 pulse(1 2 1u 1n 1n 1 2)\n"
                               "X1 a b low_pass\nR1 b 0 1k\n.tran 0.1u 4u\n.end\n";
    static const struct {
        const char *name;
        double at_0, at_1us;
    } starts[] = {{"held", 0.25, 1 - 0.75 * 0.36787944117144233}, {"equilibrium", 1, 1}};
    for (size_t i = 0; i < 2; i++) {
        char netlist[1000];
        snprintf(netlist, sizeof netlist, text, starts[i].name);
        circuit_rig r = circuit_rig_open(netlist);
        circuit_rig_tran(&r, 1e-7);
        assert_within(circuit_rig_at(&r, "b", 0), starts[i].at_0, 1e-8);
        assert_within(circuit_rig_at(&r, "b", 1e-6), starts[i].at_1us, 1e-6);
        circuit_rig_free(&r);
    }
}

/* V^2/Hz between two nodes from the device's sources. */
static double noise_between(circuit_rig *r, const char *a, const char *b) {
    hys__small_signal s;
    const hys__noise_source *sources;
    size_t n;
    hys__probe probe = {.kind = HYS__PROBE_V, .a = hys__flat_find_node(r->flat, a, 1), .b = 0};
    if (b) probe.b = hys__flat_find_node(r->flat, b, 1);
    assert_int_equal(hys__small_signal_new(r->circuit, r->arena, r->y, &s), HYS_OK);
    assert_int_equal(hys__small_signal_factor(&s, 2e3), HYS_OK);
    assert_int_equal(hys__small_signal_adjoint(&s, &probe, 2e3), HYS_OK);
    assert_int_equal(hys__circuit_noise_sources(r->circuit, r->y, &sources, &n), HYS_OK);
    double sum = 0;
    for (size_t k = 0; k < n; k++) {
        double complex transfer = 0;
        for (size_t i = 0; i < sources[k].n_rows; i++)
            transfer += sources[k].rows[i].coef * s.x[sources[k].rows[i].row];
        sum += sources[k].white * pow(cabs(transfer), 2);
    }
    hys__small_signal_free(&s);
    return sum;
}

/* Two branches of r / m carry the same noise, in the second k times: sqrt(m s) r / m (1 - k) between them, and
 * (1 + k) / 2 of it in their middle; sources that are not correlated would give sqrt(1 + k^2). */
static void one_noise_source_in_two_branches_is_correlated(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("noise\n.hdl \"" FIXTURE "\"\nX1 a b 0 shared_noise k=-0.5 m=4\n"
                                     "R1 a c 1g\nR2 b c 1g\n.op\n.end\n");
    circuit_rig_op(&r);
    double one = 4 * 1e-16 * 250 * 250;
    assert_near(noise_between(&r, "a", NULL), one, 1e-5);
    assert_near(noise_between(&r, "b", NULL), 0.25 * one, 1e-5);
    assert_near(noise_between(&r, "a", "b"), 2.25 * one, 1e-5);
    assert_near(noise_between(&r, "c", NULL), 0.0625 * one, 1e-5);
    circuit_rig_free(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_switches_a_resistance),
        cmocka_unit_test(a_device_that_integrates_by_hand),
        cmocka_unit_test(the_same_seed_gives_the_same_walk),
        cmocka_unit_test(a_mott_device_oscillates_and_energy_balances),
        cmocka_unit_test(many_devices_with_own_parameters_agree_with_one),
        cmocka_unit_test(a_bad_parameter_is_refused_where_it_stands),
        cmocka_unit_test(nonvolatile_states_are_held_and_named),
        cmocka_unit_test(absdelay_echoes),
        cmocka_unit_test(absdelay_turns_phases),
        cmocka_unit_test(spread_is_drawn_once_or_at_each_reversal),
        cmocka_unit_test(states_rest_at_their_bounds),
        cmocka_unit_test(initial_steps_count_at_the_operating_point),
        cmocka_unit_test(transients_start_held_or_at_rest),
        cmocka_unit_test(one_noise_source_in_two_branches_is_correlated),
        cmocka_unit_test(behavioural_elements_conserve_charge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
