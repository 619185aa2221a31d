/* What the behavioural*.c files share: from elements to the text of one module and the tables beside it. */
#ifndef HYS_CIRCUIT_BEHAVIOURAL_IMPL_H
#define HYS_CIRCUIT_BEHAVIOURAL_IMPL_H
#include "circuit/behavioural.h"
#include "circuit/expr_functions.h"
#include "device/model.h"

/* ---- walking expressions (behavioural_walk.c) ---- */

/* From a pointer to a number and a text. */
typedef struct hys__bh_entry {
    const void *key;
    uint32_t count;
    const char *text;
} hys__bh_entry;
typedef struct hys__bh_map {
    hys__arena *arena;
    hys__bh_entry *at;
    size_t n, cap;
} hys__bh_map;
/* The entry of a key, made where there is none; NULL: out of memory. */
hys__bh_entry *hys__bh_at(hys__bh_map *map, const void *key);

typedef struct hys__bh_leaves {
    const hys__expr **at;
    size_t n, cap;
} hys__bh_leaves;
/* V, I, PARAM, NUMBER and random functions in the order in which they are written as text, repeated parts repeatedly;
 * numbers that are part of a function's form (points of a table) are none.  False: more than `most` nodes. */
bool hys__bh_leaves_of(hys__arena *arena, const hys__expr *expr, size_t most, hys__bh_leaves *leaves);
/* Counts how often each node is used, each node's operands once.  False: out of memory. */
bool hys__bh_count(hys__bh_map *uses, const hys__expr *expr);
/* Whether an operand of a call is part of its form. */
bool hys__bh_is_form(const hys__expr *call, uint32_t arg);
bool hys__bh_is_random(const hys__expr *expr);
/* The same tree but for the leaves' contents. */
bool hys__bh_same_shape(const hys__expr *a, const hys__expr *b);

/* ---- what becomes a module (behavioural_plan.c) ---- */

typedef struct hys__bh_job {
    const hys__definition *definition;
    const uint32_t *scopes; /* [n_scopes] */
    size_t n_scopes;
    const uint32_t *cards; /* [n_cards] */
    size_t n_cards;
    bool is_shape; /* each card in each scope is an instance */
} hys__bh_job;
typedef struct hys__bh_plan {
    struct {
        hys__bh_job *at;
        size_t n, cap;
    } jobs;
    unsigned char *wanted; /* [n_elems] the current must be an unknown */
} hys__bh_plan;
hys_status hys__bh_plan_make(hys__arena *arena, hys__arena *scratch, const hys__flat *flat, hys__bh_plan *plan);

/* ---- one module (behavioural_text.c, behavioural_expr.c, behavioural_call.c) ---- */

struct hys__behavioural_param {
    enum { HYS__BH_LEAF, HYS__BH_M } kind;
    const hys__expr *expr;       /* the same in all instances ... */
    const hys__expr *const *own; /* ... or where not NULL [n_instances] */
    uint32_t part;               /* M */
};

typedef struct hys__bh_port {
    bool is_current;
    const uint32_t *at;   /* [n_instances] */
    const char *terminal; /* whose current; NULL: the first */
    const char *name;
} hys__bh_port;

typedef struct hys__bh_line {
    const char *text;
    hys__span span;
} hys__bh_line;

/* What is known of a value besides its text. */
typedef struct hys__bh_operand {
    const char *text;
    unsigned depth; /* of parentheses; 0: a name or number */
    bool is_positive, is_not_negative, is_param;
    double number; /* NaN: not a number */
} hys__bh_operand;

