/* LAPACK, loaded when it is first needed: with it comes whatever BLAS the system has, which would cost every command
 * tens of milliseconds at its start. */
#ifndef HYS_NUMERICS_LAPACK_H
#define HYS_NUMERICS_LAPACK_H
#include "base/diag.h"

/* Fortran: by reference, columns first; hidden lengths of strings at the end. */
typedef struct hys__lapack {
    void *library;
    void (*dgeev)(const char *jobvl, const char *jobvr, const int *n, double *a, const int *lda, double *wr, double *wi,
                  double *vl, const int *ldvl, double *vr, const int *ldvr, double *work, const int *lwork, int *info,
                  size_t, size_t);
    void (*dggev)(const char *jobvl, const char *jobvr, const int *n, double *a, const int *lda, double *b,
                  const int *ldb, double *alphar, double *alphai, double *beta, double *vl, const int *ldvl, double *vr,
                  const int *ldvr, double *work, const int *lwork, int *info, size_t, size_t);
    void (*dgeqp3)(const int *m, const int *n, double *a, const int *lda, int *jpvt, double *tau, double *work,
                   const int *lwork, int *info);
    void (*dormqr)(const char *side, const char *trans, const int *m, const int *n, const int *k, const double *a,
                   const int *lda, const double *tau, double *c, const int *ldc, double *work, const int *lwork,
                   int *info, size_t, size_t);
    void (*dgesv)(const int *n, const int *nrhs, double *a, const int *lda, int *ipiv, double *b, const int *ldb,
                  int *info);
} hys__lapack;

/* Reports where there is none. */
hys_status hys__lapack_open(hys_ctx *ctx, hys__lapack *lapack);
void hys__lapack_close(hys__lapack *lapack);

#endif
