/* Windows: all cells go on by themselves, then their spikes are collected. */
#include "base/diag.h"
#include "base/ranks.h"
#include "brain/couple.h"
#include <math.h>
#include <string.h>

#define WINDOW 4096u /* steps after which a run looks whether it was cancelled */

/* ---- before a run ---- */

static hys_status take_rings(hys_brain *b, hys__group *g) {
    hys__wiring *w = g->wiring;
    size_t width = 0;
    if (!w->sites.n) return HYS_OK;
    for (size_t k = 0; k < w->n_bunches; k++)
        if (hys__bunch_is_mine(b, &w->bunches[k])) width += w->bunches[k].width;
    const double rows = (double)b->net->slots * (double)w->sites.n + (double)w->n_rows;
    if (rows * (double)width * sizeof(double) > (double)(SIZE_MAX / 8))
        return hys__fail(b->ctx, HYS_NOMEM, "delays may be far longer than steps",
                         "what arrives at group %zu within %zu steps is more than any memory takes", g->number,
                         b->net->slots);
    w->block_size = (b->net->slots * w->sites.n + w->n_rows) * width * sizeof(double);
    w->block = hys__net_take(b, w->block_size, 1);
    if (!w->block) return HYS_NOMEM;
    memset(w->block, 0, w->block_size);
    double *at = w->block;
    for (size_t k = 0; k < w->n_bunches; k++) {
        hys__bunch *u = &w->bunches[k];
        if (!hys__bunch_is_mine(b, u)) continue;
        u->ring = at;
        u->states = at + b->net->slots * w->sites.n * u->width;
        at = u->states + w->n_rows * u->width;
    }
    return HYS_OK;
}

static hys_status check_senders(hys_brain *b) {
    for (size_t k = 0; k < b->groups.n; k++) {
        const hys__group *g = b->groups.at[k];
        if (g->wiring->is_heard && !g->has_threshold)
            return hys__fail(b->ctx, HYS_ARG, "say where a spike is: hys_brain_detect",
                             "cells of group %zu have synapses that need their spikes, but no threshold", k);
    }
    return HYS_OK;
}

static void put_end(hys__bunch *u, hys__projection *p, hys__end *end) {
    const hys__bundle *from = &p->bundles[u->number];
    *end = (hys__end){.first = from->first,
                      .word = from->word,
                      .drawn = from->drawn,
                      .exact = from->exact,
                      .ring = u->ring + p->site * u->width,
                      .weight_one = p->weight_one,
                      .projection = p,
                      .stride = u->group->wiring->sites.n * u->width};
}

static hys_status take_ends(hys_brain *b, hys__bunch *u) {
    size_t n = 0;
    for (size_t k = 0; k < b->net->projections.n; k++) n += b->net->projections.at[k]->target == u->group;
    u->ends = HYS_NEW_N(&b->arena, hys__end, n + 1);
    u->first_end = HYS_NEW_N(&b->arena, size_t, b->groups.n + 1);
    if (!u->ends || !u->first_end) return HYS_NOMEM;
    n = 0;
    for (size_t g = 0; g < b->groups.n; g++) {
        const hys__wiring *from = b->groups.at[g]->wiring;
        for (size_t k = 0; k < from->out.n; k++)
            if (from->out.at[k]->target == u->group) put_end(u, from->out.at[k], &u->ends[n++]);
        u->first_end[g + 1] = n;
    }
    return HYS_OK;
}

static hys_status take_group(hys_brain *b, hys__group *g) {
    hys_status status = g->wiring->block ? HYS_OK : take_rings(b, g);
    for (size_t k = 0; k < g->wiring->n_bunches && status == HYS_OK; k++) status = take_ends(b, &g->wiring->bunches[k]);
    return status;
}

hys_status hys__net_prepare(hys_brain *b) {
    struct hys__net *net = b->net;
    if (!net && !hys__is_shared(b)) return HYS_OK;
    if (hys__ranks_size(b->ctx) > HYS__MOST_RANKS)
        return hys__fail(b->ctx, HYS_LIMIT, "", "a brain on more than %d ranks", HYS__MOST_RANKS);
    hys_status status = hys__net_of(b, &net);
    if (status == HYS_OK) status = check_senders(b);
    if (status != HYS_OK || net->is_ready) return status;
    uint32_t longest = 0;
    net->window = WINDOW;
    for (size_t k = 0; k < net->projections.n; k++) {
        const hys__projection *p = net->projections.at[k];
        if (p->least < net->window) net->window = p->least;
        if (p->most > longest) longest = p->most;
    }
    if (net->joins.n) net->window = 1;
    net->counts = HYS_NEW_N(&b->arena, size_t, 2 * (size_t)net->window + 3);
    if (!net->counts) return HYS_NOMEM;
    for (net->slots = 1; net->slots <= longest;) net->slots *= 2;
    for (size_t k = 0; k < b->groups.n && status == HYS_OK; k++) status = take_group(b, b->groups.at[k]);
    net->is_ready = status == HYS_OK;
    return status;
}

uint64_t hys__net_window(const hys_brain *b) {
    return b->net ? hys__couples_wait(b, b->net->window) : WINDOW;
}

/* ---- in a window ---- */

size_t hys__net_n_bunches(const hys_brain *b) {
    size_t n = 0;
    for (size_t k = 0; k < b->groups.n; k++) n += b->groups.at[k]->wiring->n_bunches;
    return n;
}

