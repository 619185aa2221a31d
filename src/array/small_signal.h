/* Small signals about the last solution, for who solves for more than one. */
#ifndef HYS_ARRAY_SMALL_SIGNAL_H
#define HYS_ARRAY_SMALL_SIGNAL_H
#include "array/array_impl.h"

typedef struct hys__signal {
    hys_array *a;
    hys__general *s;
    hys__arena arena;
    hys__blocks blocks;
    hys__gmres gmres;
    double word, bit; /* S: w C of a node */
    size_t pair;      /* 2 m n */
    double *b, *x;    /* [4 m n]: real parts of word lines' and of bit lines' nodes, then imaginary ones */
} hys__signal;

/* Looks at the cells there.  hys__signal_end in any case. */
hys_status hys__signal_begin(hys_array *array, hys__signal *g);
void hys__signal_end(hys__signal *g);
/* From the network to its transpose, and back: word lines and bit lines of each cell's Jacobian change places. */
void hys__signal_turn(hys__signal *g);
/* Potentials, into x, for so many V at the terminals; NULL: 0. */
hys_status hys__signal_solve(hys__signal *g, double frequency, const double *words, const double *bits);
/* Real and imaginary parts in turn, A: into word lines [2 word lines], out of bit lines [2 columns]. */
void hys__signal_sum(const hys__signal *g, double *words, double *bits);

#endif
