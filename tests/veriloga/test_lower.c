/* Lowering: unknowns for ddt, mass entries, the Jacobian, noise coefficients, retained slots that live,
 * and what each function of a kernel computes. */
#include "hys_test.h"
#include "veriloga/graph.h"
#include "veriloga/ir_ops.h"
#include "veriloga/lower.h"
#include <time.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys__arena arena;
    va_model model;
    va_program program;
    va_ir *ir;
} fixture;

#define OP1(op, a)    va_op1(f->ir, VA_OP_##op, a)
#define OP2(op, a, b) va_op2(f->ir, VA_OP_##op, a, b)
#define SEL(c, a, b)  va_op3(f->ir, VA_OP_SELECT, c, a, b)
#define NUM(x)        va_const(f->ir, x)
#define PARAM(i)      va_leaf(f->ir, VA_OP_PARAM, i)
#define RETAINED(i)   va_leaf(f->ir, VA_OP_RETAINED, i)
#define FLAG(name)    va_leaf(f->ir, VA_OP_FLAG, VA_FLAG_##name)

static void start(fixture *f, hys_ctx *ctx) {
    *f = (fixture){.ctx = ctx};
    graph_new(&f->model, ctx, &f->arena, 2000000);
    f->ir = &f->model.ir;
}

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    start(f, hys_test_ctx());
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

static uint32_t unknown(fixture *f, const char *name, va_unknown_kind kind, bool is_terminal) {
    va_unknown *u = HYS_PUSH(&f->arena, &f->model.unknowns);
    if (u) *u = (va_unknown){.kind = kind, .name = name, .units = "V", .abstol = 1e-6, .is_terminal = is_terminal};
    f->model.n_terminals += is_terminal;
    return (uint32_t)f->model.unknowns.n - 1;
}

static va_val probe(fixture *f, uint32_t pos, uint32_t neg) {
    va_probe *p = HYS_PUSH(&f->arena, &f->model.probes);
    if (p) *p = (va_probe){pos, neg};
    return va_leaf(f->ir, VA_OP_PROBE, (uint32_t)f->model.probes.n - 1);
}

static va_val ddt(fixture *f, va_val operand) {
    va_ddt *d = HYS_PUSH(&f->arena, &f->model.ddts);
    if (d) *d = (va_ddt){.operand = operand, .units = "C"};
    return va_leaf(f->ir, VA_OP_DDT, (uint32_t)f->model.ddts.n - 1);
}

static uint32_t retained(fixture *f, const char *name, va_val init) {
    va_retained *r = HYS_PUSH(&f->arena, &f->model.retained);
    if (r) *r = (va_retained){.name = name, .init = init};
    return (uint32_t)f->model.retained.n - 1;
}

static void current(fixture *f, uint32_t p, uint32_t n, va_val i) {
    va_unknown *u = f->model.unknowns.at;
    u[p].row = u[p].row ? OP2(ADD, u[p].row, i) : i;
    u[n].row = u[n].row ? OP2(SUB, u[n].row, i) : OP1(NEG, i);
}

static void lower(fixture *f) {
    assert_int_equal(va_lower(&f->model, &f->program), HYS_OK);
}

static va_val root(fixture *f, va_func_id func, va_target target, uint32_t index) {
    for (size_t i = 0; i < f->program.roots[func].n; i++) {
        const va_root *r = &f->program.roots[func].at[i];
        if (r->target == target && r->index == index) return r->val;
    }
    return 0;
}

static va_val entry(fixture *f, va_target target, uint32_t row, uint32_t col) {
    const va_entry *at = target == VA_TO_JAC    ? f->program.jac.at
                         : target == VA_TO_MASS ? f->program.mass.at
                                                : f->program.noise_coef.at;
    size_t n = target == VA_TO_JAC    ? f->program.jac.n
               : target == VA_TO_MASS ? f->program.mass.n
                                      : f->program.noise_coef.n;
    va_func_id func = target == VA_TO_JAC ? VA_FUNC_EVAL_FJ : target == VA_TO_MASS ? VA_FUNC_FIXED : VA_FUNC_NOISE;
    for (size_t i = 0; i < n; i++)
        if (at[i].row == row && at[i].col == col) return root(f, func, target, (uint32_t)i);
    return 0;
}

