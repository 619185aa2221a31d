/* Potentials of crossbars against CHOLMOD's sparse Cholesky factorisation of the same nodal equations. */
#include "array/linear.h"
#include "hys_test.h"
#include <cholmod.h>

typedef struct nodal {
    cholmod_common common;
    cholmod_triplet *entries; /* lower triangle */
    cholmod_dense *b;
} nodal;

static void put(nodal *a, size_t row, size_t column, double value) {
    int *r = a->entries->i, *c = a->entries->j;
    double *x = a->entries->x;
    const size_t at = a->entries->nnz++;
    r[at] = (int)(row > column ? row : column);
    c[at] = (int)(row > column ? column : row);
    x[at] = value;
}

static void join(nodal *a, size_t p, size_t q, double g) {
    put(a, p, p, g);
    put(a, q, q, g);
    put(a, p, q, -g);
}

static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0;
}

/* Word lines at 1 V on the left, bit lines at 0 V at the bottom; u at i n + j, w at m n + i n + j. */
static void assemble(nodal *a, size_t m, size_t n, double wire, const double *cells) {
    const size_t count = m * n;
    a->entries = cholmod_allocate_triplet(2 * count, 2 * count, 10 * count, -1, CHOLMOD_REAL, &a->common);
    a->b = cholmod_zeros(2 * count, 1, CHOLMOD_REAL, &a->common);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            const size_t u = i * n + j, w = count + u;
            join(a, u, w, cells[u]);
            if (j) join(a, u, u - 1, wire);
            if (i) join(a, w, w - n, wire);
        }
    for (size_t i = 0; i < m; i++) {
        put(a, i * n, i * n, wire);
        ((double *)a->b->x)[i * n] = wire;
    }
    for (size_t j = 0; j < n; j++) put(a, 2 * count - n + j, 2 * count - n + j, wire);
}

static double *cholmod_solution(nodal *a, cholmod_dense **x) {
    a->common.nmethods = 1;
    a->common.method[0].ordering = CHOLMOD_AMD;
    a->common.supernodal = CHOLMOD_SIMPLICIAL;
    cholmod_sparse *matrix = cholmod_triplet_to_sparse(a->entries, 0, &a->common);
    cholmod_factor *factor = cholmod_analyze(matrix, &a->common);
    assert_true(cholmod_factorize(matrix, factor, &a->common));
    *x = cholmod_solve(CHOLMOD_A, factor, a->b, &a->common);
    cholmod_free_sparse(&matrix, &a->common);
    cholmod_free_factor(&factor, &a->common);
    return (*x)->x;
}

static void compare(size_t m, size_t n, double ohm, double least_ohm, double most_ohm) {
    hys_ctx *ctx = hys_test_ctx();
    nodal a = {.entries = NULL};
    cholmod_dense *x;
    double *cells = malloc(m * n * sizeof *cells), *row = malloc((m + n) * sizeof *row), *one = malloc(m * sizeof *one);
    double *none = calloc(m + n, sizeof *none);
    const double **rows = malloc(m * sizeof *rows);
    unsigned seed = 11;
    for (size_t k = 0; k < m * n; k++) cells[k] = 1 / (least_ohm * pow(most_ohm / least_ohm, draw(&seed)));
    for (size_t k = 0; k < m + n; k++) row[k] = 1 / ohm;
    for (size_t i = 0; i < m; i++) one[i] = 1, rows[i] = row;
    cholmod_start(&a.common);
    assemble(&a, m, n, 1 / ohm, cells);
    const double *v = cholmod_solution(&a, &x);
    const hys__grid grid = {
        .m = m, .n = n, .word = rows, .bit = rows, .left = row, .right = none, .top = none, .bottom = row};
    hys__linear l;
    assert_int_equal(hys__linear_new(ctx, &grid, &l), HYS_OK);
    assert_int_equal(hys__linear_set_cells(&l, cells), HYS_OK);
    assert_int_equal(hys__linear_solve(&l, &(hys__linear_source){.left = one}, 1e-10), HYS_OK);
    for (size_t k = 0; k < m * n; k++) {
        assert_within(l.u[k], v[k], 1e-9);
        assert_within(l.w[k], v[m * n + k], 1e-9);
    }
    hys__linear_free(&l);
    cholmod_free_dense(&x, &a.common);
    cholmod_free_dense(&a.b, &a.common);
    cholmod_free_triplet(&a.entries, &a.common);
    cholmod_finish(&a.common);
    free(cells);
    free(row);
    free(one);
    free(none);
    free(rows);
    hys_ctx_free(ctx);
}

static void test_potentials_are_those_of_a_direct_solution(void **state) {
    (void)state;
    compare(64, 64, 2, 1e3, 1e5);
    compare(40, 150, 10, 1e3, 1e6);
    compare(128, 96, 0.1, 1e3, 1e5);
    compare(256, 256, 2, 1e3, 1e5);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_potentials_are_those_of_a_direct_solution)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
