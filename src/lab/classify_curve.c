/* Reading a measured curve: noise, lobes, branches. */
#include "lab/classify_curve.h"
#include "lab/measured.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_ROWS 12
#define NOISE_MOST 0.3  /* of the deviation of i: more is no curve */
#define READ_PART  0.15 /* of the smallest lobe's height */
#define NEAR_ZERO  0.1  /* of the height: where a lobe has to begin and to end */
#define STEEP      0.2  /* ln of the conductance over N_STEEP rows: what counts as switching */

static double spread(const double *x, size_t n) {
    double sum = 0, squares = 0;
    for (size_t k = 0; k < n; k++) sum += x[k];
    for (size_t k = 0; k < n; k++) squares += (x[k] - sum / (double)n) * (x[k] - sum / (double)n);
    return sqrt(squares / (double)n);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of one point, from the median of the second differences: steps and corners are few. */
static hys_status find_noise(hys__arena *arena, const double *x, size_t n, double *noise) {
    double *d = HYS_NEW_N(arena, double, n);
    if (!d) return HYS_NOMEM;
    for (size_t k = 1; k + 1 < n; k++) d[k - 1] = fabs(x[k - 1] - 2 * x[k] + x[k + 1]);
    qsort(d, n - 2, sizeof *d, compare);
    *noise = d[(n - 2) / 2] / 0.6745 / sqrt(6.0);
    return HYS_OK;
}

/* ---- lobes ---- */

/* |i/v| where v passes the level first (from a to b) or last; NaN. */
static double read_at(const hys__curve *c, size_t a, size_t b, double level, bool is_first) {
    double g = NAN;
    for (size_t k = a; k < b; k++) {
        double v1 = c->v[k], v2 = c->v[k + 1];
        if ((v1 - level) * (v2 - level) > 0 || v1 == v2) continue;
        double i = c->i[k] + (c->i[k + 1] - c->i[k]) * (level - v1) / (v2 - v1);
        g = fabs(i / level);
        if (is_first) return g;
    }
    return g;
}

/* v where ln|i/v| moves furthest in one direction within a few rows; NaN. */
static double steepest(const hys__measured_curve *m, size_t a, size_t b, int way, bool is_out) {
    const hys__curve *c = &m->curve;
    size_t w = (b - a) / 40 + 1;
    double best = STEEP, where = NAN;
    for (size_t k = a; k + w <= b; k++) {
        if (fabs(c->v[k]) < 0.03 * c->v_max || fabs(c->v[k + w]) < 0.03 * c->v_max) continue;
        if (fmin(fabs(c->i[k]), fabs(c->i[k + w])) < 5 * m->noise) continue;
        double now = way * log((c->i[k + w] / c->v[k + w]) / (c->i[k] / c->v[k]));
        if (isfinite(now) && now > best) best = now, where = is_out ? c->v[k] : c->v[k + w];
    }
    return where;
}

static void look_at(hys__measured_curve *m, hys__lobe *l) {
    const hys__curve *c = &m->curve;
    double height = fabs(c->source[l->peak]), box = c->v_max * c->i_max, level = l->sign * m->v_read;
    l->has_out = fabs(c->source[l->first]) < NEAR_ZERO * height && l->peak > l->first + 2;
    l->has_back = fabs(c->source[l->last]) < NEAR_ZERO * height && l->last > l->peak + 2;
    l->out = l->has_out ? read_at(c, l->first, l->peak, level, true) : NAN;
    l->back = l->has_back ? read_at(c, l->peak, l->last, level, false) : NAN;
    for (size_t k = l->first; k < l->last; k++) l->area += 0.5 * (c->v[k] * c->i[k + 1] - c->v[k + 1] * c->i[k]) / box;
    l->v_rise = l->has_out ? steepest(m, l->first, l->peak, 1, true) : NAN;
    l->v_drop = l->has_out ? steepest(m, l->first, l->peak, -1, true) : NAN;
    l->v_fall = l->has_back ? steepest(m, l->peak, l->last, -1, false) : NAN;
}

/* Runs of one sign of what is swept that rise above a tenth of its largest; a row beside belongs to both. */
static void find_lobes(hys__measured_curve *m) {
    const double *x = m->curve.source;
    double most = 0;
    for (size_t k = 0; k < m->curve.n; k++) most = fmax(most, fabs(x[k]));
    for (size_t k = 0; k < m->curve.n && m->n_lobes < HYS__LOBES_MAX;) {
        size_t end = k, peak = k;
        int sign = x[k] >= 0 ? 1 : -1;
        while (end < m->curve.n && x[end] * sign >= 0) {
            if (fabs(x[end]) > fabs(x[peak])) peak = end;
            end++;
        }
        if (end == k) end++;
        if (fabs(x[peak]) > 0.1 * most)
            m->lobes[m->n_lobes++] = (hys__lobe){.sign = sign, .first = k, .peak = peak, .last = end - 1};
        k = end;
    }
}

/* A loop of one sign that comes back to 0 without crossing it holds several lobes. */
static hys_status split_lobes(hys__arena *arena, hys__measured_curve *m) {
    size_t n = 0;
    hys__lobe *made = HYS_NEW_N(arena, hys__lobe, HYS__LOBES_MAX);
    if (!made) return HYS_NOMEM;
    for (size_t k = 0; k < m->n_lobes; k++) {
        const hys__lobe *l = &m->lobes[k];
        size_t *turns, n_turns, first = l->first;
        const double *x = m->curve.source + l->first;
        hys_status status = hys__find_turns(arena, x, l->last - l->first + 1, 0.5, &turns, &n_turns);
        if (status != HYS_OK) return status;
        for (size_t j = 0; j <= n_turns && n < HYS__LOBES_MAX; j++) {
            size_t end = j < n_turns ? l->first + turns[j] : l->last, peak = first;
            bool is_valley = j == n_turns || fabs(m->curve.source[end]) < 0.5 * fabs(m->curve.source[l->peak]);
            if (!is_valley || end <= first) continue;
            for (size_t row = first; row <= end; row++)
                if (fabs(m->curve.source[row]) > fabs(m->curve.source[peak])) peak = row;
            made[n++] = (hys__lobe){.sign = l->sign, .first = first, .peak = peak, .last = end};
            first = end;
        }
    }
    memcpy(m->lobes, made, n * sizeof *made);
    m->n_lobes = n;
    return HYS_OK;
}

/* ---- reading ---- */

static const char *problem(const hys__measured_curve *m, double deviation) {
    if (!(m->curve.i_max > 0) || !(m->curve.v_max > 0)) return "it holds no voltage, or no current";
    if (m->noise > NOISE_MOST * deviation) return "its current is noise: neighbouring points differ as distant ones do";
    return NULL;
}

static void take_time(const hys_table *table, hys__curve *c) {
    const double *t = hys_table_column(table, "time");
    bool rises = t != NULL;
    for (size_t k = 1; k < c->n && rises; k++) rises = t[k] > t[k - 1];
    c->t = rises ? t : NULL;
}

hys_status hys__measured_curve_read(hys_ctx *ctx, hys__arena *arena, const hys_class_data *data, hys__measured_curve *m,
                                    bool *is_good, const char **why) {
    hys_curve_info info;
    *m = (hys__measured_curve){.name = data->name};
    *is_good = false;
    hys_status status = hys_curve_inspect(ctx, data->table, &info);
    if (status != HYS_OK) return status;
    hys__curve *c = &m->curve;
    *c = (hys__curve){.v = hys_table_column(data->table, "v"),
                      .i = hys_table_column(data->table, "i"),
                      .n = hys_table_n_rows(data->table)};
    take_time(data->table, c);
    m->is_current = !strcmp(info.swept, "i");
    c->source = m->is_current ? c->i : c->v;
    for (size_t k = 0; k < c->n; k++) {
        c->v_max = fmax(c->v_max, fabs(c->v[k]));
        c->i_max = fmax(c->i_max, fabs(c->i[k]));
    }
    *why = "it has fewer than 12 rows";
    if (c->n < LEAST_ROWS) return HYS_OK;
    const double *answers = m->is_current ? c->v : c->i;
    status = find_noise(arena, answers, c->n, &m->noise);
    *why = problem(m, spread(answers, c->n));
    if (m->is_current) m->noise = 0; /* of i: none, it was imposed */
    if (status != HYS_OK || *why) return status;
    find_lobes(m);
    status = split_lobes(arena, m);
    m->v_read = INFINITY;
    for (size_t k = 0; k < m->n_lobes; k++) {
        double most = 0;
        for (size_t row = m->lobes[k].first; row <= m->lobes[k].last; row++) most = fmax(most, fabs(c->v[row]));
        m->v_read = fmin(m->v_read, READ_PART * most);
    }
    for (size_t k = 0; k < m->n_lobes; k++) look_at(m, &m->lobes[k]);
    *is_good = status == HYS_OK;
    return status;
}
