/* Periodic steady state of a circuit. */
#ifndef HYS_CIRCUIT_PSS_H
#define HYS_CIRCUIT_PSS_H
#include "circuit/circuit_impl.h"
#include "numerics/cycle.h"
#include "numerics/forced.h"

/* Values at some times of the cycle. */
typedef struct hys__pss_wave {
    size_t n;
    double *t, *weight; /* [n] s from its start; of quadrature over the period, sum 1 */
    double *y, *yp;     /* [n n_unknowns] */
    double *held;       /* [n n_held]; NULL: the circuit remembers nothing */
} hys__pss_wave;

typedef struct hys__pss {
    hys_ctx *ctx;
    hys__circuit *c;
    const hys__analysis *analysis;
    hys__span span;
    double rtol; /* of transients; 0: the default */
    bool (*progress)(void *user, double done);
    void *progress_user;

    hys__arena arena;
    hys__family family;
    size_t n;
    bool is_driven;
    const char *method; /* "collocation", "shooting" */
    double t0;          /* s: the circuit's time at the start of the cycle; where it is autonomous, of all sources */
    double drive;       /* s: the common period of the sources; 0: none has one */
    struct {
        double *at;
        size_t n, cap;
    } times, values;   /* samples of the last transient */
    hys_status status; /* of what sinks did */

    /* the cycle */
    double period; /* s */
    hys__orbit orbit;
    bool *is_corner;            /* [orbit.n_int] at the left end of an interval a source has a corner; NULL: nowhere */
    hys__pss_wave rows, nodes;  /* POINTS + 1 even ones; those of a quadrature */
    double complex *multiplier; /* [n]; trivial first where autonomous */
    size_t n_multipliers, n_unstable, n_neutral;
    bool is_trusted; /* the multipliers */
    double step, error;
    size_t n_iter, n_intervals;
    uint64_t n_steps; /* of the last transient */
    hys__forced_report report;
    double gap;   /* of a shot that missed, as part of an unknown's size */
    size_t worst; /* that unknown */
    size_t n_held;
    const char *held_name; /* a retained variable that is another one after a period; NULL: none */
    uint32_t held_elem;    /* its device */
} hys__pss;

/* Finds the cycle, or says why there is none. */
hys_status hys__pss_run(hys__pss *p);
void hys__pss_close(hys__pss *p);

/* ---- between its files ---- */
/* pss_drive.c: the common period of the sources. */
hys_status hys__pss_drive(hys__pss *p);
/* Whether all that depends on time comes back after p->period (driven), or stands still (autonomous) from p->t0 on. */
hys_status hys__pss_check_drive(hys__pss *p);
/* A transient to `stop`, samples kept from `from` on. */
hys_status hys__pss_sample(hys__pss *p, double from, double stop);
hys_status hys__pss_fail(hys__pss *p, hys_status status, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* pss_wave.c */
hys_status hys__pss_new_wave(hys__pss *p, size_t n, hys__pss_wave *w);
hys_status hys__pss_waves(hys__pss *p);
/* pss_shoot.c: by transients over one period, for circuits with switches and events. */
bool hys__pss_must_shoot(const hys__pss *p);
/* Whether a clamped state goes to its bound, where collocation would not hold it, in one of n points. */
bool hys__pss_leaves_bounds(const hys__pss *p, const double *y, size_t n);
hys_status hys__pss_shoot(hys__pss *p);
/* pss_held.c: retained variables and states of switches, as numbers [n_held]. */
size_t hys__pss_n_held(const hys__circuit *c);
void hys__pss_hold(const hys__circuit *c, double *held);
void hys__pss_put_held(hys__circuit *c, const double *held);
/* Puts what was held at a row of the wave, before probes look at it. */
void hys__pss_at_row(hys__pss *p, const hys__pss_wave *w, size_t row);
/* Whether what was held at the start is so again after a period; else names one that is not. */
bool hys__pss_held_repeats(hys__pss *p, const double *start, const double *end);

#endif
