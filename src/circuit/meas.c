/* .meas: figures of merit of an analysis, on the straight lines between its points.
 *
 *     rest  = "TRIG" event "TARG" event | "WHEN" cross | ("FIND" | "DERIV") value ("AT" "=" sum | "WHEN" cross)
 *           | ("MIN" | "MAX" | "PP" | "AVG" | "RMS" | "INTEG" | "MIN_AT" | "MAX_AT") value window | "PARAM" "=" value
 *     event = "AT" "=" value | value ["VAL"] "=" value limits
 *     cross = value "=" value limits
 *     limits = (("RISE" | "FALL" | "CROSS") "=" (count | "LAST") | "TD" "=" value | "FROM" "=" value | "TO" "=" value)*
 */
#include "circuit/meas_expr.h"
#include <math.h>
#include <string.h>

typedef enum meas_kind {
    MEAS_TRIG_TARG,
    MEAS_WHEN,
    MEAS_FIND,
    MEAS_DERIV,
    MEAS_MIN,
    MEAS_MAX,
    MEAS_PP,
    MEAS_AVG,
    MEAS_RMS,
    MEAS_INTEG,
    MEAS_MIN_AT,
    MEAS_MAX_AT,
    MEAS_PARAM
} meas_kind;

typedef struct crossing {
    const hys__meas_expr *left, *right; /* NULL: at */
    const hys__meas_expr *at;
    int direction; /* 1 rising, -1 falling, 0 both */
    long count;    /* -1: the last */
    const hys__meas_expr *delay;
} crossing;

struct hys__meas {
    hys__flat *flat;
    const hys__measure *card;
    meas_kind kind;
    const hys__meas_expr *of;
    crossing when, then;
    const hys__meas_expr *from, *to;
    const hys__probe *probes;
    size_t n_probes;
};

/* ---- reading ---- */

static bool take_equals(hys__meas_reader *r) {
    hys__meas_skip(r);
    if (*r->at == '=') {
        r->at++;
        return true;
    }
    hys__meas_fail(r, r->at, "", "a '=' is missing");
    return false;
}

static const hys__meas_expr *read_assigned(hys__meas_reader *r) {
    return take_equals(r) ? hys__meas_expr_read(r) : NULL;
}

static bool read_count(hys__meas_reader *r, crossing *c, int direction) {
    c->direction = direction;
    if (!take_equals(r)) return false;
    if (hys__meas_take(r, "last")) {
        c->count = -1;
        return true;
    }
    const hys__meas_values none = {.flat = r->flat};
    const hys__meas_expr *e = hys__meas_expr_read(r);
    double count = e ? hys__meas_expr_value(e, &none, 0) : NAN;
    c->count = count >= 1 && count < 1e9 ? (long)count : 0;
    if (e && !c->count) hys__meas_fail(r, r->at, "1, 2, ... or LAST", "this counts no crossing");
    return c->count != 0;
}

/* What may follow in any order. */
static bool read_limits(hys__meas_reader *r, hys__meas *m, crossing *c) {
    for (;;) {
        bool ok = true;
        if (c && hys__meas_take(r, "rise")) ok = read_count(r, c, 1);
        else if (c && hys__meas_take(r, "fall")) ok = read_count(r, c, -1);
        else if (c && hys__meas_take(r, "cross")) ok = read_count(r, c, 0);
        else if (c && hys__meas_take(r, "td")) ok = (c->delay = read_assigned(r)) != NULL;
        else if (hys__meas_take(r, "from")) ok = (m->from = read_assigned(r)) != NULL;
        else if (hys__meas_take(r, "to")) ok = (m->to = read_assigned(r)) != NULL;
        else return true;
        if (!ok) return false;
    }
}

static bool read_cross(hys__meas_reader *r, hys__meas *m, crossing *c) {
    c->count = 1;
    c->left = hys__meas_expr_read(r);
    if (!c->left) return false;
    hys__meas_take(r, "val");
    c->right = read_assigned(r);
    return c->right && read_limits(r, m, c);
}

static bool read_event(hys__meas_reader *r, hys__meas *m, crossing *c) {
    if (!hys__meas_take(r, "at")) return read_cross(r, m, c);
    c->at = read_assigned(r);
    return c->at != NULL;
}

