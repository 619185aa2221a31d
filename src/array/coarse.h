/* The coarse space of a crossbar: potentials that are the same on word and bit line, and linear between nodes that lie
 * `spacing` crossings apart.  There no current flows through cells: P^T (L_w + L_b) P depends on the wires alone, is
 * factorised once, and serves any pattern of cells, Newton step and time step. */
#ifndef HYS_ARRAY_COARSE_H
#define HYS_ARRAY_COARSE_H
#include "array/band.h"
#include "array/grid.h"

/* Where a crossing lies: between a node and the next. */
typedef struct hys__place {
    size_t node;
    double part; /* of the way */
} hys__place;

typedef struct hys__coarse {
    size_t m, n; /* of the array */
    size_t spacing;
    size_t rows, columns;         /* of the coarse nodes */
    size_t down_step, along_step; /* between neighbours in the factor and in fields */
    hys__band factor;
    double *diagonal, *beside; /* [rows or columns, whichever is more] of one line */
    double *own, *next;        /* [the same and 1] weights of lines that are alike */
    double *segments;          /* [m] of a bit line */
    hys__place *down, *along;  /* [m], [n] */
} hys__coarse;

hys_status hys__coarse_new(hys__arena *arena, const hys__grid *grid, size_t spacing, hys__team *team,
                           hys__coarse *coarse);
/* Takes the grid's wires and grounds anew.  HYS_NOCONV: they lead nowhere. */
hys_status hys__coarse_refill(hys__coarse *coarse, const hys__grid *grid);
/* Bytes that it will take. */
double hys__coarse_size(size_t m, size_t n, size_t spacing);
/* x <- (P^T (L_w + L_b) P)^-1 x, of coarse nodes: row r, column k at r down_step + k along_step. */
void hys__coarse_solve(const hys__coarse *c, double *x);
#endif
