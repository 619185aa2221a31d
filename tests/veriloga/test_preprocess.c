/* The preprocessor: macros, conditionals, includes and their limits. */
#include "front_text.h"
#include "veriloga/preprocess.h"
#include <sys/stat.h>

static char text[1 << 16];

/* The tokens of a source text after preprocessing, one blank between them; the diagnostics behind '#'. */
static const char *expand_with(const char *source, const char *const *defines, size_t n_defines) {
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    front.defines = defines;
    front.n_defines = n_defines;
    front.file = HYS_NEW(&front.arena, va_file);
    uint32_t index = hys__sources_add(&front.sources, "t.va", NULL, source, strlen(source));
    va_tokens tokens = {.n = 0};
    hys_status status = va_preprocess(&front, index, &tokens);
    assert_int_equal(status != HYS_OK, hys_diag_n_errors(ctx) > 0);
    text[0] = '\0';
    for (size_t i = 0; i + 1 < tokens.n; i++) {
        size_t n = 3;
        const char *s = "BAD";
        if (tokens.at[i].kind != VA_T_BAD) s = va_token_spelling(&front, &tokens.at[i], &n);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s", i ? " " : "", (int)n, s);
    }
    const char *diags = front_diags(ctx, "t.va");
    if (*diags) snprintf(text + strlen(text), sizeof text - strlen(text), "#%s", diags);
    va_front_free(&front);
    hys_ctx_free(ctx);
    return text;
}

static const char *expand(const char *source) {
    return expand_with(source, NULL, 0);
}

/* ---- macros ---- */

static void a_macro_is_replaced_by_its_text(void **state) {
    (void)state;
    assert_string_equal(expand("`define A x + 1 // one\n`A * `A"), "x + 1 * x + 1");
    assert_string_equal(expand("`define A\n[`A]"), "[ ]");
    assert_string_equal(expand("`define A 1\n`define A 2\n`A"), "2");
    assert_string_equal(expand("`define A 1\n`define B `A\n`define A 2\n`B"), "2");
    assert_string_equal(expand("`define A (1)\n`A"), "( 1 )"); /* a blank: no arguments */
    assert_string_equal(expand("`define A /* c */ 1 /* d\n */ 2\n`A 3"), "1 2 3");
    assert_string_equal(expand("`define \\a+b 7\n`define q \\a+b \n`q"), "a+b");
}

static void a_backslash_continues_a_definition(void **state) {
    (void)state;
    assert_string_equal(expand("`define A x \\\n  y \\\r\n  z\n`A w"), "x y z w");
    assert_string_equal(expand("`define A x // first \\\n  y // second\n`A"), "x y");
    assert_string_equal(expand("`define A x \\ \n y\n`A"),
                        "x y#1:13: warning: blanks follow the '\\' that continues this line\n");
}

static void arguments_replace_their_names(void **state) {
    (void)state;
    assert_string_equal(expand("`define F(a, b) a*b-a\n`F(1, x + y)"), "1 * x + y - 1");
    assert_string_equal(expand("`define F(a) a\n`F(g(1, 2))"), "g ( 1 , 2 )");
    assert_string_equal(expand("`define F(a) a\n`F([1, 2])"), "[ 1 , 2 ]");
    assert_string_equal(expand("`define F(a) a\n`F({1, 2})"), "{ 1 , 2 }");
    assert_string_equal(expand("`define F(a) <a>\n`F(\"x,)\")"), "< \"x,)\" >");
    assert_string_equal(expand("`define F(a) (*a*)\n`F(desc=\"x\" units=\"V\")"), "(* desc = \"x\" units = \"V\" *)");
    assert_string_equal(expand("`define F(a) \"a\" a\n`F(1)"), "\"a\" 1"); /* not in strings */
    assert_string_equal(expand("`define F() 1\n`F()"), "1");
    assert_string_equal(expand("`define F(a, b) a b\n`F(\n1,\n 2)"), "1 2");
    assert_string_equal(expand("`define F(a,b) [a][b]\n`F(,)"), "[ ] [ ]");
}

static void missing_arguments_take_their_defaults(void **state) {
    (void)state;
    static const char define[] = "`define F(a, b = x(1, 2), c = \"z\") a b c\n";
    char source[200];
    snprintf(source, sizeof source, "%s`F(1)", define);
    assert_string_equal(expand(source), "1 x ( 1 , 2 ) \"z\"");
    snprintf(source, sizeof source, "%s`F(1,,3)", define);
    assert_string_equal(expand(source), "1 x ( 1 , 2 ) 3");
}

static void macros_may_stand_in_macros_and_in_arguments(void **state) {
    (void)state;
    assert_string_equal(expand("`define F(x) (x)\n`F(`F(`F(1)))"), "( ( ( 1 ) ) )");
    assert_string_equal(expand("`define MAX(a,b) ((a)>(b)?(a):(b))\n`MAX(`MAX(1,2),3)"),
                        "( ( ( ( 1 ) > ( 2 ) ? ( 1 ) : ( 2 ) ) ) > ( 3 ) ? ( ( ( 1 ) > ( 2 ) ? ( 1 "
                        ") : ( 2 ) ) ) : ( 3 ) )");
    assert_string_equal(expand("`define G(x) [x]\n`define F(x) `G(x) `G(2)\n`F(1)"), "[ 1 ] [ 2 ]");
    assert_string_equal(expand("`define F(x) [x]\n`define G `F\n`G (1)"), "[ 1 ]");
    assert_string_equal(expand("`define C 1, 2\n`define F(x) [x]\n`F(`C)"), "[ 1 , 2 ]");
}