static bool read_trig(hys__meas_reader *r, hys__meas *m) {
    if (!read_event(r, m, &m->when)) return false;
    if (!hys__meas_take(r, "targ")) {
        hys__meas_fail(r, r->at, "", "TARG is missing behind TRIG");
        return false;
    }
    return read_event(r, m, &m->then);
}

static bool is_one_row(const char *analysis) {
    return !strcmp(analysis, "op") || !strcmp(analysis, "tf");
}

static bool read_find(hys__meas_reader *r, hys__meas *m) {
    m->of = hys__meas_expr_read(r);
    if (!m->of) return false;
    if (hys__meas_take(r, "when")) return read_cross(r, m, &m->when);
    if (hys__meas_take(r, "at")) return (m->when.at = read_assigned(r)) != NULL;
    if (is_one_row(r->card->analysis)) return true;
    hys__meas_fail(r, r->at, "FIND v(out) AT=1u, or FIND v(out) WHEN v(in)=0.5", "AT or WHEN is missing");
    return false;
}

static bool read_kind(hys__meas_reader *r, meas_kind *kind) {
    static const struct {
        const char *word;
        meas_kind kind;
    } words[] = {{"trig", MEAS_TRIG_TARG},   {"when", MEAS_WHEN},     {"find", MEAS_FIND},   {"deriv", MEAS_DERIV},
                 {"derivative", MEAS_DERIV}, {"min", MEAS_MIN},       {"max", MEAS_MAX},     {"pp", MEAS_PP},
                 {"avg", MEAS_AVG},          {"rms", MEAS_RMS},       {"integ", MEAS_INTEG}, {"integral", MEAS_INTEG},
                 {"min_at", MEAS_MIN_AT},    {"max_at", MEAS_MAX_AT}, {"param", MEAS_PARAM}};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        if (!hys__meas_take(r, words[k].word)) continue;
        *kind = words[k].kind;
        return true;
    }
    hys__meas_fail(r, r->at, "TRIG ... TARG, WHEN, FIND, DERIV, MIN, MAX, PP, AVG, RMS, INTEG, MIN_AT, MAX_AT or PARAM",
                   "what is to be measured?");
    return false;
}

static bool read_card(hys__meas_reader *r, hys__meas *m) {
    if (!read_kind(r, &m->kind)) return false;
    switch (m->kind) {
    case MEAS_TRIG_TARG:
        return read_trig(r, m);
    case MEAS_WHEN:
        return read_cross(r, m, &m->when);
    case MEAS_FIND:
    case MEAS_DERIV:
        return read_find(r, m);
    case MEAS_PARAM:
        m->of = read_assigned(r);
        return m->of != NULL;
    default:
        m->of = hys__meas_expr_read(r);
        return m->of && read_limits(r, m, NULL);
    }
}

/* Analyses whose quantities are no probes. */
static bool is_by_name(const char *analysis) {
    return !strcmp(analysis, "noise") || !strcmp(analysis, "tf");
}

hys_status hys__meas_read(hys__flat *flat, hys__arena *arena, const hys__measure *card, hys__meas **meas) {
    hys__meas_reader r = {
        .flat = flat, .arena = arena, .card = card, .at = card->text, .by_name = is_by_name(card->analysis)};
    hys__meas *m = HYS_NEW(arena, hys__meas);
    if (!m) return HYS_NOMEM;
    m->flat = flat;
    m->card = card;
    bool ok = read_card(&r, m);
    hys__meas_skip(&r);
    if (ok && *r.at) hys__meas_fail(&r, r.at, "", "'%.20s' is not understood", r.at);
    if (r.status != HYS_OK) return r.status;
    m->probes = r.probes.at;
    m->n_probes = r.probes.n;
    *meas = m;
    return ok ? HYS_OK : HYS_NOMEM;
}

size_t hys__meas_n_probes(const hys__meas *meas) {
    return meas->n_probes;
}
const hys__probe *hys__meas_probe(const hys__meas *meas, size_t i) {
    return &meas->probes[i];
}
const char *hys__meas_analysis(const hys__meas *meas) {
    return meas->card->analysis;
}

