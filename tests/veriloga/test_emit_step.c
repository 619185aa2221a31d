/* Local solves: one implicit Euler step at fixed terminals, and what terminals see when internal unknowns are
 * eliminated. */
#include "veriloga/emit_rig.h"

static int set_up(void **state) {
    rig *f = calloc(1, sizeof *f);
    rig_start(f, hys_test_ctx());
    rig_unknown(f, "p", VA_UNK_NODE, true);
    rig_unknown(f, "n", VA_UNK_NODE, true);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    rig_end(*state);
    free(*state);
    return 0;
}

static rig_batch *load(rig *f, unsigned n, void **handle) {
    kernel_build build = rig_build(8);
    *handle = rig_load(f, &build);
    const hys_kernel *k = kernel_cc_kernel(*handle);
    assert_non_null(k->step);
    assert_non_null(k->reduce);
    return rig_batch_new(k, n);
}

static void unload(rig_batch *b, void *handle) {
    rig_batch_free(b);
    kernel_cc_close(handle);
}

static void set_voltages(rig_batch *b, double from, double to) {
    for (unsigned j = 0; j < b->n; j++) b->x[0][j] = from + (to - from) * j / b->n + 0.25, b->x[1][j] = 0.25;
}

/* ---- i = g w v, w' = (v - w) / tau ---- */

#define TAU 1e-3
#define G   2e-4

static void make_linear(rig *f) {
    rig_unknown(f, "w", VA_UNK_STATE, false);
    va_val v = rig_probe(f, 0, 1), w = rig_probe(f, 2, VA_GROUND);
    rig_current(f, 0, 1, OP2(MUL, OP2(MUL, NUM(G), w), v));
    va_val rate = OP2(DIV, OP2(SUB, v, w), NUM(TAU));
    f->model.unknowns.at[2].row = OP2(SUB, rig_ddt(f, w), rate);
}

/* w1 = (w0 + h/tau v) / (1 + h/tau); di/dv = g w1 + g v (h/tau) / (1 + h/tau) */
static void a_linear_state_takes_its_implicit_step_exactly(void **state) {
    rig *f = *state;
    void *handle;
    make_linear(f);
    rig_batch *b = load(f, 75, &handle);
    set_voltages(b, -1, 1);
    b->args.h = 2.5e-4;
    for (unsigned j = 0; j < b->n; j++) b->x[2][j] = b->x_old[2][j] = 0.01 * j;
    b->kernel->step(&b->env, &b->batch, &b->args);
    double ratio = b->args.h / TAU;
    for (unsigned j = 0; j < b->n; j++) {
        double v = b->x[0][j] - b->x[1][j], w = (0.01 * j + ratio * v) / (1 + ratio);
        double slope = G * w + G * v * ratio / (1 + ratio);
        assert_true(b->args.ok[j] == 1);
        assert_within(b->x[2][j], w, 1e-14);
        assert_within(b->args.i[0][j], G * w * v, 1e-17);
        assert_within(b->args.i[1][j], -G * w * v, 1e-17);
        assert_within(b->args.g[0][j], slope, 1e-17);
        assert_within(b->args.g[1][j], -slope, 1e-17);
        assert_within(b->args.g[3][j], slope, 1e-17);
    }
    unload(b, handle);
}

static void an_endless_step_is_the_stationary_state(void **state) {
    rig *f = *state;
    void *handle;
    make_linear(f);
    rig_batch *b = load(f, 9, &handle);
    set_voltages(b, -1, 1);
    b->kernel->step(&b->env, &b->batch, &b->args);
    for (unsigned j = 0; j < b->n; j++) assert_within(b->x[2][j], b->x[0][j] - b->x[1][j], 1e-15);
    unload(b, handle);
}

