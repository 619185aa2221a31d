/* The method: orders of convergence, NEURON's numbers, the adaptive reference, threads, devices as channels. */
#include "brain_cells.h"

/* V after 2 ms from -40 mV; the spike is at its top. */
static double v_after(hys_ctx *ctx, double dt, hys_brain_method method) {
    cell_run r = hh_run(ctx, dt, method);
    assert_int_equal(hys_brain_set_v(r.brain, &r.place, -50e-3), HYS_OK);
    said(ctx, hys_brain_run(r.brain, 2e-3));
    const double v = hys_brain_v(r.brain, &r.place);
    free_run(&r);
    return v;
}

static double order_of(hys_ctx *ctx, hys_brain_method method) {
    const double exact = v_after(ctx, 25e-6, HYS_BRAIN_ADAPTIVE);
    double error[3];
    for (int k = 0; k < 3; k++) error[k] = fabs(v_after(ctx, 20e-6 / (1 << k), method) - exact);
    return log2(error[1] / error[2]);
}

static void halving_the_step_shows_the_order(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    assert_within(order_of(ctx, HYS_BRAIN_CRANK_NICOLSON), 2, 0.1);
    assert_within(order_of(ctx, HYS_BRAIN_BACKWARD_EULER), 1, 0.1);
    hys_ctx_free(ctx);
}

static void backward_euler_ends_where_neuron_does(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys_brain_opts o = hys_brain_opts_default();
    hys_brain_cell_opts c = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.method = HYS_BRAIN_BACKWARD_EULER;
    c.leak = 3;
    c.leak_reversal = -54.3e-3;
    c.v_start = -40e-3;
    c.temp = 279.45;
    said(ctx, hys_brain_cell_new(ctx, &c, &cell));
    said(ctx, add_channel(cell, "hh_na", "na", NULL));
    said(ctx, add_channel(cell, "hh_k", "k", NULL));
    cell_run r = run_of(ctx, cell, 1, &o);
    said(ctx, hys_brain_settle(r.brain));
    said(ctx, hys_brain_run(r.brain, 25e-3));
    assert_within(hys_brain_v(r.brain, &r.place), -65.067010e-3, 1e-9);
    free_run(&r);
    hys_ctx_free(ctx);
}

typedef struct job {
    hys_brain_method method;
    const hys_test_memory *memory; /* of the run; NULL */
    size_t from, to;               /* allocations before and behind the channel's device */
} job;

static size_t n_calls(const job *j) {
    return j->memory ? j->memory->n_calls : 0;
}

/* Two forks with an ion, a channel that follows it, an electrode, records, spikes. */
static hys_status some_run(hys_ctx *ctx, void *arg) {
    static const int32_t parent[] = {-1, 0, 1, 1};
    static const double area[] = {1e-9, 1e-9, 1e-9, 1e-9}, axial[] = {0, 1e6, 1e6, 1e6};
    const hys_compartments tree = {.n = 4, .parent = parent, .area = area, .axial = axial};
    job *j = arg;
    hys_brain_cell_opts c = hys_brain_cell_opts_default();
    hys_ion_opts ion = hys_ion_opts_default();
    hys_channel_opts leak = hys_channel_opts_default();
    hys_brain_opts o = hys_brain_opts_default();
    const hys_electrode e = {.wave = {.from = 1e-9}};
    hys_brain_cell *cell = NULL;
    hys_brain *brain = NULL;
    size_t group, record;
    c.compartments = &tree;
    ion.name = "k";
    o.method = j->method;
    o.n_threads = 1;
    leak.device = "hh_leak";
    leak.ion = ion.name;
    hys_status status = hys_brain_cell_new(ctx, &c, &cell);
    if (status == HYS_OK) status = hys_brain_cell_add_ion(cell, &ion);
    j->from = n_calls(j);
    if (status == HYS_OK) status = hys_brain_cell_add_channel(cell, &leak);
    j->to = n_calls(j);
    if (status == HYS_OK) status = hys_brain_new(ctx, &o, &brain);
    if (status == HYS_OK) status = hys_brain_add(brain, cell, 1, &group);
    if (status == HYS_OK) status = hys_brain_detect(brain, group, 0, -64e-3);
    if (status == HYS_OK) status = hys_brain_add_electrode(brain, &e);
    if (status == HYS_OK) status = hys_brain_record(brain, &e.place, "v", 1, &record);
    if (status == HYS_OK) status = hys_brain_settle(brain);
    if (status == HYS_OK) status = hys_brain_run(brain, 1e-3);
    hys_brain_free(brain);
    hys_brain_cell_free(cell);
    return status;
}

static hys_status run_with(hys_test_memory *memory, job *j) {
    j->memory = memory;
    hys_ctx *ctx = hys_test_ctx_with(memory);
    const hys_status status = ctx ? some_run(ctx, j) : HYS_NOMEM;
    bool is_said = !ctx || status == HYS_OK;
    for (size_t i = 0; ctx && i < hys_diag_count(ctx); i++)
        is_said = is_said || hys_diag_get(ctx, i)->status == HYS_NOMEM;
    hys_ctx_free(ctx);
    assert_true(is_said);
    assert_int_equal(memory->n_live, 0);
    assert_false(memory->wrong_size);
    return status;
}

/* Each one by itself; a device whose manifest cannot be read for want of memory is read anew: that alone may go well.
 */
static void each_failure(hys_brain_method method) {
    job good = {.method = method};
    for (int warm = 0; warm < 2; warm++) {
        hys_test_memory memory = {0};
        assert_int_equal(run_with(&memory, &good), HYS_OK);
        if (warm) assert_in_range(memory.n_calls, good.to + 5, 1000);
    }
    for (size_t k = 1, n_failed = 1; n_failed; k++) {
        hys_test_memory memory = {.fail_at = k};
        job j = {.method = method};
        const hys_status status = run_with(&memory, &j);
        const bool may_go_well = k > good.from && k <= good.to;
        n_failed = memory.n_failed;
        if (status == HYS_OK && n_failed && !may_go_well) print_error("allocation %zu failed\n", k);
        assert_true(n_failed ? status == HYS_NOMEM || (may_go_well && status == HYS_OK) : status == HYS_OK);
    }
}

static void memory_may_run_out_anywhere(void **state) {
    (void)state;
    for (hys_brain_method m = HYS_BRAIN_CRANK_NICOLSON; m <= HYS_BRAIN_ADAPTIVE; m++) {
        job j = {.method = m};
        each_failure(m);
        hys_test_each_failure(some_run, &j, true);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(halving_the_step_shows_the_order),
    cmocka_unit_test(memory_may_run_out_anywhere),
    cmocka_unit_test(backward_euler_ends_where_neuron_does),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
