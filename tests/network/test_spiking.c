/* Spiking networks: neurons against their closed forms, codes, conversion, gradients, threads, memory that fails. */
#include "network/network_samples.h"
#include <hysteron/spiking.h>
#include <sys/wait.h>

static hys_spiking *spiking_of(hys_network *network, const hys_spiking_opts *o) {
    hys_spiking *s = NULL;
    if (hys_spiking_new(network, o, &s) != HYS_OK) fail_msg("no spiking network");
    return s;
}

/* One neuron that sees what comes in. */
typedef struct lone {
    hys_ctx *ctx;
    hys_network *network;
    hys_spiking *spiking;
} lone;

static lone lone_of(const hys_neuron *neuron, size_t steps, double dt) {
    lone l = {.ctx = hys_test_ctx()};
    hys_spiking_opts o = hys_spiking_opts_default();
    const float one = 1;
    l.network = parse(l.ctx, "1-1/nobias-relu");
    assert_int_equal(hys_network_set_weights(l.network, 0, &one, NULL), HYS_OK);
    o.steps = steps;
    o.dt = dt;
    o.neuron = *neuron;
    l.spiking = spiking_of(l.network, &o);
    return l;
}

static void free_lone(lone *l) {
    hys_spiking_free(l->spiking);
    hys_network_free(l->network);
    hys_ctx_free(l->ctx);
}

static size_t spikes_of(lone *l, const float *currents, size_t steps, size_t *times) {
    float *spikes = malloc(steps * sizeof *spikes);
    size_t n = 0;
    assert_int_equal(hys_spiking_trace(l->spiking, currents, 1, NULL, spikes), HYS_OK);
    for (size_t t = 0; t < steps; t++)
        if (spikes[t] != 0) times[n++] = t;
    free(spikes);
    return n;
}

/* ---- neurons ---- */

/* From the reset, v reaches the threshold after tau ln((v_inf - reset) / (v_inf - threshold)); the spike lies at the
 * end of that step, and steps of the refractory time come behind it. */
static void a_lif_neuron_fires_at_the_rate_of_its_closed_form(void **state) {
    (void)state;
    enum { STEPS = 4000 };
    const double dt = 1e-4, tau = 0.02, reset = -0.3, leak = -0.1, refractory = 2e-3;
    hys_neuron n = hys_neuron_default(HYS_NEURON_LIF);
    n.tau = tau;
    n.reset = reset;
    n.v_leak = leak;
    n.refractory = refractory;
    n.r = 2;
    for (double current = 0.6; current < 3; current += 0.37) {
        lone l = lone_of(&n, STEPS, dt);
        float currents[STEPS];
        size_t times[STEPS];
        const double end = leak + n.r * current;
        const double charge = tau * log((end - reset) / (end - 1));
        for (size_t t = 0; t < STEPS; t++) currents[t] = (float)current;
        const size_t count = spikes_of(&l, currents, STEPS, times);
        assert_true(count > 3);
        const size_t period = (size_t)ceil(charge / dt) + 20;
        for (size_t k = 1; k < count; k++) assert_int_equal(times[k] - times[k - 1], period);
        /* 1/f = refractory + tau ln(...) to within a step */
        assert_within((double)period * dt, refractory + charge, dt);
        free_lone(&l);
    }
}

static void a_current_below_the_threshold_leaves_the_neuron_silent(void **state) {
    (void)state;
    enum { STEPS = 1000 };
    hys_neuron n = hys_neuron_default(HYS_NEURON_LIF);
    lone l = lone_of(&n, STEPS, 1e-3);
    float currents[STEPS], potentials[STEPS];
    size_t times[STEPS];
    for (size_t t = 0; t < STEPS; t++) currents[t] = 0.999f;
    assert_int_equal(spikes_of(&l, currents, STEPS, times), 0);
    assert_int_equal(hys_spiking_trace(l.spiking, currents, 1, potentials, NULL), HYS_OK);
    for (size_t t = 0; t < 100; t++)
        assert_within(potentials[t], 0.999 * -expm1(-(double)(t + 1) * 1e-3 / 0.02), 2e-6); /* float, 100 steps */
    free_lone(&l);
}

/* v = r w I (1 - (tau e^(-t/tau) - tau_s e^(-t/tau_s)) / (tau - tau_s)); equal ones: 1 - e^(-t/tau) (1 + t/tau). */
static void a_synapse_with_its_own_time_constant_is_exact(void **state) {
    (void)state;
    enum { STEPS = 60 };
    static const double tau_s[] = {0.005, 0.02, 0.05};
    for (size_t k = 0; k < 3; k++) {
        hys_neuron n = hys_neuron_default(HYS_NEURON_CUBA_LIF);
        n.tau_synapse = tau_s[k];
        n.r = 0.5;
        n.w_in = 1.5;
        lone l = lone_of(&n, STEPS, 1e-3);
        float currents[STEPS], potentials[STEPS];
        for (size_t t = 0; t < STEPS; t++) currents[t] = 1;
        assert_int_equal(hys_spiking_trace(l.spiking, currents, 1, potentials, NULL), HYS_OK);
        for (size_t t = 0; t < STEPS; t++) {
            const double time = (double)(t + 1) * 1e-3, a = n.tau, b = tau_s[k];
            const double rise =
                a == b ? 1 - exp(-time / a) * (1 + time / a) : 1 - (a * exp(-time / a) - b * exp(-time / b)) / (a - b);
            assert_within(potentials[t], 0.75 * rise, 3e-6); /* float, 60 steps */
        }
        free_lone(&l);
    }
}

