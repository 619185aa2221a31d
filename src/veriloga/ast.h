/* The tree of a Verilog-A source text, as parsed: names unresolved, types unchecked.
 *
 * Everything lies in one arena.  Names are interned: equal names have equal pointers.  Lists are linked
 * in source order.  Every node keeps the span that made it.  A file with errors still gives a tree of
 * what could be read, so that one run can report all of them. */
#ifndef HYS_VERILOGA_AST_H
#define HYS_VERILOGA_AST_H
#include "base/diag.h"
#include "base/file.h"

typedef struct va_expr va_expr;
typedef struct va_stmt va_stmt;
typedef struct va_attr va_attr;
typedef struct va_decl va_decl;

/* ---- expressions ---- */

typedef enum va_expr_kind {
    VA_REAL,      /* number.  1.5u, 2e3 */
    VA_INT,       /* number, exact 32-bit integers; based literals too */
    VA_STRING,    /* text, n_text: escapes resolved */
    VA_INF,       /* inf, -inf in ranges (sign by VA_NEG) */
    VA_NAME,      /* name; hierarchical names a.b.c: name holds the whole text, is_path is set */
    VA_INDEX,     /* args[0] is the base, args[1] the index; of a slice a[l:r] args[1] is l, args[2] is r */
    VA_CALL,      /* name(args): user function, standard function (sin, pow, ddt, ...), access function V(a,b),
                     I(<p>): an argument may be VA_PORT_FLOW.  name without '$' */
    VA_SYSCALL,   /* $name(args) or $name: name includes the '$' */
    VA_PORT_FLOW, /* <p> as argument of a flow access; name = p */
    VA_UNARY,     /* op, args[0] */
    VA_BINARY,    /* op, args[0], args[1] */
    VA_TERNARY,   /* args[0] ? args[1] : args[2] */
    VA_ARRAY,     /* '{a, b, c} or {a, b, c}; replication {n{a}} is expanded when n is a literal, else args[0] is
                     VA_REPLICATE */
    VA_REPLICATE, /* args[0] count, args[1...] items */
    VA_EMPTY      /* an omitted argument: f(a,,b) */
} va_expr_kind;

typedef enum va_op {
    VA_PLUS,
    VA_NEG,
    VA_NOT,
    VA_BITNOT, /* unary; reductions follow */
    VA_RED_AND,
    VA_RED_OR,
    VA_RED_XOR,
    VA_RED_NAND,
    VA_RED_NOR,
    VA_RED_XNOR,
    VA_ADD,
    VA_SUB,
    VA_MUL,
    VA_DIV,
    VA_MOD,
    VA_POW, /* binary */
    VA_LT,
    VA_LE,
    VA_GT,
    VA_GE,
    VA_EQ,
    VA_NE, /* === and !== read as == and != */
    VA_AND,
    VA_OR, /* logical */
    VA_BITAND,
    VA_BITOR,
    VA_BITXOR,
    VA_BITXNOR,
    VA_SHL,
    VA_SHR,
    VA_ASHL,
    VA_ASHR
} va_op;

struct va_expr {
    va_expr_kind kind;
    va_op op;
    hys__span span;
    const char *name; /* interned */
    bool is_path;
    double number;
    const char *text; /* VA_STRING */
    size_t n_text;
    va_expr **args;
    size_t n_args;
    va_attr *attrs; /* (* ... *) behind an operator or function name; rarely used */
};

struct va_attr {
    va_attr *next;
    const char *name;
    va_expr *value; /* NULL: present without value */
    hys__span span;
};

/* ---- declarations ---- */

typedef enum va_type { VA_TYPE_NONE, VA_TYPE_REAL, VA_TYPE_INTEGER, VA_TYPE_STRING } va_type;

typedef struct va_dims { /* [msb:lsb] ranges behind or before a name, outermost first */
    struct va_dims *next;
    va_expr *left, *right;
} va_dims;

typedef struct va_range { /* of a parameter: from [a:b), exclude x, from '{"a","b"} */
    struct va_range *next;
    bool is_exclude;
    bool is_value;         /* exclude lo: a single value */
    bool is_set;           /* '{...}: lo is a VA_ARRAY */
    bool lo_open, hi_open; /* round brackets */
    va_expr *lo, *hi;
    hys__span span;
} va_range;

