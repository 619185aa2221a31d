/* Values of probes at a point. */
#ifndef HYS_CIRCUIT_PROBE_H
#define HYS_CIRCUIT_PROBE_H
#include "circuit/circuit_impl.h"

typedef struct hys__probe_at {
    double t;
    const double *y, *yp;  /* yp NULL: zero */
    const hys__expr *leaf; /* a potential or current of a formula that is given the value below; NULL: none */
    double leaf_value;
} hys__probe_at;

/* Whether @element[name] is anything. */
bool hys__probe_is_known(const hys__circuit *c, uint32_t elem, const char *name);
double hys__probe_value(hys__circuit *c, const hys__probe_at *at, const hys__probe *probe);
/* Into a terminal of an element; W into an element or all of a scope. */
double hys__probe_current(hys__circuit *c, const hys__probe_at *at, uint32_t elem, uint32_t terminal);
double hys__probe_power(hys__circuit *c, const hys__probe_at *at, uint32_t a, bool is_scope);

#endif
