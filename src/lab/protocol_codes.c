/* Pulse codes: all trains of a few bits, each on a fresh device, and which of them the conductance tells apart
 * afterwards: what a node of a reservoir is for. */
#include "lab/protocol.h"
#include <math.h>

typedef struct setup {
    double amplitude, width, rest, forget, resolution; /* V, s, s, s, 1 */
    long bits;
} setup;

typedef struct answers {
    double *g;            /* [2^bits] S behind each code; the first bit is the most significant */
    double before, after; /* S before all pulses of the full code, and long behind it */
    double half;          /* S behind the code of the last bit alone, at half the amplitude */
    double energy;        /* J of its last pulse */
    double *sorted;       /* [2^bits] */
    size_t n;
} answers;

static hys_status take_code(hys__protocol *p, const setup *s, size_t code, answers *a, double *g) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    bool is_full = code + 1 == a->n;
    size_t before = hys__script_read(&script), pulse = 0, late = 0;
    hys__script_rest(&script, s->rest);
    for (long bit = s->bits - 1; bit >= 0; bit--) {
        if (code >> bit & 1) pulse = hys__script_pulse(&script, s->amplitude, s->width);
        else hys__script_rest(&script, 1.01 * s->width); /* a pulse has an edge of 1 % behind it */
        hys__script_rest(&script, s->rest);
    }
    size_t read = hys__script_read(&script);
    if (is_full) {
        hys__script_rest(&script, s->forget);
        late = hys__script_read(&script);
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    *g = hys__seen_conductance(&seen, read);
    if (is_full) {
        a->before = hys__seen_conductance(&seen, before);
        a->after = hys__seen_conductance(&seen, late);
        a->energy = hys__seen_energy(&seen, pulse);
    }
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

/* Conductances at least `apart` from the next below. */
static double count_states(const answers *a, double resolution) {
    for (size_t k = 0; k < a->n; k++) a->sorted[k] = a->g[k];
    hys__numbers numbers = hys__count_numbers(a->sorted, a->n);
    double apart = resolution * (numbers.most - numbers.least), last = a->sorted[0], states = 1;
    if (!(numbers.most - numbers.least > 1e-6 * fabs(numbers.most))) return 1;
    for (size_t k = 1; k < a->n; k++)
        if (a->sorted[k] - last >= apart) states++, last = a->sorted[k];
    return states;
}

/* How far the change by all pulses is from the sum of the changes by each alone, against itself. */
static double nonlinearity(const answers *a) {
    double sum = 0, all = a->g[a->n - 1] - a->g[0];
    for (size_t code = 1; code < a->n; code *= 2) sum += a->g[code] - a->g[0];
    return fabs(all) > 1e-6 * fabs(a->g[0]) ? fabs(all - sum) / fabs(all) : NAN;
}

/* How far the change by a pulse is from twice that by half of it. */
static double amplitude_nonlinearity(const answers *a) {
    double whole = a->g[1] - a->g[0], half = a->half - a->g[0];
    return fabs(whole) > 1e-6 * fabs(a->g[0]) ? fabs(whole - 2 * half) / fabs(whole) : NAN;
}

static hys_status take_half(hys__protocol *p, const setup *s, answers *a) {
    setup half = *s;
    half.amplitude *= 0.5;
    return take_code(p, &half, 1, a, &a->half);
}

static hys_status tell(hys__protocol *p, const setup *s, const answers *a) {
    double states = count_states(a, s->resolution), change = a->g[a->n - 1] - a->before;
    bool moves = fabs(change) > 1e-6 * fabs(a->before);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"states", "1", states, "codes that the conductance tells apart, by the resolution against its range"},
                {"codes", "1", (double)a->n, "all of them"},
                {"g_none", "S", a->g[0], "behind no pulse"},
                {"g_all", "S", a->g[a->n - 1], "behind all pulses"},
                {"nonlinearity", "1", nonlinearity(a), "change by all pulses against the sum of those by each alone"},
                {"amplitude_nonlinearity", "1", amplitude_nonlinearity(a),
                 "change by one pulse against twice that by one of half the amplitude"},
                {"left", "1", moves ? fabs(a->after - a->before) / fabs(change) : NAN,
                 "part of the change by all pulses that is left at the end"},
                {"energy_per_event", "J", a->energy, "of the last of all pulses"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && !moves)
        status = hys__protocol_remark(p, "the pulses do not change the conductance; try a higher --opt amplitude=V");
    return status;
}

static hys_status read_setup(hys__protocol *p, setup *s) {
    hys_status status = hys__protocol_number(p, "amplitude", &s->amplitude);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &s->width);
    if (status == HYS_OK) status = hys__protocol_positive(p, "rest", &s->rest);
    if (status == HYS_OK) status = hys__protocol_positive(p, "forget", &s->forget);
    if (status == HYS_OK) status = hys__protocol_positive(p, "resolution", &s->resolution);
    if (status == HYS_OK) status = hys__protocol_count(p, "bits", 2, &s->bits);
    if (status == HYS_OK && s->bits > 10)
        return hys__fail(p->ctx, HYS_LIMIT, "--opt bits=4", "codes have at most 10 bits");
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"code", "1", "g", "S", NULL};
    setup s;
    answers a = {0};
    hys_table *table;
    hys_status status = read_setup(p, &s);
    if (status != HYS_OK) return status;
    a.n = (size_t)1 << s.bits;
    a.g = HYS_NEW_N(p->arena, double, a.n);
    a.sorted = HYS_NEW_N(p->arena, double, a.n);
    if (!a.g || !a.sorted) return HYS_NOMEM;
    for (size_t code = 0; code < a.n && status == HYS_OK; code++) status = take_code(p, &s, code, &a, &a.g[code]);
    if (status == HYS_OK) status = take_half(p, &s, &a);
    if (status == HYS_OK) status = tell(p, &s, &a);
    if (status == HYS_OK) status = hys__protocol_table(p, "codes", "scatter", columns, &table);
    for (size_t code = 0; code < a.n && status == HYS_OK; code++)
        status = hys_table_add_row(table, (double[]){(double)code, a.g[code]});
    return status;
}

static const hys_protocol_option options[] = {
    {"amplitude", "V", "1V", "of the pulses"},
    {"width", "s", "1ms", "of the pulses"},
    {"rest", "s", "1ms", "behind each bit, whether it is a pulse or none"},
    {"bits", "", "4", "of a code; each of the codes begins with a fresh device"},
    {"forget", "s", "1s", "wait behind the code of all pulses, for what is left"},
    {"resolution", "1", "0.01", "least distance of two states, against the range of all"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_codes = {
    {"pulse-codes", "", "which trains of four bits the conductance tells apart: what a reservoir node is for", options,
     sizeof options / sizeof *options},
    run};
