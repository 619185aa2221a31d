/* Laws of synapses: tables, their labels, the perfect one. */
#include "base/diag.h"
#include "network/synapse_impl.h"
#include <math.h>
#include <string.h>

double hys__law_at(const double *table, double x) {
    const double at = fmin(fmax(x, 0), 1) * (double)(HYS__POINTS - 1);
    const size_t k = at < (double)(HYS__POINTS - 2) ? (size_t)at : HYS__POINTS - 2;
    return table[k] + (at - (double)k) * (table[k + 1] - table[k]);
}

/* ---- labels ---- */

#define NORM (0.07 * 1.4142135623730951) /* of NeuroSim's label: the largest f(x) - x of 1 */
#define REST 1e-3
#define MOST 4000u

/* Of the curve of pulses from one end: the largest distance of what has been reached from a straight line, both over
 * the whole way.  NeuroSim's label of exponential updates (Chen et al., TCAD 2018) is just that, over 0.07 sqrt 2.
 * Where steps become ever smaller the way ends at 1 - REST of it; the pulse that goes beyond counts in part. */
static double label_of(const double *mean, bool is_up) {
    double y[MOST + 2] = {0}, most = 0, count = 0;
    size_t n = 0;
    while (n < MOST && y[n] < 1 - REST) {
        const double step = fabs(hys__law_at(mean, is_up ? y[n] : 1 - y[n]));
        if (!(step > 1e-6)) break;
        count += step > 1 - y[n] ? (1 - y[n]) / step : 1;
        y[n + 1] = fmin(y[n] + step, 1);
        n++;
    }
    for (size_t k = 0; k < n; k++) {
        const double away = y[k] / y[n] - (double)k / count;
        if (fabs(away) > fabs(most)) most = away;
    }
    return most / NORM;
}

void hys__law_label(hys_synapse_law *law) {
    const size_t middle = HYS__POINTS / 2;
    const double up = law->up_mean[middle], down = law->down_mean[middle];
    law->nonlinearity_up = label_of(law->up_mean, true);
    law->nonlinearity_down = -label_of(law->down_mean, false);
    law->asymmetry = up != 0 || down != 0 ? fabs(up + down) / (fabs(up) + fabs(down)) : 0;
}

/* ---- the perfect one ---- */

static double time_of(size_t k) { /* 1 us to 10 years */
    const double last = 10 * 365.25 * 86400;
    return 1e-6 * pow(last / 1e-6, (double)k / (double)(HYS__N_TIMES - 1));
}

hys_synapse_law hys__law_empty(void) {
    hys_synapse_law law = {.size = sizeof law, .name = "", .source = "", .temp = 300.15};
    for (size_t k = 0; k < HYS__N_TIMES; k++) law.times[k] = time_of(k);
    for (size_t k = 0; k < HYS__POINTS; k++)
        for (size_t v = 0; v < HYS__N_SHAPES; v++) law.shape[k][v] = 1;
    return law;
}

hys_synapse_law hys_synapse_law_ideal(void) {
    hys_synapse_law law = hys__law_empty();
    law.name = "ideal";
    law.source = "linear, without noise";
    law.g_min = 1e-6;
    law.g_max = 100e-6;
    law.up = (hys_synapse_pulse){1, 1e-7, 0};
    law.down = (hys_synapse_pulse){-1, 1e-7, 0};
    law.read = (hys_synapse_pulse){0.1, 1e-7, 0};
    for (size_t k = 0; k < HYS__POINTS; k++) {
        law.up_mean[k] = 1.0 / 64;
        law.down_mean[k] = -1.0 / 64;
    }
    law.program_pulses = 32;
    law.program_time = 32 * 2e-7;
    return law;
}

/* ---- whether it can be ---- */

typedef struct named {
    const char *name;
    const double *at;
    size_t n;
} named;

static hys_status check_finite(hys_ctx *ctx, const hys_synapse_law *l) {
    const named all[] = {{"up_mean", l->up_mean, HYS__POINTS},
                         {"up_sd", l->up_sd, HYS__POINTS},
                         {"down_mean", l->down_mean, HYS__POINTS},
                         {"down_sd", l->down_sd, HYS__POINTS},
                         {"energy_up", l->energy_up, HYS__POINTS},
                         {"energy_down", l->energy_down, HYS__POINTS},
                         {"program_mean", l->program_mean, HYS__POINTS},
                         {"program_sd", l->program_sd, HYS__POINTS},
                         {"shape", &l->shape[0][0], HYS__POINTS * HYS__N_SHAPES},
                         {"times", l->times, HYS__N_TIMES},
                         {"retention_mean", &l->retention_mean[0][0], HYS__N_TIMES * HYS__POINTS},
                         {"retention_sd", &l->retention_sd[0][0], HYS__N_TIMES * HYS__POINTS},
                         {"device_sd", &l->device_sd, 1},
                         {"read_noise", &l->read_noise, 1},
                         {"read_disturb", &l->read_disturb, 1},
                         {"stuck_on", &l->stuck_on, 1},
                         {"stuck_off", &l->stuck_off, 1}};
    for (size_t t = 0; t < sizeof all / sizeof *all; t++) {
        const size_t n_name = strlen(all[t].name);
        const bool is_sd = n_name > 3 && (!strcmp(all[t].name + n_name - 3, "_sd"));
        for (size_t k = 0; k < all[t].n; k++)
            if (!isfinite(all[t].at[k]) || (is_sd && all[t].at[k] < 0))
                return hys__fail(ctx, HYS_ARG, is_sd ? "0 or more" : "a finite number",
                                 "%s of a synapse's law is %g at point %zu", all[t].name, all[t].at[k], k);
    }
    return HYS_OK;
}

