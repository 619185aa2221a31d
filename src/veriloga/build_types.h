/* Building the graph of a module by symbolic execution: what the build*.c files share.
 *
 * Elaboration (build_hier.c, build_scope.c, build_param.c) flattens the hierarchy into scopes of symbols.
 * Execution (build_stmt.c, build_expr.c ...) then runs the analog blocks once, with values of the graph in
 * place of numbers.  The environment is an array of slots, one per scalar that an assignment can change:
 * variables, elements of arrays, the sums and modes of branches, hidden states, the step bound.  An `if`
 * whose condition is not constant runs both arms, each from the same environment, and merges what differs
 * with SELECT.  build_rows.c makes the equations from the final environment.
 *
 * A constant that depends on a parameter makes that parameter structural: its value is baked in, and the
 * build starts again (vb_keep holds what survives).  All memory is the front end's arena. */
#ifndef HYS_VERILOGA_BUILD_TYPES_H
#define HYS_VERILOGA_BUILD_TYPES_H
#include "veriloga/ir.h"
#include "veriloga/ir_ops.h"

#define VB_UNSET            UINT32_MAX /* slot: not written yet in this evaluation */
#define VB_NONE             UINT32_MAX
#define VB_MAX_INS          4000000u /* instructions of a module */
#define VB_MAX_UNROLL       4096u    /* executions of loop bodies in all */
#define VB_MAX_UNROLL_NODES 60000u   /* nodes of the tree one unrolled loop may walk */
#define VB_MAX_ELEMENTS     1000000u /* of one array */
#define VB_MAX_SLOTS        4000000u
#define VB_SELECT_ELEMENTS  16u        /* longer arrays with an index at run time live in memory */
#define VB_MAX_ITERATIONS   10000000.0 /* of a loop at run time */
#define VB_MAX_DEPTH        64u        /* of calls, and of module instances */
#define VB_MAX_NESTING      4000u      /* of statements and expressions through calls: bounds the stack */
#define VB_MAX_INSTANCES    4096u
#define VB_MAX_WORK         20000000u /* statements and expressions executed */

/* A typed value.  A string is the number of its text in vb_strings; a relation is boolean in the graph and
 * integer in type. */
typedef struct vb_x {
    va_type type;
    va_val v;
} vb_x;

typedef struct vb_unit vb_unit; /* build_units.c */

/* ---- natures and disciplines ---- */

typedef struct vb_nature {
    const char *name, *access, *units;
    double abstol;
    const char *idt, *ddt; /* names of the natures of the integral and of the derivative */
    hys__span span;
} vb_nature;

typedef struct vb_disc {
    const char *name;
    const vb_nature *potential, *flow;
    double potential_abstol, flow_abstol;
    bool is_discrete;
    hys__span span;
} vb_disc;

/* ---- nets ---- */

/* A node of the flattened module; many nets may be one node. */
typedef struct vb_node {
    const char *name;
    const vb_disc *disc; /* NULL: not known yet */
    uint32_t unknown;    /* index in model->unknowns, or VA_GROUND */
    bool is_terminal, is_ground;
    const va_expr *init_expr; /* "electrical x = 1;": where x starts if it is a state; NULL: none */
    struct vb_inst *init_inst;
    va_val init;
    hys__span span;
} vb_node;

typedef struct vb_net {
    const char *name;
    uint32_t n; /* elements; 1 for a scalar */
    bool is_vector;
    int64_t left, right; /* of a vector */
    uint32_t *nodes;     /* [n] indices in vb.nodes, leftmost first */
    bool is_port, is_connected;
    va_dir dir;
} vb_net;

/* A branch between two nodes.  Its five slots: sum of the flow contributions, of the potential
 * contributions, is it a potential source, is it assigned indirectly, residual of that assignment. */
enum { VB_FLOW, VB_POT, VB_IS_POT, VB_IS_IND, VB_IND, VB_BRANCH_SLOTS };
typedef struct vb_branch {
    const char *name; /* of a named branch, else NULL */
    const char *flow_name, *flow_units;
    double flow_abstol;
    struct vb_inst *inst;
    uint32_t a, b;     /* nodes; VB_NONE: ground */
    bool is_port;      /* a port branch <a> */
    uint32_t slots;    /* first of five; VB_NONE: never contributed */
    uint32_t flow;     /* unknown, VB_NONE */
    va_val flow_value; /* a flow source that is read: its flow; else 0 */
    bool is_flow_probed, is_pot_probed;
    hys__span span, flow_span, pot_span, probe_span;
} vb_branch;

