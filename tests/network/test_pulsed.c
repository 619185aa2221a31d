/* Training in place: pulses change weights on average as the gradient asks, whatever the rule; what is stuck stays,
 * full pairs are set back without being forgotten, and nothing depends on threads. */
#include "hys_test.h"
#include "network/pulsed.h"
#include "network_samples.h"

enum { ROWS = 6, COLUMNS = 4, N = ROWS * COLUMNS };

/* Steps of so much of the window, the same everywhere, without noise. */
static hys_synapse_law law_of(double up, double down) {
    hys_synapse_law law = hys_synapse_law_ideal();
    for (size_t k = 0; k < HYS_SYNAPSE_POINTS; k++) {
        law.up_mean[k] = up;
        law.down_mean[k] = -down;
        law.energy_up[k] = 2e-12;
        law.energy_down[k] = 3e-12;
    }
    law.up.width = 1e-7;
    law.down.width = 3e-7;
    return law;
}

typedef struct fixture {
    hys_ctx *ctx;
    hys_synapse *synapse;
    hys_network *network;
    hys_pulsed_opts opts;
    float x[ROWS], dy[COLUMNS];
} fixture;

static fixture start(const hys_synapse_law *law) {
    fixture f = {.ctx = hys_test_ctx(),
                 .x = {0.9f, -0.3f, 0, 0.5f, 0.1f, 1},
                 .dy = {0.02f, -0.05f, 0.001f, 0.08f},
                 .opts = hys_pulsed_opts_default()};
    assert_int_equal(hys_synapse_of_law(f.ctx, law, &f.synapse), HYS_OK);
    f.network = parse(f.ctx, "6-4");
    f.opts.synapse = f.synapse;
    f.opts.weight_range = 1;
    f.opts.starts_perfect = true;
    f.opts.seed = 3;
    return f;
}

static void hold(fixture *f, const float *weights) {
    static const float zeros[N] = {0};
    assert_int_equal(hys_network_set_weights(f->network, 0, weights ? weights : zeros, NULL), HYS_OK);
    if (hys_network_hold_pulsed(f->network, 0, &f->opts) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
}

static void finish(fixture *f) {
    hys_network_free(f->network);
    hys_synapse_free(f->synapse);
    hys_ctx_free(f->ctx);
}

static void update(fixture *f, double rate) {
    hys__weights *w = hys__network_held(f->network, 0);
    const hys__block block = {.n = 1};
    assert_int_equal(w->kind->update(w, &block, rate, f->x, f->dy), HYS_OK);
    assert_int_equal(w->kind->end_batch(w, rate), HYS_OK);
}

static const float *weights(const fixture *f) {
    return hys_network_layer(f->network, 0).weights;
}

/* Gokmen and Vlasov 2016, equation (2): the mean of a train is -rate x dy; counts of slots scatter as binomial ones do,
 * at most: 5 standard errors of 2000 trains. */
static void stochastic_trains_follow_the_gradient(void **state) {
    (void)state;
    const double step = 1e-5, rate = 0.002; /* no probability reaches 1 */
    const hys_synapse_law law = law_of(step, step);
    for (int coding = HYS_PULSED_REFERENCE; coding <= HYS_PULSED_ONE_WAY; coding++) {
        fixture f = start(&law);
        f.opts.coding = (hys_pulsed_coding)coding;
        hold(&f, NULL);
        for (int k = 0; k < 2000; k++) update(&f, rate);
        for (size_t i = 0; i < ROWS; i++)
            for (size_t j = 0; j < COLUMNS; j++) {
                const double change = -2000 * rate * (double)(f.x[i] * f.dy[j]);
                const double one = step * (coding == HYS_PULSED_REFERENCE ? 2 : coding == HYS_PULSED_PAIRS ? 2 : 1);
                const double error = 5 * sqrt(fabs(change) / one) * one + 1e-6;
                assert_within((double)weights(&f)[i * COLUMNS + j], change, error);
                if (change == 0) assert_true(weights(&f)[i * COLUMNS + j] == 0);
            }
        finish(&f);
    }
}

static void the_sign_rule_gives_one_pulse(void **state) {
    (void)state;
    const hys_synapse_law law = law_of(1.0 / 256, 1.0 / 256);
    fixture f = start(&law);
    f.opts.rule = HYS_PULSED_SIGN;
    hold(&f, NULL);
    update(&f, 123);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLUMNS; j++) {
            const float g = f.x[i] * f.dy[j];
            assert_within((double)weights(&f)[i * COLUMNS + j], g > 0 ? -1.0 / 128 : g < 0 ? 1.0 / 128 : 0, 1e-6);
        }
    hys_pulsed_report r = {.size = sizeof r};
    assert_int_equal(hys_network_pulsed(f.network, 0, &r), HYS_OK);
    assert_true(r.up == 7 && r.down == 13); /* five inputs are not 0, one of them negative */
    assert_near(r.energy, 7 * 2e-12 + 13 * 3e-12, 1e-6);
    assert_near(r.time, 5 * (1e-7 + 3e-7), 1e-12); /* a slot for each row that is pulsed, up and down */
    finish(&f);
}

