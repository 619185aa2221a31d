/* The kernel contract: what a compiled Verilog-A module offers, as plain data and functions on batches.
 *
 * This text is compiled into hysteron and, through hys_kernel.h, into every generated kernel; it includes
 * nothing.  A change of any struct here changes HYS_ABI_VERSION, which the loader checks.
 *
 * The model.  Unknowns x (potentials, branch flows, states, charges) satisfy
 *
 *     M x' + f(x, r, t) = 0          one row per unknown; M is constant in x (parameters only)
 *
 * Row i of a terminal is the current into the device at that terminal.  Rows of flows, states, charges and
 * internal nodes are equations of the module itself.  r are retained variables: constants between accepted
 * points, replaced by accept().
 *
 * Layout.  Structure of arrays: x[k] points to unknown k of all instances.  Every array holds n rounded up
 * to a multiple of HYS_LANES doubles and is aligned to 64 bytes; what lies behind n is read and written but
 * means nothing.  A parameter with p_stride 0 is one double shared by all; with 1 an array (only kernels
 * built with own parameters look at strides).  An instance's results do not depend, in any bit, on n, on its
 * place in the batch, or on the number of lanes the kernel was built with. */
#ifndef HYS_ABI_H
#define HYS_ABI_H

#define HYS_ABI_VERSION 5u
#define HYS_LANES_MAX   8u
#define HYS_NONE        0xffffffffu

typedef unsigned int hys_u32;
typedef unsigned long long hys_u64;

/* Uniform over a batch. */
typedef struct hys_env {
    double time;                    /* s */
    double temp;                    /* K */
    hys_u32 flags;                  /* 1u << va_flag: initial_step, static, tran ... */
    hys_u64 interval;               /* number of the draw interval */
    const double *simparam;         /* values in the order of the descriptor's names; NaN: not known */
    const unsigned char *given;     /* per parameter: set by the user */
    const unsigned char *connected; /* per terminal */
} hys_env;

typedef struct hys_batch {
    hys_u32 n;                     /* instances */
    const double *const *x;        /* [n_unknowns] */
    const double *const *p;        /* [n_params], see p_stride */
    const unsigned char *p_stride; /* [n_params] 0 or 1; ignored by kernels without own parameters */
    const double *const *r;        /* [n_retained] accepted values; NULL if none */
    const double *const *delayed;  /* [n_delays] values of absdelay now */
    const hys_u64 *key;            /* [n] hash of each instance's name, mixed with the seed; NULL if no draws */
    const double *const *event;    /* accept only: [n_events] nonzero where the event fires; NULL: none does */
} hys_batch;

/* Outputs; a function writes only those its comment names.  Arrays as above. */
typedef struct hys_out {
    double *const *f;     /* [n_unknowns] */
    double *const *jac;   /* [n_jac], entry k is d f[jac_row[k]] / d x[jac_col[k]] */
    double *const *mass;  /* [n_mass] */
    double *const *x0;    /* [n_unknowns]: written where has_init */
    double *const *r;     /* [n_retained] next values */
    double *const *root;  /* [n_events] */
    double *bound_step;   /* [n] s; +inf: none */
    double *next_time;    /* [n] s; +inf: none */
    double *stepped;      /* [n] 0: with these parameters it is no HYS_K_STEPPED; not written where it always is */
    double *const *noise; /* [n_noises] A^2/Hz at 1 Hz */
    double *const *noise_exp;
    double *const *noise_coef;                 /* [n_noise_coefs] */
    double *const *delay_in;                   /* [n_delays] operand */
    double *const *delay_td;                   /* [n_delays] s */
    double *const *opvar;                      /* [n_opvars] */
    double *const *collapse;                   /* [n_collapses] 1: the two unknowns are one */
    double *const *clamp_lo, *const *clamp_hi; /* [n_unknowns]: where clamped */
    /* Called for each lane in which an effect happens, in instance order. */
    void (*effect)(void *user, hys_u32 effect, hys_u32 instance, const double *values, hys_u32 n_values);
    void *effect_user;
} hys_out;

