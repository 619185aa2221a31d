/* Diagnostics: places, texts, limits, and what happens without memory. */
#include "base/diag.h"
#include "hys_test.h"
#include <wchar.h>

typedef struct fixture {
    hys_ctx *ctx;
    hys__arena arena;
    hys__sources sources;
} fixture;

static fixture set_up(void) {
    fixture f = {.ctx = hys_test_ctx()};
    return f;
}

/* The arena's address must stay, so this is not part of set_up. */
static uint32_t add(fixture *f, const char *name, const char *text) {
    if (!f->sources.arena) {
        hys__arena_init(&f->arena, f->ctx, 0);
        hys__sources_init(&f->sources, &f->arena);
    }
    return hys__sources_add(&f->sources, name, NULL, text, strlen(text));
}

static hys__span span_at(uint32_t source, size_t offset, size_t len) {
    return (hys__span){source, (uint32_t)offset, (uint32_t)len, 0};
}

/* The span of the first `word` in the text. */
static hys__span span_of(uint32_t source, const char *text, const char *word) {
    return span_at(source, (size_t)(strstr(text, word) - text), strlen(word));
}

static void an_error_names_place_line_and_remedy(void **state) {
    (void)state;
    static const char text[] = "module m(p, n);\n    real wn;\n    I(p, n) <+ g_on * vv;\n";
    fixture f = set_up();
    uint32_t source = add(&f, "nbo2.va", text);
    assert_int_equal(hys__report(f.ctx, HYS_ERROR, HYS_SEMANTIC, &f.sources, span_of(source, text, "g_on"),
                                 "did you mean 'wn'?", "'%s' is not declared", "g_on"),
                     HYS_SEMANTIC);
    assert_diag(f.ctx, 0,
                "nbo2.va:3:16: error: 'g_on' is not declared\n"
                "    I(p, n) <+ g_on * vv;\n"
                "               ^~~~\n"
                "hint: did you mean 'wn'?\n");
    const hys_diag *diag = hys_diag_get(f.ctx, 0);
    assert_int_equal(diag->severity, HYS_ERROR);
    assert_int_equal(diag->status, HYS_SEMANTIC);
    assert_int_equal(diag->line, 3);
    assert_int_equal(diag->col, 16);
    assert_int_equal(diag->len, 4);
    assert_int_equal(diag->parent, -1);
    assert_string_equal(diag->source, "    I(p, n) <+ g_on * vv;");
    hys_ctx_free(f.ctx);
}

static void warnings_and_notes_have_no_status_and_notes_have_a_parent(void **state) {
    (void)state;
    fixture f = set_up();
    uint32_t source = add(&f, "a.va", "ab cd");
    hys__fail(f.ctx, HYS_ARG, "", "first");
    assert_int_equal(hys__report(f.ctx, HYS_WARNING, HYS_OK, &f.sources, span_at(source, 3, 2), NULL, "unused"),
                     HYS_OK);
    hys__note(f.ctx, &f.sources, span_at(source, 0, 2), "like this");
    hys__note(f.ctx, NULL, HYS_NO_SPAN, "and so on");
    assert_diag(f.ctx, 1, "a.va:1:4: warning: unused\nab cd\n   ^~\n");
    assert_diag(f.ctx, 2, "a.va:1:1: note: like this\nab cd\n^~\n");
    assert_diag(f.ctx, 3, "note: and so on\n");
    assert_int_equal(hys_diag_get(f.ctx, 1)->status, HYS_OK);
    assert_int_equal(hys_diag_get(f.ctx, 2)->parent, 1);
    assert_int_equal(hys_diag_get(f.ctx, 3)->parent, 1);
    assert_int_equal(hys_diag_count(f.ctx), 4);
    assert_int_equal(hys_diag_n_errors(f.ctx), 1);
    assert_null(hys_diag_get(f.ctx, 4));
    hys_ctx_free(f.ctx);
}

