/* Loops: direction, pinch, crossing, thresholds, hold. */
#include "lab/classify_sample.h"
#include "lab/features.h"
#include <math.h>
#include <string.h>

#define N_RAMP     200
#define CYCLES     3
#define AREA_LEAST 1e-4 /* of the box around the loop: thinner it has no direction */
#define PINCH_MOST 0.01 /* of the largest current */
#define SWEEP      1.0  /* s: a cycle of the quasi-static loop, for devices that are faster */
#define STEEP      0.2  /* ln of the conductance within 5 % of the range: what counts as switching */

typedef struct loop {
    hys__curve curve; /* the last cycle */
    double period;    /* s */
    bool is_good;
} loop;

#define BEYOND 1.5 /* times the least level with most of the swing: there the change is not the slowest possible */

/* A level of that sign that makes most of its swing; 0: it does little against the other sign. */
static double reach(const hys__ladder *l, double swing, double *t) {
    double level = 0;
    *t = NAN;
    for (size_t k = 0; k < l->n && fabs(l->swing) > fmax(HYS__CHANGE, 0.05 * swing); k++) {
        const hys__rung *r = &l->at[k];
        if (fabs(r->swing) < 0.7 * fabs(l->swing)) continue;
        if (level == 0) level = fabs(r->level);
        else if (fabs(r->level) > BEYOND * level) break;
        *t = hys__rung_time(r, 0.9);
        if (k + 1 == l->n || fabs(l->at[k + 1].level) > BEYOND * level) return fabs(r->level);
    }
    return level;
}

/* Both lobes are as large as what answers; a side on which little happens is as large as the other. */
static double choose_range(hys__sample *s) {
    double t[2], slowest = 0, swing = fmax(fabs(s->v[0]->swing), fabs(s->v[1]->swing));
    for (int sign = 0; sign < 2; sign++) {
        s->loop_v[sign] = reach(s->v[sign], swing, &t[sign]);
        slowest = fmax(slowest, t[sign]); /* fmax passes over NaN */
    }
    for (int sign = 0; sign < 2; sign++) {
        const hys__ladder *l = s->v[sign];
        double most = l->n ? fabs(l->at[l->n - 1].level) : 0;
        if (s->loop_v[sign] == 0) s->loop_v[sign] = fmin(most, s->loop_v[!sign] > 0 ? s->loop_v[!sign] : 1);
    }
    return slowest;
}

static hys_status run_loop(hys__sample *s, double period, loop *x) {
    hys__trace trace;
    hys__plan plan = hys__plan_new(&s->t, false);
    double all = 2 * (s->loop_v[0] + s->loop_v[1]);
    const double corners[4] = {s->loop_v[0], 0, -s->loop_v[1], 0};
    size_t leg = 0, first = 0;
    *x = (loop){.period = period};
    if (!(all > 0)) return HYS_OK;
    for (int cycle = 0; cycle < CYCLES; cycle++)
        for (int k = 0; k < 4; k++) {
            double length = fabs(corners[k] - plan.level) / all * period;
            if (!(length > 0)) continue;
            leg = hys__plan_ramp(&plan, corners[k], length, N_RAMP);
            if (k == 0 && cycle == CYCLES - 1) first = leg;
        }
    hys_status status = hys__tester_run(&s->t, &plan, &trace);
    if (status != HYS_OK || !trace.is_whole) return status;
    size_t from = trace.legs[first].first - 1;
    x->is_good = true;
    x->curve = (hys__curve){.v = trace.v + from, .i = trace.i + from, .n = trace.n - from};
    x->curve.source = x->curve.v;
    for (size_t k = 0; k < x->curve.n; k++) {
        x->curve.v_max = fmax(x->curve.v_max, fabs(x->curve.v[k]));
        x->curve.i_max = fmax(x->curve.i_max, fabs(x->curve.i[k]));
    }
    return HYS_OK;
}

/* ---- direction ---- */

static const char *direction(const hys__curve *c, int side, double *area) {
    double box = c->v_max * c->i_max;
    *area = hys__curve_area(c, side) / box;
    return !(fabs(*area) > AREA_LEAST) ? "none" : *area > 0 ? "counter-clockwise" : "clockwise";
}

