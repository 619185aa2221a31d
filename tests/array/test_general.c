/* Crossbars of cells with three terminals, negative slopes, or no solution of their own, against a dense Newton
 * iteration written here, and the conservation of current. */
#include "array/general.h"
#include "hys_test.h"

/* ---- cells ---- */

typedef struct cell_kind cell_kind;
struct cell_kind {
    /* Current from word to bit line and its derivatives. */
    void (*current)(const cell_kind *kind, size_t k, double u, double w, double i[3]);
    double gate; /* V */
    double most; /* V across: beyond there is no solution; 0: always one */
    size_t calls;
};

/* A transistor that leaves its linear region smoothly, in series with nothing: gate above the bit line opens it. */
static void gated(const cell_kind *kind, size_t k, double u, double w, double i[3]) {
    const double g = 1e-4 * (1 + 0.3 * (double)(k % 3)), s = 0.05;
    const double x = (kind->gate - w) / s, open = log1p(exp(x)) * s, d_open = 1 / (1 + exp(-x));
    const double y = (kind->gate - u) / s, back = log1p(exp(y)) * s, d_back = 1 / (1 + exp(-y));
    i[0] = g * (open * open - back * back);
    i[1] = g * 2 * back * d_back;
    i[2] = -g * 2 * open * d_open;
}

/* N-shaped: slope below zero between 0.276 V and 0.724 V. */
static void tunnel(const cell_kind *kind, size_t k, double u, double w, double i[3]) {
    const double g = 2e-4 * (1 + 0.2 * (double)(k % 4)), v = u - w;
    (void)kind;
    i[0] = g * (v * v * v - 1.5 * v * v + 0.6 * v);
    i[1] = g * (3 * v * v - 3 * v + 0.6);
    i[2] = -i[1];
}

static void diode(const cell_kind *kind, size_t k, double u, double w, double i[3]) {
    const double at = 1e-9 * (1 + (double)(k % 5)), x = (u - w) / 0.02585;
    (void)kind;
    i[0] = at * expm1(fmin(x, 700));
    i[1] = at * exp(fmin(x, 700)) / 0.02585;
    i[2] = -i[1];
}

/* 0.1 uA more above 0.5 V. */
static void jumping(const cell_kind *kind, size_t k, double u, double w, double i[3]) {
    const double v = u - w;
    (void)kind, (void)k;
    i[0] = 1e-3 * v + (v > 0.5 ? 1e-7 : 0);
    i[1] = 1e-3;
    i[2] = -1e-3;
}

typedef struct fixture {
    hys_ctx *ctx;
    size_t m, n;
    cell_kind kind;
    hys__grid grid;
    hys__linear linear;
    hys__general general;
    hys__cell_source source;
    double *row, *left, *none, *bottom, *words;
    const double **rows;
} fixture;

static hys_status evaluate(void *user, const double *u, const double *w, const hys__cell_answer *to, size_t *worst) {
    fixture *f = user;
    f->kind.calls++;
    for (size_t k = 0; k < f->m * f->n; k++) {
        double i[3];
        if (f->kind.most > 0 && fabs(u[k] - w[k]) > f->kind.most) {
            *worst = k;
            return HYS_NOCONV;
        }
        f->kind.current(&f->kind, k, u[k], w[k], i);
        to->into_word[k] = i[0];
        to->into_bit[k] = -i[0];
        to->word_word[k] = i[1];
        to->word_bit[k] = i[2];
        to->bit_word[k] = -i[1];
        to->bit_bit[k] = -i[2];
    }
    return HYS_OK;
}

static double *filled(size_t n, double value) {
    double *a = malloc(n * sizeof *a);
    for (size_t k = 0; k < n; k++) a[k] = value;
    return a;
}

static hys_status make(fixture *f, hys_ctx *ctx, size_t m, size_t n, double wire, const cell_kind *kind) {
    const size_t most = m > n ? m : n;
    *f = (fixture){.ctx = ctx, .m = m, .n = n, .kind = *kind};
    f->row = filled(most, 1 / wire);
    f->rows = malloc(most * sizeof *f->rows);
    for (size_t k = 0; k < most; k++) f->rows[k] = f->row;
    f->left = filled(m, 1 / wire);
    f->bottom = filled(n, 1 / wire);
    f->none = filled(most, 0);
    f->words = filled(m, 0);
    f->grid = (hys__grid){.m = m,
                          .n = n,
                          .word = f->rows,
                          .bit = f->rows,
                          .left = f->left,
                          .right = f->none,
                          .top = f->none,
                          .bottom = f->bottom};
    f->source = (hys__cell_source){.user = f, .is_two_terminal = kind->current != gated, .evaluate = evaluate};
    hys_status status = hys__linear_new(ctx, &f->grid, &f->linear);
    if (status == HYS_OK) status = hys__general_new(ctx, &f->grid, &f->linear, &f->general);
    f->general.cells = &f->source;
    return status;
}

