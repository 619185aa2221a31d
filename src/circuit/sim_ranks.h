/* The runs of all ranks, handed out and brought together. */
#ifndef HYS_CIRCUIT_SIM_RANKS_H
#define HYS_CIRCUIT_SIM_RANKS_H
#include "circuit/sim_crew.h"

/* What a rank knows before the runs begin. */
typedef struct hys__introduction {
    int64_t status;    /* of loading the netlist */
    int64_t n_threads; /* that it gives */
    uint64_t n_runs, key;
} hys__introduction;

/* The same on all ranks: a status, and what each rank said (in the arena).  Rank 0 has all diagnostics. */
hys_status hys__ranks_introduce(hys_ctx *ctx, hys__arena *arena, hys__introduction mine, hys__introduction **all);
/* The plan for these ranks, its list in the arena; false: out of memory. */
bool hys__ranks_plan(hys_ctx *ctx, hys__arena *arena, const hys__introduction *all, size_t n_runs, hys__run_plan *plan);

/* Is given every run's block, in the order of the runs. */
typedef hys_status hys__run_taker(void *user, const void *block, size_t n);
/* On rank 0: all runs, those of this process from its crew, the others as they arrive; ready: as below. */
hys_status hys__ranks_collect(hys__crew *crew, hys_status ready, hys__run_taker *take, void *user);
/* On the other ranks: sends the runs of the crew; ready: whether it could be made. */
hys_status hys__ranks_deliver(hys__crew *crew, hys_status ready);
/* Diagnostics of another context or process, once each. */
void hys__repeat_diags(hys_ctx *to, const hys_diag *diags, size_t n, bool with_errors);

#endif