static hys_status say_directions(hys__sample *s, const loop *x) {
    static const int traits[2] = {HYS__TRAIT_LOOP_POS, HYS__TRAIT_LOOP_NEG};
    double area[2];
    hys_status status = HYS_OK;
    for (int k = 0; k < 2 && status == HYS_OK; k++) {
        const char *word = direction(&x->curve, k ? -1 : 1, &area[k]);
        status =
            hys__class_word(s->c, traits[k], word, fabs(area[k]) > 1e-2 || fabs(area[k]) < 1e-6 ? 0.95 : 0.8, "loop",
                            "a triangle from -%s to %s with a period of %s: the lobe's signed area is "
                            "%.3g of the box around the loop",
                            hys__sample_text(s, s->loop_v[1], "V"), hys__sample_text(s, s->loop_v[0], "V"),
                            hys__sample_text(s, x->period, "s"), area[k]);
    }
    if (status != HYS_OK) return status;
    double pinch = hys__curve_pinch(&x->curve);
    status = hys__class_word(s->c, HYS__TRAIT_PINCHED, pinch < PINCH_MOST ? "pinched" : "not pinched",
                             pinch < 0.5 * PINCH_MOST || pinch > 2 * PINCH_MOST ? 0.95 : 0.7, "loop",
                             "where v = 0 the current is at most %.3g of the loop's largest", pinch);
    if (status != HYS_OK) return status;
    bool has_two = fabs(area[0]) > AREA_LEAST && fabs(area[1]) > AREA_LEAST;
    const char *word = !has_two || pinch >= PINCH_MOST ? "none" : area[0] * area[1] < 0 ? "crossing" : "tangential";
    return hys__class_word(s->c, HYS__TRAIT_CROSSING, word, 0.9, "loop",
                           has_two ? "the lobes' areas %.3g and %.3g of the box have %s signs"
                                   : "of the lobes' areas %.3g and %.3g of the box at least one is none%s",
                           area[0], area[1],
                           !has_two                ? ""
                           : area[0] * area[1] < 0 ? "opposite"
                                                   : "like");
}

/* ---- thresholds ---- */

/* ln of the current against that which flows at once at this voltage: what is left of the curve without its shape. */
static double moved(const hys__sample *s, double v, double i) {
    const hys__ladder *l = s->v[v < 0];
    for (size_t k = 1; k < l->n; k++) {
        const hys__rung *a = &l->at[k - 1], *b = &l->at[k];
        if (fabs(b->level) < fabs(v) || a->n <= HYS__LOOK_PER_DECADE || b->n <= HYS__LOOK_PER_DECADE) continue;
        double part = log(v / a->level) / log(b->level / a->level);
        double i_a = fabs(a->x[HYS__LOOK_PER_DECADE]), i_b = fabs(b->x[HYS__LOOK_PER_DECADE]);
        return log(fabs(i) / (i_a * pow(i_b / i_a, part)));
    }
    return NAN;
}

/* Where that moves furthest within 5 % of the range, on the way out or back, at v of that sign. */
static double steepest(const hys__sample *s, const hys__curve *c, int sign, bool is_out, int way, double *step) {
    size_t w = c->n / 80 + 1;
    double where = NAN;
    *step = STEEP;
    for (size_t k = 0; k + w < c->n; k++) {
        double v1 = c->v[k] * sign, v2 = c->v[k + w] * sign;
        if (v1 < 0.02 * c->v_max || v2 < 0.02 * c->v_max || (v2 > v1) != is_out) continue;
        double now = way * (moved(s, c->v[k + w], c->i[k + w]) - moved(s, c->v[k], c->i[k]));
        if (isfinite(now) && now > *step) *step = now, where = 0.5 * sign * (v1 + v2);
    }
    return where;
}

static hys_status say_threshold(hys__sample *s, const loop *x, int side) {
    int sign = side ? -1 : 1, trait = side ? HYS__TRAIT_THRESHOLD_NEG : HYS__TRAIT_THRESHOLD_POS;
    double rise, fall, v_rise = steepest(s, &x->curve, sign, true, 1, &rise);
    double v_fall = steepest(s, &x->curve, sign, true, -1, &fall);
    bool is_rise = !isnan(v_rise) && !(fall > rise && !isnan(v_fall));
    double v = is_rise ? v_rise : v_fall;
    if (isnan(v))
        return hys__class_untold(s->c, trait,
                                 "in a cycle of %s no conductance changes by 20 %% within 5 %% of the "
                                 "range: the change is gradual, or there is none",
                                 hys__sample_text(s, x->period, "s"));
    return hys__class_number(s->c, trait, v, 0.85, "sweep",
                             "in a triangle of %s the conductance %s fastest there, by the factor %.3g within 5 %% of "
                             "the range",
                             hys__sample_text(s, x->period, "s"), is_rise ? "rises" : "falls",
                             exp(is_rise ? rise : fall));
}

static hys_status say_hold(hys__sample *s, const loop *x) {
    double step = 0, v = NAN;
    if (!s->forgets)
        return hys__class_untold(s->c, HYS__TRAIT_HOLD, "it does not go back by itself: there is no hold voltage");
    for (int side = 0; side < 2 && isnan(v); side++) v = steepest(s, &x->curve, side ? -1 : 1, false, -1, &step);
    if (isnan(v))
        return hys__class_untold(s->c, HYS__TRAIT_HOLD,
                                 "on the way back of a cycle of %s the conductance falls "
                                 "gradually",
                                 hys__sample_text(s, x->period, "s"));
    return hys__class_number(s->c, HYS__TRAIT_HOLD, v, 0.85, "sweep",
                             "on the way back of a triangle of %s the conductance falls fastest there, by the factor "
                             "%.3g within 5 %% of the range",
                             hys__sample_text(s, x->period, "s"), exp(step));
}