/* The flow into an instance through one of its ports: an unknown. */
typedef struct vb_port_flow {
    struct vb_inst *inst;
    uint32_t node, unknown;
} vb_port_flow;

typedef struct vb_bus { /* a declared branch, perhaps a vector */
    const char *name;
    uint32_t n;
    bool is_vector;
    int64_t left, right;
    vb_branch **branches;
} vb_bus;

/* ---- symbols ---- */

typedef struct vb_param {
    const char *name;
    va_type type;
    uint32_t n; /* elements */
    bool is_array;
    int64_t left, right;
    va_val *values;       /* [n] */
    uint32_t model;       /* first index in model->params, VB_NONE for parameters of instances */
    bool is_given;        /* overridden by an instance; top: given in the settings */
    hys__span given_span; /* where an instance overrides it */
    const va_decl *decl;
    struct vb_inst *inst;
} vb_param;

typedef int64_t vb_dim[2]; /* left, right */

typedef struct vb_var {
    const char *name; /* for users: "x", "blk.x", "u1.x" */
    va_type type;
    uint32_t n;
    bool is_array;
    uint32_t n_dims;
    vb_dim *dims;   /* [n_dims] */
    uint32_t slots; /* first slot; of an array in memory: its version */
    bool is_memory;
    bool is_assigned;                /* somewhere in the analog blocks */
    bool is_read, is_local;          /* local: of a function */
    va_val *init;                    /* [n] or NULL: 0 */
    uint32_t array;                  /* index in model->arrays */
    const char *units, *desc, *file; /* file: opened under this variable */
    const va_decl *decl;
    hys__span span;
} vb_var;

typedef struct vb_genvar {
    const char *name;
    va_val value;
} vb_genvar;

typedef enum vb_sym_kind {
    VB_SYM_PARAM,
    VB_SYM_VAR,
    VB_SYM_NET,
    VB_SYM_BUS,
    VB_SYM_GENVAR,
    VB_SYM_SCOPE,
    VB_SYM_EVENT
} vb_sym_kind;

typedef struct vb_sym {
    struct vb_sym *chain;
    const char *name;
    vb_sym_kind kind;
    hys__span span;
    union {
        vb_param *param;
        vb_var *var;
        vb_net *net;
        vb_bus *bus;
        vb_genvar *genvar;
        struct vb_scope *scope;
    };
} vb_sym;

typedef struct vb_scope {
    struct vb_scope *parent;
    const char *path; /* "" or "blk." or "u1.blk." */
    vb_sym **slots;
    uint32_t n_slots, n;
    const void *key; /* the statement it belongs to */
} vb_scope;

/* An analog function, ready to be inlined. */
typedef struct vb_func {
    struct vb_func *next;
    const va_func *ast;
    vb_scope *scope;
    vb_var **args;
    uint32_t n_args;
    vb_var *result;
    struct {
        vb_var **at;
        size_t n, cap;
    } block_vars; /* of named blocks in it */
    bool is_active, is_walked;
} vb_func;

typedef struct vb_inst {
    struct vb_inst *parent, *next;
    const va_module *module;
    const char *path;        /* "" or "u1." */
    const va_inst *ast;      /* NULL: the top */
    vb_scope *scope, *outer; /* outer: where it is instantiated */
    uint32_t copy, n_copies; /* of an array of instances */
    vb_func *funcs;
    struct {
        struct vb_work {
            const va_analog *analog;
            vb_scope *scope;
        } * at;
        size_t n, cap;
    } analogs;
    struct {
        vb_scope **at;
        size_t n, cap;
    } blocks;
} vb_inst;

/* ---- environment ---- */

typedef struct vb_slot {
    va_val cur;
    uint32_t arm; /* in which arm it was last written */
    vb_var *var;  /* NULL: hidden or a contribution */
    uint32_t elem;
    uint32_t retained;      /* 1 + index in model->retained, 0 */
    uint32_t mark, in_then; /* while merging */
    vb_func *func;          /* of a function: dead while that does not run */
    bool is_memory;
} vb_slot;

