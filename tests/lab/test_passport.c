/* Passports: the same bytes from any number of threads, all that was asked for and nothing else, memory that fails. */
#include "hys_test.h"
#include <hysteron/passport.h>
#include <jansson.h>

static int set_up(void **state) {
    *state = hys_test_ctx();
    return 0;
}

static int tear_down(void **state) {
    hys_ctx_free(*state);
    return 0;
}

static char *html_of(hys_ctx *ctx, const char *device, const char *only, int32_t n_threads) {
    hys_passport_opts opts = hys_passport_opts_default();
    hys_passport *passport = NULL;
    hys_model *model = NULL;
    char *html = NULL;
    opts.only = only;
    opts.n_threads = n_threads;
    opts.command = "hysteron passport <it>";
    assert_int_equal(hys_model_load(ctx, device, NULL, &model), HYS_OK);
    assert_int_equal(hys_passport_model(ctx, model, &opts, &passport), HYS_OK);
    hys_model_free(model); /* the passport keeps what it tells */
    assert_int_equal(hys_passport_html(passport, ctx, &html), HYS_OK);
    hys_passport_free(passport);
    return html;
}

static void bytes_do_not_depend_on_threads(void **state) {
    char *one = html_of(*state, "hp_linear", "iv,catalogue,model,methods", 1);
    char *three = html_of(*state, "hp_linear", "iv,catalogue,model,methods", 3);
    assert_string_equal(one, three);
    hys_passport_text_free(one);
    hys_passport_text_free(three);
}

static void only_the_sections_that_were_asked_for_are_there(void **state) {
    char *html = html_of(*state, "hp_linear", "model,methods", 1);
    assert_non_null(strstr(html, "<section id=\"model\">"));
    assert_non_null(strstr(html, "<section id=\"methods\">"));
    assert_null(strstr(html, "<section id=\"class\">"));
    assert_null(strstr(html, "<figure"));
    assert_non_null(strstr(html, "hysteron passport &lt;it&gt;"));
    assert_non_null(strstr(html, "Verilog-A source"));
    hys_passport_text_free(html);
}

static void an_unknown_section_is_refused_with_a_hint(void **state) {
    hys_passport_opts opts = hys_passport_opts_default();
    hys_passport *passport = NULL;
    hys_model *model = NULL;
    opts.only = "class,methodz";
    assert_int_equal(hys_model_load(*state, "hp_linear", NULL, &model), HYS_OK);
    assert_int_equal(hys_passport_model(*state, model, &opts, &passport), HYS_ARG);
    assert_null(passport);
    assert_diag(*state, 0,
                "--only:1:7: error: there is no section 'methodz'\nclass,methodz\n      ^\n"
                "hint: did you mean 'methods'?\n");
    hys_model_free(model);
}

static void json_tells_all_that_was_found_out(void **state) {
    hys_passport_opts opts = hys_passport_opts_default();
    hys_passport *passport = NULL;
    hys_model *model = NULL;
    char *text = NULL;
    opts.only = "iv,model,methods";
    assert_int_equal(hys_model_load(*state, "yakopcic_jo", NULL, &model), HYS_OK);
    assert_int_equal(hys_passport_model(*state, model, &opts, &passport), HYS_OK);
    assert_int_equal(hys_passport_json(passport, *state, &text), HYS_OK);
    json_t *root = json_loads(text, 0, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "device")), "yakopcic_jo");
    json_t *params = json_object_get(root, "parameters"), *param;
    const char *name;
    size_t n_set = 0;
    json_object_foreach(params, name, param) n_set += json_is_true(json_object_get(param, "set"));
    assert_true(n_set > 0); /* by the variant */
    assert_int_equal(json_array_size(json_object_get(root, "failed")), 0);
    assert_true(json_array_size(json_object_get(root, "tables")) > 0);
    json_decref(root);
    hys_passport_text_free(text);
    hys_passport_free(passport);
    hys_model_free(model);
}

static int stop(void *user, double done) {
    (void)user;
    (void)done;
    return 1;
}

static void it_can_be_cancelled(void **state) {
    hys_passport_opts opts = hys_passport_opts_default();
    hys_passport *passport = NULL;
    hys_model *model = NULL;
    opts.progress = stop;
    assert_int_equal(hys_model_load(*state, "hp_linear", NULL, &model), HYS_OK);
    assert_int_equal(hys_passport_model(*state, model, &opts, &passport), HYS_CANCEL);
    assert_null(passport);
    hys_model_free(model);
}

static void memory_that_fails_is_told(void **state) {
    (void)state;
    for (size_t fail_at = 40; fail_at < 400; fail_at += 9) {
        hys_test_memory memory = {.fail_at = 0};
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        hys_passport_opts opts = hys_passport_opts_default();
        hys_passport *passport = NULL;
        hys_model *model = NULL;
        char *html = NULL;
        opts.only = "model,methods";
        opts.n_threads = 1;
        assert_int_equal(hys_model_load(ctx, "hp_linear", NULL, &model), HYS_OK);
        memory.fail_at = memory.n_calls + fail_at - 39;
        hys_status status = hys_passport_model(ctx, model, &opts, &passport);
        if (status == HYS_OK) status = hys_passport_html(passport, ctx, &html);
        bool has_failed = memory.n_calls >= memory.fail_at;
        assert_int_equal(status, has_failed ? HYS_NOMEM : HYS_OK);
        hys_passport_text_free(html);
        hys_passport_free(passport);
        hys_model_free(model);
        hys_ctx_free(ctx);
        if (!has_failed) return;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_do_not_depend_on_threads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_the_sections_that_were_asked_for_are_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_unknown_section_is_refused_with_a_hint, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_tells_all_that_was_found_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_can_be_cancelled, set_up, tear_down),
        cmocka_unit_test(memory_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
