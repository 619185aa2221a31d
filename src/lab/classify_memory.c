/* What pulses leave behind: volatility, polarity, on/off ratio, times, energy. */
#include "lab/classify_sample.h"
#include <math.h>

#define LOST        0.1  /* and of what is */
#define HIDDEN      0.1  /* ln of the largest change that a read at a small voltage may hide */
#define HIDES       3.0  /* times what is read: what held levels show when reads hide it */
#define BLIND_WIDTH 1e-6 /* s */
#define LONGER      100. /* times the first: a pulse that undoes it may have to be this long */
#define LONGEST     1.0  /* s */
#define MORE        1.05 /* times the change by which a stronger pulse is better than a weaker one */
#define AGES        1.0  /* s: pulses from here on are set against as long a rest */
#define OPPOSED     0.1  /* part of a change that a pulse of the other sign must move back */

/* ---- which pulses ---- */

/* As long as the change at that level takes. */
static hys__class_pulse pulse_of(const hys__rung *r) {
    double t = hys__rung_time(r, 0.95);
    return (hys__class_pulse){.level = r->level, .width = isnan(t) ? 1e-3 : fmax(t, 10 * HYS__LOOK_FIRST)};
}

/* The largest level of a sign that was held. */
static double limit_of(const hys__sample *s, int side) {
    const hys__ladder *l = s->v[side];
    return l->n ? fabs(l->at[l->n - 1].level) : 0;
}

/* Time that the change takes at the rung nearest to a level. */
static double width_at(const hys__ladder *l, double level) {
    const hys__rung *best = NULL;
    for (size_t k = 0; k < l->n; k++)
        if (!best || fabs(fabs(l->at[k].level) - level) < fabs(fabs(best->level) - level)) best = &l->at[k];
    return best ? pulse_of(best).width : 1e-3;
}

/* A device that ages changes in the time of a long pulse by itself: that is taken off. */
static hys_status take_off_rest(hys__sample *s, hys__answer *a) {
    const hys__class_pulse rest = {.width = a->pulse.width};
    hys__after_pulses without, *with = &a->after;
    if (a->pulse.width < AGES || fabs(with->most) < HYS__CHANGE) return HYS_OK;
    hys_status status = hys__sample_pulses(s, &rest, 1, &without);
    if (status != HYS_OK || fabs(without.most) < HYS__CHANGE) return status;
    double least = s->is_stochastic ? 0.5 * fabs(without.most) : HYS__CHANGE;
    with->n = without.n < with->n ? without.n : with->n;
    for (size_t k = 0; k < with->n; k++) {
        with->ln[k] -= without.ln[k];
        if (fabs(with->ln[k]) < least) with->ln[k] = 0;
    }
    hys__after_pulses_sum_up(with);
    return HYS_OK;
}

static hys_status try_pulse(hys__sample *s, hys__class_pulse pulse) {
    if (s->n_answers >= HYS__PULSES_MAX) return HYS_OK;
    hys__answer *a = &s->answers[s->n_answers];
    a->pulse = pulse;
    hys_status status = hys__sample_pulses(s, &pulse, 1, &a->after);
    if (status == HYS_OK) status = take_off_rest(s, a);
    if (status == HYS_OK && a->after.n > 4) s->n_answers++;
    return status;
}

/* Of each sign: the largest level, the least with most of the swing of its direction, one between. */
static hys_status try_pulses(hys__sample *s) {
    hys_status status = HYS_OK;
    for (int sign = 0; sign < 2; sign++)
        for (int direction = -1; direction <= 1; direction += 2) {
            const hys__ladder *l = s->v[sign];
            double swing = 0;
            size_t first = l->n, last = l->n;
            for (size_t k = 0; k < l->n; k++) swing = fmax(swing, direction * l->at[k].swing);
            for (size_t k = 0; k < l->n && swing > HYS__CHANGE; k++) {
                if (direction * l->at[k].swing < 0.5 * swing) continue;
                if (first == l->n) first = k;
                last = k;
            }
            const size_t picks[3] = {first, (first + last) / 2, last};
            for (int k = 0; k < 3 && status == HYS_OK && first < l->n; k++) {
                if (k && picks[k] == picks[k - 1]) continue;
                status = try_pulse(s, pulse_of(&l->at[picks[k]]));
            }
        }
    return status;
}

