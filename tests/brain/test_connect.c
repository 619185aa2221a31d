/* Rules of connecting: exact where they are, against their statistics where they are drawn; what is refused. */
#include "brain_net.h"
#include <stdlib.h>

typedef struct pair_of_groups {
    hys_ctx *ctx;
    hys_brain *brain;
    size_t a, b;
} pair_of_groups;

static pair_of_groups groups_of(size_t n_a, size_t n_b, uint64_t seed, unsigned n_threads) {
    pair_of_groups p = {.ctx = hys_test_ctx()};
    hys_brain_opts o = hys_brain_opts_default();
    const hys_point lif = hys_point_default(HYS_POINT_LIF);
    hys_port_opts port = hys_port_opts_default();
    hys_brain_cell *cell = NULL;
    o.dt = 1e-4;
    o.seed = seed;
    o.n_threads = n_threads;
    port.name = "syn";
    said(p.ctx, hys_brain_point_new(p.ctx, &lif, &cell));
    said(p.ctx, hys_brain_cell_add_port(cell, &port));
    said(p.ctx, hys_brain_new(p.ctx, &o, &p.brain));
    said(p.ctx, hys_brain_add(p.brain, cell, n_a, &p.a));
    said(p.ctx, hys_brain_add(p.brain, cell, n_b, &p.b));
    hys_brain_cell_free(cell);
    return p;
}

static void free_groups(pair_of_groups *p) {
    hys_brain_free(p->brain);
    hys_ctx_free(p->ctx);
}

static hys_connect_opts opts_of(const pair_of_groups *p, hys_connect_rule rule) {
    hys_connect_opts o = hys_connect_opts_default();
    o.source = p->a;
    o.target = p->b;
    o.port = "syn";
    o.rule = rule;
    o.weight.mean = 1e-9;
    return o;
}

/* The rows are the caller's. */
static hys_synapse_row *rows_of(pair_of_groups *p, const hys_connect_opts *o, size_t *n) {
    size_t projection;
    said(p->ctx, hys_brain_connect(p->brain, o, &projection));
    *n = hys_brain_n_synapses(p->brain, projection);
    hys_synapse_row *rows = calloc(*n + 1, sizeof *rows);
    assert_non_null(rows);
    said(p->ctx, hys_brain_synapses(p->brain, projection, rows));
    return rows;
}

static void all_and_one_to_one_are_complete(void **state) {
    (void)state;
    pair_of_groups p = groups_of(7, 2300, 1, 1);
    size_t n;
    hys_connect_opts o = opts_of(&p, HYS_CONNECT_ALL);
    hys_synapse_row *rows = rows_of(&p, &o, &n);
    assert_int_equal(n, 7 * 2300);
    for (size_t k = 0; k < n; k++) {
        assert_int_equal(rows[k].target, k / 7);
        assert_int_equal(rows[k].source, k % 7);
        assert_same_double(rows[k].weight, 1e-9);
        assert_within(rows[k].delay, 1e-3, 1e-12);
    }
    free(rows);
    o.source = p.b;
    o.rule = HYS_CONNECT_ONE_TO_ONE;
    o.may_be_self = true;
    rows = rows_of(&p, &o, &n);
    assert_int_equal(n, 2300);
    for (size_t k = 0; k < n; k++) assert_true(rows[k].source == k && rows[k].target == k);
    free(rows);
    o.rule = HYS_CONNECT_ALL;
    o.may_be_self = false;
    o.source = o.target = p.a;
    rows = rows_of(&p, &o, &n);
    assert_int_equal(n, 7 * 6);
    for (size_t k = 0; k < n; k++) assert_int_not_equal(rows[k].source, rows[k].target);
    free(rows);
    free_groups(&p);
}

/* Numbers of synapses of sources, and of targets, scatter as binomial ones: chi squared of 500 lies within 5 standard
 * deviations, sqrt(2 500), of 500. */
