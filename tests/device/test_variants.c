/* Variants: .model cards beside a device, as models of their own. */
#include "device/variants.h"
#include "hys_test.h"
#include <hysteron/hysteron.h>

typedef struct fixture {
    hys_ctx *ctx;
    char *dir;
    const char *path;
    hys__arena arena;
    hys__variants list;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f.ctx = hys_test_ctx();
    f.dir = hys_test_dir();
    f.path = hys_test_path(f.dir, "d.lib");
    hys__arena_init(&f.arena, f.ctx, 0);
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys__arena_free(&f->arena);
    hys_ctx_free(f->ctx);
    hys_test_dir_remove(f->dir);
    return 0;
}

static hys_status read_text(fixture *f, const char *text) {
    hys_test_write(f->path, text, strlen(text));
    hys_diag_clear(f->ctx);
    return hys__variants_read(&f->arena, f->path, &f->list);
}

static void test_cards_with_comments(void **state) {
    fixture *f = *state;
    assert_int_equal(read_text(f, "* A set,\n* of two lines\n* Label: published parameters\n* Source: A, B\n"
                                  ".model d_one d ( a=1 b=2e-3\r\n+ c=-3 )\n\n* stray\n\n.MODEL d_two d\n"),
                     HYS_OK);
    assert_int_equal(f->list.n, 2);
    const hys_variant *one = &f->list.at[0], *two = &f->list.at[1];
    assert_string_equal(one->name, "d_one");
    assert_string_equal(one->module, "d");
    assert_string_equal(one->desc, "A set, of two lines");
    assert_string_equal(one->label, "published parameters");
    assert_string_equal(one->reference, "A, B");
    assert_int_equal(one->n_set, 3);
    assert_string_equal(one->set[1], "b=2e-3");
    assert_string_equal(one->set[2], "c=-3");
    assert_string_equal(two->desc, "");
    assert_string_equal(two->label, "");
    assert_int_equal(two->n_set, 0);
    assert_int_equal(two->line, 10);
}

static void test_no_file_is_no_variant(void **state) {
    fixture *f = *state;
    assert_int_equal(hys__variants_read(&f->arena, hys_test_path(f->dir, "none.lib"), &f->list), HYS_OK);
    assert_int_equal(f->list.n, 0);
}

static void assert_refused(fixture *f, const char *text, const char *words) {
    assert_int_equal(read_text(f, text), HYS_SYNTAX);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
    if (!strstr(hys_test_diag_text(f->ctx, 0), words)) print_error("%s", hys_test_diag_text(f->ctx, 0));
    assert_non_null(strstr(hys_test_diag_text(f->ctx, 0), words));
}

static void test_bad_cards(void **state) {
    fixture *f = *state;
    assert_refused(f, ".model\n", "d.lib:1:1: error: .model NAME MODULE is needed");
    assert_refused(f, ".model a\n", "d.lib:1:1: error: .model NAME MODULE is needed");
    assert_refused(f, ".model a b c\n", "d.lib:1:12: error: a setting NAME=VALUE is needed here");
    assert_refused(f, ".model a b c= 1\n", "d.lib:1:12: error: a setting NAME=VALUE is needed here");
    assert_refused(f, "* text\n+ a=1\n", "d.lib:2:1: error: this line is neither");
    assert_refused(f, "r1 a b 1k\n", "d.lib:1:1: error: this line is neither");
}

static const hys_param *param(const hys_model *model, const char *name) {
    for (size_t k = 0; k < hys_model_n_params(model); k++)
        if (!strcmp(hys_model_param(model, k)->name, name)) return hys_model_param(model, k);
    fail_msg("no parameter %s", name);
    return NULL;
}

/* The shipped calm_nonvolatile: opening rate at 0 V of 2e-5 1/s. */
static void test_a_variant_is_a_device(void **state) {
    fixture *f = *state;
    hys_model *model = NULL;
    assert_int_equal(hys_model_load(f->ctx, "calm_nonvolatile", NULL, &model), HYS_OK);
    assert_string_equal(hys_model_name(model), "calm");
    assert_string_equal(hys_model_variant(model)->name, "calm_nonvolatile");
    assert_same_double(param(model, "a_0")->value, 2e-5);
    hys_model_free(model);
    assert_int_equal(hys_model_load(f->ctx, "calm", NULL, &model), HYS_OK);
    assert_null(hys_model_variant(model));
    assert_true(param(model, "a_0")->value != 2e-5);
    hys_model_free(model);
}

static double last_current(fixture *f, const char *device, const char *const *set, size_t n_set) {
    hys_model *model = NULL;
    hys_run *run = NULL;
    hys_bench_opts opts = hys_bench_opts_default();
    opts.wave = "triangle:0.5V,1Hz";
    opts.cycles = 1;
    opts.points = 8;
    opts.set = set;
    opts.n_set = n_set;
    assert_int_equal(hys_model_load(f->ctx, device, NULL, &model), HYS_OK);
    assert_int_equal(hys_iv(f->ctx, model, &opts, &run), HYS_OK);
    double i = hys_table_column(hys_run_table(run), "i")[2];
    hys_run_free(run);
    hys_model_free(model);
    return i;
}

/* A run of the variant is a run of the device with the card's settings; what the user sets wins. */
static void test_a_variant_runs_with_its_settings(void **state) {
    fixture *f = *state;
    static const char *const by_hand[] = {"a_0=2e-5", "V_a=0.05", "b_0=1e-5", "V_b=0.05"};
    static const char *const own[] = {"a_0=2e-5", "V_a=0.05", "b_0=1e-5", "V_b=0.05", "g_H=2m"};
    assert_same_double(last_current(f, "calm_nonvolatile", NULL, 0), last_current(f, "calm", by_hand, 4));
    assert_same_double(last_current(f, "calm_nonvolatile", own + 4, 1), last_current(f, "calm", own, 5));
    assert_true(last_current(f, "calm_nonvolatile", own + 4, 1) != last_current(f, "calm_nonvolatile", NULL, 0));
}

static void test_an_unknown_variant_is_refused(void **state) {
    fixture *f = *state;
    hys_model *model = NULL;
    assert_int_equal(hys_model_load(f->ctx, "calm_nothing", NULL, &model), HYS_ARG);
    assert_null(model);
}

static hys_status read_card(hys_ctx *ctx, void *arg) {
    hys__arena arena;
    hys__variants list;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = hys__variants_read(&arena, arg, &list);
    hys__arena_free(&arena);
    return status;
}

static void test_memory_fails(void **state) {
    fixture *f = *state;
    assert_int_equal(read_text(f, "* text\n* Label: l\n.model d_one d a=1 b=2\n+ c=3\n"), HYS_OK);
    hys_test_each_failure(read_card, (void *)(uintptr_t)f->path, false);
    hys_test_each_failure(read_card, (void *)(uintptr_t)f->path, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_cards_with_comments),
        TEST(test_no_file_is_no_variant),
        TEST(test_bad_cards),
        TEST(test_a_variant_is_a_device),
        TEST(test_a_variant_runs_with_its_settings),
        TEST(test_an_unknown_variant_is_refused),
        TEST(test_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
