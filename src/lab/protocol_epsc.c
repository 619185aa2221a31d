/* The current behind pulses and its decay: the synaptic current of one or several spikes. */
#include "lab/protocol.h"
#include <math.h>

static hys_status read_setup(hys__protocol *p, hys__after_setup *s, long *points) {
    hys_status status = hys__protocol_number(p, "amplitude", &s->amplitude);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &s->width);
    if (status == HYS_OK) status = hys__protocol_positive(p, "rest", &s->rest);
    if (status == HYS_OK) status = hys__protocol_positive(p, "duration", &s->duration);
    if (status == HYS_OK) status = hys__protocol_count(p, "pulses", 1, &s->pulses);
    if (status == HYS_OK) status = hys__protocol_count(p, "points", 8, points);
    return status;
}

/* Time by which half of the change is gone; NaN: it is not. */
static double half_life(const hys__after *d) {
    double half = 0.5 * (d->i[0] + d->before), sign = d->i[0] > d->before ? 1 : -1;
    for (size_t k = 1; k < d->n; k++) {
        if (sign * (d->i[k] - half) > 0) continue;
        return d->t[k - 1] + (d->t[k] - d->t[k - 1]) * (d->i[k - 1] - half) / (d->i[k - 1] - d->i[k]);
    }
    return NAN;
}

static hys_status tell_fit(hys__protocol *p, const hys__after *d, const hys__decay *f) {
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"i_rest", "A", f->rest, "current that the fit ends at"},
                {"a1", "A", f->a1, "amplitude of the (first) exponential"},
                {"tau1", "s", f->tau1, "its time constant"},
                {"a2", "A", f->kind == HYS__DECAY_DOUBLE ? f->a2 : NAN, "amplitude of the second exponential"},
                {"tau2", "s", f->kind == HYS__DECAY_DOUBLE ? f->tau2 : NAN, "its time constant"},
                {"beta", "1", f->kind == HYS__DECAY_STRETCHED ? f->beta : NAN, "exponent of the stretched exponential"},
                {"rms", "A", f->rms, "of the fit"}};
    hys_status status =
        hys__protocol_says(p, "decay", hys__decay_names[f->kind],
                           "exponential with the least information criterion (AICc): single, double, stretched");
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && fmax(f->tau1, f->tau2) > d->t[d->n - 1])
        status = hys__protocol_remark(p, "the slow time constant is uncertain: it exceeds the time of observation; "
                                         "lengthen --opt duration=T");
    return status;
}

static hys_status tell(hys__protocol *p, const hys__after *d) {
    double change = d->i[0] - d->before, noise = hys__after_noise(d);
    double kept = (d->i[d->n - 1] - d->before) / change;
    bool decays = fabs(d->i[0] - d->i[d->n - 1]) > 10 * noise;
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"i_before", "A", d->before, "current at the reading voltage before the pulses"},
                {"i_peak", "A", d->i[0], "current just behind the pulses"},
                {"gain", "1", d->i[0] / d->before, "peak against before"},
                {"kept", "1", fabs(change) > 10 * noise ? kept : NAN, "part of the change left at the end"},
                {"half_life", "s", decays ? half_life(d) : NAN, "time by which half of the change is gone"},
                {"energy_per_event", "J", d->energy, "of the last pulse"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status != HYS_OK) return status;
    if (!decays)
        return hys__protocol_remark(p, fabs(change) > 10 * noise
                                           ? "a time constant cannot be told: nothing decays within the duration"
                                           : "a decay cannot be told: the pulses change nothing");
    hys__decay fits[HYS__DECAY_KINDS];
    hys__decay_kind best;
    status = hys__decay_choose(p->ctx, d->t, d->i, d->n, noise, fits, &best);
    return status == HYS_OK ? tell_fit(p, d, &fits[best]) : status;
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
    if (status == HYS_OK) status = tell(p, &d);
    if (status == HYS_OK) status = hys__protocol_table(p, "decay", "scatter", columns, &table);
    for (size_t k = 0; k < d.n && status == HYS_OK; k++) status = hys_table_add_row(table, (double[]){d.t[k], d.i[k]});
    return status;
}

static const hys_protocol_option options[] = {
    {"amplitude", "V", "1V", "of the pulses"},
    {"width", "s", "10ms", "of the pulses"},
    {"rest", "s", "10ms", "between the pulses"},
    {"pulses", "", "1", "number of pulses"},
    {"duration", "s", "1s", "of the observation"},
    {"points", "", "60", "of the decay, evenly over the last four decades of time"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_epsc = {
    {"epsc", "VOL VolatilityRead EPSC", "current behind pulses and its decay: single, double or stretched exponential",
     options, sizeof options / sizeof *options},
    run};
