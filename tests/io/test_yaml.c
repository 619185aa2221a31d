/* Experiments in YAML: values with units reach their places, and each mistake is told where it stands. */
#include "hys_test.h"
#include "io/yaml_fixture.h"
#include <string.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys__arena arena;
    hys__yaml yaml;
    yaml_whole whole;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f = (fixture){.ctx = hys_test_ctx()};
    hys__arena_init(&f.arena, f.ctx, 0);
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    hys__arena_free(&f->arena);
    hys_ctx_free(f->ctx);
    return 0;
}

static hys_status take(fixture *f, const char *text, size_t len) {
    hys_diag_clear(f->ctx);
    f->whole = (yaml_whole){.ratio = 7, .first.width = 2};
    hys_status status = hys__yaml_parse(&f->arena, "exp.yaml", text, len, &f->yaml);
    return status == HYS_OK ? hys__yaml_take(&f->yaml, f->yaml.root, &yaml_whole_schema, &f->whole) : status;
}

static void numbers_with_units_come_out_in_si(void **state) {
    fixture *f = *state;
    const char *text = "# an experiment\nvoltage: 250mV\nrows: 64\nwired: yes\nscheme: float\ntitle: \"a: b\"\n"
                       "steps: [0.5, 1V, 1500mV]\nset: k=3\nfirst: {name: one, width: 10ns}\n"
                       "parts:\n  - name: two\n  - name: three\n    width: 3us\n";
    assert_int_equal(take(f, text, strlen(text)), HYS_OK);
    const yaml_whole *w = &f->whole;
    const yaml_part *parts = w->parts.at;
    assert_true(fabs(w->voltage - 0.25) < 1e-15 && w->ratio == 7 && w->rows == 64 && w->is_wired && w->scheme == 2);
    assert_string_equal(w->title, "a: b");
    assert_true(w->steps.n == 3 && w->steps.at[0] == 0.5 && w->steps.at[1] == 1 && w->steps.at[2] == 1.5);
    assert_true(w->set.n == 1 && !strcmp(w->set.at[0], "k=3"));
    assert_true(!strcmp(w->first.name, "one") && fabs(w->first.width - 1e-8) < 1e-22);
    assert_int_equal(w->parts.n, 2);
    assert_true(!strcmp(parts[0].name, "two") && parts[0].width == 1e-6 && fabs(parts[1].width - 3e-6) < 1e-20);
}

static void names_of_the_file_are_keys_of_nodes(void **state) {
    fixture *f = *state;
    const char *text = "voltage: 1\nnamed: {one: {width: 10ns}, two: {}}\namounts: {a: 1ms, b: 2}\n";
    assert_int_equal(take(f, text, strlen(text)), HYS_OK);
    const yaml_part *named = f->whole.named.at;
    assert_int_equal(f->whole.named.n, 2);
    assert_string_equal(f->whole.named.nodes[0]->key, "one");
    assert_string_equal(f->whole.named.nodes[1]->key, "two");
    assert_true(fabs(named[0].width - 1e-8) < 1e-22 && named[1].width == 1e-6);
    assert_int_equal(f->whole.amounts.n, 2);
    assert_string_equal(f->whole.amounts.nodes[1]->key, "b");
    assert_true(fabs(f->whole.amounts.at[0] - 1e-3) < 1e-17 && f->whole.amounts.at[1] == 2);
}

typedef struct mistake {
    const char *text, *says;
    int line, col;
} mistake;

static const mistake mistakes[] = {
    {"voltage: 1ohm\n", "is not in V", 1, 10},
    {"voltage: nan\n", "is no number", 1, 10},
    {"voltage: 1\nnamed: [one]\n", "a mapping, NAME: {...}, is expected here", 2, 8},
    {"voltage: 1\nnamed: {one: 1}\n", "a mapping, NAME: VALUE, is expected here", 2, 14},
    {"voltage: 1\nnamed: {one: {name: x}}\n", "a named part has no", 2, 15},
    {"voltage: 1\namounts: 1\n", "a mapping, NAME: NUMBER, is expected here", 2, 10},
    {"voltage: 1\namounts: {a: 1V}\n", "is not in s", 2, 14},
    {"voltage: 1\nrows: 2.5\n", "counts nothing", 2, 7},
    {"voltage: 1\nrows: 1V\n", "has a unit", 2, 7},
    {"voltage: 1\nrows: -1\n", "counts nothing", 2, 7},
    {"voltage: 1\nwired: perhaps\n", "is neither", 2, 8},
    {"voltage: 1\nscheme: quarter\n", "there is no \"quarter\"", 2, 9},
    {"voltage: 1\nrow: 3\n", "has no \"row\"", 2, 1},
    {"voltage: 1\nvoltage: 2\n", "given twice", 2, 1},
    {"rows: 3\n", "needs \"voltage\"", 1, 1},
    {"voltage: 1\nparts: [{width: 1us}]\n", "a part needs \"name\"", 2, 9},
    {"voltage: 1\nparts: 3\n", "a list is expected", 2, 8},
    {"voltage: 1\nfirst: [1, 2]\n", "a mapping", 2, 8},
    {"voltage: [1, 2]\n", "a number is expected", 1, 10},
    {"voltage: &a 1\n", "anchors", 1, 10},
    {"voltage: 1\nrows: *a\n", "anchors", 2, 7},
    {"voltage: !!float 1\n", "anchors", 1, 10},
    {"- 1\n- 2\n", "a mapping is expected", 1, 1},
    {"voltage: 1\n--- \nvoltage: 2\n", "one experiment", 2, 1},
    {"# t\xc3\xa9st\nvoltage: 1\ntitle: \"\xc3\xa9\xc3\xa9\" \"x\"\n", "", 3, 0},
    {"voltage: 1\n\trows: 3\n", "", 2, 0},
    {"voltage: [1, 2\n", "", 0, 0},
    {"voltage: \"a\\0b\"\n", "a zero byte", 1, 10},
    {"[a, b]: 1\n", "a name is expected", 1, 1},
    {"voltage: 1\xff\n", "", 0, 0},
    {"", "holds nothing", 1, 1},
    {"# only a comment\n", "holds nothing", 1, 1},
};

static void a_mistake_is_told_once_where_it_stands(void **state) {
    fixture *f = *state;
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        const mistake *m = &mistakes[k];
        assert_int_equal(take(f, m->text, strlen(m->text)), HYS_SYNTAX);
        assert_int_equal(hys_diag_n_errors(f->ctx), 1);
        const hys_diag *diag = hys_diag_get(f->ctx, 0);
        if (!strstr(diag->message, m->says) || (m->line && diag->line != m->line) || (m->col && diag->col != m->col))
            fail_msg("mistake %zu: %d:%d %s", k, diag->line, diag->col, diag->message);
    }
}

static void what_is_nested_too_deeply_is_refused(void **state) {
    fixture *f = *state;
    char text[4096] = "voltage: ";
    memset(text + 9, '[', 2000);
    assert_int_equal(take(f, text, 2009), HYS_SYNTAX);
    assert_int_equal(hys_diag_n_errors(f->ctx), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_with_units_come_out_in_si, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_of_the_file_are_keys_of_nodes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mistake_is_told_once_where_it_stands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_nested_too_deeply_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
