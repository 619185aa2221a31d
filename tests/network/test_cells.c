/* Cells: kernels against the array's own transients, tables against kernels, write-verify, the same bits. */
#include "network/synapse_models.h"

static hys_cells *cells_of(const hys_synapse *s, hys_ctx *ctx, size_t n, hys_cells_kind kind) {
    hys_cells *c = NULL;
    if (hys_cells_new(s, n, kind, 11, &c) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return c;
}

static double uniform(size_t k) {
    const uint64_t z = (k + 1) * 0x9e3779b97f4a7c15u;
    return (double)((z ^ (z >> 29)) >> 11) / 9007199254740992.0;
}

/* ---- kernels ---- */

static void test_kernels_do_what_an_array_of_the_device_does(void **state) {
    (void)state;
    enum { N = 6 };
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_opts o = hys_synapse_opts_default();
    static const char *const spread[] = {"Ron=normal 0.1"};
    o.cell.memory = "vteam";
    o.cell.spread = spread;
    o.cell.n_spread = 1;
    o.up = (hys_synapse_pulse){-1.6, 5e-8, 0};
    o.down = (hys_synapse_pulse){0.8, 1e-7, 0};
    hys_synapse *s = synapse_of(ctx, &o);
    hys_cells *c = cells_of(s, ctx, N, HYS_CELLS_KERNEL);
    const int32_t counts[N] = {0, 1, 3, 9, 12, 20}, back[N] = {0, 0, 0, -3, 0, -20};
    double got[N], want[N], words[N];
    hys_array *array = NULL;
    hys_array_opts a = hys_array_opts_default();
    a.rows = N;
    a.columns = 1;
    a.word_wire = a.bit_wire = 0;
    a.threads = 1;
    hys_cell_opts cell = *hys_synapse_cell(s);
    cell.seed = 11;
    assert_int_equal(hys_array_new(ctx, &a, &array), HYS_OK);
    assert_int_equal(hys_array_set_device(array, &cell), HYS_OK);
    assert_int_equal(hys_cells_put(c, 0, array), HYS_OK);
    assert_int_equal(hys_cells_pulse(c, counts), HYS_OK);
    assert_int_equal(hys_cells_pulse(c, back), HYS_OK);
    hys_array_run_opts fine = hys_array_run_opts_default();
    fine.reltol = 1e-4;
    for (int32_t r = 0; r < 40; r++) {
        const hys_synapse_pulse *p = r < 20 ? &o.up : &o.down;
        for (size_t k = 0; k < N; k++) words[k] = (r < 20 ? counts[k] > r : -back[k] > r - 20) ? p->voltage : 0;
        const hys_array_pulse pulse = {
            .size = sizeof pulse, .words = words, .width = 0.99 * p->width, .rise = 0.01 * p->width};
        assert_int_equal(hys_array_apply(array, &pulse, &fine, NULL), HYS_OK);
    }
    assert_int_equal(hys_cells_read(c, got), HYS_OK);
    assert_int_equal(hys_array_cell_conductances(array, hys_synapse_get_law(s)->read.voltage, want), HYS_OK);
    assert_true(want[4] > 1.1 * want[0]);
    for (size_t k = 0; k < N; k++)
        assert_near(got[k], want[k], 0.02); /* 40 pulses with steps of tolerances 3e-3 and 1e-3 */
    assert_true(hys_cells_energy(c) > 0);
    hys_array_free(array);
    hys_cells_free(c);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

static void test_tables_agree_with_kernels_after_twenty_pulses(void **state) {
    (void)state;
    enum { N = 400 };
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_opts o = opts_of(MODEL);
    static const char *const set[] = {"k_up=4e5", "a_up=0.5"}, *const spread[] = {"k_up=normal 0.2"};
    o.cell.memory_set = set;
    o.cell.n_memory_set = 2;
    o.cell.spread = spread;
    o.cell.n_spread = 1;
    hys_synapse *s = synapse_of(ctx, &o);
    double mean[2], sd[2], energy[2];
    for (int kind = 0; kind < 2; kind++) {
        hys_cells *c = cells_of(s, ctx, N, kind ? HYS_CELLS_KERNEL : HYS_CELLS_DISTILLED);
        int32_t counts[N];
        double g[N], sum = 0, square = 0;
        for (size_t k = 0; k < N; k++) counts[k] = 20;
        assert_int_equal(hys_cells_pulse(c, counts), HYS_OK);
        assert_int_equal(hys_cells_read(c, g), HYS_OK);
        for (size_t k = 0; k < N; k++) sum += g[k], square += g[k] * g[k];
        mean[kind] = sum / N;
        sd[kind] = sqrt(square / N - mean[kind] * mean[kind]);
        energy[kind] = hys_cells_energy(c);
        hys_cells_free(c);
    }
    /* of 400 cells, and of the 64 a point that the law was made of, of which twenty points are passed: a step's mean is
     * off by 0.2/sqrt(1280), of which 0.42 S/S x 9 uS come through; and what bends with the spread */
    const double error = hypot(sd[1] / sqrt(N), 0.2 / sqrt(1280) * 0.42 * 9e-6);
    assert_within(mean[0], mean[1], 4 * error + 4e-8);
    /* one spread stands for steps up and down, of which only the former have one: 0.2 becomes less */
    assert_true(sd[0] > 0.5 * sd[1] && sd[0] < 1.2 * sd[1]);
    assert_near(energy[0], energy[1], 0.03);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* ---- write-verify ---- */

static void test_write_verify_reaches_its_targets(void **state) {
    (void)state;
    enum { N = 64 };
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_opts o = hys_synapse_opts_default();
    o.cell.memory = "vteam";
    hys_synapse *s = synapse_of(ctx, &o);
    const hys_synapse_law *l = hys_synapse_get_law(s);
    for (int kind = 0; kind < 2; kind++) {
        hys_cells *c = cells_of(s, ctx, N, kind ? HYS_CELLS_KERNEL : HYS_CELLS_DISTILLED);
        const double range = l->g_max - l->g_min;
        double targets[N], g[N], sum = 0;
        hys_cells_report r = {.size = sizeof r};
        for (size_t k = 0; k < N; k++) targets[k] = k == 3 ? NAN : l->g_min + range * (0.02 + 0.96 * uniform(k));
        assert_int_equal(hys_cells_program(c, targets, &r), HYS_OK);
        assert_int_equal(hys_cells_read(c, g), HYS_OK);
        assert_true(r.n_failed <= (kind ? 0 : 4) && r.pulses > 1 && r.energy > 0 && r.time > 0);
        for (size_t k = 0; k < N; k++) {
            if (k == 3) continue;
            assert_within(g[k], targets[k], (kind ? 0.01001 : 0.05) * range);
            sum += (g[k] - targets[k]) * (g[k] - targets[k]);
        }
        assert_within(g[3], l->g_min, 1e-2 * range);
        assert_near(r.rms, sqrt(sum / (N - 1)), 1e-6);
        hys_cells_free(c);
    }
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* ---- tables ---- */

static hys_synapse_law noisy_law(void) {
    hys_synapse_law law = hys_synapse_law_ideal();
    law.device_sd = 0.3;
    law.stuck_on = 0.02;
    law.stuck_off = 0.05;
    law.has_retention = true;
    for (size_t k = 0; k < HYS_SYNAPSE_POINTS; k++) {
        law.up_sd[k] = law.down_sd[k] = 0.005;
        law.program_sd[k] = 0.01;
        for (size_t t = 0; t < 16; t++) {
            law.retention_mean[t][k] = -0.01 * (double)t;
            law.retention_sd[t][k] = 0.002;
        }
    }
    return law;
}

static void test_the_perfect_cell_counts(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_synapse_law law = hys_synapse_law_ideal();
    hys_synapse *s = NULL;
    assert_int_equal(hys_synapse_of_law(ctx, &law, &s), HYS_OK);
    hys_cells *c = cells_of(s, ctx, 3, HYS_CELLS_DISTILLED);
    const int32_t up[] = {32, 64, 0}, down[] = {-16, 0, -5};
    const double v[] = {1, 0, 0}, other[] = {0.5, 0, 0}, targets[] = {50e-6, 20e-6, NAN};
    double g[3];
    assert_int_equal(hys_cells_pulse(c, up), HYS_OK);
    assert_int_equal(hys_cells_pulse(c, down), HYS_OK);
    assert_int_equal(hys_cells_drive(c, v, 1e-7), HYS_OK);
    assert_int_equal(hys_cells_read(c, g), HYS_OK);
    assert_near(g[0], 1e-6 + 99e-6 * 17 / 64, 1e-6);
    assert_near(g[1], 100e-6, 1e-6);
    assert_near(g[2], 1e-6, 1e-6);
    assert_int_equal(hys_cells_drive(c, other, 1e-7), HYS_ARG);
    assert_int_equal(hys_cells_program(c, targets, NULL), HYS_OK);
    assert_int_equal(hys_cells_read(c, g), HYS_OK);
    assert_near(g[0], 50e-6, 1e-6);
    assert_near(g[2], 1e-6, 1e-6);
    hys_cells_free(c);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* Means and standard deviations of steps, factors and stuck cells; 20000 of them. */
static void test_draws_are_those_of_the_law(void **state) {
    (void)state;
    enum { N = 20000 };
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_law law = noisy_law();
    hys_synapse *s = NULL;
    assert_int_equal(hys_synapse_of_law(ctx, &law, &s), HYS_OK);
    hys_cells *c = cells_of(s, ctx, N, HYS_CELLS_DISTILLED);
    int32_t *counts = calloc(N, sizeof *counts);
    double *g = calloc(N, sizeof *g), sum = 0, square = 0;
    size_t n = 0, on = 0, off = 0;
    for (size_t k = 0; k < N; k++) counts[k] = 16;
    assert_int_equal(hys_cells_pulse(c, counts), HYS_OK);
    assert_int_equal(hys_cells_read(c, g), HYS_OK);
    for (size_t k = 0; k < N; k++) {
        const double x = (g[k] - 1e-6) / 99e-6;
        on += x > 0.999999;
        off += x < 1e-6;
        if (x > 0.999999 || x < 1e-6) continue;
        sum += x;
        square += x * x;
        n++;
    }
    const double mean = sum / (double)n, sd = sqrt(square / (double)n - mean * mean);
    /* x = f (16/64 + 0.005 sqrt 16 z), f of mean 1 and sd 0.3 */
    const double want = sqrt(0.25 * 0.25 * 0.09 + 1.09 * 16 * 0.005 * 0.005);
    assert_within(mean, 0.25, 4 * want / sqrt(N));
    assert_near(sd, want, 0.03);
    assert_near((double)on, 0.02 * N, 0.2); /* 400: 4 standard errors */
    assert_near((double)off, 0.05 * N, 0.13);
    assert_int_equal(hys_cells_wait(c, 1e-6 * exp(log(3.15576e8 / 1e-6) * 8 / 15), 0), HYS_OK);
    double *later = calloc(N, sizeof *later), factor = 0;
    assert_int_equal(hys_cells_read(c, later), HYS_OK);
    for (size_t k = 0; k < N; k++) factor += later[k] / g[k] - 1;
    assert_within(factor / N, -0.08 * 0.93, 1e-3); /* stuck ones stay */
    assert_int_equal(hys_cells_wait(c, 1, 77), HYS_ARG);
    free(counts);
    free(g);
    free(later);
    hys_cells_free(c);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* ---- the same bits ---- */

static void run_tables(hys_ctx *ctx, double *g, size_t n, size_t batches) {
    const hys_synapse_law law = noisy_law();
    hys_synapse *s = NULL;
    assert_int_equal(hys_synapse_of_law(ctx, &law, &s), HYS_OK);
    hys_cells *c = cells_of(s, ctx, n, HYS_CELLS_DISTILLED);
    int32_t *counts = calloc(n, sizeof *counts);
    for (size_t b = 0; b < batches; b++) {
        for (size_t k = 0; k < n; k++) counts[k] = k % batches == b ? (int32_t)(k % 31) - 7 : 0;
        assert_int_equal(hys_cells_pulse(c, counts), HYS_OK);
    }
    assert_int_equal(hys_cells_read(c, g), HYS_OK);
    free(counts);
    hys_cells_free(c);
    hys_synapse_free(s);
}

static void run_kernels(hys_ctx *ctx, const char *model, double *g, size_t n) {
    hys_synapse_opts o = opts_of(model);
    hys_synapse *s = synapse_of(ctx, &o);
    hys_cells *c = cells_of(s, ctx, n, HYS_CELLS_KERNEL);
    int32_t *counts = calloc(n, sizeof *counts);
    for (size_t k = 0; k < n; k++) counts[k] = (int32_t)(k % 7);
    assert_int_equal(hys_cells_pulse(c, counts), HYS_OK);
    assert_int_equal(hys_cells_read(c, g), HYS_OK);
    free(counts);
    hys_cells_free(c);
    hys_synapse_free(s);
}

static void test_threads_and_batches_change_no_bit(void **state) {
    (void)state;
    enum { N = 20000, M = 1100 };
    double *g[3], *h[2];
    for (int k = 0; k < 3; k++) {
        hys_ctx_opts o = hys_ctx_opts_default();
        hys_ctx *ctx = NULL;
        o.n_threads = k == 1 ? 2 : 1;
        assert_int_equal(hys_ctx_new(&o, &ctx), HYS_OK);
        g[k] = calloc(N, sizeof *g[k]);
        run_tables(ctx, g[k], N, k == 2 ? 5 : 1);
        if (k < 2) run_kernels(ctx, MODEL, h[k] = calloc(M, sizeof *h[k]), M);
        hys_ctx_free(ctx);
    }
    assert_memory_equal(g[0], g[1], N * sizeof *g[0]);
    assert_memory_equal(g[0], g[2], N * sizeof *g[0]);
    assert_memory_equal(h[0], h[1], M * sizeof *h[0]);
    for (int k = 0; k < 3; k++) free(g[k]);
    for (int k = 0; k < 2; k++) free(h[k]);
}

/* ---- memory ---- */

static hys_status job(hys_ctx *ctx, void *arg) {
    const hys_synapse_law law = noisy_law();
    const int32_t counts[] = {3, -2, 5};
    const double targets[] = {2e-6, 3e-6, 50e-6};
    double g[3];
    hys_synapse *s = NULL;
    hys_cells *c = NULL;
    hys_table *t = NULL;
    (void)arg;
    hys_status status = hys_synapse_of_law(ctx, &law, &s);
    if (status == HYS_OK) status = hys_synapse_table(s, &t);
    if (status == HYS_OK) status = hys_cells_new(s, 3, HYS_CELLS_DISTILLED, 1, &c);
    if (status == HYS_OK) status = hys_cells_pulse(c, counts);
    if (status == HYS_OK) status = hys_cells_wait(c, 1, 0);
    if (status == HYS_OK) status = hys_cells_program(c, targets, NULL);
    if (status == HYS_OK) status = hys_cells_read(c, g);
    hys_table_free(t);
    hys_cells_free(c);
    hys_synapse_free(s);
    return status;
}

static void test_memory_that_runs_out_is_told(void **state) {
    (void)state;
    hys_test_each_failure(job, NULL, false);
    hys_test_each_failure(job, NULL, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernels_do_what_an_array_of_the_device_does),
        cmocka_unit_test(test_tables_agree_with_kernels_after_twenty_pulses),
        cmocka_unit_test(test_write_verify_reaches_its_targets),
        cmocka_unit_test(test_the_perfect_cell_counts),
        cmocka_unit_test(test_draws_are_those_of_the_law),
        cmocka_unit_test(test_threads_and_batches_change_no_bit),
        cmocka_unit_test(test_memory_that_runs_out_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
