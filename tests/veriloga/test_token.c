/* The lexer: numbers, strings, names, operators, comments, and bytes that cannot be. */
#include "front_text.h"
#include "veriloga/token.h"

#define TOKENS_MAX 64

typedef struct lexed {
    hys_ctx *ctx;
    va_front front;
    va_token at[TOKENS_MAX];
    size_t n;
} lexed;

static void lex(lexed *l, const char *text) {
    l->ctx = hys_test_ctx();
    l->n = 0;
    va_front_init(&l->front, l->ctx);
    uint32_t source = hys__sources_add(&l->front.sources, "t.va", NULL, text, strlen(text));
    va_lexer lexer;
    va_lexer_init(&lexer, &l->front, source);
    do va_lexer_next(&lexer, &l->at[l->n]);
    while (l->at[l->n].kind != VA_T_EOF && ++l->n < TOKENS_MAX);
}

static void lexed_free(lexed *l) {
    va_front_free(&l->front);
    hys_ctx_free(l->ctx);
}

/* The value of a text that must be one number of the kind. */
static double number_of(const char *text, va_token_kind kind) {
    lexed l;
    lex(&l, text);
    assert_int_equal(hys_diag_count(l.ctx), 0);
    assert_int_equal(l.n, 1);
    assert_int_equal(l.at[0].kind, kind);
    assert_int_equal(l.at[0].span.len, strlen(text));
    double number = l.at[0].number;
    lexed_free(&l);
    return number;
}

/* The diagnostics of a text for the lexer alone. */
static const char *lex_errors(const char *text) {
    lexed l;
    lex(&l, text);
    const char *errors = front_diags(l.ctx, "t.va");
    lexed_free(&l);
    return errors;
}

static void keywords_are_sorted(void **state) {
    (void)state;
    for (int kw = 2; kw < VA_KW_COUNT; kw++)
        assert_true(strcmp(va_keyword_text((va_keyword)kw - 1), va_keyword_text((va_keyword)kw)) < 0);
}

static void a_keyword_is_found_but_not_when_escaped(void **state) {
    (void)state;
    lexed l;
    lex(&l, "module endmodule \\module modules aliasparam xor Module");
    static const int want[] = {VA_KW_module, VA_KW_endmodule, 0, 0, VA_KW_aliasparam, VA_KW_xor, 0};
    assert_int_equal(l.n, 7);
    for (size_t i = 0; i < l.n; i++) {
        assert_int_equal(l.at[i].kind, VA_T_NAME);
        assert_int_equal(l.at[i].kw, want[i]);
    }
    assert_ptr_equal(l.at[0].text, l.at[2].text);
    lexed_free(&l);
}

static void a_scale_factor_gives_the_nearest_double(void **state) {
    (void)state;
    assert_same_double(number_of("1.5u", VA_T_REAL), 1.5e-6);
    assert_same_double(number_of("3T", VA_T_REAL), 3e12);
    assert_same_double(number_of("3G", VA_T_REAL), 3e9);
    assert_same_double(number_of("3M", VA_T_REAL), 3e6);
    assert_same_double(number_of("3K", VA_T_REAL), 3e3);
    assert_same_double(number_of("3k", VA_T_REAL), 3e3);
    assert_same_double(number_of("3m", VA_T_REAL), 3e-3);
    assert_same_double(number_of("3n", VA_T_REAL), 3e-9);
    assert_same_double(number_of("3p", VA_T_REAL), 3e-12);
    assert_same_double(number_of("3f", VA_T_REAL), 3e-15);
    assert_same_double(number_of("3a", VA_T_REAL), 3e-18);
    assert_same_double(number_of("0.1u", VA_T_REAL), 0.1e-6);
}

static void numbers_are_read_in_each_form(void **state) {
    (void)state;
    assert_same_double(number_of("0", VA_T_INT), 0.0);
    assert_same_double(number_of("2147483647", VA_T_INT), 2147483647.0);
    assert_same_double(number_of("1_000_000", VA_T_INT), 1e6);
    assert_same_double(number_of("2147483648", VA_T_REAL), 2147483648.0); /* beyond 32 bits */
    assert_same_double(number_of("1.25", VA_T_REAL), 1.25);
    assert_same_double(number_of("1.", VA_T_REAL), 1.0);
    assert_same_double(number_of(".5", VA_T_REAL), 0.5);
    assert_same_double(number_of("1.e-3", VA_T_REAL), 1e-3);
    assert_same_double(number_of("1E+3", VA_T_REAL), 1000.0);
    assert_same_double(number_of("1_0.2_5e-1_0", VA_T_REAL), 10.25e-10);
    assert_same_double(number_of("1e-400", VA_T_REAL), 0.0);
    assert_same_double(number_of("4.9e-324", VA_T_REAL), 4.9e-324);
}

