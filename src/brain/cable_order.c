/* The order in which one cell's compartments are eliminated.
 *
 * Each elimination waits for that of the compartment behind it, so a cable goes no faster than the latency of a
 * division.  Branches do not wait for each other: the tree hangs from the middle of its longest path and consists of
 * runs, of which each ends where it joins another one; runs that need nothing of each other go side by side. */
#include "brain/brain_impl.h"
#include <stdlib.h>
#include <string.h>

typedef struct order {
    size_t n;
    int32_t *up;      /* [n] -1 of the root */
    double *edge;     /* [n] S, to it */
    uint32_t *sorted; /* [n] parents before children */
    uint32_t *height; /* [n] compartments below, on the longest way */
    uint32_t *heir;   /* [n] child in whose run it is; itself: none */
    uint32_t *level;  /* [n] of the run that begins here: those below it come first */
} order;

/* ---- the root ---- */

/* The middle of the longest path: two walks over the tree as it came. */
static size_t middle_of(const hys_brain_cell *c, order *o) {
    size_t top = 0, longest = 0, at;
    memset(o->height, 0, o->n * sizeof *o->height);
    for (size_t k = o->n - 1; k > 0; k--) {
        const size_t p = (size_t)c->parent[k], both = o->height[p] + o->height[k] + 1u;
        if (both > longest) longest = both, top = p;
        if (o->height[k] + 1u <= o->height[p]) continue;
        o->height[p] = o->height[k] + 1u;
        o->heir[p] = (uint32_t)k;
    }
    for (at = top; o->height[at] > longest / 2;) at = o->heir[at]; /* down the deeper side */
    return at;
}

static void hang_from(const hys_brain_cell *c, order *o, size_t root) {
    for (size_t k = 0; k < o->n; k++) {
        o->up[k] = c->parent[k];
        o->edge[k] = c->coupling[k];
    }
    int32_t child = -1;
    double edge = 0;
    for (int32_t k = (int32_t)root; k >= 0;) {
        const int32_t next = c->parent[k];
        o->up[k] = child;
        o->edge[k] = edge;
        edge = c->coupling[k];
        child = k;
        k = next;
    }
    /* what hangs from the way to the first compartment comes behind it: parents of others are older than they are */
    size_t n = 0;
    for (int32_t k = (int32_t)root; k >= 0; k = c->parent[k]) o->height[k] = UINT32_MAX, o->sorted[n++] = (uint32_t)k;
    for (size_t k = 0; k < o->n; k++)
        if (o->height[k] != UINT32_MAX) o->sorted[n++] = (uint32_t)k;
}

/* ---- runs ---- */

static void find_runs(order *o) {
    for (size_t k = 0; k < o->n; k++) {
        o->height[k] = o->level[k] = 0;
        o->heir[k] = (uint32_t)k;
    }
    for (size_t s = o->n; s-- > 1;) {
        const uint32_t k = o->sorted[s], p = (uint32_t)o->up[k];
        if (o->heir[p] != p && o->height[k] + 1 <= o->height[p]) continue;
        o->height[p] = o->height[k] + 1;
        o->heir[p] = k;
    }
    for (size_t s = o->n; s-- > 1;) { /* that of the last compartment is the run's */
        const uint32_t k = o->sorted[s], p = (uint32_t)o->up[k];
        const uint32_t least = o->level[k] + (o->heir[p] != k);
        if (o->level[p] < least) o->level[p] = least;
    }
}

static bool is_top(const order *o, uint32_t k, size_t root) {
    return k != root && ((size_t)o->up[k] == root || o->heir[o->up[k]] != k);
}

static void write_runs(hys__runs *runs, const order *o) {
    uint32_t place = 0;
    for (uint32_t k = 0; k < o->n; k++) {
        if (!is_top(o, k, runs->root)) continue;
        hys__run *run = &runs->at[runs->n++];
        *run = (hys__run){.first = place, .level = o->level[k]};
        uint32_t bottom = k;
        while (o->heir[bottom] != bottom) bottom = o->heir[bottom];
        for (uint32_t at = bottom;; at = (uint32_t)o->up[at]) {
            runs->node[place] = at;
            runs->edge[place++] = o->edge[at];
            run->n++;
            if (at == k) break;
        }
        runs->node[place++] = (uint32_t)o->up[k];
    }
}

hys_status hys__cable_order(hys_brain_cell *c) {
    hys__arena scratch;
    hys__arena_init(&scratch, c->ctx, 0);
    const size_t n = c->n;
    order o = {.n = n};
    hys__runs runs = {.at = HYS_NEW_N(&scratch, hys__run, n),
                      .node = HYS_NEW_N(&scratch, uint32_t, 2 * n),
                      .edge = HYS_NEW_N(&scratch, double, 2 * n)};
    o.up = HYS_NEW_N(&scratch, int32_t, n);
    o.edge = HYS_NEW_N(&scratch, double, n);
    uint32_t **const lists[] = {&o.sorted, &o.height, &o.heir, &o.level};
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) *lists[k] = HYS_NEW_N(&scratch, uint32_t, n);
    hys_status status = scratch.failed ? HYS_NOMEM : HYS_OK;
    if (status == HYS_OK) {
        runs.root = middle_of(c, &o);
        hang_from(c, &o, runs.root);
        find_runs(&o);
        write_runs(&runs, &o);
        status = hys__cable_pack(c, &runs, &scratch);
    }
    hys__arena_free(&scratch);
    return status;
}
