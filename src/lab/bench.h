/* The measuring circuit around one device, as equations:
 *
 *     source (wave) -- series resistance -- limiter -- terminal `plus`, device, terminal `minus` at 0 V
 *
 * Other terminals are held at a potential or left open (current 0).  The unknowns y are those of the
 * device that are not prescribed; nodes that the device collapses are one.  The row of `plus` is
 *
 *     voltage source    v - vs + R i = 0  (R = 0), or  i - (vs - v) / R = 0
 *     current source    i - is = 0
 *     limiter active    i - i_limit = 0
 *
 * with i the current into the device, and into a capacitance beside it where the drive has one.  An ideal voltage
 * source prescribes v: there is no such row then. */
#ifndef HYS_LAB_BENCH_H
#define HYS_LAB_BENCH_H
#include "device/batch.h"
#include "device/outputs.h"
#include "device/params.h"
#include "lab/drive.h"
#include "numerics/consistent.h"
#include <hysteron/lab.h>

typedef enum hys__limiter { HYS__LIMIT_OFF, HYS__LIMIT_POS, HYS__LIMIT_NEG } hys__limiter;

typedef struct hys__history { /* of one absdelay */
    struct {
        double *at;
        size_t n, cap;
    } time, value;
    size_t hint;
} hys__history;

typedef struct hys__bench {
    hys_ctx *ctx;
    const hys_bench_opts *opts;
    hys_model *model;
    const hys_kernel *kernel;
    hys__arena arena;
    hys__batch *batch;
    hys__params *params;
    const hys__drive *drive;
    double rtol;
    double fine; /* tolerance of newton against the run's */

    uint32_t plus, minus; /* terminals */
    uint32_t sense;       /* a held terminal whose current is seen beside; HYS_NONE: none */
    double series;        /* ohm */
    double i_pos, i_neg;  /* A; inf: none */
    bool has_limit, is_ideal;
    hys__limiter limiter;

    size_t n;                       /* unknowns of the system */
    uint32_t *same_as;              /* [n_unknowns] representative after collapse; HYS_NONE: the reference node */
    int64_t *to_y;                  /* [n_unknowns] -1: prescribed */
    double *fixed;                  /* [n_unknowns] potential where prescribed (plus: see source) */
    uint32_t *from_y;               /* [n] the unknown that gives it its name; HYS_NONE: dummy */
    double *abstol;                 /* [n] */
    unsigned char *is_differential; /* [n] of the system in its present mode */
    unsigned char *is_node;         /* [n] rows that balance currents */
    hys__system system;
    int64_t *jac_at, *mass_at; /* [n_jac], [n_mass] place in the system's jac; -1: none */
    double *mass;              /* [n_mass] */
    bool current_has_rate;     /* the current into plus holds derivatives */
    unsigned char *is_open;    /* [n] terminals without a source */
    int64_t plus_y;            /* row and column of plus; -1: prescribed */
    int64_t plus_diagonal;
    int64_t current_y; /* unknown that is i_conducted, see add_current; -1: it follows from the others */
    int64_t *jac_i_at; /* [n_jac] place of d(current)/d(column) in its row; -1: none */
    int64_t current_diagonal;
    double *scratch; /* [n] */

    const hys__section *section;
    double origin;        /* s: absolute time of local time 0 */
    double section_start; /* s: local time at which the section starts */
    double source_scale;
    signed char *at_bound;  /* [n_unknowns] -1, 1: a clamped state rests at its lower, upper bound */
    bool is_holding;        /* rows of held states read y = held */
    unsigned char *is_held; /* [n] */
    double *held;           /* [n] */
    uint32_t *hold_row;     /* [n] the row that holding y[i] replaces: that of its derivative */

    double source, slope, i; /* of the last evaluation: V or A, its slope, current into the device */
    double i_sense;          /* A: current into the terminal `sense` */
    double i_conducted;      /* A: the part of i without derivatives */
    uint64_t n_evals;
    hys__history *history; /* [n_delays] */

    double bound_step, next_time; /* s, absolute; inf: none */
    bool is_finished;             /* $finish */
    bool wants_restart;           /* $discontinuity, or a message says so */
    hys_status effect_status;
    hys__outputs outputs; /* of $fopen */
    uint64_t n_events, n_jumps;

    hys__newton *newton;
    hys__consistent *consistent;
    bool is_index_1;
} hys__bench;

/* Reads the options and builds the circuit. The bench lives in one block of its own; _free undoes all. */
hys_status hys__bench_new(hys_ctx *ctx, hys_model *model, const hys_bench_opts *opts, const hys__drive *drive,
                          hys__bench **result);
void hys__bench_free(hys__bench *bench);

/* Enters a section at local time `at`. */
void hys__bench_section(hys__bench *bench, const hys__section *section, double at);
/* Makes `section`'s start the origin of local time. */
void hys__bench_origin(hys__bench *bench, const hys__section *section);
double hys__bench_value(const hys__bench *bench, double t); /* of the source at local time */

/* Spreads y over the kernel's unknowns at local time t. */
void hys__bench_scatter(hys__bench *bench, double t, const double *y);
bool hys__bench_eval(void *bench, const hys__point *at, double *f, double *jac);
/* Current into the device at a point; also fills the kernel's unknowns. */
double hys__bench_current(hys__bench *bench, double t, const double *y, const double *yp);
/* Reads mass, clamps anew: parameters have changed. */
void hys__bench_refresh(hys__bench *bench);
/* Marks which unknowns are differential in the present mode. */
void hys__bench_mark(hys__bench *bench);

/* Solves for algebraic unknowns and derivatives at local time t after something jumped; chooses the
 * limiter's mode.  time_scale in s. */
hys_status hys__bench_consistent(hys__bench *bench, double t, double time_scale, double *y, double *yp);
/* Over a jump of the equations, where no implicit step has a solution: an explicit step of length h along yp,
 * then consistent values behind it.  Counted; says nothing when it fails. */
hys_status hys__bench_jump(hys__bench *bench, double t, double h, double time_scale, double *y, double *yp);
/* Held operating point at the start: y, retained values, first accept. */
hys_status hys__bench_operate(hys__bench *bench, double *y);
/* A diagnostic for a failed solution: names time, unknown, residual. */
hys_status hys__bench_no_solution(hys__bench *bench, hys_status status, double t, const char *what);
const char *hys__bench_unknown(const hys__bench *bench, size_t i); /* name of y[i] */

/* Committing a point: runs accept with the events that fired (fired [n_events], NULL: none), moves retained
 * values, delays, bounds of the step.  *jumped: retained values of the device changed. */
hys_status hys__bench_accept(hys__bench *bench, double t, const double *y, const unsigned char *fired, bool *jumped);
/* Puts clamped states that have crossed a bound onto it and marks those that rest at one. */
void hys__bench_project(hys__bench *bench, double *y);
/* Root functions of the device [n_events] at a point. */
bool hys__bench_roots(hys__bench *bench, double t, const double *y, double *g);
/* The callback of effects, and text for it. */
void hys__bench_effect(void *user, hys_u32 effect, hys_u32 instance, const double *values, hys_u32 n_values);
/* Values of absdelay at local time t. */
void hys__bench_delays(hys__bench *bench, double t);
hys_status hys__bench_push_delays(hys__bench *bench, double t);
double hys__bench_least_delay(const hys__bench *bench);
/* With its parameters the module changes at ordinary accepted steps: it runs as written. */
bool hys__bench_is_stepped(const hys__bench *bench);

#endif
