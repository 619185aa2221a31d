/* The graph: sharing, scopes of loops, and folding that changes no value. */
#include "hys_test.h"
#include "veriloga/graph.h"
#include "veriloga/ir_ops.h"
#include "veriloga/ir_rewrite.h"

typedef struct fixture {
    hys_ctx *ctx;
    hys__arena arena;
    va_model model;
    va_ir *ir;
    va_val x, y, p;
} fixture;

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->ctx = hys_test_ctx();
    graph_new(&f->model, f->ctx, &f->arena, 1000000);
    f->ir = &f->model.ir;
    f->x = va_leaf(f->ir, VA_OP_PROBE, 0);
    f->y = va_leaf(f->ir, VA_OP_PROBE, 1);
    f->p = va_leaf(f->ir, VA_OP_PARAM, 0);
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

static void equal_operations_are_one_value(void **state) {
    fixture *f = *state;
    assert_int_equal(OP2(MUL, f->x, f->y), OP2(MUL, f->y, f->x));
    assert_int_equal(OP2(SUB, f->x, NUM(2)), OP2(ADD, f->x, NUM(-2)));
    assert_int_not_equal(OP2(SUB, f->x, f->y), OP2(SUB, f->y, f->x));
    va_val grid[2] = {f->x, f->y};
    assert_int_equal(va_opn(f->ir, VA_OP_TABLE, 3, grid, 2), va_opn(f->ir, VA_OP_TABLE, 3, grid, 2));
    assert_int_not_equal(va_opn(f->ir, VA_OP_TABLE, 3, grid, 2), va_opn(f->ir, VA_OP_TABLE, 4, grid, 2));
    assert_int_equal(va_opi(f->ir, VA_OP_DRAW, 1, f->x, f->y), va_opi(f->ir, VA_OP_DRAW, 1, f->x, f->y));
    assert_int_not_equal(va_opi(f->ir, VA_OP_DRAW, 1, f->x, f->y), va_opi(f->ir, VA_OP_DRAW, 1, f->y, f->y));
}

static void a_value_of_a_loop_is_not_used_outside(void **state) {
    fixture *f = *state;
    va_val outside = OP2(ADD, f->x, f->y), init = NUM(0), phi, result;
    uint32_t loop = va_loop_begin(f->ir, va_bool(f->ir, true), &init, 1, &phi);
    va_val inside = OP2(MUL, f->x, f->y), leaf = va_leaf(f->ir, VA_OP_PARAM, 7);
    assert_int_equal(OP2(ADD, f->y, f->x), outside);
    assert_int_equal(OP2(MUL, f->y, f->x), inside);
    va_val inner_init = NUM(1), inner_phi, inner_result;
    va_loop_begin(f->ir, va_bool(f->ir, true), &inner_init, 1, &inner_phi);
    assert_int_equal(OP2(MUL, f->x, f->y), inside);
    va_val inner = OP2(DIV, f->x, f->y);
    va_loop_cond(f->ir, OP2(LT, inner_phi, NUM(3)));
    va_val inner_next = OP2(ADD, inner_phi, NUM(1));
    va_loop_end(f->ir, &inner_phi, &inner_next, 1, &inner_result);
    assert_int_not_equal(OP2(DIV, f->x, f->y), inner);
    va_loop_cond(f->ir, OP2(LT, phi, NUM(10)));
    va_val next = OP2(ADD, phi, inner_result);
    va_loop_end(f->ir, &phi, &next, 1, &result);
    assert_int_equal(va_get(f->ir, inside)->loop, loop);
    assert_int_not_equal(OP2(MUL, f->x, f->y), inside);
    assert_int_not_equal(va_leaf(f->ir, VA_OP_PARAM, 7), leaf);
    graph_point at = {.probe = {3, 4}};
    assert_near((double)graph_value(&f->model, &at, result), 12, 0); /* 0, 3, 6, 9, 12 */
}