static void based_numbers_are_32_bit_integers(void **state) {
    (void)state;
    assert_same_double(number_of("8'hFF", VA_T_INT), 255.0);
    assert_same_double(number_of("'b10_10", VA_T_INT), 10.0);
    assert_same_double(number_of("'o17", VA_T_INT), 15.0);
    assert_same_double(number_of("16 'd 42", VA_T_INT), 42.0);
    assert_same_double(number_of("32'hFFFFFFFF", VA_T_INT), -1.0);
    assert_same_double(number_of("'h80000000", VA_T_INT), -2147483648.0);
    assert_same_double(number_of("4'sb1111", VA_T_INT), -1.0);
    assert_same_double(number_of("4'hFF", VA_T_INT), 15.0); /* cut to its size */
}

static void wrong_numbers_are_refused_with_what_is_meant(void **state) {
    (void)state;
    assert_string_equal(lex_errors("10pF"), "1:1: error: '10pF' is no number | numbers carry no units, only a scale "
                                            "factor: T G M k m u n p f a\n");
    assert_string_equal(lex_errors("1meg"), "1:1: error: '1meg' is no number | mega is M, milli is m\n");
    assert_string_equal(lex_errors("3V"), "1:1: error: '3V' is no number | numbers carry no units\n");
    assert_string_equal(lex_errors("5\xC2\xB5"), "1:1: error: '5\xC2\xB5' is no number | write u for micro\n");
    assert_string_equal(lex_errors("1e3k"), "1:1: error: '1e3k' is no number | a number has an "
                                            "exponent or a scale factor, not both\n");
    assert_string_equal(lex_errors("x = 1e;"), "1:5: error: '1e' is no number | an exponent needs digits\n");
    assert_string_equal(lex_errors("1e999"), "1:1: error: this number is larger than any double\n");
    assert_string_equal(lex_errors("'hxz"), "1:1: error: x, z and ? digits belong to digital Verilog\n");
    assert_string_equal(lex_errors("'h123456789"), "1:1: error: integers of Verilog-A have 32 bits\n");
    assert_string_equal(lex_errors("64'h1"), "1:1: error: integers of Verilog-A have 32 bits\n");
    assert_string_equal(lex_errors("'b2"), "1:1: error: a number of base 2 needs digits of that base\n");
    assert_string_equal(lex_errors("'d"), "1:1: error: a number of base 10 needs digits of that base\n");
}

static void a_number_of_any_length_is_read_or_refused(void **state) {
    (void)state;
    char text[2000];
    memset(text, '1', 400);
    memcpy(text + 400, "e-400", 6);
    assert_near(number_of(text, VA_T_REAL), 0.111111111111111111, 1e-15);
    memset(text, '1', sizeof text - 1);
    text[sizeof text - 1] = 0;
    assert_string_equal(lex_errors(text), "1:1: error: this number has more than 504 digits\n");
}

static void escapes_in_strings_are_resolved(void **state) {
    (void)state;
    lexed l;
    lex(&l, "\"a\\n\\t\\\\\\\"\\101\\q%g\" \"one \\\n two\" \"a\\\r\nb\" \"\"");
    assert_int_equal(hys_diag_count(l.ctx), 0);
    assert_int_equal(l.n, 4);
    assert_string_equal(l.at[0].text, "a\n\t\\\"Aq%g");
    assert_int_equal(l.at[0].n_text, 9);
    assert_string_equal(l.at[1].text, "one  two");
    assert_string_equal(l.at[2].text, "ab");
    assert_int_equal(l.at[3].n_text, 0);
    lexed_free(&l);
}

