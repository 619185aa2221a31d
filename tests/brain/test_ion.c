/* Concentrations beneath the membrane: closed balances, tight integrations, channels that read them. */
#include "brain_cells.h"

#define FARADAY 96485.33212331001
#define GAS     8.31446261815324

static hys_brain_cell *held_cell(hys_ctx *ctx, const hys_ion_opts *ion) {
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.capacitance = 1e15; /* nothing moves it from -65 mV */
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    said(ctx, hys_brain_cell_add_ion(cell, ion));
    return cell;
}

static hys_status add_ion_channel(hys_brain_cell *cell, const char *device, const char *name, const char *ion,
                                  double density) {
    hys_channel_opts c = hys_channel_opts_default();
    c.device = device;
    c.name = name;
    c.ion = ion;
    c.density = density;
    return hys_brain_cell_add_channel(cell, &c);
}

/* ---- a shell of potassium behind a leak: c' = -g (V - RT/F ln(5/c)) / (F d) - (c - 140) / tau ---- */

static const hys_ion_opts potassium = {sizeof potassium, "k", 1, 140, 5, 1e-8, 50e-3};

static double slope_of(double c) {
    const double reversal = GAS * 300.15 / FARADAY * log(5 / c);
    return -3 * (-65e-3 - reversal) / (FARADAY * 1e-8) - (c - 140) / 50e-3;
}

static double integrated(double t) { /* Runge and Kutta's fourth order */
    const int n = 20000;
    const double h = t / n;
    double c = 140;
    for (int k = 0; k < n; k++) {
        const double a = slope_of(c), b = slope_of(c + h / 2 * a), d = slope_of(c + h / 2 * b), e = slope_of(c + h * d);
        c += h / 6 * (a + 2 * b + 2 * d + e);
    }
    return c;
}

static double last_inside(hys_ctx *ctx, double dt, double t) {
    hys_brain_opts o = hys_brain_opts_default();
    hys_brain_cell *cell = held_cell(ctx, &potassium);
    size_t inside;
    o.dt = dt;
    said(ctx, add_ion_channel(cell, "hh_leak", "leak", "k", 1));
    cell_run r = run_of(ctx, cell, 1, &o);
    said(ctx, hys_brain_record(r.brain, &r.place, "k.inside", 1, &inside));
    said(ctx, hys_brain_run(r.brain, t + dt)); /* what is recorded is of a step's beginning */
    const hys_brain_trace c = hys_brain_recorded(r.brain, inside);
    assert_near(c.t[c.n - 1], t, 1e-12);
    const double last = c.y[c.n - 1];
    free_run(&r);
    return last;
}

static void concentrations_are_of_second_order(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    const double exact = integrated(40e-3);
    const double coarse = last_inside(ctx, 1e-3, 40e-3) - exact, fine = last_inside(ctx, 0.5e-3, 40e-3) - exact;
    assert_within(log2(fabs(coarse / fine)), 2, 0.1);
    assert_true(fabs(140 - exact) > 1);
    assert_within(fine, 0, 1e-5 * fabs(140 - exact));
    hys_ctx_free(ctx);
}

/* Without decay every coulomb is in the shell: sum of i dt = -z F d area (c - c_0). */
static void what_flows_is_what_the_shell_gains(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_ion_opts ca = hys_ion_opts_default();
    hys_brain_cell *calcium = NULL;
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    size_t i, inside;
    ca.name = "ca";
    ca.decay = INFINITY;
    o.leak = 3;
    o.leak_reversal = -54.387e-3;
    said(ctx, hys_brain_cell_new(ctx, &o, &calcium));
    said(ctx, hys_brain_cell_add_ion(calcium, &ca));
    said(ctx, add_channel(calcium, "hh_na", "na", NULL));
    said(ctx, add_channel(calcium, "hh_k", "k", NULL));
    said(ctx, add_ion_channel(calcium, "ca_l", "cal", "ca", 0.01));
    cell_run r = run_of(ctx, calcium, 1, NULL);
    inject(&r, .1, 1e-3);
    said(ctx, hys_brain_record(r.brain, &r.place, "cal.i", 1, &i));
    said(ctx, hys_brain_record(r.brain, &r.place, "ca.inside", 1, &inside));
    said(ctx, hys_brain_run(r.brain, 30e-3));
    const hys_brain_trace current = hys_brain_recorded(r.brain, i), c = hys_brain_recorded(r.brain, inside);
    double charge = 0;
    for (size_t k = 0; k + 1 < c.n; k++) {
        charge += current.y[k] * 25e-6;
        assert_near(2 * FARADAY * 1e-7 * 1e-9 * (c.y[k + 1] - ca.inside), -charge, 1e-11);
    }
    assert_true(c.y[c.n - 1] > 2 * ca.inside); /* spikes let some in */
    free_run(&r);
    hys_ctx_free(ctx);
}