/* The unknowns' values give those of the probes. */
static graph_point point(const fixture *f, const double *x) {
    graph_point at = {.param = {0.7L, 1.3L, 2.1L}, .temp = 300};
    for (size_t i = 0; i < f->model.probes.n; i++) {
        va_probe p = f->model.probes.at[i];
        at.probe[i] = (p.pos == VA_GROUND ? 0 : x[p.pos]) - (p.neg == VA_GROUND ? 0 : x[p.neg]);
    }
    return at;
}

static double value_at(fixture *f, const graph_point *at, va_val value) {
    assert_int_not_equal(value, 0);
    return (double)graph_value(&f->model, at, value);
}

/* The Jacobian against differences of the residuals, everywhere; zeros have no entry. */
static void check_jac(fixture *f, const double *x0) {
    size_t n = f->model.unknowns.n;
    for (uint32_t col = 0; col < n; col++) {
        const double h = 1e-5;
        double up[16], down[16];
        memcpy(up, x0, n * sizeof *up);
        memcpy(down, x0, n * sizeof *down);
        up[col] += h;
        down[col] -= h;
        graph_point at = point(f, x0), at_up = point(f, up), at_down = point(f, down);
        for (uint32_t row = 0; row < n; row++) {
            va_val residual = root(f, VA_FUNC_EVAL_FJ, VA_TO_F, row), j = entry(f, VA_TO_JAC, row, col);
            double want = (value_at(f, &at_up, residual) - value_at(f, &at_down, residual)) / (2 * h);
            assert_within(j ? value_at(f, &at, j) : 0, want, 1e-8 * (1 + fabs(want)));
            assert_near(value_at(f, &at, residual), value_at(f, &at, root(f, VA_FUNC_EVAL_F, VA_TO_F, row)), 1e-15);
        }
    }
}

static void the_jacobian_is_that_of_the_rows(void **state) {
    fixture *f = *state;
    uint32_t d = unknown(f, "d", VA_UNK_NODE, true), g = unknown(f, "g", VA_UNK_NODE, true);
    uint32_t s = unknown(f, "s", VA_UNK_NODE, true), m = unknown(f, "m", VA_UNK_NODE, false);
    va_val vgs = probe(f, g, s), vds = probe(f, m, s), vdm = probe(f, d, m), vg = probe(f, g, VA_GROUND);
    current(f, m, s, OP2(MUL, OP1(TANH, vgs), OP2(POW, OP1(ABS, vds), PARAM(1))));
    current(f, d, m, OP2(MUL, vdm, OP2(ADD, OP2(MUL, vdm, vdm), NUM(1))));
    current(f, g, s, OP2(MUL, OP1(FLOOR, vg), NUM(1e-9)));
    lower(f);
    check_jac(f, (const double[]){1.1, 0.45, -0.2, 0.8});
    assert_int_equal(entry(f, VA_TO_JAC, d, g), 0);
    assert_int_equal(entry(f, VA_TO_JAC, g, g), 0);
    assert_int_equal(f->program.mass.n, 0);
}

static void ddt_of_an_unknown_is_its_own_derivative(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true), w = unknown(f, "w", VA_UNK_NODE, false);
    va_val vw = probe(f, w, VA_GROUND), minus = probe(f, VA_GROUND, w), vp = probe(f, p, VA_GROUND);
    f->model.unknowns.at[p].row = OP2(MUL, vp, vw);
    f->model.unknowns.at[w].row = OP2(SUB, OP2(MUL, PARAM(0), ddt(f, vw)), OP2(MUL, NUM(2), ddt(f, minus)));
    lower(f);
    assert_int_equal(f->model.unknowns.n, 2);
    assert_int_equal(f->program.mass.n, 1);
    graph_point at = point(f, (const double[]){0.3, 0.4});
    assert_near(value_at(f, &at, entry(f, VA_TO_MASS, w, w)), 0.7 + 2, 1e-15);
    assert_within(value_at(f, &at, root(f, VA_FUNC_EVAL_F, VA_TO_F, w)), 0, 0);
    assert_true(f->model.unknowns.at[w].is_state);
    assert_false(f->model.unknowns.at[p].is_state);
}

