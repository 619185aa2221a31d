/* Point neurons: closed forms, reference values of tight integrations, the published counts. */
#include "brain_net.h"

typedef struct run {
    hys_brain *brain;
    size_t group, n;
    const hys_spike *spikes;
} run;

static run point_run(hys_ctx *ctx, const hys_point *p, double dt, double duration) {
    run r = {0};
    hys_brain_opts o = hys_brain_opts_default();
    hys_brain_cell *cell = NULL;
    o.dt = dt;
    said(ctx, hys_brain_point_new(ctx, p, &cell));
    said(ctx, hys_brain_new(ctx, &o, &r.brain));
    said(ctx, hys_brain_add(r.brain, cell, 1, &r.group));
    hys_brain_cell_free(cell);
    said(ctx, hys_brain_run(r.brain, duration));
    r.spikes = hys_brain_spikes(r.brain, r.group, &r.n);
    return r;
}

/* T = t_ref + tau ln((R I + E - V_r)/(R I + E - V_th)), up to the step at whose end the neuron fires. */
static void integrate_and_fire_has_its_period(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double current[] = {2.01e-9, 2.5e-9, 3e-9}, period[] = {108.066096e-3, 34.188758e-3, 23.972246e-3};
    const double dt = 5e-6;
    hys_point p = hys_point_default(HYS_POINT_LIF);
    p.capacitance = 2e-9;
    p.leak = 1e-7;
    p.leak_reversal = p.reset = p.v_start = -70e-3;
    for (size_t k = 0; k < 3; k++) {
        p.bias = current[k];
        run r = point_run(ctx, &p, dt, 0.35);
        assert_true(r.n > 2);
        const double t = r.spikes[2].time - r.spikes[1].time;
        assert_true(t > period[k] - 1e-9 && t < period[k] + dt + 1e-9);
        hys_brain_free(r.brain);
    }
    hys_ctx_free(ctx);
}

/* A spike of an exponential current, exact with steps of 1 ms: the closed form of tests of ports. */
static void integrate_and_fire_is_exact_with_any_step(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_point p = hys_point_default(HYS_POINT_LIF);
    hys_port_opts port = hys_port_opts_default();
    const hys_spike spike = {1e-3, 0};
    hys_brain_opts o = hys_brain_opts_default();
    hys_brain_cell *cell = NULL;
    hys_brain *brain = NULL;
    size_t group;
    o.dt = 1e-3;
    port.name = "syn";
    port.is_current = true;
    said(ctx, hys_brain_point_new(ctx, &p, &cell));
    said(ctx, hys_brain_cell_add_port(cell, &port));
    said(ctx, hys_brain_new(ctx, &o, &brain));
    said(ctx, hys_brain_add(brain, cell, 1, &group));
    join_all(brain, replay(brain, 1, &spike, 1), group, 1e-10, 1e-3);
    said(ctx, hys_brain_run(brain, 9e-3));
    const double tau = 5e-3, tau_m = 10e-3, t = 7e-3;
    const double want = 1e-10 * tau * tau_m / (250e-12 * (tau - tau_m)) * (exp(-t / tau) - exp(-t / tau_m));
    assert_near(hys_brain_v(brain, &(hys_brain_place){group, 0, 0}) + 65e-3, want, 1e-12);
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

/* Tight integrations of the equations; RK4 leaves less than these digits at 25 us. */
static void adex_fires_at_the_reference_times(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_point p = hys_point_default(HYS_POINT_ADEX);
    p.bias = 700e-12;
    run r = point_run(ctx, &p, 25e-6, 0.5);
    const double times[] = {24.6113e-3, 63.2208e-3, 142.4155e-3, 266.4317e-3};
    assert_int_equal(r.n, 5);
    for (size_t k = 0; k < 4; k++) assert_within(r.spikes[k].time, times[k], 1e-7);
    assert_within(r.spikes[4].time - r.spikes[3].time, 127.9928e-3, 1e-7);
    hys_brain_free(r.brain);
    p.bias = 1e-9;
    r = point_run(ctx, &p, 25e-6, 0.5);
    assert_int_equal(r.n, 17);
    assert_within(r.spikes[0].time, 11.7916e-3, 1e-7);
    assert_within(r.spikes[16].time - r.spikes[15].time, 36.0754e-3, 1e-7);
    hys_brain_free(r.brain);
    hys_ctx_free(ctx);
}

static void izhikevich_fires_as_often_as_event_located_solutions(void **state) {
    (void)state;
    static const struct {
        double a, b, c, d;
        size_t n;
        double last; /* ms; 0: not known */
    } kinds[] = {{0.02, 0.2, -65, 8, 23, 44.8124},
                 {0.02, 0.2, -55, 4, 34, 0},
                 {0.02, 0.2, -50, 2, 87, 0},
                 {0.1, 0.2, -65, 2, 137, 7.34265},
                 {0.02, 0.25, -65, 2, 78, 0}};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < 5; k++) {
        hys_point p = hys_point_default(HYS_POINT_IZHIKEVICH);
        p.a = kinds[k].a;
        p.b = kinds[k].b;
        p.reset = kinds[k].c * 1e-3;
        p.d = kinds[k].d;
        p.bias = 10e-9;
        run r = point_run(ctx, &p, 100e-6, 1);
        assert_int_equal(r.n, kinds[k].n);
        if (kinds[k].last > 0)
            assert_within(1e3 * (r.spikes[r.n - 1].time - r.spikes[r.n - 2].time), kinds[k].last, 1e-4);
        hys_brain_free(r.brain);
    }
    hys_ctx_free(ctx);
}

