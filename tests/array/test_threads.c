/* Threads: every part of a work is done once, and a crossbar's solution has the same bits with any number of them. */
#include "array/linear.h"
#include "base/diag.h"
#include "hys_test.h"
#include <hysteron/array_device.h>
#include <stdatomic.h>

#define PARTS 1000

static atomic_uint done[PARTS];
static atomic_uint n_wrong;

static void mark(void *data, size_t part, unsigned thread) {
    if (thread >= *(unsigned *)data) atomic_fetch_add(&n_wrong, 1);
    atomic_fetch_add(&done[part], 1);
}

static void test_each_part_is_done_once_in_each_round(void **state) {
    (void)state;
    for (unsigned n = 1; n <= 5; n++) {
        hys_ctx *ctx = hys_test_ctx();
        hys__team *team;
        assert_int_equal(hys__team_new(ctx, n, &team), HYS_OK);
        unsigned size = hys__team_size(team);
        assert_in_range(size, 1, n);
        for (size_t k = 0; k < PARTS; k++) atomic_store(&done[k], 0);
        for (unsigned round = 1; round <= 50; round++) {
            hys__team_run(team, PARTS / round, mark, &size);
            for (size_t k = 0; k < PARTS / round; k++) assert_int_equal(atomic_load(&done[k]), round);
        }
        if (n % 2) hys__team_free(team); /* else with its context */
        hys_ctx_free(ctx);
    }
    assert_int_equal(atomic_load(&n_wrong), 0);
}

static void test_no_team_is_the_caller_alone(void **state) {
    (void)state;
    unsigned one = 1;
    for (size_t k = 0; k < PARTS; k++) atomic_store(&done[k], 0);
    hys__team_run(NULL, PARTS, mark, &one);
    for (size_t k = 0; k < PARTS; k++) assert_int_equal(atomic_load(&done[k]), 1);
    assert_int_equal(hys__team_size(NULL), 1);
    hys__team_free(NULL);
}

/* Odd sizes: groups of rows and panels of columns that are not full.  A wire is cut, lines have grounds. */
enum { M = 325, N = 331 };

static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0;
}

static void solve_on(unsigned n_threads, double *u, double *w) {
    static double cells[M * N], row[N], cut[N], ends[N], none[N], volts[N];
    const double *words[M], *bits[M];
    unsigned seed = 5;
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < M * N; k++) cells[k] = draw(&seed) < 0.5 ? 1e-3 : 1e-6 * draw(&seed);
    for (size_t j = 0; j < N; j++) {
        row[j] = cut[j] = ends[j] = 0.2;
        volts[j] = draw(&seed);
    }
    cut[77] = 0;
    for (size_t i = 0; i < M; i++) {
        words[i] = i == 13 ? cut : row;
        bits[i] = row;
    }
    const hys__grid grid = {
        .m = M, .n = N, .word = words, .bit = bits, .left = ends, .right = none, .top = none, .bottom = ends};
    hys__linear l;
    assert_int_equal(hys__linear_new_on(ctx, &grid, n_threads, &l), HYS_OK);
    assert_int_equal(hys__linear_set_cells(&l, cells), HYS_OK);
    assert_int_equal(hys__linear_solve(&l, &(hys__linear_source){.left = volts}, 1e-11), HYS_OK);
    memcpy(u, l.u, sizeof cells);
    memcpy(w, l.w, sizeof cells);
    hys__linear_free(&l);
    hys_ctx_free(ctx);
}

static void test_a_solution_has_the_same_bits_on_any_number_of_threads(void **state) {
    (void)state;
    static double u[M * N], w[M * N], other_u[M * N], other_w[M * N];
    solve_on(1, u, w);
    for (unsigned n = 2; n <= 5; n++) {
        solve_on(n, other_u, other_w);
        assert_memory_equal(u, other_u, sizeof u);
        assert_memory_equal(w, other_w, sizeof w);
    }
}

enum { ROWS = 240, LINES = 215 }; /* enough for threads */

