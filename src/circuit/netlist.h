/* Reading netlists: from text to hys__flat.
 *
 *     netlist_line.c    physical lines to logical ones
 *     netlist_cursor.c  words and numbers of a line; netlist_name.c: tables of names
 *     netlist_read.c    files and nesting: what declares is kept apart, other lines wait in their body
 *     expr_parse.c      expressions
 *     elem*.c           elements, a function for each letter
 *     card*.c           directives
 *     flat*.c           scopes, elements, values, names
 *
 * A body (the top level, a subcircuit) is first a list of lines.  When all files are read, each body that is used is
 * parsed once, with all its parameters, models and subcircuits known; then scopes and elements are made of it. */
#ifndef HYS_CIRCUIT_NETLIST_H
#define HYS_CIRCUIT_NETLIST_H
#include "circuit/expr_functions.h"
#include "circuit/flat.h"

#define NL_NONE     UINT32_MAX
#define NL_NAME_MAX 1000
#define NL_CELSIUS  273.15 /* K at 0 degC */
#define NL_TEMP     300.15 /* K; 27 degC, SPICE's nominal temperature */

typedef struct nl_body nl_body;

/* ---- lines ---- */

typedef struct nl_piece {
    uint32_t at, offset; /* text from `at` on stands at `offset` of the source */
} nl_piece;

typedef struct nl_line {
    const char *text; /* comments and continuations resolved; followed by a byte that is no part of it */
    uint32_t len;
    uint32_t source, offset;
    uint32_t n_pieces; /* 0: it stands in one piece at offset */
    const nl_piece *pieces;
} nl_line;

#define NL_LINES_CHUNK 128
typedef struct nl_lines { /* many: in chunks, so that growing costs no copies */
    struct nl_lines_chunk {
        struct nl_lines_chunk *next;
        size_t n;
        nl_line at[NL_LINES_CHUNK];
    } * first, *last;
} nl_lines;
bool nl_lines_add(hys__arena *arena, nl_lines *lines, const nl_line *line);

typedef struct nl_text { /* a source while its lines are read */
    hys__arena *arena;
    const char *text; /* NUL behind it */
    size_t len, at;
    uint32_t source;
} nl_text;

/* The next logical line, blank and comment lines skipped; false at the end, or out of memory. */
bool nl_next_line(nl_text *text, nl_line *line);
/* The first physical line, as a title. */
const char *nl_title(nl_text *text);
hys__span nl_line_span(const nl_line *line, size_t from, size_t to);

/* ---- places in a line ---- */

typedef struct nl_cur {
    struct hys__netlist *net;
    nl_line line;
    uint32_t at;
} nl_cur;

typedef struct nl_word {
    const char *s; /* as written */
    uint32_t n, at;
} nl_word;

bool nl_is_blank(char c); /* a comma too */
char nl_lower(char c);
nl_cur nl_cur_of(struct hys__netlist *net, const nl_line *line);
void nl_skip(nl_cur *c);
void nl_skip_to_name(nl_cur *c); /* round brackets too */
bool nl_at_end(nl_cur *c);
char nl_peek(nl_cur *c); /* 0 at the end */
bool nl_take(nl_cur *c, char what);
hys__span nl_span(const nl_cur *c, uint32_t from, uint32_t to);
hys__span nl_here(nl_cur *c);
nl_word nl_peek_word(nl_cur *c); /* of length 0 where none stands */
nl_word nl_take_word(nl_cur *c);
hys__span nl_word_span(const nl_cur *c, nl_word w);
bool nl_word_is(nl_word w, const char *lower);
bool nl_take_keyword(nl_cur *c, const char *lower);
size_t nl_word_lower(nl_word w, char buf[NL_NAME_MAX + 1]);
bool nl_at_setting(nl_cur *c); /* name "=" */
nl_word nl_take_setting(nl_cur *c);
nl_word nl_take_string(nl_cur *c);
/* Moves behind the value that stands here: to the next "name =" outside of brackets, or the end. */
void nl_skip_value(nl_cur *c);
uint32_t nl_number_scan(const char *s, uint32_t n, double *value);
bool nl_take_number(nl_cur *c, double *value); /* a whole word */

