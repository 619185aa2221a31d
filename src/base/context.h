/* What a context holds.  Only the files of base see it. */
#ifndef HYS_BASE_CONTEXT_H
#define HYS_BASE_CONTEXT_H
#include "base/diag.h"
#include <stdatomic.h>

/* Kept of each severity; more are counted only, so that a hostile file cannot fill the memory. */
#define HYS__NOTES_MAX    1000
#define HYS__WARNINGS_MAX 100
#define HYS__ERRORS_MAX   100

/* How much of the user's line a diagnostic keeps.  A column up to SOURCE_MAX: the head of the line.
 * Beyond: a window that begins SOURCE_LEAD bytes before the column. */
#define HYS__SOURCE_MAX  4096
#define HYS__SOURCE_LEAD 256
#define HYS__SOURCE_TAIL 512

typedef struct hys__log {
    const hys_diag **at; /* cap > n until no_memory: the slot for "out of memory" is always there */
    size_t n, cap;
    size_t n_seen[HYS_ERROR + 1]; /* of each severity, kept or not */
    int32_t parent;               /* what a note explains: an index, or HYS__NO_PARENT, or ... */
    bool no_memory;               /* the log says so already */
} hys__log;
#define HYS__NO_PARENT       (-1)
#define HYS__PARENT_NOT_KEPT (-2)

struct hys_ctx {
    hys_alloc_fn alloc;
    void *alloc_user;
    struct hys__block *blocks; /* all that hys__realloc has given out, newest first */
    hys__guard *guards;        /* newest first */
    uint64_t seed;
    int32_t n_threads;
    atomic_int cancelled;
    const struct hys_ctx *leader; /* cancelled with it; NULL: with none */
    struct hys__ranks *ranks;     /* NULL: this process is alone */
    hys__log log;
};

/* Processors that this process may use; at least 1. */
int32_t hys__ctx_n_usable_cpus(void);
/* Work on another thread, in a context of its own, ends when that of the caller is cancelled; which has to live longer.
 */
void hys__ctx_follow(hys_ctx *ctx, const hys_ctx *leader);
hys_status hys__log_init(hys_ctx *ctx);
/* Gives everything back but the context itself. */
void hys__memory_release(hys_ctx *ctx);
/* Records "out of memory", once; takes no memory. */
void hys__out_of_memory(hys_ctx *ctx);

#endif
