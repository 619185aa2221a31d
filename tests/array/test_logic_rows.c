/* The same steps on many rows at once. */
#include "hys_test.h"
#include <hysteron/logic_device.h>

static hys_logic_bench *bench(hys_ctx *ctx, const char *device) {
    hys_logic_bench_opts o = hys_logic_bench_opts_default();
    hys_logic_bench *b = NULL;
    o.cell.memory = device;
    if (hys_logic_bench_new(ctx, &o, &b) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return b;
}

static hys_logic *example(hys_ctx *ctx, const char *name) {
    char path[512];
    hys_logic *logic = NULL;
    snprintf(path, sizeof path, "%s/examples/logic/%s", HYS_TEST_SOURCE, name);
    assert_int_equal(hys_logic_read(ctx, path, &logic), HYS_OK);
    return logic;
}

static hys_logic_program *map(hys_ctx *ctx, const hys_logic *logic, const char *family) {
    hys_logic_map_opts opts = hys_logic_map_opts_default();
    hys_logic_program *program = NULL;
    opts.family = hys_logic_family_find(family);
    opts.cells = SIZE_MAX;
    assert_int_equal(hys_logic_map(ctx, logic, &opts, &program), HYS_OK);
    return program;
}

/* Eight rows, a pattern each: every row holds what it holds alone, in the same time; stateful families take as much
 * energy as all rows do one after the other. */
static void test_rows_at_once_compute_what_each_row_does_alone(void **state) {
    (void)state;
    static const char *const families[] = {"magic", "rm3", "scouting"};
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench *b = bench(ctx, "vteam_fit");
    hys_logic *adder = example(ctx, "full_adder.blif");
    uint8_t in[24];
    for (size_t k = 0; k < 24; k++) in[k] = (k / 3) >> (k % 3) & 1;
    for (size_t f = 0; f < 3; f++) {
        hys_logic_program *p = map(ctx, adder, families[f]);
        hys_logic_run all, one;
        double energy = 0;
        assert_int_equal(hys_logic_bench_run_rows(b, p, 8, in, &all), HYS_OK);
        assert_true(all.wrong == 0 && all.first_wrong == all.n_steps && all.margin > 0.9 && all.rows == 8);
        for (size_t k = 0; k < 8; k++) {
            assert_int_equal(hys_logic_bench_run(b, p, in + 3 * k, &one), HYS_OK);
            assert_memory_equal(one.outputs, all.outputs + k * all.n_outputs, one.n_outputs);
            energy += one.energy;
            if (k < 7) hys_logic_run_free(ctx, &one);
        }
        assert_near(all.energy, energy, 0.01);
        if (f == 0) assert_near(all.time, one.time, 1e-12);
        else assert_true(all.time > one.time);
        hys_logic_run_free(ctx, &one);
        hys_logic_run_free(ctx, &all);
        hys_logic_program_free(p);
    }
    hys_logic_free(adder);
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

/* Word lines that float meet in cells that are 1 on every bit line that floats: all rows see the mean. */
static void test_rows_disturb_one_another_through_columns_that_float(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench_opts o = hys_logic_bench_opts_default();
    hys_logic_bench *b = NULL;
    hys_logic_run run;
    o.cell.memory = "vteam_fit";
    o.is_passive = true;
    assert_int_equal(hys_logic_bench_new(ctx, &o, &b), HYS_OK);
    hys_logic *adder = example(ctx, "full_adder.blif");
    hys_logic_program *p = map(ctx, adder, "magic");
    assert_int_equal(hys_logic_bench_run_rows(b, p, 2, (const uint8_t[]){1, 0, 1, 1, 1, 0}, &run), HYS_OK);
    assert_true(run.first_wrong < run.n_steps);
    hys_logic_run_free(ctx, &run);
    hys_logic_program_free(p);
    hys_logic_free(adder);
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

static void test_more_rows_than_are_run_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench *b = bench(ctx, "vteam_fit");
    hys_logic *adder = example(ctx, "full_adder.blif");
    hys_logic_program *p = map(ctx, adder, "magic");
    hys_logic_run run;
    assert_int_equal(hys_logic_bench_run_rows(b, p, 0, NULL, &run), HYS_LIMIT);
    assert_int_equal(hys_logic_bench_run_rows(b, p, SIZE_MAX / 2, NULL, &run), HYS_LIMIT);
    assert_int_equal(hys_diag_n_errors(ctx), 2);
    hys_logic_program_free(p);
    hys_logic_free(adder);
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_at_once_compute_what_each_row_does_alone),
        cmocka_unit_test(test_rows_disturb_one_another_through_columns_that_float),
        cmocka_unit_test(test_more_rows_than_are_run_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
