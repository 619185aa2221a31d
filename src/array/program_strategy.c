/* Strategies of write-verify: each decides on the next pulse of a cell from what was last read of it. */
#include "array/program.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

double hys__first_pulse(const hys_program_opts *o, int direction) {
    return direction > 0 ? o->set : o->reset;
}

double hys__largest_pulse(const hys_program_opts *o, int direction) {
    return direction > 0 ? o->set_limit : o->reset_limit;
}

static int way_of(const hys__aim *aim) {
    return aim->target > aim->now ? 1 : -1;
}

static double signed_as(double magnitude, double sign) {
    return copysign(magnitude, sign);
}

static void fill(hys__pulse *pulse, double voltage, double width, double gate) {
    *pulse = (hys__pulse){voltage, width, gate};
}

/* ---- fixed: the same pulse up or down ---- */

static hys_status next_fixed(const hys__target *on, const hys_program_opts *o, hys__aim *aim, hys__pulse *pulse) {
    (void)on;
    aim->direction = way_of(aim);
    fill(pulse, hys__first_pulse(o, aim->direction), o->width, o->gate);
    return HYS_OK;
}

/* ---- ramps: from pulse to pulse one quantity grows; at a reversal it starts again ---- */

static double ramp(double last, double first, double step, double limit, bool starts) {
    return starts ? first : fmin(last + step, limit);
}

static hys_status next_amplitude(const hys__target *on, const hys_program_opts *o, hys__aim *aim, hys__pulse *pulse) {
    (void)on;
    const int way = way_of(aim);
    const double first = hys__first_pulse(o, way), limit = fabs(hys__largest_pulse(o, way));
    aim->amplitude =
        ramp(aim->amplitude, fabs(first), way > 0 ? o->set_step : o->reset_step, limit, way != aim->direction);
    aim->direction = way;
    fill(pulse, signed_as(aim->amplitude, first), o->width, o->gate);
    return HYS_OK;
}

static hys_status next_gate(const hys__target *on, const hys_program_opts *o, hys__aim *aim, hys__pulse *pulse) {
    (void)on;
    const int way = way_of(aim);
    aim->gate = ramp(aim->gate, o->gate, o->gate_step, o->gate_limit, way != aim->direction);
    aim->direction = way;
    fill(pulse, hys__first_pulse(o, way), o->width, aim->gate);
    return HYS_OK;
}

static hys_status next_width(const hys__target *on, const hys_program_opts *o, hys__aim *aim, hys__pulse *pulse) {
    (void)on;
    const int way = way_of(aim);
    aim->width = way != aim->direction ? o->width : fmin(aim->width * o->growth, o->width_limit);
    aim->direction = way;
    fill(pulse, hys__first_pulse(o, way), aim->width, o->gate);
    return HYS_OK;
}

/* ---- two pulses: RESET, then a SET whose amplitude, or gate, is bisected ---- */

#define NARROWEST 0.01 /* of the range; less is the scatter of the cell */

static void narrow(const hys_program_opts *o, hys__aim *aim) {
    const bool by_gate = o->scheme == HYS_WRITE_GATE;
    const double least = by_gate ? o->gate : fabs(o->set), most = by_gate ? o->gate_limit : fabs(o->set_limit);
    if (aim->now < aim->target) aim->low = aim->amplitude;
    else aim->high = aim->amplitude;
    if (aim->high - aim->low > NARROWEST * (most - least)) return;
    aim->low = fmax(least, aim->low - 4 * NARROWEST * (most - least));
    aim->high = fmin(most, aim->high + 4 * NARROWEST * (most - least));
}

static hys_status next_two(const hys__target *on, const hys_program_opts *o, hys__aim *aim, hys__pulse *pulse) {
    (void)on;
    const bool by_gate = o->scheme == HYS_WRITE_GATE;
    if (!aim->is_reset) {
        if (aim->direction > 0) narrow(o, aim);
        aim->is_reset = true;
        aim->direction = -1;
        fill(pulse, o->reset_limit, o->width, by_gate ? o->gate_limit : o->gate);
        return HYS_OK;
    }
    if (!(aim->high > 0)) { /* the first of this cell: the whole range */
        aim->low = by_gate ? o->gate : fabs(o->set);
        aim->high = by_gate ? o->gate_limit : fabs(o->set_limit);
    }
    aim->is_reset = false;
    aim->direction = 1;
    aim->amplitude = (aim->low + aim->high) / 2;
    if (by_gate) fill(pulse, o->set_limit, o->width, aim->amplitude);
    else fill(pulse, signed_as(aim->amplitude, o->set), o->width, o->gate);
    return HYS_OK;
}

/* ---- model: the pulse that brings a copy of the cell there, corrected by what the cell did of it ---- */

enum { HALVINGS = 10 };
#define SHORTEST   1e-3 /* of the width */
#define LEAST_GAIN 0.05
#define MOST_GAIN  20

