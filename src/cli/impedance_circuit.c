/* hysteron impedance --circuit: circuits fitted to one spectrum or several. */
#include "cli/impedance_circuit.h"
#include <math.h>
#include <string.h>

static hys_lump_opts lump_opts(const invocation *in) {
    hys_lump_opts opts = hys_lump_opts_default();
    const char *circuit = option_text(in, "circuit");
    opts.circuit = !strcmp(circuit, "auto") ? NULL : circuit;
    opts.fix = option_get(in, "fix")->list;
    opts.n_fix = option_get(in, "fix")->n_list;
    opts.negative = option_get(in, "negative")->list;
    opts.n_negative = option_get(in, "negative")->n_list;
    opts.is_uniform = option_flag(in, "uniform");
    if (option_get(in, "level")->is_set) opts.level = option_get(in, "level")->number;
    opts.seed = (uint64_t)option_get(in, "seed")->number;
    return opts;
}

static void print_param(FILE *out, const hys_lump_param *p) {
    fprintf(out, "  %-9s %13.6g %-10s", p->name, p->value, strcmp(p->unit, "1") ? p->unit : "");
    if (p->is_fixed) fputs(" fixed", out);
    else if (p->is_determined) fprintf(out, " %.5g to %.5g", p->low, p->high);
    fprintf(out, "%s%s\n", *p->note ? "   " : "", p->note);
}

#define MOST_CHOICES 5

static void print_fit(FILE *out, const char *name, const hys_lump_fit *fit) {
    fputs("spectrum: ", out);
    put_shown(out, name, 0);
    fprintf(out, "\ncircuit: %s\n", hys_lump_circuit(fit));
    for (size_t k = 0; k < hys_lump_n_params(fit); k++) print_param(out, hys_lump_get_param(fit, k));
    fprintf(out, "rms of the residuals: %.3g; BIC %.1f\n", hys_lump_rms(fit), hys_lump_bic(fit));
    size_t n = hys_lump_n_choices(fit);
    for (size_t k = 0; k < n && k < MOST_CHOICES; k++) {
        const hys_lump_choice *c = hys_lump_get_choice(fit, k);
        if (k == 0) fputs("circuits that were tried, the best first:\n", out);
        fprintf(out, "  BIC %10.1f   rms %9.3g   %2zu parameters%s   %s\n", c->bic, c->rms, c->n_params,
                c->is_determined ? "" : ", not all determined", c->circuit);
    }
}

static json_t *params_json(const hys_lump_fit *fit) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_lump_n_params(fit); k++) {
        const hys_lump_param *p = hys_lump_get_param(fit, k);
        json_array_append_new(list,
                              json_pack("{s:o, s:s, s:o, s:o, s:o, s:b, s:b, s:o}", "name", json_text(p->name), "unit",
                                        p->unit, "value", json_number(p->value), "low", json_number(p->low), "high",
                                        json_number(p->high), "fixed", (int)p->is_fixed, "determined",
                                        (int)p->is_determined, "note", json_text(p->note)));
    }
    return list;
}

static json_t *fit_json(const char *name, const hys_lump_fit *fit) {
    json_t *choices = json_array(), *correlation = json_array();
    size_t n = hys_lump_n_params(fit);
    for (size_t k = 0; k < hys_lump_n_choices(fit); k++) {
        const hys_lump_choice *c = hys_lump_get_choice(fit, k);
        json_array_append_new(choices, json_pack("{s:s, s:I, s:o, s:o, s:b}", "circuit", c->circuit, "parameters",
                                                 (json_int_t)c->n_params, "bic", json_number(c->bic), "rms",
                                                 json_number(c->rms)));
    }
    for (size_t i = 0; i < n; i++) {
        json_t *row = json_array();
        for (size_t j = 0; j < n; j++) json_array_append_new(row, json_number(hys_lump_correlation(fit, i, j)));
        json_array_append_new(correlation, row);
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "file", json_text(name), "circuit",
                     json_text(hys_lump_circuit(fit)), "parameters", params_json(fit), "rms",
                     json_number(hys_lump_rms(fit)), "bic", json_number(hys_lump_bic(fit)), "correlation", correlation,
                     "tried", choices);
}

static hys_status write_fit(invocation *in, const hys_lump_fit *fit) {
    const char *csv = option_text(in, "output"), *figure = option_text(in, "figure");
    hys_status status = csv ? write_table(in, hys_lump_table(fit), csv) : HYS_OK;
    if (status != HYS_OK || !figure) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "impedance";
    opts.title = option_text(in, "title");
    return hys_figure_write(in->ctx, hys_lump_table(fit), &opts, figure);
}

static hys_status fit_one(invocation *in, const char *name, const hys_table *table, json_t *fits) {
    hys_lump_opts opts = lump_opts(in);
    hys_lump_fit *fit = NULL;
    hys_status status = hys_lump_fit_table(in->ctx, table, &opts, &fit);
    if (status == HYS_OK) status = write_fit(in, fit);
    if (status == HYS_OK && fits) json_array_append_new(fits, fit_json(name, fit));
    if (status == HYS_OK && !fits) print_fit(report_stream(in), name, fit);
    hys_lump_fit_free(fit);
    return status;
}

static hys_status fit_file(invocation *in, const char *path, json_t *fits) {
    hys_imported *file = NULL;
    hys_import_opts opts = import_opts(in);
    size_t k = 0;
    hys_status status = hys_import(in->ctx, path, &opts, &file);
    if (status == HYS_OK && !find_measurement(in, file, &k)) status = HYS_ARG;
    if (status == HYS_OK) status = fit_one(in, path, hys_imported_table(file, k), fits);
    hys_imported_free(file);
    return status;
}

int fit_circuits(invocation *in, const hys_impedance *device) {
    const char *data = option_text(in, "data");
    bool has_json = option_flag(in, "json");
    json_t *fits = has_json ? json_array() : NULL;
    hys_status status = HYS_OK;
    if (device) status = fit_one(in, in->args[0], hys_impedance_table(device), fits);
    else status = fit_file(in, data, fits);
    for (int k = 0; !device && k < in->n_args && status == HYS_OK; k++) status = fit_file(in, in->args[k], fits);
    if (!has_json) return exit_status(status);
    json_t *root = json_document();
    json_object_set_new(root, "fits", fits);
    return json_finish(in, root, status);
}
