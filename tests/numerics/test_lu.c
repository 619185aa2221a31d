/* Solution of linear systems, dense and sparse. */
#include "base/random.h"
#include "hys_test.h"
#include "numerics/lu.h"

#define N_MAX 60

typedef struct matrix {
    hys__system system;
    int64_t start[N_MAX + 1], row[N_MAX * N_MAX];
    double value[N_MAX * N_MAX];
} matrix;

static double uniform(uint64_t k) {
    uint64_t key[2] = {77, 0}, ctr[2] = {k, 0}, bits[2];
    hys__threefry2x64(key, ctr, bits);
    return 2 * hys__uniform(bits[0]) - 1;
}

/* A band matrix with a strong diagonal and rows scaled over 24 decades, as amperes and metres a second are. */
static void fill(matrix *m, size_t n) {
    int64_t at = 0;
    for (size_t j = 0; j < n; j++) {
        m->start[j] = at;
        for (size_t i = 0; i < n; i++) {
            if (i + 3 < j || j + 3 < i) continue;
            m->row[at] = (int64_t)i;
            m->value[at] = (uniform(i * 100 + j) + (i == j ? 5 : 0)) * pow(10, 12 * uniform(1000 + i));
            at++;
        }
    }
    m->start[n] = at;
    m->system = (hys__system){n, (size_t)at, m->start, m->row, NULL, NULL};
}

static void times(const matrix *m, const double *x, double *y) {
    for (size_t i = 0; i < m->system.n; i++) y[i] = 0;
    for (size_t j = 0; j < m->system.n; j++)
        for (int64_t k = m->start[j]; k < m->start[j + 1]; k++) y[m->row[k]] += m->value[k] * x[j];
}

static void solution_is_recovered(size_t n) {
    static matrix m;
    double x[N_MAX], b[N_MAX];
    hys_ctx *ctx = hys_test_ctx();
    hys__lu *lu;
    fill(&m, n);
    for (size_t i = 0; i < n; i++) x[i] = uniform(5000 + i);
    times(&m, x, b);
    assert_int_equal(hys__lu_new(ctx, &m.system, &lu), HYS_OK);
    assert_true(hys__lu_factor(lu, m.value, NULL));
    hys__lu_solve(lu, b);
    /* The condition number of the row-scaled matrix is below 100. */
    for (size_t i = 0; i < n; i++) assert_within(b[i], x[i], 1e-13);
    /* The same pattern with other values: KLU goes its refactor way. */
    for (size_t k = 0; k < m.system.nnz; k++) m.value[k] *= 2;
    times(&m, x, b);
    assert_true(hys__lu_factor(lu, m.value, NULL));
    hys__lu_solve(lu, b);
    for (size_t i = 0; i < n; i++) assert_within(b[i], x[i], 1e-13);
    hys__lu_free(lu);
    hys_ctx_free(ctx);
}

static void dense_solution_is_recovered_with_rows_of_any_scale(void **state) {
    (void)state;
    solution_is_recovered(1);
    solution_is_recovered(7);
    solution_is_recovered(HYS__DENSE_MAX);
}

static void sparse_solution_is_recovered_with_rows_of_any_scale(void **state) {
    (void)state;
    solution_is_recovered(HYS__DENSE_MAX + 1);
    solution_is_recovered(N_MAX);
}

/* Row 2 is twice row 1: no pivot for the last unknown. */
static void singular_matrix_names_the_unknown_without_a_pivot(void **state) {
    (void)state;
    static const int64_t start[] = {0, 2, 4, 6}, row[] = {0, 1, 1, 2, 1, 2};
    static const double value[] = {1.7, 3e9, 2e9, 4e9, 5e9, 10e9};
    const hys__system system = {3, 6, start, row, NULL, NULL};
    hys_ctx *ctx = hys_test_ctx();
    hys__lu *lu;
    size_t bad = 99;
    assert_int_equal(hys__lu_new(ctx, &system, &lu), HYS_OK);
    assert_false(hys__lu_factor(lu, value, &bad));
    assert_int_equal(bad, 2);
    hys__lu_free(lu);
    hys_ctx_free(ctx);
}

