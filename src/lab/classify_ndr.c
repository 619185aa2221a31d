/* Negative differential resistance: less current at more voltage (N), less voltage at more current (S), that comes
 * back on the way back: a memory that switches shows it only once. */
#include "lab/classify_sample.h"
#include <math.h>

#define LEAST_FALL 0.02 /* of the peak */
#define LEAST_PART 0.05 /* of the largest response of either sign up to the valley's level: else it is a detail */
#define N_TRIES    8

typedef struct fall { /* of the response at one time, over rungs of one ladder */
    size_t look, peak, valley;
    double size; /* 1 - valley / peak */
} fall;

static fall largest_fall(const hys__ladder *l, size_t look) {
    fall f = {.look = look};
    size_t top = 0;
    for (size_t k = 1; k < l->n; k++) {
        if (look >= l->at[k].n || look >= l->at[top].n || l->at[k].x[look] * l->at[k].level <= 0) {
            top = k;
            continue;
        }
        double now = fabs(l->at[k].x[look]), most = fabs(l->at[top].x[look]);
        if (now >= most || l->at[top].x[look] * l->at[top].level <= 0) {
            top = k;
            continue;
        }
        if (1 - now / most > f.size) f = (fall){look, top, k, 1 - now / most};
    }
    /* Behind the steepest part nothing is added but range. */
    for (size_t k = f.peak + 1; k < f.valley; k++)
        if (1 - fabs(l->at[k].x[look] / l->at[f.peak].x[look]) > 0.9 * f.size) f.valley = k;
    return f;
}

/* The fall against the largest response of both signs up to the valley's level. */
static double part_of(const hys__ladder *l, const hys__ladder *other, const fall *f) {
    const hys__ladder *both[2] = {l, other};
    double most = 0, drop = fabs(l->at[f->peak].x[f->look]) - fabs(l->at[f->valley].x[f->look]);
    for (int k = 0; k < 2; k++)
        for (size_t j = 0; j < both[k]->n; j++) {
            const hys__rung *r = &both[k]->at[j];
            if (fabs(r->level) <= fabs(l->at[f->valley].level) * 1.001 && f->look < r->n)
                most = fmax(most, fabs(r->x[f->look]));
        }
    return most > 0 ? drop / most : 0;
}

/* Up from the peak to the valley and back, each held as long. */
static hys_status comes_back(hys__sample *s, const hys__ladder *l, const fall *f, bool is_current, bool *yes) {
    hys__trace trace;
    hys__plan plan = hys__plan_new(&s->t, is_current);
    double t = hys__look_time(f->look), at[3];
    const double levels[3] = {l->at[f->peak].level, l->at[f->valley].level, l->at[f->peak].level};
    size_t legs[3];
    *yes = false;
    for (int k = 0; k < 3; k++) legs[k] = hys__plan_hold(&plan, levels[k], t);
    hys_status status = hys__tester_run(&s->t, &plan, &trace);
    if (status != HYS_OK || !trace.is_whole) return status;
    for (int k = 0; k < 3; k++) at[k] = (is_current ? trace.v : trace.i)[trace.legs[legs[k]].first];
    if (at[0] * at[1] <= 0 || at[0] * at[2] <= 0) return HYS_OK;
    *yes = fabs(at[1]) < (1 - LEAST_FALL) * fabs(at[0]) && fabs(at[2]) > 0.5 * (fabs(at[0]) + fabs(at[1])) &&
           fabs(at[2]) < 2 * fabs(at[0]);
    return HYS_OK;
}

/* Of the looks, one a decade, the latest first, then the largest falls; *found.size 0: none comes back. */
static hys_status search(hys__sample *s, int sign, bool is_current, fall *found) {
    const hys__ladder *l = is_current ? s->i[sign] : s->v[sign], *other = is_current ? s->i[!sign] : s->v[!sign];
    fall falls[HYS__LOOKS] = {0};
    size_t n = 0;
    for (size_t k = HYS__LOOK_PER_DECADE; k < HYS__LOOKS; k += HYS__LOOK_PER_DECADE) {
        fall f = largest_fall(l, k);
        size_t at = n;
        if (!(f.size > LEAST_FALL) || !(part_of(l, other, &f) > LEAST_PART)) continue;
        while (at > 0 && falls[at - 1].size <= f.size) {
            falls[at] = falls[at - 1];
            at--;
        }
        falls[at] = f;
        n++;
    }
    for (size_t k = 1; k < n; k++)
        if (falls[k].look > falls[0].look) {
            fall latest = falls[k];
            falls[k] = falls[0];
            falls[0] = latest;
        }
    found->size = 0;
    /* Of falls of like size one is tried: the same plateau seen at many times. */
    double tried = INFINITY;
    for (size_t k = 0, tries = 0; k < n && tries < N_TRIES; k++) {
        bool yes;
        if (k && fabs(falls[k].size - tried) < 1e-3 * tried) continue;
        tried = falls[k].size;
        tries++;
        hys_status status = comes_back(s, l, &falls[k], is_current, &yes);
        if (status != HYS_OK) return status;
        if (!yes) continue;
        *found = falls[k];
        return HYS_OK;
    }
    return HYS_OK;
}

