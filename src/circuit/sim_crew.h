/* The threads of one process that carry out its part of the runs. */
#ifndef HYS_CIRCUIT_SIM_CREW_H
#define HYS_CIRCUIT_SIM_CREW_H
#include "circuit/sim_pack.h"
#include <pthread.h>
#include <stdatomic.h>

/* Which rank carries out which run.  The runs go round the threads of all ranks, each round from another one on, so
 * that an expensive value of a .step does not always meet the same rank. */
typedef struct hys__run_plan {
    size_t n_runs;
    int32_t rank;         /* of this process */
    const int32_t *ranks; /* [n_slots] of the threads */
    size_t n_slots;
} hys__run_plan;

int32_t hys__run_owner(const hys__run_plan *plan, size_t index);
/* The first run of this process from `from` on; n_runs: there is none. */
size_t hys__run_own(const hys__run_plan *plan, size_t from);

typedef struct hys__crew {
    hys_ctx *ctx; /* of the simulation; threads only ask it whether it is cancelled */
    hys__arena *arena;
    const char *path;
    const hys_sim_opts *opts;
    size_t n_draw_runs; /* runs of one draw of .mc */
    hys__run_plan plan;
    struct hys__worker *workers; /* [n_workers] */
    size_t n_workers, n_threads; /* no threads: the one worker runs when it is asked */
    pthread_mutex_t lock;        /* of all below */
    pthread_cond_t done, room;   /* a run has ended; a block was given back */
    struct hys__run_slot *slots; /* [n_runs] */
    size_t next, lowest;         /* runs of this process: to be begun next; not given back yet */
    size_t n_done, stored;       /* runs; bytes that were not given back */
    atomic_bool is_stopped;      /* set under the lock, asked without */
} hys__crew;

/* Workers for at most n_threads; with is_apart none works on the caller's thread.  To be freed even on failure. */
hys_status hys__crew_start(hys__crew *crew, size_t n_threads, bool is_apart);
void hys__crew_free(hys__crew *crew);
/* The block of a run of this process; false: it is not ready.  It stays until it is given back. */
bool hys__crew_take(hys__crew *crew, size_t index, const void **block, size_t *n);
/* In the order of the runs. */
void hys__crew_give_back(hys__crew *crew, size_t index);
/* Waits for the end of a run, at most so long (ns, below a second). */
void hys__crew_wait(hys__crew *crew, long ns);
/* Begins no further run, and breaks off those that have begun. */
void hys__crew_stop(hys__crew *crew);

#endif
