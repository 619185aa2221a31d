/* Read margins without wires, in closed form. */
#ifndef HYS_ARRAY_MARGIN_H
#define HYS_ARRAY_MARGIN_H
#include <hysteron/array.h>

/* Of n x n cells; the best resistor of a voltage read is sought as the solver's is. */
double hys__ideal_margin(const hys_margin_opts *opts, double n);
/* The largest n whose margin is enough; 0: none. */
double hys__ideal_largest(const hys_margin_opts *opts);

#endif
