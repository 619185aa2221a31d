/* What is told of a loop of current and voltage, and of loops at a series of frequencies. */
#include "lab/analyse.h"
#include <math.h>
#include <string.h>

#define PINCHED 0.01 /* |i| at v = 0 against the largest |i| that passes for zero */

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

hys_status hys__tell_loop(hys__protocol *p, const hys_run *run) {
    static const char *const taken[] = {
        "v_max",     "i_max",      "area_pos",   "direction_pos", "area_neg",    "direction_neg", "on_off_pos",
        "r_low_pos", "r_high_pos", "on_off_neg", "ratio_max",     "ratio_max_v", "v_set",         "v_reset",
        "ndr",       "v_fold",     "v_hold",     "pinch",         "v_crossing",  "n_crossings",   NULL};
    double pinch = hys__run_feature(run, "pinch"), at = hys__run_feature(run, "v_crossing");
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
    if (status == HYS_OK && !isnan(at))
        status = hys__protocol_remark(p, "the branches also cross at %.4g V, away from the origin", at);
    return status;
}

hys_status hys__add_loop(hys__protocol *p, hys__loop_series *s, double frequency, const hys_run *run) {
    double pos = hys__run_feature(run, "area_pos"), neg = hys__run_feature(run, "area_neg");
    double box = hys__run_feature(run, "v_max") * hys__run_feature(run, "i_max");
    double area = fabs(pos) + fabs(neg), part = box > 0 ? area / box : NAN, pinch = hys__run_feature(run, "pinch");
    double energy = hys__run_feature(run, "energy_per_cycle");
    if (s->n == 0 || part > s->peak) s->peak = part, s->f_peak = frequency, s->at_peak = s->n;
    if (s->n == 0) s->energy = energy;
    s->slope = s->n && part > 0 && s->last > 0 ? log(part / s->last) / log(frequency / s->frequency) : NAN;
    s->frequency = frequency;
    s->last = part;
    s->pinch = fmax(s->n ? s->pinch : 0, pinch);
    s->n++;
    double row[] = {frequency, area, part, pos, neg, pinch, energy};
    hys_status status = hys_table_add_row(s->table, row);
    static const char *const none[] = {NULL};
    return status == HYS_OK ? hys__protocol_take(p, run, none) : status;
}

hys_status hys__tell_series(hys__protocol *p, const hys__loop_series *s) {
    bool at_edge = s->at_peak == 0 || s->at_peak + 1 == s->n;
    bool shrinks = s->last < 0.5 * s->peak && !(s->slope > -0.1); /* and would go on to nothing */
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
                {"area_exponent", "1", s->slope,
                 "n of area ~ f^n between the last two frequencies: -1 where a state follows less and less"},
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
