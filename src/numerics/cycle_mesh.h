/* Meshes of periodic solutions: where the error is, and how to spread it evenly. */
#ifndef HYS_NUMERICS_CYCLE_MESH_H
#define HYS_NUMERICS_CYCLE_MESH_H
#include "numerics/collocation.h"

/* Least and largest value of each unknown over the cycle, between points too. */
void hys__orbit_range(const hys__orbit *o, const hys__radau *r, double *low, double *high);

/* monitor [n_int]: (|d5 y / ds5| / range)^(1/5), of the worst unknown of each interval; room [2 n n_int].  Returns the
 * error of interpolation in the worst interval, as a part of the range. */
double hys__mesh_monitor(const hys__orbit *o, const hys__radau *r, const double *range, double *room, double *monitor);

/* Where the ends of n_new intervals that share the monitor's integral evenly lie on the old mesh: place[q] is the
 * number of an interval and the part of it, 2.25. */
void hys__mesh_spread(const hys__orbit *o, const double *monitor, size_t n_new, double *place);
/* The mesh at such places. */
void hys__mesh_take(const hys__orbit *o, const double *place, size_t n_new, double *mesh);

/* Values of the vector x on another mesh; T and p are copied. */
void hys__mesh_transfer(const hys__orbit *from, const hys__radau *r, const double *x, const hys__orbit *to, double *y);

#endif