/* ---- names ---- */

/* From a name to a number; names are borrowed. */
typedef struct nl_map {
    struct nl_slot {
        const char *name; /* NULL: free */
        uint32_t hash, place;
    } * slots;
    size_t n, cap; /* cap: a power of two */
} nl_map;

uint32_t nl_hash(const char *s, size_t n);
uint32_t nl_map_find(const nl_map *map, const char *s, size_t n, uint32_t hash); /* NL_NONE: not there */
uint32_t nl_map_find_name(const nl_map *map, const char *name);
bool nl_map_put(hys__arena *arena, nl_map *map, const char *name, uint32_t hash, uint32_t place);
bool nl_map_add(hys__arena *arena, nl_map *map, const char *name, uint32_t place);
const char *nl_keep(struct hys__netlist *net, const char *s, size_t n);
const char *nl_keep_lower(struct hys__netlist *net, nl_word w);
const char *nl_intern_lower(struct hys__netlist *net, nl_word w);
const char *nl_did_you_mean(struct hys__netlist *net, const char *name, const nl_map *const *maps, size_t n_maps);
const char *nl_hint_near(struct hys__netlist *net, const char *near); /* NULL: "" */

/* ---- values ---- */

typedef struct nl_value { /* a number, or an expression */
    double number;
    const hys__expr *expr; /* NULL: the number */
} nl_value;

typedef struct nl_args {
    hys__expr **at;
    size_t n, cap;
} nl_args;

typedef enum nl_mode {
    NL_TIGHT, /* ends at a blank before an operator: in lists of values */
    NL_FULL
} nl_mode;

const hys__expr *nl_take_expr(nl_cur *c, nl_body *body, nl_mode mode);
bool nl_take_value(nl_cur *c, nl_body *body, nl_mode mode, nl_value *value);
/* The same where a name stands for `x`, which is put in for it (LTspice's charges and fluxes). */
const hys__expr *nl_take_expr_of_x(nl_cur *c, nl_body *body, const hys__expr *x);
const hys__expr *nl_expr_of(struct hys__netlist *net, nl_value value, hys__span span);
const hys__expr *nl_expr_seen(struct hys__netlist *net, const hys__expr *e, nl_body *from, const nl_body *home);
const hys__expr *nl_expr_temper(struct hys__netlist *net, hys__span span);
const hys__expr *nl_expr_two(struct hys__netlist *net, hys__expr_op op, const hys__expr *a, const hys__expr *b);
const hys__expr *nl_expr_call(struct hys__netlist *net, hys__function_id id, hys__span span, const nl_args *args);
/* V(name, name2) or I(name) of a body. */
const hys__expr *nl_expr_probe(struct hys__netlist *net, nl_body *body, hys__expr_op op, hys__span span,
                               const char *name, const char *name2);

/* Where an expression is evaluated. */
typedef struct nl_eval {
    struct hys__netlist *net;
    uint32_t scope;
    const double *own; /* parameters of the scope while they are computed; NULL: those of the scope */
    uint64_t key;      /* of random draws: who asks */
} nl_eval;
double nl_eval_expr(const nl_eval *v, const hys__expr *e);
double nl_eval_param(const nl_eval *v, const hys__expr *e);
/* Notes that a number which is read once depends on parameters. */
void nl_note_shape(struct hys__netlist *net, const hys__expr *e);
/* A parameter of the top level before all is read: conditions of .if. */
double nl_early_param(struct hys__netlist *net, const hys__expr *e);

/* ---- bodies ---- */

