/* What is told of a state that was written and is read later, at one or several temperatures. */
#include "lab/analyse.h"
#include <math.h>

#define BOLTZMANN_EV 8.617333262e-5 /* eV/K */
#define TEN_YEARS    3.15576e8      /* s */

/* What is kept is counted from the state before, where that is known. */
static double from(const hys__written *w) {
    return isnan(w->before) ? 0 : w->before;
}

/* Time at which the part `kept` of what was written is left, between reads by the logarithm of time; NaN: later. */
static double lifetime(const hys__written *w, double kept) {
    double change = w->g[0] - from(w), level = from(w) + kept * change;
    for (size_t k = 1; k < w->times.n; k++) {
        if ((w->g[k] - level) * change > 0) continue;
        double part = (w->g[k - 1] - level) / (w->g[k - 1] - w->g[k]);
        return w->times.at[k - 1] * pow(w->times.at[k] / w->times.at[k - 1], part);
    }
    return NAN;
}

/* The time constant of the decay, which several reads tell better than a crossing. */
hys_status hys__decay_time(hys__protocol *p, const hys__written *w, double *tau) {
    hys__decay fit;
    double noise = w->noise > 0 ? w->noise / 10 : 1e-5 * fabs(w->g[0]);
    *tau = NAN;
    if (fabs(w->g[0] - w->g[w->times.n - 1]) < 100 * noise) return HYS_OK;
    hys_status status = hys__decay_fit(p->ctx, w->times.at, w->g, w->times.n, noise, HYS__DECAY_STRETCHED, &fit);
    if (status == HYS_OK && fit.tau1 < w->times.at[w->times.n - 1]) *tau = fit.tau1;
    return status;
}

hys_status hys__tell_arrhenius(hys__protocol *p, const double *temperature, const double *tau, size_t n) {
    double *inverse = HYS_NEW_N(p->arena, double, n), *log_tau = HYS_NEW_N(p->arena, double, n);
    if (!inverse || !log_tau) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) inverse[k] = 1 / (BOLTZMANN_EV * temperature[k]), log_tau[k] = log(tau[k]);
    hys__straight line = hys__fit_straight(inverse, log_tau, n);
    bool is_known = line.n >= 2;
    hys_status status = hys__protocol_feature(p, "activation_energy", "eV", is_known ? line.slope : NAN,
                                              "of ln(time of decay) against 1/kT");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "tau_85degC", "s",
                                       is_known ? exp(line.intercept + line.slope / (BOLTZMANN_EV * 358.15)) : NAN,
                                       "time of decay at 85 degC, along the Arrhenius line");
    if (status == HYS_OK && n > 1 && !is_known)
        status =
            hys__protocol_remark(p, "the activation energy cannot be told: the state decays within the times read at "
                                    "fewer than two temperatures");
    if (status == HYS_OK && n > 1 && is_known && fabs(line.slope) < 1e-3)
        status = hys__protocol_remark(p, "the decay does not depend on temperature%s",
                                      hys__protocol_advice(p, " in this model"));
    return status;
}

hys_status hys__tell_written(hys__protocol *p, const hys__written *w, double tau) {
    double change = w->g[0] - from(w), kept = (w->g[w->times.n - 1] - from(w)) / change;
    bool moved = fabs(change) > 1e-4 * fabs(w->g[0]);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"g_before", "S", w->before, "conductance before writing, at the lowest temperature"},
                {"g_written", "S", w->g[0], "conductance at the first read"},
                {"kept", "1", moved ? kept : NAN, "part of the change left at the last read"},
                {"lifetime", "s", moved ? lifetime(w, 0.5) : NAN, "time until half of the change is gone"},
                {"tau", "s", moved ? tau : NAN, "time constant of a stretched exponential"},
                {"energy_per_event", "J", w->energy, "of the pulse that writes"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && !moved)
        status = hys__protocol_remark(p, "retention cannot be told: the pulse writes nothing");
    if (status == HYS_OK && moved && isnan(lifetime(w, 0.5)))
        status = hys__protocol_remark(p, "the lifetime cannot be told: more than half is left after %g s%s",
                                      w->times.at[w->times.n - 1],
                                      w->times.at[w->times.n - 1] >= TEN_YEARS ? " (more than ten years)" : "");
    return status;
}
