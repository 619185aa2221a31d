/* Crossbars some of whose wires have no resistance: a line, or a piece of it between cuts, is one node there.
 *
 * What is eliminated along such a line is the sum of its equations; what is found is one potential for all its nodes.
 * Its nodes keep currents that cancel along the line only, so residuals are those of the sums. */
#ifndef HYS_ARRAY_LUMPED_H
#define HYS_ARRAY_LUMPED_H
#include "array/linear.h"

/* hys__linear_solve of a grid with lumped lines. */
hys_status hys__lumped_solve(hys__linear *linear, const hys__linear_source *source, double tolerance);

#endif
