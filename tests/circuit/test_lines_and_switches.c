/* Lossless lines by their bounce diagrams, switches by the period of a relaxation oscillator. */
#include "circuit/circuit_rig.h"
#include "hys_test.h"

#define RTOL 1e-6

static double pulse(double t) { /* 0 to 1 between 1 and 1.1 ns, back between 21.1 and 21.2 ns */
    double up = fmin(fmax((t - 1e-9) / 0.1e-9, 0), 1), down = fmin(fmax((t - 21.1e-9) / 0.1e-9, 0), 1);
    return up - down;
}

/* Sum over the echoes of the pulse at the far end and at the near end of a line. */
static double far_end(double t, double rs, double rl, double z0, double td) {
    double sum = 0, a = z0 / (z0 + rs), source = (rs - z0) / (rs + z0), load = (rl - z0) / (rl + z0), gain = a;
    for (int k = 0; k < 40; k++, gain *= source * load) sum += gain * (1 + load) * pulse(t - td - 2 * k * td);
    return sum;
}

static void echoes_on_a_mismatched_line(void **state) {
    (void)state;
    circuit_rig r =
        circuit_rig_open("line\nV1 s 0 PULSE(0 1 1n 0.1n 0.1n 20n 100n)\nRs s a 25\nT1 a 0 b 0 z0=50 td=2n\n"
                         "RL b 0 150\n.tran 0.05n 30n\n.end\n");
    circuit_rig_tran(&r, RTOL);
    size_t b = circuit_rig_unknown(&r, "b");
    for (size_t k = 1; k < r.n_points; k++)
        assert_within(r.rows[k * r.n + b], far_end(r.t[k], 25, 150, 50, 2e-9), 1e-5);
    circuit_rig_free(&r);
}

static void line_into_a_capacitance(void **state) {
    (void)state;
    /* A matched source: behind the delay an RC circuit of z0 and C driven by the full source. */
    circuit_rig r = circuit_rig_open("line\nV1 s 0 PULSE(0 1 1n 1p 1p 1 2)\nRs s a 50\nT1 a 0 b 0 z0=50 td=2n\n"
                                     "C1 b 0 10p\n.tran 0.05n 10n\n.end\n");
    circuit_rig_tran(&r, RTOL);
    size_t b = circuit_rig_unknown(&r, "b");
    double tau = 50 * 10e-12;
    for (size_t k = 1; k < r.n_points; k++) {
        double s = r.t[k] - 3.0005e-9; /* the middle of the ramp */
        assert_within(r.rows[k * r.n + b], s > 1e-12 ? 1 - exp(-s / tau) : 0, s > 2e-12 || s < -2e-12 ? 2e-5 : 1);
    }
    circuit_rig_free(&r);
}

static void a_line_at_rest_is_two_wires(void **state) {
    (void)state;
    circuit_rig r =
        circuit_rig_open("line\nV1 s 0 3\nRs s a 50\nT1 a 0 b 0 z0=75 td=2n\nRL b 0 100\n.op\n.tran 1n 20n\n.end\n");
    circuit_rig_op(&r);
    assert_near(circuit_rig_v(&r, "b"), 2, 1e-9);
    circuit_rig_tran(&r, RTOL);
    assert_near(circuit_rig_at(&r, "b", 13e-9), 2, 1e-6);
    circuit_rig_free(&r);
}

static void relaxation_oscillator(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("relaxation\nV1 in 0 10\nR1 in a 10k\nC1 a 0 1n ic=0\nS1 a 0 a 0 sm\n"
                                     ".model sm sw(vt=5 vh=2 ron=100 roff=1e12)\n.tran 0.05u 100u uic\n.end\n");
    circuit_rig_tran(&r, RTOL);
    size_t a = circuit_rig_unknown(&r, "a"), n = 0;
    double peaks[20];
    for (size_t k = 1; k + 1 < r.n_points && n < 20; k++) {
        double v = r.rows[k * r.n + a];
        if (v > 6.99 && r.rows[(k + 1) * r.n + a] < v - 0.01) peaks[n++] = r.t[k];
    }
    assert_true(n > 3);
    /* up from 3 to 7 V towards 10 V, then down through 100 ohm towards 10 V/101 */
    double low = 10.0 / 101, up = 1e-5 * log(7.0 / 3.0),
           down = 1e-9 * (1 / (1 / 1e4 + 1 / 1e2)) * log((7 - low) / (3 - low));
    assert_near(peaks[3] - peaks[2], up + down, 2e-4); /* outputs are 0.05 us apart but events are outputs too */
    circuit_rig_free(&r);
}

