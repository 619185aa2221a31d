/* Cables against their closed forms and converged solutions. */
#include "brain_cells.h"

#define MOST 1000

typedef struct cable { /* a cylinder of equal compartments */
    int32_t parent[MOST];
    double area[MOST], axial[MOST];
    hys_compartments tree;
} cable;

static void make_cable(cable *c, size_t n, double length, double diameter, double resistivity) {
    const double h = length / (double)n, pi = 3.141592653589793;
    for (size_t k = 0; k < n; k++) {
        c->parent[k] = (int32_t)k - 1;
        c->area[k] = pi * diameter * h;
        c->axial[k] = resistivity * h / (pi * diameter * diameter / 4);
    }
    c->tree = (hys_compartments){.n = n, .parent = c->parent, .area = c->area, .axial = c->axial};
}

static void current_into(cell_run *r, double amperes, double stop) {
    const hys_electrode e = {.place = r->place, .wave = {.stop = stop, .from = amperes}};
    assert_int_equal(hys_brain_add_electrode(r->brain, &e), HYS_OK);
}

/* Rallpack 1: 1 mm x 1 um, sealed at both ends; V(0) = I r coth L, V(L) = I r / sinh L with lambda = 1 mm. */
static void rallpack_1_comes_to_its_closed_form(void **state) {
    (void)state;
    static cable c;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_opts opts = hys_brain_opts_default();
    hys_brain_cell *cell = NULL;
    make_cable(&c, MOST, 1e-3, 1e-6, 1);
    o.compartments = &c.tree;
    o.leak = 0.25;
    opts.dt = 500e-6;
    opts.method = HYS_BRAIN_BACKWARD_EULER;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    cell_run r = run_of(ctx, cell, 1, &opts);
    current_into(&r, 0.1e-9, 0);
    said(ctx, hys_brain_run(r.brain, 1));
    const hys_brain_place end = {0, 0, MOST - 1};
    /* half a compartment from the ends: 5e-4 lambda of the input's slope of 1.3 */
    assert_near(hys_brain_v(r.brain, &r.place) - -0.065, 0.065 + 0.10218084, 5e-4);
    assert_near(hys_brain_v(r.brain, &end) - -0.065, 0.065 + 0.04334226, 1e-4);
    free_run(&r);
    hys_ctx_free(ctx);
}

/* Far end after a millisecond, by the series of the sealed cable (tau 40 ms, L = 1):
 * V(L) = V_inf - I r lambda / L sum (2 - [n = 0]) (-1)^n exp(-(1 + k_n^2) t / tau) / (1 + k_n^2), k_n = n pi / L. */
static double far_end_at(double t) {
    const double r_lambda = 1e-3 / (3.141592653589793 * 0.25e-12), tau = 40e-3;
    double sum = 0;
    for (int n = 0; n < 400; n++) {
        const double k = n * 3.141592653589793, a = 1 + k * k;
        sum += (n ? 2 : 1) * (n % 2 ? -1 : 1) * (1 - exp(-a * t / tau)) / a;
    }
    return 0.1e-9 * r_lambda * sum;
}

static void rallpack_1_rises_as_the_series_of_the_cable_does(void **state) {
    (void)state;
    static cable c;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_opts opts = hys_brain_opts_default();
    hys_brain_cell *cell = NULL;
    make_cable(&c, 401, 1e-3, 1e-6, 1);
    o.compartments = &c.tree;
    o.leak = 0.25;
    opts.dt = 50e-6;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    cell_run r = run_of(ctx, cell, 1, &opts);
    current_into(&r, 0.1e-9, 0);
    const hys_brain_place end = {0, 0, 400};
    for (int k = 1; k <= 5; k++) { /* the spec allows 1e-3 */
        said(ctx, hys_brain_run(r.brain, 20e-3));
        assert_near(hys_brain_v(r.brain, &end) - -0.065, far_end_at(20e-3 * k), 2e-5);
    }
    free_run(&r);
    hys_ctx_free(ctx);
}

static hys_brain_cell *hh_cable(hys_ctx *ctx, cable *c, double leak, double leak_reversal, double temp) {
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.compartments = &c->tree;
    o.leak = leak;
    o.leak_reversal = leak_reversal;
    o.temp = temp;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    said(ctx, add_channel(cell, "hh_na", "na", "q10=3"));
    said(ctx, add_channel(cell, "hh_k", "k", "q10=3"));
    return cell;
}

/* s: last of the far end's spikes, and first. */
static double rallpack_3(hys_ctx *ctx, double dt, double *first) {
    static cable c;
    hys_brain_opts opts = hys_brain_opts_default();
    make_cable(&c, MOST, 1e-3, 1e-6, 1);
    opts.dt = dt;
    cell_run r = run_of(ctx, hh_cable(ctx, &c, 0.25, -0.065, 279.45), 1, &opts);
    said(ctx, hys_brain_detect(r.brain, 0, MOST - 1, 0));
    current_into(&r, 0.1e-9, 0);
    said(ctx, hys_brain_run(r.brain, 250e-3));
    size_t n;
    const hys_spike *s = hys_brain_spikes(r.brain, 0, &n);
    assert_int_equal(n, 17);
    const double last = s[16].time;
    *first = s[0].time;
    free_run(&r);
    return last;
}

