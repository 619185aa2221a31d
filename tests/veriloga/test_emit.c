/* The emitter: kernels compute what the graph says, with the same bits however they are built and run. */
#include "veriloga/emit_rig.h"

static int set_up(void **state) {
    rig *f = calloc(1, sizeof *f);
    rig_start(f, hys_test_ctx());
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    rig_end(*state);
    free(*state);
    return 0;
}

/* ---- random graphs ---- */

#define N_X   4
#define N_P   3
#define N_OUT 8

typedef struct grower { /* makes values out of earlier ones */
    rig *f;
    graph_random random;
    va_val real[600], truth[200];
    uint32_t n_real, n_truth;
    uint32_t array;
    va_val version;
} grower;

static va_val any_real(grower *g) {
    uint32_t near = g->n_real > 24 && graph_below(&g->random, 3) ? 24 : g->n_real;
    return g->real[g->n_real - 1 - graph_below(&g->random, near)];
}

static va_val any_truth(grower *g) {
    return g->truth[graph_below(&g->random, g->n_truth)];
}

static void keep(grower *g, va_val v) {
    if (g->n_real < 600) g->real[g->n_real++] = v;
}

/* Bounded functions, so that long chains stay in range. */
static va_val random_call(grower *g, va_val a, va_val b) {
    rig *f = g->f;
    switch (graph_below(&g->random, 16)) {
    case 0:
        return OP1(TANH, a);
    case 1:
        return OP1(SIN, a);
    case 2:
        return OP1(COS, a);
    case 3:
        return OP1(ATAN, a);
    case 4:
        return OP1(EXP, OP1(NEG, OP1(ABS, a)));
    case 5:
        return OP1(SQRT, OP1(ABS, a));
    case 6:
        return OP2(DIV, a, OP2(ADD, NUM(1), OP2(MUL, b, b)));
    case 7:
        return OP2(MIN, a, b);
    case 8:
        return OP2(MAX, a, b);
    case 9:
        return OP1(LOG1P, OP1(ABS, a));
    case 10:
        return OP1(ASINH, a);
    case 11:
        return OP2(HYPOT, OP1(TANH, a), b);
    case 12:
        return OP2(POW, OP2(ADD, NUM(1.5), OP1(TANH, a)), OP1(TANH, b));
    case 13:
        return OP2(ATAN2, a, OP2(ADD, NUM(2), OP1(ABS, b)));
    case 14:
        return OP1(EXPM1, OP1(NEG, OP1(ABS, a)));
    default:
        return OP1(LOG, OP2(ADD, NUM(0.5), OP1(ABS, a)));
    }
}

static va_val random_arithmetic(grower *g, va_val a, va_val b) {
    rig *f = g->f;
    switch (graph_below(&g->random, 6)) {
    case 0:
        return OP2(ADD, OP2(MUL, OP1(TANH, a), b), any_real(g));
    case 1:
        return OP2(SUB, OP1(TANH, any_real(g)), OP2(MUL, OP1(SIN, a), b));
    case 2:
        return OP2(SUB, a, b);
    case 3:
        return OP2(ADD, a, b);
    case 4:
        return OP2(MUL, OP1(SIN, a), b);
    default:
        return OP1(NEG, a);
    }
}

static void grow_truth(grower *g) {
    rig *f = g->f;
    va_val t = 0;
    switch (graph_below(&g->random, 4)) {
    case 0:
        t = OP2(LT, any_real(g), any_real(g));
        break;
    case 1:
        t = OP2(LE, any_real(g), NUM(graph_between(&g->random, -1, 1)));
        break;
    case 2:
        t = OP2(AND, any_truth(g), OP1(NOT, any_truth(g)));
        break;
    default:
        t = OP2(OR, any_truth(g), OP2(LT, NUM(0.3), any_real(g)));
    }
    if (g->n_truth < 200) g->truth[g->n_truth++] = t;
}

