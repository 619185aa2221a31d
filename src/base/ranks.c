/* Ranks: a process alone, and what every transport's calls have in common. */
#include "base/ranks_impl.h"
#include <string.h>
#include <time.h>

/* Cancelled work gives the others so long (s) to notice, too. */
#define GRACE 10.0

/* ---- alone ---- */

static int alone_barrier(hys__transport *t) {
    (void)t;
    return 0;
}

static int alone_bcast(hys__transport *t, int32_t root, void *data, size_t n) {
    (void)t;
    (void)data;
    (void)n;
    return root == 0 ? 0 : -1;
}

static int alone_allgather(hys__transport *t, const void *mine, void *all, const size_t *sizes) {
    (void)t;
    if (sizes[0]) memcpy(all, mine, sizes[0]);
    return 0;
}

/* There is nobody to send to or to receive from. */
static int alone_send(hys__transport *t, int32_t to, int32_t tag, const void *data, size_t n) {
    (void)t;
    (void)to;
    (void)tag;
    (void)data;
    (void)n;
    return -1;
}

static int alone_send_test(hys__transport *t, bool *is_done) {
    (void)t;
    *is_done = true;
    return 0;
}

static int alone_probe(hys__transport *t, int32_t *from, int32_t tag, size_t *n, bool *is_there) {
    (void)t;
    (void)from;
    (void)tag;
    *n = 0;
    *is_there = false;
    return 0;
}

static int alone_receive(hys__transport *t, int32_t from, int32_t tag, void *data, size_t n) {
    (void)t;
    (void)from;
    (void)tag;
    (void)data;
    (void)n;
    return -1;
}

static void alone_abort(hys__transport *t, int status) {
    (void)t;
    (void)status;
}

static void alone_close(hys__transport *t, bool is_broken) {
    (void)t;
    (void)is_broken;
}

hys__transport hys__transport_alone(void) {
    return (hys__transport){.abi = HYS__TRANSPORT_ABI,
                            .size = 1,
                            .n_cpus = 1,
                            .barrier = alone_barrier,
                            .bcast = alone_bcast,
                            .allgather = alone_allgather,
                            .send = alone_send,
                            .send_start = alone_send,
                            .send_test = alone_send_test,
                            .probe = alone_probe,
                            .receive = alone_receive,
                            .abort = alone_abort,
                            .close = alone_close};
}

/* ---- the ranks of a context ---- */

int32_t hys__ranks_rank(const hys_ctx *ctx) {
    return ctx->ranks ? ctx->ranks->transport.rank : 0;
}

int32_t hys__ranks_size(const hys_ctx *ctx) {
    return ctx->ranks ? ctx->ranks->transport.size : 1;
}

const char *hys__ranks_host(const hys_ctx *ctx) {
    return ctx->ranks ? ctx->ranks->transport.host : "";
}

