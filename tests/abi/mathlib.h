/* The functions of hys_kernel.h on arrays, as source text to be built for each width and instruction set. */
#ifndef HYS_TEST_ABI_MATHLIB_H
#define HYS_TEST_ABI_MATHLIB_H

/* clang-format does not come to rest on these lists. */
/* clang-format off */
#define MATHLIB_UNARY(X)                                                                                   \
    X(exp) X(expm1) X(log) X(log1p) X(log10) X(sin) X(cos) X(tan) X(asin) X(acos) X(atan) X(sinh) X(cosh)   \
    X(tanh) X(asinh) X(acosh) X(atanh) X(sqrt) X(floor) X(ceil) X(trunc) X(round) X(wrap32) X(abs) X(phi1)
#define MATHLIB_BINARY(X) X(pow) X(atan2) X(hypot) X(fmod) X(min) X(max) X(iand) X(ior) X(ixor) X(shl) X(shr) X(ashr)
/* clang-format on */

typedef void (*mathlib_unary)(double *y, const double *x, long n);
typedef void (*mathlib_binary)(double *y, const double *x, const double *z, long n);

/* Exports m_exp, m_pow ...  */
extern const char mathlib_source[];

#endif