/* ---- two currents at one voltage ---- */

#define JUMP 0.7 /* ln: the least ratio of the conductances of two branches, and of neighbouring levels */
#define SAME 0.1 /* of the distance between both */

typedef struct branches {
    bool are_two;
    double v, off, on; /* V, A: the highest level that leaves a fresh device as it is, and the currents there */
    double v_on;       /* V: the next, that switches it */
} branches;

/* The end of levels held in turn, each as long as those of the ladders; NaN: it has not got there. */
static hys_status end_of(hys__sample *s, const double *levels, size_t n, double *i) {
    hys__trace trace;
    hys__plan plan = hys__plan_new(&s->t, false);
    for (size_t k = 0; k < n; k++) hys__plan_hold(&plan, levels[k], HYS__LOOK_LAST);
    hys_status status = hys__tester_run(&s->t, &plan, &trace);
    *i = status == HYS_OK && trace.is_whole ? trace.i[trace.n - 1] : NAN;
    return status;
}

static bool is_whole(const hys__rung *r) {
    return r->n == HYS__LOOKS && r->x[r->n - 1] * r->level > 0;
}

/* Where a current cannot be held, because the device oscillates with its own capacitance, voltages tell an S too: what
 * a level between hold and threshold ends in depends on where it came from, and a rest at 0 V takes that back. */
static hys_status find_branches(hys__sample *s, const hys__ladder *l, branches *b) {
    const hys__rung *off = NULL, *on = NULL;
    double most = JUMP;
    *b = (branches){0};
    for (size_t k = 1; k < l->n; k++) {
        const hys__rung *r = &l->at[k], *before = r - 1;
        if (!is_whole(r) || !is_whole(before)) continue;
        double jump = log(r->x[r->n - 1] / r->level * before->level / before->x[before->n - 1]);
        if (jump > most) most = jump, off = before, on = r;
    }
    if (!off) return HYS_OK;
    const double back[] = {on->level, off->level}, rest[] = {on->level, 0, off->level};
    double i_on, i_rest, i_off = off->x[off->n - 1];
    hys_status status = end_of(s, back, 2, &i_on);
    if (status != HYS_OK || !(log(i_on / i_off) > JUMP)) return status;
    status = end_of(s, rest, 3, &i_rest);
    *b = (branches){.v = off->level, .off = i_off, .on = i_on, .v_on = on->level};
    b->are_two = fabs(log(i_rest / i_off)) < SAME * log(i_on / i_off);
    return status;
}

typedef struct seen {
    fall n[2], s[2]; /* by sign */
    branches two;
} seen;

static hys_status say_s(hys__sample *s, const seen *f) {
    if (f->two.are_two)
        return hys__class_number(s->c, HYS__TRAIT_THRESHOLD_I, f->two.off, 0.6, "quasi-static",
                                 "at %s, the highest voltage that was held without switching it on",
                                 hys__sample_text(s, f->two.v, "V"));
    int sign = f->s[0].size >= f->s[1].size ? 0 : 1;
    const hys__ladder *l = s->i[sign];
    const fall *x = &f->s[sign];
    const hys__rung *peak = &l->at[x->peak], *valley = &l->at[x->valley];
    return hys__class_number(s->c, HYS__TRAIT_THRESHOLD_I, peak->level, 0.8, "quasi-static",
                             "held at %g s, the voltage is largest (%s) at %s and falls by %.3g %% until %s",
                             hys__look_time(x->look), hys__sample_text(s, peak->x[x->look], "V"),
                             hys__sample_text(s, peak->level, "A"), 100 * x->size,
                             hys__sample_text(s, valley->level, "A"));
}

static hys_status say_two(hys__sample *s, const branches *b) {
    return hys__class_word(s->c, HYS__TRAIT_NDR, "S", 0.85, "quasi-static",
                           "two currents at one voltage: held at %s for %g s %s flow in a fresh device, %s behind %s, "
                           "and as in a fresh one behind a rest at 0 V",
                           hys__sample_text(s, b->v, "V"), HYS__LOOK_LAST, hys__sample_text(s, b->off, "A"),
                           hys__sample_text(s, b->on, "A"), hys__sample_text(s, b->v_on, "V"));
}