static void drop(fixture *f) {
    hys__general_free(&f->general);
    hys__linear_free(&f->linear);
    free(f->row);
    free(f->rows);
    free(f->left);
    free(f->bottom);
    free(f->none);
    free(f->words);
}

static hys__general_task task_of(const fixture *f) {
    return (hys__general_task){
        .source = {.left = f->words}, .tolerance = 1e-11, .starts_anew = true, .may_wander = true};
}

static void solve(fixture *f) {
    const hys__general_task task = task_of(f);
    if (hys__general_solve(&f->general, &task) != HYS_OK) fail_msg("%s", hys_test_diag_text(f->ctx, 0));
}

/* ---- the dense iteration ---- */

/* Adds a wire between nodes a and b (SIZE_MAX: the potential v) to the residual and the matrix. */
static void wire(size_t count, double *matrix, double *rest, const double *x, double g, size_t a, size_t b, double v) {
    const double flow = g * (x[a] - (b == SIZE_MAX ? v : x[b]));
    rest[a] += flow;
    matrix[a * count + a] += g;
    if (b == SIZE_MAX) return;
    rest[b] -= flow;
    matrix[b * count + b] += g;
    matrix[a * count + b] -= g;
    matrix[b * count + a] -= g;
}

static void assemble(const fixture *f, const double *x, double *matrix, double *rest) {
    const size_t cells = f->m * f->n, count = 2 * cells;
    memset(matrix, 0, count * count * sizeof *matrix);
    memset(rest, 0, count * sizeof *rest);
    for (size_t i = 0; i < f->m; i++)
        for (size_t j = 0; j < f->n; j++) {
            const size_t u = i * f->n + j, w = cells + u;
            double c[3];
            wire(count, matrix, rest, x, f->row[0], u, j ? u - 1 : SIZE_MAX, f->words[i]);
            wire(count, matrix, rest, x, f->row[0], w, i + 1 < f->m ? w + f->n : SIZE_MAX, 0);
            f->kind.current(&f->kind, u, x[u], x[w], c);
            rest[u] += c[0];
            rest[w] -= c[0];
            matrix[u * count + u] += c[1];
            matrix[u * count + w] += c[2];
            matrix[w * count + u] -= c[1];
            matrix[w * count + w] -= c[2];
        }
}

/* Gauss with pivots. */
static void eliminate(size_t n, double *a, double *b) {
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t i = k; i < n; i++)
            if (fabs(a[i * n + k]) > fabs(a[best * n + k])) best = i;
        for (size_t j = 0; j < n; j++) {
            const double other = a[k * n + j];
            a[k * n + j] = a[best * n + j];
            a[best * n + j] = other;
        }
        const double other = b[k];
        b[k] = b[best];
        b[best] = other;
        for (size_t i = k + 1; i < n; i++) {
            const double factor = a[i * n + k] / a[k * n + k];
            for (size_t j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
            b[i] -= factor * b[k];
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++) b[k] -= a[k * n + j] * b[j];
        b[k] /= a[k * n + k];
    }
}

static double norm(const double *a, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += a[k] * a[k];
    return sqrt(sum);
}

/* From 0 V, halving steps that lengthen the residual. */
static double *dense(const fixture *f) {
    const size_t count = 2 * f->m * f->n;
    double *x = filled(count, 0), *next = filled(count, 0), *rest = filled(count, 0);
    double *matrix = filled(count * count, 0);
    assemble(f, x, matrix, rest);
    for (int step = 0; step < 1000 && norm(rest, count) > 1e-17; step++) {
        const double before = norm(rest, count);
        double *correction = malloc(count * sizeof *correction);
        memcpy(correction, rest, count * sizeof *correction);
        eliminate(count, matrix, correction);
        double length = 1;
        for (int half = 0; half < 30; half++, length *= 0.5) {
            for (size_t k = 0; k < count; k++) next[k] = x[k] - length * correction[k];
            assemble(f, next, matrix, rest);
            if (norm(rest, count) < before) break;
        }
        memcpy(x, next, count * sizeof *x);
        free(correction);
        if (norm(rest, count) >= before) break;
    }
    assert_within(norm(rest, count), 0, 1e-14); /* A */
    free(next);
    free(rest);
    free(matrix);
    return x;
}

static void compare(fixture *f, double volts) {
    double *x = dense(f);
    for (size_t k = 0; k < f->m * f->n; k++) {
        assert_within(f->general.u[k], x[k], volts);
        assert_within(f->general.w[k], x[f->m * f->n + k], volts);
    }
    free(x);
}

