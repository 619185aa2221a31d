/* hysteron array mvm: matrix-vector products of a crossbar with its wires; with --weights see mvm_product.c. */
#include "cli/mvm_product.h"
#include <string.h>

typedef struct product {
    hys_array_opts opts;
    hys_array_law law;
    hys_matrix cells, inputs, outputs, effective;
    hys_array *array;
} product;

static hys_status compute(invocation *in, product *p) {
    hys_status status = hys_array_new(in->ctx, &p->opts, &p->array);
    if (status == HYS_OK) status = hys_array_set_conductances(p->array, p->cells.values);
    if (status == HYS_OK) status = hys_array_set_law(p->array, &p->law);
    if (status != HYS_OK) return status;
    return hys_array_multiply(p->array, &p->inputs, &p->outputs, option_text(in, "effective") ? &p->effective : NULL);
}

static hys_status write_all(invocation *in, const product *p) {
    const char *notes[] = {"hysteron", hys_version(), "columns", "current out of bit line j, A", NULL};
    const char *path = option_text(in, "output");
    hys_status status = HYS_OK;
    if (path || !option_flag(in, "json")) status = hys_matrix_write(in->ctx, &p->outputs, path ? path : "-", notes);
    notes[3] = "I_j = sum over word lines i of V_i W_ij, S";
    if (status == HYS_OK && option_text(in, "effective"))
        status = hys_matrix_write(in->ctx, &p->effective, option_text(in, "effective"), notes);
    return status;
}

json_t *matrix_json(const hys_matrix *m) {
    json_t *rows = json_array();
    for (size_t i = 0; i < m->rows; i++) {
        json_t *row = json_array();
        for (size_t j = 0; j < m->columns; j++) json_array_append_new(row, json_number(m->values[i * m->columns + j]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *result_json(const product *p) {
    const hys_array_report r = hys_array_get_report(p->array);
    json_t *root = json_document();
    json_object_set_new(root, "relative_residual", json_number(r.relative_residual));
    json_object_set_new(root, "power_balance", json_number(r.power_balance));
    json_object_set_new(root, "currents_A", matrix_json(&p->outputs));
    return root;
}

static int run_conductances(invocation *in) {
    product p = {.law = {.voltage = 1}};
    if (!option_text(in, "conductances") || !option_text(in, "inputs"))
        return refuse(in, "a product needs a matrix and vectors", NULL,
                      "--conductances G.csv --inputs V.csv, or --weights W.csv --inputs X.csv");
    int result = refuse_product_options(in);
    if (hys_ranks_rank(in->ctx) > 0) return result; /* one array is the first rank's alone */
    if (result == EXIT_GOOD) result = array_opts(in, &p.opts);
    if (result == EXIT_GOOD) result = array_law(in, &p.law);
    if (result != EXIT_GOOD) return result;
    hys_status status = hys_matrix_read(in->ctx, option_text(in, "conductances"), &p.cells);
    p.opts.rows = p.cells.rows;
    p.opts.columns = p.cells.columns;
    if (status == HYS_OK) status = hys_matrix_read(in->ctx, option_text(in, "inputs"), &p.inputs);
    if (status == HYS_OK) status = compute(in, &p);
    if (status == HYS_OK) status = write_all(in, &p);
    result = exit_status(status);
    if (option_flag(in, "json")) result = json_finish(in, status == HYS_OK ? result_json(&p) : json_document(), status);
    hys_array_free(p.array);
    hys_matrix *const all[] = {&p.cells, &p.inputs, &p.outputs, &p.effective};
    for (size_t k = 0; k < 4; k++) hys_matrix_free(in->ctx, all[k]);
    return result;
}

static int run(invocation *in) {
    const char *program = option_text(in, "program");
    const bool is_list = program && !strcmp(program, "list");
    return option_text(in, "weights") || is_list ? run_product(in) : run_conductances(in);
}

static const option_info options[] = {
    {"conductances", 'g', OPTION_TEXT, "FILE...", "cells: a .csv or .npy file, in S; rows are word lines"},
    {"inputs", 'i', OPTION_TEXT, "FILE...", "a row for each product, one a word line: V, or numbers with --weights"},
    ARRAY_OPTIONS,
    LAW_OPTIONS,
    {"output", 'o', OPTION_TEXT, "FILE...", "write the currents there: .csv or .npy (standard output)"},
    {"effective", 'w', OPTION_TEXT, "FILE...", "also write the matrix that the array with its wires is"},
    PRODUCT_OPTIONS,
    JSON_OPTION,
    PRODUCT_RANK_OPTIONS,
};

static const char *const examples[] = {
    "hysteron array mvm --conductances G.csv --inputs V.csv --rwire 2.5ohm -o I.csv",
    "a row of currents for each row of voltages",
    "hysteron array mvm -g G.npy -i V.npy --rwire 1ohm -o I.npy --effective W.npy",
    "and the effective matrix, for your own programs: I = V W",
    "hysteron array mvm --weights W.csv -i X.csv --tile 128x128 --dac 8 --adc 8 "
    "--program pcm --drift 1day --report",
    "a signed matrix on arrays of phase change cells, a day later: errors, and where "
    "they come from",
    "hysteron array mvm -W W.csv -i X.csv --bits-weight 8 --bits-cell 2 --bits-input 9 "
    "--dac 1 --adc 8 --energy",
    "weights in slices of 2 bits, inputs bit by bit: what a product costs",
    "mpirun -n 4 hysteron array mvm -W W.npy -i X.npy --tile 128x128 -o Y.npy",
    "share the arrays of a large matrix out over four processes, on one node or many",
    NULL};

static const char *const groups[] = {
    "rwire",      "Wires and cells",    "output",    "Results",       "weights", "A signed matrix on arrays",
    "bits-input", "Its inputs",         "adc",       "Its outputs",   "program", "Its cells as they are",
    "arrays",     "What is told of it", "adc-model", "What it costs", "json",    "For scripts",
    "mpi",        "Many processes",     NULL};

const command_info command_array_mvm = {
    .name = "array mvm",
    .args = "",
    .summary = "Multiply by a crossbar: what its wires make of I = V G.",
    .text =
        "Word lines are driven from the left, bit lines sensed at virtual ground at the bottom, each through one "
        "segment of wire. Rows of G are word lines; the current I_j leaves bit line j, so that without wires "
        "I = V G.\n\n"
        "With --weights the matrix is signed and of any size, and products are x W. Each step can be left out; with "
        "--rwire 0ohm and none of them products are exact. --report, --energy and --json take the place of the "
        "products on standard output.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .groups = groups,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