/* The same function in both arms, near the condition and further in: they are called once. */
static void grow_arms(grower *g) {
    rig *f = g->f;
    va_val a = OP1(NEG, OP1(ABS, any_real(g))), b = OP2(MIN, any_real(g), NUM(1));
    va_val inner = SEL(any_truth(g), OP2(MUL, OP1(EXP, b), OP1(EXP, OP2(SUB, a, NUM(1)))), any_real(g));
    keep(g, OP1(TANH, SEL(any_truth(g), OP1(EXP, a), inner)));
    keep(g, SEL(any_truth(g), OP1(TANH, OP2(ADD, a, b)), OP1(TANH, OP2(SUB, b, NUM(0.5)))));
}

/* s = s * 0.9 + sin(a), while i < n and s < 3, with n an input's; in turn a store into the array. */
static void grow_loop(grower *g) {
    rig *f = g->f;
    va_val a = any_real(g), inits[3] = {NUM(0), any_real(g), g->version}, phis[3], nexts[3], results[3];
    va_val n = OP1(FLOOR, OP2(MUL, NUM(5), OP1(ABS, OP1(TANH, any_real(g)))));
    va_loop_begin(f->ir, any_truth(g), inits, 3, phis);
    va_loop_cond(f->ir, OP2(AND, OP2(LT, phis[0], n), OP2(LT, phis[1], NUM(3))));
    va_val read = va_opi(f->ir, VA_OP_ALOAD, 0, phis[2], phis[0]);
    va_val branch = SEL(OP2(LT, read, a), OP1(SIN, OP2(ADD, a, OP1(EXP, OP1(NEG, OP1(ABS, a))))), read);
    nexts[0] = OP2(ADD, phis[0], NUM(1));
    nexts[1] = OP2(ADD, OP2(MUL, NUM(0.9), phis[1]), branch);
    va_val store[4] = {phis[2], phis[0], OP1(TANH, nexts[1]), any_truth(g)};
    nexts[2] = va_opn(f->ir, VA_OP_ASTORE, 0, store, 4);
    va_loop_end(f->ir, phis, nexts, 3, results);
    keep(g, OP1(TANH, results[1]));
    g->version = results[2];
}

static void grow(grower *g, uint32_t n) {
    rig *f = g->f;
    for (uint32_t i = 0; i < n; i++) {
        va_val a = any_real(g), b = any_real(g);
        uint32_t kind = graph_below(&g->random, 20);
        if (kind < 6) keep(g, random_call(g, a, b));
        else if (kind < 12) keep(g, random_arithmetic(g, a, b));
        else if (kind < 18) keep(g, SEL(any_truth(g), a, b));
        else if (kind < 19) grow_truth(g);
        else grow_arms(g);
        if (i % 60 == 59) grow_loop(g);
    }
}

static void start_growing(grower *g, rig *f, uint64_t seed) {
    *g = (grower){.f = f, .random = {seed}};
    for (uint32_t i = 0; i < N_X; i++) {
        static const char *const names[] = {"a", "b", "c", "d"};
        rig_unknown(f, names[i], VA_UNK_NODE, i < 2);
        keep(g, rig_probe(f, i, VA_GROUND));
    }
    for (uint32_t i = 0; i < N_P; i++)
        keep(g, rig_param(f, i ? i > 1 ? "r" : "q" : "p", NUM(0.3 * i + 0.2), 0.3 * i + 0.2));
    keep(g, LEAF(TEMP, 0));
    g->real[g->n_real - 1] = OP2(DIV, LEAF(TEMP, 0), NUM(300));
    keep(g, LEAF(TIME, 0));
    g->truth[g->n_truth++] = OP2(LT, g->real[0], g->real[1]);
    g->truth[g->n_truth++] = OP2(LT, g->real[N_X], NUM(0.5));
    g->truth[g->n_truth++] = LEAF(FLAG, VA_FLAG_TRAN);
    va_array *array = HYS_PUSH(&f->arena, &f->model.arrays);
    *array = (va_array){.name = "s", .n = 5, .init = 0.25};
    g->version = LEAF(ARRAY, 0);
}