static void loop_values_that_do_not_change_are_their_start(void **state) {
    fixture *f = *state;
    va_val inits[3] = {f->x, f->y, NUM(0)}, phis[3], results[3];
    va_loop_begin(f->ir, OP2(LT, f->x, f->y), inits, 3, phis);
    va_loop_cond(f->ir, OP2(LT, phis[2], NUM(5)));
    va_val nexts[3] = {phis[0], f->y, OP2(ADD, phis[2], NUM(1))};
    va_loop_end(f->ir, phis, nexts, 3, results);
    assert_int_equal(results[0], f->x);
    assert_int_equal(results[1], f->y);
    assert_int_equal(va_get(f->ir, results[2])->op, VA_OP_RESULT);
    va_loop_begin(f->ir, va_bool(f->ir, false), inits, 1, phis);
    va_loop_cond(f->ir, va_bool(f->ir, true));
    nexts[0] = OP2(ADD, phis[0], NUM(1));
    va_loop_end(f->ir, phis, nexts, 1, results);
    assert_int_equal(results[0], f->x);
}

static void arithmetic_identities_fold(void **state) {
    fixture *f = *state;
    assert_int_equal(OP2(ADD, f->x, NUM(0)), f->x);
    assert_int_equal(OP2(MUL, NUM(1), f->x), f->x);
    assert_int_equal(OP2(MUL, f->x, NUM(0)), NUM(0));
    assert_int_equal(OP2(SUB, f->x, f->x), NUM(0));
    assert_int_equal(OP1(NEG, OP1(NEG, f->x)), f->x);
    assert_int_equal(OP2(DIV, f->x, NUM(4)), OP2(MUL, f->x, NUM(0.25)));
    assert_int_equal(va_get(f->ir, OP2(DIV, f->x, NUM(3)))->op, VA_OP_DIV);
    assert_int_equal(OP2(POW, f->x, NUM(2)), OP2(MUL, f->x, f->x));
    assert_int_equal(OP2(POW, f->x, NUM(0.5)), OP1(SQRT, f->x));
    assert_int_equal(OP1(ROUND, OP1(FLOOR, f->x)), OP1(FLOOR, f->x));
    assert_int_equal(OP1(WRAP32, SEL(OP2(LT, f->x, f->y), NUM(1), NUM(-7))), SEL(OP2(LT, f->x, f->y), NUM(1), NUM(-7)));
    assert_int_equal(OP2(SUB, f->x, OP1(NEG, f->y)), OP2(ADD, f->x, f->y));
    assert_near(va_get(f->ir, OP2(SHR, NUM(-1), NUM(28)))->number, 15, 0);
    assert_near(va_get(f->ir, OP2(ASHR, NUM(-16), NUM(2)))->number, -4, 0);
    assert_near(va_get(f->ir, OP1(WRAP32, NUM(2147483648.0)))->number, -2147483648.0, 0);
    assert_int_equal(va_get(f->ir, OP2(DIV, NUM(1), NUM(0)))->op, VA_OP_DIV); /* left to the kernel */
}

/* Published code multiplies by relations and keeps conditions in numbers. */
static void conditions_coded_as_numbers_become_conditions(void **state) {
    fixture *f = *state;
    va_val c = OP2(LT, f->x, f->y), d = OP2(LT, f->y, f->p), flag = va_to_real(f->ir, c);
    assert_int_equal(OP2(MUL, flag, f->p), SEL(c, f->p, NUM(0)));
    assert_int_equal(OP2(NE, flag, NUM(0)), c);
    assert_int_equal(OP2(EQ, flag, NUM(0)), OP1(NOT, c));
    assert_int_equal(OP2(EQ, flag, NUM(2)), va_bool(f->ir, false));
    assert_int_equal(va_to_bool(f->ir, SEL(c, NUM(0), va_to_real(f->ir, d))), OP2(AND, OP1(NOT, c), d));
    assert_int_equal(OP2(LT, NUM(1), OP2(ADD, SEL(c, NUM(1), SEL(d, NUM(2), NUM(3))), NUM(-1))),
                     OP2(AND, OP1(NOT, c), OP1(NOT, d)));
}