/* What is seen only behind a pulse: the quench of a melt. */
static hys_status try_blind(hys__sample *s) {
    hys_status status = HYS_OK;
    for (int sign = 0; sign < 2; sign++)
        for (int part = 1; part <= 2 && status == HYS_OK; part++) {
            double level = limit_of(s, sign) / part;
            if (level > 0)
                status = try_pulse(s, (hys__class_pulse){.level = sign ? -level : level, .width = BLIND_WIDTH});
        }
    return status;
}

static void find_extremes(hys__sample *s, bool is_kept) {
    double up = HYS__CHANGE, down = -HYS__CHANGE;
    s->set = s->reset = SIZE_MAX;
    for (size_t k = 0; k < s->n_answers; k++) {
        double ln = is_kept ? s->answers[k].after.last : s->answers[k].after.most;
        if (ln > up) up = ln, s->set = k;
        if (ln < down) down = ln, s->reset = k;
    }
}

/* ---- volatility ---- */

static hys_status say_volatility(hys__sample *s, const hys__answer *a, double kept) {
    const char *word = kept > HYS__KEPT ? "non-volatile" : kept < LOST ? "volatile" : "partly volatile";
    double sure = kept > HYS__KEPT || kept < LOST ? 0.95 : 0.8;
    if (a->after.n < HYS__READS) sure *= 0.6;
    char gone[80] = "";
    if (!isnan(a->after.t_half))
        snprintf(gone, sizeof gone, "; half of what goes has gone after %.3g s", a->after.t_half);
    return hys__class_word(s->c, HYS__TRAIT_VOLATILITY, word, sure, "retention",
                           "%s for %s changes the conductance at %s by the factor %.4g; %.3g %% of the change (of its "
                           "logarithm) is left after %.3g s%s",
                           hys__sample_text(s, a->pulse.level, "V"), hys__sample_text(s, a->pulse.width, "s"),
                           hys__sample_text(s, s->v_read, "V"), exp(a->after.most), fabs(kept) < 5e-3 ? 0 : 100 * kept,
                           hys__read_time(a->after.n - 1), gone);
}

static hys_status find_volatility(hys__sample *s) {
    const hys__answer *best = NULL, *keeper = NULL;
    for (size_t k = 0; k < s->n_answers; k++) {
        const hys__answer *a = &s->answers[k];
        if (!best || fabs(a->after.most) > fabs(best->after.most)) best = a;
        if (!keeper || fabs(a->after.last) > fabs(keeper->after.last)) keeper = a;
    }
    if (!best || fabs(best->after.most) < HYS__CHANGE) return HYS_OK;
    /* What lasts longest decides, unless it is small against what goes. */
    const hys__answer *a = fabs(keeper->after.last) > LOST * fabs(best->after.most) ? keeper : best;
    double kept = a->after.last / a->after.most;
    s->forgets = kept < LOST;
    return say_volatility(s, a, kept);
}

/* ---- polarity ---- */

static hys_status say_polarity(hys__sample *s, const char *word, double sure, const hys__answer *a, const char *how,
                               const hys__class_pulse *by, double ln) {
    return hys__class_word(s->c, HYS__TRAIT_POLARITY, word, sure, "retention",
                           "%s for %s changes the conductance by the factor %.4g; %s %s for %s%s %s %.4g",
                           hys__sample_text(s, a->pulse.level, "V"), hys__sample_text(s, a->pulse.width, "s"),
                           exp(s->forgets ? a->after.most : a->after.last), how, hys__sample_text(s, by->level, "V"),
                           hys__sample_text(s, by->width, "s"),
                           by->fall > 0 ? " with a slope to 0 V as long as a hundred" : "", "makes that", exp(ln));
}

static double change_of(const hys__sample *s, const hys__answer *a) {
    return s->forgets ? a->after.most : a->after.last;
}

/* Does a second pulse undo the first?  What is left behind both, against the first and as long a rest. */
static hys_status undo(hys__sample *s, const hys__answer *a, hys__class_pulse by, double *left) {
    hys__class_pulse pair[2] = {a->pulse, by}, rest[2] = {a->pulse, {.width = by.width}};
    hys__after_pulses with, without;
    double change = change_of(s, a);
    *left = change;
    hys_status status = hys__sample_pulses(s, pair, 2, &with);
    if (status != HYS_OK || !with.n) return status;
    if (!s->forgets) {
        *left = with.last;
        return HYS_OK;
    }
    status = hys__sample_pulses(s, rest, 2, &without);
    if (status == HYS_OK && without.n && without.ln[0] != 0) *left = change * with.ln[0] / without.ln[0];
    return status;
}