static void every_byte_has_the_line_and_column_that_counting_gives(void **state) {
    (void)state;
    static const char text[] = "\nab\r\n\n\tc\n\n\nlast";
    fixture f = set_up();
    add(&f, "other", "");
    uint32_t source = add(&f, "a.va", text);
    int want_line = 1, want_col = 1;
    for (size_t i = 0; i < sizeof text; i++) {
        int32_t line, col;
        hys__source_locate(&f.sources, span_at(source, i, 1), &line, &col);
        assert_int_equal(line, want_line);
        assert_int_equal(col, want_col);
        want_col = text[i] == '\n' ? 1 : want_col + 1;
        want_line += text[i] == '\n';
    }
    int32_t line = 7, col = 7;
    hys__source_locate(&f.sources, span_at(source, 1000, 1), &line, &col); /* beyond: the end */
    assert_int_equal(line, 7);
    assert_int_equal(col, 5);
    hys__source_locate(&f.sources, span_at(3, 0, 1), &line, &col); /* no such source */
    assert_int_equal(line, 0);
    assert_int_equal(col, 0);
    hys_ctx_free(f.ctx);
}

static void spans_end_with_their_line(void **state) {
    (void)state;
    static const char text[] = "abc def\r\nghi";
    fixture f = set_up();
    uint32_t source = add(&f, "a.va", text);
    hys__report(f.ctx, HYS_ERROR, HYS_SYNTAX, &f.sources, span_at(source, 4, 8), "", "both lines");
    hys__report(f.ctx, HYS_ERROR, HYS_SYNTAX, &f.sources, span_at(source, 12, 5), "", "the end");
    hys__report(f.ctx, HYS_ERROR, HYS_SYNTAX, &f.sources, span_at(source, 7, 1), "", "line end");
    assert_diag(f.ctx, 0, "a.va:1:5: error: both lines\nabc def\n    ^~~\n");
    assert_int_equal(hys_diag_get(f.ctx, 0)->len, 3);
    assert_diag(f.ctx, 1, "a.va:2:4: error: the end\nghi\n   ^\n");
    assert_diag(f.ctx, 2, "a.va:1:8: error: line end\nabc def\n       ^\n");
    hys_ctx_free(f.ctx);
}

static void an_empty_text_has_a_first_line(void **state) {
    (void)state;
    fixture f = set_up();
    uint32_t source = add(&f, "a.va", "");
    hys__report(f.ctx, HYS_ERROR, HYS_SYNTAX, &f.sources, span_at(source, 0, 0), "", "no module");
    assert_diag(f.ctx, 0, "a.va:1:1: error: no module\n");
    hys_ctx_free(f.ctx);
}

static void tabs_stay_and_what_cannot_be_shown_is_a_question_mark(void **state) {
    (void)state;
    /* escape, NUL, a lone continuation byte, a cut-off character, an overlong '/', a C1 control, a
     * mark that turns the direction of writing, a surrogate, and beyond Unicode */
    /* NOLINTNEXTLINE(misc-misleading-bidirectional) */
    static const char text[] = "\tx\x1b[2J\0 \x80 \xc3( \xc0\xaf \xc2\x9b \xe2\x80\xae "
                               "\xed\xa0\x80 \xf4\x90\x80\x80 \xc3\xa9\xf0\x9f\x98\x80 here";
    fixture f = set_up();
    add(&f, "", "");
    uint32_t source = hys__sources_add(&f.sources, "a\x1b.va", NULL, text, sizeof text - 1);
    hys__report(f.ctx, HYS_ERROR, HYS_SYNTAX, &f.sources, span_at(source, sizeof text - 5, 4), "line\nbreak",
                "a \xff and\ta \x07");
    assert_diag(f.ctx, 0,
                "a?.va:1:40: error: a ? and a ?\n"
                "\tx?[2J? ? ?( ?? ?? ??? ??? ???? \xc3\xa9\xf0\x9f\x98\x80 here\n"
                "\t                                  ^~~~\n"
                "hint: line break\n");
    hys_ctx_free(f.ctx);
}

