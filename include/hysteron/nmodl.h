/* hysteron/nmodl.h -- NEURON's mechanisms (NMODL, .mod) as Verilog-A.
 *
 * Density mechanisms and point processes with decaying states become modules whose formulas are those of the file, in
 * mV, ms, mA/cm2 and mM; terminals carry volts and amperes.  See docs/nmodl.md. */
#ifndef HYSTERON_NMODL_H
#define HYSTERON_NMODL_H
#include <hysteron/core.h>
#include <stdbool.h>
HYS_DECLS_BEGIN

typedef struct hys_nmodl_opts {
    size_t size;
    const char *module; /* what the module is called; NULL: the mechanism's own name */
    bool ion_ports;     /* concentrations and currents of ions that are read are terminals, not parameters */
} hys_nmodl_opts;
hys_nmodl_opts hys_nmodl_opts_default(void);

typedef struct hys_nmodl hys_nmodl;
hys_status hys_nmodl_import(hys_ctx *ctx, const char *path, const hys_nmodl_opts *opts, hys_nmodl **result);
/* The same of a text; name stands in messages. */
hys_status hys_nmodl_parse(hys_ctx *ctx, const char *name, const char *text, size_t len, const hys_nmodl_opts *opts,
                           hys_nmodl **result);
void hys_nmodl_free(hys_nmodl *m);
const char *hys_nmodl_text(const hys_nmodl *m);   /* Verilog-A */
const char *hys_nmodl_module(const hys_nmodl *m); /* its name */
/* The text as a file, whole or not at all. */
hys_status hys_nmodl_write(const hys_nmodl *m, const char *path);
/* What is not as in the file, or was assumed: sentences. */
size_t hys_nmodl_n_remarks(const hys_nmodl *m);
const char *hys_nmodl_remark(const hys_nmodl *m, size_t i);

/* A synapse as a port of a cell (hysteron/brain_network.h): between events one or two states decay linearly, an event
 * adds to them what is proportional to its weight, the current is their sum times (v - reversal), or times the block of
 * magnesium too, or flows at any v.  Found by trying its equations; others are refused with the reason. */
typedef struct hys_nmodl_port {
    const char *kind; /* "exponential", "alpha", "dual", "nmda": as hys_port_kind_name says */
    bool is_current;
    double tau, tau_rise; /* s */
    double reversal;      /* V */
    double magnesium;     /* mol/m^3 */
    double slope;         /* 1/V, of the block by magnesium */
    double gain;          /* peak of the conductance, S, of a weight that is 1 S; A of 1 A.  The file's are uS and nA */
} hys_nmodl_port;
/* set: "NAME=VALUE", of parameters; temp: K. */
hys_status hys_nmodl_port_of(hys_nmodl *m, const char *const *set, size_t n_set, double temp, hys_nmodl_port *port);

HYS_DECLS_END
#endif
