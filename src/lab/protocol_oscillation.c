/* Threshold switching and self-oscillation in a relaxation circuit, and the spikes of an integrate-and-fire neuron made
 * of it. */
#include "lab/relax.h"
#include <math.h>

#define PERIODS      16.0
#define PER_PERIOD   400.0
#define LEAST_SWING  0.05 /* of the distance between the folds: less is ringing that dies */
#define LEAST_PERIOD 4
#define REFINEMENTS  6
#define TRIES        3

typedef struct cycle {
    double frequency, v_low, v_high, energy, jitter; /* Hz, V, V, J a period, 1; frequency NaN: it does not oscillate */
} cycle;

static hys_status lay_step(hys__protocol *p, const hys__relax *c, double duration, hys__seen *seen,
                           hys__script *script) {
    hys_status status = hys__script_new(p, script);
    if (status != HYS_OK) return status;
    size_t n = (size_t)(PERIODS * PER_PERIOD);
    script->drive.parallel = c->parallel;
    p->bench.series = hys__protocol_quantity(p, c->series, "ohm");
    if (!p->bench.series) return HYS_NOMEM;
    hys__script_line(script, 1e-6 * duration, 0, c->source, 1);
    hys__script_line(script, duration, c->source, c->source, n);
    return hys__script_run(script, seen);
}

/* Times at which v rises through a level, by straight lines; the second half alone counts. */
static size_t crossings(const hys__seen *s, double level, double *first, double *last, double *squares) {
    double before = NAN;
    size_t n = 0;
    *squares = 0;
    for (size_t k = s->n / 3; k + 1 < s->n; k++) {
        if (!(s->v[k] < level && s->v[k + 1] >= level)) continue;
        double t = s->t[k] + (s->t[k + 1] - s->t[k]) * (level - s->v[k]) / (s->v[k + 1] - s->v[k]);
        if (n++ == 0) *first = t;
        else *squares += (t - before) * (t - before);
        before = *last = t;
    }
    return n;
}

/* In a period the capacitance gives back what it took: the device takes what comes through the resistance. */
static double energy_between(const hys__seen *s, const hys__relax *c, double from, double to) {
    double sum = 0;
    for (size_t k = 0; k + 1 < s->n; k++) {
        if (s->t[k] < from || s->t[k + 1] > to) continue;
        double a = s->v[k] * (c->source - s->v[k]), b = s->v[k + 1] * (c->source - s->v[k + 1]);
        sum += 0.5 * (a + b) * (s->t[k + 1] - s->t[k]) / c->series;
    }
    return sum;
}

static void measure(const hys__seen *s, const hys__relax *c, const hys__fold *f, cycle *out) {
    double low = INFINITY, high = -INFINITY, late_low = INFINITY, late_high = -INFINITY;
    for (size_t k = s->n / 3; k < s->n; k++) {
        low = fmin(low, s->v[k]);
        high = fmax(high, s->v[k]);
        if (k < s->n * 2 / 3) continue;
        late_low = fmin(late_low, s->v[k]);
        late_high = fmax(late_high, s->v[k]);
    }
    *out = (cycle){NAN, low, high, NAN, NAN};
    double first = 0, last = 0, squares;
    size_t n = crossings(s, 0.5 * (late_low + late_high), &first, &last, &squares);
    if (n < LEAST_PERIOD || !(late_high - late_low > LEAST_SWING * (f->v_th - f->v_hold))) return;
    double m = (double)(n - 1), period = (last - first) / m;
    out->frequency = 1 / period;
    out->energy = energy_between(s, c, first, last) / m;
    out->jitter = sqrt(fmax(0, squares / m - period * period)) / period;
}

static const cycle none = {NAN, NAN, NAN, NAN, NAN};

