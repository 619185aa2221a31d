/* What is said of a fit: intervals, correlation, what the data do not determine, measures of goodness. */
#include "base/random.h"
#include "base/units.h"
#include "device/word.h"
#include "lab/fit.h"
#include <math.h>
#include <string.h>

#define SINGULAR   1e-9 /* eigenvalue of the scaled normal matrix, below which differences see noise */
#define WIDE       0.5  /* half-width of an interval against the window of the search: nothing was learnt */
#define PARTNER    0.25 /* part of a direction, against the parameter itself, that is named */
#define AT_BOUND   1e-6
#define CORRELATED 0.5 /* of neighbouring residuals */

/* Quantile of Student's distribution: R. A. Fisher, E. A. Cornish, Technometrics 2 (1960) 209; to 1e-3 from 5 degrees
 * of freedom on. */
static double t_quantile(double p, double dof) {
    double z = hys__normal_quantile(p), z2 = z * z;
    double first = z * (z2 + 1) / 4, second = z * (5 * z2 * z2 + 16 * z2 + 3) / 96;
    double third = z * (3 * z2 * z2 * z2 + 19 * z2 * z2 + 17 * z2 - 15) / 384;
    return z + first / dof + second / (dof * dof) + third / (dof * dof * dof);
}

typedef struct report {
    hys_fit *fit;
    hys__fit_work *work;
    double *z;                  /* [n][n] see hys__fit_spread */
    bool *is_held, *has_effect; /* [n] */
    double *residuals;          /* [n_points] at the best */
    double dof, t;
    size_t n_counted; /* points with a residual */
} report;

/* ---- parameters ---- */

/* The direction along which parameter j is known worst. */
static size_t worst_direction(const report *r, size_t j) {
    size_t n = r->fit->n, worst = 0;
    for (size_t k = 1; k < n; k++)
        if (fabs(r->z[k * n + j]) > fabs(r->z[worst * n + j])) worst = k;
    return worst;
}

static const char *partners(const report *r, size_t j) {
    size_t n = r->fit->n, k = worst_direction(r, j), named = 0;
    char text[300] = "";
    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(text);
        if (i == j || fabs(r->z[k * n + i]) < PARTNER * fabs(r->z[k * n + j]) || at > 200) continue;
        snprintf(text + at, sizeof text - at, "%s%.40s", named++ ? ", " : "", r->fit->axes[i].name);
    }
    if (!named) return "the data hardly depend on it";
    return hys__arena_printf(&r->fit->arena, "trades off against %s: hold one of them", text);
}

static double covariance(const report *r, size_t i, size_t j) {
    size_t n = r->fit->n;
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += r->z[k * n + i] * r->z[k * n + j];
    return sum;
}

static double hard_value(const hys__fit_axis *a, double z) {
    if (!a->is_log) return z;
    return z == -INFINITY ? 0 : a->sign * exp(z);
}

/* The interval in u, which holds the ends of all local searches that are as good. */
static void interval_of(const report *r, size_t j, double *lo, double *hi) {
    double u = r->fit->best[j], half = r->t * sqrt(covariance(r, j, j));
    *lo = u - half;
    *hi = u + half;
    for (size_t k = 0; k < r->fit->n_equals; k++) {
        *lo = fmin(*lo, r->fit->equals[k * r->fit->n + j]);
        *hi = fmax(*hi, r->fit->equals[k * r->fit->n + j]);
    }
}

static void fill_interval(const report *r, size_t j, hys_fit_param *p) {
    const hys__fit_axis *a = &r->fit->axes[j];
    double lo, hi;
    interval_of(r, j, &lo, &hi);
    p->is_identified = isfinite(hi - lo) && hi - lo < 2 * WIDE && !p->bound;
    p->lo = p->hi = NAN;
    if (!p->is_identified) return;
    double ends[2] = {hard_value(a, fmax(a->lo + lo * (a->hi - a->lo), a->hard_lo)),
                      hard_value(a, fmin(a->lo + hi * (a->hi - a->lo), a->hard_hi))};
    p->lo = fmin(ends[0], ends[1]);
    p->hi = fmax(ends[0], ends[1]);
}

