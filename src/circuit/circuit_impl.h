/* The inside of a circuit.
 *
 * Before numbering there are "places": the nodes of the netlist, a branch for each element whose current is an unknown,
 * and the internal unknowns of every kernel instance.  Places that kernels collapse are one; what is left, without
 * ground, is numbered and makes the vector y.  Place 0 is ground: it has the index n, one behind the last unknown, in
 * arrays of n + 1 whose last entry is zero on the way in and worthless on the way out. */
#ifndef HYS_CIRCUIT_CIRCUIT_IMPL_H
#define HYS_CIRCUIT_CIRCUIT_IMPL_H
#include "circuit/behavioural.h"
#include "circuit/circuit.h"
#include "device/params.h"
#include "numerics/newton.h"

#define HYS__NO_PLACE 0xffffffffu

/* A quantity at accepted points, for absdelay and lines.  Two entries of one time end one smooth piece and begin the
 * next. */
typedef struct hys__history {
    double *time, *value;
    size_t n, cap, hint;
} hys__history;
/* Entries before `oldest` are dropped when room is needed. */
hys_status hys__history_push(hys_ctx *ctx, hys__history *h, double t, double value, double oldest);
/* The value at now - delay: cubic between entries, smooth within a piece; constant before the first and behind the
 * last. */
double hys__history_value(hys__history *h, double now, double delay);
void hys__history_free(hys_ctx *ctx, hys__history *h);

/* Instances of one model, evaluated together. */
typedef struct hys__group {
    hys_model *model;
    bool owns_model;
    const hys__model_card *card; /* of the first instance; NULL: behavioural */
    const hys__behavioural *behavioural;
    hys__batch *batch;
    hys__params *params;
    const hys_kernel *kernel;
    size_t n, n_pad;
    uint32_t *elems;       /* [n]; behavioural: the first part's */
    double temp;           /* K */
    double *m;             /* [n_pad] devices in parallel; NULL: all 1 */
    uint32_t first_place;  /* of the first instance's internal unknowns; those of one instance follow each other */
    uint32_t *to_y;        /* [n_unknowns * n_pad] */
    uint32_t *row_of;      /* [n_unknowns * n_pad] where equations stand: to_y, but for terminals with a sensor */
    uint32_t *jac_at;      /* [n_jac * n_pad] entries of the pattern; nnz: none */
    uint32_t *jac_used;    /* [n_jac_used] those that any instance has */
    uint32_t *mass_at;     /* [n_mass * n_pad] */
    double *collapse;      /* [n_collapses * n] as the pattern was made with */
    signed char *at_bound; /* [n_unknowns * n_pad] -1, 1: a clamped state rests at its lower, upper bound */
    hys__history *history; /* [n_delays * n] */
    double *row_slope, *in_slope, *delay_step; /* of absdelay at small signals: see circuit_delay.c; NULL */
    size_t first_root;
    uint32_t n_jac_used;
    bool has_clamps, wants_restart;
} hys__group;

typedef struct hys__where {   /* of an element */
    uint32_t branch;          /* place of its current; HYS__NO_PLACE: none */
    uint32_t group, at, part; /* kernels and behavioural elements */
    uint32_t sensor;          /* the first of its sensors, from 1; 0: none */
} hys__where;

/* The current into a terminal of a kernel as an unknown i, because another element reads it: what the kernel adds to
 * the row of its node stands in a row of its own, less i, and i in the row of the node. */
typedef struct hys__sensor {
    uint32_t elem, by;    /* by: who reads it */
    const char *name;     /* of the terminal, or its number from 1; NULL: the first */
    uint32_t place, next; /* next: of the same element, from 1; 0: none */
    uint32_t terminal;    /* HYS__NO_PLACE: sensor number `twin` has it already */
    uint32_t twin;
} hys__sensor;

typedef struct hys__csr {  /* rows of a sparse matrix, zeros left out: for products with vectors */
    uint32_t *start, *col; /* [n + 1] */
    double *at;
} hys__csr;

typedef struct hys__pin { /* row `row` becomes y[col] - value = 0 */
    uint32_t row, col;
    double value;
} hys__pin;

typedef struct hys__line { /* lossless line */
    uint32_t elem;
    uint32_t v[4], i[2];  /* unknowns */
    uint32_t at[2][6];    /* entries of both rows: v0 v1 v2 v3 i0 i1 */
    double z0, td;        /* ohm, s */
    hys__history wave[2]; /* v + z0 i of both ends */
    double from[2];       /* what arrives at each end now */
} hys__line;

