/* The number of states that a response needs: modes of the linearised device that are seen at its terminals, at many
 * levels and moments; and whether two ways to one conductance go on alike. */
#include "lab/classify_sample.h"
#include <math.h>

#define SEEN        0.01 /* part of the admittance from which on a mode counts */
#define FASTEST     1e13 /* 1/s: faster modes follow at once */
#define PICKS       12   /* rungs of a ladder that are looked into while they change */
#define OVERSHOOT   0.05 /* of the range of a path: it turns */
#define PARTS_LEAST 0.1  /* ln: changes below this are not taken apart */
#define UNLIKE      1.6  /* ratio of the times of two paths over the same currents */

typedef struct counting {
    hys__sample *s;
    hys_table *table;
    size_t most;       /* states seen at once */
    double v, t;       /* where */
    double least;      /* the smallest part among them */
    double next;       /* the largest part that does not count, there */
    size_t n_points;   /* looked into */
    double tau, tau_v; /* s: slowest relaxation at the level nearest to 0 */
} counting;

static hys_status count_modes(counting *q, const hys__linear *l, bool is_settled) {
    hys__mode modes[HYS__MODES_MAX];
    size_t n, states = 0;
    double least = INFINITY, next = 0, slowest = INFINITY;
    hys__linear driven = *l;
    hys_status status = q->s->is_current_only ? hys__linear_under_current(&q->s->t, l, &driven) : HYS_OK;
    if (status == HYS_OK) status = driven.n > 1 ? hys__linear_modes(&q->s->t, &driven, modes, &n) : HYS_DONE;
    if (status != HYS_OK) return status == HYS_DONE ? HYS_OK : status;
    q->n_points++;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        double size = hypot(modes[k].re, modes[k].im);
        if (size > FASTEST || !(modes[k].part > 1e-6)) continue;
        bool counts = modes[k].part > SEEN;
        if (counts) states += modes[k].im != 0 ? 2 : 1, least = fmin(least, modes[k].part);
        else next = fmax(next, modes[k].part);
        if (counts && modes[k].re < 0) slowest = fmin(slowest, -modes[k].re);
        double row[] = {l->v, l->i, l->t, modes[k].re, fabs(modes[k].im), modes[k].part};
        status = hys_table_add_row(q->table, row);
    }
    if (states > q->most) q->most = states, q->v = l->v, q->t = l->t, q->least = least, q->next = next;
    bool is_nearer = isnan(q->tau_v) || fabs(l->v) < fabs(q->tau_v);
    if (is_settled && isfinite(slowest) && slowest * l->t > 1 && is_nearer) q->tau = 1 / slowest, q->tau_v = l->v;
    return status;
}

static hys_status count_midway(counting *q, const hys__rung *r, bool is_current) {
    hys__trace trace;
    hys__plan plan = hys__plan_new(&q->s->t, is_current);
    double t = hys__rung_time(r, 0.5);
    if (isnan(t)) t = hys__look_time(HYS__LOOK_PER_DECADE);
    plan.wants_linear = true;
    hys__plan_hold(&plan, r->level, t);
    hys_status status = hys__tester_run(&q->s->t, &plan, &trace);
    return status == HYS_OK ? count_modes(q, &trace.linear, false) : status;
}

static hys_status count_ladder(counting *q, const hys__ladder *l, bool is_current) {
    hys_status status = HYS_OK;
    size_t stride = l->n / PICKS + 1;
    for (size_t k = 0; k < l->n && status == HYS_OK; k += stride) {
        const hys__rung *r = &l->at[k];
        status = count_modes(q, &r->linear, true);
        if (status == HYS_OK && fabs(r->swing) > HYS__CHANGE) status = count_midway(q, r, is_current);
    }
    return status;
}

/* ---- paths ---- */

#define N_PATH 400 /* rows of a path, even in time */

/* Row, with its fraction, at which a path passes x first; NaN: it does not. */
static double passes(const double *path, size_t n, double x) {
    for (size_t k = 1; k < n; k++) {
        if ((path[k - 1] - x) * (path[k] - x) > 0 || path[k] == path[k - 1]) continue;
        return (double)(k - 1) + (x - path[k - 1]) / (path[k] - path[k - 1]);
    }
    return NAN;
}

