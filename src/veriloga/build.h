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
#ifndef HYS_VERILOGA_BUILD_H
#define HYS_VERILOGA_BUILD_H
#include "veriloga/ir.h"
#include "veriloga/ir_ops.h"

#define VB_UNSET UINT32_MAX       /* slot: not written yet in this evaluation */
#define VB_NONE UINT32_MAX
#define VB_MAX_INS 4000000u       /* instructions of a module */
#define VB_MAX_UNROLL 4096u       /* executions of loop bodies in all */
#define VB_MAX_UNROLL_NODES 60000u /* nodes of the tree one unrolled loop may walk */
#define VB_MAX_ELEMENTS 1000000u  /* of one array */
#define VB_MAX_SLOTS 4000000u
#define VB_SELECT_ELEMENTS 16u    /* longer arrays with an index at run time live in memory */
#define VB_MAX_ITERATIONS 10000000.0 /* of a loop at run time */
#define VB_MAX_DEPTH 64u          /* of calls, and of module instances */
#define VB_MAX_INSTANCES 4096u
#define VB_MAX_WORK 20000000u     /* statements and expressions executed */

/* A typed value.  A string is the number of its text in vb_strings; a relation is boolean in the graph and
 * integer in type. */
typedef struct vb_x {
    va_type type;
    va_val v;
} vb_x;

/* ---- natures and disciplines ---- */

typedef struct vb_nature {
    const char *name, *access, *units;
    double abstol;
    const char *idt, *ddt; /* names of the natures of the integral and of the derivative */
    const struct vb_nature *base;
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
    const vb_disc *disc;  /* NULL: not known yet */
    uint32_t unknown;     /* index in model->unknowns, or VA_GROUND */
    bool is_terminal, is_ground, is_used;
    const va_expr *init_expr; /* "electrical x = 1;": where x starts if it is a state; NULL: none */
    struct vb_inst *init_inst;
    va_val init;
    hys__span span;
} vb_node;

typedef struct vb_net {
    const char *name;
    uint32_t n;           /* elements; 1 for a scalar */
    bool is_vector;
    int64_t left, right;  /* of a vector */
    uint32_t *nodes;      /* [n] indices in vb.nodes, leftmost first */
    bool is_port, is_connected;
    va_dir dir;
} vb_net;

/* A branch between two nodes.  Its five slots: sum of the flow contributions, of the potential
 * contributions, is it a potential source, is it assigned indirectly, residual of that assignment. */
enum { VB_FLOW, VB_POT, VB_IS_POT, VB_IS_IND, VB_IND, VB_BRANCH_SLOTS };
typedef struct vb_branch {
    const char *name;     /* of a named branch, else NULL */
    const char *flow_name, *flow_units;
    double flow_abstol;
    struct vb_inst *inst;
    uint32_t a, b;        /* nodes; VB_NONE: ground */
    bool is_port;         /* a port branch <a> */
    uint32_t slots;       /* first of five; VB_NONE: never contributed */
    uint32_t flow;        /* unknown, VB_NONE */
    bool is_flow_probed, is_pot_probed;
    hys__span span, flow_span, pot_span, probe_span;
} vb_branch;

/* The flow into an instance through one of its ports: an unknown. */
typedef struct vb_port_flow { struct vb_inst *inst; uint32_t node, unknown; } vb_port_flow;

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
    uint32_t n;           /* elements */
    bool is_array;
    int64_t left, right;
    va_val *values;       /* [n] */
    uint32_t model;       /* first index in model->params, VB_NONE for parameters of instances */
    bool is_given;        /* overridden by an instance; top: given in the settings */
    hys__span given_span; /* where an instance overrides it */
    bool is_used;
    const va_decl *decl;
    struct vb_inst *inst;
} vb_param;

typedef int64_t vb_dim[2]; /* left, right */

