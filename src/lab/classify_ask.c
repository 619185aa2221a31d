/* What the lobes of a measured curve tell, and what they cannot. */
#include "lab/classify_curve.h"
#include <math.h>
#include <stdio.h>

#define CHANGE     0.1  /* ln of the conductance between branches: less is none */
#define ALIKE      0.35 /* part of a change within which two conductances are the same */
#define AREA_LEAST 2e-3 /* of the box: thinner a lobe has no direction */
#define PINCH_MOST 0.02 /* of the largest current */

typedef struct side { /* of one sign: means over its whole lobes */
    size_t n, n_out, n_back;
    double change;    /* ln(back/out) */
    double out, back; /* ln of conductances */
    double area, rise, fall, drop, rise_spread;
    size_t n_rise, n_fall, n_drop;
} side;

static side gather(const hys__measured_curve *m, int sign) {
    side s = {0};
    double squares = 0;
    for (size_t k = 0; k < m->n_lobes; k++) {
        const hys__lobe *l = &m->lobes[k];
        if (l->sign != sign) continue;
        if (l->out > 0) s.out += log(l->out), s.n_out++;
        if (l->back > 0) s.back += log(l->back), s.n_back++;
        if (l->out > 0 && l->back > 0) s.change += log(l->back / l->out), s.area += l->area, s.n++;
        if (!isnan(l->v_rise)) s.rise += l->v_rise, squares += l->v_rise * l->v_rise, s.n_rise++;
        if (!isnan(l->v_fall)) s.fall += l->v_fall, s.n_fall++;
        if (!isnan(l->v_drop)) s.drop += l->v_drop, s.n_drop++;
    }
    s.change /= (double)s.n;
    s.area /= (double)s.n;
    s.out /= (double)s.n_out;
    s.back /= (double)s.n_back;
    s.rise /= (double)s.n_rise;
    s.fall /= (double)s.n_fall;
    s.drop /= (double)s.n_drop;
    s.rise_spread = sqrt(fmax(0, squares / (double)s.n_rise - s.rise * s.rise));
    return s;
}

static bool is_surer(const hys_class *c, int trait, double sure) {
    return !c->findings[trait].is_told || c->findings[trait].confidence < sure;
}

/* ---- direction, pinch ---- */

static hys_status ask_direction(hys_class *c, const hys__measured_curve *m, const side s[2]) {
    static const int traits[2] = {HYS__TRAIT_LOOP_POS, HYS__TRAIT_LOOP_NEG};
    hys_status status = HYS_OK;
    for (int k = 0; k < 2 && status == HYS_OK; k++) {
        if (s[k].n == 0 || !is_surer(c, traits[k], 0.9)) continue;
        double least = fmax(AREA_LEAST, 4 * m->noise / m->curve.i_max / sqrt((double)m->curve.n));
        const char *word = fabs(s[k].area) < least ? "none" : s[k].area > 0 ? "counter-clockwise" : "clockwise";
        status = hys__class_word(c, traits[k], word, 0.9, "curve",
                                 "%s: the area of the lobe, mean of %zu, is %.3g of the box around the curve", m->name,
                                 s[k].n, s[k].area);
    }
    if (status != HYS_OK || s[0].n == 0 || s[1].n == 0 || !is_surer(c, HYS__TRAIT_CROSSING, 0.8)) return status;
    bool has_two = fabs(s[0].area) > AREA_LEAST && fabs(s[1].area) > AREA_LEAST;
    double pinch = hys__curve_pinch(&m->curve);
    status = hys__class_word(c, HYS__TRAIT_PINCHED, pinch < PINCH_MOST ? "pinched" : "not pinched", 0.85, "curve",
                             "%s: where v = 0 the current is at most %.3g of the largest", m->name, pinch);
    if (status != HYS_OK) return status;
    const char *word = !has_two || pinch >= PINCH_MOST ? "none" : s[0].area * s[1].area < 0 ? "crossing" : "tangential";
    return hys__class_word(c, HYS__TRAIT_CROSSING, word, 0.8, "curve",
                           "%s: the lobes' areas are %.3g and %.3g of the box", m->name, s[0].area, s[1].area);
}

/* ---- memory ---- */

/* Of neighbouring lobes: does the second begin as the first ended (1), or as the first began (0)?  Mean of where
 * between; NaN: there are none. */
