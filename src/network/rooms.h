/* Room for floats that each thread has for itself: contexts are not shared between threads, so each takes its memory
 * from one of its own. */
#ifndef HYS_NETWORK_ROOMS_H
#define HYS_NETWORK_ROOMS_H
#include <hysteron/core.h>

enum { HYS__MOST_ROOMS = 256 };

typedef struct hys__room {
    hys_ctx *ctx; /* NULL: nothing was taken */
    float *at;
    size_t n;
} hys__room;

typedef struct hys__rooms {
    hys__room of[HYS__MOST_ROOMS]; /* of each thread */
} hys__rooms;

/* n floats for this thread, which its next call may move; NULL: out of memory. */
float *hys__rooms_take(hys__rooms *rooms, unsigned thread, size_t n);
void hys__rooms_free(hys__rooms *rooms);

#endif
