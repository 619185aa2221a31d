/* A device under sines, and what answers at a frequency and its multiples.
 *
 * Phasors are those of  Re X exp(i n omega t),  t from the start of the sine. */
#ifndef HYS_LAB_SINE_H
#define HYS_LAB_SINE_H
#include "lab/protocol.h"
#include <complex.h>

typedef struct hys__sine {
    double bias, amplitude, frequency; /* V, V, Hz */
    long cycles, points;               /* points of a cycle */
    size_t first;                      /* the row of the run's table at which it starts, set by append */
} hys__sine;

hys_status hys__sine_append(hys__drive *drive, hys__sine *sine);
/* Of a run whose times are drive's. */
hys_status hys__sine_run(hys__protocol *p, hys__drive *drive, hys_run **run);

/* One cycle, from 0, of a column of the run that was recorded. */
typedef struct hys__cycle {
    const double *x; /* [n], x[k] at the part (k + 1)/n of the cycle */
    size_t n;
    double drift; /* of x from point to point, taken off */
} hys__cycle;
hys__cycle hys__sine_cycle(const hys__sine *sine, const double *column, long cycle);
double hys__cycle_mean(const hys__cycle *c);
double hys__cycle_rms(const hys__cycle *c);
/* Order from 1, below half the points of a cycle. */
double complex hys__cycle_phasor(const hys__cycle *c, size_t order);

/* The linearised impedance at rest, or with states as they begin (held), at a bias and frequencies that rise.  NaN
 * where there is none: *why tells, else it is NULL. */
hys_status hys__linear_impedance(hys__protocol *p, double bias, bool is_held, const hys__values *f, double complex *z,
                                 const char **why);

#endif
