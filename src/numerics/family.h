/* A family of autonomous systems with one parameter, for continuation and bifurcations:
 *
 *     M y' + g(y; p) = 0     M constant, singular where equations are algebraic
 *
 * system.eval with yp NULL and c 0 writes g and dg/dy on the pattern; mass lies on the same pattern. */
#ifndef HYS_NUMERICS_FAMILY_H
#define HYS_NUMERICS_FAMILY_H
#include "numerics/system.h"

typedef struct hys__family {
    hys__system system;
    const double *mass;   /* [nnz]; refreshed by set_param where it depends on p */
    const double *abstol; /* [n] in the units of each unknown: what counts as zero */
    void *user;
    bool (*set_param)(void *user, double p); /* false: no such value */
} hys__family;

#endif
