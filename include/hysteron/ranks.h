/* hysteron/ranks.h -- processes that a launcher (mpirun, srun) started together.
 *
 * All are given the same work; hys_sim_run shares its runs out among them, hys_product_multiply its arrays.  Results
 * are on rank 0, with the same bits as from one process; on the other ranks they are empty.  The status is the same on
 * all. */
#ifndef HYSTERON_RANKS_H
#define HYSTERON_RANKS_H
#include <hysteron/core.h>
#include <stdbool.h>
HYS_DECLS_BEGIN

/* Which rank the launcher's environment says this is; 0 without a launcher.  Loads nothing. */
int32_t hys_ranks_launched_as(void);
/* Joins the ranks that were started together with this process; of a process alone it does nothing, unless
 * is_asked.  Loads MPI, so call it from one context of the process, from the thread that will use it. */
hys_status hys_ranks_join(hys_ctx *ctx, bool is_asked);
int32_t hys_ranks_rank(const hys_ctx *ctx);
int32_t hys_ranks_size(const hys_ctx *ctx);
/* The value of rank 0, on all ranks; all must call it. */
int32_t hys_ranks_agree(hys_ctx *ctx, int32_t value);
/* HYS_OK where all ranks give it; else on all ranks what the first gives that does not.  All must call it. */
hys_status hys_ranks_all(hys_ctx *ctx, hys_status mine);
/* Whether the other ranks cannot be reached any more. */
bool hys_ranks_is_broken(const hys_ctx *ctx);
/* Ends all ranks and this process. */
void hys_ranks_abort(hys_ctx *ctx, int32_t status);

HYS_DECLS_END
#endif