static void assert_binomial(const hys_synapse_row *rows, size_t n, bool of_sources, double p_of) {
    double count[500] = {0}, mean = (double)n / 500, chi = 0;
    for (size_t k = 0; k < n; k++) count[of_sources ? rows[k].source : rows[k].target]++;
    for (size_t k = 0; k < 500; k++) chi += (count[k] - mean) * (count[k] - mean) / (mean * (1 - p_of));
    assert_within(chi, 499, 5 * sqrt(2 * 499.0));
}

static void probability_gives_binomial_numbers(void **state) {
    (void)state;
    pair_of_groups p = groups_of(500, 500, 3, 1);
    size_t n;
    hys_connect_opts o = opts_of(&p, HYS_CONNECT_PROBABILITY);
    o.probability = 0.1;
    hys_synapse_row *rows = rows_of(&p, &o, &n);
    assert_within((double)n, 25000, 5 * sqrt(25000 * 0.9));
    assert_binomial(rows, n, true, 0.1);
    assert_binomial(rows, n, false, 0.1);
    for (size_t k = 1; k < n; k++) /* no pair twice */
        assert_true(rows[k].target > rows[k - 1].target || rows[k].source > rows[k - 1].source);
    free(rows);
    free_groups(&p);
}

static void indegree_and_total_are_exact_numbers_drawn_evenly(void **state) {
    (void)state;
    pair_of_groups p = groups_of(500, 500, 4, 1);
    size_t n;
    hys_connect_opts o = opts_of(&p, HYS_CONNECT_INDEGREE);
    o.number = 40;
    hys_synapse_row *rows = rows_of(&p, &o, &n);
    assert_int_equal(n, 20000);
    for (size_t k = 0; k < n; k++) assert_int_equal(rows[k].target, k / 40);
    assert_binomial(rows, n, true, 0);
    free(rows);
    o.rule = HYS_CONNECT_TOTAL;
    o.number = 30000;
    o.target = p.a;
    rows = rows_of(&p, &o, &n);
    assert_int_equal(n, 30000);
    assert_binomial(rows, n, true, 1.0 / 500);
    assert_binomial(rows, n, false, 1.0 / 500);
    for (size_t k = 0; k < n; k++) assert_int_not_equal(rows[k].source, rows[k].target);
    free(rows);
    free_groups(&p);
}

/* All sources at one place, half of the targets at sigma from it: p and p exp(-1/2). */
static void distance_falls_as_gaussian(void **state) {
    (void)state;
    pair_of_groups p = groups_of(500, 400, 5, 1);
    static double source_at[1500], target_at[1200];
    for (size_t k = 0; k < 400; k++) target_at[3 * k + 1] = k % 2 ? 50e-6 : 0;
    size_t n, near = 0;
    hys_connect_opts o = opts_of(&p, HYS_CONNECT_DISTANCE);
    o.probability = 0.2;
    o.sigma = 50e-6;
    o.source_at = source_at;
    o.target_at = target_at;
    hys_synapse_row *rows = rows_of(&p, &o, &n);
    for (size_t k = 0; k < n; k++) near += rows[k].target % 2 == 0;
    const double far = 0.2 * exp(-0.5);
    assert_within((double)near, 20000, 5 * sqrt(20000 * 0.8));
    assert_within((double)(n - near), 1e5 * far, 5 * sqrt(1e5 * far * (1 - far)));
    free(rows);
    free_groups(&p);
}

