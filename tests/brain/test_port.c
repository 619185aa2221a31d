/* Ports: synaptic potentials against closed forms, their order, and what reaches cells of several compartments. */
#include "brain_net.h"

#define TAU_M 20e-3 /* s: 1e-9 m^2 x 0.01 F/m^2 / 0.5 nS */
#define C_M   1e-11 /* F */

static hys_port_opts port_of(hys_port_kind kind, bool is_current) {
    hys_port_opts p = hys_port_opts_default();
    p.name = "syn";
    p.kind = kind;
    p.is_current = is_current;
    return p;
}

static hys_brain_cell *passive(hys_ctx *ctx, const hys_port_opts *port) {
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.leak = 0.5;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    said(ctx, hys_brain_cell_add_port(cell, port));
    return cell;
}

/* V - rest at t of a passive cell whose port one spike reaches at 2 ms. */
static double answer(hys_ctx *ctx, const hys_port_opts *port, double dt, double weight, double t) {
    hys_brain_opts o = hys_brain_opts_default();
    o.dt = dt;
    hys_brain *brain = NULL;
    hys_brain_cell *cell = passive(ctx, port);
    size_t target;
    const hys_spike spike = {1e-3, 0};
    said(ctx, hys_brain_new(ctx, &o, &brain));
    said(ctx, hys_brain_add(brain, cell, 1, &target));
    const size_t source = replay(brain, 1, &spike, 1);
    join_all(brain, source, target, weight, 1e-3);
    said(ctx, hys_brain_run(brain, t));
    const double v = hys_brain_v(brain, &(hys_brain_place){target, 0, 0});
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    return v + 65e-3;
}

/* Of an exponential current w exp(-t/tau): w tau tau_m/(C (tau - tau_m)) (exp(-t/tau) - exp(-t/tau_m)). */
static double exponential(double w, double tau, double t) {
    return w * tau * TAU_M / (C_M * (tau - TAU_M)) * (exp(-t / tau) - exp(-t / TAU_M));
}

static void currents_make_the_potentials_of_the_closed_forms(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double t = 7e-3, tau = 5e-3, rise = 1e-3, k = 1 / tau - 1 / TAU_M;
    hys_port_opts p = port_of(HYS_PORT_EXPONENTIAL, true);
    assert_near(answer(ctx, &p, 5e-6, 1e-12, 2e-3 + t), exponential(1e-12, tau, t), 2e-6);
    p.kind = HYS_PORT_ALPHA; /* e/(C tau) times the integral of s exp(-s/tau) exp(-(t - s)/tau_m) */
    const double alpha = 1e-12 * exp(1.0) / (C_M * tau) * exp(-t / TAU_M) * (1 - exp(-k * t) * (1 + k * t)) / (k * k);
    assert_near(answer(ctx, &p, 5e-6, 1e-12, 2e-3 + t), alpha, 2e-6);
    p.kind = HYS_PORT_DUAL; /* peak at 5/4 ln 5 ms */
    const double peak = 1.25e-3 * log(5), norm = 1 / (exp(-peak / tau) - exp(-peak / rise));
    const double dual = norm * (exponential(1e-12, tau, t) - exponential(1e-12, rise, t));
    assert_near(answer(ctx, &p, 5e-6, 1e-12, 2e-3 + t), dual, 2e-6);
    p.kind = HYS_PORT_DELTA;
    assert_near(answer(ctx, &p, 5e-6, 3e-3, 2e-3 + t), 3e-3 * exp(-t / TAU_M), 1e-7);
    hys_ctx_free(ctx);
}