/* I(p,n) <+ ddt(q(V)) with q nonlinear: one charge, shared by both rows and by a second use. */
static void a_nonlinear_charge_gets_an_unknown(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true), n = unknown(f, "n", VA_UNK_NODE, true);
    va_val v = probe(f, p, n), q = OP2(MUL, PARAM(0), OP1(TANH, v));
    current(f, p, n, OP2(ADD, OP2(MUL, v, NUM(1e-3)), ddt(f, q)));
    current(f, p, n, OP2(MUL, ddt(f, q), PARAM(2)));
    lower(f);
    assert_int_equal(f->model.unknowns.n, 3);
    const va_unknown *z = &f->model.unknowns.at[2];
    assert_int_equal(z->kind, VA_UNK_CHARGE);
    assert_string_equal(z->units, "C");
    assert_false(z->is_state);
    const double x[] = {0.5, 0.2, 0.9};
    graph_point at = point(f, x);
    assert_near(value_at(f, &at, entry(f, VA_TO_MASS, p, 2)), 1 + 2.1, 1e-15);
    assert_near(value_at(f, &at, entry(f, VA_TO_MASS, n, 2)), -1 - 2.1, 1e-15);
    assert_near(value_at(f, &at, root(f, VA_FUNC_EVAL_F, VA_TO_F, 2)), 0.9 - 0.7 * tanh(0.3), 1e-15);
    assert_near(value_at(f, &at, root(f, VA_FUNC_EVAL_F, VA_TO_F, p)), 0.3e-3, 1e-13);
    check_jac(f, x);
}

static void ddt_of_a_fixed_value_is_zero(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true);
    va_val temp = va_leaf(f->ir, VA_OP_TEMP, 0);
    f->model.unknowns.at[p].row = OP2(ADD, probe(f, p, VA_GROUND), ddt(f, OP2(MUL, PARAM(0), temp)));
    lower(f);
    assert_int_equal(f->model.unknowns.n, 1);
    assert_int_equal(f->program.mass.n, 0);
}

/* Coefficients that move with x, decisions, and outputs need the value of the derivative. */
static void a_ddt_used_by_value_gets_an_auxiliary_unknown(void **state) {
    for (int use = 0; use < 4; use++) {
        fixture fix, *f = &fix;
        (void)state;
        start(f, hys_test_ctx());
        uint32_t p = unknown(f, "p", VA_UNK_NODE, true), n = unknown(f, "n", VA_UNK_NODE, true);
        va_val v = probe(f, p, n), rate = ddt(f, OP1(SINH, v)), i = rate;
        if (use == 0) i = OP2(MUL, rate, v);
        if (use == 1) i = SEL(OP2(LT, rate, NUM(0)), NUM(0), v);
        if (use == 2) i = OP1(ABS, rate);
        current(f, p, n, i);
        if (use == 3) *HYS_PUSH(&f->arena, &f->model.opvars) = (struct va_opvar){"i", "A", "", rate};
        lower(f);
        assert_int_equal(f->model.unknowns.n, 4);
        assert_int_equal(f->model.unknowns.at[2].kind, VA_UNK_CHARGE);
        assert_int_equal(f->model.unknowns.at[3].kind, VA_UNK_AUX);
        const double x[] = {0.5, 0.2, 0.9, -1.4};
        graph_point at = point(f, x);
        assert_int_equal(f->program.mass.n, 1);
        assert_near(value_at(f, &at, entry(f, VA_TO_MASS, 3, 2)), -1, 0);
        assert_near(value_at(f, &at, root(f, VA_FUNC_EVAL_F, VA_TO_F, 3)), -1.4, 0);
        double want[] = {-1.4 * 0.3, 0, 1.4, -1.4};
        assert_within(value_at(f, &at, root(f, VA_FUNC_EVAL_F, VA_TO_F, p)), want[use], 1e-15);
        check_jac(f, x);
        hys__arena_free(&f->arena);
        hys_ctx_free(f->ctx);
    }
}

static void ddt_of_ddt_chains(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true);
    va_val v = probe(f, p, VA_GROUND);
    f->model.unknowns.at[p].row = ddt(f, OP2(MUL, PARAM(1), ddt(f, OP1(EXP, v))));
    lower(f);
    /* z0 = exp(v); z1 = p1 z0'; row: z1' */
    assert_int_equal(f->model.unknowns.n, 3);
    graph_point at = point(f, (const double[]){0.5, 0.2, 0.9});
    assert_near(value_at(f, &at, entry(f, VA_TO_MASS, p, 2)), 1, 0);
    assert_near(value_at(f, &at, entry(f, VA_TO_MASS, 2, 1)), -1.3, 1e-15);
    assert_near(value_at(f, &at, root(f, VA_FUNC_EVAL_F, VA_TO_F, 2)), 0.9, 0);
}

