/* The options that put a device into each crossing of an array. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int fill_states(invocation *in, hys_array *array, const hys_array_opts *opts, const char *text) {
    const char *end = strchr(text, '=');
    char name[128], *rest;
    const size_t count = opts->rows * opts->columns;
    if (!end || end == text || (size_t)(end - text) >= sizeof name)
        return refuse(in, "this sets no state:", text, "--init w=1e-9");
    memcpy(name, text, (size_t)(end - text));
    name[end - text] = 0;
    const double value = strtod(end + 1, &rest);
    if (rest == end + 1 || *rest || !isfinite(value)) return refuse(in, "this is no number:", end + 1, "");
    double *values = malloc(count * sizeof *values);
    if (!values) return exit_status(HYS_NOMEM);
    for (size_t k = 0; k < count; k++) values[k] = value;
    const int result = exit_status(hys_array_set_state(array, name, values));
    free(values);
    return result;
}

static int open_gates(invocation *in, hys_array *array, const hys_array_opts *opts) {
    double volts = 0;
    const char *text = option_text(in, "gate"), *selector = option_text(in, "selector");
    if (!text) return EXIT_GOOD;
    if (!selector)
        return refuse(in, "there is no gate that could be at", text,
                      "--selector mos1 puts a transistor into each cell");
    hys_status status = hys_quantity_read(in->ctx, "--gate", text, "V", &volts);
    double *gates = malloc(opts->rows * sizeof *gates);
    for (size_t i = 0; i < opts->rows && gates; i++) gates[i] = volts;
    if (status == HYS_OK) status = gates ? hys_array_set_gates(array, HYS_GATES_ALONG_WORDS, gates) : HYS_NOMEM;
    free(gates);
    return exit_status(status);
}

static hys_status read_cell(invocation *in, hys_cell_opts *cell) {
    const char *temp = option_text(in, "temp");
    *cell = hys_cell_opts_default();
    cell->memory = option_text(in, "cell");
    cell->memory_set = option_get(in, "set")->list;
    cell->n_memory_set = option_get(in, "set")->n_list;
    cell->selector = option_text(in, "selector");
    cell->selector_set = option_get(in, "selector-set")->list;
    cell->n_selector_set = option_get(in, "selector-set")->n_list;
    cell->spread = option_get(in, "spread")->list;
    cell->n_spread = option_get(in, "spread")->n_list;
    cell->seed = (uint64_t)option_int(in, "seed", 0);
    cell->is_complementary = option_flag(in, "complementary");
    cell->is_turned = option_flag(in, "turned");
    return temp ? hys_quantity_read(in->ctx, "--temp", temp, "K", &cell->temp) : HYS_OK;
}

/* Wires have one as well where their noise is asked for. */
static bool is_of_wires(const invocation *in, const char *name) {
    return !strcmp(name, "temp") && option_exists(in->command, "bit-line") &&
           (option_text(in, "noise") || option_text(in, "freq"));
}

int array_cell(invocation *in, hys_array *array, const hys_array_opts *opts) {
    hys_cell_opts cell;
    const option_value *init = option_get(in, "init");
    if (!option_text(in, "cell")) {
        static const char *const of_cells[] = {"set",  "selector", "selector-set",  "spread", "init",
                                               "gate", "temp",     "complementary", "turned"};
        for (size_t k = 0; k < sizeof of_cells / sizeof *of_cells; k++)
            if (option_get(in, of_cells[k])->is_set && !is_of_wires(in, of_cells[k]))
                return refuse(in, "only devices take this:", of_cells[k], "--cell DEVICE puts one into each crossing");
        return EXIT_GOOD;
    }
    hys_status status = read_cell(in, &cell);
    if (status == HYS_OK) status = hys_array_set_device(array, &cell);
    int result = exit_status(status);
    for (size_t k = 0; k < init->n_list && result == EXIT_GOOD; k++)
        result = fill_states(in, array, opts, init->list[k]);
    return result == EXIT_GOOD ? open_gates(in, array, opts) : result;
}
