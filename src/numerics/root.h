/* A zero of a function of one variable between two points of opposite sign. */
#ifndef HYS_NUMERICS_ROOT_H
#define HYS_NUMERICS_ROOT_H

typedef struct hys__bracket {
    double a, b, fa, fb;
} hys__bracket;

/* Between w.a and w.b.  f may return NaN where it has no value: such points are avoided.  To 1e-13 of b - a, or
 * rounding. */
double hys__root(double (*f)(void *user, double x), void *user, hys__bracket w);

#endif
