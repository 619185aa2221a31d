/* Which currents are unknowns, which places are one, and the numbers of the unknowns. */
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>

/* ---- branches ---- */

static bool always_has_branch(const hys__elem *e) {
    switch (e->card->kind) {
    case HYS__ELEM_V:
    case HYS__ELEM_L:
    case HYS__ELEM_E:
    case HYS__ELEM_H:
    case HYS__ELEM_T:
        return true;
    case HYS__ELEM_R:
        return e->value == 0; /* a short */
    default:
        return false;
    }
}

static bool may_have_branch(hys__elem_kind kind) {
    return kind != HYS__ELEM_K && kind != HYS__ELEM_KERNEL && kind != HYS__ELEM_B && kind != HYS__ELEM_T;
}

/* The current of `elem` is read by another element. */
static hys_status need_branch(hys__circuit *c, uint32_t elem, const char *terminal, uint32_t by,
                              unsigned char *has_branch) {
    if (elem >= c->flat->n_elems) return HYS_BUG_HERE(c->ctx, "a control that is no element");
    hys__elem_kind kind = c->flat->elems[elem].card->kind;
    if (kind == HYS__ELEM_KERNEL) return hys__sensor_need(c, elem, terminal, by);
    if (terminal && strcmp(terminal, "1") != 0)
        return hys__circuit_fail(c, HYS_SEMANTIC, by, "only devices have currents of several terminals",
                                 "%s has no terminal '%s' whose current can be read", c->flat->elems[elem].card->name,
                                 terminal);
    if (kind == HYS__ELEM_B) return HYS_OK; /* an unknown of its kernel: see place_behavioural */
    if (!may_have_branch(kind))
        return hys__circuit_fail(c, HYS_SEMANTIC, by,
                                 "put a voltage source of 0 V in series with it and use that one's current",
                                 "the current of %s cannot control another element", c->flat->elems[elem].card->name);
    has_branch[elem] = 1;
    return HYS_OK;
}

static hys_status mark_branches(hys__circuit *c, unsigned char *has_branch) {
    hys_status status = HYS_OK;
    for (uint32_t i = 0; i < c->flat->n_elems && status == HYS_OK; i++) {
        const hys__elem *e = &c->flat->elems[i];
        hys__elem_kind kind = e->card->kind;
        if (always_has_branch(e)) has_branch[i] = 1;
        if (kind == HYS__ELEM_F || kind == HYS__ELEM_H || kind == HYS__ELEM_W)
            status = need_branch(c, e->control[0], NULL, i, has_branch);
    }
    for (size_t g = 0; g < c->behavioural.n && status == HYS_OK; g++) {
        const hys__behavioural *b = &c->behavioural.at[g];
        for (size_t k = 0; k < b->n_instances * b->n_ports && status == HYS_OK; k++)
            if (b->is_current[k % b->n_ports])
                status = need_branch(c, b->ports[k], b->terminals[k % b->n_ports],
                                     b->elems[k / b->n_ports * b->n_parts], has_branch);
    }
    return status;
}

hys_status hys__circuit_branches(hys__circuit *c) {
    size_t n = c->flat->n_elems;
    unsigned char *has_branch = HYS_NEW_N(&c->layout, unsigned char, n + 1);
    if (!has_branch) return HYS_NOMEM;
    hys_status status = mark_branches(c, has_branch);
    if (status != HYS_OK) return status;
    c->first_branch = c->flat->n_nodes;
    c->n_places = c->first_branch;
    for (uint32_t i = 0; i < n; i++) {
        c->where[i].branch = HYS__NO_PLACE;
        if (!has_branch[i]) continue;
        uint32_t *slot = HYS_PUSH(&c->layout, &c->branches);
        if (!slot) return HYS_NOMEM;
        *slot = i;
        c->where[i].branch = c->n_places++;
        if (c->flat->elems[i].card->kind != HYS__ELEM_T) continue;
        if (!(slot = HYS_PUSH(&c->layout, &c->branches))) return HYS_NOMEM; /* the current at its other end */
        *slot = i;
        c->n_places++;
    }
    status = hys__sensors_place(c);
    c->first_internal = c->n_places;
    return status;
}

/* ---- places of kernels' unknowns ---- */

static hys_status place_internals(hys__circuit *c) {
    uint64_t at = c->first_internal;
    for (size_t i = 0; i < c->groups.n; i++) {
        hys__group *g = &c->groups.at[i];
        uint32_t n_nodes =
            g->behavioural ? (uint32_t)g->behavioural->n_ports : c->flat->elems[g->elems[0]].card->n_nodes;
        g->first_place = (uint32_t)at;
        at += (uint64_t)(g->kernel->n_unknowns - n_nodes) * g->n;
        if (at >= HYS__NO_PLACE) return hys__fail(c->ctx, HYS_LIMIT, "", "more than 4e9 unknowns");
    }
    c->n_places = (uint32_t)at;
    return HYS_OK;
}

