/* Switching kinetics: the time to switch under a constant voltage, from nanoseconds to kiloseconds. */
#include "lab/protocol.h"
#include <math.h>

#define PER_DECADE 40.0

typedef struct setup {
    double shortest, longest, factor;
    hys__values volts;
    double sign;
} setup;

typedef struct switching {
    double time, energy; /* s, J; NaN: it does not switch in time */
    double g_first, g_last;
    bool at_once;
} switching;

/* Between two points by the logarithm of time. */
static void find_switch(const hys__seen *seen, size_t start, size_t n, double factor, switching *s) {
    double t0 = hys__seen_time(seen, start), g0 = hys__seen_conductance(seen, start), before = 0, t_before = NAN;
    double energy = 0;
    *s = (switching){NAN, NAN, g0, hys__seen_conductance(seen, start + n), false};
    for (size_t k = 1; k <= n; k++) {
        double t = hys__seen_time(seen, start + k) - t0;
        double change = fabs(log(hys__seen_conductance(seen, start + k) / g0)) - log(factor);
        energy += hys__seen_energy(seen, start + k);
        if (!(change >= 0)) {
            before = change;
            t_before = t;
            continue;
        }
        s->at_once = isnan(t_before);
        s->time = s->at_once ? t : t_before * pow(t / t_before, before / (before - change));
        s->energy = energy;
        return;
    }
}

/* A fresh device under one voltage. */
static hys_status take_switch(hys__protocol *p, const setup *set, double volts, switching *s) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t n = (size_t)ceil(PER_DECADE * log10(set->longest / set->shortest)) + 1;
    size_t start = hys__script_line(&script, 0.01 * set->shortest, 0, volts, 2);
    double gone = 0;
    for (size_t k = 0; k < n; k++) {
        double until = set->shortest * pow(set->longest / set->shortest, (double)k / (double)(n - 1));
        hys__script_line(&script, until - gone, volts, volts, 1);
        gone = until;
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    find_switch(&seen, start, n, set->factor, s);
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

typedef struct curve {
    double *v, *log_v, *log_t, *energy; /* [n]; NaN where nothing is known */
    size_t n, n_known;
} curve;

static hys_status tell(hys__protocol *p, const setup *set, const curve *c) {
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
    if (status == HYS_OK && c->n_known < c->n)
        status =
            hys__protocol_remark(p,
                                 "at %zu of %zu voltages the time cannot be told: it is outside %g s to %g s, or the "
                                 "conductance never changes by the factor %g",
                                 c->n - c->n_known, c->n, set->shortest, set->longest, set->factor);
    return status;
}

static hys_status read_setup(hys__protocol *p, setup *s) {
    static const char *const signs[] = {"positive", "negative", NULL};
    size_t sign;
    hys_status status = hys__protocol_list(p, "voltages", &s->volts);
    if (status == HYS_OK) status = hys__protocol_word(p, "polarity", signs, &sign);
    if (status == HYS_OK) status = hys__protocol_positive(p, "shortest", &s->shortest);
    if (status == HYS_OK) status = hys__protocol_positive(p, "longest", &s->longest);
    if (status == HYS_OK) status = hys__protocol_positive(p, "factor", &s->factor);
    if (status != HYS_OK) return status;
    s->sign = sign == 1 ? -1 : 1;
    if (!(s->longest > s->shortest && s->longest < 1e18 * s->shortest))
        return hys__fail(p->ctx, HYS_ARG, "--opt shortest=1ns --opt longest=1e3s",
                         "the longest time must be above the shortest");
    if (!(s->factor > 1)) return hys__fail(p->ctx, HYS_ARG, "--opt factor=2", "the factor must be above 1");
    return HYS_OK;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"voltage", "V", "t_switch", "s", "energy", "J",
                                          "g_first", "S", "g_last",   "S", NULL};
    setup set;
    hys_table *table;
    hys_status status = read_setup(p, &set);
    if (status == HYS_OK) status = hys__protocol_table(p, "kinetics", "scatter", columns, &table);
    if (status != HYS_OK) return status;
    curve c = {.n = set.volts.n};
    c.v = HYS_NEW_N(p->arena, double, 4 * c.n);
    if (!c.v) return HYS_NOMEM;
    c.log_v = c.v + c.n;
    c.log_t = c.log_v + c.n;
    c.energy = c.log_t + c.n;
    for (size_t k = 0; k < c.n && status == HYS_OK; k++) {
        switching s = {.time = NAN};
        c.v[k] = set.volts.at[k];
        status = take_switch(p, &set, set.sign * c.v[k], &s);
        bool is_known = !isnan(s.time) && !s.at_once;
        c.n_known += is_known;
        c.log_v[k] = log(c.v[k]);
        c.log_t[k] = is_known ? log(s.time) : NAN;
        c.energy[k] = is_known ? s.energy : NAN;
        double row[] = {set.sign * c.v[k], is_known ? s.time : NAN, c.energy[k], s.g_first, s.g_last};
        if (status == HYS_OK) status = hys_table_add_row(table, row);
    }
    return status == HYS_OK ? tell(p, &set, &c) : status;
}

static const hys_protocol_option options[] = {
    {"voltages", "V", "0.5V:1.5V:6", "sizes: a list, or FROM:TO:N; each with a fresh device"},
    {"polarity", "", "positive", "positive or negative"},
    {"shortest", "s", "1ns", "time from which on is looked"},
    {"longest", "s", "1e3s", "time until which the voltage is held"},
    {"factor", "1", "2", "change of the conductance that counts as switching"},
};
const hys__protocol_row hys__protocol_kinetics = {
    {"kinetics", "CRA ChronoAmperometry", "time to switch against voltage, nanoseconds to kiloseconds, with its law",
     options, sizeof options / sizeof *options},
    run};
