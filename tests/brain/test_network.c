/* Networks: the same bits with any threads and cuts of runs, delays, published networks. */
#include "brain_net.h"
#include "microcircuit.h"
#include <stdlib.h>

#define TRAUB HYS_TEST_SOURCE "/examples/brain"

static hys_brain *brain_of(hys_ctx *ctx, unsigned n_threads, uint64_t seed) {
    hys_brain_opts o = hys_brain_opts_default();
    hys_brain *brain = NULL;
    o.dt = 1e-4;
    o.seed = seed;
    o.n_threads = n_threads;
    said(ctx, hys_brain_new(ctx, &o, &brain));
    return brain;
}

typedef struct spike_list {
    hys_spike *at;
    size_t n;
} spike_list;

/* All spikes of groups, the run being cut into so many parts. */
static spike_list spikes_of(hys_brain *brain, size_t n_groups, double duration, int n_parts) {
    spike_list list = {.at = calloc(200000, sizeof(hys_spike))};
    assert_non_null(list.at);
    for (int k = 0; k < n_parts; k++) {
        assert_int_equal(hys_brain_run(brain, duration / n_parts), HYS_OK);
        for (size_t g = 0; g < n_groups; g++) {
            size_t n;
            const hys_spike *s = hys_brain_spikes(brain, g, &n);
            assert_true(list.n + n <= 200000);
            if (n) memcpy(list.at + list.n, s, n * sizeof *s);
            list.n += n;
        }
    }
    return list;
}

static void assert_same_spikes(const spike_list *a, const spike_list *b) {
    assert_int_equal(a->n, b->n);
    assert_true(a->n > 100);
    for (size_t k = 0; k < a->n; k++) assert_true(a->at[k].cell == b->at[k].cell && a->at[k].time == b->at[k].time);
}

/* Conductances and drawn weights: every order of adding would show. */
static void threads_make_the_same_spikes_to_the_bit(void **state) {
    (void)state;
    spike_list lists[2];
    for (unsigned k = 0; k < 2; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_brain *brain = brain_of(ctx, k ? 3 : 1, 5);
        said(ctx, cobahh_build(brain, ctx, TRAUB));
        lists[k] = spikes_of(brain, 2, 60e-3, 1);
        hys_brain_free(brain);
        hys_ctx_free(ctx);
    }
    assert_same_spikes(&lists[0], &lists[1]);
    free(lists[0].at);
    free(lists[1].at);
}

static int by_cell_and_time(const void *a, const void *z) {
    const hys_spike *x = a, *y = z;
    if (x->cell != y->cell) return x->cell < y->cell ? -1 : 1;
    return x->time < y->time ? -1 : x->time > y->time;
}

/* Times differ by roundings alone: a run's begin is where they are counted from. */
static void assert_parts_are_the_whole(bool is_micro, double duration) {
    spike_list lists[2];
    for (int k = 0; k < 2; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_brain *brain = brain_of(ctx, 1, 9);
        said(ctx, is_micro ? micro_build(brain, ctx, 0.02) : cobahh_build(brain, ctx, TRAUB));
        lists[k] = spikes_of(brain, is_micro ? MICRO_GROUPS : 2, duration, k ? 5 : 1);
        qsort(lists[k].at, lists[k].n, sizeof(hys_spike), by_cell_and_time);
        hys_brain_free(brain);
        hys_ctx_free(ctx);
    }
    assert_int_equal(lists[0].n, lists[1].n);
    assert_true(lists[0].n > 100);
    for (size_t k = 0; k < lists[0].n; k++) {
        assert_int_equal(lists[0].at[k].cell, lists[1].at[k].cell);
        assert_within(lists[0].at[k].time, lists[1].at[k].time, 1e-12);
    }
    free(lists[0].at);
    free(lists[1].at);
}

static void a_run_in_parts_makes_the_same_spikes(void **state) {
    (void)state;
    assert_parts_are_the_whole(true, 150e-3);
    assert_parts_are_the_whole(false, 40e-3);
}