static double first_adex_spike(hys_ctx *ctx, double dt) {
    hys_point p = hys_point_default(HYS_POINT_ADEX);
    hys_port_opts port = hys_port_opts_default();
    const hys_spike spike = {1e-3, 0};
    hys_brain_opts o = hys_brain_opts_default();
    hys_brain_cell *cell = NULL;
    hys_brain *brain = NULL;
    size_t group, n;
    o.dt = dt;
    port.name = "syn";
    p.bias = 500e-12;
    said(ctx, hys_brain_point_new(ctx, &p, &cell));
    said(ctx, hys_brain_cell_add_port(cell, &port));
    said(ctx, hys_brain_new(ctx, &o, &brain));
    said(ctx, hys_brain_add(brain, cell, 1, &group));
    join_all(brain, replay(brain, 1, &spike, 1), group, 20e-9, 1e-3);
    said(ctx, hys_brain_run(brain, 40e-3));
    const hys_spike *spikes = hys_brain_spikes(brain, group, &n);
    assert_true(n > 0);
    const double t = spikes[0].time;
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    return t;
}

static void conductances_of_point_neurons_are_of_second_order(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double t[3];
    for (int k = 0; k < 3; k++) t[k] = first_adex_spike(ctx, 100e-6 / (1 << k));
    assert_within(log2(fabs((t[0] - t[1]) / (t[1] - t[2]))), 2, 0.3);
    hys_ctx_free(ctx);
}