/* N_OUT residuals over a graph of about n values. */
static void grow_model(rig *f, uint64_t seed, uint32_t n, va_val outputs[N_OUT]) {
    grower g;
    start_growing(&g, f, seed);
    grow(&g, n);
    for (uint32_t i = N_X; i < N_OUT; i++) rig_unknown(f, i % 2 ? "e" : "g", VA_UNK_AUX, false);
    rig_bare_program(f);
    for (uint32_t i = 0; i < N_OUT; i++) {
        va_val sum = any_real(&g);
        for (uint32_t k = 0; k < 6; k++) sum = OP2(ADD, sum, g.real[g.n_real - 1 - (i * 6 + k)]);
        outputs[i] = sum;
        rig_root(f, VA_FUNC_EVAL_F, VA_TO_F, i, sum);
        rig_root(f, VA_FUNC_EVAL_FJ, VA_TO_F, i, sum);
    }
}

static void fill_inputs(rig_batch *b, uint64_t seed) {
    graph_random random = {seed};
    for (unsigned j = 0; j < b->n; j++)
        for (unsigned i = 0; i < N_X; i++) b->x[i][j] = graph_between(&random, -2, 2);
    b->env.time = 0.7;
    b->env.flags = 1u << VA_FLAG_TRAN;
}

static graph_point point_of(const rig_batch *b, unsigned j, double moved) {
    graph_point at = {.time = b->env.time, .temp = b->env.temp};
    at.flag[VA_FLAG_TRAN] = true;
    for (unsigned i = 0; i < N_X; i++) at.probe[i] = b->x[i][j] * (1 + moved);
    for (unsigned i = 0; i < N_P; i++) at.param[i] = b->p[i][j];
    return at;
}

/* Against the graph in long double.  Where a change of the inputs by 1e-13 moves the result by more than
 * 1e-9, a comparison lies at its edge, and nothing is known. */
static unsigned compare_with_graph(rig *f, const rig_batch *b, const va_val outputs[N_OUT]) {
    graph_real *exact = calloc(f->ir->ins.n, sizeof *exact), *moved = calloc(f->ir->ins.n, sizeof *moved);
    unsigned n_compared = 0;
    for (unsigned j = 0; j < b->n; j++) {
        graph_point here = point_of(b, j, 0), near = point_of(b, j, 1e-13);
        graph_run(&f->model, &here, exact);
        graph_run(&f->model, &near, moved);
        for (unsigned i = 0; i < N_OUT; i++) {
            double want = (double)exact[outputs[i]], scale = 1 + fabs(want);
            if (!(fabsl(exact[outputs[i]] - moved[outputs[i]]) <= 1e-9L * scale)) continue;
            assert_within(b->f[i][j], want, 1e-9 * scale);
            n_compared++;
        }
    }
    free(exact);
    free(moved);
    return n_compared;
}

static void kernels_compute_what_the_graph_says(void **state) {
    rig *f = *state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        va_val outputs[N_OUT];
        grow_model(f, seed, 420, outputs);
        kernel_build build = rig_build(seed % 2 ? 8 : 1);
        void *handle = rig_load(f, &build);
        rig_batch *b = rig_batch_new(kernel_cc_kernel(handle), 61);
        fill_inputs(b, seed);
        b->kernel->eval_f(&b->env, &b->batch, &b->out);
        assert_true(compare_with_graph(f, b, outputs) > 61 * N_OUT * 8 / 10);
        rig_batch_free(b);
        kernel_cc_close(handle);
        rig_end(f);
        rig_start(f, hys_test_ctx());
    }
}

/* ---- the same bits ---- */

/* Results of the first 7 ... n instances must be those of a batch of 1000. */
static void check_batch_sizes(const hys_kernel *kernel, double *const *want) {
    static const unsigned sizes[] = {1, 7, 8, 1000};
    for (int s = 0; s < 4; s++) {
        rig_batch *b = rig_batch_new(kernel, sizes[s]);
        fill_inputs(b, 99);
        b->kernel->eval_fj(&b->env, &b->batch, &b->out);
        for (unsigned i = 0; i < N_OUT; i++)
            for (unsigned j = 0; j < sizes[s]; j++) assert_same_double(b->f[i][j], want[i][j]);
        rig_batch_free(b);
    }
}