static void two_backquotes_join_words(void **state) {
    (void)state;
    assert_string_equal(expand("`define F(x) x``_i\n`F(a)"), "a_i");
    assert_string_equal(expand("`define F(x) q``x``r\n`F(1) `F()"), "q1r qr");
    assert_string_equal(expand("`define F(x, y) x``y\n`F(a,) `F(,b) `F(a,b)"), "a b ab");
    assert_string_equal(expand("`define N foo\n`define F(x) x``_i\n`F(`N)"), "foo_i");
    assert_string_equal(expand("`define F(x) 1``x\n`F(e3)"), "1e3");
    assert_string_equal(expand("`define F(x) x``x``x\n`F(1)"), "111");
    assert_string_equal(expand("`define F(x, y) x``y\n`F(<,+)"), "<+");
    assert_string_equal(expand("`define F(x, y) x``y\n`F(a,+)"), "BAD#2:4: error: `` makes no token of 'a' and '+'\n");
    assert_string_equal(expand("`define F(x, y) x``y\n`F(`nope,b) c"),
                        "BAD c#2:4: error: macro `nope is not defined\n");
    assert_string_equal(expand("a``b"), "a b#1:2: error: `` joins words only inside a macro\n");
}

static void a_joined_number_has_its_value(void **state) {
    (void)state;
    assert_string_equal(front_items("`define F(x) parameter real p = x``k;\n`F(4)\n"), "parameter real p = 4000.0;");
}

static void definitions_can_be_taken_back(void **state) {
    (void)state;
    assert_string_equal(expand("`define A 1\n`undef A\n`ifdef A\nx\n`endif\ny"), "y");
    assert_string_equal(expand("`define A 1\n`undefineall\n`ifdef A\nx\n`endif\n`ifdef HYSTERON\nh\n`endif"), "");
    assert_string_equal(expand("`undef NEVER\nx"), "x");
}

static void some_macros_are_there_from_the_start(void **state) {
    (void)state;
    assert_string_equal(expand("`__VAMS_ENABLE__ `__VAMS_COMPACT_MODELING__ `HYSTERON"), "1 1 1");
    static const char *const defines[] = {"SIZE=3 + 4", "FLAG", "EMPTY="};
    assert_string_equal(expand_with("`SIZE `ifdef FLAG f `endif [`EMPTY]", defines, 3), "3 + 4 f [ ]");
    assert_string_equal(expand("a\n`__LINE__ `__FILE__"), "a `__LINE__ `__FILE__");
    assert_string_equal(front_items("\nparameter integer l = `__LINE__; parameter string f = `__FILE__;"),
                        "parameter integer l = 2; parameter string f = \"t.va\";");
}

static void a_definition_from_outside_must_name_a_macro(void **state) {
    (void)state;
    static const char *const control = "X=\x01";
    assert_string_equal(expand_with("x", &control, 1),
                        "#(definition):1:3: error: byte 0x01 cannot be in Verilog-A text | is this a "
                        "text file?\n");
    static const char *const bad[] = {"1=2", "=", "a b", "x=1\ny"};
    for (size_t i = 0; i < 4; i++)
        assert_non_null(strstr(expand_with("x", &bad[i], 1), " defines no macro | write NAME or NAME=text\n"));
}

static void faulty_text_of_a_macro_matters_only_where_it_is_used(void **state) {
    (void)state;
    assert_string_equal(expand("`define VERSION 1.0.0alpha\nx"), "x");
    assert_string_equal(expand("`define VERSION 1.0alpha\nx `VERSION"),
                        "x BAD#1:17: error: '1.0alpha' is no number | numbers carry no units, only "
                        "a scale factor: T G M k m u n p f a\n");
}

/* ---- errors of macros ---- */

static void an_unknown_macro_is_reported_once_with_the_nearest_name(void **state) {
    (void)state;
    assert_string_equal(expand("`define GMIN 1\nx = `GMIM;\n`GMIM y"),
                        "x = BAD ; BAD y#2:5: error: macro `GMIM is not defined | did you mean "
                        "`GMIN?\n");
    assert_string_equal(expand("`xyzzy(1, (2)) z"), "BAD z#1:1: error: macro `xyzzy is not defined\n");
    assert_string_equal(expand("`xyzzy (1)"), "BAD ( 1 )#1:1: error: macro `xyzzy is not defined\n");
    assert_string_equal(expand("`attr(a=1) x"), "BAD x#1:1: error: macro `attr is not defined | files "
                                                "for ADMS have: `define attr(txt) (*txt*)\n");
}

