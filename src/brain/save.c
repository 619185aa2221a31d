/* A brain's state in a file: all that moves, in the machine's own numbers, between a description of what the brain is
 * made of and a digest of the whole.  Reading checks both before anything is changed.
 *
 *     "hysbrain", version, order of bytes, rank and number of ranks (u32 each), digest of the description (64 digits);
 *     step (u64), time (f64); of each group: rows of its chunks, noise of electrodes, rings; of the network: spikes to
 *     come, gap junctions, short-term and plastic synapses;   digest of all before (64 digits) */
#include "base/diag.h"
#include "base/file.h"
#include "base/ranks.h"
#include "brain/couple.h"
#include "brain/log.h"
#include "brain/plastic_impl.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define VERSION 2u
#define ORDER   UINT32_C(0x01020304)
#define DIGITS  64u
#define PIECE   65536u

typedef struct porter {
    hys_brain *brain;
    FILE *file;
    hys__hasher hasher;
    bool is_reading;
    hys_status status;
} porter;

static bool take(void *at, size_t n, FILE *file) {
    return fread(at, 1, n, file) == n;
}

static bool give(const void *at, size_t n, FILE *file) {
    return fwrite(at, 1, n, file) == n;
}

static void carry(porter *p, void *at, size_t n) {
    if (p->status != HYS_OK || !n) return;
    if (p->is_reading ? !take(at, n, p->file) : !give(at, n, p->file)) {
        p->status = HYS_IO;
        return;
    }
    if (!p->is_reading) hys__hasher_add(&p->hasher, at, n);
}

static size_t carry_count(porter *p, size_t n) {
    uint64_t count = n;
    carry(p, &count, sizeof count);
    return p->status == HYS_OK && count < SIZE_MAX ? (size_t)count : 0;
}

#define CARRY(p, what) carry((p), &(what), sizeof(what))

static void spoilt(porter *p) {
    if (p->status == HYS_OK) p->status = HYS_SYNTAX;
}

/* ---- what the brain is made of ---- */

#define PUT(h, value) hys__hasher_add((h), &(value), sizeof(value))

static void describe_group(hys__hasher *h, const hys__group *g) {
    const size_t sizes[] = {g->n,
                            g->lanes,
                            g->n_rows,
                            g->cell->n,
                            g->n_chunks,
                            g->most,
                            g->wiring->sites.n,
                            g->wiring->n_rows,
                            g->electrodes.n,
                            g->wiring->out.n,
                            g->cell->channels.n,
                            g->wiring->block_size};
    PUT(h, sizes);
    for (size_t k = 0; k < g->cell->channels.n; k++) hys__hasher_add_str(h, g->cell->channels.at[k].name);
}

static void describe_projection(hys__hasher *h, const hys__projection *p) {
    const uint64_t sizes[] = {
        p->source->number, p->target->number, p->site,      p->n,
        p->least,          p->most,           p->u != NULL, p->plastic ? (uint64_t)p->plastic->of.kind : 0};
    PUT(h, sizes);
    PUT(h, p->weight_one);
}

static void describe_couples(hys__hasher *h, const struct hys__couples *x) {
    PUT(h, x->goals.n);
    for (size_t k = 0; k < x->all.n; k++) {
        const hys__couple *c = &x->all.at[k];
        const uint64_t sizes[] = {c->from->number, c->row, c->goal, c->map, c->every};
        const double numbers[] = {c->gain, c->threshold, c->unit};
        PUT(h, sizes);
        PUT(h, numbers);
    }
}

static hys__hash describe(const hys_brain *b) {
    hys__hasher h;
    hys__hasher_init(&h);
    PUT(&h, b->opts.dt);
    PUT(&h, b->opts.method);
    PUT(&h, b->opts.seed);
    for (size_t k = 0; k < b->groups.n; k++) describe_group(&h, b->groups.at[k]);
    for (size_t k = 0; b->net && k < b->net->projections.n; k++) describe_projection(&h, b->net->projections.at[k]);
    if (b->net) PUT(&h, b->net->joins.n);
    if (b->net && b->net->couples) describe_couples(&h, b->net->couples);
    return hys__hasher_end(&h);
}

/* ---- what moves ---- */

