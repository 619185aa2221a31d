/* Crossbars of cells whose current is no multiple of their voltage.  The potentials make the co-content least,
 *
 *     Phi = sum over wires g dv^2 / 2 + sum over cells of the integral of I dv,
 *
 * which is convex where no cell's slope is negative: there is one solution. */
#ifndef HYS_ARRAY_DESCENT_H
#define HYS_ARRAY_DESCENT_H
#include "array/law.h"
#include "array/linear.h"

typedef struct hys__descent {
    hys_ctx *ctx;
    hys__arena arena;
    const hys__grid *grid;
    hys__linear *linear; /* its u and w hold the solution in the end */
    const hys__law *law;
    const double *cells;              /* [m n] S */
    const bool *is_stuck;             /* [m n], or NULL: cells that are resistors */
    double *u, *w, *next_u, *next_w;  /* [m n] V */
    double *current, *slope, *across; /* [m n] A, S, V: of the cells at the point last looked at */
    double *word_rest, *bit_rest;     /* [m n] A: that flows into the nodes there and not out */
    double content;                   /* W: Phi there */
    double norm, cell_norm;           /* A: of both rests, of the cells' currents */
    unsigned steps, iterations;       /* of Newton, of conjugate gradients in all of them */
    double relative_residual;         /* norm / |b| */
    double current_residual;          /* largest rest of a node / largest current of a cell */
} hys__descent;

hys_status hys__descent_new(hys_ctx *ctx, hys__linear *linear, hys__descent *s);
void hys__descent_free(hys__descent *s);
/* The ends' potentials are in b; its currents are not looked at. */
hys_status hys__descent_solve(hys__descent *s, const hys__linear_source *b, double tolerance);

#endif