static void hysteresis_holds_the_state(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("switch\nVc c 0 PWL(0 0 10u 1 20u 0)\nV2 in 0 5\nS1 in out c 0 sm\nR1 out 0 1k\n"
                                     ".model sm sw(vt=0.5 vh=0.2 ron=1 roff=1meg)\n.tran 0.1u 20u\n.end\n");
    circuit_rig_tran(&r, RTOL);
    assert_within(circuit_rig_at(&r, "out", 6.8e-6), 0, 0.01); /* on above 0.7 */
    assert_within(circuit_rig_at(&r, "out", 7.3e-6), 5, 0.01);
    assert_within(circuit_rig_at(&r, "out", 16.8e-6), 5, 0.01); /* off below 0.3 */
    assert_within(circuit_rig_at(&r, "out", 17.3e-6), 0, 0.01);
    circuit_rig_free(&r);
}

static void current_switch(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("csw\nI1 0 c PWL(0 0 10u 1m)\nVm c 0 0\nV2 in 0 5\nW1 in out Vm wm\nR1 out 0 1k\n"
                                     ".model wm csw(it=0.5m ih=0.1m ron=1 roff=1meg)\n.tran 0.1u 10u\n.end\n");
    circuit_rig_tran(&r, RTOL);
    assert_within(circuit_rig_at(&r, "out", 5.8e-6), 0, 0.01);
    assert_within(circuit_rig_at(&r, "out", 6.3e-6), 5, 0.01);
    circuit_rig_free(&r);
}

/* Below 0 the hysteresis is half the width of a smooth transition: a cubic in the logarithm of the conductance. */
static double smooth_resistance(double control) {
    double u = fmin(fmax((control - 0.5) / 0.25, -1), 1), ron = 2, roff = 2e6;
    return exp(0.5 * log(ron * roff) + 0.25 * log(ron / roff) * (3 * u - u * u * u));
}

static void negative_hysteresis_is_a_smooth_transition(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open(
        "smooth\nVc c 0 PWL(0 0 10u 1)\nV1 in 0 1\nS1 in out c 0 sm\nR1 out 0 1k\nRc c cc 1\nVi cc 0 0\n"
        "W1 in o2 Vi wm\nR2 o2 0 1k\nS3 in o3 c 0 pm\nR3 o3 0 1k\nF3 0 f S3 1000\nRf f 0 1\n"
        ".model sm sw(vt=0.5 vh=-0.25 ron=2 roff=2meg)\n"
        ".model wm csw(it=0.5 ih=-0.25 ron=2 roff=2meg)\n"
        ".model pm vswitch(von=0.75 voff=0.25 ron=2 roff=2meg)\n.tran 0.1u 10u\n.end\n");
    circuit_rig_tran(&r, RTOL);
    size_t c = circuit_rig_unknown(&r, "c"),
           out[3] = {circuit_rig_unknown(&r, "out"), circuit_rig_unknown(&r, "o2"), circuit_rig_unknown(&r, "o3")};
    size_t f = circuit_rig_unknown(&r, "f");
    for (size_t k = 0; k < r.n_points; k++) {
        const double *y = r.rows + k * r.n;
        double want = 1e3 / (1e3 + smooth_resistance(y[c]));
        for (size_t i = 0; i < 3; i++) assert_within(y[out[i]], want, 1e-5); /* read off between steps */
        assert_within(y[f], want, 1e-5);                                     /* 1000 times its current into 1 ohm */
    }
    circuit_rig_free(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(echoes_on_a_mismatched_line),
        cmocka_unit_test(line_into_a_capacitance),
        cmocka_unit_test(a_line_at_rest_is_two_wires),
        cmocka_unit_test(relaxation_oscillator),
        cmocka_unit_test(hysteresis_holds_the_state),
        cmocka_unit_test(current_switch),
        cmocka_unit_test(negative_hysteresis_is_a_smooth_transition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