static const char *const vteam_set[] = {"v_on=-0.5", "v_off=0.5", "k_on=-1e-7", "k_off=1e-7"};

/* Everything that moves at once: channels, rings, sources, plastic and short-term synapses, weights that are devices,
 * gap junctions, noise. */
static hys_brain *all_kinds(hys_ctx *ctx, size_t learnt[2]) {
    hys_brain *brain = brain_of(ctx, 2, 4);
    said(ctx, cobahh_build(brain, ctx, TRAUB));
    hys_connect_opts o = hys_connect_opts_default();
    size_t poisson, projection;
    said(ctx, hys_brain_add_poisson(brain, 40, 200, 0, 0, &poisson));
    o.source = poisson;
    o.port = "excitatory";
    o.rule = HYS_CONNECT_INDEGREE;
    o.number = 3;
    o.weight.mean = 10e-9;
    o.short_term = (hys_short_term){0.3, 0.1, 0.2};
    said(ctx, hys_brain_connect(brain, &o, &projection));
    o.short_term.use = 0;
    o.delay = (hys_draw){HYS_DRAW_UNIFORM, 2e-3, 1e-3, 0, 0};
    o.plasticity = hys_plasticity_default(HYS_PLASTIC_TRIPLET);
    o.plasticity.w_max = 20e-9;
    said(ctx, hys_brain_connect(brain, &o, &learnt[0]));
    o.plasticity = hys_plasticity_default(HYS_PLASTIC_DEVICE);
    o.plasticity.device = "vteam";
    o.plasticity.set = vteam_set;
    o.plasticity.n_set = 4;
    o.plasticity.v_head = 0.45;
    o.plasticity.v_tail = -0.45;
    o.plasticity.g_min = 1e-6;
    o.plasticity.g_max = 1e-4;
    o.plasticity.w_max = 20e-9;
    said(ctx, hys_brain_connect(brain, &o, &learnt[1]));
    said(ctx, hys_brain_join(brain, &(hys_brain_place){0, 7, 0}, &(hys_brain_place){1, 3, 0}, 1e-9));
    const hys_electrode noise = {.place = {0, HYS_BRAIN_ALL, 0},
                                 .wave = {.shape = HYS_WAVE_NOISE, .to = 1e-11, .tau = 5e-3}};
    said(ctx, hys_brain_add_electrode(brain, &noise));
    return brain;
}

static hys_synapse_row *rows_of(hys_ctx *ctx, const hys_brain *brain, size_t projection) {
    hys_synapse_row *rows = calloc(hys_brain_n_synapses(brain, projection), sizeof *rows);
    said(ctx, hys_brain_synapses(brain, projection, rows));
    return rows;
}

static void a_loaded_brain_goes_on_to_the_bit(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "brain.state");
    size_t learnt[2], n[2];
    hys_synapse_row *rows[2][3]; /* when saved, later, and later again */
    hys_brain *brain = all_kinds(ctx, learnt);
    spike_list first = spikes_of(brain, 4, 30e-3, 1);
    said(ctx, hys_brain_save(brain, path));
    for (int k = 0; k < 2; k++) n[k] = hys_brain_n_synapses(brain, learnt[k]);
    for (int k = 0; k < 2; k++) rows[k][0] = rows_of(ctx, brain, learnt[k]);
    spike_list on = spikes_of(brain, 4, 20e-3, 1);
    for (int k = 0; k < 2; k++) rows[k][1] = rows_of(ctx, brain, learnt[k]);
    hys_brain_free(brain);
    brain = all_kinds(ctx, learnt);
    said(ctx, hys_brain_load(brain, path));
    assert_within(hys_brain_time(brain), 30e-3, 1e-9);
    spike_list again = spikes_of(brain, 4, 20e-3, 1);
    assert_same_spikes(&on, &again);
    for (int k = 0; k < 2; k++) {
        size_t n_changed = 0;
        rows[k][2] = rows_of(ctx, brain, learnt[k]);
        for (size_t j = 0; j < n[k]; j++) {
            assert_same_double(rows[k][2][j].weight, rows[k][1][j].weight);
            n_changed += rows[k][1][j].weight != rows[k][0][j].weight;
        }
        assert_true(4 * n_changed > n[k]);
        for (int j = 0; j < 3; j++) free(rows[k][j]);
    }
    hys_brain_free(brain);
    free(first.at);
    free(on.at);
    free(again.at);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

