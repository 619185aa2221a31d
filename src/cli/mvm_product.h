/* hysteron array mvm --weights: products with a signed matrix as an accelerator makes them. */
#ifndef HYS_CLI_MVM_PRODUCT_H
#define HYS_CLI_MVM_PRODUCT_H
#include "cli/cli.h"

#define PRODUCT_OPTIONS                                                                                                \
    {"weights", 'W', OPTION_TEXT, "FILE...", "a signed matrix instead of conductances; rows are word lines"},          \
        {"encoding", 0, OPTION_TEXT, "differential|reference|offset|unsigned",                                         \
         "signs by pairs of columns (the default), by an offset that a column shares, by one that is subtracted as a " \
         "number, or none"},                                                                                           \
        {"bits-weight", 0, OPTION_NUMBER, "N", "bits of a weight, with its sign (any value)"},                         \
        {"bits-cell", 0, OPTION_NUMBER, "N", "bits of a cell: the others lie on arrays of their own (all)"},           \
        {"gmin", 0, OPTION_TEXT, "G", "conductance of an empty cell (1uS, or that of --program)"},                     \
        {"gmax", 0, OPTION_TEXT, "G", "conductance of a full cell (100uS, or that of --program)"},                     \
        {"tile", 0, OPTION_TEXT, "RxC", "most word and bit lines of an array (as many as it takes)"},                  \
        {"bits-input", 0, OPTION_NUMBER, "N", "bits of an input, with its sign (any value)"},                          \
        {"dac", 0, OPTION_NUMBER, "N", "bits of an input that are driven at once, without sign (all)"},                \
        {"vmax", 0, OPTION_TEXT, "V", "voltage of the largest input (0.2V)"},                                          \
        {"pulses", 0, OPTION_FLAG, NULL, "inputs are numbers of pulses, not their voltage"},                           \
        {"sign-passes", 0, OPTION_FLAG, NULL, "positive and negative inputs one after the other"},                     \
        {"adc", 0, OPTION_NUMBER, "N", "bits of the converters of currents (none)"},                                   \
        {"adc-range", 0, OPTION_TEXT, "full|unit|P%|I",                                                                \
         "what there can be (full), one unit of weight and input a step, a percentile of what comes, or a current"},   \
        {"adc-each", 0, OPTION_FLAG, NULL, "convert both columns of a pair, not their difference"},                    \
        {"adc-share", 0, OPTION_NUMBER, "N", "columns that share a converter (all of an array)"},                      \
        {"program", 0, OPTION_TEXT, "MODEL", "published statistics of cells; 'list' lists them (perfect cells)"},      \
        {"drift", 0, OPTION_TEXT, "T", "time since programming (none)"},                                               \
        {"nu", 0, OPTION_TEXT, "X[,SPREAD]", "exponent of drift t^-nu from 1 s on, without --program"},                \
        {"compensate", 0, OPTION_FLAG, NULL, "make up for drift, by the sum of each array's conductances"},            \
        {"read-noise", 0, OPTION_TEXT, "P%|G", "standard deviation of a cell in a read, of it or in S"},               \
        {"stuck", 0, OPTION_TEXT, "ON,OFF", "parts of the cells that are stuck on and off: 1%,9%"},                    \
        {"solve-each", 0, OPTION_FLAG, NULL, "solve the network anew for each read, with the noise of its cells"},     \
        {"seed", 0, OPTION_COUNT, "N", "seed of all random draws (0)"},                                                \
        {"arrays", 0, OPTION_TEXT, "FOLDER", "write the conductances of all arrays there, as they are now"},           \
        {"report", 0, OPTION_FLAG, NULL, "print errors column by column, and which step makes how much"},              \
        {"energy", 0, OPTION_FLAG, NULL, "print energy and latency of a product"},                                     \
        {"adc-model", 0, OPTION_TEXT, "survey|survey-best|isaac", "whose numbers the converters' energies are"},       \
        {"adc-rate", 0, OPTION_TEXT, "F", "conversions in a second (1GHz)"},                                           \
        {"read-time", 0, OPTION_TEXT, "T", "how long lines are driven at least (100ns)"}, {                            \
        "cwire", 0, OPTION_TEXT, "C", "capacitance of a segment of wire (0F)"                                          \
    }

/* Beside --threads, which is an option of all arrays. */
#define PRODUCT_RANK_OPTIONS                                                                                           \
    {"mpi", 0, OPTION_FLAG, NULL, "share the arrays out over MPI; under mpirun and srun that is so anyway"}, {         \
        "no-mpi", 0, OPTION_FLAG, NULL, "each process that mpirun or srun starts works on its own"                     \
    }

json_t *matrix_json(const hys_matrix *m); /* cmd_array_mvm.c */
/* What --weights asks for, or the refusal of options that ask for it. */
int run_product(invocation *in);
int refuse_product_options(invocation *in); /* EXIT_GOOD: there are none */

#endif
