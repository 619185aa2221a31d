/* The linear network of a crossbar: m word lines, n bit lines, at each crossing a cell of conductance D between the
 * node u of the word line and the node w of the bit line.
 *
 *     [ L_w + D    -D     ] [u]   [b_u]
 *     [  -D      L_b + D  ] [w] = [b_w]
 *
 * L_w holds for each word line a tridiagonal matrix of its segments and ends, L_b for each bit line.  Symmetric,
 * positive definite when every part of the network reaches an end that is driven.  Fields lie row by row: node (i, j)
 * at i n + j. */
#ifndef HYS_ARRAY_GRID_H
#define HYS_ARRAY_GRID_H
#include "base/team.h"

/* Lines of equal segments share one row. */
typedef struct hys__grid {
    size_t m, n;
    const double *const *word; /* [m] rows of n: [i][j], S between (i, j - 1) and (i, j); [i][0] is not used */
    const double *const *bit;  /* [m] rows of n: [i][j], S between (i - 1, j) and (i, j); row 0 is not used */
    const double *left, *right, *top, *bottom; /* [m], [m], [n], [n] S of the ends; 0: open */
    bool word_lumped, bit_lumped; /* segments have no resistance, but for cuts: values above 0 only say that */
    bool word_ideal, bit_ideal;   /* nor have the ends of those */
    /* Word lines run down the columns as bit lines do: word[i][j] lies between (i - 1, j) and (i, j), left and right
     * are [n], at the top and the bottom.  Only array/ladder.h solves such a network. */
    bool is_parallel;
    double word_ground, bit_ground; /* S: from each node of word lines, of bit lines to 0 V; part of L_w and L_b */
} hys__grid;

/* Of both block diagonals L_w + D and L_b + D: what elimination along a line leaves, inverted. */
typedef struct hys__grid_factor {
    const hys__grid *grid;
    const double *cells;              /* [m n] S, D */
    double *word_pivots, *bit_pivots; /* [m n] 1/S; those of word lines lie as array/lanes.h says */
    double *reach;                    /* [n] */
    double *lanes;                    /* [2 * 8 n] */
    hys__team *team;                  /* NULL: the caller alone factorises */
} hys__grid_factor;

/* False where a line has a pivot that is not positive: it is not connected, or a conductance is negative. */
bool hys__grid_factorise(hys__grid_factor *f);
/* In place: x <- (L_w + D)^-1 x and x <- (L_b + D)^-1 x. */
void hys__grid_solve_words(const hys__grid_factor *f, double *x);
void hys__grid_solve_bits(const hys__grid_factor *f, double *x);
/* y <- L_w x + D (x - other), the same of bit lines. */
void hys__grid_apply_words(const hys__grid *grid, const double *cells, const double *x, const double *other, double *y);
void hys__grid_apply_bits(const hys__grid *grid, const double *cells, const double *x, const double *other, double *y);

/* Sums over fixed blocks in fixed order. */
double hys__grid_dot(const double *a, const double *b, size_t count);
/* A: the norm of a residual that no potentials avoid, as they are multiples of about DBL_EPSILON of themselves and the
 * best wire makes currents of that. */
double hys__grid_rounding(const hys__grid *grid, const double *u, const double *w);

#endif
