/* Brains of several ranks.  Each rank has the cells of some bunches, with all synapses upon them and what arrives; all
 * ranks know all spikes that someone needs.  Orders are those of one rank, so the bits are too.  At the ends of runs
 * spikes of all cells come to all ranks; rows and records do, too, but for those of local brains. */
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

/* The cell's bunch is this rank's. */
bool hys__cell_is_mine(const hys_brain *b, size_t group, size_t cell) {
    const hys__group *g = b->groups.at[group];
    return hys__bunch_is_mine(b, g->chunks[cell / g->chunks[0].n_cells].bunch);
}

/* ---- blocks of all ranks ---- */

#define LETTER 1024u /* bytes that are sent at once with the head: the spikes of most windows */

typedef struct head {
    uint64_t n;
    int64_t status;
    uint64_t is_cancelled;
} head;

#define INLINE (LETTER - sizeof(head))

typedef struct parcel {
    size_t n; /* bytes in net->outbox.at, behind room for the head */
    const char *at;
    size_t sizes[HYS__MOST_RANKS], offsets[HYS__MOST_RANKS]; /* of all ranks' */
} parcel;

static hys_status widen(hys_brain *b, hys__box *box, size_t need) {
    if (need <= box->cap) return HYS_OK;
    const size_t cap = 2 * need;
    char *at = hys__net_take(b, cap, 1);
    if (!at) return HYS_NOMEM;
    if (box->at) memcpy(at, box->at, box->cap);
    hys__net_drop(b, box->at, box->cap, 1);
    *box = (hys__box){at, cap};
    return HYS_OK;
}

void hys__boxes_free(hys_brain *b) {
    hys__net_drop(b, b->net->outbox.at, b->net->outbox.cap, 1);
    hys__net_drop(b, b->net->inbox.at, b->net->inbox.cap, 1);
    b->net->outbox = b->net->inbox = (hys__box){0};
}

static hys_status put(hys_brain *b, parcel *p, const void *data, size_t n) {
    hys__box *out = &b->net->outbox;
    if (widen(b, out, sizeof(head) + p->n + n) != HYS_OK) return HYS_NOMEM;
    if (n) memcpy(out->at + sizeof(head) + p->n, data, n);
    p->n += n;
    return HYS_OK;
}

/* The heads of all; *total: bytes of all, where those of some rank do not fit beside its head. */
static hys_status read_heads(hys_brain *b, parcel *p, size_t *total) {
    const size_t n_ranks = (size_t)hys__ranks_size(b->ctx);
    const char *letters = b->net->inbox.at;
    bool is_large = false;
    *total = 0;
    b->net->is_cancelled = false;
    for (size_t r = 0; r < n_ranks; r++) {
        head h;
        memcpy(&h, letters + r * LETTER, sizeof h);
        if (h.status != HYS_OK) return (hys_status)h.status;
        p->sizes[r] = (size_t)h.n;
        p->offsets[r] = r * LETTER + sizeof h;
        *total += p->sizes[r];
        is_large = is_large || p->sizes[r] > INLINE;
        b->net->is_cancelled = b->net->is_cancelled || h.is_cancelled;
    }
    if (!is_large) *total = 0;
    return HYS_OK;
}

/* All ranks have had the same in their boxes, so they widen them together. */
static hys_status send_large(hys_brain *b, parcel *p, size_t total) {
    const size_t n_ranks = (size_t)hys__ranks_size(b->ctx);
    if (total > b->net->inbox.cap) {
        const hys_status status = hys_ranks_all(b->ctx, widen(b, &b->net->inbox, total));
        if (status != HYS_OK) return status;
    }
    for (size_t r = 0, at = 0; r < n_ranks; at += p->sizes[r++]) p->offsets[r] = at;
    return hys__ranks_allgather(b->ctx, b->net->outbox.at + sizeof(head), b->net->inbox.at, p->sizes);
}

/* A status other than HYS_OK of any rank is that of all. */
static hys_status exchange(hys_brain *b, parcel *p, hys_status mine) {
    const size_t n_ranks = (size_t)hys__ranks_size(b->ctx);
    const head h = {p->n, mine, hys_ctx_is_cancelled(b->ctx)};
    size_t sizes[HYS__MOST_RANKS], total = 0;
    if (widen(b, &b->net->outbox, LETTER) != HYS_OK || widen(b, &b->net->inbox, n_ranks * LETTER) != HYS_OK) {
        hys__ranks_give_up(b->ctx); /* the others wait for a letter that cannot be written */
        return HYS_NOMEM;
    }
    memcpy(b->net->outbox.at, &h, sizeof h);
    for (size_t r = 0; r < n_ranks; r++) sizes[r] = LETTER;
    hys_status status = hys__ranks_allgather(b->ctx, b->net->outbox.at, b->net->inbox.at, sizes);
    if (status == HYS_OK) status = read_heads(b, p, &total);
    if (status == HYS_OK && total) status = send_large(b, p, total);
    p->at = b->net->inbox.at;
    return status;
}