typedef struct vb_var {
    const char *name;     /* for users: "x", "blk.x", "u1.x" */
    va_type type;
    uint32_t n;
    bool is_array;
    uint32_t n_dims;
    vb_dim *dims;         /* [n_dims] */
    uint32_t slots;       /* first slot; of an array in memory: its version */
    bool is_memory;
    bool is_assigned;     /* somewhere in the analog blocks */
    bool is_read, is_local; /* local: of a function */
    va_val *init;         /* [n] or NULL: 0 */
    uint32_t array;       /* index in model->arrays */
    const char *units, *desc, *file; /* file: opened under this variable */
    const va_decl *decl;
    hys__span span;
} vb_var;

typedef struct vb_genvar { const char *name; va_val value; } vb_genvar;

typedef enum vb_sym_kind {
    VB_SYM_PARAM, VB_SYM_VAR, VB_SYM_NET, VB_SYM_BUS, VB_SYM_GENVAR, VB_SYM_SCOPE, VB_SYM_EVENT
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
    const char *path;     /* "" or "blk." or "u1.blk." */
    vb_sym **slots;
    uint32_t n_slots, n;
    const void *key;      /* the statement it belongs to */
    struct vb_scope *next; /* in the instance's list of block scopes */
} vb_scope;

/* An analog function, ready to be inlined. */
typedef struct vb_func {
    struct vb_func *next;
    const va_func *ast;
    vb_scope *scope;
    vb_var **args;
    uint32_t n_args;
    vb_var *result;
    struct { vb_var **at; size_t n, cap; } block_vars; /* of named blocks in it */
    bool is_active, is_walked;
} vb_func;

typedef struct vb_inst {
    struct vb_inst *parent, *next;
    uint32_t id, depth;
    const va_module *module;
    const char *path;     /* "" or "u1." */
    const va_inst *ast;   /* NULL: the top */
    vb_scope *scope, *outer; /* outer: where it is instantiated */
    uint32_t copy, n_copies; /* of an array of instances */
    vb_func *funcs;
    struct { struct vb_work { const va_analog *analog; vb_scope *scope; } *at; size_t n, cap; } analogs;
    struct { vb_scope **at; size_t n, cap; } blocks;
} vb_inst;

/* ---- environment ---- */

typedef struct vb_slot {
    va_val cur;
    uint32_t arm;         /* in which arm it was last written */
    vb_var *var;          /* NULL: hidden or a contribution */
    uint32_t elem;
    uint32_t retained;    /* 1 + index in model->retained, 0 */
    uint32_t mark, in_then; /* while merging */
    vb_func *func;        /* of a function: dead while that does not run */
    bool is_memory, is_bool;
} vb_slot;

typedef struct vb_log { uint32_t slot, arm; va_val old; } vb_log;
typedef struct vb_change { uint32_t slot; va_val v; } vb_change;
typedef struct vb_fact { va_val cond; bool is; } vb_fact;

typedef struct vb_arm { /* an arm in progress */
    size_t log, first_change;
    uint32_t outer;
    size_t n_facts;
    va_val pred;
} vb_arm;

/* ---- what survives a restart ---- */

typedef struct vb_keep {
    hys__arena *arena;
    struct { const char **at; size_t n, cap; } structural; /* names of parameters of the top module */
    struct { const va_decl **at; size_t n, cap; } in_memory; /* arrays */
    struct { uint64_t *at; size_t n, cap; } said; /* hashes of diagnostics */
    bool restart; /* the build will start again: what it says now does not count */
} vb_keep;

