/* What drives a circuit: the common period of its sources, and whether anything else depends on time. */
#include "base/clocale.h"
#include "circuit/pss.h"
#include <math.h>
#include <string.h>

/* ---- periods of single sources ---- */

#define PERIODS_MOST 2 /* of one wave */

/* Periods of a wave; 0: it is constant in the end. */
static size_t periods_of(const hys__wave *w, double period[PERIODS_MOST]) {
    double f[PERIODS_MOST] = {0};
    size_t n = 0;
    switch (w->kind) {
    case HYS__WAVE_PULSE: /* per, np */
        if (!isfinite(w->p[6]) || !(w->p[6] > 0) || w->p[7] >= 1 || w->p[0] == w->p[1]) return 0;
        period[0] = w->p[6];
        return 1;
    case HYS__WAVE_SIN: /* va, freq, theta, ncycles */
        if (w->p[1] != 0 && w->p[4] == 0 && !(w->p[6] > 0)) f[0] = w->p[2];
        break;
    case HYS__WAVE_SFFM: /* va, fc, mdi, fs */
        if (w->p[1] != 0) f[0] = w->p[2], f[1] = w->p[3] != 0 ? w->p[4] : 0;
        break;
    case HYS__WAVE_AM: /* va, mf, fc */
        if (w->p[0] != 0) f[0] = w->p[3], f[1] = w->p[2];
        break;
    case HYS__WAVE_PWL:
        if (!w->is_repeated || !w->n || !(w->time[w->n - 1] > w->repeat)) return 0;
        period[0] = w->time[w->n - 1] - w->repeat;
        return 1;
    default:
        return 0;
    }
    for (size_t k = 0; k < PERIODS_MOST; k++)
        if (f[k] > 0) period[n++] = 1 / f[k];
    return n;
}

/* ---- a common period ---- */

#define SAME          1e-9 /* part by which two periods may differ and still be one */
#define MULTIPLE_MOST 1000

/* The least a with a x = whole, by the continued fraction of x; 0: none up to MULTIPLE_MOST. */
static double least_multiple(double x) {
    double q0 = 0, q1 = 1, rest = x;
    for (int k = 0; k < 40 && q1 <= MULTIPLE_MOST; k++) {
        double whole = nearbyint(q1 * x);
        if (whole >= 1 && fabs(q1 * x - whole) < SAME * whole) return q1;
        double part = rest - floor(rest);
        if (!(part > 0)) return 0;
        rest = 1 / part;
        double q = floor(rest) * q1 + q0;
        q0 = q1;
        q1 = q;
    }
    return 0;
}

static hys_status incommensurate(hys__pss *p, uint32_t first, uint32_t second, double period) {
    char a[200], b[200];
    hys__flat_elem_name(p->c->flat, first, a, sizeof a);
    hys__flat_elem_name(p->c->flat, second, b, sizeof b);
    return hys__pss_fail(p, HYS_SEMANTIC, "give them periods with a common multiple",
                         "the periods of %s (%.10g s) and %s (%.10g s) have no common multiple below %d of "
                         "them: the circuit is driven quasi-periodically",
                         a, p->drive, b, period, MULTIPLE_MOST);
}

static hys_status join(hys__pss *p, uint32_t *first, uint32_t elem, double period) {
    if (!(p->drive > 0)) {
        p->drive = period;
        *first = elem;
        return HYS_OK;
    }
    double multiple = least_multiple(p->drive / period);
    if (!(multiple > 0)) return incommensurate(p, *first, elem, period);
    if (multiple * p->drive / period > MULTIPLE_MOST) return incommensurate(p, *first, elem, period);
    p->drive *= multiple;
    return HYS_OK;
}

/* ---- what else depends on time ---- */

static void name_row(const hys__pss *p, size_t row, char *text, size_t size) {
    char name[300], device[500];
    hys__circuit_unknown(p->c, row, name, sizeof name);
    hys__circuit_device_at(p->c, row, device, sizeof device);
    snprintf(text, size, "%s%s", name, device);
}

#define N_CHECKS 17
#define CHANGED  1e-8

/* The row whose equation differs most between t and t + shift at sample `which`; SIZE_MAX: none does. */
static size_t changes(hys__pss *p, size_t which, double t, double shift, double *f) {
    const hys__system *s = hys__circuit_system(p->c);
    const double *y = p->values.at + which * p->n;
    double *g = f + p->n, worst = 0;
    size_t row = SIZE_MAX;
    hys__point a = {.t = t, .y = y}, b = {.t = t + shift, .y = y};
    if (!s->eval(s->user, &a, f, NULL) || !s->eval(s->user, &b, g, NULL)) return SIZE_MAX;
    for (size_t k = 0; k < p->n; k++) {
        double size = fmax(fabs(f[k]), fabs(g[k])), d = fabs(f[k] - g[k]);
        /* Differences as small as the drive's rounding, or as a tolerance, are none. */
        if (d <= CHANGED * fmax(size, fabs(y[k])) + p->c->abstol[k]) continue;
        if (d / size > worst) worst = d / size, row = k;
    }
    return row;
}