static double carried_over(const hys__measured_curve *m, size_t *n, bool *has_same) {
    double sum = 0;
    *n = 0;
    *has_same = false;
    for (size_t k = 1; k < m->n_lobes; k++) {
        const hys__lobe *a = &m->lobes[k - 1], *b = &m->lobes[k];
        double change = log(a->back / a->out);
        if (!(fabs(change) > CHANGE) || !(b->out > 0)) continue;
        sum += log(b->out / a->out) / change;
        *has_same = *has_same || a->sign == b->sign;
        ++*n;
    }
    return *n ? sum / (double)*n : NAN;
}

static double largest(const side s[2]) {
    return fmax(s[0].n ? fabs(s[0].change) : 0, s[1].n ? fabs(s[1].change) : 0);
}

/* Hysteresis that closes before 0 is reached. */
static bool closes(const side s[2]) {
    bool any = false;
    for (int k = 0; k < 2; k++) {
        if (s[k].n == 0) continue;
        if (fabs(s[k].change) > CHANGE) return false;
        any = any || fabs(s[k].area) > AREA_LEAST;
    }
    return any;
}

static hys_status ask_volatility(hys_class *c, const hys__measured_curve *m, const side s[2]) {
    size_t n;
    bool has_same;
    double carried = carried_over(m, &n, &has_same);
    if (closes(s) && is_surer(c, HYS__TRAIT_VOLATILITY, 0.85))
        return hys__class_word(c, HYS__TRAIT_VOLATILITY, "volatile", 0.85, "curve",
                               "%s: the branches are apart by %.2g of the box, and one again at %.3g V on the way back",
                               m->name, fmax(s[0].n ? fabs(s[0].area) : 0, s[1].n ? fabs(s[1].area) : 0), m->v_read);
    if (n == 0 || !is_surer(c, HYS__TRAIT_VOLATILITY, 0.7)) return HYS_OK;
    double span = m->curve.t ? m->curve.t[m->curve.n - 1] - m->curve.t[0] : NAN;
    if (isnan(span) && carried > 1 - ALIKE)
        return hys__class_untold(
            c, HYS__TRAIT_VOLATILITY,
            "%s: lobes begin where the ones before have ended, but how long that took is not in the "
            "data; a column of time, or a read after a wait, would tell",
            m->name);
    if (carried > 1 - ALIKE)
        return hys__class_word(c, HYS__TRAIT_VOLATILITY, "non-volatile", 0.7, "curve",
                               "%s: lobes begin where the ones before have ended (%.2g of the change kept, %zu pairs) "
                               "within the %.3g s of the record",
                               m->name, carried, n, span);
    if (carried < ALIKE && has_same)
        return hys__class_word(c, HYS__TRAIT_VOLATILITY, "volatile", 0.8, "curve",
                               "%s: lobes begin as the ones before had begun (%.2g of the change kept, %zu pairs)",
                               m->name, carried, n);
    return hys__class_untold(
        c, HYS__TRAIT_VOLATILITY,
        "%s: %.2g of the change is left in the next lobe (%zu pairs): whether the rest goes by itself "
        "or by the other sign is not seen; a wait at 0 V would tell",
        m->name, carried, n);
}

static hys_status ask_polarity(hys_class *c, const hys__measured_curve *m, const side s[2]) {
    if (s[0].n == 0 || s[1].n == 0 || !is_surer(c, HYS__TRAIT_POLARITY, 0.85)) return HYS_OK;
    double p = s[0].change, n = s[1].change;
    /* Where the branches are one again at the reading voltage, areas tell; as i and v turn round, like ones are alike.
     */
    if (closes(s)) p = s[0].area, n = s[1].area;
    double small = fmin(fabs(p), fabs(n)), most = fmax(fabs(p), fabs(n)), least = closes(s) ? AREA_LEAST : CHANGE;
    if (most < least)
        return hys__class_word(c, HYS__TRAIT_POLARITY, "none", 0.7, "curve",
                               "%s: the branches are one for both signs, at this sweep", m->name);
    if (small < least)
        return hys__class_untold(c, HYS__TRAIT_POLARITY,
                                 "%s: only one sign shows two branches; what undoes the change is not seen", m->name);
    return hys__class_word(c, HYS__TRAIT_POLARITY, p * n < 0 ? "bipolar" : "unipolar", 0.85, "curve",
                           "%s: %s of the lobes at v > 0 and at v < 0 are %.3g and %.3g", m->name,
                           closes(s) ? "the areas" : "the changes (of ln G between the branches)", p, n);
}

