/* Reservoirs: devices as nodes against closed forms, echo-state networks against theory, read-outs against algebra. */
#include "hys_test.h"
#include <hysteron/reservoir.h>

#define WOX_TAU 50e-3 /* s */

static hys_cell_opts wox(void) {
    hys_cell_opts cell = hys_cell_opts_default();
    cell.memory = "wox";
    return cell;
}

/* ---- devices ---- */

/* Between bounds, at constant voltage, w goes exponentially to w_min + tau lambda sinh(eta v). */
static double wox_after(double w, double v, double t) {
    const double end = 0.1 + WOX_TAU * 1.0 * sinh(8 * v);
    return end + (w - end) * exp(-t / WOX_TAU);
}

static double wox_current(double w, double v) {
    return (1 - w) * 1e-8 * (1 - exp(-0.5 * v)) + w * 1e-5 * sinh(4 * v);
}

static void a_pulse_train_on_wox_follows_its_closed_form(void **state) {
    hys_ctx *ctx = *state;
    const hys_cell_opts cell = wox();
    const hys_reservoir_rate rate = {4e-3, 0.8e-3};
    const double u[] = {1, 0, 1, 1, 0, 0, 1};
    hys_reservoir_opts o = hys_reservoir_opts_default();
    o.cell = &cell;
    o.devices = 1;
    o.rates = &rate;
    o.n_rates = 1;
    o.high = 0.7;
    o.read_time = 0;
    o.input_high = 1;
    hys_reservoir *r = NULL;
    hys_matrix states;
    assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
    assert_int_equal(hys_reservoir_run(r, u, 7, &states), HYS_OK);
    double w = 0.1, energy = 0;
    for (size_t k = 0; k < 7; k++) {
        const double v = 0.7 * u[k];
        const int n = 2000; /* midpoints of the energy's integral */
        for (int i = 0; i < n && v > 0; i++)
            energy += v * wox_current(wox_after(w, v, (i + 0.5) * 0.8e-3 / n), v) * 0.8e-3 / n;
        w = wox_after(w, v, 0.8e-3);
        /* four steps of order 2 of 0.2 ms against 50 ms: (0.2/50)^3 a step */
        assert_within(states.values[k], wox_current(w, v), 1e-6 * wox_current(w, 0.7));
        w = wox_after(w, 0, 3.2e-3);
    }
    assert_near(7 * hys_reservoir_get_report(r).energy, energy, 1e-4);
    assert_near(hys_reservoir_get_report(r).sample_time, 4e-3, 1e-12);
    hys_matrix_free(ctx, &states);
    hys_reservoir_free(r);
}

static void what_a_pulse_leaves_fades_with_the_time_constant(void **state) {
    hys_ctx *ctx = *state;
    const hys_cell_opts cell = wox();
    hys_reservoir_opts o = hys_reservoir_opts_default();
    o.cell = &cell;
    o.devices = 1;
    hys_reservoir *r = NULL;
    assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
    const hys_fading f = hys_reservoir_get_report(r).fading;
    assert_true(f.after_frame > 0.1 && f.after_all < 1e-6);
    /* (w - w_min) / w falls to 1/e a little later than w - w_min does: between one and two time constants */
    assert_true(f.time > WOX_TAU && f.time < 2 * WOX_TAU);
    assert_true(hys_reservoir_get_report(r).step_error < 1e-4);
    hys_reservoir_free(r);
}

static void devices_without_memory_or_that_never_forget_are_refused(void **state) {
    hys_ctx *ctx = *state;
    hys_cell_opts cell = wox();
    hys_reservoir_opts o = hys_reservoir_opts_default();
    hys_reservoir *r = NULL;
    o.cell = &cell;
    o.devices = 1;
    cell.memory = "hp_linear";
    o.read = 0.01;
    o.high = 1;
    assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_ARG);
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), "does not forget"));
    hys_diag_clear(ctx);
    cell = wox();
    o.high = 1e-3; /* too little to be seen */
    o.read = 0.3;
    assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_ARG);
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), "is no node of a reservoir"));
    hys_diag_clear(ctx);
    assert_null(r);
}

