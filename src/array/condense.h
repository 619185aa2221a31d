/* What an array of resistors is for its terminals: the mutual conductances of word and bit lines, by elimination of all
 * nodes.
 *
 * The array is halved until single cells are left, and joined again: a part is known by the conductances between the
 * wires that were cut around it.  Nodes go from star to mesh, c_ab += c_sa c_sb / sum c_s, where nothing is subtracted,
 * so each number keeps its digits however far conductances lie apart.  It takes about 20 n^3
 * products and sums for n x n cells, as long as some ten solutions do. */
#ifndef HYS_ARRAY_CONDENSE_H
#define HYS_ARRAY_CONDENSE_H
#include "array/grid.h"

/* to [m n] S: what flows out of bit line j for a volt on word line i, all others at 0 V.  Of a grid without grounds
 * whose wires all have resistance.  The same bits with any number of threads. */
hys_status hys__condense(hys_ctx *ctx, const hys__grid *grid, const double *cells, unsigned n_threads, double *to);
/* Whether it takes less time than solving for one line after the other of the shorter side: not of long, narrow arrays,
 * whose mesh grows with the square of their length. */
bool hys__condense_is_best(size_t m, size_t n);
/* Whether the matrix takes less time, by whichever way, than solving for so many reads. */
bool hys__matrix_is_worth(size_t m, size_t n, size_t reads);

#endif
