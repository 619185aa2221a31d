/* The loop of current and voltage: once, and at a series of frequencies. */
#include "lab/protocol.h"
#include <math.h>
#include <string.h>

#define PINCHED 0.01 /* |i| at v = 0 against the largest |i| that passes for zero */

static const char *const senses[] = {"sweep", "quasi-static", NULL};
static const char *const shapes[] = {"sine", "triangle", NULL};

static const char *text_of(const hys_run *run, const char *name) {
    for (size_t k = 0; k < hys_run_n_features(run); k++)
        if (!strcmp(hys_run_feature(run, k)->name, name)) return hys_run_feature(run, k)->text;
    return "none";
}

/* Lobes that are run through in opposite senses are joined by a crossing; in one sense, they touch. */
static const char *crossing(const hys_run *run) {
    double pinch = hys__run_feature(run, "pinch");
    const char *pos = text_of(run, "direction_pos"), *neg = text_of(run, "direction_neg");
    if (!strcmp(pos, "none") || !strcmp(neg, "none")) return "no second lobe";
    if (!(pinch <= PINCHED)) return "not pinched";
    return strcmp(pos, neg) ? "crossing" : "touching";
}

static hys_status tell_loop(hys__protocol *p, const hys_run *run) {
    static const char *const taken[] = {
        "v_max",     "i_max",      "area_pos",   "direction_pos", "area_neg",    "direction_neg", "on_off_pos",
        "r_low_pos", "r_high_pos", "on_off_neg", "ratio_max",     "ratio_max_v", "v_set",         "v_reset",
        "ndr",       "v_fold",     "v_hold",     "pinch",         NULL};
    double pinch = hys__run_feature(run, "pinch");
    hys_status status = hys__protocol_take(p, run, taken);
    if (status == HYS_OK)
        status = hys__protocol_says(p, "pinched",
                                    isnan(pinch)       ? "cannot be told"
                                    : pinch <= PINCHED ? "yes"
                                                       : "no",
                                    "whether the loop passes the origin: |i| at v = 0 within 1 % of the largest");
    if (status == HYS_OK)
        status = hys__protocol_says(p, "self_crossing", crossing(run),
                                    "crossing: lobes of opposite sense (type I); touching: of one sense (type II)");
    return status;
}

static hys_status run_iv(hys__protocol *p) {
    double positive, negative, frequency;
    long cycles, points;
    size_t mode;
    hys_run *run = NULL;
    hys_status status = hys__protocol_number(p, "positive", &positive);
    if (status == HYS_OK) status = hys__protocol_number(p, "negative", &negative);
    if (status == HYS_OK) status = hys__protocol_positive(p, "frequency", &frequency);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &cycles);
    if (status == HYS_OK) status = hys__protocol_count(p, "points", 10, &points);
    if (status == HYS_OK) status = hys__protocol_word(p, "mode", senses, &mode);
    if (status != HYS_OK) return status;
    const char *up = hys__protocol_quantity(p, positive, "V"), *down = hys__protocol_quantity(p, negative, "V");
    const char *rate = hys__protocol_quantity(p, frequency, "Hz");
    if (!up || !down || !rate) return HYS_NOMEM;
    p->bench.wave = mode == 1 ? hys__arena_printf(p->arena, "dc:%s,%s,%ld", down, up, points)
                              : hys__arena_printf(p->arena, "triangle:%s,%s,%s", up, down, rate);
    if (!p->bench.wave) return HYS_NOMEM;
    p->bench.cycles = (int32_t)cycles;
    p->bench.points = (int32_t)points;
    status = hys_iv(p->ctx, p->model, &p->bench, &run);
    if (status != HYS_OK) return status;
    status = tell_loop(p, run);
    double energy = hys__run_feature(run, "energy_per_cycle");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "energy_per_event", "J", energy, "that the device takes in a cycle");
    if (status == HYS_OK && isnan(energy))
        status = hys__protocol_remark(p, "the energy of a cycle cannot be told: a quasi-static curve has no time");
    if (status == HYS_OK) status = hys__protocol_keep(p, "loop", "iv", run);
    hys_run_free(run);
    return status;
}

static const hys_protocol_option iv_options[] = {
    {"positive", "V", "1V", "positive peak"},
    {"negative", "V", "-1V", "negative peak"},
    {"frequency", "Hz", "1Hz", "of the triangle"},
    {"cycles", "", "2", "cycles; the last is evaluated"},
    {"points", "", "1000", "points a cycle"},
    {"mode", "", "sweep", "sweep, or quasi-static (at rest at each voltage)"},
};
const hys__protocol_row hys__protocol_iv = {
    {"iv", "CT CurveTracer", "loop of current and voltage: pinch, direction, self-crossing, switching voltages, ratio",
     iv_options, sizeof iv_options / sizeof *iv_options},
    run_iv};

