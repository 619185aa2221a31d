/* Errors of syntax do not hide errors of other kinds, and give none of their own: one run tells all.  Each text's
 * messages are what a reader finds who knows the language, not what the program once printed. */
#include "front_text.h"
#include "veriloga/ir.h"

static const char *errors_of(const char *text) {
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_model model = {0};
    va_front_init(&front, ctx);
    hys_status status = va_front_parse_text(&front, "t.va", text, strlen(text));
    assert_int_equal(status, HYS_SYNTAX);
    assert_int_equal(va_build(&front, NULL, &model), HYS_SYNTAX);
    va_front_free(&front);
    const char *errors = front_diags(ctx, "t.va");
    hys_ctx_free(ctx);
    return errors;
}

#define HEAD "module m(p, n);\ninout p, n;\nelectrical p, n;\nreal x, y;\n"

static const struct {
    const char *text, *want;
} both[] = {
    /* a broken statement, and one that is whole but wrong */
    {HEAD "analog begin\n"
          "x = 1 + ;\n"
          "y = 2 * missing;\n"
          "I(p, n) <+ y;\nend\nendmodule\n",
     "6:9: error: an expression expected, not ';'\n"
     "7:9: error: 'missing' is not declared | declare it, for example \"real missing;\"\n"},
    /* a forgotten ';' costs nothing */
    {HEAD "analog begin\n"
          "x = 1\n"
          "y = x + sine(2);\n"
          "I(p, q) <+ y;\nend\nendmodule\n",
     "6:5: error: missing ';' after '1'\n"
     "7:9: error: there is no function 'sine' | did you mean 'sin'?\n"
     "8:6: error: 'q' is not declared | declare it, for example \"electrical q;\"\n"},
    /* the body of a broken head is looked at */
    {HEAD "analog begin\n"
          "if (V(p, n) > ) begin x = 1; y = unknown_a; end\n"
          "while (x < ) y = unknown_b;\n"
          "I(p, n) <+ y;\nend\nendmodule\n",
     "6:15: error: an expression expected, not ')'\n"
     "7:12: error: an expression expected, not ')'\n"
     "6:34: error: 'unknown_a' is not declared | declare it, for example \"real unknown_a;\"\n"
     "7:18: error: 'unknown_b' is not declared | declare it, for example \"real unknown_b;\"\n"},
    /* two modules, one error each */
    {"module a(p, n);\ninout p, n;\nelectrical p, n;\nanalog I(p, n) <+ ;\nendmodule\n"
     "module b(p, n);\ninout p, n;\nelectrical p, n;\nanalog I(p, n) <+ lost_one;\nendmodule\n",
     "4:19: error: an expression expected, not ';'\n"
     "9:19: error: 'lost_one' is not declared | declare it, for example \"real lost_one;\"\n"},
    /* a macro that nobody defined stands for one expression */
    {HEAD "analog begin\n"
          "x = 2 * `RATE;\n"
          "y = nowhere;\n"
          "I(p, n) <+ x + y;\nend\nendmodule\n",
     "6:9: error: macro `RATE is not defined\n"
     "7:5: error: 'nowhere' is not declared | declare it, for example \"real nowhere;\"\n"},
    /* a missing end: names are still names */
    {HEAD "analog begin\n"
          "if (V(p, n) > 1) begin\n"
          "x = unnamed;\n"
          "I(p, n) <+ ddt(x);\nend\nendmodule\n",
     "5:8: error: this 'begin' has no 'end'\n"
     "10:1: note: it is still open at 'endmodule'\n"
     "7:5: error: 'unnamed' is not declared | declare it, for example \"real unnamed;\"\n"},
};

static void one_run_tells_errors_of_both_kinds(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++)
        assert_string_equal(errors_of(both[i].text), both[i].want);
}

