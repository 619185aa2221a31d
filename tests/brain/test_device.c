/* Devices in the place of channels. */
#include "brain_cells.h"
#include <stdlib.h>
#include <string.h>

/* Scales as hysteron screen finds them for the potassium channel. */
static const struct {
    const char *name, *method;
    hys_screen_scale scale;
} devices[] = {{"wox", "gates", {11.649897, 7.693127, 230961.45, -0.055074711}},
               {"nbox_kchannel", "curved", {3.5463835, 61.112827, 28448.519, 0.071138701}}};

static hys_brain_cell *cell_with(hys_ctx *ctx, size_t k, const char *spread) {
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_channel_opts c = hys_channel_opts_default();
    hys_brain_cell *cell = NULL;
    o.leak = 3;
    o.leak_reversal = -54.387e-3;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    said(ctx, add_channel(cell, "hh_na", "na", NULL));
    c.device = devices[k].name;
    c.name = "k";
    c.reversal = -77e-3;
    c.scale = devices[k].scale;
    c.spread = &spread;
    c.n_spread = spread != NULL;
    said(ctx, hys_brain_cell_add_channel(cell, &c));
    return cell;
}

static void devices_make_spikes_and_keep_charge(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    for (size_t d = 0; d < 2; d++) {
        hys_brain_opts opts = hys_brain_opts_default();
        opts.dt = 10e-6; /* short enough beside C/G everywhere: potentials go by Crank and Nicolson's rule */
        cell_run r = run_of(ctx, cell_with(ctx, d, NULL), 1, &opts);
        size_t na, k, power, electrodes, n;
        assert_string_equal(hys_brain_cell_method(r.cell, 1), devices[d].method);
        inject(&r, .1, 1e-3);
        said(ctx, hys_brain_record(r.brain, &r.place, "na.i", 1, &na));
        said(ctx, hys_brain_record(r.brain, &r.place, "k.i", 1, &k));
        said(ctx, hys_brain_record(r.brain, &r.place, "k.power", 1, &power));
        said(ctx, hys_brain_record(r.brain, &r.place, "electrodes", 1, &electrodes));
        const hys_brain_trace v = run_recorded(&r, 60e-3);
        const double *i_na = hys_brain_recorded(r.brain, na).y, *i_k = hys_brain_recorded(r.brain, k).y;
        const double *i_e = hys_brain_recorded(r.brain, electrodes).y, *w = hys_brain_recorded(r.brain, power).y;
        hys_brain_spikes(r.brain, r.group, &n);
        assert_in_range(n, 3, 6); /* the channel itself: 4 */
        for (size_t j = 0; j + 1 < v.n; j++) {
            /* mean over the step: the middle, or where devices are faster than the step, what they tell of it */
            const double seen = (w[j] / i_k[j] - devices[d].scale.offset) / devices[d].scale.voltage + -77e-3;
            const double middle = 0.5 * (v.y[j] + v.y[j + 1]), leak = 3e-9 * (seen - -54.387e-3);
            assert_within(seen, middle, 0.5 * fabs(v.y[j + 1] - v.y[j]) + 1e-12);
            const double stored = 1e-11 * (v.y[j + 1] - v.y[j]) / opts.dt;
            assert_within(stored + leak + i_na[j] + i_k[j] - i_e[j], 0, 1e-20 + 1e-12 * (fabs(i_na[j]) + fabs(i_k[j])));
            /* devices only take */
            assert_true(w[j] >= -1e-15);
        }
        free_run(&r);
    }
    hys_ctx_free(ctx);
}

static double v_after(hys_ctx *ctx, double dt, hys_brain_method method, const char *spread) {
    hys_brain_opts o = hys_brain_opts_default();
    o.dt = dt;
    o.method = method;
    cell_run r = run_of(ctx, cell_with(ctx, 1, spread), 1, &o);
    said(ctx, hys_brain_set_v(r.brain, &r.place, -50e-3));
    said(ctx, hys_brain_run(r.brain, 2e-3));
    const double v = hys_brain_v(r.brain, &r.place);
    free_run(&r);
    return v;
}

/* Through a spike's top; the reference is CVODE's kind of steps, of all equations at once. */
static void a_device_is_of_second_order_too(void **state) {
    (void)state;
    static const char *const spreads[] = {NULL, "gamma=lognormal 0.1"};
    hys_ctx *ctx = hys_test_ctx();
    double exact[2];
    for (int k = 0; k < 2; k++) {
        exact[k] = v_after(ctx, 25e-6, HYS_BRAIN_ADAPTIVE, spreads[k]);
        const double coarse = fabs(v_after(ctx, 10e-6, HYS_BRAIN_CRANK_NICOLSON, spreads[k]) - exact[k]);
        const double fine = fabs(v_after(ctx, 5e-6, HYS_BRAIN_CRANK_NICOLSON, spreads[k]) - exact[k]);
        assert_within(log2(coarse / fine), 2, 0.15);
        assert_true(fine < 20e-6);
    }
    assert_true(fabs(exact[1] - exact[0]) > 100e-6); /* a device of its own */
    hys_ctx_free(ctx);
}