static void a_macro_that_uses_itself_is_refused(void **state) {
    (void)state;
    assert_string_equal(expand("`define A `A\n`A x"),
                        "BAD x#1:11: error: macro `A uses itself\n2:1: note: expanded from here\n");
    assert_string_equal(expand("`define A `B\n`define B [`A]\n`A"),
                        "[ BAD ]#2:12: error: macro `A uses itself\n"
                        "1:11: note: expanded from here\n3:1: note: expanded from here\n");
    assert_string_equal(expand("`define F(x) `F(x)\n`F(1)"),
                        "BAD#1:14: error: macro `F uses itself\n2:1: note: expanded from here\n");
}

static void a_use_must_have_the_right_arguments(void **state) {
    (void)state;
    assert_string_equal(expand("`define F(a, b) a\nx `F(1)"), "x BAD#2:3: error: macro `F takes 2 arguments; 1 given\n"
                                                              "1:9: note: it is defined here\n");
    assert_string_equal(expand("`define F(a) a\n`F(1, 2) y"), "BAD y#2:1: error: macro `F takes 1 argument; 2 given\n"
                                                              "1:9: note: it is defined here\n");
    assert_string_equal(expand("`define F(a) a\n`F;"), "BAD ;#2:1: error: macro `F needs its arguments in brackets\n");
    assert_string_equal(expand("`define F(a) a\n`F(1;\nmodule"),
                        "BAD module#2:1: error: the ')' of this use of `F is missing\n");
    assert_string_equal(expand("`define F(a) a\n`F(1"), "BAD#2:1: error: the ')' of this use of `F is missing\n");
}

static void a_definition_must_be_well_formed(void **state) {
    (void)state;
    assert_string_equal(expand("`define\nx"), "x#1:1: error: `define needs a name\n");
    assert_string_equal(expand("`define 1\nx"), "x#1:9: error: `define needs a name\n");
    assert_string_equal(expand("`define include 1\nx"),
                        "x#1:9: error: `include is a directive and cannot be a macro\n");
    assert_string_equal(expand("`define F(a, a) 1\nx"), "x#1:14: error: macro F has two arguments 'a'\n");
    static const char params[] = "error: the arguments of macro F must be names with commas between "
                                 "them, and a ')' | write `define NAME(a, b) text\n";
    assert_non_null(strstr(expand("`define F(a b) 1\nx"), params));
    assert_non_null(strstr(expand("`define F(1) 1\nx"), params));
    assert_non_null(strstr(expand("`define F(a,\nx"), params));
    assert_non_null(strstr(expand("`define F(a\nx"), params));
    assert_non_null(strstr(expand("`define F(\nx"), params));
}

static void a_place_in_a_macro_shows_where_it_was_used(void **state) {
    (void)state;
    assert_string_equal(front_errors("`define P(x) parameter real x = ;\n`define Q(x) `P(x)\n"
                                     "module m;\n`Q(r)\nendmodule\n"),
                        "1:33: error: an expression expected, not ';'\n"
                        "2:14: note: expanded from here\n4:1: note: expanded from here\n");
    /* the text of an argument has its own place */
    assert_string_equal(front_errors("`define P(x, y) parameter real x = y;\nmodule m;\n"
                                     "`P(r, 1 + )\nendmodule\n"),
                        "1:37: error: an expression expected, not ';'\n"
                        "3:1: note: expanded from here\n");
    assert_string_equal(front_errors("`define P(x, y) parameter real x = y;\nmodule m;\n"
                                     "`P(r, 1 + * 2)\nendmodule\n"),
                        "3:11: error: an expression expected, not '*'\n");
}

/* ---- conditionals ---- */

static void one_branch_of_a_conditional_is_read(void **state) {
    (void)state;
    assert_string_equal(expand("`define A\n`ifdef A\n1\n`else\n2\n`endif\n3"), "1 3");
    assert_string_equal(expand("`ifdef A\n1\n`else\n2\n`endif\n3"), "2 3");
    assert_string_equal(expand("`ifndef A 1 `else 2 `endif 3"), "1 3");
    static const char chain[] = "`ifdef A 1 `elsif B 2 `elsif C 3 `else 4 `endif";
    static const char *const defines[] = {"A", "B", "C"};
    assert_string_equal(expand_with(chain, defines, 3), "1");
    assert_string_equal(expand_with(chain, defines + 1, 2), "2");
    assert_string_equal(expand_with(chain, defines + 2, 1), "3");
    assert_string_equal(expand(chain), "4");
}

static void nested_conditionals_are_left_out_whole(void **state) {
    (void)state;
    assert_string_equal(expand("`ifdef A `ifdef B 1 `else 2 `endif `elsif C 3 `else 4 `endif 5"), "4 5");
    assert_string_equal(expand("`ifndef A `ifdef B 1 `else 2 `endif `else 3 `endif"), "2");
}

static void text_left_out_need_not_be_verilog(void **state) {
    (void)state;
    assert_string_equal(expand("`ifdef NO\n it's \"open\n 10pF \xE2\x82\xAC ` `nope `define X (\n"
                               "`endif\nx"),
                        "x");
}

static void definitions_inside_conditionals_hold_behind_them(void **state) {
    (void)state;
    assert_string_equal(expand("`ifndef A\n`define A 1\n`endif\n`ifndef A\n`define A 2\n`endif\n`A"), "1");
}

