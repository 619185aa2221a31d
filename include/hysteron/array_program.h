/* hysteron/array_program.h -- programming crossbars of devices: pulses through the wires, verified by reads through the
 * wires, and what becomes of conductances afterwards.
 *
 * Voltages are those across the chosen cell, word line minus bit line. */
#ifndef HYSTERON_ARRAY_PROGRAM_H
#define HYSTERON_ARRAY_PROGRAM_H
#include <hysteron/array_device.h>
#include <hysteron/array_product.h>
HYS_DECLS_BEGIN

/* ---- write schemes: where the other lines are ---- */

#define HYS_WRITE_SCHEMES(X)                                                                                           \
    X(HALF, "half", "word line V/2, bit line -V/2, others 0 V: half-selected cells see V/2, all others 0 V")           \
    X(THIRD, "third", "word line V, bit line 0 V, other word lines V/3, other bit lines 2/3 V: all others see V/3")    \
    X(FLOAT, "float", "other lines are not connected: cells share what is left among them")                            \
    X(GROUND, "ground", "other lines at 0 V: the cells beside it on its word line see all of V")                       \
    X(GATE, "gate", "cells with a transistor: only gates of the chosen line are on, the others' bit lines at V")
#define HYS_X(id, name, what) HYS_WRITE_##id,
typedef enum hys_write_scheme { HYS_WRITE_SCHEMES(HYS_X) HYS_N_WRITE_SCHEMES } hys_write_scheme;
#undef HYS_X
const char *hys_write_scheme_name(hys_write_scheme scheme);
const char *hys_write_scheme_text(hys_write_scheme scheme);

typedef struct hys_write_gates {
    size_t size;
    hys_array_gates along;
    double read, off; /* V: of gates in reads; of those that are not chosen */
} hys_write_gates;

/* A pulse for cells of one word line. */
typedef struct hys_write {
    size_t size;
    hys_write_scheme scheme;
    size_t row;
    const size_t *columns;
    const double *voltages; /* [n] V: of one sign */
    size_t n;
    double width, rise;    /* s */
    double gate;           /* V: HYS_WRITE_GATE */
    hys_write_gates gates; /* HYS_WRITE_GATE */
    double read_voltage;   /* V: at which conductances are compared */
} hys_write;
typedef struct hys_write_report {
    size_t size;
    double time;                    /* s: with both edges */
    double energy, cell_energy;     /* J: from all terminals; of it in cells */
    double disturb;                 /* S: the most that a cell changed that was not chosen; signed */
    double relative_disturb;        /* the most against what the cell had; signed */
    size_t worst_row, worst_column; /* the cell of relative_disturb */
} hys_write_report;
/* change [rows columns] S of every cell's own conductance; may be NULL. */
hys_status hys_array_write(hys_array *array, const hys_write *given, const hys_array_run_opts *run, double *change,
                           hys_write_report *report);

/* ---- strategies ---- */

typedef struct hys_program_strategy {
    const char *name;   /* "ispva" */
    const char *what;   /* in one sentence */
    const char *params; /* options that matter to it */
    const char *source;
} hys_program_strategy;
size_t hys_program_n_strategies(void);
const hys_program_strategy *hys_program_get_strategy(size_t k);

typedef struct hys_program_opts {
    size_t size;
    const char *strategy;
    hys_write_scheme scheme;
    bool in_rows; /* all cells of a word line that need pulses of the same sign, width and gate at once */
    /* pulses */
    double set, set_step, set_limit;       /* V: raises the conductance; first, added, largest; any sign */
    double reset, reset_step, reset_limit; /* V: lowers it; steps are magnitudes */
    double width, rise;                    /* s */
    double growth, width_limit;            /* factor from pulse to pulse; s */
    double gate, gate_step, gate_limit;    /* V */
    hys_write_gates gates;
    /* verification */
    double read_voltage, read_time; /* V, s: of one read */
    double read_noise;              /* standard deviation of one read, of the conductance */
    size_t reads;                   /* averaged */
    bool reads_disturb;             /* cells see the read voltage for that time; otherwise reads hold their states */
    double tolerance;               /* of the target; or: */
    double tolerance_S;             /* S; the larger of both holds */
    double accept;                  /* pulses end within this part of it, so that little moves a cell out of it again */
    size_t most_pulses;             /* of a cell in a round */
    size_t rounds;                  /* 0: as the strategy has them */
    double wait;                    /* s: before what was reached is verified again */
    double endurance;               /* pulses that a cell survives; 0: not known */
    uint64_t seed;
    const hys_cell_opts *cell; /* what the strategy "model" predicts with: the array's cells without their spread */
    const hys_array_run_opts *run;
    int (*progress)(void *user, double done); /* other than 0: HYS_CANCEL */
    void *progress_user;
} hys_program_opts;
/* ispva, V/2, pulses of 1 us with edges of 1 ns, 0.1 V reads of 1 us, 2 %, 200 pulses. */
hys_program_opts hys_program_opts_default(void);