static hys_status say(hys__sample *s, const seen *f) {
    if (f->two.are_two) return say_two(s, &f->two);
    const char *words[] = {"none", "N", "S", "both"};
    const char *word = words[(s->has_n ? 1 : 0) + (s->has_s ? 2 : 0)];
    if (s->is_current_only && !s->has_s)
        return hys__class_untold(s->c, HYS__TRAIT_NDR,
                                 "only currents can be imposed, under which no voltage falls; an "
                                 "N-shaped curve needs voltages");
    if (!s->has_s && !s->has_n) {
        double sure = s->v[0]->n && s->v[1]->n && s->i[0]->n ? 0.9 : 0.6;
        return hys__class_word(s->c, HYS__TRAIT_NDR, word, sure, "quasi-static",
                               "at no time from 10 ps to %g s does the current fall with voltage (%zu levels) or the "
                               "voltage with current (%zu levels) in a way that comes back",
                               HYS__LOOK_LAST, s->v[0]->n + s->v[1]->n, s->i[0]->n + s->i[1]->n);
    }
    bool is_s = s->has_s;
    const fall *pair = is_s ? f->s : f->n;
    int sign = pair[0].size >= pair[1].size ? 0 : 1;
    const hys__ladder *l = is_s ? s->i[sign] : s->v[sign];
    const fall *x = &pair[sign];
    const char *unit = is_s ? "A" : "V", *other = is_s ? "V" : "A";
    return hys__class_word(s->c, HYS__TRAIT_NDR, word, x->size > 0.1 ? 0.95 : 0.75, "quasi-static",
                           "held for %g s, %s falls from %s at %s to %s at %s (%.3g %%), and is back when that is",
                           hys__look_time(x->look), is_s ? "the voltage" : "the current",
                           hys__sample_text(s, l->at[x->peak].x[x->look], other),
                           hys__sample_text(s, l->at[x->peak].level, unit),
                           hys__sample_text(s, l->at[x->valley].x[x->look], other),
                           hys__sample_text(s, l->at[x->valley].level, unit), 100 * x->size);
}

/* The curve at the time at which the fall is seen, else at the end. */
static hys_status show(hys__sample *s, const seen *f) {
    static const char *const columns[] = {"v", "V", "i", "A", NULL};
    hys_table *table;
    hys_status status = hys__class_table(s->c, "quasi-static", "iv", columns, &table);
    bool is_i = (s->has_s && !f->two.are_two) || s->is_current_only;
    for (int sign = 1; sign >= 0; sign--) {
        const hys__ladder *l = is_i ? s->i[sign] : s->v[sign];
        const fall *x = is_i ? &f->s[sign] : &f->n[sign];
        for (size_t k = 0; k < l->n && status == HYS_OK; k++) {
            const hys__rung *r = &l->at[sign ? l->n - 1 - k : k];
            size_t look = x->size > 0 ? x->look : r->n - 1;
            if (look >= r->n) continue;
            double row[] = {is_i ? r->x[look] : r->level, is_i ? r->level : r->x[look]};
            status = hys_table_add_row(table, row);
        }
    }
    return status;
}

/* Whether the valley of a curve of currents is a point of the curve of voltages too: where that is N-shaped, a current
 * may jump to a branch at less voltage, and nothing is S-shaped. */
static bool lies_on(const hys__ladder *v, const hys__ladder *i, const fall *f) {
    if (!(f->size > 0)) return false;
    const hys__rung *valley = &i->at[f->valley];
    double at = fabs(valley->x[f->look]), current = fabs(valley->level);
    for (size_t k = 1; k < v->n; k++) {
        const hys__rung *a = &v->at[k - 1], *b = &v->at[k];
        if (fabs(b->level) < at || f->look >= a->n || f->look >= b->n) continue;
        double lo = fmin(fabs(a->x[f->look]), fabs(b->x[f->look])), hi = fmax(fabs(a->x[f->look]), fabs(b->x[f->look]));
        return current > 0.7 * lo && current < 1.4 * hi;
    }
    return false;
}

hys_status hys__sample_ndr(hys__sample *s) {
    seen f = {0};
    hys_status status = HYS_OK;
    for (int sign = 0; sign < 2 && status == HYS_OK; sign++) {
        status = search(s, sign, false, &f.n[sign]);
        if (status == HYS_OK) status = search(s, sign, true, &f.s[sign]);
        if (f.n[sign].size > 0 && lies_on(s->v[sign], s->i[sign], &f.s[sign])) f.s[sign].size = 0;
    }
    s->has_n = f.n[0].size > 0 || f.n[1].size > 0;
    s->has_s = f.s[0].size > 0 || f.s[1].size > 0;
    for (int sign = 0; sign < 2 && status == HYS_OK && !s->has_s && !s->has_n && !s->is_capacitor; sign++) {
        status = find_branches(s, s->v[sign], &f.two);
        s->has_s = f.two.are_two;
    }
    if (status == HYS_OK)
        status = s->has_s ? say_s(s, &f)
                          : hys__class_untold(s->c, HYS__TRAIT_THRESHOLD_I,
                                              "no S-shaped curve is seen, whose fold it would be");
    if (status == HYS_OK) status = say(s, &f);
    return status == HYS_OK ? show(s, &f) : status;
}
