/* What is told of a current at a constant voltage that jumps between levels: random telegraph noise.
 *
 * Two normal levels and a two-state Markov chain (hidden Markov model) are fitted by expectation and maximisation (Baum
 * and Welch); that a second level is worth its parameters is asked of the information criterion (BIC). */
#include "lab/analyse.h"
#include <math.h>

#define ROUNDS      200
#define CHANGE      1e-9
#define FREQUENCIES 40
#define SEGMENTS    8
#define APART       2.0 /* deviations between levels: nearer ones are one */

typedef struct chain {
    double mean[2], sd[2];
    double go[2]; /* probability to leave state 0, 1 in a step */
    double start; /* of state 1 */
    double log_l;
} chain;

static double normal(double x, double mean, double sd) {
    double u = (x - mean) / sd;
    return exp(-0.5 * u * u) / (sd * 2.5066282746310002);
}

/* Scaled forward and backward sums; a, b [2 n], scale [n]. */
static void pass(const double *x, size_t n, chain *c, double *a, double *b, double *scale) {
    double row[2] = {1 - c->start, c->start};
    c->log_l = 0;
    for (size_t k = 0; k < n; k++) {
        double e[2] = {normal(x[k], c->mean[0], c->sd[0]) + 1e-300, normal(x[k], c->mean[1], c->sd[1]) + 1e-300};
        double to0 = row[0] * (1 - c->go[0]) + row[1] * c->go[1], to1 = row[0] * c->go[0] + row[1] * (1 - c->go[1]);
        if (k == 0) to0 = row[0], to1 = row[1];
        a[2 * k] = to0 * e[0];
        a[2 * k + 1] = to1 * e[1];
        scale[k] = a[2 * k] + a[2 * k + 1];
        row[0] = a[2 * k] /= scale[k];
        row[1] = a[2 * k + 1] /= scale[k];
        c->log_l += log(scale[k]);
    }
    b[2 * n - 2] = b[2 * n - 1] = 1;
    for (size_t k = n - 1; k-- > 0;) {
        double e[2];
        for (int s = 0; s < 2; s++)
            e[s] = (normal(x[k + 1], c->mean[s], c->sd[s]) + 1e-300) * b[2 * k + 2 + (size_t)s] / scale[k + 1];
        b[2 * k] = (1 - c->go[0]) * e[0] + c->go[0] * e[1];
        b[2 * k + 1] = c->go[1] * e[0] + (1 - c->go[1]) * e[1];
    }
}

/* One round of maximisation with the sums of `pass`. */
static void improve(const double *x, size_t n, chain *c, const double *a, const double *b, const double *scale) {
    double sum[2] = {0, 0}, first[2] = {0, 0}, second[2] = {0, 0}, moved[2] = {0, 0}, stay[2] = {0, 0};
    for (size_t k = 0; k < n; k++)
        for (int s = 0; s < 2; s++) {
            double w = a[2 * k + (size_t)s] * b[2 * k + (size_t)s];
            sum[s] += w;
            first[s] += w * x[k];
            if (k + 1 == n) continue;
            int other = 1 - s;
            double e = (normal(x[k + 1], c->mean[other], c->sd[other]) + 1e-300) / scale[k + 1];
            moved[s] += a[2 * k + (size_t)s] * c->go[s] * e * b[2 * k + 2 + (size_t)other];
            stay[s] += w;
        }
    for (int s = 0; s < 2; s++) {
        if (sum[s] > 0) c->mean[s] = first[s] / sum[s];
        if (stay[s] > 0) c->go[s] = fmin(fmax(moved[s] / stay[s], 1e-9), 1 - 1e-9);
    }
    for (size_t k = 0; k < n; k++)
        for (int s = 0; s < 2; s++)
            second[s] += a[2 * k + (size_t)s] * b[2 * k + (size_t)s] * (x[k] - c->mean[s]) * (x[k] - c->mean[s]);
    double least = 1e-6 * (fabs(c->mean[1] - c->mean[0]) + 1e-300);
    for (int s = 0; s < 2; s++)
        if (sum[s] > 0) c->sd[s] = fmax(sqrt(second[s] / sum[s]), least);
    c->start = a[1] * b[1];
}

static hys_status fit_chain(hys__protocol *p, const double *x, size_t n, hys__numbers all, chain *c) {
    double *room = HYS_NEW_N(p->arena, double, 5 * n);
    if (!room) return HYS_NOMEM;
    *c = (chain){.mean = {all.mean - all.sd, all.mean + all.sd},
                 .sd = {0.5 * all.sd, 0.5 * all.sd},
                 .go = {0.05, 0.05},
                 .start = 0.5};
    double before = -INFINITY;
    for (int k = 0; k < ROUNDS; k++) {
        pass(x, n, c, room, room + 2 * n, room + 4 * n);
        if (fabs(c->log_l - before) <= CHANGE * fabs(c->log_l)) break;
        before = c->log_l;
        improve(x, n, c, room, room + 2 * n, room + 4 * n);
    }
    return HYS_OK;
}

/* Rates of the process in time from probabilities in a step: its transition matrix is an exponential. */
static void dwell_times(const chain *c, double step, double *low, double *high) {
    double both = c->go[0] + c->go[1], rate = both < 1 ? -log1p(-both) / step : INFINITY;
    *low = both / (c->go[0] * rate);
    *high = both / (c->go[1] * rate);
}

/* ---- spectrum ---- */