static void the_counted_rule_rounds(void **state) {
    (void)state;
    const hys_synapse_law law = law_of(1.0 / 2048, 1.0 / 2048);
    const double step = 2.0 / 2048, rate = 0.1;
    fixture f = start(&law);
    f.opts.rule = HYS_PULSED_COUNTED;
    hold(&f, NULL);
    update(&f, rate);
    for (size_t k = 0; k < N; k++) {
        const double g = (double)(f.x[k / COLUMNS] * f.dy[k % COLUMNS]);
        assert_within((double)weights(&f)[k], -step * rint(rate * g / step), 1e-6);
    }
    finish(&f);
}

/* Gradients of less than half a pulse are not lost: after many batches the weights are where their sum asks for, to a
 * pulse. */
static void the_counted_rule_keeps_the_rest(void **state) {
    (void)state;
    const hys_synapse_law law = law_of(1.0 / 64, 1.0 / 64);
    const double step = 2.0 / 64, rate = 0.01;
    fixture f = start(&law);
    f.opts.rule = HYS_PULSED_COUNTED;
    hold(&f, NULL);
    for (int k = 0; k < 500; k++) update(&f, rate);
    for (size_t k = 0; k < N; k++) {
        const double g = (double)(f.x[k / COLUMNS] * f.dy[k % COLUMNS]);
        assert_true(fabs(rate * g) < 0.5 * step);
        assert_within((double)weights(&f)[k], -500 * rate * g, 0.51 * step);
    }
    finish(&f);
}

/* Steps up five times as large as those down: each direction is counted in its own, so that what is asked for comes
 * out.
 */
static void each_direction_is_counted_in_its_own_steps(void **state) {
    (void)state;
    const hys_synapse_law law = law_of(1.0 / 400, 1.0 / 2000);
    const double rate = 0.1;
    fixture f = start(&law);
    f.opts.rule = HYS_PULSED_COUNTED;
    f.opts.coding = HYS_PULSED_REFERENCE;
    f.opts.train_length = 31;
    hold(&f, NULL);
    for (int k = 0; k < 40; k++) update(&f, rate);
    for (size_t k = 0; k < N; k++) {
        const double asked = -40 * rate * (double)(f.x[k / COLUMNS] * f.dy[k % COLUMNS]);
        assert_within((double)weights(&f)[k], asked, 0.51 * 2.0 / (asked > 0 ? 400 : 2000) + 1e-6);
    }
    finish(&f);
}

/* One cell where pulses are small and those up and down undo each other somewhere; pairs otherwise. */
static void cells_are_chosen_by_their_steps(void **state) {
    (void)state;
    const struct {
        double up, down;
        hys_pulsed_rule rule;
        bool has_pairs;
    } all[] = {{0.01, 0.01, HYS_PULSED_STOCHASTIC, false},
               {0.01, 0.002, HYS_PULSED_STOCHASTIC, true}, /* drifts up everywhere */
               {0.01, 0.002, HYS_PULSED_COUNTED, false},   /* which counting makes good */
               {0.1, 0.1, HYS_PULSED_COUNTED, true}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const hys_synapse_law law = law_of(all[k].up, all[k].down);
        fixture f = start(&law);
        f.opts.rule = all[k].rule;
        hold(&f, NULL);
        assert_int_equal(((hys__pulsed *)hys__network_held(f.network, 0))->has_pairs, all[k].has_pairs);
        finish(&f);
    }
}

/* Trains have as many slots as the largest change needs, up to the most there are; where that is too few, the largest
 * change is limited to one pulse in each. */
static void trains_are_as_long_as_they_must_be(void **state) {
    (void)state;
    const double step = 2.0 / 4096;
    const hys_synapse_law law = law_of(1.0 / 4096, 1.0 / 4096);
    const struct {
        double change; /* of weight 5, 3: x = 1, dy = 0.08 */
        double slots;
    } all[] = {{0.5 * step, 1}, {6.9 * step, 7}, {24.5 * step, 25}, {30.5 * step, 31}, {90 * step, 31}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        fixture f = start(&law);
        hold(&f, NULL);
        update(&f, all[k].change / 0.08);
        hys_pulsed_report r = {.size = sizeof r};
        assert_int_equal(hys_network_pulsed(f.network, 0, &r), HYS_OK);
        assert_near(r.time, all[k].slots * (1e-7 + 3e-7), 1e-12);
        if (all[k].slots == 31)
            assert_within((double)weights(&f)[5 * COLUMNS + 3], -31 * step,
                          all[k].change > 40 * step ? 1e-6 : 5 * step);
        finish(&f);
    }
}

