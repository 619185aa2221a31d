/* One run: bench, drive, what was recorded. */
#ifndef HYS_LAB_RUN_H
#define HYS_LAB_RUN_H
#include "lab/bench.h"

struct hys_run {
    hys_ctx *ctx;
    hys__arena arena;
    hys_table *table;
    hys_table *pulses;
    struct {
        hys_feature *at;
        size_t n, cap;
    } features;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
    hys_run_stats stats;
};

/* Where a run is while it goes on. */
typedef struct hys__runner {
    hys_run *run;
    hys__bench *bench;
    const hys__drive *drive;
    double *y, *yp;         /* [n] accepted */
    double *y_out, *yp_out; /* [n] scratch of interpolation */
    double *row;            /* of the table */
    size_t n_columns;
    bool has_vs;
    bool has_sense;   /* columns v_sense, i_sense */
    double max_step;  /* s, as asked by the user; inf: none */
    double draw_step; /* s; inf: no draws */
    uint64_t draw_interval;
    uint64_t cycle; /* of c2c spread */
    double source_sign;
} hys__runner;

hys_status hys__runner_new(hys_run *run, hys__bench *bench, const hys__drive *drive, hys__runner *runner);
/* What a row of the table is made from. */
typedef struct hys__row_from {
    const double *y, *yp;   /* [n]; yp NULL: stationary */
    const double *retained; /* [n_retained]; NULL: the accepted values */
} hys__row_from;
/* The row [n_columns] at local time t. */
void hys__runner_row(hys__runner *r, double t, const hys__row_from *from, double *row);
hys_status hys__runner_put(hys__runner *r, const double *row);
/* Both, with accepted retained values. */
hys_status hys__runner_record(hys__runner *r, double t, const double *y, const double *yp);
/* HYS_CANCEL when asked to end, HYS_LIMIT after too many steps; calls progress now and then. */
hys_status hys__runner_poll(hys__runner *r, double done, uint64_t n_steps);
/* Chooses the interval of draws; behind the operating point, which knows the file's bound_step. */
hys_status hys__runner_draws(hys__runner *r);
/* Local time of the end of the present draw interval; inf without draws.  next begins another. */
double hys__runner_draw_end(const hys__runner *r);
void hys__runner_draw_next(hys__runner *r);
/* Draws cycle-to-cycle spread where the source has changed its sign; true when parameters moved. */
bool hys__runner_reversal(hys__runner *r, double t);
hys_status hys__runner_finish(hys__runner *r, double t, const double *y);

/* The three ways to run. */
hys_status hys__run_ida(hys__runner *r);
hys_status hys__run_stepped(hys__runner *r);
hys_status hys__run_static(hys__runner *r);

/* A run along a drive of the caller's, without features. */
hys_status hys__run_drive(hys_ctx *ctx, const hys_model *model, const hys_bench_opts *opts, const hys__drive *drive,
                          hys_run **run);

hys_status hys__run_remark(hys_run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Features, in features_loop.c and features_pulse.c. */
typedef struct hys__loop_source { /* what is known of the source */
    enum { HYS__IMPOSED_UNKNOWN, HYS__IMPOSED_V, HYS__IMPOSED_I } imposed;
    bool is_static; /* the column time is no time */
} hys__loop_source;
hys_status hys__features_loop(hys_run *run, const hys_table *table, int32_t cycles, hys__loop_source source);
hys_status hys__features_pulse(hys_run *run, const hys_table *table, const hys__drive *drive);

#endif
