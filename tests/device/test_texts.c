/* Models from generated text: several at once, kept by content, errors told at the text they were made from. */
#include "device/model.h"
#include "hys_test.h"

static const char good[] = "`include \"disciplines.vams\"\n"
                           "module one(p, n);\n"
                           "inout p, n; electrical p, n;\n"
                           "parameter real g = 1.0;\n"
                           "analog I(p, n) <+ g * V(p, n);\n"
                           "endmodule\n";
static const char other[] = "`include \"disciplines.vams\"\n"
                            "module two(p, n);\n"
                            "inout p, n; electrical p, n;\n"
                            "analog I(p, n) <+ 3 * V(p, n) * V(p, n);\n"
                            "endmodule\n";
static const char bad[] = "`include \"disciplines.vams\"\n"
                          "module three(p, n);\n"
                          "inout p, n; electrical p, n;\n"
                          "analog I(p, n) <+ unknown_name;\n"
                          "endmodule\n";

static hys__model_text text_of(const char *text, bool is_wide) {
    return (hys__model_text){.name = "generated", .text = text, .len = strlen(text), .variant = {is_wide, false}};
}

static void several_models_come_at_once(void **state) {
    hys__model_text texts[3] = {text_of(good, false), text_of(other, true), text_of(good, false)};
    hys_model *models[3];
    hys_ctx *ctx = hys_test_ctx();
    char *dir = hys_test_dir();
    hys_model_opts opts = hys_model_opts_default();
    (void)state;
    opts.cache_dir = hys_test_path(dir, "cache");
    assert_int_equal(hys__models_from_texts(ctx, texts, 3, &opts, models), HYS_OK);
    assert_string_equal(hys_model_name(models[0]), "one");
    assert_string_equal(hys_model_name(models[1]), "two");
    assert_string_equal(hys_model_name(models[2]), "one");
    assert_int_equal(models[0]->kernel->lanes, 1);
    assert_true(models[1]->kernel->lanes > 1);
    for (size_t i = 0; i < 3; i++) hys_model_free(models[i]);
    hys_ctx_free(ctx);
    hys_test_dir_remove(dir);
}

/* A compiler that only fails shows that none is needed the second time. */
static void the_second_time_needs_no_compiler(void **state) {
    hys__model_text texts[2] = {text_of(good, false), text_of(other, false)};
    hys_model *models[2];
    char *dir = hys_test_dir(), script[600];
    hys_model_opts opts = hys_model_opts_default();
    (void)state;
    opts.cache_dir = hys_test_path(dir, "cache");
    snprintf(script, sizeof script, "%s/cc", dir);
    hys_test_write(script, "#!/bin/sh\nexec cc \"$@\"\n", 23);
    snprintf(script, sizeof script, "chmod +x %s/cc", dir);
    assert_int_equal(system(script), 0);
    snprintf(script, sizeof script, "%s/cc", dir);
    setenv("HYSTERON_CC", script, 1);
    for (int pass = 0; pass < 2; pass++) {
        hys_ctx *ctx = hys_test_ctx();
        if (hys__models_from_texts(ctx, texts, 2, &opts, models) != HYS_OK)
            fail_msg("%d %s", pass, hys_test_diag_text(ctx, 0));
        hys_model_free(models[0]);
        hys_model_free(models[1]);
        hys_ctx_free(ctx);
        if (pass == 0) { /* size and time of the script stay: it is the same compiler to the cache */
            snprintf(script, sizeof script,
                     "touch -r %s/cc %s/t && printf '#!/bin/sh\\nexit 1; \"$@\"\\n' >%s/cc && touch -r %s/t %s/cc", dir,
                     dir, dir, dir, dir);
            assert_int_equal(system(script), 0);
        }
    }
    unsetenv("HYSTERON_CC");
    hys_test_dir_remove(dir);
}

static void errors_are_told_at_the_origin(void **state) {
    static const char user[] = "first line\nsecond line\nthird line\n";
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__sources sources;
    hys_model *models[2];
    hys_model_opts opts = hys_model_opts_default();
    (void)state;
    hys__arena_init(&arena, ctx, 0);
    hys__sources_init(&sources, &arena);
    uint32_t source = hys__sources_add(&sources, "user.cir", NULL, user, strlen(user));
    hys__span second = {source, 11, 6, 0}, lines[4] = {HYS_NO_SPAN, HYS_NO_SPAN, HYS_NO_SPAN, second};
    hys__origin origin = {&sources, lines, 4};
    hys__model_text texts[2] = {text_of(good, false), text_of(bad, false)};
    texts[1].origin = &origin;
    assert_int_not_equal(hys__models_from_texts(ctx, texts, 2, &opts, models), HYS_OK);
    assert_null(models[0]);
    const hys_diag *diag = hys_diag_get(ctx, 0);
    assert_non_null(diag);
    assert_string_equal(diag->file, "user.cir");
    assert_int_equal(diag->line, 2);
    assert_string_equal(diag->source, "second line");
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_models_come_at_once),
        cmocka_unit_test(the_second_time_needs_no_compiler),
        cmocka_unit_test(errors_are_told_at_the_origin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
