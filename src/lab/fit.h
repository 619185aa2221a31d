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
#define HYS__FIT_DEPTH    12u /* halvings of a step */

typedef struct hys__fit_axis {
    uint32_t param; /* of the kernel */
    const char *name, *units;
    bool is_log;
    double sign;             /* of the value, where is_log */
    double lo, hi;           /* z: window of the global search */
    double hard_lo, hard_hi; /* z: allowed */
    double start;            /* z of the default */
} hys__fit_axis;

typedef struct hys__fit_curve {
    const char *name;
    size_t n;
    double *t, *v, *i; /* s, V, A */
    double range;      /* A: largest |i| */
    double weight;     /* square root of the weight */
    size_t n_rows;     /* of the table */
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
    uint64_t n_evaluations;
} hys__fit_sim;

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
    double *best;          /* u */
    double best_cost;
    double *equals; /* [n_equals][n] u: ends of other local searches, as good within the noise */
    size_t n_equals;
    hys_fit_param *params;
    double *correlation;
    hys_fit_stats stats;
    hys_table *table;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
};

hys_status hys__fit_remark(hys_fit *fit, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* fit_data.c: checks and resamples. */
hys_status hys__fit_read(hys_fit *fit, const hys_fit_data *data, size_t n_data);
/* The residual of point k for a current; 0 where it does not count. */
double hys__fit_residual(const hys_fit *fit, const hys__fit_curve *curve, size_t k, double current);

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
/* The current of a set at all points of a curve, [n]. */
bool hys__fit_sim_current(const hys_fit *fit, hys__fit_sim *sim, const hys__fit_level *level, const double *u,
                          double *current);

/* fit_search.c: differential evolution; population [*n][fit->n] sorted by cost, in the arena. */
hys_status hys__fit_search(hys_fit *fit, double **population, double **cost, size_t *n);

/* fit_local.c */
typedef struct hys__fit_work { /* of one local search */
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

/* fit_report.c */
hys_status hys__fit_report(hys_fit *fit, hys__fit_work *work);

#endif