/* Every binary train of five leaves another state: at the slow rate the order of pulses counts. */
static void a_fading_device_tells_all_trains_apart(void **state) {
    hys_ctx *ctx = *state;
    const hys_cell_opts cell = wox();
    float pixels[32 * 5];
    uint16_t labels[32] = {0};
    for (size_t k = 0; k < 160; k++) pixels[k] = (float)(k / 5 >> k % 5 & 1);
    const hys_samples images = {32, 1, 1, 5, pixels, labels, 2};
    hys_reservoir_opts o = hys_reservoir_opts_default();
    o.cell = &cell;
    o.high = 0.7;
    hys_reservoir *r = NULL;
    hys_matrix states;
    assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
    assert_int_equal(hys_reservoir_images(r, &images, &states), HYS_OK);
    assert_int_equal(states.columns, 2);
    for (size_t a = 0; a < 32; a++)
        for (size_t b = 0; b < a; b++)
            assert_true(fabs(states.values[2 * a + 1] / states.values[2 * b + 1] - 1) > 1e-3);
    hys_matrix_free(ctx, &states);
    hys_reservoir_free(r);
}

/* Three devices that differ, images with the same rows: simulated once, and as a series of its own. */
static void equal_trains_are_simulated_once_with_the_same_bits(void **state) {
    (void)state;
    hys_cell_opts cell = wox();
    const char *const spread[] = {"tau=lognormal 0.2", "lambda=normal 0.1"};
    cell.spread = spread;
    cell.n_spread = 2;
    enum { N = 400, WIDTH = 15 };
    static float pixels[N * WIDTH];
    static uint16_t labels[N];
    for (size_t k = 0; k < (size_t)N * WIDTH; k++) pixels[k] = (float)((k * 2654435761u >> 7) % 2);
    const hys_samples images = {N, 1, 1, WIDTH, pixels, labels, 2},
                      last = {1, 1, 1, WIDTH, pixels + (N - 1) * WIDTH, labels, 2};
    hys_matrix states[3];
    for (size_t k = 0; k < 3; k++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_reservoir_opts o = hys_reservoir_opts_default();
        o.cell = &cell;
        o.threads = k == 1 ? 3 : 1;
        hys_reservoir *r = NULL;
        assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
        assert_int_equal(hys_reservoir_images(r, k < 2 ? &images : &last, &states[k]), HYS_OK);
        const hys_reservoir_report report = hys_reservoir_get_report(r);
        assert_true(report.distinct <= 2 * 3 * 32);
        assert_int_equal(report.traces, (k < 2 ? N : 1) * 6);
        double *copy = malloc(states[k].rows * 6 * sizeof *copy);
        memcpy(copy, states[k].values, states[k].rows * 6 * sizeof *copy);
        hys_matrix_free(ctx, &states[k]);
        states[k].values = copy;
        hys_reservoir_free(r);
        hys_ctx_free(ctx);
    }
    assert_memory_equal(states[0].values, states[1].values, N * 6 * sizeof(double));
    assert_memory_equal(states[0].values + (N - 1) * 6, states[2].values, 6 * sizeof(double));
    assert_true(states[0].values[0] != states[0].values[1]);
    for (size_t k = 0; k < 3; k++) free(states[k].values);
}

/* The column of an array without wires draws the same devices, and does the same. */
static void nodes_are_those_of_a_column_without_wires(void **state) {
    hys_ctx *ctx = *state;
    hys_cell_opts cell = wox();
    const char *const spread[] = {"tau=lognormal 0.2"};
    cell.spread = spread;
    cell.n_spread = 1;
    const hys_reservoir_rate rate = {1e-3, 0};
    const double u[] = {1, 0.5};
    hys_reservoir_opts o = hys_reservoir_opts_default();
    o.cell = &cell;
    o.devices = 3;
    o.rates = &rate;
    o.n_rates = 1;
    o.input_high = 1;
    o.read_time = 0;
    o.substeps = 16;
    hys_reservoir *r = NULL;
    hys_matrix states;
    assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
    assert_int_equal(hys_reservoir_run(r, u, 2, &states), HYS_OK);
    hys_array_opts lines = hys_array_opts_default();
    lines.rows = 3;
    lines.columns = 1;
    lines.word_wire = lines.bit_wire = 0.01;
    hys_array *a = NULL;
    assert_int_equal(hys_array_new(ctx, &lines, &a), HYS_OK);
    assert_int_equal(hys_array_set_device(a, &cell), HYS_OK);
    const double times[] = {0, 1e-3, 1.0000001e-3, 2e-3};
    const double words[] = {0.85, 0.85, 0.85, 0.85, 0.85, 0.85, 0.425, 0.425, 0.425, 0.425, 0.425, 0.425};
    hys_array_drive drive = {.size = sizeof drive, .n_corners = 4, .times = times, .words = words};
    hys_array_run_opts run = hys_array_run_opts_default();
    run.n_steps = 32;
    assert_int_equal(hys_array_run(a, &drive, &run, NULL), HYS_OK);
    for (size_t d = 0; d < 3; d++) assert_near(hys_array_word_currents(a)[d], states.values[3 + d], 1e-4);
    hys_array_free(a);
    hys_matrix_free(ctx, &states);
    hys_reservoir_free(r);
}