typedef enum nl_param_state {
    NL_PARAM_TEXT,
    NL_PARAM_BUSY, /* seen again, it is circular */
    NL_PARAM_READY
} nl_param_state;

typedef struct nl_param {
    const char *name; /* interned */
    hys__span span;
    nl_cur text;   /* of the value */
    bool has_text; /* arguments of subcircuits may lack a value */
    bool is_arg;   /* instances may set it */
    bool is_fixed; /* value.number was set from outside */
    bool is_ordered;
    nl_param_state state; /* of reading its text, then of finding its place in the order */
    nl_value value;
} nl_param;

typedef struct nl_func {
    const char *name;
    hys__span span;
    const char **args;
    uint32_t n_args;
    nl_cur text;
    bool is_busy, is_bad;
    const hys__expr *body; /* NULL: not read yet */
} nl_func;

typedef struct nl_model {
    hys__model_card card; /* first */
    nl_cur text;          /* behind the type */
    nl_body *body;        /* where it stands */
    bool is_read, is_bad;
    bool is_constant; /* no value depends on a parameter or the temperature */
} nl_model;

typedef struct nl_branch { /* of .if */
    nl_cur condition;      /* line.text NULL: .else */
    nl_lines lines;
} nl_branch;

typedef struct nl_cond {
    hys__span span;
    struct {
        nl_branch *at;
        size_t n, cap;
    } branches;
} nl_cond;

typedef struct nl_preset {
    const char *name;
    hys__span span;
    nl_value value;
    bool is_nodeset, is_current; /* is_current: of an inductor */
} nl_preset;

struct nl_body {
    hys__definition definition; /* first; filled when the body is parsed */
    nl_body *outer;             /* NULL: the top level */
    nl_lines lines;             /* elements and directives that wait */
    struct {
        nl_param *at;
        size_t n, cap;
    } params;
    struct {
        nl_func **at;
        size_t n, cap;
    } funcs;
    struct {
        nl_model **at;
        size_t n, cap;
    } models;
    struct {
        nl_body **at;
        size_t n, cap;
    } subs;
    struct {
        nl_cond **at;
        size_t n, cap;
    } conds; /* to be decided in this order */
    struct {
        const char **at;
        size_t n, cap;
    } nodes;         /* terminals first; at the top ground is the first */
    uint32_t *bound; /* [nodes.n] node of the top level that this one is; NL_NONE: its own */
    struct {
        struct nl_card **at;
        size_t n, cap;
    } cards;
    struct {
        struct nl_inst **at;
        size_t n, cap;
    } insts;
    struct {
        nl_preset *at;
        size_t n, cap;
    } presets;
    struct {
        hys__expr **at;
        size_t n, cap;
    } probes; /* V and I of its expressions, to be bound when all elements are known */
    nl_map param_map, func_map, model_map, sub_map, node_map;
    nl_map elem_map; /* place: of the card, or NL_INST + of the instance */
    nl_body *origin; /* of a variant: the definition as written */
    struct {
        struct nl_variant *at;
        size_t n, cap;
    } variants;
    uint32_t *order;         /* [params.n] of evaluation */
    uint32_t parsing_param;  /* 1 + the one whose text is being read */
    uint32_t n_used_nodes;   /* at which elements stand; behind them those that expressions name */
    uint32_t n_plain;        /* cards that are not behavioural; they come first */
    bool is_parsed, is_busy; /* is_busy: seen again, it contains itself */
    bool is_bad;
};
#define NL_INST 0x80000000u

/* A subcircuit with .if in it is another one for each choice of branches. */
typedef struct nl_variant {
    uint32_t *choice; /* [conds.n] of the origin: the branch; NL_NONE: none */
    nl_body *body;
} nl_variant;
/* The variant that holds in a scope whose definition is the body, and whose parameters are known; NULL: it failed. */
nl_body *nl_variant_of(struct hys__netlist *net, nl_body *body, uint32_t scope, const double *params);
/* condition = ["("] expr [")"] */
bool nl_condition(struct hys__netlist *net, const nl_branch *b, nl_body *body, const struct nl_eval *v, bool *holds);
void nl_feed(struct hys__netlist *net, nl_body *body, const nl_lines *lines);

