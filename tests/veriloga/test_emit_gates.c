/* Loops over channels: states over one step and the current that goes with them, against the formulas of
 * hys_gates_args in long double, for rates whose exponents are multiples of one, rising and falling. */
#include "veriloga/emit_rig.h"
#include <math.h>

enum { M = 2, H = 3, N = 43 };
#define G 1.2e-3

static int set_up(void **state) {
    rig *f = calloc(1, sizeof *f);
    rig_start(f, hys_test_ctx());
    rig_unknown(f, "p", VA_UNK_NODE, true);
    rig_unknown(f, "n", VA_UNK_NODE, true);
    rig_unknown(f, "m", VA_UNK_STATE, false);
    rig_unknown(f, "h", VA_UNK_STATE, false);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    rig_end(*state);
    free(*state);
    return 0;
}

/* ---- the model ---- */

static va_val affine(rig *f, va_val u, double slope, double offset) {
    return OP2(ADD, OP2(MUL, u, NUM(slope)), NUM(offset));
}

/* z/(exp(z) - 1) */
static va_val ratio(rig *f, va_val z) {
    return OP2(DIV, z, OP2(SUB, OP1(EXP, z), NUM(1)));
}

static va_val gate(rig *f, va_val speed, va_val opening, va_val closing, va_val x) {
    const va_val up = OP2(MUL, opening, OP2(SUB, NUM(1), x)), down = OP2(MUL, closing, x);
    return OP2(MUL, speed, OP2(SUB, up, down));
}

/* Rates of sodium: of Hodgkin and Huxley, one with the exponent turned round. */
static void make_sodium(rig *f) {
    const va_val shift = rig_param(f, "shift", NUM(2e-3), 2e-3), speed = rig_param(f, "speed", NUM(1.5), 1.5);
    const va_val v = rig_probe(f, 0, 1), m = rig_probe(f, M, VA_GROUND), h = rig_probe(f, H, VA_GROUND);
    const va_val u = OP2(MUL, OP2(SUB, v, shift), NUM(1000));
    const va_val a_m = OP2(MUL, NUM(1000), ratio(f, affine(f, u, -0.1, -4)));
    const va_val b_m = OP2(MUL, NUM(4000), OP1(EXP, OP2(DIV, OP2(ADD, u, NUM(65)), NUM(-18))));
    const va_val a_h = OP2(MUL, NUM(70), OP1(EXP, affine(f, u, -0.05, -3.25)));
    const va_val b_h = OP2(DIV, NUM(1000), OP2(ADD, NUM(1), OP1(EXP, affine(f, u, -0.1, -3.5))));
    const va_val b_2 = OP2(MUL, NUM(30), ratio(f, affine(f, u, 0.2, -8)));
    const va_val cube = OP2(MUL, m, OP2(MUL, m, m));
    rig_current(f, 0, 1, OP2(MUL, OP2(MUL, OP2(MUL, NUM(G), cube), h), v));
    f->model.unknowns.at[M].row = OP2(SUB, rig_ddt(f, m), gate(f, speed, a_m, OP2(ADD, b_m, b_2), m));
    f->model.unknowns.at[H].row = OP2(SUB, rig_ddt(f, h), gate(f, speed, a_h, b_h, h));
}

static long double expected_ratio(long double z) {
    return z == 0 ? 1 : z / expm1l(z);
}

typedef struct rates {
    long double opening, closing;
} rates;

static rates rates_of(int state, double v) {
    const long double u = 1000.0L * (v - 2e-3L);
    if (state == H) return (rates){1.5L * 70 * expl(-(u + 65) / 20), 1.5L * 1000 / (1 + expl(-(u + 35) / 10))};
    const long double closing = 4000 * expl(-(u + 65) / 18) + 30 * expected_ratio((u - 40) / 5);
    return (rates){1.5L * 1000 * expected_ratio(-(u + 40) / 10), 1.5L * closing};
}

/* ---- steps ---- */

typedef struct step {
    rig_batch *b;
    double *s[2], *to[2], *i, *g, *fails;
    double h, leap;
} step;

static double *row(double value) {
    return kernel_cc_array(N, value);
}

static void take(step *t) {
    const double *s[2] = {t->s[0], t->s[1]};
    double *x[2] = {t->b->x[M], t->b->x[H]};
    const double rate[2] = {-1, -1}, lo[2] = {0, 0}, hi[2] = {1, 1}, abstol[2] = {1e-6, 1e-6};
    const hys_gates_args args = {.h = t->h,
                                 .rate = rate,
                                 .lo = lo,
                                 .hi = hi,
                                 .s = s,
                                 .to = t->to,
                                 .x = x,
                                 .lead = 2,
                                 .i = t->i,
                                 .g = t->g,
                                 .weight_one = 3,
                                 .slope = 0.5,
                                 .leap = t->leap,
                                 .tolerance = 1e-4,
                                 .abstol = abstol,
                                 .fails = t->fails};
    t->b->kernel->gates(&t->b->env, &t->b->batch, &args);
}

