/* Noise of crossbars against 4kT/R, Nyquist's theorem, closed forms of one cell, and the circuits' own .noise. */
#include "hys_test.h"
#include <hysteron/array_device.h>
#include <hysteron/circuit.h>

#define TURN 6.28318530717958648
#define KT4  (4 * 1.380649e-23 * 300.15)

#define GATE    1 /* V */
#define FIXTURE HYS_TEST_SOURCE "/tests/array/fixtures/noisy.va"

static hys_array_opts opts_of(size_t m, size_t n, double wire, double farad) {
    hys_array_opts o = hys_array_opts_default();
    o.rows = m;
    o.columns = n;
    o.word_wire = o.bit_wire = wire;
    o.word_capacitance = farad;
    o.bit_capacitance = 0.5 * farad;
    o.tolerance = 1e-13;
    o.threads = 1;
    return o;
}

/* Conductances from 1 uS to 100 uS. */
static hys_array *array_of(hys_ctx *ctx, const hys_array_opts *o) {
    hys_array *array = NULL;
    double *cells = malloc(o->rows * o->columns * sizeof *cells);
    for (size_t k = 0; k < o->rows * o->columns; k++) cells[k] = pow(10, -5 + sin(7.0 * (double)k + 1));
    assert_int_equal(hys_array_new(ctx, o, &array), HYS_OK);
    assert_int_equal(hys_array_set_conductances(array, cells), HYS_OK);
    free(cells);
    return array;
}