/* Enough devices that threads share them. */
static void any_number_of_threads_gives_the_same_bits(void **state) {
    (void)state;
    hys_cell_opts cell = wox();
    const char *const spread[] = {"lambda=lognormal 0.3"};
    cell.spread = spread;
    cell.n_spread = 1;
    enum { DEVICES = 1500, N = 3 };
    const double u[N] = {0.2, -1, 0.7};
    double *kept = NULL;
    for (unsigned threads = 1; threads <= 3; threads++) {
        hys_ctx *ctx = hys_test_ctx();
        hys_reservoir_opts o = hys_reservoir_opts_default();
        o.cell = &cell;
        o.devices = DEVICES;
        o.n_rates = 1;
        o.mask = HYS_MASK_CHAOTIC;
        o.mask_length = 2;
        o.noise = 0.01;
        o.threads = threads;
        hys_reservoir *r = NULL;
        hys_matrix states;
        assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
        assert_int_equal(hys_reservoir_run(r, u, N, &states), HYS_OK);
        const size_t bytes = (size_t)N * 2 * DEVICES * sizeof(double);
        if (!kept) {
            kept = malloc(bytes);
            memcpy(kept, states.values, bytes);
        }
        assert_memory_equal(kept, states.values, bytes);
        hys_matrix_free(ctx, &states);
        hys_reservoir_free(r);
        hys_ctx_free(ctx);
    }
    free(kept);
}

static int stop(void *user, double done) {
    *(double *)user = done;
    return done >= 0.5;
}

static void a_run_can_be_stopped(void **state) {
    hys_ctx *ctx = *state;
    const hys_cell_opts cell = wox();
    const double u[] = {1, 2, 3, 4};
    double done = 0;
    hys_reservoir_opts o = hys_reservoir_opts_default();
    o.cell = &cell;
    o.devices = 1;
    o.progress = stop;
    o.progress_user = &done;
    hys_reservoir *r = NULL;
    hys_matrix states;
    assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
    assert_int_equal(hys_reservoir_run(r, u, 4, &states), HYS_CANCEL);
    assert_near(done, 0.5, 0); /* the second of two rates */
    hys_reservoir_free(r);
}

static void spread_from_cycle_to_cycle_is_for_series(void **state) {
    hys_ctx *ctx = *state;
    hys_cell_opts cell = wox();
    const char *const spread[] = {"lambda=c2c lognormal 0.3"};
    cell.spread = spread;
    cell.n_spread = 1;
    float pixels[5] = {1, 0, 1, 0, 1};
    uint16_t label = 0;
    const hys_samples image = {1, 1, 1, 5, pixels, &label, 2};
    const double u[] = {-1, 1, -1, 1, -1, 1};
    hys_reservoir_opts o = hys_reservoir_opts_default();
    o.cell = &cell;
    o.devices = 1;
    o.low = -0.6;
    o.high = 0.6;
    o.read_time = 0;
    hys_reservoir *r = NULL;
    hys_matrix states;
    assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
    assert_int_equal(hys_reservoir_images(r, &image, &states), HYS_ARG);
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), "cycle to cycle"));
    assert_int_equal(hys_reservoir_run(r, u, 6, &states), HYS_OK);
    hys_matrix_free(ctx, &states);
    hys_reservoir_free(r);
}

