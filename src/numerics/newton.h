/* Damped Newton iteration on hys__system, and the continuations that help where it fails alone.
 *
 * Steps are weighed by w_i = rtol |y_i| + abstol_i; a point is accepted when the last step is below 1 in
 * the largest weighed component.  Nothing here allocates after _new, and nothing reports: the caller
 * knows the names of the unknowns. */
#ifndef HYS_NUMERICS_NEWTON_H
#define HYS_NUMERICS_NEWTON_H
#include "numerics/lu.h"

typedef struct hys__newton_opts {
    double rtol;
    const double *abstol; /* [n] in the units of each unknown; borrowed */
    unsigned max_iter;
} hys__newton_opts;

typedef struct hys__newton_report {
    uint64_t n_iter, n_evals, n_jacobians; /* over the life of the solver */
    double residual;    /* of the last solve: worst residual against its tolerance, see hys__newton_residual */
    double step;        /* of the last solve: last step, weighed */
    size_t worst_row;   /* where residual or step is largest */
    bool is_singular;   /* the last solve ended at a singular Jacobian, worst_row has no pivot */
    bool is_nonfinite;  /* the last solve met values that are not finite wherever it stepped */
    const char *method; /* that found the last stationary point: "newton", "gmin stepping" ... */
} hys__newton_report;

typedef struct hys__newton hys__newton;
hys_status hys__newton_new(hys_ctx *ctx, const hys__system *system, const hys__newton_opts *opts, hys__newton **result);
void hys__newton_free(hys__newton *w);
/* Which unknowns are potentials [n], borrowed: a step taken against the test changes them only by so much. */
void hys__newton_set_nodes(hys__newton *w, const unsigned char *is_node);
const hys__newton_report *hys__newton_last(const hys__newton *w);

/* Where to solve: F(t, y, c (y - y_old)) + shift_i (y_i - anchor_i) = 0. */
typedef struct hys__newton_task {
    double t, c;
    const double *y_old;  /* [n]; may be NULL where c is 0 */
    const double *shift;  /* [n], NULL: none.  Needs the diagonal in the pattern */
    const double *anchor; /* [n], NULL: zero */
} hys__newton_task;

/* y [n] in: start, out: solution.  HYS_OK, HYS_NOCONV or HYS_SINGULAR; y then holds the last iterate. */
hys_status hys__newton_solve(hys__newton *w, const hys__newton_task *task, double *y);

/* The same for a task like the last one (same c, near y): the Jacobian of then is kept as long as it serves.
 * *has_jacobian: false where there is none, or it must not be used; says on return whether there is one. */
hys_status hys__newton_chord(hys__newton *w, const hys__newton_task *task, double *y, bool *has_jacobian);

/* Worst |F_i| / sum_j |J_ij| w_j: above 1, a change of the unknowns larger than their tolerance is
 * needed to mend row i.  Also sets residual and worst_row of the report. */
double hys__newton_residual(hys__newton *w, const hys__newton_task *task, const double *y);

/* Stationary point by Newton alone, then gmin stepping, source stepping, pseudo-transient; nodes that no
 * direct current reaches settle at 0 V. */
typedef struct hys__dc_opts {
    const unsigned char *is_node; /* [n] rows that balance currents: gmin acts there */
    double *source_scale;         /* multiplies every source, 1 on entry and on return; NULL: none */
    bool follows;                 /* y is the point before: where its branch ends, go where time would */
    double c;                     /* 1/s: y' = c (y - y_old) instead of 0, for the first instant of a transient */
    const double *y_old;          /* [n]; NULL where c is 0 */
} hys__dc_opts;
hys_status hys__dc_solve(hys__newton *newton, const hys__dc_opts *opts, double t, double *y);

#endif