static void subtraction_keeps_what_lies_above_the_threshold(void **state) {
    (void)state;
    enum { STEPS = 1000 };
    hys_neuron n = hys_neuron_default(HYS_NEURON_IF);
    float currents[STEPS];
    size_t times[STEPS];
    for (size_t t = 0; t < STEPS; t++) currents[t] = 0.375f; /* exact in binary */
    n.is_subtracted = true;
    lone l = lone_of(&n, STEPS, 1e-3);
    assert_int_equal(spikes_of(&l, currents, STEPS, times), 375);
    free_lone(&l);
    n.is_subtracted = false; /* 0.375, 0.75, 1.125 -> 0 */
    l = lone_of(&n, STEPS, 1e-3);
    assert_int_equal(spikes_of(&l, currents, STEPS, times), 333);
    free_lone(&l);
}

/* IF and a threshold that rises by a half with each spike and never falls: the k-th needs 1 + k/2. */
static void each_spike_raises_an_adaptive_threshold(void **state) {
    (void)state;
    enum { STEPS = 1000 };
    hys_neuron n = hys_neuron_default(HYS_NEURON_IF);
    float currents[STEPS];
    size_t times[STEPS];
    n.adaptation = 0.5;
    n.tau_adaptation = INFINITY;
    for (size_t t = 0; t < STEPS; t++) currents[t] = 0.0625f;
    lone l = lone_of(&n, STEPS, 1e-3);
    const size_t count = spikes_of(&l, currents, STEPS, times);
    assert_true(count > 10);
    for (size_t k = 1; k < count; k++) assert_int_equal(times[k] - times[k - 1], 16 + 8 * k);
    free_lone(&l);
}

/* ---- codes ---- */

static hys_samples grey(size_t n, size_t width, float value) {
    hys_samples s = samples_of(n, 1, 1, width);
    for (size_t k = 0; k < n * width; k++) s.values[k] = value;
    return s;
}

static double input_spikes(hys_spike_code code, double rate, float value, size_t steps) {
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "50-3");
    hys_samples s = grey(100, 50, value);
    hys_spiking_opts o = hys_spiking_opts_default();
    hys_spiking_result r = {.size = sizeof r};
    o.code = code;
    o.steps = steps;
    o.rate = rate;
    hys_spiking *spiking = spiking_of(network, &o);
    assert_int_equal(hys_spiking_evaluate(spiking, &s, NULL, 0, &r), HYS_OK);
    hys_spiking_free(spiking);
    hys_network_free(network);
    free_samples(&s);
    hys_ctx_free(ctx);
    return r.input_spikes;
}

static void poisson_spikes_are_as_many_as_their_rate_says(void **state) {
    (void)state;
    /* 100 samples of 50 inputs in 40 steps: 200000 draws; 4.5 standard deviations of the mean of a sample */
    static const float values[] = {0.02f, 0.3f, 0.97f};
    for (size_t k = 0; k < 3; k++) {
        const double p = (double)values[k] * 0.25, want = 2000 * p, sd = sqrt(2000 * p * (1 - p) / 100);
        assert_within(input_spikes(HYS_CODE_POISSON, 250, values[k], 40), want, 4.5 * sd);
    }
    assert_within(input_spikes(HYS_CODE_POISSON, 0, 0, 40), 0, 0);
}

/* Current into the outputs is the number of spikes; over samples its variance is that of a binomial. */
static void poisson_spikes_scatter_as_they_should(void **state) {
    (void)state;
    enum { SAMPLES = 2000, STEPS = 50 };
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2-2/nobias-linear");
    hys_samples s = grey(SAMPLES, 2, 0.3f);
    hys_spiking_opts o = hys_spiking_opts_default();
    float *out = malloc(SAMPLES * 2 * sizeof *out), unit[4] = {1, 0, 0, 1};
    double square = 0, product = 0;
    o.steps = STEPS;
    s.n_classes = 2;
    assert_int_equal(hys_network_set_weights(network, 0, unit, NULL), HYS_OK);
    hys_spiking *spiking = spiking_of(network, &o);
    assert_int_equal(hys_spiking_predict(spiking, &s, out), HYS_OK);
    for (size_t k = 0; k < SAMPLES; k++) {
        const double a = (double)out[2 * k] * STEPS - 15, b = (double)out[2 * k + 1] * STEPS - 15;
        square += (a * a + b * b) / (2 * SAMPLES);
        product += a * b / SAMPLES;
    }
    assert_near(square, 10.5, 4.5 * sqrt(2.0 / (2 * SAMPLES)));
    assert_within(product / 10.5, 0, 4.5 / sqrt(SAMPLES)); /* inputs know nothing of each other */
    free(out);
    hys_spiking_free(spiking);
    hys_network_free(network);
    free_samples(&s);
    hys_ctx_free(ctx);
}

