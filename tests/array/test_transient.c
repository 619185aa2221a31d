/* Crossbars in time against the exponentials of an RC ladder, the order of the method, energy, and static solutions. */
#include "hys_test.h"
#include <hysteron/array_device.h>

#define PI 3.14159265358979323846

static hys_array_opts opts_of(size_t m, size_t n, double wire, double farad) {
    hys_array_opts o = hys_array_opts_default();
    o.rows = m;
    o.columns = n;
    o.word_wire = o.bit_wire = wire;
    o.word_capacitance = o.bit_capacitance = farad;
    o.threads = 1;
    return o;
}

static hys_array *array_of(hys_ctx *ctx, const hys_array_opts *o, double g) {
    hys_array *array = NULL;
    double *cells = malloc(o->rows * o->columns * sizeof *cells);
    for (size_t k = 0; k < o->rows * o->columns; k++) cells[k] = g * (1 + 0.1 * (double)(k % 7));
    if (hys_array_new(ctx, o, &array) != HYS_OK || hys_array_set_conductances(array, cells) != HYS_OK)
        fail_msg("%s", hys_test_diag_text(ctx, 0));
    free(cells);
    return array;
}

static hys_array_run_report run(hys_ctx *ctx, hys_array *array, const hys_array_drive *drive,
                                const hys_array_run_opts *opts) {
    hys_array_run_report report = {.size = sizeof report};
    if (hys_array_run(array, drive, opts, &report) != HYS_OK) fail_msg("%s", hys_test_diag_text(ctx, 0));
    return report;
}

static hys_array_run_opts steps(size_t n) {
    hys_array_run_opts o = hys_array_run_opts_default();
    o.n_steps = n;
    return o;
}

/* ---- one line ---- */

/* Mode k at node j of a line of n nodes that is driven through one segment, and its eigenvalue, S. */
static double mode(size_t n, size_t k, size_t j) {
    return sin(PI * (2.0 * (double)k + 1) * ((double)j + 1) / (2.0 * (double)n + 1)) * 2 / sqrt(2.0 * (double)n + 1);
}
static double eigenvalue(size_t n, size_t k, double g) {
    const double s = sin(PI * (2.0 * (double)k + 1) / (2 * (2.0 * (double)n + 1)));
    return 4 * g * s * s;
}

/* Node j at time t >= rise, when the source has risen to 1 V within `rise`: each mode obeys y' = -y/tau + b V(t). */
static double ladder(size_t n, size_t j, double g, double farad, double rise, double t) {
    double v = 0;
    for (size_t k = 0; k < n; k++) {
        const double tau = farad / eigenvalue(n, k, g), b = g * mode(n, k, 0) / farad;
        v += mode(n, k, j) * b * tau * (1 + tau / rise * (exp(-t / tau) - exp(-(t - rise) / tau)));
    }
    return v;
}

static const double one_rise[] = {0, 1e-12, 1.2e-11}, one_volt[] = {0, 1, 1};

static double far_end(hys_ctx *ctx, const hys_array_run_opts *opts, hys_array_run_report *report) {
    const hys_array_opts o = opts_of(1, 12, 50, 1e-15);
    hys_array *array = array_of(ctx, &o, 0);
    const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = one_rise, .words = one_volt};
    const hys_array_run_report r = run(ctx, array, &drive, opts);
    const double v = hys_array_word_potentials(array)[11];
    if (report) *report = r;
    hys_array_free(array);
    return v;
}

static void test_a_line_charges_as_its_exponentials_say(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double want = ladder(12, 11, 1 / 50.0, 1e-15, one_rise[1], one_rise[2]);
    assert_true(want > 0.9 && want < 0.999);
    hys_array_run_opts o = hys_array_run_opts_default();
    hys_array_run_report r;
    assert_within(far_end(ctx, &o, &r), want, 1e-3);
    assert_within(r.energy_balance, 0, 1e-3);
    o.reltol = 1e-5;
    hys_array_run_report finer;
    assert_within(far_end(ctx, &o, &finer), want, 1e-5);
    assert_true(finer.steps > r.steps);
    hys_ctx_free(ctx);
}