/* Levels of that sign, from a quarter of the first to the largest that was held, each for the first's time, for the
 * time that its own level takes, and for longer (what melts at once crystallises slowly), until one undoes it; *by: the
 * one that leaves least. */
static hys_status find_undo(hys__sample *s, const hys__answer *a, int sign, hys__class_pulse *by, double *left) {
    static const double factors[] = {1, 2, 4, 8, 16, 64, 256, 1024, 4096, 0.5, 0.25, 0.7, 0.6, 0.55};
    double change = change_of(s, a), most = limit_of(s, sign < 0), last = 0;
    *left = change;
    for (size_t k = 0; k < sizeof factors / sizeof *factors; k++) {
        double level = fmin(factors[k] * fabs(a->pulse.level), most);
        if (level == last) continue;
        last = level;
        double widths[3] = {a->pulse.width, width_at(s->v[sign < 0], level), LONGER * a->pulse.width};
        for (int w = 0; w < 3 && *left / change > 1 - OPPOSED; w++) {
            double now, width = widths[w];
            if (w == 1 && fabs(log(width / widths[0])) < 1) continue;
            if (w == 2 && (s->forgets || width > LONGEST)) continue;
            if (s->forgets && !isnan(a->after.t_half)) width = fmin(width, 0.3 * a->after.t_half);
            hys__class_pulse second = {.level = sign * level, .width = width};
            hys_status status = undo(s, a, second, &now);
            if (status != HYS_OK) return status;
            if (now / change < *left / change) *left = now, *by = second;
        }
    }
    return HYS_OK;
}

/* Small pulses of both signs, and larger ones: opposed as soon as one pair is, as a state that follows the voltage is
 * around its rest; alike if all are, as one that follows power. */
static hys_status find_pairs(hys__sample *s, bool *is_told) {
    size_t n_alike = 0, n_other = 0;
    hys__answer alike = {0}, other = {0};
    *is_told = false;
    for (int k = -2; k < 5; k++) {
        double level = s->v_least * pow(2, k), ln[2];
        if (level > limit_of(s, 0) || level > limit_of(s, 1)) break;
        double width = fmax(width_at(s->v[0], level), width_at(s->v[1], level));
        hys__answer one = {.pulse = {.level = level, .width = width}};
        hys__class_pulse back = {.level = -level, .width = width};
        hys__after_pulses after;
        hys_status status = hys__sample_pulses(s, &one.pulse, 1, &one.after);
        if (status == HYS_OK) status = hys__sample_pulses(s, &back, 1, &after);
        if (status != HYS_OK) return status;
        ln[0] = one.after.most;
        ln[1] = after.most;
        double small = fmin(fabs(ln[0]), fabs(ln[1])), large = fmax(fabs(ln[0]), fabs(ln[1]));
        if (!(large > HYS__CHANGE) || !(small > 0.05 * large)) continue;
        one.after.last = ln[1];
        if (ln[0] * ln[1] > 0 && n_alike++ == 0) alike = one;
        if (ln[0] * ln[1] < 0 && n_other++ == 0) other = one;
    }
    if (n_other == 0 && n_alike == 0) return HYS_OK;
    const hys__answer *a = n_other ? &other : &alike;
    hys__class_pulse back = {.level = -a->pulse.level, .width = a->pulse.width};
    *is_told = true;
    return say_polarity(s, n_other ? "bipolar" : "unipolar", 0.95, a, "from the same state", &back, a->after.last);
}

