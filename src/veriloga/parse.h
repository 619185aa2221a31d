/* The parser: recursive descent over the preprocessed tokens.
 *
 * Every function reads the rule written above it.  One that fails has reported it, returns NULL or false,
 * and leaves the parser in panic: nothing more is reported until a statement, item or declaration has
 * skipped to where reading can go on. */
#ifndef HYS_VERILOGA_PARSE_H
#define HYS_VERILOGA_PARSE_H
#include "veriloga/preprocess.h"

/* Parses into front->file.  HYS_OK also when errors were reported. */
hys_status va_parse(va_front *front, const va_tokens *tokens);

/* ---- inside the parser ---- */

typedef struct va_scope { /* a module or a generate branch, and where its next entries go */
    va_module *module;
    va_port **ports;
    va_decl **decls;
    va_func **funcs;
    va_inst **insts;
    va_analog **analogs;
    va_stmt **generates;
} va_scope;

typedef struct va_parser {
    va_front *front;
    hys__arena *arena;
    va_file *file;
    const va_token *tokens; /* the last is VA_T_EOF */
    size_t n, at;
    va_module **modules; /* where the next one goes */
    va_scope *scope;
    unsigned depth;      /* of the recursion */
    unsigned height;     /* of the expression read last */
    size_t size;         /* of it: its nodes, with shared ones counted as often as they occur */
    size_t n_replicated; /* items that replications made */
    unsigned n_cases;    /* open */
    size_t no_end_at;    /* 1 + the token at which a missing end was reported */
    unsigned n_errors;
    size_t n_fails;   /* errors, silent ones too */
    size_t n_handled; /* n_fails when text was last given up */
    unsigned n_mute;  /* what is read is dropped: its errors would repeat the one reported */
    bool has_ended;   /* by a limit: what is still open is no error */
    bool panic;
    bool has_passed_bad; /* this statement or item holds text that was reported before */
    bool has_no_body;    /* of the head read last */
    bool is_replication; /* the array read last was {n{...}} alone */
    bool has_stray;      /* a statement outside of analog was reported in this module */
    bool has_warned[VA_KW_COUNT];
} va_parser;

typedef struct va_decls { /* a list under construction */
    va_decl **tail;
} va_decls;