typedef struct hys__switch {
    uint32_t elem;
    uint32_t a, b;      /* nodes */
    uint32_t ca, cb;    /* control: potential difference, or current ca where cb is n */
    uint32_t at[4];     /* (a,a) (b,b) (a,b) (b,a) */
    uint32_t branch;    /* current as unknown: n: none */
    uint32_t at_branch; /* (branch, branch) */
    double on, off;     /* thresholds of the control; on >= off, or on < off where inverted */
    double ron, roff;   /* ohm */
    bool is_on;
    bool is_smooth;      /* no thresholds: the conductance follows the control within middle -+ half */
    double middle, half; /* of the control */
    uint32_t by[4];      /* is_smooth: (a,ca) (a,cb) (b,ca) (b,cb), with a branch (branch,ca) (branch,cb) */
} hys__switch;

typedef struct hys__energy { /* of an element or a scope */
    uint32_t a;
    bool is_scope;
    double sum, t, power; /* J, s, W: so far, to the last point */
} hys__energy;

typedef struct hys__override { /* a parameter that set_target changed */
    hys__target target;
    double value;
} hys__override;

struct hys__circuit {
    hys_ctx *ctx;
    hys__flat *flat;
    hys__circuit_opts opts;
    hys__arena arena;  /* what lives as long as the circuit */
    hys__arena layout; /* numbering, pattern, tables: made anew when the structure changes */
    hys__behavioural_set behavioural;
    double temp; /* K */
    hys__circuit_mode mode;
    double source_scale;
    double first_instant; /* s: how long capacitances with initial values take to share their charge */
    bool is_linearising;
    bool starts_transient; /* the equilibrium that is sought starts one: sources are at t = 0 of their waves */
    bool has_line_history; /* lines carry waves: a transient goes on */

    struct {
        hys__override *at;
        size_t n, cap;
    } overrides;
    struct {
        hys__group *at;
        size_t n, cap;
    } groups;
    hys__where *where; /* [n_elems] */
    struct {
        uint32_t *at;
        size_t n, cap;
    } branches; /* elements that have one */
    struct {
        hys__sensor *at;
        size_t n, cap;
    } sensors;

    /* numbering */
    uint32_t n_places, first_branch, first_internal;
    uint32_t *same_as;  /* [n_places] union-find, then the y of each: y_of */
    uint32_t *y_of;     /* [n_places] n: ground or not there */
    uint32_t *place_of; /* [n] */
    uint32_t n;

    /* pattern */
    hys__system system;
    size_t nnz;
    uint32_t *row_start, *row_at; /* entries of each row: [n + 1], [nnz] */
    uint32_t *diagonal;           /* [n] */
    double *linear;               /* [nnz] constant part of the Jacobian */
    double *mass;                 /* [nnz] */
    hys__csr g, mass_rows;

    /* sources, switches, lines */
    struct {
        uint32_t *at;
        size_t n, cap;
    } sources;                   /* elements V, I */
    hys__wave *waves;            /* [sources.n], complete */
    double wave_step, wave_stop; /* s: what completed them; 0: nothing */
    double *source;              /* [sources.n] values at source_t */
    double source_t;
    bool has_source_values;
    struct {
        hys__switch *at;
        size_t n, cap;
    } switches;
    struct {
        hys__line *at;
        size_t n, cap;
    } lines;
    struct {
        uint32_t *at;
        size_t n, cap;
    } leaks; /* nodes that get a conductance to ground because nothing else holds them */
    struct {
        uint32_t *at;
        size_t n, cap;
    } losses; /* inductors that get a resistance because they close a loop */

    /* unknowns */
    double *abstol;                 /* [n] */
    unsigned char *is_differential; /* [n] */
    unsigned char *is_node;         /* [n] */
    unsigned char *is_tested;       /* [n] 0: left out of the error test */
    unsigned char *is_derived;      /* [n] follows linearly from the others, left out of Newton's test too */
    uint32_t *unit_of;              /* [n] index in units */
    struct {
        const char **at;
        size_t n, cap;
    } units;

    /* evaluation */
    double *y, *yp, *f; /* [n + 1] */
    double *jac;        /* [nnz + 1] */
    double *room;       /* [4 n + 8] for operating points */
    hys__pin *pins;     /* held states */
    size_t n_pins, pin_cap;
    const double *charge; /* [n] M y at the start, where it is not M times a y; NULL */
    const double *forced; /* [n] conductances to forced_to: .ic, .nodeset; NULL */
    const double *forced_to;
    double time; /* s, of the present evaluation */
    uint64_t n_evals;

