/* The context: options, cancellation, version, status texts. */
#include "base/context.h"
#include "base/ranks.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef HYS_VERSION
#define HYS_VERSION "0.1.0"
#endif

/* A larger options struct than this is a size that was never set. */
#define OPTS_SIZE_MAX 4096

static void *libc_alloc(void *user, void *p, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(p);
        return NULL;
    }
    return realloc(p, new_size);
}

hys_ctx_opts hys_ctx_opts_default(void) {
    return (hys_ctx_opts){.size = sizeof(hys_ctx_opts), .alloc = libc_alloc};
}

/* Options of an older library are shorter: the rest keeps its default.  Those of a newer one are
 * longer: what we do not know must be unset, because ignoring it would not be what was asked. */
static hys_status opts_read(const hys_ctx_opts *given, hys_ctx_opts *opts) {
    *opts = hys_ctx_opts_default();
    if (!given) return HYS_OK;
    if (given->size < sizeof given->size || given->size > OPTS_SIZE_MAX) return HYS_ARG;
    for (size_t i = sizeof *opts; i < given->size; i++)
        if (((const char *)given)[i] != 0) return HYS_ARG;
    memcpy(opts, given, given->size < sizeof *opts ? given->size : sizeof *opts);
    if (!opts->alloc) opts->alloc = libc_alloc;
    return opts->n_threads < 0 ? HYS_ARG : HYS_OK;
}

hys_status hys_ctx_new(const hys_ctx_opts *opts, hys_ctx **result) {
    hys_ctx_opts o;
    hys_status status = opts_read(opts, &o);
    if (status != HYS_OK) return status;
    hys_ctx *ctx = o.alloc(o.alloc_user, NULL, 0, sizeof *ctx);
    if (!ctx) return HYS_NOMEM;
    memset(ctx, 0, sizeof *ctx);
    ctx->alloc = o.alloc;
    ctx->alloc_user = o.alloc_user;
    ctx->seed = o.seed;
    ctx->n_threads = o.n_threads;
    atomic_init(&ctx->cancelled, 0);
    status = hys__log_init(ctx);
    if (status != HYS_OK) {
        hys_ctx_free(ctx);
        return status;
    }
    *result = ctx;
    return HYS_OK;
}

void hys_ctx_free(hys_ctx *ctx) {
    if (!ctx) return;
    hys__memory_release(ctx);
    ctx->alloc(ctx->alloc_user, ctx, sizeof *ctx, 0);
}

void hys_ctx_cancel(hys_ctx *ctx) {
    atomic_store_explicit(&ctx->cancelled, 1, memory_order_relaxed);
}

int hys_ctx_is_cancelled(const hys_ctx *ctx) {
    for (; ctx; ctx = ctx->leader)
        if (atomic_load_explicit(&ctx->cancelled, memory_order_relaxed)) return 1;
    return 0;
}

void hys__ctx_follow(hys_ctx *ctx, const hys_ctx *leader) {
    ctx->leader = leader;
}

uint64_t hys__ctx_seed(const hys_ctx *ctx) {
    return ctx->seed;
}

/* Of the machine's processors those that a launcher or taskset has left to this process. */
int32_t hys__ctx_n_usable_cpus(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
    long cores = sysconf(_SC_NPROCESSORS_ONLN); /* more than the set can hold */
    return cores > 0 && cores <= INT32_MAX ? (int32_t)cores : 1;
}

int32_t hys__ctx_n_threads(const hys_ctx *ctx) {
    if (ctx->n_threads > 0) return ctx->n_threads;
    return ctx->ranks ? hys__ranks_n_cpus(ctx) : hys__ctx_n_usable_cpus();
}

const char *hys_status_text(hys_status status) {
    switch (status) {
#define HYS_X(name, value, text)                                                                                       \
    case HYS_##name:                                                                                                   \
        return text;
        HYS_STATUS_LIST(HYS_X)
#undef HYS_X
    case HYS_STATUS_INT_:
        break;
    }
    return "unknown status";
}

const char *hys_version(void) {
    return HYS_VERSION;
}
