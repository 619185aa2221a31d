/* Trains of pulses: plasticity by rate, and the conversion of short-term into long-term memory by their number. */
#include "lab/protocol.h"
#include <math.h>

typedef struct train {
    double a_first, a_last, energy; /* A at the end of the first and the last pulse, J of a pulse, mean */
} train;

/* A train on a fresh device. */
static hys_status take_train(hys__protocol *p, double amplitude, double width, double rest, size_t n, train *t) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < n && !script.failed; k++) {
        if (k) hys__script_rest(&script, rest);
        hys__script_pulse(&script, amplitude, width);
    }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    *t = (train){hys__seen_current(&seen, 0), hys__seen_current(&seen, n - 1), 0};
    for (size_t k = 0; k < n; k++) t->energy += hys__seen_energy(&seen, k) / (double)n;
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

static hys_status tell_rates(hys__protocol *p, const hys__values *f, const double *gain, double energy) {
    double low = gain[0], high = gain[f->n - 1], half = NAN, level = 0.5 * (low + high);
    for (size_t k = 1; k < f->n && isnan(half); k++)
        if ((gain[k - 1] - level) * (gain[k] - level) <= 0 && gain[k] != gain[k - 1])
            half = f->at[k - 1] * pow(f->at[k] / f->at[k - 1], (level - gain[k - 1]) / (gain[k] - gain[k - 1]));
    bool depends = fabs(high - low) > 1e-3 * fabs(low);
    hys_status status =
        hys__protocol_feature(p, "gain_low", "1", low, "last response against the first, at the lowest rate");
    if (status == HYS_OK) status = hys__protocol_feature(p, "gain_high", "1", high, "the same at the highest rate");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "f_half", "Hz", depends ? half : NAN, "rate of half the gain between them");
    if (status == HYS_OK)
        status = hys__protocol_says(p, "kind",
                                    !depends     ? "none"
                                    : high > low ? "potentiation by rate"
                                                 : "depression by rate",
                                    "what higher rates do");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "energy_per_event", "J", energy, "of a pulse at the highest rate, mean");
    if (status == HYS_OK && !depends)
        status = hys__protocol_remark(p, "a time constant cannot be told: the gain does not depend on the rate");
    return status;
}

static hys_status run_rates(hys__protocol *p) {
    static const char *const columns[] = {"frequency", "Hz", "gain",   "1", "a_first", "A",
                                          "a_last",    "A",  "energy", "J", NULL};
    double amplitude, width;
    long n;
    hys__values f = {NULL, 0};
    hys_table *table;
    train t = {NAN, NAN, NAN};
    hys_status status = hys__protocol_number(p, "amplitude", &amplitude);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &width);
    if (status == HYS_OK) status = hys__protocol_count(p, "pulses", 2, &n);
    if (status == HYS_OK) status = hys__protocol_list(p, "frequencies", &f);
    if (status == HYS_OK) status = hys__protocol_table(p, "gain", "scatter", columns, &table);
    if (status != HYS_OK) return status;
    double *gain = HYS_NEW_N(p->arena, double, f.n);
    if (!gain) return HYS_NOMEM;
    if (!(f.at[f.n - 1] * width < 1))
        return hys__fail(p->ctx, HYS_ARG, "a shorter --opt width=T", "at %g Hz pulses of %g s overlap", f.at[f.n - 1],
                         width);
    for (size_t k = 0; k < f.n && status == HYS_OK; k++) {
        status = take_train(p, amplitude, width, 1 / f.at[k] - width, (size_t)n, &t);
        gain[k] = t.a_last / t.a_first;
        if (status == HYS_OK)
            status = hys_table_add_row(table, (double[]){f.at[k], gain[k], t.a_first, t.a_last, t.energy});
    }
    return status == HYS_OK ? tell_rates(p, &f, gain, t.energy) : status;
}

static const hys_protocol_option rate_options[] = {
    {"amplitude", "V", "1V", "of the pulses"},
    {"width", "s", "5ms", "of the pulses"},
    {"pulses", "", "10", "pulses of a train"},
    {"frequencies", "Hz", "1Hz:100Hz:9", "a list, or FROM:TO:N; each with a fresh device"},
};
const hys__protocol_row hys__protocol_srdp = {
    {"srdp", "SRDP", "spike-rate dependent plasticity: last response of a train against the first, by rate",
     rate_options, sizeof rate_options / sizeof *rate_options},
    run_rates};