/* ---- evaluating ---- */

typedef struct window {
    const hys__meas *meas;
    const hys__meas_values *values;
    const double *x;
    size_t n;
    double from, to;
    bool is_noise;
    const char *why; /* nothing was found */
} window;

static double number(const window *w, const hys__meas_expr *e, double otherwise) {
    return e ? hys__meas_expr_value(e, w->values, 0) : otherwise;
}

/* The value at x on the line between rows k and k + 1. */
static double between(const window *w, const hys__meas_expr *e, size_t k, double x) {
    double y0 = hys__meas_expr_value(e, w->values, k);
    if (k + 1 >= w->n || w->x[k + 1] == w->x[k]) return y0;
    double y1 = hys__meas_expr_value(e, w->values, k + 1);
    return y0 + (y1 - y0) * (x - w->x[k]) / (w->x[k + 1] - w->x[k]);
}

#define ROUNDED 1e-9 /* of the range: as near as that, an end is meant */

static double at_end(const window *w, double x) {
    double first = w->x[0], last = w->x[w->n - 1], near = ROUNDED * fabs(last - first);
    return fabs(x - first) <= near ? first : fabs(x - last) <= near ? last : x;
}

/* The row at or before *x; false: it lies outside. */
static bool row_of(const window *w, double *at, size_t *row) {
    double x = *at = at_end(w, *at);
    for (size_t k = 0; k + 1 < w->n; k++) {
        bool is_in = (w->x[k] <= x && x <= w->x[k + 1]) || (w->x[k] >= x && x >= w->x[k + 1]);
        if (!is_in) continue;
        *row = k;
        return true;
    }
    *row = 0;
    return w->n == 1 && w->x[0] == x;
}

static double distance(const window *w, const crossing *c, size_t k) {
    return hys__meas_expr_value(c->left, w->values, k) - hys__meas_expr_value(c->right, w->values, k);
}

/* Where between rows k and k + 1 left and right meet. */
static bool crosses(const window *w, const crossing *c, size_t k, double least, double *x) {
    double d0 = distance(w, c, k), d1 = distance(w, c, k + 1);
    bool rises = d0 < 0 && d1 >= 0, falls = d0 > 0 && d1 <= 0;
    if (!((rises && c->direction >= 0) || (falls && c->direction <= 0))) return false;
    *x = w->x[k] + (w->x[k + 1] - w->x[k]) * d0 / (d0 - d1);
    return *x >= least && *x >= w->from && *x <= w->to;
}

static bool find_crossing(window *w, const crossing *c, double *x, size_t *row) {
    if (!c->left && w->n == 1 && is_one_row(w->meas->card->analysis)) {
        *x = w->x[0];
        *row = 0;
        return true;
    }
    if (c->at) {
        *x = number(w, c->at, NAN);
        if (row_of(w, x, row)) return true;
        w->why = "AT lies outside of the analysis";
        return false;
    }
    double least = number(w, c->delay, -INFINITY), at = NAN;
    long seen = 0;
    for (size_t k = 0; k + 1 < w->n; k++) {
        if (!crosses(w, c, k, least, &at)) continue;
        *x = at;
        *row = k;
        if (++seen == c->count) return true;
    }
    if (c->count < 0 && seen) return true;
    w->why = seen ? "it is not crossed that often" : "it is not crossed";
    return false;
}

static double measure_slope(const window *w, const hys__meas_expr *e, size_t k) {
    if (k + 1 >= w->n || w->x[k + 1] == w->x[k]) return NAN;
    return (hys__meas_expr_value(e, w->values, k + 1) - hys__meas_expr_value(e, w->values, k)) /
           (w->x[k + 1] - w->x[k]);
}

typedef struct sums {
    double least, most, least_x, most_x, integral, square, length;
    double noise; /* integral of the square of a density */
    bool is_any;
} sums;

static void meet(sums *s, double x, double y) {
    if (!s->is_any || y < s->least) s->least_x = x;
    if (!s->is_any || y > s->most) s->most_x = x;
    s->least = s->is_any ? fmin(s->least, y) : y;
    s->most = s->is_any ? fmax(s->most, y) : y;
    s->is_any = true;
}

