/* Control by voltage or current, and chance. */
#include "lab/classify_sample.h"
#include <math.h>

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
    return hys__class_untold(s->c, HYS__TRAIT_CONTROL,
                             "no NDR, and what the rate of change depends on is not seen (%s); times to switch under "
                             "constant voltages and constant currents from several states would tell",
                             why);
}

#define N_LEVELS  12
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
        if (j > FIRST + 2) r->rate[k] = FIRST_LN / t; /* earlier it is not resolved */
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

static hys_status say_rates(hys__sample *s, const two_states *q) {
    double best_v = INFINITY, best_i = INFINITY, gap = 0;
    for (int measure = 0; measure < 3; measure++) {
        double by_v, by_i;
        if (!compare(q, measure, &by_v, &by_i)) continue;
        best_v = fmin(best_v, by_v);
        best_i = fmin(best_i, by_i);
    }
    for (size_t k = 0; k < N_LEVELS; k++)
        if (q->of[0].g[k] > 0 && q->of[1].g[k] > 0) gap = fmax(gap, fabs(log(q->of[1].g[k] / q->of[0].g[k])));
    if (!isfinite(best_v) || gap < LEAST_GAP) return say_unclear(s, "no level moves two of its states at like rates");
    if (fmin(best_v, best_i) > 0.5 * gap)
        return say_unclear(s, "its states move at rates that neither voltage nor current puts in order");
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
#define WATCHED 1e-9 /* s */

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

#define DEEP   20.0 /* the range of levels */
#define BEYOND 3.0  /* times the pulse's own level */

/* One state early on the way of the strongest pulse, one late; levels below and above it. */
static hys_status compare_rates(hys__sample *s) {
    const hys__answer *best = NULL;
    two_states q = {0};
    for (size_t k = 0; k < s->n_answers; k++)
        if (!best || fabs(s->answers[k].after.last) > fabs(best->after.last)) best = &s->answers[k];
    if (!best) return say_drive(s);
    if (fabs(best->after.last) < LEAST_GAP) return say_unclear(s, "its conductance changes too little");
    const hys__ladder *l = s->v[best->pulse.level < 0];
    const hys__rung *r = resolved(l, best->after.last);
    if (!r) return say_unclear(s, "its states pass too fast, or too little");
    double early, late = NAN;
    hys_status status = fine_time(s, r, 0.1, &early);
    if (status == HYS_OK) status = fine_time(s, r, fabs(r->swing) < 1.5 ? 0.6 : 0.35, &late);
    if (status != HYS_OK || isnan(early) || isnan(late))
        return status == HYS_OK ? say_unclear(s, "the states between are passed too fast") : status;
    const hys__class_pulse before[2] = {{r->level, early}, {r->level, late}};
    double top = r->level * fmin(BEYOND, fabs(l->at[l->n - 1].level / r->level));
    for (size_t k = 0; k < N_LEVELS && status == HYS_OK; k++) {
        q.level[k] = top * pow(DEEP, (double)k / (N_LEVELS - 1) - 1);
        for (int state = 0; state < 2 && status == HYS_OK; state++)
            status = take_rate(s, before[state], q.level[k], &q.of[state], k);
    }
    return status == HYS_OK ? say_rates(s, &q) : status;
}

hys_status hys__sample_control(hys__sample *s) {
    if (s->has_s || s->has_n || s->is_current_only || s->forgets) return say_drive(s);
    return compare_rates(s);
}

/* ---- chance ---- */

#define N_REPEATS 5

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
    if (relative > 1e-5)
        return hys__class_word(s->c, HYS__TRAIT_STOCHASTICITY, "stochastic", 0.95, "steps",
                               "the currents of %d runs under %s differ by %.3g (deviation against mean) after %s",
                               N_REPEATS, hys__sample_text(s, best->level, "V"), relative, hys__sample_text(s, t, "s"));
    return hys__class_word(s->c, HYS__TRAIT_STOCHASTICITY, "none", 0.9, "steps",
                           "the currents of %d runs under %s that draw otherwise are alike to %.2g", N_REPEATS,
                           hys__sample_text(s, best->level, "V"), relative);
}