static void write_on(unsigned n_threads, double *states, double *potentials, double *energy) {
    static const double times[] = {0, 1e-9, 3e-9};
    static double words[3 * ROWS];
    hys_ctx *ctx = hys_test_ctx();
    hys_array_opts o = hys_array_opts_default();
    hys_cell_opts c = hys_cell_opts_default();
    hys_array *a;
    o.rows = ROWS;
    o.columns = LINES;
    o.threads = n_threads;
    o.word_capacitance = 1e-16;
    c.memory = "vteam";
    for (size_t i = 0; i < ROWS; i++) words[ROWS + i] = words[2 * ROWS + i] = i == 7 ? 1.5 : 0.75;
    const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = times, .words = words};
    const hys_array_run_opts opts = {.size = sizeof opts, .n_steps = 4};
    hys_array_run_report r = {.size = sizeof r};
    assert_int_equal(hys_array_new(ctx, &o, &a), HYS_OK);
    if (hys_array_set_device(a, &c) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    assert_int_equal(hys_array_run(a, &drive, &opts, &r), HYS_OK);
    assert_int_equal(hys_array_get_state(a, "w", states), HYS_OK);
    memcpy(potentials, hys_array_bit_potentials(a), ROWS * LINES * sizeof(double));
    *energy = r.source_energy;
    hys_array_free(a);
    hys_ctx_free(ctx);
}

static void test_a_write_has_the_same_bits_on_any_number_of_threads(void **state) {
    (void)state;
    static double w[ROWS * LINES], v[ROWS * LINES], other_w[ROWS * LINES], other_v[ROWS * LINES];
    double energy, other;
    write_on(1, w, v, &energy);
    for (unsigned n = 2; n <= 3; n++) {
        write_on(n, other_w, other_v, &other);
        assert_memory_equal(w, other_w, sizeof w);
        assert_memory_equal(v, other_v, sizeof v);
        assert_true(energy == other);
    }
}

/* What an array will take is asked before it is made. */
static void test_an_array_takes_the_memory_that_was_said(void **state) {
    (void)state;
    static const size_t sizes[][2] = {{600, 500}, {40, 900}, {30, 30}, {1500, 200}};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        hys_array_opts o = hys_array_opts_default();
        hys_array *a;
        o.rows = sizes[k][0];
        o.columns = sizes[k][1];
        o.threads = 1;
        double *g = malloc(o.rows * o.columns * sizeof *g);
        for (size_t c = 0; c < o.rows * o.columns; c++) g[c] = 1e-4;
        assert_int_equal(hys_array_new(ctx, &o, &a), HYS_OK);
        assert_int_equal(hys_array_set_conductances(a, g), HYS_OK);
        assert_int_equal(hys_array_solve(a, NULL, NULL), HYS_OK);
        const double taken = hys_array_get_report(a).memory_B;
        assert_within(hys_array_memory(&o), taken, 0.02 * taken + 1e6); /* arenas grow by chunks of up to a megabyte */
        hys_array_free(a);
        free(g);
    }
    hys_ctx_free(ctx);
}

/* A law, devices, devices behind transistors, whose solver may need more than it does here. */
static void test_laws_and_devices_take_the_memory_that_was_said(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_law law = {.size = sizeof law, .nonlinearity = 10, .voltage = 1};
    for (int kind = 0; kind < 4; kind++) {
        hys_array_opts o = hys_array_opts_default();
        hys_cell_opts c = hys_cell_opts_default();
        hys_array *a;
        o.rows = 320;
        o.columns = 200;
        o.threads = 1;
        o.lines = kind == 3 ? HYS_LINES_PARALLEL : HYS_LINES_CROSSED;
        c.memory = "vteam";
        c.selector = kind > 1 ? "access_transistor" : NULL;
        double *g = malloc(o.rows * o.columns * sizeof *g);
        for (size_t k = 0; k < o.rows * o.columns; k++) g[k] = 1e-5;
        assert_int_equal(hys_array_new(ctx, &o, &a), HYS_OK);
        assert_int_equal(hys_array_set_conductances(a, g), HYS_OK);
        if (kind == 0) assert_int_equal(hys_array_set_law(a, &law), HYS_OK);
        else if (hys_array_set_device(a, &c) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
        const double said = hys_array_expected_memory(a);
        assert_int_equal(hys_array_solve(a, NULL, NULL), HYS_OK);
        const double taken = hys_array_get_report(a).memory_B;
        if (kind == 2) assert_in_range((unsigned long)said, (unsigned long)taken, (unsigned long)(5 * taken));
        else assert_within(said, taken, 0.03 * taken + 2e6);
        hys_array_free(a);
        free(g);
    }
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_part_is_done_once_in_each_round),
        cmocka_unit_test(test_no_team_is_the_caller_alone),
        cmocka_unit_test(test_an_array_takes_the_memory_that_was_said),
        cmocka_unit_test(test_laws_and_devices_take_the_memory_that_was_said),
        cmocka_unit_test(test_a_solution_has_the_same_bits_on_any_number_of_threads),
        cmocka_unit_test(test_a_write_has_the_same_bits_on_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