static void conditions_known_from_others_fold(void **state) {
    fixture *f = *state;
    va_val lt = OP2(LT, f->x, f->y), ge = OP2(LE, f->y, f->x), big = OP2(LT, NUM(2), f->x);
    assert_int_equal(OP1(NOT, lt), ge);
    assert_int_equal(OP2(AND, lt, ge), va_bool(f->ir, false));
    assert_int_equal(OP2(OR, lt, ge), va_bool(f->ir, true));
    assert_int_equal(OP2(AND, big, OP2(LT, NUM(1), f->x)), big);
    assert_int_equal(OP2(AND, big, OP2(LE, f->x, NUM(2))), va_bool(f->ir, false));
    assert_int_equal(OP2(AND, big, OP2(EQ, f->x, NUM(1))), va_bool(f->ir, false));
    assert_int_equal(SEL(lt, SEL(lt, f->x, f->p), f->y), SEL(lt, f->x, f->y));
    assert_int_equal(SEL(lt, f->p, SEL(ge, f->x, f->y)), SEL(lt, f->p, f->x));
    assert_int_equal(SEL(OP2(AND, lt, big), SEL(big, f->p, f->x), f->y), SEL(OP2(AND, lt, big), f->p, f->y));
    va_val e = va_leaf(f->ir, VA_OP_EVENT, 0);
    assert_int_equal(OP2(OR, e, OP2(AND, e, lt)), e);
    assert_int_equal(SEL(OP1(NOT, e), f->x, f->y), SEL(e, f->y, f->x));
}

/* if (x >= p) d = 1; if (x <= y) d = 2; if (y < x && x < p) d = 3;  d is set whatever x is. */
static void exhaustive_ifs_leave_nothing_of_the_old_value(void **state) {
    fixture *f = *state;
    va_val d = va_leaf(f->ir, VA_OP_RETAINED, 0), above = OP2(LE, f->p, f->x), below = OP2(LE, f->x, f->y);
    va_val first = SEL(above, NUM(1), d), second = SEL(below, NUM(2), first);
    va_val third = SEL(OP2(AND, OP2(LT, f->y, f->x), OP2(LT, f->x, f->p)), NUM(3), second);
    hys__arena arena;
    va_cone cone;
    hys__arena_init(&arena, f->ctx, 0);
    assert_true(va_cone_of(f->ir, &arena, &third, 1, &cone));
    assert_false(cone.has[d]);
    hys__arena_free(&arena);
}

static void clamps_become_min_and_max(void **state) {
    fixture *f = *state;
    va_val hi = SEL(OP2(LT, NUM(1), f->x), NUM(1), f->x);
    assert_int_equal(hi, OP2(MIN, f->x, NUM(1)));
    assert_int_equal(SEL(OP2(LE, NUM(1), f->x), NUM(1), f->x), hi);
    assert_int_equal(SEL(OP2(LT, f->x, f->p), f->p, f->x), OP2(MAX, f->x, f->p));
    assert_int_equal(OP2(LT, NUM(1), hi), va_bool(f->ir, false));
    assert_int_equal(OP2(MIN, hi, NUM(2)), hi);
    assert_int_equal(OP1(ABS, OP1(EXP, f->x)), OP1(EXP, f->x));
}

static void poison_spreads(void **state) {
    fixture *f = *state;
    assert_int_equal(OP2(ADD, f->x, 0), 0);
    assert_int_equal(SEL(0, f->x, f->y), 0);
    va_val none = 0, phi, result;
    va_loop_begin(f->ir, va_bool(f->ir, true), &none, 1, &phi);
    va_loop_cond(f->ir, 0);
    va_loop_end(f->ir, &phi, &none, 1, &result);
    assert_int_equal(phi, 0);
    assert_int_equal(result, 0);
    assert_int_equal(f->ir->loop, 0);
}

/* ---- random expressions: the graph has the value that the tree has ---- */

typedef struct both {
    va_val value;
    long double is;
    bool finite;
} both;

static const va_opcode real_ops[] = {VA_OP_ADD, VA_OP_SUB, VA_OP_MUL,  VA_OP_DIV,   VA_OP_MIN,  VA_OP_MAX,
                                     VA_OP_NEG, VA_OP_ABS, VA_OP_TANH, VA_OP_FLOOR, VA_OP_ROUND};
