/* Statistics of the switching voltages: loops of many instances of a device whose parameters are drawn. */
#include "lab/analyse.h"
#include <math.h>

static hys_status take_loop(hys__protocol *p, size_t k, hys__draws *d) {
    hys_run *run = NULL;
    p->bench.instance = hys__arena_printf(p->arena, "x%zu", k + 1);
    if (!p->bench.instance) return HYS_NOMEM;
    hys_status status = hys_iv(p->ctx, p->model, &p->bench, &run);
    if (status != HYS_OK) return status;
    d->set[k] = hys__run_feature(run, "v_set");
    d->reset[k] = hys__run_feature(run, "v_reset");
    d->ratio[k] = hys__run_feature(run, "ratio_max");
    d->energy += hys__run_feature(run, "energy_per_cycle") / (double)d->n;
    hys_run_free(run);
    return HYS_OK;
}

static hys_status run(hys__protocol *p) {
    long runs, points;
    hys__auto_found f;
    hys_status status = hys__protocol_auto_loop(p, &f);
    if (status == HYS_OK) status = hys__protocol_count(p, "runs", 1, &runs);
    if (status == HYS_OK) status = hys__protocol_count(p, "points", 10, &points);
    if (status != HYS_OK) return status;
    p->bench.wave = hys__protocol_triangle(p, &f);
    if (!p->bench.wave) return HYS_NOMEM;
    p->bench.cycles = 1;
    p->bench.points = (int32_t)points;
    hys__draws d = {.n = (size_t)runs};
    status = hys__draws_room(p, &d);
    for (size_t k = 0; k < d.n && status == HYS_OK; k++) {
        hys__protocol_done(p, (double)k, (double)d.n);
        status = take_loop(p, k, &d);
    }
    return status == HYS_OK ? hys__tell_draws(p, &d) : status;
}

static const hys_protocol_option options[] = {
    HYS__LOOP_OPTIONS,
    {"runs", "", "100", "instances, each a fresh device with parameters drawn by --spread"},
    {"points", "", "1000", "points of a loop: the resolution of voltages"},
};
const hys__protocol_row hys__protocol_thresholds = {
    {"thresholds", "", "statistics of the switching voltages over drawn instances (Monte Carlo)", options,
     sizeof options / sizeof *options},
    run};
