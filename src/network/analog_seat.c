/* What each thread has for itself: a context, room, arrays. */
#include "base/context.h"
#include "base/diag.h"
#include "network/mapping.h"

static hys__seat *new_seat(const hys__mapped *m) {
    hys_ctx *ctx = NULL;
    if (hys_ctx_new(NULL, &ctx) != HYS_OK) return NULL;
    hys__seat *seat = hys__realloc(ctx, NULL, 0, sizeof *seat);
    if (!seat) {
        hys_ctx_free(ctx);
        return NULL;
    }
    *seat = (hys__seat){.ctx = ctx};
    hys__ctx_follow(ctx, m->base.ctx);
    return seat;
}

hys__seat *hys__mapped_seat(hys__mapped *m, unsigned thread) {
    if (thread >= HYS__MOST_SEATS) return NULL;
    if (!m->seats[thread]) m->seats[thread] = new_seat(m); /* no other thread looks at this one */
    return m->seats[thread];
}

bool hys__seat_reserve(hys__seat *seat, size_t n) {
    if (n <= seat->n_memory) return true;
    float *memory = hys__realloc(seat->ctx, seat->memory, seat->n_memory * sizeof *memory, n * sizeof *memory);
    if (!memory) return false;
    seat->memory = memory;
    seat->n_memory = n;
    return true;
}

void hys__mapped_clear_seats(hys__mapped *m) {
    for (size_t k = 0; k < HYS__MOST_SEATS; k++)
        for (size_t t = 0; m->seats[k] && m->seats[k]->arrays && t < m->product->n_tiles; t++) {
            hys_array_free(m->seats[k]->arrays[t]);
            m->seats[k]->arrays[t] = NULL;
        }
}

void hys__mapped_free_seats(hys__mapped *m) {
    for (size_t k = 0; k < HYS__MOST_SEATS; k++) {
        if (m->seats[k]) hys_ctx_free(m->seats[k]->ctx); /* with all that is made from it */
        m->seats[k] = NULL;
    }
}

hys_status hys__mapped_told(hys__mapped *m, const hys__seat *seat, hys_status status) {
    if (status == HYS_OK) return status;
    pthread_mutex_lock(&m->lock);
    for (size_t k = 0; k < hys_diag_count(seat->ctx); k++) hys__report_again(m->base.ctx, hys_diag_get(seat->ctx, k));
    pthread_mutex_unlock(&m->lock);
    hys_diag_clear(seat->ctx);
    return status;
}
