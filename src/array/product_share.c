/* Arrays shared out over threads, each in a context of its own, and over ranks.  What they give is taken array after
 * array, so that nothing depends on how many threads and ranks there are. */
#include "array/product_share.h"
#include "base/context.h"
#include "base/diag.h"
#include "base/ranks.h"
#include "base/team.h"
#include <stdatomic.h>
#include <string.h>

struct hys__share {
    hys_product *p;
    hys__team *team;
    hys__worker *workers; /* [n_workers] */
    unsigned n_workers;
    size_t n_ranks, rank;
};

bool hys__share_is_own(const hys_product *p, size_t k) {
    return k % (size_t)hys__ranks_size(p->ctx) == (size_t)hys__ranks_rank(p->ctx);
}

/* ---- whether all ranks have the same work ---- */

uint64_t hys__key_of(uint64_t key, const double *values, size_t n) {
    for (size_t k = 0; k < n; k++) {
        uint64_t bits;
        memcpy(&bits, &values[k], sizeof bits);
        key = (key ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
        key ^= key >> 29;
    }
    return key;
}

static hys_status compare_keys(hys_ctx *ctx, uint64_t key) {
    const size_t n = (size_t)hys__ranks_size(ctx);
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    uint64_t *keys = HYS_NEW_N(&arena, uint64_t, n);
    size_t *sizes = HYS_NEW_N(&arena, size_t, n);
    hys_status status = keys && sizes ? HYS_OK : HYS_NOMEM;
    if (status != HYS_OK) hys__ranks_give_up(ctx);
    for (size_t r = 0; r < n && status == HYS_OK; r++) sizes[r] = sizeof key;
    if (status == HYS_OK) status = hys__ranks_allgather(ctx, &key, keys, sizes);
    for (size_t r = 1; r < n && status == HYS_OK; r++)
        if (keys[r] != keys[0])
            status = hys__fail(ctx, HYS_ARG,
                               "give every process the same command and the same files; --no-mpi runs each on its own",
                               "rank %zu has other numbers than rank 0, or other options", r);
    hys__arena_free(&arena);
    return status;
}

hys_status hys__product_agree(hys_ctx *ctx, hys_status mine, uint64_t key) {
    const hys_status status = hys_ranks_all(ctx, mine);
    if (status != HYS_OK || hys__ranks_size(ctx) == 1) return status;
    return compare_keys(ctx, key);
}

/* ---- threads ---- */

#define FEW 1e6 /* multiplications that are done before threads have begun */

static unsigned threads_of(const hys_product *p) {
    const unsigned cpus = (unsigned)hys__ranks_n_cpus(p->ctx), most = (unsigned)hys__ctx_n_threads(p->ctx);
    if (p->opts.lines.threads) return p->opts.lines.threads;
    return cpus && cpus < most ? cpus : most;
}

static hys_status open_workers(hys__share *s, unsigned threads) {
    hys_ctx *ctx = s->p->ctx;
    hys_status status = HYS_OK;
    for (unsigned k = 0; k < s->n_workers && status == HYS_OK; k++) {
        hys__worker *w = &s->workers[k];
        w->is_caller = k == 0;
        w->threads = threads / s->n_workers > 1 ? threads / s->n_workers : 1;
        if (s->n_workers == 1) w->ctx = ctx;
        else status = hys_ctx_new(NULL, &w->ctx);
        if (s->n_workers > 1 && status == HYS_OK) hys__ctx_follow(w->ctx, ctx);
    }
    return status;
}

hys_status hys__share_open(hys_product *p, double work, hys__share **result) {
    hys__share *s = hys__realloc(p->ctx, NULL, 0, sizeof *s);
    if (!s) return HYS_NOMEM;
    *s = (hys__share){.p = p, .n_ranks = (size_t)hys__ranks_size(p->ctx), .rank = (size_t)hys__ranks_rank(p->ctx)};
    const size_t own = (p->n_tiles + s->n_ranks - 1) / s->n_ranks;
    const unsigned threads = threads_of(p), most = own < threads ? (unsigned)own : threads;
    hys_status status = work > FEW && most > 1 ? hys__team_new(p->ctx, most, &s->team) : HYS_OK;
    s->n_workers = hys__team_size(s->team);
    s->workers = hys__realloc(p->ctx, NULL, 0, s->n_workers * sizeof *s->workers);
    if (s->workers) memset(s->workers, 0, s->n_workers * sizeof *s->workers);
    if (status == HYS_OK) status = s->workers ? open_workers(s, threads) : HYS_NOMEM;
    if (status == HYS_OK) *result = s;
    else hys__share_close(s);
    return status;
}

void hys__share_close(hys__share *s) {
    if (!s) return;
    hys_ctx *ctx = s->p->ctx;
    for (unsigned k = 0; s->workers && k < s->n_workers; k++)
        if (s->workers[k].ctx != ctx) hys_ctx_free(s->workers[k].ctx);
    if (s->workers) hys__free(ctx, s->workers, s->n_workers * sizeof *s->workers);
    hys__team_free(s->team);
    hys__free(ctx, s, sizeof *s);
}

/* ---- a batch of arrays ---- */

typedef struct hys__batch {
    hys__share *share;
    const hys__share_plan *plan;
    size_t first, n;   /* arrays of all ranks */
    size_t own0, step; /* of this rank: own0, own0 + step, ... */
    size_t n_own;
    double *numbers;      /* [n_own width] */
    hys_status *statuses; /* [n_own] */
    unsigned *threads;    /* [n_own]: who did it */
    atomic_size_t n_done;
    atomic_bool is_over; /* one has failed: others need not be begun */
} batch;

/* Of the whole, when `part` of an array is done beside those that are. */
static double done_of(const batch *b, double part) {
    const double own = ((double)atomic_load(&b->n_done) + part) / (double)b->n_own;
    const double done = ((double)b->first + own * (double)b->n) / (double)b->share->p->n_tiles;
    return b->plan->from + (b->plan->to - b->plan->from) * (done < 1 ? done : 1);
}

hys_status hys__worker_tell(const hys__worker *w, double part) {
    const batch *b = w->batch;
    const hys_product_opts *o = &b->share->p->opts;
    if (hys_ctx_is_cancelled(w->ctx)) return HYS_CANCEL;
    if (!w->is_caller || !o->progress || !(b->plan->to > 0)) return HYS_OK;
    return o->progress(o->progress_user, done_of(b, part)) ? HYS_CANCEL : HYS_OK;
}

static void do_one(void *user, size_t part, unsigned thread) {
    batch *b = user;
    hys__worker *w = &b->share->workers[thread];
    if (atomic_load(&b->is_over)) return;
    w->batch = b;
    b->threads[part] = thread;
    hys_status status = hys__worker_tell(w, 0);
    if (status == HYS_OK)
        status = b->plan->work(b->plan->user, w, b->own0 + part * b->step, b->numbers + part * b->plan->width);
    b->statuses[part] = status;
    atomic_fetch_add(&b->n_done, 1);
    if (status != HYS_OK) atomic_store(&b->is_over, true);
}

/* The first that failed, with what was said of it. */
static hys_status collect(const batch *b) {
    hys_ctx *ctx = b->share->p->ctx;
    for (size_t k = 0; k < b->n_own; k++) {
        if (b->statuses[k] == HYS_OK) continue;
        const hys_ctx *from = b->share->workers[b->threads[k]].ctx;
        for (size_t d = 0; from != ctx && d < hys_diag_count(from); d++) hys__report_again(ctx, hys_diag_get(from, d));
        return b->statuses[k];
    }
    return HYS_OK;
}

/* Arrays are dealt to the ranks in turn. */
static size_t own_of(size_t n, size_t n_ranks, size_t rank) {
    return n / n_ranks + (rank < n % n_ranks);
}

/* A rank's blocks lie one behind the other: first the first of each rank, then the second of each, ... */
static void take_in_turn(const batch *b, const double *all, const size_t *sizes) {
    const hys__share_plan *plan = b->plan;
    for (size_t k = 0; k < b->n; all += plan->width) {
        const double *block = all;
        for (size_t r = 0; r < b->share->n_ranks && k < b->n; r++, k++) {
            plan->take(plan->user, b->first + k, block);
            block += sizes[r] / sizeof *block;
        }
    }
}

/* All ranks have done theirs: what each gives goes to all. */
static hys_status exchange(const batch *b, hys__arena *arena) {
    const hys__share_plan *plan = b->plan;
    hys__share *s = b->share;
    size_t *sizes = HYS_NEW_N(arena, size_t, s->n_ranks);
    double *all = s->n_ranks > 1 ? HYS_NEW_N(arena, double, b->n * plan->width) : b->numbers;
    hys_status status = HYS_OK;
    if (!sizes || !all) {
        hys__ranks_give_up(s->p->ctx);
        return HYS_NOMEM;
    }
    for (size_t r = 0; r < s->n_ranks; r++) sizes[r] = own_of(b->n, s->n_ranks, r) * plan->width * sizeof *all;
    if (s->n_ranks > 1) status = hys__ranks_allgather(s->p->ctx, b->numbers, all, sizes);
    if (status == HYS_OK) take_in_turn(b, all, sizes);
    return status;
}

static hys_status run_batch(hys__share *s, const hys__share_plan *plan, size_t first, size_t n, hys_status status) {
    hys__arena arena;
    batch b = {.share = s, .plan = plan, .first = first, .n = n, .own0 = first, .step = 1, .n_own = n};
    if (!plan->is_everywhere) {
        b.own0 = first + s->rank;
        b.step = s->n_ranks;
        b.n_own = own_of(n, s->n_ranks, s->rank);
    }
    hys__arena_init(&arena, s->p->ctx, 0);
    b.numbers = HYS_NEW_N(&arena, double, b.n_own * plan->width + 1);
    b.statuses = HYS_NEW_N(&arena, hys_status, b.n_own + 1);
    b.threads = HYS_NEW_N(&arena, unsigned, b.n_own + 1);
    if (arena.failed) status = HYS_NOMEM;
    if (status == HYS_OK) {
        hys__team_run(s->team, b.n_own, do_one, &b);
        status = collect(&b);
        s->workers[0].batch = &b;
        if (status == HYS_OK) status = hys__worker_tell(&s->workers[0], 0); /* others may have done all */
    }
    if (!plan->is_everywhere) status = hys_ranks_all(s->p->ctx, status);
    if (status == HYS_OK && plan->take) status = exchange(&b, &arena);
    hys__arena_free(&arena);
    return status;
}

#define MOST_ARRAYS  64 /* of a rank, whose numbers are kept until it is their turn ... */
#define FEW_ARRAYS   4  /* ... and no less, however many numbers those are */
#define MOST_NUMBERS ((size_t)1 << 22)

/* The same on all ranks, whatever number of threads they have. */
static size_t batch_size(const hys__share *s, const hys__share_plan *plan) {
    if (!plan->width) return s->p->n_tiles;
    size_t n = MOST_NUMBERS / plan->width;
    if (n > MOST_ARRAYS) n = MOST_ARRAYS;
    return (n < FEW_ARRAYS ? FEW_ARRAYS : n) * s->n_ranks;
}

hys_status hys__share_run(hys__share *s, const hys__share_plan *plan, hys_status mine) {
    const size_t n = s->p->n_tiles, step = batch_size(s, plan);
    hys_status status = run_batch(s, plan, 0, step < n ? step : n, mine);
    for (size_t k = step; k < n && status == HYS_OK; k += step)
        status = run_batch(s, plan, k, step < n - k ? step : n - k, HYS_OK);
    return status;
}
