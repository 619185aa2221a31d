/* Tokens of Verilog-A, and the lexer that cuts a source text into them. */
#ifndef HYS_VERILOGA_TOKEN_H
#define HYS_VERILOGA_TOKEN_H
#include "veriloga/ast.h"

#define VA_MESSAGE_MAX 512 /* bytes of one message; longer ones are cut */
#define VA_QUOTE_MAX   40  /* bytes of the user's text in a message */

/* Longest first: the lexer takes the first that fits. */
#define VA_PUNCT_LIST(X)                                                                                               \
    X(ASHL, "<<<")                                                                                                     \
    X(ASHR, ">>>")                                                                                                     \
    X(CASE_EQ, "===")                                                                                                  \
    X(CASE_NE, "!==")                                                                                                  \
    X(CONTRIB, "<+")                                                                                                   \
    X(SHL, "<<")                                                                                                       \
    X(SHR, ">>")                                                                                                       \
    X(LE, "<=")                                                                                                        \
    X(GE, ">=")                                                                                                        \
    X(EQ, "==")                                                                                                        \
    X(NE, "!=")                                                                                                        \
    X(AND_AND, "&&")                                                                                                   \
    X(OR_OR, "||")                                                                                                     \
    X(POW, "**")                                                                                                       \
    X(NAND, "~&")                                                                                                      \
    X(NOR, "~|")                                                                                                       \
    X(TILDE_HAT, "~^")                                                                                                 \
    X(HAT_TILDE, "^~")                                                                                                 \
    X(ATTR_OPEN, "(*")                                                                                                 \
    X(ATTR_CLOSE, "*)")                                                                                                \
    X(TICK_BRACE, "'{")                                                                                                \
    X(LPAREN, "(")                                                                                                     \
    X(RPAREN, ")")                                                                                                     \
    X(LBRACKET, "[")                                                                                                   \
    X(RBRACKET, "]")                                                                                                   \
    X(LBRACE, "{")                                                                                                     \
    X(RBRACE, "}")                                                                                                     \
    X(SEMI, ";")                                                                                                       \
    X(COMMA, ",")                                                                                                      \
    X(COLON, ":")                                                                                                      \
    X(QUESTION, "?")                                                                                                   \
    X(DOT, ".")                                                                                                        \
    X(HASH, "#")                                                                                                       \
    X(AT, "@")                                                                                                         \
    X(ASSIGN, "=")                                                                                                     \
    X(LT, "<")                                                                                                         \
    X(GT, ">")                                                                                                         \
    X(PLUS, "+")                                                                                                       \
    X(MINUS, "-")                                                                                                      \
    X(STAR, "*")                                                                                                       \
    X(SLASH, "/")                                                                                                      \
    X(PERCENT, "%")                                                                                                    \
    X(BANG, "!")                                                                                                       \
    X(TILDE, "~")                                                                                                      \
    X(AMP, "&")                                                                                                        \
    X(BAR, "|")                                                                                                        \
    X(HAT, "^")

typedef enum va_token_kind {
    VA_T_EOF,
    VA_T_NEWLINE, /* ends a directive */
    VA_T_BAD,     /* text that was reported already: the parser stays silent about it */
    VA_T_NAME,
    VA_T_SYSNAME, /* $name */
    VA_T_MACRO,   /* `name: a directive or the use of a macro */
    VA_T_PARAM,   /* in the body of a macro: its formal argument; index */
    VA_T_PASTE,   /* `` */
    VA_T_UNREAD,  /* in the body of a macro: no token; reported where the macro is used, if it is */
    VA_T_INT,
    VA_T_REAL,
    VA_T_STRING,
#define VA_X(name, text) VA_T_##name,
    VA_PUNCT_LIST(VA_X)
#undef VA_X
} va_token_kind;

/* Keywords, sorted.  HARD: reserved.  SOFT: words of the analog subset that mean something only in their
 * place.  DIGITAL: of the rest of Verilog-AMS; as names they are accepted with a warning. */
