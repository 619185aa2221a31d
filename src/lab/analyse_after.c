/* What is told of the current behind pulses, and of what the number of pulses does to its decay. */
#include "lab/analyse.h"
#include <math.h>

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
        status = hys__protocol_remark(p, "the slow time constant is uncertain: it exceeds the time of observation%s",
                                      hys__protocol_advice(p, "; lengthen --opt duration=T"));
    return status;
}

hys_status hys__tell_after(hys__protocol *p, const hys__after *d) {
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

/* Time constant of the decay behind n pulses: of the stretched exponential where it decays at all. */
hys_status hys__add_number(hys__protocol *p, hys__conversion *c, double pulses, const hys__after *d) {
    hys__decay fit = {.tau1 = NAN, .beta = NAN};
    double noise = hys__after_noise(d), kept = (d->i[d->n - 1] - d->before) / (d->i[0] - d->before);
    hys_status status = HYS_OK;
    if (fabs(d->i[0] - d->i[d->n - 1]) > 10 * noise)
        status = hys__decay_fit(p->ctx, d->t, d->i, d->n, noise, HYS__DECAY_STRETCHED, &fit);
    if (c->n++ == 0) c->kept_first = kept, c->tau_first = fit.tau1;
    c->kept_last = kept;
    c->tau_last = fit.tau1;
    c->energy = d->energy;
    double row[] = {pulses, kept, fit.tau1, fit.beta, d->i[0], d->i[d->n - 1]};
    return status == HYS_OK ? hys_table_add_row(c->table, row) : status;
}

hys_status hys__tell_conversion(hys__protocol *p, const hys__conversion *c) {
    bool lasts = c->kept_last > c->kept_first + 0.01 || c->tau_last > 1.1 * c->tau_first;
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"kept_first", "1", c->kept_first, "part of the change left at the end, after the fewest pulses"},
                {"kept_last", "1", c->kept_last, "the same after the most pulses"},
                {"tau_first", "s", c->tau_first, "time constant of the decay after the fewest pulses"},
                {"tau_last", "s", c->tau_last, "the same after the most pulses"},
                {"energy_per_event", "J", c->energy, "of the last pulse of the longest train"}};
    hys_status status =
        hys__protocol_says(p, "conversion", lasts ? "yes" : "no", "whether more pulses make memory last longer");
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && isnan(c->tau_last))
        status = hys__protocol_remark(p, "a time constant cannot be told: nothing decays within the duration");
    return status;
}