static void bits_depend_on_nothing_but_the_instance(void **state) {
    rig *f = *state;
    va_val outputs[N_OUT];
    int n;
    const kernel_build *builds = kernel_cc_builds(&n);
    grow_model(f, 7, 420, outputs);
    rig_batch *first[2] = {NULL, NULL};
    void *handles[16];
    for (int k = 0; k < n; k++) {
        kernel_build build = builds[k];
        build.own_params = k % 3 == 1;
        build.flags = k % 2 ? "-std=gnu17 -O1 -fPIC -ffp-contract=off -fno-math-errno -fno-trapping-math" : NULL;
        handles[k] = rig_load(f, &build);
        bool has_fma = strcmp(build.march, "x86-64-v2") != 0;
        if (!first[has_fma]) {
            first[has_fma] = rig_batch_new(kernel_cc_kernel(handles[k]), 1000);
            fill_inputs(first[has_fma], 99);
            first[has_fma]->kernel->eval_f(&first[has_fma]->env, &first[has_fma]->batch, &first[has_fma]->out);
        }
        check_batch_sizes(kernel_cc_kernel(handles[k]), first[has_fma]->f);
    }
    for (int k = 0; k < 2; k++)
        if (first[k]) rig_batch_free(first[k]);
    for (int k = 0; k < n; k++) kernel_cc_close(handles[k]);
}

static void own_parameters_give_each_instance_its_own(void **state) {
    rig *f = *state;
    va_val outputs[N_OUT];
    grow_model(f, 11, 300, outputs);
    kernel_build build = rig_build(8);
    build.own_params = true;
    void *handle = rig_load(f, &build);
    assert_true(kernel_cc_kernel(handle)->flags & HYS_K_OWN_PARAMS);
    rig_batch *b = rig_batch_new(kernel_cc_kernel(handle), 61);
    fill_inputs(b, 5);
    b->p_stride[1] = 1;
    for (unsigned j = 0; j < b->n; j++) b->p[1][j] = 0.01 * j;
    b->kernel->eval_f(&b->env, &b->batch, &b->out);
    assert_true(compare_with_graph(f, b, outputs) > 61 * N_OUT * 8 / 10);
    rig_batch_free(b);
    kernel_cc_close(handle);
}

/* ---- parameters ---- */

static void defaults_follow_from_older_parameters_and_bounds_from_all(void **state) {
    rig *f = *state;
    rig_unknown(f, "p", VA_UNK_NODE, true);
    f->model.unknowns.at[0].row = NUM(0);
    va_val a = rig_param(f, "a", NUM(2), 2), b = rig_param(f, "b", OP2(MUL, a, NUM(10)), 20);
    rig_param(f, "c", SEL(LEAF(GIVEN, 0), OP2(ADD, a, b), NUM(-1)), -1);
    struct va_bound *bound = HYS_PUSH(&f->arena, &f->model.params.at[2].bounds);
    *bound = (struct va_bound){.lo_open = true, .lo = OP1(NEG, b), .hi = 0};
    kernel_build build = rig_build(1);
    void *handle = rig_load(f, &build);
    const hys_kernel *k = kernel_cc_kernel(handle);
    unsigned char given[3] = {0};
    hys_env env = {.temp = 300, .given = given};
    double p[3] = {0}, lo[1], hi[1];
    k->params_fn(&env, p, lo, hi, NULL);
    assert_true(p[0] == 2 && p[1] == 20 && p[2] == -1 && lo[0] == -20 && hi[0] == INFINITY);
    given[0] = 1, p[0] = 3;
    k->params_fn(&env, p, lo, hi, NULL);
    assert_true(p[0] == 3 && p[1] == 30 && p[2] == 33 && lo[0] == -30);
    assert_int_equal(k->bounds[0].param, 2);
    assert_int_equal(k->bounds[0].flags, HYS_B_LO_OPEN);
    kernel_cc_close(handle);
}

/* ---- retained variables, events, effects ---- */

typedef struct effect_log {
    unsigned effect[64], instance[64];
    double value[64];
    int n;
} effect_log;

static void log_effect(void *user, hys_u32 effect, hys_u32 instance, const double *values, hys_u32 n_values) {
    effect_log *log = user;
    if (log->n == 64) return;
    log->effect[log->n] = effect;
    log->instance[log->n] = instance;
    log->value[log->n++] = n_values ? values[0] : NAN;
}

