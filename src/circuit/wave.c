/* Waves of independent sources: values, slopes, corners. */
#include "circuit/wave.h"
#include "base/random.h"
#include <math.h>

#define PI 3.14159265358979323846

/* p[] by name; what was not given is NaN until hys__wave_finish. */
enum { V1, V2, PULSE_TD, PULSE_TR, PULSE_TF, PULSE_PW, PULSE_PER, PULSE_NP };
enum { SIN_VO, SIN_VA, SIN_FREQ, SIN_TD, SIN_THETA, SIN_PHASE, SIN_NCYCLES };
enum { EXP_TD1 = 2, EXP_TAU1, EXP_TD2, EXP_TAU2 };
enum { SFFM_VO, SFFM_VA, SFFM_FC, SFFM_MDI, SFFM_FS };
enum { AM_VA, AM_VO, AM_MF, AM_FC, AM_TD };
enum { NOISE_NA, NOISE_NT };

static void fill(double *p, double value) {
    if (isnan(*p)) *p = value;
}

static void fill_positive(double *p, double value) {
    if (!(*p > 0)) *p = value;
}

void hys__wave_finish(hys__wave *w, double step, double stop) {
    double *p = w->p;
    double frequency = stop > 0 ? 1 / stop : 0;
    switch (w->kind) {
    case HYS__WAVE_PULSE:
        fill(&p[V2], p[V1]);
        fill(&p[PULSE_TD], 0);
        fill_positive(&p[PULSE_TR], step);
        fill_positive(&p[PULSE_TF], step);
        fill_positive(&p[PULSE_PW], stop);
        fill_positive(&p[PULSE_PER], INFINITY);
        fill(&p[PULSE_NP], 0);
        break;
    case HYS__WAVE_SIN:
        fill_positive(&p[SIN_FREQ], frequency);
        for (int i = SIN_VA; i <= SIN_NCYCLES; i++) fill(&p[i], 0);
        break;
    case HYS__WAVE_EXP:
        fill(&p[EXP_TD1], 0);
        fill_positive(&p[EXP_TAU1], step);
        fill(&p[EXP_TD2], p[EXP_TD1] + step);
        fill_positive(&p[EXP_TAU2], step);
        break;
    case HYS__WAVE_SFFM:
        fill_positive(&p[SFFM_FC], frequency);
        fill_positive(&p[SFFM_FS], frequency);
        for (int i = SFFM_VA; i <= SFFM_FS; i++) fill(&p[i], 0);
        break;
    case HYS__WAVE_AM:
        for (int i = AM_VO; i <= AM_TD; i++) fill(&p[i], 0);
        break;
    case HYS__WAVE_DC:
    case HYS__WAVE_PWL:
    case HYS__WAVE_NOISE:
        break;
    }
}

/* ---- pulses ---- */

/* Time within the period that t lies in; before the delay negative. */
static double pulse_phase(const double *p, double t, double *start) {
    double since = t - p[PULSE_TD];
    *start = p[PULSE_TD];
    if (since < 0 || !isfinite(p[PULSE_PER]) || !(p[PULSE_PER] > 0)) return since;
    double n = floor(since / p[PULSE_PER]);
    if (since - n * p[PULSE_PER] >= p[PULSE_PER]) n++;
    if (p[PULSE_NP] >= 1 && n >= p[PULSE_NP]) n = p[PULSE_NP] - 1; /* stays at the end of the last one */
    *start += n * p[PULSE_PER];
    return t - *start;
}

/* Where the four corners lie behind the start of a pulse. */
static void pulse_corners(const double *p, double corner[4]) {
    corner[0] = 0;
    corner[1] = p[PULSE_TR];
    corner[2] = corner[1] + p[PULSE_PW];
    corner[3] = corner[2] + p[PULSE_TF];
}

