/* Random draws and spread of compiled files: the same device alone and as any instance of a batch, whatever the size,
 * the kernel's variant and the tolerance. */
#include "device/params.h"
#include "hys_test.h"
#include <hysteron/array_device.h>
#include <hysteron/lab.h>

static const char text[] = "module walk(p, n);\n"
                           "inout p, n;\nelectrical p, n;\n"
                           "parameter real g = 1m from (0:inf);\n"
                           "parameter real v_on = 1 from (0:inf);\n"
                           "real x;\ninteger seed = 5;\n"
                           "analog begin\n"
                           "  @(initial_step) x = 0;\n"
                           "  x = x + 0.1*$rdist_normal(seed, 0, 1);\n"
                           "  I(p, n) <+ g*V(p, n)*(2 + 0.5*$rdist_uniform(seed, -1, 1)) + 1u*$rdist_poisson(seed, 4)\n"
                           "           + 1u*$rdist_exponential(seed, 2) + 1u*x + 0*v_on;\n"
                           "end\nendmodule\n";

typedef struct rig {
    char *dir;
    hys_ctx *ctx;
    hys_model *model;
} rig;

static rig rig_new(void) {
    rig r = {.dir = hys_test_dir(), .ctx = hys_test_ctx()};
    const char *path = hys_test_path(r.dir, "walk.va");
    hys_test_write(path, text, sizeof text - 1);
    if (hys_model_load(r.ctx, path, NULL, &r.model) != HYS_OK) fail_msg("%s", hys_test_diag_text(r.ctx, 0));
    return r;
}

static void rig_free(rig *r) {
    hys_model_free(r->model);
    hys_ctx_free(r->ctx);
    hys_test_dir_remove(r->dir);
}

#define INTERVALS 40
#define MOST      100

static const char *const *names_of(size_t n) {
    static char names[MOST][16];
    static const char *list[MOST];
    for (size_t i = 0; i < n; i++) {
        snprintf(names[i], sizeof names[i], "array.x%zu", i);
        list[i] = names[i];
    }
    return list;
}

static hys__batch *batch_of(rig *r, size_t n, bool own, const char *const *names, uint64_t seed) {
    hys__batch *batch;
    const hys__batch_opts opts = {.n = n, .own_params = own, .temp = 300.15, .seed = seed};
    assert_int_equal(hys__batch_new(r->ctx, r->model, &opts, &batch), HYS_OK);
    for (size_t i = 0; i < n; i++) hys__batch_name(batch, i, names[i], seed);
    for (size_t i = 0; i < n; i++) batch->x[0][i] = 0.3;
    batch->kernel->init(&batch->env, &batch->in, &batch->out);
    hys__batch_commit(batch);
    return batch;
}

/* The current of each interval after a random walk of a step an interval. */
static void run(hys__batch *batch, double *into, size_t stride) {
    for (size_t k = 0; k < INTERVALS; k++) {
        batch->env.interval = k;
        batch->kernel->accept(&batch->env, &batch->in, &batch->out);
        hys__batch_commit(batch);
        batch->kernel->eval_f(&batch->env, &batch->in, &batch->out);
        for (size_t i = 0; i < batch->n; i++) into[k * stride + i] = batch->f[0][i];
    }
}

static void an_instance_draws_as_it_does_alone(void **state) {
    (void)state;
    static const size_t sizes[] = {2, 7, 8, 9, 33, MOST};
    static double all[INTERVALS * MOST], one[INTERVALS];
    rig r = rig_new();
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int own = 0; own < 2; own++) {
            const char *const *names = names_of(sizes[s]);
            hys__batch *many = batch_of(&r, sizes[s], own, names, 42);
            run(many, all, MOST);
            for (size_t i = 0; i<sizes[s]; i += sizes[s]> 9 ? 11 : 1) {
                hys__batch *alone = batch_of(&r, 1, false, names + i, 42);
                run(alone, one, 1);
                for (size_t k = 0; k < INTERVALS; k++) assert_same_double(all[k * MOST + i], one[k]);
                hys__batch_free(alone);
            }
            for (size_t k = 0; k < INTERVALS; k++) assert_true(all[k * MOST] != all[k * MOST + 1]);
            hys__batch_free(many);
        }
    rig_free(&r);
}

