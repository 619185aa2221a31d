/* Brains of several ranks.  Each rank has the cells of some bunches, with all synapses upon them and what arrives; all
 * ranks know all spikes that someone needs.  Orders are those of one rank, so the bits are too.  At the ends of runs
 * rows, spikes and records of all cells come to all ranks. */
#include "base/ranks.h"
#include "base/diag.h"
#include "brain/network_impl.h"
#include <string.h>

bool hys__is_shared(const hys_brain *b) {
    return hys__ranks_size(b->ctx) > 1;
}

int32_t hys__bunch_owner(const hys_brain *b, const hys__bunch *bunch) {
    return (int32_t)(bunch->place % (size_t)hys__ranks_size(b->ctx));
}

bool hys__bunch_is_mine(const hys_brain *b, const hys__bunch *bunch) {
    return hys__bunch_owner(b, bunch) == hys__ranks_rank(b->ctx);
}

/* ---- blocks of all ranks ---- */

typedef struct parcel {
    char *at; /* this rank's, then all ranks' */
    size_t n, cap;
    size_t sizes[HYS__MOST_RANKS], offsets[HYS__MOST_RANKS + 1];
} parcel;

static hys_status put(hys_brain *b, parcel *p, const void *data, size_t n) {
    if (p->n + n > p->cap) {
        const size_t cap = 2 * (p->n + n);
        char *at = hys__realloc(b->ctx, p->at, p->cap, cap);
        if (!at) return HYS_NOMEM;
        p->at = at;
        p->cap = cap;
    }
    if (n) memcpy(p->at + p->n, data, n);
    p->n += n;
    return HYS_OK;
}

static void drop(hys_brain *b, parcel *p) {
    if (p->at) hys__free(b->ctx, p->at, p->cap);
    p->at = NULL;
}

/* Takes the parcel in any case; a status other than HYS_OK of any rank is that of all. */
static hys_status exchange(hys_brain *b, parcel *p, hys_status mine) {
    const size_t n_ranks = (size_t)hys__ranks_size(b->ctx);
    uint64_t head[2] = {p->n, (uint64_t)(int64_t)mine}, heads[2 * HYS__MOST_RANKS];
    size_t sizes[HYS__MOST_RANKS];
    for (size_t r = 0; r < n_ranks; r++) sizes[r] = sizeof head;
    hys_status status = hys__ranks_allgather(b->ctx, head, heads, sizes);
    for (size_t r = 0; r < n_ranks && status == HYS_OK; r++) {
        p->sizes[r] = (size_t)heads[2 * r];
        p->offsets[r + 1] = p->offsets[r] + p->sizes[r];
        status = (hys_status)(int64_t)heads[2 * r + 1];
    }
    if (status != HYS_OK) return status;
    const size_t total = p->offsets[n_ranks];
    char *all = hys__realloc(b->ctx, NULL, 0, total + 1);
    status = hys_ranks_all(b->ctx, all ? HYS_OK : HYS_NOMEM);
    if (status == HYS_OK) status = hys__ranks_allgather(b->ctx, p->at ? p->at : all, all, p->sizes);
    drop(b, p);
    p->at = all;
    p->cap = total + 1;
    return status;
}

/* ---- behind a window ---- */

static size_t chunk_of(const hys_brain *b, const hys__emission *e) {
    const hys__group *g = b->groups.at[e->group];
    return e->cell / g->chunks[0].n_cells;
}

static bool is_before(const hys_brain *b, const hys__emission *x, const hys__emission *y) {
    if (x->group != y->group) return x->group < y->group;
    return chunk_of(b, x) < chunk_of(b, y);
}

/* Each rank's are in the order of groups and chunks, and no chunk is of two ranks. */
static hys_status merge(hys_brain *b, parcel *p, size_t kept) {
    struct hys__net *net = b->net;
    const size_t n_ranks = (size_t)hys__ranks_size(b->ctx), n = p->offsets[n_ranks] / sizeof(hys__emission);
    const hys__emission *all = (const hys__emission *)(const void *)p->at;
    size_t at[HYS__MOST_RANKS] = {0};
    if (hys__net_room(b, kept + n) != HYS_OK) return HYS_NOMEM;
    for (size_t r = 0; r < n_ranks; r++) at[r] = p->offsets[r] / sizeof *all;
    net->n_emissions = kept;
    for (size_t k = 0; k < n; k++) {
        size_t best = n_ranks;
        for (size_t r = 0; r < n_ranks; r++) {
            if (at[r] == p->offsets[r + 1] / sizeof *all) continue;
            if (best == n_ranks || is_before(b, &all[at[r]], &all[at[best]])) best = r;
        }
        net->emissions[net->n_emissions++] = all[at[best]++];
    }
    return HYS_OK;
}

