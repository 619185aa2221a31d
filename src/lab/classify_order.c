/* The number of states that a response needs: modes of the linearised device that are seen at its terminals, at many
 * levels and moments; and whether two ways to one conductance go on alike. */
#include "lab/classify_sample.h"
#include <math.h>

#define SEEN      0.01 /* part of the admittance from which on a mode counts */
#define FASTEST   1e13 /* 1/s: faster modes follow at once */
#define PICKS     12   /* rungs of a ladder that are looked into while they change */
#define OVERSHOOT 0.05 /* of the range of a path: it turns */
#define UNLIKE    1.6  /* ratio of the times of two paths over the same currents */

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
    hys_status status = l->n > 1 ? hys__linear_modes(&q->s->t, l, modes, &n) : HYS_DONE;
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
        hys__class_pulse pulse = {top->level, parts[k] * t};
        status = take_path(s, &pulse, middle->level, length, &path, &n);
        if (status != HYS_OK) return status;
        double ratio = unlikeness(straight, n_straight, path, n);
        if (isnan(ratio)) continue;
        p->n++;
        if (ratio > p->unlike) p->unlike = ratio, p->level = middle->level;
    }
    return status;
}

/* ---- the answer ---- */

static const char *word_of(size_t order) {
    static const char *const words[] = {"0", "1", "2", "3 or more"};
    return words[order < 3 ? order : 3];
}

static hys_status say_both(hys__sample *s, const counting *q, const paths *p) {
    bool turned = p->turn > OVERSHOOT, unlike = p->unlike > UNLIKE;
    size_t by_paths = p->order == 0 ? 0 : turned || unlike ? 2 : 1;
    size_t order = q->most > by_paths ? q->most : by_paths;
    double sure = q->most == order ? (q->next < 0.3 * q->least ? 0.9 : 0.7) : 0.6;
    if (s->is_current_only)
        return hys__class_untold(s->c, HYS__TRAIT_ORDER,
                                 "it imposes its own voltage: its order is that of its impedance, which is not looked "
                                 "into; spectra under a current would tell");
    if (q->n_points == 0 && p->order == 0)
        return hys__class_untold(s->c, HYS__TRAIT_ORDER, "nothing that was imposed gave a response to look into");
    char linear[160], path[160];
    if (q->most)
        snprintf(linear, sizeof linear,
                 "at %.3g V, %.3g s after the step, %zu mode%s carr%s %.2g of the admittance or "
                 "more (the next: %.2g)",
                 q->v, q->t, q->most, q->most > 1 ? "s" : "", q->most > 1 ? "y" : "ies", q->least, q->next);
    else snprintf(linear, sizeof linear, "no mode carries 1 %% of the admittance at %zu points", q->n_points);
    if (by_paths == 0) snprintf(path, sizeof path, "nothing changes in time");
    else if (turned)
        snprintf(path, sizeof path, "held at %.3g V the current turns by %.2g of its range", p->level, p->turn);
    else if (p->n == 0) snprintf(path, sizeof path, "no two ways to one current could be compared");
    else
        snprintf(path, sizeof path, "of %zu ways to one current at %.3g V the least alike goes on %.3g times as fast",
                 p->n, p->level, p->unlike);
    return hys__class_word(s->c, HYS__TRAIT_ORDER, word_of(order), sure, "modes", "%s; %s", linear, path);
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
    hys_status status = hys__class_table(s->c, "modes", "scatter", columns, &q.table);
    for (int sign = 0; sign < 2 && status == HYS_OK; sign++) {
        status = count_ladder(&q, s->v[sign], false);
        if (status == HYS_OK && (s->has_s || s->is_current_only)) status = count_ladder(&q, s->i[sign], true);
        if (status == HYS_OK) status = compare_paths(s, s->v[sign], &p);
    }
    if (status == HYS_OK) status = say_both(s, &q, &p);
    if (status == HYS_OK) status = say_with_capacitor(s);
    return status == HYS_OK ? say_time(s, &q) : status;
}
