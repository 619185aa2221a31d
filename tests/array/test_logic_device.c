/* Programs on device models: what cells hold in the end, and what it costs. */
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

static void run_all(hys_ctx *ctx, hys_logic_bench *b, const hys_logic_program *p, size_t patterns) {
    for (size_t k = 0; k < patterns; k++) {
        uint8_t in[32];
        hys_logic_run r;
        for (size_t i = 0; i < hys_logic_n_inputs(p->netlist); i++) in[i] = (0x9d3a5u * (k + 1) + k) >> i & 1;
        if (patterns == 8)
            for (size_t i = 0; i < 3; i++) in[i] = k >> i & 1;
        if (hys_logic_bench_run(b, p, in, &r) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
        if (r.wrong || r.first_wrong < r.n_steps)
            fail_msg("%s, pattern %zu: %zu outputs wrong, a cell from step %zu", p->family->name, k, r.wrong,
                     r.first_wrong + 1);
        assert_true(r.energy > 0 && r.time > 0 && r.margin > 0.9 && r.drift < 0.05);
        hys_logic_run_free(ctx, &r);
    }
}

static void test_full_adders_of_all_families_add_on_the_device(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench *voltage = bench(ctx, "vteam_fit");
    hys_logic_bench *current = bench(ctx, "team_logic");
    hys_logic_bench *mixed = bench(ctx, HYS_TEST_SOURCE "/examples/logic/current_set.va");
    hys_logic *adder = example(ctx, "full_adder.blif");
    for (size_t f = 0; f < hys_logic_family_count(); f++) {
        const char *name = hys_logic_family_get(f)->name;
        hys_logic_program *p = map(ctx, adder, name);
        run_all(ctx, !strcmp(name, "imply") ? current : !strcmp(name, "felix-or") ? mixed : voltage, p, 8);
        hys_logic_program_free(p);
    }
    hys_logic_free(adder);
    hys_logic_bench_free(voltage);
    hys_logic_bench_free(current);
    hys_logic_bench_free(mixed);
    hys_ctx_free(ctx);
}

static void test_the_examples_run_on_the_device(void **state) {
    (void)state;
    static const char *const names[] = {"adder8.blif", "multiplier4.blif"}, *const families[] = {"magic", "rm3"};
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench *b = bench(ctx, "vteam_fit");
    for (int n = 0; n < 2; n++)
        for (int f = 0; f < 2; f++) {
            hys_logic *logic = example(ctx, names[n]);
            hys_logic_program *p = map(ctx, logic, families[f]);
            run_all(ctx, b, p, f ? 2 : 1);
            hys_logic_program_free(p);
            hys_logic_free(logic);
        }
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

/* Three cells that are 0 are read, a fourth that is 0 is reset: V^2 G t, and a third of the edges' time each. */
static void test_energy_is_that_of_resistors_where_nothing_moves(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_logic_bench *b = bench(ctx, "vteam_fit");
    hys_logic *majority = example(ctx, "majority.tt");
    hys_logic_program *p = map(ctx, majority, "majority");
    hys_logic_run r;
    assert_int_equal(p->n_steps, 1);
    assert_int_equal(hys_logic_bench_run(b, p, (const uint8_t[]){0, 0, 0}, &r), HYS_OK);
    const hys_logic_drive d = hys_logic_bench_drive(b);
    const hys_logic_levels l = hys_logic_bench_levels(b);
    const double read = 3 * d.read * d.read * l.off * d.read_width;
    const double write = d.reset * d.reset * l.off * (d.width + 2 * d.rise / 3);
    assert_near(r.energy, read + write, 2e-3); /* the trapezoidal sum over an edge */
    assert_near(r.time, d.read_width + d.width + 2 * d.rise, 1e-12);
    hys_logic_run_free(ctx, &r);
    hys_logic_program_free(p);
    hys_logic_free(majority);
    hys_logic_bench_free(b);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_adders_of_all_families_add_on_the_device),
        cmocka_unit_test(test_the_examples_run_on_the_device),
        cmocka_unit_test(test_energy_is_that_of_resistors_where_nothing_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
