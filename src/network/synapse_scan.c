/* Scans of voltages and times. */
#include "network/synapse_scan.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

#define LOWEST     0.02 /* V */
#define HIGHEST    8.0
#define FIRST_TIME 1e-9 /* s */
#define PER_DECADE 2.0
#define MOST_READ  1.5 /* V */
#define MOST_STEPS 600u
#define LEAST      1e-3 /* of the conductance: what counts as a change */
#define REACH      0.8  /* of the window, that a pulse has to come through */
#define USUAL      1e-7 /* s: the width of pulses that is preferred */

/* ---- coming and going ---- */

hys_status hys__scan_new(hys__distil *d, hys__scan *s) {
    hys_cell_opts cell = d->synapse->cell;
    cell.n_spread = 0;
    *s = (hys__scan){.d = d, .read = 0.1};
    hys_status status = hys__stand_new(
        d->ctx,
        &(hys__stand_opts){
            .cell = &cell, .n = HYS__SCAN_CELLS, .reltol = 2e-2, .most_steps = MOST_STEPS, .may_die = true},
        &s->stand);
    if (status != HYS_OK) return status;
    s->n_states = hys__stand_n_states(s->stand);
    const size_t all = s->n_states * HYS__SCAN_CELLS;
    s->from_low.states = HYS_NEW_N(d->arena, double, HYS__SCAN_TIMES *all + 1);
    s->from_high.states = HYS_NEW_N(d->arena, double, HYS__SCAN_TIMES *all + 1);
    s->start = HYS_NEW_N(d->arena, double, s->n_states + 1);
    s->low_state = HYS_NEW_N(d->arena, double, s->n_states + 1);
    s->high_state = HYS_NEW_N(d->arena, double, s->n_states + 1);
    for (size_t k = 0; k < HYS__SCAN_CELLS; k++) {
        const size_t height = k / 2;
        const double part = (double)height / (double)(HYS__SCAN_HEIGHTS - 1);
        s->volts[k] = (k % 2 ? -1 : 1) * LOWEST * pow(HIGHEST / LOWEST, part);
    }
    for (size_t k = 0; k < HYS__SCAN_TIMES; k++) s->times[k] = FIRST_TIME * pow(10, (double)k / PER_DECADE);
    return d->arena->failed ? HYS_NOMEM : HYS_OK;
}

void hys__scan_free(hys__scan *s) {
    hys__stand_free(s->stand);
}

/* ---- one cell's states for all ---- */

static void take_cell(const hys__scan *s, const double *states, size_t cell, double *to) {
    for (size_t q = 0; q < s->n_states; q++) to[q] = states[q * HYS__SCAN_CELLS + cell];
}

static hys_status set_all(hys__scan *s, const double *one, double *room) {
    for (size_t q = 0; q < s->n_states; q++)
        for (size_t k = 0; k < HYS__SCAN_CELLS; k++) room[q * HYS__SCAN_CELLS + k] = one[q];
    return hys__stand_set(s->stand, room);
}

/* ---- exposures ---- */

/* Cells that have come somewhere and stay there need not go on. */
static void rest_settled(const hys__scan *s, const hys__exposure *e, size_t t, double *volts) {
    for (size_t k = 0; k < HYS__SCAN_CELLS && t >= 4; k++) {
        const double now = e->g[t][k], moved = fabs(now - s->began);
        double change = 0;
        for (size_t b = 1; b < 4; b++) change = fmax(change, fabs(e->g[t - b][k] - now));
        if (moved > 1e-2 * fabs(s->began) && change < 1e-3 * moved) volts[k] = 0;
    }
}

static hys_status expose(hys__scan *s, const double *from, hys__exposure *e) {
    const size_t all = s->n_states * HYS__SCAN_CELLS;
    double volts[HYS__SCAN_CELLS];
    memcpy(volts, s->volts, sizeof volts);
    hys__stand_revive(s->stand);
    hys_status status = set_all(s, from, e->states);
    if (status == HYS_OK) status = hys__stand_read(s->stand, s->read, s->gate, e->g[0]);
    s->began = e->g[0][0];
    for (size_t t = 0; t < HYS__SCAN_TIMES && status == HYS_OK; t++) {
        const double width = s->times[t] - (t ? s->times[t - 1] : 0);
        for (size_t k = 0; k < HYS__SCAN_CELLS; k++) s->gates[k] = s->gate;
        const hys__stand_pulse pulse = {volts, hys__stand_has_gates(s->stand) ? s->gates : NULL, width,
                                        HYS__STAND_REST(width)};
        status = hys__stand_drive(s->stand, &pulse);
        if (status == HYS_OK) status = hys__stand_read(s->stand, s->read, s->gate, e->g[t]);
        if (status == HYS_OK) rest_settled(s, e, t, volts);
        if (status == HYS_OK) status = hys__stand_get(s->stand, e->states + t * all);
        const bool *dead = hys__stand_dead(s->stand);
        for (size_t k = 0; k < HYS__SCAN_CELLS; k++)
            if (dead[k] || !(fabs(e->g[t][k]) < 1e6)) e->g[t][k] = NAN;
    }
    return status;
}

