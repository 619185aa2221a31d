/* Products of matrices, by whatever BLAS the system has, which is loaded when a product is large enough to be worth it;
 * one thread, so that nothing depends on how many there are. */
#ifndef HYS_NUMERICS_BLAS_H
#define HYS_NUMERICS_BLAS_H
#include <stddef.h>

/* c [p n] = a [p m] b [m n], row by row. */
void hys__blas_multiply(size_t p, size_t m, size_t n, const double *a, const double *b, double *c);

#endif
