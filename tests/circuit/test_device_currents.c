/* Currents of devices as controls: the same circuit with a source of 0 V in series, whose current SPICE programs read,
 * gives the same. */
#include "circuit/circuit_rig.h"
#include "hys_test.h"

/* An element "D1 b x dm" with charge and no internal node, a transistor whose internal nodes collapse into its
 * terminals, the emitter at ground. */
#define MODELS                                                                                                         \
    ".model dm d(is=1e-14 cjo=20p tt=2n)\n.model qn npn(is=1e-15 bf=50 cje=5p cjc=2p tf=1n)\n"                         \
    ".model qr npn(is=1e-15 bf=50 rb=30 re=1 rc=5 cje=5p cjc=2p tf=1n)\n"
#define DRIVE "V1 s 0 SIN(0.8 0.6 2meg)\nR1 s a 200\nVc c 0 5\nR2 s b 5k\nR3 c k 1k\nR4 s bb 5k\nR5 c kk 1k\n"
#define LOADS                                                                                                          \
    "Rf f 0 100\nRh h 0 1k\nRx x 0 1k\nRy y 0 1k\nRz z 0 1k\nRw c w 1k\n.model ws csw(it=1m ih=0 ron=10 roff=1meg)\n"

static const char direct[] =
    "direct\n" MODELS DRIVE LOADS "D1 a 0 dm\nQ1 k b 0 qn\nQ2 kk bb 0 qr\nF1 0 f D1 3\nH1 h 0 D1 50\nW1 w 0 D1 ws\n"
    "B1 x 0 V=1000*i(q1)\nB2 0 y I=i(q1.b)+0.1*ie(q2)+id(d1)\n"
    "B3 z 0 V=100*(ic(q2)+i(q2,2))\n.tran 5n 1u\n.end\n";
static const char sources[] =
    "with sources\n" MODELS DRIVE LOADS "Vd a da 0\nD1 da 0 dm\nVq k kq 0\nVb b bq 0\nQ1 kq bq 0 qn\nVqc kk kkq 0\n"
    "Vqb bb bbq 0\nVqe e2 0 0\nQ2 kkq bbq e2 qr\nF1 0 f Vd 3\nH1 h 0 Vd 50\nW1 w 0 Vd ws\n"
    "B1 x 0 V=1000*i(Vq)\nB2 0 y I=i(Vb)-0.1*i(Vqe)+i(Vd)\n"
    "B3 z 0 V=100*(i(Vqc)+i(Vqb))\n.tran 5n 1u\n.end\n";

static void device_currents_control_as_those_of_sources_in_series(void **state) {
    (void)state;
    static const char *const nodes[] = {"a", "k", "kk", "f", "h", "x", "y", "z"};
    circuit_rig one = circuit_rig_open(direct), two = circuit_rig_open(sources);
    circuit_rig_op(&one);
    circuit_rig_op(&two);
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
        assert_within(circuit_rig_v(&one, nodes[i]), circuit_rig_v(&two, nodes[i]), 1e-8);
    circuit_rig_tran(&one, 1e-7);
    circuit_rig_tran(&two, 1e-7);
    double largest = 0;
    for (double t = 5e-9; t < 1e-6; t += 7e-9)
        for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
            largest = fmax(largest, fabs(circuit_rig_at(&two, nodes[i], t)));
            /* read off lines between outputs of 5 ns: the same lines in both but where the switch writes its edges */
            assert_within(circuit_rig_at(&one, nodes[i], t), circuit_rig_at(&two, nodes[i], t), 2e-3);
        }
    assert_true(largest > 1);
    circuit_rig_free(&one);
    circuit_rig_free(&two);
}

/* Three ways to say the first terminal are one current. */
static void names_and_numbers_of_a_terminal_are_one(void **state) {
    (void)state;
    circuit_rig r = circuit_rig_open("names\n.model dm d(is=1e-14)\nV1 s 0 1\nR1 s a 1k\nD1 a 0 dm\n"
                                     "B1 x 0 V=i(d1)+i(d1,1)+i(d1:a)+i(d1.a)-4*i(v1)\nRx x 0 1\n.op\n.end\n");
    circuit_rig_op(&r);
    double i = circuit_rig_v(&r, "s") - circuit_rig_v(&r, "a");
    assert_near(circuit_rig_v(&r, "x"), 8 * i / 1000, 1e-9);
    assert_near(circuit_rig_i(&r, "d1"), i / 1000, 1e-9);
    circuit_rig_free(&r);
}

static void terminals_that_are_not_there_are_named(void **state) {
    (void)state;
    circuit_rig_fails("bad\n.model dm d(is=1e-14)\nV1 a 0 1\nD1 a 0 dm\nB1 x 0 V=i(d1.q)\nRx x 0 1\n.op\n.end\n",
                      HYS_SEMANTIC, "no terminal 'q'");
    circuit_rig_fails("bad\nV1 a 0 1\nR1 a 0 1\nB1 x 0 V=i(r1,2)\nRx x 0 1\n.op\n.end\n", HYS_SEMANTIC,
                      "no terminal '2'");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(device_currents_control_as_those_of_sources_in_series),
        cmocka_unit_test(names_and_numbers_of_a_terminal_are_one),
        cmocka_unit_test(terminals_that_are_not_there_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
