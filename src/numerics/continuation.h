/* Equilibria of a family, followed in its parameter by pseudo-arclength steps (Keller 1977) through folds; where
 * eigenvalues cross the imaginary axis the point is located. */
#ifndef HYS_NUMERICS_CONTINUATION_H
#define HYS_NUMERICS_CONTINUATION_H
#include "numerics/eigen.h"

#define HYS__EVENT_LIST(X)                                                                                             \
    X(FOLD, "fold")                                                                                                    \
    X(BRANCH, "branch")                                                                                                \
    X(HOPF, "hopf")                                                                                                    \
    X(CYCLE_FOLD, "cycle-fold")                                                                                        \
    X(PERIOD_DOUBLING, "period-doubling")                                                                              \
    X(TORUS, "torus")                                                                                                  \
    X(HOMOCLINIC, "homoclinic")                                                                                        \
    X(END, "end")
#define HYS_X(name, text) HYS__EVENT_##name,
typedef enum hys__event_kind { HYS__EVENT_LIST(HYS_X) HYS__EVENT_N } hys__event_kind;
#undef HYS_X
const char *hys__event_name(hys__event_kind kind);

typedef struct hys__follow_opts {
    double from, to;
    double max_step;   /* part of the range |to - from|; 0: 1/50 */
    double rtol;       /* of each point; 0: 1e-9 */
    size_t max_points; /* 0: 2000 */
} hys__follow_opts;

typedef struct hys__equilibrium {
    double p;
    const double *y;              /* [n] */
    const double complex *lambda; /* 1/s, see hys__eigen_solve */
    size_t n_lambda, n_unstable;
} hys__equilibrium;

typedef struct hys__crossing {
    hys__event_kind kind;
    bool is_jump; /* no eigenvalue is on the axis: the Jacobian jumps, the equations have a kink */
    double p;
    const double *y;          /* [n] */
    size_t n_unstable_before; /* eigenvalues on the right just before */
    double omega;             /* rad/s; HOPF */
    const double complex *q;  /* [n], |q| = 1; HOPF */
    double lyapunov;          /* 1/s, see hys__first_lyapunov; NaN: could not be computed */
    double lyapunov_error;
    const double *other; /* [n + 1] BRANCH: the tangent (y, p) of the branch that crosses here; NULL: none is known */
} hys__crossing;

/* Nonzero stops. */
typedef struct hys__follow_sink {
    void *user;
    int (*point)(void *user, const hys__equilibrium *point);
    int (*crossing)(void *user, const hys__crossing *crossing);
} hys__follow_sink;

typedef struct hys__follow_report {
    const char *end; /* "end of the range", "back at the start of the range", "too many points", "no convergence" */
    double p;        /* of the last point */
    uint64_t n_points, n_rejected, n_evals;
} hys__follow_report;

/* y [n]: an equilibrium at `from`, to be improved.  HYS_NOCONV: the first point could not be found, or the branch was
 * lost; the points so far have been given out. */
hys_status hys__equilibria_follow(hys_ctx *ctx, const hys__family *family, const hys__follow_opts *opts,
                                  const double *y, const hys__follow_sink *sink, hys__follow_report *report);
/* The same from a branch point x [n + 1] (y, p) into the direction t [n + 1]; the first point lies a little behind it.
 * HYS_NOCONV with no points given out: there is no branch in that direction. */
hys_status hys__equilibria_branch(hys_ctx *ctx, const hys__family *family, const hys__follow_opts *opts,
                                  const double *x, const double *t, const hys__follow_sink *sink,
                                  hys__follow_report *report);

#endif
