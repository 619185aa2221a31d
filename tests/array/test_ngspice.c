/* Crossbars against ngspice with the same network: hyperbolic sines, a transistor in front of each cell, cells with a
 * state that are written through wires with capacitances.  Skipped where ngspice is missing. */
#include "hys_test.h"
#include <hysteron/array_device.h>

#define N     8
#define CELLS (N * N)

typedef struct netlist {
    char *at;
    size_t n, cap;
} netlist;

__attribute__((format(printf, 2, 3))) static void put(netlist *t, const char *format, ...) {
    va_list args;
    if (t->cap - t->n < 600) t->at = realloc(t->at, t->cap = 2 * t->cap + 4000);
    va_start(args, format);
    t->n += (size_t)vsnprintf(t->at + t->n, t->cap - t->n, format, args);
    va_end(args);
}

#define WIRE 30 /* ohm */

/* Word lines driven on the left from inI, bit lines held at the bottom; nodes wK and bK of cell K. */
static void put_lines(netlist *t, double farad) {
    for (size_t k = 0; k < CELLS; k++) {
        const size_t i = k / N, j = k % N;
        if (j) put(t, "rw%zu w%zu w%zu %d\n", k, k - 1, k, WIRE);
        else put(t, "rw%zu in%zu w%zu %d\n", k, i, k, WIRE);
        if (i) put(t, "rb%zu b%zu b%zu %d\n", k, k - N, k, WIRE);
        if (i + 1 == N) put(t, "re%zu b%zu o%zu %d\nvo%zu o%zu 0 0\n", j, k, j, WIRE, j, j);
        if (farad > 0) put(t, "cw%zu w%zu 0 %g\ncb%zu b%zu 0 %g\n", k, k, farad, k, k, farad);
    }
}

/* Runs the analysis; the last values of currents into bit lines' ends, of word lines' nodes, and of more vectors. */
static void peer(netlist *t, const char *analysis, const char *more, double *values, size_t n_values) {
    char *dir = hys_test_dir(), command[400];
    put(t,
        ".options reltol=1e-6 abstol=1e-16 vntol=1e-10 chgtol=1e-22 gmin=1e-18\n.control\nset wr_singlescale\n%s\n"
        "wrdata out.txt",
        analysis);
    for (int j = 0; j < N; j++) put(t, " i(vo%d)", j);
    for (int k = 0; k < CELLS; k++) put(t, " v(w%d)", k);
    put(t, " %s\n.endc\n.end\n", more);
    hys_test_write(hys_test_path(dir, "array.cir"), t->at, t->n);
    snprintf(command, sizeof command, "cd '%s' && ngspice -b array.cir >log 2>&1", dir);
    (void)!system(command); /* batch mode without .print ends with an error of its own */
    FILE *file = fopen(hys_test_path(dir, "out.txt"), "r");
    if (!file) fail_msg("ngspice: %s", hys_test_read(hys_test_path(dir, "log")));
    double scale;
    size_t n_lines = 0;
    while (fscanf(file, "%lf", &scale) == 1) {
        for (size_t k = 0; k < n_values; k++) assert_int_equal(fscanf(file, "%lf", &values[k]), 1);
        n_lines++;
    }
    fclose(file);
    assert_true(n_lines > 0);
    hys_test_dir_remove(dir);
    free(t->at);
}

static void need_ngspice(void) {
    if (system("command -v ngspice >/dev/null 2>&1") != 0) skip();
}

static hys_array *new_array(hys_ctx *ctx, double farad) {
    hys_array *array = NULL;
    hys_array_opts o = hys_array_opts_default();
    o.rows = o.columns = N;
    o.word_wire = o.bit_wire = WIRE;
    o.word_capacitance = o.bit_capacitance = farad;
    o.threads = 1;
    assert_int_equal(hys_array_new(ctx, &o, &array), HYS_OK);
    return array;
}

