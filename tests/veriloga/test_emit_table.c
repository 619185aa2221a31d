/* $table_model in kernels: linear, cubic (natural splines), outside of the grid, several dimensions. */
#include "veriloga/emit_rig.h"

typedef struct table_run { /* a table over up to two coordinates, which are the potentials of two terminals */
    rig f;
    void *handle;
    rig_batch *b;
} table_run;

static const double three_x[] = {0, 1, 2}, three_y[] = {0, 1, 0};

static void start(table_run *t, const va_table *table, unsigned n) {
    rig *f = &t->f;
    rig_start(f, hys_test_ctx());
    *HYS_PUSH(&f->arena, &f->model.tables) = *table;
    static const char *const names[] = {"p", "n", "c"};
    for (int i = 0; i < 3; i++) rig_unknown(f, names[i], VA_UNK_NODE, true);
    va_val args[3] = {NUM(0), rig_probe(f, 0, VA_GROUND), rig_probe(f, 1, VA_GROUND)};
    rig_bare_program(f);
    rig_root(f, VA_FUNC_EVAL_F, VA_TO_F, 0, va_opn(f->ir, VA_OP_TABLE, 0, args + 1, table->n_dims));
    for (uint32_t i = 0; i < table->n_dims; i++) {
        args[0] = NUM(i);
        rig_root(f, VA_FUNC_EVAL_F, VA_TO_F, i + 1, va_opn(f->ir, VA_OP_TABLE_D, 0, args, table->n_dims + 1));
    }
    kernel_build build = rig_build(8);
    t->handle = rig_load(f, &build);
    t->b = rig_batch_new(kernel_cc_kernel(t->handle), n);
}

static void end(table_run *t) {
    rig_batch_free(t->b);
    kernel_cc_close(t->handle);
    rig_end(&t->f);
}

static void run(table_run *t) {
    t->b->kernel->eval_f(&t->b->env, &t->b->batch, &t->b->out);
}

/* Through (0,0) (1,1) (2,0): by hand, m1 = -3, so S(1/2) = 11/16, S'(1/2) = 9/8, S'(2) = -3/2. */
static void cubic_tables_are_natural_splines(void **unused) {
    (void)unused;
    const size_t n = 3;
    const double *coords[] = {three_x};
    table_run t;
    start(&t, &(va_table){.n_dims = 1, .n = &n, .coords = coords, .values = three_y, .control = "3L"}, 6);
    const double at[] = {0, 0.5, 1, 1.5, 3, -2}, value[] = {0, 0.6875, 1, 0.6875, -1.5, -3};
    const double slope[] = {1.5, 1.125, 0, -1.125, -1.5, 1.5};
    memcpy(t.b->x[0], at, sizeof at);
    run(&t);
    for (int i = 0; i < 6; i++) {
        assert_within(t.b->f[0][i], value[i], 1e-15);
        assert_within(t.b->f[1][i], slope[i], 1e-14);
    }
    end(&t);
}

static void linear_tables_stay_constant_outside_or_refuse(void **unused) {
    (void)unused;
    const size_t n = 3;
    const double *coords[] = {three_x};
    const char *const controls[] = {"1C", "1E", "DC"};
    for (int c = 0; c < 3; c++) {
        table_run t;
        start(&t, &(va_table){.n_dims = 1, .n = &n, .coords = coords, .values = three_y, .control = controls[c]}, 5);
        const double at[] = {0.25, 1.25, 5, -5, 1};
        memcpy(t.b->x[0], at, sizeof at);
        run(&t);
        assert_within(t.b->f[0][0], c == 2 ? 0 : 0.25, 1e-16);
        assert_within(t.b->f[0][1], c == 2 ? 1 : 0.75, 1e-16);
        assert_within(t.b->f[1][1], c == 2 ? 0 : -1, 1e-16);
        for (int i = 2; i < 4; i++) assert_true(c == 1 ? isnan(t.b->f[0][i]) : t.b->f[0][i] == 0);
        assert_true(c == 1 ? isnan(t.b->f[1][2]) : t.b->f[1][2] == 0);
        assert_true(t.b->f[0][4] == 1);
        end(&t);
    }
}

/* A grid of products interpolates to the product of the one-dimensional interpolations. */
static void dimensions_multiply(void **unused) {
    (void)unused;
    const double x[] = {0, 1, 2}, y[] = {-1, 0, 2, 3};
    const double gx[] = {0, 1, 0}, gy[] = {1, 3, -1, 2};
    const size_t n[] = {3, 4};
    const double *coords[] = {x, y};
    double values[12];
    for (int i = 0; i < 12; i++) values[i] = gx[i / 4] * gy[i % 4];
    table_run both, only;
    const size_t ny = 4;
    const double *y_only[] = {y};
    start(&both, &(va_table){.n_dims = 2, .n = n, .coords = coords, .values = values, .control = "3L3L"}, 40);
    start(&only, &(va_table){.n_dims = 1, .n = &ny, .coords = y_only, .values = gy, .control = "3L"}, 40);
    for (int i = 0; i < 40; i++) both.b->x[0][i] = 0.5, both.b->x[1][i] = only.b->x[0][i] = -1.5 + 0.12 * i;
    run(&both);
    run(&only);
    for (int i = 0; i < 40; i++) { /* S(1/2) and S'(1/2) of the first dimension as above */
        assert_within(both.b->f[0][i], 0.6875 * only.b->f[0][i], 1e-14);
        assert_within(both.b->f[1][i], 1.125 * only.b->f[0][i], 1e-14);
        assert_within(both.b->f[2][i], 0.6875 * only.b->f[1][i], 1e-14);
    }
    end(&both);
    end(&only);
}

static void quadratic_splines_are_refused(void **unused) {
    (void)unused;
    rig f;
    hys__text text;
    const size_t n = 3;
    const double *coords[] = {three_x};
    rig_start(&f, hys_test_ctx());
    rig_bare_program(&f);
    *HYS_PUSH(&f.arena, &f.model.tables) =
        (va_table){.n_dims = 1, .n = &n, .coords = coords, .values = three_y, .control = "2C"};
    hys__text_init(&text, f.ctx);
    assert_int_equal(rig_emit(&f, &text), HYS_LIMIT);
    assert_string_equal(hys_diag_get(f.ctx, 0)->message, "quadratic splines in tables are not supported");
    hys__text_free(&text);
    rig_end(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cubic_tables_are_natural_splines),
        cmocka_unit_test(linear_tables_stay_constant_outside_or_refuse),
        cmocka_unit_test(dimensions_multiply),
        cmocka_unit_test(quadratic_splines_are_refused),
    };
    if (!kernel_cc_has("gcc") && !kernel_cc_has("clang")) return 0; /* kernels cannot be made here at all */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