enum { /* hys_unknown_info.flags */
       HYS_U_TERMINAL = 1,
       HYS_U_FLOW = 2,
       HYS_U_STATE = 4,
       HYS_U_CHARGE = 8,
       HYS_U_AUX = 16,
       HYS_U_SHOWN = 32, /* a state that users see */
       HYS_U_LIFTED = 64,
       HYS_U_HAS_INIT = 128,
       HYS_U_CLAMP_LO = 256,
       HYS_U_CLAMP_HI = 512,
       HYS_U_DIFFERENTIAL = 1024 /* some mass entry stands in its column */
};
typedef struct hys_unknown_info {
    const char *name, *units;
    double abstol;
    hys_u32 flags;
    hys_u32 line; /* in the user's file */
} hys_unknown_info;

enum { HYS_P_INTEGER = 1, HYS_P_STRING = 2, HYS_P_LOCAL = 4, HYS_P_STRUCTURAL = 8, HYS_P_INSTANCE = 16 };
typedef struct hys_param_info {
    const char *name, *units, *desc;
    const char *aliases; /* separated by '\n'; "" if none */
    double def;          /* with all parameters at their defaults */
    const char *text;    /* string parameters: the value baked in */
    hys_u32 flags, first_bound, n_bounds, line;
    const char *d2d, *c2c; /* spread attributes; "" if none */
} hys_param_info;

enum { HYS_B_EXCLUDE = 1, HYS_B_VALUE = 2, HYS_B_LO_OPEN = 4, HYS_B_HI_OPEN = 8 };
typedef struct hys_bound_info {
    hys_u32 param, flags;
} hys_bound_info;

/* STEPPED: changes at ordinary accepted points; BULK: element of a long array, of no interest alone */
enum { HYS_R_INTEGER = 1, HYS_R_HIDDEN = 2, HYS_R_STEPPED = 4, HYS_R_BULK = 8 };
typedef struct hys_retained_info {
    const char *name, *units;
    hys_u32 flags, line;
} hys_retained_info;

enum { HYS_E_CROSS, HYS_E_ABOVE, HYS_E_CLAMP };
typedef struct hys_event_info {
    hys_u32 kind;
    int dir;
    double time_tol, expr_tol;
    hys_u32 line;
} hys_event_info;

typedef struct hys_noise_info {
    const char *name;
    hys_u32 kind;
    const double *table;
    hys_u32 n_table;
} hys_noise_info;
typedef struct hys_effect_info {
    hys_u32 kind;
    const char *format, *file;
    hys_u32 n_values, line;
} hys_effect_info;
typedef struct hys_collapse_info {
    hys_u32 a, b, flow;
} hys_collapse_info;
typedef struct hys_opvar_info {
    const char *name, *units, *desc;
} hys_opvar_info;
/* What was lifted (is_lifted 1), or kept with the reason. */
typedef struct hys_report_info {
    const char *name, *why;
    hys_u32 is_lifted, line;
} hys_report_info;

enum {                    /* hys_kernel.flags */
       HYS_K_STEPPED = 1, /* may change at ordinary accepted points: see hys_out.stepped */
       HYS_K_DRAWS = 2,
       HYS_K_EFFECTS = 4,
       HYS_K_OWN_PARAMS = 8,
       HYS_K_USES_TIME = 16,
       HYS_K_SELDOM_STEPPED = 32, /* fixed() writes stepped */
       HYS_K_FREE_JACOBIAN = 64   /* eval_f takes as long as eval_fj */
};