static double pulse_value(const double *p, double t) {
    double start, corner[4], x = pulse_phase(p, t, &start);
    pulse_corners(p, corner);
    if (!(x > 0)) return p[V1];
    if (x < corner[1]) return p[V1] + (p[V2] - p[V1]) * (x / p[PULSE_TR]);
    if (x <= corner[2]) return p[V2];
    if (x < corner[3]) return p[V2] + (p[V1] - p[V2]) * ((x - corner[2]) / p[PULSE_TF]);
    return p[V1];
}

static double pulse_slope(const double *p, double t) {
    double start, corner[4], x = pulse_phase(p, t, &start);
    pulse_corners(p, corner);
    if (x < 0 || x >= corner[3]) return 0;
    if (x < corner[1]) return (p[V2] - p[V1]) / p[PULSE_TR];
    return x < corner[2] ? 0 : (p[V1] - p[V2]) / p[PULSE_TF];
}

/* A corner counts as passed within rounding of the times that it is made of. */
static bool is_after(double corner, double t) {
    return corner > t + 4e-16 * (fabs(t) + fabs(corner));
}

static double pulse_next(const double *p, double t) {
    double start, corner[4];
    pulse_phase(p, t, &start);
    pulse_corners(p, corner);
    for (int period = 0; period < 2; period++) {
        double from = period == 0 || !isfinite(p[PULSE_PER]) ? start : start + p[PULSE_PER];
        bool is_last = p[PULSE_NP] >= 1 && from - p[PULSE_TD] > (p[PULSE_NP] - 0.5) * p[PULSE_PER];
        if (is_last) break;
        for (int i = 0; i < 4; i++) {
            if (period == 0 && isfinite(p[PULSE_PER]) && corner[i] >= p[PULSE_PER]) break;
            if (is_after(from + corner[i], t)) return from + corner[i];
        }
        if (!isfinite(p[PULSE_PER])) break;
    }
    return INFINITY;
}

/* ---- sines ---- */

/* SPICE 3: vo + va exp(-theta (t - td)) sin(2 pi f (t - td) + phase), before td at vo + va sin(phase) */
static double sin_value(const double *p, double t) {
    double x = t - p[SIN_TD], phase = p[SIN_PHASE] * (PI / 180);
    if (x <= 0) return p[SIN_VO] + p[SIN_VA] * sin(phase);
    if (p[SIN_NCYCLES] > 0 && x * p[SIN_FREQ] > p[SIN_NCYCLES]) x = p[SIN_NCYCLES] / p[SIN_FREQ];
    return p[SIN_VO] + p[SIN_VA] * sin(2 * PI * p[SIN_FREQ] * x + phase) * exp(-x * p[SIN_THETA]);
}

static double sin_slope(const double *p, double t) {
    double x = t - p[SIN_TD], omega = 2 * PI * p[SIN_FREQ], angle = omega * x + p[SIN_PHASE] * (PI / 180);
    if (x < 0 || (p[SIN_NCYCLES] > 0 && x * p[SIN_FREQ] >= p[SIN_NCYCLES])) return 0;
    return p[SIN_VA] * exp(-x * p[SIN_THETA]) * (omega * cos(angle) - p[SIN_THETA] * sin(angle));
}

static double sin_next(const double *p, double t) {
    if (is_after(p[SIN_TD], t)) return p[SIN_TD];
    double end = p[SIN_TD] + p[SIN_NCYCLES] / p[SIN_FREQ];
    return p[SIN_NCYCLES] > 0 && is_after(end, t) ? end : INFINITY;
}

/* ---- exponentials ---- */

static double exp_value(const double *p, double t) {
    double v = p[V1];
    if (t > p[EXP_TD1]) v -= (p[V2] - p[V1]) * expm1(-(t - p[EXP_TD1]) / p[EXP_TAU1]);
    if (t > p[EXP_TD2]) v -= (p[V1] - p[V2]) * expm1(-(t - p[EXP_TD2]) / p[EXP_TAU2]);
    return v;
}

