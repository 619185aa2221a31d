/* The cable equation on trees (Hines 1984): elimination from the tips, substitution back.  Cells of a block go side by
 * side, compartment by compartment, parents before their children; of one cell, runs of compartments do.
 *
 * Axial currents at the potentials of now join the right hand side on the way.  Eliminated rows keep
 *     rhs: their right hand side over their diagonal,   diagonal: their coupling over their diagonal,
 * so that substitution waits for one multiplication and one addition a compartment. */
#include "brain/brain_impl.h"
#include "brain/phi.h"

#define INLINE static inline __attribute__((always_inline))

HYS__CLONES static void solve_wide(const hys_brain_cell *c, const double *restrict v, double *restrict d,
                                   double *restrict r) {
    for (size_t k = c->n - 1; k > 0; k--) {
        const size_t at = k * HYS__LANES, up = (size_t)c->parent[k] * HYS__LANES;
        const double g = c->coupling[k];
        const hys__v8 i = g * (hys__v8_at(v + up) - hys__v8_at(v + at));
        const hys__v8 inverse = 1 / (hys__v8_at(d + at) + c->couplings[k]);
        const hys__v8 part = g * inverse, rhs = hys__v8_at(r + at) + i;
        hys__v8_put(d + up, hys__v8_at(d + up) - g * part);
        hys__v8_put(r + up, hys__v8_at(r + up) + (part * rhs - i));
        hys__v8_put(d + at, part);
        hys__v8_put(r + at, rhs * inverse);
    }
    hys__v8_put(r, hys__v8_at(r) / (hys__v8_at(d) + c->couplings[0]));
    for (size_t k = 1; k < c->n; k++) {
        const size_t at = k * HYS__LANES, up = (size_t)c->parent[k] * HYS__LANES;
        hys__v8_put(r + at, hys__v8_at(r + at) + hys__v8_at(d + at) * hys__v8_at(r + up));
    }
}

/* ---- one cell: up to four runs side by side ---- */

typedef struct front { /* of a run */
    const uint32_t *node;
    const double *edge;
    size_t n;
    double to_diagonal, to_rhs; /* what goes to the next compartment */
    double last;                /* solution behind */
} front;

/* m runs from position `from` to `to`. */
INLINE void eliminate(const hys_brain_cell *c, front *f, size_t m, size_t from, size_t to, const double *v, double *d,
                      double *r) {
    double to_d[HYS__RUNS], to_r[HYS__RUNS];
    for (size_t j = 0; j < m; j++) to_d[j] = f[j].to_diagonal, to_r[j] = f[j].to_rhs;
    for (size_t k = from; k < to; k++)
        for (size_t j = 0; j < m; j++) {
            const size_t at = f[j].node[k], up = f[j].node[k + 1];
            const double g = f[j].edge[k], i = g * (v[up] - v[at]), rhs = (r[at] + i) + to_r[j];
            const double inverse = 1 / ((d[at] + c->couplings[at]) + to_d[j]), part = g * inverse;
            to_d[j] = -(g * g) * inverse;
            to_r[j] = part * rhs - i;
            d[at] = part;
            r[at] = rhs * inverse;
        }
    for (size_t j = 0; j < m; j++) f[j].to_diagonal = to_d[j], f[j].to_rhs = to_r[j];
}

/* Positions count from the run's end. */
INLINE void substitute(front *f, size_t m, size_t from, size_t to, const double *d, double *r) {
    double last[HYS__RUNS];
    for (size_t j = 0; j < m; j++) last[j] = f[j].last;
    for (size_t k = from; k < to; k++)
        for (size_t j = 0; j < m; j++) {
            const size_t at = f[j].node[f[j].n - 1 - k];
            r[at] = last[j] = r[at] + d[at] * last[j];
        }
    for (size_t j = 0; j < m; j++) f[j].last = last[j];
}

static size_t take_fronts(const hys_brain_cell *c, const hys__run *runs, size_t m, front *f) {
    for (size_t j = 0; j < m; j++)
        f[j] = (front){.node = c->runs.node + runs[j].first, .edge = c->runs.edge + runs[j].first, .n = runs[j].n};
    return m;
}

/* Runs that go side by side stand in order of their lengths, the longest first. */
static void eliminate_all(const hys_brain_cell *c, const hys__run *runs, const double *v, double *d, double *r) {
    front f[HYS__RUNS];
    const size_t all = take_fronts(c, runs, runs->together, f);
    size_t from = 0;
    for (size_t m = all; m > 0; m--) {
        const size_t to = f[m - 1].n;
        if (m == 4) eliminate(c, f, 4, from, to, v, d, r);
        else if (m == 3) eliminate(c, f, 3, from, to, v, d, r);
        else if (m == 2) eliminate(c, f, 2, from, to, v, d, r);
        else eliminate(c, f, 1, from, to, v, d, r);
        from = to;
    }
    for (size_t j = 0; j < all; j++) {
        d[f[j].node[f[j].n]] += f[j].to_diagonal;
        r[f[j].node[f[j].n]] += f[j].to_rhs;
    }
}

static void substitute_all(const hys_brain_cell *c, const hys__run *runs, size_t all, const double *d, double *r) {
    front f[HYS__RUNS];
    size_t from = 0;
    take_fronts(c, runs, all, f);
    for (size_t j = 0; j < all; j++) f[j].last = r[f[j].node[f[j].n]];
    for (size_t m = all; m > 0; m--) {
        const size_t to = f[m - 1].n;
        if (m == 4) substitute(f, 4, from, to, d, r);
        else if (m == 3) substitute(f, 3, from, to, d, r);
        else if (m == 2) substitute(f, 2, from, to, d, r);
        else substitute(f, 1, from, to, d, r);
        from = to;
    }
}

static void solve_one(const hys_brain_cell *c, const double *v, double *d, double *r) {
    for (size_t k = 0; k < c->runs.n; k += c->runs.at[k].together) eliminate_all(c, &c->runs.at[k], v, d, r);
    r[c->runs.root] /= d[c->runs.root] + c->couplings[c->runs.root];
    for (size_t k = c->runs.n; k > 0;) {
        const size_t m = c->runs.at[k - 1].back;
        k -= m;
        substitute_all(c, &c->runs.at[k], m, d, r);
    }
}

HYS__CLONES static void divide(const double *restrict d, double *restrict r, size_t n) {
    for (size_t j = 0; j < n; j++) r[j] /= d[j];
}

void hys__cable_solve(const hys__cohort *chunk, const double *v, double *diagonal, double *rhs) {
    const hys_brain_cell *c = chunk->group->cell;
    const size_t lanes = chunk->group->lanes, block = lanes * c->n;
    if (c->n == 1) {
        divide(diagonal, rhs, chunk->n);
        return;
    }
    for (size_t at = 0; at + block <= chunk->used; at += block)
        if (lanes == HYS__LANES) solve_wide(c, v + at, diagonal + at, rhs + at);
        else solve_one(c, v + at, diagonal + at, rhs + at);
}