struct hys_step_args;
struct hys_gates_args;
typedef struct hys_kernel {
    hys_u32 abi, lanes, flags;
    const char *module, *file, *desc;
    hys_u32 n_terminals, n_unknowns, n_params, n_bounds, n_retained, n_events, n_jac, n_mass, n_noises, n_noise_coefs,
        n_delays, n_simparams, n_effects, n_collapses, n_opvars, n_reports;
    const hys_unknown_info *unknowns;
    const hys_param_info *params;
    const hys_bound_info *bounds;
    const hys_retained_info *retained;
    const hys_event_info *events;
    const hys_noise_info *noises;
    const hys_effect_info *effects;
    const hys_collapse_info *collapses;
    const hys_opvar_info *opvars;
    const hys_report_info *reports;
    const hys_u32 *jac_row, *jac_col, *mass_row, *mass_col, *noise_row, *noise_col;
    const char *const *simparams;

    /* Scalar.  p[n_params] holds given values and is completed with defaults; lo, hi [n_bounds] receive the
     * bounds.  r0[n_retained] receives the initialisers of retained variables. */
    void (*params_fn)(const hys_env *env, double *p, double *lo, double *hi, double *r0);
    void (*fixed)(const hys_env *, const hys_batch *, const hys_out *);   /* mass, collapse, clamps */
    void (*eval_f)(const hys_env *, const hys_batch *, const hys_out *);  /* f */
    void (*eval_fj)(const hys_env *, const hys_batch *, const hys_out *); /* f, jac */
    void (*init)(const hys_env *, const hys_batch *, const hys_out *);    /* x0, r; effects never */
    void (*accept)(const hys_env *, const hys_batch *, const hys_out *);  /* r, bound_step, next_time, delay_in,
                                                                             delay_td, effects */
    void (*roots)(const hys_env *, const hys_batch *, const hys_out *);   /* root */
    void (*noise)(const hys_env *, const hys_batch *, const hys_out *);   /* noise, noise_exp, noise_coef */
    void (*opvars_fn)(const hys_env *, const hys_batch *, const hys_out *);
    /* One implicit Euler step of length h at fixed terminal potentials, each instance with its own Newton
     * iteration on its internal unknowns; see hys_step_args.  NULL where internal unknowns exceed
     * HYS_STEP_MAX or the module cannot work in a batch. */
    void (*step)(const hys_env *, const hys_batch *, const struct hys_step_args *);
    /* Terminal currents and conductance with internal unknowns eliminated. */
    void (*reduce)(const hys_env *, const hys_batch *, const struct hys_step_args *);
    /* States over one step at fixed terminal potentials; see hys_gates_args.  NULL where inner unknowns are not just
     * states each of whose rates depends on no other one, in large kernels, and in those of one lane. */
    void (*gates)(const hys_env *, const hys_batch *, const struct hys_gates_args *);
} hys_kernel;

#define HYS_STEP_MAX 16u
typedef struct hys_step_args {
    double h;    /* s; +inf: stationary (M x' dropped) */
    double rtol; /* of the local Newton iteration */
    hys_u32 max_iter;
    double *const *x;           /* [n_unknowns] in: start (old values of internals, new terminal potentials);
                                   out: internals after the step.  For reduce: the point, unchanged */
    const double *const *x_old; /* [n_unknowns] at the start of the step */
    double *const *i;           /* [n_terminals] current into each terminal */
    double *const *g;           /* [n_terminals * n_terminals] d i / d v, row major */
    double *ok;                 /* [n] 1: converged */
    /* [n_unknowns] 1/s: stands for 1/h in the column of each unknown, where not NULL.  0: its M x' is dropped;
     * HYS_RATE_HELD: it keeps its value (to a rate times 1e-100 s). */
    const double *rate;
} hys_step_args;
#define HYS_RATE_HELD 1e100

/* The batch's x holds the states where they are expected at the step's end: rates f(x) and their derivatives J are
 * taken there, so that
 *     s' = s + h phi1(h J) (f(x) + J (s - x)),   phi1(z) = (exp(z) - 1)/z
 * is exact where rates are linear in their state; the current at s' is that at x and d i/d s (s' - x). */
typedef struct hys_gates_args {
    double h;               /* s */
    const double *rate;     /* [n_states] -1 / mass: from a residual to a rate */
    const double *lo, *hi;  /* [n_states] bounds */
    const double *const *s; /* [n_states] [n] at the step's beginning */
    double *const *to;      /* [n_states] [n] become those at its end; may be s */
    double *const *x;       /* [n_states] [n] those of the batch; become s + lead (s' - s): expected, or s' */
    double lead;
    double *i, *g;        /* [n] added to: weight i, weight slope d i/d v of the first terminal */
    const double *weight; /* [n]; NULL: weight_one */
    double weight_one, slope;
    /* Where s' is further from x than that (times |s'| where that is above 1), i and d i/d v are taken at s'. */
    double leap;
    /* Of kernels with rates that are not linear in their states: */
    double tolerance;
    const double *abstol; /* [n_states] */
    double *fails; /* [n] becomes 1 where a state has leapt that far, and nothing is added to i and g; and where a rate
                    * is not linear enough: |h J| (s' - s)^2 > tolerance (|s'| + abstol)^2 */
} hys_gates_args;

/* The symbol that every kernel exports. */
#define HYS_KERNEL_SYMBOL "hys_kernel_v1"
#define HYS_KERNEL_OBJECT hys_kernel_v1

#endif