static void masks_are_what_they_say(void **state) {
    hys_ctx *ctx = *state;
    const hys_cell_opts cell = wox();
    hys_reservoir_opts o = hys_reservoir_opts_default();
    o.cell = &cell;
    o.devices = 40;
    o.mask_length = 50;
    o.is_unchecked = true;
    for (o.mask = HYS_MASK_NONE; o.mask < HYS_N_MASK_KINDS; o.mask++) {
        hys_reservoir *r = NULL;
        assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
        const double *m = hys_reservoir_mask(r);
        double sum = 0, squares = 0;
        for (size_t k = 0; k < 2000; k++) {
            assert_true(fabs(m[k]) <= 1);
            sum += m[k] / 2000;
            squares += m[k] * m[k] / 2000;
        }
        /* variance of a uniform mask is 1/3, of the logistic map's arcsine law 1/2; four standard deviations */
        static const double mean[] = {1, 0, 0, 0}, square[] = {1, 1, 1.0 / 3, 0.5};
        assert_within(sum, mean[o.mask], 4 / sqrt(2000));
        assert_within(squares, square[o.mask], 4 * 0.36 / sqrt(2000));
        hys_reservoir_free(r);
    }
}

static void bad_reservoirs_get_one_message(void **state) {
    hys_ctx *ctx = *state;
    const hys_cell_opts cell = wox();
    const hys_reservoir_rate bad_frame = {0, 0}, bad_pulse = {1e-3, 2e-3};
    const double u[] = {1, NAN};
    float pixels[7] = {0};
    uint16_t label = 0;
    const hys_samples image = {1, 1, 1, 7, pixels, &label, 2};
    hys_reservoir_opts good = hys_reservoir_opts_default();
    good.cell = &cell;
    good.is_unchecked = true;
    hys_reservoir_opts o[6];
    for (size_t k = 0; k < 6; k++) o[k] = good;
    o[0].cell = NULL;
    o[1].rates = &bad_frame;
    o[1].n_rates = 1;
    o[2].rates = &bad_pulse;
    o[2].n_rates = 1;
    o[3].high = 0;
    o[4].n_rates = 17;
    o[5].noise = NAN;
    hys_reservoir *r = NULL;
    hys_matrix states;
    for (size_t k = 0; k < 6; k++) {
        assert_int_equal(hys_reservoir_new(ctx, &o[k], &r), HYS_ARG);
        assert_int_equal(hys_diag_n_errors(ctx), 1);
        hys_diag_clear(ctx);
    }
    assert_int_equal(hys_reservoir_new(ctx, &good, &r), HYS_OK);
    assert_int_equal(hys_reservoir_run(r, u, 2, &states), HYS_ARG);
    hys_diag_clear(ctx);
    assert_int_equal(hys_reservoir_images(r, &image, &states), HYS_ARG);
    assert_diag(ctx, 0,
                "error: rows of 7 pixels cannot be cut into trains of 5\n"
                "hint: crop them, or choose another number of pixels a train\n");
    hys_reservoir_free(r);
}

/* ---- echo-state networks ---- */

static void the_spectral_radius_is_the_largest_eigenvalue(void **state) {
    hys_ctx *ctx = *state;
    const double turn[] = {0.6, -0.8, 0.8, 0.6},          /* a rotation: a complex pair on the unit circle */
        skewed[] = {0.5, 1000, 0, 0, 0.7, 0, 0, 0, -0.9}, /* triangular, far from normal */
        nilpotent[] = {0, 1, 0, 0};
    double radius;
    assert_int_equal(hys_spectral_radius(ctx, turn, 2, &radius), HYS_OK);
    assert_near(radius, 1, 1e-12);
    assert_int_equal(hys_spectral_radius(ctx, skewed, 3, &radius), HYS_OK);
    assert_near(radius, 0.9, 1e-12);
    assert_int_equal(hys_spectral_radius(ctx, nilpotent, 2, &radius), HYS_OK);
    assert_within(radius, 0, 0);
}

/* Memory of a reservoir in software, with independent inputs. */
#define DELAYS 60