/* How far a path goes back behind its turning point, against its range. */
static double turns(const double *path, size_t n) {
    double lo = INFINITY, hi = -INFINITY, worst = 0;
    size_t at_lo = 0, at_hi = 0;
    for (size_t k = 0; k < n; k++) {
        if (path[k] < lo) lo = path[k], at_lo = k;
        if (path[k] > hi) hi = path[k], at_hi = k;
    }
    if (!(hi - lo > HYS__CHANGE * fmax(fabs(hi), fabs(lo)))) return 0;
    const size_t ends[2] = {at_lo, at_hi};
    for (int e = 0; e < 2; e++) {
        double from = path[ends[e]];
        worst = fmax(worst, fmin(fabs(path[n - 1] - from), fabs(path[0] - from)) / (hi - lo));
    }
    return worst;
}

/* The path at this level behind a pulse, or of the fresh device. */
static hys_status take_path(hys__sample *s, const hys__class_pulse *pulse, double level, double length,
                            const double **path, size_t *n) {
    hys__trace trace;
    hys__plan plan = hys__plan_new(&s->t, false);
    if (pulse) hys__plan_hold(&plan, pulse->level, pulse->width);
    hys__plan_hold(&plan, level, 1e-3 * length);
    size_t leg = hys__plan_ramp(&plan, level, length, N_PATH);
    hys_status status = hys__tester_run(&s->t, &plan, &trace);
    if (status != HYS_OK) return status;
    *n = hys__trace_n(&trace, leg);
    *path = trace.i + trace.legs[leg].first;
    return HYS_OK;
}

/* Times over the middle of what both paths pass; their ratio, at least 1; NaN: they share too little. */
static double unlikeness(const double *a, size_t n_a, const double *b, size_t n_b) {
    if (n_a < N_PATH || n_b < N_PATH) return NAN;
    double from = b[0], to = b[n_b - 1], range = 0;
    for (size_t k = 0; k < n_a; k++) range = fmax(range, fabs(a[k] - a[0]));
    if (!(fabs(to - from) > 0.2 * range) || range <= HYS__CHANGE * fabs(a[0])) return NAN;
    double first = from + 0.3 * (to - from), second = from + 0.7 * (to - from);
    double t_a = passes(a, n_a, second) - passes(a, n_a, first), t_b = passes(b, n_b, second) - passes(b, n_b, first);
    if (!(t_a > 2 && t_b > 2)) return NAN;
    return fmax(t_a / t_b, t_b / t_a);
}

typedef struct paths {
    size_t order; /* 0: nothing is seen, 1, 2: at least */
    double turn, unlike;
    double level;
    size_t n; /* pairs that could be compared */
} paths;

static hys_status compare_paths(hys__sample *s, const hys__ladder *l, paths *p) {
    static const double parts[] = {0.1, 0.3, 1, 3};
    const hys__rung *top = NULL, *middle = NULL;
    for (size_t k = 0; k < l->n; k++) {
        if (fabs(l->at[k].swing) < 0.5 * fabs(l->swing) || fabs(l->swing) < HYS__CHANGE) continue;
        if (!middle) middle = &l->at[k];
        top = &l->at[k];
        if (fabs(top->level) > 1.8 * fabs(middle->level)) break;
    }
    if (!top) return HYS_OK;
    double turn = turns(middle->x, middle->n);
    if (turn > p->turn) p->turn = turn, p->level = middle->level;
    if (p->order == 0) p->order = 1;
    const double *straight, *path;
    size_t n_straight, n;
    double t = hys__rung_time(top, 0.5), length = 1.3 * hys__rung_time(middle, 0.9);
    if (isnan(t) || isnan(length)) return HYS_OK;
    hys_status status = take_path(s, NULL, middle->level, length, &straight, &n_straight);
    for (size_t k = 0; k < sizeof parts / sizeof *parts && status == HYS_OK; k++) {
        hys__class_pulse pulse = {.level = top->level, .width = parts[k] * t};
        status = take_path(s, &pulse, middle->level, length, &path, &n);
        if (status != HYS_OK) return status;
        double ratio = unlikeness(straight, n_straight, path, n);
        if (isnan(ratio)) continue;
        p->n++;
        if (ratio > p->unlike) p->unlike = ratio, p->level = middle->level;
    }
    return status;
}

/* ---- one pulse, or its time in parts ---- */

#define N_PARTS  64
#define GOES     0.04 /* part of the whole change by which a pulse in parts must differ */
#define N_WIDTHS 14   /* tried until a pulse makes between a quarter and three quarters of the change */
#define PATIENCE 6    /* many edges take many steps */
#define N_TRAINS 4    /* pulses that are taken apart */