/* One-sided power density by Welch's segments at frequencies even in the logarithm (Hann window, mean removed). */
static hys_status spectrum(hys__protocol *p, const hys__rtn *r, double *slope) {
    static const char *const columns[] = {"frequency", "Hz", "psd", "A^2/Hz", NULL};
    hys_table *table;
    size_t m = r->n / SEGMENTS * 2; /* overlapping by half */
    double log_f[FREQUENCIES], log_s[FREQUENCIES];
    hys_status status = hys__protocol_table(p, "spectrum", "scatter", columns, &table);
    for (int q = 0; q < FREQUENCIES && status == HYS_OK; q++) {
        double low = 2 / ((double)m * r->step), high = 0.4 / r->step;
        double f = low * pow(high / low, (double)q / (FREQUENCIES - 1)), w = 6.283185307179586 * f * r->step, power = 0;
        for (size_t s = 0; s + 1 < SEGMENTS; s++) {
            const double *x = r->i + s * (m / 2);
            double re = 0, im = 0, mean = 0;
            for (size_t k = 0; k < m; k++) mean += x[k] / (double)m;
            for (size_t k = 0; k < m; k++) {
                double hann = 0.5 - 0.5 * cos(6.283185307179586 * (double)k / (double)m);
                re += hann * (x[k] - mean) * cos(w * (double)k);
                im -= hann * (x[k] - mean) * sin(w * (double)k);
            }
            power += (re * re + im * im) / (SEGMENTS - 1);
        }
        double density = 2 * power * r->step / (0.375 * (double)m); /* 3/8: mean square of the window */
        log_f[q] = log(f);
        log_s[q] = log(density);
        status = hys_table_add_row(table, (double[]){f, density});
    }
    *slope = hys__fit_straight(log_f, log_s, FREQUENCIES).slope;
    return status;
}

/* ---- what it says ---- */

static hys_status tell_levels(hys__protocol *p, const hys__rtn *r, const chain *c, bool is_two) {
    int high = c->mean[1] > c->mean[0];
    double t[2], amplitude = fabs(c->mean[1] - c->mean[0]), mean = 0.5 * (c->mean[0] + c->mean[1]);
    dwell_times(c, r->step, &t[0], &t[1]);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"i_low", "A", c->mean[!high], "lower level"},
                {"i_high", "A", c->mean[high], "upper level"},
                {"amplitude", "1", amplitude / fabs(mean), "distance of the levels against their mean"},
                {"tau_high", "s", t[high], "mean time in the upper level: until capture, of an electron trap"},
                {"tau_low", "s", t[!high], "mean time in the lower level: until emission"},
                {"corner", "Hz", (1 / t[0] + 1 / t[1]) / 6.283185307179586, "corner of the Lorentzian of these times"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, is_two ? list[k].value : NAN, list[k].desc);
    if (status == HYS_OK && is_two && fmax(t[0], t[1]) > 0.1 * r->step * (double)r->n)
        status = hys__protocol_remark(p, "the times are uncertain: fewer than ten changes were seen%s",
                                      hys__protocol_advice(p, "; lengthen --opt duration=T"));
    if (status == HYS_OK && is_two && fmin(t[0], t[1]) < 2 * r->step)
        status = hys__protocol_remark(p, "the shorter time is uncertain: it is near the time between reads%s",
                                      hys__protocol_advice(p, "; raise --opt reads=N"));
    return status;
}

hys_status hys__tell_rtn(hys__protocol *p, const hys__rtn *r) {
    chain c;
    double *copy = HYS_NEW_N(p->arena, double, r->n), slope = NAN;
    if (!copy) return HYS_NOMEM;
    for (size_t k = 0; k < r->n; k++) copy[k] = r->i[k];
    hys__numbers all = hys__count_numbers(copy, r->n);
    bool moves = all.n == r->n && all.sd > 1e-9 * fabs(all.mean);
    bool is_two = false;
    hys_status status = HYS_OK;
    if (moves) status = fit_chain(p, r->i, r->n, all, &c);
    if (moves && status == HYS_OK) {
        double n = (double)r->n, one = -n * (log(all.sd * 2.5066282746310002) + 0.5 * (n - 1) / n);
        is_two = 2 * (c.log_l - one) > 5 * log(n) && /* five more parameters than one level */
                 fabs(c.mean[1] - c.mean[0]) > APART * fmax(c.sd[0], c.sd[1]);
        status = spectrum(p, r, &slope);
    }
    if (status == HYS_OK)
        status = hys__protocol_says(p, "levels",
                                    !moves   ? "no noise"
                                    : is_two ? "two"
                                             : "not two",
                                    "whether the current jumps between two levels");
    if (status == HYS_OK) status = hys__protocol_feature(p, "i_mean", "A", all.mean, "mean current");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "noise", "1", moves ? all.sd / fabs(all.mean) : 0,
                                       "standard deviation against the mean");
    if (status == HYS_OK && moves) status = tell_levels(p, r, &c, is_two);
    if (status == HYS_OK)
        status = hys__protocol_feature(
            p, "psd_slope", "1", slope,
            "exponent of frequency in the spectrum: -1 of 1/f noise, 0 of white, -2 above a corner");
    if (status == HYS_OK) status = hys__protocol_feature(p, "energy_per_event", "J", r->energy, "between two reads");
    if (status == HYS_OK && !moves)
        status = hys__protocol_remark(p, "noise cannot be told: the current does not change%s",
                                      hys__protocol_advice(p, "; the model draws nothing at random here"));
    return status;
}
