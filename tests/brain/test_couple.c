/* Slow couplings: what stores and astrocytes do to ports, releases and learning, against closed forms. */
#include "brain_net.h"

#define TAU_M 20e-3 /* s: 0.01 F/m^2 / 0.5 S/m^2 */
#define C_M   1e-11 /* F */

typedef struct pair {
    hys_brain *brain;
    size_t from, to;
} pair;

static hys_brain_cell *cell_of(hys_ctx *ctx, double leak, double reversal, double start) {
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_port_opts hit = hys_port_opts_default(), syn = hys_port_opts_default();
    hys_brain_cell *cell = NULL;
    o.leak = leak;
    o.leak_reversal = reversal;
    o.v_start = start;
    hit.name = "hit";
    hit.kind = HYS_PORT_DELTA;
    syn.name = "syn";
    syn.is_current = true;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    said(ctx, hys_brain_cell_add_port(cell, &hit));
    said(ctx, hys_brain_cell_add_port(cell, &syn));
    syn.name = "conductance";
    syn.is_current = false;
    syn.reversal = -20e-3;
    said(ctx, hys_brain_cell_add_port(cell, &syn));
    return cell;
}

/* n_from stores that keep what they begin with, and n_to cells that leak nothing. */
static pair pair_in_steps(hys_ctx *ctx, double y, size_t n_from, size_t n_to, double dt) {
    hys_brain_opts o = hys_brain_opts_default();
    pair p = {0};
    o.dt = dt;
    hys_brain_cell *store = cell_of(ctx, 0, 0, y), *cell = cell_of(ctx, 0, 0, 0);
    said(ctx, hys_brain_new(ctx, &o, &p.brain));
    said(ctx, hys_brain_add(p.brain, store, n_from, &p.from));
    said(ctx, hys_brain_add(p.brain, cell, n_to, &p.to));
    hys_brain_cell_free(store);
    hys_brain_cell_free(cell);
    return p;
}

static pair pair_of(hys_ctx *ctx, double y, size_t n_from, size_t n_to) {
    return pair_in_steps(ctx, y, n_from, n_to, 25e-6);
}

static hys_couple_opts coupling(const pair *p, hys_couple_map map, double gain) {
    hys_couple_opts o = hys_couple_opts_default();
    o.from = p->from;
    o.to = p->to;
    o.port = "syn";
    o.map = map;
    o.gain = gain;
    return o;
}

static hys_plasticity vteam_synapse(void) {
    static const char *const set[] = {"v_on=-0.5", "v_off=0.5", "k_on=-1e-7", "k_off=1e-7"};
    hys_plasticity p = hys_plasticity_default(HYS_PLASTIC_DEVICE);
    p.device = "vteam";
    p.set = set;
    p.n_set = sizeof set / sizeof *set;
    p.v_head = 0.45;
    p.v_tail = -0.45;
    p.g_min = 1e-6;
    p.g_max = 1e-4;
    p.w_max = 1;
    return p;
}

static double v_of(const pair *p, size_t cell) {
    return hys_brain_v(p->brain, &(hys_brain_place){p->to, cell, 0});
}

/* ---- maps ---- */

/* A held current charges a cell without a leak by I t / C, whatever the step. */
static double current(hys_ctx *ctx, hys_couple_map map, double y) {
    pair p = pair_of(ctx, y, 1, 1);
    hys_couple_opts o = coupling(&p, map, 2e-12);
    o.threshold = 0.25;
    o.unit = 0.125;
    said(ctx, hys_brain_couple(p.brain, &o));
    said(ctx, hys_brain_run(p.brain, 20e-3));
    const double v = v_of(&p, 0);
    hys_brain_free(p.brain);
    return v * C_M / 20e-3;
}

