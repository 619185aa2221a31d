/* hysteron/circuit.h -- circuits: SPICE netlists in which devices are elements.
 *
 * hys_sim_run reads a netlist and carries out every analysis in it; hys_bifurcation follows an equilibrium and its
 * cycles in a parameter; hys_impedance looks into a port, or a device.  Numbers given as text carry units; a bare
 * number is SI. */
#ifndef HYSTERON_CIRCUIT_H
#define HYSTERON_CIRCUIT_H
#include <hysteron/table.h>
#include <stdbool.h>
HYS_DECLS_BEGIN

typedef struct hys_sim_opts {
    size_t size;
    const char *const *set; /* "NAME=VALUE": overrides .param */
    size_t n_set;
    const char *const *include_dirs;
    size_t n_include_dirs;
    const char *const *spread; /* "ELEMENT_OR_MODEL:NAME=lognormal 0.1" */
    size_t n_spread;
    const char *cache_dir; /* as in hys_model_opts */
    const char *temp;      /* "300K"; NULL: the netlist's */
    double rtol;           /* 0: the netlist's reltol, at most 1e-4 */
    uint64_t seed;
    bool has_seed;
    bool check_step; /* repeat transients at a tenth of the tolerance and report the difference */
    bool as_written; /* lift nothing in Verilog-A files */
    int (*progress)(void *user, const char *what, double done); /* nonzero cancels */
    void *progress_user;
    void (*message)(void *user, const char *text); /* $strobe and the like */
    void *message_user;
} hys_sim_opts;
hys_sim_opts hys_sim_opts_default(void);

typedef struct hys_sim hys_sim;
typedef struct hys_sim_result {
    const char *name;     /* "tran1": also the file's name; of .step and .mc runs one table with a column a parameter */
    const char *analysis; /* "tran" */
    const hys_table *table;
    const char *x;   /* the sweep's column */
    bool is_complex; /* columns come in pairs NAME.re, NAME.im */
    bool is_log;     /* the sweep is logarithmic */
    const char *method;
    uint64_t n_points, n_steps, n_rejected, n_evals, n_jacobians, n_newton;
    double solver_s;
    double step_error;       /* as written: estimated; else NaN */
    double check_difference; /* of check_step: largest difference relative to each column's range; else NaN */
} hys_sim_result;
typedef struct hys_sim_measure {
    const char *analysis, *name, *unit;
    double value;    /* NaN: failed */
    const char *why; /* it failed; "" if it did not */
    size_t run;      /* of .step and .mc; 0 without */
} hys_sim_measure;

/* Runs everything.  On failure what was finished is in *result all the same (NULL when nothing was). */
hys_status hys_sim_run(hys_ctx *ctx, const char *path, const hys_sim_opts *opts, hys_sim **result);
void hys_sim_free(hys_sim *sim);
const char *hys_sim_title(const hys_sim *sim);
size_t hys_sim_n_results(const hys_sim *sim);
const hys_sim_result *hys_sim_get_result(const hys_sim *sim, size_t i);
size_t hys_sim_n_measures(const hys_sim *sim);
const hys_sim_measure *hys_sim_get_measure(const hys_sim *sim, size_t i);
size_t hys_sim_n_remarks(const hys_sim *sim);
const char *hys_sim_remark(const hys_sim *sim, size_t i);
/* SPICE3 binary raw file of one or all results (plots one behind the other). */
hys_status hys_sim_write_raw(const hys_sim *sim, hys_ctx *ctx, const char *path);
/* One group a result, one dataset a column, units and provenance as attributes. */
hys_status hys_sim_write_hdf5(const hys_sim *sim, hys_ctx *ctx, const char *path);

/* ---- bifurcations ---- */
typedef struct hys_bifurcation_opts {
    size_t size;
    hys_sim_opts sim;
    const char *param, *from, *to; /* NAME: an element (its value), a .param, ELEMENT:PARAMETER */
    bool no_cycles;                /* equilibria only */
    double max_step;               /* part of the range, 0: 1/50 */
    double rtol;                   /* 0: 1e-9 */
} hys_bifurcation_opts;
hys_bifurcation_opts hys_bifurcation_opts_default(void);

