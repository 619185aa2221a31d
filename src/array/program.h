/* Programming: strategies that decide on the next pulse of a cell, and what gives pulses and reads to cells. */
#ifndef HYS_ARRAY_PROGRAM_H
#define HYS_ARRAY_PROGRAM_H
#include "base/memory.h"
#include <hysteron/array_program.h>

/* ---- cells that can be programmed: of an array, or of a test ---- */

typedef struct hys__shot {
    size_t row;
    const size_t *columns;
    const double *voltages; /* [n] V */
    size_t n;
    double width, gate; /* s, V */
} hys__shot;

typedef struct hys__guess { /* what a pulse would do to a cell */
    size_t cell;
    double voltage, width, gate; /* V, s, V */
} hys__guess;

typedef struct hys__target {
    hys_ctx *ctx;
    void *user;
    size_t rows, columns;
    /* energy: J, from all terminals */
    hys_status (*pulse)(void *user, const hys__shot *shot, double *energy);
    /* Conductances of a word line's cells, as a reader without noise has them: g [columns]. */
    hys_status (*read)(void *user, size_t row, double *g, double *power);
    hys_status (*look)(void *user, double *g); /* [rows columns]: each cell alone */
    hys_status (*wait)(void *user, double time);
    /* Conductance of a copy of the cell after the pulse; NULL: there is no model. */
    hys_status (*predict)(void *user, const hys__guess *guess, double *g);
} hys__target;

/* ---- a cell on its way ---- */

typedef struct hys__aim {
    size_t cell;
    double target, window; /* S */
    double now, before;    /* S: as read; before the last pulse */
    size_t pulses;         /* of this round */
    int direction;         /* 1: to be raised; -1; 0: no pulse yet */
    double amplitude;      /* V: magnitude of the last pulse */
    double width, gate;    /* s, V: of it */
    double low, high;      /* V: two-pulse, amplitudes known to be too small and too large */
    double gain;           /* model: what pulses do / what was predicted */
    double predicted;      /* S: by how much the last pulse was to move it */
    size_t at_limit;       /* pulses in a row that were the largest and did little */
    bool has_moved;
    bool is_reset; /* two-pulse: the last pulse was the RESET */
} hys__aim;

typedef struct hys__pulse {
    double voltage, width, gate; /* V, s, V */
} hys__pulse;

typedef struct hys__strategy {
    hys_program_strategy info;
    hys_status (*next)(const hys__target *on, const hys_program_opts *o, hys__aim *aim, hys__pulse *pulse);
    size_t rounds; /* where the options have none */
    bool needs_model, needs_steps, needs_gate_steps, needs_growth;
} hys__strategy;

extern const hys__strategy hys__strategies[];
extern const size_t hys__n_strategies;
const hys__strategy *hys__strategy_find(const char *name);

/* V: first and largest magnitude of pulses in a direction, with its sign. */
double hys__first_pulse(const hys_program_opts *o, int direction);
double hys__largest_pulse(const hys_program_opts *o, int direction);

/* Completed and checked, with a diagnostic. */
hys_status hys__program_opts_take(hys_ctx *ctx, const hys_program_opts *given, hys_program_opts *o);
/* cells [rows columns]. */
hys_status hys__program(const hys__target *on, const double *targets, const hys_program_opts *opts,
                        hys_program_cell *cells, hys_program_report *report);

/* Potentials of all lines under the scheme; lines that float are not connected by hys__write_float. */
void hys__write_levels(const hys_array *array, const hys_write *write, double *words, double *bits);
hys_status hys__write_float(hys_array *array, const hys_write *write, bool floats);

/* A target on an array; what it holds is freed by hys__array_target_free. */
typedef struct hys__array_target hys__array_target;
hys_status hys__array_target_new(hys_array *array, const hys_program_opts *o, hys__array_target **result,
                                 hys__target *target);
void hys__array_target_free(hys__array_target *target);

/* ---- residual programming ---- */

typedef struct hys__residual {
    hys_ctx *ctx;
    void *user;
    size_t n;            /* numbers */
    double g_min, g_max; /* S */
    /* Array k to these conductances [n]; back: as read, true: as they are; failed: cells that are not there. */
    hys_status (*write)(void *user, size_t k, const double *g, double *back, double *truth, size_t *failed);
} hys__residual;
hys_status hys__residual_run(const hys__residual *on, size_t n_arrays, const double *values, hys_residual_step *steps,
                             double *sum);

#endif