static void noise_is_linearised(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true), n = unknown(f, "n", VA_UNK_NODE, true);
    va_val v = probe(f, p, n), noise = va_leaf(f->ir, VA_OP_NOISE, 0);
    *HYS_PUSH(&f->arena, &f->model.noises) = (va_noise){.kind = VA_NOISE_WHITE, .name = "th", .power = OP1(EXP, v)};
    current(f, p, n, OP2(ADD, OP2(MUL, v, v), OP2(MUL, noise, OP2(ADD, v, OP2(MUL, noise, NUM(5))))));
    lower(f);
    graph_point at = point(f, (const double[]){0.5, 0.2});
    at.noise[0] = 17; /* must not matter */
    assert_near(value_at(f, &at, root(f, VA_FUNC_EVAL_F, VA_TO_F, p)), 0.09, 1e-15);
    assert_near(value_at(f, &at, entry(f, VA_TO_NOISE_COEF, p, 0)), 0.3, 1e-15);
    assert_near(value_at(f, &at, entry(f, VA_TO_NOISE_COEF, n, 0)), -0.3, 1e-15);
    assert_near(value_at(f, &at, root(f, VA_FUNC_NOISE, VA_TO_NOISE, 0)), exp(0.3), 1e-15);
}

/* ---- retained slots ---- */

static void only_slots_that_outputs_need_are_stored(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true);
    va_val v = probe(f, p, VA_GROUND);
    uint32_t dead = retained(f, "dead", NUM(0)), same = retained(f, "same", NUM(3));
    uint32_t a = retained(f, "a", NUM(0)), b = retained(f, "b", NUM(1));
    f->model.retained.at[dead].next = OP2(ADD, RETAINED(dead), v);
    f->model.retained.at[same].next = SEL(OP2(LT, v, NUM(0)), RETAINED(same), NUM(3));
    f->model.retained.at[a].next = OP2(ADD, RETAINED(a), OP2(MUL, RETAINED(b), RETAINED(same)));
    f->model.retained.at[b].next = SEL(va_leaf(f->ir, VA_OP_EVENT, 0), v, RETAINED(b));
    *HYS_PUSH(&f->arena, &f->model.events) =
        (va_event_src){.kind = VA_EVENT_CROSS, .expr = v, .enable = va_bool(f->ir, true)};
    f->model.unknowns.at[p].row = OP2(MUL, v, f->model.retained.at[a].next);
    lower(f);
    assert_int_equal(f->program.n_live_retained, 2);
    assert_int_equal(f->program.retained_slot[dead], UINT32_MAX);
    assert_int_equal(f->program.retained_slot[same], UINT32_MAX);
    assert_int_equal(f->program.retained_slot[a], 0);
    assert_int_equal(f->program.retained_slot[b], 1);
    assert_true(f->model.retained.at[a].is_stepped);
    assert_false(f->model.retained.at[b].is_stepped);
    assert_true(f->program.is_stepped);
    graph_point at = point(f, (const double[]){0.5});
    at.retained[a] = 2;
    at.retained[b] = 4;
    assert_near(value_at(f, &at, root(f, VA_FUNC_EVAL_F, VA_TO_F, p)), 0.5 * (2 + 4 * 3), 1e-15);
    at.event[0] = true; /* only accept sees events */
    assert_near(value_at(f, &at, root(f, VA_FUNC_ACCEPT, VA_TO_RETAINED, b)), 0.5, 0);
}

/* An output variable or a message must not turn a smooth module into one that is run step by step. */
static void what_is_only_reported_does_not_step_the_module(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true);
    va_val v = probe(f, p, VA_GROUND);
    uint32_t last = retained(f, "last", NUM(0));
    f->model.retained.at[last].next = v;
    *HYS_PUSH(&f->arena, &f->model.opvars) = (struct va_opvar){"dv", "V", "", OP2(SUB, v, RETAINED(last))};
    f->model.unknowns.at[p].row = v;
    lower(f);
    assert_true(f->model.retained.at[last].is_stepped && f->model.retained.at[last].is_reported);
    assert_int_equal(f->program.n_live_retained, 1);
    assert_false(f->program.is_stepped);
}