#define VA_KEYWORD_LIST(X)                                                                                             \
    X(aliasparam, HARD)                                                                                                \
    X(always, DIGITAL)                                                                                                 \
    X(analog, HARD)                                                                                                    \
    X(and, DIGITAL)                                                                                                    \
    X(assign, DIGITAL)                                                                                                 \
    X(automatic, DIGITAL)                                                                                              \
    X(begin, HARD)                                                                                                     \
    X(branch, HARD)                                                                                                    \
    X(buf, DIGITAL)                                                                                                    \
    X(bufif0, DIGITAL)                                                                                                 \
    X(bufif1, DIGITAL)                                                                                                 \
    X(case, HARD)                                                                                                      \
    X(casex, DIGITAL)                                                                                                  \
    X(casez, DIGITAL)                                                                                                  \
    X(cell, DIGITAL)                                                                                                   \
    X(cmos, DIGITAL)                                                                                                   \
    X(config, DIGITAL)                                                                                                 \
    X(connect, DIGITAL)                                                                                                \
    X(connectmodule, DIGITAL)                                                                                          \
    X(connectrules, DIGITAL)                                                                                           \
    X(deassign, DIGITAL)                                                                                               \
    X(default, HARD)                                                                                                   \
    X(defparam, DIGITAL)                                                                                               \
    X(design, DIGITAL)                                                                                                 \
    X(disable, DIGITAL)                                                                                                \
    X(discipline, HARD)                                                                                                \
    X(domain, SOFT)                                                                                                    \
    X(edge, DIGITAL)                                                                                                   \
    X(else, HARD)                                                                                                      \
    X(end, HARD)                                                                                                       \
    X(endcase, HARD)                                                                                                   \
    X(endconfig, DIGITAL)                                                                                              \
    X(endconnectrules, DIGITAL)                                                                                        \
    X(enddiscipline, HARD)                                                                                             \
    X(endfunction, HARD)                                                                                               \
    X(endgenerate, HARD)                                                                                               \
    X(endmodule, HARD)                                                                                                 \
    X(endnature, HARD)                                                                                                 \
    X(endparamset, DIGITAL)                                                                                            \
    X(endprimitive, DIGITAL)                                                                                           \
    X(endspecify, DIGITAL)                                                                                             \
    X(endtable, DIGITAL)                                                                                               \
    X(endtask, DIGITAL)                                                                                                \
    X(event, DIGITAL)                                                                                                  \
    X(exclude, SOFT)                                                                                                   \
    X(flow, SOFT)                                                                                                      \
    X(for, HARD)                                                                                                       \
    X(force, DIGITAL)                                                                                                  \
    X(forever, DIGITAL)                                                                                                \
    X(fork, DIGITAL)                                                                                                   \
    X(from, SOFT)                                                                                                      \
    X(function, HARD)                                                                                                  \
    X(generate, HARD)                                                                                                  \
    X(genvar, HARD)                                                                                                    \
    X(ground, HARD)                                                                                                    \
    X(highz0, DIGITAL)                                                                                                 \
    X(highz1, DIGITAL)                                                                                                 \
    X(if, HARD)                                                                                                        \
    X(ifnone, DIGITAL)                                                                                                 \
    X(incdir, DIGITAL)                                                                                                 \
    X(include, DIGITAL)                                                                                                \
    X(inf, SOFT)                                                                                                       \
    X(initial, DIGITAL)                                                                                                \
    X(inout, HARD)                                                                                                     \
    X(input, HARD)                                                                                                     \
    X(instance, DIGITAL)                                                                                               \
    X(integer, HARD)                                                                                                   \
    X(join, DIGITAL)                                                                                                   \
    X(large, DIGITAL)                                                                                                  \
    X(liblist, DIGITAL)                                                                                                \
    X(library, DIGITAL)                                                                                                \
    X(localparam, HARD)                                                                                                \
    X(macromodule, HARD)                                                                                               \
    X(medium, DIGITAL)                                                                                                 \
    X(module, HARD)                                                                                                    \
    X(nand, DIGITAL)                                                                                                   \
    X(nature, HARD)                                                                                                    \
    X(negedge, SOFT)                                                                                                   \
    X(nmos, DIGITAL)                                                                                                   \
    X(nor, DIGITAL)                                                                                                    \
    X(not, DIGITAL)                                                                                                    \
    X(notif0, DIGITAL)                                                                                                 \
    X(notif1, DIGITAL)                                                                                                 \
    X(or, SOFT)                                                                                                        \
    X(output, HARD)                                                                                                    \
    X(parameter, HARD)                                                                                                 \
    X(paramset, DIGITAL)                                                                                               \
    X(pmos, DIGITAL)                                                                                                   \
    X(posedge, SOFT)                                                                                                   \
    X(potential, SOFT)                                                                                                 \
    X(primitive, DIGITAL)                                                                                              \
    X(pull0, DIGITAL)                                                                                                  \
    X(pull1, DIGITAL)                                                                                                  \
    X(pulldown, DIGITAL)                                                                                               \
    X(pullup, DIGITAL)                                                                                                 \
    X(rcmos, DIGITAL)                                                                                                  \
    X(real, HARD)                                                                                                      \
    X(realtime, DIGITAL)                                                                                               \
    X(reg, DIGITAL)                                                                                                    \
    X(release, DIGITAL)                                                                                                \
    X(repeat, HARD)                                                                                                    \
    X(rnmos, DIGITAL)                                                                                                  \
    X(rpmos, DIGITAL)                                                                                                  \
    X(rtran, DIGITAL)                                                                                                  \
    X(rtranif0, DIGITAL)                                                                                               \
    X(rtranif1, DIGITAL)                                                                                               \
    X(scalared, DIGITAL)                                                                                               \
    X(signed, DIGITAL)                                                                                                 \
    X(small, DIGITAL)                                                                                                  \
    X(specify, DIGITAL)                                                                                                \
    X(specparam, DIGITAL)                                                                                              \
    X(string, SOFT)                                                                                                    \
    X(strong0, DIGITAL)                                                                                                \
    X(strong1, DIGITAL)                                                                                                \
    X(supply0, DIGITAL)                                                                                                \
    X(supply1, DIGITAL)                                                                                                \
    X(table, DIGITAL)                                                                                                  \
    X(task, DIGITAL)                                                                                                   \
    X(time, DIGITAL)                                                                                                   \
    X(tran, DIGITAL)                                                                                                   \
    X(tranif0, DIGITAL)                                                                                                \
    X(tranif1, DIGITAL)                                                                                                \
    X(tri, DIGITAL)                                                                                                    \
    X(tri0, DIGITAL)                                                                                                   \
    X(tri1, DIGITAL)                                                                                                   \
    X(triand, DIGITAL)                                                                                                 \
    X(trior, DIGITAL)                                                                                                  \
    X(trireg, DIGITAL)                                                                                                 \
    X(unsigned, DIGITAL)                                                                                               \
    X(use, DIGITAL)                                                                                                    \
    X(uwire, DIGITAL)                                                                                                  \
    X(vectored, DIGITAL)                                                                                               \
    X(wait, DIGITAL)                                                                                                   \
    X(wand, DIGITAL)                                                                                                   \
    X(weak0, DIGITAL)                                                                                                  \
    X(weak1, DIGITAL)                                                                                                  \
    X(while, HARD)                                                                                                     \
    X(wire, DIGITAL)                                                                                                   \
    X(wor, DIGITAL)                                                                                                    \
    X(wreal, DIGITAL)                                                                                                  \
    X(xnor, DIGITAL)                                                                                                   \
    X(xor, DIGITAL)