static void a_held_state_keeps_its_value_and_rates_stand_for_the_step(void **state) {
    rig *f = *state;
    void *handle;
    make_linear(f);
    rig_batch *b = load(f, 11, &handle);
    set_voltages(b, -1, 1);
    const double held[3] = {0, 0, HYS_RATE_HELD}, stationary[3] = {0};
    for (unsigned j = 0; j < b->n; j++) b->x[2][j] = b->x_old[2][j] = 0.01 * j;
    b->args.h = 2.5e-4;
    b->args.rate = held;
    b->kernel->step(&b->env, &b->batch, &b->args);
    for (unsigned j = 0; j < b->n; j++) {
        const double v = b->x[0][j] - b->x[1][j];
        assert_true(b->args.ok[j] == 1);
        assert_within(b->x[2][j], 0.01 * j, 1e-90); /* it may leave 0 by a rate times 1e-100 s */
        assert_within(b->args.i[0][j], G * 0.01 * j * v, 1e-19);
        assert_within(b->args.g[0][j], G * 0.01 * j, 1e-19);
    }
    b->args.rate = stationary;
    b->kernel->step(&b->env, &b->batch, &b->args);
    for (unsigned j = 0; j < b->n; j++) assert_within(b->x[2][j], b->x[0][j] - b->x[1][j], 1e-15);
    unload(b, handle);
}

/* ---- a resistor and a diode in series: the internal node by Newton ---- */

#define R_SERIES 50.0
#define I_SAT    1e-12
#define V_T      0.025

static void make_diode(rig *f) {
    rig_unknown(f, "m", VA_UNK_NODE, false);
    va_val over_r = rig_probe(f, 0, 2), over_d = rig_probe(f, 2, 1);
    rig_current(f, 0, 2, OP2(DIV, over_r, NUM(R_SERIES)));
    rig_current(f, 2, 1, OP2(MUL, NUM(I_SAT), OP1(EXPM1, OP2(DIV, over_d, NUM(V_T)))));
}

/* The diode's voltage by bisection, in long double. */
static long double diode_voltage(double v) {
    long double lo = fminl(0, v), hi = fmaxl(0, v);
    for (int i = 0; i < 200; i++) {
        long double middle = (lo + hi) / 2;
        long double excess = (v - middle) / R_SERIES - I_SAT * expm1l(middle / V_T);
        *(excess > 0 ? &lo : &hi) = middle;
    }
    return lo;
}

static void check_diode(const rig_batch *b, double rel) {
    for (unsigned j = 0; j < b->n; j++) {
        double v = b->x[0][j] - b->x[1][j];
        long double vd = diode_voltage(v), gd = I_SAT / V_T * expl(vd / V_T), i = (v - vd) / R_SERIES;
        assert_true(b->args.ok[j] == 1);
        assert_within(b->args.i[0][j], (double)i, rel * fabs((double)i) + 1e-21);
        double slope = (double)(1 / (R_SERIES + 1 / gd));
        assert_within(b->args.g[0][j], slope, 1e-6 * slope + 1e-17); /* 1/R minus nearly 1/R */
    }
}

static void each_instance_finds_its_own_operating_point(void **state) {
    rig *f = *state;
    void *handle;
    make_diode(f);
    rig_batch *b = load(f, 77, &handle);
    set_voltages(b, -2, 3);
    b->args.max_iter = 200;
    for (unsigned j = 0; j < b->n; j++) b->x[2][j] = 0.25;
    b->kernel->step(&b->env, &b->batch, &b->args);
    check_diode(b, 1e-7); /* rtol 1e-10 of the node's voltage, 1 / V_T = 40 times that in the current, and gd R */
    b->args.x[2][5] = NAN;
    b->kernel->step(&b->env, &b->batch, &b->args);
    assert_true(b->args.ok[5] == 0 && b->args.ok[4] == 1 && b->args.ok[6] == 1);
    unload(b, handle);
}

/* At the solution, reduce gives the same current and conductance; beside it, what one Newton step would. */
static void reduce_eliminates_internal_unknowns(void **state) {
    rig *f = *state;
    void *handle;
    make_diode(f);
    rig_batch *b = load(f, 40, &handle);
    set_voltages(b, 0.2, 1.5);
    for (unsigned j = 0; j < b->n; j++) b->x[2][j] = b->x[1][j] + (double)diode_voltage(b->x[0][j] - b->x[1][j]) + 1e-9;
    b->kernel->reduce(&b->env, &b->batch, &b->args);
    check_diode(b, 1e-12);
    unload(b, handle);
}