static void a_string_holds_utf8_and_reads_latin1_as_such(void **state) {
    (void)state;
    lexed l;
    lex(&l, "\"\xC2\xB0"
            "C\" \"\xB0"
            "C\" \"\\260\" \"\\\xC2\xB5\"");
    assert_int_equal(l.n, 4);
    assert_string_equal(l.at[0].text, "\xC2\xB0"
                                      "C");
    assert_string_equal(l.at[1].text, "\xC2\xB0"
                                      "C");
    assert_string_equal(l.at[2].text, "\xC2\xB0");
    assert_string_equal(l.at[3].text, "\xC2\xB5");
    lexed_free(&l);
}

static void an_open_string_is_reported_at_its_quote_and_ends_with_its_line(void **state) {
    (void)state;
    lexed l;
    lex(&l, "x \"abc\ny");
    assert_string_equal(front_diags(l.ctx, "t.va"),
                        "1:3: error: the closing '\"' of this string is missing | a string ends on "
                        "the line where it begins\n");
    assert_int_equal(l.n, 3);
    assert_string_equal(l.at[1].text, "abc");
    assert_string_equal(l.at[2].text, "y");
    lexed_free(&l);
}

static void the_longest_operator_is_taken(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int kind;
    } list[] = {
#define X(name, text) {text, VA_T_##name},
        VA_PUNCT_LIST(X)
#undef X
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        lexed l;
        lex(&l, list[i].text);
        assert_int_equal(l.n, 1);
        assert_int_equal(l.at[0].kind, list[i].kind);
        lexed_free(&l);
    }
    lexed l;
    lex(&l, "a<=b<+c**d>>>e===f");
    static const int kinds[] = {VA_T_LE, VA_T_CONTRIB, VA_T_POW, VA_T_ASHR, VA_T_CASE_EQ};
    for (size_t i = 0; i < 5; i++) assert_int_equal(l.at[2 * i + 1].kind, kinds[i]);
    lexed_free(&l);
}

static void comments_and_line_ends_of_every_kind_are_white_space(void **state) {
    (void)state;
    lexed l;
    lex(&l, "\xEF\xBB\xBF"
            "a // b \xB5\r\nb /* c\r\n * \xE2\x82\xAC **/ c\rd\f\ve\\\nf\x1A");
    assert_int_equal(hys_diag_count(l.ctx), 0);
    assert_int_equal(l.n, 6);
    static const bool at_bol[] = {true, true, true, true, false, true};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(l.at[i].text[0], "abcdef"[i]);
        assert_int_equal(l.at[i].at_bol, at_bol[i]);
        assert_true(l.at[i].is_apart);
    }
    lexed_free(&l);
}

static void an_open_comment_is_reported_where_it_begins(void **state) {
    (void)state;
    assert_string_equal(lex_errors("a\n b /* c\n\n"), "2:4: error: this comment is never closed | close it with */\n");
}

static void names_are_plain_escaped_or_of_the_system(void **state) {
    (void)state;
    lexed l;
    lex(&l, "_a$1 \\foo+bar; x $abstime `M_PI a``b");
    static const struct {
        int kind;
        const char *text;
    } want[] = {{VA_T_NAME, "_a$1"},  {VA_T_NAME, "foo+bar;"}, {VA_T_NAME, "x"},   {VA_T_SYSNAME, "$abstime"},
                {VA_T_MACRO, "M_PI"}, {VA_T_NAME, "a"},        {VA_T_PASTE, NULL}, {VA_T_NAME, "b"}};
    assert_int_equal(hys_diag_count(l.ctx), 0);
    assert_int_equal(l.n, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(l.at[i].kind, want[i].kind);
        if (want[i].text) assert_string_equal(l.at[i].text, want[i].text);
    }
    lexed_free(&l);
}