static void a_long_line_is_cut_around_the_column(void **state) {
    (void)state;
    static char text[301];
    for (size_t i = 0; i < 300; i++) text[i] = (char)('0' + i % 10);
    fixture f = set_up();
    uint32_t source = add(&f, "a.va", text);
    hys__report(f.ctx, HYS_ERROR, HYS_SYNTAX, &f.sources, span_at(source, 5, 2), "", "left");
    hys__report(f.ctx, HYS_ERROR, HYS_SYNTAX, &f.sources, span_at(source, 150, 200), "", "middle");
    hys__report(f.ctx, HYS_ERROR, HYS_SYNTAX, &f.sources, span_at(source, 299, 1), "", "right");
    char want[1000];
    snprintf(want, sizeof want, "a.va:1:6: error: left\n%.117s...\n     ^~\n", text);
    assert_diag(f.ctx, 0, want);
    snprintf(want, sizeof want, "a.va:1:151: error: middle\n...%.114s...\n%63s^%.53s\n", text + 90, "",
             "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~");
    assert_diag(f.ctx, 1, want);
    snprintf(want, sizeof want, "a.va:1:300: error: right\n...%s\n%63s^\n", text + 239, "");
    assert_diag(f.ctx, 2, want);
    hys_ctx_free(f.ctx);
}

static void a_line_of_120_characters_is_whole_and_one_of_121_is_cut(void **state) {
    (void)state;
    char text[2 * 121 + 1] = "", want[600];
    for (size_t i = 0; i < 120; i++) strcat(text, "\xc3\xa9"); /* 240 bytes, 120 characters */
    hys_ctx *ctx = hys_test_ctx();
    hys__report_at(ctx, HYS_ERROR, HYS_SYNTAX, "a.csv", 1, 1, text, "", "whole");
    strcat(text, "x");
    hys__report_at(ctx, HYS_ERROR, HYS_SYNTAX, "a.csv", 1, 1, text, "", "cut");
    snprintf(want, sizeof want, "a.csv:1:1: error: whole\n%.240s\n^\n", text);
    assert_diag(ctx, 0, want);
    snprintf(want, sizeof want, "a.csv:1:1: error: cut\n%.234s...\n^\n", text);
    assert_diag(ctx, 1, want);
    hys_ctx_free(ctx);
}

static void a_huge_line_is_kept_only_around_the_column(void **state) {
    (void)state;
    const size_t n = 3000000;
    char *text = malloc(n + 1);
    assert_non_null(text);
    for (size_t i = 0; i < n; i++) text[i] = (char)('a' + i % 26);
    text[n] = 0;
    static const size_t columns[] = {1, 4096, 4097, 4098, 4353, 1500000, 3000000, 3000001};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        fixture f = set_up();
        uint32_t source = add(&f, "a.va", text);
        size_t col = columns[i];
        hys__report(f.ctx, HYS_ERROR, HYS_SYNTAX, &f.sources, span_at(source, col - 1, 1), "", "here");
        const hys_diag *diag = hys_diag_get(f.ctx, 0);
        assert_int_equal(diag->col, col);
        assert_true(strlen(diag->source) < 5000);
        const char *shown = strchr(hys_test_diag_text(f.ctx, 0), '\n') + 1;
        const char *caret_line = strchr(shown, '\n') + 1;
        assert_int_equal(caret_line - shown <= 121, 1);
        size_t caret = strcspn(caret_line, "^");
        if (col <= n) /* the caret stands below the byte of that column */
            assert_int_equal(shown[caret], text[col - 1]);
        else assert_int_equal(shown[caret], '\n');
        hys_ctx_free(f.ctx);
    }
    free(text);
}

