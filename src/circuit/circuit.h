/* The equations of a circuit: modified nodal analysis with kernels in it.
 *
 *     M y' + g(y, t) = 0
 *
 * y: potentials of nodes, then currents of V, L, E, H, T ..., then the internal unknowns of kernels (states, charges,
 * internal nodes).  Row of a node: sum of the currents that leave it into elements.  M is constant (at given
 * parameters): capacitances, inductances, and the kernels' own mass.  Behavioural elements are kernels too, made from
 * generated Verilog-A, see behavioural.h.  Elements of one model are evaluated together, as one batch. */
#ifndef HYS_CIRCUIT_CIRCUIT_H
#define HYS_CIRCUIT_CIRCUIT_H
#include "circuit/flat.h"
#include "device/batch.h"
#include "numerics/system.h"

typedef struct hys__circuit hys__circuit;

typedef struct hys__circuit_opts {
    double temp; /* K; 0: the netlist's */
    uint64_t seed;
    const char *cache_dir; /* as hys_model_opts */
    bool as_written;
    const char *const *spread; /* "ELEMENT_OR_MODEL:NAME=lognormal 0.1" */
    size_t n_spread;
    uint64_t run; /* of Monte Carlo: mixed into the keys of draws */
} hys__circuit_opts;

/* Loads all models, builds the pattern, checks the topology (floating nodes, loops of sources). */
hys_status hys__circuit_new(hys_ctx *ctx, hys__flat *flat, const hys__circuit_opts *opts, hys__circuit **result);
void hys__circuit_free(hys__circuit *circuit);
/* After flat's numbers changed: takes the values anew, the pattern stays. */
hys_status hys__circuit_refresh(hys__circuit *circuit);
/* Changes one thing and what depends on it. */
hys_status hys__circuit_set_target(hys__circuit *circuit, const hys__target *target, double value);
/* Takes the draws of cycle-to-cycle spread back to the first cycle: what an analysis before has drawn is forgotten. */
hys_status hys__circuit_first_cycle(hys__circuit *circuit);
double hys__circuit_target(const hys__circuit *circuit, const hys__target *target);

/* ---- what the numerics see ---- */
const hys__system *hys__circuit_system(const hys__circuit *circuit);
const double *hys__circuit_mass(const hys__circuit *circuit);   /* [nnz] */
const double *hys__circuit_abstol(const hys__circuit *circuit); /* [n] */
const unsigned char *hys__circuit_is_differential(const hys__circuit *circuit);
const unsigned char *hys__circuit_is_node(const hys__circuit *circuit);
double *hys__circuit_source_scale(hys__circuit *circuit); /* multiplies all independent sources */
/* Name of an unknown, "v(out)", "i(l1)", "x1:w", and its unit, for messages and columns. */
size_t hys__circuit_unknown(const hys__circuit *circuit, size_t i, char *buf, size_t size);
const char *hys__circuit_unit(const hys__circuit *circuit, size_t i);
/* The unknown that is the potential of a node, the current of an element; -1: ground, none. */
int64_t hys__circuit_node_unknown(const hys__circuit *circuit, uint32_t node);
int64_t hys__circuit_elem_unknown(const hys__circuit *circuit, uint32_t elem);

/* What is being done: kernels see it (analysis(), $simparam), sources too (DC value or wave). */
typedef enum hys__circuit_mode {
    HYS__MODE_EQUILIBRIUM, /* all rates are zero; capacitors open, inductors short */
    HYS__MODE_HELD,        /* states of kernels at their initial values, which hold; capacitors open unless uic */
    HYS__MODE_TRAN,
    HYS__MODE_SMALL_SIGNAL
} hys__circuit_mode;
void hys__circuit_set_mode(hys__circuit *circuit, hys__circuit_mode mode);

