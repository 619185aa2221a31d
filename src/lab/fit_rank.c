/* Ranks of models: information criteria, and the resistor that each of them has to beat. */
#include "lab/fit_select.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define APART                                                                                                          \
    6.0 /* of Bayes' criterion: odds of 20 to 1 (R. E. Kass, A. E. Raftery, J. Am. Stat. Assoc. 90 (1995) 773) */
#define FAR_APART 10.0  /* 'very strong' there: told apart, even where predictions are alike */
#define FLOOR     1e-14 /* of the mean square: below it residuals are rounding */

/* ---- the resistor ---- */

static double conductance(const hys_fit *fit) {
    double up = 0, down = 0;
    for (size_t c = 0; c < fit->fine.n_curves; c++) {
        const hys__fit_curve *curve = &fit->fine.curves[c];
        double floor = fit->floor_relative * curve->range, weight = curve->weight * curve->weight;
        for (size_t k = 0; k < curve->n; k++) {
            double v = curve->x[k], i = curve->y[k];
            if (fit->opts.is_log && (fabs(i) < floor || v == 0)) continue;
            up += weight * (fit->opts.is_log ? log(fabs(i / v)) : v * i / (curve->range * curve->range));
            down += weight * (fit->opts.is_log ? 1 : v * v / (curve->range * curve->range));
        }
    }
    return !(down > 0) ? 0 : fit->opts.is_log ? exp(up / down) : up / down;
}

static hys_status measure_resistor(hys_fit *fit, hys__fit_entry *e) {
    double g = conductance(fit), counts[HYS__FIT_BLOCKS] = {0};
    e->cost = 0;
    memset(e->blocks, 0, sizeof e->blocks);
    double *residuals = HYS_NEW_N(&fit->arena, double, fit->fine.n_points);
    hys__fit_noise noise;
    size_t at = 0;
    if (!residuals) return HYS_NOMEM;
    for (size_t c = 0; c < fit->fine.n_curves; at += fit->fine.curves[c++].n)
        for (size_t k = 0; k < fit->fine.curves[c].n; k++) {
            const hys__fit_curve *curve = &fit->fine.curves[c];
            residuals[at + k] = hys__fit_residual(
                fit, curve, k, fmax(-curve->drive.limit[1], fmin(curve->drive.limit[0], g * curve->x[k])));
            e->cost += residuals[at + k] * residuals[at + k];
            size_t block = (at + k) * HYS__FIT_BLOCKS / fit->fine.n_points;
            e->blocks[block] += residuals[at + k] * residuals[at + k];
            counts[block]++;
        }
    for (size_t b = 0; b < HYS__FIT_BLOCKS; b++) e->blocks[b] /= fmax(1, counts[b]);
    hys__fit_noise_of(&fit->fine, residuals, 1, &noise);
    e->n_counted = noise.n_counted;
    e->memory = noise.memory;
    e->shown.rms_relative = sqrt(e->cost / fmax(1, noise.n_counted));
    e->shown.n_params = 1;
    return HYS_OK;
}

hys_status hys__fit_resistor(hys_fit_selection *s, bool iis_full) {
    hys_fit fit = {.ctx = s->ctx, .opts = hys__fit_select_opts(s, iis_full)};
    hys__fit_entry *e = s->entries;
    while (e->name) e++;
    hys__arena_init(&fit.arena, s->ctx, 0);
    hys_status status = hys__fit_read(&fit, s->data, s->n_data);
    if (status == HYS_OK) status = measure_resistor(&fit, e);
    hys__arena_free(&fit.arena);
    return status;
}

/* ---- ranks ---- */

static bool is_fitted(const hys__fit_entry *e) {
    return e->fit || !e->name;
}

static double mean_square(const hys__fit_entry *e) {
    return fmax(e->cost / e->n_counted, FLOOR);
}

static bool takes_part(const hys__fit_entry *e, bool iis_full) {
    return is_fitted(e) && (!iis_full || e->shown.is_finalist || !e->name);
}

/* The fit with the smallest residuals says what points are worth: the others' residuals go together because those
 * models are wrong. */