static const va_opcode bool_ops[] = {VA_OP_LT, VA_OP_LE, VA_OP_EQ, VA_OP_NE};

static long double apply(va_opcode op, long double a, long double b) {
    switch (op) {
    case VA_OP_ADD:
        return a + b;
    case VA_OP_SUB:
        return a - b;
    case VA_OP_MUL:
        return a * b;
    case VA_OP_DIV:
        return a / b;
    case VA_OP_MIN:
        return b < a ? b : a;
    case VA_OP_MAX:
        return a < b ? b : a;
    case VA_OP_NEG:
        return -a;
    case VA_OP_ABS:
        return fabsl(a);
    case VA_OP_TANH:
        return tanhl(a);
    case VA_OP_FLOOR:
        return floorl(a);
    case VA_OP_ROUND:
        return roundl(a);
    case VA_OP_LT:
        return a < b;
    case VA_OP_LE:
        return a <= b;
    case VA_OP_EQ:
        return a == b;
    case VA_OP_NE:
        return a != b;
    case VA_OP_AND:
        return a != 0 && b != 0;
    default:
        return a != 0 || b != 0;
    }
}

static both real_tree(fixture *f, graph_random *r, const graph_point *at, int depth);

static both bool_tree(fixture *f, graph_random *r, const graph_point *at, int depth) {
    uint32_t kind = graph_below(r, 6);
    if (kind < 3 || depth == 0) {
        va_opcode op = bool_ops[graph_below(r, 4)];
        both a = real_tree(f, r, at, depth > 0 ? depth - 1 : 0), b = real_tree(f, r, at, depth / 2);
        return (both){va_op2(f->ir, op, a.value, b.value), apply(op, a.is, b.is), a.finite && b.finite};
    }
    both a = bool_tree(f, r, at, depth - 1), b = bool_tree(f, r, at, depth - 1);
    if (kind == 3) return (both){va_op1(f->ir, VA_OP_NOT, a.value), a.is == 0, a.finite};
    va_opcode op = kind == 4 ? VA_OP_AND : VA_OP_OR;
    return (both){va_op2(f->ir, op, a.value, b.value), apply(op, a.is, b.is), a.finite && b.finite};
}

static both real_leaf(fixture *f, graph_random *r, const graph_point *at) {
    static const double numbers[] = {0, 1, -1, 2, 0.5, 3, -0.25};
    uint32_t kind = graph_below(r, 5);
    if (kind == 0) {
        double number = numbers[graph_below(r, 7)];
        return (both){va_const(f->ir, number), number, true};
    }
    uint32_t imm = graph_below(r, 3);
    return (both){va_leaf(f->ir, VA_OP_PROBE, imm), at->probe[imm], true};
}

static both real_tree(fixture *f, graph_random *r, const graph_point *at, int depth) {
    if (depth == 0) return real_leaf(f, r, at);
    uint32_t kind = graph_below(r, 10);
    if (kind < 2) {
        both c = bool_tree(f, r, at, depth - 1), a = real_tree(f, r, at, depth - 1);
        both b = real_tree(f, r, at, depth - 1);
        return (both){va_op3(f->ir, VA_OP_SELECT, c.value, a.value, b.value), c.is != 0 ? a.is : b.is,
                      c.finite && a.finite && b.finite};
    }
    if (kind == 2) return bool_tree(f, r, at, depth - 1); /* a relation as a number */
    va_opcode op = real_ops[graph_below(r, sizeof real_ops / sizeof *real_ops)];
    both a = real_tree(f, r, at, depth - 1);
    if (va_op_facts(op)->n == 1) return (both){va_op1(f->ir, op, a.value), apply(op, a.is, 0), a.finite};
    both b = real_tree(f, r, at, depth - 1);
    long double is = apply(op, a.is, b.is);
    return (both){va_op2(f->ir, op, a.value, b.value), is, a.finite && b.finite && isfinite(is)};
}

