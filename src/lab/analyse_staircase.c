/* What is told of conductances behind pulses that raise, then lower it. */
#include "lab/analyse.h"
#include <math.h>

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
static double symmetric_point(const hys__staircase *s) {
    const double *up = s->g, *down = s->g + s->n_up;
    double before = NAN, g_before = NAN;
    for (size_t k = 0; k < s->n_up; k++) {
        double g = 0.5 * (up[k] + up[k + 1]), d = fabs(up[k + 1] - up[k]) - step_at(down, s->n_down, g);
        if (isnan(d)) continue;
        if (d == 0) return g;
        if (before * d < 0) return g_before + (g - g_before) * before / (before - d);
        before = d;
        g_before = g;
    }
    return NAN;
}

/* The two ways against each other, at equal distance from the turning point. */
static double asymmetry(const hys__staircase *s, double swing) {
    size_t n = s->n_up < s->n_down ? s->n_up : s->n_down;
    double most = 0;
    for (size_t k = 0; k <= n; k++) most = fmax(most, fabs(s->g[s->n_up - k] - s->g[s->n_up + k]));
    return n ? most / swing : NAN;
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
    return n ? sum / (double)n : NAN;
}

/* Nonlinearity of both ways, NaN where there is no such way. */
typedef struct ways {
    double nl_up, nl_down, a_up, a_down, rms_up, rms_down;
} ways;

static ways fit_ways(const hys__staircase *s) {
    ways w = {NAN, NAN, NAN, NAN, NAN, NAN};
    if (s->n_up) w.nl_up = hys_nonlinearity(s->g, s->n_up, &w.a_up, &w.rms_up);
    if (s->n_down) w.nl_down = -hys_nonlinearity(s->g + s->n_up, s->n_down, &w.a_down, &w.rms_down);
    return w;
}

static hys_status remark(hys__protocol *p, const hys__staircase *s, const ways *w, bool moves) {
    hys_status status = HYS_OK;
    if (!moves)
        return hys__protocol_remark(p,
                                    "nonlinearity and symmetry cannot be told: the pulses do not change the "
                                    "conductance%s",
                                    hys__protocol_advice(p, "; try a higher --opt up=V or a longer --opt width=T"));
    if (!s->n_up || !s->n_down)
        status =
            hys__protocol_remark(p, "symmetry cannot be told: there is no %s", s->n_up ? "depression" : "potentiation");
    else if (isnan(symmetric_point(s)))
        status =
            hys__protocol_remark(p, "the symmetric point cannot be told: steps up and down are nowhere equal in the "
                                    "range that both pass");
    if (status == HYS_OK && fmax(w->rms_up, w->rms_down) > 0.05)
        status = hys__protocol_remark(p,
                                      "the nonlinearity is a poor description: an exponential misses the steps by %.0f "
                                      "%% of the swing",
                                      100 * fmax(w->rms_up, w->rms_down));
    return status;
}

/* NeuroSim's table of labels ends at 9: a device that a pulse or two switch has none. */
#define LABEL_MOST 9.0

static bool is_beyond(double label) {
    return fabs(label) > LABEL_MOST;
}

static hys_status tell_label(hys__protocol *p, const char *name, double label, const char *desc) {
    if (!is_beyond(label)) return hys__protocol_feature(p, name, "1", label, desc);
    hys_status status = hys__protocol_says(p, name, label > 0 ? "beyond 9" : "beyond -9", desc);
    if (status != HYS_OK) return status;
    return hys__protocol_remark(p, "%s is beyond the end of the table of labels (9): the first pulses do nearly all%s",
                                name, hys__protocol_advice(p, "; try shorter or lower ones"));
}

hys_status hys__tell_staircase(hys__protocol *p, const hys__staircase *s) {
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k <= s->n_up + s->n_down; k++) low = fmin(low, s->g[k]), high = fmax(high, s->g[k]);
    ways w = fit_ways(s);
    double swing = high - low, e_up = mean(s->energy, s->n_up), e_down = mean(s->energy + s->n_up, s->n_down);
    bool moves = swing > 1e-9 * fabs(high);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {
        {"g_min", "S", low, "smallest conductance of the last cycle"},
        {"g_max", "S", high, "largest conductance of the last cycle"},
        {"g_ratio", "1", high / low, "largest against smallest"},
        {"a_potentiation", "1", w.a_up, "A of 1 - exp(-x/A), x = 1 after all pulses"},
        {"rms_potentiation", "1", w.rms_up, "of that fit, against the swing"},
        {"a_depression", "1", w.a_down, "A of the depression"},
        {"rms_depression", "1", w.rms_down, "of that fit, against the swing"},
        {"asymmetry_nl", "1", is_beyond(w.nl_up) || is_beyond(w.nl_down) ? NAN : fabs(w.nl_up - w.nl_down),
         "distance of the two labels: 0 where depression retraces potentiation"},
        {"asymmetry", "1", moves ? asymmetry(s, swing) : NAN, "largest distance of the two ways, against the swing"},
        {"g_symmetric", "S", symmetric_point(s), "conductance at which steps up and down are equal"},
        {"levels", "1",
         moves ? count_levels(s->n_up ? s->g : s->g + s->n_up, s->n_up ? s->n_up : s->n_down, s->resolution * swing)
               : 1,
         "states of potentiation that lie the resolution apart"},
        {"v_up", "V", s->v_up, "pulses that potentiate"},
        {"v_down", "V", s->v_down, "pulses that depress"},
        {"energy_potentiation", "J", e_up, "of a pulse, mean"},
        {"energy_depression", "J", e_down, "of a pulse, mean"},
        {"energy_per_event", "J",
         isnan(e_up)     ? e_down
         : isnan(e_down) ? e_up
                         : 0.5 * (e_up + e_down),
         "of a pulse of either kind, mean"}};
    hys_status status =
        tell_label(p, "nl_potentiation", w.nl_up, "label of nonlinearity (NeuroSim), positive: fastest at first");
    if (status == HYS_OK)
        status =
            tell_label(p, "nl_depression", w.nl_down, "label of nonlinearity (NeuroSim), negative: fastest at first");
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    return status == HYS_OK ? remark(p, s, &w, moves) : status;
}
