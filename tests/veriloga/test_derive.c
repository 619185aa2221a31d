/* Derivatives of every operation, of selects, loops and arrays, against differences in long double; and
 * ddx.  The differences are of fourth order with step 1e-4: their own error is below 1e-13. */
#include "hys_test.h"
#include "veriloga/derive.h"
#include "veriloga/graph.h"
#include "veriloga/ir_ops.h"

typedef struct fixture {
    hys_ctx *ctx;
    hys__arena arena;
    va_model model;
    va_ir *ir;
    va_val x, y, z;
} fixture;

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->ctx = hys_test_ctx();
    graph_new(&f->model, f->ctx, &f->arena, 1000000);
    f->ir = &f->model.ir;
    f->x = va_leaf(f->ir, VA_OP_PROBE, 0);
    f->y = va_leaf(f->ir, VA_OP_PROBE, 1);
    f->z = va_leaf(f->ir, VA_OP_PARAM, 0);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys__arena_free(&f->arena);
    hys_ctx_free(f->ctx);
    free(f);
    return 0;
}

#define OP1(op, a)    va_op1(f->ir, VA_OP_##op, a)
#define OP2(op, a, b) va_op2(f->ir, VA_OP_##op, a, b)
#define SEL(c, a, b)  va_op3(f->ir, VA_OP_SELECT, c, a, b)
#define NUM(x)        va_const(f->ir, x)

static const va_seed xy[2] = {{VA_OP_PROBE, 0}, {VA_OP_PROBE, 1}};

static graph_real difference(fixture *f, va_val value, graph_point at, int k) {
    const graph_real h = 1e-4L, centre = at.probe[k];
    graph_real v[4];
    for (int i = 0; i < 4; i++) {
        static const int steps[4] = {-2, -1, 1, 2};
        at.probe[k] = centre + steps[i] * h;
        v[i] = graph_value(&f->model, &at, value);
    }
    return (v[0] - 8 * v[1] + 8 * v[2] - v[3]) / (12 * h);
}

/* Both partials of the value, and its image, at a point. */
static void check_at(fixture *f, va_val value, const graph_point *at, double tol) {
    va_derive derive;
    va_derive_job job = {&value, &value, 1, 1, xy, 2, false};
    assert_true(va_derive_run(&derive, &f->model, &job));
    va_val image = va_derive_image(&derive, value);
    va_val by[2] = {va_derive_by(&derive, value, 0), va_derive_by(&derive, value, 1)};
    va_derive_free(&derive);
    assert_near((double)graph_value(&f->model, at, image), (double)graph_value(&f->model, at, value), 1e-15);
    for (int k = 0; k < 2; k++) {
        double want = (double)difference(f, value, *at, k), got = (double)graph_value(&f->model, at, by[k]);
        assert_within(got, want, tol * (1 + fabs(want)));
    }
}

static void check(fixture *f, va_val value, double x, double y) {
    graph_point at = {.probe = {x, y}, .param = {0.7L}};
    check_at(f, value, &at, 1e-11);
}

