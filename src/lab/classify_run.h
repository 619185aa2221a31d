/* The device under test: plans of held and ramped drives, carried out as far as the device lets them. */
#ifndef HYS_LAB_CLASSIFY_RUN_H
#define HYS_LAB_CLASSIFY_RUN_H
#include "lab/classify_impl.h"
#include "lab/run.h"

/* What is looked at behind a step: times even in the logarithm, six a decade, 1 ps to 10^4 s. */
#define HYS__LOOK_FIRST      1e-12 /* s */
#define HYS__LOOK_LAST       1e4   /* s */
#define HYS__LOOK_PER_DECADE 6
#define HYS__LOOKS           97

/* A device linearised where a run ended: rows and columns 0..n-2 are its inside, n-1 the driven terminal. */
typedef struct hys__linear {
    size_t n;    /* 0: there is none */
    double *a;   /* [n n] by columns: d(row)/d(unknown) in S and the like */
    double *m;   /* [n n] the same of its rate */
    double v, i; /* V, A: where */
    double t;    /* s held there */
} hys__linear;

typedef struct hys__leg { /* rows of one part of a plan */
    size_t first, n;
} hys__leg;

typedef struct hys__plan {
    hys__drive drive;
    struct {
        double *at;
        size_t n, cap;
    } time; /* s since its leg began, of each row */
    struct {
        hys__leg *at;
        size_t n, cap;
    } legs;
    double level; /* V or A: where the drive is */
    bool failed;
    bool wants_linear;
    const char *instance; /* whose random draws; NULL: the bench's */
} hys__plan;

typedef struct hys__trace {
    size_t n; /* rows that were reached */
    const double *t, *v, *i;
    const double *i_sense; /* A: into the port that is sensed; NULL: none is */
    const hys__leg *legs;
    bool is_whole;
    hys__linear linear;
} hys__trace;

typedef struct hys__tester {
    hys_ctx *ctx;
    const hys_model *model;
    hys_bench_opts bench;
    hys__arena *arena; /* traces stay here until the classification is done */
    int polls;         /* of the present run */
    int patience;      /* times more steps than usual that a run may take */
    size_t n_runs;
    const char *range; /* as asked; NULL: it is found */
    int (*progress)(void *user, double done);
    void *progress_user;
    double done;
} hys__tester;

hys__plan hys__plan_new(const hys__tester *t, bool is_current);
/* Jumps to a level within 1 % of HYS__LOOK_FIRST, and holds it; returns the leg. */
size_t hys__plan_look(hys__plan *p, double level, double last);   /* looked at by the times of HYS__LOOK */
size_t hys__plan_hold(hys__plan *p, double level, double length); /* one row, at its end */
size_t hys__plan_ramp(hys__plan *p, double level, double length, size_t n);
double hys__look_time(size_t k); /* s */
/* HYS_OK also where the device has no solution, or takes too long: then the trace ends early. */
hys_status hys__tester_run(hys__tester *t, hys__plan *plan, hys__trace *trace);
/* Rows of a leg that were reached. */
size_t hys__trace_n(const hys__trace *trace, size_t leg);

/* Admittance at the complex frequency s (re, im), S. */
bool hys__linear_admittance(const hys__linear *l, const double s[2], double y[2]);
/* The same device under an imposed current: what it answers is its impedance.  a, m of n + 1 rows in the tester's
 * arena. */
hys_status hys__linear_under_current(hys__tester *t, const hys__linear *l, hys__linear *result);
#define HYS__MODES_MAX 40
typedef struct hys__mode {
    double re, im; /* 1/s: of pairs the upper */
    double part;   /* of the admittance that it carries after the time held */
} hys__mode;
/* Modes seen at the terminals, the largest part first; *n of them. */
hys_status hys__linear_modes(hys__tester *t, const hys__linear *l, hys__mode modes[HYS__MODES_MAX], size_t *n);

#endif
