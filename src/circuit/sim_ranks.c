/* The runs of all ranks.  Rank 0 takes them in their order: each other rank offers the lowest that it has not sent,
 * and keeps it until it is taken, so that no rank holds more than its own (see sim_crew.c).
 *
 *   RUN    rank to 0   blocks of runs, one behind the other: many small ones, or one
 *   FAIL   rank to 0   at most once: a status; it cannot go on, or was cancelled
 *   END    0 to rank   once: all runs are there, or there is no use in going on
 *   LEAVE  rank to 0   once, after END and its last RUN
 *
 * After LEAVE nothing is under way, however the runs ended. */
#include "circuit/sim_ranks.h"
#include "base/ranks.h"
#include <string.h>

enum { TAG_RUN = 1, TAG_FAIL, TAG_END, TAG_LEAVE };

#define BATCH_MAX ((size_t)256 << 10) /* bytes of small blocks that are sent as one */

#define NAP_ALONE 50000000L /* ns */
#define NAP_SHORT 50000L    /* between looks at the other ranks */
#define NAP_LONG  1000000L

/* ---- diagnostics ---- */

static bool is_known(const hys_ctx *ctx, const hys_diag *diag) {
    for (size_t i = 0; i < hys_diag_count(ctx); i++) {
        const hys_diag *other = hys_diag_get(ctx, i);
        if (other->line == diag->line && !strcmp(other->message, diag->message) && !strcmp(other->file, diag->file))
            return true;
    }
    return false;
}

void hys__repeat_diags(hys_ctx *to, const hys_diag *diags, size_t n, bool with_errors) {
    bool is_kept = false;
    for (size_t k = 0; k < n; k++) {
        const hys_diag *diag = &diags[k];
        if (diag->severity != HYS_NOTE || diag->parent < 0)
            is_kept = (with_errors || diag->severity != HYS_ERROR) && !is_known(to, diag);
        if (is_kept) hys__report_again(to, diag);
    }
}

/* ---- before the runs ---- */

/* On rank 0: the diagnostics of the first rank that failed. */
static hys_status repeat_of_rank(hys_ctx *ctx, const hys__blocks *blocks, int32_t rank) {
    hys__arena arena;
    hys__packed_run run;
    hys__arena_init(&arena, ctx, 0);
    const char *at = blocks->at + blocks->offsets[rank];
    size_t n = blocks->offsets[rank + 1] - blocks->offsets[rank];
    bool ok = hys__unpack_run(&arena, at, n, &run);
    if (ok) {
        hys__repeat_diags(ctx, run.diags, run.n_diags, true);
        hys__note(ctx, NULL, HYS_NO_SPAN, "on rank %d (%s)", (int)rank, run.text);
    }
    hys__arena_free(&arena);
    return ok ? HYS_OK : HYS_NOMEM;
}

static hys_status gather_diags(hys_ctx *ctx, int32_t failed) {
    hys__text block, host;
    hys__blocks blocks = {0};
    const hys__sim_run none = {.status = HYS_OK};
    hys__text_init(&block, ctx);
    hys__text_init(&host, ctx);
    hys__text_puts(&host, hys__ranks_host(ctx));
    hys__pack_run(&block, 0, &none, 0, &host, ctx);
    bool ok = !block.failed && !host.failed;
    hys_status status = hys__ranks_gather(ctx, 0, block.at, ok ? block.n : 0, &blocks);
    if (status == HYS_OK && hys__ranks_rank(ctx) == 0 && failed > 0) status = repeat_of_rank(ctx, &blocks, failed);
    hys__blocks_free(ctx, &blocks);
    hys__text_free(&host);
    hys__text_free(&block);
    return status;
}

static hys_status refuse_other_netlist(hys_ctx *ctx, int32_t rank) {
    return hys__fail(ctx, HYS_ARG,
                     "give every process the same command and the same files; --no-mpi runs each on its own",
                     "rank %d has another netlist than rank 0, or other options", (int)rank);
}

