/* A netlist after elaboration: every subcircuit instance is a scope, every element has its nodes and numbers.
 *
 * What is the same in all instances of a definition is shared: a hys__card is the element as it stands in the
 * text, with its expressions; a hys__elem is one instance of it and is small, so that 10^6 elements fit.
 * Names are made on demand ("x1.x2.r3", lower case). */
#ifndef HYS_CIRCUIT_FLAT_H
#define HYS_CIRCUIT_FLAT_H
#include "circuit/expr.h"
#include "circuit/wave.h"

typedef enum hys__elem_kind {
    HYS__ELEM_R,      /* value: ohm */
    HYS__ELEM_C,      /* value: F; ic: V */
    HYS__ELEM_L,      /* value: H; ic: A */
    HYS__ELEM_K,      /* value: coupling of the inductors control[0], control[1] */
    HYS__ELEM_V,      /* wave, ac */
    HYS__ELEM_I,      /* current from nodes[0] through the source to nodes[1] */
    HYS__ELEM_E,      /* nodes out+, out-, in+, in-; value: gain */
    HYS__ELEM_G,      /* the same; value: S */
    HYS__ELEM_F,      /* control[0]: the element whose current counts; value: gain */
    HYS__ELEM_H,      /* the same; value: ohm */
    HYS__ELEM_S,      /* nodes out+, out-, in+, in-; model sw: values vt vh ron roff */
    HYS__ELEM_W,      /* control[0]; model csw: values it ih ron roff */
    HYS__ELEM_T,      /* four nodes; values z0, td (s); ic values i1 v1 i2 v2 */
    HYS__ELEM_B,      /* behavioural: card->expr is a current (from nodes[0] through it to nodes[1]), voltage, charge,
                         flux or resistance, see card->behaviour */
    HYS__ELEM_KERNEL, /* instance of a Verilog-A module: also D, M, Q, J through models/spice */
    HYS__ELEM_N_KINDS
} hys__elem_kind;

typedef enum hys__behaviour {
    HYS__IS_NONE,
    HYS__IS_CURRENT,     /* B I=, G with an expression */
    HYS__IS_VOLTAGE,     /* B V=, E with an expression */
    HYS__IS_RESISTANCE,  /* R = expression of the solution */
    HYS__IS_CAPACITANCE, /* C = expression: i = C(v) dv/dt */
    HYS__IS_CHARGE,      /* C Q = expression */
    HYS__IS_INDUCTANCE,  /* L = expression: v = L(i) di/dt */
    HYS__IS_FLUX         /* L flux = expression */
} hys__behaviour;

typedef struct hys__setting { /* of a parameter, on an element or a .model card */
    const char *name;         /* lower case for SPICE types; as written for Verilog-A modules */
    const hys__expr *value;   /* NULL where text stands */
    const char *text;         /* string parameters */
    hys__span span;
} hys__setting;

/* .model NAME TYPE(...), or a Verilog-A module that .hdl/load made known, or a library device. */
typedef struct hys__model_card {
    const char *name, *type; /* "d", "nmos", "sw", "r", "c" ..., or the module's name */
    hys__span span;
    const char *file; /* Verilog-A: the path as opened, or the shipped model's name; NULL: a type of SPICE */
    const char *module;
    const hys__setting *settings;
    size_t n_settings;
} hys__model_card;

typedef struct hys__card {
    const char *name; /* "r3" */
    hys__span span;
    hys__elem_kind kind;
    hys__behaviour behaviour;
    const hys__expr *expr;        /* of behavioural elements */
    const hys__model_card *model; /* S, W, KERNEL; NULL else */
    const hys__setting *settings; /* of this element */
    size_t n_settings;
    uint32_t n_nodes, n_controls;
} hys__card;

typedef struct hys__elem {
    const hys__card *card;
    uint32_t scope;
    uint32_t control[2];   /* elements */
    const uint32_t *nodes; /* [card->n_nodes]; 0 is ground */
    double value, m;       /* m: multiplicity ("m=", of X too) */
    double ic;             /* NaN: none given; S, W: 1 on, 0 off */
    const double *values;  /* S, W, T: as above.  KERNEL: the settings of model then card, n_settings each; NaN: text */
    const hys__wave *wave; /* V, I */
    double ac_mag, ac_phase; /* V or A, rad */
    double temp;             /* K; NaN: the circuit's */
} hys__elem;