typedef struct hys_bifurcation_point {
    const char *type; /* "hopf", "fold", "branch", "cycle-fold", "period-doubling", "torus", "homoclinic", "end" */
    double param;
    bool is_stable;   /* the equilibrium or cycle just before it (towards `from`) */
    double frequency; /* Hz of a Hopf point; 1/period of a cycle; else NaN */
    double lyapunov;  /* first Lyapunov coefficient of a Hopf point, 1/s of the normal form with |q| = 1; else NaN */
    const char *criticality; /* "supercritical", "subcritical", "" */
    const char *note;        /* what the user should know; "" */
    size_t branch;           /* as in the table */
} hys_bifurcation_point;

typedef struct hys_bifurcation hys_bifurcation;
hys_status hys_bifurcation_run(hys_ctx *ctx, const char *path, const hys_bifurcation_opts *opts,
                               hys_bifurcation **result);
void hys_bifurcation_free(hys_bifurcation *result);
size_t hys_bifurcation_n_points(const hys_bifurcation *result);
const hys_bifurcation_point *hys_bifurcation_get_point(const hys_bifurcation *result, size_t i);
/* branch (0: the equilibria from the operating point; then those that cross at branch points; then cycles, which have
 * a period), the parameter, is_stable, n_unstable, event (0 none, 1 fold, 2 branch, 3 hopf, 4 cycle-fold,
 * 5 period-doubling, 6 torus, 7 homoclinic), then of every unknown NAME.min and NAME.max (the same at an equilibrium),
 * period[s], multiplier: the size of the largest that is not trivial. */
const hys_table *hys_bifurcation_table(const hys_bifurcation *result);
size_t hys_bifurcation_n_remarks(const hys_bifurcation *result);
const char *hys_bifurcation_remark(const hys_bifurcation *result, size_t i);

/* ---- impedance ---- */
typedef struct hys_impedance_opts {
    size_t size;
    hys_sim_opts sim;
    const char *bias; /* "0.3V", "1mA"; NULL: as the netlist stands */
    const char *freq; /* "1mHz:1GHz[:points per decade]" */
    const char
        *port; /* netlists: "a,b" nodes or a source's name; NULL: the only V or I source with AC, else the first */
    const char *ports; /* devices: "p,n" */
    bool is_held;      /* states at their initial values instead of equilibrium */
    const double *f;   /* [n_f] Hz, rising: instead of freq; NULL: none */
    size_t n_f;
    const char *const *hold; /* devices: further terminals held at a potential, "gate=1V" */
    size_t n_hold;
} hys_impedance_opts;
hys_impedance_opts hys_impedance_opts_default(void);

typedef struct hys_circuit_element { /* of the equivalent circuit */
    const char *name, *kind;         /* "R1", "R", "C", "L" */
    double value;
    const char *unit, *place; /* "series", "branch 1" */
} hys_circuit_element;
typedef struct hys_impedance hys_impedance;
hys_status hys_impedance_run(hys_ctx *ctx, const char *path_or_device, const hys_impedance_opts *opts,
                             hys_impedance **result);
/* Of a measured spectrum, a table with columns f (or frequency), Z.re, Z.im: the equivalent circuit that needs the
 * fewest branches.  is_parallel: branches of R and L in parallel instead of R and C in series. */
hys_status hys_impedance_of_table(hys_ctx *ctx, const hys_table *spectrum, bool is_parallel, hys_impedance **result);
void hys_impedance_free(hys_impedance *result);
/* f[Hz],Z.re[ohm],Z.im[ohm],|Z|[ohm],phase[deg], fit.re and fit.im of the equivalent circuit, kk.re and kk.im, the
 * residuals of the Kramers-Kronig test against |Z|. */