static void macros_may_hold_conditionals(void **state) {
    (void)state;
    assert_string_equal(expand("`define M a \\\n `ifdef X \\\n b \\\n `else \\\n c \\\n `endif d\n"
                               "`M\n`define X\n`M"),
                        "a c d a b d");
    assert_string_equal(expand("`define D(n) `define n 5 \\\n z\n`D(Q) `Q"), "z 5");
}

static void conditionals_must_be_closed_and_in_order(void **state) {
    (void)state;
    assert_string_equal(expand("x\n`ifdef A\ny"), "x#2:1: error: this `ifdef has no `endif\n");
    assert_string_equal(expand("x\n `ifndef A\ny"),
                        "x y#2:2: warning: this `ifndef has no `endif; it ends with the file\n");
    assert_string_equal(expand("x `endif y"), "x y#1:3: error: `endif without an `ifdef\n");
    assert_string_equal(expand("x `else y"), "x y#1:3: error: `else without an `ifdef\n");
    assert_string_equal(expand("x `elsif A y"), "x y#1:3: error: `elsif without an `ifdef\n");
    assert_string_equal(expand("`ifdef A 1 `else 2 `else 3 `endif"),
                        "2#1:20: error: `else after the `else of this `ifdef\n");
    assert_string_equal(expand("`ifdef A 1 `else 2 `elsif A 3 `endif"),
                        "2#1:20: error: `elsif after the `else of this `ifdef\n");
    assert_string_equal(expand("`ifdef\nx\n`endif y"), "y#1:1: error: `ifdef needs the name of a macro\n");
    assert_string_equal(expand("`ifdef `HYSTERON\nx\n`endif"),
                        "x#1:8: error: `ifdef is followed by the bare name of a macro | drop the '`' "
                        "before the name\n");
}

/* ---- directives without effect ---- */

static void other_directives_are_accepted(void **state) {
    (void)state;
    assert_string_equal(expand("`resetall\n`timescale 1ns/1ps\n`default_transition 1n\n"
                               "`default_nettype none\n`celldefine\n`endcelldefine\n"
                               "`begin_keywords \"VAMS-2.3\"\n`end_keywords\n`pragma a 1x\n"
                               "`line 3 \"f\" 0\n`unconnected_drive pull0\n`nounconnected_drive\nx"),
                        "x");
    assert_string_equal(expand("`protected\nabc"), "#1:1: error: this file is encrypted (`protected) | "
                                                   "ask its author for the plain text\n");
}

static void the_default_discipline_is_kept(void **state) {
    (void)state;
    static const struct {
        const char *text, *want;
    } list[] = {{"`default_discipline electrical\n", "electrical"},
                {"`default_discipline electrical\n`default_discipline\n", NULL},
                {"`default_discipline electrical\n`resetall\n", NULL}};
    for (size_t i = 0; i < 3; i++) {
        hys_ctx *ctx = hys_test_ctx();
        va_front front;
        va_front_init(&front, ctx);
        assert_int_equal(va_front_parse_text(&front, "t", list[i].text, strlen(list[i].text)), HYS_OK);
        if (list[i].want) assert_string_equal(front.file->default_discipline, list[i].want);
        else assert_null(front.file->default_discipline);
        va_front_free(&front);
        hys_ctx_free(ctx);
    }
}

/* ---- the standard headers ---- */

static void the_constants_have_their_values_of_2018_or_as_asked(void **state) {
    (void)state;
    static const char uses[] = "`include \"constants.vams\"\n`P_Q `P_K `P_H `P_C `P_CELSIUS0 `P_EPS0 `P_U0";
    static const char *const old = "PHYSICAL_CONSTANTS_OLD", *const year98 = "PHYSICAL_CONSTANTS_NIST1998",
                             *const year10 = "PHYSICAL_CONSTANTS_NIST2010", *const spice = "PHYSICAL_CONSTANTS_SPICE";
    /* CODATA 2018 (exact ones: SI brochure, 9th edition); the sets of annex D of the Verilog-AMS manual */
    assert_string_equal(expand(uses), "1.602176634e-19 1.380649e-23 6.62607015e-34 2.99792458e8 273.15 "
                                      "8.8541878128e-12 1.25663706212e-6");
    assert_non_null(strstr(expand_with(uses, &old, 1), "1.6021918e-19 1.3806226e-23 6.6260755e-34"));
    assert_non_null(strstr(expand_with(uses, &year98, 1), "1.602176462e-19 1.3806503e-23 6.62606876e-34"));
    assert_non_null(strstr(expand_with(uses, &year10, 1), "1.602176565e-19 1.3806488e-23 6.62606957e-34"));
    assert_non_null(strstr(expand_with(uses, &spice, 1), "1.60219e-19 1.38062e-23 6.62620e-34"));
    assert_non_null(strstr(expand_with(uses, &old, 1), "( 4.0e-7 * 3.14159265358979323846 )"));
}

static void the_mathematical_constants_are_those_of_math_h(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double value;
    } list[] = {{"M_E", M_E},
                {"M_LOG2E", M_LOG2E},
                {"M_LOG10E", M_LOG10E},
                {"M_LN2", M_LN2},
                {"M_LN10", M_LN10},
                {"M_PI", M_PI},
                {"M_PI_2", M_PI_2},
                {"M_PI_4", M_PI_4},
                {"M_1_PI", M_1_PI},
                {"M_2_PI", M_2_PI},
                {"M_2_SQRTPI", M_2_SQRTPI},
                {"M_SQRT2", M_SQRT2},
                {"M_SQRT1_2", M_SQRT1_2},
                {"M_TWO_PI", 2 * M_PI}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        char source[100];
        snprintf(source, sizeof source, "`include <constants.vams>\n`%s", list[i].name);
        assert_same_double(strtod(expand(source), NULL), list[i].value);
    }
}

