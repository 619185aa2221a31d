/* Switching kinetics: the time to switch under a constant voltage, from nanoseconds to kiloseconds. */
#include "lab/analyse.h"
#include <math.h>

#define PER_DECADE 40.0

typedef struct setup {
    double shortest, longest, factor;
    hys__values volts;
    double sign;
} setup;

static size_t n_points(const setup *set) {
    return (size_t)ceil(PER_DECADE * log10(set->longest / set->shortest)) + 1;
}

/* A fresh device under one voltage. */
static hys_status take_switch(hys__protocol *p, const setup *set, double volts, hys__held *trace, hys__switching *s) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t n = n_points(set);
    size_t start = hys__script_line(&script, 0.01 * set->shortest, 0, volts, 2);
    double gone = 0;
    for (size_t k = 0; k < n; k++) {
        double until = set->shortest * pow(set->longest / set->shortest, (double)k / (double)(n - 1));
        hys__script_line(&script, until - gone, volts, volts, 1);
        gone = until;
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k <= n; k++) {
        trace->t[k] = hys__seen_time(&seen, start + k) - hys__seen_time(&seen, start);
        trace->g[k] = hys__seen_conductance(&seen, start + k);
        trace->energy[k] = k ? hys__seen_energy(&seen, start + k) : 0;
    }
    trace->n = n + 1;
    hys__find_switch(trace, set->factor, s);
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

/* The sign that changes most, and voltages from the least that switches in time to one that does it at once. */
static hys_status find_voltages(hys__protocol *p, size_t sign, setup *s) {
    const hys__probe *probe;
    hys_status status = hys__protocol_probe(p, &probe);
    if (status != HYS_OK) return status;
    int which = sign == 1 ? 1 : sign == 2 ? -1 : hys__probe_fresh(probe, 0);
    s->sign = which;
    double low = fabs(hys__probe_least(probe, which, 0.5, s->longest, NULL));
    double high = fabs(hys__probe_least(probe, which, 0.5, 10 * s->shortest, NULL));
    if (isnan(high)) high = hys__probe_largest(probe, which);
    if (!(high > 0)) high = 1.5;
    if (!(low < high)) low = high / 3;
    return hys__protocol_list_auto(p, "voltages", low, high, 6, &s->volts);
}

static hys_status read_setup(hys__protocol *p, setup *s) {
    static const char *const signs[] = {"auto", "positive", "negative", NULL};
    size_t sign;
    hys_status status = hys__protocol_word(p, "polarity", signs, &sign);
    s->sign = sign == 2 ? -1 : 1;
    if (status == HYS_OK) status = hys__protocol_positive(p, "shortest", &s->shortest);
    if (status == HYS_OK) status = hys__protocol_positive(p, "longest", &s->longest);
    if (status == HYS_OK) status = hys__protocol_positive(p, "factor", &s->factor);
    if (status != HYS_OK) return status;
    if (!(s->longest > s->shortest && s->longest < 1e18 * s->shortest))
        return hys__fail(p->ctx, HYS_ARG, "--opt shortest=1ns --opt longest=1e3s",
                         "the longest time must be above the shortest");
    if (!(s->factor > 1)) return hys__fail(p->ctx, HYS_ARG, "--opt factor=2", "the factor must be above 1");
    return sign == 0 || hys__protocol_is_auto(p, "voltages") ? find_voltages(p, sign, s)
                                                             : hys__protocol_list(p, "voltages", &s->volts);
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"voltage", "V", "t_switch", "s", "energy", "J",
                                          "g_first", "S", "g_last",   "S", NULL};
    setup set;
    hys_table *table;
    hys_status status = read_setup(p, &set);
    if (status == HYS_OK) status = hys__protocol_table(p, "kinetics", "scatter", columns, &table);
    if (status != HYS_OK) return status;
    hys__kinetics c = {.n = set.volts.n, .shortest = set.shortest, .longest = set.longest, .factor = set.factor};
    hys__held trace = {.n = n_points(&set) + 1};
    status = hys__kinetics_room(p, &c);
    if (status == HYS_OK) status = hys__held_room(p, &trace);
    for (size_t k = 0; k < c.n && status == HYS_OK; k++) {
        hys__switching s = {.time = NAN};
        double volts = set.sign * set.volts.at[k];
        hys__protocol_done(p, (double)k, (double)c.n);
        status = take_switch(p, &set, volts, &trace, &s);
        if (status == HYS_OK) status = hys__add_switch(&c, k, volts, &s, table);
    }
    return status == HYS_OK ? hys__tell_kinetics(p, &c) : status;
}

static const hys_protocol_option options[] = {
    {"voltages", "V", "auto",
     "sizes: a list, or FROM:TO:N; each with a fresh device; auto: from the least that switches to one that does it at "
     "once"},
    {"polarity", "", "auto", "positive or negative; auto: what changes the conductance most"},
    {"shortest", "s", "1ns", "time from which on is looked"},
    {"longest", "s", "1e3s", "time until which the voltage is held"},
    {"factor", "1", "2", "change of the conductance that counts as switching"},
};
const hys__protocol_row hys__protocol_kinetics = {
    {"kinetics", "CRA ChronoAmperometry", "time to switch against voltage, nanoseconds to kiloseconds, with its law",
     options, sizeof options / sizeof *options},
    run};