/* What asymmetric steps do: a weight is drawn to the place where up and down are the same, which stands for 0. */
static void the_reference_is_where_steps_are_the_same(void **state) {
    (void)state;
    hys_synapse_law law = law_of(0.01, 0.01);
    for (size_t k = 0; k < HYS_SYNAPSE_POINTS; k++) {
        const double x = (double)k / (HYS_SYNAPSE_POINTS - 1);
        law.up_mean[k] = 0.01 * (1 - x);
        law.down_mean[k] = -0.03 * x;
    }
    assert_near(hys__pulsed_symmetry(&law, 1, 1), 0.25, 1e-9);
    fixture f = start(&law);
    f.opts.coding = HYS_PULSED_REFERENCE;
    hold(&f, NULL);
    for (size_t k = 0; k < N; k++) assert_within((double)weights(&f)[k], 0, 1e-6);
    for (int k = 0; k < 200; k++) {
        f.dy[0] = -f.dy[0], f.dy[1] = -f.dy[1], f.dy[2] = -f.dy[2], f.dy[3] = -f.dy[3];
        update(&f, 1);
    }
    for (size_t k = 0; k < N; k++) assert_within((double)weights(&f)[k], 0, 0.1);
    finish(&f);
}

static void what_is_stuck_does_not_move(void **state) {
    (void)state;
    const hys_synapse_law law = law_of(0.01, 0.01);
    fixture f = start(&law);
    f.opts.rule = HYS_PULSED_SIGN;
    f.opts.coding = HYS_PULSED_REFERENCE;
    f.opts.stuck_on = f.opts.stuck_off = 0.5;
    hold(&f, NULL);
    size_t on = 0;
    for (size_t k = 0; k < N; k++) {
        assert_true(fabsf(weights(&f)[k]) == 1);
        on += weights(&f)[k] == 1;
    }
    assert_true(on > 3 && on < N - 3);
    float before[N];
    memcpy(before, weights(&f), sizeof before);
    update(&f, 1);
    assert_memory_equal(before, weights(&f), sizeof before);
    finish(&f);
}

static void full_pairs_are_set_back_to_their_difference(void **state) {
    (void)state;
    const hys_synapse_law law = law_of(0.02, 1);
    fixture f = start(&law);
    f.opts.rule = HYS_PULSED_SIGN;
    hold(&f, NULL);
    for (int k = 0; k < 2 * 60; k++) { /* to and fro: both cells fill up */
        for (size_t j = 0; j < COLUMNS; j++) f.dy[j] = -f.dy[j];
        update(&f, 1);
    }
    hys_pulsed_report r = {.size = sizeof r};
    assert_int_equal(hys_network_pulsed(f.network, 0, &r), HYS_OK);
    assert_true(r.refreshed >= 20); /* every pair with an input */
    for (size_t k = 0; k < N; k++) assert_within((double)weights(&f)[k], 0, 0.05);
    finish(&f);
}

/* Two arrays: what the fast one collects reaches the weights, in the direction of the gradient. */
static void two_arrays_follow_the_gradient(void **state) {
    (void)state;
    const hys_synapse_law law = law_of(1e-3, 1e-3);
    fixture f = start(&law);
    f.opts.rule = HYS_PULSED_TWO_ARRAYS;
    f.opts.transfer_rate = 0.05;
    hold(&f, NULL);
    for (int k = 0; k < 600; k++) update(&f, 0.02);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLUMNS; j++) {
            const double g = (double)(f.x[i] * f.dy[j]);
            if (fabs(g) > 0.02) assert_true((double)weights(&f)[i * COLUMNS + j] * g < 0);
        }
    finish(&f);
}

/* ---- a network ---- */

typedef struct course {
    unsigned threads;
    hys_pulsed_opts opts; /* synapse, range and seed are not looked at */
    const char *checkpoint;
    size_t epochs;
} course;

static const course usual = {.epochs = 8};

/* A class is where the values are larger. */
static hys_samples three_classes(void) {
    hys_samples s = samples_of(240, 1, 1, 8);
    for (size_t k = 0; k < s.n; k++)
        for (size_t i = 0; i < 8; i++) s.values[8 * k + i] = 0.3f * s.values[8 * k + i] + (i % 3 == s.labels[k]);
    return s;
}

