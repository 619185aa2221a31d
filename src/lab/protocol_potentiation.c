/* Potentiation and depression by pulses that are equal, or grow: conductance by pulse, and what network simulators want
 * to know of it; then pulses in turn, which end at the symmetric point. */
#include "lab/analyse.h"
#include <math.h>

typedef enum scheme { EQUAL, AMPLITUDE, WIDTH } scheme;
static const char *const scheme_names[] = {"equal", "amplitude", "width", NULL};

typedef struct setup {
    double up, down, width, rest, resolution, increment, sigma;
    long n, cycles, turns;
    size_t scheme;
} setup;

typedef struct pulse {
    double v, width; /* V, s */
} pulse;

/* Pulse k of all: n up, n down, ..., at last in turn. */
static pulse pulse_at(const setup *s, size_t k) {
    size_t n = (size_t)s->n, in_turn = 2 * n * (size_t)s->cycles;
    pulse p = {k / n % 2 ? s->down : s->up, s->width};
    if (k >= in_turn) {
        p.v = (k - in_turn) % 2 ? s->down : s->up;
        return p;
    }
    double factor = 1 + s->increment * (double)(k % n);
    if (s->scheme == AMPLITUDE) p.v *= factor;
    if (s->scheme == WIDTH) p.width *= factor;
    return p;
}

static size_t n_pulses(const setup *s) {
    return (size_t)(2 * (s->n * s->cycles + s->turns));
}

static hys_status read_setup(hys__protocol *p, setup *s) {
    hys_status status = hys__protocol_positive(p, "resolution", &s->resolution);
    if (status == HYS_OK) status = hys__protocol_count(p, "pulses", 2, &s->n);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &s->cycles);
    /* nine tenths of the way in nine tenths of the pulses: an exponential and a straight line both use the range then
     */
    const hys__auto want = {.up = "up",
                            .down = "down",
                            .width = "width",
                            .rest = "rest",
                            .usual = 1e-3,
                            .forget = 0.1,
                            .widths = 0.9 * (double)s->n,
                            .part = 0.9};
    hys__auto_found f;
    if (status == HYS_OK) status = hys__protocol_count(p, "turns", 0, &s->turns);
    if (status == HYS_OK) status = hys__protocol_word(p, "scheme", scheme_names, &s->scheme);
    if (status == HYS_OK) status = hys__protocol_positive(p, "increment", &s->increment);
    if (status == HYS_OK) status = hys__protocol_positive(p, "sigma", &s->sigma);
    if (status == HYS_OK) status = hys__protocol_auto(p, &want, &f);
    if (status != HYS_OK) return status;
    /* what was found is for the middle of those that grow */
    double middle = s->scheme == AMPLITUDE ? 1 + 0.5 * s->increment * (double)s->n : 1;
    s->up = f.up / (hys__protocol_is_auto(p, "up") ? middle : 1);
    s->down = f.down / (hys__protocol_is_auto(p, "down") ? middle : 1);
    s->width = f.width;
    s->rest = f.rest;
    if (middle > 1 && (hys__protocol_is_auto(p, "up") || hys__protocol_is_auto(p, "down")))
        return hys__protocol_remark(p, "pulses grow from %.4g V and %.4g V", s->up, s->down);
    return HYS_OK;
}