static double exp_slope(const double *p, double t) {
    double slope = 0;
    if (t >= p[EXP_TD1]) slope += (p[V2] - p[V1]) / p[EXP_TAU1] * exp(-(t - p[EXP_TD1]) / p[EXP_TAU1]);
    if (t >= p[EXP_TD2]) slope += (p[V1] - p[V2]) / p[EXP_TAU2] * exp(-(t - p[EXP_TD2]) / p[EXP_TAU2]);
    return slope;
}

/* ---- points ---- */

/* Index of the last point at or before x; n: none. */
static size_t point_before(const hys__wave *w, double x) {
    size_t low = 0, high = w->n;
    if (w->n == 0 || x < w->time[0]) return w->n;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        *(w->time[mid] <= x ? &low : &high) = mid;
    }
    return low;
}

/* The time in the list that t stands for; *shift: what must be added to come back. */
static double pwl_time(const hys__wave *w, double t, double *shift) {
    double x = t - w->delay;
    *shift = w->delay;
    if (!w->is_repeated || w->n == 0) return x;
    double last = w->time[w->n - 1], length = last - w->repeat;
    if (x < last || !(length > 0)) return x;
    double n = floor((x - w->repeat) / length);
    *shift += n * length;
    return x - n * length;
}

static double pwl_value(const hys__wave *w, double t) {
    double shift, x = pwl_time(w, t, &shift);
    if (w->n == 0) return 0;
    size_t i = point_before(w, x);
    if (i == w->n) return w->at[0];
    if (i + 1 == w->n) return w->at[i];
    double width = w->time[i + 1] - w->time[i];
    return w->at[i] + (w->at[i + 1] - w->at[i]) * ((x - w->time[i]) / width);
}

static double pwl_slope(const hys__wave *w, double t) {
    double shift, x = pwl_time(w, t, &shift);
    size_t i = point_before(w, x);
    if (w->n == 0 || i == w->n || i + 1 == w->n) return 0;
    return (w->at[i + 1] - w->at[i]) / (w->time[i + 1] - w->time[i]);
}

static double pwl_next(const hys__wave *w, double t) {
    double shift, x = pwl_time(w, t, &shift);
    size_t i = w->n ? point_before(w, x) : 0;
    if (w->n == 0) return INFINITY;
    for (size_t k = i == w->n ? 0 : i; k < w->n; k++)
        if (is_after(w->time[k] + shift, t)) return w->time[k] + shift;
    double length = w->time[w->n - 1] - w->repeat;
    if (!w->is_repeated || !(length > 0)) return INFINITY;
    for (size_t k = 0; k < w->n; k++)
        if (w->time[k] >= w->repeat && is_after(w->time[k] + shift + length, t)) return w->time[k] + shift + length;
    return INFINITY;
}

/* ---- noise ---- */

static double noise_at(const hys__wave *w, double i) {
    if (i <= 0) return 0;
    uint64_t counter[2] = {(uint64_t)i, 0};
    return w->p[NOISE_NA] * hys__normal(w->key, counter);
}

static double noise_value(const hys__wave *w, double t) {
    if (!(w->p[NOISE_NT] > 0) || t <= 0) return 0;
    double x = t / w->p[NOISE_NT], i = floor(x);
    double a = noise_at(w, i), b = noise_at(w, i + 1);
    return a + (b - a) * (x - i);
}

static double noise_slope(const hys__wave *w, double t) {
    if (!(w->p[NOISE_NT] > 0) || t < 0) return 0;
    double i = floor(t / w->p[NOISE_NT]);
    return (noise_at(w, i + 1) - noise_at(w, i)) / w->p[NOISE_NT];
}

static double noise_next(const hys__wave *w, double t) {
    if (!(w->p[NOISE_NT] > 0)) return INFINITY;
    if (t < 0) return 0;
    double i = floor(t / w->p[NOISE_NT]) + 1;
    while (!is_after(i * w->p[NOISE_NT], t)) i++;
    return i * w->p[NOISE_NT];
}