static hys_status fill_param(const report *r, size_t j) {
    hys_fit *fit = r->fit;
    const hys__fit_axis *a = &fit->axes[j];
    hys_fit_param *p = &fit->params[j];
    double ends[2] = {hard_value(a, a->hard_lo), hard_value(a, a->hard_hi)};
    bool is_low = fit->best[j] - hys__fit_end(a, -1) < AT_BOUND, is_high = hys__fit_end(a, 1) - fit->best[j] < AT_BOUND;
    *p = (hys_fit_param){.name = a->name, .units = a->units, .is_log = a->is_log, .note = ""};
    p->value = hys__fit_value(a, fit->best[j]);
    p->range_lo = fmin(ends[0], ends[1]);
    p->range_hi = fmax(ends[0], ends[1]);
    if (is_low || is_high) p->bound = (is_high ? 1 : -1) * (a->is_log && a->sign < 0 ? -1 : 1);
    if (!r->has_effect[j]) {
        p->lo = p->hi = NAN;
        p->note = "has no effect on these data";
        return HYS_OK;
    }
    fill_interval(r, j, p);
    if (p->bound)
        p->note =
            p->bound < 0 ? "sits at the lower end of what was searched" : "sits at the upper end of what was searched";
    else if (!p->is_identified) p->note = partners(r, j);
    return p->note ? HYS_OK : HYS_NOMEM;
}

static void fill_correlation(const report *r) {
    size_t n = r->fit->n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double c = covariance(r, i, j) / sqrt(covariance(r, i, i) * covariance(r, j, j));
            double sign = (r->fit->axes[i].is_log ? r->fit->axes[i].sign : 1) *
                          (r->fit->axes[j].is_log ? r->fit->axes[j].sign : 1);
            r->fit->correlation[i * n + j] = r->is_held[i] || r->is_held[j] ? NAN : sign * c;
        }
}

/* ---- goodness ---- */

static double counted_value(const hys_fit *fit, const hys__fit_curve *c, size_t k) {
    double floor = fit->floor_relative * c->range;
    if (!fit->opts.is_log) return c->i[k] / c->range;
    return fabs(c->i[k]) < floor ? NAN : log10(fabs(c->i[k]));
}

static void fill_goodness(const report *r, const double *current, const double *residual) {
    hys_fit *fit = r->fit;
    hys_fit_stats *s = &fit->stats;
    double square = 0, plain = 0, total = 0, sum = 0, lag = 0, n = 0;
    size_t at = 0;
    for (size_t c = 0; c < fit->fine.n_curves; at += fit->fine.curves[c++].n)
        for (size_t k = 0; k < fit->fine.curves[c].n; k++) {
            const hys__fit_curve *curve = &fit->fine.curves[c];
            double d = current[at + k] - curve->i[k], value = counted_value(fit, curve, k);
            square += d * d;
            if (k) lag += residual[at + k] * residual[at + k - 1];
            if (isnan(value)) continue;
            plain += residual[at + k] * residual[at + k] / (curve->weight * curve->weight);
            sum += value;
            total += value * value;
            n++;
        }
    s->rms = sqrt(square / (double)fit->fine.n_points);
    s->rms_relative = sqrt(plain / n);
    s->r2 = 1 - plain / (total - sum * sum / n);
    s->autocorrelation = fit->best_cost > 0 ? lag / fit->best_cost : 0;
    s->aic = n * log(fit->best_cost / n) + 2 * ((double)fit->n + 1);
    s->bic = n * log(fit->best_cost / n) + log(n) * ((double)fit->n + 1);
}

static hys_status fill_chi2(hys_fit *fit) {
    double sigma;
    fit->stats.chi2 = NAN;
    if (!fit->opts.noise) return HYS_OK;
    hys__word word = hys__word_all("--noise", fit->opts.noise);
    hys_status status = hys__word_quantity(fit->ctx, &word, "A", "the noise", &sigma);
    if (status == HYS_OK && !(sigma > 0))
        return hys__word_fail(fit->ctx, &word, HYS_ARG, "", "the noise must be above 0");
    if (status == HYS_OK)
        fit->stats.chi2 = fit->stats.rms * fit->stats.rms * (double)fit->stats.n_points / (sigma * sigma);
    return status;
}

static hys_status fill_table(hys_fit *fit, const double *current, const double *residual) {
    static const char *const names[][2] = {{"curve", ""}, {"time", "s"},  {"v", "V"},
                                           {"i", "A"},    {"i_fit", "A"}, {"residual", ""}};
    hys_status status = hys_table_new(fit->ctx, &fit->table);
    for (size_t k = 0; k < 6 && status == HYS_OK; k++)
        status = hys_table_add_column(fit->table, names[k][0], names[k][1]);
    size_t at = 0;
    for (size_t c = 0; c < fit->fine.n_curves; at += fit->fine.curves[c++].n)
        for (size_t k = 0; k < fit->fine.curves[c].n && status == HYS_OK; k++) {
            const hys__fit_curve *curve = &fit->fine.curves[c];
            double row[] = {(double)c + 1, curve->t[k],     curve->v[k],
                            curve->i[k],   current[at + k], residual[at + k] / curve->weight};
            status = hys_table_add_row(fit->table, row);
        }
    return status;
}

