/* hysteron logic map: a Boolean function as steps on a row of cells. */
#include "cli/logic_args.h"
#include <stdlib.h>

static void print_map(const logic_pair *pair) {
    const hys_logic_program *p = pair->program;
    const size_t inputs = hys_logic_n_inputs(pair->netlist), outputs = hys_logic_n_outputs(pair->netlist);
    printf("%s by %s: %zu input%s, %zu output%s\n", hys_logic_name(pair->netlist), p->family->name, inputs,
           inputs == 1 ? "" : "s", outputs, outputs == 1 ? "" : "s");
    printf("  %-10s %6zu\n", "steps", p->n_steps);
    for (int k = 0; k < HYS_LOGIC_N_OPS; k++)
        if (p->counts[k])
            printf("    %-10s %4zu  %s\n", hys_logic_op_name((hys_logic_op)k), p->counts[k],
                   hys_logic_op_function((hys_logic_op)k));
    printf("  %-10s %6zu  of one row\n", "cells", p->n_cells);
    printf("  %-10s %6zu  steps if false and set wrote one cell at a time\n", "serial",
           p->n_steps - p->counts[HYS_LOGIC_OP_FALSE] - p->counts[HYS_LOGIC_OP_SET] + p->writes);
    printf("  checked against the netlist with %zu patterns%s: %s\n", pair->check.patterns,
           pair->check.is_exhaustive ? ", all there are" : " drawn at random", pair->check.wrong ? "WRONG" : "equal");
}

static hys_status write_program(invocation *in, const logic_pair *pair) {
    static const char *const none[] = {NULL};
    char *command = command_line_without(in, none);
    if (!command) return HYS_NOMEM;
    const char *const notes[] = {"hysteron", hys_version(), "command", command, NULL};
    const hys_status status = hys_logic_program_write(in->ctx, pair->program, option_text(in, "output"), notes);
    free(command);
    return status;
}

static int run(invocation *in) {
    logic_pair pair;
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    int result = logic_map(in, &pair);
    hys_status status = result == EXIT_GOOD ? HYS_OK : HYS_ARG;
    if (result == EXIT_GOOD && option_text(in, "output")) {
        status = write_program(in, &pair);
        result = exit_status(status);
    }
    if (result == EXIT_GOOD && pair.check.wrong) result = EXIT_INTERNAL;
    if (result != EXIT_USAGE && option_flag(in, "json")) {
        const int printed = json_finish(in, pair.program ? json_program(&pair) : json_document(), status);
        if (result == EXIT_GOOD) result = printed;
    } else if (result == EXIT_GOOD && report_stream(in) == stdout) print_map(&pair);
    logic_pair_free(&pair);
    return result;
}

static const option_info options[] = {
    MAP_OPTIONS,
    {"output", 'o', OPTION_TEXT, "FILE...", "write the steps there, as CSV (-: standard output)"},
    JSON_OPTION,
};

static const char *const examples[] = {"hysteron logic map adder8.blif --family imply",
                                       "an eight-bit adder by material implication: steps and cells",
                                       "hysteron logic map adder8.blif --cells least -o steps.csv",
                                       "by MAGIC's NOR in as few cells as possible; the list of steps",
                                       "hysteron logic map majority.tt --family rm3 --overwrite",
                                       "a truth table; the cells of its inputs are used again",
                                       NULL};

const command_info command_logic_map = {
    .name = "logic map",
    .args = "FILE.blif",
    .summary = "Map a Boolean function to operations on a row of memristors.",
    .text =
        "The file is BLIF (.model .inputs .outputs .names .subckt; its first model is the function) or a truth table "
        "(names \"a b | y\", then rows \"1 - | 0\"). Equal functions are made once, constants vanish, exclusive or and "
        "majority are recognised; cells "
        "whose value nothing reads any more are taken again where cells are short. Cells that are set or reset "
        "before a gate are written together, in one step. The program is checked against the netlist: with all "
        "patterns up to 16 inputs, else with 65536.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
