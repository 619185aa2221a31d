/* What is said of the parameters: intervals, correlation, what the data do not determine. */
#include "base/random.h"
#include "lab/fit.h"
#include <math.h>
#include <string.h>

#define WIDE          1.0  /* width of an interval against the window of the search: nothing was learnt */
#define PARTNER       0.25 /* part of a direction, against the parameter itself, that is named */
#define AT_BOUND      1e-6
#define EXPONENT      0.15 /* of 1: a product or a ratio is what the data tell */
#define IMPROVED_MOST 3
#define ROUNDS        60u

/* Quantile of Student's distribution: R. A. Fisher, E. A. Cornish, Technometrics 2 (1960) 209; to 1e-3 from 5 degrees
 * of freedom on. */
static double t_quantile(double p, double dof) {
    double z = hys__normal_quantile(p), z2 = z * z;
    double first = z * (z2 + 1) / 4, second = z * (5 * z2 * z2 + 16 * z2 + 3) / 96;
    double third = z * (3 * z2 * z2 * z2 + 19 * z2 * z2 + 17 * z2 - 15) / 384;
    return z + first / dof + second / (dof * dof) + third / (dof * dof * dof);
}

/* Quantile of chi2: E. B. Wilson, M. M. Hilferty, Proc. Natl. Acad. Sci. 17 (1931) 684. */
static double chi2_quantile(double p, double dof) {
    double part = 2 / (9 * dof), root = 1 - part + hys__normal_quantile(p) * sqrt(part);
    return dof * root * root * root;
}

typedef struct report {
    hys_fit *fit;
    hys__fit_work *works;
    double *z;                  /* [n][n] see hys__fit_spread */
    bool *is_held, *has_effect; /* [n] */
    double *residuals, *delta;  /* [n_points] at the best; what finer steps change */
    double *shift, *better;     /* [n] u: by that; of a lower cost */
    hys__fit_profile *profiles; /* [n] */
    hys__fit_cloud met;         /* sets on the way to the ends of intervals */
    double t;
} report;

/* ---- the interval ---- */

static double hard_value(const hys__fit_axis *a, double z) {
    if (!a->is_log) return z;
    return z == -INFINITY ? 0 : a->sign * exp(z);
}

static double value_at(const hys__fit_axis *a, double u) {
    double z = a->lo + u * (a->hi - a->lo);
    return hard_value(a, fmin(a->hard_hi, fmax(a->hard_lo, z)));
}

/* In u: of the profile, with the ends of all local searches that are as good, and what the steps of the integration
 * move. */
static void interval_of(const report *r, size_t j, double *lo, double *hi) {
    const hys_fit *fit = r->fit;
    *lo = fmin(r->profiles[j].lo, fit->best[j]);
    *hi = fmax(r->profiles[j].hi, fit->best[j]);
    for (size_t k = 0; k < fit->n_equals; k++) {
        if (!(fit->equal_costs[k] <= r->t * r->t * fit->noise.memory)) continue;
        *lo = fmin(*lo, fit->equals[k * fit->n + j]);
        *hi = fmax(*hi, fit->equals[k * fit->n + j]);
    }
    if (fabs(r->shift[j]) < *hi - *lo) {
        *lo -= fabs(r->shift[j]);
        *hi += fabs(r->shift[j]);
    }
}

static void fill_interval(const report *r, size_t j, hys_fit_param *p) {
    const hys__fit_axis *a = &r->fit->axes[j];
    double lo, hi;
    interval_of(r, j, &lo, &hi);
    bool is_lo_open = r->profiles[j].is_lo_open, is_hi_open = r->profiles[j].is_hi_open;
    p->is_identified = !is_lo_open && !is_hi_open && hi - lo < WIDE;
    double ends[2] = {is_lo_open ? NAN : value_at(a, lo), is_hi_open ? NAN : value_at(a, hi)};
    bool is_reversed = a->is_log && a->sign < 0;
    p->lo = ends[is_reversed];
    p->hi = ends[!is_reversed];
}

/* ---- what it trades off against ---- */

/* How the other goes with a parameter: a power where both are logarithmic, else du/du. */
static double follows(const report *r, size_t j, size_t i, bool *is_power) {
    const hys__fit_axis *a = &r->fit->axes[j], *b = &r->fit->axes[i];
    *is_power = a->is_log && b->is_log;
    return r->profiles[j].slope[i] * (*is_power ? (b->hi - b->lo) / (a->hi - a->lo) : 1);
}

