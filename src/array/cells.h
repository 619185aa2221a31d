/* The cells of a crossbar as kernels: a device at each crossing, alone or with what selects it, with its own states and
 * parameters.  The network sees two terminals a cell, one on the word line, one on the bit line; what lies between is
 * eliminated cell by cell. */
#ifndef HYS_ARRAY_CELLS_H
#define HYS_ARRAY_CELLS_H
#include "device/params.h"
#include <hysteron/array_device.h>

/* What cells answer to the potentials u and w of their terminals: all [m n]. */
typedef struct hys__cell_answer {
    double *into_word, *into_bit; /* A: into the cell from the node of the word line, of the bit line */
    double *word_word, *word_bit, *bit_word, *bit_bit; /* S: d into_word / du, / dw, d into_bit / du, / dw */
} hys__cell_answer;

/* What is done with the unknowns that have rates while the network is solved. */
typedef enum hys__cell_mode {
    HYS__CELLS_HELD, /* states keep their values, no charge flows: reads */
    HYS__CELLS_STEP, /* an implicit step from where the last accepted one ended */
} hys__cell_mode;

typedef struct hys__cells hys__cells;
hys_status hys__cells_new(hys_ctx *ctx, const hys_cell_opts *opts, size_t rows, size_t columns, hys__cells **result);
void hys__cells_free(hys__cells *cells);
size_t hys__cells_memory(const hys__cells *cells);
/* Evaluations on so many threads, 0: as many as the context has (the default); the same bits with any number. */
hys_status hys__cells_set_threads(hys__cells *cells, unsigned n_threads);

/* True where the current into one terminal always leaves through the other and depends on the difference of both alone:
 * the Jacobian of every cell is g [1 -1; -1 1].  Seen from the kernel's structure, and by probing. */
bool hys__cells_are_two_terminal(const hys__cells *cells);
/* Potential of the third terminal of each cell [m n] V; NULL: as before.  Not used where cells have none. */
void hys__cells_set_gates(hys__cells *cells, const double *gates);

/* A step of length h that starts from x_old = x_n + ahead (x - x_n), where x_n is what the step began with and x what
 * the last stage found; ahead 0: from x_n.  Stages of a singly diagonally implicit method are such steps.  time: at the
 * stage's end. */
typedef struct hys__cell_stage {
    hys__cell_mode mode;
    double time, h; /* s */
    double ahead;
} hys__cell_stage;
void hys__cells_begin(hys__cells *cells, const hys__cell_stage *stage);
/* HYS_NOCONV, without a word, where a cell's own equations have no solution there; *worst is that cell. */
hys_status hys__cells_evaluate(hys__cells *cells, const double *u, const double *w, const hys__cell_answer *answer,
                               size_t *worst);
/* The error of the stage just solved beside its tolerance, the largest over all cells and states: of a second stage, by
 * which the method and the one of order 1 embedded in it differ, |(x - x_old) - (x_old - x_n) / ahead|, over
 * reltol |x| + abstol; of a first stage all that it moved by, |x - x_n|. */
double hys__cells_change(const hys__cells *cells, double reltol);
/* The point last evaluated becomes the start of the next step: states, retained values, events, draws. */
hys_status hys__cells_accept(hys__cells *cells);
/* Back to where the step began. */
void hys__cells_reject(hys__cells *cells);
/* Longest next step that devices ask for, s; inf: none. */
double hys__cells_bound(const hys__cells *cells);

/* Sources of noise in each cell, at the point last evaluated: [n_sources m n].  What is inside is eliminated as small
 * signals see it, states held. */
typedef struct hys__cell_noise {
    size_t n_sources;
    double *into_word, *into_bit; /* A, into the cell, for one of the source */
    double *density;              /* A^2/Hz, at 1 Hz */
    double *exponent;             /* the density falls with this power of the frequency; 0: white */
} hys__cell_noise;
size_t hys__cells_n_noises(const hys__cells *cells);
double hys__cells_temp(const hys__cells *cells); /* K */
/* HYS_ARG, with a word, where a source drives a state. */
hys_status hys__cells_noise(hys__cells *cells, const hys__cell_noise *noise);

#endif