/* What the equation of an unknown is made from. */
typedef struct vb_row {
    va_val kcl;          /* sum of the flows out of the node */
    va_val own;          /* replaces it */
    bool has_own;
    uint32_t alias;      /* this unknown is that one; VB_NONE */
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
    uint32_t work;

    struct { vb_nature *at; size_t n, cap; } natures;
    struct { vb_disc *at; size_t n, cap; } discs;
    struct { vb_node *at; size_t n, cap; } nodes;
    struct { vb_branch **at; size_t n, cap; } branches;
    struct { vb_port_flow *at; size_t n, cap; } port_flows;
    struct { vb_param **at; size_t n, cap; } params; /* by index in model->params */
    struct { vb_var **at; size_t n, cap; } vars;     /* of modules, not of functions */
    struct { const char **at; size_t n, cap; } strings; /* [0] is "" */
    struct { vb_row *at; size_t n, cap; } rows;      /* by unknown: own row of states */
    vb_inst *insts, **insts_end;
    uint32_t n_insts;

    struct { vb_slot *at; size_t n, cap; } slots;
    struct { vb_log *at; size_t n, cap; } log;
    struct { vb_change *at; size_t n, cap; } changes;
    struct { vb_fact *at; size_t n, cap; } facts;
    uint32_t arm, n_arms, n_marks;
    va_val pred;          /* path predicate, boolean */
    uint32_t bound_step, next_time; /* slots */
    size_t n_hidden;      /* names of hidden states */

    vb_scope *scope;
    vb_inst *inst;
    vb_func *func;        /* being inlined */
    vb_genvar *generating; /* of the generate loop being read */
    uint32_t depth;
    uint32_t unrolled;    /* executions of loop bodies so far */
    va_val iteration;     /* number of the run-time loop's iteration; 0 outside loops */
    const char *target;   /* what the expression is assigned to: names states */
    uint32_t target_node; /* VB_NONE */
    const vb_var *target_var;
    const vb_nature *source_nature; /* of the contribution being executed */
    enum { VB_IN_ANALOG, VB_IN_INITIAL, VB_IN_PARAM, VB_IN_VAR_INIT } where;

    struct { uint32_t *at; size_t n, cap; } deps; /* by value: VB_DEP bits */
} vb;

/* ---- diagnostics: build_diag.c ---- */

