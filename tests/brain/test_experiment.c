/* Experiments on cells from files: they do what the functions do that they stand for, their mistakes are told where
 * they stand, and what a run has written can be read however it ended. */
#include "brain/experiment.h"
#include "hys_test.h"

#define SQUID                                                                                                          \
    "cells:\n"                                                                                                         \
    "  squid:\n"                                                                                                       \
    "    area: 1000um^2\n"                                                                                             \
    "    leak: {conductance: 0.3mS/cm^2, reversal: -54.387mV}\n"                                                       \
    "    start: -64.99638mV\n"                                                                                         \
    "    channels: {na: {device: hh_na}, k: {device: hh_k}}\n"
#define DRIVEN                                                                                                         \
    "duration: 50ms\ntemperature: 6.3degC\n" SQUID "groups: {mine: {cell: squid, n: 2}}\n"                             \
    "electrodes:\n"                                                                                                    \
    "  - {group: mine, cells: 0, current: {value: 100pA}}\n"                                                           \
    "  - {group: mine, cells: 1, current: {value: 200pA}}\n"                                                           \
    "record:\n"                                                                                                        \
    "  v: {group: mine, cells: all, every: 0.1ms}\n"                                                                   \
    "  n: {group: mine, what: k.n_gate}\n"                                                                             \
    "slice: 10ms\n"

static hys_status read_text(hys_ctx *ctx, const char *text, hys_brain_experiment **e) {
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "x.yaml");
    hys_test_write(path, text, strlen(text));
    const hys_status status = hys_brain_experiment_read(ctx, path, e);
    hys_test_dir_remove(dir);
    return status;
}

static void said(const hys_ctx *ctx, hys_status status) {
    for (size_t k = 0; k < hys_diag_count(ctx) && status != HYS_OK; k++)
        print_error("%s\n", hys_test_diag_text(ctx, k));
    assert_int_equal(status, HYS_OK);
}

static hys_brain_experiment *good(hys_ctx *ctx, const char *text) {
    hys_brain_experiment *e = NULL;
    said(ctx, read_text(ctx, text, &e));
    return e;
}

static hys_brain_run_result run(hys_ctx *ctx, hys_brain_experiment *e, const char *log) {
    hys_brain_run_opts o = hys_brain_run_opts_default();
    hys_brain_run_result r;
    o.log = log;
    said(ctx, hys_brain_experiment_run(e, &o, &r));
    return r;
}

/* ---- the same as by hand ---- */

typedef struct by_hand {
    hys_brain *brain;
    size_t v[2];
} by_hand;

static void add(hys_brain_cell *cell, const char *device, const char *name) {
    hys_channel_opts o = hys_channel_opts_default();
    o.device = device;
    o.name = name;
    assert_int_equal(hys_brain_cell_add_channel(cell, &o), HYS_OK);
}

static by_hand build_by_hand(hys_ctx *ctx) {
    by_hand h;
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    size_t group;
    o.area = 1e-9;
    o.leak = 3;
    o.leak_reversal = -54.387e-3;
    o.v_start = -64.99638e-3;
    o.temp = 279.45;
    assert_int_equal(hys_brain_cell_new(ctx, &o, &cell), HYS_OK);
    add(cell, "hh_na", "na");
    add(cell, "hh_k", "k");
    assert_int_equal(hys_brain_new(ctx, NULL, &h.brain), HYS_OK);
    assert_int_equal(hys_brain_add(h.brain, cell, 2, &group), HYS_OK);
    assert_int_equal(hys_brain_detect(h.brain, group, 0, -20e-3), HYS_OK);
    for (size_t k = 0; k < 2; k++) {
        const hys_electrode e = {.place = {group, k, 0}, .wave.from = 100e-12 * (double)(k + 1)};
        assert_int_equal(hys_brain_add_electrode(h.brain, &e), HYS_OK);
        assert_int_equal(hys_brain_record(h.brain, &(hys_brain_place){group, k, 0}, "v", 4, &h.v[k]), HYS_OK);
    }
    assert_int_equal(hys_brain_settle(h.brain), HYS_OK);
    assert_int_equal(hys_brain_run(h.brain, 50e-3), HYS_OK);
    hys_brain_cell_free(cell);
    return h;
}

/* Spikes of the log stand in order of time, those of a brain in that of cells. */
static void compare_spikes(const hys_brain *brain, const hys_brain_log *log) {
    hys_table *table = NULL;
    size_t n, at = 0;
    const hys_spike *s = hys_brain_spikes(brain, 0, &n);
    assert_int_equal(hys_brain_log_spikes(log, 0, &table), HYS_OK);
    assert_int_equal(hys_table_n_rows(table), n);
    assert_true(n > 4);
    const double *t = hys_table_column(table, "time"), *cell = hys_table_column(table, "cell");
    for (size_t k = 1; k < n; k++) assert_true(t[k] >= t[k - 1]);
    for (double c = 0; c < 2; c++)
        for (size_t k = 0; k < n; k++)
            if (cell[k] == c) {
                assert_int_equal(s[at].cell, (uint32_t)c);
                assert_within(t[k], s[at++].time, 1e-15); /* times of slices are sums of other numbers of steps */
            }
    hys_table_free(table);
}

