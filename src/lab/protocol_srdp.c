/* Trains of pulses: plasticity by rate, and the conversion of short-term into long-term memory by their number. */
#include "lab/analyse.h"
#include <math.h>

typedef struct train {
    double a_first, a_last, energy; /* A at the end of the first and the last pulse, J of a pulse, mean */
} train;

/* A train on a fresh device. */
static hys_status take_train(hys__protocol *p, double amplitude, double width, double rest, size_t n, train *t) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < n && !script.failed; k++) {
        if (k) hys__script_rest(&script, rest);
        hys__script_pulse(&script, amplitude, width);
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    *t = (train){hys__seen_current(&seen, 0), hys__seen_current(&seen, n - 1), 0};
    for (size_t k = 0; k < n; k++) t->energy += hys__seen_energy(&seen, k) / (double)n;
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

static hys_status run_rates(hys__protocol *p) {
    static const char *const columns[] = {"frequency", "Hz", "gain",   "1", "a_first", "A",
                                          "a_last",    "A",  "energy", "J", NULL};
    const hys__auto want = {.up = "amplitude", .width = "width", .usual = 5e-3, .forget = 0.1, .widths = 10};
    hys__auto_found a;
    long n;
    hys__values f = {NULL, 0};
    hys_table *table;
    train t = {NAN, NAN, NAN};
    hys_status status = hys__protocol_auto(p, &want, &a);
    if (status == HYS_OK) status = hys__protocol_count(p, "pulses", 2, &n);
    if (status == HYS_OK) status = hys__protocol_list_auto(p, "frequencies", 5e-3 / a.width, 0.5 / a.width, 9, &f);
    if (status == HYS_OK) status = hys__protocol_table(p, "gain", "scatter", columns, &table);
    if (status != HYS_OK) return status;
    double *gain = HYS_NEW_N(p->arena, double, f.n);
    if (!gain) return HYS_NOMEM;
    if (!(f.at[f.n - 1] * a.width < 1))
        return hys__fail(p->ctx, HYS_ARG, "a shorter --opt width=T", "at %g Hz pulses of %g s overlap", f.at[f.n - 1],
                         a.width);
    for (size_t k = 0; k < f.n && status == HYS_OK; k++) {
        hys__protocol_done(p, (double)k, (double)f.n);
        status = take_train(p, a.up, a.width, 1 / f.at[k] - a.width, (size_t)n, &t);
        gain[k] = t.a_last / t.a_first;
        if (status == HYS_OK)
            status = hys_table_add_row(table, (double[]){f.at[k], gain[k], t.a_first, t.a_last, t.energy});
    }
    return status == HYS_OK ? hys__tell_rates(p, &f, gain, t.energy) : status;
}

static const hys_protocol_option rate_options[] = {
    {"amplitude", "V", "auto", "of the pulses; auto: what does half of the change in ten widths"},
    {"width", "s", "auto", "of the pulses; auto: 5 ms, or a tenth of the time in which the device forgets"},
    {"pulses", "", "10", "pulses of a train"},
    {"frequencies", "Hz", "auto", "a list, or FROM:TO:N; each with a fresh device; auto: duty cycles of 0.5 % to 50 %"},
};
const hys__protocol_row hys__protocol_srdp = {
    {"srdp", "SRDP", "spike-rate dependent plasticity: last response of a train against the first, by rate",
     rate_options, sizeof rate_options / sizeof *rate_options},
    run_rates};

/* ---- short-term to long-term ---- */

static hys_status take_number(hys__protocol *p, const hys__after_setup *setup, hys__conversion *c) {
    hys__after d = {.n = 40};
    hys_status status = hys__take_after(p, setup, &d);
    return status == HYS_OK ? hys__add_number(p, c, (double)setup->pulses, &d) : status;
}

static hys_status run_numbers(hys__protocol *p) {
    static const char *const columns[] = {"pulses", "1",      "kept", "1",     "tau", "s", "beta",
                                          "1",      "i_peak", "A",    "i_end", "A",   NULL};
    hys__after_setup s;
    hys__values n = {NULL, 0};
    hys__conversion c = {.n = 0};
    const hys__auto want = {
        .up = "amplitude", .width = "width", .rest = "rest", .usual = 10e-3, .forget = 0.1, .widths = 30};
    hys__auto_found f;
    hys_status status = hys__protocol_auto(p, &want, &f);
    s.amplitude = f.up;
    s.width = f.width;
    s.rest = f.rest;
    if (status == HYS_OK)
        status = hys__protocol_time_auto(p, "duration", f.is_volatile ? 100 * f.t_forget : 1000 * f.width, &s.duration);
    if (status == HYS_OK) status = hys__protocol_list(p, "numbers", &n);
    if (status == HYS_OK) status = hys__protocol_table(p, "conversion", "scatter", columns, &c.table);
    for (size_t k = 0; status == HYS_OK && k < n.n; k++) {
        if (n.at[k] < 1 || n.at[k] > 1e5)
            return hys__fail(p->ctx, HYS_ARG, "", "numbers of pulses lie between 1 and 100000");
        s.pulses = lround(n.at[k]);
        hys__protocol_done(p, (double)k, (double)n.n);
        status = take_number(p, &s, &c);
    }
    return status == HYS_OK ? hys__tell_conversion(p, &c) : status;
}

static const hys_protocol_option number_options[] = {
    {"amplitude", "V", "auto", "of the pulses; auto: what does half of the change in thirty widths"},
    {"width", "s", "auto", "of the pulses; auto: 10 ms, or a tenth of the time in which the device forgets"},
    {"rest", "s", "auto", "between the pulses; auto: the width"},
    {"numbers", "1", "10,30,60,90,120", "pulses of a train: a list; each with a fresh device"},
    {"duration", "s", "auto", "of the observation; auto: 1000 widths, or 100 times of forgetting"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_stp_ltp = {
    {"stp-ltp", "STP-LTP", "short-term to long-term memory: what the number of pulses does to the decay",
     number_options, sizeof number_options / sizeof *number_options},
    run_numbers};
