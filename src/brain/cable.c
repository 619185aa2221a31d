/* The cable equation on trees (Hines 1984): elimination from the tips, substitution back.  Cells of a block go side by
 * side, compartment by compartment, parents before their children; of one cell, runs of compartments do.
 *
 * Axial currents at the potentials of now join the right hand side on the way.  Eliminated rows keep
 *     rhs: their right hand side over their diagonal,   diagonal: their coupling over their diagonal,
 * so that substitution waits for one multiplication and one addition a compartment. */
#include "brain/brain_impl.h"
#include "brain/phi.h"
#include <float.h>
#include <math.h>

#define INLINE static inline __attribute__((always_inline))

/* What a compartment hands to the one before it stays in registers: memory would take longer than the sum. */
INLINE void eliminate_wide(const hys_brain_cell *c, const double *restrict v, double *restrict d, double *restrict r) {
    hys__v8 diagonal = hys__v8_at(d + (c->n - 1) * HYS__LANES), own = hys__v8_at(r + (c->n - 1) * HYS__LANES);
    for (size_t k = c->n - 1; k > 0; k--) {
        const size_t at = k * HYS__LANES, up = (size_t)c->parent[k] * HYS__LANES;
        const double g = c->coupling[k];
        const hys__v8 i = g * (hys__v8_at(v + up) - hys__v8_at(v + at));
        const hys__v8 inverse = 1 / (diagonal + c->couplings[k]);
        const hys__v8 part = g * inverse, rhs = own + i;
        diagonal = hys__v8_at(d + up) - g * part;
        own = hys__v8_at(r + up) + (part * rhs - i);
        hys__v8_put(d + at, part);
        hys__v8_put(r + at, rhs * inverse);
        if (up + HYS__LANES == at) continue;
        hys__v8_put(d + up, diagonal);
        hys__v8_put(r + up, own);
        diagonal = hys__v8_at(d + at - HYS__LANES);
        own = hys__v8_at(r + at - HYS__LANES);
    }
    hys__v8_put(r, own / (diagonal + c->couplings[0]));
}

/* What is not finite is not zero times zero. */
HYS__CLONES static bool solve_wide(const hys_brain_cell *c, const double *restrict v, double *restrict d,
                                   double *restrict r, double by) {
    eliminate_wide(c, v, d, r);
    hys__v8 last = by * hys__v8_at(r), odd = last * 0;
    hys__v8_put(r, last);
    for (size_t k = 1; k < c->n; k++) {
        const size_t at = k * HYS__LANES, up = (size_t)c->parent[k] * HYS__LANES;
        const hys__v8 above = up + HYS__LANES == at ? last : hys__v8_at(r + up);
        last = by * hys__v8_at(r + at) + hys__v8_at(d + at) * above;
        hys__v8_put(r + at, last);
        odd += last * 0;
    }
    double all = 0;
    for (size_t j = 0; j < HYS__LANES; j++) all += odd[j];
    return all == 0;
}

/* ---- one cell: up to eight parts of runs side by side ---- */

typedef struct equations { /* of one cell */
    const hys__packs *packs;
    const uint32_t *node;
    const double *edge, *beside, *couplings, *v; /* beside: couplings of slots */
    double *d, *r;               /* compartment by compartment: rows that wait for what comes from others */
    double *part, *rhs, *behind; /* slot by slot: eliminated ones; behind: coupling to the foot over the diagonal */
} equations;

typedef double couple __attribute__((vector_size(16)));
typedef double half __attribute__((vector_size(32)));
typedef double loose __attribute__((vector_size(64), may_alias, aligned(8)));

/* In halves of halves, for which compilers have instructions. */
INLINE hys__v8 gather(const double *row, const uint32_t *at) {
    const couple a = {row[at[0]], row[at[1]]}, b = {row[at[2]], row[at[3]]};
    const couple c = {row[at[4]], row[at[5]]}, d = {row[at[6]], row[at[7]]};
    const half low = __builtin_shufflevector(a, b, 0, 1, 2, 3), high = __builtin_shufflevector(c, d, 0, 1, 2, 3);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}

INLINE hys__v8 loose_at(const double *row) {
    return *(const loose *)row;
}

typedef struct front {                     /* of a pack */
    hys__v8 to_diagonal, to_rhs;           /* what goes to the next compartment */
    hys__v8 below;                         /* its coupling to the foot */
    hys__v8 to_foot_diagonal, to_foot_rhs; /* what goes to the foot */
} front;

/* Lanes whose first row is still to come keep what the foot gave them. */
INLINE void eliminate_row(const equations *q, front *f, size_t slot, hys__v8 i, hys__i8 waits, bool has_feet) {
    const uint32_t *node = q->node + slot;
    const hys__v8 g = loose_at(q->edge + slot), own = loose_at(q->beside + slot);
    const hys__v8 rhs = (gather(q->r, node) + i) + f->to_rhs;
    const hys__v8 inverse = 1 / ((gather(q->d, node) + own) + f->to_diagonal), part = g * inverse;
    f->to_diagonal = -(g * g) * inverse;
    hys__v8_put(q->part + slot, part);
    hys__v8_put(q->rhs + slot, rhs * inverse);
    if (!has_feet) {
        f->to_rhs = part * rhs - i;
        return;
    }
    const hys__v8 below = (hys__v8)((hys__i8)f->below & ~waits), behind = below * inverse;
    hys__v8_put(q->behind + slot, behind);
    f->to_foot_diagonal -= below * behind;
    f->to_foot_rhs += behind * rhs;
    f->below = hys__v8_choose(waits, f->below, part * below);
    f->to_rhs = hys__v8_choose(waits, f->to_rhs, part * rhs - i);
}