/* Of order 2: a quarter of the error for half the step. */
static void test_half_the_step_is_a_quarter_of_the_error(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double want = ladder(12, 11, 1 / 50.0, 1e-15, one_rise[1], one_rise[2]);
    double before = 0;
    for (size_t n = 96; n <= 768; n *= 2) {
        const hys_array_run_opts o = steps(n);
        const double error = fabs(far_end(ctx, &o, NULL) - want);
        if (before > 0) assert_near(before / error, 4, 0.15);
        before = error;
    }
    assert_true(before < 1e-6);
    hys_ctx_free(ctx);
}

/* A slow rise leaves C V^2 / 2 in the wires and almost nothing on the way; a fast one loses as much as it stores. */
static void test_charging_costs_what_it_must(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double rises[] = {1e-14, 1e-6}, lost[] = {6e-15, 0};
    for (int k = 0; k < 2; k++) {
        const hys_array_opts o = opts_of(1, 12, 50, 1e-15);
        const double times[] = {0, rises[k], rises[k] + 4e-10};
        const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = times, .words = one_volt};
        hys_array *array = array_of(ctx, &o, 0);
        const hys_array_run_report r = run(ctx, array, &drive, NULL);
        assert_near(r.charge_energy, 6e-15, 1e-3); /* 12 of 1 fF at 1 V */
        assert_within(r.wire_energy, lost[k], 6e-17);
        assert_within(r.cell_energy, 0, 1e-25);
        assert_within(r.energy_balance, 0, 3e-3);
        hys_array_free(array);
    }
    hys_ctx_free(ctx);
}

/* ---- whole arrays ---- */

typedef struct record {
    size_t n, n_corners;
    double last, current, charge;
} record;

static int take(void *user, const hys_array_instant *now) {
    record *l = user;
    if (l->n && now->time <= l->last) return 1;
    l->charge += 0.5 * (now->time - l->last) * (now->word_currents[0] + l->current);
    l->current = now->word_currents[0];
    l->last = now->time;
    l->n++;
    for (int k = 0; k < 3; k++) l->n_corners += now->time == one_rise[k];
    return 0;
}

static void test_corners_are_met_and_charge_is_what_flowed(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(1, 12, 50, 1e-15);
    hys_array *array = array_of(ctx, &o, 0);
    const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = one_rise, .words = one_volt};
    record l = {0};
    hys_array_run_opts opts = steps(1000);
    opts.at_step = take;
    opts.user = &l;
    run(ctx, array, &drive, &opts);
    assert_int_equal(l.n_corners, 3);
    assert_true(l.n >= 1001 && l.n <= 1002);
    double sum = 0;
    for (size_t j = 0; j < 12; j++) sum += 1e-15 * hys_array_word_potentials(array)[j];
    assert_near(l.charge, sum, 1e-4); /* the trapezoid's error */
    hys_array_free(array);
    hys_ctx_free(ctx);
}

/* Long after the edge, and without capacitances at any time, an array is what its static solution says. */
static void test_what_has_settled_is_the_static_solution(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double farads[] = {1e-15, 0}, times[] = {0, 1e-9, 1e-6};
    double words[3 * 9] = {0};
    for (size_t i = 0; i < 9; i++) words[9 + i] = words[18 + i] = 0.2 + 0.1 * (double)i;
    for (int k = 0; k < 2; k++) {
        const hys_array_opts o = opts_of(9, 60, 10, farads[k]);
        hys_array *array = array_of(ctx, &o, 1e-4);
        assert_int_equal(hys_array_solve(array, words + 9, NULL), HYS_OK);
        double want[60], u[540];
        memcpy(want, hys_array_bit_currents(array), sizeof want);
        memcpy(u, hys_array_word_potentials(array), sizeof u);
        const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = times, .words = words};
        const hys_array_run_report r = run(ctx, array, &drive, NULL);
        for (size_t j = 0; j < 60; j++) assert_near(hys_array_bit_currents(array)[j], want[j], 1e-5);
        for (size_t n = 0; n < 540; n++) assert_within(hys_array_word_potentials(array)[n], u[n], 1e-6);
        assert_within(r.energy_balance, 0, farads[k] > 0 ? 1e-4 : 1e-6);
        assert_true(r.worst_residual <= 1e-6);
        /* and reads find the network without capacitances again */
        assert_int_equal(hys_array_solve(array, words + 9, NULL), HYS_OK);
        for (size_t j = 0; j < 60; j++) assert_near(hys_array_bit_currents(array)[j], want[j], 1e-12);
        hys_array_free(array);
    }
    hys_ctx_free(ctx);
}

