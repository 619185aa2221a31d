/* Periodic solutions of a family by collocation: with t = T s, 0 <= s <= 1, on each interval of a mesh a polynomial of
 * degree 4 meets
 *
 *     M dy/ds + T g(y; p) = 0    at four Radau points, the end of the interval among them.
 *
 * The unknowns are x = (values at these points, T, p): x[(i 4 + j) n + k] is unknown k at point j of interval i.  Two
 * equations more fix the phase, and where on the branch. */
#ifndef HYS_NUMERICS_COLLOCATION_H
#define HYS_NUMERICS_COLLOCATION_H
#include "numerics/family.h"
#include "numerics/lu.h"
#include "numerics/radau.h"

typedef struct hys__orbit {
    size_t n, n_int;
    double *mesh; /* [n_int + 1], 0 .. 1 */
    double *x;    /* [n_int 4 n + 2] */
} hys__orbit;
static inline size_t hys__orbit_size(const hys__orbit *o) {
    return o->n_int * HYS__STAGES * o->n;
}
/* Values at point j = 0 .. 4 of interval i; 0 is the end of the interval before. */
static inline const double *hys__orbit_at(const hys__orbit *o, const double *x, size_t i, size_t j) {
    size_t k = i * HYS__STAGES + j;
    return x + (k == 0 ? o->n_int * HYS__STAGES - 1 : k - 1) * o->n;
}

typedef struct hys__weights { /* what vectors (x) are weighed by */
    const double *scale;      /* [n] */
    double period, p;
} hys__weights;
/* Mean over the period and the unknowns of a b / scale^2, and the parts of T and p. */
double hys__orbit_dot(const hys__orbit *o, const hys__radau *r, const hys__weights *w, const double *a,
                      const double *b);

typedef struct hys__colloc hys__colloc;
hys_status hys__colloc_new(hys_ctx *ctx, const hys__family *family, size_t n_int, hys__colloc **result);
void hys__colloc_free(hys__colloc *c);
const hys__radau *hys__colloc_radau(const hys__colloc *c);

typedef struct hys__colloc_task {
    const hys__weights *weights;
    double rtol;
    const double *along; /* [size + 2]: <along, x - start> = 0; NULL: p is kept */
    unsigned max_iter;
    bool is_damped; /* shorten steps that do not help: for starts from afar */
} hys__colloc_task;
/* Newton from o->x, whose phase is kept.  HYS_NOCONV: o->x is then the last iterate. */
hys_status hys__colloc_solve(hys__colloc *c, const hys__colloc_task *task, hys__orbit *o, unsigned *n_iter);
/* Tangent of the branch at a solution, norm 1, with <tangent, along> > 0. */
hys_status hys__colloc_tangent(hys__colloc *c, const hys__colloc_task *task, const hys__orbit *o, double *tangent);

/* The Jacobians dg/dy [nnz] at point j = 1 .. 4 of interval i, of the last evaluation. */
const double *hys__colloc_jacobian(const hys__colloc *c, size_t i, size_t j);
bool hys__colloc_eval(hys__colloc *c, const hys__orbit *o);
/* The last step of Newton's method, as part of each unknown's size. */
double hys__colloc_last_step(const hys__colloc *c);
uint64_t hys__colloc_n_evals(const hys__colloc *c);
/* Factorisations times intervals times unknowns squared: one is some microseconds. */
double hys__colloc_effort(const hys__colloc *c);

#endif