/* Values on a grid, so that equalities and ties happen and long double makes no rounding error in sums;
 * expressions with anything not finite in them are not compared. */
static void folding_keeps_the_value_of_random_expressions(void **state) {
    fixture *f = *state;
    graph_random r = {2385};
    size_t n_compared = 0;
    for (int i = 0; i < 20000; i++) {
        graph_point at = {0};
        for (int k = 0; k < 3; k++) at.probe[k] = ((int)graph_below(&r, 9) - 4) * 0.5L;
        both tree = real_tree(f, &r, &at, 1 + i % 6);
        if (!tree.finite || fabsl(tree.is) > 1e6L) continue;
        long double got = graph_value(&f->model, &at, tree.value);
        n_compared++;
        if (fabsl(got - tree.is) > 1e-12L * (1 + fabsl(tree.is)))
            fail_msg("expression %d is %.17Lg, not %.17Lg", i, got, tree.is);
        if (f->ir->ins.n > 500) {
            hys__arena_free(&f->arena);
            graph_new(&f->model, f->ctx, &f->arena, 1000000);
        }
    }
    assert_true(n_compared > 10000);
}

static void small_powers_are_products(void **state) {
    fixture *f = *state;
    graph_point at = {.probe = {-1.37L}};
    for (int n = -8; n <= 8; n++) {
        va_val value = OP2(POW, f->x, NUM(n));
        assert_int_not_equal(va_get(f->ir, value)->op, VA_OP_POW);
        assert_near((double)graph_value(&f->model, &at, value), pow(-1.37, n), 1e-14);
    }
}

static void the_limit_is_reported_once(void **state) {
    fixture *f = *state;
    hys__arena_free(&f->arena);
    graph_new(&f->model, f->ctx, &f->arena, 50);
    va_val sum = va_leaf(f->ir, VA_OP_PROBE, 0);
    for (int i = 1; i < 200; i++) sum = OP2(MUL, sum, va_leaf(f->ir, VA_OP_PROBE, (uint32_t)i));
    assert_int_equal(sum, 0);
    assert_true(f->ir->failed);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    assert_int_equal(hys_diag_get(f->ctx, 0)->status, HYS_LIMIT);
}

static hys_status build_something(hys_ctx *ctx, void *arg) {
    hys__arena arena;
    va_model model;
    (void)arg;
    graph_new(&model, ctx, &arena, 1000000);
    va_val sum = va_const(&model.ir, 0.5), phi, result;
    for (uint32_t i = 0; i < 3000; i++) {
        va_val args[3] = {sum, sum, va_leaf(&model.ir, VA_OP_PROBE, i)};
        sum = va_op2(&model.ir, VA_OP_MUL, va_opn(&model.ir, VA_OP_TABLE, 0, args, 3), args[2]);
    }
    va_loop_begin(&model.ir, va_bool(&model.ir, true), &sum, 1, &phi);
    va_loop_cond(&model.ir, va_op2(&model.ir, VA_OP_LT, phi, sum));
    va_val next = va_op1(&model.ir, VA_OP_EXP, phi);
    va_loop_end(&model.ir, &phi, &next, 1, &result);
    hys_status status = model.ir.failed || result == 0 ? HYS_NOMEM : HYS_OK;
    hys__arena_free(&arena);
    return status;
}

static void running_out_of_memory_poisons(void **state) {
    (void)state;
    hys_test_each_failure(build_something, NULL, false);
    hys_test_each_failure(build_something, NULL, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(equal_operations_are_one_value),
        TEST(a_value_of_a_loop_is_not_used_outside),
        TEST(loop_values_that_do_not_change_are_their_start),
        TEST(arithmetic_identities_fold),
        TEST(conditions_coded_as_numbers_become_conditions),
        TEST(conditions_known_from_others_fold),
        TEST(exhaustive_ifs_leave_nothing_of_the_old_value),
        TEST(clamps_become_min_and_max),
        TEST(poison_spreads),
        TEST(folding_keeps_the_value_of_random_expressions),
        TEST(small_powers_are_products),
        TEST(the_limit_is_reported_once),
        TEST(running_out_of_memory_poisons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
