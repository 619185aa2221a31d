/* Synapses of measured pulses: an empirical table of jumps.
 *
 * Conductances are taken as they follow each other.  The mean step comes from smoothed conductances, so that noise of
 * reads does not look like a step that depends on the conductance; successive steps that undo each other are noise of
 * reads (their covariance is minus its variance); what is left is spread from pulse to pulse. */
#include "base/diag.h"
#include "network/synapse_impl.h"
#include <hysteron/import.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BINS   16u
#define BESIDE 2.5   /* bins that share in a variance */
#define FEWEST 8u    /* pulses of a direction */
#define TAIL   0.005 /* of the conductances lie below the window, and above it */

typedef struct run { /* pulses of one direction behind each other */
    const double *g; /* [n] conductances after each of them */
    size_t n;
    int direction;
} run;

typedef struct data {
    hys_synapse *s;
    hys__arena *arena;
    struct {
        run *at;
        size_t n, cap;
    } runs;
    size_t n;
} data;

typedef struct bin {
    double n, step, square; /* of smoothed steps; of raw steps about them */
} bin;

/* ---- the file ---- */

static hys_status add_run(data *d, const double *g, size_t n, int direction) {
    if (n < 2) return HYS_OK;
    run *r = HYS_PUSH(d->arena, &d->runs);
    if (!r) return HYS_NOMEM;
    *r = (run){g, n, direction};
    return HYS_OK;
}

/* Up to the largest smoothed value, and down behind it. */
static hys_status split(data *d, const double *g, size_t n) {
    size_t at = 0;
    double most = -INFINITY;
    const size_t w = n / 100 + 1;
    for (size_t k = w; k + w < n; k++) {
        double sum = 0;
        for (size_t i = k - w; i <= k + w; i++) sum += g[i];
        if (sum > most) most = sum, at = k;
    }
    hys_status status = add_run(d, g, at + 1, 1);
    return status == HYS_OK ? add_run(d, g + at, n - at, -1) : status;
}

static bool has_both_signs(const double *v, size_t n) {
    bool has_positive = false, has_negative = false;
    for (size_t k = 0; k < n; k++) {
        has_positive = has_positive || v[k] > 0;
        has_negative = has_negative || v[k] < 0;
    }
    return has_positive && has_negative;
}

/* Where the sign of `pulse` changes another run begins, from the conductance before.  Which way a voltage goes the
 * device decides: its runs are told by what they change. */
static hys_status split_by_sign(data *d, const double *g, const double *pulse, size_t n, bool is_voltage) {
    size_t first = 0;
    hys_status status = HYS_OK;
    for (size_t k = 1; k <= n && status == HYS_OK; k++) {
        if (k < n && (pulse[k] > 0) == (pulse[k - 1] > 0)) continue;
        const size_t from = first ? first - 1 : first;
        const bool is_up = is_voltage ? g[k - 1] > g[from] : pulse[k - 1] > 0;
        status = add_run(d, g + from, k - from, is_up ? 1 : -1);
        first = k;
    }
    return status;
}

static hys_status take_runs(data *d, const hys_table *t) {
    const size_t n = hys_table_n_rows(t);
    const double *g = hys_table_column(t, "g"), *pulse = hys_table_column(t, "pulse");
    const double *up = hys_table_column(t, "up"), *down = hys_table_column(t, "down"), *v = hys_table_column(t, "v");
    if (!g && !up && hys_table_n_columns(t) == 2) {
        up = hys_table_column_at(t, 0);
        down = hys_table_column_at(t, 1);
    }
    if (!g && hys_table_n_columns(t) == 1) g = hys_table_column_at(t, 0);
    if (g && v && has_both_signs(v, n)) return split_by_sign(d, g, v, n, true);
    if (g && pulse) return split_by_sign(d, g, pulse, n, false);
    if (g) return split(d, g, n);
    if (!up || !down)
        return hys__fail(d->s->ctx, HYS_ARG,
                         "'up' and 'down', conductances after pulses; or 'g', with 'pulse' whose sign is its direction",
                         "%s has no columns of conductances by pulse", d->s->opts.measured);
    hys_status status = add_run(d, up, n, 1);
    return status == HYS_OK ? add_run(d, down, n, -1) : status;
}

static hys_status check_runs(data *d) {
    size_t n[2] = {0, 0};
    for (size_t r = 0; r < d->runs.n; r++) {
        n[d->runs.at[r].direction > 0] += d->runs.at[r].n - 1;
        for (size_t k = 0; k < d->runs.at[r].n; k++)
            if (!isfinite(d->runs.at[r].g[k]))
                return hys__fail(d->s->ctx, HYS_ARG, "leave such rows out", "%s: a conductance is no number",
                                 d->s->opts.measured);
    }
    if (n[0] >= FEWEST && n[1] >= FEWEST) return HYS_OK;
    return hys__fail(d->s->ctx, HYS_ARG, "a table of jumps needs both directions, the more pulses the better",
                     "%s has %zu pulses up and %zu down", d->s->opts.measured, n[1], n[0]);
}