static void files_do_what_functions_do(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e = good(ctx, DRIVEN);
    const char *dir = hys_test_dir();
    char path[4096];
    snprintf(path, sizeof path, "%s", hys_test_path(dir, "run.partial"));
    const by_hand h = build_by_hand(ctx);
    const hys_brain_run_result r = run(ctx, e, path);
    hys_brain_log *log = NULL;
    said(ctx, hys_brain_log_read(ctx, path, &log));
    const hys_brain_log_info info = hys_brain_log_get_info(log);
    assert_true(info.is_whole && info.lost == 0);
    assert_within(info.until, 50e-3, 1e-15);
    compare_spikes(h.brain, log);
    hys_table *table = NULL;
    assert_int_equal(hys_brain_log_table(log, 0, 0, &table), HYS_OK);
    for (size_t c = 0; c < 2; c++) {
        const hys_brain_trace v = hys_brain_recorded(h.brain, h.v[c]);
        assert_int_equal(hys_table_n_rows(table), v.n);
        for (size_t k = 0; k < v.n; k++) /* likewise */
            assert_within(hys_table_column_at(table, c + 1)[k], v.y[k], 1e-13);
    }
    hys_table_free(table);
    assert_int_equal(r.n_cells, 2);
    assert_near(r.groups[0].rate, (double)r.groups[0].n_spikes / 2 / 50e-3, 1e-12);
    assert_int_equal(hys_brain_log_get_population(log, 0).n_spikes, r.groups[0].n_spikes);
    hys_brain_log_free(log);
    hys_brain_experiment_free(e);
    hys_brain_free(h.brain);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* ---- what is known ---- */

static void run_example(hys_ctx *ctx, const char *name) {
    char path[4096];
    hys_brain_experiment *e = NULL;
    snprintf(path, sizeof path, "%s/examples/brain/%s.yaml", HYS_TEST_SOURCE, name);
    said(ctx, hys_brain_experiment_read(ctx, path, &e));
    run(ctx, e, NULL);
    const hys_brain_experiment_info info = hys_brain_experiment_get_info(e);
    assert_true(info.n_expected > 0);
    for (size_t k = 0; k < info.n_expected; k++) {
        const hys_brain_expectation *x = &info.expected[k];
        assert_within(hys_brain_experiment_value(e, x->name), x->value, x->tolerance);
    }
    hys_brain_experiment_free(e);
}

static void examples_give_what_their_sources_give(void **state) {
    static const char *const names[] = {"hh_squid", "axon", "pyramidal", "hh_nbox",
                                        "hh_wox",   "ring", "calcium",   "sonata"};
    (void)state;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        hys_ctx *ctx = hys_test_ctx();
        run_example(ctx, names[k]);
        hys_ctx_free(ctx);
    }
}

static void large_examples_can_be_read(void **state) {
    static const char *const names[] = {"cobahh", "microcircuit", "wox_population"};
    (void)state;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        hys_ctx *ctx = hys_test_ctx();
        char path[4096];
        hys_brain_experiment *e = NULL;
        snprintf(path, sizeof path, "%s/examples/brain/%s.yaml", HYS_TEST_SOURCE, names[k]);
        said(ctx, hys_brain_experiment_read(ctx, path, &e));
        assert_true(hys_brain_experiment_memory(e) > 1e6);
        hys_brain_experiment_free(e);
        hys_ctx_free(ctx);
    }
}

static void the_example_of_all_that_can_be_said_can_be_run(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e = good(ctx, hys_brain_experiment_example());
    run(ctx, e, NULL);
    assert_true(hys_brain_experiment_value(e, "mine.spikes") > 6);
    assert_true(isnan(hys_brain_experiment_value(e, "mine.nothing")));
    assert_true(isnan(hys_brain_experiment_value(e, "nothing.rate")));
    hys_brain_experiment_free(e);
    hys_ctx_free(ctx);
}

/* ---- networks ---- */

#define POINTS                                                                                                         \
    "duration: 200ms\ndt: 0.1ms\nseed: 7\n"                                                                            \
    "cells:\n"                                                                                                         \
    "  p:\n"                                                                                                           \
    "    lif: {bias: 300pA, start_noise: 5mV}\n"                                                                       \
    "    ports: {syn: {current: true, tau: 0.5ms}}\n"

static size_t spikes_by_hand(hys_ctx *ctx, double *sum) {
    hys_brain_opts b = hys_brain_opts_default();
    hys_point p = hys_point_default(HYS_POINT_LIF);
    hys_port_opts port = hys_port_opts_default();
    hys_connect_opts c = hys_connect_opts_default();
    hys_brain_cell *cell = NULL;
    hys_brain *brain = NULL;
    size_t group, projection, n;
    b.dt = 1e-4;
    b.seed = 7;
    p.bias = 300e-12;
    p.v_start_noise = 5e-3;
    port.name = "syn";
    port.is_current = true;
    port.tau = 5e-4;
    assert_int_equal(hys_brain_point_new(ctx, &p, &cell), HYS_OK);
    assert_int_equal(hys_brain_cell_add_port(cell, &port), HYS_OK);
    assert_int_equal(hys_brain_new(ctx, &b, &brain), HYS_OK);
    assert_int_equal(hys_brain_add(brain, cell, 100, &group), HYS_OK);
    assert_int_equal(hys_brain_add_background(brain, group, "syn", 2000, 100e-12), HYS_OK);
    c.port = "syn";
    c.rule = HYS_CONNECT_INDEGREE;
    c.number = 10;
    c.weight = (hys_draw){HYS_DRAW_NORMAL, 80e-12, 8e-12, 0, 1};
    c.delay = (hys_draw){HYS_DRAW_UNIFORM, 1.5e-3, 0.5e-3, 0, 0};
    assert_int_equal(hys_brain_connect(brain, &c, &projection), HYS_OK);
    assert_int_equal(hys_brain_settle(brain), HYS_OK);
    assert_int_equal(hys_brain_run(brain, 0.2), HYS_OK);
    const hys_spike *s = hys_brain_spikes(brain, group, &n);
    *sum = 0;
    for (size_t k = 0; k < n; k++) *sum += s[k].time * (1 + s[k].cell);
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    return n;
}

