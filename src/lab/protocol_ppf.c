/* Paired-pulse facilitation: the second of two equal pulses against the first, by their distance. */
#include "lab/protocol.h"
#include <math.h>

typedef struct pair {
    double a1, a2, energy;
} pair;

/* Two pulses on a fresh device. */
static hys_status take_pair(hys__protocol *p, double amplitude, double width, double interval, pair *seen_pair) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t first = hys__script_pulse(&script, amplitude, width);
    hys__script_rest(&script, interval);
    size_t second = hys__script_pulse(&script, amplitude, width);
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    seen_pair->a1 = hys__seen_current(&seen, first);
    seen_pair->a2 = hys__seen_current(&seen, second);
    seen_pair->energy = hys__seen_energy(&seen, second);
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

/* What the solver's tolerance leaves of a ratio. */
#define NOISE 3e-5

static hys_status tell_fit(hys__protocol *p, const hys__values *dt, const double *index) {
    hys__decay fits[HYS__DECAY_KINDS];
    hys__decay_kind best = HYS__DECAY_SINGLE;
    for (int k = HYS__DECAY_SINGLE; k <= HYS__DECAY_DOUBLE; k++) {
        hys_status status = hys__decay_fit(p->ctx, dt->at, index, dt->n, NOISE, (hys__decay_kind)k, &fits[k]);
        if (status != HYS_OK) return status;
    }
    if (fits[HYS__DECAY_DOUBLE].aicc < fits[HYS__DECAY_SINGLE].aicc - 2) best = HYS__DECAY_DOUBLE;
    const hys__decay *f = &fits[best];
    bool is_double = best == HYS__DECAY_DOUBLE, is_flat = !(fabs(f->a1) + fabs(f->a2) > 10 * NOISE);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"rest", "1", f->rest, "index far apart: 1 without lasting memory"},
                {"c1", "1", is_flat ? NAN : f->a1, "amplitude of the fast part"},
                {"tau1", "s", is_flat ? NAN : f->tau1, "time constant of the fast part"},
                {"c2", "1", is_double && !is_flat ? f->a2 : NAN, "amplitude of the slow part"},
                {"tau2", "s", is_double && !is_flat ? f->tau2 : NAN, "time constant of the slow part"},
                {"rms", "1", f->rms, "of the fit rest + c1 exp(-dt/tau1) + c2 exp(-dt/tau2)"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && is_flat)
        status = hys__protocol_remark(p, "time constants cannot be told: the index does not depend on the interval");
    else if (status == HYS_OK && !is_double)
        status = hys__protocol_remark(
            p, "a second time constant cannot be told: one exponential describes the index as well");
    if (status == HYS_OK && !is_flat && f->tau1 > dt->at[dt->n - 1])
        status = hys__protocol_remark(p, "tau1 is uncertain: it exceeds the longest interval");
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"interval", "s", "index", "1", "a1", "A", "a2", "A", "energy", "J", NULL};
    double amplitude, width, most = NAN, at_most = NAN, energy = NAN;
    hys__values dt = {NULL, 0};
    hys_table *table;
    hys_status status = hys__protocol_number(p, "amplitude", &amplitude);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &width);
    if (status == HYS_OK) status = hys__protocol_list(p, "intervals", &dt);
    if (status == HYS_OK) status = hys__protocol_table(p, "index", "scatter", columns, &table);
    double *index = status == HYS_OK ? HYS_NEW_N(p->arena, double, dt.n) : NULL;
    if (!index) return status == HYS_OK ? HYS_NOMEM : status;
    for (size_t k = 0; k < dt.n && status == HYS_OK; k++) {
        pair a = {NAN, NAN, NAN};
        status = take_pair(p, amplitude, width, dt.at[k], &a);
        if (status != HYS_OK) return status;
        index[k] = a.a2 / a.a1;
        energy = a.energy;
        if (!(fabs(index[k] - 1) <= fabs(most - 1))) most = index[k], at_most = dt.at[k];
        double row[] = {dt.at[k], index[k], a.a1, a.a2, a.energy};
        status = hys_table_add_row(table, row);
    }
    if (status == HYS_OK)
        status = hys__protocol_says(p, "kind",
                                    most > 1.001   ? "facilitation"
                                    : most < 0.999 ? "depression"
                                                   : "none",
                                    "whether the second response is larger (PPF) or smaller (PPD)");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "index_most", "1", most,
                                       "A2/A1 that differs most from 1; A: current at a pulse's end");
    if (status == HYS_OK) status = hys__protocol_feature(p, "interval_most", "s", at_most, "interval of it");
    if (status == HYS_OK) status = tell_fit(p, &dt, index);
    if (status == HYS_OK)
        status =
            hys__protocol_feature(p, "energy_per_event", "J", energy, "of the second pulse, at the longest interval");
    return status;
}

static const hys_protocol_option options[] = {
    {"amplitude", "V", "1V", "of the pulses"},
    {"width", "s", "10ms", "of the pulses"},
    {"intervals", "s", "10ms:1s:13",
     "from the end of the first to the start of the second: a list, or FROM:TO:N; each with a fresh device"},
};
const hys__protocol_row hys__protocol_ppf = {
    {"ppf", "PPD", "paired-pulse facilitation or depression against the interval, with its time constants", options,
     sizeof options / sizeof *options},
    run};