typedef enum va_decl_kind {
    VA_PARAM, /* parameter / localparam: type may be VA_TYPE_NONE (from the default); init; ranges */
    VA_LOCALPARAM,
    VA_ALIASPARAM, /* name = other: other in init as VA_NAME */
    VA_VAR,        /* real/integer/string variable; dims; init */
    VA_GENVAR,
    VA_NET,         /* discipline in disc (NULL: none, "wire"); dims; direction; init = net initialiser */
    VA_GROUND_DECL, /* ground a, b; */
    VA_BRANCH,      /* branch (a, b) name [range]; terminals in ends; ends[1] NULL: to ground;
                       ends[0] may be VA_PORT_FLOW */
    VA_PORT_DIR,    /* input/output/inout: direction of a port (also function arguments) */
    VA_EVENT_DECL
} va_decl_kind;

typedef enum va_dir { VA_DIR_NONE, VA_INPUT, VA_OUTPUT, VA_INOUT } va_dir;

struct va_decl { /* one name each: "real a, b;" gives two */
    va_decl *next;
    va_decl_kind kind;
    va_type type;
    va_dir dir;
    const char *name;
    const char *disc; /* VA_NET */
    bool is_ground;   /* "ground electrical gnd;" and "electrical gnd; ground gnd;" both */
    hys__span span;   /* of the name */
    va_dims *dims;    /* behind the name (arrays) */
    va_dims *bus;     /* before the name (vector nets) */
    va_expr *init;
    va_range *ranges;
    va_expr *ends[2];
    va_attr *attrs;
};

/* ---- statements ---- */

typedef enum va_stmt_kind {
    VA_BLOCK,     /* begin [: name] decls stmts end */
    VA_ASSIGN,    /* lhs = rhs;  lhs is VA_NAME or VA_INDEX */
    VA_CONTRIB,   /* lhs <+ rhs; lhs is VA_CALL (access) */
    VA_INDIRECT,  /* lhs : cond_lhs == rhs;  lhs VA_CALL; the left side of == in cond */
    VA_IF,        /* cond, body, other (may be NULL) */
    VA_CASE,      /* cond; items: each a list of labels (none: default) and a body */
    VA_FOR,       /* init (VA_ASSIGN), cond, step (VA_ASSIGN), body */
    VA_WHILE,     /* cond, body */
    VA_REPEAT,    /* cond, body */
    VA_EVENT,     /* @(events) body */
    VA_CALL_STMT, /* rhs is VA_CALL or VA_SYSCALL used for its effect */
    VA_GENERATE,  /* module level only: body is VA_FOR / VA_IF / VA_CASE / VA_BLOCK whose leaves are VA_ITEMS */
    VA_ITEMS,     /* module level only, inside generate: items of a module */
    VA_EMPTY_STMT,
    VA_DISABLE /* disable name: kept so that it can be refused with its reason */
} va_stmt_kind;

typedef struct va_case_item {
    struct va_case_item *next;
    va_expr **labels;
    size_t n_labels; /* 0: default */
    va_stmt *body;
} va_case_item;

typedef struct va_event {
    struct va_event *next; /* or-list */
    /* a VA_CALL: cross, above, timer, absdelta, initial_step("tran"), final_step, initial_instance...;
     * a VA_NAME: initial_step, final_step, or a named event; posedge/negedge give op VA_GT/VA_LT on a
     * VA_UNARY */
    va_expr *expr;
} va_event;

struct va_stmt {
    va_stmt *next; /* in a block */
    va_stmt_kind kind;
    hys__span span;
    const char *name; /* of a block */
    va_attr *attrs;
    va_decl *decls;
    va_stmt *stmts;
    va_expr *lhs, *rhs, *cond;
    va_stmt *init, *step, *body, *other;
    va_case_item *items;
    va_event *events;
    struct va_module *scope; /* VA_ITEMS: declarations, instances, analog blocks of one generate branch */
};

/* ---- modules ---- */

typedef struct va_func { /* analog function */
    struct va_func *next;
    const char *name;
    va_type type;    /* VA_TYPE_NONE reads as real */
    va_decl *args;   /* in order, each with dir and (from its type declaration) type and dims */
    va_decl *locals; /* variables, localparams */
    va_stmt *body;
    hys__span span;
} va_func;