static const char *partners(const report *r, size_t j) {
    size_t n = r->fit->n, named = 0, last = 0;
    char text[300] = "";
    bool is_power = false;
    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(text);
        if (i == j || fabs(r->profiles[j].slope[i]) < PARTNER || at > 200) continue;
        snprintf(text + at, sizeof text - at, "%s%.40s", named++ ? ", " : "", r->fit->axes[i].name);
        last = i;
    }
    if (!named) return "the data hardly depend on it";
    double power = follows(r, j, last, &is_power);
    const char *name = r->fit->axes[j].name;
    if (named == 1 && is_power && fabs(fabs(power) - 1) < EXPONENT)
        return hys__arena_printf(&r->fit->arena,
                                 "trades off against %s, %s%c%s is what the data tell: hold one of them", text, name,
                                 power < 0 ? '*' : '/', r->fit->axes[last].name);
    if (named == 1 && is_power)
        return hys__arena_printf(&r->fit->arena, "trades off against %s, as its power %.2g: hold one of them", text,
                                 1 / power);
    return hys__arena_printf(&r->fit->arena, "trades off against %s: hold one of them", text);
}

/* ---- parameters ---- */

static double covariance(const report *r, size_t i, size_t j) {
    size_t n = r->fit->n;
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += r->z[k * n + i] * r->z[k * n + j];
    return sum;
}

static int bound_of(const hys_fit *fit, size_t j) {
    const hys__fit_axis *a = &fit->axes[j];
    bool is_low = fit->best[j] - hys__fit_end(a, -1) < AT_BOUND, is_high = hys__fit_end(a, 1) - fit->best[j] < AT_BOUND;
    return is_high ? 1 : is_low ? -1 : 0;
}