/* The result does not depend on which instances stand beside it. */
static void steps_have_the_same_bits_alone_and_in_a_batch(void **state) {
    rig *f = *state;
    void *handle;
    make_diode(f);
    rig_batch *all = load(f, 70, &handle);
    set_voltages(all, -2, 3);
    double want[70][2];
    all->args.max_iter = 200;
    all->kernel->step(&all->env, &all->batch, &all->args);
    for (unsigned j = 0; j < 70; j++) want[j][0] = all->args.i[0][j], want[j][1] = all->x[2][j];
    for (unsigned j = 0; j < 70; j++) {
        rig_batch *one = rig_batch_new(all->kernel, 1);
        one->x[0][0] = all->x[0][j], one->x[1][0] = all->x[1][j];
        one->args.max_iter = 200;
        one->kernel->step(&one->env, &one->batch, &one->args);
        assert_same_double(one->args.i[0][0], want[j][0]);
        assert_same_double(one->x[2][0], want[j][1]);
        rig_batch_free(one);
    }
    unload(all, handle);
}

/* ---- clamps ---- */

static void clamped_states_stop_at_their_bounds(void **state) {
    rig *f = *state;
    void *handle;
    make_linear(f);
    va_val low = rig_param(f, "lo", NUM(-0.25), -0.25), high = rig_param(f, "hi", NUM(0.5), 0.5);
    va_unknown *w = &f->model.unknowns.at[2];
    w->clamp_lo = w->clamp_hi = true;
    w->lo = low, w->hi = high;
    rig_batch *b = load(f, 75, &handle);
    set_voltages(b, -1, 1);
    b->args.h = 4e-3;
    b->kernel->step(&b->env, &b->batch, &b->args);
    double ratio = b->args.h / TAU;
    for (unsigned j = 0; j < b->n; j++) {
        double v = b->x[0][j] - b->x[1][j], free_w = ratio * v / (1 + ratio);
        double w1 = fmin(fmax(free_w, -0.25), 0.5);
        double slope = G * w1 + (w1 == free_w ? G * v * ratio / (1 + ratio) : 0);
        assert_true(b->args.ok[j] == 1);
        assert_within(b->x[2][j], w1, 1e-14);
        assert_within(b->args.i[0][j], G * w1 * v, 1e-17);
        assert_within(b->args.g[0][j], slope, 1e-17);
    }
    unload(b, handle);
}

/* ---- several internal unknowns: a resistor ladder, pivoting needed ---- */

#define RUNGS 7

static void ladders_are_eliminated_with_pivoting(void **state) {
    rig *f = *state;
    void *handle;
    uint32_t previous = 0;
    for (int i = 0; i < RUNGS; i++) { /* each rung a branch flow, whose row has no diagonal: v - R i = 0 with i */
        static const char *const nodes[] = {"a", "b", "c", "d", "e", "f", "g"};
        static const char *const flows[] = {"ia", "ib", "ic", "id", "ie", "if", "ig"};
        uint32_t flow = rig_unknown(f, flows[i], VA_UNK_FLOW, false);
        uint32_t node = i + 1 < RUNGS ? rig_unknown(f, nodes[i], VA_UNK_NODE, false) : 1;
        va_val current = rig_probe(f, flow, VA_GROUND);
        rig_current(f, previous, node, current);
        va_val drop = rig_probe(f, previous, node);
        f->model.unknowns.at[flow].row = i % 2 ? OP2(SUB, drop, OP2(MUL, NUM(10.0 * (i + 1)), current)) : drop;
        previous = node;
    }
    rig_batch *b = load(f, 21, &handle);
    set_voltages(b, -1, 1);
    b->kernel->step(&b->env, &b->batch, &b->args);
    for (unsigned j = 0; j < b->n; j++) {
        double g = 1.0 / (20 + 40 + 60), v = b->x[0][j] - b->x[1][j];
        assert_true(b->args.ok[j] == 1);
        assert_within(b->args.i[0][j], g * v, 1e-15);
        assert_near(b->args.g[0][j], g, 1e-13);
        assert_near(b->args.g[2][j], -g, 1e-13);
    }
    unload(b, handle);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_linear_state_takes_its_implicit_step_exactly),
        TEST(an_endless_step_is_the_stationary_state),
        TEST(a_held_state_keeps_its_value_and_rates_stand_for_the_step),
        TEST(each_instance_finds_its_own_operating_point),
        TEST(reduce_eliminates_internal_unknowns),
        TEST(steps_have_the_same_bits_alone_and_in_a_batch),
        TEST(clamped_states_stop_at_their_bounds),
        TEST(ladders_are_eliminated_with_pivoting),
    };
    if (!kernel_cc_has("gcc") && !kernel_cc_has("clang")) return 0; /* kernels cannot be made here at all */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