typedef struct va_conn { /* a port or parameter connection; name NULL: by position */
    struct va_conn *next;
    const char *name;
    va_expr *value; /* NULL: .p() */
    hys__span span;
} va_conn;

typedef struct va_inst {
    struct va_inst *next;
    const char *module, *name;
    va_dims *dims;
    va_conn *params, *ports;
    hys__span span, module_span;
} va_inst;

typedef struct va_analog {
    struct va_analog *next;
    bool is_initial; /* analog initial */
    va_stmt *body;
} va_analog;

typedef struct va_port {
    struct va_port *next;
    const char *name;
    hys__span span;
} va_port;

typedef struct va_module {
    struct va_module *next;
    const char *name;
    hys__span span;
    va_attr *attrs;
    va_port *ports; /* in order of the header */
    va_decl *decls; /* everything declared, in source order; ANSI header declarations first */
    va_func *funcs;
    va_inst *insts;
    va_analog *analogs;
    va_stmt *generates;
} va_module;

typedef struct va_nature {
    struct va_nature *next;
    const char *name;
    const char *parent; /* nature X : parent; may be "disc.potential" */
    va_attr *items;     /* units, access, abstol, idt_nature, ddt_nature, blowup and the user's own */
    hys__span span;
} va_nature;

typedef struct va_discipline {
    struct va_discipline *next;
    const char *name;
    const char *potential, *flow; /* names of natures or NULL */
    const char *domain;           /* "discrete", "continuous" or NULL */
    va_attr *overrides;           /* potential.abstol = ... : name holds "potential.abstol" */
    hys__span span;
} va_discipline;

#define VA_LOST_SLOTS 1024u

typedef struct va_damage { /* what errors of syntax cost: the semantic pass keeps silent about it */
    bool is_damaged;
    bool is_total;                    /* not worth going on */
    const char *names[VA_LOST_SLOTS]; /* what unread text may declare or set; by hash */
    size_t n_names;
    struct {
        hys__span *at;
        size_t n, cap;
    } places; /* blocks whose end is missing */
} va_damage;

typedef struct va_file {
    va_nature *natures;
    va_discipline *disciplines;
    va_module *modules;
    const char *default_discipline; /* `default_discipline, NULL if none */
    double default_transition;      /* s; `default_transition, 0 if none */
    bool standard_included;         /* whether the standard disciplines were read; if not, sema adds them */
    va_damage damage;
} va_file;

/* Whether text that could not be read may declare or set the name. */
bool va_is_lost(const va_file *file, const char *name);

/* ---- the front end ---- */

typedef struct va_limits {
    size_t max_file;      /* bytes of one file */
    size_t max_total;     /* bytes of all files and expansions together */
    size_t max_tokens;    /* after preprocessing */
    unsigned max_include; /* depth */
    unsigned max_expand;  /* depth of macros in macros */
    unsigned max_nesting; /* of blocks, brackets, expressions */
} va_limits;
va_limits va_limits_default(void);

typedef struct va_include { /* what was read, for the cache */
    const char *path;       /* as opened; built-in headers are not listed */
    hys__hash hash;
} va_include;

typedef struct va_front {
    hys_ctx *ctx;
    hys__arena arena;
    hys__sources sources;
    hys__intern names;
    va_limits limits;
    const char *const *include_dirs; /* searched after the file's own directory */
    size_t n_include_dirs;
    const char *const *defines; /* "NAME" or "NAME=text" */
    size_t n_defines;
    struct {
        va_include *at;
        size_t n, cap;
    } included; /* main file first */
    va_file *file;
} va_front;

void va_front_init(va_front *front, hys_ctx *ctx);
void va_front_free(va_front *front);
/* Reads, preprocesses and parses.  HYS_SYNTAX when errors were reported; front->file then holds what could
 * be read (never NULL unless memory is out or the file cannot be read).  Includes may come only from the
 * main file's directory tree and include_dirs; an absolute path or one that leaves these (symbolic links
 * resolved) is refused. */
hys_status va_front_parse(va_front *front, const char *path);
/* The same for text in memory; name is used in messages.  No includes but the built-in headers. */
hys_status va_front_parse_text(va_front *front, const char *name, const char *text, size_t len);

#endif