static void regular_and_latency_codes_are_exact(void **state) {
    (void)state;
    assert_within(input_spikes(HYS_CODE_REGULAR, 0, 0.25f, 100), 50 * 25, 0);
    assert_within(input_spikes(HYS_CODE_REGULAR, 500, 0.25f, 96), 50 * 12, 0);
    assert_within(input_spikes(HYS_CODE_REGULAR, 0, 1, 7), 50 * 7, 0);
    assert_within(input_spikes(HYS_CODE_LATENCY, 0, 0.3f, 20), 50, 0);
    assert_within(input_spikes(HYS_CODE_LATENCY, 0, 0, 20), 0, 0);
    assert_within(input_spikes(HYS_CODE_CURRENT, 0, 0.3f, 20), 0, 0);
}

/* Value 1 at once, 0.5 in the middle, 0 never: the step of the first spike of a neuron at the output. */
static void the_larger_value_comes_first(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "3-3/nobias-linear");
    float values[] = {1, 0.5f, 0, 0.2f, 0.1f, 0.9f}, out[6], unit[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    uint16_t labels[] = {0, 2};
    const hys_samples s = {2, 1, 1, 3, values, labels, 3};
    hys_spiking_opts o = hys_spiking_opts_default();
    hys_spiking_result r = {.size = sizeof r};
    o.steps = 11;
    o.code = HYS_CODE_LATENCY;
    o.readout = HYS_READOUT_FIRST;
    o.neuron = hys_neuron_default(HYS_NEURON_IF);
    assert_int_equal(hys_network_set_weights(network, 0, unit, NULL), HYS_OK);
    hys_spiking *spiking = spiking_of(network, &o);
    assert_int_equal(hys_spiking_predict(spiking, &s, out), HYS_OK);
    const float want[] = {11, 6, 0, 3, 2, 10}; /* steps - step, and less than a half for the potential */
    for (size_t k = 0; k < 6; k++) assert_within(out[k], want[k], 0.5);
    assert_int_equal(hys_spiking_evaluate(spiking, &s, NULL, 0, &r), HYS_OK);
    assert_within(r.accuracy, 1, 0);
    assert_within(r.first_step, (1 + 2) / 2.0, 0);
    hys_spiking_free(spiking);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

/* ---- from activations ---- */

/* With constant currents a rate is off by less than a spike: outputs come to the network's own as 1/steps. */
static void after_long_times_rates_are_activations(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "8-20-12-3-linear");
    hys_samples s = samples_of(40, 1, 1, 8);
    float want[120], got[120];
    double before = INFINITY;
    for (size_t k = 0; k < 320; k++) s.values[k] = fabsf(s.values[k]);
    assert_int_equal(hys_network_predict(network, &s, want), HYS_OK);
    for (size_t steps = 100; steps <= 10000; steps *= 10) {
        hys_spiking_opts o = hys_spiking_opts_default();
        double most = 0;
        o.steps = steps;
        o.code = HYS_CODE_CURRENT;
        hys_spiking *spiking = spiking_of(network, &o);
        assert_int_equal(hys_spiking_balance(spiking, &s, 0, 1), HYS_OK);
        assert_int_equal(hys_spiking_predict(spiking, &s, got), HYS_OK);
        for (size_t k = 0; k < 120; k++) most = fmax(most, fabs((double)got[k] - (double)want[k]));
        assert_true(most < before / 4);
        before = most;
        hys_spiking_free(spiking);
    }
    assert_true(before < 0.02); /* outputs are about 1; thresholds about 2; 10000 steps */
    hys_network_free(network);
    free_samples(&s);
    hys_ctx_free(ctx);
}

static void filters_and_means_spike_as_well(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2x8x8-conv4@3x3-meanpool2-3-linear");
    hys_samples s = samples_of(10, 2, 8, 8);
    float want[30], got[30];
    hys_spiking_opts o = hys_spiking_opts_default();
    for (size_t k = 0; k < 10 * 128; k++) s.values[k] = fabsf(s.values[k]);
    assert_int_equal(hys_network_predict(network, &s, want), HYS_OK);
    o.steps = 2000;
    o.code = HYS_CODE_CURRENT;
    hys_spiking *spiking = spiking_of(network, &o);
    assert_int_equal(hys_spiking_balance(spiking, &s, 0, 1), HYS_OK);
    assert_int_equal(hys_spiking_predict(spiking, &s, got), HYS_OK);
    for (size_t k = 0; k < 30; k++) assert_within(got[k], want[k], 0.01);
    hys_spiking_free(spiking);
    hys_network_free(network);
    free_samples(&s);
    hys_ctx_free(ctx);
}

