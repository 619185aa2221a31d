/* Endurance: set and reset again and again, one point per cycle and state; and reading again and again. */
#include "lab/protocol.h"
#include <math.h>

typedef struct setup {
    double set, reset, width, rest, ratio;
    long cycles;
} setup;

typedef struct states {
    double *on, *off; /* [n] S, behind the set and the reset pulse of each cycle */
    double *scratch;  /* [n] */
    double energy_set, energy_reset;
    size_t n;
} states;

static hys_status take_cycles(hys__protocol *p, const setup *s, states *c) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < 2 * c->n && !script.failed; k++) {
        hys__script_pulse(&script, k % 2 ? s->reset : s->set, s->width);
        hys__script_rest(&script, s->rest);
        hys__script_read(&script);
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < c->n; k++) {
        c->on[k] = hys__seen_conductance(&seen, 4 * k + 1);
        c->off[k] = hys__seen_conductance(&seen, 4 * k + 3);
        c->energy_set += hys__seen_energy(&seen, 4 * k) / (double)c->n;
        c->energy_reset += hys__seen_energy(&seen, 4 * k + 2) / (double)c->n;
    }
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

static hys__numbers numbers_of(const states *c, const double *x) {
    for (size_t k = 0; k < c->n; k++) c->scratch[k] = x[k];
    return hys__count_numbers(c->scratch, c->n);
}

/* The first cycle whose states are closer than the ratio; NaN: none. */
static double first_failure(const states *c, double ratio) {
    for (size_t k = 0; k < c->n; k++)
        if (!(c->on[k] >= ratio * c->off[k])) return (double)k + 1;
    return NAN;
}

static hys_status tell(hys__protocol *p, const setup *s, const states *c) {
    hys__numbers on = numbers_of(c, c->on), off = numbers_of(c, c->off);
    double failure = first_failure(c, s->ratio), last = c->on[c->n - 1] / c->off[c->n - 1];
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
static hys_status name_states(hys__protocol *p, states *c) {
    if (!(c->on[c->n - 1] < c->off[c->n - 1])) return HYS_OK;
    double *on = c->on, energy = c->energy_set;
    c->on = c->off;
    c->off = on;
    c->energy_set = c->energy_reset;
    c->energy_reset = energy;
    return hys__protocol_remark(p, "the pulse called set lowers the conductance: set and reset were exchanged");
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"cycle", "1", "g_on", "S", "g_off", "S", NULL};
    setup s;
    hys_table *table;
    hys_status status = hys__protocol_number(p, "set", &s.set);
    if (status == HYS_OK) status = hys__protocol_number(p, "reset", &s.reset);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &s.width);
    if (status == HYS_OK) status = hys__protocol_positive(p, "rest", &s.rest);
    if (status == HYS_OK) status = hys__protocol_positive(p, "ratio", &s.ratio);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &s.cycles);
    if (status != HYS_OK) return status;
    states c = {.n = (size_t)s.cycles};
    c.on = HYS_NEW_N(p->arena, double, c.n);
    c.off = HYS_NEW_N(p->arena, double, c.n);
    c.scratch = HYS_NEW_N(p->arena, double, c.n);
    if (!c.on || !c.off || !c.scratch) return HYS_NOMEM;
    status = take_cycles(p, &s, &c);
    if (status == HYS_OK) status = name_states(p, &c);
    if (status == HYS_OK) status = tell(p, &s, &c);
    if (status == HYS_OK) status = hys__protocol_table(p, "cycles", "scatter", columns, &table);
    for (size_t k = 0; k < c.n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (double[]){(double)k + 1, c.on[k], c.off[k]});
    return status;
}

static const hys_protocol_option options[] = {
    {"set", "V", "1V", "pulse towards high conductance"},
    {"reset", "V", "-1V", "pulse towards low conductance"},
    {"width", "s", "1ms", "width of both"},
    {"rest", "s", "1ms", "time between a pulse and its read"},
    {"cycles", "", "100", "cycles of set and reset"},
    {"ratio", "1", "2", "window below which a cycle has failed"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_endurance = {{"endurance", "EN Endurance",
                                                    "both states in every cycle: windows, scatter, first failure",
                                                    options, sizeof options / sizeof *options},
                                                   run};

/* ---- read disturb ---- */

static hys_status take_disturb(hys__protocol *p, double amplitude, double width, double *g, size_t n, double *energy) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    hys__script_pulse(&script, amplitude, width);
    hys__script_rest(&script, width);
    for (size_t k = 0; k < n && !script.failed; k++) {
        hys__script_read(&script);
        hys__script_rest(&script, script.read_width);
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < n; k++) g[k] = hys__seen_conductance(&seen, k + 1);
    *energy = hys__seen_energy(&seen, n);
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

static double reads_until(const double *g, size_t n, double part) {
    for (size_t k = 0; k < n; k++)
        if (fabs(g[k] - g[0]) > part * fabs(g[0])) return (double)k;
    return NAN;
}

static hys_status tell_disturb(hys__protocol *p, const double *g, size_t n, double energy) {
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

static hys_status run_disturb(hys__protocol *p) {
    static const char *const columns[] = {"read", "1", "g", "S", NULL};
    double amplitude, width, energy = NAN;
    long reads;
    hys_table *table;
    hys_status status = hys__protocol_number(p, "amplitude", &amplitude);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &width);
    if (status == HYS_OK) status = hys__protocol_count(p, "reads", 2, &reads);
    if (status != HYS_OK) return status;
    size_t n = (size_t)reads;
    double *g = HYS_NEW_N(p->arena, double, n);
    if (!g) return HYS_NOMEM;
    status = take_disturb(p, amplitude, width, g, n, &energy);
    if (status == HYS_OK) status = tell_disturb(p, g, n, energy);
    if (status == HYS_OK) status = hys__protocol_table(p, "reads", "scatter", columns, &table);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (double[]){(double)k + 1, g[k]});
    return status;
}

static const hys_protocol_option disturb_options[] = {
    {"amplitude", "V", "1V", "pulse that writes the state which is read"},
    {"width", "s", "1ms", "its width"},
    {"reads", "", "1000", "number of reads, each followed by a rest as long"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_disturb = {{"read-disturb", "", "what reading does to a state", disturb_options,
                                                  sizeof disturb_options / sizeof *disturb_options},
                                                 run_disturb};