/* ---- operating points ---- */
typedef struct hys__op_opts {
    bool is_held;      /* states at their initial values */
    bool is_transient; /* it starts one: .ic holds */
    bool uic;          /* capacitors at their ic, inductors at theirs */
    bool use_start;    /* y is a start already */
    double t;          /* s, at which sources are taken in transients; DC values else */
} hys__op_opts;
/* y [n].  Newton with limiting, then gmin, source, pseudo-transient.  A state whose rate does not depend on itself
 * (non-volatile) is held at its initial value and named in a remark.  A failure names node, element, residual. */
hys_status hys__circuit_op(hys__circuit *circuit, const hys__op_opts *opts, double *y);
const char *hys__circuit_op_method(const hys__circuit *circuit);

/* ---- probes ---- */
/* Values of probes at a point; yp NULL: zero. */
hys_status hys__circuit_probe(hys__circuit *circuit, const hys__probe *probe, double t, const double *y,
                              const double *yp, double *value);
/* The derivative of a probe with respect to y [n], and to y' [n] (currents through capacitances; NULL: not wanted),
 * for small signals, transfer functions and noise.  Probes that are no linear function of voltages and currents (power,
 * energy, formulas) are linearised at y. */
hys_status hys__circuit_probe_gradient(hys__circuit *circuit, const hys__probe *probe, const double *y,
                                       double *gradient, double *rate_gradient);

/* ---- small signal ---- */
/* G [nnz] = dg/dy at y, on the system's pattern; the mass is hys__circuit_mass.  Delays (T, absdelay) are added by
 * frequency: hys__circuit_delay_stamp adds their complex part (re, im interleaved) [2 nnz] at omega. */
hys_status hys__circuit_linearise(hys__circuit *circuit, const double *y, double *g);
bool hys__circuit_has_delays(const hys__circuit *circuit);
void hys__circuit_delay_stamp(const hys__circuit *circuit, double omega, double *jac);
/* Right-hand side of the AC sources: [2 n]. */
void hys__circuit_ac_rhs(const hys__circuit *circuit, double *rhs);
typedef struct hys__noise_row {
    uint32_t row;
    double coef;
} hys__noise_row;
/* Noise sources at the operating point: current of density `density` at f into row `plus` and out of row `minus` (-1:
 * ground), or an equation's own row where minus is -1 and plus is no node. */
typedef struct hys__noise_source {
    uint32_t elem;
    const char *name; /* "thermal", or the kernel's own */
    int64_t plus, minus;
    const hys__noise_row *rows; /* and of a kernel's: all rows that one source enters, correlated */
    size_t n_rows;
    double white, flicker, exponent; /* A^2/Hz: white + flicker / f^exponent */
} hys__noise_source;
hys_status hys__circuit_noise_sources(hys__circuit *circuit, const double *y, const hys__noise_source **sources,
                                      size_t *n);

/* ---- transient ---- */
typedef struct hys__tran_sink {
    void *user;
    /* Called with every output point, in order of time; nonzero stops. */
    int (*point)(void *user, double t, const double *y, const double *yp);
} hys__tran_sink;
typedef struct hys__tran_opts {
    double step, stop, start, max_step; /* s */
    const double *from; /* [n] goes on from this state at `begin`; NULL: from the operating point at 0 */
    double begin;       /* s */
    bool uic;
    bool every_step;     /* output at the solver's own steps instead of every `step` */
    double rtol;         /* 0: the netlist's reltol, at most 1e-4 */
    double abstol_scale; /* 0: 1 */
    int (*progress)(void *user, double done);
    void *progress_user;
    void (*message)(void *user, const char *text);
    void *message_user;
} hys__tran_opts;
typedef struct hys__tran_stats {
    const char *method; /* "ida", "as-written" */
    uint64_t n_points, n_steps, n_rejected, n_evals, n_jacobians, n_newton, n_events, n_restarts;
    double solver_s, step_error, max_residual;
} hys__tran_stats;
hys_status hys__circuit_tran(hys__circuit *circuit, const hys__tran_opts *opts, const hys__tran_sink *sink,
                             hys__tran_stats *stats);

/* ---- remarks: what was chosen for the user ---- */
size_t hys__circuit_n_remarks(const hys__circuit *circuit);
const char *hys__circuit_remark(const hys__circuit *circuit, size_t i);

#endif