const hys_table *hys_impedance_table(const hys_impedance *result);
size_t hys_impedance_n_elements(const hys_impedance *result);
const hys_circuit_element *hys_impedance_get_element(const hys_impedance *result, size_t i);
double hys_impedance_fit_error(const hys_impedance *result); /* largest |dZ| / |Z| */
/* The linear Kramers-Kronig test with the number of relaxations by Schoenleber's criterion. */
typedef struct hys_kramers_kronig {
    size_t n_relaxations;
    double mu;           /* 1 - negative against positive relaxations; ends the test below 0.85 */
    size_t n_criterion;  /* where mu ended it; fewer where these are too few: single arcs, loops, negative resistance */
    double largest, rms; /* of |dZ|/|Z|; of its real and imaginary parts */
    double at;           /* Hz, of the largest */
    const char *verdict; /* "pass" up to 1 %, "marginal" up to 5 %, "fail", "cannot be told": too few frequencies */
} hys_kramers_kronig;
const hys_kramers_kronig *hys_impedance_test(const hys_impedance *result);
double hys_impedance_kramers_kronig(const hys_impedance *result); /* its largest residual; NaN: too few frequencies */
size_t hys_impedance_n_remarks(const hys_impedance *result);
const char *hys_impedance_remark(const hys_impedance *result, size_t i);

/* ---- circuits fitted to measured impedance ---- */
typedef struct hys_lump_opts {
    size_t size;
    /* circuit = item { "-" item }    item = ELEMENT | "p(" circuit { "," circuit } ")"
     * "R0-p(R1,CPE1)-W1", as in impedance.py; elements: R C L CPE La W Wo Ws G K Zarc.  NULL: the one with the least
     * Bayesian information criterion of hys_lump_candidate. */
    const char *circuit;
    const char *const *fix; /* "R0=10ohm", "CPE1.n=0.9" */
    size_t n_fix;
    const char *const *negative; /* "R1": these parameters may be negative */
    size_t n_negative;
    double level;    /* of intervals; 0: 0.95 */
    bool is_uniform; /* all residuals weigh alike; else each against |Z| */
    uint64_t seed;
} hys_lump_opts;
hys_lump_opts hys_lump_opts_default(void);
typedef struct hys_lump_param {
    const char *name, *unit; /* "R1", "CPE1.Q", "CPE1.n" */
    double value, low, high; /* low, high: the interval; NaN: none */
    bool is_fixed, is_determined;
    const char *note; /* "" or what is to be known: what it trades off against */
} hys_lump_param;
typedef struct hys_lump_choice { /* a candidate that was fitted */
    const char *circuit;
    size_t n_params;
    double bic, rms;
    bool is_determined; /* all its parameters; others stand behind */
} hys_lump_choice;
typedef struct hys_lump_fit hys_lump_fit;
hys_status hys_lump_fit_table(hys_ctx *ctx, const hys_table *spectrum, const hys_lump_opts *given,
                              hys_lump_fit **result);
void hys_lump_fit_free(hys_lump_fit *fit);
const char *hys_lump_circuit(const hys_lump_fit *fit);
size_t hys_lump_n_params(const hys_lump_fit *fit);
const hys_lump_param *hys_lump_get_param(const hys_lump_fit *fit, size_t i);
double hys_lump_correlation(const hys_lump_fit *fit, size_t i, size_t j); /* NaN where one of them is fixed */
double hys_lump_rms(const hys_lump_fit *fit);                             /* of the parts of dZ/|Z| (uniform: ohm) */
double hys_lump_bic(const hys_lump_fit *fit);
size_t hys_lump_n_choices(const hys_lump_fit *fit); /* the best first; 0 where the circuit was given */
const hys_lump_choice *hys_lump_get_choice(const hys_lump_fit *fit, size_t i);
/* frequency, Z.re, Z.im, |Z|, phase, fit.re, fit.im, residual.re, residual.im: (Z - fit)/|Z|. */
const hys_table *hys_lump_table(const hys_lump_fit *fit);

HYS_DECLS_END
#endif