/* Takes on what is more extreme than what was there. */
static void take_extremes(hys__scan *s, const hys__exposure *e) {
    const size_t all = s->n_states * HYS__SCAN_CELLS;
    for (size_t t = 0; t < HYS__SCAN_TIMES; t++)
        for (size_t k = 0; k < HYS__SCAN_CELLS; k++) {
            const double g = e->g[t][k], slack = 0.02 * (s->high - s->low) + 1e-9 * fabs(s->high);
            if (g > s->high + slack) {
                s->high = g;
                take_cell(s, e->states + t * all, k, s->high_state);
            }
            if (g >= 0 && g < s->low - slack) {
                s->low = g;
                take_cell(s, e->states + t * all, k, s->low_state);
            }
        }
}

/* ---- refusals ---- */

static double swing(const hys__scan *s) {
    return (s->high - s->low) / fmax(fabs(s->high), 1e-300);
}

/* Seen without a rest: what a device does while it is driven, and how long that lasts. */
static hys_status refuse_forgetful(hys__scan *s, double *room) {
    const char *name = s->d->synapse->cell.memory;
    double g[HYS__SCAN_CELLS] = {0}, most = 0, left = 0, time = 0;
    hys__stand_revive(s->stand);
    hys_status status = set_all(s, s->start, room);
    for (size_t t = 0; t < 13 && status == HYS_OK && most < LEAST; t++) {
        const hys__stand_pulse pulse = {s->volts, hys__stand_has_gates(s->stand) ? s->gates : NULL, s->times[t], 0};
        status = hys__stand_drive(s->stand, &pulse);
        if (status == HYS_OK) status = hys__stand_read(s->stand, s->read, s->gate, g);
        for (size_t k = 0; k < HYS__SCAN_CELLS; k++)
            if (!hys__stand_dead(s->stand)[k] && isfinite(g[k]))
                most = fmax(most, fabs(g[k] - s->first) / fmax(fabs(s->first), 1e-300));
    }
    for (time = 1e-9; time < 2 && status == HYS_OK && most >= LEAST; time *= 10) {
        status = hys__stand_drive(s->stand, &(hys__stand_pulse){.rest = time});
        if (status == HYS_OK) status = hys__stand_read(s->stand, s->read, s->gate, g);
        left = 0;
        for (size_t k = 0; k < HYS__SCAN_CELLS; k++)
            if (!hys__stand_dead(s->stand)[k] && isfinite(g[k]))
                left = fmax(left, fabs(g[k] - s->first) / fmax(fabs(s->first), 1e-300));
        if (left < 0.1 * most) break;
    }
    if (status != HYS_OK) return status;
    char at[64], when[64];
    hys_quantity_format(s->first, "S", 3, at);
    hys_quantity_format(time, "s", 2, when);
    if (most >= LEAST)
        return hys__fail(s->d->ctx, HYS_ARG, "a synapse keeps its conductance for longer than a second",
                         "%s forgets: of a change of %.3g %% %s is left after %s", name, 100 * most,
                         left < 0.01 * most ? "nothing" : "little", when);
    return hys__fail(s->d->ctx, HYS_ARG, "a selector or a neuron is no synapse",
                     "%s has no memory: pulses from %g V to %g V, 1 ns to 10 s long, leave it at %s", name, LOWEST,
                     HIGHEST, at);
}