/* An entry 1e-20 of its row is a good pivot when its column holds nothing larger: volts beside metres. */
static void small_columns_are_not_called_singular(void **state) {
    (void)state;
    static const int64_t start[] = {0, 2, 4}, row[] = {0, 1, 0, 1};
    static const double value[] = {1e12, 3e12, 2e-8, 1e-8};
    const hys__system system = {2, 4, start, row, NULL, NULL};
    hys_ctx *ctx = hys_test_ctx();
    hys__lu *lu;
    double b[2] = {1e12 * 2.385 + 2e-8 * 0.7e19, 3e12 * 2.385 + 1e-8 * 0.7e19};
    assert_int_equal(hys__lu_new(ctx, &system, &lu), HYS_OK);
    assert_true(hys__lu_factor(lu, value, NULL));
    hys__lu_solve(lu, b);
    assert_near(b[0], 2.385, 1e-13);
    assert_near(b[1], 0.7e19, 1e-13);
    hys__lu_free(lu);
    hys_ctx_free(ctx);
}

/* The first instant of an amplifier with diodes, as it was met: charges over 1e-15 s beside leakages of 1e-12 S and a
 * gain of 1e4.  The solution is put in. */
static void charges_beside_leakages_are_not_called_singular(void **state) {
    (void)state;
    enum { N = 9 };
    static const double full[N][N] = {{1.45e-4, 0, -4.5e-5, -1e-4, -1.39e-12, -1.39e-12, 1, 2e15, -2e15},
                                      {0, 4e6, 0, -2e6, 0, 0, 0, 0, 0},
                                      {-4.5e-5, 0, 1.88e-4, 0, -2.13e-5, -2.13e-5, 0, 0, 0},
                                      {-1e-4, -2e6, 0, 2e6, 0, 0, 0, 0, 0},
                                      {-1.39e-12, 0, -2.13e-5, 0, 2.13e-5, 0, 0, -2e15, 0},
                                      {-1.39e-12, 0, -2.13e-5, 0, 0, 2.13e-5, 0, 0, 2e15},
                                      {1, -1e4, 1e4, 0, 0, 0, 0, 0, 0},
                                      {0, 0, 0, 0, 0, 0, 0, 1, 0},
                                      {0, 0, 0, 0, 0, 0, 0, 0, 1}};
    static const double x[N] = {0.5, 0.125, 0.25, 2, 0.75, -0.5, -1e-3, 0, 0};
    int64_t start[N + 1], row[N * N];
    double value[N * N], b[N] = {0};
    size_t nnz = 0;
    for (size_t j = 0; j < N; j++) {
        start[j] = (int64_t)nnz;
        for (size_t i = 0; i < N; i++) {
            if (full[i][j] == 0) continue;
            row[nnz] = (int64_t)i;
            value[nnz++] = full[i][j];
            b[i] += full[i][j] * x[j];
        }
    }
    start[N] = (int64_t)nnz;
    const hys__system system = {N, nnz, start, row, NULL, NULL};
    hys_ctx *ctx = hys_test_ctx();
    hys__lu *lu;
    assert_int_equal(hys__lu_new(ctx, &system, &lu), HYS_OK);
    assert_true(hys__lu_factor(lu, value, NULL));
    hys__lu_solve(lu, b);
    /* 1e-4 S beside 2e6 S leave six digits of ten. */
    for (size_t i = 0; i < N; i++) assert_true(fabs(b[i] - x[i]) <= 1e-5 * fmax(fabs(x[i]), 1e-2));
    hys__lu_free(lu);
    hys_ctx_free(ctx);
}

static hys_status make_one(hys_ctx *ctx, void *arg) {
    hys__lu *lu;
    hys_status status = hys__lu_new(ctx, arg, &lu);
    if (status == HYS_OK) hys__lu_free(lu);
    return status;
}

static void failing_memory_is_reported(void **state) {
    (void)state;
    static matrix m;
    fill(&m, 9);
    hys_test_each_failure(make_one, &m.system, false);
    fill(&m, N_MAX);
    hys_test_each_failure(make_one, &m.system, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_solution_is_recovered_with_rows_of_any_scale),
        cmocka_unit_test(sparse_solution_is_recovered_with_rows_of_any_scale),
        cmocka_unit_test(singular_matrix_names_the_unknown_without_a_pivot),
        cmocka_unit_test(small_columns_are_not_called_singular),
        cmocka_unit_test(charges_beside_leakages_are_not_called_singular),
        cmocka_unit_test(failing_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