/* Converged: the first at 4.070 ms, the last at 236.677 ms (236.676 to 236.678); with NEURON's steps of second order
 * 0.18 ms later at 50 us, 0.045 ms at 25 us. */
static void rallpack_3_fires_when_converged_solutions_do(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    double first;
    const double coarse = rallpack_3(ctx, 50e-6, &first) - 236.677e-3,
                 fine = rallpack_3(ctx, 25e-6, &first) - 236.677e-3;
    assert_within(first, 4.070e-3, 0.006e-3);
    assert_within(coarse, 0.176e-3, 0.004e-3);
    assert_within(fine, 0.044e-3, 0.002e-3); /* a quarter */
    hys_ctx_free(ctx);
}

/* Rallpack 2: ten levels of branches, lengths 32 um 2^(-k/3), diameters 16 um 2^(-2k/3), each one compartment and its
 * end without a membrane; its reference file ends, at 250 ms, with -40.12702 mV at the root and -40.20655 mV at tips.
 */
static void rallpack_2_is_where_its_reference_is(void **state) {
    (void)state;
    enum { N = 1023 };
    static int32_t parent[2 * N];
    static double area[2 * N], axial[2 * N];
    for (int k = 0; k < N; k++) {
        int level = 0;
        while ((k + 1) >> (level + 1)) level++;
        const double l = 32e-6 * pow(2, -level / 3.0), d = 16e-6 * pow(2, -2 * level / 3.0);
        parent[2 * k] = k ? (k - 1) / 2 * 2 + 1 : -1;
        parent[2 * k + 1] = 2 * k;
        area[2 * k] = 3.141592653589793 * d * l;
        axial[2 * k] = axial[2 * k + 1] = l / 2 / (3.141592653589793 * d * d / 4);
    }
    hys_ctx *ctx = hys_test_ctx();
    const hys_compartments tree = {.n = 2 * N, .parent = parent, .area = area, .axial = axial};
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_opts opts = hys_brain_opts_default();
    hys_brain_cell *cell = NULL;
    o.compartments = &tree;
    o.leak = 0.25;
    opts.dt = 200e-6;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    cell_run r = run_of(ctx, cell, 1, &opts);
    current_into(&r, 0.1e-9, 0);
    said(ctx, hys_brain_run(r.brain, 250e-3));
    const hys_brain_place tip = {0, 0, 2 * N - 1};
    /* the root's middle lies half its resistance below its end; a level that is one compartment errs by a hundredth of
     * the 80 uV between the two */
    assert_within(hys_brain_v(r.brain, &r.place), -40.12702e-3 - 0.1e-9 * axial[1], 1e-6);
    assert_within(hys_brain_v(r.brain, &tip), -40.20655e-3, 1e-6);
    free_run(&r);
    hys_ctx_free(ctx);
}

/* s: where a trace first rises through 0 V. */
static double rise(hys_brain_trace v) {
    for (size_t k = 1; k < v.n; k++)
        if (v.y[k - 1] < 0 && v.y[k] >= 0)
            return v.t[k - 1] + (v.t[k] - v.t[k - 1]) * v.y[k - 1] / (v.y[k - 1] - v.y[k]);
    return NAN;
}

/* m/s: the squid axon of 476 um, 35.4 ohm cm. */
static double speed_of(hys_ctx *ctx, double temp, double dt, hys_brain_method method) {
    const double dx = 100e-6;
    static cable c;
    hys_brain_opts opts = hys_brain_opts_default();
    const size_t n = (size_t)(70e-3 / dx), from = (size_t)(25e-3 / dx), to = (size_t)(50e-3 / dx);
    make_cable(&c, n, 70e-3, 476e-6, 0.354);
    opts.dt = dt;
    opts.method = method;
    cell_run r = run_of(ctx, hh_cable(ctx, &c, 3, -54.387e-3, temp), 1, &opts);
    size_t a, b;
    said(ctx, hys_brain_record(r.brain, &(hys_brain_place){0, 0, from}, "v", 1, &a));
    said(ctx, hys_brain_record(r.brain, &(hys_brain_place){0, 0, to}, "v", 1, &b));
    current_into(&r, 50e-6, 0.3e-3);
    said(ctx, hys_brain_run(r.brain, 6e-3));
    const double speed = (double)(to - from) * 70e-3 / (double)n /
                         (rise(hys_brain_recorded(r.brain, b)) - rise(hys_brain_recorded(r.brain, a)));
    free_run(&r);
    return speed;
}

