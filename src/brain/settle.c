/* States where they stay at the potentials of now. */
#include "brain/brain_impl.h"
#include <math.h>
#include <string.h>

#define LOCAL_TOL    1e-12
#define LOCAL_NEWTON 200u

/* Where the kernel's own iteration finds no rest, states keep their values. */
static void settle_piece(const hys_brain *b, const hys__cohort *c, size_t k, hys__work *w, size_t at, size_t n) {
    const hys__group *g = c->group;
    const hys__channel *channel = &g->cell->channels.at[k];
    hys__piece q = {.work = w, .chunk = c, .channel = channel, .at = at, .n = n};
    hys__ions_before(b, c, w, at, n);
    hys__piece_voltage(&q, c->rows + at);
    hys__piece_terminals(&q, w->x);
    hys__piece_terminals(&q, w->old);
    for (hys_u32 r = 0; r < channel->n_inner; r++) {
        w->x[channel->nt + r] = w->room[0][r];
        w->old[channel->nt + r] = hys__chunk_row(c, g->row[k] + r) + at;
        memcpy(w->x[channel->nt + r], w->old[channel->nt + r], n * sizeof(double));
    }
    const hys_batch in = hys__piece_batch(&q, w->x);
    const hys_step_args args = {.h = INFINITY,
                                .rtol = LOCAL_TOL,
                                .max_iter = LOCAL_NEWTON,
                                .x = w->x,
                                .x_old = (const double *const *)w->old,
                                .i = w->i_out,
                                .g = w->g_out,
                                .ok = w->ok};
    channel->kernel->step(&channel->plain->env, &in, &args);
    for (hys_u32 r = 0; r < channel->n_inner; r++) {
        double *beside = hys__chunk_row(c, g->row[k] + channel->n_inner + r) + at;
        for (size_t j = 0; j < n; j++)
            if (w->ok[j] != 0 && isfinite(w->x[channel->nt + r][j]))
                w->old[channel->nt + r][j] = beside[j] = w->x[channel->nt + r][j];
    }
}

hys_status hys_brain_settle(hys_brain *b) {
    hys__work w = {0};
    hys_status status = hys__work_new(b, &w);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < b->groups.n; k++) {
        const hys__group *g = b->groups.at[k];
        for (size_t j = 0; j < g->n_chunks; j++)
            for (size_t q = 0; q < g->cell->channels.n; q++) {
                const hys__channel *channel = &g->cell->channels.at[q];
                const size_t n = g->chunks[j].is_away ? 0 : g->chunks[j].n;
                for (size_t at = 0; at < n && channel->n_inner && channel->kernel->step; at += HYS__PIECE)
                    settle_piece(b, &g->chunks[j], q, &w, at, n - at < HYS__PIECE ? n - at : HYS__PIECE);
            }
    }
    hys__work_free(b, &w);
    return HYS_OK;
}