hys_status hys__ranks_introduce(hys_ctx *ctx, hys__arena *arena, hys__introduction mine, hys__introduction **all) {
    int32_t n = hys__ranks_size(ctx), failed = -1, other = -1;
    hys__introduction *list = HYS_NEW_N(arena, hys__introduction, (size_t)n);
    size_t *sizes = HYS_NEW_N(arena, size_t, (size_t)n);
    if (!list || !sizes) {
        hys__ranks_give_up(ctx);
        return HYS_NOMEM;
    }
    for (int32_t r = 0; r < n; r++) sizes[r] = sizeof mine;
    hys_status status = hys__ranks_allgather(ctx, &mine, list, sizes);
    if (status != HYS_OK) return status;
    for (int32_t r = n; r-- > 0;) {
        if (list[r].status != HYS_OK) failed = r;
        if (list[r].n_runs != list[0].n_runs || list[r].key != list[0].key) other = r;
    }
    *all = list;
    if (failed >= 0) {
        status = gather_diags(ctx, failed);
        return status == HYS_OK ? (hys_status)list[failed].status : status;
    }
    return other >= 0 ? refuse_other_netlist(ctx, other) : HYS_OK;
}

/* One thread of each rank, then the second of each that has one, and so on: few runs meet as many ranks as can be. */
bool hys__ranks_plan(hys_ctx *ctx, hys__arena *arena, const hys__introduction *all, size_t n_runs,
                     hys__run_plan *plan) {
    int32_t n = hys__ranks_size(ctx);
    size_t n_slots = 0, at = 0;
    for (int32_t r = 0; r < n; r++) n_slots += (size_t)all[r].n_threads;
    int32_t *ranks = HYS_NEW_N(arena, int32_t, n_slots);
    for (int64_t thread = 0; ranks && at < n_slots; thread++)
        for (int32_t r = 0; r < n; r++)
            if (all[r].n_threads > thread) ranks[at++] = r;
    *plan = (hys__run_plan){.n_runs = n_runs, .rank = hys__ranks_rank(ctx), .ranks = ranks, .n_slots = n_slots};
    return ranks != NULL;
}

/* ---- rank 0 ---- */

/* What a rank has sent, as far as it is not taken. */
typedef struct inbox {
    char *at; /* NULL: nothing */
    size_t n, taken;
} inbox;

typedef struct collector {
    hys__crew *crew;
    hys_ctx *ctx;
    hys__run_taker *take;
    void *user;
    size_t n_taken, n_idle;
    inbox *inboxes; /* [ranks] */
} collector;

static void empty(collector *c, inbox *in) {
    if (in->at) hys__free(c->ctx, in->at, in->n + 8);
    *in = (inbox){0};
}

static hys_status receive(collector *c, int32_t from, size_t n) {
    inbox *in = &c->inboxes[from];
    empty(c, in);
    char *at = hys__realloc(c->ctx, NULL, 0, n + 8);
    if (!at) return HYS_NOMEM;
    *in = (inbox){.at = at, .n = n};
    return hys__ranks_receive(c->ctx, from, TAG_RUN, at, n);
}

/* The first block in the inbox. */
static hys_status take_received(collector *c, inbox *in) {
    hys__pack_head head = {.size = in->n - in->taken};
    if (head.size >= sizeof head) memcpy(&head, in->at + in->taken, sizeof head);
    if (head.size > in->n - in->taken || head.size < sizeof head || head.index != c->n_taken)
        return HYS_BUG_HERE(c->ctx, "another run was sent");
    hys_status status = c->take(c->user, in->at + in->taken, head.size);
    in->taken += head.size;
    if (in->taken == in->n) empty(c, in);
    return status;
}

static hys_status take_remote(collector *c, int32_t from, bool *is_taken) {
    inbox *in = &c->inboxes[from];
    size_t n = 0;
    bool is_there = false;
    hys_status status = in->at ? HYS_OK : hys__ranks_probe(c->ctx, &from, TAG_RUN, &n, &is_there);
    if (status == HYS_OK && is_there) status = receive(c, from, n);
    *is_taken = status == HYS_OK && in->at;
    return *is_taken ? take_received(c, in) : status;
}

static hys_status take_next(collector *c, bool *is_taken) {
    int32_t from = hys__run_owner(&c->crew->plan, c->n_taken);
    const void *block = NULL;
    size_t n = 0;
    *is_taken = false;
    if (from == 0) {
        *is_taken = hys__crew_take(c->crew, c->n_taken, &block, &n);
        hys_status status = *is_taken ? c->take(c->user, block, n) : HYS_OK;
        if (*is_taken) hys__crew_give_back(c->crew, c->n_taken);
        return status;
    }
    return take_remote(c, from, is_taken);
}

