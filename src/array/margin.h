/* Read margins without wires, in closed form. */
#ifndef HYS_ARRAY_MARGIN_H
#define HYS_ARRAY_MARGIN_H
#include <hysteron/array.h>

/* Of n word lines and bit lines by the shape; the best resistor of a voltage read is sought as the solver's is. */
double hys__ideal_margin(const hys_margin_opts *opts, double n);
/* Bit lines of n word lines. */
double hys__margin_columns(const hys_margin_opts *opts, double n);
/* The largest n whose margin is enough; 0: none. */
double hys__ideal_largest(const hys_margin_opts *opts);

#endif
