/* Weights that only pulses change: cells by a device's tables, or by its own equations. */
#ifndef HYS_NETWORK_PULSED_H
#define HYS_NETWORK_PULSED_H
#include "base/random.h"
#include "network/weights.h"
#include "numerics/blas.h"
#include <hysteron/network_train.h>

enum { HYS__MOST_SLOTS = 31 };

/* ---- pulsed_cells.c: one array of cells ---- */

/* Of a table over x. */
typedef struct hys__steps {
    float mean[HYS_SYNAPSE_POINTS + 1], sd[HYS_SYNAPSE_POINTS + 1], energy[HYS_SYNAPSE_POINTS + 1];
} hys__steps;

typedef struct hys__pulse_tally { /* of some cells; added up in their order */
    double up, down, energy;
} hys__pulse_tally;

typedef struct hys__pulsed_cells {
    hys_ctx *ctx;
    size_t n;
    const hys_synapse_law *law;
    hys__steps up, down;
    float *x;          /* [n] 0..1: place in the window */
    uint32_t *pulses;  /* [n] so far: what its draws are keyed by */
    float *factor;     /* [n] of its steps; NULL: all alike */
    bool *is_stuck;    /* [n]; NULL: none */
    uint64_t key[2];   /* seed, which array */
    hys_cells *kernel; /* NULL: by the tables */
    int32_t *counts;   /* [n] kernel */
    double *g;         /* [n] kernel */
} hys__pulsed_cells;

typedef struct hys__pulsed_setup {
    const hys_synapse *synapse;
    hys_cells_kind kind;
    double stuck_on, stuck_off;
    uint64_t seed, array; /* array: tells cells of one from those of another */
} hys__pulsed_setup;
hys_status hys__pulsed_cells_init(hys_ctx *ctx, size_t n, const hys__pulsed_setup *setup, hys__pulsed_cells *cells);
void hys__pulsed_cells_free(hys__pulsed_cells *cells);
/* To x [n], with the error that programming leaves unless it is perfect. */
hys_status hys__pulsed_cells_program(hys__pulsed_cells *cells, const float *x, bool is_perfect);
/* One cell, so many pulses up or down at once: each takes the step at its start.  By the tables. */
void hys__pulsed_cell(hys__pulsed_cells *cells, size_t k, int count, hys__pulse_tally *tally);
/* All cells by counts, in their own equations. */
hys_status hys__pulsed_cells_apply(hys__pulsed_cells *cells, hys__pulse_tally *tally);
/* Of a pulse in the middle of the window: the mean of both directions' magnitudes, in x. */
double hys__pulsed_step(const hys_synapse_law *law);
/* Where a pulse up and one down change a cell by as much; 0.5 where there is no such place. */
double hys__pulsed_symmetry(const hys_synapse_law *law);

/* ---- pulsed.c: weights ---- */

typedef struct hys__pulsed {
    hys__weights base;
    hys_pulsed_opts opts;
    hys__team *team;
    hys__blas blas;
    hys__pulsed_cells plus, minus; /* minus: of pairs */
    bool has_pairs;
    double scale;     /* weight for a change of x by 1 */
    double reference; /* x of weight 0, without pairs */
    double step;      /* weight that a pulse in the middle changes */
    float *values;    /* [rows columns]: what is held */
    /* two arrays */
    hys__pulsed_cells fast;
    float *gradient; /* [rows columns]: what the fast array holds */
    double fast_reference;
    size_t next_row;                  /* to be transferred */
    uint64_t samples;                 /* so far */
    uint64_t calls;                   /* of update */
    double slots;                     /* of all trains so far, one after the other */
    double refreshed;                 /* pairs that were set back */
    hys__pulse_tally tally, *tallies; /* [chunks] */
    size_t n_chunks, rows_per_chunk;
    uint32_t *column_masks, *row_masks; /* of a batch */
    float *sums;                        /* [rows columns]: gradients of a batch so far */
    bool has_sums;
    size_t mask_room; /* samples */
} hys__pulsed;

extern const hys__weights_kind hys__pulsed_kind;
bool hys__network_is_pulsed(const hys_network *network, size_t k);
/* What cell (or cells) of weight k hold. */
float hys__pulsed_value(const hys__pulsed *p, size_t k);
/* Does work for each chunk of rows, in threads, and adds up what they tell. */
void hys__pulsed_chunks(hys__pulsed *p, hys__team_work work, void *data);
/* Weight k up or down by so many pulses. */
void hys__pulsed_move(hys__pulsed *p, size_t k, int count, hys__pulse_tally *tally);
/* Pairs that are full are set back, and programmed to their difference. */
hys_status hys__pulsed_refresh(hys__pulsed *p);
/* Kernel cells: what counts of plus (and minus) ask for. */
hys_status hys__pulsed_flush(hys__pulsed *p);

/* ---- pulsed_rules.c ---- */

typedef struct hys__pulsed_batch {
    size_t n;
    uint64_t first; /* sample, of all that were seen */
    double rate;
    const float *x, *dy; /* [n rows], [n columns] */
} hys__pulsed_batch;
typedef hys_status hys__pulsed_update(hys__pulsed *p, const hys__pulsed_batch *batch);
/* add: to the gradient of the batch, for what comes at its end */
hys__pulsed_update hys__pulsed_stochastic, hys__pulsed_add, hys__pulsed_two_arrays;
/* unit: of the gradient, for a pulse; 0: one pulse by its sign. */
hys_status hys__pulsed_by_gradient(hys__pulsed *p, double unit);

#endif