typedef struct trains {
    size_t n;                          /* pulses that were taken apart */
    double whole, parts, level, width; /* ln of the change left by one pulse, and by N_PARTS of the same time */
    bool differ;
} trains;

/* The width at which a pulse leaves about half of the change that its own width leaves; NaN: it comes at once. */
static hys_status half_width(hys__sample *s, const hys__answer *a, double *width, double *ln) {
    double lo = 10 * HYS__LOOK_FIRST, hi = a->pulse.width;
    *width = NAN;
    for (int k = 0; k < N_WIDTHS && hi > 1.05 * lo; k++) {
        hys__after_pulses after;
        hys__class_pulse pulse = {.level = a->pulse.level, .width = sqrt(lo * hi)};
        hys_status status = hys__sample_pulses(s, &pulse, 1, &after);
        if (status != HYS_OK) return status;
        double part = after.last / a->after.last;
        *width = pulse.width;
        *ln = after.last;
        if (part > 0.25 && part < 0.75) return HYS_OK;
        if (part < 0.5) lo = pulse.width;
        else hi = pulse.width;
    }
    *width = NAN;
    return HYS_OK;
}

/* A device that keeps its state goes on where it has stopped, unless a second state has gone back meanwhile: heat. */
static hys_status compare_trains(hys__sample *s, trains *q) {
    hys__class_pulse pulses[2 * N_PARTS];
    double most = 0;
    if (s->forgets || s->is_stochastic || s->is_brief) return HYS_OK;
    for (size_t k = 0; k < s->n_answers; k++) most = fmax(most, fabs(s->answers[k].after.last));
    for (size_t k = 0; k < s->n_answers && q->n < N_TRAINS && most > PARTS_LEAST; k++) {
        const hys__answer *a = &s->answers[k];
        hys__after_pulses after;
        double width, whole = 0;
        if (fabs(a->after.last) < 0.5 * most) continue;
        hys_status status = half_width(s, a, &width, &whole);
        if (status != HYS_OK) return status;
        if (isnan(width)) continue;
        for (size_t j = 0; j < N_PARTS; j++) {
            pulses[2 * j] = (hys__class_pulse){.level = a->pulse.level, .width = width / N_PARTS};
            pulses[2 * j + 1] = (hys__class_pulse){.width = width};
        }
        s->t.patience = PATIENCE;
        status = hys__sample_pulses(s, pulses, 2 * N_PARTS, &after);
        s->t.patience = 0;
        if (status != HYS_OK) return status;
        if (after.n == 0) continue;
        q->n++;
        double differ = fabs(after.last - whole), before = fabs(q->parts - q->whole);
        if (q->n > 1 && differ < before) continue;
        q->whole = whole;
        q->parts = after.last;
        q->level = a->pulse.level;
        q->width = width;
        q->differ = differ > GOES * fabs(a->after.last);
    }
    return HYS_OK;
}

/* ---- the answer ---- */

static const char *word_of(size_t order) {
    static const char *const words[] = {"0", "1", "2", "3 or more"};
    return words[order < 3 ? order : 3];
}

static const char *say_modes(hys__sample *s, const counting *q, char text[200]) {
    const char *what = s->is_current_only ? "impedance" : "admittance";
    if (q->most)
        snprintf(text, 200,
                 "at %.3g V, %.3g s after the step, %zu mode%s carr%s %.2g of the %s or "
                 "more (the next: %.2g)",
                 q->v, q->t, q->most, q->most > 1 ? "s" : "", q->most > 1 ? "y" : "ies", q->least, what, q->next);
    else snprintf(text, 200, "no mode carries 1 %% of the %s at %zu points", what, q->n_points);
    return text;
}

static const char *say_paths(const hys__sample *s, const paths *p, const trains *x, char text[240]) {
    if (x->differ)
        snprintf(text, 240,
                 "%.3g V for %.3g s changes the conductance by the factor %.4g, in %d parts with rests between by "
                 "%.4g: something else has gone back in the rests",
                 x->level, x->width, exp(x->whole), N_PARTS, exp(x->parts));
    else if (p->order == 0 && x->n)
        snprintf(text, 240,
                 "%.3g V for %.3g s, and in %d parts with rests between, change it by the factors %.4g, %.4g", x->level,
                 x->width, N_PARTS, exp(x->whole), exp(x->parts));
    else if (p->order == 0 || s->is_capacitor) snprintf(text, 240, "nothing else is seen to change in time");
    else if (p->turn > OVERSHOOT)
        snprintf(text, 240, "held at %.3g V the current turns by %.2g of its range", p->level, p->turn);
    else if (p->n == 0) snprintf(text, 240, "no two ways to one current could be compared");
    else
        snprintf(text, 240, "of %zu ways to one current at %.3g V the least alike goes on %.3g times as fast", p->n,
                 p->level, p->unlike);
    return text;
}

