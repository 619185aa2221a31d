/* The linearised circuit (G + i omega M + delays) x = b at an operating point: what .ac, .noise, .tf, .sens and
 * impedance have in common. */
#ifndef HYS_CIRCUIT_SMALL_SIGNAL_H
#define HYS_CIRCUIT_SMALL_SIGNAL_H
#include "circuit/circuit.h"
#include "numerics/lu_complex.h"
#include <complex.h>

typedef struct hys__small_signal {
    hys__circuit *circuit;
    hys__arena *arena;
    const double *y;         /* the operating point, [n] */
    double *g;               /* [nnz] */
    double *jac;             /* [2 nnz] */
    double complex *x;       /* [n] a solution */
    double *gradient, *rate; /* [n] of a probe */
    hys__zlu *lu;
} hys__small_signal;

/* Linearises at y, which must outlive it; memory is taken from the arena. */
hys_status hys__small_signal_new(hys__circuit *circuit, hys__arena *arena, const double *y, hys__small_signal *s);
void hys__small_signal_free(hys__small_signal *s);
/* Factors at omega in rad/s.  HYS_SINGULAR is reported with the unknown's name. */
hys_status hys__small_signal_factor(hys__small_signal *s, double omega);
/* The response s->x to the AC sources, and the phasor of a probe in it. */
void hys__small_signal_respond(hys__small_signal *s);
hys_status hys__small_signal_probe(hys__small_signal *s, const hys__probe *probe, double omega, double complex *value);
/* s->x becomes the adjoint of a probe: its response to a unit current into each row. */
hys_status hys__small_signal_adjoint(hys__small_signal *s, const hys__probe *probe, double omega);

#endif