/* Whether what was written is there after a second: from the high end, and from the low one. */
static hys_status check_memory(hys__scan *s, double *room) {
    const char *name = s->d->synapse->cell.memory;
    double g[HYS__SCAN_CELLS] = {0};
    for (size_t q = 0; q < s->n_states; q++)
        for (size_t k = 0; k < HYS__SCAN_CELLS; k++)
            room[q * HYS__SCAN_CELLS + k] = k % 2 ? s->low_state[q] : s->high_state[q];
    hys_status status = hys__stand_set(s->stand, room);
    if (status == HYS_OK) status = hys__stand_read(s->stand, s->read, s->gate, g);
    if (status == HYS_OK && !(g[0] - g[1] > 0.5 * (s->high - s->low)))
        return hys__fail(
            s->d->ctx, HYS_ARG, "measured pulses of it can be distilled instead",
            "what %s remembers is not in its states, or not for a microsecond: with the states of %.3g S it "
            "has %.3g S again",
            name, s->high, g[0]);
    for (double time = 1e-9; time < 1.5 && status == HYS_OK; time *= 10) {
        status = hys__stand_drive(s->stand, &(hys__stand_pulse){.rest = 0.9 * time});
        if (status == HYS_OK) status = hys__stand_read(s->stand, s->read, s->gate, g);
        const double left = (g[0] - g[1]) / (s->high - s->low);
        if (status != HYS_OK || left > 0.1) continue;
        char when[64];
        hys_quantity_format(time, "s", 2, when);
        return hys__fail(s->d->ctx, HYS_ARG, "a synapse keeps its conductance for longer than a second",
                         "%s forgets: of a change of %.3g %% %s is left after %s", name,
                         100 * (s->high - s->low) / fmax(fabs(s->low), 1e-300), left < 0.01 ? "nothing" : "little",
                         when);
    }
    return status;
}

/* ---- all ---- */

/* The smallest of some voltages from which on the transistor lets nearly all through. */
static hys_status find_gate(hys__scan *s) {
    static const double gates[] = {0.8, 1, 1.2, 1.5, 1.8, 2.5, 3.3, 5};
    enum { N = sizeof gates / sizeof *gates };
    double g[N], room[HYS__SCAN_CELLS];
    const hys_synapse_opts *o = &s->d->synapse->opts;
    if (!hys__stand_has_gates(s->stand)) return HYS_OK;
    if (!isnan(o->read_gate)) return s->gate = o->read_gate, HYS_OK;
    for (size_t k = 0; k < N; k++) {
        hys_status status = hys__stand_read(s->stand, s->read, gates[k], room);
        if (status != HYS_OK) return status;
        g[k] = room[0];
    }
    size_t at = N - 1;
    while (at > 0 && g[at - 1] > 0.9 * g[N - 1]) at--;
    s->gate = gates[at < 5 ? 5 : at]; /* writing takes more current than reading does */
    return hys__synapse_remark(s->d->synapse,
                               "gates are at %g V for pulses and reads: the transistor then lets %.3g %% of the "
                               "current through that it lets through at 5 V",
                               s->gate, 100 * g[at < 5 ? 5 : at] / g[N - 1]);
}

/* From the start, from the low end that was found, from the high end. */
static hys_status expose_all(hys__scan *s) {
    double g[HYS__SCAN_CELLS] = {0};
    memcpy(s->low_state, s->start, s->n_states * sizeof *s->start);
    memcpy(s->high_state, s->start, s->n_states * sizeof *s->start);
    hys_status status = set_all(s, s->start, s->from_low.states);
    if (status == HYS_OK) status = hys__stand_read(s->stand, s->read, s->gate, g);
    s->low = s->high = s->first = g[0];
    if (status == HYS_OK && s->n_states) status = expose(s, s->start, &s->from_high);
    if (status == HYS_OK && s->n_states) take_extremes(s, &s->from_high);
    if (status == HYS_OK) status = hys__synapse_tell(s->d->synapse, 0.06);
    if (status == HYS_OK && s->n_states) status = expose(s, s->low_state, &s->from_low);
    if (status == HYS_OK && s->n_states) take_extremes(s, &s->from_low);
    if (status == HYS_OK) status = hys__synapse_tell(s->d->synapse, 0.12);
    if (status == HYS_OK && s->n_states) status = expose(s, s->high_state, &s->from_high);
    return status;
}

/* Behind a selector small voltages see nothing of the device: reads, which hold states, are then tried higher up. */
hys_status hys__scan_run(hys__scan *s) {
    const hys_synapse_opts *o = &s->d->synapse->opts;
    double *states = HYS_NEW_N(s->d->arena, double, s->n_states *HYS__SCAN_CELLS + 1);
    if (!states) return HYS_NOMEM;
    if (o->read.voltage != 0) s->read = o->read.voltage;
    hys_status status = find_gate(s);
    if (status == HYS_OK) status = hys__stand_get(s->stand, states);
    if (status != HYS_OK) return status;
    take_cell(s, states, 0, s->start);
    status = expose_all(s);
    for (; status == HYS_OK && swing(s) < LEAST && s->d->synapse->cell.selector && s->read < MOST_READ;) {
        s->read *= 2;
        status = expose_all(s);
    }
    if (status != HYS_OK) return status;
    return swing(s) < LEAST ? refuse_forgetful(s, states) : check_memory(s, states);
}

