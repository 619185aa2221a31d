#include "numerics/blas.h"
#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

static const char *const names[] = {"libopenblas.so.0", "libblas.so.3", "libopenblas.so", "libblas.so"};

/* Fortran: by reference, columns first; hidden lengths of strings at the end. */
typedef void (*dgemm_fn)(const char *transa, const char *transb, const int *m, const int *n, const int *k,
                         const double *alpha, const double *a, const int *lda, const double *b, const int *ldb,
                         const double *beta, double *c, const int *ldc, size_t, size_t);

static void find(void *library, const char *name, void *function) {
    void *at = dlsym(library, name);
    memcpy(function, &at, sizeof at);
}

static dgemm_fn load(void) {
    dgemm_fn dgemm = NULL;
    for (size_t k = 0; k < sizeof names / sizeof *names && !dgemm; k++) {
        /* NODELETE: a BLAS with threads of its own does not bear being unloaded. */
        void *library = dlopen(names[k], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        if (!library) continue;
        void (*set_threads)(int) = NULL;
        find(library, "dgemm_", &dgemm);
        find(library, "openblas_set_num_threads", &set_threads);
        if (set_threads) set_threads(1);
    }
    return dgemm;
}

static void by_loops(size_t p, size_t m, size_t n, const double *a, const double *b, double *c) {
    memset(c, 0, p * n * sizeof *c);
    for (size_t k = 0; k < p; k++)
        for (size_t i = 0; i < m; i++) {
            const double factor = a[k * m + i];
            const double *restrict row = b + i * n;
            double *restrict out = c + k * n;
            for (size_t j = 0; j < n; j++) out[j] += factor * row[j];
        }
}

#define WORTH 4e6 /* products: loading takes about as long as loops need for so many */

void hys__blas_multiply(size_t p, size_t m, size_t n, const double *a, const double *b, double *c) {
    const double count = (double)p * (double)m * (double)n, one = 1, zero = 0;
    const bool fits = p <= INT_MAX && m <= INT_MAX && n <= INT_MAX;
    const dgemm_fn dgemm = fits && count >= WORTH ? load() : NULL;
    const int rows = (int)p, inner = (int)m, columns = (int)n;
    if (!dgemm) by_loops(p, m, n, a, b, c);
    else
        dgemm("N", "N", &columns, &rows, &inner, &one, b, &columns, a, &inner, &zero, c, &columns, (size_t)1,
              (size_t)1);
}
