/* Random numbers of networks: streams of bits by counters, distributions of weights and delays. */
#ifndef HYS_BRAIN_DRAW_H
#define HYS_BRAIN_DRAW_H
#include "base/memory.h"
#include <hysteron/brain_network.h>

#define HYS__DRAWN 16u /* words of one call */

/* Threefry2x64-20 of the counters (first + k, second), k from 0 to 7: out[k] and out[8 + k] are its words. */
void hys__draw_eight(const uint64_t key[2], uint64_t first, uint64_t second, uint64_t out[HYS__DRAWN]);

/* Words of one key and one `second`, one after the other. */
typedef struct hys__stream {
    uint64_t key[2], second, next;
    unsigned at;
    uint64_t words[HYS__DRAWN];
} hys__stream;
void hys__stream_start(hys__stream *stream, uint64_t seed, uint64_t purpose, uint64_t second);
void hys__stream_more(hys__stream *stream);
static inline uint64_t hys__stream_next(hys__stream *s) {
    if (s->at == HYS__DRAWN) hys__stream_more(s);
    return s->words[s->at++];
}

/* Purposes of keys: the highest bits; below are numbers of groups or projections. */
#define HYS__DRAW_SOURCES    (UINT64_C(1) << 56)
#define HYS__DRAW_WEIGHTS    (UINT64_C(2) << 56)
#define HYS__DRAW_DELAYS     (UINT64_C(3) << 56)
#define HYS__DRAW_BINOMIAL   (UINT64_C(4) << 56)
#define HYS__DRAW_BACKGROUND (UINT64_C(5) << 56)
#define HYS__DRAW_POISSON    (UINT64_C(6) << 56)
#define HYS__DRAW_START      (UINT64_C(7) << 56)

/* A distribution between limits, drawn by its inverse. */
typedef struct hys__dist {
    hys_draw of;
    double log_mean, log_spread, sign; /* lognormal */
    double below, within;              /* probability below lo, and between lo and hi */
} hys__dist;
hys_status hys__dist_make(hys_ctx *ctx, const hys_draw *draw, const char *what, hys__dist *dist);
double hys__dist_value(const hys__dist *dist, double uniform);
double hys__dist_below(const hys__dist *dist, double x); /* probability, within the limits */

/* Whole steps. */
#define HYS__GUIDES 256u
typedef struct hys__steps {
    uint32_t least, most;
    double *up_to;   /* [most - least] probability of least + k or fewer; NULL: they are one */
    uint32_t *guide; /* [GUIDES] where to begin */
} hys__steps;
/* The arena keeps the table. */
hys_status hys__steps_make(hys__arena *arena, const hys_draw *draw, double dt, uint32_t most, hys__steps *steps);
uint32_t hys__steps_value(const hys__steps *steps, double uniform);

/* Of n trials with the probability p: by its inverse, summed from the most likely one. */
uint64_t hys__binomial(uint64_t n, double p, double uniform);

#endif
