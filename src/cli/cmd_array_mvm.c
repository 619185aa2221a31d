/* hysteron array mvm: matrix-vector products of a crossbar with its wires. */
#include "cli/cli.h"

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

static json_t *matrix_json(const hys_matrix *m) {
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

static int run(invocation *in) {
    product p = {.law = {.voltage = 1}};
    if (!option_text(in, "conductances") || !option_text(in, "inputs"))
        return refuse(in, "a product needs a matrix and vectors", NULL, "--conductances G.csv --inputs V.csv");
    int result = array_opts(in, &p.opts);
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

static const option_info options[] = {
    {"conductances", 'g', OPTION_TEXT, "FILE...", "cells: a .csv or .npy file, in S; rows are word lines"},
    {"inputs", 'i', OPTION_TEXT, "FILE...", "voltages: a row for each product, one a word line, in V"},
    ARRAY_OPTIONS,
    LAW_OPTIONS,
    {"output", 'o', OPTION_TEXT, "FILE...", "write the currents there: .csv or .npy (standard output)"},
    {"effective", 'w', OPTION_TEXT, "FILE...", "also write the matrix that the array with its wires is"},
    JSON_OPTION,
};

static const char *const examples[] = {"hysteron array mvm --conductances G.csv --inputs V.csv --rwire 2.5ohm -o I.csv",
                                       "a row of currents for each row of voltages",
                                       "hysteron array mvm -g G.npy -i V.npy --rwire 1ohm -o I.npy --effective W.npy",
                                       "and the effective matrix, for your own programs: I = V W", NULL};

const command_info command_array_mvm = {
    .name = "array mvm",
    .args = "",
    .summary = "Multiply by a crossbar: what its wires make of I = V G.",
    .text = "Word lines are driven from the left, bit lines sensed at virtual ground at the bottom, each through one "
            "segment of "
            "wire. Rows of G are word lines; the current I_j leaves bit line j, so that without wires I = V G.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
