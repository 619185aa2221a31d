/* NMODL, NEURON's language of membrane mechanisms: tokens, the tree, and its translation into Verilog-A.
 *
 *     nmodl.c         the file from its text to the result
 *     nmodl_token.c   tokens; COMMENT, TITLE and VERBATIM are one each; those of included files in their place
 *     nmodl_parse.c   declarations and blocks; nmodl_stmt.c statements; nmodl_expr.c expressions
 *     nmodl_unroll.c  arrays and loops over them, written out; f_flux and b_flux
 *     nmodl_unit.c    units: ours for NEURON's, values of (faraday) and its like
 *     nmodl_symbol.c  what each name means, and what it is called in Verilog-A
 *     nmodl_effect.c  what blocks read and write, through the calls that they make
 *     nmodl_singular.c  x/(exp(x) - 1) without its hole
 *     nmodl_eval.c    values of statements; nmodl_synapse.c a synapse's time course, found by trying
 *     nmodl_put.c     expressions and statements as text; nmodl_kinetic.c reactions; nmodl_linear.c systems of linear
 *                     equations; nmodl_write.c the module, nmodl_function.c, nmodl_analog.c and nmodl_event.c its parts
 */
#ifndef HYS_IO_NMODL_H
#define HYS_IO_NMODL_H
#include "base/diag.h"
#include <hysteron/nmodl.h>

/* ---- tokens ---- */

typedef enum nm_kind { NM_END, NM_NAME, NM_NUMBER, NM_STRING, NM_VERBATIM, NM_SIGN } nm_kind;

typedef struct nm_token {
    nm_kind kind;
    hys__span span;
    double value; /* of a number */
} nm_token;

/* ---- the tree ---- */

#define NM_BINARY_LIST(X) /* level: how tightly it binds; text: in Verilog-A */                                        \
    X(OR, "||", 1, " || ")                                                                                             \
    X(AND, "&&", 2, " && ")                                                                                            \
    X(GT, ">", 3, " > ")                                                                                               \
    X(LT, "<", 3, " < ")                                                                                               \
    X(GE, ">=", 3, " >= ")                                                                                             \
    X(LE, "<=", 3, " <= ")                                                                                             \
    X(EQ, "==", 3, " == ")                                                                                             \
    X(NE, "!=", 3, " != ")                                                                                             \
    X(ADD, "+", 4, " + ")                                                                                              \
    X(SUB, "-", 4, " - ")                                                                                              \
    X(MUL, "*", 5, "*")                                                                                                \
    X(DIV, "/", 5, "/")                                                                                                \
    X(MOD, "%", 5, " % ")                                                                                              \
    X(POW, "^", 7, "")
typedef enum nm_op {
    NM_NUM,
    NM_VAR,
    NM_CALL,
    NM_NEG,
    NM_NOT,
#define NM_X(name, sign, level, text) NM_##name,
    NM_BINARY_LIST(NM_X)
#undef NM_X
} nm_op;

typedef struct nm_expr nm_expr;
struct nm_expr {
    nm_op op;
    hys__span span;
    const char *name; /* VAR, CALL */
    double value;     /* NUM */
    nm_expr *a, *b;   /* CALL: a is the first argument; VAR: a is the index, until loops are written out */
    nm_expr *next;    /* argument of the same call */
};

typedef enum nm_stmt_kind {
    NM_ASSIGN,      /* name = e */
    NM_RATE,        /* name' = e */
    NM_RUN,         /* e, a call */
    NM_IF,          /* e, body, other */
    NM_WHILE,       /* e, body */
    NM_FROM,        /* name from e to e2, body */
    NM_SOLVE,       /* name; is_steady */
    NM_REACTION,    /* left <-> right (e, e2), or left -> or << (e) */
    NM_CONSERVE,    /* e = e2 */
    NM_EQUATION,    /* e = e2, of a LINEAR block */
    NM_COMPARTMENT, /* e, the volume of what is in left; name: counter of elements */
    NM_TABLE,       /* exact here */
    NM_SEND,        /* an event to itself after e, with the flag e2 */
    NM_WATCH,       /* an event with the flag e2 when the condition e becomes true, from here on */
    NM_REFUSED      /* name: why; refused where it is reached */
} nm_stmt_kind;

