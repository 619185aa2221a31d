/* The cable equation on trees: parents come before their children, so that elimination goes backwards and
 * substitution forwards (Hines 1984).  Cells of a block go side by side. */
#include "brain/brain_impl.h"
#include "brain/phi.h"

#define INLINE static inline __attribute__((always_inline))

INLINE void couple(const hys_brain_cell *c, size_t lanes, const double *v, double *restrict d, double *restrict r) {
    for (size_t k = 1; k < c->n; k++) {
        const size_t at = k * lanes, up = (size_t)c->parent[k] * lanes;
        const double g = c->coupling[k];
        for (size_t j = 0; j < lanes; j++) {
            const double i = g * (v[up + j] - v[at + j]);
            r[at + j] += i;
            r[up + j] -= i;
            d[at + j] += g;
            d[up + j] += g;
        }
    }
}

/* diagonal becomes its own inverse. */
INLINE void solve(const hys_brain_cell *c, size_t lanes, double *restrict d, double *restrict r) {
    for (size_t k = c->n - 1; k > 0; k--) {
        const size_t at = k * lanes, up = (size_t)c->parent[k] * lanes;
        const double g = c->coupling[k];
        for (size_t j = 0; j < lanes; j++) {
            const double inverse = 1 / d[at + j], part = g * inverse;
            d[at + j] = inverse;
            d[up + j] -= g * part;
            r[up + j] += part * r[at + j];
        }
    }
    for (size_t j = 0; j < lanes; j++) r[j] = r[j] / d[j];
    for (size_t k = 1; k < c->n; k++) {
        const size_t at = k * lanes, up = (size_t)c->parent[k] * lanes;
        const double g = c->coupling[k];
        for (size_t j = 0; j < lanes; j++) r[at + j] = (r[at + j] + g * r[up + j]) * d[at + j];
    }
}

HYS__CLONES static void couple_wide(const hys_brain_cell *c, const double *v, double *d, double *r) {
    couple(c, HYS__LANES, v, d, r);
}

HYS__CLONES static void solve_wide(const hys_brain_cell *c, double *d, double *r) {
    solve(c, HYS__LANES, d, r);
}

HYS__CLONES static void divide(const double *restrict d, double *restrict r, size_t n) {
    for (size_t j = 0; j < n; j++) r[j] /= d[j];
}

void hys__cable_couple(const hys__cohort *chunk, const double *v, double *diagonal, double *rhs) {
    const hys_brain_cell *c = chunk->group->cell;
    const size_t lanes = chunk->group->lanes, block = lanes * c->n;
    if (c->n == 1) return;
    for (size_t at = 0; at + block <= chunk->used; at += block)
        if (lanes == HYS__LANES) couple_wide(c, v + at, diagonal + at, rhs + at);
        else couple(c, 1, v + at, diagonal + at, rhs + at);
}

void hys__cable_solve(const hys__cohort *chunk, double *diagonal, double *rhs) {
    const hys_brain_cell *c = chunk->group->cell;
    const size_t lanes = chunk->group->lanes, block = lanes * c->n;
    if (c->n == 1) {
        divide(diagonal, rhs, chunk->n);
        return;
    }
    for (size_t at = 0; at + block <= chunk->used; at += block)
        if (lanes == HYS__LANES) solve_wide(c, diagonal + at, rhs + at);
        else solve(c, 1, diagonal + at, rhs + at);
}
