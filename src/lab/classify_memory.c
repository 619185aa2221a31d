/* What pulses leave behind: volatility, polarity, on/off ratio, times, energy. */
#include "lab/classify_sample.h"
#include <math.h>

#define SETTLE      10.0 /* s at v_read before pulses */
#define READ_PART   0.2  /* of the least voltage that changes anything */
#define READ_MOST   0.1  /* V */
#define READ_LEAST  1e-3 /* V */
#define KEPT        0.9  /* part of a change that is left of what is not volatile */
#define LOST        0.1  /* and of what is */
#define BLIND_WIDTH 1e-6 /* s */
#define OPPOSED     0.1  /* part of a change that a pulse of the other sign must move back */

/* ---- reading ---- */

#define N_READS      31   /* two a decade, 10 ps to 10^4 s */
#define READ_DUTY    0.05 /* of the time between reads: a device may drift while it is read */
#define LONGEST_READ 1e-4 /* s */

static double read_time(size_t k) {
    return 10 * HYS__LOOK_FIRST * pow(10, 0.5 * (double)k);
}

/* Brief reads at v between which it rests at 0 V; *leg: the first of them, every second leg is one. */
static hys_status read_once(hys__sample *s, const hys__class_pulse *pulses, size_t n_pulses, double v,
                            hys__trace *trace, size_t *leg) {
    hys__plan plan = hys__plan_new(&s->t, false);
    hys__plan_hold(&plan, 0, SETTLE);
    for (size_t k = 0; k < n_pulses; k++) {
        hys__plan_hold(&plan, pulses[k].level, pulses[k].width);
        hys__plan_hold(&plan, 0, k + 1 < n_pulses ? fmin(pulses[k].width, 1e-3) : HYS__LOOK_FIRST);
    }
    double gone = HYS__LOOK_FIRST;
    for (size_t k = 0; k < N_READS; k++) {
        double width = fmin(READ_DUTY * read_time(k), LONGEST_READ);
        hys__plan_hold(&plan, 0, read_time(k) - gone - width);
        size_t read = hys__plan_hold(&plan, v, width);
        if (k == 0) *leg = read;
        gone = read_time(k);
    }
    return hys__tester_run(&s->t, &plan, trace);
}

/* The difference between reading and not reading: what flows at 0 V, charges that go, is in both. */
static hys_status read_conductance(hys__sample *s, const hys__class_pulse *pulses, size_t n_pulses, double *g,
                                   size_t *n) {
    hys__trace at_read, at_zero;
    size_t leg;
    *n = 0;
    hys_status status = read_once(s, pulses, n_pulses, s->v_read, &at_read, &leg);
    if (status == HYS_OK) status = read_once(s, pulses, n_pulses, 0, &at_zero, &leg);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < N_READS; k++) {
        size_t row = at_read.legs[leg + 2 * k].first;
        if (row >= at_read.n || row >= at_zero.n) break;
        g[(*n)++] = (at_read.i[row] - at_zero.i[row]) / s->v_read;
    }
    return HYS_OK;
}

static void find_half(hys__after_pulses *a) {
    a->t_half = NAN;
    if (fabs(a->most) < HYS__CHANGE || a->last / a->most > KEPT) return;
    for (size_t k = 0; k < a->n; k++) {
        if (fabs(a->ln[k]) >= fabs(a->most)) a->t_half = NAN;
        else if (isnan(a->t_half) && a->ln[k] / a->most < 0.5 * (1 + a->last / a->most)) a->t_half = read_time(k);
    }
}

hys_status hys__sample_pulses(hys__sample *s, const hys__class_pulse *pulses, size_t n, hys__after_pulses *a) {
    *a = (hys__after_pulses){.g = HYS_NEW_N(s->t.arena, double, N_READS), .ln = HYS_NEW_N(s->t.arena, double, N_READS)};
    if (!a->g || !a->ln) return HYS_NOMEM;
    hys_status status = read_conductance(s, pulses, n, a->g, &a->n);
    if (a->n > s->fresh.n) a->n = s->fresh.n;
    for (size_t k = 0; k < a->n; k++) {
        a->ln[k] = log((fabs(a->g[k]) + HYS__LEAST_G) / (fabs(s->fresh.g[k]) + HYS__LEAST_G));
        if (fabs(a->ln[k]) > fabs(a->most)) a->most = a->ln[k];
    }
    if (a->n) a->last = a->ln[a->n - 1];
    find_half(a);
    return status;
}

/* ---- which pulses ---- */

static void find_read(hys__sample *s) {
    double least = INFINITY;
    for (int sign = 0; sign < 2; sign++)
        for (size_t k = 0; k < s->v[sign]->n; k++) {
            const hys__rung *r = &s->v[sign]->at[k];
            if (fabs(r->swing) > fmax(HYS__CHANGE, 0.1 * fabs(s->v[sign]->swing))) least = fmin(least, fabs(r->level));
        }
    s->v_read = fmax(READ_LEAST, fmin(READ_MOST, READ_PART * least));
}

