/* Plasticity by the times of spikes: rules against their formulas, devices against closed forms and the lab. */
#include "network/synapse_models.h"
#include <hysteron/lab.h>
#include <hysteron/protocol.h>
#include <hysteron/spiking.h>

/* ---- rules ---- */

static double change_of(const hys_stdp_rule *rule, const double *pre, size_t n_pre, const double *post, size_t n_post) {
    hys_ctx *ctx = hys_test_ctx();
    const size_t ends_pre[] = {0, n_pre}, ends_post[] = {0, n_post};
    const hys_spike_trains a = {pre, ends_pre, 1}, b = {post, ends_post, 1};
    double change = (double)NAN;
    assert_int_equal(hys_stdp_change(ctx, rule, &a, &b, &change), HYS_OK);
    hys_ctx_free(ctx);
    return change;
}

static void a_pair_changes_the_weight_by_its_exponential(void **state) {
    (void)state;
    const hys_stdp_rule rule = hys_stdp_rule_default(HYS_STDP_PAIR);
    for (double dt = 1e-3; dt < 0.1; dt *= 1.7) {
        const double pre = 0.5, after = 0.5 + dt, before = 0.5 - dt;
        assert_near(change_of(&rule, &pre, 1, &after, 1), 0.01 * exp(-dt / 16.8e-3), 1e-9);
        assert_near(change_of(&rule, &pre, 1, &before, 1), -0.005 * exp(-dt / 33.7e-3), 1e-9);
    }
}

/* All pairs, and all triplets, added up one by one. */
static double added_up(const hys_stdp_rule *r, const double *pre, size_t n_pre, const double *post, size_t n_post) {
    double sum = 0;
    for (size_t i = 0; i < n_pre; i++)
        for (size_t j = 0; j < n_post; j++) {
            const double dt = post[j] - pre[i];
            double weight = dt > 0 ? r->a_plus : r->a_minus;
            for (size_t k = 0; k < j && dt > 0; k++) weight += r->a3_plus * exp(-(post[j] - post[k]) / r->tau_y);
            for (size_t k = 0; k < i && dt < 0; k++) weight += r->a3_minus * exp(-(pre[i] - pre[k]) / r->tau_x);
            sum += dt > 0 ? weight * exp(-dt / r->tau_plus) : -weight * exp(dt / r->tau_minus);
        }
    return sum;
}

static void triplets_add_up(void **state) {
    (void)state;
    const double pre[] = {0, 0.013, 0.11, 0.15, 0.155}, post[] = {-0.02, 0.005, 0.09, 0.1, 0.17, 0.171};
    hys_stdp_rule rule = hys_stdp_rule_default(HYS_STDP_TRIPLET);
    assert_near(change_of(&rule, pre, 5, post, 6), added_up(&rule, pre, 5, post, 6), 1e-9);
    rule.a_plus = 3e-3;
    rule.a3_minus = 2.3e-4;
    assert_near(change_of(&rule, pre, 5, post, 6), added_up(&rule, pre, 5, post, 6), 1e-9);
    rule.kind = HYS_STDP_PAIR; /* looks at no triplets */
    hys_stdp_rule pairs = rule;
    pairs.a3_plus = pairs.a3_minus = 0;
    assert_near(change_of(&rule, pre, 5, post, 6), added_up(&pairs, pre, 5, post, 6), 1e-9);
}

/* ---- spikes across a device ---- */

/* The device moves by 2e5/s above 0.5 V, by -2.5e5/s below -0.5 V: only where a head of 0.4 V meets a tail of 0.3 V. */
static hys_spike_shape rectangles(void) {
    hys_spike_shape s = hys_spike_shape_default();
    s.kind = HYS_SPIKE_RECTANGULAR;
    s.head = 0.4;
    s.tail = 0.3;
    s.t_head = 5e-7;
    s.t_tail = 2e-6;
    s.resolution = 2.5e-8;
    return s;
}