static void another_seed_or_name_draws_otherwise(void **state) {
    (void)state;
    static double a[INTERVALS], b[INTERVALS];
    static const char *const x = "x", *const y = "y";
    rig r = rig_new();
    const struct {
        const char *const *name;
        uint64_t seed;
    } ways[] = {{&x, 1}, {&x, 2}, {&y, 1}};
    for (int w = 0; w < 3; w++) {
        hys__batch *batch = batch_of(&r, 1, false, ways[w].name, ways[w].seed);
        run(batch, w ? b : a, 1);
        hys__batch_free(batch);
        if (w == 0) continue;
        for (size_t k = 0; k < INTERVALS; k++) assert_true(a[k] != b[k]);
    }
    rig_free(&r);
}

/* Device to device and cycle to cycle: a batch against each of its devices alone. */
static void spread_in_a_batch_is_that_of_its_devices(void **state) {
    (void)state;
    static const char *const spread[] = {"g=d2d lognormal 0.3", "v_on=c2c normal 0.1"};
    const size_t n = 20;
    rig r = rig_new();
    const char *const *names = names_of(n);
    hys__batch *many = batch_of(&r, n, true, names, 7);
    hys__settings settings = {.spread = spread, .n_spread = 2, .names = names, .seed = 7};
    hys__params *params;
    assert_int_equal(hys__params_new(many, &settings, &params), HYS_OK);
    for (size_t i = 0; i < n; i++) {
        hys__params *own;
        hys__batch *alone = batch_of(&r, 1, false, names + i, 7);
        settings.names = names + i;
        assert_int_equal(hys__params_new(alone, &settings, &own), HYS_OK);
        for (uint64_t cycle = 0; cycle < 5; cycle++) {
            double g = many->p[0][i];
            assert_true(hys__params_cycle(params, i, cycle) && hys__params_cycle(own, 0, cycle));
            assert_same_double(many->p[0][i], g); /* a device keeps what it was made with */
            assert_same_double(many->p[0][i], alone->p[0][0]);
            assert_same_double(many->p[1][i], alone->p[1][0]);
        }
        assert_true(i == 0 || (many->p[0][i] != many->p[0][0] && many->p[1][i] != many->p[1][0]));
        hys__params_free(own);
        hys__batch_free(alone);
    }
    hys__params_free(params);
    hys__batch_free(many);
    rig_free(&r);
}

/* Without the walk, which counts steps, a current is exact but for its draws: every tolerance sees the same ones. */
static const char noisy[] = "module noisy(p, n);\ninout p, n;\nelectrical p, n;\ninteger seed = 3;\n"
                            "analog I(p, n) <+ 1m*V(p, n)*(1 + 0.1*$rdist_normal(seed, 0, 1));\nendmodule\n";

static void a_tighter_tolerance_sees_the_same_draws(void **state) {
    (void)state;
    static const double rtols[] = {1e-4, 1e-6, 1e-9};
    static double first[1001];
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "noisy.va");
    hys_test_write(path, noisy, sizeof noisy - 1);
    for (int k = 0; k < 3; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_model *model;
        hys_run *of;
        hys_bench_opts opts = hys_bench_opts_default();
        opts.wave = "sine:1V,1kHz";
        opts.cycles = 1;
        opts.points = 100;
        opts.rtol = rtols[k];
        opts.noise_step = "50us";
        assert_int_equal(hys_model_load(ctx, path, NULL, &model), HYS_OK);
        assert_int_equal(hys_iv(ctx, model, &opts, &of), HYS_OK);
        const hys_table *table = hys_run_table(of);
        const double *i = hys_table_column(table, "i");
        for (size_t row = 0; row < hys_table_n_rows(table) && row < 1001; row++)
            if (k == 0) first[row] = i[row];
            else assert_within(i[row], first[row], 1e-3 * 1e-4); /* the loosest tolerance of 1 mA */
        assert_true(hys_run_statistics(of)->n_steps < 4000);
        hys_run_free(of);
        hys_model_free(model);
        hys_ctx_free(ctx);
    }
    hys_test_dir_remove(dir);
}