static void carry_group(porter *p, hys__group *g) {
    for (size_t k = 0; k < g->n_chunks; k++) {
        hys__cohort *c = &g->chunks[k];
        const size_t first = g->wiring->replay_first ? g->wiring->replay_first[k] : 0;
        if (c->is_away) continue;
        carry(p, c->rows, g->n_rows * c->stride * sizeof *c->rows);
        CARRY(p, c->is_fresh);
        c->cursor = first + carry_count(p, c->cursor - first);
        if (g->wiring->replay_first && c->cursor > g->wiring->replay_first[k + 1]) c->cursor = first, spoilt(p);
    }
    for (size_t k = 0; k < g->electrodes.n; k++) {
        const hys__electrode *e = g->electrodes.at[k];
        if (e->noise) carry(p, e->noise, e->n_cells * sizeof *e->noise);
    }
    carry(p, g->wiring->block, g->wiring->block_size);
}

static void carry_emissions(porter *p) {
    hys_brain *b = p->brain;
    struct hys__net *net = b->net;
    const size_t from = net->n_emissions - net->n_later, n = carry_count(p, net->n_later);
    if (p->is_reading && p->status == HYS_OK && hys__net_room(b, n) != HYS_OK) p->status = HYS_NOMEM;
    if (p->status != HYS_OK) return;
    if (n) carry(p, net->emissions + (p->is_reading ? 0 : from), n * sizeof *net->emissions);
    if (!p->is_reading) return;
    net->n_emissions = net->n_later = n;
    for (size_t k = 0; k < n; k++) {
        const hys__emission *e = &net->emissions[k];
        if (e->group < b->groups.n && e->cell < b->groups.at[e->group]->n && e->at == b->step && e->is_late == 1)
            continue;
        net->n_emissions = net->n_later = 0;
        spoilt(p);
        return;
    }
}

static void carry_past(porter *p, hys__past *past, const hys__bunch *u, const hys__projection *x) {
    const size_t n = carry_count(p, past->n);
    if (p->is_reading && p->status == HYS_OK && hys__past_room(p->brain, past, n) != HYS_OK) p->status = HYS_NOMEM;
    if (p->status != HYS_OK) return;
    carry(p, past->at, n * sizeof *past->at);
    carry(p, past->tails, u->n_cells * sizeof *past->tails);
    CARRY(p, past->flushed);
    CARRY(p, past->done);
    CARRY(p, past->on_until);
    for (size_t k = 0; past->devices && k < past->devices->n_chunks; k++) {
        const hys__cohort *c = &past->devices->chunks[k];
        carry(p, c->rows, past->devices->n_rows * c->stride * sizeof *c->rows);
    }
    if (past->devices) carry(p, past->pre, x->source->n * sizeof *past->pre);
    if (!p->is_reading || p->status != HYS_OK) return;
    past->n = n;
    for (size_t k = 0; k < n; k++)
        if (past->at[k].cell >= u->n_cells) past->n = 0, spoilt(p);
    hys__past_link(past, u->n_cells, x->most, 0);
}

static void carry_projection(porter *p, hys__projection *x) {
    const size_t n = x->source->n;
    if (x->u) {
        carry(p, x->u, n * sizeof *x->u);
        carry(p, x->x, n * sizeof *x->x);
        carry(p, x->last, n * sizeof *x->last);
    }
    if (!x->plastic) return;
    carry(p, x->plastic->senders, n * sizeof *x->plastic->senders);
    for (size_t k = 0; k < x->target->wiring->n_bunches; k++) {
        carry(p, x->bundles[k].exact, x->bundles[k].n * sizeof *x->bundles[k].exact);
        carry_past(p, &x->plastic->pasts[k], &x->target->wiring->bunches[k], x);
    }
}

/* What was read last holds until it is read again. */
static void carry_couples(porter *p, const struct hys__couples *x) {
    for (size_t k = 0; k < x->goals.n; k++) {
        const hys__goal *g = &x->goals.at[k];
        carry(p, g->now, g->group->n * sizeof *g->now);
        carry(p, g->next, g->group->n * sizeof *g->next);
    }
    for (size_t k = 0; k < x->all.n; k++) {
        const hys__couple *c = &x->all.at[k];
        carry(p, c->says, x->goals.at[c->goal].group->n * sizeof *c->says);
    }
}