static fixture hold_network(const course *c, const hys_synapse_law *law) {
    fixture f = start(law);
    const hys_pulsed_opts common = f.opts;
    hys_network_free(f.network);
    f.network = parse(f.ctx, "8-12-3");
    hys_network_set_threads(f.network, c->threads);
    if (c->opts.size > 0) f.opts = c->opts;
    f.opts.synapse = common.synapse;
    f.opts.seed = common.seed;
    f.opts.weight_range = 2;
    for (size_t k = 0; k < hys_network_n_layers(f.network); k++)
        if (hys_network_layer(f.network, k).rows)
            assert_int_equal(hys_network_hold_pulsed(f.network, k, &f.opts), HYS_OK);
    return f;
}

static hys_status learn(fixture *f, const course *c, const hys_samples *s) {
    hys_train_opts o = hys_train_opts_default();
    o.optimizer = HYS_OPTIMIZER_SGD;
    o.rate = 0.5;
    o.epochs = c->epochs;
    o.batch = 40;
    o.checkpoint = c->checkpoint;
    return hys_network_train(f->network, s, NULL, &o);
}

static void train(const course *c, const hys_synapse_law *law, float *w, double *accuracy) {
    fixture f = hold_network(c, law);
    hys_samples s = three_classes();
    hys_evaluation e = {.size = sizeof e};
    if (learn(&f, c, &s) != HYS_OK) fail_msg("%s", hys_test_diag_text(f.ctx, 0));
    assert_int_equal(hys_network_evaluate(f.network, &s, &e), HYS_OK);
    *accuracy = e.accuracy;
    memcpy(w, weights(&f), 96 * sizeof *w);
    hys_evaluation_free(f.ctx, &e);
    free_samples(&s);
    finish(&f);
}

static hys_synapse_law noisy_law(void) {
    hys_synapse_law law = law_of(1e-3, 1e-3);
    for (size_t k = 0; k < HYS_SYNAPSE_POINTS; k++) law.up_sd[k] = law.down_sd[k] = 3e-4;
    law.device_sd = 0.2;
    return law;
}

static void same_on_any_threads(course c) {
    const hys_synapse_law law = noisy_law();
    float w[3][96];
    double accuracy[3];
    for (unsigned t = 0; t < 3; t++) {
        c.threads = t + 1;
        train(&c, &law, w[t], &accuracy[t]);
    }
    assert_true(accuracy[0] > 0.95);
    assert_memory_equal(w[0], w[1], sizeof w[0]);
    assert_memory_equal(w[0], w[2], sizeof w[0]);
}

static void a_network_learns_with_the_same_bits_on_any_threads(void **state) {
    (void)state;
    same_on_any_threads(usual);
}

static void converters_and_noise_are_the_same_on_any_threads(void **state) {
    (void)state;
    course c = usual;
    c.opts = hys_pulsed_opts_default();
    c.opts.input_bits = c.opts.output_bits = 8;
    c.opts.read_noise = 0.01;
    same_on_any_threads(c);
}

/* Stopped after any epoch, on other threads: cells, what is left of gradients and the draws go on as they would have.
 */
static void a_stopped_training_goes_on_to_the_same_bits(void **state) {
    (void)state;
    const hys_synapse_law law = noisy_law();
    char *dir = hys_test_dir();
    const struct {
        hys_pulsed_rule rule;
        hys_pulsed_coding coding;
    } all[] = {{HYS_PULSED_STOCHASTIC, HYS_PULSED_REFERENCE},
               {HYS_PULSED_COUNTED, HYS_PULSED_PAIRS},
               {HYS_PULSED_SIGN, HYS_PULSED_ONE_WAY},
               {HYS_PULSED_TWO_ARRAYS, HYS_PULSED_REFERENCE}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        char name[16];
        snprintf(name, sizeof name, "run%zu.npz", k);
        float w[2][96];
        double accuracy;
        course c = {.threads = 1, .epochs = 4, .opts = hys_pulsed_opts_default()};
        c.opts.rule = all[k].rule;
        c.opts.coding = all[k].coding;
        c.opts.stuck_off = 0.05;
        train(&c, &law, w[0], &accuracy);
        c.checkpoint = hys_test_path(dir, name);
        c.epochs = 1;
        train(&c, &law, w[1], &accuracy);
        assert_memory_not_equal(w[0], w[1], sizeof w[0]);
        c.threads = 2;
        c.epochs = 4;
        train(&c, &law, w[1], &accuracy);
        assert_memory_equal(w[0], w[1], sizeof w[0]);
    }
    hys_test_dir_remove(dir);
}