void vb_error(vb *b, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void vb_warn(vb *b, hys__span span, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Attaches to the diagnostic just made; nothing if that was said before. */
void vb_note(vb *b, hys__span span, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool vb_failed(const vb *b); /* memory, a limit, a restart: unwind */
/* "did you mean 'x'?" or the fallback. */
const char *vb_hint_nearest(vb *b, const char *word, const char *const *names, size_t n,
                            const char *fallback);
const char *vb_printf(vb *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *vb_intern(vb *b, const char *s);

/* ---- natures: build_nature.c ---- */

void vb_natures_read(vb *b);
const vb_nature *vb_nature_find(vb *b, const char *name);
const vb_disc *vb_disc_find(vb *b, const char *name);
const vb_disc *vb_disc_named(vb *b, const char *name, hys__span span); /* or reports */
bool vb_is_access(vb *b, const char *name); /* of any nature, or potential, flow */
const vb_nature *vb_nature_by_units(vb *b, const char *units);
const char *vb_attr_text(vb *b, const va_attr *attrs, const char *name);
bool vb_attr_number(const va_attr *attrs, const char *name, double *number);

/* ---- scopes: build_scope.c ---- */

vb_scope *vb_scope_new(vb *b, vb_scope *parent, const char *path);
/* NULL when the name is taken (reported) or memory is out. */
vb_sym *vb_declare(vb *b, vb_scope *scope, vb_sym_kind kind, const char *name, hys__span span);
vb_sym *vb_lookup(const vb_scope *scope, const char *name);
vb_sym *vb_lookup_local(const vb_scope *scope, const char *name);
/* Resolves a name of an expression, paths too; reports what is not declared. */
vb_sym *vb_resolve(vb *b, const va_expr *e, const char *what);
vb_scope *vb_block_scope(vb *b, const va_stmt *stmt); /* NULL if it declares nothing */
vb_var *vb_var_declare(vb *b, vb_scope *scope, const va_decl *decl);
void vb_decls_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decls);
void vb_blocks_read(vb *b, vb_inst *inst, vb_scope *scope, const va_stmt *stmt);
/* [left:right] as constants. */
bool vb_dims_read(vb *b, const va_dims *dims, const char *what, int64_t *left, int64_t *right);
uint32_t vb_dims_count(int64_t left, int64_t right);
/* Position of an index from the left end, or VB_NONE (reported). */
uint32_t vb_element(vb *b, int64_t left, int64_t right, int64_t index, const char *name, hys__span span);
vb_func *vb_func_find(vb *b, const char *name);

/* ---- hierarchy: build_hier.c ---- */

bool vb_elaborate(vb *b, const va_module *top);
void vb_run_analogs(vb *b);
void vb_mark_assigned(vb *b);
/* Enters an instance for the time of a call; returns what to put back. */
typedef struct vb_place { vb_scope *scope; vb_inst *inst; } vb_place;
vb_place vb_enter(vb *b, vb_inst *inst, vb_scope *scope);
void vb_leave(vb *b, vb_place place);

/* ---- nets and branches: build_net.c, build_branch.c ---- */

uint32_t vb_node_new(vb *b, const char *name, hys__span span);
uint32_t vb_node_unknown(vb *b, uint32_t node); /* made at the first use; VA_GROUND */
void vb_disc_default(vb *b, uint32_t node, bool is_port);
void vb_nets_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decls);
void vb_buses_read(vb *b, vb_scope *scope, const va_decl *decls);
/* Evaluates the initial values of nets, once the parameters are known. */
void vb_nets_start(vb *b);
/* The nodes a net expression names; n receives their number. */
const uint32_t *vb_net_nodes(vb *b, const va_expr *e, uint32_t *n);
vb_branch *vb_branch_new(vb *b, const char *name, uint32_t a, uint32_t b_node, hys__span span);
typedef struct vb_access {
    vb_branch *branch;
    bool is_reversed, is_flow;
} vb_access;
bool vb_access_resolve(vb *b, const va_expr *e, vb_access *access);
vb_x vb_access_value(vb *b, const va_expr *e);
void vb_contribute(vb *b, const va_stmt *s);
void vb_indirect(vb *b, const va_stmt *s);
uint32_t vb_branch_flow(vb *b, vb_branch *branch); /* unknown of the flow, made if needed */
void vb_branch_slots(vb *b, vb_branch *branch); /* made if needed */
va_val vb_probe(vb *b, uint32_t pos, uint32_t neg); /* of unknowns */
uint32_t vb_probe_index(vb *b, uint32_t pos, uint32_t neg);
const char *vb_branch_label(vb *b, const vb_branch *branch);

/* ---- unknowns and equations: build_rows.c ---- */

uint32_t vb_unknown_new(vb *b, va_unknown_kind kind, const char *name, hys__span span);
const char *vb_unique_unknown(vb *b, const char *name);
void vb_rows_make(vb *b);
void vb_unknowns_compact(vb *b);

/* ---- parameters: build_param.c, build_const.c ---- */

void vb_params_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decls);
void vb_params_check(vb *b);
/* Values from the connections of an instance; false: the default holds (build_hier.c). */
bool vb_override(vb *b, vb_inst *inst, vb_scope *scope, vb_param *p);

enum {
    VB_DEP_PARAM = 1, VB_DEP_GIVEN = 2, VB_DEP_TEMP = 4, VB_DEP_TIME = 8, VB_DEP_FLAG = 16,
    VB_DEP_PROBE = 32, VB_DEP_RETAINED = 64, VB_DEP_EVENT = 128, VB_DEP_DRAW = 256, VB_DEP_DDT = 512,
    VB_DEP_NOISE = 1024, VB_DEP_LOOP = 2048, VB_DEP_SIM = 4096, VB_DEP_CONNECTED = 8192
};
uint32_t vb_deps(vb *b, va_val v);
bool vb_is_fixed(vb *b, va_val v); /* parameters, temperature, constants only */
/* Marks the parameters that v depends on as structural; false if it depends on anything else. */
bool vb_make_structural(vb *b, va_val v);
/* build_select.c: bakes in parameters that only choose between variants, where variables keep values. */
void vb_selectors_bake(vb *b);
/* For each value of the graph the constant that it is with all parameters at their defaults at 300.15 K,
 * nothing given, all terminals connected; 0 where there is none.  NULL when memory is out. */
va_val *vb_defaults(vb *b, const va_val *inits, size_t n_params);
/* A constant of the translation; reports what is not one. */
bool vb_constant(vb *b, const va_expr *e, const char *what, double *number);
bool vb_constant_int(vb *b, const va_expr *e, const char *what, int64_t *number);
bool vb_constant_text(vb *b, const va_expr *e, const char *what, const char **text);
bool vb_constant_value(vb *b, va_val v, hys__span span, const char *what, double *number);

/* ---- environment: build_env.c ---- */

uint32_t vb_slots_new(vb *b, uint32_t n, va_val start); /* the first of n */
void vb_memory_start(vb *b, vb_var *var);
bool vb_var_to_memory(vb *b, vb_var *var); /* is there, or will be after a restart */
uint32_t vb_hidden_new(vb *b, const char *name, va_val init, hys__span span); /* a hidden retained slot */
va_val vb_get(vb *b, uint32_t slot);
void vb_set(vb *b, uint32_t slot, va_val v);
va_val vb_simplify(vb *b, va_val v); /* by the conditions known on this path */
int vb_known(vb *b, va_val cond);    /* 1, 0, -1 */
vb_arm vb_arm_begin(vb *b, va_val cond, bool is);
void vb_arm_end(vb *b, const vb_arm *arm); /* its changes stay behind arm->first_change */
void vb_arms_merge(vb *b, va_val cond, const vb_arm *then, const vb_arm *other);
void vb_retained_finish(vb *b);
uint32_t vb_retained_of(vb *b, uint32_t slot); /* index in model->retained, made if needed */
va_val vb_initial(vb *b, const vb_var *var, uint32_t elem);

/* Elements of variables. */
va_val vb_var_get(vb *b, vb_var *var, uint32_t elem);
void vb_var_set(vb *b, vb_var *var, uint32_t elem, va_val v);
va_val vb_var_get_at(vb *b, vb_var *var, va_val index); /* index from 0, at run time */
void vb_var_set_at(vb *b, vb_var *var, va_val index, va_val v);
void vb_var_clear(vb *b, vb_var *var); /* to its initial values: locals of functions */

/* ---- expressions: build_value.c, build_expr.c, build_name.c, build_math.c ---- */

vb_x vb_eval(vb *b, const va_expr *e);
vb_x vb_name_value(vb *b, const va_expr *e);
vb_x vb_index_value(vb *b, const va_expr *e);
va_val vb_eval_real(vb *b, const va_expr *e);
va_val vb_eval_bool(vb *b, const va_expr *e);
va_val vb_eval_int(vb *b, const va_expr *e); /* rounded if real */
va_val vb_real(vb *b, vb_x x, hys__span span); /* refuses strings */
va_val vb_bool(vb *b, vb_x x, hys__span span);
va_val vb_convert(vb *b, vb_x x, va_type type, hys__span span, const char *what);
vb_x vb_number(vb *b, double number);
vb_x vb_integer(va_val v);
vb_x vb_real_x(va_val v);
vb_x vb_text(vb *b, const char *text);
const char *vb_text_of(const vb *b, va_val v); /* NULL if not a known string */
bool vb_const_of(const vb *b, va_val v, double *number);
va_val vb_op1(vb *b, va_opcode op, va_val a);
va_val vb_op2(vb *b, va_opcode op, va_val a, va_val c);
va_val vb_select(vb *b, va_val cond, va_val yes, va_val no);
va_val vb_num(vb *b, double number);
va_val vb_wrap(vb *b, va_val v); /* to 32 bits, if it may leave them */
typedef struct vb_target { vb_var *var; uint32_t elem; va_val index; bool is_dynamic; } vb_target;
bool vb_lvalue(vb *b, const va_expr *e, vb_target *target);
void vb_assign(vb *b, const vb_target *target, vb_x x, hys__span span);
vb_var *vb_array_named(vb *b, const va_expr *e); /* an array variable given by name alone, or NULL */
bool vb_math_call(vb *b, const va_expr *e, const char *name, vb_x *result);
const char *vb_math_name(size_t i); /* NULL after the last */
bool vb_n_args(vb *b, const va_expr *e, size_t least, size_t most);
bool vb_has_arg(const va_expr *e, size_t i);

/* ---- calls: build_call.c, build_sys.c, build_draw.c, build_table.c ---- */

vb_x vb_call(vb *b, const va_expr *e);
vb_x vb_call_function(vb *b, const va_expr *e, vb_func *func);
void vb_funcs_read(vb *b, vb_inst *inst);
void vb_func_blocks(vb *b, vb_inst *inst, vb_func *func);
vb_x vb_syscall(vb *b, const va_expr *e);
bool vb_draw_call(vb *b, const va_expr *e, vb_x *result);
const char *vb_draw_name(size_t i); /* NULL after the last */
bool vb_sys_call(vb *b, const va_expr *e, vb_x *result);
vb_x vb_table_model(vb *b, const va_expr *e);
bool vb_filter_call(vb *b, const va_expr *e, vb_x *result);
const char *vb_filter_name(size_t i); /* NULL after the last */
bool vb_is_operator(const char *name);
vb_x vb_transition(vb *b, const va_expr *e);
vb_x vb_slew(vb *b, const va_expr *e);
va_val vb_ddt(vb *b, va_val operand, double abstol, const char *units, hys__span span);
uint32_t vb_state_new(vb *b, const char *suffix, hys__span span);
void vb_states_finish(vb *b);
/* A list of numbers: '{...}, an array parameter, or a file; NULL: reported. */
const double *vb_table_numbers(vb *b, const va_expr *e, const char *what, size_t *n);
vb_x vb_laplace(vb *b, const va_expr *e);
va_val vb_flag(vb *b, va_flag flag);
va_val vb_analysis_flag(vb *b, const char *name, hys__span span);

void vb_pure_check(vb *b); /* build_pure.c */

/* ---- statements: build_stmt.c, build_loop.c, build_event.c, build_effect.c ---- */

void vb_exec(vb *b, const va_stmt *s);
void vb_exec_list(vb *b, const va_stmt *s);
/* Runs both bodies under the condition and merges; either may be NULL. */
void vb_exec_if(vb *b, va_val cond, const va_stmt *yes, const va_stmt *no);
void vb_exec_loop(vb *b, const va_stmt *s);
/* Calls each() with the body for every value of the genvar. */
void vb_genvar_loop(vb *b, const va_stmt *s, vb_genvar *genvar, void (*each)(vb *b, const va_stmt *body));
void vb_exec_event(vb *b, const va_stmt *s);
/* A message without values, when cond holds on this path. */
void vb_effect_add(vb *b, va_effect_kind kind, const char *format, va_val cond, hys__span span);
bool vb_exec_effect(vb *b, const va_expr *call); /* false: not an effect */
bool vb_is_effect(const char *name);
const char *vb_effect_name(size_t i); /* NULL after the last */
void vb_files_read(vb *b, const va_stmt *body);
void vb_next_time(vb *b, va_val time); /* a corner: the driver stops there */
/* Whether what depends on the solution may stand here: not in functions and declarations. */
bool vb_allowed(vb *b, hys__span span, const char *what);
/* Whether an analog operator may stand here: not in loops at run time either. */
bool vb_operator_allowed(vb *b, hys__span span, const char *what);

/* ---- walking without executing: build_walk.c ---- */

typedef struct vb_walk {
    vb *b;
    void *user;
    void (*on_var)(struct vb_walk *walk, vb_var *var, bool is_write);
    void (*on_assign)(struct vb_walk *walk, const va_stmt *s);
    bool in_functions;  /* enter the functions that are called */
    bool has_operator;  /* analog operators, events, contributions */
    bool has_call, has_syscall, has_step;
    size_t n_nodes;
} vb_walk;
void vb_walk_stmt(vb_walk *walk, const va_stmt *s);
void vb_walk_list(vb_walk *walk, const va_stmt *s);
void vb_walk_expr(vb_walk *walk, const va_expr *e);

#endif
