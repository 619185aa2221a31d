/* hysteron impedance: the small-signal impedance of a device or a port, and its equivalent circuit. */
#include "cli/impedance_circuit.h"
#include <math.h>
#include <string.h>

static void print_test(FILE *out, const hys_kramers_kronig *kk) {
    fprintf(out, "Kramers-Kronig test: %s", kk->verdict);
    if (!isnan(kk->largest))
        fprintf(out, "; largest residual %.2g %% at %g Hz, rms %.2g %%; %zu relaxations (criterion: %zu), mu = %.2g",
                100 * kk->largest, kk->at, 100 * kk->rms, kk->n_relaxations, kk->n_criterion, kk->mu);
    fputc('\n', out);
}

static json_t *test_json(const hys_kramers_kronig *kk) {
    return json_pack("{s:s, s:o, s:o, s:o, s:I, s:I, s:o}", "verdict", kk->verdict, "largest", json_number(kk->largest),
                     "at", json_number(kk->at), "rms", json_number(kk->rms), "relaxations",
                     (json_int_t)kk->n_relaxations, "criterion", (json_int_t)kk->n_criterion, "mu",
                     json_number(kk->mu));
}

static void print_impedance(FILE *out, const hys_impedance *z) {
    const hys_table *table = hys_impedance_table(z);
    size_t rows = hys_table_n_rows(table);
    const double *re = hys_table_column(table, "Z.re"), *im = hys_table_column(table, "Z.im");
    const double *f = hys_table_column(table, "frequency");
    fprintf(out, "Z = %.6g %+.6gi ohm at %g Hz, %.6g %+.6gi ohm at %g Hz\n", re[0], im[0], f[0], re[rows - 1],
            im[rows - 1], f[rows - 1]);
    if (hys_impedance_n_elements(z)) fputs("equivalent circuit:\n", out);
    for (size_t k = 0; k < hys_impedance_n_elements(z); k++) {
        const hys_circuit_element *e = hys_impedance_get_element(z, k);
        fprintf(out, "  %-4s %14.6g %-4s %s%s\n", e->name, e->value, e->unit, e->place,
                e->value < 0 ? "   negative" : "");
    }
    if (!isnan(hys_impedance_fit_error(z)))
        fprintf(out, "largest relative error of the equivalent circuit: %.1e\n", hys_impedance_fit_error(z));
    print_test(out, hys_impedance_test(z));
    for (size_t k = 0; k < hys_impedance_n_remarks(z); k++) {
        fputs("note: ", out);
        put_shown(out, hys_impedance_remark(z, k), 0);
        fputc('\n', out);
    }
}

static void add_impedance(json_t *root, const hys_impedance *z) {
    json_t *elements = json_array(), *remarks = json_array();
    for (size_t k = 0; k < hys_impedance_n_elements(z); k++) {
        const hys_circuit_element *e = hys_impedance_get_element(z, k);
        json_array_append_new(elements, json_pack("{s:o, s:o, s:o, s:o, s:o}", "name", json_text(e->name), "kind",
                                                  json_text(e->kind), "value", json_number(e->value), "unit",
                                                  json_text(e->unit), "place", json_text(e->place)));
    }
    for (size_t k = 0; k < hys_impedance_n_remarks(z); k++)
        json_array_append_new(remarks, json_text(hys_impedance_remark(z, k)));
    json_object_set_new(root, "rows", json_integer((json_int_t)hys_table_n_rows(hys_impedance_table(z))));
    json_object_set_new(root, "columns", json_table_columns(hys_impedance_table(z)));
    json_object_set_new(root, "elements", elements);
    json_object_set_new(root, "fit_error", json_number(hys_impedance_fit_error(z)));
    json_object_set_new(root, "kramers_kronig", json_number(hys_impedance_kramers_kronig(z)));
    json_object_set_new(root, "test", test_json(hys_impedance_test(z)));
    json_object_set_new(root, "remarks", remarks);
}

static hys_status write_results(invocation *in, const hys_impedance *z) {
    const char *csv = option_text(in, "output"), *figure = option_text(in, "figure");
    hys_status status = csv ? write_table(in, hys_impedance_table(z), csv) : HYS_OK;
    if (status != HYS_OK || !figure) return status;
    hys_figure_opts opts = hys_figure_opts_default();
    opts.kind = "impedance";
    opts.title = option_text(in, "title");
    return hys_figure_write(in->ctx, hys_impedance_table(z), &opts, figure);
}

/* A measured spectrum; *file is the caller's to free. */
static hys_status fit_data(invocation *in, const char *path, hys_imported **file, size_t *k, hys_impedance **z) {
    hys_import_opts opts = import_opts(in);
    hys_status status = hys_import(in->ctx, path, &opts, file);
    if (status != HYS_OK) return status;
    if (!find_measurement(in, *file, k)) return HYS_ARG;
    return hys_impedance_of_table(in->ctx, hys_imported_table(*file, *k), option_flag(in, "parallel"), z);
}

static hys_status run_device(invocation *in, hys_impedance **z) {
    hys_impedance_opts opts = hys_impedance_opts_default();
    opts.sim = sim_opts(in);
    opts.bias = option_text(in, "bias");
    opts.freq = option_text(in, "freq");
    opts.port = option_text(in, "port");
    opts.ports = option_text(in, "ports");
    opts.is_held = option_flag(in, "held");
    opts.hold = option_get(in, "port-at")->list;
    opts.n_hold = option_get(in, "port-at")->n_list;
    return hys_impedance_run(in->ctx, in->args[0], &opts, z);
}