/* One participant of a reaction. */
typedef struct nm_part nm_part;
struct nm_part {
    const char *name;
    nm_expr *index;
    hys__span span;
    double n;
    nm_part *next;
};

typedef struct nm_stmt nm_stmt;
struct nm_stmt {
    nm_stmt_kind kind;
    hys__span span;
    const char *name, *hint;
    nm_expr *e, *e2, *index; /* index: of name */
    nm_stmt *body, *other, *next;
    nm_part *left, *right;
    bool is_steady, is_flux; /* flux: ~ left << (e) */
};

typedef struct nm_name nm_name;
struct nm_name {
    const char *name;
    size_t n_elements; /* 0: no array */
    nm_name *next;
    const char *va_name;
};

typedef enum nm_block_kind {
    NM_INITIAL,
    NM_BREAKPOINT,
    NM_DERIVATIVE,
    NM_KINETIC,
    NM_LINEAR,
    NM_PROCEDURE,
    NM_FUNCTION,
    NM_NET_RECEIVE
} nm_block_kind;

typedef struct nm_block {
    nm_block_kind kind;
    const char *name, *va_name; /* "" for INITIAL, BREAKPOINT, NET_RECEIVE */
    hys__span span;
    nm_name *formals, *locals; /* all locals of the block, inner ones too */
    nm_stmt *body;
    nm_stmt *initial;            /* of NET_RECEIVE */
    bool is_used;                /* reached from what runs */
    bool *reads, *writes, *sets; /* [symbols]: wanted from outside, written perhaps, written surely */
    bool skips_solve;            /* the walk leaves out what SOLVE runs */
    bool is_open;                /* its effects are being found */
    size_t order;                /* functions: callees first */
} nm_block;

typedef enum nm_class { NM_UNKNOWN, NM_PARAM, NM_ASSIGNED, NM_STATE, NM_CONST } nm_class;
typedef enum nm_role {
    NM_ORDINARY,
    NM_V,
    NM_CELSIUS,
    NM_T,
    NM_DT,
    NM_AREA,
    NM_DIAM,
    NM_ION_E,    /* reversal potential that is read */
    NM_ION_CONC, /* concentration */
    NM_CURRENT,  /* of an ion, or of none */
    NM_VALENCE,  /* of an ion, by a name (Arbor) */
    NM_POINTER   /* to a variable elsewhere */
} nm_role;
#define NM_N_ROLES (NM_POINTER + 1)

typedef struct nm_symbol {
    const char *name, *va_name;
    const char *base;  /* of an element: the array's name */
    size_t n_elements; /* 0: no array */
    const char *param; /* of a parameter that is written: va_name is a variable that starts with it */
    const char *node;  /* STATE with an equation; NULL: none */
    const char *init;  /* of a terminal that INITIAL reads: the parameter that stands for it there */
    hys__span span;
    nm_class class;
    nm_role role;
    const char *unit; /* as written in the file, without parentheses; "" */
    double value, low, high, start;
    bool has_value, has_range, has_start;
    bool is_declared; /* outside of NEURON { } */
    bool is_range;    /* to be seen from outside */
    bool is_read_ion, is_write_ion, is_electrode;
    bool is_port;
    bool is_written; /* by a block that is reached */
    bool is_read;
    bool has_rate;     /* a state with an equation */
    bool is_algebraic; /* a state that reactions at rest give at each moment */
    bool is_conserved; /* follows from a CONSERVE statement */
    bool is_nested;    /* its equation stands in an IF */
    bool is_jumping;   /* a state that events raise */
    bool is_kept;      /* a variable that keeps its value from step to step, or from event to event */
    bool is_weight;    /* of NET_RECEIVE */
    bool is_summed;    /* a current that is read and written: others flow beside it */
    bool is_others;    /* these */
    bool is_fraction;  /* a state that goes from 0 to 1; those of synapses may be conductances without a unit */
} nm_symbol;