static void place_behavioural(hys__circuit *c) {
    for (size_t i = 0; i < c->groups.n; i++) {
        const hys__group *g = &c->groups.at[i];
        const hys__behavioural *b = g->behavioural;
        for (size_t k = 0; b && k < g->n; k++)
            for (size_t p = 0; p < b->n_parts; p++)
                if (b->parts[p].unknown != HYS__NO_UNKNOWN)
                    c->where[b->elems[k * b->n_parts + p]].branch = hys__group_place(c, g, k, b->parts[p].unknown);
    }
}

/* ---- collapse ---- */

static uint32_t find(uint32_t *same_as, uint32_t place) {
    while (same_as[place] != place) place = same_as[place] = same_as[same_as[place]];
    return place;
}

/* The smaller place wins: ground before nodes before branches before internal unknowns. */
static void merge(uint32_t *same_as, uint32_t a, uint32_t b) {
    a = find(same_as, a);
    b = find(same_as, b);
    if (a < b) same_as[b] = a;
    else same_as[a] = b;
}

static void collapse(hys__circuit *c, hys__group *g, unsigned char *is_dropped) {
    const hys_kernel *k = g->kernel;
    for (hys_u32 e = 0; e < k->n_collapses; e++) {
        const hys_collapse_info *info = &k->collapses[e];
        for (size_t i = 0; i < g->n; i++) {
            g->collapse[e * g->n + i] = g->batch->collapse[e][i];
            if (g->batch->collapse[e][i] == 0) continue;
            if (info->flow != HYS_NONE) is_dropped[hys__group_place(c, g, i, info->flow)] = 1;
            uint32_t a = info->a == HYS_NONE ? 0 : hys__group_place(c, g, i, info->a);
            uint32_t b = info->b == HYS_NONE ? 0 : hys__group_place(c, g, i, info->b);
            merge(c->same_as, a, b);
        }
    }
}

static hys_status assign(hys__circuit *c, const unsigned char *is_dropped) {
    uint32_t n = 0;
    for (uint32_t p = 1; p < c->n_places; p++)
        if (find(c->same_as, p) == p && !is_dropped[p]) c->y_of[p] = n++;
    c->n = n;
    c->y_of[0] = n;
    c->place_of = HYS_NEW_N(&c->layout, uint32_t, (size_t)n + 1);
    if (!c->place_of) return HYS_NOMEM;
    for (uint32_t p = 0; p < c->n_places; p++) {
        uint32_t r = find(c->same_as, p);
        if (is_dropped[p]) c->y_of[p] = n;
        else if (r != p) c->y_of[p] = c->y_of[r];
        else if (p) c->place_of[c->y_of[p]] = p;
    }
    if (n) return HYS_OK;
    return hys__fail(c->ctx, HYS_SEMANTIC, "", "the netlist has no node besides ground");
}

hys_status hys__circuit_number(hys__circuit *c) {
    hys_status status = place_internals(c);
    if (status != HYS_OK) return status;
    place_behavioural(c);
    c->same_as = HYS_NEW_N(&c->layout, uint32_t, c->n_places);
    c->y_of = HYS_NEW_N(&c->layout, uint32_t, c->n_places);
    unsigned char *is_dropped = HYS_NEW_N(&c->layout, unsigned char, c->n_places);
    if (!c->same_as || !c->y_of || !is_dropped) return HYS_NOMEM;
    for (uint32_t p = 0; p < c->n_places; p++) c->same_as[p] = p;
    for (size_t i = 0; i < c->groups.n; i++) {
        hys__group *g = &c->groups.at[i];
        const hys__elem *e = &c->flat->elems[g->elems[0]];
        for (hys_u32 t = 0; t < g->kernel->n_terminals; t++)
            g->batch->connected[t] = g->behavioural || t < e->card->n_nodes;
        g->kernel->fixed(&g->batch->env, &g->batch->in, &g->batch->out);
        collapse(c, g, is_dropped);
    }
    status = hys__sensors_resolve(c);
    for (size_t i = 0; status == HYS_OK && i < c->sensors.n; i++)
        if (c->sensors.at[i].terminal == HYS__NO_PLACE)
            merge(c->same_as, c->sensors.at[i].place, c->sensors.at[c->sensors.at[i].twin].place);
    return status == HYS_OK ? assign(c, is_dropped) : status;
}