static void a_state_that_does_not_fit_is_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "brain.state");
    hys_brain *one = brain_of(ctx, 1, 1), *other = brain_of(ctx, 1, 2);
    size_t group;
    said(ctx, hys_brain_add_poisson(one, 5, 10, 0, 0, &group));
    said(ctx, hys_brain_add_poisson(other, 5, 10, 0, 0, &group));
    said(ctx, hys_brain_save(one, path));
    said(ctx, hys_brain_load(one, path));
    assert_refused(ctx, hys_brain_load(other, path), "is the state of another brain");
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, 200, SEEK_SET), 0);
    fputc(77, f);
    fclose(f);
    assert_refused(ctx, hys_brain_load(one, path), "was cut off or changed");
    hys_test_write(path, "hysbrain", 8);
    assert_refused(ctx, hys_brain_load(one, path), "is no state of a brain");
    assert_refused(ctx, hys_brain_load(one, "/nowhere/at/all"), "cannot be opened");
    hys_brain_free(one);
    hys_brain_free(other);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* Rates of the full circuit, published for long simulations; a part of the cells and of their synapses keeps means
 * and variances of the input, not its correlations, so rates are alike, not the same. */
static void a_twentieth_of_the_microcircuit_has_rates_like_the_whole(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain *brain = brain_of(ctx, 1, 1);
    said(ctx, micro_build(brain, ctx, 0.05));
    said(ctx, hys_brain_run(brain, 0.1));
    said(ctx, hys_brain_run(brain, 0.3));
    for (size_t k = 0; k < MICRO_GROUPS; k++) {
        double cv, rate = rate_and_cv(brain, k, (size_t)((double)micro_cells[k] * 0.05 + 0.5), 0.3, &cv);
        assert_within(rate, micro_rates[k], 0.3 + 0.4 * micro_rates[k]);
    }
    hys_brain_free(brain);
    hys_ctx_free(ctx);
}

/* Brian2 2.9 gives 37.3 Hz at 0.1 ms and 38.9 Hz at 0.02 ms, for 1 s; the network is chaotic, and rates of parts of a
 * second scatter by some Hz. */
static void cells_of_traub_fire_as_brian2_has_them(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain *brain = brain_of(ctx, 1, 1);
    double cv, rate[2];
    said(ctx, cobahh_build(brain, ctx, TRAUB));
    said(ctx, hys_brain_run(brain, 0.3));
    for (size_t k = 0; k < 2; k++) rate[k] = rate_and_cv(brain, k, k ? 800 : 3200, 0.3, &cv);
    assert_within(0.8 * rate[0] + 0.2 * rate[1], 38.9, 5);
    hys_brain_free(brain);
    hys_ctx_free(ctx);
}