/* Gates see the potential of the membrane, whatever the concentration makes of the reversal potential. */
static void gates_do_not_follow_the_reversal_potential(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double found[2];
    for (int k = 0; k < 2; k++) {
        hys_ion_opts ca = hys_ion_opts_default();
        ca.name = "ca";
        ca.inside = k ? 5e-5 : 5e-3; /* 137 mV, 77 mV */
        hys_brain_cell *cell = held_cell(ctx, &ca);
        said(ctx, add_ion_channel(cell, "ca_l", "cal", "ca", 1e-3));
        cell_run r = run_of(ctx, cell, 1, NULL);
        said(ctx, hys_brain_set_v(r.brain, &r.place, -20e-3));
        size_t i;
        said(ctx, hys_brain_record(r.brain, &r.place, "cal.i", 1, &i));
        said(ctx, hys_brain_run(r.brain, 25e-6));
        const double reversal = GAS * 300.15 / (2 * FARADAY) * log(ca.outside / ca.inside);
        found[k] = hys_brain_recorded(r.brain, i).y[0] / (-20e-3 - reversal);
        free_run(&r);
    }
    assert_near(found[0], found[1], 1e-12);
    assert_true(found[0] > 0);
    hys_ctx_free(ctx);
}

/* ---- channels that read ---- */

static void channels_read_concentrations(void **state) {
    (void)state;
    static const char file[] = HYS_TEST_SOURCE "/tests/brain/data/k_ca.va";
    hys_ctx *ctx = hys_test_ctx();
    hys_ion_opts ca = hys_ion_opts_default();
    ca.name = "ca";
    ca.inside = 2e-4;
    hys_brain_cell *cell = held_cell(ctx, &ca);
    const char *const modules[] = {"k_ca", "k_ca_gate"};
    for (int k = 0; k < 2; k++) {
        hys_model_opts m = hys_model_opts_default();
        hys_channel_opts c = hys_channel_opts_default();
        m.module = modules[k];
        c.device = file;
        c.model = &m;
        c.reversal = -77e-3;
        said(ctx, hys_brain_cell_add_channel(cell, &c));
    }
    said(ctx, add_ion_channel(cell, "hh_leak", "pump", "ca", 1e-3));
    cell_run r = run_of(ctx, cell, 1, NULL);
    size_t i, o, inside;
    said(ctx, hys_brain_record(r.brain, &r.place, "k_ca.i", 1, &i));
    said(ctx, hys_brain_record(r.brain, &r.place, "k_ca_gate.o", 1, &o));
    said(ctx, hys_brain_record(r.brain, &r.place, "ca.inside", 1, &inside));
    said(ctx, hys_brain_run(r.brain, 20e-3));
    const hys_brain_trace c = hys_brain_recorded(r.brain, inside);
    const double *current = hys_brain_recorded(r.brain, i).y, *gate = hys_brain_recorded(r.brain, o).y;
    double expected = 0;
    for (size_t k = 0; k < c.n; k++) {
        const double open = c.y[k] / (c.y[k] + 1e-4);
        assert_near(current[k], 10 * open * 12e-3 * 1e-9, 1e-12);
        if (k) { /* the trapezium; a state at t is the mean of those half a step around: dt^2/8 o'' = 2.1e-6 at first */
            const double before = c.y[k - 1] / (c.y[k - 1] + 1e-4), e = exp(-25e-6 / 5e-3);
            expected = expected * e + 0.5 * (open + before) * (1 - e);
            assert_within(gate[k], expected, 2.5e-6);
        }
    }
    assert_true(c.y[c.n - 1] > 1.05 * c.y[0]);
    free_run(&r);
    hys_ctx_free(ctx);
}

