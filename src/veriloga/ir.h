/* The compiler's middle: one module, flattened, as a graph of values.
 *
 * A value (va_val) is one instruction in static single assignment form.  Instructions are kept in order of
 * creation, and an instruction uses only older ones (a loop's next-values excepted), so that every pass is
 * one walk forward and code is emitted in that order.  Equal instructions are one value (hash-consing), and
 * constants fold at creation, so that common subexpressions are shared by construction.
 *
 * There are no branches: `if` becomes VA_OP_SELECT at each variable that differs, and the emitter later
 * moves what only one arm needs behind a test "does any lane take it".  Loops that cannot be unrolled are
 * structured: LOOP, PHI..., condition, COND, body, END.  Value 0 is poison: it stands for an error already
 * reported (or memory that ran out); every operation on poison is poison.
 *
 * A value is real (a double; Verilog-A integers are doubles with integral values) or boolean. */
#ifndef HYS_VERILOGA_IR_H
#define HYS_VERILOGA_IR_H
#include "veriloga/ast.h"

typedef uint32_t va_val;

/* name, number of value operands (9: operands in the pool), kind: R real result, B boolean, N none */
#define VA_OP_LIST(X)                                                                                                  \
    /* leaves; imm says which */                                                                                       \
    X(POISON, 0, R) X(CONST, 0, R) X(TRUE, 0, B) X(FALSE, 0, B)                                    \
    X(PARAM, 0, R)        /* parameter imm of the module */                                        \
    X(GIVEN, 0, B)        /* $param_given(parameter imm) */                                        \
    X(CONNECTED, 0, B)    /* $port_connected(terminal imm) */                                      \
    X(TEMP, 0, R)         /* $temperature in K */                                                  \
    X(TIME, 0, R)         /* $abstime in s */                                                      \
    X(FLAG, 0, B)         /* imm: one va_flag; uniform over the batch */                           \
    X(SIMPARAM, 0, R)     /* imm: index in model->simparams; uniform */                            \
    X(SIMPARAM_KNOWN, 0, B)                                                                        \
    X(EVENT, 0, B)        /* event imm fires at this accept; false in every other function */      \
    X(TIMER, 0, B)        /* timer imm fires: model->timers[imm] at init and accept, else false */ \
    X(PROBE, 0, R)        /* probe imm: x[pos] - x[neg] */                                         \
    X(RETAINED, 0, R)     /* accepted value of retained slot imm */                                \
    X(DDT, 0, R)          /* time derivative of model->ddts[imm].operand */                        \
    X(NOISE, 0, R)        /* noise source imm; zero but in the linearisation */                    \
    X(DELAYED, 0, R)      /* value of absdelay imm, given by the driver */                         \
    X(STEP, 0, R)         /* in gates(): step times what makes a rate of unknown imm's residual */ \
    X(DRAW, 2, R)         /* standard draw at call site imm; a: count within the interval,         \
                             b: value of the seed argument; see va_draw for the distribution */    \
    /* arithmetic */                                                                               \
    X(NEG, 1, R) X(ADD, 2, R) X(SUB, 2, R) X(MUL, 2, R) X(DIV, 2, R)                               \
    X(MIN, 2, R) X(MAX, 2, R) X(ABS, 1, R) X(SQRT, 1, R)                                           \
    X(EXP, 1, R) X(EXPM1, 1, R) X(LOG, 1, R) X(LOG1P, 1, R) X(LOG10, 1, R) X(POW, 2, R)            \
    X(SIN, 1, R) X(COS, 1, R) X(TAN, 1, R) X(ASIN, 1, R) X(ACOS, 1, R) X(ATAN, 1, R)               \
    X(ATAN2, 2, R) X(SINH, 1, R) X(COSH, 1, R) X(TANH, 1, R) X(ASINH, 1, R) X(ACOSH, 1, R)         \
    X(ATANH, 1, R) X(HYPOT, 2, R) X(FLOOR, 1, R) X(CEIL, 1, R) X(TRUNC, 1, R)                      \
    X(ROUND, 1, R)        /* half away from zero: real to integer */                               \
    X(FMOD, 2, R)         /* sign of the dividend; real and integer % */                           \
    X(IAND, 2, R) X(IOR, 2, R) X(IXOR, 2, R) X(SHL, 2, R) X(SHR, 2, R) /* 32-bit integers */       \
    X(ASHR, 2, R) X(WRAP32, 1, R)                                                                  \
    X(TABLE, 9, R)        /* $table_model imm at the operands */                                   \
    X(TABLE_D, 9, R)      /* its derivative; first operand CONST: by which coordinate */           \
    X(DDX, 1, R)          /* derivative of a by probe imm; resolved by va_ddx before the rest */   \
    /* comparison, logic */                                                                        \
    X(LT, 2, B) X(LE, 2, B) X(EQ, 2, B) X(NE, 2, B) /* GT, GE swap */                              \
    X(AND, 2, B) X(OR, 2, B) X(NOT, 1, B)                                                          \
    X(SELECT, 3, R)       /* a ? b : c; real or boolean as b, c are */                             \
    /* arrays with an index known only at run time; updated in place, in order of creation */      \
    X(ARRAY, 0, N)        /* array imm at entry: model->arrays[imm]; each ARRAY is storage of its own */                             \
    X(ALOAD, 2, R)        /* a: array version, b: index; out of range reads 0 */                   \
    X(ASTORE, 9, N)       /* version, index, value, condition (boolean); imm: array */                         \
    /* loops; imm: loop number */                                                                  \
    X(LOOP, 1, N)         /* a: runs at all (boolean) */                                           \
    X(PHI, 2, R)          /* a: value at entry, b: next (set by va_loop_end); of a's kind, arrays too */ \
    X(COND, 1, N)         /* go on while a */                                                      \
    X(END, 0, N)                                                                                   \
    X(RESULT, 1, R)       /* of PHI a after the loop */                                            \
    X(EFFECT, 9, N)       /* message, file output, $finish: model->effects[imm]; first operand is \
                             the condition (boolean), then the values */

