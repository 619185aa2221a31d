/* Processes that a launcher (mpirun, srun) started together, and what they exchange: plain bytes.
 *
 * A transport is one table of functions: the plugin libhysteron_mpi.so fills it in, or ranks.c for a process alone.
 * All of it is used by the thread that joined the ranks.  Collective calls are made by all ranks in the same order. */
#ifndef HYS_BASE_RANKS_H
#define HYS_BASE_RANKS_H
#include "base/memory.h"
#include <hysteron/ranks.h>

#define HYS__TRANSPORT_ABI   1u
#define HYS__TRANSPORT_ENTRY "hys_transport_open"
#define HYS__ANY_RANK        (-1)

/* Functions return 0; else the other ranks cannot be reached any more. */
typedef struct hys__transport hys__transport;
struct hys__transport {
    uint32_t abi;
    int32_t rank, size;
    int32_t n_cpus; /* this rank's share of the processors of its machine; at least 1 */
    char host[64];
    void *state[4];                  /* the transport's own */
    int *scratch;                    /* [2 size] for allgather */
    bool (*is_given_up)(void *user); /* asked now and then while a call waits: true ends the wait */
    void *user;

    /* collective */
    int (*barrier)(hys__transport *t);
    int (*bcast)(hys__transport *t, int32_t root, void *data, size_t n);
    /* all: what the ranks gave, sizes[r] bytes of each, one behind the other. */
    int (*allgather)(hys__transport *t, const void *mine, void *all, const size_t *sizes);

    /* from rank to rank; n is a multiple of 8 */
    int (*send)(hys__transport *t, int32_t to, int32_t tag, const void *data, size_t n);
    /* Ends only when the receiver takes it: who receives slowly is not flooded.  One at a time. */
    int (*send_start)(hys__transport *t, int32_t to, int32_t tag, const void *data, size_t n);
    int (*send_test)(hys__transport *t, bool *is_done);
    /* Whether a message is there, without waiting; *from may be HYS__ANY_RANK and is set. */
    int (*probe)(hys__transport *t, int32_t *from, int32_t tag, size_t *n, bool *is_there);
    int (*receive)(hys__transport *t, int32_t from, int32_t tag, void *data, size_t n);

    void (*abort)(hys__transport *t, int status);
    void (*close)(hys__transport *t, bool is_broken);
};

/* What the plugin exports under HYS__TRANSPORT_ENTRY.  why: of n bytes, filled in on failure. */
typedef int hys__transport_open(hys__transport *t, char *why, size_t n);

/* The transport of a process alone. */
hys__transport hys__transport_alone(void);

/* Never fails: ranks that were not joined are one rank alone. */
int32_t hys__ranks_rank(const hys_ctx *ctx);
int32_t hys__ranks_size(const hys_ctx *ctx);
const char *hys__ranks_host(const hys_ctx *ctx);
/* 0: not joined. */
int32_t hys__ranks_n_cpus(const hys_ctx *ctx);

/* The calls of the transport; a failure is said once, and all later calls fail at once. */
hys_status hys__ranks_barrier(hys_ctx *ctx);
hys_status hys__ranks_bcast(hys_ctx *ctx, int32_t root, void *data, size_t n);
hys_status hys__ranks_allgather(hys_ctx *ctx, const void *mine, void *all, const size_t *sizes);
hys_status hys__ranks_send(hys_ctx *ctx, int32_t to, int32_t tag, const void *data, size_t n);
hys_status hys__ranks_send_start(hys_ctx *ctx, int32_t to, int32_t tag, const void *data, size_t n);
hys_status hys__ranks_send_test(hys_ctx *ctx, bool *is_done);
hys_status hys__ranks_probe(hys_ctx *ctx, int32_t *from, int32_t tag, size_t *n, bool *is_there);
hys_status hys__ranks_receive(hys_ctx *ctx, int32_t from, int32_t tag, void *data, size_t n);
/* The work was cancelled, and the other ranks have had the time to say that they know. */
bool hys__ranks_is_given_up(hys_ctx *ctx);
/* After a failure in the middle: no call reaches the other ranks any more. */
void hys__ranks_give_up(hys_ctx *ctx);

/* ---- made of these ---- */
typedef struct hys__blocks { /* one of each rank; at: NULL but on the root */
    char *at;
    size_t *offsets; /* [n_ranks + 1] into at */
    int32_t n_ranks;
} hys__blocks;
/* Blocks of any size to the root.  To be freed on all ranks. */
hys_status hys__ranks_gather(hys_ctx *ctx, int32_t root, const void *mine, size_t n, hys__blocks *blocks);
void hys__blocks_free(hys_ctx *ctx, hys__blocks *blocks);

/* The sum of blocks of `width` numbers, in the order of the blocks: those of rank 0, then those of rank 1, ...
 * Where the blocks are cut does not depend on the ranks, so the bits of the sum do not either. */
hys_status hys__ranks_sum(hys_ctx *ctx, const double *blocks, size_t n_blocks, size_t width, double *sum);

#endif