/* a[0] = V, a[i] = the old a[i-1]: each depends on all before it. */
static void a_long_shift_register_is_quick(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true);
    const uint32_t n = 20000;
    for (uint32_t i = 0; i < n; i++) {
        retained(f, "a", NUM(0));
        f->model.retained.at[i].next = i == 0 ? probe(f, p, VA_GROUND) : RETAINED(i - 1);
    }
    f->model.unknowns.at[p].row = OP2(ADD, RETAINED(n - 1), probe(f, p, VA_GROUND));
    clock_t begin = clock();
    assert_int_equal(va_lift(&f->model), HYS_OK);
    lower(f);
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    assert_int_equal(f->program.n_live_retained, n);
    assert_true(f->program.is_stepped);
#ifndef __SANITIZE_ADDRESS__
    assert_true(seconds < 5); /* 0.6 s expected; minutes if each slot were a pass of its own */
#endif
    print_message("%u slots: %.3f s\n", n, seconds);
}

static void the_first_evaluation_starts_from_initialisers(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true), s = unknown(f, "s", VA_UNK_STATE, false);
    va_val v = probe(f, p, VA_GROUND), vs = probe(f, s, VA_GROUND);
    uint32_t a = retained(f, "a", PARAM(0));
    va_val start_value = SEL(FLAG(INIT), OP2(ADD, RETAINED(a), NUM(1)), RETAINED(a));
    f->model.retained.at[a].next = OP2(MUL, start_value, NUM(2));
    f->model.unknowns.at[p].row = OP2(MUL, v, start_value);
    f->model.unknowns.at[s].row = OP2(SUB, ddt(f, vs), v);
    f->model.unknowns.at[s].has_init = true;
    f->model.unknowns.at[s].init = OP2(MUL, start_value, NUM(10));
    lower(f);
    graph_point at = point(f, (const double[]){0.5, 0.1});
    at.retained[a] = 99;
    assert_near(value_at(f, &at, root(f, VA_FUNC_INIT, VA_TO_RETAINED, a)), 2 * (0.7 + 1), 1e-15);
    assert_near(value_at(f, &at, root(f, VA_FUNC_INIT, VA_TO_X0, s)), 10 * (0.7 + 1), 1e-15);
    assert_near(value_at(f, &at, root(f, VA_FUNC_PARAMS, VA_TO_RETAINED, a)), 0.7, 1e-15);
    assert_near(value_at(f, &at, root(f, VA_FUNC_ACCEPT, VA_TO_RETAINED, a)), 198, 0);
}

static void effects_keep_their_order_and_silent_ones_go(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true);
    va_val v = probe(f, p, VA_GROUND), fires = va_leaf(f->ir, VA_OP_EVENT, 0);
    f->model.unknowns.at[p].row = v;
    *HYS_PUSH(&f->arena, &f->model.events) =
        (va_event_src){.kind = VA_EVENT_CROSS, .expr = v, .enable = OP2(LT, PARAM(0), NUM(1))};
    va_val conds[3] = {va_bool(f->ir, true), fires, va_bool(f->ir, false)};
    for (uint32_t i = 0; i < 3; i++) {
        va_val args[2] = {conds[i], v};
        *HYS_PUSH(&f->arena, &f->model.effects) = (va_effect){.kind = VA_EFFECT_STROBE, .n_values = 1};
        *HYS_PUSH(&f->arena, &f->model.effect_vals) = va_opn(f->ir, VA_OP_EFFECT, i, args, 2);
    }
    lower(f);
    va_val first = root(f, VA_FUNC_ACCEPT, VA_TO_EFFECT, 0), second = root(f, VA_FUNC_ACCEPT, VA_TO_EFFECT, 1);
    assert_true(first != 0 && first < second);
    assert_int_equal(root(f, VA_FUNC_ACCEPT, VA_TO_EFFECT, 2), 0);
    graph_point at = point(f, (const double[]){0.5});
    size_t n;
    at.event[0] = true;
    assert_near(value_at(f, &at, va_args(f->ir, second, &n)[0]), 1, 0);
    at.param[0] = 2; /* disabled */
    assert_near(value_at(f, &at, va_args(f->ir, second, &n)[0]), 0, 0);
    at.event[0] = false;
    assert_near(value_at(f, &at, root(f, VA_FUNC_EVENTS, VA_TO_ROOT, 0)), 1, 0);
}

/* ---- size ---- */

