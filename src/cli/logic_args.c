/* What the commands of logic share: families, netlists, programs. */
#include "cli/logic_args.h"
#include <stdlib.h>
#include <string.h>

int logic_family(invocation *in, const hys_logic_family **family) {
    const char *name = option_text(in, "family");
    *family = hys_logic_family_find(name ? name : "magic");
    return *family ? EXIT_GOOD : refuse(in, "there is no family", name, "hysteron logic list tells them");
}

/* cells = "least" | N */
static int read_cells(invocation *in, size_t *cells) {
    const char *text = option_text(in, "cells");
    if (!text) return EXIT_GOOD;
    if (!strcmp(text, "least")) {
        *cells = SIZE_MAX;
        return EXIT_GOOD;
    }
    char *end;
    const unsigned long n = strtoul(text, &end, 10);
    if (end == text || *end || !n || n > 1000000000ul || *text == '-')
        return refuse(in, "this is no number of cells:", text, "--cells 32, --cells least");
    *cells = (size_t)n;
    return EXIT_GOOD;
}

int logic_map(invocation *in, logic_pair *pair) {
    hys_logic_map_opts opts = hys_logic_map_opts_default();
    *pair = (logic_pair){.netlist = NULL};
    int result = logic_family(in, &opts.family);
    if (result == EXIT_GOOD) result = read_cells(in, &opts.cells);
    if (result != EXIT_GOOD) return result;
    opts.overwrites_inputs = option_flag(in, "overwrite");
    opts.fan_in = (uint32_t)option_int(in, "fan-in", 2);
    if (opts.fan_in != 2 && opts.fan_in != 3)
        return refuse(in, "a NOR has two or three inputs", option_text(in, "fan-in"), NULL);
    hys_status status = hys_logic_read(in->ctx, in->args[0], &pair->netlist);
    if (status == HYS_OK) status = hys_logic_map(in->ctx, pair->netlist, &opts, &pair->program);
    if (status == HYS_OK) status = hys_logic_verify(in->ctx, pair->program, &pair->check);
    return exit_status(status);
}

void logic_pair_free(logic_pair *pair) {
    hys_logic_program_free(pair->program);
    hys_logic_free(pair->netlist);
}

hys_status logic_quantity(invocation *in, const char *name, const char *unit, double *value) {
    char label[32];
    const char *text = option_text(in, name);
    if (!text) return HYS_OK;
    snprintf(label, sizeof label, "--%s", name);
    const hys_status status = hys_quantity_read(in->ctx, label, text, unit, value);
    if (status != HYS_OK || *value > 0 || (*value == 0 && !strcmp(name, "rwire"))) return status;
    snprintf(label, sizeof label, "--%s cannot be", name);
    refuse(in, label, text, "more than 0; without the option it is chosen");
    return HYS_ARG;
}

static hys_status draw(invocation *in, hys_table *table, const char *x, const char *y) {
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "scatter";
    hys_status status = hys_table_set_note(table, "y", y);
    if (status == HYS_OK) status = hys_table_set_note(table, "x", x);
    if (status == HYS_OK) status = hys_table_set_note(table, "drawn", "lines");
    return status == HYS_OK ? hys_figure_write(in->ctx, table, &opts, option_text(in, "figure")) : status;
}

hys_status logic_keep_table(invocation *in, hys_table *table, const char *x, const char *y) {
    hys_status status = option_text(in, "output") ? write_table(in, table, option_text(in, "output")) : HYS_OK;
    return status == HYS_OK && option_text(in, "figure") ? draw(in, table, x, y) : status;
}

json_t *json_program(const logic_pair *pair) {
    const hys_logic_program *p = pair->program;
    json_t *root = json_document(), *counts = json_object(), *outputs = json_object();
    json_object_set_new(root, "model", json_text(hys_logic_name(pair->netlist)));
    json_object_set_new(root, "family", json_text(p->family->name));
    json_object_set_new(root, "inputs", json_integer((json_int_t)hys_logic_n_inputs(pair->netlist)));
    json_object_set_new(root, "steps", json_integer((json_int_t)p->n_steps));
    json_object_set_new(root, "cells", json_integer((json_int_t)p->n_cells));
    json_object_set_new(root, "writes", json_integer((json_int_t)p->writes));
    for (int k = 0; k < HYS_LOGIC_N_OPS; k++)
        if (p->counts[k])
            json_object_set_new(counts, hys_logic_op_name((hys_logic_op)k), json_integer((json_int_t)p->counts[k]));
    json_object_set_new(root, "operations", counts);
    for (size_t k = 0; k < hys_logic_n_outputs(pair->netlist); k++) {
        json_t *name = json_text(hys_logic_output(pair->netlist, k));
        json_object_set_new(outputs, json_string_value(name), json_integer((json_int_t)p->output_cells[k]));
        json_decref(name);
    }
    json_object_set_new(root, "output_cells", outputs);
    json_object_set_new(root, "patterns", json_integer((json_int_t)pair->check.patterns));
    json_object_set_new(root, "is_exhaustive", json_boolean(pair->check.is_exhaustive));
    json_object_set_new(root, "wrong", json_integer((json_int_t)pair->check.wrong));
    return root;
}
