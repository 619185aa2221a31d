/* Selectivity: the current at a voltage against that at half of it, where a half-selected cell of an array lies; and
 * whether, and how fast, it closes again at half the voltage. */
#include "lab/protocol.h"
#include <math.h>

#define FIRST      1e-9 /* s: the first look at the current behind the pulse */
#define PER_DECADE 10.0

typedef struct setup {
    double amplitude, width, longest; /* V, s, s */
} setup;

typedef struct seen_currents {
    double half, full, energy; /* A, A, J */
    double *t, *i;             /* [n] behind the pulse, at half the voltage */
    size_t n;
} seen_currents;

static double time_of(size_t k) {
    return FIRST * pow(10, (double)k / PER_DECADE);
}

static hys_status take_currents(hys__protocol *p, const setup *s, seen_currents *c) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    double half = 0.5 * s->amplitude, edge = 0.01 * s->width, gone = 0;
    size_t before = hys__script_pulse(&script, half, s->width);
    hys__script_rest(&script, s->width);
    hys__script_line(&script, edge, 0, s->amplitude, 2);
    size_t hold = hys__script_line(&script, s->width, s->amplitude, s->amplitude, 12);
    size_t after = hys__script_line(&script, fmin(edge, FIRST), s->amplitude, half, 2);
    for (size_t k = 0; k < c->n; k++) {
        hys__script_line(&script, time_of(k) - gone, half, half, 1);
        gone = time_of(k);
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    c->half = fabs(hys__seen_current(&seen, before));
    c->full = fabs(hys__seen_current(&seen, hold));
    c->energy = hys__seen_energy(&seen, hold);
    for (size_t k = 0; k < c->n; k++) {
        c->t[k] = time_of(k);
        c->i[k] = fabs(hys__seen_current(&seen, after + 1 + k));
    }
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

/* When the current is back to twice what it was; NaN: not in time. */
static double turn_off(const seen_currents *c) {
    for (size_t k = 0; k < c->n; k++)
        if (c->i[k] <= 2 * c->half) return c->t[k];
    return NAN;
}

static hys_status tell(hys__protocol *p, const setup *s, const seen_currents *c) {
    double off = turn_off(c), left = c->i[c->n - 1] / c->half;
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"selectivity", "1", c->full / c->half, "current at the amplitude against that at half of it before"},
                {"i_full", "A", c->full, "at the amplitude, at the end of the pulse"},
                {"i_half", "A", c->half, "at half the amplitude, before"},
                {"left_on", "1", left, "current at half the amplitude at the end, against before: 1 without memory"},
                {"turn_off", "s", off, "until the current at half the amplitude is back to twice what it was"},
                {"energy_per_event", "J", c->energy, "of the pulse"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && isnan(off))
        status = hys__protocol_remark(p, "it does not close within %g s at half the amplitude", s->longest);
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"time", "s", "i", "A", NULL};
    setup s;
    seen_currents c = {0};
    hys_table *table;
    hys_status status = hys__protocol_number(p, "amplitude", &s.amplitude);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &s.width);
    if (status == HYS_OK) status = hys__protocol_positive(p, "longest", &s.longest);
    if (status == HYS_OK && !(s.longest > 10 * FIRST))
        return hys__fail(p->ctx, HYS_ARG, "--opt longest=1s", "there is nothing to look at within %g s", s.longest);
    if (status != HYS_OK) return status;
    c.n = (size_t)floor(PER_DECADE * log10(s.longest / FIRST) + 1e-9) + 1;
    c.t = HYS_NEW_N(p->arena, double, c.n);
    c.i = HYS_NEW_N(p->arena, double, c.n);
    if (!c.t || !c.i) return HYS_NOMEM;
    status = take_currents(p, &s, &c);
    if (status == HYS_OK) status = tell(p, &s, &c);
    if (status == HYS_OK) status = hys__protocol_table(p, "closing", "scatter", columns, &table);
    for (size_t k = 0; k < c.n && status == HYS_OK; k++) status = hys_table_add_row(table, (double[]){c.t[k], c.i[k]});
    return status;
}

static const hys_protocol_option options[] = {
    {"amplitude", "V", "1V", "voltage that selects; either sign"},
    {"width", "s", "1ms", "for how long"},
    {"longest", "s", "1s", "for how long the current at half the voltage is watched behind it"},
};
const hys__protocol_row hys__protocol_selectivity = {
    {"selectivity", "", "current at a voltage against half of it, and how it closes again: what a selector is for",
     options, sizeof options / sizeof *options},
    run};