static double overlap(double dt) {
    return fmax(0, fmin(dt, 2e-6) - fmax(0, dt - 5e-7));
}

typedef struct bench {
    hys_ctx *ctx;
    hys_synapse *synapse;
} bench;

static bench bench_new(void) {
    bench b = {.ctx = hys_test_ctx()};
    const hys_synapse_opts o = opts_of(MODEL);
    b.synapse = synapse_of(b.ctx, &o);
    return b;
}

static void bench_free(bench *b) {
    hys_synapse_free(b->synapse);
    hys_ctx_free(b->ctx);
}

static void a_spike_has_its_shape(void **state) {
    (void)state;
    hys_spike_shape s = hys_spike_shape_default();
    s.head = 1;
    s.tail = 0.25;
    assert_within(hys_spike_voltage(&s, -1e-15), 1, 1e-9);
    assert_within(hys_spike_voltage(&s, 0), -0.25, 1e-12);
    assert_within(hys_spike_voltage(&s, -6e-3), 0, 0);
    assert_within(hys_spike_voltage(&s, 76e-3), 0, 0);
    /* A (e^(t/ta) - e^(-Ta/ta)) / (1 - e^(-Ta/ta)) */
    assert_near(hys_spike_voltage(&s, -2e-3), (exp(-2.0 / 3) - exp(-5.0 / 3)) / (1 - exp(-5.0 / 3)), 1e-12);
    assert_near(hys_spike_voltage(&s, 20e-3), -0.25 * (exp(-0.5) - exp(-75.0 / 40)) / (1 - exp(-75.0 / 40)), 1e-12);
    s.kind = HYS_SPIKE_TRIANGULAR;
    assert_near(hys_spike_voltage(&s, -1e-3), 0.8, 1e-12);
    assert_near(hys_spike_voltage(&s, 15e-3), -0.2, 1e-12);
}

static void the_window_of_rectangles_is_their_overlap(void **state) {
    (void)state;
    bench b = bench_new();
    static const double dt[] = {-2.6e-6, -2.3e-6, -1e-6, -2.5e-7, 2.5e-7, 5e-7, 1.5e-6, 2.25e-6, 2.6e-6};
    hys_stdp_window_opts o = {
        .size = sizeof o, .synapse = b.synapse, .shape = rectangles(), .dt = dt, .n_dt = 9, .n_x = 3};
    hys_stdp_window *w = NULL;
    hys_table *table = NULL;
    if (hys_stdp_window_new(&o, &w) != HYS_OK) fail_msg("%s", hys_test_diag_text(b.ctx, 0));
    assert_within(hys_stdp_window_alone(w), 0, 1e-9);
    for (size_t k = 0; k < 9; k++) {
        const double want = dt[k] > 0 ? 2e5 * overlap(dt[k]) : -2.5e5 * overlap(-dt[k]);
        /* edges of a hundredth of each piece, of which those below 0.5 V do not count: 0.4 %; pieces whose middle lies
         * on the other side of a corner: none, as all times are whole pieces but 2.3 and 2.6 us */
        assert_within(hys_stdp_window_at(w, dt[k], 0.5), want, 0.02 * 0.1 + 1e-9);
    }
    assert_within(hys_stdp_window_at(w, 1e-6, 0.5), 0.1, 2e-3);  /* between two that were simulated */
    assert_within(hys_stdp_window_at(w, 1e-7, 0.5), 0.05, 1e-3); /* no nearer than the nearest */
    assert_within(hys_stdp_window_at(w, 1, 0.5), 0, 0);
    assert_within(hys_stdp_window_at(w, (double)NAN, 0.5), 0, 0);
    /* at the top nothing more can be added */
    assert_within(hys_stdp_window_at(w, 1e-6, 1), 0, 0.02);
    assert_int_equal(hys_stdp_window_table(w, &table), HYS_OK);
    assert_int_equal(hys_table_n_rows(table), 27);
    hys_table_free(table);
    hys_stdp_window_free(w);
    bench_free(&b);
}