/* ---- a series of frequencies ---- */

typedef struct series {
    hys_table *table;
    double f_peak, peak, last, pinch, energy;
    size_t at_peak, n;
} series;

static hys_status add_loop(hys__protocol *p, series *s, double frequency, const hys_run *run) {
    double pos = hys__run_feature(run, "area_pos"), neg = hys__run_feature(run, "area_neg");
    double box = hys__run_feature(run, "v_max") * hys__run_feature(run, "i_max");
    double area = fabs(pos) + fabs(neg), part = box > 0 ? area / box : NAN, pinch = hys__run_feature(run, "pinch");
    double energy = hys__run_feature(run, "energy_per_cycle");
    if (s->n == 0 || part > s->peak) s->peak = part, s->f_peak = frequency, s->at_peak = s->n;
    if (s->n == 0) s->energy = energy;
    s->last = part;
    s->pinch = fmax(s->n ? s->pinch : 0, pinch);
    s->n++;
    double row[] = {frequency, area, part, pos, neg, pinch, energy};
    hys_status status = hys_table_add_row(s->table, row);
    static const char *const none[] = {NULL};
    return status == HYS_OK ? hys__protocol_take(p, run, none) : status;
}

static hys_status tell_series(hys__protocol *p, const series *s) {
    bool at_edge = s->at_peak == 0 || s->at_peak + 1 == s->n, shrinks = s->last < 0.5 * s->peak;
    const char *verdict = !(s->peak > 1e-6)        ? "no loop"
                          : !(s->pinch <= PINCHED) ? "not pinched"
                          : shrinks                ? "yes"
                                                   : "cannot be told";
    hys_status status = hys__protocol_feature(p, "f_peak", "Hz", at_edge ? NAN : s->f_peak,
                                              "frequency of the largest area, as part of the box around the loop");
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"area_peak", "1", s->peak, "largest area of both lobes against |v| |i| of the box"},
                {"area_last", "1", s->last, "the same at the highest frequency"},
                {"pinch", "1", s->pinch, "|i| at v = 0 against the largest |i|, the worst of all frequencies"},
                {"energy_per_event", "J", s->energy, "of a cycle of the lowest frequency"}};
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK)
        status = hys__protocol_says(p, "fingerprint", verdict,
                                    "pinched at all frequencies, and the loop closes at high ones");
    if (status == HYS_OK && at_edge)
        status = hys__protocol_remark(
            p, "f_peak cannot be told: the area is largest at the %s frequency; widen --opt frequencies=FROM:TO:N",
            s->at_peak == 0 ? "lowest" : "highest");
    return status;
}

static hys_status run_series(hys__protocol *p) {
    static const char *const columns[] = {"frequency", "Hz", "area",  "W", "area_part", "1", "area_pos", "W",
                                          "area_neg",  "W",  "pinch", "1", "energy",    "J", NULL};
    double amplitude;
    long cycles;
    size_t shape;
    hys__values f = {NULL, 0};
    series s = {0};
    hys_status status = hys__protocol_number(p, "amplitude", &amplitude);
    if (status == HYS_OK) status = hys__protocol_list(p, "frequencies", &f);
    if (status == HYS_OK) status = hys__protocol_count(p, "cycles", 1, &cycles);
    if (status == HYS_OK) status = hys__protocol_word(p, "shape", shapes, &shape);
    if (status == HYS_OK) status = hys__protocol_table(p, "area", "scatter", columns, &s.table);
    const char *peak = hys__protocol_quantity(p, amplitude, "V");
    for (size_t k = 0; status == HYS_OK && k < f.n; k++) {
        hys_run *run = NULL;
        const char *rate = hys__protocol_quantity(p, f.at[k], "Hz");
        if (!peak || !rate) return HYS_NOMEM;
        p->bench.wave = hys__arena_printf(p->arena, "%s:%s,%s", shapes[shape], peak, rate);
        if (!p->bench.wave) return HYS_NOMEM;
        p->bench.cycles = (int32_t)cycles;
        status = hys_iv(p->ctx, p->model, &p->bench, &run);
        if (status == HYS_OK) status = add_loop(p, &s, f.at[k], run);
        hys_run_free(run);
    }
    return status == HYS_OK ? tell_series(p, &s) : status;
}

static const hys_protocol_option series_options[] = {
    {"amplitude", "V", "1V", "amplitude"},
    {"frequencies", "Hz", "1Hz:1MHz:13", "a list, or FROM:TO:N; each with a fresh device"},
    {"cycles", "", "3", "cycles; the last is evaluated"},
    {"shape", "", "sine", "sine or triangle"},
};
const hys__protocol_row hys__protocol_iv_frequency = {
    {"iv-frequency", "", "area of the loop against frequency: the fingerprint of a memristor", series_options,
     sizeof series_options / sizeof *series_options},
    run_series};
