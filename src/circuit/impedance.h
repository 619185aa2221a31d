/* The inside of hys_impedance: a port's admittance over frequency, its poles, an equivalent circuit. */
#ifndef HYS_CIRCUIT_IMPEDANCE_H
#define HYS_CIRCUIT_IMPEDANCE_H
#include "circuit/small_signal.h"
#include <hysteron/circuit.h>

struct hys_impedance {
    hys_ctx *ctx;
    hys__guard guard;
    hys__arena arena;
    hys_table *table;
    struct {
        hys_circuit_element *at;
        size_t n, cap;
    } elements;
    struct {
        const char **at;
        size_t n, cap;
    } remarks;
    double fit_error;
    hys_kramers_kronig kk;
};

typedef struct hys__spectrum {
    size_t n;
    double *f;           /* [n] Hz */
    double complex *y;   /* [n] S */
    double complex *fit; /* [n] S, of the equivalent circuit */
    double complex *kk;  /* [n] of the Kramers-Kronig test: (Z - Z fitted)/Z; a complex number, its parts against |Z| */
    bool is_series;      /* driven by a current: Z is fitted, not Y */
    double complex *poles; /* [n_poles] 1/s, of the port as it is driven; of pairs only the upper */
    size_t n_poles;
    double least_part; /* of |Y|: noise, below which nothing is named */
} hys__spectrum;

hys_impedance *hys__impedance_new(hys_ctx *ctx); /* NULL: out of memory */
/* A measured spectrum in the order of its frequencies, in the result's arena. */
hys_status hys__impedance_read(hys_impedance *result, const hys_table *table, hys__spectrum *spectrum);
hys_status hys__impedance_table(hys_impedance *result, const hys__spectrum *spectrum);
hys_status hys__impedance_remark(hys_impedance *result, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Residues at the poles by least squares; branches of R, L, C and what they come to. */
hys_status hys__impedance_fit(hys_impedance *result, hys__spectrum *spectrum);
/* Poles of a measured spectrum, as many as it needs, by vector fitting (Gustavsen and Semlyen, IEEE Trans. Power
 * Delivery 14 (1999) 1052). */
hys_status hys__impedance_poles(hys_impedance *result, hys__spectrum *spectrum);
/* The linear Kramers-Kronig test. */
hys_status hys__impedance_kk(hys_impedance *result, hys__spectrum *spectrum);

#endif
