/* Measured curves: which columns, whether they can be fitted, and fewer points where there are too many. */
#include "device/word.h"
#include "lab/bench_opts.h"
#include "lab/fit.h"
#include <hysteron/measured.h>
#include <math.h>
#include <string.h>

#define LEAST_ROWS     10u
#define MOST_POINTS    12000
#define FLOOR_RELATIVE 1e-4  /* of the largest |i|: below it log |i| is noise */
#define PLATEAU        0.995 /* of the limit of the instrument: rows above it are held there */
#define EVEN           0.1   /* mean change of a step against the mean step: of what a source sweeps */

typedef struct columns {
    const char *name;
    const double *t, *v, *i; /* t NULL: there is none */
    size_t n;
    double temp; /* K */
    hys__fit_drive drive;
} columns;

static hys_status bad(const hys_fit *fit, const columns *c, const char *hint, const char *what) {
    return hys__report_at(fit->ctx, HYS_ERROR, HYS_ARG, c->name, 0, 0, "", hint, "%s", what);
}

static hys_status bad_row(const hys_fit *fit, const columns *c, size_t row, const char *what) {
    return hys__report_at(fit->ctx, HYS_ERROR, HYS_ARG, c->name, 0, 0, "", "", "row %zu: %s", row + 1, what);
}

/* Columns are in SI once they are read; another dimension means another quantity. */
static hys_status check_unit(const hys_fit *fit, const hys_table *table, const columns *c, const char *column,
                             const char *unit) {
    for (size_t k = 0; k < hys_table_n_columns(table); k++) {
        const char *is = hys_table_unit(table, k);
        if (strcmp(hys_table_name(table, k), column) || !is || !*is || !strcmp(is, unit)) continue;
        return hys__report_at(fit->ctx, HYS_ERROR, HYS_UNIT, c->name, 0, 0, "", "", "column %s is in %s, not in %s",
                              column, is, unit);
    }
    return HYS_OK;
}

static hys_status find_columns(const hys_fit *fit, const hys_fit_data *data, columns *c) {
    const hys_table *table = data->table;
    *c = (columns){.name = data->name ? data->name : "data",
                   .t = hys_table_column(table, "time"),
                   .v = hys_table_column(table, "v"),
                   .i = hys_table_column(table, "i"),
                   .n = hys_table_n_rows(table)};
    if (!c->v || !c->i) return bad(fit, c, "name them v and i: time[s],v[V],i[A]", "columns v and i are needed");
    if (fit->opts.rate || fit->opts.period) c->t = NULL;
    else if (!c->t)
        return bad(fit, c, "--rate 1V/s, or --period 10s for evenly spaced points", "there is no column time");
    hys_status status = check_unit(fit, table, c, "v", "V");
    if (status == HYS_OK) status = check_unit(fit, table, c, "i", "A");
    return status == HYS_OK && c->t ? check_unit(fit, table, c, "time", "s") : status;
}

static hys_status check_rows(const hys_fit *fit, const columns *c) {
    double least[2] = {INFINITY, INFINITY}, most[2] = {-INFINITY, -INFINITY};
    if (c->n < LEAST_ROWS) return bad(fit, c, "", "fewer than 10 rows cannot be fitted");
    for (size_t k = 0; k < c->n; k++) {
        if (!isfinite(c->v[k]) || !isfinite(c->i[k])) return bad_row(fit, c, k, "voltage or current is not finite");
        if (c->t && !isfinite(c->t[k])) return bad_row(fit, c, k, "the time is not finite");
        if (c->t && k && !(c->t[k] > c->t[k - 1])) return bad_row(fit, c, k, "the time does not increase");
        least[0] = fmin(least[0], c->v[k]);
        most[0] = fmax(most[0], c->v[k]);
        least[1] = fmin(least[1], c->i[k]);
        most[1] = fmax(most[1], c->i[k]);
    }
    if (!(most[0] > least[0])) return bad(fit, c, "", "the voltage is constant");
    if (!(most[1] > least[1])) return bad(fit, c, "", "the current is constant");
    if (fmax(most[0], -least[0]) > 1e6)
        return bad(fit, c, "is the unit right? v is read in V", "above a million volts");
    if (fmax(most[1], -least[1]) > 1e6)
        return bad(fit, c, "is the unit right? i is read in A", "above a million amperes");
    return HYS_OK;
}

