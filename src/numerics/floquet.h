/* Floquet multipliers of a periodic solution. */
#ifndef HYS_NUMERICS_FLOQUET_H
#define HYS_NUMERICS_FLOQUET_H
#include "numerics/collocation.h"
#include "numerics/complex.h"

typedef struct hys__floquet hys__floquet;
hys_status hys__floquet_new(hys_ctx *ctx, const hys__family *family, hys__floquet **result);
void hys__floquet_free(hys__floquet *f);
/* After hys__colloc_eval of the orbit.  multiplier [n]: the trivial one (nearest 1) first, then by size, largest first;
 * those that belong to algebraic equations are 0.  scale [n]: natural size of each unknown. */
hys_status hys__floquet_solve(hys__floquet *f, const hys__colloc *c, const hys__orbit *o, const double *scale,
                              double complex *multiplier);

#endif
