/* Control by voltage or current, and chance. */
#include "lab/classify_sample.h"
#include <math.h>
#include <stdlib.h>

static hys_status say_drive(hys__sample *s) {
    if (s->has_s && s->has_n)
        return hys__class_word(s->c, HYS__TRAIT_CONTROL, "current", 0.5, "quasi-static",
                               "the curve is S-shaped in one range and N-shaped in another; a current makes the first "
                               "unique");
    if (s->has_s)
        return hys__class_word(s->c, HYS__TRAIT_CONTROL, "current", 0.95, "quasi-static",
                               "a voltage between hold and threshold has more than one current: only a current makes "
                               "the response unique");
    if (s->has_n)
        return hys__class_word(s->c, HYS__TRAIT_CONTROL, "voltage", 0.95, "quasi-static",
                               "a current between valley and peak has more than one voltage: only a voltage makes the "
                               "response unique");
    if (s->is_current_only)
        return hys__class_word(s->c, HYS__TRAIT_CONTROL, "current", 0.9, "",
                               "it imposes its own voltage: only currents can be imposed");
    return hys__class_word(s->c, HYS__TRAIT_CONTROL, "voltage", 0.6, "quasi-static",
                           "every voltage has one current, and every current one voltage: either makes the response "
                           "unique, the voltage is taken by convention");
}

/* ---- what the rate depends on ---- */

static hys_status say_unclear(hys__sample *s, const char *why) {
    if (!hys__class_is_blank(&s->c->findings[HYS__TRAIT_CONTROL])) return HYS_OK;
    return hys__class_untold(s->c, HYS__TRAIT_CONTROL,
                             "no NDR, and what the rate of change depends on is not seen (%s); times to switch under "
                             "constant voltages and constant currents from several states would tell",
                             why);
}

#define N_LEVELS  14
#define FIRST     HYS__LOOK_PER_DECADE /* the look at 10 ps: what the conductance is before it moves */
#define FIRST_LN  0.01                 /* ln of the conductance over which a rate is taken */
#define LEAST_GAP 0.12                 /* ln between both states */
#define TOLD      0.2                  /* of that gap by which one law must fit better than the other */

typedef struct rates { /* of one state, by level; 0 where there is none */
    double rate[N_LEVELS], g[N_LEVELS], i[N_LEVELS];
} rates;

typedef struct two_states {
    double level[N_LEVELS]; /* V */
    rates of[2];
} two_states;

static hys_status take_rate(hys__sample *s, hys__class_pulse before, double level, rates *r, size_t k) {
    hys__trace trace;
    hys__plan plan = hys__plan_new(&s->t, false);
    hys__plan_hold(&plan, before.level, before.width);
    hys__plan_hold(&plan, 0, 1e-9);
    size_t leg = hys__plan_look(&plan, level, 1e2);
    hys_status status = hys__tester_run(&s->t, &plan, &trace);
    if (status != HYS_OK) return status;
    const double *i = trace.i + trace.legs[leg].first;
    size_t n = hys__trace_n(&trace, leg);
    if (n <= FIRST || i[FIRST] * level <= 0) return HYS_OK;
    r->i[k] = fabs(i[FIRST]);
    r->g[k] = i[FIRST] / level;
    for (size_t j = FIRST + 1; j < n && r->rate[k] == 0; j++) {
        double change = fabs(log(fabs(i[j] / i[FIRST]))), last = fabs(log(fabs(i[j - 1] / i[FIRST])));
        if (!(change >= FIRST_LN)) continue;
        double part = (FIRST_LN - last) / (change - last);
        double t = hys__look_time(j - 1) + part * (hys__look_time(j) - hys__look_time(j - 1));
        if (j > FIRST + 2) r->rate[k] = FIRST_LN / (t - hys__look_time(FIRST)); /* earlier it is not resolved */
    }
    return HYS_OK;
}

/* Rates are those of ln G, of G and of R in turn: which of them a state moves evenly is not known. */
static double rate_of(const rates *r, size_t k, int measure) {
    return r->rate[k] * (measure == 0 ? 1 : measure == 1 ? r->g[k] : 1 / r->g[k]);
}