    /* probes: what the last evaluation was */
    uint64_t probe_evals;
    double probe_t;
    bool probe_has_rates, has_opvars;
    unsigned char *marks; /* [most unknowns of a kernel] */
    struct {
        hys__energy *at;
        size_t n, cap;
    } energies;
    double **noise, **noise_exp, **noise_coef; /* of the group in hand */

    size_t n_roots;
    hys__newton *newton;
    double *fine; /* [n] tolerances of newton */
    const char *op_method;

    struct {
        const char **at;
        size_t n, cap;
    } remarks;

    /* what kernels say at accepted points */
    bool needs_accept;
    double bound_step, next_time; /* s; inf: none */
    bool is_finished;
    hys_status effect_status;
    hys__group *speaking;
    void (*message)(void *user, const char *text);
    void *message_user;
};

static inline const hys__elem *hys__circuit_elem(const hys__circuit *c, uint32_t elem) {
    return &c->flat->elems[elem];
}
static inline uint32_t hys__circuit_node(const hys__circuit *c, const hys__elem *e, unsigned k) {
    return c->y_of[e->nodes[k]];
}
/* The unknown that is the current of an element; n: none. */
static inline uint32_t hys__circuit_current(const hys__circuit *c, uint32_t elem) {
    uint32_t place = c->where[elem].branch;
    return place == HYS__NO_PLACE ? c->n : c->y_of[place];
}