static void make_counter(rig *f) {
    rig_unknown(f, "p", VA_UNK_NODE, true);
    f->model.unknowns.at[0].row = NUM(0);
    va_val v = rig_probe(f, 0, VA_GROUND), count = rig_retained(f, "count", NUM(5));
    va_val fires = LEAF(EVENT, 0);
    *HYS_PUSH(&f->arena, &f->model.events) = (va_event_src){.dir = 1, .expr = v};
    f->model.unknowns.at[0].row = OP2(MUL, v, count);
    f->model.retained.at[0].next = SEL(fires, OP2(ADD, count, NUM(1)), count);
    for (int i = 0; i < 2; i++) {
        *HYS_PUSH(&f->arena, &f->model.effects) = (va_effect){.kind = VA_EFFECT_STROBE, .format = "%g", .n_values = 1};
        va_val args[2] = {i ? OP2(LT, NUM(0), v) : fires, i ? OP1(EXP, v) : count};
        *HYS_PUSH(&f->arena, &f->model.effect_vals) = va_opn(f->ir, VA_OP_EFFECT, (uint32_t)i, args, 2);
    }
}

static void events_change_retained_values_at_accept_only(void **state) {
    rig *f = *state;
    make_counter(f);
    kernel_build build = rig_build(8);
    void *handle = rig_load(f, &build);
    rig_batch *b = rig_batch_new(kernel_cc_kernel(handle), 19);
    for (unsigned j = 0; j < 19; j++) b->x[0][j] = 1, b->event[0][j] = j % 3 == 0;
    b->kernel->accept(&b->env, &b->batch, &b->out);
    for (unsigned j = 0; j < 19; j++) assert_true(b->next[0][j] == (j % 3 == 0 ? 6 : 5));
    for (unsigned j = 0; j < 19; j++) assert_true(b->out.bound_step[j] == INFINITY && b->out.next_time[j] == INFINITY);
    b->batch.event = NULL;
    b->kernel->accept(&b->env, &b->batch, &b->out);
    for (unsigned j = 0; j < 19; j++) assert_true(b->next[0][j] == 5);
    rig_batch_free(b);
    kernel_cc_close(handle);
}

static void effects_come_in_instance_order_for_live_lanes_only(void **state) {
    rig *f = *state;
    make_counter(f);
    for (int lanes = 1; lanes <= 8; lanes += 7) {
        kernel_build build = rig_build(lanes);
        void *handle = rig_load(f, &build);
        rig_batch *b = rig_batch_new(kernel_cc_kernel(handle), 13);
        effect_log log = {.n = 0};
        b->out.effect = log_effect;
        b->out.effect_user = &log;
        for (unsigned j = 0; j < 16; j++) b->x[0][j] = j % 2 ? 1 : -1, b->event[0][j] = j % 5 == 0;
        b->kernel->accept(&b->env, &b->batch, &b->out);
        int n = 0;
        for (unsigned j = 0; j < 13; j++) {
            if (j % 5 == 0) assert_true(log.effect[n] == 0 && log.instance[n] == j && log.value[n] == 5), n++;
            if (j % 2 == 0) continue;
            assert_int_equal(log.effect[n], 1);
            assert_int_equal(log.instance[n], j);
            assert_near(log.value[n], exp(1), 1e-15);
            n++;
        }
        assert_int_equal(log.n, n);
        rig_batch_free(b);
        kernel_cc_close(handle);
    }
}

/* ---- hostile names ---- */