typedef enum va_opcode {
#define VA_X(name, n, type) VA_OP_##name,
    VA_OP_LIST(VA_X)
#undef VA_X
        VA_OP_COUNT
} va_opcode;

typedef enum va_flag { /* uniform over a batch; bits 1u << flag in hys_kernel_env.flags */
                       VA_FLAG_INIT,
                       VA_FLAG_FINAL, /* @(initial_step), @(final_step) */
                       VA_FLAG_STATIC,
                       VA_FLAG_DC,
                       VA_FLAG_TRAN,
                       VA_FLAG_AC,
                       VA_FLAG_NOISE,
                       VA_FLAG_IC,
                       VA_FLAG_NODESET,
                       VA_FLAG_PSS
} va_flag;

typedef enum va_kind { VA_KIND_NONE, VA_KIND_REAL, VA_KIND_BOOL } va_kind;

typedef struct va_ins {
    uint16_t op;
    uint8_t kind;  /* va_kind */
    uint8_t flags; /* free for passes */
    uint32_t imm;  /* which leaf, array, loop; pool start for 9-operand forms is in `a` */
    union {        /* operands; for pooled forms a: start in pool, b: count */
        struct {
            va_val a, b, c;
        };
        va_val args[3];
    };
    uint32_t loop;  /* innermost loop around it, 0: none */
    double number;  /* CONST */
    hys__span span; /* who wrote it first */
} va_ins;

typedef struct va_ir {
    hys_ctx *ctx;
    hys__arena *arena;
    struct {
        va_ins *at;
        size_t n, cap;
    } ins; /* [0] is poison */
    struct {
        va_val *at;
        size_t n, cap;
    } pool; /* operands of pooled forms */
    struct {
        uint32_t *at;
        size_t n, cap;
    } loops;         /* loops.at[l]: parent loop; [0] unused */
    uint32_t loop;   /* the loop being built, 0: none */
    hys__span span;  /* given to new instructions */
    uint32_t *slots; /* hash table, see ir.c */
    size_t n_slots;
    size_t max_ins; /* limit, reported once as HYS_LIMIT */
    bool failed;
} va_ir;

