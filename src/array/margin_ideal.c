/* A chosen cell between word line and bit line, the others by their kinds: those of its bit line, those of its word
 * line, the rest; all on.  Without wires each kind has one voltage. */
#include "array/law.h"
#include "array/margin.h"
#include <math.h>

/* I(v) / I(V) of a cell, V: at which it has its conductance. */
static double law_of(const hys_array_law *law, double v) {
    if (!(law->nonlinearity > 2)) return v / law->voltage;
    const double one = 1;
    const hys__law sine = hys__law_sinh(law->nonlinearity, law->voltage);
    double current, slope;
    sine.evaluate(&sine, &(hys__law_row){&one, &v, 1, &current, &slope});
    return current / law->voltage;
}

#define BISECTIONS 60 /* to the last digit but two */

double hys__margin_columns(const hys_margin_opts *o, double n) {
    return o->shape > 0 ? fmax(2, round(o->shape * n)) : n;
}

/* What a cell that carries so much of an on cell's current has across it. */
static double drop_of(const hys_array_law *law, double current) {
    if (!(law->nonlinearity > 2)) return current * law->voltage;
    const double k = 2 * acosh(0.5 * law->nonlinearity) / law->voltage; /* as hys__law_sinh */
    return asinh(current * sinh(k * law->voltage)) / k;
}

/* Of lines that float: n - 1 cells of the word line, (m - 1)(n - 1) of the rest, m - 1 of the bit line in series over
 * v. */
static double sneak_of(const hys_margin_opts *o, double m, double v) {
    const double n = hys__margin_columns(o, m);
    double low = 0, high = (m - 1) * law_of(&o->law, v);
    for (int k = 0; k < BISECTIONS; k++) {
        const double all = 0.5 * (low + high);
        const double sum = drop_of(&o->law, all / (n - 1)) + drop_of(&o->law, all / ((m - 1) * (n - 1))) +
                           drop_of(&o->law, all / (m - 1));
        *(sum < v ? &low : &high) = all;
    }
    return low;
}

/* Into the bit line at x from the cells beside the chosen one, as multiples of an on cell's current. */
static double leak_of(const hys_margin_opts *o, double n, double x) {
    if (n <= 1 || hys__margin_columns(o, n) <= 1) return 0;
    switch (o->scheme) {
    case HYS_SCHEME_HALF:
        return (n - 1) * law_of(&o->law, o->voltage / 2 - x);
    case HYS_SCHEME_THIRD:
        return (n - 1) * law_of(&o->law, o->voltage / 3 - x);
    case HYS_SCHEME_GROUND:
        return (n - 1) * law_of(&o->law, -x);
    default:
        return sneak_of(o, n, o->voltage - x);
    }
}

static double current_of(const hys_margin_opts *o, double n, double ratio, double x) {
    return law_of(&o->law, o->voltage - x) / ratio + leak_of(o, n, x);
}

/* Potential of the bit line behind the resistance r, in units of V / I of an on cell. */
static double voltage_of(const hys_margin_opts *o, double n, double ratio, double r) {
    double low = 0, high = o->voltage;
    for (int k = 0; k < BISECTIONS; k++) {
        const double x = 0.5 * (low + high);
        *(x < r * current_of(o, n, ratio, x) ? &low : &high) = x;
    }
    return low;
}

double hys__ideal_margin(const hys_margin_opts *o, double n) {
    const double ratio = o->off / o->on, on = current_of(o, n, 1, 0), off = current_of(o, n, ratio, 0);
    if (!o->reads_voltage) return (on - off) / on;
    const double r = o->voltage / sqrt(on * off);
    return (voltage_of(o, n, 1, r) - voltage_of(o, n, ratio, r)) / o->voltage;
}

#define MOST_LINES 1e15 /* more have no meaning */

double hys__ideal_largest(const hys_margin_opts *o) {
    double good = 1, bad = 2;
    if (hys__ideal_margin(o, 1) < o->least) return 0;
    while (bad < MOST_LINES && hys__ideal_margin(o, bad) >= o->least) good = bad, bad *= 2;
    if (bad >= MOST_LINES) return INFINITY;
    while (bad - good > 1) {
        const double n = floor(0.5 * (good + bad));
        *(hys__ideal_margin(o, n) >= o->least ? &good : &bad) = n;
    }
    return good;
}