/* Exact for a quantity that runs straight between the points. */
static void add_piece(sums *s, double x0, double y0, double x1, double y1) {
    double h = x1 - x0;
    s->integral += h * (y0 + y1) / 2;
    s->square += h * (y0 * y0 + y0 * y1 + y1 * y1) / 3;
    s->noise += hys__noise_integral(x0, y0 * y0, x1, y1 * y1);
    s->length += h;
}

static sums sum_up(const window *w, const hys__meas_expr *e) {
    sums s = {.is_any = false};
    if (w->n == 1 && w->x[0] >= w->from && w->x[0] <= w->to) meet(&s, w->x[0], hys__meas_expr_value(e, w->values, 0));
    for (size_t k = 0; k + 1 < w->n; k++) {
        double lo = fmin(w->x[k], w->x[k + 1]), hi = fmax(w->x[k], w->x[k + 1]);
        if (hi < w->from || lo > w->to) continue;
        double a = fmin(fmax(w->x[k], w->from), w->to), b = fmin(fmax(w->x[k + 1], w->from), w->to);
        double ya = between(w, e, k, a), yb = between(w, e, k, b);
        meet(&s, a, ya);
        meet(&s, b, yb);
        add_piece(&s, a, ya, b, yb);
    }
    return s;
}

static double sweep_value(window *w, meas_kind kind) {
    sums s = sum_up(w, w->meas->of);
    if (!s.is_any) w->why = "the window holds no point";
    switch (s.is_any ? kind : MEAS_PARAM) {
    case MEAS_MIN:
        return s.least;
    case MEAS_MAX:
        return s.most;
    case MEAS_PP:
        return s.most - s.least;
    case MEAS_MIN_AT:
        return s.least_x;
    case MEAS_MAX_AT:
        return s.most_x;
    case MEAS_INTEG: /* of a density of noise: what a voltmeter for this band shows */
        return w->is_noise ? sqrt(s.noise) : s.integral;
    case MEAS_AVG:
        return s.length != 0 ? s.integral / s.length : s.most;
    case MEAS_RMS:
        return s.length != 0 ? sqrt(s.square / s.length) : fabs(s.most);
    default:
        return NAN;
    }
}

static double evaluate(window *w) {
    const hys__meas *m = w->meas;
    double x0 = NAN, x1 = NAN;
    size_t row = 0;
    switch (m->kind) {
    case MEAS_PARAM:
        return number(w, m->of, NAN);
    case MEAS_TRIG_TARG:
        if (!find_crossing(w, &m->when, &x0, &row) || !find_crossing(w, &m->then, &x1, &row)) return NAN;
        return x1 - x0;
    case MEAS_WHEN:
        return find_crossing(w, &m->when, &x0, &row) ? x0 : NAN;
    case MEAS_FIND:
        return find_crossing(w, &m->when, &x0, &row) ? between(w, m->of, row, x0) : NAN;
    case MEAS_DERIV:
        return find_crossing(w, &m->when, &x0, &row) ? measure_slope(w, m->of, row) : NAN;
    default:
        return sweep_value(w, m->kind);
    }
}

void hys__meas_evaluate(const hys__meas *meas, const hys_table *table, size_t n, const size_t *columns,
                        const hys_sim_measure *earlier, size_t n_earlier, hys_sim_measure *result) {
    bool is_complex = !strncmp(result->analysis, "ac", 2);
    const hys__meas_values values = {.flat = meas->flat,
                                     .table = n ? table : NULL,
                                     .columns = columns,
                                     .is_complex = is_complex,
                                     .by_name = is_by_name(meas->card->analysis),
                                     .earlier = earlier,
                                     .n_earlier = n_earlier};
    window w = {.meas = meas, .values = &values, .n = n, .from = -INFINITY, .to = INFINITY, .why = ""};
    w.is_noise = !strcmp(meas->card->analysis, "noise");
    if (n) w.x = hys_table_column_at(table, 0);
    w.from = number(&w, meas->from, -INFINITY);
    w.to = number(&w, meas->to, INFINITY);
    result->value = n || meas->kind == MEAS_PARAM ? evaluate(&w) : NAN;
    if (isnan(result->value)) result->why = *w.why ? w.why : "it has no value";
}