/* 10 c/(c + 0.1 uM) 12 mV 1e-9 m^2 at a concentration that stays, of a cell without ions. */
static void concentrations_may_be_held(void **state) {
    (void)state;
    static const char *const hold[] = {"cai=0.3mmol/m^3"};
    hys_ctx *ctx = hys_test_ctx();
    hys_model_opts m = hys_model_opts_default();
    hys_channel_opts c = hys_channel_opts_default();
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    size_t i;
    o.capacitance = 1e15;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    m.module = "k_ca";
    c.device = HYS_TEST_SOURCE "/tests/brain/data/k_ca.va";
    c.model = &m;
    c.reversal = -77e-3;
    c.hold = hold;
    c.n_hold = 1;
    said(ctx, hys_brain_cell_add_channel(cell, &c));
    for (int method = HYS_BRAIN_CRANK_NICOLSON; method <= HYS_BRAIN_BACKWARD_EULER; method++) {
        hys_brain_opts b = hys_brain_opts_default();
        b.method = (hys_brain_method)method;
        cell_run r = run_of(ctx, cell, 1, &b);
        said(ctx, hys_brain_record(r.brain, &r.place, "k_ca.i", 1, &i));
        said(ctx, hys_brain_run(r.brain, 1e-3));
        assert_near(hys_brain_recorded(r.brain, i).y[20], 10 * 0.75 * 12e-3 * 1e-9, 1e-12);
        hys_brain_free(r.brain);
    }
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

static void bad_holds_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *hold, *words;
    } all[] = {{"ca=0K", "'ca=0K' is no value in V"},
               {"ca=", "'ca=' is no value in V"},
               {"cb=1V", "li_rinzel has no terminal to be held as in 'cb=1V'"},
               {"p=1V", "li_rinzel has no terminal to be held as in 'p=1V'"},
               {"ca", "li_rinzel has no terminal to be held as in 'ca'"},
               {NULL, "li_rinzel has a terminal ca, which is no ion of the cell"}};
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_cell *cell = hh_cell(ctx, NULL);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        hys_channel_opts c = hys_channel_opts_default();
        c.device = "li_rinzel";
        c.hold = &all[k].hold;
        c.n_hold = all[k].hold != NULL;
        const size_t before = hys_diag_count(ctx);
        assert_int_equal(hys_brain_cell_add_channel(cell, &c), HYS_ARG);
        assert_non_null(strstr(hys_test_diag_text(ctx, before), all[k].words));
    }
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

static void what_does_not_fit_is_told(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_model_opts m = hys_model_opts_default();
    hys_channel_opts c = hys_channel_opts_default();
    hys_brain_cell *cell = hh_cell(ctx, NULL);
    hys_ion_opts ca = hys_ion_opts_default();
    m.module = "k_ca";
    c.device = HYS_TEST_SOURCE "/tests/brain/data/k_ca.va";
    c.model = &m;
    assert_int_equal(hys_brain_cell_add_channel(cell, &c), HYS_ARG);
    assert_int_equal(add_ion_channel(cell, "ca_l", "cal", "ca", 1), HYS_ARG);
    ca.name = "ca";
    assert_int_equal(hys_brain_cell_add_ion(cell, &ca), HYS_ARG); /* behind channels */
    hys_brain_cell_free(cell);
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(concentrations_are_of_second_order),
    cmocka_unit_test(what_flows_is_what_the_shell_gains),
    cmocka_unit_test(gates_do_not_follow_the_reversal_potential),
    cmocka_unit_test(channels_read_concentrations),
    cmocka_unit_test(concentrations_may_be_held),
    cmocka_unit_test(bad_holds_are_refused),
    cmocka_unit_test(what_does_not_fit_is_told),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
