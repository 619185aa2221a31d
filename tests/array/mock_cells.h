/* Cells with a law that can be solved by hand, for strategies of programming: beyond a threshold each pulse takes the
 * conductance an exponential part of the way to its bound,
 *
 *     G <- B + (G - B) exp(-(width / tau) expm1((|V| - V_t) / V_s) (1 + c2c N)),   B = g_max (V > 0) or g_min. */
#ifndef HYS_TEST_MOCK_CELLS_H
#define HYS_TEST_MOCK_CELLS_H
#include "array/program.h"

typedef struct mock_cells {
    size_t rows, columns;
    double g_min, g_max;          /* S */
    double threshold, scale, tau; /* V, V, s */
    double c2c;                   /* of the exponent */
    double relax;                 /* of the way back to g_min in a wait of any length */
    double scatter;               /* S: standard deviation of where a cell goes in the first wait after a pulse */
    bool *is_fresh;               /* [rows columns], or NULL: it had a pulse since the last wait */
    double half;                  /* part of V that the other cells of row and column see */
    uint64_t seed, draws;
    double *g;                         /* [rows columns] S */
    const bool *is_dead;               /* [rows columns], or NULL: no pulse moves them */
    double waited;                     /* s */
    double last_amplitude, last_width; /* V, s */
} mock_cells;

/* Without what is drawn: the exponent of a pulse. */
double mock_exponent(const mock_cells *m, double voltage, double width);
hys__target mock_target(hys_ctx *ctx, mock_cells *cells);
/* 1 to 100 uS at g_min, 0.5 V, 0.1 V, 1 us: a pulse of 0.8 V and 10 ns takes it 17 % of the way. */
mock_cells mock_cells_of(size_t rows, size_t columns, double *g);

#endif