/* ---- choices ---- */

typedef struct rise {          /* of one cell: part of the window that it comes through */
    double reach, early, late; /* the most; s: to a tenth and nine tenths of the most */
} rise;

static double part_of(const hys__scan *s, const hys__exposure *e, bool is_up, size_t t, size_t k) {
    const double g = e->g[t][k], span = s->high - s->low;
    return isnan(g) ? 0 : is_up ? (g - s->low) / span : (s->high - g) / span;
}

/* When a part is reached: between points in proportion on logarithmic scales, as slow change is. */
static double when(const hys__scan *s, const double *part, double want) {
    for (size_t t = 0; t < HYS__SCAN_TIMES; t++) {
        if (!(part[t] >= want)) continue;
        const double before = t ? fmax(part[t - 1], 1e-9) : 0;
        if (!t || before >= want) return s->times[t] * fmin(want / part[t], 1);
        const double slope = log(part[t] / before) / log(s->times[t] / s->times[t - 1]);
        return s->times[t] * pow(want / part[t], 1 / fmax(slope, 1e-3));
    }
    return INFINITY;
}

static rise rise_of(const hys__scan *s, const hys__exposure *e, bool is_up, size_t k) {
    double part[HYS__SCAN_TIMES];
    rise r = {0, INFINITY, INFINITY};
    for (size_t t = 0; t < HYS__SCAN_TIMES; t++) {
        part[t] = part_of(s, e, is_up, t, k);
        r.reach = fmax(r.reach, part[t]);
    }
    if (r.reach < 0.01) return r;
    r.early = when(s, part, 0.1 * r.reach);
    r.late = when(s, part, 0.9 * r.reach);
    return r;
}

/* Less is better: widths near the usual one, gradual change (the time to nine tenths is nine times that to a tenth),
 * small voltages, the whole window. */
static double score_of(const hys__scan *s, const rise *r, size_t k, double pulses) {
    const double width = r->late / pulses, gradual = log10(r->late / r->early / 9);
    return 0.5 * fabs(log10(width / USUAL)) + 1.5 * fabs(gradual) + 0.8 * fmax(fabs(s->volts[k]) - 2.5, 0) +
           3 * (1 - fmin(r->reach, 1)) + 3 * fmax(log10(HYS__SHORTEST / width), 0) + (s->volts[k] < 0 ? 0.05 : 0);
}

hys_synapse_pulse hys__scan_choose(const hys__scan *s, bool is_up, double pulses) {
    const hys__exposure *e = is_up ? &s->from_low : &s->from_high;
    hys_synapse_pulse best = {0, 0, s->gate};
    double least = INFINITY, most = 0;
    for (size_t k = 0; k < HYS__SCAN_CELLS; k++) most = fmax(most, rise_of(s, e, is_up, k).reach);
    for (size_t k = 0; k < HYS__SCAN_CELLS; k++) {
        const rise r = rise_of(s, e, is_up, k);
        if (!(r.reach >= REACH * most) || !isfinite(r.late) || most < 0.01) continue;
        const double score = score_of(s, &r, k, pulses);
        if (!(score < least)) continue;
        least = score;
        best.voltage = s->volts[k];
        best.width = r.late / (0.9 * pulses);
    }
    return best;
}

double hys__scan_quiet(const hys__scan *s) {
    const double span = s->high - s->low;
    double quiet = HIGHEST;
    for (size_t k = 0; k < HYS__SCAN_CELLS; k++) {
        const size_t t = 11; /* 0.3 ms: 1000 reads and more */
        /* beside what happens at next to no voltage */
        const double up = s->from_low.g[t][k] - s->from_low.g[t][0], down = s->from_high.g[t][k] - s->from_high.g[t][0];
        const bool is_quiet = fabs(up) < 2e-3 * span && fabs(down) < 2e-3 * span;
        if (!is_quiet) quiet = fmin(quiet, 0.8 * fabs(s->volts[k]));
    }
    return quiet;
}