static hys_status ask_on_off(hys_class *c, const hys__measured_curve *m, const side s[2]) {
    double change = largest(s);
    if (!(change > 0) || !is_surer(c, HYS__TRAIT_ON_OFF, 0.8)) return HYS_OK;
    return hys__class_number(c, HYS__TRAIT_ON_OFF, exp(change), 0.8, "curve",
                             "%s: ratio of the branches at %.3g V, in a sweep to %.3g V", m->name, m->v_read,
                             m->curve.v_max);
}

/* ---- thresholds, NDR ---- */

static hys_status ask_thresholds(hys_class *c, const hys__measured_curve *m, const side s[2]) {
    static const int traits[2] = {HYS__TRAIT_THRESHOLD_POS, HYS__TRAIT_THRESHOLD_NEG};
    hys_status status = HYS_OK;
    for (int k = 0; k < 2 && status == HYS_OK; k++) {
        bool is_rise = s[k].n_rise >= s[k].n_drop;
        size_t n = is_rise ? s[k].n_rise : s[k].n_drop;
        if (n == 0 || !is_surer(c, traits[k], 0.8)) continue;
        status = hys__class_number(c, traits[k], is_rise ? s[k].rise : s[k].drop, 0.8, "curve",
                                   "%s: on the way out ln(i/v) %s fastest there, mean of %zu lobes", m->name,
                                   is_rise ? "rises" : "falls", n);
    }
    int k = s[0].n_fall ? 0 : 1;
    if (status != HYS_OK || s[k].n_fall == 0 || !closes(s) || !is_surer(c, HYS__TRAIT_HOLD, 0.8)) return status;
    return hys__class_number(c, HYS__TRAIT_HOLD, s[k].fall, 0.8, "curve",
                             "%s: on the way back ln(i/v) falls fastest there, mean of %zu lobes", m->name,
                             s[k].n_fall);
}

static hys_status ask_ndr(hys_class *c, const hys__measured_curve *m, const side s[2]) {
    hys__ndr r = hys__curve_ndr(&m->curve);
    hys_status status = HYS_OK;
    if (!is_surer(c, HYS__TRAIT_NDR, 0.85)) return HYS_OK;
    if (!r.is_s && !r.is_n) {
        if (s[0].n + s[1].n == 0)
            return hys__class_untold(c, HYS__TRAIT_NDR,
                                     "%s: nothing goes back over the way it came, and what falls once may be a memory "
                                     "that switches; a sweep to and fro would tell",
                                     m->name);
        if (!m->is_current && !s[0].n_rise && !s[1].n_rise)
            return hys__class_word(c, HYS__TRAIT_NDR, "none", 0.6, "curve",
                                   "%s: swept by voltage, no current falls on both ways, and nothing jumps", m->name);
        if (!m->is_current)
            return hys__class_untold(c, HYS__TRAIT_NDR,
                                     "%s: no current falls on both ways, but it jumps under the voltage: an S would be "
                                     "seen only under a current",
                                     m->name);
        return hys__class_word(c, HYS__TRAIT_NDR, "none", 0.8, "curve",
                               "%s: swept by current, no voltage falls on both ways", m->name);
    }
    status = hys__class_word(c, HYS__TRAIT_NDR,
                             r.is_s && r.is_n ? "both"
                             : r.is_s         ? "S"
                                              : "N",
                             0.85, "curve",
                             r.is_s ? "%s: the voltage falls from %.4g V at %.3g A to %.4g V at %.3g A, on both ways"
                                    : "%s: the current falls while the voltage rises, on both ways",
                             m->name, r.v_fold, r.i_fold, r.v_hold, r.i_hold);
    if (status == HYS_OK && r.is_s)
        status = hys__class_number(c, HYS__TRAIT_THRESHOLD_I, r.i_fold, 0.85, "curve",
                                   "%s: where the voltage begins to fall, at %.4g V", m->name, r.v_fold);
    if (status != HYS_OK || (r.is_s && r.is_n)) return status;
    return hys__class_word(c, HYS__TRAIT_CONTROL, r.is_s ? "current" : "voltage", 0.85, "curve",
                           "%s: the curve is %c-shaped: only a %s makes the response unique", m->name,
                           r.is_s ? 'S' : 'N', r.is_s ? "current" : "voltage");
}