/* A small net, all of it by the device's equations: each cell changes as its own pairs say. */
static void a_net_of_devices_changes_as_its_windows_say(void **state) {
    (void)state;
    bench b = bench_new();
    const double pre[] = {0, 3e-5, 1e-6}, post[] = {5e-7, 2.9e-5};
    const size_t ends_pre[] = {0, 2, 3}, ends_post[] = {0, 1, 2};
    const hys_spike_trains before = {pre, ends_pre, 2}, behind = {post, ends_post, 2};
    const hys_spike_shape shape = rectangles();
    hys_cells *cells = NULL;
    double g[4], after[4];
    const hys_synapse_law *l = hys_synapse_get_law(b.synapse);
    const double range = l->g_max - l->g_min;
    assert_int_equal(hys_cells_new(b.synapse, 4, HYS_CELLS_KERNEL, 1, &cells), HYS_OK);
    for (size_t k = 0; k < 4; k++) g[k] = l->g_min + 0.5 * range;
    assert_int_equal(hys_cells_program(cells, g, NULL), HYS_OK);
    assert_int_equal(hys_cells_read(cells, g), HYS_OK);
    assert_int_equal(hys_stdp_drive(cells, &shape, &before, &behind), HYS_OK);
    assert_int_equal(hys_cells_read(cells, after), HYS_OK);
    /* pre 1: 0, 30 us; pre 2: 1 us; post 1: 0.5 us; post 2: 29 us */
    const double want[] = {2e5 * overlap(5e-7), -2.5e5 * overlap(1e-6), -2.5e5 * overlap(5e-7), 0};
    for (size_t k = 0; k < 4; k++) assert_within((after[k] - g[k]) / range, want[k], 2e-3);
    assert_true(hys_cells_energy(cells) > 0);
    hys_cells_free(cells);
    bench_free(&b);
}

/* ---- the lab's window ---- */

#define N_INTERVALS 4
static const double intervals[N_INTERVALS] = {1e-3, 4e-3, 12e-3, 30e-3};
static const char *const vteam_set[] = {"v_on=-0.5", "v_off=0.5", "k_on=-1e-6", "k_off=2e-6",
                                        "window=0",  "Ron=1e5",   "Roff=1e6"};
#define N_SET (sizeof vteam_set / sizeof *vteam_set)

/* w / w_off of vteam, whose resistance is linear in it. */
static double state_of(double g) {
    return (1 / g - 1e5) / 9e5;
}

