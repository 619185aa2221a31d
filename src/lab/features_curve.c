/* Geometry of a measured curve. */
#include "lab/features.h"
#include <math.h>

/* Area swept about the origin by the piece from (v1, i1) to (v2, i2): (v1 i2 - v2 i1) / 2, positive when
 * counter-clockwise.  A path along v = 0 sweeps nothing, so that pieces cut off there close by
 * themselves. */
static double swept(double v1, double i1, double v2, double i2) {
    return 0.5 * (v1 * i2 - v2 * i1);
}

double hys__curve_area(const hys__curve *c, int side) {
    double area = 0;
    for (size_t k = 0; k + 1 < c->n; k++) {
        double v1 = side * c->v[k], v2 = side * c->v[k + 1], i1 = c->i[k], i2 = c->i[k + 1];
        if (v1 <= 0 && v2 <= 0) continue;
        if (v1 < 0 || v2 < 0) {
            double cut = i1 + (i2 - i1) * (v1 / (v1 - v2));
            if (v1 < 0) v1 = 0, i1 = cut;
            else v2 = 0, i2 = cut;
        }
        area += side * swept(v1, i1, v2, i2);
    }
    return area;
}

/* i where a piece passes v = level; false when it does not.  The lower end counts, the upper does not,
 * so that a point on the level counts once. */
static bool passes(const hys__curve *c, size_t k, double level, double *i) {
    double v1 = c->v[k], v2 = c->v[k + 1];
    bool up = v1 <= level && level < v2, down = v2 <= level && level < v1;
    if (!up && !down) return false;
    *i = c->i[k] + (c->i[k + 1] - c->i[k]) * ((level - v1) / (v2 - v1));
    return true;
}

bool hys__curve_branches(const hys__curve *c, double level, double *least, double *most) {
    size_t n = 0;
    *least = INFINITY;
    *most = 0;
    for (size_t k = 0; k + 1 < c->n; k++) {
        double i;
        if (!passes(c, k, level, &i)) continue;
        n++;
        *least = fmin(*least, fabs(i));
        *most = fmax(*most, fabs(i));
    }
    return n >= 2;
}

double hys__curve_pinch(const hys__curve *c) {
    double worst = NAN;
    for (size_t k = 0; k + 1 < c->n; k++) {
        double i;
        if (passes(c, k, 0, &i)) worst = fmax(worst, fabs(i)); /* fmax ignores the NaN */
    }
    return c->i_max > 0 ? worst / c->i_max : NAN;
}

/* Levels of voltage, and the part of the largest |i| by which branches must differ beside a crossing. */
#define N_LEVELS  200
#define LEAST_GAP 1e-3

/* i on the way up less i on the way down, at a level that both pass once; NaN else. */
static double gap_at(const hys__curve *c, double level) {
    double up = NAN, down = NAN;
    for (size_t k = 0; k + 1 < c->n; k++) {
        double i;
        if (!passes(c, k, level, &i)) continue;
        double *side = c->v[k + 1] > c->v[k] ? &up : &down;
        if (!isnan(*side)) return NAN;
        *side = i;
    }
    return up - down;
}

size_t hys__curve_crossings(const hys__curve *c, double *where) {
    double before = NAN, v_before = NAN;
    size_t n = 0;
    *where = NAN;
    for (int k = -N_LEVELS + 1; k < N_LEVELS; k++) {
        double v = c->v_max * k / N_LEVELS, gap = gap_at(c, v);
        if (isnan(gap)) before = NAN;
        if (!(fabs(gap) > LEAST_GAP * c->i_max) || fabs(v) < 0.02 * c->v_max) continue;
        if (before * gap < 0 && v_before * v > 0) {
            double at = v_before + (v - v_before) * before / (before - gap);
            n++;
            if (!(fabs(at) >= fabs(*where))) *where = at;
        }
        before = gap;
        v_before = v;
    }
    return n;
}

double hys__curve_energy(const hys__curve *c) {
    if (!c->t) return NAN;
    double sum = 0;
    for (size_t k = 0; k + 1 < c->n; k++)
        sum += 0.5 * (c->v[k] * c->i[k] + c->v[k + 1] * c->i[k + 1]) * (c->t[k + 1] - c->t[k]);
    return sum;
}