/* How far voltage and current differ (ln) where the second state has the rates of the first: mean sizes over levels. */
static bool compare(const two_states *q, int measure, double *by_v, double *by_i) {
    double sum_v = 0, sum_i = 0;
    int n = 0;
    for (size_t k = 0; k < N_LEVELS; k++) {
        double wanted = rate_of(&q->of[0], k, measure);
        for (size_t j = 1; j < N_LEVELS && wanted > 0; j++) {
            double a = rate_of(&q->of[1], j - 1, measure), b = rate_of(&q->of[1], j, measure);
            if (!(a > 0 && b > 0) || (a - wanted) * (b - wanted) > 0 || a == b) continue;
            double part = log(wanted / a) / log(b / a);
            double v = log(fabs(q->level[j - 1])) + part * log(q->level[j] / q->level[j - 1]);
            double i = log(q->of[1].i[j - 1]) + part * log(q->of[1].i[j] / q->of[1].i[j - 1]);
            sum_v += v - log(fabs(q->level[k]));
            sum_i += i - log(q->of[0].i[k]);
            n++;
            break;
        }
    }
    *by_v = fabs(sum_v / n);
    *by_i = fabs(sum_i / n);
    return n >= 2;
}

/* *why: NULL when it is said. */
static hys_status say_rates(hys__sample *s, const two_states *q, const char **why) {
    double best_v = INFINITY, best_i = INFINITY, gap = 0;
    for (int measure = 0; measure < 3; measure++) {
        double by_v, by_i;
        if (!compare(q, measure, &by_v, &by_i)) continue;
        best_v = fmin(best_v, by_v);
        best_i = fmin(best_i, by_i);
    }
    for (size_t k = 0; k < N_LEVELS; k++)
        if (q->of[0].g[k] > 0 && q->of[1].g[k] > 0) gap = fmax(gap, fabs(log(q->of[1].g[k] / q->of[0].g[k])));
    *why = NULL;
    if (!isfinite(best_v) || gap < LEAST_GAP) *why = "no level moves two of its states at like rates";
    else if (fmin(best_v, best_i) > 0.5 * gap)
        *why = "its states move at rates that neither voltage nor current puts in order";
    if (*why) return HYS_OK;
    bool is_v = best_v < best_i;
    if (fabs(best_v - best_i) < TOLD * gap) {
        return hys__class_word(s->c, HYS__TRAIT_CONTROL, "either", 0.6, "quasi-static",
                               "in two states whose conductances differ by the factor %.3g rates are equal at voltages "
                               "that differ by the factor %.3g and at currents that differ by %.3g: neither stands out",
                               exp(gap), exp(best_v), exp(best_i));
    }
    double sure = fmin(0.9, 0.5 + 0.5 * fabs(best_v - best_i) / gap);
    return hys__class_word(s->c, HYS__TRAIT_CONTROL, is_v ? "voltage" : "current", sure, "quasi-static",
                           "no NDR; in two states whose conductances differ by the factor %.3g rates are equal at "
                           "voltages that differ by the factor %.3g and at currents that differ by %.3g",
                           exp(gap), exp(best_v), exp(best_i));
}

#define N_FINE  400
#define WATCHED 1e-10 /* s */

/* Time at which this part of a rung's swing is reached, finer than between looks; NaN. */
static hys_status fine_time(hys__sample *s, const hys__rung *r, double part, double *t) {
    hys__trace trace;
    hys__plan plan = hys__plan_new(&s->t, false);
    double until = hys__rung_time(r, part);
    *t = NAN;
    if (isnan(until)) return HYS_OK;
    hys__plan_hold(&plan, r->level, 1e-3 * until);
    size_t leg = hys__plan_ramp(&plan, r->level, until, N_FINE);
    hys_status status = hys__tester_run(&s->t, &plan, &trace);
    if (status != HYS_OK) return status;
    const hys__leg *rows = &trace.legs[leg];
    for (size_t k = 0; k < hys__trace_n(&trace, leg) && isnan(*t); k++)
        if (log(fabs(trace.i[rows->first + k] / r->x[0])) / r->swing >= part) *t = trace.t[rows->first + k];
    return HYS_OK;
}