/* A current brings its charge to the last bit of what is left of it after 40 time constants; nothing leaks here. */
static void a_current_brings_its_whole_charge_with_any_step(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_opts o = hys_brain_opts_default();
    o.dt = 1e-3;
    hys_brain *brain = NULL;
    hys_brain_cell *cell = NULL;
    size_t target;
    const hys_port_opts p = port_of(HYS_PORT_EXPONENTIAL, true);
    const hys_spike spike = {1e-3, 0};
    said(ctx, hys_brain_cell_new(ctx, NULL, &cell));
    said(ctx, hys_brain_cell_add_port(cell, &p));
    said(ctx, hys_brain_new(ctx, &o, &brain));
    said(ctx, hys_brain_add(brain, cell, 1, &target));
    join_all(brain, replay(brain, 1, &spike, 1), target, 2e-12, 1e-3);
    said(ctx, hys_brain_run(brain, 0.2));
    assert_near(hys_brain_v(brain, &(hys_brain_place){target, 0, 0}) + 65e-3, 2e-12 * 5e-3 / C_M, 1e-10);
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

/* Conductances have no closed form: the order is that of three steps against each other. */
static void halving_the_step_shows_the_second_order(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_port_kind kinds[] = {HYS_PORT_EXPONENTIAL, HYS_PORT_ALPHA, HYS_PORT_DUAL, HYS_PORT_NMDA};
    for (size_t k = 0; k < 4; k++) {
        hys_port_opts p = port_of(kinds[k], false);
        double v[3];
        for (int j = 0; j < 3; j++) v[j] = answer(ctx, &p, 100e-6 / (1 << j), 3e-9, 6e-3);
        assert_within(log2(fabs((v[0] - v[1]) / (v[1] - v[2]))), 2, 0.1);
    }
    hys_ctx_free(ctx);
}

/* The block of Jahr and Stevens (1990): at -65 mV and 1 mM 0.0597... of the channels are open. */
static void magnesium_blocks_nmda(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_port_opts p = port_of(HYS_PORT_NMDA, false);
    const double blocked = answer(ctx, &p, 5e-6, 1e-13, 5e-3);
    p.magnesium = 0;
    const double open = answer(ctx, &p, 5e-6, 1e-13, 5e-3);
    assert_near(blocked / open, 1 / (1 + exp(0.062 * 65) / 3.57), 1e-3); /* V moves by 10 uV */
    hys_ctx_free(ctx);
}

static void synapses_at_a_dendrite_reach_its_compartment(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    int32_t parent[3] = {-1, 0, 1};
    double area[3] = {1e-9, 1e-9, 1e-9}, axial[3] = {0, 1e9, 1e9};
    const hys_compartments tree = {.n = 3, .parent = parent, .area = area, .axial = axial};
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    const hys_port_opts p = port_of(HYS_PORT_DELTA, false);
    hys_brain_cell *cell = NULL;
    hys_brain *brain = NULL;
    size_t group, projection;
    const hys_spike spike = {0, 0};
    hys_connect_opts c = hys_connect_opts_default();
    const hys_synapse_row row = {0, 9, 2e-3, 1e-3};
    o.compartments = &tree;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    said(ctx, hys_brain_cell_add_port(cell, &p));
    said(ctx, hys_brain_new(ctx, NULL, &brain));
    said(ctx, hys_brain_add(brain, cell, 11, &group));
    c.source = replay(brain, 1, &spike, 1);
    c.target = group;
    c.port = "syn";
    c.compartment = 2;
    c.rule = HYS_CONNECT_LIST;
    c.list = &row;
    c.n_list = 1;
    said(ctx, hys_brain_connect(brain, &c, &projection));
    said(ctx, hys_brain_run(brain, 1.025e-3)); /* one step: nearly all is still where it came */
    for (size_t k = 0; k < 11; k++)
        for (size_t j = 0; j < 3; j++)
            assert_within(hys_brain_v(brain, &(hys_brain_place){group, k, j}) + 65e-3, k == 9 && j == 2 ? 2e-3 : 0,
                          1e-5);
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

/* A jump over the threshold is a spike at the step's beginning. */
static void a_jump_over_the_threshold_is_a_spike(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_port_opts p = port_of(HYS_PORT_DELTA, false);
    hys_brain_cell *cell = passive(ctx, &p);
    hys_brain *brain = NULL;
    size_t target, n;
    const hys_spike spike = {1e-3, 0};
    said(ctx, hys_brain_new(ctx, NULL, &brain));
    said(ctx, hys_brain_add(brain, cell, 1, &target));
    said(ctx, hys_brain_detect(brain, target, 0, -60e-3));
    join_all(brain, replay(brain, 1, &spike, 1), target, 6e-3, 1e-3);
    said(ctx, hys_brain_run(brain, 5e-3));
    const hys_spike *spikes = hys_brain_spikes(brain, target, &n);
    assert_int_equal(n, 1);
    assert_within(spikes[0].time, 2e-3, 1e-9);
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

static void bad_ports_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_cell *cell = NULL;
    hys_port_opts p = port_of(HYS_PORT_EXPONENTIAL, false);
    said(ctx, hys_brain_cell_new(ctx, NULL, &cell));
    p.tau = 0;
    assert_refused(ctx, hys_brain_cell_add_port(cell, &p), "port syn: a time constant cannot be 0 s");
    p.tau = 1e-3;
    p.name = "";
    assert_refused(ctx, hys_brain_cell_add_port(cell, &p), "a port without a name");
    p.name = "syn";
    said(ctx, hys_brain_cell_add_port(cell, &p));
    assert_refused(ctx, hys_brain_cell_add_port(cell, &p), "a cell cannot have two ports 'syn'");
    p = port_of(HYS_PORT_NMDA, true);
    p.name = "nmda";
    assert_refused(ctx, hys_brain_cell_add_port(cell, &p), "port nmda: not a current");
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(currents_make_the_potentials_of_the_closed_forms),
    cmocka_unit_test(a_current_brings_its_whole_charge_with_any_step),
    cmocka_unit_test(halving_the_step_shows_the_second_order),
    cmocka_unit_test(magnesium_blocks_nmda),
    cmocka_unit_test(synapses_at_a_dendrite_reach_its_compartment),
    cmocka_unit_test(a_jump_over_the_threshold_is_a_spike),
    cmocka_unit_test(bad_ports_are_refused),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