static void text_of_the_user_stays_inside_string_literals(void **state) {
    rig *f = *state;
    static const char evil[] =
        "x\"; system(\"touch /tmp/hys-owned\"); //\n#error out ?\?/ ?\?' */ /* \\ \x01\xff\xc3\xa9 %s\r";
    const char *aliases[] = {evil, "b"};
    f->model.name = f->model.file = f->model.desc = evil;
    rig_unknown(f, evil, VA_UNK_NODE, true);
    f->model.unknowns.at[0].row = rig_probe(f, 0, VA_GROUND);
    rig_param(f, evil, NUM(1), 1);
    f->model.params.at[0].units = f->model.params.at[0].desc = f->model.params.at[0].d2d = evil;
    f->model.params.at[0].aliases = aliases;
    f->model.params.at[0].n_aliases = 2;
    *HYS_PUSH(&f->arena, &f->model.simparams) = evil;
    *HYS_PUSH(&f->arena, &f->model.effects) = (va_effect){.format = evil, .file = evil};
    kernel_build build = rig_build(1);
    build.flags = "-std=c17 -trigraphs -O1 -fPIC -ffp-contract=off -fno-math-errno -fno-trapping-math";
    void *handle = rig_load(f, &build);
    const hys_kernel *k = kernel_cc_kernel(handle);
    const char *const got[] = {
        k->module,          k->file,           k->desc,          k->unknowns[0].name, k->params[0].name,
        k->params[0].units, k->params[0].desc, k->params[0].d2d, k->simparams[0],     k->effects[0].format,
        k->effects[0].file};
    for (size_t i = 0; i < sizeof got / sizeof *got; i++) assert_string_equal(got[i], evil);
    assert_memory_equal(k->params[0].aliases, evil, sizeof evil - 1);
    assert_string_equal(k->params[0].aliases + sizeof evil - 1, "\nb");
    kernel_cc_close(handle);
}

/* ---- limits, memory ---- */

static void arrays_too_large_for_the_stack_are_refused(void **state) {
    rig *f = *state;
    rig_unknown(f, "p", VA_UNK_NODE, true);
    *HYS_PUSH(&f->arena, &f->model.arrays) = (va_array){.name = "big", .n = 100000};
    rig_bare_program(f);
    rig_root(f, VA_FUNC_EVAL_F, VA_TO_F, 0, va_op2(f->ir, VA_OP_ALOAD, LEAF(ARRAY, 0), rig_probe(f, 0, VA_GROUND)));
    hys__text text;
    hys__text_init(&text, f->ctx);
    assert_int_equal(rig_emit(f, &text), HYS_LIMIT);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    hys__text_free(&text);
}

/* Making the model itself is not what is tested: memory fails only once it is there. */
static void memory_that_runs_out_is_an_error(void **state) {
    (void)state;
    hys_test_memory memory = {0};
    hys_ctx *ctx = hys_test_ctx_with(&memory);
    rig f;
    va_val outputs[N_OUT];
    rig_start(&f, ctx);
    grow_model(&f, 3, 80, outputs);
    for (size_t k = 1; k < 10000; k++) {
        hys__text text;
        memory.fail_at = memory.n_calls + k;
        memory.n_failed = 0;
        hys__text_init(&text, ctx);
        hys_status status = va_emit(&f.program, &text);
        hys__text_free(&text);
        if (memory.n_failed == 0) {
            assert_int_equal(status, HYS_OK);
            assert_true(k > 3);
            break;
        }
        assert_int_equal(status, HYS_NOMEM);
    }
    rig_end(&f);
    assert_int_equal(memory.n_live, 0);
}

static void the_same_program_gives_the_same_text(void **state) {
    rig *f = *state;
    va_val outputs[N_OUT];
    hys__text first, second;
    grow_model(f, 3, 200, outputs);
    hys__text_init(&first, f->ctx);
    hys__text_init(&second, f->ctx);
    assert_int_equal(rig_emit(f, &first), HYS_OK);
    assert_int_equal(rig_emit(f, &second), HYS_OK);
    assert_string_equal(first.at, second.at);
    hys__text_free(&first);
    hys__text_free(&second);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(kernels_compute_what_the_graph_says),
        TEST(bits_depend_on_nothing_but_the_instance),
        TEST(own_parameters_give_each_instance_its_own),
        TEST(defaults_follow_from_older_parameters_and_bounds_from_all),
        TEST(events_change_retained_values_at_accept_only),
        TEST(effects_come_in_instance_order_for_live_lanes_only),
        TEST(text_of_the_user_stays_inside_string_literals),
        TEST(arrays_too_large_for_the_stack_are_refused),
        TEST(memory_that_runs_out_is_an_error),
        TEST(the_same_program_gives_the_same_text),
    };
    if (!kernel_cc_has("gcc") && !kernel_cc_has("clang")) return 0; /* kernels cannot be made here at all */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