static void carry_all(porter *p) {
    hys_brain *b = p->brain;
    CARRY(p, b->step);
    CARRY(p, b->time);
    for (size_t k = 0; k < b->groups.n; k++) carry_group(p, b->groups.at[k]);
    if (!b->net) return;
    carry_emissions(p);
    for (size_t k = 0; k < b->net->joins.n; k++) {
        hys__join *j = b->net->joins.at[k];
        CARRY(p, j->now);
        CARRY(p, j->before);
        CARRY(p, j->is_known);
    }
    for (size_t k = 0; k < b->net->projections.n; k++) carry_projection(p, b->net->projections.at[k]);
    if (b->net->couples) carry_couples(p, b->net->couples);
}

/* ---- writing ---- */

typedef struct header {
    char magic[8];
    uint32_t version, order, rank, n_ranks;
    char made_of[DIGITS];
} header;

static header header_of(const hys_brain *b) {
    header h = {.magic = {'h', 'y', 's', 'b', 'r', 'a', 'i', 'n'},
                .version = VERSION,
                .order = ORDER,
                .rank = (uint32_t)hys_ranks_rank(b->ctx),
                .n_ranks = (uint32_t)hys_ranks_size(b->ctx)};
    const hys__hash hash = describe(b);
    memcpy(h.made_of, hash.hex, DIGITS);
    return h;
}

/* Under a temporary name. */
static hys_status save(hys_brain *b, const char *path, hys__outfile **result) {
    hys__outfile *out = NULL;
    if (b->opts.method == HYS_BRAIN_ADAPTIVE)
        return hys__fail(b->ctx, HYS_ARG, "take fixed steps", "an adaptive run has no state that can be saved");
    hys_status status = hys__net_prepare(b);
    if (status == HYS_OK) status = hys__outfile_open(b->ctx, path, &out);
    if (status != HYS_OK) return status;
    porter p = {.brain = b, .file = hys__outfile_stream(out), .status = HYS_OK};
    header h = header_of(b);
    hys__hasher_init(&p.hasher);
    CARRY(&p, h);
    carry_all(&p);
    const hys__hash digest = hys__hasher_end(&p.hasher);
    if (p.status == HYS_OK && fwrite(digest.hex, 1, DIGITS, p.file) == DIGITS && fflush(p.file) == 0) {
        *result = out;
        return HYS_OK;
    }
    hys__outfile_discard(out);
    return hys__fail(b->ctx, HYS_IO, "", "%s cannot be written: %s", path, strerror(errno));
}

/* ---- reading ---- */

static hys_status check_header(const hys_brain *b, FILE *f, const char *path) {
    const header want = header_of(b);
    header h;
    if (fread(&h, sizeof h, 1, f) != 1 || memcmp(h.magic, want.magic, sizeof h.magic) != 0)
        return hys__fail(b->ctx, HYS_SYNTAX, "", "%s is no state of a brain", path);
    if (h.order != ORDER || h.version != VERSION)
        return hys__fail(b->ctx, HYS_SYNTAX, "", "%s is of another machine or version", path);
    if (h.n_ranks != want.n_ranks || h.rank != want.rank)
        return hys__fail(b->ctx, HYS_ARG, "go on with as many as there were",
                         "%s is what rank %u of %u ranks wrote, and this is rank %u of %u", path, h.rank, h.n_ranks,
                         want.rank, want.n_ranks);
    if (memcmp(h.made_of, want.made_of, DIGITS) != 0)
        return hys__fail(b->ctx, HYS_SYNTAX, "build it in the same way: groups, synapses, steps, seed",
                         "%s is the state of another brain", path);
    return HYS_OK;
}

/* The last 64 bytes are the digest of those before. */
static hys_status check_digest(const hys_brain *b, FILE *f, const char *path) {
    static const char spoilt_file[] = "%s was cut off or changed";
    hys__hasher hasher;
    char piece[PIECE], last[DIGITS];
    long size = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    if (size < (long)(sizeof(header) + DIGITS)) return hys__fail(b->ctx, HYS_SYNTAX, "", spoilt_file, path);
    rewind(f);
    hys__hasher_init(&hasher);
    for (size_t left = (size_t)size - DIGITS; left;) {
        const size_t n = fread(piece, 1, left < PIECE ? left : PIECE, f);
        if (!n) return hys__fail(b->ctx, HYS_IO, "", "%s cannot be read", path);
        hys__hasher_add(&hasher, piece, n);
        left -= n;
    }
    const hys__hash digest = hys__hasher_end(&hasher);
    if (fread(last, 1, DIGITS, f) != DIGITS || memcmp(last, digest.hex, DIGITS) != 0)
        return hys__fail(b->ctx, HYS_SYNTAX, "", spoilt_file, path);
    return fseek(f, (long)sizeof(header), SEEK_SET) == 0 ? HYS_OK
                                                         : hys__fail(b->ctx, HYS_IO, "", "%s cannot be read", path);
}