static double effective_points(const hys_fit_selection *s, bool iis_full) {
    const hys__fit_entry *best = NULL;
    for (size_t k = 0; k < s->n; k++) {
        const hys__fit_entry *e = &s->entries[k];
        if (takes_part(e, iis_full) && (!best || mean_square(e) < mean_square(best))) best = e;
    }
    return best ? fmax(best->n_counted / best->memory, 5) : 5;
}

static bool comes_first(const hys__fit_entry *a, const hys__fit_entry *b, bool is_full) {
    if (is_fitted(a) != is_fitted(b)) return is_fitted(a);
    if (!is_fitted(a)) return false;
    bool a_first = a->shown.is_finalist || !a->name, b_first = b->shown.is_finalist || !b->name;
    if (is_full && a_first != b_first) return a_first;
    return a->shown.bic < b->shown.bic;
}

static void sort(hys_fit_selection *s, bool is_full) {
    for (size_t k = 1; k < s->n; k++) {
        hys__fit_entry moving = s->entries[k];
        size_t at = k;
        for (; at > 0 && comes_first(&moving, &s->entries[at - 1], is_full); at--) s->entries[at] = s->entries[at - 1];
        s->entries[at] = moving;
    }
}

/* Mean of what is left out and predicted, and the standard error of its difference from the best's. */
static void predict(hys__fit_entry *e, const hys__fit_entry *best, double *difference, double *error) {
    double mean = 0, sum = 0, square = 0, n = HYS__FIT_BLOCKS;
    for (size_t b = 0; b < HYS__FIT_BLOCKS; b++) {
        double d = e->blocks[b] - best->blocks[b];
        mean += e->blocks[b] / n;
        sum += d;
        square += d * d;
    }
    *difference = sum / n;
    *error = sqrt(fmax(0, square / n - sum * sum / (n * n)) / (n - 1));
    e->shown.left_out = sqrt(mean);
    e->shown.left_out_error = *error;
}

void hys__fit_rank(hys_fit_selection *s, bool is_full) {
    double least_bic = INFINITY, least_aic = INFINITY, n = effective_points(s, is_full);
    for (size_t k = 0; k < s->n; k++) {
        hys__fit_entry *e = &s->entries[k];
        e->shown.name = e->name ? e->name : "resistor";
        if (!is_fitted(e)) e->shown.rms_relative = e->shown.aic = e->shown.bic = e->shown.left_out = NAN;
        if (!takes_part(e, is_full)) continue;
        double p = (double)e->shown.n_params + 1;
        e->shown.aic = n * log(mean_square(e)) + 2 * p;
        e->shown.bic = n * log(mean_square(e)) + log(n) * p;
        least_aic = fmin(least_aic, e->shown.aic);
        least_bic = fmin(least_bic, e->shown.bic);
    }
    sort(s, is_full);
    for (size_t k = 0; k < s->n; k++) {
        hys__fit_entry *e = &s->entries[k];
        double difference, error;
        e->shown.skipped = e->why; /* entries have moved */
        if (!takes_part(e, is_full)) continue;
        predict(e, &s->entries[0], &difference, &error);
        e->shown.aic -= least_aic;
        e->shown.bic -= least_bic;
        e->shown.is_equal = e->shown.bic < APART || (is_full && e->shown.bic < FAR_APART && difference < error);
    }
}

void hys__fit_state(hys_fit_selection *s) {
    const hys__fit_entry *best = &s->entries[0];
    char others[250] = "";
    bool is_resistor = !best->name;
    for (size_t k = 1; k < s->n; k++) {
        const hys__fit_entry *e = &s->entries[k];
        size_t at = strlen(others);
        if (!is_fitted(e) || !e->shown.is_equal) continue;
        is_resistor = is_resistor || !e->name;
        if (at < 180) snprintf(others + at, sizeof others - at, "%s%.40s", at ? ", " : "", e->shown.name);
    }
    if (is_resistor)
        snprintf(s->statement, sizeof s->statement, "no model describes these data better than a resistor does");
    else if (*others)
        snprintf(s->statement, sizeof s->statement, "%s describes the data best; these data cannot tell it from %s",
                 best->shown.name, others);
    else
        snprintf(s->statement, sizeof s->statement, "%s describes the data best; no other model comes near",
                 best->shown.name);
}