const char *nl_body_text(const nl_body *body); /* "the top level", or its name */
uint32_t nl_ground_add(struct hys__netlist *net);
uint32_t nl_node(struct hys__netlist *net, nl_body *body, nl_word w);
uint32_t nl_node_named(struct hys__netlist *net, nl_body *body, const char *name);
/* The number, from 1, of the terminal whose current "ic", "id" ... is of an element whose name begins with `kind`;
 * NULL. */
const char *nl_terminal_of_current(const char *name, char kind);
bool nl_refer(nl_body *body, struct hys__netlist *net, hys__expr *e); /* V or I, to be bound */
nl_param *nl_param_add(struct hys__netlist *net, nl_body *body, nl_cur *c, nl_word name);
bool nl_params_parse(struct hys__netlist *net, nl_body *body); /* all texts, and their order */
bool nl_bind_late(struct hys__netlist *net, size_t first);     /* probes of the top level from there on */
/* Parses what waits in a body, and in those that it uses. */
bool nl_body_parse(struct hys__netlist *net, nl_body *body);
nl_model *nl_model_find(nl_body *body, const char *name);
nl_body *nl_sub_find(nl_body *body, const char *name);

/* ---- elements ---- */

typedef struct nl_ref { /* to another element */
    const char *name;
    hys__span span;
} nl_ref;

typedef struct nl_wave_text {
    hys__wave_kind kind;
    hys__span span;
    nl_value *args;
    uint32_t n_args;
    const double *points; /* of a file: [2 n_points] time and value in turn */
    size_t n_points;
    bool is_repeated;
    nl_value repeat, delay, time_scale, value_scale;
} nl_wave_text;

typedef struct nl_more { /* what few elements have */
    nl_value m, ic, temp, dtemp, tc1, tc2, scale;
    nl_value ac_mag, ac_phase; /* deg */
    nl_value values[8];        /* S, W: vt vh ron roff; T: z0 td i1 v1 i2 v2 */
    uint32_t n_values;
    bool has_ic, has_temp, has_dc;
    nl_ref refs[2];
    const nl_wave_text *wave;
    const nl_model *model;         /* with the settings of KERNEL */
    const double *constant_values; /* made once: the same for all instances */
} nl_more;

typedef struct nl_card {
    hys__card card; /* first */
    const uint32_t *nodes;
    nl_value value;
    nl_more *more;  /* NULL: nothing more */
    uint32_t place; /* in its scope */
    bool was_reported;
} nl_card;

typedef struct nl_arg {
    const char *name;
    hys__span span;
    nl_value value;
    uint32_t slot; /* of the subcircuit */
} nl_arg;

typedef struct nl_inst { /* X of a subcircuit */
    const char *name;
    hys__span span;
    nl_body *sub;
    const uint32_t *nodes;
    uint32_t n_nodes;
    struct {
        nl_arg *at;
        size_t n, cap;
    } args;
    nl_value m;
} nl_inst;

/* Settings of a model of SPICE (any case) or of a Verilog-A module; once. */
bool nl_model_read(struct hys__netlist *net, nl_model *m);

bool nl_element(struct hys__netlist *net, nl_body *body, const nl_line *line);

/* ---- everything ---- */

typedef struct nl_file {
    const char *path; /* as opened */
    const char *text;
    size_t len;
    uint32_t source;
} nl_file;

typedef struct nl_module { /* of a Verilog-A file */
    const char *name, *path;
} nl_module;

typedef struct nl_scope_place { /* what hys__scope does not say */
    uint32_t first_elem, first_child;
    uint32_t inst; /* in the parent's body */
    uint64_t key;  /* hash of its path */
    double m;
} nl_scope_place;

