/* Crossbars of devices against the circuit simulator with the same devices in a netlist, against ngspice, and against
 * what they must do: held states, energy, the same bits. */
#include "hys_test.h"
#include <hysteron/array_device.h>
#include <hysteron/circuit.h>

#define N 8

static hys_array_opts opts_of(size_t m, size_t n, double wire, double farad) {
    hys_array_opts o = hys_array_opts_default();
    o.rows = m;
    o.columns = n;
    o.word_wire = o.bit_wire = wire;
    o.word_capacitance = o.bit_capacitance = farad;
    o.threads = 1;
    return o;
}

static hys_array *array_of(hys_ctx *ctx, const hys_array_opts *o, const char *memory, const char *selector) {
    hys_array *array = NULL;
    hys_cell_opts c = hys_cell_opts_default();
    c.memory = memory;
    c.selector = selector;
    if (hys_array_new(ctx, o, &array) != HYS_OK || hys_array_set_device(array, &c) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    return array;
}

static hys_array_run_report run(hys_ctx *ctx, hys_array *array, const hys_array_drive *drive,
                                const hys_array_run_opts *opts) {
    hys_array_run_report report = {.size = sizeof report};
    if (hys_array_run(array, drive, opts, &report) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return report;
}

/* ---- the same array as a netlist ---- */

typedef struct netlist {
    char *at;
    size_t n, cap;
} netlist;

__attribute__((format(printf, 2, 3))) static void put(netlist *t, const char *format, ...) {
    va_list args;
    if (t->cap - t->n < 400) t->at = realloc(t->at, t->cap = 2 * t->cap + 4000);
    va_start(args, format);
    t->n += (size_t)vsnprintf(t->at + t->n, t->cap - t->n, format, args);
    va_end(args);
}

/* Word lines driven on the left, bit lines held at the bottom; nodes wI_J and bI_J. */
static void put_lines(netlist *t, const hys_array_opts *o) {
    for (size_t i = 0; i < o->rows; i++)
        for (size_t j = 0; j < o->columns; j++) {
            if (j) put(t, "rw%zu_%zu w%zu_%zu w%zu_%zu %.17g\n", i, j, i, j - 1, i, j, o->word_wire);
            else put(t, "rw%zu_0 in%zu w%zu_0 %.17g\n", i, i, i, o->word_wire);
            if (i) put(t, "rb%zu_%zu b%zu_%zu b%zu_%zu %.17g\n", i, j, i - 1, j, i, j, o->bit_wire);
            if (i + 1 == o->rows)
                put(t, "rend%zu b%zu_%zu out%zu %.17g\nvout%zu out%zu 0 0\n", j, i, j, j, o->bit_wire, j, j);
            if (o->word_capacitance > 0) put(t, "cw%zu_%zu w%zu_%zu 0 %.17g\n", i, j, i, j, o->word_capacitance);
            if (o->bit_capacitance > 0) put(t, "cb%zu_%zu b%zu_%zu 0 %.17g\n", i, j, i, j, o->bit_capacitance);
        }
}

static void put_drive(netlist *t, const hys_array_drive *d, size_t rows) {
    for (size_t i = 0; i < rows; i++) {
        put(t, "vin%zu in%zu 0 pwl(", i, i);
        for (size_t k = 0; k < d->n_corners; k++) put(t, "%.17g %.17g ", d->times[k], d->words[k * rows + i]);
        put(t, ")\n");
    }
}

static hys_sim *simulate(hys_ctx *ctx, const netlist *t) {
    char path[256];
    char *dir = hys_test_dir();
    hys_sim *sim = NULL;
    snprintf(path, sizeof path, "%s/array.cir", dir);
    hys_test_write(path, t->at, t->n);
    hys_sim_opts opts = hys_sim_opts_default();
    const hys_status status = hys_sim_run(ctx, path, &opts, &sim);
    hys_test_dir_remove(dir);
    if (status != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return sim;
}

static double last_of(const hys_table *t, const char *name) {
    const double *column = hys_table_column(t, name);
    if (!column) fail_msg("no column %s", name);
    return column[hys_table_n_rows(t) - 1];
}

/* A write of row 3 at half voltages on the others, read at the end of the plateau: states, potentials, currents. */
static void agree_with_the_circuit(const char *memory, const char *state, double volts, double width, double farad) {
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(N, N, 20, farad);
    const double times[] = {0, 0.1 * width, 1.1 * width};
    double words[3 * N] = {0}, x[N * N];
    for (size_t i = 0; i < N; i++) words[N + i] = words[2 * N + i] = i == 3 ? volts : volts / 2;
    const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = times, .words = words};
    hys_array *array = array_of(ctx, &o, memory, NULL);
    hys_array_run_opts opts = hys_array_run_opts_default();
    opts.reltol = 1e-5;
    double *start = malloc(sizeof x);
    assert_int_equal(hys_array_get_state(array, state, start), HYS_OK);
    const hys_array_run_report r = run(ctx, array, &drive, &opts);
    assert_int_equal(hys_array_get_state(array, state, x), HYS_OK);
    assert_within(r.energy_balance, 0, farad > 0 ? 1e-4 : 1e-6);

    netlist t = {0};
    put(&t, "an array\n.model cell %s\n.options reltol=1e-6\n", memory);
    put_lines(&t, &o);
    put_drive(&t, &drive, N);
    for (size_t k = 0; k < N * N; k++) put(&t, "x%zu w%zu_%zu b%zu_%zu cell\n", k, k / N, k % N, k / N, k % N);
    put(&t, ".tran %.17g %.17g\n.save ", times[2] / 100, times[2]);
    for (size_t k = 0; k < N * N; k++)
        put(&t, "x%zu:%s v(w%zu_%zu)%s", k, state, k / N, k % N, k % N == N - 1 ? "\n+ " : " ");
    for (size_t j = 0; j < N; j++) put(&t, "i(vout%zu) ", j);
    put(&t, "\n.end\n");
    hys_sim *sim = simulate(ctx, &t);
    const hys_table *table = hys_sim_get_result(sim, 0)->table;
    char name[40];
    double moved = 0;
    for (size_t k = 0; k < N * N; k++) moved = fmax(moved, fabs(x[k] - start[k]));
    assert_true(moved > 0.02 * fabs(start[0])); /* something was written */
    for (size_t k = 0; k < N * N; k++) {
        snprintf(name, sizeof name, "x%zu:%s", k, state);
        assert_within(x[k], last_of(table, name), 1e-3 * moved);
        snprintf(name, sizeof name, "v(w%zu_%zu)", k / N, k % N);
        assert_within(hys_array_word_potentials(array)[k], last_of(table, name), 1e-4 * volts);
    }
    for (size_t j = 0; j < N; j++) {
        snprintf(name, sizeof name, "i(vout%zu)", j);
        assert_near(hys_array_bit_currents(array)[j], last_of(table, name), 1e-3);
    }
    hys_sim_free(sim);
    free(t.at);
    free(start);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* Transistors whose gates run along the rows, source lines beside the bit lines: row 3 is open, columns 1 and 4 are
 * written.  Word lines are driven at the top, bit lines held at the bottom. */
static void test_parallel_lines_agree_with_the_circuit_simulator(void **state) {
    (void)state;
    enum { M = 9, C = 5 };
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = opts_of(M, C, 200, 0);
    o.lines = HYS_LINES_PARALLEL;
    static const char *const cell[] = {"Ron=2k", "Roff=50k"}, *const transistor[] = {"vto=0.5", "kp=2m"};
    hys_cell_opts c = hys_cell_opts_default();
    c.memory = "vteam";
    c.memory_set = cell;
    c.selector = "mos1";
    c.selector_set = transistor;
    c.n_memory_set = c.n_selector_set = 2;
    hys_array *array = NULL;
    const double times[] = {0, 1e-9, 1e-8};
    double words[3 * C] = {0}, gates[3 * M] = {0}, x[M * C];
    words[C + 1] = words[2 * C + 1] = 1.5;
    words[C + 4] = words[2 * C + 4] = 2.5;
    gates[3] = gates[M + 3] = gates[2 * M + 3] = 3;
    gates[M + 6] = 1.5; /* opens half and shuts again */
    if (hys_array_new(ctx, &o, &array) != HYS_OK || hys_array_set_device(array, &c) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    assert_int_equal(hys_array_set_gates(array, HYS_GATES_ALONG_WORDS, gates), HYS_OK);
    const hys_array_drive drive = {
        .size = sizeof drive, .n_corners = 3, .times = times, .words = words, .gates = gates};
    hys_array_run_opts opts = hys_array_run_opts_default();
    opts.reltol = 1e-5;
    const hys_array_run_report r = run(ctx, array, &drive, &opts);
    assert_within(r.energy_balance, 0, 1e-6);
    assert_int_equal(hys_array_get_state(array, "w", x), HYS_OK);

    netlist t = {0};
    put(&t,
        "columns\n.model cell vteam Ron=2k Roff=50k\n.model nm nmos(level=1 vto=0.5 kp=2m)\n.options reltol=1e-6\n");
    for (size_t k = 0; k < M * C; k++) {
        const size_t i = k / C, j = k % C;
        put(&t, "x%zu w%zu d%zu cell\nm%zu d%zu g%zu b%zu 0 nm\n", k, k, k, k, k, i, k);
        if (i) put(&t, "rw%zu w%zu w%zu 200\nrb%zu b%zu b%zu 200\n", k, k - C, k, k, k - C, k);
        else put(&t, "rw%zu in%zu w%zu 200\n", k, j, k);
        if (i + 1 == M) put(&t, "re%zu b%zu out%zu 200\nvout%zu out%zu 0 0\n", j, k, j, j, j);
    }
    put_drive(&t, &drive, C);
    for (size_t i = 0; i < M; i++)
        put(&t, "vg%zu g%zu 0 pwl(0 %g 1e-9 %g 1e-8 %g)\n", i, i, gates[i], gates[M + i], gates[2 * M + i]);
    put(&t, ".tran 1e-10 1e-8\n.save i(vout1) i(vout4) x16:w x19:w x31:w v(b19)\n.end\n");
    hys_sim *sim = simulate(ctx, &t);
    const hys_table *table = hys_sim_get_result(sim, 0)->table;
    assert_near(hys_array_bit_currents(array)[1], last_of(table, "i(vout1)"), 1e-4);
    assert_near(hys_array_bit_currents(array)[4], last_of(table, "i(vout4)"), 1e-4);
    assert_near(x[16], last_of(table, "x16:w"), 1e-5);
    assert_near(x[19], last_of(table, "x19:w"), 1e-4);
    assert_near(x[31], last_of(table, "x31:w"), 1e-5);
    assert_within(hys_array_bit_potentials(array)[19], last_of(table, "v(b19)"), 1e-5);
    assert_true(x[19] > 1.02 * x[4]); /* written where the gate is open */
    assert_int_equal(hys_array_solve(array, words + C, NULL), HYS_OK);
    assert_true(hys_array_get_report(array).power_balance < 1e-9);
    /* what knows crossed lines only says so */
    assert_int_equal(hys_array_effective(array, x), HYS_ARG);
    hys_sim_free(sim);
    free(t.at);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static void test_a_write_agrees_with_the_circuit_simulator(void **state) {
    (void)state;
    agree_with_the_circuit("vteam", "w", 1.5, 1e-8, 0);
    agree_with_the_circuit("yakopcic", "x", 1.5, 1e-5, 0);
    agree_with_the_circuit("vteam", "w", 1.5, 1e-8, 1e-13);
}

/* ---- what must be ---- */

static void test_reads_change_no_state(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(N, N, 20, 0);
    hys_array *array = array_of(ctx, &o, "vteam", NULL);
    double before[N * N], after[N * N], words[N], current[N];
    for (size_t k = 0; k < N * N; k++) before[k] = 3e-9 * (double)(k % 5) / 5;
    for (size_t i = 0; i < N; i++) words[i] = 1.5;
    assert_int_equal(hys_array_set_state(array, "w", before), HYS_OK);
    assert_int_equal(hys_array_solve(array, words, NULL), HYS_OK);
    memcpy(current, hys_array_bit_currents(array), sizeof current);
    assert_int_equal(hys_array_solve(array, words, NULL), HYS_OK);
    assert_int_equal(hys_array_get_state(array, "w", after), HYS_OK);
    assert_memory_equal(before, after, sizeof before);
    assert_memory_equal(current, hys_array_bit_currents(array), sizeof current);
    assert_true(hys_array_get_report(array).power_balance < 1e-9);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* Of linear cells at w = 0 each is a resistor of 10 kohm, but for one that is stuck and one that is open. */
static void test_stuck_and_open_cells_stay_resistors_among_devices(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(N, N, 20, 0);
    hys_array *devices = array_of(ctx, &o, "vteam", NULL), *resistors = NULL;
    double g[N * N], zero[N * N] = {0}, words[N];
    for (size_t k = 0; k < N * N; k++) g[k] = 1e-4;
    for (size_t i = 0; i < N; i++) words[i] = 0.3;
    g[9] = 0;
    assert_int_equal(hys_array_new(ctx, &o, &resistors), HYS_OK);
    assert_int_equal(hys_array_set_conductances(devices, g), HYS_OK);
    assert_int_equal(hys_array_stick(devices, 3, 4, 500), HYS_OK);
    assert_int_equal(hys_array_set_state(devices, "w", zero), HYS_OK);
    g[3 * N + 4] = 1 / 500.0;
    assert_int_equal(hys_array_set_conductances(resistors, g), HYS_OK);
    assert_int_equal(hys_array_solve(devices, words, NULL), HYS_OK);
    assert_int_equal(hys_array_solve(resistors, words, NULL), HYS_OK);
    for (size_t k = 0; k < N * N; k++)
        assert_within(hys_array_word_potentials(devices)[k], hys_array_word_potentials(resistors)[k], 1e-9);
    for (size_t j = 0; j < N; j++)
        assert_near(hys_array_bit_currents(devices)[j], hys_array_bit_currents(resistors)[j], 1e-8);
    /* what flows through each, and how steeply, is told alike */
    double current[N * N], slope[N * N];
    assert_int_equal(hys_array_cell_currents(devices, current), HYS_OK);
    assert_int_equal(hys_array_cell_slopes(devices, slope), HYS_OK);
    for (size_t k = 0; k < N * N; k++) assert_within(slope[k], g[k], 1e-9 * 1e-4);
    assert_within(current[9], 0, 1e-20);
    hys_array_free(devices);
    hys_array_free(resistors);
    hys_ctx_free(ctx);
}

static double write_once(hys_ctx *ctx, size_t n_steps, hys_array_run_report *report) {
    const hys_array_opts o = opts_of(N, N, 20, 0);
    const double times[] = {0, 1e-9, 2e-8};
    double words[3 * N] = {0}, x[N * N];
    for (size_t i = 0; i < N; i++) words[N + i] = words[2 * N + i] = i == 3 ? 1.5 : 0.75;
    const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = times, .words = words};
    hys_array_run_opts opts = hys_array_run_opts_default();
    opts.n_steps = n_steps;
    opts.reltol = 1e-6;
    hys_array *array = array_of(ctx, &o, "vteam", NULL);
    *report = run(ctx, array, &drive, &opts);
    assert_int_equal(hys_array_get_state(array, "w", x), HYS_OK);
    hys_array_free(array);
    return x[3 * N];
}

static void test_half_the_step_is_a_quarter_of_the_error_of_states(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_array_run_report r;
    const double fine = write_once(ctx, 3200, &r);
    double before = 0;
    for (size_t n = 100; n <= 400; n *= 2) {
        const double error = fabs(write_once(ctx, n, &r) - fine);
        if (before > 0) assert_near(before / error, 4, 0.25);
        before = error;
    }
    hys_ctx_free(ctx);
}

static void test_a_write_gives_the_same_bits_again(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_array_run_report first, second;
    const double x = write_once(ctx, 0, &first);
    assert_same_double(write_once(ctx, 0, &second), x);
    assert_int_equal(first.steps, second.steps);
    assert_same_double(first.source_energy, second.source_energy);
    hys_ctx_free(ctx);
}

/* Work done on a cell, step by step, is what the report says. */
typedef struct work {
    double sum, power, time;
} work;

static int add_work(void *user, const hys_array_instant *now) {
    work *w = user;
    double power = 0;
    for (size_t i = 0; i < N; i++) power += now->words[i] * now->word_currents[i];
    for (size_t j = 0; j < N; j++) power -= now->bits[j] * now->bit_currents[j];
    w->sum += 0.5 * (now->time - w->time) * (power + w->power);
    w->power = power;
    w->time = now->time;
    return 0;
}

static void test_a_pulse_costs_what_flows_in(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(N, N, 20, 1e-16);
    hys_array *array = array_of(ctx, &o, "vteam", NULL);
    double words[N], bits[N] = {0};
    for (size_t i = 0; i < N; i++) words[i] = 0.6;
    bits[2] = -0.9;
    work w = {0};
    hys_array_run_opts opts = hys_array_run_opts_default();
    opts.n_steps = 2000;
    opts.at_step = add_work;
    opts.user = &w;
    hys_array_run_report r = {.size = sizeof r};
    const hys_array_pulse pulse = {.size = sizeof pulse, .words = words, .bits = bits, .width = 1e-8, .rise = 1e-9};
    assert_int_equal(hys_array_apply(array, &pulse, &opts, &r), HYS_OK);
    assert_near(r.source_energy, w.sum, 1e-4);
    assert_near(r.source_energy, r.cell_energy + r.wire_energy + r.charge_energy, 1e-5);
    assert_within(r.charge_energy, 0, 1e-4 * r.source_energy); /* lines are at 0 V again */
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static int stop(void *user, const hys_array_instant *now) {
    (void)user;
    return now->time > 1e-9;
}

static void test_who_looks_on_can_end_a_run(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(2, 2, 20, 0);
    hys_array *array = array_of(ctx, &o, "vteam", NULL);
    const double words[] = {1, 1};
    hys_array_run_opts opts = hys_array_run_opts_default();
    opts.at_step = stop;
    const hys_array_pulse pulse = {.size = sizeof pulse, .words = words, .width = 1e-8, .rise = 1e-9};
    assert_int_equal(hys_array_apply(array, &pulse, &opts, NULL), HYS_CANCEL);
    assert_int_equal(hys_array_solve(array, words, NULL), HYS_OK);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_write_agrees_with_the_circuit_simulator),
        cmocka_unit_test(test_parallel_lines_agree_with_the_circuit_simulator),
        cmocka_unit_test(test_reads_change_no_state),
        cmocka_unit_test(test_stuck_and_open_cells_stay_resistors_among_devices),
        cmocka_unit_test(test_half_the_step_is_a_quarter_of_the_error_of_states),
        cmocka_unit_test(test_a_write_gives_the_same_bits_again),
        cmocka_unit_test(test_a_pulse_costs_what_flows_in),
        cmocka_unit_test(test_who_looks_on_can_end_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