static void every_unary_operation(void **state) {
    fixture *f = *state;
    static const struct {
        va_opcode op;
        double at[3];
    } cases[] = {
        {VA_OP_NEG, {0.3, -2, 0}},      {VA_OP_ABS, {0.3, -2, 7}},       {VA_OP_SQRT, {0.3, 2, 31}},
        {VA_OP_EXP, {0.3, -2, 0}},      {VA_OP_EXPM1, {0.3, -2, 0}},     {VA_OP_LOG, {0.3, 2, 31}},
        {VA_OP_LOG1P, {0.3, -0.5, 0}},  {VA_OP_LOG10, {0.3, 2, 31}},     {VA_OP_SIN, {0.3, -2, 0}},
        {VA_OP_COS, {0.3, -2, 0}},      {VA_OP_TAN, {0.3, -1, 0}},       {VA_OP_ASIN, {0.3, -0.9, 0}},
        {VA_OP_ACOS, {0.3, -0.9, 0}},   {VA_OP_ATAN, {0.3, -20, 0}},     {VA_OP_SINH, {0.3, -2, 0}},
        {VA_OP_COSH, {0.3, -2, 0}},     {VA_OP_TANH, {0.3, -4, 0}},      {VA_OP_ASINH, {0.3, -20, 0}},
        {VA_OP_ACOSH, {1.3, 2, 31}},    {VA_OP_ATANH, {0.3, -0.9, 0}},   {VA_OP_FLOOR, {0.3, -2.4, 7.5}},
        {VA_OP_CEIL, {0.3, -2.4, 7.5}}, {VA_OP_TRUNC, {0.3, -2.4, 7.6}}, {VA_OP_ROUND, {0.3, -2.4, 7.6}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int k = 0; k < 3; k++) {
            check(f, va_op1(f->ir, cases[i].op, f->x), cases[i].at[k], 1);
            /* x = u + v u^2 - v at u = 1 + something: the chain rule in both */
            va_val inner = OP2(ADD, f->x, OP2(MUL, f->z, OP2(SUB, OP2(MUL, f->y, f->y), NUM(1.21))));
            check(f, va_op1(f->ir, cases[i].op, inner), cases[i].at[k], 1.1);
        }
}

static void every_binary_operation(void **state) {
    fixture *f = *state;
    static const va_opcode ops[] = {VA_OP_ADD, VA_OP_SUB, VA_OP_MUL,   VA_OP_DIV,   VA_OP_MIN,
                                    VA_OP_MAX, VA_OP_POW, VA_OP_ATAN2, VA_OP_HYPOT, VA_OP_FMOD};
    static const double points[][2] = {{2.385, 0.7}, {0.6, 1.9}, {3.3, -1.45}};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        for (size_t k = 0; k < sizeof points / sizeof *points; k++) {
            check(f, va_op2(f->ir, ops[i], f->x, f->y), points[k][0], points[k][1]);
            check(f, va_op2(f->ir, ops[i], f->x, f->z), points[k][0], points[k][1]);
            check(f, va_op2(f->ir, ops[i], f->z, f->x), points[k][0], points[k][1]);
            check(f, va_op2(f->ir, ops[i], OP2(MUL, f->x, f->y), f->x), points[k][0], fabs(points[k][1]));
        }
    check(f, OP2(POW, f->x, NUM(3)), -1.7, 1);
    check(f, OP2(POW, f->x, NUM(2.5)), 1.7, 1);
    check(f, OP2(POW, NUM(2.5), f->x), -1.7, 1);
    check(f, OP2(ATAN2, f->x, f->y), -0.3, -1.2);
    check(f, OP2(FMOD, OP2(MUL, f->x, NUM(-4)), f->y), 1.9, 0.85);
    check(f, OP2(IAND, f->x, NUM(6)), 7.3, 1);
}

static void decisions_take_the_slope_of_the_arm(void **state) {
    fixture *f = *state;
    va_val cond = OP2(LT, f->x, f->y);
    va_val value = SEL(cond, OP1(EXP, f->x), OP2(MUL, f->x, f->y));
    check(f, value, 0.2, 0.9);
    check(f, value, 0.9, 0.2);
    check(f, OP2(MUL, OP2(LT, f->y, f->x), OP1(SIN, f->x)), 0.9, 0.2);
    check(f, SEL(OP2(AND, cond, OP2(LT, f->z, f->x)), f->x, OP1(NEG, f->y)), 0.75, 0.9);
}

/* Where a plain chain rule gives 0 * inf. */
static void slopes_at_zero_are_finite(void **state) {
    fixture *f = *state;
    graph_point at = {.param = {0}};
    va_val cases[] = {
        OP1(SQRT, OP2(MUL, f->x, f->x)),
        OP2(HYPOT, f->x, f->y),
        OP2(POW, f->x, NUM(2.5)),
        OP2(POW, OP2(MUL, f->x, f->x), NUM(0.5)),
        OP2(POW, OP2(MUL, f->x, f->x), f->z),
        OP2(ATAN2, f->x, f->y),
        SEL(OP2(LT, NUM(0), f->x), OP1(LOG, f->x), NUM(0)),
        SEL(OP2(LT, NUM(0), f->x), OP2(DIV, f->y, f->x), f->y),
        OP1(ASIN, OP2(ADD, OP2(MUL, f->x, f->x), NUM(1))),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        va_derive derive;
        va_derive_job job = {&cases[i], &cases[i], 1, 1, xy, 2, false};
        assert_true(va_derive_run(&derive, &f->model, &job));
        for (uint32_t k = 0; k < 2; k++) {
            va_val by = va_derive_by(&derive, cases[i], k);
            assert_true(isfinite((double)graph_value(&f->model, &at, by)));
        }
        va_derive_free(&derive);
    }
    va_val power = OP2(POW, f->x, f->z);
    va_derive derive;
    va_derive_job job = {&power, &power, 1, 1, xy, 2, false};
    assert_true(va_derive_run(&derive, &f->model, &job));
    va_val slope = va_derive_by(&derive, power, 0);
    va_derive_free(&derive);
    static const double exponents[] = {0, 1, 1.5, 2}, slopes[] = {0, 1, 0, 0};
    for (int i = 0; i < 4; i++) {
        at.param[0] = exponents[i];
        assert_within((double)graph_value(&f->model, &at, slope), slopes[i], 0);
    }
    at.param[0] = 0.5;
    assert_true(graph_value(&f->model, &at, slope) > 1e100L);
}

/* Newton's iteration for a cube root, while the step is large: a loop whose length depends on x. */
static va_val cube_root(fixture *f, va_val a) {
    va_val inits[2] = {NUM(1), NUM(0)}, phis[2], results[2];
    va_loop_begin(f->ir, va_bool(f->ir, true), inits, 2, phis);
    va_loop_cond(f->ir, OP2(LT, phis[1], NUM(40)));
    va_val square = OP2(MUL, phis[0], phis[0]);
    va_val next = OP2(DIV, OP2(ADD, OP2(MUL, phis[0], NUM(2)), OP2(DIV, a, square)), NUM(3));
    va_val nexts[2] = {next, OP2(ADD, phis[1], NUM(1))};
    va_loop_end(f->ir, phis, nexts, 2, results);
    return results[0];
}

static void loops_carry_derivatives(void **state) {
    fixture *f = *state;
    check(f, cube_root(f, OP2(MUL, f->x, f->y)), 2.385, 0.7);
    check(f, OP1(EXP, cube_root(f, OP1(EXP, f->x))), 0.4, 0.7);
    va_val steady = cube_root(f, f->z); /* no derivative: the loop stays as it is */
    va_derive derive;
    va_val value = OP2(MUL, steady, f->x);
    va_derive_job job = {&value, &value, 1, 1, xy, 2, false};
    assert_true(va_derive_run(&derive, &f->model, &job));
    assert_int_equal(va_derive_image(&derive, value), value);
    assert_int_equal(va_derive_by(&derive, value, 0), steady);
    va_derive_free(&derive);
}

/* sum over i of sum over j <= i of x^j y^(i-j): nested loops. */
static void nested_loops_carry_derivatives(void **state) {
    fixture *f = *state;
    va_val inits[2] = {NUM(0), NUM(0)}, phis[2], results[2];
    va_loop_begin(f->ir, va_bool(f->ir, true), inits, 2, phis);
    va_loop_cond(f->ir, OP2(LT, phis[0], NUM(5)));
    va_val inner[3] = {NUM(0), NUM(1), phis[1]}, iphis[3], iresults[3];
    va_loop_begin(f->ir, OP2(LT, NUM(1), phis[0]), inner, 3, iphis);
    va_loop_cond(f->ir, OP2(LE, iphis[0], phis[0]));
    va_val inexts[3] = {OP2(ADD, iphis[0], NUM(1)), OP2(MUL, iphis[1], f->x),
                        OP2(ADD, OP2(MUL, iphis[2], f->y), iphis[1])};
    va_loop_end(f->ir, iphis, inexts, 3, iresults);
    va_val nexts[2] = {OP2(ADD, phis[0], NUM(1)), OP2(ADD, OP1(SIN, iresults[2]), f->x)};
    va_loop_end(f->ir, phis, nexts, 2, results);
    check(f, results[1], 0.8, 0.7);
    check(f, OP2(MUL, results[1], f->y), -0.8, 0.7);
}

static uint32_t add_array(fixture *f, size_t n) {
    va_array *array = HYS_PUSH(&f->arena, &f->model.arrays);
    *array = (va_array){.name = "a", .n = n};
    return (uint32_t)f->model.arrays.n - 1;
}

static va_val store(fixture *f, va_val version, va_val index, va_val value, va_val cond) {
    va_val args[4] = {version, index, value, cond};
    return va_opn(f->ir, VA_OP_ASTORE, va_get(f->ir, version)->imm, args, 4);
}

static void arrays_carry_derivatives(void **state) {
    fixture *f = *state;
    va_val a = va_leaf(f->ir, VA_OP_ARRAY, add_array(f, 4));
    va_val index = OP1(FLOOR, OP2(MUL, f->z, NUM(4))); /* 2 */
    a = store(f, a, NUM(0), f->x, va_bool(f->ir, true));
    va_val early = OP2(ALOAD, a, NUM(0));
    a = store(f, a, index, OP2(MUL, f->x, f->y), OP2(LT, f->x, f->y));
    a = store(f, a, NUM(0), OP1(EXP, f->y), OP2(LT, f->y, f->x));
    va_val value = OP2(ADD, OP2(MUL, early, OP2(ALOAD, a, NUM(0))), OP2(ALOAD, a, index));
    value = OP2(ADD, value, OP2(ALOAD, a, NUM(17))); /* out of range: 0 */
    check(f, value, 0.4, 0.9);
    check(f, value, 0.9, 0.4);
}

/* a[i] = a[i-1] * x + y, in a loop: then the last, and one chosen at run time. */
static void arrays_in_loops_carry_derivatives(void **state) {
    fixture *f = *state;
    va_val a = va_leaf(f->ir, VA_OP_ARRAY, add_array(f, 6));
    a = store(f, a, NUM(0), f->y, va_bool(f->ir, true));
    va_val inits[2] = {NUM(1), a}, phis[2], results[2];
    va_loop_begin(f->ir, va_bool(f->ir, true), inits, 2, phis);
    va_loop_cond(f->ir, OP2(LT, phis[0], NUM(6)));
    va_val last = OP2(ALOAD, phis[1], OP2(ADD, phis[0], NUM(-1)));
    va_val args[4] = {phis[1], phis[0], OP2(ADD, OP2(MUL, last, f->x), f->y), va_bool(f->ir, true)};
    va_val stored = va_opn(f->ir, VA_OP_ASTORE, 0, args, 4);
    va_val nexts[2] = {OP2(ADD, phis[0], NUM(1)), stored};
    va_loop_end(f->ir, phis, nexts, 2, results);
    va_val value = OP2(MUL, OP2(ALOAD, results[1], NUM(5)), OP2(ALOAD, results[1], OP2(MUL, f->z, NUM(0))));
    check(f, value, 0.8, 0.6);
    check(f, value, -1.1, 0.6);
}

static void second_derivatives_come_from_deriving_again(void **state) {
    fixture *f = *state;
    va_val value = OP2(MUL, OP1(TANH, OP2(MUL, f->x, f->y)), OP2(POW, f->x, NUM(2.5)));
    va_derive derive;
    va_derive_job job = {&value, &value, 1, 1, xy, 2, false};
    assert_true(va_derive_run(&derive, &f->model, &job));
    va_val by_x = va_derive_by(&derive, value, 0), by_y = va_derive_by(&derive, value, 1);
    va_derive_free(&derive);
    check(f, by_x, 1.3, 0.4);
    check(f, by_y, 1.3, 0.4);
}

static void sparse_values_have_no_zero_partials(void **state) {
    fixture *f = *state;
    va_val value = OP2(ADD, OP2(MUL, f->x, f->x), OP1(FLOOR, f->y));
    va_derive derive;
    va_derive_job job = {&value, &value, 1, 1, xy, 2, false};
    assert_true(va_derive_run(&derive, &f->model, &job));
    size_t n;
    const va_partial *list = va_derive_partials(&derive, value, &n);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].seed, 0);
    assert_int_equal(list[0].value, OP2(MUL, f->x, NUM(2)));
    va_derive_free(&derive);
}

