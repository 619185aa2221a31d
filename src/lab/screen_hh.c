/* The squid axon's membrane: A. L. Hodgkin, A. F. Huxley, J. Physiol. 117, 500 (1952), with signs of today (inside
 * minus outside, depolarisation positive) and a rest at -65 mV. */
#include "lab/screen_impl.h"
#include <math.h>

static const struct {
    double reversal, conductance; /* V, S/m^2 */
} channels[HYS__HH_N] = {[HYS__HH_K] = {-77e-3, 360}, [HYS__HH_NA] = {50e-3, 1200}, [HYS__HH_LEAK] = {-54.387e-3, 3}};

double hys__hh_reversal(hys__hh_channel channel) {
    return channels[channel].reversal;
}

double hys__hh_conductance(hys__hh_channel channel) {
    return channels[channel].conductance;
}

double hys__hh_open(hys__hh_channel channel, const double *gates) {
    const double m = gates[HYS__GATE_M], n = gates[HYS__GATE_N];
    if (channel == HYS__HH_LEAK) return 1;
    return channel == HYS__HH_K ? n * n * n * n : m * m * m * gates[HYS__GATE_H];
}

/* z / (exp(z) - 1) */
static double exprelr(double z) {
    return fabs(z) < 1e-5 ? 1 - z / 2 : z / expm1(z);
}

void hys__hh_rates(double v, double open[HYS__N_GATES], double close[HYS__N_GATES]) {
    const double mv = 1e3 * fmax(fmin(v, 0.5), -0.5); /* rates beyond half a volt mean nothing */
    open[HYS__GATE_M] = 1e3 * exprelr(-0.1 * mv - 4);
    close[HYS__GATE_M] = 4e3 * exp(-(mv + 65) / 18);
    open[HYS__GATE_H] = 70 * exp(-(mv + 65) / 20);
    close[HYS__GATE_H] = 1e3 / (exp(-0.1 * mv - 3.5) + 1);
    open[HYS__GATE_N] = 100 * exprelr(-0.1 * mv - 5.5);
    close[HYS__GATE_N] = 125 * exp(-(mv + 65) / 80);
}

void hys__hh_steady(double v, double gates[HYS__N_GATES]) {
    double open[HYS__N_GATES], close[HYS__N_GATES];
    hys__hh_rates(v, open, close);
    for (int k = 0; k < HYS__N_GATES; k++) gates[k] = open[k] / (open[k] + close[k]);
}

void hys__hh_hold(double v, double h, double gates[HYS__N_GATES]) {
    double open[HYS__N_GATES], close[HYS__N_GATES];
    hys__hh_rates(v, open, close);
    for (int k = 0; k < HYS__N_GATES; k++) {
        const double rate = open[k] + close[k], aim = open[k] / rate;
        gates[k] = aim + (gates[k] - aim) * exp(-rate * h);
    }
}
