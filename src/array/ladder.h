/* Crossbars whose word lines run beside the bit lines, as source lines of cells with transistors do: columns touch
 * nowhere, and each is a ladder of 2 m nodes, u_0, w_0, u_1, w_1 ..., whose matrix has two entries on either side of
 * the diagonal.  Elimination with pivots takes any Jacobian of the cells, not symmetric or negative ones too. */
#ifndef HYS_ARRAY_LADDER_H
#define HYS_ARRAY_LADDER_H
#include "array/cells.h"
#include "array/grid.h"

typedef struct hys__ladder {
    const hys__grid *grid;
    double *rows;  /* [2 m][7] of one column */
    double *right; /* [2 m] */
} hys__ladder;

hys_status hys__ladder_new(hys__arena *arena, const hys__grid *grid, hys__ladder *solver);
/* The step of Newton's method, u and w [m n] V, for what flows into nodes and not out, [m n] A.  False where the matrix
 * is singular: part of a column leads nowhere. */
bool hys__ladder_solve(hys__ladder *solver, const hys__cell_answer *cells, const double *word_rest,
                       const double *bit_rest, double *u, double *w);

/* ---- what holds for crossed and for parallel lines ---- */

static inline size_t hys__n_words(const hys__grid *g) {
    return g->is_parallel ? g->n : g->m;
}
/* The nodes at the ends of a word line. */
static inline size_t hys__word_first(const hys__grid *g, size_t line) {
    return g->is_parallel ? line : line * g->n;
}
static inline size_t hys__word_last(const hys__grid *g, size_t line) {
    return g->is_parallel ? (g->m - 1) * g->n + line : line * g->n + g->n - 1;
}
/* The word lines of a parallel network as if they were bit lines. */
static inline hys__grid hys__turned(const hys__grid *g) {
    hys__grid view = *g;
    view.bit = g->word;
    view.top = g->left;
    view.bottom = g->right;
    view.bit_ground = g->word_ground;
    return view;
}
/* As hys__grid_apply_words and hys__grid_rounding. */
void hys__lines_apply_words(const hys__grid *grid, const double *cells, const double *x, const double *other,
                            double *y);
double hys__lines_rounding(const hys__grid *grid, const double *u, const double *w);

#endif