/* ---- ddx ---- */

/* Unknowns a (0), b (1), g (2); probes V(a,b), V(g,b), and the potentials by which ddx differentiates. */
static void add_probes(fixture *f) {
    static const va_probe probes[] = {{0, 1}, {2, 1}, {0, VA_GROUND}, {1, VA_GROUND}, {2, VA_GROUND}};
    static const char *const names[] = {"a", "b", "g"};
    for (size_t i = 0; i < 5; i++) *HYS_PUSH(&f->arena, &f->model.probes) = probes[i];
    for (size_t i = 0; i < 3; i++) *HYS_PUSH(&f->arena, &f->model.unknowns) = (va_unknown){.name = names[i]};
}

static void ddx_holds_the_other_potentials(void **state) {
    fixture *f = *state;
    add_probes(f);
    va_val i = OP2(MUL, OP2(POW, f->x, NUM(2.5)), OP1(SINH, f->y)); /* of V(a,b), V(g,b) */
    va_val by[3];
    for (uint32_t k = 0; k < 3; k++) by[k] = va_opi(f->ir, VA_OP_DDX, k + 2, i, 0);
    for (uint32_t k = 0; k < 3; k++) f->model.unknowns.at[k].row = OP2(ADD, by[k], NUM(1));
    assert_int_equal(va_ddx(&f->model), HYS_OK);
    graph_point at = {.probe = {1.3L, 0.4L}};
    double by_ab = 2.5 * pow(1.3, 1.5) * sinh(0.4), by_gb = pow(1.3, 2.5) * cosh(0.4);
    double want[3] = {by_ab, -by_ab - by_gb, by_gb};
    for (int k = 0; k < 3; k++)
        assert_near((double)graph_value(&f->model, &at, f->model.unknowns.at[k].row), 1 + want[k], 1e-14);
}