/* The time that is watched follows the period: first by the estimate, then by what is seen. */
static hys_status oscillate(hys__protocol *p, const hys__relax *c, const hys__fold *f, cycle *out, hys_table *wave) {
    double estimate = hys__relax_period(f, c),
           duration = PERIODS * (isnan(estimate) ? 10 * c->series * c->parallel : estimate);
    hys_status status = HYS_OK;
    for (int k = 0; k < TRIES && status == HYS_OK; k++) {
        hys__script script;
        hys__seen seen;
        status = lay_step(p, c, duration, &seen, &script);
        if (status != HYS_OK) break;
        measure(&seen, c, f, out);
        bool is_good = out->frequency * duration > 0.4 * PERIODS && out->frequency * duration < 2.5 * PERIODS;
        for (size_t j = 0; wave && (is_good || k + 1 == TRIES) && j < seen.n && status == HYS_OK; j++)
            status = hys_table_add_row(wave, (double[]){seen.t[j], seen.v[j], seen.i[j]});
        if (status == HYS_OK && k == 0) status = hys__protocol_take(p, seen.run, (const char *const[]){NULL});
        hys__seen_free(&seen);
        if (is_good) break;
        duration = isnan(out->frequency) ? 4 * duration : PERIODS / out->frequency;
    }
    return status;
}

/* Between a source that does and one that does not. */
static hys_status find_edge(hys__protocol *p, hys__relax c, const hys__fold *f, double does, double not, double *edge) {
    hys_status status = HYS_OK;
    for (int k = 0; k < REFINEMENTS && status == HYS_OK; k++) {
        cycle out = none;
        c.source = 0.5 * (does + not );
        status = oscillate(p, &c, f, &out, NULL);
        if (isnan(out.frequency)) not = c.source;
        else does = c.source;
    }
    *edge = does;
    return status;
}

typedef struct scan {
    double *source, *frequency; /* [n] */
    size_t n;
    double least, most; /* V */
} scan;

static hys_status take_scan(hys__protocol *p, hys__relax c, const hys__fold *f, double from, double to, scan *s) {
    static const char *const columns[] = {"v_source", "V", "frequency", "Hz", "amplitude", "V", "energy", "J", NULL};
    hys_table *table;
    hys_status status = hys__protocol_table(p, "drive", "scatter", columns, &table);
    for (size_t k = 0; k < s->n && status == HYS_OK; k++) {
        cycle out = none;
        c.source = s->source[k] = 0.9 * from + (1.1 * to - 0.9 * from) * (double)k / (double)(s->n - 1);
        hys__protocol_done(p, (double)k, (double)s->n + 2 * REFINEMENTS);
        status = oscillate(p, &c, f, &out, NULL);
        s->frequency[k] = out.frequency;
        bool is_on = !isnan(out.frequency);
        double row[] = {c.source, out.frequency, is_on ? out.v_high - out.v_low : 0, out.energy};
        if (status == HYS_OK) status = hys_table_add_row(table, row);
    }
    size_t first = 0, last = s->n;
    while (first < s->n && isnan(s->frequency[first])) first++;
    while (last > 0 && isnan(s->frequency[last - 1])) last--;
    if (first == s->n || status != HYS_OK) return status;
    s->least = s->source[first];
    s->most = s->source[last - 1];
    if (first > 0) status = find_edge(p, c, f, s->source[first], s->source[first - 1], &s->least);
    if (status == HYS_OK && last < s->n) status = find_edge(p, c, f, s->source[last - 1], s->source[last], &s->most);
    return status;
}

/* ---- what it says ---- */

static hys_status tell_fold(hys__protocol *p, const hys__fold *f) {
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"v_threshold", "V", f->v_th, "voltage at which the curve under a current folds"},
                {"i_threshold", "A", f->i_th, "current there"},
                {"v_hold", "V", f->v_hold, "voltage at which it rises again"},
                {"i_hold", "A", f->i_hold, "current there"},
                {"t_switch", "s", f->t_switch, "from a step of the source to half of the way between these voltages"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && isnan(f->v_th))
        status =
            hys__protocol_remark(p, "an oscillation cannot be told: the curve under a current has no fold, and under a "
                                    "slow voltage nothing jumps up and falls again: there is no S-shaped negative "
                                    "resistance to sustain one");
    return status;
}

