/* Lines: the title, comments, continuations, quotes. */
#include "circuit/netlist_rig.h"

static void the_first_line_is_the_title(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("R1 a 0 1\n");
    assert_string_equal(rig.flat->title, "title");
    assert_int_equal(rig.flat->n_elems, 1);
    netlist_free(&rig);
}

static void a_directive_on_the_first_line_is_pointed_out(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__flat *flat = NULL;
    static const char text[] = ".tran 1n 1u\nR1 a 0 1\n";
    hys__arena_init(&arena, ctx, 0);
    assert_int_equal(hys__flat_read(ctx, &arena, "t.cir", text, sizeof text - 1, NULL, &flat), HYS_OK);
    assert_int_equal(flat->n_analyses, 0);
    assert_diag(ctx, 0,
                "t.cir:1:1: warning: the first line of a netlist is its title: this is not obeyed\n"
                ".tran 1n 1u\n^~~~~\nhint: put a title above it\n");
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

static void comments_end_where_the_dialects_say(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("* R9 a 0 9\n"
                                   "   * R9 a 0 9\n"
                                   "R1 a 0 1 ; R9\n"
                                   "R2 a 0 2 $ R9\n"
                                   "R3 a 0 3 // R9\n"
                                   "R4 a$b 0 4\n"
                                   "$ R9 a 0 9\n");
    assert_int_equal(rig.flat->n_elems, 4);
    assert_true(netlist_value(&rig, "r1") == 1 && netlist_value(&rig, "r2") == 2 && netlist_value(&rig, "r3") == 3);
    assert_string_equal(netlist_nodes(&rig, "r4"), "a$b 0");
    netlist_free(&rig);
}

static void lines_go_on_behind_plus_and_backslash(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("R1 a 0\n+ 1k\n"
                                   "R2 a\n* between\n\n  + 0 ; comment\n+2k\n"
                                   "R3 a 0 \\\\\n3k\n"
                                   "R4 a \\\n0 4k\n"
                                   "R5 a 0 5k\r\n+ tc1=1m\r\n");
    assert_true(netlist_value(&rig, "r1") == 1e3);
    assert_true(netlist_value(&rig, "r2") == 2e3);
    assert_true(netlist_value(&rig, "r3") == 3e3);
    assert_true(netlist_value(&rig, "r4") == 4e3);
    assert_true(netlist_value(&rig, "r5") == 5e3);
    netlist_free(&rig);
}

static void errors_behind_a_continuation_stand_at_their_own_line(void **state) {
    (void)state;
    netlist_bad("R1 a 0\n* comment\n+  1k foo=3\n", HYS_SYNTAX,
                "a.cir:4:7: error: this element has no parameter 'foo'\n+  1k foo=3\n      ^~~\n");
}

static void what_stands_behind_end_is_not_read(void **state) {
    (void)state;
    netlist_rig rig = netlist_good("R1 a 0 1\n.end\nthis is no netlist\n");
    assert_int_equal(rig.flat->n_elems, 1);
    netlist_free(&rig);
}

static void case_says_nothing(void **state) {
    (void)state;
    netlist_rig rig = netlist_good(".PARAM Foo=2\nr1 A 0 {FOO}\nR2 a GND {fOO}\n.TRAN 1N 1U UIC\n");
    assert_true(netlist_value(&rig, "R1") == 2 && netlist_value(&rig, "r2") == 2);
    assert_int_equal(netlist_elem(&rig, "r1")->nodes[0], netlist_elem(&rig, "r2")->nodes[0]);
    assert_int_equal(netlist_elem(&rig, "r2")->nodes[1], 0);
    assert_true(rig.flat->analyses[0].uic);
    netlist_free(&rig);
}

static void text_that_is_none_is_refused(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__arena arena;
    hys__flat *flat = NULL;
    hys__arena_init(&arena, ctx, 0);
    assert_int_equal(hys__flat_read(ctx, &arena, "t.cir", "title\nR1\0a", 9, NULL, &flat), HYS_SYNTAX);
    assert_diag(ctx, 0, "t.cir:2:3: error: this is no text: there is a zero byte in it\nR1?\n  ^\n");
    hys_diag_clear(ctx);
    assert_int_equal(hys__flat_read(ctx, &arena, "t.cir", "\xff\xfet\0", 4, NULL, &flat), HYS_SYNTAX);
    assert_string_equal(hys_diag_get(ctx, 0)->message, "this file is UTF-16; netlists are read as UTF-8");
    hys_diag_clear(ctx);
    assert_int_equal(hys__flat_read(ctx, &arena, "t.cir", "", 0, NULL, &flat), HYS_SEMANTIC);
    assert_string_equal(hys_diag_get(ctx, 0)->message, "this netlist has no elements");
    assert_null(flat);
    hys__arena_free(&arena);
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_is_the_title),
        cmocka_unit_test(a_directive_on_the_first_line_is_pointed_out),
        cmocka_unit_test(comments_end_where_the_dialects_say),
        cmocka_unit_test(lines_go_on_behind_plus_and_backslash),
        cmocka_unit_test(errors_behind_a_continuation_stand_at_their_own_line),
        cmocka_unit_test(what_stands_behind_end_is_not_read),
        cmocka_unit_test(case_says_nothing),
        cmocka_unit_test(text_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