static hys_status say_failed(hys_ctx *ctx, int32_t rank, hys_status status) {
    if (status == HYS_CANCEL) return status;
    return hys__fail(ctx, status, "", "rank %d cannot go on: %s", (int)rank, hys_status_text(status));
}

/* Whether another rank cannot go on, and this one should. */
static hys_status look_around(collector *c) {
    int32_t from = HYS__ANY_RANK;
    int64_t word = 0;
    size_t n = 0;
    bool is_there = false;
    const hys_sim_opts *opts = c->crew->opts;
    if (hys_ctx_is_cancelled(c->ctx)) return HYS_CANCEL;
    double part = (double)c->n_taken / (double)c->crew->plan.n_runs;
    if (c->crew->n_threads && opts->progress && opts->progress(opts->progress_user, "runs", part)) return HYS_CANCEL;
    hys_status status = hys__ranks_probe(c->ctx, &from, TAG_FAIL, &n, &is_there);
    if (status != HYS_OK || !is_there) return status;
    if (n == sizeof word) status = hys__ranks_receive(c->ctx, from, TAG_FAIL, &word, sizeof word);
    return status == HYS_OK ? say_failed(c->ctx, from, (hys_status)word) : status;
}

/* The longer nothing happens, the longer. */
static void nap(hys__crew *crew, size_t n_idle) {
    long ns = n_idle < 20 ? NAP_SHORT : NAP_LONG;
    hys__crew_wait(crew, hys__ranks_size(crew->ctx) > 1 ? ns : NAP_ALONE);
}

static hys_status take_all(collector *c) {
    hys_status status = HYS_OK;
    while (status == HYS_OK && c->n_taken < c->crew->plan.n_runs) {
        bool is_taken = false;
        status = take_next(c, &is_taken);
        c->n_taken += is_taken;
        c->n_idle = is_taken ? 0 : c->n_idle + 1;
        if (status == HYS_OK && (!is_taken || c->n_taken % 64 == 0)) status = look_around(c);
        if (status == HYS_OK && !is_taken) nap(c->crew, c->n_idle);
    }
    return status;
}

/* Takes from all others what they have sent, until they have left. */
static hys_status see_off(collector *c) {
    int32_t n_left = 0, n_others = hys__ranks_size(c->ctx) - 1;
    int64_t word = 0;
    hys_status status = HYS_OK;
    for (int32_t r = 1; status == HYS_OK && r <= n_others; r++)
        status = hys__ranks_send(c->ctx, r, TAG_END, &word, sizeof word);
    for (size_t n_idle = 0; status == HYS_OK && n_left < n_others; n_idle++) {
        for (int32_t tag = TAG_RUN; status == HYS_OK && tag <= TAG_LEAVE; tag++) {
            int32_t from = HYS__ANY_RANK;
            bool is_there = false;
            size_t n = 0;
            status = hys__ranks_probe(c->ctx, &from, tag, &n, &is_there);
            if (status != HYS_OK || !is_there) continue;
            n_idle = 0;
            if (tag == TAG_RUN) status = receive(c, from, n);
            else status = hys__ranks_receive(c->ctx, from, tag, &word, sizeof word);
            n_left += tag == TAG_LEAVE;
        }
        if (hys__ranks_is_given_up(c->ctx)) return HYS_CANCEL;
        nap(c->crew, n_idle);
    }
    return status;
}

hys_status hys__ranks_collect(hys__crew *crew, hys_status ready, hys__run_taker *take, void *user) {
    collector c = {.crew = crew, .ctx = crew->ctx, .take = take, .user = user};
    size_t n = (size_t)hys__ranks_size(crew->ctx);
    c.inboxes = HYS_NEW_N(crew->arena, inbox, n);
    if (!c.inboxes) {
        hys__ranks_give_up(crew->ctx);
        return HYS_NOMEM;
    }
    hys_status status = ready == HYS_OK ? take_all(&c) : ready;
    if (status != HYS_OK) hys__crew_stop(crew);
    hys_status seen_off = n > 1 ? see_off(&c) : HYS_OK;
    if (seen_off != HYS_OK) hys__ranks_give_up(crew->ctx);
    for (size_t r = 0; r < n; r++) empty(&c, &c.inboxes[r]);
    return status == HYS_OK ? seen_off : status;
}