static void ideal_arrays_give_what_software_gives(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "16-12-3-linear");
    hys_samples s = samples_of(20, 1, 1, 16);
    const hys_synapse_law law = hys_synapse_law_ideal();
    hys_synapse *synapse = NULL;
    hys_mapping_opts m = hys_mapping_opts_default();
    hys_spiking_opts o = hys_spiking_opts_default();
    hys_spiking_result software = {.size = sizeof software}, device = {.size = sizeof device};
    float want[60], got[60];
    o.neuron.tau = 2e-3;
    o.steps = 50;
    hys_spiking *spiking = spiking_of(network, &o);
    assert_int_equal(hys_spiking_predict(spiking, &s, want), HYS_OK);
    assert_int_equal(hys_spiking_evaluate(spiking, &s, NULL, 0, &software), HYS_OK);
    assert_int_equal(hys_synapse_of_law(ctx, &law, &synapse), HYS_OK);
    m.synapse = synapse;
    m.fidelity = HYS_FIDELITY_DISTILLED;
    m.is_perfect = true;
    m.calibration = &s;
    assert_int_equal(hys_network_map_all(network, &m), HYS_OK);
    assert_int_equal(hys_spiking_predict(spiking, &s, got), HYS_OK);
    /* A potential at its threshold to rounding may spike a step earlier: seldom. */
    size_t n_away = 0;
    for (size_t k = 0; k < 60; k++) n_away += !(fabsf(got[k] - want[k]) <= 1e-5f);
    assert_true(n_away <= 3);
    assert_int_equal(hys_spiking_evaluate(spiking, &s, NULL, 0, &device), HYS_OK);
    assert_true(software.synapse_energy == 0 && device.synapse_energy > 0);
    assert_within(device.input_spikes, software.input_spikes, 0);
    hys_spiking_free(spiking);
    hys_network_free(network);
    hys_synapse_free(synapse);
    free_samples(&s);
    hys_ctx_free(ctx);
}

/* ---- what is told ---- */

/* Two inputs, one of which always spikes, into three neurons: 6 steps. */
static void operations_and_energies_add_up(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "2-3/nobias-2/nobias-linear");
    float values[] = {1, 0}, w1[] = {1, 0, 2, 1, 1, 1}, w2[] = {1, 1, 1, 0, 1, 1};
    uint16_t label = 0;
    const hys_samples s = {1, 1, 1, 2, values, &label, 2};
    hys_spiking_opts o = hys_spiking_opts_default();
    hys_spiking_result r = {.size = sizeof r};
    o.steps = 6;
    o.neuron = hys_neuron_default(HYS_NEURON_IF);
    o.neuron_energy = 1e-12;
    assert_int_equal(hys_network_set_weights(network, 0, w1, NULL), HYS_OK);
    assert_int_equal(hys_network_set_weights(network, 2, w2, NULL), HYS_OK);
    hys_spiking *spiking = spiking_of(network, &o);
    assert_int_equal(hys_spiking_evaluate(spiking, &s, (const size_t[]){2, 6}, 2, &r), HYS_OK);
    assert_within(r.input_spikes, 6, 0);
    assert_within(r.spikes, 12, 0);                         /* of the first and the last neuron, each step */
    assert_within(r.effective_acs, 6 * 2 + 6 * (2 + 2), 0); /* weights that are not 0 */
    assert_within(r.effective_macs, 0, 0);
    assert_within(r.activation_sparsity, 1 - 12 / 18.0, 1e-12);
    assert_within(r.neuron_energy, 12e-12, 1e-20);
    assert_within(r.time, 6e-3, 1e-12);
    assert_within(r.accuracies[1], r.accuracy, 0);
    hys_spiking_free(spiking);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void outputs_are_the_same_bits_with_any_threads(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "30-20-3");
    hys_samples s = samples_of(150, 1, 1, 30);
    hys_spiking_opts o = hys_spiking_opts_default();
    float *out[3];
    o.neuron.tau = 3e-3;
    o.steps = 30;
    hys_spiking *spiking = spiking_of(network, &o);
    for (unsigned k = 0; k < 3; k++) {
        out[k] = malloc(s.n * 3 * sizeof **out);
        hys_network_set_threads(network, k + 1);
        assert_int_equal(hys_spiking_predict(spiking, &s, out[k]), HYS_OK);
        assert_memory_equal(out[k], out[0], s.n * 3 * sizeof **out);
    }
    for (unsigned k = 0; k < 3; k++) free(out[k]);
    hys_spiking_free(spiking);
    hys_network_free(network);
    free_samples(&s);
    hys_ctx_free(ctx);
}

/* ---- training ---- */

static void check_gradient(hys_surrogate kind, bool is_subtracted, hys_spike_readout readout, hys_spike_code code) {
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-5-3");
    hys_samples s = samples_of(6, 1, 1, 4);
    hys_spiking_opts o = hys_spiking_opts_default();
    hys_surrogate_opts u = hys_surrogate_opts_default();
    float w[20], gradient[20];
    double loss, most = 0;
    o.steps = 8;
    o.code = code;
    o.readout = readout;
    o.neuron.tau = 3e-3;
    o.neuron.reset = -0.2;
    o.neuron.is_subtracted = is_subtracted;
    u.surrogate = kind;
    u.is_smooth = true;
    hys_spiking *spiking = spiking_of(network, &o);
    assert_int_equal(hys_spiking_gradient(spiking, &s, 6, &u, 0, &loss, gradient), HYS_OK);
    memcpy(w, hys_network_layer(network, 0).weights, sizeof w);
    for (size_t k = 0; k < 20; k++) most = fmax(most, fabs((double)gradient[k]));
    assert_true(most > 1e-4);
    for (size_t k = 0; k < 20; k++) {
        const float kept = w[k], step = 0.01f;
        double up, down;
        w[k] = kept + step;
        assert_int_equal(hys_network_set_weights(network, 0, w, NULL), HYS_OK);
        assert_int_equal(hys_spiking_gradient(spiking, &s, 6, &u, 0, &up, NULL), HYS_OK);
        w[k] = kept - step;
        assert_int_equal(hys_network_set_weights(network, 0, w, NULL), HYS_OK);
        assert_int_equal(hys_spiking_gradient(spiking, &s, 6, &u, 0, &down, NULL), HYS_OK);
        w[k] = kept;
        /* third derivatives of a surrogate with slope 2 over 0.01, floats: some 1e-3 of the largest */
        assert_within((up - down) / (2 * (double)step), gradient[k], 5e-3 * most);
    }
    hys_spiking_free(spiking);
    hys_network_free(network);
    free_samples(&s);
    hys_ctx_free(ctx);
}

