/* Threads that share out one piece of work after the other. */
#ifndef HYS_BASE_TEAM_H
#define HYS_BASE_TEAM_H
#include "base/memory.h"

typedef struct hys__team hys__team;

/* One part of the work; thread: which buffer of its own it may use, below hys__team_size. */
typedef void (*hys__team_work)(void *data, size_t part, unsigned thread);

/* At most n_threads with the caller, fewer where the system gives no more; 1 needs none. */
hys_status hys__team_new(hys_ctx *ctx, unsigned n_threads, hys__team **result);
void hys__team_free(hys__team *team);
unsigned hys__team_size(const hys__team *team); /* NULL: 1 */
/* Does each of the parts once, in any order, and returns when all are done.  What parts add up must be kept apart and
 * summed by the caller: then nothing depends on the number of threads.  NULL: the caller alone. */
void hys__team_run(hys__team *team, size_t n_parts, hys__team_work work, void *data);

#endif