static hys_status find_polarity_by_undoing(hys__sample *s, const hys__answer *a) {
    int sign = a->pulse.level > 0 ? 1 : -1;
    hys__class_pulse by = a->pulse, same = a->pulse;
    double left, left_same;
    hys_status status = find_undo(s, a, -sign, &by, &left);
    if (status == HYS_OK) status = find_undo(s, a, sign, &same, &left_same);
    double change = change_of(s, a);
    if (status == HYS_OK && fmin(left / change, left_same / change) > 1 - OPPOSED) {
        same = (hys__class_pulse){.level = a->pulse.level, .width = a->pulse.width, .fall = LONGER * a->pulse.width};
        if (same.fall <= LONGEST) status = undo(s, a, same, &left_same);
    }
    if (status != HYS_OK) return status;
    bool same_undoes = left_same / change < 1 - OPPOSED; /* then the other sign is not needed */
    if (left / change < 1 - OPPOSED && !(same_undoes && (!s->forgets || left_same / change < left / change)))
        return say_polarity(s, "bipolar", 0.9, a, "then", &by, left);
    if (same_undoes) return say_polarity(s, "unipolar", 0.85, a, "then", &same, left_same);
    if (s->forgets) return say_polarity(s, "unipolar", 0.7, a, "it goes by itself, and", &by, left);
    return hys__class_untold(s->c, HYS__TRAIT_POLARITY,
                             "%s for %s changes the conductance by the factor %.4g, and no pulse of either sign that "
                             "was tried moves it back; longer or higher pulses would tell",
                             hys__sample_text(s, a->pulse.level, "V"), hys__sample_text(s, a->pulse.width, "s"),
                             exp(change));
}

static hys_status find_polarity(hys__sample *s) {
    const hys__answer *best[2] = {NULL, NULL};
    for (size_t k = 0; k < s->n_answers; k++) {
        const hys__answer *a = &s->answers[k];
        int sign = a->pulse.level > 0 ? 0 : 1;
        if (fabs(change_of(s, a)) < HYS__CHANGE) continue;
        if (!best[sign] || fabs(change_of(s, a)) > MORE * fabs(change_of(s, best[sign]))) best[sign] = a;
    }
    if (!best[0] && !best[1]) return HYS_OK;
    if (best[0] && best[1] && !s->forgets) {
        double p = change_of(s, best[0]), m = change_of(s, best[1]);
        if (p * m < 0) return say_polarity(s, "bipolar", 0.95, best[0], "from the same state", &best[1]->pulse, m);
    }
    bool is_told = false;
    hys_status status = s->forgets ? find_pairs(s, &is_told) : HYS_OK;
    if (status != HYS_OK || is_told) return status;
    const hys__answer *a =
        !best[1] || (best[0] && fabs(change_of(s, best[0])) >= fabs(change_of(s, best[1]))) ? best[0] : best[1];
    return find_polarity_by_undoing(s, a);
}

/* ---- numbers ---- */

static hys_status find_on_off(hys__sample *s) {
    double most = 0, least = 0;
    const hys__answer *up = NULL, *down = NULL;
    for (size_t k = 0; k < s->n_answers; k++) {
        const hys__answer *a = &s->answers[k];
        double ln = change_of(s, a);
        if (ln > most) most = ln, up = a;
        if (ln < least) least = ln, down = a;
    }
    const char *window = s->forgets ? "at once behind the pulse" : "10^4 s behind the pulse";
    const hys__answer *only = up ? up : down;
    if (!only)
        return hys__class_untold(s->c, HYS__TRAIT_ON_OFF, "no pulse that was tried leaves a change that could be read");
    if (up && down)
        return hys__class_number(s->c, HYS__TRAIT_ON_OFF, exp(most - least), 0.8, "retention",
                                 "read at %s, %s: behind %s for %s against behind %s for %s",
                                 hys__sample_text(s, s->v_read, "V"), window, hys__sample_text(s, up->pulse.level, "V"),
                                 hys__sample_text(s, up->pulse.width, "s"), hys__sample_text(s, down->pulse.level, "V"),
                                 hys__sample_text(s, down->pulse.width, "s"));
    return hys__class_number(s->c, HYS__TRAIT_ON_OFF, exp(fabs(most - least)), 0.8, "retention",
                             "read at %s, %s: behind %s for %s against the fresh device",
                             hys__sample_text(s, s->v_read, "V"), window, hys__sample_text(s, only->pulse.level, "V"),
                             hys__sample_text(s, only->pulse.width, "s"));
}

/* Time and energy of the first half of the change at one rung. */
static double energy_of(const hys__rung *r, double until) {
    double sum = 0, before = 0;
    for (size_t k = 0; k < r->n && hys__look_time(k) <= until * 1.001; k++) {
        double power = fabs(r->level * r->x[k]);
        sum += power * (hys__look_time(k) - before);
        before = hys__look_time(k);
    }
    return sum;
}