/* ---- time ---- */

static hys_status quantity(const hys_fit *fit, const char *option, const char *text, const char *unit, double *value) {
    hys__word word = hys__word_all(option, text);
    hys_status status = hys__word_quantity(fit->ctx, &word, unit, "this", value);
    if (status == HYS_OK && !(*value > 0)) return hys__word_fail(fit->ctx, &word, HYS_ARG, "", "it must be above 0");
    return status;
}

/* Time of data without one: from the sweep rate, a step of 0 V lasting a thousandth of a mean one; or evenly spaced. */
static hys_status make_time(const hys_fit *fit, const columns *c, double *t) {
    double rate = 0, period = 0, way = 0;
    hys_status status = HYS_OK;
    if (fit->opts.rate) status = quantity(fit, "--rate", fit->opts.rate, "V/s", &rate);
    else status = quantity(fit, "--period", fit->opts.period, "s", &period);
    if (status != HYS_OK) return status;
    for (size_t k = 1; k < c->n; k++) way += fabs(c->v[k] - c->v[k - 1]);
    double least = 1e-3 * way / (double)c->n;
    for (size_t k = 1; k < c->n; k++)
        t[k] = t[k - 1] + (rate > 0 ? fmax(fabs(c->v[k] - c->v[k - 1]), least) / rate : period / (double)(c->n - 1));
    return HYS_OK;
}

/* ---- fewer points ---- */

/* Means of `group` rows each; the last group may be smaller. */
static bool average(hys_fit *fit, const columns *c, size_t group, hys__fit_curve *curve) {
    size_t n = (c->n + group - 1) / group;
    curve->t = HYS_NEW_N(&fit->arena, double, 3 * n);
    if (!curve->t) return false;
    curve->v = curve->t + n;
    curve->i = curve->v + n;
    curve->n = n;
    for (size_t k = 0; k < n; k++) {
        size_t to = (k + 1) * group < c->n ? (k + 1) * group : c->n;
        double t = 0, v = 0, i = 0, count = (double)(to - k * group);
        for (size_t r = k * group; r < to; r++) {
            t += c->t[r] - c->t[0];
            v += c->v[r];
            i += c->i[r];
        }
        curve->t[k] = t / count;
        curve->v[k] = v / count;
        curve->i[k] = i / count;
    }
    return true;
}

/* ---- what drives ---- */

static double unevenness(const double *x, size_t n) {
    double change = 0, sum = 0;
    for (size_t k = 1; k < n; k++) {
        sum += fabs(x[k] - x[k - 1]);
        if (k > 1) change += fabs(fabs(x[k] - x[k - 1]) - fabs(x[k - 1] - x[k - 2]));
    }
    return sum > 0 ? change / sum : INFINITY;
}

static hys_status bad_drive(const hys_fit *fit) {
    hys__word word = hys__word_all("--drive", fit->opts.drive);
    return hys__word_fail(fit->ctx, &word, HYS_ARG, "v, i or auto", "this is not what a source drives");
}

/* limit = "none" | I */
static hys_status read_limit(hys_fit *fit, columns *c) {
    hys__word word = hys__word_all("--compliance", fit->opts.compliance);
    double limit;
    if (!strcmp(fit->opts.compliance, "none")) return HYS_OK;
    hys_status status = hys__word_quantity(fit->ctx, &word, "A", "the compliance", &limit);
    if (status == HYS_OK && !(limit > 0))
        return hys__word_fail(fit->ctx, &word, HYS_ARG, "", "the compliance must be above 0");
    if (status == HYS_OK) c->drive.limit[0] = c->drive.limit[1] = limit;
    return status;
}

