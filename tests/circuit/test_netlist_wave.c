/* Waves of sources.  The values at 20 ns and so on are those of ngspice 39.3 (print of a transient with the same
 * sources, step 0.5 ns, stop 20 ns). */
#include "circuit/netlist_rig.h"

static const char sources[] =
    "V1 1 0 pulse(0 1 1n 1n 1n 0 10n)\nV2 2 0 pulse(0 1 1n 0 0 3n 10n)\nV3 3 0 sin(1 2 1meg 100n 1e6 30)\n"
    "V4 4 0 exp(0 1 1n 2n 5n 3n)\nV5 5 0 sffm(0 1 1meg 5 100k)\nV6 6 0 am(1 0.5 100k 1meg 10n)\n"
    "V7 7 0 pwl(0 0 1n 1 3n 0) r=0\nV8 8 0 pulse(0 1)\nV9 9 0 pwl(1n 0 2n 1 4n 3) r=2n td=1n\n.tran 0.5n 20n\n";

static void waves_are_those_of_ngspice(void **state) {
    static const struct {
        double t, value[9];
    } rows[] = {
        {0, {0, 0, 2, 0, 0, 0, 0, 0, 0}},
        {2.5e-9, {1, 1, 2, 5.274858250228e-01, 2.355975898490e-02, 0, 0.25, 1, 0.5}},
        {5.5e-9, {1, 0, 2, 7.411671309833e-01, 5.181302778470e-02, 0, 0.25, 1, 1.5}},
        {11.5e-9, {0.5, 1, 2, 1.093113255935e-01, 1.081725536038e-01, 4.721201727716e-03, 0.25, 1, 1.5}},
        {19.5e-9, {1, 0, 2, 7.864907733538e-03, 1.827488043393e-01, 3.018349812518e-02, 0.75, 1, 1.5}},
    };
    (void)state;
    netlist_rig rig = netlist_good(sources);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t k = 0; k < 9; k++) {
            char name[4] = {'v', (char)('1' + k), 0};
            const hys__wave *w = netlist_elem(&rig, name)->wave;
            /* ngspice's own steps were at most 0.1 ns apart, and straight lines between: (0.1 n / 2 n)^2 / 8 */
            assert_within(hys__wave_value(w, rows[i].t), rows[i].value[k], 3.2e-4);
        }
    netlist_free(&rig);
}

static void sines_begin_behind_their_delay_and_end_after_their_cycles(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("V1 1 0 sin(1 2 1k 1m 100 90 2)\n.tran 1u 10m\n");
    const hys__wave *w = netlist_elem(&rig, "v1")->wave;
    assert_near(hys__wave_value(w, 0.5e-3), 3, 1e-15);
    assert_near(hys__wave_value(w, 1.5e-3), 1 - 2 * exp(-0.05), 1e-14);
    assert_near(hys__wave_value(w, 9e-3), 1 + 2 * exp(-0.2), 1e-14); /* held where the cycles ended */
    assert_near(hys__wave_next_corner(w, 0), 1e-3, 1e-15);
    assert_near(hys__wave_next_corner(w, 1e-3), 3e-3, 1e-15);
    assert_true(isinf(hys__wave_next_corner(w, 3e-3)));
    netlist_free(&rig);
}

static void slopes_are_derivatives_to_the_right(void **state) {
    (void)state;
    netlist_rig rig = netlist_good(sources);
    for (size_t k = 0; k < 9; k++) {
        char name[4] = {'v', (char)('1' + k), 0};
        const hys__wave *w = netlist_elem(&rig, name)->wave;
        for (double t = 0.13e-9; t < 20e-9; t += 0.3711e-9) {
            const double h = 1e-15; /* s: rounding of values near 1 gives 1 V/s, curvature up to 1e18 V/s^2 the rest */
            double slope = (hys__wave_value(w, t + h) - hys__wave_value(w, t)) / h;
            assert_within(hys__wave_slope(w, t), slope, 1e3);
        }
    }
    netlist_free(&rig);
}

