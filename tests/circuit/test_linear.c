/* Linear circuits against closed forms. */
#include "circuit/circuit_rig.h"
#include "hys_test.h"

#define PI 3.14159265358979323846

/* Integrator's tolerance of 1e-6 for each step; some hundred steps add up. */
#define RTOL  1e-6
#define CLOSE 2e-5
/* Between the steps rates are read off the interpolant, at zero crossings of all powers. */
#define BALANCE 1e-3

static void divider_and_every_linear_source(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("linear\n"
                                     "V1 in 0 6\n"
                                     "R1 in a 1k\n"
                                     "R2 a 0 2k\n"
                                     "E1 e 0 a 0 2.5\n"
                                     "RE e 0 1k\n"
                                     "G1 0 g a 0 1m\n"
                                     "RG g 0 500\n"
                                     "F1 0 f V1 2\n"
                                     "RF f 0 100\n"
                                     "H1 h 0 V1 50\n"
                                     "RH h 0 1k\n"
                                     "I1 0 i 3m\n"
                                     "RI i 0 1k\n"
                                     ".op\n.end\n");
    circuit_rig_op(&r);
    assert_near(circuit_rig_v(&r, "a"), 4, 1e-9);
    assert_near(circuit_rig_v(&r, "e"), 10, 1e-9);
    assert_near(circuit_rig_v(&r, "g"), 4e-3 * 500, 1e-9);
    assert_near(circuit_rig_i(&r, "v1"), -2e-3, 1e-9); /* into the + terminal: a source that delivers is negative */
    assert_near(circuit_rig_v(&r, "f"), 2 * -2e-3 * 100, 1e-9);
    assert_near(circuit_rig_v(&r, "h"), 50 * -2e-3, 1e-9);
    assert_near(circuit_rig_v(&r, "i"), 3, 1e-9);
    assert_near(circuit_rig_i(&r, "r1"), 2e-3, 1e-9);
    circuit_rig_free(&r);
}

static void rc_charges_exponentially(void **state) {
    (void)state;
    circuit_rig r =
        circuit_rig_open("rc\nV1 in 0 PULSE(0 5 1u 1n 1n 1 2)\nR1 in out 1k\nC1 out 0 1n\n.tran 50n 6u\n.end\n");
    circuit_rig_tran(&r, RTOL);
    for (double t = 1.1e-6; t < 6e-6; t += 0.5e-6) {
        /* the response to a ramp of 1 ns, seen from behind it */
        double tau = 1e-6, ramp = 1e-9, s = t - 1e-6;
        double want = 5 * (1 - tau / ramp * (exp(ramp / tau) - 1) * exp(-s / tau));
        size_t k = 0;
        while (r.t[k] < t - 1e-15) k++;
        assert_within(r.rows[k * r.n + circuit_rig_unknown(&r, "out")],
                      5 * (1 - tau / ramp * (exp(ramp / tau) - 1) * exp(-(r.t[k] - 1e-6) / tau)), 5 * CLOSE);
        (void)want;
    }
    assert_within(r.worst_balance, 0, BALANCE);
    circuit_rig_free(&r);
}

static void rlc_rings(void **state) {
    (void)state;
    circuit_rig r =
        circuit_rig_open("rlc\nV1 in 0 0\nR1 in a 10\nL1 a out 1u ic=0\nC1 out 0 1n ic=1\n.tran 5n 2u uic\n.end\n");
    circuit_rig_tran(&r, RTOL);
    double a = 10 / (2 * 1e-6), w0 = 1 / sqrt(1e-6 * 1e-9), w = sqrt(w0 * w0 - a * a);
    size_t out = circuit_rig_unknown(&r, "out");
    for (size_t k = 1; k < r.n_points; k++) {
        double t = r.t[k], want = exp(-a * t) * (cos(w * t) + a / w * sin(w * t));
        assert_within(r.rows[k * r.n + out], want, CLOSE);
    }
    assert_within(r.worst_balance, 0, BALANCE);
    circuit_rig_free(&r);
}