hys_status hys__ranks_emissions(hys_brain *b, size_t kept, hys_status mine) {
    parcel p = {0};
    if (!hys__is_shared(b)) return mine;
    if (mine == HYS_OK && b->net->n_emissions > kept)
        mine = put(b, &p, b->net->emissions + kept, (b->net->n_emissions - kept) * sizeof(hys__emission));
    hys_status status = exchange(b, &p, mine);
    if (status == HYS_OK) status = merge(b, &p, kept);
    drop(b, &p);
    return status;
}

/* ---- gap junctions ---- */

static bool is_side_mine(const hys_brain *b, const hys__join *j, int side) {
    return hys__bunch_is_mine(b, j->chunk[side]->bunch);
}

hys_status hys__ranks_joins(hys_brain *b) {
    parcel p = {0};
    size_t at[HYS__MOST_RANKS] = {0};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < 2 * b->net->joins.n && status == HYS_OK; k++) {
        const hys__join *j = b->net->joins.at[k / 2];
        if (is_side_mine(b, j, (int)(k % 2))) status = put(b, &p, &j->now[k % 2], sizeof j->now[0]);
    }
    status = exchange(b, &p, status);
    for (size_t r = 0; r < (size_t)hys__ranks_size(b->ctx); r++) at[r] = p.offsets[r];
    for (size_t k = 0; k < 2 * b->net->joins.n && status == HYS_OK; k++) {
        hys__join *j = b->net->joins.at[k / 2];
        size_t *from = &at[hys__bunch_owner(b, j->chunk[k % 2]->bunch)];
        memcpy(&j->now[k % 2], p.at + *from, sizeof j->now[0]);
        *from += sizeof j->now[0];
    }
    drop(b, &p);
    return status;
}

/* ---- couplings ---- */

hys_status hys__ranks_values(hys_brain *b, const hys__group *g, size_t row) {
    parcel p = {0};
    size_t at[HYS__MOST_RANKS] = {0};
    hys_status status = HYS_OK;
    if (!hys__is_shared(b)) return HYS_OK;
    for (size_t k = 0; k < g->n_chunks && status == HYS_OK; k++) {
        const hys__cohort *c = &g->chunks[k];
        if (hys__bunch_is_mine(b, c->bunch)) status = put(b, &p, hys__chunk_row(c, row), c->n * sizeof(double));
    }
    status = exchange(b, &p, status);
    for (size_t r = 0; r < (size_t)hys__ranks_size(b->ctx); r++) at[r] = p.offsets[r];
    for (size_t k = 0; k < g->n_chunks && status == HYS_OK; k++) {
        const hys__cohort *c = &g->chunks[k];
        size_t *from = &at[hys__bunch_owner(b, c->bunch)];
        memcpy(hys__chunk_row(c, row), p.at + *from, c->n * sizeof(double));
        *from += c->n * sizeof(double);
    }
    drop(b, &p);
    return status;
}

/* ---- at a run's end ---- */

static hys_status put_chunk(hys_brain *b, parcel *p, const hys__cohort *c) {
    const uint64_t n = c->n_spikes;
    hys_status status = put(b, p, c->rows, c->group->n_rows * c->stride * sizeof *c->rows);
    if (status == HYS_OK) status = put(b, p, &n, sizeof n);
    return status == HYS_OK ? put(b, p, c->spikes, c->n_spikes * sizeof *c->spikes) : status;
}

static hys_status take_chunk(hys_brain *b, hys__cohort *c, const char *data, size_t *at) {
    const size_t rows = c->group->n_rows * c->stride * sizeof *c->rows;
    uint64_t n;
    memcpy(c->rows, data + *at, rows);
    memcpy(&n, data + *at + rows, sizeof n);
    *at += rows + sizeof n;
    if (n > c->spikes_cap) {
        hys__fired *more = hys__realloc(b->ctx, c->spikes, c->spikes_cap * sizeof *more, (size_t)n * sizeof *more);
        if (!more) return HYS_NOMEM;
        c->spikes = more;
        c->spikes_cap = (size_t)n;
    }
    if (n) memcpy(c->spikes, data + *at, (size_t)n * sizeof *c->spikes);
    *at += (size_t)n * sizeof *c->spikes;
    c->n_spikes = (size_t)n;
    return HYS_OK;
}

