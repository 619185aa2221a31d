/* Crossbars of any cells: each answers to the potentials of its two terminals with two currents and their 2x2 Jacobian,
 *
 *     L_w u + I_word(u, w) = b_w,     L_b w + I_bit(u, w) = b_b.
 *
 * Where all Jacobians are g [1 -1; -1 1] with g >= 0, Newton's steps are those of a network of resistors; a third
 * terminal or a negative slope makes the matrix unsymmetric or indefinite, and GMRES finds them. */
#ifndef HYS_ARRAY_GENERAL_H
#define HYS_ARRAY_GENERAL_H
#include "array/blocks.h"
#include "array/cells.h"
#include "array/gmres.h"
#include "array/ladder.h"
#include "array/linear.h"

/* Who answers for the cells. */
typedef struct hys__cell_source {
    void *user;
    bool is_two_terminal; /* what flows in at one terminal leaves at the other, by their difference alone */
    /* As hys__cells_evaluate. */
    hys_status (*evaluate)(void *user, const double *u, const double *w, const hys__cell_answer *answer, size_t *worst);
} hys__cell_source;

typedef struct hys__general_task {
    hys__linear_source source; /* the ends' potentials, and currents into the nodes */
    double tolerance;          /* of the norm of what nodes keep against that of the cells' currents */
    double floor;              /* A: or that norm */
    double slack;              /* the same where Newton's method stalls, as at a jump of the cells' equations; or 0 */
    double gain;               /* wanted of the first step; 0: 1e-2 */
    unsigned most_steps;       /* of Newton's method; 0: 100 */
    bool starts_anew;          /* at the ends' potentials, not at u and w */
    const double *presumed;    /* [m n] S: then steps to where these resistors in place of cells would lead; or NULL */
    bool may_wander;           /* by smaller sources and artificial capacitances, where Newton's method fails */
} hys__general_task;

typedef struct hys__general {
    hys_ctx *ctx;
    hys__arena arena;
    hys__grid *grid;     /* its grounds are changed and put back */
    hys__linear *linear; /* NULL: lines are parallel */
    hys__ladder ladder;
    hys__blocks blocks;
    hys__gmres gmres;
    bool has_gmres;
    const hys__cell_source *cells;
    size_t count;            /* m n */
    double *u, *w;           /* V: the solution; w = u + count, as of all pairs here */
    hys__cell_answer answer; /* at the point last looked at */
    bool is_plain;           /* symmetric and definite there */
    double *conductance;     /* S: the cells' as resistors, never negative */
    double *word_rest;       /* [2 m n] A: that flows into the nodes there and not out, bit lines' behind */
    double *next, *step, *anchor;
    double *sums;                            /* of groups of rows */
    double best;                             /* S: the largest of them */
    double part;                             /* of the ends' potentials */
    double pull;                             /* S: from each node to its potential in `anchor` */
    double size, norm, cell_norm;            /* A: norms of what ends drive, of the rest, of the cells' currents */
    size_t worst;                            /* cell, where one has no solution */
    unsigned steps, iterations, evaluations; /* of the last solution */
    double relative_residual;                /* norm / size */
} hys__general;

/* linear: of the same grid; not looked at where lines are parallel. */
hys_status hys__general_new(hys_ctx *ctx, hys__grid *grid, hys__linear *linear, hys__general *solver);
/* After the grid's grounds have changed. */
hys_status hys__general_refill(hys__general *solver);
void hys__general_free(hys__general *solver);
/* HYS_NOCONV, without a word, where it is not found; u and w are then of no use. */
hys_status hys__general_approach(hys__general *solver, const hys__general_task *task);
/* The same with a word. */
hys_status hys__general_solve(hys__general *solver, const hys__general_task *task);
/* general_rest.c: from the cells' answer at u [2 m n] to what the nodes keep, its norms, and conductances. */
void hys__general_weigh(hys__general *solver, const hys__linear_source *b, const double *u);
size_t hys__general_n_sums(size_t m);
/* Of the last solution: the largest current that a node keeps / the largest of a cell. */
double hys__general_current_residual(const hys__general *solver);
/* Says what was left where, and what to try. */
hys_status hys__general_fail(const hys__general *solver, const hys__general_task *task);

#endif