/* The highest level that changes the conductance in this direction by most of what any does, in a time in which it can
 * be watched; NULL: none. */
static const hys__rung *resolved(const hys__ladder *l, double direction) {
    const hys__rung *best = NULL;
    double most = 2 * LEAST_GAP;
    for (size_t k = 0; k < l->n; k++) most = fmax(most, 0.7 * copysign(1, direction) * l->at[k].swing);
    for (size_t k = 0; k < l->n; k++) {
        double t = hys__rung_time(&l->at[k], 0.1);
        if (copysign(1, direction) * l->at[k].swing >= most && t >= WATCHED) best = &l->at[k];
    }
    return best;
}

/* ---- the shape of the rates near the threshold ---- */

#define ALIKE     0.4  /* the better law must leave this part of what the other leaves, or less */
#define LEAST_OFF 0.02 /* ln of a rate that the worse law must leave: less is the error of a rate */
#define N_SHAPE   3    /* points */
#define SHARP     1.0  /* 1/s: a threshold is where nothing moves in 100 s, and the next level moves faster than that */

/* ln of the first state's rate where its |v| (or |i|) is exp(x), between levels; NaN: outside. */
static double rate_at(const two_states *q, bool is_current, double x) {
    const rates *r = &q->of[0];
    for (size_t k = 1; k < N_LEVELS; k++) {
        if (!(r->rate[k - 1] > 0 && r->rate[k] > 0)) continue;
        double a = log(is_current ? r->i[k - 1] : fabs(q->level[k - 1]));
        double b = log(is_current ? r->i[k] : fabs(q->level[k]));
        if (!(b > a) || x < a || x > b) continue;
        return log(r->rate[k - 1]) + (x - a) / (b - a) * log(r->rate[k] / r->rate[k - 1]);
    }
    return NAN;
}