static void gradients_of_smooth_spikes_are_differences(void **state) {
    (void)state;
    check_gradient(HYS_SURROGATE_ARCTAN, true, HYS_READOUT_SUM, HYS_CODE_CURRENT);
    check_gradient(HYS_SURROGATE_ARCTAN, false, HYS_READOUT_COUNT, HYS_CODE_POISSON);
    check_gradient(HYS_SURROGATE_FAST_SIGMOID, true, HYS_READOUT_COUNT, HYS_CODE_REGULAR);
    check_gradient(HYS_SURROGATE_FAST_SIGMOID, false, HYS_READOUT_SUM, HYS_CODE_CURRENT);
}

/* Three classes: which third of 12 inputs is bright; all of them dim and noisy. */
static hys_samples thirds(size_t n) {
    hys_samples s = samples_of(n, 1, 1, 12);
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < 12; i++)
            s.values[k * 12 + i] = 0.3f + 0.3f * s.values[k * 12 + i] + (i / 4 == s.labels[k] ? 0.3f : 0);
    return s;
}

static void spikes_learn_what_they_are_shown(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_samples s = thirds(600);
    float *weights[2];
    for (unsigned k = 0; k < 2; k++) {
        hys_network *network = parse(ctx, "12-16-3");
        hys_spiking_opts o = hys_spiking_opts_default();
        hys_surrogate_opts u = hys_surrogate_opts_default();
        hys_spiking_result r = {.size = sizeof r};
        o.steps = 20;
        o.neuron.tau = 5e-3;
        u.train.epochs = 6;
        u.train.batch = 40;
        u.train.rate = 0.01;
        hys_network_set_threads(network, k + 1);
        hys_spiking *spiking = spiking_of(network, &o);
        assert_int_equal(hys_spiking_train(spiking, &s, NULL, &u), HYS_OK);
        assert_int_equal(hys_spiking_evaluate(spiking, &s, NULL, 0, &r), HYS_OK);
        assert_true(r.accuracy > 0.9);
        weights[k] = malloc(12 * 16 * sizeof(float));
        memcpy(weights[k], hys_network_layer(network, 0).weights, 12 * 16 * sizeof(float));
        hys_spiking_free(spiking);
        hys_network_free(network);
    }
    assert_memory_equal(weights[0], weights[1], 12 * 16 * sizeof(float));
    free(weights[0]);
    free(weights[1]);
    free_samples(&s);
    hys_ctx_free(ctx);
}

/* ---- whole experiments ---- */

/* Three classes: which third of 12 numbers is large. */
static const char *write_thirds(const char *dir) {
    const char *path = hys_test_path(dir, "thirds.csv");
    FILE *file = fopen(path, "w");
    uint32_t state = 5;
    assert_non_null(file);
    for (int i = 0; i < 12; i++) fprintf(file, "x%d,", i);
    fprintf(file, "label\n");
    for (int k = 0; k < 240; k++) {
        for (int i = 0; i < 12; i++) fprintf(file, "%.4f,", 0.3 + 0.25 * (double)draw(&state) + (i / 4 == k % 3) * 0.4);
        fprintf(file, "%d\n", k % 3);
    }
    assert_int_equal(fclose(file), 0);
    return path;
}

/* Cells lose nearly all of their conductance in 1 s, by which nothing but the size of currents changes. */
static hys_synapse *fading(hys_ctx *ctx) {
    hys_synapse_law law = hys_synapse_law_ideal();
    hys_synapse *synapse = NULL;
    law.has_retention = true;
    for (size_t t = 0; t < 16; t++) {
        law.times[t] = 1e-6 * pow(10, (double)t);
        for (size_t k = 0; k < HYS_SYNAPSE_POINTS; k++) law.retention_mean[t][k] = law.times[t] < 0.5 ? 0 : -0.98;
    }
    assert_int_equal(hys_synapse_of_law(ctx, &law, &synapse), HYS_OK);
    return synapse;
}