/* ---- the other ranks ---- */

typedef struct deliverer {
    hys__crew *crew;
    hys_ctx *ctx;
    size_t next; /* to be sent */
    char *batch; /* [BATCH_MAX] */
    bool is_sending, is_direct, is_failing, is_ended;
} deliverer;

static hys_status tell(hys_ctx *ctx, int32_t tag, hys_status what) {
    int64_t word = what;
    return hys__ranks_send(ctx, 0, tag, &word, sizeof word);
}

static void give_back(deliverer *d) {
    hys__crew_give_back(d->crew, d->next);
    d->next = hys__run_own(&d->crew->plan, d->next + 1);
}

/* The next blocks, as far as they are ready and small, in one; or one that is not. */
static hys_status send_more(deliverer *d) {
    const void *block = NULL;
    size_t n = 0, n_batch = 0;
    while (d->next < d->crew->plan.n_runs && hys__crew_take(d->crew, d->next, &block, &n)) {
        d->is_direct = !n_batch && n > BATCH_MAX;
        if (d->is_direct || n > BATCH_MAX - n_batch) break;
        memcpy(d->batch + n_batch, block, n);
        n_batch += n;
        give_back(d);
    }
    d->is_sending = n_batch || d->is_direct;
    if (!d->is_sending) return HYS_OK;
    return hys__ranks_send_start(d->ctx, 0, TAG_RUN, n_batch ? d->batch : block, n_batch ? n_batch : n);
}

static hys_status send_next(deliverer *d, bool *is_moved) {
    if (d->is_sending) {
        bool is_done = false;
        hys_status status = hys__ranks_send_test(d->ctx, &is_done);
        if (status != HYS_OK || !is_done) return status;
        *is_moved = true;
        if (d->is_direct) give_back(d);
        d->is_sending = d->is_direct = false;
    }
    return d->is_ended ? HYS_OK : send_more(d);
}

static hys_status look_for_end(deliverer *d) {
    int32_t from = 0;
    int64_t word;
    size_t n = 0;
    hys_status status = HYS_OK;
    if (hys_ctx_is_cancelled(d->ctx) && !d->is_failing) {
        d->is_failing = true;
        status = tell(d->ctx, TAG_FAIL, HYS_CANCEL);
    }
    bool is_there = false;
    if (status == HYS_OK && !d->is_ended) status = hys__ranks_probe(d->ctx, &from, TAG_END, &n, &is_there);
    if (status != HYS_OK || !is_there) return status;
    d->is_ended = true;
    hys__crew_stop(d->crew);
    return hys__ranks_receive(d->ctx, 0, TAG_END, &word, sizeof word);
}

static hys_status deliver_all(deliverer *d) {
    hys_status status = HYS_OK;
    for (size_t n_idle = 0; status == HYS_OK && (!d->is_ended || d->is_sending); n_idle++) {
        bool is_moved = false;
        status = send_next(d, &is_moved);
        if (status == HYS_OK) status = look_for_end(d);
        if (hys__ranks_is_given_up(d->ctx)) return HYS_CANCEL;
        if (is_moved) n_idle = 0;
        else nap(d->crew, n_idle);
    }
    return status;
}

hys_status hys__ranks_deliver(hys__crew *crew, hys_status ready) {
    deliverer d = {.crew = crew, .ctx = crew->ctx, .next = hys__run_own(&crew->plan, 0)};
    hys_status status = HYS_OK;
    d.batch = hys__arena_alloc(crew->arena, BATCH_MAX);
    if (ready == HYS_OK && !d.batch) ready = HYS_NOMEM;
    if (ready != HYS_OK) {
        d.is_failing = true;
        d.next = crew->plan.n_runs;
        status = tell(d.ctx, TAG_FAIL, ready);
    }
    if (status == HYS_OK) status = deliver_all(&d);
    if (status == HYS_OK) status = tell(d.ctx, TAG_LEAVE, HYS_OK);
    if (status != HYS_OK) hys__ranks_give_up(d.ctx);
    return status;
}