static hys_status tell(hys__protocol *p, const hys__fold *f, const hys__relax *c, const cycle *out, const scan *s) {
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"v_source", "V", c->source, "source"},
                {"r_series", "ohm", c->series, "series resistance"},
                {"c_parallel", "F", c->parallel, "capacitance across the device"},
                {"frequency", "Hz", out->frequency, "of the oscillation"},
                {"v_low", "V", out->v_low, "lowest voltage of the device behind the first third"},
                {"v_high", "V", out->v_high, "highest voltage of the device behind the first third"},
                {"jitter", "1", out->jitter, "standard deviation of the period, against its mean"},
                {"drive_least", "V", s->least, "least source that oscillates in this circuit"},
                {"drive_most", "V", s->most, "largest source that oscillates in this circuit"},
                {"energy_per_event", "J", out->energy, "that the device takes in a period: of one spike"}};
    hys_status status = hys__protocol_says(p, "oscillates", isnan(out->frequency) ? "no" : "yes",
                                           "whether the device oscillates at this source");
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    bool is_kept = f->is_of_voltage && out->v_low > f->v_hold && out->v_high < f->v_th;
    if (status == HYS_OK && isnan(out->frequency) && is_kept)
        status = hys__protocol_remark(p,
                                      "it comes to rest at %g V, between hold and threshold, where the device keeps "
                                      "what state it has: nothing drives it on",
                                      out->v_high);
    else if (status == HYS_OK && isnan(out->frequency))
        status = hys__protocol_remark(p, "a frequency cannot be told: the voltage settles; try a larger --opt "
                                         "series=R or --opt parallel=C, or another --opt source=V");
    return status;
}

static hys_status tell_none(hys__protocol *p) {
    hys_status status = hys__protocol_says(p, "oscillates", "no", "whether the device oscillates");
    return status == HYS_OK
               ? hys__protocol_feature(p, "energy_per_event", "J", NAN, "that the device takes in a period")
               : status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"time", "s", "v", "V", "i", "A", NULL};
    hys__fold fold = {0};
    hys__relax c = {0};
    double from, to;
    cycle out = none;
    hys_table *wave;
    long n;
    hys_status status = hys__protocol_count(p, "points", 2, &n);
    if (status == HYS_OK) status = hys__relax_fold(p, &fold);
    if (status != HYS_OK || isnan(fold.v_th)) {
        if (status == HYS_OK) status = tell_fold(p, &fold);
        return status == HYS_OK ? tell_none(p) : status;
    }
    status = hys__relax_circuit(p, &fold, &c, &from, &to);
    if (status == HYS_OK && !hys__protocol_is_auto(p, "source")) status = hys__protocol_number(p, "source", &c.source);
    if (status == HYS_OK) status = tell_fold(p, &fold);
    if (status == HYS_OK) status = hys__protocol_table(p, "wave", "time", columns, &wave);
    if (status == HYS_OK) status = oscillate(p, &c, &fold, &out, wave);
    scan s = {.n = (size_t)n, .least = NAN, .most = NAN};
    s.source = HYS_NEW_N(p->arena, double, 2 * s.n);
    if (!s.source) return HYS_NOMEM;
    s.frequency = s.source + s.n;
    if (status == HYS_OK) status = take_scan(p, c, &fold, fmin(from, c.source), fmax(to, c.source), &s);
    return status == HYS_OK ? tell(p, &fold, &c, &out, &s) : status;
}

static const hys_protocol_option options[] = {
    {"source", "V", "auto",
     "of the source; auto: a quarter into the range whose load lines cut the branch between the folds"},
    HYS__RELAX_OPTIONS,
    {"points", "", "12", "sources that are tried to find the range that oscillates"},
};
const hys__protocol_row hys__protocol_oscillation = {{"oscillation", "PearsonAnson",
                                                      "threshold switching and self-oscillation with series resistance "
                                                      "and capacitance: frequency, energy per spike, range",
                                                      options, sizeof options / sizeof *options},
                                                     run};

/* ---- integrate and fire ---- */

typedef struct firing {
    double width;  /* s of pulses and rests */
    long most;     /* pulses */
    long count;    /* pulses until the voltage breaks down; 0: it does not */
    double energy; /* J of a pulse, mean until then */
} firing;

/* The voltage has come down by a good part of the way between the folds. */
static void find_firing(const hys__script *script, const hys__seen *seen, const hys__fold *f, firing *out) {
    double drop = 0.3 * (f->v_th - f->v_hold);
    out->count = 0;
    out->energy = 0;
    for (size_t k = 1; k < script->marks.n && !out->count; k += 3) {
        const hys__mark *m = &script->marks.at[k];
        double high = 0;
        for (size_t row = m->first; row <= m->last && !out->count; row++) {
            high = fmax(high, seen->v[row]);
            if (high > 0.8 * f->v_th && seen->v[row] < high - drop) out->count = (long)(k / 3) + 1;
        }
        out->energy += hys__seen_energy(seen, k);
    }
    out->energy /= fmax(1, (double)(out->count ? out->count : out->most));
}