typedef enum va_keyword {
    VA_KW_NONE,
#define VA_X(name, class) VA_KW_##name,
    VA_KEYWORD_LIST(VA_X)
#undef VA_X
        VA_KW_COUNT
} va_keyword;

typedef enum va_keyword_class { VA_KW_HARD, VA_KW_SOFT, VA_KW_DIGITAL } va_keyword_class;
const char *va_keyword_text(va_keyword kw);
va_keyword_class va_keyword_class_of(va_keyword kw);

typedef struct va_token {
    hys__span span;
    const char *text; /* names (interned, without '`', with '$'), strings; of numbers only when pasted */
    union {
        double number; /* INT, REAL */
        size_t n_text; /* STRING */
        size_t index;  /* PARAM */
    };
    uint8_t kind;  /* va_token_kind */
    uint8_t kw;    /* va_keyword of a NAME */
    bool at_bol;   /* first of its line */
    bool is_apart; /* white space stands before it */
} va_token;

typedef struct va_lexer {
    va_front *front;
    const char *text; /* NUL-terminated */
    uint32_t len, pos, source;
    bool in_directive; /* the end of the line is then a token */
    bool is_quiet;     /* in text that `ifdef leaves out: nothing is reported */
    bool is_deferring; /* in the body of a macro: faulty tokens become VA_T_UNREAD */
    bool is_in_token;
    bool at_bol, is_apart;
    bool has_complained; /* about a stray character of this line */
    bool has_failed;     /* an error was found, reported or not */
} va_lexer;

/* The source must have passed va_check_text. */
void va_lexer_init(va_lexer *lexer, va_front *front, uint32_t source);
/* The next token; VA_T_EOF again and again at the end.  Errors are reported and give VA_T_BAD or a token
 * that can stand for the faulty one.  Out of memory shows in front->arena.failed. */
void va_lexer_next(va_lexer *lexer, va_token *token);
/* Reads <path> behind `include into a VA_T_STRING; false when there is no '<'. */
bool va_lexer_angle_path(va_lexer *lexer, va_token *token);
/* Refuses text that cannot be Verilog-A: UTF-16, NUL and control bytes.  False when it was reported. */
bool va_check_text(va_front *front, uint32_t source);
/* The text of a token as written, not NUL-terminated. */
const char *va_token_spelling(va_front *front, const va_token *token, size_t *n);

/* Between the files of the lexer. */

/* Reports an error at n bytes from the given offset, unless the text is left out. */
void va_lexer_error(va_lexer *lexer, uint32_t offset, uint32_t n, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* The lexer stands on a digit, on '.' before a digit, or on ' before a base. */
void va_lexer_number(va_lexer *lexer, va_token *token);
/* The lexer stands on the opening quote. */
void va_lexer_string(va_lexer *lexer, va_token *token);
bool va_is_name_start(int c);
bool va_is_name_char(int c);
/* Bytes of the UTF-8 character at s of which n bytes follow; 0 when it is malformed. */
unsigned va_utf8_decode(const char *s, size_t n, uint32_t *code);

#endif
