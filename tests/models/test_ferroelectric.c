/* What must hold for ferroelectric devices whatever their parameters: nothing moves without a field, time adds up,
 * the two directions mirror one another, and a quasi-static loop is closed. */
#include "hys_test.h"
#include <hysteron/circuit.h>

typedef struct wanted {
    const char *name;
    double value;
} wanted;

static void run(const char *netlist, wanted *w, size_t n) {
    hys_ctx *ctx = hys_test_ctx();
    hys_sim_opts opts = hys_sim_opts_default();
    hys_sim *sim = NULL;
    char path[256];
    char *dir = hys_test_dir();
    snprintf(path, sizeof path, "%s/circuit.cir", dir);
    hys_test_write(path, netlist, strlen(netlist));
    hys_status status = hys_sim_run(ctx, path, &opts, &sim);
    hys_test_dir_remove(dir);
    if (status != HYS_OK) print_error("%s\n", hys_test_diag_text(ctx, 0));
    assert_int_equal(status, HYS_OK);
    for (size_t j = 0; j < n; j++) {
        w[j].value = NAN;
        for (size_t k = 0; k < hys_sim_n_measures(sim); k++) {
            const hys_sim_measure *m = hys_sim_get_measure(sim, k);
            if (!strcmp(m->name, w[j].name)) w[j].value = m->value;
        }
        if (!isfinite(w[j].value)) print_error("%s failed\n", w[j].name);
        assert_true(isfinite(w[j].value));
    }
    hys_sim_free(sim);
    hys_ctx_free(ctx);
}

/* Four pulses of 5 ns with rests of 1 ms, and one of 20 ns: each class switches exponentially, so they are the same. */
static void pulses_add_up_over_rests(void **state) {
    (void)state;
    wanted w[] = {{"one", 0}, {"four", 0}};
    run("pulses\nV1 a 0 pulse(0 2 1m 1p 1p 19.999n 1)\nX1 a 0 ftj_nls\n"
        "V2 b 0 pulse(0 2 1m 1p 1p 4.999n 1m 4)\nX2 b 0 ftj_nls\n.tran 0.1m 6m\n.save @x1[s] @x2[s]\n"
        ".meas tran one find @x1[s] at=5.9m\n.meas tran four find @x2[s] at=5.9m\n.end\n",
        w, 2);
    assert_true(w[0].value > 0.4 && w[0].value < 0.8);
    assert_near(w[1].value, w[0].value, 1e-3); /* the tolerance of the integration, 1e-4 a pulse, and the edges */
}

static void the_two_directions_mirror_one_another(void **state) {
    (void)state;
    wanted w[] = {{"up", 0}, {"down", 0}, {"a", 0}, {"b", 0}};
    run("mirror\nV1 a 0 pwl(0 0 1n 1.9 40n 1.9 41n -1.7 90n -1.7 91n 2 100n 2)\nV2 b 0 pwl(0 0 1n -1.9 40n -1.9 41n "
        "1.7 "
        "90n 1.7 91n -2 100n -2)\nX1 a 0 ftj_nls s0=0.2\nX2 b 0 ftj_nls s0=0.8\nV3 c 0 pwl(0 0 1n 1.9 1u 1.9 1.001u "
        "-1.7 "
        "2u -1.7)\nV4 d 0 pwl(0 0 1n -1.9 1u -1.9 1.001u 1.7 2u 1.7)\nX3 c 0 fecap_nls s0=0.2\nX4 d 0 fecap_nls "
        "s0=0.8\n"
        ".tran 10n 2u\n.save @x1[s] @x2[s] @x3[s] @x4[s]\n.meas tran up find @x1[s] at=100n\n.meas tran down find "
        "@x2[s] at=100n\n.meas tran a find @x3[s] at=1.99u\n.meas tran b find @x4[s] at=1.99u\n.end\n",
        w, 4);
    assert_within(w[0].value + w[1].value, 1, 1e-3);
    assert_within(w[2].value + w[3].value, 1, 1e-3);
}

/* A cycle within the loop leaves the polarisation where it was; one through both branches closes. */
static void a_quasi_static_loop_is_closed(void **state) {
    (void)state;
    wanted w[] = {{"before", 0}, {"after", 0}, {"first", 0}, {"second", 0}};
    run("loop\nV1 a 0 pwl(0 0 1m 4 2m 0 3m -0.2 4m 0.5 5m 0 6m -4 8m 4 9m 0)\nX1 a 0 fe_tanh\n.tran 5u 9m\n"
        ".save @x1[pol]\n.meas tran before find @x1[pol] at=3m\n.meas tran after find @x1[pol] at=5m\n"
        ".meas tran first find @x1[pol] at=2m\n.meas tran second find @x1[pol] at=8.9999m\n.end\n",
        w, 4);
    assert_near(w[1].value, w[0].value, 1e-6);
    assert_near(w[3].value, w[2].value, 1e-3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pulses_add_up_over_rests),
        cmocka_unit_test(the_two_directions_mirror_one_another),
        cmocka_unit_test(a_quasi_static_loop_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