void va_ir_init(va_ir *ir, hys__arena *arena, size_t max_ins);
va_val va_const(va_ir *ir, double number);
va_val va_bool(va_ir *ir, bool value);
va_val va_leaf(va_ir *ir, va_opcode op, uint32_t imm);
/* Folds constants and applies only identities that hold for all finite values: x+0, x*1, x*0 (0 for
 * finite x: published code multiplies by relations), x-x, select(c,a,a), select(true,...), select(c,
 * select(c,a,b), d), not(not), and/or with constants. */
va_val va_op1(va_ir *ir, va_opcode op, va_val a);
va_val va_op2(va_ir *ir, va_opcode op, va_val a, va_val b);
va_val va_op3(va_ir *ir, va_opcode op, va_val a, va_val b, va_val c);
va_val va_opn(va_ir *ir, va_opcode op, uint32_t imm, const va_val *args, size_t n);
/* Leaf with operands: DRAW, DDX. */
va_val va_opi(va_ir *ir, va_opcode op, uint32_t imm, va_val a, va_val b);
va_val va_to_bool(va_ir *ir, va_val a);                      /* real: a != 0; boolean: itself */
va_val va_to_real(va_ir *ir, va_val a);                      /* boolean: select(a, 1, 0) */
bool va_is_const(const va_ir *ir, va_val a, double *number); /* CONST, TRUE, FALSE */
const va_ins *va_get(const va_ir *ir, va_val a);
const va_val *va_args(const va_ir *ir, va_val a, size_t *n); /* operands of any form */
/* runs: boolean, whether the loop is entered at all.  Fills phis[n] from inits[n]. */
uint32_t va_loop_begin(va_ir *ir, va_val runs, const va_val *inits, size_t n, va_val *phis);
void va_loop_cond(va_ir *ir, va_val go_on);
void va_loop_end(va_ir *ir, const va_val *phis, const va_val *nexts, size_t n, va_val *results);

/* ---- the module ---- */

typedef enum va_unknown_kind {
    VA_UNK_NODE,   /* potential of a node against the reference; terminals come first, in order */
    VA_UNK_FLOW,   /* flow of a branch */
    VA_UNK_STATE,  /* idt, lifted variable, state of a filter: differential */
    VA_UNK_CHARGE, /* z of a ddt: z - q(x) = 0 */
    VA_UNK_AUX     /* value of a ddt that is used non-linearly, flow of a port, ... */
} va_unknown_kind;

typedef struct va_unknown {
    va_unknown_kind kind;
    const char *name;  /* "p", "I(p,n)", "w": unique in the module */
    const char *units; /* of its nature; "" if none */
    double abstol;
    bool is_terminal;
    bool is_state; /* a column of its own for users: idt, lifted, internal node under ddt */
    bool is_lifted;
    bool has_init;           /* init gives its value at the held operating point */
    va_val init;             /* evaluated with VA_FLAG_INIT set, retained slots at their initialisers */
    va_val row;              /* residual of equation i; its DDT leaves become mass entries.  For a terminal: the
                                current into the device there */
    bool clamp_lo, clamp_hi; /* lifted with clamps: bounds of a projected state */
    va_val lo, hi;           /* parameters-only values */
    hys__span span;
} va_unknown;

#define VA_GROUND UINT32_MAX /* no unknown: the reference node */

typedef struct va_probe {
    uint32_t pos, neg;
} va_probe; /* unknowns, or VA_GROUND */
typedef struct va_ddt {
    va_val operand;
    hys__span span;
    double abstol;
    const char *units;
} va_ddt;

