/* Products of matrices, by whatever BLAS the system has, which is loaded when a product is large enough to be worth it;
 * one thread, so that nothing depends on how many there are. */
#ifndef HYS_NUMERICS_BLAS_H
#define HYS_NUMERICS_BLAS_H
#include <stdbool.h>
#include <stddef.h>

/* c [p n] = a [p m] b [m n], row by row. */
void hys__blas_multiply(size_t p, size_t m, size_t n, const double *a, const double *b, double *c);

/* For many products of floats, small ones as well.  Used by any number of threads at once. */
typedef struct hys__blas {
    void (*sgemm)(const char *transa, const char *transb, const int *m, const int *n, const int *k, const float *alpha,
                  const float *a, const int *lda, const float *b, const int *ldb, const float *beta, float *c,
                  const int *ldc, size_t, size_t); /* Fortran's; NULL: loops */
} hys__blas;
/* Finds a BLAS; without one, or zeroed, loops are used.  Nothing needs to be closed. */
void hys__blas_open(hys__blas *blas);

typedef struct hys__gemm {
    size_t m, n, k;
    bool a_transposed; /* a lies as [k m] */
    bool b_transposed; /* b lies as [n k] */
    bool adds;         /* to what c holds */
} hys__gemm;
/* c [m n] = (c +) a [m k] b [k n], row by row. */
void hys__blas_sgemm(const hys__blas *blas, const hys__gemm *shape, const float *a, const float *b, float *c);

#endif