/* ---- short-term to long-term ---- */

typedef struct conversion {
    double kept_first, kept_last, tau_first, tau_last, energy;
} conversion;

/* Time constant of the decay behind n pulses: of the stretched exponential where it decays at all. */
static hys_status take_number(hys__protocol *p, const hys__after_setup *setup, hys_table *table, conversion *c,
                              bool is_first) {
    hys__after d = {.n = 40};
    hys__decay fit = {.tau1 = NAN, .beta = NAN};
    hys_status status = hys__take_after(p, setup, &d);
    if (status != HYS_OK) return status;
    double noise = hys__after_noise(&d), kept = (d.i[d.n - 1] - d.before) / (d.i[0] - d.before);
    if (fabs(d.i[0] - d.i[d.n - 1]) > 10 * noise)
        status = hys__decay_fit(p->ctx, d.t, d.i, d.n, noise, HYS__DECAY_STRETCHED, &fit);
    if (is_first) c->kept_first = kept, c->tau_first = fit.tau1;
    c->kept_last = kept;
    c->tau_last = fit.tau1;
    c->energy = d.energy;
    double row[] = {(double)setup->pulses, kept, fit.tau1, fit.beta, d.i[0], d.i[d.n - 1]};
    return status == HYS_OK ? hys_table_add_row(table, row) : status;
}

static hys_status tell_conversion(hys__protocol *p, const conversion *c) {
    bool lasts = c->kept_last > c->kept_first + 0.01 || c->tau_last > 1.1 * c->tau_first;
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"kept_first", "1", c->kept_first, "part of the change left at the end, after the fewest pulses"},
                {"kept_last", "1", c->kept_last, "the same after the most pulses"},
                {"tau_first", "s", c->tau_first, "time constant of the decay after the fewest pulses"},
                {"tau_last", "s", c->tau_last, "the same after the most pulses"},
                {"energy_per_event", "J", c->energy, "of the last pulse of the longest train"}};
    hys_status status =
        hys__protocol_says(p, "conversion", lasts ? "yes" : "no", "whether more pulses make memory last longer");
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && isnan(c->tau_last))
        status = hys__protocol_remark(p, "a time constant cannot be told: nothing decays within the duration");
    return status;
}

static hys_status run_numbers(hys__protocol *p) {
    static const char *const columns[] = {"pulses", "1",      "kept", "1",     "tau", "s", "beta",
                                          "1",      "i_peak", "A",    "i_end", "A",   NULL};
    hys__after_setup s;
    hys__values n = {NULL, 0};
    hys_table *table;
    conversion c = {NAN, NAN, NAN, NAN, NAN};
    hys_status status = hys__protocol_number(p, "amplitude", &s.amplitude);
    if (status == HYS_OK) status = hys__protocol_positive(p, "width", &s.width);
    if (status == HYS_OK) status = hys__protocol_positive(p, "rest", &s.rest);
    if (status == HYS_OK) status = hys__protocol_positive(p, "duration", &s.duration);
    if (status == HYS_OK) status = hys__protocol_list(p, "numbers", &n);
    if (status == HYS_OK) status = hys__protocol_table(p, "conversion", "scatter", columns, &table);
    for (size_t k = 0; status == HYS_OK && k < n.n; k++) {
        if (n.at[k] < 1 || n.at[k] > 1e5)
            return hys__fail(p->ctx, HYS_ARG, "", "numbers of pulses lie between 1 and 100000");
        s.pulses = lround(n.at[k]);
        status = take_number(p, &s, table, &c, k == 0);
    }
    return status == HYS_OK ? tell_conversion(p, &c) : status;
}

static const hys_protocol_option number_options[] = {
    {"amplitude", "V", "1V", "of the pulses"},
    {"width", "s", "10ms", "of the pulses"},
    {"rest", "s", "10ms", "between the pulses"},
    {"numbers", "1", "10,30,60,90,120", "pulses of a train: a list; each with a fresh device"},
    {"duration", "s", "10s", "of the observation"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_stp_ltp = {
    {"stp-ltp", "STP-LTP", "short-term to long-term memory: what the number of pulses does to the decay",
     number_options, sizeof number_options / sizeof *number_options},
    run_numbers};