static hys_status read_all(hys_brain *b, FILE *f, const char *path) {
    porter p = {.brain = b, .file = f, .is_reading = true, .status = HYS_OK};
    carry_all(&p);
    for (size_t g = 0; g < b->groups.n; g++)
        for (size_t k = 0; k < b->groups.at[g]->n_chunks; k++) b->groups.at[g]->chunks[k].step = b->step;
    b->has_run = true;
    if (p.status == HYS_OK || p.status == HYS_NOMEM) return p.status;
    return hys__fail(b->ctx, p.status, "", "%s does not fit this brain", path);
}

static hys_status load(hys_brain *b, const char *path) {
    hys_status status = hys__net_prepare(b);
    FILE *f = status == HYS_OK ? fopen(path, "rb") : NULL;
    if (status != HYS_OK) return status;
    if (!f) return hys__fail(b->ctx, HYS_IO, "", "%s cannot be opened: %s", path, strerror(errno));
    status = check_header(b, f, path);
    if (status == HYS_OK) status = check_digest(b, f, path);
    if (status == HYS_OK) status = read_all(b, f, path);
    fclose(f);
    return status;
}

/* ---- ranks ---- */

/* Of several ranks each has its own file. */
static hys_status name_file(hys_brain *b, const char *path, char name[HYS__LOG_PATH]) {
    if (strlen(path) > HYS__LOG_PATH - 120) return hys__fail(b->ctx, HYS_ARG, "", "a path that is too long");
    hys__log_part_path(path, (size_t)hys_ranks_rank(b->ctx), (size_t)hys_ranks_size(b->ctx), name);
    return HYS_OK;
}

/* No file takes the place of that before until all are written: they belong together. */
hys_status hys_brain_save(hys_brain *b, const char *path) {
    char name[HYS__LOG_PATH];
    hys__outfile *out = NULL;
    hys_status status = name_file(b, path, name);
    if (status == HYS_OK) status = save(b, name, &out);
    const hys_status all = hys_ranks_all(b->ctx, status);
    if (all == HYS_OK) return hys_ranks_all(b->ctx, hys__outfile_commit(out));
    hys__outfile_discard(out);
    return all;
}

/* A run on another number of ranks has left files of other names. */
static hys_status check_there(const hys_brain *b, const char *path, const char *name) {
    char other[HYS__LOG_PATH];
    if (access(name, F_OK) == 0) return HYS_OK;
    for (size_t n_ranks = 1; n_ranks <= 2; n_ranks++) {
        hys__log_part_path(path, 0, n_ranks, other);
        if (access(other, F_OK) == 0 && strcmp(other, name) != 0)
            return hys__fail(b->ctx, HYS_ARG, "go on with as many as there were",
                             "there is no %s; but %s is there, of a run on another number of ranks", name, other);
    }
    return HYS_OK;
}

static hys_status check_step(const hys_brain *b, const char *path) {
    const size_t n = (size_t)hys_ranks_size(b->ctx);
    uint64_t steps[HYS__MOST_RANKS];
    size_t sizes[HYS__MOST_RANKS];
    for (size_t r = 0; r < n; r++) sizes[r] = sizeof b->step;
    const hys_status status = hys__ranks_allgather(b->ctx, &b->step, steps, sizes);
    for (size_t r = 1; r < n && status == HYS_OK; r++)
        if (steps[r] != steps[0])
            return hys__fail(b->ctx, HYS_ARG, "the run was killed while they took their places",
                             "%s.0 and %s.%zu are of different times", path, path, r);
    return status;
}

hys_status hys_brain_load(hys_brain *b, const char *path) {
    char name[HYS__LOG_PATH];
    hys_status status = name_file(b, path, name);
    if (status == HYS_OK) status = check_there(b, path, name);
    if (status == HYS_OK) status = load(b, name);
    status = hys_ranks_all(b->ctx, status);
    return status == HYS_OK && hys__is_shared(b) ? check_step(b, path) : status;
}
