/* What a cell carries at a voltage across it: a conductance times a law that all cells share. */
#ifndef HYS_ARRAY_LAW_H
#define HYS_ARRAY_LAW_H
#include "base/memory.h"

/* Of a row of cells g [n] S at v [n] V. */
typedef struct hys__law_row {
    const double *g, *v;
    size_t n;
    double *current; /* A */
    double *slope;   /* S: dI/dV, positive where g is */
} hys__law_row;

typedef struct hys__law hys__law;
struct hys__law {
    /* Gives the sum of the cells' co-content, the integral of I from 0 to v, W. */
    double (*evaluate)(const hys__law *law, const hys__law_row *row);
    double k, scale; /* 1/V, V: of the hyperbolic sine */
};

/* I = g V sinh(k v) / sinh(k V), where k is such that I(V) / I(V/2) = ratio > 2. */
hys__law hys__law_sinh(double ratio, double voltage);

#endif