typedef struct va_retained {
    const char *name;  /* of the variable; "blk.x" in a named block; "x[3]" for elements */
    const char *array; /* "x" for "x[3]"; NULL if it is no element */
    size_t n_elements; /* of that array */
    bool is_integer;
    bool is_hidden; /* made by the compiler: state of timer, transition, slew ... */
    va_val init;    /* parameters-only: initialiser, 0 without */
    va_val next;    /* value at the end of an evaluation */
    va_val at_init; /* next in the first evaluation: VA_FLAG_INIT set, slots at their initialisers;
                       set by va_lift (before it lifts) or va_lower */
    const char *units, *desc;
    hys__span span;
    bool is_live;     /* some output depends on it (set by va_lower) */
    bool is_stepped;  /* live, and changes at ordinary accepted steps (set by va_lower) */
    bool is_reported; /* only messages and output variables depend on it (set by va_lower) */
    va_val needed;    /* for which parameters the equations depend on it; 0: not known (set by va_lower) */
    bool is_lifted;
    const char *why_not; /* why it is not lifted; for the report */
    bool is_consequence; /* only because another is not */
} va_retained;

typedef enum va_event_kind { VA_EVENT_CROSS, VA_EVENT_ABOVE, VA_EVENT_CLAMP /* soft: only restarts */ } va_event_kind;
typedef struct va_event_src {
    va_event_kind kind;
    int dir;                   /* +1, -1, 0 both */
    va_val expr;               /* root function */
    va_val enable;             /* boolean */
    va_val time_tol, expr_tol; /* 0: default */
    hys__span span;
} va_event_src;

typedef enum va_dist {
    VA_DIST_UNIFORM,     /* in (0,1) */
    VA_DIST_NORMAL,      /* mean 0, sd 1 */
    VA_DIST_INT32,       /* $random: signed 32-bit */
    VA_DIST_EXPONENTIAL, /* mean 1 */
    VA_DIST_POISSON,
    VA_DIST_CHI_SQUARE,
    VA_DIST_T,
    VA_DIST_ERLANG /* parameter(s) in args */
} va_dist;
typedef struct va_draw {
    va_dist dist;
    va_val args[2];
    const char *name;
    hys__span span;
} va_draw;

typedef enum va_noise_kind { VA_NOISE_WHITE, VA_NOISE_FLICKER, VA_NOISE_TABLE, VA_NOISE_TABLE_LOG } va_noise_kind;
typedef struct va_noise {
    va_noise_kind kind;
    const char *name;
    va_val power, exponent;
    const double *table; /* f0,p0,f1,p1,... */
    size_t n_table;
    hys__span span;
} va_noise;

typedef struct va_table { /* $table_model: a regular grid */
    size_t n_dims;
    const size_t *n; /* points along each */
    const double *const *coords;
    const double *values; /* last coordinate fastest */
    const char *control;  /* one pair per dimension: degree '1','2','3','I','D' and extrapolation 'C','L','E' */
    hys__span span;
} va_table;

typedef enum va_effect_kind {
    VA_EFFECT_STROBE,
    VA_EFFECT_DISPLAY,
    VA_EFFECT_WRITE,
    VA_EFFECT_MONITOR,
    VA_EFFECT_DEBUG,
    VA_EFFECT_INFO,
    VA_EFFECT_WARNING,
    VA_EFFECT_ERROR,
    VA_EFFECT_FATAL,
    VA_EFFECT_FINISH,
    VA_EFFECT_STOP,
    VA_EFFECT_FSTROBE,
    VA_EFFECT_FWRITE,
    VA_EFFECT_FCLOSE,
    VA_EFFECT_DISCONTINUITY
} va_effect_kind;
typedef struct va_effect {
    va_effect_kind kind;
    const char *format; /* printf-like, checked: %d %g %e %f %h %b %s %m %%; strings folded in */
    const char *file;   /* FSTROBE, FWRITE: name given to $fopen */
    size_t n_values;    /* numbers that follow the condition */
    hys__span span;
} va_effect;

typedef struct va_array {
    const char *name;
    size_t n;
    bool is_retained;
    uint32_t first_slot;
    double init;
} va_array;