static void macro_uses_follow_as_notes_from_the_inside_out(void **state) {
    (void)state;
    static const char text[] = "`define G(x) x/0\n`define H `G(1)\ny = `H;\n";
    fixture f = set_up();
    uint32_t source = add(&f, "m.va", text);
    hys__span outer = span_of(source, text, "`H;"), inner = span_of(source, text, "`G(1)");
    outer.len = 2;
    *HYS_PUSH(&f.arena, &f.sources.uses) = outer;
    inner.used_at = 1;
    *HYS_PUSH(&f.arena, &f.sources.uses) = inner;
    hys__span zero = span_of(source, text, "x/0");
    zero.used_at = 2;
    hys__report(f.ctx, HYS_ERROR, HYS_SEMANTIC, &f.sources, zero, "", "division by zero");
    assert_int_equal(hys_diag_count(f.ctx), 3);
    assert_diag(f.ctx, 0, "m.va:1:14: error: division by zero\n`define G(x) x/0\n             ^~~\n");
    assert_diag(f.ctx, 1, "m.va:2:11: note: expanded from here\n`define H `G(1)\n          ^~~~~\n");
    assert_diag(f.ctx, 2, "m.va:3:5: note: expanded from here\ny = `H;\n    ^~\n");
    assert_int_equal(hys_diag_get(f.ctx, 1)->parent, 0);
    assert_int_equal(hys_diag_get(f.ctx, 2)->parent, 0);
    hys_ctx_free(f.ctx);
}

static void a_long_or_endless_chain_of_macros_is_cut_in_the_middle(void **state) {
    (void)state;
    fixture f = set_up();
    uint32_t source = add(&f, "m.va", "0123456789abcdefghijklmnopqrst");
    for (uint32_t i = 0; i < 20; i++) {
        hys__span *use = HYS_PUSH(&f.arena, &f.sources.uses);
        assert_non_null(use);
        *use = (hys__span){source, i, 1, i}; /* use i + 1 came out of use i */
    }
    hys__span at = {source, 25, 1, 20};
    hys__report(f.ctx, HYS_ERROR, HYS_SEMANTIC, &f.sources, at, "", "deep");
    assert_int_equal(hys_diag_count(f.ctx), 1 + 7 + 1 + 1);
    for (int i = 1; i <= 7; i++) assert_int_equal(hys_diag_get(f.ctx, (size_t)i)->col, 21 - i);
    assert_diag(f.ctx, 8, "note: and through 12 more macros\n");
    assert_int_equal(hys_diag_get(f.ctx, 9)->col, 1);
    hys_diag_clear(f.ctx);
    f.sources.uses.at[0].used_at = 20; /* a ring */
    hys__report(f.ctx, HYS_ERROR, HYS_SEMANTIC, &f.sources, at, "", "ring");
    assert_int_equal(hys_diag_count(f.ctx), 1 + 7 + 1 + 1);
    at.used_at = 4711; /* no such use */
    hys__report(f.ctx, HYS_ERROR, HYS_SEMANTIC, &f.sources, at, "", "astray");
    assert_int_equal(hys_diag_count(f.ctx), 11);
    hys_ctx_free(f.ctx);
}

static void places_by_name_may_lack_line_or_column(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__report_at(ctx, HYS_ERROR, HYS_ARG, "--set", 0, 7, "r_on=-4x", "write 4k", "no unit 'x'");
    hys__report_at(ctx, HYS_ERROR, HYS_SYNTAX, "iv.csv", 12, 0, "1,2\n3,4", NULL, "two columns");
    hys__report_at(ctx, HYS_WARNING, HYS_OK, "iv.csv", 0, 0, NULL, NULL, "no header");
    hys__report_at(ctx, HYS_ERROR, HYS_SYNTAX, "iv.csv", 3, 99, "1,2", NULL, "beyond");
    hys__report_at(ctx, HYS_ERROR, HYS_IO, NULL, 0, 0, NULL, NULL, "nowhere");
    assert_diag(ctx, 0, "--set: error: no unit 'x'\nr_on=-4x\n      ^\nhint: write 4k\n");
    assert_diag(ctx, 1, "iv.csv:12: error: two columns\n1,2\n");
    assert_diag(ctx, 2, "iv.csv: warning: no header\n");
    assert_diag(ctx, 3, "iv.csv:3:99: error: beyond\n1,2\n   ^\n");
    assert_diag(ctx, 4, "error: nowhere\n");
    hys_ctx_free(ctx);
}