/* tau = 10 ms, mean and variance of shot noise: V = w r tau, w^2 r tau/2 of jumps w at the rate r. */
static void background_has_the_moments_of_shot_noise(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_point p = hys_point_default(HYS_POINT_LIF);
    hys_port_opts port = hys_port_opts_default();
    hys_brain_opts o = hys_brain_opts_default();
    hys_brain_cell *cell = NULL;
    hys_brain *brain = NULL;
    size_t group;
    const size_t n = 4000;
    o.dt = 1e-4;
    p.threshold = 1;
    port.name = "syn";
    port.kind = HYS_PORT_DELTA;
    said(ctx, hys_brain_point_new(ctx, &p, &cell));
    said(ctx, hys_brain_cell_add_port(cell, &port));
    said(ctx, hys_brain_new(ctx, &o, &brain));
    said(ctx, hys_brain_add(brain, cell, n, &group));
    said(ctx, hys_brain_add_background(brain, group, "syn", 2e4, 1e-4));
    said(ctx, hys_brain_run(brain, 0.1));
    double sum = 0, squares = 0;
    for (size_t k = 0; k < n; k++) {
        const double v = hys_brain_v(brain, &(hys_brain_place){group, k, 0}) + 65e-3;
        sum += v;
        squares += v * v;
    }
    const double mean = sum / (double)n, variance = squares / (double)n - mean * mean;
    /* what came at steps' beginnings is seen a step later: a factor exp(-dt/tau); 4.5 standard errors */
    assert_within(mean, 1e-4 * 2e4 * 10e-3 * (1 - 0.5e-2), 4.5 * 1e-3 / sqrt((double)n));
    assert_near(variance, 1e-8 * 2e4 * 5e-3, 4.5 * sqrt(2.0 / (double)n));
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

/* A neuron whose current is far below the threshold but for Poisson jumps that each bring it there: intervals are
 * refractory time (2 ms) plus exponential ones, so CV = 1/(1 + r t_ref). */
static void a_neuron_driven_by_large_poisson_spikes_has_their_statistics(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_point p = hys_point_default(HYS_POINT_LIF);
    hys_port_opts port = hys_port_opts_default();
    hys_brain_cell *cell = NULL;
    hys_brain *brain = NULL;
    size_t group, source, projection, n;
    hys_connect_opts c = hys_connect_opts_default();
    port.name = "syn";
    port.kind = HYS_PORT_DELTA;
    said(ctx, hys_brain_point_new(ctx, &p, &cell));
    said(ctx, hys_brain_cell_add_port(cell, &port));
    said(ctx, hys_brain_new(ctx, NULL, &brain));
    said(ctx, hys_brain_add(brain, cell, 100, &group));
    said(ctx, hys_brain_add_poisson(brain, 100, 100, 0, 0, &source));
    c.source = source;
    c.target = group;
    c.port = "syn";
    c.rule = HYS_CONNECT_ONE_TO_ONE;
    c.weight.mean = 20e-3;
    said(ctx, hys_brain_connect(brain, &c, &projection));
    said(ctx, hys_brain_run(brain, 3));
    const hys_spike *s = hys_brain_spikes(brain, group, &n);
    double sum = 0, squares = 0, count = 0;
    for (size_t k = 1; k < n; k++) {
        const double t = s[k].time - s[k - 1].time;
        if (s[k].cell != s[k - 1].cell) continue;
        assert_true(t > 2e-3 - 1e-9);
        sum += t;
        squares += t * t;
        count++;
    }
    const double mean = sum / count, cv = sqrt(squares / count - mean * mean) / mean;
    assert_near(mean, 12e-3, 4.5 / 1.2 / sqrt(count));
    assert_near(cv, 1 / 1.2, 0.03); /* some 4.5 standard errors of 25000 intervals */
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

static void bad_point_neurons_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_cell *cell = NULL;
    hys_point p = hys_point_default(HYS_POINT_LIF);
    p.leak = 0;
    assert_refused(ctx, hys_brain_point_new(ctx, &p, &cell), "a neuron of the kind lif cannot have leak = 0");
    p = hys_point_default(HYS_POINT_ADEX);
    p.reset = 0.1;
    assert_refused(ctx, hys_brain_point_new(ctx, &p, &cell), "cannot be reset to 0.1 V");
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(integrate_and_fire_has_its_period),
    cmocka_unit_test(integrate_and_fire_is_exact_with_any_step),
    cmocka_unit_test(adex_fires_at_the_reference_times),
    cmocka_unit_test(izhikevich_fires_as_often_as_event_located_solutions),
    cmocka_unit_test(conductances_of_point_neurons_are_of_second_order),
    cmocka_unit_test(background_has_the_moments_of_shot_noise),
    cmocka_unit_test(a_neuron_driven_by_large_poisson_spikes_has_their_statistics),
    cmocka_unit_test(bad_point_neurons_are_refused),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
