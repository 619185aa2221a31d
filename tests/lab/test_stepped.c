/* Modules that integrate by hand, run as written; and random draws. */
#include "base/random.h"
#include "hys_test.h"
#include "lab/bench_rig.h"

#define TWO_PI 6.283185307179586

/* x' = k v (1 - x), x(0) = 0: 1 - x = exp(-k phi). */
static double exact_x(double t) {
    return 1 - exp(-(1 - cos(TWO_PI * t)) / TWO_PI);
}

static double worst_error(rig *r) {
    const double *x = rig_column(r, "x");
    double worst = 0;
    for (size_t k = 0; k < r->n; k++) worst = fmax(worst, fabs(x[k] - exact_x(r->t[k])));
    return worst;
}

static void hand_written_euler_converges_with_its_step(void **state) {
    (void)state;
    static const char *const steps[] = {"1ms", "0.5ms", "0.25ms"};
    rig r = rig_new(&kernel_euler);
    double error[3];
    r.opts.wave = "sine:1V,1Hz";
    r.opts.points = 250;
    r.opts.cycles = 1;
    r.opts.rtol = 0.1; /* steps of max_step, none shorter */
    for (int k = 0; k < 3; k++) {
        r.opts.max_step = steps[k];
        rig_run(&r, HYS_OK);
        error[k] = worst_error(&r);
        const hys_run_stats *stats = hys_run_statistics(r.run);
        assert_string_equal(stats->mode, "as-written");
        assert_true(stats->max_residual <= 1);
        assert_true(stats->step_error > error[k] && stats->step_error < 30 * error[k]);
    }
    assert_near(error[0] / error[1], 2, 0.02); /* the next order is h */
    assert_near(error[1] / error[2], 2, 0.02);
    rig_free(&r);
}

static void steps_shorten_where_a_rate_changes_fast(void **state) {
    (void)state;
    rig r = rig_new(&kernel_euler);
    static const char *const fast[] = {"k=300"};
    r.opts.set = fast;
    r.opts.n_set = 1;
    r.opts.wave = "sine:1V,1Hz";
    r.opts.cycles = 1;
    r.opts.points = 20;
    rig_run(&r, HYS_OK);
    const double *x = rig_column(&r, "x");
    /* 1 - x falls as exp(-300 phi) within a tenth of the period; stops at outputs alone would give
     * x = 0 + 300 sin(..)/20 > 1. */
    for (size_t k = 0; k < r.n / 2; k++) assert_within(x[k], 1 - exp(-300 * (1 - cos(TWO_PI * r.t[k])) / TWO_PI), 1e-2);
    assert_true(hys_run_statistics(r.run)->n_steps > 200);
    rig_free(&r);
}

/* Draws of a tighter tolerance must not change how often a file steps: its own dt does. */
static void a_file_with_its_own_dt_steps_by_it(void **state) {
    (void)state;
    rig r = rig_new(&kernel_own_dt);
    static const char *const set[] = {"dt=1ms"};
    r.opts.set = set;
    r.opts.n_set = 1;
    r.opts.wave = "sine:1V,1Hz";
    r.opts.cycles = 1;
    r.opts.points = 30; /* not a divisor of 1000 steps */
    rig_run(&r, HYS_OK);
    assert_int_equal(hys_run_statistics(r.run)->n_steps, 1000);
    assert_string_equal(hys_run_remark(r.run, 0), "steps of 0.001 s, as the file integrates by itself");
    /* The recurrence itself. */
    double x = 0;
    const double *got = rig_column(&r, "x");
    for (int k = 1; k <= 1000; k++) {
        x += sin(TWO_PI * k * 1e-3) * (1 - x) * 1e-3;
        if (k % 100 == 0) assert_near(got[3 * k / 100], x, 1e-9);
    }
    r.opts.max_step = "0.5ms"; /* the user's word goes before the file's */
    rig_run(&r, HYS_OK);
    assert_int_equal(hys_run_statistics(r.run)->n_steps, 2000);
    rig_free(&r);
}

static void sections_do_not_break_the_grid_of_such_a_file(void **state) {
    (void)state;
    rig r = rig_new(&kernel_own_dt);
    static const char *const set[] = {"dt=7ms"}; /* does not divide a quarter of the period */
    r.opts.set = set;
    r.opts.n_set = 1;
    r.opts.wave = "triangle:1V,1Hz";
    r.opts.cycles = 2;
    r.opts.points = 10;
    rig_run(&r, HYS_OK);
    assert_int_equal(r.n, 21);
    assert_int_equal(hys_run_statistics(r.run)->n_steps, 286); /* 2 s / 7 ms, rounded up */
    for (size_t k = 0; k < r.n; k++) assert_near(r.t[k] + 1, (double)k / 10 + 1, 1e-12);
    rig_free(&r);
}

