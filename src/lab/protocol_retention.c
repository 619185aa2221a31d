/* Retention: how long a written state lasts, at one or several temperatures. */
#include "lab/protocol.h"
#include <math.h>

#define BOLTZMANN_EV 8.617333262e-5 /* eV/K */
#define TEN_YEARS    3.15576e8      /* s */

typedef struct written {
    double amplitude, width;
    hys__values times;
    double *g, before, energy; /* g [times.n] at one temperature */
} written;

/* Reads on an otherwise idle device, at the times since it was written. */
static hys_status take_reads(hys__protocol *p, written *w) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    size_t before = hys__script_read(&script);
    size_t pulse = hys__script_pulse(&script, w->amplitude, w->width), first = pulse + 1;
    double gone = 0;
    for (size_t k = 0; k < w->times.n; k++) {
        double rest = w->times.at[k] - gone - script.read_width;
        if (!(rest > 0))
            return hys__fail(p->ctx, HYS_ARG, "a shorter --opt read-width=T, or later --opt times=FROM:TO:N",
                             "the reads at %g s and before it overlap", w->times.at[k]);
        hys__script_rest(&script, rest);
        hys__script_read(&script);
        gone = w->times.at[k];
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < w->times.n; k++) w->g[k] = hys__seen_conductance(&seen, first + k);
    w->before = hys__seen_conductance(&seen, before);
    w->energy = hys__seen_energy(&seen, pulse);
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

/* Time at which the part `kept` of what was written is left, between reads by the logarithm of time; NaN: later. */
static double lifetime(const written *w, double kept) {
    double change = w->g[0] - w->before, level = w->before + kept * change;
    for (size_t k = 1; k < w->times.n; k++) {
        if ((w->g[k] - level) * change > 0) continue;
        double part = (w->g[k - 1] - level) / (w->g[k - 1] - w->g[k]);
        return w->times.at[k - 1] * pow(w->times.at[k] / w->times.at[k - 1], part);
    }
    return NAN;
}

/* The time constant of the decay, which several reads tell better than a crossing. */
static hys_status decay_time(hys__protocol *p, const written *w, double *tau) {
    hys__decay fit;
    double noise = 1e-5 * fabs(w->g[0]);
    *tau = NAN;
    if (fabs(w->g[0] - w->g[w->times.n - 1]) < 100 * noise) return HYS_OK;
    hys_status status = hys__decay_fit(p->ctx, w->times.at, w->g, w->times.n, noise, HYS__DECAY_STRETCHED, &fit);
    if (status == HYS_OK && fit.tau1 < w->times.at[w->times.n - 1]) *tau = fit.tau1;
    return status;
}

static hys_status tell_arrhenius(hys__protocol *p, const double *inverse, const double *log_tau, size_t n) {
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
        status = hys__protocol_remark(p, "the decay does not depend on temperature in this model");
    return status;
}

static hys_status tell(hys__protocol *p, const written *w, double tau) {
    double change = w->g[0] - w->before, kept = (w->g[w->times.n - 1] - w->before) / change;
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

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"time", "s", "g", "S", "temperature", "K", NULL};
    written w = {0};
    hys__values temps = {NULL, 0};
    hys_table *table;
    hys_status status = hys__protocol_number(p, "amplitude", &w.amplitude);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &w.width);
    if (status == HYS_OK) status = hys__protocol_list(p, "times", &w.times);
    if (status == HYS_OK) status = hys__protocol_list(p, "temperatures", &temps);
    if (status == HYS_OK) status = hys__protocol_table(p, "retention", "scatter", columns, &table);
    if (status != HYS_OK) return status;
    w.g = HYS_NEW_N(p->arena, double, w.times.n);
    double *inverse = HYS_NEW_N(p->arena, double, temps.n), *log_tau = HYS_NEW_N(p->arena, double, temps.n);
    if (!w.g || !inverse || !log_tau) return HYS_NOMEM;
    for (size_t m = 0; m < temps.n && status == HYS_OK; m++) {
        double tau = NAN;
        p->bench.temp = hys__protocol_quantity(p, temps.at[m], "K");
        if (!p->bench.temp) return HYS_NOMEM;
        status = take_reads(p, &w);
        if (status == HYS_OK) status = decay_time(p, &w, &tau);
        inverse[m] = 1 / (BOLTZMANN_EV * temps.at[m]);
        log_tau[m] = log(tau);
        for (size_t k = 0; k < w.times.n && status == HYS_OK; k++)
            status = hys_table_add_row(table, (double[]){w.times.at[k], w.g[k], temps.at[m]});
        if (status == HYS_OK && m == 0) status = tell(p, &w, tau);
    }
    return status == HYS_OK ? tell_arrhenius(p, inverse, log_tau, temps.n) : status;
}

static const hys_protocol_option options[] = {
    {"amplitude", "V", "1V", "pulse that writes"},
    {"width", "s", "10ms", "its width"},
    {"times", "s", "10ms:1e6s:33", "of the reads, since it was written: a list, or FROM:TO:N"},
    {"temperatures", "K", "300.15K", "a list, or FROM:TO:N; each with a fresh device"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_retention = {
    {"retention", "RET Retention", "how long a written state lasts; activation energy from several temperatures",
     options, sizeof options / sizeof *options},
    run};
