/* The inside of hys_sim: a netlist's analyses carried out, for one set of parameters or for many.
 *
 * One analysis is one file and one row of hys__sim_analyses.  A run is one pass over all analyses with one set of
 * .step values and one draw of .mc; runs share nothing, so that they can go on at the same time and in any order. */
#ifndef HYS_CIRCUIT_SIM_H
#define HYS_CIRCUIT_SIM_H
#include "circuit/circuit.h"
#include <hysteron/circuit.h>

struct hys_sim {
    hys_ctx *ctx;
    hys__guard guard;
    hys__arena arena;
    const char *title;
    struct {
        hys_sim_result *at;
        size_t n, cap;
    } results;
    struct {
        hys_sim_measure *at;
        size_t n, cap;
    } measures;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
};

typedef struct hys__sim_output { /* of an analysis in one run */
    hys_sim_result result;
    hys_table *table; /* of the run's context */
} hys__sim_output;

#define HYS__SIM_MORE_MAX 2

/* What an analysis works on. */
typedef struct hys__sim_task {
    hys_ctx *ctx;
    hys__arena *arena;
    const hys_sim_opts *opts;
    hys__flat *flat;
    hys__circuit *circuit;
    const hys__analysis *analysis;
    hys_table *table;
    hys_sim_result *result;
    const hys__probe *probes; /* columns behind the sweep's, hidden ones (for .meas) last */
    size_t n_probes, n_hidden;
    double *row;                             /* [1 or 2 + n_probes, twice where complex] */
    hys__sim_output more[HYS__SIM_MORE_MAX]; /* tables beside the first: NAME_harmonics */
    size_t n_more;
} hys__sim_task;

typedef struct hys__sim_analysis {
    const char *name; /* "tran" */
    bool is_complex;
    bool has_probes; /* columns are the probes; else the analysis makes its own */
    hys_status (*run)(hys__sim_task *task);
} hys__sim_analysis;
extern const hys__sim_analysis hys__sim_analyses[HYS__AN_N_KINDS];

hys_status hys__sim_op(hys__sim_task *task);
hys_status hys__sim_dc(hys__sim_task *task);
/* The same by pseudo-arclength continuation from y, the solution at the first of the n values. */
hys_status hys__sim_dc_follow(hys__sim_task *task, const double *at, size_t n, const double *y);
hys_status hys__sim_tran(hys__sim_task *task);
hys_status hys__sim_ac(hys__sim_task *task);
hys_status hys__sim_noise(hys__sim_task *task);
hys_status hys__sim_tf(hys__sim_task *task);
hys_status hys__sim_sens(hys__sim_task *task);
hys_status hys__sim_sens_ac(hys__sim_task *task);
/* What a sensitivity is asked for: elements with a value, parameters of the top. */
hys_status hys__sens_targets(hys__sim_task *task, hys__target **targets, size_t *n);
hys_status hys__sim_pz(hys__sim_task *task);
hys_status hys__sim_pss(hys__sim_task *task);

/* ---- for the analyses ---- */
/* Adds the columns of the probes behind those that are there, NAME or NAME.re and NAME.im. */
hys_status hys__sim_columns(hys__sim_task *task);
/* A further table of the analysis, whose name ends in `suffix`. */
hys_status hys__sim_more(hys__sim_task *task, const char *suffix, hys_table **table);
/* Puts the probes' values behind the first n values of task->row, and the row into the table. */
hys_status hys__sim_row(hys__sim_task *task, size_t n, double t, const double *y, const double *yp);
/* The points of a grid, in the arena. */
hys_status hys__sim_grid(hys__sim_task *task, const hys__grid *grid, double **at, size_t *n);
/* A solved operating point, in the arena. */
hys_status hys__sim_operate(hys__sim_task *task, double **y);
/* Passes the part done on; false: stop. */
bool hys__sim_progress(hys__sim_task *task, double done);

/* Integral of a power law through two points: exact for white noise and for 1/f. */
double hys__noise_integral(double f0, double s0, double f1, double s1);

/* ---- .meas ---- */
typedef struct hys__meas hys__meas;
/* Reads a card; adds the probes that it needs to the task's hidden ones. */
hys_status hys__meas_read(hys__flat *flat, hys__arena *arena, const hys__measure *card, hys__meas **meas);
size_t hys__meas_n_probes(const hys__meas *meas);
const hys__probe *hys__meas_probe(const hys__meas *meas, size_t i);
const char *hys__meas_analysis(const hys__meas *meas);
/* On the n rows of the table; columns: of the probes, in their order.  earlier: measures of the
 * same run, by whose names PARAM knows them. */
void hys__meas_evaluate(const hys__meas *meas, const hys_table *table, size_t n, const size_t *columns,
                        const hys_sim_measure *earlier, size_t n_earlier, hys_sim_measure *result);

#endif