typedef struct vb_log {
    uint32_t slot, arm;
    va_val old;
} vb_log;
typedef struct vb_change {
    uint32_t slot;
    va_val v;
} vb_change;
typedef struct vb_timer {
    va_val start, period, pred; /* pred: of the path to it */
    uint32_t slot;              /* time of the last firing */
} vb_timer;

typedef struct vb_fact {
    va_val cond;
    bool is;
} vb_fact;

typedef struct vb_arm { /* an arm in progress */
    size_t log, first_change;
    uint32_t outer;
    size_t n_facts;
    va_val pred;
} vb_arm;

/* ---- what survives a restart ---- */

typedef struct vb_keep {
    struct {
        const char **at;
        size_t n, cap;
    } structural; /* names of parameters of the top module */
    struct {
        const va_decl **at;
        size_t n, cap;
    } in_memory; /* arrays */
    struct {
        uint64_t *at;
        size_t n, cap;
    } said;       /* hashes of diagnostics */
    bool restart; /* the build will start again: what it says now does not count */
} vb_keep;

/* What the equation of an unknown is made from. */
typedef struct vb_row {
    va_val kcl; /* sum of the flows out of the node */
    va_val own; /* replaces it */
    bool has_own;
    uint32_t alias; /* this unknown is that one; VB_NONE */
    bool is_gone;   /* nothing is left of it */
} vb_row;

typedef struct vb {
    va_front *front;
    const va_build_opts *opts;
    va_model *model;
    hys_ctx *ctx;
    hys__arena *arena;
    va_ir *ir;
    vb_keep *keep;
    bool had_error, out_of_work, no_memory, stopped, last_was_news;
    bool is_damaged; /* the text has errors of syntax: only look for more */
    uint32_t work;

    struct {
        vb_nature *at;
        size_t n, cap;
    } natures;
    struct {
        vb_disc *at;
        size_t n, cap;
    } discs;
    struct {
        vb_node *at;
        size_t n, cap;
    } nodes;
    struct {
        vb_branch **at;
        size_t n, cap;
    } branches;
    struct {
        vb_port_flow *at;
        size_t n, cap;
    } port_flows;
    struct {
        vb_param **at;
        size_t n, cap;
    } params; /* by index in model->params */
    struct {
        vb_var **at;
        size_t n, cap;
    } vars; /* of modules, not of functions */
    struct {
        const char **at;
        size_t n, cap;
    } strings; /* [0] is "" */
    struct {
        vb_row *at;
        size_t n, cap;
    } rows; /* by unknown: own row of states */
    vb_inst *insts, **insts_end;
    uint32_t n_insts;

    struct {
        vb_slot *at;
        size_t n, cap;
    } slots;
    struct {
        vb_log *at;
        size_t n, cap;
    } log;
    struct {
        vb_change *at;
        size_t n, cap;
    } changes;
    struct {
        vb_fact *at;
        size_t n, cap;
    } facts;
    uint32_t arm, n_arms, n_marks;
    va_val pred;                    /* path predicate, boolean */
    uint32_t bound_step, next_time; /* slots */
    struct {
        vb_timer *at;
        size_t n, cap;
    } timers;
    size_t n_hidden; /* names of hidden states */

    vb_scope *scope;
    vb_inst *inst;
    vb_func *func;         /* being inlined */
    vb_genvar *generating; /* of the generate loop being read */
    uint32_t depth;        /* of calls */
    uint32_t nesting;      /* of statements and expressions, calls included */
    uint32_t unrolled;     /* executions of loop bodies so far */
    va_val iteration;      /* number of the run-time loop's iteration; 0 outside loops */
    const char *target;    /* what the expression is assigned to: names states */
    uint32_t target_node;  /* VB_NONE */
    const vb_var *target_var;
    const vb_nature *source_nature; /* of the contribution being executed */
    enum { VB_IN_ANALOG, VB_IN_INITIAL, VB_IN_PARAM, VB_IN_VAR_INIT } where;

    struct {
        uint32_t *at;
        size_t n, cap;
    } deps; /* by value: VB_DEP bits */
    struct {
        const struct vb_unit **at;
        size_t n, cap;
    } units; /* by value; NULL: not known */
    unsigned n_unit_warnings;
} vb;

#endif