static void ddx_nests(void **state) {
    fixture *f = *state;
    add_probes(f);
    va_val i = OP2(MUL, OP1(EXP, f->x), OP2(MUL, f->y, f->y));
    va_val inner = va_opi(f->ir, VA_OP_DDX, 4, i, 0); /* exp(x) 2 y */
    va_val outer = va_opi(f->ir, VA_OP_DDX, 2, OP2(MUL, inner, f->x), 0);
    f->model.unknowns.at[0].row = OP2(ADD, outer, inner);
    assert_int_equal(va_ddx(&f->model), HYS_OK);
    graph_point at = {.probe = {0.3L, 0.4L}};
    double want = 2 * 0.4 * exp(0.3) * (1 + 0.3) + 2 * 0.4 * exp(0.3);
    assert_near((double)graph_value(&f->model, &at, f->model.unknowns.at[0].row), want, 1e-14);
}

static void ddx_inside_a_loop_is_of_that_iteration(void **state) {
    fixture *f = *state;
    add_probes(f);
    va_val inits[2] = {NUM(0), NUM(0)}, phis[2], results[2];
    va_loop_begin(f->ir, va_bool(f->ir, true), inits, 2, phis);
    va_loop_cond(f->ir, OP2(LT, phis[0], NUM(4)));
    va_val slope = va_opi(f->ir, VA_OP_DDX, 2, OP1(EXP, OP2(MUL, f->x, phis[0])), 0);
    va_val nexts[2] = {OP2(ADD, phis[0], NUM(1)), OP2(ADD, phis[1], slope)};
    va_loop_end(f->ir, phis, nexts, 2, results);
    f->model.unknowns.at[0].row = results[1];
    assert_int_equal(va_ddx(&f->model), HYS_OK);
    graph_point at = {.probe = {0.3L, 0.4L}};
    double want = exp(0.3) + 2 * exp(0.6) + 3 * exp(0.9);
    assert_near((double)graph_value(&f->model, &at, f->model.unknowns.at[0].row), want, 1e-14);
}

