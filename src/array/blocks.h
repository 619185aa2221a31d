/* The network of a crossbar whose cells have Jacobians that are not those of resistors: its product, and what
 * preconditions it.  Word lines and bit lines are eliminated in turn with each cell's own diagonal entries (block
 * Gauss-Seidel, forward and back), and between them what is common to both kinds of lines is taken from the coarse
 * space.  The rows of a cell's Jacobian add up to nothing, so the coarse matrix is that of the wires here too.  Of a
 * saturated transistor one entry is near 0: then the sweep back alone is nearly exact. */
#ifndef HYS_ARRAY_BLOCKS_H
#define HYS_ARRAY_BLOCKS_H
#include "array/cells.h"
#include "array/linear.h"

typedef struct hys__blocks {
    const hys__grid *grid;
    hys__linear *linear; /* its factor of bit lines is taken, and its coarse space */
    const hys__cell_answer *cells;
    hys__grid_factor words;
    double *word_diagonal, *bit_diagonal; /* [m n] S: the cells', not below a little */
    double *rest;                         /* [2 m n] A */
} hys__blocks;

/* All memory from the arena. */
hys_status hys__blocks_new(hys__arena *arena, hys__linear *linear, hys__blocks *blocks);
/* The cells must stay as long as products are asked for. */
hys_status hys__blocks_set(hys__blocks *blocks, const hys__cell_answer *cells);
/* x, y [2 m n]: word lines' nodes, bit lines' behind.  y <- A x */
void hys__blocks_apply(const hys__blocks *blocks, const double *x, double *y);
/* y <- about A^-1 x */
void hys__blocks_precondition(const hys__blocks *blocks, const double *x, double *y);

#endif