typedef struct nm_file {
    hys_ctx *ctx;
    hys__arena arena;
    hys__sources sources;
    hys__intern names;
    uint32_t source;
    const char *path, *text;
    size_t len;
    struct {
        nm_token *at;
        size_t n, cap;
    } tokens;
    size_t at; /* the parser's place */
    int depth, includes;
    hys__span title, comment;
    struct {
        nm_symbol *at;
        size_t n, cap;
    } symbols;
    struct {
        nm_block *at;
        size_t n, cap;
    } blocks;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
    struct {
        const char **at;
        size_t n, cap;
    } taken; /* names of the module */
    struct {
        const nm_stmt **at;
        size_t n, cap;
    } sends, watches; /* of INITIAL; of NET_RECEIVE */
    const char *suffix, *module;
    hys__span suffix_span;
    size_t n_done; /* functions whose effects are known */
    bool has_neuron, is_point, has_table, has_diffusion, has_self_events, has_net_event, has_t, has_exprelr, has_ghk,
        has_nernst;
    const hys_nmodl_opts *opts;
} nm_file;

/* ---- nmodl_token.c ---- */
hys_status nm_tokens(nm_file *f);
bool nm_is(const nm_file *f, const char *word); /* the token at hand */
bool nm_take(nm_file *f, const char *word);     /* and goes on, if it is this one */
const nm_token *nm_peek(const nm_file *f);
const nm_token *nm_ahead(const nm_file *f, size_t n); /* n tokens behind it */
const nm_token *nm_next(nm_file *f);
/* "found 'x'" with its place */
hys_status nm_expected(nm_file *f, const char *what);
hys_status nm_expect(nm_file *f, const char *word);
hys_status nm_expect_name(nm_file *f, const char *what, const char **name);
hys_status nm_error(nm_file *f, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
hys_status nm_refuse(nm_file *f, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Goes behind the bracket that closes the one at hand. */
hys_status nm_skip(nm_file *f, const char *open, const char *close);
/* The text of a span: of the file, or of one that it includes. */
const char *nm_text_at(const nm_file *f, hys__span span);
bool nm_span_is(const nm_file *f, hys__span span, const char *word);

/* ---- nmodl_parse.c, nmodl_stmt.c, nmodl_expr.c ---- */
hys_status nm_parse(nm_file *f);
hys_status nm_parse_unit(nm_file *f, const char **unit);               /* "" where there is none */
hys_status nm_parse_number(nm_file *f, double *value);                 /* with its sign */
hys_status nm_parse_body(nm_file *f, nm_block *block, nm_stmt **body); /* from "{" to "}" */
hys_status nm_parse_expr(nm_file *f, nm_expr **e);
hys_status nm_parse_index(nm_file *f, nm_expr **e);    /* "[" expr "]"; NULL where there is none */
hys_status nm_parse_n_elements(nm_file *f, size_t *n); /* the same of a declaration */
nm_expr *nm_expr_new(nm_file *f, nm_op op, hys__span span);
nm_expr *nm_binary(nm_file *f, nm_op op, nm_expr *a, nm_expr *b);
nm_expr *nm_literal(nm_file *f, double value, hys__span span);
bool nm_mentions(const nm_expr *e, const char *name); /* name: interned */

/* ---- nmodl_unroll.c ---- */
/* Elements of arrays as variables of their own, loops over them written out. */
hys_status nm_unroll(nm_file *f);

/* ---- nmodl_unit.c ---- */
/* What the unit is called here; NULL: it has no name here. */
const char *nm_unit_ours(nm_file *f, const char *unit);
/* Value of (from) in (to): of constants like (faraday) (coulomb). */
bool nm_unit_value(const char *from, const char *to, double *value);

/* ---- nmodl_symbol.c ---- */
nm_symbol *nm_symbol_find(const nm_file *f, const char *name);
nm_symbol *nm_role_find(const nm_file *f, nm_role role);                /* the first of its kind; NULL */
nm_symbol *nm_symbol_get(nm_file *f, const char *name, hys__span span); /* made where there is none */
nm_block *nm_block_find(const nm_file *f, const char *name);
const nm_block *nm_block_of(const nm_file *f, nm_block_kind kind); /* the first; NULL */
bool nm_is_local(const nm_block *b, const char *name);
hys_status nm_resolve(nm_file *f);                    /* classes and roles after parsing */
bool nm_is_taken(const nm_file *f, const char *name); /* in the module */
const char *nm_unique(nm_file *f, const char *name, const char *end);
hys_status nm_remark(nm_file *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- nmodl_effect.c ---- */
hys_status nm_effects(nm_file *f);
/* Of BREAKPOINT without what it solves: reads and writes of *alone. */
hys_status nm_effects_alone(nm_file *f, const nm_block *b, nm_block *alone);
/* Whether the symbol is handed to functions: variables, not parameters and constants. */
bool nm_is_variable(const nm_symbol *s);
bool nm_wants_celsius(const char *name); /* of a function that is built in: a last argument of its own */
/* How a function gets the k-th symbol, in the order in which its arguments stand. */
typedef enum nm_way { NM_IN, NM_OUT, NM_INOUT, NM_NO_WAY } nm_way;
nm_way nm_way_of(const nm_file *f, const nm_block *callee, size_t k);

/* ---- nmodl_singular.c ---- */
/* Quotients N/(exp(E) - 1), whose N vanishes with E, become calls of exprelr. */
hys_status nm_singular(nm_file *f);

/* ---- nmodl_put.c ---- */
typedef struct nm_put {
    nm_file *f;
    hys__text *out;
    const nm_block *block; /* whose names hold */
    int indent;
    bool is_function; /* else it is the analog block */
    bool only_assigns;
    hys_status status;
} nm_put;
const char *nm_number(nm_file *f, double value);
const char *nm_va_name(const nm_put *p, const char *name);
void nm_put_expr(nm_put *p, const nm_expr *e, int level);
void nm_put_line(nm_put *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void nm_put_start(nm_put *p); /* the blanks of a line */
void nm_put_stmts(nm_put *p, const nm_stmt *s);
void nm_put_call(nm_put *p, const nm_expr *e);
const char *nm_symbol_name(const nm_put *p, const nm_symbol *s);

/* ---- nmodl_event.c ---- */
void nm_put_send(nm_put *p, const nm_stmt *s);
void nm_put_watch(nm_put *p, const nm_stmt *s);

/* ---- nmodl_kinetic.c ---- */
void nm_put_kinetic(nm_put *p, const nm_block *b);
void nm_put_conserved(nm_put *p, const nm_block *b);
void nm_put_reaction(nm_put *p, const nm_stmt *s);
size_t nm_reaction_number(const nm_block *b, const nm_stmt *reaction); /* from 1 */
/* What a reaction adds to a state: ~ a << (x) adds x to a. */
double nm_reaction_gain(const nm_stmt *reaction, const char *name);
bool nm_takes_part(const nm_block *b, const char *name);
const nm_expr *nm_volume_of(const nm_block *b, const char *name); /* NULL: 1 */

/* ---- nmodl_linear.c ---- */
bool nm_is_unknown(const nm_file *f, const nm_block *b, const char *name);
/* Whether the block's equations, or its reactions at rest, are a system of linear equations. */
hys_status nm_check_linear(nm_file *f, const nm_block *b, hys__span span);
void nm_put_linear(nm_put *p, const nm_block *b); /* LINEAR, or KINETIC at rest */
size_t nm_most_unknowns(const nm_file *f);        /* of a block that is solved so; 0: none */

/* ---- nmodl_synapse.c ---- */
hys_status nm_port_of(nm_file *f, const char *const *set, size_t n_set, double celsius, hys_nmodl_port *port);

/* ---- nmodl_write.c ---- */
hys_status nm_write_module(nm_file *f, hys__text *out);
const char *nm_access(const nm_symbol *s); /* the access function of a state's node */

#endif
