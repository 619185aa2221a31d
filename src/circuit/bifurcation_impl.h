/* The inside of hys_bifurcation: a circuit as a family of systems with one parameter. */
#ifndef HYS_CIRCUIT_BIFURCATION_IMPL_H
#define HYS_CIRCUIT_BIFURCATION_IMPL_H
#include "circuit/circuit.h"
#include "numerics/cycle.h"
#include <hysteron/circuit.h>

struct hys_bifurcation {
    hys_ctx *ctx;
    hys__guard guard;
    hys__arena arena;
    hys_table *table;
    struct {
        hys_bifurcation_point *at;
        size_t n, cap;
    } points;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
};
hys_status hys__bifurcation_remark(hys_bifurcation *result, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

typedef struct hys__spot { /* an equilibrium of the branch */
    double p;
    size_t n_unstable;
    const double *y; /* [n] */
} hys__spot;

typedef struct hys__hopf_spot {
    double p, omega;
    const double *y;
    const double complex *q;
    size_t spot;       /* it lies behind this many spots */
    size_t n_unstable; /* of the cycles that are born there */
    bool is_done;      /* its cycles were followed, from here or from the other end */
} hys__hopf_spot;

typedef struct hys__fork { /* a branch point */
    const double *x, *t;   /* [n + 1]: y and p; the tangent of the other branch, NULL: not known */
    size_t n_unstable;
    bool is_done; /* the other branch was followed, or cannot be */
} hys__fork;

/* One run.  family.user is the study itself. */
typedef struct hys__study {
    hys_ctx *ctx;
    const hys_bifurcation_opts *opts;
    hys_bifurcation *result;
    hys__arena arena; /* what lives as long as the run */
    hys__flat *flat;
    hys__circuit *circuit;
    hys__target target;
    const char *unit;   /* of the parameter, in the table */
    double shift;       /* added to a value of the target (degC) to make SI */
    double from, to, p; /* SI; p: as set last */
    bool is_set;
    hys__family family;
    size_t n;
    double *row; /* of the table */
    size_t branch;
    struct {
        hys__spot *at;
        size_t n, cap;
    } spots;
    struct {
        hys__hopf_spot *at;
        size_t n, cap;
    } hopfs;
    struct {
        hys__fork *at;
        size_t n, cap;
    } forks;
    struct {
        const double *x; /* the branch point that it left from; NULL: the branch of the operating point */
        size_t first;    /* of its spots */
        bool is_closed;  /* it came back there */
    } arm;
    hys_status status; /* of what sinks did */
    double effort;     /* spent on cycles so far */
    size_t n_kinks;    /* told so far, and more */
    hys__orbit kept;   /* a cycle, copied */
} hys__study;

/* bifurcation_target.c: finds the parameter, reads the range, refuses what has no equilibria, makes the family. */
hys_status hys__study_target(hys__study *s);
hys_status hys__study_refuse(hys__study *s);
/* Whether events change what devices retain: then cycles are not those of the equations alone. */
bool hys__study_has_events(const hys__study *s);
hys_status hys__study_family(hys__study *s);
/* bifurcation_cycle.c: the cycles of all Hopf points. */
hys_status hys__study_cycles(hys__study *s);
/* bifurcation_branch.c: branch points, each once; the branches that cross there. */
bool hys__study_knows_fork(hys__study *s, const hys__crossing *c);
hys_status hys__study_keep_fork(hys__study *s, const hys__crossing *c);
hys_status hys__study_forks(hys__study *s);
/* bifurcation.c */
/* A branch of equilibria: from y at the start of the range, or where t is not NULL from the branch point x along t. */
hys_status hys__study_follow(hys__study *s, const double *x, const double *t);
typedef struct hys__study_row {
    double p;
    const double *low, *high;  /* [n]; the same at an equilibrium */
    double period, multiplier; /* s; NaN at an equilibrium */
    size_t n_unstable;
    double event; /* 1 + hys__event_kind; 0: none */
} hys__study_row;
hys_status hys__study_add_row(hys__study *s, const hys__study_row *row);
hys_status hys__study_add_point(hys__study *s, const hys_bifurcation_point *point);
/* False: the user stops. */
bool hys__study_progress(hys__study *s, double done);

#endif