/* Cells that conduct and a coarse space: 60 x 60 with capacitances, against a step five times finer. */
static void test_large_arrays_with_capacitances_converge(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double words[3 * 60] = {0}, before[60] = {0}, after[60] = {0};
    const double times[] = {0, 1e-12, 3e-11};
    for (size_t i = 0; i < 60; i++) words[60 + i] = words[120 + i] = 1;
    for (int k = 0; k < 2; k++) {
        const hys_array_opts o = opts_of(60, 60, 10, 1e-16);
        hys_array *array = array_of(ctx, &o, 1e-4);
        const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = times, .words = words};
        const hys_array_run_opts opts = steps(k ? 300 : 60);
        const hys_array_run_report r = run(ctx, array, &drive, &opts);
        assert_true((double)r.iterations <
                    8.0 * (double)r.newton_steps); /* the coarse space holds the capacitances too */
        memcpy(k ? after : before, hys_array_bit_currents(array), sizeof after);
        hys_array_free(array);
    }
    for (size_t j = 0; j < 60; j++) assert_near(before[j], after[j], 5e-3);
    hys_ctx_free(ctx);
}

static void test_the_same_run_gives_the_same_bits(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_run_opts o = hys_array_run_opts_default();
    const double first = far_end(ctx, &o, NULL);
    assert_same_double(far_end(ctx, &o, NULL), first);
    hys_ctx_free(ctx);
}

static void test_bad_drives_are_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const hys_array_opts o = opts_of(1, 2, 1, 0);
    hys_array *array = array_of(ctx, &o, 1e-4);
    const double back[] = {0, 1e-9, 1e-9}, late[] = {1e-9, 2e-9, 3e-9}, nan[] = {0, NAN, 1};
    const struct {
        size_t n;
        const double *times, *words;
        const char *text;
    } cases[] = {
        {1, back, one_volt, "error: a drive of 1 corners\nhint: times from 0 to the end\n"},
        {3, back, one_volt,
         "error: corner 2 of the drive is at 1e-09 s, behind one at 1e-09 s\nhint: give an edge a time of its own, "
         "however short\n"},
        {3, late, one_volt, "error: the drive starts at 1e-09 s, not at 0\n"},
        {3, one_rise, nan, "error: word line 0 is driven to nan V at corner 1\n"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        hys_diag_clear(ctx);
        const hys_array_drive drive = {
            .size = sizeof drive, .n_corners = cases[k].n, .times = cases[k].times, .words = cases[k].words};
        assert_int_equal(hys_array_run(array, &drive, NULL, NULL), HYS_ARG);
        assert_diag(ctx, 0, cases[k].text);
    }
    hys_array_free(array);
    hys_ctx_free(ctx);
}

static hys_status job(hys_ctx *ctx, void *arg) {
    hys_array_opts o = opts_of(2, 3, 50, 1e-15);
    o.lines = arg ? HYS_LINES_PARALLEL : HYS_LINES_CROSSED;
    const hys_array_drive drive = {.size = sizeof drive, .n_corners = 3, .times = one_rise};
    const hys_array_run_opts opts = steps(4);
    const double cells[] = {1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4};
    hys_array *array = NULL;
    hys_status status = hys_array_new(ctx, &o, &array);
    if (status == HYS_OK) status = hys_array_set_conductances(array, cells);
    if (status == HYS_OK) status = hys_array_run(array, &drive, &opts, NULL);
    hys_array_free(array);
    return status;
}

static void test_memory_may_fail(void **state) {
    (void)state;
    hys_test_each_failure(job, NULL, false);
    hys_test_each_failure(job, NULL, true);
    int parallel;
    hys_test_each_failure(job, &parallel, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_charges_as_its_exponentials_say),
        cmocka_unit_test(test_half_the_step_is_a_quarter_of_the_error),
        cmocka_unit_test(test_charging_costs_what_it_must),
        cmocka_unit_test(test_corners_are_met_and_charge_is_what_flowed),
        cmocka_unit_test(test_what_has_settled_is_the_static_solution),
        cmocka_unit_test(test_large_arrays_with_capacitances_converge),
        cmocka_unit_test(test_the_same_run_gives_the_same_bits),
        cmocka_unit_test(test_bad_drives_are_refused),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
