/* What is seen of the curve before anything changes, and of the admittance where nothing changes any more. */
#include "lab/classify_sample.h"
#include <math.h>

#define AT_ONCE  HYS__LOOK_PER_DECADE /* the look at 10 ps */
#define LEAST_I  1e-15                /* A: what an electrometer resolves */
#define SETTLED  0.01                 /* change of ln i within the last decade */
#define LEAST_IM 1e-6                 /* Im Y against |Y| from which its sign is told */

static const hys__rung *top_of(const hys__ladder *l, size_t back) {
    return l->n > back ? &l->at[l->n - 1 - back] : NULL;
}

/* The largest pair of opposite levels. */
static bool find_pair(const hys__sample *s, const hys__rung **p, const hys__rung **m) {
    for (size_t a = 0; a < s->v[0]->n; a++)
        for (size_t b = 0; b < s->v[1]->n; b++) {
            *p = top_of(s->v[0], a);
            *m = top_of(s->v[1], b);
            if (fabs((*p)->level + (*m)->level) < 1e-6 * (*p)->level && (*p)->n > AT_ONCE && (*m)->n > AT_ONCE)
                return true;
        }
    return false;
}

static hys_status find_rectification(hys__sample *s) {
    const hys__rung *p, *m;
    if (!find_pair(s, &p, &m) || fmax(fabs(p->x[AT_ONCE]), fabs(m->x[AT_ONCE])) < LEAST_I) {
        hys_status status = hys__class_untold(s->c, HYS__TRAIT_RECTIFICATION,
                                              "no current above 1 fA was seen at two opposite voltages");
        return status == HYS_OK ? hys__class_untold(s->c, HYS__TRAIT_SYMMETRY,
                                                    "no current above 1 fA was seen at two opposite voltages")
                                : status;
    }
    double a = fmax(fabs(p->x[AT_ONCE]), LEAST_I), b = fmax(fabs(m->x[AT_ONCE]), LEAST_I);
    hys_status status = hys__class_number(s->c, HYS__TRAIT_RECTIFICATION, fmax(a / b, b / a), 0.9, "steps",
                                          "%s at %s against %s at %s, 10 ps after the step",
                                          hys__sample_text(s, p->x[AT_ONCE], "A"), hys__sample_text(s, p->level, "V"),
                                          hys__sample_text(s, m->x[AT_ONCE], "A"), hys__sample_text(s, m->level, "V"));
    if (status != HYS_OK) return status;
    return hys__class_number(s->c, HYS__TRAIT_SYMMETRY, fmin(a / b, b / a), 0.9, "steps",
                             "the smaller over the larger of the currents at -%s and %s",
                             hys__sample_text(s, p->level, "V"), hys__sample_text(s, p->level, "V"));
}

/* |i| at |v| between rungs, straight in the logarithms. */
static double at_once(const hys__ladder *l, double v) {
    for (size_t k = 1; k < l->n; k++) {
        const hys__rung *a = &l->at[k - 1], *b = &l->at[k];
        if (fabs(b->level) < v * (1 - 1e-9) || a->n <= AT_ONCE || b->n <= AT_ONCE) continue;
        double part = log(v / fabs(a->level)) / log(b->level / a->level);
        return fabs(a->x[AT_ONCE]) * pow(fabs(b->x[AT_ONCE] / a->x[AT_ONCE]), part);
    }
    return NAN;
}

static hys_status find_nonlinearity(hys__sample *s) {
    const hys__ladder *l = s->v[0]->n >= s->v[1]->n ? s->v[0] : s->v[1];
    const hys__rung *top = top_of(l, 0);
    double i = top && top->n > AT_ONCE ? fabs(top->x[AT_ONCE]) : 0;
    double half = i > LEAST_I ? at_once(l, 0.5 * fabs(top->level)) : NAN;
    if (!(i / half > 0) || !isfinite(i / half))
        return hys__class_untold(s->c, HYS__TRAIT_NONLINEARITY, "no current above 1 fA was seen at two voltages");
    return hys__class_number(s->c, HYS__TRAIT_NONLINEARITY, i / half, 0.9, "steps",
                             "%s at %s against %s at half of that, 10 ps after the step", hys__sample_text(s, i, "A"),
                             hys__sample_text(s, top->level, "V"), hys__sample_text(s, half, "A"));
}