/* A transistor-like thing of 50 000 operations on a dozen probes. */
static hys_status lower_large(hys_ctx *ctx, size_t n_ops, double *seconds) {
    fixture fix, *f = &fix;
    graph_random r = {7};
    start(f, ctx);
    va_val *pool = calloc(n_ops + 64, sizeof *pool);
    size_t n = 0;
    for (uint32_t i = 0; i < 8; i++) unknown(f, "u", VA_UNK_NODE, i < 4);
    for (uint32_t i = 0; i < 12; i++) pool[n++] = probe(f, i % 8, (i * 3 + 1) % 8);
    for (uint32_t i = 0; i < 50; i++) pool[n++] = va_leaf(f->ir, VA_OP_PARAM, i % 16);
    static const va_opcode ops[] = {VA_OP_ADD, VA_OP_MUL, VA_OP_SUB, VA_OP_DIV, VA_OP_TANH, VA_OP_SQRT, VA_OP_MAX};
    while (f->ir->ins.n < n_ops && !f->ir->failed && n < n_ops) {
        va_val a = pool[n - 1 - graph_below(&r, n < 60 ? (uint32_t)n : 60)], b = pool[graph_below(&r, (uint32_t)n)];
        va_opcode op = ops[graph_below(&r, sizeof ops / sizeof *ops)];
        pool[n++] = va_op_facts(op)->n == 1 ? va_op1(f->ir, op, a) : va_op2(f->ir, op, a, b);
    }
    for (uint32_t i = 0; i < 7 && !f->ir->failed; i++) {
        current(f, i, i + 1, pool[n - 1 - i]);
        current(f, i, i + 1, ddt(f, pool[n - 20 - i]));
    }
    free(pool);
    clock_t begin = clock();
    hys_status status = va_lower(&f->model, &f->program);
    if (seconds) *seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    if (f->arena.failed && status == HYS_OK) status = HYS_NOMEM; /* while building */
    hys__arena_free(&f->arena);
    return status;
}

static void large_models_are_quick(void **state) {
    (void)state;
    double seconds;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(lower_large(ctx, 50000, &seconds), HYS_OK);
    hys_ctx_free(ctx);
    print_message("50000 operations: %.3f s\n", seconds);
#ifndef __SANITIZE_ADDRESS__
    assert_true(seconds < 1.5); /* 0.2 s expected; a loaded machine is slower */
#endif
}

static hys_status lower_small(hys_ctx *ctx, void *arg) {
    (void)arg;
    return lower_large(ctx, 300, NULL);
}

static void running_out_of_memory_fails_cleanly(void **state) {
    (void)state;
    hys_test_each_failure(lower_small, NULL, false);
    hys_test_each_failure(lower_small, NULL, true);
}

static void a_dump_names_what_there_is(void **state) {
    fixture *f = *state;
    uint32_t p = unknown(f, "p", VA_UNK_NODE, true), w = unknown(f, "w", VA_UNK_NODE, false);
    va_val vw = probe(f, w, VA_GROUND);
    f->model.unknowns.at[p].row = OP2(MUL, probe(f, p, w), OP1(EXP, vw));
    f->model.unknowns.at[w].row = OP2(SUB, ddt(f, vw), NUM(2));
    lower(f);
    hys__text text;
    hys__text_init(&text, f->ctx);
    va_dump(&f->model, &f->program, &text);
    assert_false(text.failed);
    static const char *const parts[] = {"unknown 0 p: node", "EXP",         "p - w",
                                        "jac[0,1] =",        "mass[1,1] =", "function eval_fj"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) assert_non_null(strstr(text.at, parts[i]));
    hys__text_free(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_jacobian_is_that_of_the_rows),
        TEST(ddt_of_an_unknown_is_its_own_derivative),
        TEST(a_nonlinear_charge_gets_an_unknown),
        TEST(ddt_of_a_fixed_value_is_zero),
        TEST(a_ddt_used_by_value_gets_an_auxiliary_unknown),
        TEST(ddt_of_ddt_chains),
        TEST(noise_is_linearised),
        TEST(only_slots_that_outputs_need_are_stored),
        TEST(what_is_only_reported_does_not_step_the_module),
        TEST(a_long_shift_register_is_quick),
        TEST(the_first_evaluation_starts_from_initialisers),
        TEST(effects_keep_their_order_and_silent_ones_go),
        TEST(large_models_are_quick),
        TEST(running_out_of_memory_fails_cleanly),
        TEST(a_dump_names_what_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