/* No level moves it that way; a volatile device goes there by itself. */
static hys_status say_no_time(hys__sample *s, int trait, int direction) {
    for (size_t k = 0; k < s->n_answers; k++) {
        const hys__answer *a = &s->answers[k];
        if (!s->forgets || a->after.most * direction >= 0 || isnan(a->after.t_half)) continue;
        return hys__class_number(s->c, trait, a->after.t_half, 0.7, "retention",
                                 "by itself behind %s for %s: half of the change has gone then",
                                 hys__sample_text(s, a->pulse.level, "V"), hys__sample_text(s, a->pulse.width, "s"));
    }
    return hys__class_untold(s->c, trait,
                             "no level that was held on a fresh device makes the conductance %s by 2 %%; "
                             "a device that was set otherwise before may show it",
                             direction > 0 ? "rise" : "fall");
}

static hys_status find_times(hys__sample *s) {
    static const struct {
        int trait, direction;
        const char *what;
    } rows[] = {{HYS__TRAIT_TIME_SET, 1, "rises"}, {HYS__TRAIT_TIME_RESET, -1, "falls"}};
    hys_status status = HYS_OK;
    double least = INFINITY;
    const hys__rung *cheapest = NULL;
    for (int d = 0; d < 2; d++) {
        const hys__rung *best = NULL;
        for (int sign = 0; sign < 2; sign++)
            for (size_t k = 0; k < s->v[sign]->n; k++) {
                const hys__rung *r = &s->v[sign]->at[k];
                double energy = energy_of(r, hys__rung_time(r, 0.5));
                if (rows[d].direction * r->swing < HYS__CHANGE) continue;
                if (fabs(r->swing) > 0.5 * fabs(s->v[sign]->swing) && energy > 0 && energy < least)
                    least = energy, cheapest = r;
                if (!best || fabs(r->level) > fabs(best->level)) best = r;
            }
        if (!best) {
            status = say_no_time(s, rows[d].trait, rows[d].direction);
            if (status != HYS_OK) return status;
            continue;
        }
        double t = hys__rung_time(best, 0.9);
        status = hys__class_number(s->c, rows[d].trait, t, 0.9, "kinetics",
                                   "under %s the conductance %s by the factor %.4g; nine tenths of that (of its "
                                   "logarithm) are reached then",
                                   hys__sample_text(s, best->level, "V"), rows[d].what, exp(best->swing));
        if (status != HYS_OK) return status;
    }
    if (!cheapest)
        return hys__class_untold(s->c, HYS__TRAIT_ENERGY, "no level that was held changes the conductance by 2 %%");
    return hys__class_number(s->c, HYS__TRAIT_ENERGY, least, 0.8, "kinetics",
                             "under %s, until half of the change by the factor %.4g is done, %.3g s",
                             hys__sample_text(s, cheapest->level, "V"), exp(cheapest->swing),
                             hys__rung_time(cheapest, 0.5));
}

/* ---- tables ---- */

static hys_status show_kinetics(hys__sample *s) {
    static const char *const columns[] = {"v", "V", "factor", "1", "t_half", "s", "t_most", "s", "energy", "J", NULL};
    hys_table *table;
    hys_status status = hys__class_table(s->c, "kinetics", "scatter", columns, &table);
    for (int sign = 1; sign >= 0; sign--)
        for (size_t k = 0; k < s->v[sign]->n && status == HYS_OK; k++) {
            const hys__rung *r = &s->v[sign]->at[sign ? s->v[sign]->n - 1 - k : k];
            if (fabs(r->swing) < HYS__CHANGE) continue;
            double half = hys__rung_time(r, 0.5);
            double row[] = {r->level, exp(r->swing), half, hys__rung_time(r, 0.9), energy_of(r, half)};
            status = hys_table_add_row(table, row);
        }
    return status;
}

static hys_status show_retention(hys__sample *s) {
    static const char *const columns[] = {"pulse", "V", "width", "s", "time", "s", "g", "S", "factor", "1", NULL};
    hys_table *table;
    hys_status status = hys__class_table(s->c, "retention", "time", columns, &table);
    for (size_t k = 0; k < s->n_answers; k++) {
        const hys__answer *a = &s->answers[k];
        for (size_t j = 0; j < a->after.n && status == HYS_OK; j++) {
            double row[] = {a->pulse.level, a->pulse.width, hys__read_time(j), a->after.g[j], exp(a->after.ln[j])};
            status = hys_table_add_row(table, row);
        }
    }
    return status;
}

