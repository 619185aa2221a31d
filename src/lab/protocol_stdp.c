/* Spike-timing dependent plasticity from overlapping spikes: a window of pairs. */
#include "lab/analyse.h"
#include "lab/spike.h"
#include <math.h>

/* One pair on a fresh device: pre at 0, post at dt. */
static hys_status take_pair(hys__protocol *p, const hys__spike *s, double dt, hys__pairing *seen) {
    const double pre = 0;
    return hys__spike_take(p, s, &(hys__spikes){&pre, &dt, 1, 1}, seen);
}

static hys_status take_window(hys__protocol *p, const hys__spike *s, const hys__values *dt, hys__window *w) {
    hys__pairing a = {NAN, NAN, NAN, NAN};
    double apart = 2 * (s->t_head + s->t_tail);
    hys_status status = take_pair(p, s, apart, &a);
    w->alone = a.after / a.before - 1;
    if (status == HYS_OK) status = take_pair(p, s, -apart, &a);
    if (fabs(a.after / a.before - 1) > fabs(w->alone)) w->alone = a.after / a.before - 1;
    for (size_t k = 0; k < dt->n && status == HYS_OK; k++) {
        hys__protocol_done(p, (double)k, (double)dt->n);
        status = take_pair(p, s, dt->at[k], &a);
        w->plus.change[k] = a.after / a.before - 1;
        if (k == 0) w->energy = a.energy, w->peak = a.peak;
        if (status == HYS_OK) status = take_pair(p, s, -dt->at[k], &a);
        w->minus.change[k] = a.after / a.before - 1;
    }
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"dt", "s", "change", "1", NULL};
    hys__spike s;
    hys__values dt = {NULL, 0};
    hys_table *table;
    hys_status status = hys__spike_read(p, &s);
    if (status == HYS_OK) status = hys__protocol_list(p, "intervals", &dt);
    if (status == HYS_OK) status = hys__protocol_table(p, "window", "sweep", columns, &table);
    if (status != HYS_OK) return status;
    double *change = HYS_NEW_N(p->arena, double, 2 * dt.n);
    if (!change) return HYS_NOMEM;
    hys__window w = {.plus = {dt.at, change, dt.n}, .minus = {dt.at, change + dt.n, dt.n}, .least = 1e-6};
    status = take_window(p, &s, &dt, &w);
    for (size_t k = 0; k < 2 * dt.n && status == HYS_OK; k++) {
        size_t i = k < dt.n ? dt.n - 1 - k : k - dt.n;
        status = hys_table_add_row(
            table, (double[]){k < dt.n ? -dt.at[i] : dt.at[i], k < dt.n ? w.minus.change[i] : w.plus.change[i]});
    }
    return status == HYS_OK ? hys__tell_window(p, &w) : status;
}

static const hys_protocol_option options[] = {
    HYS__SPIKE_OPTIONS,
    {"intervals", "s", "1ms:60ms:9", "of post behind pre, and of pre behind post: a list, or FROM:TO:N; fresh devices"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_stdp = {
    {"stdp", "STDP", "spike-timing dependent plasticity from overlapping spikes: window, amplitudes, time constants",
     options, sizeof options / sizeof *options},
    run};