static void ask(hys_ctx *ctx, hys_array *array, const hys_array_noise_opts *o, hys_bit_noise *noise) {
    if (hys_array_noise(array, o, noise) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
}

static void test_a_cell_between_two_wires_is_one_resistor(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = opts_of(1, 1, 700, 0);
    o.driver = 900;
    o.sense = 300;
    hys_array *array = array_of(ctx, &o);
    hys_array_noise_opts n = hys_array_noise_opts_default();
    const double volt = 0.3, cell = 1 / pow(10, -5 + sin(1.0)), sum = 700 + 900 + 700 + 300 + cell;
    hys_bit_noise noise;
    assert_int_equal(hys_array_solve(array, &volt, NULL), HYS_OK);
    n.from = 10;
    n.to = 1e6;
    ask(ctx, array, &n, &noise);
    assert_near(noise.density.total, KT4 / sum, 1e-12);
    assert_near(noise.density.cells, KT4 * cell / (sum * sum), 1e-12);
    assert_near(noise.density.ends, KT4 * (sum - cell) / (sum * sum), 1e-9);
    assert_within(noise.density.wires, 0, 0);
    assert_near(noise.power.total, KT4 / sum * (1e6 - 10), 1e-12);
    assert_near(noise.conductance, 1 / sum, 1e-12);
    n.temp = 4.2;
    ask(ctx, array, &n, &noise);
    assert_near(noise.density.total, KT4 * 4.2 / 300.15 / sum, 1e-12);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* H. Nyquist, Phys. Rev. 32 (1928) 110: a network at rest in one temperature has 4 k T Re Y. */
static void obeys_nyquist(hys_ctx *ctx, hys_array *array) {
    hys_bit_noise noise[9];
    double most = 0;
    assert_int_equal(hys_array_solve(array, NULL, NULL), HYS_OK);
    for (double f = 1e3; f < 1e13; f *= 1e3) {
        hys_array_noise_opts n = hys_array_noise_opts_default();
        n.frequency = f;
        ask(ctx, array, &n, noise);
        for (size_t j = 0; j < 9; j++) {
            assert_near(noise[j].density.total, KT4 * noise[j].conductance, 1e-9);
            most = fmax(most, fabs(noise[j].susceptance / noise[j].conductance));
        }
    }
    assert_true(most > 1);
    hys_array_free(array);
}

static void test_networks_at_rest_obey_nyquists_theorem(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    for (int kind = 0; kind < 4; kind++) {
        hys_array_opts o = opts_of(12, 9, 40, 2e-15);
        o.driver = 500;
        o.sense = 60;
        if (kind == 1) {
            o.words = HYS_ENDS_BOTH;
            o.bits = HYS_ENDS_BOTH;
        }
        if (kind == 2) o.lines = HYS_LINES_PARALLEL;
        hys_array *array = array_of(ctx, &o);
        if (kind == 3) {
            const hys_array_law law = {.size = sizeof law, .nonlinearity = 10, .voltage = 1};
            assert_int_equal(hys_array_set_law(array, &law), HYS_OK);
            assert_int_equal(hys_array_cut_word(array, 3, 5), HYS_OK);
            assert_int_equal(hys_array_stick(array, 2, 2, 1e4), HYS_OK);
            assert_int_equal(hys_array_float_word(array, 7, true), HYS_OK);
        }
        obeys_nyquist(ctx, array);
    }
    hys_ctx_free(ctx);
}

/* A cell and the sense resistance beside a capacitance C: with G their sum, and q = w C / G,
 * 4kT (Gc Gs^2/G^2 / (1 + q^2) + Gs (Gc^2/G^2 + q^2) / (1 + q^2)), over w from 0. */
static void test_a_band_through_a_capacitance_has_its_closed_form(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = opts_of(1, 1, 1000, 0);
    o.bit_capacitance = 1e-12;
    hys_array *array = array_of(ctx, &o);
    const double gc = 1 / (1000 + 1 / pow(10, -5 + sin(1.0))), gs = 1e-3, g = gc + gs, c = g / (TURN * 1e-12);
    hys_array_noise_opts n = hys_array_noise_opts_default();
    hys_bit_noise noise;
    n.from = 1;
    n.to = 3e10;
    assert_int_equal(hys_array_solve(array, NULL, NULL), HYS_OK);
    ask(ctx, array, &n, &noise);
    const double low = c * (atan(n.to / c) - atan(n.from / c)), width = n.to - n.from;
    const double cell = gc * gs * gs / (g * g) * low, end = gs * (gc * gc / (g * g) * low + width - low);
    assert_near(noise.power.total, KT4 * (cell + end), 1e-7);
    assert_near(noise.power.cells, KT4 * cell * (1 - 1e3 * gc), 1e-7); /* the word line's end has the rest */
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* ---- devices ---- */

static hys_array *array_behind(hys_ctx *ctx, const char *module, const char *selector, const hys_array_opts *o) {
    hys_cell_opts c = hys_cell_opts_default();
    hys_model_opts m = hys_model_opts_default();
    hys_array *array = NULL;
    m.module = module;
    c.memory = FIXTURE;
    c.selector = selector;
    c.model = &m;
    assert_int_equal(hys_array_new(ctx, o, &array), HYS_OK);
    if (hys_array_set_device(array, &c) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return array;
}

static hys_array *device_array(hys_ctx *ctx, const char *module, const hys_array_opts *o) {
    return array_behind(ctx, module, NULL, o);
}

/* The source lies behind a series resistance; its current divides between its own slope and what is around. */
static void test_sources_in_devices_reach_the_terminals(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(1, 1, 500, 0);
    hys_array *array = device_array(ctx, "noisy", &o);
    hys_array_noise_opts n = hys_array_noise_opts_default();
    const double volt = 0.8;
    double current, v = volt;
    hys_bit_noise noise;
    n.frequency = 40;
    n.from = 10;
    n.to = 1e5;
    assert_int_equal(hys_array_n_noises(array), 2);
    assert_int_equal(hys_array_solve(array, &volt, NULL), HYS_OK);
    ask(ctx, array, &n, &noise);
    for (int k = 0; k < 200; k++) { /* V = v + 3 kohm I(v) */
        const double i = 1e-4 * sinh(1.5 * v) / 1.5, slope = 1e-4 * cosh(1.5 * v);
        v -= (v + 3e3 * i - volt) / (1 + 3e3 * slope);
    }
    const double slope = 1e-4 * cosh(1.5 * v), part = 1 / (1 + 3e3 * slope), part2 = part * part;
    current = 1e-4 * sinh(1.5 * v) / 1.5;
    assert_near(hys_array_bit_currents(array)[0], current, 1e-9);
    assert_near(noise.conductance, slope * part, 1e-8);
    assert_near(noise.density.cells, part2 * (3e-22 + 2e-18 * pow(40, -0.8)), 1e-8);
    assert_near(noise.density.ends, KT4 * 1e3 * slope * slope * part2, 1e-8);
    const double flicker = 2e-18 * (pow(1e5, 0.2) - pow(10, 0.2)) / 0.2;
    assert_near(noise.power.cells, part2 * (3e-22 * (1e5 - 10) + flicker), 1e-8);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* What is stuck is no device any more. */
static void test_stuck_cells_are_resistors_among_devices(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(1, 1, 500, 0);
    hys_array *array = device_array(ctx, "noisy", &o);
    const hys_array_noise_opts n = hys_array_noise_opts_default();
    const double volt = 0.8;
    hys_bit_noise noise;
    assert_int_equal(hys_array_stick(array, 0, 0, 4000), HYS_OK);
    assert_int_equal(hys_array_solve(array, &volt, NULL), HYS_OK);
    ask(ctx, array, &n, &noise);
    assert_near(noise.density.total, KT4 / 5000, 1e-9);
    assert_near(noise.density.cells, KT4 / 5000 * 0.8, 1e-9);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static void test_noise_of_held_states_is_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(2, 2, 500, 0);
    hys_array *array = device_array(ctx, "restless", &o);
    const hys_array_noise_opts n = hys_array_noise_opts_default();
    hys_bit_noise noise[2];
    assert_int_equal(hys_array_solve(array, NULL, NULL), HYS_OK);
    assert_int_equal(hys_array_noise(array, &n, noise), HYS_ARG);
    assert_diag(ctx, 0,
                "error: the noise source 'jumps' drives the state 'x' of the cells, which is held in small signals\n"
                "hint: `hysteron sim` takes states along\n");
    hys_array_free(array);
    hys_ctx_free(ctx);
}

typedef struct netlist {
    char at[4000];
    size_t n;
} netlist;

__attribute__((format(printf, 2, 3))) static void put(netlist *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    t->n += (size_t)vsnprintf(t->at + t->n, sizeof t->at - t->n, format, args);
    va_end(args);
    assert_true(t->n < sizeof t->at);
}

static void put_cell(netlist *t, int k, bool has_transistors) {
    const int i = k / 3, j = k % 3;
    if (j) put(t, "rw%d w%d w%d 200\n", k, k - 1, k);
    else put(t, "vi%d in%d 0 %g\nrw%d in%d w%d 200\n", i, i, 0.5 + 0.2 * i, k, i, k);
    if (i) put(t, "rb%d b%d b%d 200\n", k, k - 3, k);
    if (i == 2) put(t, "re%d b%d o%d 200\nvo%d o%d 0 0\n", j, k, j, j, j);
    put(t, "cw%d w%d 0 1p\ncb%d b%d 0 0.5p\n", k, k, k, k);
    if (has_transistors) put(t, "xm%d w%d m%d noisy\nxt%d m%d gate b%d 0 access_transistor\n", k, k, k, k, k, k);
    else put(t, "xm%d w%d b%d noisy\n", k, k, k);
}

/* The same network as a netlist; A^2/Hz of the second bit line's current at 3 MHz. */
static double by_circuit(hys_ctx *ctx, bool has_transistors) {
    netlist t = {.n = 0};
    char *dir = hys_test_dir(), path[300];
    hys_sim *sim = NULL;
    put(&t, "array\n.options reltol=1e-9 gmin=1e-20\n.hdl \"" FIXTURE "\"\n");
    put(&t, ".hdl \"" HYS_TEST_SOURCE "/models/selector/access_transistor.va\"\nvg gate 0 %d\n", GATE);
    for (int k = 0; k < 9; k++) put_cell(&t, k, has_transistors);
    put(&t, ".noise i(vo1) vi0 lin 1 3meg 3meg\n.end\n");
    hys_test_write(hys_test_path(dir, "array.cir"), t.at, t.n);
    const hys_sim_opts opts = hys_sim_opts_default();
    snprintf(path, sizeof path, "%s", hys_test_path(dir, "array.cir"));
    if (hys_sim_run(ctx, path, &opts, &sim) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    const double density = hys_table_column(hys_sim_get_result(sim, 0)->table, "onoise")[0];
    hys_sim_free(sim);
    hys_test_dir_remove(dir);
    return density * density;
}

/* A transistor's slopes are not symmetric: there the network and its transpose are two. */
static void test_an_array_has_the_noise_of_its_netlist(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(3, 3, 200, 1e-12);
    const double volts[] = {0.5, 0.7, 0.9}, gates[] = {GATE, GATE, GATE};
    for (int has_transistors = 0; has_transistors < 2; has_transistors++) {
        hys_array *array = array_behind(ctx, "noisy", has_transistors ? "access_transistor" : NULL, &o);
        hys_array_noise_opts n = hys_array_noise_opts_default();
        hys_bit_noise noise;
        n.frequency = 3e6;
        n.first = n.n = 1;
        if (has_transistors) assert_int_equal(hys_array_set_gates(array, HYS_GATES_ALONG_WORDS, gates), HYS_OK);
        assert_int_equal(hys_array_n_noises(array), has_transistors ? 3 : 2);
        assert_int_equal(hys_array_solve(array, volts, NULL), HYS_OK);
        ask(ctx, array, &n, &noise);
        assert_near(noise.density.total, by_circuit(ctx, has_transistors), 1e-6);
        assert_true(noise.density.cells > 0.1 * noise.density.total && noise.density.wires > 0);
        const double bits[] = {0, 1, 0};
        const hys_array_signal s = {.size = sizeof s, .frequency = 3e6, .bits = bits};
        double into[6], out[6];
        assert_int_equal(hys_array_small_signal(array, &s, into, out), HYS_OK);
        assert_near(noise.conductance, -out[2], 1e-9);
        assert_near(noise.susceptance, -out[3], 1e-9);
        hys_array_free(array);
    }
    hys_ctx_free(ctx);
}

static void test_what_cannot_be_is_said(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(2, 2, 5, 0);
    hys_array *array = array_of(ctx, &o);
    hys_array_noise_opts n = hys_array_noise_opts_default();
    hys_bit_noise noise[2];
    assert_int_equal(hys_array_noise(array, &n, noise), HYS_ARG);
    assert_diag(ctx, 0, "error: small signals are those about a solution\nhint: hys_array_solve first\n");
    assert_int_equal(hys_array_solve(array, NULL, NULL), HYS_OK);
    static const struct {
        double frequency, from, to;
        size_t first, n;
        const char *said;
    } bad[] = {
        {0, 0, 0, 0, 0, "error: noise at 0 Hz\nhint: above 0 Hz\n"},
        {1, 5, 5, 0, 0,
         "error: there is no band from 5 Hz to 5 Hz\nhint: from a frequency above 0 Hz to a higher one\n"},
        {1, NAN, 5, 0, 0,
         "error: there is no band from nan Hz to 5 Hz\nhint: from a frequency above 0 Hz to a higher one\n"},
        {1, 0, 0, 1, 2, "error: there are only 2 bit lines\nhint: they are counted from 0\n"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        hys_diag_clear(ctx);
        n.frequency = bad[k].frequency;
        n.from = bad[k].from;
        n.to = bad[k].to;
        n.first = bad[k].first;
        n.n = bad[k].n;
        assert_int_equal(hys_array_noise(array, &n, noise), HYS_ARG);
        assert_diag(ctx, 0, bad[k].said);
    }
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static hys_status job(hys_ctx *ctx, void *arg) {
    const hys_array_opts o = opts_of(2, 3, 50, 1e-15);
    const double cells[] = {1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4};
    hys_array_noise_opts n = hys_array_noise_opts_default();
    hys_bit_noise noise[3];
    hys_array *array = NULL;
    (void)arg;
    n.from = 1;
    n.to = 1e9;
    hys_status status = hys_array_new(ctx, &o, &array);
    if (status == HYS_OK) status = hys_array_set_conductances(array, cells);
    if (status == HYS_OK) status = hys_array_solve(array, NULL, NULL);
    if (status == HYS_OK) status = hys_array_noise(array, &n, noise);
    hys_array_free(array);
    return status;
}

static void test_memory_may_fail(void **state) {
    (void)state;
    hys_test_each_failure(job, NULL, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cell_between_two_wires_is_one_resistor),
        cmocka_unit_test(test_networks_at_rest_obey_nyquists_theorem),
        cmocka_unit_test(test_a_band_through_a_capacitance_has_its_closed_form),
        cmocka_unit_test(test_sources_in_devices_reach_the_terminals),
        cmocka_unit_test(test_stuck_cells_are_resistors_among_devices),
        cmocka_unit_test(test_noise_of_held_states_is_refused),
        cmocka_unit_test(test_an_array_has_the_noise_of_its_netlist),
        cmocka_unit_test(test_what_cannot_be_is_said),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