typedef struct va_param {
    const char *name;
    const char *const *aliases;
    size_t n_aliases;
    va_type type;
    const char *units, *desc;
    bool is_local;      /* localparam: cannot be set */
    bool is_structural; /* its value is baked into the kernel */
    bool is_instance;   /* (* type="instance" *) */
    const char *text;   /* string parameters: the value baked in */
    va_val init;        /* default: older parameters only */
    double def;         /* the default's value with all parameters at default */
    struct {
        struct va_bound {
            bool is_exclude, is_value, lo_open, hi_open;
            va_val lo, hi;
        } * at;
        size_t n, cap;
    } bounds;
    const char *d2d, *c2c; /* spread attributes, verbatim; NULL if none */
    hys__span span;
} va_param;

typedef struct va_delay {
    va_val expr, delay, max;
} va_delay;

typedef struct va_collapse {
    uint32_t a, b; /* unknowns, b may be VA_GROUND */
    uint32_t flow;
    va_val when;
} va_collapse;

typedef struct va_model {
    hys_ctx *ctx;
    hys__arena *arena;
    hys__sources *sources;
    const char *name, *desc, *file;
    const va_attr *attrs; /* of the module */
    const va_module *module;
    va_ir ir;
    uint32_t n_terminals;
    struct {
        va_unknown *at;
        size_t n, cap;
    } unknowns; /* equation i belongs to unknown i */
    struct {
        va_probe *at;
        size_t n, cap;
    } probes;
    struct {
        va_ddt *at;
        size_t n, cap;
    } ddts;
    struct {
        va_param *at;
        size_t n, cap;
    } params;
    struct {
        va_retained *at;
        size_t n, cap;
    } retained;
    struct {
        va_event_src *at;
        size_t n, cap;
    } events;
    struct {
        va_val *at; /* whether each is due: what its leaf stands for */
        size_t n, cap;
    } timers;
    struct {
        va_draw *at;
        size_t n, cap;
    } draws;
    struct {
        va_noise *at;
        size_t n, cap;
    } noises;
    struct {
        va_table *at;
        size_t n, cap;
    } tables;
    struct {
        va_effect *at;
        size_t n, cap;
    } effects;
    struct {
        va_val *at;
        size_t n, cap;
    } effect_vals; /* the EFFECT instructions, in order */
    struct {
        va_array *at;
        size_t n, cap;
    } arrays;
    struct {
        va_delay *at;
        size_t n, cap;
    } delays;
    struct {
        va_collapse *at;
        size_t n, cap;
    } collapses;
    struct {
        const char **at;
        size_t n, cap;
    } simparams;
    struct {
        struct va_opvar {
            const char *name, *units, *desc;
            va_val val;
        } * at;
        size_t n, cap;
    } opvars;
    va_val bound_step; /* smallest $bound_step; 0: none */
    va_val next_time;  /* next timer or transition corner after this accept; 0: none */
} va_model;

/* ---- passes ---- */

typedef struct va_setting {
    const char *name, *value;
    hys__span span;
} va_setting; /* a parameter override, as text */

typedef struct va_build_opts {
    const char *module;         /* NULL: the only one, or the one that no other instantiates */
    const va_setting *settings; /* only structural and string parameters matter here */
    size_t n_settings;
    bool no_lift; /* run everything as written */
    bool pure;    /* retained variables are errors */
} va_build_opts;

/* Resolves names and types, flattens the hierarchy, executes the analog blocks symbolically.
 * HYS_SEMANTIC when errors were reported.  Of a text with errors of syntax there is no model: what could be read
 * is searched for further errors (that do not follow from those), then HYS_SYNTAX. */
hys_status va_build(va_front *front, const va_build_opts *opts, va_model *model);

/* Lifts hand-written integration: a retained variable x with next = Phi(x, h), where h is
 * $abstime - t_prev (t_prev retained with next = $abstime) or a time-step parameter, Phi(x, 0) = x.  Then
 * x' = dPhi/dh at h = 0 is the same ODE (Phi is a consistent one-step method of it). */
hys_status va_lift(va_model *model);