static void corners_are_where_the_slope_jumps(void **state) {
    static const double pulse2[] = {1e-9, 1.5e-9, 4.5e-9, 5e-9, 11e-9, 11.5e-9, 14.5e-9};
    static const double pwl[] = {1e-9, 3e-9, 4e-9, 6e-9, 7e-9};
    static const struct {
        const char *name;
        const double *at;
        size_t n;
    } cases[] = {{"v2", pulse2, 7}, {"v7", pwl, 5}};
    (void)state;
    netlist_rig rig = netlist_good(sources);
    for (size_t i = 0; i < 2; i++) {
        double t = 0;
        for (size_t k = 0; k < cases[i].n; k++) {
            t = hys__wave_next_corner(netlist_elem(&rig, cases[i].name)->wave, t);
            assert_near(t, cases[i].at[k], 1e-14);
        }
    }
    netlist_free(&rig);
}

/* However a time was rounded, going from corner to corner ends. */
static void corners_always_go_on(void **state) {
    (void)state;
    netlist_rig rig = netlist_good(
        "V1 1 0 pulse(0 1 0.1u 1n 3n 0.33u 0.7u)\nV2 2 0 pwl(0 0 0.1u 1 0.3u 0) r=0.1u\nV3 3 0 trnoise(1 0.1u)\n"
        ".tran 1n 1m\n");
    for (size_t k = 0; k < 3; k++) {
        const hys__wave *w = rig.flat->elems[k].wave;
        double t = 0, last = 0;
        size_t n = 0;
        for (; t < 1e-3; n++) {
            t = hys__wave_next_corner(w, t);
            assert_true(t > last);
            if (n > 2) assert_true(t - last > 0.9e-9); /* the shortest distance of two corners is 1 ns */
            last = t;
        }
        assert_true(n > 1000);
    }
    netlist_free(&rig);
}

static void noise_is_normal_and_its_own_for_each_source(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("V1 1 0 trnoise(2 1n)\nV2 2 0 trnoise(2 1n)\n.tran 1n 1u\n");
    double sum = 0, squares = 0, product = 0;
    for (int i = 1; i <= 20000; i++) {
        double a = hys__wave_value(rig.flat->elems[0].wave, i * 1e-9),
               b = hys__wave_value(rig.flat->elems[1].wave, i * 1e-9);
        sum += a;
        squares += a * a;
        product += a * b;
    }
    assert_within(sum / 20000, 0, 4 * 2 / sqrt(20000)); /* four standard errors */
    assert_within(squares / 20000, 4, 4 * 4 * sqrt(2. / 20000));
    assert_within(product / 20000, 0, 4 * 4 / sqrt(20000));
    assert_true(hys__wave_value(rig.flat->elems[0].wave, 0) == 0);
    netlist_free(&rig);
}

static void points_may_come_from_a_file_or_be_relative(void **state) {
    (void)state;
    const char *dir = hys_test_dir();
    static const char data[] = "* time value\n0, 0\n1n\t2\n\n3e-9 1m\n",
                      deck[] = "t\nV1 a 0 PWL file=\"w.txt\"\n"
                               "V2 b 0 PWL(0 0 +1n 1 +2n 0)\nV3 c 0 PWLFILE w.txt\n.tran 1n 1u\n";
    hys_test_write(hys_test_path(dir, "w.txt"), data, sizeof data - 1);
    hys_test_write(hys_test_path(dir, "a.cir"), deck, sizeof deck - 1);
    netlist_rig rig = netlist_load(hys_test_path(dir, "a.cir"), NULL);
    assert_int_equal(rig.status, HYS_OK);
    const hys__wave *w = netlist_elem(&rig, "v1")->wave, *r = netlist_elem(&rig, "v2")->wave;
    assert_true(w->n == 3 && w->time[1] == 1e-9 && w->at[1] == 2 && w->time[2] == 3e-9 && w->at[2] == 1e-3);
    assert_near(r->time[2], 3e-9, 1e-15);
    assert_int_equal(netlist_elem(&rig, "v3")->wave->n, 3);
    netlist_free(&rig);
    hys_test_dir_remove(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waves_are_those_of_ngspice),
        cmocka_unit_test(sines_begin_behind_their_delay_and_end_after_their_cycles),
        cmocka_unit_test(slopes_are_derivatives_to_the_right),
        cmocka_unit_test(corners_are_where_the_slope_jumps),
        cmocka_unit_test(corners_always_go_on),
        cmocka_unit_test(noise_is_normal_and_its_own_for_each_source),
        cmocka_unit_test(points_may_come_from_a_file_or_be_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