/* The body of a subcircuit; 0 is the top level. */
typedef struct hys__definition {
    const char *name;
    hys__span span;
    const char *const *params; /* [n_params] names of slots, arguments and local .param */
    size_t n_params;
    const char *const *nodes; /* [n_nodes] local names, terminals first */
    size_t n_nodes, n_terminals;
    const hys__card *const *behavioural; /* [n_behavioural] its own B elements (not those of instances in it) */
    size_t n_behavioural;
} hys__definition;

typedef struct hys__scope {
    const hys__definition *definition;
    const char *name; /* "x2", of this instance in its parent; "" at the top */
    uint32_t parent;
    const double *params;       /* [definition->n_params] */
    const uint32_t *nodes;      /* [definition->n_nodes] */
    uint32_t first_behavioural; /* index of the element of definition->behavioural[0]; they follow each other */
} hys__scope;

typedef enum hys__probe_kind {
    HYS__PROBE_V,      /* V(a,b) */
    HYS__PROBE_I,      /* current into the element's first node; n: the terminal for kernels, from 0 */
    HYS__PROBE_P,      /* W into the element, or the subcircuit */
    HYS__PROBE_ENERGY, /* J since the start */
    HYS__PROBE_STATE,  /* element:NAME, @element[NAME]: a kernel's state or output variable */
    HYS__PROBE_EXPR    /* a formula of the others */
} hys__probe_kind;
typedef struct hys__probe {
    hys__probe_kind kind;
    const char *label; /* heading of its column, as written, blanks left out: "v(out)" */
    const char *unit;
    uint32_t a, b; /* nodes; or element, terminal; or scope where is_scope */
    bool is_scope;
    const char *state;
    const hys__expr *expr;
} hys__probe;

typedef enum hys__grid_kind {
    HYS__GRID_LIN_STEP,
    HYS__GRID_LIN,
    HYS__GRID_DEC,
    HYS__GRID_OCT,
    HYS__GRID_LIST
} hys__grid_kind;
typedef struct hys__grid {
    hys__grid_kind kind;
    double from, to, step; /* LIN_STEP */
    size_t n;              /* LIN: points in all; DEC, OCT: per decade, octave; LIST: points */
    const double *at;      /* LIST */
} hys__grid;

typedef enum hys__target_kind {
    HYS__TARGET_ELEM,
    HYS__TARGET_PARAM,
    HYS__TARGET_ELEM_PARAM,
    HYS__TARGET_TEMP,
    HYS__TARGET_MODEL_PARAM
} hys__target_kind;
typedef struct hys__target { /* what .dc, .step, .sens and continuation change */
    hys__target_kind kind;
    const char *name;    /* as written */
    uint32_t elem, slot; /* slot: of a global parameter (scope 0) */
    const hys__model_card *model;
    const char *param;
    hys__span span;
} hys__target;

typedef enum hys__analysis_kind {
    HYS__AN_OP,
    HYS__AN_DC,
    HYS__AN_AC,
    HYS__AN_TRAN,
    HYS__AN_NOISE,
    HYS__AN_TF,
    HYS__AN_SENS,
    HYS__AN_PZ,
    HYS__AN_PSS,
    HYS__AN_N_KINDS
} hys__analysis_kind;
typedef struct hys__analysis {
    hys__analysis_kind kind;
    hys__span span;
    struct {
        hys__target target;
        hys__grid grid;
    } sweep[2]; /* DC: inner, outer */
    size_t n_sweeps;
    hys__grid grid;                     /* AC, NOISE, SENS with is_ac: Hz */
    double step, stop, start, max_step; /* TRAN: s; max_step 0: none */
    bool uic, is_ac;
    hys__probe out;   /* NOISE, TF, SENS */
    uint32_t input;   /* NOISE, TF: the source */
    uint32_t port[4]; /* PZ: in+, in-, out+, out- */
    bool is_current;  /* PZ: cur */
    bool wants_poles, wants_zeros;
    struct {
        double guess, settle; /* Hz, s; 0: not given */
        uint32_t node;        /* HYS__GLOBAL: not given */
        size_t n_points, n_harmonics;
        unsigned most_iter;
        double coefficient; /* of closure; 0: not given */
    } pss;
} hys__analysis;

/* .meas; what stands behind the name is read by meas.c. */
typedef struct hys__measure {
    const char *analysis, *name; /* "tran"; "" where none was said */
    const char *text;            /* the rest of the card, comments and continuations resolved */
    hys__span span;
} hys__measure;

typedef struct hys__option {
    const char *name;
    double value; /* NaN: a word without a value */
    const char *text;
    hys__span span;
} hys__option;

typedef struct hys__preset { /* .ic, .nodeset */
    uint32_t node;
    double value; /* V */
    bool is_nodeset;
    hys__span span;
} hys__preset;