typedef enum va_target {
    VA_TO_PARAM, /* default of parameter i */
    VA_TO_BOUND_LO,
    VA_TO_BOUND_HI, /* i: running number over all parameters' bounds */
    VA_TO_F,        /* residual i (without mass terms) */
    VA_TO_JAC,      /* entry i of program->jac */
    VA_TO_MASS,     /* entry i of program->mass: parameters-only */
    VA_TO_X0,       /* initial value of unknown i */
    VA_TO_RETAINED, /* live retained slot i after the evaluation */
    VA_TO_ROOT,     /* root function of event i */
    VA_TO_BOUND_STEP,
    VA_TO_NEXT_TIME,
    VA_TO_NOISE,      /* PSD at 1 Hz of source i */
    VA_TO_NOISE_EXP,  /* flicker exponent of source i */
    VA_TO_NOISE_COEF, /* entry i of program->noise_coef: d row / d source */
    VA_TO_DELAY_IN,
    VA_TO_DELAY_TD, /* operand and delay of absdelay i */
    VA_TO_COLLAPSE, /* boolean: collapse pair i */
    VA_TO_STEPPED,  /* boolean: with these parameters it runs as written; no root: as is_stepped says */
    VA_TO_OPVAR,
    VA_TO_EFFECT, /* effect i happens: val is the EFFECT instruction */
    VA_TO_CLAMP_LO,
    VA_TO_CLAMP_HI /* bounds of unknown i: parameters-only */
} va_target;

typedef struct va_root {
    va_target target;
    uint32_t index;
    va_val val;
} va_root;

#define VA_FUNC_LIST(X)       /* functions of a kernel; see src/abi/hys_kernel.h */                                    \
    X(PARAMS, "params")       /* defaults of parameters not given, bounds; scalar */                                   \
    X(FIXED, "fixed")         /* mass entries, collapses, clamps: parameters and temperature only */                   \
    X(EVAL_F, "eval_f")       /* residuals */                                                                          \
    X(EVAL_FJ, "eval_fj")     /* residuals and Jacobian */                                                             \
    X(INIT, "init")           /* before lifting, with VA_FLAG_INIT: initial unknowns and retained */                   \
    X(ACCEPT, "accept")       /* retained, bound step, next time, effects, delays */                                   \
    X(EVENTS, "events")       /* root functions */                                                                     \
    X(NOISE, "noise")         /* densities of noise */                                                                 \
    X(OPVARS, "opvars")       /* variables with descriptions */                                                        \
    X(GATES, "gates")         /* of channels: some of eval_fj's, made cheaper (va_find_gates) */                       \
    X(GATES_OWN, "gates_own") /* the same for instances with parameters of their own; last */
typedef enum va_func_id {
#define VA_X(name, text) VA_FUNC_##name,
    VA_FUNC_LIST(VA_X)
#undef VA_X
        VA_FUNC_COUNT
} va_func_id;

typedef struct va_entry {
    uint32_t row, col;
} va_entry;

typedef struct va_program {
    va_model *model; /* its ir holds all values below */
    struct {
        va_entry *at;
        size_t n, cap;
    } jac, mass, noise_coef; /* noise_coef: col is the source */
    struct {
        va_root *at;
        size_t n, cap;
    } roots[VA_FUNC_COUNT];
    uint32_t n_live_retained;
    uint32_t *retained_slot; /* slot of model->retained[i] in the kernel, UINT32_MAX: not stored */
    bool is_stepped;         /* some retained variable that equations need changes at ordinary accepted steps: run
                                as written */
    bool has_draws, has_delays;
} va_program;

/* Resolves ddx, turns ddt into unknowns and mass entries (constant in x), differentiates, chooses live
 * retained slots, collects the roots of each function. */
hys_status va_lower(va_model *model, va_program *program);

/* Warnings that teach: division by a state that starts at 0, clamped idt that winds up, an abrupt `if` on a
 * solution variable without an event, a branch current probed and contributed, unused parameters... */
void va_lint(va_model *model, const va_program *program);

/* Writes the C source of the kernel (a text that includes hys_kernel.h).  Nothing of the user's text
 * reaches it but through escaped string literals and mangled names. */
hys_status va_emit(const va_program *program, hys__text *c_source);

/* A readable listing, for tests and --dump. */
void va_dump(const va_model *model, const va_program *program, hys__text *out);

#endif
