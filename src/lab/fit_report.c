/* What is said of a fit: measures of goodness, the table, what the user should know. */
#include "base/units.h"
#include "device/word.h"
#include "lab/fit.h"
#include <math.h>
#include <string.h>

#define MEMORY 1.5 /* points that say as much as one, above which it is said */

/* ---- goodness ---- */

/* Curves whose voltages are compared. */
static size_t n_current(const hys_fit *fit) {
    size_t n = 0;
    for (size_t c = 0; c < fit->fine.n_curves; c++) n += fit->fine.curves[c].drive.is_current;
    return n;
}

static double counted_value(const hys_fit *fit, const hys__fit_curve *c, size_t k) {
    double floor = fit->floor_relative * c->range;
    if (!fit->opts.is_log) return c->y[k] / c->range;
    return fabs(c->y[k]) < floor ? NAN : log10(fabs(c->y[k]));
}

static void fill_goodness(hys_fit *fit, const double *current, const double *residual) {
    hys_fit_stats *s = &fit->stats;
    double square = 0, plain = 0, total = 0, sum = 0, lag = 0, n = 0;
    size_t at = 0, n_compared = 0;
    bool is_voltage = n_current(fit) == fit->fine.n_curves;
    for (size_t c = 0; c < fit->fine.n_curves; at += fit->fine.curves[c++].n)
        for (size_t k = 0; k < fit->fine.curves[c].n; k++) {
            const hys__fit_curve *curve = &fit->fine.curves[c];
            double d = current[at + k] - curve->y[k], value = counted_value(fit, curve, k);
            bool is_compared = curve->drive.is_current == is_voltage;
            square += is_compared ? d * d : 0;
            n_compared += is_compared;
            if (k) lag += residual[at + k] * residual[at + k - 1];
            if (isnan(value)) continue;
            plain += residual[at + k] * residual[at + k] / (curve->weight * curve->weight);
            sum += value;
            total += value * value;
            n++;
        }
    s->rms = sqrt(square / (double)n_compared);
    s->rms_unit = is_voltage ? "V" : "A";
    s->rms_relative = sqrt(plain / n);
    s->r2 = 1 - plain / (total - sum * sum / n);
    s->autocorrelation = fit->best_cost > 0 ? lag / fit->best_cost : 0;
    s->memory = fit->noise.memory;
    s->n_effective = fit->noise.n_counted / fit->noise.memory;
    s->aic = n * log(fit->best_cost / n) + 2 * ((double)fit->n + 1);
    s->bic = n * log(fit->best_cost / n) + log(n) * ((double)fit->n + 1);
}

static hys_status fill_chi2(hys_fit *fit) {
    double sigma;
    fit->stats.chi2 = NAN;
    if (!fit->opts.noise) return HYS_OK;
    hys__word word = hys__word_all("--noise", fit->opts.noise);
    hys_status status = hys__word_quantity(fit->ctx, &word, fit->stats.rms_unit, "the noise", &sigma);
    if (status == HYS_OK && !(sigma > 0))
        return hys__word_fail(fit->ctx, &word, HYS_ARG, "", "the noise must be above 0");
    if (status == HYS_OK)
        fit->stats.chi2 = fit->stats.rms * fit->stats.rms * (double)fit->stats.n_points / (sigma * sigma);
    return status;
}

static hys_status fill_table(hys_fit *fit, const double *current, const double *residual) {
    static const char *const names[][2] = {{"curve", ""},  {"time", "s"},    {"v", "V"},    {"i", "A"},
                                           {"i_fit", "A"}, {"residual", ""}, {"v_fit", "V"}};
    hys_status status = hys_table_new(fit->ctx, &fit->table);
    size_t at = 0, n_columns = n_current(fit) ? 7 : 6;
    for (size_t k = 0; k < n_columns && status == HYS_OK; k++)
        status = hys_table_add_column(fit->table, names[k][0], names[k][1]);
    for (size_t c = 0; c < fit->fine.n_curves; at += fit->fine.curves[c++].n)
        for (size_t k = 0; k < fit->fine.curves[c].n && status == HYS_OK; k++) {
            const hys__fit_curve *curve = &fit->fine.curves[c];
            double fitted = current[at + k], v = curve->v[k], i = curve->i[k];
            bool is_current = curve->drive.is_current;
            double row[] = {
                (double)c + 1,          curve->t[k], v, i, is_current ? i : fitted, residual[at + k] / curve->weight,
                is_current ? fitted : v};
            status = hys_table_add_row(fit->table, row);
        }
    return status;
}

/* ---- what the user should know ---- */

static hys_status remark_method(hys_fit *fit) {
    hys_status status = hys__fit_remark(
        fit,
        n_current(fit) == fit->fine.n_curves ? "residuals are (v_fit - v) / largest |v|"
        : fit->opts.is_log ? "residuals are log10 |i_fit / i| where |i| is above %g of its largest value"
                           : "residuals are (i_fit - i) / largest |i|",
        fit->floor_relative);
    if (status == HYS_OK)
        status = hys__fit_remark(fit,
                                 "differential evolution over the ranges, then Levenberg-Marquardt; sensitivities are "
                                 "differences (1e-4 of each window), %u step(s) of an "
                                 "SDIRK2 method from point to point",
                                 fit->fine.n_sub);
    return status;
}

static hys_status remark(hys_fit *fit) {
    const hys_fit_stats *s = &fit->stats;
    hys_status status = remark_method(fit);
    for (size_t j = 0; j < fit->n && status == HYS_OK; j++)
        if (fit->params[j].bound)
            status =
                hys__fit_remark(fit, "warning: %s sits at a bound (%g)", fit->params[j].name, fit->params[j].value);
    if (status == HYS_OK && s->n_starts > 2 && s->n_agree < 2)
        status = hys__fit_remark(fit,
                                 "warning: only one of %u local searches ended at the best value; another --seed "
                                 "may find a better one",
                                 s->n_starts);
    if (status == HYS_OK && s->memory > MEMORY)
        status = hys__fit_remark(fit,
                                 "warning: residuals are correlated over %.3g points: the model does not describe the "
                                 "data to the noise; intervals count %.0f points as %.0f",
                                 s->memory, fit->noise.n_counted, s->n_effective);
    if (status == HYS_OK && s->integration_error > 0.1)
        status = hys__fit_remark(fit,
                                 "warning: the steps are coarse: halving them moves the curve by %.2g of the "
                                 "residuals; more points in the data would help",
                                 s->integration_error);
    return status;
}

hys_status hys__fit_report(hys_fit *fit, hys__fit_work *works) {
    size_t m = fit->fine.n_points;
    double *residuals = HYS_NEW_N(&fit->arena, double, m), *current = HYS_NEW_N(&fit->arena, double, m);
    if (!residuals || !current) return HYS_NOMEM;
    hys_status status = hys__fit_intervals(fit, works, residuals);
    fit->stats.n_points = m;
    fit->stats.n_params = fit->n;
    if (status == HYS_OK && !hys__fit_sim_values(fit, &fit->sims[0], &fit->fine, fit->best, current))
        status = HYS_BUG_HERE(fit->ctx, "the fitted parameters have no solution");
    if (status == HYS_OK) fill_goodness(fit, current, residuals);
    if (status == HYS_OK) status = fill_chi2(fit);
    if (status == HYS_OK) status = fill_table(fit, current, residuals);
    return status == HYS_OK ? remark(fit) : status;
}