static void diagnostics_outlive_what_they_were_made_from(void **state) {
    (void)state;
    fixture f = set_up();
    char *text = strdup("x = 1;\n"), *name = strdup("gone.va"), *hint = strdup("hint");
    uint32_t source = add(&f, name, text);
    hys__report(f.ctx, HYS_ERROR, HYS_SYNTAX, &f.sources, span_at(source, 4, 1), hint, "%s", text);
    hys__arena_free(&f.arena);
    memset(text, '#', strlen(text));
    free(text);
    free(name);
    free(hint);
    assert_diag(f.ctx, 0, "gone.va:1:5: error: x = 1; \nx = 1;\n    ^\nhint: hint\n");
    hys_ctx_free(f.ctx);
}

static void the_hundred_and_first_error_is_counted_only(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    for (int i = 1; i <= 150; i++) {
        hys__fail(ctx, HYS_SEMANTIC, "", "error %d", i);
        hys__note(ctx, NULL, HYS_NO_SPAN, "on error %d", i);
    }
    assert_int_equal(hys_diag_count(ctx), 200);
    assert_int_equal(hys_diag_n_errors(ctx), 150);
    assert_diag(ctx, 198, "error: error 100\n");
    assert_diag(ctx, 199, "note: on error 100\n"); /* those of dropped errors are dropped */
    for (int i = 1; i <= 150; i++) hys__report(ctx, HYS_WARNING, HYS_OK, NULL, HYS_NO_SPAN, "", "warning %d", i);
    assert_int_equal(hys_diag_count(ctx), 300);
    for (int i = 0; i < 3000; i++) hys__report(ctx, HYS_NOTE, HYS_OK, NULL, HYS_NO_SPAN, "", "note");
    assert_true(hys_diag_count(ctx) <= 1300);
    hys_ctx_free(ctx);
}

static void clearing_starts_afresh(void **state) {
    (void)state;
    hys_test_memory memory = {0};
    hys_ctx *ctx = hys_test_ctx_with(&memory);
    size_t n_before = memory.n_live;
    for (int i = 1; i <= 150; i++) hys__fail(ctx, HYS_SEMANTIC, "", "error %d", i);
    hys_diag_clear(ctx);
    assert_int_equal(memory.n_live, n_before);
    assert_int_equal(hys_diag_count(ctx), 0);
    assert_int_equal(hys_diag_n_errors(ctx), 0);
    hys__note(ctx, NULL, HYS_NO_SPAN, "of nothing");
    assert_int_equal(hys_diag_get(ctx, 0)->parent, -1);
    hys__fail(ctx, HYS_SEMANTIC, "", "again");
    assert_int_equal(hys_diag_count(ctx), 2);
    hys_ctx_free(ctx);
    assert_int_equal(memory.n_live, 0);
}

static void a_bug_of_ours_names_our_source(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(HYS_BUG_HERE(ctx, "no such node"), HYS_BUG);
    const char *message = hys_diag_get(ctx, 0)->message;
    assert_non_null(strstr(message, "test_diag.c:"));
    assert_non_null(strstr(message, ": no such node"));
    hys_ctx_free(ctx);
}

static void very_long_messages_are_cut(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    char *word = malloc(100001);
    assert_non_null(word);
    memset(word, 'w', 100000);
    word[100000] = 0;
    hys__report_at(ctx, HYS_ERROR, HYS_ARG, word, 1, 1, word, word, "%s", word);
    const hys_diag *diag = hys_diag_get(ctx, 0);
    assert_int_equal(strlen(diag->message), 2000);
    assert_string_equal(diag->message + 1996, "w...");
    assert_true(strlen(diag->hint) <= 2000);
    assert_true(strlen(diag->file) <= 4200);
    free(word);
    hys_ctx_free(ctx);
}

/* In the C locale there is no such wide character: as with a text above 2 GiB, printing fails. */
static void a_message_that_cannot_be_printed_is_still_an_error(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    assert_int_equal(hys__fail(ctx, HYS_ARG, "", "%lc", (wint_t)0x20ac), HYS_ARG);
    assert_diag(ctx, 0, "error: a message that is too long to be shown\n");
    hys_ctx_free(ctx);
}

