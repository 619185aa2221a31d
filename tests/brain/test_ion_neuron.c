/* Cells whose calcium fills a shell and opens potassium channels, beside NEURON 9.0.2 with CVODE at 1e-10: its numbers,
 * as bench/ions_vs_neuron.py gets them. */
#include "brain_cells.h"
#include <hysteron/nmodl.h>
#include <stdio.h>

#define N_TIMES  6
#define MOST_OUT 8
static const double times[N_TIMES] = {10, 20, 30, 40, 60, 80}; /* ms */

static const struct known {
    const char *calcium; /* a name of the library, or a mechanism of tests/io/data/nmodl */
    bool is_tree;
    double current;          /* A, from 5 ms on */
    double v[N_TIMES];       /* mV, where the current enters */
    double inside[N_TIMES];  /* uM; tree: in the last part but one, near the thicker tip */
    double spikes[MOST_OUT]; /* ms */
} cells[] = {
    {"ca_l",
     false,
     0.1e-9,
     {-75.0950589268091, -57.885106725031, -67.51682663604537, -13.493503041084224, -73.631282593103,
      -59.935543438762295},
     {0.6185843805548324, 0.5640889317676999, 0.8864771894591688, 1.1551815124768387, 1.3003258512020073,
      1.0524056764344562},
     {6.828672, 22.517522, 38.744778, 55.969707}},
    {"cat",
     false,
     0.2e-9,
     {-72.34415279872357, -25.347154276059356, -51.840390222279076, -59.0706385241194, -72.98659931323014,
      -59.062612332321514},
     {0.44683281710376354, 1.0938049637952856, 1.816637684031413, 2.367874252454618, 2.982719463060043,
      3.542684227523932},
     {6.174571, 18.569573, 31.037141, 43.9217, 57.181251, 70.758783}},
    {"ca_l",
     true,
     0.4e-9,
     {-74.25108254924172, -54.75631303304025, -64.00456657704613, -73.26875507180836, -63.62441922726119,
      -54.91662822734587},
     {0.6204359685804428, 0.5649797294684514, 0.8989569330476188, 1.1977299353561214, 1.315571394789612,
      1.381954872330199},
     {6.676735, 21.49618, 36.307798, 51.31168, 66.482116}},
};

/* ---- cells ---- */

/* Always to the same place, whose kernels stay in the cache. */
static const char *imported(hys_ctx *ctx, const char *name) {
    static char path[512];
    char from[512];
    hys_nmodl_opts o = hys_nmodl_opts_default();
    hys_nmodl *m = NULL;
    o.ion_ports = true;
    snprintf(from, sizeof from, "%s/tests/io/data/nmodl/%s.mod", HYS_TEST_SOURCE, name);
    snprintf(path, sizeof path, "%s/tests/brain_%s.va", HYS_TEST_BUILD, name);
    said(ctx, hys_nmodl_import(ctx, from, &o, &m));
    said(ctx, hys_nmodl_write(m, path));
    hys_nmodl_free(m);
    return path;
}

/* A soma of 20 um, 100 um of 4 um on it, which fork into 150 um of 2 um and 80 um of 1 um: three parts each. */
static hys_compartments *tree_of(hys_ctx *ctx) {
    static const hys_branch branches[] = {{-1, HYS_REGION_BASAL, 100e-6, 4e-6, 4e-6},
                                          {0, HYS_REGION_BASAL, 150e-6, 2e-6, 2e-6},
                                          {0, HYS_REGION_BASAL, 80e-6, 1e-6, 1e-6}};
    hys_compartments_opts o = hys_compartments_opts_default();
    hys_morphology *m = NULL;
    hys_compartments *c = NULL;
    said(ctx, hys_morphology_tree(ctx, 20e-6, branches, 3, &m));
    o.per_section = 3;
    o.d_lambda = 0;
    o.resistivity = 1;
    said(ctx, hys_compartments_new(ctx, m, &o, &c));
    hys_morphology_free(m);
    return c;
}

static void add_calcium(hys_ctx *ctx, hys_brain_cell *cell, const struct known *k, const double *densities) {
    static const char *const of_library[] = {"g_bar=2S/m^2"}, *const of_kca[] = {"cai_init=1e-4", "gbar=0.002S/cm^2"};
    hys_channel_opts c = hys_channel_opts_default();
    const bool is_imported = strcmp(k->calcium, "cat") == 0;
    c.device = is_imported ? imported(ctx, k->calcium) : k->calcium;
    c.name = "calcium";
    c.ion = "ca";
    c.set = of_library;
    c.n_set = !is_imported;
    c.densities = densities;
    said(ctx, hys_brain_cell_add_channel(cell, &c));
    c.device = imported(ctx, "kca");
    c.name = "kca";
    c.ion = NULL;
    c.set = of_kca;
    c.n_set = 2;
    said(ctx, hys_brain_cell_add_channel(cell, &c));
}