static size_t find_change(hys__pss *p, double shift, double *f) {
    size_t row = SIZE_MAX;
    for (size_t k = 0; k < N_CHECKS && row == SIZE_MAX; k++) {
        /* parts of the period that are nothing special */
        double part = fmod(0.0137 + 0.618033988749895 * (double)k, 1);
        double length = p->is_driven ? p->period : p->times.at[p->times.n - 1] - p->t0;
        size_t which = (size_t)(part * (double)p->times.n);
        row = changes(p, which, p->t0 + part * length, p->is_driven ? shift : -part * length, f);
    }
    return row;
}

static size_t find_source(const hys__pss *p, double shift) {
    for (size_t k = 0; k < p->c->sources.n; k++) {
        double size = 0, change = 0, first = hys__circuit_source_value(p->c, k, p->t0);
        for (size_t i = 0; i < N_CHECKS; i++) {
            /* Behind corners rather than on them. */
            double t = p->t0 + shift * ((double)i + 0.0137) / N_CHECKS, a = hys__circuit_source_value(p->c, k, t);
            size = fmax(size, fabs(a));
            double b = p->is_driven ? hys__circuit_source_value(p->c, k, t + shift) : first;
            change = fmax(change, fabs(a - b));
        }
        if (change > CHANGED * size) return k;
    }
    return SIZE_MAX;
}

hys_status hys__pss_check_drive(hys__pss *p) {
    double *f = HYS_NEW_N(&p->arena, double, 2 * p->n);
    double shift = p->is_driven ? p->period : p->times.at[p->times.n - 1] - p->t0;
    char name[900];
    if (!f) return HYS_NOMEM;
    size_t source = find_source(p, shift);
    if (source != SIZE_MAX) {
        hys__flat_elem_name(p->c->flat, p->c->sources.at[source], name, sizeof name);
        return hys__pss_fail(p, HYS_SEMANTIC, "a larger TSTAB, behind its delay and all that happens once",
                             "%s is not %s from %.6g s on", name, p->is_driven ? "periodic" : "constant", p->t0);
    }
    size_t row = find_change(p, shift, f);
    if (row == SIZE_MAX) return HYS_OK;
    if (!p->is_driven && p->analysis->pss.guess > 0) {
        p->is_driven = true;
        p->period = 1 / p->analysis->pss.guess;
        if (find_change(p, p->period, f) == SIZE_MAX) return HYS_DONE;
        p->is_driven = false;
    }
    name_row(p, row, name, sizeof name);
    return hys__pss_fail(p, HYS_SEMANTIC, "FGUESS must be the frequency of what depends on time, or a part of it",
                         "the equation of %s depends on time, and not with the period %.6g s", name,
                         p->is_driven                 ? p->period
                         : p->analysis->pss.guess > 0 ? 1 / p->analysis->pss.guess
                                                      : NAN);
}

/* ---- all ---- */

/* FGUESS below the drive's frequency asks for a subharmonic response. */
#define NEAR        0.05
#define SUBHARMONIC 256
/* Far above it (sources that stand for a long time, pulses with a long period), for an oscillation by itself. */
#define FASTER 0.2

static hys_status choose_period(hys__pss *p) {
    double guess = p->analysis->pss.guess;
    p->period = p->drive;
    if (!(guess > 0)) return HYS_OK;
    double parts = 1 / (guess * p->drive), n = nearbyint(parts);
    if (n >= 1 && n <= SUBHARMONIC && fabs(parts - n) <= NEAR * n) {
        p->period = n * p->drive;
        return HYS_OK;
    }
    if (parts < FASTER) {
        p->is_driven = false;
        return hys__circuit_remarkf(p->c,
                                    ".pss: an oscillation much faster than the sources' period of %.6g s is looked "
                                    "for: they are taken as constant",
                                    p->drive);
    }
    return hys__circuit_remarkf(p->c,
                                ".pss: the sources repeat after %.6g s, of which 1/FGUESS is no multiple: FGUESS is "
                                "not used",
                                p->drive);
}

/* The step and end that defaults of waves are made from. */
static void finish_waves(hys__pss *p) {
    double guess = p->analysis->pss.guess, step = p->c->wave_step;
    if (guess > 0) step = 1 / guess / (double)p->analysis->pss.n_points;
    hys__sources_finish(p->c, step > 0 ? step : 1e-9, p->c->wave_stop > 0 ? p->c->wave_stop : 1);
}

hys_status hys__pss_drive(hys__pss *p) {
    uint32_t first = 0;
    finish_waves(p);
    for (size_t k = 0; k < p->c->sources.n; k++) {
        double period[PERIODS_MOST];
        uint32_t elem = p->c->sources.at[k];
        if (!hys__circuit_elem(p->c, elem)->wave) continue;
        size_t n = periods_of(&p->c->waves[k], period);
        for (size_t i = 0; i < n; i++) {
            hys_status status = join(p, &first, elem, period[i]);
            if (status != HYS_OK) return status;
        }
    }
    p->is_driven = p->drive > 0;
    return p->is_driven ? choose_period(p) : HYS_OK;
}
