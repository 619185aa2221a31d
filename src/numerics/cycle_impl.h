/* The inside of the continuation of cycles, for cycle.c, cycle_event.c and cycle_orbit.c. */
#ifndef HYS_NUMERICS_CYCLE_IMPL_H
#define HYS_NUMERICS_CYCLE_IMPL_H
#include "numerics/cycle.h"
#include "numerics/cycle_mesh.h"
#include "numerics/floquet.h"

typedef struct hys__stop { /* a cycle of the branch, and what is known there */
    hys__orbit o;
    double *t;                  /* tangent [size + 2] */
    double complex *multiplier; /* [n] */
    size_t n_unstable;
    bool is_trusted; /* the multipliers */
} hys__stop;

typedef struct hys__ride {
    hys_ctx *ctx;
    const hys__family *family;
    hys__cycle_opts opts;
    const hys__cycle_sink *sink;
    hys__cycle_report *report;
    hys__arena arena;
    hys__colloc *colloc;
    hys__floquet *floquet;
    hys__radau radau;
    size_t n;
    hys__weights weights;
    double *scale, *low, *high, *range; /* [n] */
    double *event_low, *event_high;     /* [n] of an event */
    double *fold_low, *fold_high;       /* [n] of the fold that is held */
    double *room, *monitor, *place;     /* [2 n max_intervals], [max_intervals], [max_intervals + 1] */
    double error, longest;
    hys__stop last, next, trial;
    unsigned steps, next_along;
    bool has_fold; /* one that was located and may still prove to be noise */
    hys__cycle_event fold;
} hys__ride;

void hys__cycle_set_defaults(hys__cycle_opts *opts);
hys_status hys__ride_open(hys__ride *w);
void hys__ride_close(hys__ride *w);
hys_status hys__ride_set_intervals(hys__ride *w, size_t n_int);
/* The cycle at arclength s from `from` along its tangent; its tangent and, where wanted, multipliers. */
hys_status hys__ride_reach(hys__ride *w, const hys__stop *from, double s, hys__stop *to, bool wants_multipliers,
                           unsigned *n_iter);
hys_status hys__ride_multipliers(hys__ride *w, hys__stop *at);
/* Takes a cycle into account that was accepted: scales, range, error. */
bool hys__ride_is_tired(const hys__ride *w);
void hys__ride_measure(hys__ride *w, const hys__orbit *o);
/* cycle_along.c: follows a stable relaxation cycle by running at one p after the other, as far as that goes.  The ends
 * are those of the range; HYS_CYCLE_END_LOST: it goes no further, or not at all. */
bool hys__ride_is_sharp(const hys__ride *w);
hys_status hys__ride_along(hys__ride *w, int direction);
/* A better mesh for `last`, where it pays. */
hys_status hys__ride_remesh(hys__ride *w);
hys_status hys__ride_give_out(hys__ride *w, const hys__stop *s);

/* Locates what happens between last and next, ds apart. */
hys_status hys__ride_cross(hys__ride *w, double ds);
/* Gives out a fold that was held back, once p has left it. */
hys_status hys__ride_tell_fold(hys__ride *w, double p_now);
bool hys__ride_is_clear(const hys__ride *w);
bool hys__ride_turned_back(const hys__ride *w);

#endif