/* ---- the window ---- */

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double mean_about(const run *r, size_t k, size_t w) {
    const size_t from = k > w ? k - w : 0, to = k + w < r->n ? k + w : r->n - 1;
    double sum = 0;
    for (size_t i = from; i <= to; i++) sum += r->g[i];
    return sum / (double)(to - from + 1);
}

static size_t half_width(const run *r) {
    return r->n / 50;
}

static hys_status find_window(data *d, double *low, double *high) {
    size_t n = 0;
    for (size_t r = 0; r < d->runs.n; r++) n += d->runs.at[r].n;
    double *all = HYS_NEW_N(d->arena, double, n);
    if (!all) return HYS_NOMEM;
    n = 0;
    for (size_t r = 0; r < d->runs.n; r++)
        for (size_t k = 0; k < d->runs.at[r].n; k++)
            all[n++] = mean_about(&d->runs.at[r], k, half_width(&d->runs.at[r]));
    qsort(all, n, sizeof *all, by_size);
    const size_t tail = (size_t)(TAIL * (double)n);
    *low = all[tail];
    *high = all[n - 1 - tail];
    if (*high > *low) return HYS_OK;
    return hys__fail(d->s->ctx, HYS_ARG, "", "no pulse of %s changes a conductance", d->s->opts.measured);
}

/* ---- jumps ---- */

static void tally(const run *r, double low, double range, bin *bins) {
    const size_t w = half_width(r);
    for (size_t k = 0; k + 1 < r->n; k++) {
        const double a = mean_about(r, k, w), b = mean_about(r, k + 1, w);
        const double x = fmin(fmax(((a + b) / 2 - low) / range, 0), 1), raw = (r->g[k + 1] - r->g[k]) / range;
        const size_t at = x < 1 ? (size_t)(x * BINS) : BINS - 1;
        bins[at].n++;
        bins[at].step += (b - a) / range;
        bins[at].square += raw * raw;
    }
}

/* Variance of a read, from steps that undo each other. */
static double read_variance(const data *d, double range) {
    double sum = 0, n = 0;
    for (size_t r = 0; r < d->runs.n; r++) {
        const run *q = &d->runs.at[r];
        const double mean = (q->g[q->n - 1] - q->g[0]) / (double)(q->n - 1);
        for (size_t k = 0; k + 2 < q->n; k++) {
            sum -= (q->g[k + 1] - q->g[k] - mean) * (q->g[k + 2] - q->g[k + 1] - mean);
            n++;
        }
    }
    return n > 0 ? fmax(sum / n, 0) / (range * range) : 0;
}

/* Means of neighbouring bins whose order differs from that of the whole are pooled where that is within their noise:
 * steps fall, or rise, along the window. */
static void pool(double *mean, const double *error, const double *weight) {
    double first = 0, last = 0;
    for (size_t k = 0; k < BINS / 2; k++) {
        first += mean[k];
        last += mean[BINS - 1 - k];
    }
    const double sign = last > first ? 1 : -1;
    for (size_t round = 0; round < BINS; round++)
        for (size_t k = 0; k + 1 < BINS; k++) {
            const double wrong = sign * (mean[k] - mean[k + 1]);
            if (!(wrong > 0 && wrong < 3 * hypot(error[k], error[k + 1]))) continue;
            const double w = weight[k] + weight[k + 1];
            mean[k] = mean[k + 1] = w > 0 ? (mean[k] * weight[k] + mean[k + 1] * weight[k + 1]) / w : mean[k];
        }
}

/* Bins without pulses are as the nearest one with some. */
static size_t nearest(const bin *bins, size_t at) {
    for (size_t away = 0; away < BINS; away++) {
        if (at >= away && bins[at - away].n > 0) return at - away;
        if (at + away < BINS && bins[at + away].n > 0) return at + away;
    }
    return at;
}

/* Between middles of bins in proportion. */
static double at_point(const double *values, size_t point) {
    const double at = (double)point / (double)(HYS__POINTS - 1) * BINS - 0.5;
    const double in = fmin(fmax(at, 0), BINS - 1);
    const size_t k = in < BINS - 2 ? (size_t)in : BINS - 2;
    return values[k] + (in - (double)k) * (values[k + 1] - values[k]);
}

/* Variance of raw steps about their mean, over neighbours as well: a variance is known far less well than a mean. */
static double variance_about(const bin *bins, size_t at) {
    double sum = 0, weight = 0;
    for (size_t k = 0; k < BINS; k++) {
        if (!(bins[k].n > 0)) continue;
        const double m = bins[k].step / bins[k].n, away = ((double)k - (double)at) / BESIDE;
        const double w = bins[k].n * exp(-away * away);
        sum += w * (bins[k].square / bins[k].n - m * m);
        weight += w;
    }
    return weight > 0 ? sum / weight : 0;
}

