/* Systems with known bifurcations, as hys__family: written once, in complex numbers, so that their Jacobians are exact
 * to rounding (a step along the imaginary axis). */
#ifndef HYS_TEST_FAMILIES_H
#define HYS_TEST_FAMILIES_H
#include "hys_test.h"
#include "numerics/continuation.h"

#define FAMILY_MAX 8

typedef struct test_family {
    hys__family family;
    double p;
    size_t n, n_evals;
    void (*rhs)(const double complex *y, double p, double complex *f); /* M y' = f */
    double mass[FAMILY_MAX * FAMILY_MAX], abstol[FAMILY_MAX];
    int64_t col_start[FAMILY_MAX + 1], row[FAMILY_MAX * FAMILY_MAX];
} test_family;

/* mass NULL: the unit matrix; else by rows. */
void test_family_init(test_family *t, size_t n, void (*rhs)(const double complex *, double, double complex *),
                      const double *mass, double abstol);

/* What a run gave out. */
typedef struct test_record {
    hys__crossing at[16];
    double y[16][FAMILY_MAX];
    double complex q[16][FAMILY_MAX];
    size_t n, n_points, n_unstable_last;
    double p_last, y_last[FAMILY_MAX];
    size_t dim;
} test_record;
void test_follow(hys_ctx *ctx, test_family *t, double from, double to, const double *y, test_record *record);

/* Hodgkin and Huxley 1952 in modern signs; y: V (mV), m, h, n; p: uA/cm2; time in ms.  E_L -54.387 mV, 6.3 C. */
void test_hodgkin_huxley(const double complex *y, double p, double complex *f);
/* A = 1, p = B: x' = A - (B + 1) x + x^2 y, y' = B x - x^2 y. */
void test_brusselator(const double complex *y, double p, double complex *f);
/* v - v^3/3 - w + p, 0.08 (v + 0.7 - 0.8 w) */
void test_fitzhugh_nagumo(const double complex *y, double p, double complex *f);
/* The set with a subcritical Hopf point at 93.857618 uA/cm2. */
void test_morris_lecar(const double complex *y, double p, double complex *f);

#endif