/* As long as the change at that level takes. */
static hys__class_pulse pulse_of(const hys__rung *r) {
    double t = hys__rung_time(r, 0.95);
    return (hys__class_pulse){r->level, isnan(t) ? 1e-3 : fmax(t, 10 * HYS__LOOK_FIRST)};
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

static hys_status try_pulse(hys__sample *s, hys__class_pulse pulse) {
    if (s->n_answers >= HYS__PULSES_MAX) return HYS_OK;
    hys__answer *a = &s->answers[s->n_answers];
    a->pulse = pulse;
    hys_status status = hys__sample_pulses(s, &pulse, 1, &a->after);
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
            if (level > 0) status = try_pulse(s, (hys__class_pulse){sign ? -level : level, BLIND_WIDTH});
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
    const char *word = kept > KEPT ? "non-volatile" : kept < LOST ? "volatile" : "partly volatile";
    double sure = kept > KEPT || kept < LOST ? 0.95 : 0.8;
    if (a->after.n < N_READS) sure *= 0.6;
    char gone[80] = "";
    if (!isnan(a->after.t_half))
        snprintf(gone, sizeof gone, "; half of what goes has gone after %.3g s", a->after.t_half);
    return hys__class_word(s->c, HYS__TRAIT_VOLATILITY, word, sure, "retention",
                           "%s for %s changes the conductance at %s by the factor %.4g; %.3g %% of the change (of its "
                           "logarithm) is left after %.3g s%s",
                           hys__sample_text(s, a->pulse.level, "V"), hys__sample_text(s, a->pulse.width, "s"),
                           hys__sample_text(s, s->v_read, "V"), exp(a->after.most), fabs(kept) < 5e-3 ? 0 : 100 * kept,
                           read_time(a->after.n - 1), gone);
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
                           "%s for %s changes the conductance by the factor %.4g; %s %s for %s %s %.4g",
                           hys__sample_text(s, a->pulse.level, "V"), hys__sample_text(s, a->pulse.width, "s"),
                           exp(s->forgets ? a->after.most : a->after.last), how, hys__sample_text(s, by->level, "V"),
                           hys__sample_text(s, by->width, "s"), "makes that", exp(ln));
}

static double change_of(const hys__sample *s, const hys__answer *a) {
    return s->forgets ? a->after.most : a->after.last;
}

/* Does a second pulse undo the first?  What is left behind both, against the first and as long a rest. */
static hys_status undo(hys__sample *s, const hys__answer *a, hys__class_pulse by, double *left) {
    hys__class_pulse pair[2] = {a->pulse, by}, rest[2] = {a->pulse, {0, by.width}};
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

/* Levels of that sign, from a quarter of the first to the largest that was held, each for the first's time and for the
 * time that its own level takes, until one undoes it; *by: the one that leaves least. */
static hys_status find_undo(hys__sample *s, const hys__answer *a, int sign, hys__class_pulse *by, double *left) {
    static const double factors[] = {1, 2, 4, 8, 16, 64, 256, 1024, 4096, 0.5, 0.25};
    double change = change_of(s, a), most = limit_of(s, sign < 0), last = 0;
    *left = change;
    for (size_t k = 0; k < sizeof factors / sizeof *factors; k++) {
        double level = fmin(factors[k] * fabs(a->pulse.level), most);
        if (level == last) continue;
        last = level;
        double widths[2] = {a->pulse.width, width_at(s->v[sign < 0], level)};
        for (int w = 0; w < 2 && *left / change > 1 - OPPOSED; w++) {
            double now, width = widths[w];
            if (w && fabs(log(width / widths[0])) < 1) continue;
            if (s->forgets && !isnan(a->after.t_half)) width = fmin(width, 0.3 * a->after.t_half);
            hys__class_pulse second = {sign * level, width};
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
        double level = s->v_read / READ_PART * pow(2, k), ln[2];
        if (level > limit_of(s, 0) || level > limit_of(s, 1)) break;
        double width = fmax(width_at(s->v[0], level), width_at(s->v[1], level));
        hys__answer one = {.pulse = {level, width}};
        hys__class_pulse back = {-level, width};
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
    hys__class_pulse back = {-a->pulse.level, a->pulse.width};
    *is_told = true;
    return say_polarity(s, n_other ? "bipolar" : "unipolar", 0.95, a, "from the same state", &back, a->after.last);
}

static hys_status find_polarity_by_undoing(hys__sample *s, const hys__answer *a) {
    int sign = a->pulse.level > 0 ? 1 : -1;
    hys__class_pulse by = a->pulse, same = a->pulse;
    double left, left_same;
    hys_status status = find_undo(s, a, -sign, &by, &left);
    if (status == HYS_OK) status = find_undo(s, a, sign, &same, &left_same);
    if (status != HYS_OK) return status;
    double change = change_of(s, a);
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
        if (!best[sign] || fabs(change_of(s, a)) > fabs(change_of(s, best[sign]))) best[sign] = a;
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
            double row[] = {a->pulse.level, a->pulse.width, read_time(j), a->after.g[j], exp(a->after.ln[j])};
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
        else if (s->n_answers && k == 0)
            status = hys__class_word(s->c, words[k], "none", 0.6, "retention",
                                     "at %s no pulse leaves a change of conductance above 2 %%",
                                     hys__sample_text(s, s->v_read, "V"));
        else
            status = hys__class_untold(s->c, words[k],
                                       "no pulse could be tried and read; other ports or a range (--range) may tell");
    }
    return status;
}

hys_status hys__sample_memory(hys__sample *s) {
    find_read(s);
    s->fresh.g = HYS_NEW_N(s->t.arena, double, N_READS);
    if (!s->fresh.g) return HYS_NOMEM;
    hys_status status = s->is_current_only ? HYS_OK : read_conductance(s, NULL, 0, s->fresh.g, &s->fresh.n);
    if (status == HYS_OK) status = try_pulses(s);
    if (status == HYS_OK && !s->is_current_only) status = try_blind(s);
    if (status == HYS_OK) status = find_volatility(s);
    find_extremes(s, !s->forgets);
    if (status == HYS_OK) status = find_polarity(s);
    if (status == HYS_OK) status = find_on_off(s);
    if (status == HYS_OK) status = find_times(s);
    if (status == HYS_OK) status = show_kinetics(s);
    if (status == HYS_OK) status = show_retention(s);
    return status == HYS_OK ? say_nothing_answers(s) : status;
}