/* The mean of the rows of the plateau, of noise free of the bias that their largest has. */
static double mean_plateau(const columns *c, const hys_plateau *p) {
    double sign = p->i < 0 ? -1 : 1, sum = 0, n = 0;
    for (size_t k = 0; k < c->n; k++)
        if (sign * c->i[k] >= PLATEAU * fabs(p->i)) sum += sign * c->i[k], n++;
    return sum / n;
}

static hys_status find_limits(hys_fit *fit, const hys_fit_data *data, columns *c) {
    hys_curve_info info;
    hys_status status = hys_curve_inspect(fit->ctx, data->table, &info);
    for (int k = 0; k < 2 && status == HYS_OK; k++) {
        const hys_plateau *p = &info.compliance[k];
        if (isnan(p->i)) continue;
        c->drive.limit[k] = mean_plateau(c, p);
        status = hys__fit_remark(fit,
                                 "%s: the instrument held the current at %.4g A from %.4g to %.4g V (%zu rows): the "
                                 "model meets the same limit there; --compliance none if the device does that itself",
                                 c->name, copysign(c->drive.limit[k], p->i), p->v_from, p->v_to, p->n_rows);
    }
    return status;
}

static hys_status find_drive(hys_fit *fit, const hys_fit_data *data, columns *c) {
    const char *drive = fit->opts.drive ? fit->opts.drive : "auto";
    double v = unevenness(c->v, c->n), i = unevenness(c->i, c->n);
    bool is_auto = !strcmp(drive, "auto");
    if (!is_auto && strcmp(drive, "v") && strcmp(drive, "i")) return bad_drive(fit);
    c->drive =
        (hys__fit_drive){.is_current = is_auto ? i < EVEN && i < v / 2 : *drive == 'i', .limit = {INFINITY, INFINITY}};
    for (size_t k = 0; k < c->n; k++) c->drive.range = fmax(c->drive.range, fabs(c->v[k]));
    hys_status status = HYS_OK;
    if (c->drive.is_current && is_auto)
        status = hys__fit_remark(fit,
                                 "%s: the current was swept: it drives the model, and voltages are compared; "
                                 "--drive v if the voltage was",
                                 c->name);
    else if (!c->drive.is_current && fit->opts.compliance) status = read_limit(fit, c);
    else if (!c->drive.is_current) status = find_limits(fit, data, c);
    c->drive.is_line = c->drive.is_current || isfinite(c->drive.limit[0]) || isfinite(c->drive.limit[1]);
    return status;
}

/* Of the user, of a column T, or the common one. */
static hys_status find_temperature(hys_fit *fit, const hys_fit_data *data, columns *c) {
    hys_bench_opts bench = hys_bench_opts_default();
    bench.temp = data->temp ? data->temp : fit->opts.temp;
    const double *column = hys_table_column(data->table, "T");
    if (bench.temp || !column) return hys__opts_temperature(fit->ctx, &bench, &c->temp);
    double sum = 0, least = INFINITY, most = -INFINITY;
    hys_status status = check_unit(fit, data->table, c, "T", "K");
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < c->n; k++) {
        if (!(column[k] > 0 && column[k] < 1e5))
            return bad_row(fit, c, k, "the temperature is not between 0 and 100000 K");
        sum += column[k];
        least = fmin(least, column[k]);
        most = fmax(most, column[k]);
    }
    c->temp = sum / (double)c->n;
    return hys__fit_remark(fit,
                           most - least < 1 ? "%s: at %.5g K, by column T"
                                            : "warning: %s: column T varies; the mean, %.5g K, is used",
                           c->name, c->temp);
}