static hys_status say_all(hys__sample *s, const counting *q, const paths *p, const trains *x) {
    /* What pulses leave is a state, seen in the modes or not. */
    bool keeps = !s->forgets && (s->set != SIZE_MAX || s->reset != SIZE_MAX);
    size_t by_paths = s->is_capacitor ? 0 : p->turn > OVERSHOOT || p->unlike > UNLIKE ? 2 : p->order;
    size_t by_trains = x->differ ? 2 : x->n || keeps ? 1 : 0;
    size_t others = by_paths > by_trains ? by_paths : by_trains, order = q->most > others ? q->most : others;
    double sure = q->most == order ? (q->next < 0.3 * q->least ? 0.9 : 0.7) : 0.6;
    char modes[200], path[240];
    if (q->n_points == 0 && others == 0)
        return hys__class_untold(s->c, HYS__TRAIT_ORDER, "nothing that was imposed gave a response to look into");
    if (s->is_stochastic && q->most == 0)
        return hys__class_untold(s->c, HYS__TRAIT_ORDER,
                                 "its runs differ by chance, and in one run what a draw does is not told from what a "
                                 "state does; means of many runs would tell");
    if (s->is_capacitor && q->most == 0)
        return hys__class_untold(s->c, HYS__TRAIT_ORDER,
                                 "its current flows only while its charge moves, and no mode of it carries 1 %% of the "
                                 "admittance; charges by time and voltage of pulses would tell");
    return hys__class_word(s->c, HYS__TRAIT_ORDER, word_of(order), sure, "modes", "%s; %s", say_modes(s, q, modes),
                           say_paths(s, p, x, path));
}

static hys_status say_with_capacitor(hys__sample *s) {
    const hys_finding *f = &s->c->findings[HYS__TRAIT_ORDER];
    if (!f->is_told) return hys__class_untold(s->c, HYS__TRAIT_ORDER_C, "the order itself cannot be told");
    if (!s->has_s)
        return hys__class_word(s->c, HYS__TRAIT_ORDER_C, f->answer, f->confidence, f->table,
                               "without an S-shaped curve no capacitor is needed beside it");
    size_t order = (size_t)(f->answer[0] - '0') + 1;
    return hys__class_word(s->c, HYS__TRAIT_ORDER_C, word_of(order), f->confidence, f->table,
                           "%s of the device and the voltage of the capacitor, without which an S-shaped resistance "
                           "makes no channel",
                           f->answer);
}

static hys_status say_time(hys__sample *s, const counting *q) {
    if (isnan(q->tau))
        return hys__class_untold(s->c, HYS__TRAIT_TIME_CONSTANT,
                                 "no relaxation is seen at a level at which it has come to rest");
    return hys__class_number(s->c, HYS__TRAIT_TIME_CONSTANT, q->tau, 0.9, "modes",
                             "the slowest mode that is seen, settled at %s: the level nearest to zero at which one is",
                             hys__sample_text(s, q->tau_v, "V"));
}

hys_status hys__sample_order(hys__sample *s) {
    static const char *const columns[] = {"v",   "V",         "i",     "A",    "held", "s", "rate",
                                          "1/s", "frequency", "rad/s", "part", "1",    NULL};
    counting q = {.s = s, .tau = NAN, .tau_v = NAN};
    paths p = {0};
    trains x = {0};
    hys_status status = hys__class_table(s->c, "modes", "scatter", columns, &q.table);
    for (int sign = 0; sign < 2 && status == HYS_OK; sign++) {
        status = count_ladder(&q, s->v[sign], false);
        if (status == HYS_OK && (s->has_s || s->is_current_only)) status = count_ladder(&q, s->i[sign], true);
        if (status == HYS_OK) status = compare_paths(s, s->v[sign], &p);
    }
    if (status == HYS_OK) status = compare_trains(s, &x);
    if (status == HYS_OK) status = say_all(s, &q, &p, &x);
    if (status == HYS_OK) status = say_with_capacitor(s);
    s->tau = isnan(q.tau) ? 0 : q.tau;
    return status == HYS_OK ? say_time(s, &q) : status;
}
