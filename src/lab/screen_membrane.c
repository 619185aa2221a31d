/* Membranes and their channels.
 *
 * The squid axon: A. L. Hodgkin, A. F. Huxley, J. Physiol. 117, 500 (1952), with signs of today (inside minus outside,
 * depolarisation positive) and a rest at -65 mV.  Potassium and sodium are screened in it.
 *
 * Barnacle muscle: C. Morris, H. Lecar, Biophys. J. 35, 193 (1981), with the set of J. Rinzel, B. Ermentrout, in
 * Methods in Neuronal Modeling, MIT Press (1998), class 2.  Calcium alone carries its spikes: persistent, and settled
 * at once.  The chain is a fibre of 1 mm diameter and 50 ohm cm, our choice; at rest spikes die out
 * along it, so it is held at a current at which they pass. */
#include "lab/screen_impl.h"
#include <math.h>

#define UA HYS__UA_PER_CM2

/* z / (exp(z) - 1) */
static double exprelr(double z) {
    return fabs(z) < 1e-5 ? 1 - z / 2 : z / expm1(z);
}

enum { GATE_M, GATE_H, GATE_N, N_HH_GATES };

static void squid_rates(double v, double *open, double *close) {
    const double mv = 1e3 * fmax(fmin(v, 0.5), -0.5); /* rates beyond half a volt mean nothing */
    open[GATE_M] = 1e3 * exprelr(-0.1 * mv - 4);
    close[GATE_M] = 4e3 * exp(-(mv + 65) / 18);
    open[GATE_H] = 70 * exp(-(mv + 65) / 20);
    close[GATE_H] = 1e3 / (exp(-0.1 * mv - 3.5) + 1);
    open[GATE_N] = 100 * exprelr(-0.1 * mv - 5.5);
    close[GATE_N] = 125 * exp(-(mv + 65) / 80);
}

static double squid_open(hys__channel channel, double v, const double *gates) {
    (void)v;
    const double m = gates[GATE_M], n = gates[GATE_N];
    if (channel == HYS__HH_LEAK) return 1;
    return channel == HYS__HH_K ? n * n * n * n : m * m * m * gates[GATE_H];
}

static void barnacle_rates(double v, double *open, double *close) {
    const double mv = 1e3 * fmax(fmin(v, 0.5), -0.5), rate = 40 * cosh((mv - 2) / 60);
    open[0] = 0.5 * rate * (1 + tanh((mv - 2) / 30));
    close[0] = rate - open[0];
}

static double barnacle_open(hys__channel channel, double v, const double *gates) {
    if (channel == HYS__ML_LEAK) return 1;
    return channel == HYS__ML_K ? gates[0] : 0.5 * (1 + tanh((1e3 * v + 1.2) / 18));
}

static const hys__membrane squid = {
    .name = "the Hodgkin-Huxley membrane",
    .first = HYS__HH_K,
    .n_channels = 3,
    .n_gates = N_HH_GATES,
    .capacitance = 1e-2,
    .rest = -65e-3,
    .spike_level = -20e-3,
    .slow = 1,
    .pulse = 20 * UA,
    .pulse_width = 1e-3,
    .clamp_current = 10 * UA,
    .currents = {8 * UA, 10 * UA, 15 * UA, 20 * UA, 30 * UA},
    .rheobase = {0.2 * UA, 40 * UA},
    .noise_mean = 4 * UA,
    .noise_size = 6 * UA,
    /* a / (2 R_a dx^2) with the squid axon's radius of 238 um and 35.4 ohm cm. */
    .coupling = 238e-6 / (2 * 0.354 * 1e-3 * 1e-3),
    .length = 1e-3,
    .rates = squid_rates,
    .open = squid_open,
};

static const hys__membrane barnacle = {
    .name = "the Morris-Lecar membrane",
    .first = HYS__ML_CA,
    .n_channels = 3,
    .n_gates = 1,
    .capacitance = 20e-2,
    .rest = -60.9e-3,
    .spike_level = 0,
    .slow = 10,
    .pulse = 700 * UA,
    .pulse_width = 2e-3,
    .clamp_current = 100 * UA,
    .currents = {95 * UA, 110 * UA, 130 * UA, 150 * UA, 180 * UA},
    .rheobase = {5 * UA, 250 * UA},
    .noise_mean = 40 * UA,
    .noise_size = 60 * UA,
    .coupling = 0.5e-3 / (2 * 0.5 * 2e-3 * 2e-3),
    .length = 2e-3,
    .bias = 70 * UA,
    .rates = barnacle_rates,
    .open = barnacle_open,
};

static const struct {
    const char *name;
    const hys__membrane *membrane;
    double reversal, conductance; /* V, S/m^2 */
} channels[HYS__N_CHANNELS] = {
    [HYS__HH_K] = {"K", &squid, -77e-3, 360},         [HYS__HH_NA] = {"Na", &squid, 50e-3, 1200},
    [HYS__HH_LEAK] = {"leak", &squid, -54.387e-3, 3}, [HYS__ML_CA] = {"Ca", &barnacle, 120e-3, 44},
    [HYS__ML_K] = {"K", &barnacle, -84e-3, 80},       [HYS__ML_LEAK] = {"leak", &barnacle, -60e-3, 20}};

const hys__membrane *hys__membrane_of(hys__channel channel) {
    return channels[channel].membrane;
}

const char *hys__channel_name(hys__channel channel) {
    return channels[channel].name;
}

double hys__channel_reversal(hys__channel channel) {
    return channels[channel].reversal;
}

double hys__channel_conductance(hys__channel channel) {
    return channels[channel].conductance;
}

void hys__membrane_steady(const hys__membrane *m, double v, double *gates) {
    double open[HYS__MAX_GATES], close[HYS__MAX_GATES];
    m->rates(v, open, close);
    for (size_t k = 0; k < m->n_gates; k++) gates[k] = open[k] / (open[k] + close[k]);
}

void hys__membrane_hold(const hys__membrane *m, double v, double h, double *gates) {
    double open[HYS__MAX_GATES], close[HYS__MAX_GATES];
    m->rates(v, open, close);
    for (size_t k = 0; k < m->n_gates; k++) {
        const double rate = open[k] + close[k], aim = open[k] / rate;
        gates[k] = aim + (gates[k] - aim) * exp(-rate * h);
    }
}
