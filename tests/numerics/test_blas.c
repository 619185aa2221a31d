/* Products of float matrices in all four positions, by loops and by whatever BLAS there is. */
#include "hys_test.h"
#include "numerics/blas.h"

static float draw(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return (float)(*state >> 8) / 8388608.0f - 1;
}

#define MOST (40 * 50)

/* The definition, in doubles; k terms below 1 have k roundings of 6e-8 at most. */
static void check(const hys__blas *blas, const hys__gemm *s) {
    float a[MOST], b[MOST], c[MOST], start[MOST];
    uint32_t seed = 41;
    for (size_t k = 0; k < MOST; k++) {
        a[k] = draw(&seed);
        b[k] = draw(&seed);
        c[k] = start[k] = draw(&seed);
    }
    hys__blas_sgemm(blas, s, a, b, c);
    for (size_t i = 0; i < s->m; i++)
        for (size_t j = 0; j < s->n; j++) {
            double want = s->adds ? start[i * s->n + j] : 0;
            for (size_t l = 0; l < s->k; l++)
                want += (double)a[s->a_transposed ? l * s->m + i : i * s->k + l] *
                        b[s->b_transposed ? j * s->k + l : l * s->n + j];
            assert_within(c[i * s->n + j], want, 1e-7 * (double)(s->k + 1));
        }
    for (size_t k = s->m * s->n; k < MOST; k++) assert_true(c[k] == start[k]);
}

static void check_all(const hys__blas *blas) {
    static const size_t sizes[][3] = {{1, 1, 1},   {7, 5, 3},  {9, 17, 33}, {40, 2, 50},
                                      {1, 40, 16}, {33, 1, 8}, {3, 4, 0}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (int how = 0; how < 8; how++)
            check(blas, &(hys__gemm){sizes[k][0], sizes[k][1], sizes[k][2], how & 1, how & 2, how & 4});
}

static void loops_multiply(void **state) {
    (void)state;
    check_all(&(hys__blas){0});
}

static void the_systems_library_multiplies(void **state) {
    (void)state;
    hys__blas blas = {0};
    hys__blas_open(&blas);
    check_all(&blas);
}

/* 160^3 is more than loops are used for. */
static void doubles_are_multiplied(void **state) {
    (void)state;
    const size_t n = 160;
    double *a = malloc(n * n * sizeof *a), *b = malloc(n * n * sizeof *b), *c = malloc(n * n * sizeof *c);
    uint32_t seed = 5;
    assert_true(a && b && c);
    for (size_t k = 0; k < n * n; k++) {
        a[k] = (double)draw(&seed);
        b[k] = (double)draw(&seed);
    }
    for (size_t rows = 3; rows <= n; rows += n - 3) {
        hys__blas_multiply(rows, n, n, a, b, c);
        for (size_t k = 0; k < rows * n; k += 7) {
            double want = 0;
            for (size_t l = 0; l < n; l++) want += a[k / n * n + l] * b[l * n + k % n];
            assert_within(c[k], want, 1e-13);
        }
    }
    free(a);
    free(b);
    free(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_multiply),
        cmocka_unit_test(the_systems_library_multiplies),
        cmocka_unit_test(doubles_are_multiplied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
