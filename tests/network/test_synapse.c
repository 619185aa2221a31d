/* Synapses: laws that are distilled from models whose answers are known in closed form, from data that were made from
 * known steps, and from files. */
#include "network/synapse_models.h"

/* ---- closed forms ---- */

static void test_linear_steps_come_out_as_they_are(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_synapse_opts o = opts_of(MODEL);
    hys_synapse *s = synapse_of(ctx, &o);
    const hys_synapse_law *l = hys_synapse_get_law(s);
    assert_near(l->g_min, 1e-6, 1e-3);
    assert_near(l->g_max, 10e-6, 1e-3);
    for (size_t k = 0; k < HYS_SYNAPSE_POINTS; k++) { /* 1 % of a step: of the edges' corner at the threshold */
        assert_within(l->up_mean[k], 0.02, 2e-4);
        assert_within(l->down_mean[k], -0.025, 2.5e-4);
        assert_true(l->up_sd[k] == 0 && l->down_sd[k] == 0);
        /* V^2 G over the width; edges of a hundredth hold a third of it each */
        const double g = 1e-6 + 9e-6 * ((double)k / 32 + (k < 32 ? 0.01 : 0));
        assert_near(l->energy_up[k], g * 1e-7 * (1 - 0.01 / 3), 5e-3);
        for (size_t v = 0; v < 9; v++) assert_within(l->shape[k][v], 1, 1e-6);
    }
    assert_within(l->nonlinearity_up, 0, 0.1);
    assert_within(l->nonlinearity_down, 0, 0.1);
    assert_within(l->asymmetry, 0.005 / 0.045, 0.01);
    assert_true(l->device_sd == 0 && !l->has_retention && l->is_kernel);
    assert_within(l->read_disturb, 0, 1e-9);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

static void test_pulses_of_a_device_are_found(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_opts o = hys_synapse_opts_default();
    o.cell.memory = MODEL;
    hys_synapse *s = synapse_of(ctx, &o);
    const hys_synapse_law *l = hys_synapse_get_law(s);
    assert_true(l->up.voltage > 0.5 && l->down.voltage < -0.5 && l->read.voltage > 0 && l->read.voltage < 0.5);
    /* 64 steps of 1/64: 5 us and 4 us of a pulse beyond the threshold; the search ends within 6 % */
    assert_near(l->up_mean[16], 1.0 / 64, 0.08);
    assert_near(-l->down_mean[16], 1.0 / 64, 0.08);
    assert_near(l->g_max / l->g_min, 10, 1e-2);
    assert_true(hys_synapse_n_remarks(s) >= 3);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

static void test_exponential_steps_have_neurosims_label(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_opts o = opts_of(MODEL);
    static char up[64], down[64];
    snprintf(up, sizeof up, "k_up=%.12g", 1 / (A_UP * STEPS * 1e-7));
    snprintf(down, sizeof down, "k_down=%.12g", 1 / (A_DOWN * STEPS * 1e-7));
    const char *const set[] = {up, down, "a_up=0.499181", "a_down=0.200303"};
    o.cell.memory_set = set;
    o.cell.n_memory_set = 4;
    hys_synapse *s = synapse_of(ctx, &o);
    const hys_synapse_law *l = hys_synapse_get_law(s);
    assert_within(l->nonlinearity_up, NL_UP, 0.05); /* 64 steps and tables of 33 points stand for a curve */
    assert_within(l->nonlinearity_down, NL_DOWN, 0.1);
    const double b = 1 / (1 - exp(-1 / A_UP)), part = 1 - exp(-1 / (A_UP * STEPS));
    for (size_t k = 0; k < 31; k++) assert_near(l->up_mean[k], (b - (double)k / 32) * part, 0.01);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

static double rms_of(const double *table, size_t from, size_t to) {
    double sum = 0;
    for (size_t k = from; k < to; k++) sum += table[k] * table[k];
    return sqrt(sum / (double)(to - from));
}

static void test_spread_is_found_within_its_standard_error(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_opts o = opts_of(MODEL);
    static const char *const cycles[] = {"k_up=c2c normal 0.1"}, *const devices[] = {"k_up=normal 0.2"};
    o.cell.spread = cycles;
    o.cell.n_spread = 1;
    hys_synapse *s = synapse_of(ctx, &o);
    const hys_synapse_law *l = hys_synapse_get_law(s);
    /* 64 cells, 3 degrees of freedom each, 31 points: 1 % */
    assert_near(rms_of(l->up_sd, 0, 31), 0.1 * 0.02, 0.04);
    assert_within(rms_of(l->down_sd, 1, 32), 0, 1e-4);
    hys_synapse_free(s);
    o.cell.spread = devices;
    s = synapse_of(ctx, &o);
    l = hys_synapse_get_law(s);
    assert_within(rms_of(l->up_sd, 0, 31), 0, 1e-4);
    /* steps up differ by 0.2, steps down not at all: over both, weighted by their squares; 63 x 31 degrees of freedom:
     * 1.6 % */
    assert_near(l->device_sd, 0.2 * 0.02 / hypot(0.02, 0.025), 0.1);
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* dx/dt = -x/tau: all of a window forgets alike, and at x = 0 there is nothing to forget. */
static void test_retention_is_the_exponential_that_it_is(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_opts o = opts_of(MODEL);
    static const char *const set[] = {"tau=1e5"};
    o.cell.memory_set = set;
    o.cell.n_memory_set = 1;
    hys_synapse *s = synapse_of(ctx, &o);
    const hys_synapse_law *l = hys_synapse_get_law(s);
    assert_true(l->has_retention);
    for (size_t t = 0; t < 16; t++)
        for (size_t k = 0; k < HYS_SYNAPSE_POINTS; k += 8) {
            const double x = (double)k / 32, left = exp(-l->times[t] / 1e5);
            assert_within(l->retention_mean[t][k], 9 * x * (left - 1) / (1 + 9 * x), 4e-3);
        }
    hys_synapse_free(s);
    hys_ctx_free(ctx);
}

/* ---- what is none ---- */

static void test_what_forgets_or_never_learns_is_refused(void **state) {
    (void)state;
    static const char *const names[] = {"nbo2", "selector_exponential", "diffusive_ag"};
    static const char *const words[] = {"nbo2 forgets: of a change of", "selector_exponential has no memory",
                                        "diffusive_ag forgets: of a change of"};
    for (size_t k = 0; k < 3; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_synapse_opts o = hys_synapse_opts_default();
        hys_synapse *s = NULL;
        o.cell.memory = names[k];
        assert_int_equal(hys_synapse_new(ctx, &o, &s), HYS_ARG);
        if (!strstr(hys_test_diag_text(ctx, 0), words[k])) fail_msg("%s", hys_test_diag_text(ctx, 0));
        assert_int_equal(hys_diag_count(ctx), 1);
        hys_ctx_free(ctx);
    }
}

static int stop(void *user, double done) {
    return ++*(int *)user > 2 && done >= 0;
}

static void test_distilling_can_be_stopped(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_synapse_opts o = hys_synapse_opts_default();
    hys_synapse *s = NULL;
    int calls = 0;
    o.cell.memory = "vteam";
    o.progress = stop;
    o.progress_user = &calls;
    assert_int_equal(hys_synapse_new(ctx, &o, &s), HYS_CANCEL);
    assert_int_equal(calls, 3);
    assert_int_equal(hys_diag_count(ctx), 0);
    hys_ctx_free(ctx);
}

/* ---- files ---- */

static void test_a_law_is_read_as_it_is_written(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir();
    hys_synapse_law law = hys_synapse_law_ideal(), back;
    law.name = "a \"quoted\" \\ name";
    law.device_sd = 0.1;
    law.stuck_off = 0.03;
    law.has_retention = true;
    law.nonlinearity_up = law.nonlinearity_down = 0;
    law.n_wear = 2;
    law.wear_cycles[0] = 1e3, law.wear_high[0] = 0.9;
    law.wear_cycles[1] = 1e9, law.wear_low[1] = 0.1, law.wear_high[1] = 0.3;
    for (size_t k = 0; k < HYS_SYNAPSE_POINTS; k++) {
        law.up_sd[k] = 1e-3 / ((double)k + 3);
        law.energy_down[k] = 1.0 / 3e12;
        for (size_t t = 0; t < 16; t++) law.retention_mean[t][k] = -1e-3 * (double)t / ((double)k + 7);
    }
    const char *path = hys_test_path(dir, "law.yaml"), *again = hys_test_path(dir, "again.yaml");
    assert_int_equal(hys_synapse_law_write(ctx, &law, path), HYS_OK);
    if (hys_synapse_law_read(ctx, path, &back) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    assert_string_equal(back.name, law.name);
    assert_memory_equal(back.up_sd, law.up_sd, sizeof law.up_sd);
    assert_memory_equal(back.energy_down, law.energy_down, sizeof law.energy_down);
    assert_memory_equal(back.retention_mean, law.retention_mean, sizeof law.retention_mean);
    assert_memory_equal(&back.down, &law.down, sizeof law.down);
    assert_memory_equal(back.wear_high, law.wear_high, sizeof law.wear_high);
    assert_true(back.n_wear == 2 && back.wear_low[1] == 0.1 && back.wear_cycles[1] == 1e9);
    assert_true(back.has_retention && back.stuck_off == 0.03 && back.g_max == law.g_max);
    assert_int_equal(hys_synapse_law_write(ctx, &back, again), HYS_OK);
    char *first = strdup(hys_test_read(path));
    assert_string_equal(hys_test_read(again), first);
    free(first);
    static const char bad[] =
        "name: x\ng_min: 1e-6\ng_max: 1e-5\nup: {voltage: 1, width: 1e-7}\n"
        "down: {voltage: -1, width: 1e-7}\nread: {voltage: 0.1}\nup_mean: [1, 2]\ndown_mean: -0.1\n";
    hys_test_write(path, bad, sizeof bad - 1);
    assert_int_not_equal(hys_synapse_law_read(ctx, path, &back), HYS_OK);
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), "'up_mean' has 2 numbers, and needs 33"));
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

static double noise(uint64_t *seed) { /* of 12 uniform numbers: variance 1 */
    double sum = -6;
    for (int k = 0; k < 12; k++) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        sum += (double)(*seed >> 11) / 9007199254740992.0;
    }
    return sum;
}

/* Steps of 1/500 on 10 to 110 uS, with a spread of twice that, read with a noise of 1 uS. */
static void test_measured_pulses_give_the_steps_that_they_were_made_of(void **state) {
    (void)state;
    enum { N = 500, CYCLES = 8 };
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir();
    const char *path = hys_test_path(dir, "pulses.csv");
    FILE *file = fopen(path, "w");
    uint64_t seed = 5;
    double x = 0;
    assert_non_null(file);
    fprintf(file, "pulse,g\n");
    for (size_t k = 0; k < (size_t)2 * N * CYCLES; k++) {
        const int sign = k / N % 2 ? -1 : 1;
        x = fmin(fmax(x + sign / (double)N + 2.0 / N * noise(&seed), 0), 1);
        fprintf(file, "%d,%.9g\n", sign, 10 + 100 * x + noise(&seed));
    }
    fclose(file);
    hys_synapse_opts o = hys_synapse_opts_default();
    o.measured = path;
    o.measured_unit = 1e-6;
    hys_synapse *s = synapse_of(ctx, &o);
    const hys_synapse_law *l = hys_synapse_get_law(s);
    assert_near(l->g_max - l->g_min, 100e-6, 0.05);
    double up = 0, down = 0;
    for (size_t k = 4; k < 29; k++) {
        up += l->up_mean[k] / 25;
        down += l->down_mean[k] / 25;
    }
    /* a walk of N steps of sd 2/N is 2/sqrt N = 9 % of the way away; 8 of them */
    assert_near(up, 1.0 / N, 0.12);
    assert_near(-down, 1.0 / N, 0.12);
    assert_near(rms_of(l->up_sd, 4, 29), 2.0 / N, 0.25);
    assert_near(l->read_noise, 1.0 / 60, 0.15);
    assert_false(l->is_kernel);
    assert_true(hys_synapse_n_remarks(s) >= 2);
    hys_synapse_free(s);
    hys_test_dir_remove(dir);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear_steps_come_out_as_they_are),
        cmocka_unit_test(test_pulses_of_a_device_are_found),
        cmocka_unit_test(test_exponential_steps_have_neurosims_label),
        cmocka_unit_test(test_spread_is_found_within_its_standard_error),
        cmocka_unit_test(test_retention_is_the_exponential_that_it_is),
        cmocka_unit_test(test_what_forgets_or_never_learns_is_refused),
        cmocka_unit_test(test_distilling_can_be_stopped),
        cmocka_unit_test(test_a_law_is_read_as_it_is_written),
        cmocka_unit_test(test_measured_pulses_give_the_steps_that_they_were_made_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