static void characters_outside_of_the_language_are_named_once_a_line(void **state) {
    (void)state;
    assert_string_equal(lex_errors("a \xE2\x80\x9C"
                                   "b\xE2\x80\x9D\n\xE2\x88\x92 1"),
                        "1:3: error: '\xE2\x80\x9C' (U+201C) is no character of Verilog-A | use the "
                        "plain \" of ASCII\n"
                        "2:1: error: '\xE2\x88\x92' (U+2212) is no character of Verilog-A | use the "
                        "plain - of ASCII\n");
    assert_string_equal(lex_errors("x = \xCE\xB3;"), /* gamma */
                        "1:5: error: '\xCE\xB3' (U+03B3) is no character of Verilog-A | only "
                        "comments and strings may hold it\n");
    assert_string_equal(lex_errors("\xFF"), "1:1: error: byte 0xFF is no character of Verilog-A | "
                                            "save the file as UTF-8\n");
    assert_string_equal(lex_errors("\x7F"), "1:1: error: byte 0x7F is no character of Verilog-A | "
                                            "save the file as UTF-8\n");
    assert_string_equal(lex_errors("a $ b"), "1:3: error: '$' cannot stand here\n");
    assert_string_equal(lex_errors("\\ x"), "1:1: error: '\\' cannot stand here\n");
    assert_string_equal(lex_errors("\\\xC2\xB5 x"), "1:1: error: a name after '\\' may hold only printable ASCII\n");
    assert_string_equal(lex_errors("` x"), "1:1: error: a name must follow '`' directly\n");
}

static void utf8_is_decoded_strictly(void **state) {
    (void)state;
    uint32_t code = 0;
    assert_int_equal(va_utf8_decode("\xC2\xB5", 2, &code), 2);
    assert_int_equal(code, 0xB5);
    assert_int_equal(va_utf8_decode("\xF0\x9F\x98\x80", 4, &code), 4);
    assert_int_equal(code, 0x1F600);
    assert_int_equal(va_utf8_decode("\xC2", 1, &code), 0);             /* cut */
    assert_int_equal(va_utf8_decode("\xC0\x80", 2, &code), 0);         /* overlong */
    assert_int_equal(va_utf8_decode("\xE0\x80\x80", 3, &code), 0);     /* overlong */
    assert_int_equal(va_utf8_decode("\xED\xA0\x80", 3, &code), 0);     /* surrogate */
    assert_int_equal(va_utf8_decode("\xF4\x90\x80\x80", 4, &code), 0); /* above U+10FFFF */
    assert_int_equal(va_utf8_decode("\xE2"
                                    "a\xAC",
                                    3, &code),
                     0);
    assert_int_equal(va_utf8_decode("\xB5", 1, &code), 0);
    assert_int_equal(va_utf8_decode("", 0, &code), 0);
}

static void text_that_is_no_text_is_refused_at_its_place(void **state) {
    (void)state;
    assert_string_equal(front_errors_n("m\0o", 3), "1:2: error: byte 0x00 cannot be in Verilog-A "
                                                   "text | is this a text file?\n");
    assert_string_equal(front_errors("// ok\nmodule \x01"),
                        "2:8: error: byte 0x01 cannot be in Verilog-A text | is this a text "
                        "file?\n");
    static const char utf16[] = "this file is UTF-16 | save it as UTF-8 (iconv -f UTF-16 -t UTF-8)\n";
    assert_string_equal(front_errors_n("\xFF\xFEm\0o\0", 6) + 12, utf16);
    assert_string_equal(front_errors_n("\xFE\xFF\0m\0o", 6) + 12, utf16);
    assert_string_equal(front_errors_n("m\0o\0d\0", 6) + 12, utf16);
    assert_string_equal(front_errors_n("\0m\0o\0d", 6) + 12, utf16);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keywords_are_sorted),
        cmocka_unit_test(a_keyword_is_found_but_not_when_escaped),
        cmocka_unit_test(a_scale_factor_gives_the_nearest_double),
        cmocka_unit_test(numbers_are_read_in_each_form),
        cmocka_unit_test(based_numbers_are_32_bit_integers),
        cmocka_unit_test(wrong_numbers_are_refused_with_what_is_meant),
        cmocka_unit_test(a_number_of_any_length_is_read_or_refused),
        cmocka_unit_test(escapes_in_strings_are_resolved),
        cmocka_unit_test(a_string_holds_utf8_and_reads_latin1_as_such),
        cmocka_unit_test(an_open_string_is_reported_at_its_quote_and_ends_with_its_line),
        cmocka_unit_test(the_longest_operator_is_taken),
        cmocka_unit_test(comments_and_line_ends_of_every_kind_are_white_space),
        cmocka_unit_test(an_open_comment_is_reported_where_it_begins),
        cmocka_unit_test(names_are_plain_escaped_or_of_the_system),
        cmocka_unit_test(characters_outside_of_the_language_are_named_once_a_line),
        cmocka_unit_test(utf8_is_decoded_strictly),
        cmocka_unit_test(text_that_is_no_text_is_refused_at_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