/* Where what each rank gave begins. */
static void begin_reading(const hys_brain *b, const parcel *p, const char *at[HYS__MOST_RANKS]) {
    for (size_t r = 0; r < (size_t)hys__ranks_size(b->ctx); r++) at[r] = p->at + p->offsets[r];
}

static void take(void *to, const char **from, size_t n) {
    if (n) memcpy(to, *from, n);
    *from += n;
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
    const size_t n_ranks = (size_t)hys__ranks_size(b->ctx);
    const hys__emission *at[HYS__MOST_RANKS] = {NULL}, *end[HYS__MOST_RANKS] = {NULL};
    size_t n = 0;
    for (size_t r = 0; r < n_ranks; r++) {
        at[r] = (const hys__emission *)(const void *)(p->at + p->offsets[r]);
        end[r] = at[r] + p->sizes[r] / sizeof *at[r];
        n += p->sizes[r] / sizeof *at[r];
    }
    if (hys__net_room(b, kept + n) != HYS_OK) return HYS_NOMEM;
    net->n_emissions = kept;
    while (n--) {
        const hys__emission **best = NULL;
        for (size_t r = 0; r < n_ranks; r++)
            if (at[r] != end[r] && (!best || is_before(b, at[r], *best))) best = &at[r];
        if (best) net->emissions[net->n_emissions++] = *(*best)++;
    }
    return HYS_OK;
}

hys_status hys__ranks_emissions(hys_brain *b, size_t kept, hys_status mine) {
    parcel p = {0};
    if (!hys__is_shared(b)) return mine;
    if (mine == HYS_OK && b->net->n_emissions > kept)
        mine = put(b, &p, b->net->emissions + kept, (b->net->n_emissions - kept) * sizeof(hys__emission));
    hys_status status = exchange(b, &p, mine);
    if (status != HYS_OK) return status;
    status = merge(b, &p, kept);
    if (status != HYS_OK) hys__ranks_give_up(b->ctx); /* the others go on, and would wait for this one */
    return status;
}

/* ---- gap junctions ---- */

static int32_t owner_of(const hys_brain *b, const hys__join *j, int side) {
    return hys__bunch_owner(b, j->chunk[side]->bunch);
}

/* Those between cells of one rank are no other one's business. */
static bool is_between(const hys_brain *b, const hys__join *j) {
    return owner_of(b, j, 0) != owner_of(b, j, 1);
}

hys_status hys__ranks_joins(hys_brain *b) {
    parcel p = {0};
    const char *at[HYS__MOST_RANKS];
    hys_status status = HYS_OK;
    for (size_t k = 0; k < b->net->joins.n && status == HYS_OK; k++) {
        const hys__join *j = b->net->joins.at[k];
        if (!is_between(b, j)) continue;
        for (int side = 0; side < 2 && status == HYS_OK; side++)
            if (owner_of(b, j, side) == hys__ranks_rank(b->ctx)) status = put(b, &p, &j->now[side], sizeof j->now[0]);
    }
    status = exchange(b, &p, status);
    if (status != HYS_OK) return status;
    begin_reading(b, &p, at);
    for (size_t k = 0; k < b->net->joins.n; k++) {
        hys__join *j = b->net->joins.at[k];
        if (!is_between(b, j)) continue;
        for (int side = 0; side < 2; side++) take(&j->now[side], &at[owner_of(b, j, side)], sizeof j->now[0]);
    }
    return HYS_OK;
}

/* ---- couplings ---- */

static hys_status put_values(hys_brain *b, parcel *p, const hys__cohort *c, size_t row) {
    const double *values = hys__chunk_row(c, row);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < c->n_cells && status == HYS_OK; k++)
        status = put(b, p, &values[hys__cell_entry(c->group, k, 0)], sizeof *values);
    return status;
}

hys_status hys__ranks_values(hys_brain *b, const hys__group *g, size_t row, double **values) {
    parcel p = {0};
    const char *at[HYS__MOST_RANKS];
    if (!hys__is_shared(b)) return HYS_OK;
    double *all = *values ? *values : HYS_NEW_N(&b->arena, double, g->n);
    hys_status status = all ? HYS_OK : HYS_NOMEM;
    *values = all;
    for (size_t k = 0; k < g->n_chunks && status == HYS_OK; k++)
        if (hys__bunch_is_mine(b, g->chunks[k].bunch)) status = put_values(b, &p, &g->chunks[k], row);
    status = exchange(b, &p, status);
    if (status != HYS_OK || !all) return status;
    begin_reading(b, &p, at);
    for (size_t k = 0; k < g->n_chunks; k++) {
        const hys__cohort *c = &g->chunks[k];
        take(all + c->first, &at[hys__bunch_owner(b, c->bunch)], c->n_cells * sizeof *all);
    }
    return HYS_OK;
}

/* ---- at a run's end ---- */