/* ---- random expressions ---- */

static va_val random_value(fixture *f, graph_random *r, int depth) {
    static const va_opcode ops[] = {VA_OP_ADD,  VA_OP_SUB,  VA_OP_MUL, VA_OP_DIV,  VA_OP_MIN,   VA_OP_MAX,
                                    VA_OP_SQRT, VA_OP_TANH, VA_OP_EXP, VA_OP_ATAN, VA_OP_HYPOT, VA_OP_SIN};
    if (depth == 0) return graph_below(r, 3) ? (graph_below(r, 2) ? f->x : f->y) : NUM(graph_between(r, -2, 2));
    va_val a = random_value(f, r, depth - 1), b = random_value(f, r, depth - 1);
    if (graph_below(r, 6) == 0) return SEL(OP2(LT, a, b), b, random_value(f, r, depth - 1));
    va_opcode op = ops[graph_below(r, sizeof ops / sizeof *ops)];
    if (op == VA_OP_SQRT || op == VA_OP_EXP) a = OP2(ADD, OP1(TANH, a), NUM(1.5));
    if (op == VA_OP_DIV) b = OP2(ADD, OP2(MUL, b, b), NUM(0.5));
    return va_op_facts(op)->n == 1 ? va_op1(f->ir, op, a) : va_op2(f->ir, op, a, b);
}

