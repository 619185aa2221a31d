/* What is told of times to switch under several voltages. */
#include "lab/analyse.h"
#include <math.h>

hys_status hys__held_room(hys__protocol *p, hys__held *h) {
    h->t = HYS_NEW_N(p->arena, double, 3 * h->n);
    if (!h->t) return HYS_NOMEM;
    h->g = h->t + h->n;
    h->energy = h->g + h->n;
    return HYS_OK;
}

/* Between two points by the logarithm of time. */
void hys__find_switch(const hys__held *h, double factor, hys__switching *s) {
    double before = 0, t_before = NAN, energy = 0;
    *s = (hys__switching){NAN, NAN, h->g[0], h->g[h->n - 1], false};
    for (size_t k = 1; k < h->n; k++) {
        double change = fabs(log(h->g[k] / h->g[0])) - log(factor);
        energy += h->energy[k];
        if (!(change >= 0)) {
            before = change;
            t_before = h->t[k];
            continue;
        }
        s->at_once = isnan(t_before);
        s->time = s->at_once ? h->t[k] : t_before * pow(h->t[k] / t_before, before / (before - change));
        s->energy = energy;
        return;
    }
}

hys_status hys__kinetics_room(hys__protocol *p, hys__kinetics *c) {
    c->v = HYS_NEW_N(p->arena, double, 4 * c->n + 1);
    if (!c->v) return HYS_NOMEM;
    c->log_v = c->v + c->n;
    c->log_t = c->log_v + c->n;
    c->energy = c->log_t + c->n;
    return HYS_OK;
}

hys_status hys__add_switch(hys__kinetics *c, size_t k, double volts, const hys__switching *s, hys_table *table) {
    bool is_known = !isnan(s->time) && !s->at_once;
    c->n_known += is_known;
    c->v[k] = fabs(volts);
    c->log_v[k] = log(c->v[k]);
    c->log_t[k] = is_known ? log(s->time) : NAN;
    c->energy[k] = is_known ? s->energy : NAN;
    double row[] = {volts, is_known ? s->time : NAN, c->energy[k], s->g_first, s->g_last};
    return hys_table_add_row(table, row);
}

hys_status hys__tell_kinetics(hys__protocol *p, const hys__kinetics *c) {
    hys__straight exponential = hys__fit_straight(c->v, c->log_t, c->n);
    hys__straight power = hys__fit_straight(c->log_v, c->log_t, c->n);
    bool is_known = c->n_known >= 2;
    double least = NAN, fast = NAN, slow = NAN;
    for (size_t k = 0; k < c->n; k++) {
        double t = exp(c->log_t[k]);
        if (isnan(t)) continue;
        least = fmin(least, c->energy[k]); /* fmin passes over NaN */
        fast = fmin(fast, t);
        slow = fmax(slow, t);
    }
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"t_fastest", "s", fast, "shortest time to switch"},
                {"t_slowest", "s", slow, "longest time to switch"},
                {"v_per_decade", "V", is_known ? log(10) / fabs(exponential.slope) : NAN,
                 "voltage that makes it ten times faster, of t = t0 exp(-v/v0)"},
                {"rms_exponential", "1", is_known ? exponential.rms / log(10) : NAN, "decades that this law misses"},
                {"exponent", "1", is_known ? -power.slope : NAN, "n of t = t0 v^-n"},
                {"rms_power", "1", is_known ? power.rms / log(10) : NAN, "decades that this law misses"},
                {"energy_per_event", "J", least, "until it has switched, at the voltage that needs least"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && c->n_known < c->n && !(c->shortest > 0))
        status = hys__protocol_remark(p,
                                      "at %zu of %zu voltages the time cannot be told: within the record the "
                                      "conductance does not change by the factor %g, or it has at the first row",
                                      c->n - c->n_known, c->n, c->factor);
    else if (status == HYS_OK && c->n_known < c->n)
        status =
            hys__protocol_remark(p,
                                 "at %zu of %zu voltages the time cannot be told: it is outside %g s to %g s, or the "
                                 "conductance never changes by the factor %g",
                                 c->n - c->n_known, c->n, c->shortest, c->longest, c->factor);
    return status;
}