static double memory_of(hys_ctx *ctx, const hys_echo_opts *o, size_t n, double capacities[DELAYS]) {
    hys_echo *echo = NULL;
    hys_task task;
    hys_matrix states;
    double total = 0;
    hys_readout_opts r = hys_readout_opts_default();
    r.ridge = 0;
    assert_int_equal(hys_echo_new(ctx, o, &echo), HYS_OK);
    assert_int_equal(hys_task_new(ctx, HYS_TASK_MEMORY, n, 1, 7, &task), HYS_OK);
    assert_int_equal(hys_echo_run(echo, task.u, n, &states), HYS_OK);
    assert_int_equal(hys_memory_capacity(ctx, &states, task.u, &r, DELAYS, capacities, &total), HYS_OK);
    hys_matrix_free(ctx, &states);
    hys_task_free(ctx, &task);
    hys_echo_free(echo);
    return total;
}

static void a_linear_ring_remembers_as_many_inputs_as_it_has_nodes(void **state) {
    hys_echo_opts o = hys_echo_opts_default();
    o.nodes = 20;
    o.is_ring = o.is_linear = true;
    o.radius = 0.95;
    double c[DELAYS];
    const double memory = memory_of(*state, &o, 6000, c);
    /* Round the ring come u(k), u(k + N), u(k + 2N) ... in one sum, each weaker by r^N than the one before: of what
     * the sum says, the first gets the part 1 - r^2N.  All parts together are N; the input of now is no delay. */
    const double part = 1 - pow(0.95, 40);
    for (size_t k = 1; k < 40; k++)
        assert_within(c[k - 1], part * pow(0.95, k < 20 ? 0 : 40), 0.03); /* 2 r (1 - r^2) / sqrt(n): 0.004 */
    assert_within(memory, 20 - part - 20 * pow(0.95, 120), 0.25);
}

static void no_network_remembers_more_inputs_than_it_has_nodes(void **state) {
    hys_echo_opts o = hys_echo_opts_default();
    double c[DELAYS];
    o.nodes = 25;
    o.input = 0.1;
    o.density = 0.3;
    const double memory = memory_of(*state, &o, 3000, c);
    assert_true(c[0] > 0.99);
    assert_true(memory > 8 && memory < 25.2);
}

/* NRMSE of 100 nodes with tanh on NARMA-10 is published between 0.2 and 0.5, by how it is tuned (Rodan and Tino 2011:
 * NMSE about 0.1); the linear part alone gives about 0.4. */
static void an_echo_state_network_solves_narma_as_well_as_published(void **state) {
    hys_ctx *ctx = *state;
    hys_echo_opts o = hys_echo_opts_default();
    hys_echo *echo = NULL;
    hys_task task;
    hys_series_scores s;
    o.nodes = 100;
    o.input = 0.2;
    o.bias = 0.2;
    o.radius = 0.95;
    assert_int_equal(hys_echo_new(ctx, &o, &echo), HYS_OK);
    assert_int_equal(hys_task_new(ctx, HYS_TASK_NARMA10, 3200, 0, 3, &task), HYS_OK);
    assert_int_equal(hys_reservoir_predict(NULL, echo, &task, NULL, NULL, &s), HYS_OK);
    assert_true(s.nrmse > 0.1 && s.nrmse < 0.45);
    hys_task_free(ctx, &task);
    hys_echo_free(echo);
}

/* ---- read-outs ---- */

/* Two columns: the normal equations by hand. */
static void ridge_is_the_closed_form(void **state) {
    hys_ctx *ctx = *state;
    enum { N = 7 };
    double x[2 * N], y[N], mean[2] = {0, 0}, my = 0, a = 0, b = 0, c = 0, p = 0, q = 0;
    for (size_t t = 0; t < N; t++) {
        x[2 * t] = 1e-9 * sin(1.3 * (double)t);
        x[2 * t + 1] = 4 + cos(2.1 * (double)t);
        y[t] = 0.3 * (double)(t * t % 5) - 1;
        mean[0] += x[2 * t] / N;
        mean[1] += x[2 * t + 1] / N;
        my += y[t] / N;
    }
    for (size_t t = 0; t < N; t++) {
        const double u = x[2 * t] - mean[0], v = x[2 * t + 1] - mean[1];
        a += u * u / N;
        b += u * v / N;
        c += v * v / N;
        p += u * (y[t] - my) / N;
        q += v * (y[t] - my) / N;
    }
    const double ridge = 0.037, ra = a * (1 + ridge), rc = c * (1 + ridge), det = ra * rc - b * b;
    const double w0 = (rc * p - b * q) / det, w1 = (ra * q - b * p) / det;
    hys_matrix w;
    const hys_matrix mx = {N, 2, x}, target = {N, 1, y};
    assert_int_equal(hys_ridge_fit(ctx, &mx, &target, ridge, &w), HYS_OK);
    assert_near(w.values[0], w0, 1e-12);
    assert_near(w.values[1], w1, 1e-12);
    assert_near(w.values[2], my - w0 * mean[0] - w1 * mean[1], 1e-12);
    hys_matrix_free(ctx, &w);
}

