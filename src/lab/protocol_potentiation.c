/* Potentiation and depression by equal pulses: conductance by pulse, and what network simulators want to know of it. */
#include "lab/protocol.h"
#include <math.h>

typedef struct setup {
    double up, down, width, rest, resolution;
    long n, cycles;
} setup;

/* g[0] before, then behind each pulse: n up, n down, of each cycle. */
typedef struct staircase {
    const double *g, *energy; /* energy [k]: of the pulse before g[k + 1] */
    size_t n;                 /* pulses of one direction */
} staircase;

static hys_status read_setup(hys__protocol *p, setup *s) {
    hys_status status = hys__protocol_number(p, "up", &s->up);
    if (status == HYS_OK) status = hys__protocol_number(p, "down", &s->down);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &s->width);
    if (status == HYS_OK) status = hys__protocol_positive(p, "rest", &s->rest);
    if (status == HYS_OK) status = hys__protocol_positive(p, "resolution", &s->resolution);
    if (status == HYS_OK) status = hys__protocol_count(p, "pulses", 2, &s->n);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &s->cycles);
    return status;
}

static hys_status take_steps(hys__protocol *p, const setup *s, double *g, double *energy) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t n = (size_t)(2 * s->n * s->cycles);
    hys__script_read(&script);
    for (size_t k = 0; k < n && !script.failed; k++) {
        hys__script_pulse(&script, k / (size_t)s->n % 2 ? s->down : s->up, s->width);
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

/* ---- what it says ---- */

/* Size of the step at conductance g, between the middles of the steps beside; NaN outside. */
static double step_at(const double *g, size_t n, double at) {
    for (size_t k = 0; k + 1 < n; k++) {
        double a = 0.5 * (g[k] + g[k + 1]), b = 0.5 * (g[k + 1] + g[k + 2]);
        if ((a - at) * (b - at) > 0 || a == b) continue;
        double part = (at - a) / (b - a);
        return fabs(g[k + 1] - g[k]) + part * (fabs(g[k + 2] - g[k + 1]) - fabs(g[k + 1] - g[k]));
    }
    return NAN;
}

/* Where a step up is as large as a step down. */
static double symmetric_point(const staircase *s) {
    const double *up = s->g, *down = s->g + s->n;
    double before = NAN, g_before = NAN;
    for (size_t k = 0; k < s->n; k++) {
        double g = 0.5 * (up[k] + up[k + 1]), d = fabs(up[k + 1] - up[k]) - step_at(down, s->n, g);
        if (isnan(d)) continue;
        if (d == 0) return g;
        if (before * d < 0) return g_before + (g - g_before) * before / (before - d);
        before = d;
        g_before = g;
    }
    return NAN;
}

/* The two ways against each other, at equal distance from the turning point. */
static double asymmetry(const staircase *s, double swing) {
    double most = 0;
    for (size_t k = 0; k <= s->n; k++) most = fmax(most, fabs(s->g[s->n - k] - s->g[s->n + k]));
    return most / swing;
}

static double count_levels(const double *g, size_t n, double apart) {
    double levels = 1, last = g[0];
    for (size_t k = 1; k <= n; k++)
        if (fabs(g[k] - last) >= apart * (1 - 1e-9)) levels++, last = g[k];
    return levels;
}

static double mean(const double *x, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += x[k];
    return sum / (double)n;
}

static hys_status tell(hys__protocol *p, const setup *set, const staircase *s) {
    double low = INFINITY, high = -INFINITY, a_up, a_down, rms_up, rms_down;
    for (size_t k = 0; k <= 2 * s->n; k++) low = fmin(low, s->g[k]), high = fmax(high, s->g[k]);
    double nl_up = hys_nonlinearity(s->g, s->n, &a_up, &rms_up), swing = high - low;
    double nl_down = -hys_nonlinearity(s->g + s->n, s->n, &a_down, &rms_down);
    bool moves = swing > 1e-9 * fabs(high);
    double e_up = mean(s->energy, s->n), e_down = mean(s->energy + s->n, s->n);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {
        {"g_min", "S", low, "smallest conductance of the last cycle"},
        {"g_max", "S", high, "largest conductance of the last cycle"},
        {"g_ratio", "1", high / low, "largest against smallest"},
        {"nl_potentiation", "1", nl_up, "label of nonlinearity (NeuroSim), positive: fastest at first"},
        {"a_potentiation", "1", a_up, "A of 1 - exp(-x/A), x = 1 after all pulses"},
        {"rms_potentiation", "1", rms_up, "of that fit, against the swing"},
        {"nl_depression", "1", nl_down, "label of nonlinearity (NeuroSim), negative: fastest at first"},
        {"a_depression", "1", a_down, "A of the depression"},
        {"rms_depression", "1", rms_down, "of that fit, against the swing"},
        {"asymmetry_nl", "1", fabs(nl_up - nl_down),
         "distance of the two labels: 0 where depression retraces potentiation"},
        {"asymmetry", "1", moves ? asymmetry(s, swing) : NAN, "largest distance of the two ways, against the swing"},
        {"g_symmetric", "S", symmetric_point(s), "conductance at which steps up and down are equal"},
        {"levels", "1", moves ? count_levels(s->g, s->n, set->resolution * swing) : 1,
         "states of potentiation that lie the resolution apart"},
        {"v_up", "V", set->up, "pulses that potentiate"},
        {"v_down", "V", set->down, "pulses that depress"},
        {"energy_potentiation", "J", e_up, "of a pulse, mean"},
        {"energy_depression", "J", e_down, "of a pulse, mean"},
        {"energy_per_event", "J", 0.5 * (e_up + e_down), "of a pulse of either kind, mean"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && !moves)
        status = hys__protocol_remark(p, "nonlinearity and symmetry cannot be told: the pulses do not change the "
                                         "conductance; try a higher --opt up=V or a longer --opt width=T");
    if (status == HYS_OK && moves && isnan(symmetric_point(s)))
        status =
            hys__protocol_remark(p, "the symmetric point cannot be told: steps up and down are nowhere equal in the "
                                    "range that both pass");
    if (status == HYS_OK && fmax(rms_up, rms_down) > 0.05)
        status = hys__protocol_remark(p,
                                      "the nonlinearity is a poor description: an exponential misses the steps by %.0f "
                                      "%% of the swing",
                                      100 * fmax(rms_up, rms_down));
    return status;
}

static hys_status tabulate(hys__protocol *p, const setup *s, const double *g, const double *energy) {
    static const char *const columns[] = {"pulse", "1", "g", "S", "v", "V", "energy", "J", "cycle", "1", NULL};
    hys_table *table;
    hys_status status = hys__protocol_table(p, "pulses", "pulse", columns, &table);
    size_t n = (size_t)(2 * s->n * s->cycles);
    for (size_t k = 0; k <= n && status == HYS_OK; k++) {
        size_t pulse = k ? k - 1 : 0;
        double v = pulse / (size_t)s->n % 2 ? s->down : s->up;
        size_t cycle = pulse / (size_t)(2 * s->n) + 1;
        double row[] = {(double)k, g[k], k ? v : NAN, k ? energy[pulse] : NAN, (double)cycle};
        status = hys_table_add_row(table, row);
    }
    return status;
}

static hys_status run(hys__protocol *p) {
    setup s;
    hys_status status = read_setup(p, &s);
    if (status != HYS_OK) return status;
    if ((double)s.n * (double)s.cycles > 1e6)
        return hys__fail(p->ctx, HYS_LIMIT, "fewer pulses or cycles", "the protocol has too many pulses");
    size_t n = (size_t)(2 * s.n * s.cycles);
    double *g = HYS_NEW_N(p->arena, double, n + 1), *energy = HYS_NEW_N(p->arena, double, n);
    if (!g || !energy) return HYS_NOMEM;
    status = take_staircase(p, &s, g, energy);
    size_t last = n - 2 * (size_t)s.n;
    staircase stairs = {g + last, energy + last, (size_t)s.n};
    if (status == HYS_OK) status = tell(p, &s, &stairs);
    return status == HYS_OK ? tabulate(p, &s, g, energy) : status;
}

static const hys_protocol_option options[] = {
    {"up", "V", "1V", "pulses that potentiate"},
    {"down", "V", "-1V", "pulses that depress"},
    {"width", "s", "1ms", "width of the pulses"},
    {"rest", "s", "1ms", "time between a pulse and its read"},
    {"pulses", "", "50", "pulses of each kind in a cycle"},
    {"cycles", "", "2", "cycles; the last is evaluated"},
    {"resolution", "1", "0.01", "least distance of two levels, against the swing"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_potentiation = {
    {"potentiation", "LTP P/D MPF", "conductance by pulse: nonlinearity, asymmetry, symmetric point, levels, energy",
     options, sizeof options / sizeof *options},
    run};