/* A chain: each spike makes the next cell fire, delay by delay, whatever the window. */
static void delays_are_kept_along_a_chain(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain *brain = brain_of(ctx, 1, 1);
    const hys_point p = hys_point_default(HYS_POINT_LIF);
    hys_port_opts port = hys_port_opts_default();
    hys_brain_cell *cell = NULL;
    hys_synapse_row rows[20];
    hys_connect_opts o = hys_connect_opts_default();
    size_t projection, n;
    const hys_spike start = {1e-3, 0};
    port.name = "syn";
    port.kind = HYS_PORT_DELTA;
    said(ctx, hys_brain_point_new(ctx, &p, &cell));
    said(ctx, hys_brain_cell_add_port(cell, &port));
    said(ctx, hys_brain_add(brain, cell, 21, &o.source));
    double at = 1e-3 + 1e-3;
    for (uint32_t k = 0; k < 20; k++) rows[k] = (hys_synapse_row){k, k + 1, 20e-3, 1e-3 + 1e-4 * k};
    o.target = o.source;
    o.port = "syn";
    o.rule = HYS_CONNECT_LIST;
    o.list = rows;
    o.n_list = 20;
    said(ctx, hys_brain_connect(brain, &o, &projection));
    o.source = replay(brain, 1, &start, 1);
    o.n_list = 1;
    rows[0].target = 0;
    said(ctx, hys_brain_connect(brain, &o, &projection));
    said(ctx, hys_brain_run(brain, 60e-3));
    const hys_spike *s = hys_brain_spikes(brain, 0, &n);
    assert_int_equal(n, 21);
    for (size_t k = 0; k < n; k++) {
        assert_int_equal(s[k].cell, k);
        assert_within(s[k].time, at, 1e-9);
        at += 1e-3 + 1e-4 * (double)k;
    }
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

/* 2000 sources at 50 Hz between 0.2 and 0.6 s: Poisson numbers and exponential intervals. */
static void poisson_sources_have_their_statistics(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain *brain = brain_of(ctx, 1, 1);
    size_t group, n;
    said(ctx, hys_brain_add_poisson(brain, 2000, 50, 0.2, 0.6, &group));
    said(ctx, hys_brain_run(brain, 1));
    const hys_spike *s = hys_brain_spikes(brain, group, &n);
    assert_within((double)n, 40000, 5 * sqrt(40000));
    double sum = 0, squares = 0, count[2000] = {0};
    for (size_t k = 0; k < n; k++) {
        assert_true(s[k].time >= 0.2 && s[k].time < 0.6);
        sum += s[k].time;
        count[s[k].cell]++;
    }
    for (size_t k = 0; k < 2000; k++) squares += (count[k] - 20) * (count[k] - 20);
    assert_within(sum / (double)n, 0.4, 5 * 0.4 / sqrt(12 * 40000.0));
    assert_within(squares / 20, 2000, 5 * sqrt(2 * 2000.0) + 5 * sqrt(2000 / 20.0));
    hys_brain_free(brain);
    hys_ctx_free(ctx);
}

static void a_network_that_cannot_run_is_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain *brain = brain_of(ctx, 1, 1);
    hys_port_opts port = hys_port_opts_default();
    hys_brain_cell *cell = NULL;
    size_t group;
    const hys_spike late = {NAN, 0};
    port.name = "syn";
    said(ctx, hys_brain_cell_new(ctx, NULL, &cell));
    said(ctx, hys_brain_cell_add_port(cell, &port));
    said(ctx, hys_brain_add(brain, cell, 3, &group));
    join_all(brain, group, group, 1e-9, 1e-3);
    assert_refused(ctx, hys_brain_run(brain, 1e-3), "that need their spikes, but no threshold");
    assert_refused(ctx, hys_brain_add_replay(brain, 1, &late, 1, &group), "spike 0 cannot be at nan s");
    assert_refused(ctx, hys_brain_add_poisson(brain, 1, -1, 0, 0, &group), "a source cannot have spikes at -1 Hz");
    assert_refused(ctx, hys_brain_add_background(brain, 0, "syn", NAN, 0), "a background cannot have spikes at nan Hz");
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(threads_make_the_same_spikes_to_the_bit),
    cmocka_unit_test(a_run_in_parts_makes_the_same_spikes),
    cmocka_unit_test(a_loaded_brain_goes_on_to_the_bit),
    cmocka_unit_test(a_state_that_does_not_fit_is_refused),
    cmocka_unit_test(a_twentieth_of_the_microcircuit_has_rates_like_the_whole),
    cmocka_unit_test(cells_of_traub_fire_as_brian2_has_them),
    cmocka_unit_test(delays_are_kept_along_a_chain),
    cmocka_unit_test(poisson_sources_have_their_statistics),
    cmocka_unit_test(a_network_that_cannot_run_is_refused),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