/* Moments within 5 standard errors; limits hold. */
static void weights_and_delays_have_their_distributions(void **state) {
    (void)state;
    static const hys_draw draws[] = {{HYS_DRAW_NORMAL, 1e-9, 2e-10, 0, 0},
                                     {HYS_DRAW_LOGNORMAL, -1e-9, 3e-10, 0, 0},
                                     {HYS_DRAW_UNIFORM, 1e-9, 5e-10, 0, 0}};
    const double deviation[] = {2e-10, 3e-10, 5e-10 / sqrt(3)};
    pair_of_groups p = groups_of(300, 300, 6, 1);
    for (size_t j = 0; j < 3; j++) {
        hys_connect_opts o = opts_of(&p, HYS_CONNECT_ALL);
        o.weight = draws[j];
        o.delay = (hys_draw){HYS_DRAW_NORMAL, 1.5e-3, 0.75e-3, 1e-4, 1};
        size_t n;
        hys_synapse_row *rows = rows_of(&p, &o, &n);
        double sum = 0, squares = 0, delay = 0, shortest = 1;
        for (size_t k = 0; k < n; k++) {
            sum += rows[k].weight;
            squares += (rows[k].weight - draws[j].mean) * (rows[k].weight - draws[j].mean);
            delay += rows[k].delay;
            shortest = fmin(shortest, rows[k].delay);
        }
        const double all = (double)n, error = 5 / sqrt(all);
        assert_within(sum / all, draws[j].mean, error * deviation[j]);
        assert_near(sqrt(squares / all), deviation[j], 4 * error);
        /* normal, cut off at z = -1.8667: mean + s phi(z)/(1 - Phi(z)) */
        assert_within(delay / all, 1.5e-3 + 0.75e-3 * 0.06985 / 0.96903, error * 0.75e-3);
        assert_within(shortest, 1e-4, 1e-12);
        free(rows);
    }
    free_groups(&p);
}

static void threads_draw_the_same_synapses(void **state) {
    (void)state;
    pair_of_groups one = groups_of(300, 5000, 7, 1), three = groups_of(300, 5000, 7, 3);
    hys_connect_opts o = opts_of(&one, HYS_CONNECT_TOTAL);
    o.number = 100000;
    o.weight = (hys_draw){HYS_DRAW_NORMAL, 1e-9, 2e-10, 0, 0};
    o.delay = (hys_draw){HYS_DRAW_UNIFORM, 2e-3, 1e-3, 0, 0};
    size_t n_one, n_three;
    hys_synapse_row *a = rows_of(&one, &o, &n_one), *b = rows_of(&three, &o, &n_three);
    assert_int_equal(n_one, n_three);
    for (size_t k = 0; k < n_one; k++)
        assert_true(a[k].source == b[k].source && a[k].target == b[k].target && a[k].weight == b[k].weight &&
                    a[k].delay == b[k].delay);
    free(a);
    free(b);
    free_groups(&one);
    free_groups(&three);
}

static void synapses_take_at_most_ten_bytes_and_are_predicted(void **state) {
    (void)state;
    pair_of_groups p = groups_of(1000, 1000, 8, 1);
    hys_connect_opts o = opts_of(&p, HYS_CONNECT_INDEGREE);
    size_t projection;
    o.number = 500;
    o.weight = (hys_draw){HYS_DRAW_NORMAL, 1e-9, 2e-10, 0, 0};
    const double predicted = hys_brain_connect_memory(p.brain, &o);
    const size_t before = hys_brain_memory(p.brain);
    said(p.ctx, hys_brain_connect(p.brain, &o, &projection));
    const double took = (double)(hys_brain_memory(p.brain) - before);
    assert_true(took / 5e5 < 10);
    assert_near(took, predicted, 0.01);
    free_groups(&p);
}