#define NL_INCLUDE_DEPTH 64

typedef struct hys__netlist {
    hys_ctx *ctx;
    hys__arena *arena;
    hys__sources sources;
    hys__intern names;
    const hys__flat_opts *opts;
    char *pool; /* for names */
    size_t pool_left;
    nl_body top;
    nl_body *body; /* that lines go to while files are read */
    struct {
        nl_file *at;
        size_t n, cap;
    } files;
    struct {
        nl_module *at;
        size_t n, cap;
    } modules;
    nl_map module_map; /* lower case */
    nl_map library_map;
    nl_map global_map; /* of .global: nodes of the top level */
    struct {
        hys__analysis *at;
        size_t n, cap;
    } analyses, steps;
    struct {
        hys__probe *at;
        size_t n, cap;
    } probes;
    struct {
        hys__measure *at;
        size_t n, cap;
    } measures;
    struct {
        hys__preset *at;
        size_t n, cap;
    } presets;
    struct {
        hys__option *at;
        size_t n, cap;
    } options;
    nl_lines late;    /* cards that name elements and nodes: read when all is flat */
    nl_lines control; /* what stood in .control */
    nl_cond *cond;    /* .if whose branches are being read */
    unsigned cond_depth, include_depth, func_depth;
    const char *including[NL_INCLUDE_DEPTH];
    size_t n_errors;
    bool in_control, has_ended, has_stopped, is_flat, skips_section, has_presets, is_step, is_shaped;
    const char *title;
    uint32_t no_endl_in; /* source without .endl, the one last seen */
    hys__span control_span;
    size_t n_runs;
    uint64_t seed, run;          /* of draws */
    double temp;                 /* K */
    double tran_step, tran_stop; /* s; of the first .tran */
    size_t n_failed;             /* elements whose values are wrong */
    bool wants_all;
    double *globals; /* values of the top level's parameters */
    hys__flat *flat;
    hys_status status; /* of the first failure */
    /* of the flat netlist */
    nl_scope_place *places; /* [n_scopes] */
    uint32_t *node_scope;   /* [n_nodes] */
    uint32_t *node_local;   /* [n_nodes] */
    uint32_t *children;     /* [n_children] scopes by parent and name: see flat_names.c */
    size_t n_children;
} hys__netlist;

bool nl_read_main(hys__netlist *net, nl_file *file);
nl_file *nl_open_text(hys__netlist *net, const char *name, const char *text, size_t len);
nl_file *nl_open(hys__netlist *net, const char *path, hys__span span);
/* The path of a file that a line names: beside the line's own file, or in a folder of the options. */
const char *nl_path(hys__netlist *net, uint32_t source, nl_word name);

/* ---- directives ---- */

void nl_collect(hys__netlist *net, const nl_line *line);
void nl_card_early(hys__netlist *net, nl_body *body, const nl_line *line); /* .options, .temp, .ic, .nodeset */
void nl_card_late(hys__netlist *net, const nl_line *line);
void nl_control_lines(hys__netlist *net);
void nl_hdl(nl_cur *c); /* .hdl "file.va" */
void nl_include(nl_cur *c);
void nl_lib(nl_cur *c);
bool nl_decide(hys__netlist *net);     /* .if of the top level */
void nl_tran_times(hys__netlist *net); /* step and stop of the first .tran, which waves need */
void nl_finish_cards(hys__netlist *net);
/* Warns of measures that there is no analysis for. */
void nl_check_measures(hys__netlist *net);
bool nl_flatten(hys__netlist *net);

/* ---- errors ---- */

hys_status nl_fail(hys__netlist *net, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
hys_status nl_fail_as(hys__netlist *net, hys_status status, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void nl_warn(hys__netlist *net, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Out of memory: sets the status.  Always false. */
bool nl_no_memory(hys__netlist *net);

#endif