/* Pulses into the circuit until it fires. */
static hys_status count_pulses(hys__protocol *p, const hys__relax *c, const hys__fold *f, firing *out) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    script.drive.parallel = c->parallel;
    p->bench.series = hys__protocol_quantity(p, c->series, "ohm");
    if (!p->bench.series) return HYS_NOMEM;
    double edge = 1e-3 * out->width;
    for (long k = 0; k < out->most && !script.failed; k++) {
        hys__script_line(&script, edge, 0, c->source, 1);
        hys__script_line(&script, out->width, c->source, c->source, 40);
        hys__script_line(&script, edge, c->source, 0, 1);
        hys__script_rest(&script, out->width);
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    find_firing(&script, &seen, f, out);
    status = hys__protocol_take(p, seen.run, (const char *const[]){NULL});
    hys__seen_free(&seen);
    return status;
}

static hys_status tell_fire(hys__protocol *p, double first, double count, double energy, double width) {
    hys_status status = hys__protocol_feature(p, "width", "s", width, "of the pulses and of the rests between them");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "pulses_to_fire", "1", count,
                                       "pulses until the first spike, at the least amplitude that fires");
    if (status == HYS_OK) status = hys__protocol_feature(p, "v_fire", "V", first, "that amplitude");
    if (status == HYS_OK)
        status =
            hys__protocol_feature(p, "energy_per_event", "J", energy, "that the device takes of a pulse, mean, there");
    if (status == HYS_OK && isnan(count))
        status = hys__protocol_remark(p, "firing cannot be told: none of these amplitudes fires within the pulses");
    return status;
}

static hys_status run_fire(hys__protocol *p) {
    static const char *const columns[] = {"amplitude", "V", "pulses", "1", "energy", "J", NULL};
    hys__fold fold = {0};
    hys__relax c = {0};
    hys__values volts = {NULL, 0};
    double from, to, width, first = NAN, at_first = NAN, e_first = NAN;
    long most;
    hys_table *table;
    hys_status status = hys__protocol_count(p, "most", 1, &most);
    if (status == HYS_OK) status = hys__relax_fold(p, &fold);
    if (status != HYS_OK || isnan(fold.v_th)) {
        if (status == HYS_OK) status = tell_fold(p, &fold);
        return status == HYS_OK ? tell_fire(p, NAN, NAN, NAN, NAN) : status;
    }
    status = hys__relax_circuit(p, &fold, &c, &from, &to);
    if (status == HYS_OK) status = hys__protocol_time_auto(p, "width", 0.2 * c.series * c.parallel, &width);
    if (status == HYS_OK) status = hys__protocol_list_auto(p, "amplitudes", 1.2 * from, 6 * from, 9, &volts);
    if (status == HYS_OK) status = tell_fold(p, &fold);
    if (status == HYS_OK) status = hys__protocol_table(p, "count", "scatter", columns, &table);
    for (size_t k = 0; k < volts.n && status == HYS_OK; k++) {
        firing out = {.width = width, .most = most, .energy = NAN};
        c.source = volts.at[k];
        hys__protocol_done(p, (double)k, (double)volts.n);
        status = count_pulses(p, &c, &fold, &out);
        if (out.count && isnan(first)) first = c.source, at_first = (double)out.count, e_first = out.energy;
        if (status == HYS_OK)
            status = hys_table_add_row(table, (double[]){c.source, out.count ? (double)out.count : NAN, out.energy});
    }
    return status == HYS_OK ? tell_fire(p, first, at_first, e_first, width) : status;
}

static const hys_protocol_option fire_options[] = {
    {"amplitudes", "V", "auto",
     "of the pulses: a list, or FROM:TO:N; auto: from 1.2 to 6 times what reaches the threshold"},
    {"width", "s", "auto", "of pulses and rests; auto: a fifth of the charging time"},
    {"most", "", "100", "pulses that are given"},
    HYS__RELAX_OPTIONS,
};
const hys__protocol_row hys__protocol_fire = {
    {"integrate-fire", "LIF", "pulses until a threshold switch with a capacitance fires, against their amplitude",
     fire_options, sizeof fire_options / sizeof *fire_options},
    run_fire};