static void a_checkpoint_of_other_cells_is_refused(void **state) {
    (void)state;
    hys_synapse_law law = noisy_law();
    char *dir = hys_test_dir();
    course c = {.epochs = 1, .checkpoint = hys_test_path(dir, "run.npz")};
    hys_samples s = three_classes();
    for (int k = 0; k < 3; k++) { /* as it was; another device; another file of it */
        if (k == 1) law.up_mean[3] *= 1.01;
        if (k == 2) c.opts = hys_pulsed_opts_default(), c.opts.coding = HYS_PULSED_PAIRS;
        fixture f = hold_network(&c, &law);
        assert_int_equal(learn(&f, &c, &s), k == 0 ? HYS_OK : HYS_ARG);
        if (k == 1)
            assert_string_equal(hys_diag_get(f.ctx, 0)->message,
                                "this checkpoint is of another training: its device or "
                                "its rule of pulses is another");
        if (k == 2)
            assert_string_equal(hys_diag_get(f.ctx, 0)->message,
                                "this checkpoint is incomplete: it lacks dense1.cells.minus.x");
        finish(&f);
    }
    free_samples(&s);
    hys_test_dir_remove(dir);
}

static void what_cannot_be_is_refused(void **state) {
    (void)state;
    const hys_synapse_law law = law_of(0.01, 0.01), still = law_of(0, 0);
    fixture f = start(&law), g = start(&still);
    f.opts.train_length = 32;
    assert_int_equal(hys_network_hold_pulsed(f.network, 0, &f.opts), HYS_ARG);
    assert_diag(f.ctx, 0, "error: a train has at most 31 slots\n");
    f.opts.train_length = 0;
    f.opts.stuck_on = NAN;
    assert_int_equal(hys_network_hold_pulsed(f.network, 0, &f.opts), HYS_ARG);
    f.opts.stuck_on = 0;
    assert_int_equal(hys_network_hold_pulsed(f.network, 1, &f.opts), HYS_ARG);
    assert_int_equal(hys_network_hold_pulsed(g.network, 0, &g.opts), HYS_ARG);
    finish(&f);
    finish(&g);
}

static hys_status make(hys_ctx *ctx, void *arg) {
    const hys_synapse_law *law = arg;
    hys_synapse *synapse = NULL;
    hys_network *network = NULL;
    hys_pulsed_opts o = hys_pulsed_opts_default();
    static const float x[ROWS] = {1, 1, 1, 1, 1, 1}, dy[COLUMNS] = {1, -1, 1, -1};
    const hys__block block = {.n = 1};
    hys_status status = hys_synapse_of_law(ctx, law, &synapse);
    if (status == HYS_OK) status = hys_network_parse(ctx, "6-4", 5, &network);
    o.synapse = synapse;
    o.rule = HYS_PULSED_TWO_ARRAYS;
    o.stuck_on = 0.1;
    if (status == HYS_OK) status = hys_network_hold_pulsed(network, 0, &o);
    hys__weights *w = status == HYS_OK ? hys__network_held(network, 0) : NULL;
    if (w) status = w->kind->update(w, &block, 0.01, x, dy);
    hys_network_free(network);
    hys_synapse_free(synapse);
    return status;
}

static void each_allocation_may_fail(void **state) {
    (void)state;
    hys_synapse_law law = law_of(0.01, 0.01);
    law.device_sd = 0.1;
    hys_test_each_failure(make, &law, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stochastic_trains_follow_the_gradient),
        cmocka_unit_test(the_sign_rule_gives_one_pulse),
        cmocka_unit_test(the_counted_rule_rounds),
        cmocka_unit_test(the_counted_rule_keeps_the_rest),
        cmocka_unit_test(each_direction_is_counted_in_its_own_steps),
        cmocka_unit_test(cells_are_chosen_by_their_steps),
        cmocka_unit_test(trains_are_as_long_as_they_must_be),
        cmocka_unit_test(the_reference_is_where_steps_are_the_same),
        cmocka_unit_test(what_is_stuck_does_not_move),
        cmocka_unit_test(full_pairs_are_set_back_to_their_difference),
        cmocka_unit_test(two_arrays_follow_the_gradient),
        cmocka_unit_test(a_network_learns_with_the_same_bits_on_any_threads),
        cmocka_unit_test(converters_and_noise_are_the_same_on_any_threads),
        cmocka_unit_test(a_stopped_training_goes_on_to_the_same_bits),
        cmocka_unit_test(a_checkpoint_of_other_cells_is_refused),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