static void set_device(hys_ctx *ctx, hys_array *array, const hys_cell_opts *opts) {
    if (hys_array_set_device(array, opts) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
}

/* ngspice's own tolerances leave a few parts in 10^6. */
static void compare(const hys_array *array, const double *values, double currents, double volts) {
    for (size_t j = 0; j < N; j++) assert_near(hys_array_bit_currents(array)[j], values[j], currents);
    for (size_t k = 0; k < CELLS; k++) assert_within(hys_array_word_potentials(array)[k], values[N + k], volts);
}

static double draw(size_t k) {
    return fmod(0.6180339887498949 * (double)(k + 1), 1);
}

/* I = g sinh(8 V) / sinh(8): at 1 V g. */
static void test_hyperbolic_sines_agree(void **state) {
    (void)state;
    need_ngspice();
    hys_ctx *ctx = hys_test_ctx();
    hys_array *array = new_array(ctx, 0);
    double g[CELLS], words[N], values[N + CELLS];
    netlist t = {0};
    put(&t, "sines\n");
    put_lines(&t, 0);
    for (size_t k = 0; k < CELLS; k++) {
        g[k] = pow(10, -3 - 2 * draw(k));
        put(&t, "bc%zu w%zu b%zu i=%.17g*sinh(8*v(w%zu,b%zu))\n", k, k, k, g[k] / sinh(8), k, k);
    }
    for (size_t i = 0; i < N; i++) put(&t, "vi%zu in%zu 0 %.17g\n", i, i, words[i] = 1.2 * draw(i + 100) - 0.2);
    peer(&t, "op", "", values, N + CELLS);
    assert_int_equal(hys_array_set_conductances(array, g), HYS_OK);
    const hys_array_law law = {.size = sizeof law, .nonlinearity = 2 * cosh(4), .voltage = 1};
    assert_int_equal(hys_array_set_law(array, &law), HYS_OK);
    assert_int_equal(hys_array_solve(array, words, NULL), HYS_OK);
    compare(array, values, 1e-5, 1e-7);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* Level 1 of both programs: blocked, saturated and open transistors; sources follow what they carry. */
static void test_transistors_in_front_of_cells_agree(void **state) {
    (void)state;
    need_ngspice();
    hys_ctx *ctx = hys_test_ctx();
    hys_array *array = new_array(ctx, 0);
    static const char *const cell[] = {"Ron=2k", "Roff=50k"};
    static const char *const transistor[] = {"vto=0.5", "kp=200u", "w=4u", "l=1u", "lambda=0.03"};
    hys_cell_opts opts = hys_cell_opts_default();
    opts.memory = "vteam";
    opts.memory_set = cell;
    opts.n_memory_set = 2;
    opts.selector = "mos1";
    opts.selector_set = transistor;
    opts.n_selector_set = 5;
    set_device(ctx, array, &opts);
    double x[CELLS], words[N], gates[N], values[N + CELLS];
    netlist t = {0};
    put(&t, "transistors\n.model nm nmos(level=1 vto=0.5 kp=200u lambda=0.03)\n");
    put_lines(&t, 0);
    for (size_t k = 0; k < CELLS; k++) {
        x[k] = 3e-9 * draw(k);
        put(&t, "rm%zu w%zu d%zu %.17g\nm%zu d%zu g%zu b%zu 0 nm w=4u l=1u\n", k, k, k, 2e3 + 48e3 * x[k] / 3e-9, k, k,
            k / N, k);
    }
    for (size_t i = 0; i < N; i++) {
        put(&t, "vi%zu in%zu 0 %.17g\n", i, i, words[i] = 0.1 + 0.25 * (double)i);
        put(&t, "vg%zu g%zu 0 %.17g\n", i, i, gates[i] = 0.3 + 0.9 * draw(i));
    }
    peer(&t, "op", "", values, N + CELLS);
    assert_int_equal(hys_array_set_state(array, "w", x), HYS_OK);
    assert_int_equal(hys_array_set_gates(array, HYS_GATES_ALONG_WORDS, gates), HYS_OK);
    if (hys_array_solve(array, words, NULL) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    compare(array, values, 1e-5, 1e-7);
    assert_true(hys_array_get_report(array).power_balance < 1e-9);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static const char cell_text[] = "`include \"disciplines.vams\"\n"
                                "nature Part\n"
                                "  units = \"1\";\n"
                                "  access = Part;\n"
                                "  abstol = 1e-9;\n"
                                "endnature\n"
                                "discipline part\n"
                                "  potential Part;\n"
                                "enddiscipline\n"
                                "module writable(p, n);\n"
                                "  inout p, n;\n"
                                "  electrical p, n;\n"
                                "  part x;\n"
                                "  analog begin\n"
                                "    Part(x) <+ idt(1e9*sinh(4*V(p,n))*Part(x)*(1 - Part(x)), 0.1);\n"
                                "    I(p,n) <+ (1e-6 + 1e-4*Part(x))*(V(p,n) + 0.5*V(p,n)*V(p,n)*V(p,n));\n"
                                "  end\n"
                                "endmodule\n";

/* A write of row 2 at half voltages on the others, through wires with capacitances that delay it. */
static void test_a_write_through_wires_agrees(void **state) {
    (void)state;
    need_ngspice();
    hys_ctx *ctx = hys_test_ctx();
    char dir[100], path[200], more[CELLS * 8] = "";
    const double farad = 2e-14, times[] = {0, 1e-10, 6e-10};
    snprintf(dir, sizeof dir, "%s", hys_test_dir());
    snprintf(path, sizeof path, "%s/cell.va", dir);
    hys_test_write(path, cell_text, sizeof cell_text - 1);
    hys_array *array = new_array(ctx, farad);
    hys_cell_opts opts = hys_cell_opts_default();
    opts.memory = path;
    set_device(ctx, array, &opts);
    double x[CELLS], words[3 * N] = {0}, values[N + 2 * CELLS];
    netlist t = {0};
    put(&t, "write\n");
    put_lines(&t, farad);
    for (size_t k = 0; k < CELLS; k++) {
        x[k] = 0.05 + 0.4 * draw(k);
        put(&t, "bc%zu w%zu b%zu i=(1e-6+1e-4*v(x%zu))*(v(w%zu,b%zu)+0.5*v(w%zu,b%zu)^3)\n", k, k, k, k, k, k, k, k);
        put(&t, "cx%zu x%zu 0 1e-9 ic=%.17g\nbx%zu 0 x%zu i=sinh(4*v(w%zu,b%zu))*v(x%zu)*(1-v(x%zu))\n", k, k, x[k], k,
            k, k, k, k, k);
        snprintf(more + strlen(more), sizeof more - strlen(more), " v(x%zu)", k);
    }
    for (size_t i = 0; i < N; i++) {
        words[N + i] = words[2 * N + i] = i == 2 ? 1.2 : 0.6;
        put(&t, "vi%zu in%zu 0 pwl(0 0 1e-10 %g 1 %g)\n", i, i, words[N + i], words[N + i]);
    }
    peer(&t, "tran 2e-12 6e-10 0 2e-12 uic", more, values, N + 2 * CELLS);
    assert_int_equal(hys_array_set_state(array, "x", x), HYS_OK);
    const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = times, .words = words};
    hys_array_run_opts run = hys_array_run_opts_default();
    run.n_steps = 300;
    if (hys_array_run(array, &drive, &run, NULL) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    compare(array, values, 1e-4, 1e-5);
    double after[CELLS], moved = 0;
    assert_int_equal(hys_array_get_state(array, "x", after), HYS_OK);
    for (size_t k = 0; k < CELLS; k++) {
        moved = fmax(moved, fabs(after[k] - x[k]));
        assert_within(after[k], values[N + CELLS + k], 2e-5);
    }
    assert_true(moved > 0.5);
    hys_array_free(array);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hyperbolic_sines_agree),
        cmocka_unit_test(test_transistors_in_front_of_cells_agree),
        cmocka_unit_test(test_a_write_through_wires_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
