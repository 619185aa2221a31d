/* What a row of a table takes from its run:
 *
 *     measurand = name ["@" count]                          a .meas; of run 3 of .step or .mc
 *               | statistic "(" name ")"                    over the runs in which it did not fail
 *               | "fraction" "(" name ("<" | ">") number ")"   part of all runs
 *               | "slope" "(" name "," name ")"             of the second against the first, least squares
 *     and of a bifurcation
 *               | type "@" count "." field | "count" "(" type ")"
 */
#include "lab/reproduce.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- statistics ---- */

static double stat_mean(double *x, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += x[k];
    return sum / (double)n;
}

static double stat_std(double *x, size_t n) {
    double mean = stat_mean(x, n), sum = 0;
    for (size_t k = 0; k < n; k++) sum += (x[k] - mean) * (x[k] - mean);
    return sqrt(sum / (double)(n - 1));
}

static double stat_min(double *x, size_t n) {
    double least = x[0];
    for (size_t k = 1; k < n; k++) least = fmin(least, x[k]);
    return least;
}

static double stat_max(double *x, size_t n) {
    double most = x[0];
    for (size_t k = 1; k < n; k++) most = fmax(most, x[k]);
    return most;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double stat_median(double *x, size_t n) {
    qsort(x, n, sizeof *x, by_value);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

static double stat_count(double *x, size_t n) {
    (void)x;
    return (double)n;
}

static const struct statistic {
    const char *name;
    double (*of)(double *x, size_t n);
    size_t least; /* values that it needs */
} statistics[] = {
    {"mean", stat_mean, 1}, {"std", stat_std, 2},       {"min", stat_min, 1},
    {"max", stat_max, 1},   {"median", stat_median, 1}, {"count", stat_count, 0},
};
#define N_STATISTICS (sizeof statistics / sizeof *statistics)

/* ---- fields of bifurcation points ---- */

static double point_param(const hys_bifurcation_point *p) {
    return p->param;
}
static double point_frequency(const hys_bifurcation_point *p) {
    return p->frequency;
}
static double point_lyapunov(const hys_bifurcation_point *p) {
    return p->lyapunov;
}

static const struct point_field {
    const char *name;
    double (*of)(const hys_bifurcation_point *p);
} fields[] = {{"param", point_param}, {"frequency", point_frequency}, {"lyapunov", point_lyapunov}};
#define N_FIELDS (sizeof fields / sizeof *fields)

static const char *const point_types[] = {"hopf",  "fold",       "branch", "cycle-fold", "period-doubling",
                                          "torus", "homoclinic", "end"};
#define N_TYPES (sizeof point_types / sizeof *point_types)

/* ---- reading ---- */

typedef struct reader {
    hys__arena *arena;
    const char *at;
    hys__measurand_error *error;
} reader;

static bool refuse(const reader *r, const char *what, const char *hint) {
    snprintf(r->error->what, sizeof r->error->what, "%s", what);
    snprintf(r->error->hint, sizeof r->error->hint, "%s", hint);
    return false;
}

static bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

static void skip_blanks(reader *r) {
    while (*r->at == ' ' || *r->at == '\t') r->at++;
}

static bool take(reader *r, char c) {
    skip_blanks(r);
    if (*r->at != c) return false;
    r->at++;
    return true;
}

/* name = (letter | digit | "_" | "-")+ ; "." only where a measure's name may hold it */
static const char *take_name(reader *r) {
    skip_blanks(r);
    const char *from = r->at;
    while (is_name_byte(*r->at)) r->at++;
    if (r->at == from) {
        refuse(r, "a name is missing", "NAME, NAME@3, mean(NAME), fraction(NAME>0.5), slope(X,Y), hopf@1.param");
        return NULL;
    }
    return hys__arena_strndup(r->arena, from, (size_t)(r->at - from));
}

static bool take_count(reader *r, size_t *count) {
    char *end = NULL;
    unsigned long value = *r->at >= '0' && *r->at <= '9' ? strtoul(r->at, &end, 10) : 0;
    if (value < 1 || value > 1000000000) return refuse(r, "'@' is followed by 1, 2, 3, ...", "");
    *count = value;
    r->at = end;
    return true;
}

static bool take_level(reader *r, hys__measurand *m) {
    if (take(r, '>')) m->is_above = true;
    else if (!take(r, '<')) return refuse(r, "a '<' or '>' is missing", "fraction(NAME>0.5)");
    skip_blanks(r);
    bool overflow = false;
    size_t n = hys__number_parse(r->at, &m->level, &overflow);
    if (n == 0) return refuse(r, "a plain number is missing", "fraction(NAME>0.5)");
    r->at += n;
    return true;
}

/* What stands in the parentheses. */
static bool take_argument(reader *r, hys__measurand *m) {
    m->name = take_name(r);
    if (!m->name) return false;
    if (m->kind == HYS__OF_FRACTION && !take_level(r, m)) return false;
    if (m->kind == HYS__OF_SLOPE) {
        if (!take(r, ',')) return refuse(r, "a ',' is missing", "slope(X,Y)");
        m->other = take_name(r);
        if (!m->other) return false;
    }
    return take(r, ')') || refuse(r, "a ')' is missing", "");
}

static bool choose_function(reader *r, const char *name, hys__measurand *m) {
    if (!strcmp(name, "fraction")) m->kind = HYS__OF_FRACTION;
    else if (!strcmp(name, "slope")) m->kind = HYS__OF_SLOPE;
    else m->kind = HYS__OF_RUNS;
    if (m->kind != HYS__OF_RUNS) return true;
    while (m->which < N_STATISTICS && strcmp(statistics[m->which].name, name) != 0) m->which++;
    if (m->which < N_STATISTICS) return true;
    return refuse(r, "there is no such function", "mean, std, min, max, median, count, fraction, slope");
}

static bool check_type(const reader *r, const char *type) {
    for (size_t k = 0; k < N_TYPES; k++)
        if (!strcmp(point_types[k], type)) return true;
    return refuse(r, "there is no such kind of point",
                  "hopf, fold, branch, cycle-fold, period-doubling, torus, homoclinic, end");
}

/* of "count(hopf)" or "hopf@1.param" behind the first name */
static bool read_point(reader *r, const char *first, hys__measurand *m) {
    if (!strcmp(first, "count") && take(r, '(')) {
        m->kind = HYS__OF_POINTS;
        return take_argument(r, m) && check_type(r, m->name);
    }
    m->kind = HYS__OF_POINT;
    m->name = first;
    if (!check_type(r, first)) return false;
    if (*r->at++ != '@') return refuse(r, "which of the points?", "hopf@1.param");
    if (!take_count(r, &m->index)) return false;
    const char *field = *r->at == '.' && r->at++ ? take_name(r) : NULL;
    while (field && m->which < N_FIELDS && strcmp(fields[m->which].name, field) != 0) m->which++;
    if (!field || m->which == N_FIELDS)
        return refuse(r, "a point has the fields param, frequency and lyapunov", "hopf@1.param");
    return true;
}

static bool read_measure(reader *r, const char *first, hys__measurand *m) {
    if (take(r, '(')) return choose_function(r, first, m) && take_argument(r, m);
    m->kind = HYS__OF_MEASURE;
    m->name = first;
    if (*r->at != '@') return true;
    r->at++;
    return take_count(r, &m->index);
}

bool hys__measurand_read(hys__arena *arena, const char *text, bool is_bifurcation, hys__measurand *result,
                         hys__measurand_error *error) {
    reader r = {.arena = arena, .at = text, .error = error};
    hys__measurand m = {0};
    const char *first = take_name(&r);
    if (!first || !(is_bifurcation ? read_point(&r, first, &m) : read_measure(&r, first, &m))) return false;
    skip_blanks(&r);
    if (*r.at) return refuse(&r, "there is something behind the quantity", r.at);
    *result = m;
    return true;
}

/* ---- evaluation ---- */

static bool is_named(const hys_sim_measure *measure, const char *name) {
    return !strcasecmp(measure->name, name);
}

/* The names of the netlist's measures, as far as they fit. */
static double fail_name(const hys_sim *sim, const char *name, char why[HYS__WHY_SIZE]) {
    const char *names[32];
    size_t n = 0, at = 0;
    for (size_t k = 0; k < hys_sim_n_measures(sim) && n < 32; k++) {
        const char *one = hys_sim_get_measure(sim, k)->name;
        size_t i = 0;
        while (i < n && strcmp(names[i], one) != 0) i++;
        if (i == n) names[n++] = one;
    }
    at = (size_t)snprintf(why, HYS__WHY_SIZE, "the netlist has no .meas '%.60s'%s", name, n ? "; it has" : "");
    for (size_t k = 0; k < n && at + strlen(names[k]) + 8 < HYS__WHY_SIZE; k++)
        at += (size_t)snprintf(why + at, HYS__WHY_SIZE - at, "%s %s", k ? "," : "", names[k]);
    return NAN;
}

static size_t count_measures(const hys_sim *sim, const char *name) {
    size_t n = 0;
    for (size_t k = 0; k < hys_sim_n_measures(sim); k++) n += is_named(hys_sim_get_measure(sim, k), name);
    return n;
}

/* The k-th measure of that name, from 1: there is one a run. */
static const hys_sim_measure *find_measure(const hys_sim *sim, const char *name, size_t index) {
    for (size_t k = 0; k < hys_sim_n_measures(sim); k++) {
        const hys_sim_measure *measure = hys_sim_get_measure(sim, k);
        if (is_named(measure, name) && --index == 0) return measure;
    }
    return NULL;
}

static double one_measure(const hys__measurand *m, const hys_sim *sim, char why[HYS__WHY_SIZE]) {
    size_t n = count_measures(sim, m->name);
    if (n == 0) return fail_name(sim, m->name, why);
    if (m->index > n || (n > 1 && !m->index)) {
        snprintf(why, HYS__WHY_SIZE, "'%.60s' was measured in %zu run%s: NAME@1 is the first", m->name, n,
                 n > 1 ? "s" : "");
        return NAN;
    }
    const hys_sim_measure *measure = find_measure(sim, m->name, m->index ? m->index : 1);
    if (isnan(measure->value)) snprintf(why, HYS__WHY_SIZE, ".meas %.60s failed: %.200s", m->name, measure->why);
    return measure->value;
}

/* The measure of all runs, one behind the other; NULL: out of memory. */
static double *collect(const hys_sim *sim, const char *name, hys__arena *scratch) {
    double *values = HYS_NEW_N(scratch, double, count_measures(sim, name) + 1);
    size_t n = 0;
    for (size_t k = 0; values && k < hys_sim_n_measures(sim); k++) {
        const hys_sim_measure *measure = hys_sim_get_measure(sim, k);
        if (is_named(measure, name)) values[n++] = measure->value;
    }
    return values;
}

static double over_runs(const hys__measurand *m, hys__arena *scratch, const hys_sim *sim, char why[HYS__WHY_SIZE]) {
    const struct statistic *statistic = &statistics[m->which];
    size_t n_all = count_measures(sim, m->name), n = 0;
    if (!n_all) return fail_name(sim, m->name, why);
    double *values = collect(sim, m->name, scratch);
    if (!values) return NAN;
    for (size_t k = 0; k < n_all; k++)
        if (!isnan(values[k])) values[n++] = values[k];
    if (n >= statistic->least) return statistic->of(values, n);
    snprintf(why, HYS__WHY_SIZE, "%s needs %zu run%s in which '%.60s' did not fail; there %s %zu", statistic->name,
             statistic->least, statistic->least > 1 ? "s" : "", m->name, n == 1 ? "is" : "are", n);
    return NAN;
}

static double fraction(const hys__measurand *m, const hys_sim *sim, char why[HYS__WHY_SIZE]) {
    size_t n = count_measures(sim, m->name), n_beyond = 0;
    if (!n) return fail_name(sim, m->name, why);
    for (size_t k = 0; k < hys_sim_n_measures(sim); k++) {
        const hys_sim_measure *measure = hys_sim_get_measure(sim, k);
        if (is_named(measure, m->name)) n_beyond += m->is_above ? measure->value > m->level : measure->value < m->level;
    }
    return (double)n_beyond / (double)n;
}

/* Least squares on the runs in which neither failed, which are moved to the front. */
static double slope(const hys__measurand *m, hys__arena *scratch, const hys_sim *sim, char why[HYS__WHY_SIZE]) {
    size_t n_x = count_measures(sim, m->name), n_y = count_measures(sim, m->other), n = 0;
    if (!n_x || !n_y) return fail_name(sim, n_x ? m->other : m->name, why);
    double *x = collect(sim, m->name, scratch), *y = collect(sim, m->other, scratch), xx = 0, xy = 0;
    if (!x || !y) return NAN;
    for (size_t k = 0; k < n_x && k < n_y; k++) {
        if (isnan(x[k]) || isnan(y[k])) continue;
        x[n] = x[k];
        y[n++] = y[k];
    }
    double mean_x = stat_mean(x, n), mean_y = stat_mean(y, n);
    for (size_t k = 0; k < n; k++) {
        xx += (x[k] - mean_x) * (x[k] - mean_x);
        xy += (x[k] - mean_x) * (y[k] - mean_y);
    }
    if (n >= 2 && xx > 0) return xy / xx;
    snprintf(why, HYS__WHY_SIZE, "a slope needs two runs with different '%.60s'", m->name);
    return NAN;
}

double hys__measurand_of_sim(const hys__measurand *m, hys__arena *scratch, const hys_sim *sim,
                             char why[HYS__WHY_SIZE]) {
    switch (m->kind) {
    case HYS__OF_MEASURE:
        return one_measure(m, sim, why);
    case HYS__OF_RUNS:
        return over_runs(m, scratch, sim, why);
    case HYS__OF_FRACTION:
        return fraction(m, sim, why);
    case HYS__OF_SLOPE:
        return slope(m, scratch, sim, why);
    default:
        return NAN;
    }
}

double hys__measurand_of_bifurcation(const hys__measurand *m, const hys_bifurcation *b, char why[HYS__WHY_SIZE]) {
    size_t n = 0;
    for (size_t k = 0; k < hys_bifurcation_n_points(b); k++) {
        const hys_bifurcation_point *p = hys_bifurcation_get_point(b, k);
        if (strcmp(p->type, m->name) != 0) continue;
        if (++n != m->index) continue;
        double value = fields[m->which].of(p);
        if (isnan(value)) snprintf(why, HYS__WHY_SIZE, "a %s point has no %s", m->name, fields[m->which].name);
        return value;
    }
    if (m->kind == HYS__OF_POINTS) return (double)n;
    snprintf(why, HYS__WHY_SIZE, "there %s %zu %s point%s", n == 1 ? "is" : "are", n, m->name, n == 1 ? "" : "s");
    return NAN;
}
