/* The inside of a fit.
 *
 * A free parameter is an axis with the coordinate z: its value, or the logarithm of its size where the range has one
 * sign.  The searches work in u = (z - lo) / (hi - lo), which is 0..1 within the window of the global one.  Many sets
 * of parameters are integrated side by side, as the instances of one batch. */
#ifndef HYS_LAB_FIT_H
#define HYS_LAB_FIT_H
#include "device/batch.h"
#include "device/params.h"
#include <hysteron/fit.h>

#define HYS__FIT_LANES    32u /* sets of parameters integrated at a time */
#define HYS__FIT_MOST     30u /* free parameters: one batch holds all columns of the sensitivity */
#define HYS__FIT_COARSE   500u
#define HYS__FIT_MIDDLE   2000u
#define HYS__FIT_SUB_MOST 8u
#define HYS__FIT_DEPTH    12u        /* halvings of a step */
#define HYS__FIT_SERIES   UINT32_MAX /* the param of the series resistance */

typedef struct hys__fit_axis {
    uint32_t param; /* of the kernel, or HYS__FIT_SERIES */
    const char *name, *units;
    bool is_log;
    double sign;             /* of the value, where is_log */
    double lo, hi;           /* z: window of the global search */
    double hard_lo, hard_hi; /* z: allowed */
    double start;            /* z of the default */
} hys__fit_axis;

/* What is between the source and the device. */
typedef struct hys__fit_drive {
    bool is_current; /* the source drives current */
    bool is_line;    /* the device is not at the source's voltage */
    double limit[2]; /* A: of |i| for i > 0 and i < 0; infinite: none */
    double range;    /* V: largest |v| */
} hys__fit_drive;

typedef struct hys__fit_curve {
    const char *name;
    size_t n;
    double *t, *v, *i; /* s, V, A */
    double *x, *y;     /* of v and i, what drives and what is compared */
    double range;      /* largest |y| */
    double temp;       /* K */
    hys__fit_drive drive;
    double weight; /* square root of the weight */
    size_t n_rows; /* of the table */
    /* Cross-validation: the fold of each point, NULL: all count; points of `fold` alone count, or all but those. */
    const unsigned char *folds;
    unsigned fold;
    bool is_left_out;
} hys__fit_curve;

/* The curves at one resolution. */
typedef struct hys__fit_level {
    const hys__fit_curve *curves;
    size_t n_curves, n_points;
    unsigned n_sub; /* steps from point to point */
} hys__fit_level;

/* A step that is taken again in halves. */
typedef struct hys__fit_save {
    double **x0, **x1, *i; /* [n_unknowns][lanes] before and behind, [lanes] */
} hys__fit_save;

/* What integrates sets of parameters; one a thread. */
typedef struct hys__fit_sim {
    hys__batch *batch;
    hys__params *params;
    double **x_start, **x_old; /* [n_unknowns][lanes] */
    double **i, **g;
    hys__fit_save saves[HYS__FIT_DEPTH];
    double *ok, *base;
    void *block;
    size_t block_size;
    bool is_dead[HYS__FIT_LANES];
    double series[HYS__FIT_LANES]; /* ohm */
    hys__fit_drive drive;          /* of the curve that runs */
    hys__fit_save solved;          /* behind the load line: x0, i */
    uint64_t n_evaluations;
    uint64_t n_steps, most_steps; /* of the batch that runs */
} hys__fit_sim;

/* What the residuals are worth. */
typedef struct hys__fit_noise {
    double memory;    /* points that say as much as one of white noise: the integrated autocorrelation, 1 or more */
    double variance;  /* of a residual, times memory */
    double dof;       /* of the effective number of points */
    double n_counted; /* points with a residual */
} hys__fit_noise;

struct hys_fit {
    hys_ctx *ctx;
    const hys_model *model;
    hys_fit_opts opts;
    hys__arena arena;
    hys__fit_axis *axes;
    size_t n;
    hys__fit_level coarse, middle, fine; /* of the global search, of local ones, of the result */
    hys__fit_sim *sims;
    size_t n_sims;
    double floor_relative; /* of log |i| */
    double series;         /* ohm, where it is not free */
    bool has_series;       /* it is given, or free */
    double *best;          /* u */
    double best_cost;
    double *equals;      /* [n_equals][n] u: ends of other local searches, as good within the noise */
    double *equal_costs; /* [n_equals], above the best in standard deviations of white noise, squared */
    size_t n_equals;
    hys__fit_noise noise;
    hys_fit_param *params;
    double *correlation;
    hys_fit_stats stats;
    hys_table *table;
    double *blocks; /* [n_blocks] */
    size_t n_blocks;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
};