typedef struct hys__bh_module {
    hys_ctx *ctx;
    hys__arena *arena, *scratch;
    const hys__flat *flat;
    const hys__definition *definition;
    size_t n_instances, n_parts;
    const uint32_t *scopes, *elems, *cards; /* cards [n_parts]: of the first instance */
    /* Where instances differ by element: [n_instances] lists of leaves; else NULL. */
    const hys__bh_leaves *const *own_leaves;
    const char **branches;       /* [n_parts] names */
    const unsigned char *wanted; /* [n_elems]: the current must be an unknown */

    struct {
        hys__bh_port *at;
        size_t n, cap;
    } ports;
    struct {
        struct hys__behavioural_param *at;
        size_t n, cap;
    } params;
    struct {
        const char **at;
        size_t n, cap;
    } param_names;
    struct {
        hys__bh_line *at;
        size_t n, cap;
    } body, declarations;
    hys__bh_map uses, refs; /* of the present element; ports of nodes already looked up */
    uint32_t n_vars, functions, n_tables;
    bool uses_ground;

    const hys__card *card; /* the present one */
    uint32_t part;
    size_t leaf;
    unsigned depth;
    bool has_time_derivative; /* the present expression holds ddt */
    bool is_branch_used;      /* it reads its own current */
    hys_status status;
} hys__bh_module;

/* Fills body, ports, params. */
hys_status hys__bh_write(hys__bh_module *m);
/* The whole text, and the netlist's place of each of its lines; NULL: out of memory. */
const char *hys__bh_text(hys__bh_module *m, const char *name, hys__origin *origin);

/* The name of a node, given where it lies in each instance; "gnd" for ground. */
const char *hys__bh_node(hys__bh_module *m, const uint32_t *at, const char *name);
/* A parameter of the module; name may be NULL. */
const char *hys__bh_new_param(hys__bh_module *m, const struct hys__behavioural_param *p, const char *name);
/* Of the present element: "m=", its own and of the subcircuits around it; NULL where it is 1 and nothing changes it. */
const char *hys__bh_multiplicity(hys__bh_module *m);
/* Letters, digits and underlines of a name. */
const char *hys__bh_clean(hys__bh_module *m, const char *name);
hys__bh_operand hys__bh_expr(hys__bh_module *m, const hys__expr *expr);
hys__bh_operand hys__bh_condition(hys__bh_module *m, const hys__expr *expr);
hys__bh_operand hys__bh_call(hys__bh_module *m, const hys__expr *call);
hys__bh_operand hys__bh_pow(hys__bh_module *m, hys__bh_operand a, hys__bh_operand b);
hys__bh_operand hys__bh_divide(hys__bh_module *m, hys__bh_operand a, hys__bh_operand b);
hys__bh_operand hys__bh_number(hys__bh_module *m, double value);
/* A text made of others: parentheses that grow too deep become a variable. */
hys__bh_operand hys__bh_made(hys__bh_module *m, unsigned depth, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A name or a number: what is more gets a variable. */
hys__bh_operand hys__bh_simple(hys__bh_module *m, hys__bh_operand operand);
/* A new variable that holds a text. */
hys__bh_operand hys__bh_variable(hys__bh_module *m, const char *text);
/* The parameter for a leaf. */
hys__bh_operand hys__bh_param_of(hys__bh_module *m, const hys__expr *leaf);
void hys__bh_fail(hys__bh_module *m, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void hys__bh_say(hys__bh_module *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Functions of the text that hold the guards of Newton trials. */
#define HYS__BH_FUNCTION_LIST(X)                                                                                       \
    X(DIV, "b_div")                                                                                                    \
    X(EXP, "b_exp")                                                                                                    \
    X(SQRT, "b_sqrt")                                                                                                  \
    X(POW, "b_pow")                                                                                                    \
    X(PWR, "b_pwr")                                                                                                    \
    X(SINH, "b_sinh")                                                                                                  \
    X(COSH, "b_cosh")                                                                                                  \
    X(ASIN, "b_asin")                                                                                                  \
    X(ACOSH, "b_acosh")                                                                                                \
    X(ATANH, "b_atanh")                                                                                                \
    X(SGN, "b_sgn")                                                                                                    \
    X(NINT, "b_nint")
typedef enum hys__bh_function {
    HYS__BH_FN_NONE,
#define HYS__X(id, name) HYS__BH_FN_##id,
    HYS__BH_FUNCTION_LIST(HYS__X)
#undef HYS__X
        HYS__BH_FN_N
} hys__bh_function;
/* The name; the definition is added to the text. */
const char *hys__bh_function_name(hys__bh_module *m, hys__bh_function id);
const char *hys__bh_function_text(hys__bh_function id);

#endif