/* The same cells, the same draws: the same spikes. */
static void networks_of_files_are_those_of_functions(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double want, sum = 0;
    const size_t n = spikes_by_hand(ctx, &want);
    hys_brain_experiment *e =
        good(ctx, POINTS "groups: {g: {cell: p, n: 100, background: {port: syn, rate: 2kHz, weight: 100pA}}}\n"
                         "connect: [{from: g, to: g, port: syn, rule: indegree, number: 10,\n"
                         "           weight: normal 80pA 8pA 0A 1A, delay: uniform 1.5ms 0.5ms}]\n");
    const char *dir = hys_test_dir();
    char path[4096];
    snprintf(path, sizeof path, "%s", hys_test_path(dir, "run.partial"));
    const hys_brain_run_result r = run(ctx, e, path);
    assert_int_equal(r.n_synapses, 1000);
    assert_int_equal(r.groups[0].n_spikes, n);
    assert_true(n > 100);
    hys_brain_log *log = NULL;
    hys_table *table = NULL;
    assert_int_equal(hys_brain_log_read(ctx, path, &log), HYS_OK);
    assert_int_equal(hys_brain_log_spikes(log, 0, &table), HYS_OK);
    for (size_t k = 0; k < n; k++) sum += hys_table_column_at(table, 0)[k] * (1 + hys_table_column_at(table, 1)[k]);
    assert_near(sum, want, 1e-11);
    hys_table_free(table);
    hys_brain_log_free(log);
    hys_brain_experiment_free(e);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* A weight of 30 mV on a delta port is a spike, 1 ms behind that which is replayed. */
static void spikes_are_replayed_from_files(void **state) {
    static const char csv[] = "time[ms],cell\n5,1\n2,0\n9,1\n";
    static const char text[] = "duration: 20ms\ndt: 0.1ms\n"
                               "cells: {p: {lif: {}, ports: {jump: {kind: delta}}}}\n"
                               "groups: {s: {replay: {file: s.csv}, n: 2}, g: {cell: p, n: 2}}\n"
                               "connect: [{from: s, to: g, port: jump, rule: one-to-one, weight: 30mV}]\n";
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const char *dir = hys_test_dir();
    hys_brain_experiment *e = NULL;
    hys_test_write(hys_test_path(dir, "s.csv"), csv, strlen(csv));
    hys_test_write(hys_test_path(dir, "x.yaml"), text, strlen(text));
    said(ctx, hys_brain_experiment_read(ctx, hys_test_path(dir, "x.yaml"), &e));
    const hys_brain_run_result r = run(ctx, e, NULL);
    assert_int_equal(r.groups[0].n_spikes, 3);
    assert_int_equal(r.groups[1].n_spikes, 3);
    assert_within(hys_brain_experiment_value(e, "s.first_spike"), 2e-3, 1e-4);
    assert_within(hys_brain_experiment_value(e, "g.first_spike"), 3e-3, 2e-4);
    assert_int_equal(hys_brain_experiment_get_info(e).n_inputs, 2);
    hys_brain_experiment_free(e);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* Two cells of 1 nS to -70 mV, joined by 1 nS, 10 pA into the first: I (g + G) / (g (g + 2 G)) and I G / (g (g + 2 G))
 * above rest.  Ions that no channel carries stay where they are. */
static void joined_cells_share_a_current(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e =
        good(ctx, "duration: 100ms\nmethod: backward-euler\n"
                  "cells:\n"
                  "  c: {area: 1000um^2, capacitance: 1mF/m^2, leak: {conductance: 1S/m^2, reversal: -70mV},\n"
                  "      start: -70mV, ions: {ca: {inside: 0.0002, depth: 1um}}}\n"
                  "groups: {g: {cell: c, n: 2}}\n"
                  "join: [{from: g, rule: chain, conductance: 1nS}]\n"
                  "electrodes: [{group: g, cells: 0, current: {value: 10pA}}]\n"
                  "record: {a: {group: g, cells: 0}, b: {group: g, cells: 1}, ca: {group: g, what: ca.inside}}\n");
    run(ctx, e, NULL);
    assert_within(hys_brain_experiment_value(e, "a.last"), -70e-3 + 20e-3 / 3, 1e-9);
    assert_within(hys_brain_experiment_value(e, "b.last"), -70e-3 + 10e-3 / 3, 1e-9);
    assert_near(hys_brain_experiment_value(e, "ca.last"), 2e-4, 1e-9);
    hys_brain_experiment_free(e);
    hys_ctx_free(ctx);
}

/* A spike arrives at 11 ms; the cell fires at 20 ms, which the synapse hears a delay later: 10 ms behind. */
static void weights_change_by_the_times_of_spikes(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e =
        good(ctx, "duration: 50ms\ndt: 0.1ms\n"
                  "cells: {p: {lif: {}, ports: {jump: {kind: delta}, syn: {current: true}}}}\n"
                  "groups: {a: {replay: {times: [10ms]}}, b: {replay: {times: [19ms]}}, g: {cell: p}}\n"
                  "connect:\n"
                  "  - {from: b, to: g, port: jump, weight: 30mV, delay: 1ms}\n"
                  "  - {name: w, from: a, to: g, port: syn, weight: 1pA, delay: 1ms,\n"
                  "     pair: {w_max: 2pA, a_plus: 0.1, tau_plus: 20ms}}\n");
    run(ctx, e, NULL);
    const double first = hys_brain_experiment_value(e, "g.first_spike");
    const double far = first + 1e-3 - 10e-3; /* s */
    assert_within(first, 20e-3, 0.2e-3);
    assert_near(hys_brain_experiment_value(e, "w.weight"), 1e-12 + 0.2e-12 * exp(-far / 20e-3), 1e-3);
    hys_brain_experiment_free(e);
    hys_ctx_free(ctx);
}

/* ---- going on ---- */

static int stop_at_half(void *user, double done) {
    (void)user;
    return done >= 0.5;
}

#define NOISY                                                                                                          \
    "duration: 60ms\nslice: 10ms\n" SQUID "    ports: {syn: {tau: 2ms}}\n"                                             \
    "groups: {g: {cell: squid, n: 20}, p: {poisson: {rate: 100Hz}, n: 5}}\n"                                           \
    "connect: [{name: c, from: p, to: g, port: syn, weight: 2nS, short_term: {use: 0.5, recovery: 100ms}}]\n"          \
    "electrodes: [{group: g, current: {shape: noise, mean: 50pA, deviation: 50pA, tau: 5ms}}]\n"                       \
    "record: {v: {group: g, cells: 0-1}}\n"

static double sum_of_log(hys_ctx *ctx, const char *path, size_t *n) {
    hys_brain_log *log = NULL;
    hys_table *v = NULL, *spikes = NULL;
    double sum = 0;
    said(ctx, hys_brain_log_read(ctx, path, &log));
    assert_true(hys_brain_log_get_info(log).is_whole);
    assert_int_equal(hys_brain_log_table(log, 0, 0, &v), HYS_OK);
    assert_int_equal(hys_brain_log_spikes(log, 0, &spikes), HYS_OK);
    *n = hys_table_n_rows(v) * 1000 + hys_table_n_rows(spikes);
    for (size_t k = 0; k < hys_table_n_rows(v); k++) sum += hys_table_column_at(v, 0)[k] * hys_table_column_at(v, 2)[k];
    for (size_t k = 0; k < hys_table_n_rows(spikes); k++) sum += hys_table_column_at(spikes, 0)[k];
    hys_table_free(v);
    hys_table_free(spikes);
    hys_brain_log_free(log);
    return sum;
}

static void a_run_goes_on_where_it_was_stopped(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *whole = good(ctx, NOISY), *cut = good(ctx, NOISY), *rest = good(ctx, NOISY);
    const char *dir = hys_test_dir();
    char a[4096], b[4096], checkpoint[4096];
    snprintf(a, sizeof a, "%s", hys_test_path(dir, "a.partial"));
    snprintf(b, sizeof b, "%s", hys_test_path(dir, "b.partial"));
    snprintf(checkpoint, sizeof checkpoint, "%s", hys_test_path(dir, "b.checkpoint"));
    const hys_brain_run_result all = run(ctx, whole, a);
    hys_brain_run_opts o = hys_brain_run_opts_default();
    hys_brain_run_result r;
    o.log = b;
    o.checkpoint = checkpoint;
    o.progress = stop_at_half;
    assert_int_equal(hys_brain_experiment_run(cut, &o, &r), HYS_CANCEL);
    assert_within(r.simulated, 30e-3, 1e-12);
    o.progress = NULL;
    o.is_resumed = true;
    said(ctx, hys_brain_experiment_run(rest, &o, &r));
    assert_int_equal(r.groups[0].n_spikes, all.groups[0].n_spikes);
    assert_same_double(r.groups[0].cv, all.groups[0].cv);
    size_t n_a, n_b;
    assert_same_double(sum_of_log(ctx, a, &n_a), sum_of_log(ctx, b, &n_b));
    assert_int_equal(n_a, n_b);
    hys_brain_experiment_free(whole);
    hys_brain_experiment_free(cut);
    hys_brain_experiment_free(rest);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* A resistor of 2 S/m^2 in the place of a channel, of which 1e9/m^2 stand on 1e-9 m^2, held at 10 mV above its
 * reversal potential: 1 device, at voltage 5 (V - E) + 0.1 V, current g u, for 3 times as long. */
static void energy_of_devices_is_that_of_their_own_volts_and_seconds(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e = good(ctx, "duration: 20ms\nslice: 5ms\nmethod: backward-euler\n"
                                        "cells:\n"
                                        "  c:\n"
                                        "    area: 1000um^2\n"
                                        "    start: -67mV\n"
                                        "    channels:\n"
                                        "      d: {device: hh_leak, set: [g_bar=2, area=1], reversal: -77mV,\n"
                                        "          scale: {time: 3, voltage: 5, conductance: 1e9, offset: 0.1}}\n"
                                        "groups: {g: {cell: c, threshold: -60mV}}\n"
                                        "electrodes:\n"
                                        "  - {group: g, voltage: {value: -67mV, resistance: 1nohm, stop: 10ms}}\n"
                                        "  - {group: g, voltage: {value: -50mV, resistance: 1nohm, start: 10ms}}\n");
    const hys_brain_run_result r = run(ctx, e, NULL);
    assert_int_equal(r.groups[0].n_spikes, 1);
    const double u = 0.15, w = 5 * 27e-3 + 0.1;                                    /* V */
    assert_near(r.groups[0].device_energy, 3 * 10e-3 * 2 * (u * u + w * w), 1e-2); /* one step of 800 is shared */
    hys_brain_experiment_free(e);
    hys_ctx_free(ctx);
}

/* Of the cells that the file names, by what their records say; the mean over all is that of their own columns. */
static void energy_is_that_of_the_cells_that_are_asked_for(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e = good(ctx, "duration: 20ms\nslice: 5ms\n"
                                        "cells:\n"
                                        "  c:\n"
                                        "    area: 1000um^2\n"
                                        "    start: -67mV\n"
                                        "    channels:\n"
                                        "      d: {device: hh_leak, set: [g_bar=2, area=1], reversal: -77mV,\n"
                                        "          scale: {time: 3, voltage: 5, conductance: 1}}\n"
                                        "groups: {g: {cell: c, n: 300, threshold: -60mV, meter: [0, 297-299]}}\n"
                                        "electrodes:\n"
                                        "  - {group: g, cells: [0, 298], current: {value: 1nA, start: 10ms}}\n"
                                        "  - {group: g, cells: 5, current: {value: 2nA}}\n"
                                        "record:\n"
                                        "  sum: {group: g, cells: [0, 297-299], what: d.power, of: sum}\n"
                                        "  mean: {group: g, cells: all, what: v, of: mean, every: 1ms}\n"
                                        "  each: {group: g, cells: all, every: 1ms}\n");
    const hys_brain_run_result r = run(ctx, e, NULL);
    const double sum = 3 * 20e-3 * hys_brain_experiment_value(e, "sum.mean");
    double mean = 0;
    assert_int_equal(r.groups[0].n_metered, 4);
    assert_int_equal(r.groups[0].n_spikes, 3);
    assert_near(r.groups[0].device_energy_sum, sum, 1e-12);
    assert_near(r.groups[0].device_energy, sum / 2, 1e-12); /* cell 5 is not among them */
    assert_near(hys_brain_experiment_value(e, "g.device_energy_mean"), sum / 4, 1e-12);
    for (size_t c = 0; c < 300; c++) mean += hys_brain_v(e->brain, &(hys_brain_place){0, c, 0}) / 300;
    assert_near(hys_brain_experiment_value(e, "mean.last"), mean, 1e-3); /* one step later */
    hys_brain_experiment_free(e);
    hys_ctx_free(ctx);
}

/* ---- mistakes ---- */

#define HEAD "duration: 10ms\n" SQUID
#define ALL  HEAD "groups: {g: {cell: squid}}\n"

#define WIRED POINTS "groups: {g: {cell: p}}\nconnect: [{from: g, to: g, "

static const struct {
    const char *text, *says;
    int line, col;
} mistakes[] = {
    {"title: x\n", "needs \"duration\"", 1, 1},
    {"duration: 0s\n", "positive duration", 1, 11},
    {"duration: 1s\ndt: -1us\n", "positive length", 2, 5},
    {"duration: 1e9s\ndt: 1fs\n", "more than 1e12 steps", 1, 11},
    {"duration: 1s\nafter: 2s\n", "within the run", 2, 8},
    {"duration: 1s\ntemperature: 300V\n", "is not in K", 2, 14},
    {"duration: 1s\nmethod: euler\n", "there is no \"euler\"", 2, 9},
    {"duration: 1s\n", "there are no groups", 1, 1},
    {"duration: 1s\ncells: [squid]\n", "a mapping", 2, 8},
    {"duration: 1s\ncells: {a/b: {area: 1um^2}}\n", "cannot be a name", 2, 9},
    {"duration: 1s\ncells: {a: {}}\n", "one shape", 2, 12},
    {"duration: 1s\ncells: {a: {area: -1um^2}}\n", "positive area", 2, 19},
    {"duration: 1s\ncells: {a: {area: 1um^2, cable: {length: 1um, diameter: 1um}}}\n", "one shape", 2, 12},
    {"duration: 1s\ncells: {a: {area: 1um^2, d_lambda: 0.1}}\n", "said of trees", 2, 36},
    {"duration: 1s\ncells: {a: {cable: {length: 1um}}}\n", "needs \"diameter\"", 2, 20},
    {"duration: 1s\ncells: {a: {cable: {length: -1um, diameter: 1um}}}\n", "", 0, 0},
    {"duration: 1s\ncells: {a: {branches: []}}\n", "a branch at least", 2, 23},
    {"duration: 1s\ncells: {a: {branches: [{parent: 1, length: 1um, diameter: 1um}]}}\n", "behind their parents", 2,
     24},
    {"duration: 1s\ncells: {a: {morphology: nothing.swc}}\n", "cannot open", 0, 0},
    {"duration: 1s\ncells: {a: {area: 1um^2, channels: {k: {}}}}\n", "needs \"device\"", 2, 40},
    {"duration: 1s\ncells: {a: {area: 1um^2, channels: {k: {device: nothing}}}}\n", "nothing", 0, 0},
    {"duration: 1s\ncells: {a: {area: 1um^2, channels: {k: {device: hh_k, set: [x=1]}}}}\n", "x", 0, 0},
    {"duration: 1s\ncells: {a: {area: 1um^2, channels: {k: {device: hh_k, densities: {soma: 1}}}}}\n",
     "no region \"soma\"", 2, 73},
    {HEAD "groups: {g: {cell: x}}\n", "no cells \"x\"", 8, 20},
    {HEAD "groups: {g: {cell: squid, n: 0}}\n", "cannot have 0 cells", 8, 13},
    {HEAD "groups: {g: {cell: squid, watch: {compartment: 1}}}\n", "no compartment \"1\" among 1", 8, 13},
    {ALL "electrodes: [{group: g}]\n", "one of current", 9, 14},
    {ALL "electrodes: [{group: h, current: {}}]\n", "no group \"h\"", 9, 22},
    {ALL "electrodes: [{group: g, current: {value: 1V}}]\n", "is not in A", 9, 42},
    {ALL "electrodes: [{group: g, current: {shape: table}}]\n", "tables have a file", 9, 14},
    {ALL "electrodes: [{group: g, cells: 1, current: {}}]\n", "of 1 cells there is no 1", 9, 32},
    {ALL "electrodes: [{group: g, section: 1, current: {}}]\n", "are one compartment", 9, 14},
    {ALL "record: {v: {group: g, cells: x}}\n", "\"x\" are no cells", 9, 31},
    {ALL "record: {v: {group: g, cells: 2-1}}\n", "\"2-1\" are no cells", 9, 31},
    {ALL "record: {v: {group: g, compartment: 0, path: 1um}}\n", "in one way", 9, 13},
    {ALL "measure: {m: {kind: delay, from: a, to: b}}\n", "no record \"a\"", 9, 34},
    {HEAD "groups: {g: {cell: squid, meter: all}}\n", "no devices in the place of channels", 8, 34},
    {ALL "record: {v: {group: g, of: all}}\n", "there is no \"all\"", 9, 28},
    {ALL "record: {v: {group: g}}\nmeasure: {m: {kind: speed, from: v, to: v}}\n", "nothing runs", 10, 14},
    {"duration: 1s\ncells: {p: {lif: {}, area: 1um^2}}\n", "there is no \"area\"", 2, 22},
    {"duration: 1s\ncells: {p: {lif: {tau: 1ms}}}\n", "has no \"tau\"", 2, 19},
    {"duration: 1s\ncells: {p: {lif: {capacitance: -1pF}}}\n", "capacitance", 0, 0},
    {"duration: 1s\ncells: {p: {lif: {}, ports: {s: {tau: -1ms}}}}\n", "", 0, 0},
    {POINTS "groups: {g: {cell: p, poisson: {rate: 1Hz}}}\n", "one of cell, poisson and replay", 8, 13},
    {POINTS "groups: {g: {}}\n", "one of cell, poisson and replay", 8, 13},
    {POINTS "groups: {g: {replay: {}}}\n", "times or a file", 8, 13},
    {POINTS "groups: {g: {replay: {file: no.csv}}}\n", "cannot open", 0, 0},
    {POINTS "groups: {g: {cell: p, start_noise: 1mV}}\n", "with a membrane", 8, 13},
    {POINTS "groups: {g: {cell: p, box: [1, 1, 1, 1]}}\n", "three sides", 8, 13},
    {POINTS "groups: {g: {cell: p}}\nelectrodes: [{group: g, current_density: {}}]\n", "no membrane", 9, 14},
    {WIRED "port: x, weight: 1pA}]\n", "no port \"x\"", 9, 34},
    {WIRED "port: syn}]\n", "needs \"weight\"", 9, 11},
    {WIRED "port: syn, weight: 1nS}]\n", "neither a number in A nor", 9, 47},
    {WIRED "port: syn, weight: normal 1pA}]\n", "neither a number in A nor", 9, 47},
    {WIRED "port: syn, weight: 1pA, delay: 1pA}]\n", "neither a number in s nor", 9, 59},
    {WIRED "port: syn, weight: 1pA, rule: probability}]\n", "probabilities belong", 9, 11},
    {WIRED "port: syn, weight: 1pA, number: 3}]\n", "numbers belong", 9, 11},
    {WIRED "port: syn, weight: 1pA, rule: distance, probability: 1, sigma: 1um}]\n", "need places", 9, 11},
    {WIRED "port: syn, rule: list}]\n", "lists have a file", 9, 11},
    {ALL "expected: [{name: x}]\n", "needs \"value\"", 9, 12},
};

static void mistakes_are_told_once_where_they_stand(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_brain_experiment *e = NULL;
        assert_int_not_equal(read_text(ctx, mistakes[k].text, &e), HYS_OK);
        assert_null(e);
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        const hys_diag *d = hys_diag_get(ctx, 0);
        const bool is_there = !mistakes[k].line || (d->line == mistakes[k].line && d->col == mistakes[k].col);
        if (!strstr(d->message, mistakes[k].says) || !is_there)
            fail_msg("mistake %zu: %d:%d %s", k, d->line, d->col, d->message);
        hys_ctx_free(ctx);
    }
}

static void what_cannot_be_recorded_is_told(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e = good(ctx, ALL "record: {v: {group: g, what: k.x}}\n");
    hys_brain_run_result r;
    assert_int_equal(hys_brain_experiment_run(e, NULL, &r), HYS_ARG);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    hys_brain_experiment_free(e);
    hys_ctx_free(ctx);
}

/* Cells with channels; rings of long delays, which are most of what the second one takes; synapses of three kinds, one
 * thread and two; devices that are weights. */
static void as_much_memory_is_foretold_as_is_taken(void **state) {
    static const struct {
        const char *text;
        double duration;
        unsigned threads;
    } runs[] = {
        {"dt: 1ms\nslice: 1ms\nmethod: backward-euler\n" HEAD "groups: {g: {cell: squid, n: 100000}}\n", 2e-3, 1},
        {POINTS "groups: {p: {poisson: {rate: 20Hz}, n: 1000}, g: {cell: p, n: 20000}}\n"
                "connect: [{from: p, to: g, port: syn, rule: indegree, number: 2, weight: 1pA, delay: 20ms}]\n",
         4e-3, 1},
        {POINTS "groups: {p: {poisson: {rate: 20Hz}, n: 1000}, g: {cell: p, n: 10000, box: [1mm, 1mm]}}\n"
                "connect:\n"
                "  - {from: p, to: g, port: syn, rule: probability, probability: 0.05, weight: normal 1pA 0.1pA}\n"
                "  - {from: g, to: g, port: syn, rule: distance, probability: 0.05, sigma: 300um, weight: 1pA,\n"
                "     delay: uniform 2ms 1ms, short_term: {use: 0.5, recovery: 100ms}}\n"
                "  - {from: p, to: g, port: syn, rule: total, number: 100000, weight: 1pA, pair: {w_max: 2pA}}\n"
                "join: [{from: g, rule: indegree, number: 2, conductance: 1pS}]\n"
                "record: {v: {group: g, cells: 0-99}}\n",
         40e-3, 2},
        {POINTS "groups: {p: {poisson: {rate: 20Hz}, n: 400}, g: {cell: p, n: 3000}}\n"
                "connect: [{from: p, to: g, port: syn, rule: probability, probability: 0.25, weight: 1pA,\n"
                "           memristive: {device: vteam, w_max: 2pA}}]\n",
         1e-3, 1},
    };
    (void)state;
    for (size_t k = 0; k < sizeof runs / sizeof *runs; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_brain_experiment *e = good(ctx, runs[k].text);
        hys_brain_run_opts o = hys_brain_run_opts_default();
        hys_brain_run_result r;
        e->said.threads = runs[k].threads;
        const double need = hys_brain_experiment_memory(e);
        o.duration = runs[k].duration;
        said(ctx, hys_brain_experiment_run(e, &o, &r));
        assert_near(need, r.memory, 0.05);
        hys_brain_experiment_free(e);
        hys_ctx_free(ctx);
    }
}

static void too_many_cells_are_refused_before_they_are_made(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e = good(ctx, HEAD "groups: {g: {cell: squid, n: 1000000}}\n");
    hys_brain_run_opts o = hys_brain_run_opts_default();
    hys_brain_run_result r;
    const double need = hys_brain_experiment_memory(e);
    assert_true(need > 1e6 * 7 * 8 && need < 1e6 * 200); /* V and three gates twice; statistics, spikes */
    o.most_memory = 1e7;
    assert_int_equal(hys_brain_experiment_run(e, &o, &r), HYS_LIMIT);
    if (!strstr(hys_diag_get(ctx, 0)->message, "10 MB may be taken (10000000 bytes)"))
        fail_msg("%s", hys_diag_get(ctx, 0)->message);
    hys_brain_experiment_free(e);
    hys_ctx_free(ctx);
}

/* ---- logs that were cut off ---- */

static void what_was_written_before_a_cancellation_can_be_read(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e = good(ctx, DRIVEN);
    const char *dir = hys_test_dir();
    char path[4096];
    snprintf(path, sizeof path, "%s", hys_test_path(dir, "run.partial"));
    hys_brain_run_opts o = hys_brain_run_opts_default();
    hys_brain_run_result r;
    o.log = path;
    o.progress = stop_at_half;
    assert_int_equal(hys_brain_experiment_run(e, &o, &r), HYS_CANCEL);
    hys_brain_log *log = NULL;
    assert_int_equal(hys_brain_log_read(ctx, path, &log), HYS_OK);
    assert_false(hys_brain_log_get_info(log).is_whole);
    assert_within(hys_brain_log_get_info(log).until, 30e-3, 1e-15); /* three slices of five */
    assert_int_equal(hys_brain_log_get_record(log, 0).n_rows, 300);
    assert_int_equal(hys_brain_log_get_population(log, 0).n_spikes, r.groups[0].n_spikes);
    hys_brain_log_free(log);
    hys_brain_experiment_free(e);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* Each length of it, and each of its bytes changed, is a shorter run or no log: never other numbers. */
static void a_damaged_log_is_read_up_to_the_damage(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_experiment *e = good(ctx, ALL "dt: 1ms\nslice: 5ms\nmethod: backward-euler\nrecord: {v: {group: g}}\n");
    const char *dir = hys_test_dir();
    char path[4096], cut[4096];
    snprintf(path, sizeof path, "%s", hys_test_path(dir, "run.partial"));
    snprintf(cut, sizeof cut, "%s", hys_test_path(dir, "cut.partial"));
    run(ctx, e, path);
    FILE *file = fopen(path, "rb");
    static char bytes[16384];
    const size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(n > 500 && n < sizeof bytes);
    for (size_t k = 0; k < 2 * n; k += 3) {
        hys_brain_log *log = NULL;
        if (k >= n) bytes[k - n] ^= 0x10;
        hys_test_write(cut, bytes, k < n ? k : n);
        if (k >= n) bytes[k - n] ^= 0x10;
        if (hys_brain_log_read(ctx, cut, &log) != HYS_OK) continue;
        const hys_brain_log_info info = hys_brain_log_get_info(log);
        assert_false(info.is_whole && info.lost == 0);
        const size_t rows = hys_brain_log_get_record(log, 0).n_rows;
        assert_true(rows == 0 || rows == 5 || rows == 10);
        assert_true(info.until <= (double)rows * 1e-3 + 1e-15);
        hys_brain_log_free(log);
    }
    hys_brain_experiment_free(e);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* ---- logs that are sound and mean nothing ---- */

static size_t put_block(char *to, uint32_t kind, uint32_t index, const void *payload, size_t n) {
    hys__log_block block = {
        .magic = {'H', 'Y', 'S', 'L', 'O', 'G', '1', '\n'}, .kind = kind, .index = index, .bytes = n};
    block.sum = hys__log_sum_parts(&block, &(hys__log_part){payload, n}, 1);
    memcpy(to, &block, sizeof block);
    memcpy(to + sizeof block, payload, n);
    return sizeof block + n;
}

static const char *const hostile_heads[] = {
    "what\n",
    "note\n",
    "note\ta\n",
    "population\n",
    "population\ta\n",
    "population\ta\t-1\n",
    "population\ta\t1e99\n",
    "population\ta\tnan\n",
    "population\t../../a\t1\n",
    "population\t\t1\n",
    "record\tr\t0\tv\tV\t1e-3\t0:0\n",
    "population\ta\t1\nrecord\tr\t1\tv\tV\t1e-3\t0:0\n",
    "population\ta\t1\nrecord\tr\t0\tv\tV\t1e-3\n",
    "population\ta\t1\nrecord\tr\t0\tv\tV\t1e-3\t0\n",
    "population\ta\t1\nrecord\tr\t0\tv\tV\t1e-3\t0:\n",
    "population\ta\t1\nrecord\tr\t0\tv\tV\t1e-3\t:0\n",
    "population\ta\t1\nrecord\tr\t0\tv\tV\t1e-3\t0:0:0\n",
    "population\ta\t1\nrecord\t/r\t0\tv\tV\t1e-3\t0:0\n",
};

static const struct {
    uint32_t kind, index;
    uint64_t payload[3];
    size_t n;
} hostile_blocks[] = {
    {HYS__LOG_HEAD, 0, {0}, 0},
    {HYS__LOG_SPIKES, 1, {0}, 12},
    {HYS__LOG_SPIKES, 0, {0}, 11},
    {HYS__LOG_ROWS, 1, {1}, 24},
    {HYS__LOG_ROWS, 0, {0}, 4},
    {HYS__LOG_ROWS, 0, {2}, 24},
    {HYS__LOG_ROWS, 0, {1u << 31}, 8},
    {HYS__LOG_ROWS, 0, {~0ull}, 24},
    {HYS__LOG_UNTIL, 0, {~0ull}, 8},
    {HYS__LOG_END, 0, {0}, 7},
    {99, 0, {0}, 8},
};

static void sound_blocks_that_mean_nothing_are_refused(void **state) {
    static const char head[] = "population\ta\t1\nrecord\tr\t0\tv\tV\t1e-3\t0:0\n";
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const char *dir = hys_test_dir();
    char path[4096], bytes[1024];
    hys_brain_log *log = NULL;
    snprintf(path, sizeof path, "%s", hys_test_path(dir, "x.partial"));
    for (size_t k = 0; k < sizeof hostile_heads / sizeof *hostile_heads; k++) {
        hys_test_write(path, bytes, put_block(bytes, HYS__LOG_HEAD, 0, hostile_heads[k], strlen(hostile_heads[k])));
        hys_diag_clear(ctx);
        if (hys_brain_log_read(ctx, path, &log) != HYS_SYNTAX) fail_msg("head %zu is taken", k);
        assert_int_equal(hys_diag_n_errors(ctx), 1);
    }
    for (size_t k = 0; k < sizeof hostile_blocks / sizeof *hostile_blocks; k++) {
        size_t n = put_block(bytes, HYS__LOG_HEAD, 0, head, strlen(head));
        const size_t more = put_block(bytes + n, hostile_blocks[k].kind, hostile_blocks[k].index,
                                      hostile_blocks[k].payload, hostile_blocks[k].n);
        hys_test_write(path, bytes, n + more);
        assert_int_equal(hys_brain_log_read(ctx, path, &log), HYS_OK);
        if (hys_brain_log_get_info(log).lost != (double)more) fail_msg("block %zu is taken", k);
        assert_int_equal(hys_brain_log_get_record(log, 0).n_rows, 0);
        hys_brain_log_free(log);
    }
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

/* ---- memory ---- */

static hys_status whole_run(hys_ctx *ctx, void *dir) {
    hys_brain_experiment *e = NULL;
    hys_brain_log *log = NULL;
    hys_table *table = NULL;
    hys_brain_run_opts o = hys_brain_run_opts_default();
    hys_brain_run_result r;
    char path[4096];
    snprintf(path, sizeof path, "%s", hys_test_path(dir, "y.yaml"));
    hys_status status = hys_brain_experiment_read(ctx, path, &e);
    snprintf(path, sizeof path, "%s", hys_test_path(dir, "y.partial"));
    o.log = path;
    o.threads = 1;
    if (status == HYS_OK) status = hys_brain_experiment_run(e, &o, &r);
    hys_brain_experiment_free(e);
    if (status == HYS_OK) status = hys_brain_log_read(ctx, path, &log);
    if (status == HYS_OK) status = hys_brain_log_table(log, 0, 0, &table);
    hys_table_free(table);
    if (log) hys_brain_log_free(log);
    return status;
}

static void memory_may_run_out_anywhere(void **state) {
    static const char *const texts[] = {
        "duration: 2ms\ndt: 1ms\ncells: {c: {area: 1um^2, leak: {conductance: 1, reversal: 0V}}}\n"
        "groups: {g: {cell: c, n: 2}}\nelectrodes: [{group: g, current: {value: 1fA}}]\n"
        "record: {v: {group: g, cells: all}}\n",
        "duration: 2ms\ndt: 1ms\ncells: {p: {lif: {start_noise: 1mV}, ports: {s: {current: true}}}}\n"
        "groups: {r: {replay: {times: [0ms]}}, q: {poisson: {rate: 1kHz}}, g: {cell: p, n: 2, box: [1mm]}}\n"
        "connect: [{name: c, from: [r, q], to: g, port: s, weight: normal 1pA 1pA},\n"
        "          {from: g, to: g, port: s, rule: distance, probability: 1, sigma: 1mm, weight: 1pA}]\n"
        "join: [{from: g, rule: chain, conductance: 1nS}]\n"
        "record: {v: {group: g, cells: all}}\nexpected: [{name: c.weight, value: 1pA}]\n"};
    (void)state;
    char *dir = hys_test_dir();
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        hys_test_write(hys_test_path(dir, "y.yaml"), texts[k], strlen(texts[k]));
        hys_test_each_failure(whole_run, dir, false);
        hys_test_each_failure(whole_run, dir, true);
    }
    hys_test_dir_remove(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_do_what_functions_do),
        cmocka_unit_test(examples_give_what_their_sources_give),
        cmocka_unit_test(large_examples_can_be_read),
        cmocka_unit_test(networks_of_files_are_those_of_functions),
        cmocka_unit_test(spikes_are_replayed_from_files),
        cmocka_unit_test(joined_cells_share_a_current),
        cmocka_unit_test(weights_change_by_the_times_of_spikes),
        cmocka_unit_test(a_run_goes_on_where_it_was_stopped),
        cmocka_unit_test(the_example_of_all_that_can_be_said_can_be_run),
        cmocka_unit_test(energy_of_devices_is_that_of_their_own_volts_and_seconds),
        cmocka_unit_test(energy_is_that_of_the_cells_that_are_asked_for),
        cmocka_unit_test(mistakes_are_told_once_where_they_stand),
        cmocka_unit_test(what_cannot_be_recorded_is_told),
        cmocka_unit_test(as_much_memory_is_foretold_as_is_taken),
        cmocka_unit_test(too_many_cells_are_refused_before_they_are_made),
        cmocka_unit_test(what_was_written_before_a_cancellation_can_be_read),
        cmocka_unit_test(a_damaged_log_is_read_up_to_the_damage),
        cmocka_unit_test(sound_blocks_that_mean_nothing_are_refused),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
