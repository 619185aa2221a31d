/* What is told of two states cycle by cycle, and of a state that is read again and again. */
#include "lab/analyse.h"
#include <math.h>

static hys__numbers numbers_of(const hys__states *c, const double *x) {
    for (size_t k = 0; k < c->n; k++) c->scratch[k] = x[k];
    return hys__count_numbers(c->scratch, c->n);
}

/* The first cycle whose states are closer than the ratio; NaN: none. */
static double first_failure(const hys__states *c, double ratio) {
    for (size_t k = 0; k < c->n; k++)
        if (!(c->on[k] >= ratio * c->off[k])) return (double)k + 1;
    return NAN;
}

hys_status hys__tell_states(hys__protocol *p, const hys__states *c) {
    hys__numbers on = numbers_of(c, c->on), off = numbers_of(c, c->off);
    double failure = first_failure(c, c->ratio), last = c->on[c->n - 1] / c->off[c->n - 1];
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"cycles", "1", (double)c->n, "cycles carried out, each with a point of both states"},
                {"g_on", "S", on.median, "median conductance behind set"},
                {"g_off", "S", off.median, "median conductance behind reset"},
                {"cv_on", "1", on.sd / on.mean, "standard deviation against mean, over the cycles"},
                {"cv_off", "1", off.sd / off.mean, "standard deviation against mean, over the cycles"},
                {"window_first", "1", c->on[0] / c->off[0], "on against off in the first cycle"},
                {"window_last", "1", last, "on against off in the last cycle"},
                {"window_worst", "1", on.least / off.most, "least on against most off"},
                {"first_failure", "1", failure, "first cycle whose window is below --opt ratio"},
                {"energy_set", "J", c->energy_set, "of a pulse, mean"},
                {"energy_reset", "J", c->energy_reset, "of a pulse, mean"},
                {"energy_per_event", "J", 0.5 * (c->energy_set + c->energy_reset), "of a pulse of either kind, mean"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && isnan(failure))
        status =
            hys__protocol_remark(p, "the end of endurance cannot be told: it is beyond %zu cycles%s", c->n,
                                 c->n > 2 && on.sd < 1e-6 * on.mean ? ", and nothing wears out in this model" : "");
    return status;
}

/* A device that positive voltage resets: its states change their names. */
hys_status hys__name_states(hys__protocol *p, hys__states *c) {
    if (!(c->on[c->n - 1] < c->off[c->n - 1])) return HYS_OK;
    double *on = c->on, energy = c->energy_set;
    c->on = c->off;
    c->off = on;
    c->energy_set = c->energy_reset;
    c->energy_reset = energy;
    return hys__protocol_remark(p, "the pulse called set lowers the conductance: set and reset were exchanged");
}

static double reads_until(const double *g, size_t n, double part) {
    for (size_t k = 0; k < n; k++)
        if (fabs(g[k] - g[0]) > part * fabs(g[0])) return (double)k;
    return NAN;
}

hys_status hys__tell_reads(hys__protocol *p, const double *g, size_t n, double energy) {
    double change = g[n - 1] / g[0] - 1, until = reads_until(g, n, 0.1);
    hys_status status = hys__protocol_feature(p, "g_first", "S", g[0], "conductance of the first read");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "change", "1", change, "of the conductance by all reads, against the first");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "change_per_read", "1", change / (double)(n - 1), "mean of a read");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "reads_to_10_percent", "1", until, "reads until the conductance is 10 % off");
    if (status == HYS_OK) status = hys__protocol_feature(p, "energy_per_event", "J", energy, "of the last read");
    if (status == HYS_OK && isnan(until))
        status = hys__protocol_remark(p, "how many reads disturb by 10 %% cannot be told: more than %zu", n);
    return status;
}