static void what_cannot_be_connected_is_refused(void **state) {
    (void)state;
    pair_of_groups p = groups_of(5, 6, 9, 1);
    const hys_connect_opts good = opts_of(&p, HYS_CONNECT_ALL);
    hys_connect_opts o = good;
    size_t projection;
    o.port = "soma";
    assert_refused(p.ctx, hys_brain_connect(p.brain, &o, &projection), "have no port 'soma'");
    o = good;
    o.target = 17;
    assert_refused(p.ctx, hys_brain_connect(p.brain, &o, &projection), "there are no groups 0 and 17");
    o = good;
    o.compartment = 1;
    assert_refused(p.ctx, hys_brain_connect(p.brain, &o, &projection), "no compartment 1");
    o = good;
    o.rule = HYS_CONNECT_ONE_TO_ONE;
    assert_refused(p.ctx, hys_brain_connect(p.brain, &o, &projection), "groups of 5 and 6 cells");
    o = good;
    o.delay.mean = 2e-5;
    assert_refused(p.ctx, hys_brain_connect(p.brain, &o, &projection), "a delay cannot be 2e-05 s");
    o.delay = (hys_draw){HYS_DRAW_NORMAL, 1e-3, 1e-3, 0, 0};
    assert_refused(p.ctx, hys_brain_connect(p.brain, &o, &projection), "some delays would not be 1 to 65535 steps");
    o = good;
    o.weight = (hys_draw){HYS_DRAW_NORMAL, 1, 1, 50, 60};
    assert_refused(p.ctx, hys_brain_connect(p.brain, &o, &projection), "almost no number of its distribution");
    o = good;
    o.rule = HYS_CONNECT_PROBABILITY;
    o.probability = NAN;
    assert_refused(p.ctx, hys_brain_connect(p.brain, &o, &projection), "a probability cannot be nan");
    o = good;
    o.rule = HYS_CONNECT_TOTAL;
    o.number = 2000000000000;
    assert_refused(p.ctx, hys_brain_connect(p.brain, &o, &projection), "cannot have 2000000000000 synapses");
    o.rule = HYS_CONNECT_INDEGREE;
    o.number = 2000000000;
    pair_of_groups large = groups_of(5, 100000, 9, 1);
    assert_refused(large.ctx, hys_brain_connect(large.brain, &o, &projection), "would take 8e+14 bytes");
    free_groups(&large);
    const hys_synapse_row row = {7, 0, 1, 1e-3};
    o = good;
    o.rule = HYS_CONNECT_LIST;
    o.list = &row;
    o.n_list = 1;
    assert_refused(p.ctx, hys_brain_connect(p.brain, &o, &projection), "synapse 0 is from cell 7 to cell 0");
    said(p.ctx, hys_brain_run(p.brain, 1e-3));
    assert_refused(p.ctx, hys_brain_connect(p.brain, &good, &projection), "a brain that has run");
    free_groups(&p);
}

static hys_status build(hys_ctx *ctx, void *arg) {
    hys_point lif = hys_point_default(HYS_POINT_LIF);
    hys_port_opts port = hys_port_opts_default();
    hys_brain_cell *cell = NULL;
    hys_brain *brain = NULL;
    hys_connect_opts o = hys_connect_opts_default();
    size_t projection, more;
    (void)arg;
    o.port = port.name = "syn";
    o.rule = HYS_CONNECT_TOTAL;
    o.number = 100;
    o.weight = (hys_draw){HYS_DRAW_NORMAL, 1e-9, 1e-9, 0, 0};
    o.delay = (hys_draw){HYS_DRAW_UNIFORM, 1e-3, 5e-4, 0, 0};
    lif.bias = 1e-9;
    hys_status status = hys_brain_point_new(ctx, &lif, &cell);
    if (status == HYS_OK) status = hys_brain_cell_add_port(cell, &port);
    if (status == HYS_OK) status = hys_brain_new(ctx, NULL, &brain);
    if (status == HYS_OK) status = hys_brain_add(brain, cell, 10, &o.source);
    if (status == HYS_OK) status = hys_brain_add_poisson(brain, 10, 100, 0, 0, &more);
    o.target = o.source;
    if (status == HYS_OK) status = hys_brain_connect(brain, &o, &projection);
    if (status == HYS_OK) status = hys_brain_add_background(brain, 0, "syn", 1000, 1e-9);
    if (status == HYS_OK) status = hys_brain_run(brain, 20e-3);
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    return status;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    hys_test_each_failure(build, NULL, false);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_and_one_to_one_are_complete),
    cmocka_unit_test(probability_gives_binomial_numbers),
    cmocka_unit_test(indegree_and_total_are_exact_numbers_drawn_evenly),
    cmocka_unit_test(distance_falls_as_gaussian),
    cmocka_unit_test(weights_and_delays_have_their_distributions),
    cmocka_unit_test(threads_draw_the_same_synapses),
    cmocka_unit_test(synapses_take_at_most_ten_bytes_and_are_predicted),
    cmocka_unit_test(what_cannot_be_connected_is_refused),
    cmocka_unit_test(every_allocation_may_fail),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
