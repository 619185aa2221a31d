/* A netlist as text, its circuit, and what runs of it gave.  Every transient and operating point is checked for the
 * balance of power: the sum over all elements of v i is zero at every point (Tellegen). */
#ifndef HYS_TESTS_CIRCUIT_RIG_H
#define HYS_TESTS_CIRCUIT_RIG_H
#include "circuit/circuit.h"

typedef struct circuit_rig {
    hys_ctx *ctx;
    hys__arena *arena; /* the netlist knows its place */
    hys__flat *flat;
    hys__circuit *circuit;
    size_t n; /* unknowns */
    double *y;
    /* of the last transient */
    double *t, *rows; /* [n_points], [n_points * n] */
    size_t n_points, cap;
    hys__tran_stats stats;
    double worst_balance; /* |sum v i| / sum |v i| at its worst point */
    bool skips_balance;
} circuit_rig;

circuit_rig circuit_rig_open(const char *netlist);
/* The same where an error is expected: the first diagnostic, which must have that status. */
void circuit_rig_fails(const char *netlist, hys_status want, const char *words);
void circuit_rig_free(circuit_rig *r);
void circuit_rig_op(circuit_rig *r);
/* The first .tran of the netlist, at a relative tolerance (0: the default). */
void circuit_rig_tran(circuit_rig *r, double rtol);
/* Of the operating point; of the transient at time t, on the line between points. */
double circuit_rig_v(const circuit_rig *r, const char *node);
double circuit_rig_at(const circuit_rig *r, const char *node, double t);
/* The index of a node's potential, of an element's current. */
size_t circuit_rig_unknown(const circuit_rig *r, const char *node);
size_t circuit_rig_current(const circuit_rig *r, const char *elem);
double circuit_rig_value(const circuit_rig *r, size_t unknown, double t);
/* A probe of the operating point. */
double circuit_rig_i(const circuit_rig *r, const char *elem);

#endif