static void a_text_of_4_gib_is_refused(void **state) {
    (void)state;
    fixture f = set_up();
    add(&f, "small", "");
    assert_int_equal(hys__sources_add(&f.sources, "huge", NULL, "", UINT32_MAX), 0);
    assert_diag(f.ctx, 0, "error: huge: a text must be smaller than 4 GiB\n");
    hys_ctx_free(f.ctx);
}

static void format_says_the_length_and_never_writes_beyond(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    hys__report_at(ctx, HYS_ERROR, HYS_ARG, "a", 1, 2, "xyz", "h", "message");
    const hys_diag *diag = hys_diag_get(ctx, 0);
    char whole[100];
    size_t n = hys_diag_format(diag, whole, sizeof whole);
    assert_int_equal(n, strlen(whole));
    assert_int_equal(hys_diag_format(diag, NULL, 0), n);
    for (size_t size = 1; size <= n + 1; size++) {
        char *part = malloc(size); /* the sanitizer watches its end */
        assert_non_null(part);
        assert_int_equal(hys_diag_format(diag, part, size), n);
        assert_int_equal(strlen(part), size - 1);
        assert_memory_equal(part, whole, size - 1);
        free(part);
    }
    hys_ctx_free(ctx);
}

static void out_of_memory_is_said_without_memory(void **state) {
    (void)state;
    hys_test_memory memory = {0};
    hys_ctx *ctx = hys_test_ctx_with(&memory);
    for (int i = 0; i < 50; i++) hys__fail(ctx, HYS_ARG, "", "before");
    memory.fail_at = memory.n_calls + 1;
    memory.fail_after = true;
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    assert_null(hys__arena_alloc(&arena, 10));
    assert_null(hys__arena_alloc(&arena, 10));
    assert_int_equal(hys__fail(ctx, HYS_SEMANTIC, "", "lost"), HYS_SEMANTIC);
    assert_int_equal(hys__fail(ctx, HYS_NOMEM, "", "again"), HYS_NOMEM);
    assert_int_equal(hys_diag_count(ctx), 51);
    assert_diag(ctx, 50, "error: out of memory\n");
    assert_int_equal(hys_diag_get(ctx, 50)->status, HYS_NOMEM);
    memory.fail_at = 0;
    hys__fail(ctx, HYS_ARG, "", "after");
    assert_diag(ctx, 51, "error: after\n");
    hys_diag_clear(ctx);
    assert_int_equal(hys_diag_count(ctx), 0);
    hys_ctx_free(ctx);
    assert_int_equal(memory.n_live, 0);
}

/* However full the log is when memory ends, there is room to say so. */
static void the_last_slot_is_kept_for_out_of_memory(void **state) {
    (void)state;
    for (int n = 0; n < 70; n++) {
        hys_test_memory memory = {0};
        hys_ctx *ctx = hys_test_ctx_with(&memory);
        for (int i = 0; i < n; i++) hys__fail(ctx, HYS_ARG, "", "before");
        memory.fail_at = memory.n_calls + 1;
        memory.fail_after = true;
        hys__fail(ctx, HYS_ARG, "", "lost");
        assert_int_equal(hys_diag_count(ctx), n + 1);
        assert_int_equal(hys_diag_get(ctx, (size_t)n)->status, HYS_NOMEM);
        hys_ctx_free(ctx);
    }
}

static hys_status many_reports(hys_ctx *ctx, void *arg) {
    (void)arg;
    static const char text[] = "a\nbc\ndef\n";
    hys__arena arena;
    hys__sources sources;
    hys__arena_init(&arena, ctx, 0);
    hys__sources_init(&sources, &arena);
    uint32_t source = hys__sources_add(&sources, "x.va", "/tmp/x.va", text, strlen(text));
    for (uint32_t i = 0; i < 40; i++) {
        hys__report(ctx, HYS_ERROR, HYS_SYNTAX, &sources, (hys__span){source, i % 9, 2, 0}, "try it", "number %u", i);
        hys__note(ctx, &sources, (hys__span){source, 0, 1, 0}, "since");
    }
    hys_status status = HYS_OK;
    for (size_t i = 0; i < hys_diag_count(ctx); i++) {
        char line[400];
        hys_diag_format(hys_diag_get(ctx, i), line, sizeof line);
        if (hys_diag_get(ctx, i)->status == HYS_NOMEM) status = HYS_NOMEM;
    }
    hys__arena_free(&arena);
    return status;
}