static void equal_columns_need_a_ridge(void **state) {
    hys_ctx *ctx = *state;
    double x[] = {1, 1, 5, 2, 2, 5, 4, 4, 5, 3, 3, 5}, y[] = {1, 2, 4, 3};
    const hys_matrix mx = {4, 3, x}, target = {4, 1, y};
    hys_matrix w;
    assert_int_equal(hys_ridge_fit(ctx, &mx, &target, 0, &w), HYS_SINGULAR);
    hys_diag_clear(ctx);
    assert_int_equal(hys_ridge_fit(ctx, &mx, &target, 1e-9, &w), HYS_OK);
    assert_near(w.values[0], 0.5, 1e-6);
    assert_near(w.values[1], 0.5, 1e-6);
    assert_within(w.values[2], 0, 0); /* never changes */
    hys_matrix_free(ctx, &w);
}

/* ---- tasks ---- */

static void tasks_obey_their_equations(void **state) {
    hys_ctx *ctx = *state;
    hys_task t;
    assert_int_equal(hys_task_new(ctx, HYS_TASK_SECOND_ORDER, 50, 0, 1, &t), HYS_OK);
    for (size_t k = 2; k < 50; k++)
        assert_near(t.y[k], 0.4 * t.y[k - 1] + 0.4 * t.y[k - 1] * t.y[k - 2] + 0.6 * pow(t.u[k], 3) + 0.1, 1e-14);
    hys_task_free(ctx, &t);
    assert_int_equal(hys_task_new(ctx, HYS_TASK_NARMA10, 50, 0, 1, &t), HYS_OK);
    for (size_t k = 10; k < 50; k++) {
        double sum = 0;
        for (size_t i = 1; i <= 10; i++) sum += t.y[k - i];
        assert_near(t.y[k], 0.3 * t.y[k - 1] + 0.05 * t.y[k - 1] * sum + 1.5 * t.u[k - 9] * t.u[k] + 0.1, 1e-14);
    }
    hys_task_free(ctx, &t);
    assert_int_equal(hys_task_new(ctx, HYS_TASK_HENON, 50, 1, 1, &t), HYS_OK);
    for (size_t k = 1; k < 50; k++) assert_within(t.y[k], 1 - 1.4 * t.u[k] * t.u[k] + 0.3 * t.u[k - 1], 1e-14);
    hys_task_free(ctx, &t);
    assert_int_equal(hys_task_new(ctx, HYS_TASK_MEMORY, 50, 3, 1, &t), HYS_OK);
    for (size_t k = 3; k < 50; k++) assert_same_double(t.y[k], t.u[k - 3]);
    hys_task_free(ctx, &t);
}

/* The attractors' ranges, as every textbook's picture shows them; the Lorenz wings are symmetric about x = 0. */
static void chaotic_series_fill_their_attractors(void **state) {
    static const struct {
        hys_task_kind kind;
        double low, high, slack;
    } cases[] = {{HYS_TASK_MACKEY_GLASS, 0.42, 1.31, 0.06},
                 {HYS_TASK_LORENZ, -18.5, 18.5, 1.5},
                 {HYS_TASK_HENON, -1.28, 1.27, 0.02}};
    hys_ctx *ctx = *state;
    for (size_t c = 0; c < 3; c++) {
        hys_task t;
        double low = INFINITY, high = -INFINITY;
        assert_int_equal(hys_task_new(ctx, cases[c].kind, 5000, 1, 2, &t), HYS_OK);
        for (size_t k = 0; k < t.n; k++) {
            low = fmin(low, t.u[k]);
            high = fmax(high, t.u[k]);
            if (k) assert_same_double(t.u[k], t.y[k - 1]);
        }
        assert_within(low, cases[c].low, cases[c].slack);
        assert_within(high, cases[c].high, cases[c].slack);
        hys_task_free(ctx, &t);
    }
}

