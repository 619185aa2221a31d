/* The second half of protocols: what is told of the numbers that a run of the model, or an instrument, gave. */
#ifndef HYS_LAB_ANALYSE_H
#define HYS_LAB_ANALYSE_H
#include "lab/protocol.h"

/* ---- loops ---- */

hys_status hys__tell_loop(hys__protocol *p, const hys_run *run);

typedef struct hys__loop_series {
    hys_table *table; /* frequency, area, area_part, area_pos, area_neg, pinch, energy */
    double f_peak, peak, last, pinch, energy, frequency, slope; /* the last two: of the last loop */
    size_t at_peak, n;
} hys__loop_series;
hys_status hys__add_loop(hys__protocol *p, hys__loop_series *s, double frequency, const hys_run *run);
hys_status hys__tell_series(hys__protocol *p, const hys__loop_series *s);

/* ---- conductances behind pulses ---- */

/* g[0] before, then behind each pulse: n_up up, then n_down down; either may be 0. */
typedef struct hys__staircase {
    const double *g, *energy; /* energy [k]: of the pulse before g[k + 1] */
    size_t n_up, n_down;
    double resolution;   /* of levels, against the swing */
    double v_up, v_down; /* V; NaN: not known */
} hys__staircase;
hys_status hys__tell_staircase(hys__protocol *p, const hys__staircase *s);

/* ---- pairs, decays, rates ---- */

typedef struct hys__pairs {
    const double *dt, *index; /* [n] s, rising; A2/A1 */
    size_t n;
    double noise, energy; /* of the index; J of a second pulse */
} hys__pairs;
hys_status hys__tell_pairs(hys__protocol *p, const hys__pairs *d);

hys_status hys__tell_after(hys__protocol *p, const hys__after *d);

/* From the fewest pulses to the most. */
typedef struct hys__conversion {
    hys_table *table; /* pulses, kept, tau, beta, i_peak, i_end */
    double kept_first, kept_last, tau_first, tau_last, energy;
    size_t n;
} hys__conversion;
hys_status hys__add_number(hys__protocol *p, hys__conversion *c, double pulses, const hys__after *d);
hys_status hys__tell_conversion(hys__protocol *p, const hys__conversion *c);

/* gain [f->n]; energy: J of a pulse at the highest rate */
hys_status hys__tell_rates(hys__protocol *p, const hys__values *f, const double *gain, double energy);

typedef struct hys__side {
    const double *dt; /* [n] s, rising, above 0 */
    double *change;   /* [n] dG/G */
    size_t n;
} hys__side;
typedef struct hys__window {
    hys__side plus, minus;
    double alone, energy, peak; /* 1: change by spikes that do not overlap; J; V */
    double least;               /* a smaller change is none */
} hys__window;
hys_status hys__tell_window(hys__protocol *p, const hys__window *w);

/* ---- states ---- */

typedef struct hys__states {
    double *on, *off; /* [n] S, behind the set and the reset pulse of each cycle */
    double *scratch;  /* [n] */
    double energy_set, energy_reset, ratio;
    size_t n;
} hys__states;
hys_status hys__name_states(hys__protocol *p, hys__states *c);
hys_status hys__tell_states(hys__protocol *p, const hys__states *c);
hys_status hys__tell_reads(hys__protocol *p, const double *g, size_t n, double energy);

typedef struct hys__written {
    double amplitude, width;
    hys__values times;
    double *g, before, energy; /* S [times.n] at one temperature; S, NaN: not known; J */
    double noise;              /* S; 0: what the solver's tolerance leaves */
} hys__written;
hys_status hys__decay_time(hys__protocol *p, const hys__written *w, double *tau);
hys_status hys__tell_written(hys__protocol *p, const hys__written *w, double tau);
hys_status hys__tell_arrhenius(hys__protocol *p, const double *temperature, const double *tau, size_t n);

typedef struct hys__tally {
    double *error;         /* [n] against the range */
    double energy, pulses; /* sums */
    size_t n, n_good;
    double low, high, levels; /* S, S, 1 */
    double span;              /* of the targets, against the range */
} hys__tally;
hys_status hys__tell_tally(hys__protocol *p, hys__tally *t);

typedef struct hys__rtn {
    const double *i; /* [n] A, evenly in time */
    size_t n;
    double step, energy; /* s, J between two reads */
} hys__rtn;
hys_status hys__tell_rtn(hys__protocol *p, const hys__rtn *r);

/* ---- switching ---- */

typedef struct hys__held {  /* a voltage is on since t[0] = 0 */
    double *t, *g, *energy; /* [n]; energy: since the point before */
    size_t n;
} hys__held;
hys_status hys__held_room(hys__protocol *p, hys__held *h);
typedef struct hys__switching {
    double time, energy; /* s, J; NaN: it does not switch in time */
    double g_first, g_last;
    bool at_once;
} hys__switching;
void hys__find_switch(const hys__held *h, double factor, hys__switching *s);
typedef struct hys__kinetics {
    double *v, *log_v, *log_t, *energy; /* [n]; NaN where nothing is known */
    size_t n, n_known;
    double shortest, longest, factor;
} hys__kinetics;
hys_status hys__kinetics_room(hys__protocol *p, hys__kinetics *c);
hys_status hys__add_switch(hys__kinetics *c, size_t k, double volts, const hys__switching *s, hys_table *table);
hys_status hys__tell_kinetics(hys__protocol *p, const hys__kinetics *c);

typedef struct hys__draws {
    double *set, *reset, *ratio, *scratch; /* [n] */
    size_t n;
    double energy; /* J, mean of a loop */
} hys__draws;
hys_status hys__draws_room(hys__protocol *p, hys__draws *d);
hys_status hys__tell_draws(hys__protocol *p, const hys__draws *d);

#endif
