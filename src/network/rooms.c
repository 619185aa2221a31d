#include "network/rooms.h"
#include "base/memory.h"

float *hys__rooms_take(hys__rooms *rooms, unsigned thread, size_t n) {
    if (thread >= HYS__MOST_ROOMS) return NULL;
    hys__room *room = &rooms->of[thread];
    if (!room->ctx && hys_ctx_new(NULL, &room->ctx) != HYS_OK) return NULL;
    if (n <= room->n) return room->at;
    float *at = hys__realloc(room->ctx, room->at, room->n * sizeof *at, n * sizeof *at);
    if (!at) return NULL;
    room->at = at;
    room->n = n;
    return at;
}

void hys__rooms_free(hys__rooms *rooms) {
    for (size_t k = 0; k < HYS__MOST_ROOMS; k++) {
        hys__room *room = &rooms->of[k];
        if (!room->ctx) continue;
        if (room->at) hys__free(room->ctx, room->at, room->n * sizeof *room->at);
        hys_ctx_free(room->ctx);
        *room = (hys__room){NULL, NULL, 0};
    }
}
