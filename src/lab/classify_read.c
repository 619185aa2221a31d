/* Reading: the conductance at a small voltage behind pulses, against that without them. */
#include "lab/classify_sample.h"
#include <math.h>

#define SETTLE       10.0  /* s at 0 V before pulses */
#define READ_PART    0.2   /* of the least voltage that changes anything */
#define READ_MOST    0.1   /* V */
#define READ_LEAST   1e-3  /* V */
#define READ_DUTY    0.05  /* of the time between reads: a device may drift while it is read */
#define LONGEST_READ 1e-4  /* s */
#define BRIEF_READS  11    /* until 1 us */
#define BRIEF_REST   1e-9  /* s: the longest between two pulses */
#define LONGEST_REST 1e-3  /* s */
#define RESOLVED     200.  /* tolerances of a run that what is read must be above: then the error is below 1 % */
#define LEAST_I      1e-15 /* A: what an electrometer resolves */
#define SURE         4.5   /* standard errors from 0: once in 10^5 by chance; several hundred reads are looked at */

double hys__read_time(size_t k) {
    return 10 * HYS__LOOK_FIRST * pow(10, 0.5 * (double)k);
}

static size_t n_reads(const hys__sample *s) {
    return s->is_brief ? BRIEF_READS : HYS__READS;
}

/* Brief reads at v between which it rests at 0 V; *leg: the first of them, every second leg is one. */
static hys_status read_once(hys__sample *s, const hys__pulses *p, double v, hys__trace *trace, size_t *leg) {
    hys__plan plan = hys__plan_new(&s->t, false);
    plan.instance = p->instance;
    if (!s->is_brief) hys__plan_hold(&plan, 0, SETTLE);
    for (size_t k = 0; k < p->n; k++) {
        hys__plan_hold(&plan, p->at[k].level, p->at[k].width);
        if (p->at[k].fall > 0) hys__plan_ramp(&plan, 0, p->at[k].fall, 1);
        double rest = fmin(p->at[k].width, s->is_brief ? BRIEF_REST : LONGEST_REST);
        hys__plan_hold(&plan, 0, k + 1 < p->n ? rest : HYS__LOOK_FIRST);
    }
    double gone = HYS__LOOK_FIRST;
    for (size_t k = 0; k < n_reads(s); k++) {
        double width = fmin(READ_DUTY * hys__read_time(k), LONGEST_READ);
        hys__plan_hold(&plan, 0, hys__read_time(k) - gone - width);
        size_t read = hys__plan_hold(&plan, v, width);
        if (k == 0) *leg = read;
        gone = hys__read_time(k);
    }
    return hys__tester_run(&s->t, &plan, trace);
}

/* The difference between reading and not reading: what flows at 0 V, charges that go, is in both.  NaN: lost in the
 * error of what has flown behind the pulses. */
static hys_status read_conductance(hys__sample *s, const hys__pulses *p, double *g, size_t *n) {
    hys__trace at_read, at_zero;
    size_t leg;
    double flows = 0;
    *n = 0;
    hys_status status = read_once(s, p, s->v_read, &at_read, &leg);
    if (status == HYS_OK) status = read_once(s, p, 0, &at_zero, &leg);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < n_reads(s); k++) {
        size_t row = at_read.legs[leg + 2 * k].first;
        if (row >= at_read.n || row >= at_zero.n) break;
        double i = at_read.i[row], i_0 = at_zero.i[row];
        flows = fmax(flows, fabs(i_0));
        bool is_lost = fabs(i - i_0) < RESOLVED * s->t.bench.rtol * flows;
        g[(*n)++] = is_lost && flows > LEAST_I ? NAN : (i - i_0) / s->v_read;
    }
    return HYS_OK;
}

static const char *draw_name(const hys__sample *s, size_t draw) {
    static const char *const names[HYS__DRAWS] = {"x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"};
    return s->is_stochastic ? names[draw] : NULL;
}

static size_t n_draws(const hys__sample *s) {
    return s->is_stochastic ? HYS__DRAWS : 1;
}

hys_status hys__sample_fresh(hys__sample *s) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < n_draws(s) && status == HYS_OK && !s->is_current_only; k++) {
        const hys__pulses none = {.instance = draw_name(s, k)};
        s->fresh[k].g = HYS_NEW_N(s->t.arena, double, HYS__READS);
        if (!s->fresh[k].g) return HYS_NOMEM;
        status = read_conductance(s, &none, s->fresh[k].g, &s->fresh[k].n);
    }
    return status;
}