static hys_status take_steps(hys__protocol *p, const setup *s, double *g, double *energy) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t n = n_pulses(s);
    hys__script_read(&script);
    for (size_t k = 0; k < n && !script.failed; k++) {
        pulse one = pulse_at(s, k);
        hys__script_pulse(&script, one.v, one.width);
        hys__script_rest(&script, s->rest);
        hys__script_read(&script);
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    g[0] = hys__seen_conductance(&seen, 0);
    for (size_t k = 0; k < n; k++) {
        g[k + 1] = hys__seen_conductance(&seen, 2 * k + 2);
        energy[k] = hys__seen_energy(&seen, 2 * k + 1);
    }
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

/* Devices that positive voltage depresses get the pulses the other way round. */
static hys_status take_staircase(hys__protocol *p, setup *s, double *g, double *energy) {
    hys_status status = take_steps(p, s, g, energy);
    size_t n = (size_t)s->n;
    if (status != HYS_OK || !(g[n] < g[0] || g[2 * n] > g[n])) return status;
    if (g[n] - g[0] > 0 || g[2 * n] < g[n]) return HYS_OK; /* it goes up, or down, both times */
    double up = s->up;
    s->up = s->down;
    s->down = up;
    status = hys__protocol_remark(p, "%g V raises the conductance: up and down were exchanged", s->up);
    return status == HYS_OK ? take_steps(p, s, g, energy) : status;
}

/* g[0] before, then behind each of the pulses in turn.  Where steps up and down are equal, turns stay. */
static hys_status tell_turns(hys__protocol *p, const setup *s, const double *g) {
    size_t n = (size_t)(2 * s->turns), tenth = n / 10 + 2;
    if (s->turns < 2) return HYS_OK;
    double end = 0.5 * (g[n] + g[n - 1]), before = 0.5 * (g[n - tenth] + g[n - tenth - 1]);
    double moved = fabs(end - before), ripple = fabs(g[n] - g[n - 1]);
    bool rests = moved <= fmax(0.2 * ripple, 1e-4 * fabs(end));
    hys_status status =
        hys__protocol_feature(p, "g_turns", "S", rests ? end : NAN,
                              "conductance at which pulses up and down in turn end: the symmetric point");
    if (status == HYS_OK && !rests)
        status =
            hys__protocol_remark(p,
                                 "the symmetric point of pulses in turn cannot be told: the conductance still moves "
                                 "after %ld of them%s",
                                 s->turns, hys__protocol_advice(p, "; raise --opt turns=N"));
    return status;
}

/* Mean and standard deviation over the cycles behind pulse k of the first kind; the first cycle starts elsewhere. */
static void level_at(const setup *s, const double *g, size_t k, double *mean, double *sd) {
    double sum = 0, squares = 0, m = (double)(s->cycles - 1);
    for (long c = 1; c < s->cycles; c++) sum += g[(size_t)(2 * s->n * c) + k];
    *mean = sum / m;
    for (long c = 1; c < s->cycles; c++) squares += pow(g[(size_t)(2 * s->n * c) + k] - *mean, 2);
    *sd = sqrt(squares / (m - 1));
}

/* States of potentiation that stay apart in spite of the scatter from cycle to cycle. */
static hys_status tell_noise(hys__protocol *p, const setup *s, const double *g) {
    double levels = 1, last, last_sd, worst = 0, first, end = NAN, sd;
    if (s->cycles < 3) return HYS_OK;
    level_at(s, g, 0, &first, &last_sd);
    last = first;
    for (size_t k = 1; k <= (size_t)s->n; k++) {
        level_at(s, g, k, &end, &sd);
        worst = fmax(worst, sd);
        if (!(fabs(end - last) >= s->sigma * (sd + last_sd) && end != last)) continue;
        levels++;
        last = end;
        last_sd = sd;
    }
    double swing = fabs(end - first);
    hys_status status = hys__protocol_feature(p, "levels_noise", "1", swing > 0 ? levels : 1,
                                              "states of potentiation that lie --opt sigma deviations of both apart");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "scatter", "1", swing > 0 ? worst / swing : NAN,
                                       "largest standard deviation of a state from cycle to cycle, against the swing");
    return status;
}

static hys_status tabulate(hys__protocol *p, const setup *s, const double *g, const double *energy) {
    static const char *const columns[] = {"pulse", "1", "g", "S", "v", "V", "energy", "J", "cycle", "1", NULL};
    hys_table *table;
    hys_status status = hys__protocol_table(p, "pulses", "pulse", columns, &table);
    size_t n = n_pulses(s);
    for (size_t k = 0; k <= n && status == HYS_OK; k++) {
        size_t last = k ? k - 1 : 0, cycle = last / (size_t)(2 * s->n) + 1;
        if (cycle > (size_t)s->cycles) cycle = (size_t)s->cycles + 1;
        double row[] = {(double)k, g[k], k ? pulse_at(s, last).v : NAN, k ? energy[last] : NAN, (double)cycle};
        status = hys_table_add_row(table, row);
    }
    return status;
}

static hys_status run(hys__protocol *p) {
    setup s;
    hys_status status = read_setup(p, &s);
    if (status != HYS_OK) return status;
    if ((double)s.n * (double)s.cycles + (double)s.turns > 1e6)
        return hys__fail(p->ctx, HYS_LIMIT, "fewer pulses or cycles", "the protocol has too many pulses");
    size_t n = n_pulses(&s), in_turn = (size_t)(2 * s.n * s.cycles);
    double *g = HYS_NEW_N(p->arena, double, n + 1), *energy = HYS_NEW_N(p->arena, double, n);
    if (!g || !energy) return HYS_NOMEM;
    status = take_staircase(p, &s, g, energy);
    size_t last = in_turn - 2 * (size_t)s.n;
    hys__staircase stairs = {g + last, energy + last, (size_t)s.n, (size_t)s.n, s.resolution, s.up, s.down};
    if (status == HYS_OK) status = hys__tell_staircase(p, &stairs);
    if (status == HYS_OK) status = tell_turns(p, &s, g + in_turn);
    if (status == HYS_OK) status = tell_noise(p, &s, g);
    return status == HYS_OK ? tabulate(p, &s, g, energy) : status;
}

static const hys_protocol_option options[] = {
    {"up", "V", "auto", "pulses that potentiate; auto: what uses the range in these pulses"},
    {"down", "V", "auto", "pulses that depress"},
    {"width", "s", "auto", "width of the pulses; auto: 1 ms, if the device suits it"},
    {"rest", "s", "auto", "time between a pulse and its read; auto: the width"},
    {"pulses", "", "50", "pulses of each kind in a cycle"},
    {"cycles", "", "2", "cycles; the last is evaluated"},
    {"scheme", "", "equal", "equal pulses, or pulses whose amplitude or width grows"},
    {"increment", "1", "0.02", "by which each is larger than the one before, against the first"},
    {"turns", "", "50", "pairs of a pulse up and one down behind the cycles: they end at the symmetric point"},
    {"resolution", "1", "0.01", "least distance of two levels, against the swing"},
    {"sigma", "1", "3", "deviations by which levels that scatter lie apart (three cycles or more)"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_potentiation = {
    {"potentiation", "LTP P/D MPF", "conductance by pulse: nonlinearity, asymmetry, symmetric point, levels, energy",
     options, sizeof options / sizeof *options},
    run};
