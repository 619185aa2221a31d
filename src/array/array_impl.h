/* The inside of a crossbar. */
#ifndef HYS_ARRAY_IMPL_H
#define HYS_ARRAY_IMPL_H
#include "array/descent.h"
#include <hysteron/array.h>

/* The wire of a line is cut in front of the crossing with line `at`. */
typedef struct hys__cut {
    size_t line, at;
} hys__cut;

enum { HYS__LEFT, HYS__RIGHT, HYS__TOP, HYS__BOTTOM };

struct hys_array {
    hys_ctx *ctx;
    hys__arena arena;
    hys_array_opts opts;
    hys__grid grid;
    hys__linear linear;
    bool has_linear; /* it fits grid and cells */
    hys__law law;    /* of all cells, where evaluate is not NULL */
    hys__descent descent;
    bool has_descent;
    double *cells; /* [rows columns] S */
    const double **word_rows, **bit_rows;
    double *word_row, *bit_row; /* what rows without cuts share: [columns] each */
    bool *is_on[4];             /* left, right [rows], top, bottom [columns]: connected and not floating */
    double *ends[4];            /* S of them */
    struct {
        hys__cut *at;
        size_t n, cap;
    } word_cuts, bit_cuts;
    double *word_currents, *bit_currents; /* A */
    hys_array_report report;
};

/* Makes the solver where the network or its cells have changed. */
hys_status hys__array_prepare(hys_array *array);
void hys__array_forget(hys_array *array);
/* A, of the last solution. */
double hys__array_cell_current(const hys_array *array, size_t k);
/* Currents at the terminals, and both sides of the power balance, from the solution. */
void hys__array_measure(hys_array *array, const double *words, const double *bits);

#endif