static hys__bunch *find(const hys_brain *b, size_t k) {
    size_t g = 0;
    for (; k >= b->groups.at[g]->wiring->n_bunches; g++) k -= b->groups.at[g]->wiring->n_bunches;
    return &b->groups.at[g]->wiring->bunches[k];
}

static void serve(const hys_brain *b, hys__bunch *u, hys__work *work) {
    if (u->served != b->net->round) hys__bunch_serve(b, u, work, u->group->chunks[u->first_chunk].step);
    u->served = b->net->round;
}

void hys__bunch_run(hys_brain *b, size_t number, hys__work *work, uint64_t until) {
    hys__bunch *u = find(b, number);
    if (!hys__bunch_is_mine(b, u)) {
        for (size_t j = 0; j < u->n_chunks; j++) u->group->chunks[u->first_chunk + j].step = until;
        return;
    }
    serve(b, u, work);
    for (size_t j = 0; j < u->n_chunks; j++) hys__chunk_run(b, &u->group->chunks[u->first_chunk + j], work, until);
}

void hys__bunch_finish(hys_brain *b, size_t number, hys__work *work) {
    hys__bunch *u = find(b, number);
    if (!hys__bunch_is_mine(b, u)) return;
    serve(b, u, work);
    hys__plastic_flush(b, u, b->until, true, work);
}

/* ---- behind it ---- */

hys_status hys__net_room(hys_brain *b, size_t need) {
    struct hys__net *net = b->net;
    if (need <= net->cap) return HYS_OK;
    const size_t cap = 2 * need + 64;
    hys__emission *at = hys__net_take(b, cap, sizeof *at), *sorted = hys__net_take(b, cap, sizeof *at);
    if (!at || !sorted) {
        hys__net_drop(b, at, cap, sizeof *at);
        hys__net_drop(b, sorted, cap, sizeof *at);
        return HYS_NOMEM;
    }
    if (net->n_emissions) memcpy(at, net->emissions, net->n_emissions * sizeof *at);
    hys__net_drop(b, net->emissions, net->cap, sizeof *at);
    hys__net_drop(b, net->sorted, net->cap, sizeof *at);
    net->emissions = at;
    net->sorted = sorted;
    net->cap = cap;
    return HYS_OK;
}

/* A spike belongs to the step to whose beginning it is nearest: that in which it left, or the next one. */
static hys__emission emission_of(const hys_brain *b, const hys__group *g, const hys__fired *f, uint64_t from) {
    const uint64_t left = from + (uint32_t)(f->step - (uint32_t)from);
    const double begin = hys__step_time(b, left);
    const bool is_late = f->time - begin >= 0.5 * b->opts.dt;
    return (hys__emission){left + is_late, (uint32_t)g->number, f->cell, is_late};
}

static hys_status take_new(hys_brain *b, hys__group *g, hys__cohort *c, uint64_t from) {
    struct hys__net *net = b->net;
    const size_t n = c->n_spikes - c->n_told;
    if (!n) return HYS_OK;
    if (hys__net_room(b, net->n_emissions + n) != HYS_OK) return HYS_NOMEM;
    for (size_t k = c->n_told; k < c->n_spikes; k++)
        net->emissions[net->n_emissions++] = emission_of(b, g, &c->spikes[k], from);
    c->n_told = c->n_spikes;
    return HYS_OK;
}

static size_t key_of(const hys__emission *e, uint64_t from) {
    return 2 * (size_t)(e->at - from) + !e->is_late;
}

/* By steps, late ones first, without changing the order in each; those of the window to come stay behind. */
static void sort(struct hys__net *net, uint64_t from, uint64_t until) {
    size_t *first = net->counts;
    const size_t n = net->n_emissions, n_keys = 2 * (size_t)(until - from + 1);
    if (!n) return;
    memset(first, 0, (n_keys + 1) * sizeof *first);
    for (size_t k = 0; k < n; k++) first[key_of(&net->emissions[k], from) + 1]++;
    for (size_t k = 0; k < n_keys; k++) first[k + 1] += first[k];
    net->n_later = n - first[n_keys - 2];
    for (size_t k = 0; k < n; k++) net->sorted[first[key_of(&net->emissions[k], from)]++] = net->emissions[k];
    hys__emission *swap = net->emissions;
    net->emissions = net->sorted;
    net->sorted = swap;
}

static hys_status take_all(hys_brain *b, uint64_t from) {
    for (size_t k = 0; k < b->groups.n; k++) {
        hys__group *g = b->groups.at[k];
        for (size_t j = 0; j < g->n_chunks && g->wiring->is_heard; j++)
            if (take_new(b, g, &g->chunks[j], from) != HYS_OK) return HYS_NOMEM;
    }
    return HYS_OK;
}

hys_status hys__net_gather(hys_brain *b, uint64_t from, uint64_t until, hys_status mine) {
    struct hys__net *net = b->net;
    if (!net) return mine;
    const size_t done = net->n_emissions - net->n_later, kept = net->n_later; /* done: in this window */
    if (kept) memmove(net->emissions, net->emissions + done, kept * sizeof *net->emissions);
    net->n_emissions = kept;
    net->n_later = 0;
    if (mine == HYS_OK) mine = take_all(b, from);
    hys_status status = hys__ranks_emissions(b, kept, mine);
    if (status != HYS_OK) return status;
    sort(net, from, until);
    net->round++;
    hys__couples_keep(b);
    status = hys__short_term_gather(b);
    return status == HYS_OK ? hys__plastic_gather(b) : status;
}