static void tabulate(const bin *bins, int direction, double read_var, double *mean_table, double *sd_table) {
    double mean[BINS], sd[BINS], error[BINS], weight[BINS];
    for (size_t k = 0; k < BINS; k++) {
        const bin *b = &bins[nearest(bins, k)];
        const double n = fmax(b->n, 1), m = b->step / n;
        const double var = fmax(variance_about(bins, k) - 2 * read_var, 0);
        mean[k] = direction * fmax(direction * m, 0);
        sd[k] = sqrt(var);
        error[k] = sqrt((var + 2 * read_var) / n);
        weight[k] = b->n;
    }
    pool(mean, error, weight);
    for (size_t p = 0; p < HYS__POINTS; p++) {
        mean_table[p] = at_point(mean, p);
        sd_table[p] = at_point(sd, p);
    }
}

/* ---- all ---- */

/* Conductances are positive; other numbers are put where conductances usually are. */
static hys_status set_scale(hys_synapse *s, double low, double high) {
    hys_synapse_law *l = &s->law;
    const double unit = s->opts.measured_unit;
    l->g_min = low * (unit != 0 ? unit : 1);
    l->g_max = high * (unit != 0 ? unit : 1);
    if (low >= 0 && (unit != 0 || high < 1)) return HYS_OK;
    const double range = (unit > 0 ? unit : 9e-6 / (high - low)) * (high - low);
    l->g_min = range / 9;
    l->g_max = l->g_min + range;
    return hys__synapse_remark(
        s,
        "the numbers from %.3g to %.3g are no conductances in siemens: they were put on %.3g uS to "
        "%.3g uS, on/off 10",
        low, high, 1e6 * l->g_min, 1e6 * l->g_max);
}

static hys_status complete(hys_synapse *s) {
    hys_synapse_law *l = &s->law;
    const hys_synapse_pulse up = {1, 1e-7, 0}, down = {-1, 1e-7, 0}, read = {0.1, 1e-7, 0};
    l->up = s->opts.up.width > 0 ? s->opts.up : up;
    l->down = s->opts.down.width > 0 ? s->opts.down : down;
    l->read = s->opts.read.voltage != 0 ? s->opts.read : read;
    if (l->read.width == 0) l->read.width = read.width;
    hys_status status =
        hys__synapse_remark(s, "the data do not tell the energy of pulses, retention, nor how currents bend "
                               "with voltage: they count as 0, for ever and straight");
    if (status == HYS_OK && s->opts.up.width == 0)
        status =
            hys__synapse_remark(s, "heights and widths of the pulses were not given: 1 V and 100 ns are written down");
    return status;
}

static hys_status jumps(data *d) {
    hys_synapse *s = d->s;
    hys_synapse_law *l = &s->law;
    double low = 0, high = 0;
    bin up[BINS] = {{0}}, down[BINS] = {{0}};
    hys_status status = find_window(d, &low, &high);
    if (status == HYS_OK) status = set_scale(s, low, high);
    if (status != HYS_OK) return status;
    const double range = high - low, variance = read_variance(d, range);
    for (size_t r = 0; r < d->runs.n; r++) tally(&d->runs.at[r], low, range, d->runs.at[r].direction > 0 ? up : down);
    tabulate(up, 1, variance, l->up_mean, l->up_sd);
    tabulate(down, -1, variance, l->down_mean, l->down_sd);
    const double middle = 0.5 * (l->g_min + l->g_max);
    l->read_noise = sqrt(variance) * (l->g_max - l->g_min) / middle;
    if (l->read_noise > 0)
        status =
            hys__synapse_remark(s,
                                "steps that undo each other are read noise of %.3g %% in the middle of the window; the "
                                "rest is spread from pulse to pulse",
                                100 * l->read_noise);
    return status == HYS_OK ? complete(s) : status;
}

hys_status hys__synapse_measured(hys_synapse *s) {
    hys_synapse_law *l = &s->law;
    hys_import_opts opts = hys_import_opts_default();
    hys_imported *file = NULL;
    hys__arena arena;
    data d = {.s = s, .arena = &arena};
    opts.by_word = true;
    hys_status status = hys_import(s->ctx, s->opts.measured, &opts, &file);
    if (status != HYS_OK) return status;
    hys__arena_init(&arena, s->ctx, 0);
    const char *slash = strrchr(s->opts.measured, '/');
    l->name = slash ? slash + 1 : s->opts.measured;
    l->source = hys__arena_printf(&s->arena, "measured %s", s->opts.measured);
    if (!l->source) status = HYS_NOMEM;
    if (status == HYS_OK) status = take_runs(&d, hys_imported_table(file, 0));
    if (status == HYS_OK) status = check_runs(&d);
    if (status == HYS_OK) status = jumps(&d);
    hys__arena_free(&arena);
    hys_imported_free(file);
    if (status == HYS_OK) hys__law_label(l);
    return status == HYS_OK ? hys__synapse_try_program(s, HYS_CELLS_DISTILLED) : status;
}