static int run_impedance(invocation *in) {
    hys_impedance *z = NULL;
    hys_imported *file = NULL;
    size_t measurement = 0;
    const char *data = option_text(in, "data");
    if (wants_both_on_stdout(in)) return refuse(in, "--json and -o - both want standard output", NULL, "-o FILE.csv");
    bool has_circuit = option_text(in, "circuit") != NULL;
    if (in->n_args == 0 && !data)
        return refuse(in, "a device, a netlist or --data is missing", NULL, "hysteron impedance --data FILE");
    if (in->n_args > (data ? 0 : 1) && !(data && has_circuit))
        return refuse(in, data ? "a device and --data exclude each other" : "more than one device", NULL,
                      "several files: --data FILE FILE... --circuit CIRCUIT");
    if (in->n_args > 0 && data && (option_text(in, "output") || option_text(in, "figure")))
        return refuse(in, "-o and --figure take one spectrum", NULL, "--json gives the parameters of several");
    if (data && has_circuit) return fit_circuits(in, NULL);
    hys_status status = data ? fit_data(in, data, &file, &measurement, &z) : run_device(in, &z);
    if (status == HYS_OK && has_circuit) {
        int code = fit_circuits(in, z);
        hys_impedance_free(z);
        return code;
    }
    if (status == HYS_OK) status = write_results(in, z);
    int result = exit_status(status);
    if (option_flag(in, "json")) {
        json_t *root = json_document();
        json_object_set_new(root, "file", json_text(data ? data : in->args[0]));
        if (status == HYS_OK && file) add_import(root, file, measurement);
        if (status == HYS_OK) add_impedance(root, z);
        result = json_finish(in, root, status);
    } else if (status == HYS_OK) {
        if (file) print_import(report_stream(in), file, measurement);
        print_impedance(report_stream(in), z);
    }
    hys_impedance_free(z);
    hys_imported_free(file);
    return result;
}

static const option_info options[] = {
    {"bias", 'b', OPTION_TEXT, "V|A", "voltage or current at the port: 0.3V, 1mA (0V; a netlist's own)"},
    {"freq", 0, OPTION_TEXT, "FROM:TO[:N]", "frequencies, N to a decade (1mHz:1GHz:20)"},
    {"port", 0, OPTION_TEXT, "SOURCE|A,B", "of a netlist: the source to look from, or two nodes"},
    {"ports", 0, OPTION_TEXT, "P,N", "of a device: its two terminals (the first two)"},
    {"port-at", 0, OPTION_LIST, "NAME=V", "of a device: hold a further terminal at a potential"},
    {"data", 0, OPTION_TEXT, "FILE", "fit a measured spectrum instead: Gamry, BioLogic, ZPlot, Autolab, CHI, CSV"},
    {"parallel", 0, OPTION_FLAG, NULL, "of data: branches of R and L in parallel, not of R and C in series"},
    CIRCUIT_OPTIONS,
    IMPORT_OPTIONS,
    {"held", 0, OPTION_FLAG, NULL, "states at their initial values instead of in equilibrium"},
    {"output", 'o', OPTION_TEXT, "FILE.csv", "write frequency[Hz],Z.re[ohm],Z.im[ohm],...; - is standard output"},
    {"figure", 'f', OPTION_TEXT, "FILE.svg", "Nyquist and Bode diagram, and residuals of the Kramers-Kronig test"},
    {"title", 0, OPTION_TEXT, "TEXT", "title of the figure"},
    JSON_OPTION,
    SIM_OPTIONS,
};
static const char *const examples[] = {"hysteron impedance hh_k --bias -10mV --freq 0.1Hz:10kHz --figure z.svg",
                                       "the potassium channel as R, L and their equivalent circuit",
                                       "hysteron impedance neuron.cir --port v1 --json",
                                       "what the source v1 of a netlist sees",
                                       "hysteron impedance --data cell.DTA --figure z.svg",
                                       "the equivalent circuit of a measured spectrum, and its Kramers-Kronig test",
                                       "hysteron impedance --data a.z b.z --circuit \"R0-p(R1,CPE1)-W1\"",
                                       "parameters of a circuit of one's own, with intervals, for each file",
                                       "hysteron impedance --data cell.DTA --circuit auto --figure z.svg",
                                       "the circuit that Bayes' information criterion picks",
                                       NULL};

const command_info command_impedance = {
    .name = "impedance",
    .args = "FILE.cir|NAME|FILE.va",
    .summary = "Small-signal impedance of a device or a port, with its equivalent circuit.",
    .text =
        "Linearises at the equilibrium and takes the poles of the linearised circuit. A port that a voltage drives is "
        "R and C in parallel to branches, each of R and L in series (a real pole), or of R and L in series with C "
        "and R in parallel to each other (a pair). A port that a current drives is R and L in series with branches, "
        "each of R and C in parallel, or of R and C in parallel to L and R. Negative values are negative "
        "resistances, inductances and capacitances: the signature of locally active devices. "
        "Of a measured spectrum the poles are found by vector fitting, as many as Bayes' information criterion asks "
        "for.\n"
        "--circuit fits a circuit instead: items in series are joined by -, those in parallel stand in p(A,B). "
        "Elements: "
        "R, C, L; CPE 1/(Q s^n); La L s^n; W A (1-i)/sqrt(w); Wo, Ws Z0 coth(x)/x and Z0 tanh(x)/x, x = sqrt(s tau); "
        "G R/sqrt(1+s tau); K R/(1+s tau); Zarc R/(1+(s tau)^n). No guess is needed.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 0,
    .max_args = 1000,
    .run = run_impedance,
};