/* Converged, and at 25 us with compartments of 50 um; those of 100 um conduct 0.002 m/s more slowly. */
static void the_squid_axon_conducts_at_18_7_metres_a_second(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    assert_within(speed_of(ctx, 291.65, 2.5e-6, HYS_BRAIN_CRANK_NICOLSON), 18.732, 0.01);
    assert_within(speed_of(ctx, 291.65, 25e-6, HYS_BRAIN_CRANK_NICOLSON), 18.587, 0.01);
    assert_within(speed_of(ctx, 291.65, 25e-6, HYS_BRAIN_BACKWARD_EULER), 18.316, 0.01);
    assert_within(speed_of(ctx, 279.45, 2.5e-6, HYS_BRAIN_CRANK_NICOLSON), 12.312, 0.01);
    hys_ctx_free(ctx);
}

/* A fork of two like daughters is a cable of the same length constant when d_0^(3/2) = 2 d_1^(3/2): symmetric tips are
 * alike, and charge that goes in is charge on membranes. */
static void a_fork_treats_like_branches_alike_and_keeps_charge(void **state) {
    (void)state;
    static const int32_t parent[] = {-1, 0, 1, 2, 2, 3, 4};
    static const double area[] = {1e-9, 2e-9, 0, 1e-9, 1e-9, 3e-9, 3e-9}, axial[] = {0, 1e6, 1e6, 2e6, 2e6, 3e6, 3e6};
    const hys_compartments tree = {.n = 7, .parent = parent, .area = area, .axial = axial};
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.compartments = &tree; /* no leak */
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    cell_run r = run_of(ctx, cell, 1, NULL);
    current_into(&r, 1e-10, 2e-3);
    said(ctx, hys_brain_run(r.brain, 3e-3));
    double v[7], charge = 0;
    for (size_t k = 0; k < 7; k++) {
        v[k] = hys_brain_v(r.brain, &(hys_brain_place){0, 0, k});
        charge += 0.01 * area[k] * (v[k] - -0.065);
    }
    assert_near(charge, 2e-13, 1e-11);
    assert_same_double(v[5], v[6]);
    assert_true(v[0] > v[1] && v[1] > v[2] && v[2] > v[3] && v[3] > v[5]);
    free_run(&r);
    hys_ctx_free(ctx);
}

/* Any tree: drawn parents, some compartments without a membrane. */
static void make_tree(cable *c, size_t n, uint32_t seed, uint32_t reach) {
    for (size_t k = 0; k < n; k++) {
        seed = seed * 1664525u + 1013904223u;
        const size_t back = 1 + (seed >> 8) % reach;
        c->parent[k] = k ? (int32_t)(back < k ? k - back : 0) : -1;
        c->area[k] = k % 7 == 3 ? 0 : 1e-9 * (1 + (double)(seed >> 20) / 1e3);
        c->axial[k] = 1e6 * (1 + (double)((seed >> 12) & 0xff) / 50);
    }
    c->tree = (hys_compartments){.n = n, .parent = c->parent, .area = c->area, .axial = c->axial};
}

static void potentials_of(hys_ctx *ctx, const cable *c, size_t n_cells, double *v) {
    hys_brain_opts o = hys_brain_opts_default();
    o.n_threads = 1;
    cell_run r = run_of(ctx, hh_cell(ctx, &c->tree), n_cells, &o);
    const hys_electrode e = {.place = {0, n_cells - 1, c->tree.n / 2}, .wave = {.from = 2e-9}};
    said(ctx, hys_brain_add_electrode(r.brain, &e));
    said(ctx, hys_brain_run(r.brain, 5e-3));
    for (size_t k = 0; k < c->tree.n; k++) v[k] = hys_brain_v(r.brain, &(hys_brain_place){0, n_cells - 1, k});
    free_run(&r);
}

/* One cell alone is eliminated run by run from the middle of the tree, eight compartment by compartment from the root:
 * the order of sums differs, nothing else. */
static void any_tree_is_the_same_alone_and_among_others(void **state) {
    (void)state;
    static cable c;
    static const uint32_t reaches[] = {1, 2, 3, 10, 60, 1000};
    static double alone[250], among[250];
    hys_ctx *ctx = hys_test_ctx();
    for (uint32_t k = 0; k < 18; k++) {
        const size_t n = k < 6 ? 2 + k : 250;
        make_tree(&c, n, 17 * k + 1, reaches[k % 6]);
        potentials_of(ctx, &c, 1, alone);
        potentials_of(ctx, &c, 8, among);
        for (size_t j = 0; j < n; j++) assert_within(alone[j], among[j], 1e-10);
        assert_true(fabs(alone[n / 2] - -65e-3) > 1e-4); /* it did something */
    }
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rallpack_1_comes_to_its_closed_form),
    cmocka_unit_test(rallpack_1_rises_as_the_series_of_the_cable_does),
    cmocka_unit_test(a_fork_treats_like_branches_alike_and_keeps_charge),
    cmocka_unit_test(any_tree_is_the_same_alone_and_among_others),
    cmocka_unit_test(the_squid_axon_conducts_at_18_7_metres_a_second),
    cmocka_unit_test(rallpack_2_is_where_its_reference_is),
    cmocka_unit_test(rallpack_3_fires_when_converged_solutions_do),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