/* With ten fast nodes in place of the second-order system's own memory, a device does better than its inputs alone. */
static void wox_solves_the_second_order_task(void **state) {
    hys_ctx *ctx = *state;
    hys_cell_opts cell = wox();
    const hys_reservoir_rate rates[] = {{2e-3, 1e-3}, {10e-3, 1e-3}, {20e-3, 1e-3}, {40e-3, 1e-3}};
    hys_reservoir_opts o = hys_reservoir_opts_default();
    const char *const spread[] = {"lambda=lognormal 0.3", "eta=normal 0.1", "tau=lognormal 0.3"};
    cell.spread = spread;
    cell.n_spread = 3;
    o.cell = &cell;
    o.devices = 10;
    o.rates = rates;
    o.n_rates = 4;
    o.low = 0.3;
    o.high = 0.7;
    o.input_high = 0.5;
    hys_task task;
    hys_series_scores s, blind;
    hys_reservoir *r = NULL;
    assert_int_equal(hys_task_new(ctx, HYS_TASK_SECOND_ORDER, 700, 0, 1, &task), HYS_OK);
    assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
    assert_int_equal(hys_reservoir_predict(r, NULL, &task, NULL, NULL, &s), HYS_OK);
    const hys_matrix inputs = {task.n, 1, task.u};
    assert_int_equal(hys_readout_series(ctx, &inputs, task.y, NULL, NULL, &blind), HYS_OK);
    assert_true(s.nrmse < 0.25 * blind.nrmse);
    hys_reservoir_free(r);
    hys_task_free(ctx, &task);
}

static void digits_of_twenty_pixels_are_told_apart(void **state) {
    hys_ctx *ctx = *state;
    const hys_cell_opts cell = wox();
    hys_matrix digits;
    float pixels[200];
    uint16_t labels[10];
    assert_int_equal(hys_task_digits(ctx, &digits), HYS_OK);
    for (size_t k = 0; k < 200; k++) pixels[k] = (float)digits.values[k];
    for (uint16_t k = 0; k < 10; k++) labels[k] = k;
    const hys_samples samples = {10, 1, 5, 4, pixels, labels, 10};
    hys_reservoir_opts o = hys_reservoir_opts_default();
    hys_reservoir_classify_opts c = hys_reservoir_classify_opts_default();
    hys_reservoir *r = NULL;
    hys_reservoir_scores s;
    o.cell = &cell;
    o.pixels = 4;
    o.high = 0.7;
    c.ridge = 1e-6;
    c.train.epochs = 100;
    c.train.rate = 0.1;
    c.with_pixels = true;
    assert_int_equal(hys_reservoir_new(ctx, &o, &r), HYS_OK);
    for (size_t k = 0; k < 2; k++) {
        c.is_ridge = k;
        assert_int_equal(hys_reservoir_classify(r, &samples, &samples, &c, &s), HYS_OK);
        assert_int_equal(hys_reservoir_get_report(r).nodes, 10); /* five devices, two rates */
        assert_near(s.accuracy, 1, 0);
        assert_near(s.pixel_accuracy, 1, 0);
        for (size_t j = 0; j < 100; j++) assert_int_equal(s.confusion[j], j % 11 == 0);
        hys_reservoir_scores_free(ctx, &s);
    }
    hys_reservoir_free(r);
    hys_matrix_free(ctx, &digits);
}

static void a_series_is_read_from_a_file(void **state) {
    hys_ctx *ctx = *state;
    const char *dir = hys_test_dir(), *path = hys_test_path(dir, "u.csv");
    hys_task t;
    hys_test_write(path, "1\n2\n4\n8\n16\n", 11);
    assert_int_equal(hys_task_read(ctx, path, 2, &t), HYS_OK);
    assert_int_equal(t.n, 3);
    for (size_t k = 0; k < 3; k++) assert_near(t.y[k], 4 * t.u[k], 0);
    hys_task_free(ctx, &t);
    hys_test_write(path, "1,9\n2,8\n4,7\n", 12);
    assert_int_equal(hys_task_read(ctx, path, 1, &t), HYS_OK);
    assert_int_equal(t.n, 3);
    assert_near(t.y[2], 7, 0);
    hys_task_free(ctx, &t);
    hys_test_write(path, "1,9,3\n", 6);
    assert_int_equal(hys_task_read(ctx, path, 1, &t), HYS_ARG);
    hys_test_dir_remove(dir);
}