/* What is searched: amplitudes of the full width, or widths of the first amplitude. */
typedef struct search {
    const hys__target *on;
    const hys_program_opts *o;
    hys__guess guess;
    double base;   /* S: of the copy as it is */
    double sign;   /* of amplitudes */
    double wanted; /* S: the change */
    double by;     /* S: the last one */
    bool of_width;
} search;

static hys_status try(search *s, double x) {
    double g = 0;
    if (s->of_width) s->guess.width = s->o->width * exp(x);
    else s->guess.voltage = signed_as(x, s->sign);
    hys_status status = s->on->predict(s->on->user, &s->guess, &g);
    s->by = g - s->base;
    return status;
}

static hys_status halve(search *s, double low, double high) {
    hys_status status = HYS_OK;
    for (int k = 0; k < HALVINGS && status == HYS_OK; k++) {
        const double middle = (low + high) / 2;
        status = try(s, middle);
        if (fabs(s->by) < fabs(s->wanted)) low = middle;
        else high = middle;
    }
    return status == HYS_OK ? try(s, (low + high) / 2) : status;
}

static void learn(hys__aim *aim) {
    const double did = aim->now - aim->before;
    if (aim->predicted == 0 || aim->pulses == 0) return;
    const double part = did / aim->predicted;
    if (part > 0) aim->gain = fmin(fmax(aim->gain * part, LEAST_GAIN), MOST_GAIN);
}

static hys_status next_model(const hys__target *on, const hys_program_opts *o, hys__aim *aim, hys__pulse *pulse) {
    const int way = way_of(aim);
    const double first = hys__first_pulse(o, way), largest = hys__largest_pulse(o, way);
    search s = {.on = on, .o = o, .sign = first, .guess = {aim->cell, first, o->width, o->gate}};
    const hys__guess none = {aim->cell, 0, o->width, o->gate};
    if (!(aim->gain > 0)) aim->gain = 1;
    learn(aim);
    hys_status status = on->predict(on->user, &none, &s.base);
    s.wanted = (aim->target - aim->now) / aim->gain;
    if (status == HYS_OK) status = try(&s, fabs(first));
    s.of_width = fabs(s.by) > fabs(s.wanted);
    if (status == HYS_OK) status = s.of_width ? halve(&s, log(SHORTEST), 0) : halve(&s, fabs(first), fabs(largest));
    aim->direction = way;
    aim->predicted = s.by * aim->gain;
    fill(pulse, s.guess.voltage, s.guess.width, o->gate);
    return status;
}

/* ---- the table ---- */

const hys__strategy hys__strategies[] = {
    {.info = {"fixed", "the same pulse up or down until the window is met", "set reset width",
              "the baseline; bang-bang, as naive_program of MemTorch"},
     .next = next_fixed},
    {.info = {"ispva", "each pulse is larger than the last; the other sign from its first amplitude after an overshoot",
              "set set_step set_limit reset reset_step reset_limit width",
              "incremental step pulses with verification: Perez et al. and Milo et al., 4 kbit 1T1R arrays"},
     .next = next_amplitude,
     .needs_steps = true},
    {.info = {"gate", "amplitudes stay, the gate of the transistor opens further with each pulse",
              "set reset width gate gate_step gate_limit", "incremental gate voltage: Milo et al., IGVVA"},
     .next = next_gate,
     .needs_gate_steps = true},
    {.info = {"widths", "amplitudes stay, each pulse is longer than the last; the shortest again after an overshoot",
              "set reset width growth width_limit",
              "feedback with growing pulses, after Alibart et al., Nanotechnology 23, 075201 (2012)"},
     .next = next_width,
     .needs_growth = true},
    {.info = {"model", "the pulse that takes a model of the cell there, scaled by what earlier pulses did of it",
              "set set_limit reset reset_limit width", "ours; the cell's states are known to it, its spread is not"},
     .next = next_model,
     .needs_model = true},
    {.info = {"relax", "ispva, then waiting, and programming again what has left the window", "as ispva; rounds wait",
              "iterative programming: Wan et al., Nature 608, 504 (2022), NeuRRAM"},
     .next = next_amplitude,
     .needs_steps = true,
     .rounds = 3},
    {.info = {"two-pulse", "the largest RESET, then a SET whose amplitude (with transistors: gate) is bisected",
              "set set_limit reset_limit width (gate gate_limit)",
              "RESET and SET for each level: Li et al., Nature Electronics 1, 52 (2018)"},
     .next = next_two},
};
const size_t hys__n_strategies = sizeof hys__strategies / sizeof *hys__strategies;

const hys__strategy *hys__strategy_find(const char *name) {
    for (size_t k = 0; k < hys__n_strategies; k++)
        if (!strcmp(hys__strategies[k].info.name, name)) return &hys__strategies[k];
    return NULL;
}

size_t hys_program_n_strategies(void) {
    return hys__n_strategies;
}

const hys_program_strategy *hys_program_get_strategy(size_t k) {
    return k < hys__n_strategies ? &hys__strategies[k].info : NULL;
}
