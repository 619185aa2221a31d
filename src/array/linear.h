/* Linear solutions of a crossbar's network, to a residual that is measured, not assumed. */
#ifndef HYS_ARRAY_LINEAR_H
#define HYS_ARRAY_LINEAR_H
#include "array/coarse.h"

/* Works on one network with cells that may change: Newton steps, time steps, inputs. */
typedef struct hys__linear {
    hys_ctx *ctx;
    hys__arena arena;
    const hys__grid *grid;
    hys__grid_factor factor;
    hys__coarse coarse;
    bool has_coarse;
    double *residual, *direction, *image, *step; /* [m n] */
    double *coarse_field;
    double *u, *w;            /* [m n] V: the solution, and where the next one starts */
    unsigned iterations;      /* of the last solution */
    double relative_residual; /* of the whole system, of the last solution */
} hys__linear;

typedef struct hys__linear_source {
    /* Either the ends' potentials, of lines that are driven (NULL: all 0) ... */
    const double *left, *right, *top, *bottom; /* [m], [m], [n], [n] V */
    /* ... or any current into the nodes. */
    const double *word_in, *bit_in; /* [m n] A; NULL: none */
} hys__linear_source;

/* spacing 0: chosen by size and screening; cells are given later. */
hys_status hys__linear_new(hys_ctx *ctx, const hys__grid *grid, hys__linear *linear);
void hys__linear_free(hys__linear *linear);
/* cells [m n] must stay until the next call.  HYS_ARG where part of the network reaches no end. */
hys_status hys__linear_set_cells(hys__linear *linear, const double *cells);
/* tolerance: of the norm of the residual against that of the right side. */
hys_status hys__linear_solve(hys__linear *linear, const hys__linear_source *source, double tolerance);
/* The same for those who can do with less: HYS_NOCONV without a word; how far it came is in relative_residual. */
hys_status hys__linear_approach(hys__linear *linear, const hys__linear_source *source, double tolerance);
/* Bytes that a network of this size takes, to be asked before anything is made. */
double hys__linear_size(size_t m, size_t n);

#endif