static void an_experiment_trains_maps_and_ages(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir();
    hys_spiking_trial_opts o = hys_spiking_trial_opts_default();
    hys_spiking_trial_result r = {.size = sizeof r}, again = {.size = sizeof again};
    hys_synapse *synapse = fading(ctx);
    o.data = write_thirds(dir);
    o.network = "12-16-3";
    o.train.epochs = 40;
    o.train.rate = 0.01;
    o.synapse = synapse;
    o.spiking.steps = 40;
    o.at = (const size_t[]){1, 40};
    o.n_at = 2;
    o.times = (const double[]){1e-3, 1e3};
    o.n_times = 2;
    o.seeds = 2;
    if (hys_spiking_run(ctx, &o, &r) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    assert_true(r.software_accuracy > 0.9 && r.accuracy > 0.85);
    assert_within(r.curve[1], r.accuracy, 0);
    assert_within(r.aged[0], r.accuracy, 0.03); /* as programmed, other draws of nothing */
    assert_true(r.aged[1] < r.accuracy - 0.1);  /* thresholds are never reached, biases are left */
    assert_true(r.spiking.synapse_energy > 0);
    assert_int_equal(r.n_seeds, 2);
    o.threads = 3;
    assert_int_equal(hys_spiking_run(ctx, &o, &again), HYS_OK);
    assert_memory_equal(&again, &r, sizeof r);
    o.synapse = NULL;
    assert_int_equal(hys_spiking_run(ctx, &o, &r), HYS_ARG);
    hys_synapse_free(synapse);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

/* ---- NIR ---- */

static hys_spiking_opts nir_opts(void) {
    hys_spiking_opts o = hys_spiking_opts_default();
    o.steps = 60;
    o.code = HYS_CODE_REGULAR;
    return o;
}

/* What is written computes the same when it is read: neurons of each kind, each with numbers of its own. */
static void a_file_holds_the_same_spiking_network(void **state) {
    (void)state;
    for (int kind = 0; kind < HYS_N_NEURON_KINDS; kind++) {
        hys_ctx *ctx = hys_test_ctx();
        char *dir = hys_test_dir();
        const char *path = hys_test_path(dir, "a.nir");
        hys_network *network = parse(ctx, kind == HYS_NEURON_LI ? "6-5-3-relu" : "6-5-3/nobias-relu");
        hys_samples s = samples_of(8, 1, 1, 6);
        const hys_spiking_opts o = nir_opts();
        hys_spiking *a = spiking_of(network, &o), *b = NULL;
        hys_neuron n[5];
        float want[24], got[24];
        for (size_t i = 0; i < 5; i++) {
            n[i] = hys_neuron_default(kind == HYS_NEURON_LI ? HYS_NEURON_LIF : (hys_neuron_kind)kind);
            n[i].tau = 2e-3 + 1e-3 * (double)i;
            n[i].threshold = 0.3 + 0.1 * (double)i;
            n[i].is_subtracted = true;
            n[i].spike = 1.5;
        }
        assert_int_equal(hys_spiking_set_neurons(a, 1, n, 5), HYS_OK);
        n[0] = hys_neuron_default((hys_neuron_kind)kind);
        n[0].tau = 4e-3;
        n[0].v_leak = 0.01;
        assert_int_equal(hys_spiking_set_neurons(a, 3, n, 1), HYS_OK);
        assert_int_equal(hys_spiking_predict(a, &s, want), HYS_OK);
        assert_int_equal(hys_spiking_write_nir(a, path), HYS_OK);
        if (hys_spiking_read_nir(ctx, path, &o, &b) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
        assert_int_equal(hys_spiking_neuron(b, 1, 3).kind, kind == HYS_NEURON_LI ? HYS_NEURON_LIF : kind);
        assert_within(hys_spiking_neuron(b, 1, 3).threshold, 0.6, 1e-12);
        assert_int_equal(hys_spiking_predict(b, &s, got), HYS_OK);
        for (size_t k = 0; k < 24; k++)
            assert_within(got[k], want[k], 1e-4); /* products by 1.5 are rounded elsewhere */
        hys_spiking_free(b);
        hys_spiking_free(a);
        hys_network_free(network);
        free_samples(&s);
        hys_ctx_free(ctx);
        hys_test_dir_remove(dir);
    }
}

#define LIF_STEPS 300

/* Spikes at the outputs for currents of (7 k mod 17) / 17. */
static void count_spikes(hys_spiking *spiking, size_t inputs, size_t outputs, double *counts) {
    hys_samples s = samples_of(1, 1, 1, inputs);
    float mean[8];
    for (size_t k = 0; k < inputs; k++) s.values[k] = (float)(7 * k % 17) / 17;
    assert_int_equal(hys_spiking_predict(spiking, &s, mean), HYS_OK);
    for (size_t k = 0; k < outputs; k++) counts[k] = LIF_STEPS * (double)mean[k];
    free_samples(&s);
}

static hys_spiking_opts current_opts(void) {
    hys_spiking_opts o = hys_spiking_opts_default();
    o.steps = LIF_STEPS;
    o.code = HYS_CODE_CURRENT;
    return o;
}

/* lif.nir of tests/network/data/make_nir.py: LIF, CubaLIF and IF, written by the Python package, whose equations NumPy
 * solved in 400 parts of a step.  One spike more or less: at the end of a step the two may part. */
static void what_the_package_wrote_spikes_as_in_numpy(void **state) {
    (void)state;
    static const double want[] = {43, 216, 206};
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "lif.nir");
    const hys_spiking_opts o = current_opts();
    hys_spiking *spiking = NULL;
    char command[512];
    double got[3];
    snprintf(command, sizeof command, "gzip -dc '" HYS_TEST_SOURCE "/tests/network/data/lif.nir.gz' > '%s'", path);
    assert_int_equal(system(command), 0);
    if (hys_spiking_read_nir(ctx, path, &o, &spiking) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    count_spikes(spiking, 6, 3, got);
    for (size_t k = 0; k < 3; k++) assert_within(got[k], want[k], 1.01);
    hys_spiking_free(spiking);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

/* The package reads what is written here; skipped where there is none. */
static void what_is_written_spikes_as_in_numpy(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "a.nir");
    hys_network *network = parse(ctx, "6-5-3/nobias-relu");
    const hys_spiking_opts o = current_opts();
    hys_spiking *spiking = spiking_of(network, &o);
    hys_neuron n = hys_neuron_default(HYS_NEURON_LIF), last = hys_neuron_default(HYS_NEURON_CUBA_LIF);
    double got[3];
    char command[512];
    n.tau = 6e-3;
    n.threshold = 0.05;
    n.is_subtracted = true;
    n.spike = 1.5;
    last.threshold = 0.1;
    last.reset = 0.02;
    assert_int_equal(hys_spiking_set_neurons(spiking, 1, &n, 1), HYS_OK);
    assert_int_equal(hys_spiking_set_neurons(spiking, 3, &last, 1), HYS_OK);
    count_spikes(spiking, 6, 3, got);
    assert_true(got[0] + got[1] + got[2] > 20);
    assert_int_equal(hys_spiking_write_nir(spiking, path), HYS_OK);
    snprintf(command, sizeof command,
             "python3 '" HYS_TEST_SOURCE "/tests/network/check_nir_spiking.py' '%s' %d 1e-3 %.0f %.0f %.0f", path,
             LIF_STEPS, got[0], got[1], got[2]);
    const int code = system(command);
    hys_spiking_free(spiking);
    hys_network_free(network);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
    if (WIFEXITED(code) && WEXITSTATUS(code) == 77) skip();
    assert_int_equal(code, 0);
}

static void what_nir_lacks_is_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "a.nir");
    hys_network *network = parse(ctx, "6-5-3");
    hys_spiking_opts o = nir_opts();
    hys_spiking *b = NULL;
    o.neuron.refractory = 2e-3;
    hys_spiking *a = spiking_of(network, &o);
    assert_int_equal(hys_spiking_write_nir(a, path), HYS_ARG);
    assert_int_not_equal(hys_spiking_read_nir(ctx, path, &o, &b), HYS_OK);
    assert_null(b);
    assert_int_equal(hys_diag_n_errors(ctx), 2);
    hys_spiking_free(a);
    hys_network_free(network);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

/* ---- what cannot be ---- */

static void assert_refused(const char *text, const hys_spiking_opts *o, const char *part) {
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, text);
    hys_spiking *spiking = NULL;
    assert_int_not_equal(hys_spiking_new(network, o, &spiking), HYS_OK);
    assert_null(spiking);
    assert_int_equal(hys_diag_count(ctx), 1);
    if (!strstr(hys_test_diag_text(ctx, 0), part)) fail_msg("%s lacks %s", hys_test_diag_text(ctx, 0), part);
    hys_network_free(network);
    hys_ctx_free(ctx);
}

static void what_cannot_spike_is_refused(void **state) {
    (void)state;
    const hys_spiking_opts usual = hys_spiking_opts_default();
    hys_spiking_opts o = usual;
    assert_refused("4-3-sigmoid-2", &usual, "layer 2 (sigmoid1) has no counterpart in spikes");
    assert_refused("2x8x8-conv3@3-maxpool2-3", &usual, "hint: meanpool");
    assert_refused("4-3-norm-2", &usual, "hys_network_fold");
    o.dt = -1;
    assert_refused("4-3", &o, "a step cannot be -1 s");
    o.dt = (double)NAN;
    assert_refused("4-3", &o, "a step cannot be");
    o = usual;
    o.steps = SIZE_MAX;
    assert_refused("4-3", &o, "steps are too many");
    o = usual;
    o.rate = 2000;
    assert_refused("4-3", &o, "at most one spike in a step");
    o = usual;
    o.code = (hys_spike_code)99;
    assert_refused("4-3", &o, "there is no code 99");
    o = usual;
    o.readout = (hys_spike_readout)-1;
    assert_refused("4-3", &o, "there is no readout -1");
    o = usual;
    o.neuron.tau = 0;
    assert_refused("4-3", &o, "a neuron (lif) cannot have a time constant of 0");
    o = usual;
    o.neuron.threshold = o.neuron.reset;
    assert_refused("4-3", &o, "a threshold of 0");
    o = usual;
    o.neuron.r = (double)INFINITY;
    assert_refused("4-3", &o, "a parameter of inf");
    o = usual;
    o.neuron.refractory = -1;
    assert_refused("4-3", &o, "a refractory time of -1");
    o = usual;
    o.neuron_energy = (double)NAN;
    assert_refused("4-3", &o, "a spike cannot take");
}

static void what_is_asked_for_wrongly_is_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_network *network = parse(ctx, "4-5-3");
    hys_samples s = samples_of(6, 1, 1, 4), other = samples_of(6, 1, 1, 5);
    hys_spiking_opts o = hys_spiking_opts_default();
    hys_spiking_result r = {.size = sizeof r};
    hys_surrogate_opts u = hys_surrogate_opts_default();
    hys_neuron n = hys_neuron_default(HYS_NEURON_LIF);
    hys_spiking *spiking = spiking_of(network, &o);
    assert_int_equal(hys_spiking_n_neurons(spiking, 1), 5);
    assert_int_equal(hys_spiking_n_neurons(spiking, 0), 0);
    assert_int_equal(hys_spiking_n_neurons(spiking, 99), 0);
    assert_int_not_equal(hys_spiking_set_neurons(spiking, 0, &n, 1), HYS_OK);
    assert_int_not_equal(hys_spiking_set_neurons(spiking, 1, &n, 2), HYS_OK);
    assert_int_not_equal(hys_spiking_evaluate(spiking, &other, NULL, 0, &r), HYS_OK);
    assert_int_not_equal(hys_spiking_evaluate(spiking, &s, (const size_t[]){5, 4}, 2, &r), HYS_OK);
    assert_int_not_equal(hys_spiking_evaluate(spiking, &s, (const size_t[]){101}, 1, &r), HYS_OK);
    assert_int_not_equal(hys_spiking_balance(spiking, &s, 0, 2), HYS_OK);
    u.train.batch = 0;
    assert_int_not_equal(hys_spiking_train(spiking, &s, NULL, &u), HYS_OK);
    u = hys_surrogate_opts_default();
    n.refractory = 1e-3;
    assert_int_equal(hys_spiking_set_neurons(spiking, 1, &n, 1), HYS_OK);
    assert_int_not_equal(hys_spiking_train(spiking, &s, NULL, &u), HYS_OK);
    assert_int_equal(hys_diag_n_errors(ctx), 8);
    hys_spiking_free(spiking);
    hys_network_free(network);
    free_samples(&s);
    free_samples(&other);
    hys_ctx_free(ctx);
}

