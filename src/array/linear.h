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
    /* Of array/sweep.h: a buffer a thread, sums and coarse fields of parts. */
    double *buffers, *sums, *coarse_parts;
    size_t buffer_size;
    double *block; /* all fields */
    size_t block_size;
    double *u, *w;            /* [m n] V: the solution, and where the next one starts */
    unsigned iterations;      /* of the last solution */
    double relative_residual; /* of the whole system, of the last solution */
    double source_norm;       /* A: |b| of it */
} hys__linear;

typedef struct hys__linear_source {
    /* Either the ends' potentials, of lines that are driven (NULL: all 0) ... */
    const double *left, *right, *top, *bottom; /* [m], [m], [n], [n] V */
    /* ... or any current into the nodes. */
    const double *word_in, *bit_in; /* [m n] A; NULL: none */
} hys__linear_source;

/* spacing 0: chosen by size and screening; cells are given later. */
hys_status hys__linear_new(hys_ctx *ctx, const hys__grid *grid, hys__linear *linear);
/* On so many threads, 0: as many as the context has. */
hys_status hys__linear_new_on(hys_ctx *ctx, const hys__grid *grid, unsigned n_threads, hys__linear *linear);
void hys__linear_free(hys__linear *linear);
/* After the grid's wires or grounds have changed; cells are given again. */
hys_status hys__linear_refill(hys__linear *linear);
/* cells [m n] must stay until the next call.  HYS_ARG where part of the network reaches no end. */
hys_status hys__linear_set_cells(hys__linear *linear, const double *cells);
/* tolerance: of the norm of the residual against that of the right side; where ends drive the network the potentials
 * also settle, to about the tolerance times the largest of the ends'. */
hys_status hys__linear_solve(hys__linear *linear, const hys__linear_source *source, double tolerance);
/* Says that numbers left the range of doubles: HYS_NOCONV. */
hys_status hys__linear_overflow(hys_ctx *ctx);
/* The same for those who can do with less: HYS_NOCONV without a word; how far it came is in relative_residual. */
hys_status hys__linear_approach(hys__linear *linear, const hys__linear_source *source, double tolerance);
/* Bytes that a network of this size takes, to be asked before anything is made. */
double hys__linear_size(size_t m, size_t n, unsigned n_threads);

#endif
