/* What the commands of logic share. */
#ifndef HYS_CLI_LOGIC_ARGS_H
#define HYS_CLI_LOGIC_ARGS_H
#include "cli/cli.h"

#define FAMILY_OPTION                                                                                                  \
    {                                                                                                                  \
        "family", 'F', OPTION_TEXT, "imply|magic|felix|felix-or|rm3|sequential|scouting|majority",                     \
            "family of logic (magic)"                                                                                  \
    }
#define MAP_OPTIONS                                                                                                    \
    FAMILY_OPTION, {"cells", 'c', OPTION_TEXT, "N|least", "at most so many cells, or the fewest (as many as needed)"}, \
        {"overwrite", 0, OPTION_FLAG, NULL, "take the inputs' cells again once nothing reads them"}, {                 \
        "fan-in", 0, OPTION_NUMBER, "2|3", "inputs of a NOR (2)"                                                       \
    }
int logic_family(invocation *in, const hys_logic_family **family); /* exit status */
/* The netlist that the first argument names and its program, checked against it; both to be freed. */
typedef struct logic_pair {
    hys_logic *netlist;
    hys_logic_program *program;
    hys_logic_check check;
} logic_pair;
int logic_map(invocation *in, logic_pair *pair); /* exit status */
void logic_pair_free(logic_pair *pair);
/* A quantity above 0; wires may have none.  The value stays where it is not given. */
hys_status logic_quantity(invocation *in, const char *name, const char *unit, double *value);
json_t *json_program(const logic_pair *pair);
/* Where --output and --figure say: the first column against the others, as lines. */
hys_status logic_keep_table(invocation *in, hys_table *table, const char *x, const char *y);

/* logic_device_args.c: a device on the bench */
#define LOGIC_DEVICE_OPTIONS                                                                                           \
    {"device", 'd', OPTION_TEXT, "NAME", "the memristor: a model of the library or a .va file"},                       \
        {"set", 's', OPTION_LIST, "NAME=VALUE", "value of a parameter; a bare number is in the file's own unit"},      \
        {"spread", 0, OPTION_LIST, "NAME=LAW", "vary a parameter from cell to cell: \"lognormal 0.1\""},               \
        {"seed", 0, OPTION_COUNT, "N", "seed of all random draws (0)"},                                                \
        {"temp", 0, OPTION_TEXT, "T", "temperature (300.15K)"},                                                        \
        {"width", 'w', OPTION_TEXT, "T", "of all pulses (1us)"},                                                       \
        {"write", 0, OPTION_TEXT, "SET,RESET", "voltages of writes (a fifth above what the device takes)"},            \
        {"read", 0, OPTION_TEXT, "V", "read voltage (0.1V)"},                                                          \
        {"v0", 0, OPTION_TEXT, "V[,V[,V]]", "of NOR; of NAND and minority; of OR (the middle of their windows)"},      \
        {"imply", 0, OPTION_TEXT, "COND,SET", "V_COND and V_SET of IMPLY (the middle of their window)"},               \
        {"load", 0, OPTION_TEXT, "R", "R_G of IMPLY (sqrt(R_on R_off))"},                                              \
        {"rwire", 'r', OPTION_TEXT, "R", "resistance of a segment of the line that cells share (0ohm)"},               \
        {"size", 0, OPTION_NUMBER, "N", "with --rwire: windows that hold anywhere in an array of N x N (no wires)"}, { \
        "most", 0, OPTION_TEXT, "V", "highest voltage that is tried (3V)"                                              \
    }
int logic_bench_opts(invocation *in, hys_logic_bench_opts *opts); /* exit status */
json_t *json_levels(const hys_logic_levels *levels);
json_t *json_drive(const hys_logic_drive *drive);
void print_levels(const hys_logic_bench *bench, const char *device);

/* logic_bus.c: inputs and outputs whose names end in 0 ... n - 1 are bits of one value: a0 a1 a2 are a */
json_t *json_buses(const hys_logic *l, bool are_inputs, const uint8_t *bits);
void print_buses(const hys_logic *l, bool are_inputs, const uint8_t *bits);
/* values = value {"," value} ; value = [bus "="] number.  Those without a name go to the buses in order; others are 0.
 * Exit status. */
int read_buses(invocation *in, const char *values, const hys_logic *l, uint8_t *bits);

#endif
