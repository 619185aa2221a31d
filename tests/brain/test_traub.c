/* A cell of benchmark COBAHH under the synapses of its network, beside a tight integration of its equations. */
#include "brain_net.h"

#define TRAUB   HYS_TEST_SOURCE "/examples/brain/traub_"
#define N_SLOTS 1000

/* bench/traub_vs_scipy.py: SciPy 1.17.1, DOP853 at 1e-12. */
static const double known[] = {/* ms */
                               2.9031371,  6.9509665,  13.4572003, 17.7358331, 21.3151516, 26.4092605,
                               31.0280806, 35.3881788, 38.7902980, 42.6372462, 45.9297170, 51.1822443,
                               64.0847625, 86.3687137, 93.0897521, 97.7005630};
#define N_KNOWN (sizeof known / sizeof *known)
static const double v_last = -59.3683687; /* mV */

/* The generator of Numerical Recipes: inputs of 300 and 30 a thousand slots of 0.1 ms, none in the first slot. */
static void take_inputs(hys_spike *inputs[2], size_t n[2]) {
    static const uint32_t often[] = {300, 30};
    uint32_t x = 12345;
    for (size_t slot = 0; slot < N_SLOTS; slot++)
        for (size_t k = 0; k < 2; k++) {
            x = 1664525 * x + 1013904223;
            /* a delay of one slot */
            if ((x >> 16) % 1000 < often[k] && slot) inputs[k][n[k]++] = (hys_spike){(double)(slot - 1) * 1e-4, 0};
        }
}

static hys_brain_cell *traub_cell(hys_ctx *ctx) {
    static const char *const devices[] = {TRAUB "na.va", TRAUB "k.va"};
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.area = 2e-8;
    o.leak = 0.5;
    o.leak_reversal = -60e-3;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    for (size_t k = 0; k < 2; k++) said(ctx, add_channel(cell, devices[k], NULL, NULL));
    for (int k = 0; k < 2; k++) {
        hys_port_opts port = hys_port_opts_default();
        port.name = k ? "inhibitory" : "excitatory";
        port.tau = k ? 10e-3 : 5e-3;
        port.reversal = k ? -80e-3 : 0;
        said(ctx, hys_brain_cell_add_port(cell, &port));
    }
    return cell;
}

/* Times of spikes, ms; V at the end, mV. */
static double run_cell(hys_ctx *ctx, double dt, double times[N_KNOWN]) {
    static hys_spike excitatory[N_SLOTS], inhibitory[N_SLOTS];
    hys_spike *inputs[] = {excitatory, inhibitory};
    size_t n[2] = {0}, n_spikes, projection;
    hys_brain_opts o = hys_brain_opts_default();
    o.dt = dt;
    cell_run r = run_of(ctx, traub_cell(ctx), 1, &o);
    take_inputs(inputs, n);
    for (int k = 0; k < 2; k++) {
        hys_connect_opts c = hys_connect_opts_default();
        c.source = replay(r.brain, 1, inputs[k], n[k]);
        c.target = r.group;
        c.port = k ? "inhibitory" : "excitatory";
        c.weight.mean = k ? 67e-9 : 6e-9;
        c.delay.mean = 1e-4;
        said(ctx, hys_brain_connect(r.brain, &c, &projection));
    }
    said(ctx, hys_brain_run(r.brain, 0.1));
    const double v = 1e3 * hys_brain_v(r.brain, &r.place);
    const hys_spike *spikes = hys_brain_spikes(r.brain, r.group, &n_spikes);
    assert_int_equal(n_spikes, N_KNOWN);
    for (size_t k = 0; k < N_KNOWN; k++) times[k] = 1e3 * spikes[k].time;
    free_run(&r);
    return v;
}

/* Errors fall with the square of the step, and the limit to which they fall is that of the equations. */
static void spikes_are_those_of_a_tight_integration(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double coarse[N_KNOWN], fine[N_KNOWN], most[2] = {0};
    const double v_coarse = run_cell(ctx, 12.5e-6, coarse), v_fine = run_cell(ctx, 6.25e-6, fine);
    for (size_t k = 0; k < N_KNOWN; k++) {
        most[0] = fmax(most[0], fabs(coarse[k] - known[k]));
        most[1] = fmax(most[1], fabs(fine[k] - known[k]));
        assert_within(coarse[k], known[k],
                      0.05); /* of inputs every 0.3 ms; a spike missed would shift all later ones */
        assert_within((4 * fine[k] - coarse[k]) / 3, known[k], 1e-3); /* of fourth order: 5e-4 here */
    }
    assert_within(log2(most[0] / most[1]), 2, 0.1);
    assert_within(log2((v_coarse - v_last) / (v_fine - v_last)), 2, 0.05);
    assert_within((4 * v_fine - v_coarse) / 3, v_last, 2e-4);
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(spikes_are_those_of_a_tight_integration),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