static hys_brain_cell *cell_of(hys_ctx *ctx, const struct known *k) {
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_ion_opts ca = hys_ion_opts_default();
    hys_compartments *tree = k->is_tree ? tree_of(ctx) : NULL;
    hys_brain_cell *cell = NULL;
    double densities[16];
    o.leak = 3;
    o.leak_reversal = -54.387e-3;
    o.temp = 279.45;
    o.compartments = tree;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    ca.name = "ca";
    ca.inside = 1e-4;
    ca.depth = 2e-6; /* 0.1 um, of which capool fills 5 % */
    said(ctx, hys_brain_cell_add_ion(cell, &ca));
    said(ctx, add_channel(cell, "hh_na", "na", NULL));
    said(ctx, add_channel(cell, "hh_k", "k", NULL));
    for (size_t n = 0; tree && n < tree->n; n++) densities[n] = tree->region[n] == HYS_REGION_BASAL;
    add_calcium(ctx, cell, k, tree ? densities : NULL);
    hys_compartments_free(tree);
    return cell;
}

/* ---- runs ---- */

typedef struct seen {
    double v[N_TIMES], inside[N_TIMES], spikes[MOST_OUT]; /* mV, uM, ms */
    size_t n_spikes;
} seen;

/* The part that holds 0.9 of the length: of two tips the thicker one's. */
static size_t tip_of(hys_ctx *ctx, const struct known *k) {
    if (!k->is_tree) return 0;
    hys_compartments *c = tree_of(ctx);
    size_t tip = 0;
    for (size_t n = 0; n < c->n; n++)
        if (c->path[n] > c->path[tip]) tip = n;
    hys_compartments_free(c);
    return tip;
}

static seen run_cell(hys_ctx *ctx, const struct known *k, hys_brain_method method, double dt) {
    hys_brain_opts o = hys_brain_opts_default();
    seen s = {0};
    size_t inside;
    o.dt = dt;
    o.method = method;
    o.rtol = 1e-9;
    cell_run r = run_of(ctx, cell_of(ctx, k), 1, &o);
    const hys_electrode e = {.place = r.place, .wave = {.start = 5e-3, .from = k->current}};
    said(ctx, hys_brain_add_electrode(r.brain, &e));
    hys_brain_place tip = r.place;
    tip.compartment = tip_of(ctx, k);
    said(ctx, hys_brain_record(r.brain, &tip, "ca.inside", 1, &inside));
    said(ctx, hys_brain_run(r.brain, 80e-3 + dt)); /* what is recorded is of a step's beginning */
    for (size_t t = 0; t < N_TIMES; t++) {
        const size_t at = (size_t)(1e-3 * times[t] / dt + 0.5);
        s.v[t] = 1e3 * hys_brain_recorded(r.brain, r.v).y[at];
        s.inside[t] = 1e3 * hys_brain_recorded(r.brain, inside).y[at];
    }
    const hys_spike *spikes = hys_brain_spikes(r.brain, r.group, &s.n_spikes);
    assert_in_range(s.n_spikes, 1, MOST_OUT);
    for (size_t n = 0; n < s.n_spikes; n++) s.spikes[n] = 1e3 * spikes[n].time;
    free_run(&r);
    return s;
}

/* Both integrate with tolerances: after some spikes times differ by 1e-5 ms, V by what it moves in that time. */
static void adaptive_runs_are_neurons(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
        const struct known *k = &cells[c];
        const seen s = run_cell(ctx, k, HYS_BRAIN_ADAPTIVE, 25e-6);
        for (size_t t = 0; t < N_TIMES; t++) {
            assert_within(s.v[t], k->v[t], 2e-3);
            assert_near(s.inside[t], k->inside[t], 3e-6);
        }
        for (size_t n = 0; n < MOST_OUT; n++) assert_within(s.spikes[n], k->spikes[n], 2e-5);
    }
    hys_ctx_free(ctx);
}

static double worst(const struct known *k, const seen *s) {
    double most = 0;
    for (size_t t = 0; t < N_TIMES; t++) most = fmax(most, fabs(s->inside[t] - k->inside[t]));
    return most;
}

/* NEURON's numbers are where the errors go to. */
static void fixed_steps_come_to_neuron_in_second_order(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
        const struct known *k = &cells[c];
        const seen coarse = run_cell(ctx, k, HYS_BRAIN_CRANK_NICOLSON, 20e-6),
                   fine = run_cell(ctx, k, HYS_BRAIN_CRANK_NICOLSON, 10e-6);
        assert_within(log2(worst(k, &coarse) / worst(k, &fine)), 2, 0.1);
        const size_t last = fine.n_spikes - 1;
        assert_within(log2((coarse.spikes[last] - k->spikes[last]) / (fine.spikes[last] - k->spikes[last])), 2, 0.1);
        assert_within(worst(k, &fine), 0, 2e-3 * k->inside[N_TIMES - 1]);
    }
    hys_ctx_free(ctx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(adaptive_runs_are_neurons),
    cmocka_unit_test(fixed_steps_come_to_neuron_in_second_order),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
