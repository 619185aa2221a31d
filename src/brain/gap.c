/* Gap junctions.  Each side goes on by itself for a step, with the other one's potential at the step's middle: a line
 * through those at the beginnings of this step and of that before, which keeps the second order.  Neurons that are
 * reset have no such line: theirs is the potential at the beginning. */
#include "base/diag.h"
#include "brain/network_impl.h"
#include <math.h>

static hys_status check(const hys_brain *b, const hys_brain_place *place) {
    hys_status status = hys__brain_check_place(b, place, false);
    if (status != HYS_OK) return status;
    const struct hys__firing *f = b->groups.at[place->group]->cell->firing;
    if (f && f->kind != HYS__CELL_POINT)
        return hys__fail(b->ctx, HYS_ARG, "", "group %zu has sources, and no membrane", place->group);
    return HYS_OK;
}

/* Behind those that are there: sums keep the order in which junctions were made. */
static void put_gap(hys__cohort *c, hys__gap *gap) {
    if (c->gaps) c->gaps->last->next = gap;
    else c->gaps = gap;
    c->gaps->last = gap;
}

static void take_side(hys_brain *b, hys__join *j, hys__gap *gap, int side, const hys_brain_place *place) {
    hys__group *g = b->groups.at[place->group];
    size_t chunk;
    j->entry[side] = hys__group_entry(g, place->cell, &chunk) + place->compartment * g->lanes;
    j->chunk[side] = &g->chunks[chunk];
    *gap = (hys__gap){.join = j, .side = side};
    put_gap(j->chunk[side], gap);
    g->wiring->is_joined = true;
}

hys_status hys_brain_join(hys_brain *brain, const hys_brain_place *a, const hys_brain_place *b, double conductance) {
    struct hys__net *net;
    hys_status status = check(brain, a);
    if (status == HYS_OK) status = check(brain, b);
    if (status == HYS_OK) status = hys__net_of(brain, &net);
    if (status != HYS_OK) return status;
    if (!(conductance >= 0 && isfinite(conductance)))
        return hys__fail(brain->ctx, HYS_ARG, "", "a gap junction cannot have %g S", conductance);
    if (brain->has_run) return hys__fail(brain->ctx, HYS_ARG, "", "a brain that has run takes no more gap junctions");
    if (a->group == b->group && a->cell == b->cell && a->compartment == b->compartment)
        return hys__fail(brain->ctx, HYS_ARG, "", "a gap junction joins two places");
    hys__join *j = HYS_NEW(&brain->arena, hys__join), **at;
    hys__gap *gaps = HYS_NEW_N(&brain->arena, hys__gap, 2);
    at = j && gaps ? HYS_PUSH(&brain->arena, &net->joins) : NULL;
    if (!at) return HYS_NOMEM;
    *at = j;
    j->conductance = conductance;
    take_side(brain, j, &gaps[0], 0, a);
    take_side(brain, j, &gaps[1], 1, b);
    return HYS_OK;
}

hys_status hys__gaps_exchange(hys_brain *b) {
    hys_status status = HYS_OK;
    if (!b->net || !b->net->joins.n) return HYS_OK;
    for (size_t k = 0; k < b->net->joins.n; k++) {
        hys__join *j = b->net->joins.at[k];
        for (int side = 0; side < 2; side++) {
            j->before[side] = j->now[side];
            j->now[side] = j->chunk[side]->rows[j->entry[side]];
        }
    }
    if (hys__is_shared(b)) status = hys__ranks_joins(b);
    for (size_t k = 0; k < b->net->joins.n; k++) {
        hys__join *j = b->net->joins.at[k];
        for (int side = 0; side < 2 && !j->is_known; side++) j->before[side] = j->now[side];
        j->is_known = true;
    }
    return status;
}

void hys__gaps_add(const hys_brain *b, const hys__cohort *c, double *diagonal, double *rhs, const double *v) {
    for (const hys__gap *gap = c->gaps; gap; gap = gap->next) {
        const hys__join *j = gap->join;
        const int other = !gap->side;
        const bool is_line = b->opts.method == HYS_BRAIN_CRANK_NICOLSON && !j->chunk[other]->group->cell->firing;
        const double there = j->now[other] + (is_line ? 0.5 * (j->now[other] - j->before[other]) : 0);
        const size_t e = j->entry[gap->side];
        diagonal[e] += j->conductance;
        rhs[e] += j->conductance * (there - v[e]);
    }
}
