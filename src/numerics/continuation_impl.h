/* The inside of the continuation of equilibria, for continuation.c and crossing.c. */
#ifndef HYS_NUMERICS_CONTINUATION_IMPL_H
#define HYS_NUMERICS_CONTINUATION_IMPL_H
#include "numerics/border.h"
#include "numerics/continuation.h"

typedef struct hys__station { /* a point of the branch, and what is known there */
    double *x, *t;            /* [n + 1] */
    double complex *lambda;   /* [n] */
    size_t n_lambda, n_unstable;
} hys__station;

typedef struct hys__walk {
    hys_ctx *ctx;
    const hys__family *family;
    hys__follow_opts opts;
    const hys__follow_sink *sink;
    hys__follow_report *report;
    hys__arena arena;
    hys__border *border;
    hys__eigen *eigen;
    size_t n;
    double *scale;                  /* [n] */
    double *g;                      /* [nnz] */
    double complex *q, *p;          /* [n] */
    double *other;                  /* [n + 1] see hys__crossing */
    hys__station last, next, trial; /* trial: of the location of crossings */
} hys__walk;

/* The point at arclength s from `from` along its tangent, and its tangent. */
hys_status hys__walk_reach(hys__walk *w, const hys__station *from, double s, hys__station *to, unsigned *n_iter);
/* Its eigenvalues. */
hys_status hys__walk_spectrum(hys__walk *w, hys__station *at);

/* branching.c: at a branch point, where eigenvalue `index` is zero, the tangent of the other branch, into w->other.
 * False: there is none that could be told. */
bool hys__walk_branch(hys__walk *w, const hys__station *at, size_t index);

/* Whether what happens between last and next (ds apart) can be told apart. */
bool hys__walk_is_clear(const hys__walk *w);
/* Locates and gives out what happens there.  HYS_DONE: the sink stops. */
hys_status hys__walk_cross(hys__walk *w, double ds);

#endif