/* parse.c: tokens, errors, names */
const va_token *va_peek(const va_parser *p);
const va_token *va_peek_at(const va_parser *p, size_t ahead);
const va_token *va_last(const va_parser *p); /* the token before the next */
bool va_is(const va_parser *p, va_token_kind kind);
bool va_is_keyword(const va_parser *p, va_keyword kw);
bool va_is_word(const va_token *token); /* a name that is no reserved keyword */
void va_advance(va_parser *p);
bool va_take(va_parser *p, va_token_kind kind);
bool va_take_keyword(va_parser *p, va_keyword kw);
/* Whether errors are kept back: one was reported for this statement already. */
bool va_is_silent(const va_parser *p);
/* Reports once until the end of the panic; returns false. */
bool va_fail(va_parser *p, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* "EXPECTED expected, not FOUND" at the next token. */
bool va_fail_expected(va_parser *p, const char *expected);
void va_note(va_parser *p, hys__span span, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool va_expect(va_parser *p, va_token_kind kind, const char *expected);
/* The bracket that closes the one at token open. */
bool va_expect_close(va_parser *p, va_token_kind kind, size_t open);
/* ';' ; one missing at the end of a line is reported and taken as read. */
bool va_expect_semi(va_parser *p);
/* A name that is declared or looked up; NULL after an error. */
const char *va_expect_name(va_parser *p, const char *what);
/* Uses a keyword of digital Verilog as a name: warns once. */
void va_warn_keyword(va_parser *p, const va_token *token);
/* The span from the token at index start to the last one read. */
hys__span va_span_from(const va_parser *p, size_t start);
/* The text of a token for a message, at most VA_QUOTE_MAX bytes, quoted; in the arena. */
const char *va_quote(va_parser *p, const va_token *token);
/* "did you mean 'X'?" for the nearest keyword that begins something here, or "". */
const char *va_keyword_hint(va_parser *p, const va_token *token, const va_keyword *list, size_t n);
bool va_enter(va_parser *p); /* one level deeper; false at the limit, and reading ends */
void va_leave(va_parser *p);
/* Skips behind the next ';' of this level, or before what ends or begins a larger unit; ends the panic. */
void va_sync(va_parser *p);
/* Skips behind the bracket that closes the one at token open, or before the keyword that begins what the
 * head belongs to; ends the panic.  False when it had to skip more: behind the ';' after the first
 * n_semis ones. */
bool va_sync_head(va_parser *p, size_t open, unsigned n_semis);
/* The index of the token behind the bracket that closes the one at the given index; 0 when there is
 * none before a ';'. */
size_t va_behind_bracket(const va_parser *p, size_t open);

/* parse_damage.c: what was read from the token at index start on is given up: the names that it sets, and where it
 * may be a declaration all of its names, are unknown from here on. */
void va_lose(va_parser *p, size_t start);
/* The same if errors came since there were n_fails_before and nobody has given up their text. */
void va_lose_failed(va_parser *p, size_t start, size_t n_fails_before);
void va_lose_name(va_parser *p, const char *name); /* NULL: nothing */
void va_lose_place(va_parser *p, size_t start);    /* a block that was closed by a guess */

/* parse_expr.c */
typedef struct va_exprs { /* a list under construction */
    va_expr **at;
    size_t n, cap;
    unsigned height; /* the largest of its members */
    size_t size;     /* the sum of theirs */
} va_exprs;
/* Adds the expression read last; false when there is none or memory is out. */
bool va_exprs_add(va_parser *p, va_exprs *list, va_expr *e);
va_expr *va_parse_expr(va_parser *p);
/* The part of an expression that binds tighter than ==: left of == in V(a) : V(b) == 0. */
va_expr *va_parse_relational(va_parser *p);
/* A name with its arguments, indices, path; also what stands left of = and <+. */
va_expr *va_parse_primary(va_parser *p);
/* A terminal of a branch: name, name[i], name[i:j] or <p>. */
va_expr *va_parse_terminal(va_parser *p);
va_expr *va_expr_new(va_parser *p, va_expr_kind kind, size_t start);
/* A literal 0 in the place of an expression that could not be read. */
va_expr *va_expr_zero(va_parser *p, size_t start);
/* What was read from start on is no expression: a name that has no value and is no error. */
va_expr *va_expr_lost(va_parser *p, size_t start);

/* parse_attr.c: (* ... *), any number of them */
va_attr *va_parse_attrs(va_parser *p);
/* a before b */
va_attr *va_attrs_join(va_attr *a, va_attr *b);

/* parse_decl.c */
void va_decls_add(va_decls *list, va_decl *decl);
va_decl *va_decl_new(va_parser *p, va_decl_kind kind, const char *name, hys__span span);
bool va_starts_variable(const va_parser *p); /* real, integer, string */
va_type va_take_type(va_parser *p);
va_dims *va_parse_dims(va_parser *p);
/* Declarations that modules, blocks and functions share: parameter, localparam, aliasparam, variables,
 * genvar.  False when the next token starts none. */
bool va_parse_shared_decl(va_parser *p, va_attr *attrs, va_decls *out);
/* False when an error made it skip the rest of the head. */
bool va_parse_param_ports(va_parser *p, va_decls *out);
/* Behind input, output, inout in a module: one declaration up to, not with, its ';' or the next
 * direction in a header. */
void va_parse_net_decl(va_parser *p, va_attr *attrs, va_decls *out);
void va_parse_branch_decl(va_parser *p, va_attr *attrs, va_decls *out);
void va_parse_ground_decl(va_parser *p, va_attr *attrs, va_decls *out);
void va_parse_event_decl(va_parser *p, va_attr *attrs, va_decls *out);
void va_parse_header_port(va_parser *p, va_attr *attrs, va_decls *out, va_decl *last);
bool va_at_direction(const va_parser *p);
va_dir va_take_direction(va_parser *p);

/* parse_stmt.c: never NULL but out of memory; a statement that could not be read gives VA_EMPTY_STMT */
va_stmt *va_parse_stmt(va_parser *p);
va_stmt *va_stmt_new(va_parser *p, va_stmt_kind kind, size_t start);
/* "(" initial ";" condition ";" step ")" of for; false after an error, which was skipped.  Where what
 * follows the head was skipped with it, p->has_no_body is set. */
bool va_parse_for_head(va_parser *p, va_stmt *stmt);
/* "(" expression ")" ; NULL after an error, in the same way */
va_expr *va_parse_condition(va_parser *p);
typedef va_stmt *va_branch_parser(va_parser *p);
/* What is behind a head, unless it was skipped with the head: then NULL. */
va_stmt *va_parse_body(va_parser *p, va_branch_parser *parse);
/* "if" condition body ["else" body]; NULL when a body could not be read. */
va_stmt *va_parse_if_chain(va_parser *p, va_branch_parser *parse);
/* What stands before the body of a case item: default, or values; false after an error. */
bool va_parse_case_labels(va_parser *p, va_case_item *item);
/* [":" name] */
const char *va_parse_label(va_parser *p);

/* parse_func.c, parse_inst.c, parse_generate.c, parse_nature.c, parse_digital.c, parse_module.c */
void va_parse_function(va_parser *p); /* behind analog function */
void va_parse_instance(va_parser *p);
void va_parse_generate(va_parser *p, va_attr *attrs);
void va_parse_item(va_parser *p); /* an item of a module or of a generate branch */
void va_scope_init(va_scope *scope, va_module *module);
void va_parse_module(va_parser *p, va_attr *attrs);
void va_parse_nature(va_parser *p, va_nature ***tail);
void va_parse_discipline(va_parser *p, va_discipline ***tail);
/* Reports and skips a construct of digital Verilog-AMS as a whole. */
void va_skip_digital(va_parser *p);

#endif
