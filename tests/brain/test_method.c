/* The method: orders of convergence, NEURON's numbers, the adaptive reference, threads, devices as channels. */
#include "brain_cells.h"

/* V after 2 ms from -40 mV; the spike is at its top. */
static double v_after(hys_ctx *ctx, double dt, hys_brain_method method) {
    cell_run r = hh_run(ctx, dt, method);
    assert_int_equal(hys_brain_set_v(r.brain, &r.place, -50e-3), HYS_OK);
    said(ctx, hys_brain_run(r.brain, 2e-3));
    const double v = hys_brain_v(r.brain, &r.place);
    free_run(&r);
    return v;
}

static double order_of(hys_ctx *ctx, hys_brain_method method) {
    const double exact = v_after(ctx, 25e-6, HYS_BRAIN_ADAPTIVE);
    double error[3];
    for (int k = 0; k < 3; k++) {
        error[k] = fabs(v_after(ctx, 20e-6 / (1 << k), method) - exact);
        printf("%g %g\n", 20e-6 / (1 << k), error[k]);
    }
    return log2(error[1] / error[2]);
}

static void halving_the_step_shows_the_order(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    assert_within(order_of(ctx, HYS_BRAIN_CRANK_NICOLSON), 2, 0.1);
    assert_within(order_of(ctx, HYS_BRAIN_BACKWARD_EULER), 1, 0.1);
    hys_ctx_free(ctx);
}

static void backward_euler_ends_where_neuron_does(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_opts o = hys_brain_opts_default();
    hys_brain_cell_opts c = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.method = HYS_BRAIN_BACKWARD_EULER;
    c.leak = 3;
    c.leak_reversal = -54.3e-3;
    c.v_start = -40e-3;
    c.temp = 279.45;
    said(ctx, hys_brain_cell_new(ctx, &c, &cell));
    said(ctx, add_channel(cell, "hh_na", "na", NULL));
    said(ctx, add_channel(cell, "hh_k", "k", NULL));
    cell_run r = run_of(ctx, cell, 1, &o);
    said(ctx, hys_brain_settle(r.brain));
    said(ctx, hys_brain_run(r.brain, 25e-3));
    assert_within(hys_brain_v(r.brain, &r.place), -65.067010e-3, 1e-9);
    free_run(&r);
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(halving_the_step_shows_the_order),
    cmocka_unit_test(backward_euler_ends_where_neuron_does),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
