/* Arrays in memory as text: entry, exit, and how large they may be. */
#include "veriloga/emit_rig.h"

#define OPS(op, imm, ...)                                                                                              \
    va_opn(f->ir, VA_OP_##op, imm, (const va_val[]){__VA_ARGS__},                                                      \
           sizeof((const va_val[]){__VA_ARGS__}) / sizeof(va_val))

static int set_up(void **state) {
    rig *f = calloc(1, sizeof *f);
    if (!f) return -1;
    rig_start(f, hys_test_ctx());
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    rig_end(*state);
    free(*state);
    return 0;
}

#define N 300

/* a[p] = 2 a[7], where all of a is kept, starting with 1.5. */
static void keep_array(rig *f) {
    uint32_t p = rig_unknown(f, "p", VA_UNK_NODE, true);
    va_val index = rig_probe(f, p, VA_GROUND);
    for (int k = 0; k < N; k++) rig_retained(f, "a", NUM(1.5));
    *HYS_PUSH(&f->arena, &f->model.arrays) = (va_array){.name = "a", .n = N, .is_retained = true};
    rig_bare_program(f);
    va_val array = LEAF(ARRAY, 0), doubled = OP2(MUL, NUM(2), OP2(ALOAD, array, NUM(7)));
    va_val version = OPS(ASTORE, 0, array, index, doubled, va_bool(f->ir, true));
    for (uint32_t k = 0; k < N; k++) {
        rig_root(f, VA_FUNC_PARAMS, VA_TO_RETAINED, k, NUM(1.5));
        rig_root(f, VA_FUNC_ACCEPT, VA_TO_RETAINED, k, OP2(ALOAD, version, NUM(k)));
    }
    rig_root(f, VA_FUNC_EVAL_F, VA_TO_F, 0, index);
    rig_root(f, VA_FUNC_EVAL_FJ, VA_TO_F, 0, index);
}

static void each_element_that_is_kept_goes_on(void **state) {
    rig *f = *state;
    keep_array(f);
    for (int lanes = 1; lanes <= 8; lanes += 7) {
        kernel_build build = rig_build(lanes);
        void *handle = rig_load(f, &build);
        rig_batch *b = rig_batch_new(kernel_cc_kernel(handle), 5);
        for (unsigned j = 0; j < b->n; j++) {
            b->x[0][j] = 3 + j;
            for (int k = 0; k < N; k++) b->r[k][j] = 100 * j + k;
        }
        b->kernel->accept(&b->env, &b->batch, &b->out);
        for (unsigned j = 0; j < b->n; j++)
            for (unsigned k = 0; k < N; k++)
                assert_same_double(b->next[k][j], k == 3 + j ? 2 * (100.0 * j + 7) : 100.0 * j + k);
        rig_batch_free(b);
        kernel_cc_close(handle);
    }
}

static size_t count(const char *text, const char *word) {
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++) n++;
    return n;
}

/* Thousands of elements are no thousands of lines. */
static void the_text_does_not_grow_with_the_array(void **state) {
    rig *f = *state;
    keep_array(f);
    hys__text text;
    hys__text_init(&text, f->ctx);
    assert_int_equal(rig_emit(f, &text), HYS_OK);
    assert_int_equal(count(text.at, "hys_array_get("), 1);
    assert_int_equal(count(text.at, "r0["), 1);
    hys__text_free(&text);
}

/* All lanes of a large array would not fit on a stack. */
static void kernels_of_large_arrays_have_one_lane(void **state) {
    rig *f = *state;
    va_val index = rig_probe(f, rig_unknown(f, "p", VA_UNK_NODE, true), VA_GROUND);
    *HYS_PUSH(&f->arena, &f->model.arrays) = (va_array){.name = "a", .n = 20000, .init = 2.5};
    rig_bare_program(f);
    va_val array = LEAF(ARRAY, 0), version = OPS(ASTORE, 0, array, NUM(19999), NUM(7), va_bool(f->ir, true));
    rig_root(f, VA_FUNC_EVAL_F, VA_TO_F, 0, OP2(ALOAD, version, index));
    rig_root(f, VA_FUNC_EVAL_FJ, VA_TO_F, 0, OP2(ALOAD, version, index));
    kernel_build build = rig_build(8);
    void *handle = rig_load(f, &build);
    assert_int_equal(kernel_cc_kernel(handle)->lanes, 1);
    rig_batch *b = rig_batch_new(kernel_cc_kernel(handle), 3);
    b->x[0][0] = 19999;
    b->x[0][1] = 19998;
    b->x[0][2] = 20000; /* there is none */
    b->kernel->eval_f(&b->env, &b->batch, &b->out);
    assert_same_double(b->f[0][0], 7.0);
    assert_same_double(b->f[0][1], 2.5);
    assert_same_double(b->f[0][2], 0.0);
    rig_batch_free(b);
    kernel_cc_close(handle);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_element_that_is_kept_goes_on),
        TEST(the_text_does_not_grow_with_the_array),
        TEST(kernels_of_large_arrays_have_one_lane),
    };
    if (!kernel_cc_has("gcc") && !kernel_cc_has("clang")) return 0; /* kernels cannot be made here at all */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
