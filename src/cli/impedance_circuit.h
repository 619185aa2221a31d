/* hysteron impedance --circuit. */
#ifndef HYS_CLI_IMPEDANCE_CIRCUIT_H
#define HYS_CLI_IMPEDANCE_CIRCUIT_H
#include "cli/cli.h"

/* Fits --circuit to the spectrum of a device, or (NULL) to the files of --data and behind it.  The exit status. */
int fit_circuits(invocation *in, const hys_impedance *device);

#define CIRCUIT_OPTIONS                                                                                                \
    {"circuit", 0, OPTION_TEXT, "CIRCUIT|auto", "fit this circuit: \"R0-p(R1,CPE1)-W1\"; auto: the best of many"},     \
        {"fix", 0, OPTION_LIST, "NAME=VALUE", "hold a parameter of the circuit: R0=10ohm, CPE1.n=0.9"},                \
        {"negative", 0, OPTION_LIST, "NAME", "a parameter of the circuit that may be negative: R1"},                   \
        {"level", 0, OPTION_REAL, "P", "of the circuit's intervals (0.95)"}, {                                         \
        "uniform", 0, OPTION_FLAG, NULL, "residuals of the circuit weigh alike, not against |Z|"                       \
    }

#endif
