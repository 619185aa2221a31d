/* Building the graph of a module: the functions that the build*.c files share, file by file.  Start with
 * build_types.h. */
#ifndef HYS_VERILOGA_BUILD_H
#define HYS_VERILOGA_BUILD_H
#include "veriloga/build_types.h"

/* ---- diagnostics: build_diag.c ---- */

void vb_error(vb *b, hys__span span, const char *hint, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void vb_warn(vb *b, hys__span span, const char *hint, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Attaches to the diagnostic just made; nothing if that was said before. */
void vb_note(vb *b, hys__span span, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Whether unread text may declare or set the name: it has no value, and that is no error. */
bool vb_is_lost(const vb *b, const char *name);
/* Whether it stands in a block whose end is missing: what encloses it is a guess. */
bool vb_is_guess(const vb *b, hys__span span);
bool vb_failed(const vb *b); /* memory, a limit, a restart: unwind */
/* "did you mean 'x'?" or the fallback. */
const char *vb_hint_nearest(vb *b, const char *word, const char *const *names, size_t n, const char *fallback);
const char *vb_printf(vb *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *vb_intern(vb *b, const char *s);

/* ---- natures: build_nature.c ---- */

void vb_natures_read(vb *b);
const vb_nature *vb_nature_find(vb *b, const char *name);
const vb_disc *vb_disc_find(vb *b, const char *name);
const vb_disc *vb_disc_named(vb *b, const char *name, hys__span span); /* or reports */
bool vb_is_access(vb *b, const char *name);                            /* of any nature, or potential, flow */
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
typedef struct vb_place {
    vb_scope *scope;
    vb_inst *inst;
} vb_place;
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
uint32_t vb_branch_flow(vb *b, vb_branch *branch);  /* unknown of the flow, made if needed */
void vb_branch_slots(vb *b, vb_branch *branch);     /* made if needed */
va_val vb_probe(vb *b, uint32_t pos, uint32_t neg); /* of unknowns */
uint32_t vb_probe_index(vb *b, uint32_t pos, uint32_t neg);
const char *vb_branch_label(vb *b, const vb_branch *branch);

/* ---- unknowns and equations: build_rows.c ---- */

uint32_t vb_unknown_new(vb *b, va_unknown_kind kind, const char *name, hys__span span);
const char *vb_unique_unknown(vb *b, const char *name);
void vb_rows_make(vb *b);
void vb_unknowns_compact(vb *b);
void vb_flows_substitute(vb *b); /* build_flow.c */

/* ---- parameters: build_param.c, build_const.c ---- */

void vb_params_read(vb *b, vb_inst *inst, vb_scope *scope, const va_decl *decls);
void vb_params_check(vb *b);
/* Values from the connections of an instance; false: the default holds (build_hier.c). */
bool vb_override(vb *b, vb_inst *inst, vb_scope *scope, vb_param *p);

enum {
    VB_DEP_PARAM = 1,
    VB_DEP_GIVEN = 2,
    VB_DEP_TEMP = 4,
    VB_DEP_TIME = 8,
    VB_DEP_FLAG = 16,
    VB_DEP_PROBE = 32,
    VB_DEP_RETAINED = 64,
    VB_DEP_EVENT = 128,
    VB_DEP_DRAW = 256,
    VB_DEP_DDT = 512,
    VB_DEP_NOISE = 1024,
    VB_DEP_LOOP = 2048,
    VB_DEP_SIM = 4096,
    VB_DEP_CONNECTED = 8192
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

/* Warns when two values that are added or compared have different units: build_units.c. */
void vb_check_same_units(vb *b, va_val x, va_val y, hys__span span, const char *what);
void vb_check_units(vb *b, va_val v, const char *units, bool is_soft, hys__span span, const char *what);

/* ---- environment: build_env.c ---- */

uint32_t vb_slots_new(vb *b, uint32_t n, va_val start);                       /* the first of n */
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
va_retained *vb_retained_new(vb *b, uint32_t slot, uint32_t elem);
va_val vb_initial(vb *b, const vb_var *var, uint32_t elem);

/* ---- elements of variables: build_memory.c ---- */

void vb_memory_start(vb *b, vb_var *var);
bool vb_var_to_memory(vb *b, vb_var *var); /* is there, or will be after a restart */
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
va_val vb_eval_int(vb *b, const va_expr *e);   /* rounded if real */
va_val vb_real(vb *b, vb_x x, hys__span span); /* refuses strings */
va_val vb_bool(vb *b, vb_x x, hys__span span);
va_val vb_convert(vb *b, vb_x x, va_type type, hys__span span, const char *what);
vb_x vb_number(vb *b, double number);
vb_x vb_integer(va_val v);
vb_x vb_real_x(va_val v);
vb_x vb_text(vb *b, const char *text);
const char *vb_text_of(const vb *b, va_val v); /* NULL if not a known string */
va_val vb_op1(vb *b, va_opcode op, va_val a);
va_val vb_op2(vb *b, va_opcode op, va_val a, va_val c);
va_val vb_select(vb *b, va_val cond, va_val yes, va_val no);
va_val vb_num(vb *b, double number);
va_val vb_wrap(vb *b, va_val v); /* to 32 bits, if it may leave them */
typedef struct vb_target {
    vb_var *var;
    uint32_t elem;
    va_val index;
    bool is_dynamic;
} vb_target;
bool vb_lvalue(vb *b, const va_expr *e, vb_target *target);
void vb_assign(vb *b, const vb_target *target, vb_x x, hys__span span);
/* Numbers one behind the other: '{a, b}, an array parameter or variable. */
typedef struct vb_list {
    const va_expr *literal;
    vb_param *param;
    vb_var *var;
    size_t n;
} vb_list;
bool vb_list_open(vb *b, const va_expr *e, vb_list *list); /* false: it is none of these */
va_val vb_list_get(vb *b, const vb_list *list, size_t i);
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

/* Counts one level of nesting; false (reported) when there are too many.  Undone by --b->nesting. */
bool vb_nest(vb *b, hys__span span);

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
void vb_timers_finish(vb *b);          /* once the next values of what is retained are known */
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
    bool in_functions; /* enter the functions that are called */
    bool has_operator; /* analog operators, events, contributions */
    bool has_call, has_syscall, has_step;
    size_t n_nodes;
} vb_walk;
void vb_walk_stmt(vb_walk *walk, const va_stmt *s);
void vb_walk_list(vb_walk *walk, const va_stmt *s);
void vb_walk_expr(vb_walk *walk, const va_expr *e);

#endif
