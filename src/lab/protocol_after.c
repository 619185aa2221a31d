/* What several protocols look at: the current behind pulses, straight lines, numbers that scatter. */
#include "lab/protocol.h"
#include <math.h>
#include <stdlib.h>

#define DECADES 4.0 /* of time that the points of a decay span */

static hys_status take_points(hys__seen *seen, size_t start, hys__after *d) {
    for (size_t k = 0; k < d->n; k++) {
        d->t[k] = hys__seen_time(seen, start + 1 + k) - hys__seen_time(seen, start);
        d->i[k] = hys__seen_current(seen, start + 1 + k);
    }
    static const char *const none[] = {NULL};
    return hys__protocol_take(seen->script->p, seen->run, none);
}

hys_status hys__take_after(hys__protocol *p, const hys__after_setup *s, hys__after *d) {
    hys__script script;
    hys__seen seen;
    d->t = HYS_NEW_N(p->arena, double, d->n);
    d->i = HYS_NEW_N(p->arena, double, d->n);
    if (!d->t || !d->i) return HYS_NOMEM;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t before = hys__script_read(&script), pulse = 0;
    for (long k = 0; k < s->pulses && !script.failed; k++) {
        if (k) hys__script_rest(&script, s->rest);
        pulse = hys__script_pulse(&script, s->amplitude, s->width);
    }
    size_t start = hys__script_line(&script, 0.01 * s->width, 0, script.read, 2);
    double gone = 0;
    for (size_t k = 0; k < d->n; k++) {
        double until = s->duration * pow(10, DECADES * ((double)k / (double)(d->n - 1) - 1));
        hys__script_line(&script, until - gone, script.read, script.read, 1);
        gone = until;
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    status = take_points(&seen, start, d);
    d->before = hys__seen_current(&seen, before);
    d->energy = hys__seen_energy(&seen, pulse);
    hys__seen_free(&seen);
    return status;
}

double hys__after_noise(const hys__after *d) {
    return d->noise > 0 ? d->noise : 1e-5 * fmax(fabs(d->i[0]), fabs(d->i[d->n - 1]));
}

hys__straight hys__fit_straight(const double *x, const double *y, size_t n) {
    hys__straight line = {NAN, NAN, NAN, 0};
    double sx = 0, sy = 0, sxx = 0, sxy = 0, sum = 0;
    for (size_t k = 0; k < n; k++)
        if (isfinite(x[k]) && isfinite(y[k])) sx += x[k], sy += y[k], line.n++;
    if (line.n < 2) return line;
    double mx = sx / (double)line.n, my = sy / (double)line.n;
    for (size_t k = 0; k < n; k++) {
        if (!isfinite(x[k]) || !isfinite(y[k])) continue;
        sxx += (x[k] - mx) * (x[k] - mx);
        sxy += (x[k] - mx) * (y[k] - my);
    }
    line.slope = sxx > 0 ? sxy / sxx : NAN;
    line.intercept = my - line.slope * mx;
    for (size_t k = 0; k < n; k++) {
        double d = y[k] - line.intercept - line.slope * x[k];
        if (isfinite(d)) sum += d * d;
    }
    line.rms = sqrt(sum / (double)line.n);
    return line;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return isnan(x) || isnan(y) ? isnan(x) - isnan(y) : (x > y) - (x < y);
}

hys__numbers hys__count_numbers(double *x, size_t n) {
    hys__numbers c = {NAN, NAN, NAN, NAN, NAN, 0};
    double sum = 0, squares = 0;
    qsort(x, n, sizeof *x, compare);
    while (c.n < n && isfinite(x[c.n])) sum += x[c.n++];
    if (c.n == 0) return c;
    c.mean = sum / (double)c.n;
    for (size_t k = 0; k < c.n; k++) squares += (x[k] - c.mean) * (x[k] - c.mean);
    c.sd = c.n > 1 ? sqrt(squares / (double)(c.n - 1)) : NAN;
    c.least = x[0];
    c.most = x[c.n - 1];
    c.median = 0.5 * (x[(c.n - 1) / 2] + x[c.n / 2]);
    return c;
}