/* ---- reactance ---- */

static bool is_settled(const hys__rung *r) {
    if (r->n < HYS__LOOKS) return false;
    double a = r->x[r->n - 1], b = r->x[r->n - 1 - HYS__LOOK_PER_DECADE];
    return fabs(a - b) <= SETTLED * fabs(a);
}

/* The lowest decade at which Im Y can be told from rounding. */
static bool low_frequency(const hys__linear *l, double *omega, double y[2]) {
    for (int decade = -4; decade <= 13; decade++) {
        const double s[2] = {0, pow(10, decade)};
        if (!hys__linear_admittance(l, s, y)) return false;
        if (fabs(y[1]) < LEAST_IM * hypot(y[0], y[1])) continue;
        *omega = s[1];
        return true;
    }
    return false;
}

typedef struct counted {
    size_t n, up, down; /* settled levels; capacitive, inductive ones */
    double first[2];    /* V: the level nearest to 0 of each */
} counted;

static hys_status count_ladder(const hys__ladder *l, hys_table *table, counted *q) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < l->n && status == HYS_OK; k++) {
        const hys__rung *r = &l->at[k];
        double omega = NAN, y[2] = {NAN, NAN};
        if (!is_settled(r) || r->linear.n == 0) continue;
        q->n++;
        if (!low_frequency(&r->linear, &omega, y)) continue;
        bool is_up = y[1] > 0;
        if (is_up ? q->up++ == 0 : q->down++ == 0) q->first[is_up] = r->linear.v;
        double row[] = {r->linear.v, r->linear.i, omega, y[0], y[1], y[1] / omega};
        status = hys_table_add_row(table, row);
    }
    return status;
}

static hys_status find_reactance(hys__sample *s) {
    static const char *const columns[] = {"v", "V",    "i", "A",           "omega", "rad/s", "Y.re",
                                          "S", "Y.im", "S", "capacitance", "F",     NULL};
    hys_table *table;
    counted q = {0};
    hys_status status = hys__class_table(s->c, "reactance", "scatter", columns, &table);
    for (int sign = 0; sign < 2 && status == HYS_OK; sign++) {
        status = count_ladder(s->v[sign], table, &q);
        if (status == HYS_OK && (s->has_s || s->is_current_only)) status = count_ladder(s->i[sign], table, &q);
    }
    if (status != HYS_OK) return status;
    if (q.n == 0)
        return hys__class_untold(s->c, HYS__TRAIT_REACTANCE,
                                 "at no level does it come to rest within 10^4 s; impedance at a bias where it does "
                                 "would tell");
    const char *word = q.up && q.down ? "both" : q.up ? "capacitive" : q.down ? "inductive" : "none";
    if (q.up && q.down)
        return hys__class_word(s->c, HYS__TRAIT_REACTANCE, word, 0.9, "reactance",
                               "at the low end of frequency Im Y > 0 at %zu settled levels (such as %.3g V), < 0 at "
                               "%zu (such as %.3g V)",
                               q.up, q.first[1], q.down, q.first[0]);
    return hys__class_word(s->c, HYS__TRAIT_REACTANCE, word, 0.9, "reactance",
                           "at the low end of frequency Im Y > 0 at %zu, < 0 at %zu of %zu settled levels", q.up,
                           q.down, q.n);
}

hys_status hys__sample_static(hys__sample *s) {
    hys_status status = find_rectification(s);
    if (status == HYS_OK) status = find_nonlinearity(s);
    return status == HYS_OK ? find_reactance(s) : status;
}