static void find_half(hys__after_pulses *a) {
    a->t_half = NAN;
    if (fabs(a->most) < HYS__CHANGE || a->last / a->most > HYS__KEPT) return;
    for (size_t k = 0; k < a->n; k++) {
        if (fabs(a->ln[k]) >= fabs(a->most)) a->t_half = NAN;
        else if (isnan(a->t_half) && a->ln[k] / a->most < 0.5 * (1 + a->last / a->most)) a->t_half = hys__read_time(k);
    }
}

void hys__after_pulses_sum_up(hys__after_pulses *a) {
    a->most = a->last = 0;
    for (size_t k = 0; k < a->n; k++)
        if (fabs(a->ln[k]) > fabs(a->most)) a->most = a->ln[k];
    if (a->n) a->last = a->ln[a->n - 1];
    find_half(a);
}

typedef struct draws { /* ln of the ratio, and conductance, by draw and look */
    double ln[HYS__DRAWS][HYS__READS], g[HYS__DRAWS][HYS__READS];
} draws;

static double mean_error(const double x[HYS__DRAWS][HYS__READS], size_t look, size_t n, double mean) {
    double squares = 0;
    for (size_t j = 0; j < n; j++) squares += (x[j][look] - mean) * (x[j][look] - mean);
    return n > 1 ? sqrt(squares / (double)(n - 1) / (double)n) : 0;
}

/* What chance alone does not make: means of all draws, 0 where they are nearer to it than SURE standard errors of this
 * look or of all: eight draws tell little of their deviation. */
static void average(const hys__sample *s, const draws *d, hys__after_pulses *a) {
    size_t n = n_draws(s);
    double squares = 0;
    for (size_t k = 0; k < a->n; k++) {
        for (size_t j = 0; j < n; j++) a->ln[k] += d->ln[j][k] / (double)n, a->g[k] += d->g[j][k] / (double)n;
        double error = mean_error(d->ln, k, n, a->ln[k]);
        squares += error * error;
    }
    double all = a->n ? sqrt(squares / (double)a->n) : 0;
    for (size_t k = 0; k < a->n; k++)
        if (fabs(a->ln[k]) < SURE * fmax(all, mean_error(d->ln, k, n, a->ln[k]))) a->ln[k] = 0;
}

hys_status hys__sample_pulses(hys__sample *s, const hys__class_pulse *pulses, size_t n, hys__after_pulses *a) {
    *a = (hys__after_pulses){.g = HYS_NEW_N(s->t.arena, double, HYS__READS),
                             .ln = HYS_NEW_N(s->t.arena, double, HYS__READS),
                             .n = HYS__READS};
    draws *d = HYS_NEW(s->t.arena, draws);
    if (!a->g || !a->ln || !d) return HYS_NOMEM;
    for (size_t j = 0; j < n_draws(s); j++) {
        const hys__pulses p = {pulses, n, draw_name(s, j)};
        size_t n_read;
        hys_status status = read_conductance(s, &p, d->g[j], &n_read);
        if (status != HYS_OK) return status;
        a->n = n_read < a->n ? n_read : a->n;
        a->n = s->fresh[j].n < a->n ? s->fresh[j].n : a->n;
        for (size_t k = 0; k < a->n; k++) {
            double ln = log((fabs(d->g[j][k]) + HYS__LEAST_G) / (fabs(s->fresh[j].g[k]) + HYS__LEAST_G));
            d->ln[j][k] = isnan(ln) ? 0 : ln;
        }
    }
    average(s, d, a);
    hys__after_pulses_sum_up(a);
    return HYS_OK;
}

void hys__sample_find_read(hys__sample *s) {
    double least = INFINITY;
    for (int sign = 0; sign < 2; sign++)
        for (size_t k = 0; k < s->v[sign]->n; k++) {
            const hys__rung *r = &s->v[sign]->at[k];
            if (fabs(r->swing) > fmax(HYS__CHANGE, 0.1 * fabs(s->v[sign]->swing))) least = fmin(least, fabs(r->level));
        }
    s->v_read = fmax(READ_LEAST, fmin(READ_MOST, READ_PART * least));
    s->v_least = s->v_read / READ_PART;
}

/* Half of the largest voltage that changes nothing in the time that all reads take. */
double hys__sample_quiet_voltage(const hys__sample *s) {
    const hys__ladder *l = s->v[0];
    double v = 0;
    for (size_t k = 0; k < l->n; k++) {
        const hys__rung *r = &l->at[k];
        for (size_t j = 0; j < r->n && hys__look_time(j) <= HYS__READS * LONGEST_READ; j++)
            if (fabs(hys__rung_change(r, j)) > HYS__CHANGE) return v;
        v = 0.5 * r->level;
    }
    return v;
}