/* One slip each; nothing else is wrong, so nothing else may be said. */
static const struct {
    const char *text, *want;
} alone[] = {
    /* what a broken declaration would have declared */
    {HEAD "real a b;\nanalog begin\nx = a + b;\nI(p, n) <+ x;\nend\nendmodule\n",
     "5:8: error: ';' expected, not 'b'\n"},
    {HEAD "parameter real g = 2 from [0:inf;\nanalog I(p, n) <+ g * V(p, n);\nendmodule\n",
     "5:33: error: ']' expected, not ';'\n5:27: note: '[' opens here\n"},
    {"module m(p, n);\ninout p, n;\nelectrical p n;\nanalog I(p, n) <+ V(p, n);\nendmodule\n",
     "3:14: error: ';' expected, not 'n'\n"},
    {"module m(p, n;\ninout p, n;\nelectrical p, n;\nanalog I(p, n) <+ V(p, n);\nendmodule\n",
     "1:14: error: ')' expected, not ';'\n1:9: note: '(' opens here\n"},
    {HEAD "branch (p n) b;\nanalog I(b) <+ V(b);\nendmodule\n",
     "5:11: error: ')' expected, not 'n'\n5:8: note: '(' opens here\n"},
    /* the value that a broken statement would have set: here an index, a divisor, the end of a loop */
    {HEAD "real a[0:3];\ninteger i;\nanalog begin\ni = 2 +;\na[i + 3] = 1;\nx = a[i] / i;\n"
          "I(p, n) <+ x;\nend\nendmodule\n",
     "8:8: error: an expression expected, not ';'\n"},
    {HEAD "integer i;\nanalog begin\ni = 0;\nwhile (i < 3) begin x = x + 1; i = i + ; end\nI(p, n) <+ x;\nend\n"
          "endmodule\n",
     "8:40: error: an expression expected, not ';'\n"},
    /* a function whose arguments are not known */
    {HEAD "analog function real f;\ninput a b;\nreal a, b;\nf = a * b;\nendfunction\n"
          "analog I(p, n) <+ f(V(p, n), 2) / f(1, 2);\nendmodule\n",
     "6:9: error: ';' expected, not 'b'\n"},
    /* an instance of a module whose ports are not known */
    {"module r(a, b;\ninout a, b;\nelectrical a, b;\nanalog I(a, b) <+ V(a, b);\nendmodule\n"
     "module m(p, n);\ninout p, n;\nelectrical p, n;\nr u1(p, n);\nr u2(.a(p), .b(n));\nendmodule\n",
     "1:14: error: ')' expected, not ';'\n1:9: note: '(' opens here\n"},
    /* an 'end' too many: what follows is read, and dropped */
    {HEAD "analog begin\nx = 1;\nend\ny = 2;\nI(p, n) <+ x / y;\nend\nendmodule\n",
     "8:1: error: a statement stands outside of an analog block | put it into analog begin ... end; is an 'end' too "
     "many above?\n"},
    /* a missing end before an operator that may not stand in what seems to enclose it */
    {HEAD "integer i;\nanalog begin\nfor (i = 0; i < x; i = i + 1) begin\ny = y + 1;\nI(p, n) <+ ddt(x);\nend\n"
          "real later;\nanalog later = 1;\nendmodule\n",
     "6:8: error: this 'begin' has no 'end'\n12:1: note: it is still open at 'analog'\n"},
    /* a macro that may have declared anything */
    {HEAD "`DECLARATIONS\nanalog begin\nx = declared_there;\nI(p, n) <+ x;\nend\nendmodule\n",
     "5:1: error: macro `DECLARATIONS is not defined\n"},
    {HEAD "`ifdef A\nanalog begin\nx = whatever;\nend\nendmodule\n", NULL},
};

static void a_slip_gives_no_errors_of_another_kind(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++) {
        const char *errors = errors_of(alone[i].text);
        if (alone[i].want) assert_string_equal(errors, alone[i].want);
        else assert_null(strstr(errors, "not declared"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_run_tells_errors_of_both_kinds),
        cmocka_unit_test(a_slip_gives_no_errors_of_another_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