/* ---- all ---- */

static double sffm_value(const double *p, double t) {
    return p[SFFM_VO] + p[SFFM_VA] * sin(2 * PI * p[SFFM_FC] * t + p[SFFM_MDI] * sin(2 * PI * p[SFFM_FS] * t));
}

static double sffm_slope(const double *p, double t) {
    double wc = 2 * PI * p[SFFM_FC], ws = 2 * PI * p[SFFM_FS];
    return p[SFFM_VA] * cos(wc * t + p[SFFM_MDI] * sin(ws * t)) * (wc + p[SFFM_MDI] * ws * cos(ws * t));
}

/* ngspice: va (vo + sin(2 pi mf (t - td))) sin(2 pi fc (t - td)) */
static double am_value(const double *p, double t) {
    double x = t - p[AM_TD];
    if (x <= 0) return 0;
    return p[AM_VA] * (p[AM_VO] + sin(2 * PI * p[AM_MF] * x)) * sin(2 * PI * p[AM_FC] * x);
}

static double am_slope(const double *p, double t) {
    double x = t - p[AM_TD], wm = 2 * PI * p[AM_MF], wc = 2 * PI * p[AM_FC];
    if (x < 0) return 0;
    return p[AM_VA] * (wm * cos(wm * x) * sin(wc * x) + (p[AM_VO] + sin(wm * x)) * wc * cos(wc * x));
}

double hys__wave_value(const hys__wave *w, double t) {
    switch (w->kind) {
    case HYS__WAVE_DC:
        return w->p[0];
    case HYS__WAVE_PULSE:
        return pulse_value(w->p, t);
    case HYS__WAVE_SIN:
        return sin_value(w->p, t);
    case HYS__WAVE_EXP:
        return exp_value(w->p, t);
    case HYS__WAVE_PWL:
        return pwl_value(w, t);
    case HYS__WAVE_SFFM:
        return sffm_value(w->p, t);
    case HYS__WAVE_AM:
        return am_value(w->p, t);
    case HYS__WAVE_NOISE:
        return noise_value(w, t);
    }
    return NAN;
}

double hys__wave_slope(const hys__wave *w, double t) {
    switch (w->kind) {
    case HYS__WAVE_DC:
        return 0;
    case HYS__WAVE_PULSE:
        return pulse_slope(w->p, t);
    case HYS__WAVE_SIN:
        return sin_slope(w->p, t);
    case HYS__WAVE_EXP:
        return exp_slope(w->p, t);
    case HYS__WAVE_PWL:
        return pwl_slope(w, t);
    case HYS__WAVE_SFFM:
        return sffm_slope(w->p, t);
    case HYS__WAVE_AM:
        return am_slope(w->p, t);
    case HYS__WAVE_NOISE:
        return noise_slope(w, t);
    }
    return NAN;
}

double hys__wave_next_corner(const hys__wave *w, double t) {
    switch (w->kind) {
    case HYS__WAVE_PULSE:
        return pulse_next(w->p, t);
    case HYS__WAVE_SIN:
        return sin_next(w->p, t);
    case HYS__WAVE_EXP:
        if (is_after(fmin(w->p[EXP_TD1], w->p[EXP_TD2]), t)) return fmin(w->p[EXP_TD1], w->p[EXP_TD2]);
        return is_after(fmax(w->p[EXP_TD1], w->p[EXP_TD2]), t) ? fmax(w->p[EXP_TD1], w->p[EXP_TD2]) : INFINITY;
    case HYS__WAVE_PWL:
        return pwl_next(w, t);
    case HYS__WAVE_AM:
        return is_after(w->p[AM_TD], t) ? w->p[AM_TD] : INFINITY;
    case HYS__WAVE_NOISE:
        return noise_next(w, t);
    case HYS__WAVE_DC:
    case HYS__WAVE_SFFM:
        break;
    }
    return INFINITY;
}