/* ---- facts ---- */

static void test_gated_cells_agree_with_a_dense_iteration(void **state) {
    (void)state;
    static const double wires[] = {2.5, 100, 3000}, gates[] = {0.3, 0.8, 3};
    hys_ctx *ctx = hys_test_ctx();
    for (size_t k = 0; k < 3; k++)
        for (size_t g = 0; g < 3; g++) {
            fixture f;
            assert_int_equal(make(&f, ctx, 5, 7, wires[k], &(cell_kind){.current = gated, .gate = gates[g]}), HYS_OK);
            for (size_t i = 0; i < f.m; i++) f.words[i] = 1.2 - 0.4 * (double)i;
            solve(&f);
            assert_false(f.general.is_plain);
            assert_true(hys__general_current_residual(&f.general) < 1e-9);
            compare(&f, 1e-9);
            drop(&f);
        }
    hys_ctx_free(ctx);
}

/* A transistor passes what its drain does to its source, not what the source does to the drain. */
static void test_gated_cells_are_not_reciprocal(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    fixture f;
    double current[2];
    assert_int_equal(make(&f, ctx, 2, 2, 100, &(cell_kind){.current = gated, .gate = 0.4}), HYS_OK);
    double *bottom = filled(2, 0);
    for (int k = 0; k < 2; k++) {
        /* a little more on word line 0, or on bit line 1 */
        hys__general_task task = task_of(&f);
        task.source.bottom = bottom;
        f.words[0] = f.words[1] = 1;
        double before[2] = {0}, after[2] = {0};
        for (int move = 0; move < 2; move++) {
            if (move) *(k ? &bottom[1] : &f.words[0]) += 1e-3;
            assert_int_equal(hys__general_solve(&f.general, &task), HYS_OK);
            double *into = move ? after : before;
            into[0] = -(f.general.answer.into_bit[1] + f.general.answer.into_bit[3]);
            into[1] = -(f.general.answer.into_word[0] + f.general.answer.into_word[1]);
        }
        current[k] = after[k] - before[k];
        bottom[1] = 0;
    }
    assert_true(current[0] < 0.5 * current[1]);
    free(bottom);
    drop(&f);
    hys_ctx_free(ctx);
}

static void test_negative_slopes_agree_with_a_dense_iteration(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    for (int k = 0; k < 4; k++) {
        fixture f;
        assert_int_equal(make(&f, ctx, 6, 6, 20, &(cell_kind){.current = tunnel}), HYS_OK);
        for (size_t i = 0; i < f.m; i++) f.words[i] = 0.3 + 0.15 * k + 0.02 * (double)i;
        solve(&f);
        assert_int_equal(f.general.is_plain, k == 3);
        assert_true(hys__general_current_residual(&f.general) < 1e-9);
        compare(&f, 1e-9);
        drop(&f);
    }
    hys_ctx_free(ctx);
}

/* Transistors in saturation behind bad wires: drains see no conductance, sources all of it. */
static void test_saturated_transistors_take_few_steps(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    fixture f;
    assert_int_equal(make(&f, ctx, 100, 100, 10, &(cell_kind){.current = gated, .gate = 0.5}), HYS_OK);
    for (size_t i = 0; i < f.m; i++) f.words[i] = 2;
    solve(&f);
    assert_false(f.general.is_plain);
    assert_true(f.general.relative_residual <= 1e-10);
    assert_true(f.general.iterations <= 60);
    drop(&f);
    hys_ctx_free(ctx);
}

/* Too many for the dense iteration. */
static void test_larger_arrays_of_negative_slopes_balance_their_currents(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    fixture f;
    assert_int_equal(make(&f, ctx, 64, 64, 1, &(cell_kind){.current = tunnel}), HYS_OK);
    for (size_t i = 0; i < f.m; i++) f.words[i] = 0.5;
    solve(&f);
    assert_false(f.general.is_plain);
    assert_true(f.general.relative_residual <= 1e-10);
    assert_true(hys__general_current_residual(&f.general) < 1e-8);
    drop(&f);
    hys_ctx_free(ctx);
}

static void test_exponential_cells_far_from_their_start_are_found(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    fixture f;
    assert_int_equal(make(&f, ctx, 5, 5, 1e3, &(cell_kind){.current = diode}), HYS_OK);
    for (size_t i = 0; i < f.m; i++) f.words[i] = (i == 2 ? -1 : 1) * 1.5;
    solve(&f);
    assert_true(f.general.is_plain);
    compare(&f, 1e-8);
    drop(&f);
    hys_ctx_free(ctx);
}

