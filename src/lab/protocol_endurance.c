/* Endurance: set and reset again and again, one point per cycle and state; and reading again and again. */
#include "lab/analyse.h"
#include <math.h>

typedef struct setup {
    double set, reset, width, reset_width, rest, ratio;
    long cycles;
} setup;

static hys_status take_cycles(hys__protocol *p, const setup *s, hys__states *c) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < 2 * c->n && !script.failed; k++) {
        hys__script_pulse(&script, k % 2 ? s->reset : s->set, k % 2 ? s->reset_width : s->width);
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

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"cycle", "1", "g_on", "S", "g_off", "S", NULL};
    setup s;
    hys_table *table;
    const hys__auto want = {
        .up = "set", .down = "reset", .width = "width", .rest = "rest", .usual = 1e-3, .widths = 0.2, .is_whole = true};
    hys__auto_found f;
    hys_status status = hys__protocol_auto(p, &want, &f);
    s.set = f.up;
    s.reset = f.down;
    s.width = f.width;
    s.rest = f.rest;
    if (status == HYS_OK) status = hys__protocol_time_auto(p, "reset-width", s.width, &s.reset_width);
    if (status == HYS_OK) status = hys__protocol_positive(p, "ratio", &s.ratio);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &s.cycles);
    if (status != HYS_OK) return status;
    hys__states c = {.ratio = s.ratio, .n = (size_t)s.cycles};
    c.on = HYS_NEW_N(p->arena, double, c.n);
    c.off = HYS_NEW_N(p->arena, double, c.n);
    c.scratch = HYS_NEW_N(p->arena, double, c.n);
    if (!c.on || !c.off || !c.scratch) return HYS_NOMEM;
    status = take_cycles(p, &s, &c);
    if (status == HYS_OK) status = hys__name_states(p, &c);
    if (status == HYS_OK) status = hys__tell_states(p, &c);
    if (status == HYS_OK) status = hys__protocol_table(p, "cycles", "scatter", columns, &table);
    for (size_t k = 0; k < c.n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (double[]){(double)k + 1, c.on[k], c.off[k]});
    return status;
}

static const hys_protocol_option options[] = {
    {"set", "V", "auto",
     "pulse towards high conductance; auto: the least that does half of the change in a fifth of it"},
    {"reset", "V", "auto", "pulse towards low conductance"},
    {"width", "s", "auto", "width of both; auto: 1 ms, if the device suits it"},
    {"reset-width", "s", "auto", "width of the pulse towards low conductance; auto: that of the other"},
    {"rest", "s", "auto", "time between a pulse and its read; auto: the width"},
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

static hys_status run_disturb(hys__protocol *p) {
    static const char *const columns[] = {"read", "1", "g", "S", NULL};
    const hys__auto want = {.up = "amplitude", .width = "width", .usual = 1e-3, .widths = 0.2, .is_whole = true};
    hys__auto_found f;
    double energy = NAN;
    long reads;
    hys_table *table;
    hys_status status = hys__protocol_auto(p, &want, &f);
    if (status == HYS_OK) status = hys__protocol_count(p, "reads", 2, &reads);
    if (status != HYS_OK) return status;
    size_t n = (size_t)reads;
    double *g = HYS_NEW_N(p->arena, double, n);
    if (!g) return HYS_NOMEM;
    status = take_disturb(p, f.up, f.width, g, n, &energy);
    if (status == HYS_OK) status = hys__tell_reads(p, g, n, energy);
    if (status == HYS_OK) status = hys__protocol_table(p, "reads", "scatter", columns, &table);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (double[]){(double)k + 1, g[k]});
    return status;
}

static const hys_protocol_option disturb_options[] = {
    {"amplitude", "V", "auto", "pulse that writes the state which is read; auto: the least that does it"},
    {"width", "s", "auto", "its width; auto: 1 ms, if the device suits it"},
    {"reads", "", "1000", "number of reads, each followed by a rest as long"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_disturb = {{"read-disturb", "", "what reading does to a state", disturb_options,
                                                  sizeof disturb_options / sizeof *disturb_options},
                                                 run_disturb};