/* Rows and most records of a local brain stay where they are. */
static bool is_told(const hys_brain *b, const hys__probe *q) {
    return !b->is_local || q->is_for_all;
}

static hys_status put_probe(hys_brain *b, parcel *p, const hys__probe *q) {
    const uint64_t n = q->n;
    hys_status status = put(b, p, &n, sizeof n);
    if (status == HYS_OK) status = put(b, p, q->t, q->n * sizeof *q->t);
    return status == HYS_OK ? put(b, p, q->y, q->n * sizeof *q->y) : status;
}

static hys_status put_chunk(hys_brain *b, parcel *p, const hys__cohort *c) {
    const uint64_t n = c->n_spikes;
    hys_status status = b->is_local ? HYS_OK : put(b, p, c->rows, c->group->n_rows * c->stride * sizeof *c->rows);
    if (status == HYS_OK) status = put(b, p, &n, sizeof n);
    if (status == HYS_OK) status = put(b, p, c->spikes, c->n_spikes * sizeof *c->spikes);
    for (const hys__probe *q = c->probes; q && status == HYS_OK; q = q->next)
        if (is_told(b, q)) status = put_probe(b, p, q);
    return status;
}

static hys_status take_chunk(hys_brain *b, hys__cohort *c, const char **from) {
    uint64_t n;
    if (!b->is_local) take(c->rows, from, c->group->n_rows * c->stride * sizeof *c->rows);
    take(&n, from, sizeof n);
    if (n > c->spikes_cap) {
        hys__fired *more = hys__realloc(b->ctx, c->spikes, c->spikes_cap * sizeof *more, (size_t)n * sizeof *more);
        if (!more) return HYS_NOMEM;
        c->spikes = more;
        c->spikes_cap = (size_t)n;
    }
    take(c->spikes, from, (size_t)n * sizeof *c->spikes);
    c->n_spikes = (size_t)n;
    for (hys__probe *q = c->probes; q; q = q->next) {
        if (!is_told(b, q)) continue;
        take(&n, from, sizeof n);
        q->n = (size_t)n;
        take(q->t, from, q->n * sizeof *q->t);
        take(q->y, from, q->n * sizeof *q->y);
    }
    return HYS_OK;
}

static hys_status share_group(hys_brain *b, hys__group *g, hys_status mine) {
    parcel p = {0};
    const char *at[HYS__MOST_RANKS];
    for (size_t k = 0; k < g->n_chunks && mine == HYS_OK; k++)
        if (hys__bunch_is_mine(b, g->chunks[k].bunch)) mine = put_chunk(b, &p, &g->chunks[k]);
    hys_status status = exchange(b, &p, mine);
    if (status == HYS_OK) begin_reading(b, &p, at);
    for (size_t k = 0; k < g->n_chunks && status == HYS_OK; k++) {
        const int32_t owner = hys__bunch_owner(b, g->chunks[k].bunch);
        if (owner != hys__ranks_rank(b->ctx)) status = take_chunk(b, &g->chunks[k], &at[owner]);
    }
    return status;
}

hys_status hys__ranks_share(hys_brain *b, hys_status mine) {
    hys_status status = mine;
    for (size_t k = 0; hys__is_shared(b) && k < b->groups.n; k++) {
        status = share_group(b, b->groups.at[k], status);
        if (status != HYS_OK) return status;
    }
    return hys__is_shared(b) ? hys_ranks_all(b->ctx, status) : status;
}

/* ---- synapses ---- */

static hys_status share_counts(hys_brain *b, const hys__projection *p, hys_status mine) {
    parcel c = {0};
    const hys__wiring *w = p->target->wiring;
    const char *at[HYS__MOST_RANKS];
    for (size_t k = 0; k < w->n_bunches && mine == HYS_OK; k++)
        if (hys__bunch_is_mine(b, &w->bunches[k])) mine = put(b, &c, &p->counts[k], sizeof p->counts[k]);
    const hys_status status = exchange(b, &c, mine);
    if (status != HYS_OK) return status;
    begin_reading(b, &c, at);
    for (size_t k = 0; k < w->n_bunches; k++)
        take(&p->counts[k], &at[hys__bunch_owner(b, &w->bunches[k])], sizeof p->counts[k]);
    return HYS_OK;
}

/* How many each bunch has, on all ranks. */
hys_status hys__ranks_counts(hys_brain *b, hys__projection *p, hys_status mine) {
    const size_t n = p->target->wiring->n_bunches;
    p->counts = HYS_NEW_N(&b->arena, uint64_t, n);
    if (!p->counts) mine = HYS_NOMEM;
    for (size_t k = 0; k < n && mine == HYS_OK; k++) p->counts[k] = p->bundles[k].n;
    const hys_status status = hys__is_shared(b) ? share_counts(b, p, mine) : mine;
    for (size_t k = 0; k < n && status == HYS_OK; k++) p->n += p->counts[k];
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