static hys_status say_nothing_answers(hys__sample *s) {
    bool is_quiet = fabs(s->v[0]->swing) < HYS__CHANGE && fabs(s->v[1]->swing) < HYS__CHANGE;
    static const int words[] = {HYS__TRAIT_VOLATILITY, HYS__TRAIT_POLARITY};
    hys_status status = HYS_OK;
    for (int k = 0; k < 2 && status == HYS_OK; k++) {
        if (!hys__class_is_blank(&s->c->findings[words[k]])) continue;
        if (is_quiet && s->v[0]->n && s->v[1]->n)
            status = hys__class_word(s->c, words[k], "none", 0.9, "steps",
                                     "no voltage that was held changes the conductance by more than 2 %% in 10^4 s");
        else if (s->n_answers)
            status = hys__class_word(s->c, words[k], "none", 0.6, "retention",
                                     "at %s none of %zu pulses leaves a change of conductance that could be told from "
                                     "%s",
                                     hys__sample_text(s, s->v_read, "V"), s->n_answers,
                                     s->is_stochastic ? "chance" : "none (2 %)");
        else
            status = hys__class_untold(s->c, words[k],
                                       "no pulse could be tried and read; other ports or a range (--range) may tell");
    }
    return status;
}

static hys_status ask_pulses(hys__sample *s) {
    s->n_answers = 0;
    hys_status status = hys__sample_fresh(s);
    if (status == HYS_OK) status = try_pulses(s);
    return status == HYS_OK && !s->is_current_only ? try_blind(s) : status;
}

static double largest_seen(const hys__sample *s) {
    double seen = 0;
    for (size_t k = 0; k < s->n_answers; k++) seen = fmax(seen, fabs(s->answers[k].after.most));
    return seen;
}

/* Levels change far more than is read behind pulses. */
static bool hides(const hys__sample *s, double seen) {
    double swing = fmax(fabs(s->v[0]->swing), fabs(s->v[1]->swing));
    return !s->is_current_only && !s->is_stochastic && seen < HIDDEN && swing > HIDES * fmax(seen, HYS__CHANGE);
}

/* A device may hide at small voltages what a larger one shows: then it is read at one that leaves it alone. */
static hys_status ask_higher(hys__sample *s) {
    double before = s->v_read, v = hys__sample_quiet_voltage(s), seen = largest_seen(s);
    if (s->n_answers == 0 || !hides(s, seen) || !(v > 2 * before)) return HYS_OK;
    s->v_read = v;
    hys_status status = ask_pulses(s);
    if (status != HYS_OK || largest_seen(s) > 2 * seen) return status;
    s->v_read = before;
    return ask_pulses(s);
}

/* No run lasts as long as the reads, or a device answers when fresh and no more behind a rest: a shorter look without
 * rest. */
static hys_status ask_briefly(hys__sample *s) {
    double seen = largest_seen(s);
    if (s->is_current_only || (s->n_answers > 0 && (seen > HYS__CHANGE || !hides(s, seen)))) return HYS_OK;
    s->is_brief = true;
    hys_status status = ask_pulses(s);
    if (status != HYS_OK || largest_seen(s) > HYS__CHANGE) return status;
    s->is_brief = false;
    return ask_pulses(s);
}

/* It answers in time, and no pulse leaves a change of conductance. */
static bool answers_in_time_only(const hys__sample *s) {
    bool moves = fabs(s->v[0]->swing) > HYS__CHANGE || fabs(s->v[1]->swing) > HYS__CHANGE;
    return moves && s->n_answers && s->set == SIZE_MAX && s->reset == SIZE_MAX && !s->is_stochastic;
}

hys_status hys__sample_memory(hys__sample *s) {
    hys__sample_find_read(s);
    if (s->is_capacitor) return HYS_OK;
    hys_status status = ask_pulses(s);
    if (status == HYS_OK) status = ask_higher(s);
    if (status == HYS_OK) status = ask_briefly(s);
    if (status == HYS_OK) status = find_volatility(s);
    find_extremes(s, !s->forgets);
    s->goes_back = s->forgets || answers_in_time_only(s);
    if (status == HYS_OK) status = find_polarity(s);
    if (status == HYS_OK) status = find_on_off(s);
    if (status == HYS_OK) status = find_times(s);
    if (status == HYS_OK) status = show_kinetics(s);
    if (status == HYS_OK) status = show_retention(s);
    return status == HYS_OK ? say_nothing_answers(s) : status;
}
