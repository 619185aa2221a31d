/* Circuits of lumped and distributed elements: their text, their impedance, their fit to a spectrum. */
#ifndef HYS_CIRCUIT_LUMP_H
#define HYS_CIRCUIT_LUMP_H
#include "circuit/impedance.h"
#include "device/word.h"

#define HYS__LUMP_PARAMS 24 /* most of a circuit */
#define HYS__LUMP_NODES  64

typedef struct hys__lump_symbol {
    const char *name, *unit; /* name "": that of the element */
    bool is_exponent;        /* between 0 and 1; else above 0 */
} hys__lump_symbol;

typedef struct hys__lump_kind {
    const char *name;
    size_t n;
    hys__lump_symbol symbols[3];
    double complex (*z)(const double *p, double complex s);
    void (*guess)(double z, double w, double n, double *p); /* values with about |Z| = z at w rad/s, exponent n */
} hys__lump_kind;

/* The kind that the text begins with; NULL: none. */
const hys__lump_kind *hys__lump_kind_of(const char *text, size_t len);
/* "R, C, ..." for hints. */
const char *hys__lump_kinds(void);

typedef enum hys__lump_form { HYS__LUMP_SERIES, HYS__LUMP_PARALLEL, HYS__LUMP_ELEMENT } hys__lump_form;
typedef struct hys__lump_node {
    hys__lump_form form;
    size_t child, next; /* first child, next sibling; SIZE_MAX: none */
    const hys__lump_kind *kind;
    size_t first; /* parameter of an element */
    const char *name;
} hys__lump_node;

typedef struct hys__lump {
    const char *text;
    hys__lump_node nodes[HYS__LUMP_NODES];
    size_t n_nodes, n; /* n: parameters */
    const char *names[HYS__LUMP_PARAMS];
    const hys__lump_symbol *symbols[HYS__LUMP_PARAMS];
} hys__lump;

hys_status hys__lump_read(hys_ctx *ctx, hys__arena *arena, const char *text, hys__lump *lump);
double complex hys__lump_z(const hys__lump *lump, const double *p, double w);
/* A start: p [n] about the sizes z (ohm) and rates w (rad/s) that draw() gives. */
void hys__lump_start(const hys__lump *lump, void (*draw)(void *user, double *z, double *w, double *n), void *user,
                     double *p);

/* ---- fits ---- */

typedef struct hys__lump_problem {
    hys_ctx *ctx;
    const hys__spectrum *spectrum;
    const hys__lump *lump;
    bool is_uniform;
    uint64_t seed;
    double level;
    bool is_fixed[HYS__LUMP_PARAMS], is_signed[HYS__LUMP_PARAMS];
    double *residuals; /* [(2 HYS__LUMP_PARAMS + 2) 2 n] scratch */
} hys__lump_problem;

typedef struct hys__lump_solution {
    double p[HYS__LUMP_PARAMS];
    double square; /* sum of weighted squares */
    double low[HYS__LUMP_PARAMS], high[HYS__LUMP_PARAMS];
    double spread[HYS__LUMP_PARAMS];                        /* standard error, of the logarithm but for exponents */
    double correlation[HYS__LUMP_PARAMS][HYS__LUMP_PARAMS]; /* NaN: fixed or not determined */
    double rms, bic;
    size_t n_free;
} hys__lump_solution;

/* solution->p holds what is fixed.  From many starts. */
hys_status hys__lump_search(const hys__lump_problem *problem, hys__lump_solution *solution);
/* Intervals, correlations, rms, bic at solution->p. */
void hys__lump_judge(const hys__lump_problem *problem, hys__lump_solution *solution);
/* Weighted residuals [2 n]; the sum of their squares. */
double hys__lump_residuals(const hys__lump_problem *problem, const double *p, double *r);
/* Jacobian by u (logarithm of |p|, exponents themselves), columns of free parameters [2 n] each; which [n_free]. */
size_t hys__lump_jacobian(const hys__lump_problem *problem, const double *p, size_t *which, double *jacobian);
/* a [n n] symmetric positive: a x = b in place; false: singular. */
bool hys__lump_solve(size_t n, double *a, double *b);

#endif