static int compare_numbers(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median distance from the median: a level at which a rate is bounded does not count. */
static double spread(double *x, size_t n) {
    qsort(x, n, sizeof *x, compare_numbers);
    double median = 0.5 * (x[(n - 1) / 2] + x[n / 2]);
    for (size_t k = 0; k < n; k++) x[k] = fabs(x[k] - median);
    qsort(x, n, sizeof *x, compare_numbers);
    return 0.5 * (x[(n - 1) / 2] + x[n / 2]);
}

/* A rate f(state) g(u) has the same shape over u in every state, and f moves it up and down only.  How much the
 * difference of both shapes varies over v and over i, ln. */
static bool compare_shapes(const two_states *q, double *by_v, double *by_i) {
    double d_v[N_LEVELS], d_i[N_LEVELS];
    size_t n = 0;
    for (size_t k = 0; k < N_LEVELS; k++) {
        if (!(q->of[1].rate[k] > 0)) continue;
        double now = log(q->of[1].rate[k]);
        d_v[n] = now - rate_at(q, false, log(fabs(q->level[k])));
        d_i[n] = now - rate_at(q, true, log(q->of[1].i[k]));
        if (isfinite(d_v[n]) && isfinite(d_i[n])) n++;
    }
    if (n < N_SHAPE) return false;
    *by_v = spread(d_v, n);
    *by_i = spread(d_i, n);
    return true;
}

/* The first level that moves a state, where it does so at once; N_LEVELS: there is none. */
static size_t onset(const rates *r) {
    for (size_t k = 1; k < N_LEVELS; k++)
        if (r->rate[k] > 0) return r->rate[k - 1] == 0 && r->rate[k] > SHARP ? k : N_LEVELS;
    return N_LEVELS;
}

/* How far the thresholds of both states are apart, ln, against the distance of levels. */
static bool compare_onsets(const two_states *q, double *by_v, double *by_i) {
    size_t a = onset(&q->of[0]), b = onset(&q->of[1]);
    if (a == N_LEVELS || b == N_LEVELS) return false;
    *by_v = fabs(log(q->level[b] / q->level[a]));
    *by_i = fabs(log(q->of[1].i[b] / q->of[0].i[a]));
    return fabs(*by_v - *by_i) > 2 * log(q->level[a] / q->level[a - 1]);
}

static hys_status say_shapes(hys__sample *s, const two_states *q) {
    double by_v, by_i;
    bool is_shape = compare_shapes(q, &by_v, &by_i);
    if (is_shape && (fmax(by_v, by_i) < LEAST_OFF || fmin(by_v, by_i) > ALIKE * fmax(by_v, by_i))) return HYS_OK;
    if (!is_shape && !compare_onsets(q, &by_v, &by_i)) return HYS_OK;
    bool is_v = by_v < by_i;
    return hys__class_word(
        s->c, HYS__TRAIT_CONTROL, is_v ? "voltage" : "current", 0.6 + 0.3 * (1 - fmin(by_v, by_i) / fmax(by_v, by_i)),
        "quasi-static",
        is_shape ? "no NDR; over the voltage the logarithms of the rates of two states differ by a constant but for "
                   "%.3g, over the current but for %.3g, near the least level that moves it"
                 : "no NDR; the voltages from which on two states move differ by %.3g, the currents by %.3g (ln)",
        by_v, by_i);
}

/* ---- all ---- */

#define DEEP   20.0 /* the range of levels */
#define NEAR   0.25 /* ln of the conductance between the states whose shapes are compared */
#define FOOT   8.0  /* the same near the least that moves anything */
#define BEYOND 3.0  /* times the pulse's own level */

static double foot_of(const hys__ladder *l) {
    double v = fabs(l->at[0].level);
    for (size_t k = 0; k < l->n && fabs(l->at[k].swing) < HYS__CHANGE; k++) v = fabs(l->at[k].level);
    return v;
}

/* One state early on the way of the pulse, one late; levels from lo to hi.  *why: NULL when there are both. */
static hys_status take_rates(hys__sample *s, const hys__answer *a, bool at_foot, two_states *q, const char **why) {
    const hys__ladder *l = s->v[a->pulse.level < 0];
    const hys__rung *r = resolved(l, a->after.last);
    *q = (two_states){0};
    *why = r ? NULL : "its states pass too fast, or too little";
    if (!r) return HYS_OK;
    double early, late = NAN, sign = r->level > 0 ? 1 : -1, top = fabs(l->at[l->n - 1].level), foot = foot_of(l);
    double near = 0.1 + fmax(0.05, fmin(0.2, NEAR / fabs(r->swing)));
    double late_part = at_foot ? near : fabs(r->swing) < 1.5 ? 0.6 : 0.35;
    hys_status status = fine_time(s, r, 0.1, &early);
    if (status == HYS_OK) status = fine_time(s, r, late_part, &late);
    if (status != HYS_OK) return status;
    if (isnan(early) || isnan(late)) *why = "the states between are passed too fast";
    const hys__class_pulse before[2] = {{.level = r->level, .width = early}, {.level = r->level, .width = late}};
    double hi = fmin(at_foot ? FOOT * foot : BEYOND * fabs(r->level), top), lo = at_foot ? foot : hi / DEEP;
    for (size_t k = 0; k < N_LEVELS && status == HYS_OK && !*why; k++) {
        q->level[k] = sign * lo * pow(hi / lo, (double)k / (N_LEVELS - 1));
        for (int state = 0; state < 2 && status == HYS_OK; state++)
            status = take_rate(s, before[state], q->level[k], &q->of[state], k);
    }
    return status;
}

/* The strongest pulse, then the shape of the rates of either direction. */
static hys_status compare_rates(hys__sample *s) {
    const size_t both[2] = {s->set, s->reset};
    const hys__answer *best = NULL;
    const char *why, *first;
    two_states q;
    for (size_t k = 0; k < s->n_answers; k++)
        if (!best || fabs(s->answers[k].after.last) > fabs(best->after.last)) best = &s->answers[k];
    if (!best) return say_drive(s);
    if (fabs(best->after.last) < LEAST_GAP) return say_unclear(s, "its conductance changes too little");
    hys_status status = take_rates(s, best, false, &q, &first);
    if (status == HYS_OK && !first) status = say_rates(s, &q, &first);
    for (int k = 0; k < 2 && status == HYS_OK && first; k++) {
        if (both[k] == SIZE_MAX) continue;
        status = take_rates(s, &s->answers[both[k]], true, &q, &why);
        if (status == HYS_OK && !why && hys__class_is_blank(&s->c->findings[HYS__TRAIT_CONTROL]))
            status = say_shapes(s, &q);
    }
    return status == HYS_OK && first ? say_unclear(s, first) : status;
}

hys_status hys__sample_control(hys__sample *s) {
    if (s->has_s || s->has_n || s->is_current_only || s->goes_back) return say_drive(s);
    return compare_rates(s);
}

/* ---- chance ---- */

#define N_REPEATS 5
#define CHANCE    1e-5 /* of the current: less is rounding */

/* The response to the level with the largest swing, by instances that draw otherwise. */
static hys_status repeat(hys__sample *s, const hys__rung *r, double *relative, double *t) {
    static const char *const names[N_REPEATS] = {"x1", "x2", "x3", "x4", "x5"};
    const double *x[N_REPEATS];
    size_t n = r->n;
    for (int k = 0; k < N_REPEATS; k++) {
        hys__trace trace;
        hys__plan plan = hys__plan_new(&s->t, false);
        plan.instance = names[k];
        size_t leg = hys__plan_look(&plan, r->level, HYS__LOOK_LAST);
        hys_status status = hys__tester_run(&s->t, &plan, &trace);
        if (status != HYS_OK) return status;
        if (hys__trace_n(&trace, leg) < n) n = hys__trace_n(&trace, leg);
        x[k] = trace.i + trace.legs[leg].first;
    }
    *relative = 0;
    *t = NAN;
    for (size_t j = 0; j < n; j++) {
        double sum = 0, squares = 0;
        for (int k = 0; k < N_REPEATS; k++) sum += x[k][j], squares += x[k][j] * x[k][j];
        double mean = sum / N_REPEATS, variance = (squares - sum * mean) / (N_REPEATS - 1);
        double now = mean != 0 ? sqrt(fmax(variance, 0)) / fabs(mean) : 0;
        if (now > *relative) *relative = now, *t = hys__look_time(j);
    }
    return HYS_OK;
}

hys_status hys__sample_chance(hys__sample *s) {
    const hys__rung *best = NULL;
    double relative = 0, t = NAN;
    for (int sign = 0; sign < 2; sign++)
        for (size_t k = 0; k < s->v[sign]->n; k++)
            if (!best || fabs(s->v[sign]->at[k].swing) > fabs(best->swing)) best = &s->v[sign]->at[k];
    if (!best) return hys__class_untold(s->c, HYS__TRAIT_STOCHASTICITY, "no voltage could be imposed twice to compare");
    hys_status status = repeat(s, best, &relative, &t);
    if (status != HYS_OK) return status;
    s->is_stochastic = relative > CHANCE;
    if (s->is_stochastic)
        return hys__class_word(s->c, HYS__TRAIT_STOCHASTICITY, "stochastic", 0.95, "steps",
                               "the currents of %d runs under %s differ by %.3g (deviation against mean) after %s",
                               N_REPEATS, hys__sample_text(s, best->level, "V"), relative, hys__sample_text(s, t, "s"));
    return hys__class_word(s->c, HYS__TRAIT_STOCHASTICITY, "none", 0.9, "steps",
                           "the currents of %d runs under %s that draw otherwise are alike to %.2g", N_REPEATS,
                           hys__sample_text(s, best->level, "V"), relative);
}
