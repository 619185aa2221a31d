/* hysteron device import FILE.mod: NEURON's mechanisms as Verilog-A. */
#include "cli/cli.h"
#include <string.h>

static hys_status write_module(const hys_nmodl *m, const char *path) {
    if (path) return hys_nmodl_write(m, path);
    return fputs(hys_nmodl_text(m), stdout) < 0 ? HYS_IO : HYS_OK;
}

static json_t *json_remarks(const hys_nmodl *m) {
    json_t *list = json_array();
    for (size_t k = 0; k < hys_nmodl_n_remarks(m); k++) json_array_append_new(list, json_text(hys_nmodl_remark(m, k)));
    return list;
}

/* A synapse with events as a port of `hysteron brain run`; otherwise the reason why it is none, "" of other modules. */
static void find_port(invocation *in, hys_nmodl *m, char *text, size_t size) {
    hys_nmodl_port port;
    *text = '\0';
    if (!strstr(hys_nmodl_text(m), "V(spike, outside)")) return;
    if (hys_nmodl_port_of(m, NULL, 0, 300.15, &port) != HYS_OK) {
        snprintf(text, size, "no port of a cell: %s", hys_diag_get(in->ctx, 0)->message);
        hys_diag_clear(in->ctx);
        return;
    }
    char rise[48] = "";
    if (!strcmp(port.kind, "dual") || !strcmp(port.kind, "nmda"))
        snprintf(rise, sizeof rise, ", tau_rise %g ms", 1e3 * port.tau_rise);
    snprintf(text, size, "a port of a cell, {mechanism: %s}: %s%s, tau %g ms%s, gain %.6g", in->args[0], port.kind,
             port.is_current ? " current" : "", 1e3 * port.tau, rise, port.gain);
}

static void report(const hys_nmodl *m, const char *path, const char *port) {
    fprintf(stderr, "module %s%s%s\n", hys_nmodl_module(m), path ? " in " : "", path ? path : "");
    for (size_t k = 0; k < hys_nmodl_n_remarks(m); k++) fprintf(stderr, "  %s\n", hys_nmodl_remark(m, k));
    if (*port) fprintf(stderr, "  %s\n", port);
}

static int run(invocation *in) {
    hys_nmodl_opts opts = hys_nmodl_opts_default();
    const char *path = option_text(in, "output");
    hys_nmodl *m = NULL;
    char port[512] = "";
    opts.module = option_text(in, "module");
    opts.ion_ports = option_flag(in, "ion-ports");
    if (path && !strcmp(path, "-")) path = NULL;
    if (!path && option_flag(in, "json"))
        return refuse(in, "--json and the module both want standard output", NULL, "-o FILE.va");
    hys_status status = hys_nmodl_import(in->ctx, in->args[0], &opts, &m);
    if (status == HYS_OK) status = write_module(m, path);
    if (status == HYS_OK) find_port(in, m, port, sizeof port);
    if (!option_flag(in, "json")) {
        if (status == HYS_OK) report(m, path, port);
        hys_nmodl_free(m);
        return exit_status(status);
    }
    json_t *root = json_document();
    json_object_set_new(root, "file", json_text(in->args[0]));
    if (status == HYS_OK) {
        json_object_set_new(root, "module", json_text(hys_nmodl_module(m)));
        json_object_set_new(root, "output", json_text(path));
        json_object_set_new(root, "remarks", json_remarks(m));
        if (*port) json_object_set_new(root, "port", json_text(port));
    }
    hys_nmodl_free(m);
    return json_finish(in, root, status);
}

static const option_info options[] = {
    {"output", 'o', OPTION_TEXT, "FILE.va", "where the module goes (standard output)"},
    {"module", 0, OPTION_TEXT, "NAME", "what the module is called (as the mechanism)"},
    {"ion-ports", 0, OPTION_FLAG, NULL, "concentrations and currents of ions that are read become terminals"},
    JSON_OPTION,
};
static const char *const examples[] = {"hysteron device import hh.mod -o hh.va",
                                       "NEURON's channel as Verilog-A",
                                       "hysteron device check hh.va",
                                       "what it holds",
                                       "hysteron device import kca.mod -o kca.va --ion-ports",
                                       "the calcium that it reads is a terminal",
                                       NULL};

const command_info command_device_import = {
    .name = "device import",
    .args = "FILE.mod",
    .summary = "Translate a mechanism of NEURON (NMODL) into Verilog-A.",
    .text =
        "What was assumed, and what is not as in the file, is told on standard error and in the head of the module. "
        "Constructs that cannot be translated are refused with their place: exit status 3. See docs/nmodl.md.",
    .examples = examples,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
