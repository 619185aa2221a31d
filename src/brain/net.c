/* Networks: what groups and brains keep for them, and their memory. */
#include "base/diag.h"
#include "brain/network_impl.h"
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#define BUNCH_CELLS 1024u /* a ring of some tens of steps for so many stays in the second cache */
#define BUNCH_PARTS 64u   /* of a large group: each takes an index of all sources */
#define LEAST_PARTS 4u    /* for threads */

/* ---- memory ---- */

#define PAGE ((uintptr_t)1 << 21)

/* Rings and synapses are read from places all over them: in large pages, where the system has some. */
static void wish_for_pages(char *at, size_t size) {
#ifdef __linux__
    const uintptr_t from = ((uintptr_t)at + PAGE - 1) / PAGE * PAGE, to = ((uintptr_t)at + size) / PAGE * PAGE;
    if (from < to) madvise(at + (from - (uintptr_t)at), to - from, MADV_HUGEPAGE);
#else
    (void)at;
    (void)size;
#endif
}

void *hys__net_take(hys_brain *b, size_t count, size_t size) {
    if (count > SIZE_MAX / 4 / size) {
        hys__fail(b->ctx, HYS_NOMEM, "", "%zu numbers of %zu bytes are more than any memory", count, size);
        return NULL;
    }
    void *at = hys__realloc(b->ctx, NULL, 0, count * size + 1);
    if (!at) return NULL;
    wish_for_pages(at, count * size);
    b->net->memory += count * size;
    return at;
}

void hys__net_drop(hys_brain *b, void *at, size_t count, size_t size) {
    if (!at) return;
    hys__free(b->ctx, at, count * size + 1);
    b->net->memory -= count * size;
}

hys_status hys__net_of(hys_brain *b, struct hys__net **net) {
    if (!b->net) b->net = HYS_NEW(&b->arena, struct hys__net);
    *net = b->net;
    return b->net ? HYS_OK : HYS_NOMEM;
}

void hys__projection_free(hys_brain *b, hys__projection *p) {
    for (size_t k = 0; k < p->target->wiring->n_bunches && p->bundles; k++) {
        hys__bundle *u = &p->bundles[k];
        hys__net_drop(b, u->first, p->source->n + 1, sizeof *u->first);
    }
    hys__net_drop(b, p->block, p->block_size, 1);
    p->block = NULL;
    p->bundles = NULL;
    hys__net_drop(b, p->factor, p->factor_cap, sizeof *p->factor);
    p->factor = NULL;
    hys__plastic_free(b, p);
}

void hys__net_free(hys_brain *b) {
    struct hys__net *net = b->net;
    if (!net) return;
    for (size_t k = 0; k < net->projections.n; k++) hys__projection_free(b, net->projections.at[k]);
    for (size_t k = 0; k < net->devices.n; k++) hys__group_free(b, net->devices.at[k]);
    hys__net_drop(b, net->emissions, net->cap, sizeof *net->emissions);
    hys__net_drop(b, net->sorted, net->cap, sizeof *net->sorted);
    hys__boxes_free(b);
}

/* ---- groups ---- */

/* A rule of the group's size alone: synapses are handed out in the same way on all machines. */
size_t hys__bunch_chunks(size_t n_cells, size_t of_chunk, size_t n_chunks) {
    const size_t fair = n_cells / BUNCH_PARTS;
    size_t want = fair > BUNCH_CELLS ? fair : BUNCH_CELLS;
    if (want > HYS__BUNCH_MOST) want = HYS__BUNCH_MOST;
    size_t n = want / of_chunk, most = n_chunks / LEAST_PARTS;
    if (n > most) n = most;
    return n ? n : 1;
}

hys_status hys__wiring_new(hys_brain *b, hys__group *g) {
    const size_t each = hys__bunch_chunks(g->n, g->chunks[0].n_cells, g->n_chunks);
    hys__wiring *w = HYS_NEW(&b->arena, hys__wiring);
    if (!w) return HYS_NOMEM;
    w->n_bunches = (g->n_chunks + each - 1) / each;
    const size_t before = hys__net_n_bunches(b);
    w->bunches = HYS_NEW_N(&b->arena, hys__bunch, w->n_bunches);
    if (!w->bunches) return HYS_NOMEM;
    for (size_t k = 0; k < w->n_bunches; k++) {
        hys__bunch *u = &w->bunches[k];
        u->group = g;
        u->number = k;
        u->place = before + k;
        u->first_chunk = k * each;
        u->n_chunks = g->n_chunks - u->first_chunk < each ? g->n_chunks - u->first_chunk : each;
        u->first = g->chunks[u->first_chunk].first;
        for (size_t j = 0; j < u->n_chunks; j++) {
            hys__cohort *c = &g->chunks[u->first_chunk + j];
            c->bunch = u;
            u->n_cells += c->n_cells;
        }
        u->width = (u->n_cells + HYS__LANES - 1) / HYS__LANES * HYS__LANES;
    }
    g->wiring = w;
    return HYS_OK;
}

void hys__wiring_free(hys_brain *b, hys__group *g) {
    if (!g->wiring || !g->wiring->block) return;
    hys__net_drop(b, g->wiring->block, g->wiring->block_size, 1);
    g->wiring->block = NULL;
}

/* ---- sites ---- */

hys_status hys__site_of(hys_brain *b, size_t group, const char *name, size_t compartment, size_t *site) {
    const hys_brain_place place = {group, 0, compartment};
    hys_status status = hys__brain_check_place(b, &place, false);
    if (status != HYS_OK) return status;
    hys__group *g = b->groups.at[group];
    const hys__port *port = name ? hys__cell_find_port(g->cell, name) : NULL;
    if (!port)
        return hys__fail(b->ctx, HYS_ARG, g->cell->ports.n ? g->cell->ports.at[0].of.name : "its type has no ports",
                         "cells of group %zu have no port '%.80s'", group, name ? name : "");
    hys__wiring *w = g->wiring;
    for (*site = 0; *site < w->sites.n; ++*site)
        if (w->sites.at[*site].port == port && w->sites.at[*site].compartment == compartment) return HYS_OK;
    hys__site *s = HYS_PUSH(&b->arena, &w->sites);
    if (!s) return HYS_NOMEM;
    *s = (hys__site){.port = port, .compartment = compartment, .row = w->n_rows};
    hys__site_constants(s, b->opts.dt);
    if (g->cell->firing) hys__lif_site(b, g, s);
    w->n_rows += s->n_rows;
    return HYS_OK;
}
