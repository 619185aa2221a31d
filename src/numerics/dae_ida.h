/* SUNDIALS IDA (variable order and step, BDF) on hys__system: one step at a time, restarted where the caller
 * says that something jumped.  Roots of switching functions are located on IDA's interpolant. */
#ifndef HYS_NUMERICS_DAE_IDA_H
#define HYS_NUMERICS_DAE_IDA_H
#include "base/diag.h"
#include "numerics/system.h"

typedef struct hys__dae_opts {
    double rtol;
    const double *abstol;                 /* [n] in the units of each unknown; copied */
    const unsigned char *is_differential; /* [n] y' appears; copied */
    bool no_algebraic_test;               /* leave algebraic unknowns out of the error test (index 2) */
    bool max_norm; /* errors are judged by the worst unknown, not by the mean over all: in a large system most rest */
    bool has_free_jacobian; /* eval takes as long without the Jacobian: it is asked for, and used, every time */
    double jacobian_drift;  /* relative change of the step at which a new Jacobian is made; 0: 0.25, as IDA */
    size_t n_roots;
    const int *root_dir; /* [n_roots] +1 rising, -1 falling, 0 both; copied */
    /* Writes g [n_roots].  False: not finite. */
    bool (*roots)(void *user, double t, const double *y, const double *yp, double *g);
} hys__dae_opts;

typedef struct hys__dae_stats {
    uint64_t n_steps, n_rejected, n_evals, n_jacobians, n_newton, n_restarts;
} hys__dae_stats;

typedef struct hys__dae hys__dae;
hys_status hys__dae_new(hys_ctx *ctx, const hys__system *system, const hys__dae_opts *opts, hys__dae **result);
void hys__dae_free(hys__dae *dae);

/* Begins anew at t; y and yp must fulfil the equations.  first_step 0: chosen here. */
hys_status hys__dae_restart(hys__dae *dae, double t, const double *y, const double *yp, double first_step);
void hys__dae_set_max_step(hys__dae *dae, double max_step); /* s; 0: no bound */

typedef enum hys__dae_event { HYS__DAE_STEP, HYS__DAE_STOP, HYS__DAE_ROOT } hys__dae_event;
/* One step, not beyond t_stop (where it lands exactly).  HYS__DAE_ROOT: *t is where a root function
 * changed sign, hys__dae_root_info tells which.  No diagnostics: HYS_NOCONV says that the step became too
 * small, HYS_SINGULAR that the Jacobian is. */
hys_status hys__dae_step(hys__dae *dae, double t_stop, double *t, hys__dae_event *event);
const double *hys__dae_y(const hys__dae *dae); /* at the *t of the last step */
const double *hys__dae_yp(const hys__dae *dae);
const int *hys__dae_root_info(hys__dae *dae); /* [n_roots] +1, -1: crossed so; 0: not */
/* y and y' at a time within the last step. */
bool hys__dae_interpolate(hys__dae *dae, double t, double *y, double *yp);
double hys__dae_last_step(const hys__dae *dae); /* s */
/* Where the estimated error is largest against its tolerance: for reports. */
size_t hys__dae_worst(hys__dae *dae, double *ratio);
void hys__dae_statistics(hys__dae *dae, hys__dae_stats *stats); /* since _new */

#endif