INLINE void eliminate(const equations *q, const hys__pack *p, bool has_feet) {
    front f = {.below = loose_at(p->below)};
    size_t slot = (size_t)p->first * HYS__LANES;
    const size_t last = slot + (p->n - 1) * (size_t)HYS__LANES;
    hys__v8 now = gather(q->v, q->node + slot);
    hys__i8 wait = {0};
    if (has_feet) {
        f.to_foot_rhs = f.below * (now - gather(q->v, p->foot));
        f.to_rhs = -f.to_foot_rhs;
        for (size_t j = 0; j < HYS__LANES; j++) wait[j] = p->start[j];
    }
    for (; slot <= last; slot += HYS__LANES, wait -= 1) {
        const hys__v8 next = gather(q->v, slot < last ? q->node + slot + HYS__LANES : p->head);
        eliminate_row(q, &f, slot, loose_at(q->edge + slot) * (next - now), wait > 0, has_feet);
        now = next;
    }
    for (size_t j = 0; j < p->n_lanes; j++) {
        q->d[p->head[j]] += f.to_diagonal[j];
        q->r[p->head[j]] += f.to_rhs[j];
    }
    for (size_t j = 0; j < p->n_lanes && has_feet; j++) {
        if (p->below[j] == 0) continue;
        q->d[p->foot[j]] += f.to_foot_diagonal[j];
        q->r[p->foot[j]] += f.to_foot_rhs[j];
        q->part[q->packs->slot[p->foot[j]]] = f.below[j];
    }
}

INLINE void substitute(const equations *q, const hys__pack *p, bool has_feet) {
    uint32_t head[HYS__LANES], foot[HYS__LANES];
    for (size_t j = 0; j < HYS__LANES; j++) {
        head[j] = q->packs->slot[p->head[j]];
        foot[j] = q->packs->slot[p->foot[j]];
    }
    hys__v8 last = gather(q->rhs, head);
    const hys__v8 below = has_feet ? gather(q->rhs, foot) : last;
    for (size_t k = p->n; k-- > 0;) {
        const size_t slot = (p->first + k) * (size_t)HYS__LANES;
        hys__v8 x = hys__v8_at(q->rhs + slot);
        if (has_feet) x += hys__v8_at(q->behind + slot) * below;
        last = x + hys__v8_at(q->part + slot) * last;
        hys__v8_put(q->rhs + slot, last);
    }
}

/* Its coupling to the next one stands where that over its diagonal will. */
INLINE void eliminate_link(const equations *q, const hys__link *link) {
    const size_t slot = q->packs->slot[link->node];
    const double g = q->part[slot], inverse = 1 / (q->d[link->node] + q->couplings[link->node]), part = g * inverse;
    q->d[link->head] -= g * part;
    q->r[link->head] += part * q->r[link->node];
    q->part[slot] = part;
    q->rhs[slot] = q->r[link->node] * inverse;
}

/* Copies: what is stored might be anything, for all that compilers know. */
HYS__CLONES static void eliminate_all(const equations *given) {
    const equations own = *given, *q = &own;
    const hys__packs *all = q->packs;
    for (size_t s = 0, k = 0, l = 0; s < all->n_stages; s++) {
        for (; k < all->stages[s].packs; k++)
            if (all->at[k].has_feet) eliminate(q, &all->at[k], true);
            else eliminate(q, &all->at[k], false);
        for (; l < all->stages[s].links; l++) eliminate_link(q, &all->links[l]);
    }
    q->rhs[all->slot[all->root]] = q->r[all->root] / (q->d[all->root] + q->couplings[all->root]);
}

HYS__CLONES static void substitute_all(const equations *given) {
    const equations own = *given, *q = &own;
    const hys__packs *all = q->packs;
    for (size_t s = all->n_stages, k = all->n, l = all->n_links; s-- > 0;) {
        const struct hys__stage from = s ? all->stages[s - 1] : (struct hys__stage){0, 0};
        while (l-- > from.links) {
            const size_t slot = all->slot[all->links[l].node];
            q->rhs[slot] += q->part[slot] * q->rhs[all->slot[all->links[l].head]];
        }
        l++;
        while (k-- > from.packs)
            if (all->at[k].has_feet) substitute(q, &all->at[k], true);
            else substitute(q, &all->at[k], false);
        k++;
    }
}

HYS__CLONES static bool put_back(const double *restrict x, const uint32_t *restrict slot, double by, size_t n,
                                 double *restrict r) {
    int64_t odd = 0;
    for (size_t k = 0; k < n; k++) {
        r[k] = by * x[slot[k]];
        odd |= (int64_t) !(fabs(r[k]) <= DBL_MAX);
    }
    return !odd;
}

static bool solve_one(const hys__packs *all, const equations *q, double by, size_t n) {
    eliminate_all(q);
    substitute_all(q);
    return put_back(q->rhs, all->slot, by, n, q->r);
}

bool hys__cable_solve(const hys__cohort *chunk, const double *v, hys__work *w, double by) {
    const hys_brain_cell *c = chunk->group->cell;
    const size_t lanes = chunk->group->lanes, block = lanes * c->n;
    bool is_finite = true;
    equations q = {.packs = &c->packs,
                   .node = c->packs.node,
                   .edge = c->packs.edge,
                   .beside = c->packs.couplings,
                   .couplings = c->couplings,
                   .part = w->packed[0],
                   .rhs = w->packed[1],
                   .behind = w->packed[2]};
    for (size_t at = 0; at + block <= chunk->used; at += block) {
        q.v = v + at;
        q.d = w->diagonal + at;
        q.r = w->rhs + at;
        const bool is_good =
            lanes == HYS__LANES ? solve_wide(c, q.v, q.d, q.r, by) : solve_one(&c->packs, &q, by, c->n);
        is_finite = is_finite && is_good;
    }
    return is_finite;
}