static void random_expressions(void **state) {
    fixture *f = *state;
    graph_random r = {31415};
    size_t n_bad = 0;
    for (int i = 0; i < 400; i++) {
        va_val value = random_value(f, &r, 1 + i % 5);
        graph_point at = {.probe = {graph_between(&r, -1.5, 1.5), graph_between(&r, -1.5, 1.5)}};
        va_derive derive;
        va_derive_job job = {&value, &value, 1, 1, xy, 2, false};
        assert_true(va_derive_run(&derive, &f->model, &job));
        for (int k = 0; k < 2; k++) {
            va_val by = va_derive_by(&derive, value, (uint32_t)k);
            double want = (double)difference(f, value, at, k), got = (double)graph_value(&f->model, &at, by);
            n_bad += !(fabs(got - want) <= 1e-9 * (1 + fabs(want)));
        }
        va_derive_free(&derive);
    }
    assert_true(n_bad <= 2); /* of 800: where the difference straddles a kink */
}

static hys_status derive_something(hys_ctx *ctx, void *arg) {
    (void)arg;
    fixture fix = {.ctx = ctx}, *f = &fix;
    graph_new(&f->model, ctx, &f->arena, 1000000);
    f->ir = &f->model.ir;
    f->x = va_leaf(f->ir, VA_OP_PROBE, 0);
    f->y = va_leaf(f->ir, VA_OP_PROBE, 1);
    f->z = va_leaf(f->ir, VA_OP_PARAM, 0);
    va_val value = OP2(MUL, cube_root(f, f->x), OP1(EXP, f->y));
    va_derive derive;
    va_derive_job job = {&value, &value, 1, 1, xy, 2, false};
    bool ok = va_derive_run(&derive, &f->model, &job);
    va_derive_free(&derive);
    hys__arena_free(&f->arena);
    return ok ? HYS_OK : HYS_NOMEM;
}

static void running_out_of_memory_fails_cleanly(void **state) {
    (void)state;
    hys_test_each_failure(derive_something, NULL, false);
    hys_test_each_failure(derive_something, NULL, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_unary_operation),
        TEST(every_binary_operation),
        TEST(decisions_take_the_slope_of_the_arm),
        TEST(slopes_at_zero_are_finite),
        TEST(loops_carry_derivatives),
        TEST(nested_loops_carry_derivatives),
        TEST(arrays_carry_derivatives),
        TEST(arrays_in_loops_carry_derivatives),
        TEST(second_derivatives_come_from_deriving_again),
        TEST(sparse_values_have_no_zero_partials),
        TEST(ddx_holds_the_other_potentials),
        TEST(ddx_nests),
        TEST(ddx_inside_a_loop_is_of_that_iteration),
        TEST(random_expressions),
        TEST(running_out_of_memory_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