typedef struct hys__flat {
    hys_ctx *ctx;
    hys__arena *arena;
    hys__sources *sources;
    struct hys__netlist *netlist; /* what it was made from */
    const char *title;
    uint32_t n_nodes; /* with ground, 0 */
    hys__scope *scopes;
    size_t n_scopes;
    hys__elem *elems;
    size_t n_elems;
    const hys__analysis *analyses;
    size_t n_analyses;
    const hys__analysis *steps; /* .step: sweep[0] of each, outermost first */
    size_t n_steps;
    size_t n_runs;            /* .mc; 0: none */
    bool is_shaped;           /* parameters decide conditions, or numbers of analyses and options */
    const hys__probe *probes; /* .save, .probe, .print; none: all node voltages and source currents */
    size_t n_probes;
    const hys__measure *measures;
    size_t n_measures;
    const hys__option *options;
    size_t n_options;
    const hys__preset *presets;
    size_t n_presets;
    double temp; /* K */
} hys__flat;

typedef struct hys__fixed {
    const char *name; /* of a parameter of the top level, lower case */
    double value;
} hys__fixed;

/* Reads and elaborates.  Everything lies in the arena; all errors of the text are reported in one go. */
typedef struct hys__flat_opts {
    const char *const *set; /* "NAME=VALUE": overrides global parameters, as on the command line */
    size_t n_set;
    const hys__fixed *fixed; /* the same, of .step: those that this netlist has not are left out */
    size_t n_fixed;
    const char *const *include_dirs;
    size_t n_include_dirs;
    uint64_t seed, run; /* of agauss() and the like: each Monte Carlo run draws anew */
} hys__flat_opts;
hys_status hys__flat_load(hys_ctx *ctx, hys__arena *arena, const char *path, const hys__flat_opts *opts,
                          hys__flat **flat);
/* From text in memory: name stands in diagnostics. */
hys_status hys__flat_read(hys_ctx *ctx, hys__arena *arena, const char *name, const char *text, size_t len,
                          const hys__flat_opts *opts, hys__flat **flat);

/* Gives a global parameter (slot of scope 0) a value and evaluates all that depends on it anew, elements' values,
 * presets and waves included; nodes and elements stay as they are. */
hys_status hys__flat_set_param(hys__flat *flat, uint32_t slot, double value);
double hys__flat_param(const hys__flat *flat, uint32_t slot);
/* The same after a change of what the values depend on: the temperature (K); the run of Monte Carlo, which random
 * functions in parameters see. */
hys_status hys__flat_set_temp(hys__flat *flat, double temp);
hys_status hys__flat_set_run(hys__flat *flat, uint64_t run);
hys_status hys__flat_refresh(hys__flat *flat);

/* "x1.w", "x1.bm"; HYS__GLOBAL: none of that name. */
uint32_t hys__flat_find_node(const hys__flat *flat, const char *name, size_t len);
uint32_t hys__flat_find_elem(const hys__flat *flat, const char *name, size_t len);
uint32_t hys__flat_find_scope(const hys__flat *flat, const char *name, size_t len);
/* Writes the name; returns its length, as snprintf does. */
size_t hys__flat_node_name(const hys__flat *flat, uint32_t node, char *buf, size_t size);
size_t hys__flat_elem_name(const hys__flat *flat, uint32_t elem, char *buf, size_t size);
/* An element (its value), a .param, or ELEMENT:PARAMETER, ELEMENT MODEL(PARAMETER), TEMP. */
hys_status hys__flat_target(hys__flat *flat, const char *name, hys__span span, hys__target *target);
/* A probe as .save has it, "i(x1,p)" or "@x1[w]", that stands in other text; what it needs lies in the arena. */
hys_status hys__flat_probe(hys__flat *flat, hys__arena *arena, const char *text, hys__span span, hys__probe *probe);
/* Where a parameter or node of an expression stands, seen from a scope. */
double hys__flat_expr_param(const hys__flat *flat, uint32_t scope, const hys__expr *param);
uint32_t hys__flat_expr_node(const hys__flat *flat, uint32_t scope, const hys__expr *v, bool is_second);
uint32_t hys__flat_expr_elem(const hys__flat *flat, uint32_t scope, const hys__expr *i);
/* The value of an expression that needs no solution, in a scope; NaN where it has none. */
double hys__flat_expr_value(const hys__flat *flat, uint32_t scope, const hys__expr *expr);
const hys__option *hys__flat_option(const hys__flat *flat, const char *name);

#endif