static void relays_as_written_fire_at_the_same_times(void **state) {
    (void)state;
    hys_kernel stepped = kernel_relay;
    stepped.flags |= HYS_K_STEPPED | HYS_K_USES_TIME;
    rig r = rig_new(&stepped);
    r.opts.wave = "triangle:1V,1Hz";
    r.opts.points = 37;
    rig_run(&r, HYS_OK);
    const double *on = rig_column(&r, "on"), *at = rig_column(&r, "t_last"), *count = rig_column(&r, "count");
    assert_true(count[r.n - 1] == 4);
    for (size_t k = 0; k < r.n; k++) {
        double phase = r.t[k] - floor(r.t[k]), cycle = floor(r.t[k]);
        bool is_on = phase > 0.175 && phase < 0.45;
        assert_true(on[k] == is_on);
        if (is_on) assert_within(at[k], cycle + 0.175, 1e-10);
        if (phase > 0.45) assert_within(at[k], cycle + 0.45, 1e-10);
    }
    rig_free(&r);
}

static void as_written_the_limiter_holds_too(void **state) {
    (void)state;
    rig r = rig_new(&kernel_euler);
    r.opts.wave = "sine:1V,1Hz";
    r.opts.compliance = "0.6mA,0.2mA";
    r.opts.points = 400;
    rig_run(&r, HYS_OK);
    const double *vs = rig_column(&r, "vs");
    size_t n_held = 0;
    for (size_t k = 0; k < r.n; k++) {
        assert_true(r.i[k] <= 0.6e-3 * (1 + 1e-8) && r.i[k] >= -0.2e-3 * (1 + 1e-8));
        bool held = r.i[k] == 0.6e-3 || r.i[k] == -0.2e-3;
        n_held += held;
        if (!held) assert_within(r.v[k], vs[k], 1e-12);
        assert_true(fabs(r.v[k]) <= fabs(vs[k]) + 1e-12);
    }
    assert_true(n_held > 100);
    rig_free(&r);
}

/* ---- draws ---- */

static uint64_t key_of(const char *name, uint64_t seed) {
    uint64_t key[2] = {seed, hys__name_hash(name)}, ctr[2] = {0, 0}, out[2];
    hys__threefry2x64(key, ctr, out);
    return out[0];
}

static void draws_depend_on_seed_name_and_interval_only(void **state) {
    (void)state;
    static const struct {
        double rtol;
        int32_t points;
        const char *wave;
    } ways[] = {{1e-6, 50, "sine:1V,1Hz"},
                {1e-10, 50, "sine:1V,1Hz"},
                {1e-6, 100, "sine:1V,1Hz"},
                {1e-6, 50, "triangle:1V,1Hz"}};
    uint64_t key = key_of("cell7", 42);
    for (size_t w = 0; w < 4; w++) {
        rig r = rig_new(&kernel_noisy);
        r.opts.wave = ways[w].wave;
        r.opts.rtol = ways[w].rtol;
        r.opts.points = ways[w].points;
        r.opts.noise_step = "20ms";
        r.opts.seed = 42;
        r.opts.has_seed = true;
        r.opts.instance = "cell7";
        rig_run(&r, HYS_OK);
        for (size_t k = 1; k < r.n; k++) {
            if (fabs(r.v[k]) < 1e-3) continue;
            /* A row at the end of an interval shows the draw of that interval. */
            uint64_t interval = (uint64_t)ceil(r.t[k] / 0.02 - 1e-9) - 1;
            uint64_t keys[2] = {key, interval}, ctr[2] = {0, 0};
            assert_near(r.i[k] / r.v[k], 1e-3 * (1 + 0.1 * hys__normal(keys, ctr)), 1e-9);
        }
        rig_free(&r);
    }
}

static void draws_have_the_asked_mean_and_variance(void **state) {
    (void)state;
    rig r = rig_new(&kernel_noisy);
    r.opts.wave = "square:1V,1Hz";
    r.opts.points = 2000;
    r.opts.cycles = 5;
    rig_run(&r, HYS_OK);
    double sum = 0, squares = 0, n = 0;
    for (size_t k = 1; k < r.n; k++) {
        if (fabs(r.v[k]) < 0.999) continue;
        double z = (r.i[k] / r.v[k] - 1e-3) / 1e-4;
        sum += z, squares += z * z, n++;
    }
    assert_true(n > 9900);
    assert_within(sum / n, 0, 4 / sqrt(n)); /* four standard errors */
    assert_within(squares / n, 1, 4 * sqrt(2 / n));
    /* One step or a few an interval: draws do not drive the step to nothing. */
    assert_true(hys_run_statistics(r.run)->n_steps < 40 * 10000);
    rig_free(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hand_written_euler_converges_with_its_step),
        cmocka_unit_test(steps_shorten_where_a_rate_changes_fast),
        cmocka_unit_test(a_file_with_its_own_dt_steps_by_it),
        cmocka_unit_test(sections_do_not_break_the_grid_of_such_a_file),
        cmocka_unit_test(relays_as_written_fire_at_the_same_times),
        cmocka_unit_test(as_written_the_limiter_holds_too),
        cmocka_unit_test(draws_depend_on_seed_name_and_interval_only),
        cmocka_unit_test(draws_have_the_asked_mean_and_variance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
