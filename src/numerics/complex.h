/* Complex numbers from their parts: clang has no CMPLX with the C library's header. */
#ifndef HYS_NUMERICS_COMPLEX_H
#define HYS_NUMERICS_COMPLEX_H
#include <complex.h>

#define HYS__COMPLEX(re, im) __builtin_complex((double)(re), (double)(im))

#endif
