/* A x = b where A may be singular and b none the less in its range: QR with column pivoting, unknowns with a small
 * pivot stay 0. */
#ifndef HYS_NUMERICS_RANK_SOLVE_H
#define HYS_NUMERICS_RANK_SOLVE_H
#include "base/memory.h"
#include "numerics/lapack.h"

typedef struct hys__rank {
    const hys__lapack *lapack;
    double *tau, *work;
    int *pivot, n_work; /* pivot [n]: of each column of R, the unknown, from 1 */
} hys__rank;

/* Room for up to n unknowns. */
bool hys__rank_room(hys__rank *r, hys__arena *arena, size_t n);
/* a [n n] by columns and b [n] are overwritten: b[k], k >= *rank, is then what no x can meet.  least: pivots below this
 * part of the larger of the first one and 1 are small.  False: a value is not finite. */
bool hys__rank_solve(hys__rank *r, size_t n, double *a, double *b, double least, double *x, size_t *rank);

#endif