static void coupled_inductors_transform(void **state) {
    (void)state;
    /* An ideal transformer but for its magnetising inductance: 1 mH, 4 mH, k = 1 gives twice the voltage. */
    circuit_rig r = circuit_rig_open("transformer\nI1 0 p SIN(0 1m 10k)\nL1 p 0 1m\nL2 s 0 4m\nK1 L1 L2 0.999999\n"
                                     "R2 s 0 1meg\nR1 p 0 1meg\n.tran 1u 200u\n.end\n");
    circuit_rig_tran(&r, RTOL);
    double want = 1e-3 * 2 * PI * 10e3 * 1e-3;
    assert_within(circuit_rig_at(&r, "p", 200e-6), want, 2e-3 * want);
    assert_within(circuit_rig_at(&r, "s", 200e-6), 2 * want, 4e-3 * want);
    circuit_rig_free(&r);
}

static void a_source_across_a_capacitance_runs(void **state) {
    (void)state;
    /* Index 2: the current of the source is C dv/dt. */
    circuit_rig r = circuit_rig_open("cv\nV1 a 0 SIN(0 1 1k)\nC1 a 0 1u\n.tran 10u 1m\n.end\n");
    circuit_rig_tran(&r, RTOL);
    size_t i = circuit_rig_current(&r, "v1");
    double peak = 2 * PI * 1e3 * 1e-6;
    for (size_t k = 2; k < r.n_points; k++)
        assert_within(r.rows[k * r.n + i], -peak * cos(2 * PI * 1e3 * r.t[k]), 1e-3 * peak);
    circuit_rig_free(&r);
}

static void a_current_source_into_an_inductor_runs(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("li\nI1 0 a PULSE(0 1m 10u 10u 10u 50u 1)\nL1 a 0 1m\n.tran 1u 100u\n.end\n");
    circuit_rig_tran(&r, RTOL);
    assert_within(circuit_rig_at(&r, "a", 15.5e-6), 0.1, 1e-4); /* L di/dt = 1 mH 1 mA / 10 us */
    assert_within(circuit_rig_at(&r, "a", 50.5e-6), 0, 1e-5);
    circuit_rig_free(&r);
}

static void capacitors_share_charge(void **state) {
    (void)state;
    /* Two capacitances in a loop with different initial voltages: charge is conserved at the first instant. */
    circuit_rig r = circuit_rig_open("share\nC1 a 0 1n ic=3\nC2 a 0 2n ic=0\nR1 a 0 1g\n.tran 1u 10u uic\n.end\n");
    circuit_rig_tran(&r, RTOL);
    assert_near(circuit_rig_at(&r, "a", 1e-6), 1, 1e-5);
    circuit_rig_free(&r);
}

static void order_of_elements_does_not_matter(void **state) {
    (void)state;
    static const char *const texts[2] = {
        "a\nV1 in 0 SIN(0 1 1meg)\nR1 in a 1k\nC1 a 0 100p\nL1 a b 10u\nR2 b 0 50\nC2 b a 5p\n.tran 10n 3u\n.end\n",
        "b\nC2 b a 5p\nR2 b 0 50\nL1 a b 10u\nC1 a 0 100p\nR1 in a 1k\nV1 in 0 SIN(0 1 1meg)\n.tran 10n 3u\n.end\n"};
    circuit_rig r[2] = {circuit_rig_open(texts[0]), circuit_rig_open(texts[1])};
    for (int k = 0; k < 2; k++) circuit_rig_tran(&r[k], RTOL);
    for (double t = 1e-7; t < 3e-6; t += 1e-7)
        assert_within(circuit_rig_at(&r[0], "b", t), circuit_rig_at(&r[1], "b", t), 1e-6);
    for (int k = 0; k < 2; k++) circuit_rig_free(&r[k]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divider_and_every_linear_source),
        cmocka_unit_test(rc_charges_exponentially),
        cmocka_unit_test(rlc_rings),
        cmocka_unit_test(coupled_inductors_transform),
        cmocka_unit_test(a_source_across_a_capacitance_runs),
        cmocka_unit_test(a_current_source_into_an_inductor_runs),
        cmocka_unit_test(capacitors_share_charge),
        cmocka_unit_test(order_of_elements_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