static void a_constant_without_its_header_is_supplied_with_a_warning(void **state) {
    (void)state;
    assert_string_equal(expand("x `P_Q `P_K"), "x 1.602176634e-19 1.380649e-23#1:3: warning: macro `P_Q is taken from "
                                               "constants.vams, which is not included\n");
    assert_string_equal(expand("`include \"constants.vams\"\n`undef P_Q\n`P_Q"),
                        "BAD#3:1: error: macro `P_Q is not defined | did you mean `P_C?\n");
}

static void the_headers_go_by_all_their_names(void **state) {
    (void)state;
    static const char *const names[] = {"\"constants.vams\"",     "\"constants.h\"",
                                        "<constants.vams>",       "\"/tools/x/constants.vams\"",
                                        "\"../lib/constants.h\"", "\"C:\\\\va\\\\constants.h\""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char source[200];
        snprintf(source, sizeof source, "`include %s\n`P_CELSIUS0", names[i]);
        assert_string_equal(expand(source), "273.15");
    }
    assert_string_equal(expand("`define H \"constants.vams\"\n`include `H\n`P_CELSIUS0"), "273.15");
    assert_string_equal(expand("`include \"constants.vams\"\n`include \"constants.h\" // again\n`M_LN2"),
                        "0.69314718055994530942");
}

static void the_disciplines_have_their_natures(void **state) {
    (void)state;
    const char *tree = front_tree("`include \"disciplines.vams\"\n");
    static const char *const parts[] = {
        "nature Current (* units=\"A\", access=I, idt_nature=Charge, abstol=1e-12 *); ",
        "nature Charge (* units=\"coul\", access=Q, ddt_nature=Current, abstol=1e-14 *); ",
        "nature Voltage (* units=\"V\", access=V, idt_nature=Flux, abstol=1e-6 *); ",
        "nature Flux (* units=\"Wb\", access=Phi, ddt_nature=Voltage, abstol=1e-9 *); ",
        "nature Temperature (* units=\"K\", access=Temp, abstol=0.0001 *); ",
        "nature Power (* units=\"W\", access=Pwr, abstol=1e-9 *); ",
        "access=MMF",
        "access=Pos",
        "access=Vel",
        "access=Acc",
        "access=Imp",
        "access=F,",
        "access=Theta",
        "access=Omega",
        "access=Alpha",
        "access=Tau",
        "discipline electrical potential Voltage flow Current; ",
        "discipline voltage potential Voltage; ",
        "discipline current flow Current; ",
        "discipline magnetic potential Magneto_Motive_Force flow Flux; ",
        "discipline thermal potential Temperature flow Power; ",
        "discipline kinematic potential Position flow Force; ",
        "discipline kinematic_v potential Velocity flow Force; ",
        "discipline rotational potential Angle flow Angular_Force; ",
        "discipline rotational_omega potential Angular_Velocity flow Angular_Force;",
        "discipline logic domain discrete; "};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!strstr(tree, parts[i])) print_error("missing: %s\n in %s\n", parts[i], tree);
        assert_non_null(strstr(tree, parts[i]));
    }
    assert_non_null(strstr(front_tree("`define VOLTAGE_ABSTOL 1e-3\n`include \"disciplines.h\"\n"),
                           "idt_nature=Flux, abstol=0.001 *); "));
}

static void whether_the_disciplines_were_read_is_told(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool want;
    } list[] = {{"module m; endmodule", false},
                {"`include \"disciplines.vams\"\n", true},
                {"discipline electrical potential Voltage; enddiscipline", true}};
    for (size_t i = 0; i < 3; i++) {
        hys_ctx *ctx = hys_test_ctx();
        va_front front;
        va_front_init(&front, ctx);
        assert_int_equal(va_front_parse_text(&front, "t", list[i].text, strlen(list[i].text)), HYS_OK);
        assert_int_equal(front.file->standard_included, list[i].want);
        va_front_free(&front);
        hys_ctx_free(ctx);
    }
}

/* ---- files ---- */

typedef struct place { /* a directory with files, and a front end to read them */
    char dir[64];
    hys_ctx *ctx;
    va_front front;
} place;

static int place_setup(void **state) {
    place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    snprintf(p->dir, sizeof p->dir, "%s", hys_test_dir());
    p->ctx = hys_test_ctx();
    va_front_init(&p->front, p->ctx);
    *state = p;
    return 0;
}

static int place_teardown(void **state) {
    place *p = *state;
    va_front_free(&p->front);
    hys_ctx_free(p->ctx);
    hys_test_dir_remove(p->dir);
    free(p);
    return 0;
}

static const char *file(const place *p, const char *name) {
    return hys_test_path(p->dir, name);
}

static void write_file(const place *p, const char *name, const char *content) {
    hys_test_write(file(p, name), content, strlen(content));
}