static hys_status share_group(hys_brain *b, hys__group *g, hys_status mine) {
    parcel p = {0};
    const int32_t rank = hys__ranks_rank(b->ctx);
    size_t at[HYS__MOST_RANKS] = {0};
    for (size_t k = 0; k < g->n_chunks && mine == HYS_OK; k++)
        if (hys__bunch_is_mine(b, g->chunks[k].bunch)) mine = put_chunk(b, &p, &g->chunks[k]);
    hys_status status = exchange(b, &p, mine);
    for (size_t r = 0; r < (size_t)hys__ranks_size(b->ctx); r++) at[r] = p.offsets[r];
    for (size_t k = 0; k < g->n_chunks && status == HYS_OK; k++) {
        const int32_t owner = hys__bunch_owner(b, g->chunks[k].bunch);
        if (owner != rank) status = take_chunk(b, &g->chunks[k], p.at, &at[owner]);
    }
    drop(b, &p);
    return status;
}

static hys_status share_probes(hys_brain *b, const hys__cohort *c) {
    const int32_t owner = hys__bunch_owner(b, c->bunch);
    hys_status status = HYS_OK;
    for (hys__probe *q = c->probes; q && status == HYS_OK; q = q->next) {
        uint64_t n = q->n;
        status = hys__ranks_bcast(b->ctx, owner, &n, sizeof n);
        q->n = (size_t)n;
        if (status == HYS_OK) status = hys__ranks_bcast(b->ctx, owner, q->t, q->n * sizeof *q->t);
        if (status == HYS_OK) status = hys__ranks_bcast(b->ctx, owner, q->y, q->n * sizeof *q->y);
    }
    return status;
}

hys_status hys__ranks_share(hys_brain *b, hys_status mine) {
    hys_status status = mine;
    if (!hys__is_shared(b)) return mine;
    for (size_t k = 0; k < b->groups.n; k++) {
        status = share_group(b, b->groups.at[k], status);
        if (status != HYS_OK) return status;
    }
    for (size_t g = 0; g < b->groups.n; g++)
        for (size_t k = 0; k < b->groups.at[g]->n_chunks && status == HYS_OK; k++)
            status = share_probes(b, &b->groups.at[g]->chunks[k]);
    return status;
}

/* ---- synapses ---- */

/* How many each bunch has, on all ranks. */
hys_status hys__ranks_counts(hys_brain *b, hys__projection *p, hys_status mine) {
    parcel c = {0};
    const size_t n = p->target->wiring->n_bunches;
    size_t at[HYS__MOST_RANKS] = {0};
    p->counts = HYS_NEW_N(&b->arena, uint64_t, n);
    if (!p->counts) mine = HYS_NOMEM;
    for (size_t k = 0; k < n && mine == HYS_OK; k++) {
        const uint64_t count = p->bundles[k].n;
        p->counts[k] = count;
        if (hys__bunch_is_mine(b, &p->target->wiring->bunches[k])) mine = put(b, &c, &count, sizeof count);
    }
    hys_status status = hys__is_shared(b) ? exchange(b, &c, mine) : mine;
    for (size_t r = 0; r < (size_t)hys__ranks_size(b->ctx); r++) at[r] = c.offsets[r];
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        if (hys__is_shared(b) && c.at) {
            size_t *from = &at[hys__bunch_owner(b, &p->target->wiring->bunches[k])];
            memcpy(&p->counts[k], c.at + *from, sizeof p->counts[k]);
            *from += sizeof p->counts[k];
        }
        p->n += p->counts[k];
    }
    drop(b, &c);
    return status;
}

/* Rows of bunches, which stand one behind the other, from those who have them to rank 0. */
hys_status hys__ranks_rows(const hys_brain *b, const hys__projection *p, const hys_synapse_row *mine, size_t n,
                           hys_synapse_row *rows) {
    hys__blocks blocks = {0};
    hys_status status = hys__ranks_gather(b->ctx, 0, mine, n * sizeof *mine, &blocks);
    size_t at[HYS__MOST_RANKS] = {0};
    for (size_t r = 0; r < (size_t)hys__ranks_size(b->ctx) && status == HYS_OK && blocks.at; r++)
        at[r] = blocks.offsets[r];
    for (size_t k = 0; k < p->target->wiring->n_bunches && status == HYS_OK && blocks.at; k++) {
        const int32_t owner = hys__bunch_owner(b, &p->target->wiring->bunches[k]);
        const size_t size = (size_t)p->counts[k] * sizeof *rows;
        if (size) memcpy(rows, blocks.at + at[owner], size);
        at[owner] += size;
        rows += p->counts[k];
    }
    hys__blocks_free(b->ctx, &blocks);
    return status;
}
