/* What features are made with. */
#ifndef HYS_LAB_FEATURES_H
#define HYS_LAB_FEATURES_H
#include "lab/run.h"

/* A curve in time: v, i in V, A; t may be NULL.  source: what was imposed: v or i itself, or the voltage of
 * a source behind a resistance. */
typedef struct hys__curve {
    const double *t, *v, *i, *source;
    size_t n;
    double v_max, i_max; /* largest |v|, |i| */
} hys__curve;

/* value NaN: does not apply.  text NULL: a number. */
hys_status hys__feature_add(hys_run *run, const char *name, const char *unit, double value, const char *text,
                            const char *desc);
/* Signed areas enclosed for v > 0 (side 1) or v < 0 (side -1), in W: positive when run counter-clockwise in
 * the plane of v (to the right) and i (up). */
double hys__curve_area(const hys__curve *c, int side);
/* Smallest and largest |i| where the curve passes v = level; false when it passes fewer than two times. */
bool hys__curve_branches(const hys__curve *c, double level, double *least, double *most);
/* |i| where v passes 0, the largest of them, against the largest |i|; NaN when it does not. */
double hys__curve_pinch(const hys__curve *c);
/* Where the way up and the way down of a loop cross, but for the origin: how many times, and *where first (by |v|; NaN:
 * nowhere). */
size_t hys__curve_crossings(const hys__curve *c, double *where);
/* Integral of v i dt; NaN without time. */
double hys__curve_energy(const hys__curve *c);

/* Negative differential resistance, while the source rises.  S: |v| falls while |i| rises; N: |i| falls while
 * |v| rises.  (While it falls, a state that lags behind looks the same.) */
typedef struct hys__ndr {
    bool is_s, is_n;
    double v_fold, i_fold; /* where |v| begins to fall (S) */
    double v_hold, i_hold; /* where it rises again */
} hys__ndr;
hys__ndr hys__curve_ndr(const hys__curve *c);
/* v where log |i/v| rises (direction 1) or falls (-1) fastest per sample; NaN when it never does. */
double hys__curve_switch(const hys__curve *c, int direction);

#endif