static hys_status say_thresholds(hys__sample *s, const loop *x) {
    hys_status status = HYS_OK;
    for (int side = 0; side < 2 && status == HYS_OK; side++) status = say_threshold(s, x, side);
    return status == HYS_OK ? say_hold(s, x) : status;
}

/* ---- the loop and the admittance ---- */

#define SMALL 0.3 /* of the current: further apart, the branches are not one state that lags */

/* Slow enough, a loop lies above on the way up where the device is capacitive, below where it is inductive. */
static hys_status compare(hys__sample *s, const loop *x) {
    const hys_protocol_table *reactance = NULL;
    for (size_t k = 0; k < s->c->tables.n; k++)
        if (!strcmp(s->c->tables.at[k].name, "reactance")) reactance = &s->c->tables.at[k];
    size_t n = reactance ? hys_table_n_rows(reactance->table) : 0, n_same = 0, n_other = 0;
    const double *v = n ? hys_table_column(reactance->table, "v") : NULL;
    const double *im = n ? hys_table_column(reactance->table, "Y.im") : NULL;
    double where = NAN;
    for (size_t k = 0; k < n; k++) {
        double up = NAN, down = NAN;
        int sign = v[k] > 0 ? 1 : -1;
        for (size_t j = 0; j + 1 < x->curve.n; j++) {
            double a = x->curve.v[j], b = x->curve.v[j + 1];
            if ((a - v[k]) * (b - v[k]) > 0 || a == b) continue;
            double i = x->curve.i[j] + (x->curve.i[j + 1] - x->curve.i[j]) * (v[k] - a) / (b - a);
            if (b > a) up = i;
            else down = i;
        }
        double gap = up - down;
        if (fabs(gap) > SMALL * fmax(fabs(up), fabs(down))) continue;
        if (!(fabs(gap) > 1e-3 * x->curve.i_max) || fabs(v[k]) > 0.9 * s->loop_v[sign < 0]) continue;
        if (gap * im[k] > 0) n_same++;
        else n_other++, where = v[k];
    }
    if (n_other > n_same)
        return hys__class_contradicts(s->c,
                                      "loop-positive, loop-negative and reactance: at %zu of %zu levels (such as "
                                      "%.3g V) the loop of %.3g s runs the other way than the sign of Im Y asks",
                                      n_other, n_other + n_same, where, x->period);
    return HYS_OK;
}

static hys_status show(hys__sample *s, const char *name, const loop *x) {
    static const char *const columns[] = {"v", "V", "i", "A", NULL};
    hys_table *table;
    hys_status status = hys__class_table(s->c, name, "iv", columns, &table);
    for (size_t k = 0; k < x->curve.n && status == HYS_OK; k++) {
        double row[] = {x->curve.v[k], x->curve.i[k]};
        status = hys_table_add_row(table, row);
    }
    return status;
}

static hys_status say_none(hys__sample *s, const int *traits, size_t n, double period) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = s->is_current_only
                     ? hys__class_untold(s->c, traits[k],
                                         "it imposes its own voltage: no voltage can be swept; a loop of currents "
                                         "would tell")
                     : hys__class_untold(s->c, traits[k],
                                         "no triangle from -%s to %s with a period of %s could be run to its end: it "
                                         "has no solution on the way, or takes more steps than are allowed; a smaller "
                                         "--range or a loop of currents would tell",
                                         hys__sample_text(s, s->loop_v[1], "V"), hys__sample_text(s, s->loop_v[0], "V"),
                                         hys__sample_text(s, period, "s"));
    return status;
}

hys_status hys__sample_loop(hys__sample *s) {
    static const int of_loop[] = {HYS__TRAIT_LOOP_POS, HYS__TRAIT_LOOP_NEG, HYS__TRAIT_PINCHED, HYS__TRAIT_CROSSING};
    static const int of_sweep[] = {HYS__TRAIT_THRESHOLD_POS, HYS__TRAIT_THRESHOLD_NEG, HYS__TRAIT_HOLD};
    loop matched, sweep;
    double slowest = choose_range(s), period = slowest > 0 ? 8 * slowest : SWEEP;
    hys_status status = run_loop(s, period, &matched);
    if (status == HYS_OK) status = matched.is_good ? say_directions(s, &matched) : say_none(s, of_loop, 4, period);
    if (status == HYS_OK) status = show(s, "loop", &matched);
    if (status == HYS_OK) status = run_loop(s, fmax(SWEEP, period), &sweep);
    if (status == HYS_OK)
        status = sweep.is_good ? say_thresholds(s, &sweep) : say_none(s, of_sweep, 3, fmax(SWEEP, period));
    if (status == HYS_OK) status = show(s, "sweep", &sweep);
    if (s->tau > slowest) slowest = s->tau;
    if (status != HYS_OK || !s->goes_back || !(slowest > 0)) return status;
    status = run_loop(s, 300 * slowest, &sweep);
    return status == HYS_OK && sweep.is_good ? compare(s, &sweep) : status;
}
