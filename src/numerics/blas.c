#include "numerics/blas.h"
#include "base/clones.h"
#include <dlfcn.h>
#include <limits.h>
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

/* The library that has it; NULL: there is none. */
static void load(const char *name, void *function) {
    void *at = NULL;
    for (size_t k = 0; k < sizeof names / sizeof *names && !at; k++) {
        /* NODELETE: a BLAS with threads of its own does not bear being unloaded. */
        void *library = dlopen(names[k], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        if (!library) continue;
        void (*set_threads)(int) = NULL;
        find(library, name, &at);
        find(library, "openblas_set_num_threads", &set_threads);
        if (set_threads) set_threads(1);
    }
    memcpy(function, &at, sizeof at);
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
    dgemm_fn dgemm = NULL;
    if (fits && count >= WORTH) load("dgemm_", &dgemm);
    const int rows = (int)p, inner = (int)m, columns = (int)n;
    if (!dgemm) by_loops(p, m, n, a, b, c);
    else
        dgemm("N", "N", &columns, &rows, &inner, &one, b, &columns, a, &inner, &zero, c, &columns, (size_t)1,
              (size_t)1);
}

void hys__blas_open(hys__blas *blas) {
    load("sgemm_", &blas->sgemm);
}

/* ---- floats by loops: sums are taken in the same order on every processor ---- */

#define AT_ONCE 8 /* rows of c that share a row of b */

/* Rows of c with the rows of b that a's entries name; a_next, a_row: from one entry to the next, from row to row. */
HYS__CLONES static void add_rows(const hys__gemm *s, const float *a, size_t a_row, size_t a_next, const float *b,
                                 float *c) {
    for (size_t i0 = 0; i0 < s->m; i0 += AT_ONCE) {
        const size_t end = s->m - i0 < AT_ONCE ? s->m : i0 + AT_ONCE;
        for (size_t l = 0; l < s->k; l++)
            for (size_t i = i0; i < end; i++) {
                const float factor = a[i * a_row + l * a_next];
                const float *restrict row = b + l * s->n;
                float *restrict out = c + i * s->n;
                for (size_t j = 0; j < s->n; j++) out[j] += factor * row[j];
            }
    }
}

/* Rows of b lie as columns: dot products, WIDTH sums side by side. */
#define WIDTH 16
HYS__CLONES static void add_dots(const hys__gemm *s, const float *a, size_t a_row, size_t a_next, const float *b,
                                 float *c) {
    for (size_t i = 0; i < s->m; i++)
        for (size_t j = 0; j < s->n; j++) {
            const float *x = a + i * a_row, *restrict y = b + j * s->k;
            float sums[WIDTH] = {0}, sum = 0;
            size_t l = 0;
            for (; l + WIDTH <= s->k; l += WIDTH)
                for (size_t r = 0; r < WIDTH; r++) sums[r] += x[(l + r) * a_next] * y[l + r];
            for (; l < s->k; l++) sum += x[l * a_next] * y[l];
            for (size_t r = 0; r < WIDTH; r++) sum += sums[r];
            c[i * s->n + j] += sum;
        }
}

static bool fits_int(const hys__gemm *s) {
    return s->m <= INT_MAX && s->n <= INT_MAX && s->k <= INT_MAX;
}

/* Fortran sees the transposes of all three: c^T = b^T a^T. */
void hys__blas_sgemm(const hys__blas *blas, const hys__gemm *s, const float *a, const float *b, float *c) {
    if (!s->m || !s->n) return;
    if (blas->sgemm && s->k && fits_int(s)) {
        const int m = (int)s->m, n = (int)s->n, k = (int)s->k, lda = s->a_transposed ? m : k;
        const int ldb = s->b_transposed ? k : n;
        const float one = 1, beta = s->adds ? 1 : 0;
        blas->sgemm(s->b_transposed ? "T" : "N", s->a_transposed ? "T" : "N", &n, &m, &k, &one, b, &ldb, a, &lda, &beta,
                    c, &n, (size_t)1, (size_t)1);
        return;
    }
    const size_t a_row = s->a_transposed ? 1 : s->k, a_next = s->a_transposed ? s->m : 1;
    if (!s->adds) memset(c, 0, s->m * s->n * sizeof *c);
    (s->b_transposed ? add_dots : add_rows)(s, a, a_row, a_next, b, c);
}