static const char *tree_of(place *p, const char *name) {
    hys_status status = va_front_parse(&p->front, file(p, name));
    if (status != HYS_OK) print_error("%s", front_diags(p->ctx, ""));
    assert_int_equal(status, HYS_OK);
    return front_file_text(p->front.file);
}

/* The diagnostics of a file, with the directory cut away. */
static const char *errors_of(place *p, const char *name, hys_status want) {
    assert_int_equal(va_front_parse(&p->front, file(p, name)), want);
    const char *diags = front_diags(p->ctx, file(p, name));
    static char cut[1 << 14];
    size_t n = 0, n_dir = strlen(p->dir);
    for (const char *c = diags; *c && n + 1 < sizeof cut; c++) {
        if (strncmp(c, p->dir, n_dir) == 0 && c[n_dir] == '/') c += n_dir + 1;
        cut[n++] = *c;
    }
    cut[n] = '\0';
    return cut;
}

static void an_included_file_is_read_in_place(void **state) {
    place *p = *state;
    mkdir(file(p, "sub"), 0700);
    write_file(p, "main.va", "module m(a);\n`include \"sub/ports.va\"\nendmodule\n");
    write_file(p, "sub/ports.va", "inout a;\n`include \"more.va\" // beside this file\n");
    write_file(p, "sub/more.va", "electrical a;\n");
    assert_string_equal(tree_of(p, "main.va"), "module m(a); inout a; net electrical a; endmodule");
}

static void what_was_read_is_listed_with_its_hash(void **state) {
    place *p = *state;
    write_file(p, "main.va", "`include \"a.va\"\n`include \"constants.vams\"\n`include \"a.va\"\n");
    write_file(p, "a.va", "module m; endmodule\n");
    tree_of(p, "main.va");
    assert_int_equal(p->front.included.n, 2); /* each file once, no built-in header */
    assert_string_equal(p->front.included.at[0].path, file(p, "main.va"));
    assert_non_null(strstr(p->front.included.at[1].path, "/a.va"));
    /* b2sum -l 256 of "module m; endmodule\n" */
    assert_string_equal(p->front.included.at[1].hash.hex,
                        "0d132ebd90d03886280a11fe0c95cc6764f43f43cb93727cb58b75889f367fdc");
}

static void a_file_of_its_own_goes_before_the_built_in_header(void **state) {
    place *p = *state;
    write_file(p, "main.va", "`include \"constants.vams\"\nmodule m; parameter real q = `P_Q; endmodule\n");
    write_file(p, "constants.vams", "`define P_Q 7\n");
    assert_string_equal(tree_of(p, "main.va"), "module m(); parameter real q = 7; endmodule");
}

static void include_directories_are_searched_in_order(void **state) {
    place *p = *state;
    char one[80], two[80];
    snprintf(one, sizeof one, "%s", file(p, "one"));
    snprintf(two, sizeof two, "%s/", file(p, "two"));
    const char *dirs[] = {one, two};
    mkdir(file(p, "one"), 0700);
    mkdir(file(p, "two"), 0700);
    mkdir(file(p, "src"), 0700);
    write_file(p, "src/main.va", "module m;\n`include <a.va>\n`include \"b.va\"\nendmodule\n");
    write_file(p, "one/a.va", "real from_one;\n");
    write_file(p, "two/a.va", "real wrong;\n");
    write_file(p, "two/b.va", "real from_two;\n");
    p->front.include_dirs = dirs;
    p->front.n_include_dirs = 2;
    assert_string_equal(tree_of(p, "src/main.va"), "module m(); real from_one; real from_two; endmodule");
}

static void an_include_cannot_leave_the_tree(void **state) {
    place *p = *state;
    mkdir(file(p, "src"), 0700);
    write_file(p, "secret.va", "module secret; endmodule\n");
    write_file(p, "src/up.va", "`include \"../secret.va\"\n");
    write_file(p, "src/link.va", "x\n`include \"linked.va\"\n");
    assert_int_equal(symlink(file(p, "secret.va"), file(p, "src/linked.va")), 0);
    assert_string_equal(errors_of(p, "src/up.va", HYS_IO),
                        "1:10: error: '../secret.va' lies outside the main file's directory | copy it "
                        "beside the main file, or add its directory to the include directories\n");
    hys_diag_clear(p->ctx);
    assert_string_equal(errors_of(p, "src/link.va", HYS_IO),
                        "2:10: error: 'linked.va' lies outside the main file's directory | copy it "
                        "beside the main file, or add its directory to the include directories\n");
}

static void the_root_may_be_an_include_directory(void **state) {
    place *p = *state;
    static const char *const root = "/";
    char text_of_main[200];
    mkdir(file(p, "src"), 0700);
    write_file(p, "other.va", "module other; endmodule\n");
    snprintf(text_of_main, sizeof text_of_main, "`include \"%s\"\n", file(p, "other.va") + 1);
    write_file(p, "src/main.va", text_of_main);
    p->front.include_dirs = &root;
    p->front.n_include_dirs = 1;
    assert_string_equal(tree_of(p, "src/main.va"), "module other(); endmodule");
}