#define HYS_PROGRAM_OUTCOMES(X)                                                                                        \
    X(REACHED, "reached", "within the tolerance, at the end as well")                                                  \
    X(IDLE, "not asked for", "the target is not a number")                                                             \
    X(PULSES, "out of pulses", "still not there after most_pulses")                                                    \
    X(LIMIT, "at the limit", "the largest pulses do not move it far enough")                                           \
    X(STUCK, "stuck", "no pulse moved it at all")                                                                      \
    X(LEFT, "left again", "it was reached, but not there any more in the last verification")
#define HYS_X(id, name, what) HYS_PROGRAM_##id,
typedef enum hys_program_outcome { HYS_PROGRAM_OUTCOMES(HYS_X) HYS_N_PROGRAM_OUTCOMES } hys_program_outcome;
#undef HYS_X
const char *hys_program_outcome_name(hys_program_outcome outcome);
const char *hys_program_outcome_text(hys_program_outcome outcome);

typedef struct hys_program_cell {
    hys_program_outcome outcome;
    double target;       /* S */
    double start;        /* S: before, alone */
    double read;         /* S: as last verified, through the wires */
    double alone;        /* S: at the end, by a perfect reader at the cell */
    double energy;       /* J: of the pulses that were meant for it */
    double disturb;      /* S: what pulses for other cells changed */
    size_t sets, resets; /* pulses */
} hys_program_cell;

typedef struct hys_program_report {
    size_t size;
    size_t n_cells, n_reached;         /* asked for; within the tolerance at the end */
    size_t pulses, most_pulses, reads; /* of all cells; of one cell; of cells */
    size_t rounds;
    double rms, worst;       /* S: read - target of cells asked for */
    double time;             /* s: pulses and reads as they were given, without waiting */
    double time_serial;      /* s: one cell after the other */
    double waited;           /* s */
    double energy;           /* J: of pulses, from all terminals */
    double read_energy;      /* J */
    double disturb;          /* S: the most that pulses for others changed a cell in all */
    double relative_disturb; /* the most against what it had at the start; signed */
    double endurance_used;   /* of the cell with most pulses, if a stated endurance */
    size_t worst_cell;       /* row columns + column */
    size_t worst_disturb;    /* row columns + column */
} hys_program_report;

/* targets [rows columns] S; NaN: the cell is left as it is.  cells [rows columns].  HYS_OK also where cells are not
 * reached: cells and report name them. */
hys_status hys_array_program(hys_array *array, const double *targets, const hys_program_opts *opts,
                             hys_program_cell *cells, hys_program_report *report);
/* Cells that were not reached, the farthest first: so many of n, row columns + column in at [n]. */
size_t hys_program_failures(const hys_program_cell *cells, size_t n, size_t *at);

/* ---- one matrix on several arrays: each holds what those before it got wrong ---- */

/* With r_0 = A, array k holds r_k / s_k with s_k = max |r_k|, and what is read back of it is taken off:
 * r_(k+1) = r_k - s_k G_k.  Numbers from -1 to 1 lie between g_min and g_max. */
typedef struct hys_residual_step {
    double scale;     /* s_k, in units of A */
    double rms, most; /* of A - sum s_k G_k as read back, in units of the largest |A| */
    double true_rms;  /* of the same with what the arrays really hold */
    size_t n_failed;  /* cells that were not reached */
} hys_residual_step;
typedef struct hys_residual_opts {
    size_t size;
    double g_min, g_max; /* S */
    size_t reads;        /* averaged to read an array back */
    const hys_program_opts *program;
} hys_residual_opts;
/* values [rows columns]; steps [n]; sum [rows columns] what the arrays hold together, or NULL. */
hys_status hys_array_residual(hys_array *const *arrays, size_t n, const double *values, const hys_residual_opts *given,
                              hys_residual_step *steps, double *sum);

/* ---- afterwards ---- */

/* Devices relax by their own equations, all lines at 0 V.  Arrays of conductances follow G (1 + t/start)^-nu, nu drawn
 * cell by cell. */
typedef struct hys_retention_opts {
    size_t size;
    const double *times; /* s: since now, ascending */
    size_t n;
    double drift, drift_spread, start; /* exponent nu and its standard deviation; s */
    const char *cells;   /* instead of such a law: published statistics, a row of hys_product_cells; NULL: none */
    double g_max;        /* S: what they call the largest conductance; 0: as measured */
    double read_voltage; /* V */
    double read_noise;   /* of the conductance */
    double tolerance;    /* of the target */
    uint64_t seed;
    const hys_write_gates *gates; /* of cells with transistors; NULL: none */
    const hys_array_run_opts *run;
} hys_retention_opts;
hys_retention_opts hys_retention_opts_default(void);
typedef struct hys_retention_point {
    double time;            /* s */
    double mean, rms, most; /* S: of read - target; most: the largest magnitude */
    double ratio;           /* mean of read / target */
    double outside;         /* part of the cells beyond the tolerance */
} hys_retention_point;
/* targets [rows columns] S, NaN: not looked at; points [n]; g [n rows columns] S what is read, through the wires, or
 * NULL. */
hys_status hys_array_retention(hys_array *array, const double *targets, const hys_retention_opts *given,
                               hys_retention_point *points, double *g);

HYS_DECLS_END
#endif