static hys_status fill_param(const report *r, size_t j) {
    hys_fit *fit = r->fit;
    const hys__fit_axis *a = &fit->axes[j];
    hys_fit_param *p = &fit->params[j];
    double ends[2] = {hard_value(a, a->hard_lo), hard_value(a, a->hard_hi)};
    *p = (hys_fit_param){.name = a->name, .units = a->units, .is_log = a->is_log, .note = "", .lo = NAN, .hi = NAN};
    p->value = hys__fit_value(a, fit->best[j]);
    p->range_lo = fmin(ends[0], ends[1]);
    p->range_hi = fmax(ends[0], ends[1]);
    p->bound = bound_of(fit, j) * (a->is_log && a->sign < 0 ? -1 : 1);
    if (!r->has_effect[j]) {
        p->note = "has no effect on these data";
        return HYS_OK;
    }
    fill_interval(r, j, p);
    bool is_none = a->param == HYS__FIT_SERIES && a->hard_lo == 0 && isnan(p->lo) && !isnan(p->hi);
    if (is_none) p->note = "cannot be told from 0";
    else if (p->bound)
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

/* ---- around the best ---- */

/* What halving the steps once more would move. */
static void shift(report *r, const hys__fit_spread_from *from) {
    hys_fit *fit = r->fit;
    size_t n = fit->n, m = fit->fine.n_points;
    double cost;
    hys__fit_level twice = fit->fine;
    twice.n_sub *= 2;
    for (size_t j = 0; j < n; j++) r->shift[j] = 0;
    hys__fit_sim_run(fit, &fit->sims[0], &twice, 1, fit->best, &cost, r->delta);
    if (!isfinite(cost)) return;
    for (size_t k = 0; k < m; k++) r->delta[k] -= r->residuals[k];
    hys__fit_shift(fit, &fit->sims[0], &fit->fine, &r->works[0], from, r->z, r->delta, r->shift);
}

/* Directions of uncertainty around the best values; parameters at a bound are taken as known. */
static void spread(report *r) {
    hys_fit *fit = r->fit;
    hys__fit_sim *sim = &fit->sims[0];
    hys__fit_work *w = &r->works[0];
    fit->best_cost = hys__fit_normal(fit, sim, &fit->fine, w, fit->best, true);
    memcpy(r->residuals, w->residuals, fit->fine.n_points * sizeof *r->residuals);
    for (size_t j = 0; j < fit->n; j++) {
        r->has_effect[j] = w->scale[j] != 0;
        r->is_held[j] = bound_of(fit, j) != 0 || !r->has_effect[j];
    }
    hys__fit_noise_of(&fit->fine, r->residuals, fit->n, &fit->noise);
    r->t = t_quantile(0.5 + fit->opts.level / 2, fit->noise.dof);
    hys__fit_spread_from from = {fit->best, r->is_held, fmax(sqrt(fit->noise.variance), 1e-12)};
    hys__fit_spread(fit, sim, &fit->fine, w, &from, r->z);
    shift(r, &from);
}

/* Takes what the profiles came upon, where it is better at the finest level too. */
static bool improve(report *r) {
    hys_fit *fit = r->fit;
    double cost = hys__fit_descend(fit, &fit->sims[0], &fit->fine, ROUNDS, &r->works[0], r->better);
    if (!(cost < fit->best_cost)) return false;
    memcpy(fit->best, r->better, fit->n * sizeof *r->better);
    for (size_t k = 0; k < fit->n_equals; k++)
        fit->equal_costs[k] += (fit->best_cost - cost) / fit->noise.variance * fit->noise.memory;
    fit->best_cost = cost;
    return true;
}

/* Intervals of a quick fit. */
static void linear(report *r) {
    const hys_fit *fit = r->fit;
    for (size_t j = 0; j < fit->n; j++) {
        double half = r->t * sqrt(covariance(r, j, j));
        hys__fit_profile *p = &r->profiles[j];
        *p = (hys__fit_profile){fit->best[j] - half, fit->best[j] + half, false, false, {0}};
        p->is_lo_open = !(p->lo > hys__fit_end(&fit->axes[j], -1));
        p->is_hi_open = !(p->hi < hys__fit_end(&fit->axes[j], 1));
        for (size_t i = 0; i < fit->n && half > 0; i++) p->slope[i] = covariance(r, i, j) / covariance(r, j, j);
    }
}

/* Directions along which an interval is shorter than the window. */
static void count_determined(const report *r) {
    size_t n = r->fit->n;
    for (size_t k = 0; k < n; k++) {
        double longest = 0;
        for (size_t j = 0; j < n; j++) longest = fmax(longest, fabs(r->z[k * n + j]));
        r->fit->stats.n_determined += longest > 0 && 2 * r->t * longest < WIDE;
    }
    for (size_t j = 0; j < n; j++) r->fit->stats.n_determined += bound_of(r->fit, j) != 0;
}

static bool take(report *r) {
    hys_fit *fit = r->fit;
    size_t n = fit->n;
    r->z = HYS_NEW_N(&fit->arena, double, n *n);
    r->is_held = HYS_NEW_N(&fit->arena, bool, 2 * n);
    r->shift = HYS_NEW_N(&fit->arena, double, 2 * n);
    r->delta = HYS_NEW_N(&fit->arena, double, fit->fine.n_points);
    r->profiles = HYS_NEW_N(&fit->arena, hys__fit_profile, n);
    r->met.u = HYS_NEW_N(&fit->arena, double, HYS__FIT_MET_MOST * 2 * n * n);
    r->met.cost = HYS_NEW_N(&fit->arena, double, HYS__FIT_MET_MOST * 2 * n);
    fit->params = HYS_NEW_N(&fit->arena, hys_fit_param, n);
    fit->correlation = HYS_NEW_N(&fit->arena, double, n *n);
    if (!r->z || !r->is_held || !r->shift || !r->delta || !r->profiles || !r->met.u || !r->met.cost || !fit->params ||
        !fit->correlation)
        return false;
    r->has_effect = r->is_held + n;
    r->better = r->shift + n;
    return true;
}

hys_status hys__fit_intervals(hys_fit *fit, hys__fit_work *works, double *residuals) {
    report r = {.fit = fit, .works = works, .residuals = residuals};
    if (!take(&r)) return HYS_NOMEM;
    hys_status status = HYS_OK;
    bool is_better = true, is_linear = fit->opts.is_quick || fit->opts.no_intervals;
    if (is_linear) {
        spread(&r);
        linear(&r);
    }
    for (int round = 0; round < IMPROVED_MOST && is_better && !is_linear && status == HYS_OK; round++) {
        spread(&r);
        hys__fit_profile_from from = {r.z, r.has_effect, r.t, chi2_quantile(fit->opts.level, (double)fit->n), &r.met};
        status = hys__fit_profiles(fit, works, &from, r.profiles, r.better, &is_better);
        is_better = is_better && status == HYS_OK && round + 1 < IMPROVED_MOST && improve(&r);
    }
    for (size_t j = 0; j < fit->n && status == HYS_OK; j++) status = fill_param(&r, j);
    fill_correlation(&r);
    count_determined(&r);
    return status;
}