static void an_absolute_include_is_refused(void **state) {
    place *p = *state;
    write_file(p, "main.va", "`include \"/etc/passwd\"\n");
    assert_string_equal(errors_of(p, "main.va", HYS_IO),
                        "1:10: error: '/etc/passwd' lies outside the main file's directory | copy it "
                        "beside the main file, or add its directory to the include directories\n");
}

static void a_missing_include_says_where_it_was_searched(void **state) {
    place *p = *state;
    write_file(p, "main.va", "\n  `include \"nowhere.va\"\n");
    assert_string_equal(errors_of(p, "main.va", HYS_IO),
                        "2:12: error: cannot find 'nowhere.va' | it was searched beside this file, "
                        "beside the main file and in the include directories\n");
    assert_string_equal(front_errors("`include \"nowhere.va\"\n"),
                        "1:10: error: text without a file can include only the standard headers, not "
                        "'nowhere.va'\n");
}

static void an_include_must_name_a_file(void **state) {
    (void)state;
    assert_string_equal(expand("`include nowhere.va\nx"), "x#1:1: error: `include needs a file name in "
                                                          "quotes | write `include \"file.va\"\n");
    assert_string_equal(expand("`include\nx"), "x#1:1: error: `include needs a file name in quotes | "
                                               "write `include \"file.va\"\n");
    assert_string_equal(expand("`include <open\nx"), "x#1:1: error: `include needs a file name in "
                                                     "quotes | write `include \"file.va\"\n");
    assert_string_equal(expand("`include \"open\nx"),
                        "x#1:10: error: the closing '\"' of this string is missing | a string ends on "
                        "the line where it begins\n");
    assert_string_equal(expand("`include \"\"\nx"), "x#1:10: error: this cannot be the name of a file\n");
    assert_string_equal(expand("`include \"a\\033b\"\nx"), "x#1:10: error: this cannot be the name of a file\n");
}

static void a_file_that_includes_itself_is_stopped(void **state) {
    place *p = *state;
    write_file(p, "a.va", "`include \"b.va\"\n");
    write_file(p, "b.va", "`include \"a.va\"\n");
    p->front.limits.max_include = 3;
    assert_string_equal(errors_of(p, "a.va", HYS_LIMIT),
                        "b.va:1:10: error: files include each other deeper than 3: ... a.va > b.va > "
                        "a.va > b.va | does a file include itself?\n");
}

static void a_directory_cannot_be_included(void **state) {
    place *p = *state;
    mkdir(file(p, "d"), 0700);
    write_file(p, "main.va", "`include \"d\"\n");
    assert_int_equal(va_front_parse(&p->front, file(p, "main.va")), HYS_IO);
    const hys_diag *note = hys_diag_get(p->ctx, hys_diag_count(p->ctx) - 1);
    assert_string_equal(note->message, "included here");
    assert_int_equal(note->line, 1);
}

static void an_included_file_must_be_text(void **state) {
    place *p = *state;
    write_file(p, "main.va", "`include \"b.va\"\n");
    write_file(p, "b.va", "x\n\x02\n");
    assert_string_equal(errors_of(p, "main.va", HYS_SYNTAX),
                        "b.va:2:1: error: byte 0x02 cannot be in Verilog-A text | is this a text file?\n");
}

static void a_conditional_ends_with_its_file(void **state) {
    place *p = *state;
    write_file(p, "main.va", "`include \"b.va\"\nmodule m; endmodule\n`endif\n");
    write_file(p, "b.va", "`ifdef A\n");
    assert_string_equal(errors_of(p, "main.va", HYS_SYNTAX), "b.va:1:1: error: this `ifdef has no `endif\n"
                                                             "3:1: error: `endif without an `ifdef\n");
}

/* ---- limits ---- */

static const char *limited(const char *source, void (*set)(va_limits *limits)) {
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    set(&front.limits);
    assert_int_equal(va_front_parse_text(&front, "t.va", source, strlen(source)), HYS_LIMIT);
    va_front_free(&front);
    const char *diags = front_diags(ctx, "t.va");
    hys_ctx_free(ctx);
    return diags;
}

static void set_tokens(va_limits *limits) {
    limits->max_tokens = 3;
}

static void set_total(va_limits *limits) {
    limits->max_total = 1000;
}

static void set_expand(va_limits *limits) {
    limits->max_expand = 2;
}

static void set_file(va_limits *limits) {
    limits->max_file = 3;
}

static void each_limit_has_its_message(void **state) {
    (void)state;
    assert_string_equal(limited("a b c d e", set_tokens), "1:7: error: the text has more than 3 tokens\n");
    assert_string_equal(limited("abcd", set_file), ":0:0: error: t.va has 4 bytes; at most 3 are read\n");
    assert_non_null(strstr(limited("`define A x x x x x x x x x x\n`A `A `A `A `A `A `A `A\n", set_total),
                           "error: the files and their expanded macros exceed 1000 bytes | does a macro "
                           "or a file include itself many times over?\n"));
    assert_non_null(strstr(limited("`define A 1\n`define B `A\n`define C `B\n`define D `C\n`D", set_expand),
                           "error: macros nest deeper than 2\n"));
    assert_non_null(strstr(limited("`define F(x) x\n`F(`F(`F(`F(1))))", set_expand),
                           "error: macro arguments nest deeper than 2\n"));
}

