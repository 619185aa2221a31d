/* Parts of runs that are eliminated side by side, eight at a time.
 *
 * Where a level has few runs they are cut: a part between two compartments is eliminated with its couplings to both,
 * which couples those to each other (as in the substructures of Wang 1981); they are eliminated behind it, one after
 * the other. */
#include "brain/brain_impl.h"
#include <stdlib.h>
#include <string.h>

#define SHORT 16u /* compartments: shorter parts save less than the compartments between them cost */

typedef struct part {
    uint32_t first, n; /* in runs.node */
    uint32_t foot;
    double below;
} part;

typedef struct parts {
    part *at;
    hys__link *links;
    struct hys__stage *stages;
    size_t n, n_links, n_stages;
} parts;

static int by_level(const void *a, const void *b) {
    const hys__run *x = a, *y = b;
    if (x->level != y->level) return x->level < y->level ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

static int by_length(const void *a, const void *b) {
    const part *x = a, *y = b;
    if (x->n != y->n) return x->n > y->n ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* n compartments are p parts and p - 1 compartments between them. */
static void cut(parts *all, const hys__runs *runs, const hys__run *run, size_t longest) {
    const size_t p = (run->n + longest + 1) / (longest + 1), inner = run->n - (p - 1);
    uint32_t at = run->first;
    for (size_t k = 0; k < p; k++) {
        const uint32_t n = (uint32_t)(inner / p + (k < inner % p));
        const uint32_t foot = runs->node[k ? at - 1 : at];
        all->at[all->n++] = (part){.first = at, .n = n, .foot = foot, .below = k ? runs->edge[at - 1] : 0};
        if (k) all->links[all->n_links++] = (hys__link){.node = foot, .head = runs->node[at + n]};
        at += n + 1;
    }
}

static void cut_level(parts *all, const hys__runs *runs, const hys__run *run, size_t n_runs) {
    const size_t from = all->n;
    size_t n = 0;
    for (size_t k = 0; k < n_runs; k++) n += run[k].n;
    const size_t even = (n + HYS__LANES - 1) / HYS__LANES;
    for (size_t k = 0; k < n_runs; k++) cut(all, runs, &run[k], even > SHORT ? even : SHORT);
    qsort(all->at + from, all->n - from, sizeof *all->at, by_length);
    all->stages[all->n_stages++] = (struct hys__stage){(uint32_t)all->n, (uint32_t)all->n_links};
}

static void cut_all(parts *all, const hys__runs *runs) {
    qsort(runs->at, runs->n, sizeof *runs->at, by_level);
    for (size_t k = 0, m; k < runs->n; k += m) {
        for (m = 1; k + m < runs->n && runs->at[k + m].level == runs->at[k].level;) m++;
        cut_level(all, runs, &runs->at[k], m);
    }
}

/* ---- packs ---- */

static void put_lane(hys_brain_cell *c, const hys__runs *runs, const part *own, size_t lane) {
    hys__packs *all = &c->packs;
    hys__pack *pack = &all->at[all->n];
    const uint32_t start = pack->n - own->n;
    pack->start[lane] = start;
    pack->foot[lane] = own->foot;
    pack->below[lane] = own->below;
    pack->head[lane] = runs->node[own->first + own->n];
    pack->has_feet = pack->has_feet || own->below != 0;
    for (uint32_t k = 0; k < pack->n; k++) {
        const size_t slot = (pack->first + k) * (size_t)HYS__LANES + lane;
        const uint32_t at = own->first + (k < start ? 0 : k - start);
        all->node[slot] = runs->node[at];
        all->edge[slot] = k < start ? 0 : runs->edge[at];
        all->couplings[slot] = c->couplings[runs->node[at]];
        if (k >= start) all->slot[runs->node[at]] = (uint32_t)slot;
    }
}

/* Lanes without a part are like the first, and have no rows of their own. */
static void put_pack(hys_brain_cell *c, const hys__runs *runs, const part *own, uint32_t n) {
    hys__packs *all = &c->packs;
    hys__pack *pack = &all->at[all->n];
    *pack = (hys__pack){.first = all->n ? pack[-1].first + pack[-1].n : 0, .n = own->n, .n_lanes = n};
    for (uint32_t lane = 0; lane < n; lane++) put_lane(c, runs, &own[lane], lane);
    for (uint32_t lane = n; lane < HYS__LANES; lane++) {
        pack->start[lane] = pack->n;
        pack->foot[lane] = pack->head[lane] = pack->head[0];
        for (size_t k = 0; k < pack->n; k++) {
            const size_t row = (pack->first + k) * HYS__LANES;
            all->node[row + lane] = all->node[row];
            all->couplings[row + lane] = all->couplings[row];
        }
    }
    all->n++;
}

static size_t count_rows(const parts *all, size_t *n_packs) {
    size_t rows = 0;
    *n_packs = 0;
    for (size_t s = 0, k = 0; s < all->n_stages; s++)
        for (; k < all->stages[s].packs; ++*n_packs) {
            const size_t left = all->stages[s].packs - k;
            rows += all->at[k].n;
            k += left < HYS__LANES ? left : HYS__LANES;
        }
    return rows;
}

static void put_all(hys_brain_cell *c, const hys__runs *runs, const parts *cuts, size_t rows) {
    hys__packs *all = &c->packs;
    uint32_t slot = (uint32_t)(rows * HYS__LANES);
    for (size_t s = 0, k = 0; s < cuts->n_stages; s++) {
        for (size_t n; k < cuts->stages[s].packs; k += n) {
            n = cuts->stages[s].packs - k;
            if (n > HYS__LANES) n = HYS__LANES;
            put_pack(c, runs, &cuts->at[k], (uint32_t)n);
        }
        all->stages[s] = (struct hys__stage){(uint32_t)all->n, cuts->stages[s].links};
    }
    for (size_t k = 0; k < cuts->n_links; k++) {
        all->links[k] = cuts->links[k];
        all->slot[cuts->links[k].node] = slot++;
    }
    all->slot[runs->root] = slot;
    all->root = runs->root;
    all->n_links = cuts->n_links;
    all->n_stages = cuts->n_stages;
}

hys_status hys__cable_pack(hys_brain_cell *c, const hys__runs *runs, hys__arena *scratch) {
    parts p = {.at = HYS_NEW_N(scratch, part, c->n),
               .links = HYS_NEW_N(scratch, hys__link, c->n),
               .stages = HYS_NEW_N(scratch, struct hys__stage, c->n)};
    hys__packs *all = &c->packs;
    size_t n_packs;
    if (scratch->failed) return HYS_NOMEM;
    cut_all(&p, runs);
    const size_t rows = count_rows(&p, &n_packs);
    all->n_slots = rows * HYS__LANES + p.n_links + 1;
    all->at = HYS_NEW_N(&c->arena, hys__pack, n_packs);
    all->links = HYS_NEW_N(&c->arena, hys__link, p.n_links + 1);
    all->stages = HYS_NEW_N(&c->arena, struct hys__stage, p.n_stages);
    all->node = HYS_NEW_N(&c->arena, uint32_t, all->n_slots);
    all->edge = HYS_NEW_N(&c->arena, double, all->n_slots);
    all->couplings = HYS_NEW_N(&c->arena, double, all->n_slots);
    all->slot = HYS_NEW_N(&c->arena, uint32_t, c->n);
    if (c->arena.failed) return HYS_NOMEM;
    put_all(c, runs, &p, rows);
    return HYS_OK;
}
