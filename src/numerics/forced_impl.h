/* The inside of forced.c and forced_mesh.c. */
#ifndef HYS_NUMERICS_FORCED_IMPL_H
#define HYS_NUMERICS_FORCED_IMPL_H
#include "numerics/forced.h"
#include "numerics/lapack.h"
#include "numerics/rank_solve.h"

struct hys__forced {
    hys_ctx *ctx;
    const hys__family *family;
    hys__forced_opts opts;
    hys__arena arena, mesh_arena;
    hys__radau radau;
    hys__lapack lapack;
    hys__system stages; /* pattern of the four stages of one interval */
    hys__lu *lu;
    size_t n, m;                     /* unknowns; of these, with mass */
    size_t *massive;                 /* [m] */
    unsigned char *has_mass;         /* [n] */
    double *scale, *range;           /* [n] */
    double *values, *jac, *g, *rhs;  /* of one interval: stages, [4 nnz], [4 n], [4 n] */
    double *own;                     /* [8 n] */
    double *transfer, *chain, *next; /* [m m], in units of scale */
    double *gap, *start, *gap_next;  /* [m] */
    double *work, *columns;          /* of LAPACK, [m m] */
    hys__rank rank;
    hys__orbit orbit;
    double *dx;     /* [size] */
    double neutral; /* pivots below this part of the largest are neutral */
    hys__forced_report *report;
};

/* forced_mesh.c: a mesh for the samples, and the orbit on it; intervals cut where the error asks for it: *is_fine: it
 * does nowhere. */
hys_status hys__forced_start(hys__forced *f, const hys__samples *samples);
hys_status hys__forced_refine(hys__forced *f, bool *is_fine);

#endif