int32_t hys__ranks_n_cpus(const hys_ctx *ctx) {
    return ctx->ranks ? ctx->ranks->transport.n_cpus : 0;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

bool hys__ranks_is_given_up(hys_ctx *ctx) {
    if (!ctx->ranks || !hys_ctx_is_cancelled(ctx)) return false;
    if (ctx->ranks->cancelled_at == 0) ctx->ranks->cancelled_at = now();
    return now() - ctx->ranks->cancelled_at > GRACE;
}

void hys__ranks_give_up(hys_ctx *ctx) {
    if (hys__ranks_size(ctx) > 1) ctx->ranks->is_broken = true;
}

static bool is_given_up(void *user) {
    return hys__ranks_is_given_up(user);
}

static void release(hys_ctx *ctx, hys__guard *guard) {
    struct hys__ranks *ranks = (struct hys__ranks *)guard;
    hys__transport *t = &ranks->transport;
    t->close(t, ranks->is_broken);
    if (t->scratch) hys__free(ctx, t->scratch, 2 * (size_t)t->size * sizeof *t->scratch);
    ctx->ranks = NULL;
    hys__free(ctx, ranks, sizeof *ranks);
}

hys_status hys__ranks_new(hys_ctx *ctx) {
    struct hys__ranks *ranks = hys__realloc(ctx, NULL, 0, sizeof *ranks);
    if (!ranks) return HYS_NOMEM;
    memset(ranks, 0, sizeof *ranks);
    ranks->guard.release = release;
    ranks->transport = hys__transport_alone();
    ranks->transport.is_given_up = is_given_up;
    ranks->transport.user = ctx;
    hys__guard_add(ctx, &ranks->guard);
    ctx->ranks = ranks;
    return HYS_OK;
}

void hys__ranks_free(hys_ctx *ctx) {
    if (!ctx->ranks) return;
    hys__guard_remove(ctx, &ctx->ranks->guard);
    release(ctx, &ctx->ranks->guard);
}

static hys_status broken(hys_ctx *ctx) {
    if (!ctx->ranks->is_broken && !hys_ctx_is_cancelled(ctx))
        hys__fail(ctx, HYS_TOOL, "see what the launcher says of them",
                  "rank %d cannot reach the other processes any more", (int)ctx->ranks->transport.rank);
    ctx->ranks->is_broken = true;
    return hys_ctx_is_cancelled(ctx) ? HYS_CANCEL : HYS_TOOL;
}

/* The transport's call where there is one, that of a process alone else. */
#define CALL(ctx, name, ...)                                                                                           \
    do {                                                                                                               \
        hys__transport alone = hys__transport_alone(), *t = (ctx)->ranks ? &(ctx)->ranks->transport : &alone;          \
        bool is_lost = (ctx)->ranks && (ctx)->ranks->is_broken;                                                        \
        if (!is_lost && t->name(__VA_ARGS__) == 0) return HYS_OK;                                                      \
        return (ctx)->ranks ? broken(ctx) : HYS_BUG_HERE(ctx, "there is no such rank");                                \
    } while (0)

hys_status hys__ranks_barrier(hys_ctx *ctx) {
    CALL(ctx, barrier, t);
}
hys_status hys__ranks_bcast(hys_ctx *ctx, int32_t root, void *data, size_t n) {
    CALL(ctx, bcast, t, root, data, n);
}
hys_status hys__ranks_allgather(hys_ctx *ctx, const void *mine, void *all, const size_t *sizes) {
    CALL(ctx, allgather, t, mine, all, sizes);
}
hys_status hys__ranks_send(hys_ctx *ctx, int32_t to, int32_t tag, const void *data, size_t n) {
    CALL(ctx, send, t, to, tag, data, n);
}
hys_status hys__ranks_send_start(hys_ctx *ctx, int32_t to, int32_t tag, const void *data, size_t n) {
    CALL(ctx, send_start, t, to, tag, data, n);
}
hys_status hys__ranks_send_test(hys_ctx *ctx, bool *is_done) {
    CALL(ctx, send_test, t, is_done);
}
hys_status hys__ranks_probe(hys_ctx *ctx, int32_t *from, int32_t tag, size_t *n, bool *is_there) {
    CALL(ctx, probe, t, from, tag, n, is_there);
}
hys_status hys__ranks_receive(hys_ctx *ctx, int32_t from, int32_t tag, void *data, size_t n) {
    CALL(ctx, receive, t, from, tag, data, n);
}

int32_t hys_ranks_rank(const hys_ctx *ctx) {
    return hys__ranks_rank(ctx);
}
int32_t hys_ranks_size(const hys_ctx *ctx) {
    return hys__ranks_size(ctx);
}
bool hys_ranks_is_broken(const hys_ctx *ctx) {
    return ctx->ranks && ctx->ranks->is_broken;
}

int32_t hys_ranks_agree(hys_ctx *ctx, int32_t value) {
    int32_t agreed = value;
    return hys__ranks_bcast(ctx, 0, &agreed, sizeof agreed) == HYS_OK ? agreed : value;
}

/* The first that is not HYS_OK; statuses [2 n], the upper half holds the sizes of what each gives. */
static int32_t find_failed(hys_ctx *ctx, hys_status mine, size_t *statuses, int32_t n, hys_status *status) {
    const size_t word = (size_t)(unsigned)-(int)mine;
    for (int32_t r = 0; r < n; r++) statuses[n + r] = sizeof word;
    *status = hys__ranks_allgather(ctx, &word, statuses, statuses + n);
    for (int32_t r = 0; r < n && *status == HYS_OK; r++)
        if (statuses[r]) {
            *status = (hys_status) - (int)statuses[r];
            return r;
        }
    return n;
}

hys_status hys_ranks_all(hys_ctx *ctx, hys_status mine) {
    const int32_t n = hys__ranks_size(ctx);
    const size_t size = 2 * (size_t)n * sizeof(size_t);
    hys_status status = mine;
    if (n == 1) return mine;
    size_t *statuses = hys__realloc(ctx, NULL, 0, size);
    if (!statuses) {
        hys__ranks_give_up(ctx);
        return HYS_NOMEM;
    }
    const int32_t failed = find_failed(ctx, mine, statuses, n, &status);
    hys__free(ctx, statuses, size);
    if (failed < n && mine == HYS_OK && status != HYS_CANCEL)
        hys__fail(ctx, status, "", "rank %d cannot go on: %s", (int)failed, hys_status_text(status));
    return status;
}

void hys_ranks_abort(hys_ctx *ctx, int32_t status) {
    if (ctx->ranks) ctx->ranks->transport.abort(&ctx->ranks->transport, status);
}

/* ---- made of these ---- */

#define TAG_GATHER 100

/* A rank that fails on its own in the middle leaves the others waiting: it has to be given up as a whole. */
static hys_status deserted(hys_ctx *ctx, hys_status status) {
    if (status != HYS_OK) hys__ranks_give_up(ctx);
    return status;
}

static size_t rounded(size_t n) {
    return (n + 7) / 8 * 8;
}

void hys__blocks_free(hys_ctx *ctx, hys__blocks *blocks) {
    size_t n = (size_t)blocks->n_ranks;
    if (blocks->at) hys__free(ctx, blocks->at, blocks->offsets[n] + 8);
    if (blocks->offsets) hys__free(ctx, blocks->offsets, (n + 1) * sizeof *blocks->offsets);
    *blocks = (hys__blocks){0};
}

/* offsets[r + 1] holds the size that rank r gives. */
static hys_status exchange_sizes(hys_ctx *ctx, size_t n, size_t *offsets, int32_t n_ranks) {
    size_t *each = hys__realloc(ctx, NULL, 0, (size_t)n_ranks * sizeof *each);
    if (!each) return HYS_NOMEM;
    for (int32_t r = 0; r < n_ranks; r++) each[r] = sizeof n;
    offsets[0] = 0;
    hys_status status = hys__ranks_allgather(ctx, &n, offsets + 1, each);
    hys__free(ctx, each, (size_t)n_ranks * sizeof *each);
    return status;
}

static hys_status receive_blocks(hys_ctx *ctx, int32_t root, const void *mine, size_t n, hys__blocks *blocks) {
    hys_status status = HYS_OK;
    for (int32_t r = 0; status == HYS_OK && r < blocks->n_ranks; r++) {
        size_t size = blocks->offsets[r + 1] - blocks->offsets[r];
        if (r == root && n) memcpy(blocks->at + blocks->offsets[r], mine, n);
        else if (r != root && size)
            status = hys__ranks_receive(ctx, r, TAG_GATHER, blocks->at + blocks->offsets[r], size);
    }
    return status;
}

static hys_status send_block(hys_ctx *ctx, int32_t root, const void *mine, size_t n) {
    size_t size = rounded(n);
    if (!n) return HYS_OK;
    char *copy = hys__realloc(ctx, NULL, 0, size);
    if (!copy) return HYS_NOMEM;
    memset(copy + size - 8, 0, 8);
    memcpy(copy, mine, n);
    hys_status status = hys__ranks_send(ctx, root, TAG_GATHER, copy, size);
    hys__free(ctx, copy, size);
    return status;
}

hys_status hys__ranks_gather(hys_ctx *ctx, int32_t root, const void *mine, size_t n, hys__blocks *blocks) {
    hys__blocks made = {.n_ranks = hys__ranks_size(ctx)};
    size_t n_offsets = (size_t)made.n_ranks + 1;
    made.offsets = hys__realloc(ctx, NULL, 0, n_offsets * sizeof *made.offsets);
    hys_status status = made.offsets ? exchange_sizes(ctx, rounded(n), made.offsets, made.n_ranks) : HYS_NOMEM;
    for (size_t r = 1; status == HYS_OK && r < n_offsets; r++) made.offsets[r] += made.offsets[r - 1];
    if (status == HYS_OK && hys__ranks_rank(ctx) == root) {
        made.at = hys__realloc(ctx, NULL, 0, made.offsets[n_offsets - 1] + 8);
        status = made.at ? receive_blocks(ctx, root, mine, n, &made) : HYS_NOMEM;
    } else if (status == HYS_OK) {
        status = send_block(ctx, root, mine, n);
    }
    if (status == HYS_OK) *blocks = made;
    else hys__blocks_free(ctx, &made);
    return deserted(ctx, status);
}

static void add_in_order(const double *blocks, size_t n_blocks, size_t width, double *sum) {
    for (size_t i = 0; i < width; i++) sum[i] = 0;
    for (size_t b = 0; b < n_blocks; b++)
        for (size_t i = 0; i < width; i++) sum[i] += blocks[b * width + i];
}

hys_status hys__ranks_sum(hys_ctx *ctx, const double *blocks, size_t n_blocks, size_t width, double *sum) {
    int32_t n_ranks = hys__ranks_size(ctx);
    size_t n_sizes = (size_t)n_ranks + 1, total = 0;
    size_t *sizes = hys__realloc(ctx, NULL, 0, n_sizes * sizeof *sizes);
    hys_status status = sizes ? exchange_sizes(ctx, n_blocks * width * sizeof *blocks, sizes, n_ranks) : HYS_NOMEM;
    for (size_t r = 1; status == HYS_OK && r < n_sizes; r++) total += sizes[r];
    double *all = status == HYS_OK ? hys__realloc(ctx, NULL, 0, total + sizeof *all) : NULL;
    if (status == HYS_OK) status = all ? hys__ranks_allgather(ctx, blocks, all, sizes + 1) : HYS_NOMEM;
    if (status == HYS_OK) add_in_order(all, width ? total / sizeof *all / width : 0, width, sum);
    if (all) hys__free(ctx, all, total + sizeof *all);
    if (sizes) hys__free(ctx, sizes, n_sizes * sizeof *sizes);
    return deserted(ctx, status);
}