static void fill(step *t) {
    for (unsigned j = 0; j < N; j++) {
        t->b->x[0][j] = -0.0953 + 0.0041 * j;
        t->b->x[1][j] = 0;
        t->s[0][j] = 0.02 * j;
        t->s[1][j] = 1 - 0.02 * j;
        t->b->x[M][j] = t->s[0][j] + 0.01;
        t->b->x[H][j] = t->s[1][j] - 0.004;
    }
}

static long double moved(const step *t, int state, unsigned j) {
    const rates r = rates_of(state, t->b->x[0][j]);
    const long double sum = r.opening + r.closing, rest = r.opening / sum;
    return rest + (t->s[state - M][j] - rest) * expl(-sum * t->h);
}

static void check(const step *t, unsigned j, const double *x_m, const double *x_h) {
    const long double m = moved(t, M, j), h = moved(t, H, j), v = t->b->x[0][j], a = x_m[j], b = x_h[j];
    const bool leaps = fabsl(m - a) > t->leap || fabsl(h - b) > t->leap;
    const long double about = G * v * (a * a * a * b + 3 * a * a * b * (m - a) + a * a * a * (h - b));
    const long double i = leaps ? G * v * m * m * m * h : about, g = leaps ? G * m * m * m * h : G * a * a * a * b;
    assert_within(t->to[0][j], (double)m, 1e-13);
    assert_within(t->to[1][j], (double)h, 1e-13);
    assert_within(t->i[j], (double)(1 + 3 * i), 1e-14);
    assert_within(t->g[j], (double)(2 + 1.5L * g), 1e-14);
    assert_within(t->b->x[M][j], (double)(t->s[0][j] + 2 * (m - t->s[0][j])), 2e-13);
}

static void run(const hys_kernel *kernel, double h, double leap) {
    assert_non_null(kernel->gates);
    step t = {.b = rig_batch_new(kernel, N), .h = h, .leap = leap};
    double **rows[] = {&t.s[0], &t.s[1], &t.to[0], &t.to[1], &t.fails};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) *rows[k] = row(0);
    t.i = row(1);
    t.g = row(2);
    fill(&t);
    double x_m[N], x_h[N];
    for (unsigned j = 0; j < N; j++) x_m[j] = t.b->x[M][j], x_h[j] = t.b->x[H][j];
    take(&t);
    for (unsigned j = 0; j < N; j++) check(&t, j, x_m, x_h);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) free(*rows[k]);
    free(t.i);
    free(t.g);
    rig_batch_free(t.b);
}

/* ---- tests ---- */

/* Steps from far below a time constant, where phi1 is near 1, to many of them, where it is halved six times; those that
 * leap are looked at again. */
static void states_take_the_exact_step(void **state) {
    static const double steps[] = {1e-7, 25e-6, 1e-4, 1e-3, 2e-2};
    make_sodium(*state);
    const kernel_build build = rig_build(8);
    void *handle = rig_load(*state, &build);
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) run(kernel_cc_kernel(handle), steps[k], INFINITY);
    run(kernel_cc_kernel(handle), 25e-6, 0.02);
    run(kernel_cc_kernel(handle), 1e-4, 0.05);
    kernel_cc_close(handle);
}

static void so_do_instances_with_parameters_of_their_own(void **state) {
    make_sodium(*state);
    kernel_build build = rig_build(8);
    build.own_params = true;
    void *handle = rig_load(*state, &build);
    run(kernel_cc_kernel(handle), 1e-4, 0.05);
    kernel_cc_close(handle);
}

/* Exponents are multiples of 1/180: one exponential in the loop, none in a branch. */
static void rates_share_one_exponential(void **state) {
    rig *f = *state;
    hys__text text;
    make_sodium(f);
    hys__text_init(&text, f->ctx);
    assert_int_equal(va_lower(&f->model, &f->program), HYS_OK);
    assert_int_equal(rig_emit(f, &text), HYS_OK);
    const char *loop = strstr(strstr(text.at, "static void gates("), "HYS_EACH_PAIR");
    const char *end = strstr(loop, "HYS_EACH_OTHER");
    size_t n = 0;
    for (const char *at = strstr(loop, "hys_exp"); at && at < end; at = strstr(at + 1, "hys_exp")) n++;
    assert_int_equal(n, 2); /* for two groups of lanes */
    hys__text_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(states_take_the_exact_step, set_up, tear_down),
        cmocka_unit_test_setup_teardown(so_do_instances_with_parameters_of_their_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rates_share_one_exponential, set_up, tear_down),
    };
    if (!kernel_cc_has("gcc") && !kernel_cc_has("clang")) return 0; /* kernels cannot be made here at all */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
