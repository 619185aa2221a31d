/* Retention: how long a written state lasts, at one or several temperatures. */
#include "lab/analyse.h"
#include <math.h>

/* Reads on an otherwise idle device, at the times since it was written. */
static hys_status take_reads(hys__protocol *p, hys__written *w) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t before = hys__script_read(&script);
    size_t pulse = hys__script_pulse(&script, w->amplitude, w->width), first = pulse + 1;
    double gone = 0;
    for (size_t k = 0; k < w->times.n; k++) {
        double rest = w->times.at[k] - gone - script.read_width;
        if (!(rest > 0))
            return hys__fail(p->ctx, HYS_ARG, "a shorter --opt read-width=T, or later --opt times=FROM:TO:N",
                             "the reads at %g s and before it overlap", w->times.at[k]);
        hys__script_rest(&script, rest);
        hys__script_read(&script);
        gone = w->times.at[k];
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < w->times.n; k++) w->g[k] = hys__seen_conductance(&seen, first + k);
    w->before = hys__seen_conductance(&seen, before);
    w->energy = hys__seen_energy(&seen, pulse);
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"time", "s", "g", "S", "temperature", "K", NULL};
    hys__written w = {0};
    hys__values temps = {NULL, 0};
    hys_table *table;
    const hys__auto want = {.up = "amplitude", .width = "width", .usual = 10e-3, .widths = 0.2, .is_whole = true};
    hys__auto_found f;
    hys_status status = hys__protocol_auto(p, &want, &f);
    w.amplitude = f.up;
    w.width = f.width;
    if (status == HYS_OK) status = hys__protocol_list(p, "times", &w.times);
    if (status == HYS_OK) status = hys__protocol_list(p, "temperatures", &temps);
    if (status == HYS_OK) status = hys__protocol_table(p, "retention", "scatter", columns, &table);
    if (status != HYS_OK) return status;
    w.g = HYS_NEW_N(p->arena, double, w.times.n);
    double *tau = HYS_NEW_N(p->arena, double, temps.n);
    if (!w.g || !tau) return HYS_NOMEM;
    for (size_t m = 0; m < temps.n && status == HYS_OK; m++) {
        p->bench.temp = hys__protocol_quantity(p, temps.at[m], "K");
        if (!p->bench.temp) return HYS_NOMEM;
        hys__protocol_done(p, (double)m, (double)temps.n);
        status = take_reads(p, &w);
        if (status == HYS_OK) status = hys__decay_time(p, &w, &tau[m]);
        for (size_t k = 0; k < w.times.n && status == HYS_OK; k++)
            status = hys_table_add_row(table, (double[]){w.times.at[k], w.g[k], temps.at[m]});
        if (status == HYS_OK && m == 0) status = hys__tell_written(p, &w, tau[0]);
    }
    return status == HYS_OK ? hys__tell_arrhenius(p, temps.at, tau, temps.n) : status;
}

static const hys_protocol_option options[] = {
    {"amplitude", "V", "auto", "pulse that writes; auto: the least that does half of the change in a fifth of it"},
    {"width", "s", "auto", "its width; auto: 10 ms, if the device suits it"},
    {"times", "s", "10ms:1e6s:33", "of the reads, since it was written: a list, or FROM:TO:N"},
    {"temperatures", "K", "300.15K", "a list, or FROM:TO:N; each with a fresh device"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_retention = {
    {"retention", "RET Retention", "how long a written state lasts; activation energy from several temperatures",
     options, sizeof options / sizeof *options},
    run};