static void maps_are_their_formulae(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    assert_near(current(ctx, HYS_COUPLE_LINEAR, 0.75), 1e-12, 1e-11);
    assert_near(current(ctx, HYS_COUPLE_LINEAR, 0), -0.5e-12, 1e-11);
    assert_near(current(ctx, HYS_COUPLE_RECTIFIED, 0.75), 1e-12, 1e-11);
    assert_within(current(ctx, HYS_COUPLE_RECTIFIED, 0), 0, 0);
    assert_near(current(ctx, HYS_COUPLE_LOGARITHM, 0.75), 2e-12 * log(4), 1e-11);
    assert_within(current(ctx, HYS_COUPLE_LOGARITHM, 0.37), 0, 0);
    assert_near(current(ctx, HYS_COUPLE_SIGMOID, 0.5), 2e-12 / (1 + exp(-2)), 1e-11);
    hys_ctx_free(ctx);
}

/* ---- ports ---- */

/* A store of 50 ms that spikes fill, read each millisecond: between readings the cell goes on by
 * V' = (E - V)/tau + I/C, which has a closed form. */
static void spikes_fill_a_store_that_drives_a_cell(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_cell *store = cell_of(ctx, 0.2, 0.1, 0.1), *cell = cell_of(ctx, 0.5, -65e-3, -65e-3);
    const hys_spike spikes[] = {{1e-3, 0}, {4.5e-3, 0}, {20e-3, 0}};
    pair p = {0};
    said(ctx, hys_brain_new(ctx, NULL, &p.brain));
    said(ctx, hys_brain_add(p.brain, store, 1, &p.from));
    said(ctx, hys_brain_add(p.brain, cell, 1, &p.to));
    hys_connect_opts c = hys_connect_opts_default();
    size_t projection;
    c.source = replay(p.brain, 1, spikes, 3);
    c.target = p.from;
    c.port = "hit";
    c.weight.mean = 0.3;
    c.delay.mean = 0.7e-3; /* no part of the time between readings */
    said(ctx, hys_brain_connect(p.brain, &c, &projection));
    hys_couple_opts o = coupling(&p, HYS_COUPLE_LINEAR, 5e-12);
    o.threshold = 0.1;
    said(ctx, hys_brain_couple(p.brain, &o));
    said(ctx, hys_brain_run(p.brain, 40e-3));
    double v = 0; /* from rest */
    for (int k = 0; k < 40; k++) {
        double y = 0;
        for (int s = 0; s < 3; s++) {
            const double since = k * 1e-3 - spikes[s].time - 0.7e-3;
            if (since > 0) y += 0.3 * exp(-since / 50e-3);
        }
        const double goal = 5e-12 * y / C_M * TAU_M;
        v = goal + (v - goal) * exp(-1e-3 / TAU_M);
    }
    assert_near(v_of(&p, 0) + 65e-3, v, 1e-6); /* steps of 25 us: (h/tau)^2 / 12 of what moves */
    hys_brain_free(p.brain);
    hys_brain_cell_free(store);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

/* At rest g_leak (E_leak - V) + g (E - V) = 0; two couplings add up. */
static void couplings_upon_a_conductance_add_up(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_cell *store = cell_of(ctx, 0, 0, 0.5), *cell = cell_of(ctx, 0.5, -65e-3, -65e-3);
    pair p = {0};
    said(ctx, hys_brain_new(ctx, NULL, &p.brain));
    said(ctx, hys_brain_add(p.brain, store, 1, &p.from));
    said(ctx, hys_brain_add(p.brain, cell, 3, &p.to));
    for (int k = 0; k < 2; k++) {
        hys_couple_opts o = coupling(&p, HYS_COUPLE_LINEAR, k ? 0.4e-9 : 0.2e-9);
        o.port = "conductance";
        o.every = k ? 7e-3 : 1e-3;
        said(ctx, hys_brain_couple(p.brain, &o));
    }
    said(ctx, hys_brain_run(p.brain, 0.5));
    for (size_t k = 0; k < 3; k++) assert_near(v_of(&p, k), (0.5e-9 * -65e-3 + 0.3e-9 * -20e-3) / 0.8e-9, 1e-9);
    hys_brain_free(p.brain);
    hys_brain_cell_free(store);
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

/* Spikes of a point neuron with 2.5 times its rheobase of 1 pA, as bias or from a store of 0.5. */
static size_t spikes_of(hys_ctx *ctx, hys_point_kind kind, double amount, bool is_coupled, hys_spike *first) {
    hys_point point = hys_point_default(kind);
    hys_brain_cell *neuron = NULL, *store = cell_of(ctx, 0, 0, 0.5);
    hys_port_opts syn = hys_port_opts_default();
    pair p = {0};
    size_t n;
    point.v_start_noise = 0;
    if (!is_coupled) point.bias = amount;
    syn.name = "syn";
    syn.is_current = true;
    said(ctx, hys_brain_point_new(ctx, &point, &neuron));
    said(ctx, hys_brain_cell_add_port(neuron, &syn));
    said(ctx, hys_brain_new(ctx, NULL, &p.brain));
    said(ctx, hys_brain_add(p.brain, store, 1, &p.from));
    said(ctx, hys_brain_add(p.brain, neuron, 2, &p.to));
    if (is_coupled) {
        const hys_couple_opts o = coupling(&p, HYS_COUPLE_LINEAR, 2 * amount);
        said(ctx, hys_brain_couple(p.brain, &o));
    }
    said(ctx, hys_brain_run(p.brain, 0.2));
    const hys_spike *spikes = hys_brain_spikes(p.brain, p.to, &n);
    if (n) *first = spikes[n - 1];
    hys_brain_free(p.brain);
    hys_brain_cell_free(neuron);
    hys_brain_cell_free(store);
    return n;
}

static void point_neurons_take_it_like_a_bias(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double amounts[HYS_N_POINT_KINDS] = {0.5e-9, 0.9e-9, 10 * hys_point_default(HYS_POINT_IZHIKEVICH).unit};
    for (int k = 0; k < HYS_N_POINT_KINDS; k++) {
        hys_spike with = {0}, without = {0};
        const size_t n = spikes_of(ctx, (hys_point_kind)k, amounts[k], false, &with);
        assert_true(n > 2);
        assert_int_equal(spikes_of(ctx, (hys_point_kind)k, amounts[k], true, &without), n);
        assert_same_double(with.time, without.time);
    }
    hys_ctx_free(ctx);
}

/* ---- which acts on which ---- */

static void cells_hear_their_part_or_whom_they_are_told(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const uint32_t told[] = {2, 0, 1, 1, 2, 0, 0};
    for (int k = 0; k < 2; k++) {
        pair p = pair_of(ctx, 0, 3, 7);
        hys_couple_opts o = coupling(&p, HYS_COUPLE_LINEAR, 1e-12);
        o.cell = k ? told : NULL;
        for (size_t s = 0; s < 3; s++)
            said(ctx, hys_brain_set_v(p.brain, &(hys_brain_place){p.from, s, 0}, 1 + (double)s));
        said(ctx, hys_brain_couple(p.brain, &o));
        said(ctx, hys_brain_run(p.brain, 10e-3));
        for (size_t c = 0; c < 7; c++) {
            const size_t whom = k ? told[c] : c * 3 / 7;
            assert_near(v_of(&p, c), 1e-12 * (1 + (double)whom) * 10e-3 / C_M, 1e-10);
        }
        hys_brain_free(p.brain);
    }
    hys_ctx_free(ctx);
}

/* ---- releases ---- */

/* What the 200th spike of a train of 10 Hz brings when Gam of the receptors is held: release settles at u x with
 *   u = U/(1 - (1 - U) exp(-T/tau_f)), x = (1 - e)/(1 - (1 - u) e), e = exp(-T/tau_d), U = (1 - Gam) use + alpha Gam.
 * Two senders have astrocytes of their own. */
static void gliotransmitter_sets_the_release_of_its_senders(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double use = 0.6, alpha = 0.1, gam[] = {0.25, 0.75}, left = exp(-0.1 / 0.5), stays = exp(-0.1 / 0.3);
    pair p = pair_of(ctx, 0, 2, 2);
    hys_spike spikes[400];
    hys_connect_opts c = hys_connect_opts_default();
    hys_couple_opts o = coupling(&p, HYS_COUPLE_LINEAR, alpha - use);
    for (size_t k = 0; k < 200; k++)
        for (uint32_t j = 0; j < 2; j++) spikes[2 * k + j] = (hys_spike){0.05 + 0.1 * (double)k, j};
    for (size_t k = 0; k < 2; k++) said(ctx, hys_brain_set_v(p.brain, &(hys_brain_place){p.from, k, 0}, gam[k]));
    c.source = replay(p.brain, 2, spikes, 400);
    c.target = p.to;
    c.port = "hit";
    c.rule = HYS_CONNECT_ONE_TO_ONE;
    c.weight.mean = 1;
    c.short_term = (hys_short_term){use, 0.5, 0.3};
    said(ctx, hys_brain_connect(p.brain, &c, &o.to));
    o.effect = HYS_COUPLE_TO_RELEASE;
    said(ctx, hys_brain_couple(p.brain, &o));
    said(ctx, hys_brain_run(p.brain, 19.9));
    const double before[] = {v_of(&p, 0), v_of(&p, 1)};
    said(ctx, hys_brain_run(p.brain, 0.1));
    for (size_t k = 0; k < 2; k++) {
        const double now = (1 - gam[k]) * use + alpha * gam[k], u = now / (1 - (1 - now) * stays);
        assert_near(v_of(&p, k) - before[k], u * (1 - left) / (1 - (1 - u) * left), 1e-9);
    }
    hys_brain_free(p.brain);
    hys_ctx_free(ctx);
}

/* ---- learning ---- */

/* Changes of a synapse by two pairs: before 20 ms its target fires 5 ms behind the sender (and a delay of 1 ms), later
 * 4 ms before it; what it learns is `part` of all until 15 ms, nothing later where the store is emptied. */
static double learned(hys_ctx *ctx, double part, bool is_emptied) {
    const hys_spike pre[] = {{5e-3, 0}, {900e-3, 0}}, kick[] = {{10e-3, 0}, {896e-3, 0}}, fall[] = {{500e-3, 0}},
                    empty[] = {{15e-3, 0}};
    pair p = pair_of(ctx, part, 1, 1);
    hys_connect_opts c = hys_connect_opts_default();
    hys_couple_opts o = coupling(&p, HYS_COUPLE_LINEAR, 1);
    hys_synapse_row row;
    size_t other;
    said(ctx, hys_brain_detect(p.brain, p.to, 0, 0.5));
    c.port = "hit";
    c.source = replay(p.brain, 1, kick, 2);
    c.target = p.to;
    c.weight.mean = 1;
    said(ctx, hys_brain_connect(p.brain, &c, &other));
    c.source = replay(p.brain, 1, fall, 1);
    c.weight.mean = -1;
    said(ctx, hys_brain_connect(p.brain, &c, &other));
    c.source = replay(p.brain, 1, empty, 1);
    c.target = p.from;
    c.weight.mean = is_emptied ? -part : 0;
    said(ctx, hys_brain_connect(p.brain, &c, &other));
    c.source = replay(p.brain, 1, pre, 2);
    c.target = p.to;
    c.port = "syn";
    c.weight.mean = 1e-15;
    c.plasticity = hys_plasticity_default(HYS_PLASTIC_PAIR);
    c.plasticity.w_max = 2e-15;
    said(ctx, hys_brain_connect(p.brain, &c, &o.to));
    o.effect = HYS_COUPLE_TO_LEARNING;
    said(ctx, hys_brain_couple(p.brain, &o));
    said(ctx, hys_brain_run(p.brain, 1));
    said(ctx, hys_brain_synapses(p.brain, o.to, &row));
    hys_brain_free(p.brain);
    return (row.weight - 1e-15) / 2e-15;
}

/* The kick arrives 1 ms behind its time: it is the target's spike. */
static void energy_decides_how_much_of_a_change_is_kept(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double up = 0.005 * exp(-7e-3 / 20e-3), down = 0.00525 * exp(-2e-3 / 20e-3);
    assert_near(learned(ctx, 1, false), up - down, 1e-9);
    assert_near(learned(ctx, 0.25, false), 0.25 * (up - down), 1e-9);
    assert_near(learned(ctx, 0.25, true), 0.25 * up, 1e-9);
    assert_within(learned(ctx, 0, false), 0, 0);
    assert_near(learned(ctx, 7, false), up - down, 1e-9);
    hys_ctx_free(ctx);
}

/* ---- the same bits ---- */

/* 600 neurons in a loop with 20 stores that their spikes empty, and that decide on drive, learning and release; delays
 * of 1.5 ms, readings each 2 and 3 ms. */
/* A synapse upon each cell that is a device; it learns as the stores let it. */
static void add_devices(hys_ctx *ctx, const pair *p, const hys_connect_opts *like) {
    hys_connect_opts c = *like;
    hys_couple_opts o = coupling(p, HYS_COUPLE_SIGMOID, 1);
    c.rule = HYS_CONNECT_INDEGREE;
    c.number = 1;
    c.short_term.use = 0;
    c.plasticity = vteam_synapse();
    c.plasticity.w_max = 40e-12;
    said(ctx, hys_brain_connect(p->brain, &c, &o.to));
    o.effect = HYS_COUPLE_TO_LEARNING;
    o.threshold = 0.9;
    o.unit = 0.02;
    o.every = 2e-3;
    said(ctx, hys_brain_couple(p->brain, &o));
}

static pair loop_of(hys_ctx *ctx, unsigned n_threads, size_t *learning) {
    hys_brain_opts opts = hys_brain_opts_default();
    hys_point point = hys_point_default(HYS_POINT_LIF);
    hys_brain_cell *neuron = NULL, *store = cell_of(ctx, 0.1, 1, 1);
    hys_port_opts syn = hys_port_opts_default();
    hys_connect_opts c = hys_connect_opts_default();
    pair p = {0};
    size_t projection;
    opts.dt = 0.1e-3;
    opts.n_threads = n_threads;
    syn.name = "syn";
    syn.is_current = true;
    said(ctx, hys_brain_point_new(ctx, &point, &neuron));
    said(ctx, hys_brain_cell_add_port(neuron, &syn));
    said(ctx, hys_brain_new(ctx, &opts, &p.brain));
    said(ctx, hys_brain_add(p.brain, store, 20, &p.from));
    said(ctx, hys_brain_add(p.brain, neuron, 600, &p.to));
    c.source = p.to;
    c.target = p.from;
    c.port = "hit";
    c.rule = HYS_CONNECT_PROBABILITY;
    c.probability = 0.05;
    c.weight.mean = -0.002;
    c.delay.mean = 1.5e-3;
    said(ctx, hys_brain_connect(p.brain, &c, &projection));
    hys_couple_opts o = coupling(&p, HYS_COUPLE_SIGMOID, 0.5e-9);
    o.threshold = 0.9;
    o.unit = 0.02;
    o.every = 2e-3;
    said(ctx, hys_brain_couple(p.brain, &o));
    c.target = p.to;
    c.port = "syn";
    c.weight.mean = 20e-12;
    c.plasticity = hys_plasticity_default(HYS_PLASTIC_PAIR);
    c.plasticity.w_max = 40e-12;
    c.short_term = (hys_short_term){0.5, 0.1, 0};
    said(ctx, hys_brain_connect(p.brain, &c, &o.to));
    o.effect = HYS_COUPLE_TO_LEARNING;
    o.gain = 1;
    said(ctx, hys_brain_couple(p.brain, &o));
    o.effect = HYS_COUPLE_TO_RELEASE;
    o.gain = -0.4;
    o.every = 3e-3;
    said(ctx, hys_brain_couple(p.brain, &o));
    *learning = o.to;
    add_devices(ctx, &p, &c);
    hys_brain_cell_free(neuron);
    hys_brain_cell_free(store);
    return p;
}

/* A number that depends on all potentials and weights. */
static double sum_of_weights(hys_ctx *ctx, const pair *p, size_t projection) {
    const size_t n_synapses = hys_brain_n_synapses(p->brain, projection);
    hys_synapse_row *rows = malloc(n_synapses * sizeof *rows);
    double sum = 0;
    assert_non_null(rows);
    said(ctx, hys_brain_synapses(p->brain, projection, rows));
    for (size_t k = 0; k < n_synapses; k++) sum += rows[k].weight * 1e12 * (double)(k % 1000);
    free(rows);
    return sum;
}

static double digest(hys_ctx *ctx, pair *p, size_t learning) {
    double sum = sum_of_weights(ctx, p, learning) + sum_of_weights(ctx, p, learning + 1);
    for (size_t k = 0; k < 600; k++) sum += v_of(p, k) * (double)(k + 1);
    hys_brain_free(p->brain);
    return sum;
}

static double loop(hys_ctx *ctx, unsigned n_threads, size_t n_slices, size_t *n_spikes) {
    size_t learning;
    pair p = loop_of(ctx, n_threads, &learning);
    *n_spikes = 0;
    for (size_t k = 0; k < n_slices; k++) {
        size_t n;
        said(ctx, hys_brain_run(p.brain, 0.3 / (double)n_slices));
        hys_brain_spikes(p.brain, p.to, &n);
        *n_spikes += n;
    }
    return digest(ctx, &p, learning);
}

static void threads_and_slices_change_no_bit(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    size_t n, m;
    const double one = loop(ctx, 1, 1, &n);
    assert_true(n > 1000);
    assert_same_double(loop(ctx, 2, 1, &m), one);
    assert_int_equal(m, n);
    assert_same_double(loop(ctx, 2, 300, &m), one); /* slices of 1 ms lie across readings and delays */
    assert_int_equal(m, n);
    hys_ctx_free(ctx);
}

/* Saved between two readings, and gone on with in another brain. */
static void saved_couplings_go_on(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "brain.state");
    size_t learning, n;
    const double whole = loop(ctx, 1, 1, &n);
    pair first = loop_of(ctx, 1, &learning), second = loop_of(ctx, 1, &learning);
    said(ctx, hys_brain_run(first.brain, 0.1505));
    said(ctx, hys_brain_save(first.brain, path));
    said(ctx, hys_brain_load(second.brain, path));
    said(ctx, hys_brain_run(second.brain, 0.1495));
    assert_same_double(digest(ctx, &second, learning), whole);
    hys_brain_free(first.brain);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* ---- devices that learn as long as there is energy ---- */

/* Change of the weight of a memristor (VTEAM, from the middle of its range) by a pair of spikes 5 ms apart and one of
 * the other order, with all times shortened by `speed`.  part: NaN: no store. */
static double device_learned(hys_ctx *ctx, double part, double speed) {
    const hys_spike pre[] = {{5e-3 / speed, 0}, {60e-3 / speed, 0}}, kick[] = {{10e-3 / speed, 0}, {52e-3 / speed, 0}},
                    fall[] = {{30e-3 / speed, 0}};
    pair p = pair_in_steps(ctx, isnan(part) ? 0 : part, 1, 1, 20e-6 / speed);
    hys_connect_opts c = hys_connect_opts_default();
    hys_couple_opts o = coupling(&p, HYS_COUPLE_LINEAR, 1);
    hys_synapse_row row;
    size_t other;
    said(ctx, hys_brain_detect(p.brain, p.to, 0, 0.5));
    c.port = "hit";
    c.source = replay(p.brain, 1, kick, 2);
    c.target = p.to;
    c.weight.mean = 1;
    c.delay.mean = 1e-3 / speed;
    said(ctx, hys_brain_connect(p.brain, &c, &other));
    c.source = replay(p.brain, 1, fall, 1);
    c.weight.mean = -1;
    said(ctx, hys_brain_connect(p.brain, &c, &other));
    c.source = replay(p.brain, 1, pre, 2);
    c.port = "syn";
    c.plasticity = vteam_synapse();
    c.plasticity.t_head /= speed;
    c.plasticity.t_tail /= speed;
    said(ctx, hys_brain_connect(p.brain, &c, &o.to));
    o.effect = HYS_COUPLE_TO_LEARNING;
    if (!isnan(part)) said(ctx, hys_brain_couple(p.brain, &o));
    said(ctx, hys_brain_synapses(p.brain, o.to, &row));
    const double first = row.weight;
    said(ctx, hys_brain_run(p.brain, 0.1 / speed));
    said(ctx, hys_brain_synapses(p.brain, o.to, &row));
    hys_brain_free(p.brain);
    return row.weight - first;
}

/* Pulses at half of the time are pulses half as long. */
static void energy_is_the_time_in_which_a_device_learns(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double all = device_learned(ctx, NAN, 1);
    assert_true(fabs(all) > 0);
    assert_same_double(device_learned(ctx, 1, 1), all);
    assert_within(device_learned(ctx, 0, 1), 0, 0);
    assert_near(device_learned(ctx, 0.5, 1), device_learned(ctx, NAN, 2), 1e-4);
    assert_near(device_learned(ctx, 0.25, 1), device_learned(ctx, NAN, 4), 1e-4);
    hys_ctx_free(ctx);
}

/* ---- calcium ---- */

/* Period of the calcium of an astrocyte of Li and Rinzel whose IP3 is held. */
static double period(hys_ctx *ctx, const char *device, double ip3, double dt, double step) {
    static const char *const hold[] = {"ca=0V"};
    hys_brain_opts o = hys_brain_opts_default();
    hys_brain_cell_opts c = hys_brain_cell_opts_default();
    hys_brain *brain = NULL;
    hys_brain_cell *cell = NULL;
    const hys_brain_place place = {0, 0, 0};
    size_t group, record, n = 0;
    double at[2] = {0};
    hys_channel_opts calcium = hys_channel_opts_default();
    o.dt = dt;
    c.v_start = ip3;
    calcium.device = device;
    calcium.hold = hold;
    calcium.n_hold = !strcmp(device, "li_rinzel");
    calcium.name = "calcium";
    calcium.step = step;
    said(ctx, hys_brain_cell_new(ctx, &c, &cell));
    said(ctx, hys_brain_cell_add_channel(cell, &calcium));
    said(ctx, hys_brain_new(ctx, &o, &brain));
    said(ctx, hys_brain_add(brain, cell, 1, &group));
    said(ctx, hys_brain_record(brain, &place, "calcium.C", step > dt ? (size_t)(step / dt + 0.5) : 1, &record));
    said(ctx, hys_brain_run(brain, 130));
    const hys_brain_trace t = hys_brain_recorded(brain, record);
    for (size_t k = 1; k < t.n; k++)
        if (t.t[k] > 100 && t.y[k - 1] < 0.3 && t.y[k] >= 0.3 && n < 2)
            at[n++] = t.t[k - 1] + (t.t[k] - t.t[k - 1]) * (0.3 - t.y[k - 1]) / (t.y[k] - t.y[k - 1]);
    assert_int_equal(n, 2);
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    return at[1] - at[0];
}

/* Of the same equations by a variable-step solver at 1e-10, after 100 s. */
static void calcium_oscillates_with_the_periods_of_li_and_rinzel(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    static const char astrocyte[] = HYS_TEST_SOURCE "/examples/brain/astrocyte.va";
    assert_near(period(ctx, astrocyte, 0.4, 10e-3, 0), 12.7667, 1e-5);
    assert_near(period(ctx, "li_rinzel", 0.5, 10e-3, 0), 11.4920, 1e-5); /* its output ca held at 0 V */
    /* the same steps of states, ten of the potential in each */
    assert_near(period(ctx, astrocyte, 0.5, 1e-3, 10e-3), 11.4920, 1e-5);
    assert_near(period(ctx, "li_rinzel", 0.5, 1e-3, 10e-3), 11.4920, 1e-5);
    hys_ctx_free(ctx);
}

static void channels_with_a_current_take_the_steps_of_their_cell(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_cell *cell = hh_cell(ctx, NULL);
    hys_channel_opts o = hys_channel_opts_default();
    o.device = "hh_k";
    o.name = "slow";
    o.step = 1e-3;
    assert_refused(ctx, hys_brain_cell_add_channel(cell, &o), "slow carries a current");
    o.step = -1;
    assert_refused(ctx, hys_brain_cell_add_channel(cell, &o), "states of slow cannot take steps of -1 s");
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

/* ---- refusals ---- */

static void refuse(hys_ctx *ctx, pair *p, const hys_couple_opts *o, const char *words) {
    assert_refused(ctx, hys_brain_couple(p->brain, o), words);
}

static void bad_couplings_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    pair p = pair_of(ctx, 0, 2, 3);
    const size_t source = replay(p.brain, 1, NULL, 0), projection = join_all(p.brain, source, p.to, 1, 1e-3);
    const hys_couple_opts good = coupling(&p, HYS_COUPLE_SIGMOID, 1);
    const uint32_t cells[] = {0, 1, 2};
    hys_couple_opts o = good;
    o.gain = NAN;
    refuse(ctx, &p, &o, "a coupling cannot have the gain");
    o = good;
    o.unit = 0;
    refuse(ctx, &p, &o, "a coupling cannot have the unit 0");
    o = good;
    o.every = 1e-6;
    refuse(ctx, &p, &o, "a coupling cannot read every 1e-06 s");
    o = good;
    o.from = 7;
    refuse(ctx, &p, &o, "there are no groups 7 and");
    o = good;
    o.what = "electrodes";
    refuse(ctx, &p, &o, "a coupling cannot read 'electrodes'");
    o = good;
    o.what = "ca.C";
    refuse(ctx, &p, &o, "cells of group 0 have no 'ca.C'");
    o = good;
    o.from = source;
    refuse(ctx, &p, &o, "group 2 has sources of spikes");
    o = good;
    o.port = "none";
    refuse(ctx, &p, &o, "cells of group 1 have no port 'none'");
    o.port = "hit";
    refuse(ctx, &p, &o, "port hit makes steps of the potential");
    o = good;
    o.cell = cells;
    refuse(ctx, &p, &o, "cell 2 hears cell 2 of a group of 2");
    o = good;
    o.effect = HYS_COUPLE_TO_RELEASE;
    o.to = projection;
    refuse(ctx, &p, &o, "projection 0 has no release");
    o.effect = HYS_COUPLE_TO_LEARNING;
    refuse(ctx, &p, &o, "synapses of projection 0 do not learn");
    o.to = 9;
    refuse(ctx, &p, &o, "there is no projection 9");
    said(ctx, hys_brain_run(p.brain, 1e-3));
    refuse(ctx, &p, &good, "a brain that has run takes no more couplings");
    hys_brain_free(p.brain);
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(maps_are_their_formulae),
    cmocka_unit_test(spikes_fill_a_store_that_drives_a_cell),
    cmocka_unit_test(couplings_upon_a_conductance_add_up),
    cmocka_unit_test(point_neurons_take_it_like_a_bias),
    cmocka_unit_test(cells_hear_their_part_or_whom_they_are_told),
    cmocka_unit_test(gliotransmitter_sets_the_release_of_its_senders),
    cmocka_unit_test(energy_decides_how_much_of_a_change_is_kept),
    cmocka_unit_test(energy_is_the_time_in_which_a_device_learns),
    cmocka_unit_test(threads_and_slices_change_no_bit),
    cmocka_unit_test(saved_couplings_go_on),
    cmocka_unit_test(calcium_oscillates_with_the_periods_of_li_and_rinzel),
    cmocka_unit_test(channels_with_a_current_take_the_steps_of_their_cell),
    cmocka_unit_test(bad_couplings_are_refused),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