/* ---- numbers of the curve ---- */

static double mean_current(const hys__curve *c, double level) {
    double sum = 0;
    size_t n = 0;
    for (size_t k = 0; k + 1 < c->n; k++) {
        double v1 = c->v[k], v2 = c->v[k + 1];
        if ((v1 - level) * (v2 - level) > 0 || v1 == v2) continue;
        sum += log(fabs(c->i[k] + (c->i[k + 1] - c->i[k]) * (level - v1) / (v2 - v1)));
        n++;
    }
    return n ? exp(sum / (double)n) : NAN;
}

static hys_status ask_numbers(hys_class *c, const hys__measured_curve *m) {
    double most[2] = {0, 0};
    for (size_t k = 0; k < m->curve.n; k++) {
        int sign = m->curve.v[k] < 0;
        most[sign] = fmax(most[sign], fabs(m->curve.v[k]));
    }
    double level = 0.9 * fmin(most[0], most[1]), p = mean_current(&m->curve, level),
           n = mean_current(&m->curve, -level);
    hys_status status = HYS_OK;
    if (level > 0.1 * m->curve.v_max && p > 0 && n > 0 && is_surer(c, HYS__TRAIT_RECTIFICATION, 0.7)) {
        status = hys__class_number(c, HYS__TRAIT_RECTIFICATION, fmax(p / n, n / p), 0.7, "curve",
                                   "%s: mean of the branches (of the logarithm) %.3g A at %.3g V, %.3g A at -%.3g V",
                                   m->name, p, level, n, level);
        if (status == HYS_OK)
            status = hys__class_number(c, HYS__TRAIT_SYMMETRY, fmin(p / n, n / p), 0.7, "curve",
                                       "%s: the smaller over the larger of both", m->name);
    }
    level = 0.9 * fmax(most[0], most[1]) * (most[0] >= most[1] ? 1 : -1);
    double top = mean_current(&m->curve, level), half = mean_current(&m->curve, 0.5 * level);
    if (status == HYS_OK && top > 0 && half > 0 && is_surer(c, HYS__TRAIT_NONLINEARITY, 0.5))
        status =
            hys__class_number(c, HYS__TRAIT_NONLINEARITY, top / half, 0.5, "curve",
                              "%s: mean of the branches at %.3g V and half of it: what of it is memory is not told "
                              "apart",
                              m->name, level);
    double energy = hys__curve_energy(&m->curve);
    if (status == HYS_OK && isfinite(energy) && m->n_lobes >= 2 && is_surer(c, HYS__TRAIT_ENERGY, 0.5))
        status = hys__class_number(c, HYS__TRAIT_ENERGY, fabs(energy) / (double)m->n_lobes, 0.5, "curve",
                                   "%s: integral of v i over the record for each of its %zu lobes: an upper bound",
                                   m->name, m->n_lobes);
    return status;
}

static hys_status ask_chance(hys_class *c, const hys__measured_curve *m, const side s[2]) {
    int k = s[0].n_rise >= s[1].n_rise ? 0 : 1;
    if (s[k].n_rise < 4 || !is_surer(c, HYS__TRAIT_STOCHASTICITY, 0.7)) return HYS_OK;
    double part = s[k].rise_spread / fabs(s[k].rise);
    return hys__class_word(c, HYS__TRAIT_STOCHASTICITY, part > 0.01 ? "stochastic" : "none", 0.7, "curve",
                           "%s: over %zu lobes the voltage of the fastest rise varies by %.3g %%", m->name, s[k].n_rise,
                           100 * part);
}

hys_status hys__measured_curve_ask(hys_class *c, const hys__measured_curve *m) {
    const side s[2] = {gather(m, 1), gather(m, -1)};
    hys_status status = ask_direction(c, m, s);
    if (status == HYS_OK) status = ask_volatility(c, m, s);
    if (status == HYS_OK) status = ask_polarity(c, m, s);
    if (status == HYS_OK) status = ask_on_off(c, m, s);
    if (status == HYS_OK) status = ask_thresholds(c, m, s);
    if (status == HYS_OK) status = ask_ndr(c, m, s);
    if (status == HYS_OK) status = ask_numbers(c, m);
    return status == HYS_OK ? ask_chance(c, m, s) : status;
}
