/* Strategies of programming on cells whose law can be solved by hand. */
#include "array/mock_cells.h"
#include "base/random.h"
#include "hys_test.h"

enum { N = 16 };

static hys_program_opts opts_of(const char *strategy) {
    hys_program_opts o = hys_program_opts_default();
    static hys_cell_opts some_cell; /* the mock has a model of its own */
    o.strategy = strategy;
    o.set = 0.6;
    o.reset = -0.6;
    o.set_step = o.reset_step = 0.02;
    o.set_limit = 1.2;
    o.reset_limit = -1.2;
    o.width = 10e-9;
    o.width_limit = 10e-6;
    o.growth = 1.3;
    o.cell = &some_cell;
    return o;
}

typedef struct bench {
    double g[N], targets[N];
    mock_cells cells;
    hys_program_cell result[N];
    hys_program_report report;
} bench;

static void set_up(bench *b, double target) {
    b->cells = mock_cells_of(4, 4, b->g);
    for (size_t k = 0; k < N; k++) b->targets[k] = target;
    b->report = (hys_program_report){.size = sizeof b->report};
}

static void program(hys_ctx *ctx, bench *b, const hys_program_opts *o) {
    const hys__target on = mock_target(ctx, &b->cells);
    if (hys__program(&on, b->targets, o, b->result, &b->report) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
}

/* n pulses take G_max - G to (G_max - g_min) exp(-n x): the first n that is within the window. */
static void test_fixed_pulses_are_as_many_as_the_law_says(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    bench b;
    set_up(&b, 50e-6);
    const hys_program_opts o = opts_of("fixed");
    program(ctx, &b, &o);
    const double x = mock_exponent(&b.cells, 0.6, 10e-9);
    const size_t want = (size_t)ceil(log(99e-6 / (100e-6 - 0.98 * 50e-6)) / x);
    for (size_t k = 0; k < N; k++) {
        assert_int_equal(b.result[k].sets, want);
        assert_int_equal(b.result[k].resets, 0);
        assert_int_equal(b.result[k].outcome, HYS_PROGRAM_REACHED);
        assert_near(b.result[k].alone, 100e-6 - 99e-6 * exp(-x * (double)want), 1e-12);
    }
    assert_int_equal(b.report.pulses, N * want);
    assert_int_equal(b.report.n_reached, N);
    /* want pulses, want + 1 reads and the last look at all */
    assert_near(b.report.time, N * ((double)want * 12e-9 + (double)(want + 2) * 1e-6), 1e-9);
    assert_near(b.report.time_serial, b.report.time, 1e-12);
    hys_ctx_free(ctx);
}

/* Amplitudes of 0.6, 0.62, 0.64 ... V: the exponents add up. */
static void test_growing_amplitudes_need_the_pulses_of_their_sum(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    bench b;
    set_up(&b, 50e-6);
    const hys_program_opts o = opts_of("ispva");
    program(ctx, &b, &o);
    double sum = 0;
    size_t want = 0;
    while (sum < log(99e-6 / (100e-6 - 0.98 * 50e-6)))
        sum += mock_exponent(&b.cells, 0.6 + 0.02 * (double)want++, 10e-9);
    assert_true(100e-6 - 99e-6 * exp(-sum) < 1.02 * 50e-6); /* it does not overshoot */
    for (size_t k = 0; k < N; k++) assert_int_equal(b.result[k].sets, want);
    assert_true(want < 15);
    hys_ctx_free(ctx);
}

/* A ramp that ends beyond the window turns back with its first amplitude. */
static void test_an_overshoot_is_taken_back_by_small_pulses(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    bench b;
    set_up(&b, 20e-6);
    hys_program_opts o = opts_of("ispva");
    o.set_step = 0.3;
    o.reset_step = 1e-3;
    program(ctx, &b, &o);
    assert_int_equal(b.report.n_reached, N);
    assert_true(b.result[0].sets == 2 && b.result[0].resets > 0);
    hys_ctx_free(ctx);
}

static void test_every_strategy_meets_windows_with_scatter_from_pulse_to_pulse(void **state) {
    (void)state;
    static const double targets[] = {3e-6, 10e-6, 30e-6, 80e-6};
    for (size_t s = 0; s < hys_program_n_strategies(); s++) {
        const char *name = hys_program_get_strategy(s)->name;
        if (!strcmp(name, "gate")) continue; /* the mock has none */
        hys_ctx *ctx = hys_test_ctx();
        bench b;
        set_up(&b, 0);
        for (size_t k = 0; k < N; k++) b.targets[k] = targets[k % 4];
        b.cells.c2c = 0.3;
        hys_program_opts o = opts_of(name);
        o.most_pulses = 2000;
        o.tolerance = 0.03;
        program(ctx, &b, &o);
        if (b.report.n_reached != N) fail_msg("%s: %zu of %d", name, b.report.n_reached, N);
        for (size_t k = 0; k < N; k++) assert_near(b.result[k].alone, b.targets[k], 0.03);
        hys_ctx_free(ctx);
    }
}

/* Where the law is known, one pulse is enough, and where the cell is slower than the law, a few are. */
static void test_a_model_of_the_cell_saves_pulses(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    bench b;
    set_up(&b, 40e-6);
    hys_program_opts o = opts_of("model");
    program(ctx, &b, &o);
    for (size_t k = 0; k < N; k++) assert_int_equal(b.result[k].sets + b.result[k].resets, 1);
    set_up(&b, 40e-6);
    b.cells.c2c = 0.3;
    program(ctx, &b, &o);
    assert_int_equal(b.report.n_reached, N);
    assert_true(b.report.pulses < 6 * N);
    hys_ctx_free(ctx);
}

/* Amplitudes at their limit move a cell to at most 100 uS; a dead one not at all.  Both are named, the worst first. */
static void test_what_cannot_be_reached_is_named(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    bool is_dead[N] = {[5] = true};
    size_t at[N];
    bench b;
    set_up(&b, 50e-6);
    b.targets[2] = 150e-6;
    b.targets[9] = NAN;
    b.cells.is_dead = is_dead;
    const hys_program_opts o = opts_of("ispva");
    program(ctx, &b, &o);
    assert_int_equal(b.result[2].outcome, HYS_PROGRAM_LIMIT);
    assert_int_equal(b.result[5].outcome, HYS_PROGRAM_STUCK);
    assert_int_equal(b.result[9].outcome, HYS_PROGRAM_IDLE);
    assert_int_equal(b.report.n_cells, N - 1);
    assert_int_equal(b.report.n_reached, N - 3);
    assert_int_equal(hys_program_failures(b.result, N, at), 2);
    assert_int_equal(at[0], 2); /* 50 uS away */
    assert_int_equal(at[1], 5); /* 49 uS away */
    assert_near(b.report.worst, -50e-6, 1e-3);
    assert_int_equal(b.report.worst_cell, 2);
    assert_true(b.result[2].sets < 100); /* it gave up before all 200 pulses */
    hys_ctx_free(ctx);
}

/* A tenth of the way back in each wait: what left is programmed again, and leaves again by less than it came. */
static void test_rounds_program_again_what_has_relaxed(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    bench b;
    set_up(&b, 50e-6);
    b.cells.relax = 0.1;
    hys_program_opts o = opts_of("relax");
    o.wait = 2;
    program(ctx, &b, &o);
    assert_int_equal(b.report.rounds, 3);
    assert_near(b.report.waited, 6, 1e-12);
    assert_near(b.cells.waited, 6, 1e-12);
    assert_int_equal(b.report.n_reached, 0);
    for (size_t k = 0; k < N; k++) assert_int_equal(b.result[k].outcome, HYS_PROGRAM_LEFT);
    set_up(&b, 50e-6);
    b.cells.relax = 0.005; /* stays within 2 % where it began above */
    program(ctx, &b, &o);
    assert_int_equal(b.report.n_reached, N);
    hys_ctx_free(ctx);
}

/* A cell goes elsewhere once after it was programmed, and stays within the window with probability q: of n cells
 * n (1 - q)^r are left outside after r rounds.  (Iterative programming: the distribution narrows with the rounds.) */
static void test_each_round_takes_in_the_same_part_of_those_outside(void **state) {
    (void)state;
    enum { SIDE = 40, MANY_CELLS = SIDE * SIDE };
    static double g[MANY_CELLS], targets[MANY_CELLS];
    static bool is_fresh[MANY_CELLS];
    static hys_program_cell result[MANY_CELLS];
    double left[4], rms[4];
    for (size_t rounds = 1; rounds <= 4; rounds++) {
        hys_ctx *ctx = hys_test_ctx();
        mock_cells cells = mock_cells_of(SIDE, SIDE, g);
        hys_program_report r = {.size = sizeof r};
        for (size_t k = 0; k < MANY_CELLS; k++) targets[k] = 50e-6;
        cells.scatter = 1.5e-6;
        cells.is_fresh = is_fresh;
        const hys__target on = mock_target(ctx, &cells);
        hys_program_opts o = opts_of("relax");
        o.rounds = rounds;
        o.wait = 1;
        o.set_step = o.reset_step = 1e-3; /* lands near the middle by no plan: anywhere in the window */
        assert_int_equal(hys__program(&on, targets, &o, result, &r), HYS_OK);
        left[rounds - 1] = (double)(r.n_cells - r.n_reached) / MANY_CELLS;
        rms[rounds - 1] = r.rms;
        hys_ctx_free(ctx);
    }
    assert_true(left[0] > 0.3 && left[0] < 0.8);
    for (int k = 1; k < 4; k++) {
        const double want = pow(left[0], k + 1);
        assert_within(left[k], want, 4 * sqrt(want / MANY_CELLS) + 0.1 * want); /* later rounds come from both sides */
        assert_true(rms[k] < rms[k - 1]);
    }
}

/* All four cells of a row at once: as many pulses, a quarter of the time. */
static void test_rows_at_once_take_a_quarter_of_the_time(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    bench b;
    set_up(&b, 50e-6);
    hys_program_opts o = opts_of("ispva");
    program(ctx, &b, &o);
    const hys_program_report one = b.report;
    set_up(&b, 50e-6);
    o.in_rows = true;
    program(ctx, &b, &o);
    assert_int_equal(b.report.pulses, one.pulses);
    assert_near(b.report.time, one.time / 4, 1e-9);
    assert_near(b.report.time_serial, one.time, 1e-9);
    assert_near(b.report.energy, one.energy, 1e-9);
    hys_ctx_free(ctx);
}

/* sigma / sqrt(reads): a window of 1 % under 5 % of noise is met once reads are averaged. */
static void test_noise_of_reads_is_averaged(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double rms[2];
    for (int k = 0; k < 2; k++) {
        bench b;
        set_up(&b, 50e-6);
        hys_program_opts o = opts_of("fixed");
        o.set = 0.55;
        o.reset = -0.55;
        o.tolerance = 0.01;
        o.read_noise = 0.05;
        o.reads = k ? 100 : 1;
        o.most_pulses = 2000;
        program(ctx, &b, &o);
        rms[k] = 0;
        for (size_t c = 0; c < N; c++) rms[k] += pow(b.result[c].alone / 50e-6 - 1, 2) / N;
        rms[k] = sqrt(rms[k]);
    }
    assert_true(rms[0] > 0.02 && rms[1] < 0.01);
    hys_ctx_free(ctx);
}

static void test_disturb_is_that_of_the_pulses_for_others(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    bench b;
    set_up(&b, NAN);
    b.targets[0] = 50e-6;
    b.cells.half = 0.5;
    hys_program_opts o = opts_of("fixed");
    o.set = 1.2; /* 0.6 V at the others of row and column */
    o.width = 0.1e-9;
    o.width_limit = 0.1e-9;
    program(ctx, &b, &o);
    const double x = mock_exponent(&b.cells, 0.6, 0.1e-9) * (double)b.result[0].sets;
    const double want = 99e-6 * -expm1(-x);
    for (size_t k = 1; k < N; k++) {
        if (k / 4 == 0 || k % 4 == 0) assert_near(b.result[k].disturb, want, 1e-9);
        else assert_true(b.result[k].disturb == 0);
    }
    assert_near(b.report.disturb, want, 1e-9);
    assert_near(b.report.relative_disturb, want / 1e-6, 1e-9);
    hys_ctx_free(ctx);
}

static void test_endurance_counts_the_cell_with_most_pulses(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    bench b;
    set_up(&b, NAN);
    b.targets[3] = 50e-6;
    hys_program_opts o = opts_of("fixed");
    o.endurance = 1e6;
    program(ctx, &b, &o);
    assert_near(b.report.endurance_used, (double)b.result[3].sets / 1e6, 1e-12);
    assert_int_equal(b.report.most_pulses, b.result[3].sets);
    hys_ctx_free(ctx);
}

/* ---- mistakes ---- */

static void refuse(const hys_program_opts *o, const char *text) {
    hys_ctx *ctx = hys_test_ctx();
    bench b;
    set_up(&b, 50e-6);
    const hys__target on = mock_target(ctx, &b.cells);
    assert_int_equal(hys__program(&on, b.targets, o, b.result, &b.report), HYS_ARG);
    assert_int_equal(hys_diag_count(ctx), 1);
    if (!strstr(hys_test_diag_text(ctx, 0), text)) fail_msg("%s", hys_test_diag_text(ctx, 0));
    hys_ctx_free(ctx);
}

static void test_mistakes_have_one_diagnostic_each(void **state) {
    (void)state;
    hys_program_opts o = opts_of("ispwa");
    refuse(&o, "did you mean 'ispva'?");
    o = opts_of("ispva");
    o.set = 0;
    refuse(&o, "pulses that set the cell need a voltage");
    o = opts_of("ispva");
    o.set_limit = -1;
    refuse(&o, "begin with 0.6 V and end with -1 V");
    o = opts_of("ispva");
    o.set_step = 0;
    refuse(&o, "the amplitudes of ispva grow by no step");
    o = opts_of("gate");
    refuse(&o, "the gate voltages of gate grow by no step");
    o = opts_of("widths");
    o.growth = 1;
    refuse(&o, "the pulses of widths do not grow");
    o = opts_of("model");
    o.cell = NULL;
    refuse(&o, "model has no cell to predict with");
    o = opts_of("fixed");
    o.width = -1;
    refuse(&o, "pulses with a width of -1 s");
    o = opts_of("fixed");
    o.tolerance = 0;
    refuse(&o, "no conductance is met exactly");
    o = opts_of("fixed");
    o.read_noise = NAN;
    refuse(&o, "read noise of");
}

static hys_status job(hys_ctx *ctx, void *arg) {
    bench *b = arg;
    set_up(b, 50e-6);
    const hys__target on = mock_target(ctx, &b->cells);
    const hys_program_opts o = opts_of("ispva");
    return hys__program(&on, b->targets, &o, b->result, &b->report);
}

static void test_memory_that_fails_is_said(void **state) {
    (void)state;
    bench b;
    hys_test_each_failure(job, &b, false);
}

/* ---- residual programming: numbers of the reference ---- */

enum { MANY = 16384, ARRAYS = 6 };
typedef struct noisy {
    double written, heard; /* standard deviations, in units of the numbers */
} noisy;

static hys_status write_noisy(void *user, size_t k, const double *g, double *back, double *truth, size_t *failed) {
    const noisy *n = user;
    const uint64_t key[2] = {5, 6};
    for (size_t j = 0; j < MANY; j++) {
        const uint64_t at[2] = {j, 2 * k}, again[2] = {j, 2 * k + 1};
        truth[j] = g[j] + 50e-6 * n->written * hys__normal(key, at);
        back[j] = truth[j] + 50e-6 * n->heard * hys__normal(key, again);
    }
    *failed = 0;
    return HYS_OK;
}

static void residual(double written, double heard, hys_residual_step *steps) {
    static double values[MANY], sum[MANY];
    hys_ctx *ctx = hys_test_ctx();
    noisy n = {written, heard};
    for (size_t j = 0; j < MANY; j++) values[j] = 2 * hys__uniform(j * 0x9e3779b97f4a7c15u) - 1;
    const hys__residual on = {ctx, &n, MANY, 0, 100e-6, write_noisy};
    assert_int_equal(hys__residual_run(&on, ARRAYS, values, steps, sum), HYS_OK);
    double rms = 0;
    for (size_t j = 0; j < MANY; j++) rms += pow(values[j] - sum[j], 2) / MANY;
    assert_near(sqrt(rms), steps[ARRAYS - 1].true_rms, 1e-3);
    hys_ctx_free(ctx);
}

/* 2 %: 2e-2, 1.6e-3, 1.3e-4, 1.2e-5; 5 %: 5e-2, 1e-2, 2e-3, 4e-4, 8e-5, 1.6e-5 (simulated elsewhere; the largest of
 * so many draws is 4 to 4.5 standard deviations, which each array divides by). */
static void test_residual_errors_fall_as_the_reference_says(void **state) {
    (void)state;
    static const double want_2[] = {2e-2, 1.6e-3, 1.3e-4, 1.2e-5}, want_5[] = {5e-2, 1e-2, 2e-3, 4e-4, 8e-5, 1.6e-5};
    hys_residual_step steps[ARRAYS];
    residual(0.02, 0, steps);
    for (int k = 0; k < 4; k++) assert_near(steps[k].true_rms, want_2[k], 0.1 + 0.1 * k);
    for (int k = 0; k < 4; k++) assert_near(steps[k].rms, steps[k].true_rms, 1e-9);
    residual(0.05, 0, steps);
    for (int k = 0; k < 6; k++) assert_near(steps[k].true_rms, want_5[k], 0.1 + 0.1 * k);
}

/* What is misread of the last array is never seen: true error = scale of the last array times it; what was misread of
 * earlier ones is measured again by none. */
static void test_the_floor_of_residual_programming_is_the_read_error(void **state) {
    (void)state;
    hys_residual_step steps[ARRAYS];
    residual(0.02, 1e-3, steps);
    double sum = 0;
    for (int k = 0; k < ARRAYS; k++) sum += pow(steps[k].scale * 1e-3, 2);
    assert_near(steps[ARRAYS - 1].true_rms, sqrt(sum), 0.05);
    assert_true(steps[ARRAYS - 1].rms < 1e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed_pulses_are_as_many_as_the_law_says),
        cmocka_unit_test(test_growing_amplitudes_need_the_pulses_of_their_sum),
        cmocka_unit_test(test_an_overshoot_is_taken_back_by_small_pulses),
        cmocka_unit_test(test_every_strategy_meets_windows_with_scatter_from_pulse_to_pulse),
        cmocka_unit_test(test_a_model_of_the_cell_saves_pulses),
        cmocka_unit_test(test_what_cannot_be_reached_is_named),
        cmocka_unit_test(test_rounds_program_again_what_has_relaxed),
        cmocka_unit_test(test_each_round_takes_in_the_same_part_of_those_outside),
        cmocka_unit_test(test_rows_at_once_take_a_quarter_of_the_time),
        cmocka_unit_test(test_noise_of_reads_is_averaged),
        cmocka_unit_test(test_disturb_is_that_of_the_pulses_for_others),
        cmocka_unit_test(test_endurance_counts_the_cell_with_most_pulses),
        cmocka_unit_test(test_mistakes_have_one_diagnostic_each),
        cmocka_unit_test(test_memory_that_fails_is_said),
        cmocka_unit_test(test_residual_errors_fall_as_the_reference_says),
        cmocka_unit_test(test_the_floor_of_residual_programming_is_the_read_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