/* A fall smaller than this part of the largest value is noise or rounding. */
#define NDR_LEAST 5e-3

/* A way along the curve: forwards or backwards in time. */
typedef struct walk {
    const hys__curve *c;
    bool backwards;
} walk;

static double at(const walk *w, const double *values, size_t k) {
    return values[w->backwards ? w->c->n - 1 - k : k];
}

static bool rises_at(const walk *w, const double *a, size_t k) {
    double now = at(w, a, k), before = at(w, a, k - 1);
    return fabs(now) >= fabs(before) && now * before >= 0;
}

/* Follows runs along which |a| and the source rise; reports the largest fall of |b| within one and where it
 * begins and ends. */
static double largest_fall(const walk *w, const double *a, const double *b, size_t *from, size_t *to) {
    double worst = 0;
    size_t top = 0;
    for (size_t k = 1; k < w->c->n; k++) {
        bool rises = rises_at(w, a, k) && rises_at(w, w->c->source, k);
        if (!rises || fabs(at(w, b, k)) >= fabs(at(w, b, top))) top = k;
        double fall = fabs(at(w, b, top)) - fabs(at(w, b, k));
        if (fall > worst && at(w, b, top) * at(w, b, k) > 0) worst = fall, *from = top, *to = k;
    }
    return worst;
}

/* Part of the shorter of two runs of |a| that the other covers too; 0 where they lie on different sides of zero. */
static double overlap(const double *a, const size_t one[2], const size_t two[2]) {
    double lo = fmax(fabs(a[one[0]]), fabs(a[two[0]])), hi = fmin(fabs(a[one[1]]), fabs(a[two[1]]));
    double shorter = fmin(fabs(a[one[1]] - a[one[0]]), fabs(a[two[1]] - a[two[0]]));
    return a[one[1]] * a[two[1]] > 0 && hi > lo && shorter > 0 ? (hi - lo) / shorter : 0;
}

/* A memristor that switches, and any loop that lags behind its source, shows less of b at more of a somewhere, once.
 * Resistance is negative only where the way back shows the same over the same part of a. */
static bool falls_both_ways(const hys__curve *c, const double *a, const double *b, double least, size_t run[2]) {
    walk there = {c, false}, back = {c, true};
    size_t again[2] = {0, 0};
    double fall = largest_fall(&there, a, b, &run[0], &run[1]), other = largest_fall(&back, a, b, &again[0], &again[1]);
    again[0] = c->n - 1 - again[0];
    again[1] = c->n - 1 - again[1];
    return fmin(fall, other) > least && overlap(a, run, again) > 0.5;
}

hys__ndr hys__curve_ndr(const hys__curve *c) {
    hys__ndr r = {false, false, NAN, NAN, NAN, NAN};
    size_t run[2] = {0, 0};
    r.is_n = falls_both_ways(c, c->v, c->i, NDR_LEAST * c->i_max, run);
    r.is_s = falls_both_ways(c, c->i, c->v, NDR_LEAST * c->v_max, run);
    if (r.is_s) {
        r.v_fold = c->v[run[0]];
        r.i_fold = c->i[run[0]];
        r.v_hold = c->v[run[1]];
        r.i_hold = c->i[run[1]];
    }
    return r;
}

double hys__curve_switch(const hys__curve *c, int direction) {
    double best = 0, where = NAN;
    /* A window of half a percent of the points keeps single noisy points of measured data from winning. */
    size_t w = c->n / 200 + 1;
    for (size_t k = 0; k + w < c->n; k++) {
        double v1 = c->v[k], v2 = c->v[k + w];
        if (fabs(v1) < 0.02 * c->v_max || fabs(v2) < 0.02 * c->v_max || v1 * v2 < 0) continue;
        double step = direction * (log(fabs(c->i[k + w] / v2)) - log(fabs(c->i[k] / v1)));
        if (isfinite(step) && step > best) best = step, where = 0.5 * (v1 + v2);
    }
    return where;
}