hys_fit_opts hys__fit_complete_opts(const hys_fit_opts *given);
hys_status hys__fit_remark(hys_fit *fit, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* fit_data.c: checks and resamples. */
hys_status hys__fit_read(hys_fit *fit, const hys_fit_data *data, size_t n_data);
/* The residual of point k for a current, or a voltage where current drives; 0 where it does not count. */
double hys__fit_residual(const hys_fit *fit, const hys__fit_curve *curve, size_t k, double value);

/* fit_space.c */
hys_status hys__fit_axes(hys_fit *fit);
double hys__fit_value(const hys__fit_axis *axis, double u);
double hys__fit_place(const hys__fit_axis *axis, double value);

/* fit_sim.c */
hys_status hys__fit_sim_new(hys_fit *fit, hys__fit_sim *sim);
void hys__fit_sim_free(hys_ctx *ctx, hys__fit_sim *sim);
/* The sum of squared residuals of n sets u [n][fit->n]; inf where there is no solution.  residuals: NULL, or
 * [n][n_points] */
void hys__fit_sim_run(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, size_t n, const double *u,
                      double *cost, double *residuals);
/* What is compared with y, of a set at all points, [n_points]. */
bool hys__fit_sim_values(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, const double *u,
                         double *value);

/* fit_line.c: a stage of length h, towards the source's voltage or current; marks the sets that did not converge, and
 * counts them. */
size_t hys__fit_line(hys__fit_sim *sim, size_t n, double h, double aim, double *const *x_old, bool *is_failed);

/* fit_search.c: differential evolution; population [*n][fit->n] sorted by cost, in the arena. */
hys_status hys__fit_search(hys_fit *fit, double **population, double **cost, size_t *n);

/* fit_local.c */
typedef struct hys__fit_work { /* of one local search */
    double decrease;           /* of the cost, relative, below which a search ends */
    size_t kept;               /* 1 + the axis that does not move; 0: all move */
    double *residuals;         /* [2 n + 1][n_points] */
    double *sets;              /* [2 n + 1][n] */
    double cost[HYS__FIT_LANES];
    double *a, *vectors, *values, *gradient, *scale;
    bool *is_fixed;
} hys__fit_work;
bool hys__fit_work_new(hys_fit *fit, hys__fit_work *work);
double hys__fit_end(const hys__fit_axis *axis, int side); /* u at which a search must stop */
/* From u [n] downhill, in place; the cost. */
double hys__fit_descend(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, unsigned most,
                        hys__fit_work *work, double *u);
/* Scaled normal matrix a = S J^T J S at u with s = 1/|J_j| (0: no effect), its eigenvalues and vectors. */
double hys__fit_normal(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, hys__fit_work *work,
                       const double *u, bool is_central);
void hys__fit_eigen(size_t n, double *a, double *values, double *vectors);

/* fit_spread.c: directions z [n][n], each a standard deviation of u; behind hys__fit_normal at u. */
typedef struct hys__fit_spread_from {
    const double *u;
    const bool *is_held; /* [n]: taken as known */
    double sigma;        /* of a residual */
} hys__fit_spread_from;
void hys__fit_spread(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, hys__fit_work *work,
                     const hys__fit_spread_from *from, double *z);
/* How far the best u moves where residuals change by delta [n_points]. */
void hys__fit_shift(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, hys__fit_work *work,
                    const hys__fit_spread_from *from, const double *z, const double *delta, double *shift);

/* fit_noise.c */
double hys__fit_memory(const hys__fit_level *level, const double *residuals);
void hys__fit_noise_of(const hys__fit_level *level, const double *residuals, size_t n_params, hys__fit_noise *noise);

/* fit_explore.c: sets that the data allow, wherever they lie. */
typedef struct hys__fit_explore_from {
    const hys__fit_level *level;
    const double *at, *z; /* the best; [n][n] see hys__fit_spread */
    double cost;          /* at it */
    double variance;      /* of a residual */
    double reach;         /* of costs that are kept, above that of the best */
} hys__fit_explore_from;
typedef struct hys__fit_cloud {
    double *u, *cost; /* [n][fit->n], [n] */
    size_t n;
} hys__fit_cloud;
hys_status hys__fit_explore(hys_fit *fit, const hys__fit_explore_from *from, hys__fit_cloud *cloud);

/* fit_profile.c: intervals by profile likelihood.  Behind hys__fit_spread. */
typedef struct hys__fit_profile {
    double lo, hi;               /* u */
    bool is_lo_open, is_hi_open; /* reached the end of what is searched: no limit there */
    double slope[HYS__FIT_MOST]; /* du of the others along the longer side, relative */
} hys__fit_profile;
typedef struct hys__fit_profile_from {
    const double *z;        /* [n][n] see hys__fit_spread */
    const bool *has_effect; /* [n] */
    double t, joint;        /* quantiles: of one parameter; of chi2 of all together */
    hys__fit_cloud *met;    /* grows: HYS__FIT_MET_MOST 2 n sets of room */
} hys__fit_profile_from;
#define HYS__FIT_MET_MOST 288u
/* better [n]: where the search came upon a lower cost, on *is_better. */
hys_status hys__fit_profiles(hys_fit *fit, hys__fit_work *works, const hys__fit_profile_from *from,
                             hys__fit_profile *profiles, double *better, bool *is_better);

/* fit_interval.c: fills params and correlation; residuals [n_points] of the best, which a search for intervals may
 * have improved. */
hys_status hys__fit_intervals(hys_fit *fit, hys__fit_work *works, double *residuals);

/* fit_cross.c: fills blocks. */
hys_status hys__fit_cross(hys_fit *fit, hys__fit_work *work);

/* fit_report.c */
hys_status hys__fit_report(hys_fit *fit, hys__fit_work *works);

#endif