/* ---- thermal angles ---- */

/* Boltzmann: the mean square of the angle is 1/Delta, whatever the damping; 0.05 here.  100 000 intervals of draws,
 * more than restarts would pay for: implicit Euler damps the precession and finds 0.6/Delta.  The angle forgets in 0.15
 * ns: 325 values that tell, 5.5 % from their mean. */
static void a_magnet_in_many_draws_has_boltzmanns_angles(void **state) {
    static const char *const set[] = {"stochastic=1", "alpha=0.05", "dt_noise=1p"};
    const double field = 1.5 - 4e-7 * 3.14159265358979 * 1e6 * (0.9318 - 0.0341); /* T */
    const double delta = 1e6 * 1.9634954e-15 * 1.2e-9 * field / (2 * 1.380649e-23 * 300.15);
    hys_ctx *ctx = hys_test_ctx();
    hys_model *model;
    hys_run *of;
    hys_bench_opts opts = hys_bench_opts_default();
    hys_model_opts load = hys_model_opts_default();
    double sum = 0;
    (void)state;
    load.set = set;
    load.n_set = 3;
    opts.wave = "sine:1uV,10MHz";
    opts.cycles = 1;
    opts.points = 2000;
    opts.set = set;
    opts.n_set = 3;
    if (hys_model_load(ctx, "mtj_sot", &load, &model) != HYS_OK || hys_iv(ctx, model, &opts, &of) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    const double *x = hys_table_column(hys_run_table(of), "m_x"), *y = hys_table_column(hys_run_table(of), "m_y");
    for (size_t row = 101; row <= 2000; row++) sum += x[row] * x[row] + y[row] * y[row];
    assert_within(sum / 1900 * delta, 1, 0.2);
    hys_run_free(of);
    hys_model_free(model);
    hys_ctx_free(ctx);
}

/* 1/Delta is 0.01372: theta0 of models/spin/reproduce.csv.  A crossbar's steps are much shorter than the 5 ps for which
 * a draw is held.  256 squares of normal numbers: their mean is 9 % from 1/(2 Delta). */
static void magnets_in_a_crossbar_have_boltzmanns_angles(void **state) {
    static const char *const set[] = {"stochastic=1", "alpha=0.3", "dt_noise=5p"};
    const double times[] = {0, 0.4e-9}, words[32] = {0};
    const hys_array_drive drive = {.size = sizeof drive, .n_corners = 2, .times = times, .words = words};
    double x[128], y[128], sum = 0;
    hys_ctx *ctx = hys_test_ctx();
    hys_array *array = NULL;
    hys_array_opts o = hys_array_opts_default();
    hys_cell_opts c = hys_cell_opts_default();
    (void)state;
    o.rows = 16;
    o.columns = 8;
    c.memory = "mtj_stt";
    c.memory_set = set;
    c.n_memory_set = 3;
    if (hys_array_new(ctx, &o, &array) != HYS_OK || hys_array_set_device(array, &c) != HYS_OK ||
        hys_array_run(array, &drive, NULL, NULL) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    assert_int_equal(hys_array_get_state(array, "m_x", x), HYS_OK);
    assert_int_equal(hys_array_get_state(array, "m_y", y), HYS_OK);
    for (size_t k = 0; k < 128; k++) sum += x[k] * x[k] + y[k] * y[k];
    assert_within(sum / 128 / 0.01372, 1, 0.3);
    hys_array_free(array);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instance_draws_as_it_does_alone),
        cmocka_unit_test(another_seed_or_name_draws_otherwise),
        cmocka_unit_test(spread_in_a_batch_is_that_of_its_devices),
        cmocka_unit_test(a_tighter_tolerance_sees_the_same_draws),
        cmocka_unit_test(a_magnet_in_many_draws_has_boltzmanns_angles),
        cmocka_unit_test(magnets_in_a_crossbar_have_boltzmanns_angles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