static hys_status check_wear(hys_ctx *ctx, const hys_synapse_law *l) {
    double before = 0;
    for (size_t k = 0; k < l->n_wear && k < HYS_SYNAPSE_WEAR; k++) {
        const double low = l->wear_low[k], high = l->wear_high[k];
        if (!(l->wear_cycles[k] > before && isfinite(l->wear_cycles[k])))
            return hys__fail(ctx, HYS_ARG, "ascending, above 0", "the cycles of a synapse's wear go from %g to %g",
                             before, l->wear_cycles[k]);
        if (!(low >= 0 && high <= 1 && low <= high))
            return hys__fail(ctx, HYS_ARG, "x of both ends, from 0 to 1",
                             "after %g cycles a synapse's window goes from %g to %g", l->wear_cycles[k], low, high);
        before = l->wear_cycles[k];
    }
    return HYS_OK;
}

hys_status hys__law_check(hys_ctx *ctx, const hys_synapse_law *l) {
    if (!(l->g_min >= 0 && l->g_max > l->g_min && isfinite(l->g_max)))
        return hys__fail(ctx, HYS_ARG, "0 <= g_min < g_max", "the window of a synapse goes from %g S to %g S", l->g_min,
                         l->g_max);
    if (!(l->read.voltage != 0 && isfinite(l->read.voltage)))
        return hys__fail(ctx, HYS_ARG, "for example 0.1 V", "a synapse cannot be read at %g V", l->read.voltage);
    if (!(l->stuck_on >= 0 && l->stuck_off >= 0 && l->stuck_on + l->stuck_off <= 1))
        return hys__fail(ctx, HYS_ARG, "parts of all cells", "%g and %g of the cells of a synapse are stuck",
                         l->stuck_on, l->stuck_off);
    for (size_t k = 1; k < HYS__N_TIMES && l->has_retention; k++)
        if (!(l->times[0] > 0 && l->times[k] > l->times[k - 1]))
            return hys__fail(ctx, HYS_ARG, "ascending, above 0 s",
                             "the times of a synapse's retention go from %g s to %g s", l->times[k - 1], l->times[k]);
    const hys_status status = check_wear(ctx, l);
    return status == HYS_OK ? check_finite(ctx, l) : status;
}

/* ---- afterwards ---- */

/* Between cycles by their logarithm; before the first of them in proportion, behind the last as there. */
void hys__law_wear(const hys_synapse_law *l, double cycles, double *low, double *high) {
    const size_t last = l->n_wear - 1;
    *low = 0;
    *high = 1;
    if (l->n_wear == 0 || !(cycles > 0)) return;
    size_t k = 0;
    while (k < last && cycles > l->wear_cycles[k]) k++;
    const double from = k > 0 ? l->wear_cycles[k - 1] : 0, to = l->wear_cycles[k];
    const double part = fmin(1, k > 0 ? log(cycles / from) / log(to / from) : cycles / to);
    const double low_before = k > 0 ? l->wear_low[k - 1] : 0, high_before = k > 0 ? l->wear_high[k - 1] : 1;
    *low = low_before + part * (l->wear_low[k] - low_before);
    *high = high_before + part * (l->wear_high[k] - high_before);
}

static double drift_at(const hys_synapse_law *l, size_t k, double x, double deviate) {
    return hys__law_at(l->retention_mean[k], x) + deviate * hys__law_at(l->retention_sd[k], x);
}

/* Between times by their logarithm; before the first one in proportion to the time. */
double hys__law_drift(const hys_synapse_law *l, double x, double time, double deviate) {
    const size_t last = HYS__N_TIMES - 1;
    if (!l->has_retention || !(time > 0)) return 0;
    if (time <= l->times[0]) return drift_at(l, 0, x, deviate) * time / l->times[0];
    if (time >= l->times[last]) return drift_at(l, last, x, deviate);
    size_t k = 0;
    while (time > l->times[k + 1]) k++;
    const double part = log(time / l->times[k]) / log(l->times[k + 1] / l->times[k]);
    const double a = drift_at(l, k, x, deviate), b = drift_at(l, k + 1, x, deviate);
    return a + part * (b - a);
}
