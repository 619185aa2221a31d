/* Cells that tests of brains share: the membrane of Hodgkin and Huxley at 6.3 degC. */
#ifndef TESTS_BRAIN_CELLS_H
#define TESTS_BRAIN_CELLS_H
#include "hys_test.h"
#include <hysteron/brain.h>

static const double rest = -64.99638e-3; /* V */

typedef struct cell_run {
    hys_brain_cell *cell;
    hys_brain *brain;
    hys_brain_place place;
    size_t group, v;
} cell_run;

__attribute__((unused)) static void said(hys_ctx *ctx, hys_status status) {
    if (status != HYS_OK)
        for (size_t k = 0; k < hys_diag_count(ctx); k++) print_error("%s\n", hys_test_diag_text(ctx, k));
    assert_int_equal(status, HYS_OK);
}

__attribute__((unused)) static hys_status add_channel(hys_brain_cell *cell, const char *device, const char *name,
                                                      const char *set) {
    hys_channel_opts o = hys_channel_opts_default();
    o.device = device;
    o.name = name;
    o.set = &set;
    o.n_set = set != NULL;
    return hys_brain_cell_add_channel(cell, &o);
}

__attribute__((unused)) static hys_brain_cell *hh_cell(hys_ctx *ctx, const hys_compartments *compartments) {
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.leak = 3;
    o.leak_reversal = -54.387e-3;
    o.temp = 279.45;
    o.compartments = compartments;
    said(ctx, hys_brain_cell_new(ctx, &o, &cell));
    said(ctx, add_channel(cell, "hh_na", "na", NULL));
    said(ctx, add_channel(cell, "hh_k", "k", NULL));
    return cell;
}

__attribute__((unused)) static cell_run run_of(hys_ctx *ctx, hys_brain_cell *cell, size_t n,
                                               const hys_brain_opts *opts) {
    cell_run r = {.cell = cell};
    said(ctx, hys_brain_new(ctx, opts, &r.brain));
    said(ctx, hys_brain_add(r.brain, cell, n, &r.group));
    said(ctx, hys_brain_detect(r.brain, r.group, 0, -20e-3));
    said(ctx, hys_brain_record(r.brain, &r.place, "v", 1, &r.v));
    return r;
}

__attribute__((unused)) static cell_run hh_run(hys_ctx *ctx, double dt, hys_brain_method method) {
    hys_brain_opts o = hys_brain_opts_default();
    o.dt = dt;
    o.method = method;
    return run_of(ctx, hh_cell(ctx, NULL), 1, &o);
}

__attribute__((unused)) static void free_run(cell_run *r) {
    hys_brain_free(r->brain);
    hys_brain_cell_free(r->cell);
}

__attribute__((unused)) static void settle_at_rest(cell_run *r) {
    assert_int_equal(hys_brain_set_v(r->brain, &r->place, rest), HYS_OK);
    assert_int_equal(hys_brain_settle(r->brain), HYS_OK);
}

__attribute__((unused)) static hys_brain_trace run_recorded(cell_run *r, double duration) {
    assert_int_equal(hys_brain_run(r->brain, duration), HYS_OK);
    return hys_brain_recorded(r->brain, r->v);
}

__attribute__((unused)) static double highest(hys_brain_trace v, double *at) {
    size_t best = 0;
    for (size_t k = 1; k < v.n; k++)
        if (v.y[k] > v.y[best]) best = k;
    *at = v.t[best];
    return v.y[best];
}

/* A/m^2 on the only compartment of 1e-9 m^2, from start on. */
__attribute__((unused)) static void inject(cell_run *r, double density, double start) {
    const hys_electrode e = {.kind = HYS_ELECTRODE_CURRENT,
                             .place = {r->group, HYS_BRAIN_ALL, 0},
                             .wave = {.shape = HYS_WAVE_STEP, .start = start, .from = density * 1e-9}};
    assert_int_equal(hys_brain_add_electrode(r->brain, &e), HYS_OK);
}

#endif