/* to: the curve at each of the three levels */
static hys_status take_curve(hys_fit *fit, const hys_fit_data *data, hys__fit_curve *const to[3]) {
    columns c;
    hys_status status = find_columns(fit, data, &c);
    if (status == HYS_OK) status = check_rows(fit, &c);
    if (status == HYS_OK && !c.t) {
        double *t = HYS_NEW_N(&fit->arena, double, c.n);
        status = t ? make_time(fit, &c, t) : HYS_NOMEM;
        c.t = t;
    }
    if (status == HYS_OK) status = find_temperature(fit, data, &c);
    if (status == HYS_OK) status = find_drive(fit, data, &c);
    if (status != HYS_OK) return status;
    size_t most = fit->opts.most_points > 0 ? (size_t)fit->opts.most_points : MOST_POINTS;
    if (most < LEAST_ROWS) most = LEAST_ROWS;
    size_t points[3] = {most < HYS__FIT_COARSE ? most : HYS__FIT_COARSE,
                        most < HYS__FIT_MIDDLE ? most : HYS__FIT_MIDDLE, most};
    for (int k = 0; k < 3; k++) {
        *to[k] = (hys__fit_curve){.name = c.name,
                                  .weight = data->weight > 0 ? sqrt(data->weight) : 1,
                                  .n_rows = c.n,
                                  .temp = c.temp,
                                  .drive = c.drive};
        if (!average(fit, &c, (c.n + points[k] - 1) / points[k], to[k])) return HYS_NOMEM;
        to[k]->x = c.drive.is_current ? to[k]->i : to[k]->v;
        to[k]->y = c.drive.is_current ? to[k]->v : to[k]->i;
    }
    for (size_t k = 0; k < to[2]->n; k++) to[2]->range = fmax(to[2]->range, fabs(to[2]->y[k]));
    to[0]->range = to[1]->range = to[2]->range;
    if (to[2]->n == c.n) return HYS_OK;
    return hys__fit_remark(fit, "%s: %zu rows were averaged to %zu points", c.name, c.n, to[2]->n);
}

static hys_status read_series(hys_fit *fit) {
    if (!fit->opts.series) return HYS_OK;
    hys__word word = hys__word_all("--series", fit->opts.series);
    hys_status status = hys__word_quantity(fit->ctx, &word, "ohm", "the series resistance", &fit->series);
    if (status == HYS_OK && !(fit->series >= 0))
        return hys__word_fail(fit->ctx, &word, HYS_ARG, "", "the series resistance is negative");
    fit->has_series = fit->series > 0;
    return status;
}

hys_status hys__fit_read(hys_fit *fit, const hys_fit_data *data, size_t n_data) {
    hys__fit_level *levels[3] = {&fit->coarse, &fit->middle, &fit->fine};
    hys__fit_curve *curves[3];
    for (int k = 0; k < 3; k++) {
        curves[k] = HYS_NEW_N(&fit->arena, hys__fit_curve, n_data);
        if (!curves[k]) return HYS_NOMEM;
        *levels[k] = (hys__fit_level){curves[k], n_data, 0, 1};
    }
    if (fit->opts.rate && fit->opts.period)
        return hys__fail(fit->ctx, HYS_ARG, "", "the time follows from a rate or from a period, not from both");
    fit->floor_relative = FLOOR_RELATIVE;
    hys_status series = read_series(fit);
    if (series != HYS_OK) return series;
    for (size_t c = 0; c < n_data; c++) {
        hys__fit_curve *const to[3] = {&curves[0][c], &curves[1][c], &curves[2][c]};
        hys_status status = take_curve(fit, &data[c], to);
        if (status != HYS_OK) return status;
        for (int k = 0; k < 3; k++) levels[k]->n_points += to[k]->n;
        fit->stats.n_rows += to[2]->n_rows;
    }
    return HYS_OK;
}

/* At the limit of the instrument the current is not the device's. */
static bool is_held(const hys__fit_curve *c, size_t k, double value) {
    double limit = c->drive.limit[c->y[k] < 0];
    return fabs(value) == limit && fabs(c->y[k]) >= PLATEAU * limit && value * c->y[k] > 0;
}

double hys__fit_residual(const hys_fit *fit, const hys__fit_curve *c, size_t k, double value) {
    if (c->folds && (c->folds[k] == c->fold) != c->is_left_out) return 0;
    if (isfinite(c->drive.limit[c->y[k] < 0]) && is_held(c, k, value)) return 0;
    if (!fit->opts.is_log) return c->weight * (value - c->y[k]) / c->range;
    double floor = fit->floor_relative * c->range, is = fabs(c->y[k]);
    return is < floor ? 0 : c->weight * (log10(fmax(fabs(value), floor)) - log10(is));
}