static void a_macro_has_a_sane_number_of_arguments(void **state) {
    (void)state;
    char source[4000] = "`define F(a0";
    for (int i = 1; i < 257; i++) snprintf(source + strlen(source), sizeof source - strlen(source), ",a%d", i);
    strcat(source, ") a0\n");
    assert_non_null(strstr(expand(source), ": error: a macro has at most 256 arguments\n"));
}

static void unknown_macros_end_reading_after_a_hundred(void **state) {
    (void)state;
    static char source[200000];
    size_t n = 0;
    for (int i = 0; i < 20000; i++) n += (size_t)snprintf(source + n, sizeof source - n, "`u%d\n", i);
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    assert_int_equal(va_front_parse_text(&front, "t.va", source, n), HYS_SYNTAX);
    assert_in_range(hys_diag_n_errors(ctx), 100, 5000);
    va_front_free(&front);
    hys_ctx_free(ctx);
}

static void doubling_macros_end_at_a_limit(void **state) {
    (void)state;
    char source[4000] = "`define A0 x x\n";
    for (int i = 0; i < 60; i++)
        snprintf(source + strlen(source), sizeof source - strlen(source), "`define A%d `A%d `A%d\n", i + 1, i, i);
    snprintf(source + strlen(source), sizeof source - strlen(source), "`A60\n");
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    assert_int_equal(va_front_parse_text(&front, "t.va", source, strlen(source)), HYS_LIMIT);
    assert_true(front.arena.total < (size_t)1 << 30);
    va_front_free(&front);
    hys_ctx_free(ctx);
}

static void reading_can_be_cancelled(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    hys_ctx_cancel(ctx);
    assert_int_equal(va_front_parse_text(&front, "t.va", "x", 1), HYS_CANCEL);
    va_front_free(&front);
    hys_ctx_free(ctx);
}

#define WITH_FILES(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_macro_is_replaced_by_its_text),
        cmocka_unit_test(a_backslash_continues_a_definition),
        cmocka_unit_test(arguments_replace_their_names),
        cmocka_unit_test(missing_arguments_take_their_defaults),
        cmocka_unit_test(macros_may_stand_in_macros_and_in_arguments),
        cmocka_unit_test(two_backquotes_join_words),
        cmocka_unit_test(a_joined_number_has_its_value),
        cmocka_unit_test(definitions_can_be_taken_back),
        cmocka_unit_test(some_macros_are_there_from_the_start),
        cmocka_unit_test(a_definition_from_outside_must_name_a_macro),
        cmocka_unit_test(faulty_text_of_a_macro_matters_only_where_it_is_used),
        cmocka_unit_test(an_unknown_macro_is_reported_once_with_the_nearest_name),
        cmocka_unit_test(a_macro_that_uses_itself_is_refused),
        cmocka_unit_test(a_use_must_have_the_right_arguments),
        cmocka_unit_test(a_definition_must_be_well_formed),
        cmocka_unit_test(a_place_in_a_macro_shows_where_it_was_used),
        cmocka_unit_test(one_branch_of_a_conditional_is_read),
        cmocka_unit_test(nested_conditionals_are_left_out_whole),
        cmocka_unit_test(text_left_out_need_not_be_verilog),
        cmocka_unit_test(definitions_inside_conditionals_hold_behind_them),
        cmocka_unit_test(macros_may_hold_conditionals),
        cmocka_unit_test(conditionals_must_be_closed_and_in_order),
        cmocka_unit_test(other_directives_are_accepted),
        cmocka_unit_test(the_default_discipline_is_kept),
        cmocka_unit_test(the_constants_have_their_values_of_2018_or_as_asked),
        cmocka_unit_test(the_mathematical_constants_are_those_of_math_h),
        cmocka_unit_test(a_constant_without_its_header_is_supplied_with_a_warning),
        cmocka_unit_test(the_headers_go_by_all_their_names),
        cmocka_unit_test(the_disciplines_have_their_natures),
        cmocka_unit_test(whether_the_disciplines_were_read_is_told),
        WITH_FILES(an_included_file_is_read_in_place),
        WITH_FILES(what_was_read_is_listed_with_its_hash),
        WITH_FILES(a_file_of_its_own_goes_before_the_built_in_header),
        WITH_FILES(include_directories_are_searched_in_order),
        WITH_FILES(an_include_cannot_leave_the_tree),
        WITH_FILES(the_root_may_be_an_include_directory),
        WITH_FILES(an_absolute_include_is_refused),
        WITH_FILES(a_missing_include_says_where_it_was_searched),
        cmocka_unit_test(an_include_must_name_a_file),
        WITH_FILES(a_file_that_includes_itself_is_stopped),
        WITH_FILES(a_directory_cannot_be_included),
        WITH_FILES(an_included_file_must_be_text),
        WITH_FILES(a_conditional_ends_with_its_file),
        cmocka_unit_test(each_limit_has_its_message),
        cmocka_unit_test(a_macro_has_a_sane_number_of_arguments),
        cmocka_unit_test(unknown_macros_end_reading_after_a_hundred),
        cmocka_unit_test(doubling_macros_end_at_a_limit),
        cmocka_unit_test(reading_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