/* Change of the state, from 0.5: dt of the lab is -30, -12, -4, -1, 1, 4, 12, 30 ms. */
static void ask_the_lab(hys_ctx *ctx, double *change) {
    static const char *const opt[] = {"head=0.4V", "tail=0.3V", "intervals=1ms,4ms,12ms,30ms"};
    hys_model *model = NULL;
    hys_protocol_result *r = NULL;
    hys_bench_opts stand = hys_bench_opts_default();
    hys_protocol_opts o = hys_protocol_opts_default();
    stand.set = vteam_set;
    stand.n_set = N_SET;
    o.bench = &stand;
    o.opt = opt;
    o.n_opt = 3;
    assert_int_equal(hys_model_load(ctx, "vteam", NULL, &model), HYS_OK);
    if (hys_protocol_run(ctx, hys_protocol_find("stdp"), model, &o, &r) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    const hys_table *table = hys_protocol_table_at(r, 0)->table;
    const double *column = hys_table_column(table, "change"), before = 1 / (1e5 + 9e5 * 0.5);
    assert_int_equal(hys_table_n_rows(table), 2 * N_INTERVALS);
    for (size_t k = 0; k < 2 * N_INTERVALS; k++) change[k] = state_of(before * (1 + column[k])) - 0.5;
    hys_protocol_result_free(r);
    hys_model_free(model);
}

/* vteam's conductance rises at negative voltages, so that a spike behind another one raises it here, and lowers it in
 * the lab, where the device is not turned. */
static void the_window_is_the_labs(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_opts o = opts_of("vteam");
    const double zero[2] = {0, 0};
    const size_t one[] = {0, 1}, each[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    double lab[8], g[8], after[8], dt[8];
    hys_spike_shape shape = hys_spike_shape_default();
    hys_cells *cells = NULL;
    o.cell.memory_set = vteam_set;
    o.cell.n_memory_set = N_SET;
    o.up = (hys_synapse_pulse){-1, 5e-5, 0};
    o.down = (hys_synapse_pulse){1, 5e-5, 0};
    shape.head = 0.4;
    shape.tail = 0.3;
    shape.resolution = 5e-5;
    ask_the_lab(ctx, lab);
    hys_synapse *synapse = synapse_of(ctx, &o);
    for (size_t k = 0; k < 8; k++) dt[k] = k < 4 ? intervals[3 - k] : -intervals[k - 4]; /* -dt of the lab */
    const hys_spike_trains pre = {zero, one, 1}, post = {dt, each, 8};
    assert_int_equal(hys_cells_new(synapse, 8, HYS_CELLS_KERNEL, 1, &cells), HYS_OK);
    for (size_t k = 0; k < 8; k++) g[k] = 1 / (1e5 + 9e5 * 0.5);
    assert_int_equal(hys_cells_program(cells, g, NULL), HYS_OK);
    assert_int_equal(hys_cells_read(cells, g), HYS_OK);
    assert_int_equal(hys_stdp_drive(cells, &shape, &pre, &post), HYS_OK);
    assert_int_equal(hys_cells_read(cells, after), HYS_OK);
    for (size_t k = 0; k < 8; k++) {
        const double got = state_of(after[k]) - state_of(g[k]);
        assert_true(k < 1 || k > 6 || fabs(lab[k]) > 5e-4); /* there is something to compare */
        /* cubes beyond the threshold, in pieces of a 100th of the head here, in straight ones there; edges of 1 % */
        assert_within(got, lab[k], 0.03 * fabs(lab[k]) + 1e-4);
    }
    hys_cells_free(cells);
    hys_synapse_free(synapse);
    hys_ctx_free(ctx);
}

/* ---- neurons that learn ---- */

/* Four patterns of four inputs each, dim elsewhere. */
static hys_samples patterns(size_t n) {
    hys_samples s = {n, 1, 1, 16, malloc(n * 16 * sizeof(float)), malloc(n * sizeof(uint16_t)), 4};
    assert_true(s.values && s.labels);
    for (size_t k = 0; k < n; k++) {
        s.labels[k] = (uint16_t)(k * 7 / 3 % 4);
        for (size_t i = 0; i < 16; i++) s.values[k * 16 + i] = i / 4 == s.labels[k] ? 1 : 0.05f;
    }
    return s;
}

static double learn(hys_ctx *ctx, const hys_stdp_opts *o, float *weights) {
    hys_samples s = patterns(60);
    hys_stdp_network *network = NULL;
    hys_stdp_result r = {.size = sizeof r};
    if (hys_stdp_network_new(ctx, 16, o, &network) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    assert_int_equal(hys_stdp_train(network, &s, 2), HYS_OK);
    assert_int_equal(hys_stdp_assign(network, &s), HYS_OK);
    assert_int_equal(hys_stdp_evaluate(network, &s, &r), HYS_OK);
    if (weights) memcpy(weights, hys_stdp_weights(network), 16 * o->neurons * sizeof *weights);
    hys_stdp_network_free(network);
    free(s.values);
    free(s.labels);
    return r.accuracy;
}

static hys_stdp_opts small(hys_stdp_kind kind) {
    hys_stdp_opts o = hys_stdp_opts_default();
    if (kind != HYS_STDP_PAIR) o.rule = hys_stdp_rule_default(kind);
    o.neurons = 12;
    o.sum = 0.3;
    return o;
}

static void neurons_learn_patterns_without_labels(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_stdp_opts o = small(HYS_STDP_PAIR);
    float a[16 * 12], b[16 * 12];
    assert_true(learn(ctx, &o, a) > 0.9);
    assert_true(learn(ctx, &o, b) > 0.9);
    assert_memory_equal(a, b, sizeof a);
    hys_ctx_free(ctx);
}

static void pulses_of_a_device_teach_as_well(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_synapse_law law = hys_synapse_law_ideal();
    hys_stdp_opts o = small(HYS_STDP_PULSES);
    assert_int_equal(hys_synapse_of_law(ctx, &law, (hys_synapse **)&o.synapse), HYS_OK);
    assert_true(learn(ctx, &o, NULL) > 0.9);
    hys_synapse_free((hys_synapse *)o.synapse);
    hys_ctx_free(ctx);
}

/* ---- what cannot be ---- */

static void assert_told(hys_ctx *ctx, hys_status status, const char *part) {
    assert_int_not_equal(status, HYS_OK);
    assert_int_equal(hys_diag_count(ctx), 1);
    if (!strstr(hys_test_diag_text(ctx, 0), part)) fail_msg("%s lacks %s", hys_test_diag_text(ctx, 0), part);
    hys_diag_clear(ctx);
}

static void rules_and_trains_that_cannot_be_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const size_t one[] = {0, 1}, two[] = {0, 2};
    const double falling[] = {2, 1}, nowhere = (double)NAN, zero = 0;
    const hys_spike_trains good = {&zero, one, 1}, bad = {falling, two, 1}, none = {&nowhere, one, 1};
    hys_stdp_rule rule = hys_stdp_rule_default(HYS_STDP_PAIR);
    double change;
    assert_told(ctx, hys_stdp_change(ctx, &rule, &bad, &good, &change), "spike 2 of neuron 1 is at 1 s");
    assert_told(ctx, hys_stdp_change(ctx, &rule, &good, &none, &change), "spike 1 of neuron 1");
    rule.tau_plus = 0;
    assert_told(ctx, hys_stdp_change(ctx, &rule, &good, &good, &change), "a time constant of 0 s");
    rule = hys_stdp_rule_default(HYS_STDP_DEVICE);
    assert_told(ctx, hys_stdp_change(ctx, &rule, &good, &good, &change), "device is no formula");
    rule.kind = (hys_stdp_kind)9;
    assert_told(ctx, hys_stdp_change(ctx, &rule, &good, &good, &change), "no kind 9");
    hys_ctx_free(ctx);
}

static void windows_and_networks_that_cannot_be_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_synapse_law law = hys_synapse_law_ideal();
    hys_synapse *synapse = NULL;
    hys_stdp_window *w = NULL;
    hys_stdp_network *network = NULL;
    hys_samples s = patterns(3);
    hys_stdp_result r = {.size = sizeof r};
    assert_int_equal(hys_synapse_of_law(ctx, &law, &synapse), HYS_OK);
    hys_stdp_window_opts o = {.size = sizeof o, .synapse = synapse, .shape = rectangles()};
    assert_told(ctx, hys_stdp_window_new(&o, &w), "there is no model behind the synapse");
    o.shape.t_head = -1;
    assert_told(ctx, hys_stdp_window_new(&o, &w), "a spike's times cannot be -1 s");
    o.shape.head = (double)NAN;
    assert_told(ctx, hys_stdp_window_new(&o, &w), "a head of nan V");
    o.shape = rectangles();
    o.dt = (const double[]){1e-6, 0};
    o.n_dt = 2;
    assert_told(ctx, hys_stdp_window_new(&o, &w), "interval 2 of a window is 0 s");
    hys_stdp_opts n = small(HYS_STDP_PULSES);
    assert_told(ctx, hys_stdp_network_new(ctx, 16, &n, &network), "no device that pulses could change");
    n = small(HYS_STDP_DEVICE);
    assert_told(ctx, hys_stdp_network_new(ctx, 16, &n, &network), "is not known");
    n = small(HYS_STDP_PAIR);
    n.rate = (double)INFINITY;
    assert_told(ctx, hys_stdp_network_new(ctx, 16, &n, &network), "cannot have a time, rate or threshold of inf");
    n = small(HYS_STDP_PAIR);
    assert_int_equal(hys_stdp_network_new(ctx, 15, &n, &network), HYS_OK);
    assert_told(ctx, hys_stdp_train(network, &s, 1), "a sample has 16 values, the neurons 15 inputs");
    hys_stdp_network_free(network);
    assert_int_equal(hys_stdp_network_new(ctx, 16, &n, &network), HYS_OK);
    assert_told(ctx, hys_stdp_evaluate(network, &s, &r), "which class a neuron stands for is not known");
    hys_stdp_network_free(network);
    hys_synapse_free(synapse);
    free(s.values);
    free(s.labels);
    hys_ctx_free(ctx);
}

static hys_status make_and_learn(hys_ctx *ctx, void *data) {
    const hys_samples *s = data;
    const hys_synapse_law law = hys_synapse_law_ideal();
    hys_synapse *synapse = NULL;
    hys_stdp_network *network = NULL;
    hys_stdp_opts o = small(HYS_STDP_PULSES);
    hys_stdp_result r = {.size = sizeof r};
    o.neurons = 2;
    hys_status status = hys_synapse_of_law(ctx, &law, &synapse);
    o.synapse = synapse;
    if (status == HYS_OK) status = hys_stdp_network_new(ctx, 16, &o, &network);
    if (status == HYS_OK) status = hys_stdp_train(network, s, 1);
    if (status == HYS_OK) status = hys_stdp_assign(network, s);
    if (status == HYS_OK) status = hys_stdp_evaluate(network, s, &r);
    hys_stdp_network_free(network);
    hys_synapse_free(synapse);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    hys_samples s = patterns(4);
    hys_test_each_failure(make_and_learn, &s, false);
    hys_test_each_failure(make_and_learn, &s, true);
    free(s.values);
    free(s.labels);
}

/* Distilled, the device teaches as its window says. */
static void a_window_teaches_as_well(void **state) {
    (void)state;
    bench b = bench_new();
    hys_stdp_window_opts o = {.size = sizeof o, .synapse = b.synapse, .shape = rectangles(), .n_x = 3};
    hys_stdp_window *w = NULL;
    assert_int_equal(hys_stdp_window_new(&o, &w), HYS_OK);
    /* times of a device that answers to microseconds: steps, samples, neurons a thousand times faster than usual */
    hys_stdp_opts n = small(HYS_STDP_DEVICE);
    n.window = w;
    n.dt = 5e-7;
    n.time = 3.5e-4;
    n.rate = 63750;
    n.tau = 5e-5;
    n.inhibition = 3e-6;
    n.tau_threshold = 0.1;
    float weights[16 * 12], least = 1, most = 0;
    learn(b.ctx, &n, weights);
    for (size_t k = 0; k < 16 * 12; k++) {
        least = fminf(least, weights[k]);
        most = fmaxf(most, weights[k]);
    }
    assert_true(least >= 0 && most <= 1 && most - least > 0.3f);
    hys_stdp_window_free(w);
    bench_free(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_changes_the_weight_by_its_exponential),
        cmocka_unit_test(triplets_add_up),
        cmocka_unit_test(a_spike_has_its_shape),
        cmocka_unit_test(the_window_of_rectangles_is_their_overlap),
        cmocka_unit_test(a_net_of_devices_changes_as_its_windows_say),
        cmocka_unit_test(the_window_is_the_labs),
        cmocka_unit_test(neurons_learn_patterns_without_labels),
        cmocka_unit_test(pulses_of_a_device_teach_as_well),
        cmocka_unit_test(a_window_teaches_as_well),
        cmocka_unit_test(rules_and_trains_that_cannot_be_are_refused),
        cmocka_unit_test(windows_and_networks_that_cannot_be_are_refused),
        cmocka_unit_test(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