static void every_failing_allocation_is_survived(void **state) {
    (void)state;
    hys_test_each_failure(many_reports, NULL, false);
    hys_test_each_failure(many_reports, NULL, true);
}

static void the_nearest_name_is_found_or_none(void **state) {
    (void)state;
    static const char *const names[] = {"r_on", "r_off", "v_set", "v_reset", "thickness", "mobility", "w", "x0"};
    static const struct {
        const char *word, *nearest;
    } cases[] = {
        {"r_onn", "r_on"},          /* one too many */
        {"v_rest", "v_reset"},      /* one missing */
        {"v_sat", "v_set"},         /* one wrong */
        {"v_rseet", "v_reset"},     /* two neighbours swapped */
        {"R_OFF", "r_off"},         /* case */
        {"tihcknes", "thickness"},  /* a swap and a loss */
        {"mobilltaey", "mobility"}, /* three of ten */
        {"ron", "r_on"},
        {"W", "w"},
        {"x1", "x0"},
        {"q", NULL}, /* of one letter none may be wrong */
        {"yz", NULL},
        {"temperature", NULL},
        {"thk", NULL},
        {"", NULL},
    };
    size_t n = sizeof names / sizeof names[0];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *nearest = hys__nearest(cases[i].word, names, n);
        if (cases[i].nearest && nearest) assert_string_equal(nearest, cases[i].nearest);
        else if (cases[i].nearest || nearest) fail_msg("'%s' gives %s", cases[i].word, nearest ? nearest : "none");
    }
    assert_null(hys__nearest("r_on", names, 0));
    assert_string_equal(hys__nearest("ab_d", (const char *const[]){"ab_c", "ab_d", "ab_e"}, 3), "ab_d");
    char huge[100000];
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = 0;
    assert_null(hys__nearest(huge, names, n));
    assert_string_equal(hys__nearest("w", (const char *const[]){huge, "w"}, 2), "w");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_names_place_line_and_remedy),
        cmocka_unit_test(warnings_and_notes_have_no_status_and_notes_have_a_parent),
        cmocka_unit_test(every_byte_has_the_line_and_column_that_counting_gives),
        cmocka_unit_test(spans_end_with_their_line),
        cmocka_unit_test(an_empty_text_has_a_first_line),
        cmocka_unit_test(tabs_stay_and_what_cannot_be_shown_is_a_question_mark),
        cmocka_unit_test(a_long_line_is_cut_around_the_column),
        cmocka_unit_test(a_line_of_120_characters_is_whole_and_one_of_121_is_cut),
        cmocka_unit_test(a_huge_line_is_kept_only_around_the_column),
        cmocka_unit_test(macro_uses_follow_as_notes_from_the_inside_out),
        cmocka_unit_test(a_long_or_endless_chain_of_macros_is_cut_in_the_middle),
        cmocka_unit_test(places_by_name_may_lack_line_or_column),
        cmocka_unit_test(diagnostics_outlive_what_they_were_made_from),
        cmocka_unit_test(the_hundred_and_first_error_is_counted_only),
        cmocka_unit_test(clearing_starts_afresh),
        cmocka_unit_test(a_bug_of_ours_names_our_source),
        cmocka_unit_test(very_long_messages_are_cut),
        cmocka_unit_test(a_message_that_cannot_be_printed_is_still_an_error),
        cmocka_unit_test(a_text_of_4_gib_is_refused),
        cmocka_unit_test(format_says_the_length_and_never_writes_beyond),
        cmocka_unit_test(out_of_memory_is_said_without_memory),
        cmocka_unit_test(the_last_slot_is_kept_for_out_of_memory),
        cmocka_unit_test(every_failing_allocation_is_survived),
        cmocka_unit_test(the_nearest_name_is_found_or_none),
    };
    return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
