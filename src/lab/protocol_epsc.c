/* The current behind pulses and its decay: the synaptic current of one or several spikes. */
#include "lab/analyse.h"
#include <math.h>

static hys_status read_setup(hys__protocol *p, hys__after_setup *s, long *points) {
    const hys__auto want = {
        .up = "amplitude", .width = "width", .rest = "rest", .usual = 10e-3, .forget = 0.5, .widths = 2};
    hys__auto_found f;
    hys_status status = hys__protocol_auto(p, &want, &f);
    s->amplitude = f.up;
    s->width = f.width;
    s->rest = f.rest;
    if (status == HYS_OK)
        status = hys__protocol_time_auto(p, "duration", f.is_volatile ? 20 * f.t_forget : 100 * f.width, &s->duration);
    if (status == HYS_OK) status = hys__protocol_count(p, "pulses", 1, &s->pulses);
    if (status == HYS_OK) status = hys__protocol_count(p, "points", 8, points);
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"time", "s", "i", "A", NULL};
    hys__after_setup s;
    hys_table *table;
    long points;
    hys_status status = read_setup(p, &s, &points);
    if (status != HYS_OK) return status;
    hys__after d = {.n = (size_t)points};
    status = hys__take_after(p, &s, &d);
    if (status == HYS_OK) status = hys__tell_after(p, &d);
    if (status == HYS_OK) status = hys__protocol_table(p, "decay", "scatter", columns, &table);
    for (size_t k = 0; k < d.n && status == HYS_OK; k++) status = hys_table_add_row(table, (double[]){d.t[k], d.i[k]});
    return status;
}

static const hys_protocol_option options[] = {
    {"amplitude", "V", "auto", "of the pulses; auto: what does half of the change in two widths"},
    {"width", "s", "auto", "of the pulses; auto: 10 ms, or half of the time in which the device forgets"},
    {"rest", "s", "auto", "between the pulses; auto: the width"},
    {"pulses", "", "1", "number of pulses"},
    {"duration", "s", "auto", "of the observation; auto: 100 widths, or 20 times of forgetting"},
    {"points", "", "60", "of the decay, evenly over the last four decades of time"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_epsc = {
    {"epsc", "VOL VolatilityRead EPSC", "current behind pulses and its decay: single, double or stretched exponential",
     options, sizeof options / sizeof *options},
    run};