static hys_status whole_experiment(hys_ctx *ctx, void *arg) {
    (void)arg;
    const hys_cell_opts cell = wox();
    hys_reservoir_opts o = hys_reservoir_opts_default();
    hys_memory_opts m = hys_memory_opts_default();
    double capacities[2], total;
    hys_reservoir *r = NULL;
    o.cell = &cell;
    o.devices = 2;
    o.n_rates = 1;
    m.n = 40;
    m.n_delays = 2;
    m.readout.washout = 2;
    hys_status status = hys_reservoir_new(ctx, &o, &r);
    if (status == HYS_OK) status = hys_reservoir_memory(r, NULL, &m, capacities, &total);
    hys_reservoir_free(r);
    hys_echo *echo = NULL;
    hys_echo_opts e = hys_echo_opts_default();
    e.nodes = 5;
    e.density = 1;
    if (status == HYS_OK) status = hys_echo_new(ctx, &e, &echo);
    if (status == HYS_OK) status = hys_reservoir_memory(NULL, echo, &m, capacities, &total);
    hys_echo_free(echo);
    return status;
}

static hys_status images(hys_ctx *ctx, void *arg) {
    hys_cell_opts cell = wox();
    const char *const spread[] = {"lambda=lognormal 0.3"};
    cell.spread = spread;
    cell.n_spread = 1;
    float pixels[20] = {1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1};
    uint16_t labels[2] = {0, 1};
    const hys_samples two = {2, 1, 1, 10, pixels, labels, 2};
    hys_reservoir_opts o = hys_reservoir_opts_default();
    hys_reservoir_classify_opts c = hys_reservoir_classify_opts_default();
    hys_reservoir_scores s;
    hys_reservoir *r = NULL;
    o.cell = &cell;
    o.is_unchecked = true;
    c.is_ridge = *(bool *)arg;
    c.train.epochs = 1;
    hys_status status = hys_reservoir_new(ctx, &o, &r);
    if (status == HYS_OK) status = hys_reservoir_classify(r, &two, &two, &c, &s);
    if (status == HYS_OK) hys_reservoir_scores_free(ctx, &s);
    hys_reservoir_free(r);
    return status;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    bool is_ridge = true;
    hys_test_each_failure(whole_experiment, NULL, true);
    hys_test_each_failure(images, &is_ridge, true);
}

static int new_ctx(void **state) {
    *state = hys_test_ctx();
    return 0;
}

static int free_ctx(void **state) {
    hys_ctx_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, new_ctx, free_ctx)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_pulse_train_on_wox_follows_its_closed_form),
        TEST(what_a_pulse_leaves_fades_with_the_time_constant),
        TEST(devices_without_memory_or_that_never_forget_are_refused),
        TEST(a_fading_device_tells_all_trains_apart),
        TEST(equal_trains_are_simulated_once_with_the_same_bits),
        TEST(nodes_are_those_of_a_column_without_wires),
        TEST(any_number_of_threads_gives_the_same_bits),
        TEST(a_run_can_be_stopped),
        TEST(spread_from_cycle_to_cycle_is_for_series),
        TEST(masks_are_what_they_say),
        TEST(bad_reservoirs_get_one_message),
        TEST(the_spectral_radius_is_the_largest_eigenvalue),
        TEST(a_linear_ring_remembers_as_many_inputs_as_it_has_nodes),
        TEST(no_network_remembers_more_inputs_than_it_has_nodes),
        TEST(an_echo_state_network_solves_narma_as_well_as_published),
        TEST(ridge_is_the_closed_form),
        TEST(equal_columns_need_a_ridge),
        TEST(tasks_obey_their_equations),
        TEST(chaotic_series_fill_their_attractors),
        TEST(wox_solves_the_second_order_task),
        TEST(digits_of_twenty_pixels_are_told_apart),
        TEST(a_series_is_read_from_a_file),
        TEST(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
