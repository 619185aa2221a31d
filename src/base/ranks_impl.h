/* What a context knows of its ranks.  Only the files of base see it. */
#ifndef HYS_BASE_RANKS_IMPL_H
#define HYS_BASE_RANKS_IMPL_H
#include "base/context.h"
#include "base/ranks.h"

struct hys__ranks {
    hys__guard guard; /* first: release gets a pointer to it */
    hys__transport transport;
    double cancelled_at; /* s of the monotonic clock at which it was noticed; 0: it was not */
    bool is_broken;      /* the others cannot be reached any more */
};

/* Gives the context ranks that are one, alone. */
hys_status hys__ranks_new(hys_ctx *ctx);
void hys__ranks_free(hys_ctx *ctx);

#endif
