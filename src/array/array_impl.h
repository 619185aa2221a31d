/* The inside of a crossbar. */
#ifndef HYS_ARRAY_IMPL_H
#define HYS_ARRAY_IMPL_H
#include "array/bridge.h"
#include "array/descent.h"
#include "array/general.h"
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
    bool has_linear;  /* it fits the grid ... */
    bool needs_cells; /* ... but has cells that were before */
    hys__law law;     /* of all cells, where evaluate is not NULL */
    hys__descent descent;
    bool has_descent;
    double *cells;          /* [rows columns] S */
    bool has_conductances;  /* cells were given: those of 0 S stay open where devices take their place */
    bool *is_stuck;         /* [rows columns], or NULL: cells that stay resistors there */
    hys__cells *devices;    /* NULL: conductances and law */
    const double *presumed; /* [rows columns] S, borrowed: reads of devices start where these resistors would end, and
                             * forget the reads before; NULL: with lines at the potentials of their ends */
    hys_array_gates gates_along;
    double *gates;        /* [rows columns] V: as set, of all cells whose devices have a third terminal; or NULL */
    hys__general general; /* of devices, and of all cells in time */
    hys__cell_source source;
    bool has_general;
    bool keeps_wires;                   /* also those of 0 ohm between resistors, as the general solver needs them */
    const double *u, *w;                /* [rows columns] V: of the last solution; NULL: there is none */
    const double *into_word, *into_bit; /* [rows columns] A: of its cells; NULL: they are resistors, or the same */
    const double **word_rows, **bit_rows;
    double *word_row, *bit_row; /* what rows without cuts share: [columns] each */
    bool *is_on[4];             /* left, right [rows], top, bottom [columns]: connected and not floating */
    double *ends[4];            /* S of them */
    struct {
        hys__cut *at;
        size_t n, cap;
    } word_cuts, bit_cuts;
    hys__bridges bridges;
    double *word_currents, *bit_currents; /* A */
    hys_array_report report;
};

static inline bool hys__array_is_parallel(const hys_array *array) {
    return array->opts.lines == HYS_LINES_PARALLEL;
}
static inline size_t hys__array_n_words(const hys_array *array) {
    return hys__array_is_parallel(array) ? array->opts.columns : array->opts.rows;
}

/* HYS_ARG where word lines run beside bit lines: for what knows crossed lines only. */
hys_status hys__array_need_crossed(const hys_array *array);
/* Makes the solver where the network or its cells have changed. */
hys_status hys__array_prepare(hys_array *array);
void hys__array_forget(hys_array *array);
/* Of a prepared array of resistors, into linear.u and linear.w; with its bridges. */
hys_status hys__array_solve_linear(hys_array *array, const hys__linear_source *source);
/* Makes array->general where there is none, for the cells that the array has; prepared before. */
hys_status hys__array_need_general(hys_array *array);
/* From one potential a line, [rows] or [columns], to one a cell. */
void hys__array_spread_gates(const hys_array *array, const double *lines, double *cells);
/* There is no last solution: the attempt at another has overwritten it. */
void hys__array_drop_solution(hys_array *array);
/* What the general solver holds becomes the last solution. */
void hys__array_take_general(hys_array *array);
/* A, of the last solution: into the cell from its word line. */
double hys__array_cell_current(const hys_array *array, size_t k);
/* W, of the last solution: from all terminals; in cells; in wires, drivers and sense resistances. */
double hys__array_power_of_sources(const hys_array *array, const double *words, const double *bits);
double hys__array_power_of_cells(const hys_array *array);
double hys__array_power_of_wires(const hys_array *array, const double *words, const double *bits);
/* Currents at the terminals, as what the cells carry. */
void hys__array_sum_cells(hys_array *array);
/* Currents at the terminals, and both sides of the power balance, from the solution. */
void hys__array_measure(hys_array *array, const double *words, const double *bits);

#endif
