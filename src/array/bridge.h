/* Shorts between neighbouring lines of one kind.  They add K = sum over bridges g b b^T to the network's matrix A, b
 * being 1 and -1 at a bridge's two nodes, so that
 *
 *     (A + K) x = f   where   A x = f - sum y b,   y = g b^T x:
 *
 * a solution of the network without them for each bridge, once, and two for each source (Woodbury). */
#ifndef HYS_ARRAY_BRIDGE_H
#define HYS_ARRAY_BRIDGE_H
#include "array/linear.h"

#define HYS__BRIDGES_MOST 256

typedef struct hys__bridge {
    bool is_word;
    size_t first, second; /* nodes, i n + j, of word lines or bit lines */
    double conductance;   /* S */
} hys__bridge;

typedef struct hys__bridges {
    hys__bridge *at;
    size_t n, cap;
    /* Of the network as it is; made when it is first solved. */
    hys_ctx *ctx;
    double *block;
    size_t block_size;
    double *factor;           /* [n n] Cholesky of 1/g + b^T A^-1 b, row by row */
    double *carried, *wrong;  /* [n] A: y, V: what it does not fit by */
    double *word_in, *bit_in; /* [m n] A */
    double relative_residual; /* of the last solution, of A + K */
    unsigned iterations;
} hys__bridges;

/* The bridges stay. */
void hys__bridges_forget(hys__bridges *bridges);
hys_status hys__bridges_solve(hys__bridges *bridges, hys__linear *linear, const hys__linear_source *source,
                              double tolerance);
/* Terminals' currents that are not those of the cells: between lines [m], [n]. */
void hys__bridges_add_currents(const hys__bridges *bridges, size_t n, const double *u, const double *w, double *words,
                               double *bits);
double hys__bridges_power(const hys__bridges *bridges, const double *u, const double *w); /* W */

#endif
