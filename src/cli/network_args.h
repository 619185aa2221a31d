/* The options of experiments on networks. */
#ifndef HYS_CLI_NETWORK_ARGS_H
#define HYS_CLI_NETWORK_ARGS_H
#include "cli/cli.h"
#include <hysteron/network_accuracy.h>

enum { MOST_SWEEPS = 8, MOST_VALUES = 64, MOST_CHOICES = 32 };

/* What options ask for, and the memory of what it points to. */
typedef struct accuracy_args {
    hys_accuracy_opts opts;
    hys_model_opts model;
    hys_sweep_opts sweeps[MOST_SWEEPS];
    double values[MOST_SWEEPS][MOST_VALUES];
    hys_layer_choice choices[MOST_CHOICES];
    char layers[MOST_CHOICES][64];
} accuracy_args;

#define NETWORK_DEVICE_OPTIONS                                                                                         \
    {"device", 'd', OPTION_TEXT, "DEVICE", "the synapse: a file or a name of the library (ideal cells)"},              \
        {"measured", 0, OPTION_TEXT, "FILE...", "instead: conductances pulse by pulse, columns g, or up and down"},    \
        {"measured-unit", 0, OPTION_TEXT, "G", "what 1 is in that file (1S)"},                                         \
        {"law", 0, OPTION_TEXT, "FILE...", "instead: statistics of a device, YAML"},                                   \
        {"set", 's', OPTION_LIST, "NAME=VALUE", "value of one of the device's parameters"},                            \
        {"selector", 0, OPTION_TEXT, "DEVICE", "in series with it: of two ports, or a transistor"},                    \
        {"selector-set", 0, OPTION_LIST, "NAME=VALUE", "value of one of the selector's parameters"},                   \
        {"turned", 0, OPTION_FLAG, NULL, "the device's first port on the bit line's side"},                            \
        {"spread", 0, OPTION_LIST, "NAME=LAW", "vary a parameter: \"lognormal 0.1\", \"c2c lognormal 0.1\""},          \
        {"temp", 0, OPTION_TEXT, "T", "temperature (300.15K)"},                                                        \
        {"up", 0, OPTION_TEXT, "V,T[,GATE]", "the pulse that raises its conductance (found)"},                         \
        {"down", 0, OPTION_TEXT, "V,T[,GATE]", "the pulse that lowers it (found)"},                                    \
        {"read", 0, OPTION_TEXT, "V,T[,GATE]", "how it is read (found)"}, {                                            \
        "pulses", 0, OPTION_NUMBER, "N", "that pulses which are found shall take across the window (64)"               \
    }

#define NETWORK_TRAINING_OPTIONS                                                                                       \
    {"data", 0, OPTION_TEXT, "NAME|PATH...",                                                                           \
     "fashion-mnist, digits, or a folder of IDX files, an .npz, a .csv (fashion-mnist)"},                              \
        {"net", 'n', OPTION_TEXT, "LAYERS", "784-64-10; 28x28-conv8@3x3-maxpool2-10 (784-64-10)"},                     \
        {"train", 0, OPTION_NUMBER, "N", "samples to train with (all)"},                                               \
        {"test", 0, OPTION_NUMBER, "N", "samples to test with (all)"},                                                 \
        {"training", 't', OPTION_TEXT, "offline|aware|inplace|hybrid",                                                 \
         "software, then programmed; as if on the arrays; by pulses; last layer by pulses (offline)"},                 \
        {"epochs", 'e', OPTION_COUNT, "N", "in software (10)"},                                                        \
        {"tune", 0, OPTION_NUMBER, "N", "epochs of aware, inplace and hybrid training (3)"},                           \
        {"batch", 0, OPTION_NUMBER, "N", "samples of a step (50)"},                                                    \
        {"rate", 0, OPTION_REAL, "X", "of learning in software (0.001, Adam)"},                                        \
        {"tune-rate", 0, OPTION_REAL, "X",                                                                             \
         "of learning behind it (aware 0.001; by pulses 0.1 for any device, less in batches below 50)"},               \
        {"rule", 0, OPTION_TEXT, "stochastic|sign|counted|two-arrays", "how pulses follow gradients (counted)"},       \
        {"weights", 'w', OPTION_TEXT, "FILE...", "an .npz of trained weights instead"},                                \
        {"seeds", 0, OPTION_NUMBER, "N", "whole experiments, for the spread (5)"},                                     \
        {"seed", 0, OPTION_COUNT, "N", "of the first (0)"},                                                            \
        {"threads", 0, OPTION_NUMBER, "N", "threads (all cores); results do not depend on them"}, {                    \
        "checkpoints", 0, OPTION_TEXT, "FOLDER", "keep what is trained there, and go on from it"                       \
    }

#define NETWORK_ARRAY_OPTIONS                                                                                          \
    {"fidelity", 'f', OPTION_LIST, "[LAYER=]distilled|linear|exact",                                                   \
     "statistics; conductances and exact wires; currents solved for every input (linear)"},                            \
        {"kernel", 0, OPTION_FLAG, NULL, "program each cell by its own equations, pulse by pulse, not by statistics"}, \
        {"perfect", 0, OPTION_FLAG, NULL, "programming leaves no error"},                                              \
        {"encoding", 0, OPTION_TEXT, "differential|reference|offset", "how weights get their sign (differential)"},    \
        {"levels", 0, OPTION_NUMBER, "N", "of a cell (any conductance)"},                                              \
        {"tile", 0, OPTION_TEXT, "RxC", "most word and bit lines of an array (as many as it takes)"},                  \
        {"rwire", 'r', OPTION_TEXT, "R", "resistance of a segment of wire (0ohm)"},                                    \
        {"rdriver", 0, OPTION_TEXT, "R", "of a word line's driver (0ohm)"},                                            \
        {"rsense", 0, OPTION_TEXT, "R", "of a bit line's sense circuit (0ohm)"},                                       \
        {"dac", 0, OPTION_NUMBER, "N", "bits of inputs, with their sign (any value)"},                                 \
        {"adc", 0, OPTION_NUMBER, "N", "bits of the converters of currents (none)"},                                   \
        {"read-noise", 0, OPTION_TEXT, "P%", "standard deviation of a cell in a read (the device's)"},                 \
        {"no-noise", 0, OPTION_FLAG, NULL, "reads without noise"},                                                     \
        {"stuck", 0, OPTION_TEXT, "ON,OFF", "parts of the cells that are stuck on and off: 1%,9%"},                    \
        {"clip", 0, OPTION_REAL, "X", "clip weights beyond so many standard deviations (none)"},                       \
        {"time", 0, OPTION_TEXT, "T", "since programming (0s)"},                                                       \
        {"sweep", 0, OPTION_LIST, "WHAT=V,V...",                                                                       \
         "accuracy against time, cycles, temperature, wire, tile, levels, adc, dac, "                                  \
         "stuck-off, stuck-on, read-noise, spread"},                                                                   \
    {                                                                                                                  \
        "exact", 'x', OPTION_COUNT, "N", "compare with N samples solved exactly"                                       \
    }

/* Exit status. */
int accuracy_args_read(invocation *in, accuracy_args *args);

#endif