/* ---- what the user should know ---- */

static hys_status remark_method(hys_fit *fit) {
    hys_status status =
        hys__fit_remark(fit,
                        fit->opts.is_log ? "residuals are log10 |i_fit / i| where |i| is above %g of its largest value"
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
    if (status == HYS_OK && s->autocorrelation > CORRELATED)
        status =
            hys__fit_remark(fit,
                            "warning: neighbouring residuals are correlated (%.2f): the model does not describe "
                            "the data to the noise; true intervals are wider, by about %.0f times",
                            s->autocorrelation, sqrt((1 + s->autocorrelation) / fmax(1 - s->autocorrelation, 1e-4)));
    if (status == HYS_OK && s->integration_error > 0.1)
        status = hys__fit_remark(fit,
                                 "warning: the steps are coarse: halving them moves the curve by %.2g of the "
                                 "residuals; more points in the data would help",
                                 s->integration_error);
    return status;
}

/* Directions of uncertainty around the best values; parameters at a bound are taken as known. */
static hys_status spread(report *r) {
    hys_fit *fit = r->fit;
    hys__fit_sim *sim = &fit->sims[0];
    fit->best_cost = hys__fit_normal(fit, sim, &fit->fine, r->work, fit->best, true);
    for (size_t k = 0; k < fit->fine.n_points; k++) {
        r->residuals[k] = r->work->residuals[k];
        r->n_counted += r->residuals[k] != 0;
    }
    for (size_t j = 0; j < fit->n; j++) {
        bool is_low = fit->best[j] - hys__fit_end(&fit->axes[j], -1) < AT_BOUND;
        bool is_high = hys__fit_end(&fit->axes[j], 1) - fit->best[j] < AT_BOUND;
        r->has_effect[j] = r->work->scale[j] != 0;
        r->is_held[j] = is_low || is_high || !r->has_effect[j];
    }
    r->dof = fmax(1, (double)r->n_counted - (double)fit->n);
    r->t = t_quantile(0.5 + fit->opts.level / 2, r->dof);
    double sigma = sqrt(fit->best_cost / r->dof);
    hys__fit_spread_from from = {fit->best, r->is_held, fmax(sigma, 1e-12)};
    hys__fit_spread(fit, sim, &fit->fine, r->work, &from, r->z);
    return hys_ctx_is_cancelled(fit->ctx) ? HYS_CANCEL : HYS_OK;
}

static bool take(report *r) {
    hys_fit *fit = r->fit;
    size_t n = fit->n, m = fit->fine.n_points;
    r->z = HYS_NEW_N(&fit->arena, double, n *n);
    r->is_held = HYS_NEW_N(&fit->arena, bool, 2 * n);
    r->residuals = HYS_NEW_N(&fit->arena, double, 2 * m);
    fit->params = HYS_NEW_N(&fit->arena, hys_fit_param, n);
    fit->correlation = HYS_NEW_N(&fit->arena, double, n *n);
    r->has_effect = r->is_held + n;
    return r->z && r->is_held && r->residuals && fit->params && fit->correlation;
}

hys_status hys__fit_report(hys_fit *fit, hys__fit_work *work) {
    report r = {.fit = fit, .work = work};
    if (!take(&r)) return HYS_NOMEM;
    double *current = r.residuals + fit->fine.n_points;
    hys_status status = spread(&r);
    fit->stats.n_points = fit->fine.n_points;
    fit->stats.n_params = fit->n;
    for (size_t j = 0; j < fit->n && status == HYS_OK; j++) status = fill_param(&r, j);
    fill_correlation(&r);
    if (status == HYS_OK && !hys__fit_sim_current(fit, &fit->sims[0], &fit->fine, fit->best, current))
        status = HYS_BUG_HERE(fit->ctx, "the fitted parameters have no solution");
    if (status == HYS_OK) fill_goodness(&r, current, r.residuals);
    if (status == HYS_OK) status = fill_chi2(fit);
    if (status == HYS_OK) status = fill_table(fit, current, r.residuals);
    return status == HYS_OK ? remark(fit) : status;
}
