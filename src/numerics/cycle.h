/* Limit cycles of a family: the branch that begins at a Hopf point, followed in the parameter by pseudo-arclength, with
 * its folds, period doublings and torus points; and single cycles from an orbit. */
#ifndef HYS_NUMERICS_CYCLE_H
#define HYS_NUMERICS_CYCLE_H
#include "numerics/collocation.h"
#include "numerics/continuation.h"

typedef struct hys__cycle_opts {
    double from, to;      /* the range of the parameter */
    double max_step;      /* 0: 0.1; of the branch, in natural sizes of its unknowns */
    double rtol;          /* of Newton's method; 0: 1e-9 */
    double error;         /* of interpolation that meshes aim at, as part of each unknown's range; 0: 1e-6 */
    size_t max_points;    /* 0: 1000 */
    size_t max_intervals; /* 0: 200 */
    double *effort;       /* counts, where not NULL, what is spent: see hys__colloc_effort */
    double max_effort;    /* after which a branch is left, a search given up (HYS_LIMIT) */
} hys__cycle_opts;

typedef struct hys__cycle_seed {
    double p;
    /* A Hopf point, or for hys__cycle_search an unstable equilibrium near one ... */
    double omega;            /* rad/s */
    const double *y;         /* [n] */
    const double complex *q; /* [n] */
    /* ... or, where not NULL, a cycle, to be followed towards larger p (+1) or smaller (-1). */
    const hys__orbit *orbit;
    int direction;
} hys__cycle_seed;

typedef struct hys__cycle {
    double p, period; /* s */
    const hys__orbit *orbit;
    const double *low, *high;         /* [n] */
    const double complex *multiplier; /* [n], see hys__floquet_solve */
    size_t n_unstable;
    bool is_trusted; /* the multipliers: the trivial one is near 1 */
    double error;    /* estimated: of interpolation, as part of the range */
    double step;     /* the last one of Newton's method, as part of each unknown's size */
} hys__cycle;

typedef struct hys__cycle_event {
    hys__event_kind kind;
    double p, period;
    size_t n_unstable_before;
    const double *low, *high; /* [n] of the cycle there */
} hys__cycle_event;

/* Nonzero stops. */
typedef struct hys__cycle_sink {
    void *user;
    int (*point)(void *user, const hys__cycle *point);
    int (*event)(void *user, const hys__cycle_event *event);
} hys__cycle_sink;

typedef enum hys__cycle_end {
    HYS__CYCLE_END_LOST,  /* no step converges */
    HYS__CYCLE_END_RANGE, /* the end, or the start, of the range */
    HYS__CYCLE_END_HOPF,  /* it shrinks to an equilibrium */
    HYS__CYCLE_END_HOMOCLINIC,
    HYS__CYCLE_END_CANARD, /* p stands still while the cycle changes its shape */
    HYS__CYCLE_END_POINTS,
    HYS__CYCLE_END_STOPPED
} hys__cycle_end;
typedef struct hys__cycle_report {
    hys__cycle_end end;
    double p, period;
    uint64_t n_points, n_rejected, n_evals;
    size_t max_intervals; /* of the finest mesh */
    double error;         /* largest of the points' */
} hys__cycle_report;

/* HYS_OK also where the branch was lost: report->end says so; the points so far have been given out. */
hys_status hys__cycles_follow(hys_ctx *ctx, const hys__family *family, const hys__cycle_opts *opts,
                              const hys__cycle_seed *seed, const hys__cycle_sink *sink, hys__cycle_report *report);

/* A cycle at p from samples of an orbit that has nearly settled: the last period of it is taken as the start.  One
 * point is given out.  HYS_NOCONV: the samples hold no period, or Newton's method fails. */
typedef struct hys__samples {
    size_t n_times;
    const double *t; /* [n_times], s, ascending */
    const double *y; /* [n_times n] */
} hys__samples;
/* Where the last period of samples begins and ends.  HYS_NOCONV: they hold none. */
hys_status hys__cycle_last_turn(hys_ctx *ctx, const hys__family *family, const hys__samples *samples, double *begin,
                                double *end);
hys_status hys__cycle_from_orbit(hys_ctx *ctx, const hys__family *family, const hys__cycle_opts *opts, double p,
                                 const hys__samples *samples, const hys__cycle_sink *sink);

/* Lets the system run from near the seed's equilibrium until it repeats itself: a stable cycle at the seed's p.  One
 * point is given out.  HYS_NOCONV: it comes to rest, or does not settle. */
hys_status hys__cycle_search(hys_ctx *ctx, const hys__family *family, const hys__cycle_opts *opts,
                             const hys__cycle_seed *seed, const hys__cycle_sink *sink);

/* The same from any point. */
typedef struct hys__cycle_start {
    double p;
    const double *y; /* [n] */
    double step;     /* s, the first */
} hys__cycle_start;
hys_status hys__cycle_run(hys_ctx *ctx, const hys__family *family, const hys__cycle_opts *opts,
                          const hys__cycle_start *start, const hys__cycle_sink *sink);

#endif