/* At its ends' potentials no cell has a solution; behind wires of 3 kohm all have. */
static void test_sources_are_raised_where_cells_have_no_solution_at_the_start(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    fixture f;
    assert_int_equal(make(&f, ctx, 4, 4, 3e3, &(cell_kind){.current = diode, .most = 0.6}), HYS_OK);
    for (size_t i = 0; i < f.m; i++) f.words[i] = 2;
    solve(&f);
    compare(&f, 1e-8);
    drop(&f);
    hys_ctx_free(ctx);
}

static void test_a_cell_without_a_solution_is_named(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    fixture f;
    assert_int_equal(make(&f, ctx, 3, 4, 1, &(cell_kind){.current = tunnel, .most = 0.7}), HYS_OK);
    f.words[2] = 1;
    const hys__general_task task = task_of(&f);
    assert_int_equal(hys__general_solve(&f.general, &task), HYS_NOCONV);
    assert_diag(ctx, 0,
                "error: the cell of word line 2 and bit line 0 has no solution at the potentials of its lines\n"
                "hint: does the device alone take this voltage? `hysteron iv` shows it\n");
    assert_within(f.grid.word_ground, 0, 0);
    drop(&f);
    hys_ctx_free(ctx);
}

/* The load's line passes through the jump: no current is right, one within the jump's height has to do. */
static void test_a_jump_is_no_end_where_some_slack_is_given(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    fixture f;
    assert_int_equal(make(&f, ctx, 1, 1, 1e3, &(cell_kind){.current = jumping}), HYS_OK);
    f.words[0] = 1.5 + 2e3 * 0.5e-7;
    hys__general_task task = task_of(&f);
    task.may_wander = false;
    assert_int_equal(hys__general_approach(&f.general, &task), HYS_NOCONV);
    task.slack = 1e-3;
    assert_int_equal(hys__general_approach(&f.general, &task), HYS_OK);
    assert_within(f.general.u[0] - f.general.w[0], 0.5, 1e-4);
    drop(&f);
    hys_ctx_free(ctx);
}

/* x of a matrix with known eigenvalues: 1 ... 60 and a shift that makes it unsymmetric. */
static void multiply(void *user, const double *x, double *y) {
    const size_t n = *(const size_t *)user;
    for (size_t k = 0; k < n; k++) y[k] = (double)(k + 1) * x[k] + (k + 1 < n ? 3 * x[k + 1] : 0);
}
static void copy(void *user, const double *x, double *y) {
    memcpy(y, x, *(const size_t *)user * sizeof *x);
}

static void test_minimal_residuals_are_what_they_say(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    size_t n = 60;
    hys__gmres gmres;
    double b[60], x[60], y[60], want[60];
    assert_int_equal(hys__gmres_new(ctx, n, &gmres), HYS_OK);
    for (size_t k = 0; k < n; k++) want[k] = sin((double)k);
    multiply(&n, want, b);
    const hys__gmres_system system = {&n, multiply, copy};
    assert_int_equal(hys__gmres_solve(&gmres, &system, b, x, 1e-12), HYS_OK);
    multiply(&n, x, y);
    for (size_t k = 0; k < n; k++) y[k] -= b[k];
    assert_near(norm(y, n) / norm(b, n), gmres.relative_residual, 1e-3);
    assert_true(gmres.relative_residual <= 1e-12);
    for (size_t k = 0; k < n; k++) assert_within(x[k], want[k], 1e-9);
    hys__gmres_free(&gmres);
    hys_ctx_free(ctx);
}

static hys_status run_gated(hys_ctx *ctx, void *arg) {
    fixture f;
    (void)arg;
    hys_status status = make(&f, ctx, 3, 3, 10, &(cell_kind){.current = gated, .gate = 0.5});
    f.words[0] = 1;
    const hys__general_task task = task_of(&f);
    if (status == HYS_OK) status = hys__general_solve(&f.general, &task);
    drop(&f);
    return status;
}

static void test_memory_may_fail(void **state) {
    (void)state;
    hys_test_each_failure(run_gated, NULL, false);
    hys_test_each_failure(run_gated, NULL, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gated_cells_agree_with_a_dense_iteration),
        cmocka_unit_test(test_gated_cells_are_not_reciprocal),
        cmocka_unit_test(test_negative_slopes_agree_with_a_dense_iteration),
        cmocka_unit_test(test_larger_arrays_of_negative_slopes_balance_their_currents),
        cmocka_unit_test(test_saturated_transistors_take_few_steps),
        cmocka_unit_test(test_exponential_cells_far_from_their_start_are_found),
        cmocka_unit_test(test_sources_are_raised_where_cells_have_no_solution_at_the_start),
        cmocka_unit_test(test_a_cell_without_a_solution_is_named),
        cmocka_unit_test(test_a_jump_is_no_end_where_some_slack_is_given),
        cmocka_unit_test(test_minimal_residuals_are_what_they_say),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