static hys_status make_and_use(hys_ctx *ctx, void *data) {
    const hys_samples *s = data;
    hys_network *network = NULL;
    hys_spiking *spiking = NULL;
    hys_spiking_opts o = hys_spiking_opts_default();
    hys_surrogate_opts u = hys_surrogate_opts_default();
    hys_spiking_result r = {.size = sizeof r};
    o.steps = 4;
    o.readout = HYS_READOUT_COUNT;
    o.neuron.adaptation = 0;
    u.train.epochs = 1;
    hys_status status = hys_network_parse(ctx, "12-4-3", 1, &network);
    if (status == HYS_OK) status = hys_spiking_new(network, &o, &spiking);
    if (status == HYS_OK) status = hys_spiking_train(spiking, s, s, &u);
    if (status == HYS_OK) status = hys_spiking_balance(spiking, s, 0, 0);
    if (status == HYS_OK) status = hys_spiking_evaluate(spiking, s, NULL, 0, &r);
    hys_spiking_free(spiking);
    hys_network_free(network);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    hys_samples s = thirds(40);
    hys_test_each_failure(make_and_use, &s, false);
    hys_test_each_failure(make_and_use, &s, true);
    free_samples(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lif_neuron_fires_at_the_rate_of_its_closed_form),
        cmocka_unit_test(a_current_below_the_threshold_leaves_the_neuron_silent),
        cmocka_unit_test(a_synapse_with_its_own_time_constant_is_exact),
        cmocka_unit_test(subtraction_keeps_what_lies_above_the_threshold),
        cmocka_unit_test(each_spike_raises_an_adaptive_threshold),
        cmocka_unit_test(poisson_spikes_are_as_many_as_their_rate_says),
        cmocka_unit_test(poisson_spikes_scatter_as_they_should),
        cmocka_unit_test(regular_and_latency_codes_are_exact),
        cmocka_unit_test(the_larger_value_comes_first),
        cmocka_unit_test(after_long_times_rates_are_activations),
        cmocka_unit_test(filters_and_means_spike_as_well),
        cmocka_unit_test(ideal_arrays_give_what_software_gives),
        cmocka_unit_test(operations_and_energies_add_up),
        cmocka_unit_test(outputs_are_the_same_bits_with_any_threads),
        cmocka_unit_test(gradients_of_smooth_spikes_are_differences),
        cmocka_unit_test(spikes_learn_what_they_are_shown),
        cmocka_unit_test(an_experiment_trains_maps_and_ages),
        cmocka_unit_test(a_file_holds_the_same_spiking_network),
        cmocka_unit_test(what_the_package_wrote_spikes_as_in_numpy),
        cmocka_unit_test(what_is_written_spikes_as_in_numpy),
        cmocka_unit_test(what_nir_lacks_is_refused),
        cmocka_unit_test(what_cannot_spike_is_refused),
        cmocka_unit_test(what_is_asked_for_wrongly_is_refused),
        cmocka_unit_test(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