hys_status hys__circuit_remarkf(hys__circuit *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A diagnostic at an element's place in the netlist. */
hys_status hys__circuit_fail(hys__circuit *c, hys_status status, uint32_t elem, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* probe.c: the sum of an energy, begun where there is none; NULL: out of memory. */
hys__energy *hys__circuit_energy(hys__circuit *c, const hys__probe *probe);
/* circuit_target.c */
void hys__overrides_apply(hys__circuit *c);
bool hys__override_takes(const hys__override *o, const hys__circuit *c, uint32_t elem);
/* circuit.c: after the netlist's values, or those set over them, changed. */
hys_status hys__circuit_take_values(hys__circuit *c);
/* circuit_group.c: loads models, makes batches, fills parameters. */
hys_status hys__groups_make(hys__circuit *c);
void hys__groups_free(hys__circuit *c);
hys_status hys__groups_refresh(hys__circuit *c);
/* The terminal's node of an instance. */
uint32_t hys__group_terminal(const hys__circuit *c, const hys__group *g, size_t instance, uint32_t terminal);
/* Place of an unknown of an instance before collapse. */
uint32_t hys__group_place(const hys__circuit *c, const hys__group *g, size_t instance, uint32_t unknown);

typedef struct hys__stamper {
    hys__circuit *circuit;
    void (*put)(struct hys__stamper *s, bool is_mass, uint32_t row, uint32_t col, double value);
} hys__stamper;
/* probe.c: the rows of a kernel whose current enters at a terminal: its own, and those of internal nodes that are
 * collapsed into it; a flag for each unknown. */
void hys__group_rows(const hys__group *g, size_t instance, uint32_t terminal, unsigned char *is_in);
/* circuit_sensor.c: a sensor for a terminal of a kernel, found by what it is called; then by its place. */
hys_status hys__sensor_need(hys__circuit *c, uint32_t elem, const char *terminal, uint32_t by);
uint32_t hys__sensor_place(const hys__circuit *c, uint32_t elem, const char *terminal);
/* The number from 0 of what a terminal is called (NULL: the first); HYS__NO_PLACE: there is none. */
uint32_t hys__circuit_terminal(const hys__circuit *c, uint32_t elem, const char *name);
hys_status hys__circuit_check_probes(const hys__circuit *c);
/* Gives them places from c->n_places on; then, when kernels are there, their terminals. */
hys_status hys__sensors_place(hys__circuit *c);
hys_status hys__sensors_resolve(hys__circuit *c);
hys_status hys__sensors_rows(hys__circuit *c);
/* The unknown whose row takes an equation of an instance. */
uint32_t hys__sensor_row(const hys__circuit *c, const hys__group *g, size_t instance, uint32_t unknown);
void hys__sensors_stamp(hys__stamper *s);
/* circuit_number.c */
hys_status hys__circuit_branches(hys__circuit *c);
hys_status hys__circuit_number(hys__circuit *c);
/* circuit_pattern.c */
hys_status hys__circuit_pattern(hys__circuit *c);
uint32_t hys__circuit_entry(const hys__circuit *c, uint32_t row, uint32_t col); /* nnz: not in the pattern */
/* circuit_stamp.c: constant parts. */
void hys__circuit_stamp(hys__stamper *s);
hys_status hys__circuit_values(hys__circuit *c);
/* circuit_tables.c: where kernels' entries go. */
hys_status hys__circuit_tables(hys__circuit *c);
/* circuit_unknown.c: names, tolerances, kinds. */
hys_status hys__circuit_describe(hys__circuit *c);
/* circuit_topology.c: floating nodes, loops, cut sets; which unknowns have a higher index. */
hys_status hys__circuit_topology(hys__circuit *c);
hys_status hys__circuit_index(hys__circuit *c);

/* circuit_eval.c */
void hys__circuit_gather(hys__circuit *c, double t, const double *y);
bool hys__circuit_eval(void *circuit, const hys__point *at, double *f, double *jac);
bool hys__circuit_all_finite(const double *v, size_t n);
/* circuit_source.c */
hys_status hys__sources_make(hys__circuit *c);
void hys__sources_finish(hys__circuit *c, double step, double stop);
double hys__circuit_source_value(const hys__circuit *c, size_t k, double t); /* k: index in c->sources */
void hys__circuit_sources(hys__circuit *c, double t);
/* The next corner of a wave after t; *jumps: its value jumps there. */
double hys__circuit_corner(const hys__circuit *c, double t, bool *jumps);

/* circuit_report.c: a diagnostic for a failed solution: names time, unknown, device, residual. */
hys_status hys__circuit_no_solution(hys__circuit *c, hys_status status, double t, const char *what, const double *y);
/* ", at x1 (w = 0.3)": an instance with a row at unknown i, or nothing. */
void hys__circuit_device_at(const hys__circuit *c, size_t i, char *text, size_t size);
/* op_held.c: pins of states, initial charges. */
hys_status hys__circuit_pin_initial(hys__circuit *c, bool *moved);
hys_status hys__circuit_initial_charge(hys__circuit *c, double **result, double *y);
void hys__circuit_unpin(hys__circuit *c);
hys_status hys__circuit_pin_lost(hys__circuit *c, const double *y);
/* op.c: circuit_mode's flags for kernels. */
void hys__circuit_flags(hys__circuit *c, uint32_t flags);
/* circuit_accept.c: kernels' words and retained values at an accepted point. */
void hys__circuit_plan_accept(hys__circuit *c);
/* Root functions [n_roots]: events of kernels, then switches. */
bool hys__circuit_roots(hys__circuit *c, double t, const double *y, double *g);
void hys__circuit_project(hys__circuit *c, double *y);
hys_status hys__circuit_accept(hys__circuit *c, double t, const double *y, const unsigned char *fired, bool *jumped);

/* circuit_line.c, circuit_switch.c */
hys_status hys__lines_make(hys__circuit *c);
hys_status hys__lines_values(hys__circuit *c);
void hys__lines_free(hys__circuit *c);
void hys__lines_eval(hys__circuit *c, const double *y, double *f, double *jac);
hys_status hys__lines_start(hys__circuit *c, double t, const double *y);
hys_status hys__lines_push(hys__circuit *c, double t, const double *y);
void hys__line_arrivals(hys__line *l, double t);
/* Values of absdelay at c->time. */
void hys__group_delays(const hys__circuit *c, hys__group *g);
hys_status hys__groups_push_delays(hys__circuit *c, double t, bool is_start);
/* circuit_delay.c */
hys_status hys__circuit_linearise_delays(hys__circuit *c, const double *y);
void hys__circuit_stamp_delays(const hys__circuit *c, double omega, double *jac);
/* Behind a corner at t0 whose other side is y at t. */
hys_status hys__circuit_delays_corner(hys__circuit *c, double t0, double t, const double *y);
hys_status hys__switches_make(hys__circuit *c);
void hys__switches_values(hys__circuit *c);
void hys__switches_eval(hys__circuit *c, const double *y, double *f, double *jac);
/* dG/d(control) where slope is not NULL. */
double hys__switch_conductance(const hys__circuit *c, const hys__switch *s, const double *y, double *slope);
double hys__switch_control(const hys__circuit *c, const hys__switch *s, const double *y);
/* Sets every switch as its control says; true when one changed. */
bool hys__switches_update(hys__circuit *c, const double *y);

#endif
