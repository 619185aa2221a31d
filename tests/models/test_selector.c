/* The access transistor and the selectors: symmetry and passivity over the whole bias range, noise in closed form. */
#include "base/random.h"
#include "device/batch.h"
#include "hys_test.h"
#include <hysteron/hysteron.h>

#define KT (1.380649e-23 * 300.15) /* J */

static double uniform(uint64_t point, uint64_t what) {
    uint64_t key[2] = {20261122, point}, ctr[2] = {what, 3}, out[2];
    hys__threefry2x64(key, ctr, out);
    return hys__uniform(out[0]);
}

/* Current into the first terminal of a module without internal unknowns. */
static double current(hys__batch *b, const double *v, size_t n) {
    for (size_t k = 0; k < n; k++) b->x[k][0] = v[k];
    b->kernel->eval_f(&b->env, &b->in, &b->out);
    return b->f[0][0];
}

static void exchange_of_drain_and_source_turns_the_current_over(void **state) {
    hys_ctx *ctx = hys_test_ctx();
    hys_model *model = NULL;
    hys__batch *batch = NULL;
    hys_model_opts opts = hys_model_opts_default();
    hys__batch_opts batch_opts = {.n = 1, .temp = 300.15, .seed = 1};
    (void)state;
    assert_int_equal(hys_model_load(ctx, "access_transistor", &opts, &model), HYS_OK);
    assert_int_equal(hys__batch_new(ctx, model, &batch_opts, &batch), HYS_OK);
    batch->kernel->init(&batch->env, &batch->in, &batch->out);
    for (uint64_t p = 0; p < 2000; p++) {
        double v[4], turned[4];
        for (size_t k = 0; k < 4; k++) turned[k] = v[k] = 10 * uniform(p, k) - 5;
        turned[0] = v[2];
        turned[2] = v[0];
        double i = current(batch, v, 4), j = current(batch, turned, 4);
        assert_within(i + j, 0, 1e-13 * fabs(i)); /* rounding of exponents up to 100 */
        assert_true(i * (v[0] - v[2]) >= 0);      /* never gives energy out */
        if (fmin(v[0], v[2]) < v[3]) continue;    /* junctions forward: not in the model */
        v[1] += 0.01;
        assert_true(fabs(current(batch, v, 4)) >= fabs(i)); /* more gate, more current */
    }
    hys__batch_free(batch);
    hys_model_free(model);
    hys_ctx_free(ctx);
}

static double noise_at(const char *bias) {
    char path[256], text[1024];
    const char *dir = hys_test_dir();
    hys_ctx *ctx = hys_test_ctx();
    hys_sim *sim = NULL;
    hys_sim_opts opts = hys_sim_opts_default();
    snprintf(path, sizeof path, "%s/noise.cir", dir);
    snprintf(text, sizeof text,
             "noise of the channel, seen by a current-controlled source of 1 ohm\n%s\n"
             "X1 d g 0 0 access_transistor gamma=0 lambda=0 E_c=1e12\nH1 out 0 Vd 1\n"
             ".noise v(out) Vd dec 1 1k 10k\n.end\n",
             bias);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    if (hys_sim_run(ctx, path, &opts, &sim) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    const hys_table *table = hys_sim_get_result(sim, 0)->table;
    const double *column = hys_table_column(table, "onoise");
    assert_non_null(column);
    double value = column[0] * column[0];
    hys_sim_free(sim);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
    return value;
}

/* Weak inversion has the shot noise 2 q i; no voltage along the channel has the noise of its conductance. */
static void noise_of_the_channel_is_that_of_theory(void **state) {
    double vt = KT / 1.602176634e-19, beta = 300e-6 * 2, u = exp((0.2 - 0.45) / (2 * vt));
    double i = 2 * beta * vt * vt * u * u;
    (void)state;
    /* Corrections to weak inversion are of the order of u = 8e-3. */
    assert_near(noise_at("Vd d 0 1\nVg g 0 0.2"), 2 * 1.602176634e-19 * i, 0.02);
    double w = log1p(exp((1.2 - 0.45) / (2 * vt))), g = 2 * beta * vt * w * -expm1(-w);
    assert_near(noise_at("Vd d 0 0\nVg g 0 1.2"), 4 * KT * g, 1e-4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchange_of_drain_and_source_turns_the_current_over),
        cmocka_unit_test(noise_of_the_channel_is_that_of_theory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