/* 1000 cells whose devices differ by a tenth: the spikes' bits with any number of threads. */
static size_t spikes_of(hys_ctx *ctx, unsigned n_threads, hys_spike *to, size_t most) {
    hys_brain_opts o = hys_brain_opts_default();
    o.n_threads = n_threads;
    o.seed = 7;
    cell_run r = run_of(ctx, cell_with(ctx, 1, "gamma=lognormal 0.1"), 1000, &o);
    inject(&r, .1, 0);
    said(ctx, hys_brain_run(r.brain, 20e-3));
    size_t n;
    const hys_spike *s = hys_brain_spikes(r.brain, r.group, &n);
    assert_in_range(n, 1000, most);
    memcpy(to, s, n * sizeof *s);
    free_run(&r);
    return n;
}

static void a_population_with_spread_is_the_same_at_any_number_of_threads(void **state) {
    (void)state;
    enum { MOST = 4000 };
    hys_ctx *ctx = hys_test_ctx();
    hys_spike *all[3];
    size_t n[3];
    for (unsigned k = 0; k < 3; k++) {
        all[k] = calloc(MOST, sizeof *all[k]);
        assert_non_null(all[k]);
        n[k] = spikes_of(ctx, k + 1, all[k], MOST);
    }
    for (size_t k = 1; k < 3; k++) {
        assert_int_equal(n[k], n[0]);
        for (size_t s = 0; s < n[0]; s++) {
            assert_int_equal(all[k][s].cell, all[0][s].cell);
            assert_same_double(all[k][s].time, all[0][s].time);
        }
    }
    double sum = 0, squares = 0;
    size_t count = 0;
    for (size_t s = 0; s < n[0]; s++) { /* second spikes show the spread */
        if (s == 0 || all[0][s - 1].cell != all[0][s].cell) continue;
        sum += all[0][s].time;
        squares += all[0][s].time * all[0][s].time;
        count++;
    }
    const double mean = sum / (double)count, deviation = sqrt(squares / (double)count - mean * mean);
    assert_true(count > 900);
    assert_true(deviation > 0.02e-3 && deviation < 2e-3);
    for (int k = 0; k < 3; k++) free(all[k]);
    hys_ctx_free(ctx);
}

/* A contact of 1 kohm and, behind it, a core whose voltage falls from 0.5 V on while its current grows. */
static hys_status s_shaped_status(hys_ctx *ctx, const char *capacitance, size_t *n_spikes) {
    hys_channel_opts c = hys_channel_opts_default();
    const char *set[] = {"L=1m", capacitance};
    hys_brain_cell *cell = hh_cell(ctx, NULL);
    c.device = HYS_TEST_SOURCE "/tests/brain/data/s_shaped.va";
    c.reversal = -77e-3;
    c.set = set;
    c.n_set = 2;
    c.scale = (hys_screen_scale){1, 20, 1e3, 0};
    said(ctx, hys_brain_cell_add_channel(cell, &c));
    assert_string_equal(hys_brain_cell_method(cell, 2), "local");
    cell_run r = run_of(ctx, cell, 1, NULL);
    inject(&r, .1, 1e-3);
    const hys_status status = hys_brain_run(r.brain, 20e-3);
    hys_brain_spikes(r.brain, r.group, n_spikes);
    free_run(&r);
    return status;
}

/* The core's current has an inertia of 1 mH; 100 pF across it make its voltage a state too. */
static void an_s_shaped_device_needs_its_parallel_capacitance(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    size_t n;
    assert_int_equal(s_shaped_status(ctx, "C=0", &n), HYS_NOCONV);
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), "s_shaped in compartment 0 of cell 0 has no solution"));
    assert_non_null(strstr(hys_test_diag_text(ctx, 0), "capacitance in parallel"));
    assert_int_equal(s_shaped_status(ctx, "C=100p", &n), HYS_OK);
    assert_int_equal(n, 2);
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(devices_make_spikes_and_keep_charge),
    cmocka_unit_test(a_device_is_of_second_order_too),
    cmocka_unit_test(an_s_shaped_device_needs_its_parallel_capacitance),
    cmocka_unit_test(a_population_with_spread_is_the_same_at_any_number_of_threads),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
